"""groupalive: which way of running a chat group keeps it alive, what it earns and what it costs.

import sim
scenario = sim.compose("scenario=restaurant", "strategy=kol_care")
run = sim.simulate(scenario, seed=7)
print(run.outcomes()["alive_days"])
run.vitals().plot(x="day", y="messages")
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from os import PathLike

    import networkx as nx

    from sim.comparing.compare import Comparison
    from sim.events.log import EventLog
    from sim.kernel.replay import replay
    from sim.run import simulate
    from sim.scenario import Scenario
    from sim.studies.study import open_study
    from sim.verification import verify

__all__ = ["EventLog", "branch", "compare", "compose", "open_study", "replay", "simulate", "social_graph", "verify"]

#: Public name -> the module it is in; modules are imported when a name is first used, so that `import sim` is quick.
_HOMES = {
    "EventLog": "sim.events.log",
    "open_study": "sim.studies.study",
    "replay": "sim.kernel.replay",
    "simulate": "sim.run",
    "verify": "sim.verification",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'sim' has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})


def compose(*overrides: str) -> Scenario:
    """The scenario that these settings describe (Hydra's grammar: "strategy=kol_care", "days=90").

    Raises ConfigError, one line that names the key and what is allowed.

    >>> compose("scenario=restaurant", "days=30").days
    30.0
    """
    from sim.config import compose as composed

    scenario: Scenario = composed(list(overrides)).scenario
    return scenario


def social_graph(scenario: Scenario, seed: int, replication: int = 0) -> nx.Graph:
    """Who knows whom in a replication: an undirected graph whose nodes are the numbers of the persons of the first programme.

    >>> few = compose("scenario=restaurant", "scenario.population.size=40")
    >>> social_graph(few, seed=7).number_of_nodes() >= 40
    True
    """
    from sim.world.build import build_world, tie_pairs
    from sim.world.graph import social_graph as as_graph

    world = build_world(scenario, seed, replication)
    return as_graph(tie_pairs(world.array), len(world.arrivals))


def branch(parent: Scenario, *changes: tuple[float, str, Any]) -> Scenario:
    """The same scenario with changes from a day on: (day since the start, key, value), e.g. (30, "strategy.posts_per_day", 4).

    Its log is byte for byte the parent's up to the first change, at the same seed. Keys and values are those of `groupalive branch`:
    another strategy by name, staff, a way of handling, campaigns that run from then on, a member removed. Raises ConfigError.

    >>> branch(compose("strategy=kol_care"), (30, "strategy.posts_per_day", 4)).changes[0].value
    4.0
    """
    from sim.allowed import written
    from sim.branching import branched

    child = parent
    for day, key, value in changes:
        child = branched(child, float(day), [f"{key}={written(value)}"])
    return child


def compare(
    *overrides: str,
    folder: str | PathLike[str],
    replications: int | None = None,
    seed: int | None = None,
    workers: int | None = None,
    baseline: str | None = None,
) -> Comparison:
    """Arms over any keys ("strategy=no_plan,kol_care") side by side; what it gives unpacks into (study, league table: one row an arm).

    The words that ask are those of the command line: "judge=net_income", "choose=max:adds", "subject_to=[dead<=5%]", "wages=contract",
    "grow=200", "retest=no", and "arms=[...]" names arms. `page().said` is what is said of it, `panel` every outcome that was judged, `answer`
    which arm to choose. The columns are told in docs/dictionary.md; `groupalive plot`, `tables` and `report` take the folder.

    The folder must be new or empty. Progress is not shown. Raises ConfigError where the arms cannot be compared, such as with different
    days; warns where they differ in people, prices or wages.
    """
    import warnings
    from pathlib import Path

    from sim.comparing.arms import about, expand_arms, find_baseline
    from sim.comparing.compare import compare_arms
    from sim.comparing.daily import keep_days
    from sim.config import replaced
    from sim.studies.question import split_words

    given = {"replications": replications, "seed": seed}
    words = replaced(overrides, [f"{key}={value}" for key, value in given.items() if value is not None])
    question, settings = split_words(words)
    arms = expand_arms("compare", settings)
    asked = about("compare", [arm.composed for arm in arms], baseline=find_baseline(arms, baseline, "baseline"),
                  question=tuple(word for word in words if word not in settings))  # fmt: skip
    made = compare_arms(arms, question, asked, folder=Path(folder), workers=workers)
    if care := made.asked.care:
        warnings.warn(f"arms differ in {', '.join(care)}, so not only in how the groups are run", stacklevel=2)
    keep_days(made.study, arms, made.panel.outcome.iloc[0], made.asked.days)
    return made
