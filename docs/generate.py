"""Code and configs -> the generated parts of the documentation. `python docs/generate.py` writes, `--check` compares.

A generated part stands between `<!-- generated: NAME -->` and `<!-- end: NAME -->`; what stands around it is written by hand.
"""

from __future__ import annotations

import ast
import csv
import json
import math
import re
import sys
import textwrap
import tomllib
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "docs")]

import claim_pages  # noqa: E402
import fit_pages  # noqa: E402
import mechanism_pages  # noqa: E402
import playbook_pages  # noqa: E402
from pydantic import TypeAdapter  # noqa: E402

from sim.allowed import hints_of  # noqa: E402
from sim.authoring import explain  # noqa: E402
from sim.config import options, summary  # noqa: E402
from sim.coverage import STATUSES, coverage  # noqa: E402
from sim.domain.rows import row_titles  # noqa: E402
from sim.events import kinds  # noqa: E402
from sim.members.member_type import MemberType  # noqa: E402
from sim.parameters import SUBMODELS, Parameters, unset  # noqa: E402
from sim.projections import lifecycle  # noqa: E402
from sim.projections.outcomes import OUTCOMES  # noqa: E402
from sim.projections.paths import PATHS as DEATHS  # noqa: E402
from sim.report.coverage import count_rows, word_how  # noqa: E402
from sim.report.language import LANGUAGES, SIM_ONLY, TERMS, translator  # noqa: E402
from sim.report.post_mortem import word_limits  # noqa: E402
from sim.rules.acts import VERBS  # noqa: E402
from sim.rules.audience import NOT_YET_SELECTORS, SELECTORS  # noqa: E402
from sim.rules.groups import GroupPlan  # noqa: E402
from sim.rules.mechanics import MECHANICS, NOT_YET_MECHANICS  # noqa: E402
from sim.rules.sensors import SENSORS  # noqa: E402
from sim.rules.spec import Entry, Gift, default_of  # noqa: E402
from sim.rules.steps import KINDS as STEPS  # noqa: E402
from sim.scenario import Hook, Market, Population, Source, Staff  # noqa: E402
from sim.studies.dictionary import describe_bounds, describe_tables  # noqa: E402
from sim.studies.patterns import MEASURES  # noqa: E402
from sim.vocabulary.tables import STATE_TABLES, STIMULUS, WORLD_TABLES, Stimulus  # noqa: E402

DOCS = ROOT / "docs"
MARK = re.compile(r"(<!-- generated: (\w+) -->\n).*?(<!-- end: \2 -->)", re.DOTALL)


def table(head: Iterable[str], rows: Iterable[Iterable[Any]]) -> str:
    """A Markdown table."""
    lines = [list(head), ["---"] * len(list(head)), *rows]
    return "".join("| " + " | ".join(cell(one) for one in line) + " |\n" for line in lines)


def cell(value: Any) -> str:
    """A value as it stands in a table."""
    if isinstance(value, bool) or value is None:
        return {True: "yes", False: "no", None: ""}[value]
    if isinstance(value, float):
        value = f"{value:g}" if value != float("inf") else "no limit"
    if isinstance(value, dict):
        value = ", ".join(f"{name} {cell(inner)}" for name, inner in value.items())
    if isinstance(value, list | tuple):
        value = ", ".join(map(cell, value))
    return " ".join(str(value).split()).replace("|", "\\|")


def load(group: str, name: str) -> dict[str, Any]:
    """The values of one yaml."""
    return yaml.safe_load((ROOT / "configs" / group / f"{name}.yaml").read_text("utf-8")) or {}


def fields(kind: type) -> dict[str, dict[str, Any]]:
    """The annotated fields of a settings class: unit, source, minimum, maximum, tag, plausible."""
    return TypeAdapter(kind).json_schema()["properties"]


def described(path: Path, name: str) -> Iterator[tuple[str, str, str]]:
    """(section, field, text below the field) of a class whose sections are told by comments."""
    source = path.read_text("utf-8")
    lines = source.splitlines()
    (found,) = [node for node in ast.parse(source).body if isinstance(node, ast.ClassDef) and node.name == name]
    section, last = "", found.lineno
    for node, after in zip(found.body, [*found.body[1:], None]):
        if isinstance(node, ast.AnnAssign):
            comments = [line.strip(" #") for line in lines[last : node.lineno - 1] if line.strip().startswith("#")]
            section = comments[-1] if comments else section
            text = ast.literal_eval(after.value) if isinstance(after, ast.Expr) else ""
            yield section, node.target.id, text
        last = node.end_lineno


