"""Machine code on disk: found again only where nothing that it depends on has changed, and never believed where it is damaged."""

from __future__ import annotations

import ast
import importlib.util
import itertools
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from types import ModuleType
from typing import Any

import numba
import pytest

from sim import compiled

PACKAGE = Path(compiled.__file__).parent
ROOT = PACKAGE.parent
PROBE = """
from sim.compiled import compiled, within
from sim.streams import uniform

@within
def half(x):
    return x / 2

@compiled
def probe(x):
    return half(uniform(x, 1, 2))
"""
ARGUMENT = 7
if numba.config.DISABLE_JIT:
    pytest.skip("nothing is compiled", allow_module_level=True)


# What the key is made of -----------------------------------------------------------------------------------------------


def imported(path: Path) -> set[Path]:
    """The modules of the package that a module imports when it is imported itself."""
    names: set[str] = set()
    for node in ast.parse(path.read_text("utf-8")).body:
        if isinstance(node, ast.ImportFrom) and node.module:
            names |= {node.module, *(f"{node.module}.{one.name}" for one in node.names)}
        elif isinstance(node, ast.Import):
            names |= {one.name for one in node.names}
    found = {ROOT / f"{name.replace('.', '/')}.py" for name in names if name.startswith("sim.")}
    return {path for path in found if path.is_file()}


def test_the_key_covers_all_that_compiled_code_is_made_of():
    covered = {path for pattern in compiled.SOURCES for path in PACKAGE.glob(pattern)}
    needed = {path for path in PACKAGE.rglob("*.py") if PACKAGE / "compiled.py" in imported(path)}
    while grown := set().union(*map(imported, needed)) - needed:
        needed |= grown
    assert needed <= covered and len(needed) >= 6
    assert all(list(PACKAGE.glob(pattern)) for pattern in compiled.SOURCES)


def test_another_processor_or_version_has_another_key(monkeypatch: pytest.MonkeyPatch):
    def changed(**processor: Callable[[], Any]) -> str:
        with monkeypatch.context() as patch:
            for name, tell in processor.items():
                patch.setattr(compiled.binding, name, tell)
            return compiled._key()

    keys = [changed(), changed(get_host_cpu_name=lambda: "i486"), changed(get_host_cpu_features=lambda: {"fpu": True})]
    for module in (numba, compiled.llvmlite, compiled.np):
        with monkeypatch.context() as patch:
            patch.setattr(module, "__version__", "0.0.1")
            keys.append(compiled._key())
    with monkeypatch.context() as patch:
        patch.setattr(sys, "version", "4.0.0 (main)")
        keys.append(compiled._key())
    with monkeypatch.context() as patch:
        patch.setenv("NUMBA_BOUNDSCHECK", "1" if os.environ.get("NUMBA_BOUNDSCHECK") != "1" else "0")
        keys.append(compiled._key())
    assert len(set(keys)) == len(keys)
    with monkeypatch.context() as patch:
        patch.setenv("NUMBA_NUM_THREADS", "1")
        assert compiled._key() == keys[0]


@pytest.mark.parametrize("variable", ["NUMBA_CACHE_DIR", "XDG_CACHE_HOME", None])
def test_a_changed_callee_is_compiled_anew(variable: str | None, tmp_path: Path):
    shutil.copytree(PACKAGE, tmp_path / "sim", ignore=shutil.ignore_patterns("__pycache__"))
    (tmp_path / "probe.py").write_text(PROBE)
    home = tmp_path / "home"
    home.mkdir()
    env = {name: value for name, value in os.environ.items() if name not in ("NUMBA_CACHE_DIR", "XDG_CACHE_HOME")}
    env |= {"PYTHONPATH": str(tmp_path), "PYTHONDONTWRITEBYTECODE": "1", "HOME": str(home)}
    if variable:
        env[variable] = str(home)

    def probed() -> tuple[float, int]:
        """What the probe gives in a new process, and how often it was found compiled."""
        code = f"import probe; print(probe.probe({ARGUMENT}), sum(probe.probe.stats.cache_hits.values()))"
        done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, env=env, capture_output=True, text=True, check=True)
        assert done.stderr == ""
        value, hits = done.stdout.split()
        return float(value), int(hits)

    first, again = probed(), probed()
    assert again == (first[0], 1) and first[1] == 0
    streams = tmp_path / "sim" / "streams.py"
    source = streams.read_text("utf-8")
    streams.write_text(source.replace("+ _HALF) * _SCALE", "+ _HALF) * _SCALE + 8.0", 1), "utf-8")
    assert streams.read_text("utf-8") != source
    assert probed() == (first[0] + 4, 0)
    streams.write_text(source, "utf-8")
    assert probed() == again
    assert {path.name for path in tmp_path.iterdir()} == {"sim", "probe.py", "home"}
    assert not [path for path in tmp_path.rglob("*") if path.suffix in (".nbi", ".nbc", ".tmp") or path.name == "__pycache__"]


