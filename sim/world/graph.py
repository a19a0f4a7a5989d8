"""Who knows whom: places and weights of the people of a circle -> pairs of acquaintances -> sorted neighbour lists.

The rule is that of networkx' geographical threshold graph (Masuda, Miwa & Konno 2005): people i and j know each other when
(w_i + w_j) * exp(-a r_ij) is at least theta. Places on a plane of tastes give homophily and clustering, weights give hubs,
and people of different circles are strangers. theta is set so that the mean number of acquaintances is the one asked for.
Pairs are scored in numpy, a block at a time, and only those that may belong to the best are kept; networkx' generator gives
the same edges (a test holds it) and takes 25 times as long.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import networkx as nx

#: Reach of homophily: at homophily 1, people a tenth of the plane apart know each other e^-1 times as readily.
DISTANCE_DECAY = 10.0
#: Pairs that are scored at a time; what is scored at once fits into a processor's cache.
BLOCK_PAIRS = 1 << 17


def build_ties(weights: np.ndarray, places: np.ndarray, mean_degree: float, homophily: float) -> np.ndarray:
    """The acquaintances inside one circle of n people: pairs (smaller number, larger number), i8 [e, 2].

    weights: f8 [n], positive; places: f8 [n, 2] in the unit square; mean_degree: acquaintances per person;
    homophily: 0 (likeness does not matter) to 1.
    """
    n = len(weights)
    wanted = min(round(mean_degree * n / 2), n * (n - 1) // 2)
    if wanted <= 0 or n < 2:
        return np.empty((0, 2), dtype=np.int64)
    order = np.argsort(-weights, kind="stable")
    heavy, (x, y) = weights[order], places[order].T
    decay = DISTANCE_DECAY * homophily
    pairs, scores, least, first = np.empty((0, 2), dtype=np.int64), np.empty(0), 0.0, 0
    # The heaviest come first: what is good enough is soon known, and most pairs of the others need no score.
    while first < n - 1 and 2 * heavy[first] >= least:
        lightest = least * (1 - 1e-9) - heavy[first]  # of those who can be known to anybody here; a little less, for rounding
        end = max(int(np.searchsorted(-heavy, -lightest, side="right")), first + 2)
        last = min(first + max(BLOCK_PAIRS // (end - first - 1), 1), n - 1)
        rows, columns = slice(first, last), slice(first + 1, end)
        squared = (x[rows, None] - x[columns]) ** 2 + (y[rows, None] - y[columns]) ** 2
        near = np.triu(squared <= _farthest(2 * heavy[first], least, decay) ** 2)
        one, other = (order[places + first] for places, first in zip(np.nonzero(near), (rows.start, columns.start)))
        added = _scores(weights, places, one, other, decay)
        good = added >= least
        pairs = np.concatenate([pairs, np.stack([one[good], other[good]], axis=1)])
        scores = np.concatenate([scores, added[good]])
        if len(scores) > wanted:
            least = np.partition(scores, len(scores) - wanted)[len(scores) - wanted]
            pairs, scores = pairs[scores >= least], scores[scores >= least]
        first = last
    pairs.sort(axis=1)
    return pairs[np.lexsort((pairs[:, 1], pairs[:, 0]))]


def _scores(weights: np.ndarray, places: np.ndarray, one: np.ndarray, other: np.ndarray, decay: float) -> np.ndarray:
    """(w_i + w_j) * exp(-decay r_ij) of pairs of people, f8 [.]."""
    far = places[one] - places[other]
    distance = np.sqrt(far[:, 0] * far[:, 0] + far[:, 1] * far[:, 1])
    found: np.ndarray = (weights[one] + weights[other]) * np.exp(-decay * distance)
    return found


def _farthest(together: float, least: float, decay: float) -> float:
    """How far apart two people of this weight together may be and still reach a score; a little more, for rounding."""
    if least <= 0 or decay <= 0:
        return np.inf
    return float(max(np.log(together / least), 0.0) / decay * (1 + 1e-9) + 1e-9)


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
