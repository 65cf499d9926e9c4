"""The pain diary: a CSV of one line a day, `date,score,note`, written by hand or by a spreadsheet.

A score is a whole number from 0, no pain, to 10, the worst; the last line of a day wins. This is
the numeric rating scale of eleven points: Williamson and Hoggart, Journal of Clinical Nursing 14
(2005), 798-804.
"""

import codecs
import datetime as dt
from collections import Counter
from collections.abc import Mapping, Sequence

from pipeline.errors import Code, Refused
from pipeline.readers.csv_log import dates
from pipeline.readers.csv_log import text as csv_text
from pipeline.readers.csv_log.text import Record
from pipeline.tables import PainEntry, Problem, Reading

HEADER = ("date", "score", "note")
WITHOUT_NOTE = 2  # cells: whoever writes by hand leaves the last comma out
# A spreadsheet saves a day as its country writes it; one way must read the whole column.
FORMATS = (
    *("%Y-%m-%d", "%Y/%m/%d", "%d.%m.%Y", "%d.%m.%y", "%d/%m/%Y", "%m/%d/%Y"),
    *("%d-%m-%Y", "%m-%d-%Y", "%d/%m/%y", "%m/%d/%y", "%d %b %Y", "%d-%b-%Y", "%d-%b-%y"),
)
WORST = 10
LONGEST_NOTE = 1_000
FIRST_LINE_BYTES = 1_000
PROBLEMS_TOLD = 20
CELL_CHARACTERS, SAID_CHARACTERS = 80, 30  # of a cell: in a problem, and in a sentence


def recognises(head: bytes) -> bool:
    """Tell a diary by its first line: a date and a score alone may be anybody's score."""
    encoding = "utf-16" if head.startswith(csv_text.UTF_16_MARKS) else "utf-8-sig"
    decoder = codecs.getincrementaldecoder(encoding)("replace")
    text = decoder.decode(head[:FIRST_LINE_BYTES])
    text = csv_text.SEPARATOR_LINE.sub("", text, count=1).lstrip("\r\n")
    first = text.splitlines()[0] if text.strip() else ""
    return any(_is_header(first.split(separator)) for separator in csv_text.SEPARATORS)


def read(content: bytes) -> Reading:
    """Return the entries of a diary, in file order, and a problem for each line that is none.

    Raises Refused: E_NO_ACTIVITY without any line, E_CSV_ROW where none can be read,
    E_TIME_FIELD where no day can, or where day and month may be either, and what text cannot be.
    """
    text, problems = csv_text.decode(content)
    separator, columns = _header(text)
    records = csv_text.records(text, separator, columns)
    if not records:
        raise Refused(Code.E_NO_ACTIVITY, "The pain diary has no line yet.")
    days = _days([record.cells[0].strip() for record in records if _is_entry(record)])
    found = [_entry(record, days) for record in records]
    entries = tuple(each for each in found if isinstance(each, PainEntry))
    wrong = [each for each in found if isinstance(each, Problem)]
    if not entries:
        said = _said(wrong[0])
        raise Refused(Code.E_CSV_ROW, f"No line of the pain diary can be read. The first: {said}.")
    return Reading(
        "pain", "pain", "Pain diary", problems=(*problems, *wrong[:PROBLEMS_TOLD]), pain=entries
    )


def _is_header(cells: Sequence[str]) -> bool:
    names = [csv_text.normalise(cell.strip().strip('"')) for cell in cells]
    while names and not names[-1]:
        names.pop()  # a spreadsheet writes empty columns
    return tuple(names) == HEADER


def _is_entry(record: Record) -> bool:
    return record.fault is None or len(record.cells) == WITHOUT_NOTE


def _header(text: str) -> tuple[str, int]:
    for separator, first in csv_text.header_candidates(text).items():
        if _is_header(first.cells):
            return separator, len(first.cells)
    raise Refused(Code.E_CSV_HEADER, "A pain diary begins with the line date,score,note.")


def _days(cells: Sequence[str]) -> Mapping[str, dt.date]:
    """Read every day by the one format that reads the most of them."""
    counts = Counter(cell for cell in cells if cell)
    readings: dict[str, dict[str, dt.date]] = {}
    for date_format in FORMATS:
        form = dates.pattern(date_format)
        moments = {cell: dates.moment(cell, form) for cell in counts}
        readings[date_format] = {cell: at.date() for cell, at in moments.items() if at is not None}
    most = max(sum(counts[cell] for cell in read) for read in readings.values())
    if not most:
        raise Refused(Code.E_TIME_FIELD, "No day of the pain diary can be read: 2026-11-14 can.")
    best = [read for read in readings.values() if sum(counts[cell] for cell in read) == most]
    if any(read != best[0] for read in best):
        raise Refused(
            Code.E_TIME_FIELD,
            f"In the pain diary {next(iter(best[0]))} may be day or month first: "
            "write days as 2026-11-14.",
        )
    return best[0]


def _entry(record: Record, days: Mapping[str, dt.date]) -> PainEntry | Problem:
    """Read one line; the last of a file that was cut may be shorter than it was."""
    where = f"line {record.line}"
    if record.fault is not None and not _is_entry(record):
        return record.fault
    day_text, score_text, *rest = (cell.strip() for cell in record.cells)
    day, score = days.get(day_text), _score(score_text)
    if day is None:
        return Problem(Code.E_TIME_FIELD, f"{where}, column date", day_text[:CELL_CHARACTERS])
    # At the very end of a file a 1 may be what was left of a 10.
    is_cut = record.fault is not None and record.fault.code == Code.E_TRUNCATED
    if score is None or (is_cut and score == 1):
        return Problem(Code.E_VALUE_RANGE, f"{where}, column score", score_text[:CELL_CHARACTERS])
    note = rest[0][:LONGEST_NOTE] if rest and rest[0] else None
    return PainEntry(day, score, note, record.line)


def _said(wrong: Problem) -> str:
    """Say what is wrong with a line; a cell may hold anything, and is written out."""
    if wrong.code not in {Code.E_TIME_FIELD, Code.E_VALUE_RANGE}:
        return f"{wrong.where}, {wrong.text}"
    return f"{wrong.where} " + (
        f"holds {wrong.text[:SAID_CHARACTERS]!r}" if wrong.text else "is empty"
    )


def _score(text: str) -> int | None:
    """A whole number from 0 to 10; a spreadsheet may write 3 as 3.0 or 3,0."""
    whole, mark, decimals = text.replace(",", ".").partition(".")
    if mark and decimals.strip("0"):
        return None
    is_number = whole.isascii() and whole.isdigit() and len(whole) <= len(str(WORST))
    return int(whole) if is_number and int(whole) <= WORST else None
