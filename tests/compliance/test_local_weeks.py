import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

import pytest

from pipeline.week import Jog, Week

from .clocks import TOWNS, fit, gpx, offset_seconds, strong, wall_clock
from .rows import Row, done, judged, notes

# Instant in UTC, zone, offset, wall clock there, week from Monday, week from Sunday.
TABLE = """
# Sunday 23:30 and Monday 00:10, half the world round
2026-11-16 09:30:00 | Pacific/Honolulu    | -10:00 | Sun 2026-11-15 23:30:00 | 2026-W46 | 2026-W47
2026-11-16 10:10:00 | Pacific/Honolulu    | -10:00 | Mon 2026-11-16 00:10:00 | 2026-W47 | 2026-W47
2026-11-16 04:30:00 | America/New_York    | -05:00 | Sun 2026-11-15 23:30:00 | 2026-W46 | 2026-W47
2026-11-16 05:10:00 | America/New_York    | -05:00 | Mon 2026-11-16 00:10:00 | 2026-W47 | 2026-W47
2026-11-15 22:30:00 | Europe/Berlin       | +01:00 | Sun 2026-11-15 23:30:00 | 2026-W46 | 2026-W47
2026-11-15 23:10:00 | Europe/Berlin       | +01:00 | Mon 2026-11-16 00:10:00 | 2026-W47 | 2026-W47
2026-11-15 17:45:00 | Asia/Kathmandu      | +05:45 | Sun 2026-11-15 23:30:00 | 2026-W46 | 2026-W47
2026-11-15 18:25:00 | Asia/Kathmandu      | +05:45 | Mon 2026-11-16 00:10:00 | 2026-W47 | 2026-W47
2026-11-15 09:45:00 | Pacific/Chatham     | +13:45 | Sun 2026-11-15 23:30:00 | 2026-W46 | 2026-W47
2026-11-15 10:25:00 | Pacific/Chatham     | +13:45 | Mon 2026-11-16 00:10:00 | 2026-W47 | 2026-W47
2026-06-14 10:45:00 | Pacific/Chatham     | +12:45 | Sun 2026-06-14 23:30:00 | 2026-W24 | 2026-W25
2026-06-14 11:25:00 | Pacific/Chatham     | +12:45 | Mon 2026-06-15 00:10:00 | 2026-W25 | 2026-W25
# Berlin: 02:00 becomes 03:00
2026-03-28 23:10:00 | Europe/Berlin       | +01:00 | Sun 2026-03-29 00:10:00 | 2026-W13 | 2026-W14
2026-03-29 00:59:59 | Europe/Berlin       | +01:00 | Sun 2026-03-29 01:59:59 | 2026-W13 | 2026-W14
2026-03-29 01:00:00 | Europe/Berlin       | +02:00 | Sun 2026-03-29 03:00:00 | 2026-W13 | 2026-W14
2026-03-29 21:30:00 | Europe/Berlin       | +02:00 | Sun 2026-03-29 23:30:00 | 2026-W13 | 2026-W14
2026-03-29 22:10:00 | Europe/Berlin       | +02:00 | Mon 2026-03-30 00:10:00 | 2026-W14 | 2026-W14
# Berlin: 03:00 becomes 02:00
2026-10-24 22:10:00 | Europe/Berlin       | +02:00 | Sun 2026-10-25 00:10:00 | 2026-W43 | 2026-W44
2026-10-25 00:59:59 | Europe/Berlin       | +02:00 | Sun 2026-10-25 02:59:59 | 2026-W43 | 2026-W44
2026-10-25 01:00:00 | Europe/Berlin       | +01:00 | Sun 2026-10-25 02:00:00 | 2026-W43 | 2026-W44
2026-10-25 22:30:00 | Europe/Berlin       | +01:00 | Sun 2026-10-25 23:30:00 | 2026-W43 | 2026-W44
2026-10-25 23:10:00 | Europe/Berlin       | +01:00 | Mon 2026-10-26 00:10:00 | 2026-W44 | 2026-W44
# New York: 02:00 becomes 03:00
2026-03-08 05:10:00 | America/New_York    | -05:00 | Sun 2026-03-08 00:10:00 | 2026-W10 | 2026-W11
2026-03-08 06:59:59 | America/New_York    | -05:00 | Sun 2026-03-08 01:59:59 | 2026-W10 | 2026-W11
2026-03-08 07:00:00 | America/New_York    | -04:00 | Sun 2026-03-08 03:00:00 | 2026-W10 | 2026-W11
2026-03-09 03:30:00 | America/New_York    | -04:00 | Sun 2026-03-08 23:30:00 | 2026-W10 | 2026-W11
2026-03-09 04:10:00 | America/New_York    | -04:00 | Mon 2026-03-09 00:10:00 | 2026-W11 | 2026-W11
# New York: 02:00 becomes 01:00
2026-11-01 04:10:00 | America/New_York    | -04:00 | Sun 2026-11-01 00:10:00 | 2026-W44 | 2026-W45
2026-11-01 05:59:59 | America/New_York    | -04:00 | Sun 2026-11-01 01:59:59 | 2026-W44 | 2026-W45
2026-11-01 06:00:00 | America/New_York    | -05:00 | Sun 2026-11-01 01:00:00 | 2026-W44 | 2026-W45
2026-11-02 04:30:00 | America/New_York    | -05:00 | Sun 2026-11-01 23:30:00 | 2026-W44 | 2026-W45
2026-11-02 05:10:00 | America/New_York    | -05:00 | Mon 2026-11-02 00:10:00 | 2026-W45 | 2026-W45
# Lord Howe: 02:00 becomes 01:30, by half an hour
2026-04-04 13:10:00 | Australia/Lord_Howe | +11:00 | Sun 2026-04-05 00:10:00 | 2026-W14 | 2026-W15
2026-04-04 14:59:59 | Australia/Lord_Howe | +11:00 | Sun 2026-04-05 01:59:59 | 2026-W14 | 2026-W15
2026-04-04 15:00:00 | Australia/Lord_Howe | +10:30 | Sun 2026-04-05 01:30:00 | 2026-W14 | 2026-W15
2026-04-05 13:00:00 | Australia/Lord_Howe | +10:30 | Sun 2026-04-05 23:30:00 | 2026-W14 | 2026-W15
2026-04-05 13:40:00 | Australia/Lord_Howe | +10:30 | Mon 2026-04-06 00:10:00 | 2026-W15 | 2026-W15
# Lord Howe: 02:00 becomes 02:30
2026-10-03 13:40:00 | Australia/Lord_Howe | +10:30 | Sun 2026-10-04 00:10:00 | 2026-W40 | 2026-W41
2026-10-03 15:29:59 | Australia/Lord_Howe | +10:30 | Sun 2026-10-04 01:59:59 | 2026-W40 | 2026-W41
2026-10-03 15:30:00 | Australia/Lord_Howe | +11:00 | Sun 2026-10-04 02:30:00 | 2026-W40 | 2026-W41
2026-10-04 12:30:00 | Australia/Lord_Howe | +11:00 | Sun 2026-10-04 23:30:00 | 2026-W40 | 2026-W41
2026-10-04 13:10:00 | Australia/Lord_Howe | +11:00 | Mon 2026-10-05 00:10:00 | 2026-W41 | 2026-W41
# Chatham: 03:45 becomes 02:45
2026-04-04 10:25:00 | Pacific/Chatham     | +13:45 | Sun 2026-04-05 00:10:00 | 2026-W14 | 2026-W15
2026-04-04 13:59:59 | Pacific/Chatham     | +13:45 | Sun 2026-04-05 03:44:59 | 2026-W14 | 2026-W15
2026-04-04 14:00:00 | Pacific/Chatham     | +12:45 | Sun 2026-04-05 02:45:00 | 2026-W14 | 2026-W15
2026-04-05 10:45:00 | Pacific/Chatham     | +12:45 | Sun 2026-04-05 23:30:00 | 2026-W14 | 2026-W15
2026-04-05 11:25:00 | Pacific/Chatham     | +12:45 | Mon 2026-04-06 00:10:00 | 2026-W15 | 2026-W15
# Chatham: 02:45 becomes 03:45
2026-09-26 11:25:00 | Pacific/Chatham     | +12:45 | Sun 2026-09-27 00:10:00 | 2026-W39 | 2026-W40
2026-09-26 13:59:59 | Pacific/Chatham     | +12:45 | Sun 2026-09-27 02:44:59 | 2026-W39 | 2026-W40
2026-09-26 14:00:00 | Pacific/Chatham     | +13:45 | Sun 2026-09-27 03:45:00 | 2026-W39 | 2026-W40
2026-09-27 09:45:00 | Pacific/Chatham     | +13:45 | Sun 2026-09-27 23:30:00 | 2026-W39 | 2026-W40
2026-09-27 10:25:00 | Pacific/Chatham     | +13:45 | Mon 2026-09-28 00:10:00 | 2026-W40 | 2026-W40
# Santiago: midnight itself becomes 23:00, and in spring 01:00
2025-04-06 02:59:59 | America/Santiago    | -03:00 | Sat 2025-04-05 23:59:59 | 2025-W14 | 2025-W14
2025-04-06 03:00:00 | America/Santiago    | -04:00 | Sat 2025-04-05 23:00:00 | 2025-W14 | 2025-W14
2025-04-06 03:59:59 | America/Santiago    | -04:00 | Sat 2025-04-05 23:59:59 | 2025-W14 | 2025-W14
2025-04-06 04:00:00 | America/Santiago    | -04:00 | Sun 2025-04-06 00:00:00 | 2025-W14 | 2025-W15
2025-09-07 03:59:59 | America/Santiago    | -04:00 | Sat 2025-09-06 23:59:59 | 2025-W36 | 2025-W36
2025-09-07 04:00:00 | America/Santiago    | -03:00 | Sun 2025-09-07 01:00:00 | 2025-W36 | 2025-W37
2025-09-08 02:59:59 | America/Santiago    | -03:00 | Sun 2025-09-07 23:59:59 | 2025-W36 | 2025-W37
2025-09-08 03:00:00 | America/Santiago    | -03:00 | Mon 2025-09-08 00:00:00 | 2025-W37 | 2025-W37
# The same four instants on both sides of the date line
2026-11-15 09:59:00 | Pacific/Kiritimati  | +14:00 | Sun 2026-11-15 23:59:00 | 2026-W46 | 2026-W47
2026-11-15 10:00:00 | Pacific/Kiritimati  | +14:00 | Mon 2026-11-16 00:00:00 | 2026-W47 | 2026-W47
2026-11-16 10:59:00 | Pacific/Kiritimati  | +14:00 | Tue 2026-11-17 00:59:00 | 2026-W47 | 2026-W47
2026-11-16 11:00:00 | Pacific/Kiritimati  | +14:00 | Tue 2026-11-17 01:00:00 | 2026-W47 | 2026-W47
2026-11-15 09:59:00 | Pacific/Pago_Pago   | -11:00 | Sat 2026-11-14 22:59:00 | 2026-W46 | 2026-W46
2026-11-15 10:00:00 | Pacific/Pago_Pago   | -11:00 | Sat 2026-11-14 23:00:00 | 2026-W46 | 2026-W46
2026-11-16 10:59:00 | Pacific/Pago_Pago   | -11:00 | Sun 2026-11-15 23:59:00 | 2026-W46 | 2026-W47
2026-11-16 11:00:00 | Pacific/Pago_Pago   | -11:00 | Mon 2026-11-16 00:00:00 | 2026-W47 | 2026-W47
# Apia: the day after Thursday 29 December 2011 was Saturday the 31st
2011-12-26 09:59:59 | Pacific/Apia        | -10:00 | Sun 2011-12-25 23:59:59 | 2011-W51 | 2011-W52
2011-12-26 10:00:00 | Pacific/Apia        | -10:00 | Mon 2011-12-26 00:00:00 | 2011-W52 | 2011-W52
2011-12-30 09:59:59 | Pacific/Apia        | -10:00 | Thu 2011-12-29 23:59:59 | 2011-W52 | 2011-W52
2011-12-30 10:00:00 | Pacific/Apia        | +14:00 | Sat 2011-12-31 00:00:00 | 2011-W52 | 2011-W52
2012-01-01 09:59:59 | Pacific/Apia        | +14:00 | Sun 2012-01-01 23:59:59 | 2011-W52 | 2012-W01
2012-01-01 10:00:00 | Pacific/Apia        | +14:00 | Mon 2012-01-02 00:00:00 | 2012-W01 | 2012-W01
# The same two instants at the end of a year of 53 weeks
2027-01-03 12:00:00 | Pacific/Kiritimati  | +14:00 | Mon 2027-01-04 02:00:00 | 2027-W01 | 2027-W01
2027-01-03 22:00:00 | Pacific/Kiritimati  | +14:00 | Mon 2027-01-04 12:00:00 | 2027-W01 | 2027-W01
2027-01-03 12:00:00 | Pacific/Chatham     | +13:45 | Mon 2027-01-04 01:45:00 | 2027-W01 | 2027-W01
2027-01-03 22:00:00 | Pacific/Chatham     | +13:45 | Mon 2027-01-04 11:45:00 | 2027-W01 | 2027-W01
2027-01-03 12:00:00 | Asia/Kathmandu      | +05:45 | Sun 2027-01-03 17:45:00 | 2026-W53 | 2027-W01
2027-01-03 22:00:00 | Asia/Kathmandu      | +05:45 | Mon 2027-01-04 03:45:00 | 2027-W01 | 2027-W01
2027-01-03 12:00:00 | Pacific/Honolulu    | -10:00 | Sun 2027-01-03 02:00:00 | 2026-W53 | 2027-W01
2027-01-03 22:00:00 | Pacific/Honolulu    | -10:00 | Sun 2027-01-03 12:00:00 | 2026-W53 | 2027-W01
"""


