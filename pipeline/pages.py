"""Pages on disk: rendered from judged weeks, written whole, and only where their bytes differ.

`pages.json` remembers, for every page, the key of what it was made from, the hash of its bytes,
and the identity the file had when it held them; for a table also the key, length and hash of what
it says of each week. Where all of it still holds, a page is neither rendered nor read, and a week
not listed again. It is a cache: without it one run is slower, and the pages are the same.

Pages can be rendered again, so all of them are made durable together, before `pages.json` tells
of them. If the power fails in between, their files are not the ones it knows: other inodes, with
other times. They are hashed, whatever their size, and what the disk did not keep is written again.
"""

import hashlib
import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline import report
from pipeline.disk import Disk, identity_of, replace_if_different, sweep_temporary
from pipeline.errors import SettingsError
from pipeline.home import Home
from pipeline.reasons import REASONS
from pipeline.settings import Person, Settings
from pipeline.week import Week

CACHE_FILE = "pages.json"
PDF_MAGIC = b"%PDF-"
Known = dict[str, list[Any]]  # by path: key, SHA-256 of the bytes, identity, parts of a table
Lines = dict[str, bytes]  # of one table: what it says of each week, by the key of the week


def write(  # noqa: PLR0913 - what it is made from, and where it goes
    home: Home,
    checked: Settings,
    person: Person,
    weeks: Sequence[Week],
    lies_in: Mapping[str, str] | None = None,
    *,
    files: Sequence[Mapping[str, Any]] | None = None,
) -> int:
    """Write the pages of one person whose bytes differ; returns how many.

    `lies_in` names, by SHA-256, the archive to open for a content that is no original itself.
    `files` are those of `accounts.files`: with them there is a page of what became of each.
    """
    options = options_of(checked, person, lies_in or {})
    folder = home.reports / person.id
    home.disk.new_folder(folder)
    sweep_temporary(home.disk, folder)
    cache = home.library(person).folder / CACHE_FILE
    shelf = _Shelf(folder, *_load(cache))
    lines = {path: shelf.lines(path) for path in report.TABLES}
    pages = report.Folder(weeks, options, lines, _receipt(checked, person, files))
    known: Known = {}
    written: list[Path] = []
    wanted: set[str] = set()
    for group in pages.groups():
        wanted.update(group.paths)
        found = shelf.unchanged(group)
        if found is None:
            found = {}
            for path, content in pages.files(group):
                if replace_if_different(home.disk, folder / path, content, is_durable=False):
                    written.append(folder / path)
                found |= shelf.verified(group, path, content)
            for path in report.TABLES:
                if path in found:
                    found[path].append(_parts(pages, path))
        known |= found
    _make_durable(home.disk, written)
    shelf.remove_others(home.disk, wanted)
    replace_if_different(home.disk, cache, json.dumps(known, sort_keys=True).encode("ascii"))
    return len(written)


def write_pdf(home: Home, target: Path, content: bytes) -> None:
    """Write a PDF where somebody wants it; raises SettingsError where another kind of file is."""
    before = _content(target)
    if before is not None and not before.startswith(PDF_MAGIC):
        message = f"{target} is there already, and is no PDF; name another file"
        raise SettingsError(message)
    replace_if_different(home.disk, target, content)
    home.disk.sync_folder(target.parent)


def options_of(checked: Settings, person: Person, lies_in: Mapping[str, str]) -> report.Options:
    """Return how the settings want one person's reports written; `lies_in` as in `write`."""
    return report.Options(
        link_originals=checked.link_originals,
        file_names=checked.file_names,
        pdf=checked.report_pdf,
        notifier_configured=checked.is_told(person),
        lies_in=dict(sorted(lies_in.items())),
        units=person.units,
        show_pain_notes=checked.show_pain_notes,
        care_text=checked.care.text,
        care_urgent=checked.care.urgent,
    )


def _receipt(
    checked: Settings, person: Person, files: Sequence[Mapping[str, Any]] | None
) -> dict[str, Any] | None:
    if files is None:
        return None
    sentences = {code.value: reason.sentence for code, reason in REASONS.items()}
    hidden = sentences if checked.file_names == "hash" else None
    return report.receipt(files, label=person.label, zone=person.zone, hidden=hidden)


