"""Reading a CSV file by a mapping that a person made for it."""

import functools
import re
from collections.abc import Iterator
from dataclasses import replace

import polars as pl

from pipeline.errors import Code, Refused
from pipeline.readers.csv_log import text as csv_text
from pipeline.readers.csv_log import values
from pipeline.readers.csv_log.columns import CUT
from pipeline.readers.csv_log.dialect import AS_TOLD, Dialect, Table
from pipeline.readers.csv_log.mapping import MapFile
from pipeline.readers.csv_log.sets import reading
from pipeline.readers.csv_log.text import Record, normalise
from pipeline.tables import LoggedSets, Problem, Reading

COLUMNS = "Day,Time,Exercise,Workout,Kind,Reps,Seconds,Weight,Unit,Distance"
TIMES = ("%H:%M:%S", "%H:%M", "%I:%M:%S%p", "%I:%M%p")
PACKED = re.compile(r"\s*([\d.,]+)?\s*[x×*]\s*(\d+)\s*", re.IGNORECASE)
IN_CELL = re.compile(r"\s*([+-]?[\d.,]+)\s*([^\W\d_]*)\.?\s*")
BETWEEN = re.compile(r"[,;|/]\s*(?=[\d.]*\s*[x×*])|\s+")
MOST_SETS = 100
LONGEST_CELL = 2_000  # of thousands of blanks the patterns would try every division
# Words for the kind of a set; another word is skipped, and said.
KINDS = (
    (re.compile(r"w|warm[\s_-]?ups?(?:[\s_-]?set)?", re.IGNORECASE), "warmup"),
    (re.compile(r"rest(?:[\s_-]timer)?", re.IGNORECASE), "rest"),
    (re.compile(r"notes?", re.IGNORECASE), "note"),
    (re.compile(r"skipped|planned|missed", re.IGNORECASE), "skipped"),
    (
        re.compile(
            r"|\d+|d|f|normal|work(?:ing)?|regular|standard|drop(?:[\s_-]?set)?|failure|set"
            r"|(?:normal|working|drop|failure)[\s_-]set|amrap|myo(?:[\s_-]?reps?)?",
            re.IGNORECASE,
        ),
        "set",
    ),
)


class OtherHeader(Exception):
    """The mapping was made for a file with another header."""


def read(content: bytes, described: MapFile) -> Reading:
    """What a file says, read as its mapping describes it.

    Raises OtherHeader, or Refused as the reading of any strength log does.
    """
    text, problems = _decoded(content, described)
    said = reading(_dialect(described), _table(text, described), problems)
    return replace(said, sets=_in_zone(LoggedSets.of(said.sets), described))


def _decoded(content: bytes, described: MapFile) -> tuple[str, tuple[Problem, ...]]:
    if described.encoding is None:
        return csv_text.decode(content)
    try:
        text = content.decode("utf-8-sig" if described.encoding == "utf-8" else described.encoding)
    except UnicodeDecodeError as fault:
        words = f"The text is not {described.encoding}, as its mapping says."
        raise Refused(Code.E_ENCODING, words) from fault
    return csv_text.decode(text.encode())


def _table(text: str, described: MapFile) -> Table:
    """Cut the text into header and records, from the line of the header on; raises OtherHeader."""
    above = described.header_row - 1
    rest = "".join(text.splitlines(keepends=True)[above:])
    for separator, first in csv_text.header_candidates(rest).items():
        if described.delimiter in {None, separator} and described.fits(first.cells):
            records = csv_text.records(rest, separator, len(first.cells))
            moved = [record._replace(line=record.line + above) for record in records]
            return Table(first.cells, moved)
    raise OtherHeader


def _dialect(described: MapFile) -> Dialect:
    """The dialect of the records that the mapping makes of the file's."""
    formats: tuple[str, ...] = (described.date_format,)
    if described.time_column is not None:
        formats = tuple(f"{described.date_format} {time}" for time in TIMES)
    distance_unit = described.distance_unit
    return Dialect(
        described.app,
        header=COLUMNS,
        label="Exercise",
        start="Day",
        formats=formats,
        workout=("Day", "Workout"),
        clock=None if described.time_column is None else "Time",
        title="Workout",
        set_type="Kind",
        kinds=AS_TOLD,
        reps="Reps",
        seconds="Seconds",
        weight="Weight",
        weight_unit="Unit",
        distance="Distance",
        distance_in=None if distance_unit == "none" else distance_unit,
        decimal=described.decimal,
        columns=COLUMNS,
        unfold=functools.partial(_entries, described),
        is_timed_by_set=True,  # or all sets of a workout say the same time
        is_history=False,
    )


