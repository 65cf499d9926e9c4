from dataclasses import replace

import pytest

from pipeline.readers.csv_apps import fitbod, fitnotes, strong
from pipeline.readers.csv_log import columns as csv_columns
from pipeline.readers.csv_log import values
from pipeline.readers.csv_log.columns import CUT, Columns
from pipeline.readers.csv_log.dialect import Dialect
from pipeline.readers.csv_log.text import Record
from pipeline.tables import Problem

PLAIN = Dialect(
    "Plain",
    header="Day,Name,Kind,Reps",
    label="Name",
    start="Day",
    formats=("%Y-%m-%d", "%d.%m.%Y"),
    workout=("Day",),
    set_type="Kind",
    kinds=(("work", "set"), ("warm", "warmup")),
    reps="Reps",
    nulls=("null", "-"),
)
CLOCKED = replace(
    PLAIN, header="Day,Name,Kind,Reps,Hour", clock="Hour", formats=("%Y-%m-%d %H:%M",)
)


def columns(*rows: str, dialect: Dialect = PLAIN, is_open: bool = False) -> Columns:
    cells = [row.split(",") for row in rows]
    entries = [Record(line, each) for line, each in enumerate(cells, 2)]
    entries[-1] = entries[-1]._replace(is_open=is_open)
    return Columns(dialect, entries)


def test_cells_lose_the_blanks_around_them_and_the_words_for_nothing() -> None:
    found = columns("2026-01-05, Shrug ,work, 8", "2026-01-05,null,-,null")

    assert found.cells("Name") == ["Shrug", ""]
    assert found.cells("Reps") == ["8", ""]


def test_a_column_that_the_app_lacks_is_empty_and_unread() -> None:
    found = columns("2026-01-05,Shrug,work,8")

    assert (found.cells(None), found.read(None, values.whole_number)) == ([""], [None])
    assert found.pairs("Reps", None, lambda first, second: first + second) == ["8"]
    assert not found.commas_decide(None)


def test_no_entries_have_no_cells() -> None:
    assert Columns(PLAIN, []).cells("Name") == []


def test_an_entry_with_a_fault_is_blank() -> None:
    fault = Problem("E_CSV_ROW", "line 2", "1 cells, the header 4")

    assert Columns(PLAIN, [Record(2, ["x"], fault)]).cells("Day") == [""]


def test_what_does_not_fit_is_known_by_its_column() -> None:
    found = columns(
        "2026-01-05,Shrug,work,8", "2026-01-05,Shrug,work,few", "2026-01-05,Shrug,work,"
    )

    assert found.read("Reps", values.whole_number) == [8, None, None]
    assert found.unfit == {"Reps": {1}}


@pytest.mark.parametrize(("last", "cell"), [("1", f"1{CUT}"), ("", "")])
def test_the_last_cell_of_a_file_without_a_last_line_end_is_marked(last: str, cell: str) -> None:
    found = columns("2026-01-05,Shrug,work,12", f"2026-01-05,Shrug,work,{last}", is_open=True)

    assert found.cells("Reps") == ["12", cell]


def test_a_last_cell_that_nobody_reads_is_not_marked() -> None:
    bare = replace(PLAIN, header=PLAIN.header + ",Note")

    assert columns("2026-01-05,Shrug,work,12,so", dialect=bare, is_open=True).cells("Note") == [
        "so"
    ]


def test_the_format_of_the_times_is_that_of_most_rows() -> None:
    found = columns("05.01.2026,Shrug,work,8", "06.01.2026,Shrug,work,8", "2026-01-07,Shrug,work,8")

    starts, written, date_format = csv_columns.when(PLAIN, found)

    assert [start and start.day for start in starts] == [5, 6, None]
    assert (written[2], date_format) == ("2026-01-07", "%d.%m.%Y")


def test_a_time_of_day_may_stand_in_a_column_of_its_own() -> None:
    found = columns("2026-01-05,Shrug,work,8,18:42", dialect=CLOCKED)

    starts, written, _ = csv_columns.when(CLOCKED, found)

    assert [start and start.hour for start in starts] == [18]
    assert written == ["2026-01-05 18:42"]


def test_a_word_nobody_told_us_about_is_skipped_and_noted() -> None:
    found = columns(
        "2026-01-05,Shrug,WORK,8",
        "2026-01-05,Shrug,rest,8",
        "2026-01-05,Shrug,,8",
        "2026-01-05,A,warm,8",
    )

    assert csv_columns.kinds(PLAIN, found) == ["set", "skipped", "skipped", "warmup"]
    assert found.unfit == {"Kind": {1, 2}}


def test_an_empty_kind_is_a_set_where_the_app_writes_none() -> None:
    assert csv_columns.kinds(fitbod.KILOGRAMS, Columns(fitbod.KILOGRAMS, [])) == []
    lenient = replace(PLAIN, kinds=(("work|", "set"),))

    assert csv_columns.kinds(lenient, columns("2026-01-05,Shrug,,8", dialect=lenient)) == ["set"]


def test_a_column_may_say_that_a_set_was_not_done() -> None:
    done = replace(PLAIN, set_type=None, kinds=(), skip_if=("Kind", "no"))
    found = columns(
        "2026-01-05,Shrug,No,8", "2026-01-05,Shrug,yes,8", "2026-01-05,A,,8", dialect=done
    )

    assert csv_columns.kinds(done, found) == ["skipped", "set", "set"]


def test_the_kind_of_a_cut_file_is_told_without_the_mark_of_the_cut() -> None:
    last = replace(PLAIN, header="Day,Name,Reps,Kind")

    found = columns("2026-01-05,Shrug,8,warm", dialect=last, is_open=True)

    assert csv_columns.kinds(last, found) == ["warmup"]


@pytest.mark.parametrize("dialect", [strong.COMMA, fitnotes.NEW])
def test_an_app_without_an_end_has_none(dialect: Dialect) -> None:
    assert csv_columns.ends(dialect, Columns(dialect, []), "%Y-%m-%d") == []
