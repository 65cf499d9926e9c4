"""TCX 2: each activity is one, its laps run on into each other, a second track is a pause.

Lap and track are two things here: a new `Lap` is a press of a button while the person runs on, a
second `Track` inside a lap begins after a pause.
Source: https://www8.garmin.com/xmlschemas/TrainingCenterDatabasev2.xsd
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from pipeline.errors import Code, Refused
from pipeline.readers import track, xml_gate, xml_tracks, xml_values
from pipeline.readers.limits import LIMITS
from pipeline.readers.xml_gate import Element
from pipeline.readers.xml_points import PointKind
from pipeline.tables import Activity, Problem, Reading

NOT_STATED = "other"  # the third of the three sports TCX knows
LAPS_SHORT_SHARE, LAPS_SHORT_M = 0.02, 10.0
LEG_BEFORE_M = 10_000.0  # what a leg of several sports has before it, and no jog of ours


@dataclass(frozen=True)
class Lap:
    """One lap as the device summed it up; None is "not stated".

    `starts` is seconds since 1970 and offset from UTC. A lap that a file ends in is not closed:
    its figures tell of points that are not there.
    """

    starts: tuple[float, float] | None
    total_s: float | None
    distance_m: float | None
    is_closed: bool


@dataclass(frozen=True)
class Recording:
    """One activity of a file: its track, its laps, and when it says it began."""

    track: xml_tracks.Track
    laps: tuple[Lap, ...]
    starts: tuple[float, float] | None


def recognises(head: bytes) -> bool:
    """Tell TCX from other XML by its root element, whatever its prefix or encoding."""
    return xml_gate.is_xml(head) and xml_gate.root_name(head) == "TrainingCenterDatabase"


def read(content: bytes) -> Reading:
    """Read every activity of a TCX file; courses and plans are no activities.

    Raises Refused: E_XML and its kin, E_NO_ACTIVITY without an activity, E_TIME_FIELD or
    E_VALUE_RANGE when more than one in a hundred times or positions make no sense.
    """
    document = xml_tracks.fill(content, TREE, POINT_KIND, Document)
    recordings = document.finished()
    document.require_sense()
    integrity = "whole" if document.is_whole else "truncated"
    activities: list[Activity] = []
    problems: list[Problem] = []
    for recording in recordings:
        if not recording.track.is_timed and recording.starts is None:
            text = "the activity has no times: nobody knows when it was"
            problems.append(Problem("untimed", f"activity {recording.track.position + 1}", text))
            continue
        activity, noted = _summed_up(recording, len(activities), integrity)
        activities.append(activity)
        problems += noted
    if not activities:
        raise _nothing(document, recordings)
    if not document.is_whole:
        problems.append(Problem("truncated", "the end", "the file ends too early"))
    return Reading("tcx", "expat", document.device, tuple(activities), (), tuple(problems))


def decode(content: bytes) -> tuple[xml_tracks.Track, ...]:
    """Return the tracks of a TCX file as columns, one for each activity, segment by segment.

    A segment runs across laps and ends at a pause. Points without a position keep their row, with
    NaN. Raises Refused: E_XML and its kin.
    """
    document = xml_tracks.fill(content, TREE, POINT_KIND, Document)
    return tuple(recording.track for recording in document.finished())


class Document(xml_tracks.PointsDocument):
    """A TCX file as it is walked."""

    def __init__(self) -> None:
        super().__init__()
        self.device: str | None = None
        self.recordings: list[Recording] = []
        self.has_courses = self.is_in_activity = self.is_in_lap = False
        self.sport: str | None = None
        self.title: str | None = None
        self.starts: tuple[float, float] | None = None
        self.segments: list[xml_tracks.Segment] = []
        self.laps: list[Lap] = []
        self.lap_starts: tuple[float, float] | None = None
        self.lap_total_s = self.lap_distance_m = math.nan
        self.lap_tracks = 0

    def open_course(self, _attributes: dict[str, str]) -> None:
        """Note that there is a course."""
        self.has_courses = True

    def open_activity(self, attributes: dict[str, str]) -> None:
        """Begin an activity."""
        sport = attributes.get("Sport", "").strip().casefold()[: LIMITS.label_chars]
        self.sport = None if sport == NOT_STATED else sport or None
        self.title, self.starts, self.segments, self.laps = None, None, [], []
        self.is_in_activity = True

    def add_id(self, text: str) -> None:
        """Keep the activity's id, which is when it began, unless a lap says so."""
        self.starts = self.starts or _start(text)

    def add_title(self, text: str) -> None:
        """Keep the first name of the activity."""
        self.title = self.title or text[: LIMITS.label_chars] or None

    def add_device(self, text: str) -> None:
        """Keep the name of the first device; the program that wrote the file comes after it."""
        self.device = self.device or text[: LIMITS.label_chars] or None

    def open_lap(self, attributes: dict[str, str]) -> None:
        """Begin a lap."""
        self.lap_starts = _start(attributes.get("StartTime", ""))
        if not self.laps:
            self.starts = self.lap_starts or self.starts
        self.lap_total_s = self.lap_distance_m = math.nan
        self.lap_tracks, self.is_in_lap = 0, True

    def add_lap_total(self, text: str) -> None:
        """Keep the seconds the timer ran in this lap."""
        self.lap_total_s = xml_values.number(text)

    def add_lap_distance(self, text: str) -> None:
        """Keep the metres of this lap."""
        self.lap_distance_m = xml_values.number(text)

    def open_track(self, _attributes: dict[str, str]) -> None:
        """Begin a track: the second one of a lap comes after a pause, the first one runs on."""
        self.lap_tracks += 1
        if self.lap_tracks > 1:
            self.segments.append(self.found.segment())

    def close_lap(self, *, is_closed: bool = True) -> None:
        """Keep a lap."""
        total_s = self.lap_total_s if 0 <= self.lap_total_s <= track.MAX_DURATION_S else None
        distance_m = self.lap_distance_m if 0 <= self.lap_distance_m <= LIMITS.metres else None
        self.laps.append(Lap(self.lap_starts, total_s, distance_m, is_closed))
        self.is_in_lap = False

    def close_activity(self) -> None:
        """Keep an activity."""
        self.segments.append(self.found.segment())
        segments = tuple(each for each in self.segments if len(each))
        found = xml_tracks.Track(len(self.recordings), self.title, self.sport, segments)
        self.recordings.append(Recording(found, tuple(self.laps), self.starts))
        self.is_in_activity = False

    def open_point(self, _attributes: dict[str, str]) -> None:
        """Begin a point."""
        self.values = {}
        self.count_points(1)

    def close_point(self) -> None:
        """Keep a point, with or without a position."""
        latitude, longitude = math.nan, math.nan
        if "latitude" in self.values or "longitude" in self.values:
            latitude = xml_values.number(self.values.get("latitude"))
            longitude = xml_values.number(self.values.get("longitude"))
            is_place = abs(latitude) <= track.POLE and abs(longitude) <= track.DATE_LINE
            if not is_place:
                self.add_bad_point()
            if not is_place or (latitude, longitude) == (0, 0):
                latitude, longitude = math.nan, math.nan
        self.add_point(latitude, longitude)

    def finished(self) -> Sequence[Recording]:
        """Return the activities, with what a file that ends too early left open."""
        if self.is_in_lap:
            self.close_lap(is_closed=False)
        if self.is_in_activity:
            self.close_activity()
        return self.recordings


