"""A run, a chain of changes and a moment -> what can be changed, thirty worlds of a change as they come, and the story of any of them."""

from __future__ import annotations

import contextlib
import hashlib
import json
import math
import threading
import time
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from sim.allowed import ConfigError, quoted
from sim.branching import Recorded, branched, compose_shipped, open_recorded
from sim.config import options
from sim.lessons.lesson import Measure
from sim.lessons.reveal import reveal
from sim.page.asking import Busy
from sim.projections.outcomes import OUTCOMES
from sim.report.language import LANGUAGES, translator
from sim.scenario import Scenario
from sim.whatif.explore import describe_explore, read_explore
from sim.whatif.offers import find_fields, name_fields, words_of
from sim.whatif.operating import choices_at, score, simulate_decision
from sim.whatif.simulating import SHOWN, simulate_outcomes, simulate_story
from sim.whatif.worlds import When, Worlds, WorldsError

#: Worlds of an answer: the run's own luck, then others whose assumed parameters are drawn anew.
WORLDS: Final = 30
#: Changes one after the other, and answers, runs and stories that are kept.
MOST_CHANGES, KEPT_ANSWERS, KEPT_RUNS, KEPT_STORIES, KEPT_SCORES = 8, 64, 4, 8, 8
#: Seconds after a page was opened in which nothing is read behind it.
PAUSE: Final = 3.0
#: People who may wait for a story at a time.
MOST_WAITING: Final = 3

Chain = tuple[tuple[float, tuple[tuple[str, Any], ...]], ...]


@dataclass
class InWorlds:
    """Outcomes of a run in its worlds, each as it comes. order: the worlds in the order in which they came."""

    scenario: Scenario
    found: dict[int, dict[str, float]] = field(default_factory=dict)
    order: list[int] = field(default_factory=list)
    failed: str = ""


