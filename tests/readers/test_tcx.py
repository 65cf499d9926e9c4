import datetime as dt
import re

import numpy as np
import pytest

from pipeline import readers
from pipeline.errors import Code, Refusal
from pipeline.readers import tcx
from pipeline.tables import Reading
from tests.readers.said import one, reading_of, refusal_of

ROOT = '<TrainingCenterDatabase xmlns="http://www.garmin.com/xmlschemas/TrainingCenterDatabase/v2">'
START = dt.datetime(2026, 11, 5, 6, 0, tzinfo=dt.UTC)
STEP = 0.0001  # degrees of latitude: about 11.13 m
STEP_M = 11.13
STEP_S = 4


def at(number: int) -> str:
    return f"{START + dt.timedelta(seconds=STEP_S * number):%Y-%m-%dT%H:%M:%SZ}"


def point(number: int, time: str | None = "", inside: str | None = None) -> str:
    written = at(number) if time == "" else time
    stamp = "" if written is None else f"<Time>{written}</Time>"
    place = (
        f"<Position><LatitudeDegrees>{52.5 + number * STEP:.6f}</LatitudeDegrees>"
        "<LongitudeDegrees>13.400000</LongitudeDegrees></Position>"
        f"<DistanceMeters>{number * 11.0:.1f}</DistanceMeters>"
    )
    return f"<Trackpoint>{stamp}{place if inside is None else inside}</Trackpoint>"


def track(*numbers: int) -> str:
    return "<Track>" + "".join(point(number) for number in numbers) + "</Track>"


def lap(*tracks: str, start: int = 0, metres: float | None = 22.0, total_s: float = 8.0) -> str:
    distance = "" if metres is None else f"<DistanceMeters>{metres}</DistanceMeters>"
    return (
        f'<Lap StartTime="{at(start)}"><TotalTimeSeconds>{total_s}</TotalTimeSeconds>{distance}'
        f"{''.join(tracks)}</Lap>"
    )


def activity(*laps: str, sport: str = "Running") -> str:
    return f'<Activity Sport="{sport}"><Id>{at(0)}</Id>{"".join(laps)}</Activity>'


def tcx_file(*activities: str) -> str:
    return f"{ROOT}<Activities>{''.join(activities)}</Activities></TrainingCenterDatabase>"


def test_an_activity_says_its_laps_its_last_point_and_its_way() -> None:
    reading = reading_of(tcx_file(activity(lap(track(0, 1, 2)))))
    (found,) = reading.activities

    assert (reading.kind, reading.reader) == ("tcx", "expat")
    assert (found.sport, found.title, found.samples, found.track_points) == ("running", None, 3, 3)
    assert (found.session_m, found.laps_m, found.records_m) == (None, 22.0, 22.0)
    assert found.track_m == pytest.approx(2 * STEP_M, rel=0.001)
    assert (found.timer_s, found.elapsed_s) == (8.0, 8.0)
    assert (found.starts_at, found.zone, found.zone_source) == (START, "Europe/Berlin", "position")
    assert found.integrity == "whole"


@pytest.mark.parametrize(
    ("begins_m", "laps_m", "kept"),
    [
        (40_330.5, 4000.0, (4000.0, 4000.0)),  # the ride before it is no part of the run
        (40_330.5, 3000.0, (None, 44_330.5)),  # laps that do not bear it out
        (40_330.5, None, (None, 44_330.5)),
        (9_999.0, 4000.0, (None, 13_999.0)),  # perhaps a lap is missing
        (1_300.0, 4000.0, (None, 5_300.0)),
        (0.0, 4000.0, (4000.0, 4000.0)),
    ],
)
def test_a_leg_of_a_multisport_session_is_what_its_laps_and_its_points_say(
    begins_m: float, laps_m: float | None, kept: tuple[float | None, float]
) -> None:
    inside = "".join(
        point(number, inside=f"<DistanceMeters>{begins_m + 5 * number}</DistanceMeters>")
        for number in range(801)
    )

    found = one(tcx_file(activity(lap(f"<Track>{inside}</Track>", metres=laps_m))))

    assert (found.laps_m, found.records_m) == kept


