"""What if, on the page: a form, worlds as dots, a story of one of them, the tree of branches, all of it in the address."""

from __future__ import annotations

import random
import re
import threading
import time

import httpx2 as httpx
import pytest
from starlette.testclient import TestClient

import sim
from sim.page import server
from sim.page.classroom import Classroom
from sim.page.server import build_app, cookie_of
from sim.page.shelf import find_runs
from sim.report.language import LANGUAGES
from sim.run import simulate
from sim.whatif.asking import WhatIf
from sim.whatif.explore import SLIDERS
from sim.whatif.worlds import Worlds

TOKEN = "token"
SMALL = (
    "scenario=restaurant",
    "scenario.population.size=24",
    "days=8",
    "confirm_days=1",
    "incident=[price_rise]",
    "incident.price_rise.day=3",
    "strategy=kol_care",
)
CHANGE = {"at": 2, "set": {"staff.people": 2}}
#: Texts of the panel that are cut off by it.
CUT = """() => [...document.querySelectorAll(".whatif :is(h2, legend, label, button, p, .row span)")]
  .filter((one) => one.textContent && one.checkVisibility() && !one.closest(".whatif-fields"))
  .filter((one) => { const edge = one.getBoundingClientRect(), box = document.querySelector(".whatif").getBoundingClientRect();
    return edge.right > box.right + 1 || edge.bottom > box.bottom + 1 || one.scrollWidth > one.clientWidth + 2 && one.matches("button"); })
  .map((one) => one.textContent)"""

#: A score in which some ways lose money, and a choice that cost something.
LOSSES = """() => {
  const told = player.operating.answer.score[player.asks.measures[0].outcome];
  Object.keys(told.means).forEach((arm, at) => { told.means[arm] = 30 - 20 * at; });
  told.choices = [[0, -5, -8, -2]];
  player.operating.show();
}"""

#: Buttons and counts beyond the right edge of the box that they are in, and tags that are broken in two.
OUTSIDE = """() => [...document.querySelectorAll("button, .stage-counts dt, .stage-counts dd, .tag, th")]
  .filter((one) => one.checkVisibility())
  .filter((one) => {
    const box = one.closest(".operate, .stage-side, .panel, table, header, body").getBoundingClientRect();
    const edge = one.getBoundingClientRect();
    return edge.right > box.right + 1 || (one.matches(".tag") && one.getClientRects().length + (edge.height > 30) > 1); })
  .map((one) => one.textContent)"""


@pytest.fixture(scope="module")
def root(tmp_path_factory):
    root = tmp_path_factory.mktemp("outputs")
    simulate(sim.compose(*SMALL), seed=1, folder=root / "run" / "small")
    return root


@pytest.fixture(scope="module")
def asked():
    worlds = Worlds(1)
    worlds.start()
    asked = WhatIf(worlds)
    asked.prepare()
    yield asked
    worlds.stop()


@pytest.fixture(scope="module")
def address(root, asked):
    found: list[str] = []
    more = {"port": 0, "opened": lambda address, phones: found.append(address), "answering": asked}
    threading.Thread(target=server.serve, args=(root,), kwargs=more, daemon=True).start()
    while not found:
        time.sleep(0.02)
    return found[0]


@pytest.fixture
def client(root, asked):
    made = TestClient(build_app(root, TOKEN, ["testserver"], answering=asked))
    made.cookies.set(cookie_of(TOKEN), TOKEN)
    return made


def key(root) -> str:
    return next(iter(find_runs(root)))


