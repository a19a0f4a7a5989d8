"""Paths of death: found in runs that die in known ways, not in those that live, and each of them told in three languages."""

from __future__ import annotations

import inspect
import json
import re
from functools import cache
from pathlib import Path
from string import Formatter

import numpy as np
import pytest

from sim.cli.entry import main
from sim.config import compose
from sim.domain.rows import row_titles
from sim.events import kinds
from sim.events.kinds import DAY, EVENT_DTYPE, HOUR, NONE
from sim.projections.course import find_courses
from sim.projections.paths import PATHS, SYMPTOMS, find_paths, path_rows
from sim.projections.rows import NEVER
from sim.report.language import LANGUAGES, translator
from sim.report.post_mortem import print_paths
from sim.run import simulate

OF = {path.row: path for path in PATHS}
DAYS = 90
NO_GROUP = ("scenario=restaurant", "strategy=no_group", "days=20")
FLASH = ("scenario=flash_sale", "strategy=columns_and_perks", "campaign=[flash_deals]")
ADVERTS = (
    "scenario=restaurant",
    "parameters=by_hand",
    "strategy=no_plan",
    "incident=[ad_wave]",
    "incident.ad_wave.handling=none",
)
QUARREL = ("scenario=restaurant", "strategy=no_plan", "days=60", "incident=[quarrel]")
LIVES = ("scenario=image_class", "parameters=by_hand", "strategy=kol_care")


@cache
def taken(*words: str, seed: int = 7) -> frozenset[str]:
    """The paths of a run."""
    scenario = compose(words).scenario
    return frozenset(one.path.row for one in find_paths(simulate(scenario, seed=seed).log, scenario.days)[1])


def test_all_of_part_h_is_there_in_order():
    assert list(OF) == [row for row in row_titles() if row.startswith("H")]


def test_a_flash_sale_dies_of_flash_decay():
    found = taken(*FLASH)
    assert "H03" in found and not found & {"H18", "H07", "H09", "H12", "H20"}


def test_no_plan_with_adverts_becomes_an_advert_board_with_broken_windows():
    assert {"H01", "H14", "H23"} <= taken(*ADVERTS)
    assert not taken(*ADVERTS) & {"H18", "H03", "H12", "H20"}
    assert not taken(*LIVES) & {"H01", "H14"}


def test_a_quarrel_bursts_where_nobody_answers_it():
    """Among members who talk as much as those set by hand; fitted ones seldom say enough in two months (1 of 12 seeds)."""
    words = [(*QUARREL, "parameters=by_hand", f"incident.quarrel.handling={how}") for how in ("none", "right")]
    burst = [sum("H09" in taken(*one, seed=seed) for seed in (2, 3, 5)) for one in words]
    assert burst == [3, 0]


def test_one_that_lives_is_healthy():
    found = taken(*LIVES)
    assert "H18" in found
    assert all(OF[row].sort != "death" for row in found)


def test_without_a_group_there_is_no_path(capsys: pytest.CaptureFixture[str]):
    scenario = compose(NO_GROUP).scenario
    courses, found = find_paths(simulate(scenario, seed=7).log, scenario.days)
    assert (courses, found) == ([], [])
    print_paths(courses, found, translator("en"))
    assert "No group was opened" in capsys.readouterr().out


def test_a_planned_end_is_one():
    assert "H20" in taken("scenario=restaurant", "strategy=kol_care", "campaign=[planned_end]", "days=30")


def test_a_cold_course_is_one():
    assert "H12" in taken("scenario=zero_yuan_course", "strategy=zero_yuan_funnel", "days=30", "parameters=by_hand", seed=2)


# Logs written by hand: what a rule asks for stands there, or not quite.


def log_of(*rows: tuple[float, int, int, int, float, float], end: float = DAYS) -> np.ndarray:
    """A log of one group of 100 from rows (day, kind, actor, target, x, y)."""
    events = np.zeros(len(rows) + 2, EVENT_DTYPE)
    every = [
        (0.0, kinds.GROUP_FOUNDED, NONE, NONE, 100.0, 0.0),
        *sorted(rows, key=lambda row: row[0]),
        (end, kinds.RUN_ENDED, NONE, NONE, 0, 0),
    ]
    for place, (day, kind, actor, target, x, y) in enumerate(every):
        events[place] = (int(day * DAY), NONE, x, y, kind, 0, actor, target)
    events["group"][-1] = NONE
    return events


