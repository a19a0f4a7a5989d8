"""A run and a moment -> the form of what can be changed there; a form that was filled in -> the words of a branch."""

from __future__ import annotations

import typing
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

from sim.allowed import ConfigError, cut, quoted, without_none, written
from sim.branching import InForce, branched, in_force
from sim.config import options
from sim.report.language import LANGUAGES, translator
from sim.rules.spec import hint_at
from sim.rules.terms import kind_of, read
from sim.scenario import Scenario

Group = Literal["strategy", "plan", "staff", "campaign", "incident"]
Texts = dict[str, str]

#: Settings of staff and of plans that a form offers, where a run has them: those that a catalogue has a name for.
OF_STAFF: Final = ("people", "budget_hours", "look_minutes", "warmth")
OF_PLAN: Final = (
    "posts_per_day", "promotions_per_day", "quality", "care_days", "care_members", "perk_days", "perk_discount", "duties.answer",
    "duties.welcome", "duties.moderate",
)  # fmt: skip
#: Where a form ends within what is allowed: numbers beyond these are possible and of no use to a class.
FORM_ENDS: Final = {
    "people": (0, 5), "budget_hours": (0.5, 12), "look_minutes": (5, 480), "posts_per_day": (0, 12), "promotions_per_day": (0, 6),
    "care_days": (1, 30), "care_members": (1, 40), "perk_days": (1, 30), "perk_discount": (0, 0.5),
}  # fmt: skip
#: How an incident can be handled.
WAYS: Final = ("none", "right", "wrong", "plan")
ON, OFF = "on", "off"


@dataclass(frozen=True)
class Field:
    """One thing that can be changed. now: what holds; options: what may be chosen, with names; low, high: ends of a number."""

    key: str
    group: Group
    label: Texts
    now: str | float
    options: tuple[tuple[str, Texts], ...] = ()
    low: float = 0.0
    high: float = 0.0
    whole: bool = False

    def check(self, value: Any) -> str | float:
        """A value that may be chosen. Raises ConfigError."""
        if self.options:
            if not isinstance(value, str) or value not in dict(self.options):
                raise ConfigError(f"{self.key}={quoted(value)}: one of {', '.join(name for name, _ in self.options)}")
            return value
        number = isinstance(value, int | float) and not isinstance(value, bool)
        if not number or not self.low <= value <= self.high or (self.whole and value != int(value)):
            told = f"{written(self.low)} to {written(self.high)}{' (whole)' if self.whole else ''}"
            raise ConfigError(f"{self.key}={quoted(value)}: {told}")
        return int(value) if self.whole else float(value)

    def plain(self) -> dict[str, Any]:
        """As a page shows it."""
        told: dict[str, Any] = {"key": self.key, "group": self.group, "label": self.label, "now": self.now}
        if self.options:
            return told | {"options": [[name, label] for name, label in self.options]}
        return told | {"low": self.low, "high": self.high, "whole": self.whole}


def find_fields(scenario: Scenario, at: float) -> dict[str, Field]:
    """What can be changed on day `at`, by key."""
    held = in_force(scenario, at)
    found = [_strategies(scenario, at, held), *_numbers(held), *_campaigns(scenario, at, held), *_handlings(scenario, held)]
    return {one.key: one for one in found if one is not None}


def name_fields(language: str) -> dict[str, Any]:
    """Names of all fields that a form of a shipped run may have, and of what may be chosen in them."""
    t = translator(language)
    keys = {"strategy": t.setting("strategy")}
    keys |= {
        f"{owner}.{path}": t.setting(path) for owner, paths in (("staff", OF_STAFF), ("strategy", OF_PLAN)) for path in paths
    }
    keys |= {f"campaign.{name}": t.name("campaign", name) for name in options("campaign")}
    keys |= {f"incident.{name}.handling": t.name("incident", name) for name in options("incident")}
    values = {name: t.name("strategy", name) for name in options("strategy")} | {way: t(f"way.{way}") for way in WAYS}
    return {"keys": keys, "values": values | {ON: t("told.on"), OFF: t("told.off")}}


