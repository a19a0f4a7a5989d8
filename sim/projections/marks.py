"""Turns a log into what happened when: incidents, campaigns, timed changes and silence, as marks beside the vital signs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from sim.events.kinds import CAMPAIGN_ENDED, CAMPAIGN_STARTED, DAY, INCIDENT_OPENED, INCIDENT_SETTLED, LEVER_MOVED
from sim.projections.lifecycle import find_daily_states
from sim.projections.rows import read_rows

if TYPE_CHECKING:
    import pandas as pd

#: States that are shown as spans; the others are seen in the talk itself.
SILENT = ("dormant", "dead", "closed")
#: What an incident is called that is none: a rule of the plan runs a procedure.
OF_PLAN: Final = "procedure"


def project_marks(
    log: Any, *, incidents: Sequence[str] = (), campaigns: Sequence[str] = (), levers: Sequence[str] = ()
) -> pd.DataFrame:
    """`find_marks` as a DataFrame, one row per thing that happened."""
    import pandas as pd  # late: slow to import

    return pd.DataFrame(find_marks(log, incidents=incidents, campaigns=campaigns, levers=levers))


def find_marks(
    log: Any, *, incidents: Sequence[str] = (), campaigns: Sequence[str] = (), levers: Sequence[str] = ()
) -> dict[str, np.ndarray]:
    """What happened when, by day, columns [n]: day, kind (incident | campaign | lever | state), name, end (day; NaN: open or a moment).

    The names are those of the scenario, in its order. The log numbers incidents as they open and does not say which
    plug-in opened them, so they have a name where the scenario has one; those that a rule of the plan opened are called `procedure`.
    What has no name is called by its kind. Things that
    happen to several groups on the same day are one mark; silence is marked where there is one group.
    """
    rows = read_rows(log)
    events = rows.events
    moved = events[events["kind"] == LEVER_MOVED]
    found = [
        *_spans(events, "incident", INCIDENT_OPENED, INCIDENT_SETTLED, incidents),
        *_spans(events, "campaign", CAMPAIGN_STARTED, CAMPAIGN_ENDED, campaigns),
        *((row["time"] / DAY, "lever", _name(levers, row["target"], "lever"), np.nan) for row in moved),
        *_silences(log),
    ]
    first: dict[tuple[float, str, str], tuple[float, str, str, float]] = {}
    for mark in sorted(found, key=lambda mark: mark[0]):
        first.setdefault((round(mark[0], 2), *mark[1:3]), mark)
    day, kind, name, end = zip(*first.values(), strict=True) if first else ((),) * 4
    return {
        "day": np.array(day, float),
        "kind": np.array(kind, object),
        "name": np.array(name, object),
        "end": np.array(end, float),
    }


def _spans(events: np.ndarray, kind: str, opens: int, closes: int, names: Sequence[str]) -> list[tuple[float, str, str, float]]:
    """Every opening with its closing: of those of the same number in the same group the first opened is the first closed."""
    spans: list[tuple[float, str, str, float]] = []
    waiting: dict[tuple[int, int], list[int]] = {}
    for row in events[np.isin(events["kind"], (opens, closes))]:
        key, day = (int(row["group"]), int(row["target"])), row["time"] / DAY
        if row["kind"] == opens:
            name = (
                _name(names, int(row["y"]), kind if row["y"] >= 0 else OF_PLAN)
                if kind == "incident"
                else _name(names, key[1], kind)
            )
            waiting.setdefault(key, []).append(len(spans))
            spans.append((day, kind, name, np.nan))
        elif waiting.get(key):
            place = waiting[key].pop(0)
            spans[place] = (*spans[place][:3], day)
    return spans


def _name(names: Sequence[str], place: int, otherwise: str) -> str:
    return names[place] if 0 <= place < len(names) else otherwise


def _silences(log: Any) -> list[tuple[float, str, str, float]]:
    states = find_daily_states(log)
    if len(set(zip(states["programme"].tolist(), states["group"].tolist(), strict=True))) != 1:
        return []
    state, day = states["state"], states["day"]
    starts = np.flatnonzero(np.r_[True, state[1:] != state[:-1]])
    stops = np.r_[starts[1:], len(day)] - 1
    return [
        (float(day[start]), "state", str(state[start]), np.nan if day[stop] == day.max() else float(day[stop] + 1))
        for start, stop in zip(starts, stops, strict=True)
        if state[start] in SILENT
    ]
