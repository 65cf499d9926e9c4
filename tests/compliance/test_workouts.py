"""When a logged workout begins and ends, so that a watch may be told to tell of the same."""

import datetime as dt
from typing import Any

import polars as pl
import pytest

from pipeline import compliance
from pipeline.settings import ExerciseEntry, Person, ProgrammeEntry, Settings
from pipeline.tables import readings_of

from .rows import AFTER, BERLIN, LIFTS, Row, at, clock, done, file, judged, lift, log, run, week

TWICE = ProgrammeEntry(exercises=(ExerciseEntry("lat_pulldown", sessions_per_week=2),))
PULL = LIFTS[0]


def watch(start: str, minutes: float = 60, **more: Any) -> Row:  # noqa: ANN401
    """A strength session of a watch with one sure set of pulldowns; its start in Berlin."""
    begins = clock(start) - dt.timedelta(hours=1)
    session = run(str(begins), None, minutes, sport="training", sub_sport="strength_training")
    guess = lift("pulldown", start[:10], activity=0, row=None, day=None, workout="0")
    numbers = {"category": 21, "subtype": 13, "grade": "confirmed"}
    return file("strength.fit", session) | {"sets": [vars(guess) | numbers | more]}


def backwards(row: Row) -> Row:
    """The row of a log that tells its lines from the last to the first."""
    return row | {"sets": row["sets"][::-1]}


def sessions(*rows: Row) -> int:
    return done(week(judged(rows, programmes=(TWICE,))))["lat_pulldown"]


@pytest.mark.parametrize(
    ("ends", "begins", "expected"),
    [
        (None, "18:44", 1),  # where nobody says so, a workout takes three quarters of an hour
        (None, "18:44:01", 2),
        ("18:00", "18:00:30", 1),  # at least a minute
        ("18:00", "18:00:31", 2),
        ("18:30", "18:29", 1),
        ("18:30", "18:29:01", 2),
        ("22:00", "21:59", 1),  # and four hours at most
        ("23:00", "21:59", 1),
        ("23:00", "21:59:01", 2),
    ],
)
def test_a_watch_tells_of_a_logged_workout_that_it_overlaps(
    ends: str | None, begins: str, expected: int
) -> None:
    end = ends and clock(f"2026-11-10 {ends}")
    typed = log("a.csv", lift(PULL, "2026-11-10 18:00", local_end=end))

    assert sessions(watch(f"2026-11-10 {begins}"), typed) == expected


def test_a_workout_without_an_end_ends_where_the_next_of_its_log_begins() -> None:
    first, second = lift(LIFTS[1], "2026-11-10 18:00"), lift(PULL, "2026-11-10 18:20")

    assert sessions(watch("2026-11-10 17:30", 49), log("a.csv", first, second)) == 2
    assert sessions(watch("2026-11-10 17:30", 51), log("a.csv", first, second)) == 1


@pytest.mark.parametrize("ends", [None, clock("2026-11-10 18:45")])
def test_a_watch_tells_of_that_one_of_two_workouts_that_it_overlaps(
    ends: dt.datetime | None,
) -> None:
    starts = ("18:25", "18:00", "13:00", "14:00", "15:00", "16:00")  # the newest first
    two = [
        lift(label, f"2026-11-10 {start}", local_end=ends if start == "18:25" else None)
        for label, start in zip((LIFTS[1], PULL, *[LIFTS[2]] * 4), starts, strict=True)
    ]

    assert sessions(watch("2026-11-10 18:25", 20), log("a.csv", *two)) == 2
    assert sessions(watch("2026-11-10 18:10", 14), log("a.csv", *two)) == 1


def test_sets_of_two_workouts_that_alternate_are_added_up_within_each() -> None:
    twice = ProgrammeEntry(exercises=(ExerciseEntry("lat_pulldown", sets_per_session=2),))
    sets = [lift(PULL, f"2026-11-10 {start}") for start in ("06:00", "18:00", "06:00", "18:00")]

    found = week(judged([log("a.csv", *sets)], programmes=(twice,)))

    assert done(found) == {"lat_pulldown": 2}


@pytest.mark.parametrize(("when", "expected"), [("17:20", 1), ("17:21", 1), ("17:35", 2)])
def test_a_workout_timed_set_by_set_lasts_until_its_last_set(when: str, expected: int) -> None:
    timed = [
        lift(PULL, "2026-11-10", day=None, starts_at=at(f"2026-11-10 {start}"), workout="w")
        for start in ("16:20", "15:40", "16:31")
    ]

    assert sessions(watch(f"2026-11-10 {when}"), log("fitbod.csv", *timed)) == expected


@pytest.mark.parametrize(("workouts", "count"), [("wwww", 1), ("wvww", 2)])
def test_a_workout_over_midnight_belongs_to_the_day_of_its_first_set(
    workouts: str, count: int
) -> None:
    starts = ("22:30", "22:50", "23:10", "23:30")  # Sunday 23:30 to Monday 00:30 in Berlin
    timed = [
        lift(PULL, "2026-11-15", day=None, starts_at=at(f"2026-11-15 {start}"), workout=workout)
        for start, workout in zip(starts, workouts, strict=True)
    ]

    weeks = judged([log("fitbod.csv", *timed)])

    assert [done(each)["lat_pulldown"] for each in weeks] == [count, 0]
    assert [len(each.sessions) for each in weeks] == [count, 0]


