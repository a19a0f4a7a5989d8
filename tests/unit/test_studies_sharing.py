"""Many at work on one study: shared, sharded, on a cluster, killed, grown and half done; always the bytes of one worker alone."""

from __future__ import annotations

import contextlib
import json
import os
import random
import signal
import threading
from pathlib import Path
from typing import Any

import pytest
from test_studies_runner import arms, fake_run, tables

from sim.studies import desk
from sim.studies.crews import Runner, split_runner
from sim.studies.forecast import Sample, count_tasks, disk_bytes, forecast, write_slurm
from sim.studies.ledger import StudyError
from sim.studies.request import Request, read_request
from sim.studies.runner import run_study, work_on_study
from sim.studies.study import open_study


def once_run(scenario: str, *, replication: int, **key: Any) -> dict[str, Any]:
    """A point that may be simulated once only."""
    (Path(scenario[2:]) / f"{scenario[0]}{replication}").touch(exist_ok=False)
    return fake_run(scenario, replication=replication, **key)


def mortal_run(scenario: str, *, replication: int, **key: Any) -> dict[str, Any]:
    """Every tenth point kills its worker, once."""
    if random.Random(f"{scenario[0]}{replication}").random() < 0.1:
        try:
            (Path(scenario[2:]) / f"{scenario[0]}{replication}").touch(exist_ok=False)
        except FileExistsError:
            pass
        else:
            os.kill(os.getpid(), signal.SIGKILL)
    return fake_run(scenario, replication=replication, **key)


