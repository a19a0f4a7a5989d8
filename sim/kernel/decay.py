"""Everything that fades, applied at the owner's own events only, so that a fold over the log gives the live state bit for bit."""

from __future__ import annotations

from sim.compiled import within
from sim.events.kinds import DAY
from sim.kernel.submodels.anger import fade_anger
from sim.kernel.submodels.bond import fade_bond
from sim.kernel.submodels.buying import fade_recall
from sim.kernel.submodels.contact import fade_contact
from sim.kernel.submodels.contagion import fade_contagion
from sim.kernel.submodels.habits import fade_habits
from sim.kernel.submodels.honour import fade_honour
from sim.kernel.submodels.mood import fade_mood
from sim.kernel.submodels.satiation import fade_satiation
from sim.kernel.submodels.sellers import fade_unsure
from sim.kernel.submodels.trust import fade_loss
from sim.kernel.submodels.warmth import warmth_at
from sim.kernel.submodels.wear import fade_wear
from sim.vocabulary.tables import Row, Whole


@within
def decay_person(parameters: Row, person: Row, time: Whole) -> None:
    """Applies every decay of a person up to `time`."""
    days = (time - person.at) / DAY
    if days > 0.0:
        fade_mood(parameters, person, days)
        fade_recall(parameters, person, days)
        fade_loss(parameters, person, days)
        fade_anger(parameters, person, time, days)
        fade_contact(parameters, person, days)
        fade_bond(parameters, person, days)
        fade_honour(parameters, person, days)
        fade_habits(parameters, person, days)
        fade_unsure(parameters, person, days)
        fade_wear(parameters, person, days)
        person.at = time


@within
def decay_member(parameters: Row, member: Row, time: Whole) -> None:
    """Applies every decay of a membership up to `time`."""
    days = (time - member.at) / DAY
    if days > 0.0:
        fade_satiation(parameters, member, days)
        member.warmth = warmth_at(parameters, member, time)
        fade_contagion(parameters, member, days)
        member.at = time
