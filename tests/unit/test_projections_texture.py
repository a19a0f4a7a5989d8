"""The texture of talk: estimators against known answers, and on real logs against what was published of them."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest

from sim.projections.conversation import DAY, HOUR, Talk, spread_stamps
from sim.projections.texture import (
    FIGURES,
    estimate_fano,
    estimate_hour_habit,
    estimate_returns,
    estimate_volume,
    measure_texture,
)

#: Metadata of real chats, never shipped; tests that need them are skipped where the folder is absent.
REAL = Path(os.environ.get("GROUPALIVE_REAL_LOGS", Path(__file__).resolve().parents[3] / "shared" / "data"))
#: What independent scripts measured on the same logs: medians over groups (or members).
PUBLISHED = {
    "soccult_messenger": {
        "member_burstiness": 0.561, "group_burstiness": 0.694, "hawkes_n": 0.70, "fano_hour": 11, "volume_cv": 1.9,
        "volume_peak": 6.9, "same_sender_next": 0.569, "aba": 0.70, "weekend_ratio": 0.599, "hour_habit": 0.522,
        "posters_per_active_day": 2.01, "month_retention": 0.77, "one_day_share": 0.0, "top1_share": 0.13,
    },
    "duraspace_irc": {
        "member_burstiness": 0.723, "group_burstiness": 0.853, "hawkes_n": 0.978, "volume_cv": 2.7, "volume_peak": 4.7,
        "same_sender_next": 0.297, "aba": 0.39, "weekend_ratio": 0.001, "hour_habit": 0.911, "posters_per_active_day": 4.83,
        "month_retention": 0.663, "one_day_share": 0.536, "top1_share": 0.518,
    },
    "ubuntu_irc_sample": {"member_burstiness": 0.372, "same_sender_next": 0.158, "posters_per_active_day": 101.7, "top1_share": 0.133},
}  # fmt: skip


def talk_of(seconds, sender) -> Talk:
    seconds = np.asarray(seconds, float)
    return Talk(seconds, np.asarray(sender), np.full(len(seconds), -1), 0.0, float(seconds[-1]) if len(seconds) else 0.0)


def read_real(name: str, zone: str) -> list[Talk]:
    """One `Talk` a group on a clock that counts from a Monday in local time; stamps of a minute spread inside it."""
    pd = pytest.importorskip("pandas")
    rows = pd.read_parquet(REAL / name / "events.parquet")
    rows = rows[(rows.kind == "msg") & ~rows.bot].sort_values(["channel", "ts"], kind="stable")
    channels = pd.read_csv(REAL / name / "channels.csv")
    rows = rows[~rows.channel.isin(channels.channel[channels.name.str.startswith("dyad")])]
    local = pd.to_datetime(rows.ts, unit="s", utc=True).dt.tz_convert(zone).dt.tz_localize(None)
    rows = rows.assign(seconds=(local - pd.Timestamp("1970-01-05")).dt.total_seconds())
    end, talks = rows.seconds.max(), []
    for number, group in rows.groupby("channel"):
        seconds = group.seconds.to_numpy()
        if name != "soccult_messenger":
            seconds = np.sort(spread_stamps(seconds, 60, np.random.default_rng(number)))
        talks.append(Talk(seconds, group.sender.to_numpy(np.int64), np.full(len(group), -1), seconds[0], end))
    return talks


def test_poisson_messages_have_no_texture():
    rng = np.random.default_rng(1)
    seconds = np.sort(rng.uniform(0, 120 * DAY, 6_000))
    found = measure_texture([talk_of(seconds, rng.integers(0, 30, 6_000))])
    assert abs(found["group_burstiness"]) < 0.03
    assert abs(found["member_burstiness"]) < 0.06
    assert 0.9 < found["fano_hour"] < 1.1
    assert found["hawkes_n"] < 0.1
    assert abs(found["same_sender_next"] - 1 / 30) < 0.02
    assert abs(found["weekend_ratio"] - 1) < 0.1
    assert found["hour_habit"] < 0.1
    assert abs(found["volume_cv"] - 1 / np.sqrt(50)) < 0.05


def test_every_figure_is_measured_and_has_a_range():
    assert set(measure_texture([])) == {figure.name for figure in FIGURES}
    assert all(figure.low < figure.high for figure in FIGURES)
    assert all(np.isnan(value) for value in measure_texture([]).values())


def test_turns_that_go_back():
    assert estimate_returns(np.tile([1, 2], 20)) == 1
    assert estimate_returns(np.tile([1, 1, 2, 2, 3], 20)) == 0
    assert np.isnan(estimate_returns(np.array([1, 2, 1])))


def test_counts_that_come_in_bursts():
    quiet_and_loud = np.r_[np.full(100, 0.5 * HOUR), 99.5 * HOUR]
    counts = np.bincount((quiet_and_loud // HOUR).astype(int))
    assert estimate_fano(quiet_and_loud, HOUR) == pytest.approx(counts.var() / counts.mean())


def test_volume_counts_silent_days_in_its_spread_only():
    seconds = np.concatenate([np.arange(14) * DAY, 14 * DAY + np.arange(10.0), 16 * DAY + np.arange(10.0)])
    spread, peak = estimate_volume(seconds)
    assert spread == pytest.approx(np.std([10, 0, 10]) / np.mean([10, 0, 10]))
    assert peak == 1


def test_habit_of_the_hour():
    assert estimate_hour_habit(np.arange(100) * DAY + 9 * HOUR) == pytest.approx(1)
    assert estimate_hour_habit(np.arange(240) * HOUR) == pytest.approx(0, abs=1e-9)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "zone"), [("soccult_messenger", "Europe/Copenhagen"), ("duraspace_irc", "UTC"), ("ubuntu_irc_sample", "UTC")]
)
def test_real_logs_give_the_published_figures(name, zone):
    if not (REAL / name).is_dir():
        pytest.skip(f"{name}: the real logs are not here (GROUPALIVE_REAL_LOGS names their folder)")
    found = measure_texture(read_real(name, zone))
    missed = {
        key: (value, found[key]) for key, value in PUBLISHED[name].items() if abs(found[key] - value) > 0.05 + 0.13 * value
    }
    assert not missed
