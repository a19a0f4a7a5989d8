"""What a search found -> sentences, the answer first, and the table of its plans, in the reader's language."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from rich.console import Console

from sim.report.answers import limit_text
from sim.report.console import new_table, open_console, say
from sim.report.language import Translator

if TYPE_CHECKING:
    from sim.studies.optimum import Optimum, Trial
    from sim.studies.question import Limit, Question

#: Plans that are shown; the others are in the table of the folder.
MOST_SHOWN: Final = 8


def word_optimum(optimum: Optimum, question: Question, t: Translator) -> list[str]:
    """What is said, the answer first; nothing is said of the plan but what worlds say that had no part in choosing it."""
    limits = t.listed(limit_text(limit, t) for limit in question.limits)
    found, count = optimum.found, t.number(len(optimum.plans) - 1)
    if found is None:
        said = [t("optimum.none", limits=limits, count=count)]
        for limit, row in optimum.answer.unreachable:
            if row is not None:
                said.append(t("optimum.nearest", limit=limit_text(limit, t), plan=_plan(optimum, row.label, t),
                              value=_unit(float(row["mean"]), limit.outcome, t)))  # fmt: skip
    else:
        own = _row(found, question)
        key = "optimum.choose_within" if question.limits else "optimum.choose"
        said = [t(key, plan=_plan(optimum, found.name, t), limits=limits, count=count, outcome=t.outcome(question.chosen),
                  sense=t(f"answer.{question.sense}"), mean=_unit(own["mean"], question.chosen, t),
                  low=t.difference(own.mean_low, question.chosen), high=t.difference(own.mean_high, question.chosen))]  # fmt: skip
        if found.name == optimum.yardstick:
            said.append(t("optimum.nothing_better"))
        else:
            said.append(t("optimum.against", difference=t.difference(own.difference, question.chosen, unit=True, sign=True),
                          low=t.difference(own.low, question.chosen, sign=True), verdict=t(f"verdict.{own.verdict}"),
                          high=t.difference(own.high, question.chosen, sign=True)))  # fmt: skip
        said += [_stands(one, t) for one in found.kept]
        last = optimum.last
        seen = float(last[(last.outcome == question.chosen) & (last.label == found.name)]["mean"].iloc[0])
        said.append(t("optimum.seen", seen=_unit(seen, question.chosen, t), seed=found.seed, runs=t.number(own.runs)))
    for trial in optimum.trials:
        if not trial.keeps_all:
            broken = t.listed(
                t("pair", label=limit_text(limit, t), value=_unit(value, limit.outcome, t))
                for limit, value, kept, _ in trial.kept
                if not kept
            )
            said.append(t("optimum.broke", plan=_plan(optimum, trial.name, t), broken=broken))
    said.append(t("optimum.budget", asked=t.number(optimum.asked), count=count, refused=t.number(optimum.refused)))
    if optimum.care:
        said.append(t("note.arms_differ", keys=t.listed(optimum.care)))
    return said


def print_optimum(optimum: Optimum, question: Question, t: Translator, *, console: Console | None = None) -> None:
    """The answer, the best plans in a table, what else is said."""
    console = console or open_console()
    said = word_optimum(optimum, question, t)
    console.print()
    say(t("pair", label=t("answer"), value=said[0]), console, "bold")
    console.print()
    names = list(dict.fromkeys([question.chosen, *(limit.outcome for limit in question.limits)]))
    table = new_table(t("optimum.plans"))
    for heading in (t("optimum.rank"), *(t.heading(name) for name in names), t("optimum.replications")):
        table.add_column(heading, justify="right", no_wrap=True)
    table.add_column(t("optimum.plan"), overflow="fold")
    for place, row in enumerate(optimum.plans.head(MOST_SHOWN).to_dict("records"), start=1):
        cells = [t.amount(row[name], name) for name in names]
        table.add_row(t.number(place), *cells, t.number(row["replications"]), _plan(optimum, row["plan"], t))
    console.print(table)
    if (more := len(optimum.plans) - MOST_SHOWN) > 0:
        say(t("out.more_arms", count=t.number(more), file="plans.csv"), console)
    say(t("optimum.caption"), console, "dim")
    console.print()
    for sentence in said[1:]:
        say(sentence, console, indent=2)
    console.print()
    say(t("note.inside_model"), console, "dim")


def _plan(optimum: Optimum, name: str, t: Translator) -> str:
    words: str = optimum.plans.words[optimum.plans.plan == name].iloc[0]
    if name == optimum.yardstick:
        return t("optimum.yardstick", words=words) if words else t("optimum.yardstick_alone")
    return words


def _row(trial: Trial, question: Question) -> Any:
    rows = trial.panel[trial.panel.outcome == question.chosen]
    return rows[rows.label == trial.name].iloc[0]


def _stands(one: tuple[Limit, float, bool, bool], t: Translator) -> str:
    limit, value, _, surely = one
    key = "optimum.surely" if surely else "optimum.on_average"
    return t(key, limit=limit_text(limit, t), value=_unit(value, limit.outcome, t))


def _unit(value: float, outcome: str, t: Translator) -> str:
    return t.amount(value, outcome) if t.amount(value, outcome).endswith("%") else t.difference(value, outcome, unit=True)
