"""Every table that is written -> what each of its columns is and in which unit."""

from __future__ import annotations

from typing import Final, NamedTuple

from sim.projections.outcomes import DAYS, OUTCOMES, Outcome, league_outcomes


class Column(NamedTuple):
    """One column; unit "" for text and plain numbers, share for 0..1."""

    name: str
    unit: str
    meaning: str


class Described(NamedTuple):
    """One table: where it is found, what a row is, its columns in their order; `open`: there may be more, named by what was swept."""

    name: str
    found: str
    row: str
    columns: tuple[Column, ...]
    open: bool = False


def describe_tables() -> tuple[Described, ...]:
    """All tables; those of outcomes as `sim.projections.outcomes` says at this moment."""
    outcomes = [_of_outcome(outcome) for outcome in OUTCOMES.values()]
    of_log = [_of_outcome(outcome) for outcome in OUTCOMES.values() if outcome.read]
    shown = [_of_outcome(outcome, over_replications=True) for outcome in league_outcomes()]
    return (
        Described("vitals", "vitals.csv of a run; Run.vitals()", "one day, all groups together", (*_DAY, *_VITALS, _MESSAGES)),
        Described("vitals by group", "sim.projections.vitals.project_vitals", "one group and day",
                  (*_OF_GROUP, *_DAY, *_VITALS, Column("messages", "messages", "all messages on the screen"))),
        Described("reasons", "why_they_left.csv of a run", "one group and reason", (*_OF_GROUP, *_REASONS)),
        Described("marks", "marks.csv of a run", "one thing that happened", _MARKS),
        Described("wecom", "sim.projections.vitals.project_wecom", "one day", _WECOM),
        Described("economics", "sim.projections.economics.project_economics",
                  "one group, what belongs to no founded group, or the total", _ECONOMICS),
        Described("outcomes", "Run.outcomes()", "one replication", tuple(of_log)),
        Described("arms", "arms of a study", "one arm, with a column for each key that differs", _ARM, open=True),
        Described("replications", "replications of a study", "one arm and replication",
                  (*_ARM, *_REPLICATION, *outcomes, *_REPEAT), open=True),
        Described("lifetimes", "lifetimes of a study", "one arm, replication, definition of death and group", (*_ARM, *_LIFETIMES)),
        Described("panel", "panel of a comparison", "one outcome and arm", (*_JUDGED, *_PAIRED)),
        Described("league", "league of a comparison; sim.compare", "one arm", (*_ARM, *_ALIVE, *shown, *_PAIRED, *_RANKED)),
        Described("survival", "survival of a comparison", "one arm and day", (*_ARM, *_SURVIVAL)),
        Described("definitions", "definitions of a comparison", "one definition of death and arm", _DEFINITIONS),
        Described("daily", "daily of a comparison", "one arm, replication and day of a few replications", _DAILY),
        Described("marks of arms", "marks of a comparison", "one thing that happened in the median replication of an arm",
                  (*_MARKS, Column("arm", "", "number of the arm, from 0"))),
        Described("patterns", "patterns of the patterns study", "one subject and measure", _PATTERNS),
        Described("phase", "phase of the phase study", "one cell and day", _PHASE),
        Described("plans", "plans of a search", "one plan, with a column for each lever and outcome", _PLANS, open=True),
        Described("front", "front of a search with two objectives", "one plan that was tried on fresh worlds", _FRONT),
        Described("rounds", "rounds of a search", "one stage, in the order in which they were simulated", _ROUNDS),
        Described("morris", "morris of a screening", "one arm, or the lead of the best one, and unknown", _MORRIS),
    )  # fmt: skip


def _of_outcome(outcome: Outcome, *, over_replications: bool = False) -> Column:
    told = f"{outcome.aggregate} over replications of: {outcome.formula}" if over_replications else outcome.formula
    return Column(outcome.name, outcome.unit, told)


def describe_bounds(outcome: Outcome) -> str:
    """Between which values an outcome lies, in words."""
    low, high = outcome.low, outcome.high
    ends = ("" if low == float("-inf") else f"{low:g}"), "days" if high == DAYS else "" if high == float("inf") else f"{high:g}"
    return "" if outcome.aggregate == "none" or not any(ends) else f"{ends[0]} to {ends[1] or 'no limit'}".strip()


