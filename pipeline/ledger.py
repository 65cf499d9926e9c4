"""The table of readings as a whole: rows for new outcomes, and what supersedes what.

Pure: rows in, rows out. What a row holds never depends on what arrived first: of a content that
lies in several archives the first of them that tells something of it is believed; which log takes
the place of which is for `histories` to say.
"""

import datetime as dt
from collections.abc import Container, Iterable, Mapping, Sequence
from typing import Any

import polars as pl

from pipeline import diaries, histories
from pipeline.errors import Code, Refusal
from pipeline.members import LeftOut, Listing, without_address
from pipeline.tables import Reading, Readings, listed, readings, readings_of

IMPORTED, REFUSED, SUPERSEDED = "imported", "refused", "superseded"
ARCHIVES = ("zip", "gz")
MAPPED = "+"  # in the version of a row: what follows names the mappings it was read by
Row = dict[str, Any]


def row(
    sha256: str,
    size_bytes: int,
    first_seen: dt.datetime,
    outcome: Reading | Refusal,
    reader_version: str,
) -> Row:
    """Make the row of one content: its ledger and what it said, together."""
    made: Row = {
        "sha256": sha256,
        "names": [],
        "size_bytes": size_bytes,
        "first_seen": first_seen,
        "kind": outcome.kind,
        "reader_version": reader_version,
        "found_in": [],
        "left_out": [],
        "is_history": False,
        "workouts": [],
        "activities": [],
        "sets": [],
        "problems": [],
        "pain": [],
    }
    if isinstance(outcome, Refusal):
        made |= {"outcome": REFUSED, "code": outcome.code.value, "detail": outcome.fault}
        return made | {"salvage": outcome.salvage, "reader": outcome.kind}
    return made | {
        "outcome": IMPORTED,
        "app": outcome.app,
        "reader": outcome.reader,
        "is_history": outcome.is_history,
        "workouts": histories.workouts_of(outcome.sets) if outcome.kind == "csv" else [],
        "activities": outcome.activities,
        "sets": outcome.sets,
        "problems": outcome.problems,
        "pain": outcome.pain,
    }


def archive_row(  # noqa: PLR0913, PLR0917 - an archive's own facts, and what became of its members
    sha256: str,
    size_bytes: int,
    first_seen: dt.datetime,
    listing: Listing,
    left_out: Sequence[LeftOut],
    fault: Refusal | None,
    reader_version: str,
) -> Row:
    """Make the row of an archive; `fault` is why nothing of it could be imported."""
    said: Reading | Refusal = fault or Reading(
        listing.kind, listing.kind, listing.app, listing.activities, (), listing.problems
    )
    made = row(sha256, size_bytes, first_seen, said, reader_version)
    found = {(each.name, each.code.value, each.detail) for each in left_out}
    return made | {
        "kind": listing.kind,
        "app": listing.app,
        "reader": listing.kind,
        "left_out": [
            {"name": name, "code": code, "detail": detail} for name, code, detail in sorted(found)
        ],
    }


def fault_of(listing: Listing, faults: Sequence[tuple[Code, str]]) -> Refusal:
    """Say why an archive gave nothing: by its first member that could not be read, if any."""
    if not faults:
        return Refusal(Code.E_NO_ACTIVITY, "The archive holds no workout.")
    code, fault = faults[0]
    if len(faults) > 1:
        fault = f"None of its {len(faults)} files could be read: {fault}"
    elif listing.kind != "gz":
        fault = f"Its only file could not be read: {fault}"
    return Refusal(code, fault)


def merged(
    old: Readings, new: Iterable[Row], names: Mapping[str, Sequence[bytes]] | None = None
) -> Readings:
    """Put new rows into the table, and supersede; renew the names where they are given.

    A new row takes the place of an old one of another version of the readers; rows of the same
    content and version are joined: found in every archive that holds it.
    """
    joined: dict[str, Row] = {}
    for each in new:
        _join(joined, each)
    is_renewed = pl.col("sha256").is_in(list(joined))
    for each in old.filter(is_renewed).iter_rows(named=True):
        if _readers(each) == _readers(joined[each["sha256"]]):
            _join(joined, each)
    table = readings(pl.concat([old.filter(~is_renewed), readings_of(joined.values())]))
    if names is not None:
        table = named(table, names)
    is_told = any(each["kind"] in (histories.LOG, diaries.DIARY) for each in joined.values())
    return superseded(table) if is_told else table


