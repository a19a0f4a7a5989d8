"""A world once more, in plain Python: persons one by one, acquaintances pair by pair, written from docs/model.md.

`build_world` gives the same tables as the simulator's, so either can take the place of the other. Numbers are the same to the last
bit, since the elementary functions (exp, log, power, the normal and the gamma quantile) are those of numpy and scipy, one
number at a time: another library may round them otherwise, and one bit of a check rate moves a check by a microsecond.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from scipy import special

from sim.parameters import PARAMETERS, in_force
from sim.scenario import Opening, Scenario
from sim.vocabulary.tables import HEAT, NEVER, TIE, TRAITS, WORLD
from sim.world.build import World
from sim.world.carve import carve_world
from tests.reference.draws import child_key, draw, replication_key

HOUR, DAY = 3_600_000_000, 86_400_000_000
FOUNDING, WALK_IN, REFERRED, INTRUDER, NAMED = 0, 1, 2, 3, 6
NOBODY = -1
#: Looks per hour of the day, before they are scaled to a mean of 1 (docs/model.md).
LOOKS = (
    0.46, 0.3, 0.23, 0.19, 0.17, 0.19, 0.34, 0.7, 0.95, 1, 1, 1.05,
    1.3, 1.2, 1, 0.95, 1, 1.1, 1.3, 1.5, 1.75, 1.9, 1.6, 0.95,
)  # fmt: skip


def exp(x: float) -> float:
    """e to the power of x."""
    return float(np.exp(x))


def log(x: float) -> float:
    """The natural logarithm."""
    return float(np.log(x))


def power(base: float, exponent: float) -> float:
    """A power with a broken exponent."""
    return float((np.array([base]) ** exponent)[0])


def normal_quantile(u: float) -> float:
    """The standard normal number below which the share u lies."""
    return float(special.ndtri(u))


def gamma_quantile(shape: float, u: float) -> float:
    """The number below which the share u of a gamma law of scale 1 lies."""
    return float(special.gammaincinv(shape, u))


@dataclass
class Person:
    """Somebody who may turn up: the `rank`-th of those who come the same way."""

    source: int
    rank: int
    key: int
    type: int = NOBODY
    cohort: int = NOBODY
    group: int = NOBODY
    arrival: int = NEVER
    traits: dict[str, float] = field(default_factory=dict)
    acquaintances: list[int] = field(default_factory=list)

    def lot(self, ordinal: int) -> float:
        """One of the person's draws for traits."""
        return draw(self.key, "trait", ordinal)


def hours_of_the_day() -> tuple[list[float], list[float]]:
    """(looks per hour, mean 1; days of looks before each of 25 hours)."""
    # In eight partial sums, as numpy adds: the order is not part of the model, the last bit of the mean follows it.
    parts = [LOOKS[hour] + LOOKS[8 + hour] + LOOKS[16 + hour] for hour in range(8)]
    while len(parts) > 1:
        parts = [one + other for one, other in zip(parts[::2], parts[1::2])]
    hours = [looks / (parts[0] / 24) for looks in LOOKS]
    before = [0.0]
    for looks in hours:
        before.append(before[-1] + looks)
    return hours, [upto / 24 for upto in before]


def waking_moment(days: float) -> int:
    """The first whole microsecond after so many days, at an hour when people look: as far in the day as that share of its looks."""
    before = hours_of_the_day()[1]
    day = math.floor(days)
    share = days - day
    hour = max(hour for hour in range(24) if before[hour] <= share)
    steep = ((hour + 1) / 24 - hour / 24) / (before[hour + 1] - before[hour])
    within = steep * (share - before[hour]) + hour / 24
    return int((day + within) * DAY) + 1


