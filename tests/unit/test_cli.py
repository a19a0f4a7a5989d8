"""The command line: which call a command becomes, where its files go, and what is said when something is wrong."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import types
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from sim import cli, compiled
from sim.cli import entry
from sim.cli.app import Language
from sim.events.store import LogError
from sim.kernel.advance import advance
from sim.studies.crews import LOCAL
from sim.studies.ledger import StudyError

ROOT = Path(__file__).parents[2]
KEPT = compiled.is_kept


@pytest.fixture
def here(small_configs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty working folder beside the configs of the small project."""
    folder = tmp_path / "work"
    folder.mkdir()
    monkeypatch.chdir(folder)
    monkeypatch.setattr(compiled, "is_kept", lambda function: True)  # what is compiled here is no matter of these tests
    return folder


@pytest.fixture
def shipped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty working folder, with the configs that are shipped: what runs in it is the real thing."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def refused(here: Path, capsys: pytest.CaptureFixture[str]) -> Any:
    """Run a command line that must end with exit code 2, nothing on stdout and one line on stderr, which is returned."""

    def run(*words: str) -> str:
        assert cli.main(list(words)) == 2
        out, error = capsys.readouterr()
        assert out == ""
        assert error.endswith("\n") and error.count("\n") == 1
        assert list(here.rglob("*")) == []
        return error.rstrip("\n")

    return run


# Errors ----------------------------------------------------------------------------------------------------------------

COMMANDS = (
    "one of list, explain, run, compare, sweep, plan, work, report, plot, tables, verify, branch, tree, diff, why, post-mortem, "
    "sensitivity, patterns, phase, optimise, fit, claims, coverage, new, check, handout, serve, demo, doctor, or a study file (.yaml)"
)
STUDY_KEYS = "a study file has the keys command, title, overrides, arms"
LINES = {
    "lsit": f"lsit: no such command; did you mean list? {COMMANDS}",
    "xyz": f"xyz: no such command; {COMMANDS}",
    "nowhere/study.yaml": f"nowhere/study.yaml: no such file; {STUDY_KEYS}",
    "run --seed 3": "--seed: no such option; one of --plot, --out, --lang; settings go without dashes, such as seed=7",
    "run --plott": (
        "--plott: no such option; did you mean --plot? one of --plot, --out, --lang; settings go without dashes, such as seed=7"
    ),
    "run days=0": "days=0: 1 to 3650 days that are judged",
    "run strategy.posts_per_day=99": "strategy.posts_per_day=99: 0 to 48 posts/day",
    "run strategy.posts_per_day=nan": "strategy.posts_per_day=nan: 0 to 48 posts/day",
    "run strategy=no_plan,kol_care": "strategy=no_plan,kol_care: one value here; compare and sweep take several",
    "run strategy._target_=os.system": "strategy._target_: _target_ is not allowed; keys that begin and end with _ are refused",
    "run hydra.run.dir=x": "hydra.run.dir=x: keys of the simulator only, nothing of Hydra's own and no @package",
    "compare strategy=kol_car": "strategy=kol_car: did you mean kol_care? one of kol_care, no_plan",
    "compare strategy=kol_care": (
        "compare: two arms or more, that is a key with several values, such as strategy=no_plan,kol_care"
    ),
    "compare strategy=no_plan,kol_care --baseline kol_car": (
        "--baseline=kol_car: did you mean kol_care? one of no_plan, kol_care"
    ),
    "sweep staff.people=1,2 staff.wage=-1": "staff.wage=-1: 0 to 2000 yuan/hour (arm: people=1)",
}  # fmt: skip


@pytest.mark.parametrize("line", LINES)
def test_one_line_and_exit_code_2(line: str, refused: Any):
    assert refused(*line.split()) == LINES[line]


def test_options_out_of_range_name_the_option(refused: Any):
    assert "--lang" in (line := refused("run", "--lang", "fr")) and "'en'" in line and "'zh'" in line and "'es'" in line
    assert "--workers" in (line := refused("compare", "--workers", "0")) and "1" in line
    assert "--out" in refused("run", "--out")


def test_a_file_in_the_way_is_named(here: Path, capsys: pytest.CaptureFixture[str]):
    (here / "taken").write_text("mine")
    assert cli.main(["run", "--out", "taken"]) == 2
    assert capsys.readouterr().err == "--out=taken: a folder; there is a file of that name\n"
    assert (here / "taken").read_text() == "mine"


