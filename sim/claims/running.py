"""Claims -> arms, each simulated once however many claims look at it -> one study, which can be interrupted and goes on."""

from __future__ import annotations

import dataclasses
import math
import re
import shlex
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import yaml

from sim.allowed import ConfigError
from sim.claims.claim import (
    ACTIVE_SHARE,
    COUNTS,
    NET_BY_CONTRACT,
    TOP_FIFTH,
    Claim,
    arms_of,
    column_of,
    families,
    settings_of,
    spans,
)
from sim.projections.economics import share_of_top
from sim.projections.outcomes import project_outcomes
from sim.scenario import Scenario, has_group

if TYPE_CHECKING:
    from sim.config import Arm
    from sim.studies.study import Study

#: The plan to which the plans of the claims are added: a post a day, questions answered, adverts taken away.
PLAIN: Final[dict[str, Any]] = {
    "base": {
        "duties": {"answer": 0.8, "reply": 0.05, "reply_top": 0, "soothe": 0.5, "moderate": 0.8, "welcome": 0.5, "rules": False}
    },
    "calendar": [{"use": "broadcast", "as": "posts", "clock": {"per_day": 1}, "content": 1}],
}
#: Replications of every arm: 8 worlds, 60 worlds, and those by which the time is told.
QUICK, FULL, FIRST = 16, 120, 2
#: The arms of a study, inside its folder.
ARMS: Final = "arms"
#: Keys that all arms may share.
SHARED: Final = ("seed", "replications", "parameters")
#: Replications at most, where minutes are given.
MOST: Final = 200


@dataclasses.dataclass(frozen=True)
class Bench:
    """The arms of a study of claims, and where each is: by family, setting and name of the arm."""

    arms: list[Arm]
    places: dict[tuple[str, tuple[str, ...], str], int]

    def place(self, family: str, setting: tuple[str, ...], arm: str) -> int:
        """The number of an arm in a setting."""
        return self.places[family, setting, arm]


def lay_out(claims: Mapping[str, tuple[str, Claim]], more: Sequence[str], folder: Path) -> Bench:
    """Every arm that the claims look at, in both settings, equal ones once; plans are written below `folder`. Raises ConfigError.

    more: words that all arms share, such as seed=2.
    """
    from sim.config import Arm
    from sim.config.arms import compose_all
    from sim.config.overrides import replaced

    words: dict[tuple[str, ...], int] = {}
    named: dict[tuple[str, tuple[str, ...], str], int] = {}
    labels: list[str] = []
    for claimed, (group, claim) in claims.items():
        family = families()[group]
        whose = f"{group} {claimed}" if claim.settings else group  # settings of its own may have the names of the family's
        for name, setting in settings_of(claim, family).items():
            for arm in dict.fromkeys(name for check in claim.checks for name in arms_of(check)):
                own = tuple(replaced(replaced([*family.words, *setting], [*family.arms[arm]]), list(more)))
                key = tuple(word.replace("=@", f"=@{group} ") for word in own)
                if key not in words:
                    words[key] = len(words)
                    labels.append(f"{whose} {name}, {arm}")
                named[group, setting, arm] = words[key]
    plans = write_plans(claims, folder)
    composed = compose_all([plans.get(word.partition("=@")[2], word) for word in key] for key in words)
    return Bench([Arm(label, {}, one) for label, one in zip(labels, composed, strict=True)], named)


def write_plans(claims: Mapping[str, tuple[str, Claim]], folder: Path) -> dict[str, str]:
    """The plans that the families of these claims bring along, as files: family and name -> the word that chooses it."""
    found = {}
    for group in dict.fromkeys(group for group, claim in claims.values() if claim.runs):
        for name, plan in families()[group].plans.items():
            path = folder / "plans" / (re.sub(r"\W", "_", f"{group}_{name}").lower() + ".yaml")
            path.parent.mkdir(parents=True, exist_ok=True)
            text = yaml.safe_dump(whole_plan(plan), allow_unicode=True, sort_keys=False)
            if not path.is_file() or path.read_text("utf-8") != text:
                path.write_text(text, encoding="utf-8")
            found[f"{group} {name}"] = f"strategy={path}"
    return found