@dataclass(frozen=True)
class Case:
    """One line of the table."""

    instant: dt.datetime
    zone: str
    offset: str
    weekday: str
    local: dt.datetime
    week: str
    week_from_sunday: str

    @property
    def elsewhere(self) -> str:
        """The zone of a person whose days are others: what the file says must win."""
        return "Pacific/Pago_Pago" if self.offset[0] == "+" else "Pacific/Kiritimati"


def case(line: str) -> Case:
    instant, zone, offset, local, *weeks = (cell.strip() for cell in line.split("|"))
    weekday, _, clock = local.partition(" ")
    at = dt.datetime.fromisoformat(instant + "+00:00")
    return Case(at, zone, offset, weekday, dt.datetime.fromisoformat(clock), *weeks)


CASES = [case(line) for line in TABLE.splitlines() if line and not line.startswith("#")]
each_case = pytest.mark.parametrize("case", CASES, ids=lambda each: f"{each.instant} {each.zone}")


def by_position(case: Case) -> Row:
    return gpx(case.instant, TOWNS[case.zone])


def by_offset_of_a_watch(case: Case) -> Row:
    return fit(case.instant, offset_seconds(case.offset), TOWNS[case.elsewhere])


def by_offset_of_a_phone(case: Case) -> Row:
    return gpx(case.instant, TOWNS[case.elsewhere], case.offset)


