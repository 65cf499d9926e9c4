"""Gzip: one file, packed in one part or several, unpacked in pieces, counted and checked.

Source: RFC 1952. Read here and not by `gzip`, which unpacks without bound, copies the rest of the
file at every part, and gives up a whole file for the bytes that follow it.
"""

import struct
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import BinaryIO

from pipeline.archives.zip_members import PIECE_BYTES, RAW_DEFLATE, require_ratio, require_size
from pipeline.errors import Code, Refused
from pipeline.readers import xml_gate
from pipeline.readers.limits import Limits
from pipeline.tables import Problem

MAGIC = b"\x1f\x8b"
ZIP_MAGIC = b"PK\x03\x04"
HEADER = struct.Struct("<2sBBIBB")
TRAILER = struct.Struct("<2I")
DEFLATE = 8
HAS_CHECKSUM, HAS_EXTRA, HAS_NAME, HAS_COMMENT, RESERVED = 2, 4, 8, 16, 0xE0
LONGEST_TEXT_BYTES = 65_536  # of a name or a comment
FIRST_READ_BYTES, MOST_READ_BYTES = 1_024, 65_536
HEAD_BYTES = 65_536
MOST_PARTS = 10_000  # a file packed in blocks of 64 kB, at its largest, has 4,000
SALVAGED_ROOTS = ("gpx", "TrainingCenterDatabase")


def unpack(source: BinaryIO, sink: Callable[[bytes], object], limits: Limits) -> list[Problem]:
    """Hand a gzip file's content to `sink` piece by piece; returns what was odd about its end.

    A file that was cut is handed over as far as it goes when it is a FIT, GPX or TCX, whose
    readers label it. Raises Refused: E_NESTED, E_TRUNCATED, E_CRC, E_TOO_BIG, E_ZIP_LIMIT,
    E_ZIP_METHOD; what was handed over before is then worth nothing.
    """
    unpacking = _Unpacking(_Bytes(source), sink, limits)
    try:
        unpacking.parts()
    except _Cut as cut:
        if not _is_salvaged(bytes(unpacking.head)):
            fault = f"The file ends too early, after {unpacking.source.place:,} bytes."
            raise Refused(Code.E_TRUNCATED, fault) from cut
        text = "The packed file ends too early; what can be unpacked is read."
        return [Problem("truncated", f"byte {unpacking.source.place:,}", text)]
    return unpacking.problems


def name_of(source: BinaryIO) -> bytes:
    """Return the name a gzip file was packed under, empty without one.

    Raises Refused: E_TRUNCATED, E_ZIP_METHOD, E_ZIP_LIMIT for a header that makes no sense.
    """
    try:
        return _header(_Bytes(source))
    except _Cut as cut:
        raise Refused(Code.E_TRUNCATED, "The file ends inside its own header.") from cut


class _Cut(Exception):
    """The file ends before it should."""


class _Bytes:
    """A file read from its start in small steps; `place` is how many bytes were taken."""

    def __init__(self, source: BinaryIO) -> None:
        self._source = source
        self._ahead = b""
        self.place = 0
        source.seek(0)

    def some(self, most: int) -> bytes:
        """Return up to so many bytes, none at the end."""
        found, self._ahead = self._ahead[:most], self._ahead[most:]
        found = found or self._source.read(most)
        self.place += len(found)
        return found

    def up_to(self, count: int) -> bytes:
        """Return so many bytes, fewer only at the end."""
        found = b""
        while len(found) < count and (more := self.some(count - len(found))):
            found += more
        return found

    def exactly(self, count: int) -> bytes:
        """Return so many bytes. Raises _Cut."""
        found = self.up_to(count)
        if len(found) < count:
            raise _Cut
        return found

    def give_back(self, unused: bytes) -> None:
        """Take these as not read."""
        self._ahead = unused + self._ahead
        self.place -= len(unused)


