"""A run and words such as `strategy.posts_per_day=4` -> its branch: the same run up to a moment, then with changes."""

from __future__ import annotations

import dataclasses
import json
import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from sim.allowed import ConfigError, cut, hints_of, listed, nearest_path, no_choice, quoted, validated, written
from sim.changes import CHANGEABLE, all_settings, owners_of
from sim.config import LISTED, check_scenario, compose, config_folder, options
from sim.config.overrides import MAX_LENGTH, MAX_OVERRIDES
from sim.events.kinds import DAY, MEMBER_JOINED, MEMBER_LEFT, MEMBER_REMOVED
from sim.events.log import EventLog, LogError
from sim.levers import describe_branch, is_plugin, owner_of, plugins_begun
from sim.rules.handling import find_handling, of_plan
from sim.rules.steps import Handling
from sim.rules.terms import read, write
from sim.run import Run, simulate
from sim.scenario import Change, Scenario
from sim.verification import settings_of

#: Groups whose plug-ins begin and end with a branch.
_PLUGINS = ("incident", "campaign")


@dataclass(frozen=True)
class Recorded:
    """A run that can be branched: its settings, its luck and its log. name: how errors call it, such as its folder."""

    scenario: Scenario
    seed: int
    replication: int
    log: EventLog
    name: str = ""


def open_recorded(folder: Path | str) -> Recorded:
    """The run in a folder. Raises LogError (one line) where the folder holds no sealed, whole run."""
    log = EventLog.open(folder)
    if not log.sealed:
        raise LogError(folder, "the run is not sealed; a run that came to its end is needed")
    scenario, seed, replication, _ = settings_of(Path(folder), log.manifest)
    return Recorded(scenario, seed, replication, log, str(folder))


def branch(
    parent: Recorded,
    at: float | str,
    words: Sequence[str],
    *,
    folder: Path | str | None = None,
    command: tuple[str, ...] = (),
    own: bool = True,
) -> Run:
    """The same run, from day `at` on with other settings; up to that moment its log is the parent's, byte for byte.

    words: changes such as `strategy.posts_per_day=4`, `strategy=no_plan`, `incident.price_rise.handling=none`,
    `campaign=[red_packets]` (those that run from then on) or `remove=42`. With a folder, log and manifest are written there. own:
    whether files of the user's own may be opened. Raises ConfigError for what cannot change, LogError (one line) where the log
    of the parent is not what its settings give.
    """
    at = read_moment(at)
    child = branched(parent.scenario, at, words, own=own)
    _check_removed(parent, child, at)
    recorded = simulate(
        child, seed=parent.seed, replication=parent.replication, folder=folder, command=command,
        lineage=describe_branch(parent.log.digest, child.changes[len(parent.scenario.changes) :], at),
    )  # fmt: skip
    if not _same_before(parent.log, recorded.log, at):
        raise LogError(parent.name, "its log is not what its settings give here: altered, or of another version of the program")
    return recorded


def simulate_pairs(
    one: Recorded, other: Recorded, replications: int
) -> list[tuple[dict[str, float | str], dict[str, float | str]]]:
    """Outcomes of two runs in the same replications, with the seed of the first; parameters are held as they are in each."""
    pairs = []
    for number in range(replications):
        first, second = (simulate(recorded.scenario, seed=one.seed, replication=number).outcomes() for recorded in (one, other))
        pairs.append((first, second))
    return pairs


def read_moment(at: float | str) -> float:
    """A moment of a run in days: 17, "17d", "17.5d" or "36h". Raises ConfigError."""
    found = re.fullmatch(r"([-+]?\d{1,12}(?:\.\d{1,12})?)(d|h|)", str(at).strip())
    day = float(found[1]) / (24.0 if found[2] == "h" else 1.0) if found else math.nan
    if not day >= 0:
        raise ConfigError(f"--at={quoted(at)}: a day from 0 on, such as 17d, 17.5d or 36h")
    return day


def branched(scenario: Scenario, at: float, words: Sequence[str], *, own: bool = True) -> Scenario:
    """The scenario with changes on day `at`. Raises ConfigError."""
    end = scenario.days + scenario.confirm_days
    if not 0 <= at < end:
        raise ConfigError(f"--at={written(at)}: a day from 0 to before the run ends on day {written(end)}")
    child = _Reader(scenario, at, own).read(words)
    check_scenario(child)
    return child


@dataclass(frozen=True)
class InForce:
    """What holds at a moment of a run, as its settings and changes have it; what rules move meanwhile is not in it.

    owners: settings by the first part of their keys (`staff`, `strategy`, `incident.NAME`, `campaign.NAME`); running: whether each
    incident and campaign goes on.
    """

    strategy: str
    owners: dict[str, Any]
    running: dict[str, bool]


