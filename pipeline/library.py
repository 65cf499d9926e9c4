"""What one person's folder holds: the originals, their names, and the table of readings.

Originals are the truth; the table is rebuilt from them. Every effect on the disk goes through
`Disk`. Source of the protocol: docs/architecture.md, "Nothing lost, nothing twice".
"""

import contextlib
import datetime as dt
import fcntl
import hashlib
import io
import json
import os
import secrets
import urllib.parse
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import polars as pl

from pipeline.errors import Busy, DamagedTable
from pipeline.tables import READING, Readings, readings

CHUNK_BYTES = 1 << 20
NANOSECONDS = 1_000_000_000


class Disk:
    """Every durable effect, one method each, so that tests can count, fail and kill them."""

    def write_new(self, path: Path, chunks: Iterator[bytes], mode: int = 0o600) -> None:
        """Create a file that was not there and make its bytes durable."""
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
        descriptor = os.open(path, flags, mode)
        try:
            for chunk in chunks:
                view = memoryview(chunk)
                while view:
                    view = view[os.write(descriptor, view) :]
            os.fsync(descriptor)
        finally:
            os.close(descriptor)

    def append(self, path: Path, line: bytes) -> None:
        """Add a line to a file and make it durable."""
        flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC
        descriptor = os.open(path, flags, 0o600)
        try:
            os.write(descriptor, line)
            os.fsync(descriptor)
        finally:
            os.close(descriptor)

    def link(self, source: Path, target: Path) -> None:
        """Give a durable file its final name; the same name means the same bytes."""
        with contextlib.suppress(FileExistsError):
            os.link(source, target)

    def rename(self, source: Path, target: Path) -> None:
        """Replace a file in one step."""
        source.replace(target)

    def unlink(self, path: Path) -> None:
        """Remove a file, if it is still there."""
        path.unlink(missing_ok=True)

    def seal(self, path: Path, first_seen: dt.datetime) -> None:
        """Make a copy read-only, keep the time it was first seen as its own, durably."""
        path.chmod(0o400)
        at = int(first_seen.timestamp()) * NANOSECONDS
        os.utime(path, ns=(at, at))
        self._sync(path, os.O_RDONLY)

    def sync_folder(self, path: Path) -> None:
        """Make the names in a folder durable."""
        self._sync(path, os.O_RDONLY | os.O_DIRECTORY)

    def _sync(self, path: Path, flags: int) -> None:
        descriptor = os.open(path, flags | os.O_CLOEXEC)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


