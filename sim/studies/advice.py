"""League table -> what it says in plain words, as catalogue keys and values; the words themselves are the report's."""

from __future__ import annotations

from typing import Any, NamedTuple

import pandas as pd

from sim.studies.paired import FEWEST_REPLICATIONS, SMALLEST_EFFECT


class Advice(NamedTuple):
    """One sentence: its key in the catalogue and what fills it (numbers unrounded, arms by label, `names` a list)."""

    key: str
    values: dict[str, Any]


#: Every key that `advise` may give, and the names of its values.
KEYS: dict[str, tuple[str, ...]] = {
    "advice.few": ("replications", "fewest"),
    "advice.best": ("best", "baseline", "difference", "days", "mean", "reference"),
    "advice.sure": ("luck_low", "luck_high", "unknown_low", "unknown_high"),
    "advice.luck_only": ("luck_low", "luck_high"),
    "advice.alike": ("replications",),
    "advice.worlds": ("better", "worlds"),
    "advice.depends": ("best", "baseline"),
    "advice.none": ("baseline", "effect"),
    "advice.money": ("difference", "hours"),
    "advice.close": ("names",),
    "advice.worse": ("names",),
    "advice.same": ("names", "baseline", "effect"),
    "advice.unclear": ("names",),
    "advice.dies": ("best", "dead", "days"),
    "advice.front": ("names",),
    "advice.front_one": ("best",),
    "note.inside_model": (),
}


def advise(league: pd.DataFrame, *, days: float, smallest_effect: float = SMALLEST_EFFECT) -> list[Advice]:
    """The honest conclusion from `estimate_league`, most important sentence first.

    An arm is recommended only where its verdict is `better`; of several, the one that lives longest, with those named that
    cannot be told from it (`close`). `depends`: better on average, but what we do not know leaves room for the opposite.
    `money`: what it costs against the baseline, yuan and hours per replication. `front`: the choice depends on what counts.
    The last sentence always says how far this holds.
    """
    base = league[league.verdict == "baseline"].iloc[0]
    others = league[league.verdict != "baseline"]
    sure = others[others.verdict == "better"]
    said = []
    if base.replications < FEWEST_REPLICATIONS:
        said.append(Advice("advice.few", {"replications": int(base.replications), "fewest": FEWEST_REPLICATIONS}))
    if len(sure):
        best = sure.sort_values("alive_days", kind="stable").iloc[-1]
        said += _recommend(best, base, days)
        close = others[(others.against_best != "worse") & (others.arm != best.arm)]
        said += _name("advice.close", close)
    else:
        best = league.sort_values("rank", kind="stable").iloc[0]
        if len(others):
            said.append(Advice("advice.none", {"baseline": base.label, "effect": smallest_effect}))
    said += _name("advice.worse", others[others.verdict == "worse"])
    said += _name("advice.same", others[others.verdict == "same"], baseline=base.label, effect=smallest_effect)
    said += _name("advice.unclear", others[others.verdict == "unclear"])
    if best.dead > 0.5:
        said.append(Advice("advice.dies", {"best": best.label, "dead": float(best.dead), "days": days}))
    front = league[league.on_front]
    if len(front) > 1:
        said += _name("advice.front", front)
    elif len(league) > 1 and len(front) == 1:
        said.append(Advice("advice.front_one", {"best": front.label.iloc[0]}))
    return [*said, Advice("note.inside_model", {})]


def _recommend(best: pd.Series, base: pd.Series, days: float) -> list[Advice]:
    bars = {name: float(best[name]) for name in ("luck_low", "luck_high", "unknown_low", "unknown_high")}
    who = {"best": best.label, "baseline": base.label}
    gain = {
        "difference": float(best.difference),
        "days": days,
        "mean": float(best.alive_days),
        "reference": float(base.alive_days),
    }
    said = [Advice("advice.best", who | gain)]
    if best.luck_low == best.luck_high and not best.unknown_low < best.unknown_high:
        said.append(Advice("advice.alike", {"replications": int(best.replications)}))
    elif best.worlds > 1:
        said.append(Advice("advice.sure", bars))
    else:
        said.append(Advice("advice.luck_only", {name: bars[name] for name in ("luck_low", "luck_high")}))
    if best.worlds > 1:
        said.append(Advice("advice.worlds", {"better": float(best.better), "worlds": int(best.worlds)}))
        if not best.unknown_low > 0:
            said.append(Advice("advice.depends", who))
    money = {"difference": float(best.net_income - base.net_income), "hours": float(best.staff_hours - base.staff_hours)}
    return [*said, Advice("advice.money", money)]


def _name(key: str, rows: pd.DataFrame, **values: Any) -> list[Advice]:
    """A sentence on some arms, the longest lived first; none where there are none."""
    names = rows.sort_values("rank", kind="stable").label.tolist()
    return [Advice(key, {"names": names, **values})] if names else []
