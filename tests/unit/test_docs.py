"""The documentation: generated parts are fresh, every parameter is explained, examples run, links lead somewhere."""

from __future__ import annotations

import ast
import dataclasses
import doctest
import importlib
import os
import re
import shlex
import shutil
import subprocess
import sys
import tomllib
from functools import cache
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
import typer
import yaml

import sim
from sim.cli.app import app
from sim.cli.resuming import GOING_ON
from sim.config import compose, expand, options
from sim.events.kinds import CATALOGUE, GROUP_CHECKED, MEMBER_LEFT, NONE
from sim.optimising.search import split_trials
from sim.optimising.space import read_space
from sim.parameters import PARAMETERS, Parameters
from sim.sensitivity.words import split_method
from sim.studies.crews import split_runner
from sim.studies.paired import FEWEST_REPLICATIONS
from sim.studies.question import MOST_OBJECTIVES, split_words

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
    told = [
        ast.get_docstring(ast.parse(path.read_text("utf-8"))) or "" for path in (ROOT / "sim/kernel/submodels").glob("*.py")
    ]
    text = "\n".join([by_hand(DOCS / "model.md"), *told])  # the page takes over what the files say of themselves
    known = [field.name for field in dataclasses.fields(Parameters)]
    assert known == list(PARAMETERS.dtype.names)
    missing = [name for name in known if not re.search(rf"\b{name}\b", text)]
    assert not missing, f"docs/model.md: {', '.join(missing)}"


def test_no_page_names_a_parameter_that_does_not_exist():
    gone = re.findall(
        r"(?<![/\w])parameters\.([a-z_]+)\b(?!/)", "".join(by_hand(path) for path in PAGES if path.name not in WRITES)
    )
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


# What a reader would type ----------------------------------------------------------------------------------------------

TYPED = [*PAGES, ROOT / "README.md", ROOT / "benchmarks" / "results.md"]
#: Steps before anything of this project is there; no test can take them without the network.
FIRST_STEPS = {"pip install uv", "python3 -m venv .venv-start", 'export PATH="$PWD/.venv-start/bin:$PATH"'}
#: What the trainer's guide has typed to take the program along in a folder of wheels: in another folder, another environment.
WHEELHOUSE = {
    "uv build --wheel --out-dir wheelhouse",
    "uv export --no-dev --no-emit-project --no-hashes -o wheelhouse/requirements.txt",
    "python3 -m pip wheel -r wheelhouse/requirements.txt -w wheelhouse",
    "uv venv lesson",
    "uv pip install --python lesson/bin/python --no-index --find-links wheelhouse groupalive",
    "lesson/bin/groupalive doctor",
    "python3 -m venv lesson",
}
PROGRAMS = ("groupalive", "python", "pytest", "uv", "pip", "pip3", "python3", ".")
TUTORIAL = DOCS / "add_a_campaign.md"
#: Beginnings of keys of what tutorials have their reader write.
OF_TUTORIALS = ("campaign.quiz.", "incident.my_", "parameters.shy_", "scenario.population.mix.")
#: What other tutorials have their reader write (tests/protocol/test_extending.py does): page -> files.
WRITES = {
    "add_a_member_type.md": ("night_owl.yaml",),
    "add_a_submodel.md": ("sim/kernel/submodels/shyness.py", "tests/reference/submodels/shyness.py"),
}


def commands(path: Path) -> list[str]:
    """Every command on a page, in a block of the shell or in the text."""
    text = by_hand(path)
    blocks = "\n".join(code for language, code in FENCE.findall(text) if language in ("bash", "sh", "console"))
    lines = [part.strip() for line in blocks.splitlines() for part in line.split("&&")]
    inline = [code for code in re.findall(r"`([^`\n]+)`", FENCE.sub("", text)) if code.split()[0] in PROGRAMS and " " in code]
    return [line for line in (*lines, *inline) if shlex.split(line, comments=True)]


ALL_COMMANDS = [(path, line) for path in TYPED for line in commands(path)]


def test_commands_are_found():
    assert len(ALL_COMMANDS) > 20


