"""The search for the best plan: its levers, who goes on, a known optimum found, the winner tried on worlds that did not choose it."""

from __future__ import annotations

import math
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from sim import cli
from sim.allowed import ConfigError
from sim.comparing.more import fresh_seed
from sim.config import compose, read_study_file
from sim.optimising import search
from sim.optimising.search import STOPPED, find_optimum, split_trials
from sim.optimising.space import read_space
from sim.report.language import LANGUAGES, translator
from sim.report.optimum import word_optimum
from sim.studies.ledger import StudyError
from sim.studies.optimum import YARDSTICK, excess, merit, promising, replications_of
from sim.studies.question import Question, split_words

SMALL = ("scenario=restaurant", "days=4", "confirm_days=0", "scenario.population.size=20", "replications=16", "seed=5")
LEVERS = ("strategy=columns_and_perks,no_plan", "strategy.posts_per_day=interval(0,4)", "staff.people=interval(1,3)")
ASKED = ("choose=min:staff_hours", "subject_to=[dead<=10%]")


def question_of(*words: str) -> Question:
    """What words ask."""
    return split_words(words)[0]


# Levers ----------------------------------------------------------------------------------------------------------------


def test_levers_act_where_the_chosen_blocks_have_them() -> None:
    space = read_space([*SMALL, *LEVERS])
    assert space.shared == SMALL
    assert space.yardstick == ("strategy=columns_and_perks",)
    acting = {combination: [lever.key for lever in levers] for combination, levers in space.within.items()}
    assert acting == {
        ("strategy=columns_and_perks",): ["strategy.posts_per_day", "staff.people"],
        ("strategy=no_plan",): ["staff.people"],
    }
    posts, people = space.within["strategy=columns_and_perks",]
    assert (posts.whole, people.whole) == (False, True)


def test_proposals_are_numbers_a_person_would_plan() -> None:
    (lever,) = read_space([*SMALL, "strategy.posts_per_day=interval(0.1,4)"]).within[()]
    asked: dict[str, Any] = {}

    def suggest_float(name: str, low: float, high: float, *, log: bool) -> float:
        asked.update(name=name, low=low, high=high, log=log)
        return 1.23456

    assert lever.suggest(SimpleNamespace(suggest_float=suggest_float)) == "strategy.posts_per_day=1.23"  # type: ignore[arg-type]
    assert asked == {"name": "strategy.posts_per_day", "low": 0.1, "high": 4, "log": True}


def test_numbers_that_rise_are_searched_in_their_order() -> None:
    numbers, texts = read_space([*SMALL, "strategy.posts_per_day=0,1,4", "staff.people=3,1"]).within[()]
    assert (numbers.ordered, texts.ordered) == (True, False)


WRONG = {
    "": "optimise: levers, such as",
    "staff.people=interval(2,1)": "staff.people=interval(2,1): interval(low,high) with low below high",
    "strategy.posts_per_day=interval(0,99)": "strategy.posts_per_day=99: 0 to 48 times/day",
    "strategy.postsperday=interval(0,9)": "strategy.postsperday=0: no such key; did you mean strategy.posts_per_day?",
    "strategy=interval(0,9)": "strategy=0..9: choices",
    "days=30,60": "days",
    "staff.people=interval(1,2) staff.people=3": "staff.people: given 2 times",
}


@pytest.mark.parametrize("words", WRONG)
def test_what_is_no_lever_is_one_line(words: str) -> None:
    shared = [one for one in SMALL if not one.startswith("days")]
    with pytest.raises(ConfigError) as error:
        read_space([*shared, *words.split()])
    assert WRONG[words] in str(error.value)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize("words", ("trials=0", "trials=x", "trials=513", "trials=٣", "trials=1 trials=2"))
def test_trials_are_a_number(words: str) -> None:
    with pytest.raises(ConfigError, match="trials"):
        split_trials(words.split())
    assert split_trials(["a=1", "trials=9"]) == (9, ["a=1"])


# Who goes on -----------------------------------------------------------------------------------------------------------


def test_plans_are_sorted_by_limits_then_by_what_is_asked() -> None:
    question = question_of("choose=max:adds", "subject_to=[dead<=10%,staff_hours<50]")
    good, poor = {"adds": 9.0, "dead": 0.1, "staff_hours": 49.0}, {"adds": 1.0, "dead": 0.0, "staff_hours": 1.0}
    over, strict = {"adds": 99.0, "dead": 0.2, "staff_hours": 1.0}, {"adds": 99.0, "dead": 0.0, "staff_hours": 50.0}
    nothing = {"adds": math.nan, "dead": math.nan, "staff_hours": 0.0}
    ranked = sorted([nothing, over, strict, poor, good], key=lambda values: merit(question, values))
    assert ranked == [good, poor, strict, over, nothing]


