"""Geometry and clocks of a recorded track, the same for every format.

Source: Karney, Algorithms for geodesics, 2013 (through PROJ), on the WGS84 ellipsoid.
"""

import datetime as dt
import functools
import zoneinfo

import numpy as np
import numpy.typing as npt
import tzfpy
from pyproj import Geod

Floats = npt.NDArray[np.float64]
POLE, DATE_LINE = 90.0, 180.0  # degrees
Flags = npt.NDArray[np.bool_]
SHORTEST_HOP_S = 0.001  # what divides by less is no speed
IMPOSSIBLE_M_S = 50.0  # faster than any runner, rider or skier: a fix that jumped
MOVING_M_S = 0.5  # slower than this a person stands; the rest is moving time
SHORTEST_GAP_S = 300.0  # a hop over a longer silence tells nothing about how fast somebody moves
MAX_OFFSET_S = 14 * 3600
MAX_DURATION_S = 10 * 86_400.0  # longer than this is absurd, as broken clocks make it
OFFSET_STEP_S = 15 * 60


# WGS84: equatorial radius in metres, and the square of the eccentricity.
EQUATORIAL_RADIUS_M, ECCENTRICITY_2 = 6_378_137.0, 0.00669437999014
# Hops below these many degrees, between these latitudes, are straight lines to 4 parts in a
# thousand million; they are nearly all hops there are, and cost a sixteenth of a geodesic.
SHORT_DEGREES, STEEPEST_LATITUDE = 0.005, 85.0


@functools.cache
def _ellipsoid() -> Geod:
    return Geod(ellps="WGS84")


def is_position(latitude: Floats, longitude: Floats) -> Flags:
    """Tell which points are places: finite, in range, and not the (0, 0) of a lost fix."""
    with np.errstate(invalid="ignore"):
        in_range = (np.abs(latitude) <= POLE) & (np.abs(longitude) <= DATE_LINE)
    lost = (latitude == 0) & (longitude == 0)
    return np.asarray(in_range & ~lost, dtype=np.bool_)


def hops(latitude: Floats, longitude: Floats) -> Floats:
    """Length of each step between neighbouring points, in metres; one less than the points."""
    if len(latitude) < 2:  # noqa: PLR2004 - two ends make a step
        return np.zeros(0)
    north, east = np.diff(latitude), np.diff(longitude)
    middle = latitude[:-1] + north / 2
    far = np.abs(north) >= SHORT_DEGREES
    far |= np.abs(east) >= SHORT_DEGREES
    far |= np.abs(middle) > STEEPEST_LATITUDE
    metres = _short_hops(np.radians(middle), np.radians(north), np.radians(east))
    if far.any():
        long = np.flatnonzero(far)
        ends = (longitude[long], latitude[long], longitude[long + 1], latitude[long + 1])
        metres[long] = _ellipsoid().inv(*ends)[2]
    return metres


def _short_hops(middle: Floats, north: Floats, east: Floats) -> Floats:
    """Length of steps so short that the ellipsoid is flat along them; all angles in radians.

    Source: radii of curvature of the meridian and of the prime vertical, at the middle latitude
    (J. P. Snyder, Map Projections: A Working Manual, 1987, equations 4-18 and 4-20).
    """
    flattened = 1 - ECCENTRICITY_2 * np.sin(middle) ** 2
    across = EQUATORIAL_RADIUS_M / np.sqrt(flattened)
    along_meridian = across * (1 - ECCENTRICITY_2) / flattened
    return np.hypot(along_meridian * north, across * np.cos(middle) * east)


def along(latitude: Floats, longitude: Floats, seconds: Floats) -> tuple[Floats, Flags]:
    """Length of each step along a recording, in metres, and which points it goes through.

    Jumps (`spikes`) are left out; the steps are those between the points that remain.
    """
    metres = hops(latitude, longitude)
    kept = ~spikes(latitude, longitude, seconds, metres)
    if not kept.all():
        metres = hops(latitude[kept], longitude[kept])
    return metres, kept


def spikes(
    latitude: Floats, longitude: Floats, seconds: Floats, metres: Floats | None = None
) -> Flags:
    """Tell which points are jumps: unreachably far from both neighbours, which are near each other.

    At an end there is one neighbour; it is the next hop that tells a jump from a fast drive.
    `seconds` may hold NaN where a point has no time; nothing is said of such a point. `metres`
    are the hops, where they are known.
    """
    jumps = np.zeros(len(latitude), dtype=np.bool_)
    if len(latitude) < 3:  # noqa: PLR2004 - of two points nobody knows which one jumped
        return jumps
    metres = hops(latitude, longitude) if metres is None else metres
    impossible = _is_impossible(metres, np.diff(seconds))
    # The way past a point is asked for only where both hops are impossible: it is dear.
    middle = np.flatnonzero(impossible[:-1] & impossible[1:])
    ends = (longitude[middle], latitude[middle], longitude[middle + 2], latitude[middle + 2])
    straight = np.asarray(_ellipsoid().inv(*ends)[2], dtype=np.float64) if len(middle) else metres
    past = seconds[middle + 2] - seconds[middle]
    jumps[middle + 1] = ~_is_impossible(straight[: len(middle)], past)
    jumps[0] = impossible[0] and not impossible[1]
    jumps[-1] = impossible[-1] and not impossible[-2]
    return jumps


def _is_impossible(metres: Floats, seconds: Floats) -> Flags:
    with np.errstate(invalid="ignore"):
        return np.asarray(metres / np.maximum(seconds, 1.0) > IMPOSSIBLE_M_S, dtype=np.bool_)


def moving_speed(metres: Floats, seconds: Floats) -> float | None:
    """Speed while moving, in metres per second: hops slower than a stroll are left out.

    None without any timed hop.
    """
    known = np.isfinite(seconds) & (seconds >= SHORTEST_HOP_S) & (seconds <= SHORTEST_GAP_S)
    speeds = metres[known] / seconds[known]
    moving = speeds >= MOVING_M_S
    if not moving.any():
        return None
    return float(metres[known][moving].sum() / seconds[known][moving].sum())


def zone_at(latitude: float, longitude: float) -> str | None:
    """IANA time zone at a place, offline; None at sea or where the map has no zone."""
    name = tzfpy.get_tz(longitude, latitude)
    if not name or name.startswith("Etc/"):
        return None
    try:
        zoneinfo.ZoneInfo(name)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError):
        return None
    return str(name)


def plausible_offset(seconds: float) -> dt.timedelta | None:
    """Round an offset from UTC to quarters of an hour; None beyond 14 hours, where no zone is."""
    rounded = round(seconds / OFFSET_STEP_S) * OFFSET_STEP_S
    return dt.timedelta(seconds=rounded) if abs(rounded) <= MAX_OFFSET_S else None


def offset_name(offset: dt.timedelta) -> str:
    """Print an offset as `+02:00`."""
    minutes = round(offset.total_seconds() / 60)
    sign = "-" if minutes < 0 else "+"
    return f"{sign}{abs(minutes) // 60:02d}:{abs(minutes) % 60:02d}"


def local_time(instant: dt.datetime, zone: str) -> dt.datetime:
    """Wall clock at an instant, without a zone; `zone` is an IANA name or an offset `+02:00`."""
    if zone[:1] in "+-":
        hours, minutes = int(zone[1:3]), int(zone[4:6])
        offset = dt.timedelta(hours=hours, minutes=minutes)
        return (instant + (offset if zone[0] == "+" else -offset)).replace(tzinfo=None)
    return instant.astimezone(zoneinfo.ZoneInfo(zone)).replace(tzinfo=None)
