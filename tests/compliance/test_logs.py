import datetime as dt
from typing import Any

import pytest

from tests.compliance.rows import LIFTS, done, judged, lift, log, notes, typed, week

UTC = dt.UTC


def instant(label: str, when: dt.datetime, **more: Any) -> Any:  # noqa: ANN401
    """A set of a log that states an instant and no wall clock."""
    return lift(label, f"{when:%Y-%m-%d %H:%M}", day=None, local_start=None, starts_at=when, **more)


@pytest.mark.parametrize(
    ("zone", "name"),
    [
        ("Europe/London", "2026-W45"),
        ("Europe/Berlin", "2026-W46"),
        ("America/New_York", "2026-W45"),
    ],
)
def test_a_set_with_an_instant_belongs_to_the_day_of_the_person(zone: str, name: str) -> None:
    sunday_late = dt.datetime(2026, 11, 8, 23, 30, tzinfo=UTC)

    weeks = judged([log("fitbod.csv", instant("Shrug", sunday_late))], zone=zone)

    assert done(week(weeks, name))["shrug"] == 1


def test_a_run_with_an_instant_belongs_to_the_day_of_the_person() -> None:
    sunday_late = dt.datetime(2026, 11, 8, 23, 30, tzinfo=UTC)
    run = instant("Running", sunday_late, reps=None, metres=4_000.0)

    (jog,) = week(judged([log("fitbod.csv", run)])).jogs

    assert (str(jog.day), jog.metres) == ("2026-11-09", 4_000.0)
    assert str(jog.start_local) == "2026-11-09 00:30:00+01:00"


def test_a_line_nobody_could_read_is_told_of_in_its_week() -> None:
    broken = lift("Shrug", "2026-11-10 18:00", kind="unreadable", reps=None)
    problems = [
        {"code": "E_TIME_FIELD", "where": "line 3, column Reps", "text": "1o"},
        {"code": "E_CSV_ROW", "where": "line 3, column Weight", "text": "1k"},
    ]
    row = log("strong.csv", lift("Shrug", "2026-11-03 18:00"), broken) | {"problems": problems}

    weeks = judged([row])

    (facts,) = notes(week(weeks), "refused")
    assert (facts["lines"], facts["where"], facts["text"]) == (1, "first line 3, column Reps", "1o")
    assert facts["code"] == "E_TIME_FIELD"
    assert done(week(weeks))["shrug"] == 0
    assert notes(week(weeks, "2026-W45"), "refused") == []


def test_a_week_of_unreadable_lines_alone_is_no_week_without_files() -> None:
    good = lift("Shrug", "2026-11-03 18:00")
    broken = lift("Shrug", "2026-11-10 18:00", kind="unreadable", reps=None)

    assert week(judged([log("strong.csv", good, broken)])).status.value == "incomplete"


def test_lines_without_a_day_are_told_of_when_the_file_was_seen() -> None:
    good = lift("Shrug", "2026-11-03 18:00")
    broken = lift("", "2026-11-10 18:00", kind="unreadable", day=None, local_start=None)

    found = [
        note
        for each in judged([log("strong.csv", good, broken)])
        for note in notes(each, "refused")
    ]

    assert [(facts["lines"], facts["code"]) for facts in found] == [(1, "E_VALUE_RANGE")]


def test_a_workout_moved_from_one_app_to_another_counts_once() -> None:
    sets = (lift("Lat Pulldown (Cable)", "2026-11-10 18:02"), typed("2026-11-10 18:02", 4_000.0))
    hevy = log("hevy.csv", *sets) | {"app": "Hevy"}

    found = week(judged([log("strong.csv", *sets), hevy]))

    assert (done(found)["lat_pulldown"], done(found)["jog"], len(found.jogs)) == (1, 1, 1)


def test_a_log_that_was_replaced_counts_for_nothing() -> None:
    sets = lift("Shrug", "2026-11-10 18:00"), typed("2026-11-10 18:00", 4_000.0)
    old = log("old.csv", *sets) | {"outcome": "superseded"}
    new = log("new.csv", lift("Lat Pulldown (Cable)", "2026-11-11 18:00"))

    found = done(week(judged([old, new])))

    assert found == {"lat_pulldown": 1, "glute_bridge": 0, "shrug": 0, "jog": 0}


@pytest.mark.parametrize("sha256", ["0" * 64, "f" * 64])
def test_a_copy_of_one_of_two_workouts_close_together_makes_one_of_them_no_longer(
    sha256: str,
) -> None:
    two = log("two.csv", lift(LIFTS[0], "2026-11-12 06:05"), lift(LIFTS[0], "2026-11-12 06:20"))
    one = log("one.csv", lift(LIFTS[0], "2026-11-12 06:05")) | {"sha256": sha256}

    assert done(week(judged([two, one])))["lat_pulldown"] == 2
