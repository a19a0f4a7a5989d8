"""Every setting acts: moved across its range, it changes what members do, what staff work or what money flows.

The tests of this file take about 45 s on one core that has nothing else to do, most of it runs of 0.02 to 0.3 s.
"""

from __future__ import annotations

import dataclasses
import re
import typing
from collections.abc import Iterator
from functools import cache, reduce
from typing import Any, Literal

import numpy as np
import pytest
from pydantic.fields import FieldInfo

import sim
from sim import plugins
from sim.allowed import hints_of
from sim.config import PLAIN, compose, options, trigger_of
from sim.config import replaced as given_again
from sim.config.building import MODE
from sim.events.kinds import (
    ADVERT_POSTED,
    COMPLAINT_POSTED,
    COST_PAID,
    COUPON_GIVEN,
    ENTRY_DECLINED,
    GROUP_CHECKED,
    GROUP_CLOSED,
    GROUP_MUTED,
    MEMBER_CARED_FOR,
    MEMBER_JOINED,
    MEMBER_LEFT,
    MEMBER_PRESSED,
    MESSAGE_POSTED,
    ORDER_PLACED,
    QUESTION_ASKED,
    REFUND_PAID,
    STIMULUS_ANSWERED,
    TASK_DONE,
)
from sim.members.member_type import MemberType
from sim.parameters import SUBMODELS, Parameters, plausible_ranges
from sim.scenario import Market, Population, Role, Staff
from sim.studies.runner import REPLICATIONS_PER_WORLD

#: What counts as an effect. Rows that only write a setting down (a severity, an attribute of a stimulus, a price) do not.
EFFECTS = (
    GROUP_CLOSED, MEMBER_JOINED, MEMBER_LEFT, GROUP_MUTED, ENTRY_DECLINED, GROUP_CHECKED, MESSAGE_POSTED, QUESTION_ASKED,
    COMPLAINT_POSTED, ADVERT_POSTED, STIMULUS_ANSWERED, ORDER_PLACED, MEMBER_CARED_FOR, TASK_DONE, COST_PAID, REFUND_PAID,
    COUPON_GIVEN, MEMBER_PRESSED,
)  # fmt: skip
#: Rows whose x may be an echo of a setting: the sentiment that an incident puts into somebody's mouth.
ECHOES = (MESSAGE_POSTED, COMPLAINT_POSTED)

#: Settings that change no log, each with the reason. The test fails when one of them does.
NO_EFFECT = {
    "scenario.population.memberships": "room for further memberships; a run that needs more is refused in one line",
    "scenario.population.further_channels": "room for further channels; a run that needs more is refused in one line",
    "parameters.move_warmth": "no small run of a shipped config moves anybody; tests/property/test_moves.py does",
    "parameters.topic_lasting": "nobody is satiated with a topic within days; tests/protocol/test_what_is_offered.py does it",
    **dict.fromkeys(
        ("parameters.esteem_carry", "parameters.wish_buying"),
        "no small run of a shipped config opens a second group or seats; tests/protocol/test_wear_and_esteem.py does",
    ),
    **dict.fromkeys(
        ["parameters.told_comes", "parameters.told_days"],
        "no shipped plan tells newcomers the time of a stream within days; tests/protocol/test_channels.py does",
    ),
    "parameters.carry_share": "no small run of a shipped config posts in a feed; tests/property/test_moves.py does",
    "parameters.coupon_passed": "no shipped plan gives what can be passed on before day 31; tests/property/test_wallet.py does",
    **dict.fromkeys(
        [
            f"parameters.{name}"
            for name in (
                "favour_warmth",
                "favour_days",
                "favour_tolerance",
                "favour_burden",
                "gathering_warmth",
                "outing_warmth",
                "coaching_effort",
                "coaching_claim",
                "told_recall",
            )
        ],
        "no shipped plan does it within days in a small group; tests/protocol/test_people.py does",
    ),
    **dict.fromkeys(
        [
            f"parameters.{name}"
            for name in (
                "unprepared",
                "soothe_share",
                "talk_share",
                "praise_share",
                "view_share",
                "justice_plan",
                "deputy_share",
                "faceless",
            )
        ],
        "shipped procedures say it themselves, or it takes longer; tests/protocol/test_incidents.py and test_office.py do it",
    ),
    **dict.fromkeys(
        [
            f"parameters.{name}"
            for name in (
                "role_help",
                "role_spread",
                "role_show",
                "shown_recall",
                "shown_claim",
                "role_sell",
                "role_contacts",
                "role_recall",
                "honour_gain",
                "honour_days",
                "honour_talk",
                "honour_stay",
                "honour_obey",
                "honour_wish",
                "seen_through",
                "posing_anger",
                "tier_bond",
                "bond_recovery",
                "bond_show",
            )
        ],
        "what a plan begins, or a rare event; tests/protocol/test_standing.py does",
    ),
    **dict.fromkeys(
        ["parameters.level_width", "scenario.population.beginners", "parameters.harsh_anger"],
        "no shipped plan posts at a level, nor do its staff lose their temper; tests/protocol/test_motives.py does it",
    ),
    "incident.lesson_level.result_days": "nobody is coached for a lesson; where a trial disappoints it acts",
    "replications": "how many runs a study makes of each arm; a single run is one of them",
}

