"""A class over HTTP: forty phones, clocks, sleeping phones, strangers who try to vote twice, steer or break it."""

from __future__ import annotations

import json
import os
import random
import re
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from starlette.testclient import TestClient

from sim.page.ballots import preferred
from sim.page.classroom import LETTERS, MOST_JOINS, MOST_PEOPLE, ClassError, Classroom
from sim.page.control import join_picture
from sim.page.register import keeper, kept_class
from sim.page.script import Script
from sim.page.server import build_app, cookie_of
from sim.report.language import LANGUAGES

HOSTILE = "<img src=x onerror=alert(1)>\"'</h2>"
TOKEN = "trainer-token"


def text(words: str) -> dict[str, str]:
    return dict.fromkeys(LANGUAGES, words)


def script(name: str = "small", words: str = "one") -> Script:
    options = [{"text": text(words), "arm": None}, {"text": text("two"), "arm": 1}, {"text": text("three"), "arm": None}]
    steps = [
        {"kind": "observe", "minutes": 1, "arms": [0, 1]}, {"kind": "predict", "minutes": 1},
        {"kind": "ask", "minutes": 2, "text": text(words), "options": options}, {"kind": "reveal", "minutes": 1},
    ]  # fmt: skip
    measure = {"name": text(words), "unit": text(words), "share": False, "money": False, "direction": "higher"}
    plain = {
        "name": name, "title": text(words), "question": text(words), "minutes": 10, "arms": [text(words), text("two")],
        "steps": steps, "measures": [measure], "reveals": [{"sizes": [2, 6]}], "days": 30.0,
    }  # fmt: skip
    return Script(plain, {})


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def classroom(clock):
    return Classroom({"small": script(), "other": script("other")}, clock)


@pytest.fixture
def app(classroom, tmp_path):
    return build_app(tmp_path, TOKEN, ["testserver"], classroom.scripts, classroom)


@pytest.fixture
def trainer(app):
    client = TestClient(app)
    client.cookies.set(cookie_of(TOKEN), TOKEN)
    return client


def joined(app, classroom, **headers) -> TestClient:
    client = TestClient(app, headers=headers)
    assert client.post("/join", data={"code": classroom.code}).status_code == 200
    return client


def turn(trainer, step, phase=0, lesson="small"):
    answer = trainer.post("/class/turn", json={"lesson": lesson, "step": step, "phase": phase})
    assert answer.status_code == 200
    return answer.json()


def test_forty_phones_vote_at_once_and_none_is_lost(app, classroom, trainer):
    phones = [joined(app, classroom) for _ in range(40)]  # all of one kind, behind one address
    assert len(classroom.people) == 40
    turn(trainer, 2)
    with ThreadPoolExecutor(16) as pool:
        codes = list(
            pool.map(lambda at: phones[at].post("/join/vote", data={"step": 2, "choice": str(at % 3)}).status_code, range(40))
        )
    assert codes == [200] * 40
    assert trainer.get("/class").json()["tallies"] == {"2": {"0": 14, "1": 13, "2": 13}}
    turn(trainer, 1)
    for phone in phones[:5]:
        phone.post("/join/vote", data={"step": 1, "way": "2", "size": "1", "sure": "0"})
    assert trainer.get("/class").json()["tallies"]["1"] == {"2.1.0": 5}


def test_a_vote_can_be_changed_until_its_time_is_up(app, classroom, trainer, clock):
    phone = joined(app, classroom)
    assert turn(trainer, 2)["left"] == pytest.approx(120)
    phone.post("/join/vote", data={"step": 2, "choice": "0"})
    phone.post("/join/vote", data={"step": 2, "choice": "1"})
    assert classroom.state()["tallies"] == {2: {"1": 1}}
    clock.now += 121
    late = phone.post("/join/vote", data={"step": 2, "choice": "0"})
    assert late.status_code == 409 and "That vote is closed" in late.text
    assert classroom.state()["tallies"] == {2: {"1": 1}} and classroom.state()["left"] == 0
    assert turn(trainer, 3)["step"] == 3  # nobody has to be waited for


def test_a_reload_of_the_projector_changes_nothing(classroom, trainer, clock):
    turn(trainer, 2)
    clock.now += 50
    version = classroom.version
    assert turn(trainer, 2)["left"] == pytest.approx(70) and classroom.version == version
    turn(trainer, 2, 1)
    assert classroom.state()["left"] is None
    assert turn(trainer, 2)["left"] == pytest.approx(120)  # opened again, with a clock of its own


