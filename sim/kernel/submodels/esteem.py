"""Esteem: what a person has found in one group of a brand goes along, to the till and into the next group.

At each check in a group the esteem moves by `esteem_step` of the way to what the group is worth beyond what one expects at first
(value - `value_start`). It adds `esteem_odds` esteem to the log odds of buying, and `esteem_carry` esteem to the value that another group
of the brand begins with.
"""

from __future__ import annotations

from sim.compiled import within
from sim.kernel.submodels.value import move_value
from sim.vocabulary.tables import Row


@within
def form_esteem(parameters: Row, person: Row, member: Row) -> None:
    """A check in a group of the brand."""
    if parameters.esteem_step > 0.0:
        person.esteem += parameters.esteem_step * (member.value - parameters.value_start - person.esteem)


@within
def bring_esteem(parameters: Row, person: Row, member: Row) -> None:
    """A membership begins with what one thinks of the brand."""
    if person.esteem != 0.0:
        move_value(member, parameters.esteem_carry * person.esteem)
