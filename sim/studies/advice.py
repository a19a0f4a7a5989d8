"""Panel and league -> what they say in plain words, as catalogue keys and values; the words themselves are the report's."""

from __future__ import annotations

from typing import Any, NamedTuple

import pandas as pd

from sim.studies.paired import FEWEST_REPLICATIONS


class Advice(NamedTuple):
    """One sentence: its key in the catalogue and what fills it (numbers unrounded, arms by label, `names` a list)."""

    key: str
    values: dict[str, Any]


#: Every key that `advise` may give, and the names of its values.
KEYS: dict[str, tuple[str, ...]] = {
    "advice.few": ("replications", "fewest"),
    "advice.best": ("outcome", "best", "baseline", "difference", "mean", "reference"),
    "advice.sure": ("outcome", "low", "high", "unknown_low", "unknown_high"),
    "advice.fixed": ("outcome", "low", "high"),
    "advice.worlds": ("ahead", "tied", "behind", "worlds", "share", "share_low", "share_high"),
    "advice.depends": ("best", "baseline", "share", "share_low", "share_high"),
    "advice.shrunk": ("outcome", "arms", "shrunk"),
    "advice.none": ("outcome", "baseline", "effect"),
    "advice.better_open": ("outcome", "names", "baseline", "effect"),
    "advice.close": ("names",),
    "advice.worse": ("outcome", "names", "baseline", "effect"),
    "advice.worse_open": ("outcome", "names", "baseline", "effect"),
    "advice.same": ("outcome", "names", "baseline", "effect"),
    "advice.open": ("outcome", "names", "effect"),
    "advice.also": ("outcome", "baseline", "better", "worse", "same"),
    "advice.dies": ("best", "dead", "days"),
    "advice.front": ("names",),
    "advice.front_one": ("best",),
    "note.inside_model": (),
}
#: A share of worlds is worth a sentence where it is surely larger than this.
FEW_WORLDS = 0.01
#: What luck added to the best of many is worth a sentence from this share of the smallest effect on.
_SHOWN = 0.03


def advise(panel: pd.DataFrame, league: pd.DataFrame, *, days: float) -> list[Advice]:
    """The honest conclusion, most important sentence first: on the first outcome of the panel at length, on the others in short.

    An arm is recommended only where its verdict is `better`; of several, the best one, with the others that may be the best just as
    well (`close`). `worlds` and `depends` are estimated shares of plausible worlds; `depends`, that the baseline is ahead in some of
    them, is said only where the interval of that share lies above FEW_WORLDS. `shrunk`: what is left of the gain of the best
    of several arms without the luck that made it the best, where that is less. `also`: who is surely better, worse or the same in another
    outcome. `front`: the choice depends on what counts. The last sentence always says how far this holds. Nothing is said of an arm
    without a group in an outcome that is about groups.
    """
    first, *others = dict.fromkeys(panel.outcome)
    said, best = _judge(panel[(panel.outcome == first) & (panel.verdict != "none")])
    for outcome in others:
        said += _also(panel[(panel.outcome == outcome) & (panel.verdict != "none")])
    dead = league.set_index("label").dead
    if best and dead.get(best, 0.0) > 0.5:
        said.append(Advice("advice.dies", {"best": best, "dead": float(dead[best]), "days": days}))
    grouped = league[league.dead.notna()]
    front = grouped[grouped.on_front]
    if len(front) > 1:
        said += [Advice("advice.front", {"names": front.sort_values("rank", kind="stable").label.tolist()})]
    elif len(grouped) > 1 and len(front) == 1:
        said.append(Advice("advice.front_one", {"best": front.label.iloc[0]}))
    return [*said, Advice("note.inside_model", {})]


def _judge(rows: pd.DataFrame) -> tuple[list[Advice], str]:
    """What is said of the outcome that is asked first, and which arm it is about."""
    if rows.empty:
        return [], ""
    base = rows[rows.verdict == "baseline"].iloc[0]
    others = rows[rows.verdict != "baseline"]
    sure = others[others.verdict == "better"]
    of = {"outcome": base.outcome}
    against = of | {"baseline": base.label, "effect": float(base.effect)}
    said = []
    if base.runs < FEWEST_REPLICATIONS:
        said.append(Advice("advice.few", {"replications": int(base.runs), "fewest": FEWEST_REPLICATIONS}))
    if len(sure):
        best = sure.sort_values("rank", ascending=False, kind="stable").iloc[-1]
        said += _recommend(best, base, len(others))
        said += _name("advice.close", others[others.possible_best.astype(bool) & (others.arm != best.arm)])
    else:
        best = rows.sort_values("rank", kind="stable").iloc[0]
        if len(others):
            said.append(Advice("advice.none", against))
    for verdict in ("better_open", "worse", "worse_open", "same"):
        said += _name(f"advice.{verdict}", others[others.verdict == verdict], **against)
    said += _name("advice.open", others[others.verdict == "open"], **of, effect=float(base.effect))
    return said, str(best.label)


def _recommend(best: pd.Series, base: pd.Series, arms: int) -> list[Advice]:
    of, who = {"outcome": best.outcome}, {"best": best.label, "baseline": base.label}
    gain = {"difference": float(best.difference), "mean": float(best["mean"]), "reference": float(base["mean"])}
    said = [Advice("advice.best", of | who | gain)]
    bars = {name: float(best[name]) for name in ("low", "high", "unknown_low", "unknown_high")}
    if best.worlds > 1:
        said.append(Advice("advice.sure", of | bars))
    else:
        said.append(Advice("advice.fixed", of | {name: bars[name] for name in ("low", "high")}))
    if best.worlds > 1 and pd.notna(best.ahead_share):
        counts = {name: int(best[name]) for name in ("ahead", "tied", "behind", "worlds")}
        said.append(Advice("advice.worlds", counts | _share(best, "ahead")))
        if best.behind_share_low > FEW_WORLDS:
            said.append(Advice("advice.depends", who | _share(best, "behind")))
    if abs(best.difference) - abs(best.gain_shrunk) >= _SHOWN * best.effect:
        said.append(Advice("advice.shrunk", of | {"arms": arms, "shrunk": float(best.gain_shrunk)}))
    return said


def _also(rows: pd.DataFrame) -> list[Advice]:
    """In short, who is surely better, worse or the same in one more outcome; nothing where that is open for all."""
    if rows.empty or not rows.verdict.isin(("better", "worse", "same")).any():
        return []
    names = {
        verdict: rows[rows.verdict == verdict].sort_values("rank", kind="stable").label.tolist()
        for verdict in ("better", "worse", "same")
    }
    baseline = rows[rows.verdict == "baseline"].label.iloc[0]
    return [Advice("advice.also", {"outcome": rows.outcome.iloc[0], "baseline": baseline, **names})]


def _share(row: pd.Series, name: str) -> dict[str, float]:
    return {f"share{end}": float(row[f"{name}_share{end}"]) for end in ("", "_low", "_high")}


def _name(key: str, rows: pd.DataFrame, **values: Any) -> list[Advice]:
    """A sentence on some arms, the best first; none where there are none."""
    names = rows.sort_values("rank", kind="stable").label.tolist()
    return [Advice(key, {"names": names, **values})] if names else []