class WhatIf:
    """What is asked of runs on a page: one question at a time, with what came of it kept as long as the program runs."""

    def __init__(self, worlds: Worlds) -> None:
        self._worlds = worlds
        self._lock = threading.Lock()
        self._runs: OrderedDict[tuple[Path, int], Recorded] = OrderedDict()
        self._in_worlds: OrderedDict[str, InWorlds] = OrderedDict()
        self._asked: OrderedDict[str, tuple[InWorlds, InWorlds]] = OrderedDict()
        self._scores: OrderedDict[str, tuple[dict[str, InWorlds], dict[int, InWorlds]]] = OrderedDict()
        self._stories: OrderedDict[tuple[Any, ...], bytes] = OrderedDict()
        self._opened = time.monotonic()
        self._telling, self._waiting = threading.Lock(), threading.BoundedSemaphore(MOST_WAITING)

    def prepare(self) -> None:
        """Reads what is shipped and loads what judges, behind the page, so that the first who asks need not wait for it.

        It makes way for whoever opens a page meanwhile; what places people on the page is loaded while the browser starts.
        """
        import networkx  # noqa: F401

        words = [f"strategy={name}" for name in options("strategy")] + [f"campaign=[{name}]" for name in options("campaign")]
        for word in words:
            while (left := self._opened + PAUSE - time.monotonic()) > 0:
                time.sleep(left)
            compose_shipped((word,))
        import pandas as pd  # noqa: F401

    def words(self) -> dict[str, Any]:
        """What a page says of worlds and changes: the outcomes that are compared, names of settings and of what they may be."""
        self._opened = time.monotonic()
        names = {language: name_fields(language) for language in LANGUAGES}
        return {"worlds": WORLDS, "measures": _measures(), "names": names}

    def choices(self) -> dict[str, Any]:
        """What a run that nobody has kept can be made of. It is composed, which takes a second the first time."""
        return describe_explore()

    def offer(self, folder: Path, chain: Any, at: Any) -> dict[str, Any]:
        """What can be changed on day `at` of the run that a chain of changes leads to. Raises ConfigError, LogError."""
        recorded, steps = self._open(folder), read_chain(chain)
        scenario = self._scenario(recorded, steps)
        day = read_day(at, scenario, steps)
        self._begin(recorded, [self._in_worlds_of(recorded, steps, scenario)], "ahead")  # while somebody reads the form
        return {"at": day, "worlds": WORLDS, "fields": [one.plain() for one in find_fields(scenario, day).values()]}

    def ask(self, folder: Path, chain: Any) -> str:
        """Begins to simulate the last change of a chain in all worlds, beside the run before it; gives the name of the answer.

        Raises ConfigError, LogError.
        """
        recorded, steps = self._open(folder), read_chain(chain)
        if not steps:
            raise ConfigError("chain=[]: one change at least")
        child = self._in_worlds_of(recorded, steps, self._scenario(recorded, steps))
        parent = self._in_worlds_of(recorded, steps[:-1], self._scenario(recorded, steps[:-1]))
        name = self._name(recorded, steps)
        with self._lock:
            self._asked[name] = parent, child
            self._asked.move_to_end(name)
            while len(self._asked) > KEPT_ANSWERS:
                self._asked.popitem(last=False)
        self._begin(recorded, [child, parent], "now")
        return name

    def draft(self, folder: Path, chain: Any) -> dict[str, Any]:
        """Simulates the last change of a chain in its worlds while somebody still looks at the form, in the place of the draft before.

        Raises ConfigError, LogError.
        """
        recorded, steps = self._open(folder), read_chain(chain)
        if not steps:
            raise ConfigError("chain=[]: one change at least")
        self._begin(recorded, [self._in_worlds_of(recorded, steps, self._scenario(recorded, steps))], "draft")
        return {}

    def look(self, name: str) -> dict[str, Any] | None:
        """What is known of an answer: pairs of worlds in the order they came; once all are there, what they say together."""
        with self._lock:
            if name not in self._asked:
                return None
            parent, child = self._asked[name]
        order = [world for world in child.order if world in parent.found]
        told = {
            "worlds": WORLDS, "order": order, "failed": child.failed or parent.failed,
            "before": {one: [_plain(parent.found[world][one]) for world in order] for one in SHOWN},
            "after": {one: [_plain(child.found[world][one]) for world in order] for one in SHOWN},
        }  # fmt: skip
        return told | (_judged(parent, child) if len(order) == WORLDS else {})

    def story(self, folder: Path, chain: Any, world: Any, programme: Any, group: Any) -> bytes:
        """The packed story of a group in one of the worlds. Raises ConfigError, LogError, Busy."""
        recorded, steps = self._open(folder), read_chain(chain)
        for key, value, most in (("world", world, WORLDS - 1), ("programme", programme, 999), ("group", group, 99_999)):
            if type(value) is not int or not 0 <= value <= most:
                raise ConfigError(f"{key}={quoted(value)}: a whole number from 0 to {most}")
        name = self._name(recorded, steps), world, programme, group
        scenario = self._scenario(recorded, steps)
        return self._told(name, folder.name, scenario, *_luck(recorded, world), group, programme)

    def explore(self, asked: Mapping[str, Any]) -> bytes:
        """The packed story of a run that is chosen by names and numbers. Raises ConfigError, LogError, Busy."""
        scenario, seed = read_explore(asked)
        name = json.dumps([asked.get(key) for key in ("scenario", "strategy", "seed", "sliders")], sort_keys=True)
        return self._told(("explore", name), "explore", scenario, seed, 0, None, 0, 0)

    def _told(self, name: tuple[Any, ...], *what: Any) -> bytes:
        """A story that is simulated now, one at a time, or was lately. Raises Busy."""
        if not self._waiting.acquire(blocking=False):
            raise Busy("others are waiting for stories: try again in a moment")
        try:
            with self._telling:
                if name not in self._stories:
                    self._stories[name] = self._worlds.do(simulate_story, *what)
                    while len(self._stories) > KEPT_STORIES:
                        self._stories.popitem(last=False)
                return self._stories[name]
        except WorldsError as error:
            raise Busy(str(error)) from error
        finally:
            self._waiting.release()

    def decide(self, folder: Path, chain: Any, after: Any) -> dict[str, Any]:
        """The next decision of a class that operates a run, and what may be chosen; day is None where there is none any more.

        Raises ConfigError, LogError, Busy.
        """
        recorded, steps = self._open(folder), read_chain(chain)
        scenario = self._scenario(recorded, steps)
        since = read_day(after, scenario, steps)
        try:
            found = (
                None if len(steps) >= MOST_CHANGES else self._worlds.do(simulate_decision, scenario, *_luck(recorded, 0), since)
            )
        except WorldsError as error:
            raise Busy(str(error)) from error
        if found is None:
            return {"day": None}
        self._begin(
            recorded, list(self._built_in(recorded).values()), "draft"
        )  # what the class is held against, while it plays
        told: dict[str, Any] = found
        fields = find_fields(scenario, found["day"])
        handled = fields.get(f"incident.{found['name']}.handling")
        return told | {"choices": choices_at(fields, found["kind"], found["name"]), "now": handled.now if handled else ""}

    def score(self, folder: Path, chain: Any) -> str:
        """Begins to simulate what a class chose in all worlds, beside the built-in strategies and beside itself but for each choice.

        Gives the name of the answer. Raises ConfigError, LogError.
        """
        recorded, steps = self._open(folder), read_chain(chain)
        arms = {"class": self._in_worlds_of(recorded, steps, self._scenario(recorded, steps))} | self._built_in(recorded)
        without = {}
        for place in range(len(steps)):
            others = (*steps[:place], *steps[place + 1 :])
            with contextlib.suppress(ConfigError):  # a later choice may rest on this one
                without[place] = self._in_worlds_of(recorded, others, self._scenario(recorded, others))
        name = f"score-{self._name(recorded, steps)}"
        with self._lock:
            self._scores[name] = arms, without
            while len(self._scores) > KEPT_SCORES:
                self._scores.popitem(last=False)
        self._begin(recorded, list({id(one): one for one in (*arms.values(), *without.values())}.values()), "now")
        return name

    def look_score(self, name: str) -> dict[str, Any] | None:
        """How many worlds are known in all arms of a score; once all are there, ranks and what mattered."""
        with self._lock:
            if name not in self._scores:
                return None
            arms, without = self._scores[name]
        all_ = (*arms.values(), *without.values())
        done = min(len(one.found) for one in all_)
        told = {"worlds": WORLDS, "done": done, "failed": next((one.failed for one in all_ if one.failed), "")}
        if done < WORLDS:
            return told
        rows = {key: [one.found[world] for world in range(WORLDS)] for key, one in arms.items()}
        others = {key: [one.found[world] for world in range(WORLDS)] for key, one in without.items()}
        return told | {"score": score(rows, others, float(arms["class"].scenario.days))}

    def _open(self, folder: Path) -> Recorded:
        """The run in a folder, checked once as long as its manifest is the same."""
        name = folder, (folder / "manifest.json").stat().st_mtime_ns
        with self._lock:
            if name not in self._runs:
                self._runs[name] = open_recorded(folder)
                while len(self._runs) > KEPT_RUNS:
                    self._runs.popitem(last=False)
            self._runs.move_to_end(name)
            return self._runs[name]

    def _scenario(self, recorded: Recorded, steps: Chain) -> Scenario:
        scenario = recorded.scenario
        for place, (at, choices) in enumerate(steps):
            at = read_day(at, scenario, steps[:place])
            scenario = branched(scenario, at, words_of(find_fields(scenario, at), dict(choices)), own=False)
        return scenario

    def _in_worlds_of(self, recorded: Recorded, steps: Chain, scenario: Scenario) -> InWorlds:
        name = self._name(recorded, steps)
        with self._lock:
            found = self._in_worlds.setdefault(name, InWorlds(scenario))
            self._in_worlds.move_to_end(name)
            while len(self._in_worlds) > KEPT_ANSWERS:
                self._in_worlds.popitem(last=False)
            return found

    def _built_in(self, recorded: Recorded) -> dict[str, InWorlds]:
        """The run under each strategy that it can have, from its first day."""
        field = find_fields(recorded.scenario, 0.0).get("strategy")
        chains: dict[str, Chain] = {
            plan: () if field and plan == field.now else ((0.0, (("strategy", plan),)),)
            for plan, _ in (field.options if field else ())
        }
        return {plan: self._in_worlds_of(recorded, own, self._scenario(recorded, own)) for plan, own in chains.items()}

    def _begin(self, recorded: Recorded, runs: list[InWorlds], when: When) -> None:
        """Simulates runs in the worlds that are not known of them yet, world by world."""
        for one in runs:
            one.failed = ""
        missing = [(one, world) for world in range(WORLDS) for one in runs if world not in one.found]

        def done(place: int, value: Any, why: str) -> None:
            one, world = missing[place]
            if why:
                one.failed = why
            elif world not in one.found:
                one.found[world] = value
                one.order.append(world)

        def needed(place: int) -> bool:
            one, world = missing[place]
            return world not in one.found

        if missing:
            tasks = [((id(one), world), simulate_outcomes, (one.scenario, *_luck(recorded, world))) for one, world in missing]
            self._worlds.ask(tasks, done, needed, when=when)

    def _name(self, recorded: Recorded, steps: Chain) -> str:
        told = [recorded.log.digest, recorded.seed, recorded.replication, steps]
        return hashlib.blake2b(json.dumps(told).encode(), digest_size=12).hexdigest()


