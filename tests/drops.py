"""Small files that somebody may drop: real bytes of each kind, a few points or lines long."""

import datetime as dt
import gzip
import io
import itertools
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import TypeVar
from xml.sax.saxutils import escape

from hypothesis import strategies as st

from sample_fit import FitWriter, seconds

T = TypeVar("T")
STEP_DEGREES = 0.001  # of latitude, 111 m
LIFTS = ("Lat Pulldown (Cable)", "Glute Bridge", "Shrug (Dumbbell)", "Pull thing", "Bench Press")
STRONG = (
    "Date,Workout Name,Duration,Exercise Name,Set Order,Weight,Reps,Distance,Seconds,Notes,"
    "Workout Notes,RPE\n"
)
FITNOTES = "Date,Exercise,Category,Weight,Weight Unit,Reps,Distance,Distance Unit,Time,Comment\n"
POINTS = 5
FIRST_DAY = dt.datetime(2026, 11, 5, tzinfo=dt.UTC)  # the Thursday of week 45
NOW = dt.datetime(2026, 11, 15, 20, tzinfo=dt.UTC)  # the Sunday of week 46
# Few starts, so that sessions meet; the last of a day is on the next one, in Berlin.
STARTS = [
    FIRST_DAY + dt.timedelta(days=day, minutes=minute)
    for day in (0, 4, 6, 9)
    for minute in (300, 302, 330, 1080, 1410)
]
METRES = (60.0, 2600.0, 4999.99, 5000.0, 5200.0)
WORDS = ("running", "running", None, "walking")
NAMES = ("a", "b", "Run (1)", "Übung", "strong", "strong 2", "x.fit", "y.gpx", "z.csv")


@dataclass(frozen=True)
class Drop:
    """A file by the name it is dropped under."""

    name: str
    content: bytes


def gpx(start: dt.datetime, metres: float, word: str | None) -> bytes:
    """A track northwards, a point a minute; without a word its type is not stated."""
    kind = "" if word is None else f"<type>{escape(word)}</type>"
    points = "".join(
        f'<trkpt lat="{latitude:.6f}" lon="13.350000"><time>{_z(at)}</time></trkpt>\n'
        for at, latitude in _way(start, metres)
    )
    return (
        '<?xml version="1.0"?>\n<gpx version="1.1" creator="t" '
        f'xmlns="http://www.topografix.com/GPX/1/1"><trk>{kind}<trkseg>\n{points}'
        "</trkseg></trk></gpx>\n"
    ).encode()


def tcx(start: dt.datetime, metres: float, word: str | None) -> bytes:
    """The same as TCX, which knows no walks."""
    sport = "Running" if word == "running" else "Other"
    points = "".join(
        f"<Trackpoint><Time>{_z(at)}</Time><Position><LatitudeDegrees>{latitude:.6f}"
        "</LatitudeDegrees><LongitudeDegrees>13.35</LongitudeDegrees></Position></Trackpoint>\n"
        for at, latitude in _way(start, metres)
    )
    return (
        '<?xml version="1.0"?><TrainingCenterDatabase '
        'xmlns="http://www.garmin.com/xmlschemas/TrainingCenterDatabase/v2"><Activities>'
        f'<Activity Sport="{sport}"><Id>{_z(start)}</Id><Lap StartTime="{_z(start)}">'
        f"<TotalTimeSeconds>{_minutes(metres) * 60}</TotalTimeSeconds>"
        f"<DistanceMeters>{metres}</DistanceMeters><Track>\n{points}</Track></Lap></Activity>"
        "</Activities></TrainingCenterDatabase>\n"
    ).encode()


@cache
def fit(start: dt.datetime, metres: float, word: str | None) -> bytes:
    """The same as FIT, with records, a lap and a session."""
    sport = {"running": 1, "walking": 11, None: 0}[word]
    first, last_s = seconds(start), 60 * _minutes(metres)
    figures = (
        (253, "uint32", first + last_s),
        (2, "uint32", first),
        (7, "uint32", last_s * 1000),
        (8, "uint32", last_s * 1000),
        (9, "uint32", round(metres * 100)),
    )
    writer = FitWriter()
    writer.add(0, (0, "enum", 4), (1, "uint16", 1), (2, "uint16", 3600), (4, "uint32", first))
    for index in range(POINTS):
        share = index / (POINTS - 1)
        moment = first + round(last_s * share)
        writer.add(20, (253, "uint32", moment), (5, "uint32", round(metres * share * 100)))
    writer.add(19, *figures)
    writer.add(18, *figures, (5, "enum", sport))
    return writer.finish()


