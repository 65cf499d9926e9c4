"""Points that are cut out read exactly as points that are walked, whatever a file looks like."""

import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.errors import Refused
from pipeline.readers import gpx, tcx, xml_gate, xml_points, xml_tracks, xml_values
from pipeline.readers.limits import LIMITS
from tests.corpora import activity_files

READERS = {"gpx": gpx, "tcx": tcx}
NOT_SMALL = " " * xml_points.SMALLEST_BYTES
PLAIN_GPX = (
    '<trkpt lat="52.5{n:05d}" lon="-13.4{n:05d}"><ele>{n}.5</ele>'
    "<time>2026-11-05T06:00:{s:02d}Z</time>"
    "<extensions><g:TrackPointExtension><g:hr>{n}</g:hr></g:TrackPointExtension></extensions>"
    "</trkpt>"
)
ODD_GPX = (
    '<trkpt lon="13.4{n:05d}" lat="52.5{n:05d}"><time>2026-11-05T06:00:{s:02d}.120Z</time></trkpt>',
    "<trkpt lat='52.5' lon='13.4'><time>2026-11-05T06:00:{s:02d}Z</time></trkpt>",
    '<trkpt lat="52.51234567890123" lon="1"><time>2026-11-05T08:00:{s:02d}+02:00</time></trkpt>',
    '<trkpt lat="52.512345678901234567" lon="-0.000123456789012345"></trkpt>',
    '<trkpt lat="9" lon="8"><time>2026-11-05T06:00:{s:02d}.123456789012345Z</time></trkpt>',
    '<trkpt lat="9" lon="8"><time>2026-11-05T06:00:{s:02d}.1234567890123456Z</time></trkpt>',
    '<trkpt lat="52.5" lon="13.4"/>',
    '<trkpt lat="52.5" lon="13.4" xmlns:q="u"><time>2026-11-05T06:00:{s:02d}Z</time></trkpt>',
    '<trkpt\nlat="52.5"  lon="13.4" ><time> 2026-11-05T06:00:{s:02d}Z </time></trkpt>',
    '<trkpt lat="100.0" lon="0.0"></trkpt>',
    '<trkpt lat="0.0" lon="0"></trkpt>',
    '<trkpt lat="nan" lon="13"></trkpt>',
    '<trkpt lat="91" lon="13"></trkpt>',
    '<trkpt lat="1e1" lon="+13.5"><time>2026-11-05T06:00:{s:02d}</time></trkpt>',
    '<trkpt lat="-.5" lon="5."><time>2026-02-29T06:00:{s:02d}Z</time></trkpt>',
    '<trkpt lat="52.5" lon="13.4"><time><!-- 7 -->2026-11-05T06:00:{s:02d}Z</time></trkpt>',
    '<trkpt lat="52.5" lon="13.4"><time><![CDATA[2026-11-05T06:00:{s:02d}Z]]></time></trkpt>',
    '<trkpt lat="52.5" lon="13.4"><time>2026-11-05T06:00:&#48;{n}Z</time></trkpt>',
    '<trkpt lat="52.5" lon="13.4"><time>2026-11-05T06:00:{s:02d}Z</time><time>x</time></trkpt>',
    '<trkpt lat="52.5" lon="13.4"><name>a > b</name><hr>150</hr><g:hr>151</g:hr></trkpt>',
    '<trkpt lat="52.5" lon="13.4"><name>Früh</name><cad>85</cad></trkpt>',
    '<trkpt lat="52.5" lon="13.4"><x><trkpt lat="1" lon="2"></trkpt></x></trkpt>',
    '<trkpt lat="52.5" lon="13.4"><ele>9<b/>9</ele></trkpt>',
    "</trkseg><trkseg>",
    "</trkseg></trk><trk><name><![CDATA[<trkpt]]></name><trkseg>",
    '</trkseg></trk><wpt lat="1" lon="2"><trkpt lat="1.5" lon="2.5"></trkpt></wpt><trk><trkseg>',
    "<!-- <trkpt> -->",
    "<?made by?>",
)
PLAIN_TCX = (
    "<Trackpoint><Time>2026-11-05T06:00:{s:02d}.000Z</Time><Position><LatitudeDegrees>52.5{n:05d}"
    "</LatitudeDegrees><LongitudeDegrees>13.4{n:05d}</LongitudeDegrees></Position>"
    "<AltitudeMeters>{n}</AltitudeMeters><DistanceMeters>{n}.25</DistanceMeters>"
    "<HeartRateBpm><Value>{n}</Value></HeartRateBpm></Trackpoint>"
)
ODD_TCX = (
    "<Trackpoint><Time>2026-11-05T06:00:{s:02d}+01:00</Time></Trackpoint>",
    "<Trackpoint></Trackpoint>",
    "<Trackpoint/>",
    "<Trackpoint ><Time>2026-11-05T06:00:{s:02d}Z</Time></Trackpoint >",
    "<Trackpoint><Position><LatitudeDegrees>1</LatitudeDegrees></Position></Trackpoint>",
    (
        "<Trackpoint><Position><LatitudeDegrees>0</LatitudeDegrees><LongitudeDegrees>0.0"
        "</LongitudeDegrees></Position><Time>2026-11-05T06:00:{s:02d}Z</Time></Trackpoint>"
    ),
    "<Trackpoint><DistanceMeters>1e3</DistanceMeters><Cadence>80</Cadence></Trackpoint>",
    "<Trackpoint><DistanceMeters>-5</DistanceMeters><Cadence></Cadence></Trackpoint>",
    "<Trackpoint><HeartRateBpm><x/><Value>7</Value></HeartRateBpm></Trackpoint>",
    "<Trackpoint><Value>7</Value><Extensions><Cadence>9</Cadence></Extensions></Trackpoint>",
    "<ns:Trackpoint><Cadence>9</Cadence></ns:Trackpoint>",
    "</Track><Track>",
    '</Track></Lap><Lap StartTime="2026-11-05T06:00:00Z"><DistanceMeters>5</DistanceMeters><Track>',
    "</Track></Lap></Activity><Activity Sport='Other'><Lap><Track>",
    "<!-- <Trackpoint> -->",
)
AROUND = {
    "gpx": (
        f'<gpx creator="test"><metadata>{NOT_SMALL}</metadata><trk><name>N</name><trkseg>',
        "</trkseg></trk></gpx>",
    ),
    "tcx": (
        (
            f"<TrainingCenterDatabase><Folders>{NOT_SMALL}</Folders><Activities>"
            '<Activity Sport="Running"><Id>2026-11-05T06:00:00Z</Id><Lap><Track>'
        ),
        "</Track></Lap></Activity></Activities></TrainingCenterDatabase>",
    ),
}
PIECES = {"gpx": (PLAIN_GPX, ODD_GPX), "tcx": (PLAIN_TCX, ODD_TCX)}


