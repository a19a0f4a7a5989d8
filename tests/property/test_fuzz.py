"""Altered logs with repaired digests are refused or found to differ; none of them ends the process or reads outside an array."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

FUZZ = Path(__file__).resolve().parents[2] / "benchmarks" / "fuzz_logs.py"


@pytest.mark.parametrize(("cases", "plain"), [(60, "0"), (12, "1")])
def test_altered_logs_are_noticed(cases: int, plain: str):
    """In plain Python a read beyond an array raises, where compiled code would go on."""
    command = [sys.executable, str(FUZZ), "--cases", str(cases), "--seed", plain, "--replay"]
    ended = subprocess.run(command, env=os.environ | {"NUMBA_DISABLE_JIT": plain}, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stderr[-2000:]
    found = dict(part.rsplit(" ", 1) for part in ended.stdout.strip().split(", "))
    assert {"refused"} <= set(found) <= {"refused", "differs"} and sum(map(int, found.values())) == cases
