"""The peers of the benchmark run on the rules of the reference: what moves there must not leave them behind."""

from __future__ import annotations

import json
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

SCRIPT = Path(__file__).resolve().parents[2] / "benchmarks" / "groupalive_run.py"


@pytest.mark.parametrize("who", ["ours", "simpy", "mesa"])
def test_every_contestant_runs(who: str) -> None:
    if who == "mesa" and find_spec("mesa") is None:
        pytest.skip("mesa is installed with the extra bench")
    done = subprocess.run([sys.executable, str(SCRIPT), who, "1", "20", "3", "1"], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-1000:]
    assert [json.loads(line)["events"] > 50 for line in done.stdout.splitlines()] == [True]
