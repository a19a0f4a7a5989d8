"""A checked run folder -> the story of one of its groups: the rows a browser folds, names in three languages, places of people."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np

from sim.events import kinds
from sim.events.kinds import CATALOGUE, NONE
from sim.events.log import EventLog
from sim.events.roles import CODES, holds
from sim.events.store import LogError
from sim.levers import find_moving
from sim.page.places import place_people
from sim.projections.lifecycle import project_states
from sim.projections.marks import project_marks
from sim.projections.outcomes import project_outcomes
from sim.projections.vitals import find_vitals
from sim.report.language import LANGUAGES, translator
from sim.report.telling import tell_moving
from sim.scenario import Scenario
from sim.verification import replay_log, settings_of
from sim.vocabulary.tables import STIMULUS
from sim.world.build import build_world, tie_pairs

#: What members of a shipped scenario talk about; all others talk about goods.
TOPICS: Final = {
    "restaurant": "food", "lunch_guests": "food", "merged_cohorts": "course", "cohort_groups": "course",
    "image_class": "course", "open_day": "course", "zero_yuan_course": "course", "snack_users": "food",
    "shaping_camp": "course", "skill_class": "course", "yoga_studio": "course", "paid_circles": "course",
}  # fmt: skip
#: The incident whose first speaker says something false: what that person says is a claim, no grievance.
SLANDER: Final = "slander"
#: Kinds whose x is how they are said: rounded to hundredths, which is all that a choice of words needs.
_SAID = (kinds.MESSAGE_POSTED, kinds.COMPLAINT_POSTED, kinds.MEMBER_ANSWERED)
_OF_MESSAGE = holds("target", "message", "post")
_IS_MESSAGE = np.isin(np.arange(CODES), kinds.MESSAGES)


@dataclass(frozen=True)
class Story:
    """header: plain values (names, marks, days, places); rows: EVENT_DTYPE [n] of one group and of what belongs to no group."""

    header: dict[str, Any]
    rows: np.ndarray


def read_story(folder: Path | str, group: int = 0, programme: int = 0) -> Story:
    """The story of one group of a run. Digest, references and the state that the rows lead to are checked before.

    Raises LogError (one line) where the folder holds no whole run or the run has no such group.
    """
    folder = Path(folder)
    log = EventLog.open(folder)
    if not log.sealed:
        raise LogError(folder, "the run is not sealed; a run that came to its end is needed")
    scenario, seed, replication, states = settings_of(folder, log.manifest)
    if replay_log(log, scenario, seed=seed, replication=replication, folder=folder) != states:
        raise LogError(folder, "the log does not lead to the state that the manifest records")
    return tell_story(folder.name, log, scenario, seed, replication, group, programme)


def tell_story(
    name: str, log: EventLog, scenario: Scenario, seed: int, replication: int, group: int = 0, programme: int = 0
) -> Story:
    """The story of one group of a log that is known to be whole. Raises LogError where there is no such group."""
    groups = [(int(number), int(one)) for number in np.unique(log.shard) for one in _founded(log.of_shard(number))]
    if (programme, group) not in groups:
        many = f"{len(groups)} groups: programme 0 to {scenario.population.programmes - 1}, each with its own"
        raise LogError(name, f"programme {programme}, group {group}: not in this run of {many}")
    rows = rows_of_group(log.of_shard(programme), group)
    world = build_world(scenario, seed, replication, programme)
    header = {
        "run": name, "seed": seed, "replication": replication, "digest": log.digest,
        "programme": programme, "group": group, "groups": groups,
        "topic": TOPICS.get(scenario.name, "goods"), "staff": scenario.staff.people,
        "slanders": [place for place, (name, _) in enumerate(scenario.incident) if name == SLANDER],
        "names": {language: _names(scenario, language) for language in LANGUAGES},
        **_told(rows, scenario),
        "graph": _graph(rows, tie_pairs(world.array)),
    }  # fmt: skip
    return Story(header, rows)


def rows_of_group(events: np.ndarray, group: int) -> np.ndarray:
    """The rows of a programme that concern one group or none, as a log of their own: messages are numbered anew.

    What refers to a message of another group refers to NONE. Causes are left out.
    """
    number = np.cumsum(_IS_MESSAGE[events["kind"]]) - 1
    keep = (events["group"] == group) | (events["group"] < 0)
    rows = events[keep].copy()
    old = number[keep][_IS_MESSAGE[rows["kind"]]]
    refers = np.flatnonzero(_OF_MESSAGE[rows["kind"]] & (rows["target"] >= 0))
    if len(refers):
        place = np.searchsorted(old, rows["target"][refers])
        known = place < len(old)
        known[known] = old[place[known]] == rows["target"][refers][known]
        rows["target"][refers] = np.where(known, place, NONE)
    rows["cause"] = NONE
    found: np.ndarray = rows
    return found


def columns_of(rows: np.ndarray) -> dict[str, np.ndarray]:
    """The columns as a browser reads them; times are microseconds since the row before, in two halves."""
    step = np.diff(rows["time"], prepend=0).astype(np.uint64)
    x = np.where(np.isin(rows["kind"], _SAID), np.round(rows["x"], 2), rows["x"])
    return {
        "step_low": (step & np.uint64(0xFFFFFFFF)).astype("<u4"), "step_high": (step >> np.uint64(32)).astype("<u4"),
        "kind": rows["kind"].astype("u1"), "actor": rows["actor"].astype("<i4"), "target": rows["target"].astype("<i4"),
        "x": x.astype("<f8"), "y": rows["y"].astype("<f8"),
    }  # fmt: skip


def _founded(events: np.ndarray) -> np.ndarray:
    return np.unique(events["group"][events["kind"] == kinds.GROUP_FOUNDED])


def _names(scenario: Scenario, language: str) -> dict[str, Any]:
    t = translator(language)
    named = {group: [t.name(group, name) for name, _ in getattr(scenario, group)] for group in ("incident", "campaign")}
    return {
        "scenario": t.name("scenario", scenario.name),
        "strategy": t.name("strategy", scenario.strategy[0]),
        "member": [t.name("member", name) for name in scenario.member],
        "lever": [tell_moving(one, t) for one in find_moving(scenario)],
        "state": {
            key.removeprefix("state."): word for key, word in t.words.items() if key.count(".") == 1 and key[:6] == "state."
        },
        **named,
    }


def _told(rows: np.ndarray, scenario: Scenario) -> dict[str, Any]:
    """What Python says of the whole: marks, daily vital signs, states of life, outcomes, the kinds and attributes of the log."""
    known = {"incident": scenario.incident, "campaign": scenario.campaign, "lever": scenario.lever_keys}
    places = {f"{kind}s": [str(place) for place in range(len(names))] for kind, names in known.items()}
    marks = project_marks(rows, **places)
    vitals = find_vitals(rows)
    own = vitals["group"] >= 0
    states = project_states(rows)
    outcomes = project_outcomes(rows, scenario.days)
    return {
        "days": scenario.days,
        "end": int(rows["time"].max(initial=0)),
        "marks": _marks(marks),
        "daily": {name: vitals[name][own].tolist() for name in ("posters", "organic", "members", "openers", "messages")},
        "income": np.round(np.bincount(vitals["day"], vitals["net_income"]), 2).tolist(),
        "state": states["state"].tolist(),
        "outcomes": {name: None if value != value else value for name, value in outcomes.items()},
        "kinds": {kind.name: int(kind.code) for kind in CATALOGUE},
        "attributes": list(STIMULUS.dtype.names or ()),
    }  # fmt: skip


def _marks(marks: Any) -> list[list[Any]]:
    """[kind, number in the scenario or word, day, end day or None] in order of time."""
    table = zip(marks["kind"].tolist(), marks["name"].tolist(), marks["day"].tolist(), marks["end"].tolist())
    return [
        [kind, int(name) if name.isdigit() else name, round(day, 4), None if end != end else round(end, 4)]
        for kind, name, day, end in table
    ]


def _graph(rows: np.ndarray, ties: np.ndarray) -> dict[str, Any]:
    """Everybody who was ever in the group, with places in 0..1000 and the acquaintances among them."""
    joined = rows["kind"] == kinds.MEMBER_JOINED
    people = np.unique(rows["actor"][joined])
    inside = np.isin(ties, people).all(axis=1) & (ties[:, 0] < ties[:, 1]) if len(ties) else np.zeros(0, bool)
    pairs = np.searchsorted(people, ties[inside])
    places = place_people(len(people), pairs)
    last = int(max(rows["actor"].max(initial=0), rows["target"].max(initial=0)))
    return {"people": people.tolist(), "x": places[:, 0].tolist(), "y": places[:, 1].tolist(), "ties": pairs.ravel().tolist(),
            "numbers": last + 1}  # fmt: skip