#: Types that make a small world no livelier; each is in it where a setting of its own is tried.
QUIET = ("stays_out", "well_off")
LIVELY = [name for name in options("member") if name not in QUIET]
#: A small lively world: in it every other type reads, talks, advertises and buys, and some mute and leave within days.
SMALL = (
    "scenario.population.size=36", "scenario.population.joining_days=0.5", "scenario.population.ties_per_member=3",
    "scenario.population.walk_ins_per_day=1", "scenario.population.reservoir=0.5", "scenario.market.needs_per_month=30",
    "scenario.market.base_odds=0.5", "staff.days_per_week=7", "staff.absence=0.2", "parameters.leave_rate=0.02",
    "parameters.mute_rate=0.03", "parameters.value_reference=1", "parameters.mode=fixed", "days=8", "confirm_days=0",
    *(f"++scenario.population.mix.{name}={1 / len(LIVELY)}" for name in LIVELY),
)  # fmt: skip
#: What else may go on in it, for settings that need it.
TROUBLE = ("ad_wave", "price_rise", "quarrel", "slow_reply")
INCIDENTS = (f"incident=[{','.join(TROUBLE)}]", *(f"incident.{name}.day=1" for name in TROUBLE))
LASTING = [name for name in options("campaign") if name != "planned_end"]
CAMPAIGNS = (f"campaign=[{','.join(LASTING)}]", *(f"campaign.{name}.day=1" for name in LASTING))
UNTENDED = (
    "strategy=no_plan", "parameters.question_share=0.5", "parameters.replies_mean=0.2",
    *(f"incident.{name}.handling=none" for name in TROUBLE),
)  # fmt: skip
#: What a setting needs beside its own plug-in, by the beginning of its key.
NEEDS: dict[str, tuple[str, ...]] = {
    **{
        f"member.{name}.": (
            f"++scenario.population.mix.{name}={3 / len(LIVELY)}",
            *(f"++scenario.population.mix.{less}=0" for less in ("lurker", "regular", "spammer")),
            *(["member.stays_out.refuses=0"] if name == "stays_out" else []),
        )
        for name in QUIET
    },
    **dict.fromkeys(
        ("parameters.tell_rate", "parameters.told_anger"),
        (
            "incident=[quarrel]",
            "incident.quarrel.day=1",
            "incident.quarrel.handling=none",
            "incident.quarrel.grievance=3",
            "scenario.population.ties_per_member=8",
            "parameters.tell_rate=5",
            "parameters.told_anger=2",
        ),
    ),
    **{
        f"parameters.{name}": (
            "strategy=image_class",
            "incident=[slow_reply]",
            "incident.slow_reply.day=1",
            "days=12",
            "incident.slow_reply.handling=plan",
            "incident.slow_reply.patience_hours=0.1",
            "strategy.base.duties.answer=0",
            "incident.slow_reply.severity=1",
            "incident.slow_reply.grievance=3",
        )
        for name in ("justice_apology",)
    },
    **{
        f"parameters.{name}": (
            "strategy=kol_care",
            "staff=team",
            "incident=[teacher_leaves]",
            "incident.teacher_leaves.day=5",
            "incident.teacher_leaves.person=0",
            "incident.teacher_leaves.bond=0",
            "days=12",
            "incident.teacher_leaves.fans=0",
            "incident.teacher_leaves.spread=0",
            "parameters.bond_answer=0.05",
        )
        for name in ("bond_answer", "bond_days")
    },
    **{
        f"parameters.{name}": (
            "strategy=feizhimi",
            "parameters.question_share=0.8",
            "strategy.base.response.deflect=0.9",
            "staff.shift_start=8",
            "days=12",
        )
        for name in ("listing_effect", "deflect_")
    },
    **{
        f"parameters.{name}": (
            "strategy=skewer_owner",
            "incident=[member_program]",
            "incident.member_program.day=2",
            "incident.member_program.handling=none",
            "staff.days_per_week=7",
            "staff.absence=0",
        )
        for name in ("withdraw_softness", "alternative_softness")
    },
    "parameters.justice_reason": (
        "strategy=image_class",
        "incident=[harvest_accusation]",
        "incident.harvest_accusation.day=1",
        "incident.harvest_accusation.handling=plan",
        "incident.harvest_accusation.per_week=40",
    ),
    "parameters.contempt": (
        "incident=[merged_groups]",
        "incident.merged_groups.day=1",
        "incident.merged_groups.handling=wrong",
        "staff=team",
    ),
    "parameters.justice_position": (
        "strategy=skewer_owner",
        "incident=[product_fault]",
        "incident.product_fault.day=1",
        "days=12",
        "incident.product_fault.handling=plan",
        "incident.product_fault.hour=11",
    ),
    "incident.complaint_product": (
        "incident.complaint_product.buyers=0",
        "incident.complaint_product.again_days=2",
        "staff=team",
        "scenario.market.base_odds=2",
        "incident.complaint_product.find_days=4",
    ),
    "incident.complaint_service": (
        "incident.complaint_service.buyers=0",
        "incident.complaint_service.again_days=2",
        "staff=team",
        "scenario.market.base_odds=2",
        "incident.complaint_service.find_days=4",
    ),
    "incident.product_fault": ("incident.product_fault.again_days=2", "scenario.market.base_odds=2", "staff=team"),
    "incident.merged_groups": ("incident.merged_groups.friction=0.3", "incident.merged_groups.grievance=2", "staff=team"),
    "incident.disappointed_trial": ("incident.disappointed_trial.every_days=1", "staff=team", "days=12"),
    "incident.lesson_level": ("incident.lesson_level.every_days=1", "days=12"),
    "incident.teacher_leaves.vacant_days": (
        "incident.teacher_leaves.vacant_days=2",
        "incident.teacher_leaves.person=0",
        "incident.teacher_leaves.day=1",
        "strategy=kol_care",
        "days=12",
    ),
    "parameters.uncertain_odds": ("campaign=[red_packets]", "campaign.red_packets.irregular=1", "campaign.red_packets.day=1"),
    "parameters.mood_minutes": (
        "parameters.mood_gain=2",
        "campaign=[red_packets]",
        "incident=[quarrel]",
        "incident.quarrel.day=1",
        "days=12",
    ),
    "parameters.wear_days": (
        "campaign=[red_packets]",
        "campaign.red_packets.day=1",
        "campaign.red_packets.every_days=1",
        "parameters.form_wear=2",
    ),
    "parameters.invite_floor": ("strategy=open_day_host", "days=9"),
    "parameters.enter_price": ("strategy=image_class",),
    "parameters.enter": ("strategy=skewer_owner",),
    "scenario.population.cohorts": ("scenario.population.groups=2",),
    **{
        f"parameters.{name}": ("strategy=brand_pool", "staff=team", "days=20", "parameters.seller_doubt=0.3")
        for name in ("seller_doubt", "seller_days")
    },
    "parameters.repair": (
        "staff=team",
        "staff.days_per_week=7",
        "incident=[price_rise]",
        "incident.price_rise.day=1",
        "incident.price_rise.upset_share=1",
        "incident.price_rise.notice_days=0.5",
    ),
    **{
        f"member.{name}.match_content": ("strategy=columns_and_perks", "parameters.post_scale=0.01", "parameters.read_scale=20")
        for name in ("regular", "lurker")
    },
    "parameters.deal_": ("parameters.deal_gain=0.5", "campaign=[flash_deals]", "scenario.market.base_odds=2"),
    "parameters.market_weight": ("campaign=[flash_deals]", "scenario.market.base_odds=2"),
    **{
        f"parameters.{name}": ("strategy=open_day_host", "days=12", "parameters.vent_chance=1", "parameters.vent_left=0.9")
        for name in ("result_days", "effort", "effort_spread", "gap_anger", "claim_effect", "ritual_warmth", "told_value")
    },
    **{
        f"parameters.{name}": ("strategy=zero_yuan_funnel",)
        for name in ("contact_days", "contact_tolerance", "contact_cost", "contact_anger", "busy_share")
    },
    "parameters.topic_spread": ("strategy=skewer_owner",),
    "scenario.population.likes": ("strategy=skewer_owner",),
    **{
        f"parameters.{name}": ("campaign=[coupon_pair]", "campaign.coupon_pair.day=1", "scenario.market.price=40")
        for name in ("threshold_pull", "threshold_spread")
    },
    "campaign.coupon_pair": ("scenario.market.price=40",),
    "staff.screen_minutes": ("strategy=de_operation",),
    "strategy.de_operation.duties.rules": ("strategy.cold_days=2", "strategy.least_fit=0", "strategy.cold_duties.rules=false"),
    "strategy.de_operation": ("strategy.cold_days=4", "strategy.least_fit=0"),
    "incident.price_rise": ("incident.price_rise.notice_days=2",),
    "incident.slow_reply": ("strategy=no_plan", "incident.slow_reply.patience_hours=0.1", "parameters.replies_mean=0.1"),
    "campaign.weekly_game": ("days=16",),
    "campaign.auction": ("campaign.auction.every_days=1",),
    "campaign.planned_end": ("campaign.planned_end.day=4",),
}
#: Values for settings whose range goes beyond what a small world can hold.
VALUES = {
    "seed": (2,),
    "staff.roles": ((("owner", Role(people=1, ability=0.3)),),),
    "incident.product_fault.buyers": (1,),
    "incident.complaint_product.buyers": (1,),
    "incident.complaint_service.buyers": (1,),
    "incident.lesson_level.tried": (1, 3),
    "replication": (1,),
    "replications": (2,),
    "parameters.mode": ("uncertain",),
    "days": (4, 6),
    "confirm_days": (1,),
    "scenario.population.size": (20, 50),
    "scenario.population.programmes": (2,),
    "scenario.population.groups": (2,),
    "scenario.population.cohorts": (1, 2, 3),
    "scenario.population.mix": ({"regular": 0.4, "lurker": 0.0},),
    "scenario.population.walk_ins_per_day": (0, 4),
    "scenario.population.reservoir": (0, 2),
    "scenario.population.likes": ({"food": 1.0, "life": 0.0}, {"food": 0.0, "life": 1.0}),
    "scenario.population.inflow": ({"poster": {"per_day": 5}},),
    "scenario.market.peak_hours": ((9.0,), (8.0, 12.0, 20.0)),
    "scenario.market.outside": ([{"kind": "store_closed", "day": 2, "days": 3, "odds": 0}],),
    "levers": ([{"day": 1, "key": "strategy.posts_per_day", "value": 6}],),
}


