from typing import Any

import pytest

from pipeline.settings import ExerciseEntry, ProgrammeEntry
from tests.compliance.rows import LIFTS, Row, at, done, file, judged, lift, log, notes, run, week

PULLDOWN, BRIDGE, SHRUG = (21, 13), (10, 11), (26, 1)
TWICE = ProgrammeEntry(
    exercises=tuple(
        ExerciseEntry(each, sessions_per_week=2) for each in ("lat_pulldown", "glute_bridge")
    )
)


def guess(
    pair: tuple[int, int | None],
    grade: str,
    label: str,
    activity: int = 0,
    **more: Any,  # noqa: ANN401
) -> dict[str, Any]:
    said = lift(label, "2026-11-10", activity=activity, row=None, local_start=None, **more)
    numbers = {"category": pair[0], "subtype": pair[1], "grade": grade, "day": None}
    return vars(said) | numbers | {"workout": str(activity)}


def session(start: str, minutes: float = 45) -> Any:  # noqa: ANN401
    return run(start, None, minutes, sport="training", sub_sport="strength_training")


def watch(*sets: dict[str, Any], start: str = "2026-11-10 17:00") -> Row:
    numbered = [each | {"position": at} for at, each in enumerate(sets)]
    return file("strength.fit", session(start)) | {"sets": numbered}


@pytest.mark.parametrize(
    ("grade", "counts"),
    [
        ("confirmed", 1),
        ("agreed", 1),
        ("ambiguous", 0),
        ("category_only", 0),
        ("unknown", 0),
    ],
)
def test_only_a_confirmed_or_agreed_guess_counts(grade: str, counts: int) -> None:
    found = week(judged([watch(guess(SHRUG, grade, "barbell_shrug"))]))

    assert done(found)["shrug"] == counts
    assert bool(found.unknown_names) == (counts == 0)


def test_a_run_between_two_strength_sessions_is_judged_and_each_set_stays_in_its_own() -> None:
    row = file(
        "mixed.fit",
        session("2026-11-10 17:00", 30),
        run("2026-11-10 17:35", 5_200.0, 30),
        session("2026-11-10 18:10", 30),
    )
    sets = [
        guess(PULLDOWN, "agreed", "lat_pulldown", 0),
        guess(BRIDGE, "confirmed", "hip raise", 2),
        guess(PULLDOWN, "agreed", "lat_pulldown", 2),
    ]
    row |= {"sets": [each | {"position": at} for at, each in enumerate(sets)]}

    found = week(judged([row], programmes=(TWICE,)))

    assert done(found) == {"lat_pulldown": 2, "glute_bridge": 1}
    assert done(week(judged([row])))["jog"] == 1
    assert [jog.under_limit for jog in week(judged([row])).jogs] == [False]


@pytest.mark.parametrize("begins", ["18:00", "18:20", "17:50"])
def test_the_same_workout_in_a_log_counts_once(begins: str) -> None:
    of_watch = watch(
        guess(PULLDOWN, "agreed", "lat_pulldown"), guess(BRIDGE, "confirmed", "hip raise")
    )
    ends = at("2026-11-10 18:40").replace(tzinfo=None)
    typed = log(
        "strong.csv", *(lift(label, f"2026-11-10 {begins}", local_end=ends) for label in LIFTS)
    )

    found = week(judged([of_watch, typed]))

    assert done(found) == {"lat_pulldown": 1, "glute_bridge": 1, "shrug": 1, "jog": 0}
    assert [facts["what"] for facts in notes(found, "duplicate")] == ["session"]


def test_a_log_of_another_hour_is_another_workout() -> None:
    of_watch = watch(guess(PULLDOWN, "agreed", "lat_pulldown"), start="2026-11-10 06:00")
    typed = log("strong.csv", lift(LIFTS[0], "2026-11-10 18:00"))

    assert done(week(judged([of_watch, typed], programmes=(TWICE,))))["lat_pulldown"] == 2


def test_a_watch_s_guess_is_not_asked_about_where_a_log_tells_of_the_session() -> None:
    unsure = watch(guess((23, None), "ambiguous", "shrug or row"), guess(SHRUG, "ambiguous", "s"))
    typed = log("strong.csv", lift("Seated Row (Cable)", "2026-11-10 18:10"))

    assert week(judged([unsure])).unknown_names
    assert week(judged([unsure, typed])).unknown_names == ()
    assert done(week(judged([unsure, typed])))["shrug"] == 0


@pytest.mark.parametrize("begins", ["17:30", "18:00", "18:20"])
def test_a_log_that_says_no_end_is_the_workout_of_the_watch_all_the_same(begins: str) -> None:
    of_watch = watch(guess(PULLDOWN, "agreed", "lat_pulldown"))  # 18:00 to 18:45 in Berlin
    typed = log("repcount.csv", *(lift(label, f"2026-11-10 {begins}") for label in LIFTS))

    assert done(week(judged([of_watch, typed], programmes=(TWICE,))))["lat_pulldown"] == 1


def test_sets_timed_one_by_one_are_one_workout_of_the_watch() -> None:
    of_watch = watch(guess(PULLDOWN, "agreed", "lat_pulldown"))  # from 17:00
    timed = [
        lift(LIFTS[0], "2026-11-10", day=None, starts_at=at(f"2026-11-10 {when}"), workout="w")
        for when in ("15:40", "16:20", "17:10")
    ]

    found = week(judged([of_watch, log("fitbod.csv", *timed)], programmes=(TWICE,)))

    assert done(found) == {"lat_pulldown": 1, "glute_bridge": 0}


def test_two_workouts_of_a_log_that_says_no_end_stay_two() -> None:
    typed = log("a.csv", lift(LIFTS[0], "2026-11-10 18:00"), lift(LIFTS[0], "2026-11-10 18:30"))

    assert done(week(judged([typed], programmes=(TWICE,))))["lat_pulldown"] == 2
