"""Which recordings tell of the same session, and which of them is kept."""

from collections.abc import Sequence

import polars as pl

from pipeline.identity import suspects
from pipeline.identity.distances import IS_PASSED_OVER, SHORTEST_JOG_M
from pipeline.programme.prescriptions import JOG

# How much a format tells, best first; an archive's own list of workouts comes before a log.
RICHNESS = (
    pl.col("file_kind")
    .replace_strict({"fit": 0, "tcx": 1, "gpx": 2, "zip": 3, "csv": 4}, return_dtype=pl.Int32)
    .alias("richness")
)
LOG = "csv"
WHOLE, TRUNCATED = "whole", "truncated"
SAME_CLOCK_SLACK_S = 60.0  # two jogs back to back may overlap by this much and stay two
SAME_SHARE = 0.8  # of the longer one: below it, two kinds of recording are two things
LOGGED_TOLERANCE = 0.10  # a typed-in figure this near a device's own is a copy of it

IS_LOG = pl.col("file_kind") == LOG
# The beginning of a file of which the whole is there too.
IS_PREFIX = (
    (pl.col("integrity") == TRUNCATED)
    & pl.col("starts_at").is_not_null()
    & (pl.col("integrity") == WHOLE).any().over("file_kind", "starts_at")
).alias("is_prefix")
# Best first: a distance before a doubtful one, before none, and none before a few metres, which
# would make it no jog at all. A device wins over a log, whatever its state.
JOG_RANK = (
    pl.when("is_prefix")
    .then(4)
    .when(IS_PASSED_OVER)
    .then(1)
    .when(pl.col("metres") >= SHORTEST_JOG_M)
    .then(0)
    .when(pl.col("metres").is_null())
    .then(2)
    .otherwise(3)
    .alias("unmeasured"),
    # What does not say that it was a jog never corrects one that does.
    (pl.col("kind") != JOG).alias("is_untyped"),
    IS_LOG.alias("is_log"),
    (pl.col("integrity") != WHOLE).alias("is_damaged"),
    RICHNESS,
    (-pl.col("samples").fill_null(0)).alias("fewness"),
    # Of two that are equal so far the longer one decides: a false "under" is the worst there is,
    # and a copy that only hashes otherwise must not change a verdict.
    (-pl.col("metres").fill_null(0)).alias("shortness"),
)
# Of two logs the one that divides more finely: a workout without a known end may cover two.
WORKOUT_RANK = (RICHNESS, (pl.col("ends_at") - pl.col("starts_at")).alias("length"))
WORKOUT = ("sha256", "file_kind", "position", "workout", "day", "starts_at", "ends_at")


def jogs(found: pl.DataFrame) -> pl.DataFrame:
    """One row per recording of a dated jog, with `session` (an id), `occasion` and `is_kept`.

    Sorted so that within a session the kept recording comes first. Recordings whose type is not
    stated join a jog they run beside, and are linked to it. Sessions share an occasion when any
    log has them in one workout.
    """
    dated = found.filter(pl.col("day").is_not_null()).with_columns(IS_PREFIX)
    certain = _ranked(dated.filter(pl.col("kind") == JOG), JOG_RANK)
    timed = _timed(certain.filter(pl.col("starts_at").is_not_null()))
    untimed = certain.filter(pl.col("starts_at").is_null()).with_columns(
        session=_own_id(), is_best=pl.lit(value=True)
    )
    rows = _pair_logged(pl.concat([timed, untimed]))
    spans = rows.filter(pl.col("is_best") & pl.col("starts_at").is_not_null())
    unstated = dated.filter((pl.col("kind") == "unstated") & pl.col("starts_at").is_not_null())
    rows = rows.drop("rank", "is_best")
    if not unstated.is_empty():
        beside = unstated.join(
            covering(unstated, spans), on=["sha256", "position"], maintain_order="left"
        )
        rows = pl.concat([rows, beside], how="diagonal")
    return (
        _ranked(rows, JOG_RANK)
        .join(_occasions(rows), on="session", how="left")
        .with_columns(occasion=pl.coalesce("occasion", "session"))
        .sort("session", "rank")
        .with_columns(is_kept=pl.col("session").is_first_distinct())
        .pipe(suspects.joined)
        .sort("session", "is_copy", "rank")
        .with_columns(is_kept=pl.col("session").is_first_distinct())
        .drop("rank", "is_copy", "is_prefix")
    )


