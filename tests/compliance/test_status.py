import datetime as dt
import gc
from pathlib import Path

import polars as pl
import pytest

from pipeline.compliance import rules
from pipeline.settings import ExerciseEntry, Pause, ProgrammeEntry
from pipeline.week import Status

from .rows import (
    LIFTS,
    Row,
    done,
    file,
    judged,
    lift,
    lifting,
    log,
    only_jog,
    refused,
    run,
    track,
    typed,
    week,
)

JOG = file("jog.fit", run("2026-11-12 06:00", 4310.0))
LONG = file("long.fit", run("2026-11-14 06:00", 5620.0))
DARK = file("dark.fit", run("2026-11-15 06:00", None))
WALK = file("walk.fit", run("2026-11-11 06:00", sport="walking"))
SOME = lifting(labels=LIFTS[:2])
EARLIER = file("earlier.fit", run("2026-11-03 06:00"))


@pytest.mark.parametrize(
    ("rows", "status"),
    [
        ([JOG, lifting()], Status.ON_PLAN),
        ([LONG, SOME], Status.INCOMPLETE_OVER_LIMIT),
        ([LONG, lifting()], Status.OVER_LIMIT),
        ([EARLIER], Status.NO_DATA),
        ([JOG, SOME], Status.INCOMPLETE),
        ([lifting()], Status.INCOMPLETE),
        ([WALK], Status.INCOMPLETE),
        ([log("warm.csv", lift(LIFTS[0], "2026-11-10", kind="warmup"))], Status.INCOMPLETE),
        ([DARK, lifting()], Status.UNDECIDED),
        ([JOG, DARK, lifting()], Status.UNDECIDED),
        ([LONG, DARK, lifting()], Status.OVER_LIMIT),
        ([DARK, SOME], Status.INCOMPLETE),
    ],
)
def test_a_closed_week_has_the_status_of_the_table(rows: list[Row], status: Status) -> None:
    assert week(judged(rows)).status == status


@pytest.mark.parametrize(
    ("rows", "status"),
    [
        ([LONG, lifting()], Status.OPEN_OVER_LIMIT),
        ([LONG], Status.OPEN_OVER_LIMIT),
        ([JOG, lifting()], Status.OPEN_ON_PLAN),
        ([EARLIER], Status.OPEN_EMPTY),
        ([JOG, SOME], Status.OPEN),
        ([DARK, lifting()], Status.OPEN),
    ],
)
def test_an_open_week_has_the_status_of_the_table(rows: list[Row], status: Status) -> None:
    sunday_night = dt.datetime(2026, 11, 15, 22, 59, tzinfo=dt.UTC)  # 23:59 in Berlin

    assert week(judged(rows, now=sunday_night)).status == status


def test_the_week_closes_at_midnight_of_the_person() -> None:
    monday = dt.datetime(2026, 11, 15, 23, 0, tzinfo=dt.UTC)

    assert week(judged([JOG, lifting()], now=monday)).status == Status.ON_PLAN


@pytest.mark.parametrize("rows", [[EARLIER], [EARLIER, LONG, SOME], [EARLIER, JOG, lifting()]])
def test_a_pause_of_the_whole_week_asks_for_nothing(rows: list[Row]) -> None:
    pause = Pause(dt.date(2026, 11, 9), dt.date(2026, 11, 15), "holiday")

    found = week(judged(rows, pauses=(pause,)))

    assert (found.status, found.pause) == (Status.PAUSED, "holiday")
    assert all(each.state != "missing" for each in found.exercises)


@pytest.mark.parametrize("rows", [[], [refused("bad.fit")], [file("no.fit", run(None))]])
def test_without_a_dated_session_there_is_no_week(rows: list[Row]) -> None:
    assert judged(rows) == []


@pytest.mark.parametrize("rows", [[lifting()], [file("a.gpx", track("2026-11-10 06:00"))], [JOG]])
def test_one_kind_of_file_is_enough_for_a_week(rows: list[Row]) -> None:
    assert [each.calendar.id for each in judged(rows)] == ["2026-W46", "2026-W47"]


