"""GPX 1.0 and 1.1: each track is one activity, each segment ends in a pause.

gpxpy reads what the gate has let through, rewritten to the elements that count: names, types,
points and times. So hostile or odd markup never reaches it, and undeclared prefixes of real
exports do no harm. Source: https://www.topografix.com/GPX/1/1/
"""

import datetime as dt
import logging
import math
from dataclasses import dataclass, field
from xml.sax.saxutils import escape, quoteattr

import gpxpy
import gpxpy.gpx
import numpy as np

from pipeline.errors import Code, Refused
from pipeline.readers import track, xml_gate
from pipeline.readers.limits import LIMITS
from pipeline.tables import Activity, Problem, Reading

logging.getLogger("gpxpy").setLevel(logging.CRITICAL)  # at DEBUG it logs the whole file
HEADER = '<gpx version="1.1" creator="backfour" xmlns="http://www.topografix.com/GPX/1/1">'
# OpenTracks once marked where a recording paused and resumed by these impossible latitudes.
PAUSE_MARKS = (100.0, 200.0)


def recognises(head: bytes) -> bool:
    """Tell GPX from other XML by its root element, whatever its prefix or encoding."""
    return xml_gate.is_xml(head) and xml_gate.root_name(head) == "gpx"


def read(content: bytes) -> Reading:
    """Read every timed track of a GPX file; routes and untimed tracks are no activities.

    Raises Refused: E_XML and its kin, E_NO_ACTIVITY without a timed track, E_TIME_FIELD or
    E_VALUE_RANGE when more than one in a hundred times or positions make no sense.
    """
    gate = _Gate()
    is_whole = xml_gate.walk(content, gate.opened, gate.closed)
    gate.finish()
    if gate.root != "gpx":
        raise Refused(Code.E_NOT_RECOGNISED, "This is no GPX file.")
    document = gpxpy.parse(gate.document())
    problems: list[Problem] = list(gate.problems)
    tracks = [_Track.of(found, position) for position, found in enumerate(document.tracks)]
    _require_sense(gate, tracks)
    activities: list[Activity] = []
    for found in tracks:
        if not found.is_timed:
            text = f"the track {found.name or found.position + 1!r} has no times: a planned route"
            problems.append(Problem("untimed", f"track {found.position + 1}", text))
            continue
        activities.append(found.activity(len(activities), "whole" if is_whole else "truncated"))
        problems += found.problems
    if not activities:
        raise _nothing(is_whole, gate, tracks)
    if not is_whole:
        problems.append(Problem("truncated", "the end", "the file ends too early"))
    return Reading("gpx", "gpxpy", gate.creator, tuple(activities), (), tuple(problems))