def test_points_without_a_track_around_them_are_read() -> None:
    inside = "".join(point(number) for number in range(180))
    last = lap(point(180), start=180, metres=None)

    found = one(tcx_file(activity(lap(inside, metres=None), last)))

    assert (found.samples, found.records_m) == (181, 1980.0)
    assert found.track_m == pytest.approx(180 * STEP_M, rel=0.001)


def test_a_new_lap_is_bridged_and_a_second_track_in_a_lap_is_a_pause() -> None:
    bridged = one(tcx_file(activity(lap(track(0, 1, 2)), lap(track(3, 4), start=3))))
    paused = one(tcx_file(activity(lap(track(0, 1, 2), track(500, 501)))))

    assert bridged.track_m == pytest.approx(4 * STEP_M, rel=0.001)
    assert paused.track_m == pytest.approx(3 * STEP_M, rel=0.001)


def test_the_distance_of_the_points_runs_on_across_laps_and_may_step_back() -> None:
    inside = [f"<DistanceMeters>{metres}</DistanceMeters>" for metres in (10, 20, 19.5, 31)]
    tracks = [f"<Track>{point(n, inside=text)}</Track>" for n, text in enumerate(inside)]

    found = one(tcx_file(activity(*(lap(each, metres=7.75) for each in tracks))))

    assert (found.records_m, found.laps_m, found.track_m) == (31.0, 31.0, None)


def test_laps_are_summed_only_if_every_one_has_a_distance() -> None:
    found = one(tcx_file(activity(lap(track(0, 1, 2)), lap(track(3, 4), metres=None))))

    assert (found.laps_m, found.records_m) == (None, 44.0)


def test_laps_that_end_before_the_last_point_are_not_summed() -> None:
    laps = [lap(track(*range(100)), metres=500.0), lap(track(*range(100, 266)), metres=1499.0)]

    found = reading_of(tcx_file(activity(*laps)))

    assert (found.activities[0].laps_m, found.activities[0].records_m) == (None, 2915.0)
    assert [problem.code for problem in found.problems] == ["laps_short"]


def test_laps_longer_than_the_points_are_kept_as_they_are() -> None:
    found = one(tcx_file(activity(lap(track(0, 1, 2), metres=72_420.0))))

    assert (found.laps_m, found.records_m) == (72_420.0, 22.0)


@pytest.mark.parametrize(
    ("sport", "read"),
    [("Running", "running"), ("running", "running"), ("Biking", "biking"), ("Other", None)],
)
def test_the_sport_is_the_files_word_and_other_says_nothing(sport: str, read: str | None) -> None:
    assert one(tcx_file(activity(lap(track(0, 1)), sport=sport))).sport == read


def test_each_activity_is_one_also_in_a_multisport_session() -> None:
    first, second = activity(lap(track(0, 1)), sport="Biking"), activity(lap(track(5, 6)))
    several = f"<FirstSport>{first}</FirstSport><NextSport>{second}</NextSport>"

    beside = reading_of(tcx_file(first, second))
    within = reading_of(tcx_file(f"<MultiSportSession>{several}</MultiSportSession>"))

    assert [(each.position, each.sport) for each in within.activities] == [
        (0, "biking"),
        (1, "running"),
    ]
    assert within.activities == beside.activities


def test_a_course_is_no_activity() -> None:
    course = f"<Courses><Course><Name>Round</Name>{track(0, 1)}</Course></Courses>"
    refused = refusal_of(f"{ROOT}{course}</TrainingCenterDatabase>")

    assert (refused.code, refused.kind) == (Code.E_NO_ACTIVITY, "tcx")
    assert refused.fault == "The file is sound but holds no workout (it is a course)."


def test_an_indoor_lap_without_points_is_an_activity() -> None:
    found = one(tcx_file(activity(lap(metres=4_200.0, total_s=1500.0))))

    assert (found.laps_m, found.records_m, found.track_m) == (4_200.0, None, None)
    assert (found.starts_at, found.ends_at) == (START, START + dt.timedelta(seconds=1500))
    assert (found.timer_s, found.elapsed_s, found.samples) == (1500.0, None, 0)


def test_an_activity_without_any_time_is_refused() -> None:
    text = re.sub(
        r"<Id>[^<]*</Id>|<Time>[^<]*</Time>| StartTime=\"[^\"]*\"",
        "",
        tcx_file(activity(lap(track(0, 1)))),
    )

    assert refusal_of(text).code is Code.E_NO_ACTIVITY


