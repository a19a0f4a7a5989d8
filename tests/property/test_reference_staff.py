"""What staff do against a reckoning in plain Python: when they look, what they take up, who does what when, and for how long."""

from __future__ import annotations

import math
from collections import Counter
from typing import Any

import numpy as np
import pytest

from sim.config import compose
from sim.engine.programme import Programme
from sim.events import kinds
from sim.events.kinds import DAY, HOUR, TASKS
from sim.events.log import LogWriter
from sim.operators.office import StaffRoom
from sim.operators.staff import URGENCY
from sim.scenario import Scenario
from tests.reference import staff as reference
from tests.reference.draws import child_key, draw

KIND_OF_TASK = {
    kinds.QUESTION_ASKED: "answer",
    kinds.COMPLAINT_POSTED: "soothe",
    kinds.ADVERT_POSTED: "moderate",
    kinds.MEMBER_JOINED: "welcome",
    kinds.MESSAGE_POSTED: "reply",
}
#: One person or four, busy and not, short days and long ones; replies do not go to those who talk most, who are held elsewhere.
SHOPS = [
    ("staff=one_operator", "strategy=kol_care"),
    ("staff=one_operator", "strategy=kol_care", "staff.budget_hours=0.5", "staff.answer_minutes=20"),
    ("staff=one_operator", "strategy=no_plan", "incident=[ad_wave]", "incident.ad_wave.day=2"),
    ("staff=team", "strategy=kol_care", "staff.people=3", "staff.budget_hours=0.3", "staff.answer_minutes=15"),
    ("staff=team", "strategy=strict_rules", "staff.shift_start=0", "staff.shift_end=24", "incident=[ad_wave,quarrel]",
     "incident.ad_wave.day=2", "incident.quarrel.day=3"),
    ("staff=team", "strategy=columns_and_perks", "staff.people=2", "staff.post_minutes=200", "campaign=[columns,red_packets]"),
    ("staff=one_operator", "strategy=de_operation", "staff.shift_start=20", "staff.look_minutes=120"),
    ("staff=one_operator", "strategy=kol_care", "++staff.roles={owner: {people: 2, ability: 0.4, hours: 1.5, busy_from: 11.5, "
     "busy_to: 14, shift_start: 11, shift_end: 20}}", "staff.answer_minutes=15"),
    ("staff=one_operator", "strategy=columns_and_perks", "++staff.roles={owner: {busy_from: 9, busy_to: 12.5, hours: 2}}"),
]  # fmt: skip
USUAL = (
    "staff.absence=0", "scenario.population.size=60", "scenario.population.groups=2", "scenario.population.programmes=1",
    "days=11", "confirm_days=0", "parameters.question_share=0.4", "parameters.post_scale=0.08",
)  # fmt: skip


def scenario_of(shop: tuple[str, ...]) -> Scenario:
    """A scenario in which staff have something to do."""
    quiet = [] if shop[1] == "strategy=no_plan" else ["strategy.duties.reply_top=0"]
    return compose([*shop, *USUAL, *quiet]).scenario


def live(
    scenario: Scenario, seed: int, monkeypatch: pytest.MonkeyPatch
) -> tuple[np.ndarray, list[tuple[int, str, float]], int]:
    """(rows of the log; what staff were asked to do: (time, kind, minutes); root of the programme)."""
    asked: list[tuple[int, str, float]] = []
    work = StaffRoom.work

    def note(self: Any, task: str, minutes: float, **more: Any) -> Any:
        asked.append((int(self.env.now), task, minutes))
        return work(self, task, minutes, **more)

    monkeypatch.setattr(StaffRoom, "work", lambda self, task, minutes, **more: note(self, task, minutes, **more))
    writer = LogWriter(None)
    programme = Programme(scenario, seed, 0, 0, writer)
    programme.run()
    return writer.seal({}).events, asked, int(programme.world.keys[-1])


@pytest.mark.parametrize("seed", [1, 2])
@pytest.mark.parametrize("shop", SHOPS, ids=" ".join)
def test_every_task_is_done_by_whom_and_when_the_reckoning_says(shop, seed, monkeypatch):
    scenario = scenario_of(shop)
    rows, asked, root = live(scenario, seed, monkeypatch)
    end = round(scenario.days * DAY)
    looks = looks_of(scenario, root)
    expected = reference.work_off(reference.people_of(scenario.staff), root, reference.tasks_of(asked), end, looks)
    done = rows[rows["kind"] == kinds.TASK_DONE]
    found = [(int(row["time"]), int(row["actor"]), TASKS[row["target"]]) for row in done]
    assert found == [task[:3] for task in expected]
    assert np.allclose(done["x"], [task[3] for task in expected], rtol=1e-12, atol=0)
    assert np.array_equal(done["y"], done["x"] * scenario.staff.wage)
    assert len(done) > 20


def looks_of(scenario: Scenario, root: int) -> dict[int, int]:
    """When staff look at the groups, and when that was due."""
    pauses = reference.lane(root, "strategy", scenario.strategy[0], -1)
    return reference.looks_of(reference.people_of(scenario.staff), pauses, round(scenario.days * DAY))


