import datetime as dt
import io
import time
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest

from pipeline import archives, readers
from pipeline.archives import apple
from pipeline.errors import Code, Refused
from pipeline.members import Listing, Told
from pipeline.readers.limits import LIMITS, Limits
from pipeline.tables import Reading

SAMPLES = Path(__file__).resolve().parents[2] / "sample_data/inbox"
GPX = (SAMPLES / "Morning_Run.gpx").read_bytes()
DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n'
DTD = """<!DOCTYPE HealthData [
<!-- HealthKit Export Version: 12, "the phone's"] -->
<!ELEMENT HealthData (ExportDate,Me,(Record|Workout)*)>
<!ATTLIST HealthData
  locale CDATA #REQUIRED
>
<!ELEMENT Workout ((MetadataEntry|WorkoutEvent|WorkoutRoute|WorkoutStatistics)*)>
]>
"""
RECORD = (
    '<Record type="HKQuantityTypeIdentifierStepCount" value="7"><MetadataEntry key="a"/></Record>\n'
)
ROUTE = (
    '<WorkoutRoute sourceName="Watch"><FileReference path="/workout-routes/r.gpx"/></WorkoutRoute>'
)
STATISTICS = (
    '<WorkoutStatistics type="HKQuantityTypeIdentifierActiveEnergyBurned" sum="300" unit="Cal"/>'
    '<WorkoutStatistics type="HKQuantityTypeIdentifierDistanceWalkingRunning" sum="{}" unit="{}"/>'
)
START = dt.datetime(2016, 11, 14, 14, 25, 41, tzinfo=dt.UTC)


def workout(inside: str = "", attributes: str = "", kind: str = "Running") -> str:
    return (
        f'<Workout workoutActivityType="HKWorkoutActivityType{kind}" duration="30.5"'
        f' durationUnit="min" {attributes} startDate="2016-11-14 07:25:41 -0700"'
        f' endDate="2016-11-14 07:57:41 -0700">{inside}</Workout>\n'
    )


def xml(*records: str, dtd: str = DTD) -> bytes:
    return f'{DECLARATION}{dtd}<HealthData locale="en">{"".join(records)}</HealthData>'.encode()


def export(
    content: bytes,
    name: str = "apple_health_export/export.xml",
    routes: tuple[str, ...] = ("apple_health_export/workout-routes/r.gpx",),
    limits: Limits = LIMITS,
) -> Listing:
    memory = io.BytesIO()
    with zipfile.ZipFile(memory, "w", zipfile.ZIP_DEFLATED) as archive:
        for route in routes:
            archive.writestr(route, GPX)
        archive.writestr(name, content)
    return archives.listing(memory, len(memory.getvalue()), limits)


@pytest.mark.parametrize(
    "name", ["apple_health_export/export.xml", "Export/Exportieren.xml", "export.xml"]
)
def test_a_workout_tells_of_its_route_whatever_the_list_is_called(name: str) -> None:
    folder = name.rpartition("/")[0]
    route = f"{folder}/workout-routes/r.gpx".lstrip("/")

    listing = export(xml(RECORD, workout(STATISTICS.format("3.1", "mi") + ROUTE)), name, (route,))

    assert (listing.app, listing.activities, listing.problems) == ("apple", (), ())
    assert [member.told for member in listing.members] == [
        Told(
            sport="Running",
            starts_at=START,
            zone="-07:00",
            metres=3.1 * 1609.344,
            timer_s=30.5 * 60,
            elapsed_s=32 * 60,
            is_total=True,
        )
    ]
    assert [(each.name, each.code) for each in listing.left_out] == [(name.encode(), Code.I_MEMBER)]


