import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.errors import Code, Refused
from pipeline.readers import csv_apps
from pipeline.readers.csv_log.dialect import KINDS
from tests.readers.strength_logs import fitnotes_csv, refusal


def many(good: int, *bad: str) -> str:
    return fitnotes_csv(*["2026-01-05,Shrug,Back,20,kgs,10,,,,"] * good, *bad)


@pytest.mark.parametrize("reps", ["inf", "-5", "10001", "8.5", "x" * 200, "1e400", "0x10"])
def test_one_impossible_value_in_a_hundred_is_a_problem_with_its_place(reps: str) -> None:
    reading = csv_apps.read(many(99, f"2026-01-05,Shrug,Back,20,kgs,{reps},,,,").encode())

    assert csv_apps.counts(reading) == {"set": 99, "unreadable": 1}
    assert [(problem.code, problem.where, problem.text) for problem in reading.problems] == (
        [("E_VALUE_RANGE", "line 101, column Reps", reps[:80])]
    )


def test_more_than_one_impossible_value_in_a_hundred_is_refused() -> None:
    found = refusal(many(98, "2026-01-05,Shrug,Back,20,kgs,-1,,,,"))

    assert (found.code, found.fault) == (
        Code.E_VALUE_RANGE,
        "1 of 99 values are impossible, first at line 100, column Reps.",
    )


def test_one_unreadable_time_in_a_hundred_is_a_problem_and_more_is_refused() -> None:
    bad = "05/01/2026,Shrug,Back,20,kgs,10,,,,"

    reading = csv_apps.read(many(99, bad).encode())

    assert [problem.code for problem in reading.problems] == ["E_TIME_FIELD"]
    assert refusal(many(98, bad)).fault == (
        "1 of 99 times cannot be read, first at line 100, column Date."
    )


@pytest.mark.parametrize("weight", ["nan", "2001", "-2001", "1,000", "heavy"])
def test_an_unreadable_weight_keeps_its_set_and_is_counted_once(weight: str) -> None:
    content = fitnotes_csv(f'2026-01-05,Shrug,Back,"{weight}",kgs,10,,,,')

    reading = csv_apps.read(content.encode())

    assert [(logged.reps, logged.weight) for logged in reading.sets] == [(10, None)]
    assert [problem.where for problem in reading.problems] == ["line 2, column Weight"]
    assert csv_apps.counts(reading) == {"set": 1}


def test_a_record_lost_for_its_reps_brings_no_second_problem_for_its_weight() -> None:
    reading = csv_apps.read(many(99, "2026-01-05,Shrug,Back,nan,kgs,-1,,,,").encode())

    assert [problem.where for problem in reading.problems] == ["line 101, column Reps"]


def test_assistance_is_a_negative_weight() -> None:
    reading = csv_apps.read(fitnotes_csv("2026-01-05,Pull Up,Back,-20,kgs,5,,,,").encode())

    assert reading.sets[0].weight == -20


@pytest.mark.parametrize(
    "cells", ["1000001,m,", "1001,km,", "-1,m,", "far,m,", ",,later", ",,-5", ",,1000001"]
)
def test_a_distance_or_time_beyond_reason_is_a_problem(cells: str) -> None:
    reading = csv_apps.read(many(99, f"2026-01-05,Running,Cardio,,,,{cells},").encode())

    assert csv_apps.counts(reading) == {"set": 99, "unreadable": 1}


def test_a_distance_of_zero_is_not_recorded() -> None:
    reading = csv_apps.read(fitnotes_csv("2026-01-05,Running,Cardio,,,,0.0,km,0:20:00,").encode())

    assert (reading.sets[0].kind, reading.sets[0].metres) == ("set", None)


def test_the_doubts_of_one_column_are_listed_up_to_twenty_and_then_counted() -> None:
    rows = ["2026-01-05,Shrug,Back,heavy,kgs,10,,,,"] * 25

    problems = csv_apps.read(fitnotes_csv(*rows).encode()).problems

    assert len(problems) == 21
    assert (problems[-1].where, problems[-1].text) == (
        "column Weight",
        "5 more cells cannot be read.",
    )


def test_a_label_is_cut_at_a_thousand_characters() -> None:
    row = f"2026-01-05,{'y' * 2_000},Back,20,kgs,10,,,,"

    assert len(csv_apps.read(fitnotes_csv(row).encode()).sets[0].label) == 1_000


def test_windows_1252_is_read_and_said() -> None:
    content = fitnotes_csv("2026-01-05,Rückenheben,Back,,,10,,,,").encode("cp1252")

    reading = csv_apps.read(content)

    assert reading.sets[0].label == "Rückenheben"
    assert [problem.code for problem in reading.problems] == ["E_ENCODING"]
    assert csv_apps.counts(reading) == {"set": 1}


# What begins a file that has no header, and the separator below it; a header is in commas.
OPENINGS = {
    "JEFIT": ("### EXERCISE LOGS ###\n_id,mydate,ename,logs,belongsession", ","),
    "Alpha Progression": ('"Pull";"2026-02-19 4:54 h";"1:02 hr"\n"1. Shrug"\n#;KG;REPS;RIR', ";"),
}
ODD_TEXT = st.text(alphabet='0123456789.,-:;"/x# \n\rampkg\u202f\0é٣', max_size=12)
WORDS = """2026-01-05|2026/01/05|05/01/26|2026-01-05 10:00|2026-01-05 10:00:00|5 Jan 2026, 10:00|
2026-01-05 10:00:00 +0100|18:42|10:56 PM|12|12.0|12 reps|45 sec|60x10|kg|lb|50,00 kg|0:12:00|1h 3m|
No|Si|Set|W|normal|warmup|Rest Timer|#|### EXERCISE SET LOGS|1. Shrug|8+|-|null|Shrug|"""
CELLS = st.one_of(ODD_TEXT, st.sampled_from(WORDS.replace("\n", "").split("|")))


@given(
    st.sampled_from(csv_apps.dialects()),
    st.lists(st.lists(CELLS, min_size=22, max_size=22)),
    st.data(),
)
def test_any_cells_under_a_known_header_are_read_or_refused(
    dialect: csv_apps.Dialect, rows: list[list[str]], data: st.DataObject
) -> None:
    opening, separator = OPENINGS.get(dialect.app, (dialect.header, ","))
    width = opening.rpartition("\n")[2].count(separator) + 1
    text = io.StringIO()
    csv.writer(text, delimiter=separator).writerows(row[:width] for row in rows)
    content = f"{opening}\n{text.getvalue()}".encode()
    size = data.draw(st.integers(len(opening.encode()), len(content)))
    try:
        reading = csv_apps.read(content[:size])
    except Refused as fault:
        assert fault.refusal.code in Code  # noqa: PT017  either end is right
    else:
        assert all(logged.kind in {*KINDS, "unreadable"} for logged in reading.sets)
