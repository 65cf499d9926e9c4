"""Where each message of a FIT part begins, before any value is decoded.

Walking the structure costs little, so it is known how many messages there are, and at which byte
they stop making sense, before the slow decoder sees them.
Source: Flexible and Interoperable Data Transfer (FIT) Protocol, record structure.
"""

from dataclasses import dataclass

from pipeline.errors import Code, Refused
from pipeline.readers.limits import LIMITS

COMPRESSED, DEFINITION, DEVELOPER = 0x80, 0x40, 0x20
FIXED_BYTES, FIELD_BYTES = 6, 3  # header to field count; number, size and base type
BYTE = 0x0D
# Base types of more than one byte; every other one fits any size.
WIDTHS = {
    **dict.fromkeys((0x83, 0x84, 0x8B), 2),
    **dict.fromkeys((0x85, 0x86, 0x88, 0x8C), 4),
    **dict.fromkeys((0x89, 0x8E, 0x8F, 0x90), 8),
}


@dataclass(frozen=True)
class Structure:
    """The messages of a part: where each begins, and where the first one is that cannot be.

    `body` is the part's, but that fields whose size does not fit their type are declared bytes,
    as a COROS Pace 2 needs it (`misaligned`: how many). Both places are bytes within the body.
    """

    body: bytes
    offsets: list[int]
    broken_at: int | None
    misaligned: int


def walk(body: bytes, start: int) -> Structure:
    """Step from message to message; `start` is where the body begins in the file.

    Raises Refused with E_FIT_LIMIT past the limit on messages.
    """
    mended = bytearray(body)
    sizes: dict[int, int] = {}
    offsets: list[int] = []
    at = misaligned = 0
    while at < len(body):
        if len(offsets) >= LIMITS.reference_messages:
            fault = (
                f"The number of messages exceeds {LIMITS.reference_messages} at byte {start + at}."
            )
            raise Refused(Code.E_FIT_LIMIT, fault)
        header = body[at]
        if not header & COMPRESSED and header & DEFINITION:
            length, sizes[header & 0x0F] = _definition(body, at)
            misaligned += _mend(mended, at) if at + length <= len(body) else 0
        else:
            local = header >> 5 & 0x03 if header & COMPRESSED else header & 0x0F
            if local not in sizes:
                return Structure(bytes(mended), offsets, at, misaligned)
            length = 1 + sizes[local]
        if at + length > len(body):
            return Structure(bytes(mended), offsets, at, misaligned)
        offsets.append(at)
        at += length
    return Structure(bytes(mended), offsets, None, misaligned)


def _definition(body: bytes, at: int) -> tuple[int, int]:
    """Return the length of a definition, and of the messages it defines; past the end if cut."""
    beyond = len(body) + 1
    fields_at = at + FIXED_BYTES
    if fields_at > len(body):
        return beyond, 0
    after = fields_at + FIELD_BYTES * body[fields_at - 1]
    size = sum(body[fields_at + 1 : after : FIELD_BYTES])
    if body[at] & DEVELOPER:
        if after >= len(body):
            return beyond, 0
        developer_at = after + 1
        after = developer_at + FIELD_BYTES * body[after]
        size += sum(body[developer_at + 1 : after : FIELD_BYTES])
    return after - at, size


def _mend(body: bytearray, at: int) -> int:
    """Declare fields as bytes whose size is no multiple of their type's; returns how many."""
    mended = 0
    first = at + FIXED_BYTES
    for field in range(first, first + FIELD_BYTES * body[first - 1], FIELD_BYTES):
        if body[field + 1] % WIDTHS.get(body[field + 2], 1):
            body[field + 2] = BYTE
            mended += 1
    return mended
