"""Reading every original that has no row yet, and recording what it said.

Work to do is an original without a row of this version of the readers. An archive gets its row
last, when each of its members has one or is left out: a killed run goes on where it was.
"""

import functools
import hashlib
import importlib.resources
import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import polars as pl

from pipeline import guard, ledger, mappings, readers
from pipeline.errors import Code, DamagedTable, Refusal
from pipeline.guard import Answer, Guard, Mode, Source
from pipeline.library import Library
from pipeline.members import LeftOut, Listing, Member
from pipeline.tables import Reading, Readings, readings, readings_of

log = logging.getLogger(__name__)
MERGE_ROWS, MERGE_VALUES = 256, 50_000
MEMBERS_AT_ONCE = 1_024
SAVE_SHARE = 4  # of the table: what was read is saved when it has grown by a quarter
REREAD_AT_MOST = 500  # originals read again in one run when the readers got better
NOT_OURS = (Code.E_NOT_RECOGNISED, Code.E_UNSUPPORTED)
WORKOUT_NAMES = (b".fit", b".gpx", b".tcx")
Progress = Callable[[int, int], None]


@functools.cache
def version(mode: Mode) -> str:
    """Identify how files are read: the readers, what opens archives, and who is asked."""
    digest = hashlib.sha256(readers.version().encode())
    sources = importlib.resources.files("pipeline.archives").iterdir()
    for source in sorted(sources, key=lambda each: each.name):
        if source.name.endswith(".py"):
            digest.update(source.name.encode() + b"\0" + source.read_bytes())
    found = digest.hexdigest()[:12]
    return found if mode == "own" else f"{found}-{mode}"


def read_new(
    library: Library,
    held: set[str],
    names: Mapping[str, Sequence[bytes]],
    mode: Mode = "own",
    progress: Progress | None = None,
) -> tuple[Readings, int]:
    """Read every original without a row of this version; returns the table, and how many.

    A table that is damaged or gone is rebuilt. `held` are all originals, `names` those they were
    dropped under.
    """
    table, is_whole = _loaded(library)
    maps = mappings.chosen({sha: names[sha] for sha in held if sha in names}, library.first_seen)
    book = _Book(library, table, names, version(mode), maps, is_saved=is_whole)
    new, stale = _todo(book, held)
    todo = [*new, *stale[:REREAD_AT_MOST]]
    if todo:
        with guard.guarded(mode=mode) as children:
            for done, _ in enumerate(_originals(book, children, todo), start=1):
                if progress is not None:
                    progress(done, len(todo))
    if len(stale) <= REREAD_AT_MOST:
        book.forget_strays(held)
    book.finish()
    return book.table, len(todo)


@dataclass
class _Archive:
    """An archive under way: which members are not read yet, and what became of the others."""

    source: Source
    listing: Listing
    left: Sequence[int]
    is_good: bool
    faults: dict[int, tuple[Code, str]] = field(default_factory=dict)
    left_out: list[LeftOut] = field(default_factory=list)


