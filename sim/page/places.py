"""Acquaintances -> a frozen place on a plane for each person: those who know somebody by forces, the others on a ring around."""

from __future__ import annotations

import numpy as np

#: The picture is a square of this side.
SIDE = 1000


def place_people(count: int, pairs: np.ndarray) -> np.ndarray:
    """Places i4 [count, 2] in 0..SIDE; pairs: i8 [e, 2] of people who know each other. The same pairs give the same places.

    Forces: Fruchterman and Reingold (1991), as networkx has them.
    """
    import networkx as nx  # late: slow to import

    places = np.zeros((count, 2))
    graph = nx.Graph()
    graph.add_nodes_from(np.unique(pairs).tolist())
    graph.add_edges_from(pairs.tolist())
    inner = SIDE / 2 * np.sqrt(len(graph) / max(count, 1))  # everybody gets the same room
    if graph:
        found = nx.spring_layout(graph, k=2.2 / np.sqrt(len(graph)), iterations=60, seed=1)
        people = np.array(list(found))
        flat = np.array(list(found.values()))
        rank = np.argsort(np.argsort(np.hypot(*(flat - flat.mean(axis=0)).T)))
        angle = np.arctan2(*(flat - flat.mean(axis=0)).T[::-1])
        # By rank, not by distance: pairs that drift away from the rest would press it into a spot.
        radius = np.sqrt((rank + 0.5) / len(people)) * inner
        places[people] = SIDE / 2 + radius[:, None] * np.stack([np.cos(angle), np.sin(angle)], axis=1)
    alone = np.setdiff1d(np.arange(count), list(graph))
    if len(alone):
        share = (np.arange(len(alone)) + 0.5) / len(alone)
        radius = np.sqrt(inner**2 + share * ((SIDE / 2) ** 2 - inner**2))
        angle = np.arange(len(alone)) * np.pi * (3 - np.sqrt(5))
        places[alone] = SIDE / 2 + radius[:, None] * np.stack([np.cos(angle), np.sin(angle)], axis=1)
    return np.round(places).astype(np.int32)