@dataclass
class _Unpacking:
    source: _Bytes
    sink: Callable[[bytes], object]
    limits: Limits
    head: bytearray = field(default_factory=bytearray)
    problems: list[Problem] = field(default_factory=list)
    out_bytes: int = 0

    def parts(self) -> None:
        """Unpack part after part; zeros after the last one are padding, other bytes are noted."""
        _header(self.source)
        for _ in range(MOST_PARTS):
            self.part()
            begins = self.source.up_to(len(MAGIC))
            self.source.give_back(begins)
            if begins != MAGIC:
                self.rest()
                return
            _header(self.source)
        raise Refused(Code.E_ZIP_LIMIT, f"It is packed in more than {MOST_PARTS:,} parts.")

    def part(self) -> None:
        inflater = zlib.decompressobj(RAW_DEFLATE)
        crc = size = 0
        step, left = FIRST_READ_BYTES, b""
        while not inflater.eof:
            # Small steps first: what a part leaves over is copied, and parts may be tiny.
            left = left or self.source.some(step)
            step = min(step * 2, MOST_READ_BYTES)
            try:
                piece = inflater.decompress(left, PIECE_BYTES)
            except zlib.error as fault:
                raise Refused(Code.E_CRC, "The packed bytes are damaged.") from fault
            if not left and not piece and not inflater.eof:
                raise _Cut
            left = inflater.unconsumed_tail
            crc, size = zlib.crc32(piece, crc), size + len(piece)
            self.take(piece)
        self.source.give_back(inflater.unused_data)
        if TRAILER.unpack(self.source.exactly(TRAILER.size)) != (crc, size & 0xFFFF_FFFF):
            raise Refused(Code.E_CRC, "The checksum does not match: the file is damaged.")

    def take(self, piece: bytes) -> None:
        self.out_bytes += len(piece)
        require_size(self.out_bytes, self.limits.file_bytes)
        require_ratio(self.out_bytes, self.source.place, self.limits)
        if len(self.head) < HEAD_BYTES:
            self.head += piece[: HEAD_BYTES - len(self.head)]
            if self.head.startswith((MAGIC, ZIP_MAGIC)):
                raise Refused(Code.E_NESTED, "It is an archive packed once more.")
        self.sink(piece)

    def rest(self) -> None:
        place = self.source.place
        count, is_padding = 0, True
        while more := self.source.some(MOST_READ_BYTES):
            count += len(more)
            is_padding = is_padding and not more.strip(b"\0")
        if not is_padding:
            text = f"{count:,} bytes follow the packed file and were left out."
            self.problems.append(Problem("trailing", f"byte {place:,}", text))


def _header(source: _Bytes) -> bytes:
    """Read the header of one part; returns the name in it."""
    magic, method, flags, *_ = HEADER.unpack(source.exactly(HEADER.size))
    if magic != MAGIC or method != DEFLATE or flags & RESERVED:
        raise Refused(Code.E_ZIP_METHOD, "It begins like a gzip file, but is none.")
    if flags & HAS_EXTRA:
        source.exactly(int.from_bytes(source.exactly(2), "little"))
    name = _text(source) if flags & HAS_NAME else b""
    if flags & HAS_COMMENT:
        _text(source)
    if flags & HAS_CHECKSUM:
        source.exactly(2)
    return name


def _text(source: _Bytes) -> bytes:
    """Read up to the NUL that ends a name or a comment."""
    found = bytearray()
    while len(found) <= LONGEST_TEXT_BYTES:
        more = source.some(256)
        if not more:
            raise _Cut
        text, nul, rest = more.partition(b"\0")
        found += text
        if nul:
            source.give_back(rest)
            return bytes(found)
    raise Refused(Code.E_ZIP_LIMIT, f"Its name is longer than {LONGEST_TEXT_BYTES:,} bytes.")


def _is_salvaged(head: bytes) -> bool:
    """Tell what a reader can use the beginning of: a FIT, GPX or TCX file."""
    if head[8:12] == b".FIT":
        return True
    return xml_gate.is_xml(head) and xml_gate.root_name(head) in SALVAGED_ROOTS
