"""The stored verdicts on the claims of the trade -> the generated parts of the pages of claims and of findings."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pandas as pd

from sim.claims.claim import Claim, families
from sim.coverage import coverage
from sim.domain.rows import hypothesis_roles, row_titles
from sim.report.claims import checks_of, count_verdicts, tell_check, tell_found, verdict_of
from sim.report.language import Translator, translator

DOCS = Path(__file__).resolve().parent
#: Columns of the stored verdicts that may be empty numbers; empty text stays text.
NUMBERS = ("effect", "mean", "low", "high", "ahead", "one_more_low", "one_more_high")
Table = Callable[[Iterable[str], Iterable[Iterable[Any]]], str]


def stored_verdicts() -> pd.DataFrame:
    """The table of the run of claims that the docs tell of."""
    stored = pd.read_csv(DOCS / "claims.csv", keep_default_na=False, na_values=dict.fromkeys(NUMBERS, ""))
    stored["same_arms"] = stored["same_arms"] == "True"
    return stored


def page(table: Table) -> str:
    """Every claim of the trade, family by family, with its verdict where it has been run."""
    words = translator("en")
    stored = stored_verdicts()
    rows = {str(name): own for name, own in stored.groupby("claim", sort=False)}
    ran = stored[stored["setting"] != ""]
    numbers = " or ".join(map(str, sorted(ran["replications"].astype(int).unique(), reverse=True)))
    made = f"{numbers} replications of each arm, two to a world; parameters: {ran['parameters'].iloc[0]}"
    against = [
        name
        for name, own in ran[ran["verdict"] == "contradicted"].groupby("claim")
        if all(map(_lies_opposite, own.itertuples()))
    ]
    text = f"{sum(map(len, (one.claims for one in families().values())))} claims. {count_verdicts(stored, words)}. {made}.\n"
    text += f"\nOf the contradicted, these surely lie on the other side in all that was looked at: {', '.join(against) or 'none'}.\n"
    head = ("claim", "what is claimed", "rows", "held against each other, with the difference", "verdict", "again")
    for name, family in families().items():
        text += f"\n## {name} {family.title.en}\n\n"
        text += table(head, [_claim_row(key, claim, rows.get(key), words) for key, claim in sorted(family.claims.items())])
    return text


def _lies_opposite(row: Any) -> bool:
    """Whether the whole interval of a check lies on the side that is not claimed."""
    beyond = {"higher": row.high < 0, "lower": row.low > 0, "same": row.low > row.effect or row.high < -row.effect}
    return bool(beyond[row.expect])


def _claim_row(name: str, claim: Claim, found: pd.DataFrame | None, words: Translator) -> list[str]:
    said = claim.says.en
    if claim.circle == "circular":
        said += f" **Circular:** {claim.why.en if claim.why else ''}."
    if claim.asks:
        said += f" *Asked instead: {claim.asks.en}*"
    if found is None or not claim.runs or not found["outcome"].iloc[0]:  # has arms since the last study
        needs = [f"{row} ({words(f'coverage.needs.{coverage()[row].needs}')})" for row in claim.needs]
        missing = f"missing: {claim.missing.en if claim.missing else ', '.join(needs)}" if not claim.runs else ""
        return [name, said, ", ".join(claim.rows), missing, "not run yet", ""]
    told = "<br>".join(
        "<br>".join([tell_check(one[0], words), *(tell_found(row, words) for row in one)]) for one in checks_of(found)
    )
    first = found.iloc[0]
    return [name, said, ", ".join(claim.rows), told, verdict_of(first, words), f"`{first['command']}`"]


def finding(name: str) -> str:
    """What came of one claim, for the page of findings: what is claimed, its checks, the verdict and the command."""
    words, stored = translator("en"), stored_verdicts()
    claim = next(family.claims[name] for family in families().values() if name in family.claims)
    own = stored[stored["claim"] == name]
    lines = [f"*{name}: {claim.asks.en if claim.asks else claim.says.en}* **{verdict_of(own.iloc[0], words)}**.\n"]
    for check in checks_of(own):
        lines.append(f"- {tell_check(check[0], words)}. {'; '.join(tell_found(row, words) for row in check)}")
    return "\n".join([*lines, f"\nAgain: `{own['command'].iloc[0]}`\n"])


def inputs(table: Table) -> str:
    """The hypotheses that go into the model."""
    rows = [[name, row_titles()[name]] for name, role in hypothesis_roles().items() if role == "assume"]
    return table(("row", "what is put in"), rows)


def findings() -> list[str]:
    """The claims that the page of findings tells of."""
    return re.findall(r"generated: finding_(\w+)", (DOCS / "findings.md").read_text("utf-8"))
