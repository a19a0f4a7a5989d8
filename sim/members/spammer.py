"""Spammer: slips in to advertise and to pull members away."""

from __future__ import annotations

from sim.members.member_type import MemberType
from sim.scenario import settings


@settings
class Spammer(MemberType):
    """Spammer: slips in to advertise and to pull members away."""
