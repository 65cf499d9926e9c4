import datetime as dt
import re
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from pipeline import readers
from pipeline.errors import Code, Refusal
from pipeline.readers import gpx as reader
from pipeline.readers import xml_gate
from pipeline.readers.limits import LIMITS
from pipeline.tables import Reading
from tests.corpora import activity_files
from tests.readers.said import one, reading_of, refusal_of

GPX = 'xmlns="http://www.topografix.com/GPX/1/1" version="1.1" creator="test"'
BERLIN = (52.5, 13.4)
STEP = 0.0001  # degrees of latitude: about 11.13 m
STEP_M = 11.13
STEP_S = 4
EARLY_S = 5 * 3600 + 59 * 60  # 05:59


def point(number: int, time: str | None = "", place: tuple[float, float] | None = None) -> str:
    latitude, longitude = place or (BERLIN[0] + number * STEP, BERLIN[1])
    at = dt.datetime(2026, 11, 5, 6, 0, tzinfo=dt.UTC) + dt.timedelta(seconds=STEP_S * number)
    written = f"{at:%Y-%m-%dT%H:%M:%SZ}" if time == "" else time
    stamp = "" if written is None else f"<time>{written}</time>"
    return f'<trkpt lat="{latitude:.6f}" lon="{longitude:.6f}"><ele>0</ele>{stamp}</trkpt>'


def segment(*numbers: int) -> str:
    return "<trkseg>" + "".join(point(number) for number in numbers) + "</trkseg>"


def track(*segments: str, name: str = "Morning", sport: str = "running") -> str:
    return f"<trk><name>{name}</name><type>{sport}</type>{''.join(segments)}</trk>"


def gpx(*tracks: str) -> str:
    return f"<gpx {GPX}>{''.join(tracks)}</gpx>"


def test_a_track_says_its_name_type_times_and_length() -> None:
    found = one(gpx(track(segment(*range(11)))))

    assert (found.title, found.sport, found.samples) == ("Morning", "running", 11)
    assert found.starts_at == dt.datetime(2026, 11, 5, 6, 0, tzinfo=dt.UTC)
    assert found.elapsed_s == 10 * STEP_S
    assert found.track_m == pytest.approx(10 * STEP_M, rel=0.001)
    assert found.moving_speed_m_s == pytest.approx(STEP_M / STEP_S, rel=0.001)
    assert (found.zone, found.zone_source) == ("Europe/Berlin", "position")


def test_two_segments_are_summed_never_joined() -> None:
    found = one(gpx(track(segment(0, 1, 2), segment(500, 501))))

    assert found.track_m == pytest.approx(3 * STEP_M, rel=0.001)


def test_each_track_is_one_activity() -> None:
    found = reading_of(gpx(track(segment(0, 1)), track(segment(5, 6), name="Second")))

    assert [(each.position, each.title) for each in found.activities] == [
        (0, "Morning"),
        (1, "Second"),
    ]


def test_a_segment_written_twice_does_not_double_the_distance() -> None:
    once = one(gpx(track(segment(*range(5)))))
    twice = one(gpx(track(segment(*range(5)), segment(*range(5)))))

    assert twice.track_m == once.track_m


def test_several_points_in_the_same_second_all_count() -> None:
    points = [point(n, "2026-11-05T06:00:00Z" if n < 3 else "") for n in range(5)]

    found = one(gpx(track(f"<trkseg>{''.join(points)}</trkseg>")))

    assert found.track_m == pytest.approx(4 * STEP_M, rel=0.001)


def test_latitudes_100_and_200_are_a_pause_and_no_positions() -> None:
    marks = [point(3, place=(100.0, 0.0)), point(4, place=(200.0, 0.0))]
    inside = "".join([point(0), point(1), *marks, point(500), point(501)])

    found = one(gpx(track(f"<trkseg>{inside}</trkseg>")))

    assert found.track_m == pytest.approx(2 * STEP_M, rel=0.001)
    assert found.samples == 4