def strong(*lines: tuple[dt.datetime, str, float | None]) -> bytes:
    """A whole history as Strong exports it: each line a set, or a run in km of a wall clock."""
    rows = [
        f'{at:%Y-%m-%d %H:%M:%S},"Day {at:%d}",40m,"{label}",{number},20.0,'
        f'{0 if km else 12},{km or 0},{1200 if km else 0},"","",\n'
        for number, (at, label, km) in enumerate(sorted(lines, key=str), start=1)
    ]
    return (STRONG + "".join(rows)).encode()


def fitnotes(*lines: tuple[dt.datetime, str, float | None]) -> bytes:
    """A log that knows days only."""
    rows = [
        f"{at:%Y-%m-%d},{label},Back,,,,{km},km,0:20:00,\n"
        if km
        else f"{at:%Y-%m-%d},{label},Back,20.0,kgs,12,,,,\n"
        for at, label, km in sorted(lines, key=str)
    ]
    return (FITNOTES + "".join(rows)).encode()


def gz(content: bytes) -> bytes:
    """The content, packed; the same content packs to the same bytes."""
    return gzip.compress(content, mtime=0)


def zipped(*contents: bytes) -> bytes:
    """The contents as members of an archive."""
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as writer:
        for number, content in enumerate(contents):
            writer.writestr(zipfile.ZipInfo(f"in/{number}"), content)
    return archive.getvalue()


def recordings() -> st.SearchStrategy[bytes]:
    """Draw what a watch recorded."""
    return _one_of(OUTINGS).map(lambda drawn: drawn[0](*drawn[1:]))


def logs() -> st.SearchStrategy[bytes]:
    """Draw a strength log with some runs in it."""
    lines = st.lists(_one_of(LINES), min_size=1, max_size=5)
    return st.builds(lambda write, told: write(*told), st.sampled_from((strong, fitnotes)), lines)


def contents() -> st.SearchStrategy[bytes]:
    """Draw a recording, a log, or what is neither."""
    return st.one_of(recordings(), logs(), recordings(), logs(), st.sampled_from((b"", b"hello")))


def drops(max_size: int = 4, *, archives: bool = True) -> st.SearchStrategy[list[Drop]]:
    """Draw files under different names; some have the same content, some lie in archives."""
    packed = (contents().map(gz), st.builds(zipped, contents(), contents()))
    content = st.one_of(contents(), contents(), *packed) if archives else contents()
    return st.builds(
        lambda found, first: [
            Drop(NAMES[(first + number) % len(NAMES)], each) for number, each in enumerate(found)
        ],
        st.lists(content, min_size=1, max_size=max_size),
        st.integers(0, len(NAMES) - 1),
    )


OUTINGS = tuple(itertools.product((fit, gpx, tcx), STARTS, METRES, WORDS))
LIFTED = itertools.product(STARTS, LIFTS, (None,))
LINES = (*LIFTED, *itertools.product(STARTS, ("Running",), (3.1, 4.99999, 5.0)))


def _one_of(values: Sequence[T]) -> st.SearchStrategy[T]:
    """Draw by number: a long list as such is slow to draw from, and to print."""
    return st.integers(0, len(values) - 1).map(values.__getitem__)


def _minutes(metres: float) -> int:
    return max(1, round(metres / 150))


def _way(start: dt.datetime, metres: float) -> list[tuple[dt.datetime, float]]:
    """Points along a straight way, as long as was run but for a few metres."""
    span = dt.timedelta(minutes=_minutes(metres))
    degrees = STEP_DEGREES * metres / 111.28
    steps = [index / (POINTS - 1) for index in range(POINTS)]
    return [(start + span * share, 52.5 + degrees * share) for share in steps]


def _z(at: dt.datetime) -> str:
    return f"{at:%Y-%m-%dT%H:%M:%SZ}"
