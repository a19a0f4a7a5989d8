"""Files of the user's own: a commented template to begin with, and a check that names file, line, key and what is allowed."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from sim import plugins
from sim.allowed import ConfigError, describe, hints_of, no_choice, unknown, validated, without_none, written
from sim.config import PLAIN, config_folder, options, without_digest
from sim.config.building import HORIZON
from sim.explain.annotation import tell
from sim.files import YamlFile, read_yaml
from sim.lessons.lesson import check_block
from sim.lessons.rehearsal import check_arms
from sim.lessons.template import lesson_template
from sim.members.member_type import MemberType, read_member
from sim.roles import read_staff
from sim.rules.acts import VERBS
from sim.rules.audience import SELECTORS
from sim.rules.campaign import POSTED
from sim.rules.clock import Clock
from sim.rules.duties import Duties
from sim.rules.groups import GroupPlan
from sim.rules.handling import check_written, find_handling, read_procedure
from sim.rules.mechanics import MECHANICS
from sim.rules.post import Mechanic
from sim.rules.sensors import SENSORS
from sim.rules.spec import FAMILIES, HOLD_DAYS, Entry, Review, default_of
from sim.rules.steps import COMMON as STEP_COMMON
from sim.rules.steps import KINDS as STEP_KINDS
from sim.rules.steps import Step
from sim.rules.unsaid import unsaid
from sim.scenario import Market, Population, Role, Scenario, Staff

#: What can be written and checked.
KINDS = ("strategy", "campaign", "incident", "procedure", "scenario", "staff", "member", "lesson")

_PACKAGE = re.compile(r"#\s*@package\s+(\w+)")
#: Keys by which a file without a package line is recognised.
_SIGNS = {
    "strategy": {"calendar", "duties", "base", "rules", "phases"},
    "scenario": {"population", "market"},
    "staff": {"people", "shift_start"},
    "incident": {"handling"},
    "procedure": {"right", "wrong"},
    "lesson": {"steps", "measures"},
    "campaign": {"use", "minutes"},
    "member": {"sociability", "checks"},
}


def check_file(path: Path) -> str:
    """Validates a file of the user's own; gives what kind it is. Raises ConfigError: `file, line 7: key=value: what is allowed`."""
    found = read_yaml(path, f"groupalive new {'|'.join(KINDS)} {path} writes one to begin with")
    kind = kind_of(found)
    try:
        if not isinstance(found.content, dict):
            raise ConfigError("settings by name, each on a line of its own")
        _READERS[kind](kind, path.stem, without_digest(found.content, kind))
    except ConfigError as error:
        text = str(error)
        keys = re.match(rf"(?:{kind}\.)?([\w.]*)", text.removeprefix(f"{kind}.{path.stem}."))
        where = keys[1].strip(".").split(".") if keys and keys[1] else []
        told = text.removeprefix(f"{kind}.{path.stem}.").removeprefix(f"{kind}.")
        raise ConfigError(f"{path}, line {found.line(where)}: {told}") from error
    return kind


def kind_of(found: YamlFile) -> str:
    """What a file is for: said in its first line, or else told by its keys. Raises ConfigError."""
    if (said := _PACKAGE.match(found.text)) and said[1] in KINDS:
        return said[1]
    if isinstance(found.content, dict):
        for kind, signs in _SIGNS.items():
            if signs & set(found.content):
                return kind
    allowed = ", ".join(f"# @package {kind}" for kind in KINDS)
    raise ConfigError(f"{found.path}, line 1: begins with what it is for, one of {allowed}")


def _check_plugin(kind: str, name: str, block: Mapping[str, Any]) -> None:
    if kind == "strategy":
        list(unsaid(block, kind))
    if plugins.is_written(kind, name):
        plugins.build(kind, name, block, kind)
    else:
        validated(plugins.plugin_class(kind, name), dict(block), kind)


def _check_incident(kind: str, name: str, block: Mapping[str, Any]) -> None:
    """An incident of the user's own is one of those in Python with values of its own; `trigger` names it."""
    trigger, given = plugins.source_of(kind, name, block)
    values = dict(given)
    if trigger not in plugins.plugin_names(kind):
        raise no_choice("trigger", trigger, plugins.plugin_names(kind))
    check_written(values.get("handling"), "handling")
    if isinstance(way := values.get("handling"), str):
        folder = config_folder() / "procedure"
        cause = name if name in options("procedure") else trigger
        values["handling"] = find_handling(way, cause, "handling", folder, options("procedure"), own=True)
    validated(plugins.plugin_class(kind, trigger), values, kind)