def _occasions(rows: pl.DataFrame) -> pl.DataFrame:
    """Name the occasion of each session that a log tells of: session, occasion.

    Not only the kept recording's workout counts: which of two equal logs is kept is chance.
    """
    logged = rows.filter(pl.col("workout").is_not_null())
    parts = logged.select("session", "sha256", "workout").unique().sort(pl.all())
    first_of: dict[str, str] = {}

    def root(name: str) -> str:
        while (above := first_of.setdefault(name, name)) != name:
            name = above
        return name

    for session, sha256, workout in parts.iter_rows():
        first_of[root(f"workout {sha256} {workout}")] = root(session)
    sessions = parts["session"].unique(maintain_order=True).to_list()
    named = {"session": sessions, "occasion": [root(each) for each in sessions]}
    return pl.DataFrame(named, schema={"session": pl.String, "occasion": pl.String})


def strength(sets: pl.DataFrame) -> pl.DataFrame:
    """Give every performed set the id of its session, in `session`, and the day of that session.

    `sets` has one row per set with day, starts_at, ends_at (of the workout), sha256, workout.
    Workouts known only by their day join the first timed one of that day, else each other. The
    day is that of the richest file: two clocks may disagree about a midnight.
    """
    workouts = (
        sets.lazy()
        .select(WORKOUT)
        .sort("sha256", "position")
        # Most sets follow another of their workout: they are left out before long ids are compared.
        .filter(pl.struct("sha256", "workout").rle_id().is_first_distinct())
        .unique(["sha256", "workout"], keep="first", maintain_order=True)
        .collect(engine="in-memory")
    )
    ranked = _ranked(workouts.with_columns(metres=pl.lit(None, pl.Float64)), WORKOUT_RANK)
    timed = _sessions(ranked.filter(pl.col("starts_at").is_not_null())).with_columns(
        day=pl.col("day").sort_by("rank").first().over("session")
    )
    first_of_day = timed.group_by("day").agg(
        pl.col("session").sort_by("starts_at", "rank").first().alias("first")
    )
    untimed = (
        ranked.filter(pl.col("starts_at").is_null())
        .join(first_of_day, on="day", how="left")
        .with_columns(session=pl.coalesce("first", "day " + pl.col("day").dt.to_string()))
    )
    columns = ("sha256", "workout", "day", "session")
    ids = pl.concat([timed.select(columns), untimed.select(columns)])
    return joined_by_workout(sets.drop("day"), ids)


def joined_by_workout(sets: pl.DataFrame, workouts: pl.DataFrame) -> pl.DataFrame:
    """Add to each set what `workouts` says of its workout, by sha256 and workout; null if nothing.

    Sets of one workout mostly follow each other: each run of them gets a number, and only the
    runs are compared by their long ids.
    """
    numbered = sets.with_columns(run=pl.struct("sha256", "workout").rle_id())
    runs = numbered.select("run", "sha256", "workout").unique("run")
    told = runs.join(workouts, on=["sha256", "workout"], how="left").drop("sha256", "workout")
    return numbered.join(told, on="run", how="left", maintain_order="left").drop("run")


