"""Every figure draws in three languages: no boxes for letters, no text over text or off the page, and money is marked."""

from __future__ import annotations

import itertools
import subprocess
import sys
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path

import matplotlib
import numpy as np
import pandas as pd
import pytest
from matplotlib import font_manager
from matplotlib.figure import Figure
from matplotlib.text import Text
from PIL import Image
from test_report_tables import (
    LABELS,
    league_table,
    panel_table,
    patterns_table,
    phase_table,
    survival_table,
    sweep_table,
    vitals_table,
)

from sim.report import figures, style
from sim.report.language import LANGUAGES, Translator, translator
from sim.report.pattern_figures import relative_place
from sim.report.placement import spread
from sim.report.style import BUNDLED_FONT, font_families, save_figure
from sim.report.sweep_figures import estimate_mean

pytestmark = pytest.mark.filterwarnings("error")

MANY = (*LABELS, "strict_rules", *(f"posts_per_day={posts}, people={people}" for people in (1, 2) for posts in (1, 2, 4)))


def side_by_side(t: Translator, count: int) -> Figure:
    """Arms that differ by their number only, five replications each, with an incident and a campaign."""
    vitals, marks = vitals_table(60)
    vitals = vitals.assign(complaints=vitals["organic"] // 20, staff_hours=1.0)
    own = [
        vitals.assign(
            arm=arm, label=MANY[arm], replication=number, median=number == 3, organic=vitals["organic"] + 9 * arm + number
        )
        for arm in range(count)
        for number in range(5)
    ]
    marked = pd.concat([marks.assign(arm=arm) for arm in range(count)])
    return figures.draw_side_by_side(pd.concat(own), marked, t, takeaway=t("fig.groups.title", days="60"), days=60)


def test_side_by_side_draws_the_median_replication_and_the_first_arm_behind_the_others() -> None:
    figure = side_by_side(translator("en"), 2)
    panels = figure.axes[1:]
    talk = {tuple(line.get_ydata()) for line in panels[1].lines if len(line.get_ydata()) == 60}
    (first,) = [tuple(line.get_ydata()) for line in panels[0].lines if len(line.get_ydata()) == 60]
    assert first in talk and len(talk) == 2
    organic = vitals_table(60)[0]["organic"]
    assert first[6] == pytest.approx(organic[:7].mean() + 3)  # replication 3, mean of seven days
    legend = {text.get_text() for text in figure.axes[0].get_legend().get_texts()}
    assert any("incident: " in text for text in legend) and not any("Weekly" in text for text in legend)  # a habit is no event


def asked(labels: tuple[str, ...] = LABELS, outcome: str = "alive_days") -> pd.DataFrame:
    """The rows of a panel that one figure shows."""
    return panel_table(labels, (outcome,))


FIGURES: dict[str, Callable[[Translator], Figure]] = {
    "vitals": lambda t: figures.draw_vitals(*vitals_table(), t),
    "survival": lambda t: figures.draw_survival(survival_table(), t),
    "survival of many": lambda t: figures.draw_survival(survival_table(MANY, 365), t),
    "league": lambda t: figures.draw_league(asked(), t),
    "league of many": lambda t: figures.draw_league(asked(MANY), t),
    "groups": lambda t: figures.draw_groups(league_table(MANY), t),
    "front": lambda t: figures.draw_front(league_table(), t),
    "side by side": lambda t: side_by_side(t, 2),
    "six side by side": lambda t: side_by_side(t, 6),
    "sweep": lambda t: figures.draw_sweep(sweep_table(), "strategy.posts_per_day", "alive_days", "staff.people", t),
    "sweep of money": lambda t: figures.draw_sweep(sweep_table(), "staff.people", "net_income", None, t),
    "heat": lambda t: figures.draw_heat(sweep_table(), "strategy.posts_per_day", "staff.people", "net_income", t),
    "heat of shares": lambda t: figures.draw_heat(sweep_table(), "strategy.posts_per_day", "staff.people", "muted_share", t),
    "phase": lambda t: figures.draw_phase(phase_table(), t, subject=t.name("scenario", "restaurant")),
    "patterns": lambda t: figures.draw_patterns(patterns_table(), t),
}
WITH_MONEY = {"vitals", "front", "sweep of money", "heat"}


def drawn_texts(figure: Figure) -> list[tuple[str, matplotlib.transforms.Bbox]]:
    """Every text that is really drawn (not the spare tick labels), with its box in pixels."""
    texts = []
    original = Text.draw

    def record(self: Text, renderer: object, *args: object, **kwargs: object) -> None:
        if self.get_visible() and self.get_text().strip():
            texts.append((self.get_text(), Text.get_window_extent(self, renderer)))
        original(self, renderer, *args, **kwargs)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Text, "draw", record)
        figure.canvas.draw()
    return texts


