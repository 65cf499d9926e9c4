"""How far somebody went: the first distance of a recording that is there and can be true."""

from collections.abc import Callable

import polars as pl

DISTANCE_CHAIN = ("session", "laps", "records", "track", "log")
SHORTEST_JOG_M = 100.0
# Beside so long a run, at no more than this speed, nobody ran less than the shortest jog.
LONG_M, FASTEST_M_S = 1000.0, 8.0


def _recorded(step: str) -> pl.Expr:
    """Return a figure; 0 is not recorded."""
    return pl.when(pl.col(f"{step}_m") > 0).then(f"{step}_m")


def _told(step: str) -> pl.Expr:
    """Return a figure of a kilometre or more that can have been run in the time."""
    most_m = FASTEST_M_S * pl.coalesce("timer_s", "elapsed_s")
    return pl.when(pl.col(f"{step}_m").is_between(LONG_M, most_m)).then(f"{step}_m")


def _first(figure: Callable[[str], pl.Expr]) -> tuple[pl.Expr, pl.Expr]:
    """Return the first such figure of the chain, and its step."""
    figures = {step: figure(step) for step in DISTANCE_CHAIN}
    steps = [pl.when(each.is_not_null()).then(pl.lit(step)) for step, each in figures.items()]
    return pl.coalesce(list(figures.values())), pl.coalesce(steps)


RECORDED_M, RECORDED_STEP = _first(_recorded)
TOLD_M, TOLD_STEP = _first(_told)
# A lap of "5.3" over a track of 5.3 km is in other units. It would hide the jog.
IS_PASSED_OVER = ((RECORDED_M < SHORTEST_JOG_M) & TOLD_M.is_not_null()).fill_null(value=False)


def distance() -> list[pl.Expr]:
    """Return `metres`, and `distance_source`: which step of the chain it is; null without any.

    It is the first that is recorded; but one too short for a jog is passed over where another
    tells of a kilometre or more that can have been run in the time.
    """
    return [
        pl.when(IS_PASSED_OVER).then(TOLD_M).otherwise(RECORDED_M).alias("metres"),
        pl.when(IS_PASSED_OVER).then(TOLD_STEP).otherwise(RECORDED_STEP).alias("distance_source"),
    ]
