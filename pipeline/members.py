"""What an archive holds, as plain values: they cross from the guarded child to its parent.

They are apart from `archives`, which opens them: a table may be read without any reader.
"""

import datetime as dt
import re
from dataclasses import dataclass

from pipeline.errors import Code
from pipeline.tables import Activity, Problem

# The place of a member: its index in the directory, then its index in the zip that lies there.
Address = tuple[int, ...]
NUMBERED = re.compile(rb"_(\d+)((?:\.[A-Za-z0-9]{1,8})*)$")
# Looked for at the beginning of a word alone: names may be 65,535 bytes long.
ADDRESSED = re.compile(rb"(?<![^/\s@])[^/\s@]+@[^/\s@]+")


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
    """What an archive holds. `kind` is zip or gz.

    `app` is strava, garmin, apple, backfour or None.

    `activities` are the workouts only the archive itself tells of: typed in by hand, or recorded
    without a file. Their positions count from 0.
    """

    kind: str
    app: str | None = None
    members: tuple[Member, ...] = ()
    left_out: tuple[LeftOut, ...] = ()
    activities: tuple[Activity, ...] = ()
    problems: tuple[Problem, ...] = ()


def without_address(name: bytes) -> bytes:
    """Return a member's name fit to show: of Garmin's names only the number, without the e-mail.

    Any other e-mail address in a name is cut to its @.
    """
    folder, stroke, last = name.rpartition(b"/")
    number = NUMBERED.search(last)
    if number and b"@" in last[: number.start()]:
        last = number[1] + number[2]
    return ADDRESSED.sub(b"@", folder + stroke + last)
