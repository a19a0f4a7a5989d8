"""Every shipped lesson in a real browser: played through from its file and in a class with phones, asking no other host."""

from __future__ import annotations

import re
import threading
import time
from collections import Counter

import httpx2 as httpx
import pytest

from sim.config import options
from sim.page import server
from sim.page.handout import MOST_BYTES, make_lesson_handout, write_page
from sim.report.language import LANGUAGES

LESSONS = options("lesson")
#: Texts that are cut off by the projector, and texts that lie on one another; the talk scrolls under its upper edge.
CUT = """() => {
  const kinds = "h1, h2, h3, .lesson-body p, .option, .bars-list span, .bars-list b, .stage-clock, .stage-pace, dd, dt, .debrief-part li";
  const shown = [...document.querySelectorAll(kinds)]
    .filter((one) => one.textContent && one.checkVisibility({ visibilityProperty: true }) && !one.closest(".chat, dialog, .paper"));
  const found = [], edges = shown.map((one) => one.getBoundingClientRect());
  edges.forEach((edge, place) => {
    if (edge.right > innerWidth + 1 || edge.bottom > innerHeight + 1 || edge.left < -1) found.push(`cut off: ${shown[place].textContent}`);
    edges.slice(place + 1).forEach((other, more) => {
      const a = shown[place], b = shown[place + 1 + more], wide = Math.min(edge.right, other.right) - Math.max(edge.left, other.left);
      const high = Math.min(edge.bottom, other.bottom) - Math.max(edge.top, other.top);
      if (!a.contains(b) && !b.contains(a) && wide > 1 && high > 3) found.push(`${a.textContent} | ${b.textContent}`);
    });
  });
  for (const part of document.querySelectorAll(".debrief-part"))
    if (part.scrollHeight > part.clientHeight + 1) found.push(`too long: ${part.textContent}`);
  return found;
}"""
#: Until some frames are drawn; the page's policy allows no waiting for a text that would have to be evaluated.
PLAYS = "async () => { while (lesson.view.stage.frames < 3) await new Promise((done) => setTimeout(done, 20)); }"
SETTLED = "async () => { await lesson.ready; while (!lesson.view) await new Promise((done) => setTimeout(done, 20)); }"

#: The step in one language after the other: [language, texts that are cut off or lie on one another, the words on screen].
IN_ALL_LANGUAGES = f"""async (languages) => {{
  const found = [], cut = {CUT}, settled = {SETTLED};
  for (const language of languages) {{
    lesson.use({{ language }});
    await settled();
    found.push([language, cut(), ["header", ".lesson-body", "footer"].map((one) => document.querySelector(one).innerText).join()]);
  }}
  return found;
}}"""


@pytest.mark.parametrize("name", LESSONS)
def test_a_lesson_is_played_through_from_its_file(handed, opened, scripts, name):
    path = handed(name)
    assert path.stat().st_size < MOST_BYTES
    page = opened(path.as_uri() + "#lang=en")
    kinds: Counter[str] = Counter()
    for _ in range(60):
        page.evaluate(SETTLED)
        step = page.evaluate("lesson.steps[lesson.step].kind")
        kinds[step] += 1
        if step in ("ask", "vote", "exit", "predict") and page.evaluate("lesson.phase") == 0:
            page.keyboard.press("2")
            page.keyboard.press("2")
            page.keyboard.press("3")
            page.keyboard.press("Shift+Digit2")
            page.wait_for_selector(".option >> nth=1 >> text=1")
        if step == "play":
            page.keyboard.press("Space")
            page.evaluate(PLAYS)
            page.keyboard.press("Space")
            page.keyboard.press("End")
            assert page.evaluate("lesson.view.stage.time === lesson.view.stage.to")
        for language, cut, text in page.evaluate(IN_ALL_LANGUAGES, [*LANGUAGES, "en"]):
            assert cut == [], f"{step}, {language}"
            foreign = r"[A-Za-z]{4,}" if language == "zh" else r"[\u4e00-\u9fff]"
            assert not re.findall(foreign, re.sub(r"中文|EN\b|ES\b|Enter|Shift", "", text)), f"{step}, {language}"
        at = page.evaluate("[lesson.step, lesson.phase]")
        if step == "vote" and at[1] > 1:  # one hand for each of two: the class has not chosen
            assert "No choice is ahead" in text and "The class chose" not in text
        page.keyboard.press("Enter")
        if page.evaluate("[lesson.step, lesson.phase]") == at:
            break
    measures = len(scripts[name].plain["measures"])
    assert (
        kinds["reveal"] == 1 + 2 * measures and kinds["vote"] == 2 + measures and kinds["debrief"] == 3 and kinds["exit"] == 2
    )


