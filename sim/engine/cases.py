"""Incidents, campaigns and money: what is opened, hurt, settled, paid."""

from __future__ import annotations

import math
from typing import Any

from sim.engine.acting import Acting
from sim.events.kinds import (
    CAMPAIGN_ENDED,
    CAMPAIGN_STARTED,
    COMPLAINT_POSTED,
    COST_PAID,
    DAY,
    GRIEVANCE_FELT,
    HOUR,
    INCIDENT_OPENED,
    INCIDENT_SETTLED,
    MEMBER_JOINED,
    MESSAGE_POSTED,
    NONE,
    PLAN_ANNOUNCED,
    PRICE_SET,
    QUESTION_ASKED,
    REFUND_PAID,
    SLIPPED_IN,
)
from sim.vocabulary.tables import NEVER


class Cases(Acting):
    """Acts that belong to an incident or a campaign."""

    def open_incident(self, group: int, severity: float = 0.0, cause: int = NONE) -> int:
        """Something goes wrong; gives the number of the incident, NONE in a closed group.

        severity is written down: 0..1, 0 where it has none. Raises ConfigError where there is no room for one more.
        """
        if not self._may(INCIDENT_OPENED, group):
            return int(NONE)
        number = self._programme.next_incident(self._key)
        self._opened[number] = self._act(
            INCIDENT_OPENED, group, target=number, x=severity, y=self._place("incident"), cause=cause
        )
        return number

    def opening_of(self, incident: int) -> int:
        """The event with which an incident of this plug-in was opened: the cause of what it does; NONE of none."""
        return self._opened.get(incident, int(NONE))

    def is_settled(self, incident: int) -> bool:
        """Whether the handling of an incident has ended."""
        return incident == NONE or bool(self._programme.tables.incidents["closed_at"][incident] >= 0)

    def hurt(self, person: int, group: int, incident: int, amount: float, cause: int = NONE) -> int:
        """A member is hurt by an incident."""
        return self._act(GRIEVANCE_FELT, group, person, incident, amount, 0.0, cause)

    def ask(self, person: int, group: int, incident: int, cause: int = NONE) -> int:
        """A member asks the operator something that matters; gives the sequence number."""
        return self._act(QUESTION_ASKED, group, person, incident, cause=cause)

    def provoke(self, person: int, group: int, sentiment: float, target: int = NONE, cause: int = NONE) -> int:
        """A member writes something unkind (sentiment -1..0)."""
        return self._act(MESSAGE_POSTED, group, person, target, sentiment, 0.0, cause)

    def complain(self, person: int, group: int, incident: int, sentiment: float, cause: int = NONE) -> int:
        """A member vents in public about an incident."""
        return self._act(COMPLAINT_POSTED, group, person, incident, sentiment, 0.0, cause)

    def announce_plan(self, group: int, incident: int, justice: float, staff: int = 0, cause: int = NONE) -> int:
        """Tells everybody a plan that settles an incident (justice 0..1)."""
        return self._act(PLAN_ANNOUNCED, group, staff, incident, justice, 0.0, cause)

    def settle(self, incident: int, group: int, cause: int = NONE) -> int:
        """The handling of an incident ends."""
        if self.is_settled(incident):
            return int(NONE)
        row = self._programme.tables.incidents[incident]
        opened, responded = int(row["opened_at"]), int(row["responded_at"])
        first = (responded - opened) / HOUR if responded >= 0 else (self.env.now - opened) / HOUR
        return self._act(INCIDENT_SETTLED, group, NONE, incident, first, (self.env.now - opened) / HOUR, cause)

    def slip_in(self, person: int, group: int, kind: int, cause: int = NONE) -> int:
        """Somebody enters who was not invited by the operator."""
        return self._act(MEMBER_JOINED, group, person, NONE, kind, SLIPPED_IN, cause)

    def type_code(self, name: str) -> int:
        """The code of a member type in this scenario."""
        return list(self.scenario.member).index(name)

    def set_price(self, price: float, cause: int = NONE) -> int:
        """Sets the price of the usual order, yuan."""
        return self._act(PRICE_SET, NONE, x=price, cause=cause)

    @property
    def price(self) -> float:
        """The present price of the usual order, yuan."""
        return float(self._programme.tables.ledger["price"])

    @property
    def margin(self) -> float:
        """Margin of all orders so far, less benefits, yuan."""
        ledger = self._programme.tables.ledger
        return float(ledger["margin"] - ledger["benefits"])

    @property
    def coupon_days_left(self) -> float:
        """Days until the first open coupon ends; 0 where none is open."""
        until = self._programme.tables.wallets["until"]
        return float((until[until > 0].min(initial=NEVER) - self.env.now) / DAY) if (until > 0).any() else 0.0

    def refund(self, person: int, group: int, amount: float, cause: int = NONE) -> int:
        """Pays an order back, yuan."""
        self._programme.paid_back.append((int(self.env.now), person))
        return self._act(REFUND_PAID, group, person, x=amount, cause=cause)

    def asks_for_it(self, person: int, yuan: float, offer: Any, known: int, lot: float, precedents: int = 0) -> bool:
        """Whether a member who may have `yuan` back asks for it; lot: a keyed number in (0, 1).

        The member decides, and staff see only who asks: log-odds rise with the share of the price times the member's price
        weight, with anger, with trust that is lost, with each of `known` acquaintances who have asked, and with each refund of an
        earlier matter that they know of. The weights stand in the step of the procedure (`hurdle`, `per_anger`, `per_loss`, `per_tie`,
        `per_precedent`; assumed).
        """
        mind = self._programme.tables.persons[person]
        dear = self._programme.people.traits["price_weight"][person] * yuan / self.price
        upset = offer.per_anger * mind["anger"] + offer.per_loss * mind["loss"]
        return bool(
            math.log(lot / (1.0 - lot)) < dear + upset + offer.per_tie * known + offer.per_precedent * precedents - offer.hurdle
        )

    def pay(self, amount: float, group: int = NONE, cause: int = NONE) -> int:
        """Spends money on benefits or tools, yuan."""
        return self._act(COST_PAID, group, x=amount, cause=cause)

    def replace(self) -> None:
        """Something else takes the place of this plug-in: its campaigns end here, its processes as they wake."""
        for row, group in list(self._begun.items()):
            self.end_campaign(group, cause=row)
        self._replaced = True

    def start_campaign(self, group: int) -> int:
        """Marks the beginning of this campaign; gives the sequence number, the cause of what it does."""
        row = self._act(CAMPAIGN_STARTED, group, target=self._place("campaign"))
        self._begun[row] = group
        return row

    def end_campaign(self, group: int, cause: int = NONE) -> int:
        """Marks its end."""
        self._begun.pop(cause, None)
        return self._act(CAMPAIGN_ENDED, group, target=self._place("campaign"), cause=cause)
