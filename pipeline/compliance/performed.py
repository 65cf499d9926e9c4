"""The sets somebody performed, with a local day, an exercise of the programme and a session."""

from collections.abc import Mapping

import polars as pl

from pipeline import identity
from pipeline.programme import catalogue
from pipeline.programme.prescriptions import JOG

SHORTEST_WORKOUT = pl.duration(minutes=1)
LONGEST_WORKOUT = pl.duration(hours=4)  # beyond it somebody forgot to finish
USUAL_WORKOUT = pl.duration(minutes=45)  # where a log does not say when a workout ended
NAME = ("label", "category", "subtype", "grade")
FILE = ("sha256", "file_kind", "name", "first_seen")
# What an attempt at training leaves behind, besides sets.
NOT_WORKING = ("warmup", "skipped", "unreadable")
LEFT_OUT = ("warmup", "skipped")
IS_WORKING = (pl.col("reps") > 0).fill_null(value=False) | (pl.col("seconds") > 0).fill_null(
    value=False
)


def logged_sets(readings: pl.DataFrame, recordings: pl.DataFrame, zone: str) -> pl.DataFrame:
    """One row per record of a strength log or a watch's sets, whatever it turned out to be.

    Adds to the columns of `tables.LOGGED_SET`: sha256, file_kind, name, first_seen, ends_at (of
    the workout). `day` is null where only an undated activity tells it. Runs typed into a log
    are left out: they are recordings.
    """
    logged = (
        readings.filter(pl.col("outcome") == "imported")
        .select(*FILE[:1], pl.col("kind").alias("file_kind"), *FILE[2:], pl.col("sets").alias("s"))
        .explode("s")
        .drop_nulls("s")
        .select(*FILE, pl.col("s").struct.unnest())
    )
    return pl.concat(
        [_of_logs(logged, recordings, zone), _of_watches(logged, recordings)], how="diagonal"
    )


def performed_sets(records: pl.DataFrame, names: Mapping[str, str]) -> pl.DataFrame:
    """One row per working set, whatever file it comes from.

    Adds exercise (an id, or null), candidates (ids it may be), how (the step that decided),
    is_working and session (an id). A set without
    reps and seconds is none of the programme's exercises, whatever its name.
    """
    dated = records.filter(pl.col("kind") == "set")
    known = _recognised(dated, names)
    named = dated.join(known, on=NAME, how="left", nulls_equal=True)
    working = named.with_columns(
        exercise=pl.when(IS_WORKING).then("exercise"),
        candidates=pl.when(IS_WORKING).then("candidates").otherwise([]),
        stands_for="exercise",
        is_working=IS_WORKING,
    )
    return identity.strength(working).sort("day", "session", "sha256", "position")


def by_name(records: pl.DataFrame, names: Mapping[str, str]) -> pl.DataFrame:
    """One row per name of the working sets, as the watch or the log gave it: NAME.

    Columns: sets, days (those it was done on, sorted), exercise (an id, or null), candidates
    (ids it may be), how (the step that decided, or null). The most frequent name first.
    """
    counts = (
        records.filter((pl.col("kind") == "set") & IS_WORKING)
        .group_by(NAME)
        .agg(sets=pl.len(), days=pl.col("day").unique().sort())
    )
    known = _recognised(counts, names)
    return counts.join(known, on=NAME, how="left", nulls_equal=True).sort(
        pl.col("sets"), *NAME, descending=[True, *(False for _ in NAME)]
    )


def not_performed(records: pl.DataFrame, names: Mapping[str, str]) -> pl.DataFrame:
    """One row per warm-up and skipped set of a log, with the exercise its name stands for."""
    others = records.filter(pl.col("kind").is_in(LEFT_OUT) & (pl.col("file_kind") == identity.LOG))
    known = _recognised(others, names)
    return others.join(known, on=NAME, how="left", nulls_equal=True, maintain_order="left")


def without_working_set(records: pl.DataFrame) -> pl.DataFrame:
    """One row per workout of a log that holds warm-ups and skipped sets, and no set."""
    key = ["sha256", "workout"]
    logs = records.lazy().filter(pl.col("file_kind") == identity.LOG)
    return (
        logs.filter(pl.col("kind").is_in(NOT_WORKING))
        .join(logs.filter(pl.col("kind") == "set"), on=key, how="anti")
        .sort("sha256", "position")
        .unique(key, keep="first")
        .collect(engine="in-memory")
    )


def unreadable(records: pl.DataFrame) -> pl.DataFrame:
    """One row per log and week with records nobody could read: file, week, row (the first), count.

    `week` is null where not even the day could be read.
    """
    return (
        records.filter(pl.col("kind") == "unreadable")
        .sort("sha256", "position")
        .group_by("sha256", "week")
        .agg(pl.col("file_kind", "name", "first_seen", "row").first(), count=pl.len())
    )


