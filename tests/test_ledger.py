import datetime as dt
import itertools
import subprocess
import sys
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.errors import Code, Refusal
from pipeline.ledger import merged, row
from pipeline.tables import Activity, LoggedSet, Reading, Readings, listed, readings_of

NOW = dt.datetime(2026, 11, 15, tzinfo=dt.UTC)


def log(*labels: str, app: str = "Strong") -> Reading:
    sets = tuple(
        LoggedSet(number, "set", "w", label, day=NOW.date(), reps=10, row=number)
        for number, label in enumerate(labels)
    )
    return Reading("csv", "csv", app, sets=sets)


def table_of(contents: dict[str, Reading | Refusal], order: tuple[str, ...]) -> Readings:
    table = readings_of([])
    for name in order:
        table = merged(table, [row(name * 64, 1, NOW, contents[name], "v1")], {})
    return table


def outcomes(table: Readings) -> dict[str, tuple[str, int]]:
    return {
        sha256[0]: (outcome, len(sets))
        for sha256, outcome, sets in table.select("sha256", "outcome", "sets").iter_rows()
    }


def assert_in_any_order(contents: dict[str, Any], expected: dict[str, tuple[str, int]]) -> None:
    at_once = merged(
        readings_of([]), [row(n * 64, 1, NOW, each, "v1") for n, each in contents.items()], {}
    )
    assert outcomes(at_once) == expected
    for order in itertools.permutations(contents):
        assert table_of(contents, order).equals(at_once), order


def test_an_export_that_contains_an_older_one_supersedes_it_in_any_order() -> None:
    assert_in_any_order(
        {"a": log("pull", "shrug"), "b": log("pull"), "c": log("pull", "shrug", "bridge")},
        # Earlier words of one workout: they tell what was known before.
        {"a": ("superseded", 2), "b": ("superseded", 1), "c": ("imported", 3)},
    )


def test_of_equal_content_the_smaller_hash_stays_in_any_order() -> None:
    assert_in_any_order(
        {"c": log("pull"), "a": log("pull"), "b": log("pull")},
        {"a": ("imported", 1), "b": ("superseded", 0), "c": ("superseded", 0)},
    )


def test_two_exports_that_only_overlap_both_stay() -> None:
    assert_in_any_order(
        {"a": log("pull", "shrug"), "b": log("shrug", "bridge")},
        {"a": ("imported", 2), "b": ("imported", 2)},
    )


def test_two_equal_sets_are_not_contained_in_one() -> None:
    assert_in_any_order(
        {"a": log("pull", "pull"), "b": log("pull")},
        {"a": ("imported", 2), "b": ("superseded", 1)},
    )


def test_exports_of_different_apps_never_supersede_each_other() -> None:
    assert_in_any_order(
        {"a": log("pull"), "b": log("pull", app="Hevy")},
        {"a": ("imported", 1), "b": ("imported", 1)},
    )


def test_a_refusal_keeps_its_code_sentence_and_salvage() -> None:
    refusal = Refusal(Code.E_FIT, "Broken at byte 9.", "running, at least 3 km", "fit")

    (found,) = table_of({"a": refusal}, ("a",)).iter_rows(named=True)

    assert (found["outcome"], found["code"], found["kind"]) == ("refused", "E_FIT", "fit")
    assert (found["detail"], found["salvage"]) == (refusal.fault, refusal.salvage)


def test_a_new_row_takes_the_place_of_the_old_one_of_the_same_original() -> None:
    old = table_of({"a": Refusal(Code.E_FIT, "Broken.")}, ("a",))

    found = merged(old, [row("a" * 64, 1, NOW, log("pull"), "v2")], {"a" * 64: [b"x\xff.csv"]})

    assert found.select("outcome", "code", "reader_version").rows() == [("imported", None, "v2")]
    assert found["names"].to_list() == [[b"x\xff.csv"]]


def found(digit: str, container: str, *, title: str = "", told: bool = False) -> dict[str, Any]:
    """The row of a member of an archive; what the archive tells is its title."""
    said = Reading("gpx", "gpx", activities=(Activity(0, title=title or None),))
    place = {"container": container, "index": 0, "name": b"a.gpx", "told": told}
    return row(digit * 64, 1, NOW, said, "v1") | {"found_in": [place]}


def test_of_archives_that_tell_of_a_content_the_first_is_believed_in_any_order() -> None:
    rows = [
        found("a", "c1"),
        found("a", "c2", title="by the second", told=True),
        found("a", "c3", title="by the third", told=True),
        row("a" * 64, 1, NOW, Reading("gpx", "gpx", activities=(Activity(0),)), "v1"),
    ]

    tables = []
    for order in itertools.permutations(rows):
        table = readings_of([])
        for each in order:
            table = merged(table, [each], {})
        tables.append(table)
    at_once = merged(readings_of([]), rows, {})

    assert all(table.equals(at_once) for table in tables)
    (joined,) = at_once.iter_rows(named=True)
    assert joined["activities"][0]["title"] == "by the second"
    assert [place["container"] for place in joined["found_in"]] == ["c1", "c2", "c3"]


def test_a_row_of_older_readers_is_forgotten_whole() -> None:
    old = merged(readings_of([]), [found("a", "c1", title="told", told=True)], {})

    (renewed,) = merged(old, [found("a", "c2") | {"reader_version": "v2"}], {}).iter_rows(
        named=True
    )

    assert [place["container"] for place in renewed["found_in"]] == ["c2"]
    assert renewed["activities"][0]["title"] is None


def test_a_content_goes_by_the_names_it_was_dropped_under_else_by_its_place() -> None:
    names = {"c1": [b"longer.zip", b"x.zip"], "b" * 64: [b"b.gpx"]}

    table = merged(readings_of([]), [found("a", "c1"), found("b", "c1")], names)

    assert table["names"].to_list() == [[b"x.zip/a.gpx"], [b"b.gpx"]]


MEMORY = """
import datetime as dt
from pipeline.ledger import merged, row
from pipeline.tables import LoggedSet, Reading, readings_of

NOW = dt.datetime(2026, 11, 16, tzinfo=dt.UTC)

def log(count):
    day = NOW.date()
    sets = tuple(LoggedSet(n, "set", str(n // 15), "Shrug", day=day, reps=9) for n in range(count))
    return Reading("csv", "csv", "Strong", sets=sets)

said = [log(20_000), log(19_000), *[Reading("fit", "columns")] * 2_000]
rows = [row(f"{n:064x}", 1, NOW, each, "v") for n, each in enumerate(said)]
table = merged(readings_of([]), rows)
assert table["outcome"].to_list().count("superseded") == 1
status = open("/proc/self/status").read()
print(int(status.split("VmHWM:")[1].split()[0]) // 1024)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux says how much memory was used")
def test_a_log_of_years_among_thousands_of_files_takes_little_memory() -> None:
    command = [sys.executable, "-c", MEMORY]
    project = Path(__file__).resolve().parents[1]
    ran = subprocess.run(command, cwd=project, capture_output=True, text=True, check=True)  # noqa: S603 - ours

    assert int(ran.stdout) < 400


@given(st.lists(st.none() | st.lists(st.binary(max_size=3), max_size=3), max_size=12))
def test_a_column_of_lists_holds_what_polars_would_make_of_it(
    held: list[list[bytes] | None],
) -> None:
    column = listed("names", held, pl.Binary())

    assert column.equals(pl.Series("names", held, pl.List(pl.Binary())), null_equal=True)
    assert column.to_list() == held
