"""What a week lists, in which order and under which name, whether or not it counts."""

import datetime as dt
from typing import Any

import pytest

from pipeline.settings import ExerciseEntry, ProgrammeEntry

from .rows import (
    LIFTS,
    Row,
    clock,
    file,
    judged,
    lift,
    lifting,
    log,
    only_jog,
    run,
    track,
    typed,
    week,
)

PULL, BRIDGE, SHRUG = LIFTS
MORNING = "2026-11-10 06:00"


def test_the_most_frequent_name_that_counts_for_nothing_comes_first() -> None:
    labels = ("Curl", "Bench Press", "Curl", "Arnold Press", "Dip", "Dip", "Dip")
    sets = [lift(label, f"2026-11-1{at % 3} 18:00") for at, label in enumerate(labels)]

    other = log("b.csv", lift("Arnold Press", "2026-11-12")) | {"sha256": "0" * 64}

    found = week(judged([log("a.csv", *sets), other]))

    told = [(each.label, each.sets, each.source.original_name) for each in found.left_out]
    assert told == [
        ("Dip", 3, "a.csv"),
        ("Curl", 2, "a.csv"),
        ("Arnold Press", 1, "b.csv"),
        ("Arnold Press", 1, "a.csv"),
        ("Bench Press", 1, "a.csv"),
    ]


def test_sets_of_one_name_that_are_left_out_for_two_reasons_are_told_of_by_reason() -> None:
    sets = [lift(SHRUG, "2026-11-10 18:00", kind=kind) for kind in ("warmup", "skipped")]

    found = week(judged([log("a.csv", *sets)])).left_out

    assert [each.why for each in found] == ["skipped", "warmup"]


@pytest.mark.parametrize("kind", ["set", "warmup"])
def test_what_is_left_out_tells_its_days_and_its_lines(kind: str) -> None:
    days = (12, 10, 15, 13, 12, 14, 11)
    bench = [lift("Bench Press", f"2026-11-{day} 18:00", kind=kind) for day in days]

    (found,) = week(judged([log("a.csv", *bench)])).left_out

    assert found.days == tuple(dt.date(2026, 11, day) for day in range(10, 16))
    assert found.source.locator == "rows 2–8"


def test_a_name_to_settle_is_told_once_a_week_with_its_first_day_and_all_its_sets() -> None:
    rows = [
        log("late.csv", lift("Pull thing", "2026-11-12 18:00")),
        log(
            "early.csv",
            lift("Shrug thing", "2026-11-11 18:00"),
            lift("Pull thing", "2026-11-11 18:00"),
            lift("Pull thing", "2026-11-11 18:00"),
            lift("Pull thing", "2026-11-18 18:00"),
        ),
    ]

    found = week(judged(rows)).unknown_names

    assert [(each.label, each.sets, str(each.day)) for each in found] == [
        ("Pull thing", 3, "2026-11-11"),
        ("Shrug thing", 1, "2026-11-11"),
    ]
    assert (found[0].source.original_name, found[0].source.locator) == ("early.csv", "rows 3–4")
    assert found[0].candidates == ("lat_pulldown",)


def test_a_workout_of_nothing_known_goes_by_its_title_or_its_first_three_names() -> None:
    labels = ("Dip", "Curl", "Bench Press", "Dip", "Arnold Press", "Arnold Press")
    untitled = [lift(label, "2026-11-10 18:00") for label in labels]
    titled = [lift("Curl", "2026-11-12 18:00", title="Arms")]

    found = week(judged([log("a.csv", *untitled, *titled)])).sessions

    assert [(each.label, each.why_not, each.source.locator) for each in found] == [
        ("Arnold Press, Bench Press, Curl", "other_exercises", "rows 2–7"),
        ("Arms", "other_exercises", "row 8"),
    ]


def test_a_workout_of_nothing_known_in_two_files_is_told_of_by_one_of_them() -> None:
    rows = [
        log(f"{names}.csv", *(lift(each, "2026-11-10 18:00") for each in names.split("_")))
        | {"sha256": sha256 * 64}
        for sha256, names in (("f", "Arnold Press_Dip_Dip"), ("0", "Curl_Dip"))
    ]

    (found,) = week(judged(rows)).sessions

    assert (found.label, found.source.original_name) == ("Curl, Dip", "Curl_Dip.csv")
    assert (found.source.sha256, found.source.locator) == ("0" * 64, "rows 2–3")


@pytest.mark.parametrize("label", [PULL, "Pull thing"])
def test_a_workout_with_something_known_or_near_is_not_listed_as_unknown(label: str) -> None:
    sets = [lift("Curl", "2026-11-10 18:00"), lift(label, "2026-11-10 18:00")]

    found = week(judged([log("a.csv", *sets)])).sessions

    assert [each.why_not for each in found] == ([None] if label == PULL else [])


