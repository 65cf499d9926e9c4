"""What must hold of one person's folder at every moment, and what after a run that was left alone.

`backfour doctor` asks, and the tests after every kill. Nothing is repaired here: the next run is
the repair. The numbers are those of docs/reliability.md.
"""

import stat
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from pipeline import ledger
from pipeline.disk import temporaries
from pipeline.errors import Code, DamagedTable
from pipeline.library import READING_NOTE, Library, sha256_of
from pipeline.tables import Readings

CODES = {code.value for code in Code}
SHOWN = 12  # digits of a hash
RUN = "backfour run mends it"
REBUILD = "backfour run rebuilds it from the originals"
ANEW = "delete readings.parquet, then backfour run rebuilds it"
RESTORE = "restore it from a backup, or delete what is left of it and drop the file again"


@dataclass(frozen=True)
class Broken:
    """One promise that does not hold: its number, what and where, and what to do about it."""

    invariant: str
    sentence: str
    remedy: str


def broken(library: Library, *, is_deep: bool = False) -> Iterator[Broken]:
    """Yield what does not hold now, whatever was killed; `is_deep` reads every original."""
    try:
        table = library.load()
    except DamagedTable:
        yield Broken("I3", "readings.parquet is not as it was written", REBUILD)
        return
    held = set(library.held())
    yield from _originals(library, held, is_deep=is_deep)
    yield from _rows(library, table, held)


def unfinished(library: Library, inboxes: Sequence[Path] = ()) -> Iterator[Broken]:
    """Yield what a run that ended well must have done, and has not."""
    try:
        rows = set(library.load()["sha256"].to_list())
    except DamagedTable:
        rows = set()
    for sha256 in library.held():
        if sha256 not in rows:
            yield Broken("I6", f"original {sha256[:SHOWN]} was never read", RUN)
    if library.incoming.is_dir():
        for path in library.incoming.iterdir():
            if path.name != READING_NOTE:
                yield Broken("I6", f"incoming/{path.name} was left behind", RUN)
    for path in temporaries(library.folder):
        yield Broken("I6", f"{path.name} was left behind", RUN)
    for inbox in inboxes:
        for path in inbox.rglob(".aside-*"):
            yield Broken("I6", f"{path.name} was left aside in the inbox", RUN)


def _originals(library: Library, held: set[str], *, is_deep: bool) -> Iterator[Broken]:
    names: Mapping[str, Sequence[bytes]] = library.names()
    for sha256 in set(names) - held:
        yield Broken("I1", f"original {sha256[:SHOWN]} has names and is gone", RESTORE)
    for sha256 in held:
        path = library.original(sha256)
        if not path.is_file():
            yield Broken("I2", f"original {sha256[:SHOWN]} lies in a wrong folder", RESTORE)
            continue
        if stat.S_IMODE(path.stat().st_mode) & 0o277:
            sentence = f"original {sha256[:SHOWN]} can be written to, or read by others"
            yield Broken("I2", sentence, f"chmod 0400 {path}")
        if is_deep and sha256_of(path) != sha256:
            yield Broken("I2", f"original {sha256[:SHOWN]} is not what it was", RESTORE)


def _rows(library: Library, table: Readings, held: set[str]) -> Iterator[Broken]:
    for sha256, count in Counter(table["sha256"].to_list()).items():
        if count > 1:
            yield Broken("I4", f"{sha256[:SHOWN]} has {count} rows", ANEW)
    columns = ("sha256", "found_in", "outcome", "code", "detail", "reader_version", "first_seen")
    for row in table.select(columns).iter_rows(named=True):
        shown = row["sha256"][:SHOWN]
        places = {place["container"] for place in row["found_in"] or ()}
        if row["sha256"] not in held and not places & held:
            yield Broken("I2", f"{shown} has a row and no original", RESTORE)
        elif not places and row["first_seen"] != library.first_seen(row["sha256"]):
            yield Broken("I2", f"{shown} was first seen at two times", ANEW)
        if row["outcome"] == ledger.REFUSED:
            is_said = row["code"] in CODES and row["detail"] and row["reader_version"]
            if not is_said or not row["code"].startswith("E_"):
                yield Broken("I5", f"{shown} is refused without a reason", ANEW)
