"""The table of readings: one row per content, made from values and admitted by its gate."""

import itertools
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NewType

import polars as pl

from pipeline.tables.schemas import ACTIVITY, LOGGED_SET, PAIN_ENTRY, PROBLEM, READING, gate
from pipeline.tables.values import LoggedSets

NESTED = {"activities": ACTIVITY, "sets": LOGGED_SET, "problems": PROBLEM, "pain": PAIN_ENTRY}

Readings = NewType("Readings", pl.DataFrame)


def readings(frame: pl.DataFrame) -> Readings:
    """Admit a frame as Readings: exactly the READING columns, in order, sorted by sha256.

    Raises polars.exceptions.SchemaError when a column is missing, extra or of another type.
    """
    gated = gate(frame, READING)
    # Sorting what is sorted would copy every list in it.
    return Readings(gated if gated["sha256"].is_sorted() else gated.sort("sha256"))


def readings_of(rows: Iterable[Mapping[str, Any]]) -> Readings:
    """Make Readings from plain rows; a missing key becomes null.

    What a row holds of activities, sets and problems may be values or plain rows themselves.
    """
    complete = [{name: row.get(name) for name in READING} for row in rows]
    plain = pl.Schema({name: dtype for name, dtype in READING.items() if name not in NESTED})
    flat = [{name: row[name] for name in plain} for row in complete]
    frame = pl.DataFrame(flat, schema=plain, orient="row")
    nested = [
        _nested(name, [row[name] for row in complete], schema) for name, schema in NESTED.items()
    ]
    return readings(frame.with_columns(nested).select(READING.names()))


def _nested(name: str, held: Sequence[Sequence[Any] | None], schema: pl.Schema) -> pl.Series:
    """Make a column of lists, field by field: a log of years has too many sets for a dict each."""
    flat = _flat([some for some in held if some], schema)
    return _in_lists(held, flat.select(pl.struct(pl.all()).alias(name)).get_column(name))


def listed(name: str, held: Sequence[Sequence[Any] | None], dtype: pl.DataType) -> pl.Series:
    """Make a column of lists of plain values; polars' own way takes 4 kB for each list."""
    return _in_lists(held, pl.Series(name, [each for some in held for each in some or ()], dtype))


def _in_lists(held: Sequence[Sequence[Any] | None], flat: pl.Series) -> pl.Series:
    """Divide values, one after the other, into the lists that hold them."""
    name = flat.name
    numbers = [number for number, some in enumerate(held) if some for _ in range(len(some))]
    filled = (
        flat.to_frame()
        .with_columns(number=pl.Series(numbers, dtype=pl.UInt32))
        .group_by("number", maintain_order=True)
        .agg(name)
    )
    if filled.height == len(held):
        return filled.get_column(name)
    # Put together from pieces: choosing between lists row by row makes polars copy the longest
    # list for every row, gigabytes of it.
    rest = {number: some is None for number, some in enumerate(held) if not some}
    # Chosen from two lists: polars would make a frame for every empty list of structs.
    empty_or_null = pl.Series(name, [[], None], pl.List(flat.dtype))
    others = pl.DataFrame(
        [
            pl.Series("number", list(rest), pl.UInt32),
            empty_or_null.gather([int(is_null) for is_null in rest.values()]),
        ]
    )
    return pl.concat([filled, others]).sort("number").get_column(name)


def _flat(parts: Iterable[Sequence[Any]], schema: pl.Schema) -> pl.DataFrame:
    """Put values, plain rows and frames one below the other, in this order."""
    frames = [pl.DataFrame(schema=schema)]
    for is_frame, some in itertools.groupby(parts, lambda part: isinstance(part, LoggedSets)):
        if is_frame:
            frames += [part.frame for part in some if isinstance(part, LoggedSets)]
            continue
        values = [value for part in some for value in part]
        columns = {
            field: [
                value[field] if isinstance(value, Mapping) else getattr(value, field)
                for value in values
            ]
            for field in schema
        }
        frames.append(pl.DataFrame(columns, schema=schema))
    return pl.concat(frames)


def names_in_order(names: Iterable[bytes]) -> list[str]:
    """Return the names of one original as shown, the one to call it by first: the shortest.

    Names are bytes; what is no UTF-8 is shown with backslashes.
    """
    return [shown_name(name) for name in sorted(names, key=lambda name: (len(name), name))]


def shown_name(name: bytes) -> str:
    """Return a file's name as text; what is no UTF-8 is shown with backslashes."""
    return name.decode("utf-8", "backslashreplace")
