import datetime as dt
import itertools
import zoneinfo
from pathlib import Path

import polars as pl
import pytest

from pipeline import identity
from pipeline.errors import Code
from pipeline.settings import is_zone
from pipeline.week import Jog, Status

from .clocks import AT_SEA, TOWNS, Place, fit, gpx, wall_clock
from .rows import LIFTS, Row, at, clock, done, file, judged, lift, log, run, typed

SUNDAY_NIGHT = at("2026-11-15 22:30")  # 23:30 in Berlin
LATER = SUNDAY_NIGHT + dt.timedelta(days=2)
HONOLULU, KATHMANDU = TOWNS["Pacific/Honolulu"], TOWNS["Asia/Kathmandu"]


def start_and_week(row: Row) -> tuple[str, str]:
    """Where the one jog begins, and the name of its week, for a person in Berlin."""
    weeks = judged([row], now=LATER)
    ((jog, week),) = [(jog, each.calendar.id) for each in weeks for jog in each.jogs]
    return start(jog), week


def start(jog: Jog) -> str:
    """The weekday, the wall clock and its offset from UTC."""
    assert jog.start_local is not None
    return f"{jog.start_local:%a} {jog.start_local.isoformat(timespec='minutes')[11:]}"


@pytest.mark.parametrize(
    ("seconds", "place", "begins", "week"),
    [
        # What a watch says of its offset; it is rounded to quarters of an hour, up to 14 hours.
        (None, None, "Sun 23:30+01:00", "2026-W46"),
        (None, AT_SEA, "Sun 23:30+01:00", "2026-W46"),
        (None, KATHMANDU, "Mon 04:15+05:45", "2026-W47"),
        (0, KATHMANDU, "Mon 04:15+05:45", "2026-W47"),
        (0, None, "Sun 22:30+00:00", "2026-W46"),
        (1, None, "Sun 22:30+00:00", "2026-W46"),
        (5 * 3600 + 40 * 60, None, "Mon 04:15+05:45", "2026-W47"),
        (5 * 3600 + 50 * 60, None, "Mon 04:15+05:45", "2026-W47"),
        (5 * 3600 + 53 * 60, None, "Mon 04:30+06:00", "2026-W47"),
        (3600 + 7 * 60, None, "Sun 23:30+01:00", "2026-W46"),
        (3600 + 8 * 60, None, "Sun 23:45+01:15", "2026-W46"),
        (12 * 3600 + 45 * 60, HONOLULU, "Mon 11:15+12:45", "2026-W47"),
        (14 * 3600, None, "Mon 12:30+14:00", "2026-W47"),
        (14 * 3600 + 7 * 60, None, "Mon 12:30+14:00", "2026-W47"),
        (14 * 3600 + 8 * 60, None, "Sun 23:30+01:00", "2026-W46"),
        (14 * 3600 + 8 * 60, HONOLULU, "Sun 12:30-10:00", "2026-W46"),
        (-3 * 3600 - 30 * 60, None, "Sun 19:00-03:30", "2026-W46"),
        (-12 * 3600, None, "Sun 10:30-12:00", "2026-W46"),
        (-14 * 3600 - 8 * 60, None, "Sun 23:30+01:00", "2026-W46"),
        (24 * 3600, KATHMANDU, "Mon 04:15+05:45", "2026-W47"),
        (-(2**29), None, "Sun 23:30+01:00", "2026-W46"),
    ],
)
def test_a_watch_is_believed_within_14_hours_then_its_place_then_the_person(
    seconds: int | None, place: Place | None, begins: str, week: str
) -> None:
    assert start_and_week(fit(SUNDAY_NIGHT, seconds, place)) == (begins, week)


@pytest.mark.parametrize(
    ("offset", "place", "begins", "week"),
    [
        ("+02:00", HONOLULU, "Mon 00:30+02:00", "2026-W47"),
        ("+01:00", HONOLULU, "Sun 23:30+01:00", "2026-W46"),
        ("+05:45", HONOLULU, "Mon 04:15+05:45", "2026-W47"),
        ("+05:40", HONOLULU, "Mon 04:10+05:40", "2026-W47"),
        ("+12:45", HONOLULU, "Mon 11:15+12:45", "2026-W47"),
        ("+14:00", HONOLULU, "Mon 12:30+14:00", "2026-W47"),
        ("-00:30", KATHMANDU, "Sun 22:00-00:30", "2026-W46"),
        ("-11:00", KATHMANDU, "Sun 11:30-11:00", "2026-W46"),
        # Z, and what means the same, says when and not where.
        ("Z", KATHMANDU, "Mon 04:15+05:45", "2026-W47"),
        ("+00:00", KATHMANDU, "Mon 04:15+05:45", "2026-W47"),
        ("-00:00", HONOLULU, "Sun 12:30-10:00", "2026-W46"),
        ("Z", AT_SEA, "Sun 23:30+01:00", "2026-W46"),
    ],
)
def test_a_phone_s_written_offset_is_its_zone_and_z_is_none(
    offset: str, place: Place, begins: str, week: str
) -> None:
    assert start_and_week(gpx(SUNDAY_NIGHT, place, offset)) == (begins, week)