def test_the_reveal_is_locked_and_says_what_is_undecided(handed, opened, scripts):
    name = next(name for name in LESSONS if any(one["arms"][0]["verdict"] == "open" for one in scripts[name].plain["reveals"]))
    plain = scripts[name].plain
    page = opened(handed(name).as_uri() + f"#lang=en&step={1 + [one['kind'] for one in plain['steps']].index('reveal')}")
    page.evaluate(SETTLED)
    assert not page.query_selector("canvas") and "30 plausible worlds" in page.inner_text(".lesson-body")
    for reveal in plain["reveals"]:
        page.keyboard.press("Enter")  # dots, one after the other, and nothing else
        page.wait_for_selector(".dots")
        assert page.query_selector(".band").is_hidden()
        page.wait_for_selector(".reveal .small >> text=/^30 of 30/", timeout=15_000)
        page.keyboard.press("Enter")
        page.wait_for_selector(".band:not([hidden])")
        sentence = page.inner_text(".verdict")
        assert ("undecided" in sentence) == (reveal["arms"][0]["verdict"] in ("open", "less_open", "more_open")), sentence


#: Acts of members that are in both groups: [those with other words, all]; then texts that a message repeats of the one before it.
WORDS = """() => {
  const [left, right] = lesson.view.stage.sides.map(({ fold, chat }) => {
    const { kind, actor, time, target } = fold.story;
    return new Map(fold.row.filter((row) => kind[row] === fold.story.kinds.MESSAGE_POSTED && target[row] < 0)
      .map((row) => [`${actor[row]} ${time[row]}`, chat.messages.text(row)]));
  });
  const both = [...left].filter(([act]) => right.has(act));
  const { fold, chat } = lesson.view.stage.sides[0], texts = fold.row.map((row) => chat.messages.text(row));
  const answers = fold.row.filter((row) => fold.story.kind[row] === fold.story.kinds.MESSAGE_POSTED && fold.story.target[row] >= 0);
  return [both.filter(([act, text]) => right.get(act) !== text).length, both.length,
    texts.filter((text, at) => at && text === texts[at - 1]).length,
    answers.filter((row) => chat.messages.text(row) === texts[fold.story.target[row]]).length, new Set(texts).size];
}"""


def test_the_same_act_has_the_same_words_in_every_group(handed, opened):
    page = opened(handed("daily_coupons").as_uri() + "#step=4&lang=en")
    page.evaluate(SETTLED)
    others, all_, again, echoed, texts = page.evaluate(WORDS)
    assert all_ > 50 and others <= 0.1 * all_  # a neighbour that is there in one group alone may push a text on
    assert again == 0 and echoed == 0 and texts > 15


@pytest.mark.parametrize(
    ("language", "worth"), [("en", "20 yuan off an order of 49"), ("zh", "满 49 元减 20 元"), ("es", "20 yuanes menos")]
)
def test_a_coupon_is_told_with_its_worth(handed, opened, language, worth):
    page = opened(handed("daily_coupons").as_uri() + f"#step=4&lang={language}")
    page.evaluate(SETTLED)
    page.evaluate(
        """() => { const { chat, fold } = lesson.view.stage.sides[1], { story } = fold;
           const row = fold.row.find((row) => story.kind[row] === story.kinds.STIMULUS_POSTED && chat.messages.form(row) === "coupon");
           lesson.view.stage.go(story.time[row]); }"""
    )
    assert worth in page.locator(".stage-side").last.locator(".bubble.coupon").inner_text()
    assert page.locator(".stage-side").first.locator(".bubble.coupon").count() == 0


def test_whoever_slanders_makes_a_claim(handed, opened):
    page = opened(handed("a_doubt_asked_aloud").as_uri() + "#step=1&lang=en")
    page.evaluate(SETTLED)
    said = page.evaluate(
        """() => { const { fold, chat } = lesson.view.stage.sides[0], { kind, target, kinds } = fold.story;
           const claims = fold.row.filter((row) => kind[row] === kinds.COMPLAINT_POSTED && target[row] >= 0);
           return [chat.messages.text(claims[0]), lesson.words.all.says.slander]; }"""
    )
    assert said[0] in said[1]


def test_many_dots_in_one_place_stand_side_by_side(handed, opened):
    page = opened(handed("daily_coupons").as_uri() + "#lang=en")
    page.evaluate(SETTLED)
    page.evaluate("lesson.script.reveals[0].dots[0] = lesson.script.reveals[0].dots[0].map((_, at) => (at < 26 ? 5 : 400))")
    for phase in (1, 2):  # without the difference, and with it, where there is little room
        page.evaluate("(phase) => lesson.turn(1 + lesson.script.steps.findIndex((one) => one.kind === 'reveal'), phase)", phase)
        page.evaluate(SETTLED)
        page.evaluate("async () => { while (lesson.view.dots.shown < 30) await new Promise((done) => setTimeout(done, 50)); }")
        dots, width = page.evaluate("[lesson.view.dots.places, lesson.view.dots.node.clientWidth]")
        assert len(dots) == 60
        for place, (x, y, radius, _) in enumerate(dots):
            assert radius >= 3 and radius <= x <= width - radius and y >= radius
            assert all((x - a) ** 2 + (y - b) ** 2 > (2 * radius - 0.1) ** 2 for a, b, *_ in dots[:place])


