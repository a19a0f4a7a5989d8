"""A study of claims -> for each claim what its checks gave in each setting, and a verdict that holds for all of them at once."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal

import numpy as np
from scipy import stats

from sim.claims.claim import Check, Claim, arms_of, column_of, families, settings_of
from sim.claims.running import Bench
from sim.projections.outcomes import OUTCOMES
from sim.studies.intervals import estimate_bars, estimate_mean_interval, world_means
from sim.studies.ledger import write_whole

if TYPE_CHECKING:
    import pandas as pd

Verdict = Literal["supported", "contradicted", "conditional", "undecided", "not_yet"]
VERDICTS: Final[tuple[Verdict, ...]] = ("supported", "contradicted", "conditional", "undecided", "not_yet")
#: The chance that any verdict of a study, over all its looks, is wrong.
ERROR: Final = 0.05
#: The file of a study that tells at how many replications it has been looked at.
LOOKS: Final = "looks.json"
#: Columns of the table of verdicts.
COLUMNS: Final = (
    "claim", "family", "verdict", "on", "circle", "setting", "arm", "against", "outcome", "window", "against_window", "expect", "effect",
    "mean", "low", "high", "ahead", "one_more_low", "one_more_high", "found", "same_arms",
)  # fmt: skip
#: Worlds below which nothing is decided.
FEWEST_WORLDS: Final = 4


@dataclass(frozen=True)
class Tested:
    """A check in one setting: differences in the unit of the outcome, arm less the other; scaled by nothing.

    low, high: the interval at which all checks of the study hold at once. ahead: share of worlds on the claimed side of 0.
    one_more: where the difference may lie in one more plausible world. found: supported, contradicted, undecided; same_arms: whether
    no world told the arms apart.
    """

    setting: str
    check: Check
    effect: float
    mean: float
    low: float
    high: float
    ahead: float
    one_more: tuple[float, float]
    found: Verdict
    same_arms: bool


@dataclass(frozen=True)
class Judged:
    """A claim with its verdict. on: the settings in which it holds where it does not hold in all, or `worlds`."""

    name: str
    family: str
    claim: Claim
    verdict: Verdict
    tested: tuple[Tested, ...] = ()
    on: tuple[str, ...] = ()


@dataclass(frozen=True)
class Pair:
    """A check in one setting before it is judged: values (R,) of the difference, their worlds (R,), what it cannot leave."""

    claim: str
    setting: str
    check: Check
    effect: float
    values: np.ndarray
    worlds: np.ndarray
    bounds: tuple[float, float] | None

    @property
    def means(self) -> np.ndarray:
        return world_means(self.values, self.worlds)

    @property
    def same_arms(self) -> bool:
        return not self.values.size or bool((self.values == 0).all())

    def interval(self, level: float) -> tuple[float, float]:
        """For the mean over plausible worlds; unknown where there are few worlds or the arms are never told apart."""
        if self.same_arms or len(np.unique(self.worlds)) < FEWEST_WORLDS:
            return np.nan, np.nan
        low, high = estimate_mean_interval(self.means[:, None], level, self.bounds)
        return float(low[0]), float(high[0])

    def found(self, low: float, high: float) -> Verdict:
        """What an interval says of the check; nothing where it is not known."""
        if self.check.expect == "same":
            inside, outside = -self.effect < low and high < self.effect, low > self.effect or high < -self.effect
        else:
            near, far = (low, high) if self.check.expect == "higher" else (-high, -low)
            inside, outside = near > self.effect, far < self.effect
        return "supported" if inside else "contradicted" if outside else "undecided"


def judge_claims(claims: Mapping[str, tuple[str, Claim]], pairs: Sequence[Pair], look: int = 1) -> list[Judged]:
    """Every claim in order. pairs: all their checks, of one study or of several; look: which look at them it is, 1 the first; the
    k-th spends 1 / 2^k of ERROR.

    Within a look all checks in all settings are corrected for one another (Holm 1979): at each step those whose interval at level
    1 - error / (checks still open) decides are decided, until none is; the intervals told are those of the last step. A claim is
    supported (contradicted) where every check is in both settings; conditional where checks are both supported and contradicted, or
    supported but a plausible world may lie on the other side of 0 (`estimate_bars`).
    """
    error = ERROR / 2**look
    found: list[Verdict] = ["undecided"] * len(pairs)
    level, intervals = 1.0, [(np.nan, np.nan)] * len(pairs)
    while pairs:
        still = len(pairs) - sum(one != "undecided" for one in found)
        if level == (level := 1 - error / max(still, 1)):
            break
        intervals = [pair.interval(level) for pair in pairs]
        found = [
            one if one != "undecided" else pair.found(*ends) for one, pair, ends in zip(found, pairs, intervals, strict=True)
        ]
    tested = [_test(pair, ends, one) for pair, ends, one in zip(pairs, intervals, found, strict=True)]
    by_claim: dict[str, list[Tested]] = {}
    for pair, one in zip(pairs, tested, strict=True):
        by_claim.setdefault(pair.claim, []).append(one)
    return [_sum_up(name, group, claim, tuple(by_claim.get(name, ()))) for name, (group, claim) in claims.items()]


def find_pairs(claims: Mapping[str, tuple[str, Claim]], bench: Bench, replications: pd.DataFrame) -> list[Pair]:
    """Every check of these claims in each setting, with its difference in every replication."""
    return [
        _pair(name, group, title, setting, check, bench, replications)
        for name, (group, claim) in claims.items()
        for title, setting in settings_of(claim, families()[group]).items()
        for check in claim.checks
    ]


def _pair(name: str, group: str, title: str, setting: tuple[str, ...], check: Check, bench: Bench, table: pd.DataFrame) -> Pair:
    places = [bench.place(group, setting, arm) for arm in arms_of(check)]
    arms = [table[table.arm == place].sort_values("replication") for place in places]
    worlds = arms[0].world.to_numpy() if bench.arms[0].composed.parameter_mode != "fixed" else arms[0].replication.to_numpy()
    if check.correlate:
        values = _correlation(*(np.stack([arm[one].to_numpy(float) for arm in arms]) for one in check.correlate))
        return _keep(Pair(name, title, check, check.effect, values, worlds, (-1.0, 1.0)))
    first = arms[0][column_of(check.outcome, check.window)].to_numpy(float)
    other = arms[1][column_of(check.outcome, check.against_window or check.window)].to_numpy(float)
    bounds, effect = None, check.effect
    if check.window is None and (outcome := OUTCOMES.get(check.outcome)):
        scenario = bench.arms[places[0]].composed.scenario
        low, high = outcome.bounds(scenario.days)
        bounds = (low - high, high - low) if np.isfinite(high - low) else None
        effect = effect or outcome.smallest_effect(scenario.days, scenario.population.planned)
    return _keep(Pair(name, title, check, effect, first - other, worlds, bounds))


def _keep(pair: Pair) -> Pair:
    """Without the replications in which one of the arms has no value."""
    known = np.isfinite(pair.values)
    return replace(pair, values=pair.values[known], worlds=pair.worlds[known])


def _correlation(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """Rank correlation (R,) over arms of two outcomes (A, R)."""
    return np.array([stats.spearmanr(one, other).statistic for one, other in zip(first.T, second.T, strict=True)])


def _test(pair: Pair, ends: tuple[float, float], found: Verdict) -> Tested:
    means = pair.means
    side = {"higher": 1, "lower": -1, "same": 0}[pair.check.expect]
    ahead = float((side * means > 0).mean() if side else (np.abs(means) < pair.effect).mean()) if means.size else float("nan")
    enough = len(np.unique(pair.worlds)) >= FEWEST_WORLDS
    one_more = estimate_bars(pair.values, pair.worlds).unknown if enough else (float("nan"), float("nan"))
    mean = float(means.mean()) if means.size else float("nan")
    return Tested(pair.setting, pair.check, pair.effect, mean, *ends, ahead, one_more, found, pair.same_arms)


def _sum_up(name: str, group: str, claim: Claim, tested: tuple[Tested, ...]) -> Judged:
    if not claim.runs:
        return Judged(name, group, claim, "not_yet")
    kinds = {one.found for one in tested}
    if kinds == {"supported"}:
        verdict: Verdict = "conditional" if any(_may_turn(one) for one in tested) else "supported"
        return Judged(name, group, claim, verdict, tested, ("worlds",) if verdict == "conditional" else ())
    if kinds == {"contradicted"}:
        return Judged(name, group, claim, "contradicted", tested)
    if {"supported", "contradicted"} <= kinds:
        held = [all(other.found == "supported" for other in tested if other.setting == one.setting) for one in tested]
        on = dict.fromkeys(one.setting for one, holds in zip(tested, held, strict=True) if holds)
        return Judged(name, group, claim, "conditional", tested, tuple(on) or ("outcomes",))
    return Judged(name, group, claim, "undecided", tested)


def _may_turn(one: Tested) -> bool:
    """Whether in one more plausible world the difference may lie on the other side of 0."""
    low, high = one.one_more
    return {"higher": low < 0, "lower": high > 0, "same": False}[one.check.expect]


def count_look(folder: Path, replications: int) -> int:
    """Which look at the study in a folder this is; the same number of replications again is the same look."""
    path = folder / LOOKS
    try:
        seen = [int(one) for one in json.loads(path.read_text("utf-8"))]
    except (OSError, ValueError, TypeError):
        seen = []
    if replications not in seen:
        seen.append(replications)
        write_whole(path, json.dumps(seen).encode())
    return seen.index(replications) + 1


def tabulate(judged: Sequence[Judged]) -> list[dict[str, Any]]:
    """One row a claim, check and setting, as plain values; a claim that does not run has one row without figures."""
    rows: list[dict[str, Any]] = []
    for one in judged:
        front = {
            "claim": one.name,
            "family": one.family,
            "verdict": one.verdict,
            "on": "|".join(one.on),
            "circle": one.claim.circle,
        }
        if not one.tested:
            rows.append(front)
        for test in one.tested:
            check = test.check
            rows.append(
                front
                | {
                    "setting": test.setting,
                    "arm": check.arm or " ".join(check.arms),
                    "against": check.against,
                    "outcome": " ".join(check.correlate) if check.correlate else check.outcome,
                    "window": _days(check.window),
                    "against_window": _days(check.against_window),
                    "expect": check.expect,
                    "effect": test.effect,
                    "mean": test.mean,
                    "low": test.low,
                    "high": test.high,
                    "ahead": test.ahead,
                    "one_more_low": test.one_more[0],
                    "one_more_high": test.one_more[1],
                    "found": test.found,
                    "same_arms": test.same_arms,
                }
            )
    return rows


def _days(window: tuple[float, float] | None) -> str:
    return f"{window[0]:g}-{window[1]:g}" if window else ""
