"""From the records of a known dialect to logged sets, one for one.

Each record becomes one LoggedSet, or one Problem with its line and column. A cell that is not
needed to count the set (its weight, its end) is left out with a Problem instead, a doubt.
"""

import datetime as dt
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from pipeline.errors import Code, Refused
from pipeline.readers import csv_values
from pipeline.readers.csv_dialect import Dialect
from pipeline.readers.csv_text import Record
from pipeline.readers.csv_values import KILOGRAMS, METRES
from pipeline.tables import LoggedSet, Problem

LABEL_CHARACTERS = 1_000
QUOTED_CHARACTERS = 80
DOUBTS_PER_COLUMN = 20
MAX_REPS = 10_000
MAX_SECONDS = 1_000_000
MAX_METRES = 1_000_000
MAX_KILOGRAMS = 2_000
DAY_S = 86_400


class Unfit(Exception):
    """A cell that does not fit what its column holds."""

    def __init__(self, column: str, cell: str, code: Code = Code.E_VALUE_RANGE) -> None:
        """Keep the column, the cell and the code; the line is known to whoever catches it."""
        super().__init__(column)
        self.column, self.cell, self.code = column, cell, code

    def at(self, line: int) -> Problem:
        """The problem, with its place."""
        where = f"line {line}, column {self.column}"
        return Problem(self.code, where, self.cell[:QUOTED_CHARACTERS])


@dataclass(frozen=True)
class Sheet:
    """What all rows of one file share: where each column is, and how to read its cells."""

    dialect: Dialect
    index: Mapping[str, int]
    kinds: tuple[tuple[re.Pattern[str], str], ...]
    comma_columns: frozenset[str]
    date_format: str
    times: Mapping[str, dt.datetime]

    def cell(self, record: Record, column: str | None) -> str:
        """A cell without the blanks around it; empty when the app has no such column."""
        return "" if column is None else record.cells[self.index[column]].strip()

    def amount(self, record: Record, column: str | None) -> Decimal | None:
        """A number or a duration, None when the cell is empty; raises Unfit."""
        text = self.cell(record, column)
        if column is None or not text:
            return None
        value = csv_values.duration(text, comma_decides=column in self.comma_columns)
        if value is None:
            raise Unfit(column, text)
        return value


def logged_sets(
    dialect: Dialect, records: list[Record]
) -> tuple[tuple[LoggedSet, ...], tuple[Problem, ...]]:
    """Every record as a set, or as a problem; then the doubts about sets that were kept.

    Raises Refused: E_TIME_FIELD or E_VALUE_RANGE when more than 1 % of the records are lost.
    """
    sheet = _sheet(dialect, records)
    sets: list[LoggedSet] = []
    lost: list[Problem] = []
    doubts: list[tuple[int, Unfit]] = []
    for position, record in enumerate(records):
        unsure: list[Unfit] = []
        try:
            sets.append(_logged_set(sheet, record, position, unsure))
        except Unfit as fault:
            lost.append(fault.at(record.line))
        else:
            doubts.extend((record.line, doubt) for doubt in unsure)
    _refuse_if_many(lost, Code.E_TIME_FIELD, "times cannot be read", len(records))
    _refuse_if_many(lost, Code.E_VALUE_RANGE, "values are impossible", len(records))
    return tuple(sets), (*lost, *_bounded(doubts))


def _sheet(dialect: Dialect, records: list[Record]) -> Sheet:
    """Decide per column, before any cell is cast: the date format, and what a comma means."""
    index = {name: at for at, name in enumerate(dialect.columns())}
    times_written = [dialect.start] if dialect.end is None else [dialect.start, dialect.end]
    starts, *ends = (
        Counter(record.cells[index[column]].strip() for record in records)
        for column in times_written
    )
    date_format, times = csv_values.times(starts, dialect.formats)
    for other in ends:  # in the format of the starts
        times |= csv_values.times(other, [date_format])[1]
    amounts = {dialect.weight, dialect.distance, dialect.seconds, dialect.length} - {None}
    commas = frozenset(
        name
        for name in amounts
        if name and csv_values.commas_decide(record.cells[index[name]] for record in records)
    )
    kinds = tuple((re.compile(cell, re.IGNORECASE), kind) for cell, kind in dialect.kinds)
    return Sheet(dialect, index, kinds, commas, date_format, times)


def _logged_set(sheet: Sheet, record: Record, position: int, unsure: list[Unfit]) -> LoggedSet:
    """One record as a set; raises Unfit when a cell that decides is unreadable."""
    app = sheet.dialect
    written = sheet.cell(record, app.start)
    start = sheet.times.get(written)
    if start is None:
        raise Unfit(app.start, written, Code.E_TIME_FIELD)
    kind = _kind(sheet, record, unsure)
    has_time = csv_values.has_time(sheet.date_format)
    reps, seconds, distance = None, None, None
    weight, unit = None, app.weight_in
    if kind in {"set", "warmup"}:
        reps = _reps(sheet, record)
        seconds = _within(sheet, record, app.seconds, MAX_SECONDS)
        distance = _distance(sheet, record, unsure)
        weight, unit = _weight(sheet, record, unsure)
        if kind == "set" and not (reps or seconds or distance):
            kind = "skipped"
    return LoggedSet(
        position=position,
        kind=kind,
        workout=_workout(sheet, record, start),
        label=sheet.cell(record, app.label)[:LABEL_CHARACTERS],
        day=start.date(),
        local_start=start if has_time else None,
        local_end=_end(sheet, record, start, unsure) if has_time else None,
        row=record.line,
        title=sheet.cell(record, app.title)[:LABEL_CHARACTERS] or None,
        reps=reps,
        seconds=None if seconds is None else float(seconds),
        weight=weight,
        weight_unit=unit,
        metres=_metres(sheet, record, distance),
    )