def read_chain(chain: Any) -> Chain:
    """[{at, set: {key: value}} ...] as it comes from a page. Raises ConfigError."""
    if not isinstance(chain, list) or len(chain) > MOST_CHANGES:
        raise ConfigError(f"chain: a list of at most {MOST_CHANGES} changes")
    found = []
    for one in chain:
        if not isinstance(one, Mapping) or set(one) != {"at", "set"} or not isinstance(one["set"], Mapping):
            raise ConfigError("chain: changes with the keys at and set")
        if not all(isinstance(value, str | int | float) for value in one["set"].values()):
            raise ConfigError("chain.set: numbers and names")
        found.append((one["at"], tuple(sorted(one["set"].items()))))
    return tuple(found)


def read_day(at: Any, scenario: Scenario, steps: Chain) -> float:
    """A moment of a run after the changes before it, to the minute. Raises ConfigError."""
    end, first = scenario.days + scenario.confirm_days, float(steps[-1][0]) if steps else 0.0
    if isinstance(at, bool) or not isinstance(at, int | float) or not first <= at < end:
        raise ConfigError(f"at={quoted(at)}: a day from {first:g} to before {end:g}")
    return float(at)


def _measures() -> list[dict[str, Any]]:
    words = {language: translator(language) for language in LANGUAGES}
    return [
        {
            "outcome": name, "effect": OUTCOMES[name].matters, "share": OUTCOMES[name].unit == "share",
            "money": OUTCOMES[name].unit == "yuan", "direction": OUTCOMES[name].direction,
            "name": {language: t.outcome(name) for language, t in words.items()},
            "unit": {language: t.unit(name) for language, t in words.items()},
        }
        for name in SHOWN
    ]  # fmt: skip