def test_a_mark_at_the_edge_is_named_within_the_bar(handed, opened):
    page = opened(handed("a_doubt_asked_aloud").as_uri() + "#step=1&lang=en")
    page.evaluate(SETTLED)
    mark, bar = page.locator(".stage-mark").first.bounding_box(), page.locator(".stage-bar").bounding_box()
    assert page.locator(".stage-mark").first.inner_text() == "Slander"
    assert bar["x"] <= mark["x"] and mark["x"] + mark["width"] <= bar["x"] + bar["width"] + 4


def test_a_closed_group_is_said_to_be_closed(handed, opened):
    page = opened(handed("rescue_or_dissolve").as_uri() + "#step=4&t=30&lang=en")
    page.evaluate(SETTLED)
    assert "This group was closed" in page.locator(".stage-side").first.inner_text()
    assert "This group was closed" not in page.locator(".stage-side").last.inner_text()


def test_where_it_is_stands_in_the_address(handed, opened):
    page = opened(handed("daily_coupons").as_uri() + "#lang=es&theme=dark&step=4&t=6.5")
    page.evaluate(SETTLED)
    assert page.evaluate("lesson.view.stage.time") == pytest.approx(6.5 * 86_400e6)
    page.keyboard.press("Shift+ArrowRight")
    page.keyboard.press("t")
    page.evaluate(SETTLED)
    page.reload()
    page.evaluate(SETTLED)
    assert page.evaluate("[lesson.step, lesson.theme, lesson.words.language]") == [4, "light", "es"]
    assert page.evaluate("lesson.view.stage.time") == pytest.approx(7.5 * 86_400e6, rel=1e-4)
    page.keyboard.press("PageDown")
    page.evaluate(SETTLED)
    page.keyboard.press("1")
    page.keyboard.press("PageDown")
    page.reload()  # hands that were counted are still counted
    page.evaluate(SETTLED)
    assert page.evaluate("[lesson.step, lesson.phase, lesson.room.hand(4)]") == [5, 1, [1, 0, 0, 0]]
    page.goto(page.url.split("#")[0] + "#step=99&phase=-4&t=x&lang=q&theme=<b>")
    page.reload()
    page.evaluate(SETTLED)
    assert page.evaluate("[lesson.step, lesson.phase, lesson.words.language]") == [10, 0, "en"]


def test_a_group_of_the_lesson_is_opened_in_the_player_and_back(handed, opened):
    page = opened(handed("daily_coupons").as_uri() + "#lang=en&step=4&t=6")
    page.evaluate(SETTLED)
    page.keyboard.press("p")
    page.wait_for_selector(".signs dd")
    assert page.evaluate("player.time") == pytest.approx(6 * 86_400e6)
    page.click(".back")
    page.wait_for_selector(".stage-columns")
    assert page.evaluate("lesson.step") == 4


def test_notes_and_cards_print_on_a4(handed, opened):
    page = opened(handed("daily_coupons").as_uri() + "#lang=en")
    page.evaluate(SETTLED)
    page.evaluate("window.print = () => {}")
    page.emulate_media(media="print")
    page.keyboard.press("c")
    assert page.locator(".paper.cards article").count() == 4 and not page.is_visible(".lesson-body")
    page.keyboard.press("d")
    assert "Step by step" in page.inner_text(".paper.notes") and page.locator(".paper.notes li").count() >= 4
    assert len(page.pdf(prefer_css_page_size=True)) > 10_000


def test_hostile_words_are_text(told, opened, scripts, tmp_path):
    import copy

    hostile = "<img src=x onerror=window.hurt=1></script><script>window.hurt=1</script>"
    script = scripts["daily_coupons"]
    plain = copy.deepcopy(script.plain)

    def poison(value):
        if isinstance(value, dict):
            return (
                dict.fromkeys(value, hostile)
                if set(value) == set(LANGUAGES)
                else {key: poison(one) for key, one in value.items()}
            )
        return [poison(one) for one in value] if isinstance(value, list) else value

    page = opened(
        write_page(make_lesson_handout(poison(plain), told("daily_coupons")), tmp_path / "x.html").as_uri() + "#lang=en"
    )
    for step in range(len(plain["steps"]) + 1):
        page.evaluate("(step) => lesson.turn(step, lesson.phases(lesson.steps[step]) - 1)", step)
        page.evaluate(SETTLED)
    assert page.evaluate("window.hurt") is None and page.locator("img").count() == 0


