"""Branches in folders, the difference of two runs, and the way back from what happened to the acts behind it."""

from __future__ import annotations

import json
import pickle
import re
import shutil
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from sim.branching import Recorded, branch, branched, open_recorded, read_moment
from sim.cli.entry import main
from sim.config import ConfigError, compose, replaced
from sim.events import kinds
from sim.events.kinds import CATALOGUE, DAY, NONE
from sim.events.log import EVENT_DTYPE, LogError
from sim.events.store import MANIFEST, OWN_DIGEST, hash_of
from sim.levers import find_moving, plugins_begun, without_changes
from sim.motives import find_terms, strongest
from sim.operators.crew import BLOCK
from sim.projections.causes import COUNTED, Causes
from sim.projections.divergence import find_divergence
from sim.projections.outcomes import project_outcomes
from sim.report.language import LANGUAGES, translator
from sim.report.telling import Teller
from sim.run import Run, simulate
from sim.studies.gap import estimate_gaps
from sim.verification import verify
from sim.world.build import build_world, tie_pairs

SMALL = ("scenario.population.size=40", "days=20", "confirm_days=0", "incident=[price_rise]", "incident.price_rise.day=8",
         "campaign=[columns]", "campaign.columns.day=2")  # fmt: skip


@pytest.fixture(scope="module")
def parent(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("lineage") / "parent"
    simulate(compose(SMALL).scenario, seed=3, folder=folder)
    return folder


@pytest.fixture(scope="module")
def child(parent: Path) -> Path:
    folder = parent.parent / "child"
    words = ["strategy=de_operation", "campaign=[red_packets]", "incident.price_rise.handling=wrong", "staff.people=2"]
    assert main(["branch", str(parent), *words, "--at", "6d", "--out", str(folder)]) == 0
    return folder


def recorded_of(run: Run) -> Recorded:
    return Recorded(run.scenario, 3, 0, run.log)


def test_a_child_says_whose_it_is_and_is_verified_with_its_own_children(parent: Path, child: Path, tmp_path: Path):
    lineage = json.loads((child / MANIFEST).read_text())["lineage"]
    assert lineage["parent"] == open_recorded(parent).log.digest and lineage["at"] == 6.0
    assert lineage["changes"] == [
        "strategy=de_operation", "campaign.columns=false", "campaign.red_packets=true", "incident.price_rise.handling=wrong",
        "staff.people=2",
    ]  # fmt: skip
    assert verify(child).fine
    branch(open_recorded(child), "36h", ["campaign=[columns,auction]", "remove=0"], folder=tmp_path / "grandchild")
    assert verify(tmp_path / "grandchild").fine


@pytest.mark.parametrize("field", ["parent", "at", "changes", "more", "no mapping"])
def test_a_lineage_that_is_not_true_is_noticed(field: str, child: Path, tmp_path: Path):
    folder = Path(shutil.copytree(child, tmp_path / "forged"))
    manifest = json.loads((folder / MANIFEST).read_text())
    wrong = {"parent": "0" * 32, "at": 5.0, "changes": ["staff.people=2"], "more": 1}
    manifest["lineage"] = manifest["lineage"] | {field: wrong[field]} if field in wrong else [1]
    manifest[OWN_DIGEST] = hash_of({key: value for key, value in manifest.items() if key != OWN_DIGEST})
    (folder / MANIFEST).write_text(json.dumps(manifest))
    assert verify(folder).wrong == ("lineage",)


def test_a_parent_whose_log_is_not_of_its_settings_is_refused(parent: Path):
    recorded = open_recorded(parent)
    other = simulate(recorded.scenario, seed=4)
    with pytest.raises(LogError, match="not what its settings give"):
        branch(Recorded(recorded.scenario, 3, 0, other.log, "there"), 6, ["staff.people=2"])


def test_changes_that_are_taken_away_again_leave_the_parent(child: Path, parent: Path):
    scenario = open_recorded(child).scenario
    assert plugins_begun(scenario.changes) == {"campaign.red_packets"}
    assert without_changes(scenario, 5) == open_recorded(parent).scenario
    first = [one.key for one in find_moving(open_recorded(parent).scenario)]
    assert [one.key for one in find_moving(scenario)][: len(first)] == first


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["scenario.population.size=9"], r"cannot change while a run goes on; allowed: strategy, "),
        (["seed=3"], "cannot change"),
        (["days=9"], "cannot change"),
        (["parameters.loss_days=3"], "cannot change"),
        (["levers=[]"], "cannot change"),
        (["staff.people=NaN"], r"staff.people=nan: 0 to 200 persons"),
        (["staff.people=1e999"], "0 to 200 persons"),
        (["staff.people=true"], "0 to 200 persons"),
        (["staff.people=[1,2]"], "0 to 200 persons"),
        (["staff.shift_end=3"], "later than shift_start"),
        (["strategy.posts_per_day=-3"], "0 to 48"),
        (["strategy.nothing=3"], "no such key"),
        (["strategy.duties=3"], "no such key"),
        (["strategy.__class__=3"], "no such key"),
        (["incident.price_rise.day=9"], "no such key"),
        (["incident.price_rise.handling=best"], "one of right, none, "),
        (["incident.price_rise.handling=/etc/passwd.yaml"], "/etc/passwd.yaml"),
        (["incident.quarrel.day=9"], r"allowed only with incident=\[quarrel\]"),
        (["incident.price_rise=3"], "true or false"),
        (["incident=[ad_wave]"], "from the start"),
        (["campaign=[nothing]"], "one of "),
        (["strategy=nothing"], "one of "),
        (["strategy=skewer_owner"], "the same terms of entry as kol_care"),
        (["strategy=no_group"], "the same members in groups"),
        (["remove=x"], "the number of a member"),
        (["remove=-1"], "the number of a member"),
        (["remove=99999"], "who is a member on day 6"),
        (["staff.people=2", "staff.people=3"], "given twice"),
        (["staff.people"], "write key=value"),
        (["=3"], "write key=value"),
        (["staff.people=" + "9" * 20_000], "write key=value"),
    ],
)
def test_what_cannot_change_is_one_line(words: list[str], told: str, parent: Path):
    with pytest.raises(ConfigError, match=told) as error:
        branch(open_recorded(parent), 6, words)
    assert "\n" not in str(error.value) and len(str(error.value)) <= 300


