import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.errors import Code, Refusal
from pipeline.readers import read
from pipeline.tables import Reading

DIARY = "date,score,note\n2026-11-09,2,\n2026-11-10,0,after the walk\n2026-11-14,8,bad night\n"


def said(text: str, encoding: str = "utf-8") -> Reading:
    found = read(text.encode(encoding))
    assert isinstance(found, Reading), found
    return found


def scores(text: str, encoding: str = "utf-8") -> dict[str, int]:
    return {str(each.day): each.score for each in said(text, encoding).pain}


def refused(text: str) -> Refusal:
    found = read(text.encode())
    assert isinstance(found, Refusal), found
    return found


def test_each_line_is_a_day_with_its_score_and_note() -> None:
    found = said(DIARY)

    assert (found.kind, found.problems) == ("pain", ())
    assert [(each.day, each.score, each.note, each.row) for each in found.pain] == [
        (dt.date(2026, 11, 9), 2, None, 2),
        (dt.date(2026, 11, 10), 0, "after the walk", 3),
        (dt.date(2026, 11, 14), 8, "bad night", 4),
    ]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_a_spreadsheet_may_save_it_in_its_own_way(encoding: str, separator: str) -> None:
    lines = (["Date", "Score", "Note", ""], ["09.11.2026", "3", "müde", ""])
    text = "".join(separator.join(cells) + "\r\n" for cells in lines)

    assert scores(text, encoding) == {"2026-11-09": 3}
    assert said(text, encoding).pain[0].note == "müde"


def test_excel_names_the_separator_first() -> None:
    assert scores("sep=;\r\ndate;score;note\r\n2026-11-09;3,0;\r\n") == {"2026-11-09": 3}


@pytest.mark.parametrize(
    "cell", ["11", "-1", "7.5", "", "lots", "٣", "1e1", "9" * 5_000, "=1", "+3"]
)
def test_what_is_no_whole_score_from_0_to_10_is_told_of_with_its_line(cell: str) -> None:
    found = said(f"date,score,note\n2026-11-09,2,\n2026-11-10,{cell},\n")

    assert [each.score for each in found.pain] == [2]
    (problem,) = found.problems
    assert (problem.code, problem.where) == (Code.E_VALUE_RANGE, "line 3, column score")


def test_a_day_that_cannot_be_read_is_told_of_with_its_line() -> None:
    (problem,) = said(DIARY + "yesterday,3,\n").problems

    assert (problem.code, problem.where) == (Code.E_TIME_FIELD, "line 5, column date")
    assert problem.text == "yesterday"


def test_day_and_month_are_told_apart_by_the_whole_column_or_asked() -> None:
    assert scores("date,score,note\n03/04/2026,1\n13/04/2026,2\n") == {
        "2026-04-03": 1,
        "2026-04-13": 2,
    }
    assert scores("date,score,note\n03/04/2026,1\n04/13/2026,2\n") == {
        "2026-03-04": 1,
        "2026-04-13": 2,
    }
    assert "day or month first" in refused("date,score,note\n03/04/2026,1\n").fault


def test_the_last_score_of_a_file_that_may_be_cut_is_not_believed_where_it_may_be_another() -> None:
    assert scores("date,score,note\n2026-11-09,2\n2026-11-10,1") == {"2026-11-09": 2}
    assert scores("date,score,note\n2026-11-09,2\n2026-11-10,3") == {
        "2026-11-09": 2,
        "2026-11-10": 3,
    }
    assert scores("date,score,note\n2026-11-09,2,\n2026-11-10,1,we") == {
        "2026-11-09": 2,
        "2026-11-10": 1,
    }


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("date,score,note\n", Code.E_NO_ACTIVITY),
        ("date,score,note\n2026-11-09,lots,\n", Code.E_CSV_ROW),
        ("date,score,note\nmonday,3,\n", Code.E_TIME_FIELD),
        ('date,score,note\n2026-11-09,3,"open\n', Code.E_CSV_ROW),
    ],
)
def test_a_diary_of_which_nothing_can_be_read_is_refused(text: str, code: Code) -> None:
    found = refused(text)

    assert (found.code, found.kind) == (code, "pain")


@pytest.mark.parametrize(
    ("cell", "told"),
    [
        ("lots", "line 2, column score holds 'lots'"),
        ("\x1b[2J\u202e", r"line 2, column score holds '\x1b[2J\u202e'"),
        ("\U000e0001" * 100, "line 2, column score holds '" + r"\U000e0001" * 30 + "'"),
        ("", "line 2, column score is empty"),
    ],
)
def test_what_a_cell_holds_is_written_out_where_it_is_why_a_diary_is_refused(
    cell: str, told: str
) -> None:
    found = refused(f"date,score,note\n2026-11-09,{cell},\n")

    assert found.fault == f"No line of the pain diary can be read. The first: {told}."


@pytest.mark.parametrize(
    "header",
    ["date,score", "date,score,reps", "Date,Exercise,Reps", "day,score,note", "score,date"],
)
def test_another_header_is_no_diary(header: str) -> None:
    found = read(f"{header}\n2026-11-09,2,3\n".encode())

    assert getattr(found, "kind", None) != "pain"


@given(st.text(max_size=60), st.text(max_size=20))
def test_no_text_in_a_diary_raises_anything_else(cell: str, note: str) -> None:
    found = read(f"date,score,note\n2026-11-09,2,\n{cell},{note}\n".encode("utf-8", "replace"))

    assert isinstance(found, Reading | Refusal)
    if isinstance(found, Reading):
        assert all(0 <= each.score <= 10 for each in found.pain)


def test_a_line_written_by_hand_may_leave_the_note_and_its_comma_out() -> None:
    found = said("date,score,note\n2026-11-09,2\n2026-11-10,1\n2026-11-11,3,tired\n")

    assert [(each.score, each.note) for each in found.pain] == [(2, None), (1, None), (3, "tired")]
    assert found.problems == ()