DAMAGE = [
    *(b"", b"<", b">", b"&", b"&amp;", b'"', b"'", b"<!--", b"-->", b"]]>", b"<![CDATA[", b"<?x "),
    *(b"\0", b"\x7f", b"\xc3\xa9", b"\xff", b"</", b"/>", b"<a>", b"</trkpt>", b"</Trackpoint>"),
    *(b"<trkpt ", b"<Trackpoint>", b" ", b"=", b"9", b"-", b".", b"Z", b"T", b"<x b='", b"<a/>"),
]


def outcome(kind: str, text: bytes, *, walking: bool) -> object:
    """Everything a document holds after one way of reading, or the refusal it ended in."""
    reader = READERS[kind]
    try:
        if walking:
            decoded = xml_gate.decode(text)
            found = xml_tracks.fill_by_walking(decoded, reader.TREE, reader.Document)
        else:
            found = xml_tracks.fill(text, reader.TREE, reader.POINT_KIND, reader.Document)
        ends = found.finished()
    except Refused as refused:
        return refused.refusal
    tracks = [each.track if isinstance(each, tcx.Recording) else each for each in ends]
    laps = [(each.laps, each.starts) for each in ends if isinstance(each, tcx.Recording)]
    counts = (found.points, found.bad_points, found.times, found.bad_times)
    places = (found.first_bad_point, found.first_bad_time, found.is_whole)
    names = [(each.title, each.sport, each.position) for each in tracks]
    columns = [
        [getattr(segment, name).tobytes() for name in xml_points.COLUMNS]
        for each in tracks
        for segment in each.segments
    ]
    return counts, places, names, repr(laps), columns


def is_same(kind: str, text: bytes) -> bool:
    return outcome(kind, text, walking=False) == outcome(kind, text, walking=True)


