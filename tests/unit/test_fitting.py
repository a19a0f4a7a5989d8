"""The joint fit: its sampler against known posteriors, its surfaces against known functions, its calibration, resuming."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from sim.config import compose
from sim.fitting import fit as fitting
from sim.fitting.calibration import RANKED, Trial, calibrate_point, tabulate_ranks
from sim.fitting.population import Population, compose_population, evaluate_point, summarise
from sim.fitting.priors import COLUMNS, LITERATURE, PRIORS, to_columns, to_cube, to_vectors
from sim.fitting.sampler import flat, normals, root_key, sample
from sim.fitting.surrogate import FOLDS, Surrogate, fit_surrogate, terms
from sim.fitting.targets import FITTED, TARGETS
from sim.parameters import SUBMODELS, Parameters
from sim.posterior import read_posterior
from sim.projections.population import FEWEST_GROUPS
from sim.studies.mixed import group_words

DIMENSIONS = len(PRIORS)
ROOT = Path(__file__).resolve().parents[2]


def test_every_figure_belongs_to_one_half_and_every_law_is_fitted():
    names = [target.name for target in TARGETS]
    assert len(names) == len(set(names))
    assert {target.half for target in TARGETS} == {"fit", "check"}
    assert all(target.low < target.high and target.source for target in TARGETS)
    assert all(np.isfinite([target.low, target.high]).all() for target in TARGETS)
    laws = ["impression", "drift", "heat", "weekdays", "hours", "voices", "sessions", "early_muting"]
    fitted = {prior.name for prior in PRIORS}
    assert all(fitted & SUBMODELS[law].keys() for law in laws)
    assert {"market_weight", "need_gain", "deal_gain"} <= LITERATURE.keys()


def test_ends_of_a_range_are_one_half_range_from_the_middle():
    for target in TARGETS:
        assert target.scaled(np.array([target.low, target.high])) == pytest.approx([-1, 1])
    share = next(target for target in TARGETS if not target.log)
    assert np.isnan(share.scaled(np.array([np.nan])))[0]
    assert share.scaled(np.array([1e9])) == 8


def test_the_cube_and_the_values_are_two_names_of_a_point():
    unit = flat(root_key(1, 0), 0, (50, DIMENSIONS))
    values = to_vectors(unit)
    assert to_cube(values) == pytest.approx(unit)
    for place, prior in enumerate(PRIORS):
        assert (values[:, place] >= prior.low).all() and (values[:, place] <= prior.high).all()
    assert to_columns(unit).shape == (50, len(COLUMNS))
    assert set(COLUMNS) <= {field.name for field in dataclasses.fields(Parameters)}


def test_the_hypercube_has_one_point_in_each_slice():
    points = fitting.hypercube(40, root_key(1, 0))
    assert (np.sort(np.floor(points * 40), axis=0) == np.arange(40)[:, None]).all()
    assert np.array_equal(points, fitting.hypercube(40, root_key(1, 0)))
    assert not np.array_equal(points, fitting.hypercube(40, root_key(2, 0)))


def test_the_sampler_finds_a_truncated_normal_law():
    """Independent normal laws, cut at the walls of the cube: scipy knows their moments."""
    from scipy.stats import truncnorm

    middle, spread = np.array([0.5, 0.05, 0.8]), np.array([0.1, 0.2, 0.05])
    points = sample(lambda unit: -0.5 * (((unit - middle) / spread) ** 2).sum(axis=1), 3, points=2_000, root=root_key(1, 0))
    law = truncnorm((0 - middle) / spread, (1 - middle) / spread, middle, spread)
    assert points.mean(axis=0) == pytest.approx(law.mean(), abs=0.012)
    assert points.std(axis=0) == pytest.approx(law.std(), rel=0.08)


def test_the_sampler_agrees_with_emcee_on_a_bent_posterior():
    emcee = pytest.importorskip("emcee")

    def likelihood(unit: np.ndarray) -> np.ndarray:
        x, y = unit[:, 0], unit[:, 1]
        return -0.5 * (((y - x**2) / 0.05) ** 2 + ((x - 0.5) / 0.2) ** 2)

    ours = sample(likelihood, 2, points=2_000, root=root_key(3, 0))

    def logarithm(unit: np.ndarray) -> np.ndarray:
        return np.where(((unit > 0) & (unit < 1)).all(axis=1), likelihood(unit), -np.inf)

    np.random.seed(1)
    walkers = emcee.EnsembleSampler(40, 2, logarithm, vectorize=True)
    state = walkers.run_mcmc(np.random.default_rng(1).uniform(0.3, 0.6, (40, 2)), 300)
    walkers.reset()
    walkers.run_mcmc(state, 2_000)
    theirs = walkers.get_chain(flat=True)
    assert ours.mean(axis=0) == pytest.approx(theirs.mean(axis=0), abs=0.02)
    assert ours.std(axis=0) == pytest.approx(theirs.std(axis=0), rel=0.1)
    assert np.corrcoef(ours.T)[0, 1] == pytest.approx(np.corrcoef(theirs.T)[0, 1], abs=0.03)


def test_the_sampler_is_keyed():
    def likelihood(unit: np.ndarray) -> np.ndarray:
        return -50 * ((unit - 0.3) ** 2).sum(axis=1)

    first, again, other = (sample(likelihood, 2, points=100, root=root_key(seed, 0)) for seed in (1, 1, 2))
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)


def quadratic(number: int, noise: float = 0.1) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Points, figures of a known quadratic surface with noise, and the surface without."""
    unit = flat(root_key(5, 0), 0, (number, 3))
    true = terms(unit) @ normals(root_key(5, 1), 0, (10, 2))
    return unit, true + noise * normals(root_key(5, 2), 0, true.shape), true


