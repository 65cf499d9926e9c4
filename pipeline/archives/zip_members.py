"""The bytes of one member of a zip file, unpacked in pieces, counted and checked.

Nothing is written, and no name is a path. Source: PKWARE, APPNOTE.TXT 6.3.10; RFC 1951.
"""

import io
import zlib
from collections.abc import Iterator
from typing import BinaryIO

from pipeline.archives.zip_directory import DEFLATED, LOCAL, MAGIC, STORED, Entry
from pipeline.errors import Code, Refused
from pipeline.readers.limits import Limits

PACKED_PIECE_BYTES = 65_536
PIECE_BYTES = 1_000_000
RAW_DEFLATE = -zlib.MAX_WBITS
METHODS = {
    1: "Shrink",
    6: "Implode",
    9: "Deflate64",
    12: "bzip2",
    14: "LZMA",
    93: "Zstandard",
    95: "XZ",
    98: "PPMd",
    99: "AES encryption",
}


def require_readable(entry: Entry, limits: Limits) -> None:
    """Raise Refused for what the directory alone tells cannot be had.

    I_NOT_REGULAR, E_ENCRYPTED, E_ZIP_METHOD, E_ZIP_LIMIT by its ratio.
    """
    if not entry.is_regular:
        raise Refused(Code.I_NOT_REGULAR, "It is a link or a device, no regular file.")
    if entry.is_locked or entry.method == 99:  # noqa: PLR2004 - WinZip's mark of encryption
        raise Refused(Code.E_ENCRYPTED, "It is locked with a password.")
    if entry.method not in (STORED, DEFLATED):
        method = METHODS.get(entry.method, f"method {entry.method}")
        fault = f"It is packed with {method}; only stored and deflate are read."
        raise Refused(Code.E_ZIP_METHOD, fault)
    require_ratio(entry.size_bytes, entry.packed_bytes, limits)


def require_ratio(out_bytes: int, packed_bytes: int, limits: Limits) -> None:
    """Raise Refused E_ZIP_LIMIT when so little unpacks to so much that it is a bomb."""
    if (
        out_bytes > limits.archive_ratio_from_bytes
        and out_bytes > packed_bytes * limits.archive_ratio
    ):
        fault = f"It unpacks to more than {limits.archive_ratio} times its size."
        raise Refused(Code.E_ZIP_LIMIT, fault)


def require_size(out_bytes: int, most_bytes: int) -> None:
    """Raise Refused E_TOO_BIG."""
    if out_bytes > most_bytes:
        raise Refused(Code.E_TOO_BIG, f"Unpacked it is larger than {most_bytes // 1_000_000} MB.")


def require_room(more_bytes: int, left_bytes: int, limits: Limits) -> None:
    """Raise Refused E_ZIP_LIMIT when an archive would unpack to more than all of it may."""
    if more_bytes > left_bytes:
        gigabytes = limits.archive_out_bytes // 1_000_000_000
        fault = f"The archive unpacks to more than {gigabytes} GB."
        raise Refused(Code.E_ZIP_LIMIT, fault)


def pieces(archive: BinaryIO, entry: Entry, most_bytes: int, limits: Limits) -> Iterator[bytes]:
    """Yield a member's bytes as they are unpacked; only at the end are they known to be right.

    Raises Refused: as `require_readable`, and E_TRUNCATED when bytes are missing, E_CRC when
    they are damaged, E_ZIP_LIMIT when there are more than the directory declares.
    """
    require_readable(entry, limits)
    require_size(entry.size_bytes, most_bytes)
    crc = out_bytes = packed_bytes = 0
    unpacked = _inflated if entry.method == DEFLATED else _stored
    for piece, packed_bytes in unpacked(archive, entry):
        out_bytes += len(piece)
        if out_bytes > entry.size_bytes:
            fault = f"It unpacks to more than the {entry.size_bytes:,} bytes it declares."
            raise Refused(Code.E_ZIP_LIMIT, fault)
        require_ratio(out_bytes, packed_bytes, limits)
        crc = zlib.crc32(piece, crc)
        yield piece
    if out_bytes != entry.size_bytes or crc != entry.crc:
        raise Refused(Code.E_CRC, "Its checksum does not match: it is damaged.")


