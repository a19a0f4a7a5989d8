"""A member type is a distribution over traits: typical values and how much people of the type differ."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from sim.allowed import validated
from sim.scenario import number, settings


@settings
class MemberType:
    """Medians and spreads of the traits (spread: standard deviation of the logarithm, except where a share is meant)."""

    sociability: Annotated[float, number("relative readiness to write, mean", 0, 100, "closure: assumed")]
    sociability_spread: Annotated[float, number("log", 0, 3, "closure: assumed")]
    """how much readiness to write differs within the type"""
    checks: Annotated[float, number("habitual checks/day, median", 0.01, 200, "closure: assumed")]
    checks_spread: Annotated[float, number("log", 0, 3, "closure: assumed")]
    """how much habitual checks differ within the type"""
    match_talk: Annotated[float, number("share of talk that meets own needs", 0, 1, "closure: assumed")]
    match_content: Annotated[float, number("share of content that meets own needs", 0, 1, "closure: assumed")]
    match_promotion: Annotated[float, number("share of promotion that meets own needs", 0, 1, "closure: assumed")]
    match_spread: Annotated[float, number("log", 0, 3, "closure: assumed")]
    """how much the matches differ within the type"""
    reward_weight: Annotated[float, number("weight of benefits", 0, 2, "closure: assumed")]
    price_weight: Annotated[float, number("elasticity of the odds of buying", 0, 20, "assumed")]
    susceptibility: Annotated[float, number("how much others' emotion moves, mean 1", 0, 5, "assumed")]
    advert_rate: Annotated[float, number("adverts/check while the norm is whole", 0, 1, "assumed")]
    patience: Annotated[float, number("anger at which one complains in public, mean", 0.01, 20, "assumed")]
    refuses: Annotated[float, number("share of groups and private lines that one never enters", 0, 1, "D27: assumed")] = 0.0
    """whether people of the type stay out of groups; a feed they may follow"""
    discretion: Annotated[float, number("share of talk and recommendations kept back", 0, 1, "D28: .9, assumed")] = 0.0
    """how much of what others would say in public, or recommend online, is kept back"""


def read_member(block: Mapping[str, Any], key: str) -> MemberType:
    """A member type from the yaml that is all there is of it. Raises ConfigError, which begins with the key."""
    found: MemberType = validated(MemberType, dict(block), key)
    return found
