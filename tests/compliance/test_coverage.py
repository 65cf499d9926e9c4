"""How far the data reaches, and how each exercise and each day of a week stands by it."""

import datetime as dt
from typing import Any

import pytest

from pipeline.settings import Pause
from pipeline.week import ExerciseWeek, Week

from .rows import LIFTS, Row, file, judged, lift, lifting, log, run, track, typed, week

DAYS = ("2026-10-16", "2026-10-17", "2026-11-08", "2026-11-09", "2026-11-15", "2026-11-16")


def jog(day: str, **more: Any) -> Row:  # noqa: ANN401
    return file(f"{day}.fit", run(f"{day} 11:00", **more))


def strength(day: str) -> Row:
    return jog(day, metres=None, sport="training", sub_sport="strength_training")


def exercise(found: Week, name: str) -> ExerciseWeek:
    (one,) = [each for each in found.exercises if each.id == name]
    return one


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


@pytest.mark.parametrize(
    ("name", "activity_until", "with_data"),
    [
        ("2026-W42", "2026-10-17", 2),
        ("2026-W43", "2026-10-17", 2),
        ("2026-W45", "2026-11-08", 3),
        ("2026-W46", "2026-11-15", 4),  # the 30 days begin on 17 October
        ("2026-W47", "2026-11-16", 4),  # and here, up to Tuesday, on 19 October
    ],
)
def test_data_is_counted_over_the_30_days_up_to_the_end_of_the_week(
    name: str, activity_until: str, with_data: int
) -> None:
    found = week(judged([jog(each) for each in DAYS]), name)

    assert found.coverage.activity_until == day(activity_until)
    assert found.coverage.days_with_data_30 == with_data
    assert found.coverage.strength_until is None


def test_a_recording_of_tomorrow_reaches_no_further_than_the_week() -> None:
    noon = dt.datetime(2026, 11, 14, 11, tzinfo=dt.UTC)

    found = week(judged([jog("2026-11-14"), jog("2026-11-15")], now=noon))

    assert (found.coverage.activity_until, found.coverage.days_with_data_30) == (
        day("2026-11-15"),
        1,
    )


@pytest.mark.parametrize(
    ("rows", "until"),
    [
        ([log("a.csv", lift(LIFTS[0], "2026-11-12"))], "2026-11-12"),
        ([log("a.csv", lift("Bench Press", "2026-11-12"))], "2026-11-12"),
        ([log("a.csv", lift(LIFTS[0], "2026-11-12", kind="warmup"))], "2026-11-12"),
        ([strength("2026-11-12")], "2026-11-12"),
        ([strength("2026-11-12"), lifting("2026-11-10 18:00")], "2026-11-12"),
        ([jog("2026-11-12")], None),
        ([log("a.csv", typed("2026-11-12", 3000.0))], None),
    ],
)
def test_logs_and_strength_recordings_tell_until_when_strength_is_known(
    rows: list[Row], until: str | None
) -> None:
    found = week(judged(rows))

    assert found.coverage.strength_until == (until and day(until))


def test_a_strength_recording_tells_nothing_of_what_was_run() -> None:
    found = week(judged([jog("2026-11-05"), strength("2026-11-12")]))

    assert found.coverage.activity_until == day("2026-11-05")
    assert exercise(found, "jog").missing_because == "no_files"


def test_the_files_of_a_week_are_counted_once_with_those_linked() -> None:
    rows = [
        jog("2026-11-10"),
        file("phone.gpx", track("2026-11-10 11:00")),
        lifting("2026-11-12 18:00"),
        jog("2026-11-17"),
    ]

    assert week(judged(rows)).coverage.source_files == 3


@pytest.mark.parametrize(
    ("last", "because"),
    [
        ("2026-11-08", "no_files"),
        ("2026-11-09", "not_recorded"),
        ("2026-11-15", "not_recorded"),
        ("2026-11-16", "not_recorded"),
    ],
)
def test_a_gap_is_one_of_the_training_when_the_data_reaches_into_the_week(
    last: str, because: str
) -> None:
    walk = jog(last, sport="walking")
    bench = log("bench.csv", lift("Bench Press", last))

    found = week(judged([jog("2026-11-01"), walk, bench]))

    assert exercise(found, "jog").missing_because == because
    assert exercise(found, "shrug").missing_because == because


