"""Settings classes and shipped yamls -> every setting: its path, what it means, and what sets it to which value."""

from __future__ import annotations

import dataclasses
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from sim import plugins
from sim.allowed import hints_of, written
from sim.config import PLAIN, config_folder, options, trigger_of
from sim.config.building import HORIZON
from sim.explain.annotation import Allowed, Told, home_of, read, tell
from sim.files import read_yaml
from sim.members.member_type import MemberType
from sim.parameters import SUBMODELS, Parameters
from sim.rules.campaign import POSTED
from sim.rules.clock import Clock, Span
from sim.rules.groups import GroupPlan
from sim.rules.lessons import Session
from sim.rules.mechanics import MECHANICS
from sim.rules.plan import Item, Phase, Rule
from sim.rules.post import Mechanic
from sim.rules.reading import read_plan
from sim.rules.spec import FAMILIES, Gift, Kick, Review, default_of
from sim.rules.steps import KINDS, Handling, Step
from sim.scenario import Hook, Lever, Market, Outside, Population, Role, Source, Staff
from sim.studies.question import WORDS

#: Names that a user gives stand in capitals in a path: `campaign.NAME.amount`, `strategy.ENTRY.amount`.
NAME, ENTRY = "NAME", "ENTRY"
#: What a setting without a default of its own is taken from: the first of these files that has it.
DEFAULTS = ("restaurant", "one_operator", "fitted", "by_hand")
#: Fields that go by another word in a yaml.
WRITTEN: dict[tuple[type, str], str] = {(GroupPlan, "sources"): "from"}
#: What a plan is made of beside settings, and the class that says what it is.
PARTS: dict[str, type] = {
    "strategy.calendar": Item, f"strategy.{ENTRY}.phases": Item, f"strategy.{ENTRY}.audience": Item, "strategy.phases": Phase,
    "strategy.rules": Rule, "strategy.handling": Handling, "strategy.groups": GroupPlan,
}  # fmt: skip


@dataclass(frozen=True)
class Use:
    """A shipped yaml that sets a setting: its group and name, the full path there, and the value."""

    group: str
    option: str
    path: str
    value: Any


@dataclass(frozen=True)
class Setting:
    """One setting. paths: where it can be set; owner: what it belongs to, with a line on that; default: None where none is."""

    name: str
    paths: tuple[str, ...]
    owner: str
    about: str
    told: Told
    default: Any
    uses: tuple[Use, ...] = ()
    follows: tuple[str, ...] = ()
    """paths that this setting of a plan's own is used for"""
    where: tuple[tuple[str, str], ...] = ()
    """(group, option) of what is shipped in which it matters, where that is not everything"""

    @property
    def path(self) -> str:
        """The first of the paths."""
        return self.paths[0]


@dataclass(frozen=True)
class Family:
    """A settings class: what it is called, and where its fields are set."""

    owner: str
    kind: type
    places: tuple[str, ...]


def families() -> Iterator[Family]:
    """Every settings class that an override reaches, in the order in which a reader asks for them."""
    yield Family("population", Population, ("scenario.population",))
    yield Family("newcomers", Source, (f"scenario.population.inflow.{NAME}",))
    yield Family("hook", Hook, (f"scenario.population.inflow.{NAME}.hook",))
    yield Family("market", Market, ("scenario.market",))
    yield Family("outside", Outside, ("scenario.market.outside.0",))
    yield Family("staff", Staff, ("staff",))
    yield Family("role", Role, (f"staff.roles.{NAME}", f"strategy.crew.roles.{NAME}"))
    for name, kind in FAMILIES.items():
        yield Family(name, kind, (f"strategy.{name}", *([f"strategy.{NAME}"] if name == "duties" else [])))
    yield Family("gift", Gift, ("strategy.entry.gift",))
    yield Family("kick", Kick, ("strategy.order.kick",))
    yield Family("review", Review, ("strategy.review",))
    yield Family("groups", GroupPlan, (f"strategy.groups.{NAME}",))
    yield Family("span", Span, (f"strategy.{ENTRY}", f"campaign.{NAME}"))
    yield Family("clock", Clock, (f"strategy.{ENTRY}", f"campaign.{NAME}"))
    yield Family("post", Mechanic, (f"strategy.{ENTRY}", f"campaign.{NAME}"))
    for use, kind in MECHANICS.items():
        yield Family(use, kind, (f"strategy.{ENTRY}", *([f"campaign.{NAME}"] if use in POSTED else [])))
    yield Family("session", Session, (f"strategy.{ENTRY}.session",))
    for group in ("campaign", "incident", "strategy"):
        for name in plugins.plugin_names(group):
            yield Family(name, plugins.plugin_class(group, name), (f"{group}.{name}",))
    yield Family("step", Step, ("handling.0",))
    yield Family("member", MemberType, (f"member.{NAME}",))
    yield Family("parameters", Parameters, ("parameters",))
    yield Family("lever", Lever, ("levers.0",))