def test_a_branch_is_asked_for_lived_played_and_kept_in_the_address(address, root, opened, serious):
    page = opened(address)
    page.click("td a")
    page.wait_for_selector(".signs dd")
    page.evaluate("player.go(2 * 86400e6)")
    page.keyboard.press("b")
    page.wait_for_selector(".whatif-go")
    assert page.is_disabled(".whatif-go >> nth=0") and page.evaluate("document.activeElement.tagName") == "SELECT"
    page.fill("fieldset.staff input >> nth=0", "99")
    page.click(".whatif-go >> nth=2")  # the browser itself refuses it
    assert page.evaluate("player.asking.change === undefined")
    page.fill("fieldset.staff input >> nth=0", "2")
    page.press("fieldset.staff input >> nth=0", "Enter")  # a number is confirmed; nobody has said what to expect
    assert page.evaluate("player.asking.change === undefined && document.activeElement.value") == "same"
    page.click("fieldset.campaign label >> nth=0")
    page.click(".whatif-go >> nth=2")
    page.wait_for_selector(".whatif-play")
    page.context.set_offline(True)  # a laptop that sleeps in between
    page.evaluate("new Promise((done) => setTimeout(done, 300))")
    page.context.set_offline(False)
    page.wait_for_selector(".band:not([hidden])")
    assert page.inner_text(".reveal .small").startswith("30 of 30 worlds.")
    assert re.fullmatch(r"You expected more: so it is in \d+ of 30 worlds.", page.inner_text(".whatif-said"))
    for language in LANGUAGES:
        page.evaluate("(language) => player.use({ language })", language)
        assert page.evaluate(CUT) == [], language
        text = page.inner_text(".whatif")
        assert not re.findall(r"[A-Za-z]{4,}" if language == "zh" else r"[\u4e00-\u9fff]", text.replace("KOL", "")), language
    page.evaluate("player.use({ language: 'en' })")
    assert serious(page) == []
    before = page.inner_text(".whatif-play")
    x, y = page.evaluate("player.asking.dots.places.find((one) => one[3] !== player.asking.dots.script.story)")[:2]
    page.locator("canvas.dots").click(position={"x": x, "y": y})
    assert page.inner_text(".whatif-play") != before
    page.click(".whatif-play")
    page.wait_for_selector(".twig >> nth=1")
    page.wait_for_selector(".signs dd")
    assert page.evaluate("[player.nodes.length, player.node]") == [1, 1]
    assert "staff: 2" in page.inner_text(".twig >> nth=1") and page.evaluate("player.time / 86400e6") == pytest.approx(1)
    hash_before = page.evaluate("location.hash")
    page.reload()
    page.wait_for_selector(".twig >> nth=1")
    assert page.evaluate("location.hash") == hash_before
    page.click(".twig >> nth=0 >> button")  # back to the run, in the same world
    page.wait_for_selector(".twig >> nth=0 >> [aria-current=true]")
    assert "node=0" in page.evaluate("location.hash")
    assert serious(page) == []
    page.click(".twig .gone")
    page.wait_for_selector(".tree", state="hidden")


def test_a_class_operates_and_is_ranked(address, root, opened, serious):
    page = opened(f"{address}#run={key(root)}&operate=1&t=0&lang=en")
    page.wait_for_selector(".operate .option")  # the price rise, after it has played that far
    assert "Price rise: what do you do?" in page.inner_text(".operate h2") and page.locator(".operate .option").count() >= 2
    assert serious(page) == []
    for name in ("2", "2", "3", "Shift+Digit2"):
        page.keyboard.press(name)
    page.keyboard.press("2")
    page.keyboard.press("Enter")
    page.wait_for_selector(".twig >> nth=1")
    page.wait_for_selector(".operate.score")
    assert re.search(r"rank [\d.]+ to [\d.]+ of \d", page.inner_text(".operate h2"))
    assert page.locator(".score-bars .own").count() == 1 and page.locator(".score-body li").count() > 3
    page.evaluate(LOSSES)
    edges = [page.locator(".score-bars i").nth(at).bounding_box() for at in (0, -1)]
    assert edges[1]["x"] + edges[1]["width"] == pytest.approx(
        edges[0]["x"], abs=1
    )  # a loss left of nothing, a gain right of it
    assert "less than without it (2 to 8)" in page.inner_text(".score-body")
    for language in LANGUAGES:
        page.evaluate("(language) => player.use({ language })", language)
        text = page.inner_text(".operate")
        assert not re.findall(r"[A-Za-z]{4,}" if language == "zh" else r"[\u4e00-\u9fff]", text), language
        assert page.evaluate(
            "() => { const box = document.querySelector('.operate'); return box.scrollHeight <= box.clientHeight + 1; }"
        )
    assert serious(page) == []


