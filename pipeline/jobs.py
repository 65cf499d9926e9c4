"""The jobs: the only place where pure steps meet the disk, the clock and child processes."""

import contextlib
import datetime as dt
import errno
import logging
import os
import shutil
import stat
import urllib.parse
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pipeline import compliance, guard, inbox, ledger, readers, report, settings
from pipeline.errors import Code, DamagedTable, SettingsError
from pipeline.library import Disk, Library, replace_if_different
from pipeline.programme import prescriptions
from pipeline.settings import Person, Settings
from pipeline.tables import Readings, readings_of
from pipeline.week import Week

log = logging.getLogger(__name__)
SETTINGS_FILE = "backfour.toml"
BATCH_FILES, SAVE_EVERY = 32, 256
WEEKS_IN_RECEIPT = 2  # the last closed one, and the one under way
REREAD_AT_MOST = 500  # originals read again in one run when the readers got better
FREE_FACTOR, FREE_BYTES = 3, 256_000_000
OURS = (errno.ENOSPC, errno.EDQUOT, errno.EIO, errno.EROFS, errno.EMFILE, errno.ENFILE)
Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Home:
    """One installation: where its settings, inbox, people and reports lie."""

    folder: Path

    @property
    def inbox(self) -> Path:
        """Where files are dropped; never changed by us."""
        return self.folder / "inbox"

    @property
    def reports(self) -> Path:
        """Where pages are written."""
        return self.folder / "reports"

    @property
    def settings_file(self) -> Path:
        """Where `backfour.toml` lies."""
        return self.folder / SETTINGS_FILE

    def library(self, person: Person) -> Library:
        """What is kept of one person."""
        return Library(self.folder / "people" / person.id)

    def settings(self) -> Settings:
        """Read and check the settings; raises SettingsError with one line that says it all."""
        try:
            text = self.settings_file.read_text(encoding="utf-8")
        except FileNotFoundError as fault:
            message = f"there is no {self.settings_file}; run backfour init first"
            raise SettingsError(message) from fault
        except UnicodeDecodeError as fault:
            message = f"{self.settings_file} is not UTF-8 text at byte {fault.start}"
            raise SettingsError(message) from fault
        checked = settings.parse(text)
        prescriptions.check(checked)
        return checked


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


def create(home: Home, label: str, zone: str) -> None:
    """Make an installation for one person; raises SettingsError when there is one already."""
    if home.settings_file.exists():
        message = f"{home.settings_file} is there already; change it with an editor"
        raise SettingsError(message)
    settings.parse(settings.write(label, zone))  # a zone that does not exist is refused here
    for folder in (home.folder, home.inbox, home.folder / "people", home.reports):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    replace_if_different(Disk(), home.settings_file, settings.write(label, zone).encode())
    (home.inbox / "me").mkdir(mode=0o700, exist_ok=True)


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
    seen: dict[str, list[Any]] = {}
    fresh = []
    for entry in _entries(home, checked, person):
        remembered = known.get(_key(entry))
        if remembered and remembered[:-1] == list(entry.identity):
            seen[_key(entry)] = remembered
        else:
            fresh.append(entry)
    held = set(library.held())
    for entry in inbox.settled(fresh, clock_s, checked.settle_seconds):
        sha256 = _hold(library, entry, now) if entry.code is None else None
        if sha256 is not None:
            seen[_key(entry)] = [*entry.identity, sha256]
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


def status(home: Home, now: dt.datetime) -> dict[str, Any]:
    """Account for every file of every person, and tell how the current week stands."""
    checked = home.settings()
    return {"people": [_status(home, checked, person, now) for person in checked.people]}


def weeks(home: Home, person_id: str, now: dt.datetime) -> list[Week]:
    """Judge one person's weeks from what was read so far; raises DamagedTable."""
    checked = home.settings()
    person = checked.person(person_id)
    return compliance.judge(home.library(person).load(), checked, person, now)


@dataclass(frozen=True)
class Receipt:
    """What an orchestrator may show of a run: verdicts and counts, no names of files."""

    weeks: str
    files: list[dict[str, Any]]


