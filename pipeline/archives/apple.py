"""Apple Health's `export.xml`: its workouts, streamed out of gigabytes of other records.

    <Workout workoutActivityType="HKWorkoutActivityTypeRunning" duration="30.1" durationUnit="min"
     startDate="2016-11-14 07:25:41 -0700" endDate="2016-11-14 07:56:00 -0700">
     <MetadataEntry key="HKTimeZone" value="America/Los_Angeles"/>
     <WorkoutStatistics type="HKQuantityTypeIdentifierDistanceWalkingRunning" sum="3.1" unit="mi"/>
     <WorkoutRoute><FileReference path="/workout-routes/route_1.gpx"/></WorkoutRoute>
    </Workout>

Until iOS 15 the distance is an attribute, `totalDistance` with `totalDistanceUnit`. Whoever wrote
a workout may have left out any of it. Source: the DTD inside the file; formats.md, section 4.
"""

import re
from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from xml.parsers import expat

from pipeline.archives import apple_values
from pipeline.archives.export import Export
from pipeline.errors import Code, Refused
from pipeline.members import Told
from pipeline.readers.limits import LIMITS
from pipeline.tables import Activity, Problem

HEAD_BYTES = 1_024
ROOT = re.compile(rb"<HealthData(?=[\s>])")
HEALTH = re.compile(rb"<!DOCTYPE\s+HealthData\b|<HealthData[\s>]")
DECLARATION = re.compile(rb"\s*(?:\xef\xbb\xbf)?\s*(?:<\?xml[^>]*\?>)?\s*")
DTD = re.compile(rb"<!DOCTYPE\s+HealthData\s*(?:\[[^\[]*\]\s*)?>\s*")
FORBIDDEN = re.compile(rb"\b(?:ENTITY|SYSTEM|PUBLIC|NOTATION)\b|<!\[|<\?|%")
LONGEST_PROLOG_BYTES = 262_144  # a real one has 10,000
LONGEST_TOKEN_BYTES = 262_144
MOST_WORKOUTS = 50_000


def recognises(head: bytes) -> bool:
    """Tell Apple's list of records from other XML by its first kilobyte."""
    return HEALTH.search(head[:HEAD_BYTES]) is not None


def read(content: Iterator[bytes], names: Collection[bytes]) -> Export:
    """Return what the workouts say of the routes named, and the workouts without a route.

    XML that breaks off is used up to there, with a problem. Raises Refused: E_XML_DTD for
    anything but declarations of elements and attributes, E_XML_LIMIT, E_XML without a root, and
    whatever `content` raises.
    """
    walk = _Walk()
    problems: list[Problem] = []
    try:
        walk.feed(_without_prolog(content))
    except expat.ExpatError as fault:
        for _ in content:
            pass  # to the end, where its checksum tells whether this is damage
        text = "The XML breaks off; the workouts before that are read."
        problems = [Problem(Code.E_XML, f"export.xml, line {fault.lineno} of its records", text)]
    return _joined(walk.workouts, names, problems)


@dataclass
class _Workout:
    """One workout as its elements told of it, in the file's words."""

    attributes: dict[str, str]
    statistics: dict[str, dict[str, str]] = field(default_factory=dict)
    time_zone: str | None = None
    routes: list[str] = field(default_factory=list)


class _Walk:
    """One pass over the records; only workouts are looked into."""

    def __init__(self) -> None:
        self.workouts: list[_Workout] = []
        self.open: _Workout | None = None
        self.stack: list[str] = []  # of names inside a workout
        self.depth = 0
        self.parser = expat.ParserCreate("utf-8")
        self.parser.ordered_attributes = True  # a list, which is made faster than a dictionary
        self.parser.StartElementHandler = self.start
        self.parser.EndElementHandler = self.end

    def feed(self, pieces: Iterator[bytes]) -> None:
        fed = 0
        for piece in pieces:
            self.parser.Parse(piece, False)  # noqa: FBT003 - C signature
            fed += len(piece)
            # Expat begins an unfinished token anew with each piece: a long one costs its square.
            ahead = fed - self.parser.CurrentByteIndex
            self.require("A token", ahead, LONGEST_TOKEN_BYTES)
        self.parser.Parse(b"", True)  # noqa: FBT003 - C signature

    def start(self, name: str, listed: list[str]) -> None:
        self.depth += 1
        if self.open is None and name != "Workout" and self.depth <= LIMITS.xml_depth:
            return  # as good as every element: a record
        attributes = dict(zip(listed[::2], listed[1::2], strict=True))
        self.require("The depth", self.depth, LIMITS.xml_depth)
        self.require("The number of attributes", len(attributes), LIMITS.xml_attributes)
        longest = max(map(len, attributes.values()), default=0)
        self.require("An attribute", longest, LIMITS.xml_token_chars)
        if self.open is None:
            self.open = _Workout(attributes)
        else:
            self.inside(self.open, name, attributes)
        self.stack.append(name)

    def inside(self, workout: _Workout, name: str, attributes: dict[str, str]) -> None:
        """Note what belongs to the workout itself, not to its events or legs."""
        parent = self.stack[-1]
        if parent == "Workout" and name == "WorkoutStatistics":
            if len(workout.statistics) < LIMITS.xml_depth:
                workout.statistics[attributes.get("type", "")] = attributes
        elif parent == "Workout" and name == "MetadataEntry":
            if attributes.get("key") == "HKTimeZone":
                workout.time_zone = attributes.get("value")
        elif (
            name == "FileReference"
            and parent == "WorkoutRoute"
            and len(workout.routes) < LIMITS.xml_depth
        ):
            workout.routes.append(attributes.get("path", ""))

    def end(self, _name: str) -> None:
        self.depth -= 1
        if self.open is None:
            return
        self.stack.pop()
        if not self.stack:
            self.workouts.append(self.open)
            self.open = None
            self.require("The number of workouts", len(self.workouts), MOST_WORKOUTS)

    def require(self, what: str, value: int, limit: int) -> None:
        if value > limit:
            line = self.parser.CurrentLineNumber
            fault = f"{what} exceeds {limit:,} at line {line} of its records."
            raise Refused(Code.E_XML_LIMIT, fault)