def written(kind: str, chosen: list[int]) -> str:
    plain, odd = PIECES[kind]
    pieces = [
        (odd[which] if which < len(odd) else plain).format(n=100 + n, s=n % 60)
        for n, which in enumerate(chosen)
    ]
    before, after = AROUND[kind]
    return before + "\n".join(pieces) + after


def cut_points(kind: str, text: bytes) -> int:
    return sum(run.points.shape[1] for run in xml_points.runs(text, READERS[kind].POINT_KIND))


@pytest.mark.parametrize("kind", ["gpx", "tcx"])
def test_both_ways_read_every_real_file_alike(kind: str, shared: Path) -> None:
    assert shared.is_dir()
    cut = points = 0
    for path in activity_files(kind):
        text = xml_gate.decode(path.read_bytes())
        assert is_same(kind, text), path.name
        cut += cut_points(kind, text)
        points += text.count(b"<" + READERS[kind].POINT_KIND.name)
    assert cut > 0.9 * points  # or this test would prove nothing


@pytest.mark.parametrize("kind", ["gpx", "tcx"])
def test_plain_points_are_all_cut_out(kind: str) -> None:
    text = written(kind, [99] * 50).encode()

    assert cut_points(kind, text) == 50
    assert is_same(kind, text)


@pytest.mark.parametrize("kind", ["gpx", "tcx"])
def test_every_odd_piece_reads_alike_alone_and_many_times(kind: str) -> None:
    for which in range(len(PIECES[kind][1])):
        for times in (1, 12):
            text = written(kind, [99] * 9 + [which] * times + [99] * 9).encode()
            assert is_same(kind, text), which


@pytest.mark.parametrize("kind", ["gpx", "tcx"])
@settings(max_examples=150, deadline=None)
@given(chosen=st.lists(st.integers(0, 90), min_size=8, max_size=60))
def test_odd_files_read_alike_both_ways(kind: str, chosen: list[int]) -> None:
    assert is_same(kind, written(kind, chosen).encode())


@pytest.mark.parametrize("kind", ["gpx", "tcx"])
@settings(max_examples=250, deadline=None)
@given(
    chosen=st.lists(st.integers(10, 90), min_size=10, max_size=30),
    place=st.integers(0, 10_000),
    size=st.integers(0, 40),
    put=st.sampled_from(DAMAGE),
)
def test_damaged_files_read_alike_both_ways(
    kind: str, chosen: list[int], place: int, size: int, put: bytes
) -> None:
    text = written(kind, chosen).encode()
    begin = len(AROUND[kind][0]) - 120 + place % (len(text) - len(AROUND[kind][0]) + 120)

    assert is_same(kind, text[:begin] + put + text[begin + size :])


@pytest.mark.parametrize("kind", ["gpx", "tcx"])
@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("<!--", "-->"),
        ("<![CDATA[", "]]>"),
        ("<?x ", "?>"),
        ('<x a="', '"/>'),
        ("<!DOCTYPE x [<!ENTITY a '", "'>]>"),
    ],
)
def test_points_in_what_is_no_content_are_not_read(kind: str, before: str, after: str) -> None:
    start, end = AROUND[kind]
    points = "".join(PIECES[kind][0].format(n=100 + n, s=n) for n in range(9))

    assert is_same(kind, (start + before + points + after + end).encode())
    assert is_same(kind, (start + end + points).encode())
    assert is_same(kind, (before + points + after + NOT_SMALL + start + end).encode())


@pytest.mark.parametrize(
    "inside",
    [
        "<a>" * 30 + "</a>" * 30,
        "<a>" * LIMITS.xml_depth + "</a>" * LIMITS.xml_depth,
        "<a " + " ".join(f'b{n}=""' for n in range(33)) + "/>",
        "".join(f'<a xmlns:p{n}="x"/>' for n in range(33)),
        f'<a b="{"c" * 65_537}"/>',
        f"<a>{'c' * 65_537}</a>",
        f"<a>{'c' * 65_000}</a>",
    ],
    ids=["deep", "too deep", "attributes", "prefixes", "attribute", "text", "long text"],
)
@pytest.mark.parametrize("kind", ["gpx", "tcx"])
def test_no_limit_is_passed_by_cutting(kind: str, inside: str) -> None:
    plain = PIECES[kind][0]
    name = READERS[kind].POINT_KIND.name.decode()
    point = plain.replace(f"</{name}>", inside.replace("{", "") + f"</{name}>")
    before, after = AROUND[kind]
    points = "".join(point.format(n=100 + n, s=n) for n in range(12))

    assert is_same(kind, (before + points + after).encode())


