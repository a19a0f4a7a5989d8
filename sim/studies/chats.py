"""A folder of real chats (who wrote when, no text) -> their logs in the form of simulated ones, for the same estimators.

One folder a chat: `events.parquet`, one row a message or move with the columns of `COLUMNS`; beside it, if there, `channels.csv`
(channel, name) and `info.json` (`tz`: a text that names the zone of the clock, UTC if it names none; `time_resolution_s`). Nothing is
believed before it is checked, and nothing is taken over but times and numbers.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from sim.events import kinds
from sim.events.kinds import EVENT_DTYPE, NONE, SECOND, WEEK
from sim.foreign import read_plain
from sim.projections.conversation import NAN, find_talk, spread_stamps
from sim.projections.patterns import measure_patterns
from sim.projections.population import describe_life, measure_population
from sim.projections.rows import read_rows
from sim.projections.texture import measure_texture
from sim.studies.ledger import StudyError
from sim.studies.study import read_plain_table

if TYPE_CHECKING:
    import pandas as pd

#: Columns of `events.parquet`: seconds since 1970 (UTC), numbers of channel and sender, one of `KINDS`, place of the row that is answered
#: (-1: none), whether a program wrote it. Other columns are not read.
COLUMNS: Final = {"ts": "iuf", "channel": "iu", "sender": "iu", "kind": "OS", "reply_to": "iu", "bot": "b"}
KINDS: Final = ("msg", "join", "leave", "member")
#: Chats in a folder, rows and bytes of one, and bytes of the files beside it, at most.
MOST_CHATS, MOST_ROWS, MOST_BYTES, MOST_BESIDE = 32, 5_000_000, 2**28, 2**22
#: The latest second that a stamp may name (the year 2100), and the coarsest stamps that are spread, s.
LATEST, COARSEST = 4_102_444_800, 3_600
#: A Monday, 00:00: seconds since 1970.
MONDAY = 4 * 86_400
#: A channel whose name begins so holds two people, which is no group.
PAIR = "dyad"
#: A chat in which fewer messages than this share name the one they answer does not record all answers: of simulated ones about two thirds do.
LINKED = 0.3
#: A chat in which fewer channels than this share are seen for a week is a set of windows, and says nothing of days and weeks.
CONTINUOUS = 0.05
#: What a log without members' settings, acquaintances and an operator cannot tell.
UNSEEN: Final = ("muted_per_left", "contagion", "promotion_response")
#: What needs to know every answer, or to see days (whose cycle is taken out of the gaps) and weeks on end.
OF_LINKS: Final = (
    "unanswered",
    "thread_size",
    "branching",
    "first_answered",
    "again_answered",
    "again_unanswered",
    "again_gap",
)
OF_WEEKS: Final = (
    "never_posted",
    "burstiness",
    "memory",
    "peak_hour",
    "peak_to_trough",
    "weekend_ratio",
    "hour_habit",
    "one_day_share",
    "month_retention",
)


@dataclass(frozen=True)
class Chat:
    """A chat as a log. linked: whether (nearly) all answers are known; windows: hardly any channel is seen for a week on end."""

    name: str
    events: np.ndarray  # EVENT_DTYPE
    linked: bool
    windows: bool


def measure_chat(chat: Chat) -> dict[str, float]:
    """Every pattern and every figure of texture that the chat can tell, by name; NaN for the others."""
    rows = read_rows(chat.events)
    talks = list(find_talk(rows).values())
    unknown = {*UNSEEN, *(() if chat.linked else OF_LINKS), *(OF_WEEKS if chat.windows else ())}
    values = measure_patterns(chat.events) | measure_texture(talks) | measure_population(map(describe_life, talks))
    return values | dict.fromkeys(unknown, NAN)


def read_chats(folder: Path) -> list[Chat]:
    """Every chat of a folder, by name. Raises StudyError, one line, for a folder or file that is none or holds something else."""
    if not folder.is_dir():
        raise StudyError(f"--logs={folder}: a folder with one folder for each chat")
    own = sorted(one for one in folder.iterdir() if one.is_dir() and not one.name.startswith("."))
    if not own or len(own) > MOST_CHATS:
        raise StudyError(f"--logs={folder}: 1 to {MOST_CHATS} folders, one for each chat; here are {len(own)}")
    return [read_chat(one) for one in own]


def read_chat(folder: Path) -> Chat:
    """The chat in a folder. Raises StudyError."""
    table, info = _read_events(folder), _read_info(folder)
    pairs = _read_pairs(folder)
    table = table[~table["bot"] & ~table["channel"].isin(pairs)]
    if not (table["kind"] == "msg").any():
        raise StudyError(f"--logs={folder}: a chat with messages in a group")
    first, last = table.groupby("channel")["ts"].agg(["min", "max"]).to_numpy().T
    windows = bool((last - first >= WEEK / SECOND).mean() < CONTINUOUS)
    answered = table.loc[table["kind"] == "msg", "reply_to"]
    return Chat(_shown(folder.name), _as_events(table, info, windows), bool((answered >= 0).mean() >= LINKED), windows)


def _read_events(folder: Path) -> pd.DataFrame:
    path = folder / "events.parquet"
    try:
        table = read_plain_table(path, list(COLUMNS), MOST_ROWS, MOST_BYTES)
    except (OSError, ValueError, KeyError) as error:  # what pyarrow raises is one of these
        reason = error.strerror if isinstance(error, OSError) and error.strerror else next(iter(str(error).splitlines()), "")
        raise StudyError(f"--logs={path}: a parquet file with the columns {', '.join(COLUMNS)}: {reason}") from error
    table["kind"] = table["kind"].astype(object)
    for name, allowed in COLUMNS.items():
        if table[name].dtype.kind not in allowed:
            raise StudyError(
                f"--logs={path}: {name}: {table[name].dtype}; whole numbers, stamps in seconds, words for kind, bool for bot"
            )
    ts, number = table["ts"].to_numpy(float), np.arange(len(table))
    for name, fine, wanted in (
        ("ts", np.isfinite(ts) & (ts >= 0) & (ts <= LATEST), f"seconds since 1970, up to {LATEST}"),
        ("kind", table["kind"].isin(KINDS).to_numpy(), f"one of {', '.join(KINDS)}"),
        ("channel", table["channel"].to_numpy() >= 0, "a number from 0"),
        ("sender", table["sender"].to_numpy() >= 0, "a number from 0"),
        ("reply_to", (table["reply_to"].to_numpy() >= -1) & (table["reply_to"].to_numpy() < len(table)), "a row of the file, or -1"),
    ):  # fmt: skip
        if not fine.all():
            place = int(number[~fine][0])
            raise StudyError(f"--logs={path}: row {place}: {name}={_shown(str(table[name].iloc[place]))}: {wanted}")
    return table.assign(ts=ts, row=number)


def _beside(path: Path) -> str:
    """The text of a file beside the events; nothing where it is missing."""
    try:
        return read_plain(path, MOST_BESIDE).decode()
    except FileNotFoundError:
        return ""
    except (OSError, ValueError) as error:
        raise StudyError(f"--logs={path}: a text file in UTF-8 of at most {MOST_BESIDE} bytes") from error


def _read_pairs(folder: Path) -> list[int]:
    """Numbers of the channels in which only two people talk."""
    rows = csv.DictReader(io.StringIO(_beside(folder / "channels.csv")))
    try:
        return [int(row["channel"]) for row in rows if row["name"].startswith(PAIR)]
    except (csv.Error, KeyError, TypeError, ValueError, AttributeError) as error:
        raise StudyError(f"--logs={folder / 'channels.csv'}: the columns channel (a number) and name") from error


def _read_info(folder: Path) -> Mapping[str, Any]:
    """zone (a name that the system knows) and resolution of the stamps (s)."""
    from zoneinfo import available_timezones

    text = _beside(folder / "info.json")
    try:
        found = json.loads(text) if text else {}
        named = re.findall(r"[A-Z][A-Za-z_]+(?:/[A-Za-z_+-]+)+", str(found.get("tz", "")))
        resolution = float(found.get("time_resolution_s", 0))
    except (ValueError, TypeError, AttributeError, RecursionError) as error:
        raise StudyError(
            f"--logs={folder / 'info.json'}: a JSON object with tz (a text) and time_resolution_s (a number)"
        ) from error
    if not 0 <= resolution <= COARSEST:
        raise StudyError(f"--logs={folder / 'info.json'}: time_resolution_s={resolution:g}: 0 to {COARSEST} seconds")
    return {"zone": next((name for name in named if name in available_timezones()), "UTC"), "resolution": resolution}


def _as_events(table: pd.DataFrame, info: Mapping[str, Any], windows: bool) -> np.ndarray:
    """Rows of a log: each channel is founded with its first row; whoever shows up without having joined joins then."""
    import pandas as pd

    local = pd.to_datetime(table["ts"], unit="s", utc=True).dt.tz_convert(info["zone"]).dt.tz_localize(None)
    seconds = (local - pd.Timestamp(MONDAY, unit="s")).dt.total_seconds().to_numpy()
    seconds -= np.floor(seconds.min() / (WEEK / SECOND)) * (WEEK / SECOND)
    channel, group = np.unique(table["channel"], return_inverse=True)
    sender = np.unique(table["sender"], return_inverse=True)[1]
    kind, row = table["kind"].to_numpy(), table["row"].to_numpy()
    says = kind == "msg"
    for number in range(len(channel)) if info["resolution"] >= 1 else ():  # finer stamps are as good as exact
        own = np.flatnonzero(says & (group == number))
        own = own[np.argsort(seconds[own], kind="stable")]
        seconds[own] = spread_stamps(seconds[own], info["resolution"], np.random.default_rng(number))
    time = np.round(seconds * SECOND).astype(np.int64)
    order = np.lexsort((row, time))
    time, group, sender, kind, row, says = time[order], group[order], sender[order], kind[order], row[order], says[order]
    answers = table["reply_to"].to_numpy()[order]

    spoken = np.full(int(row.max()) + 1, NONE, np.int64)  # row of the file -> number of the message
    spoken[row[says]] = np.arange(says.sum())
    where = np.full(len(spoken), NONE, np.int64)
    where[row] = group
    known = says & (answers >= 0) & (answers < len(spoken))
    target = np.where(known, spoken[np.where(known, answers, 0)], NONE)
    target[says & ((target >= spoken[row]) | (where[np.where(known, answers, 0)] != group))] = NONE

    shown = np.unique(group * (int(sender.max()) + 1) + sender, return_index=True)[1]
    founded = np.unique(group, return_index=True)[1]
    came = shown[~np.isin(kind[shown], ("join", "member"))]
    members = np.bincount(group[shown])
    codes = {
        "msg": kinds.MESSAGE_POSTED,
        "join": kinds.MEMBER_JOINED,
        "member": kinds.MEMBER_JOINED,
        "leave": kinds.MEMBER_LEFT,
    }
    parts = [
        _rows(time[founded], kinds.GROUP_FOUNDED, group[founded], x=members),
        _rows(time[came], kinds.MEMBER_JOINED, group[came], sender[came]),
        _rows(time, np.array([codes[one] for one in kind]), group, sender, target),
    ]
    if windows:
        last = len(group) - 1 - np.unique(group[::-1], return_index=True)[1]
        parts.append(_rows(time[last] + 1, kinds.GROUP_CLOSED, group[last]))
    events = np.concatenate(parts)
    events = events[np.argsort(events["time"], kind="stable")]
    return np.concatenate((events, _rows(time[-1:] + 1, kinds.RUN_ENDED, np.array([NONE]))))


def _rows(time: np.ndarray, kind: Any, group: np.ndarray, actor: Any = NONE, target: Any = NONE, x: Any = 0.0) -> np.ndarray:
    rows = np.zeros(len(time), EVENT_DTYPE)
    rows["time"], rows["kind"], rows["group"], rows["actor"], rows["target"], rows["x"] = time, kind, group, actor, target, x
    rows["cause"] = NONE
    return rows


def _shown(text: str) -> str:
    """A name that somebody else has given, fit to be printed."""
    return "".join(character if character.isprintable() else "?" for character in text)[:24]
