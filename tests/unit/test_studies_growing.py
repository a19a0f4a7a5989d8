"""Studies that grow until what was asked is settled, and the chosen arm on fresh seeds."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from sim import cli
from sim.comparing.more import FRESH, fresh_seed
from sim.studies.asked import Growth
from sim.studies.growing import grow_study
from sim.studies.ledger import StudyError


def world(shift: float, asked: list[int]) -> object:
    """A study of two arms whose outcome differs by `shift`, with a spread of 1."""

    def simulate(count: int) -> pd.DataFrame:
        asked.append(count)
        rng, number = np.random.default_rng(2), np.arange(400)
        base = rng.normal(size=400)
        tables = [
            pd.DataFrame({"arm": arm, "label": "ab"[arm], "replication": number, "world": number // 2, "dead": 0.0,
                          "staff_hours": 50 + base + arm * (shift + rng.normal(size=400))})
            for arm in range(2)
        ]  # fmt: skip
        return pd.concat(tables)[lambda table: table.replication < count]

    return simulate


def test_what_is_clear_stops_at_the_first_look_and_what_is_not_goes_on_to_the_most() -> None:
    asked: list[int] = []
    common = {"outcome": "staff_hours", "first": 20, "most": 100, "per_world": 2, "baseline": "a", "effect": 1.0, "days": 90}
    clear = grow_study(world(-9.0, asked), **common)
    assert (asked, clear.worlds, clear.look.stop, clear.look.verdicts.tolist()) == (
        [20],
        10,
        "settled",
        ["better"],
    )  # less is better
    assert clear.level > 0.999  # the first of five looks spends little of the 5 %
    asked.clear()
    close = grow_study(world(1.0, asked), **common)
    assert asked == [20, 40, 60, 80, 100]
    assert (close.worlds, close.look.stop) == (50, "most")
    assert close.level < clear.level
    same = grow_study(world(0.0, []), **common | {"baseline": "b"})
    assert same.look.verdicts.tolist() == ["same"] and same.worlds < 50


def test_no_batch_is_begun_that_would_end_when_the_minutes_are_up() -> None:
    asked: list[int] = []
    times = iter(range(0, 100, 3))  # three minutes a batch
    found = grow_study(
        world(1.0, asked), "staff_hours", first=20, most=100, per_world=2, baseline="a", effect=1.0, days=90, minutes=10,
        clock=lambda: next(times),
    )  # fmt: skip
    assert asked == [20, 40, 60] and found.growth == Growth(batch=10, worlds=30, settled=False, late=True)


def test_an_outcome_without_a_value_cannot_settle_anything() -> None:
    def simulate(count: int) -> pd.DataFrame:
        return world(0.0, [])(count).assign(repurchase_rate=np.nan)  # type: ignore[operator]

    with pytest.raises(StudyError, match="grow: repurchase_rate has no value"):
        grow_study(simulate, "repurchase_rate", first=10, most=20, per_world=2, baseline="a", effect=0.1, days=90)


def test_a_choice_is_tried_again_on_a_seed_of_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sim.comparing.daily.run_again", lambda *asked: None)
    assert fresh_seed(3) == 3 + FRESH
    assert fresh_seed(2**53 - 1) < 2**53
    words = ["compare", "scenario=restaurant", "scenario.population.size=30", "days=6", "confirm_days=0", "replications=4",
             "strategy=no_plan,kol_care,columns_and_perks", "choose=max:messages_per_day", "--workers", "1"]  # fmt: skip
    out = tmp_path / "s"
    assert cli.main([*words, "--out", str(out)]) == 0
    said = capsys.readouterr().out.replace("\n", " ")
    assert "Choose " in said and f"fresh seeds (seed {1 + FRESH}," in " ".join(said.split())
    (folder,) = out.glob("retest_*")
    again = pd.read_parquet(folder / "replications.parquet")
    assert set(again.seed) == {1 + FRESH} and again.arm.nunique() == 2
    assert not set(again.digest) & set(pd.read_parquet(out / "replications.parquet").digest)
    definitions = pd.read_csv(out / "definitions.csv")
    assert definitions.definition.nunique() == 8 and "revived" in definitions
    first = (out / "replications.csv").read_bytes()
    assert (
        cli.main(
            [*words[:-3], "choose=min:staff_hours", "retest=no", "grow=8", "--workers", "1", "--resume", "--out", str(out)]
        )
        == 0
    )
    said = " ".join(capsys.readouterr().out.split())
    assert 'Choose "' in said and "fresh seeds" not in said
    assert "The study was looked at after every 2 worlds and stopped after" in said
    assert (out / "replications.csv").read_bytes()[: len(first) // 8] == first[: len(first) // 8]


def test_a_choice_is_tried_again_though_an_arm_was_put_before_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sim.comparing.daily.run_again", lambda *asked: None)
    words = ["scenario.population.size=8", "days=3", "confirm_days=0", "replications=2", "wages=contract", "retest=yes",
             "choose=max:net_income", "--workers", "1", "--out", str(tmp_path / "s")]  # fmt: skip
    assert cli.main(["compare", "staff.people=3,2", *words]) == 0
    assert cli.main(["compare", "staff.people=3,1,2", "--resume", *words]) == 0  # the second against the first, as before
    tried = [pd.read_parquet(one / "arms.parquet")["label"].tolist() for one in (tmp_path / "s").glob("retest_*")]
    assert sorted(tried) == [["people=3", "people=1"], ["people=3", "people=2"]]