def in_force(scenario: Scenario, at: float) -> InForce:
    """What holds on day `at`."""
    found = _Reader(scenario, at, False)
    owners = owners_of(scenario, found.plan)
    taken_over = max((change.day for change in scenario.changes if change.day <= at and change.key == "strategy"), default=0.0)
    for change in sorted(scenario.changes, key=lambda one: one.day):
        if change.day > at or change.key in ("strategy", "remove") or is_plugin(change.key):
            continue
        owner, path = owner_of(change.key, owners)
        if owner != "strategy" or change.day >= taken_over:
            owners[owner] = write(owners[owner], path, change.value) if path else change.value
    return InForce(found.strategy, owners, found.running)


def _check_removed(parent: Recorded, child: Scenario, at: float) -> None:
    """Only who is in a group at that moment can be removed from it. Raises ConfigError."""
    rows = parent.log.of_shard(0)
    rows = rows[rows["time"] < max(round(at * DAY), 1)]
    came = np.bincount(rows["actor"][rows["kind"] == MEMBER_JOINED])
    gone = np.concatenate((rows["actor"][rows["kind"] == MEMBER_LEFT], rows["target"][rows["kind"] == MEMBER_REMOVED]))
    there = np.flatnonzero(came > np.bincount(gone[gone < len(came)], minlength=len(came)))
    for change in child.changes[len(parent.scenario.changes) :]:
        if change.key == "remove" and change.value not in there:
            some = listed(map(str, there[:8].tolist()), "") or "nobody is there"
            raise ConfigError(f"remove={change.value}: who is a member on day {written(at)}, such as {some}")


def _same_before(one: EventLog, other: EventLog, at: float) -> bool:
    """Whether two logs are the same bytes before a moment."""
    moment = round(at * DAY)

    def before(log: EventLog) -> tuple[bytes, bytes]:
        early = log.events["time"] < moment
        return log.events[early].tobytes(), log.shard[early].tobytes()

    return before(one) == before(other)


