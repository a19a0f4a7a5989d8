"""`configs/claims/FAMILY.yaml` -> claims, validated: what each says, the arms that test it, or what is missing for that."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import field
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Final, Literal

from sim.allowed import ConfigError, no_choice, quoted, validated
from sim.coverage import coverage
from sim.domain.rows import hypothesis_roles, row_titles
from sim.files import read_yaml
from sim.projections.outcomes import OUTCOMES
from sim.scenario import number, settings

#: Daily counts that a check may take over a span of days, as a mean a day -> the column of the vital signs.
COUNTS: Final = {
    "messages": "organic",
    "posters": "posters",
    "looks": "openers",
    "active": "interactors",
    "orders": "orders",
    "complaints": "complaints",
    "hours": "staff_hours",
}
#: The share of members who write, take part or buy on a day; and net income where all hours by contract are paid.
ACTIVE_SHARE: Final = "active_share"
NET_BY_CONTRACT: Final = "net_by_contract"
#: Share of the revenue of all groups that the best fifth of them brings.
TOP_FIFTH: Final = "top_fifth"
#: Outcomes that claims only have.
OF_CLAIMS: Final = (NET_BY_CONTRACT, TOP_FIFTH)
#: Settings of the scenario in which each claim is tested.
SETTINGS: Final = 2

Days = tuple[
    Annotated[float, number("day from which on it counts", 0, 3_650, "claims")],
    Annotated[float, number("day until which it counts", 0, 3_650, "claims")],
]


@settings
class Text:
    """A sentence in three languages."""

    en: str
    zh: str
    es: str


@settings
class Check:
    """What must come out for the claim to hold: an outcome of one arm less that of another, and where it must lie.

    With `correlate` it is the rank correlation of two outcomes over `arms`, replication by replication.
    """

    expect: Literal["higher", "lower", "same"]
    """where the arm must lie against the other by at least `effect`; same: within `effect` of it"""
    arm: str = ""
    against: str = ""
    outcome: str = ""
    effect: Annotated[float, number("smallest effect that matters; 0: that of the outcome", 0, 1e9, "claims")] = 0.0
    window: Days | None = None
    """days whose mean counts, for daily counts"""
    against_window: Days | None = None
    """the same of the other arm, where it differs"""
    arms: tuple[str, ...] = ()
    correlate: tuple[str, str] | None = None


@settings
class Claim:
    """A claim of the trade. circle: whether its sign is put in (circular), follows from one input (semi) or from none (open)."""

    says: Text
    rows: tuple[str, ...]
    circle: Literal["open", "semi", "circular"]
    why: Text | None = None
    """what makes it circular"""
    asks: Text | None = None
    """the open question that its checks answer, where they do not answer the claim as it is told"""
    checks: tuple[Check, ...] = ()
    settings: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """settings of its own in the place of the family's"""
    needs: tuple[str, ...] = ()
    """rows that do not run yet, without which it cannot be tested"""
    missing: Text | None = None
    """the same in words, where no row names it"""

    @property
    def runs(self) -> bool:
        """Whether it can be tested."""
        return bool(self.checks)


@settings
class Family:
    """Claims that share arms. words: settings that all arms share; plans: calendars of their own, called by `strategy=@NAME`."""

    title: Text
    words: tuple[str, ...]
    settings: dict[str, tuple[str, ...]]
    arms: dict[str, tuple[str, ...]]
    claims: dict[str, Claim]
    plans: dict[str, dict[str, Any]] = field(default_factory=dict)


@cache
def families() -> dict[str, Family]:
    """Every family by its name, F01 first; do not alter. Raises ConfigError."""
    from sim.config.choices import config_folder

    return {path.stem: read_family(path) for path in sorted((config_folder() / "claims").glob("*.yaml"))}


def read_family(path: Path) -> Family:
    """The claims in a file. Raises ConfigError, one line: file, line, key, value and what is allowed."""
    found = read_yaml(path, "a family of claims has title, words, settings, arms and claims")
    try:
        family: Family = validated(Family, found.content, "family")
        for name, claim in family.claims.items():
            _check(name, claim, family)
    except ConfigError as error:
        told = str(error).removeprefix("family.")
        where = re.match(r"[\w.]*", told)
        raise ConfigError(f"{path}, line {found.line(where[0].strip('.').split('.') if where else [])}: {told}") from error
    return family


