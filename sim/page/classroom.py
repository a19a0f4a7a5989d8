"""Who has joined a class, where the lesson is and who has voted what: the state of one class, without any network in it."""

from __future__ import annotations

import secrets
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Annotated, Any, Final, Literal

from pydantic import Field
from typing_extensions import TypedDict  # pydantic checks what is read back, and needs this one before Python 3.12

from sim.page.script import VOTED, Script

#: People who can join, and hands that can be counted for one choice.
MOST_PEOPLE, MOST_HANDS = 400, 999
#: New people from one address within a minute: a room of phones may stand behind one.
MOST_JOINS = 120
#: Letters and digits that are not mistaken for one another.
LETTERS: Final = "ABCDEFGHJKMNPQRTUVWXYZ2346789"


#: Phases that a step of a lesson may have.
MOST_PHASES = 16
#: Minutes for a question that a class is asked while it operates a run, and such questions.
MINUTES_POSED, MOST_POSED = 2.0, 99


class Said(TypedDict):
    """A text in each language."""

    en: Annotated[str, Field(max_length=240)]
    zh: Annotated[str, Field(max_length=240)]
    es: Annotated[str, Field(max_length=240)]


class Posed(TypedDict):
    """A question that a class is asked while it operates a run."""

    question: Said
    options: Annotated[list[Said], Field(min_length=2, max_length=4)]


class Kept(TypedDict):
    """A class as plain values; see `Classroom.plain`."""

    code: Annotated[str, Field(pattern=f"^[{LETTERS}]{{4}}$")]
    cookie: Annotated[str, Field(pattern=r"^groupalive_class_[0-9a-f]{8}$")]
    lesson: str
    step: int
    phase: int
    left: Annotated[float, Field(ge=0, le=7_200)]
    hands: list[tuple[int, list[Annotated[int, Field(ge=0, le=MOST_HANDS)]]]]
    people: list[tuple[Annotated[str, Field(pattern=r"^[\w-]{24}$")], Literal["en", "zh", "es"], list[tuple[int, str]]]]
    number: Annotated[int, Field(ge=-MOST_POSED, le=-1)]
    posed: Posed | None


class ClassError(Exception):
    """What cannot be done now; its text is a key of the page's words."""


@dataclass
class Person:
    """One phone. ballots: step, or number of a posed question -> its choice."""

    language: str
    ballots: dict[int, str] = field(default_factory=dict)


