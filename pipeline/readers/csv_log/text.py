"""CSV: from bytes to text, and from text to records that know their line.

Quotation marks and line ends as in RFC 4180, with `,` `;` or tab between the cells.
Source: https://www.rfc-editor.org/rfc/rfc4180
"""

import codecs
import csv
import io
import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from pipeline.errors import Code, Refused
from pipeline.tables import Problem

SEPARATORS = (",", ";", "\t")
BLANK = " \r\n" + "".join(SEPARATORS)
# Excel's own first line, which says the separator; a blank line takes its place, and its number.
SEPARATOR_LINE = re.compile(r"\A\"?sep=[,;\t]\"?(?:\r\n|\r|\n)")
UTF_16_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


@dataclass(frozen=True)
class Limits:
    """What a CSV file may hold at most; the largest of 750 real files is far below each.

    A line of a megabyte is no export: it is stopped before its cells are made.
    """

    size_bytes: int = 50_000_000
    rows: int = 1_000_000
    columns: int = 200
    cell_characters: int = 65_536
    line_characters: int = 1_000_000


LIMITS = Limits()


class Record(NamedTuple):
    """One record: the line on which it starts, counted from 1, and its cells.

    `fault` says why it cannot be read: it is shorter or longer than the header. `is_open` tells
    the last record of a file that ends without a line end: its last cell may have been cut, even
    before its first sign.
    """

    line: int
    cells: list[str]
    fault: Problem | None = None
    is_open: bool = False


def decode(content: bytes) -> tuple[str, tuple[Problem, ...]]:
    """The text of a file, without its byte order mark, and what was odd about its encoding.

    UTF-16 by its mark, else UTF-8, else Windows-1252 with a problem; never lossy.
    Raises Refused: E_TOO_BIG, E_ENCODING, E_TRUNCATED when it ends inside a character.
    """
    if len(content) > LIMITS.size_bytes:
        fault = f"The file is larger than {LIMITS.size_bytes // 1_000_000} MB."
        raise Refused(Code.E_TOO_BIG, fault)
    problems: tuple[Problem, ...] = ()
    try:
        if content.startswith(UTF_16_MARKS):
            text = content.decode("utf-16")
        else:
            text = content.decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        text = _as_windows_1252(content)
        where = f"byte {fault.start}"
        problems = (Problem(Code.E_ENCODING, where, "Not UTF-8; read as Windows-1252."),)
    text = SEPARATOR_LINE.sub("\n", text, count=1)
    if (nul := text.find("\0")) >= 0:
        line = max(text.count("\n", 0, nul), text.count("\r", 0, nul)) + 1
        raise Refused(Code.E_ENCODING, f"Line {line} holds a NUL character, which no text has.")
    return text, problems


def header_candidates(text: str) -> dict[str, Record]:
    """The first record with each separator that can parse it; empty when the text is blank.

    Raises Refused E_CSV_ROW when no separator can parse it.
    """
    found: dict[str, Record] = {}
    if not text.strip(BLANK):
        return found
    refused: Refused | None = None
    for separator in SEPARATORS:
        try:
            first = next(parse(text, separator), None)
        except Refused as fault:
            refused = fault
        else:
            if first is not None:
                found[separator] = first
    if not found and refused is not None:
        raise refused
    return found


def records(text: str, separator: str, columns: int) -> list[Record]:
    """Every record after the header, in file order; records without any content are dropped.

    A record that has not as many cells as the header has `columns` is kept as a fault, never
    padded or cut. Raises Refused: E_CSV_ROW for a quotation mark out of place, E_TOO_BIG.
    """
    parsed = parse(text, separator)
    next(parsed, None)
    found: list[Record] = []
    for record in _limited(parsed):
        if len(record.cells) != columns:
            words = f"{len(record.cells)} cells, the header {columns}"
            found.append(
                record._replace(fault=Problem(Code.E_CSV_ROW, f"line {record.line}", words))
            )
        else:
            found.append(record)
    return _ended(found, text)


