"""The model as Mesa agents with Mesa's discrete-event simulator."""

from __future__ import annotations

import warnings
from typing import Any

warnings.simplefilter("ignore")  # Mesa calls this simulator experimental

import mesa  # noqa: E402
from mesa.experimental.devs import DEVSimulator  # noqa: E402
from rules import DAY, MINUTE, Life, build, gone  # noqa: E402


class MemberAgent(mesa.Agent):
    """A person; schedules their own next check and next occasion to buy."""

    def __init__(self, model: MesaMembers, member: Any) -> None:
        super().__init__(model)
        self.member = member
        self.tau = self.need = 0.0

    def arrive(self) -> None:
        """Stands at the door."""
        self.begin(self.model.life.enter(self.member, self.model.clock.time))

    def begin(self, inside: bool) -> None:
        """Begins to buy and, once inside, to check."""
        now, life = self.model.clock.time, self.model.life
        self.need, time = life.next_need(now / DAY)
        self.model.at(time, self.buy)
        if inside:
            self.model.at(now + MINUTE, self.look)
            self.tau, time = life.next_check(self.member, life.tau(max(now - int(self.member.shift), 0)))
            self.model.at(time, self.check)

    def look(self) -> None:
        """Looks around for the first time."""
        if not gone(self.member):
            self.model.life.visit(self.member, self.model.clock.time, -1, True)

    def check(self) -> None:
        """A habitual check is due."""
        if not gone(self.member):
            self.model.life.check_habitually(self.member, self.model.clock.time)
            self.tau, time = self.model.life.next_check(self.member, self.tau)
            self.model.at(time, self.check)

    def buy(self) -> None:
        """An occasion to buy."""
        self.model.life.consider_buying(self.member, self.model.clock.time)
        self.need, time = self.model.life.next_need(self.need)
        self.model.at(time, self.buy)


class MesaMembers(mesa.Model):
    """One programme, run by Mesa."""

    def __init__(self, scenario: Any, seed: int, programme: int) -> None:
        super().__init__(seed=seed)
        self.clock = DEVSimulator()
        self.clock.setup(self)
        self.life = Life(build(scenario, seed, programme), scenario, seed + programme, self.later, self.welcome)
        self.people: dict[int, MemberAgent] = {}
        for time, member in self.life.arrivals():
            self.at(time, self.agent(member).arrive)
        self.posts, self.looks = self.life.advertise(), self.life.look()
        self.at(next(self.posts), self.post)
        self.at(next(self.looks), self.look)
        self.end = round((scenario.days + scenario.confirm_days) * DAY)

    def run(self) -> list[tuple]:
        """Lives to the end; gives the log."""
        self.clock.run_until(self.end)
        return self.life.log

    def agent(self, member: Any) -> MemberAgent:
        """The agent of a person."""
        self.people[member.number] = found = MemberAgent(self, member)
        return found

    def at(self, time: int, act: Any) -> None:
        """Schedules a method."""
        self.clock.schedule_event_absolute(act, max(time, self.clock.time + 1))

    def later(self, time: int, act: Any, message: Any) -> None:
        """Lets something happen at a time."""
        self.clock.schedule_event_absolute(act, time, function_args=[time, message])

    def welcome(self, member: Any) -> None:
        """Somebody was brought along."""
        self.agent(member).begin(True)

    def post(self) -> None:
        """The operator's next promotion."""
        self.at(next(self.posts), self.post)

    def look(self) -> None:
        """The operator's next look."""
        self.at(next(self.looks), self.look)
