"""A search with two objectives: its front is the true one, is told by fresh worlds only, and is drawn again from its tables."""

from __future__ import annotations

import json
import math
import shutil
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from sim import cli
from sim.allowed import ConfigError
from sim.config import compose, read_study_file
from sim.optimising import search
from sim.optimising.search import find_optimum
from sim.optimising.space import read_space
from sim.report.drawing import draw_all
from sim.report.language import LANGUAGES, translator
from sim.report.optimum import word_optimum
from sim.report.optimum_figures import name_plan
from sim.studies.asked import read_asked
from sim.studies.dictionary import describe_tables
from sim.studies.ledger import StudyError
from sim.studies.optimum import MOST_ON_FRONT, YARDSTICK, find_front, rank, read_optimum, spread_out
from sim.studies.question import MOST_OBJECTIVES, Question, split_words
from sim.studies.study import save_table

SMALL = ("scenario=restaurant", "days=4", "confirm_days=0", "scenario.population.size=20", "replications=16", "seed=5")
LEVERS = ("strategy=columns_and_perks", "strategy.posts_per_day=interval(0,4)", "staff.people=interval(1,3)")
ASKED = ("choose=max:adds,min:staff_hours", "subject_to=[dead<=10%]")
#: Yuan by the square root of posts, hours a post and a person; below so many posts a day groups die.
YUAN, HOURS_A_POST, HOURS_A_PERSON, POSTS_NEEDED = 100.0, 10.0, 20.0, 1.0


def question_of(*words: str) -> Question:
    """What words ask of a search."""
    return split_words(words, MOST_OBJECTIVES)[0]


# What is asked ----------------------------------------------------------------------------------------------------------


def test_two_objectives_are_for_a_search() -> None:
    asked = question_of(*ASKED)
    assert asked.objectives == {"adds": True, "staff_hours": False}
    assert question_of("choose=max:adds").second is None
    with pytest.raises(ConfigError, match="2 objectives; one here, two in optimise"):
        split_words(ASKED)


@pytest.mark.parametrize(
    "words, line",
    {
        "choose=max:adds,min:dead,min:cost": "3 objectives; at most two",
        "choose=max:adds,min:adds": "each outcome once",
        "choose=max:adds,": "max: or min:",
        "choose=max:adds,cost": "max: or min:",
    }.items(),
)
def test_what_is_no_pair_of_objectives_is_one_line(words: str, line: str) -> None:
    with pytest.raises(ConfigError) as error:
        question_of(words)
    assert line in str(error.value) and "\n" not in str(error.value)


# Who is ahead -----------------------------------------------------------------------------------------------------------


def test_plans_are_ranked_by_fronts_within_the_limits() -> None:
    plans = {
        "beaten": {"adds": 1.0, "staff_hours": 9.0, "dead": 0.0},
        "dear": {"adds": 9.0, "staff_hours": 8.0, "dead": 0.0},
        "cheap": {"adds": 1.0, "staff_hours": 1.0, "dead": 0.0},
        "beyond": {"adds": 99.0, "staff_hours": 0.0, "dead": 0.5},
        "nothing": {"adds": math.nan, "staff_hours": 0.0, "dead": 0.0},
        "middle": {"adds": 5.0, "staff_hours": 2.0, "dead": 0.0},
    }
    assert rank(question_of(*ASKED), plans) == ["dear", "cheap", "middle", "beaten", "beyond", "nothing"]


def test_ends_come_first_and_then_who_stands_apart() -> None:
    front = pd.DataFrame({"a": [0.0, 1.0, 2.0, 6.0, 9.0], "b": [9.0, 8.0, 7.0, 3.0, 0.0]}, index=list("vwxyz"))
    assert spread_out(front) == ["v", "z", "y", "x", "w"]