def settings_in(where: str, kind: type) -> Iterator[tuple[str, Any]]:
    """(key, annotation) of every setting of a class; those of a class inside it one by one."""
    for name, annotation in hints_of(kind).items():
        if typing.get_origin(annotation) is typing.ClassVar:
            continue
        if name == "handling":  # chosen by the name of a procedure
            yield f"{where}.{name}", Literal["right", "wrong", "none"]
        elif hints_of(annotation):
            yield from settings_in(f"{where}.{name}", annotation)
        else:
            yield f"{where}.{name}", annotation


def all_settings() -> Iterator[tuple[str, Any]]:
    """Every key of every config with its annotation; those of a plug-in begin with its group and name."""
    yield from PLAIN.items()
    yield "parameters.mode", MODE
    for where, kind in (
        ("scenario.population", Population),
        ("scenario.market", Market),
        ("staff", Staff),
        ("parameters", Parameters),
    ):
        yield from settings_in(where, kind)
    for group in plugins.PACKAGES:
        for name in options(group):
            if group == "member":
                yield from settings_in(f"{group}.{name}", MemberType)
            elif plugins.is_written(group, name):
                yield from written_settings(group, name)
            else:
                yield from settings_in(f"{group}.{name}", plugins.plugin_class(group, trigger_of(group, name)))