def test_surfaces_are_found_with_their_error():
    unit, seen, true = quadratic(400)
    found = fit_surrogate(unit, seen)
    assert np.abs(found.predict(unit) - true).max() < 0.1
    assert np.sqrt(np.diag(found.covariance)) == pytest.approx([0.1, 0.1], rel=0.15)
    assert (found.foretold > 0.95).all()


def test_missing_figures_are_left_out():
    unit, seen, true = quadratic(400)
    holed = seen.copy()
    holed[::3, 0] = np.nan
    found = fit_surrogate(unit, holed)
    assert np.abs(found.predict(unit) - true).max() < 0.15
    whole = fit_surrogate(unit, seen)
    assert found.coefficients[:, 1] == pytest.approx(whole.coefficients[:, 1])
    with pytest.raises(ValueError, match="figure 0: known in 0 evaluations"):
        fit_surrogate(unit, np.column_stack([np.full(400, np.nan), seen[:, 1]]))


def known_world(number: int, slope: float = 3.0, noise: float = 0.3) -> tuple[np.ndarray, np.ndarray, Surrogate]:
    """Truths and figures of a world in which figure k follows parameter k, and its own surrogate without an error."""
    unit = flat(root_key(8, 0), 0, (number, DIMENSIONS))
    coefficients = np.zeros((terms(unit).shape[1], len(FITTED)))
    coefficients[1 + np.arange(len(FITTED)), np.arange(len(FITTED))] = slope
    seen = terms(unit) @ coefficients + noise * normals(root_key(8, 1), 0, (number, len(FITTED)))
    return unit, seen, Surrogate(coefficients, noise**2 * np.eye(len(FITTED)), np.ones(len(FITTED)))


def ranks_of(trial: Trial, number: int) -> pd.DataFrame:
    return pd.DataFrame([calibrate_point(trial, seed=1, replication=place) for place in range(number)])


def test_a_right_posterior_is_calibrated_and_a_wrong_one_is_not():
    number = 60
    unit, seen, right = known_world(number)
    fine = tabulate_ranks(ranks_of(Trial(unit, seen, (right,) * FOLDS), number))
    assert (fine["ks_p"] > 0.001).all()
    assert (fine["truths"] == number).all() and fine["mean_rank"].between(0.3, 0.7).all()
    shifted = dataclasses.replace(right, coefficients=right.coefficients * 0.6)  # believes that parameters matter less
    wrong = tabulate_ranks(ranks_of(Trial(unit, seen + 1.5, (shifted,) * FOLDS), 15))  # as far off as this, a few truths tell
    assert (wrong["ks_p"][: len(FITTED)] < 0.001).mean() > 0.8


def test_ranks_are_within_bounds():
    unit, seen, right = known_world(FOLDS)
    ranks = ranks_of(Trial(unit, seen, (right,) * FOLDS), FOLDS)[[prior.name for prior in PRIORS]].to_numpy()
    assert ranks.min() >= 0 and ranks.max() <= RANKED


@pytest.fixture(scope="module")
def small() -> tuple:
    """The smallest groups of the population, as many as a statement on lifetimes needs."""
    return compose_population()[:28]


def test_the_population_is_what_it_says():
    words = group_words()
    assert len(words) == 36
    assert len({one[:-1] for one in words}) == 16
    sizes = [int(one[-1].partition("=")[2]) for one in words]
    assert sizes == sorted(sizes) and min(sizes) == 10 and 300 < max(sizes) <= 500


def test_an_evaluation_has_every_figure_and_luck_of_its_own(small):
    middle = to_columns(np.full((2, DIMENSIONS), 0.5))
    population = Population(small, middle)
    first, second = (evaluate_point(population, seed=1, replication=place) for place in (0, 1))
    assert first.keys() == {target.name for target in TARGETS} | {"digest", "lifetimes"}
    assert first["digest"] != second["digest"]
    later = evaluate_point(Population(small, middle[1:], first=1), seed=1, replication=0)
    assert later == second


TINY = fitting.Sizes(waves=(40, 15), posterior=6, finalists=2, heats=2, verification=2, truths=5)


