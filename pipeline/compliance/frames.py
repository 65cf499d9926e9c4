"""The frames that weeks are made of, and the name an original goes by."""

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl


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


def shown_name() -> pl.Expr:
    """Return the name to show for an original: the shortest it was dropped under, then the first.

    Names are bytes; what is no UTF-8 is shown with backslashes.
    """
    return pl.col("names").map_elements(_shortest, return_dtype=pl.String)


def _shortest(names: Sequence[bytes]) -> str:
    chosen = min(names, key=lambda name: (len(name), name), default=b"")
    return chosen.decode("utf-8", "backslashreplace")