def written_settings(group: str, name: str) -> Iterator[tuple[str, Any]]:
    """The numbers among the settings of a plan or a campaign that is written in yaml, and that its yaml sets."""
    one = compose([f"{group}={name}" if group == "strategy" else f"{group}=[{name}]"])
    kind = type(one.scenario.strategy[1] if group == "strategy" else dict(one.scenario.campaign)[name])
    block = one.plain["strategy"] if group == "strategy" else one.plain[group][name]
    for key, annotation in settings_in(f"{group}.{name}", kind):
        path = key.split(".")[2:]
        if typing.get_origin(annotation) is typing.Annotated and is_set(block, path):
            yield key, annotation


def is_set(block: Any, path: list[str]) -> bool:
    """Whether a yaml gives a value at this place."""
    for part in path:
        if not isinstance(block, dict) or part not in block:
            return False
        block = block[part]
    return isinstance(block, int | float)


SETTINGS = dict(all_settings())


def bounds(annotation: Any) -> tuple[type, float, float]:
    """(int or float, least, most) of a number."""
    kind, *extra = typing.get_args(annotation)
    limits = {}
    for info in extra:
        assert isinstance(info, FieldInfo)
        limits |= {name: getattr(one, name) for one in info.metadata for name in ("ge", "le") if hasattr(one, name)}
    return kind, limits["ge"], limits["le"]


