"""The tables, their types and their gates: what a reading holds, column by column.

Lengths are metres, durations seconds, instants aware UTC in microseconds; a `local_` time is a
wall clock without a zone. Null is "not stated" and never 0. Weights stay in the file's own unit.
"""

import datetime as dt
import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NewType, overload

import polars as pl

INSTANT = pl.Datetime("us", "UTC")
WALL_CLOCK = pl.Datetime("us")


@dataclass(frozen=True)
class Activity:
    """One recording: a session of a FIT file, an activity of a TCX, a track of a GPX.

    `sport`, `sub_sport` and `title` are the file's words. `starts_at` is None when the device
    did not know the date. `local_start` is set when the file itself tells the zone, by an offset
    or by its first position (`zone_source` "file" or "position"); otherwise whoever judges uses
    the person's zone. `session_m` to `track_m` are the four ways to know the distance, each as it
    was found, None when it was not recorded. `integrity` is "whole", "truncated" (cut off: every
    distance is a lower bound) or "checksum" (the checksum is wrong, the structure whole).
    """

    position: int
    sport: str | None = None
    sub_sport: str | None = None
    title: str | None = None
    starts_at: dt.datetime | None = None
    ends_at: dt.datetime | None = None
    local_start: dt.datetime | None = None
    zone: str | None = None
    zone_source: str | None = None
    timer_s: float | None = None
    elapsed_s: float | None = None
    session_m: float | None = None
    laps_m: float | None = None
    records_m: float | None = None
    track_m: float | None = None
    moving_speed_m_s: float | None = None
    samples: int = 0
    track_points: int = 0
    integrity: str = "whole"


@dataclass(frozen=True)
class LoggedSet:
    """One record of a strength log, whatever it turned out to be.

    `kind` is set, warmup, rest, note, skipped or unreadable (a problem says why); only `set` can
    count, and only with reps or seconds. `workout` groups the sets of one workout inside the file;
    `row` is the line (CSV) on which the record starts, None in a FIT file, whose sets point to
    their `activity` by its position instead. `label` is the file's own word for the exercise. FIT
    numbers the exercise by `category` and `subtype`; `grade` says how sure the watch was:
    confirmed, agreed, ambiguous, category_only or unknown. `local_start` is None when only the day
    is known; both are None where a log states an instant, `starts_at`, and no wall clock.
    `metres` is set for running and other cardio typed into the log, when it has a unit.
    """

    position: int
    kind: str
    workout: str
    label: str
    day: dt.date | None = None
    local_start: dt.datetime | None = None
    local_end: dt.datetime | None = None
    starts_at: dt.datetime | None = None
    row: int | None = None
    activity: int | None = None
    title: str | None = None
    category: int | None = None
    subtype: int | None = None
    grade: str | None = None
    reps: int | None = None
    seconds: float | None = None
    weight: float | None = None
    weight_unit: str | None = None
    metres: float | None = None


@dataclass(frozen=True)
class Problem:
    """A value that could not be read, or a thing worth knowing; the file is imported all the same.

    `where` is a place in the file ("line 214, column Reps", "byte 1 042").
    """

    code: str
    where: str
    text: str


@dataclass(frozen=True)
class Reading:
    """What one file said. `kind` is fit, gpx, tcx or csv; `app` the dialect or the device.

    `is_history`: the app's exports tell all that was ever logged, so a newer one replaces this.
    """

    kind: str
    reader: str
    app: str | None = None
    activities: tuple[Activity, ...] = ()
    sets: Sequence[LoggedSet] = ()
    problems: tuple[Problem, ...] = ()
    is_history: bool = False


ACTIVITY = pl.Schema(
    {
        "position": pl.Int32(),
        "sport": pl.String(),
        "sub_sport": pl.String(),
        "title": pl.String(),
        "starts_at": INSTANT,
        "ends_at": INSTANT,
        "local_start": WALL_CLOCK,
        "zone": pl.String(),
        "zone_source": pl.String(),
        "timer_s": pl.Float64(),
        "elapsed_s": pl.Float64(),
        "session_m": pl.Float64(),
        "laps_m": pl.Float64(),
        "records_m": pl.Float64(),
        "track_m": pl.Float64(),
        "moving_speed_m_s": pl.Float64(),
        "samples": pl.Int32(),
        "track_points": pl.Int32(),
        "integrity": pl.String(),
    }
)
LOGGED_SET = pl.Schema(
    {
        "position": pl.Int32(),
        "kind": pl.String(),
        "workout": pl.String(),
        "label": pl.String(),
        "day": pl.Date(),
        "local_start": WALL_CLOCK,
        "local_end": WALL_CLOCK,
        "starts_at": INSTANT,
        "row": pl.Int32(),
        "activity": pl.Int32(),
        "title": pl.String(),
        "category": pl.Int32(),
        "subtype": pl.Int32(),
        "grade": pl.String(),
        "reps": pl.Int32(),
        "seconds": pl.Float64(),
        "weight": pl.Float64(),
        "weight_unit": pl.String(),
        "metres": pl.Float64(),
    }
)


