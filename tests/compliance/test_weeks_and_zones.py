import datetime as dt
import itertools
import zoneinfo

import pytest

from pipeline.settings import ExerciseEntry, ProgrammeEntry
from pipeline.week import Jog, Status

from .rows import (
    LIFTS,
    clock,
    done,
    file,
    judged,
    lift,
    log,
    notes,
    only_jog,
    run,
    typed,
    week,
)

FIVE_ZONES = (
    "Pacific/Honolulu",
    "America/New_York",
    "Europe/Berlin",
    "Asia/Kathmandu",  # +05:45
    "Pacific/Chatham",  # +12:45, in summer +13:45
)


def utc(local: str, zone: str) -> str:
    placed = clock(local).replace(tzinfo=zoneinfo.ZoneInfo(zone))
    return placed.astimezone(dt.UTC).replace(tzinfo=None).isoformat(" ")


@pytest.mark.parametrize("zone", FIVE_ZONES)
@pytest.mark.parametrize(
    ("local", "name"),
    [("2026-11-15 23:30", "2026-W46"), ("2026-11-16 00:10", "2026-W47")],
)
def test_a_jog_belongs_to_the_week_of_its_local_start(zone: str, local: str, name: str) -> None:
    of_person = file("a.fit", run(utc(local, zone)))
    of_position = file(
        "b.fit",
        run(utc(local, zone), local_start=clock(local), zone=zone, zone_source="position"),
    )

    assumed = judged([of_person], zone=zone)
    placed = judged([of_position], zone="UTC", now=dt.datetime(2026, 11, 18, tzinfo=dt.UTC))

    assert len(week(assumed, name).jogs) == len(week(placed, name).jogs) == 1
    assert notes(week(assumed, name), "zone_assumed") == [{"zone": zone, "count": 1}]
    assert notes(week(placed, name), "zone_assumed") == []


@pytest.mark.parametrize("zone", FIVE_ZONES)
@pytest.mark.parametrize(
    ("local", "name"),
    [
        ("2026-11-15 23:30", "2026-W46"),
        ("2026-11-16 00:10", "2026-W47"),
        ("2026-11-15", "2026-W46"),
    ],
)
def test_the_wall_clock_of_a_log_is_right_in_every_zone(zone: str, local: str, name: str) -> None:
    rows = [log("a.csv", lift(LIFTS[0], local), typed(local, 3000.0))]

    found = week(judged(rows, zone=zone, now=dt.datetime(2026, 11, 18, tzinfo=dt.UTC)), name)

    assert (done(found)["lat_pulldown"], done(found)["jog"]) == (1, 1)
    assert notes(found, "zone_assumed") == []


@pytest.mark.parametrize(
    ("start", "local"),
    [
        ("2026-03-29 00:30", "2026-03-29 01:30"),  # the hour before the gap
        ("2026-03-29 01:30", "2026-03-29 03:30"),  # the hour after it
        ("2026-10-25 00:30", "2026-10-25 02:30"),  # the hour that happens twice
        ("2026-10-25 01:30", "2026-10-25 02:30"),
        ("2026-10-25 22:30", "2026-10-25 23:30"),
    ],
)
def test_both_nights_of_summer_time_keep_their_sunday(start: str, local: str) -> None:
    jog = only_jog([file("a.fit", run(start))])

    assert (wall_clock(jog), jog.day) == (clock(local), clock(local).date())


@pytest.mark.parametrize("when", ["2026-03-29 02:30", "2026-10-25 02:30"])
def test_a_logged_hour_that_never_was_or_was_twice_is_judged_by_its_day(when: str) -> None:
    sunday = clock(when).date()
    rows = [log("a.csv", lift(LIFTS[0], when), typed(when, 5200.0))]

    (found, *_) = judged(rows)

    assert found.calendar.end == sunday
    assert (done(found)["lat_pulldown"], found.status) == (1, Status.INCOMPLETE_OVER_LIMIT)
    assert wall_clock(found.jogs[0]) == clock(when)