def build_world(scenario: Scenario, seed: int, replication: int, programme: int = 0) -> World:
    """The world of one programme, as the tables of the simulator hold it."""
    population = scenario.population
    root = child_key(replication_key(seed, replication), "trait", programme)
    persons = gather(scenario, root)
    give_types(persons, scenario)
    for person in persons:
        give_traits(person, list(scenario.member.values())[person.type], population.likeness)
    for circle in range(population.cohorts):
        acquaint(persons, [n for n, one in enumerate(persons) if one.cohort == circle], population)
    assign_groups(persons, scenario.openings, [name for name, _ in population.inflow])
    p = in_force(scenario.parameters, scenario.without)
    for person in persons:
        hungry = (
            gamma_quantile(p["need_shape"], draw(person.key, "appetite", 0)) / p["need_shape"] if p["need_gain"] > 0 else 0.0
        )
        person.traits["appetite"] = hungry
        if p["hour_focus"] > 0:
            keep_hours(person, p["hour_focus"])
    until = scenario.days + scenario.confirm_days
    topics = [topics_of(p, child_key(root, "heat", group), until) for group in range(len(scenario.openings))]
    return tables_of(scenario, p, root, persons, topics)


def keep_hours(person: Person, focus: float) -> None:
    """The hour a person keeps to, and what keeping to it comes to on average over the looks of a day."""
    hours, before = hours_of_the_day()
    u = draw(person.key, "hour_of_day", 0)
    hour = max(hour for hour in range(24) if before[hour] <= u)
    share = ((hour + 1) / 24 - hour / 24) / (before[hour + 1] - before[hour]) * (u - before[hour]) + hour / 24
    mean = 0.0
    for hour, looks in enumerate(hours):
        mean += looks / 24.0 * exp(focus * float(np.cos(2.0 * np.pi * ((hour + 0.5) / 24.0 - share))))
    person.traits |= {"own_hour": int(share * DAY), "hour_mean": mean}


# Who there is
def gather(scenario: Scenario, root: int) -> list[Person]:
    """Everybody who may turn up, in order of their source, with their first attempt to come."""
    population, until = scenario.population, scenario.days + scenario.confirm_days
    people = []

    def add(source: int, moments: list[float | None]) -> None:
        for rank, days in enumerate(moments):
            key = child_key(root, "trait", rank + source * 2**40)
            people.append(Person(source, rank, key, arrival=NEVER if days is None else waking_moment(days)))

    planned = population.groups * population.size
    add(FOUNDING, [None] * round(planned * population.founding))
    for person in people:
        person.arrival = waking_moment(-log(draw(person.key, "arrival", 0)) * population.joining_days)
        person.cohort = person.rank * population.cohorts // len(people)
    add(WALK_IN, stream(root, population.walk_ins_per_day * population.groups, 0.0, until))
    add(REFERRED, [None] * round(population.reservoir * planned))
    add(INTRUDER, [None] * (sum(getattr(one, "intruders", 0) for _, one in scenario.incident) * population.groups))
    for place, (_, source) in enumerate(population.inflow):
        key = child_key(root, "arrival", -(NAMED + place))
        moments = stream(key, source.per_day, source.day, min(source.day + source.days, until))
        occasions = scenario.market.needs_per_month / 30.0 * planned * min(until, source.days)
        add(NAMED + place, [*moments, *[None] * math.ceil(source.per_order * occasions)])
    return people


def stream(key: int, rate: float, begins: float, ends: float) -> list[float]:
    """The moments of a Poisson stream, days."""
    passed, moments, ordinal = 0.0, [], 0
    while rate > 0:
        ordinal += 1
        passed += -log(draw(key, "arrival", ordinal)) / rate
        if begins + passed >= ends:
            break
        moments.append(begins + passed)
    return moments


