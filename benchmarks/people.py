"""One run for many people with two years each: what a clinic's first night and the next take."""

import datetime as dt
import os
import tempfile
from pathlib import Path

from sample_strength import Workout, strong_csv

from benchmarks.journeys import new_home, run
from benchmarks.measure import MEGABYTE, Row
from pipeline.home import Home

PEOPLE, FULL, WEEKS = 50, 500, 104
MONDAY = dt.datetime(2024, 11, 18, 18)  # noqa: DTZ001 - as the app writes it, without a zone
NOTATION = "35x12 35x12 35x10"
NAMES = ("Lat Pulldown (Cable)", "Glute Bridge", "Shrug (Dumbbell)")


def rows() -> list[Row]:
    """Run for all of them at once, without Prefect; then once more, with nothing new."""
    count = FULL if os.environ.get("FULL") else PEOPLE
    with tempfile.TemporaryDirectory() as folder:
        home = many(Path(folder), count)
        first, again = run(home), run(home)
        kept = sum(path.stat().st_size for path in home.reports.rglob("*") if path.is_file())
    work = f"{count} people, two years of strength and jogs each, one log a person"
    return [
        Row(f"{work}; {first.pages:,} pages", f"{first.spent}"),
        Row("of these for each person", f"{first.spent.wall_s / count:.2f} s"),
        Row("once more, nothing new", f"{again.spent}"),
        Row(
            "memory of the run's own process; with its children",
            f"{first.peak_bytes / MEGABYTE:.0f} MB; {first.peaks.together_bytes / MEGABYTE:.0f} MB",
        ),
        Row("pages on disk", f"{kept / MEGABYTE:,.0f} MB"),
    ]


def many(folder: Path, count: int, weeks: int = WEEKS, settings: str = "") -> Home:
    """Make an installation of so many people, each with a log of their own, of the last weeks."""
    home = new_home(folder)
    ids = [f"p{number:04}" for number in range(count)]
    tables = "".join(f'[people.{who}]\nzone = "Europe/Berlin"\n' for who in ids)
    home.settings_file.write_text(f"settle_seconds = 0\n{settings}\n{tables}", encoding="utf-8")
    (home.inbox / "me").rmdir()
    for number, who in enumerate(ids):
        (home.inbox / who).mkdir()
        if weeks:
            (home.inbox / who / "strong.csv").write_bytes(_log(number, weeks))
    return home


def _log(person: int, weeks: int) -> bytes:
    """Write the last weeks of one person: a workout and a jog a week, at minutes of their own."""
    workouts = []
    those = range(WEEKS - weeks, WEEKS)
    for week in those:
        start = MONDAY + dt.timedelta(days=7 * week, minutes=person % 60)
        exercises = tuple((name, NOTATION) for name in NAMES)
        workouts.append(Workout(f"Back day {person}", str(start), "47m", exercises))
    return strong_csv(tuple(workouts)) + b"".join(
        f'{MONDAY + dt.timedelta(days=7 * week + 2)},"Run",30m,"Running",1,0.0,0,'
        f'{3.0 + person % 15 / 10:.2f},1800.0,"","",\n'.encode()
        for week in those
    )
