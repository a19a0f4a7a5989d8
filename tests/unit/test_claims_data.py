"""Claims as data: each hypothesis exactly once, none of the inputs, and the arms of a few compose."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from sim.allowed import ConfigError
from sim.claims.claim import arms_of, chosen, families, read_family, settings_of
from sim.claims.running import lay_out
from sim.domain.rows import hypothesis_roles


def test_each_hypothesis_that_can_be_found_out_stands_once() -> None:
    ids = Counter(name for family in families().values() for name in family.claims)
    assert ids == Counter(name for name, role in hypothesis_roles().items() if role != "assume")


def test_arms_that_claims_share_are_laid_out_once(tmp_path: Path) -> None:
    bench = lay_out(chosen(["G097", "G123"]), ["parameters=fitted"], tmp_path)
    assert len(bench.arms) == 8


@pytest.mark.slow
def test_every_claim_that_runs_composes_in_both_settings(tmp_path: Path) -> None:
    claims = chosen()
    bench = lay_out(claims, [], tmp_path)
    running = [(group, claim) for group, claim in claims.values() if claim.runs]
    assert len(running) == 93
    assert [label for label, times in Counter(arm.label for arm in bench.arms).items() if times > 1] == []
    for group, claim in running:
        for setting in settings_of(claim, families()[group]).values():
            for check in claim.checks:
                assert all(0 <= bench.place(group, setting, arm) < len(bench.arms) for arm in arms_of(check))


GOOD = """title: {en: a, zh: b, es: c}
words: [days=9]
settings: {one: [scenario=restaurant], two: [scenario=open_day]}
arms: {this: [strategy=no_plan], that: [strategy=kol_care]}
claims:
  G019:
    says: {en: a, zh: b, es: c}
    rows: [A15]
    circle: open
    checks: [{arm: this, against: that, outcome: orders, expect: lower}]
"""
WRONG = {
    ("G019:", "G999:"): "line 6: claims.G999: the id of a hypothesis",
    ("arm: this", "arm: thus"): "claims.G019.checks.0.arm=thus: did you mean this?",
    ("outcome: orders", "outcome: order"): "claims.G019.checks.0.outcome=order: did you mean orders?",
    ("expect: lower", "expect: lower, window: [0, 9]"): "claims.G019.checks.0.effect is missing",
    ("expect: lower", "expect: lower, window: [9, 0], effect: 1"): "claims.G019.checks.0.window=[9,0]: a day and a later one",
    ("circle: open", "circle: circular"): "claims.G019: a circular claim says why, and asks an open question in its place",
    ("circle: open", "circle: open\n    needs: [D35]"): "claims.G019: either checks, or the rows it needs",
    ("rows: [A15]", "rows: [A999]"): "claims.G019.rows=A999: the id of a row",
    (", two: [scenario=open_day]", ""): "claims.G019.settings: 2 settings of the scenario by name",
    ("    checks: [{arm: this, against: that, outcome: orders, expect: lower}]", "    needs: [A15]"): "claims.G019.needs=A15: ",
}  # fmt: skip


@pytest.mark.parametrize("change", WRONG, ids=lambda change: change[1].strip() or change[0])
def test_what_is_wrong_in_a_file_is_told_in_one_line(change: tuple[str, str], tmp_path: Path) -> None:
    path = tmp_path / "F01.yaml"
    path.write_text(GOOD, encoding="utf-8")
    assert list(read_family(path).claims) == ["G019"]
    assert change[0] in GOOD
    path.write_text(GOOD.replace(*change), encoding="utf-8")
    with pytest.raises(ConfigError) as error:
        read_family(path)
    assert WRONG[change] in str(error.value) and "\n" not in str(error.value) and str(path) in str(error.value)
