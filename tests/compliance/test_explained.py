"""Whatever does not count says why, and where it was read."""

import datetime as dt
from typing import Any

import pytest

from pipeline.settings import ExerciseEntry, ProgrammeEntry
from pipeline.tables import LoggedSet
from pipeline.week import Status, Week

from .rows import LIFTS, clock, done, file, judged, lift, log, run, week

PULL, BRIDGE, SHRUG = LIFTS
WHEN = "2026-11-10 18:00"


def of(*sets: LoggedSet, **more: Any) -> Week:  # noqa: ANN401
    return week(judged([log("log.csv", *sets)], **more))


def left(found: Week) -> list[tuple[str, str, str | None, int, str | None]]:
    return [
        (each.label, each.why, each.exercise, each.sets, each.source.locator)
        for each in found.left_out
    ]


@pytest.mark.parametrize(
    ("one", "expected"),
    [
        (lift("Bench Press", WHEN), ("Bench Press", "other_exercise", None, 1, "row 3")),
        (lift("Pull thing", WHEN), ("Pull thing", "not_known", None, 1, "row 3")),
        (lift("Nope", WHEN), ("Nope", "settled_none", None, 1, "row 3")),
        (lift(SHRUG, WHEN, kind="warmup"), (SHRUG, "warmup", "shrug", 1, "row 3")),
        (lift(SHRUG, WHEN, kind="skipped"), (SHRUG, "skipped", "shrug", 1, "row 3")),
        (lift(SHRUG, WHEN, reps=None), (SHRUG, "no_reps", "shrug", 1, "row 3")),
        (lift(SHRUG, WHEN, reps=0), (SHRUG, "no_reps", "shrug", 1, "row 3")),
    ],
)
def test_a_set_that_counts_for_nothing_says_why_and_on_which_line(
    one: LoggedSet, expected: tuple[str, str, str | None, int, str | None]
) -> None:
    found = of(lift(PULL, WHEN), one, names={"Nope": "none"})

    assert left(found) == [expected]
    assert done(found)["shrug"] == 0


def test_what_counts_is_not_among_what_is_left_out() -> None:
    assert left(of(*(lift(each, WHEN) for each in LIFTS))) == []


@pytest.mark.parametrize("kind", ["rest", "note"])
def test_rest_timers_and_notes_are_no_sets_and_are_not_told_of(kind: str) -> None:
    assert left(of(lift(PULL, WHEN), lift(PULL, WHEN, kind=kind))) == []


def test_sets_of_one_name_are_one_line_with_their_days_and_rows() -> None:
    bench = [lift("Bench Press", f"2026-11-{day} 18:00") for day in (10, 10, 12)]

    (found,) = of(*bench).left_out

    assert (found.sets, found.source.locator) == (3, "rows 2–4")
    assert found.days == (dt.date(2026, 11, 10), dt.date(2026, 11, 12))


def test_a_session_with_too_few_sets_is_listed_and_not_counted() -> None:
    three = ProgrammeEntry(exercises=(ExerciseEntry("shrug", sets_per_session=3),))
    twice = [lift(SHRUG, "2026-11-10 18:00") for _ in range(2)]
    enough = [lift(SHRUG, "2026-11-12 18:00") for _ in range(3)]

    found = of(*twice, *enough, programmes=(three,))

    assert [(each.counted, each.why_not) for each in found.sessions] == [
        (True, None),
        (False, "too_few_sets"),
    ]
    assert done(found) == {"shrug": 1}


def test_an_exercise_that_was_not_asked_for_that_week_is_listed_and_not_counted() -> None:
    only = ProgrammeEntry(exercises=(ExerciseEntry("shrug"),))

    found = of(lift(SHRUG, WHEN), lift(PULL, WHEN), programmes=(only,))

    assert [(each.exercise, each.why_not) for each in found.sessions] == [
        ("shrug", None),
        ("lat_pulldown", "not_asked"),
    ]
    assert found.status is Status.ON_PLAN


@pytest.mark.parametrize(
    ("label", "how"),
    [("Shrug (Dumbbell)", "exact"), ("My shrugs", "alias"), (PULL, "rule")],
)
def test_a_session_says_how_its_name_was_known(label: str, how: str) -> None:
    (found,) = of(lift(label, WHEN), names={"My shrugs": "shrug"}).sessions

    assert found.recognised_by == how


@pytest.mark.parametrize(
    ("more", "day_source"),
    [
        ({}, "settings"),
        ({"local_start": clock(WHEN), "zone": "Asia/Tokyo", "zone_source": "position"}, "position"),
        ({"local_start": clock(WHEN), "zone": "+01:00", "zone_source": "file"}, "file"),
    ],
)
def test_a_jog_says_how_its_day_is_known(more: dict[str, Any], day_source: str) -> None:
    found = week(judged([file("a.fit", run(WHEN, **more))]))

    assert (found.jogs[0].day_source, found.sessions[0].day_source) == (day_source, day_source)


@pytest.mark.parametrize(
    ("one", "day_source"),
    [
        (lift(SHRUG, WHEN), "log"),
        (lift(SHRUG, "2026-11-10"), "log"),
        (
            lift(
                SHRUG,
                WHEN,
                day=None,
                local_start=None,
                starts_at=clock(WHEN).replace(tzinfo=dt.UTC),
            ),
            "settings",
        ),
    ],
)
def test_a_logged_session_says_how_its_day_is_known(one: LoggedSet, day_source: str) -> None:
    (found,) = of(one).sessions

    assert found.day_source == day_source
