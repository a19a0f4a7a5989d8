"""Turns the log of one replication into the counts and columns that its outcomes are made of."""

from __future__ import annotations

from functools import cached_property
from typing import Any, Final

import numpy as np

from sim.events import kinds
from sim.events.kinds import DAY
from sim.projections.economics import find_amounts, find_discounted
from sim.projections.lifecycle import Dormancies, Lifetimes, find_dormancies, find_lifetimes, find_presence
from sim.projections.rows import distinct, pair, project_groups, project_messages, project_moves, read_rows
from sim.projections.vitals import first_answer_delays
from sim.vocabulary.tables import STIMULUS

#: The attribute of a post that is worth something only while it lasts (STIMULUS_DEFINED.target).
LIVE: Final = next(place for place, field in enumerate(STIMULUS.fields) if field.name == "live")
#: Days after the entry for which somebody is a newcomer (assumed).
NEWCOMER_DAYS: Final = 14


class Tally:
    """One log as of the judged days [0, `days`), all its programmes together; each part is worked out when it is first asked for.

    Masks with `early` in their name choose rows before the horizon.
    """

    def __init__(self, log: Any, days: float) -> None:
        self.days = days
        self.horizon = int(days * DAY)  # us
        self.rows = read_rows(log)
        self.messages, self.groups, self.moves = (
            project_messages(self.rows),
            project_groups(self.rows),
            project_moves(self.rows),
        )
        self.early = self.rows.events["time"] < self.horizon
        self.said_early = self.messages.time < self.horizon
        self.moved_early = self.moves.time < self.horizon

    @property
    def group_count(self) -> int:
        """Groups that were opened."""
        return len(self.groups.number)

    @cached_property
    def dormancies(self) -> Dormancies:
        """Spans of silence, to the end of the log."""
        return find_dormancies(find_presence(self.messages, self.groups), self.groups)

    @cached_property
    def life(self) -> Lifetimes:
        """The life of each group, judged at the horizon."""
        return find_lifetimes(self.dormancies, self.groups, self.days)

    @cached_property
    def organic(self) -> np.ndarray:
        """Places of organic messages."""
        return np.flatnonzero(self.said_early & self.messages.organic)

    def said(self, kind: int) -> int:
        """Messages of a kind."""
        return int((self.messages.kind[self.said_early] == kind).sum())

    @cached_property
    def posters(self) -> int:
        """Distinct (group, day, author) of organic messages."""
        day = self.messages.time[self.organic] // DAY
        cell = self.messages.group[self.organic] * (1 + day.max(initial=0)) + day
        return len(distinct(pair(cell, self.messages.author[self.organic])))

    @cached_property
    def joins(self) -> int:
        """Entries from outside: who moves to another group does not join."""
        return int(((self.moves.members > 0) & ~self.moves.moved)[self.moved_early].sum())

    @cached_property
    def exits(self) -> int:
        """Members who left of their own will, and not to another group."""
        left = (self.moves.members < 0) & (self.moves.kind == kinds.MEMBER_LEFT) & ~self.moves.moved
        return int(left[self.moved_early].sum())

    @cached_property
    def members(self) -> int:
        """Members at the horizon; who is in two groups counts twice."""
        return int(self.moves.members[self.moved_early].sum())

    @cached_property
    def muted(self) -> int:
        """Those of them who have notifications off."""
        return int(self.moves.muted[self.moved_early].sum())

    @cached_property
    def silence(self) -> tuple[int, int]:
        """Members at the horizon without an organic post in the seven days before it, and members."""
        moves, messages = self.moves, self.messages
        present = np.flatnonzero(self.moved_early & (moves.members != 0))
        who, last = np.unique(pair(moves.group[present], moves.person[present])[::-1], return_index=True)
        who = who[moves.members[present][::-1][last] > 0]
        lately = self.organic[messages.time[self.organic] >= self.horizon - 7 * DAY]
        spoke = np.isin(who, distinct(pair(messages.group[lately], messages.author[lately]))).sum()
        return len(who) - int(spoke), len(who)

    @cached_property
    def newcomers(self) -> tuple[int, int]:
        """(who took part in a live event in the days after their entry, who was there as a newcomer), over all live events."""
        events, moves, came, were = self.rows.events[self.early], self.moves, 0, 0
        defined = events[(events["kind"] == kinds.STIMULUS_DEFINED) & (events["target"] == LIVE) & (events["x"] > 0)]
        posts = events[events["kind"] == kinds.STIMULUS_POSTED]
        numbers = np.flatnonzero(self.messages.kind == kinds.STIMULUS_POSTED)[: len(posts)]
        answers = events[events["kind"] == kinds.STIMULUS_ANSWERED]
        for row in np.flatnonzero(np.isin(posts["target"], defined["actor"])):
            time, here = posts["time"][row], moves.group == posts["group"][row]
            lately = here & (moves.time < time) & (moves.time >= time - NEWCOMER_DAYS * DAY)
            who = distinct(moves.person[lately & (moves.members > 0)])
            gone = moves.person[lately & (moves.members < 0)]
            who = who[~np.isin(who, gone)]
            were += len(who)
            came += int(np.isin(who, answers["actor"][answers["target"] == numbers[row]]).sum())
        return came, were

    @cached_property
    def answer_delays(self) -> np.ndarray:
        """Time (us) from each question of a member to the first answer by staff; `rows.NEVER` where there was none."""
        questions = np.flatnonzero(self.said_early & (self.messages.kind == kinds.QUESTION_ASKED))
        return first_answer_delays(self.messages, questions, staff=True)

    @cached_property
    def money(self) -> dict[str, float]:
        """Totals of `economics.find_amounts`, yuan and hours; cost and net_income made of them."""
        totals = {name: float(yuan[self.early[places]].sum()) for name, (places, yuan) in find_amounts(self.rows).items()}
        cost = totals["benefit_cost"] + totals["wages"]
        return totals | {"cost": cost, "net_income": totals["margin"] - cost}

    @cached_property
    def hours(self) -> dict[str, float]:
        """Staff hours by the name of the task."""
        done = self.rows.events[
            self.early & (self.rows.kind == kinds.TASK_DONE) & (self.rows.events["target"] < len(kinds.TASKS))
        ]
        spent = np.bincount(done["target"], done["x"], minlength=len(kinds.TASKS))
        return dict(zip(kinds.TASKS, spent.astype(float).tolist(), strict=True))

    @cached_property
    def discount_only(self) -> tuple[int, int]:
        """Buyers all of whose orders were paid below the usual price, and buyers."""
        rows = self.rows.events
        orders = rows[self.early & (self.rows.kind == kinds.ORDER_PLACED)]
        full = ~find_discounted(orders, np.sort(rows["time"][self.rows.kind == kinds.PRICE_SET]))
        buyers = len(distinct(orders["actor"]))
        return buyers - len(distinct(orders["actor"][full])), buyers

    @property
    def tiers_given(self) -> int:
        """How often a member was given a tier."""
        return int((self.early & (self.rows.kind == kinds.TIER_SET)).sum())

    @cached_property
    def buyers(self) -> np.ndarray:
        """The buyer of each order."""
        found: np.ndarray = self.rows.events["actor"][self.early & (self.rows.kind == kinds.ORDER_PLACED)]
        return found