def the_jog(case: Case, row: Row, zone: str, **more: str) -> tuple[Week, Jog]:
    weeks = judged([row], zone=zone, now=case.instant + dt.timedelta(days=2), **more)
    (found,) = [(week, jog) for week in weeks for jog in week.jogs]
    return found


def told(case: Case) -> tuple[str, dt.date, str]:
    return case.week, case.local.date(), f"{case.local.isoformat()}{case.offset}"


def said(week: Week, jog: Jog) -> tuple[str, dt.date, str]:
    return week.calendar.id, jog.day, jog.start_local.isoformat() if jog.start_local else ""


@each_case
def test_the_table_agrees_with_itself(case: Case) -> None:
    assert f"{case.local:%a}" == case.weekday
    assert case.local - case.instant.replace(tzinfo=None) == dt.timedelta(
        seconds=offset_seconds(case.offset)
    )


@each_case
def test_an_instant_alone_lies_on_the_day_of_the_person_s_zone(case: Case) -> None:
    week, jog = the_jog(case, fit(case.instant), case.zone)

    assert said(week, jog) == told(case)
    assert notes(week, "zone_assumed") == [{"zone": case.zone, "count": 1}]


@each_case
@pytest.mark.parametrize("by", [by_position, by_offset_of_a_watch, by_offset_of_a_phone])
def test_what_the_file_says_of_its_zone_wins_over_the_person_s(
    case: Case, by: Callable[[Case], Row]
) -> None:
    week, jog = the_jog(case, by(case), case.elsewhere)

    assert said(week, jog) == told(case)
    assert notes(week, "zone_assumed") == []


@each_case
def test_the_wall_clock_of_a_log_is_right_wherever_the_person_is(case: Case) -> None:
    week, jog = the_jog(case, strong(case.local), case.elsewhere)

    assert (week.calendar.id, jog.day, wall_clock(jog)) == (
        case.week,
        case.local.date(),
        case.local,
    )
    assert (done(week)["lat_pulldown"], done(week)["jog"]) == (1, 1)
    assert notes(week, "zone_assumed") == []


@each_case
def test_weeks_from_sunday_are_named_after_the_monday_in_them(case: Case) -> None:
    week, jog = the_jog(case, fit(case.instant), case.zone, week_start="sunday")

    assert (week.calendar.id, jog.day) == (case.week_from_sunday, case.local.date())
    assert week.calendar.start.weekday() == 6
