"""How far somebody went: the first distance of a recording that is there and can be true."""

import polars as pl

DISTANCE_CHAIN = ("session", "laps", "records", "track", "log")
SHORTEST_JOG_M = 100.0
# Beside so long a run, at no more than this speed, nobody ran less than the shortest jog.
TOLD_M, FASTEST_M_S = 1000.0, 8.0


def _recorded(step: str) -> pl.Expr:
    """Return a figure; 0 is not recorded."""
    return pl.when(pl.col(f"{step}_m") > 0).then(f"{step}_m")


def _told(step: str) -> pl.Expr:
    """Return a figure of a kilometre or more that can have been run in the time."""
    most_m = FASTEST_M_S * pl.coalesce("timer_s", "elapsed_s")
    return pl.when(pl.col(f"{step}_m").is_between(TOLD_M, most_m)).then(f"{step}_m")


def _step(figure: pl.Expr, step: str) -> pl.Expr:
    return pl.when(figure.is_not_null()).then(pl.lit(step))


FIRST_M = pl.coalesce([_recorded(step) for step in DISTANCE_CHAIN])
TOLD = pl.coalesce([_told(step) for step in DISTANCE_CHAIN])
# A lap of "5.3" over a track of 5.3 km is in other units. It would hide the jog.
IS_PASSED_OVER = ((FIRST_M < SHORTEST_JOG_M) & TOLD.is_not_null()).fill_null(value=False)


def distance() -> list[pl.Expr]:
    """Return `metres`, and `distance_source`: which step of the chain it is; null without any.

    It is the first that is recorded; but one too short for a jog is passed over where another
    tells of a kilometre or more that can have been run in the time.
    """
    first = pl.coalesce([_step(_recorded(step), step) for step in DISTANCE_CHAIN])
    told = pl.coalesce([_step(_told(step), step) for step in DISTANCE_CHAIN])
    return [
        pl.when(IS_PASSED_OVER).then(TOLD).otherwise(FIRST_M).alias("metres"),
        pl.when(IS_PASSED_OVER).then(told).otherwise(first).alias("distance_source"),
    ]
