"""Acquaintances -> a frozen place on a plane for each person: those who know somebody by forces, the others on a ring around."""

from __future__ import annotations

import numpy as np

#: The picture is a square of this side.
SIDE = 1000
#: From so many people on, networkx minimises an energy instead, which takes less than all pairs of them.
MANY = 500
#: How often the forces move everybody, how near two people count at least, and the shortest move that is not a stop.
_ROUNDS, _NEAR, _STILL = 60, 0.01, 1e-4


def place_people(count: int, pairs: np.ndarray) -> np.ndarray:
    """Places i4 [count, 2] in 0..SIDE; pairs: i8 [e, 2] of people who know each other. The same pairs give the same places.

    Forces: Fruchterman and Reingold (1991), as networkx has them.
    """
    places = np.zeros((count, 2))
    people, ends = np.unique(pairs, return_inverse=True)
    inner = SIDE / 2 * np.sqrt(len(people) / max(count, 1))  # everybody gets the same room
    if len(people):
        flat = _pulled(len(people), ends.reshape(-1, 2))
        rank = np.argsort(np.argsort(np.hypot(*(flat - flat.mean(axis=0)).T)))
        angle = np.arctan2(*(flat - flat.mean(axis=0)).T[::-1])
        # By rank, not by distance: pairs that drift away from the rest would press it into a spot.
        radius = np.sqrt((rank + 0.5) / len(people)) * inner
        places[people] = SIDE / 2 + radius[:, None] * np.stack([np.cos(angle), np.sin(angle)], axis=1)
    alone = np.setdiff1d(np.arange(count), people)
    if len(alone):
        share = (np.arange(len(alone)) + 0.5) / len(alone)
        radius = np.sqrt(inner**2 + share * ((SIDE / 2) ** 2 - inner**2))
        angle = np.arange(len(alone)) * np.pi * (3 - np.sqrt(5))
        places[alone] = SIDE / 2 + radius[:, None] * np.stack([np.cos(angle), np.sin(angle)], axis=1)
    return np.round(places).astype(np.int32)


def _pulled(count: int, pairs: np.ndarray) -> np.ndarray:
    """Where forces put people who all know somebody, f8 [count, 2]: pairs draw together, all push each other away.

    What networkx.spring_layout gives, but for centre and scale, without its import, which takes longer than the forces.
    """
    near = 2.2 / np.sqrt(count)
    if count >= MANY:
        import networkx as nx  # late: slow to import

        graph = nx.Graph()
        graph.add_nodes_from(range(count))
        graph.add_edges_from(pairs.tolist())
        return np.array(list(nx.spring_layout(graph, k=near, iterations=_ROUNDS, seed=1).values()))
    ties = np.zeros((count, count))
    ties[pairs[:, 0], pairs[:, 1]] = ties[pairs[:, 1], pairs[:, 0]] = 1
    places = np.random.RandomState(1).rand(count, 2)
    step = 0.1 * np.ptp(places, axis=0).max()
    cooling = step / (_ROUNDS + 1)
    for _ in range(_ROUNDS):
        apart = places[:, None] - places[None]
        distance = np.maximum(np.linalg.norm(apart, axis=-1), _NEAR)
        force = np.einsum("ijk,ij->ik", apart, near * near / distance**2 - ties * distance / near)
        moved = force * (step / np.maximum(np.linalg.norm(force, axis=-1), _NEAR))[:, None]
        places += moved
        step -= cooling
        if np.linalg.norm(moved) / count < _STILL:
            break
    found: np.ndarray = places
    return found
