"""Places of people: those that networkx gives, without the time that its import takes."""

from __future__ import annotations

import subprocess
import sys

import networkx as nx
import numpy as np
import pytest

from sim.page.places import SIDE, place_people


@pytest.mark.parametrize(("count", "ties"), [(2, 1), (10, 6), (120, 300)])
def test_forces_are_those_of_networkx(count, ties):
    drawn = np.random.default_rng(3).integers(0, count, (ties, 2))
    pairs = np.unique(np.sort(drawn[drawn[:, 0] != drawn[:, 1]], axis=1), axis=0)
    found = place_people(count, pairs)
    people = np.unique(pairs)
    graph = nx.Graph()
    graph.add_nodes_from(people.tolist())
    graph.add_edges_from(pairs.tolist())
    flat = np.array(list(nx.spring_layout(graph, k=2.2 / np.sqrt(len(people)), iterations=60, seed=1).values()))
    angle = lambda places: np.arctan2(*places.T[::-1])  # noqa: E731
    apart = angle(flat - flat.mean(axis=0)) - angle(found[people] - SIDE / 2)
    assert np.abs(np.sin(apart)).max() < 0.05  # places are whole numbers


def test_a_small_group_is_placed_without_networkx():
    asked = "import sys, numpy as np; from sim.page.places import place_people; place_people(9, np.array([[0, 1], [1, 2]]))"
    code = f"{asked}; print('networkx' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "False\n"
