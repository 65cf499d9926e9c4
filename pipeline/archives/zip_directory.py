"""The directory of a zip file: every entry as it is declared, checked before one byte is unpacked.

It is read here and not by `zipfile`, which gives up the whole archive for one name that is no
UTF-8, reads a directory of any size, cuts names at a NUL, and lets entries share their bytes.
Names stay bytes and are labels only. Source: PKWARE, APPNOTE.TXT 6.3.10, sections 4.3 to 4.5.
"""

import io
import stat
import struct
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import BinaryIO

from pipeline.errors import Code, Refused
from pipeline.readers.limits import Limits

MAGIC = b"PK\x03\x04"
LOCAL = struct.Struct("<4s5H3I2H")
CENTRAL = struct.Struct("<4s6H3I5H2I")
END = struct.Struct("<4s4H2IH")
LOCATOR = struct.Struct("<4sIQI")
END_64 = struct.Struct("<4sQ2H2I4Q")
LONGEST_COMMENT_BYTES = 65_535
MOST_BYTES_PER_ENTRY = 2_048  # in the directory, on average; real ones need about 150
ALL_ONES = 0xFFFF_FFFF  # "the figure is in the zip64 field"
ZIP_64_FIELD = 1
STORED, DEFLATED = 0, 8
LOCKED = 0x1 | 0x40 | 0x2000  # encrypted, strongly encrypted, directory hidden


@dataclass(frozen=True)
class Entry:
    """One entry as the directory declares it; sizes in bytes, none of them to be trusted."""

    index: int
    name: bytes
    flags: int
    method: int
    crc: int
    packed_bytes: int
    size_bytes: int
    offset: int
    mode: int

    @property
    def is_folder(self) -> bool:
        """Tell a folder by its name, or by its Unix mode; one with bytes in it is none."""
        return not self.size_bytes and (self.name.endswith(b"/") or stat.S_ISDIR(self.mode))

    @property
    def is_regular(self) -> bool:
        """Tell a regular file; an archive made without Unix modes holds nothing else."""
        return stat.S_IFMT(self.mode) in (0, stat.S_IFREG, stat.S_IFDIR)

    @property
    def is_locked(self) -> bool:
        """Tell an entry that needs a password."""
        return bool(self.flags & LOCKED)


class Directory:
    """The entries of one zip file, in the order of its directory; built only when asked for.

    Raises Refused on opening: E_TRUNCATED when the directory is missing, cut or elsewhere,
    E_ZIP_LIMIT for too many entries.
    """

    def __init__(self, archive: BinaryIO, limits: Limits) -> None:
        """Find and walk the directory."""
        size_bytes = archive.seek(0, io.SEEK_END)
        self._start, length = _extent(archive, size_bytes)
        if length > limits.archive_members * MOST_BYTES_PER_ENTRY:
            fault = f"The archive's directory is longer than {limits.archive_members:,} members."
            raise Refused(Code.E_ZIP_LIMIT, fault)
        archive.seek(self._start)
        self._bytes = archive.read(length)
        self._places = list(self._walk(limits.archive_members, size_bytes))

    def __len__(self) -> int:
        """Count the entries."""
        return len(self._places)

    def __iter__(self) -> Iterator[Entry]:
        """Yield every entry."""
        return (self[index] for index in range(len(self)))

    def __getitem__(self, index: int) -> Entry:
        """Return one entry; raises IndexError."""
        place = self._places[index]
        found = CENTRAL.unpack_from(self._bytes, place)
        flags, method, crc, packed, size = found[3], found[4], *found[7:10]
        name_length, extra_length, attributes, offset = *found[10:12], *found[15:17]
        name_at = place + CENTRAL.size
        extra = self._bytes[name_at + name_length : name_at + name_length + extra_length]
        size, packed, offset = _in_full(extra, size, packed, offset)
        return Entry(
            index=index,
            name=self._bytes[name_at : name_at + name_length],
            flags=flags,
            method=method,
            crc=crc,
            packed_bytes=packed,
            size_bytes=size,
            offset=min(offset, self._start),  # where no member can be, it is not found
            mode=attributes >> 16,
        )

    def _walk(self, most: int, size_bytes: int) -> Iterator[int]:
        place = count = 0
        while place < len(self._bytes):
            if len(self._bytes) - place < CENTRAL.size or not self._bytes.startswith(
                b"PK\1\2", place
            ):
                raise _cut(size_bytes)
            count += 1
            if count > most:
                fault = f"The archive has more than {most:,} members."
                raise Refused(Code.E_ZIP_LIMIT, fault)
            yield place
            lengths = struct.unpack_from("<3H", self._bytes, place + 28)
            place += CENTRAL.size + sum(lengths)
        if place != len(self._bytes):
            raise _cut(size_bytes)


def require_apart(entries: Iterable[Entry]) -> None:
    """Raise Refused E_ZIP_LIMIT when two entries share bytes.

    A thousand entries over one stream of 20 kB would unpack to gigabytes. Of the local header
    only the fixed part is counted, since its name may differ from that in the directory.
    """
    end = 0
    for entry in sorted(entries, key=lambda each: each.offset):
        if entry.offset < end:
            raise Refused(Code.E_ZIP_LIMIT, "Members of the archive share the same bytes.")
        end = entry.offset + LOCAL.size + entry.packed_bytes


def _extent(archive: BinaryIO, size_bytes: int) -> tuple[int, int]:
    """Where the directory starts and how long it is; its own word must agree with its place."""
    tail_at = max(0, size_bytes - LONGEST_COMMENT_BYTES - END.size)
    archive.seek(tail_at)
    tail = archive.read(size_bytes - tail_at)
    found = tail.rfind(b"PK\5\6")
    while found >= 0 and len(tail) - found < END.size:
        found = tail.rfind(b"PK\5\6", 0, found)
    if found < 0:
        raise _cut(size_bytes)
    end_at = tail_at + found
    _, _, _, _, _, length, start, _ = END.unpack_from(tail, found)
    if end_at >= LOCATOR.size:
        archive.seek(end_at - LOCATOR.size)
        mark, _, end_64_at, _ = LOCATOR.unpack(archive.read(LOCATOR.size))
        if mark == b"PK\6\7":
            end_at = end_64_at
            archive.seek(min(end_at, size_bytes))
            record = archive.read(END_64.size)
            if len(record) != END_64.size or not record.startswith(b"PK\6\6"):
                raise _cut(size_bytes)
            length, start = END_64.unpack(record)[-2:]
    if start + length != end_at:
        fault = "The archive's directory is not where it should be: bytes are missing or added."
        raise Refused(Code.E_TRUNCATED, fault)
    return start, length


def _in_full(extra: bytes, size: int, packed: int, offset: int) -> tuple[int, int, int]:
    """Replace the figures that did not fit 32 bits by those of the zip64 field, in its order."""
    place = 0
    while place + 4 <= len(extra):
        kind, length = struct.unpack_from("<2H", extra, place)
        if kind == ZIP_64_FIELD:
            words = extra[place + 4 : place + 4 + length]
            wide = iter(struct.unpack_from(f"<{len(words) // 8}Q", words))
            size = next(wide, size) if size == ALL_ONES else size
            packed = next(wide, packed) if packed == ALL_ONES else packed
            offset = next(wide, offset) if offset == ALL_ONES else offset
            break
        place += 4 + length
    return size, packed, offset


def _cut(size_bytes: int) -> Refused:
    fault = f"The archive ends too early, after {size_bytes} bytes: its directory is missing."
    return Refused(Code.E_TRUNCATED, fault)
