"""Tracks as GPX and TCX tell them: read into columns, and summed up to activities.

Both formats, and the reference reader, come together here: what a point is worth, how many may
be senseless, where a pause lies, and what a track adds up to.
"""

import datetime as dt
import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar
from xml.parsers import expat

import numpy as np

from pipeline.errors import Code, Refused
from pipeline.readers import track, xml_gate, xml_points, xml_values
from pipeline.readers.limits import LIMITS
from pipeline.tables import Activity, Problem

FIRST_S = dt.datetime(LIMITS.first_year, 1, 1, tzinfo=dt.UTC).timestamp()
AFTER_S = dt.datetime(LIMITS.last_year + 1, 1, 1, tzinfo=dt.UTC).timestamp()


@dataclass(frozen=True)
class Segment:
    """Points recorded without a pause, in the order of the file; NaN is "not stated".

    `seconds` since 1970, `offset_s` from UTC (NaN: no zone was written), degrees on WGS84,
    metres, beats and steps or turns per minute. `distance_m` is the device's own (TCX only).
    """

    seconds: track.Floats
    offset_s: track.Floats
    latitude: track.Floats
    longitude: track.Floats
    elevation_m: track.Floats
    heart_rate_bpm: track.Floats
    cadence_rpm: track.Floats
    distance_m: track.Floats

    def __len__(self) -> int:
        """Return the number of points."""
        return len(self.seconds)


@dataclass(frozen=True)
class Track:
    """One track of a file, in the file's words; a pause lies between two segments.

    `position` counts the tracks of the file, the untimed ones too.
    """

    position: int
    title: str | None
    sport: str | None
    segments: tuple[Segment, ...]

    def column(self, name: str) -> track.Floats:
        """Return one column of all segments, end to end."""
        return np.concatenate([np.zeros(0), *(getattr(each, name) for each in self.segments)])

    @property
    def is_timed(self) -> bool:
        """Whether any point has a time a clock could have shown."""
        return bool(_are_dated(self.column("seconds")).any())


class Points:
    """Points as they are met: one by one, or many at once, until a segment ends."""

    def __init__(self) -> None:
        self.blocks: list[track.Floats] = []
        self.rows: list[tuple[float, ...]] = []

    def add(self, row: tuple[float, ...]) -> None:
        """Add one point: its values in the order of `xml_points.COLUMNS`."""
        self.rows.append(row)

    def add_block(self, block: track.Floats) -> None:
        """Add many points: a row for each of `xml_points.COLUMNS`."""
        self._close_rows()
        self.blocks.append(block)

    def segment(self) -> Segment:
        """Return the points so far as a segment, and begin anew."""
        self._close_rows()
        empty = np.zeros((len(xml_points.COLUMNS), 0))
        columns = np.concatenate([empty, *self.blocks], axis=1)
        self.blocks = []
        return Segment(*columns)

    def _close_rows(self) -> None:
        if self.rows:
            self.blocks.append(np.array(self.rows, dtype=np.float64).T)
            self.rows = []


class PointsDocument:
    """What GPX and TCX have in common while they are walked: values of points, and counts."""

    def __init__(self) -> None:
        self.is_whole = True
        self.points = self.bad_points = self.times = self.bad_times = 0
        self.first_bad_point = self.first_bad_time = ""
        self.found = Points()
        self.values: dict[str, str] = {}

    def value(self, column: str, text: str) -> None:
        """Take a value of the open point; the first of several stands."""
        self.values.setdefault(column, text)

    def add_block(self, block: track.Floats) -> None:
        """Take points that were cut out: all of them are plain."""
        self.count_points(block.shape[1])
        self.times += int(np.isfinite(block[xml_points.SECONDS]).sum())
        self.found.add_block(block)

    def count_points(self, number: int) -> None:
        """Count points, up to the limit."""
        self.points += number
        if self.points > LIMITS.points:
            fault = f"The number of points exceeds {LIMITS.points}."
            raise Refused(Code.E_XML_LIMIT, fault)

    def add_bad_point(self) -> None:
        """Count a position that is none."""
        self.bad_points += 1
        self.first_bad_point = self.first_bad_point or f"point {self.points}"

    def add_point(self, latitude: float, longitude: float) -> None:
        """Add the open point with its position, NaN without one."""
        seconds, offset_s = self._time(self.values.get("seconds"))
        others = (xml_values.number(self.values.get(name)) for name in xml_points.COLUMNS[4:])
        self.found.add((seconds, offset_s, latitude, longitude, *others))

    def require_sense(self) -> None:
        """Refuse a file with more than one in a hundred senseless times or positions."""
        if self.bad_times > self.times * LIMITS.bad_share:
            fault = (
                f"{self.bad_times} of {self.times} times cannot be read, first at"
                f" {self.first_bad_time}."
            )
            raise Refused(Code.E_TIME_FIELD, fault)
        if self.bad_points > self.points * LIMITS.bad_share:
            fault = (
                f"{self.bad_points} of {self.points} positions are impossible, first at"
                f" {self.first_bad_point}."
            )
            raise Refused(Code.E_VALUE_RANGE, fault)

    def _time(self, text: str | None) -> tuple[float, float]:
        if not text:
            return math.nan, math.nan
        self.times += 1
        found = xml_values.instant(text)
        if found is None:
            self.bad_times += 1
            self.first_bad_time = self.first_bad_time or f"point {self.points}"
            return math.nan, math.nan
        return found


Filled = TypeVar("Filled", bound=PointsDocument)