def test_a_phone_that_slept_is_the_same_person(app, classroom, trainer, clock):
    phone = joined(app, classroom)
    turn(trainer, 2)
    phone.post("/join/vote", data={"step": 2, "choice": "2"})
    clock.now += 60
    page = phone.get("/join").text
    assert re.search(r'value="2" aria-pressed="true"', page) and len(classroom.people) == 1
    phone.post("/join", data={"code": classroom.code})  # who joins again is still one
    assert len(classroom.people) == 1


def test_another_lesson_begins_with_no_votes(app, classroom, trainer):
    phone = joined(app, classroom)
    turn(trainer, 2)
    phone.post("/join/vote", data={"step": 2, "choice": "2"})
    trainer.post("/class/hand", json={"lesson": "small", "step": 2, "option": 1, "by": 1})
    assert classroom.state()["hands"] == {2: [0, 1, 0, 0]}
    state = turn(trainer, 2, lesson="other")
    assert state["tallies"] == {} and state["hands"] == {} and state["joined"] == 1


def test_voters_reach_nothing_of_the_trainer(app, classroom):
    phone = joined(app, classroom)
    for path in ("/runs", "/words", "/lessons", "/lesson/small", "/lesson/small/0", "/class", "/story/a/0/0"):
        assert phone.get(path).status_code == 403
    for path in ("/class/turn", "/class/hand", "/class/pose"):
        assert phone.post(path, json={"lesson": "small", "step": 1, "phase": 0}).status_code == 403
    assert phone.get("/", follow_redirects=False).headers["location"] == "/join"
    assert classroom.step == -1


def test_the_token_counts_on_the_trainers_machine_only(classroom, tmp_path):
    app = build_app(tmp_path, TOKEN, ["testserver"], classroom.scripts, classroom, frozenset({"127.0.0.1"}))
    for host, code in (("127.0.0.1", 200), ("192.168.1.7", 403)):
        client = TestClient(app, client=(host, 5000))
        client.cookies.set(cookie_of(TOKEN), TOKEN)
        assert client.get("/class").status_code == code


def test_two_classes_on_one_machine_share_no_cookie(app, classroom, tmp_path):
    other = Classroom({"small": script()})
    phone = joined(app, classroom)
    there = TestClient(build_app(tmp_path, "another", ["testserver"], other.scripts, other), cookies=phone.cookies)
    assert classroom.cookie != other.cookie and cookie_of("another") != cookie_of(TOKEN)
    assert there.get("/join/state").json() == {"mark": "out"}


def test_a_wrong_code_and_a_full_class(app, classroom, clock):
    stranger = TestClient(app)
    answer = stranger.post("/join", data={"code": "0000"})
    assert answer.status_code == 403 and "not the code" in answer.text and not classroom.people
    assert stranger.post("/join/vote", data={"step": 2, "choice": "0"}, follow_redirects=False).status_code == 303
    for _ in range(MOST_JOINS):
        classroom.join(classroom.code.lower(), "1.2.3.4", "en")
    with pytest.raises(ClassError, match="class_full"):
        classroom.join(classroom.code, "1.2.3.4", "en")
    classroom.join(classroom.code, "1.2.3.5", "en")
    clock.now += 61
    for place in range(MOST_PEOPLE - MOST_JOINS - 1):
        classroom.join(classroom.code, f"1.2.4.{place % 7}", "en")
    with pytest.raises(ClassError, match="class_full"):
        classroom.join(classroom.code, "1.2.3.6", "en")
    assert len(classroom.people) == MOST_PEOPLE


def test_a_prediction_needs_all_its_answers_but_how_much_of_about_the_same(app, classroom, trainer):
    phone = joined(app, classroom)
    turn(trainer, 1)
    short = phone.post("/join/vote", data={"step": 1, "way": "2", "sure": "1"})
    assert short.status_code == 409 and "Choose one answer" in short.text
    assert 'name="way" value="2" required checked' in short.text  # what was filled in is still there
    assert phone.post("/join/vote", data={"step": 1, "way": "1", "sure": "1"}).status_code == 200
    assert classroom.state()["tallies"] == {1: {"1.0.1": 1}}


@pytest.mark.parametrize("step", [-1, 0, 1, 2, 3])
def test_every_word_is_escaped(step, tmp_path):
    classroom = Classroom({"small": script(words=HOSTILE)})
    app = build_app(tmp_path, TOKEN, ["testserver"], classroom.scripts, classroom)
    phone = joined(app, classroom)
    classroom.turn("small", step, 0)
    for page in (phone.get("/join").text, TestClient(app).get("/join", params={"code": HOSTILE}).text):
        assert "<img" not in page and "&lt;img" in page


