"""Fonts, colours and sizes -> a drawing context, and a figure -> a PNG, SVG or PDF file, for a screen or for a page of print."""

from __future__ import annotations

import contextlib
import functools
import io
import os
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace
from importlib.resources import as_file, files
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final, ParamSpec

import matplotlib
from matplotlib import font_manager
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.backends import backend_mixed, backend_pdf
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator

from sim.report.language import Translator
from sim.report.wrapping import columns, room, wrap

P = ParamSpec("P")


@dataclass(frozen=True)
class Style:
    """What figures are for. scale: of the printed size to the size they are drawn in (12 inches wide, type of 14 points).

    dots: an inch of a PNG. captions_apart: whether title and note are left to the text around the figure.
    """

    scale: float
    dots: float
    captions_apart: bool


#: slides: a sentence above each figure, legible from the last row. paper: 7.2 inches wide, type of 8 points, captions in a file.
STYLES: Final = {"slides": Style(1.0, 150, False), "paper": Style(0.6, 300, True)}
FORMATS: Final = ("png", "svg", "pdf")
#: Points of an inch, and dots of an inch of what a PDF cannot draw as lines.
POINTS: Final = 72
PRINTED: Final = 300
_STYLE: ContextVar[Style] = ContextVar("style", default=STYLES["slides"])

INK: Final = "#222222"
QUIET: Final = "#5F5F5F"
FAINT: Final = "#C9C9C9"
SHADE: Final = "#ECECEC"
LUCK: Final = "#0B3C5D"
UNKNOWN: Final = "#9CC3DF"
GOOD: Final = "#00664B"
BAD: Final = "#A63E00"

#: Installed fonts that know Chinese, best first; the name is what matplotlib finds them by.
CHINESE_FONTS: Final = (
    "Noto Sans CJK SC", "Noto Sans SC", "Source Han Sans SC", "WenQuanYi Micro Hei", "PingFang SC", "SimHei",
)  # fmt: skip
#: The Noto Sans SC (SIL Open Font License 1.1) inside the package zhplot (MIT), under a name of its own: a variable Noto
#: Sans SC that is installed too would be drawn in its thinnest weight.
BUNDLED_FONT: Final = "Noto Sans SC of zhplot"


@dataclass(frozen=True)
class Stroke:
    """How one series looks; colour is never the only difference (palette: Okabe and Ito 2008, without yellow)."""

    colour: str
    dash: str | tuple[int, tuple[float, ...]]
    marker: str
    text: str  # the colour darkened to a contrast of 4.5 or more on white


STROKES: Final = (
    Stroke("#0072B2", "-", "o", "#005A8D"),
    Stroke("#D55E00", "--", "s", "#A84A00"),
    Stroke("#009E73", "-.", "^", "#006B4E"),
    Stroke("#CC79A7", (0, (1.2, 1.4)), "D", "#94386B"),
    Stroke("#E69F00", (0, (6, 1.5, 1.2, 1.5, 1.2, 1.5)), "v", "#8A5F00"),
    Stroke("#56B4E9", (0, (9, 3)), "P", "#1F6F9E"),
    Stroke("#000000", (0, (3, 1.2)), "X", "#000000"),
    Stroke("#7A5195", "-", "<", "#5E3A78"),
)


def _bundled_font() -> Path | None:
    spec = find_spec("zhplot")  # finding it does not run it
    for folder in (spec.submodule_search_locations or []) if spec else []:
        path = Path(folder, "fonts", "NotoSansSC-Regular.ttf")
        if path.is_file():
            return path
    return None


def font_families() -> list[str]:
    """The `font.family` list: a font with Chinese first, then matplotlib's own for what it lacks.

    Only fonts that exist are named. The list has to be `font.family`: matplotlib falls back from font to font, glyph by
    glyph, for that setting alone.
    """
    known = {entry.name for entry in font_manager.fontManager.ttflist}
    path = _bundled_font()
    if path and BUNDLED_FONT not in known:
        font_manager.fontManager.addfont(path)
        entries = font_manager.fontManager.ttflist
        entries[-1] = replace(entries[-1], name=BUNDLED_FONT)
    chinese = [BUNDLED_FONT] if path else [name for name in CHINESE_FONTS if name in known][:1]
    return [*chinese, "DejaVu Sans"]


@functools.cache
def _settings() -> dict[str, Any]:
    with as_file(files(__package__) / "groupalive.mplstyle") as path:
        settings = matplotlib.rc_params_from_file(path, use_default_template=True)
    return {key: value for key, value in settings.items() if not key.startswith(("backend", "interactive", "toolbar"))}


@contextmanager
def in_style(name: str) -> Iterator[None]:
    """Figures drawn and saved inside are in this style, one of STYLES."""
    token = _STYLE.set(STYLES[name])
    try:
        yield
    finally:
        _STYLE.reset(token)


def look() -> AbstractContextManager[None]:
    """The drawing context of the project, whatever the user's own matplotlib settings are."""
    settings: Any = {**_settings(), "font.family": font_families()}
    return matplotlib.rc_context(settings)


def styled(draw: Callable[P, Figure]) -> Callable[P, Figure]:
    """Draw inside the look of the project and lay the figure out, so that it looks the same wherever it is shown."""

    @functools.wraps(draw)
    def drawn(*args: P.args, **kwargs: P.kwargs) -> Figure:
        with look():
            figure = draw(*args, **kwargs)
            settle(figure)
            return figure

    return drawn


