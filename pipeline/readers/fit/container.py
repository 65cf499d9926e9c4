"""The frame of a FIT file: its parts, their sizes and checksums, before any message is read.

Source: Flexible and Interoperable Data Transfer (FIT) Protocol, header and CRC.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass

import fastcrc

from pipeline.errors import Code, Refused
from pipeline.readers.limits import LIMITS
from pipeline.tables import Problem

SIGNATURE = b".FIT"
SMALLEST_HEADER = 12
USUAL_HEADERS = (12, 14)
CRC_BYTES = 2


@dataclass(frozen=True)
class Part:
    """One complete FIT inside a file; usually the only one.

    `body` holds the messages, without header and checksum, and begins at byte `start` of the
    file. `integrity` is "whole", "truncated" (shorter than it declares) or "checksum" (as long as
    it declares, the checksum is wrong).
    """

    offset: int
    start: int
    body: bytes
    integrity: str


def is_fit(head: bytes) -> bool:
    """Tell a FIT file by its signature at byte 8."""
    return head[8:12] == SIGNATURE


def parts(content: bytes, problems: list[Problem]) -> Iterator[Part]:
    """Yield the parts of a FIT file, in order; what is odd about them goes to `problems`.

    Raises Refused with E_FIT for a header nobody can read, E_FIT_LIMIT for too many parts.
    """
    offset = 0
    for number in range(LIMITS.fit_parts + 1):
        if offset >= len(content):
            return
        if not is_fit(content[offset : offset + SMALLEST_HEADER]):
            if number == 0:
                raise Refused(Code.E_FIT, "The FIT structure is broken at byte 0.")
            left = len(content) - offset
            problems.append(
                Problem("trailing", f"byte {offset}", f"{left} bytes after the end were not read")
            )
            return
        if number == LIMITS.fit_parts:
            fault = f"The number of chained FIT parts exceeds {LIMITS.fit_parts} at byte {offset}."
            raise Refused(Code.E_FIT_LIMIT, fault)
        part, offset = _part(content, offset, problems)
        yield part


def _part(content: bytes, offset: int, problems: list[Problem]) -> tuple[Part, int]:
    """Cut one part out of the file; returns it and where the next one starts."""
    header_bytes = content[offset]
    if header_bytes < SMALLEST_HEADER or offset + header_bytes > len(content):
        raise Refused(Code.E_FIT, f"The FIT structure is broken at byte {offset}.")
    if header_bytes not in USUAL_HEADERS:
        text = f"the header is {header_bytes} bytes long"
        problems.append(Problem("header", f"byte {offset}", text))
    (declared,) = struct.unpack_from("<I", content, offset + 4)
    start = offset + header_bytes
    end = start + declared
    if declared == 0 and start + CRC_BYTES < len(content):
        # The size is written last: a watch whose battery died leaves a zero here.
        return Part(offset, start, content[start:], "truncated"), len(content)
    if end + CRC_BYTES > len(content):
        return Part(offset, start, content[start:end], "truncated"), len(content)
    (stored,) = struct.unpack_from("<H", content, end)
    computed = fastcrc.crc16.arc(content[offset:end])
    integrity = "whole" if stored == computed else "checksum"
    return Part(offset, start, content[start:end], integrity), end + CRC_BYTES
