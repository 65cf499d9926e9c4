"""Taking what lies ready in the inbox: copied among the originals, durable, before it is read."""

import datetime as dt
import errno
import logging
import os
import shutil
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from pipeline import inbox
from pipeline.disk import identity_of
from pipeline.errors import Code
from pipeline.home import Home, key
from pipeline.library import Copy, Library
from pipeline.settings import Person, Settings

log = logging.getLogger(__name__)
BATCH_FILES, BATCH_BYTES = 256, 64_000_000
FREE_FACTOR, FREE_BYTES = 3, 256_000_000
OURS = (errno.ENOSPC, errno.EDQUOT, errno.EIO, errno.EROFS, errno.EMFILE, errno.ENFILE)


@dataclass
class Taken:
    """What was found in the inbox. `held` are all originals, `names` those they came under.

    `left` is what was not taken.
    """

    held: set[str]
    names: dict[str, list[bytes]]
    new: int = 0
    duplicates: int = 0
    waiting: int = 0
    ignored: int = 0
    left: list[inbox.Entry] = field(default_factory=list)


def take(home: Home, checked: Settings, person: Person, now: dt.datetime, clock_s: float) -> Taken:
    """Copy what is ready among the originals, durable, and remember what was seen."""
    library = home.library(person)
    known = library.seen()
    taken = Taken(set(library.held()), library.names())
    seen: dict[str, list[Any]] = {}
    fresh = []
    for entry in home.entries(checked, person):
        name = key(entry)
        remembered = known.get(name)
        is_known = remembered is not None and remembered[:-1] == list(entry.identity)
        if remembered and is_known and remembered[-1] in taken.held:
            seen[name] = remembered
        else:
            fresh.append(entry)
    ready = []
    for entry in inbox.settled(fresh, clock_s, checked.settle_seconds):
        if entry.code is None:
            ready.append(entry)
            continue
        taken.left.append(entry)
        if entry.code.startswith("I_"):
            taken.ignored += 1
        else:
            taken.waiting += 1
    for batch in _batches(ready):
        seen |= _keep(library, batch, now, taken)
    if seen != known:
        library.remember(seen)
    return taken


def hindrance(library: Library, entry: inbox.Entry) -> Code | None:
    """Say what keeps a file from being taken, however settled it is; None when nothing does."""
    if entry.code is not None:
        return entry.code
    if not _has_room(library, entry):
        return Code.W_DISK
    try:
        os.close(os.open(entry.path, inbox.OPEN_FLAGS))
    except OSError:
        return Code.W_IO
    return None


def _has_room(library: Library, entry: inbox.Entry) -> bool:
    """Tell whether the disk has room for a file, and for all that is made of it."""
    there = next(each for each in (library.folder, *library.folder.parents) if each.exists())
    free_bytes = shutil.disk_usage(there).free
    return free_bytes >= FREE_FACTOR * entry.identity.size_bytes + FREE_BYTES


def _batches(ready: Iterable[inbox.Entry]) -> Iterator[list[inbox.Entry]]:
    batch: list[inbox.Entry] = []
    batch_bytes = 0
    for entry in ready:
        if batch and (len(batch) == BATCH_FILES or batch_bytes > BATCH_BYTES):
            yield batch
            batch, batch_bytes = [], 0
        batch.append(entry)
        batch_bytes += entry.identity.size_bytes
    if batch:
        yield batch


def _keep(
    library: Library, batch: Sequence[inbox.Entry], now: dt.datetime, taken: Taken
) -> dict[str, list[Any]]:
    """Hold a batch of files, each step for all of them; returns what to remember of them."""
    copies: list[Copy] = []
    seen: dict[str, list[Any]] = {}
    for entry in batch:
        copy = _copied(library, entry)
        if copy is None:
            taken.waiting += 1
            taken.left.append(entry)
            continue
        copies.append(copy)
        seen[key(entry)] = [*entry.identity, copy.sha256]
        taken.new += copy.sha256 not in taken.held
        taken.duplicates += copy.sha256 in taken.held
        taken.held.add(copy.sha256)
    if copies:
        library.keep(copies, taken.names, now)
    for copy in copies:
        names = taken.names.setdefault(copy.sha256, [])
        if copy.name not in names:
            names.append(copy.name)
            names.sort()
    return seen


def _copied(library: Library, entry: inbox.Entry) -> Copy | None:
    """Copy one file; None when it has to wait. Faults of our own disk are not the file's."""
    if not _has_room(library, entry):
        log.warning("%s: waits, the disk is nearly full", Code.W_DISK)
        return None
    try:
        descriptor = os.open(entry.path, inbox.OPEN_FLAGS)
    except OSError:
        return None
    try:
        # Changed since the inbox was looked at: it has not settled, whatever it is now.
        if identity_of(os.fstat(descriptor)) != entry.identity:
            return None
        return library.copied(descriptor, entry.name)
    except OSError as fault:
        if fault.errno in OURS:
            raise
        log.warning(
            "%s: a file could not be copied (%s)", Code.W_IO, errno.errorcode.get(fault.errno or 0)
        )
        return None
    finally:
        os.close(descriptor)