class _Gate:
    """Rewrites a GPX file to the elements that are read, while the gate walks it."""

    def __init__(self) -> None:
        self.root: str | None = None
        self.creator: str | None = None
        self.pieces: list[str] = [HEADER]
        self.open_tags: list[str] = []
        self.points = self.bad_points = self.times = self.bad_times = 0
        self.first_bad_time = self.first_bad_point = ""
        self.problems: list[Problem] = []
        self.has_routes = False
        self.point: list[str] | None = None

    def opened(self, stack: list[xml_gate.Element]) -> None:
        """Note an element that opens."""
        element = stack[-1]
        path = [each.name for each in stack[1:]]
        if len(stack) == 1:
            self.root = element.name
            self.creator = element.attributes.get("creator", "")[: LIMITS.label_chars] or None
        elif path in (["trk"], ["trk", "trkseg"]):
            self.pieces.append(f"<{element.name}>")
            self.open_tags.append(element.name)
        elif path == ["trk", "trkseg", "trkpt"]:
            self.start_point(element)
        elif path == ["rte"]:
            self.has_routes = True

    def closed(self, stack: list[xml_gate.Element]) -> None:
        """Copy an element that closes, if it is one that counts."""
        element = stack[-1]
        path = [each.name for each in stack[1:]]
        text = "".join(element.text).strip()
        if path in (["trk"], ["trk", "trkseg"]):
            self.pieces.append(f"</{element.name}>")
            self.open_tags.pop()
        elif path in (["trk", "name"], ["trk", "type"]):
            self.pieces.append(
                f"<{element.name}>{escape(text[: LIMITS.label_chars])}</{element.name}>"
            )
        elif path == ["trk", "trkseg", "trkpt", "time"] and self.point is not None:
            self.add_time(text)
        elif path == ["trk", "trkseg", "trkpt"] and self.point is not None:
            self.pieces += [*self.point, "</trkpt>"]
            self.point = None

    def start_point(self, element: xml_gate.Element) -> None:
        """Begin a point, if it is a place; a pause mark ends the segment instead."""
        self.points += 1
        if self.points > LIMITS.gpx_points:
            fault = f"The number of points exceeds {LIMITS.gpx_points}."
            raise Refused(Code.E_XML_LIMIT, fault)
        latitude = _number(element.attributes.get("lat"))
        longitude = _number(element.attributes.get("lon"))
        self.point = None
        if latitude in PAUSE_MARKS:
            self.points -= 1
            self.pieces.append("</trkseg><trkseg>")
        elif (
            latitude is None
            or longitude is None
            or (abs(latitude) > track.POLE or abs(longitude) > track.DATE_LINE)
        ):
            self.bad_points += 1
            self.first_bad_point = self.first_bad_point or f"point {self.points}"
        elif (latitude, longitude) != (0, 0):
            place = f"lat={quoteattr(repr(latitude))} lon={quoteattr(repr(longitude))}"
            self.point = [f"<trkpt {place}>"]

    def add_time(self, text: str) -> None:
        """Copy a time that can be read; count it when it cannot."""
        if not text or self.point is None:
            return
        self.times += 1
        if _time(text) is None:
            self.bad_times += 1
            self.first_bad_time = self.first_bad_time or f"point {self.points}"
        else:
            self.point.append(f"<time>{escape(text)}</time>")

    def finish(self) -> None:
        """Close what a file that ends too early left open."""
        self.pieces += [f"</{name}>" for name in reversed(self.open_tags)]
        if self.has_routes:
            self.problems.append(Problem("route", "rte", "a route is a plan, no activity"))

    def document(self) -> str:
        """Return the rewritten file."""
        return "".join(self.pieces) + "</gpx>"


@dataclass
class _Track:
    """One track of the file, as gpxpy read it."""

    position: int
    name: str | None
    sport: str | None
    segments: list[gpxpy.gpx.GPXTrackSegment]
    times: list[dt.datetime]
    problems: list[Problem] = field(default_factory=list)

    @classmethod
    def of(cls, found: gpxpy.gpx.GPXTrack, position: int) -> "_Track":
        times = [p.time for segment in found.segments for p in segment.points if p.time]
        return cls(position, found.name, found.type, found.segments, times)

    @property
    def is_timed(self) -> bool:
        return bool(self.times)

    def activity(self, position: int, integrity: str) -> Activity:
        """Sum up the track: segments are summed, never joined, since a pause lies between."""
        metres, hop_m, hop_s, points = 0.0, [], [], 0
        latest = -math.inf
        for segment in self.segments:
            seconds, latitude, longitude, latest = _columns(segment, latest)
            steps = track.hops(latitude, longitude)
            metres += float(steps.sum())
            points += len(latitude)
            hop_m.append(steps)
            hop_s.append(np.diff(seconds))
        utc = [_utc(time) for time in self.times]
        start, end = min(utc), max(utc)
        zone, zone_source = self.zone(start)
        speed = track.moving_speed(np.concatenate(hop_m), np.concatenate(hop_s))
        return Activity(
            position=position,
            sport=self.sport,
            title=self.name,
            starts_at=start,
            ends_at=end,
            zone=zone,
            zone_source=zone_source,
            elapsed_s=(end - start).total_seconds(),
            track_m=metres if points > 1 else None,
            moving_speed_m_s=speed,
            samples=points,
            track_points=points,
            integrity=integrity,
        )

    def zone(self, start: dt.datetime) -> tuple[str | None, str | None]:
        """Where the local day comes from: an offset in the times, else the first position.

        A time ending in Z says when, not where. One without anything means UTC in GPX.
        """
        first = next(time for time in self.times if _utc(time) == start)
        if first.tzinfo is None:
            text = "times without a zone were read as UTC, as GPX says"
            self.problems.append(Problem("zone_assumed", f"track {self.position + 1}", text))
        offset = first.utcoffset()
        if offset:
            return track.offset_name(offset), "file"
        for segment in self.segments:
            for point in segment.points:
                zone = track.zone_at(point.latitude, point.longitude)
                return zone, "position" if zone else None
        return None, None


