"""Which recordings are the same session: one body cannot do two at once.

Same kind and overlapping in time is one session. The richest recording is kept: whole before
damaged, with a distance before without, FIT before TCX, GPX and CSV, more samples, then the
smaller hash. So nothing depends on the order in which files arrived.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from pipeline.programme import sports
from pipeline.programme.prescriptions import JOG

# One row per recording of a session, whatever its format; see `recordings`.
RICHNESS = {"fit": 0, "tcx": 1, "gpx": 2, "csv": 3}
SAME_CLOCK_SLACK_S = 60.0  # two jogs back to back may overlap by this much and stay two
LONGEST_S = 24 * 3600.0
PAUSE_ALLOWED_S = 6 * 3600.0  # elapsed time beyond this much more than the timer is a bad clock
LOGGED_TOLERANCE = 0.10  # a typed-in figure this near a device's own is a copy of it
DISTANCE_CHAIN = ("session", "laps", "records", "track", "log")
WHOLE = "whole"


@dataclass(frozen=True)
class Person:
    """What of a person's settings bears on their sessions."""

    zone: str
    activities: Mapping[str, str]  # what unlabelled recordings were, by the start of their SHA-256


def recordings(readings: pl.DataFrame, person: Person) -> pl.DataFrame:
    """One row per recording: every activity of a file, and every run typed into a log.

    `readings` is a table of readings with the column `name`, the one to show. Columns: those of `tables.ACTIVITY`, and sha256, file_kind, name, first_seen, kind (jog,
    strength, other, unstated), label, row, day, metres, distance_source, zone_assumed. `metres`
    is the first distance of the chain that is recorded and not 0; null when none is. `day` is
    null when the device did not know the date.
    """
    imported = readings.filter(pl.col("outcome") == "imported")
    activities = (
        imported.select(*_FILE, pl.col("activities").alias("a"))
        .explode("a")
        .drop_nulls("a")
        .unnest("a")
        .with_columns(log_m=pl.lit(None, pl.Float64), row=pl.lit(None, pl.Int32))
    )
    found = pl.concat([activities, _typed_in(imported)], how="diagonal_relaxed")
    return (
        _with_kind(found, person)
        .with_columns(
            zone_assumed=pl.col("local_start").is_null() & pl.col("starts_at").is_not_null(),
            local_start=pl.coalesce("local_start", _wall_clock("starts_at", person.zone)),
            starts_at=pl.coalesce("starts_at", instant("local_start", person.zone)),
        )
        .with_columns(day=pl.coalesce("day", pl.col("local_start").dt.date()))
        .with_columns(ends_at=_sane_end())
        .with_columns(_chain())
        .sort("starts_at", "sha256", "position", nulls_last=True)
    )


def jogs(found: pl.DataFrame) -> pl.DataFrame:
    """One row per recording of a dated jog, with `session` (an id) and `is_kept`.

    Sorted so that within a session the kept recording comes first. Recordings of other kinds
    whose type is not stated join a jog they run beside, and are linked to it.
    """
    dated = found.filter(pl.col("day").is_not_null())
    certain = dated.filter(pl.col("kind") == JOG)
    timed = certain.filter(pl.col("starts_at").is_not_null())
    clustered = _clusters(timed)
    untimed = certain.filter(pl.col("starts_at").is_null())
    beside = _beside(dated.filter(pl.col("kind") == "unstated"), clustered)
    rows = pl.concat([clustered, _same_day(untimed), beside], how="diagonal")
    rows = _merge_typed_in(rows)
    return _rank(rows)


def strength(sets: pl.DataFrame) -> pl.DataFrame:
    """Give every performed set the id of its session, in the column `session`.

    `sets` has one row per set with day, starts_at, ends_at (of the workout), sha256, workout.
    Workouts known only by their day join the first timed one of that day, else each other.
    """
    workouts = sets.unique(["sha256", "workout"], keep="first", maintain_order=True)
    timed = _clusters(workouts.filter(pl.col("starts_at").is_not_null()))
    first_of_day = timed.group_by("day").agg(pl.col("session").min().alias("first"))
    untimed = (
        workouts.filter(pl.col("starts_at").is_null())
        .join(first_of_day, on="day", how="left")
        .with_columns(session=pl.coalesce("first", "day " + pl.col("day").dt.to_string()))
        .drop("first")
    )
    ids = pl.concat([timed.select(*_WORKOUT), untimed.select(*_WORKOUT)])
    return sets.join(ids, on=["sha256", "workout"], how="left")