def _check_procedure(kind: str, name: str, block: Mapping[str, Any]) -> None:
    read_procedure(block, kind)


def _check_scenario(kind: str, name: str, block: Mapping[str, Any]) -> None:
    known = {"population": Population, "market": Market}
    for key, value in block.items():
        if key not in (*known, "name", "horizon"):
            raise unknown(key, value, ("horizon", *known))
    validated(PLAIN["days"], block.get("horizon", HORIZON), "horizon")
    for key, kind_of_block in known.items():
        if key not in block:
            raise ConfigError(f"{key} is missing: a scenario has {' and '.join(known)}")
        validated(kind_of_block, block[key], key)
    if block.get("name", name) != name:
        raise no_choice("name", block["name"], [name])
    sources = validated(Population, block["population"], "population").inflow
    mixes = {"mix": block["population"]["mix"]} | {f"inflow.{source}.mix": dict(one.mix) for source, one in sources}
    for where, mix in mixes.items():
        for one in mix:
            if one not in options("member"):
                raise no_choice(f"population.{where}.{one}", one, options("member"))


def _check_staff(kind: str, name: str, block: Mapping[str, Any]) -> None:
    read_staff(block, "staff")


def _check_member(kind: str, name: str, block: Mapping[str, Any]) -> None:
    read_member(block, kind)


def _check_lesson(kind: str, name: str, block: Mapping[str, Any]) -> None:
    check_arms(check_block(dict(block)))


_READERS: dict[str, Callable[[str, str, Mapping[str, Any]], None]] = {
    "strategy": _check_plugin,
    "campaign": _check_plugin,
    "incident": _check_incident,
    "procedure": _check_procedure,
    "scenario": _check_scenario,
    "staff": _check_staff,
    "member": _check_member,
    "lesson": _check_lesson,
}


# Templates -------------------------------------------------------------------------------------------------------------


#: Where a file comes from; the key that every kind of file may have.
_DIGEST = (
    "# digest: [A01, B06a, B01.s2] # a list: rows of sim/domain/rows.json that it rests on; what is shipped must have some"
)


def template(kind: str) -> str:
    """A yaml to begin with: every key with its meaning, unit and range; what may be left out is commented out."""
    head, told, *body = _TEMPLATES[kind]()
    return "\n".join([head, told, _DIGEST, *body]) + "\n"


def write_template(kind: str, path: Path) -> None:
    """Writes a template; a file that is there is never overwritten. Raises ConfigError."""
    if path.suffix not in (".yaml", ".yml") or not re.fullmatch(r"[a-z][a-z0-9_]{0,39}", path.stem):
        raise ConfigError(f"{path}: a file name of small letters, digits and _ that ends in .yaml")
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(template(kind))
    except FileExistsError as error:
        raise ConfigError(f"{path}: a new file; this one is there already") from error


def explain(kind: type, key: str) -> str:
    """What is allowed for a setting and what it means, for a comment or a table."""
    allowed = re.sub(r"^(\S+ to \S+) ", r"\1: ", describe(without_none(hints_of(kind)[key])))
    meaning = tell(kind, key).meaning
    return allowed if meaning in allowed else f"{allowed}; {meaning}"


def _lines(kind: Any, values: Mapping[str, Any], indent: str = "") -> Iterator[str]:
    """A line for each key of a settings class, with its value, range and unit."""
    for name in hints_of(kind):
        yield f"{indent}{name}: {_plain(values.get(name, default_of(kind, name)))} # {explain(kind, name)}"


def _plain(value: Any) -> str:
    return written(value).replace(":", ": ").replace(",", ", ") if isinstance(value, dict) else written(value)


def _of_shipped(group: str, name: str) -> dict[str, Any]:
    content: dict[str, Any] = read_yaml(config_folder() / group / f"{name}.yaml", "").content
    return content