def _columns(
    segment: gpxpy.gpx.GPXTrackSegment, latest: float
) -> tuple[track.Floats, track.Floats, track.Floats, float]:
    """Return seconds, latitude and longitude of a segment's points, and the latest time so far.

    Points whose time goes back are left out: some apps write a segment twice, which would double
    the distance. So are jumps nobody could have made.
    """
    rows = []
    for point in segment.points:
        seconds = _utc(point.time).timestamp() if point.time else math.nan
        if seconds < latest:
            continue
        latest = max(latest, seconds)
        rows.append((seconds, point.latitude, point.longitude))
    columns = np.array(rows, dtype=float).reshape(-1, 3)
    kept = columns[~track.spikes(columns[:, 1], columns[:, 2], columns[:, 0])]
    return kept[:, 0], kept[:, 1], kept[:, 2], latest


def _require_sense(gate: _Gate, tracks: list[_Track]) -> None:
    """Refuse a file with more than one in a hundred senseless times or positions."""
    if gate.bad_times > gate.times * LIMITS.bad_share:
        fault = (
            f"{gate.bad_times} of {gate.times} times cannot be read, first at"
            f" {gate.first_bad_time}."
        )
        raise Refused(Code.E_TIME_FIELD, fault)
    if gate.bad_points > gate.points * LIMITS.bad_share:
        fault = (
            f"{gate.bad_points} of {gate.points} positions are impossible, first at"
            f" {gate.first_bad_point}."
        )
        raise Refused(Code.E_VALUE_RANGE, fault)
    for found in tracks:
        found.times = [time for time in found.times if _utc(time).year >= LIMITS.first_year]


def _nothing(is_whole: bool, gate: _Gate, tracks: list[_Track]) -> Refused:  # noqa: FBT001
    if not is_whole:
        fault = (
            f"The file ends too early, after {gate.points} points, and nothing before that can"
            " be used."
        )
        return Refused(Code.E_TRUNCATED, fault)
    if tracks or gate.has_routes:
        named = [repr(found.name[:80]) for found in tracks if found.name]
        names = ", ".join(named[:3]) or "unnamed"
        fault = (
            "The file is sound but holds no workout (it is a planned route without times:"
            f" {names})."
        )
        return Refused(Code.E_NO_ACTIVITY, fault)
    return Refused(Code.E_NO_ACTIVITY, "The file is sound but holds no workout (no track in it).")


def _number(text: str | None) -> float | None:
    try:
        value = float(text) if text is not None else math.nan
    except ValueError:
        return None
    return value if math.isfinite(value) else None


def _time(text: str) -> dt.datetime | None:
    """Read a time as gpxpy does; None when it cannot, or when its offset is no zone's."""
    try:
        time = gpxpy.gpxfield.parse_time(text)
        offset = time.utcoffset() if time else None
        if time is None or (offset and abs(offset.total_seconds()) > track.MAX_OFFSET_S):
            return None
        _utc(time).timestamp()
    except (ValueError, OverflowError, gpxpy.gpx.GPXException):
        return None
    return time


def _utc(time: dt.datetime) -> dt.datetime:
    return time.replace(tzinfo=dt.UTC) if time.tzinfo is None else time.astimezone(dt.UTC)
