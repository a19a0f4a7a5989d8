"""Settings are found by path, by key and by ordinary words in three languages, and what is said of them follows from the code."""

from __future__ import annotations

import json
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

import sim
import sim.explain
from sim.allowed import ConfigError, nearest_path
from sim.cli import main
from sim.config import compose, options, settings_in
from sim.explain import trying
from sim.explain.finding import explain, meaning_of, told
from sim.explain.inventory import inventory
from sim.explain.reading import find_readers
from sim.report.language import LANGUAGES

MEANINGS = Path(sim.explain.__file__).parent / "meanings"


@cache
def texts() -> set[str]:
    """All that the code says of settings."""
    found = {text for one in inventory() for text in (one.told.meaning, one.told.unit, one.about)}
    return found - {""}


def test_every_setting_says_what_it_is() -> None:
    assert [one.path for one in inventory() if not one.told.meaning] == []
    assert len({(one.paths, one.owner) for one in inventory()}) == len(inventory())
    assert len(inventory()) > 600


@pytest.mark.parametrize("language", ["zh", "es"])
def test_what_the_code_says_is_translated_and_nothing_else(language: str) -> None:
    translated = json.loads((MEANINGS / f"{language}.json").read_text("utf-8"))
    assert set(translated) ^ texts() == set(), "a text that changed needs new words here"
    assert all(translated.values())


@pytest.mark.parametrize("group", ["scenario", "strategy", "campaign", "incident", "staff"])
def test_every_setting_of_what_is_shipped_has_a_meaning(group: str) -> None:
    unknown = []
    for name in options(group):
        chosen = f"{group}=[{name}]" if group in ("campaign", "incident") else f"{group}={name}"
        for path, _ in settings_in(compose([chosen]).plain):
            if path != "scenario.name" and not path.endswith((".trigger", ".use")) and not meaning_of(path, "en"):
                unknown.append(f"{name}: {path}")
    assert unknown == []


@pytest.mark.parametrize(
    ("word", "path"),
    [
        ("staff.wage", "staff.wage"),
        ("wage", "staff.wage"),
        ("campaign.coupon_pair.amount", "strategy.ENTRY.amount"),
        ("campaign.coupon_pair.pull", "strategy.ENTRY.pull"),
        ("incident.merged_groups.friction", "incident.friction.friction"),
        ("strategy.posts_per_day=4", "strategy.posts_per_day"),
        ("parameters.open_cost", "parameters.open_cost"),
        ("seed", "seed"),
    ],
)  # fmt: skip
def test_a_path_or_key_is_that_setting(word: str, path: str) -> None:
    found = explain([word])
    assert found.exact and path in [one.path for one in found.settings]


@pytest.mark.parametrize(
    ("words", "path"),
    [
        ("coupon", "parameters.coupon_passed"),
        ("cupón", "parameters.coupon_passed"),
        ("cupones", "parameters.coupon_passed"),
        ("优惠券", "parameters.coupon_passed"),
        ("毛利", "scenario.market.margin"),
        ("salary", "staff.wage"),
        ("sueldo", "staff.wage"),
        ("工资", "staff.wage"),
        ("acquaintances", "scenario.population.ties_per_member"),
        ("熟人", "scenario.population.ties_per_member"),
        ("minutes between looks", "staff.look_minutes"),
    ],
)  # fmt: skip
def test_ordinary_words_find_a_setting(words: str, path: str) -> None:
    assert path in [one.path for one in explain(words.split()).settings[:12]]


@pytest.mark.parametrize("word", ["coupon", "cupón", "优惠券"])
def test_words_find_what_can_be_chosen_too(word: str) -> None:
    assert ("campaign", "coupon_pair") in [(one.group, one.name) for one in explain([word]).choices]


@pytest.mark.parametrize("word", ["margin", "毛利", "margen"])
def test_words_find_outcomes_too(word: str) -> None:
    assert "margin" in explain([word]).outcomes


def test_what_is_known_of_a_parameter() -> None:
    (one,) = explain(["parameters.deal_gain"]).settings
    assert (one.told.tag, one.told.plausible, one.default) == ("assumed", (0.05, 0.2), 0.1)
    assert find_readers("deal_gain") == ("kernel/submodels/needs",)


