"""Arms side by side in several outcomes, the answer within limits, wages by contract, and outcomes that tell nothing apart."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from sim.report.answers import word_answer, word_basis, word_blind, word_loss
from sim.report.language import LANGUAGES, translator
from sim.studies.answer import answer
from sim.studies.ledger import StudyError
from sim.studies.panel import estimate_hours, estimate_panel, find_arms_without_group, find_blind
from sim.studies.question import split_words
from sim.studies.wages import differ_by_contract, pay


def made(worlds: int = 20, **arms: dict[str, float]) -> pd.DataFrame:
    """Replications of arms with these means and a little luck that the arms share; `alive_days` has none."""
    rng = np.random.default_rng(4)
    luck = rng.normal(size=2 * worlds)
    tables = []
    for number, (label, means) in enumerate(arms.items()):
        own = rng.normal(size=2 * worlds)
        table = pd.DataFrame({"arm": number, "label": label, "replication": range(2 * worlds)})
        table["world"] = table.replication // 2
        for name, mean in means.items():
            spread = 0.0 if name in ("alive_days", "dead") else 0.05 * abs(mean)
            table[name] = mean + spread * (luck + 0.3 * own)
        tables.append(table)
    return pd.concat(tables, ignore_index=True)


ARMS = {
    "cheap": {"adds": 1000.0, "staff_hours": 20.0, "alive_days": 90.0, "dead": 0.0},
    "dear": {"adds": 3000.0, "staff_hours": 100.0, "alive_days": 90.0, "dead": 0.0},
    "middle": {"adds": 2000.0, "staff_hours": 60.0, "alive_days": 90.0, "dead": 0.0},
    "none": {"adds": 0.0, "staff_hours": 0.0, "alive_days": 0.0, "dead": np.nan},
}


def panel_of(table: pd.DataFrame, *words: str, baseline: str = "cheap") -> pd.DataFrame:
    return estimate_panel(table, split_words(words)[0].outcomes, baseline=baseline, days=90, members=200)


def verdicts(panel: pd.DataFrame, outcome: str) -> list[str]:
    return panel.verdict[panel.outcome == outcome].tolist()


def test_less_is_better_where_it_is_and_differences_keep_their_sign() -> None:
    panel = panel_of(made(**ARMS))
    assert verdicts(panel, "adds") == ["baseline", "better", "better", "worse"]
    assert verdicts(panel, "staff_hours") == ["baseline", "worse", "worse", "better"]
    dear = panel[(panel.outcome == "staff_hours") & (panel.label == "dear")].iloc[0]
    assert 75 < dear.low < dear.difference < dear.high < 85
    assert dear.unknown_low < dear.unknown_high and dear.luck_low < dear.luck_high
    assert (dear.ahead, dear.tied, dear.behind) == (0, 0, 20)
    assert panel[panel.outcome == "staff_hours"].set_index("label")["rank"].to_dict() == {
        "none": 1,
        "cheap": 2,
        "middle": 3,
        "dear": 4,
    }


def test_an_arm_without_a_group_is_not_compared_in_days_and_is_no_yardstick_there() -> None:
    table = made(**ARMS)
    assert find_arms_without_group(table) == [3]
    panel = panel_of(table, baseline="none")
    assert verdicts(panel, "alive_days")[3] == "none"
    assert verdicts(panel, "alive_days")[0] == "baseline"
    assert verdicts(panel, "adds") == ["better", "better", "better", "baseline"]


def test_a_smallest_effect_of_ones_own_decides_the_verdict() -> None:
    table = made(**ARMS)
    asked = split_words(["judge=adds:1990"])[0]
    panel = estimate_panel(table, asked.outcomes, baseline="cheap", days=90, members=200, effects=asked.effects)
    assert verdicts(panel, "adds")[:3] == ["baseline", "better_open", "same"]


def test_replications_without_a_value_are_left_out_for_all_arms() -> None:
    table = made(**ARMS).assign(repurchase_rate=0.4)
    table.loc[(table.arm == 1) & (table.replication < 6), "repurchase_rate"] = np.nan
    panel = panel_of(table, "judge=repurchase_rate")
    rows = panel[panel.outcome == "repurchase_rate"]
    assert rows.runs.tolist() == [34] * 4
    said = word_basis(panel, table, "minutes", False, translator("en"))
    assert any("34 of 40 replications" in sentence for sentence in said)


def test_an_outcome_at_its_ceiling_says_so_and_names_what_tells_the_arms_apart() -> None:
    panel = panel_of(made(**ARMS))
    assert find_blind(panel) == {"alive_days": "adds"}
    for language in LANGUAGES:
        (said,) = word_blind(find_blind(panel), panel, 90, translator(language))
        assert "90" in said and "days=365" in said and translator(language).outcome("adds") in said
    apart = made(**ARMS | {"dear": ARMS["dear"] | {"alive_days": 40.0}, "middle": ARMS["middle"] | {"alive_days": 50.0}})
    assert find_blind(panel_of(apart)) == {}


def asked(table: pd.DataFrame, *words: str) -> tuple[list[str], list[str]]:
    """The sentences of an answer, and the labels in the order in which they are shown."""
    question = split_words(words)[0]
    panel = panel_of(table, *words)
    found = answer(panel, table, question, 90)
    labels = table.drop_duplicates("arm").label.tolist()
    return word_answer(found, panel, question, translator("en")), [labels[arm] for arm in found.order]


def test_the_choice_is_the_best_of_those_that_keep_the_limits() -> None:
    table = made(**ARMS)
    said, order = asked(table, "choose=max:adds", "subject_to=[staff_hours<=70,dead<=5%]")
    assert (
        said[0].startswith('Choose "middle": What the group adds 1,995 yuan (1,9')
        and "the most of the 2 arms that keep" in said[0]
    )
    assert "Staff hours ≤ 70 hours" in said[0] and "Dead share ≤ 5 %" in said[0]
    assert order == ["middle", "cheap", "dear", "none"]
    assert any(sentence.startswith("The choice is settled") for sentence in said)
    assert asked(table, "choose=max:adds")[0][0].startswith('Choose "dear"')
    assert asked(table, "choose=min:staff_hours", "subject_to=[adds>=500]")[0][0].startswith('Choose "cheap"')


def test_limits_that_nobody_keeps_are_said_with_who_comes_nearest() -> None:
    said, _ = asked(made(**ARMS), "choose=max:adds", "subject_to=[staff_hours<=70,adds>=9000]")
    assert said[0].startswith("No arm keeps all limits at once")
    assert said[1].startswith('No arm keeps What the group adds ≥ 9,000 yuan: "dear" comes nearest with 2,9')
    assert len(said) == 2  # hours can be kept
    both, _ = asked(made(**ARMS), "choose=max:adds", "subject_to=[staff_hours<=30,adds>=2500]")
    assert len(both) == 1  # each can be kept by itself


def test_a_limit_that_is_kept_on_average_only_is_called_doubtful() -> None:
    table = made(**ARMS)
    hours = table[table.label == "middle"].staff_hours.mean()
    said, _ = asked(table, "choose=max:adds", f"subject_to=[staff_hours<={hours + 0.1:.2f}]")
    assert any("on average, but not surely" in sentence for sentence in said)
    sure, _ = asked(table, "choose=max:adds", f"subject_to=[staff_hours<={hours + 20:.2f}]")
    assert not any("not surely" in sentence for sentence in sure)


def test_arms_alike_are_rivals_and_the_choice_is_open() -> None:
    alike = dict.fromkeys(("one", "two", "three"), ARMS["dear"])
    said, _ = asked(made(worlds=6, **{"cheap": ARMS["cheap"], **alike}), "choose=max:adds")
    assert any("may be the best just as well" in sentence for sentence in said)
    assert any("not settled" in sentence for sentence in said)


def test_by_contract_idle_hours_cost_and_a_second_operator_is_not_nearly_free() -> None:
    table = pd.DataFrame(
        {"arm": [0, 1], "label": ["one", "two"], "margin": 9000.0, "benefit_cost": 500.0, "wages": [1200.0, 1210.0]}
    )
    table["contract_hours"], table["contract_wages"] = [300.0, 600.0], [9000.0, 18000.0]
    table = table.assign(cost=table.benefit_cost + table.wages)
    table = table.assign(net_income=table.margin - table.cost, without_group=100.0)
    table = table.assign(adds=table.net_income - table.without_group)
    paid = pay(table, "contract")
    assert paid.wages.tolist() == [9000, 18000]
    assert (
        paid.cost.tolist() == [9500, 18500]
        and paid.net_income.tolist() == [-500, -9500]
        and paid.adds.tolist() == [-600, -9600]
    )
    pd.testing.assert_frame_equal(pay(table, "minutes"), table)
    assert differ_by_contract(table) and not differ_by_contract(table.assign(contract_hours=3.0))
    with pytest.raises(StudyError, match="wages=contract"):
        pay(table.drop(columns="contract_wages"), "contract")


def test_hours_by_task_are_means_of_the_replications() -> None:
    table = made(**ARMS).assign(hours_answer=2.0, hours_post=3.0, contract_hours=9.0)
    hours = estimate_hours(table)
    assert hours.columns.tolist() == ["answer", "post", "all", "contract"]
    assert hours.loc[0].tolist() == pytest.approx([2, 3, table[table.arm == 0].staff_hours.mean(), 9])


def test_a_group_that_only_costs_is_called_so() -> None:
    losing = {name: means | {"adds": means["adds"] - 9000.0} for name, means in ARMS.items() if name != "none"}
    panel = panel_of(made(**losing, none=ARMS["none"]))
    (said,) = word_loss(panel, [3], translator("en"))
    assert "without any group the same customers bring more" in said
    assert word_loss(panel_of(made(**ARMS)), [3], translator("en")) == []
