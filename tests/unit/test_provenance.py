"""The manifest: the same for the same run, different for a different one, and nothing of the machine in it."""

from __future__ import annotations

import getpass
import hashlib
import json
import os
import platform
import shlex
import socket
import subprocess
from pathlib import Path

import pytest

from sim import provenance
from sim.provenance import build_manifest, code_revision, hash_of, hash_sources, write_json_atomically

CONFIG = {"scenario": {"name": "restaurant", "population": {"size": 200}}, "parameters": {"mode": "draw", "warmth": 0.5}}
COMMAND = ["groupalive", "run", "scenario=restaurant", "incident=[price_rise,ad_wave]", "seed=7"]


def manifest(config: dict = CONFIG, **changes) -> dict:
    return build_manifest(config, 7, 3, **({"command": COMMAND, "wall_seconds": 0.25} | changes))


def test_manifest_says_what_repeats_the_run():
    made = manifest()
    assert (made["seed"], made["replication"], made["status"], made["wall_seconds"]) == (7, 3, "finished", 0.25)
    assert made["config"] == CONFIG
    assert shlex.split(made["command"]) == COMMAND
    assert made["platform"] == {"system": platform.system(), "architecture": platform.machine()}
    assert made["versions"]["python"] == platform.python_version()
    assert {"numpy", "numba", "simpy", "networkx", "hydra-core"} <= set(made["versions"])
    assert "not installed" not in made["versions"].values()
    assert json.loads(json.dumps(made)) == made


def test_config_hash_follows_the_values_and_not_the_order():
    turned = {key: CONFIG[key] for key in reversed(CONFIG)}
    assert manifest(turned)["config_hash"] == manifest()["config_hash"]
    bigger = CONFIG | {"scenario": {"name": "restaurant", "population": {"size": 201}}}
    assert manifest(bigger)["config_hash"] != manifest()["config_hash"]
    assert manifest(bigger)["parameter_hash"] == manifest()["parameter_hash"]


def test_parameter_hash_is_of_the_parameters_in_force():
    changed = CONFIG | {"parameters": {"mode": "draw", "warmth": 0.6}}
    assert manifest(changed)["parameter_hash"] != manifest()["parameter_hash"]
    assert manifest(parameters=CONFIG["parameters"])["parameter_hash"] == manifest()["parameter_hash"]
    assert manifest(parameters={"warmth": 0.4})["parameter_hash"] == hash_of({"warmth": 0.4})


def test_canonical_json_is_fixed():
    text = '{"a":"群","b":[1,2.5,null,true]}'
    assert hash_of({"b": (1, 2.5, None, True), "a": "群"}) == hashlib.blake2b(text.encode(), digest_size=16).hexdigest()
    with pytest.raises(ValueError, match="JSON compliant"):
        hash_of({"x": float("nan")})


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("plugins=/home/ann/srv/mine", "plugins=mine"),
        ("--folder=/tmp/run", "--folder=run"),
        ("C:\\Users\\ann\\x.yaml", "x.yaml"),
        ("~ann/srv/x", "x"),
        ("hydra.searchpath=[file:///home/ann/confs]", "hydra.searchpath=[confs]"),
        ("yuan/hour", "yuan/hour"),
        ("posts/group/day", "posts/group/day"),
        ("share / day", "share / day"),
        ("outputs/run1", "outputs/run1"),
        ("https://example.org/a/b", "https://example.org/a/b"),
    ],
)
def test_folders_of_the_machine_are_cut_and_nothing_else(text, kept):
    made = manifest({"deep": [{"value": text}]}, command=["groupalive", "run", text])
    assert made["config"] == {"deep": [{"value": kept}]}
    assert shlex.split(made["command"])[-1] == kept


def test_manifest_holds_no_machine_and_no_user(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", "/somewhere/ann lee")
    here = str(Path.cwd())
    config = {
        "a": "/somewhere/ann lee",
        "b": "/somewhere/ann lee/plugins",
        "c": f"{here}/configs/x",
        "d": str(tmp_path / "deep" / "run"),
    }
    text = json.dumps(manifest(config, command=["groupalive", "run", *config.values()]), ensure_ascii=False)
    for secret in ("ann lee", str(tmp_path), here, socket.gethostname(), os.path.dirname(provenance.__file__)):
        assert secret not in text
    if len(getpass.getuser()) > 5:
        assert getpass.getuser() not in text


def test_source_hash_follows_names_and_contents(tmp_path):
    def tree(name: str, **contents: str) -> Path:
        for path, content in contents.items():
            file = tmp_path / name / path.replace("__", "/")
            file = file.with_suffix(file.suffix or ".py")
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(content)
        return tmp_path / name

    first = hash_sources(tree("first", a="1", deep__b="2"))
    assert first == hash_sources(tree("second", deep__b="2", a="1"))
    others = [
        tree("third", a="1", deep__b="3"),
        tree("fourth", a="1", b="2"),
        tree("fifth", a="1"),
        tree("sixth", a="12", deep__b=""),
    ]
    assert len({first, *map(hash_sources, others)}) == 5
    assert manifest()["code"]["sources"] == hash_sources()


def test_revision_is_that_of_the_checkout_and_else_the_version(tmp_path):
    assert code_revision(tmp_path) == manifest()["code"]["version"]
    (tmp_path / "sim").mkdir()
    code = tmp_path / "sim" / "a.py"
    code.write_text("1")

    def git(*words: str) -> str:
        identity = ("-c", "user.name=a", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false")
        return subprocess.run(
            ["git", "-C", tmp_path, *identity, *words], check=True, capture_output=True, text=True
        ).stdout.strip()

    git("init", "-q")
    code_revision.cache_clear()
    assert code_revision(tmp_path) == manifest()["code"]["version"]  # nothing committed yet
    git("add", ".")
    git("commit", "-qm", "first")
    code_revision.cache_clear()
    assert code_revision(tmp_path) == git("rev-parse", "HEAD")
    code.write_text("2")
    code_revision.cache_clear()
    assert code_revision(tmp_path) == git("rev-parse", "HEAD") + "+changes"
    code_revision.cache_clear()


def test_json_is_written_whole_or_not_at_all(tmp_path, monkeypatch):
    path = tmp_path / "manifest.json"
    write_json_atomically(path, {"群": 1})
    assert json.loads(path.read_text(encoding="utf-8")) == {"群": 1}
    with pytest.raises(ValueError, match="JSON compliant"):
        write_json_atomically(path, {"x": float("inf")})

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        write_json_atomically(path, {"new": 1})
    assert json.loads(path.read_text(encoding="utf-8")) == {"群": 1}
    assert [file.name for file in tmp_path.iterdir()] == ["manifest.json"]
