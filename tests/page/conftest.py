"""One browser for all tests, where the machine has one, and small lessons whose stories are simulated but whose worlds are made up."""

from __future__ import annotations

import dataclasses
import os
import re
import shutil
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe

from sim.config import options
from sim.lessons.lesson import Lesson, expand_lesson, find_lesson
from sim.lessons.rehearsal import Rehearsed
from sim.lessons.script import make_script
from sim.page.handout import make_lesson_handout, write_page
from sim.page.script import Script
from sim.page.story import Story, read_story
from sim.run import simulate

WORLDS = 30
#: What the browser itself says when a test cuts the line, or when the server refuses a value that a test made wrong.
EXPECTED = ("ERR_INTERNET_DISCONNECTED", "status of 422")
#: Milliseconds that a page may take on a machine that does other things too.
PATIENCE = 180_000
#: Members of a lesson in these tests, where its arms name no size; those that are named are divided by FEWER.
MEMBERS, FEWER = 40, 5


@pytest.fixture(scope="session")
def browser():
    path = (
        os.environ.get("CHROMIUM")
        or shutil.which("chromium")
        or shutil.which("chromium-browser")
        or shutil.which("google-chrome")
    )
    if path is None:
        pytest.skip("no Chromium on this machine: install it (Debian: apt-get install chromium) or name it in CHROMIUM")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield launched
        launched.close()


def small(lesson: Lesson) -> Lesson:
    """The same lesson, steps and days, with few members."""

    def fewer(words: tuple[str, ...]) -> tuple[str, ...]:
        size = r"(scenario\.population\.size)=(\d+)"
        return tuple(re.sub(size, lambda found: f"{found[1]}={int(found[2]) // FEWER}", word) for word in words)

    arms = tuple(dataclasses.replace(arm, set=fewer(arm.set)) for arm in lesson.arms)
    named = any("population.size" in word for arm in lesson.arms for word in arm.set)
    return dataclasses.replace(
        lesson, arms=arms, set=(*lesson.set, *(() if named else (f"scenario.population.size={MEMBERS}",)))
    )


def made_up(name: str, lesson: Lesson, folder) -> Script:
    """A lesson with its stories as they are simulated, and dots and verdicts of all kinds that nobody simulated: for the page alone."""
    arms = expand_lesson(lesson)
    stories = {}
    for arm in lesson.told_arms():
        stories[arm] = folder / name / str(arm)
        simulate(arms[arm].composed.scenario, seed=lesson.seed, replication=4, world=2, folder=stories[arm])
    verdicts = ("more", "less_open", "open", "same", "less", "more_open")

    def told(place: int) -> dict:
        measure = lesson.measures[place % len(lesson.measures)]
        dots = [
            [round(measure.effect * (arm + 3 + (7 * world + arm) % 5), 3) for world in range(WORLDS)]
            for arm in range(len(arms))
        ]
        step = measure.effect
        found = [
            {"arm": arm, "verdict": verdicts[(place + arm + len(name)) % 6], "difference": step, "low": -step, "high": 3 * step,
             "unknown_low": -2 * step, "unknown_high": 4 * step, "ahead": 20, "behind": 8, "tied": 2}
            for arm in range(1, len(arms))
        ]  # fmt: skip
        return {"outcome": measure.outcome, "effect": step, "sizes": list(measure.sizes), "dots": dots, "arms": found}

    found = {
        "runs": 2 * WORLDS, "worlds": WORLDS, "done": WORLDS, "days": float(arms[0].composed.scenario.days), "seed": lesson.seed, "median": 4,
        "reveals": [told(place) for place in range(len(lesson.measures))], "elsewhere": [told(0) for _ in lesson.elsewhere],
    }  # fmt: skip
    return Script(make_script(Rehearsed(name, lesson, found, stories, 4)), stories)


@pytest.fixture(scope="session")
def scripts(tmp_path_factory) -> dict[str, Script]:
    folder = tmp_path_factory.mktemp("lessons")
    found = (find_lesson(name) for name in options("lesson"))
    return {name: made_up(name, small(lesson), folder) for name, lesson in found}


@pytest.fixture(scope="session")
def told(scripts):
    """The stories of a lesson by arm, each read once."""
    kept: dict[str, dict[int, Story]] = {}

    def read(name: str) -> dict[int, Story]:
        if name not in kept:
            kept[name] = {arm: read_story(folder) for arm, folder in scripts[name].stories.items()}
        return kept[name]

    return read


@pytest.fixture(scope="session")
def handed(scripts, told, tmp_path_factory):
    """The file of a lesson, written once."""
    folder = tmp_path_factory.mktemp("handouts")

    def write(name: str) -> Path:
        path = folder / f"{name}.html"
        return path if path.exists() else write_page(make_lesson_handout(scripts[name].plain, told(name), "en"), path)

    return write


@pytest.fixture
def opened(browser):
    """Opens pages; afterwards no page has complained of anything or asked any other host."""
    complaints: list[str] = []
    pages = []

    def open_page(address: str, **more):
        page = browser.new_page(viewport={"width": 1280, "height": 720}, locale="en-GB", **more)
        pages.append(page)
        page.set_default_timeout(PATIENCE)
        # a browser says so itself when a test has cut its network off
        page.on("console", lambda told: any(one in told.text for one in EXPECTED) or complaints.append(told.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        own = ("file:", "data:", "blob:", "http://127.0.0.1:")
        page.on("request", lambda asked: None if asked.url.startswith(own) else complaints.append(asked.url))
        page.goto(address)
        return page

    yield open_page
    for page in pages:
        page.close()
    assert not complaints


@pytest.fixture(scope="session")
def serious():
    """Findings of axe on a page that keep somebody from reading or using it."""

    def find(page) -> list[str]:
        found = Axe().run(page).response["violations"]
        return [f"{one['id']}: {one['nodes'][0]['html'][:160]}" for one in found if one["impact"] in ("serious", "critical")]

    return find
