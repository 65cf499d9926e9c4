"""The frames that weeks are made of, and the name an original goes by."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import polars as pl

from pipeline.diaries import DIARY
from pipeline.identity import DISTANCE_CHAIN, RICHNESS
from pipeline.members import without_address
from pipeline.tables import names_in_order, shown_name

Row = Mapping[str, Any]
FIGURES = tuple((step, f"{step}_m") for step in DISTANCE_CHAIN)
# The wall clock less the instant, in microseconds: the offset from UTC, where both are known.
OFFSET = (
    (pl.col("local_start") - pl.col("starts_at").dt.replace_time_zone(None))
    .dt.total_microseconds()
    .alias("offset_us")
)
# What a row of Python needs to tell of a recording; `week` and the verdict come where there is one.
OF_A_RECORDING = (
    *("day", "local_start", "sha256", "position", "name", "file_kind", "row", "sport", "title"),
    *("metres", "distance_source", "timer_s", "elapsed_s", "integrity", "day_source", OFFSET),
)
OF_A_JOG = (
    *("week", "session", "under_limit", "at_least", "close_to_line", "track_points", "limit_m"),
    *(column for _, column in FIGURES),
)
UNREAD = ("sha256", "name", "kind", "code", "detail", "salvage", "first_seen")
FIRST_OF_A_FILE = (
    *("week", "day", "local_start", "offset_us", "label", "title", "name", "file_kind"),
    "day_source",
)
OF_A_FILE = (
    *("week", "day", "local_start", "offset_us", "sha256", "name", "file_kind", "lines"),
    "day_source",
)
# Numbers the files of each session, one after the other: sets are sorted by session and file.
PART = pl.struct("session", "sha256").rle_id()
# A name that may be an exercise of the programme, and that nobody settled.
IS_NEAR = pl.col("candidates").list.len() > 0
EFFORT = ("reps", "seconds", "weight", "weight_unit")


@dataclass(frozen=True)
class Frames:
    """What the weeks of one person are made of; every row has a `week`, but the undated ones.

    `recorded_jogs` holds kept and linked recordings of jogs, `jogs` the kept ones, judged. `idle`
    has one row per workout of a log without any working set, `unreadable` one per log and week
    with records nobody could read, which may lie in no week. `idle_sets` are warm-ups and skipped
    sets, `prescribed` what the programme asks of each exercise in each week.
    """

    recordings: pl.DataFrame
    undated: pl.DataFrame
    recorded_jogs: pl.DataFrame
    jogs: pl.DataFrame
    sets: pl.DataFrame
    idle: pl.DataFrame
    idle_sets: pl.DataFrame
    prescribed: pl.DataFrame
    refused: pl.DataFrame
    unreadable: pl.DataFrame
    diary_lines: pl.DataFrame

    @cached_property
    def seen(self) -> pl.DataFrame:
        """The weeks in which any session lies: week."""
        everything = (self.recordings, self.sets, self.idle)
        return pl.concat([each.select("week") for each in everything]).unique()

    @cached_property
    def jog_rows(self) -> Sequence[Row]:
        """The judged jogs as rows, by day and start."""
        jogs = self.jogs.select(*OF_A_RECORDING, *OF_A_JOG)
        return [dict(zip(jogs.columns, row, strict=True)) for row in tuples(jogs)]

    @cached_property
    def linked(self) -> Mapping[str, list[Row]]:
        """The recordings that were not kept, by their session."""
        found: dict[str, list[Row]] = {}
        others = self.recorded_jogs.filter(~pl.col("is_kept"))
        for row in others.select(*OF_A_RECORDING, "session").iter_rows(named=True):
            found.setdefault(row["session"], []).append(row)
        return found

    @cached_property
    def known_sets(self) -> pl.DataFrame:
        """One row per exercise of the programme in one file of a session, the richest file first.

        Columns: session, exercise, sha256, those of the file's first such set, the lines its
        sets stand on, their efforts as lists, and is_richest, of the first file of an exercise.
        """
        known = (
            self.sets.filter(pl.col("exercise").is_not_null())
            .with_columns(OFFSET, part=PART)
            .with_row_index("first")
        )
        # Grouped by numbers, and the names fetched after: comparing long ids costs twice as much.
        groups = known.group_by("part", "exercise").agg(
            pl.col("first").first(),
            *EFFORT,
            first_row=pl.col("row").min(),
            last_row=pl.col("row").max(),
        )
        firsts = known.select("session", "exercise", "sha256", "how", *FIRST_OF_A_FILE)[
            groups["first"]
        ]
        return (
            firsts.hstack(
                groups.select(*EFFORT, lines=lines(pl.col("first_row"), pl.col("last_row")))
            )
            .lazy()
            .with_columns(RICHNESS)
            .sort("session", "exercise", "richness", "sha256")
            .with_columns(is_richest=pl.struct("session", "exercise").is_first_distinct())
            .collect(engine="in-memory")
        )


def lines(first: pl.Expr, last: pl.Expr) -> pl.Expr:
    """Name the lines of a file that a group of sets stands on; null where there are none."""
    return (
        pl.when(first == last)
        .then(pl.format("row {}", first))
        .otherwise(pl.format("rows {}–{}", first, last))
    )


def tuples(frame: pl.DataFrame) -> Iterator[tuple[Any, ...]]:
    """Yield the rows as tuples, made by column, which takes half the time of `iter_rows`."""
    return zip(*(column.to_list() for column in frame.iter_columns()), strict=True)


def unread(shown: pl.DataFrame) -> pl.DataFrame:
    """Files that could not be read, and members of archives that could not: UNREAD columns.

    A member whose bytes could not be had has no row of its own; it may be a jog all the same.
    Those of one archive that fail for one reason are one row.
    """
    refused = shown.filter(pl.col("outcome") == "refused").select(UNREAD)
    members = (
        shown.filter(pl.col("outcome") == "imported")
        .select("sha256", "name", "kind", "first_seen", "left_out")
        .explode("left_out", empty_as_null=False, keep_nulls=False)
        .unnest("left_out", separator="_")
    )
    found: dict[tuple[str, str], list[Row]] = {}
    for row in members.filter(pl.col("left_out_code").str.starts_with("E_")).to_dicts():
        found.setdefault((row["sha256"], row["left_out_code"]), []).append(row)
    rows = [_lost(alike) for alike in found.values()]
    return pl.concat([refused, pl.DataFrame(rows, schema=refused.schema)])


def _lost(alike: Sequence[Row]) -> Row:
    first = min(alike, key=lambda row: (row["left_out_name"], row["left_out_detail"]))
    name = shown_name(without_address(first["left_out_name"]))
    more = f" and {len(alike) - 1} more" if len(alike) > 1 else ""
    return {
        "sha256": first["sha256"],
        "name": f"{first['name']}/{name}{more}",
        "kind": first["kind"],
        "code": first["left_out_code"],
        "detail": first["left_out_detail"],
        "salvage": None,
        "first_seen": first["first_seen"],
    }


def with_problems(unreadable: pl.DataFrame, shown: pl.DataFrame) -> pl.DataFrame:
    """Add what is wrong with the first of the records: code, where and text of its problem."""
    problems = (
        shown.select("sha256", "problems")
        .explode("problems", empty_as_null=False, keep_nulls=False)
        .unnest("problems")
        .with_columns(row=pl.col("where").str.extract(r"^line (\d+)").cast(pl.Int32))
        .unique(["sha256", "row"], keep="first")
    )
    return unreadable.join(problems, on=["sha256", "row"], how="left", maintain_order="left")


def diary_lines(shown: pl.DataFrame) -> pl.DataFrame:
    """Diaries with lines that nobody could read: count, and code, where and text of the first."""
    problem = pl.col("problems").list.first()
    return shown.filter(
        (pl.col("kind") == DIARY)
        & (pl.col("outcome") == "imported")
        & (pl.col("problems").list.len() > 0)
    ).select(
        "sha256",
        "name",
        "kind",
        "first_seen",
        *(problem.struct.field(each) for each in ("code", "where", "text")),
        count=pl.col("problems").list.len(),
    )


def original_names(readings: pl.DataFrame) -> pl.Series:
    """Return the name to show for each original, of all it was dropped under; "" without any."""
    found = [None if names is None else _first(names) for names in readings["names"].to_list()]
    return pl.Series("name", found, dtype=pl.String)


def _first(names: Sequence[bytes]) -> str:
    # Nearly every original has one name, and there is nothing to sort.
    return shown_name(*names) if len(names) == 1 else next(iter(names_in_order(names)), "")
