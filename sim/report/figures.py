"""Tables -> figures: every figure of the project under one name."""

from sim.report.comparison_figures import (
    draw_front,
    draw_groups,
    draw_league,
    draw_survival,
)
from sim.report.factor_figures import draw_factors
from sim.report.fit_figures import draw_fit_parameters, draw_fit_ranks, draw_fit_targets
from sim.report.pattern_figures import draw_patterns
from sim.report.run_figures import draw_vitals
from sim.report.side_by_side import draw_side_by_side
from sim.report.style import FORMATS, STYLES, in_style, save_figure
from sim.report.sweep_figures import draw_heat, draw_phase, draw_sweep

__all__ = [
    "FORMATS",
    "STYLES",
    "draw_factors",
    "draw_fit_parameters",
    "draw_fit_ranks",
    "draw_fit_targets",
    "draw_front",
    "draw_groups",
    "draw_heat",
    "draw_league",
    "draw_patterns",
    "draw_phase",
    "draw_side_by_side",
    "draw_survival",
    "draw_sweep",
    "draw_vitals",
    "in_style",
    "save_figure",
]