def test_points_without_time_position_or_distance_are_kept_and_not_measured() -> None:
    odd = [point(1, inside=""), point(2, None), point(3, inside="<DistanceMeters/>"), point(4)]
    found = one(tcx_file(activity(lap(f"<Track>{point(0)}{''.join(odd)}</Track>", metres=44.0))))

    assert (found.samples, found.track_points, found.records_m) == (5, 3, 44.0)
    assert found.track_m == pytest.approx(4 * STEP_M, rel=0.001)


def test_the_offset_of_a_time_is_the_zone_of_the_file() -> None:
    text = tcx_file(activity(lap(track(0, 1)))).replace("Z<", "+01:00<").replace('Z"', '+01:00"')

    found = one(text)

    assert (found.zone, found.zone_source) == ("+01:00", "file")
    assert found.starts_at == START - dt.timedelta(hours=1)
    assert found.local_start == START.replace(tzinfo=None)


def test_a_time_without_a_zone_is_utc_and_noted() -> None:
    text = tcx_file(activity(lap(track(0, 1)))).replace("Z<", "<").replace('Z"', '"')

    found = reading_of(text)

    assert found.activities[0].starts_at == START
    assert [problem.code for problem in found.problems] == ["zone_assumed"]


def test_heart_rate_and_cadence_are_columns() -> None:
    inside = (
        "<AltitudeMeters>33.5</AltitudeMeters><HeartRateBpm><Value>151</Value></HeartRateBpm>"
        "<Cadence>84</Cadence><Extensions><ns3:TPX><ns3:RunCadence>85</ns3:RunCadence></ns3:TPX>"
        "</Extensions>"
    )
    text = tcx_file(activity(lap(f"<Track>{point(0, inside=inside)}{point(1)}</Track>")))

    (found,) = tcx.decode(text.encode())

    np.testing.assert_array_equal(found.column("heart_rate_bpm"), [151.0, np.nan])
    np.testing.assert_array_equal(found.column("cadence_rpm"), [84.0, np.nan])
    np.testing.assert_array_equal(found.column("elevation_m"), [33.5, np.nan])
    np.testing.assert_array_equal(found.column("distance_m"), [np.nan, 11.0])


@pytest.mark.parametrize(
    "text",
    [
        "          <?xml version='1.0' encoding='UTF-8'?>\n" + tcx_file(activity(lap(track(0, 1)))),
        "\ufeff" + tcx_file(activity(lap(track(0, 1)))),
        tcx_file(activity(lap(track(0, 1)))).replace("<Time>", "<ns9:x/><Time>"),
        tcx_file(activity(lap(track(0, 1))))
        .replace(" xmlns=", " xmlns:t=")
        .replace("<Training", "<t:Training")
        .replace("</Training", "</t:Training"),
        tcx_file(activity(lap(track(0, 1)))).replace("<Time>", "<Time><!-- at -->\n "),
        tcx_file(activity(lap(track(0, 1)))).replace("Z</Time>", ".000Z</Time>"),
    ],
    ids=["spaces", "mark", "undeclared prefix", "prefixed root", "comment", "fraction"],
)
def test_odd_but_real_markup_is_read(text: str) -> None:
    assert one(text).track_m == pytest.approx(STEP_M, rel=0.001)


@pytest.mark.parametrize("time", ["2026-06-01T12:00:00+99:99", "2024-13-45T00:00:00Z", "noon"])
def test_more_than_1_in_100_unreadable_times_are_refused(time: str) -> None:
    good = [point(n) for n in range(99)]
    one_in_100 = "".join([*good, point(99, time)])
    two_in_101 = "".join([point(0, time), *good, point(99, time)])

    refused = refusal_of(tcx_file(activity(lap(f"<Track>{two_in_101}</Track>"))))

    assert one(tcx_file(activity(lap(f"<Track>{one_in_100}</Track>")))).samples == 100
    assert refused.code is Code.E_TIME_FIELD
    assert refused.fault == "2 of 101 times cannot be read, first at point 1."


