"""Incidents: when they began, when somebody responded, how many were hurt. What they do is Python and comes as events."""

from __future__ import annotations

from sim.compiled import within
from sim.events.kinds import NONE
from sim.kernel.rows import incident_of
from sim.vocabulary.tables import Row, Whole


@within
def open_incident(state: Row, time: Whole, channel: Whole, number: Whole, severity: float) -> None:
    """A new incident; numbers are given in order."""
    incident = incident_of(state, number)
    incident.opened_at = time
    incident.responded_at = NONE
    incident.closed_at = NONE
    incident.severity = severity
    incident.channel = channel
    incident.aggrieved = 0
    state.incidents = max(state.incidents, number + 1)


@within
def respond(state: Row, number: Whole, time: Whole) -> None:
    """Staff respond to an incident (NONE: to none), in public or in private; the first time counts."""
    if number != NONE and incident_of(state, number).responded_at < 0:
        incident_of(state, number).responded_at = time