def _strategy() -> list[str]:
    duties = {"answer": 0.9, "reply": 0.05, "reply_top": 0.3, "soothe": 1, "moderate": 1, "welcome": 1, "rules": True}
    lines = [
        "# @package strategy",
        "# One sentence that says what this plan is.",
        "",
        "## Lines with one # can be put in by taking it away; lines with two are explanations.",
        "",
        "## A setting of your own: it can be overridden (strategy.posts_per_day=2), swept, and moved by levers and rules.",
        "## Its range is that of the place where it is used.",
        "posts_per_day: 1",
        "",
        "## What staff take care of",
        "duties:",
        *_lines(Duties, duties, "  "),
        "",
    ]
    for name, kind in FAMILIES.items():
        if name != "duties":
            lines += [f"## {(kind.__doc__ or '').strip()}", f"# {name}:"]
            lines += [f"#   {key}: {_example(kind, key)} # {explain(kind, key)}" for key in hints_of(kind)]
    lines += ["## Who does what, by name; without roles everybody does everything.", "# base:", "#   crew:"]
    lines += [f"#     {line[2:]}" for line in _roles()]
    lines += ["", "## Groups of the plan's own in the place of those of the scenario, by name", "# groups:", "#   main:"]
    lines += [f"#     {'from' if key == 'sources' else key}: {_example(GroupPlan, key)} # {explain(GroupPlan, key)}"
              for key in hints_of(GroupPlan)]  # fmt: skip
    lines += ["", "## What is posted and when: use a mechanic, call it by a name", "calendar:"]
    lines += [
        "  - use: broadcast",
        "    as: posts",
        "    clock: {per_day: posts_per_day}",
        "    content: 1",
        "    quality: 0.6",
    ]
    for use, kind in MECHANICS.items():
        lines += ["", f"  # - use: {use} # {(kind.__doc__ or '').strip().splitlines()[0]}", f"  #   as: my_{use}"]
        lines += [f"  #   {key}: {_example(kind, key)} # {explain(kind, key)}" for key in hints_of(kind)
                  if key not in ("per_day", "per_week", "weekday", "select")]  # fmt: skip
        if "select" in hints_of(kind):
            lines += [f"  #   select: top_talkers # {'; '.join(f'{n}: {told}' for n, (told, _) in SELECTORS.items())}"]
    clocks = [f"##   {key}: {explain(Clock, key)}" for key in ("hour", "weekday", "every_days", "per_day", "per_week")]
    lines += ["", "## A clock says how often, by one of", *clocks, ""]
    lines += [
        "## Stages of the group: each but the last ends by a condition; `set` holds in it",
        "# phases:",
        '#   - {name: cold, until: {age_days: ">=30"}, set: {posts.content: 1.5}}',
        "#   - {name: settled}",
        "",
        "## When something is seen, settings move. Rules are read from top to bottom at each review; the last that holds wins.",
        "# rules:",
        '#   - when: {posters_7d: "<0.05 of members", for_days: 3}',
        '#     do: {set: {duties.reply_top: 0.5, posts.content: "+0.2"}}',
        "#     hold_days: 7 # " + describe(HOLD_DAYS),
        "# review:",
        *(f"#   {key}: {_example(Review, key)} # {explain(Review, key)}" for key in hints_of(Review)),
        "",
        "## Verbs of `do`: set, start, stop (names of the calendar), on_people: {care: {select, count, every_days}},",
        "## run (a procedure of `handling` by name), act (one act or a list):",
        *(f"##   {name}: {verb.meaning} ({', '.join((verb.of, *verb.keys))})" for name, verb in VERBS.items()),
        "## Sensors of `when`:",
        *(f"##   {one.name}: {one.unit}, {one.meaning}" for one in SENSORS.values() if one.offered),
    ]
    return lines


def _example(kind: Any, key: str) -> str:
    value = default_of(kind, key)
    examples = {
        "hour": 12,
        "every_days": 1,
        "minutes": 8,
        "late_hours": 3,
        "look_minutes": 30,
        "least_tag": 0.35,
        "strikes": 2,
        "validity_days": 14,
        "transferable": True,
        "period_is_validity": False,
        "kick": {"not_friend": 2, "absent": 2, "no_homework": 3},
        "session": {"hour": 20, "minutes": 60},
        "convert_day": 10,
        "cap_per_month": 2,
        "tiers": {"regular": 1, "best": 4},
    }
    examples |= {"sources": []} | ({"gift": {"cost": 3, "worth": 10}} if kind is Entry else {})
    return _plain(examples.get(key, value))