@pytest.mark.parametrize("latitude", ["nan", "1e400", "91", "-90.1", "north", ""])
def test_more_than_1_in_100_impossible_positions_are_refused(latitude: str) -> None:
    bad = re.sub(r"(<LatitudeDegrees>)[^<]*", rf"\g<1>{latitude}", point(1))

    refused = refusal_of(tcx_file(activity(lap(f"<Track>{point(0)}{bad}</Track>"))))

    assert refused.code is Code.E_VALUE_RANGE
    assert refused.fault == "1 of 2 positions are impossible, first at point 2."


def test_a_point_at_0_0_is_no_place() -> None:
    lost = re.sub(r"(Degrees>)[^<]+", r"\g<1>0.0", point(1))

    found = one(tcx_file(activity(lap(f"<Track>{point(0)}{lost}{point(2)}</Track>"))))

    assert (found.samples, found.track_points) == (3, 2)
    assert found.track_m == pytest.approx(2 * STEP_M, rel=0.001)


def test_a_cut_file_keeps_no_total_of_a_lap_that_was_not_closed() -> None:
    text = tcx_file(activity(lap(track(0, 1, 2)), lap(track(*range(3, 200)), metres=72_000.0)))
    cut = text[: text.index(at(10))]

    reading = reading_of(cut)
    (found,) = reading.activities

    assert (found.integrity, found.laps_m, found.timer_s) == ("truncated", None, None)
    assert (found.records_m, found.samples) == (99.0, 10)
    assert [problem.code for problem in reading.problems] == ["truncated"]


def test_every_prefix_is_read_or_refused_and_never_longer_than_the_whole() -> None:
    laps = lap(track(*range(9)), metres=120.0), lap(track(9, 10), track(20, 21), metres=120.0)
    content = tcx_file(activity(*laps)).encode()
    whole = one(content)
    salvaged = 0

    for size in range(len(content)):
        found = readers.read(content[:size])
        if isinstance(found, Refusal):
            assert found.code in {Code.E_EMPTY, Code.E_NOT_RECOGNISED, Code.E_TRUNCATED}, size
            continue
        assert isinstance(found, Reading), found
        (cut,) = found.activities
        salvaged += 1
        assert cut.integrity == "truncated"
        for figure in ("laps_m", "records_m", "track_m"):
            assert (getattr(cut, figure) or 0) <= getattr(whole, figure)
    assert salvaged > len(content) // 2


def test_a_file_broken_in_the_middle_or_with_a_dtd_is_refused() -> None:
    text = tcx_file(activity(lap(track(0, 1))))

    assert refusal_of(text.replace("<Track>", "<Track></oops>")).code is Code.E_XML
    assert refusal_of("<!DOCTYPE TrainingCenterDatabase>" + text).code is Code.E_XML_DTD


def test_the_device_is_named() -> None:
    creator = "<Creator><Name>Forerunner 15</Name></Creator></Activity>"
    author = "<Author><Name>Connect</Name></Author></TrainingCenterDatabase>"
    text = tcx_file(activity(lap(track(0, 1)))).replace("</TrainingCenterDatabase>", author)

    assert reading_of(text).app == "Connect"
    assert reading_of(text.replace("</Activity>", creator)).app == "Forerunner 15"


@pytest.mark.parametrize("total_s", [864_000.1, 1e308])
def test_a_lap_of_more_than_ten_days_has_no_duration(total_s: float) -> None:
    found = one(tcx_file(activity(lap(track(0, 1), total_s=total_s), lap(total_s=total_s))))

    assert (found.timer_s, found.laps_m) == (None, 44.0)


def test_laps_of_more_than_1000_km_together_are_no_distance() -> None:
    reading = reading_of(tcx_file(activity(*(lap(track(0, 1), metres=600_000) for _ in "ab"))))

    assert [each.laps_m for each in reading.activities] == [None]
    assert [each.text for each in reading.problems] == ["1200000 m is no distance"]


def test_a_time_after_2199_is_none() -> None:
    late = activity(lap(track(0, 1))).replace("2026-11-05T06:00:0", "9999-12-31T23:59:5")

    assert refusal_of(tcx_file(late)).code == Code.E_NO_ACTIVITY


def test_laps_that_begin_after_the_last_point_end_when_they_begin() -> None:
    found = one(tcx_file(activity(lap(track(0, 1), start=900))))

    assert found.starts_at == found.ends_at == START + dt.timedelta(seconds=900 * STEP_S)