def test_of_plans_that_are_equal_one_stands_on_the_front() -> None:
    plans = {
        YARDSTICK: (5.0, 2.0, 0.0),
        "same": (5.0, 2.0, 0.0),
        "more": (9.0, 8.0, 0.0),
        "beaten": (4.0, 3.0, 0.0),
        "beyond": (99.0, 1.0, 1.0),
    }
    names = ("adds", "staff_hours", "dead")
    rows = [{"outcome": name, "arm": arm, "label": label, "mean": value, "mean_low": value, "mean_high": value}
            for arm, (label, values) in enumerate(plans.items()) for name, value in zip(names, values, strict=True)]  # fmt: skip
    assert set(find_front(pd.DataFrame(rows), question_of(*ASKED))) == {YARDSTICK, "more"}


# A known front ----------------------------------------------------------------------------------------------------------


class World:
    """Stands for the simulation: yuan and hours rise with posts, a second person costs hours and brings nothing."""

    def __init__(self) -> None:
        self.studies: list[tuple[str, int, int, tuple[str, ...]]] = []
        self.stop_after = 10**9

    def run(self, arms: Any, *, replications: int, seed: int, folder: Path, **_: Any) -> Any:
        if len(self.studies) >= self.stop_after:
            raise KeyboardInterrupt
        self.studies.append((folder.name, replications, seed, tuple(arm.label for arm in arms)))
        folder.mkdir(parents=True, exist_ok=True)
        rows = []
        for number in range(replications):
            luck = np.random.default_rng([seed, number]).normal(size=2)
            for place, arm in enumerate(arms):
                posts, people = arm.composed.plain["strategy"]["posts_per_day"], arm.composed.plain["staff"]["people"]
                rows.append(
                    {"arm": place, "label": arm.label, "replication": number, "world": number // 2,
                     "adds": YUAN * math.sqrt(posts) + luck[0], "dead": float(posts < POSTS_NEEDED),
                     "staff_hours": HOURS_A_POST * posts + HOURS_A_PERSON * people + luck[1]}
                )  # fmt: skip
        return SimpleNamespace(replications=pd.DataFrame(rows))


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> World:
    stands = World()
    monkeypatch.setattr(search, "run_study", stands.run)
    return stands


def look(folder: Path, *words: str, **more: Any) -> Any:
    """A search over the levers."""
    asking = words or ASKED
    return find_optimum(read_space([*SMALL, *LEVERS]), asking, folder=folder, **more)


def settings_of(words: str) -> dict[str, str]:
    return dict(word.split("=") for word in words.split())


def test_the_front_is_the_true_one_and_its_values_are_those_of_fresh_worlds(world: World, tmp_path: Path) -> None:
    found = look(tmp_path, trials=48)
    front = found.front
    stands = front[front.on_front & (front.plan != YARDSTICK)]
    assert 3 <= len(stands) <= MOST_ON_FRONT
    alone = 0
    for row in stands.itertuples():
        has = settings_of(row.words)
        posts, people = float(has["strategy.posts_per_day"]), int(has["staff.people"])
        alone += people == 1
        assert posts >= POSTS_NEEDED
        assert row.first == pytest.approx(YUAN * math.sqrt(posts), abs=1)
        assert row.second == pytest.approx(HOURS_A_POST * posts + HOURS_A_PERSON * people, abs=2)
        assert row.first != row.seen_first and row.second != row.seen_second
        for other in found.plans[found.plans.plan != YARDSTICK].itertuples():  # no plan that was proposed beats it by its law
            levers = settings_of(other.words)
            more = float(levers["strategy.posts_per_day"]) - posts
            fewer = HOURS_A_PERSON * (people - int(levers["staff.people"])) - HOURS_A_POST * more
            assert not (more >= 0 and fewer > 0)
    assert alone >= 3  # a second person brings nothing
    assert front["first"].is_monotonic_decreasing and stands.second.is_monotonic_decreasing
    assert list(front.number) == list(range(1, len(front) + 1))
    seeds = {name.partition("_")[0]: set() for name, *_ in world.studies}
    for name, _, seed, _ in world.studies:
        seeds[name.partition("_")[0]].add(seed)
    assert not seeds["retest"] & (seeds["search"] | seeds["halving"])
    assert world.studies[-1][1] == 16 and world.studies[-1][3][0] == YARDSTICK
    compose(found.overrides[stands.plan.iloc[0]])