def new_figure(title: str, note: str, width: float = 12.0, height: float = 6.75) -> Figure:
    """An empty figure, size in inches, with its title above and the note on how to read it below, both wrapped to fit.

    In a style that keeps captions apart they are the label of the figure instead, for the text around it.
    """
    figure = Figure(figsize=(width, height), layout="constrained")
    FigureCanvasAgg(figure)
    figure.set_label("\n".join(filter(None, (title, note))))
    if _STYLE.get().captions_apart:
        return figure
    figure.suptitle(wrap(title, room(width, 19)), x=0.012, ha="left", fontsize=19, color=INK, linespacing=1.3)
    if note:
        figure.supxlabel(wrap(note, room(width, 12.5)), x=0.012, ha="left", fontsize=12.5, color=QUIET, linespacing=1.35)
    return figure


def headed(title: str, subject: str, t: Translator) -> str:
    """A title with what it is about, such as the scenario, before it."""
    return t("pair", label=subject, value=title) if subject else title


def settle(figure: Figure) -> None:
    """Lay the figure out once and keep it so; from here on places may be measured in pixels."""
    if figure.get_layout_engine() is not None:
        figure.draw_without_rendering()
        figure.set_layout_engine("none")


def save_figure(figure: Figure, path: Path | str) -> Path:
    """Write the figure as PNG, SVG or PDF (the same bytes each time), by the suffix of `path`, in the size of the style.

    The picture is there whole or not at all. Raises OSError, which names the file, where it cannot be written.
    """
    path = Path(path)
    if path.suffix[1:] not in FORMATS:
        raise ValueError(f"{path.name}: one of {', '.join(FORMATS)}")
    draft = path.with_name(f"{path.name}.tmp")
    try:
        draft.write_bytes(render(figure, path.suffix[1:]))
        os.replace(draft, path)
    except OSError as error:
        with contextlib.suppress(OSError):
            draft.unlink(missing_ok=True)
        raise OSError(error.errno, error.strerror, str(path)) from error
    return path


def render(figure: Figure, kind: str) -> bytes:
    """The figure as a file of one of FORMATS, in the size of the style; nothing in it tells when it was made."""
    style, drawn = _STYLE.get(), io.BytesIO()
    with look():
        if kind == "pdf":
            _write_pdf(figure, drawn, style.scale)
        elif kind == "svg":
            figure.savefig(drawn, format="svg", metadata={"Date": None})
            return _sized(drawn.getvalue(), style.scale)
        else:
            dots = style.dots * style.scale
            figure.savefig(drawn, format="png", dpi=dots, pil_kwargs={"dpi": (style.dots, style.dots)})
    return drawn.getvalue()


def _sized(svg: bytes, scale: float) -> bytes:
    """The drawing with its printed size scaled; what is in it keeps its own measures (viewBox)."""

    def scaled(found: re.Match[bytes]) -> bytes:
        return b'%s="%.6gpt"' % (found[1], float(found[2]) * scale)

    return re.sub(rb'(width|height)="([\d.]+)pt"', scaled, svg, count=2)  # the first two are those of the drawing itself


def _write_pdf(figure: Figure, file: io.BytesIO, scale: float) -> None:
    """A page of the scaled size; matplotlib knows one size only, so the drawing is scaled as it is put on the page."""
    width, height = figure.get_size_inches()
    before = figure.dpi
    figure.dpi = POINTS
    known: Any = backend_pdf  # it ships no types
    mixed: Any = backend_mixed
    pdf = known.PdfFile(file, metadata={"CreationDate": None, "Creator": "groupalive"})
    try:
        pdf.newPage(width * scale, height * scale)
        pdf.width, pdf.height = width, height  # by which lines are cut off: in the measures of the drawing
        pdf.output(scale, 0, 0, scale, 0, 0, known.Op.concat_matrix)
        renderer = mixed.MixedModeRenderer(figure, width, height, PRINTED, known.RendererPdf(pdf, PRINTED, height, width))
        figure.draw(renderer)
        renderer.finalize()
        pdf.finalize()
    finally:
        pdf.close()
        figure.dpi = before


def label_width(texts: Sequence[str], points: float = 13, before: float = 0.85) -> float:
    """Inches that labels of this size take at the right of the axes, with what stands `before` them."""
    return max(columns(line) for text in texts for line in text.split("\n")) * 0.5 * points / 72 + before


def reserve_right(figure: Figure, inches: float) -> None:
    """Keep room at the right of all axes for labels."""
    engine: Any = figure.get_layout_engine()
    engine.set(rect=(0, 0, 1 - inches / figure.get_figwidth(), 1))


def number_axis(axis: Axis, t: Translator, *, share: bool = False, locate: bool = True) -> None:
    """Numbers as the language writes them (`share`: 0..1 in per cent), on few and round ticks if `locate`."""
    if locate:
        axis.set_major_locator(MaxNLocator(nbins=6, steps=[1, 2, 5, 10]))

    def written(value: float, _: int | None = None) -> str:
        return t.plain(100 * value if share else value)

    axis.set_major_formatter(FuncFormatter(written))


def days_axis(axes: Axes, end: float, t: Translator) -> None:
    """Ticks at the days people speak of: 30, 90, 365 ..., as far as `end`."""
    if end <= 45:
        ticks = list(range(0, int(end) + 1, 7))
    else:
        known = {130: (0, 30, 60, 90, 120), 400: (0, 30, 90, 180, 270, 365), 800: (0, 90, 180, 365, 540, 730)}
        steps = next((days for most, days in known.items() if end <= most), range(0, int(end) + 1, 365))
        ticks = [day for day in steps if day <= end]
    axes.set_xticks(ticks)
    axes.set_xlim(0, end)
    number_axis(axes.xaxis, t, locate=False)
