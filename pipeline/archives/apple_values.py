"""The values of one Apple Health workout: kind, instants, zone, distance and durations."""

import datetime as dt
import math
import re
import zoneinfo
from collections.abc import Mapping

from pipeline.members import Told
from pipeline.readers import track
from pipeline.readers.limits import LIMITS

KIND = "HKWorkoutActivityType"
DISTANCE = "HKQuantityTypeIdentifierDistance"
METRES = {"km": 1000.0, "mi": 1609.344, "m": 1.0, "yd": 0.9144, "ft": 0.3048}
SECONDS = {"s": 1.0, "sec": 1.0, "min": 60.0, "hr": 3600.0, "h": 3600.0}
# "2016-11-14 07:25:41 -0700"; phones set to twelve hours may write "7:25:41 AM -0700"
INSTANT = re.compile(
    r"(\d{4})-(\d\d)-(\d\d) (\d{1,2}):(\d\d):(\d\d)(?:\s?([AaPp])[Mm])? ([+-])(\d\d)(\d\d)",
    re.ASCII,
)
CAPITAL = re.compile(r"(?<=[a-z])(?=[A-Z])")


def told(
    attributes: Mapping[str, str],
    statistics: Mapping[str, Mapping[str, str]],
    time_zone: str | None,
) -> Told:
    """Return what a workout says, by the attributes of its elements.

    The zone is the one its metadata name; else the offset its start is written with, which is
    that of the phone when it was exported.
    """
    start, stop = _instant(attributes.get("startDate")), _instant(attributes.get("endDate"))
    elapsed_s = (stop - start).total_seconds() if start and stop and stop >= start else None
    kind = attributes.get("workoutActivityType", "").removeprefix(KIND)
    return Told(
        sport=CAPITAL.sub(" ", kind)[: LIMITS.label_chars] or None,
        starts_at=start.astimezone(dt.UTC) if start else None,
        zone=_zone(time_zone) or _offset(start),
        metres=_metres(attributes, statistics),
        timer_s=_scaled(attributes.get("duration"), attributes.get("durationUnit", "min"), SECONDS),
        elapsed_s=elapsed_s,
        is_total=True,
    )


def end(attributes: Mapping[str, str], start: dt.datetime | None) -> dt.datetime | None:
    """Return the end of a workout, in UTC; None for one before its start."""
    stop = _instant(attributes.get("endDate"))
    if stop is None or (start is not None and stop < start):
        return None
    return stop.astimezone(dt.UTC)


def _instant(text: str | None) -> dt.datetime | None:
    found = INSTANT.fullmatch(" ".join((text or "").split()))
    if found is None:
        return None
    *parts, half, sign, hours, minutes = found.groups()
    year, month, day, hour, minute, second = (int(part) for part in parts)
    if half:
        hour = hour % 12 + (12 if half in "Pp" else 0)
    offset = dt.timedelta(hours=int(hours), minutes=int(minutes))
    if (
        abs(offset.total_seconds()) > track.MAX_OFFSET_S
        or not LIMITS.first_year <= year <= LIMITS.last_year
    ):
        return None
    zone = dt.timezone(offset if sign == "+" else -offset)
    try:
        return dt.datetime(year, month, day, hour, minute, second, tzinfo=zone)
    except ValueError:
        return None


def _zone(name: str | None) -> str | None:
    """Return a zone the machine knows; anything else is no zone."""
    if not name:
        return None
    try:
        zoneinfo.ZoneInfo(name)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        return None
    return name


def _offset(start: dt.datetime | None) -> str | None:
    offset = start.utcoffset() if start else None
    return None if offset is None else track.offset_name(offset)


def _metres(
    attributes: Mapping[str, str], statistics: Mapping[str, Mapping[str, str]]
) -> float | None:
    """Return the total, by the attribute, else by the one distance among the statistics.

    Of several distances, as a triathlon has them, none is the workout's.
    """
    total = _scaled(attributes.get("totalDistance"), attributes.get("totalDistanceUnit"), METRES)
    if total is None:
        sums = [
            _scaled(found.get("sum"), found.get("unit"), METRES)
            for kind, found in statistics.items()
            if kind.startswith(DISTANCE)
        ]
        known = [each for each in sums if each is not None]
        total = known[0] if len(known) == 1 else None
    return total if total is not None and total <= LIMITS.metres else None


def _scaled(text: str | None, unit: str | None, units: Mapping[str, float]) -> float | None:
    """Return a number in metres or seconds; None for 0, which is written for nothing."""
    try:
        value = float(text or "") * units[unit or ""]
    except (ValueError, KeyError):
        return None
    return value if 0 < value < math.inf else None
