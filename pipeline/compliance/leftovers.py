"""What was logged and counts for nothing: under which name, where and why; and names to settle."""

import datetime as dt
from collections.abc import Iterator

import polars as pl

from pipeline.compliance.frames import IS_NEAR, Frames, lines, tuples
from pipeline.compliance.performed import LEFT_OUT
from pipeline.identity import LOG
from pipeline.week import LeftOut, Source, UnknownName

WHY = (
    pl.when(pl.col("kind").is_in(LEFT_OUT))
    .then("kind")
    .when(~pl.col("is_working"))
    .then(pl.lit("no_reps"))
    .when(IS_NEAR)
    .then(pl.lit("not_known"))
    .when(pl.col("how") == "alias")
    .then(pl.lit("settled_none"))
    .otherwise(pl.lit("other_exercise"))
)
SOURCE = ("sha256", "name", "file_kind", "lines")
NEEDED = ("week", "day", "label", "sha256", "name", "file_kind", "row", "kind", "how")


def left_out(frames: Frames) -> Iterator[tuple[dt.date, LeftOut]]:
    """Yield, by week, each name in a file whose sets count for nothing, the most frequent first."""
    sets = frames.sets.filter(pl.col("exercise").is_null())
    columns = (*NEEDED, "candidates", "stands_for", "is_working")
    idle = frames.idle_sets.rename({"exercise": "stands_for"}).with_columns(
        is_working=pl.lit(value=True)
    )
    found = (
        pl.concat([sets.select(columns), idle.select(columns)])
        .lazy()
        .group_by("week", "label", "sha256", why=WHY)
        .agg(
            pl.col("name", "file_kind", "stands_for").first(),
            sets=pl.len(),
            days=pl.col("day").unique().sort(),
            lines=lines(pl.col("row").min(), pl.col("row").max()),
        )
        .sort("sets", "label", "sha256", "why", descending=[True, False, False, False])
        .select(
            "week",
            "label",
            "why",
            "stands_for",
            "sets",
            "days",
            "sha256",
            "name",
            "file_kind",
            "lines",
        )
        .collect(engine="in-memory")
    )
    for week, label, why, exercise, count, days, *source in tuples(found):
        yield week, LeftOut(label, why, exercise, count, tuple(days), Source(*source))


def unknown_names(sets: pl.DataFrame) -> Iterator[tuple[dt.date, UnknownName]]:
    """Yield the names of each week that are near an exercise of the programme, and not settled.

    A watch's guesses are not asked about where a log tells of the same session.
    """
    unsettled = sets.filter(pl.col("exercise").is_null() & IS_NEAR)
    if unsettled.is_empty():
        return
    rows = pl.col("row").filter(pl.col("sha256") == pl.col("sha256").first())
    logged = sets.lazy().filter(pl.col("file_kind") == LOG).select("session").unique()
    near = (
        unsettled.lazy()
        .join(logged.with_columns(is_logged=True), on="session", how="left")
        .filter((pl.col("file_kind") == LOG) | pl.col("is_logged").is_null())
        .sort("week", "label", "day", "sha256", "position")
        .group_by("week", "label", maintain_order=True)
        .agg(
            pl.col("day", "sha256", "name", "file_kind", "candidates").first(),
            sets=pl.len(),
            lines=lines(rows.min(), rows.max()),
        )
        .collect(engine="in-memory")
    )
    for row in near.iter_rows(named=True):
        name = UnknownName(
            label=row["label"],
            day=row["day"],
            sets=row["sets"],
            candidates=tuple(row["candidates"]),
            source=Source(row["sha256"], row["name"], row["file_kind"], row["lines"]),
        )
        yield row["week"], name
