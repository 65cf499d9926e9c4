"""Zip and gzip files of workouts: what they hold, and their members' bytes, within limits.

Both functions get an open file and never a name, write nothing, and run in a guarded child. An
address is the index of an entry in the archive's directory, never its name: names may be twice
there, or lie. Kinds are told by content. Limits: `readers.limits.Limits`.
"""

import io
from collections.abc import Callable, Iterator, Sequence
from typing import BinaryIO

from pipeline.archives import gz, zip_directory, zip_listing, zip_members
from pipeline.archives.told import with_told
from pipeline.errors import Code, Refused
from pipeline.members import Address, LeftOut, Listing, Member
from pipeline.readers.limits import LIMITS, Limits

__all__ = ["contents", "kind_of", "listing", "with_told"]
ONLY_MEMBER: Address = (0,)
HEAD_BYTES = 4


def kind_of(head: bytes) -> str | None:
    """Tell an archive by its first bytes: zip, gz or None."""
    if head.startswith(zip_directory.MAGIC):
        return "zip"
    return "gz" if head.startswith(gz.MAGIC) else None


def listing(archive: BinaryIO, size_bytes: int, limits: Limits = LIMITS) -> Listing:
    """Return what an archive holds, in the order of its directory.

    A gzip file is unpacked once without keeping it: only its end tells whether it is whole.
    Raises Refused for the archive as a whole: E_TOO_BIG, E_UNSUPPORTED for what is no archive of
    workouts, E_TRUNCATED without a directory, E_ZIP_LIMIT for one that asks for too much,
    E_ZIP_METHOD.
    """
    if size_bytes > limits.archive_bytes:
        fault = f"The archive is larger than {limits.archive_bytes // 1_000_000_000} GB."
        raise Refused(Code.E_TOO_BIG, fault)
    if _kind(archive) == "zip":
        return zip_listing.listing(archive, limits)
    name = gz.name_of(archive)
    unpacked_bytes = 0

    def count(piece: bytes) -> None:
        nonlocal unpacked_bytes
        unpacked_bytes += len(piece)

    try:
        problems = gz.unpack(archive, count, limits)
    except Refused as refused:
        left_out = LeftOut(name, refused.refusal.code, refused.refusal.fault)
        return Listing("gz", left_out=(left_out,))
    member = Member(ONLY_MEMBER, name, unpacked_bytes)
    return Listing("gz", members=(member,), problems=tuple(problems))


def contents(
    archive: BinaryIO, addresses: Sequence[Address], limits: Limits = LIMITS
) -> Iterator[tuple[Address, bytes | LeftOut]]:
    """Yield each member's bytes, or why they cannot be had, in the order asked for.

    Members that are gzip files are unpacked. One bad member never stops the next. Raises Refused
    only for the archive as a whole, and IndexError for an address that `listing` did not give.
    """
    if _kind(archive) == "gz":
        for address in addresses:
            yield address, _gunzipped(archive, lambda: gz.name_of(archive), limits)
        return
    zips = _Zips(archive, limits)
    left_bytes = limits.archive_out_bytes
    for address in addresses:
        content = zips.content(address, left_bytes)
        left_bytes -= 0 if isinstance(content, LeftOut) else len(content)
        yield address, content


class _Zips:
    """The archive and the one inner zip that is open at a time."""

    def __init__(self, archive: BinaryIO, limits: Limits) -> None:
        self._archive, self._limits = archive, limits
        self._directory = zip_directory.Directory(archive, limits)
        self._inner: tuple[int, BinaryIO, zip_directory.Directory] | None = None

    def content(self, address: Address, left_bytes: int) -> bytes | LeftOut:
        """Return a member's bytes within what is left of the archive's budget."""
        outer = self._directory[address[0]]
        name = outer.name
        try:
            archive, entry = self._archive, outer
            if len(address) > 1:
                archive, directory = self._opened(outer)
                entry = directory[address[1]]
                name += b"/" + entry.name
            zip_members.require_room(entry.size_bytes, left_bytes, self._limits)
            most = self._limits.file_bytes
            found = zip_members.whole(archive, entry, most, self._limits)
        except Refused as refused:
            return LeftOut(name, refused.refusal.code, refused.refusal.fault)
        if kind_of(found.read(HEAD_BYTES)) == "gz":
            return _gunzipped(found, lambda: name, self._limits)
        return found.getvalue()

    def _opened(self, outer: zip_directory.Entry) -> tuple[BinaryIO, zip_directory.Directory]:
        if self._inner is None or self._inner[0] != outer.index:
            self._inner = None  # its memory goes before the next one takes as much
            inner = zip_members.opened(self._archive, outer, self._limits)
            directory = zip_directory.Directory(inner, self._limits)
            self._inner = (outer.index, inner, directory)
        return self._inner[1:]


def _gunzipped(source: BinaryIO, name: Callable[[], bytes], limits: Limits) -> bytes | LeftOut:
    memory = io.BytesIO()
    try:
        gz.unpack(source, memory.write, limits)
    except Refused as refused:
        return LeftOut(name(), refused.refusal.code, refused.refusal.fault)
    except MemoryError:
        return LeftOut(name(), Code.E_MEMORY, "There is not enough memory to unpack it.")
    return memory.getvalue()


def _kind(archive: BinaryIO) -> str:
    archive.seek(0)
    kind = kind_of(archive.read(HEAD_BYTES))
    if kind is None:
        raise Refused(Code.E_NOT_RECOGNISED, "This is neither a zip nor a gzip file.")
    return kind
