"""What staff do about what happens in a group: shares of each kind that they take care of."""

from __future__ import annotations

from typing import Annotated

from sim.scenario import number, settings


@settings
class Duties:
    """How much of what happens is dealt with; how soon is a matter of staff, shifts and everything else there is to do."""

    answer: Annotated[float, number("share of questions answered", 0, 1, "E13, I07")]
    reply: Annotated[float, number("share of other messages staff reply to", 0, 1, "E22, E32")]
    reply_top: Annotated[float, number("the same for the ten per cent who write most", 0, 1, "E22, C33")]
    soothe: Annotated[float, number("share of complaints followed by a private word", 0, 1, "E13, E14")]
    moderate: Annotated[float, number("share of members' adverts taken away", 0, 1, "E08, E10")]
    welcome: Annotated[float, number("share of newcomers greeted", 0, 1, "C19, E07")]
    rules: Annotated[bool, number("whether rules are posted, on the first day on which this is so", 0, 1, "E08")]