def _kind(sheet: Sheet, record: Record, unsure: list[Unfit]) -> str:
    """What the record is; a word nobody told us about is skipped, with a doubt."""
    column = sheet.dialect.set_type
    if column is None:
        return "set"
    text = sheet.cell(record, column)
    for pattern, kind in sheet.kinds:
        if pattern.fullmatch(text):
            return kind
    unsure.append(Unfit(column, text))
    return "skipped"


def _reps(sheet: Sheet, record: Record) -> int | None:
    """Repetitions, None when the cell is empty."""
    column = sheet.dialect.reps
    text = sheet.cell(record, column)
    if column is None or not text:
        return None
    reps = csv_values.whole_number(text)
    if reps is None or reps > MAX_REPS:
        raise Unfit(column, text)
    return reps


def _within(sheet: Sheet, record: Record, column: str | None, most: int) -> Decimal | None:
    """An amount from 0 to `most`."""
    value = sheet.amount(record, column)
    if column is not None and value is not None and not 0 <= value <= most:
        raise Unfit(column, sheet.cell(record, column))
    return value


def _distance(sheet: Sheet, record: Record, unsure: list[Unfit]) -> Decimal | None:
    """The distance as written, in whatever unit; a unit that is none is a doubt.

    FitNotes writes `kg` beside a distance now and then.
    """
    app = sheet.dialect
    distance = _within(sheet, record, app.distance, MAX_METRES)
    if distance and app.distance_unit:
        written = sheet.cell(record, app.distance_unit)
        if written and csv_values.unit(written, METRES) is None:
            unsure.append(Unfit(app.distance_unit, written))
    return distance


def _metres(sheet: Sheet, record: Record, distance: Decimal | None) -> float | None:
    """The distance in metres; None without a unit, and for 0, which the apps write for none."""
    app = sheet.dialect
    unit = app.distance_in or csv_values.unit(sheet.cell(record, app.distance_unit), METRES)
    if not distance or unit is None:
        return None
    metres = distance * METRES[unit]
    if app.distance and metres > MAX_METRES:
        raise Unfit(app.distance, sheet.cell(record, app.distance))
    return float(metres)


def _weight(sheet: Sheet, record: Record, unsure: list[Unfit]) -> tuple[float | None, str | None]:
    """The weight and its unit as written; what cannot be read is None, with a doubt.

    Negative is assistance. Without a unit the bound is that of pounds.
    """
    app = sheet.dialect
    unit = app.weight_in
    if app.weight_unit and (written := sheet.cell(record, app.weight_unit)):
        unit = csv_values.unit(written, KILOGRAMS)
        if unit is None:
            unsure.append(Unfit(app.weight_unit, written))
    text = sheet.cell(record, app.weight)
    if app.weight is None or not text:
        return None, unit
    value = csv_values.number(text, comma_decides=app.weight in sheet.comma_columns)
    if value is None or abs(value) * KILOGRAMS[unit or "lb"] > MAX_KILOGRAMS:
        unsure.append(Unfit(app.weight, text))
        return None, unit
    return float(value), unit


def _workout(sheet: Sheet, record: Record, start: dt.datetime) -> str:
    """What groups the sets of one workout; a start is written alike in every language."""
    app = sheet.dialect
    when = start.isoformat(" ") if csv_values.has_time(sheet.date_format) else str(start.date())
    parts = (when if column == app.start else sheet.cell(record, column) for column in app.workout)
    return " | ".join(parts)[:LABEL_CHARACTERS]


def _end(
    sheet: Sheet, record: Record, start: dt.datetime, unsure: list[Unfit]
) -> dt.datetime | None:
    """The wall clock at the end, None when it is absent or not within a day of the start.

    Strong has written `264h 1m` for a workout nobody had finished.
    """
    try:
        lasted = _lasted(sheet, record, start)
    except Unfit as fault:
        unsure.append(fault)
        return None
    return start + dt.timedelta(seconds=float(lasted)) if 0 < lasted <= DAY_S else None


def _lasted(sheet: Sheet, record: Record, start: dt.datetime) -> Decimal:
    """Seconds from the start to the end, by either column; 0 when both are absent."""
    app = sheet.dialect
    written = sheet.cell(record, app.end)
    if app.end is None or not written:
        return sheet.amount(record, app.length) or Decimal(0)
    if written not in sheet.times:
        raise Unfit(app.end, written, Code.E_TIME_FIELD)
    return Decimal(int((sheet.times[written] - start).total_seconds()))


def _refuse_if_many(lost: Iterable[Problem], code: Code, what: str, records: int) -> None:
    """Raise Refused when more than one record in a hundred was lost for this reason."""
    problems = [problem for problem in lost if problem.code == code]
    if len(problems) * 100 > records:
        fault = f"{len(problems)} of {records} {what}, first at {problems[0].where}."
        raise Refused(code, fault)


def _bounded(doubts: Iterable[tuple[int, Unfit]]) -> list[Problem]:
    """The first doubts of each column, and then how many more there were."""
    seen: Counter[tuple[Code, str]] = Counter()
    problems: list[Problem] = []
    for line, doubt in doubts:
        seen[doubt.code, doubt.column] += 1
        if seen[doubt.code, doubt.column] <= DOUBTS_PER_COLUMN:
            problems.append(doubt.at(line))
    problems += [
        Problem(code, f"column {column}", f"{more} more cells cannot be read.")
        for (code, column), number in seen.items()
        if (more := number - DOUBTS_PER_COLUMN) > 0
    ]
    return problems