@pytest.mark.parametrize(("path", "line"), ALL_COMMANDS, ids=[f"{path.name}: {line}" for path, line in ALL_COMMANDS])
def test_every_command_is_understood(path, line, monkeypatch):
    """Programs, files, options, groups, keys and values exist; studies are expanded to their arms."""
    monkeypatch.chdir(ROOT)
    words = shlex.split(line, comments=True)
    if line.partition("#")[0].strip() in FIRST_STEPS | WHEELHOUSE:
        return
    if words[:2] == ["uv", "run"]:
        words = words[2:]
        while words[0] == "--extra":
            assert re.search(rf"^{words[1]} = \[", (ROOT / "pyproject.toml").read_text("utf-8"), re.MULTILINE)
            words = words[2:]
    program, *rest = words
    if program in ("python", "pytest"):
        file = [word for word in rest if not word.startswith("-")]
        assert all((ROOT / name).exists() for name in file) and (file or program == "pytest")
        assert all(option in (ROOT / file[0]).read_text("utf-8") for option in rest if option.startswith("-"))
        return
    if program == "poe":
        assert rest[0] in tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["poe"]["tasks"]
        return
    assert program == "groupalive"
    commands = typer.main.get_command(app)
    if rest[0] in GOING_ON:  # a folder of the reader's own stands for its command
        rest = ["compare", rest[0], *rest[2:]]
    name, command, rest = commands.resolve_command(commands.make_context("groupalive", [], resilient_parsing=True), rest)
    if not rest and name == "verify":
        return  # mentioned, not written out
    given = command.make_context(name, list(rest)).params
    _, overrides = split_runner(given.get("overrides") or [])
    if path == TUTORIAL and "campaign=[quiz]" in overrides:
        return  # run below
    if "./my_" in line or path.name in WRITES:
        return  # about a file of the reader's own, which the tutorials' tests write
    if name == "optimise":
        assert read_space(split_words(split_trials(overrides)[1], MOST_OBJECTIVES)[1]).keys
        return
    if name == "sensitivity":
        _, _, overrides = split_method(overrides)
    assert expand(split_words(overrides)[1]) if name in ("compare", "sweep", "sensitivity") else compose(overrides)


