"""What a CSV app is to us: its whole header, and where our columns are in it."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields

from pipeline.errors import Code, Refused
from pipeline.readers import csv_values
from pipeline.readers.csv_text import LIMITS, Record, normalise, signature

KINDS = ("set", "warmup", "rest", "note", "skipped")
WEIGHT_UNITS = ("kg", "lb")
DISTANCE_UNITS = ("m", "km", "mi")
FEW = 5
NAME_CHARACTERS = 40


@dataclass(frozen=True)
class Dialect:
    """One layout of one app. Every field after `formats` is a column, unless it says otherwise.

    `header` is the complete first record, with commas, whatever separator the file uses.
    `formats` are the date formats accepted for `start` and `end`; one must fit a whole file.
    `workout` are the columns that together tell one workout from the next.
    `kinds` pairs a pattern for the cells of `set_type` with a kind; without it, all are sets.
    A unit is either a column (`weight_unit`) or fixed by the header (`weight_in`), or neither.
    """

    app: str
    header: str
    label: str
    start: str
    formats: tuple[str, ...] = field(metadata={"is_column": False})
    workout: tuple[str, ...]
    end: str | None = None
    length: str | None = None
    title: str | None = None
    set_type: str | None = None
    kinds: tuple[tuple[str, str], ...] = field(default=(), metadata={"is_column": False})
    reps: str | None = None
    seconds: str | None = None
    weight: str | None = None
    weight_unit: str | None = None
    weight_in: str | None = field(default=None, metadata={"is_column": False})
    distance: str | None = None
    distance_unit: str | None = None
    distance_in: str | None = field(default=None, metadata={"is_column": False})

    def __post_init__(self) -> None:
        """Refuse a dialect that reads a column its own header lacks or repeats, or a bad word."""
        columns = self.columns()
        if bad := sorted(name for name in self.columns_read() if columns.count(name) != 1):
            message = f"{self.app}: the header lacks, or repeats, {', '.join(bad)}"
            raise ValueError(message)
        for date_format in self.formats:
            csv_values.pattern(date_format)
        for cell, kind in self.kinds:
            re.compile(cell)
            _require(self.app, kind, KINDS)
        _require(self.app, self.weight_in or "kg", WEIGHT_UNITS)
        _require(self.app, self.distance_in or "m", DISTANCE_UNITS)

    def columns(self) -> list[str]:
        """The names of the header, in order."""
        return self.header.split(",")

    def signature(self) -> tuple[str, ...]:
        """The header as it is looked up."""
        return signature(self.columns())

    def columns_read(self) -> Iterator[str]:
        """Each column we read, some twice."""
        for entry in fields(self)[2:]:
            value = getattr(self, entry.name)
            if value and entry.metadata.get("is_column", True):
                yield from (value,) if isinstance(value, str) else value


@dataclass(frozen=True)
class Elsewhere:
    """A file we know and do not read: the first columns of its header, and the sentence for it."""

    header: str
    sentence: str

    def begins(self, names: tuple[str, ...]) -> bool:
        """Whether a header starts with these columns."""
        own = signature(self.header.split(","))
        return names[: len(own)] == own


def identify(
    candidates: Mapping[str, Record], dialects: Sequence[Dialect], elsewhere: Sequence[Elsewhere]
) -> tuple[str, Dialect]:
    """The separator and the one dialect whose whole header this is.

    `candidates` is the first record as each separator cuts it.
    Raises Refused: E_AMBIGUOUS, E_UNSUPPORTED for what is read elsewhere, E_CSV_HEADER.
    """
    names = {separator: signature(first.cells) for separator, first in candidates.items()}
    claims = [
        (separator, dialect)
        for separator, found in names.items()
        for dialect in dialects
        if dialect.signature() == found
    ]
    if len(claims) == 1:
        return claims[0]
    if claims:
        apps = " and ".join(dialect.app for _, dialect in claims)
        raise Refused(Code.E_AMBIGUOUS, f"Two readers claim it: {apps}.")
    for found in names.values():
        for known in elsewhere:
            if known.begins(found):
                raise Refused(Code.E_UNSUPPORTED, known.sentence)
    widest = max((first.cells for first in candidates.values()), key=len)
    fault = f"The columns are not those of a known app: {_listed(widest)}."
    raise Refused(Code.E_CSV_HEADER, fault + _nearest(widest, dialects))


def _nearest(cells: list[str], dialects: Sequence[Dialect]) -> str:
    """What differs from the nearest dialect, if one is near: half of all columns the same."""
    cells = cells[: LIMITS.columns + 1]
    found = signature(cells)

    def alike(dialect: Dialect) -> float:
        own = dialect.signature()
        return len(set(own) & set(found)) / max(len(own), len(found))

    near = max(dialects, key=alike, default=None)
    if near is None or 2 * alike(near) < 1:
        return ""
    missing = [name for name in near.columns() if normalise(name) not in found]
    extra = [cell for cell in cells if normalise(cell) not in near.signature()]
    differences = [
        f"{word} {_listed(columns)}"
        for word, columns in (("without", missing), ("with", extra))
        if columns
    ]
    return f" It is near {near.app}, but {' and '.join(differences) or 'in another order'}."


def _listed(columns: list[str]) -> str:
    """The first few columns, each cut to a readable length."""
    shown = ", ".join(" ".join(name.split())[:NAME_CHARACTERS] for name in columns[:FEW])
    return shown + (f" and {len(columns) - FEW} more" if len(columns) > FEW else "")


def _require(app: str, word: str, allowed: tuple[str, ...]) -> None:
    """Raise ValueError when a word is not one of ours."""
    if word not in allowed:
        message = f"{app}: {word} is none of {', '.join(allowed)}"
        raise ValueError(message)
