"""Where an installation lies, who may look into it, and what was left in it."""

import os
import shutil
import stat
from collections.abc import Iterator, Sequence
from pathlib import Path

from pipeline import ground, intake
from pipeline.doctor.findings import Finding, ok, warning, wrong
from pipeline.home import Home
from pipeline.settings import Settings

OTHERS = 0o077
PLENTY = 4  # times the room without which nothing is taken


def examine(home: Home, checked: Settings | None) -> Iterator[Finding]:
    """Yield what is found; without settings what can be said without them."""
    yield disjoint(home)
    yield on_this_machine(home, is_allowed=bool(checked and checked.allow_network_storage))
    yield from private(home)
    yield room(home)
    yield from shared(home, is_removed=bool(checked and checked.after_import == "remove"))
    yield from inboxes(home, checked)
    yield from unknown(home, checked)
    yield from erased(home)


def disjoint(home: Home) -> Finding:
    """See that inbox, people and reports are three trees: a run must not read its own store."""
    pair = ground.overlapping(list(home.trees))
    if pair is None:
        return ok("folders", "lie apart", home.folder)
    return wrong("folders", f"overlap: {pair[0]} is in {pair[1]}", "", "make each one of its own")


def on_this_machine(home: Home, *, is_allowed: bool) -> Finding:
    """See that locks and writes can be relied on."""
    kind = ground.file_system(home.people) or "a file system nobody names"
    if not ground.is_network(home.people):
        return ok("file system", f"is {kind}", home.people)
    what = f"is {kind}, where locks and writes cannot be relied on"
    if is_allowed:
        return warning("file system", what, home.people, "let one machine run it, and no other")
    remedy = "move it to this machine's own disk, or set allow_network_storage = true"
    return wrong("file system", what, home.people, remedy)


def private(home: Home) -> Iterator[Finding]:
    """See that nobody else can read what is kept; originals are looked at with their bytes."""
    for top in (home.people, home.reports, home.folder / "prefect", home.settings_file):
        if not top.exists():
            continue
        statuses = [(path, path.lstat()) for path in _tree(top)]
        found = [path for path, status in statuses if stat.S_IMODE(status.st_mode) & OTHERS]
        if found:
            yield wrong(
                "permissions", f"let other users in: {_shown(found)}", "", f"chmod -R go= {top}"
            )
        else:
            yield ok("permissions", "let nobody else in", top)
        # A run by root leaves what the next one may not write to.
        strange = [path for path, status in statuses if status.st_uid != os.geteuid()]
        if strange:
            what = f"is another user: {_shown(strange)}"
            yield warning("owner", what, "", f"chown -R {os.geteuid()} {top}, as root")


def _shown(found: Sequence[Path]) -> str:
    return f"{found[0]} and {len(found) - 1:,} more" if len(found) > 1 else str(found[0])


def _tree(top: Path) -> Iterator[Path]:
    """Yield a file, or a folder and what is below it; links are not followed."""
    yield top
    for folder, folders, files in os.walk(top):
        for name in (*folders, *files):
            path = Path(folder) / name
            if not path.is_symlink() and path.parent.parent.name != "originals":
                yield path


def room(home: Home) -> Finding:
    """See that files can still be taken."""
    there = next(each for each in (home.people, *home.people.parents) if each.exists())
    free_bytes = shutil.disk_usage(there).free
    what = f"has {free_bytes / 1e9:.1f} GB free"
    if free_bytes < intake.FREE_BYTES:
        return wrong("disk", f"{what}: files wait in the inbox", there, "make room")
    if free_bytes < PLENTY * intake.FREE_BYTES:
        return warning("disk", what, there, "make room: a large export would wait")
    return ok("disk", what, there)


def shared(home: Home, *, is_removed: bool) -> Iterator[Finding]:
    """See whether tools that copy folders would carry health data away, or deletions."""
    mark = ground.sync_sign(home.inbox)
    if mark is not None and is_removed:
        what = "is watched by a sync tool, and after_import = 'remove' would delete elsewhere too"
        yield wrong("inbox", what, mark, "remove the setting")
    elif mark is not None:
        yield ok("inbox", "is watched by a sync tool: leave after_import as it is", mark)
    for folder in (home.people, home.reports):
        mark = ground.sync_sign(folder)
        if mark is not None:
            what = f"watches {folder}: it copies health data, and half-written files"
            yield warning("sync tool", what, mark, "keep the installation out of its folders")
    for above in (home.people, *home.people.resolve().parents):
        if (above / ".git").exists():
            remedy = "move the installation, or ignore it there: what is committed stays"
            yield warning("git", f"work tree holds {home.people}", above, remedy)
            return


def inboxes(home: Home, checked: Settings | None) -> Iterator[Finding]:
    """See that everybody has a place to drop files in, and how names behave there."""
    for person in checked.people if checked else ():
        folder = home.inbox / person.id
        if not folder.is_dir():
            yield warning("inbox", f"of {person.id} is not there", folder, f"mkdir {folder}")
    for place in (home.settings_file, home.inbox):
        twin = place.with_name(place.name.swapcase())
        is_one = twin.exists() and twin.samefile(place)
        said = "in capitals and small letters are one" if is_one else "in capitals are other names"
        yield ok("names", said, place)


def unknown(home: Home, checked: Settings | None) -> Iterator[Finding]:
    """Find folders of people whom the settings do not name."""
    if checked is None or not home.people.is_dir():
        return
    known = {person.id for person in checked.people}
    for folder in sorted(home.people.iterdir()):
        if folder.is_dir() and folder.name not in known and not folder.name.startswith("."):
            remedy = f"name them in backfour.toml, or backfour erase {folder.name}"
            yield warning("people", f"{folder.name} is not in backfour.toml", folder, remedy)


def erased(home: Home) -> Iterator[Finding]:
    """Find who was erased, wholly or by half."""
    for person_id in sorted(home.half_erased()):
        remedy = f"backfour erase {person_id} finishes it, or any run"
        yield wrong("people", f"{person_id} is half erased", home.people, remedy)
    for mark in sorted(home.people.glob("*.erased")):
        day = home.erased(mark.stem)
        yield ok("people", f"{mark.stem} was erased on {day}, and is not imported", mark)