def test_excess_is_a_share_of_the_limit() -> None:
    (limit,) = question_of("choose=max:adds", "subject_to=[staff_hours<=50]").limits
    assert excess(limit, 75) == pytest.approx(0.5)
    assert excess(limit, 50) <= 0
    assert excess(limit, math.nan) == math.inf


def test_the_promising_get_more_replications() -> None:
    assert [replications_of(100, share) for share in (8, 4, 2, 1)] == [14, 26, 50, 100]
    assert replications_of(2, 8) == 2
    assert promising([f"plan {number}" for number in range(32)], 8) == ["plan 0", "plan 1", "plan 2", "plan 3"]
    assert promising(["a"], 4) == ["a"]


# A known optimum -------------------------------------------------------------------------------------------------------

#: Hours of a plan by its posts a day, and from how many posts on no group dies.
HOURS_A_POST, POSTS_NEEDED = 10.0, 1.5


class World:
    """Stands for the simulation: hours rise with posts, groups die below POSTS_NEEDED, luck is keyed by seed and replication."""

    def __init__(self) -> None:
        self.studies: list[tuple[str, int, int, tuple[str, ...]]] = []
        self.stop_after = 10**9

    def run(self, arms: Any, *, replications: int, seed: int, folder: Path, resume: bool, **_: Any) -> Any:
        if len(self.studies) >= self.stop_after:
            raise KeyboardInterrupt
        self.studies.append((folder.name, replications, seed, tuple(arm.label for arm in arms)))
        folder.mkdir(parents=True, exist_ok=True)
        rows = []
        for number in range(replications):
            luck = np.random.default_rng([seed, number]).normal()
            for place, arm in enumerate(arms):
                posts = arm.composed.plain["strategy"].get("posts_per_day", 0)
                rows.append(
                    {"arm": place, "label": arm.label, "replication": number, "world": number // 2,
                     "staff_hours": 50 + HOURS_A_POST * posts + luck, "dead": float(posts < POSTS_NEEDED)}
                )  # fmt: skip
        return SimpleNamespace(replications=pd.DataFrame(rows))


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> World:
    stands = World()
    monkeypatch.setattr(search, "run_study", stands.run)
    return stands


def look(folder: Path, *words: str, **more: Any) -> Any:
    """A search over the levers."""
    return find_optimum(read_space([*SMALL, *LEVERS]), words or ASKED, folder=folder, **more)


def test_a_known_optimum_is_found_and_tried_on_fresh_worlds(world: World, tmp_path: Path) -> None:
    found = look(tmp_path, trials=40)
    assert found.found is not None
    chosen = compose(found.overrides[found.found.name])
    assert chosen.choices["strategy"] == "columns_and_perks"
    assert POSTS_NEEDED <= chosen.plain["strategy"]["posts_per_day"] < 2  # the yardstick has 2
    stages = {name: (replications, seed) for name, replications, seed, _ in world.studies}
    rounds = {name.rpartition("_")[0] if name.startswith("halving") else name: seed for name, (_, seed) in stages.items()}
    seeds = [seed for name, seed in rounds.items() if not name.startswith("search")]
    assert len({5, *seeds}) == 1 + len(seeds)  # every round on worlds of its own
    assert rounds["halving_40_1"] == fresh_seed(5)
    assert [stages[f"halving_40_{number}_1"][0] for number in (1, 2, 3)] == [4, 8, 16]
    assert {seed for name, (_, seed) in stages.items() if name.startswith("search")} == {5}  # all proposals under the same luck
    assert all(
        labels[0] == YARDSTICK for name, _, _, labels in world.studies if name.startswith("retest") or name.endswith("_1")
    )


def test_the_same_search_proposes_the_same_plans_and_goes_on_where_it_was(world: World, tmp_path: Path) -> None:
    whole = look(tmp_path / "whole", trials=20)
    studies, world.studies = world.studies, []
    world.stop_after = 2
    with pytest.raises(KeyboardInterrupt):
        look(tmp_path / "cut", trials=20)
    world.studies, world.stop_after = [], 10**9
    again = look(tmp_path / "cut", trials=20, resume=True)
    assert world.studies == studies
    pd.testing.assert_frame_equal(again.plans, whole.plans)
    assert (tmp_path / "cut" / "plans.csv").read_bytes() == (tmp_path / "whole" / "plans.csv").read_bytes()