class LoggedSets(Sequence[LoggedSet]):
    """The records of one log, kept as a frame: a log of years has too many for a value each.

    It is as good as a tuple of LoggedSet values: they are made when they are asked for.
    """

    def __init__(self, frame: pl.DataFrame) -> None:
        """Keep a frame of the LOGGED_SET columns; raises SchemaError when it is another."""
        self.frame = gate(frame, LOGGED_SET)

    @classmethod
    def of(cls, records: Iterable[LoggedSet | Mapping[str, Any]]) -> "LoggedSets":
        """Make them from values, or from plain rows."""
        if isinstance(records, LoggedSets):
            return records
        rows = [each if isinstance(each, Mapping) else vars(each) for each in records]
        return cls(pl.DataFrame(rows, schema=LOGGED_SET, orient="row"))

    def __len__(self) -> int:
        """How many records there are."""
        return self.frame.height

    def __iter__(self) -> Iterator[LoggedSet]:
        """Make each record, in file order."""
        return (LoggedSet(*row) for row in self.frame.iter_rows())

    @overload
    def __getitem__(self, at: int) -> LoggedSet: ...
    @overload
    def __getitem__(self, at: slice) -> Sequence[LoggedSet]: ...
    def __getitem__(self, at: int | slice) -> LoggedSet | Sequence[LoggedSet]:
        """Make one record, or narrow them to a few."""
        if isinstance(at, slice):
            return LoggedSets(self.frame[at])
        return LoggedSet(*self.frame.row(at))

    def __eq__(self, other: object) -> bool:
        """Compare with any other records, in order."""
        if isinstance(other, LoggedSets):
            return self.frame.equals(other.frame)
        return isinstance(other, Sequence) and list(self) == list(other)

    def __hash__(self) -> int:
        """Equal records hash alike."""
        return hash(len(self))

    def __repr__(self) -> str:
        """Show them as the values they stand for."""
        return f"LoggedSets.of({list(self)!r})"


PROBLEM = pl.Schema({"code": pl.String(), "where": pl.String(), "text": pl.String()})
# Where a content lies in archives: the archive, which member of it, and whether the archive says
# something of it that the content does not.
FOUND_IN = pl.Schema(
    {"container": pl.String(), "index": pl.Int32(), "name": pl.Binary(), "told": pl.Boolean()}
)
# Members of an archive that have no row of their own.
LEFT_OUT = pl.Schema({"name": pl.Binary(), "code": pl.String(), "detail": pl.String()})
# A workout as a log tells it: when it began, and a digest of its sets, equal where they are.
TOLD_WORKOUT = pl.Schema({"begun": WALL_CLOCK, "digest": pl.UInt64(), "sets": pl.UInt32()})
# One row per content, sorted by sha256: the ledger of the file beside what it said. A content is
# an original, the member of an archive that is one, or both. `workouts` are all that a log told;
# they stay when a newer export takes its place, and of its sets only those that none newer tells.
READING = pl.Schema(
    {
        "sha256": pl.String(),
        "names": pl.List(pl.Binary()),
        "size_bytes": pl.Int64(),
        "first_seen": INSTANT,
        "kind": pl.String(),
        "app": pl.String(),
        "outcome": pl.String(),
        "code": pl.String(),
        "detail": pl.String(),
        "salvage": pl.String(),
        "reader": pl.String(),
        "reader_version": pl.String(),
        "found_in": pl.List(pl.Struct(FOUND_IN)),
        "left_out": pl.List(pl.Struct(LEFT_OUT)),
        "is_history": pl.Boolean(),
        "workouts": pl.List(pl.Struct(TOLD_WORKOUT)),
        "activities": pl.List(pl.Struct(ACTIVITY)),
        "sets": pl.List(pl.Struct(LOGGED_SET)),
        "problems": pl.List(pl.Struct(PROBLEM)),
    }
)

NESTED = {"activities": ACTIVITY, "sets": LOGGED_SET, "problems": PROBLEM}

Readings = NewType("Readings", pl.DataFrame)


