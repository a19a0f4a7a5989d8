"""The whole package is typed, strictly, and says so to whoever imports it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import sim

ROOT = Path(__file__).parents[2]

#: Uses of the public API that a checker has to refuse, and one it has to let pass.
WRONG = """
import sim
scenario = sim.compose("days=9")
sim.simulate(scenario, seed="seven")
sim.branch(scenario, (1.0, "strategy.posts_per_day"))
sim.compose(3)
scenario.no_such_setting
"""
RIGHT = """
import sim
run = sim.simulate(sim.branch(sim.compose("days=9"), (3.0, "strategy.posts_per_day", 4.0)), seed=7)
study, league = sim.compare("strategy=no_plan,kol_care", folder="x")
print(run.outcomes()["alive_days"], study.replications, run.log.digest)
"""


def check(tmp_path: Path, *paths: Path) -> str:
    command = [sys.executable, "-m", "mypy", "--cache-dir", str(tmp_path / "cache"), *map(str, paths)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False).stdout


def test_the_package_and_the_use_of_its_api_are_typed(tmp_path: Path) -> None:
    (tmp_path / "wrong.py").write_text(WRONG)
    (tmp_path / "right.py").write_text(RIGHT)
    assert "Success" in (found := check(tmp_path, ROOT / "sim", tmp_path / "right.py")), found
    told = check(tmp_path, tmp_path / "wrong.py")
    assert [line for number in (4, 5, 6, 7) if (line := f"wrong.py:{number}: error") not in told] == [], told


def test_what_is_public_is_listed_and_documented() -> None:
    assert set(sim.__all__) <= set(dir(sim))
    assert all(getattr(sim, name).__doc__ for name in sim.__all__)
    assert (Path(sim.__file__).parent / "py.typed").is_file()
