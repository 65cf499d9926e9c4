"""Removing imported files from the inbox, where the settings ask for it: the last step of a run.

A file is first renamed aside, in its own folder, so that nobody can write to it by its name; only
if it still is the file that was taken, and its bytes are those of a durable original, is it
removed. A file that changed is put back under its name. What a killed run left aside is put back
at the start of the next one, found among the originals, and removed again.
"""

import contextlib
import hashlib
import os
import secrets
import stat
from collections.abc import Iterator, Sequence
from pathlib import Path

from pipeline import ledger
from pipeline.disk import Identity, identity_of
from pipeline.home import ASIDE, Home, key
from pipeline.inbox import OPEN_FLAGS
from pipeline.library import hashing
from pipeline.settings import Person, Settings
from pipeline.tables import Readings

NAME_BYTES, MOST_TWINS = 255, 1000


def release(home: Home, checked: Settings, person: Person, table: Readings) -> int:
    """Remove what was imported from the inbox, if `after_import` says so; returns how many.

    `table` is durable by now. Files that were refused or that wait stay where they are.
    """
    if checked.after_import != "remove":
        return 0
    outcomes = dict(table.select("sha256", "outcome").iter_rows())
    seen = home.library(person).seen()
    count = 0
    for entry in list(home.entries(checked, person)):
        *identity, sha256 = seen.get(key(entry), [None])
        is_read = outcomes.get(sha256) in {ledger.IMPORTED, ledger.SUPERSEDED}
        if is_read and entry.code is None and identity == list(entry.identity):
            count += _released(home, entry.path, entry.identity, str(sha256))
    return count


def put_back(home: Home, checked: Settings, person: Person) -> None:
    """Give files that a killed run left aside their names again."""
    folders = [home.inbox / person.id] + ([home.inbox] if len(checked.people) == 1 else [])
    for top in folders:
        for folder in list(_folders(top)) if top != home.inbox else [top]:
            for path in _aside(folder):
                _restore(home, path)


def _released(home: Home, path: Path, identity: Identity, sha256: str) -> bool:
    """Remove one file, if it still is what was taken; whatever else it is stays."""
    name = b".aside-%s-%s" % (secrets.token_hex(4).encode(), os.fsencode(path.name))
    if len(name) > NAME_BYTES:
        return False  # it could not be put aside under a name that tells where it belongs
    aside = path.parent / os.fsdecode(name)
    home.disk.rename(path, aside)
    if not _is_same(aside, identity, sha256):
        _restore(home, aside)
        return False
    home.disk.unlink(aside)
    home.disk.sync_folder(path.parent)
    return True


def _is_same(path: Path, identity: Identity, sha256: str) -> bool:
    """Tell whether a file is the one that was taken; its change time moves when it is renamed."""
    descriptor = os.open(path, OPEN_FLAGS)
    try:
        now = os.fstat(descriptor)
        if not stat.S_ISREG(now.st_mode) or identity_of(now).steady != identity.steady:
            return False
        digest = hashlib.sha256()
        for _ in hashing(descriptor, digest):
            pass
        after = identity_of(os.fstat(descriptor))
        return digest.hexdigest() == sha256 and after.steady == identity.steady
    finally:
        os.close(descriptor)


def _restore(home: Home, aside: Path) -> None:
    """Give a file its name again, or the next free one; never over another file."""
    match = ASIDE.fullmatch(os.fsencode(aside.name))
    if match is None:
        return
    for number in range(1, MOST_TWINS):
        target = aside.parent / os.fsdecode(_numbered(match[1], number))
        if os.path.lexists(target) and target.samefile(aside):
            home.disk.unlink(aside)  # a run was killed between the next two lines
            return
        with contextlib.suppress(FileExistsError):
            home.disk.link_new(aside, target)
            home.disk.sync_folder(aside.parent)
            home.disk.unlink(aside)
            return


def _numbered(name: bytes, number: int) -> bytes:
    """Name a twin as file managers do: `run (2).fit`."""
    if number == 1:
        return name
    stem, dot, suffix = name.rpartition(b".")
    return b"%s (%d).%s" % (stem, number, suffix) if dot and stem else b"%s (%d)" % (name, number)


def _folders(top: Path) -> Iterator[Path]:
    if top.is_dir():
        yield top
        for folder, inner, _ in os.walk(top):
            yield from (Path(folder) / each for each in inner)


def _aside(folder: Path) -> Sequence[Path]:
    if not folder.is_dir():
        return []
    with os.scandir(folder) as found:
        names = [each.name for each in found if each.name.startswith(".aside-")]
    return [folder / name for name in sorted(names)]
