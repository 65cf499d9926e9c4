"""Workouts of logs that give each set a time of its own, and no workout a name."""

import datetime as dt
from collections.abc import Sequence

ONE_WORKOUT = dt.timedelta(hours=2)  # at most, between two sets


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