def write_parameters() -> str:
    """Every behaviour parameter with unit, value, plausible range, tag and source."""
    values, known = unset() | load("parameters", "by_hand") | load("parameters", "fitted"), fields(Parameters)
    parts: dict[str, list[list[Any]]] = {}
    for section, name, text in described(ROOT / "sim" / "parameters.py", "Parameters"):
        info = known[name]
        parts.setdefault(section, []).append(
            [
                f"`{name}`",
                text,
                values[name],
                info["unit"],
                "to".join(f" {cell(float(x))} " for x in info["plausible"]).strip() if info.get("plausible") else "",
                info["tag"],
                info["source"],
            ]
        )
    head = ("symbol", "meaning", "default", "unit", "plausible range", "tag", "source")
    count = sum(map(len, parts.values()))
    tags = [row[5] for rows in parts.values() for row in rows]
    told = ", ".join(f"{tags.count(tag)} {tag}" for tag in ("paper", "practice", "calibrated", "assumed") if tag in tags)
    text = f"{count} parameters: {told}.\n"
    for section, rows in parts.items():
        text += f"\n**{section}**\n\n{table(head, rows)}"
    return text


def write_submodels() -> str:
    """Every file of the member model, as it tells itself, and the switches that its parameters belong to."""
    rows = []
    for path in sorted((ROOT / "sim" / "kernel" / "submodels").glob("*.py")):
        source = path.read_text("utf-8")
        if path.stem != "__init__":
            used = set(re.findall(r"\bparameters\.(\w+)", source))
            switches = [name for name, none in SUBMODELS.items() if used & set(none)]
            rows.append([f"`{path.stem}`", ast.get_docstring(ast.parse(source)), ", ".join(f"`{name}`" for name in switches)])
    return table(("file", "what it says", "switches it hears"), rows)


def write_member_types() -> str:
    """The distributions over traits, one column a type."""
    names = options("member")
    types = {name: load("member", name) for name in names}
    rows = [
        [f"`{field}`", info["unit"], *(types[name][field] for name in names), info["source"]]
        for field, info in fields(MemberType).items()
    ]
    return table(("trait", "unit", *names, "source"), rows)


def settings_table(kind: type, columns: dict[str, dict[str, Any]]) -> str:
    known = fields(kind)
    rows = [
        [f"`{field}`", info.get("unit", ""), *(values.get(field, "") for values in columns.values()), info.get("source", "")]
        for field, info in known.items()
    ]
    return table(("setting", "unit", *columns, "source"), rows)


def write_scenarios() -> str:
    """Population and market of every scenario."""
    found = {name: load("scenario", name) for name in options("scenario")}
    text = table(
        ("scenario", "what it is", "days that are judged", "digest rows"),
        [[f"`{name}`", summary("scenario", name), one["horizon"], one.get("digest", [])] for name, one in found.items()],
    )
    for block, kind in (("population", Population), ("market", Market)):
        text += f"\n**{block}**\n\n" + settings_table(kind, {name: one[block] for name, one in found.items()})
    return text


def write_staff() -> str:
    """The staff that can be chosen."""
    return settings_table(Staff, {name: load("staff", name) for name in options("staff")})


def write_plugins() -> str:
    """What else can be chosen, and its settings."""
    text = ""
    for group in ("strategy", "campaign", "incident"):
        rows = []
        for name in options(group):
            values = load(group, name)
            digest = values.pop("digest", [])
            values = {
                key: value
                for key, value in values.items()
                if not isinstance(value, list)
                and not (isinstance(value, dict) and any(isinstance(one, dict | list) for one in value.values()))
            }
            told = ", ".join(
                f"{key} {cell(value)}" if not isinstance(value, dict) else f"{key} ({cell(value)})"
                for key, value in values.items()
            )
            rows.append([f"`{name}`", summary(group, name), told, digest])
        text += f"\n**{group}**\n\n" + table(("name", "what it does", "settings", "digest rows"), rows)
    return text.lstrip()


def write_sensors() -> str:
    """What the conditions of rules may read."""
    return table(
        ("family", "sensor", "unit", "meaning", "offered"),
        [
            [
                one.family,
                f"`{one.name}`",
                one.unit,
                one.meaning,
                ("of each member" if one.of_person else "yes") if one.offered else "not yet",
            ]
            for one in SENSORS.values()
        ],
    )