def give_types(persons: list[Person], scenario: Scenario) -> None:
    """Founding members of a circle share the mix out exactly, by lot; all others draw their type."""
    population, names = scenario.population, list(scenario.member)
    for circle in range(population.cohorts):
        inside = sorted((one for one in persons if one.cohort == circle), key=lambda one: one.lot(0))
        exact = [share * len(inside) for _, share in population.mix]
        counts = [math.floor(count) for count in exact]
        left = sorted(range(len(exact)), key=lambda place: counts[place] - exact[place])  # the largest remainder first
        for place in left[: len(inside) - sum(counts)]:
            counts[place] += 1
        row = [name for (name, _), count in zip(population.mix, counts) for _ in range(count)]
        for person, name in zip(inside, row):
            person.type = names.index(name)
    for person in persons:
        if person.source == INTRUDER:
            person.type = names.index("spammer")
        elif person.source != FOUNDING:
            own = population.inflow[person.source - NAMED][1].mix if person.source >= NAMED else ()
            person.type = names.index(drawn_from(own or population.mix, person.lot(0)))


def drawn_from(mix: tuple[tuple[str, float], ...], lot: float) -> str:
    """The first name up to which the shares reach the lot."""
    upto = 0.0
    for name, share in mix:
        upto += share
        if lot <= upto:
            return name
    return mix[-1][0]


def give_traits(person: Person, kind: Any, likeness: float) -> None:
    """What never changes about a person, out of the medians and spreads of the type."""

    def z(ordinal: int) -> float:
        return normal_quantile(person.lot(ordinal))

    def share(value: float) -> float:
        return min(max(value, 0.0), 1.0)

    spread, liking = kind.sociability_spread, kind.match_spread
    content = share(kind.match_content * exp(liking * z(4)) * (1 + likeness))
    person.traits = {
        "sociability": min(kind.sociability * exp(spread * z(1) - spread * spread / 2), 40.0),
        "check_rate": kind.checks * exp(kind.checks_spread * z(2)),
        "match_talk": share(kind.match_talk * exp(liking * z(3)) * (1 + likeness)),
        "match_content": content,
        "match_promotion": share(kind.match_promotion * exp(liking * z(5))),
        "reward_weight": kind.reward_weight,
        "price_weight": kind.price_weight,
        "advert_rate": kind.advert_rate,
        "refuses": kind.refuses,
        "discretion": kind.discretion,
        "susceptibility": kind.susceptibility * exp(0.5 * z(6) - 0.125),
        "vent_threshold": 0.2 + kind.patience * -log(person.lot(9)),
        "tag": content * exp(0.6 * z(10)),
        "shift": int(min(max(0.7 * z(11), -3.0), 3.0) * HOUR),
    }


# Who knows whom
def acquaint(persons: list[Person], inside: list[int], population: Any) -> None:
    """The pairs of a circle with the best scores know each other, so many that the mean is as wanted; equal scores go together."""
    wanted = round(population.ties_per_member * len(inside) / 2)
    if not wanted or len(inside) < 2:
        return
    weight = {n: math.sqrt(persons[n].traits["sociability"]) + 0.1 for n in inside}
    place = {n: (draw(persons[n].key, "ties", 0), draw(persons[n].key, "ties", 1)) for n in inside}
    scores = {}
    for at, one in enumerate(inside):
        for other in inside[at + 1 :]:
            (x, y), (u, v) = place[one], place[other]
            far = math.sqrt((x - u) * (x - u) + (y - v) * (y - v))
            scores[one, other] = (weight[one] + weight[other]) * math.exp(-10.0 * population.homophily * far)
    least = sorted(scores.values(), reverse=True)[min(wanted, len(scores)) - 1]
    for (one, other), score in scores.items():
        if score >= least:
            persons[one].acquaintances.append(other)
            persons[other].acquaintances.append(one)
    for n in inside:
        persons[n].acquaintances.sort()


# Which group they may come to
def assign_groups(persons: list[Person], openings: tuple[Opening, ...], sources: list[str]) -> None:
    """Founding members fill the groups in order; others take turns among the groups that are open to them when they come."""
    seats = [group for group, one in enumerate(openings) for _ in range(one.size)]
    opens = [round(one.day * DAY) for one in openings]
    for person in persons:
        if person.source == FOUNDING:
            person.group = seats[person.rank % len(seats)]
            if openings[person.group].by_cohort:
                alike = [group for group, one in enumerate(openings) if one.name == openings[person.group].name]
                person.group = alike[person.cohort % len(alike)]
            person.arrival += opens[person.group]
        elif person.source in (REFERRED, INTRUDER):
            person.group = person.rank % len(openings)
        else:
            name = sources[person.source - NAMED] if person.source >= NAMED else None
            fits = [group for group, one in enumerate(openings) if name is None or not one.sources or name in one.sources]
            fits = fits or list(range(len(openings)))
            first = min(opens[group] for group in fits)
            there = [group for group in fits if opens[group] == first or opens[group] < person.arrival]
            person.group = there[person.rank % len(there)]


