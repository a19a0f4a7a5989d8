"""What an operator can see, as one table: name, unit, meaning, and how it is read off the counts."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from sim.events.kinds import COMPLAINT_POSTED, DAY, HOUR
from sim.rules.sight import NEVER_DAYS, WRITTEN, Sight


@dataclass(frozen=True)
class Sensor:
    """One sensor. `read` is None where the engine does not offer it yet."""

    family: str
    name: str
    unit: str
    meaning: str
    read: Callable[[Sight], float | str] | None = None
    of_person: Callable[[Sight, int], float] | None = None
    """how it is read of one member: a rule that looks at it runs over the members"""

    @property
    def offered(self) -> bool:
        """Whether the engine has it."""
        return self.read is not None or self.of_person is not None

    @property
    def yes_or_no(self) -> bool:
        """Whether it is held against yes or no."""
        return self.unit == "yes or no"


def posts_of(entry: str) -> Sensor:
    """How often an entry of the calendar was posted within 7 days; it is called `<entry>_7d`."""
    return Sensor("talk", f"{entry}_7d", "posts", f"of {entry} within 7 days", lambda sight: float(sight.posts(entry)))


def tier_sensors(tiers: Iterable[str]) -> dict[str, Sensor]:
    """How many members have each tier of a plan; they are called `tier_<name>`, in the order of the tiers."""
    return {
        f"tier_{name}": Sensor("people", f"tier_{name}", "members", f"who have the tier {name}", lambda sight: 0.0)
        for name in tiers
    }


def _hour(sight: Sight) -> float:
    return sight.sees.day * DAY % DAY / HOUR


_TABLE = (
    Sensor("stage", "age_days", "days", "since the founding", lambda s: s.sees.day),
    Sensor("stage", "phase", "name", "the phase the plan is in", lambda s: s.phase),
    Sensor("stage", "day_of_phase", "days", "since the phase began", lambda s: s.sees.day - s.phase_since),
    Sensor("stage", "members", "members", "present in all groups", lambda s: float(s.members())),
    Sensor("stage", "size", "members", "planned in all groups", lambda s: float(s.sees.planned_size)),
    Sensor("stage", "room", "members", "who can still come in", lambda s: float(s.sees.planned_room - s.members())),
    Sensor("stage", "planned_life_left", "days", "until the next planned end of a group", Sight.life_left),
    Sensor("talk", "posters_7d", "members", "who wrote within 7 days", lambda s: float(len(s.writers(7)))),
    Sensor("talk", "posters_30d", "members", "who wrote within 30 days", lambda s: float(len(s.writers(30)))),
    Sensor(
        "talk", "messages_day", "messages", "of members, within a day", lambda s: float(sum(s.count(k, 1) for k in WRITTEN))
    ),
    Sensor(
        "talk", "silent_30d", "members", "who wrote nothing within 30 days", lambda s: float(s.members() - len(s.writers(30)))
    ),
    Sensor("talk", "top10_share", "share", "of the messages of 7 days by the top tenth of their writers", Sight.top_share),
    Sensor("talk", "promotions_7d", "posts", "of the plan that sell, within 7 days", lambda s: float(s.posts())),
    Sensor(
        "talk",
        "answered_by_members_30d",
        "share",
        "of the questions of 30 days that members answered and staff did not, 1 where nobody asked",
        lambda s: s.answered_by_members(30),
    ),
    Sensor("talk", "responders_last_game", "members", "who took part in the last game", lambda s: s.responders()),
    Sensor(
        "talk", "homework_share_7d", "share", "of the homework of 7 days that was handed in", lambda s: s.roll.homework_share(7)
    ),
    Sensor("trouble", "complaints_24h", "complaints", "within a day", lambda s: float(s.count(COMPLAINT_POSTED, 1))),
    Sensor("trouble", "adverts_7d", "adverts", "of members, within 7 days", lambda s: float(s.adverts())),
    Sensor("trouble", "exits_7d", "members", "gone within 7 days", lambda s: float(s.exits(7))),
    Sensor("trouble", "exits_30d", "members", "gone within 30 days", lambda s: float(s.exits(30))),
    Sensor("trouble", "unanswered", "questions", "of 7 days that nobody has answered", lambda s: float(len(s.waits()))),
    Sensor(
        "trouble",
        "wait_minutes",
        "minutes",
        "the longest wait of an unanswered question",
        lambda s: max(s.waits(), default=0.0),
    ),
    Sensor("trouble", "tension", "ratio", "complaints and long waits per poster", Sight.tension),
    Sensor(
        "trouble",
        "complaints_level_7d",
        "messages",
        "about what was promised or taught and did not suit, within 7 days",
        lambda s: float(s.trouble("disappointment", 7)),
    ),
    Sensor(
        "trouble",
        "contradictions_7d",
        "messages",
        "about two answers that do not agree, within 7 days",
        lambda s: float(s.trouble("contradiction", 7)),
    ),
    Sensor(
        "trouble",
        "quarrels_7d",
        "messages",
        "about quarrels, within 7 days",
        lambda s: float(s.trouble("quarrel", 7)),
    ),
    Sensor("people", "joins_7d", "members", "who came within 7 days", lambda s: float(s.joins(7))),
    Sensor("people", "joins_30d", "members", "who came within 30 days", lambda s: float(s.joins(30))),
    Sensor("people", "friends", "share", "of members with a private channel to staff", Sight.friends),
    Sensor(
        "people",
        "kols",
        "members",
        "above 3 messages a day in 7 days",
        lambda s: float(sum(c > 21 for c in s.writers(7).values())),
    ),
    Sensor("people", "joins_invited_7d", "members", "who came on an invitation, within 7 days"),
    Sensor(
        "people",
        "blocks_7d",
        "share",
        "of those with a private line to staff who have closed it, as seen at the reviews of 7 days",
        lambda s: s.blocked(7),
    ),
    Sensor("people", "tier_due", "members", "who have earned a higher tier than they have", lambda s: 0.0),
    Sensor(
        "people",
        "absent_sessions_person",
        "sessions",
        "that the person missed",
        of_person=lambda s, who: float(s.roll.absences[who]),
    ),
    Sensor(
        "people",
        "no_homework_person",
        "times",
        "that the person handed in nothing",
        of_person=lambda s, who: float(s.roll.missing[who]),
    ),
    Sensor("money", "orders_7d", "orders", "within 7 days", lambda s: float(s.orders(7))),
    Sensor("money", "orders_prev_7d", "orders", "in the 7 days before", lambda s: float(s.orders(14, 7))),
    Sensor(
        "people",
        "messages_30d_person",
        "messages",
        "that the person wrote within 30 days",
        of_person=lambda s, who: float(s.words_of(who, 30)),
    ),
    Sensor(
        "people",
        "messages_7d_person",
        "messages",
        "that the person wrote within 7 days",
        of_person=lambda s, who: float(s.words_of(who, 7)),
    ),
    Sensor(
        "people",
        "friend_person",
        "0 or 1",
        "whether staff have a private channel to the person",
        of_person=lambda s, who: float(s.sees.is_friend(who)),
    ),
    Sensor(
        "money",
        "orders_30d_person",
        "orders",
        "of the person within 30 days",
        of_person=lambda s, who: float(s.orders_by(who, 30)),
    ),
    Sensor(
        "money",
        "orders_90d_person",
        "orders",
        "of the person within 90 days",
        of_person=lambda s, who: float(s.orders_by(who, 90)),
    ),
    Sensor(
        "money", "redemption_30d", "share", "used of the coupons that ended within 30 days", lambda s: s.till.redemption(30)
    ),
    Sensor("money", "discount_share", "share", "of the orders of 30 days at a discount", lambda s: s.till.discount_share(30)),
    Sensor(
        "money",
        "discount_share_person",
        "share",
        "of the person's orders at a discount",
        of_person=lambda s, who: s.till.discount_share_of(who),
    ),
    Sensor("money", "margin_30d", "yuan", "of the orders of 30 days, less benefits", lambda s: s.till.margin(30)),
    Sensor(
        "money",
        "orders_full_price_90d",
        "orders",
        "of the person at the full price, within 90 days",
        of_person=lambda s, who: s.till.full_price_orders(who, 90),
    ),
    Sensor("money", "stake", "yuan", "that was paid to come in"),
    Sensor("work", "load", "share", "of today's hours that are used", lambda s: s.sees.staff.load),
    Sensor("work", "queue", "tasks", "that wait for somebody", lambda s: float(s.sees.staff.waiting)),
    Sensor("work", "reply_median_7d", "minutes", "until an answer, within 7 days"),
    Sensor("work", "budget_left", "yuan", "of the budget"),
    Sensor("clock", "hour", "hour of the day", "at the review", _hour),
    Sensor("clock", "weekday", "0 Monday to 6 Sunday", "at the review", lambda s: float(int(s.sees.day) % 7)),
    Sensor(
        "clock",
        "stream_in_days",
        "days",
        "until the next stream that is announced",
        lambda s: min((day - s.sees.day for day in s.streams if day >= s.sees.day), default=NEVER_DAYS),
    ),
    Sensor(
        "clock",
        "coupon_days_left",
        "days",
        "until the first open coupon ends, 0 where none is open",
        lambda s: s.sees.coupon_days_left,
    ),
    Sensor("clock", "brand_day", "yes or no", "whether it is the day of the brand", lambda s: float(s.sees.is_on("brand_day"))),
    Sensor("clock", "store_open", "yes or no", "whether the store is open", lambda s: float(not s.sees.is_on("store_closed"))),
    Sensor("clock", "news_heat", "0 to 1", "how much others talk about a piece of news", lambda s: s.sees.news_heat),
    Sensor("test", "activation", "share", "of members who responded to the last test, 1 before any", Sight.activation),
    Sensor(
        "test",
        "days_since_test",
        "days",
        "since the last test",
        lambda s: s.sees.day - s.tests[-1][0] if s.tests else NEVER_DAYS,
    ),
)

#: Every sensor by its name.
SENSORS = {sensor.name: sensor for sensor in _TABLE}
