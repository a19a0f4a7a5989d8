"""The steps of handling what goes wrong, as one table: what each does to whom, and which keys it takes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import Field

from sim.allowed import ConfigError, hints_of, no_choice, quoted, validated
from sim.scenario import number, settings

Channel = Literal["public", "private", "phone", "face"]
Audience = Literal["complainant", "parties", "affected", "buyers", "all"]


@settings
class Step:
    """One step of a procedure. What is left out is as its kind usually is."""

    step: str
    channel: Channel | None = None
    audience: Audience | None = None
    minutes: Annotated[float | None, number("minutes of work, median", 0.1, 600, "assumed")] = None
    wait_hours: Annotated[float, number("hours before it begins", 0, 4_000, "assumed")] = 0.0
    within_minutes: Annotated[float | None, number("minutes from the opening after which it is not done any more", 1, 1e5, "B03")] = None
    needs: Annotated[tuple[str, ...], Field(max_length=4)] = ()
    share: Annotated[float | None, number("share of the anger that goes", 0, 1, "assumed")] = None
    justice: Annotated[float | None, number("how fair and workable it is", 0, 1, "assumed")] = None
    apology: bool = False
    denies: bool = False
    blames: bool = False
    praise_first: bool = False
    perspective: bool = False
    yuan: Annotated[float | None, number("yuan; the price of the usual order if left out", 0, 10_000, "assumed")] = None
    first: Annotated[int, number("of the audience, those who spoke first; 0 all", 0, 500, "B02.s3")] = 0
    thanks: bool = False
    days: Annotated[float, number("days within which members make up their minds", 0, 90, "assumed")] = 3.0
    hurdle: Annotated[float, number("log-odds against asking for it at no anger", -20, 20, "assumed")] = 5.0
    per_anger: Annotated[float, number("log-odds per unit of anger", 0, 20, "assumed")] = 2.5
    per_loss: Annotated[float, number("log-odds per unit of lost trust", 0, 20, "assumed")] = 1.0
    per_tie: Annotated[float, number("log-odds per acquaintance who has asked", 0, 20, "assumed")] = 0.7
    target: Literal["message", "author"] = "message"
    posts: Annotated[int, number("posts", 1, 50, "B15.s3")] = 4
    rules: bool = False
    row: str = ""


@dataclass(frozen=True)
class Kind:
    """What a kind of step does, where it is done, whom it reaches, and which keys beside the common ones it takes."""

    meaning: str
    keys: tuple[str, ...] = ()
    channel: Channel = "public"
    audience: Audience = "all"
    needs: tuple[str, ...] = ()


COMMON = ("step", "channel", "audience", "minutes", "wait_hours", "within_minutes", "needs", "row")
KINDS: dict[str, Kind] = {
    "stance": Kind("a position: apology, plain answer, or denial", ("apology", "denies", "blames", "justice")),
    "soothe": Kind("calms whoever it reaches", ("share",), audience="affected"),
    "private_talk": Kind("hears one after the other, in private", ("share", "praise_first", "perspective"), "private", "parties"),
    "investigate": Kind("time passes; afterwards the cause is known", (), "private", "parties"),
    "explain": Kind("tells why it came to this, and what the rule is", ("justice", "rules")),
    "plan": Kind("tells how it will be from now on", ("justice",), needs=("investigate",)),
    "compensate": Kind(
        "offers money back or a gift; each decides alone whether to ask for it",
        ("justice", "yuan", "first", "thanks", "days", "hurdle", "per_anger", "per_loss", "per_tie"), audience="affected",
    ),
    "remove": Kind("takes messages away, or their authors too", ("target", "days"), audience="affected"),
    "steer": Kind("posts that push the matter off the screen", ("posts",)),
    "distract": Kind("something else to talk about; contempt where nothing is settled yet", ("yuan", "posts")),
    "answer": Kind("answers the question that is open", (), "public", "complainant"),
    "none": Kind("nothing is done"),
}  # fmt: skip
#: Incident -> the class of cause by which a plan names how it handles it (`incident.NAME.handling=plan`).
CLASSES = {"quarrel": "friction", "price_rise": "price_change", "ad_wave": "intrusion", "slow_reply": "unanswered"}
#: Classes of cause (mechanisms, part 1): what a plan may write a procedure for, for incidents or for a rule that runs it.
CAUSES = (
    "friction", "price_change", "intrusion", "unanswered", "fault", "disappointment", "contradiction", "pressure", "departure",
    "slander", "watch",
)  # fmt: skip
#: Kinds of step that the engine does not offer yet.
NOT_YET_STEPS = (
    "private_alternative", "quarantine", "substitute", "coach", "deflect", "fix", "redesign", "test", "migrate", "dissolve",
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
    if name in NOT_YET_STEPS:
        raise ConfigError(f"{key}.step={name}: the engine does not offer this step yet; one of {', '.join(KINDS)}")
    if name not in KINDS:
        raise no_choice(f"{key}.step", name, KINDS)
    kind = KINDS[str(name)]
    for one in block:
        if one not in hints_of(Step) or one not in (*COMMON, *kind.keys):
            raise no_choice(f"{key}.{one}", one, (*COMMON, *kind.keys))
    for needed in block.get("needs", ()) if isinstance(block.get("needs", ()), list) else ():
        if str(needed) not in KINDS:
            raise no_choice(f"{key}.needs", needed, KINDS)
    step: Step = validated(Step, block, key)
    return step
