"""The browser's fold is Python's: the same numbers as the projections, at random times of random runs."""

from __future__ import annotations

import base64

import numpy as np
import pytest

import sim
from sim.events import kinds
from sim.events.kinds import DAY, NONE
from sim.page.packing import pack
from sim.page.parts import MODULES, catalogues, one_script
from sim.page.story import Story, rows_of_group
from sim.projections.economics import find_amounts
from sim.projections.rows import project_messages, project_moves, read_rows
from sim.projections.vitals import find_vitals, first_answer_delays

TIMES = 1_000
SCENARIOS = ("restaurant", "flash_sale", "merged_cohorts", "cohort_groups")
STRATEGIES = ("no_plan", "kol_care", "columns_and_perks", "strict_rules", "de_operation")
NAMES = (
    "members", "muted", "joins", "exits", "removed", "messages", "organic", "adverts", "complaints", "questions", "answered",
    "orders", "checks", "revenue", "margin", "benefits", "wages", "hours", "organic_today", "messages_today",
)  # fmt: skip


def expected(rows: np.ndarray, times: np.ndarray) -> dict[str, np.ndarray]:
    """The same numbers by the projections, at each time (rows up to and including it)."""
    read = read_rows(rows, checks=True)
    messages, moves = project_messages(read), project_moves(read)
    of = {kind.name: np.sort(read.events["time"][read.kind == kind.code]) for kind in kinds.CATALOGUE}

    def count(at: np.ndarray) -> np.ndarray:
        return np.searchsorted(np.sort(at), times, "right")

    def total(at: np.ndarray, steps: np.ndarray) -> np.ndarray:
        order = np.argsort(at, kind="stable")
        return np.r_[0, np.cumsum(steps[order])][np.searchsorted(at[order], times, "right")]

    questions = np.flatnonzero(messages.kind == kinds.QUESTION_ASKED)
    delay = first_answer_delays(messages, questions, staff=True)
    answered = delay < np.iinfo(np.int64).max
    money = {name: total(read.events["time"][places], yuan) for name, (places, yuan) in find_amounts(read).items()}
    morning = times // DAY * DAY - 1

    def before(at: np.ndarray) -> np.ndarray:
        return np.searchsorted(np.sort(at), morning, "right")

    organic = messages.time[messages.organic]
    return {
        "members": total(moves.time, moves.members), "muted": total(moves.time, moves.muted),
        "joins": count(moves.time[moves.members > 0]),
        "exits": count(moves.time[(moves.members < 0) & (moves.kind == kinds.MEMBER_LEFT)]),
        "removed": count(moves.time[(moves.members < 0) & (moves.kind == kinds.MEMBER_REMOVED)]),
        "messages": count(messages.time), "organic": count(organic), "adverts": count(of["ADVERT_POSTED"]),
        "complaints": count(of["COMPLAINT_POSTED"]), "questions": count(of["QUESTION_ASKED"]),
        "answered": count(messages.time[questions[answered]] + delay[answered]),
        "orders": count(of["ORDER_PLACED"]), "checks": count(of["GROUP_CHECKED"]),
        "revenue": money["revenue"], "margin": money["margin"], "benefits": money["benefit_cost"], "wages": money["wages"],
        "hours": money["staff_hours"], "organic_today": count(organic) - before(organic),
        "messages_today": count(messages.time) - before(messages.time),
    }  # fmt: skip


def story_of(rows: np.ndarray) -> Story:
    last = int(max(rows["actor"].max(initial=0), rows["target"].max(initial=0)))
    header = {"kinds": {kind.name: int(kind.code) for kind in kinds.CATALOGUE}, "graph": {"numbers": last + 1}}
    return Story(header, rows)


@pytest.fixture(scope="module")
def page(browser):
    opened = browser.new_page()
    opened.set_content("<title>fold</title>")
    opened.evaluate(f"async () => {{ {one_script('Object.assign(window, { unpack, Fold, look, form });')} }}")
    yield opened
    opened.close()


@pytest.mark.parametrize(
    ("attributes", "reward", "told"),
    [
        ({"guise": 1, "talk": 1}, 0, "posing"),
        ({"guise": 1, "honour": 0.5}, 0, "posing"),
        ({"honour": 0.5}, 0, "honours"),
        ({"coupon_hours": 48, "coupon_yuan": 10, "session": 1}, 0, "coupon"),
        ({"content": 1, "ask": 1, "session": 1, "roll": 1}, 0, "session"),
        ({"promotion": 0.3, "herd": 1}, 0, "orders"),
        ({"ask": 0.3, "roll": 1, "promotion": 0.2}, 0, "roll"),
        ({"ask": 0.9, "roll": 1}, 2, "packet"),
        ({"ask": 0.4}, 0, "game"),
        ({"promotion": 1}, 0, "promotion"),
        ({"content": 1}, 0, "column"),
        ({}, 0, "notice"),
    ],
)
def test_a_post_has_the_words_of_what_it_is(page, attributes, reward, told):
    assert page.evaluate("([attributes, reward]) => form(attributes, reward)", [attributes, reward]) == told
    for words in catalogues().values():
        lists = (*words["says"]["goods"], *words["says"])
        assert told in words["page"] and (told in lists or told in ("coupon", "posing"))