def named(table: Readings, names: Mapping[str, Sequence[bytes]]) -> Readings:
    """Renew the names: those each was dropped under, else where in which archive it lies."""
    shas = table["sha256"].to_list()
    current: list[Sequence[bytes]] = [names.get(sha256, ()) for sha256 in shas]
    numbers = [number for number, each in enumerate(current) if not each]
    for number, found_in in zip(numbers, table["found_in"].gather(numbers), strict=True):
        current[number] = sorted(
            {_place_name(each, names) for each in (() if found_in is None else found_in)}
        )
    return readings(table.with_columns(listed("names", current, pl.Binary())))


def archives_of(table: Readings, held: Container[str]) -> dict[str, str]:
    """Return, for each content that is no original itself, the archive it lies in, by SHA-256."""
    members = table.filter(pl.col("found_in").list.len() > 0).select(
        "sha256", pl.col("found_in").list.first().struct.field("container")
    )
    return {member: archive for member, archive in members.iter_rows() if member not in held}


def superseded(table: Readings) -> Readings:
    """Mark logs that another log of the same app replaces, and older diaries; the row stays.

    Of its sets only those stay that no newer log tells: what was corrected or deleted since.
    Nothing judges them; they tell how a week stood before the newer log arrived.
    """
    why = histories.replaced(table) | diaries.replaced(table)
    is_replaced = (pl.col("sha256").is_in(list(why)) & (pl.col("outcome") == IMPORTED)) | (
        (pl.col("outcome") == SUPERSEDED) & (pl.col("sets").list.len() > 0)
    )
    gone = table.filter(is_replaced)
    if gone.is_empty():
        return table
    # Divided and put together again: choosing between lists row by row costs polars gigabytes.
    emptied = gone.with_columns(
        histories.told_nowhere_newer(gone, table),
        outcome=pl.lit(SUPERSEDED),
        detail=pl.Series(
            [why.get(sha256, detail) for sha256, detail in gone.select("sha256", "detail").rows()],
            dtype=pl.String,
        ),
    )
    return readings(pl.concat([table.remove(is_replaced), emptied]))


def _join(joined: dict[str, Row], new: Row) -> None:
    """Join two rows of one content: what is believed, and every archive it was found in."""
    old = joined.get(new["sha256"])
    if old is None:
        joined[new["sha256"]] = new
        return
    believed = min(old, new, key=_rank)
    found = {(each["container"], each["index"]): each for each in _found(old) + _found(new)}
    joined[new["sha256"]] = believed | {
        "found_in": [found[place] for place in sorted(found)],
        "first_seen": min(old["first_seen"], new["first_seen"]),
    }


def _readers(each: Row) -> str:
    """Name the readers of a row, whatever mappings there were: an archive's member has none."""
    return str(each["reader_version"]).partition(MAPPED)[0]


def _rank(each: Row) -> tuple[bool, str, int, bool]:
    """Rank what a row says: first what the first archive tells that tells something of it.

    Else what was read by a mapping.
    """
    told = [(place["container"], place["index"]) for place in _found(each) if place["told"]]
    return (not told, *min(told, default=("", 0)), MAPPED not in each["reader_version"])


def _found(each: Row) -> list[dict[str, Any]]:
    return each["found_in"] or []


def _place_name(place: Mapping[str, Any], names: Mapping[str, Sequence[bytes]]) -> bytes:
    archive = _first(names.get(place["container"], ()))
    return b"/".join(filter(None, (archive, without_address(place["name"]))))


def _first(names: Sequence[bytes]) -> bytes:
    return min(names, key=lambda name: (len(name), name), default=b"archive")
