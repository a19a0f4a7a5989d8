"""A resolved config -> a validated scenario; every block is checked by the class that declares its fields."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from sim import plugins
from sim.allowed import ConfigError, hints_of, no_choice, quoted, unknown, validated
from sim.config import choices as chosen_from
from sim.config.checks import check_mix, check_scenario
from sim.config.choices import LISTED, SINGLE, options, plugin_class
from sim.roles import read_staff
from sim.rules.handling import check_written, find_handling, of_plan
from sim.scenario import Lever, Market, Population, Scenario, number

#: The keys beside the groups.
PLAIN: dict[str, Any] = {
    "seed": Annotated[int, number("", 0, 2**53, "methods 1")],
    "replication": Annotated[int, number("", 0, 1_000_000, "methods 1")],
    "replications": Annotated[int, number("replications of each arm", 1, 1_000_000, "methods 2")],
    "days": hints_of(Scenario)["days"],
    "confirm_days": hints_of(Scenario)["confirm_days"],
    "levers": tuple[Lever, ...],
}
#: Days that a study judges where the scenario does not say.
HORIZON = 90
MODE = Literal["uncertain", "posterior", "fixed"]

_DIGEST_ROW = re.compile(r"[A-Z][0-9]+[a-z]?(\.s\d+)?")


@dataclass(frozen=True)
class Composed:
    """One Hydra composition: the scenario, what is not part of it, and the resolved config and choices it was made from.

    `overrides` repeat it: `compose(composed.overrides)` is equal.
    """

    scenario: Scenario
    seed: int
    replication: int
    replications: int
    parameter_mode: MODE
    plain: dict[str, Any]
    choices: dict[str, str | list[str]]
    overrides: tuple[str, ...]


def build_scenario(
    plain: dict[str, Any],
    choices: dict[str, Any],
    overrides: tuple[str, ...],
    own: Iterable[str] = (),
    own_files: bool = True,
) -> Composed:
    """The resolved config as a scenario; every block is validated by the class that declares its fields."""
    for key, value in plain.items():
        if key not in (*SINGLE, *LISTED, *PLAIN):
            raise unknown(str(key), value, [*SINGLE, *LISTED, *PLAIN])
    block = {group: without_digest(plain.get(group), group) for group in SINGLE}
    for key, value in block["scenario"].items():
        if key not in ("name", "horizon", "population", "market"):
            raise unknown(f"scenario.{key}", value, ["horizon", "population", "market"])
    validated(PLAIN["days"], block["scenario"].get("horizon", HORIZON), "scenario.horizon")
    if block["scenario"].get("name", choices["scenario"]) != choices["scenario"]:
        raise no_choice("scenario.name", block["scenario"]["name"], [choices["scenario"]])
    for name, one in plain["incident"].items() if isinstance(plain.get("incident"), dict) else ():
        key, folder = f"incident.{name}.handling", chosen_from.config_folder() / "procedure"
        check_written(one.get("handling") if isinstance(one, dict) else None, key)
        if isinstance(one, dict) and isinstance(way := one.get("handling"), str):
            trigger = str(one.get("trigger", name))
            if ("trigger" in one or name in own) and trigger not in plugins.plugin_names("incident"):
                raise no_choice(f"incident.{name}.trigger", trigger, plugins.plugin_names("incident"))
            cause = name if name in options("procedure") else trigger
            if way == "plan":
                one["handling"] = of_plan(block["strategy"], trigger, key)
            else:
                one["handling"] = find_handling(way, cause, key, folder, options("procedure"), own_files)
    listed = {group: _plugins(group, plain.get(group, {}), own) for group in LISTED}
    top = {key: validated(kind, plain.get(key), key) for key, kind in PLAIN.items()}
    people = block["scenario"].get("population")
    mix = people.get("mix") if isinstance(people, dict) else None
    check_mix(mix if isinstance(mix, dict) else {}, listed["member"])  # before its sum is, which tells less
    population = validated(Population, people, "scenario.population")
    mode = validated(MODE, block["parameters"].get("mode"), "parameters.mode")
    scenario = Scenario(
        name=choices["scenario"],
        population=population,
        market=validated(Market, block["scenario"].get("market"), "scenario.market"),
        staff=read_staff(block["staff"], "staff"),
        strategy=(choices["strategy"], _plugin("strategy", choices["strategy"], block["strategy"], "strategy")),
        member=dict(sorted(listed["member"].items())),
        incident=tuple(sorted(listed["incident"].items())),
        campaign=tuple(sorted(listed["campaign"].items())),
        levers=top["levers"],
        days=top["days"],
        confirm_days=top["confirm_days"],
        parameters=validated(
            plugins.settings_class(plugins.PARAMETERS),
            {key: value for key, value in block["parameters"].items() if key not in ("mode", "without")},
            "parameters",
        ),
        without=validated(tuple[str, ...], block["parameters"].get("without", ()), "parameters.without"),
        posterior=mode == "posterior",
    )
    check_scenario(scenario)
    chosen = choices | {group: sorted(listed[group]) for group in ("incident", "campaign")}
    return Composed(scenario, top["seed"], top["replication"], top["replications"], mode, plain, chosen, overrides)


def without_digest(value: Any, key: str) -> dict[str, Any]:
    """A copy of a block without its digest rows, which say where it comes from and are no settings."""
    if not isinstance(value, dict):
        raise ConfigError(f"{key}={quoted(value)}: settings by name, as in its yaml")
    rows = value.get("digest", [])
    if not isinstance(rows, list) or not all(isinstance(row, str) and _DIGEST_ROW.fullmatch(row) for row in rows):
        raise ConfigError(f"{key}.digest={quoted(rows)}: a list of digest rows such as [C33, B06a, B01.s2]")
    return {name: inner for name, inner in value.items() if name != "digest"}


def _plugins(group: str, blocks: Any, own: Iterable[str] = ()) -> dict[str, Any]:
    """The chosen plug-ins of a listed group by name, sorted, so that the order of choosing decides nothing."""
    if not isinstance(blocks, dict):
        raise ConfigError(f"{group}={quoted(blocks)}: {group}=[NAME,...] of {', '.join(options(group))}")
    known = {*options(group), *own}
    for name in blocks:
        if name not in known:
            raise ConfigError(
                f"{group}.{name}: one of {', '.join(options(group))}; a yaml of this group begins with # @package {group}.NAME"
            )
    return {name: _plugin(group, name, blocks[name], f"{group}.{name}") for name in sorted(blocks)}


def _plugin(group: str, name: str, block: Any, key: str) -> Any:
    source, values = plugins.source_of(group, name, without_digest(block, key))
    if plugins.is_written(group, source):
        return plugins.build(group, source, values, key)
    return validated(plugin_class(group, source), dict(values), key)
