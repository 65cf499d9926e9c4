import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest

from pipeline.programme import prescriptions
from pipeline.settings import parse
from pipeline.week import Status, Week

from .rows import LIFTS, Row, done, file, judged, lift, lifting, log, run, week

LATER = dt.datetime(2026, 12, 1, 12, tzinfo=dt.UTC)
DAYS = ("2026-11-09", "2026-11-10", "2026-11-11", "2026-11-12")  # Monday to Thursday of week 46
PLANK = '{id = "plank", name = "Planks", names = ["My Plank"]}'
USUAL = '"lat_pulldown", "glute_bridge", "shrug", "jog"'


def of(settings: str) -> dict[str, Any]:
    """What these settings ask for, as they are written in backfour.toml."""
    checked = parse(f'{settings}\n[people.me]\nzone = "Europe/Berlin"')
    prescriptions.check(checked)
    return {"programmes": checked.programmes, "week_start": checked.week_start}


def jog(day: str, metres: float = 3000.0) -> Row:
    return file(f"{day}.fit", run(f"{day} 06:00", metres))


def shrugs(day: str, sets: int = 1) -> Row:
    return log(f"{day}.csv", *[lift(LIFTS[2], f"{day} 18:00")] * sets)


def limits(weeks: list[Week]) -> dict[str, tuple[float, list[bool | None]]]:
    return {
        each.calendar.id: (each.rules.limit_m, [jog.under_limit for jog in each.jogs])
        for each in weeks
    }


@pytest.mark.parametrize(
    ("week_start", "since", "first"),
    [
        ("monday", "2026-11-08", "2026-W46"),
        ("monday", "2026-11-09", "2026-W46"),
        ("monday", "2026-11-10", "2026-W47"),
        ("monday", "2026-11-12", "2026-W47"),
        ("monday", "2026-11-15", "2026-W47"),
        ("monday", "2026-11-16", "2026-W47"),
        ("monday", "2026-11-17", "2026-W48"),
        ("sunday", "2026-11-07", "2026-W46"),
        ("sunday", "2026-11-08", "2026-W46"),
        ("sunday", "2026-11-09", "2026-W47"),
        ("sunday", "2026-11-14", "2026-W47"),
        ("sunday", "2026-11-15", "2026-W47"),
        ("sunday", "2026-11-16", "2026-W48"),
    ],
)
def test_a_change_applies_from_the_first_week_that_begins_on_its_day_or_later(
    week_start: str, since: str, first: str
) -> None:
    wednesdays = ("2026-11-04", "2026-11-11", "2026-11-18", "2026-11-25")
    asked = of(f'week_start = "{week_start}"\nprogramme = [{{from = {since}, limit_m = 4000}}]')

    weeks = judged([jog(day, 4500.0) for day in wednesdays], now=LATER, **asked)

    with_jogs = {name: told for name, told in limits(weeks).items() if told[1]}
    assert with_jogs == {
        name: (4000.0, [False]) if name >= first else (5000.0, [True])
        for name in ("2026-W45", "2026-W46", "2026-W47", "2026-W48")
    }


def test_of_several_changes_each_holds_until_the_next_whatever_their_order() -> None:
    asked = of(
        "programme = [{from = 2026-11-16, limit_m = 6000}, {limit_m = 3000},"
        " {from = 2026-11-09, limit_m = 4000}]"
    )

    weeks = judged([jog("2026-11-04", 3500.0)], **asked)

    assert [each.rules.limit_m for each in weeks] == [3000.0, 4000.0, 6000.0]


def test_a_change_of_exercises_leaves_the_limit_as_it_usually_is() -> None:
    asked = of("programme = [{limit_m = 3000}, {from = 2026-11-16, exercises = ['shrug', 'jog']}]")

    weeks = judged([jog("2026-11-11")], **asked)

    assert [(each.rules.limit_m, each.due) for each in weeks] == [(3000.0, 4), (5000.0, 2)]


@pytest.mark.parametrize(
    ("limit_m", "metres", "under"),
    [
        (3000, 2999.999, True),
        (3000, 3000.0, False),
        (3000, 3000.001, False),
        (3000, 4999.0, False),
        (10_000, 9999.999, True),
        (10_000, 10_000.0, False),
        (10_000, 5000.0, True),
        (4999.5, 4999.49, True),
        (4999.5, 4999.5, False),
    ],
)
def test_a_jog_must_stay_under_the_limit_of_the_programme(
    limit_m: float, metres: float, under: bool
) -> None:
    found = week(
        judged([jog(DAYS[0], metres), lifting()], **of(f"programme = [{{limit_m = {limit_m}}}]"))
    )

    assert [each.under_limit for each in found.jogs] == [under]
    assert found.status == (Status.ON_PLAN if under else Status.OVER_LIMIT)


