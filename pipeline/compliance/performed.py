"""The sets somebody performed, with a local day, an exercise of the programme and a session."""

from collections.abc import Mapping

import polars as pl

from pipeline import identity
from pipeline.programme import catalogue

SHORTEST_WORKOUT = pl.duration(minutes=1)
NAME = ("label", "category", "subtype", "grade")
FILE = ("sha256", "file_kind", "name")


def performed_sets(
    readings: pl.DataFrame, recordings: pl.DataFrame, zone: str, aliases: Mapping[str, str]
) -> pl.DataFrame:
    """One row per working set with a day, whatever file it comes from, in file order.

    Adds to the columns of `tables.LOGGED_SET`: sha256, file_kind, name, ends_at (of the
    workout), exercise (an id, or null), candidates (ids it may be), session (an id). Runs typed
    into a log are left out: they are recordings.
    """
    logged = (
        readings.filter(pl.col("outcome") == "imported")
        .select("sha256", "name", pl.col("kind").alias("file_kind"), pl.col("sets").alias("s"))
        .explode("s")
        .drop_nulls("s")
        .select(*FILE, pl.col("s").struct.unnest())
        .filter(pl.col("kind") == "set")
    )
    dated = pl.concat(
        [_of_logs(logged, recordings, zone), _of_watches(logged, recordings)], how="diagonal"
    ).filter(pl.col("day").is_not_null())
    named = dated.join(_recognised(dated, aliases), on=NAME, how="left", nulls_equal=True)
    return identity.strength(named).sort("day", "session", "sha256", "position")


def _of_logs(logged: pl.DataFrame, recordings: pl.DataFrame, zone: str) -> pl.DataFrame:
    typed = recordings.filter(pl.col("file_kind") == "csv").select("sha256", "position")
    sets = logged.filter(pl.col("file_kind") == "csv").join(
        typed, on=["sha256", "position"], how="anti"
    )
    starts_at = identity.instant("local_start", zone)
    ends_at = pl.coalesce(identity.instant("local_end", zone), starts_at)
    return sets.with_columns(
        starts_at=starts_at, ends_at=pl.max_horizontal(ends_at, starts_at + SHORTEST_WORKOUT)
    )


def _of_watches(logged: pl.DataFrame, recordings: pl.DataFrame) -> pl.DataFrame:
    """Sets of a FIT file, dated by the activity they were done in."""
    activities = recordings.filter(pl.col("file_kind") == "fit").select(
        "sha256",
        pl.col("position").alias("activity"),
        "day",
        "local_start",
        "starts_at",
        "ends_at",
    )
    return (
        logged.filter(pl.col("file_kind") == "fit")
        .drop("day", "local_start", "starts_at")
        .join(activities, on=["sha256", "activity"], how="inner")
    )


def _recognised(sets: pl.DataFrame, aliases: Mapping[str, str]) -> pl.DataFrame:
    """Look up each different name once: NAME, exercise, candidates."""
    names = sets.select(NAME).unique().sort(NAME)
    found = [
        catalogue.recognise(label, category=category, subtype=subtype, grade=grade, aliases=aliases)
        for label, category, subtype, grade in names.iter_rows()
    ]
    return names.with_columns(
        exercise=pl.Series([each.exercise for each in found], dtype=pl.String),
        candidates=pl.Series([list(each.candidates) for each in found], dtype=pl.List(pl.String)),
    )
