"""Regular: reads most days and writes now and then."""

from __future__ import annotations

from sim.members.member_type import MemberType
from sim.scenario import settings


@settings
class Regular(MemberType):
    """Regular: reads most days and writes now and then."""
