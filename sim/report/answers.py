"""The answer to a question that chooses, and what bears on it -> sentences in the reader's language."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

from sim.projections.outcomes import OUTCOMES
from sim.report.advice import MOST_NAMES, few_names
from sim.report.language import Translator

if TYPE_CHECKING:
    import pandas as pd

    from sim.studies.answer import Answer
    from sim.studies.asked import Growth
    from sim.studies.question import Limit, Question

_SIGNS: Final = {"<=": "≤", ">=": "≥", "<": "<", ">": ">"}
#: The next horizon that shows what a shorter one cannot.
_LONGER: Final = (90, 365, 730)


def limit_text(limit: Limit, t: Translator) -> str:
    """A limit in words and signs: `Staff hours ≤ 60 hours`, with as few digits as it was given in."""
    unit = OUTCOMES[limit.outcome].unit
    share = unit == "share"
    number = t.plain(round(100 * limit.value if share else limit.value, 4))
    bound = t("number.share", value=number) if share else t("quantity", value=number, unit=t(f"unit.{unit}"))
    return f"{t.outcome(limit.outcome)} {_SIGNS[limit.operator]} {bound}"


def word_answer(found: Answer, panel: pd.DataFrame, question: Question, t: Translator) -> list[str]:
    """The sentences of an answer, the choice first; where nothing can be chosen, why."""
    limits = t.listed(limit_text(limit, t) for limit in question.limits)
    unreachable = [
        t("answer.unknown", limit=limit_text(limit, t))
        if row is None
        else t("answer.unreachable", limit=limit_text(limit, t), best=t.arm(row.label),
               value=_value(float(row["mean"]), limit.outcome, t))
        for limit, row in found.unreachable
    ]  # fmt: skip
    best = found.best
    if best is None:
        return [t("answer.none", limits=limits), *unreachable]
    said = [_choice(best, len(found.within), limits, question, t)]
    if found.doubtful:
        said.append(t("answer.doubtful", limits=t.listed(limit_text(limit, t) for limit in found.doubtful)))
    if math.isfinite(best.low) and best.verdict != "baseline":
        base = panel[(panel.outcome == question.chosen) & (panel.verdict == "baseline")].iloc[0]
        said.append(t("answer.against", baseline=t.arm(base.label), verdict=t(f"verdict.{best.verdict}"),
                      **_gain(best, question.chosen, t)))  # fmt: skip
    if found.rivals:
        said.append(t("answer.rivals", names=few_names(t, list(found.rivals))))
    if found.contest is not None:
        said.append(_contest(found, panel, question, t))
    if math.isfinite(found.regret) and found.regret > 0.01 * best.effect:
        said.append(t("answer.regret", regret=t.difference(found.regret, question.chosen, unit=True)))
    return said


def word_retest(tried: pd.DataFrame, outcome: str, seed: int, t: Translator) -> str:
    """What came of trying the chosen arm again; `tried`: rows of a panel, the yardstick and the arm."""
    row, base = tried[tried.verdict != "baseline"].iloc[0], tried[tried.verdict == "baseline"].iloc[0]
    verdict = t(f"verdict.{row.verdict}")
    return t("answer.retest", seed=seed, runs=t.number(row.runs), best=t.arm(row.label), baseline=t.arm(base.label),
             verdict=verdict, **_gain(row, outcome, t))  # fmt: skip


def word_loss(panel: pd.DataFrame, without: Sequence[int], t: Translator) -> list[str]:
    """That no arm with a group surely adds anything but loss, where that is so; without: arms that have none."""
    rows = panel[(panel.outcome == "adds") & ~panel.arm.isin(without)]
    return [t("answer.loss")] if len(rows) and (rows.mean_high < 0).all() else []


def word_growth(growth: Growth, t: Translator) -> str:
    """When a growing study was looked at, and why it stopped."""
    why = t(f"answer.stop.{'settled' if growth.settled else 'minutes' if growth.late else 'most'}")
    return t("answer.grown", batch=t.number(growth.batch), worlds=t.number(growth.worlds), why=why)


def word_definitions(table: pd.DataFrame | None, t: Translator) -> list[str]:
    """Whether the order by days alive is the same under other definitions of death; nothing where no arm has a group."""
    if table is None or table.arm.nunique() < 2:
        return []
    names = table.definition.drop_duplicates().tolist()
    flipped = table[~table.holds].definition.drop_duplicates().tolist()
    count = t.number(len(names))
    if not flipped:
        return [t("note.definitions.hold", count=count)]
    return [t("note.definitions.flip", count=count, flipped=t.number(len(flipped)), names=t.listed(flipped))]


def word_blind(blind: dict[str, str], panel: pd.DataFrame, days: float, t: Translator) -> list[str]:
    """For each outcome at a floor or ceiling: where it sits, and what tells the arms apart instead."""
    said = []
    for outcome, other in blind.items():
        rows = panel[panel.outcome == outcome]
        side = rows.at_bound[rows.at_bound != ""].mode().iloc[0]
        low, high = OUTCOMES[outcome].bounds(days)
        hints = [t("note.blind.other", other=t.outcome(other))] if other else []
        longer = next((horizon for horizon in _LONGER if horizon > days), None)
        if longer and outcome in ("alive_days", "dead"):
            hints.append(t("note.blind.horizon", days=longer))
        bound = t.amount(low if side == "low" else high, outcome)
        said.append(t("note.blind", outcome=t.outcome(outcome), bound=bound, hint=t.sentences(*hints)).strip())
    return said


def word_basis(
    panel: pd.DataFrame, replications: pd.DataFrame, wages: str, differ: bool, t: Translator
) -> list[str]:  # fmt: skip
    """What money is held against, at whose wages, which arms have no group, and which replications were left out."""
    said = []
    if "without_group" in replications:
        alone = t.difference(float(replications.without_group.mean()), "without_group", unit=True)
        said.append(t("note.without_group", value=alone))
    said.append(t(f"note.wages.{wages}"))
    if differ and wages == "minutes":
        said.append(t("note.wages.differ"))
    empty = panel[(panel.verdict == "none") & panel.outcome.map(lambda name: OUTCOMES[name].of_group)].label.unique()
    if len(empty) and (panel[panel.label.isin(empty)].verdict != "none").any():
        said.append(t("note.no_group", names=few_names(t, list(empty))))
    whole = replications.replication.nunique()
    for outcome, rows in panel[panel.runs > 0].groupby("outcome", sort=False):
        if (runs := int(rows.runs.max())) < whole:
            said.append(t("note.runs_left_out", outcome=t.outcome(str(outcome)), runs=t.number(runs), all=t.number(whole)))
    return said


def word_people(others: Sequence[Any], first: str, t: Translator) -> str:
    """That arms do not hold the same people; others: label, persons and common of each."""
    told = [
        t("note.people.arm", arm=t.arm(one.label), count=t.number(one.persons), common=t.number(one.common)) for one in others
    ]
    more = len(told) - MOST_NAMES
    names = t.listed(told) if more < 2 else t("list.more", names=t.listed(told[:MOST_NAMES]), count=t.number(more))
    return t("note.people", first=t.arm(first), arms=names)


def _choice(best: pd.Series, arms: int, limits: str, question: Question, t: Translator) -> str:
    outcome = question.chosen
    values = {"best": t.arm(best.label), "outcome": t.outcome(outcome), "mean": _value(float(best["mean"]), outcome, t),
              "low": t.amount(float(best.mean_low), outcome), "high": t.amount(float(best.mean_high), outcome),
              "sense": t(f"answer.{question.sense}"), "count": t.number(arms)}  # fmt: skip
    return t("answer.chosen_within", limits=limits, **values) if limits else t("answer.chosen", **values)


def _contest(found: Answer, panel: pd.DataFrame, question: Question, t: Translator) -> str:
    contest, best = found.contest, found.best
    assert contest is not None and best is not None
    if contest.decided:
        effect = t.difference(float(best.effect), question.chosen, unit=True)
        return t("answer.settled", worlds=t.number(contest.worlds), effect=effect)
    names = [found.within[place] for place in range(len(found.within)) if contest.left[place]]
    return t("answer.unsettled", worlds=t.number(contest.worlds), names=few_names(t, names))


def _gain(row: Any, outcome: str, t: Translator) -> dict[str, str]:
    return {
        "difference": t.difference(float(row.difference), outcome, unit=True, sign=True),
        "low": t.difference(float(row.low), outcome),
        "high": t.difference(float(row.high), outcome),
    }


def _value(value: float, outcome: str, t: Translator) -> str:
    """A value with its unit."""
    text = t.amount(value, outcome)
    unit = OUTCOMES[outcome].unit
    return text if unit == "share" or not math.isfinite(value) else t("quantity", value=text, unit=t(f"unit.{unit}"))
