"""Who is in a world and who knows whom."""

from __future__ import annotations

import math
import tracemalloc
from unittest import mock

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import sim
from sim.world import graph
from sim.world.build import build_world, tie_pairs
from sim.world.carve import carve_world
from sim.world.graph import DISTANCE_DECAY, build_ties, social_graph


@pytest.mark.parametrize(("degree", "homophily"), [(0.5, 0.5), (6, 0.9), (3, 0.0)])
def test_acquaintances_are_those_of_the_networkx_generator(degree: float, homophily: float):
    rng = np.random.default_rng(5)
    weights, places = rng.lognormal(size=120), rng.random((120, 2))
    pairs = build_ties(weights, places, degree, homophily)

    def near(distance: float) -> float:
        return math.exp(-DISTANCE_DECAY * homophily * distance)

    theta = min((weights[i] + weights[j]) * near(math.dist(places[i], places[j])) for i, j in pairs.tolist())
    theirs = nx.geographical_threshold_graph(
        120, theta * (1 - 1e-12), pos=dict(enumerate(places.tolist())), weight=dict(enumerate(weights)), p_dist=near
    )
    assert {tuple(sorted(edge)) for edge in theirs.edges} == {tuple(pair) for pair in pairs.tolist()}
    assert len(pairs) == round(degree * 60)


def all_pairs(weights: np.ndarray, places: np.ndarray, mean_degree: float, homophily: float) -> np.ndarray:
    """The acquaintances by the rule as it reads, every pair scored at once."""
    one, other = np.triu_indices(len(weights), 1)
    far = places[one] - places[other]
    distance = np.sqrt(far[:, 0] * far[:, 0] + far[:, 1] * far[:, 1])
    scores = (weights[one] + weights[other]) * np.exp(-DISTANCE_DECAY * homophily * distance)
    wanted = min(round(mean_degree * len(weights) / 2), len(scores))
    known = scores >= np.sort(scores)[len(scores) - wanted] if wanted else np.zeros(len(scores), dtype=bool)
    return np.stack([one[known], other[known]], axis=1)


@given(
    seed=st.integers(0, 2**32),
    persons=st.integers(2, 90),
    degree=st.floats(0, 60),
    homophily=st.sampled_from([0.0, 0.01, 0.3, 1.0]),
    spread=st.sampled_from([0.0, 0.3, 2.0]),
    digits=st.sampled_from([1, 17]),
    block=st.sampled_from([1, 50, 1 << 17]),
)
@settings(deadline=None, max_examples=150)
def test_pairs_that_are_not_scored_are_no_acquaintances(seed, persons, degree, homophily, spread, digits, block):
    rng = np.random.default_rng(seed)
    weights = np.round(rng.lognormal(sigma=spread, size=persons), digits) + 0.1  # rounded: many pairs are equally good
    places = np.round(rng.random((persons, 2)), digits)
    with mock.patch.object(graph, "BLOCK_PAIRS", block):
        pairs = build_ties(weights, places, degree, homophily)
    assert pairs.dtype == np.int64
    assert np.array_equal(pairs, all_pairs(weights, places, degree, homophily))


def test_a_large_circle_takes_memory_for_its_acquaintances_only():
    rng = np.random.default_rng(5)
    weights, places = rng.lognormal(sigma=0.3, size=6000), rng.random((6000, 2))
    tracemalloc.start()
    pairs = build_ties(weights, places, 10, 0.5)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert len(pairs) == 30_000
    assert peak < 40e6  # all pairs: 144 MB for one number each


def test_likeness_and_hubs_shape_the_graph():
    rng = np.random.default_rng(6)
    weights, places = rng.lognormal(sigma=1, size=300), rng.random((300, 2))
    alike = social_graph(build_ties(weights, places, 6, 0.9), 300)
    mixed = social_graph(build_ties(weights, places, 6, 0.0), 300)
    assert nx.average_clustering(alike) > 3 * nx.density(alike)
    far = {
        name: np.mean([math.dist(places[a], places[b]) for a, b in one.edges])
        for name, one in (("like", alike), ("any", mixed))
    }
    assert far["like"] < 0.5 * far["any"]
    degree = np.array([alike.degree(node) for node in range(300)])
    assert np.corrcoef(weights, degree)[0, 1] > 0.4


def test_people_of_different_circles_are_strangers():
    scenario = sim.compose("scenario=merged_cohorts")
    world = build_world(scenario, 3, 0)
    traits = carve_world(world.array).traits
    assert len(traits) == len(world.arrivals)
    pairs = tie_pairs(world.array)
    assert len(pairs) > 0
    assert (traits["cohort"][pairs[:, 0]] == traits["cohort"][pairs[:, 1]]).all()
    assert sim.social_graph(scenario, 3).number_of_edges() * 2 == len(pairs)


def test_the_same_people_in_one_group_and_in_four():
    one, four = (build_world(sim.compose(f"scenario={name}"), 3, 1) for name in ("merged_cohorts", "cohort_groups"))
    assert (one.keys == four.keys).all()
    assert (tie_pairs(one.array) == tie_pairs(four.array)).all()
