"""Named arms beside grids, as a word and in a study file, and whether arms hold the same people."""

from __future__ import annotations

from pathlib import Path

import pytest

from sim.allowed import ConfigError
from sim.config import expand, read_study_file
from sim.named_arms import split_arms, write_arms
from sim.same_people import find_other_people

REFUSED = {
    "arms=one": "arms=one: named arms",
    "arms=[]": "arms: 0 named arms; 1 to 200",
    "arms=[a]": "arms=a: named arms",
    "arms=[a,b: days=3]": "arms='a,b: days=3': named arms",
    "arms=[a: days]": "arms.a=days: key=value",
    "arms=[a: days=3; a: days=4]": "arms: a is given twice",
    "arms=[a: arms=[b]]": "arms.a: settings of the simulation only",
    "arms=[a: incident=[x]": "arms='a: incident=[x': a bracket",
}


@pytest.mark.parametrize("word", REFUSED)
def test_what_names_no_arms_is_one_line(word: str) -> None:
    with pytest.raises(ConfigError) as error:
        split_arms([word])
    assert str(error.value).replace('"', "'").replace("'", "").startswith(REFUSED[word].replace("'", ""))


def test_words_are_split_outside_brackets_and_quotation_marks() -> None:
    text = "arms=[one big: incident=[a, b] levers=[{day: 3; key: x}]; 小群 2×80: name='x; y' staff.people=2]"
    named, rest = split_arms(["days=3", text])
    assert named == {
        "one big": ["incident=[a, b]", "levers=[{day: 3; key: x}]"],
        "小群 2×80": ["name='x; y'", "staff.people=2"],
    }
    assert rest == ["days=3"]
    assert split_arms([write_arms(named)])[0] == named
    with pytest.raises(ConfigError, match=r"arms\.a"):
        write_arms({"a": ["days=3 seed=4"]})


def test_named_arms_replace_what_is_shared_and_go_with_a_grid() -> None:
    words = [
        "scenario=restaurant",
        "strategy=no_plan",
        "staff.people=1,2",
        "arms=[talk: strategy=kol_care days=30; none: days=30]",
    ]
    arms = expand(words)
    assert [arm.label for arm in arms] == ["talk, people=1", "talk, people=2", "none, people=1", "none, people=2"]
    assert arms[0].settings == {"arms": "talk", "staff.people": "1"}
    assert {arm.composed.choices["strategy"] for arm in arms[:2]} == {"kol_care"}
    assert all(arm.composed.scenario.days == 30 for arm in arms)
    with pytest.raises(ConfigError, match=r"strategy=nix.*one of"):
        expand(["arms=[a: strategy=nix]"])
    with pytest.raises(ConfigError, match=r"staff.people=-1: .*arm: a"):
        expand(["arms=[a: staff.people=-1; b: staff.people=1]"])
    with pytest.raises(ConfigError, match="days=30,60"):
        expand(["arms=[a: days=30; b: days=60]"])


def test_a_study_file_may_name_its_arms(tmp_path: Path) -> None:
    path = tmp_path / "study.yaml"
    path.write_text(
        "command: compare\ntitle: x\noverrides: [scenario=restaurant, days=30]\n"
        "arms:\n  plan: [strategy=kol_care, 'incident=[quarrel]']\n  none: [strategy=no_plan]\n"
    )
    assert [arm.label for arm in expand(read_study_file(path).words)] == ["plan", "none"]
    path.write_text("command: compare\ntitle: x\noverrides: []\narms:\n  mine: [strategy=./mine.yaml]\n")
    with pytest.raises(ConfigError, match=r"study.arms.mine.0=strategy=./mine.yaml: names only"):
        read_study_file(path)
    path.write_text("command: compare\ntitle: x\noverrides: []\narms: [a]\n")
    with pytest.raises(ConfigError, match=r"study\.arms"):
        read_study_file(path)


SIZES = "arms=[big: scenario.population.groups=1 scenario.population.size=80; small: scenario.population.{}=4 scenario.population.size=20]"


def test_one_large_group_and_several_small_ones_hold_the_same_people() -> None:
    assert find_other_people(expand(["scenario=merged_cohorts", SIZES.format("groups")]), 1) == []
    assert find_other_people(expand(["scenario=restaurant", "strategy=no_plan,kol_care"]), 1) == []


def test_programmes_have_people_of_their_own_and_newcomers_come_to_each_group() -> None:
    (other,) = find_other_people(expand(["scenario=merged_cohorts", SIZES.format("programmes")]), 1)
    assert other.label == "small" and other.persons == 80 and other.common < 80
    (other,) = find_other_people(expand(["scenario=restaurant", SIZES.format("groups")]), 1)
    assert other.persons > 80  # four groups take in four times as many walk-ins