def test_a_plan_proposed_again_is_not_simulated_again(world: World, tmp_path: Path) -> None:
    space = read_space([*SMALL, "staff.people=interval(1,2)"])
    found = find_optimum(space, ["choose=min:staff_hours"], folder=tmp_path, trials=24)
    assert len(found.plans) == 3  # two, and the plan as it is
    assert sum(len(labels) for name, _, _, labels in world.studies if name.startswith("search")) == 2


def test_nothing_within_the_limits_is_said(world: World, tmp_path: Path) -> None:
    asked = ("choose=min:staff_hours", "subject_to=[staff_hours<=10]")
    found = look(tmp_path, *asked, trials=8)
    assert found.found is None and found.trials == ()
    said = word_optimum(found, question_of(*asked), translator("en"))
    assert said[0].startswith("No plan can be recommended")
    assert any("comes nearest" in sentence for sentence in said)


def test_a_plan_that_fails_on_fresh_worlds_is_not_recommended(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    flattered = world.run

    def run(arms: Any, *, folder: Path, **more: Any) -> Any:
        simulated = flattered(arms, folder=folder, **more)
        if folder.name.startswith("retest") and folder.name.endswith("_1"):
            simulated.replications["dead"] = 1.0
        return simulated

    monkeypatch.setattr(search, "run_study", run)
    found = look(tmp_path, trials=16)
    assert [trial.keeps_all for trial in found.trials] == [False, True]
    assert found.found.name == found.trials[1].name != found.trials[0].name
    assert any("but not within the limits" in one for one in word_optimum(found, question_of(*ASKED), translator("en")))


def test_who_was_let_through_by_luck_makes_room_for_others(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In the search nothing dies; with more replications all that post little do: the dearer ones must be called."""
    honest = world.run

    def run(arms: Any, *, folder: Path, **more: Any) -> Any:
        simulated = honest(arms, folder=folder, **more)
        if folder.name.startswith("search"):
            simulated.replications["dead"] = 0.0
        return simulated

    monkeypatch.setattr(search, "run_study", run)
    found = look(tmp_path, trials=32)
    assert found.found is not None
    assert any(name.startswith("halving_32_1_2") for name, *_ in world.studies)
    assert (
        sum(merit(question_of(*ASKED), row)[0] == 0 for row in found.plans[found.plans["round"] == 3].to_dict("records")) >= 3
    )


def test_a_budget_stops_between_generations_and_is_repeated(world: World, tmp_path: Path) -> None:
    found = look(tmp_path, trials=40, minutes=0)
    assert found.asked == 8
    again = look(tmp_path, trials=40, minutes=60, resume=True)
    pd.testing.assert_frame_equal(again.plans, found.plans)
    (tmp_path / STOPPED).write_text('{"generations": "x"}')
    with pytest.raises(StudyError, match="damaged"):
        look(tmp_path, trials=40, minutes=60, resume=True)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_answer_comes_first_in_each_language(language: str, world: World, tmp_path: Path) -> None:
    found = look(tmp_path, trials=8)
    said = word_optimum(found, question_of(*ASKED), translator(language))
    assert "strategy=columns_and_perks" in said[0]
    assert not any("{" in sentence for sentence in said)


# The command -----------------------------------------------------------------------------------------------------------


def test_the_command_and_the_plan_it_writes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any) -> None:
    monkeypatch.chdir(tmp_path)
    words = [*SMALL[:-2], "replications=4", "strategy=no_plan,columns_and_perks", "staff.people=1,2", "trials=3", ASKED[0]]
    tables = []
    for workers in ("1", "2"):
        assert cli.main(["optimise", *words, "--out", workers, "--workers", workers]) == 0
        tables.append((tmp_path / workers / "plans.csv").read_bytes())
    assert tables[0] == tables[1]
    assert "Answer: Choose" in capsys.readouterr().out
    study = read_study_file(tmp_path / "1" / "plan.yaml")
    assert compose(study.words).scenario.days == 4
    assert cli.main(["run", "1/plan.yaml", "days=2", "seed=3"]) == 0
    assert len(list((tmp_path / "outputs" / "run").iterdir())) == 1


def test_what_the_command_refuses(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any) -> None:
    monkeypatch.chdir(tmp_path)
    for words, line in {
        "staff.people=1,2": "choose: max: or min: and an outcome is needed",
        "staff.people=1,2 choose=min:cost grow=9": "grow, retest: optimise grows",
        "staff.people=1,2 choose=min:cost trials=0": "trials=0: a whole number of plans",
    }.items():
        assert cli.main(["optimise", *words.split()]) == 2
        assert capsys.readouterr().err.startswith(line)
    assert list(tmp_path.iterdir()) == []
