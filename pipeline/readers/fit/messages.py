"""The messages of one FIT part, decoded by fitparse, as numbers only.

This is the one module that knows fitparse. Field names of its profile are not used, since
developer fields can carry the same names: everything downstream goes by native field numbers.
fitparse keeps the developer fields of one file in module state, so each file needs a process
of its own.
"""

import io
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import fitparse
import fitparse.records

from pipeline.readers.fit.structure import Structure

TIMESTAMP = 253
RECORD = 20
RECORD_DISTANCE = 5
HEADER = struct.Struct("<BBHI4sH")
# Every kind of exception that fitparse was seen to let out under damage.
DAMAGE = (ValueError, TypeError, KeyError, IndexError, OverflowError, struct.error, AttributeError)


@dataclass(frozen=True)
class Message:
    """One data message: its global number, and its native fields as raw values.

    Invalid values are absent. A value is an int, float, bytes, str, or a tuple of them.
    `distance_m` is a record's distance in metres, also when it came packed with the speed.
    """

    number: int
    fields: dict[int, Any]
    distance_m: float | None = None


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


class Broken(Exception):
    """The messages stop making sense at `at`, a byte of the body; those before were yielded."""

    def __init__(self, at: int) -> None:
        """Keep the place."""
        super().__init__(at)
        self.at = at


def messages(structure: Structure) -> Iterator[Message]:
    """Yield the data messages of one part, in file order; raises Broken where they break off."""
    # The part's own header may lie about its size; container.py has settled that. What follows
    # the break is left out, so that no message can be made of it.
    body = structure.body[: structure.broken_at]
    header = HEADER.pack(HEADER.size, 0x20, 2132, len(body), b".FIT", 0)
    count = 0
    try:
        whole = io.BytesIO(header + body + b"\0\0")
        decoder = fitparse.FitFile(whole, check_crc=False, data_processor=_Untouched())
        for message in decoder.get_messages(with_definitions=True):
            count += 1
            if message.type == "data":
                yield _message(message)
    except DAMAGE as fault:
        raise Broken([*structure.offsets, len(body)][count]) from fault
    if structure.broken_at is not None:
        raise Broken(structure.broken_at)


def _message(decoded: Any) -> Message:  # noqa: ANN401 - fitparse has no types
    """Keep the native fields of a decoded message, and the timestamp of its header."""
    fields: dict[int, Any] = {}
    packed_m = None
    for field in decoded.fields:
        if field.raw_value is None:
            continue
        if field.field_def is None:
            number = field.field.def_num
            if number == TIMESTAMP:
                fields.setdefault(TIMESTAMP, field.raw_value)
            elif decoded.mesg_num == RECORD and number == RECORD_DISTANCE:
                packed_m = field.raw_value  # a component: fitparse has scaled it already
        elif isinstance(field.field_def, fitparse.records.FieldDefinition):
            fields.setdefault(field.field_def.def_num, field.raw_value)
    if decoded.mesg_num == RECORD and isinstance(fields.get(RECORD_DISTANCE), int):
        packed_m = fields[RECORD_DISTANCE] / 100
    return Message(decoded.mesg_num, fields, packed_m)
