"""The table of readings as a whole: rows for new outcomes, and what supersedes what.

Pure: rows in, rows out. Superseding compares contents, never arrival: an export that holds all
of an older one's sets replaces it, and of two equal ones the smaller hash stays.
"""

import datetime as dt
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl

from pipeline.errors import Refusal
from pipeline.tables import Reading, Readings, as_rows, readings, readings_of

IMPORTED, REFUSED, SUPERSEDED = "imported", "refused", "superseded"
# What makes a logged set the same one in two exports; notes and titles may be edited since.
SAME_SET = ("kind", "label", "day", "local_start", "reps", "seconds", "weight", "weight_unit")
NOT_A_SET = ("note", "rest", "blank")


def row(
    sha256: str,
    size_bytes: int,
    first_seen: dt.datetime,
    outcome: Reading | Refusal,
    reader_version: str,
) -> dict[str, Any]:
    """Make the row of one original: its ledger and what it said, together."""
    made: dict[str, Any] = {
        "sha256": sha256,
        "names": [],
        "size_bytes": size_bytes,
        "first_seen": first_seen,
        "kind": outcome.kind,
        "reader_version": reader_version,
        "activities": [],
        "sets": [],
        "problems": [],
    }
    if isinstance(outcome, Refusal):
        made |= {"outcome": REFUSED, "code": outcome.code.value, "detail": outcome.fault}
        return made | {"salvage": outcome.salvage, "reader": outcome.kind}
    return made | {
        "outcome": IMPORTED,
        "app": outcome.app,
        "reader": outcome.reader,
        "activities": as_rows(outcome.activities),
        "sets": as_rows(outcome.sets),
        "problems": as_rows(outcome.problems),
    }


def merged(
    old: Readings, new: Sequence[Mapping[str, Any]], names: Mapping[str, Sequence[bytes]]
) -> Readings:
    """Put new rows in place of old ones of the same original, renew the names, and supersede."""
    table = pl.concat(
        [old.filter(~pl.col("sha256").is_in([row["sha256"] for row in new])), readings_of(new)]
    )
    current = [list(names.get(sha256, ())) for sha256 in table["sha256"]]
    table = table.with_columns(names=pl.Series(current, dtype=pl.List(pl.Binary)))
    return superseded(readings(table))


def superseded(table: Readings) -> Readings:
    """Mark logs whose sets another log of the same app contains; their sets go, the row stays."""
    logs = table.filter(
        (pl.col("outcome") == IMPORTED)
        & (pl.col("kind") == "csv")
        & (pl.col("sets").list.len() > 0)
    )
    contents = [
        (app, sha256, _content(sets))
        for app, sha256, sets in logs.select("app", "sha256", "sets").iter_rows()
    ]
    gone = [
        sha256
        for app, sha256, content in contents
        if any(
            app == other_app and sha256 != other and _contains(larger, content, other < sha256)
            for other_app, other, larger in contents
        )
    ]
    if not gone:
        return table
    is_gone = pl.col("sha256").is_in(gone)
    empty = pl.lit(pl.Series([[]], dtype=table.schema["sets"])).first()
    return readings(
        table.with_columns(
            outcome=pl.when(is_gone).then(pl.lit(SUPERSEDED)).otherwise("outcome"),
            detail=pl.when(is_gone)
            .then(pl.lit("Another export of yours contains all of it."))
            .otherwise("detail"),
            sets=pl.when(is_gone).then(empty).otherwise("sets"),
        )
    )


def _content(sets: Sequence[Mapping[str, Any]]) -> Counter[tuple[Any, ...]]:
    return Counter(
        tuple(each[name] for name in SAME_SET) for each in sets if each["kind"] not in NOT_A_SET
    )


def _contains(
    larger: Counter[tuple[Any, ...]],
    smaller: Counter[tuple[Any, ...]],
    is_first: bool,  # noqa: FBT001
) -> bool:
    return smaller <= larger and (smaller != larger or is_first)
