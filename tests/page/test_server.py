"""The server: a token, keys in place of paths, whole runs only, many hostile requests."""

from __future__ import annotations

import json
import random
import re
import shutil

import pytest
from starlette.testclient import TestClient

import sim
from sim.branching import branch, open_recorded
from sim.page.script import Script
from sim.page.server import build_app, cookie_of
from sim.page.shelf import describe_runs, find_runs, in_order
from sim.run import simulate

TOKEN = "a token of this test"


@pytest.fixture(scope="module")
def root(tmp_path_factory):
    root = tmp_path_factory.mktemp("outputs")
    scenario = sim.compose("scenario=restaurant", "days=3", "confirm_days=0", "scenario.population.size=20")
    simulate(scenario, seed=1, folder=root / "run" / "good")
    shutil.copytree(root / "run" / "good", root / "run" / "bad")
    parquet = bytearray((root / "run" / "bad" / "events.parquet").read_bytes())
    parquet[len(parquet) // 2] ^= 255
    (root / "run" / "bad" / "events.parquet").write_bytes(parquet)
    (root / "run" / "linked").symlink_to(root / "run" / "good")
    return root


@pytest.fixture
def client(root):
    made = TestClient(build_app(root, TOKEN, ["testserver"]), raise_server_exceptions=True)
    made.cookies.set(cookie_of(TOKEN), TOKEN)
    return made


def key_of(root, name):
    return next(key for key, folder in find_runs(root).items() if folder.name == name)


def test_nothing_without_the_token(root):
    client = TestClient(build_app(root, TOKEN, ["testserver"]))
    for path in ("/", "/runs", "/words", f"/story/{key_of(root, 'good')}/0/0", "/?token=guess"):
        assert client.get(path).status_code == 403
    assert client.get("/?token=" + TOKEN.replace(" ", "%20"), follow_redirects=False).status_code == 303
    assert client.get("/runs").status_code == 200


def test_only_under_its_own_name(root):
    client = TestClient(build_app(root, TOKEN, ["127.0.0.1"]), base_url="http://elsewhere.example")
    client.cookies.set(cookie_of(TOKEN), TOKEN)
    assert client.get("/runs").status_code == 400


def test_shelf_and_story(client, root):
    runs = client.get("/runs").json()
    assert {one["name"] for one in runs} == {"good", "bad"}  # links are not followed
    answer = client.get(f"/story/{key_of(root, 'good')}/0/0")
    assert answer.status_code == 200 and "default-src 'none'" in answer.headers["content-security-policy"]
    assert client.get(f"/story/{key_of(root, 'good')}/0/7").status_code == 422


def test_a_page_takes_one_script(client):
    asked = re.findall(r'src="([^"]+)"', client.get("/").text)
    assert asked == ["/assets/uPlot.iife.min.js", "/assets/page.js"] and all(
        client.get(one).status_code == 200 for one in asked
    )
    assert client.get("/assets/player.js").status_code == 404


def test_an_altered_run_is_refused_in_one_line(client, root):
    answer = client.get(f"/story/{key_of(root, 'bad')}/0/0")
    assert answer.status_code == 422 and answer.text.count("\n") == 0 and str(root) not in answer.text


def test_a_thousand_hostile_requests_are_answered(client, root):
    rng = random.Random(1)
    parts = ["..", "%2e%2e", "%2f", "etc/passwd", key_of(root, "good"), "0", "-1", "9" * 30, "\u2028", "<script>", "a" * 3000]
    parts += ["assets", "story", "%00", "{{7*7}}", ""]
    codes = set()
    for _ in range(1_000):
        path = "http://testserver/" + "/".join(rng.choice(parts) for _ in range(rng.randint(1, 5)))
        answer = client.request(rng.choice(["GET", "POST", "HEAD", "PUT"]), path, headers={"x": "y" * rng.randint(0, 2000)})
        codes.add(answer.status_code)
        assert b"root:" not in answer.content and b"Traceback" not in answer.content
    assert codes <= {200, 404, 405, 422} and 404 in codes
    assert client.get("/runs").status_code == 200


def test_the_page_plays_from_the_server(browser, root):
    import threading
    import time

    from sim.page import server

    found: list[str] = []
    threading.Thread(
        target=server.serve,
        args=(root,),
        kwargs={"port": 0, "opened": lambda address, phones: found.append(address)},
        daemon=True,
    ).start()
    while not found:
        time.sleep(0.05)
    page = browser.new_page(viewport={"width": 1280, "height": 720}, locale="zh-CN")
    complaints: list[str] = []
    page.on("console", lambda told: complaints.append(told.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on(
        "request", lambda asked: None if asked.url.startswith(("http://127.0.0.1:", "data:")) else complaints.append(asked.url)
    )
    page.goto(found[0])
    page.wait_for_selector("td a")
    assert page.inner_text("h1") == "模拟记录" and "token" not in page.url
    page.goto(page.url.split("#")[0] + f"#run={key_of(root, 'good')}&t=1&lang=es")  # the page loads anew by itself
    page.wait_for_selector(".signs dd")
    page.context.set_offline(True)  # a laptop that sleeps, a network that goes: the run plays on
    page.keyboard.press("Shift+ArrowRight")
    page.keyboard.press("Space")
    page.evaluate("async () => { while (player.frames <= 5) await new Promise(requestAnimationFrame); }")
    page.keyboard.press("Space")
    page.context.set_offline(False)
    assert f"run={key_of(root, 'good')}" in page.evaluate("location.hash")
    page.reload()
    page.wait_for_selector(".signs dd")
    assert page.evaluate("player.time") > 2 * 86_400e6
    page.click(".back")
    page.click("tr:has-text('good') a")
    page.wait_for_selector(".signs dd")
    page.close()
    assert not complaints


def test_a_branch_stands_below_its_parent():
    def run(digest, parent=""):
        return {"digest": digest, "parent": parent}

    rows = [
        run("c", "b"),
        run("b", "a"),
        run("x"),
        run("a"),
        run("a"),
        run("d", "a"),
        run("lost", "gone"),
        run("p", "q"),
        run("q", "p"),
    ]
    told = [(one["digest"], deep) for one, deep in in_order(rows)]
    assert told == [("x", 0), ("a", 0), ("b", 1), ("c", 2), ("d", 1), ("a", 0), ("lost", 0), ("p", 0), ("q", 0)]


def test_the_list_tells_of_a_branch_what_changed(tmp_path):
    simulate(
        sim.compose("scenario=restaurant", "days=3", "confirm_days=0", "scenario.population.size=12"),
        seed=1,
        folder=tmp_path / "one",
    )
    simulated = open_recorded(tmp_path / "one")
    branch(simulated, "2d", ["staff.people=3"], folder=tmp_path / "a", command=())
    above, below = describe_runs(tmp_path)
    assert (above["name"], above["deep"], below["name"], below["deep"], below["at"]) == ("one", 0, "a", 1, 2.0)
    assert below["changes"] == {"en": "staff: 3", "zh": "运营人数：3", "es": below["changes"]["es"]}
    manifest = tmp_path / "a" / "manifest.json"
    told = json.loads(manifest.read_text())
    told["lineage"]["changes"] = 7
    manifest.write_text(json.dumps(told))
    assert [one["name"] for one in describe_runs(tmp_path)] == ["one"]  # what cannot be read has no line


def test_a_lesson_of_the_list_is_read_when_it_is_opened(tmp_path):
    opened, wanted = [], []
    told = {"name": "later", "title": {"en": "Later"}, "question": {"en": "?"}, "minutes": 10}

    def read():
        opened.append(1)
        return told | {"told": [0], "done": 0, "ready": False, "reveals": [], "elsewhere": []}

    later = Script(told, {}, want=lambda: wanted.append(1), read=read)
    client = TestClient(build_app(tmp_path, TOKEN, ["testserver"], {"later": later}))
    client.cookies.set(cookie_of(TOKEN), TOKEN)
    assert client.get("/lessons").json() == [told] and not opened
    assert client.get("/lesson/later/worlds/0").status_code == 204 and opened == [1]  # a page that was there before a restart
    assert client.get("/lesson/later").json()["script"]["told"] == [0] and opened == [1] and len(wanted) == 2
