"""Local days and the weeks they belong to: the one place that knows when a week starts."""

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

WeekStart = Literal["monday", "sunday"]
MONDAY: WeekStart = "monday"
ONE_DAY = dt.timedelta(days=1)
ONE_WEEK = dt.timedelta(days=7)
NAME = re.compile(r"([1-9][0-9]{3})-[Ww]([0-9]{1,2})")


@dataclass(frozen=True, order=True)
class CalendarWeek:
    """Seven local days, named after the ISO week of their Monday.

    A week that starts on Sunday takes the name of the Monday inside it.
    """

    start: dt.date
    week_start: WeekStart = MONDAY

    @classmethod
    def of(cls, day: dt.date, week_start: WeekStart = MONDAY) -> "CalendarWeek":
        """Return the week a local day lies in."""
        back = day.weekday() if week_start == MONDAY else (day.weekday() + 1) % 7
        return cls(day - dt.timedelta(days=back), week_start)

    @classmethod
    def parse(cls, text: str, week_start: WeekStart = MONDAY) -> "CalendarWeek":
        """Return the week called `2026-W46`; raises ValueError for anything else."""
        name = NAME.fullmatch(text)
        year, number = map(int, name.groups()) if name else (0, 0)
        try:
            monday = dt.date.fromisocalendar(year, number, 1)
        except ValueError as fault:
            message = f"{text!r} is not a week: write it as 2026-W46"
            raise ValueError(message) from fault
        return cls.of(monday, week_start)

    @property
    def monday(self) -> dt.date:
        """The Monday that names this week."""
        return self.start if self.week_start == MONDAY else self.start + ONE_DAY

    @property
    def end(self) -> dt.date:
        """The last day, included."""
        return self.start + 6 * ONE_DAY

    @property
    def iso_year(self) -> int:
        """The ISO year, which is not always the year of the first day."""
        return self.monday.isocalendar().year

    @property
    def iso_week(self) -> int:
        """The ISO week, 1 to 53."""
        return self.monday.isocalendar().week

    @property
    def id(self) -> str:
        """Name of the week in files and links: `2026-W46`."""
        return f"{self.iso_year:04d}-W{self.iso_week:02d}"

    @property
    def days(self) -> tuple[dt.date, ...]:
        """The seven days, in order."""
        return tuple(self.start + index * ONE_DAY for index in range(7))

    def shift(self, weeks: int) -> "CalendarWeek":
        """Return the week so many weeks later, or earlier when negative."""
        return CalendarWeek(self.start + weeks * ONE_WEEK, self.week_start)


def weeks_between(first: CalendarWeek, last: CalendarWeek) -> Iterator[CalendarWeek]:
    """Yield every week from the first to the last, both included, without gaps."""
    week = first
    while week.start <= last.start:
        yield week
        week = week.shift(1)
