"""Which strength logs are replaced: by a newer export of the same history, or by a larger file.

Strong, Hevy, FitNotes and most others export everything that was ever logged, every time. So a
newer export takes the place of an older one: what was corrected is corrected, what was deleted is
gone. All of it is decided by what the files hold and when each was first seen, never by the order
in which they arrived; hence a replaced log keeps which workouts it told, and how.
"""

import datetime as dt
import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from pipeline.tables import WALL_CLOCK, LoggedSet, LoggedSets, Readings

# What makes a logged set the same one in two exports; notes and titles may be edited since.
SAME_SET = ("kind", "label", "day", "local_start", "reps", "seconds", "weight", "weight_unit")
LOG = "csv"
NOT_A_SET = ("note", "rest", "unreadable")
# So many workouts may be deleted between two exports. Where more are missing, an old backup was
# restored perhaps, or a file was cut: nothing is given up then.
FEW, FEW_SHARE = 2, 0.1
READ = ("imported", "superseded")
NEWER = "A newer export of yours takes its place."
LARGER = "Another export of yours contains all of it."


@dataclass(frozen=True)
class History:
    """One export of a whole history: its place from old to new, and when its workouts began."""

    sha256: str
    age: int
    workouts: frozenset[dt.datetime]

    def is_replaced_by(self, other: "History") -> bool:
        """Whether another export tells the same history, and tells it newer or whole."""
        missing = len(self.workouts - other.workouts)
        begins_in_it = min(self.workouts) in other.workouts
        if missing == 0 and min(other.workouts) < min(self.workouts):
            return True  # newest first, and cut off
        if missing == len(self.workouts) or missing > max(FEW, FEW_SHARE * len(self.workouts)):
            return False
        has_more = max(other.workouts) > max(self.workouts)
        return other.age > self.age and (begins_in_it or has_more)


def workouts_of(sets: Sequence[LoggedSet]) -> list[dict[str, Any]]:
    """Tell each workout of a log: `begun`, `digest`, 64 bits of its sets, and how many; by `begun`.

    `begun` is a wall clock, midnight where only the day is known; a log that states instants
    gives them in UTC. Workouts that begin at one moment are one. Notes, titles and rest times
    may be edited without making another workout of it.
    """
    frame = LoggedSets.of(sets).frame
    is_set = pl.col("kind").is_in(NOT_A_SET).not_()
    found = (
        frame.with_columns(begun=_begun(pl.col).min().over("workout"))
        .drop_nulls("begun")
        .group_by("begun")
        .agg(
            told=pl.struct(SAME_SET).struct.json_encode().filter(is_set).sort().str.join("\n"),
            sets=is_set.sum(),
        )
        .sort("begun")
    )
    return [
        {"begun": begun, "digest": _digest(told), "sets": sets}
        for begun, told, sets in found.iter_rows()
    ]


def _digest(told: str) -> int:
    return int.from_bytes(hashlib.blake2b(told.encode(), digest_size=8).digest())


def _begun(field: Callable[[str], pl.Expr]) -> pl.Expr:
    """When a set was begun, by its log: the clock, or midnight of its day."""
    clock = _clock(field("local_start"), field("starts_at"))
    return pl.coalesce(clock, field("day").cast(WALL_CLOCK))


def _clock(local_start: pl.Expr, starts_at: pl.Expr) -> pl.Expr:
    """Compare workouts by their wall clock; by UTC where a log states instants."""
    return pl.coalesce(local_start, starts_at.dt.replace_time_zone(None))


def told(table: pl.DataFrame) -> pl.DataFrame:
    """One row per workout of a log: app, sha256, first_seen, age, begun, digest.

    `age` orders the logs of all apps from old to new: by their last workout, then by when they
    were first seen, then by how many workouts and sets they tell, for one of two that are dropped
    at once may be cut off; of two that are equal otherwise the smaller hash is the newer. So it
    depends on what the logs are and not on which arrived first.
    """
    logs = table.filter(
        (pl.col("kind") == LOG)
        & pl.col("outcome").is_in(READ)
        & (pl.col("workouts").list.len() > 0)
    )
    last = pl.col("workouts").list.last().struct.field("begun").alias("last")
    count = pl.col("workouts").list.len().alias("count")
    sets = (
        pl.col("workouts").list.eval(pl.element().struct.field("sets")).list.sum().alias("of_all")
    )
    order = ("last", "first_seen", "count", "of_all", "sha256")
    return (
        logs.select("app", "sha256", "first_seen", "workouts", last, count, sets)
        .sort(order, descending=[False, False, False, False, True])
        .with_row_index("age")
        .select("app", "sha256", "first_seen", "age", "workouts")
        .explode("workouts")
        .unnest("workouts")
        .drop("sets")
    )


