"""The posting submodel in C and in the way of our kernel write the same log."""

from __future__ import annotations

import sys
from functools import partial
from pathlib import Path

import pytest

sys.path.append(str(Path(__file__).resolve().parents[2] / "benchmarks"))

import posting_submodel as posting

pytestmark = [
    pytest.mark.skipif(posting.find_compiler() is None, reason="no C compiler"),
    pytest.mark.xdist_group("posting_submodel"),
]


@pytest.fixture(scope="module")
def library():
    return posting.load_library()


@pytest.mark.parametrize("seed", [1, 2])
def test_both_kernels_write_the_same_log(library, seed):
    world = posting.build_world(size=60, seed=seed)
    assert posting.differ(world, library, days=20.0) == ""


def test_everything_the_submodel_has_turns_up(library):
    world = posting.build_world(size=200, seed=1)
    log = posting.run_whole(partial(posting.CKernel, library), world, 40.0)
    kinds = ("MEMBER_JOINED", "MEMBER_LEFT", "GROUP_MUTED", "GROUP_CHECKED", "MESSAGE_POSTED", "STIMULUS_POSTED", "TASK_DONE")
    assert {getattr(posting, kind) for kind in kinds} == set(log["kind"].tolist())
    assert (log["time"][1:] >= log["time"][:-1]).all()


def test_a_difference_is_told(library, monkeypatch):
    world, other = (posting.build_world(size=20, seed=seed) for seed in (1, 2))
    kernel_in_c = posting.CKernel
    monkeypatch.setattr(posting, "CKernel", lambda library, world, hand_over: kernel_in_c(library, other, hand_over))
    assert posting.differ(world, library, days=2.0).startswith("c and ours differ from row ")


def test_a_log_that_fills_up_and_a_growing_queue_change_nothing(library, monkeypatch):
    world = posting.build_world(size=60, seed=3)
    logs = []
    for room in (1 << 12, 200):
        monkeypatch.setattr(posting, "LOG_ROOM", room)
        monkeypatch.setattr(posting, "QUEUE_ROOM", room)
        monkeypatch.setattr(posting, "MESSAGES_ROOM", room)
        for make in (posting.OurKernel, partial(posting.CKernel, library)):
            logs.append(posting.run_whole(make, world, 20.0).tobytes())
    assert len(set(logs)) == 1