@pytest.fixture(autouse=True)
def program(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sim.studies.runner.describe_program", lambda: {"program": "this"})


@pytest.fixture(scope="module")
def expected(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    folder = tmp_path_factory.mktemp("alone") / "study"
    run_study(arms("a", "b"), replications=12, seed=7, folder=folder, workers=1, task=fake_run)
    return tables(folder)


def test_two_that_go_on_at_once_share_the_work_and_live_nothing_twice(tmp_path: Path, expected: dict[str, bytes]) -> None:
    given = {"replications": 12, "seed": 7, "folder": tmp_path / "s", "workers": 1, "resume": True, "task": once_run}
    studies, simulated = [], []

    def work() -> None:
        first: list[int] = []
        studies.append(run_study(arms("a", "b", note=tmp_path), **given, progress=lambda done, _: first.append(done)))
        simulated.append(first)

    both = [threading.Thread(target=work) for _ in range(2)]
    for one in both:
        one.start()
    for one in both:
        one.join()
    assert len(studies) == 2, "one of them failed"
    assert tables(tmp_path / "s") == expected
    assert len(list(tmp_path.glob("[ab]*"))) == 24
    assert not (tmp_path / "s" / "at_work").exists()


def test_what_another_has_in_hand_is_left_to_it_until_it_is_gone(tmp_path: Path) -> None:
    given = {"replications": 2, "seed": 7, "folder": tmp_path / "s", "task": fake_run}
    work_on_study(arms("a"), **given, workers=1)
    study = json.loads((tmp_path / "s" / "study.json").read_text())
    with desk.claimed_folder(tmp_path / "s", study, resume=True) as (ledger, mine):
        for path in (tmp_path / "s" / "ledger").rglob("*.json"):
            path.unlink()
        points = [desk.Point(0, 0), desk.Point(0, 1)]
        share = desk.Share(ledger, mine, points)
        assert share.take(1) == points[:1]
        with desk.claimed_folder(tmp_path / "s", study, resume=True) as (_, other):
            assert desk.Share(ledger, other, points).take(2) == points[1:]
        assert desk.Share(ledger, mine, points).take(2) == points, "what was on a desk that is left is anybody's"


def test_two_that_have_finished_their_last_do_not_wait_for_each_other(tmp_path: Path) -> None:
    given = {"replications": 2, "seed": 7, "folder": tmp_path / "s", "task": fake_run}
    work_on_study(arms("a"), **given, workers=1)
    study = json.loads((tmp_path / "s" / "study.json").read_text())
    with contextlib.ExitStack() as both:
        desks = [both.enter_context(desk.claimed_folder(tmp_path / "s", study, resume=True)) for _ in range(2)]
        sealed = {path: path.read_bytes() for path in (tmp_path / "s" / "ledger").rglob("*.json")}
        for path in sealed:
            path.unlink()
        shares = [desk.Share(ledger, mine, [desk.Point(0, 0), desk.Point(0, 1)]) for ledger, mine in desks]
        batches = [share.take(1) for share in shares]
        for path, content in sealed.items():
            path.write_bytes(content)
        for share, batch in zip(shares, batches, strict=True):
            share.finish(batch)
            share.count(1)
        assert [share.take(2) for share in shares] == [[], []], "what is finished is not simulated again"
        shares[0].take(2)
        assert [share.waiting for share in shares] == [[], []], "a desk that names what is finished holds the other up"


def test_a_desk_whose_file_is_spoilt_holds_nothing_up(tmp_path: Path) -> None:
    given = {"replications": 2, "seed": 7, "folder": tmp_path / "s", "task": fake_run, "workers": 1}
    home = tmp_path / "s" / "at_work"
    work_on_study(arms("a"), **given | {"replications": 1})
    home.mkdir()
    for name, text in {"x": "[[1]]", "y": "{", "z": "[" * 100_000}.items():
        (home / f"{name}.json").write_text(text)
        (home / f"{name}.lock").touch()
    assert work_on_study(arms("a"), **given) == (2, 2)
    assert not home.exists()


def test_shards_together_give_the_study(tmp_path: Path, expected: dict[str, bytes]) -> None:
    given = {"replications": 12, "seed": 7, "folder": tmp_path / "s", "workers": 1, "task": once_run}
    done = [work_on_study(arms("a", "b", note=tmp_path), **given, shard=(part, 5)) for part in (3, 1, 5, 2, 4)]
    assert [one[0] for one in done] == [5, 10, 14, 19, 24]
    assert [one[1] for one in done] == [24] * 5
    assert not list((tmp_path / "s").glob("*.csv"))
    run_study(arms("a", "b", note=tmp_path), **given, resume=True)
    assert tables(tmp_path / "s") == expected


@pytest.mark.parametrize("part", [(0, 2), (3, 2)])
def test_a_shard_that_is_none_is_refused(part: tuple[int, int], tmp_path: Path) -> None:
    with pytest.raises(StudyError, match="shard="):
        work_on_study(arms("a"), replications=1, seed=7, folder=tmp_path / "s", task=fake_run, shard=part)


def test_workers_killed_at_random_lose_and_double_nothing(tmp_path: Path, expected: dict[str, bytes]) -> None:
    run_study(arms("a", "b", note=tmp_path), replications=12, seed=7, folder=tmp_path / "s", workers=2, task=mortal_run)
    assert list(tmp_path.glob("[ab]*")), "nobody was killed"
    assert tables(tmp_path / "s") == expected


def test_a_dask_cluster_gives_the_same_bytes_though_workers_are_killed(tmp_path: Path, expected: dict[str, bytes]) -> None:
    pytest.importorskip("distributed")
    run_study(
        arms("a", "b", note=tmp_path), replications=12, seed=7, folder=tmp_path / "s", workers=2, task=mortal_run,
        runner=Runner("dask"),
    )  # fmt: skip
    assert list(tmp_path.glob("[ab]*")), "nobody was killed"
    assert tables(tmp_path / "s") == expected


def test_an_arm_that_is_added_is_all_that_runs(tmp_path: Path, expected: dict[str, bytes]) -> None:
    given = {"replications": 12, "seed": 7, "folder": tmp_path / "s", "workers": 1, "task": once_run}
    run_study(arms("b", note=tmp_path), **given)
    run_study(arms("a", "b", note=tmp_path), **given, resume=True)
    assert tables(tmp_path / "s") == expected


def test_with_whole_logs_an_arm_comes_after_those_that_are_there(tmp_path: Path) -> None:
    from test_studies_runner import logging_run

    given = {"replications": 1, "seed": 7, "folder": tmp_path, "workers": 1, "task": logging_run, "logs": "all", "resume": True}
    run_study(arms("b"), **given)
    with pytest.raises(StudyError, match="keeps whole logs"):
        run_study(arms("a", "b"), **given)


def test_a_half_done_study_can_be_read_and_says_so(tmp_path: Path, expected: dict[str, bytes]) -> None:
    given = {"replications": 12, "seed": 7, "folder": tmp_path / "s", "workers": 1, "task": fake_run}

    def stop(done: int, _: int) -> None:
        if done == 5:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run_study(arms("a", "b"), **given, progress=stop)
    study = open_study(tmp_path / "s")
    assert study.partial == (5, 12)
    assert study.replications.replication.tolist() == [*range(5), *range(5)]
    study.save_tables()
    assert open_study(tmp_path / "s").partial == (5, 12), "tables of the half are no tables of the whole"
    whole = run_study(arms("a", "b"), **given, resume=True)
    assert whole.partial is None and tables(tmp_path / "s") == expected
    with pytest.raises(KeyboardInterrupt):
        run_study(arms("a", "b"), **given | {"replications": 20}, resume=True, progress=lambda done, _: stop(done - 10, 0))
    assert open_study(tmp_path / "s").partial == (15, 20)


def test_a_study_with_an_arm_that_is_not_finished_is_none_of_the_old_tables(tmp_path: Path) -> None:
    given = {"replications": 6, "seed": 7, "folder": tmp_path / "s", "workers": 1, "task": fake_run}
    run_study(arms("a"), **given)
    work_on_study(arms("a", "b"), **given, shard=(2, 4))  # of the second arm the replication 3
    study = open_study(tmp_path / "s")
    assert study.partial == (1, 6) and study.arms.label.tolist() == ["a", "b"]


@pytest.mark.parametrize(
    "change",
    [
        {"arms": []}, {"arms": 7}, {"arms": [{"config": {}}]}, {"seed": "x"}, {"own_customers": [99]}, {"own_customers": [-1]},
        {"own_customers": "x"}, {"beside": [7]}, {"parameters": 1}, {"replications": 0}, {"replications": 10**400},
    ],
)  # fmt: skip
def test_a_half_done_study_of_anybody_is_checked(change: dict[str, Any], tmp_path: Path) -> None:
    work_on_study(arms("a"), replications=2, seed=7, folder=tmp_path, workers=1, task=fake_run)
    path = tmp_path / "study.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | change))
    try:
        study = open_study(tmp_path)
    except StudyError as error:
        assert "\n" not in str(error) and len(str(error)) < 400
    else:
        assert len(study.replications) in (0, 2)


def test_a_command_is_kept_with_its_study_and_checked(tmp_path: Path) -> None:
    request = Request(command="compare", words=["strategy=a,b", "judge=dead"], title="Which?", logs="first:1")
    given = {"replications": 1, "seed": 7, "folder": tmp_path, "workers": 1, "task": fake_run}
    run_study(arms("a"), **given, request=request.plain())
    assert read_request(tmp_path) == request
    assert request.arguments() == ["compare", "--title=Which?", "--logs=first:1", "strategy=a,b", "judge=dead"]
    path = tmp_path / "study.json"
    good = json.loads(path.read_text())
    for wrong in (
        {}, [], 7, {"command": "run"}, {"words": ["--out=/etc"]}, {"words": ["a\nb"]}, {"words": "x"}, {"title": "\x1b[2J"},
        {"words": ["x=1"] * 2000}, {"words": ["x" * 200_000]}, {"more": 1},
    ):  # fmt: skip
        kept = good["request"] | wrong if isinstance(wrong, dict) and wrong else wrong
        path.write_text(json.dumps(good | {"request": kept}))
        with pytest.raises(StudyError) as caught:
            read_request(tmp_path)
        assert "\n" not in str(caught.value) and len(str(caught.value)) < 400


def test_words_say_where_points_are_lived() -> None:
    assert split_runner(["seed=3"]) == (Runner(), ["seed=3"])
    assert split_runner(["runner=dask", "seed=3"]) == (Runner("dask"), ["seed=3"])
    assert split_runner(["runner.address=tcp://10.0.0.5:8786"])[0] == Runner("dask", "tcp://10.0.0.5:8786")
    for words in (
        ["runner=ray"],
        ["runner=dask", "runner=dask"],
        ["runner.address=x"],
        ["runner=local", "runner.address=tcp://a:1"],
    ):
        with pytest.raises(StudyError, match=r"^runner"):
            split_runner(words)


def test_a_forecast_counts_whole_points() -> None:
    sample = Sample((1.0, 3.0), 5000, 10.0, 400_000_000)
    by_cores = {one.cores: one for one in forecast(sample, 100)}
    assert by_cores[1].seconds == 10 + 200
    assert by_cores[40].seconds == 10 + 3 * 2  # three points a core, of two seconds
    assert by_cores[1000].seconds == 10 + 3  # no core has more than one, the longest takes three seconds
    assert by_cores[1000].memory_bytes == 100 * sample.memory_bytes
    assert disk_bytes(sample, 100) == 100 * 8192
    assert count_tasks(sample, 1800) == 2
    script = write_slurm(sample, 1800, 2, ["strategy=a,b", "x=$(rm -rf /)"], Path("my study"))
    assert "#SBATCH --array=1-2\n" in script and "--mem=600M" in script
    assert """'x=$(rm -rf /)' --out 'my study' --workers 1 --shard "$SLURM_ARRAY_TASK_ID/2\"""" in script