def test_a_workout_of_warm_ups_goes_by_its_title_or_the_first_name() -> None:
    rows = [
        log("a.csv", lift(PULL, "2026-11-10 18:00", kind="warmup")),
        log("b.csv", lift(PULL, "2026-11-11 18:00", kind="warmup", title="Back day")),
    ]

    found = week(judged(rows)).sessions

    assert [each.label for each in found] == [PULL, "Back day"]


def test_exercises_come_first_then_jogs_then_what_does_not_count_each_by_day_and_hour() -> None:
    rows = [
        log("a.csv", *(lift(label, "2026-11-11 18:00") for label in (SHRUG, BRIDGE))),
        file("noon.fit", run("2026-11-11 11:00")),
        file("first.fit", run("2026-11-10 11:00")),
        file("walk.fit", run("2026-11-10 06:00", sport="walking")),
        file("ride.fit", run("2026-11-09 06:00", sport="cycling")),
    ]

    found = week(judged(rows)).sessions

    assert [each.exercise or each.label for each in found] == [
        "glute_bridge",
        "shrug",
        "jog",
        "jog",
        "cycling",
        "walking",
    ]
    assert [each.counted for each in found] == [True] * 4 + [False] * 2


def test_a_jog_known_by_its_day_stands_after_those_of_an_hour() -> None:
    rows = [file("a.fit", run("2026-11-10 06:00")), log("a.csv", typed("2026-11-10", 6000.0))]

    assert [each.metres for each in week(judged(rows)).sessions] == [3000.0, 6000.0]


@pytest.mark.parametrize(
    ("more", "why_not"),
    [
        ({"sport": "walking"}, "other_sport"),
        ({"sport": None, "moving_speed_m_s": 1.0}, "type_not_stated"),
        ({"sport": "training", "sub_sport": "strength_training"}, "strength_not_stated"),
        ({"session_m": 99.9}, "short"),
    ],
)
def test_what_was_recorded_and_is_not_judged_says_why(more: Row, why_not: str) -> None:
    found = week(judged([file("a.gpx", run(MORNING, **more))])).sessions

    assert [(each.why_not, each.counted, each.exercise) for each in found] == [
        (why_not, False, None)
    ]


def test_short_runs_of_one_workout_are_listed_in_the_order_of_their_lines() -> None:
    runs = [typed("2026-11-10 18:00", metres) for metres in (60.0, 50.0)]

    found = week(judged([log("a.csv", *runs)])).sessions

    assert [(each.metres, each.source.locator) for each in found] == [
        (60.0, "row 2"),
        (50.0, "row 3"),
    ]


def test_a_short_run_names_its_other_recordings() -> None:
    rows = [file("a.fit", run(MORNING, 50.0)), file("b.gpx", track(MORNING, 60.0))]

    (found,) = week(judged(rows)).sessions

    assert [each.original_name for each in found.source.linked] == ["b.gpx"]


@pytest.mark.parametrize(
    ("timer_s", "elapsed_s", "duration_s"),
    [
        (1200.0, 1300.0, 1200.0),
        (None, 1300.0, 1300.0),
        (0.0, 1300.0, 1300.0),
        (None, None, None),
        (0.0, 0.0, None),
    ],
)
def test_a_jog_took_its_timer_s_time_or_else_what_elapsed(
    timer_s: float | None, elapsed_s: float | None, duration_s: float | None
) -> None:
    one = run(MORNING, timer_s=timer_s, elapsed_s=elapsed_s)

    assert only_jog([file("a.fit", one)]).duration_s == duration_s


@pytest.mark.parametrize(
    ("local", "offset"),
    [
        ("2026-11-10 08:00", dt.timedelta(hours=2)),
        ("2026-11-11 05:59", dt.timedelta(hours=23, minutes=59)),
        ("2026-11-11 06:00", None),
        ("2026-11-09 06:00", None),
        ("2026-11-09 06:01", -dt.timedelta(hours=23, minutes=59)),
    ],
)
def test_an_offset_from_utc_is_under_a_day_or_none(local: str, offset: dt.timedelta | None) -> None:
    placed = run(MORNING, local_start=clock(local), zone="x", zone_source="file")

    start = only_jog([file("a.fit", placed)]).start_local

    assert start is not None
    assert (start.utcoffset(), start.replace(tzinfo=None)) == (offset, clock(local))


