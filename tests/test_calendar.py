import dataclasses
import datetime as dt

import pytest

from pipeline.calendar import CalendarWeek, weeks_between


@pytest.mark.parametrize(
    ("day", "week"),
    [
        ("2020-12-28", "2020-W53"),
        ("2021-01-03", "2020-W53"),
        ("2021-01-04", "2021-W01"),
        ("2024-12-29", "2024-W52"),
        ("2024-12-30", "2025-W01"),
        ("2025-12-28", "2025-W52"),
        ("2025-12-29", "2026-W01"),
        ("2026-12-27", "2026-W52"),
        ("2026-12-28", "2026-W53"),
        ("2027-01-03", "2026-W53"),
        ("2027-01-04", "2027-W01"),
    ],
)
def test_the_week_runs_from_monday_to_sunday_across_the_year(day: str, week: str) -> None:
    found = CalendarWeek.of(dt.date.fromisoformat(day))

    assert found.id == week
    assert found.start.weekday() == 0
    assert found.start <= dt.date.fromisoformat(day) <= found.end
    assert CalendarWeek.parse(week) == found


@pytest.mark.parametrize(
    ("day", "start", "week"),
    [
        ("2026-11-07", "2026-11-01", "2026-W45"),
        ("2026-11-08", "2026-11-08", "2026-W46"),
        ("2026-11-14", "2026-11-08", "2026-W46"),
        ("2026-12-27", "2026-12-27", "2026-W53"),
        ("2027-01-03", "2027-01-03", "2027-W01"),
    ],
)
def test_a_week_from_sunday_takes_the_name_of_the_monday_inside_it(
    day: str, start: str, week: str
) -> None:
    found = CalendarWeek.of(dt.date.fromisoformat(day), "sunday")

    assert (found.start.isoformat(), found.id) == (start, week)
    assert CalendarWeek.parse(week, "sunday") == found


@pytest.mark.parametrize("text", ["", "2026", "2026-46", "W46", "2025-W53", "2026-W00", "x-W1"])
def test_what_is_no_week_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="week"):
        CalendarWeek.parse(text)


def test_every_day_of_20_years_lies_in_exactly_one_week() -> None:
    first, last = CalendarWeek.parse("2015-W01"), CalendarWeek.parse("2035-W52")

    days = [day for week in weeks_between(first, last) for day in week.days]

    assert len(days) == len(set(days)) == (last.end - first.start).days + 1
    assert all(CalendarWeek.of(day).shift(1).start > day for day in days)


def test_a_week_is_a_value() -> None:
    week = CalendarWeek.parse("2026-W46")

    assert {week, CalendarWeek.of(week.end)} == {week}
    with pytest.raises(dataclasses.FrozenInstanceError):
        week.start = week.end  # type: ignore[misc]
