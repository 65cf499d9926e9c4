import dataclasses
import datetime as dt
import itertools
from collections.abc import Sequence

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.histories import newest_words, workouts_of
from pipeline.ledger import merged, row
from pipeline.tables import LoggedSet, Reading, Readings, readings_of

from .examples import examples

SEEN = dt.datetime(2026, 11, 15, tzinfo=dt.UTC)
FIRST = dt.datetime(2026, 1, 5, 18)  # noqa: DTZ001 - a wall clock
Workout = tuple[int, str]  # the number of its day, and its exercise


def log(*workouts: Workout, app: str = "Hevy", history: bool = True) -> Reading:
    sets = tuple(
        LoggedSet(
            position,
            "set",
            str(number),
            label,
            day=(FIRST + dt.timedelta(days=number)).date(),
            local_start=FIRST + dt.timedelta(days=number),
            reps=10,
            row=position + 2,
        )
        for position, (number, label) in enumerate(workouts)
    )
    return Reading("csv", "csv", app, sets=sets, is_history=history)


def pulls(*numbers: int) -> list[Workout]:
    return [(number, "Lat Pulldown") for number in numbers]


def table_of(exports: Sequence[tuple[str, Reading]], seen: dict[str, int]) -> Readings:
    table = readings_of([])
    for name, said in exports:
        first_seen = SEEN + dt.timedelta(days=seen.get(name, 0))
        table = merged(table, [row(name * 64, 1, first_seen, said, "v")], {})
    return table


def kept(exports: dict[str, Reading], seen: dict[str, int] | None = None) -> set[str]:
    """The exports that count, and count whole; the same table in every order of arrival."""
    first, *others = [
        table_of(order, seen or {}) for order in itertools.permutations(exports.items())
    ]
    assert all(first.equals(other) for other in others)
    alive = [sha256[0] for sha256 in first.filter(outcome="imported")["sha256"]]
    told = {sha256[0]: sets or [] for sha256, sets in first.select("sha256", "sets").iter_rows()}
    assert all(len(told[name]) == len(exports[name].sets) for name in alive)
    return set(alive)


def test_a_newer_export_replaces_the_older_one() -> None:
    assert kept({"a": log(*pulls(1, 2)), "b": log(*pulls(1, 2, 3))}) == {"b"}


def test_a_corrected_entry_replaces_the_older_one() -> None:
    old, new = log(*pulls(1, 2, 3)), log((1, "Lat Pulldown"), (2, "Row"), *pulls(3, 4))

    assert kept({"a": old, "b": new}) == {"b"}


@pytest.mark.parametrize("left", [(1, 3, 4), (2, 3, 4), (3, 4)])
def test_a_deleted_workout_is_gone(left: tuple[int, ...]) -> None:
    assert kept({"a": log(*pulls(1, 2, 3)), "b": log(*pulls(*left))}) == {"b"}


def test_a_deletion_without_a_new_workout_is_known_by_when_the_exports_were_seen() -> None:
    exports = {"a": log(*pulls(1, 2, 3)), "b": log(*pulls(1, 3))}

    assert kept(exports, {"b": 1}) == {"b"}
    assert kept(exports, {"a": 1}) == {"a"}
    assert kept(exports) == {"a"}  # both at once: nothing is given up


def test_a_corrected_last_workout_is_known_by_when_the_exports_were_seen() -> None:
    exports = {"a": log(*pulls(1, 2)), "b": log((1, "Lat Pulldown"), (2, "Row"))}

    assert kept(exports, {"b": 1}) == {"b"}
    assert kept(exports, {"a": 1}) == {"a"}


def test_of_two_dropped_at_once_the_one_that_breaks_off_replaces_nothing() -> None:
    whole, cut = log(*pulls(1, 2, 2)), log(*pulls(1, 2))

    assert kept({"a": whole, "b": cut}) == {"a"}
    assert kept({"b": whole, "a": cut}) == {"b"}


def test_an_old_export_found_later_replaces_nothing() -> None:
    assert kept({"a": log(*pulls(1, 2, 3)), "b": log(*pulls(1, 2))}, {"b": 9}) == {"a"}


def test_an_export_that_lacks_much_replaces_nothing() -> None:
    many = log(*pulls(*range(40)))
    restored = log(*pulls(*range(30), 50))

    assert kept({"a": many, "b": restored}) == {"a", "b"}


def test_an_export_cut_off_at_its_oldest_end_is_replaced_by_the_whole_one() -> None:
    whole, cut = log(*pulls(*range(40))), log(*pulls(*range(10, 40)))

    assert kept({"a": whole, "b": cut}, {"b": 9}) == {"a"}


