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
    "advice.sure": ("low", "high", "unknown_low", "unknown_high"),
    "advice.fixed": ("low", "high"),
    "advice.worlds": ("ahead", "tied", "behind", "worlds", "share", "share_low", "share_high"),
    "advice.depends": ("best", "baseline", "share", "share_low", "share_high"),
    "advice.shrunk": ("arms", "shrunk"),
    "advice.none": ("baseline", "effect"),
    "advice.better_open": ("names", "baseline", "effect"),
    "advice.money": ("difference", "hours"),
    "advice.close": ("names",),
    "advice.worse": ("names", "baseline", "effect"),
    "advice.worse_open": ("names", "baseline", "effect"),
    "advice.same": ("names", "baseline", "effect"),
    "advice.open": ("names", "effect"),
    "advice.dies": ("best", "dead", "days"),
    "advice.front": ("names",),
    "advice.front_one": ("best",),
    "note.inside_model": (),
}
#: A share of worlds is worth a sentence where it is surely larger than this.
FEW_WORLDS = 0.01
_SHOWN = 0.1  # days; gains are written with one digit


def advise(league: pd.DataFrame, *, days: float, smallest_effect: float = SMALLEST_EFFECT) -> list[Advice]:
    """The honest conclusion from `estimate_league`, most important sentence first.

    An arm is recommended only where its verdict is `better`; of several, the one that lives longest, with the others that may live
    longest too (`close`). `worlds` and `depends` are estimated shares of plausible worlds; `depends`, that the baseline lives longer
    in some of them, is said only where the interval of that share lies above FEW_WORLDS. `shrunk`: what is left of the gain
    of the best of several arms without the luck that made it the best, where that is less. `money`: what it costs against the
    baseline, yuan and hours per replication. `front`: the choice depends on what counts. The last sentence always says how far
    this holds.
    """
    base = league[league.verdict == "baseline"].iloc[0]
    others = league[league.verdict != "baseline"]
    sure = others[others.verdict == "better"]
    against = {"baseline": base.label, "effect": smallest_effect}
    said = []
    if base.replications < FEWEST_REPLICATIONS:
        said.append(Advice("advice.few", {"replications": int(base.replications), "fewest": FEWEST_REPLICATIONS}))
    if len(sure):
        best = sure.sort_values("alive_days", kind="stable").iloc[-1]
        said += _recommend(best, base, days, len(others))
        said += _name("advice.close", others[others.possible_best & (others.arm != best.arm)])
    else:
        best = league.sort_values("rank", kind="stable").iloc[0]
        if len(others):
            said.append(Advice("advice.none", against))
    for verdict in ("better_open", "worse", "worse_open", "same"):
        said += _name(f"advice.{verdict}", others[others.verdict == verdict], **against)
    said += _name("advice.open", others[others.verdict == "open"], effect=smallest_effect)
    if best.dead > 0.5:
        said.append(Advice("advice.dies", {"best": best.label, "dead": float(best.dead), "days": days}))
    front = league[league.on_front]
    if len(front) > 1:
        said += _name("advice.front", front)
    elif len(league) > 1 and len(front) == 1:
        said.append(Advice("advice.front_one", {"best": front.label.iloc[0]}))
    return [*said, Advice("note.inside_model", {})]


def _recommend(best: pd.Series, base: pd.Series, days: float, arms: int) -> list[Advice]:
    who = {"best": best.label, "baseline": base.label}
    gain = {
        "difference": float(best.difference),
        "days": days,
        "mean": float(best.alive_days),
        "reference": float(base.alive_days),
    }
    said = [Advice("advice.best", who | gain)]
    bars = {name: float(best[name]) for name in KEYS["advice.sure"]}
    if best.worlds > 1:
        said.append(Advice("advice.sure", bars))
    else:
        said.append(Advice("advice.fixed", {name: bars[name] for name in KEYS["advice.fixed"]}))
    if best.worlds > 1 and pd.notna(best.ahead_share):
        counts = {name: int(best[name]) for name in ("ahead", "tied", "behind", "worlds")}
        said.append(Advice("advice.worlds", counts | _share(best, "ahead")))
        if best.behind_share_low > FEW_WORLDS:
            said.append(Advice("advice.depends", who | _share(best, "behind")))
    if best.difference - best.gain_shrunk >= _SHOWN:
        said.append(Advice("advice.shrunk", {"arms": arms, "shrunk": float(best.gain_shrunk)}))
    money = {"difference": float(best.net_income - base.net_income), "hours": float(best.staff_hours - base.staff_hours)}
    return [*said, Advice("advice.money", money)]


def _share(row: pd.Series, name: str) -> dict[str, float]:
    return {f"share{end}": float(row[f"{name}_share{end}"]) for end in ("", "_low", "_high")}


def _name(key: str, rows: pd.DataFrame, **values: Any) -> list[Advice]:
    """A sentence on some arms, the longest lived first; none where there are none."""
    names = rows.sort_values("rank", kind="stable").label.tolist()
    return [Advice(key, {"names": names, **values})] if names else []
