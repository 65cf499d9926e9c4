"""GPX 1.0 and 1.1: each track is one activity, each segment ends in a pause.

Our own reader streams the file through expat to columns; gpxpy is the second opinion, asked when
ours declines, and the yardstick of its tests. Source: https://www.topografix.com/GPX/1/1/
"""

from collections.abc import Sequence

from pipeline.errors import Code, Refused
from pipeline.readers import gpx_reference, track, xml_gate, xml_tracks, xml_values
from pipeline.readers.limits import LIMITS
from pipeline.readers.xml_gate import Element
from pipeline.readers.xml_points import PointKind
from pipeline.settings import on_one_line
from pipeline.tables import Activity, Problem, Reading

NAMES_SHOWN, NAME_CHARS = 3, 80


def recognises(head: bytes) -> bool:
    """Tell GPX from other XML by its root element, whatever its prefix or encoding."""
    return xml_gate.is_xml(head) and xml_gate.root_name(head) == "gpx"


def read(content: bytes) -> Reading:
    """Read every timed track of a GPX file; routes and untimed tracks are no activities.

    Raises Refused: E_XML and its kin, E_NO_ACTIVITY without a timed track, E_TIME_FIELD or
    E_VALUE_RANGE when more than one in a hundred times or positions make no sense.
    """
    return _reading(xml_tracks.fill(content, TREE, POINT_KIND, Document), "expat")


def read_reference(content: bytes) -> Reading:
    """Read a GPX file as `read` does, with gpxpy; for a fresh process only.

    Raises Refused as `read` does, and E_XML_LIMIT for what would hold gpxpy up.
    """
    document = xml_tracks.fill_by_walking(xml_gate.decode(content), TREE, Document)
    document.finished()
    document.tracks = gpx_reference.tracks(content, document.points)
    return _reading(document, "gpxpy")


def decode(content: bytes) -> tuple[xml_tracks.Track, ...]:
    """Return the tracks of a GPX file as columns, segment by segment, the untimed ones too.

    Points that are no places, and the marks of pauses, are left out; everything else is as it
    was written. Raises Refused: E_XML and its kin.
    """
    return tuple(xml_tracks.fill(content, TREE, POINT_KIND, Document).finished())


class Document(xml_tracks.PointsDocument):
    """A GPX file as it is walked."""

    def __init__(self) -> None:
        super().__init__()
        self.is_gpx = False
        self.creator: str | None = None
        self.has_routes = False
        self.tracks: list[xml_tracks.Track] = []
        self.title: str | None = None
        self.sport: str | None = None
        self.segments: list[xml_tracks.Segment] = []
        self.is_in_track = self.is_in_segment = False
        self.position: tuple[float, float] | None = None

    def open_root(self, attributes: dict[str, str]) -> None:
        """Note who wrote the file."""
        self.is_gpx = True
        self.creator = attributes.get("creator", "")[: LIMITS.label_chars] or None

    def open_route(self, _attributes: dict[str, str]) -> None:
        """Note that there is a route."""
        self.has_routes = True

    def open_track(self, _attributes: dict[str, str]) -> None:
        """Begin a track."""
        self.title, self.sport, self.segments, self.is_in_track = None, None, [], True

    def close_track(self) -> None:
        """Keep a track."""
        self.tracks.append(
            xml_tracks.Track(len(self.tracks), self.title, self.sport, tuple(self.segments))
        )
        self.is_in_track = False

    def add_title(self, text: str) -> None:
        """Keep the first name of a track."""
        self.title = self.title or text[: LIMITS.label_chars] or None

    def add_sport(self, text: str) -> None:
        """Keep the first type of a track."""
        self.sport = self.sport or text[: LIMITS.label_chars] or None

    def open_segment(self, _attributes: dict[str, str]) -> None:
        """Begin a segment."""
        self.is_in_segment = True

    def close_segment(self) -> None:
        """Keep a segment."""
        self.segments.append(self.found.segment())
        self.is_in_segment = False

    def open_point(self, attributes: dict[str, str]) -> None:
        """Begin a point, if it is a place; a pause mark ends the segment instead."""
        self.values = {}
        self.position = None
        latitude = xml_values.number(attributes.get("lat"))
        longitude = xml_values.number(attributes.get("lon"))
        if latitude in gpx_reference.PAUSE_MARKS:
            self.segments.append(self.found.segment())
            return
        self.count_points(1)
        if not (abs(latitude) <= track.POLE and abs(longitude) <= track.DATE_LINE):  # NaN is none
            self.add_bad_point()
        elif (latitude, longitude) != (0, 0):
            self.position = latitude, longitude

    def close_point(self) -> None:
        """Keep a point."""
        if self.position is not None:
            self.add_point(*self.position)

    def finished(self) -> Sequence[xml_tracks.Track]:
        """Return the tracks, with what a file that ends too early left open.

        Raises Refused when this is no GPX file.
        """
        if not self.is_gpx and self.is_whole:
            raise Refused(Code.E_NOT_RECOGNISED, "This is no GPX file.")
        if self.is_in_segment:
            self.close_segment()
        if self.is_in_track:
            self.close_track()
        return self.tracks


