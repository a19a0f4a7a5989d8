"""The yaml of a strategy -> a checked plan: phases, levers that hold from the start, calendar, rules, review."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Annotated, Any

from sim.allowed import ConfigError, hints_of, no_choice, quoted, unknown, validated, without_none
from sim.rules.acts import Act, read_acts
from sim.rules.audience import NOT_YET_SELECTORS, SELECTORS
from sim.rules.condition import Condition, Vocabulary, read_condition
from sim.rules.crew import lever_of_role, place_of_role, read_crew
from sim.rules.duties import Duties
from sim.rules.groups import GroupPlan, read_groups
from sim.rules.mechanics import MECHANICS, NOT_YET_KEYS, NOT_YET_MECHANICS
from sim.rules.people import Care
from sim.rules.sensors import SENSORS, posts_of, tier_sensors
from sim.rules.spec import FAMILIES, HOLD_DAYS, NOT_YET, OF_STAFF, Review, hint_at
from sim.rules.steps import CAUSES, Handling, read_steps
from sim.rules.terms import NAME, Place, Terms, kind_of, take_fields
from sim.scenario import RESERVED_ROLES, Opening, Staff, number

KEYS = ("digest", "groups", "review", "phases", "base", *FAMILIES, "calendar", "rules", "handling", "waits_for")
RULE_KEYS = ("when", "do", "hold_days", "once")
VERBS = ("set", "start", "stop", "on_people", "act", "run")
PHASE_KEYS = ("name", "until", "set", "start", "stop")


@dataclass(frozen=True)
class Item:
    """One entry of the calendar: which mechanic, under which name, in which phases, in groups of which name (all: "")."""

    name: str
    use: str
    phases: tuple[str, ...] = ()
    audience: str = ""


@dataclass(frozen=True)
class Move:
    """One setting moved: to a value, to what another setting is, or by so much from where it would be otherwise."""

    path: str
    value: float = 0.0
    setting: str = ""
    relative: bool = False


@dataclass(frozen=True)
class Phase:
    """A stretch of the life of a group: what holds in it, and until when."""

    name: str
    until: Condition | None
    moves: tuple[Move, ...]


@dataclass(frozen=True)
class Rule:
    """When something is seen, settings move; the last rule that holds wins for a setting."""

    number: int
    when: Condition
    moves: tuple[Move, ...]
    hold_days: float = 0.0
    once: bool = False
    acts: tuple[Act, ...] = ()
    run: Handling | None = None
    of_persons: bool = False
    """whether it is about single members, one after the other"""


@dataclass(frozen=True)
class Plan:
    """What an operator does and when, as it is written."""

    items: tuple[Item, ...]
    phases: tuple[Phase, ...]
    rules: tuple[Rule, ...]
    families: frozenset[str]
    links: Mapping[str, str]
    reviewed: bool
    founds: bool
    allowed: Mapping[str, Any]
    openings: tuple[Opening, ...] = ()
    groups: Mapping[str, GroupPlan] = field(default_factory=dict)
    tiers: tuple[str, ...] = ()
    """names of the tiers, the lowest first"""
    gated: bool = False
    """whether it has terms of entry, so that newcomers stand at a door"""

    @property
    def moved(self) -> tuple[str, ...]:
        """Every setting that a phase or a rule moves, sorted: the place here is its number in the log."""
        lists = [phase.moves for phase in self.phases] + [rule.moves for rule in self.rules]
        return tuple(sorted({move.path for moves in lists for move in moves}))


def read_plan(block: Mapping[str, Any], key: str) -> tuple[Plan, Terms]:
    """The plan and its numbers. Raises ConfigError, one line that begins with the key."""
    terms = Terms(key, known=", ".join(KEYS[1:]))
    base = _mapping(block.get("base", {}), f"{key}.base")
    sets = {name: value for name, value in block.items() if name not in KEYS and isinstance(value, dict)}
    terms.dials = {str(name): value for name, value in block.items() if name not in KEYS and name not in sets}
    for name in (*sets, *terms.dials):
        if name in NOT_YET:
            raise ConfigError(f"{key}.{name}: the engine does not offer this yet")
    kinds, openings = ({}, ()) if block.get("groups", "none") == "none" else read_groups(block["groups"], f"{key}.groups")
    crew = read_crew(terms, base)
    families = _read_families(terms, base, block, crew)
    for name, inner in sets.items():
        validated(NAME, name, f"{key}.{name}")
        take_fields(terms, Duties, inner, name, (name,))
        _whole(terms, Duties, inner, name)
    phases = _list(block.get("phases", []), f"{key}.phases", "phases, such as {name: cold, until: {age_days: '>=30'}}")
    named = [inner.get("name") for inner in phases if isinstance(inner, dict)]
    items = _read_calendar(terms, block.get("calendar", []), [str(name) for name in named], tuple(kinds))
    items += _people_of_rules(terms, block.get("rules", []), len(items))
    for name in (path for path in terms.places if path.endswith(".by")):
        if (by := terms.places[name].value) not in (*RESERVED_ROLES, *crew):
            raise no_choice(f"{key}.{name}", by, (*RESERVED_ROLES, *crew))
    if "benefits" in families:
        items += follow_benefits(terms, items)
    words = {"phase": tuple(map(str, named))}
    reader = _Reader(terms, sets, items, words, block, crew)
    stages = reader.phases(phases)
    rules = reader.rules(block.get("rules", []))
    if reviewed := bool(rules) or any(stage.until and _seen(stage.until) for stage in stages):
        take_fields(terms, Review, _mapping(block.get("review", {}), f"{key}.review"), "review", ("review",))
    elif "review" in block:
        raise ConfigError(f"{key}.review: without rules there is nothing to review")
    for name in sets:
        if name not in reader.named:
            raise unknown(f"{key}.{name}", sets[name], KEYS[1:])
    for name, steps in _mapping(block.get("handling", {}), f"{key}.handling").items():
        if name not in CAUSES:
            raise no_choice(f"{key}.handling", name, CAUSES)
        for place, step in enumerate(read_steps(steps, f"{key}.handling.{name}")):
            if crew and step.by not in (*RESERVED_ROLES, *crew):
                raise no_choice(f"{key}.handling.{name}.{place}.by", step.by, (*RESERVED_ROLES, *crew))
    terms.settle()
    allowed = reader.allowed | {path: place.allowed for path, place in terms.places.items()}
    founds = block.get("groups") != "none"
    plan = Plan(tuple(items), stages, rules, families, terms.links, reviewed, founds, allowed, openings, kinds)
    terms_of_entry = [path for path in (*terms.places, *terms.links, *plan.moved) if path.startswith("entry.")]
    tiers = terms.places["segments.tiers"].value if "segments.tiers" in terms.places else ()
    plan = replace(
        plan, gated=any(path != "entry.least_tag" for path in terms_of_entry), tiers=tuple(name for name, _ in tiers)
    )
    for path in plan.moved:  # what a rule moves has a place, also where nothing is written
        if path not in OF_STAFF and path not in terms.places:
            terms.places[path] = Place((), reader.kinds_of(path), None)
    return plan, terms


def _seen(condition: Condition) -> bool:
    """Whether a condition needs more than the clock."""
    return condition.sensors != {"age_days"}


def _read_families(terms: Terms, base: Mapping[str, Any], block: Mapping[str, Any], crew: tuple[str, ...]) -> frozenset[str]:
    found = set()
    for within, inside in (("", block), ("base", base)):
        for name, inner in inside.items():
            where = (within, name) if within else (name,)
            key = ".".join([terms.key, *where])
            if within and name == "crew":
                continue
            if within and name in NOT_YET and name not in FAMILIES:
                raise ConfigError(f"{key}: the engine does not offer this yet")
            if name not in FAMILIES:
                if within:
                    raise unknown(key, inner, FAMILIES)
                continue
            if name in found:
                raise ConfigError(f"{key}: written twice; in base or beside it, not both")
            inner = _mapping(inner, key)
            for one in inner:
                if one in NOT_YET.get(name, ()) and one not in hints_of(FAMILIES[name]):
                    raise ConfigError(f"{key}.{one}: the engine does not offer this yet")
            if name == "response" and "backup" in inner:
                inner = {**inner, "backup": place_of_role(inner["backup"], crew, f"{key}.backup")}
            take_fields(terms, FAMILIES[name], inner, name, where)
            if name == "duties":
                _whole(terms, Duties, inner, ".".join(where))
            found.add(name)
    return frozenset(found)


def _whole(terms: Terms, kind: Any, block: Mapping[str, Any], where: str) -> None:
    missing = [name for name in hints_of(kind) if name not in block]
    if missing:
        raise ConfigError(f"{terms.key}.{where}.{missing[0]} is missing: all of {', '.join(hints_of(kind))}")


def _read_calendar(terms: Terms, entries: Any, phases: list[str], groups: tuple[str, ...]) -> list[Item]:
    entries = _list(entries, f"{terms.key}.calendar", "mechanics, such as {use: broadcast, as: photo}")
    items: list[Item] = []
    for place, entry in enumerate(entries):
        items.append(read_item(terms, entry, ("calendar", place), phases, [item.name for item in items], groups))
    return items


def read_item(
    terms: Terms, entry: Any, where: tuple[Any, ...], phases: list[str], taken: list[str], groups: tuple[str, ...]
) -> Item:
    """One entry of a calendar. Raises ConfigError."""
    key = ".".join([terms.key, *map(str, where)])
    entry = _mapping(entry, key)
    use = str(entry.get("use"))
    if use in NOT_YET_MECHANICS:
        raise ConfigError(f"{key}.use={use}: the engine does not offer this mechanic yet; one of {', '.join(MECHANICS)}")
    if use not in MECHANICS:
        raise no_choice(f"{key}.use", use, MECHANICS)
    name = str(validated(NAME, entry.get("as", use), f"{key}.as"))
    if name in (*taken, *KEYS, *terms.dials):
        raise ConfigError(f"{key}.as={name}: a name of its own; this one is taken")
    kind = MECHANICS[str(use)]
    if waiting := next((part for part in entry if part in NOT_YET_KEYS.get(str(use), ())), None):
        raise ConfigError(f"{key}.{waiting}={quoted(entry[waiting])}: the engine does not offer this yet")
    inner = {part: value for part, value in entry.items() if part not in ("use", "as", "phases", "audience", "clock")}
    take_fields(terms, kind, inner, name, where)
    take_fields(terms, kind, _mapping(entry.get("clock", {}), f"{key}.clock"), name, (*where, "clock"))
    if "select" in hints_of(kind):
        _selector(entry, key)
    if "leaders_from" in entry and entry["leaders_from"] != "all":
        _selector({"select": entry["leaders_from"]}, key, "leaders_from")
    within = entry.get("phases", [])
    within = within if isinstance(within, list) else [within]
    for one in within:
        if one not in phases:
            raise no_choice(f"{key}.phases", one, phases)
    audience = entry.get("audience", "")
    if audience and audience not in groups:
        raise no_choice(f"{key}.audience", audience, groups or ["the groups that the plan opens (`groups`)"])
    return Item(name, str(use), tuple(within), str(audience))


def follow_benefits(terms: Terms, items: list[Item]) -> list[Item]:
    """Offers that say nothing of their own follow `benefits`; what is offered beside the calendar is an entry of its own."""
    for item in items:
        if item.use == "offer":
            for name in ("transferable", "period_is_validity"):
                if f"{item.name}.{name}" not in terms.places:
                    terms.links[f"{item.name}.{name}"] = f"benefits.{name}"
    terms.links["base_offer.per_week"] = "benefits.promotion_base_rate"
    return [Item("base_offer", "offer")]


def _selector(entry: Mapping[str, Any], key: str, name: str = "select") -> None:
    selector = str(entry.get("select", "top_talkers"))
    if selector in NOT_YET_SELECTORS:
        raise ConfigError(
            f"{key}.{name}={selector}: the engine does not offer this audience yet; one of {', '.join(SELECTORS)}"
        )
    if selector not in SELECTORS:
        raise no_choice(f"{key}.{name}", selector, SELECTORS)


def _people_of_rules(terms: Terms, rules: Any, first: int) -> list[Item]:
    """The rounds of care that rules start, as entries of the calendar that wait for their rule."""
    items = []
    for place, rule in enumerate(rules if isinstance(rules, list) else []):
        do = rule.get("do") if isinstance(rule, dict) else None
        if isinstance(do, dict) and "on_people" in do:
            where = ("rules", place, "do", "on_people")
            inner = _mapping(do["on_people"], ".".join([terms.key, *map(str, where)]))
            if set(inner) != {"care"}:
                raise ConfigError(
                    f"{terms.key}.rules.{place}.do.on_people={quoted(inner)}: {{care: {{select, count, every_days}}}}"
                )
            entry = _mapping(inner["care"], f"{terms.key}.rules.{place}.do.on_people.care")
            name = f"people_of_rule_{place + 1}"
            take_fields(terms, Care, entry, name, (*where, "care"))
            _selector(entry, f"{terms.key}.rules.{place}.do.on_people.care")
            terms.places[f"{name}.running"] = Place((), bool, False)  # until its rule fires
            items.append(Item(name, "care"))
    return items


class _Reader:
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
            _known(block, PHASE_KEYS, inside)
            name = validated(NAME, block.get("name"), f"{inside}.name")
            if (last := place == len(blocks) - 1) != ("until" not in block):
                raise ConfigError(f"{inside}.until{'' if last else ' is missing'}: every phase but the last has one")
            until = None if last else self.condition(block["until"], f"{inside}.until")
            phases.append(Phase(name, until, self.moves(block, inside, place)))
        names = [phase.name for phase in phases]
        for name in names:
            if names.count(name) > 1:
                raise ConfigError(f"{key}: {name}: each name once")
        return tuple(phases)

    def rules(self, blocks: Any) -> tuple[Rule, ...]:
        """The rules in their order."""
        key = f"{self.terms.key}.rules"
        blocks = _list(blocks, key, "rules, such as {when: {members: '<50'}, do: {stop: [game]}}")
        rules = []
        for place, block in enumerate(blocks):
            inside = f"{key}.{place}"
            _known(block, RULE_KEYS, inside)
            for needed in ("when", "do"):
                if needed not in block:
                    raise ConfigError(f"{inside}.{needed} is missing: a rule has {', '.join(RULE_KEYS)}")
            hold = validated(HOLD_DAYS, block.get("hold_days", 0), f"{inside}.hold_days")
            once = validated(bool, block.get("once", False), f"{inside}.once")
            do = _known(block["do"], VERBS, f"{inside}.do")
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
        handling = self.block.get("handling", {})
        if name not in handling:
            raise no_choice(key, str(name), handling)
        return Handling(name=str(name), steps=read_steps(handling[name], f"{self.terms.key}.handling.{name}"))

    def _groups(self) -> tuple[str, ...]:
        groups = self.block.get("groups", "none")
        return tuple(groups) if isinstance(groups, Mapping) else ()

    def _has_tiers(self) -> bool:
        return "segments.tiers" in self.terms.places

    def condition(self, block: Any, key: str) -> Condition:
        """A condition; the settings that it names are used from then on."""
        found = read_condition(block, key, self.known)
        for one in found.comparisons():
            if isinstance(one.value, str) and one.sensor not in self.words:
                sensor = self.known.sensors[one.sensor]
                self.terms.link("", one.value, Annotated[float, number(f"{sensor.unit}, {sensor.name}", 0, 1e6, "plan")])
        return found

    def moves(self, block: Mapping[str, Any], key: str, place: int) -> tuple[Move, ...]:
        """What is set, started and stopped."""
        found: list[Move] = []
        for path, value in _mapping(block.get("set", {}), f"{key}.set").items():
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
            try:
                return [Move(path, float(value), relative=True)]
            except ValueError:
                raise ConfigError(f'{key}={quoted(value)}: a number, or "+0.05" to add') from None
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


def _known(block: Any, keys: tuple[str, ...], where: str) -> Mapping[str, Any]:
    found = _mapping(block, where)
    for name, value in found.items():
        if name not in keys:
            raise unknown(f"{where}.{name}", value, keys)
    return found


def _list(block: Any, key: str, of: str) -> list[Any]:
    if not isinstance(block, list):
        raise ConfigError(f"{key}={quoted(block)}: a list of {of}")
    return block


def _mapping(block: Any, key: str) -> Mapping[str, Any]:
    if not isinstance(block, Mapping):
        raise ConfigError(f"{key}={quoted(block)}: settings by name")
    settings: Mapping[str, Any] = block
    return settings