@pytest.mark.parametrize(
    ("attributes", "inside", "metres"),
    [
        ('totalDistance="5.2" totalDistanceUnit="km"', "", 5200.0),
        ('totalDistance="5200" totalDistanceUnit="m"', "", 5200.0),
        ('totalDistance="2" totalDistanceUnit="mi"', STATISTICS.format("9", "km"), 3218.688),
        ("", STATISTICS.format("5.2", "km"), 5200.0),
        ("", STATISTICS.format("5.2", "furlong"), None),
        ("", "", None),
        ('totalDistance="0" totalDistanceUnit="km"', "", None),
        ('totalDistance="nan" totalDistanceUnit="km"', "", None),
        ('totalDistance="1e300" totalDistanceUnit="km"', "", None),
        (
            "",
            STATISTICS.format("5", "km")
            + STATISTICS.format("20", "km").replace("WalkingRunning", "Cycling"),
            None,
        ),
        ("", "<WorkoutActivity>" + STATISTICS.format("5", "km") + "</WorkoutActivity>", None),
    ],
)
def test_the_distance_is_the_workouts_own(
    attributes: str, inside: str, metres: float | None
) -> None:
    (activity,) = export(xml(workout(inside, attributes)), routes=()).activities

    assert activity.session_m == (None if metres is None else pytest.approx(metres))


def test_a_workout_without_a_route_is_an_activity_of_the_list() -> None:
    zone = '<MetadataEntry key="HKTimeZone" value="Europe/Berlin"/>'

    (activity,) = export(
        xml(workout(zone, 'totalDistance="4" totalDistanceUnit="km"')), routes=()
    ).activities

    assert (activity.sport, activity.session_m, activity.integrity) == ("Running", 4000.0, "whole")
    assert (activity.starts_at, activity.ends_at) == (START, START + dt.timedelta(minutes=32))
    assert (activity.zone, activity.zone_source) == ("Europe/Berlin", "file")
    assert activity.local_start == dt.datetime(2016, 11, 14, 15, 25, 41)  # noqa: DTZ001
    assert (activity.timer_s, activity.elapsed_s) == (1830.0, 1920.0)


def test_a_workout_whose_route_is_missing_is_an_activity_with_a_problem() -> None:
    listing = export(xml(workout(ROUTE), workout()), routes=())

    assert [activity.position for activity in listing.activities] == [0, 1]
    assert [problem.code for problem in listing.problems] == ["missing"]


def test_of_a_workout_with_two_routes_neither_has_its_total() -> None:
    other = ROUTE.replace("r.gpx", "s.gpx")
    folder = "apple_health_export/workout-routes/"

    listing = export(
        xml(workout(ROUTE + other + STATISTICS.format("9", "km"))),
        routes=(folder + "r.gpx", folder + "s.gpx"),
    )

    assert {member.told for member in listing.members} == {Told("Running", zone="-07:00")}


def test_a_route_in_another_folder_is_found_when_its_name_is_the_only_one() -> None:
    folders = ("apple_health_export/routen/", "apple_health_export/more/")

    one = export(xml(workout(ROUTE)), routes=(folders[0] + "r.gpx",))
    two = export(xml(workout(ROUTE)), routes=tuple(folder + "r.gpx" for folder in folders))

    assert one.members[0].told is not None
    assert [member.told for member in two.members] == [None, None]
    assert len(two.activities) == 1


@pytest.mark.parametrize("zone", ["Mars/Olympus", "../../etc/passwd", "Europe", "", "GMT+0200"])
def test_a_zone_nobody_knows_is_no_zone(zone: str) -> None:
    entry = f'<MetadataEntry key="HKTimeZone" value="{zone}"/>'

    (activity,) = export(xml(workout(entry)), routes=()).activities

    assert activity.zone == "-07:00"


@pytest.mark.parametrize(
    ("date", "expected"),
    [
        ("2016-11-14 7:25:41 AM -0700", START),
        ("2016-11-14 02:25:41 PM +0000", START),
        ("2016-11-14 07:25:41 -9900", None),
        ("2016-02-31 07:25:41 -0700", None),
        ("1999-12-31 07:25:41 -0700", None),
        ("soon", None),
    ],
)
def test_dates_have_an_offset_or_are_none(date: str, expected: dt.datetime | None) -> None:
    content = xml(workout()).replace(b"2016-11-14 07:25:41 -0700", date.encode())

    assert export(content, routes=()).activities[0].starts_at == expected