class _Reader:
    """Reads words one after the other against what is in force on the day of the branch."""

    def __init__(self, scenario: Scenario, at: float, own: bool) -> None:
        self.scenario, self.at, self.own = scenario, at, own
        self.plan, self.strategy = scenario.strategy[1], scenario.strategy[0]
        begun = plugins_begun(scenario.changes)
        self.running = {
            f"{group}.{name}": f"{group}.{name}" not in begun for group in _PLUGINS for name, _ in getattr(scenario, group)
        }
        for change in sorted(scenario.changes, key=lambda one: one.day):
            if change.day <= at and is_plugin(change.key):
                self.running[change.key] = change.value
            elif change.day <= at and change.key == "strategy":
                self.strategy, self.plan = change.value
        self.found: list[Change] = []

    def read(self, words: Sequence[str]) -> Scenario:
        """The scenario with these changes."""
        if len(words) > MAX_OVERRIDES:
            raise ConfigError(f"{quoted(words[0])} ...: {len(words)} changes; at most {MAX_OVERRIDES}")
        pairs: dict[str, str] = {}
        for word in words:
            key, equals, text = word.partition("=")
            if not equals or not key.strip() or len(word) > MAX_LENGTH:
                raise ConfigError(f"{quoted(word)}: write key=value, with one of {', '.join(CHANGEABLE)}")
            if key in pairs:
                raise ConfigError(f"{cut(key, 80)}: given twice; each key may be given once")
            pairs[key] = text
        for group in ("strategy", "staff"):
            if group in pairs:
                self._choose(group, pairs)
        for group in _PLUGINS:
            if group in pairs:
                self._list(group, pairs)
        for key, text in pairs.items():
            self._set(key, text)
        return dataclasses.replace(self.scenario, changes=(*self.scenario.changes, *self.found))

    def _add(self, key: str, value: Any) -> None:
        self.found.append(Change(day=self.at, key=key, value=value))

    def _choose(self, group: str, pairs: dict[str, str]) -> None:
        """Another plan, or other staff; one that differs from what is in force in some settings only is these settings."""
        own = _taken(group, pairs)
        chosen = _composed(tuple(own), self.own)
        before = self.plan if group == "strategy" else self.scenario.staff
        now = chosen.strategy[1] if group == "strategy" else chosen.staff
        if type(now) is type(before) and (group == "staff" or chosen.strategy[0] == self.strategy):
            for key, value in _differing(group, before, now):
                self._add(key, value)
        elif group == "strategy":
            self._add(group, chosen.strategy)
            self.strategy, self.plan = chosen.strategy

    def _list(self, group: str, pairs: dict[str, str]) -> None:
        """Which incidents or campaigns run from now on: others end, new ones begin now."""
        text = pairs.pop(group).strip()
        names = [one.strip() for one in text.removeprefix("[").removesuffix("]").split(",") if one.strip()]
        known = [name for name, _ in getattr(self.scenario, group)]
        for name in names:
            if name not in known and name not in options(group):
                raise no_choice(group, name, [*known, *(one for one in options(group) if one not in known)])
        for name in [name for name in known if self.running[f"{group}.{name}"] and name not in names]:
            self._add(f"{group}.{name}", False)
        for name in dict.fromkeys(names):
            if name not in known:
                self._bring(group, name, pairs)
            elif not self.running[f"{group}.{name}"]:
                self._add(f"{group}.{name}", True)

    def _bring(self, group: str, name: str, pairs: dict[str, str]) -> None:
        """A plug-in that the run does not have yet; it begins at the moment of the branch unless a day is given."""
        key = f"{group}.{name}"
        own = [f"{one}={pairs.pop(one)}" for one in list(pairs) if one.startswith(f"{key}.")]
        ((_, plugin),) = getattr(_composed((f"{group}=[{name}]", *own), self.own), group)
        if hasattr(plugin, "day") and not any(word.startswith(f"{key}.day=") for word in own):
            plugin = write(plugin, "day", self.at + getattr(plugin, "notice_days", 0.0) * (group == "campaign"))
        longer: dict[str, Any] = {group: (*getattr(self.scenario, group), (name, plugin))}
        self.scenario = dataclasses.replace(self.scenario, **longer)
        self._add(key, True)

    def _set(self, key: str, text: str) -> None:
        value = _plain(text)
        if key == "remove" or is_plugin(key):
            self._add(key, value)
            return
        owners = owners_of(self.scenario, self.plan)
        try:
            owner, path = owner_of(key, owners)
        except ValueError:
            group, name = (*key.split("."), "")[:2]
            if group in LISTED and name in options(group) and group != "member":
                raise ConfigError(f"{cut(key, 80)}={quoted(value)}: allowed only with {group}=[{name}]") from None
            same = [path for path in all_settings(owners) if path.rpartition(".")[2] == key]  # a key without its path
            near = f"did you mean {nearest_path(key, same)}? " if same else ""
            why = f"cannot change while a run goes on; {near}allowed: {', '.join(CHANGEABLE)}"
            raise ConfigError(f"{cut(key, 80)}={quoted(value)}: {why}") from None
        if path == "handling" and hasattr(owners[owner], path):
            value = self._handling(key, owner.partition(".")[2], owners[owner], text.strip())
        elif owner == "strategy":
            path = _written_at(self.plan, path)
            key = f"strategy.{path}"
        self._add(key, _as_before(read(owners[owner], path), value))

    def _handling(self, key: str, name: str, plugin: Any, text: str) -> Handling:
        """The procedure that `incident.NAME.handling=TEXT` chooses."""
        trigger = type(plugin).__module__.rpartition(".")[2]
        if text == "plan":
            found = of_plan(self.plan.plain(), trigger, key)
        else:
            cause = name if name in options("procedure") else trigger
            found = find_handling(text, cause, key, config_folder() / "procedure", options("procedure"), self.own)
        steps = [{name: value for name, value in one.items() if name != "digest"} for one in found["steps"]]
        handling: Handling = validated(Handling, found | {"steps": steps}, key)
        return handling


def _composed(words: tuple[str, ...], own: bool) -> Scenario:
    """The scenario of some words; what is shipped is composed once, files of the user's own each time."""
    return compose(words, own=True).scenario if own else compose_shipped(words)


@lru_cache(maxsize=64)
def compose_shipped(words: tuple[str, ...]) -> Scenario:
    """The scenario of some words that name what is shipped, composed once."""
    return compose(words, own=False).scenario


def _taken(group: str, pairs: dict[str, str]) -> list[str]:
    """The words about a group, taken out of all: its choice first."""
    own = [f"{group}={pairs.pop(group)}"]
    return own + [f"{key}={pairs.pop(key)}" for key in list(pairs) if key.startswith(f"{group}.")]


def _differing(where: str, before: Any, now: Any) -> Iterable[tuple[str, Any]]:
    """(key, value) of every setting in which two objects of one class differ."""
    for name in hints_of(type(now)):
        old, new = getattr(before, name), getattr(now, name)
        if old == new:
            continue
        if hints_of(type(new)) and type(old) is type(new):
            yield from _differing(f"{where}.{name}", old, new)
        else:
            yield f"{where}.{name}", new


def _plain(text: str) -> Any:
    """A value as it is written on a command line: a number, true, false, null, or a word."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return text.strip().strip("'\"")


def _as_before(before: Any, value: Any) -> Any:
    """4 where 4.0 stood is 4.0, so that the same value is no change."""
    whole = isinstance(value, int) and not isinstance(value, bool)
    return float(value) if whole and isinstance(before, float) and abs(value) < 1e15 else value


def _written_at(plan: Any, path: str) -> str:
    """Where a setting of a plan is a field: `base.entry.stake` is `entry.stake`."""
    return path if read(plan, path) is not None else path.removeprefix("base.")