def day_seen(zone: str) -> pl.Expr:
    """Return the local day on which a file was first seen."""
    return pl.col("first_seen").dt.convert_time_zone(zone).dt.date()


def lives(table: pl.DataFrame, newest: pl.DataFrame, zone: str) -> pl.DataFrame:
    """From which day to which each workout of a log was known, as it was told: one row for each.

    `newest` is the table in its newest words. Columns: sha256 and begun (of the log that holds
    its sets), since, until (the day it was corrected or deleted, null while it holds), first and
    ended_by (the logs that did so). Days are local. An old export that was found late, and
    replaced at once, told nothing.
    """
    told_on = told(table).with_columns(on=day_seen(zone))
    state = table.select("sha256", "is_history", is_live=pl.col("outcome") == "imported")
    workouts = told_on.drop("first_seen").join(state, on="sha256").sort("on", "age")
    if newest is not table:
        left = workouts_begun(newest).select("sha256", "begun", is_left=True).unique()
        workouts = (
            workouts.join(left, on=["sha256", "begun"], how="left", maintain_order="left")
            .with_columns(is_live=pl.col("is_live") & pl.col("is_left").is_not_null())
            .drop("is_left")
        )
    exports = (
        workouts.group_by("sha256", maintain_order=True)
        .agg(pl.col("app", "on", "age", "is_history").first(), pl.col("is_live").any())
        .with_columns(newest_then=pl.col("age").cum_max().over("app"))
        .with_columns(
            is_stale=pl.col("is_history")
            & ~pl.col("is_live")
            & (pl.col("age") < pl.col("newest_then").last().over("app", "on"))
        )
    )
    version = ("app", "begun", "digest")
    keeper = pl.col("sha256").sort_by("is_live", "age").last()
    held = workouts.group_by(version).agg(keeper, is_live=pl.col("is_live").any())
    known = (
        workouts.join(exports.select("sha256", "is_stale"), on="sha256", maintain_order="left")
        .remove("is_stale")
        .group_by(version)
        .agg(since=pl.col("on").min(), last=pl.col("on").max(), first=pl.col("sha256").first())
    )
    days = exports.group_by("app", "on").agg(ended_by=pl.col("sha256").sort_by("age").last())
    gone = (
        held.join(known, on=version, nulls_equal=True)
        .with_columns(pl.col("app").fill_null(""))
        .sort("last")
        .join_asof(
            days.with_columns(pl.col("app").fill_null("")).sort("on"),
            left_on="last",
            right_on="on",
            by="app",
            strategy="forward",
            allow_exact_matches=False,
            check_sortedness=False,  # within an app it cannot be checked, polars warns
        )
    )
    until = pl.when(~pl.col("is_live")).then(pl.coalesce("on", "last"))
    return gone.select(
        "sha256",
        "begun",
        "since",
        "first",
        until=until,
        ended_by=pl.when(until.is_not_null()).then("ended_by"),
    )


def workouts_begun(table: pl.DataFrame) -> pl.DataFrame:
    """One row per workout of the logs that hold their sets: sha256, workout, begun."""
    return (
        table.filter(pl.col("kind") == LOG)
        .select("sha256", "sets")
        .explode("sets")
        .drop_nulls("sets")
        .group_by("sha256", workout=_of_set("workout"))
        .agg(begun=_begun(_of_set).min())
    )


def told_nowhere_newer(gone: pl.DataFrame, table: pl.DataFrame) -> pl.Series:
    """Return the `sets` of replaced logs without the workouts that a newer log tells alike."""
    workouts = told(table)
    newest = pl.col("age") == pl.col("age").max().over("app", "begun", "digest")
    only = workouts.filter(newest & pl.col("sha256").is_in(gone["sha256"].to_list()))
    sets = gone.select("sha256", "sets").explode("sets").drop_nulls("sets")
    kept = (
        sets.with_columns(begun=_begun(_of_set).min().over("sha256", _of_set("workout")))
        .join(
            only.select("sha256", "begun"),
            on=["sha256", "begun"],
            how="semi",
            maintain_order="left",
        )
        .group_by("sha256", maintain_order=True)
        .agg("sets")
    )
    joined = gone.select("sha256").join(kept, on="sha256", how="left", maintain_order="left")
    return joined["sets"].fill_null([])