def test_every_other_figure_of_a_jog_is_told_of_its_own_file_before_the_others() -> None:
    own = {"laps_m": 4010.0, "records_m": 0.0, "track_m": 4020.0}
    rows = [
        file("a.fit", run(MORNING, 4000.0, **own)),
        file("b.gpx", track(MORNING, 4030.0)),
        file("dark.gpx", track(MORNING, None)),
        file("cut.gpx", track(MORNING, 3999.0, integrity="truncated")),
        file("ran_on.gpx", track(MORNING, 4000.0, integrity="truncated")),
    ]

    jog = only_jog(rows)

    assert [each.metres for each in jog.alternates[:2]] == [4010.0, 4020.0]
    assert sorted(each.metres for each in jog.alternates[2:]) == [4000.0, 4030.0]
    assert len(jog.source.linked) == 4


def test_a_cut_off_copy_tells_of_a_jog_of_unknown_length() -> None:
    rows = [
        file("a.fit", run(MORNING, None)),
        file("cut.gpx", track(MORNING, 50.0, integrity="truncated")),
    ]

    assert [each.metres for each in only_jog(rows).alternates] == [50.0]


def test_a_jog_says_of_how_many_points_its_track_is() -> None:
    assert only_jog([file("a.fit", run(MORNING, track_points=57))]).track_points == 57
    assert only_jog([file("a.fit", run(MORNING))]).track_points == 0


def test_each_strength_session_tells_when_it_began() -> None:
    rows = [log("a.csv", *(lift(SHRUG, f"2026-11-{at}") for at in ("10 18:00", "10 20:00", "12")))]

    found = week(judged(rows)).sessions

    assert [str(each.start_local) for each in found] == [
        "2026-11-10 18:00:00+01:00",
        "2026-11-10 20:00:00+01:00",
        "None",
    ]


def test_of_two_files_of_a_session_the_richer_one_shows_its_sets() -> None:
    session = run("2026-11-10 17:00", None, 60, sport="training", sub_sport="strength_training")
    guess = lift("pulldown", "2026-11-10", activity=0, row=None, day=None, workout="0")
    numbers = {"category": 21, "subtype": 13, "grade": "confirmed"}
    watch = file("s.fit", session) | {"sets": [vars(guess) | numbers]}
    typed_in = log("a.csv", *[lift(PULL, "2026-11-10 18:00", reps=8)] * 2)

    (found,) = week(judged([watch, typed_in])).sessions

    assert (found.evidence, len(found.sets), found.source.original_name) == ("device", 1, "s.fit")
    assert [each.original_name for each in found.source.linked] == ["a.csv"]


def test_the_sets_of_a_session_are_shown_as_they_were_performed() -> None:
    efforts: list[Row] = [
        {"reps": 12},
        {"reps": 8, "weight": 0.0},
        {"reps": 8, "weight": -0.0},
        {"reps": 12},
    ]
    sets = [lift(SHRUG, "2026-11-10 18:00", **each) for each in efforts]

    (found,) = week(judged([log("a.csv", *sets)])).sessions

    assert [(each.reps, str(each.weight)) for each in found.sets] == [
        (12, "None"),
        (8, "0.0"),
        (8, "-0.0"),
        (12, "None"),
    ]


def test_an_exercise_goes_by_the_name_of_its_first_set() -> None:
    sets = [lift(label, "2026-11-10 18:00") for label in (SHRUG, "Barbell Shrug")]

    (found,) = week(judged([log("a.csv", *sets)])).sessions

    assert (found.label, len(found.sets)) == (SHRUG, 2)


@pytest.mark.parametrize(
    ("names", "shown"),
    [([b"x.fit"], "x.fit"), ([b"bb.fit", b"a.fit"], "a.fit"), ([], "")],
)
def test_a_file_dropped_under_several_names_goes_by_the_shortest(
    names: list[bytes], shown: str
) -> None:
    jog = only_jog([file("x.fit", run(MORNING)) | {"names": names}])

    assert jog.source.original_name == shown


@pytest.mark.parametrize(("count", "name"), [(1, "a.zip/1.fit"), (3, "a.zip/1.fit and 2 more")])
def test_members_that_one_reason_keeps_out_are_one_refusal(count: int, name: str) -> None:
    lost: list[dict[str, Any]] = [
        {"name": f"{at}.fit".encode(), "code": code, "detail": "x"}
        for at, code in [*((at, "E_CRC") for at in range(count, 0, -1)), (9, "I_MEMBER")]
    ]
    archive = file("a.zip", run(MORNING)) | {"left_out": lost}

    told = [
        note.facts["name"]
        for each in judged([archive])
        for note in each.notes
        if note.kind == "refused"
    ]

    assert told == [name]


def test_what_is_not_asked_is_told_from_what_was_too_little() -> None:
    three = ProgrammeEntry(exercises=(ExerciseEntry("shrug", sets_per_session=3),))
    found = week(judged([lifting()], programmes=(three,))).sessions

    assert [(each.exercise, each.why_not) for each in found] == [
        ("glute_bridge", "not_asked"),
        ("lat_pulldown", "not_asked"),
        ("shrug", "too_few_sets"),
    ]