def collisions(texts: list[tuple[str, matplotlib.transforms.Bbox]]) -> Iterator[tuple[str, str]]:
    for index, (one, box) in enumerate(texts):
        for other, another in texts[index + 1 :]:
            across = min(box.x1, another.x1) - max(box.x0, another.x0)
            along = min(box.y1, another.y1) - max(box.y0, another.y0)
            if across > 2 and along > 3:
                yield one, other


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", FIGURES)
def test_text_is_readable(name: str, language: str, caplog: pytest.LogCaptureFixture) -> None:
    figure = FIGURES[name](translator(language))
    texts = drawn_texts(figure)
    assert len(texts) > 8
    assert list(collisions(texts)) == []
    width, height = figure.canvas.get_width_height()
    outside = [text for text, box in texts if box.x0 < 0 or box.y0 < 0 or box.x1 > width or box.y1 > height]
    assert outside == []
    assert min(artist.get_fontsize() for artist in figure.findobj(Text) if artist.get_text()) >= 11
    assert [record.message for record in caplog.records if "font" in record.name] == []
    if name in WITH_MONEY:
        said = " ".join(text for text, _ in texts).replace("\n", " ")
        assert translator(language)("note.money") in said or translator(language)("note.money") in said.replace(" ", "")


@pytest.mark.parametrize("name", FIGURES)
def test_every_axis_has_its_unit(name: str) -> None:
    figure = FIGURES[name](translator("en"))
    axes = [own for own in figure.axes if own.get_xlabel() and name != "groups"]
    for own in axes:
        assert any(mark in own.get_xlabel() for mark in ("(", "a day")), own.get_xlabel()
    assert axes or name == "groups"


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_phase_diagram_names_its_scenario(language: str) -> None:
    t = translator(language)
    assert FIGURES["phase"](t).get_suptitle().startswith(t.name("scenario", "restaurant"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_sweep_says_where_everything_lives_to_the_end(language: str) -> None:
    t, table = translator(language), sweep_table()
    told = t("fig.sweep.ceiling", days="90")
    for alive, there in ((89.0, False), (90.0, True)):
        table.loc[table["staff.people"] == 4, "alive_days"] = alive
        drawn = figures.draw_sweep(table, "strategy.posts_per_day", "alive_days", "staff.people", t, days=90)
        assert ("".join(told.split()) in "".join(drawn.get_supxlabel().split())) == there


def test_texts_that_collide_are_found() -> None:
    figure = style.new_figure("title", "note")
    axes = figure.subplots()
    axes.text(0.5, 0.5, "over")
    axes.text(0.5, 0.5, "each other")
    assert ("over", "each other") in list(collisions(drawn_texts(figure)))


def test_chinese_has_letters_where_no_font_is_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    own = [entry for entry in font_manager.fontManager.ttflist if "mpl-data" in entry.fname]
    monkeypatch.setattr(font_manager.fontManager, "ttflist", own)
    font_manager.fontManager._findfont_cached.cache_clear()
    assert font_families() == [BUNDLED_FONT, "DejaVu Sans"]
    drawn_texts(FIGURES["league"](translator("zh")))  # a missing letter warns, and a warning is an error here


def test_a_letter_that_is_missing_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(style, "font_families", lambda: ["DejaVu Sans"])
    with pytest.raises(UserWarning, match="Glyph"):
        FIGURES["league"](translator("zh"))


def test_an_installed_font_serves_where_the_package_is_not(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(style, "_bundled_font", lambda: None)
    entry = font_manager.FontEntry(fname="x.ttc", name="WenQuanYi Micro Hei")
    monkeypatch.setattr(font_manager.fontManager, "ttflist", [entry])
    assert font_families() == ["WenQuanYi Micro Hei", "DejaVu Sans"]
    monkeypatch.setattr(font_manager.fontManager, "ttflist", [])
    assert font_families() == ["DejaVu Sans"]


def test_fonts_are_registered_once() -> None:
    font_families()
    before = len(font_manager.fontManager.ttflist)
    font_families()
    assert len(font_manager.fontManager.ttflist) == before


def test_files_are_the_same_bytes_each_time(tmp_path: Path) -> None:
    for suffix in ("svg", "png"):
        one, two = (
            save_figure(FIGURES["front"](translator("zh")), tmp_path / f"{turn}.{suffix}").read_bytes() for turn in (1, 2)
        )
        assert one == two
    assert b"<text" not in (tmp_path / "1.svg").read_bytes()  # letters are paths: no font needed to read it
    with Image.open(tmp_path / "1.png") as image:
        assert image.info["dpi"] == pytest.approx((150, 150), abs=0.1)
        assert image.width == 1800


def test_other_formats_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"figure\.jpg: one of png, svg, pdf"):
        save_figure(FIGURES["front"](translator("en")), tmp_path / "figure.jpg")


def test_the_users_own_settings_do_not_matter_and_are_left_alone() -> None:
    before = dict(matplotlib.rcParams)
    with matplotlib.rc_context({"font.size": 30, "axes.facecolor": "black"}):
        figure = FIGURES["front"](translator("en"))
        assert figure.axes[0].get_facecolor() == (1, 1, 1, 1)
    assert dict(matplotlib.rcParams) == before


def test_pyplot_is_never_imported() -> None:
    code = (
        "import sys, sim.report.figures, sim.report.console; print(*{'matplotlib.pyplot', 'scipy'} & set(sys.modules), 'end')"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["end"]


def test_colours_differ_to_the_colour_blind() -> None:
    """Machado et al. 2009, full deuteranopia: neighbours in the palette stay apart, or their dashes and markers do."""
    matrix = np.array([[0.367, 0.861, -0.228], [0.280, 0.673, 0.047], [-0.012, 0.043, 0.969]])
    seen = [matrix @ np.array(matplotlib.colors.to_rgb(stroke.colour)) for stroke in style.STROKES]
    apart = [np.linalg.norm(one - other) for one, other in itertools.pairwise(seen)]
    assert min(apart) > 0.15
    assert len({stroke.marker for stroke in style.STROKES}) == len(style.STROKES)


def test_words_in_colour_have_contrast() -> None:
    def luminance(colour: str) -> float:
        linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in matplotlib.colors.to_rgb(colour)]
        return float(np.dot(linear, (0.2126, 0.7152, 0.0722)))

    colours = [*(stroke.text for stroke in style.STROKES), style.GOOD, style.BAD, style.QUIET, style.INK]
    assert min(1.05 / (luminance(colour) + 0.05) for colour in colours) >= 4.5


def test_vitals_without_marks_answers_or_several_days() -> None:
    vitals, marks = vitals_table(1)
    vitals["first_response_minutes"] = np.nan
    t = translator("en")
    texts = [text for text, _ in drawn_texts(figures.draw_vitals(vitals, marks.iloc[:0], t))]
    assert t("fig.vitals.no_question") in texts


def test_marks_without_a_name_are_called_by_their_kind() -> None:
    vitals, marks = vitals_table(60)
    texts = {
        text
        for text, _ in drawn_texts(figures.draw_vitals(vitals, marks.assign(name=marks["kind"]).iloc[:1], translator("zh")))
    }
    assert "事件" in texts


def test_vitals_add_up_the_groups() -> None:
    vitals, marks = vitals_table(30)
    both = pd.concat([vitals, vitals.assign(group=1)])
    figure = figures.draw_vitals(both, marks.iloc[:0], translator("en"))
    assert figure.axes[0].lines[0].get_ydata()[-1] == 2 * vitals["members"].iloc[-1]
    assert figure.axes[3].lines[1].get_ydata()[-1] == pytest.approx(2 * vitals["revenue"].sum())


def test_league_shows_the_words_of_each_row() -> None:
    t = translator("en")
    said = " ".join(text for text, _ in drawn_texts(figures.draw_league(asked(), t))).replace("\n", " ")
    assert "ahead in an estimated 99 % of worlds (seen: 46/4/0)" in said
    assert "mean: 70.7" in said
    for verdict in ("better", "worse", "open", "baseline"):
        assert t(f"verdict.{verdict}") in said


def test_league_with_fixed_parameters_says_luck_only() -> None:
    t = translator("en")
    league = asked().assign(worlds=1, unknown_low=np.nan, unknown_high=np.nan)
    said = " ".join(text for text, _ in drawn_texts(figures.draw_league(league, t))).replace("\n", " ")
    assert t("fig.league.one_world") in said
    assert "plausible worlds" not in said


def test_league_and_front_of_one_replication() -> None:
    unknown = ["low", "high", "luck_low", "luck_high", "unknown_low", "unknown_high", "alive_days_low", "alive_days_high"]
    held = dict.fromkeys(unknown, np.nan) | {"worlds": 1}
    for draw, table in ((figures.draw_league, asked()), (figures.draw_front, league_table())):
        assert list(collisions(drawn_texts(draw(table.assign(**held), translator("en"))))) == []


def test_where_less_is_better_better_is_to_the_right() -> None:
    hours = asked(outcome="staff_hours")
    figure = figures.draw_league(hours, translator("en"))
    left, right = figure.axes[0].get_xlim()
    assert left > right
    assert not figures.draw_league(asked(), translator("en")).axes[0].xaxis_inverted()
    share = figures.draw_league(asked(outcome="dead"), translator("en"))
    assert "percentage points" in share.axes[0].get_xlabel()


def test_closed_groups_are_told_apart_from_dead_ones() -> None:
    t = translator("en")
    closed = [text for text, _ in drawn_texts(figures.draw_survival(survival_table().assign(closed=0.1), t))]
    assert any(t("fig.survival.closed") in text.replace("\n", " ") for text in closed)


def test_sweep_over_names_and_gaps() -> None:
    table = sweep_table().assign(strategy=lambda own: np.where(own["staff.people"] > 1, "kol_care", "no_plan"))
    table.loc[table["strategy.posts_per_day"] == 8, "strategy.posts_per_day"] = np.nan
    texts = [text for text, _ in drawn_texts(figures.draw_sweep(table, "strategy", "muted_share", "strategy.posts_per_day",
                                                                translator("es")))]  # fmt: skip
    assert {"Cuidar a los KOL", "Sin plan"} <= set(texts)
    assert not any(": 8" in text for text in texts)


def test_sweep_refuses_what_it_cannot_draw() -> None:
    with pytest.raises(ValueError, match="nothing: not a column"):
        figures.draw_sweep(sweep_table(), "nothing", "alive_days", None, translator("en"))
    with pytest.raises(ValueError, match="state: not an outcome that is a number"):
        figures.draw_sweep(sweep_table().assign(state="dead"), "staff.people", "state", None, translator("en"))


def test_an_interval_counts_worlds_not_replications() -> None:
    values = pd.DataFrame({"world": [0, 0, 1, 1], "alive_days": [1.0, 3.0, 5.0, 7.0]})
    mean, low, high = estimate_mean(values, "alive_days")
    assert mean == 4
    assert high - mean == pytest.approx(12.706 * 2, rel=1e-3)  # t(1) times the standard error of the means 2 and 6
    assert mean - low == pytest.approx(high - mean)
    assert np.isnan(estimate_mean(values.assign(alive_days=np.nan), "alive_days")).all()


def test_labels_are_spread_as_little_as_needed() -> None:
    assert spread([10, 50], [10, 10], 0, 100) == pytest.approx([10, 50])
    assert spread([50, 50, 50], [10, 20, 10], 0, 100) == pytest.approx([65, 50, 35])
    assert spread([99, 1], [10, 10], 0, 100) == pytest.approx([95, 5])
    assert spread([50, 50], [10, 10], 0, 100) == pytest.approx([55, 45])  # of equals the first stands highest
    moved = spread([3, 2, 1, 0], [30] * 4, 0, 100)
    assert (np.diff(moved[::-1]) >= 30 - 1e-9).all()


def test_place_of_a_value_in_its_target() -> None:
    inf = float("inf")
    assert relative_place(0.5, 0, 1) == 0.5
    assert relative_place(3, 2, inf) == 0.5
    assert relative_place(1, -inf, 2) == 0.5
    assert np.isnan(relative_place(1, -inf, inf))


def test_warnings_are_errors_here() -> None:
    with pytest.raises(UserWarning, match="as expected"):
        warnings.warn("as expected", UserWarning, stacklevel=1)
