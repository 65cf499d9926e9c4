"""Strava's `activities.csv`: what was uploaded, under which name, and what was typed in by hand.

Headers, months and kinds of activity are in the account's language and columns come and go, so
columns are found by their place beside those that appear twice: `Elapsed Time, Distance` in the
account's unit, then `Elapsed Time, Moving Time, Distance` in seconds and metres. Until June 2019
there was one distance, in metres; for some months after that one, in kilometres or miles.
Source: exports of 2018 to 2025 (formats.md, section 4).
"""

import datetime as dt
import math
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from pipeline.archives.export import Export
from pipeline.errors import Code, Refused
from pipeline.members import Told
from pipeline.readers.csv_log import text as csv_text
from pipeline.readers.limits import LIMITS
from pipeline.tables import Activity, Problem

OLD = ("id", "date", "name", "type", "description", "elapsed_time", "distance")
DATE, TITLE, SPORT, ELAPSED, DISTANCE = 1, 2, 3, 5, 6
SHORTEST_HEADER = 10
FILE_NAMES = ("filename", "dateiname")
FILES = "activities/"
LONGEST_LIST_LINES = 500_000  # descriptions have lines of their own
MOST_PROBLEMS = 100
SIGHTED_ROWS = 200  # to find the column of file names where its header is in another language
PER_UNIT_M = (1000.0, 1609.344, 1.0, 0.9144)  # kilometre, mile, metre, yard
ROUNDED = 0.006  # of the account's unit: printed with two decimals
DIFFERS = 0.01
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
CLOCK = r",? (?P<hour>\d{1,2}):(?P<minute>\d\d):(?P<second>\d\d)(?: (?P<half>[AP])M)?"
DAYS = (
    r"(?P<month>[A-Za-z]{3})[a-z.]* (?P<day>\d{1,2}), (?P<year>\d{4})",  # May 29, 2022
    r"(?P<day>\d{1,2}) (?P<month>[A-Za-z]{3})[a-z.]* (?P<year>\d{4})",  # 29 May 2022
    r"(?P<day>\d{1,2})\.(?P<month>\d{1,2})\.(?P<year>\d{4})",  # 29.05.2022
    r"(?P<year>\d{4})[-/](?P<month>\d{1,2})[-/](?P<day>\d{1,2})",  # 2022-05-29
)
INSTANTS = tuple(re.compile(day + CLOCK, re.ASCII) for day in DAYS)
NUMBER = re.compile(r"\d+(?:[.,]\d+)?")
GROUPED = re.compile(r"[1-9]\d{0,2},\d{3}")


def read(content: bytes, names: Collection[bytes]) -> Export:
    """Return what the list says of the files named, and the workouts that have none of these.

    A list that breaks off is used up to there, with a problem. Raises Refused: E_CSV_HEADER,
    E_ENCODING, E_TRUNCATED, E_TOO_BIG when nothing of it can be used.
    """
    text, problems = csv_text.decode(content)
    columns = _columns(text)
    reading = _Reading(columns, {_unpacked(name) for name in names})
    reading.problems += problems
    try:
        for record in _records(text):
            reading.row(record)
    except Refused as refused:
        fault = f"The list of activities is read up to here only. {refused.refusal.fault}"
        reading.problems.append(Problem(refused.refusal.code, "activities.csv", fault))
    if reading.more:
        text = f"{reading.more:,} more of its rows have something like this."
        reading.problems.append(Problem("more", "activities.csv", text))
    told = {name: found for name in names if (found := reading.told.get(_unpacked(name)))}
    return Export("strava", told, tuple(reading.activities), tuple(reading.problems))


@dataclass(frozen=True)
class _Columns:
    """Where things are; `metres` and `moving` are None in lists that do not have them."""

    count: int
    file: int
    elapsed: int
    metres: int | None
    moving: int | None
    in_unit: int | None


