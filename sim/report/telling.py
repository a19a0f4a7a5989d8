"""Rows of a log -> sentences: who did what when, in the words of a language."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any

import numpy as np

from sim.allowed import written
from sim.events import kinds
from sim.events.kinds import CATALOGUE, DAY, MINUTE, NONE
from sim.events.roles import CODES, holds
from sim.levers import Moving, find_moving
from sim.projections.causes import Causes
from sim.report.language import Translator

_NAMES = {kind.code: kind.name for kind in CATALOGUE}
_ACTS, _SUFFERS = holds("actor", "person"), holds("target", "person")
_OF_INCIDENT = np.isin(np.arange(CODES), (kinds.GRIEVANCE_FELT, kinds.INCIDENT_SETTLED, kinds.INCIDENT_OPENED))
#: Kinds in which an amount is a code: the words of its codes, and its column.
_CODED = {
    kinds.MEMBER_CARED_FOR: ("care", "y"), kinds.MEMBER_ASKED: ("request", "x"), kinds.REQUEST_MET: ("request", "x"),
    kinds.REQUEST_DECLINED: ("request", "x"), kinds.ROLE_TAKEN: ("role", "x"),
}  # fmt: skip
#: Settings that are on or off.
_SWITCHES = ("running", "rules")
_CAMPAIGNS = (kinds.CAMPAIGN_STARTED, kinds.CAMPAIGN_ENDED)


def tell_moving(one: Moving, t: Translator) -> str:
    """A setting and, where that is planned, what it is moved to."""
    if not one.planned:
        return t.setting(one.key, one.mechanic)
    group, _, name = one.key.partition(".")
    known = t.name(group, name)
    value = t("told.on" if one.value else "told.off") if isinstance(one.value, bool) else t.value(one.key, written(one.value))
    return t("pair", label=known if name and known != name else t.setting(one.key, one.mechanic), value=value)


def tell_lineage(lineage: Mapping[str, Any], t: Translator) -> str:
    """What a branch changes, as its manifest says it (`sim.levers.describe_branch`)."""
    pairs = (str(one).partition("=") for one in lineage["changes"])
    switched = {"true": True, "false": False}
    return t.listed(tell_moving(Moving(key, True, switched.get(value, value)), t) for key, _, value in pairs)


class Teller:
    """Tells the rows of one programme. scenario: whose incidents, campaigns and settings have the names."""

    def __init__(self, causes: Causes, scenario: Any, t: Translator) -> None:
        self.causes, self.events, self.scenario, self.t = causes, causes.events, scenario, t

    def line(self, place: int) -> str:
        """When it was and what."""
        return self.t("told.line", moment=self.moment(int(self.events["time"][place])), sentence=self.sentence(place))

    def moment(self, time: int) -> str:
        """A time of the run (us) as day and clock."""
        minutes = time % DAY // MINUTE
        return self.t("told.moment", day=self.t.number(time // DAY), clock=f"{minutes // 60:02d}:{minutes % 60:02d}")

    def member(self, number: int) -> str:
        """What a member is called."""
        return self.t("told.member", number=number)

    def sentence(self, place: int) -> str:
        """What a row says."""
        row = self.events[place]
        kind = int(row["kind"])
        values = {
            "who": self.member(int(row["actor"])) if _ACTS[kind] else "",
            "whom": self.member(int(row["target"])) if _SUFFERS[kind] else "",
            "target": int(row["target"]),
            "x": self.t.plain(round(float(row["x"]), 1)),
            "name": self._name(row),
            "reason": self.reason(row),
            "what": self._what(row),
        }
        return self.t(f"event.{_NAMES[kind]}{self._variant(row)}", **values)

    def reason(self, row: np.void) -> str:
        """What moved most who mutes or leaves, in words; "" for other rows."""
        if row["kind"] not in (kinds.GROUP_MUTED, kinds.MEMBER_LEFT):
            return ""
        code = int(row["x"] if row["kind"] == kinds.GROUP_MUTED else row["y"])
        return self.t(f"reason.{kinds.REASONS[code]}")

    @cached_property
    def _moving(self) -> list[Moving]:
        return find_moving(self.scenario)

    def _variant(self, row: np.void) -> str:
        """Which of several sentences of a kind is meant."""
        kind = row["kind"]
        if kind == kinds.MEMBER_LEFT and row["x"] == 1:
            return ".moved"
        if kind == kinds.MESSAGE_POSTED and row["target"] != NONE:
            return ".reply"
        if kind == kinds.RULE_FIRED:
            return ".phase" if row["target"] == 0 else "" if row["x"] else ".ceases"
        if kind == kinds.HONOUR_GIVEN and row["x"] > 0:
            return ".title"
        if kind == kinds.STIMULUS_POSTED and row["target"] in self.causes.guised:
            return ".guise"
        if kind == kinds.STIMULUS_POSTED:
            promotes = row["target"] in self.causes.promotions
            return ".promotion" if promotes else ".packet" if row["x"] > 0 or row["y"] > 0 else ""
        return ""

    def _what(self, row: np.void) -> str:
        """What a code of a row stands for, in words; "" where it holds none."""
        kind = int(row["kind"])
        if kind in _CODED:
            group, column = _CODED[kind]
            return self.t(f"told.{group}.{int(row[column])}")
        if kind == kinds.OUTSIDE_HAPPENED:
            outside, place = self.scenario.market.outside, int(row["target"])
            return self.t(f"told.outside.{outside[place].kind}") if 0 <= place < len(outside) else self.t("told.unnamed")
        return ""

    def _moved_to(self, key: str, value: float) -> str:
        if key.rpartition(".")[2] in _SWITCHES:
            return self.t("told.on" if value else "told.off")
        return self.t.plain(value)

    def _name(self, row: np.void) -> str:
        kind, target = int(row["kind"]), int(row["target"])
        if kind == kinds.LEVER_MOVED:
            one = self._moving[target] if 0 <= target < len(self._moving) else None
            if one is None:
                return self.t("told.unnamed")
            return (
                tell_moving(one, self.t)
                if one.planned
                else self.t("pair", label=self.t.setting(one.key, one.mechanic), value=self._moved_to(one.key, float(row["x"])))
            )
        if kind in _CAMPAIGNS:
            return self._of("campaign", target)
        if _OF_INCIDENT[kind]:
            opening = self.causes.openings[target] if 0 <= target < len(self.causes.openings) else NONE
            place = int(self.events["y"][opening]) if opening != NONE else int(NONE)
            return self._of("incident", place) if place != NONE else self.t("mark.procedure")
        return ""

    def _of(self, group: str, place: int) -> str:
        plugins = getattr(self.scenario, group)
        return self.t.name(group, plugins[place][0]) if 0 <= place < len(plugins) else self.t("told.unnamed")