_ARM: Final = (Column("arm", "", "number of the arm, from 0"), Column("label", "", "what the arm is called"))
_OF_GROUP: Final = (
    Column("programme", "", "number of the programme in the log"),
    Column("group", "", "number of the group in its programme; -1: what belongs to no founded group"),
)
_DAY: Final = (Column("day", "days", "day of the simulation, from 0"),)
_MESSAGES: Final = Column("messages", "messages", "the members' own, as `organic`")
_AMOUNTS: Final = (
    Column("revenue", "yuan", "paid for orders and to come in - refunds"),
    Column("margin", "yuan", "margin of orders + paid to come in - refunds"),
    Column("benefit_cost", "yuan", "costs paid + value received in stimuli and in private care"),
    Column("wages", "yuan", "staff hours x wage"),
    Column("refunds", "yuan", "refunds paid"),
    Column("staff_hours", "hours", "hours of tasks done"),
)
_VITALS: Final = (
    Column("members", "people", "members at the end of the day; who is in two groups counts twice"),
    Column("joins", "people", "entries"),
    Column("exits", "people", "members who left by themselves"),
    Column("removed", "people", "members removed by the operator"),
    Column("muted", "people", "members with notifications off at the end of the day"),
    Column("openers", "people", "distinct members who checked the group"),
    Column("posters", "people", "distinct members who posted organically"),
    Column("interactors", "people", "distinct posters, takers and buyers"),
    Column("organic", "messages", "messages that members start themselves"),
    Column("operator_posts", "messages", "posts of the operator"),
    Column("adverts", "messages", "adverts of members"),
    Column("promotions", "messages", "promotions of the operator"),
    Column("complaints", "messages", "complaints in public"),
    Column("questions", "messages", "questions of members"),
    Column("answered_24h", "messages", "questions of that day that staff answered within 24 h"),
    Column("member_answered_24h", "messages", "questions of that day that another member replied to within 24 h"),
    Column("first_response_minutes", "minutes", "median over questions of that day that staff answered; NaN if none"),
    Column("orders", "orders", "orders placed"),
    *_AMOUNTS,
    Column("cost", "yuan", "benefit_cost + wages"),
    Column("net_income", "yuan", "margin - cost"),
)
_REASONS: Final = (
    Column("reason", "", "what raised the hazard most at that moment; none: nothing by more than 5 %"),
    Column("muted", "people", "members who turned notifications off for it"),
    Column("left", "people", "members who left by themselves for it"),
)
_WECOM: Final = (
    Column("day", "days", "day of the simulation, from 0"),
    Column("new_chat_cnt", "groups", "groups opened that day"),
    Column("chat_total", "groups", "groups that are open"),
    Column("chat_has_msg", "groups", "groups with a message up to that day"),
    Column("new_member_cnt", "people", "entries of that day"),
    Column("member_total", "people", "members"),
    Column("member_has_msg", "people", "(member, group) pairs with a message up to that day"),
    Column("msg_total", "messages", "messages up to that day, those of staff too"),
)
_ECONOMICS: Final = (
    Column("scope", "", "group, outside (belongs to no founded group) or total"),
    Column("programme", "", "number of the programme in the log; -1 in the total"),
    Column("group", "", "number of the group in its programme; -1 unless scope is group"),
    Column("orders", "orders", "orders placed"),
    Column("buyers", "people", "distinct persons with an order"),
    *_AMOUNTS,
    Column("net_income", "yuan", "margin - benefit_cost - wages"),
    Column("member_days", "member-days", "days of membership in the span"),
    Column("order_value", "yuan", "gross sales / orders"),
    Column("spend_per_buyer", "yuan", "gross sales / buyers"),
    Column("repurchase_rate", "share", "buyers with 2 orders or more / buyers"),
    Column("contribution_per_member_month", "yuan", "(margin - benefit_cost) / 30 member-days"),
    Column("staff_productivity", "yuan per hour", "(margin - benefit_cost) / staff_hours"),
)
_REPLICATION: Final = (
    Column("seed", "", "seed of the study"),
    Column("replication", "", "number of the replication; all arms of one share their luck"),
    Column("world", "", "number of the draw of the assumed parameters"),
)
_REPEAT: Final = (
    Column("digest", "", "digest of the log"),
    Column("command", "", "the command that repeats this row"),
)
_LIFETIMES: Final = (
    Column("replication", "", "number of the replication"),
    Column("world", "", "number of the draw of the assumed parameters"),
    Column("definition", "", "definition of death: days of silence, k posters"),
    Column("programme", "", "number of the programme in the log"),
    Column("group", "", "number of the group in its programme"),
    Column("planned", "people", "members the group was planned for"),
    Column("time", "days", "from founding to the end or to the censoring"),
    Column("ended", "", "dead, closed or censored"),
    Column("stillborn", "", "whether it was silent from its seventh day on"),
    Column("revivals", "", "deaths that members undid before the log ended"),
    Column("window", "days", "days of silence that are a death"),
    Column("k", "people", "posters in a week below which the group is dormant"),
    Column("spells", "", "dormancies of the window or longer that began on a judged day"),
    Column("watched", "days", "for which such spells were watched beyond the window"),
    Column("unconfirmed", "", "whether a dormancy was shorter than the window when the log ended"),
)
_ALIVE: Final = (
    Column("replications", "runs", "replications of the arm"),
    Column("worlds", "", "draws of the assumed parameters among them"),
    Column("alive_days", "days", "mean days alive out of the judged ones, over worlds"),
    Column("alive_days_low", "days", "lower end of its 95 % interval"),
    Column("alive_days_high", "days", "upper end"),
)
_SHARES: Final = {
    "ahead": "a true gain > 0", "behind": "a true gain < 0", "better": "a true gain above the smallest effect",
    "same": "a true gain within the smallest effect", "worse": "a true gain below minus the smallest effect",
}  # fmt: skip
_PAIRED: Final = (
    Column(
        "difference", "of the outcome", "mean over plausible worlds of the difference to the baseline (league: in days alive)"
    ),
    Column("low", "of the outcome", "lower end of its 95 % interval, for all arms at once"),
    Column("high", "of the outcome", "upper end"),
    Column("luck_low", "of the outcome", "lower end of what luck alone leaves"),
    Column("luck_high", "of the outcome", "upper end"),
    Column("unknown_low", "of the outcome", "lower end for the difference in one more plausible world (90 %)"),
    Column("unknown_high", "of the outcome", "upper end"),
    Column("ahead", "", "worlds seen in which the arm is better"),
    Column("tied", "", "worlds seen with a difference of 0"),
    Column("behind", "", "worlds seen in which it is worse"),
    *(
        Column(f"{name}_share{end}", "share", f"{told} of plausible worlds with {meaning}")
        for name, meaning in _SHARES.items()
        for end, told in (
            ("", "estimated share"),
            ("_low", "lower 95 % end of the share"),
            ("_high", "upper 95 % end of the share"),
        )
    ),
    Column("gain_shrunk", "of the outcome", "the difference less what luck gives the best of many"),
    Column("p", "", "p of a t test on the means of the worlds that the mean is 0; the verdict does not rest on it"),
    Column("p_holm", "", "p adjusted for the number of arms (Holm 1979)"),
    Column("correlation", "", "of the pair within worlds"),
    Column("variance_reduction", "", "factor by which independent seeds would need more replications"),
    Column("verdict", "", "baseline, better, worse, same, better_open, worse_open or open; none: no group"),
)
_JUDGED: Final = (
    Column("outcome", "", "what is judged"),
    *_ARM,
    Column("effect", "of the outcome", "smallest difference that matters"),
    Column("runs", "runs", "replications in which every arm has a value"),
    Column("mean", "of the outcome", "over plausible worlds"),
    Column("mean_low", "of the outcome", "lower end of its 95 % interval"),
    Column("mean_high", "of the outcome", "upper end"),
    Column("rank", "", "1 is best"),
    Column("possible_best", "", "whether the arm is among those of which one is the best with 95 %"),
    Column("at_bound", "", "low, high: nearly all replications sit at the least or the most that the outcome can be"),
    Column("worlds", "", "draws of the assumed parameters among the replications"),
)
_RANKED: Final = (
    Column("rank", "", "1 stays alive longest"),
    Column("possible_best", "", "whether the arm is among those of which one stays alive longest with 95 %"),
    Column("against_best", "", "verdict against the arm of rank 1; best for itself"),
    Column("on_front", "", "whether no other arm is as good in days alive, net income and staff hours and better in one"),
    Column("front_share", "share", "of worlds drawn anew in which it is on the front"),
)
_SURVIVAL: Final = (
    Column("day", "days", "0 to the days judged"),
    Column("alive", "share", "of planned members whose group is neither dead nor closed"),
    Column("low", "share", "lower end of its 95 % interval"),
    Column("high", "share", "upper end"),
    Column("at_risk", "groups", "groups under observation"),
    Column("dead", "share", "cumulative incidence of death"),
    Column("dead_low", "share", "lower end of its 95 % interval"),
    Column("dead_high", "share", "upper end"),
    Column("closed", "share", "cumulative incidence of planned closing"),
)
_DEFINITIONS: Final = (
    Column("definition", "", "days of silence, k posters; the one that counts first"),
    Column("window", "days", "days of silence that are a death; NaN where the definition has a share of its own"),
    Column("k", "people", "posters in a week below which the group is dormant"),
    *_ARM,
    Column("alive_days", "days", "mean days alive under the definition, by planned members"),
    Column("rank", "", "1 stays alive longest"),
    Column("revived", "share", "of the silences as long as the window that end with talk again"),
    Column("tau", "", "Kendall's, against the order under the definition that counts"),
    Column("flips", "", "pairs of arms surely apart under both definitions, in opposite order"),
    Column("holds", "", "whether there is no such pair"),
)
_PHASE: Final = (
    Column("axis", "", "kol_share or starting_activity"),
    Column("level", "share or messages a day", "of KOLs among members; in the first week at half effort"),
    Column("effort", "share", "of a full effort of the operator"),
    Column("day", "days", "day judged"),
    Column("alive", "share", "of groups alive after that day"),
    Column("groups", "groups", "replications in the cell"),
)
_PLANS: Final = (
    Column("plan", "", "what the plan is called; yardstick: the plan as it is"),
    Column("proposed", "", "place in the order in which plans were proposed; 0: the plan as it is"),
    Column("round", "", "last round the plan was in; 0: the search"),
    Column("replications", "runs", "replications of the plan in that round"),
    Column("excess", "", "by how much limits are exceeded, as a share of each; 0: all are kept"),
    Column("words", "", "settings that make the plan"),
)
_FRONT: Final = (
    Column("number", "", "number of the plan along the front"),
    Column("plan", "", "what the plan is called; yardstick: the plan as it is"),
    *(
        column
        for name, told in (("first", "first objective"), ("second", "second objective"))
        for column in (
            Column(name, "of the outcome", f"{told} on fresh worlds"),
            Column(f"{name}_low", "of the outcome", "lower end of its 95 % interval"),
            Column(f"{name}_high", "of the outcome", "upper end"),
            Column(f"seen_{name}", "of the outcome", f"{told} in the last round, by which the plan was chosen"),
        )
    ),
    Column("keeps", "", "whether the plan keeps all limits on fresh worlds by its mean"),
    Column("on_front", "", "whether no other plan that keeps the limits beats it in both objectives on fresh worlds"),
    Column("front_share", "share", "of worlds drawn anew in which it is on the front"),
    Column("words", "", "settings that make the plan"),
)
_MORRIS: Final = (
    Column("outcome", "", "what is judged"),
    Column("label", "", "the arm, or the best one where it leads another"),
    Column("rival", "", "the arm that it leads; empty: the arm by itself"),
    Column("mean", "of the outcome", "over all points"),
    Column("name", "", "the unknown parameter"),
    Column("low", "", "lower end of its range"),
    Column("high", "", "upper end"),
    Column("mu", "of the outcome", "mean elementary effect over the whole range; of a lead as a gain"),
    Column("mu_star", "of the outcome", "mean size of the elementary effects"),
    Column("mu_star_low", "of the outcome", "lower end of its 95 % interval"),
    Column("mu_star_high", "of the outcome", "upper end"),
    Column("sigma", "of the outcome", "spread of the elementary effects"),
    Column("sigma_low", "of the outcome", "lower end of its 95 % interval"),
    Column("sigma_high", "of the outcome", "upper end"),
    Column("luck", "of the outcome", "mean size that luck alone would show"),
    Column("q", "", "false discovery rate at which it moves the outcome at all (Benjamini & Hochberg 1995)"),
    Column("beyond", "", "whether that is 5 % at most"),
)
_ROUNDS: Final = (
    Column("kind", "", "search, halving (a round with more replications) or retest (fresh worlds)"),
    Column("number", "", "plans proposed so far, number of the round or of the trial"),
    Column("plans", "", "plans simulated"),
    Column("replications", "runs", "replications of each plan"),
    Column("seed", "", "seed of the stage"),
    Column("folder", "", "folder of the stage, a study of its own"),
)
_MARKS: Final = (
    Column("day", "days", "when it began"),
    Column("kind", "", "incident, campaign, lever or state"),
    Column("name", "", "which incident, campaign, setting or state of life"),
    Column("end", "days", "when it ended; empty: a moment, or not before the log ends"),
)
_DAILY: Final = (
    *(
        column
        for column in (*_DAY, *_VITALS)
        if column.name in ("day", "members", "muted", "organic", "complaints", "net_income", "staff_hours")
    ),
    *_ARM,
    Column("replication", "", "number of the replication"),
    Column("median", "", "whether it is the median replication of its arm by the outcome that was asked first"),
)
_PATTERNS: Final = (
    Column("subject", "", "scenario, mixed (a population of 216 groups), experiments, or the folder of a real chat"),
    Column("kind", "", "simulated, experiments or real"),
    Column("pattern", "", "which regularity of real groups it belongs to: P1 to P16, T1 to T17 for the texture of talk"),
    Column("name", "", "what is measured"),
    Column("what", "", "what is measured, in words"),
    Column("value", "of the measure", "median over replications, or of the chat; missing where the subject does not tell it"),
    Column("low", "of the measure", "lower end of what real groups show"),
    Column("high", "of the measure", "upper end"),
    Column("place", "", "in, near (outside by at most a fifth of the width of the range) or out; empty: there is no value"),
    Column("role", "", "emergent, partly, input (put in by hand), or texture"),
    Column("source", "", "where the range comes from"),
)
