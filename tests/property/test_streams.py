"""Keyed draws: even, independent of their neighbours, and the same in numpy, in compiled code and in plain Python."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numba import njit
from scipy import stats

from sim import streams
from tests.reference import draws as reference

COUNT = 200_000
#: Chance that one of these tests fails although the draws are perfect. The seeds are fixed, so none fails at random.
LEVEL = 1e-4
WORDS = st.integers(0, 2**64 - 1)
PURPOSES = st.integers(0, 300)
ORDINALS = st.integers(0, 2**62)


@njit
def compiled_draws(parent, purpose, ordinals):
    """Draws of many ordinals in compiled code."""
    draws = np.empty(len(ordinals))
    for place in range(len(ordinals)):
        draws[place] = streams.uniform(parent, purpose, ordinals[place])
    return draws


def chi_square(counts: np.ndarray) -> float:
    """p-value of even counts."""
    return float(stats.chisquare(counts.ravel()).pvalue)


def ways_to_draw() -> list[tuple[str, np.ndarray]]:
    """Streams that neighbours in one place of the key make: ordinals, purposes, persons, replications, seeds, times."""
    root = streams.run_key(1, 0)
    numbers = np.arange(COUNT)
    persons = streams.keys(root, streams.TRAIT, numbers)
    return [
        ("ordinals", streams.uniforms(root, streams.CHECK, numbers)),
        ("persons", streams.uniforms(persons, streams.CHECK, 1)),
        ("purposes", streams.uniforms(streams.keys(root, 1, numbers // 300), 1, numbers % 300)),
        ("replications", np.array([float(streams.uniforms(streams.run_key(7, n), streams.POST, 0)) for n in range(20_000)])),
        ("seeds", np.array([float(streams.uniforms(streams.run_key(n, 0), streams.POST, 0)) for n in range(20_000)])),
        ("minutes", streams.uniforms(root, streams.PULL, numbers * 60_000_000)),
    ]


@pytest.mark.parametrize(("name", "draws"), ways_to_draw(), ids=lambda value: value if isinstance(value, str) else "")
def test_draws_are_even_and_neighbours_are_independent(name, draws):
    assert draws.min() > 0 and draws.max() < 1
    assert stats.kstest(draws, "uniform").pvalue > LEVEL
    assert chi_square(np.histogram(draws, 1024, (0, 1))[0]) > LEVEL
    for lag in (1, 2, 7):
        pairs = np.histogram2d(draws[:-lag], draws[lag:], 16, [[0, 1], [0, 1]])[0]
        assert chi_square(pairs) > LEVEL


@pytest.mark.parametrize("shift", range(0, 64, 8))
def test_every_byte_of_a_key_is_even(shift):
    bytes_ = (streams.keys(streams.run_key(4, 0), streams.NEED, np.arange(COUNT)) >> np.uint64(shift)) & np.uint64(255)
    assert chi_square(np.bincount(bytes_.astype(int), minlength=256)) > LEVEL


def test_purposes_of_one_person_are_independent():
    persons = streams.keys(streams.run_key(3, 5), streams.TRAIT, np.arange(COUNT))
    purposes = (streams.CHECK, streams.ACCEPT, streams.POST, streams.TAKE, streams.TRAIT)
    draws = [streams.uniforms(persons, purpose, 1) for purpose in purposes]
    for one in range(len(draws)):
        for other in range(one):
            pairs = np.histogram2d(draws[one], draws[other], 16, [[0, 1], [0, 1]])[0]
            assert chi_square(pairs) > LEVEL


def test_a_changed_bit_of_the_key_changes_half_of_the_bits():
    parents = streams.keys(streams.run_key(2, 0), 1, np.arange(2_000))
    flips = []
    for bit in range(64):
        both = streams.keys(parents, 9, 4) ^ streams.keys(parents ^ np.uint64(1 << bit), 9, 4)
        flips.append(np.unpackbits(both.view(np.uint8)).mean())
    assert np.allclose(flips, 0.5, atol=0.01)


def test_no_two_keys_meet():
    root = streams.run_key(1, 0)
    found = np.concatenate([streams.keys(root, purpose, np.arange(20_000)) for purpose in range(40)])
    assert len(np.unique(found)) == len(found)


@given(parent=WORDS, purpose=PURPOSES, ordinals=st.lists(ORDINALS, min_size=1, max_size=8))
@settings(deadline=None, max_examples=200)
def test_numpy_compiled_and_plain_python_agree_bit_for_bit(parent, purpose, ordinals):
    word = np.uint64(parent)
    ours = streams.uniforms(word, purpose, np.array(ordinals))
    assert np.array_equal(ours, compiled_draws(word, purpose, np.array(ordinals)))
    assert ours.tolist() == [reference.draw(parent, purpose, ordinal) for ordinal in ordinals]
    assert ours.tolist() == [streams.uniform_int(parent, purpose, ordinal) for ordinal in ordinals]
    keys = [reference.child_key(parent, purpose, ordinal) for ordinal in ordinals]
    assert [int(key) for key in streams.keys(word, purpose, np.array(ordinals))] == keys
    assert [streams.key_int(parent, purpose, ordinal) for ordinal in ordinals] == keys


def test_the_purposes_of_the_reference_are_those_of_the_streams():
    assert {name: getattr(streams, name.upper()) for name in reference.PURPOSE} == reference.PURPOSE