def values_of(key: str, now: Any) -> Iterator[Any]:
    """Values to move a setting to, mild ones first, then the ends of what is allowed."""
    annotation = SETTINGS[key]
    if key in VALUES:
        yield from VALUES[key]
    elif typing.get_origin(annotation) is Literal:
        yield from (one for one in typing.get_args(annotation) if one != now)
    else:
        kind, low, high = bounds(annotation)
        if kind is bool:
            yield not now
            return
        for value in (2 * now, now / 2, low, high):
            value = kind(min(max(value, low), high))
            if value != now:
                yield value


def key_in_config(key: str) -> str:
    """The key as a user writes it: there is one strategy, so its name is left out."""
    group, _, rest = key.partition(".")
    return f"strategy.{rest.partition('.')[2]}" if group == "strategy" else key


@cache
def off() -> dict[str, float]:
    """Gains that are none as shipped, and what is plausible for each at most."""
    usual = compose(["parameters.mode=fixed"]).scenario.parameters
    none = {name: value for one in SUBMODELS.values() for name, value in one.items()}
    return {name: plausible_ranges()[name][1] for name, value in none.items() if getattr(usual, name) == value}


def cases_of(key: str) -> Iterator[tuple[str, ...]]:
    """The overrides under which a setting is tried, the quick ones first."""
    group, name = (*key.split("."), "")[:2]
    own: tuple[str, ...] = next((needs for start, needs in NEEDS.items() if key.startswith(start)), ())
    if group == "strategy":
        own = (f"strategy={name}", *own)
    if group == "campaign":
        own = (f"campaign=[{name}]", f"campaign.{name}.day=1", *own)
    if group == "incident":
        own = (f"incident=[{name}]", f"incident.{name}.day=2", *own)
        yield from ((*SMALL, *own, f"incident.{name}.handling={how}") for how in ("right", "wrong", "none"))
        return
    yield (*SMALL, *own)
    busy = (*SMALL, *(CAMPAIGNS if group != "campaign" else ()), *INCIDENTS)
    yield (*busy, *own)
    yield (*busy, *UNTENDED, *own) if group in ("parameters", "member") else (*busy, *own, "seed=2")
    if group == "parameters":
        yield (*SMALL, *(f"parameters.{gain}={high}" for gain, high in off().items()), "days=12", *own)


@cache
def composed(overrides: tuple[str, ...]) -> Any:
    kept: list[str] = reduce(lambda kept, one: given_again(kept, [one]), overrides, [])
    chosen = {text.partition("=")[0]: text for text in kept if text.startswith(("incident=", "campaign="))}
    for group, text in chosen.items():  # a later choice leaves settings behind that belong to an earlier one
        names = set(re.findall(r"\w+", text.partition("=")[2]))
        kept = [one for one in kept if not one.startswith(f"{group}.") or one.split(".")[1] in names]
    return compose(kept)


@cache
def effects_of(overrides: tuple[str, ...]) -> bytes:
    return effects(composed(overrides))


def effects(one: Any) -> bytes:
    """What came of a run, without the rows that only write settings down and without the numbers of rows."""
    world = one.replication // REPLICATIONS_PER_WORLD if one.parameter_mode == "uncertain" else None  # as the command does
    events = sim.simulate(one.scenario, seed=one.seed, replication=one.replication, world=world).log.events
    rows = events[np.isin(events["kind"], EFFECTS)]
    amounts = np.where(np.isin(rows["kind"], ECHOES), 0.0, rows["x"])
    return b"".join(rows[name].tobytes() for name in ("time", "kind", "group", "actor", "y")) + amounts.tobytes()


