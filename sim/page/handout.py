"""A story, or a lesson with its stories -> one HTML file: it opens by double click, without a network, and prints."""

from __future__ import annotations

import base64
import contextlib
import os
from pathlib import Path
from typing import Any, Final

from sim.events.store import LogError
from sim.page.packing import pack
from sim.page.parts import PLAYER, as_json, catalogues, one_script, read_asset, whole_page
from sim.page.story import Story

MOST_BYTES: Final = 3_000_000
_BYTES: Final = "const bytes = (id) => Uint8Array.from(atob(document.getElementById(id).textContent), (c) => c.charCodeAt(0));"
_WORDS: Final = (
    'const words = JSON.parse(document.getElementById("words").textContent), page = document.getElementById("page");'
)
_PLAY: Final = 'unpack(bytes("data")).then((story) => { window.player = new Player(story, words, page); });'
#: A story of the lesson is opened in the player where the address names its arm.
_TEACH: Final = """const script = JSON.parse(document.getElementById("script").textContent);
const asked = new URLSearchParams(location.hash.slice(1));
const arm = asked.get("arm"), storyOf = (number) => unpack(bytes(`data${number}`));
if (arm !== null && script.told.includes(Number(arm))) storyOf(Number(arm)).then((story) => {
  const kept = { lesson: script.name, step: Number(asked.get("step")) || 0, phase: Number(asked.get("phase")) || 0, arm: Number(arm) };
  window.player = new Player(story, words, page, kept);
});
else window.lesson = new Lesson(script, storyOf, words, page);"""


def make_handout(story: Story, language: str = "en") -> str:
    """The page as one text. Raises LogError where it would be larger than MOST_BYTES."""
    names = story.header["names"][language]
    title = catalogues()[language]["page"]["title"].format(scenario=names["scenario"], strategy=names["strategy"])
    script = one_script(_BYTES, _WORDS, _PLAY, until=PLAYER)
    return _whole(story.header["run"], title, {"data": story}, "", script, language)


def make_lesson_handout(script: dict[str, Any], stories: dict[int, Story], language: str = "en") -> str:
    """A lesson as one text, with the stories of its arms. Raises LogError where it would be larger than MOST_BYTES."""
    plain = f'<script type="application/json" id="script">{as_json(script)}</script>\n'
    data = {f"data{arm}": story for arm, story in stories.items()}
    return _whole(script["name"], script["title"][language], data, plain, one_script(_BYTES, _WORDS, _TEACH), language)


def _whole(name: str, title: str, stories: dict[str, Story], plain: str, script: str, language: str) -> str:
    words = as_json({**catalogues(), "language": language})
    body = f'<div id="page"></div>\n<script type="application/json" id="words">{words}</script>\n{plain}'
    for place, story in stories.items():
        body += f'<script type="application/octet-stream" id="{place}">{base64.b64encode(pack(story)).decode()}</script>\n'
    licence = "/* uPlot, MIT licence. " + read_asset("uPlot.LICENSE").decode().replace("*/", "* /") + " */\n"
    style = "".join(read_asset(f"{one}.css").decode() for one in ("uPlot.min", "style", *(("lesson",) if plain else ())))
    page = whole_page(title, body, [licence + read_asset("uPlot.iife.min.js").decode(), script], style, language)
    if (size := len(page.encode())) > MOST_BYTES:
        raise LogError(name, f"the handout would take {size} bytes; {MOST_BYTES} are allowed: fewer days or members")
    return page


def write_handout(story: Story, path: Path, language: str = "en") -> Path:
    """Write the page of a story. Raises OSError, which names the file, where it cannot be written."""
    return write_page(make_handout(story, language), path)


def write_page(page: str, path: Path) -> Path:
    """Write a page, there whole or not at all. Raises OSError, which names the file, where it cannot be written."""
    draft = path.with_name(f"{path.name}.tmp")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        draft.write_text(page, encoding="utf-8")
        os.replace(draft, path)
    except OSError as error:
        with contextlib.suppress(OSError):
            draft.unlink(missing_ok=True)
        raise OSError(error.errno, error.strerror, str(path)) from error
    return path
