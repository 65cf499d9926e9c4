"""Every durable effect on the disk, in one place, so that tests can count, fail and kill them."""

import contextlib
import datetime as dt
import errno
import os
import re
import secrets
import sqlite3
import stat
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

NANOSECONDS = 1_000_000_000
NO_LINKS = (errno.EPERM, errno.ENOTSUP, errno.EMLINK, errno.ENOSYS)
Statement = tuple[str, tuple[str, ...]]  # of SQL, and what its marks stand for
BUSY_S = 5.0
FEW = 64  # files: fewer are synced one by one
TEMPORARY = re.compile(r"\.(.+)\.[0-9a-f]{16}\.tmp")  # as `beside` names them


class Disk:
    """Every durable effect, one method each."""

    def write_new(self, path: Path, chunks: Iterable[bytes]) -> None:
        """Create a file that was not there and make its bytes durable."""
        self.write_copy(path, chunks)
        self.sync(path)

    def write_copy(self, path: Path, chunks: Iterable[bytes]) -> None:
        """Create a file that was not there; its bytes are not durable yet.

        When that fails nothing is left of it: what is there fills a disk that is full already.
        """
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
        descriptor = os.open(path, flags, 0o600)
        try:
            for chunk in chunks:
                view = memoryview(chunk)
                while view:
                    view = view[os.write(descriptor, view) :]
        except OSError as fault:
            with contextlib.suppress(OSError):
                path.unlink()
            raise _at(path, fault) from fault
        finally:
            os.close(descriptor)

    def new_folder(self, path: Path) -> None:
        """Make a folder that is the owner's alone, and those above it; not durable yet."""
        missing = [each for each in (path, *path.parents) if not each.exists()]
        for folder in reversed(missing):
            folder.mkdir(mode=0o700, exist_ok=True)

    def append(self, path: Path, lines: bytes) -> None:
        """Add lines to a file and make them durable."""
        flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC
        descriptor = os.open(path, flags, 0o600)
        try:
            view = memoryview(lines)
            while view:
                view = view[os.write(descriptor, view) :]
            os.fsync(descriptor)
        except OSError as fault:
            raise _at(path, fault) from fault
        finally:
            os.close(descriptor)

    def link(self, source: Path, target: Path) -> None:
        """Give a durable file its final name; the same name means the same bytes."""
        with contextlib.suppress(FileExistsError):
            self.link_new(source, target)

    def link_new(self, source: Path, target: Path) -> None:
        """Give a file a second name; raises FileExistsError, never replaces anything.

        Where there are no hard links (exFAT) it is renamed.
        """
        try:
            os.link(source, target)
        except OSError as fault:
            if fault.errno not in NO_LINKS:
                raise
            if os.path.lexists(target):
                raise FileExistsError(errno.EEXIST, "File exists", str(target)) from fault
            self.rename(source, target)

    def rename(self, source: Path, target: Path) -> None:
        """Replace a file in one step."""
        source.replace(target)

    def unlink(self, path: Path) -> None:
        """Remove a file, if it is still there."""
        path.unlink(missing_ok=True)

    def seal(self, path: Path, first_seen: dt.datetime) -> None:
        """Make a copy read-only, and keep the time it was first seen as its own."""
        path.chmod(0o400)
        at = int(first_seen.timestamp()) * NANOSECONDS
        os.utime(path, ns=(at, at))

    def permit(self, path: Path, mode: int) -> None:
        """Give a file its permissions."""
        path.chmod(mode)

    def remove_folder(self, path: Path) -> None:
        """Remove an empty folder, if it is still there."""
        with contextlib.suppress(FileNotFoundError):
            path.rmdir()

    def execute(self, database: Path, statements: Sequence[Statement]) -> None:
        """Change an SQLite database in one transaction, and leave nothing in it of what it deletes.

        Raises TimeoutError when others use it, and sqlite3.Error when it is none.
        """
        with contextlib.closing(sqlite3.connect(database, BUSY_S, isolation_level=None)) as writing:
            try:
                writing.execute("pragma secure_delete = on")
                writing.execute("begin immediate")
                for statement in statements:
                    writing.execute(*statement)
                writing.execute("commit")
                writing.execute("vacuum")
                ((is_busy, *_),) = writing.execute("pragma wal_checkpoint(truncate)").fetchall()
            except sqlite3.OperationalError as fault:
                raise TimeoutError(errno.EBUSY, str(fault), str(database)) from fault
        if is_busy:
            raise TimeoutError(errno.EBUSY, "its log is being read", str(database))

    def sync(self, path: Path) -> None:
        """Make the bytes, the mode and the time of a file durable."""
        self._sync(path, os.O_RDONLY)

    def sync_all(self, paths: Sequence[Path]) -> None:
        """Make the bytes of many files durable.

        The system is first asked to write all of them at once, instead of one after
        the other. That call does not tell of a disk's fault, nor everywhere wait for the disk: a
        sync of each file does, and finds nothing left to write. A few files are spared it, as it
        also writes what other programs left.
        """
        if len(paths) > FEW:
            os.sync()
        for path in paths:
            self.sync(path)

    def sync_folder(self, path: Path) -> None:
        """Make the names in a folder durable."""
        self._sync(path, os.O_RDONLY | os.O_DIRECTORY)

    def _sync(self, path: Path, flags: int) -> None:
        descriptor = os.open(path, flags | os.O_CLOEXEC)
        try:
            os.fsync(descriptor)
        except OSError as fault:
            raise _at(path, fault) from fault
        finally:
            os.close(descriptor)


