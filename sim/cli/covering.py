"""Which rows of the domain run here, by what, and what each of them changes in a run."""

from __future__ import annotations

from typing import Annotated

import typer

from sim.cli.app import Lang, Language, app, translator


@app.command("coverage", short_help="Which rows of the domain run here.")
def coverage(
    row: Annotated[str, typer.Argument(metavar="[PART|ROW]", help="A part, such as C, or a row, such as C01.")] = "",
    show: Annotated[
        bool, typer.Option("--show", help="Run the row's demonstration: a pair of runs, with it and without.")
    ] = False,
    lang: Lang = Language.en,
) -> None:
    """Every row of the domain: realised by what, merged into what, not yet for want of what, or left out and why."""
    from sim.coverage import STATUSES, part_of
    from sim.domain.rows import row_titles
    from sim.report.coverage import print_coverage

    t = translator(lang)
    if show:
        _show(row, lang)
        return
    print_coverage(part_of(row), row_titles(), STATUSES, t, not row)


def _show(row: str, lang: Language) -> None:
    """The pair of runs, the first event in which they differ, and what changed."""
    from sim.cli.compiling import tell_of_compiling
    from sim.cli.lineage import teller_of
    from sim.coverage import demonstrated, simulate_row
    from sim.domain.rows import row_titles
    from sim.projections.divergence import find_divergence
    from sim.projections.outcomes import project_outcomes
    from sim.report.console import open_console, say
    from sim.report.lineage import print_divergence
    from sim.studies.gap import estimate_gaps

    t = translator(lang)
    found = demonstrated(row)
    tell_of_compiling(t)
    one, other = simulate_row(row)
    say(t("out.coverage.pair", row=found.row, title=row_titles()[found.row]), open_console(), "bold")
    parted = find_divergence(one.log, other.log)
    days = min(one.scenario.days, other.scenario.days)
    gaps = estimate_gaps([project_outcomes(one.log, days)], [project_outcomes(other.log, days)], days)
    programme = parted.programme if parted else 0
    print_divergence(parted, (teller_of(one, programme, t), teller_of(other, programme, t)), gaps, 0, t)
