"""Wear: a form that one has taken part in draws less the next time, until some time has passed.

Each time adds 1 to the wear of a person, which fades with `wear_days`; another form halves it, and counts from there. The chance
to take part is multiplied by exp(-`form_wear` wear), half the wear for another form. A form is a call with all that it offers.
"""

from __future__ import annotations

import math
from typing import Final

from sim.compiled import within
from sim.events.kinds import DAY
from sim.vocabulary.tables import Row, Whole

#: What another form leaves of the wear (mechanisms, law 9).
CHANGE: Final = 0.5


@within
def fade_wear(parameters: Row, person: Row, days: float) -> None:
    """Wear fades within weeks."""
    if person.wear > 0.0:
        person.wear *= math.exp(-days / parameters.wear_days)


@within
def wear_form(parameters: Row, person: Row, form: Whole) -> None:
    """A person has taken part in a form; nothing is kept where nothing wears out."""
    if parameters.form_wear <= 0.0:
        return
    if form != person.form:
        person.wear *= CHANGE
        person.form = form
    person.wear += 1.0


@within
def freshness(parameters: Row, person: Row, form: Whole, time: Whole) -> float:
    """Factor of the chance to take part in a form."""
    if person.wear <= 0.0:
        return 1.0
    wear = person.wear * math.exp(-((time - person.at) / DAY) / parameters.wear_days)
    return math.exp(-parameters.form_wear * (wear if form == person.form else CHANGE * wear))