def test_a_point_at_0_0_is_left_out() -> None:
    inside = "".join([point(0), point(1, place=(0.0, 0.0)), point(2)])

    found = one(gpx(track(f"<trkseg>{inside}</trkseg>")))

    assert found.samples == 2
    assert found.track_m == pytest.approx(2 * STEP_M, rel=0.001)


def test_a_jump_of_600_km_and_back_is_left_out() -> None:
    inside = "".join([point(0), point(1), point(2, place=(58.0, 13.4)), point(3), point(4)])

    found = one(gpx(track(f"<trkseg>{inside}</trkseg>")))

    assert found.track_m == pytest.approx(4 * STEP_M, rel=0.001)


@pytest.mark.parametrize(
    "text",
    [
        gpx(track(segment(0, 1)))
        .replace("<gpx xmlns=", "<g:gpx xmlns:g=")
        .replace("</gpx", "</g:gpx"),
        gpx(track(segment(0, 1))).replace("<time>", "<gpxdata:hr>150</gpxdata:hr><time>"),
        gpx(track(segment(0, 1))).replace(GPX, 'version="1.0" creator="x"'),
        "          <?xml version='1.0'?>\n" + gpx(track(segment(0, 1))),
        "\ufeff" + gpx(track(segment(0, 1))),
        "<!-- from a watch --><?made by?>" + gpx(track(segment(0, 1))),
        gpx(track(segment(0, 1))) + "\0" * 512 + "\n",
    ],
    ids=[
        "prefixed root",
        "undeclared prefix",
        "no namespace",
        "spaces",
        "mark",
        "comment",
        "zeros",
    ],
)
def test_odd_but_real_markup_is_read(text: str) -> None:
    assert one(text).track_m == pytest.approx(STEP_M, rel=0.001)


def test_an_ampersand_that_was_not_escaped_is_one() -> None:
    text = gpx(track(segment(0, 1), name="Tom & Ann&nbsp;&amp; &#38;"))

    assert one(text).title == "Tom & Ann&nbsp;& &"
    assert one(
        text.replace("<name>", "<name><![CDATA[").replace("</name>", "]]></name>")
    ).title == ("Tom & Ann&nbsp;&amp; &#38;")


def test_a_file_of_ampersands_is_broken() -> None:
    text = gpx(track(segment(0, 1), name="&" * 10_001))

    assert refusal_of(text).code is Code.E_XML


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_zeros_after_the_place_where_a_file_was_cut_off_are_no_part_of_it(encoding: str) -> None:
    whole = gpx(track(segment(0, 1, 2), name="Früh"))
    cut = whole[: whole.rindex("<trkpt")].encode(encoding)

    (found,) = reading_of(cut + b"\0" * 512).activities

    assert (found.samples, found.integrity) == (2, "truncated")


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "iso-8859-1", "cp1252"]
)
def test_a_name_is_read_in_the_encoding_the_file_is_in(encoding: str) -> None:
    named = {"cp1252": "windows-1252", "utf-8-sig": "utf-8"}.get(encoding, encoding[:6])
    named = "iso-8859-1" if encoding == "iso-8859-1" else named
    text = f'<?xml version="1.0" encoding="{named}"?>' + gpx(track(segment(0, 1), name="Früh"))

    assert one(text.encode(encoding)).title == "Früh"


@pytest.mark.parametrize("named", ["utf-7", "koi8-r", "unknown"])
def test_other_encodings_are_refused_by_name(named: str) -> None:
    refused = refusal_of(f'<?xml version="1.0" encoding="{named}"?>' + gpx(track(segment(0, 1))))

    assert refused.code is Code.E_ENCODING
    assert named in refused.fault


def test_an_offset_of_two_hours_is_the_zone_of_the_file() -> None:
    points = point(0, "2026-06-01T00:30:00+02:00") + point(1, "2026-06-01T00:30:04+02:00")

    found = one(gpx(track(f"<trkseg>{points}</trkseg>")))

    assert (found.zone, found.zone_source) == ("+02:00", "file")
    assert found.starts_at == dt.datetime(2026, 5, 31, 22, 30, tzinfo=dt.UTC)
    assert found.local_start == dt.datetime(2026, 6, 1, 0, 30)  # noqa: DTZ001 - a wall clock


