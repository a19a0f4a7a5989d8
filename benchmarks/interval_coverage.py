"""Known truths -> how often each printed interval holds and each verdict errs; writes interval_coverage.json and .md beside it.

    python benchmarks/interval_coverage.py                     all of it, about a quarter of an hour on two idle cores
    python benchmarks/interval_coverage.py --repetitions 200   a rough look
    python benchmarks/interval_coverage.py --only arms,choice  some parts; the others are kept from the last time
    python benchmarks/interval_coverage.py --only ""           the page alone, from the record

A truth is a way of drawing the paired difference of two arms in worlds that differ, with its mean over all worlds known exactly.
"""

from __future__ import annotations

import argparse
import json
import zlib
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import numpy as np
import pandas as pd
from scipy import special, stats

from sim.studies.choice import find_possible_best, select_best
from sim.studies.intervals import (
    estimate_bars,
    estimate_mean_interval,
    simultaneous_level,
)
from sim.studies.pooling import estimate_deaths, estimate_shares, shrink_gains
from sim.studies.stopping import Looks
from sim.studies.survival import estimate_lifespans

HERE = Path(__file__).parent
DAYS = 90.0
DESIGNS = ((5, 2), (10, 2), (50, 2))
#: Where a target is missed at these, larger ones say where it is reached.
LARGER = ((20, 2), (100, 2), (200, 2))
BETWEEN = (0.0, 0.5, 1.0, 3.0)
THROUGHOUT = (0.0, 1.0, 3.0)  # at the larger designs too
TRUTHS = (
    "normal",
    "skewed",
    "ceiling 60 %",
    "ceiling 80 %",
    "ceiling 95 %",
    "both 60 %",
    "both 80 %",
    "both 95 %",
    "binary .9",
)
EFFECT = 3.0


def rng_of(*name: object) -> np.random.Generator:
    """The same draws for the same cell, whatever else is run."""
    return np.random.default_rng(zlib.crc32(repr(name).encode()))


def is_bounded(truth: str) -> bool:
    return truth not in ("normal", "skewed")


def draw(truth: str, between: float, repetitions: int, worlds: int, n: int, rng: np.random.Generator) -> np.ndarray:
    """Differences (repetitions, worlds, n); `between` is the spread of worlds over that of luck, on the latent scale.

    normal: mean 4, luck of deviation 1. skewed: luck exponential. ceiling c: the yardstick lives all 90 days with probability c, else
    a uniform time; the other arm always lives. both c: both arms as that yardstick, independent of each other. binary: 0 or
    90 days, 90 with probability .9.
    """

    def latent() -> np.ndarray:
        world, luck = rng.standard_normal((repetitions, worlds, 1)), rng.standard_normal((repetitions, worlds, n))
        return special.ndtr((between * world + luck) / np.sqrt(1 + between**2))

    if not is_bounded(truth):
        luck = (
            rng.standard_normal((repetitions, worlds, n))
            if truth == "normal"
            else rng.exponential(1, (repetitions, worlds, n)) - 1
        )
        return 4 + between * rng.standard_normal((repetitions, worlds, 1)) + luck
    if truth == "binary .9":
        return DAYS * (latent() < 0.9)
    share = int(truth.split()[1]) / 100
    lost = [DAYS * (1 - np.minimum(1, latent() / (1 - share))) for _ in range(1 + truth.startswith("both"))]
    return lost[0] - (lost[1] if len(lost) == 2 else 0)


def mean_of(truth: str) -> float:
    """The mean over all worlds."""
    if not is_bounded(truth):
        return 4.0
    if truth == "binary .9":
        return 0.9 * DAYS
    return 0.0 if truth.startswith("both") else DAYS * (1 - int(truth.split()[1]) / 100) / 2


def true_of_worlds(truth: str, between: float, count: int, rng: np.random.Generator) -> np.ndarray:
    """The true difference in each of `count` worlds, by quadrature over luck."""
    if not is_bounded(truth):
        return 4 + between * rng.standard_normal(count)
    nodes, weights = np.polynomial.hermite_e.hermegauss(60)
    weights = weights / weights.sum()

    def lost() -> np.ndarray:
        world = rng.standard_normal((count, 1))
        v = special.ndtr((between * world + nodes) / np.sqrt(1 + between**2))
        if truth == "binary .9":
            z = stats.norm.ppf(0.9) * np.sqrt(1 + between**2) - between * world[:, 0]
            return DAYS * special.ndtr(z)
        return (DAYS * (1 - np.minimum(1, v / (1 - int(truth.split()[1]) / 100)))) @ weights

    return lost() - (lost() if truth.startswith("both") else 0)


