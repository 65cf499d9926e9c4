import datetime as dt
import importlib.util
from collections.abc import Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from pipeline import readers
from pipeline.tables import LoggedSet, Reading

SCRIPT = Path(__file__).resolve().parents[2] / "scripts" / "sample_fit.py"
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning:fitparse.*")

Fields = tuple[Any, ...]
UTC_START = dt.datetime(2026, 11, 4, 17, 0, tzinfo=dt.UTC)
PULLDOWN, SHRUG, ROW = (21, 13), (26, 5), (23, 1)
UNKNOWN, INVALID = 65_534, 65_535
ACTIVE, REST = 1, 0


def load_encoder() -> ModuleType:
    spec = importlib.util.spec_from_file_location("sample_fit", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


ENCODER = load_encoder()
START = ENCODER.seconds(UTC_START)


def logged(  # noqa: PLR0913 - the fields of a set message
    *pairs: tuple[int | None, int | None],
    index: int = 0,
    kind: int = ACTIVE,
    reps: int | None = 10,
    seconds: float | None = 30.0,
    weight: int | None = None,
    step: int | None = None,
) -> Fields:
    numbers = [
        tuple(INVALID if n is None else n for n in side) for side in zip(*pairs, strict=True)
    ]
    categories, subtypes = numbers or [(INVALID,), (INVALID,)]
    return (
        225,
        (254, "uint32", START),
        (0, "uint32", None if seconds is None else round(seconds * 1000)),
        (3, "uint16", reps),
        (4, "uint16", weight),
        (5, "uint8", kind),
        (6, "uint32", START + 60 * index),
        (7, "uint16", categories),
        (8, "uint16", subtypes),
        (10, "uint16", index),
        (11, "uint16", step),
    )


def sets_of(*messages: Fields) -> Sequence[LoggedSet]:
    writer = ENCODER.FitWriter()
    writer.add(0, (0, "enum", 4), (1, "uint16", 1))
    for message in messages:
        writer.add(*message)
    writer.add(
        18,
        (253, "uint32", START + 1800),
        (2, "uint32", START),
        (7, "uint32", 1_800_000),
        (5, "enum", 10),
        (6, "enum", 20),
    )
    found = readers.read(writer.finish())
    assert isinstance(found, Reading), found
    return found.sets


def only(*messages: Fields) -> LoggedSet:
    (found,) = sets_of(*messages)
    return found


@pytest.mark.parametrize(
    ("pairs", "grade", "pair", "label"),
    [
        ([PULLDOWN, PULLDOWN, PULLDOWN], "agreed", PULLDOWN, "lat pulldown"),
        ([PULLDOWN], "agreed", PULLDOWN, "lat pulldown"),
        ([PULLDOWN, ROW, SHRUG], "ambiguous", PULLDOWN, "lat pulldown"),
        ([PULLDOWN, (21, None)], "ambiguous", PULLDOWN, "lat pulldown"),
        ([(21, None), (21, None)], "category_only", (21, None), "pull up"),
        ([(UNKNOWN, None), PULLDOWN], "agreed", PULLDOWN, "lat pulldown"),
        ([(UNKNOWN, 13)], "unknown", (None, None), "not stated"),
        ([(None, 13), (None, 1)], "unknown", (None, None), "not stated"),
    ],
)
def test_a_guess_is_graded_by_whether_all_of_it_agrees(
    pairs: list[tuple[int | None, int | None]],
    grade: str,
    pair: tuple[int | None, int | None],
    label: str,
) -> None:
    found = only(logged(*pairs))

    assert (found.grade, (found.category, found.subtype), found.label) == (grade, pair, label)


def test_a_missing_category_never_becomes_0_which_is_the_bench_press() -> None:
    assert only(logged((None, 1))).category is None
    assert only(logged((0, 1))).label == "barbell bench press"


def test_a_title_confirms_an_ambiguous_guess_in_its_own_words() -> None:
    title = (264, (254, "uint16", 0), (0, "uint16", 26), (1, "uint16", 5), (2, "string", "Shrugs!"))

    found = only(title, logged(SHRUG, ROW))

    assert (found.grade, found.label) == ("confirmed", "Shrugs!")
    assert (found.category, found.subtype) == SHRUG


def test_two_titles_that_both_fit_confirm_nothing() -> None:
    titles = [
        (264, (254, "uint16", i), (0, "uint16", pair[0]), (1, "uint16", pair[1]))
        for i, pair in enumerate((SHRUG, ROW))
    ]

    assert only(*titles, logged(SHRUG, ROW)).grade == "ambiguous"


def test_the_workout_step_of_a_set_confirms_it_before_any_title() -> None:
    step = (27, (254, "uint16", 4), (0, "string", "Puxada"), (10, "uint16", 21), (11, "uint16", 13))

    found = only(step, logged(PULLDOWN, ROW, step=4))

    assert (found.grade, found.label) == ("confirmed", "Puxada")
    assert only(step, logged(PULLDOWN, ROW, step=5)).grade == "ambiguous"


@pytest.mark.parametrize(
    ("raw", "kilograms"),
    [(980, 61.25), (1, 0.0625), (0, None), (32_000, 2000.0), (32_001, None), (UNKNOWN, None)],
)
def test_weight_is_a_sixteenth_of_a_kilogram_and_0_is_not_entered(
    raw: int, kilograms: float | None
) -> None:
    found = only(logged(PULLDOWN, weight=raw))

    assert (found.weight, found.weight_unit) == (kilograms, "kg" if kilograms else None)


@pytest.mark.parametrize(
    ("kind", "reps", "seconds", "expected"),
    [
        (ACTIVE, 1, 60.0, "set"),
        (ACTIVE, None, 30.0, "set"),
        (ACTIVE, 12, None, "set"),
        (ACTIVE, 0, None, "skipped"),
        (ACTIVE, None, None, "skipped"),
        (REST, None, 60.0, "rest"),
        (REST, 10, 60.0, "rest"),
    ],
)
def test_a_working_set_is_active_and_has_reps_or_seconds(
    kind: int, reps: int | None, seconds: float | None, expected: str
) -> None:
    assert only(logged(PULLDOWN, kind=kind, reps=reps, seconds=seconds)).kind == expected


def test_sets_come_in_the_order_of_their_index_and_point_to_their_activity() -> None:
    found = sets_of(logged(SHRUG, index=2), logged(PULLDOWN, index=1))

    assert [(each.label, each.position) for each in found] == [
        ("lat pulldown", 0),
        ("dumbbell shrug", 1),
    ]
    assert {each.activity for each in found} == {0}
    assert found[0].starts_at == UTC_START + dt.timedelta(minutes=1)


def test_numbers_that_no_profile_has_stay_visible() -> None:
    found = only(logged((60, 3)))

    assert (found.label, found.grade) == ("FIT exercise 60/3", "agreed")


def test_a_category_too_large_for_the_table_is_no_category() -> None:
    huge = (225, (5, "uint8", ACTIVE), (3, "uint16", 5), (7, "uint32", 4_000_000_000))

    assert only(huge).category is None


def test_an_index_written_as_an_array_does_not_end_the_reader() -> None:
    odd = (225, (5, "uint8", ACTIVE), (3, "uint16", 5), (10, "uint16", (1, 2)))

    assert len(sets_of(odd, logged(SHRUG, index=3))) == 2