class Identity(NamedTuple):
    """What changes when a file is written to, or another takes its place."""

    device: int
    inode: int
    size_bytes: int
    modified_ns: int
    changed_ns: int

    @property
    def steady(self) -> tuple[int, ...]:
        """What stays the same when the file is renamed."""
        return self[:-1]


def identity_of(it: os.stat_result) -> Identity:
    """Tell one content of a file from any other it may have."""
    return Identity(it.st_dev, it.st_ino, it.st_size, it.st_mtime_ns, it.st_ctime_ns)


def make_folder(disk: Disk, path: Path) -> None:
    """Make a folder and those above it, each durable in the one above; nothing if it is there."""
    if path.is_dir():
        return
    make_folder(disk, path.parent)
    disk.new_folder(path)
    disk.sync_folder(path.parent)


def replace_if_different(
    disk: Disk, path: Path, content: bytes, *, is_durable: bool = True
) -> bool:
    """Write a file whole, only where its bytes differ; returns whether it did."""
    with contextlib.suppress(OSError):  # what cannot be read is written anew
        if path.read_bytes() == content:
            return False
    disk.new_folder(path.parent)
    temporary = beside(path)
    write = disk.write_new if is_durable else disk.write_copy
    write(temporary, iter([content]))
    disk.rename(temporary, path)
    return True


def temporaries(folder: Path) -> list[Path]:
    """List what a killed run left in a folder of files that `replace_if_different` writes."""
    return sorted(path for path in folder.glob(".*.tmp") if TEMPORARY.fullmatch(path.name))


def sweep_temporary(disk: Disk, folder: Path) -> None:
    """Remove what killed runs left of the files that `replace_if_different` writes, below too."""
    with os.scandir(folder) as found:
        entries = list(found)
    for entry in entries:
        if entry.is_dir(follow_symlinks=False):
            sweep_temporary(disk, Path(entry.path))
        elif TEMPORARY.fullmatch(entry.name):
            disk.unlink(Path(entry.path))


def rewrite(disk: Disk, path: Path, content: bytes) -> None:
    """Replace a file of the person's own in one step, durably: the one a link leads to.

    It keeps its permissions.
    """
    target = path.resolve(strict=True)
    temporary = beside(target)
    disk.write_new(temporary, iter([content]))
    disk.permit(temporary, stat.S_IMODE(target.stat().st_mode))
    disk.rename(temporary, target)
    disk.sync_folder(target.parent)


def beside(path: Path) -> Path:
    """Name a file that is not there yet, in the same folder."""
    return path.parent / f".{path.name}.{secrets.token_hex(8)}.tmp"


def _at(path: Path, fault: OSError) -> OSError:
    """Say where a fault of the disk was: the system does not, of what is open already."""
    return OSError(fault.errno, fault.strerror, str(path))