FAILURES = {
    "OSError": (OSError(28, "No space left on device", "run/events.arrows"), "run/events.arrows: No space left on device"),
    "PermissionError": (PermissionError(13, "Permission denied", "outputs"), "outputs: Permission denied"),
    "LogError": (LogError(Path("run/events.parquet"), "digest differs"), "run/events.parquet: digest differs"),
    "StudyError": (StudyError("folder=x: holds\nanother study"), "folder=x: holds another study"),
    "MemoryError": (MemoryError(), "memory: not enough for this; fewer members, groups or workers"),
    "BrokenPipeError": (BrokenPipeError(), "stdout: closed by its reader before all was written"),
}  # fmt: skip


@pytest.mark.parametrize("kind", FAILURES)
def test_what_fails_on_the_way_is_one_line(
    kind: str, here: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
):
    error, line = FAILURES[kind]
    monkeypatch.setattr(os, "dup2", lambda *_: None)
    monkeypatch.setattr("sim.run.simulate", raiser(error))
    assert cli.main(["run"]) == 2
    assert capfd.readouterr().err == line + "\n"


@pytest.mark.parametrize("words", ["run --out --plot", "run --out -n", "compare strategy=no_plan,kol_care --out --resume"])
def test_an_option_is_no_name_of_a_folder(words: str, refused: Any):
    *_, option = words.split()
    assert refused(*words.split()) == f"--out={option}: the name of a folder, none that begins with a dash"


