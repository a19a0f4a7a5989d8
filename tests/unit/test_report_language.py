"""The catalogues say the same things in three languages, and every word that the code asks for is there."""

from __future__ import annotations

import json
import re
from pathlib import Path
from string import Formatter

import pytest

import sim.report
from sim.config import compose
from sim.levers import find_moving
from sim.projections.lifecycle import STATES
from sim.projections.outcomes import OUTCOMES
from sim.report.advice import _WRITTEN
from sim.report.language import (
    LANGUAGES,
    SETTING_UNITS,
    SHARE_MEASURES,
    TERMS,
    translator,
)
from sim.report.verdicts import MARKS, PLACES
from sim.report.wrapping import columns, wrap
from sim.rules.mechanics import MECHANICS
from sim.studies.advice import KEYS
from sim.studies.patterns import EXPERIMENTS, MEASURES, MIXED

FOLDER = Path(sim.report.__file__).parent
#: What is shipped, and so has its words in every language; what a user adds goes by its file name and docstring.
PLUGINS = {
    "scenario": (
        "restaurant",
        "flash_sale",
        "merged_cohorts",
        "cohort_groups",
        "image_class",
        "super_users",
        "couture",
        "open_day",
        "zero_yuan_course",
        "lunch_guests",
        "store_guides",
        "snack_users",
        "fashion_stores",
        "loyalty_base",
        "shaping_camp",
        "skill_class",
        "yoga_studio",
        "paid_circles",
        "earners",
        "welfare_shop",
        "photo_studio",
        "media_readers",
        "fan_shop",
        "campus",
        "interest_group",
        "brand_groups",
        "brand_pool",
        "group_buy_women",
    ),
    "strategy": (
        "campus_makers",
        "koc_ladder",
        "alumni_term",
        "honour_ladder",
        "no_plan",
        "columns_and_perks",
        "kol_care",
        "de_operation",
        "strict_rules",
        "no_group",
        "skewer_owner",
        "feizhimi",
        "image_class",
        "open_day_host",
        "zero_yuan_funnel",
        "watsons",
        "qiaqia",
        "ur",
        "welfare_member_day",
        "shaping_camp",
        "paid_network",
        "copycat_coupons",
        "full_team",
        "shop_welfare",
        "interest_first",
        "teach_and_sell",
        "editor",
        "brand_groups",
        "brand_pool",
        "group_buys",
    ),
    "incident": (
        "slow_reply",
        "ad_wave",
        "price_rise",
        "quarrel",
        "cold_course",
        "complaint_product",
        "complaint_service",
        "contradictory_answers",
        "disappointed_trial",
        "freebie_exit",
        "harvest_accusation",
        "lesson_level",
        "member_program",
        "merged_groups",
        "product_fault",
        "slander",
        "teacher_leaves",
    ),
    "campaign": (
        "columns",
        "red_packets",
        "auction",
        "order_relay",
        "food_photos",
        "weekly_game",
        "coupon_pair",
        "flash_deals",
        "planned_end",
    ),
    "member": ("kol", "regular", "lurker", "freebie_hunter", "spammer", "stays_out", "well_off"),
    "staff": ("one_operator", "nobody", "team"),
}
#: zh, en, es of each term, in the order of the glossary.
GLOSSARY = """
活跃率|Active rate|Tasa de actividad
互动率|Interaction rate|Tasa de interacción
沉默率|Silent share|Miembros sin publicar
打开率 (sim)|Open rate (sim)|Tasa de apertura (sim)
免打扰率 (sim)|Muted share (sim)|Grupo silenciado (sim)
退群率|Exit rate|Tasa de salida
净增|Net growth|Crecimiento neto
留存率|Retention|Retención
获客成本|Acquisition cost|Coste de captación
首响时长|First response|Primera respuesta
回复率|Answer rate|Tasa de respuesta
广告占比|Advert share|Cuota publicitaria
激活率|Activation rate|Tasa de activación
触达率 (sim)|Reach (sim)|Alcance (sim)
转化率|Conversion|Conversión
复购率|Repurchase|Recompra
客单价|Spend per buyer|Gasto por comprador
笔单价|Order value|Ticket medio
成交额 GMV|GMV|Ventas brutas
核销率|Redemption|Tasa de canje
羊毛党占比|Freebie share|Cazaofertas
人均月贡献|Contribution per member|Contribución por miembro
社群净收入|Net income|Ingreso neto
人效|Staff productivity|Productividad
死群率|Dead share|Grupos muertos
"""