@cache
def inventory() -> tuple[Setting, ...]:
    """Every setting, in the order of the families; then what belongs to a study, and the settings that plans have of their own."""
    uses = _uses()
    found = []
    for family in families():
        for name in hints_of(family.kind):
            if home_of(family.kind, name) is family.kind:
                told = tell(family.kind, name)
                own = tuple(uses.fields.get((family.kind, name), ()))
                called = WRITTEN.get((family.kind, name), name)
                paths = tuple(f"{place}.{called}" for place in family.places)
                default = default_of(family.kind, name)
                if default is None and family.places[0].partition(".")[0] in ("scenario", "staff", "parameters"):
                    shown = {one.option: one.value for one in own}
                    default = next((shown[one] for one in DEFAULTS if one in shown), None)
                where = tuple(sorted(uses.where.get(family.kind, ())))
                found.append(Setting(called, paths, family.owner, _first_line(family.kind), told, default, own, where=where))
    return (*found, *_parts(), _horizon(), *_of_study(), *_of_plans(uses))


def _parts() -> Iterator[Setting]:
    """What a plan is made of beside settings."""
    for path, kind in PARTS.items():
        told = Told(_first_line(kind), "", Allowed("list"), "")
        yield Setting(path.rpartition(".")[2], (path,), "plan", "", told, None)
    told = Told(
        "what a playbook says and the engine does not offer yet: kept beside the plan, and not run", "", Allowed("list"), ""
    )
    yield Setting("waits_for", ("strategy.waits_for",), "plan", "", told, None)


def _horizon() -> Setting:
    """How long a scenario is judged, which each says for itself."""
    told = dataclasses.replace(read(PLAIN["days"], ""), meaning="that are judged where days= says nothing else")
    uses = []
    for option in options("scenario"):
        content = read_yaml(config_folder() / "scenario" / f"{option}.yaml", "settings by name").content
        if "horizon" in content:
            uses.append(Use("scenario", option, "scenario.horizon", content["horizon"]))
    return Setting("horizon", ("scenario.horizon",), "study", "", told, HORIZON, tuple(uses))


def _first_line(kind: type) -> str:
    return (kind.__doc__ or "").strip().partition("\n")[0]


def _of_study() -> Iterator[Setting]:
    """What is set beside the groups of settings; the comments of config.yaml say what it is."""
    said = read_yaml(config_folder() / "config.yaml", "settings by name")
    comments = {line.partition(":")[0]: line.partition(" # ")[2] for line in said.text.splitlines() if " # " in line}
    for name, annotation in PLAIN.items():
        told = read(annotation, "")
        meaning = comments.get(name) or told.meaning
        told = dataclasses.replace(told, meaning=meaning, source="" if meaning != told.meaning else told.source)
        value = said.content.get(name)
        own = isinstance(value, str) and value.startswith("${")  # taken from what is chosen
        yield Setting(name, (name,), "study", "", told, None if own else value)
    modes = Allowed("choice", choices=("uncertain", "fixed"))
    switches = Allowed("choice", choices=tuple(SUBMODELS))
    for name, meaning, allowed, default in (
        ("mode", "whether assumed values are drawn from their plausible ranges in a study", modes, "uncertain"),
        ("without", "parts of the member model that are switched off", switches, []),
    ):
        yield Setting(name, (f"parameters.{name}",), "study", "", Told(meaning, "", allowed, ""), default)
    for word, how in WORDS.items():
        yield Setting(word, (word,), "question", "", Told(how, "", Allowed("text"), ""), None)


@dataclass
class _Uses:
    """Which shipped yaml sets which field and uses which class; settings that plans have of their own, and what follows them."""

    fields: dict[tuple[type, str], list[Use]]
    own: dict[str, list[tuple[Use, tuple[str, ...], Told]]]
    where: dict[type, set[tuple[str, str]]]

    def add(self, kind: type | None, name: str, use: Use) -> None:
        if kind is not None and name in hints_of(kind):
            self.fields[home_of(kind, name), name].append(use)


