"""Erasing a person: all that is kept of them goes, and nothing is imported until it is lifted.

The first thing on the disk is a note, a folder `people/.erasing-<id>-…`, and the last thing to
happen is its removal: whatever kills the work between, the next run finishes it. In between, in
this order: what is kept moves into the note, in one step, and the pages aside; `people/<id>.erased`
is written, which stops the import; pages go, then what is kept, then what Prefect's own database
tells.
"""

import contextlib
import datetime as dt
import logging
import os
import secrets
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline import clinic, ground, orchestration
from pipeline.errors import Busy, Code, SettingsError
from pipeline.home import ASIDE, ERASING, Home
from pipeline.inbox import Entry, scan
from pipeline.library import Library, take_lock
from pipeline.settings import PERSON_ID, Settings
from pipeline.tables import shown_name

log = logging.getLogger(__name__)
IN_USE = "it is in use or damaged; stop backfour schedule"
OUTSIDE = (
    "what backfour.toml says of them",
    "backups and snapshots",
    "exports that were written",
    "phones, watches and apps",
    "other folders of a sync tool",
    "a Prefect server of your own",
)


@dataclass(frozen=True)
class Plan:
    """What is there of a person: counts, and the files in the inbox that would come back."""

    person: str
    originals: int
    pages: int
    inbox: Sequence[Entry] = ()
    is_synchronised: bool = False


@dataclass(frozen=True)
class Erased:
    """What was done, as counts. `is_left_in_prefect`: its database was in use, or is damaged."""

    originals: int
    pages: int
    released: int
    is_left_in_prefect: bool


def plan(home: Home, checked: Settings, person_id: str) -> Plan:
    """Say what erasing somebody would delete; raises SettingsError for a stranger.

    Somebody whom the settings no longer name can be erased as long as there is something of them.
    """
    tops = [each for each in (home.people, home.reports) if each.is_dir()]
    there = {path.name for top in tops for path in top.iterdir() if path.is_dir()}
    if person_id not in there or not PERSON_ID.fullmatch(person_id):
        checked.person(person_id)  # so that no path is made of what was typed
    library = Library(home.people / person_id, home.disk)
    pages = sum(len(files) for _, _, files in os.walk(home.reports / person_id))
    inbox = _inbox(home, checked, person_id)
    is_synchronised = ground.sync_sign(home.inbox) is not None
    return Plan(person_id, len(library.held()), pages, inbox, is_synchronised)


def erase(home: Home, planned: Plan, day: dt.date, *, is_inbox_too: bool = False) -> Erased:
    """Erase all that is kept of a person; raises Busy when a run is at work for them.

    `day` is all that is remembered. The files in the inbox go if `is_inbox_too`.
    """
    person_id = planned.person
    with _held(home, person_id):
        home.disk.new_folder(_note(home.people, person_id))
        home.disk.sync_folder(home.people)
        home.disk.unlink(home.erased_mark(person_id))  # of an erasure before: what came since goes
        released = _release(home, planned.inbox) if is_inbox_too else 0
        is_forgotten = _finish(home, person_id, day)
    return Erased(planned.originals, planned.pages, released, not is_forgotten)


def finish(home: Home, person_id: str, checked: Settings, day: dt.date) -> None:
    """Finish what a killed erasure left, of one person or of somebody the settings do not name."""
    half_erased = home.half_erased()
    if person_id in half_erased:
        with _held(home, person_id):
            _finish(home, person_id, day)
    for stranger in sorted(half_erased - {person.id for person in checked.people} - {person_id}):
        with contextlib.suppress(Busy), _held(home, stranger):
            _finish(home, stranger, day)


def lift(home: Home, person_id: str, checked: Settings, day: dt.date) -> None:
    """Let a person be imported again, as somebody new; raises SettingsError if not erased."""
    finish(home, person_id, checked, day)
    if person_id in home.half_erased():  # or what is imported next would be erased, too
        message = f"Prefect's database still tells of {person_id}: {IN_USE}, then try again"
        raise SettingsError(message)
    if home.erased(person_id) is None:
        message = f"{person_id} is not erased; there is no {home.erased_mark(person_id)}"
        raise SettingsError(message)
    home.disk.unlink(home.erased_mark(person_id))
    home.disk.sync_folder(home.people)


def told(planned: Plan, *, is_inbox_too: bool) -> Iterator[str]:
    """Say what would be deleted, and which files of the inbox, a line each; names as they are."""
    yield (
        f"{planned.person}: {planned.originals:,} originals, all that was read from them, and"
        f" {planned.pages:,} pages; also what Prefect's own database here tells of them."
    )
    if planned.inbox:
        fate = "are deleted too" if is_inbox_too else "stay (--inbox deletes them)"
        yield f"In the inbox {len(planned.inbox):,} files {fate}:"
        for entry in planned.inbox:
            yield f"  {shown_name(entry.name)}"
    if planned.inbox and is_inbox_too and planned.is_synchronised:
        yield "A sync tool watches the inbox: they are deleted on your other devices, too."


def receipt(home: Home, planned: Plan, done: Erased) -> dict[str, Any]:
    """Return what was done, as counts: no names of files, nothing of anybody's health."""
    left = 0 if done.released else len(planned.inbox)
    return {
        "person": planned.person,
        "erased": home.erased(planned.person),
        "originals": done.originals,
        "pages": done.pages,
        "inbox": {"deleted": done.released, "left": left},
        "left_in_prefect": done.is_left_in_prefect,
        "until": f"people/{planned.person}.erased",
        "outside": list(OUTSIDE),
    }


