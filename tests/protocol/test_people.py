"""What is done with single members and in sessions: who is reached, who decides, what it costs, and that both models agree."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim import streams
from sim.config import compose, replaced
from sim.events import kinds as k
from sim.events.kinds import DAY, HOUR, MINUTE
from sim.run import simulate
from sim.vocabulary.tables import STIMULUS
from sim.world.build import build_world
from sim.world.carve import carve_world
from tests.property.test_reference import agree
from tests.reference.rules import Rules

SMALL = (
    "scenario.population.size=40", "scenario.population.programmes=1", "scenario.population.joining_days=0.3", "days=9",
    "confirm_days=0", "staff=team", "staff.days_per_week=7", "staff.absence=0", "scenario.market.needs_per_month=60",
)  # fmt: skip
ENTRIES = {
    "lessons": "use: course, days: 7, session: {hour: 20, minutes: 60}, homework: true, compulsory: true, convert_day: 3",
    "live": "use: course, days: 7, session: {hour: 12, minutes: 30}, replay: false",
    "hello": "use: welcome, delay_minutes: 30, text: mall, ritual: true",
    "programme": "use: welcome, delay_minutes: 0, text: programme",
    "outing": "use: gathering, size: 8, clock: {every_days: 2, hour: 12}, lead_days: 1, owner: true",
    "favours": "use: care, act: favour, select: all, count: 20, clock: {every_days: 1, hour: 10}",
    "praise": "use: care, act: praise, select: silent, befriend: true, clock: {every_days: 1}",
    "coached": "use: care, act: coach, select: all, count: 20, clock: {every_days: 1}",
    "mass": "use: care, act: sell, select: all, clock: {per_day: 2}",
    "cases": "use: broadcast, claim: 1, content: 1, clock: {hour: 10}",
    "rumour": "use: broadcast, topic: life, talk: 2, content: 0.5, top_talker_coupon: 8, clock: {hour: 18}",
    "gift": "use: giveaway, prize: gift, announced: false, clock: {hour: 19}",
    "list": "use: proof, clock: {per_day: 4}, hours: 8",
    "show": "use: stream, day: 1, clock: {every_days: 3, hour: 20}, announce_days: 1, discount: 0.3",
    "signs": "use: points, clock: {hour: 9}, threshold: 3",
    "slips": "use: giveaway, prize: coupon, amount: 5, clock: {hour: 11}",
}
DUTIES = "{answer: 0.9, reply: 0, reply_top: 0, soothe: 1, moderate: 1, welcome: 0, rules: true}"


def plan(path: Path, *entries: str, more: str = "") -> str:
    """A plan with these entries of the calendar, written down; gives its path."""
    lines = [f"  - {{as: {name}, {ENTRIES[name]}}}" if name in ENTRIES else f"  - {{{name}}}" for name in entries]
    path.write_text(f"duties: {DUTIES}\n{more}\ncalendar:{' []' if not lines else ''}\n" + "\n".join(lines) + "\n")
    return str(path)


def rows_of(tmp_path: Path, *entries: str, more: str = "", overrides: tuple[str, ...] = (), seed: int = 1) -> np.ndarray:
    """The log of a plan with these entries."""
    where = tmp_path / "mine.yaml"
    one = compose(replaced(SMALL, [f"strategy={plan(where, *entries, more=more)}", *overrides]))
    return simulate(one.scenario, seed=seed).log.events


def attribute(rows: np.ndarray, name: str) -> dict[int, float]:
    """The value of an attribute by stimulus."""
    place = [field.name for field in STIMULUS.fields].index(name)
    said = rows[(rows["kind"] == k.STIMULUS_DEFINED) & (rows["target"] == place)]
    return dict(zip(said["actor"].tolist(), said["x"].tolist()))


def posts(rows: np.ndarray, name: str) -> list[int]:
    """Rows of the posts whose stimulus has an attribute."""
    has = attribute(rows, name)
    return [int(row) for row in np.flatnonzero(rows["kind"] == k.STIMULUS_POSTED) if int(rows["target"][row]) in has]


def answers(rows: np.ndarray, post: int) -> np.ndarray:
    """Who took part in a post: rows."""
    message = int(np.isin(rows["kind"][:post], k.MESSAGES).sum())
    return rows[(rows["kind"] == k.STIMULUS_ANSWERED) & (rows["target"] == message)]


@given(chosen=st.sets(st.sampled_from(sorted(ENTRIES)), min_size=1, max_size=6), seed=st.integers(0, 2**31), kick=st.booleans())
@settings(deadline=None, max_examples=12)
def test_the_reference_agrees_on_every_mixture(
    tmp_path_factory: pytest.TempPathFactory, chosen: set[str], seed: int, kick: bool
):
    more = "order: {kick: {not_friend: 3, absent: 4, no_homework: 5}}" if kick else ""
    where = tmp_path_factory.mktemp("plans") / "mine.yaml"
    agree(compose([*SMALL, f"strategy={plan(where, *sorted(chosen), more=more)}"]).scenario, seed)


# Sessions ----------------------------------------------------------------------------------------------------------------


def test_a_session_is_attended_while_it_lasts_by_those_who_are_not_busy(tmp_path: Path):
    rows = rows_of(tmp_path, "live")
    scenario = compose([*SMALL, f"strategy={tmp_path}/mine.yaml"]).scenario
    world = carve_world(build_world(scenario, 1, 0, 0).array)
    found = 0
    for post in posts(rows, "session"):
        came = answers(rows, post)
        found += len(came)
        assert (came["time"] <= rows["time"][post] + 30 * MINUTE).all() and len(set(came["actor"])) == len(came)
        hour = int(rows["time"][post]) % (7 * DAY) // HOUR
        lots = [streams.uniform_int(int(world.traits["key"][who]), streams.BUSY, hour) for who in came["actor"]]
        assert all(lot >= scenario.parameters.busy_share for lot in lots)
    assert found > 10


def test_without_a_replay_content_is_for_those_who_are_there(tmp_path: Path):
    course = "use: course, days: 7, session: {hour: 12, minutes: 30}, content: 2, quality: 1, replay:"
    with_replay, without = (rows_of(tmp_path, f"{course} {how}") for how in ("true", "false"))
    checks = [int((rows["kind"] == k.GROUP_CHECKED).sum()) for rows in (with_replay, without)]
    assert checks[0] > checks[1]


def test_who_was_absent_is_told_so_and_nobody_else(tmp_path: Path):
    rows = rows_of(tmp_path, "lessons")
    sessions = posts(rows, "session")
    pressed = rows[rows["kind"] == k.MEMBER_PRESSED]
    assert len(pressed) > 10 and set(pressed["cause"]) <= set(sessions)
    for post in sessions:
        assert not set(pressed["target"][pressed["cause"] == post]) & set(answers(rows, post)["actor"])


def test_a_course_sells_from_its_day_of_conversion_on(tmp_path: Path):
    rows = rows_of(tmp_path, "lessons")
    days = [int(rows["time"][post] // DAY) for post in posts(rows, "promotion")]
    assert days == [3, 4, 5, 6]


def test_only_those_are_removed_who_have_not_done_what_is_demanded(tmp_path: Path):
    lessons = ENTRIES["lessons"]
    rows = rows_of(tmp_path, lessons, more="order: {kick: {absent: 2}}")
    removed = rows[rows["kind"] == k.MEMBER_REMOVED]
    sessions = [(int(rows["time"][post]), set(answers(rows, post)["actor"])) for post in posts(rows, "session")]
    joined = {int(row["actor"]): int(row["time"]) for row in rows if row["kind"] == k.MEMBER_JOINED}
    assert len(removed) > 5
    for row in removed:
        missed = [
            time for time, came in sessions if joined[int(row["target"])] <= time < row["time"] and row["target"] not in came
        ]
        assert len(missed) >= 2
    assert not (rows_of(tmp_path, lessons)["kind"] == k.MEMBER_REMOVED).any()


def test_who_is_no_friend_after_some_days_is_removed_once_asked(tmp_path: Path):
    rows = rows_of(tmp_path, more="order: {kick: {not_friend: 3}}")
    line = int(rows["group"][rows["kind"] == k.CHANNEL_OPENED][0])
    friends = {int(row["actor"]) for row in rows if row["kind"] == k.MEMBER_JOINED and row["group"] == line}
    asked = {int(row["target"]) for row in rows if row["kind"] == k.MEMBER_INVITED}
    left = {int(row["actor"]) for row in rows if row["kind"] == k.MEMBER_LEFT and row["group"] == line}
    removed = {int(row["target"]) for row in rows if row["kind"] == k.MEMBER_REMOVED}
    assert friends and removed and removed <= asked and not removed & (friends - left)


def test_a_stream_is_announced_and_its_price_is_for_those_who_were_there(tmp_path: Path):
    rows = rows_of(tmp_path, "show")
    shows = posts(rows, "session")
    granted = rows[rows["kind"] == k.COUPON_GRANTED]
    assert len(shows) == 3 and len(granted) > 5
    for show in shows:
        announced = rows[rows["cause"][show]]
        assert announced["kind"] == k.STIMULUS_POSTED and rows["time"][show] - announced["time"] == DAY
    came = {int(rows["actor"][row]) for row in granted["cause"]}
    assert came == set(granted["actor"]) and (rows["kind"][granted["cause"]] == k.STIMULUS_ANSWERED).all()


def test_points_are_exchanged_at_the_threshold_and_not_before(tmp_path: Path):
    rows = rows_of(tmp_path, "signs")
    granted = rows[rows["kind"] == k.COUPON_GRANTED]
    signed = rows[rows["kind"] == k.STIMULUS_ANSWERED]
    assert len(granted) > 2
    for person in set(granted["actor"]):
        for number, row in enumerate(granted[granted["actor"] == person], 1):
            assert ((signed["actor"] == person) & (signed["time"] <= row["time"])).sum() >= 3 * number


def test_a_list_shows_as_many_orders_as_there_were(tmp_path: Path):
    rows = rows_of(tmp_path, "list")
    lists = rows[rows["kind"] == k.STIMULUS_POSTED]
    ordered = rows["time"][rows["kind"] == k.ORDER_PLACED]
    assert len(lists) > 3 and (lists["x"] >= 1).all()
    for row in lists:
        assert row["x"] == ((ordered >= row["time"] - 8 * HOUR) & (ordered <= row["time"])).sum()


# Single members ----------------------------------------------------------------------------------------------------------


def test_a_welcome_comes_after_its_delay_and_says_what_it_is_to_say(tmp_path: Path):
    rows = rows_of(tmp_path, "hello")
    joined = {int(row["actor"]): int(row["time"]) for row in rows if row["kind"] == k.MEMBER_JOINED}
    greeted = rows[rows["kind"] == k.MEMBER_WELCOMED]
    assert len(greeted) > 20 and (greeted["x"] == 3).all() and (greeted["y"] == 1).all()
    assert all(row["time"] >= joined[int(row["target"])] + 30 * MINUTE for row in greeted)


def test_whoever_says_yes_comes_to_a_gathering_and_nobody_else(tmp_path: Path):
    rows = rows_of(tmp_path, "outing")
    met = {int(row["cause"]): row for row in rows if row["kind"] == k.REQUEST_MET}
    came = rows[rows["kind"] == k.MEMBER_CARED_FOR]
    assert len(came) > 3 and (came["y"] == 4).all() and (came["x"] == 50).all()
    for row in came:
        yes = met[int(row["cause"])]
        assert yes["actor"] == row["target"] and row["time"] - rows["time"][row["cause"]] >= DAY
    declined = rows["cause"][rows["kind"] == k.REQUEST_DECLINED]
    assert not set(declined) & set(came["cause"])


def test_favours_are_not_asked_of_anybody_more_often_than_the_cap_allows(tmp_path: Path):
    asked = rows_of(tmp_path, f"{ENTRIES['favours']}, cap_per_month: 2")
    counts = np.bincount(asked["target"][asked["kind"] == k.MEMBER_ASKED])
    free = rows_of(tmp_path, "favours")
    assert counts.max() == 2 < np.bincount(free["target"][free["kind"] == k.MEMBER_ASKED]).max()


def test_the_coupon_of_a_topic_goes_to_whoever_wrote_most(tmp_path: Path):
    rows = rows_of(tmp_path, "rumour")
    granted = np.flatnonzero(rows["kind"] == k.COUPON_GRANTED)
    assert len(granted) > 2
    for row in granted:
        post = int(rows["cause"][row])
        said = np.isin(rows["kind"], (k.MESSAGE_POSTED, k.QUESTION_ASKED, k.COMPLAINT_POSTED))
        said &= (rows["time"] > rows["time"][post]) & (rows["time"] <= rows["time"][post] + 6 * HOUR)
        counts = np.bincount(rows["actor"][said])
        assert counts[rows["actor"][row]] == counts.max()


def complaints(rows: np.ndarray) -> int:
    return int((rows["kind"] == k.COMPLAINT_POSTED).sum())


def test_a_promise_that_is_too_great_is_complained_about_and_coaching_helps(tmp_path: Path):
    long = ("days=16", "parameters.gap_anger=2", "parameters.vent_chance=1")
    great, modest = (rows_of(tmp_path, f"use: broadcast, claim: {claim}, content: 1, clock: {{hour: 10}}", overrides=long)
                     for claim in (1, 0.4))  # fmt: skip
    coached = rows_of(tmp_path, "cases", "coached", overrides=long)
    assert complaints(great) > complaints(modest) and complaints(coached) < complaints(great)


def test_pressure_beyond_what_is_borne_angers_and_less_does_not(tmp_path: Path):
    much, some = (rows_of(tmp_path, f"use: care, act: sell, select: all, sales_recall: 0, clock: {{per_day: {often}}}",
                          overrides=("parameters.contact_anger=0.5",)) for often in (4, 0.2))  # fmt: skip
    assert complaints(much) > complaints(some)


def test_a_topic_is_worth_as_much_on_average_whoever_likes_it():
    scenario = compose(replaced(SMALL, ["scenario.population.size=2000"])).scenario
    rules = Rules(build_world(scenario, 1, 0, 0), scenario)  # held to be the same as the compiled ones
    for topic in range(1, 8):
        likings = [rules.liking(member, float(topic)) for member in rules.persons]
        assert np.mean(likings) == pytest.approx(1.0, abs=0.02) and len(set(likings)) == 2
    assert rules.liking(rules.persons[0], 0.0) == 1.0


COACHED = "use: care, act: coach, select: all, count: 20, clock: {every_days: 6}"


@pytest.mark.parametrize(
    ("name", "low", "high", "entries"),
    [("favour_warmth", 0.1, 0.9, ("favours",)), ("favour_burden", 0.1, 0.9, ("favours",)), ("favour_days", 1, 300, ("favours",)),
     ("favour_tolerance", 0.5, 5, ("favours",)), ("outing_warmth", 0.1, 0.9, ("outing",)),
     ("gathering_warmth", 0.1, 0.9, ("use: gathering, size: 8, clock: {every_days: 2, hour: 12}",)),
     ("told_recall", 0.1, 2, ("hello",)), ("coaching_effort", 0.01, 0.2, ("cases", COACHED)),
     ("coaching_claim", 0.1, 0.9, ("use: broadcast, claim: 1, days: 4, clock: {hour: 10}", f"{COACHED}"))],
)  # fmt: skip
def test_what_no_shipped_plan_does_within_days_acts_all_the_same(tmp_path: Path, name: str, low: float, high: float, entries):
    base = ("days=16", "parameters.gap_anger=2", "parameters.vent_chance=1", "scenario.population.size=60")
    one, other = (rows_of(tmp_path, *entries, overrides=(*base, f"parameters.{name}={value}")) for value in (low, high))
    assert not np.array_equal(one, other)
