import datetime as dt

from pipeline.errors import Code
from pipeline.readers import csv_apps
from pipeline.tables import LoggedSet
from tests.readers.strength_logs import STRENGTH, at, column, sample


def test_strong_rows_are_told_apart_before_their_numbers_are_read() -> None:
    reading = sample("strong_comma.csv")

    assert column(reading, "kind") == (
        ["warmup", "set", "set", "set", "rest", "note", "set", "skipped", "set", "set"]
    )
    assert column(reading, "reps") == [12, 10, 8, 6, None, None, 0, 0, 12, 0]
    assert column(reading, "position") == list(range(10))
    assert column(reading, "row") == [2, 3, 5, 6, 7, 8, 9, 10, 11, 12]
    assert reading.problems == ()


def test_strong_with_commas_has_no_unit_and_so_no_metres() -> None:
    run = sample("strong_comma.csv").sets[-1]

    assert (run.kind, run.metres, run.weight_unit) == ("set", None, None)


def test_strong_knows_when_a_workout_ended_unless_it_lasted_over_a_day() -> None:
    first, *_, last = sample("strong_comma.csv").sets

    assert (first.local_start, first.local_end) == (at(5, 18, 2, 11), at(5, 19, 5, 11))
    assert (first.workout, first.title) == ("2026-01-05 18:02:11", "Back, easy")
    assert (last.local_start, last.local_end) == (at(7, 7, 10), None)


def test_strong_with_units_takes_a_decimal_comma_beside_a_point() -> None:
    reading = sample("strong_units.csv")

    assert column(reading, "weight") == [12.5, 12.5, 60.0, 1.5, None, 0.0, 0.0]
    assert column(reading, "weight_unit") == ["kg", "kg", "lb", "kg", None, None, None]
    assert column(reading, "metres") == [None] * 6 + [4_999.0]
    assert reading.sets[0].local_end == at(2, 8, 35, month=2)


def test_strong_with_numbers_groups_by_them() -> None:
    reading = sample("strong_numbered.csv")

    assert column(reading, "workout") == ["1"] * 4 + ["2"]
    assert column(reading, "weight_unit") == ["kg"] * 5
    assert column(reading, "metres") == [None] * 4 + [4_200.0]


def test_a_portuguese_hevy_file_keeps_its_words_and_finds_its_months() -> None:
    reading = sample("hevy_pt.csv")

    assert column(reading, "kind") == [
        "set",
        "warmup",
        "set",
        "set",
        "set",
        "set",
        "skipped",
        "set",
    ]
    assert [logged.day for logged in reading.sets[:2]] == [
        dt.date(2026, 4, 13),
        dt.date(2026, 2, 2),
    ]
    assert reading.sets[1].label == "Puxada Alta na Polia (Máquina)"
    assert reading.sets[4].weight is None
    run = reading.sets[0]
    assert (run.metres, run.seconds) == (4_200.0, 1_620.0)
    assert run.workout == "2026-04-13 07:05:00 | Costas 💪"
    assert run.local_end == at(13, 7, 40, month=4)


def test_fitnotes_knows_the_day_and_never_a_midnight() -> None:
    reading = sample("fitnotes.csv")

    assert column(reading, "kind") == ["set", "set", "set", "skipped", "set", "set", "set"]
    assert column(reading, "local_start") == [None] * 7
    assert column(reading, "workout") == ["2026-04-06"] * 4 + ["2026-04-08"] * 3
    assert column(reading, "weight") == [35.0, 0.0, None, 66.14, None, None, 66.14]
    assert column(reading, "metres") == [None, None, None, None, 4_988.9664, None, None]
    assert [(problem.where, problem.text) for problem in reading.problems] == (
        [("line 8, column Distance Unit", "kg")]
    )


def test_fitnotes_pounds_come_from_the_header() -> None:
    assert column(sample("fitnotes_pounds.csv"), "weight_unit") == ["lb"] * 5


PLAIN = [each for each in csv_apps.dialects() if each.unfold is None]


def test_adding_an_app_is_one_value() -> None:
    gravity = csv_apps.Dialect(
        "Gravity",
        header="When,What,How many",
        label="What",
        start="When",
        formats=("%d.%m.%Y",),
        workout=("When",),
        reps="How many",
    )
    content = b"When;What;How many\n05.06.2026;Shrug;12\n"

    reading = csv_apps.read(content, known=(*csv_apps.dialects(), gravity))

    assert reading.app == "Gravity"
    assert reading.sets == (
        LoggedSet(0, "set", "2026-06-05", "Shrug", dt.date(2026, 6, 5), row=2, reps=12),
    )


def test_a_word_for_a_set_nobody_told_us_is_skipped_and_said() -> None:
    content = (STRENGTH / "hevy_pt.csv").read_text("utf-8").replace('"dropset"', '"partial"')

    reading = csv_apps.read(content.encode())

    assert csv_apps.counts(reading) == {"warmup": 1, "set": 5, "skipped": 2}
    assert [problem.where for problem in reading.problems] == ["line 7, column set_type"]


def test_an_end_that_cannot_be_read_keeps_the_set() -> None:
    content = (STRENGTH / "hevy_pt.csv").read_text("utf-8").replace("2 Fev 2026, 20:58", "later")

    reading = csv_apps.read(content.encode())

    assert column(reading, "local_end") == [at(13, 7, 40, month=4)] + [None] * 7
    assert {problem.code for problem in reading.problems} == {Code.E_TIME_FIELD}
