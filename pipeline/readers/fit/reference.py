"""One FIT part decoded by fitparse: the second opinion, and the fallback of our own decoder.

This is the one module that knows fitparse. Field names of its profile are not used, since
developer fields can carry the same names: everything downstream goes by native field numbers.
fitparse keeps the developer fields of one file in module state, so each file needs a process
of its own.
"""

import io
import struct
from collections.abc import Iterator
from typing import Any

import fitparse
import fitparse.records
import numpy as np

from pipeline.readers.fit import profile, structure
from pipeline.readers.fit.columns import Floats
from pipeline.readers.fit.container import Part as Raw
from pipeline.readers.fit.part import (
    DISTANCE,
    LATITUDE,
    LONGITUDE,
    SEMICIRCLE,
    Part,
    Records,
    without_gaps,
)
from pipeline.readers.fit.rows import Row
from pipeline.readers.fit.walk import TIMESTAMP

HEADER = struct.Struct("<BBHI4sH")
# Every kind of exception that fitparse was seen to let out under damage.
DAMAGE = (ValueError, TypeError, KeyError, IndexError, OverflowError, struct.error, AttributeError)


def decode(raw: Raw) -> Part:
    """Decode a part as `part.decode` does, but with every field and a hundred times slower.

    Raises Refused with E_FIT_LIMIT past what this decoder may be given.
    """
    shape = structure.walk(raw.body, raw.start)
    part = Part(raw.integrity, misaligned=shape.misaligned)
    distances_m: list[float | None] = []
    try:
        for number, row, distance_m in _messages(shape):
            part.kinds.setdefault(number, []).append(row)
            part.messages += 1
            if number == profile.RECORD:
                distances_m.append(distance_m)
    except _Broken as broken:
        part.broken_at = raw.start + broken.at
    part.records = _records(part.kinds.pop(profile.RECORD, []), distances_m)
    return part


def _records(rows: list[Row], distances_m: list[float | None]) -> Records:
    def column(number: int, scale: float) -> Floats:
        values = [profile.scaled(row, number, scale) for row in rows]
        return np.array([np.nan if each is None else each for each in values], dtype=float)

    return Records(
        without_gaps(column(TIMESTAMP, 1)),
        column(LATITUDE, 1) * SEMICIRCLE,
        column(LONGITUDE, 1) * SEMICIRCLE,
        np.array([np.nan if each is None else each for each in distances_m], dtype=float),
    )


class _Untouched(fitparse.processors.FitFileDataProcessor):  # type: ignore[misc]
    """Leaves every value as it is: times stay numbers, and no processor can fail."""

    def run_type_processor(self, field_data: object) -> None:
        pass

    def run_field_processor(self, field_data: object) -> None:
        pass

    def run_unit_processor(self, field_data: object) -> None:
        pass

    def run_message_processor(self, data_message: object) -> None:
        pass


class _Broken(Exception):
    """The messages stop making sense at `at`, a byte of the body; those before were yielded."""

    def __init__(self, at: int) -> None:
        """Keep the place."""
        super().__init__(at)
        self.at = at


def _messages(shape: structure.Structure) -> Iterator[tuple[int, Row, float | None]]:
    """Yield number, fields and running distance of each message; raises _Broken at the break."""
    # The part's own header may lie about its size; container.py has settled that. What follows
    # the break is left out, so that no message can be made of it.
    body = shape.body[: shape.broken_at]
    header = HEADER.pack(HEADER.size, 0x20, 2132, len(body), b".FIT", 0)
    count = 0
    try:
        whole = io.BytesIO(header + body + b"\0\0")
        decoder = fitparse.FitFile(whole, check_crc=False, data_processor=_Untouched())
        for message in decoder.get_messages(with_definitions=True):
            count += 1
            if message.type == "data":
                yield message.mesg_num, *_fields(message)
    except DAMAGE as fault:
        raise _Broken([*shape.offsets, len(body)][count]) from fault
    if shape.broken_at is not None:
        raise _Broken(shape.broken_at)


def _fields(decoded: Any) -> tuple[Row, float | None]:  # noqa: ANN401 - fitparse has no types
    """Keep the native fields of a decoded message, and the timestamp of its header.

    A record's distance is returned in metres too, also when it came packed with the speed.
    """
    row: Row = {}
    distance_m = None
    for field in decoded.fields:
        if field.raw_value is None:
            continue
        if field.field_def is None:
            number = field.field.def_num
            if number == TIMESTAMP:
                row.setdefault(TIMESTAMP, field.raw_value)
            elif decoded.mesg_num == profile.RECORD and number == DISTANCE:
                distance_m = field.raw_value  # a component: fitparse has scaled it already
        elif isinstance(field.field_def, fitparse.records.FieldDefinition):
            row.setdefault(field.field_def.def_num, field.raw_value)
    if decoded.mesg_num == profile.RECORD and isinstance(row.get(DISTANCE), int):
        distance_m = row[DISTANCE] / 100
    return row, distance_m
