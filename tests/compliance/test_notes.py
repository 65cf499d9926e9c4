"""What a week says about its data, at the very figure from which on it says it."""

import datetime as dt
from typing import Any

import pytest

from pipeline.errors import Code
from pipeline.settings import ExerciseEntry, ProgrammeEntry

from .rows import (
    LIFTS,
    Row,
    file,
    judged,
    lift,
    lifting,
    log,
    notes,
    refused,
    run,
    track,
    typed,
    week,
)

MORNING = "2026-11-10 06:00"
WATCH = file("watch.fit", run(MORNING, 4000.0))


def told(kind: str, *rows: Row, **more: Any) -> list[Any]:  # noqa: ANN401
    return notes(week(judged(rows, **more)), kind)


@pytest.mark.parametrize(
    ("metres", "figures", "other"),
    [
        (4000.0, {"laps_m": 4080.0}, None),
        (4000.0, {"laps_m": 4080.1}, 4080.1),
        (4000.0, {"laps_m": 3920.0}, None),
        (4000.0, {"laps_m": 3919.9}, 3919.9),
        (4000.0, {"laps_m": 4100.0, "records_m": 4200.0}, 4200.0),
        (4000.0, {"laps_m": 4010.0, "records_m": 4200.0}, 4200.0),
        (4000.0, {"laps_m": 4200.0, "records_m": 3900.0}, 4200.0),
        (4000.0, {"laps_m": 4100.0, "records_m": 3900.0}, 4100.0),
        (4000.0, {"track_m": 4200.0}, None),
        (4990.0, {"laps_m": 4999.9}, None),
        (4990.0, {"laps_m": 5000.0}, 5000.0),
        (4990.0, {"track_m": 5000.0}, 5000.0),
        (5000.0, {"laps_m": 4990.0}, 4990.0),
        (5000.0, {"laps_m": 5010.0}, None),
    ],
)
def test_figures_disagree_beyond_2_percent_or_across_the_limit(
    metres: float, figures: dict[str, float], other: float | None
) -> None:
    found = told("distance_disagrees", file("a.fit", run(MORNING, metres, **figures)))

    assert [facts["other_metres"] for facts in found] == ([] if other is None else [other])


@pytest.mark.parametrize(
    ("first_m", "second_m", "gap_s", "minutes"),
    [
        (2500.0, 2500.0, 600, 10),
        (2500.0, 2500.0, 601, None),
        (2500.0, 2499.9, 600, None),
        (4999.9, 0.2, 600, None),  # the second is too short to be a jog
        (4800.0, 200.0, 600, 10),
        (5000.0, 2500.0, 600, None),  # the first reaches the limit alone
        (2500.0, 5000.0, 600, None),
        (2500.0, None, 600, None),
        (None, 2500.0, 600, None),
        (2500.0, 2600.0, 89, 1),
        (2500.0, 2600.0, 91, 2),
        (2500.0, 2600.0, -30, 0),
        (2500.0, 2600.0, -59, 0),
    ],
)
def test_two_jogs_are_told_of_together_when_they_reach_the_limit_within_ten_minutes(
    first_m: float | None, second_m: float | None, gap_s: int, minutes: int | None
) -> None:
    second = dt.datetime(2026, 11, 10, 6, 20) + dt.timedelta(seconds=gap_s)  # noqa: DTZ001
    rows = [file("a.fit", run(MORNING, first_m)), file("b.fit", run(str(second), second_m))]

    found = told("back_to_back", *rows)

    assert [facts["minutes"] for facts in found] == ([] if minutes is None else [minutes])


def test_jogs_in_a_row_are_told_of_after_others_of_which_one_is_unknown() -> None:
    lengths = {"10 06:00": 2500.0, "10 06:25": None, "12 06:00": 2500.0, "12 06:25": 2600.0}
    rows = [file(f"{at}.fit", run(f"2026-11-{at}", metres)) for at, metres in lengths.items()]

    assert [facts["second_m"] for facts in told("back_to_back", *rows)] == [2600.0]


@pytest.mark.parametrize(
    ("integrity", "damage"),
    [
        ("whole", []),
        ("truncated", [None]),
        ("checksum", ["checksum"]),
        ("damaged", ["checksum"]),
    ],
)
def test_a_damaged_jog_says_what_is_wrong_with_it(integrity: str, damage: list[str | None]) -> None:
    found = told("truncated", file("a.fit", run(MORNING, 4000.0, integrity=integrity)))

    assert [facts["damage"] for facts in found] == damage


def test_a_copy_of_a_jog_is_told_of_in_the_week_of_the_kept_one() -> None:
    watch = file("a.fit", run("2026-11-15 22:58", 4000.0))  # Sunday, 23:58 in Berlin
    phone = file("b.gpx", run("2026-11-15 23:01", 4100.0))

    weeks = judged([watch, phone])

    assert notes(week(weeks), "duplicate") == [{"what": "jog", "kept": "a.fit", "metres": 4100.0}]
    assert notes(week(weeks, "2026-W47"), "duplicate") == []


def test_a_file_that_tells_a_workout_again_is_told_of_once() -> None:
    again = log("again.csv", *(lift(label, "2026-11-10 18:00") for label in LIFTS))

    found = told("duplicate", lifting(), again)

    assert [facts["what"] for facts in found] == ["session"]


