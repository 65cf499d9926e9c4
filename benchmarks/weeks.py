"""Judging ten years of one person, and writing their pages."""

import datetime as dt
import random
import tempfile
from pathlib import Path

from benchmarks import measure
from benchmarks.journey import NOW
from benchmarks.journeys import new_home
from benchmarks.measure import Row
from pipeline import compliance, ledger, pages
from pipeline.settings import Person, Settings
from pipeline.tables import Activity, LoggedSet, Reading, Readings, readings_of

YEARS, JOGS, SETS, TURNS = 10, 2_000, 45_000, 5
JUDGING_S, NEW_S, SAME_S = 0.15, 4, 0.3  # targets
PERSON = Person("me", "Alex", "Europe/Berlin")
SETTINGS = Settings((PERSON,))


def rows() -> list[Row]:
    """Judge, write every page, and write again what is on disk already."""
    table = ten_years()
    judging = measure.least(
        measure.spent(lambda: compliance.judge(table, SETTINGS, PERSON, NOW)) for _ in range(TURNS)
    )
    weeks = compliance.judge(table, SETTINGS, PERSON, NOW)
    new: list[measure.Spent] = []
    same: list[measure.Spent] = []
    written = again = 0
    for _ in range(TURNS):
        with tempfile.TemporaryDirectory() as folder:
            home = new_home(Path(folder))
            counts: list[int] = []
            for taken in (new, same):
                taken.append(
                    measure.spent(
                        lambda: counts.append(pages.write(home, SETTINGS, PERSON, weeks))  # noqa: B023 - called at once
                    )
                )
            written, again = counts
    work = f"writing {len(weeks)} weeks and the index again, nothing changed, best of {TURNS}"
    unchanged = measure.in_time(work, measure.least(same), SAME_S)
    return [
        measure.in_time(
            f"judging {JOGS:,} jogs and {SETS:,} sets, best of {TURNS}", judging, JUDGING_S
        ),
        measure.in_time(
            f"writing {len(weeks)} weeks and the index, {written:,} files, all new,"
            f" best of {TURNS}",
            measure.least(new),
            NEW_S,
        ),
        unchanged,
        Row("files written then", f"{again:,}", "", "", "0", again == 0),
    ]


def ten_years() -> Readings:
    """Invent a table of readings: jogs in files of their own, sets in one log."""
    rng = random.Random(4)  # noqa: S311 - test data
    start = dt.datetime(2016, 11, 14, 7, tzinfo=dt.UTC)
    days = YEARS * 365
    made = []
    for number in range(JOGS):
        at = start + dt.timedelta(days=number * days / JOGS)
        jog = Activity(
            position=0,
            sport="running",
            starts_at=at,
            ends_at=at + dt.timedelta(minutes=30),
            timer_s=1800.0,
            session_m=3000.0 + rng.randrange(2100),
        )
        reading = Reading("fit", "columns", None, (jog,))
        made.append(ledger.row(f"{number:064x}", 1, at, reading, "1"))
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
    made.append(ledger.row("f" * 64, 1, start, log, "1"))
    return readings_of([{**each, "names": [b"file"]} for each in made])
