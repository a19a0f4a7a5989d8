"""Runs and their branches: continue a run with a change, hold two runs against each other, tell why something happened."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sim.allowed import ConfigError
from sim.cli.app import Lang, Language, Out, app, translator
from sim.cli.compiling import tell_of_compiling
from sim.cli.folders import OUTPUTS, claimed, write_tables

if TYPE_CHECKING:
    from sim.branching import Recorded
    from sim.report.language import Translator
    from sim.report.telling import Teller

RunFolder = Annotated[Path, typer.Argument(metavar="RUN", help="Folder of a run.")]
#: Replications of a comparison where none are asked for: a few seconds.
REPLICATIONS = 10
#: Mutes and exits of a member whose terms are worked out; each takes a replay of the run.
MOST_TERMS = 4


@app.command(short_help="Continue a run from a day with changes.")
def branch(
    run: RunFolder,
    changes: Annotated[
        list[str],
        typer.Argument(
            metavar="KEY=VALUE...", help="What changes: strategy=no_plan staff.people=2 campaign=[auction] remove=42"
        ),
    ],
    at: Annotated[str, typer.Option("--at", metavar="DAY", help="The moment: 17d, 17.5d or 36h.")],
    out: Out = None,
    lang: Lang = Language.en,
) -> None:
    """The same run up to a day, byte for byte, and from there on with changes."""
    t = translator(lang)
    folder = claimed(out or OUTPUTS / "branch" / _named(run, at, changes))
    tell_of_compiling(t)

    from sim.branching import Recorded, open_recorded
    from sim.branching import branch as branch_run
    from sim.events.store import record_files
    from sim.projections.divergence import find_divergence
    from sim.report.lineage import print_branch

    parent = open_recorded(run)
    recorded = branch_run(parent, at, changes, folder=folder, command=("groupalive", "branch", run.name, "--at", at, *changes))
    write_tables(folder, recorded)
    record_files(folder)
    parted = find_divergence(parent.log, recorded.log)
    child = Recorded(recorded.scenario, parent.seed, parent.replication, recorded.log)
    programme = parted.programme if parted else 0
    tellers = teller_of(parent, programme, t), teller_of(child, programme, t)
    print_branch(run.name, recorded.log.manifest["lineage"], parted, tellers, [folder], t)


@app.command(short_help="Runs and the branches that grew from them.")
def tree(
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="Folder below which runs are looked for.")] = OUTPUTS,
    lang: Lang = Language.en,
) -> None:
    """All runs below a folder, each branch below its parent, with the day and what changes on it."""
    from sim.page.shelf import describe_runs
    from sim.report.lineage import print_tree

    if not folder.is_dir():
        raise ConfigError(f"{str(folder)[:200]}: a folder with runs below it")
    print_tree(describe_runs(folder), lang.value, translator(lang))


@app.command(short_help="Where two runs part, and what comes of it.")
def diff(
    first: Annotated[Path, typer.Argument(metavar="A", help="Folder of a run.")],
    second: Annotated[Path, typer.Argument(metavar="B", help="Folder of another, such as a branch of it.")],
    replications: Annotated[
        int,
        typer.Option(
            "--replications", min=0, max=1_000, help="Replications of both for the intervals; 0: these two runs alone."
        ),
    ] = REPLICATIONS,
    lang: Lang = Language.en,
) -> None:
    """The first event in which two runs differ, what hangs on it, and how far apart their outcomes are."""
    t = translator(lang)
    tell_of_compiling(t)

    from sim.branching import open_recorded, simulate_pairs
    from sim.projections.divergence import find_divergence
    from sim.projections.outcomes import project_outcomes
    from sim.report.lineage import print_divergence
    from sim.studies.gap import estimate_gaps

    one, other = open_recorded(first), open_recorded(second)
    parted = find_divergence(one.log, other.log)
    days = min(one.scenario.days, other.scenario.days)
    pairs = [(project_outcomes(one.log, one.scenario.days), project_outcomes(other.log, other.scenario.days))]
    if parted is None:
        replications = 0
    if replications:
        pairs = simulate_pairs(one, other, replications)
    gaps = estimate_gaps([a for a, _ in pairs], [b for _, b in pairs], days)
    programme = parted.programme if parted else 0
    print_divergence(parted, (teller_of(one, programme, t), teller_of(other, programme, t)), gaps, replications, t)


@app.command(short_help="Why something happened: a member, or an outcome on a day.")
def why(
    run: RunFolder,
    what: Annotated[list[str], typer.Argument(metavar="member=NUMBER | OUTCOME day=NUMBER", help="Of whom or of what.")],
    programme: Annotated[int, typer.Option("--programme", min=0, help="Where a run has several.")] = 0,
    lang: Lang = Language.en,
) -> None:
    """The way back from a mute, an exit, an order, a silence to the acts behind it."""
    from sim.branching import open_recorded
    from sim.events.kinds import DAY, MEMBER_JOINED
    from sim.projections.causes import COUNTED

    t = translator(lang)
    recorded = open_recorded(run)
    _check(programme, recorded.scenario.population.programmes - 1, "--programme", "one of the programmes")
    counted = [word for word in what if "=" not in word]
    asked = dict(word.split("=", 1) for word in what if "=" in word)
    teller = teller_of(recorded, programme, t)

    from sim.report.lineage import print_day, print_member

    if not counted and [*asked] == ["member"]:
        numbers = teller.events["actor"][teller.events["kind"] == MEMBER_JOINED]
        person = _whole(asked["member"], "member", int(numbers.max(initial=-1)))
        if person not in numbers:
            raise ConfigError(f"member={person}: somebody who came in; this person never did")
        print_member(teller, person, _terms(recorded, programme, teller, teller.causes.moments(person)), t)
    elif len(counted) == 1 and counted[0] in COUNTED and [*asked] == ["day"]:
        day = _whole(asked["day"], "day", int(teller.events["time"].max(initial=0)) // int(DAY))
        places = teller.causes.on_day(counted[0], day)
        print_day(teller, counted[0], day, _terms(recorded, programme, teller, [int(place) for place in places[:1]]), t)
    else:
        raise ConfigError(f"{' '.join(what)}: member=NUMBER, or one of {', '.join(COUNTED)} with day=NUMBER")


def teller_of(recorded: Recorded, programme: int, t: Translator) -> Teller:
    """Who tells the events of a run."""
    from sim.projections.causes import Causes
    from sim.report.telling import Teller
    from sim.world.build import build_world, tie_pairs

    ties = tie_pairs(build_world(recorded.scenario, recorded.seed, recorded.replication, programme).array)
    return Teller(Causes(recorded.log.of_shard(programme), ties), recorded.scenario, t)


def _terms(recorded: Recorded, programme: int, teller: Teller, places: list[int]) -> dict[int, Any]:
    """The terms of the hazard at each of the rows at which somebody mutes or leaves by themselves."""
    from sim.events.kinds import GROUP_MUTED, MEMBER_LEFT
    from sim.motives import find_terms

    rows = teller.events
    moved = [
        one for one in places if rows["kind"][one] == GROUP_MUTED or (rows["kind"][one] == MEMBER_LEFT and rows["x"][one] == 0)
    ]
    return {
        place: find_terms(
            rows, place, recorded.scenario, seed=recorded.seed, replication=recorded.replication, programme=programme
        )
        for place in moved[-MOST_TERMS:]
    }


def _whole(text: str, key: str, last: int) -> int:
    if not re.fullmatch(r"\d{1,9}", text) or int(text) > last:
        raise ConfigError(f"{key}={text[:40]}: a whole number from 0 to {last}")
    return int(text)


def _check(value: int, last: int, key: str, what: str) -> None:
    if value > last:
        raise ConfigError(f"{key}={value}: {what}, 0 to {last}")


def _named(run: Path, at: str, changes: list[str]) -> str:
    """The name of a branch: that of its parent, the moment and what changes."""
    words = re.sub(r"[^\w.+=,@-]", "", f"{run.resolve().name}@{at}-{'-'.join(changes)}")
    return words if len(words) <= 100 else f"{words[:90]}-{hashlib.blake2b(words.encode(), digest_size=4).hexdigest()}"
