"""The pages on incidents, member types and sub-models are executed as they stand."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from sim import cli, config

ROOT = Path(__file__).resolve().parents[2]
SMALL = ["scenario.population.size=40", "confirm_days=0"]


def blocks(page: str, language: str) -> list[str]:
    """The blocks of a page in one language."""
    return re.findall(rf"^```{language}\n(.*?)^```", (ROOT / "docs" / page).read_text("utf-8"), re.DOTALL | re.MULTILINE)


def type_in(page: str, capsys: pytest.CaptureFixture[str]) -> str:
    """Gives every command of a page, in a small group; what it says."""
    for line in "".join(blocks(page, "bash")).splitlines():
        words = shlex.split(line)
        small = SMALL if words[1] == "run" else []
        assert words[0] == "groupalive" and cli.main([*words[1:], *small]) == 0, (line, capsys.readouterr().err)
    return capsys.readouterr().out


def test_an_incident_is_one_file(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    (written,) = blocks("add_an_incident.md", "yaml")
    Path("my_parcel.yaml").write_text(written)
    type_in("add_an_incident.md", capsys)
    assert {path.name for path in tmp_path.glob("*.yaml")} == {"my_parcel.yaml"}


def test_a_member_type_is_one_file(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    (written,) = blocks("add_a_member_type.md", "yaml")
    Path("night_owl.yaml").write_text(written)
    type_in("add_a_member_type.md", capsys)
    assert {path.name for path in tmp_path.glob("*.yaml")} == {"night_owl.yaml"}
    shares = ["scenario.population.mix.night_owl=0.2", "scenario.population.mix.lurker=0.38"]
    types = [*config.options("member"), "night_owl"]
    assert sorted(types) == list(config.compose(["member=[./night_owl.yaml]", *shares]).scenario.member)
    with pytest.raises(
        config.ConfigError, match=r"scenario\.population\.mix\.kol=0\.05: no such key; allowed: lurker, night_owl"
    ):
        config.compose(["member=[lurker,./night_owl.yaml]", *shares])  # named ones are all there are
    Path("mine", "member").mkdir(parents=True)
    Path("night_owl.yaml").rename("mine/member/night_owl.yaml")
    assert sorted(types) == list(config.compose(["plugins=./mine", *shares]).scenario.member)
    with pytest.raises(config.ConfigError, match=r"member=\./night_owl\.yaml|no such file"):
        config.compose(["member=[./night_owl.yaml]", *shares])
    Path("night_owl.yaml").write_text(written.replace("patience: 1", "patience: 0"))
    assert cli.main(["check", "night_owl.yaml"]) == 2
    assert capsys.readouterr().err.startswith("night_owl.yaml, line 16: patience=0: 0.01 to 20 anger at which one complains")


def patched(text: str, change: str) -> str:
    """A text in which the lines of a block with ` ` and `-` give way to those with ` ` and `+`, change after change."""
    for hunk in re.findall(r"(?:^[ -].*\n)+(?:^\+.*\n)+", change, re.MULTILINE):
        lines = hunk.splitlines(keepends=True)
        before, after = ("".join(line[1:] for line in lines if line[0] in signs) for signs in (" -", " +"))
        assert text.count(before) == 1, before
        text = text.replace(before, after)
    return text


AGREE = """
import sys
sys.path.insert(0, "tests/property")
from tests.property.test_reference import LIVELY, agree, scenario_of
small = ("parameters=by_hand", "strategy=kol_care", "scenario.population.size=24", "days=4", *LIVELY)
logs = [agree(scenario_of(*small, *more), 3).tobytes() for more in
        ((), ("parameters.shy_share=0.9",), ("parameters.shy_share=0.9", "parameters.without=[shyness]"))]
assert logs[0] != logs[1] and logs[0] == logs[2]
print("agreed")
"""


def test_a_submodel_is_three_files(tmp_path):
    for name in ("sim", "configs", "docs", "experiments", "tests/property", "tests/reference", "tests/unit"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    page = (ROOT / "docs" / "add_a_submodel.md").read_text("utf-8")
    new = re.findall(r"^`([\w/.]+)`[^`]*?:\n\n```python\n(.*?)^```", page, re.DOTALL | re.MULTILINE)
    changed = re.findall(r"^In `([\w/.]+)`[^`]*?:\n\n```diff\n(.*?)^```", page, re.DOTALL | re.MULTILINE)
    assert [name for name, _ in (*new, *changed)] == [
        "sim/kernel/submodels/shyness.py", "tests/reference/submodels/shyness.py", "sim/parameters.py"
    ]  # fmt: skip
    for name, code in new:
        (tmp_path / name).write_text(code, encoding="utf-8")
    for name, change in changed:
        path = tmp_path / name
        path.write_text(patched(path.read_text("utf-8"), change), encoding="utf-8")
    environment = os.environ | {"PYTHONPATH": str(tmp_path), "NUMBA_DISABLE_JIT": "1"}

    def run(*words: str) -> str:
        done = subprocess.run([sys.executable, *words], cwd=tmp_path, env=environment, capture_output=True, text=True)
        assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
        return done.stdout

    assert "agreed" in run("-c", AGREE)
    run("docs/generate.py")
    model = (tmp_path / "docs" / "model.md").read_text("utf-8")
    assert (
        "| `shyness` | Shyness: newcomers write less at first." in model
        and "| `shy_days` | time in which that fades | 4 |" in model
    )
    run("-m", "pytest", "-q", "-n", "0", "-p", "no:cacheprovider", "tests/unit/test_knobs.py", "-k", "shy_")
    assert {"shy_share", "shy_days"} <= set(re.findall(r"\w+", new[0][1].split('"""')[1]))  # so the model page names them