def _uses() -> _Uses:
    uses = _Uses(defaultdict(list), defaultdict(list), defaultdict(set))
    for group in ("scenario", "staff", "strategy", "campaign", "incident", "member", "parameters"):
        for option in options(group):
            content = read_yaml(config_folder() / group / f"{option}.yaml", "settings by name").content
            block = {key: value for key, value in content.items() if key != "digest"}
            if group in ("strategy", "campaign") and plugins.is_written(group, option):
                _of_written(uses, group, option, block)
            elif group == "scenario":
                blocks: dict[str, type] = {"population": Population, "market": Market}
                for part, of in blocks.items():
                    _add_all(uses, of, Use(group, option, f"scenario.{part}", block[part]))
            else:
                prefix = group if group in ("staff", "parameters", "strategy") else f"{group}.{option}"
                kinds: dict[str, type] = {"staff": Staff, "parameters": Parameters, "member": MemberType}
                of = kinds[group] if group in kinds else plugins.plugin_class(group, trigger_of(group, option))
                _add_all(uses, of, Use(group, option, prefix, block))
                if group in ("campaign", "incident"):
                    uses.where[of].add((group, option))
    return uses


def _add_all(uses: _Uses, kind: type, block: Use) -> None:
    """All keys of a block, and of the blocks by name within it."""
    for name, value in block.value.items():
        path = f"{block.path}.{name}"
        uses.add(kind, name, dataclasses.replace(block, path=path, value=value))
        inner = {"inflow": Source, "roles": Role}.get(name)
        if inner is None or not isinstance(value, dict):
            continue
        for called, one in value.items():
            _add_all(uses, inner, dataclasses.replace(block, path=f"{path}.{called}", value=one))


def _of_written(uses: _Uses, group: str, option: str, block: Mapping[str, Any]) -> None:
    """A plan or a campaign in yaml: its places by path, and its own settings with the paths that follow them."""
    prefix = group if group == "strategy" else f"{group}.{option}"
    if group == "strategy":
        plan, terms = read_plan(block, group)
        kinds = {item.name: MECHANICS[item.use] for item in plan.items}
        for kind in (*kinds.values(), *(FAMILIES[name] for name in plan.families)):
            uses.where[kind].add((group, option))
        kinds |= {"": Policy, **FAMILIES, "review": Review}
        places, links = {path: place.value for path, place in terms.places.items() if place.where}, dict(terms.links)
        used = terms.used
    else:
        made = plugins.build(group, option, block, prefix)
        kinds = {"": POSTED[made.use]}
        uses.where[kinds[""]].add((group, option))
        places, links, used = (
            {path: place.value for path, place in made.shape.places.items() if place.where},
            dict(made.links),
            {},
        )
    for path, value in places.items():
        kind, name = _field(kinds, path)
        if kind is None or name not in hints_of(kind):
            followed = tuple(sorted(one for one, dial in links.items() if dial == path))
            at, last = _field(kinds, followed[0]) if followed else (None, "")
            if at is not None and last in hints_of(at):
                uses.own[path].append((Use(group, option, f"{prefix}.{path}", value), followed, tell(at, last)))
            elif path in used:
                uses.own[path].append((Use(group, option, f"{prefix}.{path}", value), (), read(used[path], "")))
        uses.add(kind, name, Use(group, option, f"{prefix}.{path}", value))
    for path, dial in links.items():  # where the value is that of a setting of the plan's own
        kind, name = _field(kinds, path)
        if dial in places:
            uses.add(kind, name, Use(group, option, f"{prefix}.{dial}", places[dial]))


class Policy:
    """A strategy that is written as a plan: it has no fields but those of its yaml."""


def _field(kinds: Mapping[str, type], path: str) -> tuple[type | None, str]:
    """The settings class and field at a path of a plan or a campaign."""
    head, _, rest = path.partition(".")
    if not rest:
        return kinds.get(""), head
    kind = kinds.get(head)
    while kind is not None and "." in rest:
        part, _, rest = rest.partition(".")
        kind = hints_of(kind).get(part)
    return kind, rest


def _of_plans(uses: _Uses) -> Iterator[Setting]:
    """The settings that plans and campaigns have of their own, such as `strategy.posts_per_day`."""
    for name, found in sorted(uses.own.items()):
        used = tuple(use for use, _, _ in found)
        followed = tuple(dict.fromkeys(path for _, paths, _ in found for path in paths))
        told = found[0][2]
        yield Setting(name, tuple(dict.fromkeys(use.path for use in used)), "plan", "", told, None, used, followed)


def default_text(setting: Setting) -> str:
    """The default as it would be written; "" where there is none."""
    if dataclasses.is_dataclass(setting.default) or isinstance(setting.default, Handling):
        return ""
    return "" if setting.default is None else written(setting.default)


def kinds_of_steps(name: str) -> tuple[str, ...]:
    """The kinds of step that take a key of their own."""
    return tuple(kind for kind, one in KINDS.items() if name in one.keys)