class _Book:
    """The table while it grows: merged every few hundred rows, saved when a share larger."""

    def __init__(  # noqa: PLR0913 - all that a run knows of what it reads
        self,
        library: Library,
        table: Readings,
        names: Mapping[str, Sequence[bytes]],
        reader_version: str,
        maps: Mapping[str, tuple[str, ...]],
        *,
        is_saved: bool,
    ) -> None:
        self.library, self.table, self.names = library, table, names
        self.version, self._maps = reader_version, maps
        self._rows: list[ledger.Row] = []
        self._values = 0
        self._unsaved = 0 if is_saved else 1

    def version_of(self, sha256: str) -> str:
        """Identify how an original is read: by the readers, and by its mappings if it has any."""
        maps = self._maps.get(sha256, ())
        if not maps:
            return self.version
        digest = hashlib.sha256(" ".join(maps).encode()).hexdigest()[:12]
        return f"{self.version}{ledger.MAPPED}{digest}"

    def source(self, sha256: str) -> Source:
        """Say what is to be read of an original, and the mappings that may be needed for it."""
        maps = tuple(self.library.original(each) for each in self._maps.get(sha256, ()))
        return Source.of(self.library.original(sha256), maps)

    def add(self, row: ledger.Row) -> None:
        """Add a row; the table is saved now and then, so that a killed run loses little."""
        self._rows.append(row)
        self._values += len(row["sets"]) + len(row["activities"])
        if len(self._rows) >= MERGE_ROWS or self._values >= MERGE_VALUES:
            self._merge()
            if self._unsaved >= max(MERGE_ROWS, self.table.height // SAVE_SHARE):
                self.table = ledger.named(self.table, self.names)
                self._save()

    def finish(self) -> None:
        """Merge what is left, renew the names, and save if anything differs."""
        self._merge()
        before = self.table["names"]
        self.table = ledger.named(self.table, self.names)
        self._unsaved += not self.table["names"].equals(before)
        if self._unsaved:
            self._save()

    def forget_strays(self, held: set[str]) -> None:
        """Drop rows of members that no archive of this version gives any more.

        What an archive could not give only because reading it took too much stays as it was: a
        jog that was there must not vanish because the machine was busy.
        """
        self._merge()
        is_old = (pl.col("reader_version") != self.version) & ~pl.col("sha256").is_in(list(held))
        shaky = _shaky(self.table)
        strays = [
            sha256
            for sha256, found_in in self.table.filter(is_old).select("sha256", "found_in").rows()
            if not any(place["container"] in shaky for place in found_in or ())
        ]
        if strays:
            self._unsaved += len(strays)
            self.table = readings(self.table.filter(~pl.col("sha256").is_in(strays)))

    def _merge(self) -> None:
        if self._rows:
            self._unsaved += len(self._rows)
            self.table = ledger.merged(self.table, self._rows)
            self._rows, self._values = [], 0

    def _save(self) -> None:
        self.library.save(self.table)
        self._unsaved = 0


def _shaky(table: Readings) -> set[str]:
    """Originals of which something ended its child: a calmer machine might read it.

    Nobody knows of an original whose child was ended at once whether it is an archive.
    """
    codes = [code.value for code in guard.RETRIED]
    left_out = pl.col("left_out").list.eval(pl.element().struct.field("code").is_in(codes))
    is_shaky = pl.col("code").is_in(codes) | left_out.list.any().fill_null(value=False)
    return set(table.filter(is_shaky.fill_null(value=False))["sha256"].to_list())


def _originals(book: _Book, children: Guard, todo: Sequence[str]) -> Iterator[None]:
    """Read originals, and the members of archives among them, many archives at a time."""
    recorded = _recorded(book.table, book.version)
    archives: list[_Archive] = []
    members = 0
    for source, answer in children.answers(map(book.source, todo)):
        outcome = guard.said(answer)
        if isinstance(outcome, Listing):
            archives.append(_begun(source, outcome, recorded))
            members += len(archives[-1].left)
        else:
            sha256, size = source.original.name, source.size_bytes
            first_seen = book.library.first_seen(sha256)
            book.add(ledger.row(sha256, size, first_seen, outcome, book.version_of(sha256)))
        if members >= MEMBERS_AT_ONCE:
            _members(book, children, archives)
            archives, members = [], 0
        yield
    _members(book, children, archives)


def _recorded(table: Readings, reader_version: str) -> dict[str, dict[int, tuple[str, ...]]]:
    """Return, by archive and member, what a killed run recorded of archives it did not finish."""
    rows = table.filter(pl.col("reader_version") == reader_version)
    finished = set(rows.filter(pl.col("kind").is_in(ledger.ARCHIVES))["sha256"].to_list())
    found = rows.filter(pl.col("found_in").list.len() > 0)
    recorded: dict[str, dict[int, tuple[str, ...]]] = {}
    for found_in, *outcome in found.select("found_in", "outcome", "code", "detail").iter_rows():
        for place in found_in:
            if place["container"] not in finished:
                recorded.setdefault(place["container"], {})[place["index"]] = tuple(outcome)
    return recorded


def _begun(
    source: Source, listing: Listing, recorded: Mapping[str, Mapping[int, tuple[str, ...]]]
) -> _Archive:
    done = recorded.get(source.original.name, {})
    left = [index for index in range(len(listing.members)) if index not in done]
    archive = _Archive(source, listing, left, is_good=bool(listing.activities))
    archive.left_out += listing.left_out
    for index, (outcome, code, detail) in done.items():
        if outcome == ledger.REFUSED:
            archive.faults[index] = (Code(code), detail)
        else:
            archive.is_good = True
    return archive


def _members(book: _Book, children: Guard, archives: Sequence[_Archive]) -> None:
    """Read what is left of some archives, and write the row of each after its last member."""
    sources = (_source(archive, index) for archive in archives for index in archive.left)
    answers = children.answers(sources)
    for archive in archives:
        container = archive.source.original.name
        first_seen = book.library.first_seen(container)
        for index in archive.left:
            _, answer = next(answers)
            member = archive.listing.members[index]
            kept = _of_member(archive, index, member, answer)
            if kept is not None and answer.sha256 is not None:
                row = ledger.row(answer.sha256, answer.size_bytes, first_seen, kept, book.version)
                is_told = member.told is not None and isinstance(kept, Reading)
                place = {
                    "container": container,
                    "index": index,
                    "name": member.name,
                    "told": is_told,
                }
                book.add(row | {"found_in": [place]})
        row = ledger.archive_row(
            container,
            archive.source.size_bytes,
            first_seen,
            archive.listing,
            archive.left_out,
            _fault(archive),
            book.version,
        )
        book.add(row)


def _fault(archive: _Archive) -> Refusal | None:
    if archive.is_good:
        return None
    faults = [archive.faults[index] for index in sorted(archive.faults)]
    beside = archive.listing.left_out
    faults += [(each.code, each.detail) for each in beside if each.code.startswith("E_")]
    return ledger.fault_of(archive.listing, faults)


def _source(archive: _Archive, index: int) -> Source:
    members = archive.listing.members
    member = members[index]
    path = archive.source.original
    return Source(path, member.size_bytes, member.address, member.told, len(members))


def _of_member(
    archive: _Archive, index: int, member: Member, answer: Answer
) -> Reading | Refusal | None:
    """Return what gets a row of its own; what does not is noted as left out."""
    outcome = answer.outcome
    if isinstance(outcome, Reading):
        archive.is_good = True
        return outcome
    if isinstance(outcome, LeftOut):
        archive.left_out.append(outcome)
        if outcome.code.startswith("E_"):
            archive.faults[index] = (outcome.code, outcome.detail)
        return None
    if not isinstance(outcome, Refusal):
        message = f"a member cannot be {type(outcome).__name__}"
        raise TypeError(message)
    if _is_no_workout(outcome, archive.listing, member):
        archive.left_out.append(LeftOut(member.name, Code.I_MEMBER, outcome.fault))
        return None
    archive.faults[index] = (outcome.code, outcome.fault)
    if answer.sha256 is None:
        archive.left_out.append(LeftOut(member.name, outcome.code, outcome.fault))
        return None
    return outcome


def _is_no_workout(outcome: Refusal, listing: Listing, member: Member) -> bool:
    """Tell what is left out in silence: an export is full of files that are no workouts.

    What is named like one and cannot be recognised is none of those: it may be a jog.
    """
    if outcome.code is Code.E_NO_ACTIVITY:
        return True
    is_named_so = member.name.lower().removesuffix(b".gz").endswith(WORKOUT_NAMES)
    return listing.app is not None and outcome.code in NOT_OURS and not is_named_so


def _loaded(library: Library) -> tuple[Readings, bool]:
    """Return the table, and whether it is on the disk as it stands."""
    try:
        return library.load(), library.table.exists()
    except DamagedTable:
        aside = library.set_aside()
        log.warning("the table was damaged: kept as %s, rebuilt from the originals", aside.name)
        return readings_of([]), False


def _todo(book: _Book, held: set[str]) -> tuple[list[str], list[str]]:
    """Originals to read: those without a row, and those of an older version, archives first.

    What archives hold is then renewed with what they say of it.
    """
    has_row = set(book.table["sha256"].to_list())
    rows = book.table.select("sha256", "kind", "reader_version").iter_rows()
    stale = [
        (kind in ledger.ARCHIVES, book.library.first_seen(sha256), sha256)
        for sha256, kind, read_by in rows
        if read_by != book.version_of(sha256) and sha256 in held
    ]
    return sorted(held - has_row), [sha256 for *_, sha256 in sorted(stale, reverse=True)]
