"""The pictures of the guides and the README, taken anew from the page: what they show then is what the program says now.

    python docs/pictures.py [FOLDER of an earlier try, whose worlds are there]

Needs Chromium and the extra dev. A class of phones that vote is made up; everything else is simulated. Takes some minutes.
"""

from __future__ import annotations

import argparse
import io
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import httpx2 as httpx
from PIL import Image
from playwright.sync_api import Page, sync_playwright

DOCS = Path(__file__).parent
LESSON = "daily_coupons"
#: Members of the made-up class, and of their predictions the shares: of each direction, size and certainty.
PEOPLE, PREDICTED = 32, ("0.0.1", "1.0.0", "2.0.1", "2.1.1", "2.1.2", "2.1.0", "2.2.2", "2.0.0")
WORDS = ("scenario=restaurant", "strategy=kol_care", "seed=7", "incident=[price_rise]", "campaign=[red_packets]")
TREE = "0@29.9:incident.price_rise.handling=none~0@29.9:strategy=no_plan"
SETTLED = "async () => { await lesson.ready; while (!lesson.view) await new Promise((done) => setTimeout(done, 20)); }"
KNOWN = "async () => { while (!lesson.script.ready) await new Promise((done) => setTimeout(done, 500)); }"
DOTS = "async () => { while (lesson.view.dots.shown < 30) await new Promise((done) => setTimeout(done, 50)); }"
PLAYER = "async () => { while (!window.player?.numbers?.cells) await new Promise((done) => setTimeout(done, 30)); }"


def main() -> None:
    """Takes all of them."""
    told = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    told.add_argument("folder", nargs="?", type=Path, help="of an earlier try, whose worlds are there")
    home = (told.parse_args().folder or Path(tempfile.mkdtemp())).resolve()
    home.mkdir(exist_ok=True)
    command = [str(Path(sys.executable).with_name("groupalive"))]
    if not (home / "outputs" / "restaurant").exists():
        subprocess.run([*command, "run", *WORDS, "--out", "outputs/restaurant"], cwd=home, check=True)
    serve = [*command, "serve", "--class", "--new-class", "--lesson", LESSON, "--port", "0", "--no-browser"]
    with (
        subprocess.Popen(serve, cwd=home, stdout=subprocess.PIPE, text=True) as server,
        sync_playwright() as play,
    ):
        assert server.stdout
        addresses = [re.search(r"http://\S+", server.stdout.readline()) for _ in range(2)]
        browser = play.chromium.launch(
            executable_path=os.environ.get("CHROMIUM") or shutil.which("chromium"), args=["--no-sandbox"]
        )
        try:
            page = browser.new_page(viewport={"width": 1280, "height": 720}, device_scale_factor=0.75, locale="en-GB")
            page.set_default_timeout(900_000)
            trainer, phones = (found[0] for found in addresses if found)
            phone = browser.new_page(viewport={"width": 390, "height": 760}, is_mobile=True, locale="en-GB")
            take_lesson(page, phone, trainer, re.sub(r"//[^:]+:", "//127.0.0.1:", phones))
            wide = browser.new_page(viewport={"width": 1280, "height": 720}, locale="en-GB")
            take_cards(wide, trainer)
            take_player(wide, trainer)
        finally:
            server.terminate()
    print(f"worlds are in {home}")


def take_lesson(page: Page, phone: Page, trainer: str, phones: str) -> None:
    """The guide's, in the order of the lesson."""
    page.goto(trainer)
    page.wait_for_selector(".join-code")
    page.evaluate(KNOWN)
    page.evaluate("lesson.show()")
    code = page.inner_text(".join-code").split()[-1]
    keep(page, "join")
    steps = [one["kind"] for one in page.evaluate("lesson.script.steps")]

    def turn(kind: str, phase: int = 0) -> None:
        page.evaluate("([step, phase]) => lesson.turn(step, phase)", [steps.index(kind) + 1, phase])
        page.evaluate(SETTLED)

    clients = [httpx.Client(follow_redirects=True) for _ in range(PEOPLE)]
    for client in clients:
        client.post(phones, data={"code": code})
    phone.goto(f"{phones}?code={code}")
    phone.click("button")
    turn("predict")
    phone.wait_for_selector("fieldset")
    for name, value in (("way", 2), ("size", 1), ("sure", 1)):
        phone.check(f"input[name={name}][value='{value}']", force=True)
    keep(phone, "phone")
    phone.click(".send")
    for at, client in enumerate(clients):
        way, size, sure = PREDICTED[at % len(PREDICTED)].split(".")
        client.post(f"{phones}/vote", data={"step": steps.index("predict"), "way": way, "size": size, "sure": sure})
    page.wait_for_selector(f"text={PEOPLE + 1} votes of {PEOPLE + 1} phones")
    turn("histogram")
    keep(page, "histogram")
    turn("play")
    page.evaluate("lesson.view.stage.go(12.466 * 86400e6)")  # a coupon has just come
    keep(page, "play")
    for phase, name in ((1, "dots"), (4, "bars")):
        turn("reveal", phase)
        page.evaluate(DOTS)
        keep(page, name)
    turn("debrief", 2)
    keep(page, "debrief")


def take_cards(page: Page, trainer: str) -> None:
    """A sheet of A4."""
    page.goto(trainer)
    page.wait_for_selector(".join-code")
    page.evaluate("window.print = () => {}")
    page.keyboard.press("c")
    page.set_viewport_size({"width": 794, "height": 1123})
    page.emulate_media(media="print")
    keep(page, "cards")
    page.emulate_media(media="screen")
    page.set_viewport_size({"width": 1280, "height": 720})


def take_player(page: Page, trainer: str) -> None:
    """A run with two branches, for the README."""
    page.goto(trainer)
    key = page.evaluate("async () => (await (await fetch('/runs')).json()).find((one) => one.name === 'restaurant').key")
    page.goto("about:blank")
    page.goto(f"{trainer.split('/?')[0]}/#run={key}&tree={TREE}&node=2&t=36.66&lang=en")
    page.evaluate(PLAYER)
    keep(page, "../page")


def keep(page: Page, name: str) -> None:
    """What is on the screen now, as a PNG of few colours."""
    page.wait_for_timeout(1_500)  # a clock, a count, a curve
    with Image.open(io.BytesIO(page.screenshot())) as shot:
        shot.convert("RGB").quantize(128).save(DOCS / "trainers_guide" / f"{name}.png", optimize=True)


if __name__ == "__main__":
    main()
