"""All the staff of a programme, a team for each role: a task -> the team that may do it and has least to do."""

from __future__ import annotations

import math
from collections.abc import Generator, Mapping
from typing import Any

from sim.operators.crew import BLOCK, TOWARDS_MEMBERS, Posting, postings
from sim.operators.staff import URGENCY, Team

#: Spread of task times, standard deviation of the logarithm.
TASK_SPREAD = 0.5
#: Turns the standard deviation of a logarithm into the scale of a logistic law.
LOGISTIC = math.sqrt(3.0) / math.pi
#: Draws that each kind of task has for itself; the roll of shifts has those before.
LANES_OF_A_TASK = 1_000


class StaffRoom:
    """The staff of a programme.

    settings: those of the programme as they stand now, `staff` and `strategy` among them.
    """

    def __init__(self, context: Any, settings: Mapping[str, Any]) -> None:
        self._context, self.env, self._settings = context, context.env, settings
        self._of_staff: Any = None
        self._of_plan: Any = None
        self._postings: dict[str, Posting] = {}
        self._moment: tuple[str, int, int] = ("", -1, 0)
        self._hired = 0
        self.teams = [Team(context, name, BLOCK * place, self.postings) for place, name in enumerate(self.postings())]
        self._known = {team.name: team for team in self.teams}
        self._hired_from = BLOCK * len(self.teams)

    def postings(self) -> dict[str, Posting]:
        """The roles as they stand now; read very often, so they are made anew only when a setting has moved."""
        staff, plan = self._settings["staff"], self._settings["strategy"]
        if staff is not self._of_staff or plan is not self._of_plan:
            self._of_staff, self._of_plan, self._postings = staff, plan, postings(staff, plan)
        return self._postings

    @property
    def people(self) -> int:
        """How many people there are now."""
        return self.teams[0].people if len(self.teams) == 1 else sum(team.people for team in self.teams)

    @property
    def load(self) -> float:
        """Share of the hours there are today that are used."""
        return sum(team.hours_used for team in self.teams) / sum(team.hours_there for team in self.teams)

    @property
    def waiting(self) -> int:
        """How many tasks wait for somebody."""
        return sum(team.waiting for team in self.teams)

    @property
    def is_split(self) -> bool:
        """Whether some of them look after groups or members of their own only."""
        return any(team.now.span_groups or team.now.span_members for team in self.teams)

    @property
    def answering_roles(self) -> int:
        """How many roles answer members; 0 where there are no roles by name."""
        return sum(team.now.role.answers and team.people > 0 for team in self.teams) if self.teams[0].name else 0

    def open(self) -> None:
        """Begins to keep the roll of shifts."""
        for team in self.teams:
            if team.people and not team.has_roll:
                team.has_roll = True
                self.env.process(team.keep_roll())

    def take_over(self) -> None:
        """Another plan has come: people of roles that are new begin, those of roles that it has not go once their task is done."""
        for name in self.postings():
            if name not in self._known:
                first = self._hired_from + BLOCK * (1 + len(self._known))  # beyond whoever was hired
                self._known[name] = Team(self._context, name, first, self.postings)
        self.teams = [self._known[name] for name in self.postings()]
        self.open()

    def duty_begins(self, time: int) -> int:
        """The earliest moment from `time` on at which anybody who looks at the groups has a shift, us."""
        teams = self.teams
        return teams[0].duty_begins(time) if len(teams) == 1 else min(team.duty_begins(time) for team in self._with_people())

    def come_on_duty(self) -> Generator[Any, Any, Any]:
        """Waits until a shift is on."""
        ahead = self.duty_begins(int(self.env.now)) - int(self.env.now)
        if ahead:
            yield self.env.timeout(ahead)

    def work(
        self, task: str, minutes: float, *, group: int | None = None, member: int | None = None, by: str = "anybody"
    ) -> Generator[Any, Any, Any]:
        """One task from queueing to done; gives the number of the person who did it, None if nobody gets round to it.

        minutes: median time the task takes. group, member: where and about whom it is, for people who look after some only.
        by: a role, `rank`, `kin`, or anybody. Nothing is begun off shift, nor by anybody who has no hours left for all of it,
        unless it is the first task of the day; small talk that has waited for half a day is not taken up any more.
        """
        if not self.people:
            return None
        asked = int(self.env.now)
        u = self._context.uniform(asked, LANES_OF_A_TASK * (1 + URGENCY[task]) + self._place_in_moment(task, asked))
        duration = minutes * math.exp(TASK_SPREAD * LOGISTIC * math.log(u / (1.0 - u)))
        team, places = self._choose(task, group, member, by)
        if team is None:
            return None
        person = yield from team.work(task, duration / team.now.role.ability, asked, places)
        return person

    def send_away(self, hours: float) -> Generator[Any, Any, Any]:
        """One of those who answer is away unplanned for that long."""
        yield from next((team for team in self.teams if team.people and team.now.role.answers), self.teams[0]).send_away(hours)

    def leave(self, person: int) -> Generator[Any, Any, Any]:
        """A person of the staff goes for good."""
        team = self.team_of(person)
        place = team.place_of(person)
        if place is not None and place < team.people:
            yield from team.leave(place)

    def is_here(self, person: int) -> bool:
        """Whether there is a person of this number."""
        return any(team.number_of(place) == person for team in self.teams for place in team.present())

    def hire(self) -> int | None:
        """Somebody new takes the place of who has left; gives the number, None where no place is empty."""
        number = self._hired_from + self._hired
        if not any(team.hire(number) for team in self.teams):
            return None
        self._hired += 1
        return number

    def team_of(self, person: int) -> Team:
        """The team of a person, also of one who is gone; the first where nobody has this number."""
        if len(self._known) == 1:
            return self.teams[0]
        return next((team for team in self._known.values() if team.place_of(person) is not None), self.teams[0])

    def tone_of(self, person: int) -> float:
        """How friendly a person's tone is, 0 to 1."""
        return self.team_of(person).now.warmth

    def likeness_of(self, person: int) -> float:
        """What a private word is worth by likeness to members, 0.5 to 1 (law of the bond, assumed)."""
        return 0.5 + 0.5 * self.team_of(person).now.role.kinship

    def standing_of(self, person: int) -> float:
        """What a public word is worth by rank: the highest says all of it, each rank below a share of that."""
        below = max(max(team.now.role.rank for team in self.teams) - self.team_of(person).now.role.rank, 0)
        return float(self._context.parameters.deputy_share**below)

    def has_face(self, person: int) -> bool:
        """Whether members know a person as one: a persona, or anybody where no role has one."""
        return self.team_of(person).now.role.persona or not any(team.now.role.persona for team in self.teams)

    def _choose(self, task: str, group: int | None, member: int | None, by: str) -> tuple[Team | None, list[int] | None]:
        """The team for a task, and which of its people may do it (None: any)."""
        if len(self.teams) == 1 and not self.teams[0].name:
            return self.teams[0], None
        size = self._context.scenario.population.size
        backup = int(getattr(getattr(self._settings["strategy"], "response", None), "backup", None) or 0)
        may: list[Team] = []
        for place, team in enumerate(self.teams, 1):
            now = team.now
            allowed = (
                by == team.name or task not in TOWARDS_MEMBERS or now.role.answers or (place == backup and team.is_there())
            )
            if allowed and now.people and team.responsible(group, member, size) != []:
                may.append(team)
        if any(team.name == by for team in may):
            may = [team for team in may if team.name == by]
        elif by == "rank":
            may = [team for team in may if team.now.role.rank == max(one.now.role.rank for one in may)]
        elif by == "kin":
            may = [team for team in may if team.now.role.kinship == max(one.now.role.kinship for one in may)]
        if not may:
            return None, None
        team = may[0] if len(may) == 1 else min(may, key=lambda one: (not one.is_there(), one.burden))
        if not team.is_there() and team.now.role.backup:
            other = next(one for one in self.teams if one.name == team.now.role.backup)
            if other.people and other.is_there():
                team = other
        return team, team.responsible(group, member, size)

    def _with_people(self) -> list[Team]:
        return [team for team in self.teams if team.people] or self.teams

    def _place_in_moment(self, task: str, asked: int) -> int:
        """Tasks of one kind that come up at the same moment are told apart by their order; other tasks do not shift it."""
        last, moment, place = self._moment
        place = place + 1 if (last, moment) == (task, asked) else 0
        self._moment = (task, asked, place)
        return place
