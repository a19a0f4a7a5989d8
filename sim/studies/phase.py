"""Starting activity and share of KOLs x operator effort -> share of groups alive after 90 and 365 days."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from sim.studies.runner import run_study

EFFORTS = (0.0, 0.25, 0.5, 0.75, 1.0)
KOL_SHARES = (0.0, 0.02, 0.05, 0.08, 0.12)
#: Shares of regulars that set how much is said at the start.
REGULAR_SHARES = (0.11, 0.22, 0.44)
DAYS = (90, 365)
KOLS, REGULARS, HUNTERS = 0.05, 0.22, 0.15


def effort_overrides(effort: float) -> list[str]:
    """What an operator who spends this much of a full effort (0..1) does, as settings of the strategy kol_care."""
    duties = {
        "answer": effort,
        "reply": 0.05 * effort,
        "reply_top": 0.3 * effort,
        "soothe": effort,
        "moderate": effort,
        "welcome": effort,
        "rules": "true" if effort else "false",
    }
    told = ",".join(f"{name}:{value}" for name, value in duties.items())
    return [
        "strategy=kol_care",
        f"strategy.posts_per_day={3 * effort}",
        f"strategy.quality={0.4 + 0.3 * effort}",
        "strategy.promotions_per_day=0.3",
        f"strategy.care_members={round(8 * effort)}",
        f"strategy.duties={{{told}}}",
    ]


def mix_override(kols: float, regulars: float) -> str:
    """A mix of members with these shares; lurkers are the rest."""
    rest = round(1 - kols - regulars - HUNTERS, 6)
    return f"scenario.population.mix={{kol:{kols},regular:{regulars},lurker:{rest},freebie_hunter:{HUNTERS}}}"


def measure_phase(
    overrides: list[str],
    *,
    folder: Path,
    workers: int | None = None,
    resume: bool = False,
    progress: Callable[[int, int], None] | None = None,
    request: Mapping[str, Any] | None = None,
) -> pd.DataFrame:
    """One row a cell: axis (kol_share | starting_activity), level, effort, day, alive (share), groups.

    The level of starting activity is measured: messages a day in the first week at half effort. `replications=N` among the
    overrides sets how many groups a cell has.
    """
    from sim.config import Arm, compose, replaced
    from sim.run import phase_point

    cells = [("kol_share", share, (share, REGULARS)) for share in KOL_SHARES]
    cells += [("starting_activity", share, (KOLS, share)) for share in REGULAR_SHARES]
    arms = []
    for axis, level, mix in cells:
        for effort in EFFORTS:
            told = replaced([f"days={DAYS[-1]}"], overrides)
            told = replaced(told, [*effort_overrides(effort), mix_override(*mix)])
            settings = {"axis": axis, "level": str(level), "effort": str(effort)}
            arms.append(Arm(f"{axis} {level} effort {effort}", settings, compose(told)))
    first = arms[0].composed
    study = run_study(
        arms,
        replications=first.replications,
        seed=first.seed,
        folder=folder,
        workers=workers,
        resume=resume,
        parameter_mode="fixed",
        task=phase_point,
        progress=progress,
        request=request,
    )
    frame = tabulate_phase(study.replications)
    study.save_tables(phase=frame)
    return frame


def tabulate_phase(rows: pd.DataFrame) -> pd.DataFrame:
    """The cells of `measure_phase` from its replications: axis, level, effort, first_week (messages a day), death (day)."""
    half = rows[(rows["axis"] == "starting_activity") & (rows["effort"].astype(float) == 0.5)]
    activity = half.groupby(half["level"].astype(float))["first_week"].mean().round(0).to_dict()
    table = []
    for (axis, level, effort), cell in rows.groupby(["axis", "level", "effort"], sort=False):
        for day in DAYS:
            shown = activity[float(level)] if axis == "starting_activity" else float(level)
            alive = float((cell["death"] > day).mean())
            table.append(
                {"axis": axis, "level": shown, "effort": float(effort), "day": day, "alive": alive, "groups": len(cell)}
            )
    return pd.DataFrame(table)