def _of_set(field: str) -> pl.Expr:
    return pl.col("sets").struct.field(field)


def replaced(table: Readings) -> dict[str, str]:
    """Return the logs whose sets are to go, by SHA-256, each with the sentence that says why."""
    logs = table.filter((pl.col("kind") == LOG) & pl.col("outcome").is_in(READ))
    tells_all = pl.col("is_history") & (pl.col("workouts").list.len() > 0)
    return {**_older(logs.filter(tells_all)), **_contained(logs.remove(tells_all))}


def newest_words(table: pl.DataFrame) -> pl.DataFrame:
    """Take out of older logs the workouts that a newer log of the same app tells too.

    For exports that overlap without being whole histories. Only workouts with a time of day are
    compared: two logs of one day may be two workouts. A single workout in both is left alone, as
    somebody may have divided a file. The rows stay as they are otherwise.
    """
    logs = table.filter(
        (pl.col("kind") == LOG)
        & (pl.col("outcome") == "imported")
        & pl.col("app").is_duplicated()
        & (pl.col("sets").list.len() > 0)
    )
    if logs.height < FEW:
        return table
    start = _clock(_of_set("local_start"), _of_set("starts_at"))
    sets = (
        logs.select("sha256", "sets")
        .explode("sets")
        .with_columns(begun=start.min().over("sha256", _of_set("workout")))
    )
    older = _told_again(told(logs).join(sets, on=["sha256", "begun"], how="semi"))
    if older.is_empty():
        return table
    kept = (
        sets.join(older, on=["sha256", "begun"], how="anti", maintain_order="left")
        .group_by("sha256", maintain_order=True)
        .agg("sets")
    )
    # Divided and put together again, as lists are not to be chosen between row by row.
    changed = pl.col("sha256").is_in(logs["sha256"].to_list())
    renewed = table.filter(changed).drop("sets").join(kept, on="sha256", how="left")
    return pl.concat([table.remove(changed), renewed.select(table.columns)]).sort("sha256")


def _told_again(workouts: pl.DataFrame) -> pl.DataFrame:
    """Find the workouts, by sha256 and begun, that a newer log tells too, two at least of them."""
    aged = workouts.select("app", "begun", "sha256", "age")
    pairs = aged.join(aged, on=["app", "begun"]).filter(pl.col("age") < pl.col("age_right"))
    return (
        pairs.filter(pl.len().over("sha256", "sha256_right") >= FEW)
        .select("sha256", "begun")
        .unique()
    )


def _older(logs: pl.DataFrame) -> dict[str, str]:
    """Find exports of a history that a newer one tells, of those that were replaced before too."""
    by_app: dict[str | None, list[History]] = {}
    exports = told(logs).group_by("app", "sha256", "age").agg("begun")
    for app, sha256, age, begun in exports.iter_rows():
        by_app.setdefault(app, []).append(History(sha256, age, frozenset(begun)))
    return {
        each.sha256: NEWER
        for histories in by_app.values()
        for each in histories
        if any(each.is_replaced_by(other) for other in histories if other is not each)
    }


def _contained(logs: pl.DataFrame) -> dict[str, str]:
    """Find logs that hold nothing but what another one of the same app holds."""
    gone = {}
    kept: dict[str, list[frozenset[int]]] = {}
    # The larger first, of equal ones the smaller hash: whatever contains a log was kept before.
    contents = [(app or "", -len(sets), sha256, sets) for app, sha256, sets in _contents(logs)]
    for app, _, sha256, sets in sorted(contents, key=lambda each: each[:3]):
        others = kept.setdefault(app, [])
        if any(sets <= other for other in others):
            gone[sha256] = LARGER
        else:
            others.append(sets)
    return gone


def _contents(logs: pl.DataFrame) -> Iterator[tuple[str | None, str, frozenset[int]]]:
    """Yield app, hash and sets of each log that still has any; two equal sets of a log are two."""
    held = logs.filter((pl.col("outcome") == "imported") & (pl.col("sets").list.len() > 0))
    for app, sha256, sets in held.select("app", "sha256", "sets").iter_rows():
        counts: dict[tuple[Any, ...], int] = {}
        found = []
        for each in sets:
            if each["kind"] not in NOT_A_SET:
                key = tuple(each[name] for name in SAME_SET)
                counts[key] = counts.get(key, 0) + 1
                found.append(hash((key, counts[key])))
        yield app, sha256, frozenset(found)