def test_languages(app, classroom, trainer):
    assert [preferred(one) for one in ("zh-CN,zh;q=0.9", "es-MX", "fr-FR,es;q=0.5", "", "x" * 9000)] == [
        "zh",
        "es",
        "es",
        "en",
        "en",
    ]
    phone = joined(app, classroom, **{"accept-language": "es-ES"})
    assert 'lang="es"' in phone.get("/join").text
    assert 'lang="zh"' in phone.get("/join?lang=zh").text and 'lang="zh"' in phone.get("/join").text  # it is remembered
    assert 'html lang="zh"' in phone.get("/join?lang=<b>").text


def test_pages_work_without_scripts_and_never_wipe_a_form(app, classroom, trainer):
    phone = joined(app, classroom)
    assert "http-equiv" in phone.get("/join").text  # waits: asks again by itself
    turn(trainer, 2)
    page = phone.get("/join").text
    assert "http-equiv" not in page and 'method="post" action="/join/vote"' in page
    assert "form-action 'self'" in phone.get("/join").headers["content-security-policy"]
    before = phone.get("/join/state").json()["mark"]
    turn(trainer, 3)
    assert phone.get("/join/state").json()["mark"] != before


def test_a_thousand_hostile_requests(app, classroom, trainer):
    rng = random.Random(2)
    phone = joined(app, classroom)
    turn(trainer, 2)
    values = ["0", "-1", "9" * 50, "<b>", "\u0000", "2", "1.5", "0.0.0", "", "null", "é" * 200, "a" * 3000]
    codes = set()
    for _ in range(500):
        data = {rng.choice(["step", "choice", "way", "size", "sure", "code", "lang"]): rng.choice(values) for _ in range(4)}
        codes.add(phone.post(rng.choice(["/join", "/join/vote"]), data=data, follow_redirects=False).status_code)
        body = rng.choice(["{", "[]", "null", "[" * 900, '{"lesson":"small","step":1e400}', '{"step":true}', '{"lesson":"small","step":2,'
                           '"phase":99}', '{"lesson":"small","step":99,"phase":0}', '{"lesson":"small","step":2,"option":9,"by":1}',
                           '{"lesson":"nope","step":2,"option":0,"by":1}', "x" * 5000])  # fmt: skip
        codes.add(trainer.post(rng.choice(["/class/turn", "/class/hand"]), content=body).status_code)
    assert codes <= {303, 409, 413, 422}
    assert trainer.get("/class").status_code == 200 and len(classroom.people) == 1
    assert set(classroom.state()["tallies"].get(2, {})) <= {"0", "1", "2"}


def test_the_code_is_drawn_here_and_easy_to_read():
    codes = {Classroom({"small": script()}).code for _ in range(50)}
    assert len(codes) > 45 and all(set(code) <= set(LETTERS) and len(code) == 4 for code in codes)
    assert not set("01OIL5S") & set(LETTERS)
    assert join_picture("http://192.168.1.7:8750/join?code=AB34").startswith("data:image/svg+xml")


def test_a_class_goes_on_after_a_restart(tmp_path, clock):
    scripts = {"small": script(), "other": script("other")}
    before = Classroom(scripts, clock, keep=keeper(tmp_path))
    app = build_app(tmp_path, TOKEN, ["testserver"], scripts, before)
    phone = joined(app, before)
    before.turn("small", 2, 0)
    phone.post("/join/vote", data={"step": 2, "choice": "1"})
    before.hand(2, 0, 1)
    clock.now += 20
    joined(app, before)  # the last thing that was written down
    after = Classroom(scripts, clock, keep=keeper(tmp_path))
    assert after.restore(kept_class(tmp_path))
    assert after.state() | {"version": 0} == before.state() | {"version": 0} and after.state()["left"] == pytest.approx(100)
    again = TestClient(build_app(tmp_path, TOKEN, ["testserver"], scripts, after), cookies=phone.cookies)
    assert re.search(r'value="1" aria-pressed="true"', again.get("/join").text)  # the same person, the same vote
    again.post("/join/vote", data={"step": 2, "choice": "2"})
    assert after.state()["tallies"] == {2: {"2": 1}}
    assert (tmp_path / "class.json").stat().st_mode & 0o077 == 0


