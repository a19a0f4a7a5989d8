"""Console pages keep to 100 columns, give denominators, mark money, and stay plain where there is no terminal."""

from __future__ import annotations

import io
import re
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from rich.console import Console
from test_report_tables import LABELS, league_table, outcomes, panel_table, patterns_table

from sim.report.advice import advise
from sim.report.comparison import MOST_ARMS, print_comparison
from sim.report.console import (
    open_console,
    print_list,
    print_patterns,
    print_verification,
    print_vital_signs,
    study_progress,
)
from sim.report.language import LANGUAGES, translator
from sim.report.wrapping import columns
from sim.studies.answer import Answer, Kept
from sim.studies.panel import PANEL
from sim.studies.question import split_words

ARMS = (*LABELS, "strict_rules", "posts_per_day=1, people=1")


def page(console: Console) -> str:
    return console.file.getvalue()


@pytest.fixture
def console() -> Console:
    return Console(file=io.StringIO(), width=100, highlight=False, markup=False)


def test_a_console_without_a_terminal_is_100_wide(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "40")
    assert open_console().width == 100


@pytest.mark.parametrize("language", LANGUAGES)
def test_pages_fit(language: str, console: Console) -> None:
    t = translator(language)
    panel, league = panel_table(ARMS, (*PANEL, "dead")), league_table(ARMS)
    print_vital_signs(outcomes(), ["outputs/run"], t, console=console)
    print_comparison(panel, league, advise(panel, league, t), t, console=console)
    print_list({"scenario": dict.fromkeys(("restaurant", "merged_cohorts", "super_users"), "")}, t, console=console)
    print_patterns(*patterns_table(), t, console=console)
    lines = page(console).splitlines()
    assert len(lines) > 90
    assert max(map(columns, lines)) <= 100
    wordy = [line for line in lines if not any(map(str.isdigit, line))]
    assert not any("…" in line for line in wordy)  # no name is cut; between numbers it marks an interval
    assert page(console).replace("\n", " ").count(t("note.money")) >= 2
    assert "\x1b" not in page(console)


def test_vital_signs_have_denominators(console: Console) -> None:
    print_vital_signs(outcomes(), [], translator("en"), days=90, console=console)
    text = page(console)
    for part in ("183 members at the end", "217 who joined; 34 left", "the first 90 days", "12 % of 183 members",
                 "0.46 a member", "questions asked, answered within 24 h", "buyers; 2 or more orders",
                 "seen only in simulation", "State of life: quiet, but alive", "one possible story"):  # fmt: skip
        assert part in text.replace("\n", " "), part