def _check(name: str, claim: Claim, family: Family) -> None:
    """Raises ConfigError where a claim names what is not there, or says both that it runs and that it does not."""
    key = f"claims.{name}"
    if hypothesis_roles().get(name, "assume") == "assume":
        raise ConfigError(f"{key}: the id of a hypothesis that can be found out, such as G019")
    if claim.runs == bool(claim.needs or claim.missing):
        raise ConfigError(f"{key}: either checks, or the rows it needs or what is missing, not both and not neither")
    if claim.runs and claim.circle == "circular" and not (claim.asks and claim.why):
        raise ConfigError(f"{key}: a circular claim says why, and asks an open question in its place")
    for place, row in enumerate((*claim.rows, *claim.needs)):
        if row not in row_titles():
            raise ConfigError(
                f"{key}.{'rows' if place < len(claim.rows) else 'needs'}={quoted(row)}: the id of a row, such as A15"
            )
    for row in claim.needs:
        if (there := coverage().get(row)) is None or there.status != "not_yet":
            raise ConfigError(f"{key}.needs={row}: a row that does not run yet; this one does, so the claim can be tested")
    if len(settings_of(claim, family)) != SETTINGS:
        raise ConfigError(f"{key}.settings: {SETTINGS} settings of the scenario by name")
    for place, check in enumerate(claim.checks):
        _check_check(f"{key}.checks.{place}", check, family)


def _check_check(key: str, check: Check, family: Family) -> None:
    for name in arms_of(check) or ("",):
        if name not in family.arms:
            raise no_choice(f"{key}.arm", name, family.arms)
    for name in check.correlate or ():
        if name not in OUTCOMES:
            raise no_choice(f"{key}.correlate", name, OUTCOMES)
    if check.correlate is None:
        known = [*COUNTS, ACTIVE_SHARE] if check.window else [*OUTCOMES, *OF_CLAIMS]
        if check.outcome not in known:
            raise no_choice(f"{key}.outcome", check.outcome, known)
    own = check.window or check.correlate or check.outcome in OF_CLAIMS
    if own and not check.effect:
        raise ConfigError(f"{key}.effect is missing: the smallest effect that matters, in the unit of the outcome")
    for days in (check.window, check.against_window):
        if days and not days[0] < days[1]:
            raise ConfigError(f"{key}.window={quoted(list(days))}: a day and a later one")


def arms_of(check: Check) -> tuple[str, ...]:
    """Names of the arms that a check looks at, the one held against the other last."""
    return check.arms or tuple(name for name in (check.arm, check.against) if name)


def settings_of(claim: Claim, family: Family) -> Mapping[str, tuple[str, ...]]:
    """The two settings of the scenario in which a claim is tested, by name."""
    return claim.settings or family.settings


def chosen(only: Iterable[str] = (), family: str = "") -> dict[str, tuple[str, Claim]]:
    """Claims by id with the name of their family: all, those of a family, or those named. Raises ConfigError."""
    known = families()
    if family and family not in known:
        raise no_choice("--family", family, known)
    found = {
        name: (group, claim) for group, one in known.items() if group == (family or group) for name, claim in one.claims.items()
    }
    wanted = [name for name in only if name]
    for name in wanted:
        if hypothesis_roles().get(name) == "assume":
            raise ConfigError(f"--only={name}: an input of the model, {row_titles()[name]!r}; inputs get no verdict")
        if name not in found:
            raise no_choice("--only", name, found)
    return {name: found[name] for name in sorted(found) if not wanted or name in wanted}


def spans() -> tuple[tuple[str, tuple[float, float]], ...]:
    """Every daily count and span of days that some check looks at, in order."""
    found = {
        (check.outcome, days)
        for one in families().values()
        for claim in one.claims.values()
        for check in claim.checks
        for days in (check.window, check.against_window)
        if days
    }
    return tuple(sorted(found))


def column_of(outcome: str, days: tuple[float, float] | None) -> str:
    """The column of a study that holds an outcome, or a daily count over a span of days."""
    return f"{outcome}_{days[0]:g}_{days[1]:g}" if days else outcome