def covering(some: pl.DataFrame, others: pl.DataFrame) -> pl.DataFrame:
    """Rows of `some` that share nearly all of their time with one of `others`: sha256, position.

    With the `session` of the first such, where `others` have one.
    """
    spans = (
        others.lazy()
        .select(
            pl.col("starts_at").alias("from"),
            pl.col("ends_at").alias("to"),
            session=pl.col("session") if "session" in others.columns else pl.lit(None, pl.String),
        )
        .drop_nulls(["from", "to"])
    )
    own_s = _seconds(pl.col("ends_at") - pl.col("starts_at"))
    other_s = _seconds(pl.col("to") - pl.col("from"))
    common = pl.min_horizontal("ends_at", "to") - pl.max_horizontal("starts_at", "from")
    return (
        some.lazy()
        .select("sha256", "position", "starts_at", "ends_at")
        .join_where(spans, pl.col("starts_at") <= pl.col("to"), pl.col("ends_at") >= pl.col("from"))
        .filter(_seconds(common) >= SAME_SHARE * pl.max_horizontal(own_s, other_s))
        .sort("sha256", "position", "from", "session")
        .unique(["sha256", "position"], keep="first", maintain_order=True)
        .select("sha256", "position", "session")
        .collect(engine="in-memory")
    )


def _seconds(duration: pl.Expr) -> pl.Expr:
    return duration.dt.total_milliseconds() / 1000


def _own_id() -> pl.Expr:
    return pl.format("{} {}", "sha256", "position")


def _ranked(rows: pl.DataFrame, rank: Sequence[pl.Expr]) -> pl.DataFrame:
    """Add `rank`: 0 is the richest recording of all."""
    names = [each.meta.output_name() for each in rank]
    return (
        rows.lazy()
        .with_columns(rank)
        .sort(*names, "sha256", "position")
        .drop(names)
        .with_columns(rank=pl.int_range(pl.len(), dtype=pl.Int64))
        .collect(engine="in-memory")
    )


def _timed(ranked: pl.DataFrame) -> pl.DataFrame:
    """Add `session` and `is_best`; the beginning of a file goes wherever the whole of it does.

    Alone it does not reach as far: what overlaps the whole file need not overlap its beginning.
    """
    if not ranked["is_prefix"].any():  # as nearly always
        return _sessions(ranked)
    same = ["file_kind", "starts_at"]
    wholes = ranked.filter(pl.col("integrity") == WHOLE)
    begun = ranked.filter("is_prefix").join(wholes, on=same, how="semi", maintain_order="left")
    if begun.is_empty():
        return _sessions(ranked)
    others = _sessions(ranked.join(begun, on=["sha256", "position"], how="anti"))
    of_wholes = others.filter(pl.col("integrity") == WHOLE).sort("rank").unique(same, keep="first")
    placed = begun.join(of_wholes.select(*same, "session"), on=same, maintain_order="left")
    return pl.concat([others, placed.with_columns(is_best=pl.lit(value=False))])


def _sessions(ranked: pl.DataFrame) -> pl.DataFrame:
    """Add `session` and `is_best`: the richest recording of a session, and those it overlaps.

    Among recordings that hang together in time the richest takes those that overlap it; the rest
    are asked again. So one that ran on all day never joins two jogs that others tell apart.
    """
    rest, found = ranked, []
    while True:
        groups = rest.lazy().sort("starts_at", "ends_at", "rank").with_columns(number=_group())
        best = groups.filter(pl.col("rank") == pl.col("rank").min().over("number")).select(
            "number",
            best_rank="rank",
            best_sha256="sha256",
            best_kind="file_kind",
            best_metres="metres",
            best_from="starts_at",
            best_to="ends_at",
            session=_own_id(),
        )
        asked = groups.join(best, on="number", how="left", maintain_order="left").with_columns(
            is_best=pl.col("rank") == pl.col("best_rank")
        )
        is_same = pl.col("is_best") | (_overlaps() & ~_is_another_run())
        added = ("session", "is_best")
        told = asked.select(*ranked.columns, *added, is_same=is_same).collect(engine="in-memory")
        found.append(told.filter("is_same").drop("is_same"))
        rest = told.filter(~pl.col("is_same")).select(ranked.columns)
        if rest.is_empty():
            return pl.concat(found)


