"""What is asked of a study: a small grammar, one line for what it does not take, and nothing of it evaluated."""

from __future__ import annotations

import pytest

from sim.allowed import ConfigError
from sim.studies.panel import PANEL
from sim.studies.question import Limit, Question, split_words

REFUSED = {
    "judge=": "judge=: outcomes",
    "judge=nett_income": "judge=nett_income: did you mean net_income?",
    "judge=state": "judge=state: ",
    "judge=closed": "judge=closed: ",
    "judge=adds:0": "judge=adds:0: a smallest effect above 0",
    "judge=adds:nan": "judge=adds:nan: outcomes",
    "judge=adds,adds": "judge=adds,adds: each outcome once",
    "choose=adds": "choose=adds: max: or min:",
    "choose=most:adds": "choose=most:adds: max: or min:",
    "choose=max:__import__": "choose=max:__import__: max: or min:",
    "subject_to=[]": "subject_to=[]: limits",
    "subject_to=[staff_hours]": "subject_to=staff_hours: limits",
    "subject_to=[staff_hours==3]": "subject_to='staff_hours==3': limits",
    "subject_to=[dead<=5]": "subject_to='dead<=5': a share of 0 to 1",
    "subject_to=[adds<=5%]": "subject_to='adds<=5%': % is for shares; adds is in yuan",
    "subject_to=[os.system('x')<=1]": "subject_to=",
    "subject_to=[" + ",".join(["dead<=1"] * 21) + "]": "subject_to: 21 limits; at most 20",
    "wages=monthly": "wages=monthly: one of minutes, contract",
    "grow=-1": "grow=-1: a number",
    "minutes=5": "minutes=5: minutes that growing may take, beside grow",
    "minutes=-5": "minutes=-5: minutes that",
    "judg=net_income": "judg=net_income: no such key; did you mean judge? allowed: judge, ",
    "subjct_to=[dead<=1]": "subjct_to=[dead<=1]: no such key; did you mean subject_to?",
    "grow=1e9": "grow=1e9: a number",
    "retest=maybe": "retest=maybe: yes or no",
}


def ask(*words: str) -> Question:
    return split_words(words)[0]


@pytest.mark.parametrize("word", REFUSED)
def test_what_cannot_be_asked_is_one_line(word: str) -> None:
    with pytest.raises(ConfigError) as error:
        ask(word)
    told = str(error.value).replace('"', "'")
    assert "\n" not in told
    start = REFUSED[word]
    assert told.startswith(start) or told.replace("'", "").startswith(start.replace("'", ""))


def test_words_of_a_study_are_taken_out_and_the_settings_stay_in_order() -> None:
    question, rest = split_words(
        ["strategy=a,b", "judge=net_income:800,dead", "days=30", "wages=contract", "retest=no", "grow=90"]
    )
    assert rest == ["strategy=a,b", "days=30"]
    assert question == Question(("net_income", "dead"), {"net_income": 800.0}, wages="contract", grow=90, retest=False)
    assert split_words(["days=3"]) == (Question(), ["days=3"])
    with pytest.raises(ConfigError, match="judge: given twice"):
        ask("judge=dead", "judge=dead")


def test_limits_are_read_with_their_units() -> None:
    asked = ask("subject_to=[staff_hours<=60, dead<5%,messages_per_day>=1.5]", "choose=max:adds")
    assert asked.limits == (Limit("staff_hours", "<=", 60), Limit("dead", "<", 0.05), Limit("messages_per_day", ">=", 1.5))
    assert asked.limits[1].keeps(0.04) and not asked.limits[1].keeps(0.05)
    assert not asked.limits[0].keeps(float("nan")) and not asked.limits[2].keeps(float("nan"))


def test_limits_alone_choose_by_what_is_judged_first() -> None:
    assert (ask("subject_to=[dead<=0.1]").sense, ask("subject_to=[dead<=0.1]").chosen) == ("max", "adds")
    hours = ask("subject_to=[dead<=0.1]", "judge=staff_hours")
    assert (hours.sense, hours.chosen) == ("min", "staff_hours")


def test_what_decides_comes_first() -> None:
    assert ask().outcomes == PANEL
    assert ask("choose=min:staff_hours", "subject_to=[dead<=0.1]").outcomes == ("staff_hours", *PANEL[:4], "dead")
    assert ask("judge=complaints").outcomes == ("complaints", *PANEL)


def test_growing_may_be_held_to_minutes_and_no_key_of_the_configs_is_taken_for_a_word() -> None:
    assert split_words(["grow=90", "minutes=2.5"])[0].minutes == 2.5
    for key in (
        "scenario",
        "strategy",
        "staff",
        "parameters",
        "incident",
        "campaign",
        "member",
        "seed",
        "days",
        "levers",
        "arms",
    ):
        assert split_words([f"{key}=x"])[1] == [f"{key}=x"]