def test_a_time_without_a_zone_is_utc_and_noted() -> None:
    points = point(0, "2026-06-01T12:00:00") + point(1, "2026-06-01T12:00:04")

    found = reading_of(gpx(track(f"<trkseg>{points}</trkseg>")))

    assert found.activities[0].starts_at == dt.datetime(2026, 6, 1, 12, tzinfo=dt.UTC)
    assert [problem.code for problem in found.problems] == ["zone_assumed"]


@pytest.mark.parametrize("time", ["2026-06-01T12:00:00+99:99", "2024-13-45T00:00:00Z", "noon"])
def test_more_than_1_in_100_unreadable_times_are_refused_with_the_first_place(time: str) -> None:
    good = [point(n) for n in range(99)]
    one_in_100 = "".join([*good, point(99, time)])
    two_in_101 = "".join([point(0, time), *good, point(99, time)])

    refused = refusal_of(gpx(track(f"<trkseg>{two_in_101}</trkseg>")))

    assert one(gpx(track(f"<trkseg>{one_in_100}</trkseg>"))).samples == 100
    assert refused.code is Code.E_TIME_FIELD
    assert refused.fault == "2 of 101 times cannot be read, first at point 1."


@pytest.mark.parametrize("place", ["nan", "1e400", "91", "-90.1", "north"])
def test_more_than_1_in_100_impossible_positions_are_refused_with_the_first_place(
    place: str,
) -> None:
    bad = re.sub('lat="[^"]*"', f'lat="{place}"', point(0))

    refused = refusal_of(gpx(track(f"<trkseg>{point(0)}{bad}</trkseg>")))

    assert refused.code is Code.E_VALUE_RANGE
    assert refused.fault == "1 of 2 positions are impossible, first at point 2."


def test_an_untimed_track_is_refused_as_a_planned_route_by_its_name() -> None:
    points = point(0, None) + point(1, None)

    refused = refusal_of(gpx(track(f"<trkseg>{points}</trkseg>", name="Round the lake")))

    assert (refused.code, refused.kind) == (Code.E_NO_ACTIVITY, "gpx")
    assert "planned route without times: 'Round the lake'" in refused.fault


def test_an_untimed_track_beside_a_timed_one_is_a_problem() -> None:
    untimed = track(f"<trkseg>{point(0, None)}</trkseg>", name="Plan")

    found = reading_of(gpx(untimed, track(segment(0, 1))))

    assert [each.title for each in found.activities] == ["Morning"]
    assert [problem.code for problem in found.problems] == ["untimed"]


def test_a_route_and_waypoints_are_no_activity() -> None:
    route = '<wpt lat="1" lon="1"><type>running</type></wpt><rte><rtept lat="1" lon="1"/></rte>'

    assert refusal_of(gpx(route)).code is Code.E_NO_ACTIVITY


def test_every_prefix_is_read_or_refused_and_never_longer_than_the_whole() -> None:
    content = gpx(track(segment(*range(12)), segment(20, 21), name="Früh & spät")).replace(
        "&", "&amp;"
    )
    whole = one(content)
    raw = content.encode()
    salvaged = 0

    for size in range(len(raw)):
        found = readers.read(raw[:size])
        if isinstance(found, Refusal):
            assert found.code in {Code.E_EMPTY, Code.E_NOT_RECOGNISED, Code.E_TRUNCATED}, size
            continue
        assert isinstance(found, Reading), found
        (cut,) = found.activities
        salvaged += 1
        assert cut.integrity == "truncated"
        assert (cut.track_m or 0) <= (whole.track_m or 0)
    assert salvaged > len(raw) // 2


