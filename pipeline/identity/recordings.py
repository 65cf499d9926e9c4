"""What was recorded: one row per activity of a file and per run typed into a log."""

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from pipeline.identity.distances import distance
from pipeline.identity.sessions import LOG, WHOLE, covering
from pipeline.identity.suspects import COPY
from pipeline.programme import catalogue, sports
from pipeline.programme.prescriptions import JOG

LONGEST_S = 24 * 3600.0
# Elapsed time beyond the timer by more than this is a broken clock, or a watch nobody stopped:
# taken at its word it would swallow the other jogs of the day.
PAUSE_ALLOWED_S = 3600.0
HAS_DISTANCE = (pl.col("metres") > 0).fill_null(value=False)
IS_ASSUMED = pl.col("local_start").is_null() & pl.col("starts_at").is_not_null()


@dataclass(frozen=True)
class Person:
    """What of a person's settings bears on their sessions."""

    zone: str
    activities: Mapping[str, str]  # what unlabelled recordings were, by the start of their SHA-256
    names: Mapping[str, str]  # what names of their log stand for: exercises, or "none"


def recordings(readings: pl.DataFrame, person: Person) -> pl.DataFrame:
    """One row per recording: every activity of a file, and every run typed into a log.

    `readings` is a table of readings with the column `name`, the one to show. Columns: those of
    `tables.ACTIVITY`, and sha256, file_kind, name, first_seen, kind (jog, strength, other,
    unstated), settled (what the person said it was: jog, other or copy), row and workout (of a
    log), day, day_source, metres, distance_source, zone_assumed. `metres` is the first distance
    of the chain that is recorded and can be true; null when none is. `day` is null when the device
    did not know the date.
    """
    imported = readings.filter(pl.col("outcome") == "imported").sort("sha256")
    activities = (
        imported.select(*_FILE, pl.col("activities").alias("a"))
        .explode("a")
        .drop_nulls("a")
        .unnest("a")
        .with_columns(log_m=pl.lit(None, pl.Float64))
    )
    found = pl.concat([activities, _typed_in(imported, person)], how="diagonal_relaxed")
    return (
        _with_kind(found, person)
        .lazy()
        .with_columns(
            zone_assumed=IS_ASSUMED,
            day_source=pl.coalesce(
                "zone_source",
                pl.when(IS_ASSUMED).then(pl.lit("settings")),
                pl.when(pl.col("file_kind") == LOG).then(pl.lit("log")),
            ),
            local_start=pl.coalesce("local_start", wall_clock("starts_at", person.zone)),
            starts_at=pl.coalesce("starts_at", instant("local_start", person.zone)),
        )
        .with_columns(day=pl.coalesce("day", pl.col("local_start").dt.date()))
        .with_columns(distance())
        .with_columns(ends_at=_sane_end())
        .sort("starts_at", "sha256", "position", nulls_last=True)
        .pipe(_end_by_the_next_start)
        .collect(engine="in-memory")
        .pipe(_believe_what_is_stated)
    )


def instant(column: str, zone: str) -> pl.Expr:
    """Turn a wall clock into an instant; the hour that happens twice means its first.

    A wall clock that the zone skipped in spring has no instant: null.
    """
    runs = _runs(column).dt.replace_time_zone(zone, ambiguous="earliest", non_existent="null")
    return _spread(runs.dt.convert_time_zone("UTC"), column)


def wall_clock(column: str, zone: str) -> pl.Expr:
    """Turn an instant into the wall clock of a zone."""
    return _spread(_runs(column).dt.convert_time_zone(zone).dt.replace_time_zone(None), column)


def _runs(column: str) -> pl.Expr:
    """Take one of each run of equal values: all sets of a workout state its start.

    A zone is slow to ask, and this spares asking it the same again.
    """
    return pl.col(column).rle().struct.field("value")


def _spread(runs: pl.Expr, column: str) -> pl.Expr:
    """Give each row what was made of its run."""
    return runs.gather(pl.col(column).rle_id()).alias(column)


_FILE = ("sha256", pl.col("kind").alias("file_kind"), "name", "first_seen")
_FILE_NAMES = ("sha256", "file_kind", "name", "first_seen")