def test_a_workout_told_again_is_told_of_beside_the_richest_file_of_its_first_exercise() -> None:
    strength = run("2026-11-10 17:00", None, 60, sport="training", sub_sport="strength_training")
    guess = lift("pulldown", "2026-11-10", activity=0, row=None, day=None, workout="0")
    numbers = {"category": 21, "subtype": 13, "grade": "confirmed"}
    watch = file("watch.fit", strength) | {"sets": [vars(guess) | numbers]}
    logs = [log(name, *(lift(each, "2026-11-10 18:00") for each in LIFTS[::2])) for name in "ab"]

    found = told("duplicate", watch, *logs)

    assert [facts["kept"] for facts in found] == ["watch.fit", "watch.fit"]


def test_recordings_without_a_zone_are_counted_by_the_week_where_it_matters() -> None:
    strength = run(MORNING, None, sport="training", sub_sport="strength_training")
    rows = [
        WATCH,
        file("lift.fit", strength),
        file("walk.fit", run("2026-11-11 06:00", sport="walking")),
        file("next.fit", run("2026-11-16 06:00")),
    ]

    weeks = judged(rows)

    zone = "Europe/Berlin"
    assert notes(week(weeks), "zone_assumed") == [{"zone": zone, "count": 2}]
    assert notes(week(weeks, "2026-W47"), "zone_assumed") == [{"zone": zone, "count": 1}]


@pytest.mark.parametrize(
    ("first_seen", "name"),
    [
        (dt.datetime(2026, 10, 1, tzinfo=dt.UTC), "2026-W46"),
        (dt.datetime(2026, 11, 15, 22, 59, tzinfo=dt.UTC), "2026-W46"),
        (dt.datetime(2026, 11, 15, 23, tzinfo=dt.UTC), "2026-W47"),
        (dt.datetime(2026, 12, 24, tzinfo=dt.UTC), "2026-W47"),
    ],
)
@pytest.mark.parametrize(
    ("broken", "kind"), [(refused("bad.fit"), "refused"), (file("no.fit", run(None)), "clock")]
)
def test_what_has_no_day_is_told_of_when_it_was_seen_or_in_the_nearest_week(
    broken: Row, kind: str, first_seen: dt.datetime, name: str
) -> None:
    weeks = judged([WATCH, broken | {"first_seen": first_seen}])

    assert [each.calendar.id for each in weeks for _ in notes(each, kind)] == [name]


@pytest.mark.parametrize(
    ("code", "count"),
    [(Code.E_CRC, 1), (Code.E_NO_ACTIVITY, 0), (Code.E_UNSUPPORTED, 0)],
)
def test_a_picture_among_the_files_is_no_gap_and_hides_none(code: Code, count: int) -> None:
    weeks = judged([WATCH, refused("a.jpg", code), refused("b.fit"), refused("c.fit")])

    assert sum(len(notes(each, "refused")) for each in weeks) == 2 + count


def test_a_refused_file_is_named_with_its_kind_where_that_is_known() -> None:
    rows = [WATCH, refused("a.fit"), refused("b") | {"kind": None}]

    found = [note for each in judged(rows) for note in each.notes if note.kind == "refused"]

    assert {(note.facts["name"], note.source and note.source.kind) for note in found} == {
        ("a.fit", "fit"),
        ("b", "file"),
    }


def test_runs_of_a_log_in_impossible_years_are_told_of_in_the_order_of_their_lines() -> None:
    runs = [typed(day, 3000.0) for day in ("2063-11-10 18:00", "2062-11-10 18:00")]

    weeks = judged([WATCH, log("typo.csv", *runs)])

    found = [note.source for each in weeks for note in each.notes if note.kind == "clock"]
    assert [source and source.locator for source in found] == ["row 2", "row 3"]


def test_a_log_without_any_day_is_told_of_once_and_its_unreadable_lines_are_not_undated() -> None:
    dark = [lift("Shrug", "2026-11-10", day=None, local_start=None)] * 2
    broken = lift("", "2026-11-10", kind="unreadable", day=None, local_start=None)

    backwards = log("dark.csv", *dark)
    backwards |= {"sets": backwards["sets"][::-1]}

    weeks = judged([WATCH, backwards, log("broken.csv", broken)])

    found = [note for each in weeks for note in each.notes if note.kind == "clock"]
    assert [note.facts["name"] for note in found] == ["dark.csv"]
    assert found[0].source is not None
    assert found[0].source.locator == "row 2"


def test_notes_are_told_by_kind_and_then_by_day() -> None:
    damaged = [
        file(f"{day}.fit", run(f"2026-11-{day} 06:00", 4000.0 + day, integrity="truncated"))
        | {"sha256": f"{-day % 99:064x}"}
        for day in (13, 11, 12)
    ]

    found = week(judged([*damaged, file("copy.gpx", track("2026-11-13 06:00"))]))

    assert [each.kind for each in found.notes] == sorted(each.kind for each in found.notes)
    days = [str(each.day) for each in found.notes if each.kind == "truncated"]
    assert days == sorted(days)


def test_a_jog_that_nobody_asked_for_is_judged_all_the_same() -> None:
    only = ProgrammeEntry(exercises=(ExerciseEntry("shrug"),))

    found = week(judged([WATCH], programmes=(only,)))

    assert [each.under_limit for each in found.jogs] == [True]
    assert [each.id for each in found.exercises] == ["shrug"]