def receipt(home: Home, person_id: str, now: dt.datetime) -> Receipt:
    """Say how the last weeks stand, as Markdown, and what became of the files, as counts."""
    checked = home.settings()
    person = checked.person(person_id)
    table = home.library(person).load()
    judged = compliance.judge(table, checked, person, now)
    counts = Counter(table.select("outcome", "code", "kind").iter_rows())
    files = [
        {"outcome": outcome, "code": code or "", "kind": kind or "", "files": count}
        for (outcome, code, kind), count in sorted(counts.items(), key=str)
    ]
    return Receipt(report.brief(judged[-WEEKS_IN_RECEIPT:]), files)


def strays(home: Home, checked: Settings) -> Iterator[tuple[bytes, Code]]:
    """Yield what lies in the inbox and belongs to nobody: it is reported, and left there."""
    people = {person.id for person in checked.people}
    root_is_owned = len(checked.people) == 1
    for entry in inbox.scan(home.inbox, skip=tuple(people)):
        is_direct = b"/" not in entry.name
        if not (is_direct and root_is_owned):
            yield entry.name, entry.code or Code.W_NO_PERSON


def _entries(home: Home, checked: Settings, person: Person) -> Iterator[inbox.Entry]:
    """Yield a person's files; with one person also those dropped directly into the inbox."""
    yield from inbox.scan(home.inbox / person.id)
    if len(checked.people) == 1:
        for entry in inbox.scan(home.inbox, skip=(person.id,)):
            if b"/" not in entry.name:
                yield entry


def _key(entry: inbox.Entry) -> str:
    return urllib.parse.quote_from_bytes(os.fsencode(entry.path.parent.name) + b"/" + entry.name)


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


def _status(home: Home, checked: Settings, person: Person, now: dt.datetime) -> dict[str, Any]:
    library = home.library(person)
    table = readings_of([])
    if library.folder.exists():
        with contextlib.suppress(DamagedTable):
            table = library.load()
    weeks = compliance.judge(table, checked, person, now)
    return {
        "id": person.id,
        "label": person.label,
        "files": [*_read_files(table), *_other_files(home, checked, person)],
        "week": _week_in_short(weeks[-1]) if weeks else None,
    }


def _week_in_short(week: Week) -> dict[str, Any]:
    return {
        "id": week.calendar.id,
        "start": week.calendar.start.isoformat(),
        "end": week.calendar.end.isoformat(),
        "code": week.status.value,
        "done": week.done,
        "due": week.due,
    }


def _read_files(table: Readings) -> Iterator[dict[str, Any]]:
    """Yield one entry for each name of each original; further names are duplicates."""
    columns = ("sha256", "names", "outcome", "code", "detail", "salvage", "kind")
    for sha256, names, outcome, code, detail, salvage, kind in table.select(columns).iter_rows():
        ordered = sorted(names, key=lambda name: (len(name), name))
        for index, name in enumerate(ordered or [b""]):
            is_copy = index > 0
            first = ordered[0].decode("utf-8", "backslashreplace") if ordered else ""
            yield {
                "sha256": sha256,
                "name": name.decode("utf-8", "backslashreplace"),
                "outcome": "duplicate" if is_copy else outcome,
                "code": None if is_copy else code,
                "detail": f"The same bytes as {first}." if is_copy else _said(detail, salvage),
                "kind": kind,
            }


def _said(detail: str | None, salvage: str | None) -> str | None:
    return f"{detail} What could be read: {salvage}." if salvage else detail


def _other_files(home: Home, checked: Settings, person: Person) -> Iterator[dict[str, Any]]:
    """Yield what lies in the inbox and has not been taken: waiting or ignored, with the reason."""
    known = home.library(person).seen()
    waiting = [
        (entry.name, entry.code or Code.W_SETTLING)
        for entry in _entries(home, checked, person)
        if entry.code or known.get(_key(entry), [None])[:-1] != list(entry.identity)
    ]
    if person == checked.people[0]:
        waiting += strays(home, checked)
    for name, code in waiting:
        yield {
            "sha256": None,
            "name": name.decode("utf-8", "backslashreplace"),
            "outcome": "ignored" if code.startswith("I_") else "waiting",
            "code": code.value,
            "detail": None,
            "kind": None,
        }
