"""From the entries of a known dialect to logged sets, one for one.

An entry that cannot be counted, because its time, reps, seconds or distance cannot be read, is
kept as "unreadable", with a Problem that says where. A cell that is not needed to count the set
(its weight, its end) is left out with a Problem instead, a doubt; a name without a letter is one
too, and kept.
"""

import datetime as dt
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import NamedTuple

import polars as pl

from pipeline.errors import Code, Refused
from pipeline.readers.csv_log import columns as cells
from pipeline.readers.csv_log import values, workouts
from pipeline.readers.csv_log.columns import CUT, Columns
from pipeline.readers.csv_log.dialect import Dialect, Table
from pipeline.readers.csv_log.text import Record
from pipeline.readers.csv_log.values import KILOGRAMS, METRES
from pipeline.readers.limits import LIMITS
from pipeline.tables import LOGGED_SET, LoggedSets, Problem, Reading

QUOTED_CHARACTERS = 80
DOUBTS_PER_COLUMN = 20
MAX_SECONDS = 1_000_000
MAX_METRES = 1_000_000
MAX_KILOGRAMS = 2_000
UNREADABLE = "unreadable"
EFFORT = ("set", "warmup")  # kinds whose figures matter
# How many records may be lost before the whole file is refused, by what is said of them then.
MANY = {
    Code.E_CSV_ROW: "lines have another number of cells than the header",
    Code.E_TIME_FIELD: "times cannot be read",
    Code.E_VALUE_RANGE: "values are impossible",
}


class Figures(NamedTuple):
    """What the entries say, a list for each; None is "not stated", or not readable.

    `told` is the kind each says it is, `kinds` the same, but that a set without figures is skipped.
    """

    told: list[str]
    kinds: list[str]
    starts: list[dt.datetime | None]
    reps: list[int | None]
    seconds: list[float | None]
    distances: list[Decimal | None]
    metres: list[float | None]


def reading(dialect: Dialect, table: Table, problems: Sequence[Problem]) -> Reading:
    """What a file says whose dialect is known; `problems` are those of its text.

    Raises Refused: E_NO_ACTIVITY when there is no record, and what `logged_sets` raises.
    """
    entries = dialect.entries(table)
    if not entries:
        raise Refused(Code.E_NO_ACTIVITY, "The file is sound but holds no workout.")
    sets, more = logged_sets(dialect, entries)
    if dialect.remark is not None:
        problems = (*problems, Problem(dialect.remark[0], "the whole file", dialect.remark[1]))
    told = (*problems, *more)
    return Reading("csv", "csv", dialect.app, (), sets, told, dialect.is_history)


def logged_sets(
    dialect: Dialect, entries: Sequence[Record]
) -> tuple[LoggedSets, tuple[Problem, ...]]:
    """Every entry as a set; then what was lost, and the doubts about sets that were kept.

    Raises Refused: E_CSV_ROW, E_TIME_FIELD or E_VALUE_RANGE when more than 1 % are lost.
    """
    columns = Columns(dialect, entries)
    starts, written, date_format = cells.when(dialect, columns)
    figures = _figures(dialect, columns, starts)
    lost = _lost(dialect, columns, figures, written, entries)
    for code, what in MANY.items():
        _refuse_if_many(lost.values(), code, what, len(entries))
    kinds = [UNREADABLE if at in lost else kind for at, kind in enumerate(figures.kinds)]
    weights, units = _weights(dialect, columns)
    times = workouts.times(dialect, columns, starts, date_format)
    columns.unfit[dialect.label] = _nameless(columns.cells(dialect.label))
    frame = _frame(dialect, columns, entries, figures._replace(kinds=kinds), times)
    frame = frame.with_columns(weight=_where(kinds, weights), weight_unit=pl.Series(units))
    doubts = _doubts(dialect, columns, entries, kinds)
    sets = LoggedSets(frame.select(pl.col(name).cast(kind) for name, kind in LOGGED_SET.items()))
    return sets, (*(lost[at] for at in sorted(lost)), *doubts)