def undated(recordings: pl.DataFrame, records: pl.DataFrame) -> pl.DataFrame:
    """Gather what has no day that can be true: each recording, and each log once."""
    logs = records.filter(
        (pl.col("file_kind") == identity.LOG) & (pl.col("kind") != "unreadable")
    ).sort("sha256", "position")
    once = logs.unique("sha256", keep="first")
    return pl.concat([recordings, once.select(*FILE, "position", "row")], how="diagonal")


def _of_logs(logged: pl.DataFrame, recordings: pl.DataFrame, zone: str) -> pl.DataFrame:
    is_log = pl.col("file_kind") == identity.LOG
    typed = recordings.filter(is_log).select("sha256", "position")
    sets = logged.lazy().filter(is_log)
    if not typed.is_empty():
        sets = sets.join(typed.lazy(), on=["sha256", "position"], how="anti")
    shortest = pl.col("starts_at") + SHORTEST_WORKOUT
    longest = pl.col("starts_at") + LONGEST_WORKOUT
    dated = sets.with_columns(
        starts_at=pl.coalesce("starts_at", identity.instant("local_start", zone)),
        ends_at=identity.instant("local_end", zone),
        day_source=pl.when(pl.col("local_start").is_null() & pl.col("day").is_null())
        .then(pl.lit("settings"))
        .otherwise(pl.lit("log")),
    ).collect(engine="in-memory")
    is_open = pl.col("ends_at").is_null() & pl.col("starts_at").is_not_null()
    return (
        _usually_ended(dated, is_open)
        .lazy()
        .with_columns(
            ends_at=pl.coalesce("ends_at", "starts_at").clip(shortest, longest),
            local_start=pl.coalesce("local_start", identity.wall_clock("starts_at", zone)),
        )
        .with_columns(day=pl.coalesce("day", pl.col("local_start").dt.date()))
        .collect(engine="in-memory")
    )


def _usually_ended(sets: pl.DataFrame, is_open: pl.Expr) -> pl.DataFrame:
    """Give workouts whose end nobody stated a start and an end, so that a watch may overlap them.

    They begin with their first set and end with their last, after three quarters of an hour at
    the earliest, but before the next workout of their log.
    """
    if sets.filter(is_open).is_empty():
        return sets
    workouts = (
        sets.lazy()
        .group_by("sha256", "workout")
        .agg(first=pl.col("starts_at").min(), last=pl.col("starts_at").max())
        .sort("sha256", "first", "workout")
        .with_columns(following=pl.col("first").shift(-1).over("sha256"))
        .with_columns(
            last=pl.min_horizontal(
                pl.max_horizontal("last", pl.col("first") + USUAL_WORKOUT), "following"
            )
        )
        .select("sha256", "workout", "first", "last")
        .collect(engine="in-memory")
    )
    joined = identity.joined_by_workout(sets, workouts)
    return joined.with_columns(
        starts_at=pl.coalesce(pl.when(is_open).then("first"), "starts_at"),
        ends_at=pl.coalesce("ends_at", pl.when(is_open).then("last")),
    ).drop("first", "last")


def _of_watches(logged: pl.DataFrame, recordings: pl.DataFrame) -> pl.DataFrame:
    """Sets of a FIT file, dated by the activity they were done in.

    A set that names no activity was done in the first strength activity of its file, or the first.
    """
    activities = recordings.lazy().select(
        "sha256",
        pl.col("position").alias("activity"),
        "day",
        "local_start",
        "starts_at",
        "ends_at",
        "day_source",
        is_other=pl.col("kind") != "strength",
    )
    usual = (
        activities.sort("sha256", "is_other", "activity")
        .unique("sha256", keep="first")
        .select("sha256", usual="activity")
    )
    return (
        logged.lazy()
        .filter(pl.col("file_kind") == "fit")
        .drop("day", "local_start", "starts_at")
        .join(usual, on="sha256", how="left")
        .with_columns(activity=pl.coalesce("activity", "usual"))
        .drop("usual")
        .join(activities.drop("is_other"), on=["sha256", "activity"], how="left")
        .with_columns(workout=pl.col("activity").cast(pl.String))
        .collect(engine="in-memory")
    )


def _recognised(sets: pl.DataFrame, names: Mapping[str, str]) -> pl.DataFrame:
    """Look up each different name once: NAME, exercise, candidates, how.

    Jogging is a recording and never a set: a set has no distance to hold against the limit.
    """
    labels = sets.select(NAME).unique()
    found = [
        catalogue.recognise(label, category=category, subtype=subtype, grade=grade, aliases=names)
        for label, category, subtype, grade in labels.iter_rows()
    ]
    exercises = [each.exercise if each.exercise != JOG else None for each in found]
    return labels.with_columns(
        exercise=pl.Series(exercises, dtype=pl.String),
        candidates=pl.Series([list(each.candidates) for each in found], dtype=pl.List(pl.String)),
        how=pl.Series([each.how for each in found], dtype=pl.String),
    )