FOLD = """async ([data, times, names]) => {
  const story = await unpack(Uint8Array.from(atob(data), (c) => c.charCodeAt(0)));
  const fold = new Fold(story);
  return times.map((time) => {
    const now = fold.seek(time);
    return [...names.map((name) => now[name]), now.posters_today, now.openers_today];
  });
}"""


@pytest.mark.parametrize("number", range(20))
def test_the_browser_folds_as_python_does(page, number):
    words = [f"scenario={SCENARIOS[number % 4]}", f"strategy={STRATEGIES[number % 5]}", "days=9", "confirm_days=1"]
    words += ["incident=[price_rise,ad_wave,slow_reply]", "incident.price_rise.day=5", "incident.ad_wave.day=3"]
    words += ["incident.slow_reply.day=2", "campaign=[red_packets]"]
    log = sim.simulate(sim.compose(*words), seed=number).log
    groups = np.unique(log.of_shard(0)["group"])
    rows = rows_of_group(log.of_shard(0), int(groups[groups >= 0][number % (groups >= 0).sum()]))
    rng = np.random.default_rng(number)
    # in no order: back and forth
    times = np.r_[rng.integers(0, rows["time"].max() + DAY, TIMES - 20), rng.choice(rows["time"], 20)]
    found = np.array(page.evaluate(FOLD, [base64.b64encode(pack(story_of(rows))).decode(), times.tolist(), list(NAMES)]))
    right = expected(rows, times)
    for place, name in enumerate(NAMES):
        if name in ("revenue", "margin", "benefits", "wages", "hours"):  # added up in another order
            np.testing.assert_allclose(found[:, place], right[name], rtol=0, atol=1e-6, err_msg=name)
        else:
            np.testing.assert_array_equal(found[:, place], right[name], err_msg=name)
    assert right["messages"].max() > 0 and right["checks"].max() > 100

    vitals = find_vitals(rows)  # a whole day: distinct people
    own = vitals["group"] >= 0
    days = np.arange(int(rows["time"].max() // DAY))
    ends = (days + 1) * DAY - 1
    daily = np.array(page.evaluate(FOLD, [base64.b64encode(pack(story_of(rows))).decode(), ends.tolist(), list(NAMES)]))
    np.testing.assert_array_equal(daily[:, -2], vitals["posters"][own][: len(days)])
    np.testing.assert_array_equal(daily[:, -1], vitals["openers"][own][: len(days)])


def test_no_kind_of_event_is_counted_in_python_alone(page):
    """Each kind of the catalogue stands in a log with amounts of its own: what the projections add up, the browser does too."""
    log = sim.simulate(
        sim.compose("scenario=restaurant", "days=4", "confirm_days=0", "scenario.population.size=40"), seed=1
    ).log
    rows = rows_of_group(log.of_shard(0), 0)
    rng = np.random.default_rng(1)
    apart = (
        *kinds.MESSAGES,
        kinds.MEMBER_JOINED,
        kinds.MEMBER_LEFT,
        kinds.MEMBER_REMOVED,
        kinds.GROUP_FOUNDED,
        kinds.GROUP_CLOSED,
    )
    apart += (kinds.CHANNEL_OPENED, kinds.STIMULUS_DEFINED, kinds.RUN_ENDED)
    others = [kind.code for kind in kinds.CATALOGUE if kind.code not in apart]
    checks = np.flatnonzero(rows["kind"] == kinds.GROUP_CHECKED)[: 6 * len(others)]
    rows["kind"][checks] = np.resize(others, len(checks))
    rows["target"][checks] = np.where(np.isin(rows["kind"][checks], (kinds.TASK_DONE,)), 0, NONE)
    rows["x"][checks], rows["y"][checks] = rng.uniform(0.01, 90, (2, len(checks)))
    times = rng.integers(0, rows["time"].max(), TIMES)
    found = np.array(page.evaluate(FOLD, [base64.b64encode(pack(story_of(rows))).decode(), times.tolist(), list(NAMES)]))
    right = expected(rows, times)
    for place, name in enumerate(NAMES):
        np.testing.assert_allclose(found[:, place], right[name], rtol=0, atol=1e-6, err_msg=name)
    assert len(checks) > 3 * len(others) and all(right[name].max() > 0 for name in ("revenue", "benefits", "wages", "hours"))


def test_modules_import_what_comes_before():
    assert one_script() and len(MODULES) == len(set(MODULES))