@pytest.mark.parametrize("at", ["-1d", "nan", "inf", "1e9", "", "17x", "d", "9" * 50, "-0.5h"])
def test_a_moment_is_a_day_from_the_beginning_on(at: str):
    with pytest.raises(ConfigError, match=r"--at=.*a day from 0 on"):
        read_moment(at)


def test_moments():
    assert [read_moment(at) for at in (0, 17, "17d", "17.5d", "36h", "17.25")] == [0, 17, 17, 17.5, 1.5, 17.25]
    with pytest.raises(ConfigError, match="--at=20: a day from 0 to before the run ends on day 20"):
        branched(compose(SMALL).scenario, 20.0, ["staff.people=2"])


def test_files_of_ones_own_are_opened_where_that_is_allowed_only(parent: Path, tmp_path: Path):
    assert main(["new", "strategy", str(tmp_path / "my_own.yaml")]) == 0
    with pytest.raises(ConfigError, match="names only"):
        branch(open_recorded(parent), 6, [f"strategy={tmp_path / 'my_own.yaml'}"], own=False)


def test_a_tampered_run_is_refused(parent: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    folder = Path(shutil.copytree(parent, tmp_path / "run"))
    manifest = json.loads((folder / MANIFEST).read_text())
    manifest["config"]["changes"] = [{"day": 3, "key": "staff.people", "value": "many"}]
    (folder / MANIFEST).write_text(json.dumps(manifest))
    assert main(["branch", str(folder), "staff.people=2", "--at", "6d", "--out", str(tmp_path / "out")]) == 2
    told = capsys.readouterr().err.strip()
    assert "staff.people" in told and "\n" not in told


def test_what_the_new_plan_does_hangs_on_the_change(parent: Path):
    recorded = open_recorded(parent)
    run = branch(recorded, 6, ["strategy=no_plan", "campaign=[red_packets]"])
    rows = run.log.of_shard(0)
    parted = find_divergence(recorded.log, run.log)
    assert parted is not None and parted.time == 6 * DAY and rows["kind"][parted.place] == kinds.LEVER_MOVED
    posts = np.flatnonzero((rows["kind"] == kinds.STIMULUS_POSTED) & (rows["time"] > 7 * DAY))
    causes = Causes(rows)
    roots = {int(rows["kind"][causes.chain(int(post))[-1]]) for post in posts}
    assert roots == {kinds.LEVER_MOVED, kinds.PRICE_SET}  # the incident and its handling go on as they were


def _crew_at_work(run: Run, since: float, until: float) -> set[int]:
    """Blocks of numbers of the staff who finished a task between two days."""
    rows = run.log.of_shard(0)
    done = rows[(rows["kind"] == kinds.TASK_DONE) & (rows["time"] >= since * DAY) & (rows["time"] < until * DAY)]
    return set((done["actor"] // BLOCK).tolist())


def test_a_plan_with_roles_of_its_own_takes_over_and_its_people_go_with_it(parent: Path, tmp_path: Path):
    changed = branch(open_recorded(parent), 6, ["strategy=full_team"], folder=tmp_path / "team")
    back = branch(open_recorded(tmp_path / "team"), 12, ["strategy=kol_care"], folder=tmp_path / "back")
    assert _crew_at_work(changed, 0, 6) == {0} and len(_crew_at_work(changed, 7, 20)) > 2
    assert 0 not in _crew_at_work(changed, 7, 20) and _crew_at_work(back, 13, 20) == {0}
    hours = [run.contract()["contract_hours"] for run in (branch(open_recorded(parent), 6, ["staff.people=1"]), back, changed)]
    assert hours[0] < hours[1] < hours[2]
    for folder in ("team", "back"):
        found = verify(tmp_path / folder)
        assert found.replayed and found.simulated and not found.wrong


def test_a_door_can_be_left_open_but_not_put_up(tmp_path: Path):
    scenario = compose(replaced(SMALL, ["strategy=shop_welfare"])).scenario
    recorded = Recorded(scenario, 3, 0, simulate(scenario, seed=3).log)
    rows = branch(recorded, 6, ["strategy=full_team"]).log.of_shard(0)
    assert ((rows["kind"] == kinds.MEMBER_JOINED) & (rows["time"] > 7 * DAY)).any()
    with pytest.raises(ConfigError, match="the same terms of entry as kol_care"):
        branched(compose(SMALL).scenario, 6, ["strategy=shop_welfare"])


def test_roles_keep_their_numbers_in_a_manifest_and_in_another_process(tmp_path: Path):
    scenario = compose(replaced(SMALL, ["strategy=full_team"])).scenario
    assert pickle.loads(pickle.dumps(scenario)).strategy == scenario.strategy
    simulate(scenario, seed=3, folder=tmp_path / "run")
    assert verify(tmp_path / "run").simulated


def test_a_setting_that_moves_is_the_cause_of_what_follows_it(parent: Path):
    run = branch(open_recorded(parent), 6, ["strategy.posts_per_day=6"])
    rows = run.log.of_shard(0)
    moved = int(np.flatnonzero(rows["kind"] == kinds.LEVER_MOVED)[0])
    late = rows[(rows["kind"] == kinds.STIMULUS_POSTED) & (rows["time"] > 7 * DAY)]
    assert (late["cause"] == moved).sum() > 20 and (late["cause"] != moved).any()


def test_descendants_are_those_whose_causes_lead_back(parent: Path):
    causes = Causes(open_recorded(parent).log.of_shard(0))
    cause = causes.events["cause"]
    for place in np.flatnonzero(np.isin(causes.events["kind"], (kinds.STIMULUS_POSTED, kinds.PRICE_SET)))[:6].tolist():
        found = {row for row in range(len(cause)) if place in _ancestors(cause, row)}
        assert found == set(causes.descendants(place).tolist())


def _ancestors(cause: np.ndarray, row: int) -> list[int]:
    found = []
    while (row := int(cause[row])) != NONE:
        found.append(row)
    return found


def test_every_chain_goes_back_in_time_and_ends(parent: Path):
    recorded = open_recorded(parent)
    causes = Causes(recorded.log.of_shard(0), tie_pairs(build_world(recorded.scenario, 3, 0).array))
    for place in range(0, len(causes.events), 7):
        chain = causes.chain(place)
        assert all(before < after for after, before in pairwise(chain))
    hurt = np.flatnonzero(causes.events["kind"] == kinds.GRIEVANCE_FELT)
    kinds_behind = [[int(causes.events["kind"][one]) for one in causes.chain(int(place))] for place in hurt]
    assert kinds_behind and all(one == [kinds.GRIEVANCE_FELT, kinds.INCIDENT_OPENED, kinds.PRICE_SET] for one in kinds_behind)


@pytest.mark.parametrize("strategy", ["kol_care", "columns_and_perks"])
def test_the_strongest_term_is_the_reason_in_the_log(strategy: str):
    scenario = compose(replaced(SMALL, [f"strategy={strategy}", "scenario.population.size=120"])).scenario
    rows = simulate(scenario, seed=3).log.of_shard(0)
    moved = np.flatnonzero((rows["kind"] == kinds.GROUP_MUTED) | ((rows["kind"] == kinds.MEMBER_LEFT) & (rows["x"] == 0)))
    assert len(moved) > 10
    for place in moved[::3].tolist():
        code = int(rows["x"][place] if rows["kind"][place] == kinds.GROUP_MUTED else rows["y"][place])
        assert strongest(find_terms(rows, place, scenario, seed=3, replication=0)) == kinds.REASONS[code]


def test_reasons_add_up_to_all_who_muted_and_left_a_group(parent: Path):
    scenario = compose(replaced(SMALL, ["strategy=feizhimi"])).scenario
    for run in (simulate(scenario, seed=3), simulate(open_recorded(parent).scenario, seed=3)):
        rows, table = run.log.events, run.reasons()
        rows = rows[
            np.isin(rows["group"], rows["group"][rows["kind"] == kinds.GROUP_FOUNDED])
        ]  # not in a private line or a feed
        muted, left = rows[rows["kind"] == kinds.GROUP_MUTED], rows[(rows["kind"] == kinds.MEMBER_LEFT) & (rows["x"] == 0)]
        assert table["muted"].sum() == len(muted) > 0 and table["left"].sum() == len(left)
        for code, reason in enumerate(kinds.REASONS):
            here = table["reason"] == reason
            assert table["muted"][here].sum() == (muted["x"] == code).sum()
            assert table["left"][here].sum() == (left["y"] == code).sum()


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_kind_of_event_has_a_sentence(language: str, parent: Path):
    t = translator(language)
    assert [kind.name for kind in CATALOGUE if f"event.{kind.name}" not in t.words] == []
    assert all(f"reason.{name}" in t.words and f"out.why.acts.{name}" in t.words for name in kinds.REASONS)
    assert all(f"counted.{name}" in t.words for name in COUNTED)
    recorded = open_recorded(parent)
    teller = Teller(Causes(recorded.log.of_shard(0)), recorded.scenario, t)
    said = [teller.line(place) for place in range(0, len(teller.events), 5)]
    assert all(one and "{" not in one and "None" not in one for one in said)


#: Codes that stand in an amount, all of which have words.
CODES_OF = {"MEMBER_CARED_FOR": ("y", range(5)), "MEMBER_ASKED": ("x", range(5)), "REQUEST_MET": ("x", range(5)),
            "REQUEST_DECLINED": ("x", range(5)), "ROLE_TAKEN": ("x", range(1, 5)), "HONOUR_GIVEN": ("x", range(3))}  # fmt: skip


@pytest.mark.parametrize("language", LANGUAGES)
def test_whoever_acted_and_whatever_was_meant_is_told_in_words(language: str):
    """Staff are staff, never a number; a code is never told as a number; a member is called one."""
    scenario, t = compose(("scenario=fashion_stores",)).scenario, translator(language)
    rows = []
    for kind in CATALOGUE:
        column, codes = CODES_OF.get(kind.name, ("x", range(1)))
        for code in codes:
            row = np.zeros(1, EVENT_DTYPE)[0]
            row["kind"], row["cause"], row["actor"], row["target"] = kind.code, NONE, 4711, NONE
            row["target"] = {"person": 8822}.get(kind.target.of, 0)
            row[column] = code
            rows.append(row)
    teller = Teller(Causes(np.array(rows)), scenario, t)
    told: dict[str, list[str]] = {}
    for place, row in enumerate(rows):
        kind = next(one for one in CATALOGUE if one.code == row["kind"])
        sentence = teller.sentence(place)
        assert ("4711" in sentence) <= (kind.actor.of == "person"), sentence
        assert all(
            t.words["told.member"].format(number=number) in sentence for number in ("4711", "8822") if number in sentence
        )
        assert not re.search(r"\b(a|de) el\b|[{}]", sentence), sentence
        told.setdefault(kind.name, []).append(sentence)
    assert all(len(set(told[name])) == len(told[name]) > 1 for name in CODES_OF if name != "HONOUR_GIVEN")


def test_a_row_of_the_gap_has_one_number_of_digits(parent: Path, child: Path, capsys: pytest.CaptureFixture[str]):
    assert main(["diff", str(parent), str(child), "--replications", "2"]) == 0
    table = capsys.readouterr().out.partition("Outcomes over")[2]
    seen = 0
    for line in table.splitlines():
        digits = {len(tail) for tail in re.findall(r"\d(?:\.(\d+))?(?![\d,.])", line.partition(")")[2]) if "(" in line}
        assert len(digits) <= 1, line
        seen += bool(digits)
    assert seen > 5


@pytest.mark.parametrize("language", LANGUAGES)
def test_why_and_diff_in_words(language: str, parent: Path, child: Path, capsys: pytest.CaptureFixture[str]):
    rows = open_recorded(parent).log.events
    muted = rows[rows["kind"] == kinds.GROUP_MUTED][0]
    hurt = rows[rows["kind"] == kinds.COMPLAINT_POSTED]
    for command in (
        ["why", str(parent), f"member={muted['actor']}"],
        ["why", str(parent), "mutes", f"day={muted['time'] // DAY}"],
        ["why", str(parent), "complaints", f"day={hurt['time'][0] // DAY if len(hurt) else 3}"],
        ["why", str(parent), "refunds", "day=0"],
        ["diff", str(parent), str(child), "--replications", "2"],
        ["diff", str(parent), str(parent)],
    ):
        assert main([*command, "--lang", language]) == 0
        told = capsys.readouterr().out
        assert told.strip() and max(map(len, told.splitlines())) <= 100 and not re.search(r"[{}]|\bnan\b", told)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["member=99999"], "member=99999: a whole number from 0 to"),
        (["member=x"], "member=x: a whole number"),
        (["nothing", "day=3"], "one of complaints, exits"),
        (["exits"], "one of complaints, exits"),
        (["exits", "day=999"], "day=999: a whole number from 0 to"),
        (["exits", "day=3", "member=1"], "one of complaints, exits"),
        (["exits", "day=3", "--programme", "4"], "--programme=4"),
    ],
)
def test_a_question_that_cannot_be_answered_is_one_line(words, told, parent: Path, capsys: pytest.CaptureFixture[str]):
    assert main(["why", str(parent), *words]) == 2
    err = capsys.readouterr().err.strip()
    assert told in err and "\n" not in err


def test_gaps_are_paired_and_leave_out_what_has_no_value():
    scenario = compose(replaced(SMALL, ["strategy=no_plan"])).scenario
    one = [project_outcomes(simulate(scenario, seed=seed).log, 20) for seed in (1, 2, 3)]
    same = {gap.name: gap for gap in estimate_gaps(one, one, 20)}
    assert same["messages_per_day"].difference == 0 and same["alive_days"].first == np.mean([row["alive_days"] for row in one])
    other = [
        row | {"orders": float(row["orders"]) + add, "answer_rate": float("nan")}
        for row, add in zip(one, (1, 2, 3), strict=True)
    ]
    gaps = {gap.name: gap for gap in estimate_gaps(one, other, 20)}
    assert gaps["orders"].difference == 2 and gaps["orders"].low < 2 < gaps["orders"].high
    assert gaps["answer_rate"].replications == 0 and np.isnan(gaps["answer_rate"].difference)
