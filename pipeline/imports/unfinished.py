"""Copies that were still being written when they were taken: the whole file takes their place."""

import hashlib
from collections import defaultdict
from collections.abc import Mapping, Sequence

import polars as pl

from pipeline import ledger
from pipeline.library import Library
from pipeline.tables import Readings, readings

UNFINISHED = "It was still being copied: a file of the same name begins with all of it."
READ = (ledger.IMPORTED, ledger.SUPERSEDED)
CHUNK_BYTES = 1 << 20


def superseded(library: Library, table: Readings, names: Mapping[str, Sequence[bytes]]) -> Readings:
    """Supersede each refused original that a readable one of the same name begins with.

    Hashes are compared, so the result depends on contents and names, never on what came first.
    """
    sizes = table.select("sha256", "size_bytes")
    is_refused = (table["outcome"] == ledger.REFUSED) & (table["size_bytes"] > 0)
    refused = sizes.filter(is_refused).rows()
    if not refused:
        return table
    asked = {name for sha256, _ in refused for name in names.get(sha256, ())}
    whole: dict[bytes, list[tuple[int, str]]] = defaultdict(list)
    for sha256, size_bytes in sizes.filter(table["outcome"].is_in(READ)).iter_rows():
        for name in asked.intersection(names.get(sha256, ())):
            whole[name].append((size_bytes, sha256))
    found = [
        sha256
        for sha256, size_bytes in refused
        for other in sorted({each for name in names.get(sha256, ()) for each in whole[name]})
        if other[0] > size_bytes and _begins(library, other[1], size_bytes) == sha256
    ]
    if not found:
        return table
    is_found = pl.col("sha256").is_in(found)
    changed = {"outcome": ledger.SUPERSEDED, "code": None, "detail": UNFINISHED, "salvage": None}
    return readings(
        table.with_columns(
            pl.when(is_found).then(pl.lit(value, pl.String)).otherwise(pl.col(column)).alias(column)
            for column, value in changed.items()
        )
    )


def _begins(library: Library, sha256: str, size_bytes: int) -> str:
    """Return the SHA-256 of an original's first bytes."""
    digest = hashlib.sha256()
    with library.original(sha256).open("rb") as original:
        while size_bytes and (chunk := original.read(min(CHUNK_BYTES, size_bytes))):
            digest.update(chunk)
            size_bytes -= len(chunk)
    return digest.hexdigest()
