"""What is kept of one person: whether it is whole, and whether a run was left half done."""

import datetime as dt
from collections.abc import Iterator

from pipeline import invariants
from pipeline.doctor.findings import Finding, ok, warning, wrong
from pipeline.errors import Busy
from pipeline.home import Home
from pipeline.library import Library
from pipeline.settings import Person, Settings


def examine(
    home: Home, checked: Settings, person: Person, clock_s: float, *, is_deep: bool
) -> Iterator[Finding]:
    """Yield what is found; a run that is at work now is waited for by nobody."""
    library = home.library(person)
    if not library.folder.is_dir():
        yield ok(person.id, "was not imported yet", library.folder)
        return
    try:
        with library.locked():
            yield from _whole(library, person, is_deep=is_deep)
            yield from _finished(home, checked, library, person)
    except Busy:
        remedy = "run backfour doctor again when it is over"
        yield warning(person.id, "is being imported: not checked", library.folder, remedy)
        return
    yield clock(library, person, clock_s)
    yield from set_aside(library, person)


def _whole(library: Library, person: Person, *, is_deep: bool) -> Iterator[Finding]:
    found = list(invariants.broken(library, is_deep=is_deep))
    for each in found:
        said = f"breaks {each.invariant}: {each.sentence}"
        yield wrong(person.id, said, library.folder, each.remedy)
    if not found:
        how = "is whole, and every original hashes to its name" if is_deep else "is whole"
        yield ok(person.id, how, library.folder)


def _finished(home: Home, checked: Settings, library: Library, person: Person) -> Iterator[Finding]:
    """What a killed run left; the next one mends it."""
    is_alone = len(checked.people) == 1  # what lies directly in the inbox is theirs, too
    inboxes = [home.inbox if is_alone else home.inbox / person.id]
    for each in invariants.unfinished(library, inboxes):
        said = f"has something half done: {each.sentence}"
        yield warning(person.id, said, library.folder, each.remedy)


def clock(library: Library, person: Person, clock_s: float) -> Finding:
    """See that the clock is not before what was seen already."""
    newest = max(map(library.first_seen, library.held()), default=None)
    if newest is None or newest.timestamp() <= clock_s:
        return ok("clock", f"is not before any file of {person.id}")
    what = f"is before a file of {person.id} that was first seen at {newest:%Y-%m-%d %H:%MZ}"
    remedy = "set the clock; after a run with a --now in the future there is nothing to do"
    return warning("clock", what, dt.datetime.fromtimestamp(clock_s, dt.UTC).isoformat(), remedy)


def set_aside(library: Library, person: Person) -> Iterator[Finding]:
    """Tell of tables that were found damaged, and rebuilt."""
    for path in sorted(library.folder.glob("readings.damaged-*")):
        remedy = "delete it when you know why the disk damaged it"
        yield warning(person.id, "had a damaged table, which was rebuilt", path, remedy)