@pytest.mark.parametrize(
    ("day", "name"),
    [
        ("2019-12-29", "2019-W52"),
        ("2019-12-30", "2020-W01"),
        ("2020-01-04", "2020-W01"),
        ("2020-12-31", "2020-W53"),
        ("2021-01-03", "2020-W53"),
        ("2021-01-04", "2021-W01"),
        ("2023-12-31", "2023-W52"),
        ("2024-01-01", "2024-W01"),
        ("2024-12-29", "2024-W52"),
        ("2024-12-30", "2025-W01"),
        ("2025-01-04", "2025-W01"),
        ("2025-12-29", "2026-W01"),
        ("2026-01-04", "2026-W01"),
        ("2026-12-31", "2026-W53"),
        ("2027-01-03", "2026-W53"),
        ("2027-01-04", "2027-W01"),
    ],
)
def test_the_days_around_new_year_lie_in_their_iso_week(day: str, name: str) -> None:
    now = dt.datetime(2027, 1, 20, tzinfo=dt.UTC)

    weeks = judged([file("a.fit", run(f"{day} 11:00")), log("a.csv", lift(LIFTS[0], day))], now=now)

    assert weeks[0].calendar.id == name
    assert (len(weeks[0].jogs), done(weeks[0])["lat_pulldown"]) == (1, 1)
    assert sum(len(each.jogs) for each in weeks) == 1


def test_every_week_from_the_first_to_now_has_a_value() -> None:
    weeks = judged([file("a.fit", run("2020-12-20 11:00"))])

    starts = [each.calendar.start for each in weeks]
    assert {(b - a).days for a, b in itertools.pairwise(starts)} == {7}
    assert weeks[-1].is_open


@pytest.mark.parametrize(
    ("day", "start"), [("2026-11-14", "2026-11-08"), ("2026-11-15", "2026-11-15")]
)
def test_a_week_can_start_on_sunday(day: str, start: str) -> None:
    weeks = judged([file("a.fit", run(f"{day} 11:00"))], week_start="sunday")

    assert [str(each.calendar.start) for each in weeks if each.jogs] == [start]


def test_the_date_line_moves_a_jog_by_its_own_zone() -> None:
    start = utc("2026-11-16 06:00", "Pacific/Kiritimati")  # still Sunday in Honolulu
    here = run(start, local_start=clock("2026-11-16 06:00"), zone="Pacific/Kiritimati")
    sunday = dt.datetime(2026, 11, 15, 20, tzinfo=dt.UTC)

    at_once = judged([file("a.fit", here)], zone="Pacific/Honolulu", now=sunday)
    later = judged([file("a.fit", here)], zone="Pacific/Honolulu")

    assert [len(each.jogs) for each in at_once] == [0]
    assert [(each.calendar.id, len(each.jogs)) for each in later][-1] == ("2026-W47", 1)


def test_a_recording_of_tomorrow_is_linked_to_the_jog_of_tonight() -> None:
    watch = file("a.fit", run("2026-11-15 22:58"))  # Sunday, 23:58 in Berlin
    phone = file("b.gpx", run("2026-11-15 23:01"))  # Monday, in a week that has not begun
    sunday = dt.datetime(2026, 11, 15, 22, 59, tzinfo=dt.UTC)

    (found,) = judged([watch, phone], now=sunday)

    assert [each.original_name for each in found.jogs[0].source.linked] == ["b.gpx"]


def test_a_programme_with_a_date_does_not_rewrite_the_weeks_before() -> None:
    shorter = ProgrammeEntry(dt.date(2026, 11, 9), limit_m=4000)
    rows = [
        file("a.fit", run("2026-11-08 11:00", 4500.0)),
        file("b.fit", run("2026-11-09 11:00", 4500.0)),
    ]

    weeks = judged(rows, programmes=(shorter,))

    assert [jog.under_limit for each in weeks for jog in each.jogs] == [True, False]


def test_a_programme_that_starts_within_a_week_applies_from_the_next() -> None:
    fewer = ProgrammeEntry(dt.date(2026, 11, 11), exercises=(ExerciseEntry("shrug"),))

    weeks = judged([file("a.fit", run("2026-11-10 11:00"))], programmes=(fewer,))

    assert [each.due for each in weeks] == [4, 1]


def wall_clock(jog: Jog) -> dt.datetime | None:
    return jog.start_local and jog.start_local.replace(tzinfo=None)
