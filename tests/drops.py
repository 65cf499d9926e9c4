"""Small files that somebody may drop: real bytes of each kind, a few points or lines long."""

import datetime as dt
import gzip
import io
import itertools
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from xml.sax.saxutils import escape

from hypothesis import strategies as st
from sample_fit import FitWriter, seconds

from tests.examples import one_of

Line = tuple[dt.datetime, str, tuple[str, str] | None]  # of a log: when, what, how far in what
STEP_DEGREES = 0.001  # of latitude, 111 m
LIFTS = ("Lat Pulldown (Cable)", "Glute Bridge", "Shrug (Dumbbell)", "Pull thing", "Bench Press")
STRONG = (
    "Date,Workout Name,Exercise Name,Set Order,Weight,Weight Unit,Reps,RPE,Distance,"
    "Distance Unit,Seconds,Notes,Workout Notes,Workout Duration\n"
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
RAN = (("3.1", "mi"), ("4.99999", "km"), ("5", "km"))
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


def strong(*lines: Line) -> bytes:
    """A whole history as Strong exports it, oldest first, by wall clocks."""
    rows = [
        f'{at:%Y-%m-%d %H:%M:%S},"Day {at:%d}","{label}",{number},{lifted},,{run},20,"","",40m\n'
        for number, (at, label, ran) in enumerate(sorted(lines, key=str), start=1)
        for lifted, run in [("20.0,kg,12", ",") if ran is None else (",,", ",".join(ran))]
    ]
    return (STRONG + "".join(rows)).encode()


def fitnotes(*lines: Line) -> bytes:
    """A log that knows days only."""
    rows = [
        f"{at:%Y-%m-%d},{label},Back,{lifted},{run},0:20:00,\n"
        for at, label, ran in sorted(lines, key=str)
        for lifted, run in [("20.0,kgs,12", ",") if ran is None else (",,", ",".join(ran))]
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
    return one_of(OUTINGS).map(lambda drawn: WRITERS[drawn[0]](*drawn[1:]))


def logs() -> st.SearchStrategy[bytes]:
    """Draw a strength log with some runs in it."""
    lines = st.lists(one_of(LINES), min_size=1, max_size=5)
    return st.builds(lambda write, told: write(*told), st.sampled_from((strong, fitnotes)), lines)


def contents() -> st.SearchStrategy[bytes]:
    """Draw a recording, a log, or what is neither."""
    return st.one_of(recordings(), logs(), recordings(), logs(), st.sampled_from((b"", b"hello")))


def drops(max_size: int = 4) -> st.SearchStrategy[list[Drop]]:
    """Draw files under different names; some have the same content, some lie in archives."""
    packed = (contents().map(gz), st.builds(zipped, contents(), contents()))
    content = st.one_of(contents(), contents(), *packed)
    return st.builds(
        lambda found, first: [
            Drop(NAMES[(first + number) % len(NAMES)], each) for number, each in enumerate(found)
        ],
        st.lists(content, min_size=1, max_size=max_size),
        st.integers(0, len(NAMES) - 1),
    )


WRITERS: dict[str, Callable[[dt.datetime, float, str | None], bytes]] = {
    "fit": fit,
    "gpx": gpx,
    "tcx": tcx,
}
OUTINGS = tuple(itertools.product(WRITERS, STARTS, METRES, WORDS))
LIFTED = itertools.product(STARTS, LIFTS, (None,))
LINES = (*LIFTED, *itertools.product(STARTS, ("Running",), RAN))


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
