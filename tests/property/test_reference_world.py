"""The world that is built against one built in plain Python: the same people, acquaintances, groups and topics, bit for bit."""

from __future__ import annotations

import dataclasses
import math
import types
from functools import cache
from importlib import import_module
from statistics import NormalDist

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim import streams
from sim.config import compose, options
from sim.engine.programme import Programme
from sim.events.log import LogWriter
from sim.scenario import Opening, Scenario, Source
from sim.vocabulary.tables import NEVER
from sim.world import build
from sim.world.build import World
from sim.world.carve import carve_world
from tests.property.test_reference import state_differences
from tests.reference import draws
from tests.reference import world as reference
from tests.reference.model import ReferenceProgramme

SIZES = st.one_of(st.integers(2, 40), st.integers(2, 300))


def worlds_differ(ours: World, theirs: World) -> list[str]:
    """Where two worlds differ, in words. How much room there is for topics is not part of a world, nor is where a table begins."""
    one, other = carve_world(ours.array), carve_world(theirs.array)
    wrong = [
        f"{name}: {getattr(ours, name)} against {getattr(theirs, name)}"
        for name in ("keys", "arrivals", "at_gate")
        if not np.array_equal(getattr(ours, name), getattr(theirs, name))
    ]
    for name in ("head", "parameters", "traits", "ties"):
        rows, others = getattr(one, name), getattr(other, name)
        if np.shape(rows) != np.shape(others):
            return [f"{name}: {len(rows)} rows against {len(others)}"]
        columns = set(rows.dtype.names) - {"heats", "heats_at"}
        wrong += [f"{name}.{column}" for column in sorted(columns) if not np.array_equal(rows[column], others[column])]
    for group in range(int(one.head["heat_groups"])):
        topics = [table.heat.reshape(int(table.head["heat_groups"]), -1)[group] for table in (one, other)]
        soon = [rows[rows["time"] < NEVER] for rows in topics]
        wrong += [f"topics of group {group}"] * (not np.array_equal(*soon))
        wrong += [f"room for topics of group {group}"] * any(
            rows[len(some) :]["heat"].any() for rows, some in zip(topics, soon)
        )
    return wrong


@cache
def shipped(scenario: str, strategy: str, incident: str) -> Scenario:
    """One of the shipped scenarios under one of the shipped strategies."""
    return compose([f"scenario={scenario}", f"strategy={strategy}", f"incident=[{incident}]", "confirm_days=3"]).scenario


@dataclasses.dataclass(frozen=True)
class Planned:
    """A strategy that opens groups of its own."""

    openings: tuple[Opening, ...]
    gated: bool = False


SHARES = st.sampled_from([0.0, 0.05, 0.3, 1.0])
SOURCES = st.builds(
    Source,
    per_day=st.sampled_from([0.0, 0.4, 9.0]),
    day=st.sampled_from([0.0, 3.5]),
    days=st.sampled_from([0.0, 2.0, 4_000.0]),
    mix=st.sampled_from([(), (("lurker", 0.25), ("kol", 0.75))]),
)


@st.composite
def openings(draw: st.DrawFn) -> tuple[Opening, ...]:
    """Groups as a plan writes them: so many of each name, alike."""
    found: list[Opening] = []
    for name in draw(st.lists(st.sampled_from(["class", "store", "alumni"]), min_size=1, unique=True)):
        alike = Opening(
            name=name,
            size=draw(st.integers(2, 60)),
            day=draw(st.sampled_from([0.0, 0.5, 3.25])),
            sources=draw(st.sampled_from([(), ("video",), ("video", "street")])),
            by_cohort=draw(st.booleans()),
        )
        found += [alike] * draw(st.integers(1, 3))
    return tuple(found)


@st.composite
def scenarios(draw: st.DrawFn) -> Scenario:
    """Any world that a config can ask for."""
    scenario = shipped(
        draw(st.sampled_from(options("scenario"))),
        draw(st.sampled_from(options("strategy"))),
        draw(st.sampled_from(["", "ad_wave", "quarrel"])),
    )
    groups = draw(st.integers(1, 5))
    population = dataclasses.replace(
        scenario.population,
        size=draw(SIZES),
        groups=groups,
        cohorts=draw(st.integers(1, 4)),
        ties_per_member=draw(st.sampled_from([0.0, 0.3, 4.0, 60.0])),
        homophily=draw(SHARES),
        likeness=draw(st.sampled_from([-0.9, 0.0, 0.5])),
        joining_days=draw(st.sampled_from([0.0, 2.0, 20.0])),
        walk_ins_per_day=draw(st.sampled_from([0.0, 0.3, 5.0])),
        reservoir=draw(SHARES),
        founding=draw(st.sampled_from([0.0, 0.4, 1.0])),
        inflow=tuple((name, draw(SOURCES)) for name in draw(st.sets(st.sampled_from(["video", "street"])))),
    )
    parameters = dataclasses.replace(
        scenario.parameters,
        heat_gain=draw(st.sampled_from([0.0, 1.0])),
        heat_rate=draw(st.sampled_from([0.0, 0.3, 2.0])),
        heat_shape=draw(st.sampled_from([1.0, 1.5, 2.0])),
        heat_cap=draw(st.sampled_from([0.5, 20.0])),
        hour_focus=draw(st.sampled_from([0.0, 0.5, 3.0])),
        need_gain=draw(st.sampled_from([0.0, 1.0])),
        need_shape=draw(st.sampled_from([0.5, 1.0, 3.0])),
    )
    changed = {"population": population, "parameters": parameters, "days": draw(st.sampled_from([1.0, 9.0, 30.0]))}
    if draw(st.booleans()):
        plan = Planned(draw(openings()), draw(st.booleans()))
        changed["strategy"] = ("planned", plan)
    return dataclasses.replace(scenario, without=draw(st.sampled_from([(), ("heat",), ("need",)])), **changed)