def entries(count: int) -> list[tuple[float, int, int, int, float, float]]:
    return [(0.0, int(kinds.MEMBER_JOINED), person, int(NONE), 0.0, 0.0) for person in range(count)]


def said(day: float, person: int) -> tuple[float, int, int, int, float, float]:
    return (day, int(kinds.MESSAGE_POSTED), person, int(NONE), 0.0, 0.0)


def rows_of(log: np.ndarray, days: float = DAYS) -> set[str]:
    return {one.path.row for one in find_paths(log, days)[1]}


@pytest.mark.parametrize(("adverts", "found"), [(3, True), (2, False)])
def test_abandonment_needs_its_adverts(adverts: int, found: bool):
    acts = [(1.0, int(kinds.RULES_POSTED), 0, int(NONE), 0.0, 0.0)]
    posted = [(20.0 + one, int(kinds.ADVERT_POSTED), one, int(NONE), 0.0, 0.0) for one in range(adverts)]
    assert ("H07" in rows_of(log_of(*entries(9), *acts, *posted))) is found


@pytest.mark.parametrize(("muted", "found"), [(5, True), (4, False)])
def test_folding_needs_half_of_the_members(muted: int, found: bool):
    mutes = [(9.0, int(kinds.GROUP_MUTED), person, int(NONE), 1.0, 0.0) for person in range(muted)]
    assert ("H08" in rows_of(log_of(*entries(10), *mutes))) is found


@pytest.mark.parametrize("removed", [False, True])
def test_a_window_is_broken_only_where_the_first_advert_stands(removed: bool):
    adverts = [(9.0 + one, int(kinds.ADVERT_POSTED), 1, int(NONE), 0.0, 0.0) for one in range(5)]
    left = [(15.0, int(kinds.MEMBER_LEFT), 3, int(NONE), 0.0, float(kinds.REASONS.index("adverts")))]
    cleared = [(9.5 + one, int(kinds.MESSAGE_REMOVED), 0, one, 0.0, 0.0) for one in range(5)] if removed else []
    assert ("H14" in rows_of(log_of(*entries(10), *adverts, *left, *cleared))) is not removed


def test_quiet_but_sound_needs_those_who_still_look():
    early = [said(day + 0.1 * person, person) for day in range(20) for person in range(4)]
    looks = [(day + 0.5, int(kinds.GROUP_CHECKED), person, int(NONE), 0.0, 0.0) for day in range(20, 90) for person in range(3)]
    assert "H06" in rows_of(log_of(*entries(10), *early, *looks))
    assert "H06" not in rows_of(log_of(*entries(10), *early))


def test_orders_at_a_discount_erode_and_a_price_rise_does_not():
    def order(day: float, person: int, paid: float) -> tuple[float, int, int, int, float, float]:
        return (day, int(kinds.ORDER_PLACED), person, int(NONE), paid, paid - 40)

    coupon = [(0.0, int(kinds.STIMULUS_DEFINED), 0, 9, 0.3, 0.0)]
    posts = [(float(day), int(kinds.STIMULUS_POSTED), 0, 0, 0.0, 0.0) for day in range(1, 88, 2)]
    full = [order(5 + person, person, 100) for person in range(8)]
    cheap = [order(70 + person, person, 70) for person in range(8)]
    assert "H11" in rows_of(log_of(*entries(10), *coupon, *posts, *full, *cheap))
    lowered = [(60.0, int(kinds.PRICE_SET), int(NONE), int(NONE), 70.0, 0.0)]
    assert "H11" not in rows_of(log_of(*entries(10), *coupon, *posts, *full, *cheap, *lowered))


