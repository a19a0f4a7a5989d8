"""Lessons: shipped ones can be run, wrong ones are refused in a line, worlds are simulated once and again when what decides them moves."""

from __future__ import annotations

import copy
import json
from pathlib import Path

import pandas as pd
import pytest
import yaml

from sim.allowed import ConfigError
from sim.authoring import check_file, template
from sim.config import config_folder, options
from sim.lessons import rehearsal
from sim.lessons.lesson import AFTER, KEYS, check_block, expand_lesson, find_lesson, read_lesson
from sim.lessons.rehearsal import check_arms, rehearse
from sim.lessons.reveal import find_median, reveal, shown_of
from sim.lessons.script import make_script
from sim.report.language import LANGUAGES

SHIPPED = options("lesson")
TOLD = {"merge", "quiet_or_dead", "daily_coupons", "a_doubt_asked_aloud", "rescue_or_dissolve", "who_left_and_why"}


CALM = "# @package strategy\nduties: {answer: 1, reply: 0, reply_top: 0, soothe: 1, moderate: 1, welcome: 1, rules: true}\n"


def text(words: str) -> dict[str, str]:
    return dict.fromkeys(LANGUAGES, words)


def small(**more) -> dict:
    """A lesson that takes no time."""
    return {
        "title": text("small"), "question": text("why"), "minutes": 10, "worlds": 5,
        "set": ["scenario=restaurant", "scenario.population.size=30", "strategy=no_plan", "days=6", "confirm_days=1"],
        "arms": [{"name": text("first")}, {"name": text("second"), "set": ["strategy=kol_care"]}],
        "measures": [{"outcome": "messages_per_day", "effect": 1, "sizes": [2, 6]}],
        "steps": [
            {"kind": "predict", "minutes": 1}, {"kind": "play", "minutes": 1, "day": 1, "until": 4}, {"kind": "reveal", "minutes": 1},
            {"kind": "exit", "minutes": 1, "options": [{"text": text("one")}, {"text": text("two"), "arm": 1}]},
        ],
    } | more  # fmt: skip


def test_the_lessons_of_the_brief_are_shipped():
    assert set(SHIPPED) >= TOLD


@pytest.mark.parametrize("name", SHIPPED)
def test_a_shipped_lesson_can_be_run(name):
    lesson = read_lesson(config_folder() / "lesson" / f"{name}.yaml")
    check_arms(lesson)
    assert check_file(config_folder() / "lesson" / f"{name}.yaml") == "lesson"
    kinds = {step.kind for step in lesson.steps}
    assert {"observe", "predict", "histogram", "play", "replay", "reveal", "vote", "debrief", "exit"} <= kinds
    # what is written for a class is in three languages, not three times in one
    for step in lesson.steps:
        for one in (step.title, step.text, step.notes, *(step.assumed or ()), *(step.emerged or ())):
            assert one is None or len({one.en, one.zh, one.es}) == 3


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"minutes": 15}, "minutes=15: one of 10, 20, 40"),
        ({"worlds": 4}, "worlds=4: 5 to 60"),
        ({"measures": [{"outcome": "joy", "effect": 1, "sizes": [1, 2]}]}, "outcome=joy: one of alive_days"),
        ({"measures": [{"outcome": "orders", "effect": 1, "sizes": [2, 1]}]}, "sizes=[2,1]: two amounts above 0"),
        ({"steps": [{"kind": "reveal", "minutes": 1}, {"kind": "predict", "minutes": 1}]}, "reveal comes after a step predict"),
        ({"steps": [{"kind": "predict", "minutes": 9}, {"kind": "reveal", "minutes": 2}]}, "minutes=10: its steps take 11"),
        ({"arms": [{"name": text("alone")}]}, "arms"),
        ({"set": ["strategy=./mine.yaml"]}, "names only"),
        ({"colour": "red"}, "colour=red: no such key"),
        ({"title": {"en": "a", "zh": "b"}}, "title.es is missing"),
    ],
)
def test_a_wrong_lesson_is_refused_in_a_line(change, told):
    with pytest.raises(ConfigError) as caught:
        check_block(small(**change))
    assert told in str(caught.value) and "\n" not in str(caught.value)


