"""From the messages of one FIT part to activities: sessions, their distances and their clocks.

Everything is judged per session, never per file: a multisport file holds several. Records and
laps belong to the session in whose time they fall.
"""

import datetime as dt
from typing import Any

import numpy as np

from pipeline.readers import track
from pipeline.readers.fit import profile
from pipeline.readers.fit.part import SEMICIRCLE, Part, Records
from pipeline.readers.fit.walk import TIMESTAMP
from pipeline.readers.limits import LIMITS
from pipeline.tables import Activity, Problem

LAP_END_SLACK_S = 30  # laps that end this much before the last record do not cover the session
START_TIME, START_LATITUDE, START_LONGITUDE = 2, 3, 4
SESSION_SPORT, SESSION_SUB_SPORT, LAP_SPORT, LAP_SUB_SPORT = 5, 6, 25, 39
ELAPSED, TIMER, DISTANCE = 7, 8, 9
FIRST_LAP, NUM_LAPS, MESSAGE_INDEX, PROFILE_NAME = 25, 26, 254, 110
TIMER_EVENT, TIMER_START, TIMER_STOPS = 0, 0, (1, 4, 8, 9)
TRANSITION = "transition"


def activities(part: Part, problems: list[Problem]) -> list[Activity]:
    """Return one activity per session of the part; one from the records where it has none."""
    records = part.records
    sessions = part.of(profile.SESSION) or _session_from_records(part, records)
    starts = sorted(_start(session, records) for session in sessions)
    found = []
    for session in sessions:
        if _sport(session) == TRANSITION:
            continue  # no activity, but what was recorded in it belongs to nothing else
        start = _start(session, records)
        is_first = start == starts[0]
        end = min([*(other for other in starts if other > start), np.inf])
        alone = len(sessions) == 1
        inside = records if alone else records.between(-np.inf if is_first else start, end)
        base_m = 0.0 if is_first else _distance_before(records, start)
        found.append(_activity(part, session, inside, base_m, problems))
    return found


def _activity(
    part: Part,
    session: dict[int, Any],
    inside: Records,
    base_m: float,
    problems: list[Problem],
) -> Activity:
    latitude, longitude = inside.latitude, inside.longitude
    placed = track.is_position(latitude, longitude)
    starts_at = profile.instant(session.get(START_TIME)) or _first_instant(inside)
    elapsed_s = _duration(session, ELAPSED)
    timer_s = _duration(session, TIMER)
    track_m, speed = _along(part, inside, placed)
    zone, zone_source = _zone(session, inside, placed, _offset(part), starts_at)
    return Activity(
        position=0,
        sport=_sport(session),
        sub_sport=profile.sub_sport_name(session.get(SESSION_SUB_SPORT)),
        title=profile.text(session.get(PROFILE_NAME)),
        starts_at=starts_at,
        ends_at=_end(session, inside, starts_at, elapsed_s),
        zone=zone,
        zone_source=zone_source,
        timer_s=timer_s,
        elapsed_s=elapsed_s,
        session_m=_metres(profile.scaled(session, DISTANCE, 100), "session", problems),
        laps_m=_metres(_laps_m(part, session, inside), "laps", problems),
        records_m=_metres(_records_m(inside.distance_m, base_m), "records", problems),
        track_m=_metres(track_m, "track", problems),
        moving_speed_m_s=speed,
        samples=len(inside.seconds),
        track_points=int(placed.sum()),
        integrity=part.integrity,
    )


def _sport(session: dict[int, Any]) -> str | None:
    return profile.sport_name(session.get(SESSION_SPORT))


def _duration(session: dict[int, Any], number: int) -> float | None:
    """Duration in seconds; None when it is absurd, as broken clocks make it."""
    seconds = profile.scaled(session, number, 1000)
    return seconds if seconds is not None and 0 <= seconds <= track.MAX_DURATION_S else None


