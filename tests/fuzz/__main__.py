"""`python -m tests.fuzz`: try many inputs of every format, and write to a file how each ended.

python -m tests.fuzz --seed 7 --inputs 1000000 --processes 2
python -m tests.fuzz --again fit:7:4711
"""

import argparse
import datetime as dt
import importlib.metadata
import json
import platform
import sys
from pathlib import Path
from typing import Any

from pipeline import readers
from tests.fuzz import run, seeds, workers
from tests.fuzz.inputs import FORMATS
from tests.fuzz.run import Count, Plan

LIBRARIES = ("polars", "numpy", "fitparse", "gpxpy", "tzfpy", "pyproj", "fastcrc")
SEEDED = ("fit", "gpx", "tcx", "csv", "zip", "gz")


def main() -> int:
    """Run, write the figures, and return 1 when anything failed."""
    asked = _asked()
    if asked.again:
        format_name, seed, number = asked.again.split(":")
        folder = Path(asked.keep)
        folder.mkdir(parents=True, exist_ok=True)
        is_wide = asked.seeds == "all"
        for line in run.again(format_name, int(seed), int(number), is_wide=is_wide, folder=folder):
            _say(line)
        return 0
    began = dt.datetime.now(dt.UTC)
    plan = Plan("", asked.seed, range(0), asked.seeds == "all", asked.chain_every)
    said: dict[str, Any] = {}
    for counts in workers.tried(
        plan, run.formats(asked.formats), asked.inputs, asked.minutes, asked.processes
    ):
        said = _said(asked, began, counts)
        Path(asked.output).write_text(json.dumps(said, indent=1) + "\n", encoding="utf-8")
    failures = said["failures"]
    inputs, seconds = said["inputs"], said["seconds"]
    _say(f"{inputs:,} inputs, {seconds:,} s, {len(failures)} failures: {asked.output}")
    for each in failures[:20]:
        place = f"{each['format']}:{each['seed']}:{each['number']}"
        _say(f"{place} {'; '.join(each['faults'])[:300]}")
    return 1 if failures else 0


def _said(
    asked: argparse.Namespace, began: dt.datetime, counts: dict[str, Count]
) -> dict[str, Any]:
    ended = dt.datetime.now(dt.UTC)
    return {
        "seed": asked.seed,
        "seeds": asked.seeds,
        "seeds_digest": seeds.digest(SEEDED, is_wide=asked.seeds == "all"),
        "began": began.isoformat(timespec="seconds"),
        "ended": ended.isoformat(timespec="seconds"),
        "seconds": round((ended - began).total_seconds()),
        "processes": asked.processes,
        "python": platform.python_version(),
        "libraries": {name: importlib.metadata.version(name) for name in LIBRARIES},
        "readers": readers.version(),
        "inputs": sum(each.inputs for each in counts.values()),
        "formats": {
            name: {
                "inputs": each.inputs,
                "megabytes": round(each.size_bytes / 1e6, 1),
                "judged": each.judged,
                "outcomes": dict(each.outcomes.most_common()),
                "failures": len(each.failures),
            }
            for name, each in counts.items()
        },
        "failures": [failure for each in counts.values() for failure in each.failures],
    }


def _say(line: str) -> None:
    print(line)  # noqa: T201 - a command


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--inputs", type=int, default=0, help="of all formats together")
    parser.add_argument("--minutes", type=float, default=0.0)
    parser.add_argument("--formats", default="", help=f"some of {','.join(FORMATS)}")
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--seeds", choices=("own", "all"), default="own", help="all: ../shared too")
    parser.add_argument("--chain-every", type=int, default=run.CHAIN_EVERY)
    parser.add_argument("--output", default="fuzz.json")
    parser.add_argument("--again", default="", help="FORMAT:SEED:NUMBER, tried alone")
    parser.add_argument("--keep", default="fuzz", help="where --again writes the input")
    asked = parser.parse_args()
    if not (asked.inputs or asked.minutes or asked.again):
        parser.error("say --inputs or --minutes, or --again")
    return asked


if __name__ == "__main__":
    sys.exit(main())
