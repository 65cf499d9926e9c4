import csv
import datetime as dt
import hashlib
import html
import io
import json
import re
import struct
from collections.abc import Callable, Sequence
from decimal import ROUND_FLOOR, Decimal
from typing import Any

from hypothesis import example, given
from hypothesis import strategies as st

from pipeline import ledger, readers
from pipeline.report import Folder, Options
from pipeline.tables import Reading
from pipeline.week import Week
from tests.drops import fitnotes, strong
from tests.examples import examples

from .rows import SEEN, Row, at, file, judged, run, track

LIMIT_M = 5000.0
NOW = at("2026-11-15 20:00")  # the Sunday of week 46: there is one week
MONDAY = dt.datetime(2026, 11, 9, 6, tzinfo=dt.UTC)
UNITS = {"km": Decimal(1000), "mi": Decimal("1609.344"), "m": Decimal(1)}
HTML_JOG = re.compile(r'<span class="km">([^<]+)</span>.*?</svg> (Yes|No)</span>')
MARKDOWN_JOG = re.compile(r"^\| \w{3} \d+ Nov \| (\S+\skm)[^|]*\| (Yes|No)\. ", re.MULTILINE)
Written = tuple[str, str]  # a number and its unit
Jogged = tuple[Callable[[dt.datetime, Any], Row], float | Written]


def by_watch(when: dt.datetime, metres: float) -> Row:
    return file(f"{when:%d}.fit", run(f"{when:%Y-%m-%d %H:%M}", metres))


def by_track(when: dt.datetime, metres: float) -> Row:
    return file(f"{when:%d}.gpx", track(f"{when:%Y-%m-%d %H:%M}", metres))


def by_strong(when: dt.datetime, distance: Written) -> Row:
    return typed_in(strong((when, "Running", distance)))


def by_fitnotes(when: dt.datetime, distance: Written) -> Row:
    return typed_in(fitnotes((when, "Running", distance)))


def typed_in(content: bytes) -> Row:
    said = readers.read(content)
    assert isinstance(said, Reading)
    return ledger.row(hashlib.sha256(content).hexdigest(), len(content), SEEN, said, "1")


def exactly(value: float | Written) -> Decimal:
    if isinstance(value, tuple):
        return Decimal(value[0]) * UNITS[value[1]]
    return Decimal(value)


def stepped(steps: int) -> float:
    """The float so many steps above 5000, or below."""
    (bits,) = struct.unpack("<q", struct.pack("<d", LIMIT_M))
    (found,) = struct.unpack("<d", struct.pack("<q", bits + steps))
    return float(found)


METRES = st.one_of(
    st.floats(4990.0, 5010.0),
    st.integers(-20, 20).map(stepped),
    st.integers(499_000, 501_000).map(lambda centimetres: centimetres / 100),
    st.floats(100.0, 100_000.0),
)


@st.composite
def written(draw: st.DrawFn) -> Written:
    """Draw a distance near 5 km as somebody types it in."""
    unit = draw(st.sampled_from(sorted(UNITS)))
    places = draw(st.integers(0, 8))
    line = LIMIT_M * 10**places / float(UNITS[unit])
    near = max(1, round(line / 10_000))
    return f"{Decimal(round(line) + draw(st.integers(-near, near))).scaleb(-places):f}", unit


JOGGED = st.one_of(
    st.tuples(st.sampled_from((by_watch, by_track)), METRES),
    st.tuples(st.sampled_from((by_strong, by_fitnotes)), written()),
)


@examples()
@given(st.lists(JOGGED, min_size=1, max_size=7))
@example([(by_watch, LIMIT_M), (by_track, LIMIT_M), (by_strong, ("5000", "m"))])
@example([(by_watch, stepped(-1)), (by_track, stepped(-1)), (by_strong, ("4.99999999", "km"))])
@example([(by_watch, stepped(1)), (by_track, stepped(1)), (by_strong, ("5.00000001", "km"))])
@example([(by_watch, 4999.996), (by_track, 4995.0), (by_fitnotes, ("4.999994", "km"))])
@example([(by_strong, ("3.10686", "mi")), (by_fitnotes, ("3.10685", "mi"))])
@example([(by_strong, ("5", "km")), (by_fitnotes, ("5.0", "km")), (by_strong, ("5.000", "km"))])
def test_however_far_was_run_each_page_agrees_with_the_exact_distance(
    jogged: list[Jogged],
) -> None:
    days = [MONDAY + dt.timedelta(days=number) for number in range(len(jogged))]
    rows = [make(day, value) for day, (make, value) in zip(days, jogged, strict=True)]

    (found,) = judged(rows, now=NOW)

    agrees(found, [exactly(value) for _, value in jogged])


def agrees(week: Week, metres: Sequence[Decimal]) -> None:
    """Every page says of each jog, in their order, what its exact metres say."""
    under = [each < Decimal(LIMIT_M) for each in metres]
    folder = Folder([week], Options())
    pages = {path: each for group in folder.groups() for path, each in folder.files(group)}
    content = json.loads(pages["2026/2026-W46.json"])
    jogs = content["jogs"]
    texts = [jog["distance_text"] for jog in jogs]
    answers = ["Yes" if each else "No" for each in under]
    floored = [
        float(Decimal(repr(float(each))).quantize(Decimal("0.01"), ROUND_FLOOR)) for each in metres
    ]

    assert [jog.under_limit for jog in week.jogs] == under
    assert [jog["under_limit"] for jog in jogs] == under
    assert [jog["metres"] for jog in jogs] == floored
    assert [jog["margin_m"] > 0 for jog in jogs] == under
    assert [printed_km(text) < 5 for text in texts] == under
    assert [each["summary"].partition(",")[0] for each in content["sessions"]] == texts
    assert ("over_limit" in content["status"]["code"]) is not all(under)
    assert MARKDOWN_JOG.findall(pages["2026/2026-W46.md"].decode()) == list(
        zip(texts, answers, strict=True)
    )
    for page in ("2026/2026-W46.html", "this-week.html"):
        found = HTML_JOG.findall(html.unescape(pages[page].decode()))
        assert found == list(zip(texts, answers, strict=True))
    rows = list(csv.DictReader(io.StringIO(pages["data/jogs.csv"].decode(), newline="")))
    assert [float(row["metres"]) for row in rows] == floored
    assert [row["under_limit"] for row in rows] == [str(each).lower() for each in under]
    assert [float(row["margin_m"]) > 0 for row in rows] == under
    (line,) = csv.DictReader(io.StringIO(pages["data/weeks.csv"].decode(), newline=""))
    assert int(line["over"]) == under.count(False)


def printed_km(text: str) -> Decimal:
    number, unit = text.split()
    assert unit == "km"
    return Decimal(number)