def back_to_back(kept: pl.DataFrame, gap_s: float) -> pl.DataFrame:
    """Pairs of neighbouring jogs at most `gap_s` apart: day, first_m, second_m, minutes, sha256."""
    return (
        kept.filter(pl.col("starts_at").is_not_null())
        .sort("starts_at")
        .select(
            "day",
            "sha256",
            first_m=pl.col("metres").shift(1),
            second_m=pl.col("metres"),
            gap_s=(pl.col("starts_at") - pl.col("ends_at").shift(1)).dt.total_seconds(),
        )
        .filter(pl.col("gap_s") <= gap_s)
        .with_columns(minutes=(pl.col("gap_s").clip(0) / 60).round().cast(pl.Int64))
    )


_FILE = (
    "sha256",
    pl.col("kind").alias("file_kind"),
    pl.col("name"),
    "first_seen",
)
_WORKOUT = ("sha256", "workout", "session")


def _typed_in(imported: pl.DataFrame) -> pl.DataFrame:
    """Runs of a strength log as recordings; their distance is one "as logged"."""
    sets = (
        imported.filter(pl.col("kind") == "csv")
        .select(*_FILE, pl.col("sets").alias("s"))
        .explode("s")
        .drop_nulls("s")
        .select(*_FILE_NAMES, pl.col("s").struct.unnest())
        .filter(pl.col("kind") == "set")
    )
    labels = sets["label"].unique().to_list()
    running = [label for label in labels if sports.is_running(label)]
    return sets.filter(pl.col("label").is_in(running)).select(
        *_FILE_NAMES,
        "position",
        "row",
        "day",
        "local_start",
        sport=pl.lit("running"),
        title=pl.col("label"),
        timer_s=pl.col("seconds"),
        log_m=pl.col("metres"),
        integrity=pl.lit(WHOLE),
    )


_FILE_NAMES = ("sha256", "file_kind", "name", "first_seen")


def _with_kind(found: pl.DataFrame, person: Person) -> pl.DataFrame:
    """Add `kind`; each different combination of words and speed class is looked at once."""
    columns = ("file_kind", "sport", "sub_sport", "title", "moving_speed_m_s")
    kinds = [sports.kind_of(*row) for row in found.select(columns).iter_rows()]
    stated = pl.lit(None, pl.String)
    for start, word in sorted(person.activities.items()):
        stated = (
            pl.when(pl.col("sha256").str.starts_with(start)).then(pl.lit(word)).otherwise(stated)
        )
    return found.with_columns(kind=pl.Series(kinds, dtype=pl.String)).with_columns(
        kind=pl.when(pl.col("kind") == "unstated")
        .then(pl.coalesce(stated, "kind"))
        .otherwise("kind")
    )


def _wall_clock(column: str, zone: str) -> pl.Expr:
    return pl.col(column).dt.convert_time_zone(zone).dt.replace_time_zone(None)


def instant(column: str, zone: str) -> pl.Expr:
    """Turn a wall clock into an instant; the hour that happens twice means its first."""
    return (
        pl.col(column)
        .dt.replace_time_zone(zone, ambiguous="earliest", non_existent="null")
        .dt.convert_time_zone("UTC")
    )


def _sane_end() -> pl.Expr:
    """When a recording ends: by elapsed time, unless a broken clock made that absurd."""
    timer = pl.coalesce("timer_s", pl.lit(0.0))
    elapsed = pl.coalesce(
        (pl.col("ends_at") - pl.col("starts_at")).dt.total_milliseconds() / 1000, timer
    )
    is_absurd = (elapsed > timer + PAUSE_ALLOWED_S) & (timer > 0)
    seconds = pl.when(is_absurd).then(timer).otherwise(elapsed).clip(0, LONGEST_S)
    return pl.col("starts_at") + pl.duration(milliseconds=(seconds * 1000).cast(pl.Int64))


def _chain() -> list[pl.Expr]:
    """Return the distance, and which step of the chain it is: a total of 0 is not recorded."""
    recorded = [pl.when(pl.col(f"{step}_m") > 0).then(f"{step}_m") for step in DISTANCE_CHAIN]
    source = pl.lit(None, pl.String)
    for step in reversed(DISTANCE_CHAIN):
        source = pl.when(pl.col(f"{step}_m") > 0).then(pl.lit(step)).otherwise(source)
    return [pl.coalesce(recorded).alias("metres"), source.alias("distance_source")]


