"""Who is in a world and who knows whom."""

from __future__ import annotations

import math

import networkx as nx
import numpy as np
import pytest

import sim
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


def test_likeness_and_hubs_shape_the_graph():
    rng = np.random.default_rng(6)
    weights, places = rng.lognormal(sigma=1, size=300), rng.random((300, 2))
    graph = social_graph(build_ties(weights, places, 6, 0.9), 300)
    mixed = social_graph(build_ties(weights, places, 6, 0.0), 300)
    assert nx.average_clustering(graph) > 3 * nx.density(graph)
    far = {name: np.mean([math.dist(places[a], places[b]) for a, b in one.edges]) for name, one in (("like", graph), ("any", mixed))}
    assert far["like"] < 0.5 * far["any"]
    degree = np.array([graph.degree(node) for node in range(300)])
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