def _group() -> pl.Expr:
    """Number the groups of recordings that hang together in time; rows sorted by their start."""
    latest_end = pl.col("ends_at").cum_max().shift(1)
    begins = latest_end.is_null() | (pl.col("starts_at") > latest_end)
    return begins.cast(pl.Int64).cum_sum()


def _overlaps() -> pl.Expr:
    """Tell whether a row overlaps the best of its group.

    A minute, or half of the shorter one, is the slack of two clocks.
    """
    common = pl.min_horizontal("ends_at", "best_to") - pl.max_horizontal("starts_at", "best_from")
    own_s = _seconds(pl.col("ends_at") - pl.col("starts_at"))
    best_s = _seconds(pl.col("best_to") - pl.col("best_from"))
    slack_s = pl.min_horizontal(pl.lit(SAME_CLOCK_SLACK_S), own_s / 2, best_s / 2)
    return (_seconds(common) >= slack_s) | (pl.col("starts_at") == pl.col("best_from"))


def _is_another_run() -> pl.Expr:
    """Tell typed-in runs apart that only share the start of a workout.

    Two rows of one log are two runs; a typed-in run longer than the device's is no copy of it.
    """
    is_same_log = pl.col("sha256") == pl.col("best_sha256")
    is_longer = (pl.col("best_kind") != LOG) & (
        pl.col("metres") > (1 + LOGGED_TOLERANCE) * pl.col("best_metres")
    )
    return IS_LOG & (is_same_log | is_longer.fill_null(value=False))


def _pair_logged(rows: pl.DataFrame) -> pl.DataFrame:
    """Join runs typed into a log to a device's recording of that day that agrees, else to copies.

    Each recording takes one run of a log at most: the second of two equal runs is another run.
    """
    best = rows.filter("is_best")
    logged, devices = best.filter(IS_LOG), best.filter(~IS_LOG)
    if logged.is_empty():
        return rows
    new_ids = logged.with_columns(
        number=pl.col("position").rank("ordinal").over("sha256", "day", "metres")
    ).select(
        "session",
        new=pl.format("day {} {} {}", "day", pl.col("metres").fill_null(-1.0), "number"),
    )
    copies = _copies(logged, devices, rows)
    renamed = new_ids.join(copies, on="session", how="left").select(
        "session", new=pl.coalesce("device_session", "new")
    )
    return (
        rows.join(renamed, on="session", how="left", maintain_order="left")
        .with_columns(session=pl.coalesce("new", "session"))
        .drop("new")
    )


def _copies(logged: pl.DataFrame, devices: pl.DataFrame, rows: pl.DataFrame) -> pl.DataFrame:
    """Match typed-in runs with a device's, nearest first: session, device_session."""
    off = (pl.col("metres") - pl.col("device_m")).abs() / pl.col("device_m")
    pairs = (
        logged.select("sha256", "session", "day", "metres")
        .join(
            devices.select("day", device_m="metres", device_session="session"),
            on="day",
        )
        .with_columns(off=off)
        .filter(pl.col("metres").is_null() | (pl.col("off") <= LOGGED_TOLERANCE))
        .sort("off", "device_session", "session", nulls_last=True)
    )
    taken = set(rows.filter(IS_LOG & ~pl.col("is_best")).select("sha256", "session").iter_rows())
    matched: dict[str, str] = {}
    for sha256, session, device in pairs.select("sha256", "session", "device_session").iter_rows():
        if session not in matched and (sha256, device) not in taken:
            matched[session] = device
            taken.add((sha256, device))
    return pl.DataFrame(
        {"session": list(matched), "device_session": list(matched.values())},
        schema={"session": pl.String(), "device_session": pl.String()},
    )
