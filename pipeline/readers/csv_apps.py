"""Strength logs from Strong, Hevy and FitNotes: one declarative value for each layout.

To add an app, append its `Dialect` to DIALECTS. No app documents its export; the layouts are
those of real files. Sources: https://www.strong.app, https://www.hevyapp.com,
http://www.fitnotesapp.com
"""

import codecs
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from pipeline.errors import Code, Refused
from pipeline.readers import csv_dialect, csv_rows, csv_text
from pipeline.readers.csv_dialect import Dialect, Elsewhere
from pipeline.tables import Reading

__all__ = ["DIALECTS", "ELSEWHERE", "Dialect", "Elsewhere", "counts", "read", "recognises"]

STRONG_COMMA = Dialect(
    "Strong",
    header="Date,Workout Name,Duration,Exercise Name,Set Order,Weight,Reps,Distance,Seconds,"
    "Notes,Workout Notes,RPE",
    label="Exercise Name",
    start="Date",
    formats=("%Y-%m-%d %H:%M:%S", "%Y-%m-%d %I:%M:%S%p", "%Y-%m-%d %H:%M", "%Y-%m-%d %I:%M%p"),
    workout=("Date",),
    length="Duration",
    title="Workout Name",
    set_type="Set Order",
    kinds=(
        ("[0-9]+|D|F", "set"),
        ("W", "warmup"),
        ("Rest Timer", "rest"),
        ("Note", "note"),
    ),
    reps="Reps",
    seconds="Seconds",
    weight="Weight",
    distance="Distance",
)
STRONG_UNITS = replace(
    STRONG_COMMA,
    header="Date,Workout Name,Exercise Name,Set Order,Weight,Weight Unit,Reps,RPE,Distance,"
    "Distance Unit,Seconds,Notes,Workout Notes,Workout Duration",
    length="Workout Duration",
    weight_unit="Weight Unit",
    distance_unit="Distance Unit",
)
STRONG_NUMBERED = replace(
    STRONG_COMMA,
    header="Workout #,Date,Workout Name,Duration (sec),Exercise Name,Set Order,Weight (kg),Reps,"
    "RPE,Distance (meters),Seconds,Notes,Workout Notes",
    workout=("Workout #",),
    length="Duration (sec)",
    weight="Weight (kg)",
    weight_in="kg",
    distance="Distance (meters)",
    distance_in="m",
)
HEVY = Dialect(
    "Hevy",
    header="title,start_time,end_time,description,exercise_title,superset_id,exercise_notes,"
    "set_index,set_type,weight_kg,reps,distance_km,duration_seconds,rpe",
    label="exercise_title",
    start="start_time",
    formats=(  # `30 Jun 2025, 19:56`, its month in the language of the app
        "%d %b %Y, %H:%M",
        "%d %b %Y, %I:%M%p",
        "%d.%m.%Y, %H:%M",
        "%b %d, %Y, %I:%M%p",
        "%Y-%m-%d %H:%M:%S",
    ),
    workout=("start_time", "title"),
    end="end_time",
    title="title",
    set_type="set_type",
    kinds=(("normal|dropset|failure", "set"), ("warmup", "warmup")),
    reps="reps",
    seconds="duration_seconds",
    weight="weight_kg",
    weight_in="kg",
    distance="distance_km",
    distance_in="km",
)
FITNOTES = Dialect(
    "FitNotes",
    header="Date,Exercise,Category,Weight,Weight Unit,Reps,Distance,Distance Unit,Time,Comment",
    label="Exercise",
    start="Date",
    formats=("%Y-%m-%d",),
    workout=("Date",),
    reps="Reps",
    seconds="Time",
    weight="Weight",
    weight_unit="Weight Unit",
    distance="Distance",
    distance_unit="Distance Unit",
)
FITNOTES_POUNDS = replace(
    FITNOTES,
    header="Date,Exercise,Category,Weight (lbs),Reps,Distance,Distance Unit,Time",
    weight="Weight (lbs)",
    weight_unit=None,
    weight_in="lb",
)
FITNOTES_KILOGRAMS = replace(
    FITNOTES_POUNDS,
    header="Date,Exercise,Category,Weight (kgs),Reps,Distance,Distance Unit,Time",
    weight="Weight (kgs)",
    weight_in="kg",
)

DIALECTS: tuple[Dialect, ...] = (
    STRONG_COMMA,
    replace(
        STRONG_COMMA,
        header="Date,Workout Name,Exercise Name,Set Order,Weight,Reps,Distance,Seconds,Notes,"
        "Workout Notes,RPE",
        length=None,
    ),
    replace(
        STRONG_COMMA,
        header="Date,Workout Name,Duration,Exercise Name,Set Order,Weight,Reps,Distance,Seconds,"
        "RPE",
    ),
    STRONG_UNITS,
    replace(
        STRONG_UNITS,
        header="Date,Workout Name,Exercise Name,Set Order,Weight,Weight Unit,Reps,RPE,Distance,"
        "Distance Unit,Seconds,Notes,Workout Notes",
        length=None,
    ),
    replace(
        STRONG_UNITS,
        header="Date,Workout Name,Exercise Name,Set Order,Weight,Weight Unit,Reps,Distance,"
        "Distance Unit,Seconds,Notes,Workout Notes",
        length=None,
    ),
    STRONG_NUMBERED,
    replace(
        STRONG_NUMBERED,
        header=STRONG_NUMBERED.header.replace("(kg)", "(lbs)"),
        weight="Weight (lbs)",
        weight_in="lb",
    ),
    HEVY,
    replace(
        HEVY,
        header=HEVY.header.replace("_kg", "_lbs").replace("_km", "_miles"),
        weight="weight_lbs",
        weight_in="lb",
        distance="distance_miles",
        distance_in="mi",
    ),
    FITNOTES,
    FITNOTES_POUNDS,
    replace(FITNOTES_POUNDS, header=FITNOTES_POUNDS.header + ",Comment"),
    FITNOTES_KILOGRAMS,
    replace(FITNOTES_KILOGRAMS, header=FITNOTES_KILOGRAMS.header + ",Comment"),
)