def _figures(dialect: Dialect, columns: Columns, starts: list[dt.datetime | None]) -> Figures:
    told = cells.kinds(dialect, columns)
    reps = columns.read(dialect.reps, _reps)
    seconds = columns.amounts(dialect.seconds, MAX_SECONDS)
    distances = columns.amounts(dialect.distance, MAX_METRES)
    metres = _metres(dialect, columns, distances)
    kinds = [
        "skipped" if kind == "set" and not (r or s or d) else kind
        for kind, r, s, d in zip(told, reps, seconds, distances, strict=True)
    ]
    lasted = [None if each is None else float(each) for each in seconds]
    return Figures(told, kinds, starts, reps, lasted, distances, metres)


def _lost(
    dialect: Dialect,
    columns: Columns,
    figures: Figures,
    written: list[str],
    entries: Sequence[Record],
) -> dict[int, Problem]:
    """Say of each entry that cannot be counted why not: by the first cell that does not fit."""
    lost = {at: entry.fault for at, entry in enumerate(entries) if entry.fault is not None}
    for at, start in enumerate(figures.starts):
        if start is None and at not in lost:
            where = f"line {entries[at].line}, column {dialect.start}"
            lost[at] = Problem(Code.E_TIME_FIELD, where, written[at][:QUOTED_CHARACTERS])
    for at, kind in enumerate(columns.cells(dialect.label)):
        if kind.endswith(CUT) and at not in lost:
            lost[at] = _problem(columns, dialect.label, at, entries, Code.E_TRUNCATED)
    last, end = len(entries) - 1, dialect.names()[-1]
    says_nothing = figures.kinds[last] == "skipped" and not columns.cells(end)[last]
    if entries[last].is_open and says_nothing and end in (dialect.reps, dialect.seconds):
        where = f"line {entries[last].line}, column {end}"
        lost.setdefault(last, Problem(Code.E_TRUNCATED, where, CUT))
    if not columns.unfit:
        return lost
    for column in (dialect.reps, dialect.seconds, dialect.distance):
        for at in columns.unfit.get(column or "", ()):
            if column and at not in lost and figures.told[at] in EFFORT:
                lost[at] = _problem(columns, column, at, entries, Code.E_VALUE_RANGE)
    return lost


def _problem(
    columns: Columns, column: str, at: int, entries: Sequence[Record], code: Code
) -> Problem:
    text = columns.cells(column)[at]
    code = Code.E_TRUNCATED if text.endswith(CUT) else code
    return Problem(code, f"line {entries[at].line}, column {column}", text[:QUOTED_CHARACTERS])


def _nameless(labels: Sequence[str]) -> set[int]:
    """Which entries have no name for their exercise: a number is none."""
    none = {label for label in set(labels) if not any(sign.isalpha() for sign in label)}
    return {at for at, label in enumerate(labels) if label in none} if none else set()


def _reps(cell: str) -> int | None:
    reps = values.whole_number(cell)
    return reps if reps is not None and reps <= LIMITS.reps else None


def _metres(
    dialect: Dialect, columns: Columns, distances: list[Decimal | None]
) -> list[float | None]:
    """Give distances in metres; None without a unit, and for 0, which the apps write for none.

    A unit that is none is a doubt: FitNotes writes `kg` beside a distance now and then.
    """
    if dialect.distance is None:
        return [None] * len(distances)
    if dialect.distance_unit is None:
        units = [dialect.distance_in] * len(distances)
    else:
        read = columns.read(dialect.distance_unit, lambda cell: values.unit(cell, METRES))
        unfit = columns.unfit.get(dialect.distance_unit, set())
        unfit -= {at for at in unfit if not distances[at]}  # a unit of nothing is no doubt
        units = read
    found: list[float | None] = []
    for at, (distance, unit) in enumerate(zip(distances, units, strict=True)):
        metres = distance * METRES[unit] if distance and unit else None
        if metres is not None and metres > MAX_METRES:
            columns.unfit.setdefault(dialect.distance, set()).add(at)
            metres = None
        found.append(None if metres is None else float(metres))
    return found