def bounds_of(truth: str) -> tuple[float, float] | None:
    return (-DAYS, DAYS) if is_bounded(truth) else None


# The parts: each gives rows of the record ------------------------------------------------------------------------------


def main_bar(repetitions: int) -> Iterator[dict]:
    """The interval for the mean over plausible worlds, and false verdicts where the truth lies on the boundary."""
    for truth in TRUTHS:
        for worlds, n in (*DESIGNS, *LARGER):
            larger = (worlds, n) in LARGER
            for between in () if larger and truth == "normal" else THROUGHOUT if larger else BETWEEN:
                rng = rng_of("main", truth, worlds, n, between)
                means = draw(truth, between, repetitions, worlds, n, rng).mean(axis=2).T
                low, high = estimate_mean_interval(means, 0.95, bounds_of(truth))
                true = mean_of(truth)
                row = {
                    "truth": truth,
                    "worlds": worlds,
                    "n": n,
                    "between": between,
                    "half_width": float((high - low).mean() / 2),
                }
                row["coverage"] = float(((low <= true + 1e-9) & (high >= true - 1e-9)).mean())
                if true and not larger:  # with the effect that matters equal to the truth, `better` and `same` are both wrong
                    row["false_better"] = float((low > true).mean())
                    row["false_same"] = float(((low > -true) & (high < true)).mean())
                yield row


def other_bars(repetitions: int) -> Iterator[dict]:
    """Luck alone over the mean of the worlds drawn, and one more world over a fresh one."""
    designs = (*DESIGNS, (10, 10), (50, 6))
    for truth in ("normal", "skewed", "ceiling 60 %", "ceiling 80 %", "ceiling 95 %", "binary .9"):
        for worlds, n in designs:
            for between in BETWEEN:
                rng = rng_of("other", truth, worlds, n, between)
                fresh = np.sort(true_of_worlds(truth, between, 20_000, rng))
                index, unknown, luck = np.repeat(np.arange(worlds), n), 0.0, 0
                for _ in range(repetitions):
                    if is_bounded(truth):
                        values, drawn = draw(truth, between, 1, worlds, n, rng)[0], None
                    else:
                        drawn = 4 + between * rng.standard_normal(worlds)
                        noise = rng.standard_normal((worlds, n)) if truth == "normal" else rng.exponential(1, (worlds, n)) - 1
                        values = drawn[:, None] + noise
                    bars = estimate_bars(values.ravel(), index, bounds_of(truth) or (-np.inf, np.inf), draws=1_000)
                    low, high = np.searchsorted(fresh, [bars.unknown[0] - 1e-9, bars.unknown[1] + 1e-9])
                    unknown += (high - low) / len(fresh)
                    luck += drawn is not None and bars.luck[0] <= drawn.mean() <= bars.luck[1]
                row = {"truth": truth, "worlds": worlds, "n": n, "between": between, "new_world": unknown / repetitions}
                yield row | ({} if is_bounded(truth) else {"luck": luck / repetitions})