def test_what_is_loaded_and_what_is_compiled_afterwards_work_together(tmp_path: Path):
    """A context that was never filled runs kept code; compiling fills it, in whatever order the two happen."""
    (tmp_path / "probe.py").write_text(PROBE)
    code = f"""
import sys, numba, numpy, probe
print(probe.probe({ARGUMENT}), "numba.np.linalg" in sys.modules)
late = numba.njit(lambda values: probe.probe(values.size) + numpy.exp(values).sum())
print(late(numpy.zeros({ARGUMENT})) == probe.probe({ARGUMENT}) + {ARGUMENT}, sum(probe.probe.stats.cache_hits.values()))
"""
    env = os.environ | {"PYTHONPATH": f"{tmp_path}{os.pathsep}{ROOT}", "NUMBA_CACHE_DIR": str(tmp_path / "kept")}
    run = partial(subprocess.run, [sys.executable, "-c", code], cwd=tmp_path, env=env, text=True, check=True)
    first, again = (run(capture_output=True).stdout.split() for _ in range(2))
    assert first[0] == again[0] and (first[1], again[1]) == ("True", "False")
    assert first[2:] == ["True", "0"] and again[2:] == ["True", "1"]


# What is on disk -------------------------------------------------------------------------------------------------------


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where machine code is kept for one test; it does not exist yet."""
    folder = tmp_path / "kept" / "key"
    monkeypatch.setattr(compiled, "folder", lambda: folder)
    return folder


@pytest.fixture
def fresh(tmp_path: Path) -> Callable[[], ModuleType]:
    """Makes the probe as a new process would: nothing of it is in memory."""
    file, numbers = tmp_path / "probe.py", itertools.count()
    file.write_text(PROBE)

    def made() -> ModuleType:
        spec = importlib.util.spec_from_file_location(f"probe{next(numbers)}", file)
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        return module

    return made


def hits(module: ModuleType) -> tuple[float, int, int]:
    """The value of the probe, and how often it was found compiled and was not."""
    value = module.probe(ARGUMENT)
    return value, sum(module.probe.stats.cache_hits.values()), sum(module.probe.stats.cache_misses.values())


DAMAGES: dict[str, Callable[[bytes], bytes]] = {
    "emptied": lambda content: b"",
    "cut in its checksum": lambda content: content[:7],
    "cut after its checksum": lambda content: content[:16],
    "cut in half": lambda content: content[: len(content) // 2],
    "cut at the end": lambda content: content[:-1],
    "grown": lambda content: content + b"\0",
    "zeroed": lambda content: bytes(len(content)),
    "one bit turned": lambda content: content[:-99] + bytes([content[-99] ^ 4]) + content[-98:],
    "foreign": lambda content: b"\x80\x05]q\x00.",
}  # fmt: skip


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_file_is_compiled_again(damage: str, place: Path, fresh: Any):
    value = hits(fresh())[0]
    files = sorted(place.iterdir())
    whole = {path: path.read_bytes() for path in files}
    assert len([path for path in files if path.name.startswith("probe.")]) == 2
    for path in files:
        path.write_bytes(DAMAGES[damage](whole[path]))
        module = fresh()
        entry = path.name.startswith("probe.probe-")
        assert compiled.is_kept(module.probe) != entry
        assert hits(module) == (value, 1 - entry, int(entry))
        assert compiled.is_kept(module.probe)
        path.write_bytes(whole[path])
    for path in files:
        path.write_bytes(DAMAGES[damage](whole[path]))
    assert hits(fresh()) == (value, 0, 1)
    assert hits(fresh()) == (value, 1, 0)
    assert not list(place.glob("*.tmp"))


def test_code_under_the_name_of_another_function_is_compiled_again(place: Path, fresh: Any):
    """Whole as it is, it would be run in the other's place, or end in a traceback."""
    value = hits(fresh())[0]
    files = sorted(place.iterdir())
    for path, content in zip(files, [path.read_bytes() for path in (*files[1:], files[0])], strict=True):
        path.write_bytes(content)
    assert hits(fresh()) == (value, 0, 1)
    assert hits(fresh()) == (value, 1, 0)


def test_what_cannot_be_kept_is_compiled_all_the_same(place: Path, fresh: Any):
    place.parent.mkdir()
    place.touch()
    with pytest.warns(RuntimeWarning, match="compiled code cannot be kept here"):
        value = hits(fresh())[0]
    place.unlink()
    assert hits(fresh()) == (value, 0, 1)
    (file,) = place.glob("probe.probe-*")
    file.unlink()
    file.mkdir()  # something that is no file in the place of one
    with pytest.warns(RuntimeWarning, match="compiled code cannot be kept here"):
        assert hits(fresh()) == (value, 0, 1)
    assert not list(place.glob("*.tmp"))


