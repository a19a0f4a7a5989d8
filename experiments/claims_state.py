"""Which verdicts of docs/claims.csv still stand for the model as it is: `python experiments/claims_state.py [--write CLAIM,...]`.

Simulates replication 0 of every arm of the claims (four minutes on two cores) and holds what the checks read against what was kept,
float by float. Prints the claims that would be tried under another model now, or of which nothing is kept; code 1 if any.
`--write` keeps the values of these claims anew, or of all; do it only for claims that are tried anew with it.
"""

from __future__ import annotations

import argparse
import json
import math
import sys
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from tempfile import TemporaryDirectory

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from sim.claims.claim import arms_of, chosen, column_of, families, settings_of  # noqa: E402
from sim.claims.running import claims_point, lay_out  # noqa: E402
from sim.config import Arm  # noqa: E402

KEPT = ROOT / "experiments" / "results" / "claims_state.json"
#: Claim -> "setting: arm" -> what its checks read -> the value in replication 0.
State = dict[str, dict[str, dict[str, float | None]]]


def simulate_first(arm: Arm) -> dict[str, float]:
    """Replication 0 of an arm, in the first plausible world."""
    return claims_point(arm.composed.scenario, seed=arm.composed.seed, replication=0, world=0)


def find_state() -> State:
    """What every check of every claim reads in replication 0, as the model is."""
    claims = {name: one for name, one in chosen().items() if one[1].runs}
    with TemporaryDirectory() as plans, ProcessPoolExecutor() as pool:
        bench = lay_out(claims, [], Path(plans))
        rows = list(pool.map(simulate_first, bench.arms, chunksize=4))
    found: State = {}
    for name, (group, claim) in claims.items():
        for title, setting in settings_of(claim, families()[group]).items():
            for check in claim.checks:
                spans = dict.fromkeys((check.window, check.against_window or check.window))
                columns = check.correlate or [column_of(check.outcome, days) for days in spans]
                for arm in arms_of(check):
                    row = rows[bench.place(group, setting, arm)]
                    values = {one: None if math.isnan(row[one]) else float(row[one]) for one in columns}
                    found.setdefault(name, {}).setdefault(f"{title}: {arm}", {}).update(values)
    return found


def main(argv: list[str] | None = None) -> int:
    """Compares, or keeps."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument(
        "--write", nargs="?", const="", metavar="CLAIM,...", help="keep the values of these claims anew; of all without a name"
    )
    given = asked.parse_args(argv)
    kept: State = json.loads(KEPT.read_text("utf-8")) if KEPT.is_file() else {}
    found = find_state()
    if given.write is not None:
        names = [name for name in given.write.split(",") if name] or list(found)
        if unknown := [name for name in names if name not in found]:
            asked.error(f"--write={unknown[0]}: the id of a claim that runs")
        kept |= {name: found[name] for name in names}
        KEPT.write_text(json.dumps(dict(sorted(kept.items())), indent=1) + "\n", encoding="utf-8")
    other = [name for name in found if kept.get(name) != found[name]]
    for name in other:
        print(f"{name}: {', '.join(arm for arm, values in found[name].items() if kept.get(name, {}).get(arm) != values)}")
    print(f"{len(found) - len(other)} of {len(found)} claims read what was kept")
    return int(bool(other))


if __name__ == "__main__":
    raise SystemExit(main())