def write_mechanics() -> str:
    """What a calendar may use."""
    common = {"day", "days", "hour", "weekday", "every_days", "per_day", "per_week", "irregular", "minutes", "running", "work_for",
              "late_hours"}  # fmt: skip
    rows = [
        [f"`{name}`", (kind.__doc__ or "").partition("\n")[0], ", ".join(key for key in hints_of(kind) if key not in common)]
        for name, kind in MECHANICS.items()
    ]
    return (
        table(("mechanic", "what it is", "settings of its own"), rows) + f"\nNot offered yet: {', '.join(NOT_YET_MECHANICS)}.\n"
    )


def write_acts() -> str:
    """What a rule does to people and groups."""
    rows = [[f"`{name}`", verb.meaning, verb.of, ", ".join(verb.keys)] for name, verb in VERBS.items()]
    return table(("act", "what it does", "after the verb", "settings"), rows)


def write_groups() -> str:
    """What a group of a plan is described by, and the terms of entry."""
    text = ""
    for kind, renamed in ((GroupPlan, {"sources": "from"}), (Entry, {}), (Gift, {}), (Source, {}), (Hook, {})):
        rows = [
            [f"`{renamed.get(name, name)}`", explain(kind, name), cell(default_of(kind, name))]
            for name in hints_of(kind)
            if name not in ("gift", "hook")
        ]
        text += f"\n{(kind.__doc__ or '').strip()}\n\n" + table(
            ("setting", "what is allowed, and what it means", "default"), rows
        )
    return text.lstrip()


def write_selectors() -> str:
    """Whom care may go to."""
    rows = [[f"`{name}`", meaning] for name, (meaning, _) in SELECTORS.items()]
    return table(("selector", "members"), rows) + f"\nNot offered yet: {', '.join(NOT_YET_SELECTORS)}.\n"


def write_steps() -> str:
    """The steps of handling."""
    rows = [
        [f"`{name}`", one.meaning, one.channel, one.audience, ", ".join(one.keys), ", ".join(one.needs)]
        for name, one in STEPS.items()
    ]
    head = ("step", "what it does", "channel", "audience", "settings of its own", "needs")
    return table(head, rows)


def write_unsaid() -> str:
    """What waits beside the shipped plans and procedures."""
    rows = [
        [f"`{name}`", f"`{json.dumps(part, ensure_ascii=False)}`"]
        for name in options("strategy")
        for part in load("strategy", name).get("waits_for", [])
    ]
    return table(("plan", "what waits"), rows) if rows else "Nothing: every part that is written runs.\n"


def write_states() -> str:
    """States of a group's life in order of precedence."""
    return table(
        ("state", "rule, evaluated at the end of each day"),
        [[f"`{name}`", lifecycle.STATES[name]] for name in lifecycle.PRECEDENCE],
    )


def write_patterns() -> str:
    """The regularities a log is held against."""
    return table(
        ("pattern", "name", "what", "from", "to", "role", "source"),
        [[one.key, f"`{one.name}`", one.what, float(one.low), float(one.high), one.role, one.source] for one in MEASURES],
    )


def write_events() -> str:
    """The catalogue of events."""
    sections = {
        0: "The life of a group",
        10: "Who is in it",
        20: "What members do",
        40: "What operators do",
        60: "Incidents and campaigns",
        80: "Money, staff and levers",
        110: "Coupons, requests and sessions",
    }
    begins, text = sorted(sections), ""
    for first, end in zip(begins, [*begins[1:], 2**31]):
        rows = [
            [
                int(one.code),
                f"`{one.name}`",
                one.meaning,
                *(one.columns[name].meaning for name in ("actor", "target", "x", "y")),
            ]
            for one in kinds.CATALOGUE
            if first <= one.code < end
        ]
        text += f"## {sections[first]}\n\n" + table(("code", "kind", "meaning", "actor", "target", "x", "y"), rows) + "\n"
    return text


def write_codes() -> str:
    """Codes that appear in columns."""
    lists = {"task (`TASK_DONE.target`)": kinds.TASKS, "source (`MEMBER_JOINED.y`)": kinds.SOURCES}
    text = table(
        ("code", *lists),
        [
            [code, *(names[code] if code < len(names) else "" for names in lists.values())]
            for code in range(max(map(len, lists.values())))
        ],
    )
    named = {int(code): name for code, name in kinds.NAMES.items()}
    for told, codes in (("Organic talk", kinds.ORGANIC), ("On the screen of the group", kinds.MESSAGES)):
        text += "\n" + textwrap.fill(f"{told}: {', '.join(f'`{named[int(code)]}`' for code in codes)}.", 128) + "\n"
    return text


