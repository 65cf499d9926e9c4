import datetime as dt
import itertools
from collections.abc import Sequence
from typing import Any

import pytest

from pipeline import compliance
from pipeline.ledger import merged
from pipeline.settings import Pause, Person, Settings
from pipeline.tables import LoggedSet, Readings, readings_of
from pipeline.week import Status, Week

from .rows import BERLIN, LIFTS, Row, file, lift, lifting, log, run, track, week

NOW = dt.datetime(2026, 12, 2, 12, tzinfo=dt.UTC)
SUNDAY, MONDAY, TUESDAY, FRIDAY = 15, 16, 17, 20  # of November 2026; the week ends on Sunday
PULL, BRIDGE, SHRUG = LIFTS
Revision = tuple[Status, str, list[str]]


def seen(row: Row, day: int, hour: int = 3) -> Row:
    """The row of a file that was first seen on a day of November 2026, at an hour of UTC."""
    return row | {"first_seen": dt.datetime(2026, 11, day, hour, tzinfo=dt.UTC)}


def export(name: str, *sets: LoggedSet, history: bool = True) -> Row:
    """An app's export of all that was ever logged."""
    return log(name, *sets) | {"is_history": history}


def judged(rows: Sequence[Row], **more: Any) -> list[Week]:  # noqa: ANN401
    """Judge what arrived in that order, one run for each file."""
    table = readings_of([])
    for row in rows:
        table = merged(table, [row])
    return _judged(table, **more)


def _judged(
    table: Readings, *, pauses: tuple[Pause, ...] = (), week_start: str = "monday"
) -> list[Week]:
    me = Person("me", "Alex", BERLIN, pauses=pauses)
    settings = Settings((me,), week_start="sunday" if week_start == "sunday" else "monday")
    return compliance.judge(table, settings, me, NOW)


def history(rows: Sequence[Row], name: str = "2026-W46", **more: Any) -> list[Revision]:  # noqa: ANN401
    """The revisions of a week, the same in every order of arrival."""
    found = {
        repr(week(judged(order, **more), name).history) for order in itertools.permutations(rows)
    }
    assert len(found) == 1
    return [
        (each.status, str(each.on)[5:], sorted(cause.original_name for cause in each.cause))
        for each in week(judged(rows, **more), name).history
    ]


JOG = file("jog.fit", run("2026-11-12 17:00", 4310.0))
TWO = log("two.csv", lift(PULL, "2026-11-10 18:00"), lift(BRIDGE, "2026-11-10 18:00"))
SHRUGS = log("shrugs.csv", lift(SHRUG, "2026-11-11 18:00"))


def test_a_late_file_that_completes_a_week_revises_it() -> None:
    rows = [seen(JOG, SUNDAY), seen(TWO, SUNDAY), seen(SHRUGS, FRIDAY)]

    assert history(rows) == [
        (Status.INCOMPLETE, "11-16", []),
        (Status.ON_PLAN, "11-20", ["shrugs.csv"]),
    ]
    before = week(judged(rows)).history[0]
    assert before.sessions == (1, 1, 0, 1)
    (jog,) = before.jogs
    assert (jog.metres, str(jog.start_local)) == (4310.0, "2026-11-12 18:00:00+01:00")
    assert jog.source.sha256 == JOG["sha256"]


@pytest.mark.parametrize("day", [SUNDAY, MONDAY])
def test_what_arrives_up_to_the_day_after_the_week_is_not_late(day: int) -> None:
    assert history([seen(JOG, SUNDAY), seen(TWO, SUNDAY), seen(SHRUGS, day)]) == []


def test_the_day_a_file_was_seen_is_that_of_the_persons_zone() -> None:
    on_time = seen(SHRUGS, MONDAY, 22)  # Monday, 23:00 in Berlin
    too_late = seen(SHRUGS, MONDAY, 23)

    assert history([seen(JOG, SUNDAY), on_time]) == []
    assert [on for _, on, _ in history([seen(JOG, SUNDAY), too_late])] == ["11-16", "11-17"]


def test_a_first_import_of_old_weeks_shows_no_revision() -> None:
    rows = [seen(JOG, 28), seen(TWO, 28), seen(SHRUGS, 28, 9)]

    assert [each.history for each in judged(rows)] == [()] * 4


def test_what_arrives_after_the_day_of_the_first_import_is_late() -> None:
    rows = [seen(JOG, 26), seen(TWO, 26), seen(SHRUGS, 28)]

    assert [on for _, on, _ in history(rows)] == ["11-26", "11-28"]


def test_a_week_that_had_nothing_is_revised_from_nothing() -> None:
    rows = [seen(file("next.fit", run("2026-11-17 17:00")), TUESDAY), seen(JOG, FRIDAY)]

    assert history(rows) == [
        (Status.NO_DATA, "11-17", []),
        (Status.INCOMPLETE, "11-20", ["jog.fit"]),
    ]