def test_the_tutorial_holds(tmp_path):
    """Its two files are written beside the package, its command is run, and the tests it names are passed."""
    text = TUTORIAL.read_text("utf-8")
    shutil.copytree(ROOT / "configs", tmp_path / "configs")
    files = re.findall(r"^`([\w/]+\.(?:py|yaml))`:\n\n```\w+\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)
    assert [name for name, _ in files] == ["sim/campaigns/quiz.py", "configs/campaign/quiz.yaml"]
    for name, code in files:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(code, encoding="utf-8")
    (tmp_path / "beside.py").write_text(
        "from pathlib import Path\nimport sim.campaigns, sim.config.choices\nhere = Path(__file__).parent\n"
        "sim.campaigns.__path__.append(str(here / 'sim' / 'campaigns'))\nsim.config.config_folder = sim.config.choices.config_folder = "
        "lambda: here / 'configs'\n"
    )
    (run,) = [line for line in commands(TUTORIAL) if line.startswith("groupalive run") and "quiz" in line]
    (tests,) = [line for line in commands(TUTORIAL) if line.startswith("pytest")]
    started = "import sys, beside\nfrom sim import cli\nsys.exit(cli.main(sys.argv[1:]))"
    small = ("scenario.population.size=40", "days=8", "confirm_days=0")
    environment = os.environ | {"PYTHONPATH": os.pathsep.join((str(tmp_path), str(ROOT)))}
    named = [str(ROOT / name) for name in shlex.split(tests)[1:]]
    for arguments, folder in (
        (["-c", started, *shlex.split(run)[1:], *small], tmp_path),
        (["-m", "pytest", "-p", "beside", "-n", "0", "-q", "-k", "quiz or all_of_them_together", *named], ROOT),
    ):
        done = subprocess.run([sys.executable, *arguments], cwd=folder, env=environment, capture_output=True, text=True)
        assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    passed = int(re.search(r"(\d+) passed", done.stdout)[1])
    settings = len(yaml.safe_load(dict(files)["configs/campaign/quiz.yaml"])) - 1
    assert passed >= settings + 5


# What a page names -----------------------------------------------------------------------------------------------------

FOLDERS = "sim|docs|tests|configs|experiments|benchmarks"


@pytest.mark.parametrize("path", TYPED, ids=name_of)
def test_every_path_that_is_named_exists(path):
    written = {"sim/campaigns/quiz.py", "configs/campaign/quiz.yaml"} if path == TUTORIAL else set(WRITES.get(path.name, ()))
    named = set(re.findall(rf"(?<![\w./-])((?:{FOLDERS})/[\w./-]*\w/?)", by_hand(path))) - written
    assert not [name for name in sorted(named) if "NAME" not in name and not (ROOT / name).exists()]


def leaves(where: str, block: dict) -> set[str]:
    inner = [leaves(f"{where}.{key}", value) if isinstance(value, dict) else {f"{where}.{key}"} for key, value in block.items()]
    return {f"{where}.{key}" for key in block} | set().union(*inner)


@cache
def known_keys() -> set[str]:
    """Every key of every config as a user writes it."""
    keys: set[str] = {f"incident.{name}.handling" for name in options("incident")} | {"strategy.game.prizes"}  # of a tutorial
    for path in (ROOT / "configs").glob("*/*.yaml"):
        group = path.parent.name
        where = group if group in ("scenario", "strategy", "staff", "parameters") else f"{group}.{path.stem}"
        keys |= leaves(where, yaml.safe_load(path.read_text("utf-8")) or {})
    return keys


@pytest.mark.parametrize("path", TYPED, ids=name_of)
def test_every_key_that_is_named_exists(path):
    groups = "scenario|strategy|staff|parameters|incident|campaign|member"
    named = set(re.findall(rf"(?<![\w./`+-])`?((?:{groups})\.[a-z_]+(?:\.[a-z_]+)*)(?==|`)", by_hand(path)))
    assert not {key for key in named if not key.startswith(OF_TUTORIALS)} - known_keys()


@cache
def words_of_the_code() -> set[str]:
    """Every word of the code and its settings, and the name of every file of them."""
    code = [*(ROOT / "sim").rglob("*.py"), *(ROOT / "configs").rglob("*.yaml"), *(ROOT / "benchmarks").glob("*.py")]
    return set(re.findall(r"\w+", "\n".join(one.read_text("utf-8") for one in code))) | {one.stem for one in code}


@pytest.mark.parametrize("path", [path for path in TYPED if path.parent.name != "decisions"], ids=name_of)
def test_every_name_of_the_code_exists(path):
    """A word in backticks that is written as code writes names stands in the code or its settings. Decisions may name others."""
    named = set(re.findall(r"`([a-z]+(?:_[a-z]+)+)`", by_hand(path)))
    assert not named - words_of_the_code()


def test_a_leaving_hangs_on_a_check_that_mostly_hangs_on_nothing():
    """What docs/events.md says of the column `cause`."""
    events = sim.simulate(sim.compose("strategy=no_plan", "days=60"), seed=1).log.events
    checks = events["cause"][events["kind"] == MEMBER_LEFT]
    assert len(checks) > 20 and (events["kind"][checks] == GROUP_CHECKED).all()
    assert np.mean(events["cause"][checks] == NONE) > 0.9


def test_examples_in_docstrings_hold():
    """Doctests of every module that has one."""
    found = [path for path in sorted((ROOT / "sim").rglob("*.py")) if ">>> " in path.read_text("utf-8")]
    assert ROOT / "sim" / "__init__.py" in found
    for path in found:
        name = ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
        failed, tried = doctest.testmod(importlib.import_module(name))
        assert tried and not failed, name


def test_the_site_is_built_without_a_network(tmp_path):
    pytest.importorskip("zensical")
    for name in ("docs", "zensical.toml"):
        copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
        copy(ROOT / name, tmp_path / name)
    nowhere = dict.fromkeys(("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY"), "http://127.0.0.1:9")
    done = subprocess.run([sys.executable, "-m", "zensical", "build", "--clean"], cwd=tmp_path, env=os.environ | nowhere,
                          capture_output=True, text=True, timeout=120)  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    built = {path.stem for path in (tmp_path / "outputs" / "site").rglob("*.html")}
    assert {path.stem for path in DOCS.glob("*.md")} <= built
