"""What the trade claims, tried: each claim as paired runs, and a verdict on it."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sim.cli.app import Lang, Language, Out, Overrides, Resume, Workers, app, translator
from sim.cli.compiling import tell_of_compiling
from sim.cli.folders import OUTPUTS, claimed_stages, figures_in

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

    import pandas as pd

    from sim.claims.claim import Claim
    from sim.claims.judging import Judged, Pair
    from sim.report.claims import Said
    from sim.report.language import Translator

Only = Annotated[str, typer.Option("--only", metavar="ID,...", help="Claims by id, such as G018,G074.", show_default="all")]
Family = Annotated[str, typer.Option("--family", metavar="F01..F18", help="Claims of one family.", show_default="all")]
Quick = Annotated[
    bool, typer.Option("--quick", help="16 replications of each arm in place of 120: minutes, more left undecided.")
]
Budget = Annotated[
    float | None, typer.Option("--budget", min=0, metavar="MINUTES", help="As many replications as fit into so many minutes.")
]


Beside = Annotated[
    list[Path] | None,
    typer.Option(
        "--beside", help="Folder of claims tried before; they are judged together with these, with one correction for all."
    ),
]
LooksBefore = Annotated[
    int,
    typer.Option(
        "--looks-before",
        min=0,
        max=20,
        metavar="N",
        help="Looks taken at the same claims before, in other folders; each further look spends half of the error of the one before.",
    ),
]


@app.command(short_help="What the trade claims, tried, with a verdict on each.")
def claims(
    overrides: Overrides = None,
    only: Only = "",
    family: Family = "",
    quick: Quick = False,
    budget: Budget = None,
    beside: Beside = None,
    looks_before: LooksBefore = 0,
    out: Out = None,
    workers: Workers = None,
    resume: Resume = False,
    lang: Lang = Language.en,
) -> None:
    """Claims of the trade as paired runs over plausible worlds, in two settings each, with a verdict that holds for all of them at once.

    Words that all arms share may be given: seed=2 replications=40 parameters=by_hand.
    """
    t = translator(lang)
    from sim.allowed import ConfigError
    from sim.claims.claim import chosen
    from sim.claims.running import FULL, QUICK, check_words, lay_out
    from sim.config import compose

    words = check_words(overrides or [])
    given = [word for word in words if word.startswith("replications=")]
    if sum((quick, budget is not None, bool(given))) > 1:
        raise ConfigError("--quick, --budget, replications=: one of them")
    found = chosen(only.split(","), family)
    shared = compose(words)
    before = [_read_before(folder, words, found) for folder in beside or ()]
    replications = shared.replications if given else QUICK if quick else FULL
    folder = claimed_stages(out or OUTPUTS / "claims" / _name(only, family, words, shared.seed), resume)
    bench = lay_out(found, words, folder)
    if bench.arms:
        tell_of_compiling(t)

    from sim.claims.judging import count_look, find_pairs, judge_claims
    from sim.claims.running import run_claims
    from sim.comparing.arms import about
    from sim.report.claims import print_claims
    from sim.report.console import print_files, study_progress
    from sim.report.drawing import draw_all
    from sim.report.figures import save_figure
    from sim.studies.asked import write_asked
    from sim.studies.study import save_table

    if bench.arms:
        study = run_claims(
            bench,
            folder=folder,
            replications=replications,
            budget_minutes=budget,
            workers=workers,
            resume=resume,
            progress=partial(study_progress, t),
        )
        own, number = find_pairs(found, bench, study.replications), int(study.replications.replication.nunique())
        look, counted = looks_before + count_look(folder, number), dict.fromkeys(found, number)
        write_asked(folder, about("claims", [arm.composed for arm in bench.arms]))
    else:
        own, look, counted = [], 1, {}
    for claims, pairs, numbers in before:
        found, own, counted = claims | found, [*pairs, *own], numbers | counted
    found = dict(sorted(found.items()))
    judged = judge_claims(found, own, look)
    table = _tabulated(judged, words, counted, f"{shared.choices['parameters']}, {shared.parameter_mode}")
    print_claims(table, _said(found, t), t)
    if bench.arms:
        save_table(folder, "claims", table)
        figures = [save_figure(figure, figures_in(folder) / f"{name}.png") for name, figure in draw_all(folder, t).items()]
        print_files([folder, *figures], t)


def _read_before(
    folder: Path, words: Sequence[str], without: Mapping[str, Any]
) -> tuple[dict[str, tuple[str, Claim]], list[Pair], dict[str, int]]:
    """The claims that were tried in a folder, but for those that are tried now, with their checks and replications.

    Raises ConfigError where they are tried by other arms now, StudyError where the folder holds no finished study.
    """
    from tempfile import TemporaryDirectory

    from sim.allowed import ConfigError
    from sim.claims.claim import chosen
    from sim.claims.judging import find_pairs
    from sim.claims.running import ARMS, lay_out
    from sim.studies.study import read_table

    ran = read_table(folder, "claims").dropna(subset=["setting"])
    claims = {name: one for name, one in chosen(ran["claim"].astype(str)).items() if one[1].runs}
    with TemporaryDirectory() as plans:  # nothing is written into what was finished
        bench = lay_out(claims, words, Path(plans))
    if [arm.label for arm in bench.arms] != read_table(folder / ARMS, "arms")["label"].tolist():
        raise ConfigError(f"--beside={folder}: claims that are tried by the same arms still; these have others by now")
    kept = {name: one for name, one in claims.items() if name not in without}
    numbers = dict(zip(ran["claim"].astype(str), ran["replications"].astype(int), strict=True))
    return kept, find_pairs(kept, bench, read_table(folder / ARMS, "replications")), numbers


def _tabulated(judged: Sequence[Judged], words: Sequence[str], counted: Mapping[str, int], parameters: str) -> pd.DataFrame:
    """One row a claim, check and setting, with what it was made of and how to repeat it."""
    import pandas as pd

    from sim.claims.judging import COLUMNS, tabulate
    from sim.claims.running import command_of

    table = pd.DataFrame(tabulate(judged), columns=COLUMNS)
    ran = table["setting"].notna()
    table["replications"] = [counted.get(name, 0) for name in table["claim"]]
    table["parameters"] = parameters
    table["command"] = [
        command_of(name, words, counted[name]) if one else "" for name, one in zip(table["claim"], ran, strict=True)
    ]
    return table


def _said(claims: Mapping[str, tuple[str, Claim]], t: Translator) -> dict[str, Said]:
    """The words of each claim in the language of `t`."""
    from sim.coverage import coverage
    from sim.report.claims import Said

    def in_words(name: str) -> str:
        return t("pair", label=name, value=t(f"coverage.needs.{coverage()[name].needs}"))

    return {
        name: Said(
            getattr(claim.says, t.language),
            getattr(claim.asks, t.language) if claim.asks else "",
            getattr(claim.missing, t.language) if claim.missing else t.listed(map(in_words, claim.needs)),
        )
        for name, (_, claim) in claims.items()
    }


def _name(only: str, family: str, words: Sequence[str], seed: int) -> Path:
    """The name of a folder for what is asked."""
    import hashlib

    own = [word for word in words if not word.startswith(("replications=", "seed="))]
    asked = " ".join((only, *own))
    mark = f"-{hashlib.blake2b(asked.encode(), digest_size=4).hexdigest()}" if asked.strip() else ""
    return Path(f"{family or ('some' if only else 'all')}{mark}-{seed}")