def test_a_late_jog_of_the_limit_breaks_a_week_that_was_on_plan() -> None:
    long = file("long.fit", run("2026-11-14 17:00", 5000.0))

    assert history([seen(JOG, SUNDAY), seen(lifting(), SUNDAY), seen(long, TUESDAY)]) == [
        (Status.ON_PLAN, "11-16", []),
        (Status.OVER_LIMIT, "11-17", ["long.fit"]),
    ]


def test_a_late_copy_changes_nothing_and_revises_nothing() -> None:
    copy = file("copy.gpx", run("2026-11-12 17:00", 4310.0, session_m=None, track_m=4290.0))

    assert history([seen(JOG, SUNDAY), seen(lifting(), SUNDAY), seen(copy, TUESDAY)]) == []


def test_a_late_copy_after_a_revision_makes_no_other_one() -> None:
    copy = file("copy.gpx", track("2026-11-12 17:00", 4290.0))

    found = history([seen(JOG, SUNDAY), seen(SHRUGS, TUESDAY), seen(copy, FRIDAY)])

    assert [cause for *_, cause in found] == [[], ["shrugs.csv"]]


def test_a_late_recording_that_corrects_a_distance_is_a_revision_of_the_same_status() -> None:
    track = file("jog.gpx", run("2026-11-12 17:00", None, session_m=None, track_m=4290.0))

    assert history([seen(track, SUNDAY), seen(lifting(), SUNDAY), seen(JOG, TUESDAY)]) == [
        (Status.ON_PLAN, "11-16", []),
        (Status.ON_PLAN, "11-17", ["jog.fit"]),
    ]


def test_files_of_one_day_are_one_revision_and_those_of_two_are_two() -> None:
    rows = [seen(JOG, SUNDAY), seen(TWO, TUESDAY), seen(SHRUGS, TUESDAY, 9)]

    assert history(rows)[1:] == [(Status.ON_PLAN, "11-17", ["shrugs.csv", "two.csv"])]
    rows[2] = seen(SHRUGS, FRIDAY)
    assert [found[1:] for found in history(rows)[1:]] == [
        ("11-17", ["two.csv"]),
        ("11-20", ["shrugs.csv"]),
    ]


def test_the_next_export_of_a_whole_history_revises_no_week_it_tells_alike() -> None:
    old = [lift(each, "2026-11-10 18:00") for each in LIFTS]
    new = [*old, lift(PULL, "2026-11-17 18:00")]
    rows = [seen(JOG, SUNDAY), seen(export("1.csv", *old), SUNDAY), seen(export("2.csv", *new), 23)]

    assert history(rows) == history(rows, "2026-W47") == []


def test_an_export_with_a_workout_that_was_logged_late_revises_its_week() -> None:
    first = [lift(PULL, "2026-11-09 18:00"), lift(BRIDGE, "2026-11-10 18:00")]
    later = [*first, lift(SHRUG, "2026-11-11 18:00")]
    rows = [
        seen(JOG, SUNDAY),
        seen(export("1.csv", *first), SUNDAY),
        seen(export("2.csv", *later), FRIDAY),
    ]

    assert history(rows) == [
        (Status.INCOMPLETE, "11-16", []),
        (Status.ON_PLAN, "11-20", ["2.csv"]),
    ]


@pytest.mark.parametrize("is_history", [True, False])
def test_a_set_added_late_to_an_old_workout_revises_its_week(*, is_history: bool) -> None:
    first = [lift(PULL, "2026-11-09"), lift(BRIDGE, "2026-11-09")]
    rows = [
        seen(JOG, SUNDAY),
        seen(export("1.csv", *first, history=is_history), SUNDAY),
        seen(export("2.csv", *first, lift(SHRUG, "2026-11-09"), history=is_history), FRIDAY),
    ]

    assert history(rows) == [
        (Status.INCOMPLETE, "11-16", []),
        (Status.ON_PLAN, "11-20", ["2.csv"]),
    ]


def test_a_workout_deleted_later_revises_its_week() -> None:
    kept = [lift(PULL, "2026-11-09 18:00"), lift(BRIDGE, "2026-11-10 18:00")]
    gone, new = lift(SHRUG, "2026-11-11 18:00"), lift(PULL, "2026-11-18 18:00")
    rows = [
        seen(JOG, SUNDAY),
        seen(export("1.csv", *kept, gone), SUNDAY),
        seen(export("2.csv", *kept, new), FRIDAY),
        seen(export("3.csv", *kept, new, lift(PULL, "2026-11-23 18:00")), 25),
    ]

    assert history(rows) == [
        (Status.ON_PLAN, "11-16", []),
        (Status.INCOMPLETE, "11-20", ["2.csv"]),
    ]


def test_a_day_before_there_were_apps_counts_in_no_revision() -> None:
    kept = [lift(BRIDGE, "1999-12-31 18:00"), lift(PULL, "2000-01-01 18:00")]
    gone, new = lift(SHRUG, "2000-01-02 18:00"), lift(PULL, "2000-01-03 18:00")
    rows = [
        seen(export("1.csv", *kept, gone), SUNDAY),
        seen(export("2.csv", *kept, new), FRIDAY),
    ]

    found = week(judged(rows), "1999-W52").history

    assert [each.sessions for each in found] == [(1, 0, 1, 0), (1, 0, 0, 0)]


