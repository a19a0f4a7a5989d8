"""Scenario and seed -> the world of one programme: persons with their traits and ties, groups, market, parameters.

Persons are numbered by the source they come from, never by group or strategy, so that the same person turns up in every
arm of a comparison: 400 people in one group and in four groups are the same 400 people with the same acquaintances.
"""

from __future__ import annotations

import math
from functools import lru_cache
from itertools import pairwise
from typing import Any, Final, NamedTuple

import numpy as np
from scipy.special import gammaincinv, ndtri

from sim import streams
from sim.events.kinds import DAY, FOUNDING, HOUR, NONE, REFERRAL, SLIPPED_IN, SOURCES, WALK_IN
from sim.members.member_type import MemberType
from sim.parameters import PARAMETERS, in_force
from sim.scenario import Opening, Population, Scenario, Source
from sim.vocabulary.tables import (
    CHANNEL,
    INCIDENT,
    LEDGER,
    MEMBERSHIP,
    MESSAGE,
    NEVER,
    NEWEST,
    PERSON,
    RECENT,
    ROSTER,
    STATE,
    STIMULUS,
    TIE,
    TOPICS,
    TRAITS,
    WALLET,
    WORLD,
)
from sim.world.carve import StateTables, WorldTables, carve_state, carve_world
from sim.world.graph import build_ties, neighbour_lists
from sim.world.heat import draw_heat

#: Places that a roster gets when it first grows, at least.
ROOM_LOW = 8
#: Relative rate of checks per hour of the day; peak in the evening, trough before dawn (P9; shape assumed).
_DAY_SHAPE = (
    0.46, 0.3, 0.23, 0.19, 0.17, 0.19, 0.34, 0.7, 0.95, 1, 1, 1.05,
    1.3, 1.2, 1, 0.95, 1, 1.1, 1.3, 1.5, 1.75, 1.9, 1.6, 0.95,
)  # fmt: skip
#: How people come in whom the world knows from the start.
FIRST_SOURCES = (FOUNDING, WALK_IN, REFERRAL, SLIPPED_IN)
SOCIABILITY_HIGH = 40.0
SHIFT_HOURS = 0.7
TAG_NOISE = 0.6
STIMULI_HIGH, INCIDENTS_HIGH, INCIDENTS_PER_GROUP, MESSAGES_ROOM = 64, 256, 8, 2048
#: Share of people who like a topic where the scenario says nothing (F76, D18: assumed).
LIKED_BY: Final = 0.5


class World(NamedTuple):
    """What a run starts from and never changes."""

    array: np.ndarray  # i8 [.], see sim.vocabulary.tables
    keys: np.ndarray  # u8 [persons + 1], root of every person's draws; last: root of the programme
    arrivals: np.ndarray  # i8 [persons], us of the first attempt to join; NEVER for those who are brought along
    at_gate: np.ndarray  # i8 [persons], us at which a person stands at a door with terms of entry; NEVER for all others


def day_shape() -> tuple[np.ndarray, np.ndarray]:
    """(relative rate per hour, mean 1, f8 [24]; its integral in days, f8 [25])."""
    hours = np.array(_DAY_SHAPE)
    hours = hours / hours.mean()
    return hours, np.concatenate([[0.0], np.cumsum(hours) / 24.0])


def _types_of(share: dict[str, float], codes: dict[str, int], lots: np.ndarray) -> np.ndarray:
    """Exact shares (largest remainders), handed out by lot: type code per person, i4 [n]."""
    n = len(lots)
    exact = np.array([share[name] * n for name in share])
    counts = np.floor(exact).astype(int)
    counts[np.argsort(-(exact - counts), kind="stable")[: n - counts.sum()]] += 1
    row = np.repeat([codes[name] for name in share], counts)
    types = np.empty(n, dtype=np.int32)
    types[np.argsort(lots, kind="stable")] = row
    return types