def _entries(described: MapFile, table: Table) -> Iterator[Record]:
    """Make a record of COLUMNS for each set of each record."""
    where = {normalise(cell): at for at, cell in enumerate(table.header)}
    unfold = {
        "row_per_set": _row_per_set,
        "sets_reps_weight": _sets_reps_weight,
        "packed": _packed,
        "wide": _wide,
    }[described.layout]
    for record in table.records:
        row = _Row(described, where, record)
        for reps, weight in unfold(row):
            load, unit = row.load(weight)
            figures = [reps, row.cell("seconds"), load, unit, row.cell("distance")]
            yield Record(record.line, [*row.head(), row.kind(), *figures])


class _Row:
    """One record of the file, its cells by what the mapping calls their columns."""

    def __init__(self, described: MapFile, where: dict[str, int], record: Record) -> None:
        self.described, self._where, self._record = described, where, record
        self._nulls = {token.casefold() for token in described.null_tokens}

    def named(self, column: str | None) -> str:
        """A cell by the name of its column; empty for a word that means nothing."""
        at = None if column is None else self._where.get(normalise(column))
        if at is None:
            return ""
        cell = self._record.cells[at].strip()
        if cell and self._record.is_open and at == len(self._record.cells) - 1:
            cell += CUT  # it may be cut: no figure is read from it
        return "" if cell.casefold() in self._nulls else cell

    def has(self, column: str) -> bool:
        """Whether the file has a column of this name."""
        return normalise(column) in self._where

    def cell(self, what: str) -> str:
        """A cell by what it holds."""
        return self.named(getattr(self.described.names, what))

    def head(self) -> list[str]:
        """Day, time, exercise and workout."""
        time = self.named(self.described.time_column)
        return [self.cell("date"), time, self.cell("exercise"), self.cell("workout")]

    def kind(self) -> str:
        """What the record is; an unknown word is kept, to be skipped and told of."""
        values_skipped = {value.casefold() for value in self.described.skip_values}
        if self.named(self.described.skip_column).casefold() in values_skipped:
            return "skipped"
        word = self.cell("set_type").removesuffix(CUT)
        return next((kind for pattern, kind in KINDS if pattern.fullmatch(word)), word)

    def load(self, weight: str) -> tuple[str, str]:
        """The weight and its unit, wherever the mapping says the unit is."""
        told = self.described.weight_unit
        if told == "column":
            return weight, self.cell("unit")
        fits = len(weight) <= LONGEST_CELL
        if told == "in_cell" and fits and (found := IN_CELL.fullmatch(weight)):
            return found[1], found[2]
        return weight, told if told in values.KILOGRAMS and weight else ""


Pair = tuple[str, str]  # reps and weight


def _row_per_set(row: _Row) -> list[Pair]:
    return [(row.cell("reps"), row.cell("weight"))]


def _sets_reps_weight(row: _Row) -> list[Pair]:
    """Repeat the row as often as its count says; a count nobody can read is one unreadable set."""
    written = row.cell("sets")
    count = values.whole_number(written) if written else 1
    if count is None or count > MOST_SETS:
        return [(f"{written} × {row.cell('reps')}", "")]
    return [(row.cell("reps"), row.cell("weight"))] * max(count, 1)


def _packed(row: _Row) -> list[Pair]:
    """Cut `60x8,60x8` apart: weight × reps; what is no such pair is kept, and cannot be read."""
    cell = row.cell("sets")
    parts = [part for part in BETWEEN.split(cell) if part] if len(cell) <= LONGEST_CELL else [cell]
    pairs: list[Pair] = []
    for part in parts:
        found = PACKED.fullmatch(part)
        pairs.append((found[2], found[1] or "") if found else (part, ""))
    return pairs or [("", "")]


def _wide(row: _Row) -> list[Pair]:
    """Take `Set 1`, `Set 2` … as long as there are such columns."""
    sets, weights = row.described.names.sets or "", row.described.names.weight or ""
    pairs: list[Pair] = []
    for number in range(1, MOST_SETS + 1):
        name = sets.replace("{n}", str(number))
        if not row.has(name):
            break
        if reps := row.named(name):
            pairs.append((reps, row.named(weights.replace("{n}", str(number)))))
    return pairs or [("", "")]


def _in_zone(sets: LoggedSets, described: MapFile) -> LoggedSets:
    """Add the instants: the mapping says in which zone its wall clock was."""
    instant = (
        pl.col("local_start")
        .dt.replace_time_zone(described.timezone, ambiguous="earliest", non_existent="null")
        .dt.convert_time_zone("UTC")
    )
    return LoggedSets(sets.frame.with_columns(starts_at=pl.coalesce("starts_at", instant)))