def whole_plan(plan: Mapping[str, Any]) -> dict[str, Any]:
    """A plan of the claims with what it leaves out: the plain plan, its calendar added to, its levers replaced."""
    own = {key: value for key, value in plan.items() if key not in ("add", "base")}
    base = PLAIN["base"] | plan.get("base", {})
    return {"base": base, **own, "calendar": [*PLAIN["calendar"], *plan.get("add", ())]}


def claims_point(
    scenario: Scenario, *, seed: int, replication: int, world: int | None = None, folder: Path | str | None = None
) -> dict[str, Any]:
    """One replication as a row: every outcome, net income with hours paid by contract, and daily counts over the spans of days."""
    from sim.run import simulate

    simulated = simulate(scenario, seed=seed, replication=replication, world=world, folder=folder)
    row: dict[str, Any] = {**project_outcomes(simulated.log, scenario.days), **simulated.contract()}
    row[NET_BY_CONTRACT] = row["margin"] - row["benefit_cost"] - row["contract_wages"]
    row[TOP_FIFTH] = share_of_top(simulated.log, scenario.days)
    daily = simulated.vital_columns() if has_group(scenario) else {}
    for outcome, days in spans():
        row[column_of(outcome, days)] = _mean_of(daily, outcome, days) if days[1] <= scenario.days else math.nan
    return row | {"digest": simulated.log.digest, "lifetimes": []}


def _mean_of(daily: Mapping[str, Any], outcome: str, days: tuple[float, float]) -> float:
    """A daily count over a span of days, mean a day; 0 where there is no group."""
    if not daily:
        return 0.0
    part = slice(round(days[0]), round(days[1]))
    if outcome == ACTIVE_SHARE:
        members = daily["members"][part].sum()
        return float(daily["interactors"][part].sum() / members) if members else 0.0
    return float(daily[COUNTS[outcome]][part].mean())


def run_claims(
    bench: Bench,
    *,
    folder: Path,
    replications: int,
    budget_minutes: float | None = None,
    workers: int | None = None,
    resume: bool = False,
    progress: Callable[[], AbstractContextManager[Callable[[int, int], None] | None]] = nullcontext,
) -> Study:
    """Every arm in so many replications, or in as many as fit into the minutes, in `folder`/arms; goes on there with `resume`.

    Raises StudyError.
    """
    from sim.studies.runner import REPLICATIONS_PER_WORLD, run_study

    shared = bench.arms[0].composed

    def run(count: int, goes_on: bool) -> Study:
        with progress() as shown:
            return run_study(
                bench.arms,
                replications=count,
                seed=shared.seed,
                folder=folder / ARMS,
                workers=workers,
                resume=goes_on,
                parameter_mode=shared.parameter_mode,
                task=claims_point,
                progress=shown,
            )

    resume = resume and (folder / ARMS / "study.json").is_file()
    if budget_minutes is None:
        return run(replications, resume)
    started = time.monotonic()
    run(FIRST, resume)
    began = time.monotonic()  # the first replications wait for the compiler
    run(2 * FIRST, True)
    each = max(time.monotonic() - began, 1e-3) / FIRST
    left = 60 * budget_minutes - (time.monotonic() - started)
    count = 2 * FIRST + int(max(left, 0) / each)
    return run(max(min(count - count % REPLICATIONS_PER_WORLD, MOST), 2 * FIRST), True)


def check_words(words: Iterable[str]) -> list[str]:
    """The words that all arms share. Raises ConfigError where one says what is each claim's own."""
    found = list(words)
    for word in found:
        key = word.partition("=")[0].lstrip("+")
        if key.partition(".")[0] not in SHARED:
            raise ConfigError(f"{key}: {', '.join(SHARED)}; scenario, plan and days are each claim's own")
    return found


def command_of(name: str, words: Sequence[str], replications: int) -> str:
    """The command that repeats a claim by itself."""
    own = [word for word in words if not word.startswith("replications=")]
    return shlex.join(["groupalive", "claims", *own, f"replications={replications}", "--only", name])
