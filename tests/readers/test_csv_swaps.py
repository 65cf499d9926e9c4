import csv
import functools
import io
import re
from collections.abc import Sequence
from pathlib import Path

import pytest

from pipeline.errors import Refused
from pipeline.readers import csv_apps
from pipeline.readers.csv_log.text import normalise
from pipeline.tables import LoggedSets, Reading
from tests.readers.strength_logs import SAMPLES, separator

BLOCKS = ("alpha", "jefit")  # without a header for the whole file
WITH_HEADER = [path for path in SAMPLES if not path.name.startswith(BLOCKS)]
JEFIT = [path for path in SAMPLES if path.name.startswith("jefit")]
COMPARED = (
    *("row", "kind", "label", "day", "local_start", "starts_at"),
    *("reps", "seconds", "metres", "weight", "weight_unit"),
)
SET_NUMBER = re.compile(r"set \d+ ")
Pair = tuple[str, str, str]
# Columns whose cells can change places below a header that stays: nothing in them tells. An app,
# the two columns in the words of our comparison, N for the number of a set.
TWO_NAMES = """
    Caliber: title | exercise
    FitNotes: exercise | category
    GymBook: esercizio | zona
    GymBook: exercise | region
    GymBook: übung | bereich
    MyFitnessPal: exercise | type
    Strong: workout name | exercise name
"""
TWO_NUMBERS = """
    Boostcamp: set | weight
    Caliber: set # | reps
    Caliber: weight | time
    Fitbod: weight(kg) | duration(s)
    Fitbod: weight(lbs) | duration(s)
    Fitbod: duration(s) | distance(m)
    Fitbod: distance(m) | incline
    Fitbod: resistance | iswarmup
    FitNotes: weight (kg) | weight (lbs)
    FitNotes: weight (kgs) | reps
    FitNotes: reps | distance
    Hevy: duration_seconds | rpe
    Lyfta: superset id | weight
    Lyfta: distance | time
    MyFitnessPal: exercise calories | exercise minutes
    MyFitnessPal: exercise minutes | sets
    MyFitnessPal: sets | reps per set
    MyFitnessPal: reps per set | pounds
    RepCount: distance | duration
    Strong: set order | weight
    Strong: weight | reps
    Strong: weight (kg) | reps
    Strong: reps | rpe
    Strong: reps | distance
    Strong: rpe | distance
    Strong: rpe | distance (meters)
    Strong: distance | seconds
    Strong: distance (meters) | seconds
    Strong: seconds | rpe
    StrongLifts: weight (kg) | weight (lb)
    StrongLifts: set N | set N
    StrongLifts: set N (reps) | set N (kg)
    StrongLifts: set N (kg) | set N (reps)
    StrongLifts: set N (reps) | set N (lb)
    StrongLifts: set N (lb) | set N (reps)
"""
# Nothing is read wrong here: a figure, or the set with it, is absent.
FIGURES_MOVED_TO_A_COLUMN_THAT_IS_NOT_READ = """
    FitNotes: time | notes
    GymBook: weight / distance | notes
    GymBook: gewicht / distanz | notizen
    MyFitnessPal: pounds | steps
    Strong: seconds | notes
    StrongLifts: sets×time | top set (reps×kg)
    StrongLifts: notes | set N (reps)
"""


def listed(lists: str) -> set[Pair]:
    lines = [line.strip() for line in lists.splitlines() if line.strip()]
    pairs = [(app, *columns.split(" | ")) for app, columns in (line.split(": ") for line in lines)]
    return {(app, first, second) for app, first, second in pairs}


UNSEEN = listed(TWO_NAMES + TWO_NUMBERS + FIGURES_MOVED_TO_A_COLUMN_THAT_IS_NOT_READ)


def table(path: Path) -> list[list[str]]:
    text = path.read_text("utf-8-sig").replace("\r\n", "\n")
    return list(csv.reader(io.StringIO(text), delimiter=separator(path)))


def saved(rows: Sequence[Sequence[str]]) -> bytes:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue().encode()


def swapped(row: list[str], at: int) -> list[str]:
    return [*row[:at], *reversed(row[at : at + 2]), *row[at + 2 :]] if row else row


def told(reading: Reading) -> list[tuple[object, ...]]:
    return LoggedSets.of(reading.sets).frame.select(COMPARED).rows()


def is_read_alike(rows: Sequence[Sequence[str]], before: Reading) -> bool | None:
    try:
        reading = csv_apps.read(saved(rows))
    except Refused:
        return None
    return told(reading) == told(before)


@pytest.mark.parametrize("path", WITH_HEADER, ids=lambda path: path.name)
def test_columns_that_change_places_with_their_names_are_refused_or_read_alike(path: Path) -> None:
    rows = table(path)
    before = csv_apps.read(saved(rows))
    for at in range(len(rows[0]) - 1):
        assert is_read_alike([swapped(row, at) for row in rows], before) in {None, True}, rows[0][
            at
        ]


@pytest.mark.parametrize("path", JEFIT, ids=lambda path: path.name)
def test_the_columns_of_a_section_are_found_by_their_names_alone(path: Path) -> None:
    rows = table(path)
    before = csv_apps.read(saved(rows))
    for width in {len(row) for row in rows if len(row) > 1}:
        for at in range(width - 1):
            new = [swapped(row, at) if len(row) == width else row for row in rows]
            assert is_read_alike(new, before), (width, at)


@functools.cache
def unseen(path: Path) -> frozenset[Pair]:
    rows = table(path)
    before = csv_apps.read(saved(rows))
    found = set()
    for at in range(len(rows[0]) - 1):
        try:
            reading = csv_apps.read(saved([rows[0], *(swapped(row, at) for row in rows[1:])]))
        except Refused:
            continue
        is_said = len(reading.problems) > len(before.problems)
        if not is_said and told(reading) != told(before):
            first, second = (
                SET_NUMBER.sub("set N ", f"{normalise(n)} ") for n in rows[0][at : at + 2]
            )
            found.add((before.app or "", first.strip(), second.strip()))
    return frozenset(found)


@pytest.mark.parametrize("path", WITH_HEADER, ids=lambda path: path.name)
def test_cells_that_change_places_below_their_names_are_noticed_but_for_these(path: Path) -> None:
    assert unseen(path) - UNSEEN == set()


def test_every_pair_that_cannot_be_told_apart_is_one_that_a_sample_shows() -> None:
    assert UNSEEN - {pair for path in WITH_HEADER for pair in unseen(path)} == set()
