"""A run that a class operates -> where its clock stops and what may be chosen there; its worlds beside others -> ranks, and what mattered."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import numpy as np

from sim.projections.outcomes import OUTCOMES
from sim.projections.vitals import find_vitals
from sim.scenario import Scenario
from sim.studies.intervals import estimate_mean_interval
from sim.whatif.offers import ON, WAYS, Field
from sim.whatif.simulating import SHOWN

#: Days of a week that is looked at, the share of the first week's messages below which it is quiet, days between two accounts.
WEEK, QUIET, ACCOUNTS = 7, 0.5, 30
#: Days that pass at least between a decision and the next accounts, and choices of one.
APART, MOST_CHOICES = 7.0, 4
#: Days that pass at least before quiet weeks ask: after lively first days most weeks of a group are quiet, and a choice needs a while to show.
PATIENCE: Final = 21.0
#: Steps of a day, about nine seconds: an address holds four digits, and a choice is made one step before its incident opens.
STEPS: Final = 10_000
#: Of the ranks of a class in all worlds the middle part that is told as a range.
RANGE: Final = (0.05, 0.95)


def simulate_decision(
    scenario: Scenario, seed: int, replication: int, world: int | None, after: float
) -> dict[str, Any] | None:
    """The first decision after a day: an incident opens, a week was quiet, a month's accounts are due; None where there is none.

    Gives day, kind (incident | quiet | accounts) and the name of the incident.
    """
    from sim.run import simulate

    recorded = simulate(scenario, seed=seed, replication=replication, world=world)
    found: list[tuple[float, str, str]] = []
    marks = recorded.marks()
    for opened, kind, name in zip(marks["day"].tolist(), marks["kind"].tolist(), marks["name"].tolist(), strict=True):
        before = float(max(np.floor(opened * STEPS) - 1, 0)) / STEPS  # what is chosen must hold when the incident opens
        if kind == "incident" and before > after:
            found.append((before, kind, name))
    said = find_vitals(recorded.log, by_group=False)["organic"]
    first = said[:WEEK].sum()
    weeks = range(2 * WEEK, min(len(said), int(scenario.days)))
    quiet = (end for end in weeks if end >= after + PATIENCE and said[end - WEEK : end].sum() < QUIET * first)
    found += [(float(end), "quiet", "") for end in quiet][:1]
    found += [(float(end), "accounts", "") for end in range(ACCOUNTS, int(scenario.days), ACCOUNTS) if end >= after + APART]
    within = [one for one in found if one[0] < scenario.days]
    if not within:
        return None
    day, kind, name = min(within, key=lambda one: one[0])
    return {"day": day, "kind": kind, "name": name}


def choices_at(fields: Mapping[str, Field], kind: str, name: str) -> list[dict[str, Any]]:
    """What may be chosen at a decision, as changes of the form; the first one changes nothing."""
    found: list[dict[str, Any]] = [{}]
    if kind == "incident":
        field = fields.get(f"incident.{name}.handling")
        ways = [way for way, _ in field.options if way in WAYS and way != field.now] if field else []
        found += [{f"incident.{name}.handling": way} for way in ways]
    elif kind == "quiet":
        found += [
            *_scaled(fields, "strategy.posts_per_day", 2),
            *_switched(fields, "campaign.weekly_game"),
            *_other_plan(fields),
        ]
    else:
        found += [
            *_scaled(fields, "staff.budget_hours", 0.5),
            *_scaled(fields, "strategy.promotions_per_day", 3),
            *_other_plan(fields),
        ]
    return found[:MOST_CHOICES]


def score(
    arms: Mapping[str, list[dict[str, float]]], without: Mapping[int, list[dict[str, float]]], days: float
) -> dict[str, Any]:
    """Ranks and what mattered, by outcome. arms: outcomes by world of "class" and of the built-in strategies; without: of the class
    but for one choice, by the place of the choice.

    rank: [best, middle, worst] of the class among all arms, over the middle 90 % of the worlds, ties sharing their mean rank; means: by arm;
    choices: for each choice the mean difference that it made to the class, with its 95 % interval over worlds, None where it is open.
    """
    told = {}
    for name in SHOWN:
        sign = -1.0 if OUTCOMES[name].direction != "lower" else 1.0
        values = np.array([[float(one[name]) for one in worlds] for worlds in arms.values()])
        place = list(arms).index("class")
        ranks = (sign * values < sign * values[place]).sum(axis=0) + (1 + (values == values[place]).sum(axis=0)) / 2
        low, high = OUTCOMES[name].bounds(days)
        bounds = (low - high, high - low) if np.isfinite(high - low) else None
        choices = []
        for number, worlds in without.items():
            gains = values[place] - np.array([float(one[name]) for one in worlds])
            ends = estimate_mean_interval(gains[:, None], bounds=bounds) if np.ptp(gains) > 0 else (gains[:1], gains[:1])
            choices.append([number, float(gains.mean()), float(ends[0][0]), float(ends[1][0])])
        told[name] = {
            "rank": [float(np.quantile(ranks, at, method="inverted_cdf")) for at in (RANGE[0], 0.5, RANGE[1])],
            "means": {arm: float(row.mean()) for arm, row in zip(arms, values, strict=True)},
            "choices": choices,
        }
    return told


def _scaled(fields: Mapping[str, Field], key: str, factor: float) -> list[dict[str, Any]]:
    field = fields.get(key)
    if field is None or isinstance(field.now, str):
        return []
    value = min(field.high, max(field.low, field.now * factor))
    return [{key: int(value) if field.whole else round(value, 3)}] if value != field.now else []


def _switched(fields: Mapping[str, Field], key: str) -> list[dict[str, Any]]:
    return [{key: ON}] if key in fields and fields[key].now != ON else []


def _other_plan(fields: Mapping[str, Field]) -> list[dict[str, Any]]:
    """The first plan that can take over."""
    field = fields.get("strategy")
    return [{"strategy": next(name for name, _ in field.options if name != field.now)}] if field else []