def _campaign() -> list[str]:
    play = MECHANICS["play"]
    lines = ["# @package campaign.NAME", "# One sentence that says what this campaign is.", "use: play"]
    lines += [f"{key}: {_example(play, key)} # {explain(play, key)}"
              for key in hints_of(play) if key not in ("weekday", "per_day", "per_week", "late_hours")]  # fmt: skip
    for use, kind in POSTED.items():
        keys = [key for key in hints_of(kind) if key not in hints_of(Mechanic)]
        lines += ["", f"# use: {use} # {(kind.__doc__ or '').strip().splitlines()[0]}"]
        lines += [f"# {key}: {_example(kind, key)} # {explain(kind, key)}" for key in keys]
    return lines


def _staff() -> list[str]:
    lines = ["# @package staff", "# One sentence that says who these people are."]
    shipped = {name: value for name, value in _of_shipped("staff", "one_operator").items() if name != "roles"}
    lines += [f"{name}: {_plain(value)} # {explain(Staff, name)}" for name, value in shipped.items()]
    return [*lines, "", "## Roles by name: who does what. Without them everybody does everything.", *_roles()]


def _roles() -> list[str]:
    """Two roles with every key, commented out."""
    lines = ["# roles:", "#   owner:"]
    for name in hints_of(Role):
        if name == "backup":
            lines.append("#     backup: helpers # the role that does their work while none of them is there")
        else:
            lines.append(f"#     {name}: {_ROLE.get(name) or _example(Role, name)} # {explain(Role, name)}")
    return [*lines, "#   helpers: {people: 2, answers: false}"]


#: Values of a role in the template that are not as usual.
_ROLE = {"warmth": "0.9", "hours": "4", "shift_start": "9", "shift_end": "22", "busy_from": "17", "busy_to": "19"}


def _scenario() -> list[str]:
    shipped = _of_shipped("scenario", "restaurant")
    lines = ["# @package scenario", "# One sentence that says what groups these are."]
    lines.append(f"horizon: {HORIZON} # {explain(Scenario, 'days')}")
    for key, kind in (("population", Population), ("market", Market)):
        lines += [f"{key}:", *_lines(kind, shipped[key], "  ")]
    return lines


def _member() -> list[str]:
    """Every trait, with the values of a type that is shipped."""
    head = ["# @package member.NAME", "# One sentence that says what customers these are."]
    return [*head, *_lines(MemberType, _of_shipped("member", "regular"))]


def _incident() -> list[str]:
    lines = ["# @package incident.NAME", "# One sentence that says what goes wrong.",
             f"trigger: quarrel # one of {', '.join(plugins.plugin_names('incident'))}"]  # fmt: skip
    values = _of_shipped("incident", "quarrel")
    quarrel = plugins.plugin_class("incident", "quarrel")
    for name in hints_of(quarrel):
        told = "right, wrong or none, or a procedure by name" if name == "handling" else explain(quarrel, name)
        lines.append(f"{name}: {_plain(values[name])} # {told}")
    for one in plugins.plugin_names("incident"):
        if one != "quarrel":
            lines += ["", f"## trigger: {one}"]
            kind = plugins.plugin_class("incident", one)
            lines += [f"##   {name}: {explain(kind, name)}" for name in hints_of(kind) if name != "handling"]  # fmt: skip
    return [
        *lines,
        "",
        f"## handling, beside right, wrong and none: {', '.join(options('procedure'))}",
        "## (of another way: quarrel.wrong), or a file of your own (./mine.yaml; of another way: ./mine.yaml:wrong)",
    ]


def _procedure() -> list[str]:
    lines = [
        "# @package procedure",
        "# One sentence that says what is handled, and how.",
        "right:",
        "  - {step: stance, apology: true, within_minutes: 240}",
        "  - {step: investigate, minutes: 30}",
        "  - {step: plan, channel: public, justice: 0.7}",
        "wrong:",
        "  - {step: stance, denies: true, wait_hours: 24}",
        "none: []",
        "",
        "## Steps are done in this order. Every step may have",
        *(f"##   {name}: {explain(Step, name)}" for name in STEP_COMMON if name not in ("step", "row")),
        "## Kinds of step, whom they reach where nothing else is said, and what they take besides:",
    ]
    for name, kind in STEP_KINDS.items():
        lines.append(f"##   {name}: {kind.meaning} ({kind.channel}, {kind.audience})")
        lines += [f"##     {key}: {explain(Step, key)}" for key in kind.keys]
    return lines


_TEMPLATES: dict[str, Callable[[], list[str]]] = {
    "strategy": _strategy,
    "campaign": _campaign,
    "incident": _incident,
    "procedure": _procedure,
    "lesson": lesson_template,
    "scenario": _scenario,
    "staff": _staff,
    "member": _member,
}