OLD_STRONG = (
    "This is a Strong export of 2018, each line packed into one cell: export it again "
    "with a current Strong."
)
BODY_SIZES = "This is a list of body measurements from {}, which is not read."
TOTALS = "This is the list of activities from {}, totals only: export the activities themselves."
ELSEWHERE: tuple[Elsewhere, ...] = (
    Elsewhere("Date,Workout Name,Exercise Name,Set Order,lbs,Reps", OLD_STRONG),
    Elsewhere("Date,Workout Name,Exercise Name,Set Order,kg,Reps", OLD_STRONG),
    Elsewhere("date,weight_kg,fat_percent", BODY_SIZES.format("Hevy")),
    Elsewhere("date,weight_lbs,fat_percent", BODY_SIZES.format("Hevy")),
    Elsewhere("Date,Time,Measurement,Value,Unit", BODY_SIZES.format("FitNotes")),
    Elsewhere(
        "Name,StartTime,EndTime,BodyWeight,Exercise,Equipment",
        "This is a FitNotes 2 export, which is not read yet: describe the app with this file.",
    ),
    Elsewhere("Activity ID,Activity Date,Activity Name,Activity Type", TOTALS.format("Strava")),
    Elsewhere("Activity Type,Date,Favorite,Title,Distance", TOTALS.format("Garmin Connect")),
    Elsewhere(
        "Set,Exercise Name,Time,Rest,Reps,Weight,Volume",
        "This is Garmin's list of sets, which does not say the day: download the FIT file.",
    ),
    Elsewhere(
        "Date,Meal,Calories", "This is a food diary from MyFitnessPal, which holds no workout."
    ),
    Elsewhere(
        "com.samsung.shealth.exercise",
        "This is a Samsung Health table, which holds no sets: export the workout as GPX or TCX.",
    ),
)

# Read as text, a picture or an archive may begin innocently.
BINARY = (
    *(b"PK", b"\x1f\x8b", b"BZh", b"\xfd7zXZ", b"7z\xbc\xaf", b"Rar!"),
    *(b"%PDF", b"SQLite format 3", b"\x00\x05\x16\x07"),
    *(b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"RIFF"),
)
FIT_MARK = slice(8, 12)


def recognises(head: bytes) -> bool:
    """Tell text that may be a CSV export from XML, JSON and everything that is no text.

    `head` is the file's first 64 kB; its last character may be cut.
    """
    if head.startswith(BINARY) or head[FIT_MARK] == b".FIT":
        return False
    encodings = ["utf-16"] if head.startswith(csv_text.UTF_16_MARKS) else ["utf-8-sig", "cp1252"]
    for encoding in encodings:
        try:
            text = codecs.getincrementaldecoder(encoding)().decode(head)
        except UnicodeDecodeError:
            continue
        # Windows-1252 takes almost any byte: there, a control character anywhere is no text.
        line = text if encoding == "cp1252" else text.lstrip().partition("\n")[0].rstrip("\r")
        return not text.lstrip().startswith(("<", "{", "[")) and not _has_controls(line)
    return False


def read(content: bytes, dialects: Sequence[Dialect] = DIALECTS) -> Reading:
    """What a strength log says: one LoggedSet, or one Problem, for each record.

    Raises Refused when it is no known export, broken, empty, or too much of it is unreadable.
    """
    text, problems = csv_text.decode(content)
    candidates = csv_text.header_candidates(text)
    if not candidates:
        raise Refused(Code.E_EMPTY, "The file has no content.")
    separator, dialect = csv_dialect.identify(candidates, dialects, ELSEWHERE)
    records = csv_text.records(text, separator)
    if not records:
        raise Refused(Code.E_NO_ACTIVITY, "The file is sound but holds no workout.")
    sets, more = csv_rows.logged_sets(dialect, records)
    return Reading("csv", "csv", dialect.app, sets=sets, problems=problems + more)


def counts(reading: Reading) -> dict[str, int]:
    """How many records became what, by kind, and `unreadable`; together, all records."""
    found = Counter(logged.kind for logged in reading.sets)
    kept = {f"line {logged.row}" for logged in reading.sets}
    places = {problem.where.partition(",")[0] for problem in reading.problems}
    lost = {place for place in places if place.startswith("line ")} - kept
    return {**found, "unreadable": len(lost)}


def _has_controls(text: str) -> bool:
    """Whether a control character stands in a text, other than tabs and line ends."""
    return any(unicodedata.category(sign) == "Cc" and sign not in "\t\n\r\f\v" for sign in text)
