from pipeline.errors import Code
from pipeline.readers.csv_apps import boostcamp
from tests.readers.strength_logs import log, refusal


def boostcamp_csv(*rows: str) -> str:
    return "\n".join([boostcamp.BOOSTCAMP.header, *rows, ""])


def test_boostcamp_dates_a_row_without_a_unit_like_the_others_of_its_file() -> None:
    reading = log(boostcamp_csv("A,03/07/26,1,2,Shrug,1,,,12", "A,03/07/26,1,2,Shrug,1,45,kg,10"))

    assert [str(logged.day) for logged in reading.sets] == ["2026-07-03"] * 2


def test_boostcamp_dates_no_row_without_a_unit_where_the_others_differ() -> None:
    found = refusal(
        boostcamp_csv(
            "A,03/07/26,1,2,Shrug,1,45,kg,10",
            "A,07/03/26,1,2,Shrug,1,45,lb,10",
            "A,07/03/26,1,2,Shrug,1,,,10",
        )
    )

    assert found.fault == "1 of 3 times cannot be read, first at line 4, column date."


def test_boostcamp_without_any_unit_is_ambiguous() -> None:
    assert refusal(boostcamp_csv("A,03/07/26,1,2,Shrug,1,,,12")).code == Code.E_AMBIGUOUS


def test_boostcamp_with_a_date_of_two_parts_is_refused() -> None:
    assert refusal(boostcamp_csv("A,03/07,1,2,Shrug,1,4,kg,12")).code == Code.E_TIME_FIELD
