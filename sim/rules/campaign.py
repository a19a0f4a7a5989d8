"""The yaml of a campaign that uses a mechanic -> settings that the engine runs: `use: broadcast` and its values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any, ClassVar

from sim.allowed import ConfigError, hints_of, no_choice
from sim.rules.clock import check_needs, check_often
from sim.rules.mechanic import NO_CAUSE, run_mechanic
from sim.rules.mechanics import MECHANICS, NOT_YET_MECHANICS
from sim.rules.post import Mechanic
from sim.rules.protocols import Acts, Process
from sim.rules.schedule import Lanes
from sim.rules.terms import Shape, Terms, class_of, fill, read, take_fields

#: What a campaign may use: what posts in the group.
POSTED = {name: kind for name, kind in MECHANICS.items() if issubclass(kind, Mechanic)}


class Campaign:
    """A campaign that is written in yaml. Its numbers are fields, so that overrides and levers reach them."""

    use: ClassVar[str]
    links: ClassVar[Mapping[str, str]]
    shape: ClassVar[Shape]

    def run(self, ctx: Acts) -> Process:
        """Marks its beginning, posts whenever its clock is due, and marks its end."""
        part = CampaignPart(ctx, self)
        yield from run_mechanic(ctx, part)
        for group, start in part.starts.items():
            ctx.end_campaign(group, cause=start)

    def plain(self) -> dict[str, Any]:
        """The yaml again, with the numbers as they are here."""
        return self.shape.plain(self)

    def __reduce__(self) -> tuple[Any, ...]:
        return read_campaign, (self.plain(), "campaign")


class CampaignPart:
    """A campaign while it runs; its settings are read at use."""

    task, lanes, name = "campaign", Lanes(spread=2, hour=0, size=1), "campaign"

    def __init__(self, ctx: Acts, campaign: Campaign) -> None:
        self._ctx, self._links, self._kind = ctx, campaign.links, POSTED[campaign.use]
        self.starts: dict[int, int] = {}

    def read(self) -> Any:
        """The settings as they stand now."""
        now = self._ctx.settings
        values = {name: read(now, self._links.get(name, name)) for name in hints_of(self._kind)}
        return self._kind(**{name: value for name, value in values.items() if value is not None})

    def is_running(self) -> bool:
        """Whether it runs."""
        return bool(self.read().running)

    def groups(self) -> list[int]:
        """All that are running."""
        return list(filter(self._ctx.is_running, self._ctx.groups))

    def opened(self) -> None:
        """A campaign whose turns do not last is marked as a whole."""
        if not self.read().lasts:
            self.starts = {group: self._ctx.start_campaign(group) for group in self._ctx.groups if self._ctx.is_running(group)}

    def cause(self, group: int) -> int:
        """The beginning of the campaign in the group."""
        return self.starts.get(group, NO_CAUSE)

    def begin(self, group: int) -> int:
        """A turn that lasts has a beginning of its own."""
        return self._ctx.start_campaign(group)

    def end(self, group: int, cause: int) -> None:
        """And an end."""
        self._ctx.end_campaign(group, cause=cause)

    def posted(self, promotion: bool) -> None:
        """Nothing counts it."""

    def played(self, group: int, post: int, prizes: int) -> None:
        """Nor this."""


def read_campaign(block: Mapping[str, Any], key: str) -> Campaign:
    """The settings of a campaign that uses a mechanic. Raises ConfigError, which begins with the key."""
    use = str(block.get("use"))
    if use in NOT_YET_MECHANICS:
        raise ConfigError(f"{key}.use={use}: the engine does not offer this mechanic yet; one of {', '.join(POSTED)}")
    if use not in POSTED:
        raise no_choice(f"{key}.use", use, POSTED)
    if block.get("channel") == "moments":
        raise ConfigError(f"{key}.channel=moments: in the calendar of a plan only, which keeps the list of who sees it")
    known = hints_of(POSTED[str(use)])
    fields = {name: value for name, value in block.items() if name in known}
    terms = Terms(key, known=", ".join(known))
    terms.dials = {str(name): value for name, value in block.items() if name not in ("use", *known)}
    take_fields(terms, POSTED[str(use)], fields, "", ())
    check_often(fields, key)
    check_needs(POSTED[str(use)], block, key)
    terms.settle()
    campaign: Campaign = fill(_class_of(_Written(Shape.of(block, terms.places), str(use), terms.links)), terms.places)
    return campaign


@dataclass(frozen=True)
class _Written:
    shape: Shape
    use: str = field(compare=False)
    links: Mapping[str, str] = field(compare=False)


@cache
def _class_of(written: _Written) -> type:
    return class_of("Mechanic", Campaign, written.shape.places, use=written.use, links=written.links, shape=written.shape)
