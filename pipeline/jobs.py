"""The jobs: the only place where pure steps meet the disk, the clock and child processes."""

import datetime as dt
import errno
import logging
import os
import shutil
import stat
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pipeline import compliance, guard, inbox, ledger, readers, report
from pipeline.errors import Code, DamagedTable
from pipeline.home import Home, key
from pipeline.library import Disk, Library, replace_if_different
from pipeline.settings import Person, Settings
from pipeline.tables import Readings, readings_of
from pipeline.week import Week

log = logging.getLogger(__name__)
BATCH_FILES, SAVE_EVERY = 32, 256
REREAD_AT_MOST = 500  # originals read again in one run when the readers got better
FREE_FACTOR, FREE_BYTES = 3, 256_000_000
OURS = (errno.ENOSPC, errno.EDQUOT, errno.EIO, errno.EROFS, errno.EMFILE, errno.ENFILE)
Progress = Callable[[int, int], None]


@dataclass
class Tally:
    """What one run did for one person: counts only, fit for a log."""

    person: str
    taken: int = 0
    duplicates: int = 0
    waiting: int = 0
    ignored: int = 0
    read: int = 0
    pages: int = 0
    outcomes: Counter[str] = field(default_factory=Counter)
    week: str = ""
    status: str = ""


def run(
    home: Home, now: dt.datetime, clock_s: float, progress: Progress | None = None
) -> list[Tally]:
    """Import, judge and report every person; raises Busy when another run is at work."""
    checked = home.settings()
    return [run_person(home, checked, each, now, clock_s, progress) for each in checked.people]


def run_person(  # noqa: PLR0913, PLR0917 - two clocks on purpose: the judgement's and the machine's
    home: Home,
    checked: Settings,
    person: Person,
    now: dt.datetime,
    clock_s: float,
    progress: Progress | None = None,
) -> Tally:
    """Import what is new of one person, judge, and write the pages, under that person's lock."""
    library = home.library(person)
    library.prepare()
    tally = Tally(person.id)
    with library.locked():
        library.sweep()
        take(home, checked, person, now, clock_s, tally)
        table = read_new(library, tally, progress)
        weeks = compliance.judge(table, checked, person, now)
        tally.pages = write_pages(home, checked, person, weeks)
    tally.outcomes.update(table["outcome"].to_list())
    if weeks:
        tally.week, tally.status = weeks[-1].calendar.id, weeks[-1].status.value
    return tally


def take(  # noqa: PLR0913, PLR0917 - the same two clocks
    home: Home,
    checked: Settings,
    person: Person,
    now: dt.datetime,
    clock_s: float,
    tally: Tally,
) -> None:
    """Copy what is ready in the inbox among the originals, durable, before anything is read."""
    library = home.library(person)
    known = library.seen()
    held = set(library.held())
    seen: dict[str, list[Any]] = {}
    fresh = []
    for entry in home.entries(checked, person):
        remembered = known.get(key(entry))
        is_known = remembered is not None and remembered[:-1] == list(entry.identity)
        if remembered and is_known and remembered[-1] in held:
            seen[key(entry)] = remembered
        else:
            fresh.append(entry)
    for entry in inbox.settled(fresh, clock_s, checked.settle_seconds):
        sha256 = _hold(library, entry, now) if entry.code is None else None
        if sha256 is not None:
            seen[key(entry)] = [*entry.identity, sha256]
            tally.taken += sha256 not in held
            tally.duplicates += sha256 in held
            held.add(sha256)
        elif entry.code is not None and entry.code.startswith("I_"):
            tally.ignored += 1
        else:
            tally.waiting += 1
    library.remember(seen)


def read_new(library: Library, tally: Tally, progress: Progress | None = None) -> Readings:
    """Read every original without a row of this version of the readers; returns the table.

    A table that is damaged or gone is rebuilt. Rows are recorded every few batches, so a killed
    run loses little.
    """
    table = _load(library)
    todo = _todo(library, table)
    names = library.names()
    rows: list[dict[str, Any]] = []
    for done, (path, outcome) in enumerate(_read(todo), start=1):
        sha256 = path.name
        size = path.stat().st_size
        first_seen = library.first_seen(sha256)
        rows.append(ledger.row(sha256, size, first_seen, outcome, readers.version()))
        if progress is not None:
            progress(done, len(todo))
        if len(rows) >= SAVE_EVERY:
            table = ledger.merged(table, rows, names)
            library.save(table)
            rows.clear()
    table = ledger.merged(table, rows, names)
    library.save(table)
    tally.read = len(todo)
    return table


def write_pages(home: Home, checked: Settings, person: Person, weeks: Sequence[Week]) -> int:
    """Write the pages whose bytes differ; returns how many."""
    options = report.Options(link_originals=checked.link_originals, file_names=checked.file_names)
    folder = home.reports / person.id
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return sum(
        replace_if_different(Disk(), folder / path, content)
        for path, content in report.render(weeks, options=options)
    )


def _hold(library: Library, entry: inbox.Entry, now: dt.datetime) -> str | None:
    """Hold one file; None when it has to wait. Faults of our own disk are not the file's."""
    free = shutil.disk_usage(library.folder).free
    if free < FREE_FACTOR * entry.status.st_size + FREE_BYTES:
        log.warning("%s: waits, the disk is nearly full", Code.W_DISK)
        return None
    try:
        descriptor = os.open(entry.path, inbox.OPEN_FLAGS)
    except OSError:
        return None
    try:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            return None
        return library.hold(descriptor, entry.name, now)
    except OSError as fault:
        if fault.errno in OURS:
            raise
        log.warning(
            "%s: a file could not be copied (%s)", Code.W_IO, errno.errorcode.get(fault.errno or 0)
        )
        return None
    finally:
        os.close(descriptor)


def _load(library: Library) -> Readings:
    try:
        return library.load()
    except DamagedTable:
        aside = library.set_aside()
        log.warning("the table was damaged: kept as %s, rebuilt from the originals", aside.name)
        return readings_of([])


def _todo(library: Library, table: Readings) -> list[Path]:
    """Originals to read: those without a row first, then those of an older version."""
    versions = dict(table.select("sha256", "reader_version").iter_rows())
    new = [sha256 for sha256 in library.held() if sha256 not in versions]
    stale = [sha256 for sha256, version in versions.items() if version != readers.version()]
    stale.sort(key=lambda sha256: (library.first_seen(sha256), sha256), reverse=True)
    return [library.original(sha256) for sha256 in [*new, *stale[:REREAD_AT_MOST]]]


def _read(todo: Sequence[Path]) -> Iterator[tuple[Path, guard.Outcome]]:
    for start in range(0, len(todo), BATCH_FILES):
        yield from guard.read_all(todo[start : start + BATCH_FILES])