def lines(said: Mapping[str, Any]) -> Iterator[str]:
    """Say for people what `receipt` says for programs."""
    who = said["person"]
    yield (
        f"Erased on {said['erased']}: {said['originals']:,} originals, {said['pages']:,} pages,"
        f" {said['inbox']['deleted']:,} files in the inbox."
    )
    if said["left_in_prefect"]:
        yield (
            f"What Prefect's database tells of the runs is still there: {IN_USE}, then backfour"
            f" erase {who} again."
        )
    if said["inbox"]["left"]:
        yield f"{said['inbox']['left']:,} files are still in the inbox."
    yield (
        f"Nothing of {who} is imported while there is {said['until']}: backfour erase {who} --undo"
        " removes it."
    )
    yield f"Outside of here, and not erased: {'; '.join(said['outside'])}."


@contextlib.contextmanager
def _held(home: Home, person_id: str) -> Iterator[None]:
    """Keep other erasures out, and runs for this person, if there is anything to lock."""
    home.disk.new_folder(home.people)
    descriptor = os.open(home.people, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        take_lock(descriptor, f"somebody is being erased in {home.people}")
        library = Library(home.people / person_id, home.disk)
        with library.locked() if library.folder.is_dir() else contextlib.nullcontext():
            yield
    finally:
        os.close(descriptor)


def _finish(home: Home, person_id: str, day: dt.date) -> bool:
    """Do all that is not done yet; returns whether Prefect's database could forget."""
    # What comes after the mark was not there when somebody said yes: a restored backup, perhaps.
    if _notes(home.people, person_id) and not home.erased_mark(person_id).exists():
        _move(home, person_id, day)
    for aside in _notes(home.reports, person_id):
        _remove(home, aside)
    notes = _notes(home.people, person_id)
    for note in notes:
        _empty(home, note)
    is_forgotten = _forget(home, person_id)
    if is_forgotten:
        for note in notes:
            home.disk.remove_folder(note)
        home.disk.sync_folder(home.people)
    return is_forgotten


def _move(home: Home, person_id: str, day: dt.date) -> None:
    """Move what is kept, and the pages, out of every run's way, and stop the import."""
    kept, pages = home.people / person_id, home.reports / person_id
    if kept.is_dir():
        home.disk.rename(kept, _free_note(home, person_id))
        home.disk.sync_folder(home.people)
    if pages.is_dir():
        home.disk.rename(pages, _note(home.reports, person_id))
        home.disk.sync_folder(home.reports)
    clinic.forget(home)
    note = _notes(home.people, person_id)[0]
    temporary = note / secrets.token_hex(16)  # goes with the note, should this end here
    home.disk.write_new(temporary, [f"{day.isoformat()}\n".encode("ascii")])
    home.disk.rename(temporary, home.erased_mark(person_id))
    home.disk.sync_folder(home.people)


def _forget(home: Home, person_id: str) -> bool:
    database = home.folder.resolve() / orchestration.DATABASE
    if not database.exists():
        return True
    try:
        home.disk.execute(database, orchestration.forgetting(database, person_id))
    except (sqlite3.Error, TimeoutError):
        log.warning("%s: Prefect's database is in use, and still tells of the runs", person_id)
        return False
    return True


def _release(home: Home, entries: Sequence[Entry]) -> int:
    for entry in entries:
        home.disk.unlink(entry.path)
    for folder in sorted({entry.path.parent for entry in entries}):
        home.disk.sync_folder(folder)
    return len(entries)


def _inbox(home: Home, checked: Settings, person_id: str) -> list[Entry]:
    """Return the files that would be imported again, those that a killed run left aside too."""
    person = next((each for each in checked.people if each.id == person_id), None)
    found = home.entries(checked, person) if person else scan(home.inbox / person_id)
    return [entry for entry in found if _would_return(entry)]


def _would_return(entry: Entry) -> bool:
    if entry.code is Code.W_IO:
        return False  # a folder that cannot be listed
    is_aside = ASIDE.fullmatch(os.fsencode(entry.path.name)) is not None
    return is_aside or entry.code is None or not entry.code.startswith("I_")


def _note(top: Path, person_id: str) -> Path:
    return top / f".erasing-{person_id}-{secrets.token_hex(8)}"


def _free_note(home: Home, person_id: str) -> Path:
    """Return a note that nothing was moved into yet: a folder takes the place of an empty one."""
    for note in _notes(home.people, person_id):
        if not any(note.iterdir()):
            return note
    return _note(home.people, person_id)


def _notes(top: Path, person_id: str) -> list[Path]:
    """Return the notes of one person, and of nobody whose id begins like theirs."""
    if not top.is_dir():
        return []
    matches = [(path, ERASING.fullmatch(path.name)) for path in sorted(top.iterdir())]
    return [path for path, match in matches if match and match[1] == person_id]


def _remove(home: Home, folder: Path) -> None:
    _empty(home, folder)
    home.disk.remove_folder(folder)


def _empty(home: Home, folder: Path) -> None:
    """Delete what is in a folder; links are deleted, and never followed."""
    with os.scandir(folder) as found:
        entries = sorted(found, key=lambda entry: os.fsencode(entry.name))
    for entry in entries:
        if entry.is_dir(follow_symlinks=False):
            _remove(home, Path(entry.path))
        else:
            home.disk.unlink(Path(entry.path))