@pytest.mark.parametrize("make", [jog, shrugs])
@pytest.mark.parametrize(
    ("required", "sessions", "state"),
    [
        (2, 0, "missing"),
        (2, 1, "missing"),
        (2, 2, "done"),
        (2, 3, "done"),
        (3, 1, "missing"),
        (3, 2, "missing"),
        (3, 3, "done"),
        (3, 4, "done"),
    ],
)
def test_so_many_sessions_a_week_need_as_many(
    make: Callable[[str], Row],
    required: int,
    sessions: int,
    state: str,
) -> None:
    exercise = "jog" if make is jog else "shrug"
    asked = of(
        f'programme = [{{exercises = [{{id = "{exercise}", sessions_per_week = {required}}}]}}]'
    )
    rows = [jog("2026-11-04"), *(make(day) for day in DAYS[:sessions])]

    found = week(judged(rows, **asked))

    (told,) = found.exercises
    assert (told.state, told.sessions, told.required) == (state, sessions, required)
    status = Status.ON_PLAN if state == "done" else Status.INCOMPLETE
    assert found.status == (status if sessions else Status.NO_DATA)


@pytest.mark.parametrize(
    ("per_day", "sessions", "days"),
    [
        ([2], 0, []),
        ([3], 1, [0]),
        ([4], 1, [0]),
        ([1, 2], 0, []),  # three in the week, but on two days
        ([2, 3], 1, [1]),
        ([3, 1, 3], 2, [0, 2]),
    ],
)
def test_a_session_with_fewer_than_three_sets_does_not_count(
    per_day: list[int], sessions: int, days: list[int]
) -> None:
    asked = of('programme = [{exercises = [{id = "shrug", sets_per_session = 3}]}]')
    rows = [shrugs(day, sets) for day, sets in zip(DAYS, per_day, strict=False)]

    (told,) = week(judged(rows, **asked)).exercises

    assert told.sessions == sessions
    assert told.state == ("done" if sessions else "missing")
    assert [place for place, mark in enumerate(told.days) if mark == "done"] == days


def test_two_sessions_of_three_sets_each_need_six_sets_on_two_days() -> None:
    asked = of(
        "programme = [{exercises = [{id = 'shrug', sessions_per_week = 2, sets_per_session = 3}]}]"
    )

    short = week(judged([shrugs(DAYS[0], 6)], **asked))
    right = week(judged([shrugs(DAYS[0], 3), shrugs(DAYS[2], 3)], **asked))

    assert (short.status, right.status) == (Status.INCOMPLETE, Status.ON_PLAN)


@pytest.mark.parametrize(
    ("label", "done_of_plank"),
    [("My Plank", 1), ("my plank", 1), ("MY-PLANK", 1), ("My Planks", 0), ("Plank", 0)],
)
def test_a_fifth_exercise_is_asked_for_from_its_day_on_by_its_own_names(
    label: str, done_of_plank: int
) -> None:
    asked = of(f"programme = [{{from = 2026-11-09, exercises = [{USUAL}, {PLANK}]}}]")
    rows = [jog("2026-11-04"), jog(DAYS[0]), lifting(labels=(*LIFTS, label))]

    weeks = judged(rows, **asked)

    assert [(each.done, each.due) for each in weeks] == [(1, 4), (4 + done_of_plank, 5), (0, 5)]
    assert done(weeks[1])["plank"] == done_of_plank
    assert [each.name for each in weeks[1].exercises][-1] == "Planks"


def test_an_exercise_that_is_taken_out_is_not_asked_for_later_and_still_was_before() -> None:
    asked = of("programme = [{from = 2026-11-16, exercises = ['lat_pulldown', 'jog']}]")
    rows = [jog(DAYS[0]), jog("2026-11-16"), log("a.csv", lift(LIFTS[0], "2026-11-17 18:00"))]
    rows += [log("b.csv", *(lift(label, "2026-11-10 18:00") for label in LIFTS[:2]))]

    before, after = judged(rows, now=dt.datetime(2026, 11, 22, 12, tzinfo=dt.UTC), **asked)

    assert {each.id: each.state for each in before.exercises} == {
        "lat_pulldown": "done",
        "glute_bridge": "done",
        "shrug": "missing",
        "jog": "done",
    }
    assert {each.id: each.state for each in after.exercises} == {
        "lat_pulldown": "done",
        "jog": "done",
    }
    assert (before.status, after.status) == (Status.INCOMPLETE, Status.OPEN_ON_PLAN)


def test_without_jogging_in_the_programme_a_long_jog_still_breaks_the_limit() -> None:
    asked = of("programme = [{exercises = ['shrug']}]")

    found = week(judged([shrugs(DAYS[0]), jog(DAYS[1], 5000.0)], **asked))

    assert found.status == Status.OVER_LIMIT