@pytest.mark.parametrize("offset", ["+14:01", "-14:15", "+23:00"])
def test_a_phone_s_offset_beyond_14_hours_is_no_time(offset: str) -> None:
    row = gpx(SUNDAY_NIGHT, KATHMANDU, offset)

    assert (row["outcome"], row["code"]) == ("refused", Code.E_TIME_FIELD)


@pytest.mark.parametrize(
    "when",
    [
        "2026-03-29 02:00",  # skipped
        "2026-03-29 02:30",
        "2026-03-29 02:59",
        "2026-10-25 02:00",  # twice
        "2026-10-25 02:30",
        "2026-10-25 02:59",
    ],
)
def test_a_logged_hour_that_never_was_or_was_twice_is_judged_by_its_day(when: str) -> None:
    sunday = clock(when).date()
    rows = [log("a.csv", lift(LIFTS[0], when), typed(when, 5200.0))]

    (found, *_) = judged(rows)

    assert found.calendar.end == sunday
    assert (done(found)["lat_pulldown"], found.status) == (1, Status.INCOMPLETE_OVER_LIMIT)
    assert wall_clock(found.jogs[0]) == clock(when)


def test_the_hour_that_comes_twice_holds_two_jogs_of_a_watch() -> None:
    rows = [file("a.fit", run("2026-10-25 00:30")), file("b.fit", run("2026-10-25 01:30"))]

    found = [jog for each in judged(rows) for jog in each.jogs]

    assert {start(jog) for jog in found} == {"Sun 02:30+02:00", "Sun 02:30+01:00"}


def test_every_zone_the_settings_take_is_one_polars_knows() -> None:
    instants = pl.DataFrame({"starts_at": [SUNDAY_NIGHT]})
    found = sorted(name for name in zone_names() if is_zone(name))

    clocks = instants.select(identity.wall_clock("starts_at", name).alias(name) for name in found)

    assert len(found) > 400
    assert clocks.row(0, named=True) == {
        name: SUNDAY_NIGHT.astimezone(zoneinfo.ZoneInfo(name)).replace(tzinfo=None)
        for name in found
    }


def zone_names() -> set[str]:
    """Every file of the system's folders of zones, not only those it calls zones."""
    folders = [Path(folder) for folder in zoneinfo.TZPATH]
    files = {str(path.relative_to(each)) for each in folders for path in each.rglob("*")}
    return files | zoneinfo.available_timezones()


def test_every_week_from_the_first_to_now_has_a_value() -> None:
    weeks = judged([file("a.fit", run("2020-12-20 11:00"))])

    starts = [each.calendar.start for each in weeks]
    assert {(b - a).days for a, b in itertools.pairwise(starts)} == {7}
    assert weeks[-1].is_open


def test_a_jog_on_a_day_that_has_not_begun_at_home_waits_for_its_week() -> None:
    there = gpx(at("2026-11-15 16:00"), TOWNS["Pacific/Kiritimati"])  # there Monday, 06:00
    sunday = at("2026-11-15 20:00")

    at_once = judged([there], zone="Pacific/Honolulu", now=sunday)
    later = judged([there], zone="Pacific/Honolulu")

    assert [len(each.jogs) for each in at_once] == [0]
    assert [(each.calendar.id, len(each.jogs)) for each in later][-1] == ("2026-W47", 1)


def test_a_recording_of_tomorrow_is_linked_to_the_jog_of_tonight() -> None:
    watch = file("a.fit", run("2026-11-15 22:58"))  # Sunday, 23:58 in Berlin
    phone = file("b.gpx", run("2026-11-15 23:01"))  # Monday, in a week that has not begun
    sunday = dt.datetime(2026, 11, 15, 22, 59, tzinfo=dt.UTC)

    (found,) = judged([watch, phone], now=sunday)

    assert [each.original_name for each in found.jogs[0].source.linked] == ["b.gpx"]


@pytest.mark.parametrize("zone", ["Pacific/Pago_Pago", "UTC", "Pacific/Kiritimati"])
@pytest.mark.parametrize(("day", "week"), [("2026-11-15", "2026-W46"), ("2026-11-16", "2026-W47")])
def test_a_log_that_tells_no_time_keeps_its_day_in_every_zone(
    zone: str, day: str, week: str
) -> None:
    weeks = judged([log("a.csv", lift(LIFTS[0], day), typed(day, 3000.0))], zone=zone, now=LATER)

    counted = [each for each in weeks if each.done]
    assert [(each.calendar.id, each.done, str(each.jogs[0].day)) for each in counted] == [
        (week, 2, day)
    ]
