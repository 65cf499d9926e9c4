"""A small FIT encoder for the sample files: definitions, data messages and checksums.

Source: Flexible and Interoperable Data Transfer (FIT) Protocol.
"""

import datetime as dt
import struct

EPOCH = dt.datetime(1989, 12, 31, tzinfo=dt.UTC)
PROTOCOL, PROFILE = 0x20, 2132
MOST_LOCAL_TYPES = 16
# Base types: code, struct letter, invalid value.
BASE_TYPES = {
    "enum": (0x00, "B", 0xFF),
    "uint8": (0x02, "B", 0xFF),
    "uint16": (0x84, "H", 0xFFFF),
    "sint32": (0x85, "i", 0x7FFFFFFF),
    "uint32": (0x86, "I", 0xFFFFFFFF),
    "uint32z": (0x8C, "I", 0),
    "string": (0x07, "s", 0),
}

Value = int | str | tuple[int, ...] | None
Field = tuple[int, str, Value]  # field number, base type, raw value; None is "invalid"


def seconds(instant: dt.datetime) -> int:
    """Whole seconds of an aware instant since the FIT epoch."""
    return int((instant - EPOCH).total_seconds())


def local_seconds(instant: dt.datetime) -> int:
    """The same for the wall clock beside the instant, as `local_timestamp` wants it."""
    return int((instant.replace(tzinfo=dt.UTC) - EPOCH).total_seconds())


def crc16(content: bytes) -> int:
    """CRC-16 as FIT computes it: polynomial 0xA001, reflected, starting at 0."""
    crc = 0
    for byte in content:
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ (0xA001 if crc & 1 else 0)
    return crc


class FitWriter:
    """Collects messages; a definition is written before the first message of its shape."""

    def __init__(self) -> None:
        self._body = bytearray()
        self._local_types: dict[tuple[object, ...], int] = {}

    def add(self, message: int, *fields: Field) -> None:
        """Append a message by its global number; fields are written in the order given."""
        cells = [(number, kind, _packed(kind, value)) for number, kind, value in fields]
        shape = (message, *((number, kind, len(packed)) for number, kind, packed in cells))
        if shape not in self._local_types:
            local_type = len(self._local_types)
            if local_type >= MOST_LOCAL_TYPES:
                fault = f"message {message} would be the {local_type + 1}th shape of 16 at most"
                raise ValueError(fault)
            self._local_types[shape] = local_type
            self._body += struct.pack("<BBBHB", 0x40 | local_type, 0, 0, message, len(cells))
            for number, kind, packed in cells:
                self._body += bytes((number, len(packed), BASE_TYPES[kind][0]))
        self._body.append(self._local_types[shape])
        for _, _, packed in cells:
            self._body += packed

    def finish(self) -> bytes:
        """Return the whole file: header, messages, checksum."""
        header = struct.pack("<BBHI4s", 14, PROTOCOL, PROFILE, len(self._body), b".FIT")
        content = header + struct.pack("<H", crc16(header)) + self._body
        return content + struct.pack("<H", crc16(content))


def _packed(kind: str, value: Value) -> bytes:
    _, letter, invalid = BASE_TYPES[kind]
    if isinstance(value, str):
        return value.encode() + b"\0"
    if isinstance(value, tuple):
        return struct.pack(f"<{len(value)}{letter}", *value)
    return struct.pack(f"<{letter}", invalid if value is None else value)
