"""The many messages of a FIT part, field by field: numpy columns over the bytes of the file.

A run of messages is a view of fixed stride, so a column costs one call whatever its length;
several runs are joined first. Raw values become floats here: no value is NaN, scales divide as the
official SDK does. Source: FIT protocol, base types and their invalid values.
"""

from typing import Any

import numpy as np
import numpy.typing as npt

from pipeline.readers.fit.definition import BYTE, STRING, Field, byte_order
from pipeline.readers.fit.walk import Group

Array = npt.NDArray[Any]
Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]


class Block:
    """The messages of one group, in file order, as one piece of memory of fixed stride."""

    def __init__(self, body: bytes, group: Group) -> None:
        """Point at the group's only run, or join its runs."""
        size = group.size_bytes
        self.size_bytes, self.byte_order = size, byte_order(group.definition)
        self.at, self.count = 0, group.count
        if len(group.starts) == 1:
            self.memory, self.at = body, group.starts[0]
        elif group.counts:
            self.memory = b"".join([body[at : at + n * size] for at, n in group.runs])
        else:
            self.memory = b"".join([body[at : at + size] for at in group.starts])

    def raw(self, field: Field) -> Array:
        """Values of a numeric field as the file has them: `(n,)`, or `(n, k)` of an array field."""
        if field.base is None:
            message = f"field {field.number} has no type"
            raise ValueError(message)
        dtype = np.dtype(self.byte_order + field.base.dtype)
        shape: tuple[int, ...] = (self.count,)
        strides: tuple[int, ...] = (self.size_bytes,)
        if field.width > 1:
            shape, strides = (*shape, field.width), (*strides, field.base.width)
        return np.ndarray(shape, dtype, self.memory, self.at + field.at, strides)

    def texts(self, field: Field) -> list[bytes | None]:
        """Values of a text field, each up to its first NUL; None for none."""
        size, first = self.size_bytes, self.at + field.at
        cells = (
            self.memory[at : at + field.size_bytes].split(b"\0", 1)[0]
            for at in range(first, first + self.count * size, size)
        )
        return [cell or None for cell in cells]


def is_number(field: Field) -> bool:
    """Tell fields of one number per message from texts, arrays and what nobody can read."""
    return field.base is not None and field.base is not STRING and field.width == 1


def valid(raw: Array, field: Field) -> Flags:
    """Tell which of a field's raw values are values; of a byte array, all bytes or none."""
    base = field.base
    if base is BYTE:
        given = raw != 0xFF  # noqa: PLR2004 - the invalid byte
        if raw.ndim > 1:
            given = np.repeat(given.any(axis=1)[:, None], raw.shape[1], axis=1)
        return np.asarray(given)
    if base is None or base.invalid is None:
        return np.asarray(~np.isnan(raw))
    return np.asarray(raw != base.invalid)


def floats(raw: Array, field: Field) -> Floats:
    """Return raw values as float64, NaN where there is none; exact for all but 64-bit integers."""
    values = raw.astype(np.float64)
    given = valid(raw, field)
    if not given.all():
        values[~given] = np.nan
    return values


def merged(parts: list[tuple[Array, Array]]) -> Array:
    """Put values of several groups in file order: pairs of (places, values), rows aligned."""
    if len(parts) == 1:
        return parts[0][1]
    places = np.concatenate([places for places, _ in parts])
    values = np.concatenate([values for _, values in parts])
    return np.asarray(values[np.argsort(places, kind="stable")])