def test_an_old_export_that_is_found_late_tells_nothing() -> None:
    kept = [lift(PULL, "2026-11-09 18:00"), lift(BRIDGE, "2026-11-10 18:00")]
    rows = [
        seen(JOG, SUNDAY),
        seen(export("2.csv", *kept, lift(PULL, "2026-11-12 18:00")), SUNDAY),
        seen(export("1.csv", *kept, lift(SHRUG, "2026-11-11 18:00")), FRIDAY),
        seen(
            export("3.csv", *kept, lift(PULL, "2026-11-12 18:00"), lift(PULL, "2026-11-23 18:00")),
            25,
        ),
    ]

    assert history(rows) == []


def test_overlapping_exports_revise_only_the_weeks_they_tell_otherwise() -> None:
    first = [lift(PULL, "2026-11-09 18:00"), lift(BRIDGE, "2026-11-10 18:00")]
    again = [lift(PULL, "2026-11-09 18:00"), lift(SHRUG, "2026-11-10 18:00")]
    rows = [
        seen(JOG, SUNDAY),
        seen(export("1.csv", *first, lift(PULL, "2026-11-03 18:00"), history=False), SUNDAY),
        seen(export("2.csv", *again, lift(PULL, "2026-11-17 18:00"), history=False), FRIDAY),
    ]

    assert history(rows, "2026-W45") == []
    assert history(rows) == [
        (Status.INCOMPLETE, "11-16", []),
        (Status.INCOMPLETE, "11-20", ["2.csv"]),
    ]
    assert week(judged(rows)).history[0].sessions == (1, 1, 0, 1)


def test_two_logs_of_one_day_that_tell_a_workout_otherwise_are_one_revision() -> None:
    first = [lift(PULL, "2026-11-09 18:00"), lift(BRIDGE, "2026-11-10 18:00")]
    again = [lift(PULL, "2026-11-09 18:00"), lift(SHRUG, "2026-11-10 18:00")]
    rows = [
        seen(JOG, SUNDAY),
        seen(export("1.csv", *first, history=False), FRIDAY),
        seen(export("2.csv", *again, lift(PULL, "2026-11-17 18:00"), history=False), FRIDAY),
    ]

    assert history(rows) == [
        (Status.INCOMPLETE, "11-16", []),
        (Status.INCOMPLETE, "11-20", ["1.csv", "2.csv"]),
    ]


def test_a_paused_week_stays_paused_in_every_revision() -> None:
    pause = Pause(dt.date(2026, 11, 9), dt.date(2026, 11, 15), "holiday")

    found = history([seen(JOG, SUNDAY), seen(SHRUGS, FRIDAY)], pauses=(pause,))

    assert [status for status, *_ in found] == [Status.PAUSED, Status.PAUSED]


def test_a_week_that_starts_on_sunday_ends_a_day_earlier_for_late_files_too() -> None:
    rows = [seen(JOG, 14), seen(TWO, 15), seen(SHRUGS, MONDAY)]  # the week ends on Saturday 14th

    assert [on for _, on, _ in history(rows, week_start="sunday")] == ["11-15", "11-16"]


def test_a_jog_beside_midnight_is_one_session_in_every_revision() -> None:
    watch = file("a.fit", run("2026-11-15 22:58", 4000.0))  # Sunday 23:58 in Berlin
    phone = file("b.gpx", run("2026-11-15 23:01", 4100.0))
    rows = [seen(phone, MONDAY), seen(watch, TUESDAY)]

    assert [(len(each.jogs), each.calendar.id) for each in judged(rows)][:2] == [
        (1, "2026-W46"),
        (0, "2026-W47"),
    ]
    assert [status for status, *_ in history(rows)] == [Status.NO_DATA, Status.INCOMPLETE]


def test_a_late_recording_of_a_jog_of_the_other_side_of_midnight_revises_nothing() -> None:
    sunday, monday = "2026-11-15 22:58", "2026-11-15 23:01"  # 23:58 and 00:01 in Berlin
    next_week = log("next.csv", lift(SHRUG, "2026-11-18 18:00"))

    watch, phone = file("a.fit", run(sunday, 4000.0)), file("b.gpx", run(monday, 4100.0))
    assert history([seen(next_week, 18), seen(watch, MONDAY), seen(phone, 26)], "2026-W47") == []

    phone, watch = file("a.gpx", run(sunday, 4000.0)), file("b.fit", run(monday, 4100.0))
    assert history([seen(SHRUGS, SUNDAY), seen(watch, MONDAY), seen(phone, TUESDAY)]) == []


def test_the_last_revision_is_the_week_as_it_stands() -> None:
    found = week(judged([seen(JOG, SUNDAY), seen(TWO, SUNDAY), seen(SHRUGS, FRIDAY)]))

    assert found.history[-1].status is found.status
    assert found.history[-1].jogs == found.jogs
    assert found.history[-1].sessions == tuple(each.sessions for each in found.exercises)
