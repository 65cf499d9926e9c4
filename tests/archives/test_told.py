import datetime as dt
import time

import pytest

from pipeline.archives import with_told
from pipeline.members import Told, without_address
from pipeline.tables import Activity, Reading

START = dt.datetime(2022, 5, 29, 15, 53, 35, tzinfo=dt.UTC)
TOLD = Told("Run", "Lunch Run", START, "+02:00", 3322.9, 1201.0, 1234.0, is_total=True)


def reading(*activities: Activity) -> Reading:
    return Reading("gpx", "own", activities=activities)


def test_what_the_file_does_not_say_is_filled_in() -> None:
    (filled,) = with_told(reading(Activity(0)), TOLD).activities

    assert (filled.sport, filled.title, filled.starts_at) == ("Run", "Lunch Run", START)
    assert (filled.zone, filled.zone_source) == ("+02:00", "file")
    assert filled.local_start == dt.datetime(2022, 5, 29, 17, 53, 35)  # noqa: DTZ001 - a wall clock
    assert (filled.session_m, filled.timer_s, filled.elapsed_s) == (3322.9, 1201.0, 1234.0)


def test_what_the_file_says_stands() -> None:
    local = dt.datetime(2022, 5, 29, 16)  # noqa: DTZ001 - a wall clock
    own = Activity(
        0,
        sport="walking",
        title="A walk",
        starts_at=START - dt.timedelta(hours=1),
        local_start=local,
        zone="Europe/Lisbon",
        zone_source="position",
        session_m=0.0,
        timer_s=0.0,
        elapsed_s=1.0,
    )

    assert with_told(reading(own), TOLD) == reading(own)


@pytest.mark.parametrize("sport", [None, "", "generic", "Other"])
def test_a_kind_that_says_nothing_gives_way(sport: str | None) -> None:
    filled = with_told(reading(Activity(0, sport=sport)), TOLD).activities[0]
    kept = with_told(reading(Activity(0, sport=sport)), Told()).activities[0]

    assert (filled.sport, kept.sport) == ("Run", sport)


def test_a_total_that_is_only_for_comparing_is_not_filled_in() -> None:
    (filled,) = with_told(reading(Activity(0)), Told("Run", metres=3322.9)).activities

    assert filled.session_m is None


def test_of_several_activities_each_gets_only_the_kind_and_the_zone() -> None:
    two = reading(Activity(0, starts_at=START), Activity(1, sport="cycling"))

    filled = with_told(two, TOLD).activities

    assert [each.sport for each in filled] == ["Run", "cycling"]
    assert [each.zone for each in filled] == ["+02:00", "+02:00"]
    assert [each.local_start is None for each in filled] == [False, True]
    assert {each.session_m for each in filled} == {None}
    assert {each.timer_s for each in filled} == {None}


def test_nothing_told_changes_nothing() -> None:
    assert with_told(reading(Activity(0)), None) == reading(Activity(0))
    assert with_told(reading(), TOLD) == reading()


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        (b"anna.b@web.de_1234.fit", b"1234.fit"),
        (b"x/Part1.zip/anna b@web.de_1234.fit.gz", b"x/Part1.zip/1234.fit.gz"),
        (b"a_b@web.de_77_1234.fit", b"1234.fit"),
        (b"notes to anna@web.de.txt", b"notes to @"),
        (b"morning.fit", b"morning.fit"),
        (b"\xff@\xff_1.fit", b"1.fit"),
        (b"", b""),
    ],
)
def test_no_e_mail_address_is_shown(name: bytes, shown: bytes) -> None:
    assert without_address(name) == shown


@pytest.mark.parametrize(
    "name", [b"a" * 65_000, b"@" * 65_000, b"a@" * 32_000, b"@" + b"_1" * 32_000 + b"-"]
)
def test_a_name_of_65_000_bytes_costs_no_time(name: bytes) -> None:
    begun = time.process_time()

    without_address(name)

    assert time.process_time() - begun < 0.5
