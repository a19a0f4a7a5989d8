"""Wear: a form draws less the more often one has just taken part in it."""

from __future__ import annotations

import math

from sim.events.kinds import DAY
from sim.vocabulary.tables import Stimulus
from tests.reference.tables import Member


class Wear:
    """Forms that wear out."""

    def form_of(self, stimulus: Stimulus) -> int:
        """A form is a call with all that it offers."""
        return next(number for number, one in self.stimuli.items() if one is stimulus)

    def grow_tired(self, member: Member, stimulus: Stimulus) -> None:
        """Once more; another form is half a change."""
        if self.p.form_wear > 0.0:
            kept = 1.0 if self.form_of(stimulus) == member.form else 0.5
            member.wear, member.form = kept * member.wear + 1.0, self.form_of(stimulus)

    def freshness(self, member: Member, stimulus: Stimulus, time: int) -> float:
        """What the same form still draws."""
        tired = member.wear * math.exp(-(time - member.felt_at) / DAY / self.p.wear_days)
        if self.form_of(stimulus) != member.form:
            tired /= 2.0
        return math.exp(-self.p.form_wear * tired)