def without_header(text: str, separator: str) -> list[Record]:
    """Every record of a file that begins with no header, in file order.

    Raises Refused: E_CSV_ROW for a quotation mark out of place, E_TOO_BIG.
    """
    return _ended(list(_limited(parse(text, separator))), text)


def _limited(parsed: Iterable[Record]) -> Iterator[Record]:
    for number, record in enumerate(parsed, 1):
        if number > LIMITS.rows:
            raise Refused(Code.E_TOO_BIG, f"The file has more than {LIMITS.rows:,} rows.")
        yield record


def _ended(found: list[Record], text: str) -> list[Record]:
    if found and not text.endswith(("\n", "\r")):
        found[-1] = _open(found[-1], is_quoted=text.endswith('"'))
    return found


def _open(last: Record, *, is_quoted: bool) -> Record:
    """Mark the last record of a file without a last line end; a closed quotation is whole."""
    if last.fault is not None:
        words = "The file ends in the middle of this line."
        return last._replace(fault=Problem(Code.E_TRUNCATED, last.fault.where, words))
    return last._replace(is_open=not is_quoted)


def parse(text: str, separator: str) -> Iterator[Record]:
    """Each record with content, the header first. Raises Refused E_CSV_ROW at a broken one."""
    reader = csv.reader(_lines(text), delimiter=separator, strict=True)
    line = 1
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as fault:
            raise Refused(
                Code.E_CSV_ROW,
                f"The record at line {line} is broken: a quotation mark is not closed or "
                f"out of place, or a cell is too long.",
            ) from fault
        together = "".join(cells)
        if together and not together.isspace():
            if (
                len(together) > LIMITS.cell_characters
                and len(max(cells, key=len)) > LIMITS.cell_characters
            ):
                fault_text = f"Line {line} has a cell of more than {LIMITS.cell_characters} signs."
                raise Refused(Code.E_CSV_ROW, fault_text)
            yield Record(line, cells)
        line = reader.line_num + 1


def normalise(name: str) -> str:
    """A column's name as it is compared: one form of each letter, one case, single spaces."""
    return " ".join(unicodedata.normalize("NFKC", name).casefold().replace("\ufeff", "").split())


def signature(cells: Sequence[str]) -> tuple[str, ...]:
    """The header as it is looked up: all its names, normalised, in order."""
    return tuple(normalise(cell) for cell in cells[: LIMITS.columns + 1])


def _lines(text: str) -> Iterator[str]:
    """Lines as the file ends them: LF, CR LF or CR alone."""
    for number, line in enumerate(io.StringIO(text, newline=""), 1):
        if len(line) > LIMITS.line_characters:
            fault = f"Line {number} is longer than {LIMITS.line_characters:,} signs."
            raise Refused(Code.E_CSV_ROW, fault)
        yield line


def _as_windows_1252(content: bytes) -> str:
    """Read as Windows-1252, unless the bytes tell of a UTF-8 file that was cut off."""
    if content.startswith(UTF_16_MARKS):
        raise Refused(Code.E_ENCODING, "The text is not the UTF-16 that its first bytes promise.")
    if _is_cut_utf_8(content):
        raise Refused(
            Code.E_TRUNCATED,
            f"The file ends too early, after {len(content)} bytes, inside a character.",
        )
    try:
        return content.decode("cp1252")
    except UnicodeDecodeError as fault:
        sentence = "The text is not UTF-8, UTF-16 or Windows-1252."
        raise Refused(Code.E_ENCODING, sentence) from fault


def _is_cut_utf_8(content: bytes) -> bool:
    """Tell a cut UTF-8 file by other characters that are whole; `Café` may end Windows-1252."""
    try:
        whole = codecs.getincrementaldecoder("utf-8-sig")().decode(content, final=False)
    except UnicodeDecodeError:
        return False
    return not whole.isascii() or content.startswith(codecs.BOM_UTF8)
