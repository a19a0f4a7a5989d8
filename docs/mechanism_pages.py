"""Mechanics, campaigns and incidents -> the generated part of a page each: what it is, its settings, its rows, what it was seen to change."""

from __future__ import annotations

import csv
import inspect
from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from sim.allowed import hints_of
from sim.authoring import explain
from sim.config import options, summary, trigger_of
from sim.config.choices import plugin_class
from sim.coverage import coverage
from sim.domain.rows import row_titles
from sim.report.language import translator
from sim.rules.mechanics import MECHANICS
from sim.rules.spec import default_of

DOCS = Path(__file__).resolve().parent
ROOT, MEASURED = DOCS.parent, "mechanisms.csv"
KINDS = ("mechanic", "campaign", "incident")
Table = Callable[[Iterable[str], Iterable[Iterable[Any]]], str]


def mechanisms() -> dict[tuple[str, str], type]:
    """(kind, name) of all that a plan may use, of campaigns and of incidents -> the class that holds its settings."""
    found: dict[tuple[str, str], type] = {("mechanic", name): kind for name, kind in MECHANICS.items()}
    for group in ("campaign", "incident"):
        found |= {(group, name): _class_of(group, name) for name in options(group)}
    return found


def _class_of(group: str, name: str) -> type:
    use = _shipped(group, name).get("use")
    return MECHANICS[use] if use in MECHANICS else plugin_class(group, trigger_of(group, name))


def _shipped(group: str, name: str) -> dict[str, Any]:
    path = ROOT / "configs" / group / f"{name}.yaml"
    return (yaml.safe_load(path.read_text("utf-8")) or {}) if path.is_file() else {}


def rows_of(kind: str, name: str, source: str) -> list[str]:
    """Ids of the rows of the domain that a mechanism realises."""
    files = {f"configs/{kind}/{name}.yaml", f"configs/procedure/{name}.yaml"}
    own = set(_shipped(kind, name).get("digest", []))
    for row, one in coverage().items():
        block = (one.show.block.get("with") or {}) if one.show else {}
        if one.status == "realised" and (
            files & set(one.by) or (kind == "mechanic" and (block.get("use") == name or source in one.by))
        ):
            own.add(row)
    return sorted(
        own & set(row_titles()), key=lambda row: (row[0], int("".join(filter(str.isdigit, row.partition(".")[0]))), row)
    )


@cache
def measured() -> dict[tuple[str, str], list[dict[str, str]]]:
    """Rows of the stored measurement by mechanism; none where it has not been made."""
    found: dict[tuple[str, str], list[dict[str, str]]] = {}
    if (DOCS / MEASURED).is_file():
        with (DOCS / MEASURED).open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                found.setdefault((row["kind"], row["name"]), []).append(row)
    return found


def page(kind: str, name: str, table: Table) -> str:
    """The generated part of the page of a mechanism."""
    own = mechanisms()[kind, name]
    source = Path(inspect.getsourcefile(own) or "").resolve().relative_to(ROOT).as_posix()
    shipped = _shipped(kind, name)
    told = summary(kind, name) if kind != "mechanic" else ""
    doc = " ".join((inspect.getdoc(own) or "").split("\n\n")[0].split())
    use = {
        "mechanic": f"In a calendar: `use: {name}`.",
        "campaign": f"`campaign=[{name}]`.",
        "incident": f"`incident=[{name}]`.",
    }[kind]
    text = f"{told or doc} {use} Code: `{source}`.\n\n"
    if told and doc != told:
        text += f"Made with: {doc}\n\n"
    keys = [key for key in hints_of(own) if key not in ("digest",)]
    values = [shipped.get(key, default_of(own, key)) for key in keys]
    text += "**Settings**\n\n" + table(
        ("setting", "what is allowed, and what it means", "shipped" if shipped else "default"),
        ([f"`{key}`", explain(own, key), value] for key, value in zip(keys, values, strict=True)),
    )
    if rows := rows_of(kind, name, source):
        text += "\n**Rows of the domain**\n\n" + "".join(f"- {row}: {row_titles()[row]}\n" for row in rows)
    return text + "\n**What it has been seen to change**\n\n" + _changes(kind, name, table)


def _changes(kind: str, name: str, table: Table) -> str:
    rows, t = measured().get((kind, name), []), translator("en")
    if not rows:
        return "Not measured yet: `python benchmarks/mechanisms.py`.\n"
    lines, seen = [], []
    for row in rows:
        low, high, gap = (float(row[key]) for key in ("low", "high", "difference"))
        outcome, is_sure = row["outcome"], low > 0 or high < 0
        shown = [t.amount(float(row["without"]), outcome), *(t.difference(one, outcome, sign=True) for one in (gap, low, high))]
        lines.append(
            [
                t.axis(outcome),
                shown[0],
                shown[1],
                f"{shown[2]} to {shown[3]}",
                ("more" if gap > 0 else "less") if is_sure else "",
            ]
        )
        seen += [f"{t.outcome(outcome).lower()}: {'more' if gap > 0 else 'less'}"] if is_sure else []
    first = (
        f"Surely changed: {'; '.join(seen)}." if seen else "Nothing changed by more than chance among all that was looked at."
    )
    head = ("outcome", "plain plan", "with it: difference", "interval", "surely")
    cost = f"A run with it takes {float(rows[0]['times']):.2f} times the processor time of one without."
    return f"{first} {cost}\n\n{table(head, lines)}"


def index(table: Table) -> str:
    """All mechanisms: what each surely changed, and what it costs in time."""
    t, text = translator("en"), ""
    for kind in KINDS:
        rows = []
        for (own, name), _ in mechanisms().items():
            if own != kind:
                continue
            found = measured().get((kind, name), [])
            sure = [row for row in found if float(row["low"]) > 0 or float(row["high"]) < 0]
            said = "; ".join(
                f"{t.outcome(row['outcome'])} {t.difference(float(row['difference']), row['outcome'], sign=True, unit=True)}"
                for row in sure
            )
            times = f"{float(found[0]['times']):.2f}" if found else ""
            rows.append([f"[{name}]({kind}_{name}.md)", said or ("nothing surely" if found else "not measured"), times])
        text += f"\n**{kind}**\n\n" + table((kind, "surely changed", "times the processor time"), rows)
    return text.lstrip()