@pytest.mark.parametrize("rows", [[JOG, lifting("2026-11-03 18:00")], [EARLIER, lifting()]])
def test_the_first_week_is_that_of_the_first_day_of_any_file(rows: list[Row]) -> None:
    assert [each.calendar.id for each in judged(rows)] == ["2026-W45", "2026-W46", "2026-W47"]


@pytest.mark.parametrize(("day", "kinds"), [("2026-11-18", []), ("2026-11-19", ["clock"])])
def test_a_file_of_tomorrow_is_of_another_zone_and_one_of_later_of_a_wrong_clock(
    day: str, kinds: list[str]
) -> None:
    weeks = judged([JOG, log("ahead.csv", lift(LIFTS[0], day))])

    assert [note.kind for each in weeks for note in each.notes if note.kind == "clock"] == kinds


@pytest.mark.parametrize(
    ("metres", "under"),
    [
        (4_999.9, True),
        (4_999.999_999, True),
        (5_000.0, False),
        (5_000.000_001, False),
        (100.0, True),
        (None, None),
        (0.0, None),
    ],
)
def test_a_jog_must_stay_under_5_km(metres: float | None, under: bool | None) -> None:
    assert only_jog([file("a.fit", run("2026-11-10 06:00", metres))]).under_limit is under


def test_a_run_under_100_m_is_listed_and_no_jog() -> None:
    found = week(judged([file("a.fit", run("2026-11-10 06:00", 99.9))]))

    assert found.jogs == ()
    assert [(each.counted, each.why_not) for each in found.sessions] == [(False, "short")]


def test_a_jog_over_the_limit_still_counts_as_done() -> None:
    assert done(week(judged([LONG])))["jog"] == 1


def test_the_limit_is_compared_once() -> None:
    package = Path(__file__).parents[2] / "pipeline"
    found = [
        f"{path.name}: {line.strip()}"
        for folder in ("compliance", "identity")
        for path in sorted((package / folder).glob("*.py"))
        for line in path.read_text(encoding="utf-8").splitlines()
        if 'pl.col("metres") <' in line and "limit" in line
    ]

    assert [line.split("  #")[0] for line in found] == [
        'rules.py: UNDER_LIMIT = pl.col("metres") < pl.col("limit_m")'
    ]


def test_two_files_of_one_session_are_one_session() -> None:
    twice = ProgrammeEntry(exercises=(ExerciseEntry("shrug", sessions_per_week=2),))
    copy = log("hevy.csv", lift(LIFTS[2], "2026-11-10 18:00"))

    assert done(week(judged([lifting(), copy], programmes=(twice,)))) == {"shrug": 1}


def test_two_files_of_one_session_do_not_add_up_their_sets() -> None:
    thrice = ProgrammeEntry(exercises=(ExerciseEntry("shrug", sets_per_session=3),))
    two = [lift(LIFTS[2], "2026-11-10 18:00")] * 2

    found = week(judged([log("a.csv", *two), log("b.csv", *two)], programmes=(thrice,)))

    assert done(found) == {"shrug": 0}
    assert found.exercises[0].days == ("none",) * 7


@pytest.mark.parametrize("counts", [(2, 3), (3, 2), (2, 2)])
def test_a_session_counts_by_the_file_that_tells_of_the_most_sets(counts: tuple[int, int]) -> None:
    thrice = ProgrammeEntry(exercises=(ExerciseEntry("shrug", sets_per_session=3),))
    files = [
        log(f"{name}.csv", *[lift(LIFTS[2], "2026-11-10 18:00")] * count)
        for name, count in zip("ab", counts, strict=True)
    ]

    found = week(judged(files, programmes=(thrice,)))

    assert done(found) == {"shrug": int(max(counts) >= 3)}
    assert [each.counted for each in found.sessions] == [max(counts) >= 3]


def test_the_days_of_an_exercise_are_told_once_and_in_order() -> None:
    days = [dt.date(2026, 11, day) for day in (15, 9, 12, 9)]
    monday = dt.date(2026, 11, 9)
    files = pl.DataFrame(
        [(monday, day, "shrug", f"session {at}", [12]) for at, day in enumerate(days)],
        schema=["week", "day", "exercise", "session", "reps"],
        orient="row",
    )
    jogs = pl.DataFrame(schema={"week": pl.Date, "day": pl.Date, "occasion": pl.String})
    asked = pl.DataFrame(
        [(monday, 5000.0, "shrug", 4, 1)],
        schema=["week", "limit_m", "exercise", "required", "sets_required"],
        orient="row",
    )

    (found,) = rules.done_per_exercise(files, jogs, asked).to_dicts()

    assert (found["sessions"], found["is_done"]) == (4, True)
    assert found["days"] == [dt.date(2026, 11, day) for day in (9, 12, 15)]


