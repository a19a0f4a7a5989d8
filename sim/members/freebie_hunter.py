"""Freebie hunter: came for the gift, stays for the next one, reads offers first."""

from __future__ import annotations

from sim.members.member_type import MemberType
from sim.scenario import settings


@settings
class FreebieHunter(MemberType):
    """Freebie hunter: came for the gift, stays for the next one, reads offers first."""
