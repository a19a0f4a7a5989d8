"""A story -> one HTML file with player and data in it: opens by double click, without a network, and prints."""

from __future__ import annotations

import base64
import contextlib
import os
from pathlib import Path
from typing import Final

from sim.events.store import LogError
from sim.page.packing import pack
from sim.page.parts import as_json, catalogues, one_script, read_asset, whole_page
from sim.page.story import Story

MOST_BYTES: Final = 3_000_000
_START: Final = (
    'const bytes = Uint8Array.from(atob(document.getElementById("data").textContent), (c) => c.charCodeAt(0));',
    'const words = JSON.parse(document.getElementById("words").textContent);',
    'unpack(bytes).then((story) => { window.player = new Player(story, words, document.getElementById("page")); });',
)


def make_handout(story: Story, language: str = "en") -> str:
    """The page as one text. Raises LogError where it would be larger than MOST_BYTES."""
    names = story.header["names"][language]
    title = catalogues()[language]["page"]["title"].format(scenario=names["scenario"], strategy=names["strategy"])
    body = (
        '<div id="page"></div>\n'
        f'<script type="application/json" id="words">{as_json(catalogues())}</script>\n'
        f'<script type="application/octet-stream" id="data">{base64.b64encode(pack(story)).decode()}</script>'
    )
    licence = "/* uPlot, MIT licence. " + read_asset("uPlot.LICENSE").decode().replace("*/", "* /") + " */\n"
    scripts = [licence + read_asset("uPlot.iife.min.js").decode(), f"{one_script(*_START)}"]
    style = read_asset("uPlot.min.css").decode() + read_asset("style.css").decode()
    page = whole_page(title, body, scripts, style, language)
    if (size := len(page.encode())) > MOST_BYTES:
        raise LogError(
            story.header["run"], f"the handout would take {size} bytes; {MOST_BYTES} are allowed: fewer days or members"
        )
    return page


def write_handout(story: Story, path: Path, language: str = "en") -> Path:
    """Write the page, there whole or not at all. Raises OSError, which names the file, where it cannot be written."""
    draft = path.with_name(f"{path.name}.tmp")
    page = make_handout(story, language)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        draft.write_text(page, encoding="utf-8")
        os.replace(draft, path)
    except OSError as error:
        with contextlib.suppress(OSError):
            draft.unlink(missing_ok=True)
        raise OSError(error.errno, error.strerror, str(path)) from error
    return path