def test_a_name_that_was_settled_heals_the_past() -> None:
    rows = [JOG, lifting(labels=(*LIFTS[1:], "Pull thing"))]

    asked = week(judged(rows))
    settled = week(judged(rows, names={"Pull thing": "lat_pulldown"}))

    assert (asked.status, [each.label for each in asked.unknown_names]) == (
        Status.INCOMPLETE,
        ["Pull thing"],
    )
    assert (settled.status, settled.unknown_names) == (Status.ON_PLAN, ())


@pytest.mark.parametrize(
    "more",
    [
        {"kind": "warmup"},
        {"kind": "skipped", "reps": None},
        {"reps": 0},
        {"reps": None},
        {"reps": None, "metres": 20.0},
        {"reps": None, "seconds": 0.0},
    ],
)
def test_what_is_no_working_set_is_not_done(more: Row) -> None:
    sets = [lift(label, "2026-11-10 18:00", **more) for label in LIFTS]

    found = week(judged([JOG, log("a.csv", *sets)]))

    assert (found.status, found.done) == (Status.INCOMPLETE, 1)


def test_a_timed_set_is_a_set() -> None:
    held = log("a.csv", lift(LIFTS[1], "2026-11-10", reps=None, seconds=30.0))

    assert done(week(judged([held])))["glute_bridge"] == 1


def test_warm_ups_alone_are_listed_as_no_working_set() -> None:
    found = week(judged([log("a.csv", lift(LIFTS[0], "2026-11-10 18:00", kind="warmup"))]))

    assert [(each.counted, each.why_not) for each in found.sessions] == [(False, "not_working")]
    assert found.exercises[0].missing_because == "not_recorded"


def test_no_file_is_not_the_same_as_not_recorded() -> None:
    found = week(judged([JOG]))

    assert {each.id: each.missing_because for each in found.exercises} == {
        "lat_pulldown": "no_files",
        "glute_bridge": "no_files",
        "shrug": "no_files",
        "jog": None,
    }


@pytest.mark.parametrize("day", ["1999-12-31", "2062-11-10"])
def test_a_log_with_an_impossible_year_is_a_broken_clock(day: str) -> None:
    weeks = judged([JOG, log("typo.csv", lift(LIFTS[0], day))])

    assert [each.calendar.id for each in weeks] == ["2026-W46", "2026-W47"]
    kinds = [note.kind for each in weeks for note in each.notes]
    assert kinds.count("clock") == 1


def test_the_first_day_that_can_be_true_is_that_of_the_year_2000() -> None:
    new_year = log("old.csv", lift(LIFTS[0], "2000-01-01"))

    found = judged([new_year], now=dt.datetime(2000, 1, 4, 12, tzinfo=dt.UTC))

    assert [each.done for each in found] == [1, 0]


@pytest.mark.parametrize("is_enabled", [True, False])
def test_judging_leaves_the_search_for_cycles_as_it_was(*, is_enabled: bool) -> None:
    was_enabled = gc.isenabled()
    try:
        (gc.enable if is_enabled else gc.disable)()
        judged([JOG])
        assert gc.isenabled() == is_enabled
    finally:
        (gc.enable if was_enabled else gc.disable)()


def test_a_jog_by_a_name_the_person_settled_is_held_against_the_limit() -> None:
    rows = [lifting(), log("b.csv", lift("Cardio A", "2026-11-11", reps=None, metres=6000.0))]

    found = week(judged(rows, names={"Cardio A": "jog"}))

    assert found.status == Status.OVER_LIMIT


def test_a_running_name_that_the_person_ruled_out_is_no_jog() -> None:
    rows = [lifting(), log("b.csv", typed("2026-11-11", 4000.0))]

    assert week(judged(rows, names={"Running": "none"})).status == Status.INCOMPLETE