def test_markup_broken_in_the_middle_names_its_line() -> None:
    text = gpx(track(segment(0, 1))).replace("<trkseg>", "\n\n<trkseg></oops>")

    refused = refusal_of(text)

    assert (refused.code, refused.fault) == (Code.E_XML, "The XML is broken at line 3.")


@pytest.mark.parametrize(
    "doctype",
    [
        "<!DOCTYPE gpx>",
        '<!DOCTYPE gpx SYSTEM "http://example.invalid/x.dtd">',
        '<!DOCTYPE gpx [<!ENTITY a "b">]>',
        "<!DOCTYPE gpx [" + '<!ENTITY a "b">' * 6000 + "]>",
    ],
    ids=["bare", "external", "entity", "longer than the head"],
)
def test_a_dtd_is_refused_before_any_entity_counts(doctype: str) -> None:
    assert refusal_of(doctype + gpx(track(segment(0, 1)))).code is Code.E_XML_DTD


@pytest.mark.parametrize(
    ("inside", "what"),
    [
        ("<a>" * LIMITS.xml_depth, "The depth"),
        ("<a " + " ".join(f'b{n}=""' for n in range(33)) + "/>", "The number of attributes"),
        ("".join(f'<a xmlns:p{n}="x"/>' for n in range(33)), "The number of prefixes"),
        (f'<a b="{"c" * 65_537}"/>', "An attribute"),
        (f"<a>{'c' * 65_537}</a>", "A text"),
    ],
)
def test_one_beyond_a_limit_is_refused_by_its_name(inside: str, what: str) -> None:
    refused = refusal_of(f"<gpx {GPX}>{inside}")

    assert refused.code is Code.E_XML_LIMIT
    assert refused.fault.startswith(f"{what} exceeds ")


def test_the_same_declaration_on_every_point_is_no_matter() -> None:
    points = "".join(point(n).replace("<trkpt", '<trkpt xmlns:x="y"') for n in range(3000))

    assert one(gpx(track(f"<trkseg>{points}</trkseg>"))).samples == 3000


def test_our_reader_answers_and_never_loads_gpxpy() -> None:
    code = (
        "import sys; from pipeline import readers;"
        f"found = readers.read({gpx(track(segment(0, 1))).encode()!r});"
        "assert found.reader == 'expat'; assert 'gpxpy' not in sys.modules"
    )

    subprocess.run([sys.executable, "-c", code], check=True)  # noqa: S603 - our own code


def test_gpxpy_behind_the_gate_says_the_same_and_is_named() -> None:
    content = gpx(track(segment(*range(9)), name="A &amp; B"), track(segment(20, 21))).encode()

    ours, theirs = readers.read(content), readers.read_reference(content)

    assert isinstance(ours, Reading)
    assert theirs == replace(ours, reader="gpxpy")


@pytest.mark.parametrize(
    "form", ["{}Z", "{}z", "{} UTC", "{}GMT", "{} +02:00", "{}+0200", "{},25Z", "{}.25 Z", "{}"]
)
@pytest.mark.parametrize("between", ["T", "t", " "])
def test_gpxpy_is_given_each_form_of_a_time_as_it_knows_it(form: str, between: str) -> None:
    times = [form.format(f"2026-06-01{between}12:00:0{second}") for second in (0, 4)]
    inside = "".join(point(number, time) for number, time in enumerate(times))
    content = gpx(track(f"<trkseg>{inside}</trkseg>")).encode()

    ours, theirs = readers.read(content), readers.read_reference(content)

    assert isinstance(ours, Reading)
    assert theirs == replace(ours, reader="gpxpy")


def test_gpxpy_reads_by_the_standard_library_whatever_lxml_is_installed(tmp_path: Path) -> None:
    (tmp_path / "lxml").mkdir()
    for name in ("__init__.py", "etree.py"):
        (tmp_path / "lxml" / name).write_text("raise RuntimeError('an old lxml')")
    code = (
        f"import sys; sys.path.insert(0, {str(tmp_path)!r}); from pipeline import readers;"
        f"found = readers.read_reference({gpx(track(segment(0, 1))).encode()!r});"
        "assert found.reader == 'gpxpy'; assert 'lxml' not in sys.modules"
    )

    subprocess.run([sys.executable, "-c", code], check=True)  # noqa: S603 - our own code


