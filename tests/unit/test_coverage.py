"""The table of the domain cannot lie: every row is in it, what realises a row is there, and switching it off changes a log."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import pytest
import yaml

from sim.cli.entry import main
from sim.config import ConfigError
from sim.coverage import PARTS, PERSONS, SEED, STATUSES, coverage, demonstrated, part_of, scenarios_of
from sim.domain.rows import row_titles
from sim.events.kinds import CATALOGUE
from sim.projections.paths import PATHS, find_paths
from sim.report.coverage import count_rows, word_how
from sim.report.language import LANGUAGES, translator
from sim.run import simulate
from sim.scenario import Scenario

ROOT = Path(__file__).resolve().parents[2]
SHOWN = [row for row, one in coverage().items() if one.show]
#: Looked at in every run of the tests: one row in so many, and one of each kind of demonstration; all of them in the slow one.
EVERY = 16
SAMPLE = sorted({*SHOWN[::EVERY], "C57", "B01.s3", "D40", "A14"})


def test_every_row_is_in_the_table_once_and_in_order():
    text = (ROOT / "sim" / "domain" / "coverage.json").read_text("utf-8")
    named: list[str] = []
    json.loads(
        text, object_pairs_hook=lambda pairs: named.extend(key for key, _ in pairs if key in row_titles()) or dict(pairs)
    )
    assert named == [row for row in row_titles() if row[0] in PARTS]


@pytest.mark.parametrize("row", coverage())
def test_a_row_says_what_its_status_asks_for(row: str):
    one = coverage()[row]
    assert one.status in STATUSES
    given = {name for name in ("by", "into", "needs", "why", "show") if getattr(one, name)}
    assert given == {"realised": {"by", "show"}, "merged": {"into"}, "not_yet": {"needs"}, "left_out": {"why"}}[one.status]
    assert all((ROOT / path).is_file() for path in one.by)
    assert all(word_how(one, translator(language)) for language in LANGUAGES)
    if one.into:
        assert coverage()[one.into].status == "realised", "merged into what does not run"


def test_what_is_said_of_missing_things_is_used():
    used = {f"coverage.needs.{one.needs}" for one in coverage().values()} | {
        f"coverage.why.{one.why}" for one in coverage().values()
    }
    worded = {key for key in translator("en").words if key.startswith(("coverage.needs.", "coverage.why."))}
    assert worded <= used


def test_a_path_that_is_realised_has_a_rule():
    ruled = {path.row for path in PATHS if path.seen}
    assert {row for row, one in coverage().items() if row[0] == "H" and one.status == "realised"} <= ruled


@dataclass(frozen=True)
class Side:
    """One of the two runs of a row: its log, how many there are of each event, and for a path which paths it takes."""

    digest: str
    counts: dict[str, int]
    paths: frozenset[str]


def run_both(row: str) -> tuple[Side, Side]:
    """With the row, and without it."""
    with_it, without = (run_side(row, scenario) for scenario in scenarios_of(row))
    return with_it, without


def run_side(row: str, scenario: Scenario) -> Side:
    log = simulate(scenario, seed=SEED).log
    paths = {one.path.row for one in find_paths(log, scenario.days)[1]} if row[0] == "H" else ()
    counts = {name: count_of(name, log.events) for name in coverage()[row].show.counts}
    return Side(log.digest, counts, frozenset(paths))


#: Both runs of a row, which are run once for all that is asked of it.
both = cache(run_both)


def by_part(names: list[str]) -> list:
    """Rows or parts to be tried: those of one part on one worker, since they share runs."""
    return [pytest.param(name, marks=pytest.mark.xdist_group(f"coverage_{name[0]}")) for name in names]


def names_path(row: str) -> list[bool]:
    """Whether the post-mortem names the path of a row in the run with it, and in the one without."""
    return [row in side.paths for side in both(row)]


@pytest.mark.parametrize("row", by_part(["H02", "H12", "H19"]))
def test_the_post_mortem_names_a_path_with_it_and_not_without(row: str):
    assert names_path(row) == [True, False]


@pytest.mark.slow
@pytest.mark.xdist_group("coverage_H")
def test_the_post_mortem_names_every_path_with_it_and_not_without():
    rows = [row for row in SHOWN if row.startswith("H")]
    assert [row for row in rows if names_path(row) != [True, False]] == []


def test_steps_of_procedures_stand_in_the_procedure_that_is_named():
    for row, one in coverage().items():
        if one.show and one.show.step == row:
            (path,) = one.by
            content = yaml.safe_load((ROOT / path).read_text("utf-8"))
            assert any(
                step.get("row") == row
                for steps in content.values()
                if isinstance(steps, list)
                for step in steps
                if isinstance(step, dict)
            ), row


def differ(sides: tuple[Side, Side]) -> bool:
    with_it, without = sides
    return with_it.digest != without.digest


@pytest.mark.parametrize("row", by_part(SAMPLE))
def test_switching_a_row_off_changes_the_log(row: str):
    assert differ(both(row))


def counted(row: str) -> dict[str, bool]:
    """Event -> whether there are more, or fewer, of it with the row than without, as its demonstration says."""
    with_it, without = both(row)
    found = {}
    for name, side in coverage()[row].show.counts.items():
        more, less = with_it.counts[name], without.counts[name]
        found[name] = more > less if side == ">" else more < less
    return found


def count_of(name: str, events: np.ndarray) -> int:
    """How many there are of an event, or `persons of` it: whoever did it, each once."""
    codes = {kind.name: kind.code for kind in CATALOGUE}
    found = events[events["kind"] == codes[name.removeprefix(PERSONS)]]
    return len(np.unique(found["actor"])) if name.startswith(PERSONS) else len(found)


COUNTED = [row for row in SHOWN if coverage()[row].show.counts]


@pytest.mark.parametrize("row", by_part(COUNTED[::8]))
def test_a_row_changes_what_it_is_about(row: str):
    assert all(counted(row).values()), counted(row)


@pytest.mark.slow
@pytest.mark.parametrize("part", by_part(PARTS))
def test_every_row_changes_what_it_is_about(part: str):
    rows = [row for row in COUNTED if row[0] == part]
    assert {row: found for row in rows if not all((found := counted(row)).values())} == {}


@pytest.mark.slow
@pytest.mark.parametrize("part", by_part(PARTS))
def test_switching_any_row_off_changes_the_log(part: str):
    assert [row for row in SHOWN if row[0] == part and not differ(both(row))] == []


def test_a_row_that_changes_nothing_is_noticed(monkeypatch: pytest.MonkeyPatch):
    with_it, without = scenarios_of("C44")
    assert differ(run_both("C44"))
    for same in (with_it, without):
        monkeypatch.setitem(globals(), "scenarios_of", lambda row, same=same: (same, same))
        assert not differ(run_both("C44"))


def test_a_row_that_leaves_what_it_is_about_as_it_was_is_noticed(monkeypatch: pytest.MonkeyPatch):
    row, *_ = COUNTED
    pair = both(row)
    assert all(counted(row).values())
    for same in pair:
        monkeypatch.setitem(globals(), "both", lambda row, same=same: (same, same))
        assert not any(counted(row).values())


def test_counts_add_up():
    counts = count_rows(list(coverage().values()), STATUSES)
    assert [part for part, *_ in counts] == list(PARTS)
    assert (
        sum(count for _, count, _, _ in counts)
        == len(coverage())
        == sum(Counter(one.status for one in coverage().values()).values())
    )
    assert all(sum(each) == count for _, count, each, _ in counts)


def test_a_row_comes_with_its_steps_and_a_merged_one_is_shown_by_what_it_is_merged_into():
    assert [one.row for one in part_of("B01")] == ["B01", *(f"B01.s{step}" for step in range(1, 6))]
    assert {one.row[0] for one in part_of("C")} == {"C"}
    assert demonstrated("E47").row == "C57"


@pytest.mark.parametrize("row", ["Z9", "C", "B08.s1", "E02", "B"])
def test_what_cannot_be_shown_is_one_line(row: str):
    with pytest.raises(ConfigError):
        demonstrated(row)


def test_the_command(capsys: pytest.CaptureFixture[str]):
    for language in LANGUAGES:
        assert main(["coverage", "--lang", language]) == 0
        assert translator(language)("coverage.not_yet") in capsys.readouterr().out
    assert main(["coverage", "C44"]) == 0
    assert "configs/campaign/columns.yaml" in capsys.readouterr().out
    assert main(["coverage", "C44", "--show"]) == 0
    assert "C44 Columns" in capsys.readouterr().out
    assert main(["coverage", "X1"]) == 2
    assert "row=X1" in capsys.readouterr().err