def test_where_a_setting_matters_follows_the_shipped_files() -> None:
    (one,) = (one for one in inventory() if one.owner == "offer" and one.name == "amount")
    assert {("campaign", "coupon_pair"), ("campaign", "flash_deals"), ("strategy", "columns_and_perks")} <= set(one.where)
    assert ("coupon_pair", 20.0) in [(use.option, use.value) for use in one.uses]
    assert all(use.group in ("campaign", "strategy") for use in one.uses)
    (one,) = (one for one in inventory() if one.path == "strategy.posts_per_day")
    assert "posts.per_day" in one.follows and {use.option for use in one.uses} >= {"kol_care", "columns_and_perks"}


@pytest.mark.parametrize(
    ("words", "nearest"),
    [
        (["staff.wge"], "did you mean staff.wage?"),
        (["frobnicate"], "groupalive explain alone"),
        (["x"] * 20, "at most 12 words"),
    ],
)
def test_nothing_found_is_one_line(words: list[str], nearest: str) -> None:
    with pytest.raises(ConfigError, match="explain") as error:
        explain(words)
    assert nearest in str(error.value)


@pytest.mark.parametrize(
    ("override", "path"),
    [
        ("wage=50", "staff.wage"),
        ("posts_per_day=2", "strategy.posts_per_day"),
        ("staff.wge=50", "staff.wage"),
        ("strategy.price=3", "scenario.market.price"),
        ("scenario.population.siz=30", "scenario.population.size"),
        ("parameters.opencost=0.1", "parameters.open_cost"),
    ],
)
def test_an_unknown_key_names_the_nearest_full_path(override: str, path: str) -> None:
    with pytest.raises(ConfigError) as error:
        compose([override])
    assert f"did you mean {path}?" in str(error.value)


def test_the_nearest_path_ends_alike_or_is_spelt_alike() -> None:
    paths = ["staff.people", "strategy.crew.people", "scenario.population.size"]
    assert nearest_path("staff.persons.people", paths) == "staff.people"
    assert nearest_path("sise", paths) == "scenario.population.size"
    assert nearest_path("xyz", paths) == ""


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    "words", [["explain"], ["explain", "coupon", "--all"], ["explain", "deal_gain"], ["list"], ["list", "scenario=restaurant"],
              ["list", "parameters=by_hand", "incident=[quarrel]"]],
)  # fmt: skip
def test_pages_are_printed_in_every_language(language: str, words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*words, "--lang", language]) == 0
    page = capsys.readouterr()
    assert page.err == "" and len(page.out) > 200
    expected = {
        "deal_gain": told("step of the taste for discounts at an order", language),
        "scenario=restaurant": "scenario.market.price",
    }
    assert expected.get(words[-1], "") in page.out


def test_looking_something_up_compiles_nothing() -> None:
    script = "import sys; from sim.cli import main; main(['explain', 'coupon']); sys.exit('numba' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", script], capture_output=True).returncode == 0


@pytest.mark.parametrize(
    ("word", "acts"),
    [
        ("staff.budget_hours", True),
        ("parameters.deal_effect", False),
        ("incident.quarrel.severity", True),
        ("campaign.coupon_pair.amount", True),
    ],
)
def test_a_setting_can_be_tried(
    word: str, acts: bool, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(trying, "options", lambda group: ["restaurant"])
    (setting,) = [one for one in explain([word]).settings if word in {use.path for use in one.uses} or word in one.paths]
    tried = trying.try_setting(setting)
    assert tried is not None and (tried.acts, tried.idle) == ((("restaurant",), ()) if acts else ((), ("restaurant",)))
    assert main(["explain", word, "--try", "--lang", "es"]) == 0
    assert "Cambia lo que ocurre en" in " ".join(capsys.readouterr().out.split())


def test_a_change_of_a_branch_names_the_nearest_full_path() -> None:
    with pytest.raises(ConfigError, match=r"did you mean strategy\.posts_per_day\?"):
        sim.branch(sim.compose("strategy=kol_care"), (5, "posts_per_day", 4))