def test_gpxpy_never_sees_what_would_hold_it_up() -> None:
    declared = point(0).replace("<trkpt", '<trkpt xmlns:x="y"') * (LIMITS.reference_xmlns + 1)
    content = gpx(track(f"<trkseg>{declared}</trkseg>")).encode()

    refused = readers.read_reference(content)

    assert isinstance(readers.read(content), Reading)
    assert isinstance(refused, Refusal)
    assert refused.code is Code.E_XML_LIMIT


def test_heart_rate_and_cadence_are_columns_under_any_prefix() -> None:
    inside = "<e><q:T><q:hr>150</q:hr><q:cad>85</q:cad></q:T></e>"
    points = point(0).replace("</trkpt>", f"<extensions>{inside}</extensions></trkpt>") + point(1)

    (found,) = reader.decode(gpx(track(f"<trkseg>{points}</trkseg>")).encode())

    np.testing.assert_array_equal(found.column("heart_rate_bpm"), [150.0, np.nan])
    np.testing.assert_array_equal(found.column("cadence_rpm"), [85.0, np.nan])
    np.testing.assert_array_equal(found.column("elevation_m"), [0.0, 0.0])


def test_white_space_of_a_long_indented_segment_is_no_long_text() -> None:
    points = "".join("\n          " + point(n) for n in range(7_000))

    assert one(gpx(track(f"<trkseg><!-- -->{points}</trkseg>"))).samples == 7_000


def test_a_tag_of_several_lines_that_the_file_ends_in_is_a_cut() -> None:
    text = gpx(track(segment(0, 1)) + '<trk\n\n a="b"\n')[: -len("</gpx>")]

    assert one(text).integrity == "truncated"


def test_the_corpus_can_be_another_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "a.txt").write_text(gpx(track(segment(0, 1))))
    monkeypatch.setenv("BACKFOUR_CORPUS", str(tmp_path))

    assert tmp_path / "deep" / "a.txt" in activity_files("gpx")
    assert tmp_path / "deep" / "a.txt" not in activity_files("fit")


def test_a_track_of_more_than_1000_km_is_no_distance() -> None:
    points = "".join(
        point(900 * number, place=(0.5, longitude)) for number, longitude in enumerate((0, 90, 170))
    )
    reading = reading_of(f"<gpx {GPX}><trk><trkseg>{points}</trkseg></trk></gpx>")

    assert [each.track_m for each in reading.activities] == [None]
    assert [each.code for each in reading.problems] == [Code.E_VALUE_RANGE]


def test_a_time_after_2199_is_none() -> None:
    points = point(0, "9999-12-31T23:59:59Z") + point(1, "2200-01-01T00:00:00Z")

    found = refusal_of(f"<gpx {GPX}><trk><trkseg>{points}</trkseg></trk></gpx>")

    assert found.code == Code.E_NO_ACTIVITY


def test_the_sentence_on_a_planned_route_is_short_and_shows_what_is_odd_in_its_names() -> None:
    name = "\u202e\U000e0001" * 200
    untimed = f"<trk><name>{name}</name><trkseg>{point(0, None)}</trkseg></trk>"

    fault = refusal_of(f"<gpx {GPX}>{untimed * 3}</gpx>").fault

    assert len(fault) < 400
    assert fault.isprintable()


@pytest.mark.parametrize("piece", ["<?", "<!--", "<!DOCTYPE ", "<!DOCTYPE a[", "<a:"])
def test_the_root_is_found_in_one_pass_over_the_first_bytes(piece: str) -> None:
    head = ("<" + piece * 65_000)[: readers.HEAD_BYTES].encode()
    begun = time.process_time()

    xml_gate.root_name(head)

    assert time.process_time() - begun < 0.5
