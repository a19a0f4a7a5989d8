"""Goods: an offer of goods that one has no use for is no offer; instructions in many steps are not always understood."""

from __future__ import annotations

from sim.vocabulary.tables import Stimulus
from tests.reference.draws import draw
from tests.reference.tables import Member


class Goods:
    """Goods."""

    def has_use(self, member: Member, stimulus: Stimulus) -> bool:
        """A person has a use for some goods and not for others, for good."""
        if not stimulus.wanted_by:
            return True
        return draw(self.keys[member.number], "goods", int(stimulus.goods)) < stimulus.wanted_by

    def is_puzzled(self, stimulus: Stimulus, visit: int, turn: int) -> bool:
        """Somebody does not see what to do."""
        return draw(visit, "puzzle", turn) < stimulus.puzzle
