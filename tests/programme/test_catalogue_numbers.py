import pytest

from pipeline.programme.catalogue import Recognition, recognise, rules

LAT_PULLDOWN, GLUTE_BRIDGE, SHRUG = (rule.exercise for rule in rules())
UNSURE = ["ambiguous", "category_only", "unknown", None]


def span(first: int, last: int) -> list[int]:
    return list(range(first, last + 1))


COUNTS = {
    (LAT_PULLDOWN, 21): [1, 5, 11, 12, 13, 18, 25],
    (LAT_PULLDOWN, 37): [26],
    (GLUTE_BRIDGE, 10): [*span(11, 14), 19, 20, *span(24, 27), *span(30, 41)],
    (GLUTE_BRIDGE, 37): [17],
    (GLUTE_BRIDGE, 49): [6],
    (SHRUG, 26): [1, 3, 5, 7, *span(17, 23)],
}
ASKED = {
    (LAT_PULLDOWN, 37): [53],
    (LAT_PULLDOWN, 13): [14],
    (GLUTE_BRIDGE, 10): [4, 5, 6, *span(15, 18), 42, 43],
    (GLUTE_BRIDGE, 15): [10],
    (GLUTE_BRIDGE, 35): [5],
    (GLUTE_BRIDGE, 36): [8],
}
NEVER = {
    21: [0, *span(2, 4), *span(6, 10), *span(14, 17), *span(19, 24), *span(26, 45)],
    37: [46, 54],
    49: [12],
    10: [*span(0, 3), *span(7, 10), *span(21, 23), 28, 29, *span(44, 49)],
    1: [14],
    11: [3, 4],
    19: [130, 131],
    26: [0, 2, 4, 6, *span(8, 16), 24],
}


def cases(table: dict[tuple[str, int], list[int]]) -> list[tuple[str, int, int]]:
    return [(key[0], key[1], subtype) for key, subtypes in table.items() for subtype in subtypes]


@pytest.mark.parametrize("grade", ["confirmed", "agreed"])
@pytest.mark.parametrize(("exercise", "category", "subtype"), cases(COUNTS))
def test_a_sure_number_counts_whatever_the_label_says(
    exercise: str, category: int, subtype: int, grade: str
) -> None:
    found = recognise("Hip Thrust", category=category, subtype=subtype, grade=grade)

    assert found == Recognition(exercise, "number")


@pytest.mark.parametrize("grade", ["confirmed", *UNSURE])
@pytest.mark.parametrize(("exercise", "category", "subtype"), cases(ASKED))
def test_a_doubtful_number_is_asked_about(
    exercise: str, category: int, subtype: int, grade: str | None
) -> None:
    found = recognise("", category=category, subtype=subtype, grade=grade)

    assert found == Recognition(None, "number", (exercise,))


@pytest.mark.parametrize(
    ("category", "subtype"), [(key, subtype) for key in NEVER for subtype in NEVER[key]]
)
def test_a_sure_number_of_another_exercise_never_counts(category: int, subtype: int) -> None:
    found = recognise("Barbell Shrug", category=category, subtype=subtype, grade="confirmed")

    assert found == Recognition(None, "number")


@pytest.mark.parametrize("grade", UNSURE)
@pytest.mark.parametrize(("exercise", "category", "subtype"), cases(COUNTS))
def test_a_guessed_number_is_asked_about(
    exercise: str, category: int, subtype: int, grade: str | None
) -> None:
    found = recognise("", category=category, subtype=subtype, grade=grade)

    assert found == Recognition(None, "number", (exercise,))


@pytest.mark.parametrize("subtype", [None, 65535])
@pytest.mark.parametrize(
    ("category", "candidates"),
    [(10, (GLUTE_BRIDGE,)), (21, (LAT_PULLDOWN,)), (26, (SHRUG,)), (0, ()), (37, ())],
)
def test_a_category_alone_is_asked_about_where_it_holds_an_exercise(
    category: int, candidates: tuple[str, ...], subtype: int | None
) -> None:
    found = recognise("", category=category, subtype=subtype, grade="category_only")

    assert (found.exercise, found.candidates) == (None, candidates)


def test_the_guess_of_a_shrug_that_was_an_upright_row_is_asked_about() -> None:
    found = recognise("", category=26, subtype=24, grade="ambiguous")

    assert found == Recognition(None, "number", (SHRUG,))


def test_the_label_beside_an_unsure_number_is_asked_about_and_does_not_count() -> None:
    found = recognise("Lat Pulldown", category=26, subtype=None, grade="category_only")

    assert found == Recognition(None, "number", (LAT_PULLDOWN, SHRUG))


@pytest.mark.parametrize("category", [65534, 65535])
def test_a_confirmed_label_without_a_number_speaks_for_itself(category: int) -> None:
    sure = recognise("Lat Pulldown (Cable)", category=category, grade="confirmed")
    unsure = recognise("Lat Pulldown (Cable)", category=category, grade="unknown")

    assert sure.exercise == LAT_PULLDOWN
    assert unsure == Recognition(None, "number", (LAT_PULLDOWN,))


def test_a_number_in_no_table_and_a_label_that_counts_are_asked_about() -> None:
    known = recognise("Bench Press", category=0, subtype=1, grade="confirmed")
    torn = recognise("Barbell Shrug", category=0, subtype=1, grade="confirmed")
    newer = recognise("", category=21, subtype=99, grade="confirmed")

    assert known == Recognition()
    assert torn == Recognition(None, "number", (SHRUG,))
    assert newer == Recognition(None, "number", (LAT_PULLDOWN,))
