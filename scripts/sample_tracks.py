"""Invented runs and walks: a loop through a park, a pace with its ups and downs, as FIT or GPX.

All noise is uniform and comes from `random.Random`, so the bytes are the same everywhere.
"""

import bisect
import datetime as dt
import itertools
import math
import random
from collections.abc import Sequence
from dataclasses import dataclass

from sample_fit import FitWriter, local_seconds, seconds

SEED = 20260921
CENTRE = (52.5145, 13.3501)  # a public park, the Tiergarten in Berlin
GPX = "http://www.topografix.com/GPX/1/1"
SEMICIRCLES = 2**31 / 180
LAP_M = 1000
FILE_ID, SPORT, SESSION, LAP, RECORD, EVENT, ACTIVITY = 0, 12, 18, 19, 20, 21, 34
DEVELOPMENT = 255  # the manufacturer number that belongs to nobody
TIMER, LAP_EVENT, SESSION_EVENT, ACTIVITY_EVENT = 0, 9, 8, 26
START, STOP, STOP_ALL = 0, 1, 4
LAP_BY_DISTANCE, LAP_AT_END = 2, 7


@dataclass(frozen=True)
class Outing:
    """What somebody did: `metres` as the watch counts them, `gps_share` of it along the track.

    `course` names the loop, so two devices can record the same one; `step_s` is the sampling.
    """

    name: str
    starts_at: dt.datetime
    duration_s: int
    metres: float
    gps_share: float | None
    sport: tuple[int, int, str] = (1, 0, "Run")
    step_s: int = 5
    course: str = ""


@dataclass(frozen=True)
class Sample:
    """One moment of an outing; no position where there was no GPS."""

    second: int
    centimetres: int
    position: tuple[float, float] | None
    height_m: float
    heart_rate: int


def noise(*name: str) -> random.Random:
    """Return the noise of one file, independent of every other file's."""
    return random.Random("/".join((str(SEED), *name)))  # noqa: S311 - noise, no secret


def samples(outing: Outing) -> list[Sample]:
    """Move along the loop; the last sample has exactly the outing's distance and duration."""
    rng = noise(outing.name)
    moments = [*range(0, outing.duration_s, outing.step_s), outing.duration_s]
    shares = _progress(rng, moments)
    course = _loop(noise(outing.course or outing.name))
    north = east = pulse = 0.0
    found = []
    for moment, share in zip(moments, shares, strict=True):
        north = 0.98 * north + rng.uniform(-0.35, 0.35)
        east = 0.98 * east + rng.uniform(-0.35, 0.35)
        pulse = 0.9 * pulse + rng.uniform(-1.5, 1.5)
        position = None
        if outing.gps_share is not None:
            x, y = _along(course, share * outing.metres * outing.gps_share)
            position = _degrees(x + east, y + north)
        effort = 1 - math.exp(-moment / 240)
        found.append(
            Sample(
                second=moment,
                centimetres=round(share * outing.metres * 100),
                position=position,
                height_m=34 + 1.6 * math.sin(share * 11),
                heart_rate=round(96 + (46 if outing.sport[0] == 1 else 12) * effort + pulse),
            )
        )
    return found


def as_fit(outing: Outing) -> bytes:
    """Write an outing as a watch does: laps of a kilometre among the records, totals last."""
    file = FitWriter()
    taken = samples(outing)
    started, ended = seconds(outing.starts_at), seconds(outing.starts_at) + outing.duration_s
    sport, sub_sport, sport_name = outing.sport
    write_head(file, started, outing.sport)
    laps, lap_from = 0, taken[0]
    for sample in taken:
        _write_record(file, started, sample)
        is_last = sample is taken[-1]
        if is_last:
            file.add(EVENT, *_event(ended, TIMER, STOP_ALL))
        if is_last or sample.centimetres - lap_from.centimetres >= LAP_M * 100:
            file.add(
                LAP,
                (254, "uint16", laps),
                *_totals(started, lap_from, sample),
                *_event(started + sample.second, LAP_EVENT, STOP),
                (24, "enum", LAP_AT_END if is_last else LAP_BY_DISTANCE),
                (25, "enum", sport),
                (39, "enum", sub_sport),
            )
            laps, lap_from = laps + 1, sample
    file.add(
        SESSION,
        (254, "uint16", 0),
        *_totals(started, taken[0], taken[-1]),
        *_event(ended, SESSION_EVENT, STOP),
        *_place((3, 4), taken[0]),
        (5, "enum", sport),
        (6, "enum", sub_sport),
        (14, "uint16", round(outing.metres * 1000 / outing.duration_s)),
        (25, "uint16", 0),
        (26, "uint16", laps),
        (110, "string", sport_name),
    )
    write_tail(file, outing.starts_at, outing.duration_s)
    return file.finish()


def write_head(file: FitWriter, started: int, sport: tuple[int, int, str]) -> None:
    """Write what opens every activity file: who made it, the sport, the timer's start."""
    file.add(
        FILE_ID,
        (0, "enum", 4),
        (1, "uint16", DEVELOPMENT),
        (2, "uint16", 1),
        (3, "uint32z", SEED),
        (4, "uint32", started),
    )
    file.add(SPORT, (0, "enum", sport[0]), (1, "enum", sport[1]), (3, "string", sport[2]))
    file.add(EVENT, *_event(started, TIMER, START))