@pytest.mark.parametrize(
    ("kind", "sport"),
    [
        ("Walking", "Walking"),
        ("TraditionalStrengthTraining", "Traditional Strength Training"),
        ("", None),
    ],
)
def test_the_kind_is_in_plain_words(kind: str, sport: str | None) -> None:
    assert export(xml(workout(kind=kind)), routes=()).activities[0].sport == sport


def test_what_the_list_tells_is_filled_into_the_route() -> None:
    told = export(xml(workout(ROUTE + STATISTICS.format("5", "km")))).members[0].told
    reading = readers.read(GPX.replace(b"<type>running</type>", b""))
    assert isinstance(reading, Reading)

    (activity,) = archives.with_told(reading, told).activities

    assert (activity.sport, activity.session_m, activity.timer_s) == ("Running", 5000.0, 1830.0)
    assert activity.track_m == reading.activities[0].track_m
    assert (activity.zone, activity.zone_source) == ("Europe/Berlin", "position")


@pytest.mark.parametrize(
    "dtd",
    [
        '<!DOCTYPE HealthData [<!ENTITY a "b">]>',
        '<!DOCTYPE HealthData [<!ENTITY % a "b"> %a;]>',
        '<!DOCTYPE HealthData SYSTEM "file:///etc/passwd">',
        '<!DOCTYPE HealthData PUBLIC "a" "http://example.org/a.dtd">',
        '<!DOCTYPE HealthData [<!ELEMENT a ANY>] SYSTEM "x">',
        '<!DOCTYPE HealthData [<!NOTATION a SYSTEM "b">]>',
        "<!DOCTYPE HealthData [<![INCLUDE[<!ELEMENT a ANY>]]>]>",
        "<!DOCTYPE HealthData [<?php x?>]>",
        "<!DOCTYPE HealthData []><!DOCTYPE HealthData []>",
        "<!DOCTYPE HealthData [ <!-- <HealthData > ]>",
    ],
)
def test_a_dtd_that_does_more_than_declare_is_refused_without_the_routes(dtd: str) -> None:
    listing = export(xml(workout(ROUTE), dtd=dtd))

    assert [(each.name, each.code) for each in listing.left_out] == [
        (b"apple_health_export/export.xml", Code.E_XML_DTD)
    ]
    assert [problem.code for problem in listing.problems] == [Code.E_XML_DTD]
    assert [member.told for member in listing.members] == [None]
    assert listing.activities == ()


@pytest.mark.parametrize(
    "dtd",
    [
        "",
        "<!DOCTYPE HealthData>",
        # as iOS 16 writes it, with attributes of no element
        DTD.replace("]>\n", "  dateIssued CDATA #REQUIRED\n>\n]>\n", 1),
    ],
)
def test_a_dtd_is_not_needed_and_may_be_wrong(dtd: str) -> None:
    assert len(export(xml(workout(), dtd=dtd), routes=()).activities) == 1


def test_a_second_doctype_ends_the_reading() -> None:
    listing = export(xml(workout(), "<!DOCTYPE a>"))

    assert [problem.code for problem in listing.problems] == [Code.E_XML]


@pytest.mark.parametrize(
    "records",
    [
        "<a>" * 65 + "</a>" * 65,
        workout("<a>" * 65 + "</a>" * 65),
        workout(attributes=" ".join(f'a{n}="1"' for n in range(33))),
        workout(attributes=f'a="{"x" * 65_537}"'),
    ],
)
def test_depth_attributes_and_tokens_are_limited(records: str) -> None:
    assert export(xml(records)).left_out[0].code is Code.E_XML_LIMIT


def test_an_endless_token_is_stopped_early() -> None:
    endless = b"".join(b"%032d" % (number * 7919) for number in range(200_000))
    begun = time.process_time()

    listing = export(b"<HealthData ><!--" + endless, routes=())

    assert time.process_time() - begun < 2
    assert listing.left_out[0].code is Code.E_XML_LIMIT


def test_a_dtd_without_end_is_stopped() -> None:
    content = b"<!DOCTYPE HealthData [" + b"<!ELEMENT a ANY>" * 40_000

    assert export(content).left_out[0].code is Code.E_XML_LIMIT


def test_a_list_without_a_root_is_refused() -> None:
    assert export(b"<!DOCTYPE HealthData [").left_out[0].code is Code.E_XML


