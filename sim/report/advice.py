"""The league of a comparison -> plain sentences: what to do, how sure that is, and what it costs."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from sim.report.language import Translator

if TYPE_CHECKING:
    import pandas as pd


def is_baseline(row: Any) -> bool:
    """Whether a row of the league is the arm that the others are held against: it has no difference from itself."""
    return not math.isfinite(row.difference) or (row.difference == 0 and row.luck_low == row.luck_high)


def has_worlds(row: Any) -> bool:
    """Whether the assumed parameters were drawn, so that the row says what we do not know besides luck."""
    return math.isfinite(row.unknown_low) and math.isfinite(row.unknown_high) and row.worlds > 1


def advise(league: pd.DataFrame, t: Translator, *, days: float = 90, smallest_effect: float = 3.0) -> list[str]:
    """Sentences for a practitioner; only a verdict of the table is ever called better or worse.

    `league` as in league.parquet; `days` judged; `smallest_effect` in days, also what counts as level among the better ones.
    """
    rows = list(league.sort_values("rank").itertuples())
    base = next((row for row in rows if is_baseline(row)), None)
    if base is None:
        raise ValueError("league: no baseline, that is no row without a difference")
    others = [row for row in rows if row is not base]
    baseline = t.arm(base.label)
    better = sorted((row for row in others if row.verdict == "better"), key=lambda row: -row.difference)
    if not better:
        sentences = [t("advice.none", baseline=baseline, effect=t.plain(smallest_effect))]
    else:
        sentences = _praise(better, base, t, days, smallest_effect)
    for verdict in ("worse", "unclear"):
        names = t.listed(t.arm(row.label) for row in others if row.verdict == verdict)
        if names:
            sentences.append(t(f"advice.{verdict}", baseline=baseline, names=names))
    return sentences


def _praise(better: list[Any], base: Any, t: Translator, days: float, smallest_effect: float) -> list[str]:
    best = better[0]
    luck = {"luck_low": t.number(best.luck_low, 1), "luck_high": t.number(best.luck_high, 1)}
    sentences = [
        t("advice.best", best=t.arm(best.label), baseline=t.arm(base.label), difference=t.number(best.difference, 1),
          days=t.number(days), mean=t.number(best.alive_days, 1), reference=t.number(base.alive_days, 1))
    ]  # fmt: skip
    if has_worlds(best):
        unknown = {"unknown_low": t.number(best.unknown_low, 1), "unknown_high": t.number(best.unknown_high, 1)}
        sentences.append(t("advice.sure", **luck, **unknown))
        sentences.append(t("advice.worlds", better=t.number(best.better), worlds=t.number(best.worlds)))
    else:
        sentences.append(t("advice.luck_only", **luck))
    money = t.number(best.net_income - base.net_income, sign=True)
    hours = t.number(best.staff_hours - base.staff_hours, sign=True)
    sentences.append(t("advice.money", difference=money, hours=hours, note=t("note.money")))
    close = [row for row in better[1:] if best.difference - row.difference < smallest_effect]
    if close:
        sentences.append(t("advice.close", names=t.listed(t.arm(row.label) for row in close)))
    return sentences