def _session_from_records(part: Part, records: Records) -> list[dict[int, Any]]:
    """Stand in for a session message that was never written, from what surrounds it."""
    timed = records.seconds[np.isfinite(records.seconds)]
    moved = np.isfinite(records.distance_m) | np.isfinite(records.latitude)
    if not len(timed) or not moved.any():
        return []  # a heart-rate strap or a header alone: nothing that moved
    sports = [*part.of(profile.SPORT)] or [{}]
    lap = (part.of(profile.LAP) or [{}])[0]
    made: dict[int, Any] = {
        START_TIME: int(timed.min()),
        TIMESTAMP: int(timed.max()),
        SESSION_SPORT: sports[0].get(0, lap.get(LAP_SPORT)),
        SESSION_SUB_SPORT: sports[0].get(1, lap.get(LAP_SUB_SPORT)),
    }
    return [{number: value for number, value in made.items() if value is not None}]


def _start(session: dict[int, Any], records: Records) -> float:
    """When a session starts, in seconds of the device's own clock."""
    start = session.get(START_TIME)
    if isinstance(start, int):
        return float(start)
    end, elapsed = session.get(TIMESTAMP), _duration(session, ELAPSED)
    if isinstance(end, int) and elapsed is not None:
        return end - elapsed
    return float(records.seconds[0]) if len(records.seconds) else 0.0


def _end(
    session: dict[int, Any],
    inside: Records,
    starts_at: dt.datetime | None,
    elapsed_s: float | None,
) -> dt.datetime | None:
    """When it ends: start and elapsed time, else the last record, else the message's time."""
    if starts_at is None:
        return None
    if elapsed_s is not None:
        return starts_at + dt.timedelta(seconds=elapsed_s)
    timed = inside.seconds[np.isfinite(inside.seconds)]
    end = profile.instant(int(timed[-1]) if len(timed) else session.get(TIMESTAMP))
    return end if end is not None and end >= starts_at else starts_at


def _first_instant(inside: Records) -> dt.datetime | None:
    known = inside.seconds[np.isfinite(inside.seconds)]
    return profile.instant(int(known[0])) if len(known) else None


def _metres(metres: float | None, what: str, problems: list[Problem]) -> float | None:
    if metres is not None and not 0 <= metres <= LIMITS.metres:
        problems.append(Problem("E_VALUE_RANGE", what, f"{metres} m is no distance"))
        return None
    return metres


def _laps_m(part: Part, session: dict[int, Any], inside: Records) -> float | None:
    """Sum of the session's laps, only if every lap has one and they reach the last record."""
    laps = part.of(profile.LAP)
    first, count = session.get(FIRST_LAP), session.get(NUM_LAPS)
    if isinstance(first, int) and isinstance(count, int) and first + count <= len(laps):
        mine = laps[first : first + count]
    else:
        start, end = _start(session, inside), _last_second(session) or np.inf
        mine = [lap for lap in laps if start <= (_whole(lap, START_TIME) or -1) < end]
    metres = [profile.scaled(lap, DISTANCE, 100) for lap in mine]
    known = [value for value in metres if value is not None]
    if not known or len(known) < len(metres):
        return None
    last_lap_end = max(_last_second(lap) for lap in mine)
    timed = inside.seconds[np.isfinite(inside.seconds)]
    if len(timed) and last_lap_end < timed.max() - LAP_END_SLACK_S:
        return None
    return round(sum(known), 2)


def _whole(fields: dict[int, Any], number: int) -> int | None:
    value = fields.get(number)
    return value if isinstance(value, int) else None


def _last_second(message: dict[int, Any]) -> float:
    """When a lap or session ends, 0 when it does not say.

    Some watches stamp all of them with the start of the file, so the elapsed time counts too.
    """
    end, start = _whole(message, TIMESTAMP) or 0, _whole(message, START_TIME)
    return max(end, (start or 0) + (_duration(message, ELAPSED) or 0.0))


