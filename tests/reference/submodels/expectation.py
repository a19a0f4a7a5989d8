"""Expectation: what was promised is held against what has come of it."""

from __future__ import annotations

from sim.events.kinds import DAY
from sim.vocabulary.tables import Stimulus
from tests.reference.draws import draw
from tests.reference.tables import Member


class Expectation:
    """The greatest promise, and three days of reckoning."""

    def hear_promise(self, member: Member, time: int, stimulus: Stimulus) -> None:
        """The greatest promise counts, from the day of the first."""
        if stimulus.claim > member.claim:
            member.claimed_on = time // DAY if member.claim == 0.0 else member.claimed_on
            member.claim = stimulus.claim

    def judge_promise(self, member: Member, time: int) -> None:
        """After one, two and four weeks."""
        p, since = self.p, time // DAY - member.claimed_on
        if member.claim > 0.0 and member.judged < sum(since >= days for days in (7, 14, 28)):
            member.judged += 1
            lot = draw(self.keys[member.number], "effort", 0)
            alone = p.effort * (1.0 - p.effort_spread * (1.0 - 2.0 * lot))
            done = min(alone + p.coaching_effort * member.coached, 1.0)
            gap = min(since / p.result_days, 1.0) * (member.claim - done)
            if gap > 0.0:
                self.upset(member, time, p.gap_anger * gap, None)
