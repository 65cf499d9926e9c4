"""What an archive holds, as plain values: they cross from the guarded child to its parent."""

import datetime as dt
import re
from dataclasses import dataclass, replace
from typing import Any

from pipeline.errors import Code
from pipeline.programme.sports import SAYS_NOTHING
from pipeline.readers import track
from pipeline.tables import Activity, Problem, Reading

# The place of a member: its index in the directory, then its index in the zip that lies there.
Address = tuple[int, ...]
E_MAIL = re.compile(rb"[^/]*@[^/]*_(\d+)((?:\.[A-Za-z0-9]{1,8})*)$")
ADDRESSED = re.compile(rb"[^/\s@]+@[^/\s@]+")


@dataclass(frozen=True)
class Told:
    """What an archive says of one member beside the member's own bytes; None is "not stated".

    `sport` and `title` are the archive's words, `starts_at` is aware UTC, `zone` an IANA name or
    an offset like `+02:00`. `is_total` says that `metres` is the device's own total, which may
    stand where the member has none; otherwise it is only good for comparing.
    """

    sport: str | None = None
    title: str | None = None
    starts_at: dt.datetime | None = None
    zone: str | None = None
    metres: float | None = None
    timer_s: float | None = None
    elapsed_s: float | None = None
    is_total: bool = False


@dataclass(frozen=True)
class Member:
    """One member to be read: `size_bytes` is what the archive declares, which may be a lie.

    `name` is a label as it was stored, never a path; of a member of an inner zip it is the
    inner zip's name, a stroke, and the name.
    """

    address: Address
    name: bytes
    size_bytes: int
    told: Told | None = None


@dataclass(frozen=True)
class LeftOut:
    """A member that is not read: no workout (I_MEMBER, its kind in `detail`), or not to be had."""

    name: bytes
    code: Code
    detail: str


@dataclass(frozen=True)
class Listing:
    """What an archive holds. `kind` is zip or gz, `app` strava, garmin, apple or None.

    `activities` are the workouts only the archive itself tells of: typed in by hand, or recorded
    without a file. Their positions count from 0.
    """

    kind: str
    app: str | None = None
    members: tuple[Member, ...] = ()
    left_out: tuple[LeftOut, ...] = ()
    activities: tuple[Activity, ...] = ()
    problems: tuple[Problem, ...] = ()


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


def placed(activity: Activity) -> Activity:
    """Return the activity with its wall clock, where start and zone are known."""
    if activity.starts_at is None or activity.zone is None:
        return activity
    local_start = track.local_time(activity.starts_at, activity.zone)
    return replace(activity, local_start=local_start)


def shown_name(name: bytes) -> bytes:
    """Return a member's name fit to show: of Garmin's names only the number, without the e-mail.

    Any other e-mail address in a name is cut to its @.
    """
    folder, stroke, last = name.rpartition(b"/")
    last = E_MAIL.sub(rb"\1\2", last)
    return ADDRESSED.sub(b"@", folder + stroke + last)


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
