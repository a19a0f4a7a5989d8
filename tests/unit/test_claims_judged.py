"""Verdicts on claims from made-up differences: each verdict, the correction for all that is looked at, and looks that spend it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from sim.claims.claim import Claim, arms_of, chosen, column_of, families, settings_of
from sim.claims.judging import FEWEST_WORLDS, Judged, count_look, find_pairs, judge_claims, tabulate
from sim.claims.running import Bench, lay_out

WORLDS, OTHERS, SETTINGS = 60, 20, ("restaurant", "lunch guests")
#: Of G019: adverts against content, days alive of 90, lower by 3 or more.
ADVERTS = "G019"


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Bench:
    return lay_out(chosen([ADVERTS]), ["seed=1"], tmp_path_factory.mktemp("plans"))


def made_up(
    bench: Bench, differences: Mapping[str, np.ndarray], claims: Mapping[str, tuple[str, Claim]] | None = None
) -> pd.DataFrame:
    """The table of a study in which the arm of each check is so much above the other, world by world (W,), in each setting."""
    rows = []
    for group, claim in (claims or chosen([ADVERTS])).values():
        for title, setting in settings_of(claim, families()[group]).items():
            for check in claim.checks:
                added = np.repeat(differences[title], 2)
                for name in arms_of(check):
                    column, more = column_of(check.outcome, check.window), added if name == check.arm else np.zeros(len(added))
                    rows += [
                        {"arm": bench.place(group, setting, name), "replication": place, "world": place // 2, column: 45 + one}
                        for place, one in enumerate(more)
                    ]
    return pd.DataFrame(rows).groupby(["arm", "replication", "world"], as_index=False).first()


def spread(mean: float, deviation: float, worlds: int = WORLDS, seed: int = 0) -> np.ndarray:
    """Values (W,) of exactly this mean and standard deviation."""
    drawn = np.random.default_rng(seed).standard_normal(worlds)
    return mean + deviation * (drawn - drawn.mean()) / drawn.std(ddof=1)


def judge(bench: Bench, *means: np.ndarray, look: int = 1) -> Judged:
    (one,) = judge_claims(
        chosen([ADVERTS]), find_pairs(chosen([ADVERTS]), bench, made_up(bench, dict(zip(SETTINGS, means, strict=True)))), look
    )
    return one


def test_supported_where_it_holds_in_both_settings_by_what_matters(bench: Bench) -> None:
    one = judge(bench, spread(-12, 3), spread(-20, 3, seed=1))
    assert (one.verdict, one.on) == ("supported", ())
    assert [(round(test.mean), test.found) for test in one.tested] == [(-12, "supported"), (-20, "supported")]
    assert all(test.low < test.mean < test.high < -test.effect for test in one.tested)


@pytest.mark.parametrize("mean", [12.0, 0.0, -1.5])
def test_contradicted_where_it_is_surely_not_by_what_matters(bench: Bench, mean: float) -> None:
    assert judge(bench, spread(mean, 2), spread(mean, 2, seed=1)).verdict == "contradicted"


def test_conditional_on_the_setting_in_which_it_holds(bench: Bench) -> None:
    one = judge(bench, spread(12, 3), spread(-12, 3, seed=1))
    assert (one.verdict, one.on) == ("conditional", ("lunch guests",))


def test_conditional_on_the_world_where_one_more_may_lie_on_the_other_side(bench: Bench) -> None:
    one = judge(bench, spread(-20, 15), spread(-20, 15, seed=1))
    assert [test.found for test in one.tested] == ["supported", "supported"] and all(
        test.one_more[1] > 0 for test in one.tested
    )
    assert (one.verdict, one.on) == ("conditional", ("worlds",))


def test_undecided_where_one_setting_is(bench: Bench) -> None:
    one = judge(bench, spread(-12, 3), spread(-3, 10, seed=1))
    assert one.verdict == "undecided" and [test.found for test in one.tested] == ["supported", "undecided"]


def test_undecided_with_few_worlds_and_where_arms_are_never_told_apart(bench: Bench) -> None:
    few = judge(bench, spread(-12, 0.1, FEWEST_WORLDS - 1), spread(-12, 0.1, FEWEST_WORLDS - 1))
    assert few.verdict == "undecided" and all(np.isnan(test.low) for test in few.tested)
    equal = judge(bench, np.zeros(WORLDS), np.zeros(WORLDS))
    assert equal.verdict == "undecided" and all(test.same_arms for test in equal.tested)


def test_not_yet_where_a_mechanism_is_missing(waiting: str) -> None:
    claims = chosen([waiting])
    (one,) = judge_claims(claims, [])
    assert (one.verdict, one.tested) == ("not_yet", ())
    assert tabulate([one]) == [{"claim": waiting, "family": "F05", "verdict": "not_yet", "on": "", "circle": "semi"}]


def found_in(bench: Bench, claims: Mapping[str, tuple[str, Claim]], marginal: float, others: float) -> list[str]:
    """Verdicts where the first claim has this mean in both settings, and the others that of the rest."""
    parts = []
    for place, name in enumerate(claims):
        own = {name: claims[name]}
        means = [spread(marginal if place == 0 else others, 10, seed=10 * place + one) for one in (0, 1)]
        parts.append(made_up(bench, dict(zip(SETTINGS, means, strict=True)), own))
    keys = ["arm", "replication", "world"]
    table = pd.concat(parts).groupby(keys, as_index=False).first()
    return [one.verdict for one in judge_claims(claims, find_pairs(claims, bench, table))]


def test_a_claim_is_held_to_more_beside_others_that_are_open_and_not_beside_those_that_are_decided(bench: Bench) -> None:
    """Holm: one that stands alone falls among open ones, and stands again once the others are decided in earlier steps."""
    group, claim = chosen([ADVERTS])[ADVERTS]
    (check,) = claim.checks
    many, claims = Bench(bench.arms * OTHERS, {}), {}
    for place in range(OTHERS):  # the same check, on arms of its own
        own = replace(check, arm=f"{check.arm} {place}", against=f"{check.against} {place}")
        claims[f"{ADVERTS} {place}"] = (group, replace(claim, checks=(own,)))
        for (_, setting, name), number in bench.places.items():
            many.places[group, setting, f"{name} {place}"] = len(bench.arms) * place + number
    marginal = -3 - 3.2 * 10 / np.sqrt(WORLDS)  # 3.2 standard errors beyond what matters
    alone = dict([next(iter(claims.items()))])
    assert found_in(many, alone, marginal, 0)[0] in ("supported", "conditional")
    assert found_in(many, claims, marginal, -3)[0] == "undecided"
    assert found_in(many, claims, marginal, -60)[0] in ("supported", "conditional")


def test_each_look_spends_half_of_what_is_left(bench: Bench) -> None:
    means = spread(-3 - 2.6 * 10 / np.sqrt(WORLDS), 10), spread(-3 - 2.6 * 10 / np.sqrt(WORLDS), 10, seed=1)
    first, later = judge(bench, *means), judge(bench, *means, look=5)
    assert [test.found for test in first.tested] == ["supported", "supported"]
    assert [test.found for test in later.tested] == ["undecided", "undecided"]
    assert later.tested[0].low < first.tested[0].low


def test_looks_are_counted_by_what_was_seen(tmp_path: Path) -> None:
    assert [count_look(tmp_path, one) for one in (24, 24, 120, 24)] == [1, 1, 2, 1]
    (tmp_path / "looks.json").write_text("{", encoding="utf-8")
    assert count_look(tmp_path, 24) == 1
