import dataclasses

import pytest

from pipeline.calendar import CalendarWeek, WeekStart, weeks_between


@pytest.mark.parametrize("week_start", ["monday", "sunday"])
@pytest.mark.parametrize(
    "text",
    [
        *("", "2026", "2026-46", "W46", "2025-W53", "2026-W00", "2026-W54", "x-W1", "2026-W"),
        *("2026-W4_6", "2026-W046", "2_026-W46", "+2026-W46", "-2026-W4", "26-W46", "0001-W01"),
        *(" 2026-W46", "2026-W46 ", "2026-W46\n", "2026-W-1", "２０２６-W46", "2026-W46-1"),
    ],
)
def test_what_is_no_week_is_refused_with_one_that_is(text: str, week_start: WeekStart) -> None:
    with pytest.raises(ValueError, match="is not a week: write it as 2026-W46"):
        CalendarWeek.parse(text, week_start)


@pytest.mark.parametrize("text", ["2026-W06", "2026-w06", "2026-W6"])
def test_a_week_may_be_typed_in_small_letters_and_without_its_nought(text: str) -> None:
    assert CalendarWeek.parse(text).id == "2026-W06"


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