def test_points_in_an_unknown_place_are_stepped_over_and_counted() -> None:
    before, after = AROUND["gpx"]
    points = "".join(PLAIN_GPX.format(n=100 + n, s=n) for n in range(9))
    text = (before + "</trkseg><other>" + points + "</other><trkseg>" + after).encode()

    assert cut_points("gpx", text) == 9
    assert is_same("gpx", text)


NUMBERS = st.from_regex(r"-?[0-9]{0,20}(\.[0-9]{0,20})?", fullmatch=True) | st.text(
    "0123456789.-+eE_ ", max_size=12
)
TIMES = st.from_regex(
    r"(19|20|22)[0-9]{2}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{0,16})?"
    r"(Z|[+-][0-9]{2}:?[0-9]{2}|)",
    fullmatch=True,
) | st.datetimes().map(lambda each: f"{each:%Y-%m-%dT%H:%M:%S.%f}Z")


def spans_of(texts: list[str]) -> tuple[xml_values.Bytes, np.ndarray, np.ndarray]:
    joined = "<".join(["", *texts, ""]).encode("ascii", "replace")
    stop = np.cumsum([len(text) + 1 for text in texts])
    start = stop - [len(text) for text in texts]
    return np.frombuffer(joined + b"\0" * 64, dtype=np.uint8), start, stop


@settings(max_examples=300, deadline=None)
@given(texts=st.lists(NUMBERS, min_size=1, max_size=30))
def test_a_plain_decimal_in_a_column_is_the_number_it_is_alone(texts: list[str]) -> None:
    values, plain = xml_values.decimals(*spans_of(texts))

    for text, value, is_plain in zip(texts, values.tolist(), plain.tolist(), strict=True):
        if is_plain:
            assert value.hex() == xml_values.number(text).hex()


@settings(max_examples=300, deadline=None)
@given(texts=st.lists(TIMES, min_size=1, max_size=30))
def test_a_plain_time_in_a_column_is_the_instant_it_is_alone(texts: list[str]) -> None:
    seconds, offset_s, plain = xml_values.instants(*spans_of(texts))

    rows = zip(texts, seconds.tolist(), offset_s.tolist(), plain.tolist(), strict=True)
    for text, second, offset, is_plain in rows:
        if is_plain:
            assert (second, offset) == xml_values.instant(text)


@pytest.mark.parametrize(
    ("text", "seconds", "offset_s"),
    [
        ("2026-11-05T06:00:00Z", 1_793_858_400.0, 0.0),
        ("2026-11-05T06:00:00.5Z", 1_793_858_400.5, 0.0),
        ("2026-11-05 06:00:00", 1_793_858_400.0, math.nan),
        ("2026-11-05T07:00:00+01:00", 1_793_858_400.0, 3600.0),
        ("2026-11-05T02:30:00-0330", 1_793_858_400.0, -12_600.0),
        ("2026-11-05T08:00:00+02", 1_793_858_400.0, 7200.0),
        ("2026-11-5T6:0:0.1234567Z", 1_793_858_400.123456, 0.0),
        ("2026-11-05t06:00:00,25z", 1_793_858_400.25, 0.0),
        ("2026-11-05 06:00:00 UTC", 1_793_858_400.0, 0.0),
        ("2026-11-05 08:00:00 +0200", 1_793_858_400.0, 7200.0),
    ],
)
def test_a_time_is_read_in_every_form(text: str, seconds: float, offset_s: float) -> None:
    found = xml_values.instant(text)

    assert found == pytest.approx((seconds, offset_s), nan_ok=True, abs=1e-7)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "noon",
        "2024-13-45T00:00:00Z",
        "2026-11-05T06:00:00+99:99",
        "2026-11-05T06:00:60Z",
        "9999-12-31T23:59:59-14:00",
        "2026-11-05T06:00Z",
        "0000-01-01T00:00:00Z",
    ],
)
def test_what_is_no_time_is_none(text: str) -> None:
    assert xml_values.instant(text) is None
