"""The control arm: no group is opened; people buy as they would without one."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any, ClassVar

from sim.scenario import settings


@settings
class NoGroup:
    """No group at all: what would be earned without one."""

    founds: ClassVar[bool] = False

    def run(self, ctx: Any) -> Generator:
        """Nothing to do."""
        yield ctx.wait()