def whole(archive: BinaryIO, entry: Entry, most_bytes: int, limits: Limits) -> io.BytesIO:
    """Return a member unpacked in memory, which is taken once, in the size declared.

    Raises Refused as `pieces`, and E_MEMORY when there is not as much.
    """
    require_readable(entry, limits)
    require_size(entry.size_bytes, most_bytes)
    memory = io.BytesIO()
    try:
        if entry.size_bytes:
            memory.seek(entry.size_bytes - 1)
            memory.write(b"\0")
            memory.seek(0)
    except MemoryError as fault:
        raise Refused(Code.E_MEMORY, "There is not enough memory to unpack it.") from fault
    for piece in pieces(archive, entry, most_bytes, limits):
        memory.write(piece)
    memory.seek(0)
    return memory


def head(archive: BinaryIO, entry: Entry, count: int) -> bytes:
    """Return the first bytes of a member, unchecked; fewer, or none, when it is damaged."""
    try:
        left = _to_packed(archive, entry)
        packed = archive.read(min(left, PACKED_PIECE_BYTES // 64 + count))
        if entry.method == STORED:
            return packed[:count]
        return zlib.decompressobj(RAW_DEFLATE).decompress(packed, count)
    except (zlib.error, Refused):
        return b""


def opened(archive: BinaryIO, entry: Entry, limits: Limits) -> BinaryIO:
    """Open a member as a file of its own: in place when it is stored, else in memory.

    Raises Refused as `pieces`; of what is opened in place no checksum is taken, since every
    member of it has its own.
    """
    if entry.method != STORED or entry.is_locked:
        return whole(archive, entry, limits.file_bytes, limits)
    left = _to_packed(archive, entry)
    return io.BufferedReader(_Window(archive, archive.tell(), left))


class _Window(io.RawIOBase):
    """A stretch of a file, as a file; it seeks before each reading, so others may too."""

    def __init__(self, archive: BinaryIO, start: int, size_bytes: int) -> None:
        super().__init__()
        self._archive, self._start, self._size_bytes = archive, start, size_bytes
        self._place = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._place, io.SEEK_END: self._size_bytes}[whence]
        self._place = max(0, base + offset)
        return self._place

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override] # one kind of buffer
        self._archive.seek(self._start + self._place)
        found = self._archive.read(max(0, min(len(buffer), self._size_bytes - self._place)))
        buffer[: len(found)] = found
        self._place += len(found)
        return len(found)


def _to_packed(archive: BinaryIO, entry: Entry) -> int:
    """Move to the packed bytes of a member; returns how many there should be."""
    archive.seek(entry.offset)
    header = archive.read(LOCAL.size)
    if len(header) != LOCAL.size or not header.startswith(MAGIC):
        raise Refused(Code.E_TRUNCATED, "It is not where the archive's directory says.")
    name_length, extra_length = LOCAL.unpack(header)[-2:]
    archive.seek(entry.offset + LOCAL.size + name_length + extra_length)
    return entry.packed_bytes


def _packed(archive: BinaryIO, entry: Entry) -> Iterator[bytes]:
    left = _to_packed(archive, entry)
    place = archive.tell()
    while left:
        archive.seek(place)  # whoever takes the pieces may read elsewhere in between
        piece = archive.read(min(left, PACKED_PIECE_BYTES))
        if not piece:
            raise Refused(Code.E_TRUNCATED, f"It ends too early: {left:,} bytes are missing.")
        left -= len(piece)
        place += len(piece)
        yield piece


def _stored(archive: BinaryIO, entry: Entry) -> Iterator[tuple[bytes, int]]:
    packed_bytes = 0
    for piece in _packed(archive, entry):
        packed_bytes += len(piece)
        yield piece, packed_bytes


def _inflated(archive: BinaryIO, entry: Entry) -> Iterator[tuple[bytes, int]]:
    """Each piece, and how many packed bytes it took so far."""
    inflater = zlib.decompressobj(RAW_DEFLATE)
    packed_bytes = 0
    try:
        for packed in _packed(archive, entry):
            packed_bytes += len(packed)
            left = packed
            while left and not inflater.eof:
                yield inflater.decompress(left, PIECE_BYTES), packed_bytes
                left = inflater.unconsumed_tail
        while not inflater.eof and (piece := inflater.decompress(b"", PIECE_BYTES)):
            yield piece, packed_bytes
    except zlib.error as fault:
        raise Refused(Code.E_CRC, "Its packed bytes are damaged.") from fault
    if not inflater.eof:
        raise Refused(Code.E_TRUNCATED, "It ends too early.")