def test_a_class_of_another_hour_or_a_file_of_somebody_else_is_not_gone_on_with(tmp_path):
    scripts = {"small": script()}
    room = Classroom(scripts, keep=keeper(tmp_path))
    room.join(room.code, "1.2.3.4", "en")
    path, good = tmp_path / "class.json", json.loads((tmp_path / "class.json").read_text())
    assert kept_class(tmp_path)
    key = good["people"][0][0]
    for change in ({"code": "<b>"}, {"cookie": "groupalive_token"}, {"left": -1}, {"left": 1e9}, {"people": [["short", "en", []]]},
                   {"people": [[key, "fr", []]]}, {"hands": [[0, [-1, 0, 0, 0]]]}, {"step": "0"}):  # fmt: skip
        path.write_text(json.dumps(good | change))
        assert kept_class(tmp_path) is None, change
    for change in ({"lesson": "other"}, {"step": 99}, {"step": -2}, {"phase": 16}):
        path.write_text(json.dumps(good | change))
        assert not Classroom(scripts).restore(kept_class(tmp_path)), change
    path.write_text(
        json.dumps(good | {"people": [[key, "en", [[2, "9"], [2, "1"], [99, "0"]]]], "hands": [[99, [0, 0, 0, 0]]]})
    )
    other = Classroom(scripts)
    assert other.restore(kept_class(tmp_path)) and other.state()["tallies"] == {2: {"1": 1}} and other.hands == {}
    path.write_text("x" * 600_000)
    assert kept_class(tmp_path) is None
    path.write_text(json.dumps(good))
    os.utime(path, (time.time() - 1900,) * 2)
    assert kept_class(tmp_path) is None
    path.unlink()
    path.symlink_to("/etc/passwd")
    assert kept_class(tmp_path) is None


def posed(words: str = "what now?", many: int = 3) -> dict:
    return {"question": text(words), "options": [text(f"way {place}") for place in range(many)]}


def test_phones_are_asked_while_a_class_operates(app, classroom, trainer, clock):
    phones = [joined(app, classroom) for _ in range(4)]
    turn(trainer, 2)
    phones[0].post("/join/vote", data={"step": 2, "choice": "0"})
    state = trainer.post("/class/pose", json={"posed": posed(HOSTILE)}).json()
    number = state["posed"]
    assert number == -2 and state["left"] == pytest.approx(120)
    page = phones[0].get("/join").text
    assert "way 2" in page and "<img" not in page and 'name="step" value="-2"' in page
    clock.now += 60
    assert trainer.post("/class/pose", json={"posed": posed(HOSTILE)}).json()["left"] == pytest.approx(60)  # a reload
    for phone, choice, code in zip(phones, ("2", "2", "0", "3"), (200, 200, 200, 409), strict=True):
        assert phone.post("/join/vote", data={"step": number, "choice": choice}).status_code == code
    assert phones[3].post("/join/vote", data={"step": 2, "choice": "1"}).status_code == 409  # the step is not asked now
    assert trainer.get("/class").json()["tallies"] == {"2": {"0": 1}, "-2": {"2": 2, "0": 1}}
    assert trainer.post("/class/pose", json={"posed": posed("and now?", 2)}).json()["posed"] == -3
    assert phones[3].post("/join/vote", data={"step": number, "choice": "1"}).status_code == 409  # an old form
    clock.now += 121
    assert phones[3].post("/join/vote", data={"step": -3, "choice": "1"}).status_code == 409
    state = trainer.post("/class/pose", json={}).json()
    assert state["posed"] is None and "and now?" not in phones[3].get("/join").text
    turn(trainer, 2, 1)
    assert trainer.get("/class").json()["tallies"]["2"] == {"0": 1}


def test_back_in_the_lesson_phones_are_asked_its_question(app, classroom, trainer):
    phone = joined(app, classroom)
    turn(trainer, 2)
    trainer.post("/class/pose", json={"posed": posed()})
    assert turn(trainer, 2)["posed"] is None and 'name="step" value="2"' in phone.get("/join").text


def test_a_posed_question_and_its_votes_outlive_a_restart(app, classroom, trainer, tmp_path):
    phone = joined(app, classroom)
    trainer.post("/class/pose", json={"posed": posed()})
    phone.post("/join/vote", data={"step": -2, "choice": "1"})
    keeper(tmp_path)(classroom.plain())
    anew = Classroom({"small": script(), "other": script("other")})
    assert anew.restore(kept_class(tmp_path)) and anew.state()["tallies"] == {-2: {"1": 1}} and anew.posed == posed()


def test_a_question_that_is_none_is_refused(classroom, trainer):
    for wrong in (
        posed(many=1),
        posed(many=5),
        posed("x" * 300),
        {"question": "?"},
        [1],
        {**posed(), "question": {"en": "only"}},
    ):
        assert trainer.post("/class/pose", json={"posed": wrong}).status_code == 422
    assert trainer.post("/class/pose", content="x" * 20_000).status_code == 413 and classroom.posed is None
