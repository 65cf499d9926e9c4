"""Measure what a user waits for, and write benchmarks/results.md.

Every row is one run on this machine, on generated data with a fixed seed; the reader's row is a
ratio against its peer, interleaved, in processor time. A row below its target says so; nothing
here is a test.
"""

import datetime as dt
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import fitparse
import fitparse.records

PROJECT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(PROJECT), str(PROJECT / "scripts")]

from sample_tracks import Outing, as_fit  # noqa: E402  the scripts are no package

from pipeline import compliance, jobs, ledger, report  # noqa: E402
from pipeline.home import Home, create  # noqa: E402
from pipeline.readers import fit  # noqa: E402
from pipeline.settings import Person, Settings  # noqa: E402
from pipeline.tables import Activity, LoggedSet, Reading, Readings, readings_of  # noqa: E402

NOW = dt.datetime(2026, 11, 16, 6, tzinfo=dt.UTC)
FAR_FUTURE_S = 4_102_444_800.0
FILES, YEARS, JOGS, SETS = 300, 10, 2_000, 45_000
PERSON = Person("me", "Alex", "Europe/Berlin")
SETTINGS = Settings((PERSON,))


@dataclass(frozen=True)
class Result:
    """One line of the table."""

    work: str
    ours: str
    target: str
    is_met: bool


def main() -> None:
    """Measure everything, print the table and write it."""
    files = [jog_file(number) for number in range(FILES)]
    results = [
        fit_against_fitparse(files[:20]),
        *first_and_second_import(files),
        *judging_and_pages(),
        *command_line(),
    ]
    lines = ["| work | measured | target | |", "|---|--:|--:|---|"]
    for each in results:
        mark = "met" if each.is_met else "missed"
        lines.append(f"| {each.work} | {each.ours} | {each.target} | {mark} |")
    text = "# Benchmarks\n\nWritten by `make bench`.\n\n" + "\n".join(lines) + "\n"
    (PROJECT / "benchmarks" / "results.md").write_text(text, encoding="utf-8")
    print(text)


def jog_file(number: int) -> bytes:
    """Encode one jog as FIT; no two are alike."""
    rng = random.Random(number)  # noqa: S311 - test data
    start = dt.datetime(2017, 1, 2, 7, tzinfo=dt.UTC) + dt.timedelta(days=12 * number)
    outing = Outing(
        name=f"{number}.fit",
        starts_at=start,
        duration_s=1500 + rng.randrange(600),
        metres=3000.0 + rng.randrange(1900),
        gps_share=1.0,
    )
    return bytes(as_fit(outing))


def fit_against_fitparse(files: list[bytes]) -> Result:
    """Read the same bytes with our reader and with bare fitparse, in turns."""
    ours = theirs = 0.0
    for content in files:
        fitparse.records.DEV_TYPES.clear()
        theirs += cpu_seconds(decode_all, content)
        ours += cpu_seconds(fit.read, content)
    ratio = theirs / ours
    return Result("FIT, against fitparse", f"{ratio:.2f} ×", "≥ 1 × (200 × later)", ratio >= 1)


def first_and_second_import(files: list[bytes]) -> list[Result]:
    """Import a folder of jogs, then run again with nothing new."""
    with tempfile.TemporaryDirectory() as folder:
        home = Home(Path(folder))
        create(home, "Alex", "Europe/Berlin")
        for number, content in enumerate(files):
            (home.inbox / "me" / f"{number}.fit").write_bytes(content)
        first = wall_seconds(lambda: jobs.run(home, NOW, FAR_FUTURE_S))
        second = wall_seconds(lambda: jobs.run(home, NOW, FAR_FUTURE_S))
    per_file = first / len(files)
    return [
        Result(
            f"first import, {len(files)} jogs, all included",
            f"{first:.1f} s ({per_file * 1000:.0f} ms a file)",
            "≤ 20 ms a file (later)",
            per_file <= 0.02,
        ),
        Result("night with nothing new", f"{second:.2f} s", "≤ 1.5 s", second <= 1.5),
    ]


def judging_and_pages() -> list[Result]:
    """Judge ten years of one person, and render every page."""
    table = ten_years()
    compliance.judge(table, SETTINGS, PERSON, NOW)
    judging = wall_seconds(lambda: compliance.judge(table, SETTINGS, PERSON, NOW))
    weeks = compliance.judge(table, SETTINGS, PERSON, NOW)
    pages = wall_seconds(lambda: list(report.render(weeks, options=report.Options())))
    return [
        Result(
            f"judging {JOGS:,} jogs and {SETS:,} sets",
            f"{judging:.2f} s",
            "≤ 0.15 s (later)",
            judging <= 0.15,
        ),
        Result(f"{len(weeks)} weekly pages, index", f"{pages:.2f} s", "≤ 4 s", pages <= 4),
    ]


def ten_years() -> Readings:
    """Generate a table of readings: jogs in files of their own, sets in one log."""
    rng = random.Random(4)  # noqa: S311 - test data
    start = dt.datetime(2016, 11, 14, 7, tzinfo=dt.UTC)
    days = YEARS * 365
    rows = []
    for number in range(JOGS):
        at = start + dt.timedelta(days=number * days / JOGS)
        metres = 3000.0 + rng.randrange(2100)
        jog = Activity(
            position=0,
            sport="running",
            starts_at=at,
            ends_at=at + dt.timedelta(minutes=30),
            timer_s=1800.0,
            session_m=metres,
        )
        rows.append(
            ledger.row(f"{number:064x}", 1, at, Reading("fit", "fitparse", None, (jog,)), "1")
        )
    labels = ["Lat Pulldown (Cable)", "Glute Bridge", "Shrug (Dumbbell)", "Bench Press (Barbell)"]
    sets = []
    for number in range(SETS):
        day = (start + dt.timedelta(days=number // 15 * days * 15 / SETS)).replace(tzinfo=None)
        sets.append(
            LoggedSet(
                position=number,
                kind="set",
                workout=str(number // 15),
                label=labels[number % len(labels)],
                day=day.date(),
                local_start=day,
                row=number + 2,
                reps=10,
                weight=20.0,
                weight_unit="kg",
            )
        )
    log = Reading("csv", "csv", "Strong", (), tuple(sets))
    rows.append(ledger.row("f" * 64, 1, start, log, "1"))
    return readings_of([{**row, "names": [b"file"]} for row in rows])


def command_line() -> list[Result]:
    """Start the commands people wait for."""
    with tempfile.TemporaryDirectory() as folder:
        create(Home(Path(folder)), "Alex", "Europe/Berlin")
        command = str(Path(sys.executable).parent / "backfour")
        wanted = (("--help", 0.25), ("status", 0.6))
        found = []
        for argument, target in wanted:
            arguments = [command, argument] + (["--home", folder] if argument == "status" else [])
            seconds = min(
                wall_seconds(lambda: subprocess.run(arguments, capture_output=True, check=True))  # noqa: B023, S603 - called at once, and ours
                for _ in range(3)
            )
            found.append(
                Result(
                    f"`backfour {argument}`", f"{seconds:.2f} s", f"≤ {target} s", seconds <= target
                )
            )
    return found


def wall_seconds(work: Callable[[], object]) -> float:
    """Time one call."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def decode_all(content: bytes) -> None:
    """Decode every message with bare fitparse."""
    for _ in fitparse.FitFile(content).get_messages():
        pass


def cpu_seconds(work: Callable[[bytes], object], content: bytes) -> float:
    """Processor time of one call."""
    start = time.process_time()
    work(content)
    return time.process_time() - start


if __name__ == "__main__":
    main()
