"""Worlds simulated while a lesson is taught: stories first, dots one after the other, what was opened last before the rest."""

from __future__ import annotations

import itertools
import threading
import time

import pytest

from sim.lessons import backstage
from sim.lessons.backstage import Backstage, opening
from sim.lessons.lesson import check_block
from sim.lessons.rehearsal import Rehearsal
from sim.lessons.script import make_script
from sim.page.script import Script
from sim.report.language import LANGUAGES
from sim.studies.ledger import StudyError


def text(words: str) -> dict[str, str]:
    return dict.fromkeys(LANGUAGES, words)


def small(**more):
    words = ["scenario=restaurant", "scenario.population.size=20", "strategy=no_plan", "days=5", "confirm_days=1"]
    return check_block(
        {
            "title": text("small"), "question": text("why"), "minutes": 10, "worlds": 5, "set": words,
            "arms": [{"name": text("first")}, {"name": text("second"), "set": ["strategy=kol_care"]}],
            "measures": [{"outcome": "messages_per_day", "effect": 1, "sizes": [2, 6]}],
            "elsewhere": [{"name": text("there"), "set": ["scenario.population.ties_per_member=1"]}],
            "steps": [
                {"kind": "predict", "minutes": 1}, {"kind": "play", "minutes": 1, "day": 1, "until": 4}, {"kind": "reveal", "minutes": 1},
            ],
        } | more
    )  # fmt: skip


class Seen:
    """What a page is told, in order."""

    def __init__(self) -> None:
        self.known: list = []
        self.failed: list[tuple[str, str]] = []
        self.whole = threading.Event()

    def know(self, simulated) -> None:
        self.known.append(simulated)
        if make_script(simulated)["ready"]:
            self.whole.set()

    def fail(self, name: str, why: str) -> None:
        self.failed.append((name, why))


def test_a_lesson_can_be_opened_before_anything_is_simulated(tmp_path):
    one, seen = Rehearsal("small", small(), tmp_path), Seen()
    plain = make_script(opening(one))
    assert plain["done"] == 0 and not plain["ready"] and not plain["middle"] and plain["reveals"][0]["dots"] == [[], []]
    assert not list(tmp_path.iterdir())
    behind = Backstage([one], seen.know, seen.fail, workers=1)
    behind.start()
    assert seen.whole.wait(120) and not seen.failed
    behind.stop()
    first = seen.known[0]
    assert first.found["done"] == 0 and set(first.stories) == {0, 1} and first.played == 0
    counts = [one.found["done"] for one in seen.known]
    assert counts == sorted(counts) and counts[-1] == 5 and any(0 < count < 5 for count in counts)
    dots = [one.found["reveals"][0]["dots"] for one in seen.known]
    assert all(now[arm][: len(before[arm])] == before[arm] for before, now in itertools.pairwise(dots) for arm in (0, 1))
    # The story that a class has begun with stays; the next class sees the one in the middle.
    assert {one.played for one in seen.known} == {0} and seen.known[-1].stories == first.stories
    again = Seen()
    later = Backstage([Rehearsal("small", small(), tmp_path)], again.know, again.fail)
    later.start()
    assert again.whole.wait(60)
    later.stop()
    (told,) = again.known
    assert told.played == told.found["median"] and make_script(told)["middle"] and told.found == seen.known[-1].found


def test_what_is_opened_comes_first(tmp_path, monkeypatch):
    order: list[str] = []
    lessons = [Rehearsal(name, small(seed=seed), tmp_path) for name, seed in (("one", 1), ("two", 2))]
    seen = Seen()
    behind = Backstage(lessons, seen.know, seen.fail, workers=1)

    def find(name):
        def found(*, progress, **more):
            order.append(name)
            if len(order) == 1:
                behind.want("two")  # somebody opens it in between
            progress(0, 10)
            raise StudyError("enough")

        return found

    for one in lessons:
        monkeypatch.setattr(one, "find", find(one.name))
    behind.start()
    until = time.monotonic() + 60
    while len(seen.failed) < 2 and time.monotonic() < until:
        time.sleep(0.01)
    behind.stop()
    assert order == ["one", "two", "one"] and [name for name, _ in seen.failed] == ["two", "one"]


def test_a_lesson_that_comes_later_is_simulated_too(tmp_path):
    seen = Seen()
    behind = Backstage([], seen.know, seen.fail, workers=1)
    behind.start()
    time.sleep(0.1)  # there is nothing to do yet, and it waits
    behind.add(Rehearsal("small", small(), tmp_path))
    assert seen.whole.wait(120)
    behind.stop()
    assert seen.known[-1].name == "small" and not seen.failed


def test_another_process_at_the_same_worlds_is_waited_for(tmp_path, monkeypatch):
    from filelock import FileLock

    from sim.studies.ledger import LOCK

    monkeypatch.setattr(backstage, "LOOK_AGAIN", 0.05)
    one, seen = Rehearsal("small", small(elsewhere=[]), tmp_path), Seen()
    home = one.folder / "study_0"
    home.mkdir(parents=True)
    behind = Backstage([one], seen.know, seen.fail, workers=1)
    with FileLock(home / LOCK):
        behind.start()
        assert not seen.whole.wait(3)
    assert seen.whole.wait(120) and not seen.failed
    behind.stop()


def test_a_visitor_waits_for_a_story_and_hears_why_there_is_none(tmp_path):
    script = Script({"told": [0]}, {})
    threading.Timer(0.1, lambda: script.know({"told": [0]}, {0: tmp_path})).start()
    assert script.story(0) == tmp_path and script.story(1) is None
    broken = Script({"told": [0]}, {})
    threading.Timer(0.1, lambda: broken.fail("no room")).start()
    assert broken.story(0) is None and broken.trouble == "no room"


@pytest.mark.parametrize("done", [0, 3])
def test_the_page_asks_for_more(tmp_path, done):
    from starlette.testclient import TestClient

    from sim.page.server import build_app, cookie_of

    one = Rehearsal("small", small(), tmp_path)
    script = Script(make_script(opening(one)) | {"done": done}, {})
    client = TestClient(build_app(tmp_path, "t", ["testserver"], {"small": script}))
    assert client.get(f"/lesson/small/worlds/{done}").status_code == 403
    client.cookies.set(cookie_of("t"), "t")
    assert client.get(f"/lesson/small/worlds/{done}").status_code == 204
    assert client.get("/lesson/small/worlds/99").json()["done"] == done
    assert client.get("/lesson/none/worlds/0").status_code == 404
    script.fail("no room for worlds")
    answer = client.get("/lesson/small/worlds/0")
    assert answer.status_code == 422 and answer.text == "no room for worlds"
