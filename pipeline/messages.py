"""The messages of a FIT file as CSV, for people who want to look at what their watch wrote."""

from pathlib import Path

import polars as pl

from pipeline import guard, readers, terminal
from pipeline.errors import Code, Refusal, Refused
from pipeline.readers.fit.frames import frames

FORMULA = ("=", "+", "-", "@", "\t", "\r")


def as_csv(file: Path, kind: str) -> str | list[str] | Refusal:
    """Return the messages of one kind as CSV, or, if there are none, the kinds there are.

    A column for each field, in the units of the FIT profile; positions are semicircles, times
    seconds since 1989-12-31T00:00:00Z; lists are divided by spaces.
    """
    return guard.alone(_in_child, str(file), kind)


def _in_child(path: str, kind: str) -> str | list[str]:
    content = Path(path).read_bytes()
    if readers.claimed_by(content) != "fit":
        raise Refused(Code.E_UNSUPPORTED, "Only a FIT file has messages.")
    kinds: dict[str, list[pl.DataFrame]] = {}
    for name, frame in frames(content):
        kinds.setdefault(name, []).append(frame)
    if kind not in kinds:
        return sorted(kinds)
    together = pl.concat([_flat(each) for each in kinds[kind]], how="diagonal_relaxed")
    return together.write_csv() if together.columns else ""  # no field that anybody can read


def _flat(frame: pl.DataFrame) -> pl.DataFrame:
    """Make every cell plain: lists become text, and texts of the file can do no harm."""
    lists = [name for name, dtype in frame.schema.items() if dtype == pl.List]
    texts = [name for name, dtype in frame.schema.items() if dtype == pl.String]
    columns = [pl.col(name).cast(pl.List(pl.String)).list.join(" ") for name in lists]
    columns += [pl.col(name).map_elements(_harmless, pl.String) for name in texts]
    plain = frame.with_columns(columns)
    return plain.rename({name: _harmless(name) for name in plain.columns})


def _harmless(text: str) -> str:
    shown = terminal.visible(text)
    return f"'{shown}" if shown.startswith(FORMULA) else shown
