"""Which strength logs are replaced: by a newer export of the same history, or by a larger file.

Strong, Hevy, FitNotes and most others export everything that was ever logged, every time. So a
newer export takes the place of an older one: what was corrected is corrected, what was deleted is
gone. All of it is decided by what the files hold and when each was first seen, never by the order
in which they arrived; hence a replaced log keeps the times of its workouts.
"""

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import polars as pl

from pipeline.tables import WALL_CLOCK, LoggedSet, LoggedSets, Readings

# What makes a logged set the same one in two exports; notes and titles may be edited since.
SAME_SET = ("kind", "label", "day", "local_start", "reps", "seconds", "weight", "weight_unit")
NOT_A_SET = ("note", "rest", "unreadable")
# So many workouts may be deleted between two exports. Where more are missing, an old backup was
# restored perhaps, or a file was cut: nothing is given up then.
FEW, FEW_SHARE = 2, 0.1
REVERSED = str.maketrans("0123456789abcdef", "fedcba9876543210")
READ = ("imported", "superseded")
NEWER = "A newer export of yours takes its place."
LARGER = "Another export of yours contains all of it."


@dataclass(frozen=True)
class History:
    """One export of a whole history: when its workouts began, and when it was first seen."""

    sha256: str
    first_seen: dt.datetime
    workouts: frozenset[dt.datetime]

    @cached_property
    def age(self) -> tuple[dt.datetime, dt.datetime, int, str]:
        """Orders exports from old to new; of two that are equal otherwise the smaller hash wins."""
        reverse = self.sha256.translate(REVERSED)
        return max(self.workouts), self.first_seen, len(self.workouts), reverse

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


def workouts_of(sets: Sequence[LoggedSet]) -> list[dt.datetime]:
    """When each workout of a log began, sorted: a wall clock, midnight where only the day is known.

    A log that states instants gives them in UTC.
    """
    begun = pl.coalesce(
        _clock(pl.col("local_start"), pl.col("starts_at")), pl.col("day").cast(WALL_CLOCK)
    )
    first = LoggedSets.of(sets).frame.group_by("workout").agg(begun.min().alias("begun"))
    return first["begun"].drop_nulls().unique().sort().to_list()


def _clock(local_start: pl.Expr, starts_at: pl.Expr) -> pl.Expr:
    """Compare workouts by their wall clock; by UTC where a log states instants."""
    return pl.coalesce(local_start, starts_at.dt.replace_time_zone(None))


def replaced(table: Readings) -> dict[str, str]:
    """Return the logs whose sets are to go, by SHA-256, each with the sentence that says why."""
    logs = table.filter((pl.col("kind") == "csv") & pl.col("outcome").is_in(READ))
    tells_all = pl.col("workouts").list.len() > 0
    return {**_older(logs.filter(tells_all)), **_contained(logs.remove(tells_all))}


def newest_words(table: pl.DataFrame) -> pl.DataFrame:
    """Take out of older logs the workouts that a newer log of the same app tells too.

    For exports that overlap without being whole histories. Only workouts with a time of day are
    compared: two logs of one day may be two workouts. A single workout in both is left alone, as
    somebody may have divided a file. The rows stay as they are otherwise.
    """
    logs = table.filter(
        (pl.col("kind") == "csv")
        & (pl.col("outcome") == "imported")
        & pl.col("app").is_duplicated()
        & (pl.col("sets").list.len() > 0)
    )
    if logs.height < FEW:
        return table
    sets = _begun(logs)
    told = sets.select("app", "sha256", "first_seen", "begun").drop_nulls("begun").unique()
    older = _told_again(told)
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


def _begun(logs: pl.DataFrame) -> pl.DataFrame:
    """One row per set: app, sha256, first_seen, sets, and when its workout began, if it says."""
    start = pl.col("sets").struct
    begun = _clock(start.field("local_start"), start.field("starts_at"))
    exploded = logs.select("app", "sha256", "first_seen", "sets").explode("sets")
    return exploded.with_columns(begun=begun)


def _told_again(told: pl.DataFrame) -> pl.DataFrame:
    """Find the workouts, by sha256 and begun, that a newer log tells too: two at least of a pair.

    The newer one is that with the later last workout, then the one seen later.
    """
    ages = (
        told.group_by("sha256")
        .agg(pl.col("begun").max().alias("last"), pl.col("first_seen").first())
        .sort("last", "first_seen", "sha256", descending=[False, False, True])
        .with_row_index("age")
        .select("sha256", "age")
    )
    aged = told.join(ages, on="sha256").select("app", "begun", "sha256", "age")
    pairs = aged.join(aged, on=["app", "begun"]).filter(pl.col("age") < pl.col("age_right"))
    return (
        pairs.filter(pl.len().over("sha256", "sha256_right") >= FEW)
        .select("sha256", "begun")
        .unique()
    )


def _older(logs: pl.DataFrame) -> dict[str, str]:
    """Find exports of a history that a newer one tells, of those that were replaced before too."""
    by_app: dict[str | None, list[History]] = {}
    columns = ("app", "sha256", "first_seen", "workouts")
    for app, sha256, first_seen, workouts in logs.select(columns).iter_rows():
        by_app.setdefault(app, []).append(History(sha256, first_seen, frozenset(workouts)))
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
    held = logs.filter(pl.col("sets").list.len() > 0)
    for app, sha256, sets in held.select("app", "sha256", "sets").iter_rows():
        counts: dict[tuple[Any, ...], int] = {}
        found = []
        for each in sets:
            if each["kind"] not in NOT_A_SET:
                key = tuple(each[name] for name in SAME_SET)
                counts[key] = counts.get(key, 0) + 1
                found.append(hash((key, counts[key])))
        yield app, sha256, frozenset(found)
