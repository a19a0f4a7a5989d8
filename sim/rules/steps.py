"""The steps of handling what goes wrong, as one table: what each does to whom, and which keys it takes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import Field

from sim.allowed import ConfigError, hints_of, no_choice, quoted, validated, without_none
from sim.rules.audience import SELECTORS
from sim.rules.clock import check_often
from sim.rules.mechanics import MECHANICS
from sim.rules.post import Mechanic
from sim.rules.spec import FAMILIES, hint_at
from sim.scenario import Staff, number, settings

Channel = Literal["public", "private", "phone", "face"]
Audience = Literal["complainant", "parties", "affected", "buyers", "all"]
#: What may stand on a menu of compensation: the price back, or something small instead.
Choice = Literal["refund", "return", "exchange", "coupon", "snack"]
SMALL = {"coupon", "snack"}


@settings
class Step:
    """One step of a procedure. What is left out is as its kind usually is."""

    step: str
    """what is done: the name of a kind of step"""
    channel: Channel | None = None
    """where: in the group, in a private line, by telephone, face to face"""
    audience: Audience | None = None
    """whom it reaches: who complained, those at odds, all who are hurt, buyers, everybody"""
    minutes: Annotated[float | None, number("minutes of work, median", 0.1, 600, "assumed")] = None
    wait_hours: Annotated[float, number("hours before it begins", 0, 4_000, "assumed")] = 0.0
    within_minutes: Annotated[
        float | None, number("minutes from the opening after which it is not done any more", 1, 1e5, "B03")
    ] = None
    needs: Annotated[tuple[str, ...], Field(max_length=4)] = ()
    """steps without which it is worth less"""
    share: Annotated[float | None, number("share of the anger that goes", 0, 1, "assumed")] = None
    justice: Annotated[float | None, number("how fair and workable it is", 0, 1, "assumed")] = None
    apology: bool = False
    """whether it says sorry"""
    denies: bool = False
    """whether it denies that anything is wrong"""
    blames: bool = False
    """whether it puts the blame on who complained"""
    praise_first: bool = False
    """whether a word of praise comes first"""
    perspective: bool = False
    """whether it helps to see the matter with the eyes of the other"""
    yuan: Annotated[
        float | None, number("yuan; if left out the price of the usual order, or 1 for a packet", 0, 10_000, "assumed")
    ] = None
    first: Annotated[int, number("of the audience, those who spoke first; 0 all", 0, 500, "B02.s3")] = 0
    thanks: bool = False
    """whether each who spoke first is thanked in private"""
    days: Annotated[float, number("days: to make up their minds, to look for messages, of coaching", 0, 90, "assumed")] = 3.0
    hurdle: Annotated[float, number("log-odds against asking for it at no anger", -20, 20, "assumed")] = 5.0
    per_anger: Annotated[float, number("log-odds per unit of anger", 0, 20, "assumed")] = 2.5
    per_loss: Annotated[float, number("log-odds per unit of lost trust", 0, 20, "assumed")] = 1.0
    per_tie: Annotated[float, number("log-odds per acquaintance who has asked", 0, 20, "assumed")] = 0.7
    per_precedent: Annotated[
        float, number("log-odds per refund to them or an acquaintance in an earlier matter", 0, 20, "E18: .3 to 1, assumed")
    ] = 0.0
    target: Literal["message", "author"] = "message"
    """what is taken away: the message, or its author too"""
    posts: Annotated[int, number("posts", 1, 50, "B15.s3")] = 4
    rules: bool = False
    """whether the rules are posted with it"""
    by: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,39}$")] = "anybody"
    """who does it: a role, those of the highest rank (rank), those most alike members (kin)"""
    menu: Annotated[tuple[Choice, ...], Field(max_length=5)] = ()
    """what is offered to choose from"""
    softness: Annotated[float, number("share of the author's anger that is spared", 0, 1, "B11.s2, B11.s3")] = 0.0
    baseline: bool = False
    """whether the present result is noted first, so that what comes of it shows"""
    ability: Annotated[float, number("how able the new person is", 0, 1, "B10.s4: 0.8, assumed")] = 0.8
    promise: Annotated[
        float, number("how much of the loss the promise covers", 0, 1, "B10.s4: booking guaranteed, assumed")
    ] = 1.0
    what: Literal["cause", "listing"] = "cause"
    """what is mended: the cause itself, or the listing"""
    factor: Annotated[float, number("what is left of the chance that it comes again", 0, 1, "B13.s5, E68: 0.5")] = 0.5
    listing: Annotated[float, number("share of such questions that the listing answers", 0, 1, "B19.s3: 0.9")] = 0.9
    hours: Annotated[float, number("hours for which responses count", 1, 168, "B09.s1: 48")] = 48.0
    below: Annotated[float, number("done only if a smaller share responded to the test before", 0, 1.001, "H21: .1")] = 1.001
    active_days: Annotated[float, number("days within which somebody wrote who is invited", 1, 90, "assumed")] = 14.0
    by_cohort: bool = False
    """whether each circle of acquaintance gets a group of its own"""
    notice_days: Annotated[float, number("days between the notice and the closing", 0, 30, "B20: assumed")] = 3.0
    befriend: bool = False
    """whether members are asked to be friends in the private line before"""
    route: Literal["", "public_domain", "by_interest"] = ""
    """where members are sent who are in no other group"""
    set: dict[str, Any] = Field(default_factory=dict)
    """settings that are set anew for good, with their values"""
    add: dict[str, Any] = Field(default_factory=dict)
    """a mechanic that begins, as an entry of a calendar"""
    row: str = ""
    """the row of the digest that it comes from"""


@dataclass(frozen=True)
class Kind:
    """What a kind of step does, where it is done, whom it reaches, and which keys beside the common ones it takes."""

    meaning: str
    keys: tuple[str, ...] = ()
    channel: Channel = "public"
    audience: Audience = "all"
    needs: tuple[str, ...] = ()


#: Mechanics that a redesign can begin: those that post, and rounds of care.
ADDED = (*(name for name, kind in MECHANICS.items() if issubclass(kind, Mechanic)), "care")
COMMON = ("step", "by", "minutes", "wait_hours", "within_minutes", "row")
#: Keys of the steps that say something: in public to everybody, else to each of an audience.
TOLD = ("channel", "audience")
KINDS: dict[str, Kind] = {
    "stance": Kind("a position: apology, plain answer, or denial", (*TOLD, "needs", "apology", "denies", "blames", "justice")),
    "soothe": Kind("calms whoever it reaches", (*TOLD, "share"), audience="affected"),
    "private_talk": Kind(
        "hears one after the other, in private", (*TOLD, "share", "praise_first", "perspective"), "private", "parties"
    ),
    "investigate": Kind("time passes; afterwards the cause is known", (), "private", "parties"),
    "explain": Kind("tells why it came to this, and what the rule is", (*TOLD, "needs", "justice", "rules")),
    "plan": Kind("tells how it will be from now on", (*TOLD, "needs", "justice"), needs=("investigate",)),
    "compensate": Kind(
        "offers money back or a gift; each decides alone whether to ask for it",
        ("audience", "needs", "justice", "menu", "yuan", "first", "thanks", "days", "hurdle", "per_anger", "per_loss", "per_tie",
         "per_precedent"),
        audience="affected",
    ),
    "remove": Kind("takes messages away, or their authors too", ("target", "days", "softness"), audience="affected"),
    "steer": Kind("posts that push the matter off the screen", ("posts",)),
    "distract": Kind("something else to talk about; contempt where nothing is settled yet", ("yuan",)),
    "answer": Kind("answers the question that is open", (), "public", "complainant"),
    "none": Kind("nothing is done"),
    "deflect": Kind("points to the listing instead of answering", (), "public", "complainant"),
    "private_alternative": Kind(
        "offers another way in private to whoever wrote what is not allowed", ("audience", "softness"), "private", "complainant"
    ),
    "coach": Kind("helps to a result of one's own, a word a week", ("audience", "baseline", "days"), "private", "complainant"),
    "substitute": Kind("somebody able takes the place of who has left", ("channel", "ability", "promise"), "private", "affected"),
    "fix": Kind("mends the cause, so that it comes again less often, or the listing", ("what", "factor", "listing"), "private"),
    "test": Kind("a packet, a game, a question and a topic; counts who responds", ("hours", "yuan")),
    "migrate": Kind(
        "founds a group for those who still write, or one a cohort, invites them and closes the old one",
        ("below", "active_days", "by_cohort", "notice_days"),
    ),
    "quarantine": Kind("invites a bloc to a small group of its own", ("audience",), "private", "affected"),
    "dissolve": Kind("gives notice, takes leave of the members and closes the group", ("notice_days", "befriend", "route")),
    "redesign": Kind("sets settings anew for good, and may begin a mechanic", ("set", "add"), "private"),
}  # fmt: skip
#: Incident -> the class of cause by which a plan names how it handles it (`incident.NAME.handling=plan`).
CLASSES = {
    "quarrel": "friction", "price_rise": "price_change", "ad_wave": "intrusion", "slow_reply": "unanswered", "friction": "friction",
    "fault": "fault", "contradiction": "contradiction", "disappointment": "disappointment", "pressure": "pressure",
    "departure": "departure", "slander": "slander", "plea": "intrusion", "freebie_exit": "exit",
}  # fmt: skip
#: Trigger of an incident -> the procedure that is meant by right, wrong and none where the incident has none of its own name.
PROCEDURES = {
    "fault": "product_fault", "contradiction": "contradictory_answers", "disappointment": "disappointed_trial",
    "pressure": "harvest_accusation", "departure": "teacher_leaves", "plea": "member_program", "friction": "merged_groups",
}  # fmt: skip
#: Classes of cause (mechanisms, part 1): what a plan may write a procedure for, for incidents or for a rule that runs it.
CAUSES = (
    "friction", "price_change", "intrusion", "unanswered", "fault", "disappointment", "contradiction", "pressure", "departure",
    "slander", "exit", "watch",
)  # fmt: skip


@settings
class Handling:
    """A procedure under the name by which it was chosen."""

    name: str
    steps: tuple[Step, ...]


def read_steps(blocks: Any, key: str) -> tuple[Step, ...]:
    """The steps of a procedure in their order. Raises ConfigError."""
    if not isinstance(blocks, list):
        raise ConfigError(f"{key}={quoted(blocks)}: a list of steps, such as [{{step: soothe, channel: private}}]")
    return tuple(_read_step(block, f"{key}.{place}") for place, block in enumerate(blocks))


def _read_step(block: Any, key: str) -> Step:
    if not isinstance(block, dict):
        raise ConfigError(f"{key}={quoted(block)}: a step, such as {{step: soothe, channel: private}}")
    name = str(block.get("step"))
    if name not in KINDS:
        raise no_choice(f"{key}.step", name, KINDS)
    kind = KINDS[str(name)]
    for one in block:
        if one not in hints_of(Step) or one not in (*COMMON, *kind.keys):
            raise no_choice(f"{key}.{one}", one, (*COMMON, *kind.keys))
    for needed in block.get("needs", ()) if isinstance(block.get("needs", ()), list) else ():
        if str(needed) not in KINDS:
            raise no_choice(f"{key}.needs", needed, KINDS)
    if name == "redesign":
        _check_redesign(block, key)
    step: Step = validated(Step, block, key)
    if "channel" in kind.keys and step.audience and (step.channel or kind.channel) == "public":
        raise ConfigError(f"{key}.audience={step.audience}: in public everybody hears it; with channel private, phone or face")
    if SMALL & set(step.menu) and step.yuan is None:
        raise ConfigError(f"{key}.yuan is missing: what a {' or '.join(sorted(SMALL & set(step.menu)))} is worth, yuan")
    return step


def _check_redesign(block: Mapping[str, Any], key: str) -> None:
    """What a redesign sets is a setting of staff, of the duties, of the entry, of the incident (`incident.roles`) or an entry's.

    Raises ConfigError; whether the plan of the run has it is seen when the run is composed.
    """
    if not block.get("set") and not block.get("add"):
        raise ConfigError(f"{key}: a redesign has set, or add, or both")
    moved = block.get("set") or {}
    if not isinstance(moved, dict):
        raise ConfigError(f"{key}.set={quoted(moved)}: settings by name, such as {{duties.reply: 0.1}}")
    for path, value in moved.items():
        head, _, rest = str(path).partition(".")
        kind = {"staff": Staff, **FAMILIES}.get(head)
        if kind is not None:
            if (allowed := hint_at(kind, rest)) is None or hints_of(allowed):
                raise no_choice(f"{key}.set.{path}", rest, hints_of(kind))
            validated(without_none(allowed), value, f"{key}.set.{path}")
        elif not rest or isinstance(value, bool | int | float) is False:
            raise ConfigError(
                f"{key}.set.{path}={quoted(value)}: a number for a setting, such as duties.reply or posts.per_week"
            )
    if added := block.get("add"):
        use = str(added.get("use") if isinstance(added, dict) else added)
        if use not in ADDED:
            raise no_choice(f"{key}.add.use", use, ADDED)
        if (select := str(added.get("select", "top_talkers"))) not in SELECTORS:
            raise no_choice(f"{key}.add.select", select, SELECTORS)
        check_often(added, f"{key}.add")
        validated(MECHANICS[added["use"]], {name: value for name, value in added.items() if name != "use"}, f"{key}.add")
