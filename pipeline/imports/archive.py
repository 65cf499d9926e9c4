"""Reading the members of archives; the row of an archive is written after its last member."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import polars as pl

from pipeline import ledger
from pipeline.errors import Code, Refusal
from pipeline.guard import Answer, Guard, Source
from pipeline.imports.book import Book
from pipeline.members import LeftOut, Listing, Member
from pipeline.tables import Reading, Readings

NOT_OURS = (Code.E_NOT_RECOGNISED, Code.E_UNSUPPORTED)
WORKOUT_NAMES = (b".fit", b".gpx", b".tcx")
Recorded = Mapping[str, Mapping[int, tuple[str, ...]]]  # outcome, code and detail, by member


@dataclass
class Archive:
    """An archive under way: which members are not read yet, and what became of the others."""

    source: Source
    listing: Listing
    left: Sequence[int]
    is_good: bool
    faults: dict[int, tuple[Code, str]] = field(default_factory=dict)
    left_out: list[LeftOut] = field(default_factory=list)


def recorded(table: Readings, reader_version: str) -> Recorded:
    """Return, by archive and member, what a killed run recorded of archives it did not finish."""
    rows = table.filter(pl.col("reader_version") == reader_version)
    finished = set(rows.filter(pl.col("kind").is_in(ledger.ARCHIVES))["sha256"].to_list())
    found = rows.filter(pl.col("found_in").list.len() > 0)
    known: dict[str, dict[int, tuple[str, ...]]] = {}
    for found_in, *outcome in found.select("found_in", "outcome", "code", "detail").iter_rows():
        for place in found_in:
            if place["container"] not in finished:
                known.setdefault(place["container"], {})[place["index"]] = tuple(outcome)
    return known


def begun(source: Source, listing: Listing, known: Recorded) -> Archive:
    """Begin with an archive; `known` is what `recorded` returns of those a killed run began."""
    done = known.get(source.original.name, {})
    left = [index for index in range(len(listing.members)) if index not in done]
    archive = Archive(source, listing, left, is_good=bool(listing.activities))
    archive.left_out += listing.left_out
    for index, (outcome, code, detail) in done.items():
        if outcome == ledger.REFUSED:
            archive.faults[index] = (Code(code), detail)
        else:
            archive.is_good = True
    return archive


def read_members(book: Book, children: Guard, archives: Sequence[Archive]) -> None:
    """Read what is left of some archives, and write the row of each after its last member."""
    sources = (_source(archive, index) for archive in archives for index in archive.left)
    answers = children.answers(sources)
    for archive in archives:
        container = archive.source.original.name
        first_seen = book.library.first_seen(container)
        for index in archive.left:
            _, answer = next(answers)
            member = archive.listing.members[index]
            kept = _of_member(archive, index, member, answer)
            if kept is not None and answer.sha256 is not None:
                row = ledger.row(answer.sha256, answer.size_bytes, first_seen, kept, book.version)
                is_told = member.told is not None and isinstance(kept, Reading)
                place = {
                    "container": container,
                    "index": index,
                    "name": member.name,
                    "told": is_told,
                }
                book.add(row | {"found_in": [place]})
        row = ledger.archive_row(
            container,
            archive.source.size_bytes,
            first_seen,
            archive.listing,
            archive.left_out,
            _fault(archive),
            book.version,
        )
        book.add(row)


def _fault(archive: Archive) -> Refusal | None:
    if archive.is_good:
        return None
    faults = [archive.faults[index] for index in sorted(archive.faults)]
    beside = archive.listing.left_out
    faults += [(each.code, each.detail) for each in beside if each.code.startswith("E_")]
    return ledger.fault_of(archive.listing, faults)


def _source(archive: Archive, index: int) -> Source:
    members = archive.listing.members
    member = members[index]
    path = archive.source.original
    return Source(path, member.size_bytes, member.address, member.told, len(members))


def _of_member(
    archive: Archive, index: int, member: Member, answer: Answer
) -> Reading | Refusal | None:
    """Return what gets a row of its own; what does not is noted as left out."""
    outcome = answer.outcome
    if isinstance(outcome, Reading):
        archive.is_good = True
        return outcome
    if isinstance(outcome, LeftOut):
        archive.left_out.append(outcome)
        if outcome.code.startswith("E_"):
            archive.faults[index] = (outcome.code, outcome.detail)
        return None
    if not isinstance(outcome, Refusal):
        message = f"a member cannot be {type(outcome).__name__}"
        raise TypeError(message)
    if _is_no_workout(outcome, archive.listing, member):
        archive.left_out.append(LeftOut(member.name, Code.I_MEMBER, outcome.fault))
        return None
    archive.faults[index] = (outcome.code, outcome.fault)
    if answer.sha256 is None:
        archive.left_out.append(LeftOut(member.name, outcome.code, outcome.fault))
        return None
    return outcome


def _is_no_workout(outcome: Refusal, listing: Listing, member: Member) -> bool:
    """Tell what is left out in silence: an export is full of files that are no workouts.

    What is named like one and cannot be recognised is none of those: it may be a jog.
    """
    if outcome.code is Code.E_NO_ACTIVITY:
        return True
    is_named_so = member.name.lower().removesuffix(b".gz").endswith(WORKOUT_NAMES)
    return listing.app is not None and outcome.code in NOT_OURS and not is_named_so