def _make_durable(disk: Disk, written: Sequence[Path]) -> None:
    disk.sync_all(written)
    for folder in sorted({path.parent for path in written}):
        disk.sync_folder(folder)


def _parts(pages: report.Folder, path: str) -> list[list[Any]]:
    return [[key, len(lines), _sha256(lines)] for key, lines in pages.parts(path)]


@dataclass(frozen=True)
class _Shelf:
    """The pages on disk and what is remembered of them, since when in nanoseconds."""

    folder: Path
    known: Mapping[str, Any]
    since_ns: int

    def unchanged(self, group: report.Group) -> Known | None:
        """What is known of the files of a group; None if one has to be rendered."""
        found: Known = {}
        for path in group.paths:
            entry = self.known.get(path)
            if not isinstance(entry, list) or entry[:1] != [group.key]:
                return None
            identity = _identity(self.folder / path)
            if identity is None:
                return None
            # A file that changed in the very tick in which the cache was written may have
            # changed after it, too; and one that was copied or touched may be the same.
            if entry[2:3] != [identity] or identity[-1] >= self.since_ns:
                content = _content(self.folder / path)
                if content is None or entry[1:2] != [_sha256(content)]:
                    return None
            found[path] = [group.key, entry[1], identity, *entry[3:]]
        return found

    def remove_others(self, disk: Disk, wanted: set[str]) -> None:
        """Remove the pages that are made no more, so that none tells what holds no longer.

        A newer export can leave out the only session of the first week there was.
        """
        dated = (f"{each.parent.name}/{each.name}" for each in self.folder.glob("*/*"))
        overview = (path for path in report.OVERVIEW if (self.folder / path).is_file())
        found = {*filter(report.is_of_week, dated), *overview, *filter(_is_pdf, self.known)}
        gone = {path for path in found - wanted if not _is_pdf(path) or self._is_as_written(path)}
        for path in sorted(gone):
            disk.unlink(self.folder / path)
        for folder in {(self.folder / path).parent for path in gone} - {self.folder}:
            if not any(folder.iterdir()):
                disk.remove_folder(folder)

    def _is_as_written(self, path: str) -> bool:
        """Tell our own PDF from one that somebody asked for by that name."""
        content, entry = _content(self.folder / path), self.known[path]
        if content is None or not isinstance(entry, list):
            return False
        return entry[1:2] == [_sha256(content)]

    def lines(self, path: str) -> Lines:
        """What the table at a path says of each week, as far as that is what was written.

        Each week's lines are hashed, so neither the table nor what is known of it is trusted.
        """
        entry = self.known.get(path)
        table = _content(self.folder / path)
        parts = entry[3] if isinstance(entry, list) and entry[3:] else None
        if not isinstance(parts, list) or table is None:
            return {}
        found: Lines = {}
        end = len(table)
        for part in reversed(parts):
            match part:
                case [str(key), int(length), digest] if 0 <= length <= end:
                    start = end - length
                    if _sha256(table[start:end]) == digest:
                        found[key] = table[start:end]
                    end = start
                case _:
                    break
        return found

    def verified(self, group: report.Group, path: str, content: bytes) -> Known:
        """What to remember of a page; nothing, where somebody else wrote to it meanwhile."""
        identity = _identity(self.folder / path)  # before it is read: a later change shows
        if identity is None or _content(self.folder / path) != content:
            return {}
        return {path: [group.key, _sha256(content), identity]}


def _load(cache: Path) -> tuple[Mapping[str, Any], int]:
    try:
        with cache.open("rb") as file:
            since_ns = os.fstat(file.fileno()).st_mtime_ns
            known = json.loads(file.read())
    except (FileNotFoundError, ValueError, RecursionError):
        return {}, 0
    return (known, since_ns) if isinstance(known, dict) else ({}, 0)


def _identity(path: Path) -> list[int] | None:
    """Tell a file's content from any other it may have, as JSON keeps it; None if it is gone."""
    try:
        return list(identity_of(path.stat()))
    except OSError:
        return None


def _content(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except OSError:
        return None


def _is_pdf(path: str) -> bool:
    return path.endswith(".pdf")


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