@given(scenario=scenarios(), programme=st.integers(0, 2), seed=st.integers(0, 2**70), replication=st.integers(0, 30))
@settings(deadline=None, max_examples=120)
def test_every_world_agrees(scenario, programme, seed, replication):
    keys = scenario, seed, replication, programme
    assert not worlds_differ(build.build_world(*keys), reference.build_world(*keys))


@pytest.mark.parametrize("name", options("scenario"))
def test_the_shipped_worlds_agree_at_full_size(name):
    scenario = shipped(name, "kol_care", "ad_wave")
    assert not worlds_differ(build.build_world(scenario, 7, 2, 0), reference.build_world(scenario, 7, 2, 0))


@pytest.mark.parametrize("strategy", ["kol_care", "feizhimi"])
def test_the_state_before_the_first_event_agrees(strategy):
    scenario = shipped("restaurant", strategy, "ad_wave")
    both = [kind(scenario, 4, 0, 1, LogWriter(None)) for kind in (Programme, ReferenceProgramme)]
    assert not state_differences(*both)


def test_the_reference_uses_its_own_world(monkeypatch):
    monkeypatch.setattr(build, "build_world", None)
    monkeypatch.setattr(Programme, "build_world", None)
    programme = ReferenceProgramme(shipped("restaurant", "kol_care", ""), 4, 0, 0, LogWriter(None))
    assert len(programme.rules.persons) > 200


def test_draws_are_those_of_splitmix64():
    golden, state = 0x9E3779B97F4A7C15, 0
    published = [0xE220A8397B1DCDAF, 0x6E789E6AA1B965F4, 0x06C45D188009454F]  # of splitmix64, seed 0
    for word in published:
        state += golden
        assert draws.scramble(state & draws.WORD) == word
    for seed in (0, 1, 2**63, 2**64, 2**70 + 5):
        assert draws.replication_key(seed, 3) == int(streams.run_key(seed, 3))


def test_the_functions_of_the_libraries_are_what_they_are_called():
    shares = [10.0**power for power in range(-16, 0)] + [place / 101 for place in range(1, 101)]
    for u in shares:
        assert math.isclose(reference.normal_quantile(u), NormalDist().inv_cdf(u), rel_tol=1e-13, abs_tol=1e-14)
        assert math.isclose(reference.log(u), math.log(u), rel_tol=1e-15)
        assert math.isclose(reference.exp(-3 * u), math.exp(-3 * u), rel_tol=1e-15)
        assert math.isclose(reference.power(u, -1 / 1.5), u ** (-1 / 1.5), rel_tol=1e-15)
        assert math.isclose(reference.gamma_quantile(1.0, u), -math.log1p(-u), rel_tol=1e-9)
        below = math.erf(math.sqrt(reference.gamma_quantile(0.5, u)))  # the gamma law of shape 1/2
        assert math.isclose(below, u, rel_tol=1e-9)


