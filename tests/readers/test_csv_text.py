import pytest

from pipeline.errors import Code, Refused
from pipeline.readers.csv_log import text as csv_text
from pipeline.tables import Problem


def refusal(content: bytes, separator: str = ",") -> tuple[Code, str]:
    with pytest.raises(Refused) as caught:
        csv_text.records(csv_text.decode(content)[0], separator, 2)
    return caught.value.refusal.code, caught.value.refusal.fault


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_text_is_read_without_its_byte_order_mark(encoding: str) -> None:
    assert csv_text.decode("Über,é\n1,2\n".encode(encoding)) == ("Über,é\n1,2\n", ())


def test_windows_1252_is_read_with_a_problem_that_says_where() -> None:
    text, problems = csv_text.decode("a,b\nCafé,1\n".encode("cp1252"))

    assert text == "a,b\nCafé,1\n"
    assert [(problem.code, problem.where) for problem in problems] == [("E_ENCODING", "byte 7")]


def test_utf_8_that_ends_inside_a_character_was_cut_off() -> None:
    assert refusal("é,b\n1,é".encode()[:-1])[0] == Code.E_TRUNCATED


def test_windows_1252_may_end_in_an_accent() -> None:
    assert csv_text.decode("a,Café".encode("cp1252"))[0] == "a,Café"


@pytest.mark.parametrize("content", [b"a,b\n\x811,\xe9 2\n", b"\xff\xfea", b"a,b\n1,\0\n"])
def test_bytes_that_are_no_text_are_refused(content: bytes) -> None:
    assert refusal(content)[0] == Code.E_ENCODING


def test_a_nul_is_refused_with_its_line() -> None:
    assert refusal(b"a,b\n1,\0\n")[1] == "Line 2 holds a NUL character, which no text has."


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_each_line_end_gives_the_same_records_and_lines(end: str) -> None:
    found = csv_text.records(end.join(["a,b", '1,"x', 'y"', ",", "", "2,z", ""]), ",", 2)

    assert [record.line for record in found] == [2, 6]
    assert [record.cells for record in found] == [["1", f"x{end}y"], ["2", "z"]]


@pytest.mark.parametrize(("row", "cells"), [("1", 1), ("1,2,3", 3)])
def test_a_row_of_another_length_than_the_header_is_kept_as_a_fault_with_its_line(
    row: str, cells: int
) -> None:
    good, bad, last = csv_text.records(f"a,b\n1,2\n{row}\n3,4\n", ",", 2)

    assert (good.fault, last.fault) == (None, None)
    assert bad.fault == Problem(Code.E_CSV_ROW, "line 3", f"{cells} cells, the header 2")


@pytest.mark.parametrize(
    ("end", "code", "is_open"),
    [
        ("3,4\n", None, False),
        ("3,4", None, True),
        ('3,"4"', None, False),
        ("3,", None, True),
        ("3", Code.E_TRUNCATED, False),
    ],
)
def test_a_last_line_without_an_end_may_be_cut(
    end: str, code: Code | None, *, is_open: bool
) -> None:
    _, last = csv_text.records(f"a,b\n1,2\n{end}", ",", 2)

    assert (last.fault and last.fault.code, last.is_open) == (code, is_open)


def test_the_line_on_which_excel_says_its_separator_is_passed_over() -> None:
    text, _ = csv_text.decode(b"sep=;\r\na;b\r\n1;2\r\n")

    assert csv_text.header_candidates(text)[";"].cells == ["a", "b"]
    assert [record.line for record in csv_text.records(text, ";", 2)] == [3]


@pytest.mark.parametrize("row", ['1,"2', '"1"x,2', '1,"' + "y" * 200_000])
def test_broken_quoting_is_refused_with_the_line_on_which_the_record_starts(row: str) -> None:
    code, fault = refusal(f"a,b\n1,2\n{row}\n3,4\n".encode())

    assert code == Code.E_CSV_ROW
    assert fault.startswith("The record at line 3 is broken")


def test_an_inch_sign_inside_a_cell_is_text() -> None:
    assert csv_text.records('a,b\n12" box,2\n', ",", 2)[0].cells == ['12" box', "2"]


def test_a_cell_beyond_64_kb_is_refused() -> None:
    assert csv_text.records("a,b\n1," + "y" * 65_536, ",", 2)
    assert refusal(b"a,b\n1," + b"y" * 65_537) == (
        Code.E_CSV_ROW,
        "Line 2 has a cell of more than 65536 signs.",
    )


def test_a_line_of_a_megabyte_is_refused_before_its_cells_are_made() -> None:
    assert refusal(b"a,b\n" + b"," * 1_000_001)[1] == "Line 2 is longer than 1,000,000 signs."


def test_a_file_of_more_than_50_mb_is_refused() -> None:
    assert refusal(b"," * 50_000_001) == (Code.E_TOO_BIG, "The file is larger than 50 MB.")


def test_more_than_a_million_rows_are_refused() -> None:
    assert refusal(b"a\n" + b"1\n" * 1_000_001)[0] == Code.E_TOO_BIG


def test_the_header_is_tried_with_each_separator() -> None:
    found = csv_text.header_candidates('"a";"b, c"\n1;2\n')

    assert {mark: first.cells for mark, first in found.items()} == {";": ["a", "b, c"]}


def test_a_blank_text_has_no_header() -> None:
    assert csv_text.header_candidates("\n \n,,\n") == {}


def test_names_are_compared_in_one_form() -> None:
    assert csv_text.normalise("\ufeff  Weight\u00a0  (KG) ") == "weight (kg)"