def taken_up(scenario: Scenario, rows: np.ndarray, root: int, keys: list[int]) -> list[tuple[int, str]]:
    """(time, kind) of what staff take up when they look at the groups, reckoned from the log."""
    duties = scenario.strategy[1].duties
    shares = {
        "answer": duties.answer, "soothe": duties.soothe, "moderate": duties.moderate, "welcome": duties.welcome,
        "reply": duties.reply,
    }  # fmt: skip
    if not any(shares.values()):
        return []
    seen, found = 0, []
    for now in looks_of(scenario, root):
        while seen < len(rows) and rows["time"][seen] <= now:
            row, seen = rows[seen], seen + 1
            task = KIND_OF_TASK.get(int(row["kind"]))
            if row["kind"] == kinds.ENTRY_DECLINED:
                found.append((now, "screen"))
            elif task is not None:
                lot = draw(child_key(keys[row["actor"]], "strategy", int(row["time"])), "strategy", 0)
                if lot < shares[task]:
                    found.append((now, task))
    return found


@pytest.mark.parametrize("shop", [SHOPS[0], SHOPS[3], ("staff=team", "strategy=columns_and_perks")], ids=" ".join)
def test_staff_take_up_what_they_find_when_they_look(shop, monkeypatch):
    scenario = scenario_of(shop)
    rows, asked, root = live(scenario, 3, monkeypatch)
    keys = [int(key) for key in Programme(scenario, 3, 0, 0, LogWriter(None)).world.keys]
    expected = taken_up(scenario, rows, root, keys)
    found = [(time, task) for time, task, _ in asked if task in (*KIND_OF_TASK.values(), "screen")]
    assert found == expected and len({task for _, task in found}) >= 3


def test_posts_come_up_at_even_hours_of_the_shift(monkeypatch):
    scenario = scenario_of(SHOPS[0])
    _, asked, root = live(scenario, 4, monkeypatch)
    staff, plan = scenario.staff, scenario.strategy[1]
    expected: Counter = Counter()
    for place, wanted in enumerate((plan.posts_per_day, plan.promotions_per_day)):
        lane = reference.lane(root, "strategy", "kol_care", place + 1)
        for day in range(11):
            count = math.floor(wanted) + (draw(lane, "strategy", day) < wanted - math.floor(wanted))
            for nth in range(count):
                hour = staff.shift_start + (nth + 0.5) / count * (staff.shift_end - staff.shift_start)
                expected[round((day + hour / 24) * DAY)] += scenario.population.groups
    assert Counter(time for time, task, _ in asked if task == "post") == expected
    assert sum(expected.values()) > 2 * 11


MISSES = [
    ("staff=team", "strategy=columns_and_perks", "staff.people=3", "staff.shift_start=9", "staff.shift_end=17"),
    ("staff=one_operator", "strategy=no_plan", "staff.days_per_week=4"),
]


def missed(rows: np.ndarray) -> list[tuple[int, int]]:
    """(day, how many) of the shifts that were missed, from the log."""
    return sorted(Counter((rows["time"][rows["kind"] == kinds.STAFF_ABSENT] // DAY).tolist()).items())


@pytest.mark.parametrize("seed", [1, 2])
@pytest.mark.parametrize("shop", MISSES, ids=" ".join)
def test_shifts_are_missed_when_the_reckoning_says(shop, seed, monkeypatch):
    scenario = compose([*shop, *(text for text in USUAL if "absence" not in text), "staff.absence=0.4"]).scenario
    rows, _, root = live(scenario, seed, monkeypatch)
    people = reference.people_of(scenario.staff)
    assert missed(rows) == reference.absences(people, root, 11)
    assert 2 < len(missed(rows)) < 11
    away = rows[rows["kind"] == kinds.STAFF_ABSENT]
    assert np.allclose(away["x"], people.shift_end - people.shift_start)
    for time, who in zip(away["time"].tolist(), away["actor"].tolist()):  # nobody works while away
        done = rows["time"][(rows["kind"] == kinds.TASK_DONE) & (rows["actor"] == who)]
        assert not ((done > time) & (done < time + round((people.shift_end - people.shift_start) * HOUR))).any()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("office.TASK_SPREAD", 0.501),
        ("staff.SMALL_TALK_SHARE", 0.5),
        ("staff.STALE", 2 * HOUR),
        ("staff.URGENCY", dict(zip(reversed(URGENCY), URGENCY.values()))),
        ("staff.SMALL_TALK", ("reply",)),
        ("staff.MINUTE", 59_000_000),
        ("office.LOGISTIC", 0.55),
    ],
)
def test_a_mistake_in_the_staff_is_seen(name, value, monkeypatch):
    monkeypatch.setattr(f"sim.operators.{name}", value)
    if name == "staff.URGENCY":
        monkeypatch.setattr("sim.operators.office.URGENCY", value)
    for shop in SHOPS:
        scenario = scenario_of(shop)
        rows, asked, root = live(scenario, 1, monkeypatch)
        end = round(scenario.days * DAY)
        expected = reference.work_off(
            reference.people_of(scenario.staff), root, reference.tasks_of(asked), end, looks_of(scenario, root)
        )
        done = rows[rows["kind"] == kinds.TASK_DONE]
        found = [(int(row["time"]), int(row["actor"]), TASKS[row["target"]]) for row in done]
        if found != [task[:3] for task in expected]:
            return
    pytest.fail("nothing differs")