def pooled(repetitions: int) -> Iterator[dict]:
    """Shares of plausible worlds, and probabilities of death."""
    for truth in ("normal", "skewed", "ceiling 60 %", "ceiling 80 %", "ceiling 95 %"):
        for worlds, n in (*DESIGNS, (50, 6)):
            for between in BETWEEN[1:]:
                rng = rng_of("pooled", truth, worlds, n, between)
                fresh = true_of_worlds(truth, between, 200_000, rng)
                limit = float(np.quantile(fresh, 0.3))
                true = ((fresh > 0).mean(), (fresh > limit).mean())
                index, held, means, told = np.repeat(np.arange(worlds), n), np.zeros(2), np.zeros(2), 0
                for values in draw(truth, between, repetitions, worlds, n, rng):
                    found = estimate_shares(values.ravel(), index, limit, bounds_of(truth), draws=1_000)
                    shares = (found.above_zero, found.above)
                    if np.isnan(found.above.share):  # nothing is printed
                        continue
                    told += 1
                    held += [share.low - 1e-3 <= t <= share.high + 1e-3 for share, t in zip(shares, true, strict=True)]
                    means += [share.share for share in shares]
                row = {"truth": truth, "worlds": worlds, "n": n, "between": between, "printed": told / repetitions}
                for name, t, h, m in zip(("above_zero", "above_effect"), true, held, means, strict=True):
                    row |= {name: h / told, f"{name}_true": float(t), f"{name}_estimate": m / told}
                yield row
    for mean, size in ((0.02, 10.0), (0.1, 1.0), (0.5, 1.0)):
        for worlds, n in DESIGNS:
            rng = rng_of("deaths", mean, size, worlds, n)
            p = rng.beta(mean * size, (1 - mean) * size, (repetitions, worlds))
            true = float(special.betaincc(mean * size, (1 - mean) * size, 0.5))
            held = np.zeros(2)
            for died in rng.binomial(n, p):
                found = estimate_deaths(died, np.full(worlds, n))
                held += [s.low <= t <= s.high for s, t in zip(found, (mean, true), strict=True)]
            yield {"truth": f"beta-binomial, mean {mean}, size {size:g}", "worlds": worlds, "n": n,
                   "deaths": held[0] / repetitions, "deaths_over_half": held[1] / repetitions}  # fmt: skip


