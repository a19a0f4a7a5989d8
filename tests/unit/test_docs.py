"""The documentation: generated parts are fresh, every parameter is explained, examples run, links lead somewhere."""

from __future__ import annotations

import dataclasses
import re
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

from sim.events.kinds import CATALOGUE
from sim.parameters import PARAMETERS, Parameters
from sim.studies.paired import FEWEST_REPLICATIONS

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
PAGES = sorted(DOCS.rglob("*.md"))
GENERATED = re.compile(r"<!-- generated: (\w+) -->.*?<!-- end: \1 -->", re.DOTALL)
FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


def by_hand(path: Path) -> str:
    return GENERATED.sub("", path.read_text("utf-8"))


def anchors(path: Path) -> set[str]:
    """Anchors of the headings of a page, as GitHub makes them."""
    heads = re.findall(r"^#+ (.+)$", FENCE.sub("", path.read_text("utf-8")), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", head.lower()).replace(" ", "-") for head in heads}


def test_generated_parts_are_fresh():
    done = subprocess.run([sys.executable, str(DOCS / "generate.py"), "--check"], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_parameter_of_the_kernel_is_explained_in_words():
    text = by_hand(DOCS / "model.md")
    known = [field.name for field in dataclasses.fields(Parameters)]
    assert known == list(PARAMETERS.dtype.names)
    missing = [name for name in known if not re.search(rf"\b{name}\b", text)]
    assert not missing, f"docs/model.md: {', '.join(missing)}"


def test_no_page_names_a_parameter_that_does_not_exist():
    gone = re.findall(r"\bparameters\.([a-z_]+)\b(?!/)", "".join(map(by_hand, PAGES)))
    known = {field.name for field in dataclasses.fields(Parameters)} | {"mode", "py", "without"}
    assert not [name for name in gone if name not in known]


def test_the_notebook_names_the_floor_of_the_verdict():
    assert f"With fewer than {FEWEST_REPLICATIONS} replications nothing is called better" in (DOCS / "notebook.md").read_text(
        "utf-8"
    )


def test_every_kind_of_event_is_listed():
    text = (DOCS / "events.md").read_text("utf-8")
    assert not [kind.name for kind in CATALOGUE if f"`{kind.name}`" not in text]


EXAMPLES = [path for path in PAGES if any(language == "python" for language, _ in FENCE.findall(path.read_text("utf-8")))]


@pytest.mark.parametrize("path", EXAMPLES, ids=name_of)
def test_examples_run(path, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    page = ModuleType("example")
    monkeypatch.setitem(sys.modules, "example", page)  # dataclasses look their module up
    for language, code in FENCE.findall(path.read_text("utf-8")):
        if language == "python":
            exec(compile(code, name_of(path), "exec", dont_inherit=True), page.__dict__)


@pytest.mark.parametrize("path", [*PAGES, ROOT / "README.md"], ids=name_of)
def test_links_lead_somewhere(path):
    broken = []
    for link in LINK.findall(FENCE.sub("", path.read_text("utf-8"))):
        if re.match(r"[a-z]+:", link):
            continue
        file, _, anchor = link.partition("#")
        target = (path.parent / file).resolve() if file else path
        if not target.exists() or (anchor and target.suffix == ".md" and anchor not in anchors(target)):
            broken.append(link)
    assert not broken


@pytest.mark.parametrize("path", PAGES, ids=name_of)
def test_no_page_knows_a_machine(path):
    assert not re.search(r"/(home|work|root|tmp|Users)/", path.read_text("utf-8"))
