"""Turns a log into which of the trade's paths of death its groups took: one small rule a path, all of them in one table.

A rule looks at the course of one group and says when what it asks for was first there, and by which numbers; the thresholds are
rules of thumb, each with its source. A path is no cause: it says what was seen, and one group may take several.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final, Literal, NamedTuple

import numpy as np

from sim.events import kinds
from sim.events.kinds import DAY, DAY_HOURS, HOUR
from sim.projections.course import ACTS, Course, find_courses, within
from sim.projections.economics import find_discounted
from sim.projections.lifecycle import ANSWERED, PROMPTS
from sim.projections.rows import NEVER, distinct
from sim.vocabulary.tables import STIMULUS

#: What a path is: a death, a damage that a group may survive, a good life, or a rule about groups.
Sort = Literal["death", "damage", "life", "rule"]
#: Days of a week, and of what is called a month.
WEEK_DAYS, MONTH = 7, 28
#: Symptoms of part H in the order in which they are named.
SYMPTOMS: Final = ("activity", "disputes", "adverts", "strangers", "lurking", "folding", "unanswered")

_ATTRIBUTES: Final = {field.name: place for place, field in enumerate(STIMULUS.fields)}
_BENEFITS: Final = tuple(_ATTRIBUTES[name] for name in ("discount", "coupon_yuan", "coupon_share"))


class Found(NamedTuple):
    """That a path was taken: when it was first there, us, and the numbers that show it; names that end in `share` are shares."""

    time: float
    values: dict[str, float]


class Limit(NamedTuple):
    """A threshold of a rule: the argument of the rule, its value, where it comes from."""

    name: str
    value: float
    source: str


@dataclass(frozen=True)
class Path:
    """A row of part H. seen: its rule, None where no log can show it; part: whether a log shows only a part of it."""

    row: str
    sort: Sort
    seen: Callable[..., Found | None] | None
    limits: tuple[Limit, ...] = ()
    part: bool = False

    def find(self, course: Course) -> Found | None:
        """Whether a group took it, and what shows it."""
        return self.seen(course, **{one.name: one.value for one in self.limits}) if self.seen else None


class Taken(NamedTuple):
    """A path that a group took."""

    path: Path
    course: Course
    found: Found


def _path(row: str, sort: Sort, seen: Callable[..., Found | None] | None, *, part: bool = False, **limits: Any) -> Path:
    """A path by its rule and its limits: a value, or a value and its source."""
    pairs = {name: value if isinstance(value, tuple) else (value, "assumed") for name, value in limits.items()}
    return Path(row, sort, seen, tuple(Limit(name, *pair) for name, pair in pairs.items()), part)


def _ratio(above: float, below: float) -> float:
    return float(above) / float(below) if below else 0.0


def _commerce(c: Course, sells_share: float, adverts: float) -> Found | None:
    posts, promotions = c.said(kinds.STIMULUS_POSTED), _promotions(c)
    if not posts or len(promotions) < sells_share * posts:
        return None
    selling = c.daily["adverts"] + c.daily["promotions"]
    week, everything = _trailing(selling), _trailing(c.daily["messages"])
    board = (week >= adverts) & (2 * week >= everything)
    if c.silent != NEVER:
        board &= np.arange(c.days) * DAY + c.first >= c.silent
    elif c.closed or not board[-1:].all():
        return None
    days = np.flatnonzero(board)
    if not len(days):
        return None
    values = {"sells_share": len(promotions) / posts, "posts": posts, "week": week[days[0]], "all": everything[days[0]]}
    return Found(c.first + days[0] * DAY, values)


def _fatigue(c: Course, days: float, lured_share: float, left_share: float, weeks: float) -> Found | None:
    lure = c.first + int(days * DAY)
    posts = c.of(kinds.STIMULUS_POSTED)
    gifts = np.isin(posts["target"], c.stimuli(*_BENEFITS)) | (posts["x"] > 0)
    early = posts["time"] < lure
    cared = (c.of(kinds.MEMBER_CARED_FOR)["time"] >= lure).any()
    if not early.any() or gifts[early].mean() < lured_share or cared or c.silent == NEVER:
        return None
    opened = _trailing(c.daily["openers"]) / WEEK_DAYS
    start = opened[min(WEEK_DAYS, c.days) - 1]
    low = np.flatnonzero((np.arange(c.days) >= WEEK_DAYS) & (opened < left_share * start))
    if not len(low) or low[0] > weeks * WEEK_DAYS:
        return None
    values = {"gifts_share": float(gifts[early].mean()), "before": start, "after": opened[low[0]], "silent": c.day(c.silent)}
    return Found(c.first + low[0] * DAY, values)


def _flash(c: Course, rush: float, later: float, left_share: float, orders_share: float) -> Found | None:
    if c.days < later + WEEK_DAYS or (c.silent == NEVER and not c.closed):
        return None
    days = int(rush)
    activity = c.daily["organic"] + _taking_part(c)
    first, then = activity[:days].mean(), activity[int(later) : int(later) + WEEK_DAYS].mean()
    bought, buys = c.sums("orders", 0, days) / days, c.sums("orders", int(later), int(later) + WEEK_DAYS) / WEEK_DAYS
    if not first or then > left_share * first or buys > orders_share * bought:
        return None
    return Found(c.first + later * DAY, {"before": first, "after": then, "bought": bought, "buys": buys})


def _overload(c: Course, size: float, span: float, frictions: float, left_share: float, gone_share: float) -> Found | None:
    hurts = len(c.of(kinds.GRIEVANCE_FELT)) + c.said(kinds.COMPLAINT_POSTED) + c.said(kinds.ADVERT_POSTED)
    spread, lost = _ratio(c.planned, c.workers or 1), len(distinct(c.of(kinds.MEMBER_LEFT)["actor"]))
    if c.planned < size or spread < span or hurts < frictions or c.days < 2 * MONTH:
        return None
    before, after = c.posters(c.first, c.first + MONTH * DAY), c.posters(c.stop - MONTH * DAY, c.stop)
    if after > left_share * before or lost < gone_share * c.joined:
        return None
    values = {"size": c.planned, "span": spread, "frictions": hurts, "before": before, "after": after, "left": lost}
    return Found(c.stop - MONTH * DAY, values)


def _ageing(c: Course, months: float, left_share: float, steep_share: float) -> Found | None:
    count = c.days // MONTH
    if count < months:
        return None
    talk = [c.sums("organic", start, start + MONTH) for start in range(0, count * MONTH, MONTH)]
    sinks = all(steep_share * one <= other < one for one, other in pairwise(talk))
    if not sinks or talk[-1] > left_share * talk[0]:
        return None
    reached = next(place for place, one in enumerate(talk) if one <= left_share * talk[0])
    values = {
        "before": talk[0],
        "after": talk[-1],
        "months": count,
        "complaints": c.sums("complaints", count // 2 * MONTH, c.days),
    }
    return Found(c.first + reached * MONTH * DAY, values)


def _quiet(c: Course, days: float, gone_share: float, open_share: float, acts: float) -> Found | None:
    calm = c.in_state("quiet_alive", "dormant", "dead")
    noisy = np.flatnonzero(~calm)
    begin = int(noisy[-1]) + 1 if len(noisy) else 0
    span, start = c.days - begin, c.first + begin * DAY
    if span < days or c.closed:
        return None
    members, opened = c.members(start), c.daily["openers"][begin:].mean()
    done = int((c.of(*ACTS)["time"] >= start).sum())
    lost = int((c.lost() >= start).sum())
    if not members or done > acts * span / WEEK_DAYS or lost > gone_share * members or opened < open_share * members:
        return None
    return Found(start, {"days": span, "open_share": opened / members, "left": lost, "members": members, "acts": done})


def _abandonment(c: Course, days: float, adverts: float, part_share: float) -> Found | None:
    acts = c.of(*ACTS)["time"]
    if not len(acts) or c.stop - acts[-1] < days * DAY:
        return None
    last = int(acts[-1])
    after = int((c.messages.time > last).sum())
    posted = c.said(kinds.ADVERT_POSTED, last)
    if posted < adverts or posted < part_share * after:
        return None
    return Found(last, {"days": (c.stop - last) / DAY, "adverts": posted, "messages": after})


def _folding(c: Course, muted_share: float) -> Found | None:
    share = c.daily["muted"] / np.maximum(c.daily["members"], 1)
    high = np.flatnonzero(share >= muted_share)
    if not len(high):
        return None
    muted = distinct(c.of(kinds.GROUP_MUTED)["actor"])
    values = {
        "most_share": float(share.max()),
        "muted": len(muted),
        "back": len(distinct(c.of(kinds.GROUP_UNMUTED)["actor"])),
        "friends": int(np.isin(muted, c.friends).sum()),
    }
    return Found(c.first + high[0] * DAY, values)


def _burst(c: Course, complaints: float, days: float, after: float, times: float) -> Found | None:
    left = c.of(kinds.MEMBER_LEFT)
    losses = np.concatenate((c.of(kinds.REFUND_PAID)["time"], left["time"][left["x"] == 0.0]))
    vents = c.of(kinds.COMPLAINT_POSTED)["time"]
    for opened in c.of(kinds.INCIDENT_OPENED)["time"].tolist():

        def around(rows: np.ndarray, span: float, opened: int = opened) -> tuple[int, float]:
            """How many there were in a span of days from the opening on, and how many would be usual."""
            before = max(min(opened - c.first, int(after * DAY)), DAY)
            usual = within(rows, opened - before, opened).sum() * span * DAY / before
            return int(within(rows, opened, opened + int(span * DAY)).sum()), float(usual)

        (vented, used), (lost, usual) = around(vents, days), around(losses, after)
        if vented >= max(complaints, times * used) and lost >= max(complaints, times * usual):
            return Found(opened, {"complaints": vented, "lost": lost, "usual": usual})
    return None


def _doubt(c: Course, readers: float, silent_share: float, orders_share: float) -> Found | None:
    orders, month = c.of(kinds.ORDER_PLACED)["time"], MONTH * DAY
    told = c.of(kinds.PLAN_ANNOUNCED)["target"]
    spoke = c.of(kinds.COMPLAINT_POSTED, kinds.QUESTION_ASKED)
    for row in c.of(kinds.INCIDENT_OPENED):
        time, number = int(row["time"]), row["target"]
        hurt = c.of(kinds.GRIEVANCE_FELT)
        hurt = distinct(hurt["actor"][hurt["target"] == number])
        if len(hurt) < readers or (told == number).any() or c.stop < time + month:
            continue
        mute = 1 - np.isin(hurt, spoke["actor"][spoke["target"] == number]).mean()
        span = min(month, time - c.first)
        before = float(within(orders, time - span, time).sum()) * month / max(span, DAY)
        after = int(within(orders, time, time + month).sum())
        if mute >= silent_share and after <= orders_share * before:
            return Found(time, {"readers": len(hurt), "silent_share": mute, "before": before, "after": after})
    return None


def _erosion(c: Course, offers: float, margin_share: float, turned_share: float) -> Found | None:
    posts = c.of(kinds.STIMULUS_POSTED)
    cheap_posts = np.isin(posts["target"], c.stimuli(*_BENEFITS)).sum()
    orders = c.of(kinds.ORDER_PLACED)
    if cheap_posts < offers * c.days / MONTH or c.days < 2 * MONTH or not len(orders):
        return None
    cheap = find_discounted(orders, c.everything["time"][c.everything["kind"] == kinds.PRICE_SET])
    early, late = orders["time"] < c.first + MONTH * DAY, orders["time"] >= c.stop - MONTH * DAY
    if not early.any() or not late.any():
        return None
    earned = [orders["y"][span].sum() / max(orders["x"][span].sum(), 1) for span in (early, late)]
    _, first = np.unique(orders["actor"], return_index=True)
    _, last = np.unique(orders["actor"][::-1], return_index=True)
    loyal = ~cheap[first] & (first != len(orders) - 1 - last)
    turned = loyal & cheap[::-1][last]
    if earned[1] > margin_share * earned[0] or turned.sum() < turned_share * max(loyal.sum(), 1):
        return None
    values = {
        "before_share": earned[0],
        "after_share": earned[1],
        "offers": cheap_posts,
        "turned": turned.sum(),
        "loyal": loyal.sum(),
    }
    return Found(c.stop - MONTH * DAY, values)


def _cold(c: Course, questions: float, unanswered_share: float, gone_share: float) -> Found | None:
    open_, asked = c.unanswered
    pressed, kicked = c.of(kinds.MEMBER_PRESSED), c.of(kinds.MEMBER_REMOVED)
    gone = c.left(c.first, c.stop) + len(kicked)
    coerced = np.sort(np.concatenate((pressed["time"], kicked["time"])))
    if asked < questions or open_ < unanswered_share * asked or not len(coerced) or gone < gone_share * c.joined:
        return None
    return Found(coerced[0], {"open": open_, "asked": asked, "pressed": len(pressed), "kicked": len(kicked), "gone": gone})


def _after_stream(c: Course, hours: float, left_share: float) -> Found | None:
    posts = c.of(kinds.STIMULUS_POSTED)
    shows = posts["time"][np.isin(posts["target"], c.stimuli(_ATTRIBUTES["live"]))]
    active = np.concatenate((c.messages.time[c.messages.organic], c.of(kinds.STIMULUS_ANSWERED)["time"]))
    cooled = []
    for start in shows.tolist():
        end = start + int(hours * HOUR)
        on, off = (within(active, start, end).sum() / hours, within(active, end, end + DAY).sum() / DAY_HOURS)
        if on and off <= left_share * on:
            cooled.append((start, on, off))
    if 2 * len(cooled) < max(len(shows), 1):
        return None
    start, on, off = cooled[0]
    return Found(start, {"streams": len(shows), "cooled": len(cooled), "before": on, "after": off})


def _windows(c: Course, hours: float, adverts: float, times: float, gone_share: float) -> Found | None:
    removed = dict(
        zip(c.of(kinds.MESSAGE_REMOVED)["target"].tolist(), c.of(kinds.MESSAGE_REMOVED)["time"].tolist(), strict=True)
    )
    posted = np.flatnonzero(c.messages.kind == kinds.ADVERT_POSTED)
    times_of, numbers = c.messages.time[posted], c.number[posted]
    stands = [
        time
        for time, one in zip(times_of.tolist(), numbers.tolist(), strict=True)
        if removed.get(one, NEVER) - time > hours * HOUR
    ]
    lost = c.lost("adverts")
    span = 2 * WEEK_DAYS * DAY
    for time in stands[:1]:
        before, after = within(times_of, time - span, time).sum(), within(times_of, time, time + span).sum() - 1
        if after >= max(adverts, times * before) and len(lost) >= gone_share * c.joined:
            return Found(time, {"after": after, "left": len(lost), "joined": c.joined})
    return None


def _contact(c: Course, gone_share: float) -> Found | None:
    lost = c.lost("overload", "sales")
    least = int(np.ceil(gone_share * c.joined))
    if not least or len(lost) < least:
        return None
    posts = c.said(kinds.STIMULUS_POSTED) / max(c.days, 1)
    return Found(lost[least - 1], {"lost": len(lost), "joined": c.joined, "posts": posts})


def _novelty(c: Course, posts: float, left_share: float) -> Found | None:
    shown, taken = c.of(kinds.STIMULUS_POSTED), c.of(kinds.STIMULUS_ANSWERED)
    if not len(taken):
        return None
    answered = np.bincount(np.searchsorted(c.number, taken["target"]), minlength=len(c.number))
    takers = answered[np.flatnonzero(c.messages.kind == kinds.STIMULUS_POSTED)]
    worst: Found | None = None
    for stimulus in distinct(shown["target"]).tolist():
        mine = np.flatnonzero(shown["target"] == stimulus)
        third = len(mine) // 3
        if len(mine) < posts or not takers[mine].any():
            continue
        part = takers[mine] / np.maximum([c.members(int(time)) for time in shown["time"][mine]], 1)
        before, after = part[:third].mean(), part[-third:].mean()
        if (
            before
            and after <= left_share * before
            and (worst is None or after / before < worst.values["after_share"] / worst.values["before_share"])
        ):
            values = {"posts": len(mine), "before_share": before, "after_share": after}
            worst = Found(shown["time"][mine[-third]], values)
    return worst


def _mismatch(c: Course, span: float, questions: float, unanswered_share: float, gone_share: float) -> Found | None:
    open_, asked = c.unanswered
    spread, lost = _ratio(c.planned, c.workers or 1), c.lost("neglect")
    least = max(int(np.ceil(gone_share * c.joined)), 1)
    if spread < span or asked < questions or open_ < unanswered_share * asked or len(lost) < least:
        return None
    return Found(lost[least - 1], {"span": spread, "open": open_, "asked": asked, "lost": len(lost)})


def _healthy(c: Course, days: float, part_share: float, helped_share: float) -> Found | None:
    if c.silent != NEVER or c.closed or c.days < days or c.in_state("dormant", "dead").any():
        return None
    before, after = c.sums("organic", 0, MONTH), c.sums("organic", c.days - MONTH, c.days)
    asked = np.flatnonzero(c.messages.kind == kinds.QUESTION_ASKED)
    by_members = _ratio(c.daily["member_answered_24h"].sum(), len(asked))
    posts = c.sums("operator_posts", c.days - MONTH, c.days)
    if after < part_share * before or by_members < helped_share or posts > after:
        return None
    return Found(c.first, {"days": c.days, "before": before, "after": after, "helped_share": by_members, "posts": posts})


def _two_stages(c: Course, grown_share: float) -> Found | None:
    fired = c.everything[
        (c.everything["kind"] == kinds.RULE_FIRED) & (c.everything["target"] == 0) & (c.everything["x"] == 1.0)
    ]
    turns = fired["time"][(fired["time"] > c.first) & (fired["time"] < c.stop)]
    entries = c.moves.time[c.moves.members > 0]
    for time in turns.tolist():
        first, size = int((entries < c.first + DAY).sum()), c.members(time)
        orders = c.of(kinds.ORDER_PLACED)
        again = np.ones(len(orders), bool)
        again[np.unique(orders["actor"], return_index=True)[1]] = False
        before = again[orders["time"] < time].sum() / max((time - c.first) / DAY, 1)
        after = again[orders["time"] >= time].sum() / max((c.stop - time) / DAY, 1)
        if size >= (1 + grown_share) * first and after > before:
            return Found(time, {"first": first, "members": size, "before": before, "after": after})
    return None


def _short_life(c: Course, days: float) -> Found | None:
    told = c.of(kinds.CLOSING_ANNOUNCED)["time"]
    if not c.closed or c.silent != NEVER or c.stop - c.first > days * DAY:
        return None
    inside = distinct(c.moves.person)
    values = {
        "days": (c.stop - c.first) / DAY,
        "notice": (c.stop - int(told[0])) / DAY if len(told) else 0.0,
        "friends": int(np.isin(inside, c.friends).sum()),
        "moved": int((c.moves.moved & (c.moves.members < 0)).sum()),
    }
    return Found(c.stop, values)


def _death_test(c: Course, prompts: float, respond_share: float, lurk_share: float) -> Found | None:
    begin = max(c.stop - MONTH * DAY, c.first)
    posted = c.of(kinds.STIMULUS_POSTED)
    asks = np.isin(posted["target"], c.stimuli(_ATTRIBUTES["ask"])) & (posted["time"] >= begin)
    members = c.members(c.stop)
    if asks.sum() < prompts or not members:
        return None
    answered = c.of(kinds.STIMULUS_ANSWERED)
    responded = len(distinct(answered["actor"][answered["time"] >= begin]))
    silent = 1 - c.posters(c.stop - WEEK_DAYS * DAY, c.stop) / members
    if responded >= respond_share * members or silent < lurk_share:
        return None
    return Found(begin, {"posts": asks.sum(), "responded": responded, "members": members, "silent_share": silent})


def _rescue(c: Course, moved: float) -> Found | None:
    gone = c.moves.moved & (c.moves.members < 0)
    opened = c.everything[c.everything["kind"] == kinds.GROUP_FOUNDED]["time"]
    later = int((opened > c.first).sum())
    if not c.closed or gone.sum() < moved or not later:
        return None
    return Found(c.moves.time[gone][0], {"moved": gone.sum(), "closed": c.day(c.stop), "groups": later})


def _symptoms(
    c: Course, count: float, drop_share: float, lurk_share: float, fold_share: float, unanswered_share: float
) -> Found | None:
    end = min(c.silent, c.stop)
    begin = max(end - MONTH * DAY, c.first)
    last, first = (end - c.first) // DAY, (begin - c.first) // DAY
    open_, asked = c.unanswered
    members = c.members(end)
    now = c.sums("organic", int(first), int(last)) / max(last - first, 1)
    before = c.sums("organic", max(int(first) - MONTH, 0), int(first)) / max(min(first, MONTH), 1)
    joins = c.of(kinds.MEMBER_JOINED)
    muted = c.of(kinds.GROUP_MUTED)["time"]
    holds = {
        "activity": first > 0 and now <= drop_share * before,
        "disputes": c.said(kinds.COMPLAINT_POSTED, begin, end) > 0,
        "adverts": c.said(kinds.ADVERT_POSTED, begin, end) > 0,
        "strangers": bool((within(joins["time"], begin, end) & (joins["y"] == kinds.SLIPPED_IN)).any()),
        "lurking": members > 0 and 1 - c.posters(begin, end) / members >= lurk_share,
        "folding": within(muted, begin, end).sum() >= max(fold_share * members, 1),
        "unanswered": asked > 1 and open_ >= unanswered_share * asked,
    }
    if sum(holds.values()) < count:
        return None
    return Found(begin, {name: float(holds[name]) for name in SYMPTOMS})


def _chat_list(c: Course, folded_share: float) -> Found | None:
    folded: set[int] = set()
    back: set[int] = set()
    ever: set[int] = set()
    most, time = 0.0, NEVER
    for row in c.of(kinds.GROUP_FOLDED, kinds.MEMBER_LEFT, kinds.MEMBER_REMOVED):
        who = int(row["target"] if row["kind"] == kinds.MEMBER_REMOVED else row["actor"])
        if row["kind"] == kinds.GROUP_FOLDED and row["x"] == 1.0:
            folded.add(who)
            ever.add(who)
            share = _ratio(len(folded), c.members(int(row["time"])))
            most, time = max(most, share), int(min(time, row["time"])) if share >= folded_share else time
        else:
            folded.discard(who)
            if row["kind"] == kinds.GROUP_FOLDED:
                back.add(who)
    return Found(time, {"most_share": most, "folded": len(ever), "back": len(back)}) if time != NEVER else None


def _promotions(c: Course) -> np.ndarray:
    return np.flatnonzero(c.messages.advertising & (c.messages.kind == kinds.STIMULUS_POSTED))


def _trailing(counts: np.ndarray) -> np.ndarray:
    """Sums over the seven days that end with each."""
    sums = np.cumsum(counts)
    sums[WEEK_DAYS:] -= sums[:-WEEK_DAYS].copy()
    return sums


def _taking_part(c: Course) -> np.ndarray:
    """Packets claimed, games played, bids and the like on each day."""
    day = (c.of(kinds.STIMULUS_ANSWERED)["time"] - c.first // DAY * DAY) // DAY
    return np.bincount(day[day < c.days], minlength=c.days)


#: Part H, row by row.
PATHS: Final = (
    _path("H01", "death", _commerce, sells_share=(0.5, "state advert_group"), adverts=(7, "state advert_group")),
    _path("H02", "death", _fatigue, days=14, lured_share=0.5, left_share=0.5, weeks=(6, "H02: a few weeks")),
    _path("H03", "death", _flash, rush=(3, "H03"), later=7, left_share=0.2, orders_share=0.5),
    _path("H04", "death", _overload, size=(300, "G002"), span=(200, "G002"), frictions=3, left_share=0.5, gone_share=0.1),
    _path("H05", "death", _ageing, months=3, left_share=0.5, steep_share=0.5),
    _path("H06", "life", _quiet, part=True, days=14, gone_share=0.05, open_share=0.2, acts=1),
    _path("H07", "death", _abandonment, days=14, adverts=3, part_share=(0.5, "state advert_group")),
    _path("H08", "damage", _folding, muted_share=0.5),
    _path("H09", "damage", _burst, complaints=(3, "state boiling"), days=(3, "H09: hours to days"), after=14, times=2),
    _path("H10", "damage", _doubt, part=True, readers=5, silent_share=0.8, orders_share=0.8),
    _path("H11", "damage", _erosion, offers=4, margin_share=0.9, turned_share=0.25),
    _path("H12", "death", _cold, questions=3, unanswered_share=0.5, gone_share=0.1),
    _path("H13", "damage", _after_stream, hours=(3, "H13: hours"), left_share=0.1),
    _path("H14", "damage", _windows, hours=24, adverts=3, times=2, gone_share=0.05),
    _path("H15", "damage", _contact, gone_share=0.1),
    _path("H16", "damage", _novelty, posts=6, left_share=0.5),
    _path(
        "H17",
        "damage",
        _mismatch,
        part=True,
        span=(100, "H17: staff for hundreds"),
        questions=10,
        unanswered_share=0.5,
        gone_share=0.05,
    ),
    _path("H18", "life", _healthy, part=True, days=84, part_share=0.5, helped_share=0.1),
    _path("H19", "life", _two_stages, grown_share=0.1),
    _path("H20", "life", _short_life, days=(60, "H20: about 15 to 20 in the example")),
    _path(
        "H21",
        "rule",
        _death_test,
        prompts=(PROMPTS, "second definition of death"),
        respond_share=(ANSWERED, "second definition of death"),
        lurk_share=(0.5, "H21: most members"),
    ),
    _path("H22", "rule", _rescue, moved=1),
    _path("H23", "rule", _symptoms, part=True, count=3, drop_share=0.5, lurk_share=0.8, fold_share=0.05, unanswered_share=0.5),
    _path("H24", "rule", _chat_list, folded_share=0.5),
)


def find_paths(log: Any, days: float) -> tuple[list[Course], list[Taken]]:
    """The groups of a log over [0, `days`), and the paths they took, group by group in order of the table."""
    courses = list(find_courses(log, days))
    return courses, [Taken(path, course, found) for course in courses for path in PATHS if (found := path.find(course))]


def path_rows(taken: list[Taken]) -> list[dict[str, Any]]:
    """One plain row per group and path: programme, group, path, sort, day, and the numbers that show it."""
    return [
        {
            "programme": one.course.programme,
            "group": one.course.group,
            "path": one.path.row,
            "sort": one.path.sort,
            "day": round(one.course.day(one.found.time), 4),
            "evidence": {name: round(float(value), 6) for name, value in one.found.values.items()},
        }
        for one in taken
    ]