def _typed_in(imported: pl.DataFrame, person: Person) -> pl.DataFrame:
    """Runs of a strength log as recordings; their distance is one "as logged"."""
    sets = (
        imported.filter(pl.col("kind") == LOG)
        .select(*_FILE, pl.col("sets").alias("s"))
        .explode("s")
        .drop_nulls("s")
        .select(*_FILE_NAMES, pl.col("s").struct.unnest())
        .filter(pl.col("kind") == "set")
    )
    kinds = sets.select("label", has_distance=HAS_DISTANCE).unique()
    running = kinds.filter(
        pl.Series(
            [_is_run(label, typed, person.names) for label, typed in kinds.iter_rows()],
            dtype=pl.Boolean,
        )
    )
    runs = sets.with_columns(has_distance=HAS_DISTANCE).join(
        running, on=["label", "has_distance"], how="semi", maintain_order="left"
    )
    return runs.select(
        *_FILE_NAMES,
        "position",
        "row",
        "workout",
        "day",
        "local_start",
        "starts_at",
        sport=pl.lit("running"),
        title=pl.col("label"),
        timer_s=pl.col("seconds"),
        log_m=pl.col("metres"),
        integrity=pl.lit(WHOLE),
    )


def _is_run(label: str, has_distance: bool, names: Mapping[str, str]) -> bool:  # noqa: FBT001 - a row's two facts
    """What the person settled comes before the words of a name."""
    known = catalogue.recognise(label, aliases=names)
    if known.how == "alias":
        return known.exercise == JOG
    return sports.is_running(label, has_distance=has_distance)


def _with_kind(found: pl.DataFrame, person: Person) -> pl.DataFrame:
    """Add `kind`, and `is_guess` where only the speed speaks for a jog."""
    words = ("file_kind", "sport", "sub_sport", "title")
    rows = list(found.select(*words, "moving_speed_m_s").iter_rows())
    kinds = [sports.kind_of(*row) for row in rows]
    by_words = [
        sports.kind_of(file_kind, sport, sub_sport, title, None)
        for file_kind, sport, sub_sport, title, _ in rows
    ]
    settled = pl.lit(None, pl.String)
    for start, word in sorted(person.activities.items()):  # the longer of two beginnings wins
        settled = (
            pl.when(pl.col("sha256").str.starts_with(start)).then(pl.lit(word)).otherwise(settled)
        )
    is_unstated = pl.col("by_words") == "unstated"
    of_kind = pl.when(is_unstated & (pl.col("settled") != COPY)).then("settled")
    return (
        found.with_columns(
            kind=pl.Series(kinds, dtype=pl.String), by_words=pl.Series(by_words, dtype=pl.String)
        )
        .with_columns(settled=settled)
        .with_columns(
            kind=pl.coalesce(of_kind, "kind"),
            is_guess=is_unstated & of_kind.is_null() & (pl.col("kind") == JOG),
        )
        .drop("by_words")
    )


def _believe_what_is_stated(found: pl.DataFrame) -> pl.DataFrame:
    """A track that is a jog by its speed alone is none beside a recording that says otherwise."""
    guessed = found.filter(pl.col("is_guess") & pl.col("starts_at").is_not_null())
    if guessed.is_empty():
        return found.drop("is_guess")
    stated = found.filter(pl.col("kind") == "other")
    denied = covering(guessed, stated).select("sha256", "position", is_denied=True)
    return (
        found.join(denied, on=["sha256", "position"], how="left", maintain_order="left")
        .with_columns(
            kind=pl.when("is_denied").then(pl.lit("other")).otherwise("kind"),
        )
        .drop("is_denied", "is_guess")
    )


def _sane_end() -> pl.Expr:
    """When a recording ends: by elapsed time, unless a broken clock made that absurd.

    A track has no timer; its length at its own moving speed stands in for one.
    """
    moving_s = pl.when(pl.col("moving_speed_m_s") > 0).then(
        pl.col("metres") / pl.col("moving_speed_m_s")
    )
    timer_s = pl.coalesce("timer_s", moving_s, pl.lit(0.0))
    elapsed_s = pl.coalesce(
        (pl.col("ends_at") - pl.col("starts_at")).dt.total_milliseconds() / 1000, timer_s
    )
    is_absurd = (elapsed_s > timer_s + PAUSE_ALLOWED_S) & (timer_s > 0)
    seconds = pl.when(is_absurd).then(timer_s).otherwise(elapsed_s).clip(0, LONGEST_S)
    return pl.col("starts_at") + pl.duration(milliseconds=(seconds * 1000).cast(pl.Int64))


def _end_by_the_next_start(found: pl.LazyFrame) -> pl.LazyFrame:
    """End each recording when the next of its file starts: one device records one at a time.

    `found` is sorted by start. Nearly every file holds one recording: they are not compared.
    """
    is_one_of_several = pl.col("sha256").is_duplicated() & pl.col("starts_at").is_not_null()
    starts = found.filter(is_one_of_several).select("sha256", "starts_at", next_start="starts_at")
    return (
        found.join_asof(
            starts,
            on="starts_at",
            by="sha256",
            strategy="forward",
            allow_exact_matches=False,
            check_sortedness=False,  # within a file it cannot be checked, polars warns
        )
        .with_columns(ends_at=pl.min_horizontal("ends_at", "next_start"))
        .drop("next_start")
    )
