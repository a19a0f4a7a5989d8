"""Labels and the room there is -> places where no label covers another."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
from matplotlib.axes import Axes
from matplotlib.text import Annotation
from matplotlib.transforms import Bbox

from sim.report.style import QUIET, Stroke
from sim.report.wrapping import lines_in

#: Where a label may stand around its point: direction, horizontal and vertical alignment; the first are tried first.
_SIDES: Final = (
    (0, 1, "center", "bottom"), (0, -1, "center", "top"), (0.75, 0.75, "left", "bottom"), (-0.75, 0.75, "right", "bottom"),
    (0.75, -0.75, "left", "top"), (-0.75, -0.75, "right", "top"), (1, 0, "left", "center"), (-1, 0, "right", "center"),
)  # fmt: skip
_REACHES: Final = (3, 16, 32, 52)  # points beyond the marker


def spread(places: Sequence[float], heights: Sequence[float], low: float, high: float) -> np.ndarray:
    """Centres of labels of such `heights`, moved as little as their order allows until none overlap, inside low..high.

    Isotonic regression by pooling neighbours (least squares); where the labels need more room than there is, they start
    at `low`.
    """
    order = np.lexsort((-np.arange(len(places)), np.asarray(places)))  # of equal places the first stands highest
    tall = np.asarray(heights, float)[order]
    offsets = np.concatenate([[0.0], np.cumsum((tall[:-1] + tall[1:]) / 2)])
    blocks: list[tuple[float, int]] = []  # sum of wished starts, members
    for wish in np.asarray(places, float)[order] - offsets:
        total, members = float(wish), 1
        while blocks and blocks[-1][0] / blocks[-1][1] >= total / members:
            before = blocks.pop()
            total, members = total + before[0], members + before[1]
        blocks.append((total, members))
    starts = np.concatenate([np.full(members, total / members) for total, members in blocks])
    floor = low + tall[0] / 2
    moved = np.clip(starts, floor, max(floor, high - tall[-1] / 2 - offsets[-1])) + offsets
    result = np.empty(len(order))
    result[order] = moved
    return result


def label_ends(
    axes: Axes, ends: Sequence[tuple[float, float]], texts: Sequence[str], strokes: Sequence[Stroke], size: float = 13
) -> None:
    """Name each line at the right of the axes, as level with its end (data units) as the other names allow.

    A sample of the line stands before its name, so that a name that had to move is still known. Call after the figure is
    settled with `reserve_right`.
    """
    if not texts:
        return
    pixel = axes.figure.dpi / 72
    box = axes.get_window_extent()
    heights = [(size * (1.4 * lines_in(text) + 0.1)) * pixel for text in texts]
    wished = [axes.transData.transform((0, y))[1] for _, y in ends]
    to_axes = axes.transAxes.inverted().transform
    for end, wish, place, text, stroke in zip(
        ends, wished, spread(wished, heights, box.y0, box.y1), texts, strokes, strict=True
    ):
        left, right, start = (to_axes((box.x1 + shift * pixel, place)) for shift in (12, 38, 43))
        look: dict[str, Any] = {"color": stroke.colour, "transform": axes.transAxes, "clip_on": False, "in_layout": False}
        axes.plot([left[0], right[0]], [left[1]] * 2, linestyle=stroke.dash, solid_capstyle="butt", **look)
        axes.plot((left[0] + right[0]) / 2, left[1], stroke.marker, markersize=7, **look)
        axes.text(
            start[0], start[1], text, transform=axes.transAxes, color=stroke.text, fontsize=size, va="center", linespacing=1.25
        )
        if abs(place - wish) < 30 * pixel:
            hair = {"arrowstyle": "-", "color": stroke.colour, "linewidth": 0.8, "shrinkA": 0, "shrinkB": 0}
            axes.annotate(
                "", end, xytext=(left[0], left[1]), textcoords="axes fraction", annotation_clip=False, arrowprops=hair
            )


def label_points(
    axes: Axes, points: np.ndarray, texts: Sequence[str], radii: Sequence[float], taken: Sequence[Bbox], size: float = 13
) -> None:
    """Name each point (n x 2, data units) where the name covers no other name, point or box of `taken` (pixels).

    `radii` are the sizes of the markers in points. Call after the figure is settled.
    """
    pixel = axes.figure.dpi / 72
    centres = axes.transData.transform(points)
    boxes = [*taken, *(Bbox.from_bounds(x - r * pixel, y - r * pixel, 2 * r * pixel, 2 * r * pixel)
                       for (x, y), r in zip(centres, radii, strict=True))]  # fmt: skip
    frame = axes.get_window_extent()
    for index in np.argsort(-centres[:, 1], kind="stable"):
        best: tuple[float, Annotation, Bbox] | None = None
        for reach, (dx, dy, ha, va) in ((reach, side) for reach in _REACHES for side in _SIDES):
            away = radii[index] + reach
            label = axes.annotate(texts[index], points[index], xytext=(dx * away, dy * away), textcoords="offset points",
                                  ha=ha, va=va, fontsize=size, linespacing=1.25)  # fmt: skip
            box = label.get_window_extent().padded(2 * pixel)
            cost = sum(_overlap(box, other) for other in boxes) + 4 * (box.width * box.height - _overlap(box, frame))
            if best is None or cost < best[0] - 1:
                if best is not None:
                    best[1].remove()
                best = (cost, label, box)
            else:
                label.remove()
            if best[0] < 1:
                break
        assert best is not None  # there is a place to try
        boxes.append(best[2])
        offset = best[1].get_position()
        if np.hypot(*offset) > radii[index] + 10:
            axes.annotate("", points[index], xytext=offset, textcoords="offset points",
                          arrowprops={"arrowstyle": "-", "color": QUIET, "linewidth": 0.9, "shrinkA": 0,
                                      "shrinkB": radii[index]})  # fmt: skip


def _overlap(one: Bbox, other: Bbox) -> float:
    both = Bbox.intersection(one, other)
    return both.width * both.height if both else 0.0
