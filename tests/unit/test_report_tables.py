"""Realistic tables of the kinds that the report draws and prints, and the check that they are what they claim."""

from __future__ import annotations

import numpy as np
import pandas as pd

from sim.projections.patterns import place_in_range
from sim.studies.patterns import count_hits

LABELS = ("no_plan", "columns_and_perks", "kol_care", "de_operation")


def vitals_table(days: int = 118) -> tuple[pd.DataFrame, pd.DataFrame]:
    """One run of a restaurant group that quarrels, is cared for, and falls silent; and its marks."""
    rng = np.random.default_rng(1)
    day = np.arange(days)
    members = np.round(200 * (1 - np.exp(-day / 6)) - 0.35 * day).clip(1)
    level = 60 * np.exp(-day / 35) + 30 * np.exp(-((day - 32) ** 2) / 60)
    messages = rng.poisson(level).astype(float)
    response = np.where(messages > 3, np.exp(rng.normal(np.log(18), 0.9, days)), np.nan)
    response[40:44] *= 20
    revenue = rng.poisson(9, days) * 42.0
    cost = np.full(days, 210.0) + 900 * (day == 20)
    vitals = pd.DataFrame({
        "group": 0, "day": day, "members": members, "muted": np.round(members * 0.3 * (1 - np.exp(-day / 30))),
        "organic": messages, "posters": np.ceil(messages * 0.35), "first_response_minutes": response, "revenue": revenue,
        "cost": cost, "net_income": 0.55 * revenue - cost,
    })  # fmt: skip
    weekly = [(float(day), "campaign", "weekly_game", np.nan) for day in range(5, days, 7)]
    marks = pd.DataFrame(
        [(30.0, "incident", "price_rise", 33.5), (40.0, "incident", "slow_reply", 44.0), *weekly,
         (12.0, "campaign", "auction", 12.5), (60.0, "lever", "posts_per_day=4", np.nan), (84.0, "state", "dormant", 90.0),
         (90.0, "state", "dead", np.nan)],
        columns=["day", "kind", "name", "end"],
    )  # fmt: skip
    return vitals, marks


def survival_table(labels: tuple[str, ...] = LABELS, days: int = 90, groups: int = 100) -> pd.DataFrame:
    """Survival curves; the two worst end nearly level, as real ones do."""
    rows = []
    for arm, label in enumerate(labels):
        for day in range(days + 1):
            alive = float(np.exp(-((day / (35 + 70 * (arm % 4))) ** (1.4 + 0.1 * arm))))
            half = 1.96 * np.sqrt(alive * (1 - alive) / groups)
            rows.append((arm, label, float(day), alive, max(alive - half, 0), min(alive + half, 1), round(groups * alive)))
    table = pd.DataFrame(rows, columns=["arm", "label", "day", "alive", "low", "high", "at_risk"])
    return table.assign(dead=1 - table["alive"], closed=0.0)


def share(name: str, value: float) -> dict[str, float]:
    ends = {f"{name}_share_low": max(value - 0.1, 0), f"{name}_share_high": min(value + 0.1, 1)}
    return {f"{name}_share": value} | (ends if value == value else dict.fromkeys(ends, value))


