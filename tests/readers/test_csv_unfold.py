import pytest

from pipeline.errors import Code
from pipeline.readers import csv_apps
from pipeline.readers.csv_apps import boostcamp, fitnotes, myfitnesspal
from tests.readers.strength_logs import STRENGTH, column, log, refusal, sample


def myfitnesspal_csv(*rows: str) -> str:
    return "\n".join([myfitnesspal.KILOGRAMS.header, *rows, ""])


@pytest.mark.parametrize("row", ["A,03/07/26", "A,03/07/26,1,2,Shrug,1,4,kg,12,13"])
def test_a_row_of_another_length_stays_a_fault_when_it_is_unfolded(row: str) -> None:
    good = "A,03/07/26,1,2,Shrug,1,4,kg,12"

    reading = log("\n".join([boostcamp.BOOSTCAMP.header, *[good] * 99, row, ""]))

    assert csv_apps.counts(reading) == {"set": 99, "unreadable": 1}


@pytest.mark.parametrize(
    ("name", "width"),
    [
        ("fitnotes_ios.csv", 11),
        ("gymbook_it.csv", 12),
        ("myfitnesspal_lb.csv", 10),
        ("stronglifts_lb.csv", 23),
        ("stronglifts_2018.csv", 16),
    ],
)
def test_a_short_row_is_refused_with_its_line_in_every_layout(name: str, width: int) -> None:
    lines = (STRENGTH / name).read_text("utf-8-sig").splitlines()

    found = refusal("\n".join([lines[0], "a,b", ""]))

    assert found.fault == f"Line 2 has 2 cells, the header {width} (1 of 1 lines)."


def test_fitnotes_on_ios_takes_the_weight_that_was_entered() -> None:
    reading = sample("fitnotes_ios.csv")

    assert column(reading, "weight") == [35.0, 77.16, None, 30.0, None]
    assert column(reading, "weight_unit") == ["kg", "lb", None, "kg", None]
    assert fitnotes.IOS.header.count(",") == fitnotes.IOS.columns.count(",")


@pytest.mark.parametrize(("sets", "kinds"), [("101", None), ("two", None), ("0", {"set": 1})])
def test_myfitnesspal_multiplies_only_by_a_number_of_sets(
    sets: str, kinds: dict[str, int] | None
) -> None:
    content = myfitnesspal_csv(f"2026-10-02,Shrug,Strength,,,{sets},12,20,,")

    if kinds is None:
        assert refusal(content).code == Code.E_VALUE_RANGE
    else:
        assert csv_apps.counts(log(content)) == kinds


def test_myfitnesspal_with_minutes_that_are_no_number_is_refused() -> None:
    row = "2026-10-03,Running,Cardio,310,an hour,,,,,"

    assert refusal(myfitnesspal_csv(row)).code == Code.E_VALUE_RANGE
