"""Who knows whom: places and weights of the people of a circle -> pairs of acquaintances -> sorted neighbour lists.

The rule is that of networkx' geographical threshold graph (Masuda, Miwa & Konno 2005): people i and j know each other when
(w_i + w_j) * exp(-a r_ij) is at least theta. Places on a plane of tastes give homophily and clustering, weights give hubs,
and people of different circles are strangers. theta is set so that the mean number of acquaintances is the one asked for.
Pairs are scored at once in numpy; networkx' generator gives the same edges (a test holds it) and takes 25 times as long.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import networkx as nx

#: Reach of homophily: at homophily 1, people a tenth of the plane apart know each other e^-1 times as readily.
DISTANCE_DECAY = 10.0


def build_ties(weights: np.ndarray, places: np.ndarray, mean_degree: float, homophily: float) -> np.ndarray:
    """The acquaintances inside one circle of n people: pairs (smaller number, larger number), i8 [e, 2].

    weights: f8 [n], positive; places: f8 [n, 2] in the unit square; mean_degree: acquaintances per person;
    homophily: 0 (likeness does not matter) to 1.
    """
    n = len(weights)
    wanted = min(round(mean_degree * n / 2), n * (n - 1) // 2)
    if wanted <= 0 or n < 2:
        return np.empty((0, 2), dtype=np.int64)
    one, other = np.triu_indices(n, 1)
    far = places[one] - places[other]
    distance = np.sqrt(far[:, 0] * far[:, 0] + far[:, 1] * far[:, 1])
    scores = (weights[one] + weights[other]) * np.exp(-DISTANCE_DECAY * homophily * distance)
    theta = np.partition(scores, len(scores) - wanted)[len(scores) - wanted]
    known = scores >= theta
    return np.stack([one[known], other[known]], axis=1)


def social_graph(pairs: np.ndarray, persons: int) -> nx.Graph:
    """The acquaintances as a networkx graph, for analysis and pictures; pairs: i8 [e, 2] of persons."""
    import networkx as nx

    graph = nx.empty_graph(persons)
    graph.add_edges_from(pairs.tolist())
    return graph


def neighbour_lists(pairs: np.ndarray, persons: int) -> tuple[np.ndarray, np.ndarray]:
    """(start i4 [persons + 1], neighbours i4 sorted per person) of pairs of persons, i8 [e, 2]."""
    both = np.concatenate([pairs, pairs[:, ::-1]])
    both = both[np.lexsort((both[:, 1], both[:, 0]))]
    start = np.searchsorted(both[:, 0], np.arange(persons + 1))
    return start.astype(np.int32), both[:, 1].astype(np.int32)
