"""The folder of a run or a study -> what it is about and what it was made of: answer, seeds, versions, digests."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.events.store import MANIFEST, hash_of, read_manifest
from sim.report.optimum import word_optimum
from sim.report.study_page import word_page
from sim.studies.asked import Asked, read_asked
from sim.studies.ledger import read_study
from sim.studies.optimum import read_optimum
from sim.studies.told import read_told

if TYPE_CHECKING:
    from sim.report.language import Translator

#: Digits of a digest that are shown; the folder holds the rest.
DIGITS = 12


def subject_of(asked: Asked, t: Translator) -> str:
    """The scenario and the strategy, each where all arms have the same."""
    chosen = {"scenario": asked.scenario, "strategy": asked.strategy}
    subject = t("list.separator").join(t.name(group, *names) for group, names in chosen.items() if len(names) == 1)
    return f"{subject} ({t('figure.partial')})" if asked.wanted else subject


def tell_about(folder: Path, t: Translator) -> list[tuple[str, str]]:
    """(label, text) of what a folder is about: its answer and notes, then what it was made of. Raises LogError or StudyError."""
    if (folder / MANIFEST).is_file():
        return tell_run(folder, t)
    asked = read_asked(folder)
    rows = [(t("origin.title"), asked.title)] if asked.title else []
    rows.append((t("origin.subject"), subject_of(asked, t)))
    if asked.command in ("compare", "sweep"):
        page = word_page(read_told(folder, asked), asked, t)
        rows += [(t("answer") if place == 0 else "", text) for place, text in enumerate(page.said)]
        rows += [(t("origin.notes") if place == 0 else "", text) for place, text in enumerate((*page.notes, *page.warnings))]
    if asked.command == "optimise":
        said = word_optimum(read_optimum(folder, asked), asked.words, t)
        rows += [(t("answer") if place == 0 else "", text) for place, text in enumerate(said)]
    return [row for row in (*rows, *tell_study(folder, asked, t)) if row[1]]


def tell_run(folder: Path, t: Translator) -> list[tuple[str, str]]:
    """What a run was made of."""
    manifest = read_manifest(folder)
    config = manifest.get("config", {})
    strategy = config.get("strategy") or [""]
    code, versions = manifest.get("code", {}), manifest.get("versions", {})
    return [
        (t("origin.subject"), t.listed([t.name("scenario", str(config.get("name"))), t.name("strategy", str(strategy[0]))])),
        (t("origin.command"), str(manifest.get("command", ""))),
        (t("origin.seed"), str(manifest.get("seed", ""))),
        (t("origin.parameters"), str(manifest.get("parameter_hash", ""))[:DIGITS]),
        (t("origin.program"), t.listed([str(code.get("version", "")), str(code.get("sources", ""))[:DIGITS]])),
        (t("origin.versions"), _versions(versions)),
        (t("origin.log"), str(manifest.get("digest", ""))[:DIGITS]),
    ]


def tell_study(folder: Path, asked: Asked, t: Translator) -> list[tuple[str, str]]:
    """What a study was made of."""
    home = folder / str(read_optimum(folder, asked).rounds.folder.iloc[0]) if asked.command == "optimise" else folder
    study: Mapping[str, Any] = read_study(home)
    parameters = [arm.get("config", {}).get("parameters") for arm in study.get("arms", []) if isinstance(arm, dict)]
    hashes = dict.fromkeys(hash_of(one)[:DIGITS] for one in parameters)
    replications = _replications(folder, asked)
    return [
        (t("origin.question"), " ".join(asked.question)),
        (t("origin.baseline"), t.arm(asked.baseline) if asked.baseline else ""),
        (t("origin.seed"), str(study.get("seed", ""))),
        (t("origin.replications"), t.number(replications) if replications else ""),
        (
            t("origin.mode"),
            t(f"origin.mode.{study['parameters']}") if study.get("parameters") in ("uncertain", "posterior", "fixed") else "",
        ),
        (t("origin.parameters"), t.listed(hashes)),
        (t("origin.program"), str(study.get("program", ""))[:DIGITS]),
        (t("origin.versions"), _versions(study.get("libraries", {}))),
        (t("origin.machine"), " ".join(map(str, study.get("machine", [])))),
    ]


def _replications(folder: Path, asked: Asked) -> int:
    from sim.studies.study import read_table

    return int(read_table(folder, "replications").replication.nunique()) if asked.command in ("compare", "sweep") else 0


def _versions(versions: Any) -> str:
    return ", ".join(f"{name} {one}" for name, one in versions.items()) if isinstance(versions, dict) else ""