def test_several_programmes_are_told_apart():
    scenario = compose([*LIVES, "days=20", "scenario.population.programmes=2", "scenario.population.groups=2"]).scenario
    run = simulate(scenario, seed=3)
    courses = list(find_courses(run.log, scenario.days))
    assert [(one.programme, one.group) for one in courses] == [(0, 0), (0, 1), (1, 0), (1, 1)]
    vitals = run.vitals()
    assert sum(one.daily["organic"].sum() for one in courses) == vitals["organic"][: int(scenario.days)].sum()
    assert sum(int(one.messages.organic.sum()) for one in courses) == vitals["organic"][: int(scenario.days)].sum()
    for one in courses:
        known = one.replied[one.replied >= 0]
        assert len(known) and (one.messages.time[known] < one.messages.time[one.replied >= 0]).all()
        assert one.silent == NEVER or one.silent >= one.first


# Words and files.


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.row)
def test_every_path_has_its_words_and_its_limits(path):
    for language in LANGUAGES:
        words = translator(language).words
        assert f"path.{path.row}" in words and f"path.{path.sort}" in words
        assert (f"path.{path.row}.blind" in words) == (path.part or path.seen is None)
        if path.seen:
            named = {name for _, name, _, _ in Formatter().parse(words[f"path.{path.row}.must"]) if name}
            assert named == {limit.name for limit in path.limits}
    if path.seen:
        asked = list(inspect.signature(path.seen).parameters)[1:]
        assert asked == [limit.name for limit in path.limits]
        assert all(limit.source for limit in path.limits)


def test_numbers_of_every_found_path_can_be_told(capsys: pytest.CaptureFixture[str]):
    """Also that no placeholder of a sentence is left without its number."""
    told: set[str] = set()
    for words in (
        FLASH,
        ADVERTS,
        LIVES,
        ("scenario=restaurant", "strategy=feizhimi"),
        ("scenario=open_day", "strategy=open_day_host"),
    ):
        scenario = compose(words).scenario
        courses, found = find_paths(simulate(scenario, seed=7).log, scenario.days)
        told |= {one.path.row for one in found}
        for language in LANGUAGES:
            print_paths(courses, found, translator(language))
            out = capsys.readouterr().out
            assert all(f"{one.path.row} {translator(language)(f'path.{one.path.row}')}" in out for one in found)
        assert json.loads(json.dumps(path_rows(found))) == path_rows(found)
    assert len(told) >= 8


def test_sentences_name_only_numbers_that_a_rule_gives():
    source = Path(inspect.getsourcefile(find_paths) or "").read_text("utf-8")
    for path in PATHS:
        if path.seen is None or path.row == "H23":
            continue
        body = inspect.getsource(path.seen)
        given = set(re.findall(r'"(\w+)":', body))
        named = {name for _, name, _, _ in Formatter().parse(translator("en").words[f"path.{path.row}.seen"]) if name}
        assert named == given, path.row
    assert all(f'"{name}"' in source for name in SYMPTOMS)


def test_the_command_writes_beside_the_run_and_never_over_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    run = tmp_path / "flash"
    scenario = compose([*FLASH, "days=20"]).scenario
    simulate(scenario, seed=7, folder=run)
    before = sorted(path.name for path in run.iterdir())
    assert main(["post-mortem", str(run), "--write", "json", "--lang", "es"]) == 0
    assert "H23" in capsys.readouterr().out
    rows = json.loads((tmp_path / "flash.post-mortem.json").read_text())
    assert rows and all(set(row) == {"programme", "group", "path", "sort", "day", "evidence"} for row in rows)
    assert main(["post-mortem", str(run), "--write", "csv"]) == 0
    assert (tmp_path / "flash.post-mortem.csv").read_text().startswith("programme,group,path,sort,day,evidence,value\n")
    assert sorted(path.name for path in run.iterdir()) == before
    capsys.readouterr()
    assert main(["post-mortem", str(run), "--write", "json"]) == 2
    assert "is there already" in capsys.readouterr().err
    assert main(["post-mortem", str(tmp_path / "nothing")]) == 2


def test_a_log_that_ends_early_is_no_error():
    log = log_of(*entries(3), end=0.5)
    assert rows_of(log) == set()
    assert rows_of(log_of(end=0.0)) == set()
    assert rows_of(log_of(*entries(3), (0.2, int(kinds.GROUP_CLOSED), int(NONE), int(NONE), 0, 0), end=HOUR / DAY)) == {"H20"}