def words_of(fields: Mapping[str, Field], choices: Mapping[str, Any]) -> list[str]:
    """The words of the branch that choices ask for; what is as it was is no change. Raises ConfigError.

    Nothing that somebody has typed becomes a word: keys and names are those of the form, numbers are written anew.
    """
    chosen = {}
    for key, value in choices.items():
        if key not in fields:
            raise ConfigError(f"{cut(str(key), 80)}: no such field; one of {', '.join(fields)}")
        value = fields[key].check(value)
        if value != fields[key].now:
            chosen[key] = value
    if not chosen:
        raise ConfigError("nothing is changed")
    words = [f"{key}={written(value)}" for key, value in chosen.items() if fields[key].group != "campaign"]
    if any(fields[key].group == "campaign" for key in chosen):
        running = [
            one.key.partition(".")[2]
            for one in fields.values()
            if one.group == "campaign" and chosen.get(one.key, one.now) == ON
        ]
        words.append(f"campaign=[{','.join(running)}]")
    return words


def _strategies(scenario: Scenario, at: float, held: InForce) -> Field | None:
    names = [name for name in options("strategy") if name == held.strategy or _can(scenario, at, [f"strategy={name}"])]
    if held.strategy not in names:
        names.insert(0, held.strategy)
    label = _texts(lambda t: t.setting("strategy"))
    told = tuple((name, _texts(lambda t, name=name: t.name("strategy", name))) for name in names)
    return Field("strategy", "strategy", label, held.strategy, told) if len(names) > 1 else None


def _numbers(held: InForce) -> list[Field]:
    found = []
    for group, owner, paths in (("staff", "staff", OF_STAFF), ("plan", "strategy", OF_PLAN)):
        for path in paths:
            if (one := _number(group, held.owners[owner], owner, path)) is not None:
                found.append(one)
    return found


def _number(group: Any, holder: Any, owner: str, path: str) -> Field | None:
    kind, now = hint_at(type(holder), path), read(holder, path)
    if kind is None or isinstance(now, bool) or not isinstance(now, int | float):
        return None
    kind = without_none(kind)
    limits: dict[str, float] = {}
    for extra in typing.get_args(kind)[1:]:
        for item in getattr(extra, "metadata", ()):
            limits |= {name: getattr(item, name) for name in ("ge", "le") if hasattr(item, name)}
    if not {"ge", "le"} <= limits.keys():
        return None
    low, high = FORM_ENDS.get(path.rpartition(".")[2], (limits["ge"], limits["le"]))
    low, high = max(low, limits["ge"]), min(high, limits["le"])
    if path == "people":
        low, high = (0.0, 0.0) if now == 0 else (low, high)  # whoever begins with nobody has no desks
    return Field(
        f"{owner}.{path}", group, _texts(lambda t: t.setting(path)), now,
        low=min(low, now), high=max(high, now), whole=kind_of(kind) is int,
    )  # fmt: skip


def _campaigns(scenario: Scenario, at: float, held: InForce) -> list[Field]:
    running = {name: held.running[f"campaign.{name}"] for name, _ in scenario.campaign}
    names = [*running, *(name for name in options("campaign") if name not in running)]
    switch = ((OFF, _texts(lambda t: t("told.off"))), (ON, _texts(lambda t: t("told.on"))))
    going = [name for name, on in running.items() if on]
    found = []
    for name in names:
        now = ON if running.get(name) else OFF
        words = [f"campaign=[{','.join([*going, name])}]"] if now == OFF else []
        if words and not _can(scenario, at, words):
            continue
        label = _texts(lambda t, name=name: t.name("campaign", name))
        found.append(Field(f"campaign.{name}", "campaign", label, now, switch))
    return found


def _handlings(scenario: Scenario, held: InForce) -> list[Field]:
    found = []
    for name, _ in scenario.incident:
        plugin = held.owners[f"incident.{name}"]
        if not hasattr(plugin, "handling") or not held.running[f"incident.{name}"]:
            continue
        ways = [way for way in WAYS if way != "plan" or getattr(held.owners["strategy"], "handling", None)]
        now = plugin.handling.name
        if now not in ways:
            ways.insert(0, now)
        told = tuple((way, _texts(lambda t, way=way: t.words.get(f"way.{way}", way))) for way in ways)
        label = _texts(lambda t, name=name: t.name("incident", name))
        found.append(Field(f"incident.{name}.handling", "incident", label, now, told))
    return found


def _can(scenario: Scenario, at: float, words: list[str]) -> bool:
    """Whether a run can go on with these words: what is shipped may not fit this run."""
    try:
        branched(scenario, at, words, own=False)
    except ConfigError:
        return False
    return True


def _texts(say: Any) -> Texts:
    """A text in the languages of the page."""
    return {language: say(translator(language)) for language in LANGUAGES}