def write_stimulus() -> str:
    """The attributes of a stimulus."""
    rows = [
        [place, f"`{name}`", Stimulus._field_defaults[name], text]
        for place, name, text in (
            (place, field.name, f"{field.meaning}, {field.unit}") for place, field in enumerate(STIMULUS.fields)
        )
    ]
    return table(("code", "attribute", "default", "meaning"), rows)


def write_tables() -> str:
    """What world and state hold, table by table."""
    text = ""
    for part in (*WORLD_TABLES, *STATE_TABLES):
        rows = [[f"`{field.name}`", field.unit, field.meaning] for field in part.fields]
        text += f"**{part.name}**: {part.meaning}\n\n{table(('field', 'unit', 'meaning'), rows)}\n"
    return text


def write_outcomes() -> str:
    """What comes of a replication, as one value each."""
    words = {language: translator(language) for language in LANGUAGES}
    rows = [
        [
            f"`{one.name}`",
            one.unit,
            one.formula,
            one.aggregate,
            one.direction,
            describe_bounds(one),
            f"{one.matters:g} {one.per.replace('_', '-')}".strip() if one.can_be_judged else "",
            one.in_league,
            one.panel,
            *(words[language].outcome(one.name) for language in ("zh", "en", "es")),
        ]
        for one in OUTCOMES.values()
    ]
    head = (
        "outcome",
        "unit",
        "formula",
        "over replications",
        "better",
        "bounds",
        "matters from",
        "in the league",
        "panel",
        "zh",
        "en",
        "es",
    )
    return table(head, rows)


def write_dictionary() -> str:
    """Every column of every table that is written."""
    text = ""
    for one in describe_tables():
        more = " Further columns are named by the keys that were swept." if one.open else ""
        text += f"## {one.name}\n\n{one.found[:1].upper()}{one.found[1:]}. A row: {one.row}.{more}\n\n"
        text += (
            table(("column", "unit", "meaning"), [[f"`{column.name}`", column.unit, column.meaning] for column in one.columns])
            + "\n"
        )
    return text


def write_glossary() -> str:
    """Terms on screen in three languages."""
    words = {language: translator(language) for language in LANGUAGES}
    rows = []
    for term in TERMS:
        names = [words[language](f"term.{term}") for language in ("zh", "en", "es")]
        rows.append([*(f"{name} (sim)" if term in SIM_ONLY else name for name in names), words["en"](f"formula.{term}")])
    text = table(("zh", "en", "es", "formula"), rows)
    for language in ("zh", "es"):
        text += f"\n**{words[language]('language.name')}**\n\n" + table(
            (language, "formula"), [[words[language](f"term.{term}"), words[language](f"formula.{term}")] for term in TERMS]
        )
    return text


def write_words() -> str:
    """States, verdicts and roles in three languages."""
    words = {language: translator(language) for language in LANGUAGES}
    keys = [key for key in words["en"].words if re.fullmatch(r"(state|verdict|role|ended)\.\w+", key)]
    return table(
        ("zh", "en", "es", "key"), [[*(words[language](key) for language in ("zh", "en", "es")), f"`{key}`"] for key in keys]
    )


def write_paths() -> str:
    """Paths of death: what must be seen, the thresholds with their sources, what no log can show."""
    words = {language: translator(language) for language in LANGUAGES}
    text = ""
    for sort in dict.fromkeys(one.sort for one in DEATHS):
        text += f"## {words['en'](f'path.{sort}')}\n\n"
        for one in (path for path in DEATHS if path.sort == sort):
            names = " · ".join(words[language](f"path.{one.row}") for language in ("en", "zh", "es"))
            text += f"**{one.row} {names}.** "
            if one.seen:
                text += words["en"](f"path.{one.row}.must", **word_limits(one, words["en"])) + " "
                sources: dict[str, list[str]] = {}
                for limit in one.limits:
                    sources.setdefault(limit.source, []).append(f"`{limit.name}` {limit.value:g}")
                text += "; ".join(f"{', '.join(limits)}: {source}" for source, limits in sources.items()) + ". "
            if one.part or not one.seen:
                text += ("Seen in part only: " if one.seen else "Not seen: ") + words["en"](f"path.{one.row}.blind")
            text = text.rstrip() + "\n\n"
    return text


