"""Key opinion leader: a regular who shares the taste, writes a lot and answers others."""

from __future__ import annotations

from sim.members.member_type import MemberType
from sim.scenario import settings


@settings
class Kol(MemberType):
    """Key opinion leader: a regular who shares the taste, writes a lot and answers others."""
