"""What a definition message says: which fields follow, where they lie, and of what type.

Source: Flexible and Interoperable Data Transfer (FIT) Protocol, definition message and base types.
"""

from collections.abc import Container
from typing import NamedTuple

FIXED_BYTES, FIELD_BYTES = 5, 3  # reserved, byte order, message number (2), field count; one field


class BaseType(NamedTuple):
    """One base type: `letter` is that of `struct` and of numpy, `invalid` says "no value"."""

    name: str
    width: int
    letter: str
    dtype: str
    invalid: int | None  # None: not a number of these means so, but NaN, NUL, or all of them


# By the lower five bits of the code; the upper ones only repeat that byte order matters.
BASE_TYPES = {
    0x00: BaseType("enum", 1, "B", "u1", 0xFF),
    0x01: BaseType("sint8", 1, "b", "i1", 0x7F),
    0x02: BaseType("uint8", 1, "B", "u1", 0xFF),
    0x03: BaseType("sint16", 2, "h", "i2", 0x7FFF),
    0x04: BaseType("uint16", 2, "H", "u2", 0xFFFF),
    0x05: BaseType("sint32", 4, "i", "i4", 0x7FFFFFFF),
    0x06: BaseType("uint32", 4, "I", "u4", 0xFFFFFFFF),
    0x07: BaseType("string", 1, "s", "S", None),
    0x08: BaseType("float32", 4, "f", "f4", None),
    0x09: BaseType("float64", 8, "d", "f8", None),
    0x0A: BaseType("uint8z", 1, "B", "u1", 0),
    0x0B: BaseType("uint16z", 2, "H", "u2", 0),
    0x0C: BaseType("uint32z", 4, "I", "u4", 0),
    0x0D: BaseType("byte", 1, "s", "u1", None),
    0x0E: BaseType("sint64", 8, "q", "i8", 0x7FFFFFFFFFFFFFFF),
    0x0F: BaseType("uint64", 8, "Q", "u8", 0xFFFFFFFFFFFFFFFF),
    0x10: BaseType("uint64z", 8, "Q", "u8", 0),
}
BASE_TYPE_MASK = 0x1F
STRING, BYTE = BASE_TYPES[0x07], BASE_TYPES[0x0D]


class Field(NamedTuple):
    """A field of a message: `at` counts from the message's header byte.

    `base` is None when nobody can say what the bytes mean: an unknown type, or a size that is no
    multiple of the type's, as a COROS Pace 2 writes it. Such a field is stepped over.
    """

    number: int
    at: int
    size_bytes: int
    base: BaseType | None

    @property
    def width(self) -> int:
        """How many values of its type it holds."""
        return self.size_bytes // self.base.width if self.base else 0


class DeveloperField(NamedTuple):
    """A field that an app on the watch made up; its type is in a field_description message."""

    number: int
    at: int
    size_bytes: int
    developer: int


def fields(content: bytes, wanted: Container[int] | None = None) -> list[Field]:
    """Take a definition apart: its bytes from the reserved one to the end of its fields.

    Returns the native fields in file order, or only those with a wanted number; of two with the
    same number the first.
    """
    end = FIXED_BYTES + FIELD_BYTES * content[FIXED_BYTES - 1]
    found: dict[int, Field] = {}
    at = 1
    numbers = content[FIXED_BYTES:end:FIELD_BYTES]
    sizes = content[FIXED_BYTES + 1 : end : FIELD_BYTES]
    codes = content[FIXED_BYTES + 2 : end : FIELD_BYTES]
    for number, size_bytes, code in zip(numbers, sizes, codes, strict=True):
        if (wanted is None or number in wanted) and number not in found:
            base = BASE_TYPES.get(code & BASE_TYPE_MASK)
            if base is not None and (size_bytes == 0 or size_bytes % base.width):
                base = None
            found[number] = Field(number, at, size_bytes, base)
        at += size_bytes
    return list(found.values())


def developer_fields(content: bytes) -> list[DeveloperField]:
    """Return the fields of a definition that an app on the watch made up, in file order."""
    end = FIXED_BYTES + FIELD_BYTES * content[FIXED_BYTES - 1]
    at = 1 + sum(content[FIXED_BYTES + 1 : end : FIELD_BYTES])
    found = []
    for place in range(end + 1, len(content), FIELD_BYTES):
        number, size_bytes, developer = content[place : place + FIELD_BYTES]
        found.append(DeveloperField(number, at, size_bytes, developer))
        at += size_bytes
    return found


def message_number(content: bytes) -> int:
    """Return the global number of the messages a definition defines."""
    return int.from_bytes(content[2:4], "little" if content[1] == 0 else "big")


def message_bytes(content: bytes) -> int:
    """Return the size of a message with its header byte, developer fields included."""
    after = FIXED_BYTES + FIELD_BYTES * content[FIXED_BYTES - 1]
    native = sum(content[FIXED_BYTES + 1 : after : FIELD_BYTES])
    return 1 + native + sum(content[after + 2 :: FIELD_BYTES])


def byte_order(content: bytes) -> str:
    """Return the byte order of a definition's messages, as `struct` and numpy write it."""
    return "<" if content[1] == 0 else ">"