def _luck(recorded: Recorded, world: int) -> tuple[int, int, int | None]:
    """Seed, replication and number of the drawn parameters of a world; the first is the run's own."""
    return recorded.seed, recorded.replication + world, world if world else None


def _judged(parent: InWorlds, child: InWorlds) -> dict[str, Any]:
    """What all worlds say together: differences with their bars, and for each outcome the world that is in the middle."""
    import pandas as pd

    rows = [
        {"arm": arm, "label": str(arm), "replication": world, "world": world, **runs.found[world]}
        for arm, runs in enumerate((parent, child))
        for world in range(WORLDS)
    ]
    days = float(child.scenario.days)
    found, middle = {}, {}
    for name in SHOWN:
        effect = OUTCOMES[name].matters
        told = reveal(pd.DataFrame(rows), Measure(outcome=name, effect=effect, sizes=(1.0, 2.0)), days)
        found[name] = told["arms"][0]
        gains = {world: child.found[world][name] - parent.found[world][name] for world in range(WORLDS)}
        known = sorted((world for world in gains if math.isfinite(gains[world])), key=lambda world: (gains[world], world))
        middle[name] = known[(len(known) - 1) // 2] if known else 0
    return {"told": found, "middle": middle}


def _plain(value: float) -> float | None:
    return round(value, 4) if math.isfinite(value) else None
