"""Files of the package -> the parts of a page: scripts in order, styles, catalogues, and a page as one text."""

from __future__ import annotations

import base64
import hashlib
import html
import json
import re
from functools import cache
from importlib.resources import files
from typing import Any, Final

from sim.report.language import LANGUAGES

#: Modules in the order of their imports; each may import from those before it only. The player, a lesson on top of it, the shelf.
MODULES: Final = (
    "unpack", "elements", "fold", "words", "branches", "messages", "chat", "graph", "curve", "numbers", "timeline", "dots", "tree", "room",
    "whatif", "operate", "player", "stage", "bars", "sheets", "steps", "lesson", "explore", "shelf",
)  # fmt: skip
#: The last module that a page without a lesson needs, with one, and the page of the server, which takes all as one script: a browser
#: that asks for them one by one learns of them one after the other.
PLAYER, LESSON, WHOLE = "player", "lesson", MODULES[-1]
PAGE_SCRIPT: Final = "page.js"
#: What the server may hand out by name, with its media type. Nothing else has a name.
ASSETS: Final = {
    **dict.fromkeys((PAGE_SCRIPT, "voter.js", "uPlot.iife.min.js"), "text/javascript"),
    **{f"{name}.css": "text/css" for name in ("style", "lesson", "voter", "uPlot.min")},
}
_IMPORT: Final = re.compile(r"^import .* from \"\./(\w+)\.js\";$", re.MULTILINE)


@cache
def read_asset(name: str) -> bytes:
    """One file of the page, or its script."""
    if name == PAGE_SCRIPT:
        return one_script(until=WHOLE).encode()
    return files(__package__).joinpath("assets", name).read_bytes()


@cache
def catalogues() -> dict[str, Any]:
    """The words of the page by language."""
    return {name: json.loads(files(__package__).joinpath("words", f"{name}.json").read_text("utf-8")) for name in LANGUAGES}


def one_script(*last: str, until: str = LESSON) -> str:
    """The modules up to `until` as one, in the order of MODULES, with the lines `last` behind them."""
    parts = []
    for name in MODULES[: MODULES.index(until) + 1]:
        text = read_asset(f"{name}.js").decode()
        if late := [one for one in _IMPORT.findall(text) if MODULES.index(one) >= MODULES.index(name)]:
            raise ValueError(f"{name}.js imports {', '.join(late)}, which come after it")
        parts.append(re.sub(r"^export (?=class|function|async|const)", "", _IMPORT.sub("", text), flags=re.MULTILINE))
    return "\n".join((*parts, *last))


def as_json(value: Any) -> str:
    """JSON that can stand inside a script element: no character in it opens or closes markup."""
    text = json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return re.sub(r"[<>&\u2028\u2029]", lambda found: f"\\u{ord(found[0]):04x}", text)


def whole_page(title: str, body: str, scripts: list[str], style: str, lang: str) -> str:
    """A page that needs nothing else: only the scripts given here may run, which their digests say; it can fetch nothing."""
    allowed = " ".join(f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'" for text in scripts)
    policy = f"default-src 'none'; script-src {allowed}; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'"
    tags = [f"<script>{scripts[0]}</script>", *(f'<script type="module">{text}</script>' for text in scripts[1:])]
    return (
        f'<!doctype html>\n<html lang="{html.escape(lang)}"><head><meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{html.escape(policy)}">\n'
        f'<meta name="viewport" content="width=device-width, initial-scale=1"><title>{html.escape(title)}</title>\n'
        f'<link rel="icon" href="data:,">\n<style>{style}</style></head><body>\n{body}\n{"".join(tags)}\n</body></html>\n'
    )