def _distance_before(records: Records, start: float) -> float:
    """Return the running distance at the start of a later session; NaN-free, 0 at the first."""
    earlier = records.distance_m[records.seconds < start]
    earlier = earlier[np.isfinite(earlier)]
    return float(earlier[-1]) if len(earlier) else 0.0


def _records_m(distance_m: track.Floats, base_m: float) -> float | None:
    """Distance the records ran up within a session; a drop by half or more is a restart."""
    known = distance_m[np.isfinite(distance_m)]
    if not len(known):
        return None
    base_m = base_m if known[0] >= base_m else 0.0
    steps = np.diff(known, prepend=base_m)
    before = np.concatenate([[base_m], known[:-1]])
    restarts = (steps < 0) & (known < before / 2)
    return round(float(np.where(restarts, known, steps).sum()), 2)


def _along(part: Part, inside: Records, placed: track.Flags) -> tuple[float | None, float | None]:
    """Length along the track without hops over a stopped timer, and the speed while moving."""
    seconds = inside.seconds[placed]
    latitude, longitude = inside.latitude[placed], inside.longitude[placed]
    keep = ~track.spikes(latitude, longitude, seconds)
    seconds, latitude, longitude = seconds[keep], latitude[keep], longitude[keep]
    if len(seconds) < 2:  # noqa: PLR2004 - two ends make a track
        return None, None
    metres, times = track.hops(latitude, longitude), np.diff(seconds)
    running = np.ones(len(metres), dtype=bool)
    for stop, start in _pauses(part):
        running &= ~((seconds[:-1] <= stop) & (seconds[1:] >= start))
    return float(metres[running].sum()), track.moving_speed(metres[running], times[running])


def _pauses(part: Part) -> list[tuple[float, float]]:
    """When the timer stood still: pairs of stop and next start, in the device's seconds."""
    pauses, stopped = [], None
    for event in part.of(profile.EVENT):
        at, kind = event.get(TIMESTAMP), event.get(1)
        if event.get(0) != TIMER_EVENT or not isinstance(at, int):
            continue
        if kind in TIMER_STOPS and stopped is None:
            stopped = at
        elif kind == TIMER_START and stopped is not None:
            if at > stopped:
                pauses.append((float(stopped), float(at)))
            stopped = None
    return pauses


def _offset(part: Part) -> dt.timedelta | None:
    """Offset from UTC that the watch showed: local_timestamp minus timestamp of `activity`."""
    for message in part.of(profile.ACTIVITY):
        at, local = message.get(TIMESTAMP), message.get(5)
        if profile.instant(at) and isinstance(local, int) and isinstance(at, int):
            return track.plausible_offset(local - at)
    return None


def _zone(
    session: dict[int, Any],
    inside: Records,
    placed: track.Flags,
    offset: dt.timedelta | None,
    at: dt.datetime | None,
) -> tuple[str | None, str | None]:
    """Where the local day comes from: the file's offset, else the zone at the first position.

    An offset of 0 is also what watches write that do not know theirs: a COROS in New York. Then
    the place is believed.
    """
    if offset:
        return track.offset_name(offset), "file"
    zone = _zone_of_place(session, inside, placed)
    is_denied = zone and at and track.local_time(at, zone) != at.replace(tzinfo=None)
    if offset is None or is_denied:
        return zone, "position" if zone else None
    return track.offset_name(offset), "file"


def _zone_of_place(session: dict[int, Any], inside: Records, placed: track.Flags) -> str | None:
    latitude = profile.scaled(session, START_LATITUDE, 1 / SEMICIRCLE)
    longitude = profile.scaled(session, START_LONGITUDE, 1 / SEMICIRCLE)
    if placed.any():
        first = int(np.argmax(placed))
        latitude, longitude = float(inside.latitude[first]), float(inside.longitude[first])
    if latitude is None or longitude is None:
        return None
    if not track.is_position(np.array([latitude]), np.array([longitude])).all():
        return None
    return track.zone_at(latitude, longitude)
