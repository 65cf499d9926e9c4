"""The few messages of a FIT part that are read whole: sessions, laps, sets, events and the like.

Each becomes a dict from native field number to raw value. Developer fields are left out: they may
carry the names and numbers of native ones, and are none.
"""

import functools
import struct
from collections.abc import Mapping
from typing import Any, NamedTuple

from pipeline.readers.fit.definition import BYTE, STRING, byte_order, fields
from pipeline.readers.fit.walk import TIMESTAMP, Group

Row = dict[int, Any]


class _Cell(NamedTuple):
    """Where the values of one field are among those that `struct` returns for a message."""

    number: int
    first: int
    width: int
    invalid: int | None
    is_text: bool


def rows(
    body: bytes, groups: list[Group], wanted: frozenset[int], times: Mapping[int, int]
) -> list[Row]:
    """Return the messages of some groups in file order, with those wanted fields that have a value.

    Values are raw numbers, tuples of them (None for an invalid element), or bytes for strings,
    which end at their first NUL. `times` are those of messages that carry theirs in the header.
    """
    found: list[tuple[int, Row]] = []
    for group in groups:
        layout, cells = _layout(group.definition, wanted)
        for at, count in group.runs:
            for place in range(at, at + count * group.size_bytes, group.size_bytes):
                row = _row(cells, layout.unpack_from(body, place))
                if place in times:
                    row.setdefault(TIMESTAMP, times[place])
                found.append((place, row))
    if len(groups) > 1:
        found.sort(key=_place)
    return [row for _, row in found]


def _place(found: tuple[int, Row]) -> int:
    return found[0]


@functools.lru_cache(maxsize=512)  # one watch writes the same few definitions into every file
def _layout(definition: bytes, wanted: frozenset[int]) -> tuple[struct.Struct, tuple[_Cell, ...]]:
    """Compile a layout: what is not wanted is stepped over."""
    letters, cells = [byte_order(definition)], []
    at = first = 0
    for field in fields(definition, wanted):
        base = field.base
        if base is None:
            continue
        letters.append(f"{field.at - at}x")
        is_text = base is STRING or (base is BYTE and field.width > 1)
        if is_text:
            letters.append(f"{field.size_bytes}s")
        else:
            letters.append(f"{field.width}{'B' if base is BYTE else base.letter}")
        width = 1 if is_text else field.width
        invalid = 0xFF if base is BYTE else base.invalid
        cells.append(_Cell(field.number, first, width, invalid, is_text))
        first += width
        at = field.at + field.size_bytes
    return struct.Struct("".join(letters)), tuple(cells)


def _row(cells: tuple[_Cell, ...], values: tuple[Any, ...]) -> Row:
    row: Row = {}
    for number, first, width, invalid, is_text in cells:
        value = values[first]
        if is_text:
            value = value.split(b"\0", 1)[0] if invalid is None else value
            if value and value.strip(b"\xff"):
                row[number] = value
        elif width == 1:
            if value != invalid and value == value:  # noqa: PLR0124 - NaN is no value
                row[number] = value
        else:
            several = tuple(
                None if each == invalid or each != each else each  # noqa: PLR0124 - as above
                for each in values[first : first + width]
            )
            if any(each is not None for each in several):
                row[number] = several
    return row
