"""The frames that weeks are made of, and the name an original goes by."""

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from pipeline.tables import names_in_order


@dataclass(frozen=True)
class Frames:
    """What the weeks of one person are made of; every row has a `week`, but the undated ones.

    `recorded_jogs` holds kept and linked recordings of jogs, `jogs` the kept ones, judged. `idle`
    has one row per workout of a log without any working set.
    """

    recordings: pl.DataFrame
    undated: pl.DataFrame
    recorded_jogs: pl.DataFrame
    jogs: pl.DataFrame
    sets: pl.DataFrame
    idle: pl.DataFrame
    refused: pl.DataFrame


def original_name() -> pl.Expr:
    """Return the name to show for an original, of all it was dropped under; "" without any."""
    return pl.col("names").map_elements(_first, return_dtype=pl.String)


def _first(names: Sequence[bytes]) -> str:
    return next(iter(names_in_order(names)), "")