@pytest.mark.parametrize("kind", sorted(KEYS))
def test_a_step_takes_its_own_keys_only(kind):
    steps = [{"kind": before, "minutes": 0.5} for before in ("predict", "play", "reveal")]
    own = {"options": [{"text": text("one")}, {"text": text("two")}], "assumed": [text("a")], "emerged": [text("b")]}
    step = {"kind": kind, "minutes": 1} | {key: own[key] for key in KEYS[kind] if key in own}
    others = [one for one in steps if one["kind"] != kind or kind == "play"]
    if kind != "predict":
        check_block(small(steps=[*others, step]))
    for key in ("arms", "day", "options", "assumed"):
        if key not in KEYS[kind]:
            wrong = step | {key: {"arms": [0], "day": 1, "options": own["options"], "assumed": own["assumed"]}[key]}
            with pytest.raises(ConfigError, match=f"{key}: no key of a step {kind}"):
                check_block(small(steps=[*others, wrong]))
    assert set(AFTER) <= set(KEYS)


def test_a_file_says_where_it_is_wrong(tmp_path):
    path = tmp_path / "mine.yaml"
    block = small()
    block["steps"][1]["kind"] = "dance"
    path.write_text("# @package lesson\n" + yaml.safe_dump(block, sort_keys=False))
    line = path.read_text().splitlines().index("- kind: dance") + 1
    with pytest.raises(ConfigError, match=rf"mine.yaml, line {line}: steps.1.kind=dance: one of observe, predict"):
        check_file(path)
    block["steps"][1] = {"kind": "play", "minutes": 1, "day": 1, "until": 40}
    path.write_text("# @package lesson\n" + yaml.safe_dump(block, sort_keys=False))
    with pytest.raises(ConfigError, match=r"steps\.1\.until=40: the story ends on day 7"):
        check_file(path)


def test_the_template_is_a_lesson(tmp_path):
    path = tmp_path / "mine.yaml"
    path.write_text(template("lesson"))
    assert check_file(path) == "lesson"


def test_names_files_and_folders_of_ones_own(tmp_path):
    assert find_lesson("merge")[0] == "merge"
    (tmp_path / "lesson").mkdir()
    (tmp_path / "strategy").mkdir()
    block = small()
    block["arms"][1]["set"] = ["strategy=calm"]
    (tmp_path / "lesson" / "mine.yaml").write_text(yaml.safe_dump(block))
    (tmp_path / "strategy" / "calm.yaml").write_text(CALM)
    name, lesson = find_lesson("mine", str(tmp_path))
    assert name == "mine" and len(expand_lesson(lesson, str(tmp_path))) == 2
    with pytest.raises(ConfigError, match=r"arms\.1\.set: strategy=calm"):
        expand_lesson(lesson)
    with pytest.raises(ConfigError, match="LESSON=merg: did you mean merge"):
        find_lesson("merg")


def test_arms_that_cannot_be_compared_are_refused():
    arms = [{"name": text("first")}, {"name": text("second"), "set": ["days=9"]}]
    with pytest.raises(ConfigError, match="one value for all arms"):
        check_arms(check_block(small(arms=arms)))


def table(first: list[float], second: list[float]) -> pd.DataFrame:
    """Two arms; each value is that of a world, and of both replications in it but for a little luck in the second."""
    rows = [
        {"arm": arm, "label": str(arm), "replication": 2 * world + luck, "world": world, "orders": value + 0.25 * luck}
        for arm, values in enumerate((first, second)) for world, value in enumerate(values) for luck in (0, 1)
    ]  # fmt: skip
    return pd.DataFrame(rows)


def test_the_story_is_the_median_one_and_the_dots_are_one_a_world():
    first, second = [10, 20, 30, 40, 50, 60], [11, 25, 33, 49, 57, 61]  # gains 1, 5, 3, 9, 7, 1: the third of six is 3
    found = table(first, second)
    assert find_median(found, "orders") == 4
    assert len(shown_of(found)) == 12 and set(shown_of(found).replication % 2) == {0}
    measure = check_block(small(measures=[{"outcome": "orders", "effect": 1, "sizes": [2, 6]}])).measures[0]
    told = reveal(found, measure, 60)
    assert told["dots"] == [first, second]
    (arm,) = told["arms"]
    assert (arm["ahead"], arm["behind"], arm["tied"]) == (6, 0, 0) and arm["verdict"] in ("more", "more_open", "open")


@pytest.mark.parametrize("outcome", ["orders", "complaints"])
@pytest.mark.parametrize(("shift", "verdict"), [(20, "more"), (-20, "less"), (0, "same")])
def test_a_verdict_says_which_has_more_and_not_which_is_good(outcome, shift, verdict):
    first = [100.0 + world for world in range(12)]
    second = [value + shift + 0.5 * (-1) ** world for world, value in enumerate(first)]
    measure = check_block(small(measures=[{"outcome": outcome, "effect": 5, "sizes": [6, 9]}])).measures[0]
    (told,) = reveal(table(first, second).rename(columns={"orders": outcome}), measure, 60)["arms"]
    assert told["verdict"] == verdict and (told["difference"] > 5) == (verdict == "more")