#: What one could get wrong in the builder: (module, what stands there, what would stand there).
MUTANTS = [
    ("build", "TAG_NOISE = 0.6", "TAG_NOISE = 0.61"),
    ("build", "SHIFT_HOURS = 0.7", "SHIFT_HOURS = 0.69"),
    ("build", "SOCIABILITY_HIGH = 40.0", "SOCIABILITY_HIGH = 4.0"),
    ("build", "0.46, 0.3, 0.23", "0.46, 0.31, 0.23"),
    ("build", "- 0.5 * spread * spread", "+ 0.5 * spread * spread"),
    ("build", "0.2 + of_type", "0.3 + of_type"),
    ("build", "0.5 * normal(6) - 0.125", "0.5 * normal(6)"),
    ("build", 'of_type("match_talk") * liking * (1 + likeness)', 'of_type("match_talk") * liking'),
    ("build", "np.argsort(-(exact - counts), kind", "np.argsort((exact - counts), kind"),
    ("build", "types[np.argsort(lots, kind=\"stable\")] = row", "types[:] = row"),
    ("build", "np.floor(tau)\n    within = np.interp(tau - day, hours_before, np.arange(25) / 24.0)",
     "np.floor(tau)\n    within = tau - day"),
    ("build", "within + source.astype(np.int64) * 2**40", "within + source.astype(np.int64) * 2**39"),
    ("build", "np.arange(planned) * population.cohorts // max(planned, 1)", "np.arange(planned) % population.cohorts"),
    ("build", "source.day + np.cumsum", "np.cumsum"),
    ("build", "one.mix or population.mix", "population.mix"),
    ("build", "intruders * population.groups, *map", "intruders, *map"),
    ("build", 'np.sqrt(traits["sociability"][inside]) + 0.1', 'np.sqrt(traits["sociability"][inside]) + 0.2'),
    ("build", "arrival[delayed] += opens[group[delayed]]", "pass"),
    ("build", "there[within[now] % len(there)]", "there[-1]"),
    ("build", 'traits["cohort"][inside] % len(same)', '0 * traits["cohort"][inside]'),
    ("build", "not one.sources or name in one.sources for", "True for"),
    ("build", "(source >= len(SOURCES)) | bool", "bool"),
    ("build", "market.needs_per_month / 30.0", "market.needs_per_month / 30.4"),
    ("build", "sorted(market.peak_hours)", "market.peak_hours[::-1]"),
    ("build", 'gammaincinv(values["need_shape"], lots) / values["need_shape"]', 'gammaincinv(values["need_shape"], lots)'),
    ("build", "((hour + 0.5) / 24.0 - share)", "(hour / 24.0 - share)"),
    ("build", "mean += rate / 24.0 * np.exp", "mean += np.exp"),
    ("graph", "DISTANCE_DECAY = 10.0", "DISTANCE_DECAY = 9.9"),
    ("graph", "round(mean_degree * n / 2)", "round(mean_degree * n / 2) - 1"),
    ("graph", "(weights[one] + weights[other])", "(weights[one] * weights[other])"),
    ("graph", "np.concatenate([pairs, pairs[:, ::-1]])", "pairs"),
    ("heat", "+= heat[:, place - 1]", "= heat[:, place - 1]"),
    ("heat", '/ parameters["heat_shape"]) - 1', '/ parameters["heat_shape"])'),
    ("heat", 'np.minimum(pareto, parameters["heat_cap"])', "pareto"),
]  # fmt: skip


def worlds_that_show_it() -> list[Scenario]:
    """Two scenarios in which every part of the builder has something to do."""
    scenario = shipped("restaurant", "kol_care", "ad_wave")
    flows = (
        ("video", Source(per_day=3.0, day=2.0, mix=(("lurker", 0.25), ("kol", 0.75)))),
        ("street", Source(per_day=2.0)),
    )
    population = dataclasses.replace(
        scenario.population, size=50, groups=3, cohorts=2, ties_per_member=5, homophily=0.7, likeness=0.3, walk_ins_per_day=1.0,
        inflow=flows,
    )  # fmt: skip
    parameters = dataclasses.replace(
        scenario.parameters, hour_focus=1.5, heat_gain=1.0, heat_rate=1.0, heat_cap=2.0, need_gain=1.0, need_shape=2.0
    )
    wide = dataclasses.replace(scenario, population=population, parameters=parameters, days=20.0)
    groups = (
        Opening(name="class", size=30, by_cohort=True),
        Opening(name="class", size=30, by_cohort=True),
        Opening(name="store", size=40, day=4.0, sources=("video",)),
        Opening(name="late", size=40, day=9.5),
    )
    return [wide, dataclasses.replace(wide, strategy=("planned", Planned(groups)))]


@pytest.mark.parametrize(("where", "right", "wrong"), MUTANTS, ids=[f"{where}: {right[:48]}" for where, right, _ in MUTANTS])
def test_a_mistake_in_the_builder_is_seen(where, right, wrong):
    source = import_module(f"sim.world.{where}").__spec__.loader.get_source(f"sim.world.{where}")
    assert source.count(right) == 1
    mutant = types.ModuleType(f"sim.world.{where}")
    exec(compile(source.replace(right, wrong), f"mutant of {where}", "exec"), mutant.__dict__)
    if where == "build":
        builder = mutant.build_world
    else:
        fresh = types.ModuleType("sim.world.build")
        exec(compile(build.__spec__.loader.get_source("sim.world.build"), "build", "exec"), fresh.__dict__)
        for name in ("build_ties", "neighbour_lists", "draw_heat"):
            fresh.__dict__[name] = getattr(mutant, name, fresh.__dict__[name])
        builder = fresh.build_world
    found = [worlds_differ(builder(one, 5, 0, 1), reference.build_world(one, 5, 0, 1)) for one in worlds_that_show_it()]
    assert any(found)


def test_the_worlds_that_show_it_agree_without_a_mistake():
    for scenario in worlds_that_show_it():
        assert not worlds_differ(build.build_world(scenario, 5, 0, 1), reference.build_world(scenario, 5, 0, 1))
