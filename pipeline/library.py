"""What one person's folder holds: the originals, their names, and the table of readings.

Originals are the truth; the table is rebuilt from them. Every effect on the disk goes through
`Disk`. Source of the protocol: docs/architecture.md, "Nothing lost, nothing twice".
"""

import bisect
import contextlib
import datetime as dt
import fcntl
import hashlib
import io
import json
import os
import secrets
import urllib.parse
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import polars as pl

from pipeline.disk import NANOSECONDS, Disk, identity_of, make_folder, temporaries
from pipeline.errors import Busy, DamagedTable
from pipeline.tables import READING, Readings, readings

CHUNK_BYTES = 1 << 20
READING_NOTE = "reading.txt"


@dataclass(frozen=True)
class Copy:
    """A copy in `incoming/` of one dropped file, not durable yet."""

    path: Path
    sha256: str
    name: bytes
    size_bytes: int


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
            make_folder(self.disk, folder)

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
            take_lock(descriptor, f"another run is at work for {self.folder.name}")
            yield
        finally:
            os.close(descriptor)

    def sweep(self) -> None:
        """Remove what a killed run left half done, but for the note of what it was reading."""
        for path in (*sorted(self.incoming.iterdir()), *temporaries(self.folder)):
            if path.name != READING_NOTE:
                self.disk.unlink(path)

    def reading(self) -> tuple[int, dict[str, int]]:
        """Return what a run noted that died: the rows saved then, and SHA-256 → deaths so far."""
        try:
            rows, *lines = (self.incoming / READING_NOTE).read_text(encoding="ascii").splitlines()
            return int(rows), {sha256: int(count) for sha256, count in map(str.split, lines)}
        except (FileNotFoundError, ValueError):
            return 0, {}

    def note_reading(self, rows: int, deaths: Mapping[str, int]) -> None:
        """Replace what `reading` returns; not durable, for it is about runs and not about power."""
        note = self.incoming / READING_NOTE
        if not deaths:
            if note.exists():
                self.disk.unlink(note)
            return
        lines = [f"{rows}\n", *(f"{sha256} {count}\n" for sha256, count in deaths.items())]
        temporary = self.incoming / secrets.token_hex(16)
        self.disk.write_copy(temporary, ["".join(lines).encode("ascii")])
        self.disk.rename(temporary, note)

    def hold(self, descriptor: int, name: bytes, now: dt.datetime) -> str | None:
        """Copy one open file among the originals and log its name; returns its SHA-256.

        None when the file changed while it was being copied: it is still being written.
        """
        copy = self.copied(descriptor, name)
        if copy is not None:
            self.keep([copy], self.names(), now)
        return copy.sha256 if copy is not None else None

    def copied(self, descriptor: int, name: bytes) -> "Copy | None":
        """Copy an open file to `incoming/`, hashing it; None when it changed meanwhile.

        Nothing is durable before `keep`.
        """
        before = os.fstat(descriptor)
        digest = hashlib.sha256()
        path = self.incoming / secrets.token_hex(16)
        self.disk.write_copy(path, hashing(descriptor, digest))
        if identity_of(os.fstat(descriptor)) != identity_of(before):
            self.disk.unlink(path)
            return None
        return Copy(path, digest.hexdigest(), name, before.st_size)

    def keep(
        self, copies: Sequence["Copy"], names: Mapping[str, Sequence[bytes]], now: dt.datetime
    ) -> None:
        """Put copies among the originals and log their names, each step for all of them.

        A copy is durable before it gets its final name, and that name before it is logged.
        `names` are those logged so far. An original that is not what it was is replaced.
        """
        damaged = {each.sha256 for each in copies if self._is_damaged(each.sha256)}
        new = [
            each
            for each in copies
            if each.sha256 in damaged or not self.original(each.sha256).exists()
        ]
        for copy in new:
            is_old = copy.sha256 in damaged
            self.disk.seal(copy.path, self.first_seen(copy.sha256) if is_old else now)
        for copy in new:  # after all were written, or each would wait for the disk alone
            self.disk.sync(copy.path)
        for copy in new:
            self.disk.new_folder(self.original(copy.sha256).parent)
            put = self.disk.rename if copy.sha256 in damaged else self.disk.link
            put(copy.path, self.original(copy.sha256))
        # Also when it was there: the run that linked it may have been killed before this.
        for folder in sorted({self.original(copy.sha256).parent for copy in copies}):
            self.disk.sync_folder(folder)
        self.disk.sync_folder(self.originals)
        unlogged = dict.fromkeys(
            (copy.sha256, copy.name)
            for copy in copies
            if copy.name not in names.get(copy.sha256, ())
        )
        self._log_names(list(unlogged))
        for copy in copies:
            self.disk.unlink(copy.path)

    def _is_damaged(self, sha256: str) -> bool:
        """Tell whether an original is there and is not what its name says."""
        try:
            return sha256_of(self.original(sha256)) != sha256
        except FileNotFoundError:
            return False

    def log_name(self, sha256: str, name: bytes) -> None:
        """Note a name an original was dropped under; a name noted twice counts once."""
        self._log_names([(sha256, name)])

    def _log_names(self, named: Sequence[tuple[str, bytes]]) -> None:
        if not named:
            return
        lines = [
            f"{sha256} {self.first_seen(sha256):%Y-%m-%dT%H:%M:%SZ}"
            f" {urllib.parse.quote_from_bytes(name, safe='')}\n"
            for sha256, name in named
        ]
        # A line torn by a crash must not swallow these.
        mend = "" if _ends_line(self.names_log) else "\n"
        is_new = not self.names_log.exists()
        self.disk.append(self.names_log, f"{mend}{''.join(lines)}".encode("ascii"))
        if is_new:
            self.disk.sync_folder(self.originals)

    def names(self) -> dict[str, list[bytes]]:
        """Every name each original was dropped under, sorted; a torn last line is left out."""
        try:
            log = self.names_log.open("rb")
        except FileNotFoundError:
            return {}
        names: dict[str, list[bytes]] = {}
        with log:
            for line in log:
                fields = line.decode("ascii", "replace").split()
                if line.endswith(b"\n") and len(fields) == 3:  # noqa: PLR2004 - as log_name writes
                    name = urllib.parse.unquote_to_bytes(fields[2])
                    own = names.setdefault(fields[0], [])
                    if name not in own:
                        bisect.insort(own, name)
        return names

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
        """Replace what `seen` returns."""
        self._replace(self.folder / "seen.json", json.dumps(seen, sort_keys=True).encode())

    def held(self) -> list[str]:
        """Every original there is, by SHA-256, sorted."""
        found: list[str] = []
        try:
            with os.scandir(self.originals) as folders:
                names = [each.name for each in folders if each.is_dir(follow_symlinks=False)]
        except FileNotFoundError:
            return found
        for name in names:
            found += [each for each in os.listdir(self.originals / name) if len(each) == 64]  # noqa: PLR2004, PTH208 - a SHA-256 in hex; Path objects cost ten times as much
        return sorted(found)

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

    def known(self) -> Readings:
        """What was read so far; nothing before the first run, or from a damaged table."""
        try:
            return self.load()
        except DamagedTable:
            return readings(pl.DataFrame(schema=READING))

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
        self.disk.sync_folder(self.folder)  # or a table could outlive its digest

    def _replace(self, path: Path, content: bytes) -> None:
        temporary = self.incoming / secrets.token_hex(16)
        self.disk.write_new(temporary, iter([content]))
        self.disk.rename(temporary, path)


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


def take_lock(descriptor: int, message: str) -> None:
    """Lock an open file or folder for as long as it is open; raises Busy with the message."""
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as fault:
        raise Busy(message) from fault


def sha256_of(path: Path) -> str:
    """Return the SHA-256 of a file's bytes, in hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def hashing(descriptor: int, digest: "hashlib._Hash") -> Iterator[bytes]:
    """Yield the bytes of an open file, each put into the digest."""
    while chunk := os.read(descriptor, CHUNK_BYTES):
        digest.update(chunk)
        yield chunk