ONE_GROUP = {"en": "the only group", "zh": "仅此一群", "es": "el único grupo"}
TWO_GROUPS = {"en": "2 groups", "zh": "2 个群", "es": "2 grupos"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_share_of_one_group_reads_as_such(language: str, console: Console) -> None:
    t = translator(language)
    for groups, told in ((1, ONE_GROUP), (2, TWO_GROUPS)):
        print_vital_signs(outcomes() | {"dead": 1.0}, [], t, groups=groups, console=console)
        row = next(line for line in page(console).splitlines()[::-1] if t.outcome("dead") in line)
        assert row.split(t.share(1.0))[1].strip() == told[language]
        assert (t("out.of_first_days", days="90") in page(console)) == (groups == 2)


def test_an_interval_has_no_width_where_there_is_none(console: Console) -> None:
    panel = panel_table()
    panel.loc[2, ["mean", "mean_low", "mean_high"]] = 90.0, 83.6, 90.0
    panel.loc[1, ["mean_low", "mean_high"]] = 51.2, 51.4
    print_comparison(panel, league_table(), [], translator("en"), console=console)
    assert "84…90" in page(console)
    assert "51…51" not in page(console)


@pytest.mark.parametrize("language", LANGUAGES)
def test_ten_arms_are_shown_the_best_and_the_yardstick_and_the_rest_is_in_the_file(language: str, console: Console) -> None:
    t = translator(language)
    labels = ("no_plan", *(f"posts_per_day={posts}, people={people}" for posts in range(1, 10) for people in range(1, 5)))
    panel = panel_table(labels)
    panel.loc[panel.arm == 0, "rank"] = 99  # the yardstick is last and shown all the same
    print_comparison(panel, league_table(labels), [], t, console=console)
    shown = page(console).split(t("out.panel", baseline=t.arm("no_plan")))[0]
    assert sum(bool(re.match(r" ?\d+  \S", line)) for line in shown.splitlines()) == MOST_ARMS
    assert t("verdict.baseline") in shown
    assert t("out.more_arms", count="27", file="panel.csv") in shown
    assert max(map(columns, page(console).splitlines())) <= 100


def test_an_arm_without_a_group_has_no_days(console: Console) -> None:
    panel = panel_table()
    panel.loc[3, ["verdict", "mean", "mean_low", "mean_high"]] = "none", np.nan, np.nan, np.nan
    print_comparison(panel, league_table(), advise(panel, league_table(), translator("en")), translator("en"), console=console)
    row = next(line for line in page(console).splitlines() if "De-operation" in line)
    assert "no group" in row and "nan" not in row
    assert "nan" not in page(console)


@pytest.mark.parametrize("language", LANGUAGES)
def test_dozens_of_arms_are_not_all_named_in_a_sentence(language: str) -> None:
    t = translator(language)
    labels = ("no_plan", *(f"posts_per_day={posts}, people={people}" for posts in range(1, 10) for people in range(1, 5)))
    sentences = advise(panel_table(labels), league_table(labels), t)
    assert max(map(columns, sentences)) < 350
    assert any(t("list.more", names="", count="5") in sentence for sentence in sentences)
    assert t("list.more", names="", count="1") not in "".join(advise(panel_table(labels[:21]), league_table(labels[:21]), t))


def test_vital_signs_of_an_empty_run(console: Console) -> None:
    nothing = {name: (np.nan if isinstance(value, float) else 0) for name, value in outcomes().items()} | {"state": ""}
    print_vital_signs(nothing, [], translator("es"), console=console)
    assert "nan" not in page(console)
    assert "–" in page(console)


def test_a_silent_group_that_buys_is_not_called_worthless(console: Console) -> None:
    print_vital_signs(outcomes() | {"state": "dead"}, [], translator("en"), console=console)
    assert "Says nothing, still buys" in page(console)


def test_paths_are_printed_as_they_are(console: Console) -> None:
    long = Path("outputs") / ("x" * 120) / "[bold]a[red].png"
    print_vital_signs(outcomes(), [long], translator("en"), console=console)
    assert str(long) in page(console)


def test_league_gives_estimate_interval_replications_and_verdict(console: Console) -> None:
    print_comparison(panel_table(), league_table(), ["First.", "Do this."], translator("en"), console=console)
    row = next(line for line in page(console).splitlines() if "KOL care" in line)
    assert " ".join(row.split()) == "1 KOL care 70.7 68…74 100 better +23.4 22…25 99 %"
    assert "(13…33) 46/4/0" in " ".join(page(console).split())
    assert "Answer: First." in page(console)
    assert "  Do this." in page(console)
    assert "too short a look" in page(console)


@pytest.mark.parametrize("language", LANGUAGES)
def test_five_figures_of_money_and_limits_fit(language: str, console: Console) -> None:
    t, panel = translator(language), panel_table(ARMS, ("net_income", "staff_hours", "dead"))
    money = panel.outcome == "net_income"
    panel.loc[money, ["mean", "mean_low", "mean_high"]] = [-12345.0, -13456.0, -11234.0]
    panel.loc[money & (panel.arm > 0), ["difference", "low", "high"]] = [-12345.0, -13456.0, -11234.0]
    panel.loc[money & (panel.arm > 0), ["unknown_low", "unknown_high"]] = [-23456.0, -10234.0]
    limits = split_words(["subject_to=[staff_hours<=60,dead<=5%]"])[0].limits
    kept = tuple(Kept(arm, limit, 0.04, arm > 1, arm > 2, False) for limit in limits for arm in range(len(ARMS)))
    order = tuple(range(len(ARMS)))
    found = Answer(None, (), (), (), (), float("nan"), None, order, kept)
    print_comparison(panel, league_table(ARMS), [], t, answer=found, console=console)
    text = page(console)
    shown = f"{t.number(-13456)}…{t.number(-11234)}"
    assert text.count(shown) >= 2 and f"({t.number(-23456)}…{t.number(-10234)})" in text
    for sign in ("●", "○", "×"):
        assert f"{t.share(0.04)} {sign}" in text
    assert max(map(columns, text.splitlines())) <= 100


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_column_of_a_wide_league_is_cut_off(language: str, console: Console) -> None:
    t, panel = translator(language), panel_table()
    wide = ["difference", "low", "high", "luck_low", "luck_high", "unknown_low", "unknown_high"]
    panel.loc[panel.arm > 0, wide] -= 200.0
    panel.loc[panel.arm > 0, ["ahead", "tied", "behind"]] = 120, 50, 130
    panel["verdict"] = ["baseline", "better_open", "worse_open", "same"] * 2
    print_comparison(panel, league_table(), [], t, days=365, console=console)
    text = page(console)
    assert text.count("120/50/130") == 3
    for row in panel[1:4].itertuples():
        assert t.share(row.ahead_share, 0) in text
    assert max(map(columns, text.splitlines())) <= 100


def test_long_looks_are_not_called_short(console: Console) -> None:
    print_comparison(panel_table(), league_table(), [], translator("en"), days=365, console=console)
    assert "too short a look" not in page(console)


def test_advice_is_worded_in_each_language() -> None:
    english = advise(panel_table(), league_table(), translator("en"))
    assert english[0].startswith('Days alive: "KOL care" is better than "No plan" by 23.4 days (70.7 against 47.3)')
    assert any("ahead in 46, tied in 4, behind in 0" in sentence for sentence in english)
    assert any(sentence.startswith("Net income, against") for sentence in english)
    for language in ("zh", "es"):
        sentences = advise(panel_table(), league_table(), translator(language))
        assert len(sentences) == len(english)
        assert "kol_care" not in " ".join(sentences)


def test_a_plugin_of_ones_own_is_listed_with_its_own_line(console: Console) -> None:
    print_list({"strategy": {"mine": "what mine does", "kol_care": "unused"}}, translator("zh"), console=console)
    assert "what mine does" in page(console)
    assert "unused" not in page(console)
    assert "KOL 维护" in page(console)


def test_patterns_stand_side_by_side_with_where_each_value_is(console: Console) -> None:
    print_patterns(*patterns_table(), translator("en"), console=console)
    lines = page(console).splitlines()

    def row(begins: str) -> list[str]:
        return next(line for line in lines if line.startswith(begins)).split()

    assert row("P4")[-4:] == ["52.0", "●", "39.0", "○"]
    assert row("P9")[-4:] == ["61", "×", "2,964", "×"]
    assert "Posts without a reply *" in page(console)
    assert row("P16")[-2:] == ["0.98", "○"]  # the experiments have a page of their own
    assert row("T4")[-4:] == ["60", "○", "178", "●"]
    assert "A  Restaurant group: 6 of 7 patterns and 0 of 2 figures of texture in range." in page(console)
    assert "B  a_chat_of_long_name: 0 of 3 patterns and 2 of 2 figures of texture in range." in page(console)
    assert "A  Experiments: 0 of 1 patterns and 0 of 0 figures of texture in range." in page(console)


def test_progress_in_a_file_is_plain_and_short(console: Console) -> None:
    with study_progress(translator("en"), console=console) as progress:
        for done in range(401):
            progress(done, 400)
    lines = page(console).splitlines()
    assert 9 <= len(lines) <= 11
    assert lines[0].startswith("40 of 400 done, about 0:00 left")
    assert lines[-1].startswith("400 done in 0:00")


def test_progress_of_a_resumed_study_does_not_count_what_was_done(console: Console, monkeypatch: pytest.MonkeyPatch) -> None:
    clock = iter([0.0, 0.0, 10.0, 20.0])
    monkeypatch.setattr("sim.report.console.time.monotonic", lambda: next(clock))
    with study_progress(translator("en"), console=console) as progress:
        progress(300, 400)
        progress(320, 400)
    assert page(console).splitlines() == ["320 of 400 done, about 0:40 left"]


def test_progress_on_a_terminal_shows_a_bar() -> None:
    terminal = Console(file=io.StringIO(), width=100, force_terminal=True, color_system=None)
    with study_progress(translator("zh"), console=terminal) as progress:
        progress(1, 2)
        progress(2, 2)
    assert "2/2" in terminal.file.getvalue()
    assert "模拟中" in terminal.file.getvalue()


def test_no_color_is_honoured(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    plain = Console(file=io.StringIO(), width=100, force_terminal=True)
    print_comparison(panel_table(), league_table(), [], translator("en"), console=plain)
    assert "\x1b[3" not in plain.file.getvalue()
    monkeypatch.delenv("NO_COLOR")
    bright = Console(file=io.StringIO(), width=100, force_terminal=True, color_system="standard")
    print_comparison(panel_table(), league_table(), [], translator("en"), console=bright)
    assert "\x1b[3" in bright.file.getvalue()


@pytest.mark.parametrize("language", LANGUAGES)
def test_verification_says_what_agrees(language: str, console: Console) -> None:
    t = translator(language)
    told = {"wrong": ("vitals.csv", "status"), "uncovered": ("notes.txt",), "unchecked": ("command",), "elsewhere": ()}
    found = SimpleNamespace(events=12345, replayed=True, simulated=False, sources=False, **told)
    print_verification(found, t, console=console)
    text = page(console)
    for key in ("replayed.yes", "simulated.no", "sources.no"):
        assert t(f"verify.{key}") in text
    assert t("verify.noted.no", names=t.listed(told["wrong"])) in text
    assert t("verify.uncovered", names="notes.txt") in text and t("verify.unchecked", names="command") in text
    assert t("verify.elsewhere", names="") not in text and t("verify.no_key")[:30] in text
    assert t("verify.simulated.yes") not in text
    assert t.number(12345) in text