_POINT = Element(
    {
        "Time": Element(column="seconds"),
        "Position": Element(
            {
                "LatitudeDegrees": Element(column="latitude"),
                "LongitudeDegrees": Element(column="longitude"),
            }
        ),
        "AltitudeMeters": Element(column="elevation_m"),
        "DistanceMeters": Element(column="distance_m"),
        "HeartRateBpm": Element({"Value": Element(column="heart_rate_bpm")}),
        "Cadence": Element(column="cadence_rpm"),
    },
    opened=Document.open_point,
    closed=Document.close_point,
)
_LAP = Element(
    {
        "TotalTimeSeconds": Element(said=Document.add_lap_total),
        "DistanceMeters": Element(said=Document.add_lap_distance),
        "Track": Element({"Trackpoint": _POINT}, opened=Document.open_track),
        "Trackpoint": _POINT,  # exporters of Endomondo left the tracks out
    },
    opened=Document.open_lap,
    closed=Document.close_lap,
)
_NAMED_DEVICE = Element({"Name": Element(said=Document.add_device)})
_ACTIVITY = Element(
    {
        "Id": Element(said=Document.add_id),
        "Name": Element(said=Document.add_title),
        "Lap": _LAP,
        "Creator": _NAMED_DEVICE,
    },
    opened=Document.open_activity,
    closed=Document.close_activity,
)
_OF_SEVERAL = Element({"Activity": _ACTIVITY})
_ACTIVITIES = Element(
    {
        "Activity": _ACTIVITY,
        "MultiSportSession": Element({"FirstSport": _OF_SEVERAL, "NextSport": _OF_SEVERAL}),
    }
)
TREE = Element(
    {
        "TrainingCenterDatabase": Element(
            {
                "Activities": _ACTIVITIES,
                "Courses": Element({"Course": Element(opened=Document.open_course)}),
                "Author": _NAMED_DEVICE,
            }
        )
    }
)
POINT_KIND = PointKind(b"Trackpoint", _POINT, {})


