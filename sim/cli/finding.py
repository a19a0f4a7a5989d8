"""What can be chosen, set and asked -> found by name, by path or by ordinary words, and told."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from sim.cli.app import Lang, Language, Overrides, app, translator

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sim.explain.finding import Choice
    from sim.explain.inventory import Setting
    from sim.report.language import Translator

#: Settings and choices that are shown on screen before a line says how many more there are.
MOST_ROWS, MOST_PAGES = 20, 4
#: What is allowed, where it is neither a number nor one of some words, as the catalogue calls it.
WORDS_OF = {"switch": "yes_no", "settings": "names"}
GROUPS = ("scenario", "strategy", "incident", "campaign", "member", "staff", "lesson")

Words = Annotated[
    list[str] | None,
    typer.Argument(metavar="[KEY|WORD]...", help="A setting (staff.wage, wage) or ordinary words (coupon, 毛利, cupón)."),
]
Try = Annotated[bool, typer.Option("--try", help="Live every scenario with the setting moved: in which it changes anything.")]
All = Annotated[bool, typer.Option("--all", help="All that is found, not only the likeliest.")]


@app.command("list", short_help="What can be chosen, or the settings of a choice.")
def list_options(overrides: Overrides = None, lang: Lang = Language.en) -> None:
    """What can be chosen: scenarios, strategies, incidents, campaigns, member types, staff, lessons.

    With settings, such as scenario=restaurant strategy=kol_care: all that they resolve to, each with what it means.
    """
    from sim.config import compose, options, settings_in, summary
    from sim.explain.finding import titles_of_lesson
    from sim.report.console import print_list

    t = translator(lang)
    if overrides:
        composed = compose(overrides)
        asked = {text.partition("=")[0].partition(".")[0] for text in overrides}
        _print_resolved(list(settings_in(composed.plain)), t, with_parameters="parameters" in asked)
        return
    titles = {name: titles_of_lesson(name)[t.language] for name in options("lesson")}
    print_list(
        {group: {name: summary(group, name) for name in options(group)} for group in GROUPS}, t, titles={"lesson": titles}
    )


@app.command(short_help="What a setting means, or which settings there are for a word.")
def explain(words: Words = None, everything: All = False, tried: Try = False, lang: Lang = Language.en) -> None:
    """Every setting with meaning, unit, range, default, source and where it matters: by key, by full path, or by ordinary words."""
    from sim.explain.finding import explain as find

    t = translator(lang)
    if not words:
        _print_overview(t)
        return
    found = find(words)
    if len(found.settings) <= MOST_PAGES and (found.exact or not (found.choices or found.outcomes)):
        for setting in found.settings:
            _print_setting(setting, t)
            if tried:
                _print_tried(setting, t)
    else:
        _print_settings(found.settings, t, everything)
    _print_choices(found.choices, t)
    _print_outcomes(found.outcomes, t)


def _print_overview(t: Translator) -> None:
    from sim.explain.finding import told
    from sim.explain.inventory import inventory
    from sim.report.console import new_table, open_console, say
    from sim.rules.mechanics import MECHANICS

    console = open_console()
    table = new_table(t("explain.overview"))
    for heading in ("explain.path", "explain.meaning", "explain.count"):
        table.add_column(t(heading), justify="right" if heading == "explain.count" else "left", overflow="fold")
    rows: dict[tuple[str, str], int] = {}
    for one in inventory():
        place = f"{one.path.rpartition('.')[0]}." if "." in one.path else ""
        place += f" use={one.owner}" if place.endswith("ENTRY.") and one.owner in MECHANICS else ""
        key = (place, one.about or t(f"explain.owner.{one.owner}"))
        rows[key] = rows.get(key, 0) + 1
    for (path, about), count in rows.items():
        table.add_row(path, told(about, t.language), str(count))
    console.print()
    console.print(table)
    console.print()
    for example in (
        "groupalive explain staff.wage",
        f"groupalive explain {t('explain.example')}",
        "groupalive list scenario=restaurant",
    ):
        say(t("explain.hint", example=example), console)
    say(t("explain.capitals"), console, "dim")


def _print_setting(setting: Setting, t: Translator) -> None:
    """One setting with all that is known of it."""
    from sim.report.console import new_table, open_console

    console = open_console()
    table = new_table(_place(setting))
    table.show_header = False
    table.add_column(style="dim", no_wrap=True)
    table.add_column(overflow="fold")
    for label, text in _about(setting, t):
        if text:
            table.add_row(t(f"explain.{label}"), text)
    console.print()
    console.print(table)


def _print_tried(setting: Setting, t: Translator) -> None:
    """In which scenarios the setting changes what happens, as it was simulated."""
    from sim.cli.compiling import tell_of_compiling
    from sim.explain.trying import DAYS, SEED, try_setting
    from sim.report.console import open_console, say

    tell_of_compiling(t)
    found, console = try_setting(setting), open_console()
    if found is None:
        say(t("explain.tried.nowhere"), console)
        return
    nobody = t("explain.tried.none")
    names = {key: t.listed(t.name("scenario", name) for name in getattr(found, key)) or nobody for key in ("acts", "idle")}
    say(t("explain.tried", moved=t.listed(found.moved), days=t.number(DAYS), seed=SEED, **names), console)


def _place(setting: Setting) -> str:
    """The path, and for an entry of a calendar which mechanic it is of."""
    from sim.rules.mechanics import MECHANICS

    of = f" (use: {setting.owner})" if setting.owner in MECHANICS and "ENTRY" in setting.path else ""
    return setting.path + of


def _about(setting: Setting, t: Translator) -> Iterable[tuple[str, str]]:
    from sim.explain.finding import told
    from sim.explain.inventory import default_text, kinds_of_steps
    from sim.explain.reading import find_readers, switches_of

    said = setting.told
    named = t.setting(setting.name)
    yield "meaning", t.listed([*([named] if named != setting.name else []), told(said.meaning, t.language)])
    yield "unit", told(said.unit, t.language) if said.unit != said.meaning else ""
    yield "allowed", _allowed(setting, t)
    yield "default", default_text(setting)
    yield (
        "plausible",
        "" if said.plausible is None else t("explain.range", low=f"{said.plausible[0]:g}", high=f"{said.plausible[1]:g}"),
    )
    yield "source", t.listed(filter(None, (t(f"explain.tag.{said.tag}") if said.tag else "", said.source)))
    yield "belongs", told(setting.about, t.language)
    yield "also", t.listed(path for path in setting.paths[1:] if setting.owner != "plan")
    yield "follows", t.listed(f"strategy.{path}" for path in setting.follows)
    yield "steps", t.listed(kinds_of_steps(setting.name)) if setting.owner == "step" else ""
    yield "set_in", _uses(setting)
    yield "matters", _where(setting, t)
    if setting.owner == "parameters":
        yield "readers", t.listed(find_readers(setting.name))
        yield "switch", t.listed(f"parameters.without=[{name}]" for name in switches_of(setting.name))


def _allowed(setting: Setting, t: Translator) -> str:
    from math import isfinite

    allowed = setting.told.allowed
    if allowed.kind in ("number", "whole"):
        if not isfinite(allowed.low) or not isfinite(allowed.high):
            return t("explain.any_number")
        text = t("explain.range", low=f"{allowed.low:.12g}", high=f"{allowed.high:.12g}")
        return t("explain.whole", range=text) if allowed.kind == "whole" else text
    return t.listed(allowed.choices) if allowed.kind == "choice" else t(f"explain.{WORDS_OF.get(allowed.kind, allowed.kind)}")


def _uses(setting: Setting) -> str:
    """What is shipped that sets it, with the values: group by group."""
    from sim.allowed import quoted

    lines: dict[str, list[str]] = {}
    for use in setting.uses:
        own = f" ({use.path})" if use.path not in setting.paths and use.group in ("strategy", "campaign") else ""
        lines.setdefault(use.group, []).append(f"{use.option} {quoted(use.value)}{own}")
    return "\n".join(f"{group}: {', '.join(found)}" for group, found in lines.items())


def _where(setting: Setting, t: Translator) -> str:
    """In which of what is shipped it matters."""
    if setting.where:
        groups: dict[str, list[str]] = {}
        for group, option in setting.where:
            groups.setdefault(group, []).append(option)
        return "\n".join(f"{group}={','.join(options)}" for group, options in groups.items())
    head = setting.path.partition(".")[0]
    if setting.owner == "plan":
        return f"strategy={','.join(use.option for use in setting.uses)}"
    return t("explain.everywhere") if head in ("scenario", "staff", "days", "confirm_days", "seed") else ""


def _print_settings(settings: Sequence[Setting], t: Translator, everything: bool) -> None:
    """The settings that are meant, the likeliest first."""
    from sim.explain.finding import told
    from sim.report.console import new_table, open_console, say

    console = open_console()
    shown = settings if everything else settings[:MOST_ROWS]
    if not shown:
        return
    table = new_table(t("explain.settings"))
    for heading in ("path", "meaning", "allowed"):
        table.add_column(t(f"explain.{heading}"), overflow="fold", min_width=30 if heading == "path" else None)
    for one in shown:
        unit = told(one.told.unit, t.language) if one.told.unit != one.told.meaning else ""
        table.add_row(_place(one), told(one.told.meaning, t.language), f"{_allowed(one, t)} {unit}".strip())
    console.print()
    console.print(table)
    if len(settings) > len(shown):
        say(t("explain.more", count=t.number(len(settings) - len(shown))), console, "dim")
    if any("NAME" in one.path or "ENTRY" in one.path for one in shown):
        say(t("explain.capitals"), console, "dim")


def _print_outcomes(outcomes: Sequence[str], t: Translator) -> None:
    from sim.report.console import new_table, open_console

    if not outcomes:
        return
    table = new_table(t("explain.outcomes"))
    table.show_header = False
    table.add_column(style="cyan", no_wrap=True)
    table.add_column(overflow="fold")
    for name in outcomes:
        table.add_row(f"judge={name}", t.outcome(name))
    console = open_console()
    console.print()
    console.print(table)


def _print_choices(choices: Sequence[Choice], t: Translator) -> None:
    from sim.explain.finding import titles_of_lesson
    from sim.report.console import new_table, open_console

    if not choices:
        return
    table = new_table(t("explain.choices"))
    table.show_header = False
    table.add_column(style="cyan", no_wrap=True)
    table.add_column(no_wrap=True)
    table.add_column(style="dim", overflow="fold")
    for one in choices:
        title = titles_of_lesson(one.name)[t.language] if one.group == "lesson" else t.name(one.group, one.name)
        table.add_row(f"{one.group}={one.name}", title, t.line(one.group, one.name, one.line))
    console = open_console()
    console.print()
    console.print(table)


def _print_resolved(settings: list[tuple[str, Any]], t: Translator, *, with_parameters: bool) -> None:
    """Every setting that a choice resolves to; behaviour parameters only where they were asked for."""
    from sim.allowed import quoted
    from sim.explain.finding import meaning_of
    from sim.report.console import new_table, open_console, say

    console = open_console()
    groups: dict[str, list[tuple[str, Any]]] = {}
    for path, value in settings:
        head = path.partition(".")[0]
        groups.setdefault(head if "." in path else "", []).append((path, value))
    for group, rows in groups.items():
        if group == "member" or (group == "parameters" and not with_parameters):
            continue
        known = f"group.{group}"
        table = new_table(t(known) if known in t.words else t("explain.owner.study"))
        for heading, width in (("path", None), ("value", 34), ("meaning", None)):
            table.add_column(t(f"explain.{heading}"), overflow="fold", max_width=width)
        for path, value in rows:
            table.add_row(path, quoted(value, 60), meaning_of(path, t.language))
        console.print()
        console.print(table)
    console.print()
    say(t("explain.hint", example="groupalive explain staff.wage"), console, "dim")
