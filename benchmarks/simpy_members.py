"""The model with one SimPy process a member: how one would write it first."""

from __future__ import annotations

from typing import Any

import simpy
from rules import DAY, MINUTE, Life, build, gone

NEVER = 1 << 62


class SimpyMembers:
    """One programme, run by SimPy: in an environment of its own, or together with others in one."""

    def __init__(self, scenario: Any, seed: int, programme: int, env: simpy.Environment | None = None) -> None:
        self.env = env or simpy.Environment(initial_time=0)
        self.life = Life(build(scenario, seed, programme), scenario, seed + programme, self.later, self.welcome)
        for time, member in self.life.arrivals():
            self.env.process(self.arrive(member, time))
        self.env.process(self.operate(self.life.advertise()))
        self.env.process(self.operate(self.life.look()))
        self.end = round((scenario.days + scenario.confirm_days) * DAY)

    def run(self) -> list[tuple]:
        """Lives to the end; gives the log."""
        self.env.run(until=self.end)
        return self.life.log

    def later(self, time: int, act: Any, message: Any) -> None:
        """Lets something happen at a time."""
        self.env.timeout(time - self.env.now).callbacks.append(lambda event: act(self.env.now, message))

    def welcome(self, member: Any) -> None:
        """Somebody was brought along and lives from now on."""
        self.env.process(self.live(member, True))

    def operate(self, times: Any) -> Any:
        for time in times:
            yield self.env.timeout(max(time - self.env.now, 0))

    def arrive(self, member: Any, time: int) -> Any:
        yield self.env.timeout(time)
        yield from self.live(member, self.life.enter(member, self.env.now))

    def live(self, member: Any, inside: bool) -> Any:
        """Checks and occasions to buy, until the end."""
        env, life = self.env, self.life
        need, buy_at = life.next_need(env.now / DAY)
        tau, check_at, look_at = 0.0, NEVER, NEVER
        if inside:
            tau, check_at = life.next_check(member, life.tau(max(env.now - int(member.shift), 0)))
            look_at = env.now + MINUTE
        while True:
            yield env.timeout(max(min(check_at, buy_at, look_at) - env.now, 1))
            now = env.now
            if look_at <= now:
                look_at = NEVER
                if not gone(member):
                    life.visit(member, now, -1, True)
            elif check_at <= now:
                if gone(member):
                    check_at = NEVER
                else:
                    life.check_habitually(member, now)
                    tau, check_at = life.next_check(member, tau)
            else:
                life.consider_buying(member, now)
                need, buy_at = life.next_need(need)
