"""The entries of a log column by column: each different cell is read once.

A log repeats itself: 45,000 sets hold a few hundred different numbers, and a few thousand dates.
"""

import datetime as dt
import re
from collections import Counter
from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import TypeVar

from pipeline.readers.csv_log import dates, values
from pipeline.readers.csv_log.dialect import Dialect
from pipeline.readers.csv_log.text import Record

CUT = "…"  # stands at the end of a cell that the end of the file may have cut
Value = TypeVar("Value")


class Columns:
    """The cells of every entry, without the blanks around them; entries with a fault are blank.

    `unfit` tells for each column that was read which entries hold something that does not fit.
    """

    def __init__(self, dialect: Dialect, entries: Sequence[Record]) -> None:
        self._at = {name: at for at, name in enumerate(dialect.names())}
        blank = [""] * len(self._at)
        rows = [blank if entry.fault else entry.cells for entry in entries]
        if entries and entries[-1].is_open:
            rows[-1] = [*rows[-1][:-1], _cut(dialect, rows[-1][-1])]
        self._columns = list(zip(*rows, strict=True)) or [()] * len(self._at)
        self._nulls = frozenset(dialect.nulls)
        self._decimal = dialect.decimal
        self._stripped: dict[str, list[str]] = {}
        self._count = len(entries)
        self.unfit: dict[str, set[int]] = {}

    def cells(self, column: str | None) -> list[str]:
        """The cells of a column; empty ones when the app has no such column."""
        if column is None:
            return [""] * self._count
        if column not in self._stripped:
            written = self._columns[self._at[column]]
            known = {cell: cell.strip() for cell in set(written)}
            known = {cell: "" if text in self._nulls else text for cell, text in known.items()}
            self._stripped[column] = [known[cell] for cell in written]
        return self._stripped[column]

    def read(self, column: str | None, value: Callable[[str], Value | None]) -> list[Value | None]:
        """What each cell says; None where it is empty, and where it does not fit."""
        if column is None:
            return [None] * self._count
        cells = self.cells(column)
        known = {cell: value(cell) if cell else None for cell in set(cells)}
        unfit = {cell for cell, said in known.items() if cell and said is None}
        if unfit:
            found = {at for at, cell in enumerate(cells) if cell in unfit}
            self.unfit.setdefault(column, set()).update(found)
        return [known[cell] for cell in cells]

    def pairs(
        self, first: str | None, second: str | None, value: Callable[[str, str], Value]
    ) -> list[Value]:
        """What two columns say together, for each entry."""
        both = list(zip(self.cells(first), self.cells(second), strict=True))
        known = {pair: value(*pair) for pair in set(both)}
        return [known[pair] for pair in both]

    def amounts(self, column: str | None, most: int) -> list[Decimal | None]:
        """Numbers or durations from 0 to `most`."""
        comma_decides = self.commas_decide(column)

        def amount(cell: str) -> Decimal | None:
            value = values.duration(cell, comma_decides=comma_decides)
            is_sane = value is not None and 0 <= value <= most and self.has_right_decimals(cell)
            return value if is_sane else None

        return self.read(column, amount)

    def commas_decide(self, column: str | None) -> bool:
        """Whether the commas of a column can only be decimal."""
        if self._decimal is not None:
            return self._decimal == ","
        return column is not None and values.commas_decide(set(self.cells(column)))

    def has_right_decimals(self, cell: str) -> bool:
        """Whether a number has no other decimal mark than the one that is known."""
        return self._decimal is None or {",": ".", ".": ","}[self._decimal] not in cell


def when(dialect: Dialect, columns: Columns) -> tuple[list[dt.datetime | None], list[str], str]:
    """When each entry began, None where that cannot be read; the texts; their format.

    The format is decided for the whole file, never for one cell.
    """
    written = columns.cells(dialect.start)
    if dialect.clock is not None:
        written = columns.pairs(dialect.start, dialect.clock, lambda day, time: f"{day} {time}")
    date_format, known = dates.times(Counter(written), dialect.formats)
    return [known.get(text) for text in written], written, date_format


def ends(dialect: Dialect, columns: Columns, date_format: str) -> list[dt.datetime | None]:
    """When each workout ended, in the format of the starts; None where nobody says."""
    form = dates.pattern(date_format)
    return columns.read(dialect.end, lambda cell: dates.moment(cell, form))


def kinds(dialect: Dialect, columns: Columns) -> list[str]:
    """What each entry is; a word nobody told us about is skipped, and noted."""
    if dialect.set_type is None:
        found: list[str] = ["set"] * len(columns.cells(dialect.label))
    else:
        patterns = [(re.compile(cell, re.IGNORECASE), kind) for cell, kind in dialect.kinds]

        def kind(cell: str) -> str | None:
            word = cell.removesuffix(CUT)
            return next((kind for pattern, kind in patterns if pattern.fullmatch(word)), None)

        empty = kind("")
        told = columns.read(dialect.set_type, kind)
        cells = columns.cells(dialect.set_type)
        found = [
            known or (empty if not cell else None) or "skipped"
            for known, cell in zip(told, cells, strict=True)
        ]
        if empty is None:
            blank = {at for at, cell in enumerate(cells) if not cell}
            columns.unfit.setdefault(dialect.set_type, set()).update(blank)
    if dialect.skip_if is None:
        return found
    column, pattern = dialect.skip_if
    skip = re.compile(pattern, re.IGNORECASE)
    is_skipped = columns.read(column, lambda cell: bool(skip.fullmatch(cell.removesuffix(CUT))))
    return [
        "skipped" if skipped and kind == "set" else kind
        for kind, skipped in zip(found, is_skipped, strict=True)
    ]


def _cut(dialect: Dialect, cell: str) -> str:
    """Mark a cell that may be cut, where a part of it could pass for the whole."""
    last = dialect.names()[-1]
    return cell + CUT if cell and last in set(dialect.names_read()) else cell
