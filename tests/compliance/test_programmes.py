import datetime as dt

from pipeline.settings import ExerciseEntry, ProgrammeEntry

from .rows import file, judged, run


def test_a_programme_with_a_date_does_not_rewrite_the_weeks_before() -> None:
    shorter = ProgrammeEntry(dt.date(2026, 11, 9), limit_m=4000)
    rows = [
        file("a.fit", run("2026-11-08 11:00", 4500.0)),
        file("b.fit", run("2026-11-09 11:00", 4500.0)),
    ]

    weeks = judged(rows, programmes=(shorter,))

    assert [jog.under_limit for each in weeks for jog in each.jogs] == [True, False]


def test_a_programme_that_starts_within_a_week_applies_from_the_next() -> None:
    fewer = ProgrammeEntry(dt.date(2026, 11, 11), exercises=(ExerciseEntry("shrug"),))

    weeks = judged([file("a.fit", run("2026-11-10 11:00"))], programmes=(fewer,))

    assert [each.due for each in weeks] == [4, 1]