# Garmin and others put heart rate and cadence into extensions, under any prefix and at any depth.
_DEEPER = Element(
    {"hr": Element(column="heart_rate_bpm"), "cad": Element(column="cadence_rpm")}, repeats=True
)
_POINT = Element(
    {"ele": Element(column="elevation_m"), "time": Element(column="seconds"), **_DEEPER.children},
    opened=Document.open_point,
    closed=Document.close_point,
    otherwise=_DEEPER,
)
_SEGMENT = Element({"trkpt": _POINT}, opened=Document.open_segment, closed=Document.close_segment)
_TRACK = Element(
    {
        "name": Element(said=Document.add_title),
        "type": Element(said=Document.add_sport),
        "trkseg": _SEGMENT,
    },
    opened=Document.open_track,
    closed=Document.close_track,
)
TREE = Element(
    {
        "gpx": Element(
            {"trk": _TRACK, "rte": Element(opened=Document.open_route)},
            opened=Document.open_root,
        )
    }
)
POINT_KIND = PointKind(b"trkpt", _POINT, {b"lat": "latitude", b"lon": "longitude"})


def _reading(document: Document, reader: str) -> Reading:
    tracks = document.finished()
    document.require_sense()
    integrity = "whole" if document.is_whole else "truncated"
    activities: list[Activity] = []
    problems: list[Problem] = []
    if document.has_routes:
        problems.append(Problem("route", "rte", "a route is a plan, no activity"))
    for found in tracks:
        if not found.is_timed:
            named = _quoted(found.title) if found.title else found.position + 1
            text = f"the track {named} has no times: a planned route"
            problems.append(Problem("untimed", f"track {found.position + 1}", text))
            continue
        activity, noted = xml_tracks.summed_up(found, len(activities), integrity)
        activities.append(activity)
        problems += noted
    if not activities:
        raise _nothing(document, tracks)
    if not document.is_whole:
        problems.append(Problem("truncated", "the end", "the file ends too early"))
    return Reading("gpx", reader, document.creator, tuple(activities), (), tuple(problems))


def _nothing(document: Document, tracks: Sequence[xml_tracks.Track]) -> Refused:
    if not document.is_whole:
        fault = (
            f"The file ends too early, after {document.points} points, and nothing before that can"
            " be used."
        )
        return Refused(Code.E_TRUNCATED, fault)
    if tracks or document.has_routes:
        named = [_quoted(found.title) for found in tracks if found.title]
        names = ", ".join(named[:NAMES_SHOWN]) or "unnamed"
        fault = (
            "The file is sound but holds no workout (it is a planned route without times:"
            f" {names})."
        )
        return Refused(Code.E_NO_ACTIVITY, fault)
    return Refused(Code.E_NO_ACTIVITY, "The file is sound but holds no workout (no track in it).")


def _quoted(title: str) -> str:
    return f"'{on_one_line(title)[:NAME_CHARS]}'"
