"""Estimators of conversation: hand-made sequences with known answers, processes with known parameters."""

from __future__ import annotations

from math import isnan, sqrt

import numpy as np
import pytest

from sim.events import kinds as k
from sim.events.kinds import EVENT_DTYPE, NONE, SECOND
from sim.projections import conversation as c
from sim.projections.conversation import DAY, HOUR, WEEK, Talk


def clustered(n: float, tau: float, base: float, end: float, rng: np.random.Generator) -> np.ndarray:
    """Times of a Hawkes process, generation by generation."""
    times = generation = rng.uniform(0, end, rng.poisson(base * end))
    while len(generation):
        children = rng.poisson(n, len(generation))
        generation = np.repeat(generation, children) + rng.exponential(tau, children.sum())
        generation = generation[generation < end]
        times = np.concatenate((times, generation))
    return np.sort(times)


# Who talks


def test_gini_of_equals_is_zero_and_of_one_among_many_nearly_one() -> None:
    assert c.estimate_gini([5, 5, 5, 5]) == 0
    assert c.estimate_gini([0, 0, 0, 8]) == 0.75
    assert c.estimate_gini([1, 3]) == 0.25
    assert isnan(c.estimate_gini([0, 0]))


def test_top_share_rounds_the_number_of_members_up() -> None:
    assert c.estimate_top_share(np.arange(1, 11), 0.1) == 10 / 55
    assert c.estimate_top_share(np.arange(1, 12), 0.1) == (11 + 10) / 66
    assert c.estimate_top_share([1] * 100, 0.07) == 0.07  # 0.07 * 100 is 7.000000000000001


def test_zipf_of_a_power_law_is_its_exponent() -> None:
    assert c.estimate_zipf(1e6 * np.arange(1, 40) ** -1.3) == pytest.approx(1.3)
    assert isnan(c.estimate_zipf([4, 3, 2, 1]))


def test_month_retention_by_hand() -> None:
    month = 30 * DAY
    seconds = np.array([0.1, 0.2, 0.3, 1.1, 1.2, 1.3, 2.1]) * month
    sender = np.array([1, 2, 3, 1, 2, 4, 4])
    assert c.estimate_month_retention(seconds, sender, 3 * month) == np.median([2 / 3, 1 / 3])
    assert c.estimate_month_retention(seconds, sender, 2.5 * month) == 2 / 3  # the third month is not over
    assert isnan(c.estimate_month_retention(seconds, sender, 1.5 * month))


def test_one_day_posters_and_repeats_by_hand() -> None:
    seconds = np.array([0.1, 0.2, 0.9, 1.1]) * DAY
    assert c.estimate_one_day_share(seconds, np.array([1, 1, 2, 2])) == 0.5
    assert c.estimate_same_sender_next(np.array([1, 1, 2, 2, 2])) == 0.75
    assert c.estimate_posts_per_active_day(seconds) == 2
    assert c.estimate_posters_per_active_day(seconds, np.array([1, 1, 2, 2])) == 1.5


# In what rhythm


def test_burstiness_at_its_ends() -> None:
    assert c.estimate_burstiness(np.full(50, 3.0)) == -1
    once = np.r_[1.0, np.zeros(49)]
    assert c.estimate_burstiness(once) == pytest.approx(1)
    assert c.estimate_burstiness(once, finite=False) == pytest.approx((sqrt(49) - 1) / (sqrt(49) + 1))
    assert isnan(c.estimate_burstiness(np.ones(9)))


@pytest.mark.parametrize("n", [12, 30, 1000])
def test_burstiness_of_a_poisson_process_is_zero_however_short(n: int) -> None:
    """Uniform times in a circle have E(r^2) = (n - 1)/(n + 1), at which the finite-size measure is 0 and the plain one is not."""
    rng = np.random.default_rng(5)
    values = []
    for _ in range(400):
        times = np.sort(rng.random(n))
        values.append(c.estimate_burstiness(np.diff(np.r_[times, times[0] + 1])))
    assert np.mean(values) == pytest.approx(0, abs=0.04)


def test_memory_of_alternating_and_of_independent_gaps() -> None:
    assert c.estimate_memory(np.tile([1.0, 5.0], 20)) == pytest.approx(-1)
    assert abs(c.estimate_memory(np.random.default_rng(2).exponential(1, 20_000))) < 0.03
    assert isnan(c.estimate_memory(np.ones(30)))


def test_removing_the_daily_cycle_removes_its_burstiness_and_keeps_the_order() -> None:
    rng = np.random.default_rng(3)
    hour = rng.choice(24, 20_000, p=np.r_[np.zeros(8), np.full(8, 1 / 24), np.full(8, 2 / 24)])
    seconds = np.sort(rng.integers(0, 90, 20_000) * DAY + (hour + rng.random(20_000)) * HOUR)
    even = c.remove_daily_cycle(seconds)
    assert (np.diff(even) >= 0).all()
    assert c.estimate_burstiness(np.diff(seconds)) > 0.4
    assert abs(c.estimate_burstiness(np.diff(even))) < 0.02
    assert abs(c.estimate_memory(np.diff(even))) < 0.03
    assert c.estimate_daily_cycle(even)[1] < 1.5


