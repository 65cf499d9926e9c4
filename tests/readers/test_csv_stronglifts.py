import pytest

from pipeline.errors import Code
from pipeline.readers import csv_apps
from tests.readers.strength_logs import STRENGTH, column, log, refusal, sample

WIDE = (STRENGTH / "stronglifts_kg.csv").read_text("utf-8-sig").partition("\n")[0]
OLD = "Date,Note,Workout,Body Weight (KG),Exercise 1,Weight (KG),Weight (LB),Set 1,Set 2"
DAY = ",,A,83.5,Shrug,40,88,12,10"


def old(*dates: str) -> str:
    return "\n".join([OLD, *(date + DAY for date in dates), ""])


def test_stronglifts_reads_as_many_sets_as_there_are_pairs() -> None:
    reading = sample("stronglifts_kg.csv")

    assert csv_apps.counts(reading) == {"set": 18, "skipped": 2}
    assert [each.reps for each in reading.sets if each.row == 9] == [1] * 6


def test_stronglifts_counts_a_timed_exercise_by_its_time() -> None:
    timed = next(each for each in sample("stronglifts_kg.csv").sets if each.seconds)

    assert (timed.kind, timed.label, timed.seconds) == ("set", "Glute Bridge", 45)


@pytest.mark.parametrize(
    "change",
    [
        ("Set 2 (Reps),Set 2 (KG)", "Set 2 (KG),Set 2 (Reps)"),
        ("Set 1 (Reps),Set 1 (KG),", ""),
        (",Set 6 (KG)", ""),
        ("Body Weight (KG)", "Body Weight (st)"),
        ("Start Time (h:mm),End Time (h:mm)", "End Time (h:mm),Start Time (h:mm)"),
    ],
)
def test_a_header_near_that_of_stronglifts_is_none_of_it(change: tuple[str, str]) -> None:
    assert refusal(WIDE.replace(*change) + "\n").code == Code.E_CSV_HEADER


@pytest.mark.parametrize(
    "header",
    [
        OLD.replace("Set 1,Set 2", "Set 2,Set 1"),
        OLD.replace("Set 1,Set 2", "Set 1,Set 3"),
        OLD.replace("Exercise 1", "Exercise 2"),
        OLD.replace("Note,Workout", "Workout,Note"),
        OLD + ",Remark",
        OLD.partition(",Exercise")[0],
    ],
)
def test_a_header_near_that_of_2018_is_none_of_it(header: str) -> None:
    assert refusal(header + "\n").code == Code.E_CSV_HEADER


@pytest.mark.parametrize(
    ("dates", "days"),
    [
        (("02/25/18", "03/01/18"), ["2018-02-25", "2018-03-01"]),
        (("25/02/18", "01/03/2018"), ["2018-02-25", "2018-03-01"]),
        (("02/02/18", "03/03/18"), ["2018-02-02", "2018-03-03"]),
    ],
)
def test_in_2018_the_order_of_day_and_month_is_that_of_the_whole_file(
    dates: tuple[str, str], days: list[str]
) -> None:
    reading = log(old(*dates))

    assert [str(day) for day in column(reading, "day")][::2] == days


def test_in_2018_dates_that_can_be_read_both_ways_are_ambiguous() -> None:
    assert refusal(old("02/03/18", "04/05/18")).code == Code.E_AMBIGUOUS


@pytest.mark.parametrize("date", ["", "02/25", "soon", f"{'9' * 5_000}/1/18", "٣/25/18"])
def test_in_2018_a_cell_that_is_no_date_is_refused(date: str) -> None:
    assert refusal(old("02/25/18", date)).code == Code.E_TIME_FIELD


def test_in_2018_a_workout_without_a_set_was_skipped() -> None:
    reading = log(f"{OLD}\n02/25/18,,A,83.5,Shrug,40,88,,\n")

    assert [(each.kind, each.label) for each in reading.sets] == [("skipped", "Shrug")]