class _Reading:
    """What the rows have said so far."""

    def __init__(self, columns: _Columns, present: Collection[bytes]) -> None:
        self.columns, self.present = columns, present
        self.told: dict[bytes, Told | None] = {}
        self.activities: list[Activity] = []
        self.problems: list[Problem] = []
        self.more = 0

    def problem(self, code: str, where: str, text: str) -> None:
        if len(self.problems) < MOST_PROBLEMS:
            self.problems.append(Problem(code, f"activities.csv, {where}", text))
        else:
            self.more += 1

    def row(self, record: csv_text.Record) -> None:
        cells, columns = record.cells, self.columns
        where = f"line {record.line}"
        if len(cells) != columns.count:
            fault = f"It has {len(cells)} cells, the header {columns.count}; the row is left out."
            self.problem(Code.E_CSV_ROW, where, fault)
            return
        told = Told(
            sport=cells[SPORT].strip() or None,
            title=cells[TITLE].strip()[: LIMITS.label_chars] or None,
            starts_at=_instant(cells[DATE]),
            metres=self.metres(cells),
            timer_s=_number(cells[columns.moving]) if columns.moving is not None else None,
            elapsed_s=_number(cells[columns.elapsed]),
        )
        file = _unpacked(cells[columns.file].strip().encode("utf-8", "replace"))
        if file in self.present:
            # Two rows of one file contradict each other: then neither says anything of it.
            self.told[file] = told if self.told.get(file, told) == told else None
            return
        if file:
            self.problem("missing", where, "Its file is not in the archive; the row stands for it.")
        self.typed_in(told, where)

    def typed_in(self, told: Told, where: str) -> None:
        if told.starts_at is None:
            self.problem(Code.E_TIME_FIELD, where, "Its date cannot be read.")
        if told.metres is None:
            self.problem("distance", where, "How many metres it was is not certain.")
        activity = Activity(
            position=len(self.activities),
            sport=told.sport,
            title=told.title,
            starts_at=told.starts_at,
            timer_s=told.timer_s,
            elapsed_s=told.elapsed_s,
            session_m=told.metres,
        )
        self.activities.append(activity)

    def metres(self, cells: list[str]) -> float | None:
        """Return the distance in metres, unless the same in the account's unit contradicts it."""
        if self.columns.metres is None:
            return None
        metres = _number(cells[self.columns.metres])
        if metres is None or metres > LIMITS.metres:
            return None
        if self.columns.in_unit is None:
            return metres
        in_unit = _number(cells[self.columns.in_unit])
        if in_unit is None:
            return metres
        agrees = any(
            abs(in_unit - metres / unit) <= ROUNDED + DIFFERS * in_unit for unit in PER_UNIT_M
        )
        return metres if agrees else None


def _columns(text: str) -> _Columns:
    header = next(csv_text.parse(text, ","), None)
    names = csv_text.signature(header.cells) if header else ()
    if header is None or not SHORTEST_HEADER <= len(names) <= csv_text.LIMITS.columns:
        raise Refused(Code.E_CSV_HEADER, "Its columns are not those of Strava's list.")
    file = _file_column(text, names)
    if names[: len(OLD)] == OLD:
        return _Columns(len(names), file, ELAPSED, DISTANCE, None, None)
    elapsed = _second(names, ELAPSED)
    metres = _second(names, DISTANCE)
    if elapsed is None or metres is None or metres <= elapsed:
        return _Columns(len(names), file, ELAPSED, None, None, None)
    moving = elapsed + 1 if metres - elapsed == 2 else None  # noqa: PLR2004 - one in between
    return _Columns(len(names), file, elapsed, metres, moving, DISTANCE)


def _second(names: tuple[str, ...], first: int) -> int | None:
    """Return where a column's name stands again, None when it stands once or more than twice."""
    places = [place for place, name in enumerate(names) if name == names[first]]
    return places[1] if len(places) == 2 and places[0] == first else None  # noqa: PLR2004 - a pair


def _file_column(text: str, names: tuple[str, ...]) -> int:
    """Find the column of file names by its header, else by its cells."""
    for place, name in enumerate(names):
        if name in FILE_NAMES:
            return place
    found: dict[int, int] = {}
    for count, record in enumerate(_records(text)):
        for place, cell in enumerate(record.cells[: len(names)]):
            if cell.startswith(FILES):
                found[place] = found.get(place, 0) + 1
        if count == SIGHTED_ROWS:
            break
    if not found:
        raise Refused(Code.E_CSV_HEADER, "None of its columns holds the names of files.")
    return max(found, key=lambda place: found[place])


def _records(text: str) -> Iterator[csv_text.Record]:
    """Yield every record after the header. Raises Refused: E_CSV_ROW, E_TOO_BIG."""
    parsed = csv_text.parse(text, ",")
    next(parsed, None)
    for record in parsed:
        if record.line > LONGEST_LIST_LINES:
            fault = f"It is longer than {LONGEST_LIST_LINES:,} lines."
            raise Refused(Code.E_TOO_BIG, fault)
        yield record


def _unpacked(name: bytes) -> bytes:
    """Return a file's name without what says that it is packed."""
    return name.removesuffix(b".gz")


def _instant(cell: str) -> dt.datetime | None:
    """Read a start, which Strava writes in UTC without saying so; None in an unknown language."""
    text = " ".join(cell.split())  # a space that does not break stands before PM since 2023
    found = next((each for form in INSTANTS if (each := form.fullmatch(text))), None)
    if found is None:
        return None
    month, half, hour = found["month"].lower(), found["half"], int(found["hour"])
    if half:
        hour = hour % 12 + (12 if half == "P" else 0)
    try:
        instant = dt.datetime(
            int(found["year"]),
            int(month) if month.isdigit() else MONTHS.index(month) + 1,
            int(found["day"]),
            hour,
            int(found["minute"]),
            int(found["second"]),
            tzinfo=dt.UTC,
        )
    except ValueError:
        return None
    return instant if LIMITS.first_year <= instant.year <= LIMITS.last_year else None


def _number(cell: str) -> float | None:
    """Read a number with a point or a comma; None for 0, which is what Strava writes for nothing.

    None, too, where a comma may stand for thousands.
    """
    text = cell.strip()
    if not NUMBER.fullmatch(text) or GROUPED.fullmatch(text):
        return None
    value = float(text.replace(",", "."))
    return value if 0 < value < math.inf else None
