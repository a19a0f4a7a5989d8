"""Expectation: the most that was promised is held against what has come of it, after one, two and four weeks.

What comes of it hangs on the effort, from effort (1 - effort_spread) to effort (1 + effort_spread), evenly over people: whoever takes
paying for learning does little, and lays the gap at the door of whoever runs the group.
"""

from __future__ import annotations

from typing import Final

from sim import streams
from sim.compiled import within
from sim.events.kinds import DAY, NONE
from sim.kernel.forms import YES
from sim.kernel.submodels.anger import enrage
from sim.streams import uniform
from sim.vocabulary.tables import Row, Whole

#: Days after the promise on which it is judged, at the next check (mechanisms, law 7: days 7, 14, 28).
FIRST, SECOND, THIRD = 7, 14, 28
#: Times that coaching can help at most (assumed).
COACHED_HIGH: Final = 5


@within
def hear_claim(person: Row, claim: float, time: Whole) -> None:
    """A promise is read; the greatest one stays."""
    if claim > person.claim:
        if person.claim == 0.0:
            person.claimed_on = time // DAY
        person.claim = claim


@within
def is_judged(person: Row, time: Whole) -> bool:
    """Whether it is time to hold what has come of a promise against it."""
    days = time // DAY - person.claimed_on
    due = (days >= FIRST) + (days >= SECOND) + (days >= THIRD)
    return person.claim > 0.0 and person.judged < due


@within
def effort_of(parameters: Row, trait: Row) -> float:
    """What a person does unaided, share of what is possible."""
    if parameters.effort_spread <= 0.0:
        return float(parameters.effort)
    return float(parameters.effort * (1.0 + parameters.effort_spread * (2.0 * uniform(trait.key, streams.EFFORT, 0) - 1.0)))


@within
def judge(parameters: Row, trait: Row, person: Row, time: Whole) -> None:
    """What was promised, less what the effort has brought so far, is felt."""
    person.judged += 1
    share = min((time // DAY - person.claimed_on) / parameters.result_days, 1.0)
    effort = min(effort_of(parameters, trait) + parameters.coaching_effort * person.coached, 1.0)
    gap = share * (person.claim - effort)
    if gap > 0.0:
        enrage(parameters, person, time, parameters.gap_anger * gap, NONE, YES)


@within
def coach(parameters: Row, person: Row) -> None:
    """Coaching: more effort, and the promise is put in its place."""
    if person.coached < COACHED_HIGH:
        person.coached += 1
    person.claim *= parameters.coaching_claim
