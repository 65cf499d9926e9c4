import pytest

from pipeline.calendar import CalendarWeek, weeks_between


@pytest.mark.parametrize("text", ["", "2026", "2026-46", "W46", "2025-W53", "2026-W00", "x-W1"])
def test_what_is_no_week_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="week"):
        CalendarWeek.parse(text)


def test_every_day_of_20_years_lies_in_exactly_one_week() -> None:
    first, last = CalendarWeek.parse("2015-W01"), CalendarWeek.parse("2035-W52")

    days = [day for week in weeks_between(first, last) for day in week.days]

    assert len(days) == len(set(days)) == (last.end - first.start).days + 1
    assert all(CalendarWeek.of(day).shift(1).start > day for day in days)