def quick_point(population: Population, *, seed: int, replication: int, world: int | None = None) -> dict:
    """A stand-in for the groups of an evaluation: each figure follows one parameter, with luck of its own."""
    place = population.first + replication
    with np.errstate(divide="ignore"):  # laws that are off have no place on a logarithmic scale
        unit = to_cube(population.vectors[replication : replication + 1, :DIMENSIONS])[0].clip(0, 1)
    luck = normals(root_key(seed, place), 0, (1, len(TARGETS)))[0]
    values = {
        target.name: target.low + (target.high - target.low) * (unit[number % DIMENSIONS] + 0.1 * chance)
        for number, (target, chance) in enumerate(zip(TARGETS, luck, strict=True))
    }
    return values | {"digest": f"{place:032x}", "lifetimes": []}


def test_a_fit_goes_on_where_it_stopped_and_does_not_depend_on_workers(small, tmp_path, monkeypatch):
    """The stages and their studies; that an evaluation of real groups is the same anywhere is held above."""
    monkeypatch.setattr(fitting, "compose_population", lambda: small)
    monkeypatch.setattr(fitting, "evaluate_point", quick_point)
    whole = fitting.run_fit(tmp_path / "whole", sizes=TINY, workers=1)

    class Stopped(Exception):
        pass

    def stopping(name: str):
        from contextlib import nullcontext

        def progress(done: int, total: int) -> None:
            if name == "wave2" and done >= 5:
                raise Stopped

        return nullcontext(progress)

    with pytest.raises(Stopped):
        fitting.run_fit(tmp_path / "parts", sizes=TINY, workers=1, watch=stopping)
    parts = fitting.run_fit(tmp_path / "parts", sizes=TINY, workers=2, resume=True)
    for name, table in whole.items():
        pd.testing.assert_frame_equal(table, parts[name], obj=name)
    assert {path.stem for path in (tmp_path / "whole").glob("*.csv")} == set(whole)


def test_verdicts():
    assert [fitting.judge(value, 0.4, 0.6) for value in (0.5, 0.6, 0.69, 0.71, float("nan"))] == [
        "in",
        "in",
        "near",
        "out",
        "missing",
    ]


def test_silence_has_no_figures_that_are_made_up(small):
    from sim.fitting.population import Life
    from sim.projections.conversation import SILENCE

    point = evaluate_point(Population(small, to_columns(np.full((1, DIMENSIONS), 0.5))), seed=1, replication=0)
    assert np.isfinite(point["silent_90"])
    nothing = Life("", SILENCE, dict.fromkeys(("contagion", "posts_per_active_day", *_of_talk()), float("nan")),
                   dict.fromkeys(("week1", "week2", "week3", "left", "muted", "muted_first_week", "opened",
                                  "could_open", "buyers", "rebuyers"), 0.0))  # fmt: skip
    found = summarise([nothing] * FEWEST_GROUPS)
    assert np.isnan(summarise([nothing, nothing])["silent_90"])
    assert np.isnan(found["peak_to_trough"]) and np.isnan(found["hawkes_n"])


def _of_talk() -> tuple[str, ...]:
    from sim.fitting.population import _OF_TALK

    return _OF_TALK


def test_no_truth_is_judged_by_surfaces_that_have_seen_it(monkeypatch):
    """The surfaces of a part are made of all evaluations but those of that part of the last wave."""
    made = []
    monkeypatch.setattr(fitting, "fit_surrogate", lambda unit, seen, latest: made.append((unit, latest)))
    unit = [flat(root_key(9, wave), 0, (number, DIMENSIONS)) for wave, number in enumerate((12, 23))]
    figures = [pd.DataFrame({target.name: np.full(len(one), target.low) for target in TARGETS}) for one in unit]
    figures[1].loc[0, FITTED[0].name] = np.nan  # a truth of which something is missing is none
    trial = fitting._trial(unit, figures, 20, None)
    assert len(trial.truths) == 20 and not (trial.truths == unit[1][0]).all(axis=1).any()
    for place, truth in enumerate(trial.truths):
        others, latest = made[place % FOLDS]
        assert not (others == truth).all(axis=1).any()
        assert latest in (18, 19) and len(others) == 12 + latest


def published(name: str) -> pd.DataFrame:
    return pd.read_csv(ROOT / "docs" / "fit" / f"{name}.csv")


def test_what_is_published_agrees_with_what_is_shipped():
    parameters, rows = published("parameters"), read_posterior()
    assert dict(zip(parameters["parameter"], parameters["value"], strict=True)) == rows[0]
    fitted = compose(["parameters=fitted", "parameters.mode=fixed"]).scenario.parameters
    assert {name: getattr(fitted, name) for name in rows[0]} == rows[0]
    low, high = (np.quantile([list(row.values()) for row in rows[1:]], share, axis=0) for share in (0.05, 0.95))
    width = parameters["q95"] - parameters["q05"]
    assert (np.abs(low - parameters["q05"]) < 0.35 * width).all() and (np.abs(high - parameters["q95"]) < 0.35 * width).all()


def test_the_published_verdicts_are_those_of_the_declared_ranges():
    table = published("targets").set_index("target")
    assert set(table.index) == {target.name for target in TARGETS}
    for target in TARGETS:
        row = table.loc[target.name]
        assert (row["half"], row["low"], row["high"]) == (target.half, target.low, target.high)
        for which in ("by_hand", "fitted"):
            assert row[f"{which}_verdict"] == fitting.judge(row[which], target.low, target.high)
