"""Which workout each entry belongs to, and when that began and ended."""

import datetime as dt
from collections.abc import Sequence
from typing import NamedTuple

from pipeline.readers.csv_log import dates
from pipeline.readers.csv_log.columns import Columns, ends
from pipeline.readers.csv_log.dialect import Dialect

KEY_CHARACTERS = 1_000
ONE_WORKOUT = dt.timedelta(hours=2)  # at most, between two sets that were timed one by one
DAY_S = 86_400
LONGEST_LENGTH_S = 10_000_000  # beyond it a length is no number of seconds


class Times(NamedTuple):
    """When the workout of each entry began and ended, and what tells it from the next one."""

    workouts: list[str]
    days: list[dt.date | None]
    local_starts: list[dt.datetime | None]
    local_ends: list[dt.datetime | None]
    instants: list[dt.datetime | None]


def times(
    dialect: Dialect, columns: Columns, starts: list[dt.datetime | None], date_format: str
) -> Times:
    """Say of each entry when its workout began and ended, as far as the file tells.

    An instant is that of the set itself: the day it belongs to is for the person's zone to say.
    """
    instants = [start if start is not None and start.tzinfo else None for start in starts]
    has_time = dates.has_time(date_format)
    naive = [None if start is None or start.tzinfo else start for start in starts]
    finish = _ends(dialect, columns, starts if has_time else [None] * len(starts), date_format)
    keys = _workouts(dialect, columns, starts, has_time=has_time)
    if dialect.is_timed_by_set and has_time:
        starts, finish, keys = by_gaps(starts)
        naive = [None if start is None or start.tzinfo else start for start in starts]
    return Times(
        keys,
        [None if start is None else start.date() for start in naive],
        [start if has_time else None for start in naive],
        finish,
        instants,
    )


def _workouts(
    dialect: Dialect, columns: Columns, starts: list[dt.datetime | None], *, has_time: bool
) -> list[str]:
    """Say what groups the sets of one workout; a start is written alike in every language."""
    known: dict[dt.datetime | None, str] = {None: ""}
    for start in set(starts) - {None}:
        if start is not None:
            known[start] = start.isoformat(" ") if has_time else str(start.date())
    parts = [
        [known[start] for start in starts] if column == dialect.start else columns.cells(column)
        for column in dialect.workout
    ]
    return [" | ".join(part)[:KEY_CHARACTERS] for part in zip(*parts, strict=True)]


def _ends(
    dialect: Dialect, columns: Columns, starts: list[dt.datetime | None], date_format: str
) -> list[dt.datetime | None]:
    """Give the wall clock at the end, None when it is absent or not within a day of the start.

    Strong has written `264h 1m` for a workout nobody had finished.
    """
    stated = ends(dialect, columns, date_format)
    lengths = columns.amounts(dialect.length, LONGEST_LENGTH_S)
    found: list[dt.datetime | None] = []
    for at, (start, end, length) in enumerate(zip(starts, stated, lengths, strict=True)):
        if start is not None and end is None and length:
            end = start + dt.timedelta(seconds=float(length))  # noqa: PLW2901 - the other way to say it
        is_sane = start is not None and end is not None and 0 < _seconds(start, end) <= DAY_S
        if dialect.end and start and end and 0 < _seconds(end, start) < DAY_S / 2:
            # Later than that it is a clock that passed midnight: StrongLifts has one day for both.
            columns.unfit.setdefault(dialect.end, set()).add(at)
        found.append(end if is_sane and end is not None and end.tzinfo is None else None)
    return found


def _seconds(start: dt.datetime, end: dt.datetime) -> float:
    return (end - start).total_seconds()


def by_gaps(
    starts: Sequence[dt.datetime | None],
) -> tuple[list[dt.datetime | None], list[dt.datetime | None], list[str]]:
    """Put sets that were timed one by one together: start, end and name of their workout."""
    begun: dict[dt.datetime, dt.datetime] = {}
    ended: dict[dt.datetime, dt.datetime] = {}
    latest: dt.datetime | None = None
    for moment in sorted({start for start in starts if start is not None}):
        is_new = latest is None or moment - latest > ONE_WORKOUT
        begun[moment] = moment if is_new or latest is None else begun[latest]
        ended[begun[moment]] = latest = moment
    first = [None if start is None else begun[start] for start in starts]
    last = [
        None if start is None or start.tzinfo or ended[start] == start else ended[start]
        for start in first
    ]
    return first, last, ["" if start is None else start.isoformat(" ") for start in first]
