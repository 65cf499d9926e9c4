"""Pain diaries: which of them another one replaces, and what they say of each day.

A diary is kept as one file that grows, so a newer copy that tells of all its days takes the place
of an older one. Where a day is missing in it both stay: a bad day must not vanish with a line.
Decided by what they hold and when each was first seen, never by the order in which they arrived.
"""

import datetime as dt
from typing import NamedTuple

import polars as pl

from pipeline.histories import READ

DIARY = "pain"
NEWER = "A newer copy of the diary takes its place."


class Entry(NamedTuple):
    """What a diary says of one day: a score from 0 to 10, and a note."""

    score: int
    note: str | None


def replaced(table: pl.DataFrame) -> dict[str, str]:
    """Return the diaries that a newer one replaces, by SHA-256, each with the reason."""
    aged = _aged(table.filter(pl.col("outcome").is_in(READ)))
    return {
        sha256: NEWER
        for age, (sha256, days) in enumerate(aged)
        if any(set(days) <= set(newer) for _, newer in aged[age + 1 :])
    }


def entries(table: pl.DataFrame) -> dict[dt.date, Entry]:
    """Return what is known of each day: by the newest diary that tells of it, in its last line."""
    imported = table.filter(pl.col("outcome") == "imported")
    said = dict(imported.filter(pl.col("kind") == DIARY).select("sha256", "pain").iter_rows())
    return {
        line["day"]: Entry(line["score"], line["note"])
        for sha256, _ in _aged(imported)
        for line in said[sha256]
    }


def _aged(table: pl.DataFrame) -> list[tuple[str, list[dt.date]]]:
    """List the diaries from old to new, as `histories.told` orders logs, with their days."""
    days = pl.col("pain").list.eval(pl.element().struct.field("day"))
    found = (
        table.filter((pl.col("kind") == DIARY) & (pl.col("pain").list.len() > 0))
        .select("sha256", "first_seen", days=days, last=days.list.max(), count=days.list.len())
        .sort("last", "first_seen", "count", "sha256", descending=[False, False, False, True])
    )
    return list(found.select("sha256", "days").iter_rows())