# What comes up by itself
def topics_of(p: dict[str, float], key: int, until: float) -> list[tuple[int, float]]:
    """The topics of a group: (time, heat of all topics so far right after it)."""
    passed, heat, topics = 0.0, 0.0, []
    while p["heat_gain"] > 0 and p["heat_rate"] > 0:
        gap = -log(draw(key, "arrival", len(topics))) / p["heat_rate"]
        before, passed = passed, passed + gap
        if passed >= until:
            break
        own = min(power(draw(key, "heat", len(topics)), -1 / p["heat_shape"]) - 1, p["heat_cap"])
        heat = own + heat * exp(-(passed - before) / p["heat_days"])
        topics.append((int(passed * DAY) + 1, heat))
    return topics


def tables_of(
    scenario: Scenario, p: dict[str, float], root: int, persons: list[Person], topics: list[list[tuple[int, float]]]
) -> World:
    """What was built, written into the tables that both models read."""
    ties, many = sum(len(one.acquaintances) for one in persons), max(map(len, topics), default=0)
    sizes = [WORLD.dtype.itemsize + PARAMETERS.dtype.itemsize, len(persons) * TRAITS.dtype.itemsize, ties * TIE.dtype.itemsize]
    array = np.zeros((sum(sizes) + len(topics) * many * HEAT.dtype.itemsize) // 8, dtype=np.int64)
    head, market = WORLD.rows(array, 0, 1)[0], scenario.market
    head["traits_at"], head["ties_at"], head["heats_at"] = sizes[0], sum(sizes[:2]), sum(sizes)
    head["persons"], head["ties"], head["heats"], head["heat_groups"] = len(persons), ties, many, len(topics)
    head["hours"], head["hours_before"] = hours_of_the_day()
    head["needs"], head["odds"], head["price"] = market.needs_per_month / 30, market.base_odds, market.usual_price
    head["peaks"], head["key"] = len(market.peak_hours), root
    head["peak_hours"][: len(market.peak_hours)] = sorted(market.peak_hours)
    liked = {"all": 0.5, "food": 0.5, "life": 0.5, "beauty": 0.5, "money": 0.5, "children": 0.5, "health": 0.5, "work": 0.5}
    head["liked_by"] = list((liked | dict(scenario.population.likes)).values())
    head["beginners"] = scenario.population.beginners
    world = carve_world(array)
    for name, value in p.items():
        world.parameters[name] = value
    gated, at_gate, number = bool(getattr(scenario.strategy[1], "gated", False)), [], 0
    for person, row in zip(persons, world.traits):
        stands = gated or person.source >= NAMED
        at_gate.append(person.arrival if stands else NEVER)
        row["arrival"], row["key"] = NEVER if stands else person.arrival, person.key
        row["first_tie"], row["ties"] = number, len(person.acquaintances)
        world.ties["person"][number : number + len(person.acquaintances)] = person.acquaintances
        number += len(person.acquaintances)
        for name in ("type", "cohort", "group", "source"):
            row[name] = getattr(person, name)
        for name, value in person.traits.items():
            row[name] = value
    for place in range(len(topics) * many):
        group, nth = divmod(place, many)
        world.heat[place] = topics[group][nth] if nth < len(topics[group]) else (NEVER, 0.0)
    keys = np.array([one.key for one in persons] + [root], dtype=np.uint64)
    return World(array, keys, world.traits["arrival"].copy(), np.array(at_gate, dtype=np.int64))
