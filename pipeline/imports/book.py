"""The table of readings while it grows during one run, and what it was at the beginning."""

import functools
import hashlib
import importlib.resources
import logging
from collections.abc import Mapping, Sequence

import polars as pl

from pipeline import guard, ledger, readers
from pipeline.errors import DamagedTable
from pipeline.guard import Mode, Source
from pipeline.imports import unfinished
from pipeline.imports.under_way import UnderWay
from pipeline.library import Library
from pipeline.tables import Readings, readings, readings_of

log = logging.getLogger(__name__)
MERGE_ROWS, MERGE_VALUES = 256, 50_000
SAVE_SHARE = 4  # of the table: what was read is saved when it has grown by a quarter


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


class Book:
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
        self.under_way = UnderWay(library, table.height)

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
        self.under_way.done(row["sha256"])
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
        whole = unfinished.superseded(self.library, self.table, self.names)
        self._unsaved += whole is not self.table
        self.table = whole
        if self._unsaved:
            self._save()

    def forget_strays(self, held: set[str]) -> None:
        """Drop rows of members that no archive of this version gives any more.

        What an archive could not give only because reading it took too much stays as it was: a
        jog that was there must not vanish because the machine was busy.
        """
        self._merge()
        is_old = pl.col("reader_version") != self.version
        old = self.table.filter(is_old).select("sha256", "found_in")
        doubtful = _shaky(self.table) if old.height else set()
        strays = [
            sha256
            for sha256, found_in in old.rows()
            if sha256 not in held
            and not any(place["container"] in doubtful for place in found_in or ())
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
        self.under_way.rows = self.table.height
        self._unsaved = 0


def loaded(library: Library) -> tuple[Readings, bool]:
    """Return the table, and whether it is on the disk as it stands."""
    try:
        return library.load(), library.table.exists()
    except DamagedTable:
        aside = library.set_aside()
        log.warning("the table was damaged: kept as %s, rebuilt from the originals", aside.name)
        return readings_of([]), False


def _shaky(table: Readings) -> set[str]:
    """Originals of which something ended its child: a calmer machine might read it.

    Nobody knows of an original whose child was ended at once whether it is an archive.
    """
    codes = [code.value for code in guard.RETRIED]
    left_out = pl.col("left_out").list.eval(pl.element().struct.field("code").is_in(codes))
    is_shaky = pl.col("code").is_in(codes) | left_out.list.any().fill_null(value=False)
    return set(table.filter(is_shaky.fill_null(value=False))["sha256"].to_list())
