"""Jogs one soon after the other: two of them, which the page adds up."""

import polars as pl


def back_to_back(kept: pl.DataFrame, gap_s: float) -> pl.DataFrame:
    """Jogs that begin at most `gap_s` after the one before: the later one, with what came before.

    Adds first_m (all jogs of the row before it, null where one is not known), second_m, minutes
    (the last gap), count (jogs in the row so far).
    """
    gap = (pl.col("starts_at") - pl.col("ends_at").shift(1)).dt.total_seconds()
    is_next = (pl.col("gap_s") <= gap_s).fill_null(value=False)
    ordered = (
        kept.filter(pl.col("starts_at").is_not_null())
        .sort("starts_at", "sha256", "position")
        .with_columns(gap_s=gap)
    )
    if ordered.filter(is_next).is_empty():  # as nearly always, and adding up takes time
        return ordered.clear()
    known = pl.col("metres").is_null().cast(pl.Int64).cum_sum().over("row_of_jogs") == 0
    sum_m = pl.when(known).then(pl.col("metres").cum_sum().over("row_of_jogs"))
    return (
        ordered.with_columns(row_of_jogs=(~is_next).cast(pl.Int64).cum_sum())
        .with_columns(
            first_m=sum_m.shift(1),
            second_m=pl.col("metres"),
            count=pl.int_range(1, pl.len() + 1).over("row_of_jogs"),
            minutes=(pl.col("gap_s").clip(0) / 60).round().cast(pl.Int64),
        )
        .filter(is_next)
    )