def readings(frame: pl.DataFrame) -> Readings:
    """Admit a frame as Readings: exactly the READING columns, in order, sorted by sha256.

    Raises polars.exceptions.SchemaError when a column is missing, extra or of another type.
    """
    gated = gate(frame, READING)
    # Sorting what is sorted would copy every list in it.
    return Readings(gated if gated["sha256"].is_sorted() else gated.sort("sha256"))


def readings_of(rows: Iterable[Mapping[str, Any]]) -> Readings:
    """Make Readings from plain rows; a missing key becomes null.

    What a row holds of activities, sets and problems may be values or plain rows themselves.
    """
    complete = [{name: row.get(name) for name in READING} for row in rows]
    plain = pl.Schema({name: dtype for name, dtype in READING.items() if name not in NESTED})
    flat = [{name: row[name] for name in plain} for row in complete]
    frame = pl.DataFrame(flat, schema=plain, orient="row")
    nested = [
        _nested(name, [row[name] for row in complete], schema) for name, schema in NESTED.items()
    ]
    return readings(frame.with_columns(nested).select(READING.names()))


def _nested(name: str, held: Sequence[Sequence[Any] | None], schema: pl.Schema) -> pl.Series:
    """Make a column of lists, field by field: a log of years has too many sets for a dict each."""
    flat = _flat([some for some in held if some], schema)
    return _in_lists(held, flat.select(pl.struct(pl.all()).alias(name)).get_column(name))


def listed(name: str, held: Sequence[Sequence[Any] | None], dtype: pl.DataType) -> pl.Series:
    """Make a column of lists of plain values; polars' own way takes 4 kB for each list."""
    return _in_lists(held, pl.Series(name, [each for some in held for each in some or ()], dtype))


def _in_lists(held: Sequence[Sequence[Any] | None], flat: pl.Series) -> pl.Series:
    """Divide values, one after the other, into the lists that hold them."""
    name = flat.name
    numbers = [number for number, some in enumerate(held) if some for _ in range(len(some))]
    filled = (
        flat.to_frame()
        .with_columns(number=pl.Series(numbers, dtype=pl.UInt32))
        .group_by("number", maintain_order=True)
        .agg(name)
    )
    if filled.height == len(held):
        return filled.get_column(name)
    # Put together from pieces: choosing between lists row by row makes polars copy the longest
    # list for every row, gigabytes of it.
    rest = {number: some for number, some in enumerate(held) if not some}
    empty: list[list[object] | None] = [None if some is None else [] for some in rest.values()]
    others = pl.DataFrame(
        {"number": list(rest), name: empty},
        schema=pl.Schema({"number": pl.UInt32(), name: pl.List(flat.dtype)}),
    )
    return pl.concat([filled, others]).sort("number").get_column(name)


def _flat(parts: Iterable[Sequence[Any]], schema: pl.Schema) -> pl.DataFrame:
    """Put values, plain rows and frames one below the other, in this order."""
    frames = [pl.DataFrame(schema=schema)]
    for is_frame, some in itertools.groupby(parts, lambda part: isinstance(part, LoggedSets)):
        if is_frame:
            frames += [part.frame for part in some if isinstance(part, LoggedSets)]
            continue
        values = [value for part in some for value in part]
        columns = {
            field: [
                value[field] if isinstance(value, Mapping) else getattr(value, field)
                for value in values
            ]
            for field in schema
        }
        frames.append(pl.DataFrame(columns, schema=schema))
    return pl.concat(frames)


def gate(frame: pl.DataFrame, schema: pl.Schema) -> pl.DataFrame:
    """Return the frame if it has exactly these columns and types, in this order; else raise.

    Raises polars.exceptions.SchemaError naming what differs.
    """
    if frame.schema != schema:
        wrong = [
            f"{name}: {frame.schema.get(name)} instead of {schema.get(name)}"
            for name in dict.fromkeys([*schema, *frame.schema])
            if frame.schema.get(name) != schema.get(name)
        ]
        raise pl.exceptions.SchemaError("; ".join(wrong) or "the columns are in another order")
    return frame


def names_in_order(names: Iterable[bytes]) -> list[str]:
    """Return the names of one original as shown, the one to call it by first: the shortest.

    Names are bytes; what is no UTF-8 is shown with backslashes.
    """
    return [shown_name(name) for name in sorted(names, key=lambda name: (len(name), name))]


def shown_name(name: bytes) -> str:
    """Return a file's name as text; what is no UTF-8 is shown with backslashes."""
    return name.decode("utf-8", "backslashreplace")
