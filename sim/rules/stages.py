"""Phases and rules of a plan: when something holds or is seen, settings move and acts are done."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Annotated, Any

from sim.allowed import ConfigError, hints_of, no_choice, quoted, validated, without_none
from sim.rules.acts import read_acts
from sim.rules.blocks import as_list, as_mapping, with_keys
from sim.rules.condition import Condition, Vocabulary, read_condition
from sim.rules.crew import lever_of_role, place_of_role
from sim.rules.duties import Duties
from sim.rules.mechanics import MECHANICS
from sim.rules.plan import Item, Move, Phase, Rule
from sim.rules.sensors import SENSORS, posts_of, tier_sensors
from sim.rules.spec import FAMILIES, HOLD_DAYS, NOT_YET, OF_STAFF, hint_at
from sim.rules.steps import Handling, read_steps
from sim.rules.terms import NAME, Terms, kind_of
from sim.scenario import Staff, number

RULE_KEYS = ("when", "do", "hold_days", "once")
VERBS = ("set", "start", "stop", "on_people", "act", "run")
PHASE_KEYS = ("name", "until", "set", "start", "stop")


class Stages:
    """Reads phases and rules once everything that they may name is known."""

    def __init__(
        self,
        terms: Terms,
        sets: Mapping[str, Any],
        items: list[Item],
        words: Mapping[str, tuple[str, ...]],
        block: Mapping[str, Any],
        crew: tuple[str, ...],
    ) -> None:
        self.crew = crew
        self.terms, self.sets, self.items, self.words = terms, sets, {item.name: item for item in items}, words
        self.block = block
        sensors = SENSORS | {f"{item.name}_7d": posts_of(item.name) for item in items}
        tiers = self.terms.places.get("segments.tiers")
        sensors |= tier_sensors(name for name, _ in tiers.value) if tiers else {}
        self.known = Vocabulary(sensors, terms.dials, words)
        self.named: set[str] = set()
        self.allowed: dict[str, Any] = {}

    def phases(self, blocks: Any) -> tuple[Phase, ...]:
        """The phases in their order; all but the last end."""
        key = f"{self.terms.key}.phases"
        phases = []
        for place, block in enumerate(blocks):
            inside = f"{key}.{place}"
            with_keys(block, PHASE_KEYS, inside)
            name = validated(NAME, block.get("name"), f"{inside}.name")
            if (last := place == len(blocks) - 1) != ("until" not in block):
                raise ConfigError(f"{inside}.until{'' if last else ' is missing'}: every phase but the last has one")
            until = None if last else self.condition(block["until"], f"{inside}.until", lasting=False)
            for one in sorted(until.sensors if until else ()):
                if self.known.sensors[one].of_person:
                    raise ConfigError(f"{inside}.until.{one}: is of single members; a sensor of all is needed")
            phases.append(Phase(name, until, self.moves(block, inside, place)))
        names = [phase.name for phase in phases]
        for name in names:
            if names.count(name) > 1:
                raise ConfigError(f"{key}: {name}: each name once")
        return tuple(phases)

    def rules(self, blocks: Any) -> tuple[Rule, ...]:
        """The rules in their order."""
        key = f"{self.terms.key}.rules"
        blocks = as_list(blocks, key, "rules, such as {when: {members: '<50'}, do: {stop: [game]}}")
        rules = []
        for place, block in enumerate(blocks):
            inside = f"{key}.{place}"
            with_keys(block, RULE_KEYS, inside)
            for needed in ("when", "do"):
                if needed not in block:
                    raise ConfigError(f"{inside}.{needed} is missing: a rule has {', '.join(RULE_KEYS)}")
            hold = validated(HOLD_DAYS, block.get("hold_days", 0), f"{inside}.hold_days")
            once = validated(bool, block.get("once", False), f"{inside}.once")
            do = with_keys(block["do"], VERBS, f"{inside}.do")
            when = self.condition(block["when"], f"{inside}.when")
            of_persons = any(self.known.sensors[one].of_person for one in when.sensors)
            if of_persons and (verb := next((verb for verb in do if verb != "act"), "")):
                raise ConfigError(f"{inside}.do.{verb}={quoted(do[verb])}: a rule about single members acts on them: act")
            acts = (
                read_acts(do["act"], f"{inside}.do.act", self._groups(), of_persons, self._has_tiers()) if "act" in do else ()
            )
            run = self.procedure(do["run"], f"{inside}.do.run") if "run" in do else None
            moves = self.moves(do, f"{inside}.do", place)
            rules.append(Rule(place + 1, when, moves, hold, once, acts, run, of_persons))
        return tuple(rules)

    def procedure(self, name: Any, key: str) -> Handling:
        """The procedure of this plan that a rule runs."""
        handling = as_mapping(self.block.get("handling", {}), f"{self.terms.key}.handling")
        if not isinstance(name, str) or name not in handling:
            raise no_choice(key, str(name), handling)
        return Handling(name=str(name), steps=read_steps(handling[name], f"{self.terms.key}.handling.{name}"))

    def _groups(self) -> tuple[str, ...]:
        groups = self.block.get("groups", "none")
        return tuple(groups) if isinstance(groups, Mapping) else ()

    def _has_tiers(self) -> bool:
        return "segments.tiers" in self.terms.places

    def condition(self, block: Any, key: str, lasting: bool = True) -> Condition:
        """A condition; the settings that it names are used from then on."""
        found = read_condition(block, key, self.known, lasting)
        for one in found.comparisons():
            if isinstance(one.value, str) and one.sensor not in self.words:
                sensor = self.known.sensors[one.sensor]
                self.terms.link("", one.value, Annotated[float, number(f"{sensor.unit}, {sensor.name}", 0, 1e6, "plan")])
        return found

    def moves(self, block: Mapping[str, Any], key: str, place: int) -> tuple[Move, ...]:
        """What is set, started and stopped."""
        found: list[Move] = []
        for path, value in as_mapping(block.get("set", {}), f"{key}.set").items():
            found += self.move(str(path), value, f"{key}.set.{path}")
        for verb, running in (("start", 1.0), ("stop", 0.0)):
            names = block.get(verb, [])
            for name in names if isinstance(names, list) else [names]:
                if name not in self.items:
                    raise no_choice(f"{key}.{verb}", name, [one for one in self.items if not one.startswith("people_of_rule")])
                found.append(Move(f"{name}.running", running))
        if "on_people" in block:
            found.append(Move(f"people_of_rule_{place + 1}.running", 1.0))
        return tuple(found)

    def move(self, path: str, value: Any, key: str) -> list[Move]:
        """One lever: a number, `+x`, a setting of the plan, or a whole block of duties."""
        if path == "duties" and isinstance(value, str):
            if value not in self.sets:
                raise no_choice(key, value, self.sets)
            self.named.add(value)
            return [Move(f"duties.{name}", setting=f"{value}.{name}") for name in hints_of(Duties)]
        allowed = self.allowed[path] = without_none(self.lever(path, key))
        value = place_of_role(value, self.crew, key) if path == "response.backup" else value
        if isinstance(value, str) and value in self.terms.dials:
            self.terms.link("", value, allowed)
            return [Move(path, setting=value)]
        if isinstance(value, str) and value[:1] in ("+", "-"):
            return [Move(path, _read_added(value, allowed, key), relative=True)]
        return [Move(path, float(validated(allowed, value, key)))]

    def kinds_of(self, path: str) -> Any:
        """What a moved setting may be where it may also be left as it is."""
        return Annotated[float | None, self.allowed.get(path)] if path in self.allowed else bool | None

    def lever(self, path: str, key: str) -> Any:
        """What is allowed for a lever. Raises ConfigError for one there is not."""
        head, _, rest = path.partition(".")
        if path in OF_STAFF:
            return hints_of(Staff)[OF_STAFF[path]]
        if (
            (role := lever_of_role(path)) is not None
            and path.split(".")[2] in self.crew
            and kind_of(without_none(role)) in (int, float)
        ):
            return role
        kinds = {**FAMILIES, **{name: MECHANICS[item.use] for name, item in self.items.items()}}
        if head in NOT_YET and rest.partition(".")[0] not in hints_of(FAMILIES.get(head)):
            raise ConfigError(f"{key}: the engine does not offer this yet")
        if head not in kinds:
            raise no_choice(key, path, [f"{name}.{inner}" for name, kind in kinds.items() for inner in hints_of(kind)])
        found = hint_at(kinds[head], rest)
        if found is None or kind_of(without_none(found)) not in (int, float, bool):
            raise no_choice(key, path, [f"{head}.{name}" for name in hints_of(kinds[head])])
        return found


def _read_added(text: str, allowed: Any, key: str) -> float:
    """How much a rule adds to a setting. Raises ConfigError."""
    try:
        added = float(text)
    except ValueError:
        added = math.nan
    if not math.isfinite(added) or kind_of(allowed) is bool or (kind_of(allowed) is int and not added.is_integer()):
        of_kind = {bool: "true or false", int: 'a whole number, or "+2" to add', float: 'a number, or "+0.05" to add'}
        raise ConfigError(f"{key}={quoted(text)}: {of_kind[kind_of(allowed)]}")
    return added
