"""An inbox of very many files: what the first run, the second one and their memory take.

    python -m tests.reliability.load --files 100000 --people 20

Runs in a process of its own, whose memory is the parent's; its children's is bounded elsewhere.
"""

import argparse
import datetime as dt
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from pipeline import inbox, jobs
from pipeline.home import Home
from tests.drops import NOW, gpx
from tests.homes import SETTLED_CLOCK_S, new_home

from .processes import environment

MEGABYTE = 1_000_000
WALKS_A_DAY = 40
COMMAND = [sys.executable, "-m", "tests.reliability.load", "--here"]


def measured(files: int, people: int = 1) -> dict[str, Any]:
    """Measure in a fresh process; returns seconds, megabytes and counts by what they are of."""
    ran = subprocess.run(  # noqa: S603 - our own interpreter
        [*COMMAND, "--files", str(files), "--people", str(people)],
        capture_output=True,
        env=environment(),
        text=True,
        check=True,
    )
    return dict(json.loads(ran.stdout))


def here(files: int, people: int = 1) -> dict[str, Any]:
    """Measure in this process; the files are divided evenly among the people."""
    with tempfile.TemporaryDirectory() as folder:
        home = new_home(Path(folder))
        others = [f"p{number}" for number in range(1, people)]
        with home.settings_file.open("a", encoding="utf-8") as settings:
            settings.writelines(
                f'\n[people.{person}]\nzone = "Europe/Berlin"\n' for person in others
            )
        for person in ("me", *others):
            fill(home.inbox / person, files // people)
        began = time.monotonic()
        seen = sum(1 for _ in inbox.scan(home.inbox))
        scan_s = time.monotonic() - began
        before_mb = _peak_mb()
        began = time.monotonic()
        first = jobs.run(Home(home.folder), NOW, SETTLED_CLOCK_S)
        first_s = time.monotonic() - began
        began = time.monotonic()
        second = jobs.run(Home(home.folder), NOW, SETTLED_CLOCK_S)
        return {
            "files": seen,
            "scan_s": round(scan_s, 2),
            "first_run_s": round(first_s, 1),
            "imported": sum(each.outcomes["imported"] for each in first),
            "second_run_s": round(time.monotonic() - began, 2),
            "read_again": sum(each.read + each.taken + each.pages for each in second),
            "before_mb": before_mb,
            "peak_mb": _peak_mb(),
        }


def fill(folder: Path, files: int) -> None:
    """Drop short tracks of walks, all different, forty a day, a hundred to a folder."""
    start = NOW - dt.timedelta(days=files // WALKS_A_DAY + 1)
    for number in range(files):
        at = start + dt.timedelta(days=number // WALKS_A_DAY, minutes=30 * (number % WALKS_A_DAY))
        place = folder / f"{number // 100}"
        place.mkdir(parents=True, exist_ok=True)
        (place / f"{number}.gpx").write_bytes(gpx(at, 1000.0 + number % 50, "walking"))


def _peak_mb() -> int:
    """Return the most memory this process had; `getrusage` tells of who started it, too."""
    status = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    peak_kb = next(line.split()[1] for line in status if line.startswith("VmHWM"))
    return int(peak_kb) * 1024 // MEGABYTE


def main() -> None:
    """Print what was measured."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--files", type=int, default=100_000)
    parser.add_argument("--people", type=int, default=1)
    parser.add_argument("--here", action="store_true")
    asked = parser.parse_args()
    found = (here if asked.here else measured)(asked.files, asked.people)
    print(json.dumps(found, indent=1))  # noqa: T201 - a command


if __name__ == "__main__":
    main()
