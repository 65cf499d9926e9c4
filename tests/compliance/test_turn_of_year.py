import datetime as dt

import polars as pl
import pytest

from pipeline.calendar import CalendarWeek, WeekStart
from pipeline.compliance import rules

from .rows import LIFTS, done, file, judged, lift, log, run

# Day, its week when weeks start on Monday, and when they start on Sunday.
TABLE = """
# Any week of the year
Sat 2026-11-07 2026-W45 2026-W45
Sun 2026-11-08 2026-W45 2026-W46
Mon 2026-11-09 2026-W46 2026-W46
Sat 2026-11-14 2026-W46 2026-W46
Sun 2026-11-15 2026-W46 2026-W47
# 2015 has 53 weeks
Sun 2015-12-27 2015-W52 2015-W53
Mon 2015-12-28 2015-W53 2015-W53
Tue 2015-12-29 2015-W53 2015-W53
Wed 2015-12-30 2015-W53 2015-W53
Thu 2015-12-31 2015-W53 2015-W53
Fri 2016-01-01 2015-W53 2015-W53
Sat 2016-01-02 2015-W53 2015-W53
Sun 2016-01-03 2015-W53 2016-W01
Mon 2016-01-04 2016-W01 2016-W01
# 2016 has 52
Thu 2016-12-29 2016-W52 2016-W52
Fri 2016-12-30 2016-W52 2016-W52
Sat 2016-12-31 2016-W52 2016-W52
Sun 2017-01-01 2016-W52 2017-W01
Mon 2017-01-02 2017-W01 2017-W01
Tue 2017-01-03 2017-W01 2017-W01
Wed 2017-01-04 2017-W01 2017-W01
# 2019 has 52
Sun 2019-12-29 2019-W52 2020-W01
Mon 2019-12-30 2020-W01 2020-W01
Tue 2019-12-31 2020-W01 2020-W01
Wed 2020-01-01 2020-W01 2020-W01
Thu 2020-01-02 2020-W01 2020-W01
Fri 2020-01-03 2020-W01 2020-W01
Sat 2020-01-04 2020-W01 2020-W01
# 2020 has 53
Sun 2020-12-27 2020-W52 2020-W53
Mon 2020-12-28 2020-W53 2020-W53
Tue 2020-12-29 2020-W53 2020-W53
Wed 2020-12-30 2020-W53 2020-W53
Thu 2020-12-31 2020-W53 2020-W53
Fri 2021-01-01 2020-W53 2020-W53
Sat 2021-01-02 2020-W53 2020-W53
Sun 2021-01-03 2020-W53 2021-W01
Mon 2021-01-04 2021-W01 2021-W01
# 2023 has 52
Fri 2023-12-29 2023-W52 2023-W52
Sat 2023-12-30 2023-W52 2023-W52
Sun 2023-12-31 2023-W52 2024-W01
Mon 2024-01-01 2024-W01 2024-W01
Tue 2024-01-02 2024-W01 2024-W01
Wed 2024-01-03 2024-W01 2024-W01
Thu 2024-01-04 2024-W01 2024-W01
# 2024 has 52
Sun 2024-12-29 2024-W52 2025-W01
Mon 2024-12-30 2025-W01 2025-W01
Tue 2024-12-31 2025-W01 2025-W01
Wed 2025-01-01 2025-W01 2025-W01
Thu 2025-01-02 2025-W01 2025-W01
Fri 2025-01-03 2025-W01 2025-W01
Sat 2025-01-04 2025-W01 2025-W01
# 2025 has 52
Mon 2025-12-29 2026-W01 2026-W01
Tue 2025-12-30 2026-W01 2026-W01
Wed 2025-12-31 2026-W01 2026-W01
Thu 2026-01-01 2026-W01 2026-W01
Fri 2026-01-02 2026-W01 2026-W01
Sat 2026-01-03 2026-W01 2026-W01
Sun 2026-01-04 2026-W01 2026-W02
# 2026 has 53
Sun 2026-12-27 2026-W52 2026-W53
Mon 2026-12-28 2026-W53 2026-W53
Tue 2026-12-29 2026-W53 2026-W53
Wed 2026-12-30 2026-W53 2026-W53
Thu 2026-12-31 2026-W53 2026-W53
Fri 2027-01-01 2026-W53 2026-W53
Sat 2027-01-02 2026-W53 2026-W53
Sun 2027-01-03 2026-W53 2027-W01
Mon 2027-01-04 2027-W01 2027-W01
"""
DAYS = [line.split() for line in TABLE.splitlines() if line and not line.startswith("#")]
DAYS_FROM: tuple[WeekStart, WeekStart] = ("monday", "sunday")
CASES = [
    (weekday, dt.date.fromisoformat(day), week_start, name)
    for weekday, day, *names in DAYS
    for week_start, name in zip(DAYS_FROM, names, strict=True)
]
each_case = pytest.mark.parametrize(("weekday", "day", "week_start", "name"), CASES)


@each_case
def test_a_day_lies_in_the_week_named_after_its_monday(
    weekday: str, day: dt.date, week_start: WeekStart, name: str
) -> None:
    week = CalendarWeek.of(day, week_start)

    assert (f"{day:%a}", week.id) == (weekday, name)
    assert f"{week.start:%A}".lower() == week_start
    assert week.start <= day <= week.end
    assert CalendarWeek.parse(name, week_start) == week


@each_case
def test_a_jog_and_a_set_of_a_day_count_in_its_week_and_no_other(
    weekday: str, day: dt.date, week_start: WeekStart, name: str
) -> None:
    rows = [file("a.fit", run(f"{day} 11:00")), log("a.csv", lift(LIFTS[0], str(day)))]
    now = dt.datetime.combine(day, dt.time(12), dt.UTC) + dt.timedelta(days=8)

    weeks = judged(rows, week_start=week_start, now=now)

    counted = [(each.calendar.id, done(each)["jog"], done(each)["lat_pulldown"]) for each in weeks]
    assert counted[0] == (name, 1, 1), weekday
    assert {tuple(each[1:]) for each in counted[1:]} == {(0, 0)}


@pytest.mark.parametrize("week_start", DAYS_FROM)
def test_polars_and_python_agree_on_the_week_of_every_day_of_37_years(
    week_start: WeekStart,
) -> None:
    first, last = dt.date(1999, 1, 1), dt.date(2035, 12, 31)
    days = pl.DataFrame({"day": pl.date_range(first, last, eager=True)})

    found = days.with_columns(week=rules.week_of(week_start))

    assert found.height == 13_514
    for day, start in found.iter_rows():
        week = CalendarWeek.of(day, week_start)
        assert (week.start, week.week_start) == (start, week_start)
        assert 0 <= (day - start).days <= 6
        assert CalendarWeek.parse(week.id, week_start) == week