@dataclass(frozen=True)
class Library:
    """One person's folder. `disk` does all writing."""

    folder: Path
    disk: Disk = field(default_factory=Disk)

    @property
    def originals(self) -> Path:
        """Where the bytes are: `ab/abcdef…`, by SHA-256."""
        return self.folder / "originals"

    @property
    def incoming(self) -> Path:
        """Where half-done copies are; swept at the start of every run."""
        return self.folder / "incoming"

    @property
    def table(self) -> Path:
        """Where the table of readings is."""
        return self.folder / "readings.parquet"

    @property
    def names_log(self) -> Path:
        """Where the names are logged that originals were dropped under."""
        return self.originals / "names.log"

    def prepare(self) -> None:
        """Make the folders, private to their owner."""
        for folder in (self.folder, self.originals, self.incoming):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)

    def original(self, sha256: str) -> Path:
        """Where an original lies, or would lie."""
        return self.originals / sha256[:2] / sha256

    @contextlib.contextmanager
    def locked(self) -> Iterator[None]:
        """Hold this person's lock; raises Busy when another run has it.

        The kernel's own lock: it dies with its holder, and never with a crashed run.
        """
        descriptor = os.open(self.folder / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as fault:
                message = f"another run is at work for {self.folder.name}"
                raise Busy(message) from fault
            yield
        finally:
            os.close(descriptor)

    def sweep(self) -> None:
        """Remove what a killed run left half done."""
        for path in sorted(self.incoming.iterdir()):
            self.disk.unlink(path)

    def hold(self, descriptor: int, name: bytes, now: dt.datetime) -> str | None:
        """Copy an open file among the originals and log its name; returns its SHA-256.

        None when the file changed while it was being copied: it is still being written.
        Nothing is durable under its final name before all of it is on the disk.
        """
        before = os.fstat(descriptor)
        digest = hashlib.sha256()
        copy = self.incoming / secrets.token_hex(16)
        self.disk.write_new(copy, _hashing(descriptor, digest))
        if _identity(os.fstat(descriptor)) != _identity(before):
            self.disk.unlink(copy)
            return None
        sha256 = digest.hexdigest()
        original = self.original(sha256)
        is_new = not original.exists()
        if is_new:
            self.disk.seal(copy, now)
            original.parent.mkdir(mode=0o700, exist_ok=True)
            self.disk.link(copy, original)
        # Also when it was there: the run that linked it may have been killed before this.
        self.disk.sync_folder(original.parent)
        self.disk.sync_folder(self.originals)
        # The log grows with every file: a new original cannot be in it, so it is not read again.
        if is_new or name not in self.names().get(sha256, ()):
            self.log_name(sha256, name)
        self.disk.unlink(copy)
        return sha256

    def log_name(self, sha256: str, name: bytes) -> None:
        """Note a name an original was dropped under; a name noted twice counts once."""
        first_seen = self.first_seen(sha256).strftime("%Y-%m-%dT%H:%M:%SZ")
        line = f"{sha256} {first_seen} {urllib.parse.quote_from_bytes(name, safe='')}\n"
        # A line torn by a crash must not swallow this one.
        mend = "" if _ends_line(self.names_log) else "\n"
        self.disk.append(self.names_log, f"{mend}{line}".encode("ascii"))

    def names(self) -> dict[str, list[bytes]]:
        """Every name each original was dropped under, sorted; a torn last line is left out."""
        try:
            log = self.names_log.read_bytes()
        except FileNotFoundError:
            return {}
        names: dict[str, set[bytes]] = {}
        for line in log.splitlines(keepends=True):
            fields = line.decode("ascii", "replace").split()
            if line.endswith(b"\n") and len(fields) == 3:  # noqa: PLR2004 - as log_name writes them
                names.setdefault(fields[0], set()).add(urllib.parse.unquote_to_bytes(fields[2]))
        return {sha256: sorted(each) for sha256, each in names.items()}

    def first_seen(self, sha256: str) -> dt.datetime:
        """When an original was first seen: its own modification time, so a rebuild keeps it."""
        seconds = self.original(sha256).stat().st_mtime_ns // NANOSECONDS
        return dt.datetime.fromtimestamp(seconds, dt.UTC)

    def seen(self) -> dict[str, list[Any]]:
        """Return what was last seen in the inbox: quoted name → identity of the file, SHA-256.

        A cache that spares reading known files again; losing it costs one slower run.
        """
        try:
            seen = json.loads((self.folder / "seen.json").read_bytes())
        except (FileNotFoundError, ValueError):
            return {}
        return seen if isinstance(seen, dict) else {}

    def remember(self, seen: Mapping[str, list[Any]]) -> None:
        """Replace what `seen` returns, if it differs."""
        if self.seen() != seen:
            self._replace(self.folder / "seen.json", json.dumps(seen, sort_keys=True).encode())

    def held(self) -> list[str]:
        """Every original there is, by SHA-256, sorted."""
        return sorted(
            path.name
            for folder in self.originals.iterdir()
            if folder.is_dir()
            for path in folder.iterdir()
            if len(path.name) == 64  # noqa: PLR2004 - a SHA-256 in hex
        )

    def load(self) -> Readings:
        """Read the table; empty when there is none yet.

        Raises DamagedTable when its bytes are not the ones that were written: a damaged Parquet
        file mostly reads as if it were sound.
        """
        try:
            content = self.table.read_bytes()
        except FileNotFoundError:
            return readings(pl.DataFrame(schema=READING))
        if hashlib.sha256(content).hexdigest() not in self._digests():
            message = f"{self.table} is not as it was written"
            raise DamagedTable(message)
        try:
            return readings(pl.read_parquet(io.BytesIO(content)))
        except (pl.exceptions.SchemaError, pl.exceptions.SchemaFieldNotFoundError) as fault:
            message = f"{self.table} was written by another version"
            raise DamagedTable(message) from fault

    def save(self, table: Readings) -> bool:
        """Replace the table in one step; returns False, having touched nothing, if it is equal."""
        buffer = io.BytesIO()
        table.write_parquet(buffer, compression="zstd", statistics=False)
        content = buffer.getvalue()
        new = hashlib.sha256(content).hexdigest()
        is_there = self.table.exists()
        old = hashlib.sha256(self.table.read_bytes()).hexdigest() if is_there else new
        if is_there and old == new and new in self._digests():
            return False
        self._write_digests(old, new)
        self._replace(self.table, content)
        self.disk.sync_folder(self.folder)
        return True

    def set_aside(self) -> Path:
        """Move a damaged table out of the way, under a name that is free."""
        number = 1
        while (aside := self.folder / f"readings.damaged-{number}").exists():
            number += 1
        self.disk.rename(self.table, aside)
        return aside

    def _digests(self) -> list[str]:
        try:
            return (self.folder / "readings.sum").read_text(encoding="ascii").split()
        except (FileNotFoundError, UnicodeDecodeError):
            return []

    def _write_digests(self, old: str, new: str) -> None:
        """List the table before and after the write in progress: either may be there later."""
        lines = "".join(f"{digest}\n" for digest in dict.fromkeys((old, new)))
        self._replace(self.folder / "readings.sum", lines.encode("ascii"))

    def _replace(self, path: Path, content: bytes) -> None:
        temporary = self.incoming / secrets.token_hex(16)
        self.disk.write_new(temporary, iter([content]))
        self.disk.rename(temporary, path)


def replace_if_different(disk: Disk, path: Path, content: bytes) -> bool:
    """Write a page whole and durable, only where its bytes differ; returns whether it did."""
    with contextlib.suppress(FileNotFoundError):
        if path.read_bytes() == content:
            return False
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    temporary = path.parent / f".{path.name}.{secrets.token_hex(8)}.tmp"
    disk.write_new(temporary, iter([content]))
    disk.rename(temporary, path)
    return True


def _ends_line(path: Path) -> bool:
    """Tell whether the next line appended to a file would begin one."""
    try:
        with path.open("rb") as log:
            if log.seek(0, os.SEEK_END) == 0:
                return True
            log.seek(-1, os.SEEK_END)
            return log.read() == b"\n"
    except FileNotFoundError:
        return True


def _hashing(descriptor: int, digest: "hashlib._Hash") -> Iterator[bytes]:
    while chunk := os.read(descriptor, CHUNK_BYTES):
        digest.update(chunk)
        yield chunk


def _identity(status: os.stat_result) -> tuple[int, ...]:
    return (status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns)
