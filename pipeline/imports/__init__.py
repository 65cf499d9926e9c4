"""Reading every original that has no row yet, and recording what it said.

Work to do is an original without a row of this version of the readers. An archive gets its row
last, when each of its members has one or is left out: a killed run goes on where it was.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence

from pipeline import guard, ledger, mappings
from pipeline.guard import Guard, Mode
from pipeline.imports.archive import Archive, Recorded, begun, read_members, recorded
from pipeline.imports.book import Book, loaded, version
from pipeline.imports.under_way import FATAL, MOST_DEATHS
from pipeline.library import Library
from pipeline.members import Listing
from pipeline.tables import Readings

__all__ = ["Progress", "read_new", "version"]
MEMBERS_AT_ONCE = 1_024
REREAD_AT_MOST = 500  # originals read again in one run when the readers got better
Progress = Callable[[int, int], None]


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
    table, is_whole = loaded(library)
    maps = mappings.chosen({sha: names[sha] for sha in held if sha in names}, library.first_seen)
    book = Book(library, table, names, version(mode), maps, is_saved=is_whole)
    new, stale = _todo(book, held)
    todo = [*new, *stale[:REREAD_AT_MOST]]
    try:
        if todo:
            with guard.guarded(mode=mode) as children:
                for done, _ in enumerate(_originals(book, children, todo), start=1):
                    if progress is not None:
                        progress(done, len(todo))
    finally:
        book.under_way.over()
    if len(stale) <= REREAD_AT_MOST:
        book.forget_strays(held)
    book.finish()
    return book.table, len(todo)


def _originals(book: Book, children: Guard, todo: Sequence[str]) -> Iterator[None]:
    """Read originals; those that a dead run was reading come last, each alone."""
    deaths = dict(book.under_way.deaths)
    known = recorded(book.table, book.version)
    yield from _together(book, children, known, [each for each in todo if each not in deaths])
    for sha256 in sorted(set(todo) & set(deaths), key=lambda each: (deaths[each], each)):
        if deaths[sha256] < MOST_DEATHS:
            yield from _together(book, children, known, [sha256])
        else:
            size = book.source(sha256).size_bytes
            first_seen = book.library.first_seen(sha256)
            book.add(ledger.row(sha256, size, first_seen, FATAL, book.version_of(sha256)))
            yield


def _together(book: Book, children: Guard, known: Recorded, todo: Sequence[str]) -> Iterator[None]:
    """Read originals, and the members of archives among them, many archives at a time."""
    archives: list[Archive] = []
    members = 0
    for source, answer in children.answers(map(book.source, book.under_way.noted(todo))):
        outcome = guard.said(answer)
        if isinstance(outcome, Listing):
            archives.append(begun(source, outcome, known))
            members += len(archives[-1].left)
        else:
            sha256, size = source.original.name, source.size_bytes
            first_seen = book.library.first_seen(sha256)
            book.add(ledger.row(sha256, size, first_seen, outcome, book.version_of(sha256)))
        if members >= MEMBERS_AT_ONCE:
            read_members(book, children, archives)
            archives, members = [], 0
        yield
    read_members(book, children, archives)


def _todo(book: Book, held: set[str]) -> tuple[list[str], list[str]]:
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
