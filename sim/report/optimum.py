"""What a search found -> sentences, the answer first, and the table of its plans, in the reader's language."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from rich.console import Console

from sim.report.answers import limit_text
from sim.report.console import new_table, open_console, say
from sim.report.language import Translator
from sim.studies.optimum import YARDSTICK

if TYPE_CHECKING:
    import pandas as pd

    from sim.studies.answer import Kept
    from sim.studies.optimum import Optimum, Trial
    from sim.studies.question import Question

#: Plans that are shown; the others are in the table of the folder.
MOST_SHOWN: Final = 8


def word_optimum(optimum: Optimum, question: Question, t: Translator) -> list[str]:
    """What is said, the answer first; nothing is said of a plan but what worlds say that had no part in choosing it."""
    said = _answer(optimum, question, t) if optimum.front is None else _front(optimum, optimum.front, question, t)
    said.append(t("optimum.budget", asked=t.number(optimum.asked), count=_count(optimum, t), refused=t.number(optimum.refused)))
    if optimum.care:
        said.append(t("note.arms_differ", keys=t.listed(optimum.care)))
    return said


def _count(optimum: Optimum, t: Translator) -> str:
    return t.number(len(optimum.plans) - 1)


def _none(optimum: Optimum, question: Question, t: Translator) -> list[str]:
    """That nothing can be recommended, and what comes nearest."""
    limits = t.listed(limit_text(limit, t) for limit in question.limits)
    said = [t("optimum.none", limits=limits, count=_count(optimum, t))]
    for limit, row in optimum.unreachable:
        if row is not None:
            said.append(t("optimum.nearest", limit=limit_text(limit, t), plan=_plan(optimum, row.label, t),
                          value=with_unit(float(row["mean"]), limit.outcome, t)))  # fmt: skip
    return said


def _front(optimum: Optimum, front: pd.DataFrame, question: Question, t: Translator) -> list[str]:
    """What is said of a front: from which plan to which, who fell off it on fresh worlds, and what had no part in choosing them."""
    stands = front[front.on_front]
    if not len(stands):
        return _none(optimum, question, t)
    limits = t.listed(limit_text(limit, t) for limit in question.limits)
    key = "optimum.front.answer" if len(stands) > 1 else "optimum.front.one"
    said = [t(key, limits=t("optimum.front.within", limits=limits) if limits else "",
              count=t.number(len(stands)), names=t.listed(map(t.outcome, question.objectives)),
              first=_ends(stands.iloc[0], question, t), last=_ends(stands.iloc[-1], question, t))]  # fmt: skip
    for place, row in ((0, stands.iloc[0]), (-1, stands.iloc[-1]))[: len(stands)]:
        said.append(t("optimum.front.end", number=t.number(row.number), plan=_plan(optimum, row.plan, t),
                      outcome=t.outcome(list(question.objectives)[place])))  # fmt: skip
    if fell := list(front.number[~front.on_front & (front.plan != YARDSTICK)]):
        said.append(t("optimum.front.fell", tried=t.number(len(front) - 1), numbers=t.listed(map(t.number, fell))))
    trial = optimum.trials[-1]
    said.append(t("optimum.front.fresh", seed=trial.seed, runs=t.number(int(trial.panel.runs.max()))))
    return said


def _ends(row: Any, question: Question, t: Translator) -> str:
    """A plan of the front by its number and what it has in both objectives."""
    values = (t("pair", label=t.outcome(outcome), value=with_unit(float(row[name]), outcome, t))
              for name, outcome in zip(("first", "second"), question.objectives, strict=True))  # fmt: skip
    return t("optimum.front.has", number=t.number(row.number), values=t.listed(values))


def _answer(optimum: Optimum, question: Question, t: Translator) -> list[str]:
    limits = t.listed(limit_text(limit, t) for limit in question.limits)
    found, count = optimum.found, _count(optimum, t)
    if found is None:
        said = _none(optimum, question, t)
    else:
        own = _row(found, question)
        key = "optimum.choose_within" if question.limits else "optimum.choose"
        said = [t(key, plan=_plan(optimum, found.name, t), limits=limits, count=count, outcome=t.outcome(question.chosen),
                  sense=t(f"answer.{question.sense}"), mean=with_unit(own["mean"], question.chosen, t),
                  low=t.difference(own.mean_low, question.chosen), high=t.difference(own.mean_high, question.chosen))]  # fmt: skip
        if found.name == YARDSTICK:
            said.append(t("optimum.nothing_better"))
        else:
            said.append(t("optimum.against", difference=t.difference(own.difference, question.chosen, unit=True, sign=True),
                          low=t.difference(own.low, question.chosen, sign=True), verdict=t(f"verdict.{own.verdict}"),
                          high=t.difference(own.high, question.chosen, sign=True)))  # fmt: skip
        said += [_stands(one, t) for one in found.of(found.name)]
        last = optimum.last
        seen = float(last[(last.outcome == question.chosen) & (last.label == found.name)]["mean"].iloc[0])
        said.append(t("optimum.seen", seen=with_unit(seen, question.chosen, t), seed=found.seed, runs=t.number(own.runs)))
    for trial in optimum.trials:
        if not trial.keeps_all:
            broken = t.listed(
                t("pair", label=limit_text(one.limit, t), value=with_unit(one.value, one.limit.outcome, t))
                for one in trial.of(trial.name)
                if not one.kept
            )
            said.append(t("optimum.broke", plan=_plan(optimum, trial.name, t), broken=broken))
    return said


def print_optimum(optimum: Optimum, question: Question, t: Translator, *, console: Console | None = None) -> None:
    """The answer, the best plans in a table, what else is said."""
    console = console or open_console()
    said = word_optimum(optimum, question, t)
    console.print()
    say(t("pair", label=t("answer"), value=said[0]), console, "bold")
    console.print()
    if optimum.front is not None and len(optimum.front):
        _print_front(optimum, optimum.front, question, t, console)
    names = list(dict.fromkeys([*question.objectives, *(limit.outcome for limit in question.limits)]))
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


def _print_front(optimum: Optimum, front: pd.DataFrame, question: Question, t: Translator, console: Console) -> None:
    table = new_table(t("optimum.front.table"))
    names = tuple(zip(("first", "second"), question.objectives, strict=True))
    for heading in (t("optimum.front.number"), *(t.heading(outcome) for _, outcome in names), t("optimum.front.share")):
        table.add_column(heading, justify="right")
    table.add_column(t("optimum.plan"), overflow="fold")
    for row in front.to_dict("records"):
        cells = [t("optimum.front.cell", value=t.amount(row[name], outcome), low=t.amount(row[f"{name}_low"], outcome),
                   high=t.amount(row[f"{name}_high"], outcome)) for name, outcome in names]  # fmt: skip
        stands = t.share(row["front_share"], 0) if row["keeps"] else t("optimum.front.beyond")
        style = None if row["on_front"] else "dim"
        table.add_row(t.number(row["number"]), *cells, stands, _plan(optimum, row["plan"], t), style=style)
    console.print(table)
    say(t("optimum.front.caption"), console, "dim")
    console.print()


def _plan(optimum: Optimum, name: str, t: Translator) -> str:
    words: str = optimum.plans.words[optimum.plans.plan == name].iloc[0]
    if name == YARDSTICK:
        return t("optimum.yardstick", words=words) if words else t("optimum.yardstick_alone")
    return words


def _row(trial: Trial, question: Question) -> Any:
    rows = trial.panel[trial.panel.outcome == question.chosen]
    return rows[rows.label == trial.name].iloc[0]


def _stands(one: Kept, t: Translator) -> str:
    key = "optimum.surely" if one.surely else "optimum.on_average"
    return t(key, limit=limit_text(one.limit, t), value=with_unit(one.value, one.limit.outcome, t))


def with_unit(value: float, outcome: str, t: Translator) -> str:
    """A value with its unit; shares in per cent."""
    return t.amount(value, outcome) if t.amount(value, outcome).endswith("%") else t.difference(value, outcome, unit=True)
