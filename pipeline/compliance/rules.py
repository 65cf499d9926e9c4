"""The weekly rules, as expressions: what is done, what reaches the limit, how a week stands.

Null is "cannot be told" and stays null to the page; it is never filled with False or 0.
"""

import datetime as dt

import polars as pl

from pipeline.calendar import CalendarWeek
from pipeline.identity import RICHNESS, SHORTEST_JOG_M, TRUNCATED, WHOLE
from pipeline.programme.prescriptions import JOG
from pipeline.week import Rules, Status

CLOSE_SHARE = 0.02
AGREE_SHARE = 0.02
CHECKSUM = "checksum"

UNDER_LIMIT = pl.col("metres") < pl.col("limit_m")  # 5000.0 is not under 5000; null stays null
# A file that was cut off is a lower bound: it can prove the limit reached, never kept.
VERDICT = (
    pl.when(pl.col("integrity") == WHOLE)
    .then(UNDER_LIMIT)
    .when((pl.col("integrity") == TRUNCATED) & ~UNDER_LIMIT)
    .then(statement=False)
    .when((pl.col("integrity") == CHECKSUM) & pl.col("is_consistent"))
    .then(UNDER_LIMIT)
    .otherwise(None)
)
CLOSE_TO_LINE = (pl.col("metres") - pl.col("limit_m")).abs() <= CLOSE_SHARE * pl.col("limit_m")
# A damaged file that shows 50 m may have been a long run: it is not to be left out as too short.
IS_JOG = (
    pl.col("metres").is_null()
    | (pl.col("metres") >= SHORTEST_JOG_M)
    | (pl.col("integrity") != WHOLE)
)
# With a wrong checksum the figures of a file must bear each other out before one is believed.
FIGURES = [
    pl.when(pl.col(f"{step}_m") > 0).then(f"{step}_m")
    for step in ("session", "laps", "records", "track")
]
IS_CONSISTENT = (pl.max_horizontal(FIGURES) <= (1 + AGREE_SHARE) * pl.min_horizontal(FIGURES)) & (
    pl.sum_horizontal([each.is_not_null().cast(pl.Int8) for each in FIGURES]) > 1
)


def prescriptions(weeks: list[tuple[CalendarWeek, Rules]]) -> pl.DataFrame:
    """One row per week and exercise: week, limit_m, exercise, required, sets_required."""
    rows = [
        (week.start, rules.limit_m, each.id, each.sessions_per_week, each.sets_per_session)
        for week, rules in weeks
        for each in rules.exercises
    ]
    schema = {
        "week": pl.Date(),
        "limit_m": pl.Float64(),
        "exercise": pl.String(),
        "required": pl.Int64(),
        "sets_required": pl.Int64(),
    }
    return pl.DataFrame(rows, schema=schema, orient="row")


def week_of(week_start: str) -> pl.Expr:
    """Return the first day of the week a `day` lies in."""
    if week_start == "sunday":
        return (pl.col("day") + pl.duration(days=1)).dt.truncate("1w") - pl.duration(days=1)
    return pl.col("day").dt.truncate("1w")


def with_proofs(recorded: pl.DataFrame, prescribed: pl.DataFrame) -> pl.DataFrame:
    """Keep a cut-off recording instead of a whole one, where it proves what the other denies.

    Adds limit_m, the limit of the recording's week; null in a week that is not judged.
    What a watch recorded up to the damage already reaches the limit, and the whole file of the
    watch would have been kept over a lesser recording that does not: so the cut-off one decides.
    """
    limits = prescribed.select("week", "limit_m").unique()
    limited = recorded.join(limits, on="week", how="left", maintain_order="left")
    if TRUNCATED not in recorded["integrity"]:
        return limited
    kept_richness = RICHNESS.filter("is_kept").first().over("session")
    kept_is_under = UNDER_LIMIT.filter("is_kept").first().over("session")
    proves = (
        (pl.col("integrity") == TRUNCATED)
        & ~UNDER_LIMIT
        & (RICHNESS < kept_richness)
        & kept_is_under
    ).fill_null(value=False)
    return (
        limited.lazy()
        .with_columns(proves=proves)
        .with_columns(is_best=pl.col("proves") & (pl.col("proves").cum_sum().over("session") == 1))
        .with_columns(
            is_kept=pl.when(pl.col("proves").any().over("session"))
            .then("is_best")
            .otherwise("is_kept")
        )
        .drop("proves", "is_best")
        .collect(engine="in-memory")
    )


def judged_jogs(kept: pl.DataFrame) -> pl.DataFrame:
    """Judge each jog against the limit of its week: adds under_limit, close_to_line, at_least.

    Recordings under 100 m are left out; one of unknown length is a jog.
    """
    return (
        kept.lazy()
        .filter(IS_JOG & pl.col("limit_m").is_not_null())
        .with_columns(is_consistent=IS_CONSISTENT)
        .with_columns(
            under_limit=VERDICT,
            close_to_line=CLOSE_TO_LINE.fill_null(value=False),
            at_least=pl.col("integrity").is_in([WHOLE, CHECKSUM]).not_(),
        )
        .sort("week", "day", "local_start", "starts_at", "sha256", "position", nulls_last=True)
        .collect(engine="in-memory")
    )


