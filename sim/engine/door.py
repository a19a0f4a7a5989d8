"""Newcomers who stand at the door of a plan or come from a named source: who they are, what they decide, how they come in."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

from sim import streams
from sim.events.kinds import DAY, ENTRY_DECLINED, ENTRY_REQUESTED, MEMBER_JOINED, NONE, SOURCES, STAKE_PAID
from sim.vocabulary.tables import ABSENT, FEED, NEVER

if TYPE_CHECKING:
    from sim.engine.context import Context
    from sim.engine.programme import Programme

#: What each part of the decision draws: the newcomer's own, and that of a check.
WANTS, CHECKED = 0, 1
#: Friends whom one member asks or reaches at most (assumed).
CIRCLE_HIGH = 2_000


class Door:
    """What happens between a newcomer and the operator. What a newcomer wants is decided here, unseen by staff."""

    def __init__(self, programme: Programme, ctx: Context) -> None:
        self._programme, self._ctx = programme, ctx

    def newcomers(self) -> Iterator[tuple[float, int, int]]:
        """(day, person, group) of each who comes to the door, in order of time."""
        at_gate = self._programme.world.at_gate
        who = np.flatnonzero(at_gate < NEVER)
        for person in who[np.lexsort((who, at_gate[who]))].tolist():
            yield at_gate[person] / DAY, person, int(self._programme.people.traits["group"][person])

    def source(self, person: int) -> Any:
        """The settings of the named source of a person; None for founding members and others who come by themselves."""
        place = int(self._programme.people.traits["source"][person]) - len(SOURCES)
        return self._programme.scenario.population.inflow[place][1] if place >= 0 else None

    def has_come(self, person: int) -> bool:
        """Whether a person has been in the group before."""
        return bool(self._programme.tables.members["mode"][person] != ABSENT)

    def request(self, person: int, group: int, cause: int = NONE) -> int:
        """A newcomer asks to be let in; gives the event, the cause of what follows."""
        return self._ctx._act(ENTRY_REQUESTED, group, person, cause=cause)

    def wants_in(self, person: int, gate: Any, worth: float = 0.0, share: float | None = None) -> bool:
        """Whether a newcomer wants to come in at these terms.

        Log-odds: those of the source's `inquiry` (of `enter_own` for who comes by themselves), plus what the gift is worth to
        the person, less what the stake costs, plus, as far as the person is told what the group is for, how well it suits
        (worth: yuan of what comes with a source or an invitation; share: of those whom a member asks, without gift and stake):
        enter_gift * reward_weight * ln(1 + worth / reward_scale) - enter_price * price_weight * ln(1 + stake / price)
        + enter_told * told * (match_content - match_pivot). Who is told in writing takes in half of it, who is asked all.
        """
        source, trait = self.source(person), self._programme.people.traits[person]
        if trait["refuses"] > 0 and not self._reads_only(person) and self._lot(person, 0, streams.REFUSE) < trait["refuses"]:
            return False
        known = self._programme.scenario.parameters
        if share is None:
            share = known.enter_own if source is None else source.inquiry
        worth += gate.gift.worth if source is None else gate.gift.worth + source.hook.worth_of(self._ctx.price)
        if share in (0.0, 1.0):
            return bool(share == 1.0)
        odds = math.log(share / (1 - share))
        odds += known.enter_gift * trait["reward_weight"] * math.log(1 + worth / known.reward_scale)
        odds -= known.enter_price * trait["price_weight"] * math.log(1 + gate.stake / self._ctx.price)
        told = gate.disclosure * (1.0 if gate.consent else known.enter_skimmed)
        odds += known.enter_told * told * (trait["match_content"] - known.enter_match)
        return self._lot(person, WANTS) < 1 / (1 + math.exp(-odds))

    def would_bring(self, person: int, yuan: float, hurdle: float, ticket: float, lot: float) -> bool:
        """Whether a member goes after what bringing friends pays; lot: a keyed number in (0, 1).

        Log-odds enter_gift * reward_weight * ln(1 + yuan / reward_scale) - hurdle, and the chance falls with what friends would
        have to pay, exp(-price / ticket): nobody asks friends to spend much for the sake of a coupon (F80, A41).
        """
        known, trait = self._programme.scenario.parameters, self._programme.people.traits[person]
        odds = known.enter_gift * trait["reward_weight"] * math.log(1 + yuan / known.reward_scale) - hurdle
        return bool(lot < (1 - trait["discretion"]) * math.exp(-self._ctx.price / ticket) / (1 + math.exp(-odds)))

    def circle_of(self, person: int, contacts: float) -> int:
        """Friends outside whom a member asks or reaches, the more the more sociable; contacts: of one like the mean."""
        sociability = self._programme.people.traits["sociability"]
        return min(round(contacts * float(sociability[person] / sociability.mean())), CIRCLE_HIGH)

    def reached_by_orders(self, source: str) -> list[int]:
        """Persons of a source that follows the orders who have not been reached yet, in the order of their numbers."""
        place = [name for name, _ in self._programme.scenario.population.inflow].index(source) + len(SOURCES)
        traits = self._programme.people.traits
        return [who for who in np.flatnonzero(traits["source"] == place).tolist() if not self.has_come(who)]

    def home_of(self, person: int) -> int:
        """The group a person may come to."""
        return int(self._programme.people.traits["group"][person])

    def passes(self, person: int, least: float, gate: Any) -> bool:
        """Whether a check by staff finds that a newcomer fits; proof takes half of what blurs the look away."""
        trait = self._programme.people.traits[person]
        fit = trait["tag"] if gate.proof == "none" else math.sqrt(trait["tag"] * trait["match_content"])
        return bool(fit >= least) or self._lot(person, CHECKED) < gate.false_positives

    def decline(self, person: int, group: int, reason: float, cause: int) -> int:
        """A newcomer does not come in; reason: ENTRY_DECLINED.x."""
        return self._ctx._act(ENTRY_DECLINED, group, person, x=reason, cause=cause)

    def admit(self, person: int, channel: int, cause: int, by: int = NONE) -> int:
        """A newcomer comes in; by: the member who has invited them."""
        trait = self._programme.people.traits[person]
        return self._ctx._act(MEMBER_JOINED, channel, person, by, float(trait["type"]), float(trait["source"]), cause)

    def take_stake(self, person: int, group: int, yuan: float, cause: int) -> int:
        """A newcomer pays to come in."""
        return self._ctx._act(STAKE_PAID, group, person, x=yuan, cause=cause)

    def _lot(self, person: int, ordinal: int, purpose: int = streams.SCREEN) -> float:
        return streams.uniform_int(int(self._programme.world.keys[person]), purpose, ordinal)

    def _reads_only(self, person: int) -> bool:
        """Whether what a person may come to is a feed, which everybody may follow."""
        return bool(self._programme.tables.channels["kind"][self.home_of(person)] == FEED)
