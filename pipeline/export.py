"""All that is kept of one person, in one zip: to read, to take along, to drop in elsewhere.

The same contents, settings and moment give the same bytes. It is written in pieces, under the
person's lock, and has its name only when it is whole.
"""

import datetime as dt
import io
import json
import re
import tomllib
import unicodedata
import zipfile
import zoneinfo
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import tomlkit

from pipeline import compliance, ledger, pages, report
from pipeline.disk import TEMPORARY, beside, temporaries
from pipeline.errors import SettingsError
from pipeline.home import Home
from pipeline.library import CHUNK_BYTES, Library
from pipeline.programme import prescriptions
from pipeline.programme.catalogue import normalise
from pipeline.settings import Person, Settings
from pipeline.tables import Readings, names_in_order, shown_name

EARLIEST, LATEST = (1980, 1, 1, 0, 0, 0), (2107, 12, 31, 23, 59, 58)  # what a zip can say
PRIVATE = 0o100600 << 16
UNIX = 3
FORBIDDEN = '<>:"\\|?*'  # in names, on one system or another
DEVICES = {
    "CON",
    "PRN",
    "AUX",
    "NUL",
    *(f"{port}{n}" for port in ("COM", "LPT") for n in "123456789"),
}
LONGEST = 120  # characters of a name
README = """\
All that Backfour keeps of {id}, as of {now}.

originals/          every file that was dropped, byte for byte, under the name it is called by
originals.jsonl     for each of them: SHA-256, size, when it was first seen, all its names
names.log           the same names, as they are kept
backfour.toml       the settings that concern {id}
readings.parquet    what each file said: one row per file, and per member of an archive
readings.jsonl      the same, as one JSON object a line
weeks/              what was judged: one JSON file per week
data/               all weeks, jogs and sessions, as CSV

Dropped into the inbox of another installation, the folder originals, or this zip as it is, gives
the same workouts again; with these settings the same weeks, but for what is told of late files.
Left out is what can be made again from these files: the pages, and two caches; and the note of
which messages were sent.
"""


@dataclass(frozen=True)
class Exported:
    """What was written, and of how many originals and weeks."""

    path: Path
    originals: int
    weeks: int
    size_bytes: int


@dataclass(frozen=True)
class _Member:
    """One file of the zip, its bytes in pieces."""

    name: str
    chunks: Iterable[bytes]
    changed_at: dt.datetime | None = None


def file_name(home: Home, person_id: str, now: dt.datetime) -> str:
    """Name an export after the person and their day."""
    person = home.settings().person(person_id)
    return f"backfour-{person.id}-{now.astimezone(zoneinfo.ZoneInfo(person.zone)):%Y-%m-%d}.zip"


def export(home: Home, person_id: str, now: dt.datetime, target: Path) -> Exported:
    """Write the zip; raises SettingsError where a file is already, Busy and DamagedTable."""
    checked = home.settings()
    person = checked.person(person_id)
    library = home.library(person)
    if not library.folder.is_dir():
        message = f"nothing is kept of {person.id} yet; run backfour run first"
        raise SettingsError(message)
    there = f"{target} is there already; name another file with --to"
    if target.exists():
        raise SettingsError(there)
    temporary = beside(target)
    with library.locked():
        for left in _left_behind(target, person_id):
            home.disk.unlink(left)
        table = library.load()
        weeks = compliance.judge(table, checked, person, now)
        options = pages.options_of(checked, person, ledger.archives_of(table, library.held()))
        rendered = report.render(weeks, options=options)
        members = _members(home, checked, person, table, rendered, now)
        try:
            home.disk.write_new(temporary, _zipped(members))
            home.disk.link_new(temporary, target)
        except FileExistsError as fault:
            raise SettingsError(there) from fault
        finally:
            home.disk.unlink(temporary)
        home.disk.sync_folder(target.parent)
        return Exported(target, len(library.held()), len(weeks), target.stat().st_size)


def _left_behind(target: Path, person_id: str) -> Iterator[Path]:
    """Yield what killed exports of a person left in a folder: health data, under a hidden name."""
    own = re.compile(rf"{re.escape(target.name)}|backfour-{re.escape(person_id)}-[0-9-]+\.zip")
    for path in temporaries(target.parent):
        half = TEMPORARY.fullmatch(path.name)
        if half is not None and own.fullmatch(half[1]):
            yield path


def _members(  # noqa: PLR0913, PLR0917 - all that is known of a person
    home: Home,
    checked: Settings,
    person: Person,
    table: Readings,
    rendered: Iterator[tuple[str, bytes]],
    now: dt.datetime,
) -> Iterator[_Member]:
    library = home.library(person)
    yield _Member("README.txt", [README.format(id=person.id, now=now.isoformat()).encode()])
    text = home.settings_file.read_text(encoding="utf-8")
    yield _Member("backfour.toml", [own_settings(text, checked, person, table).encode()])
    kept = {"names.log": library.names_log, "readings.parquet": library.table}
    yield from (_Member(name, _bytes_of(path)) for name, path in kept.items() if path.exists())
    lines = (_json(row).encode() for row in table.sort("sha256").iter_rows(named=True))
    yield _Member("readings.jsonl", lines)
    for path, content in rendered:
        if path.endswith(".json"):
            yield _Member(f"weeks/{path}", [content])
        elif path in report.TABLES:
            yield _Member(path, [content])
    yield from _originals(library)