def test_the_same_search_finds_the_same_front_where_it_goes_on(world: World, tmp_path: Path) -> None:
    look(tmp_path / "whole", trials=20)
    studies, world.studies = world.studies, []
    world.stop_after = 3
    with pytest.raises(KeyboardInterrupt):
        look(tmp_path / "cut", trials=20)
    with pytest.raises(StudyError, match=r"asked.json is missing"):
        read_asked(tmp_path / "cut")
    world.studies, world.stop_after = [], 10**9
    look(tmp_path / "cut", trials=20, resume=True)
    assert world.studies == studies
    for name in ("front", "plans", "rounds", "panel"):
        assert (tmp_path / "cut" / f"{name}.csv").read_bytes() == (tmp_path / "whole" / f"{name}.csv").read_bytes()


def test_who_falls_off_on_fresh_worlds_is_said(world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    honest = world.run

    def run(arms: Any, *, folder: Path, **more: Any) -> Any:
        simulated = honest(arms, folder=folder, **more)
        if folder.name.startswith("retest"):
            table = simulated.replications
            table.loc[table.arm == 1, "dead"] = 1.0  # breaks the limit
            table.loc[table.arm == 2, "adds"] -= 1000  # is beaten in both
            table.loc[table.arm == 2, "staff_hours"] += 1000
        return simulated

    monkeypatch.setattr(search, "run_study", run)
    found = look(tmp_path, trials=32)
    labels = world.studies[-1][3]
    fell = found.front.set_index("plan").loc[list(labels[1:3])]
    assert not fell.on_front.any() and list(fell.keeps) == [False, True] and fell.front_share.iloc[1] == 0
    assert not set(labels[1:3]) & set(found.chosen)
    said = word_optimum(found, question_of(*ASKED), translator("en"))
    numbers = "; ".join(str(number) for number in sorted(fell.number))
    assert any(f"these fell off the front: {numbers}." in sentence for sentence in said)


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_front_where_nothing_keeps_the_limits(language: str, world: World, tmp_path: Path) -> None:
    asked = ("choose=max:adds,min:staff_hours", "subject_to=[staff_hours<=1]")
    found = look(tmp_path, *asked, trials=8)
    assert found.found is None and found.chosen == () and found.front is None
    said = word_optimum(found, question_of(*asked), translator(language))
    assert not any("{" in sentence for sentence in said) and len(said) == 3
    assert set(draw_all(tmp_path, translator(language))) == {"search"}


# The folder -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_folder_tells_and_draws_all_of_it(language: str, world: World, tmp_path: Path) -> None:
    made, t = look(tmp_path, trials=24), translator(language)
    asked = read_asked(tmp_path)
    again = read_optimum(tmp_path, asked)
    assert word_optimum(again, asked.words, t) == word_optimum(made, question_of(*ASKED), t)
    figure = draw_all(tmp_path, t)["front"]
    texts = [text.get_text() for text in figure.axes[0].texts]
    for row in made.front.itertuples():
        assert any(text.startswith(f"{row.number}  ") for text in texts) and str(row.number) in texts
    assert str(int(made.front.on_front.sum())) in figure.get_label().split("\n")[0]


def test_a_table_that_names_a_folder_elsewhere_is_refused(world: World, tmp_path: Path) -> None:
    look(tmp_path, trials=8)
    asked = read_asked(tmp_path)
    rounds = read_optimum(tmp_path, asked).rounds
    for folder in ("../search_000", "/etc", "search_000/..", "retest"):
        save_table(tmp_path, "rounds", rounds.assign(folder=folder))
        with pytest.raises(StudyError, match="no stage of a search"):
            read_optimum(tmp_path, asked)


def test_a_plan_is_named_in_words() -> None:
    t = translator("en")
    assert name_plan("strategy=kol_care strategy.posts_per_day=1.2", "plan 3", t) == "KOL care, operator posts a day: 1.2"
    assert name_plan("", YARDSTICK, t) == "the plan as it is"


# The command ------------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def simulated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two searches with one and two workers, and one with one objective."""
    here = tmp_path_factory.mktemp("simulated")
    words = [*SMALL[:-2], "replications=4", "strategy=no_plan,columns_and_perks", "staff.people=1,2", "trials=4"]
    for workers in ("1", "2"):
        assert (
            cli.main(
                ["optimise", *words, "choose=max:adds,min:staff_hours", "--out", str(here / workers), "--workers", workers]
            )
            == 0
        )
    assert cli.main(["optimise", *words, "choose=min:staff_hours", "--out", str(here / "one"), "--workers", "2"]) == 0
    return here


@pytest.mark.xdist_group("plan_front")
def test_the_workers_change_nothing_and_each_plan_can_be_run(simulated: Path) -> None:
    for name in ("front", "plans", "rounds", "panel"):
        assert (simulated / "1" / f"{name}.csv").read_bytes() == (simulated / "2" / f"{name}.csv").read_bytes()
    for one in (one for one in describe_tables() if one.name in ("front", "plans", "rounds")):
        known, there = {column.name for column in one.columns}, set(pd.read_csv(simulated / "1" / f"{one.name}.csv").columns)
        assert known <= there and (one.open or known == there), one.name
    front = pd.read_csv(simulated / "1" / "front.csv")
    plans = [read_study_file(path) for path in sorted((simulated / "1").glob("plan_*.yaml"))]
    assert len(plans) == front.on_front.sum() >= 1
    assert all(compose(plan.words).scenario.days == 4 for plan in plans)


@pytest.mark.xdist_group("plan_front")
@pytest.mark.parametrize("which, figure", [("1", "front"), ("one", "search")])
def test_plot_report_and_tables_need_the_stored_tables_alone(
    simulated: Path, tmp_path: Path, which: str, figure: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    shutil.copytree(simulated / which, tmp_path / "copy", ignore=shutil.ignore_patterns("figures", "ledger", "*.yaml"))
    assert cli.main(["plot", "copy", "--out", "again"]) == 0
    assert (tmp_path / "again" / f"{figure}.png").read_bytes() == (simulated / which / "figures" / f"{figure}.png").read_bytes()
    assert cli.main(["report", "copy", "--out", "page", "--lang", "zh"]) == 0
    page = (tmp_path / "page" / "copy.html").read_text("utf-8")
    asked, t = read_asked(tmp_path / "copy"), translator("zh")
    said = word_optimum(read_optimum(tmp_path / "copy", asked), asked.words, t)
    assert all(sentence in page for sentence in said) and f'id="{figure}"' in page and t("table.rounds") in page
    assert cli.main(["tables", "copy", "--out", "sheets", "--format", "csv"]) == 0
    assert {"plans.csv", "rounds.csv"} <= {path.name for path in (tmp_path / "sheets").iterdir()}


def test_progress_names_the_stage(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = [*SMALL[:-2], "replications=4", "staff.people=1,2", "trials=2", "choose=max:adds,min:staff_hours"]
    assert cli.main(["optimise", *words, "--out", str(tmp_path / "a"), "--workers", "1"]) == 0
    lines = capsys.readouterr().err
    for stage in ("Screening, plans up to 2 of 2: ", "Racing, round 3 of 3, plans: ", "Confirming on fresh worlds, plans: "):
        assert stage in lines
    assert json.loads((tmp_path / "a" / "asked.json").read_text())["search"] == {"asked": 2, "refused": 0}
