import datetime as dt

import pytest

from pipeline.settings import parse
from pipeline.week import Status

from .rows import file, judged, run

# Pauses by their days in November 2026, and the weeks that are paused by them, with the reason.
# Week 45 is the 2nd to the 8th, week 46 the 9th to the 15th, week 47 the 16th to the 22nd.
TABLE = """
9-15 holiday                          | 46 holiday
8-16 holiday                          | 46 holiday
1-28 holiday                          | 45 holiday; 46 holiday; 47 holiday
10-15 holiday                         |
9-14 holiday                          |
9-12 holiday, 13-15 flu               | 46 holiday, flu
13-15 flu, 9-12 holiday               | 46 holiday, flu
9-13 holiday, 11-15 flu               | 46 holiday, flu
9-12 holiday, 13-15 holiday           | 46 holiday
9-12 holiday, 14-15 flu               |
9-14 holiday, 15-15 flu               | 46 holiday, flu
10-12 holiday, 13-15 flu              |
9-11 a, 12-12 b, 13-15 a              | 46 a, b
9-15 holiday, 12-13 flu               | 46 holiday, flu
9-15 holiday, 16-18 flu               | 46 holiday
5-12 holiday, 13-22 flu               | 46 holiday, flu; 47 flu
2-8 a, 9-15 b, 16-22 c                | 45 a; 46 b; 47 c
9-9 a, 10-10 b, 11-11 a, 12-15 c      | 46 a, b, c
"""
CASES = [tuple(map(str.strip, line.split("|"))) for line in TABLE.splitlines() if line]


def written(pauses: str) -> str:
    entries = []
    for pause in pauses.split(", "):
        days, reason = pause.split()
        first, last = (f"2026-11-{int(day):02d}" for day in days.split("-"))
        entries.append(f'{{from = {first}, to = {last}, reason = "{reason}"}}')
    return f'[people.me]\nzone = "Europe/Berlin"\npauses = [{", ".join(entries)}]'


@pytest.mark.parametrize(("pauses", "paused"), CASES)
def test_a_week_is_paused_when_pauses_cover_each_of_its_days(pauses: str, paused: str) -> None:
    (person,) = parse(written(pauses)).people
    now = dt.datetime(2026, 11, 30, 12, tzinfo=dt.UTC)

    weeks = judged([file("a.fit", run("2026-11-03 06:00"))], pauses=person.pauses, now=now)

    found = [each for each in weeks if each.status == Status.PAUSED]
    assert "; ".join(f"{each.calendar.iso_week} {each.pause}" for each in found) == paused
    assert {each.pause for each in weeks if each not in found} == {None}


@pytest.mark.parametrize(
    ("pauses", "paused"),
    [("9-15 holiday", []), ("8-14 holiday", ["2026-W46"]), ("8-10 a, 11-14 b", ["2026-W46"])],
)
def test_a_week_from_sunday_is_paused_from_its_sunday_to_its_saturday(
    pauses: str, paused: list[str]
) -> None:
    (person,) = parse(written(pauses)).people
    rows = [file("a.fit", run("2026-11-03 06:00"))]

    weeks = judged(rows, pauses=person.pauses, week_start="sunday")

    assert [each.calendar.id for each in weeks if each.pause] == paused


def test_a_jog_in_a_paused_week_is_shown_and_nothing_is_missing() -> None:
    (person,) = parse(written("9-11 holiday, 12-15 flu")).people

    found = judged([file("a.fit", run("2026-11-11 06:00", 5600.0))], pauses=person.pauses)[0]

    assert (found.status, [each.metres for each in found.jogs]) == (Status.PAUSED, [5600.0])
    assert {each.state for each in found.exercises} == {"done", "open"}