def _originals(library: Library) -> Iterator[_Member]:
    names = library.names()
    paths = own_paths({sha256: names.get(sha256, ()) for sha256 in library.held()})
    lines = []
    for path, sha256 in paths.items():
        original = library.original(sha256)
        told = {
            "path": f"originals/{path}",
            "sha256": sha256,
            "size_bytes": original.stat().st_size,
            "first_seen": library.first_seen(sha256),
            "names": names_in_order(names.get(sha256, ())),
        }
        lines.append(_json(told).encode())
    yield _Member("originals.jsonl", lines)
    for path, sha256 in paths.items():
        first_seen = library.first_seen(sha256)
        yield _Member(f"originals/{path}", _bytes_of(library.original(sha256)), first_seen)


def _bytes_of(path: Path) -> Iterator[bytes]:
    with path.open("rb") as kept:
        while chunk := kept.read(CHUNK_BYTES):
            yield chunk


def own_paths(names: Mapping[str, Sequence[bytes]]) -> dict[str, str]:
    """Return a path for each original, and its SHA-256: harmless, and unique on any system.

    It is the name it is called by, folders included; where two are called alike, by capitals
    perhaps, the second lies in a folder named by its hash.
    """
    called = sorted((min(own, key=_rank, default=b""), sha256) for sha256, own in names.items())
    paths: dict[str, str] = {}
    files: set[str] = set()
    folders: set[str] = set()
    for name, sha256 in called:
        parts = [_harmless(part) for part in name.split(b"/")]
        path = "/".join(parts)
        while not _is_free(path, files, folders):
            path = f"_{path}" if sha256 in path else f"{sha256}/{parts[-1]}"
        files.add(path.casefold())
        folders.update(_above(path))
        paths[path] = sha256
    return dict(sorted(paths.items()))


def _rank(name: bytes) -> tuple[int, bytes]:
    return len(name), name  # as `names_in_order` has them


def _is_free(path: str, files: set[str], folders: set[str]) -> bool:
    folded = path.casefold()
    return folded not in files | folders and not files & set(_above(path))


def _above(path: str) -> list[str]:
    parts = path.casefold().split("/")
    return ["/".join(parts[:end]) for end in range(1, len(parts))]


def _harmless(part: bytes) -> str:
    """Return one part of a path that every system can write, and that an inbox takes."""
    text = unicodedata.normalize("NFC", shown_name(part))
    text = "".join(
        sign if sign.isprintable() and sign not in FORBIDDEN else "_" for sign in text
    ).rstrip(" .")
    stem, dot, suffix = text.rpartition(".")
    if len(text) > LONGEST:
        text = f"{stem[: LONGEST // 2]}{dot}{suffix[-LONGEST // 2 :]}"
    if text.startswith((".", "~", "/")) or text.partition(".")[0].upper() in DEVICES or not text:
        text = f"_{text}"
    return text


def own_settings(text: str, checked: Settings, person: Person, table: Readings) -> str:
    """Return the part of the settings that concerns one person, of several without comments.

    Of what was settled for everybody that which this person's own files have.
    """
    if len(checked.people) == 1:
        return text
    written: dict[str, Any] = tomllib.loads(text)
    written["people"] = {person.id: written["people"][person.id]}
    written.pop("notify", None)  # addresses and tokens, of whoever they are
    labels = table["sets"].explode().struct.field("label").drop_nulls().unique().to_list()
    known = {normalise(label) for label in labels} | set(labels)
    own = set(table["sha256"].to_list())
    kept: Mapping[str, Callable[[str], bool]] = {
        "names": lambda name: name in known or normalise(name) in known,
        "activities": lambda digits: any(sha256.startswith(digits) for sha256 in own),
    }
    for key, is_own in kept.items():
        if key in written:
            written[key] = {each: said for each, said in written[key].items() if is_own(each)}
    # A common name may stand for an exercise that only somebody else has.
    known_exercises = prescriptions.exercises(checked, person)
    for holder in (written, written["people"][person.id]):
        if "names" in holder:
            names = holder["names"].items()
            holder["names"] = {each: said for each, said in names if said in known_exercises}
    return tomlkit.dumps(written)


def _json(value: Mapping[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, default=_plain) + "\n"


def _plain(value: object) -> str:
    """Write what JSON has no form for: names are bytes, days and instants are ISO."""
    if isinstance(value, bytes):
        return shown_name(value)
    if isinstance(value, dt.datetime | dt.date):
        return value.isoformat()
    raise TypeError(type(value).__name__)


class _Pieces(io.RawIOBase):
    """What a zip is written into: its bytes are taken out as they come."""

    def __init__(self) -> None:
        super().__init__()
        self._written: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, piece: Any) -> int:  # noqa: ANN401 - whatever the buffer protocol takes
        self._written.append(bytes(piece))
        return len(self._written[-1])

    def taken(self) -> bytes:
        written, self._written = b"".join(self._written), []
        return written


def _zipped(members: Iterator[_Member]) -> Iterator[bytes]:
    pieces = _Pieces()
    with zipfile.ZipFile(pieces, "w", zipfile.ZIP_DEFLATED) as packed:
        for member in members:
            at = member.changed_at.timetuple()[:6] if member.changed_at else EARLIEST
            told = zipfile.ZipInfo(member.name, min(max(EARLIEST, at), LATEST))
            told.compress_type = zipfile.ZIP_DEFLATED
            told.external_attr, told.create_system = PRIVATE, UNIX
            with packed.open(told, "w", force_zip64=True) as into:
                for chunk in member.chunks:
                    into.write(chunk)
                    yield pieces.taken()
    yield pieces.taken()