def catalogue(language: str) -> dict[str, str]:
    return json.loads((FOLDER / "catalogues" / f"{language}.json").read_text(encoding="utf-8"))


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


@pytest.mark.parametrize("language", ["zh", "es"])
def test_languages_match_key_by_key(language: str) -> None:
    english, other = catalogue("en"), catalogue(language)
    assert list(english) == list(other)
    different = {key for key in english if placeholders(english[key]) != placeholders(other[key])}
    assert different == set()


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_text_is_empty_or_left_in_another_script(language: str) -> None:
    words = catalogue(language)
    assert [key for key, text in words.items() if not text] == []
    chinese = {key for key, text in words.items() if re.search(r"[\u4e00-\u9fff]", text)}
    if language != "zh":
        assert chinese == set()
        return
    neutral = {"number.decimal", "number.group", "number.missing", "number.share", "list.separator", "list.names", "pair",
               "axis", "quantity", "out.asked", "list.clauses", "mark.sim", "unit.share", "name.member.kol", "target.range",
               "told.line", "out.why.term", "out.why.times", "measure.given", "sens.named", "claims.check", "claims.over",
               "setting.of"}  # fmt: skip
    assert set(words) - chinese == neutral


def test_terms_are_those_of_the_glossary() -> None:
    rows = [line.split("|") for line in GLOSSARY.strip().splitlines()]
    assert len(rows) == len(TERMS) == 25
    for name, row in zip(TERMS, rows, strict=True):
        assert [translator(language).term(name) for language in ("zh", "en", "es")] == row
        assert all(translator(language)(f"formula.{name}") for language in LANGUAGES)


def test_every_key_the_code_names_is_there() -> None:
    words = catalogue("en")
    code = "\n".join(path.read_text(encoding="utf-8") for path in FOLDER.glob("*.py"))
    named = set(re.findall(r'\bt\(\s*f?"([a-z_]+(?:\.[a-z_]+)+)"', code)) | set(re.findall(r'self\("([a-z_.]+)"', code))
    assert len(named) > 60
    assert sorted(named - set(words)) == []
    families = set(re.findall(r'f"([a-z_.]+\.)\{', code))
    assert sorted(family for family in families if not any(key.startswith(family) for key in words)) == []


def test_every_word_the_other_parts_ask_for_is_there() -> None:
    t = translator("en")
    for name, outcome in OUTCOMES.items():
        assert t.outcome(name), name
        assert not outcome.unit or t.unit(name), name
    assert SHARE_MEASURES.issubset(measure.name for measure in MEASURES)
    wanted = [
        *(f"state.{state}{tail}" for state in STATES for tail in ("", ".meaning")),
        *(f"measure.{measure.name}" for measure in MEASURES),
        *(f"subject.{subject}" for subject in (MIXED, EXPERIMENTS)),
        *(f"place.{place}" for place in PLACES),
        *(f"role.{measure.role}" for measure in MEASURES),
        *(f"verdict.{verdict}" for verdict in MARKS),
        *(f"ended.{end}" for end in ("dead", "closed", "censored")),
        *(f"setting.{key}" for key in SETTING_UNITS),
        *(f"unit.{unit}" for unit in SETTING_UNITS.values()),
    ]
    assert [key for key in wanted if key not in t.words] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_shipped_has_a_name_and_a_line_and_nothing_else_has(language: str) -> None:
    wanted = {f"{kind}.{group}.{name}" for group, names in PLUGINS.items() for name in names for kind in ("name", "plugin")}
    found = {key for key in catalogue(language) if re.fullmatch(r"(name|plugin)\.\w+\.\w+", key)}
    assert sorted(wanted - found) == [], "words are missing"
    assert sorted(found - wanted) == [], "words of what PLUGINS does not list as shipped"


def test_every_setting_that_moves_in_what_is_shipped_has_a_name() -> None:
    composed = [compose([f"strategy={name}"]) for name in PLUGINS["strategy"]]
    composed += [
        compose([f"incident=[{name}]", f"incident.{name}.handling={how}"])
        for name in PLUGINS["incident"]
        for how in ("right", "wrong")
    ]
    moving = {(one.key, one.mechanic) for point in composed for one in find_moving(point.scenario) if not one.planned}
    assert len(moving) > 40 and {mechanic for _, mechanic in moving} > {"", "care", "play"}
    for language in LANGUAGES:
        t = translator(language)
        assert [key for key, mechanic in sorted(moving) if re.search(r"[._]", t.setting(key, mechanic))] == []
        assert all(f"mechanic.{name}" in t.words for name in MECHANICS)
    t = translator("en")
    assert t.setting("strategy.thursday_game.prizes", "play") == "prizes (game)"
    assert t.setting("strategy.services.running", "stream") == "live stream"
    for other in ("strategy.groups.main.count", "staff.roles", "scenario.population.inflow.shop.per_day"):  # of no mechanic
        assert t.setting(other) == other


