"""Names of output folders, and files written into them: nothing is ever overwritten."""

from __future__ import annotations

import csv
import hashlib
import re
from itertools import count
from pathlib import Path
from typing import Any

OUTPUTS = Path("outputs")
#: Settings that the name of a folder need not tell: they lead it, end it, or may grow in it.
UNNAMED = ("scenario", "strategy", "seed", "replications")


def named_folder(command: str, composed: list[Any], overrides: list[str], name: str = "", *, goes_on: bool = False) -> Path:
    """outputs/<command>/<name>-<seed>, numbered; without a name, scenario, strategy and whatever else was set make one."""
    pairs = [text.partition("=")[::2] for text in overrides]
    chosen = ["+".join(dict.fromkeys(one.choices[group] for one in composed)) for group in ("scenario", "strategy")]
    others = [f"{key.rpartition('.')[2]}={value}" for key, value in pairs if key not in UNNAMED]
    words = re.sub(r"[^\w.+=,-]", "", name or "-".join([*chosen, *others]))
    if len(words) > 80:
        words = f"{words[:70]}-{hashlib.blake2b(words.encode(), digest_size=4).hexdigest()}"
    return numbered(OUTPUTS / command / f"{words}-{composed[0].seed}", goes_on=goes_on)


def numbered(folder: Path, *, goes_on: bool = False) -> Path:
    """The folder, or where it is in use the first of its name with -2, -3 and so on that is not; to go on, the last that is."""
    tried = (folder if number == 1 else folder.with_name(f"{folder.name}-{number}") for number in count(1))
    last = folder
    for one in tried:
        if not one.exists() or (one.is_dir() and not any(one.iterdir())):
            return last if goes_on else one
        last = one
    raise AssertionError("numbers do not end")


def claimed(folder: Path, resume: bool = False) -> Path:
    """The folder, which nobody has written to; nothing is ever overwritten."""
    from sim.allowed import ConfigError

    try:
        str(folder).encode()
    except UnicodeEncodeError as error:
        raise ConfigError(f"--out={folder}: a name in UTF-8; with a locale without it, set PYTHONUTF8=1") from error
    if str(folder).startswith("-"):
        raise ConfigError(f"--out={folder}: the name of a folder, none that begins with a dash")
    if folder.exists() and not folder.is_dir():
        raise ConfigError(f"--out={folder}: a folder; there is a file of that name")
    if not resume and folder.is_dir() and any(folder.iterdir()):
        goes_on = ", or --resume to go on with the study in it" if (folder / "ledger").is_dir() else ""
        raise ConfigError(f"--out={folder}: a new or empty folder; this one is in use; name another with --out{goes_on}")
    return folder


def claimed_stages(folder: Path, resume: bool = False) -> Path:
    """`claimed` for what is made of several studies, each in a folder of its own below."""
    from sim.allowed import ConfigError

    if not resume and folder.is_dir() and any(folder.glob("*/ledger")):
        raise ConfigError(
            f"--out={folder}: a new or empty folder; this one is in use; name another with --out, or --resume to go on"
        )
    return claimed(folder, resume)


def figures_in(folder: Path) -> Path:
    (folder / "figures").mkdir(parents=True, exist_ok=True)
    return folder / "figures"


def write_tables(folder: Path, simulated: Any) -> None:
    """The tables of a run beside its log: vital signs day by day, why members muted and left, what happened when."""
    write_columns(folder / "vitals.csv", simulated.vital_columns())
    write_columns(folder / "why_they_left.csv", simulated.reasons())
    write_columns(folder / "marks.csv", simulated.mark_columns())


def write_columns(path: Path, columns: dict[str, Any]) -> None:
    """Columns of equal length as CSV; a cell without a value is empty."""
    try:
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(columns)
            rows = zip(*(column.tolist() for column in columns.values()), strict=True)
            writer.writerows(["" if cell != cell else cell for cell in row] for row in rows)  # NaN differs from itself
    except OSError as error:  # a write does not say to which file
        raise OSError(error.errno, error.strerror, str(path)) from error