def test_xml_that_breaks_off_is_used_up_to_there() -> None:
    whole = xml(workout(), workout())

    for size in (len(whole) - 5, len(whole) - 60):
        listing = export(whole[:size], routes=())
        assert len(listing.activities) in (1, 2)
        assert [problem.code for problem in listing.problems] == [Code.E_XML]
        assert listing.left_out[0].code is Code.I_MEMBER


def test_a_damaged_list_says_nothing_and_costs_no_route() -> None:
    memory = io.BytesIO()
    with zipfile.ZipFile(memory, "w") as archive:
        archive.writestr("a/export.xml", xml(workout(ROUTE), workout()))
        archive.writestr("a/workout-routes/r.gpx", GPX)
    for old, new in ((b"Running", b"Walking"), (b"</Workout>", b"<<Workout>")):
        content = memory.getvalue().replace(old, new, 1)
        listing = archives.listing(io.BytesIO(content), len(content))
        assert listing.activities == ()
        assert listing.left_out[0].code is Code.E_CRC
        assert [member.told for member in listing.members] == [None]


def test_the_list_may_be_larger_than_a_file_up_to_its_own_limit() -> None:
    content = xml(*[RECORD] * 20, workout())
    small = replace(LIMITS, file_bytes=100)

    listing = export(content, routes=(), limits=replace(small, export_xml_bytes=len(content)))
    too_small = replace(small, export_xml_bytes=len(content) - 1)

    assert len(listing.activities) == 1
    assert export(content, routes=(), limits=too_small).left_out[0].code is Code.E_TOO_BIG


def test_what_else_an_export_holds_is_left_out_by_kind() -> None:
    others = (
        "apple_health_export/export_cda.xml",
        "apple_health_export/electrocardiograms/ecg_2020.csv",
        "apple_health_export/clinical-records/a.json",
    )

    listing = export(xml(workout(ROUTE)), routes=others)

    assert [each.name.decode() for each in listing.left_out[:-1]] == list(others)
    assert {each.code for each in listing.left_out} == {Code.I_MEMBER}
    assert listing.members == ()


def test_only_health_data_is_recognised() -> None:
    assert apple.recognises(b'<HealthData locale="de">')
    assert not apple.recognises(b"<ClinicalDocument><HealthDataX/>")
    assert not apple.recognises(b" " * 1_024 + b"<HealthData >")


def test_records_are_streamed_at_a_good_pace() -> None:
    begun = time.process_time()

    listing = export(xml(RECORD * 100_000, workout()), routes=())

    assert len(listing.activities) == 1
    assert time.process_time() - begun < 5


def test_whatever_the_bytes_raise_is_raised() -> None:
    with pytest.raises(Refused) as caught:
        apple.read(iter([]), ())

    assert caught.value.refusal.code is Code.E_XML


def test_a_real_route_in_the_shape_of_an_export_is_told_of(shared: Path) -> None:
    root = shared / "corpus/gpx/dogsheep__healthkit-to-sqlite/tests/zip_contents"
    (route,) = root.rglob("*.gpx")
    name = route.relative_to(root).as_posix()
    reference = ROUTE.replace("r.gpx", route.name)
    memory = io.BytesIO()
    with zipfile.ZipFile(memory, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.write(route, name)
        archive.writestr("apple_health_export/export.xml", xml(workout(reference)))

    (member,) = archives.listing(memory, len(memory.getvalue())).members

    assert member.told is not None
    assert member.told.sport == "Running"


@pytest.mark.parametrize("year", [1999, 2200, 9999])
def test_a_workout_outside_of_2000_to_2199_has_no_start(year: int) -> None:
    listing = export(xml(workout().replace("2016-11-14", f"{year}-12-31")))

    assert [(each.starts_at, each.ends_at) for each in listing.activities] == [(None, None)]


def test_a_workout_that_ends_before_it_begins_has_no_end() -> None:
    (found,) = export(xml(workout().replace("07:57:41", "06:57:41"))).activities

    assert (found.starts_at, found.ends_at, found.elapsed_s) == (START, None, None)
