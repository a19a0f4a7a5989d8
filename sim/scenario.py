"""What is simulated: the frozen, validated description of world, strategy, staff and horizon."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import ConfigDict, Field, field_validator, model_validator
from pydantic.dataclasses import dataclass
from pydantic_core import ArgsKwargs

from sim.levers import find_moving, procedures_of, procedures_of_changes

#: Settings are plain numbers from a yaml; anything else (unknown key, NaN, text for a number) is refused by name.
STRICT = ConfigDict(extra="forbid", validate_default=True, defer_build=True)

#: Who does a step of a procedure where no role is named: anybody, those of the highest rank, those most alike members.
RESERVED_ROLES = ("anybody", "rank", "kin")
#: What something can be about.
Topic = Literal["food", "life", "beauty", "money", "children", "health", "work"]
#: Roles at most.
MOST_ROLES = 12
#: What a plug-in's dataclass is decorated with: frozen, and unknown keys are refused.
if TYPE_CHECKING:
    from dataclasses import dataclass as settings  # a type checker knows this one; it gives the same constructor by keyword
else:
    settings = dataclass(frozen=True, config=STRICT, kw_only=True)


def number(unit: str, low: float, high: float, source: str) -> Any:
    """The annotation of one setting: its unit, the closed range that is allowed, and where the value comes from."""
    return Field(ge=low, le=high, allow_inf_nan=False, json_schema_extra={"unit": unit, "source": source})


def parameter(unit: str, low: float, high: float, tag: str, source: str, plausible: tuple[float, float] | None = None) -> Any:
    """The annotation of one behaviour parameter.

    `tag` is paper, practice, calibrated or assumed; `plausible` is the range an assumed value is drawn from when what we
    do not know is part of the answer (methods: uncertainty in parameters).
    """
    if tag not in ("paper", "practice", "calibrated", "assumed"):
        raise ValueError(f"tag={tag}: paper, practice, calibrated or assumed")
    if (tag == "assumed") != (plausible is not None):
        raise ValueError(f"{source}: an assumed parameter, and no other, has a plausible range")
    extra: dict[str, Any] = {"unit": unit, "source": source, "tag": tag, "plausible": plausible}
    return Field(ge=low, le=high, allow_inf_nan=False, json_schema_extra=extra)


@settings
class Outside:
    """Something that happens outside the groups, whatever the operator does, and that everybody knows of."""

    kind: Literal["news", "store_closed", "brand_day"]
    """what it is: news, a closed store, a day of the brand"""
    day: Annotated[float, number("day on which it begins", 0, 4_000, "B01, B25, C59: example")]
    days: Annotated[float, number("days for which it lasts", 0.01, 4_000, "example")] = 1.0
    every_days: Annotated[float, number("days until it comes again, 0 never", 0, 4_000, "C59: example")] = 0.0
    odds: Annotated[float, number("factor of the odds of buying this brand while it lasts", 0, 100, "example")] = 1.0
    talk: Annotated[float, number("factor of what members say unprompted while it lasts", 0, 100, "example")] = 1.0
    heat: Annotated[float, number("how much others talk about it", 0, 1, "C37: example")] = 0.0

    def is_on(self, day: float) -> bool:
        """Whether it lasts on a day of the run."""
        since = day - self.day
        if since >= 0 and self.every_days > 0:
            since %= self.every_days
        return 0 <= since < self.days


@settings
class Market:
    """What members buy, and what they would do without the group. Example values, not a forecast."""

    needs_per_month: Annotated[float, number("occasions/person/30 d", 0, 90, "A14, D59: example")]
    """how often a person eats out, buys or books, whoever the seller is"""
    peak_hours: Annotated[tuple[float, ...], Field(min_length=1, max_length=6)]
    """hours around which people buy"""
    price: Annotated[float, number("yuan", 0.1, 100_000, "example")]
    """what the usual order costs here"""
    usual_price: Annotated[float, number("yuan, what such an order costs elsewhere", 0.1, 100_000, "example")]
    margin: Annotated[float, number("share of the usual price", 0, 1, "F03: example")]
    base_odds: Annotated[float, number("odds of this brand at no exposure", 0, 10, "example")]
    outside: Annotated[tuple[Outside, ...], Field(min_length=0, max_length=64)] = ()
    """what happens outside the groups, whatever the operator does"""

    @field_validator("peak_hours")
    @classmethod
    def _hours(cls, hours: tuple[float, ...]) -> tuple[float, ...]:
        if any(not math.isfinite(hour) or not 0 <= hour < 24 for hour in hours):
            raise ValueError("hours of the day, 0 to 24")
        return hours


def _pairs(mapping: Any) -> Any:
    return tuple(mapping.items()) if isinstance(mapping, dict) else mapping


@settings
class Hook:
    """Why somebody comes by a source: a coupon, or something else that it is worth to them; nothing unless it is written."""

    worth: Annotated[
        float, number("yuan that coming in is worth besides: advice, a note when goods arrive", 0, 10_000, "C28, C29: assumed")
    ] = 0.0
    yuan: Annotated[float, number("yuan that the coupon takes off an order", 0, 10_000, "C27: assumed")] = 0.0
    share: Annotated[float, number("share of an order that it takes off", 0, 0.95, "C64: .1; C67: .5")] = 0.0
    over: Annotated[float, number("least order for which it holds, yuan", 0, 100_000, "assumed")] = 0.0
    days: Annotated[float, number("days for which it holds", 0.01, 365, "assumed")] = 7.0
    given: Literal["entry", "request"] = "entry"
    """entry: to whoever comes in; request: to whoever is reached, in the group or not, as a deal site does"""
    least_buyers: Annotated[int, number("who ask for it before anybody gets it", 1, 1_000, "C67: assumed")] = 1

    def worth_of(self, price: float) -> float:
        """What coming in is worth, yuan: a coupon that is given in any case is no reason to come in."""
        return self.worth + (self.yuan + self.share * price if self.given == "entry" else 0.0)

    @model_validator(mode="after")
    def _acts(self) -> Hook:
        if self.given == "request" and not (self.yuan or self.share):
            raise ValueError("given=request: with a coupon (yuan or share)")
        if self.least_buyers > 1 and self.given == "entry":
            raise ValueError(f"least_buyers={self.least_buyers}: with given=request, where many ask for one deal")
        return self


@settings
class Source:
    """A named source of newcomers: how many it reaches, who they are, what a head costs. Whether they come they decide."""

    per_day: Annotated[float, number("persons reached a day, per programme", 0, 1_000, "C26 to C30: example")] = 0.0
    per_order: Annotated[float, number("share of orders after which it reaches one more person", 0, 1, "C30: .05, assumed")] = (
        0.0
    )
    inquiry: Annotated[float, number("share that asks to come in, without gift and stake", 0, 1, "F56: .275")] = 0.275
    mix: tuple[tuple[str, Annotated[float, number("share of those reached", 0, 1, "section D")]], ...] = ()
    """member types; those of the population if left out"""
    cost: Annotated[float, number("yuan for each who comes in", 0, 10_000, "C26: example")] = 0.0
    friend_first: bool = False
    """whether they let the operator into a private line before"""
    day: Annotated[float, number("day from which on it reaches people", 0, 4_000, "E60")] = 0.0
    days: Annotated[float, number("days for which it does", 0, 4_000, "E60")] = 4_000.0
    hook: Hook = Hook()
    """why they come"""

    @model_validator(mode="before")
    @classmethod
    def _reaches(cls, given: Any) -> Any:
        written = given.kwargs if isinstance(given, ArgsKwargs) else given
        if isinstance(written, dict) and not {"per_day", "per_order"} & set(written):
            raise ValueError("per_day, persons reached a day, or per_order, share of orders after which one more is reached")
        return given

    @field_validator("mix", mode="before")
    @classmethod
    def _from_mapping(cls, mix: Any) -> Any:
        return _pairs(mix)

    @field_validator("mix")
    @classmethod
    def _sum(cls, mix: tuple[tuple[str, float], ...]) -> tuple[tuple[str, float], ...]:
        if mix and abs(sum(share for _, share in mix) - 1) > 1e-6:
            raise ValueError(f"shares that sum to 1, not {sum(share for _, share in mix):.4g}")
        return mix


@settings
class Population:
    """Who could be in the groups: how many, of which types, who knows whom, and how they come in."""

    programmes: Annotated[int, number("programmes side by side, each with its own staff", 1, 20_000, "A33")]
    groups: Annotated[int, number("groups of a programme; they share the staff", 1, 2_000, "A09, A10")]
    size: Annotated[int, number("members planned per group", 1, 10_000, "F07, F34")]
    cohorts: Annotated[int, number("circles of acquaintance per programme", 1, 20_000, "A09")]
    mix: tuple[tuple[str, Annotated[float, number("share of members", 0, 1, "section D")]], ...]
    """member types and the share of each among those who could come"""
    ties_per_member: Annotated[float, number("mean acquaintances inside the cohort", 0, 60, "D41")]
    homophily: Annotated[float, number("how much likeness decides who knows whom", 0, 1, "D45")]
    likeness: Annotated[float, number("relative shift of how well messages match, 0 = mixed needs", -0.9, 2, "F76, A37")]
    joining_days: Annotated[float, number("days, mean delay of a founding member's entry", 0, 60, "A14")]
    walk_ins_per_day: Annotated[float, number("persons/group/day", 0, 200, "A14")]
    reservoir: Annotated[float, number("persons who could still come, per planned member", 0, 20, "G121")]
    capacity: Annotated[float, number("members at most, per planned member", 1, 5, "A30")]
    memberships: Annotated[float, number("memberships that there is room for, per person", 1, 10, "A10, A44")] = 2.0
    further_channels: Annotated[int, number("groups, private lines and feeds that can be opened later", 0, 2_000, "A33")] = 16
    founding: Annotated[float, number("founding members, per planned member", 0, 1, "E43, E44")] = 1.0
    inflow: tuple[tuple[Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,39}$")], Source], ...] = ()
    """sources of newcomers by name, beside founding members, walk-ins and word of mouth"""
    likes: tuple[tuple[Topic, Annotated[float, number("share of people", 0, 1, "D47, D48: assumed")]], ...] = ()
    """topics and how many people came for each of them, or like it; half do where a topic is left out"""
    beginners: Annotated[
        float, number("share of people who are beginners at what the group is about", 0, 1, "D18: assumed")
    ] = 0.5

    @property
    def planned(self) -> int:
        """Members planned, in all programmes."""
        return self.programmes * self.groups * self.size

    @field_validator("mix", "inflow", "likes", mode="before")
    @classmethod
    def _from_mapping(cls, pairs: Any) -> Any:
        return _pairs(pairs)

    @field_validator("mix")
    @classmethod
    def _shares(cls, mix: tuple[tuple[str, float], ...]) -> tuple[tuple[str, float], ...]:
        total = sum(share for _, share in mix)
        if abs(total - 1) > 1e-6:
            raise ValueError(f"shares that sum to 1, not {total:.4g}")
        return mix


@settings
class Role:
    """One role among the staff: how many they are, whom they look after, when, and how well. What is left out is as the staff are."""

    people: Annotated[int, number("persons", 0, 200, "F16, F74")] = 1
    """how many have this role"""
    span_groups: Annotated[int, number("groups that one of them looks after; 0 all", 0, 2_000, "E35, E36, F74")] = 0
    span_members: Annotated[int, number("members that one of them looks after; 0 all", 0, 100_000, "E37, F31")] = 0
    answers: bool = True
    """whether they turn to members: answer, soothe, moderate, welcome, care"""
    ability: Annotated[
        float, number("share of the work that is right at once; the rest is done again", 0.05, 1, "E33: assumed")
    ] = 1.0
    warmth: Annotated[float | None, number("how friendly the tone is, 1 = as a friend", 0, 1, "E32")] = None
    kinship: Annotated[float, number("how alike members they are, 1 = of the same kind", 0, 1, "E63, B33: assumed")] = 1.0
    rank: Annotated[int, number("standing, 1 the lowest", 1, 9, "B33: assumed")] = 1
    persona: bool = False
    """whether members know them as a person with a face"""
    hours: Annotated[float | None, number("hours of work per person and day", 0.1, 24, "assumed")] = None
    shift_start: Annotated[float | None, number("hour of the day", 0, 23.9, "F23")] = None
    """when their shift begins; as the staff if left out"""
    shift_end: Annotated[float | None, number("hour of the day", 0.1, 24, "F23")] = None
    """when their shift ends; as the staff if left out"""
    busy_from: Annotated[float | None, number("hour from which the store keeps them busy", 0, 23.9, "B24: assumed")] = None
    busy_to: Annotated[float | None, number("hour until which it does", 0.1, 24, "B24: assumed")] = None
    backup: Annotated[str, Field(max_length=40)] = ""
    """the role that does their work while none of them is there"""

    @model_validator(mode="after")
    def _hours(self) -> Role:
        for first, last in (("shift_start", "shift_end"), ("busy_from", "busy_to")):
            begin, end = getattr(self, first), getattr(self, last)
            if begin is not None and end is not None and end <= begin:
                raise ValueError(f"{last}={end:g}: later than {first}={begin:g}")
        return self


@settings
class Staff:
    """The people who run the groups: how many, when they are there, how often they look, what an hour costs."""

    people: Annotated[int, number("persons", 0, 200, "F16, F74")]
    """how many run the groups"""
    shift_start: Annotated[float, number("hour of the day", 0, 23.9, "F23")]
    """when their shift begins"""
    shift_end: Annotated[float, number("hour of the day", 0.1, 24, "F23")]
    """when their shift ends"""
    days_per_week: Annotated[int, number("days", 1, 7, "F22")]
    """days on duty a week"""
    look_minutes: Annotated[float, number("minutes between two looks at the groups, mean", 1, 1_440, "assumed")]
    absence: Annotated[float, number("share of shifts missed unplanned", 0, 1, "B06a")]
    warmth: Annotated[float, number("how friendly the tone is, 1 = as a friend", 0, 1, "E32")]
    wage: Annotated[float, number("yuan/hour", 0, 2_000, "example")]
    """what an hour of work costs"""
    budget_hours: Annotated[
        float, number("hours of work per person and day; only the first task of a day may be longer", 0.1, 24, "assumed")
    ]
    answer_minutes: Annotated[float, number("minutes, median", 0.1, 600, "assumed")]
    """work of answering a question"""
    soothe_minutes: Annotated[float, number("minutes, median", 0.1, 600, "assumed")]
    """work of calming somebody in private"""
    moderate_minutes: Annotated[float, number("minutes, median", 0.1, 600, "assumed")]
    """work of taking an advert away"""
    welcome_minutes: Annotated[float, number("minutes, median", 0.1, 600, "assumed")]
    """work of greeting a newcomer"""
    care_minutes: Annotated[float, number("minutes, median", 0.1, 600, "assumed")]
    """work of a private word"""
    post_minutes: Annotated[float, number("minutes, median", 0.1, 600, "assumed")]
    """work of a post"""
    screen_minutes: Annotated[float, number("minutes, median", 0.1, 600, "assumed")]
    """work of checking somebody at the door"""
    settle_minutes: Annotated[float, number("minutes, median", 0.1, 600, "assumed")]
    """work of a step that handles an incident"""
    temper: Annotated[
        float,
        number(
            "chance that a complaint is answered with a quarrel in the group, at a day whose hours are used up",
            0,
            1,
            "E16: assumed",
        ),
    ] = 0.0
    roles: Annotated[tuple[tuple[str, Role], ...], Field(max_length=MOST_ROLES)] = ()
    """who does what, by name; none: everybody does everything"""

    @field_validator("roles", mode="before")
    @classmethod
    def _by_name(cls, roles: Any) -> Any:
        pairs = roles.items() if isinstance(roles, dict) else roles
        if not all(isinstance(pair, tuple | list) and len(pair) == 2 for pair in pairs):
            raise ValueError("{NAME: {people: 1}}")
        return tuple((name, Role(**role) if isinstance(role, dict) else role) for name, role in pairs)

    @model_validator(mode="after")
    def _backups(self) -> Staff:
        check_roles(dict(self.roles))
        return self

    @model_validator(mode="after")
    def _shift(self) -> Staff:
        if self.shift_end <= self.shift_start:
            raise ValueError(f"shift_end={self.shift_end}: later than shift_start={self.shift_start}")
        return self


def check_roles(roles: Mapping[str, Role]) -> None:
    """Raises ValueError where there are too many, a role is called as none can be, or has a backup that is none of the others."""
    if len(roles) > MOST_ROLES:
        raise ValueError(f"roles: at most {MOST_ROLES}, not {len(roles)}")
    for name, role in roles.items():
        if not re.fullmatch(r"[a-z][a-z0-9_]{0,39}", name) or name in RESERVED_ROLES:
            raise ValueError(f"roles.{name}: a name of small letters, digits and _, none of {', '.join(RESERVED_ROLES)}")
        if role.backup and (role.backup == name or role.backup not in roles):
            others = ", ".join(one for one in roles if one != name) or "none, there is no other role"
            raise ValueError(f"roles.{name}.backup={role.backup}: one of {others}")


@settings
class Lever:
    """One planned change: from `day` on, the setting `key` has this `value`."""

    day: Annotated[float, number("day", 0, 4_000, "methods")]
    """from when on the setting has the new value"""
    key: str
    """the setting, with its full path"""
    value: float
    """the value that it has from then on"""


@settings
class Change:
    """One change of a branch: from `day` on `key` is `value`, and all else goes on as it was.

    key: `staff` or a setting of it, `strategy` or a setting of it, a setting of an incident or a campaign by name, `incident.NAME`
    or `campaign.NAME` itself (value: whether it runs), or `remove` (value: the number of a member of the first programme).
    """

    day: Annotated[float, number("day", 0, 4_000, "methods")]
    key: Annotated[str, Field(max_length=120)]
    value: Any

    @property
    def told(self) -> float | bool | str | None:
        """The value in a word: a plan or a procedure by its name."""
        if isinstance(self.value, tuple):  # a strategy
            return str(self.value[0])
        return (
            self.value
            if self.value is None or isinstance(self.value, int | float | str)
            else str(getattr(self.value, "name", ""))
        )


@settings
class Opening:
    """One group of a programme, or what stands in its place: how many are planned, when it is founded, and from where they come."""

    name: str = ""
    size: int = 2
    day: float = 0.0
    sources: tuple[str, ...] = ()
    by_cohort: bool = False
    kind: int = 0
    """0 a group, 1 a private line, 2 a feed (what a channel is)"""
    reach: float = 0.0
    """of a feed: share of its readers to whom a post is shown, 0 all"""


@settings
class Scenario:
    """All that decides a run, seed and replication apart. Plug-ins are held as (name, settings of the plug-in)."""

    name: Annotated[str, Field(pattern=r"^\w[\w-]*$", max_length=80)]
    population: Population
    market: Market
    staff: Staff
    strategy: tuple[str, Any]
    member: dict[str, Any]
    incident: tuple[tuple[str, Any], ...]
    campaign: tuple[tuple[str, Any], ...]
    levers: tuple[Lever, ...]
    days: Annotated[float, number("days that are judged", 1, 3_650, "model 9")]
    confirm_days: Annotated[
        float, number("extra days simulated so that a silence can be confirmed as a death", 0, 90, "model 9")
    ]
    parameters: Any
    without: tuple[str, ...] = ()
    posterior: bool = False  # whether plausible worlds come from the posterior of the fit where it knows a parameter
    changes: Annotated[tuple[Change, ...], Field(max_length=1_000)] = ()

    @property
    def openings(self) -> tuple[Opening, ...]:
        """The groups of a programme in the order of their numbers: those that the plan writes, or else those of the population."""
        population = self.population
        written: tuple[Opening, ...] = getattr(self.strategy[1], "openings", ())
        return written or (Opening(size=population.size),) * population.groups

    @property
    def lever_keys(self) -> tuple[str, ...]:
        """The key of every setting that can move in a run; its place is the lever number in LEVER_MOVED."""
        return tuple(one.key for one in find_moving(self))

    @property
    def procedures(self) -> tuple[tuple[str, Any], ...]:
        """(incident, steps) of every procedure that the run may carry out; those that rules run belong to no incident."""
        return (*procedures_of(None, self.incident), *procedures_of(self.strategy[1], ()), *procedures_of_changes(self.changes))


def has_group(scenario: Scenario) -> bool:
    """Whether the strategy opens any group at all."""
    return bool(getattr(scenario.strategy[1], "founds", True))