def test_spread_stamps_stay_in_their_minute_and_in_order() -> None:
    seconds = np.array([60.0, 60.0, 60.0, 180.0, 240.0, 240.0])
    spread = c.spread_stamps(seconds, 60, np.random.default_rng(1))
    assert (np.diff(spread) > 0).all()
    assert (np.floor(spread / 60) * 60 == seconds).all()


def test_daily_cycle_and_weekend_by_hand() -> None:
    seconds = np.concatenate([np.arange(24) * HOUR, np.full(9, 21.5 * HOUR), [3 * HOUR + 1]])
    assert c.estimate_daily_cycle(seconds) == (21, pytest.approx(10))
    assert c.estimate_daily_cycle(seconds[1:])[1] == float("inf")
    week = np.array([0.5, 1.5, 2.5, 3.5, 4.5, 5.5, 6.5, 6.6]) * DAY
    assert c.estimate_weekend_ratio(week) == 1.5


def test_decay_is_the_exponent_of_the_weekly_volume() -> None:
    weeks = np.arange(1, 40)
    for first_week in (1, 2):
        counts = np.round(50_000 * weeks**-0.7).astype(int)
        seconds = np.repeat((weeks - 0.5) * WEEK, counts) + 3 * DAY
        assert c.estimate_decay(seconds, 3 * DAY, 3 * DAY + 39.5 * WEEK, first_week) == pytest.approx(0.7, abs=0.005)
    bend = np.repeat((weeks - 0.5) * WEEK, np.where(weeks == 1, 10_000, 100))
    assert c.estimate_decay(bend, 0, 39 * WEEK, 2) == pytest.approx(0, abs=1e-9)
    assert c.estimate_decay(bend, 0, 39 * WEEK, 1) > 1


def test_decay_knows_its_limits() -> None:
    assert isnan(c.estimate_decay(np.array([0.5, 1.5]) * WEEK, 0, 2 * WEEK))
    assert isnan(c.estimate_decay(np.full(9, 0.5) * WEEK, 0, 9 * WEEK))
    assert c.estimate_decay(np.r_[np.full(10**5, 0.5), 1.5] * WEEK, 0, 9 * WEEK) == pytest.approx(17, abs=1)


@pytest.mark.parametrize(("n", "tau"), [(0.7, 90), (0.4, 600), (0.85, 200)])
def test_hawkes_finds_what_made_the_times(n: float, tau: float) -> None:
    end = 60 * DAY
    fit = c.estimate_hawkes(clustered(n, tau, 0.0015, end, np.random.default_rng(8)), 0, end, cycle=False)
    assert fit.n == pytest.approx(n, abs=0.04)
    assert fit.tau == pytest.approx(tau, rel=0.2)  # standard error 7 % where tau is near the mean gap
    assert fit.base == pytest.approx(0.0015, rel=0.12)


def test_hawkes_of_a_daily_cycle_needs_the_cycle() -> None:
    rng = np.random.default_rng(4)
    hour = rng.choice(24, 6000, p=np.r_[np.zeros(12), np.full(12, 1 / 12)])
    seconds = np.sort(rng.integers(0, 60, 6000) * DAY + (hour + rng.random(6000)) * HOUR)
    with_cycle, without = (c.estimate_hawkes(seconds, 0, 60 * DAY, cycle=cycle) for cycle in (True, False))
    assert with_cycle.n < 0.05
    assert without.n > 0.5
    assert with_cycle.loglik > without.loglik


def test_hawkes_needs_fifty_messages() -> None:
    assert isnan(c.estimate_hawkes(np.arange(49.0), 0, 50).n)


def test_hawkes_likelihood_is_the_textbook_one() -> None:
    times = clustered(0.5, 100, 0.002, 2 * DAY, np.random.default_rng(6))
    fit = c.estimate_hawkes(times, 0, 2 * DAY, cycle=False)
    rate = np.array([fit.base + fit.n / fit.tau * np.exp(-(t - times[times < t]) / fit.tau).sum() for t in times])
    integral = fit.base * 2 * DAY + fit.n * (1 - np.exp(-(2 * DAY - times) / fit.tau)).sum()
    assert fit.loglik == pytest.approx(np.log(rate).sum() - integral)
    assert integral == pytest.approx(len(times))


@pytest.mark.parametrize("count", [1, 2, 3, 4, 5, 17, 100])
def test_decaying_sums_follow_their_recursion(count: int) -> None:
    decay = np.random.default_rng(count).random(count - 1)
    expected = [0.0]
    for factor in decay:
        expected.append(factor * (expected[-1] + 1))
    np.testing.assert_allclose(c.decaying_sums(decay), expected)


# To whom


