"""The reference reader of GPX: gpxpy, which sees only what our gate has let through.

A file is rewritten to the elements that count: names, types, points and times. So hostile or odd
markup never reaches gpxpy, and undeclared prefixes of real exports do no harm.
"""

import datetime as dt
import logging
import math
import re
import sys
import types
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape, quoteattr

from pipeline.errors import Code, Refused
from pipeline.readers import track, xml_gate, xml_tracks, xml_values
from pipeline.readers.limits import LIMITS
from pipeline.readers.xml_gate import Element

if TYPE_CHECKING:
    import gpxpy.gpx

# OpenTracks once marked where a recording paused and resumed by these impossible latitudes.
PAUSE_MARKS = (100.0, 200.0)
HEADER = '<gpx version="1.1" creator="backfour" xmlns="http://www.topografix.com/GPX/1/1">'


def tracks(content: bytes, points: int) -> list[xml_tracks.Track]:
    """Return the tracks of a GPX file of so many points as gpxpy reads them; times and places only.

    Raises Refused: E_XML and its kin, E_XML_LIMIT for what gpxpy would take too long over.
    """
    gpxpy = _gpxpy()
    text = xml_gate.decode(content)
    _limit("points", points, LIMITS.reference_points)
    _limit("prefix declarations", text.count(b"xmlns"), LIMITS.reference_xmlns)
    logging.getLogger("gpxpy").setLevel(logging.CRITICAL)  # at DEBUG it logs the whole file
    rewritten = _Rewritten()
    xml_gate.walk(text, TREE, rewritten)
    document = gpxpy.parse(rewritten.document())
    return [
        xml_tracks.Track(
            position, found.name or None, found.type or None, tuple(map(_segment, found.segments))
        )
        for position, found in enumerate(document.tracks)
    ]


def _gpxpy() -> types.ModuleType:
    """Import gpxpy late: it takes time, and registers namespaces for the whole process.

    Where lxml is installed it would take that, which before version 5 reads local files, and tells
    of errors otherwise: what a file says must not depend on what else is on a machine.
    """
    before = sys.modules.get("lxml")
    sys.modules["lxml"] = None  # type: ignore[assignment]  # which is how an import is forbidden
    try:
        import gpxpy.parser  # noqa: PLC0415
    finally:
        sys.modules.pop("lxml")
        if before is not None:
            sys.modules["lxml"] = before
    return gpxpy


def _limit(what: str, number: int, limit: int) -> None:
    if number > limit:
        raise Refused(Code.E_XML_LIMIT, f"The number of {what} exceeds {limit}.")


def _is_place(latitude: float, longitude: float) -> bool:
    in_range = abs(latitude) <= track.POLE and abs(longitude) <= track.DATE_LINE
    return in_range and (latitude, longitude) != (0, 0)


def _segment(segment: "gpxpy.gpx.GPXTrackSegment") -> xml_tracks.Segment:
    points = xml_tracks.Points()
    for point in segment.points:
        seconds, offset_s = _utc(point.time)
        nothing = (math.nan,) * 4
        points.add((seconds, offset_s, point.latitude, point.longitude, *nothing))
    return points.segment()


def _utc(time: dt.datetime | None) -> tuple[float, float]:
    if time is None:
        return math.nan, math.nan
    offset = time.utcoffset()
    if offset is None:
        return time.replace(tzinfo=dt.UTC).timestamp(), math.nan
    return time.timestamp(), offset.total_seconds()


def _usual(time: str) -> str:
    """Write a time as gpxpy knows it: capitals, a point, Z, and nothing before the offset."""
    capital = time.strip().upper().replace(",", ".")
    return re.sub(r" ?(?:UTC|GMT)$", "Z", re.sub(r" (?=[Z+\-−])", "", capital))


class _Rewritten:
    """A GPX file as it is rewritten, while the gate walks it."""

    def __init__(self) -> None:
        self.pieces = [HEADER]
        self.open_tags: list[str] = []
        self.point: list[str] | None = None

    def open_track(self, _attributes: dict[str, str]) -> None:
        self._open("trk")

    def open_segment(self, _attributes: dict[str, str]) -> None:
        self._open("trkseg")

    def open_point(self, attributes: dict[str, str]) -> None:
        latitude = xml_values.number(attributes.get("lat"))
        longitude = xml_values.number(attributes.get("lon"))
        self.point = None
        if latitude in PAUSE_MARKS:
            self.pieces.append("</trkseg><trkseg>")
        elif _is_place(latitude, longitude):
            place = f"lat={quoteattr(repr(latitude))} lon={quoteattr(repr(longitude))}"
            self.point = [f"<trkpt {place}>"]

    def add_name(self, text: str) -> None:
        self.pieces.append(f"<name>{escape(text[: LIMITS.label_chars])}</name>")

    def add_type(self, text: str) -> None:
        self.pieces.append(f"<type>{escape(text[: LIMITS.label_chars])}</type>")

    def value(self, _column: str, text: str) -> None:
        if self.point is not None and xml_values.instant(text) is not None:
            self.point.append(f"<time>{escape(_usual(text))}</time>")

    def close_point(self) -> None:
        if self.point is not None:
            self.pieces += [*self.point, "</trkpt>"]

    def close(self) -> None:
        self.pieces.append(f"</{self.open_tags.pop()}>")

    def document(self) -> str:
        """Return the rewritten file, closing what a file that ends too early left open."""
        closing = [f"</{name}>" for name in reversed(self.open_tags)]
        return "".join([*self.pieces, *closing, "</gpx>"])

    def _open(self, name: str) -> None:
        self.pieces.append(f"<{name}>")
        self.open_tags.append(name)


_POINT = Element(
    {"time": Element(column="seconds")},
    opened=_Rewritten.open_point,
    closed=_Rewritten.close_point,
)
_SEGMENT = Element({"trkpt": _POINT}, opened=_Rewritten.open_segment, closed=_Rewritten.close)
_TRACK = Element(
    {
        "name": Element(said=_Rewritten.add_name),
        "type": Element(said=_Rewritten.add_type),
        "trkseg": _SEGMENT,
    },
    opened=_Rewritten.open_track,
    closed=_Rewritten.close,
)
TREE = Element({"gpx": Element({"trk": _TRACK})})