def present(key: str, overrides: tuple[str, ...]) -> Any:
    value = composed(overrides).plain
    for part in key_in_config(key).split("."):
        value = value[part]
    return value


def acts(key: str) -> bool:
    """Whether some value of a setting changes what comes of some case; last among members who talk more."""
    for case in (*cases_of(key), *((*case, "parameters=by_hand") for case in cases_of(key))):
        for value in values_of(key, present(key, case)):
            if effects(moved(key, case, value)) != effects_of(case):
                return True
    return False


def moved(key: str, case: tuple[str, ...], value: Any) -> Any:
    """A case with one setting at another value, as if it had been written in the config."""
    if (
        key in PLAIN
        or (key in VALUES and key not in ("scenario.population.inflow", "scenario.population.likes", "staff.roles"))
        or key.endswith(".handling")
    ):
        return composed((*case, f"{key_in_config(key)}={written(value)}"))
    one = composed(case)
    parts = key.split(".")
    return dataclasses.replace(one, scenario=replaced(one.scenario, parts, value))


def written(value: Any) -> str:
    return str(value).replace("'", "").replace("(", "[").replace(",)", "]").replace(")", "]").replace(" ", "")


def replaced(owner: Any, parts: list[str], value: Any) -> Any:
    """A settings object with one field, however deep, at another value; plug-ins are found by group and name."""
    head, *rest = parts
    if not rest:
        return dataclasses.replace(owner, **{head: value})
    if isinstance(owner, sim.scenario.Scenario):
        if head == "scenario":
            return replaced(owner, rest, value)
        if head == "strategy":
            return dataclasses.replace(owner, strategy=(rest[0], replaced(owner.strategy[1], rest[1:], value)))
        if head == "member":
            return dataclasses.replace(owner, member=owner.member | {rest[0]: replaced(owner.member[rest[0]], rest[1:], value)})
        if head in ("incident", "campaign"):
            found = tuple(
                (name, replaced(one, rest[1:], value) if name == rest[0] else one) for name, one in getattr(owner, head)
            )
            return dataclasses.replace(owner, **{head: found})
    return dataclasses.replace(owner, **{head: replaced(getattr(owner, head), rest, value)})


def test_the_tables_name_settings_that_exist():
    assert set(NO_EFFECT) | set(VALUES) <= set(SETTINGS)
    assert all(any(key.startswith(start) for key in SETTINGS) for start in NEEDS)


def together(key: str) -> bool:
    """Whether a setting without effect can be moved at once with the others: parameters that are numbers and need nothing more."""
    return key in NO_EFFECT and key.startswith("parameters.") and key not in VALUES and not key.startswith(tuple(NEEDS))


@cache
def nothing_acts() -> bool:
    """Whether no case changes where all of those are moved at once, each to its first other value, to its second and so on."""
    keys = [key for key in SETTINGS if together(key)]
    for case in (*cases_of(keys[0]), *((*case, "parameters=by_hand") for case in cases_of(keys[0]))):
        values = {key: list(values_of(key, present(key, case))) for key in keys}
        for place in range(max(map(len, values.values()))):
            now = {key.split(".")[1]: one[min(place, len(one) - 1)] for key, one in values.items()}
            one = composed(case)
            parameters = dataclasses.replace(one.scenario.parameters, **now)
            one = dataclasses.replace(one, scenario=dataclasses.replace(one.scenario, parameters=parameters))
            if effects(one) != effects_of(case):
                return False
    return True


def in_one_worker(key: str) -> Any:
    """Settings of the same plug-in share its compositions, and those without effect their runs."""
    owner = "no effect" if together(key) else ".".join(key.split(".")[:2]) if key.split(".")[0] in plugins.PACKAGES else key
    return pytest.param(key, marks=pytest.mark.xdist_group(owner))


@pytest.mark.slow
@pytest.mark.parametrize("key", [in_one_worker(key) for key in SETTINGS])
def test_every_setting_acts(key: str):
    if key in NO_EFFECT:
        assert (together(key) and nothing_acts()) or not acts(key), f"{key} acts now; take it off the list"
    else:
        assert acts(key), f"{key} changes nothing"
