"""What lies in the inbox: which files are ready, which wait, which are none of ours.

Readiness is judged by the kernel's own change time and by a second look, never by the
modification time, which sync tools keep from the device. Nothing here is ever changed.
"""

import fcntl
import fnmatch
import functools
import os
import re
import stat
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from pipeline.disk import NANOSECONDS, Identity, identity_of
from pipeline.errors import Code

SETTLED_S = 120.0
WAIT_S, UNSURE_WAIT_S = 2.0, 10.0
TEMPORARY = (
    *("~$*", "*~", "*.tmp", "*.part", "*.partial", "*.crdownload", "*.download"),
    *("*.filepart", "*.tacitpart"),
)
SYNC_TOOLS = (".*", "~syncthing~*", "*.!sync", "Thumbs.db", "desktop.ini")
# Hidden folders are theirs too: .stfolder, .stversions, .Trash-1000, .dropbox.cache.
SYNC_FOLDERS = (".*", "@eaDir", "#recycle", "__MACOSX")
OPEN_FLAGS = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC


@dataclass(frozen=True, slots=True)
class Entry:
    """One file in the inbox. `code` is None when it can be taken, else why not."""

    folder: Path
    name: bytes  # below the folder, as the file system has it
    identity: Identity
    code: Code | None = None

    @property
    def path(self) -> Path:
        """Where it is; made when asked for, as a hundred thousand paths take 50 MB."""
        return self.folder / os.fsdecode(self.name)


def scan(folder: Path, *, skip: tuple[str, ...] = ()) -> Iterator[Entry]:
    """Yield every file below a folder, sorted by name, with the reason if it is not ours.

    Links are not followed. A folder of a sync tool is one entry, one that cannot be listed too.
    `skip` names folders directly below that belong to other people.
    """
    try:
        device = folder.stat().st_dev
    except FileNotFoundError:
        return
    for name, status in _walk(folder, b"", skip):
        yield Entry(folder, name, identity_of(status), _code(name, status, device))


def settled(entries: list[Entry], now_s: float, settle_seconds: float | None = None) -> list[Entry]:
    """Return the entries, marking W_SETTLING on those that may still be being written.

    A file is settled when its change time is two minutes old, or when it has not changed between
    two looks, one wait for all. `now_s` is the machine's clock, never a run's `now`. Without
    `settle_seconds` the wait is short where the kernel says who is writing, else longer.
    """
    young = [each for each in entries if each.code is None and _is_young(each, now_s)]
    if not young:
        return entries
    writing = {each: _is_open_for_writing(each.path) for each in young}
    if settle_seconds is None:
        settle_seconds = UNSURE_WAIT_S if None in writing.values() else WAIT_S
    if settle_seconds > 0:
        time.sleep(settle_seconds)
    return [_second_look(each, writing) for each in entries]


def is_temporary(name: str) -> bool:
    """Tell names that belong to a download or an editor at work."""
    return _matches(name, TEMPORARY)


def is_ours(name: str) -> bool:
    """Tell a name from those that sync tools and systems keep for themselves."""
    return not _matches(name, SYNC_TOOLS) and not _matches(name, SYNC_FOLDERS)


def _walk(
    folder: Path, within: bytes, skip: tuple[str, ...]
) -> Iterator[tuple[bytes, os.stat_result]]:
    with os.scandir(folder) as found:
        entries = sorted(found, key=lambda entry: os.fsencode(entry.name))
    for entry in entries:
        name = within + os.fsencode(entry.name)
        try:
            status = entry.stat(follow_symlinks=False)
        except FileNotFoundError:
            continue  # gone since the folder was listed
        if not stat.S_ISDIR(status.st_mode) or _matches(entry.name, SYNC_FOLDERS):
            yield name, status
        elif entry.name not in skip:
            try:
                yield from list(_walk(folder / entry.name, name + b"/", ()))
            except OSError:
                yield name, status  # said to be unreadable, and no end to the night


def _code(name: bytes, status: os.stat_result, device: int) -> Code | None:
    last = os.fsdecode(name.rpartition(b"/")[2])
    if stat.S_ISDIR(status.st_mode):
        return Code.I_SYNC if _matches(last, SYNC_FOLDERS) else Code.W_IO
    if not stat.S_ISREG(status.st_mode) or status.st_dev != device:
        return Code.I_NOT_REGULAR
    if is_temporary(last):
        return Code.I_TEMP
    return Code.I_SYNC if _matches(last, SYNC_TOOLS) else None


def _is_young(entry: Entry, now_s: float) -> bool:
    return not 0 <= now_s - entry.identity.changed_ns / NANOSECONDS >= SETTLED_S


def _is_open_for_writing(path: Path) -> bool | None:
    """Ask the kernel for a lease, which it refuses while anybody writes; None: it cannot tell."""
    lease = getattr(fcntl, "F_SETLEASE", None)
    if lease is None:
        return None
    try:
        descriptor = os.open(path, OPEN_FLAGS)
    except OSError:
        return None
    try:
        fcntl.fcntl(descriptor, lease, fcntl.F_RDLCK)
        fcntl.fcntl(descriptor, lease, fcntl.F_UNLCK)
    except BlockingIOError:
        return True
    except OSError:
        return None
    else:
        return False
    finally:
        os.close(descriptor)


def _second_look(entry: Entry, writing: Mapping[Entry, bool | None]) -> Entry:
    if entry not in writing:
        return entry
    if writing[entry] or _identity(entry.path) != entry.identity:
        return replace(entry, code=Code.W_SETTLING)
    return entry


def _identity(path: Path) -> Identity | None:
    try:
        return identity_of(path.lstat())
    except FileNotFoundError:
        return None


def _matches(name: str, patterns: tuple[str, ...]) -> bool:
    return _any_of(patterns).match(name) is not None


@functools.cache
def _any_of(patterns: tuple[str, ...]) -> re.Pattern[str]:
    """Make one pattern of several: a hundred thousand names are held against fifteen of them."""
    return re.compile("|".join(map(fnmatch.translate, patterns)))
