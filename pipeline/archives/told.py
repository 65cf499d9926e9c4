"""What an archive tells of a member, filled in where the member's own bytes say nothing."""

from dataclasses import replace
from typing import Any

from pipeline.members import Told
from pipeline.programme.sports import SAYS_NOTHING
from pipeline.readers import placed
from pipeline.tables import Activity, Reading


def with_told(reading: Reading, told: Told | None) -> Reading:
    """Return the reading with what the archive says filled in where the file says nothing.

    Sport, title and zone go to every activity without one ("generic" is none); start, durations
    and the device's total only to a single activity, since the archive tells of one workout. The
    file's own distance always stands, and a zone told by its first position does: Apple writes
    the offset of the phone on the day of the export.
    """
    if told is None or not reading.activities:
        return reading
    is_single = len(reading.activities) == 1
    filled = tuple(_filled(each, told, is_single=is_single) for each in reading.activities)
    return replace(reading, activities=filled)


def _filled(activity: Activity, told: Told, *, is_single: bool) -> Activity:
    is_silent = (activity.sport or "").casefold() in SAYS_NOTHING
    filled = replace(
        activity,
        sport=told.sport or activity.sport if is_silent else activity.sport,
        title=activity.title or told.title,
    )
    if is_single:
        filled = replace(
            filled,
            starts_at=_first(filled.starts_at, told.starts_at),
            timer_s=_first(filled.timer_s, told.timer_s),
            elapsed_s=_first(filled.elapsed_s, told.elapsed_s),
        )
        if told.is_total:
            filled = replace(filled, session_m=_first(filled.session_m, told.metres))
    if filled.zone is None and told.zone is not None:
        filled = replace(filled, zone=told.zone, zone_source="file")
    return placed(filled) if filled.local_start is None else filled


def _first(stated: Any, told: Any) -> Any:  # noqa: ANN401 - what a column holds
    return told if stated is None else stated