def _fill_traits(traits: np.ndarray, keys: np.ndarray, types: list[MemberType], likeness: float) -> None:
    """Draws the traits of all persons from their types (ordinals of the draws are fixed)."""

    def of_type(name: str) -> np.ndarray:
        found: np.ndarray = np.array([getattr(kind, name) for kind in types])[traits["type"].astype(int)]
        return found

    def normal(ordinal: int) -> np.ndarray:
        found: np.ndarray = ndtri(streams.uniforms(keys, streams.TRAIT, ordinal))
        return found

    def exponential(ordinal: int) -> np.ndarray:
        found: np.ndarray = -np.log(streams.uniforms(keys, streams.TRAIT, ordinal))
        return found

    spread = of_type("sociability_spread")
    traits["sociability"] = np.minimum(
        of_type("sociability") * np.exp(spread * normal(1) - 0.5 * spread * spread), SOCIABILITY_HIGH
    )
    traits["check_rate"] = of_type("checks") * np.exp(of_type("checks_spread") * normal(2))
    liking = np.exp(of_type("match_spread") * normal(3))
    traits["match_talk"] = np.clip(of_type("match_talk") * liking * (1 + likeness), 0, 1)
    traits["match_content"] = np.clip(
        of_type("match_content") * np.exp(of_type("match_spread") * normal(4)) * (1 + likeness), 0, 1
    )
    traits["match_promotion"] = np.clip(of_type("match_promotion") * np.exp(of_type("match_spread") * normal(5)), 0, 1)
    traits["reward_weight"] = of_type("reward_weight")
    traits["price_weight"] = of_type("price_weight")
    traits["susceptibility"] = of_type("susceptibility") * np.exp(0.5 * normal(6) - 0.125)
    traits["advert_rate"] = of_type("advert_rate")
    traits["refuses"], traits["discretion"] = of_type("refuses"), of_type("discretion")
    traits["vent_threshold"] = 0.2 + of_type("patience") * exponential(9)
    traits["tag"] = traits["match_content"] * np.exp(TAG_NOISE * normal(10))
    traits["shift"] = np.clip(SHIFT_HOURS * normal(11), -3, 3) * HOUR


def _arrival_times(lots: np.ndarray, mean_days: float, hours_before: np.ndarray) -> np.ndarray:
    """Entry of founding members: exponential delay, at hours when people are awake (us, i8)."""
    tau = -np.log(lots) * mean_days
    day = np.floor(tau)
    within = np.interp(tau - day, hours_before, np.arange(25) / 24.0)
    found: np.ndarray = ((day + within) * DAY).astype(np.int64) + 1
    return found


def reached_at_most(source: Source, planned: int, needs: float, days: float) -> int:
    """Persons that a source which follows the orders may reach: as if every planned member bought on each occasion (needs a day)."""
    return math.ceil(source.per_order * needs * planned * min(days, source.days))


def _flow_times(source: Source, days: float, root: np.uint64, code: int) -> np.ndarray:
    """When a named source reaches people, days since the founding (f8, in order): a Poisson stream of its own."""
    ends = min(source.day + source.days, days)
    if source.per_day == 0 or ends <= source.day:
        return np.empty(0)
    expected = source.per_day * (ends - source.day)
    draws = np.arange(1, 1 + math.ceil(expected + 6 * math.sqrt(expected) + 6))
    key = streams.keys(root, streams.ARRIVAL, np.array([-code]).astype(np.uint64))[0]
    times = source.day + np.cumsum(-np.log(streams.uniforms(key, streams.ARRIVAL, draws)) / source.per_day)
    return times[times < ends]


