"""What the disk does, tried in a folder of its own: locks, durable writes, permissions, names."""

import fcntl
import os
import shutil
import stat
import tempfile
import unicodedata
from collections.abc import Iterator
from pathlib import Path

from pipeline.disk import Disk
from pipeline.doctor.findings import Finding, ok, warning, wrong
from pipeline.home import Home

PREFIX = ".doctor-"
NAME = "ü"  # one character, or two


def examine(home: Home) -> Iterator[Finding]:
    """Yield what is found; nothing stays on the disk."""
    if not home.people.is_dir():
        yield wrong("people", "is not there", home.people, f"mkdir -m 0700 {home.people}")
        return
    for left in home.people.glob(f"{PREFIX}*"):  # by a doctor who was killed
        shutil.rmtree(left)
    with tempfile.TemporaryDirectory(prefix=PREFIX, dir=home.people) as made:
        folder = Path(made)
        yield locks(folder)
        yield durable(home.disk, folder)
        yield permissions(home.disk, folder)
        yield links(home.disk, folder)
        yield spellings(folder)


def locks(folder: Path) -> Finding:
    """See that a second run would be kept out."""
    path = folder / "lock"
    with path.open("w") as first, path.open("w") as second:
        fcntl.flock(first, fcntl.LOCK_EX | fcntl.LOCK_NB)
        try:
            fcntl.flock(second, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return ok("locks", "keep a second run out", folder.parent)
    remedy = "choose a disk of this machine: two runs at once would lose rows"
    return wrong("locks", "let a second run in", folder.parent, remedy)


def durable(disk: Disk, folder: Path) -> Finding:
    """See that what is written can be made to last."""
    path = folder / "durable"
    try:
        disk.write_new(path, [b"durable"])
        disk.sync_folder(folder)
    except OSError as fault:
        remedy = "check the disk, or choose another"
        return wrong("fsync", f"fails ({fault.strerror})", folder.parent, remedy)
    return ok("fsync", "works", folder.parent)


def permissions(disk: Disk, folder: Path) -> Finding:
    """See that a file can be closed to others, and to writing."""
    path = folder / "private"
    disk.write_copy(path, [b""])
    path.chmod(0o400)
    if stat.S_IMODE(path.stat().st_mode) == 0o400:  # noqa: PLR2004 - as originals are
        return ok("permissions", "can be set", folder.parent)
    remedy = "use a file system that keeps permissions (no FAT or exFAT)"
    return warning("permissions", "are not kept by the disk", folder.parent, remedy)


def links(disk: Disk, folder: Path) -> Finding:
    """See whether one file may have two names: an original gets its name so."""
    path = folder / "one"
    disk.write_copy(path, [b""])
    try:
        os.link(path, folder / "two")
    except OSError:
        return ok("links", "are not to be had: files are renamed instead", folder.parent)
    return ok("links", "can be made", folder.parent)


def spellings(folder: Path) -> Finding:
    """See whether two spellings of one character are one name: no harm, but good to know."""
    composed = folder / unicodedata.normalize("NFC", NAME)
    composed.touch()
    is_one = (folder / unicodedata.normalize("NFD", NAME)).exists()
    return ok("names", f"in two Unicode spellings are one: {'yes' if is_one else 'no'}")
