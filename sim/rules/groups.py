"""The groups of a plan (`groups:`): yaml -> which groups are opened, when, for whom, and until when."""

from __future__ import annotations

import math
from collections.abc import Mapping
from itertools import pairwise
from statistics import NormalDist
from typing import Annotated, Any, Literal

from pydantic import Field

from sim.allowed import ConfigError, no_choice, quoted, validated
from sim.rules.acts import ALL, NEW, ROUTES
from sim.rules.terms import NAME
from sim.scenario import Opening, number, settings

#: What a group of a plan can be, by the code of a channel.
KINDS = ("group", "line", "feed")
#: Groups of a plan at most.
MAX_GROUPS = 2_000


@settings
class GroupPlan:
    """Groups of one kind: how many, how large, from when to when, and where their members come from."""

    count: Annotated[int, number("groups of this kind", 1, 2_000, "A33")] = 1
    size: Annotated[int, number("members planned per group", 1, 10_000, "F07, F34")] = 200
    size_spread: Annotated[
        float,
        number("how far apart the groups are in size, spread of the logarithm; `size` is their mean", 0, 2, "A25: assumed"),
    ] = 0.0
    opens_on_day: Annotated[float, number("day on which they are founded", 0, 3_650, "A33")] = 0.0
    planned_life_days: Annotated[float, number("days after which they are closed, 0 never", 0, 3_650, "E51, H20")] = 0.0
    notice_days: Annotated[float, number("days between the notice and the planned closing", 0, 30, "B20: assumed")] = 1.0
    sources: Annotated[tuple[str, ...], Field(max_length=20)] = ()
    """sources of the scenario from which its newcomers come (written: from)"""
    group_by: Literal["place", "cohort"] = "place"
    """whether members are placed in turn, or each circle of acquaintance together"""
    kind: Literal["group", "line", "feed"] = "group"
    """what it is: a group, or in its place private lines of one to one, or a feed that one follows (A44, A43)"""
    reach: Annotated[
        float, number("share of the followers of a feed to whom its platform shows a post, 0 all", 0, 1, "F82: .1 to .3")
    ] = 0.0


def read_groups(block: Any, key: str) -> tuple[dict[str, GroupPlan], tuple[Opening, ...]]:
    """The groups of a plan by name, and one after the other in the order of their numbers. Raises ConfigError."""
    if not isinstance(block, Mapping) or not block:
        raise ConfigError(f"{key}={quoted(block)}: none (no group is opened), or groups by name, such as "
                          "{main: {count: 1, size: 200}}")  # fmt: skip
    plans = {str(name): _read_group(str(name), inner, f"{key}.{name}") for name, inner in block.items()}
    openings = tuple(
        Opening(
            name=name,
            size=size,
            day=one.opens_on_day,
            sources=one.sources,
            by_cohort=one.group_by == "cohort",
            kind=KINDS.index(one.kind),
            reach=one.reach,
        )
        for name, one in plans.items()
        for size in sizes_of(one)
    )
    if len(openings) > MAX_GROUPS:
        raise ConfigError(f"{key}: {len(openings)} groups; at most {MAX_GROUPS}")
    return plans, openings


def sizes_of(plan: GroupPlan) -> list[int]:
    """Members planned in each group of a kind: evenly spaced quantiles of a lognormal law, the smallest first, count x size in all."""
    if not plan.size_spread:
        return [plan.size] * plan.count
    places = [(place + 0.5) / plan.count for place in range(plan.count)]
    weights = [math.exp(plan.size_spread * NormalDist().inv_cdf(place)) for place in places]
    upto = [sum(weights[: place + 1]) / sum(weights) for place in range(plan.count)]
    ends = [0, *(round(share * plan.count * plan.size) for share in upto)]
    return [max(last - first, 1) for first, last in pairwise(ends)]


def _read_group(name: str, block: Any, key: str) -> GroupPlan:
    validated(NAME, name, key)
    if name in (ALL, NEW, *ROUTES):
        raise ConfigError(f"{key}: a name of its own; {name} means something else in acts")
    if not isinstance(block, Mapping):
        raise ConfigError(f"{key}={quoted(block)}: settings by name, such as {{count: 1, size: 200}}")
    if "sources" in block:
        raise no_choice(f"{key}.sources", "sources", ("from",))
    if not isinstance(given := block.get("from", []), list) or not all(isinstance(one, str) for one in given):
        raise ConfigError(f"{key}.from={quoted(given)}: a list of sources of the scenario, such as [short_video]")
    values = {("sources" if one == "from" else str(one)): value for one, value in block.items()}
    plan: GroupPlan = validated(GroupPlan, values, key)
    if plan.reach and plan.kind != "feed":
        raise ConfigError(f"{key}.reach={plan.reach:g}: with kind: feed, whose platform decides who sees a post")
    return plan


def numbers_of(openings: tuple[Opening, ...]) -> dict[str, list[int]]:
    """The numbers of the groups of each name."""
    names = dict.fromkeys(one.name for one in openings)
    return {name: [number for number, one in enumerate(openings) if one.name == name] for name in names}
