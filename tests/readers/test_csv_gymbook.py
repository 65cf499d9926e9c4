import pytest

from pipeline.errors import Code
from pipeline.readers.csv_apps import gymbook
from tests.readers.strength_logs import column, log, refusal

ITALIAN = gymbook.GYMBOOK.header


def gymbook_row(
    amount: str = "12 ripetizioni", load: str = "", kind: str = "Set", done: str = "No"
) -> str:
    return f"{ITALIAN}\n12/06/26,A,18:42,Shrug,B,C,D,{kind},{amount},{load},,{done}\n"


@pytest.mark.parametrize(
    ("amount", "reps", "seconds"),
    [
        ("12 ripetizioni", 12, None),
        ("12 rip.", 12, None),
        ("12,0 reps", 12, None),
        ("1 ora", None, 3_600),
        ("2 h", None, 7_200),
        ("1,5 min", None, 90),
        ("45 sec", None, 45),
        ("45 s", None, 45),
    ],
)
def test_gymbook_tells_reps_from_time_by_the_word(
    amount: str, reps: int | None, seconds: float | None
) -> None:
    (only,) = log(gymbook_row(f'"{amount}"')).sets

    assert (only.kind, only.reps, only.seconds) == ("set", reps, seconds)


@pytest.mark.parametrize("amount", ["12 foo", "many", "1.2.3 min", "12"])
def test_gymbook_with_an_amount_of_nothing_known_is_refused(amount: str) -> None:
    assert refusal(gymbook_row(amount)).code == Code.E_VALUE_RANGE


@pytest.mark.parametrize(
    ("load", "weight", "unit", "metres", "doubt"),
    [
        ('"50,00 kg"', 50.0, "kg", None, []),
        ("2 km", None, None, 2_000.0, []),
        ("50 stone", 50.0, None, None, ["stone"]),
        ("heavy", None, None, None, ["heavy"]),
    ],
)
def test_gymbook_tells_weight_from_distance_by_the_unit(
    load: str, weight: float | None, unit: str | None, metres: float | None, doubt: list[str]
) -> None:
    reading = log(gymbook_row(load=load))

    (only,) = reading.sets
    assert (only.weight, only.weight_unit, only.metres) == (weight, unit, metres)
    assert [problem.text for problem in reading.problems] == doubt


@pytest.mark.parametrize(
    ("kind", "done", "told", "doubt"),
    [
        ("Set", "Si", "skipped", []),
        ("Set", "", "skipped", [""]),
        ("Set", "Forse", "skipped", ["Forse"]),
        ("Superset", "No", "skipped", ["Superset"]),
        ("Set di riscaldamento", "No", "warmup", []),
    ],
)
def test_gymbook_counts_no_set_it_does_not_know_to_be_done(
    kind: str, done: str, told: str, doubt: list[str]
) -> None:
    reading = log(gymbook_row(kind=kind, done=done))

    assert column(reading, "kind") == [told]
    assert [problem.text for problem in reading.problems] == doubt


def test_gymbook_in_another_order_is_refused_where_a_word_of_its_header_is_known() -> None:
    swapped = ITALIAN.replace("Esercizio,Zona", "Zona,Esercizio")

    assert refusal(swapped + "\n").fault.endswith("It is near GymBook, but in another order.")