def write_tail(file: FitWriter, starts_at: dt.datetime, duration_s: int) -> None:
    """Write the activity message, which knows the wall clock."""
    ends_at = starts_at + dt.timedelta(seconds=duration_s)
    file.add(
        ACTIVITY,
        *_event(seconds(ends_at), ACTIVITY_EVENT, STOP, numbers=(3, 4)),
        (0, "uint32", duration_s * 1000),
        (1, "uint16", 1),
        (2, "enum", 0),
        (5, "uint32", local_seconds(ends_at)),
    )


def as_gpx(outing: Outing, title: str, kind: str | None) -> bytes:
    """Write an outing as GPX 1.1, times in UTC; without a `kind` the track has no type."""
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        f'<gpx version="1.1" creator="Backfour sample data" xmlns="{GPX}">',
        f" <metadata><time>{_utc(outing.starts_at)}</time></metadata>",
        f" <trk><name>{title}</name>{f'<type>{kind}</type>' if kind else ''}<trkseg>",
    ]
    for sample in samples(outing):
        if sample.position is None:
            continue
        latitude, longitude = sample.position
        time = _utc(outing.starts_at + dt.timedelta(seconds=sample.second))
        lines.append(
            f'  <trkpt lat="{latitude:.7f}" lon="{longitude:.7f}">'
            f"<ele>{sample.height_m:.1f}</ele><time>{time}</time></trkpt>"
        )
    return "\n".join([*lines, " </trkseg></trk>", "</gpx>", ""]).encode()


def _event(
    at: int, event: int, kind: int, numbers: tuple[int, int] = (0, 1)
) -> tuple[tuple[int, str, int], ...]:
    return (253, "uint32", at), (numbers[0], "enum", event), (numbers[1], "enum", kind)


def _totals(started: int, first: Sample, last: Sample) -> tuple[tuple[int, str, int], ...]:
    milliseconds = (last.second - first.second) * 1000
    return (
        (2, "uint32", started + first.second),
        (7, "uint32", milliseconds),
        (8, "uint32", milliseconds),
        (9, "uint32", last.centimetres - first.centimetres),
    )


def _place(numbers: tuple[int, int], sample: Sample) -> list[tuple[int, str, int]]:
    if sample.position is None:
        return []
    pairs = zip(numbers, sample.position, strict=True)
    return [(number, "sint32", round(degrees * SEMICIRCLES)) for number, degrees in pairs]


def _write_record(file: FitWriter, started: int, sample: Sample) -> None:
    file.add(
        RECORD,
        (253, "uint32", started + sample.second),
        *_place((0, 1), sample),
        (2, "uint16", round((sample.height_m + 500) * 5)),
        (3, "uint8", sample.heart_rate),
        (5, "uint32", sample.centimetres),
    )


def _progress(rng: random.Random, moments: Sequence[int]) -> list[float]:
    """Share of the way done at each moment, from 0 to 1, at a pace that wanders a little."""
    drift, steps = 0.0, [0.0]
    for before, moment in itertools.pairwise(moments):
        drift = 0.9 * drift + rng.uniform(-0.03, 0.03)
        steps.append((moment - before) * (1 + drift + 0.04 * math.sin(moment / 300)))
    way = list(itertools.accumulate(steps))
    return [done / way[-1] for done in way]


def _loop(rng: random.Random) -> list[tuple[float, float, float]]:
    """Return a closed loop of about 3 km: metres walked so far, and metres east and north."""
    phase, wobble = rng.uniform(0, math.tau), rng.uniform(0.06, 0.12)
    points = []
    for index in range(721):
        angle = math.tau * index / 720
        stretch = 1 + wobble * math.sin(3 * angle + phase)
        points.append((620 * stretch * math.cos(angle), 280 * stretch * math.sin(angle)))
    hops = [0.0, *(math.dist(one, other) for one, other in itertools.pairwise(points))]
    return [(way, *point) for way, point in zip(itertools.accumulate(hops), points, strict=True)]


def _along(course: Sequence[tuple[float, float, float]], metres: float) -> tuple[float, float]:
    """Return the place so many metres along the loop, round and round."""
    way = metres % course[-1][0]
    index = max(1, bisect.bisect_left(course, (way, -math.inf, -math.inf)))
    (before, x0, y0), (after, x1, y1) = course[index - 1], course[index]
    share = (way - before) / (after - before)
    return x0 + share * (x1 - x0), y0 + share * (y1 - y0)


def _degrees(east_m: float, north_m: float) -> tuple[float, float]:
    """Turn metres around the centre into degrees, with the lengths of a degree on WGS84."""
    phi = math.radians(CENTRE[0])
    latitude_m = 111132.954 - 559.822 * math.cos(2 * phi) + 1.175 * math.cos(4 * phi)
    longitude_m = 111412.84 * math.cos(phi) - 93.5 * math.cos(3 * phi) + 0.118 * math.cos(5 * phi)
    return CENTRE[0] + north_m / latitude_m, CENTRE[1] + east_m / longitude_m


def _utc(instant: dt.datetime) -> str:
    return instant.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