def test_threads_by_hand() -> None:
    reply_to = np.array([-1, 0, 1, -1, 2, 3, 0])  # 0 <- 1 <- 2 <- 4, 0 <- 6; 3 <- 5
    assert c.find_roots(reply_to).tolist() == [0, 0, 0, 3, 0, 3, 0]
    assert c.estimate_threads(reply_to) == pytest.approx((3 / 7, 3.5, 5 / 7))
    assert c.reply_delays(np.arange(7.0) ** 2, reply_to).tolist() == [1, 3, 12, 16, 36]


def test_thread_size_of_a_branching_process_is_one_over_one_minus_n() -> None:
    rng = np.random.default_rng(9)
    reply_to, waiting = [-1], [0]
    while len(reply_to) < 60_000:
        if not waiting:
            waiting.append(len(reply_to))
            reply_to.append(-1)
        parent = waiting.pop()
        for _ in range(rng.poisson(0.65)):
            waiting.append(len(reply_to))
            reply_to.append(parent)
    unanswered, size, branching = c.estimate_threads(np.array(reply_to))
    assert branching == pytest.approx(0.65, abs=0.01)
    assert size == pytest.approx(1 / 0.35, rel=0.05)
    assert unanswered == pytest.approx(np.exp(-0.65), abs=0.01)


def test_first_posts_by_hand() -> None:
    seconds = np.array([0, 1, 2, 3, 4, 5, 40, 70]) * DAY
    sender = np.array([1, 2, 1, 3, 3, 4, 4, 5])
    reply_to = np.array([-1, 0, -1, -1, 3, 3, -1, -1])
    # first posts: 1 at day 0 (answered by 2, again), 2 at 1 (no, never), 3 at 3 (answered by herself and by 4, again),
    # 4 at 5 (no; again only on day 40), 5 at 70 (too late to tell)
    result = c.estimate_first_posts(Talk(seconds, sender, reply_to, 0, 80 * DAY))
    assert result == (0.5, 1, 0)
    assert c.estimate_first_posts(Talk(seconds, sender, reply_to, 0, 120 * DAY), follow_up=36 * DAY) == (
        0.4,
        1,
        pytest.approx(1 / 3),
    )
    late = np.array([-1, 0, -1, -1, 3, 3, 1, -1])  # 4 answers the first post of 2 after 39 days
    assert c.estimate_first_posts(Talk(seconds, sender, late, 0, 80 * DAY)) == (0.5, 1, 0)
    assert c.estimate_first_posts(Talk(seconds, sender, late, 0, 80 * DAY), follow_up=39 * DAY)[0] == 0.75
    own = np.array([-1, -1, -1, -1, 3, -1, -1, -1])
    assert c.estimate_first_posts(Talk(seconds, sender, own, 0, 80 * DAY))[0] == 0


# From the log


def test_talk_of_a_group_is_its_organic_messages_with_their_own_numbers() -> None:
    kinds = [k.GROUP_FOUNDED, k.GROUP_FOUNDED, k.MESSAGE_POSTED, k.STIMULUS_POSTED, k.MESSAGE_POSTED, k.MESSAGE_POSTED]
    kinds += [k.QUESTION_ASKED, k.MESSAGE_POSTED, k.MEMBER_ANSWERED, k.MESSAGE_POSTED, k.RUN_ENDED]
    groups = [3, 4, 3, 3, 4, 3, 3, 3, 3, 3, NONE]
    targets = [NONE, NONE, NONE, 0, NONE, 0, NONE, 1, 4, 4, NONE]  # message numbers: 0 first, 1 stimulus, 4 question
    events = np.zeros(len(kinds), EVENT_DTYPE)
    events["time"] = np.arange(len(kinds)) * 10 * SECOND
    events["kind"], events["group"], events["target"], events["actor"] = kinds, groups, targets, np.arange(len(kinds))
    talks = c.project_talk(events)
    assert talks[3].sender.tolist() == [2, 5, 6, 7, 9]
    assert talks[3].reply_to.tolist() == [-1, 0, -1, -1, 2]  # member 7 replies to the operator's post: opens a thread
    assert talks[3].seconds.tolist() == [20, 50, 60, 70, 90]
    assert (talks[4].start, talks[4].end, talks[4].sender.tolist()) == (10, 100, [4])
    assert c.project_talk(events, days=61 / DAY)[3].sender.tolist() == [2, 5, 6]
    table = c.project_conversation(events)
    assert table.group.tolist() == [3, 4]
    assert table.messages.tolist() == [5, 1]


def test_every_estimate_of_silence_is_nan_or_zero() -> None:
    nothing = Talk(np.zeros(0), np.zeros(0, int), np.zeros(0, int), 0, 90 * DAY)
    values = c.estimate_talk(nothing)
    assert {name for name, value in values.items() if not isnan(value)} == {"messages", "posters", "active_days"}
    assert values["messages"] == values["posters"] == values["active_days"] == 0
    lonely = c.estimate_talk(Talk(np.array([5.0]), np.array([1]), np.array([-1]), 0, 90 * DAY))
    assert (lonely["one_post_share"], lonely["unanswered"], lonely["again_unanswered"]) == (1, 1, 0)
