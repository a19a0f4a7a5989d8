"""Who knows whom: a networkx graph per circle of acquaintance -> sorted neighbour lists.

The generator is networkx' geographical threshold graph (Masuda, Miwa & Konno 2005): people i and j know each other when
(w_i + w_j) * exp(-a r_ij) is at least theta. Places on a plane of tastes give homophily and clustering, weights give hubs,
and people of different circles are strangers. theta is set so that the mean number of acquaintances is the one asked for.
"""

from __future__ import annotations

import math

import networkx as nx
import numpy as np
from scipy.spatial.distance import pdist

#: Reach of homophily: at homophily 1, people a tenth of the plane apart know each other e^-1 times as readily.
DISTANCE_DECAY = 10.0


def build_ties(weights: np.ndarray, places: np.ndarray, mean_degree: float, homophily: float) -> nx.Graph:
    """The acquaintances inside one circle of n people.

    weights: f8 [n], positive; places: f8 [n, 2] in the unit square; mean_degree: acquaintances per person;
    homophily: 0 (likeness does not matter) to 1.
    """
    n = len(weights)
    wanted = min(round(mean_degree * n / 2), n * (n - 1) // 2)
    if wanted <= 0 or n < 2:
        return nx.empty_graph(n)
    decay = DISTANCE_DECAY * homophily
    upper = np.triu_indices(n, 1)
    scores = (weights[upper[0]] + weights[upper[1]]) * np.exp(-decay * pdist(places))
    theta = float(np.partition(scores, len(scores) - wanted)[len(scores) - wanted])
    place = {i: tuple(row) for i, row in enumerate(places.tolist())}
    return nx.geographical_threshold_graph(
        n, theta * (1 - 1e-9), pos=place, weight=dict(enumerate(weights.tolist())), p_dist=lambda r: math.exp(-decay * r)
    )


def neighbour_lists(graphs: list[tuple[np.ndarray, nx.Graph]], persons: int) -> tuple[np.ndarray, np.ndarray]:
    """(start i4 [persons + 1], neighbours i4 sorted per person) of graphs whose node k is person numbers[k]."""
    pairs = [numbers[np.array(graph.edges, dtype=np.int64)] for numbers, graph in graphs if graph.number_of_edges()]
    both = (
        np.concatenate([np.concatenate([pair, pair[:, ::-1]]) for pair in pairs]) if pairs else np.empty((0, 2), dtype=np.int64)
    )
    both = both[np.lexsort((both[:, 1], both[:, 0]))]
    start = np.searchsorted(both[:, 0], np.arange(persons + 1))
    return start.astype(np.int32), both[:, 1].astype(np.int32)