def write_coverage() -> str:
    """Every row of the domain with its status, part by part."""
    words, titles = translator("en"), row_titles()
    rows = list(coverage().values())
    counts = [[part, count, *each, words.share(share)] for part, count, each, share in count_rows(rows, STATUSES)]
    text = table(("part", "rows", *(words(f"coverage.{one}") for one in STATUSES), "run"), counts)
    for part in dict.fromkeys(one.row[0] for one in rows):
        shown = [
            [one.row, titles[one.row], words(f"coverage.{one.status}"), word_how(one, words)]
            for one in rows
            if one.row[0] == part
        ]
        text += f"\n## {part}\n\n{table(('row', 'what it is', 'status', 'by what, into what, what is missing or why'), shown)}"
    return text


def write_tree() -> str:
    """Every module with the first line of its docstring."""
    lines = []
    for path in sorted((ROOT / "sim").rglob("*.py"), key=lambda path: (path.parent.relative_to(ROOT).parts, path.name)):
        told = (ast.get_docstring(ast.parse(path.read_text("utf-8"))) or "").partition("\n")[0]
        inside = path.relative_to(ROOT / "sim")
        depth = len(inside.parts) - 1
        if path.name == "__init__.py":
            name = f"{path.parent.name}/"
            depth = max(depth - 1, 0) + (depth > 0)
        else:
            name, depth = path.name, depth + 1
        if told:
            head = f"{'  ' * depth}{name:<{26 - 2 * depth}}"
            lines += textwrap.wrap(told, 128, initial_indent=head, subsequent_indent=" " * len(head))
    return "```text\n" + "\n".join(lines) + "\n```\n"


def write_contracts() -> str:
    """Who may import whom, from the contracts that hold it."""
    rows = []
    for one in tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]["contracts"]:
        names = one.get("layers") or one.get("modules") or one["source_modules"]
        told = [f"({name})" if " : " in name else f"`{name}`" for name in names]
        rule = (" > " if one["type"] == "layers" else ", ").join(told)
        if forbidden := one.get("forbidden_modules"):
            rule += f" never import {', '.join(f'`{name}`' for name in forbidden)}"
        if doors := one.get("ignore_imports"):
            rule += f"; but for {', '.join(f'`{door}`' for door in doors)}"
        rows.append([one["name"], rule])
    return table(("contract", "rule"), rows)


def write_phase() -> str:
    """The phase diagram, once it has been drawn."""
    if (DOCS / "model_phase.png").is_file():
        return "![Share of groups alive after 90 and 365 days](model_phase.png)\n"
    return "The figure `docs/model_phase.png` has not been drawn from these parameters yet.\n"


