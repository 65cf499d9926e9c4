"""What a file said, as values: activities, records of logs, problems.

Units as in `schemas`.
"""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, overload

import polars as pl

from pipeline.tables.schemas import LOGGED_SET, gate


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
class PainEntry:
    """One line of a pain diary: a day, its score from 0 (none) to 10 (worst), and a note."""

    day: dt.date
    score: int
    note: str | None
    row: int


@dataclass(frozen=True)
class Reading:
    """What one file said. `kind` is fit, gpx, tcx, csv or pain; `app` the dialect or the device.

    `is_history`: the app's exports tell all that was ever logged, so a newer one replaces this.
    """

    kind: str
    reader: str
    app: str | None = None
    activities: tuple[Activity, ...] = ()
    sets: Sequence[LoggedSet] = ()
    problems: tuple[Problem, ...] = ()
    is_history: bool = False
    pain: tuple[PainEntry, ...] = ()


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