def arms(repetitions: int) -> Iterator[dict]:
    """30 equal arms and a yardstick: any claim at all is false; the best of equal arms has to stay possible."""
    count = 31
    pairs = np.stack((np.arange(1, count), np.zeros(count - 1, int)), axis=1)
    every = np.stack(np.triu_indices(count, 1), axis=1)
    for kind in ("normal", "both 80 %"):
        bounds = bounds_of(kind)
        for worlds in (5, 10, 50):
            rng = rng_of("arms", kind, worlds)
            false = lost = among = 0
            gains, shrunk = [], []
            some = max(1, repetitions // 8)  # all pairs and the best take longer
            for repetition in range(repetitions):
                means = _equal_arms(kind, worlds, count, rng)
                level = simultaneous_level(means, pairs, draws=500)
                false += _claims(means, pairs, level, bounds)
                gain = means[:, 1:] - means[:, [0]]
                gains.append(gain.mean(axis=0).max())
                shrunk.append(shrink_gains(gain).max())
                if repetition < some:
                    lost += not find_possible_best(means, None if bounds is None else (0.0, DAYS), draws=500)[1]
                    among += _claims(means, every, simultaneous_level(means, every, draws=500), bounds)
            yield {"truth": kind, "worlds": worlds, "arms": 30, "familywise": false / repetitions, "all_pairs": among / some,
                   "best_put_out": lost / some, "repetitions_of_pairs": some, "winners_gain": float(np.mean(gains)),
                   "winners_gain_shrunk": float(np.mean(shrunk))}  # fmt: skip


def _equal_arms(kind: str, worlds: int, count: int, rng: np.random.Generator) -> np.ndarray:
    """Means of worlds (W, arms) of arms that are alike in distribution; half of the variance is shared in a world."""
    if kind == "normal":
        return 60 + 5 * rng.standard_normal((worlds, 1)) + 5 * rng.standard_normal((worlds, count))
    shared = rng.standard_normal((worlds, 1, 2))
    v = special.ndtr((shared + rng.standard_normal((worlds, count, 2))) / np.sqrt(2))
    return (DAYS * np.minimum(1, v / 0.2)).mean(axis=2)


def _claims(means: np.ndarray, pairs: np.ndarray, level: float, bounds: tuple[float, float] | None) -> bool:
    """Whether any pair is said to differ. The printed interval contains that of t, so only what t claims is worked out."""
    differences = means[:, pairs[:, 0]] - means[:, pairs[:, 1]]
    error = differences.std(axis=0, ddof=1) / np.sqrt(len(means))
    claimed = np.abs(differences.mean(axis=0)) > stats.t.ppf((1 + level) / 2, len(means) - 1) * error
    if not claimed.any():
        return False
    low, high = estimate_mean_interval(differences[:, claimed], level, bounds)
    return bool(((low > 0) | (high < 0)).any())


def choice(repetitions: int) -> Iterator[dict]:
    """The best of ten by KN, and looks that stop a study early."""
    for worlds_at_most, deviation in ((400, 5.0), (400, 10.0)):
        rng = rng_of("kn", deviation)
        right, used, decided = 0, [], 0
        for _ in range(repetitions):
            shared = rng.standard_normal((worlds_at_most, 1))
            means = 50 + deviation * (shared + rng.standard_normal((worlds_at_most, 10))) / np.sqrt(2)
            means[:, 3] += EFFECT
            found = select_best(means, EFFECT)
            decided += found.decided
            right += found.decided and found.left[3]
            used.append(found.worlds)
        yield {"truth": f"10 arms, one better by {EFFECT:g}, deviation {deviation:g}", "selected_right": right / repetitions,
               "decided": decided / repetitions, "worlds_used": float(np.mean(used))}  # fmt: skip
    plan = Looks(batch=10, most=100)
    for truth in ("normal", "skewed", "ceiling 60 %", "ceiling 80 %"):
        for between in (0.0, 1.0):
            rng = rng_of("looks", truth, between)
            means = draw(truth, between, repetitions, plan.most, 2, rng).mean(axis=2).T
            true, once = mean_of(truth), np.zeros((3, repetitions), bool)
            for worlds in plan.worlds:
                low, high = estimate_mean_interval(means[:worlds], plan.level_at(worlds), bounds_of(truth))
                naive, _ = estimate_mean_interval(means[:worlds], 0.95, bounds_of(truth))
                once |= [(low > true) | (high < true), low > true, naive > true]
            missed, better, plain = once.mean(axis=1)
            yield {"truth": f"looks, {truth}", "between": between, "any_look_wrong": float(missed),
                   "false_better_looks": float(better), "false_better_naive": float(plain)}  # fmt: skip


def lifespans(repetitions: int) -> Iterator[dict]:
    """Restricted mean lifetimes, clustered by world; the frailty of a world doubles or halves the hazard."""
    for dead in (0.63, 0.2, 0.05):
        for worlds in (5, 10, 25, 50):
            rng = rng_of("lifespans", dead, worlds)
            rate = -np.log(1 - dead) / DAYS
            frailty = np.array([0.5, 1.5])
            area = ((1 - np.exp(-rate * frailty * DAYS)) / (rate * frailty)).mean()
            held = 0
            for _ in range(repetitions):
                own = frailty[rng.integers(0, 2, worlds)].repeat(2)
                time = rng.exponential(1 / (rate * own))
                lives = pd.DataFrame({"arm": 0, "label": "a", "replication": np.arange(2 * worlds), "definition": "d",
                                      "world": np.arange(2 * worlds) // 2, "planned": 1, "time": np.minimum(time, DAYS),
                                      "ended": np.where(time < DAYS, "dead", "censored")})  # fmt: skip
                row = estimate_lifespans(lives, horizons=(DAYS,), days=DAYS).iloc[0]
                held += row.rmst_low <= area <= row.rmst_high
            yield {"truth": f"lifetimes, {dead:.0%} dead", "worlds": worlds, "n": 2, "rmst": held / repetitions}


PARTS: dict[str, Callable[[int], Iterator[dict]]] = {
    "main_bar": main_bar, "other_bars": other_bars, "pooled": pooled, "arms": arms, "choice": choice, "lifespans": lifespans,
}  # fmt: skip


def measure(part: str, repetitions: int) -> tuple[str, list[dict]]:
    rows = [{"repetitions": repetitions, **row} for row in PARTS[part](repetitions)]
    return part, [{key: round(value, 4) if isinstance(value, float) else value for key, value in row.items()} for row in rows]


# The page --------------------------------------------------------------------------------------------------------------

TARGET, NEW_WORLD_TARGET = (0.93, 0.97), (0.88, 0.92)


def table(head: list[str], rows: list[list[str]]) -> str:
    return "\n".join("| " + " | ".join(row) + " |" for row in (head, ["---"] * len(head), *rows)) + "\n"


def shown(values: list[float], target: tuple[float, float] | None = None) -> str:
    """The least and the most of several shares, in per cent; a star where one is below the target, a plus where one is above."""
    if not values:
        return ""
    ends = sorted({f"{100 * end:.1f}" for end in (min(values), max(values))}, key=float)
    below, above = target is not None and min(values) < target[0], target is not None and max(values) > target[1]
    return " to ".join(ends) + (" *" if below else "") + (" +" if above else "")


def by_truth(rows: list[dict], key: str, target: tuple[float, float] | None = None) -> list[list[str]]:
    """One row a truth, one column a design: `shown` over the spreads of worlds."""
    rows = [row for row in rows if key in row]
    designs = sorted({(row["worlds"], row["n"]) for row in rows}, key=lambda design: (design[0] * design[1], design))
    lines = []
    for truth in dict.fromkeys(row["truth"] for row in rows):
        cells = [
            [row[key] for row in rows if (row["truth"], row["worlds"], row["n"]) == (truth, *design)] for design in designs
        ]
        lines.append([truth, *(shown(cell, target) for cell in cells)])
    return [["truth", *(f"{worlds}x{n}" for worlds, n in designs)], *lines]


def reached(rows: list[dict]) -> list[list[str]]:
    """The smallest design from which on the main bar stays in its target, for each truth and spread of worlds."""
    lines = []
    for truth in dict.fromkeys(row["truth"] for row in rows):
        cells = []
        for between in THROUGHOUT:
            own = sorted((row["worlds"], row["coverage"]) for row in rows if (row["truth"], row["between"]) == (truth, between))
            fine = [TARGET[0] <= coverage <= TARGET[1] for _, coverage in own]
            first = next((place for place in range(len(own)) if all(fine[place:])), None)
            cells.append("beyond " + f"{own[-1][0]}x2" if first is None else f"{own[first][0]}x2")
        lines.append([truth, *cells])
    return lines


def write_page(found: dict[str, list[dict]]) -> str:
    """The record as a page."""
    main, other = found["main_bar"], found["other_bars"]
    told = main[0]["repetitions"]
    parts = [
        "# Coverage: how often what is printed holds\n",
        f"Known truths, {told:,} repetitions a cell (a standard error of half a percentage point at 95 %), written by `python "
        "benchmarks/interval_coverage.py`; every cell is in [its record](interval_coverage.json). Designs are worlds x "
        "replications. A range goes over worlds that differ 0, 0.5, 1 and 3 times as much as luck. "
        "* below the target, + above it. What the truths are: the docstring of `draw` in the script.\n",
        "## The main bar: the mean over plausible worlds, 95 %; target 93 to 97\n",
        table(*_split(by_truth(main, "coverage", TARGET))),
        "Below the target: five worlds of exponential luck, from ten worlds on it is met. Above it: near a ceiling, where fewer than five "
        "worlds have seen a death and the ends are exact. No interval can do better there without a coin toss: ten replications with one "
        "death in twenty see none in 60 % and at most one in 91 % of studies, and an interval that holds for two deaths too holds in "
        "99 %. The design from which on the target is met:\n",
        table(["truth", *(f"worlds differ {between:g}x luck" for between in THROUGHOUT)], reached(main)),
        "Half its width, days where there are bounds:\n",
        table(*_split(_widths(main))),
        "## False verdicts where the truth lies exactly at the effect; target at most 5\n",
        "`better`:\n", table(*_split(by_truth(main, "false_better", (0, 0.05)))),
        "`about the same`:\n", table(*_split(by_truth(main, "false_same", (0, 0.05)))),
        "## Bars beside it\n",
        "Luck alone, 95 %, over the mean of the worlds that were drawn:\n",
        table(*_split(by_truth(other, "luck", TARGET))),
        "One more world, 90 %, over a fresh one; target 88 to 92. It is never narrower than luck at 95 %, nor than the exact ends of the "
        "mean where deaths are rare, so it holds more often there. It holds less often where worlds differ half as much as luck does and "
        "each is seen twice: two replications hardly tell the two apart, six do better.\n",
        table(*_split(_by_between(other, "new_world", NEW_WORLD_TARGET))),
        "## Shares of plausible worlds, 95 %\n",
        "More than 0, and more than a limit that 70 % of worlds exceed; of the studies that print them, which is not done where no world "
        "differs from another at a ceiling:\n",
        table(*_split(by_truth(found["pooled"], "printed"))),
        table(*_split(by_truth(found["pooled"], "above_zero", TARGET))),
        table(*_split(by_truth(found["pooled"], "above_effect", TARGET))),
        "Probability of death, and share of worlds in which it is above one half (beta-binomial):\n",
        table(*_split(by_truth(found["pooled"], "deaths", TARGET))),
        table(*_split(by_truth(found["pooled"], "deaths_over_half", TARGET))),
        "## Thirty equal arms and a yardstick; target at most 5\n",
        table(["truth", "worlds", "any claim against the yardstick", "any claim among all pairs", "a best arm put out", "gain of the winner",
               "the same, shrunk"],
              [[row["truth"], str(row["worlds"]), shown([row["familywise"]], (0, 0.05)), shown([row["all_pairs"]], (0, 0.05)),
                shown([row["best_put_out"]], (0, 0.05)), f"{row['winners_gain']:.2f}", f"{row['winners_gain_shrunk']:.2f}"]
               for row in found["arms"]]),
        f"True gains are 0. All pairs and the best: {found['arms'][0]['repetitions_of_pairs']} repetitions.\n",
        "## Choice and looks\n",
        table(["truth", "right arm chosen (target 95)", "decided", "worlds used"],
              [[row["truth"], shown([row["selected_right"]]), shown([row["decided"]]), f"{row['worlds_used']:.0f}"]
               for row in found["choice"] if "selected_right" in row]),
        "Ten looks, after every ten worlds, two replications each; at most 5 wanted:\n",
        table(["truth", "worlds differ", "an interval wrong at any look", "`better` at any look, truth at the effect",
               "the same with plain intervals"],
              [[row["truth"].removeprefix("looks, "), f"{row['between']:g}x", shown([row["any_look_wrong"]], (0, 0.05)),
                shown([row["false_better_looks"]], (0, 0.05)), shown([row["false_better_naive"]])]
               for row in found["choice"] if "any_look_wrong" in row]),
        "## Restricted mean lifetimes, clustered by world, 95 %\n",
        table(*_split(by_truth(found["lifespans"], "rmst", TARGET))),
    ]  # fmt: skip
    return "\n".join(parts)


def _split(lines: list[list[str]]) -> tuple[list[str], list[list[str]]]:
    return lines[0], lines[1:]


def _widths(rows: list[dict]) -> list[list[str]]:
    lines = by_truth(rows, "half_width")
    designs = lines[0][1:]
    for line in lines[1:]:
        for place, design in enumerate(designs):
            own = [row["half_width"] for row in rows if (row["truth"], f"{row['worlds']}x{row['n']}") == (line[0], design)]
            line[place + 1] = f"{min(own):.1f} to {max(own):.1f}" if own else ""
    return lines


def _by_between(rows: list[dict], key: str, target: tuple[float, float]) -> list[list[str]]:
    """One row a truth and spread of worlds, one column a design."""
    lines = [["truth, worlds differ"]]
    for truth in dict.fromkeys(row["truth"] for row in rows):
        for between in BETWEEN:
            head, *own = by_truth([row for row in rows if (row["truth"], row["between"]) == (truth, between)], key, target)
            lines[0] = ["truth, worlds differ", *head[1:]]
            lines += [[f"{truth}, {between:g}x", *cells[1:]] for cells in own]
    return lines


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--repetitions", type=int, default=2_000)
    parser.add_argument("--only", default=",".join(PARTS))
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--out", type=Path, default=HERE)
    options = parser.parse_args()
    record = options.out / "interval_coverage.json"
    found = json.loads(record.read_text()) if record.exists() else {}
    wanted = [part for part in options.only.split(",") if part]
    if unknown := [part for part in wanted if part not in PARTS]:
        parser.error(f"--only={unknown[0]}: one of {', '.join(PARTS)}")
    with ProcessPoolExecutor(options.workers) as pool:
        for job in [pool.submit(measure, part, options.repetitions) for part in wanted]:
            part, rows = job.result()
            found[part] = rows
            lines = (f'"{name}": [\n' + ",\n".join(map(json.dumps, found[name])) + "\n]" for name in PARTS if name in found)
            record.write_text("{\n" + ",\n".join(lines) + "\n}\n")
            print(part, len(rows), "rows", flush=True)
    if all(part in found for part in PARTS):
        (options.out / "interval_coverage.md").write_text(write_page(found))


if __name__ == "__main__":
    main()