@lru_cache(maxsize=8)
def _persons(
    population: Population, members: tuple[tuple[str, Any], ...], intruders: int, days: float, needs: float, root: int
) -> tuple[np.ndarray, ...]:
    """Traits (without group) and acquaintances of everybody who may turn up; the same for every strategy."""
    names = [name for name, _ in members]
    codes = {name: code for code, name in enumerate(names)}
    types = [kind for _, kind in members]
    planned = round(population.groups * population.size * population.founding)
    root_key = np.uint64(root)
    rate = population.walk_ins_per_day * population.groups
    draws = np.arange(1, 1 + math.ceil(rate * days + 6 * math.sqrt(rate * days) + 6) if rate > 0 else 1)
    times = np.cumsum(-np.log(streams.uniforms(root_key, streams.ARRIVAL, draws)) / rate) if rate > 0 else np.empty(0)
    times = times[times < days]
    flows = [_flow_times(one, days, root_key, len(SOURCES) + place) for place, (_, one) in enumerate(population.inflow)]
    behind = [reached_at_most(one, population.groups * population.size, needs, days) for _, one in population.inflow]
    flows = [np.append(flow, np.full(more, np.inf)) for flow, more in zip(flows, behind, strict=True)]
    reservoir = round(population.reservoir * population.groups * population.size)
    counts = [planned, len(times), reservoir, intruders * population.groups, *map(len, flows)]
    source = np.repeat([*FIRST_SOURCES, *range(len(SOURCES), len(SOURCES) + len(flows))], counts)
    within = np.concatenate([np.arange(count) for count in counts])
    traits = np.zeros(len(source), dtype=TRAITS.dtype)
    traits["source"] = source
    keys = streams.keys(root_key, streams.TRAIT, within + source.astype(np.int64) * 2**40)
    traits["key"] = keys
    hours_before = day_shape()[1]
    traits["arrival"] = NEVER
    traits["arrival"][:planned] = _arrival_times(
        streams.uniforms(keys[:planned], streams.ARRIVAL, 0), population.joining_days, hours_before
    )
    walk = slice(planned, planned + len(times))
    day = np.floor(times)
    traits["arrival"][walk] = ((day + np.interp(times - day, hours_before, np.arange(25) / 24.0)) * DAY).astype(np.int64) + 1
    coming = np.concatenate([np.empty(0), *flows])
    timed = np.flatnonzero(np.isfinite(coming))
    coming, first = coming[timed], len(source) - len(coming)
    day = np.floor(coming)
    moment = ((day + np.interp(coming - day, hours_before, np.arange(25) / 24.0)) * DAY).astype(np.int64) + 1
    traits["arrival"][first + timed] = moment
    lots = streams.uniforms(keys, streams.TRAIT, 0)
    circle = np.arange(planned) * population.cohorts // max(planned, 1)
    traits["cohort"] = NONE
    traits["cohort"][:planned] = circle
    for cohort in range(population.cohorts):
        inside = np.flatnonzero(circle == cohort)
        traits["type"][inside] = _types_of(dict(population.mix), codes, lots[inside])
    mixes = {WALK_IN: population.mix, REFERRAL: population.mix}
    mixes |= {len(SOURCES) + place: one.mix or population.mix for place, (_, one) in enumerate(population.inflow)}
    for kind, mix in mixes.items():
        chosen = np.flatnonzero(source == kind)
        edges = np.cumsum([share for _, share in mix])
        index = np.minimum(np.searchsorted(edges, lots[chosen]), len(edges) - 1)
        traits["type"][chosen] = np.array([codes[name] for name, _ in mix])[index]
    if intruders:
        traits["type"][source == SLIPPED_IN] = codes["spammer"]
    _fill_traits(traits, keys, types, population.likeness)
    pairs = [np.empty((0, 2), dtype=np.int64)]
    for cohort in range(population.cohorts if population.ties_per_member > 0 else 0):
        inside = np.flatnonzero(circle == cohort)
        places = np.stack([streams.uniforms(keys[inside], streams.TIES, axis) for axis in (0, 1)], axis=1)
        weights = np.sqrt(traits["sociability"][inside]) + 0.1
        pairs.append(inside[build_ties(weights, places, population.ties_per_member, population.homophily)])
    return traits, keys, *neighbour_lists(np.concatenate(pairs), len(traits))


def places_of(
    openings: tuple[Opening, ...], traits: np.ndarray, within: np.ndarray, leads: list[str]
) -> tuple[np.ndarray, np.ndarray]:
    """(the group each person may come to, i8 [n]; when they first try, us, i8 [n]).

    within: number of a person among those of the same source; leads: names of the scenario's sources.
    Founding members take the places of the groups in the order in which these are written (a group by cohorts takes each cohort
    whole); all others take turns among the groups that are open and take people from their source. Who
    belongs to a group that opens later comes that much later.
    """
    names = [one.name for one in openings]
    places = np.repeat(np.arange(len(openings)), [one.size for one in openings])
    group = places[within % len(places)]
    for name in dict.fromkeys(one.name for one in openings if one.by_cohort):
        same = np.flatnonzero([one == name for one in names])
        inside = (traits["source"] == FOUNDING) & np.isin(group, same)
        group[inside] = same[traits["cohort"][inside] % len(same)]
    opens = np.array([round(one.day * DAY) for one in openings])
    arrival = traits["arrival"].copy()
    for source in sorted({*traits["source"].tolist()} - {int(FOUNDING)}):
        came = traits["source"] == source
        name = leads[source - len(SOURCES)] if source >= len(SOURCES) else ""
        fits = np.flatnonzero([not one.sources or name in one.sources for one in openings] if name else np.ones(len(openings)))
        fits = fits if len(fits) else np.arange(len(openings))
        for day in np.unique(opens[fits]):  # between two openings the same groups are open
            now = came & (arrival > (day if day > opens[fits].min() else -1))
            there = fits[opens[fits] <= day]
            group[now] = there[within[now] % len(there)]
        if source not in (WALK_IN, *range(len(SOURCES), len(SOURCES) + len(leads))):
            group[came] = within[came] % len(openings)
    delayed = (traits["source"] == FOUNDING) & (arrival < NEVER)
    arrival[delayed] += opens[group[delayed]]
    return group, arrival