def test_exports_of_other_apps_and_unrelated_histories_stay() -> None:
    assert kept({"a": log(*pulls(1, 2)), "b": log(*pulls(1, 2, 3), app="Strong")}) == {"a", "b"}
    assert kept({"a": log(*pulls(1, 2)), "b": log(*pulls(5, 6))}) == {"a", "b"}


def test_a_log_that_is_no_whole_history_goes_only_into_one_that_contains_it() -> None:
    one, more = log(*pulls(1), history=False), log(*pulls(1, 2), history=False)
    other = log((1, "Row"), *pulls(2, 3), history=False)

    assert kept({"a": one, "b": more, "c": other}) == {"b", "c"}


@examples()
@given(
    st.lists(st.frozensets(st.integers(0, 8), min_size=1), min_size=2, max_size=4, unique=True),
    st.permutations(range(4)),
)
def test_no_order_of_arrival_changes_what_stays(
    contents: list[frozenset[int]], order: list[int]
) -> None:
    exports = [(f"{n}", log(*pulls(*sorted(days)))) for n, days in enumerate(contents)]
    seen = {"0": 2, "1": 1}
    mixed = [exports[n] for n in order if n < len(exports)]

    rows = [
        row(n * 64, 1, SEEN + dt.timedelta(days=seen.get(n, 0)), said, "v") for n, said in exports
    ]
    at_once = merged(readings_of([]), rows, {})

    assert table_of(mixed, seen).equals(at_once)
    assert "imported" in at_once["outcome"].to_list()


def left_of(table: pl.DataFrame) -> dict[str, list[str]]:
    return {
        sha256[0]: [f"{each['workout']} {each['label']}" for each in sets or []]
        for sha256, sets in table.filter(outcome="superseded").select("sha256", "sets").iter_rows()
    }


def test_what_was_corrected_or_deleted_since_stays_once_with_the_newest_log_that_told_it() -> None:
    first = log(*pulls(1, 2, 3))
    second = log((1, "Lat Pulldown"), (2, "Row"), *pulls(3, 4))
    third = log((1, "Lat Pulldown"), (2, "Row"), *pulls(4, 5))

    for order in itertools.permutations([("a", first), ("b", second), ("c", third)]):
        assert left_of(table_of(order, {})) == {"a": ["2 Lat Pulldown"], "b": ["3 Lat Pulldown"]}


def test_a_note_or_a_title_makes_no_other_workout_of_it() -> None:
    told = log(*pulls(1, 2))
    noted = (*told.sets, dataclasses.replace(told.sets[0], kind="note"))
    edited = tuple(dataclasses.replace(each, title="Evening") for each in noted)

    assert workouts_of(edited) == workouts_of(told.sets)


def test_a_hundred_weekly_exports_leave_one() -> None:
    weeks = [(f"{n:064x}", log(*pulls(*range(2 * n + 2)))) for n in range(100)]
    rows = [row(sha256, 1, SEEN, said, "v") for sha256, said in weeks]

    table = merged(readings_of([]), rows, {})

    assert table["outcome"].to_list() == ["superseded"] * 99 + ["imported"]
    assert table["detail"].unique().drop_nulls().to_list() == [
        "A newer export of yours takes its place."
    ]


def labels(table: pl.DataFrame) -> dict[str, list[str]]:
    return {
        sha256[0]: [each["label"] for each in sets or []]
        for sha256, sets in table.select("sha256", "sets").iter_rows()
    }


def test_where_logs_of_one_app_overlap_the_newer_is_believed() -> None:
    old = log(*pulls(1, 2, 3), history=False)
    new = log((2, "Row"), (3, "Shrug"), (4, "Shrug"), history=False)
    table = newest_words(table_of([("a", old), ("b", new)], {}))

    assert labels(table) == {"a": ["Lat Pulldown"], "b": ["Row", "Shrug", "Shrug"]}


def test_a_workout_divided_between_two_files_is_kept_whole() -> None:
    first = log(*pulls(1, 2), history=False)
    second = log((2, "Row"), (3, "Shrug"), history=False)
    table = table_of([("a", first), ("b", second)], {})

    assert newest_words(table).equals(table)


def test_logs_of_other_apps_keep_their_words() -> None:
    other = log((1, "Row"), (2, "Row"), app="Strong")
    table = table_of([("a", log(*pulls(1, 2))), ("b", other)], {})

    assert newest_words(table).equals(table)