def test_the_phones_of_a_class_vote_on_what_the_operator_does(root, asked, opened, serious):
    from tests.page.test_classroom import script

    found: list[tuple[str, str]] = []
    more = {
        "port": 0, "opened": lambda *told: found.append(told), "answering": asked,
        "scripts": {"small": script()}, "klass": True, "new_class": True,
    }  # fmt: skip
    threading.Thread(target=server.serve, args=(root,), kwargs=more, daemon=True).start()
    while not found:
        time.sleep(0.02)
    address = found[0][0]
    page = opened(f"{address}#run={key(root)}&operate=1&t=2.9&lang=en")
    page.wait_for_selector(".operate .option")
    page.wait_for_selector(".operate .vote-count >> text=0 votes of 0 phones")
    code = page.evaluate("fetch('/class').then((answer) => answer.json())")["code"]
    phones = [httpx.Client(base_url=address.split("/?")[0], follow_redirects=True) for _ in range(3)]
    for phone, tongue in zip(phones, LANGUAGES, strict=True):
        asks = phone.post("/join", data={"code": code, "lang": tongue}).text
        question = {"zh": "涨价：怎么办？", "en": "Price rise: what do you do?", "es": "Subida de precio: ¿qué hace?"}[tongue]
        assert question in asks
        assert phone.post("/join/vote", data={"step": -2, "choice": "1"}).status_code == 200
    page.wait_for_selector(".operate .vote-count >> text=3 votes of 3 phones")
    assert page.inner_text(".operate .option >> nth=1 >> output") == "3" and serious(page) == []
    page.keyboard.press("1")  # one hand beside them
    page.keyboard.press("Enter")
    page.wait_for_selector(".twig >> nth=1")
    assert "handling" in page.evaluate("location.hash")  # what most wanted, which is not the one hand
    assert "涨价" not in phones[0].get("/join").text
    for phone in phones:
        phone.close()


def test_two_strategies_are_explored_under_the_same_luck(address, opened, serious):
    page = opened(f"{address}#explore=super_users&a=no_plan&b=kol_care&seed=2&lang=en&theme=dark&t=3")
    page.wait_for_selector(".stage-columns.of2")
    before = page.evaluate("explore.stories.map((one) => [one.seed, one.digest])")
    assert [seed for seed, _ in before] == [2, 2] and before[0] != before[1]
    assert page.evaluate("explore.stage.time / 86400e6") == pytest.approx(3) and serious(page) == []
    slider = page.locator(".explore-sliders input >> nth=0")
    low = slider.get_attribute("min")  # the other end may be where it stands
    slider.focus()
    slider.press("Home")
    told = ",".join(digest for _, digest in before)  # not that the columns go and come: that may take less than a frame
    page.wait_for_function(
        "(told) => explore.stories.length === 2 && explore.stories.map((one) => one.digest).join() !== told", arg=told
    )
    page.wait_for_selector(".stage-columns.of2")
    assert f"{SLIDERS[0]}={low}" in page.evaluate("location.hash")
    page.select_option(".explore-choices select >> nth=2", "")
    page.wait_for_selector(".stage-columns.of1")
    for language in LANGUAGES:
        page.evaluate("(language) => explore.use({ language })", language)
        text = page.inner_text("main") + page.inner_text("footer")
        assert not re.findall(r"[A-Za-z]{4,}" if language == "zh" else r"[\u4e00-\u9fff]", text), language
    page.goto(page.url.split("#")[0] + "#explore=<b>&a=../x&seed=-4&post_scale=99&t=x&lang=en")
    page.wait_for_selector("text=This cannot be done: scenario=<b>: one of")