@pytest.mark.parametrize("bug", [ZeroDivisionError, EOFError])  # Typer takes the second for an interruption
def test_a_bug_is_not_dressed_up_as_the_users_error(bug: type[Exception], here: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("sim.run.simulate", raiser(bug("oops")))
    with pytest.raises(bug):
        cli.main(["run"])


@pytest.fixture
def cache(here: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder where the compiled code would be kept."""
    folder = tmp_path / "cache"
    folder.mkdir()
    monkeypatch.setattr(compiled, "folder", lambda: folder)
    monkeypatch.setattr(compiled, "is_kept", KEPT)
    return folder


@pytest.mark.parametrize("lang", list(Language))
def test_a_command_that_compiles_says_so(
    lang: str, called: list[Any], cache: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any
):
    told = json.loads((ROOT / f"sim/report/catalogues/{lang}.json").read_text("utf-8"))["progress.compiling"]
    monkeypatch.setattr(compiled, "is_kept", lambda function: False)
    assert cli.main(["run", "--lang", lang]) == 0
    assert capsys.readouterr().err == told + "\n"
    assert cli.main(["compare", "strategy=no_plan,kol_care", "replications=2", "--lang", lang]) == 0
    assert capsys.readouterr().err.startswith(told + "\n")
    monkeypatch.setattr(compiled, "is_kept", lambda function: function is advance)
    assert cli.main(["run", "seed=2"]) == 0
    assert (capsys.readouterr().err, len(called)) == ("", 3)


@pytest.mark.parametrize("name", ["XDG_CACHE_HOME", "NUMBA_CACHE_DIR"])
def test_a_cache_without_room_is_named(name: str, called: list[Any], cache: Path, monkeypatch: Any, capsys: Any):
    monkeypatch.delenv("NUMBA_CACHE_DIR", raising=False)
    monkeypatch.setenv(name, str(cache))
    cache.rmdir()
    cache.touch()
    assert cli.main(["run"]) == 2
    assert (line := capsys.readouterr().err).startswith(f"{cache}: compiled code cannot be kept here (")
    assert line.endswith(f"; set {name} to a folder that can be written to, with 10 MB free\n") and called == []


STREAMS = {
    "stdout": (">&-", 0, ""),
    "both": (">&- 2>&-", 0, ""),
    "full": (">/dev/full", 2, "No space left on device"),
}  # fmt: skip


@pytest.mark.parametrize("kind", STREAMS)
def test_an_output_that_takes_nothing_is_no_traceback(kind: str, tmp_path: Path):
    redirect, code, told = STREAMS[kind]
    command = f"{sys.executable} -m sim.cli list {redirect}"
    done = subprocess.run(["sh", "-c", command], cwd=ROOT, capture_output=True, text=True)
    assert (done.returncode, done.stderr.count("\n")) == (code, 1 if told else 0) and told in done.stderr


def test_a_working_folder_that_is_gone_is_named(tmp_path: Path):
    script = f"mkdir gone && cd gone && rmdir ../gone && {sys.executable} -c 'from sim.cli import main; raise SystemExit(main())' run"
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    done = subprocess.run(["sh", "-c", script], cwd=tmp_path, env=environment, capture_output=True, text=True)
    told = "the working folder is gone, deleted or moved; change into one that exists\n"
    assert (done.returncode, done.stderr) == (2, told)


def test_a_backend_that_is_missing_is_not_asked_for(here: Path):
    script = "from sim.cli import main; code = main(['list']); import sim.report.figures; raise SystemExit(code)"
    for backend in ("bogus", "module://matplotlib_inline.backend_inline"):
        environment = os.environ | {"MPLBACKEND": backend}
        assert subprocess.run([sys.executable, "-c", script], cwd=ROOT, env=environment, capture_output=True).returncode == 0


def test_what_calls_for_care_is_printed(called: list[Any], capsys: pytest.CaptureFixture[str]):
    assert cli.main(["compare", "staff.wage=20,40", "replications=2", "--out", "a"]) == 0
    assert "the arms also differ in staff.wage" in capsys.readouterr().out
    assert cli.main(["compare", "staff.people=1,2", "replications=2", "--out", "b"]) == 0
    assert "also differ" not in capsys.readouterr().out


def test_a_name_that_is_not_utf_8_is_refused(here: Path, capsys: pytest.CaptureFixture[str]):
    assert cli.main(["run", "--out", "\udce9"]) == 2
    assert "a name in UTF-8" in capsys.readouterr().err


# What a command calls --------------------------------------------------------------------------------------------------


def raiser(error: BaseException) -> Any:
    def fail(*_: Any, **__: Any) -> None:
        raise error

    return fail


OUTCOMES = dict.fromkeys(
    ["alive_days", "dead", "stillborn", "closed", "revived", "posters_per_day", "messages_per_day", "members_end", "joins",
     "exits", "muted_share", "exit_share", "first_response_minutes", "answer_rate", "advert_share", "silent_share", "orders",
     "revenue", "margin", "benefit_cost", "wages", "cost", "net_income", "staff_hours", "repurchase_rate", "complaints"], 0.5,
) | {"state": "plateau"}  # fmt: skip


@pytest.fixture
def called(here: Path, monkeypatch: pytest.MonkeyPatch) -> list[tuple[Any, dict[str, Any]]]:
    """The calls of the engine and of the study runner, which return made-up outcomes."""
    from sim.studies import runner
    from sim.studies.study import build_study

    calls: list[tuple[Any, dict[str, Any]]] = []
    monkeypatch.setattr("sim.events.store.record_files", lambda folder: None)  # nothing is sealed here

    def simulate(scenario: Any, **settings: Any) -> Any:
        calls.append((scenario, settings))
        columns = {"day": np.array([0]), "first_response_minutes": np.array([np.nan])}
        return types.SimpleNamespace(outcomes=lambda: OUTCOMES, vital_columns=lambda: columns, reasons=dict, mark_columns=dict)

    def run_study(arms: list[Any], *, progress: Any, **settings: Any) -> Any:
        calls.append((arms, settings))
        settings["folder"].mkdir(parents=True, exist_ok=True)
        rng, sealed = np.random.default_rng(1), []
        for number in range(settings["replications"]):
            simulated = []
            for place, _ in enumerate(arms):
                time = float(rng.uniform(20, 60) + 10 * place)
                life = {"group": 0, "planned": 30, "time": time, "ended": "dead", "stillborn": False, "revivals": 0}
                simulated.append(OUTCOMES | {"alive_days": time, "digest": "d", "lifetimes": [life]})
            sealed.append(({"seed": 1, "replication": number, "world": number // 2}, simulated))
            progress(number + 1, settings["replications"])
        return build_study(
            settings["folder"], [(arm.label, arm.settings) for arm in arms], sealed, ["groupalive run"] * len(arms)
        )

    monkeypatch.setattr("sim.run.simulate", simulate)
    monkeypatch.setattr("sim.comparing.compare.find_other_people", lambda arms, seed: [])
    monkeypatch.setattr("sim.comparing.daily.run_again", lambda *asked: None)
    monkeypatch.setattr(runner, "run_study", run_study)
    return calls


def test_run_simulates_what_was_asked(called: list[Any], capsys: pytest.CaptureFixture[str]):
    assert cli.main(["run", "scenario=flash", "strategy.posts_per_day=0.5", "seed=7", "replication=3"]) == 0
    ((scenario, settings),) = called
    assert (scenario.name, scenario.strategy[1].posts_per_day) == ("flash", 0.5)
    folder = Path("outputs/run/flash-kol_care-posts_per_day=0.5-replication=3-7")
    words = ("groupalive", "run", "scenario=flash", "strategy.posts_per_day=0.5", "seed=7", "replication=3")
    assert settings == {"seed": 7, "replication": 3, "world": 1, "folder": folder, "command": words}
    assert str(folder) in capsys.readouterr().out
    assert cli.main(["run", "parameters.mode=fixed"]) == 0
    assert called[1][1]["world"] is None


@pytest.mark.parametrize("fine, code", [(True, 0), (False, 1)])
def test_verify_ends_with_1_where_something_differs(
    fine: bool, code: int, here: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    told = dict.fromkeys(("wrong", "uncovered", "unchecked", "elsewhere"), ())
    found = types.SimpleNamespace(events=1234, replayed=True, simulated=fine, sources=True, fine=fine, **told)
    asked: list[Path] = []
    monkeypatch.setattr("sim.verification.verify", lambda folder: asked.append(folder) or found)
    assert cli.main(["verify", "outputs/run/x"]) == code
    assert asked == [Path("outputs/run/x")]
    assert "1,234" in capsys.readouterr().out


def test_out_names_the_folder_and_nothing_is_overwritten(called: list[Any], here: Path, capsys: pytest.CaptureFixture[str]):
    (here / "old").mkdir()
    assert cli.main(["run", "--out", "old"]) == 0  # an empty folder is as good as a new one
    (here / "old" / "kept.txt").write_text("mine")
    for words in (["run", "--out", "old"], ["compare", "strategy=no_plan,kol_care", "--out", "old"]):
        capsys.readouterr()
        assert cli.main(words) == 2
        assert capsys.readouterr().err == "--out=old: a new or empty folder; this one is in use; name another with --out\n"
    assert len(called) == 1
    assert sorted(path.name for path in (here / "old").iterdir()) == [
        "kept.txt",
        "marks.csv",
        "vitals.csv",
        "why_they_left.csv",
    ]
    assert (here / "old" / "vitals.csv").read_text() == "day,first_response_minutes\n0,\n"
    assert (here / "old" / "kept.txt").read_text() == "mine"


def test_compare_saves_tables_and_figures(called: list[Any], capsys: pytest.CaptureFixture[str]):
    words = ["compare", "strategy=no_plan,kol_care", "replications=6", "seed=5", "--baseline", "kol_care", "--logs", "first:2",
             "--workers", "2", "--title", "Which one?"]  # fmt: skip
    assert cli.main(words) == 0
    ((arms, settings),) = called
    folder = Path("outputs/compare/lunch-no_plan+kol_care-5")
    assert [arm.label for arm in arms] == ["no_plan", "kol_care"]
    assert settings == {
        "replications": 6, "seed": 5, "folder": folder, "workers": 2, "resume": False, "logs": "first:2",
        "parameter_mode": "uncertain", "runner": LOCAL, "request": {
            "command": "compare", "words": ["strategy=no_plan,kol_care", "replications=6", "seed=5"], "baseline": "kol_care",
            "title": "Which one?", "logs": "first:2",
        },
    }  # fmt: skip
    league = pd.read_parquet(folder / "league.parquet")
    assert dict(zip(league.label, league.verdict, strict=True))["kol_care"] == "baseline"
    for name in ("panel", "league", "survival", "replications", "lifetimes"):
        assert (folder / f"{name}.parquet").exists() and (folder / f"{name}.csv").exists()
    figures = {"league.png", "survival.png", "front.png", "groups.png"}
    assert {path.name for path in (folder / "figures").iterdir()} == figures
    out = capsys.readouterr().out
    assert "Which one?" in out
    assert all(str(folder / "figures" / name) in out for name in figures)


def test_sweep_draws_its_keys(called: list[Any], capsys: pytest.CaptureFixture[str]):
    assert cli.main(["sweep", "staff.people=1,2", "strategy.posts_per_day=1,2,4", "replications=4", "--out", "s"]) == 0
    figures = {"sweep_alive_days.png", "sweep_net_income.png", "heat_alive_days.png", "heat_net_income.png"}
    assert {path.name for path in Path("s/figures").iterdir()} == figures
    assert cli.main(["sweep", "strategy.tone=warm,formal", "replications=4", "--out", "t"]) == 0
    assert {path.name for path in Path("t/figures").iterdir()} == {"sweep_alive_days.png", "sweep_net_income.png"}


def test_a_study_that_was_stopped_says_how_to_go_on(
    called: list[Any], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    from sim.studies import runner

    monkeypatch.setattr(runner, "run_study", raiser(KeyboardInterrupt()))
    assert cli.main(["compare", "strategy=no_plan,kol_care", "levers=[{day: 3, key: staff.people, value: 2}]"]) == 130
    words = "compare strategy=no_plan,kol_care 'levers=[{day: 3, key: staff.people, value: 2}]' --resume"
    assert capsys.readouterr().err == f"interrupted; go on with: groupalive {words}\n"
    for command in ("patterns", "phase"):
        monkeypatch.setattr(entry, "_invoke", raiser(KeyboardInterrupt()))
        assert cli.main([command, "seed=2"]) == 130
        assert capsys.readouterr().err == f"interrupted; go on with: groupalive {command} seed=2 --resume\n"


@pytest.mark.parametrize("command", ["patterns", "phase"])
def test_an_interrupted_patterns_or_phase_goes_on_to_equal_tables(command: str, tmp_path: Path, monkeypatch: Any):
    from sim.studies import patterns, phase

    for name, value in {
        "REPLICATIONS": 2,
        "TRIAL_REPLICATIONS": 2,
        "POPULATIONS": 2,
        "group_words": lambda: (("scenario=restaurant", "scenario.population.size=20"),),
    }.items():
        monkeypatch.setattr(patterns, name, value)
    monkeypatch.setattr("sim.studies.trials.TRIAL_REPLICATIONS", 2)
    monkeypatch.setattr("sim.studies.runner.describe_program", lambda: {"program": "this"})  # it may change meanwhile
    measure = {"patterns": patterns.measure_patterns, "phase": phase.measure_phase}[command]
    tiny = ["scenario.population.size=12", "days=8", "confirm_days=0", "replications=2"]
    simulated: list[int] = []

    def interrupt(done: int, total: int) -> None:
        if done == 1:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        measure(tiny, folder=tmp_path / "cut", workers=1, progress=interrupt)
    resumed = measure(tiny, folder=tmp_path / "cut", workers=1, resume=True, progress=lambda done, _: simulated.append(done))
    whole = measure(tiny, folder=tmp_path / "whole", workers=1)
    assert [done for done, before in zip(simulated, [0, *simulated], strict=False) if done > before] == list(
        range(1, max(simulated) + 1)
    )
    assert max(simulated) == {"phase": 2, "patterns": 8}[command]
    pd.testing.assert_frame_equal(resumed, whole)
    tables = sorted(path.relative_to(tmp_path / "whole") for path in (tmp_path / "whole").rglob("*.csv"))
    assert len(tables) >= 4
    assert all((tmp_path / "cut" / name).read_bytes() == (tmp_path / "whole" / name).read_bytes() for name in tables)


def test_resume_goes_on_in_its_folder(called: list[Any]):
    words = ["compare", "strategy=no_plan,kol_care", "replications=4"]
    assert cli.main(words) == 0
    assert cli.main([*words[:2], "replications=6", "--resume"]) == 0
    assert called[0][1]["folder"] == called[1][1]["folder"]
    assert (called[1][1]["resume"], called[1][1]["replications"]) == (True, 6)


def test_a_repeated_command_writes_beside_what_is_there_and_resume_goes_on_with_the_last(called: list[Any], here: Path):
    words = ["compare", "strategy=no_plan,kol_care", "replications=4"]
    assert [cli.main(words) for _ in range(3)] == [0, 0, 0]
    assert cli.main([*words, "--resume"]) == 0
    names = [settings["folder"].name for _, settings in called]
    first = "lunch-no_plan+kol_care-1"
    assert names == [first, f"{first}-2", f"{first}-3", f"{first}-3"]


TINY = ["scenario.population.size=8", "days=3", "confirm_days=0", "replications=2"]


def test_a_folder_alone_is_enough_to_go_on(shipped: Path, capsys: pytest.CaptureFixture[str]):
    """With more replications and an arm more; half done first, and said to be."""
    told = ["sweep", "staff.people=1,2", *TINY, "judge=net_income", "--title", "How many?", "--workers", "1"]
    assert cli.main([*told, "--out", "s"]) == 0
    before = {path: path.stat().st_mtime_ns for path in Path("s/ledger").rglob("*.json")}
    capsys.readouterr()
    assert cli.main(["--resume", "s"]) == 0
    assert "How many?" in capsys.readouterr().out
    assert cli.main(["--resume", "s", "replications=3", "staff.people=1,2,3", "--workers", "1"]) == 0
    assert before.items() <= {path: path.stat().st_mtime_ns for path in Path("s/ledger").rglob("*.json")}.items()
    rows = pd.read_parquet("s/replications.parquet")
    assert rows.groupby("label").replication.apply(list).tolist() == [[0, 1, 2]] * 3
    assert cli.main([*told, "--out", "whole", "replications=3", "staff.people=1,2,3"]) == 2  # given twice
    whole = [word for word in told if not word.startswith(("staff", "replications"))]
    assert cli.main([*whole, "staff.people=1,2,3", "replications=3", "--out", "whole"]) == 0
    for name in ("replications", "panel", "lifetimes"):
        assert Path(f"s/{name}.csv").read_bytes().replace(b"groupalive run ", b"") == Path(
            f"whole/{name}.csv"
        ).read_bytes().replace(b"groupalive run ", b""), name
    next(Path("s/ledger").rglob("000002.json")).unlink()
    for path in Path("s").glob("replications.*"):
        path.unlink()
    capsys.readouterr()
    assert cli.main(["sweep", "--partial", "s"]) == 0
    assert "2 of 3 replications" in capsys.readouterr().out
    assert cli.main(["--resume", "nowhere"]) == 2
    assert capsys.readouterr().err.startswith("--resume nowhere: the folder of a study")


def test_shards_of_a_folder_and_what_it_would_take(shipped: Path, capsys: pytest.CaptureFixture[str]):
    words = ["staff.people=1,2", *TINY]
    for part in ("1/2", "2/2"):
        assert cli.main(["work", *words, "--shard", part, "--workers", "1", "--out", "s"]) == 0
    assert "6 of 6 points" in capsys.readouterr().out
    assert cli.main(["work", "s", "--workers", "1"]) == 0
    assert cli.main(["compare", "--resume", "s", "--workers", "1"]) == 0
    for lang in ("en", "zh", "es"):
        capsys.readouterr()
        assert cli.main(["plan", "s", "--lang", lang]) == 0
        out = capsys.readouterr().out
        assert "#SBATCH --array=1-1\n" in out and "groupalive work s --out s --workers 1 --shard" in out
    for shard in ("0/2", "3/2", "1", "a/b", "1/2/3"):
        assert cli.main(["work", *words, "--shard", shard, "--out", "t"]) == 2
        assert capsys.readouterr().err.startswith(f"--shard={shard}: I/N")
    assert not Path("t").exists()


def test_the_command_in_a_folder_opens_no_files(shipped: Path, capsys: pytest.CaptureFixture[str]):
    words = ["staff.people=1,2", *TINY]
    assert cli.main(["work", *words, "--workers", "1", "--out", "s"]) == 0
    told = json.loads(Path("s/study.json").read_text())
    Path("own.yaml").write_text("base: kol_care\n")
    for hostile in (
        "strategy=./own.yaml",
        "plugins=./s",
        "arms=[a: strategy=./own.yaml]",
        "hydra.run.dir=/tmp",
        "+x=${oc.env:HOME}",
    ):
        Path("s/study.json").write_text(json.dumps(told | {"request": told["request"] | {"words": [*words, hostile]}}))
        for asked in (["--resume", "s"], ["work", "s"], ["plan", "s"]):
            capsys.readouterr()
            assert cli.main(asked) == 2, hostile
            assert capsys.readouterr().err.count("\n") == 1


def test_patterns_and_phase_write_into_a_new_folder(called: list[Any], monkeypatch: pytest.MonkeyPatch, capsys: Any):
    from sim.studies.patterns import EXPERIMENTS, MEASURES, MIXED, tabulate_patterns
    from sim.studies.study import save_table

    asked: list[tuple[list[str], dict[str, Any]]] = []

    def measure_patterns(overrides: list[str], *, progress: Any, **settings: Any) -> Any:
        asked.append((overrides, settings))
        values = {measure.name: measure.low for measure in MEASURES}
        table = tabulate_patterns(
            [("restaurant", "simulated", values), (MIXED, "simulated", values), (EXPERIMENTS, "experiments", {})]
        )
        settings["folder"].mkdir(parents=True)
        save_table(settings["folder"], "patterns", table)
        return table

    def measure_phase(overrides: list[str], *, progress: Any, **settings: Any) -> Any:
        assert settings.pop("request")["words"] == overrides
        asked.append((overrides, settings))
        cells = [
            {"axis": axis, "level": level, "effort": effort, "day": day, "alive": 0.5, "groups": 3}
            for axis in ("kol_share", "starting_activity") for level in (0.1, 0.2) for effort in (0.0, 1.0) for day in (90, 365)
        ]  # fmt: skip
        settings["folder"].mkdir(parents=True, exist_ok=True)
        save_table(settings["folder"], "phase", pd.DataFrame(cells))

    monkeypatch.setattr("sim.studies.patterns.measure_patterns", measure_patterns)
    monkeypatch.setattr("sim.studies.phase.measure_phase", measure_phase)
    from sim.report import drawing

    draw, subjects = drawing.draw_phase, []
    monkeypatch.setattr(
        drawing, "draw_phase", lambda *table, subject: subjects.append(subject) or draw(*table, subject=subject)
    )
    assert cli.main(["patterns", "seed=3", "--workers", "1"]) == 0
    assert cli.main(["phase", "days=100", "--out", "p"]) == 0
    folder = Path("outputs/patterns/lunch-kol_care-3")
    assert asked == [
        (["seed=3"], {"folder": folder, "logs": None, "workers": 1, "resume": False}),
        (["days=100"], {"folder": Path("p"), "workers": None, "resume": False}),
    ]
    assert [path.name for path in (folder / "figures").iterdir()] == ["patterns.png"]
    assert [path.name for path in Path("p/figures").iterdir()] == ["phase.png"]
    assert subjects == ["lunch"]
    assert cli.main(["phase", "days=100", "--out", "p", "--resume"]) == 0
    assert asked[2] == (["days=100"], {"folder": Path("p"), "workers": None, "resume": True})
    capsys.readouterr()
    assert cli.main(["patterns", "seed=x"]) == 2
    assert capsys.readouterr().err == "seed=x: 0 to 9007199254740992 (whole)\n"


# Study files -----------------------------------------------------------------------------------------------------------

STUDY = """\
command: compare
title: Plan or none
overrides:
  - strategy=no_plan,kol_care
  - replications=50
  - days=30
"""


def test_a_study_file_is_a_command(called: list[Any], here: Path, capsys: pytest.CaptureFixture[str]):
    (here / "plan.yaml").write_text(STUDY)
    assert cli.main(["plan.yaml", "replications=4", "--workers", "1", "--lang", "es"]) == 0
    ((arms, settings),) = called
    assert [arm.label for arm in arms] == ["no_plan", "kol_care"]
    assert (settings["replications"], settings["workers"]) == (4, 1)  # given again, and so overridden
    assert {arm.composed.scenario.days for arm in arms} == {30}
    assert settings["folder"] == Path("outputs/compare/plan-1")
    assert "Plan or none" in capsys.readouterr().out


TOO_MUCH = "plan.yaml: at most 100000 characters, brackets at most 16 deep, and no aliases (*name)"
SPOILT = {
    "command: delete\ntitle: x\noverrides: []\n": "plan.yaml: study.command=delete: one of compare, sweep",
    "command: sweep\noverrides: []\n": "plan.yaml: study.title is missing: text",
    "command: sweep\ntitle: x\noverrides: [strategy: no_plan]\n": "plan.yaml: study.overrides.0={strategy:no_plan}: text",
    "command: sweep\ntitle: x\noverrides: strategy=x\n": "plan.yaml: study.overrides=strategy=x: a list: text",
    "command: sweep\ntitel: x\noverrides: []\n": (
        "plan.yaml: study.titel=x: no such key; did you mean study.title? allowed: command, title, overrides, arms"
    ),
    "command: sweep\ntitle: x\noverrides: [_target_: os.system]\n": "plan.yaml: study.overrides.0={_target_:os.system}: text",
    "a: [\n": "plan.yaml, line 2: valid YAML in UTF-8 is needed here: expected the node content, but found '<stream end>'",
    "a: !!python/object/apply:os.system [ls]\n": (
        "plan.yaml, line 1: plain values only, no tags (tag:yaml.org,2002:python/object/apply:os.system)"
    ),
    "a: &a [1]\nb: [*a, *a]\n": TOO_MUCH,
    "": "plan.yaml: study=null: the settings command, title, overrides, arms",
    "- 1\n": "plan.yaml: study=[1]: the settings command, title, overrides, arms",
    "a: " + "x" * 100_001: TOO_MUCH,
    "a: " + "[" * 5000: TOO_MUCH,
}


@pytest.mark.parametrize("text", SPOILT)
def test_a_spoilt_study_file_is_told_in_one_line(text: str, here: Path, capsys: pytest.CaptureFixture[str]):
    (here / "plan.yaml").write_text(text)
    assert cli.main(["plan.yaml"]) == 2
    out, error = capsys.readouterr()
    assert (out, error.count("\n")) == ("", 1)
    assert error.startswith(SPOILT[text])


# Listing, languages, start-up ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("words", [["--lang", "zh", "list"], ["list", "--lang", "zh"]])
def test_the_language_goes_before_or_after_the_command(words: list[str], here: Path, capsys: pytest.CaptureFixture[str]):
    words_of = json.loads((ROOT / "sim/report/catalogues/zh.json").read_text("utf-8"))
    assert cli.main(words) == 0
    out = capsys.readouterr().out
    assert words_of["group.strategy"] in out
    assert "Lunch group" in out and "One person in office hours" in out  # of one's own, so in the words of the yaml
    assert all(name in out for name in ("lunch", "flash", "kol_care", "no_plan", "ad_wave", "columns", "lurker", "one"))


def test_a_terminal_without_chinese_is_no_error():
    script = "import sys; from sim.cli import main; sys.exit(main(['list', '--lang', 'zh']))"
    environment = os.environ | {"PYTHONIOENCODING": "ascii"}
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, env=environment, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
    assert "kol_care" in done.stdout and "?" in done.stdout


def test_help_starts_without_the_heavy_libraries():
    script = (
        "import sys; from sim.cli import main; code = main(['--help']);"
        "print(sorted({'hydra', 'numpy', 'numba', 'pandas', 'matplotlib', 'simpy', 'scipy'} & set(sys.modules)), code)"
    )
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[] 0"
    assert "compare" in done.stdout


def test_a_run_does_without_the_libraries_of_tables_and_figures(tmp_path: Path):
    words = ["run", "days=2", "confirm_days=0", "scenario.population.size=10", "--out", str(tmp_path / "run")]
    script = (
        f"import sys; from sim.cli import main; code = main({words});"
        "print(sorted({'pandas', 'matplotlib', 'networkx', 'scipy.stats'} & set(sys.modules)), code)"
    )
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[] 0"


def test_no_arguments_show_the_help(capsys: pytest.CaptureFixture[str]):
    assert cli.main([]) == 0
    assert "Usage: groupalive" in capsys.readouterr().out


def test_a_reader_that_closes_the_pipe_gets_no_traceback():
    script = "import sys; from sim.cli import main; sys.exit(main(['--help']))"
    child = subprocess.Popen(
        [sys.executable, "-c", script], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    child.stdout.close()
    error = child.stderr.read()
    assert child.wait() == 2
    assert error == "stdout: closed by its reader before all was written\n"
