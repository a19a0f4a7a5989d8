"""The tutorial on plans is executed as it stands."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
import yaml

from sim import cli

TUTORIAL = Path(__file__).resolve().parents[2] / "docs" / "write_a_plan.md"


def test_the_tutorial_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys):
    text = TUTORIAL.read_text("utf-8")
    monkeypatch.chdir(tmp_path)
    plan, *parts = re.findall(r"```yaml\n(.*?)```", text, re.DOTALL)
    for part in parts:  # a part of a plan stands in place of the part of that name
        Path("other_plan.yaml").write_text(yaml.safe_dump(yaml.safe_load(plan) | yaml.safe_load(part), sort_keys=False))
        assert cli.main(["check", "other_plan.yaml"]) == 0, capsys.readouterr().err
    capsys.readouterr()
    Path("my_plan.yaml").write_text(plan)
    (commands,) = re.findall(r"```bash\n(.*?)```", text, re.DOTALL)
    for line in commands.splitlines():
        words = shlex.split(line)
        assert words[0] == "groupalive" and cli.main(words[1:]) == 0, line
    told = re.search(r"`my_plan.yaml, line (\d+): (calendar.0.content=3.*?)`", text)
    Path("my_plan.yaml").write_text(plan.replace("content: 1", "content: 3"))
    assert cli.main(["check", "my_plan.yaml"]) == 2
    assert capsys.readouterr().err.strip() == f"my_plan.yaml, line {told[1]}: {told[2]}"
