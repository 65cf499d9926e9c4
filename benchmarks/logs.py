"""Strength logs of ten years: reading one, and what a hundred weekly exports of it leave behind."""

import csv
import datetime as dt
import io
import json
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from benchmarks import measure
from benchmarks.journeys import new_home, run
from benchmarks.measure import MEGABYTE, Row, Spent

SETS, EXPORTS, TURNS = 45_000, 100, 3
READ_S, PEAK_MB, TABLE_MB = 1.0, 200, 3  # targets
SEED = 20261116
LAST_DAY = dt.date(2026, 11, 14)
EVERY_DAYS = (2, 2, 3)  # three workouts a week, as many sets in each as fill ten years
HEADER = (
    '"title","start_time","end_time","description","exercise_title","superset_id",'
    '"exercise_notes","set_index","set_type","weight_kg","reps","distance_km",'
    '"duration_seconds","rpe"'
)
EXERCISES = (
    *("Lat Pulldown (Cable)", "Glute Bridge", "Shrug (Dumbbell)", "Seated Row (Cable)", "Plank"),
    *("Squat (Barbell)", "Bench Press (Barbell)", "Deadlift (Barbell)", "Face Pull", "Dead Bug"),
)
# Run in a process of its own: what a guarded child does with one file.
CHILD = """
import json, sys, time
from pathlib import Path
from pipeline import readers
content = Path(sys.argv[1]).read_bytes()
wall, cpu = time.perf_counter(), time.process_time()
said = readers.read(content)
spent = time.perf_counter() - wall, time.process_time() - cpu
status = Path("/proc/self/status")
peak = status.read_text().split("VmHWM:")[1].split()[0] if status.exists() else 0
print(json.dumps([*spent, int(peak) * 1024, len(said.sets)]))
"""


def rows() -> list[Row]:
    """Read ten years in one export, then import a hundred exports that each tell all of it."""
    workouts = list(_workouts())
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "workouts.csv"
        path.write_text(_export(workouts), encoding="utf-8")
        size_mb = path.stat().st_size / MEGABYTE
        read = [_read(path) for _ in range(TURNS)]
        floor = _csv_alone(path)
    spent = measure.least(Spent(wall, cpu) for wall, cpu, _, _ in read)
    peak_bytes = max(peak for *_, peak, _ in read)
    sets = read[0][3]
    work = f"reading {sets:,} sets in one Hevy export of {size_mb:.1f} MB, best of {TURNS}"
    return [
        measure.in_time(work, spent, READ_S),
        Row(
            "the csv module alone, cells to lists",
            f"{floor:.2f} s",
            "",
            f"{spent.cpu_s / floor:.1f} ×",
        ),
        measure.in_memory("memory of the process that reads it", peak_bytes, PEAK_MB),
        *_weekly(workouts),
    ]


def _read(path: Path) -> tuple[float, float, int, int]:
    command = [sys.executable, "-c", CHILD, str(path)]
    ran = subprocess.run(command, capture_output=True, text=True, check=True)  # noqa: S603 - ours
    wall_s, cpu_s, peak_bytes, sets = json.loads(ran.stdout)
    return wall_s, cpu_s, peak_bytes, sets


def _csv_alone(path: Path) -> float:
    text = path.read_text(encoding="utf-8")
    start = time.process_time()
    list(csv.reader(io.StringIO(text, newline=""), strict=True))
    return time.process_time() - start


def _weekly(workouts: list[list[str]]) -> Iterator[Row]:
    """Import an export a week for a hundred weeks, each with everything before it."""
    with tempfile.TemporaryDirectory() as folder:
        home = new_home(Path(folder))
        a_week = len(EVERY_DAYS)
        for number in range(EXPORTS):
            told = workouts[: len(workouts) - a_week * (EXPORTS - 1 - number)]
            name = home.inbox / "me" / f"workouts ({number:03}).csv"
            name.write_text(_export(told), encoding="utf-8")
        done = run(home)
        table_bytes = (home.folder / "people/me/readings.parquet").stat().st_size
    kept = done.outcomes.get("imported", 0)
    work = f"{EXPORTS} weekly exports of all of it, imported at once"
    yield Row(work, f"{done.spent.wall_s:.0f} s", "", "", "1 imported", kept == 1)
    yield Row(
        "readings.parquet after them",
        f"{table_bytes / MEGABYTE:.2f} MB",
        "",
        "",
        f"≤ {TABLE_MB} MB",
        table_bytes <= TABLE_MB * MEGABYTE,
    )


def _workouts() -> Iterator[list[str]]:
    """Yield the lines of each workout, oldest first; no two weights and reps go in a row."""
    order = random.Random(SEED)  # noqa: S311 - invented workouts, no secret
    count = 365 * 10 * len(EVERY_DAYS) // sum(EVERY_DAYS)
    day = LAST_DAY - dt.timedelta(days=365 * 10)
    for number in range(count):
        day += dt.timedelta(days=EVERY_DAYS[number % len(EVERY_DAYS)])
        start = dt.datetime.combine(day, dt.time(order.randint(6, 20), order.randint(0, 59)))
        end = start + dt.timedelta(minutes=order.randint(35, 95))
        sets = SETS // count + (number < SETS % count)
        yield list(_lines(order, start, end, sets))


def _lines(order: random.Random, start: dt.datetime, end: dt.datetime, sets: int) -> Iterator[str]:
    times = ",".join(f'"{each.day} {each:%b %Y, %H:%M}"' for each in (start, end))
    for index in range(sets):
        exercise = EXERCISES[(start.toordinal() + index // 4) % len(EXERCISES)]
        kind = order.choice(("warmup", "normal", "normal", "failure"))
        figures = f"{order.randrange(20, 140) / 2:g},{order.randint(4, 15)},,,{order.choice('789')}"
        yield f'"Back and legs",{times},"","{exercise}",,"",{index % 4},"{kind}",{figures}'


def _export(workouts: list[list[str]]) -> str:
    """Write an export as Hevy does, newest workout first."""
    lines = (line for workout in reversed(workouts) for line in workout)
    return "\n".join([HEADER, *lines, ""])