def test_worlds_are_simulated_once_and_anew_when_they_must(tmp_path, monkeypatch):
    lesson = check_block(small())
    simulated: list[int] = []
    real = rehearsal.run_study
    monkeypatch.setattr(rehearsal, "run_study", lambda *a, **k: simulated.append(1) or real(*a, **(k | {"workers": 1})))
    first = rehearse("small", lesson, tmp_path)
    assert simulated == [1] and set(first.stories) == {0, 1} and first.found["worlds"] == 5 and first.found["runs"] == 10
    again = copy.deepcopy(small())
    again["title"] = text("another title")  # words decide nothing
    assert rehearse("small", check_block(again), tmp_path).found == first.found and simulated == [1]
    other = rehearse("small", check_block(small(seed=2)), tmp_path)
    assert simulated == [1, 1] and other.found["reveals"] != first.found["reveals"]
    done = first.stories[0].parents[1] / rehearsal.DONE
    told = json.loads(done.read_text())
    told["reveals"][0]["dots"][0].pop()
    wrong = told, {**first.found, "median": "<b>"}, {**first.found, "median": 99}, [], {**first.found, "reveals": []}
    for text_of in ("{", *map(json.dumps, wrong)):  # damaged: found again from what is sealed, the same
        done.write_text(text_of)
        assert rehearse("small", lesson, tmp_path).found == first.found
    script = make_script(first)
    assert script["story"] == first.found["median"] // 2 and len(script["reveals"][0]["dots"][0]) == 5
    assert all(set(one) == set(LANGUAGES) for one in (script["title"], *script["arms"], script["measures"][0]["name"]))


def test_the_median_story_is_the_replication_of_the_study(tmp_path):
    """What is played is one of the dots, not another run that is like it."""
    from sim.events.log import EventLog
    from sim.projections.outcomes import project_outcomes
    from sim.studies.study import open_study

    found = rehearse("small", check_block(small()), tmp_path, workers=1)
    study = open_study(Path(found.stories[1]).parents[1] / "study_0").replications
    row = study[(study.arm == 1) & (study.replication == found.found["median"])].iloc[0]
    log = EventLog.open(found.stories[1])
    assert log.digest == row.digest and project_outcomes(log, 6)["messages_per_day"] == row.messages_per_day
    assert found.found["reveals"][0]["dots"][1][found.found["median"] // 2] == pytest.approx(row.messages_per_day, abs=1e-3)


def test_the_command_line_teaches(tmp_path, monkeypatch, capsys):
    from sim.cli import main
    from sim.cli.lessons import rehearsed
    from sim.report.language import translator

    monkeypatch.chdir(tmp_path)
    Path("tiny.yaml").write_text("# @package lesson\n" + yaml.safe_dump(small(), sort_keys=False))
    assert main(["check", "tiny.yaml"]) == 0
    assert main(["handout", "tiny.yaml", "--workers", "1", "--lang", "zh"]) == 0
    page = Path("outputs/tiny.html").read_text("utf-8")
    assert page.startswith('<!doctype html>\n<html lang="zh">') and page.count("application/octet-stream") == 2
    scripts = rehearsed(["tiny.yaml"], "", 1, translator("en"))
    assert scripts["tiny"].choices(0) == {f"{a}.{b}.{c}" for a in "012" for b in "012" for c in "012"}
    assert scripts["tiny"].choices(1) == frozenset() and scripts["tiny"].choices(3) == {"0", "1"}
    capsys.readouterr()
    for words, told in (
        (["handout", "tinny"], "tinny: the folder of a run, or a lesson: its yaml, or one of"),
        (["handout", "gone.yaml"], "gone.yaml: no such file; groupalive new lesson FILE"),
        (["serve", "--lesson", "marge"], "LESSON=marge: did you mean merge"),
        (["serve", "--lesson", "tiny.yaml", "--plugins", "nowhere"], "--plugins=nowhere: a folder with lesson"),
    ):
        assert main(words) == 2
        told_line = capsys.readouterr().err
        assert told in told_line and told_line.count("\n") == 1


def test_the_doctor_has_a_line_for_each_thing(tmp_path, monkeypatch, capsys):
    import socket

    from sim.cli import main

    monkeypatch.chdir(tmp_path)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert main(["doctor", "--port", str(port), "--lang", "es"]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 6 and f"Puerto {port}: " in lines[2] and lines[2].startswith("× falta")
    assert "tipos de letra" in lines[1].lower() and lines[1].startswith("● bien")
    assert not list(tmp_path.iterdir())  # it looks and leaves nothing