def test_only_the_trainer_asks(root, asked):
    from tests.page.test_classroom import script

    classroom = Classroom({"small": script()})
    app = build_app(root, TOKEN, ["testserver"], classroom.scripts, classroom, answering=asked)
    phone = TestClient(app)
    assert phone.post("/join", data={"code": classroom.code}).status_code == 200
    for path in ("offer", "ask", "draft", "story", "decide", "score", "explore"):
        assert phone.post(f"/whatif/{path}", json={"run": key(root), "chain": [CHANGE], "at": 1}).status_code == 403
    assert phone.get("/whatif/answer/x").status_code == 403


def test_what_is_wrong_is_a_line(client, root):
    run = key(root)
    for body, code, told in (
        ({"run": "nope", "chain": [], "at": 1}, 404, "no such run"),
        ({"lesson": "nope", "arm": 0, "chain": [], "at": 1}, 404, "no such run"),
        ({"run": run, "chain": [], "at": 99}, 422, "at=99: a day from 0 to before 9"),
        ({"run": run, "chain": [], "at": None}, 422, "at=null"),
        ({"run": run, "chain": [{"at": 2, "set": {"strategy": "../../etc"}}], "at": 3}, 422, "strategy=../../etc: one of"),
        ({"run": run, "chain": [{"at": 2, "set": {"remove": 3}}], "at": 3}, 422, "remove: no such field"),
    ):
        answer = client.post("/whatif/offer", json=body)
        assert answer.status_code == code and told in answer.text and "\n" not in answer.text, answer.text
    assert client.get("/whatif/answer/none").status_code == 404
    assert client.post("/whatif/ask", content="x" * 9_000).status_code == 413


def test_hostile_questions_are_answered(client, root):
    rng = random.Random(3)
    values = [
        "0",
        -1,
        10**30,
        1.5,
        "<b>",
        "\u0000",
        True,
        None,
        [],
        {},
        "é" * 300,
        "kol_care",
        "on",
        {"at": 2, "set": {}},
        [{"at": 1}],
        CHANGE,
    ]
    keys = ["run", "lesson", "arm", "chain", "at", "world", "programme", "group", "__class__"]
    codes = set()
    for _ in range(250):
        body = {"run": key(root)} | {rng.choice(keys): rng.choice(values) for _ in range(4)}
        codes.add(
            client.post(f"/whatif/{rng.choice(['offer', 'ask', 'draft', 'story', 'decide', 'explore'])}", json=body).status_code
        )
        codes.add(client.post("/whatif/offer", content=rng.choice(["{", "[]", "[" * 2000, "NaN", '{"at":1e999}'])).status_code)
    assert codes <= {200, 404, 422} and {404, 422} <= codes
    assert client.post("/whatif/offer", json={"run": key(root), "chain": [], "at": 2}).status_code == 200


@pytest.mark.parametrize("wide", [390, 1280])
def test_nothing_is_wider_than_the_screen(address, root, opened, wide, serious):
    page = opened(address)
    page.set_viewport_size({"width": wide, "height": 844 if wide == 390 else 720})
    home = page.url.split("#")[0]
    for language in LANGUAGES:
        for view, ready in (
            ("", "td a"),
            ("explore=restaurant&a=no_plan&b=kol_care&seed=1&t=12&", ".stage-columns.of2"),
            (f"run={key(root)}&operate=1&t=2.9&", ".operate .option"),
        ):
            page.goto("about:blank")
            page.goto(f"{home}#{view}lang={language}&theme=dark")
            page.wait_for_selector(ready)
            assert page.evaluate("document.documentElement.scrollWidth") <= wide, (view, language)
            assert page.evaluate(OUTSIDE) == [], (view, language)
            assert page.evaluate("document.documentElement.dataset.theme") == "dark"
    page.goto("about:blank")
    page.goto(f"{home}#lang=en&theme=dark")
    page.wait_for_selector("td a")
    assert serious(page) == []
