"""Lurker: reads, hardly ever writes, and still buys."""

from __future__ import annotations

from sim.members.member_type import MemberType
from sim.scenario import settings


@settings
class Lurker(MemberType):
    """Lurker: reads, hardly ever writes, and still buys."""