def _stored(name: str) -> list[dict[str, str]]:
    """The rows of a table that a study has left in this folder."""
    with (DOCS / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def write_ablation() -> str:
    """What switching off each law moved when it was last measured."""
    rows = _stored("ablation.csv")
    count = sum(not row["moves"] for row in rows[1:])
    told = f"{len(rows) - 1} laws; {count} of them move nothing here.\n\n"
    return told + table(tuple(rows[0]), [list(row.values()) for row in rows])


def write_pattern_values() -> str:
    """Where every subject stood when the patterns were last measured."""
    stored, marks = _stored("patterns.csv"), {"in": "●", "near": "○", "out": "×", "": ""}
    subjects = list(dict.fromkeys(row["subject"] for row in stored))
    values = {(row["name"], row["subject"]): row for row in stored}
    rows = []
    for one in MEASURES:
        own = [values[one.name, subject] for subject in subjects]
        told = [f"{float(row['value']):.3g} {marks[row['place']]}" if row["place"] else "" for row in own]
        rows.append(
            [one.key, one.what, f"{one.low:g} to {one.high:g}" if one.high < math.inf else f"{one.low:g} or more", *told]
        )
    return table(("", "measure", "real groups", *subjects), rows)


def study_page(path: Path) -> str:
    """What came of a worked study: answer, figure, a table for each outcome, what it was made of."""
    if not path.is_file():
        return f"Not run from these parameters yet: `python experiments/worked.py {path.stem}`.\n"
    found, t = json.loads(path.read_text("utf-8")), translator("en")
    first, *others = found["said"]
    text = f"**{first}**\n\n" + "".join(f"- {said}\n" for said in (*others, *found["warnings"]))
    text += f"\n![{found['title']}]({path.stem}.svg)\n\n{textwrap.fill(found['caption'], 128)}\n"
    for one in found["outcomes"]:
        outcome, rows = one["outcome"], []
        for row in one["rows"]:
            shown = {
                key: t.amount(row[key], outcome) if row[key] is not None else "" for key in ("mean", "mean_low", "mean_high")
            }
            gap = {
                key: t.difference(row[key], outcome, sign=True) if row[key] is not None else ""
                for key in ("difference", "low", "high")
            }
            base = row["verdict"] in ("baseline", "none")
            seen = "" if base else f"{row['ahead']:.0f}/{row['tied']:.0f}/{row['behind']:.0f}"
            rows.append([
                t.arm(row["label"]), shown["mean"], f"{shown['mean_low']} to {shown['mean_high']}" if shown["mean_low"] else "",
                "" if base else gap["difference"], "" if base else f"{gap['low']} to {gap['high']}", seen, t(f"verdict.{row['verdict']}"),
            ])  # fmt: skip
        head = ("arm", "mean", "95 % interval", "difference", "95 % interval, all arms", "worlds ahead/tied/behind", "verdict")
        text += f"\n**{t.axis(outcome)}**\n\n{table(head, rows)}"
    text += "\n" + "\n\n".join(textwrap.fill(note, 128) for note in found["notes"]) + "\n\n"
    return text + table(("made of", ""), found["origin"])


PARTS: dict[str, Callable[[], str]] = {
    name.removeprefix("write_"): part for name, part in list(globals().items()) if name.startswith("write_")
}
PARTS |= {
    f"mechanism_{kind}_{name}": partial(mechanism_pages.page, kind, name, table) for kind, name in mechanism_pages.mechanisms()
}
PARTS |= {f"playbook_{name}": partial(playbook_pages.page, name, table) for name in playbook_pages.playbooks()}
PARTS |= {"claims": partial(claim_pages.page, table), "claim_inputs": partial(claim_pages.inputs, table)}
PARTS |= {f"finding_{name}": partial(claim_pages.finding, name) for name in claim_pages.findings()}
PARTS |= {f"fit_{name}": partial(part, table) for name, part in fit_pages.PARTS.items()}
PARTS |= {"playbooks_all": partial(playbook_pages.index, table)}
PARTS |= {"mechanisms_all": partial(mechanism_pages.index, table)}
PARTS |= {
    f"study_{path.stem}": partial(study_page, ROOT / "experiments" / "results" / f"{path.stem}.json")
    for path in sorted((ROOT / "experiments").glob("*.yaml"))
}


def generated(text: str, name: str) -> str:
    """A page with its generated parts as they should be. Raises LookupError for a part that does not exist."""
    for found in re.findall(r"<!-- generated: (\w+) -->", text):
        if found not in PARTS:
            raise LookupError(f"{name}: {found}: one of {', '.join(PARTS)}")
    return MARK.sub(lambda mark: f"{mark[1]}\n{PARTS[mark[2]]().strip()}\n\n{mark[3]}", text)


def stale() -> Iterator[tuple[Path, str]]:
    """(page, what it should be) of every page that is not; a mechanism without a page gets one."""
    begun = {DOCS / "mechanisms" / f"{kind}_{name}.md": _begun(kind, name) for kind, name in mechanism_pages.mechanisms()}
    for path in sorted({*DOCS.rglob("*.md"), *begun}):
        text = path.read_text("utf-8") if path.is_file() else begun[path]
        if (fresh := generated(text, path.name)) != text or not path.is_file():
            yield path, fresh


def _begun(kind: str, name: str) -> str:
    """A page of a mechanism before its part is made."""
    part = f"mechanism_{kind}_{name}"
    return f"# {name.replace('_', ' ').capitalize()} ({kind})\n\n<!-- generated: {part} -->\n<!-- end: {part} -->\n"


def main(arguments: list[str]) -> int:
    """Writes the pages that are stale, or with --check names them."""
    check = "--check" in arguments
    found = list(stale())
    for path, fresh in found:
        if not check:
            path.write_text(fresh, encoding="utf-8")
        print(f"{path.relative_to(ROOT)}: {'stale; run python docs/generate.py' if check else 'written'}")
    return 1 if check and found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