def build_world(scenario: Scenario, seed: int, replication: int, programme: int = 0) -> World:
    """The world of one programme."""
    population, market = scenario.population, scenario.market
    needs = market.needs_per_month / 30.0
    root = streams.keys(streams.run_key(seed, replication), streams.TRAIT, np.array([programme]))[0]
    intruders = sum(getattr(incident, "intruders", 0) for _, incident in scenario.incident)
    days = scenario.days + scenario.confirm_days
    traits, keys, ties_start, ties = _persons(population, tuple(scenario.member.items()), intruders, days, needs, int(root))
    traits = traits.copy()
    source, number = traits["source"].astype(int), np.arange(len(traits))
    leads = [name for name, _ in population.inflow]
    traits["group"], coming = places_of(scenario.openings, traits, number - np.searchsorted(source, source), leads)
    gate = (source >= len(SOURCES)) | bool(getattr(scenario.strategy[1], "gated", False))
    at_gate = np.where(gate, coming, NEVER)
    traits["arrival"] = np.where(gate, NEVER, coming)
    traits["first_tie"], traits["ties"] = ties_start[:-1], np.diff(ties_start)
    values = in_force(scenario.parameters, scenario.without)
    topics = draw_heat(values, root, len(scenario.openings), days)
    if values["hour_focus"] > 0:
        traits["own_hour"], traits["hour_mean"] = _own_hours(keys, values["hour_focus"])
    if values["need_gain"] > 0:
        lots = streams.uniforms(keys, streams.APPETITE, 0)
        traits["appetite"] = gammaincinv(values["need_shape"], lots) / values["need_shape"]
    begins = np.cumsum([WORLD.dtype.itemsize + PARAMETERS.dtype.itemsize, len(traits) * TRAITS.dtype.itemsize,
                        len(ties) * TIE.dtype.itemsize, topics.nbytes])  # fmt: skip
    buffer = np.zeros(begins[-1] // 8, dtype=np.int64)
    head = WORLD.rows(buffer, 0, 1)[0]
    head["traits_at"], head["ties_at"], head["heats_at"] = begins[:-1]
    head["heat_groups"], head["heats"] = topics.shape
    head["persons"], head["ties"] = len(traits), len(ties)
    head["hours"], head["hours_before"] = day_shape()
    head["needs"], head["odds"], head["price"] = needs, market.base_odds, market.usual_price
    head["peaks"], head["key"] = len(market.peak_hours), root
    head["peak_hours"][: len(market.peak_hours)] = sorted(market.peak_hours)
    liked: dict[Any, float] = dict(population.likes)
    head["liked_by"] = [liked.get(topic, LIKED_BY) for topic in TOPICS]
    head["beginners"] = population.beginners
    world = carve_world(buffer)
    for name, value in values.items():
        world.parameters[name] = value
    world.traits[:] = traits
    world.ties["person"] = ties
    world.heat[:] = topics.ravel()
    return World(buffer, np.append(keys, root), traits["arrival"].copy(), at_gate)


def _own_hours(keys: np.ndarray, focus: float) -> tuple[np.ndarray, np.ndarray]:
    """(the hour that each person keeps to, us after midnight, i8 [n]; mean of exp(focus cos) over their looks of a day, f8 [n]).

    The hour is drawn from the day that all share. Dividing by the mean makes everybody talk as much as without an hour of their own, and
    all together follow that day.
    """
    hours, hours_before = day_shape()
    share = np.interp(streams.uniforms(keys, streams.HOUR_OF_DAY, 0), hours_before, np.arange(25) / 24.0)
    mean = np.zeros(len(keys))
    for hour, rate in enumerate(hours):
        mean += rate / 24.0 * np.exp(focus * np.cos(2.0 * np.pi * ((hour + 0.5) / 24.0 - share)))
    return (share * DAY).astype(np.int64), mean


def build_state(world: World, scenario: Scenario) -> np.ndarray:
    """The state before the first event, with room for some messages (i8 [.])."""
    population = scenario.population
    openings, persons = scenario.openings, len(world.arrivals)
    groups = len(openings)
    incidents = max(INCIDENTS_HIGH, INCIDENTS_PER_GROUP * groups)
    channels, further = groups + population.further_channels, math.ceil(persons * (population.memberships - 1.0))
    # A roster that grows takes twice its size anew: no more than this, however the memberships fall.
    rosters = persons + (2 * persons + 4 * further + ROOM_LOW * channels if further else 0)
    sizes = {
        "ledger": (LEDGER, 1), "channels": (CHANNEL, channels), "stimuli": (STIMULUS, STIMULI_HIGH),
        "incidents": (INCIDENT, incidents), "persons": (PERSON, persons), "members": (MEMBERSHIP, persons + further),
        "rosters": (ROSTER, rosters), "wallets": (WALLET, persons), "newest": (NEWEST, channels * RECENT),
        "messages": (MESSAGE, MESSAGES_ROOM),
    }  # fmt: skip
    begins = np.cumsum([STATE.dtype.itemsize, *(kind.dtype.itemsize * count for kind, count in sizes.values())])
    buffer = np.zeros(begins[-1] // 8, dtype=np.int64)
    head = STATE.rows(buffer, 0, 1)[0]
    for name, begin in zip(sizes, begins[:-1], strict=True):
        head[f"{name}_at"] = begin
    head["persons"], head["seats"], head["seats_high"] = persons, persons, persons + further
    head["channels"], head["channels_high"], head["rosters"], head["rosters_high"] = groups, channels, persons, rosters
    head["stimuli_high"], head["incidents_high"] = STIMULI_HIGH, incidents
    state = carve_state(buffer)
    state.ledger["price"], state.ledger["unit_cost"] = (
        scenario.market.price,
        scenario.market.usual_price * (1 - scenario.market.margin),
    )
    state.ledger["odds"] = state.ledger["talk"] = 1.0
    state.channels["ask"] = NONE
    state.channels["founded_at"] = state.channels["closing_at"] = NEVER
    state.channels["capacity"][:groups] = [round(one.size * population.capacity) for one in openings]
    state.persons["prompt"] = state.persons["incident"] = NONE
    state.persons["need"] = streams.uniforms(world.keys[:-1], streams.STOCK, 0)
    _seat_everybody(state, carve_world(world.array))
    return buffer


def _seat_everybody(state: StateTables, world: WorldTables) -> None:
    """The first membership of every person, which waits for their entry, and the rosters of the groups."""
    traits, members, parameters = world.traits, state.members[: len(world.traits)], world.parameters
    for name in ("waiting", "asked", "asked_before", "offer", "next", "came_from"):
        members[name] = NONE
    group = traits["group"]
    members["person"], members["channel"], members["left_at"] = np.arange(len(traits)), group, NEVER
    for name, ordinal in (("leave_threshold", 7), ("mute_threshold", 8)):
        members[name] = -np.log(streams.uniforms(traits["key"], streams.TRAIT, ordinal))
    own: np.ndarray = np.repeat(group, traits["ties"]) == group[world.ties["person"]]
    same: np.ndarray = np.concatenate([[0], np.cumsum(own)])
    degree: np.ndarray = same[traits["first_tie"] + traits["ties"]] - same[traits["first_tie"]]
    ties_warm = 1 - np.exp(-degree / parameters["warmth_degree"])
    members["warmth_base"] = parameters["warmth_floor"] + parameters["warmth_ties"] * ties_warm
    roster = np.argsort(group, kind="stable")
    start = np.searchsorted(group[roster], np.arange(group.max(initial=-1) + 2))
    # who may still slip in changes nothing
    weight = np.where(traits["source"][roster] == SLIPPED_IN, 0.0, traits["sociability"][roster])
    state.rosters["seat"][: len(roster)] = roster
    for number, (first, last) in enumerate(pairwise(start)):
        state.rosters["cumulative"][first:last] = np.cumsum(weight[first:last])
        for name, value in (("roster", first), ("enlisted", last - first), ("room", last - first)):
            state.channels[name][number] = value


def tie_pairs(world: np.ndarray) -> np.ndarray:
    """Every acquaintance as (person, person), each pair in both orders, i8 [e, 2]."""
    tables = carve_world(world)
    return np.stack([np.repeat(np.arange(len(tables.traits)), tables.traits["ties"]), tables.ties["person"]], axis=1)
