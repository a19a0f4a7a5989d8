"""A folder -> the sealed runs below it, each under a key that says nothing of its place."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from typing import Any, Final

from sim.events.store import MANIFEST, PARQUET, LogError, read_manifest
from sim.report.language import LANGUAGES, Translator, translator
from sim.report.telling import tell_lineage

DEPTH, MOST_RUNS = 4, 500
KEY_BYTES: Final = 8


def find_runs(root: Path) -> dict[str, Path]:
    """Key and folder of each run at most DEPTH folders below `root`, the first MOST_RUNS in order of names. Links are not followed."""
    found: dict[str, Path] = {}
    for folder, below, names in os.walk(root):
        here = Path(folder)
        below[:] = sorted(below) if len(here.relative_to(root).parts) < DEPTH else []
        if MANIFEST in names and PARQUET in names:
            below.clear()
            name = here.relative_to(root).as_posix()
            found[hashlib.blake2b(os.fsencode(name), digest_size=KEY_BYTES).hexdigest()] = here
            if len(found) == MOST_RUNS:
                break
    return found


def describe_runs(root: Path) -> list[dict[str, Any]]:
    """What a shelf shows of each run: key, name, seed, days, events, scenario and strategy in each language.

    A manifest that cannot be read has no line; what it says is shown as text and trusted for nothing.
    """
    rows: list[dict[str, Any]] = []
    for key, folder in find_runs(root).items():
        try:
            manifest = read_manifest(folder)
            config = manifest["config"]
            scenario, strategy = str(config["name"])[:80], str(config["strategy"][0])[:80]
            words = {name: translator(name) for name in LANGUAGES}
            rows.append({
                "key": key,
                "digest": str(manifest["digest"])[:64],
                **_lineage(manifest, words),
                "name": folder.name[:120],
                "seed": int(manifest["seed"]),
                "days": float(config["days"]),
                "events": int(manifest["events"]),
                "scenario": {name: t.name("scenario", scenario) for name, t in words.items()},
                "strategy": {name: t.name("strategy", strategy) for name, t in words.items()},
            })  # fmt: skip
        except (LogError, LookupError, TypeError, ValueError, OverflowError, AttributeError):
            continue
    return [one | {"deep": deep} for one, deep in in_order(rows)]


def in_order(rows: list[dict[str, Any]]) -> list[tuple[dict[str, Any], int]]:
    """Runs with how far each is from the first of its line: a branch stands below its parent where that is there too."""
    first: dict[str, dict[str, Any]] = {}
    for one in rows:
        first.setdefault(one["digest"], one)
    found: list[tuple[dict[str, Any], int]] = []

    def put(one: dict[str, Any], deep: int) -> None:
        found.append((one, deep))
        if first[one["digest"]] is one:
            for child in rows:
                if child["parent"] == one["digest"] != child["digest"]:
                    put(child, deep + 1)

    for one in rows:
        if one["parent"] not in first or one["parent"] == one["digest"]:
            put(one, 0)
    placed = {id(one) for one, _ in found}
    return found + [(one, 0) for one in rows if id(one) not in placed]  # manifests that call each other parent


def _lineage(manifest: dict[str, Any], words: dict[str, Translator]) -> dict[str, Any]:
    """Of a branch: digest of its parent, the day, and what changes on it, in each language."""
    if (lineage := manifest.get("lineage")) is None:
        return {"parent": ""}
    told = {name: tell_lineage(lineage, t)[:240] for name, t in words.items()}
    return {"parent": str(lineage["parent"])[:64], "at": float(lineage["at"]), "changes": told}