def test_only_the_folder_that_was_named_is_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    find = compiled.folder.__wrapped__
    blocked, temporary = tmp_path / "blocked", tmp_path / "tmp"
    blocked.touch()
    temporary.mkdir()
    monkeypatch.setattr(compiled.tempfile, "gettempdir", lambda: str(temporary))
    monkeypatch.setenv("XDG_CACHE_HOME", str(blocked))
    monkeypatch.setattr(numba.config, "CACHE_DIR", str(blocked))
    assert find().parent == blocked / "groupalive" and not list(temporary.iterdir())
    monkeypatch.setattr(numba.config, "CACHE_DIR", "")
    assert find().parent.parent == temporary
    if hasattr(os, "getuid"):
        find().parent.chmod(0o777)  # anybody could have put code there
        assert find().parent == blocked / "groupalive"


def test_room_is_seen_to_and_what_was_left_over_goes(place: Path):
    place.mkdir(parents=True)
    old, new = place / "a.1.tmp", place / "b.2.tmp"
    old.touch()
    new.touch()
    os.utime(old, (0, 0))
    compiled.make_room()
    assert list(place.iterdir()) == [new]


# What importing does ---------------------------------------------------------------------------------------------------

WATCH = """
import os, sys
seen = []

def watch(event, arguments):
    if event == "open" and isinstance(arguments[2], int) and arguments[2] & (os.O_WRONLY | os.O_RDWR | os.O_CREAT):
        seen.append(f"{event} {arguments[0]}")
    elif event.split(".")[0] in ("subprocess", "socket") or event in (
        "os.mkdir", "os.rename", "os.remove", "os.link", "os.symlink", "os.fork", "os.forkpty", "os.posix_spawn", "os.system",
        "os.truncate", "_thread.start_new_thread", "tempfile.mkstemp", "tempfile.mkdtemp", "os.putenv",
    ):
        seen.append(f"{event} {arguments}")

sys.addaudithook(watch)
"""


def watched(code: str, home: Path) -> list[str]:
    """What some code writes, starts or sets, in a process of its own whose home is empty; but for what numpy does."""
    env = {name: value for name, value in os.environ.items() if name not in ("XDG_CACHE_HOME", "MPLCONFIGDIR")}
    env |= {"HOME": str(home), "PYTHONDONTWRITEBYTECODE": "1"}
    told = "\nimport json, threading\nprint(json.dumps([seen, threading.active_count()]))"
    done = subprocess.run(
        [sys.executable, "-c", WATCH + code + told], cwd=home, env=env, capture_output=True, text=True, check=True
    )
    seen, threads = json.loads(done.stdout.splitlines()[-1])
    return [line for line in seen if "OPENBLAS" not in line] + (["a thread"] if threads > 1 else [])


def test_importing_writes_and_starts_nothing(tmp_path: Path):
    modules = [".".join(path.relative_to(ROOT).with_suffix("").parts) for path in PACKAGE.rglob("*.py")]
    plain = [name.removesuffix(".__init__") for name in modules if not name.startswith("sim.report.")]
    assert watched("open('written', 'w')\nimport os; os.remove('written')", tmp_path) == [
        "open written",
        "os.remove ('written', -1)",
    ]
    assert watched("import sim", tmp_path) == []
    assert watched(f"import {', '.join(sorted(plain))}, sim.report.console", tmp_path) == []
    assert list(tmp_path.iterdir()) == []


def test_figures_do_not_run_zhplot(tmp_path: Path):
    """Importing it sets the font of all figures and a variable of the environment; only its font file is wanted."""
    code = "import sim.report.figures\nfrom sim.report.style import font_families\nfont_families()\n"
    seen = watched(code + "assert 'zhplot' not in sys.modules and 'FONT_PATH' not in os.environ", tmp_path)
    for folder in (".config", ".cache"):  # matplotlib's own, with the list of fonts that it makes
        assert {path.name for path in (tmp_path / folder).glob("*")} <= {"matplotlib", "fontconfig"}
    assert [
        line for line in seen if not line.startswith("os.mkdir") and "matplotlib" not in line and "fc-list" not in line
    ] == []


AHEAD = """
import sim
from sim.kernel import ahead
sim.simulate(sim.compose("days=1", "confirm_days=0", "scenario.population.size=10"), seed=1)
chosen = ahead.HERE + ahead.BESIDE
print([one.py_func.__name__ for one in chosen if set(one.overloads) != {ahead.types_of(one)}], len(chosen))
"""


@pytest.mark.slow
def test_what_is_compiled_beside_is_what_a_run_calls(tmp_path: Path):
    """In an empty folder, so that each function is compiled with the types that it is called with."""
    env = os.environ | {"NUMBA_CACHE_DIR": str(tmp_path)}
    done = subprocess.run([sys.executable, "-c", AHEAD], cwd=ROOT, env=env, capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[] 20"
