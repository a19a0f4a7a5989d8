"""The table of outcomes: one entry is enough for a column everywhere, and the data dictionary leaves no column out."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from rich.console import Console
from test_projections_vitals import HAND
from test_report_tables import patterns_table

import sim
from sim.comparing.daily import COLUMNS as DAILY
from sim.events import kinds
from sim.projections.economics import project_economics
from sim.projections.marks import project_marks
from sim.projections.outcomes import DAYS, OUTCOMES, Outcome, Words, project_lifetime_rows, project_outcomes
from sim.projections.reasons import find_reasons
from sim.projections.vitals import find_vitals, project_vitals, project_wecom
from sim.report.comparison import OUTCOMES_A_TABLE, print_comparison
from sim.report.console import print_vital_signs
from sim.report.language import LANGUAGES, translator
from sim.studies.dictionary import describe_bounds, describe_tables
from sim.studies.paired import estimate_league
from sim.studies.panel import estimate_panel
from sim.studies.pareto import OBJECTIVES
from sim.studies.phase import tabulate_phase
from sim.studies.study import Study, build_study
from sim.studies.survival import estimate_survival, re_rank

ADDED = Outcome(
    "night_messages", "messages_per_day", "organic messages from 22 h to 6 h / days", lambda t: 10.0 * len(t.groups.number) + t.days,
    Words("Messages by night", "夜间消息数", "Mensajes de noche"), "neither", aggregate="median", panel="talk",
    heading=Words("By\nnight", "夜间", "De\nnoche"),
)  # fmt: skip


OF_STUDIES = dict.fromkeys((name for name, one in OUTCOMES.items() if one.read is None), 1.0)


def study(folder: Path) -> Study:
    sealed = []
    for number in range(4):
        points: list[dict[str, Any]] = []
        for arm in range(2):
            outcomes = project_outcomes(HAND, 4) | OF_STUDIES | {"digest": "d", "lifetimes": project_lifetime_rows(HAND, 4)}
            if "night_messages" in outcomes:  # skewed, so that a mean is not taken for a median
                outcomes["night_messages"] = (1.0, 2.0, 3.0, 90.0)[number] + arm
            points.append(outcomes)
        sealed.append(({"seed": 1, "replication": number, "world": number // 2}, points))
    return build_study(folder, [("one", {"key": "1"}), ("two", {"key": "2"})], sealed, ["groupalive run"] * 2)


def page(show: Any, *arguments: Any, **named: Any) -> str:
    console = Console(file=io.StringIO(), width=100, highlight=False, markup=False)
    show(*arguments, console=console, **named)
    return console.file.getvalue()  # type: ignore[attr-defined]


def panel(made: Study) -> pd.DataFrame:
    return estimate_panel(made.replications, ("net_income", "staff_hours"), days=4, members=40)


def test_one_entry_is_enough(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setitem(OUTCOMES, ADDED.name, ADDED)
    assert project_outcomes(HAND, 4)["night_messages"] == 14.0
    made = study(tmp_path)
    league = estimate_league(made.replications, days=4)
    made.save_tables(league=league)
    assert "night_messages" in pd.read_csv(tmp_path / "replications.csv")
    assert pd.read_csv(tmp_path / "league.csv").night_messages.tolist() == [2.5, 3.5]  # the median, as the entry says
    for language, heading in zip(LANGUAGES, ("night", "夜间", "noche"), strict=True):
        t = translator(language)
        shown = page(print_comparison, panel(made), league, [], t, days=4)
        assert heading in shown and t.number(2.5, 1) in shown
        assert max(map(len, shown.splitlines())) <= 100
        assert ADDED.words[LANGUAGES.index(language)] in page(print_vital_signs, project_outcomes(HAND, 4), [], t, days=4)
        assert ADDED.words[LANGUAGES.index(language)] in t.axis("night_messages")
    assert any(column.name == "night_messages" for one in describe_tables() if one.name == "league" for column in one.columns)


def test_the_league_has_the_columns_that_the_table_names_and_goes_on_below_when_they_are_many(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    t = translator("en")
    made = study(tmp_path)
    plain = page(print_comparison, panel(made), estimate_league(made.replications, days=4), [], t)
    for number in range(OUTCOMES_A_TABLE):
        name = f"more_{number}"
        heading = Words(f"X{number}", "b", "c")
        monkeypatch.setitem(OUTCOMES, name, Outcome(name, "yuan", "", lambda t: 0.0, Words("a", "b", "c"), heading=heading))
    wide = estimate_league(study(tmp_path).replications, days=4)
    shown = page(print_comparison, panel(made), wide, [], t)
    assert "X0" not in plain
    assert all(f"X{number}" in shown for number in range(OUTCOMES_A_TABLE))
    assert shown.count("Front\n") == plain.count("Front\n") == 1


def test_every_entry_is_whole() -> None:
    for name, outcome in OUTCOMES.items():
        assert outcome.name == name
        assert outcome.formula
        assert (outcome.unit == "") == (outcome.aggregate == "none"), name
        assert outcome.bounds(90)[0] < outcome.bounds(90)[1]
        assert outcome.unit != "share" or (outcome.low, outcome.high) == (0, 1), name
        assert outcome.aggregate != "none" or not outcome.in_league
    assert OUTCOMES["alive_days"].bounds(30) == (0, 30) and OUTCOMES["alive_days"].high == DAYS
    assert OUTCOMES["alive_days"].bounds(None) == (0, np.inf)
    assert describe_bounds(OUTCOMES["alive_days"]) == "0 to days"
    assert {name: OUTCOMES[name].direction == "higher" for name in OBJECTIVES} == OBJECTIVES


def test_what_can_be_judged_says_how_much_of_it_matters() -> None:
    assert OUTCOMES["alive_days"].smallest_effect(365, 400) == 3
    assert OUTCOMES["net_income"].smallest_effect(90, 200) == 500  # 0.03 yuan a member and day, one figure
    assert OUTCOMES["net_income"].smallest_effect(90, 400) == 1000
    assert {name for name, one in OUTCOMES.items() if not one.can_be_judged} == {"closed", "state", "without_group"}
    assert all(one.smallest_effect(90, 200) > 0 for one in OUTCOMES.values() if one.can_be_judged)
    assert {name for name in OUTCOMES if name.startswith("hours_")} == {f"hours_{task}" for task in kinds.TASKS}


def test_outcomes_lie_within_their_bounds() -> None:
    scenario = sim.compose("scenario=restaurant", "strategy=kol_care", "days=10", "scenario.population.size=40")
    for seed in range(3):
        for name, value in sim.simulate(scenario, seed=seed).outcomes().items():
            low, high = OUTCOMES[name].bounds(10)
            assert isinstance(value, str) or np.isnan(value) or low <= value <= high, name


#: Tables of searches and screenings, which are held against the dictionary where they are made.
ELSEWHERE = ("plans", "front", "rounds", "morris")


def test_the_dictionary_leaves_no_column_out(tmp_path: Path) -> None:
    made = study(tmp_path)
    cells = [
        {"axis": "starting_activity", "level": "0.2", "effort": "0.5", "first_week": 9.0, "death": day} for day in (50, 400)
    ]
    tables = {
        "vitals": find_vitals(HAND, by_group=False),
        "vitals by group": project_vitals(HAND),
        "reasons": find_reasons(HAND),
        "wecom": project_wecom(HAND),
        "economics": project_economics(HAND),
        "outcomes": project_outcomes(HAND, 4),
        "arms": made.arms.drop(columns="key"),
        "replications": made.replications.drop(columns="key"),
        "lifetimes": made.lifetimes,
        "league": estimate_league(made.replications, days=4),
        "panel": panel(made),
        "survival": estimate_survival(made.lifetimes, days=4),
        "definitions": re_rank(made.lifetimes),
        "phase": tabulate_phase(pd.DataFrame(cells)),
        "marks": project_marks(HAND),
        "daily": pd.DataFrame(columns=[*DAILY, "arm", "label", "replication", "median"]),
        "marks of arms": project_marks(HAND).assign(arm=0),
        "patterns": patterns_table()[0],
    }
    described = {one.name: one for one in describe_tables() if one.name not in ELSEWHERE}
    assert described.keys() == tables.keys()
    for name, one in described.items():
        names = [column.name for column in one.columns]
        assert len(names) == len(set(names)), name
        assert set(names) == set(tables[name]), name
        assert all(column.meaning for column in one.columns)
