"""The plain conclusion: never surer than the bars, never silent about cost, rivals and reach."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from sim.studies.advice import KEYS, Advice, advise
from sim.studies.paired import estimate_league
from sim.studies.panel import estimate_panel


def league(
    *shifts: float,
    luck: float = 2.0,
    between: float = 0.0,
    count: int = 40,
    dead: float = 0.1,
    fixed: bool = False,
    baseline: int = 0,
    days: float = np.inf,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Panel and league of arms that live 40 days plus shift; each earns 100 times its number and costs as many hours."""
    rng, tables = np.random.default_rng(1), []
    shared = rng.normal(0, 5, count)
    for arm, shift in enumerate(shifts):
        worlds = np.repeat(rng.normal(0, between if arm else 0.0, count // 2), 2)
        table = {"arm": arm, "label": "abcdef"[arm], "replication": range(count), "dead": dead, "net_income": 100.0 * arm}
        table |= {"world": [0 if fixed else number // 2 for number in range(count)], "staff_hours": float(arm)}
        tables.append(
            pd.DataFrame(table | {"alive_days": 40 + shift + shared + worlds + rng.normal(0, luck / np.sqrt(2), count)})
        )
    made = pd.concat(tables)
    judged = ("alive_days", "net_income")
    return estimate_panel(made, judged, baseline=baseline, days=days, members=10), estimate_league(
        made, baseline=baseline, days=days
    )


def say(tables: tuple[pd.DataFrame, pd.DataFrame]) -> dict[str, dict[str, object]]:
    advice = [one for one in advise(*tables, days=90) if one.key != "advice.also"]
    assert len({key for key, _ in advice}) == len(advice)
    for key, values in advice:
        assert set(values) == set(KEYS[key]), key
    assert advice[-1] == Advice("note.inside_model", {})
    return dict(advice)


def test_a_clear_winner_is_named_with_its_gain_its_cost_and_its_worlds() -> None:
    said = say(league(0, 20))
    assert said["advice.best"]["best"] == "b"
    assert said["advice.best"]["difference"] == pytest.approx(20, abs=1.5)
    assert said["advice.best"]["mean"] - said["advice.best"]["reference"] == pytest.approx(said["advice.best"]["difference"])
    worlds = said["advice.worlds"]
    assert [worlds[name] for name in ("ahead", "tied", "behind", "worlds")] == [20, 0, 0, 20]
    assert worlds["share"] > 0.99
    assert said["advice.sure"]["low"] > 3
    assert not {"advice.depends", "advice.none", "advice.close", "advice.dies", "advice.fixed", "advice.shrunk"} & said.keys()


def test_better_on_average_only_is_said_to_depend_with_the_estimated_share() -> None:
    said = say(league(0, 15, between=15, count=80))
    assert said["advice.best"]["best"] == "b"
    depends = said["advice.depends"]
    assert (depends["best"], depends["baseline"]) == ("b", "a")
    assert 0.01 < depends["share_low"] < depends["share"] < 0.4  # one world in six
    assert depends["share"] + said["advice.worlds"]["share"] == pytest.approx(1)


def test_a_bar_that_reaches_below_zero_alone_says_nothing_of_other_worlds() -> None:
    """No world differs; luck is wide. The bar for one more world may reach below 0, but no share of worlds is surely there."""
    panel, table = league(0, 15, between=15, count=80)
    assert "advice.depends" in say((panel, table))
    panel.loc[1, ["behind_share", "behind_share_low", "behind_share_high"]] = 0.02, 0.001, 0.08
    assert panel.unknown_low[1] < 0
    assert "advice.depends" not in say((panel, table))


def test_rivals_of_the_winner_are_named_and_losers_too() -> None:
    said = say(league(0, 20, 20.3, -20, 0.2))
    assert {said["advice.best"]["best"], *said["advice.close"]["names"]} == {"b", "c"}
    assert said["advice.worse"] == {"names": ["d"], "baseline": "a", "effect": 3.0, "outcome": "alive_days"}
    assert said["advice.same"]["names"] == ["e"]


def test_the_gain_of_the_best_of_many_alike_is_told_without_its_luck() -> None:
    said = say(league(0, *[10.0] * 5, luck=12))
    assert said["advice.shrunk"]["arms"] == 5
    assert 0 < said["advice.shrunk"]["shrunk"] < said["advice.best"]["difference"] - 0.1
    assert "advice.shrunk" not in say(league(0, 10, luck=12))


def test_a_gain_of_open_size_is_not_recommended_and_not_hidden() -> None:
    said = say(league(0, 4, -4, luck=8, count=80))
    assert said["advice.better_open"] == {"names": ["b"], "baseline": "a", "effect": 3.0, "outcome": "alive_days"}
    assert said["advice.worse_open"]["names"] == ["c"]
    assert "advice.none" in said
    assert not {"advice.best", "advice.worse"} & said.keys()


def test_nothing_better_than_the_baseline_recommends_nothing() -> None:
    said = say(league(0, 0.3, -20))
    assert said["advice.none"] == {"baseline": "a", "effect": 3.0, "outcome": "alive_days"}
    assert said["advice.same"]["names"] == ["b"]
    assert said["advice.worse"]["names"] == ["c"]
    assert "advice.better_open" not in said
    assert "advice.best" not in said
    assert "advice.close" not in said


def test_what_luck_hides_is_not_told() -> None:
    said = say(league(0, 4, luck=30, count=12))
    assert said["advice.open"] == {"names": ["b"], "effect": 3.0, "outcome": "alive_days"}
    assert "advice.none" in said


def test_too_few_replications_give_no_recommendation() -> None:
    said = say(league(0, 30, count=6))
    assert said["advice.few"] == {"replications": 6, "fewest": 10}
    assert said["advice.open"] == {"names": ["b"], "effect": 3.0, "outcome": "alive_days"}
    assert "advice.best" not in said


def test_fixed_parameters_say_so() -> None:
    said = say(league(0, 20, fixed=True))
    assert said["advice.fixed"]["low"] > 3
    assert not {"advice.sure", "advice.worlds", "advice.depends"} & said.keys()
    assert "advice.fixed" not in say(league(0, 20))


def test_where_no_arm_is_known_to_differ_nobody_wins() -> None:
    said = say(league(50, 50, 50, luck=0, days=90))
    assert said["advice.open"]["names"] == ["b", "c"]
    assert not {"advice.best", "advice.same"} & said.keys()


def test_names_go_from_the_longest_lived_down() -> None:
    said = say(league(0, 20, -30, -20, -25))
    assert said["advice.worse"]["names"] == ["d", "e", "c"]


def test_the_front_is_named_and_so_is_a_winner_that_mostly_dies() -> None:
    said = say(league(0, 20, dead=0.8))
    assert said["advice.front"] == {"names": ["b", "a"]}
    assert said["advice.dies"] == {"best": "b", "dead": pytest.approx(0.8), "days": 90}
    panel, table = league(20, -20, baseline=1)
    alone = say((panel, table.assign(on_front=[True, False])))
    assert alone["advice.front_one"] == {"best": "a"}
    assert alone["advice.best"]["baseline"] == "b"
    assert say(league(0)).keys() == {"note.inside_model"}


def test_other_outcomes_are_told_in_short() -> None:
    panel, table = league(0, 20, -20)
    verdicts = ["baseline", "better", "worse"]
    panel.loc[panel.outcome == "net_income", "verdict"] = verdicts
    also = [values for key, values in advise(panel, table, days=90) if key == "advice.also"]
    assert also == [{"outcome": "net_income", "baseline": "a", "better": ["b"], "worse": ["c"], "same": []}]


def test_nothing_is_said_of_the_life_of_an_arm_without_a_group() -> None:
    panel, table = league(0, 20, 90)
    panel.loc[(panel.arm == 2) & (panel.outcome == "alive_days"), "verdict"] = "none"
    table.loc[table.arm == 2, "dead"] = np.nan
    said = advise(panel, table, days=90)
    assert dict(said)["advice.best"]["best"] == "b"
    assert not any("c" in (value if isinstance(value, list) else [value]) for _, values in said for value in values.values())
