import datetime as dt

import pytest

from pipeline.errors import Code
from pipeline.readers import csv_apps
from pipeline.readers.csv_apps import fitbod, fitnotes
from tests.readers.strength_logs import STRENGTH, at, column, fitnotes_csv, log, refusal, sample

NAMED = "2026-01-05,Shrug,Back,20,kgs,10,,,,\n"


def fitbod_csv(*times: str, zone: str = "") -> str:
    rows = [f"{time}{zone},Shrug, 10,20.0,0.0,0.0,0.0,0.0,false,, 1.0" for time in times]
    return "\n".join([fitbod.KILOGRAMS.header, *rows, ""])


def test_sets_timed_one_by_one_are_one_workout_up_to_two_hours_apart() -> None:
    reading = log(
        fitbod_csv(
            *("2026-01-05 10:00:00", "2026-01-05 12:00:00", "2026-01-05 12:00:00"),
            *("2026-01-05 14:00:01", "2026-01-05 14:10:01"),
        )
    )

    assert column(reading, "local_start") == [at(5, 10)] * 3 + [at(5, 14, 0, 1)] * 2
    assert column(reading, "local_end") == [at(5, 12)] * 3 + [at(5, 14, 10, 1)] * 2
    assert column(reading, "workout") == ["2026-01-05 10:00:00"] * 3 + ["2026-01-05 14:00:01"] * 2


def test_the_order_of_the_rows_does_not_change_which_workout_a_set_belongs_to() -> None:
    reading = log(fitbod_csv("2026-01-05 12:00:00", "2026-01-07 10:00:00", "2026-01-05 11:00:00"))

    assert column(reading, "local_start") == [at(5, 11), at(7, 10), at(5, 11)]
    assert column(reading, "local_end") == [at(5, 12), None, at(5, 12)]


def test_a_workout_over_midnight_belongs_to_the_day_on_which_it_began() -> None:
    reading = log(fitbod_csv("2026-01-05 23:50:00", "2026-01-06 00:10:00"))

    assert column(reading, "day") == [dt.date(2026, 1, 5)] * 2


def test_instants_have_no_day_and_no_end_before_somebody_knows_the_zone() -> None:
    reading = log(fitbod_csv("2026-01-05 22:00:00", "2026-01-05 22:30:00", zone=" +0100"))

    start = dt.datetime(2026, 1, 5, 21, tzinfo=dt.UTC)
    assert [(each.day, each.local_start, each.local_end) for each in reading.sets] == (
        [(None, None, None)] * 2
    )
    assert column(reading, "starts_at") == [start, start + dt.timedelta(minutes=30)]
    assert column(reading, "workout") == ["2026-01-05 21:00:00+00:00"] * 2


@pytest.mark.parametrize("zone", [" +1500", " -1401", " +9999"])
def test_an_offset_that_no_place_has_is_refused(zone: str) -> None:
    assert refusal(fitbod_csv("2026-01-05 22:00:00", zone=zone)).code == Code.E_TIME_FIELD


def test_an_instant_may_end_in_z() -> None:
    (only,) = log(fitbod_csv("2026-01-05 22:00:00", zone=" Z")).sets

    assert only.starts_at == dt.datetime(2026, 1, 5, 22, tzinfo=dt.UTC)


def test_a_set_timed_by_itself_that_has_no_time_is_lost_and_no_other() -> None:
    reading = log(fitbod_csv(*["2026-01-05 10:00:00"] * 99, "later"))

    assert csv_apps.counts(reading) == {"set": 99, "unreadable": 1}
    assert reading.sets[99].workout == ""


@pytest.mark.parametrize("name", ["", "12", "5/5/-"])
def test_a_name_without_a_letter_is_kept_and_said(name: str) -> None:
    reading = log(fitnotes_csv(f"2026-01-05,{name},Back,20,kgs,10,,,,", NAMED))

    assert column(reading, "label") == [name, "Shrug"]
    assert [(each.where, each.text) for each in reading.problems] == (
        [("line 2, column Exercise", name)]
    )


def test_an_end_before_its_start_is_left_out_and_said() -> None:
    text = (STRENGTH / "hevy_en.csv").read_text("utf-8")

    reading = log(text.replace("13 May 2026, 07:40", "13 May 2026, 06:40"))

    assert reading.sets[0].local_end is None
    assert [(each.code, each.where) for each in reading.problems] == (
        [("E_TIME_FIELD", "line 2, column end_time")]
    )


def test_a_clock_that_passed_midnight_is_left_out_in_silence() -> None:
    text = (STRENGTH / "stronglifts_earlier.csv").read_text("utf-8").replace("11:57 PM", "12:10 AM")

    reading = log(text)

    assert column(reading, "local_end") == [None] * 5
    assert reading.problems == ()


@pytest.mark.parametrize(("end", "kind"), [("", "unreadable"), ("\n", "skipped")])
def test_a_record_that_says_nothing_where_the_file_ends_was_cut(end: str, kind: str) -> None:
    reading = log(
        f"{fitnotes.POUNDS.header}\n2026-04-06,Shrug,Back,9,10,,,\n2026-04-06,Plank,Core,,,,,{end}"
    )

    assert column(reading, "kind") == ["set", kind]
    assert [each.code for each in reading.problems] == ["E_TRUNCATED"] * (not end)


def test_a_name_that_the_end_of_the_file_may_have_cut_is_lost() -> None:
    last = csv_apps.Dialect(
        *("Last", "Day,Reps,Name", "Name", "Day", ("%Y-%m-%d",), ("Day",)), reps="Reps"
    )

    reading = csv_apps.read(b"Day,Reps,Name\n2026-01-05,8,Shrug\n2026-01-05,8,Lat", known=(last,))

    assert column(reading, "kind") == ["set", "unreadable"]
    assert [(each.code, each.text) for each in reading.problems] == [("E_TRUNCATED", "Lat…")]


def test_a_distance_beyond_reason_in_its_unit_keeps_the_set_and_is_a_problem() -> None:
    reading = log(fitnotes_csv("2026-01-05,Run,Cardio,,,10,2000,km,,", *[NAMED.strip()] * 99))

    assert reading.sets[0].kind == "unreadable"
    assert [each.where for each in reading.problems] == ["line 2, column Distance"]


def test_the_separator_that_excel_writes_first_changes_only_the_lines() -> None:
    text = (STRENGTH / "strong_units.csv").read_text("utf-8")

    reading = log("sep=;\n" + text)

    assert column(reading, "reps") == column(sample("strong_units.csv"), "reps")
    assert reading.sets[0].row == 3
