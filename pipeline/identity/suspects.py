"""Jogs of equal length a whole number of hours apart: one may be a copy with a wrong clock.

Copies come a day earlier or an hour apart when a service reads a wall clock in another zone.
They are shown and both counted, until somebody says what they are: nobody can tell from outside.
"""

import polars as pl

SUSPECT_SHARE = 0.005  # of the length
LONGEST_SHIFT_H = 14
COPY, JOG = "copy", "jog"
MICROSECONDS = 1_000_000
PAIR = pl.Schema(
    {
        "session": pl.String(),
        "earlier": pl.String(),
        "hours": pl.Int64(),
    }
)


def pairs(kept: pl.DataFrame) -> pl.DataFrame:
    """Pairs of sessions that may be one, later ones first to last: session, earlier, hours.

    `kept` has one row per session with starts_at and metres; those without either are in no pair.
    """
    ordered = kept.drop_nulls(["starts_at", "metres"]).sort("starts_at", "sha256", "position")
    starts_us = ordered["starts_at"].to_physical().to_list()
    lengths_m = ordered["metres"].to_list()
    sessions = ordered["session"].to_list()
    found = []
    for index, (start_us, metres) in enumerate(zip(starts_us, lengths_m, strict=True)):
        for other in range(index + 1, len(starts_us)):
            apart_s = (starts_us[other] - start_us) / MICROSECONDS
            hours = round(apart_s / 3600)
            if hours > LONGEST_SHIFT_H:
                break
            is_shift = hours > 0 and abs(apart_s - hours * 3600) < 1
            if is_shift and abs(lengths_m[other] - metres) <= SUSPECT_SHARE * metres:
                found.append((sessions[other], sessions[index], hours))
    return pl.DataFrame(found, schema=PAIR, orient="row")


def unsettled(kept: pl.DataFrame) -> pl.DataFrame:
    """Pairs of which nobody has said what they are: of neither jog that it is one of its own."""
    settled = kept.filter(pl.col("settled") == JOG)["session"].to_list()
    both = pl.col("session").is_in(settled) | pl.col("earlier").is_in(settled)
    return pairs(kept).remove(both)


def joined(rows: pl.DataFrame) -> pl.DataFrame:
    """Give the recordings of a jog that somebody called a copy the session of the other one.

    Adds `is_copy`, of recordings that are not to be kept. `rows` has session, settled and is_kept.
    A copy of nothing, or of another copy, stays a session: a jog that no file tells of any more
    must not vanish.
    """
    rows = rows.with_columns(is_copy=pl.lit(value=False))
    copies = rows.filter(pl.col("settled") == COPY)["session"].unique().to_list()
    if not copies:
        return rows
    found = pairs(rows.filter("is_kept"))
    both_ways = pl.concat(
        [found.select("session", "earlier"), found.select(session="earlier", earlier="session")]
    )
    originals = (
        both_ways.filter(pl.col("session").is_in(copies) & ~pl.col("earlier").is_in(copies))
        .sort("session", "earlier")
        .unique("session", keep="first", maintain_order=True)
    )
    return (
        rows.join(originals, on="session", how="left", maintain_order="left")
        .with_columns(
            session=pl.coalesce("earlier", "session"), is_copy=pl.col("earlier").is_not_null()
        )
        .drop("earlier")
    )