def _clusters(timed: pl.DataFrame) -> pl.DataFrame:
    """Add `session`: rows that overlap in time get the same one, whatever their order.

    A minute of overlap, or half of a shorter recording, is the slack of two clocks.
    """
    ordered = timed.sort("starts_at", "ends_at", "sha256", nulls_last=True)
    duration_s = (pl.col("ends_at") - pl.col("starts_at")).dt.total_milliseconds() / 1000
    slack_s = pl.min_horizontal(pl.lit(SAME_CLOCK_SLACK_S), duration_s / 2)
    slack = pl.duration(milliseconds=(slack_s * 1000).cast(pl.Int64))
    latest_end = pl.col("ends_at").cum_max().shift(1)
    is_same_start = pl.col("starts_at") == pl.col("starts_at").shift(1)
    begins = latest_end.is_null() | (
        (pl.col("starts_at") > latest_end - slack) & ~is_same_start.fill_null(value=False)
    )
    return (
        ordered.with_columns(number=begins.cast(pl.Int64).cum_sum())
        .with_columns(session=pl.col("starts_at").min().over("number").dt.to_string("%FT%T%.f"))
        .drop("number")
    )


def _same_day(untimed: pl.DataFrame) -> pl.DataFrame:
    """Give runs known only by their day a session of their own, in file order."""
    key = pl.format("{} {} {}", pl.col("day").dt.to_string(), "sha256", "position")
    return untimed.with_columns(session=key)


def _beside(unstated: pl.DataFrame, clustered: pl.DataFrame) -> pl.DataFrame:
    """Recordings without a type that cover a jog's time, and little else: the same session."""
    if unstated.is_empty() or clustered.is_empty():
        return unstated.with_columns(session=pl.lit(None, pl.String)).clear()
    spans = clustered.group_by("session").agg(
        pl.col("starts_at").min().alias("from"), pl.col("ends_at").max().alias("to")
    )
    common = pl.min_horizontal("ends_at", "to") - pl.max_horizontal("starts_at", "from")
    longer = pl.max_horizontal(
        pl.col("ends_at") - pl.col("starts_at"), pl.col("to") - pl.col("from")
    )
    matched = (
        unstated.join(spans, how="cross")
        .filter(common.dt.total_seconds() >= 0.8 * longer.dt.total_seconds())
        .sort("sha256", "position", "session")
        .unique(["sha256", "position"], keep="first", maintain_order=True)
    )
    return matched.drop("from", "to")


def _merge_typed_in(rows: pl.DataFrame) -> pl.DataFrame:
    """Join a run typed into a log to the device's own recording of that day, if they agree."""
    typed = rows.filter(pl.col("file_kind") == "csv")
    devices = rows.filter(pl.col("file_kind") != "csv")
    if typed.is_empty() or devices.is_empty():
        return rows
    nearest = (
        typed.select("sha256", "position", "day", pl.col("metres").alias("typed_m"))
        .join(devices.select("day", "metres", pl.col("session").alias("device_session")), on="day")
        .with_columns(off=((pl.col("typed_m") - pl.col("metres")).abs() / pl.col("metres")))
        .filter(pl.col("typed_m").is_null() | (pl.col("off") <= LOGGED_TOLERANCE))
        .sort("off", "device_session", nulls_last=True)
        .unique(["sha256", "position"], keep="first", maintain_order=True)
        .select("sha256", "position", "device_session")
    )
    return (
        rows.join(nearest, on=["sha256", "position"], how="left")
        .with_columns(session=pl.coalesce("device_session", "session"))
        .drop("device_session")
    )


def _rank(rows: pl.DataFrame) -> pl.DataFrame:
    """Put the recording to keep first in its session, and mark it."""
    return (
        rows.with_columns(
            damaged=pl.col("integrity") != WHOLE,
            unmeasured=pl.col("metres").is_null(),
            richness=pl.col("file_kind").replace_strict(RICHNESS, return_dtype=pl.Int32),
        )
        .sort(
            "session",
            "damaged",
            "unmeasured",
            "richness",
            pl.col("samples").fill_null(0) * -1,
            "sha256",
            "position",
        )
        .with_columns(is_kept=pl.int_range(pl.len()).over("session") == 0)
        .drop("damaged", "unmeasured", "richness")
    )