def league_table(labels: tuple[str, ...] = LABELS) -> pd.DataFrame:
    """A league in which one arm wins, one cannot be told and one loses; the first arm is the baseline."""
    verdicts = ("open", "better", "worse", "same")
    effects, seen = (4.1, 23.4, -9.2, 0.6), ((31, 1, 18), (46, 4, 0), (3, 0, 47), (26, 0, 24))
    rows = []
    for arm, label in enumerate(labels):
        effect = 0.0 if arm == 0 else effects[(arm - 1) % 4] + 0.4 * (arm // 5)
        luck, unknown = (0.0, np.nan) if arm == 0 else (1.2, 8.0 + arm % 3) if (arm - 1) % 4 != 3 else (0.5, 1.7)
        rows.append({
            "arm": arm, "label": label, "replications": 100, "worlds": 50, "alive_days": 47.3 + effect,
            "alive_days_low": 44.1 + effect, "alive_days_high": 50.6 + effect, "dead": min(max(0.71 - effect / 50, 0), 1),
            "net_income": (2100.0, 2950.0, 1640.0, -820.0)[arm % 4] + 60 * arm, "revenue": 18500.0 + 2100 * arm,
            "cost": 9400.0 + 1100 * arm,
            "staff_hours": 22.0 + 48 * arm, "messages_per_day": 12.4 + 9 * arm, "posters_per_day": 5.2 + 3 * arm,
            "muted_share": 0.41 - 0.05 * (arm % 5), "first_response_minutes": np.nan if arm == 0 else 64.0 - 11 * (arm % 5),
            "difference": effect, "luck_low": effect - luck, "luck_high": effect + luck, "unknown_low": effect - unknown,
            "unknown_high": effect + unknown, "low": effect - 1.5 * luck, "high": effect + 1.5 * luck, "gain_shrunk": effect,
            **dict(zip(("ahead", "tied", "behind"), (np.nan,) * 3 if arm == 0 else seen[(arm - 1) % 4], strict=True)),
            **share("ahead", np.nan if arm == 0 else (0.62, 0.99, 0.05, 0.55)[(arm - 1) % 4]),
            **share("behind", np.nan if arm == 0 else (0.38, 0.01, 0.95, 0.45)[(arm - 1) % 4]),
            "possible_best": arm == 2,
            "on_front": arm in (0, 1, 2),
            "against_best": "best" if arm == 2 else "worse",
            "verdict": "baseline" if arm == 0 else verdicts[(arm - 1) % 4],
        })  # fmt: skip
    league = pd.DataFrame(rows)
    league["rank"] = league["alive_days"].rank(ascending=False, method="first").astype(int)
    return league


def panel_table(labels: tuple[str, ...] = LABELS, outcomes: tuple[str, ...] = ("alive_days", "net_income")) -> pd.DataFrame:
    """The league as the panel has it, the same numbers for each outcome."""
    league = league_table(labels).rename(
        columns={"alive_days": "mean", "alive_days_low": "mean_low", "alive_days_high": "mean_high", "replications": "runs"}
    )
    return pd.concat([league.assign(outcome=name, effect=3.0, at_bound="") for name in outcomes], ignore_index=True)


def sweep_table() -> pd.DataFrame:
    """Replications over posts a day and people, two replications a world."""
    rng = np.random.default_rng(3)
    rows = []
    for posts in (0, 1, 2, 4, 8):
        for people in (1, 2, 4):
            shifts = rng.normal(0, 4, 10)
            for replication in range(20):
                posted = 8 * np.log2(1 + posts) * (posts < 5) - 3 * max(posts - 4, 0)
                alive = 40 + posted + 5 * people + shifts[replication // 2] + rng.normal(0, 3)
                earned = 90 * alive - 1500.0 * people
                rows.append((posts, people, replication, replication // 2, alive, earned, rng.random()))
    columns = ["strategy.posts_per_day", "staff.people", "replication", "world", "alive_days", "net_income", "muted_share"]
    return pd.DataFrame(rows, columns=columns)


def phase_table() -> pd.DataFrame:
    """Survival on two days over effort and KOL share, and over effort and starting activity."""
    rows = []
    for axis, levels in (("kol_share", (0, 0.02, 0.05, 0.08, 0.12)), ("starting_activity", (45, 88, 160))):
        for step, level in enumerate(levels):
            for effort in (0, 0.25, 0.5, 0.75, 1):
                for day, harder in ((90, 0.0), (365, 0.35)):
                    alive = float(np.clip(0.05 + 0.22 * step + 0.6 * effort - harder, 0, 1))
                    rows.append((axis, level, effort, day, alive, 24))
    return pd.DataFrame(rows, columns=["axis", "level", "effort", "day", "alive", "groups"])


def patterns_table() -> tuple[pd.DataFrame, pd.DataFrame]:
    """A table of patterns and its hits: inputs, hits, near and far misses, an open end, one not told, and one the catalogues lack."""
    nan, inf = float("nan"), float("inf")
    rows = [
        ("P4", "never_posted", (0.52, nan, 0.39), 0.46, 0.82, "emergent"), ("P5", "gini_members", (0.91, nan, 0.97), 0.80, 0.92, "emergent"),
        ("P6", "memory", (-0.03, nan, nan), -0.12, 0.12, "emergent"), ("P7", "unanswered", (0.59, nan, nan), 0.58, 0.62, "input"),
        ("P9", "peak_to_trough", (61.0, nan, 2964.0), 10, 25, "partly"), ("P11", "muted_per_left", (2.5, nan, nan), 1.9, inf, "partly"),
        ("P16", "succession", (nan, 0.98, nan), 1.0, inf, "emergent"), ("P0", "of_tomorrow", (0.5, nan, nan), 0, 1, "emergent"),
        ("T1", "member_burstiness", (0.18, nan, 0.72), 0.5, 0.8, "texture"), ("T4", "hawkes_tau", (60.0, nan, 178.0), 70, 330, "texture"),
    ]  # fmt: skip
    subjects = (("restaurant", "simulated"), ("experiments", "experiments"), ("a_chat_of_long_name", "real"))
    table = pd.DataFrame(
        {"subject": subject, "kind": kind, "pattern": pattern, "name": name, "what": "what is measured", "value": values[place],
         "low": low, "high": high, "place": place_in_range(values[place], low, high), "role": role, "source": "somebody"}
        for place, (subject, kind) in enumerate(subjects)
        for pattern, name, values, low, high, role in rows
    )  # fmt: skip
    return table, count_hits(table)


def outcomes() -> dict[str, float | str]:
    """The outcomes of one run."""
    return {
        "alive_days": 74.25, "dead": 0.0, "stillborn": 0.0, "closed": 0.0, "revived": 0.0, "posters_per_day": 21.3,
        "messages_per_day": 84.2, "members_end": 183, "joins": 217, "exits": 34, "muted_share": 0.224, "exit_share": 0.157,
        "first_response_minutes": 12.4, "answer_rate": 0.91, "advert_share": 0.031, "silent_share": 0.71, "orders": 412,
        "revenue": 18540.5, "margin": 9800.0, "benefit_cost": 1200.0, "wages": 4100.0, "cost": 5300.0, "net_income": 4500.0,
        "staff_hours": 82.5, "repurchase_rate": 0.44, "complaints": 3, "state": "quiet_alive",
    }  # fmt: skip


def test_tables_are_whole() -> None:
    """The fake tables have what the drawn ones have: no gaps but the ones that are meant."""
    vitals, marks = vitals_table()
    assert vitals.drop(columns="first_response_minutes").notna().all().all()
    assert set(marks["kind"]) == {"incident", "campaign", "lever", "state"}
    league = league_table()
    assert sorted(league["rank"]) == [1, 2, 3, 4]
    assert not (league["luck_low"] < league["unknown_low"]).any()
    assert survival_table()["alive"].between(0, 1).all()
    assert set(patterns_table()[0]["place"]) == {"in", "near", "out", ""}
