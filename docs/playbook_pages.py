"""Playbooks -> the generated part of a page each: what the source tells, what is run, what came of it, which targets are met."""

from __future__ import annotations

import json
import shlex
from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from sim.domain.rows import row_titles
from sim.report.language import translator

DOCS = Path(__file__).resolve().parent
RESULTS = DOCS.parent / "experiments" / "results" / "playbooks"
MONTH_DAYS = 30
NAMED = {"the playbook": "the playbook", "beside it": "what stands beside it"}
Table = Callable[[Iterable[str], Iterable[Iterable[Any]]], str]


@cache
def playbooks() -> dict[str, dict[str, Any]]:
    """The playbooks by name, in order."""
    content: dict[str, dict[str, Any]] = yaml.safe_load((DOCS / "playbooks" / "playbooks.yaml").read_text("utf-8"))
    return content


def page(name: str, table: Table) -> str:
    """The generated part of the page of a playbook."""
    one = playbooks()[name]
    text = f"**What the source tells** ({', '.join(one['rows'])}). {one['tells']}\n\n**What is run.** The playbook is \
`{' '.join(one['playbook'])}`, beside it is `{' '.join(one['beside'])}`:\n\n"
    text += f"```bash\ngroupalive compare {_words(one)} replications=10 seed=7\n```\n\n"
    found = _stored(name)
    if found is None:
        return text + f"Not run yet: `python experiments/playbooks.py {name}`.\n"
    head = ("", "the playbook", "beside it", "difference", "95 % interval", "verdict")
    text += (
        f"**What came out**, of {found['replications']} replications in {found['replications'] // 2} plausible worlds, over \
{found['days']:g} days; so few tell a large difference from none, and not its size.\n\n{table(head, _outcomes(found))}\n"
    )
    words = translator("en")
    for arm, rows in found["paths"].items():
        named = ", ".join(f"{row} {words(f'path.{row}').lower()}" for row in rows) or "none"
        text += f"- Paths of part H in one run of {NAMED[arm]} (seed {found['seed']}): {named}.\n"
    if waits := _waiting(one):
        text += f"- Said by the playbook and not done yet: {', '.join(f'`{json.dumps(part)}`' for part in waits)}.\n"
    return text + f"\n**Targets of part F.**\n\n{table(('row', 'what it says', 'the playbook here', ''), _targets(one, found))}"


def index(table: Table) -> str:
    """Every playbook with how many of its targets are met."""
    rows = []
    for name, one in playbooks().items():
        found = _stored(name)
        seen = [line[-1] for line in _targets(one, found)] if found else []
        told = ", ".join(f"{seen.count(word)} {word}" for word in ("met", "missed", "open", "not read off") if word in seen)
        rows.append([f"[{one['title']}]({name}.md)", ", ".join(one["rows"]), told or "not run yet"])
    return table(("playbook", "rows", "targets"), rows)


def _waiting(one: dict[str, Any]) -> list[Any]:
    """What the plan of a playbook keeps under `waits_for`."""
    (name,) = (word.partition("=")[2] for word in one["playbook"] if word.startswith("strategy="))
    plan = yaml.safe_load((DOCS.parent / "configs" / "strategy" / f"{name}.yaml").read_text("utf-8"))
    return list(plan.get("waits_for", []))


def _words(one: dict[str, Any]) -> str:
    arms = "; ".join(f"{name}: {' '.join(one[key])}" for name, key in (("the playbook", "playbook"), ("beside it", "beside")))
    return " ".join(shlex.quote(word) if set(word) & set(" ;[]{}") else word for word in (*one["words"], f"arms=[{arms}]"))


def _stored(name: str) -> dict[str, Any] | None:
    path = RESULTS / f"{name}.json"
    return json.loads(path.read_text("utf-8")) if path.is_file() else None


def _outcomes(found: dict[str, Any]) -> list[list[str]]:
    t, lines = translator("en"), []
    for one in found["outcomes"]:
        outcome, rows = one["outcome"], {row["label"]: row for row in one["rows"]}
        ours, other = rows["the playbook"], rows["beside it"]
        told = [t.amount(row["mean"], outcome) if row["mean"] is not None else "" for row in (ours, other)]
        gap = [
            t.difference(ours[key], outcome, sign=True) if ours[key] is not None else ""
            for key in ("difference", "low", "high")
        ]
        lines.append(
            [t.axis(outcome), *told, gap[0], f"{gap[1]} to {gap[2]}" if gap[1] else "", t(f"verdict.{ours['verdict']}")]
        )
    return lines


def _targets(one: dict[str, Any], found: dict[str, Any]) -> list[list[str]]:
    return [[target["row"], target["says"], *_judged(target, found)] for target in one["targets"]]


def _judged(target: dict[str, Any], found: dict[str, Any]) -> tuple[str, str]:
    """The value of a target with its interval, and whether it is met: surely inside, surely outside, or open."""
    if "why" in target:
        return str(target["why"]), "not read off"
    row = next(
        r for o in found["outcomes"] if o["outcome"] == target["outcome"] for r in o["rows"] if r["label"] == "the playbook"
    )
    per = found["planned"] * found["days"] / MONTH_DAYS if target.get("per") == "member_month" else 1.0
    mean, low, high = (row[key] / per if row[key] is not None else None for key in ("mean", "mean_low", "mean_high"))
    if mean is None or low is None or high is None:
        return "no value", "open"
    least, most = target.get("low", float("-inf")), target.get("high", float("inf"))
    verdict = "met" if least <= low and high <= most else "missed" if high < least or low > most else "open"
    return f"{target['outcome']} {mean:.3g} ({low:.3g} to {high:.3g})", verdict


def unknown_rows() -> list[str]:
    """Rows named by a playbook that the domain does not have, those of quantities and contradictions aside."""
    known = row_titles()
    return [row for one in playbooks().values() for row in one["rows"] if row[0] in "ABCDEH" and row not in known]
