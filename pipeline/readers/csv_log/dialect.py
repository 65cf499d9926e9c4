"""What a CSV app is to us: its whole header, and where our columns are in it."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, fields, replace

from pipeline.errors import Code
from pipeline.readers.csv_log import dates
from pipeline.readers.csv_log.text import Record, normalise, signature

# `set` alone can count; the others are kept, so that every record is accounted for. A set without
# reps, seconds and distance is one that was planned, and not done: skipped.
KINDS = ("set", "warmup", "rest", "note", "skipped")
AS_TOLD = tuple((kind, kind) for kind in KINDS)  # for layouts that bring their own kinds
WEIGHT_UNITS = ("kg", "lb")
DISTANCE_UNITS = ("m", "km", "mi")


@dataclass(frozen=True)
class Table:
    """A whole file as its layout gets it: the header's cells, and every record after it.

    Of a file that does not begin with a header, `header` is empty and all are `records`.
    """

    header: Sequence[str]
    records: Sequence[Record]


Unfold = Callable[[Table], Iterable[Record]]
NO_COLUMN = {"is_column": False}


@dataclass(frozen=True)
class Dialect:
    """One layout of one app. Every field after `formats` is a column, unless it says otherwise.

    `header` is the complete first record, with commas, whatever separator the file uses. Of its
    columns a file may lack those that are `spare`, or have them elsewhere: none of them is read.
    `formats` are the date formats accepted for `start` and `end`; one must fit a whole file.
    `clock` is a time of day beside the date in `start`; `workout` the columns that together tell
    one workout from the next. `is_timed_by_set`: `start` is that of the set, and sets that follow
    each other are one workout.
    `kinds` pairs a pattern for the cells of `set_type` with a kind; without it, all are sets.
    `skip_if` is a column, and a pattern for those of its cells that mean "not done".
    A unit is either a column (`weight_unit`) or fixed by the header (`weight_in`), or neither.
    `nulls` are words for an empty cell, `decimal` is the mark of the decimals where it is known:
    else it is told from the cells of each column.

    Where a record is not one set, `unfold` makes records of `columns` out of the file's own; each
    record of the file must give at least one. Where the header varies, `shape` tells it instead of
    `header`, and where there is none, `opening` matches the first line. Records with a fault are
    kept from it.
    `is_history`: every export of the app tells all that was ever logged, so a newer one replaces
    the older. `remark` is said of every file.
    """

    app: str
    header: str
    label: str
    start: str
    formats: tuple[str, ...] = field(metadata=NO_COLUMN)
    workout: tuple[str, ...]
    clock: str | None = None
    end: str | None = None
    length: str | None = None
    title: str | None = None
    set_type: str | None = None
    kinds: tuple[tuple[str, str], ...] = field(default=(), metadata=NO_COLUMN)
    skip_if: tuple[str, str] | None = field(default=None, metadata=NO_COLUMN)
    reps: str | None = None
    seconds: str | None = None
    weight: str | None = None
    weight_unit: str | None = None
    weight_in: str | None = field(default=None, metadata=NO_COLUMN)
    distance: str | None = None
    distance_unit: str | None = None
    distance_in: str | None = field(default=None, metadata=NO_COLUMN)
    nulls: tuple[str, ...] = field(default=(), metadata=NO_COLUMN)
    decimal: str | None = field(default=None, metadata=NO_COLUMN)
    is_timed_by_set: bool = field(default=False, metadata=NO_COLUMN)
    is_history: bool = field(default=True, metadata=NO_COLUMN)
    spare: tuple[str, ...] = field(default=(), metadata=NO_COLUMN)
    columns: str = field(default="", metadata=NO_COLUMN)
    unfold: Unfold | None = field(default=None, metadata=NO_COLUMN)
    shape: Callable[[Sequence[str]], bool] | None = field(default=None, metadata=NO_COLUMN)
    opening: str | None = field(default=None, metadata=NO_COLUMN)
    remark: tuple[Code, str] | None = field(default=None, metadata=NO_COLUMN)

    def __post_init__(self) -> None:
        """Refuse a dialect that reads a column its own header lacks or repeats, or a bad word."""
        columns = self.names()
        if bad := sorted(name for name in self.names_read() if columns.count(name) != 1):
            message = f"{self.app}: the header lacks, or repeats, {', '.join(bad)}"
            raise ValueError(message)
        if read := sorted(set(self.spare).intersection(self.names_read())):
            message = f"{self.app}: {', '.join(read)} cannot be spared"
            raise ValueError(message)
        for date_format in self.formats:
            dates.pattern(date_format)
        for cell, kind in self.kinds:
            re.compile(cell)
            _require(self.app, kind, KINDS)
        _require(self.app, self.weight_in or "kg", WEIGHT_UNITS)
        _require(self.app, self.distance_in or "m", DISTANCE_UNITS)

    def names(self) -> list[str]:
        """The names of the columns that sets are read from, in order."""
        return (self.columns or self.header).split(",")

    def signature(self) -> tuple[str, ...]:
        """The header as it is looked up."""
        return signature(self.header.split(","))

    def fits(self, cells: Sequence[str]) -> bool:
        """Whether a first record is this header: all of it, in this order."""
        if self.shape is not None:
            return self.shape(cells)
        is_as_wide = len(cells) == self.header.count(",") + 1
        return is_as_wide and self.opening is None and self.signature() == signature(cells)

    def arranged(self, cells: Sequence[str]) -> "Dialect":
        """The dialect with its spare columns where a first record has them, if it has them."""
        if not 0 <= self.header.count(",") + 1 - len(cells) <= len(self.spare):
            return self  # too wide or narrow anyway, and a header may be a megabyte
        spare = {normalise(name): name for name in self.spare}
        others = [name for name in self.header.split(",") if name not in self.spare]
        names = [
            spare.pop(cell, None) or (others.pop(0) if others else None)
            for cell in signature(cells)
        ]
        header = ",".join(filter(None, names))
        is_other = not others and None not in names and header != self.header
        return replace(self, header=header) if is_other else self

    def entries(self, table: Table) -> list[Record]:
        """Give the records that sets are read from, those with a fault at their place."""
        if self.unfold is None:
            return list(table.records)
        good = [record for record in table.records if record.fault is None]
        made = list(self.unfold(Table(table.header, good)))
        faults = [record for record in table.records if record.fault is not None]
        return sorted([*made, *faults], key=lambda each: each.line) if faults else made

    def names_read(self) -> Iterator[str]:
        """Each column we read, some twice."""
        for entry in fields(self)[2:]:
            value = getattr(self, entry.name)
            if value and entry.metadata.get("is_column", True):
                yield from (value,) if isinstance(value, str) else value
        if self.skip_if is not None:
            yield self.skip_if[0]


@dataclass(frozen=True)
class Elsewhere:
    """A file we know and do not read: the first columns of its header, and the sentence for it.

    `code` is E_NO_ACTIVITY where nothing is missed: body sizes, food. `whole` asks for exactly
    these columns.
    """

    header: str
    sentence: str
    code: Code = Code.E_UNSUPPORTED
    whole: bool = False

    def fits(self, names: tuple[str, ...]) -> bool:
        """Whether a header starts with these columns, or is just these."""
        own = signature(self.header.split(","))
        return names == own if self.whole else names[: len(own)] == own


def _require(app: str, word: str, allowed: tuple[str, ...]) -> None:
    """Raise ValueError when a word is not one of ours."""
    if word not in allowed:
        message = f"{app}: {word} is none of {', '.join(allowed)}"
        raise ValueError(message)