@pytest.mark.parametrize(
    ("now", "state", "because"),
    [
        (dt.datetime(2026, 11, 15, 22, tzinfo=dt.UTC), "open", None),
        (dt.datetime(2026, 11, 15, 23, tzinfo=dt.UTC), "missing", "no_files"),
    ],
)
def test_an_exercise_is_missing_only_when_the_week_is_over(
    now: dt.datetime, state: str, because: str | None
) -> None:
    found = week(judged([jog("2026-11-10")], now=now))

    one = exercise(found, "shrug")
    assert (one.state, one.missing_because) == (state, because)
    assert found.is_open == (state == "open")
    assert found.as_of == day("2026-11-15")


def test_nothing_is_due_in_a_pause() -> None:
    pause = Pause(day("2026-11-09"), day("2026-11-15"), "holiday")

    found = week(judged([jog("2026-11-10")], pauses=(pause,)))

    shrug, jogging = exercise(found, "shrug"), exercise(found, "jog")
    assert (shrug.state, shrug.missing_because) == ("open", "not_due")
    assert (jogging.state, jogging.missing_because) == ("done", None)


@pytest.mark.parametrize(
    ("first", "last", "is_paused"),
    [
        ("2026-11-09", "2026-11-15", True),
        ("2026-11-08", "2026-11-16", True),
        ("2026-11-10", "2026-11-16", False),
        ("2026-11-09", "2026-11-14", False),
    ],
)
def test_a_pause_holds_the_whole_week(first: str, last: str, *, is_paused: bool) -> None:
    pauses = (Pause(day("2025-01-01"), day("2025-02-01"), "a"), Pause(day(first), day(last), "b"))

    found = week(judged([jog("2026-11-10")], pauses=pauses))

    assert found.pause == ("b" if is_paused else None)


def test_days_to_come_are_told_from_days_without() -> None:
    thursday = dt.datetime(2026, 11, 12, 11, tzinfo=dt.UTC)

    found = week(judged([lifting("2026-11-10 18:00")], now=thursday))

    blank = ("none", "none", "none", "none", "future", "future", "future")
    assert exercise(found, "jog").days == blank
    assert exercise(found, "shrug").days == (*blank[:1], "done", *blank[2:])


@pytest.mark.parametrize(
    ("lengths", "mark"),
    [
        ([3000.0], "done"),
        ([None], "unknown"),
        ([3000.0, None], "unknown"),
        ([3000.0, 5000.0], "over"),
        ([None, 5000.0], "over"),
    ],
)
def test_the_worst_jog_of_a_day_decides_what_it_shows(
    lengths: list[float | None], mark: str
) -> None:
    rows = [
        file(f"{hour}.fit", run(f"2026-11-10 {hour}:00", metres))
        for hour, metres in enumerate(lengths, 10)
    ]

    assert exercise(week(judged(rows)), "jog").days == ("none", mark, *["none"] * 5)


@pytest.mark.parametrize(
    ("name", "last_seen"),
    [("2026-W45", "2026-11-08"), ("2026-W46", "2026-11-15"), ("2026-W47", "2026-11-16")],
)
def test_an_exercise_was_last_seen_by_the_end_of_the_week(name: str, last_seen: str) -> None:
    logs = [lifting(f"{each} 18:00") for each in DAYS]
    told = [row | {"sha256": f"{-at % 8:064x}"} for at, row in enumerate(logs)]

    found = week(judged([*map(jog, DAYS), *told]), name)

    assert {each.last_seen for each in found.exercises} == {day(last_seen)}


def test_an_exercise_that_was_never_seen_has_no_last_day() -> None:
    found = week(judged([jog("2026-11-10"), lifting(labels=LIFTS[:1])]))

    assert exercise(found, "shrug").last_seen is None


def test_an_exercise_says_by_what_means_it_is_known_when_it_counts() -> None:
    rows = [
        jog("2026-11-10"),
        log("a.csv", typed("2026-11-12", 3000.0), lift(LIFTS[0], "2026-11-12")),
    ]

    found = week(judged(rows))

    assert exercise(found, "jog").evidence == ("device", "self_logged")
    assert exercise(found, "lat_pulldown").evidence == ("self_logged",)
    assert exercise(found, "shrug").evidence == ()