@pytest.fixture
def classroom(scripts, tmp_path):
    """A class that listens on a port of this machine; gives (address of the trainer, address of phones)."""
    found: list[tuple[str, str]] = []
    told = {name: scripts[name] for name in ("daily_coupons", "merge")}
    more = {"port": 0, "opened": lambda *both: found.append(both), "scripts": told, "klass": True}
    threading.Thread(target=server.serve, args=(tmp_path,), kwargs=more, daemon=True).start()
    while not found:
        time.sleep(0.05)
    trainer, phones = found[0]
    return trainer, re.sub(r"//[^:]+:", "//127.0.0.1:", phones)


def test_a_class_of_forty(classroom, opened, browser, serious):
    trainer, phones = classroom
    page = opened(trainer + "#lang=en")
    page.wait_for_selector("td a")
    assert page.locator("td a").count() == 2 and "token" not in page.url
    page.click("td a >> nth=0")
    page.wait_for_selector(".join-code")
    code = page.inner_text(".join-code").split()[-1]
    clients = [httpx.Client(follow_redirects=True) for _ in range(40)]
    for at, client in enumerate(clients):
        assert client.post(phones, data={"code": code, "lang": LANGUAGES[at % 3]}).status_code == 200
    phone = opened(f"{phones}?code={code}", is_mobile=True)
    assert serious(phone) == []
    phone.click("button")
    phone.wait_for_selector(".wait")
    assert page.wait_for_selector("footer >> text=41 joined", timeout=5_000)

    page.keyboard.press("Enter")  # observe
    page.keyboard.press("Enter")  # predict
    phone.wait_for_selector("fieldset", timeout=8_000)
    assert serious(phone) == []
    phone.set_viewport_size({"width": 390, "height": 844})
    for language in LANGUAGES:  # the whole prediction, its button too, without scrolling
        phone.goto(f"{phones}?lang={language}")
        edge = phone.locator(".send").bounding_box()
        assert edge["y"] + edge["height"] <= 844 and phone.evaluate("document.documentElement.scrollWidth") <= 390
    for at, client in enumerate(clients):
        assert client.post(f"{phones}/vote", data={"step": 1, "way": str(at % 3), "size": "1", "sure": "2"}).status_code == 200
    phone.check("input[name=way][value='2']", force=True)
    phone.check("input[name=sure][value='0']", force=True)
    phone.check("input[name=size][value='2']", force=True)
    phone.click(".send")
    phone.wait_for_selector(".done")
    started = time.monotonic()
    page.wait_for_selector("text=41 votes of 41 phones", timeout=5_000)
    assert time.monotonic() - started < 4
    page.keyboard.press("Enter")
    page.wait_for_selector(".bars-list")
    assert page.locator(".bars-list b").all_inner_texts() == ["0", "14", "0", "13", "0", "13", "1"]
    phone.wait_for_selector(".wait", timeout=8_000)

    page.keyboard.press("Enter")  # play
    page.wait_for_selector(".stage-columns")
    page.reload()  # in the middle: the same step, the same votes
    page.wait_for_selector(".stage-columns")
    page.keyboard.press("Enter")  # ask
    phone.wait_for_selector("button.choice", timeout=8_000)
    for at, client in enumerate(clients):
        client.post(f"{phones}/vote", data={"step": 4, "choice": str(at % 4)})
    phone.context.set_offline(True)  # a phone that sleeps, and wakes
    phone.wait_for_selector(".problem", timeout=8_000)
    phone.context.set_offline(False)
    phone.wait_for_selector(".problem", state="detached", timeout=8_000)
    phone.click("button.choice >> nth=3")
    phone.wait_for_selector(".done")
    page.keyboard.press("1")  # and one hand of somebody without a phone
    page.wait_for_selector("text=41 votes")
    page.keyboard.press("Enter")
    page.wait_for_selector(".bars-list")
    assert page.locator(".bars-list b").all_inner_texts() == ["11", "10", "10", "11"]


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_nothing_serious_is_in_the_way_of_anybody(handed, opened, theme, serious):
    page = opened(handed("daily_coupons").as_uri() + f"#lang=en&theme={theme}")
    seen = set()
    for step in range(page.evaluate("lesson.steps.length")):
        kind = page.evaluate("(step) => lesson.steps[step].kind", step)
        if kind in seen:
            continue
        seen.add(kind)
        page.evaluate("(step) => lesson.turn(step, lesson.phases(lesson.steps[step]) - 1)", step)
        page.evaluate(SETTLED)
        assert serious(page) == [], kind