def done_per_exercise(
    files: pl.DataFrame, jogs: pl.DataFrame, prescribed: pl.DataFrame
) -> pl.DataFrame:
    """One row per week and exercise of the programme: sessions, days, required, is_done.

    `files` has one row per exercise of a session in each file that tells of it.
    A session counts with the prescribed number of working sets; a jog with being recorded,
    however long: reaching the limit breaks the other rule, not this one. `days` are those of
    the sessions that count.
    """
    counted = (
        pl.concat([_lifted(files.lazy()), _jogged(jogs.lazy())])
        .join(prescribed.lazy(), on=["week", "exercise"], how="inner")
        .filter(pl.col("sets").is_null() | (pl.col("sets") >= pl.col("sets_required")))
        .group_by("week", "exercise")
        .agg(sessions=pl.len().cast(pl.Int64), days=pl.col("day").unique().sort())
    )
    return (
        prescribed.lazy()
        .join(counted, on=["week", "exercise"], how="left", maintain_order="left")
        .with_columns(pl.col("sessions").fill_null(0), pl.col("days").fill_null([]))
        .with_columns(is_done=pl.col("sessions") >= pl.col("required"))
        .collect(engine="in-memory")
    )


def _lifted(files: pl.LazyFrame) -> pl.LazyFrame:
    """One row per exercise of a session: two files that tell of it do not add up their sets."""
    return files.group_by("week", "day", "exercise", "session").agg(
        sets=pl.col("reps").list.len().max()
    )


def _jogged(jogs: pl.LazyFrame) -> pl.LazyFrame:
    """One row per occasion of jogging: the runs typed into one workout are one occasion."""
    return (
        jogs.group_by("week", "day", session="occasion")
        .agg(sets=pl.lit(None, pl.UInt32))
        .select("week", "day", exercise=pl.lit(JOG), session="session", sets="sets")
    )


def jogs_per_week(jogs: pl.DataFrame) -> pl.DataFrame:
    """One row per week with a jog: `week`, `over` (reach the limit), `unknown` (cannot be told)."""
    return (
        jogs.group_by("week")
        .agg(
            over=pl.col("under_limit").not_().sum().cast(pl.Int64),
            unknown=pl.col("under_limit").is_null().sum().cast(pl.Int64),
        )
        .sort("week")
    )


def statuses(
    done: pl.DataFrame,
    jogs: pl.DataFrame,
    seen: pl.DataFrame,
    paused: list[dt.date],
    today: dt.date,
) -> pl.DataFrame:
    """One row per week: `week` and `status`, by the table of the report's specification.

    `seen` has one row per week in which any session lies, `paused` the first days of the weeks
    that are a planned pause, `today` the local day of `now`. Known facts beat unknown ones.
    """
    per_week = done.lazy().group_by("week").agg(all_done=pl.col("is_done").all()).sort("week")
    return (
        per_week.join(jogs_per_week(jogs).lazy(), on="week", how="left", maintain_order="left")
        .join(
            seen.lazy().select("week", is_seen=True),
            on="week",
            how="left",
            maintain_order="left",
        )
        .with_columns(
            pl.col("over").fill_null(0) > 0,
            pl.col("unknown").fill_null(0) > 0,
            pl.col("is_seen").fill_null(value=False),
            is_open=pl.col("week") + pl.duration(days=6) >= today,
            is_paused=pl.col("week").is_in(pl.Series(paused, dtype=pl.Date).implode()),
        )
        .select("week", status=_status())
        .collect(engine="in-memory")
    )


def _status() -> pl.Expr:
    """First match wins."""
    done, over, unknown = pl.col("all_done"), pl.col("over"), pl.col("unknown")
    seen, is_open = pl.col("is_seen"), pl.col("is_open")
    table = [
        (pl.col("is_paused"), Status.PAUSED),
        (is_open & over, Status.OPEN_OVER_LIMIT),
        (is_open & done & ~unknown, Status.OPEN_ON_PLAN),
        (is_open & ~seen, Status.OPEN_EMPTY),
        (is_open, Status.OPEN),
        (done & ~over & ~unknown, Status.ON_PLAN),
        (~done & over, Status.INCOMPLETE_OVER_LIMIT),
        (over, Status.OVER_LIMIT),
        (~seen, Status.NO_DATA),
        (~done, Status.INCOMPLETE),
    ]
    status = pl.lit(Status.UNDECIDED.value)
    for condition, code in reversed(table):
        status = pl.when(condition).then(pl.lit(code.value)).otherwise(status)
    return status
