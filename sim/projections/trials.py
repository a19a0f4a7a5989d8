"""Turns logs of arms that differ in one thing into what that thing did: P10, P12 to P16 as experiments.

A pattern of one log is a correlation: whoever has acquaintances is warmer, whoever is answered writes at a lively hour. Here
the arms hold the same people with the same luck, so a difference is an effect.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from sim.events import kinds
from sim.events.kinds import DAY
from sim.projections.conversation import NAN
from sim.projections.patterns import INF, Pattern, estimate_promotion_response
from sim.projections.rows import Rows, distinct, pair, project_groups, project_messages, project_moves, read_rows

if TYPE_CHECKING:
    import pandas as pd

#: Days from the entry on for which somebody is a newcomer.
NEWCOMER_DAYS = 7
#: How many of the most active are removed, and on which day (P16).
REMOVED, REMOVAL_DAY = 5, 60.0
#: Acquaintances that stay, at least, for a member to be in the core of a group (P16).
CORE = 3
#: Whoever wrote in so many days before a removal counts, and is gone who has not written in so many at the end; talk in between is
#: left to settle for a fortnight.
BEFORE_DAYS, AFTER_DAYS, SETTLING_DAYS = 30, 60, 14

TRIALS: Final = (
    Pattern("P10", "answer_effect", "what an answer to the first post adds to posting again", 0.06, 0.18, "emergent",
            "Joyce & Kraut 2006: 0.12; tolerance assumed"),
    Pattern("P12", "contagion_effect", "hazard of leaving after an acquaintance left, over the same without the law", 1.4, 2.2, "partly",
            "Nitzan & Libai 2011: 1.8; tolerance assumed; the factor is an input"),
    Pattern("P13", "promotion_response", "rank correlation of promotion load with mutes and exits", 0.5, 1.0, "partly",
            "Wohllebe 2021: monotone; bound assumed; promotions cost value by assumption"),
    Pattern("P14", "uncertain_reward", "members who take part in the first packet of an uncertain amount, share", 0.6, 0.8, "partly",
            "Shen et al. 2015: 0.70; tolerance assumed"),
    Pattern("P14", "fixed_reward", "members who take part in the first packet of a fixed amount, share", 0.33, 0.53, "partly",
            "Shen et al. 2015: 0.43; tolerance assumed"),
    Pattern("P14", "reward_odds", "odds of taking part, uncertain over fixed", 2.0, 4.5, "partly",
            "Shen et al. 2015: 3.1; tolerance assumed; uncertain_gain is an input"),
    Pattern("P15", "rules_compliance", "what posted rules add to the share of newcomers' posts that keep them", 0.04, 0.12, "partly",
            "Matias 2019: 0.084; tolerance assumed; rules_effect is an input"),
    Pattern("P15", "rules_newcomers", "newcomers who post, with rules over without", 1.35, 2.05, "emergent",
            "Matias 2019: 1.70; tolerance assumed"),
    Pattern("P16", "succession", "talk of the others after the five most active are removed, over the same without", 1.0, INF, "emergent",
            "model 2, proposal 4: others take their place; qualitative"),
    Pattern("P16", "unravelling", "what the removal adds to going silent, outside the core less inside it", 0.05, 1.0, "emergent",
            "Garcia et al. 2013: towards the k-core; qualitative, size assumed"),
)  # fmt: skip


def measure_newcomers(rows: Rows) -> dict[str, float]:
    """newcomers (came after the founding and were seen for `NEWCOMER_DAYS`), posted (of them, in these days), posts and breaches
    (their messages in these days, and the adverts among them)."""
    messages, groups = project_messages(rows), project_groups(rows)
    joins = rows.events[(rows.kind == kinds.MEMBER_JOINED) & np.isin(rows.events["group"], groups.number)]
    joins = joins[~np.isin(joins["y"], (kinds.FOUNDING, kinds.MOVED)) & (joins["time"] + NEWCOMER_DAYS * DAY <= rows.end)]
    whose, first = np.unique(pair(joins["group"], joins["actor"]), return_index=True)
    since = joins["time"][first]
    own = messages.organic | (messages.kind == kinds.ADVERT_POSTED)
    author = pair(messages.group[own], messages.author[own])
    place = np.minimum(np.searchsorted(whose, author), max(len(whose) - 1, 0))
    new = np.zeros(len(author), bool)
    if len(whose):
        ago = messages.time[own] - since[place]
        new = (whose[place] == author) & (ago >= 0) & (ago < NEWCOMER_DAYS * DAY)
    return {
        "newcomers": float(len(whose)),
        "posted": float(len(distinct(author[new & messages.organic[own]]))),
        "posts": float(new.sum()),
        "breaches": float((new & (messages.kind[own] == kinds.ADVERT_POSTED)).sum()),
    }


def measure_first_packet(rows: Rows) -> dict[str, float]:
    """asked (members who looked into the group between the first packet and the last who took part in it), took (part).

    In the experiment that P14 comes from everybody was asked; who does not look is not. `rows` have to hold the checks.
    """
    events = rows.events
    packets = np.flatnonzero((rows.kind == kinds.STIMULUS_POSTED) & (events["x"] > 0))
    if not len(packets):
        return {"asked": NAN, "took": NAN}
    messages = project_messages(rows)
    first = events[packets[0]]
    number = np.flatnonzero((messages.kind == kinds.STIMULUS_POSTED) & (messages.time == first["time"]))
    took = (rows.kind == kinds.STIMULUS_ANSWERED) & np.isin(events["target"], number)
    until = events["time"][took].max(initial=first["time"])
    looked = (rows.kind == kinds.GROUP_CHECKED) & (events["group"] == first["group"])
    looked &= (events["time"] > first["time"]) & (events["time"] <= until)
    return {"asked": float(len(distinct(events["actor"][looked]))), "took": float(len(distinct(events["actor"][took])))}


def find_most_active(log: Any, day: float, count: int) -> list[int]:
    """The members of the first group who wrote most before `day` and are there then, most first; ties by number."""
    rows = read_rows(log)
    messages, moves, groups = project_messages(rows), project_moves(rows), project_groups(rows)
    before = int(day * DAY)
    mine = (moves.group == groups.number[0]) & (moves.time < before)
    there = np.bincount(moves.person[mine], moves.members[mine]) > 0
    said = messages.organic & (messages.group == groups.number[0]) & (messages.time < before)
    counts = np.bincount(messages.author[said], minlength=len(there))[: len(there)] * there
    return [int(person) for person in np.argsort(-counts, kind="stable")[:count] if counts[person]]


def measure_removal(log: Any, without: Any, removed: Sequence[int], day: float, edges: np.ndarray) -> dict[str, float]:
    """What the removal of some members on `day` did to the others of the first group: `log` as it was, `without` them.

    talk, talk_without: messages of the others from a fortnight after; outside, inside: share of those who wrote in the 30 days before and
    not in the last 60, outside the core and inside it; outside_without, inside_without: the same. The core is what is
    left when whoever has fewer than `CORE` acquaintances leaves, and again, once those removed are gone.
    """
    found: dict[str, float] = {}
    moment = int(day * DAY)
    core: np.ndarray | None = None
    for one, tail in ((log, ""), (without, "_without")):
        rows = read_rows(one)
        messages = project_messages(rows)
        others = messages.organic & ~np.isin(messages.author, removed)
        found[f"talk{tail}"] = float((others & (messages.time >= moment + SETTLING_DAYS * DAY)).sum())
        early = distinct(
            messages.author[others & (messages.time < moment) & (messages.time >= moment - BEFORE_DAYS * DAY)].astype(np.int64)
        )
        late = messages.author[others & (messages.time >= rows.end - AFTER_DAYS * DAY)]
        if core is None:  # who is there, and in the core, is the same in both: it is reckoned on the day of the removal
            moves = project_moves(rows)
            mine = moves.time < moment
            there = np.flatnonzero(np.bincount(moves.person[mine], moves.members[mine]) > 0)
            core = find_core(edges, np.setdiff1d(there, removed))
        gone = ~np.isin(early, late)
        held = np.isin(early, core)
        found[f"outside{tail}"] = float(gone[~held].mean()) if (~held).any() else NAN
        found[f"inside{tail}"] = float(gone[held].mean()) if held.any() else NAN
    return found


def find_core(edges: np.ndarray, there: np.ndarray, least: int = CORE) -> np.ndarray:
    """Who is left of `there` when everybody with fewer than `least` acquaintances among those left goes, again and again (the k-core)."""
    left = np.unique(there)
    pairs = np.unique(np.sort(edges[edges[:, 0] != edges[:, 1]], axis=1), axis=0)
    while True:
        pairs = pairs[np.isin(pairs, left).all(axis=1)]
        known = np.bincount(pairs.ravel(), minlength=int(left.max(initial=0)) + 1)
        stay = left[known[left] >= least]
        if len(stay) == len(left):
            return left
        left = stay


def judge_trials(rows: pd.DataFrame, removals: pd.DataFrame) -> dict[str, float]:
    """Every one of `TRIALS` by its name. rows: replications of the arms of `sim.studies.trials` with what their logs gave, told apart by
    the column trial; removals: replications of `measure_removal`."""
    arm = dict(iter(rows.groupby("trial")))

    def pooled(name: str, over: str, under: str) -> float:
        below = float(arm[name][under].sum()) if name in arm else 0.0
        return float(arm[name][over].sum()) / below if below else NAN

    uncertain, fixed = (pooled(name, "took", "asked") for name in ("uncertain packet", "fixed packet"))
    kept = {name: 1 - pooled(name, "breaches", "posts") for name in ("rules", "no rules")}
    joined = {name: pooled(name, "posted", "newcomers") for name in ("rules", "no rules")}
    loads = rows[rows["trial"].str.startswith("load ")]
    responses = [
        estimate_promotion_response(own[["load", "response"]].to_dict("records")) for _, own in loads.groupby("replication")
    ]
    drift = (removals["outside_without"] - removals["outside"]) - (removals["inside_without"] - removals["inside"])
    return {
        "answer_effect": _median(arm["answers"]["again_gap"]) - _median(arm["answers that mean nothing"]["again_gap"]),
        "contagion_effect": _ratio(
            *(pooled(name, "contagion_above", "contagion_below") for name in ("ties", "ties without contagion"))
        ),
        "promotion_response": _median(responses),
        "uncertain_reward": uncertain,
        "fixed_reward": fixed,
        "reward_odds": _ratio(_odds(uncertain), _odds(fixed)),
        "rules_compliance": kept["rules"] - kept["no rules"],
        "rules_newcomers": _ratio(joined["rules"], joined["no rules"]),
        "succession": _ratio(float(removals["talk_without"].sum()), float(removals["talk"].sum())),
        "unravelling": float(drift.mean()),
    }


def _odds(share: float) -> float:
    return _ratio(share, 1 - share)


def _ratio(over: float, under: float) -> float:
    return over / under if under else NAN


def _median(values: Iterable[float] | Mapping[Any, float]) -> float:
    known = np.asarray(list(values), float)
    known = known[~np.isnan(known)]
    return float(np.median(known)) if len(known) else NAN