class Classroom:
    """One class and its lesson. Step and phase are those of the projector; a vote is open in phase 0 of a step that takes votes.

    While a class operates a run, a question is posed in the place of the step; its number is below -1, and no other one has it.

    Nobody waits for anybody: a vote closes when its time is up or the trainer goes on, whoever is missing.
    """

    def __init__(
        self,
        scripts: dict[str, Script],
        now: Callable[[], float] = time.monotonic,
        keep: Callable[[dict[str, Any]], None] = lambda plain: None,
    ) -> None:
        """keep: takes the class as plain values after every change."""
        self.scripts, self.now, self._keep = scripts, now, keep
        self.code = "".join(secrets.choice(LETTERS) for _ in range(4))
        self.cookie = f"groupalive_class_{secrets.token_hex(4)}"
        self.people: dict[str, Person] = {}
        self.version = 0
        self.address, self.picture = "", ""  # how phones come in: what to type, and a QR code as a data address
        self._joins: list[tuple[float, str]] = []
        self._begin(next(iter(scripts)))

    number: int
    posed: Posed | None

    def _begin(self, lesson: str) -> None:
        self.script = self.scripts[lesson]
        self.step, self.phase, self.closes = -1, 0, 0.0
        self.number, self.posed = -1, None
        self.hands: dict[int, list[int]] = {}
        for person in self.people.values():
            person.ballots = {}

    def _changed(self) -> None:
        self.version += 1
        self._keep(self.plain())

    def plain(self) -> dict[str, Any]:
        """The class as plain values, so that it can go on after a restart; `restore` is the way back."""
        people = [
            [key, one.language, [[step, choice] for step, choice in one.ballots.items()]] for key, one in self.people.items()
        ]
        left = max(0.0, self.closes - self.now())
        hands = [[step, counts] for step, counts in self.hands.items()]
        where = {"lesson": self.script.name, "step": self.step, "phase": self.phase, "left": left}
        where |= {"number": self.number, "posed": self.posed}
        return {"code": self.code, "cookie": self.cookie, **where, "hands": hands, "people": people}

    def restore(self, kept: Kept) -> bool:
        """Goes on with a class that was kept; False, and nothing done, where it was not of these lessons."""
        if kept["lesson"] not in self.scripts:
            return False
        script = self.scripts[kept["lesson"]]
        steps = len(script.plain["steps"])
        counts = {step: counts for step, counts in kept["hands"] if 0 <= step < steps and len(counts) == 4}
        if not -1 <= kept["step"] < steps or not 0 <= kept["phase"] < MOST_PHASES or len(kept["people"]) > MOST_PEOPLE:
            return False
        if kept["posed"] and kept["number"] == -1:  # no question has this number
            return False
        self.script, self.code, self.cookie = script, kept["code"], kept["cookie"]
        self.step, self.phase, self.hands = kept["step"], kept["phase"], counts
        self.number, self.posed = kept["number"], kept["posed"]
        self.closes = self.now() + kept["left"]
        for key, language, ballots in kept["people"]:
            asked = {*range(steps), *((self.number,) if self.posed else ())}
            taken = {step: choice for step, choice in ballots if step in asked and choice in self.choices(step)}
            self.people[key] = Person(language, taken)
        self.version += 1
        return True

    # The trainer ------------------------------------------------------------------------------------------------------

    def turn(self, lesson: str, step: int, phase: int) -> None:
        """The projector is at this step and phase. The same again, as after a reload, changes nothing: the clock runs on."""
        if (
            lesson not in self.scripts
            or not -1 <= step < len(self.scripts[lesson].plain["steps"])
            or not 0 <= phase < MOST_PHASES
        ):
            raise ClassError("class_no_step")
        back, self.posed = self.posed is not None, None  # of what was asked meanwhile no more is asked
        if lesson != self.script.name:
            self._begin(lesson)
        elif (step, phase) == (self.step, self.phase) and not back:
            return
        self.step, self.phase = step, phase
        self.closes = self.now() + 60 * self.minutes() if self.takes_votes() else 0.0
        self._changed()

    def hand(self, step: int, option: int, by: int) -> None:
        """The trainer counts a hand, or takes one back."""
        steps = self.script.plain["steps"]
        if not 0 <= step < len(steps) or steps[step]["kind"] not in VOTED or not 0 <= option < 4 or by not in (-1, 1):
            raise ClassError("class_no_step")
        counts = self.hands.setdefault(step, [0, 0, 0, 0])
        counts[option] = max(0, min(MOST_HANDS, counts[option] + by))
        self._changed()

    def pose(self, posed: Posed | None) -> None:
        """Asks the phones this, or nothing more. The same again, as after a reload, changes nothing: the clock runs on."""
        if posed == self.posed:
            return
        if posed and self.number <= -MOST_POSED:
            raise ClassError("class_no_step")
        self.posed = posed
        self.number -= 1 if posed else 0
        self.closes = self.now() + 60 * MINUTES_POSED if posed else 0.0
        self._changed()

    def state(self) -> dict[str, Any]:
        """What the projector shows: counts only, nobody's own choice."""
        tallies: dict[int, Counter[str]] = {}
        for person in self.people.values():
            for step, choice in person.ballots.items():
                tallies.setdefault(step, Counter())[choice] += 1
        left = max(0.0, self.closes - self.now()) if self.takes_votes() else None
        where = {"lesson": self.script.name, "step": self.step, "phase": self.phase, "left": left, "version": self.version}
        door = {"code": self.code, "address": self.address, "qr": self.picture, "joined": len(self.people)}
        where |= {"posed": self.number if self.posed else None}
        return where | door | {"hands": self.hands, "tallies": {step: dict(one) for step, one in tallies.items()}}

    # Phones -----------------------------------------------------------------------------------------------------------

    def join(self, code: str, address: str, language: str) -> str:
        """A new person; gives the secret that their phone brings along. Raises ClassError."""
        if not secrets.compare_digest(code.strip().upper().encode(), self.code.encode()):
            raise ClassError("class_wrong_code")
        since = self.now() - 60
        self._joins = [one for one in self._joins if one[0] > since]
        if len(self.people) >= MOST_PEOPLE or sum(one == address for _, one in self._joins) >= MOST_JOINS:
            raise ClassError("class_full")
        self._joins.append((self.now(), address))
        key = secrets.token_urlsafe(18)
        self.people[key] = Person(language)
        self._changed()
        return key

    def vote(self, key: str, step: int, choice: str) -> None:
        """The choice of a person, which may be changed until the vote closes. Raises ClassError."""
        if step != self.asked() or not self.is_open():
            raise ClassError("class_closed")
        if choice not in self.choices(step):
            raise ClassError("class_no_choice")
        self.people[key].ballots[step] = choice
        self._changed()

    def asked(self) -> int:
        """What phones are asked: a posed question by its number, else the step."""
        return self.number if self.posed else self.step

    def choices(self, step: int) -> tuple[str, ...]:
        """What may be chosen in a step, or for the posed question."""
        if step < -1:
            return tuple(str(place) for place in range(len(self.posed["options"]))) if self.posed else ()
        return tuple(self.script.choices(step))

    def takes_votes(self) -> bool:
        return self.posed is not None or (
            self.step >= 0 and self.phase == 0 and self.script.plain["steps"][self.step]["kind"] in VOTED
        )

    def is_open(self) -> bool:
        """Whether votes are taken now."""
        return self.takes_votes() and self.now() < self.closes

    def minutes(self) -> float:
        minutes: float = self.script.plain["steps"][self.step]["minutes"]
        return minutes

    def mark(self) -> str:
        """Changes whenever a phone has something else to show."""
        return f"{self.script.name}.{self.asked()}.{int(self.is_open())}"