def test_a_workout_known_by_its_day_is_the_first_timed_one_of_that_day() -> None:
    rows = [
        log("a.csv", lift(PULL, "2026-11-10 06:00"), lift(LIFTS[1], "2026-11-10 18:00")),
        log("b.csv", lift(PULL, "2026-11-10")),
    ]

    assert sessions(*rows) == 1


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ({"reps": 1}, 1),
        ({"reps": None, "seconds": 1.0}, 1),
        ({"reps": None, "seconds": 0.5}, 1),
        ({"reps": 0, "seconds": 30.0}, 1),
        ({"reps": 0, "seconds": 0.0}, 0),
        ({"reps": None}, 0),
    ],
)
def test_one_repetition_or_any_time_is_a_set(more: dict[str, Any], expected: int) -> None:
    assert sessions(log("a.csv", lift(PULL, "2026-11-10", **more))) == expected


def test_a_set_of_a_watch_that_says_when_it_was_done_is_one_set() -> None:
    timed = watch("2026-11-10 18:00", starts_at=at("2026-11-10 17:05"))

    (found,) = week(judged([timed])).sessions

    assert len(found.sets) == 1


def test_a_watch_that_counted_no_repetition_recorded_strength_of_which_nothing_is_known() -> None:
    found = week(judged([watch("2026-11-10 18:00", kind="skipped", reps=None)])).sessions

    assert [each.why_not for each in found] == ["strength_not_stated"]


def test_a_set_of_no_repetition_is_none_and_asks_about_nothing() -> None:
    found = week(judged([log("a.csv", lift("Pull thing", "2026-11-10", reps=0))]))

    assert found.unknown_names == ()


def test_a_set_that_names_no_activity_was_done_in_the_first_strength_session_of_its_file() -> None:
    jog = run("2026-11-09 06:00", 3000.0)
    strength = [
        run(f"2026-11-{day} 17:00", None, sport="training", sub_sport="strength_training")
        for day in (11, 12)
    ]
    guess = lift("pulldown", "2026-11-10", activity=None, row=None, day=None, workout="0")
    numbers = {"category": 21, "subtype": 13, "grade": "confirmed"}
    row = file("mixed.fit", jog, *strength) | {"sets": [vars(guess) | numbers]}

    found = week(judged([row]))

    assert found.exercises[0].days == ("none", "none", "done", *["none"] * 4)


def test_warm_ups_of_a_workout_with_a_set_are_no_workout_of_their_own() -> None:
    sets = [lift(PULL, "2026-11-10 18:00", kind="warmup"), lift(PULL, "2026-11-10 18:00")]
    other = [lift(PULL, "2026-11-12 18:00", kind=kind) for kind in ("warmup", "skipped")]
    notes = lift("Tired", "2026-11-13 18:00", kind="note", reps=None)

    found = week(judged([backwards(log("a.csv", *sets, *other, notes))]))

    assert [(str(each.day), each.why_not) for each in found.sessions] == [
        ("2026-11-10", None),
        ("2026-11-12", "not_working"),
    ]
    assert found.sessions[1].source.locator == "row 4"


def test_unreadable_lines_are_counted_by_week_with_the_first() -> None:
    broken = [
        lift("x", f"2026-11-{day} 18:00", kind="unreadable", reps=None) for day in (12, 10, 17)
    ]

    weeks = judged([backwards(log("a.csv", lift(PULL, "2026-11-10 18:00"), *broken))])

    told = [
        [note.facts["lines"] for note in each.notes if note.kind == "refused"] for each in weeks
    ]
    assert told == [[2], [1]]
    assert weeks[0].notes[0].facts["where"] == "first line 3"


def names(*rows: Row) -> pl.DataFrame:
    me = Person("me", "Alex", BERLIN)
    return compliance.names(readings_of(rows), Settings((me,)), me, AFTER)


def test_the_names_of_working_sets_are_counted_with_their_days_the_most_frequent_first() -> None:
    sets = [
        *(lift("Bench Press", f"2026-11-{day} 18:00") for day in (12, 10, 10)),
        lift("Arnold Press", "2026-11-10 18:00"),
        lift(PULL, "2026-11-10 18:00"),
        lift("Curl", "2026-11-10 18:00", kind="warmup"),
        lift("Curl", "2026-11-10 18:00", reps=0),
        lift("Curl", "1999-11-10 18:00"),
    ]

    found = names(log("a.csv", *sets))

    assert found.select("label", "sets", "exercise").rows() == [
        ("Bench Press", 3, None),
        ("Arnold Press", 1, None),
        (PULL, 1, "lat_pulldown"),
    ]
    assert found["days"][0].to_list() == [dt.date(2026, 11, 10), dt.date(2026, 11, 12)]