def _weights(dialect: Dialect, columns: Columns) -> tuple[list[float | None], list[str | None]]:
    """Read weights and their units as written; what cannot be read is None, with a doubt.

    Negative is assistance. Without a unit the bound is that of pounds.
    """
    units: list[str | None] = [dialect.weight_in] * len(columns.cells(dialect.label))
    if dialect.weight_unit is not None:
        units = columns.read(dialect.weight_unit, lambda cell: values.unit(cell, KILOGRAMS))
    comma_decides = columns.commas_decide(dialect.weight)

    def number_of(cell: str) -> Decimal | None:
        value = values.number(cell, comma_decides=comma_decides)
        return value if columns.has_right_decimals(cell) else None

    numbers = columns.read(dialect.weight, number_of)
    weights: list[float | None] = []
    for at, (number, unit) in enumerate(zip(numbers, units, strict=True)):
        is_absurd = number is not None and abs(number) * KILOGRAMS[unit or "lb"] > MAX_KILOGRAMS
        if is_absurd and dialect.weight:
            columns.unfit.setdefault(dialect.weight, set()).add(at)
        weights.append(None if number is None or is_absurd else float(number))
    return weights, units


def _frame(
    dialect: Dialect,
    columns: Columns,
    entries: Sequence[Record],
    figures: Figures,
    times: workouts.Times,
) -> pl.DataFrame:
    """Put the columns of LOGGED_SET together, weights aside."""
    none = pl.lit(None)
    kinds = figures.kinds
    return pl.DataFrame(
        {
            "position": range(len(entries)),
            "kind": kinds,
            "workout": times.workouts,
            "label": [label[: LIMITS.label_chars] for label in columns.cells(dialect.label)],
            "day": pl.Series(times.days, dtype=pl.Date),
            "local_start": pl.Series(times.local_starts, dtype=pl.Datetime("us")),
            "local_end": pl.Series(times.local_ends, dtype=pl.Datetime("us")),
            "starts_at": pl.Series(times.instants, dtype=pl.Datetime("us", "UTC")),
            "row": [entry.line for entry in entries],
            "title": [cell[: LIMITS.label_chars] or None for cell in columns.cells(dialect.title)],
            "reps": _where(kinds, figures.reps),
            "seconds": _where(kinds, figures.seconds),
            "metres": _where(kinds, figures.metres),
        }
    ).with_columns(activity=none, category=none, subtype=none, grade=none)


def _where(kinds: Sequence[str], figures: Sequence[float | None]) -> pl.Series:
    """Keep the figures of sets and warm-ups: those of a rest or a note say something else."""
    kept = [
        figure if kind in EFFORT or kind == "skipped" else None
        for kind, figure in zip(kinds, figures, strict=True)
    ]
    return pl.Series(kept, dtype=pl.Float64)


def _refuse_if_many(lost: Iterable[Problem], code: Code, what: str, entries: int) -> None:
    """Raise Refused when more than one entry in a hundred was lost for this reason."""
    problems = [problem for problem in lost if problem.code == code]
    if len(problems) * 100 > entries:
        first = problems[0]
        if code == Code.E_CSV_ROW:
            where = first.where.capitalize()
            raise Refused(code, f"{where} has {first.text} ({len(problems)} of {entries} lines).")
        fault = f"{len(problems)} of {entries} {what}, first at {first.where}."
        raise Refused(code, fault)


def _doubts(
    dialect: Dialect, columns: Columns, entries: Sequence[Record], kinds: Sequence[str]
) -> list[Problem]:
    """Tell of cells that were left out: the first of each column, and how many more there were."""
    decisive = {dialect.reps, dialect.seconds, dialect.distance}
    problems: list[Problem] = []
    for column in sorted(set(columns.unfit) - decisive, key=dialect.names().index):
        is_figure = column in {dialect.weight, dialect.weight_unit, dialect.distance_unit}
        code = Code.E_TIME_FIELD if column == dialect.end else Code.E_VALUE_RANGE
        found = [
            at
            for at in sorted(columns.unfit[column])
            if kinds[at] != UNREADABLE and (kinds[at] in EFFORT or not is_figure)
        ]
        for at in found[:DOUBTS_PER_COLUMN]:
            where = f"line {entries[at].line}, column {column}"
            text = columns.cells(column)[at][:QUOTED_CHARACTERS]
            problems.append(Problem(code, where, text))
        if (more := len(found) - DOUBTS_PER_COLUMN) > 0:
            words = f"{more} more cells cannot be read."
            problems.append(Problem(code, f"column {column}", words))
    return problems