def _without_prolog(content: Iterator[bytes]) -> Iterator[bytes]:
    """Yield the file from its root element on.

    The DTD is looked through and never handed to the parser, for which one is a syntax error
    from here on: that of iOS 16 has attributes without a declaration around them.
    """
    prolog = b""
    for piece in content:
        prolog = _without_comments(prolog + piece)
        if root := ROOT.search(prolog):
            _require_harmless(prolog[: root.start()])
            yield prolog[root.start() :]
            yield from content
            return
        if len(prolog) > LONGEST_PROLOG_BYTES:
            fault = f"The DTD exceeds {LONGEST_PROLOG_BYTES:,} bytes."
            raise Refused(Code.E_XML_LIMIT, fault)
    raise Refused(Code.E_XML, "The XML ends before its first element.")


def _without_comments(text: bytes) -> bytes:
    """Cut whole comments out; one that has not ended yet stays."""
    kept, place = [], 0
    while (start := text.find(b"<!--", place)) >= 0:
        end = text.find(b"-->", start + 4)
        if end < 0:
            break
        kept.append(text[place:start])
        place = end + 3
    return b"".join([*kept, text[place:]])


def _require_harmless(prolog: bytes) -> None:
    """Raise Refused E_XML_DTD unless it only declares elements and attributes."""
    declaration = DECLARATION.match(prolog)
    dtd = prolog[declaration.end() :] if declaration else prolog
    if dtd and (FORBIDDEN.search(dtd) or not DTD.fullmatch(dtd)):
        raise _forbidden()


def _forbidden() -> Refused:
    fault = "It declares more than elements and attributes, which no export needs."
    return Refused(Code.E_XML_DTD, fault)


def _joined(workouts: list[_Workout], names: Collection[bytes], problems: list[Problem]) -> Export:
    """Give each workout to its route; those without one are activities of the list itself."""
    lasts = Counter(name.rpartition(b"/")[2] for name in names)
    by_last = {last: name for name in names if lasts[last := name.rpartition(b"/")[2]] == 1}
    told: dict[bytes, Told] = {}
    activities: list[Activity] = []
    missing = 0
    for workout in workouts:
        said = apple_values.told(workout.attributes, workout.statistics, workout.time_zone)
        paths = [path.lstrip("/").encode("utf-8", "replace") for path in workout.routes]
        found = [p if p in names else by_last.get(p.rpartition(b"/")[2], b"") for p in paths]
        found = [name for name in found if name]
        if len(found) > 1:
            # The total is that of all the stretches together, so it is none of theirs.
            said = Told(sport=said.sport, zone=said.zone)
        told.update(dict.fromkeys(found, said))
        missing += bool(paths) and not found
        if not found:
            activities.append(_activity(said, workout, len(activities)))
    if missing:
        text = f"The routes of {missing:,} workouts are not in the archive; their totals are read."
        problems = [*problems, Problem("missing", "export.xml", text)]
    return Export("apple", told, tuple(activities), tuple(problems))


def _activity(said: Told, workout: _Workout, position: int) -> Activity:
    return Activity(
        position=position,
        sport=said.sport,
        starts_at=said.starts_at,
        ends_at=apple_values.end(workout.attributes, said.starts_at),
        zone=said.zone,
        zone_source=None if said.zone is None else "file",
        timer_s=said.timer_s,
        elapsed_s=said.elapsed_s,
        session_m=said.metres,
    )
