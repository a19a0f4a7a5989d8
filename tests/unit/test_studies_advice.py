"""The plain conclusion: never surer than the bars, never silent about cost, rivals and reach."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from sim.studies.advice import KEYS, Advice, advise
from sim.studies.paired import estimate_league


def league(
    *shifts: float,
    luck: float = 2.0,
    between: float = 0.0,
    count: int = 40,
    dead: float = 0.1,
    fixed: bool = False,
    baseline: int = 0,
) -> pd.DataFrame:
    """Arms that live 40 days plus shift; each earns 100 times its number and costs as many hours."""
    rng, tables = np.random.default_rng(1), []
    shared = rng.normal(0, 5, count)
    for arm, shift in enumerate(shifts):
        worlds = np.repeat(rng.normal(0, between if arm else 0.0, count // 2), 2)
        table = {"arm": arm, "label": "abcdef"[arm], "replication": range(count), "dead": dead, "net_income": 100.0 * arm}
        table |= {"world": [0 if fixed else number // 2 for number in range(count)], "staff_hours": float(arm)}
        tables.append(
            pd.DataFrame(table | {"alive_days": 40 + shift + shared + worlds + rng.normal(0, luck / np.sqrt(2), count)})
        )
    return estimate_league(pd.concat(tables), baseline=baseline)


def say(table: pd.DataFrame) -> dict[str, dict[str, object]]:
    advice = advise(table, days=90)
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
    assert said["advice.money"] == {"difference": 100, "hours": 1}
    assert said["advice.worlds"] == {"better": 20, "worlds": 20}
    assert said["advice.sure"]["luck_low"] > 0
    assert not {"advice.depends", "advice.none", "advice.close", "advice.dies", "advice.luck_only"} & said.keys()


def test_better_on_average_only_is_said_to_depend() -> None:
    said = say(league(0, 15, between=15))
    assert said["advice.best"]["best"] == "b"
    assert said["advice.sure"]["unknown_low"] < 0 < said["advice.sure"]["luck_low"]
    assert said["advice.depends"] == {"best": "b", "baseline": "a"}


def test_rivals_of_the_winner_are_named_and_losers_too() -> None:
    said = say(league(0, 20, 20.3, -20, 0.2))
    assert {said["advice.best"]["best"], *said["advice.close"]["names"]} == {"b", "c"}
    assert said["advice.worse"] == {"names": ["d"]}
    assert said["advice.same"]["names"] == ["e"]


def test_nothing_better_than_the_baseline_recommends_nothing() -> None:
    said = say(league(0, 0.3, -20))
    assert said["advice.none"] == {"baseline": "a", "effect": 3.0}
    assert said["advice.same"]["names"] == ["b"]
    assert said["advice.worse"]["names"] == ["c"]
    assert "advice.best" not in said
    assert "advice.money" not in said


def test_what_luck_hides_is_not_told() -> None:
    said = say(league(0, 4, luck=30, count=12))
    assert said["advice.unclear"] == {"names": ["b"]}
    assert "advice.none" in said


def test_too_few_replications_give_no_recommendation() -> None:
    said = say(league(0, 30, count=6))
    assert said["advice.few"] == {"replications": 6, "fewest": 10}
    assert said["advice.unclear"] == {"names": ["b"]}
    assert "advice.best" not in said


def test_fixed_parameters_tell_luck_only() -> None:
    said = say(league(0, 20, fixed=True))
    assert "advice.luck_only" in said
    assert not {"advice.sure", "advice.worlds", "advice.depends"} & said.keys()


@pytest.mark.parametrize("fixed", [False, True])
def test_a_difference_without_any_spread_gets_no_interval(fixed: bool) -> None:
    table = league(0, 50, luck=0, fixed=fixed).assign(replications=40)
    table.loc[1, ["difference", "luck_low", "luck_high"]] = 50.0
    table.loc[1, ["unknown_low", "unknown_high"]] = np.nan if fixed else 50.0
    said = say(table)
    assert said["advice.alike"] == {"replications": 40}
    assert not {"advice.sure", "advice.luck_only", "advice.depends"} & said.keys()
    assert ("advice.worlds" in said) != fixed


def test_names_go_from_the_longest_lived_down() -> None:
    said = say(league(0, 20, -30, -20, -25))
    assert said["advice.worse"]["names"] == ["d", "e", "c"]


def test_the_front_is_named_and_so_is_a_winner_that_mostly_dies() -> None:
    said = say(league(0, 20, dead=0.8))
    assert said["advice.front"] == {"names": ["b", "a"]}
    assert said["advice.dies"] == {"best": "b", "dead": pytest.approx(0.8), "days": 90}
    alone = say(league(20, -20, baseline=1).assign(on_front=[True, False]))
    assert alone["advice.front_one"] == {"best": "a"}
    assert alone["advice.best"]["baseline"] == "b"
    assert say(league(0)).keys() == {"note.inside_model"}