def test_every_sentence_of_advice_can_be_worded() -> None:
    words = catalogue("en")
    for key, values in KEYS.items():
        assert placeholders(words[key]) <= {*values, "parts"}, key
        assert set(values) <= {*_WRITTEN, "outcome"}, key


def test_numbers_are_written_as_the_language_does() -> None:
    en, zh, es = (translator(language) for language in LANGUAGES)
    assert en.number(-12345.678, 1) == "−12,345.7"
    assert es.number(-12345.678, 1) == "−12\u00a0345,7"
    assert zh.share(0.224) == "22%"
    assert en.share(0.004) == "0.4 %"
    assert en.share(0.0) == "0 %"
    assert es.share(1.0) == "100 %"
    assert en.number(float("nan")) == en.share(float("nan")) == "–"
    assert en.number(-0.2) == "0"
    assert en.number(3, sign=True) == "+3"
    assert es.plain(0.25) == "0,25"
    assert en.plain(1e-9) == "0"


def test_targets_and_readings() -> None:
    t, inf = translator("en"), float("inf")
    assert t.target("never_posted", 0.46, 0.82) == "46 to 82 %"
    assert t.target("never_posted", 0.46, inf) == "46 % or more"
    assert t.target("zipf", -inf, 1.6) == "1.6 or less"
    assert t.target("zipf", -inf, inf) == "none stated"
    assert t.reading("zipf", 1.234) == "1.23"
    assert t.reading("never_posted", 0.8204) == "82.0 %"
    assert t.reading("never_posted", 0.823) == "82.3 %"
    assert t.reading("gini_members", 0.9243) == "0.924"
    assert t.reading("zipf", float("nan")) == "–"


@pytest.mark.parametrize(
    ("label", "english", "chinese"),
    [
        ("kol_care", "KOL care", "KOL 维护"),
        ("posts_per_day=2.5, people=1", "operator posts a day: 2.5, staff: 1", "每日推送条数：2.5、运营人数：1"),
        ("strategy.posts_per_day=2", "operator posts a day: 2", "每日推送条数：2"),
        ("price_rise+ad_wave", "Price rise + Wave of adverts", "涨价 + 广告刷屏"),
        ("no incident", "no incidents", "无突发事件"),
        ("posts_per_day=4 from day 30", "operator posts a day: 4 from day 30", "第 30 天起每日推送条数：4"),
        ("my_own", "my_own", "my_own"),
        ("mine+kol_care", "mine+kol_care", "mine+kol_care"),
        ("my_key=x", "my_key=x", "my_key=x"),
    ],
)
def test_arm_labels_in_words(label: str, english: str, chinese: str) -> None:
    assert translator("en").arm(label) == english
    assert translator("zh").arm(label) == chinese


def test_long_arm_labels_break_between_settings() -> None:
    assert translator("zh").arm("posts_per_day=2, people=1", 20) == "每日推送条数：2\n运营人数：1"


def test_missing_words_are_named() -> None:
    with pytest.raises(KeyError, match=r"fig\.nothing"):
        translator("en")("fig.nothing")
    with pytest.raises(KeyError, match="effect"):
        translator("en")("fig.league.band")
    with pytest.raises(ValueError, match="lang=fr: one of en, zh, es"):
        translator("fr")


def test_sentences_join_as_the_script_does() -> None:
    assert translator("zh").sentences("一句。", "", "二句。") == "一句。二句。"
    assert translator("en").sentences("One.", "Two.") == "One. Two."


def test_wrapping_keeps_to_the_width_and_the_script() -> None:
    chinese = "死群：连续 28 天几乎没人主动说话，死亡日从沉默开始那天算起。（95%）之后" * 3
    for width in range(12, 60):
        lines = wrap(chinese, width).split("\n")
        assert "".join(lines).replace(" ", "") == chinese.replace(" ", "")
        assert max(map(columns, lines)) <= width + 2  # a closing mark may hang out
        assert not any(line[0] in "，。）％" or line[-1] in "（" for line in lines)
        assert not any(line.endswith("28") for line in lines)
    assert wrap("one two  three", 7) == "one two\nthree"
    assert wrap("unbreakable", 4) == "unbreakable"
