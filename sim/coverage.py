"""Every row of the domain -> whether it runs here and by what, and a pair of runs, with it and without, that shows what it changes.

The table is `domain/coverage.json`: a row a line. A row that is realised has a demonstration, which is run and not believed:
`common` words for both runs, words `with` and `without` it, a `block` that stands in the calendar of a plain plan in either, or the
`step` of the procedure that is left out; `plan` holds other parts of that plan. Where neither log differs, the row is not
realised. `counts` says which events there are more (or fewer) of with it, or how many persons, each counted once, they are of, so that
the difference is the one the row tells of; it is the usual one of 20 seeds and not that of one.
"""

from __future__ import annotations

import dataclasses
import json
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, Final, Literal

import yaml

from sim.allowed import no_choice
from sim.branching import Recorded
from sim.config import compose
from sim.domain.rows import row_titles
from sim.rules.steps import Handling
from sim.run import simulate
from sim.scenario import Scenario

Status = Literal["realised", "merged", "not_yet", "left_out"]
STATUSES: Final[tuple[Status, ...]] = ("realised", "merged", "not_yet", "left_out")
#: Parts that are to run.
PARTS: Final = "ABCDEH"
#: What every demonstration is unless its words say otherwise: small and short.
SMALL: Final = {"scenario.population.size": "60", "days": "14", "confirm_days": "0", "parameters.mode": "fixed"}
#: The plan in whose calendar a block stands: a little of everything.
PLAIN: Final[dict[str, Any]] = {
    "duties": {"answer": 0.8, "reply": 0.05, "reply_top": 0, "soothe": 0.5, "moderate": 0.8, "welcome": 1, "rules": False},
    "calendar": [{"use": "broadcast", "as": "posts", "clock": {"per_day": 1}, "content": 1}],
}
#: Before the name of an event in `counts`: persons who did it, each once.
PERSONS: Final = "persons of "
#: Under which seed they are run.
SEED: Final = 7


@dataclass(frozen=True)
class Demonstration:
    """A pair of runs. block: `with`, `without` or `both` -> an entry of the calendar of a plain plan; step: row of the step left out;
    plan: `with`, `without` or `both` -> other parts of that plan; counts: name of an event, or `persons of` and the name -> `>` or `<`."""

    common: tuple[str, ...] = ()
    with_it: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    block: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    step: str = ""
    plan: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    counts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Covered:
    """A row: its status; by: files that realise it; into: the row it is part of; needs: what is missing; why: why it is left out."""

    row: str
    status: Status
    by: tuple[str, ...] = ()
    into: str = ""
    needs: str = ""
    why: str = ""
    show: Demonstration | None = None


@cache
def coverage() -> dict[str, Covered]:
    """Every row of `PARTS` by its id, in order; do not alter."""
    content = json.loads(files("sim.domain").joinpath("coverage.json").read_text("utf-8"))
    return {row: _read(row, block) for row, block in content.items()}


def _read(row: str, block: dict[str, Any]) -> Covered:
    show = block.get("show")
    told = show and Demonstration(
        tuple(show.get("common", ())),
        tuple(show.get("with", ())),
        tuple(show.get("without", ())),
        show.get("block", {}),
        show.get("step", ""),
        show.get("plan", {}),
        show.get("counts", {}),
    )
    return Covered(
        row,
        block["status"],
        tuple(block.get("by", ())),
        block.get("into", ""),
        block.get("needs", ""),
        block.get("why", ""),
        told,
    )


def demonstrated(row: str) -> Covered:
    """The row whose demonstration shows this one: itself, or the one it is merged into. Raises ConfigError where there is none."""
    found = coverage().get(row)
    while found is not None and found.status == "merged":
        found = coverage()[found.into]
    if found is None or found.show is None:
        raise no_choice("row", row, [name for name, one in coverage().items() if one.show])
    return found


def scenarios_of(row: str) -> tuple[Scenario, Scenario]:
    """The scenarios with what a row says, and without it."""
    show = demonstrated(row).show
    assert show is not None
    with_it = _composed(show, show.with_it, "with")
    if show.step:
        return with_it, _without_step(with_it, show.step)
    return with_it, _composed(show, show.without, "without")


def _composed(show: Demonstration, words: tuple[str, ...], side: str) -> Scenario:
    with tempfile.TemporaryDirectory() as folder:
        more = []
        if show.block or show.plan:
            path, block = Path(folder) / "plain_plan.yaml", show.block.get(side) or show.block.get("both")
            calendar = [*PLAIN["calendar"], *([dict(block)] if block else [])]
            plan = PLAIN | {"calendar": calendar} | dict(show.plan.get("both", {})) | dict(show.plan.get(side, {}))
            path.write_text(yaml.safe_dump(plan), encoding="utf-8")
            more = [f"strategy={path}"]
        given = {word.partition("=")[0]: word.partition("=")[2] for word in (*show.common, *words)}
        return compose([f"{key}={value}" for key, value in (SMALL | given).items()] + more).scenario


def _without_step(scenario: Scenario, row: str) -> Scenario:
    """The same, but for the steps of procedures that come from a row."""

    def left(trigger: Any) -> Any:
        steps = tuple(step for step in trigger.handling.steps if step.row != row)
        return dataclasses.replace(trigger, handling=Handling(name=trigger.handling.name, steps=steps))

    return dataclasses.replace(scenario, incident=tuple((name, left(trigger)) for name, trigger in scenario.incident))


def simulate_row(row: str) -> tuple[Recorded, Recorded]:
    """The two runs of a row's demonstration: with it, and without."""
    with_it, without = (Recorded(one, SEED, 0, simulate(one, seed=SEED).log, row) for one in scenarios_of(row))
    return with_it, without


def part_of(name: str) -> list[Covered]:
    """The rows of a part, of a row with its steps, or all for "". Raises ConfigError for what is neither."""
    found = [one for row, one in coverage().items() if not name or row == name or row.startswith(f"{name}.") or name == row[0]]
    if not found:
        known = [row for row in row_titles() if row[0] in PARTS]
        raise no_choice("row", name, [*PARTS, *known])
    return found