def _start(text: str) -> tuple[float, float] | None:
    found = xml_values.instant(text.strip())
    return found if found and xml_tracks.is_dated(found[0]) else None


def _summed_up(
    recording: Recording, position: int, integrity: str
) -> tuple[Activity, list[Problem]]:
    """Sum up an activity: what its laps say, what its last point says, and its way."""
    found = recording.track
    if found.is_timed:
        activity, problems = xml_tracks.summed_up(found, position, integrity)
        activity = replace(activity, samples=len(found.column("seconds")))
    else:
        activity = Activity(position, found.sport, title=found.title, integrity=integrity)
        problems = []
    starts = recording.starts
    if starts is not None:
        zone, zone_source = xml_tracks.zone_of(starts[1], found)
        problems = xml_tracks.zone_problems(starts[1], found)
        activity = replace(
            activity, starts_at=xml_tracks.at(starts[0]), zone=zone, zone_source=zone_source
        )
    timer_s, laps_m = _timer_s(recording.laps), _laps_m(recording.laps)
    records_m = _records_m(found, laps_m)
    if activity.ends_at is None and activity.starts_at is not None and timer_s is not None:
        last = recording.laps[-1]
        begins_s = (last.starts or starts or (0.0, 0.0))[0]
        activity = replace(activity, ends_at=xml_tracks.at(begins_s + (last.total_s or 0.0)))
    if activity.ends_at and activity.starts_at and activity.ends_at < activity.starts_at:
        activity = replace(activity, ends_at=activity.starts_at)  # its laps' clock is another one
    laps_m, more = xml_tracks.sane(laps_m, found)
    problems += more
    if laps_m is not None and records_m is not None and _are_short(laps_m, records_m):
        text = "the laps end before the last point: their distances were not summed"
        problems.append(Problem("laps_short", f"activity {found.position + 1}", text))
        laps_m = None
    return replace(activity, timer_s=timer_s, laps_m=laps_m, records_m=records_m), problems


def _timer_s(laps: Sequence[Lap]) -> float | None:
    totals = [lap.total_s for lap in laps if lap.is_closed and lap.total_s is not None]
    return math.fsum(totals) if laps and len(totals) == len(laps) else None


def _laps_m(laps: Sequence[Lap]) -> float | None:
    """Sum the laps' distances; None unless each of them has one and was written to its end."""
    metres = [lap.distance_m for lap in laps if lap.is_closed and lap.distance_m is not None]
    return math.fsum(metres) if laps and len(metres) == len(laps) else None


def _are_short(laps_m: float, records_m: float) -> bool:
    """Tell laps that do not reach the last point: one of them is missing (1999 of 2919 m)."""
    return records_m - laps_m > max(LAPS_SHORT_SHARE * records_m, LAPS_SHORT_M)


def _records_m(found: xml_tracks.Track, laps_m: float | None) -> float | None:
    """Return the device's distance at the last point that has one; it runs on across laps.

    In a leg of a multisport session that was exported alone it runs on from the leg before, and
    the laps bear out the rest. Of shorter beginnings a lap may be missing.
    """
    metres = found.column("distance_m")
    stated = metres[np.isfinite(metres) & (metres >= 0) & (metres <= LIMITS.metres)]
    if not len(stated):
        return None
    first_m, last_m = float(stated[0]), float(stated[-1])
    leg_m = last_m - first_m
    is_leg = laps_m is not None and abs(leg_m - laps_m) <= LAPS_SHORT_SHARE * leg_m
    return leg_m if is_leg and first_m >= LEG_BEFORE_M else last_m


def _nothing(document: Document, recordings: Sequence[Recording]) -> Refused:
    if not document.is_whole:
        fault = (
            f"The file ends too early, after {document.points} points, and nothing before that can"
            " be used."
        )
        return Refused(Code.E_TRUNCATED, fault)
    what = "no activity in it"
    if recordings:
        what = "an activity without times"
    elif document.has_courses:
        what = "it is a course"
    return Refused(Code.E_NO_ACTIVITY, f"The file is sound but holds no workout ({what}).")