def fill(
    content: bytes,
    tree: xml_gate.Element,
    kind: xml_points.PointKind,
    document: Callable[[], Filled],
) -> Filled:
    """Read a file into a document of its format: what can be cut out at once, the rest by walking.

    `is_whole` is False when the file ends too early. Raises Refused: E_XML, E_XML_DTD,
    E_XML_LIMIT, E_ENCODING.
    """
    text = xml_gate.decode(content)
    return _filled_by_runs(text, tree, kind, document) or fill_by_walking(text, tree, document)


def fill_by_walking(text: bytes, tree: xml_gate.Element, document: Callable[[], Filled]) -> Filled:
    """Read a decoded file into a document element by element, as every file could be.

    Raises Refused: E_XML, E_XML_DTD, E_XML_LIMIT.
    """
    filled = document()
    filled.is_whole = xml_gate.walk(text, tree, filled)
    return filled


def _filled_by_runs(
    text: bytes,
    tree: xml_gate.Element,
    kind: xml_points.PointKind,
    document: Callable[[], Filled],
) -> Filled | None:
    """Read a file by cutting points out of it; None where the slow way has the word.

    That is the case when nothing can be cut out, when a file is broken, cut off or beyond a limit.
    """
    runs = xml_points.runs(text, kind)
    if not runs:
        return None
    filled, name = document(), kind.name.decode()
    walked = len(text) - sum(run.stop - run.start for run in runs)
    walker, done = xml_gate.Walker(tree, filled, walked), 0
    try:
        for run in runs:
            walker.parser.Parse(text[done : run.start], False)  # noqa: FBT003 - C signature
            if not walker.step_over(run.elements, run.depth):
                return None
            if walker.stack[-1].children.get(name) is kind.element:
                filled.add_block(run.points)
            done = run.stop
        walker.parser.Parse(text[done:], True)  # noqa: FBT003 - C signature
    except (Refused, expat.ExpatError):
        return None
    finally:
        walker.release()
    return filled


def summed_up(found: Track, position: int, integrity: str) -> tuple[Activity, list[Problem]]:
    """Sum up a timed track: segments are summed, never joined, since a pause lies between.

    Points whose time goes back are left out: some apps write a segment twice, which would double
    the distance. So are jumps nobody could have made.
    """
    hop_m, hop_s, points, latest = [], [], 0, -math.inf
    for segment in found.segments:
        seconds, latitude, longitude, latest = _advancing(segment, latest)
        metres, kept = track.along(latitude, longitude, seconds)
        hop_m.append(metres)
        hop_s.append(np.diff(seconds[kept]))
        points += int(kept.sum())
    seconds, offset_s = found.column("seconds"), found.column("offset_s")
    dated = _are_dated(seconds)
    first, last = float(seconds[dated].min()), float(seconds[dated].max())
    offset = float(offset_s[dated][np.argmin(seconds[dated])])
    zone, zone_source = zone_of(offset, found)
    metres = np.concatenate(hop_m)
    track_m, problems = sane(sum(float(each.sum()) for each in hop_m), found)
    activity = Activity(
        position=position,
        sport=found.sport,
        title=found.title,
        starts_at=at(first),
        ends_at=at(last),
        zone=zone,
        zone_source=zone_source,
        elapsed_s=last - first,
        track_m=track_m if points > 1 else None,
        moving_speed_m_s=track.moving_speed(metres, np.concatenate(hop_s)),
        samples=points,
        track_points=points,
        integrity=integrity,
    )
    return activity, zone_problems(offset, found) + problems


def zone_of(offset_s: float, found: Track) -> tuple[str | None, str | None]:
    """Where the local day comes from: an offset in the times, else the first position.

    A time ending in Z says when, not where.
    """
    if offset_s and math.isfinite(offset_s):
        return track.offset_name(dt.timedelta(seconds=offset_s)), "file"
    latitude, longitude = found.column("latitude"), found.column("longitude")
    placed = np.flatnonzero(np.isfinite(latitude))
    if not len(placed):
        return None, None
    zone = track.zone_at(float(latitude[placed[0]]), float(longitude[placed[0]]))
    return zone, "position" if zone else None


def zone_problems(offset_s: float, found: Track) -> list[Problem]:
    """Note a time that tells no zone."""
    if math.isfinite(offset_s):
        return []
    text = "times without a zone were read as UTC"
    return [Problem("zone_assumed", f"track {found.position + 1}", text)]


def sane(metres: float | None, found: Track) -> tuple[float | None, list[Problem]]:
    """Return a distance, or None and why it is none: nobody goes so far."""
    if metres is None or metres <= LIMITS.metres:
        return metres, []
    text = f"{metres:.0f} m is no distance"
    return None, [Problem(Code.E_VALUE_RANGE, f"track {found.position + 1}", text)]


def is_dated(seconds: float) -> bool:
    """Tell a time that a clock could have shown: between the first and the last year we read."""
    return FIRST_S <= seconds < AFTER_S


def at(seconds: float) -> dt.datetime:
    """Return seconds since 1970 as an instant."""
    return dt.datetime.fromtimestamp(seconds, dt.UTC)


def _are_dated(seconds: track.Floats) -> track.Flags:
    return np.asarray((seconds >= FIRST_S) & (seconds < AFTER_S), dtype=np.bool_)


def _advancing(
    segment: Segment, latest: float
) -> tuple[track.Floats, track.Floats, track.Floats, float]:
    """Return the seconds and places of the points whose time does not go back, and the latest."""
    placed = np.isfinite(segment.latitude)
    seconds = segment.seconds[placed]
    so_far = np.maximum.accumulate(np.append(latest, np.where(np.isnan(seconds), latest, seconds)))
    advances = ~(seconds < so_far[:-1])
    return (
        seconds[advances],
        segment.latitude[placed][advances],
        segment.longitude[placed][advances],
        float(so_far[-1]),
    )
