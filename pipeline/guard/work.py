"""What a child does: read the contents it is given, one after the other, and hand back answers.

Everything that looks at content runs here; nothing leaves but plain values, pickled.
"""

import functools
import hashlib
import itertools
import pickle
import resource
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypeVar

from pipeline import archives, readers
from pipeline.errors import Code, Declined, Refusal, Refused
from pipeline.members import Address, LeftOut, Listing, Told
from pipeline.readers.limits import LIMITS
from pipeline.tables import Reading

MEGABYTE = 1_000_000
HEAD_BYTES = 4
Outcome = Reading | Refusal | Listing | LeftOut
Mode = Literal["own", "reference"]
Read = Callable[[bytes], Reading | Refusal | Declined]
Result = TypeVar("Result")
CRASHED = Refusal(Code.E_CRASH, "Reading it ended the reader.")


@dataclass(frozen=True)
class Source:
    """One content to read: an original, or the member of an archive at an `address`.

    `brothers` is how many members the archive holds, `told` what it says of this one. `maps` are
    the mappings that may say how to read it, should no reader know it.
    """

    original: Path
    size_bytes: int
    address: Address | None = None
    told: Told | None = None
    brothers: int = 0
    maps: tuple[Path, ...] = ()

    @classmethod
    def of(cls, path: Path, maps: tuple[Path, ...] = ()) -> "Source":
        """A whole original; raises OSError when it is not there."""
        return cls(path, path.stat().st_size, maps=maps)


@dataclass(frozen=True)
class Answer:
    """What came of one source; hash and size of the bytes where they were not the original's.

    An OSError is a fault of our disk, and none of the file's.
    """

    outcome: Outcome | Declined | OSError
    sha256: str | None = None
    size_bytes: int = 0


@dataclass(frozen=True)
class Budget:
    """What one source may use, and how much it may hand back; for archives, its listing too."""

    cpu_s: float
    address_bytes: int
    result_bytes: int
    listing_cpu_s: float
    listing_bytes: int


def answers(sources: Sequence[Source], budgets: Sequence[Budget], read: Read) -> list[bytes]:
    """Read every source, in the child; returns their pickled Answers, in order."""
    found: list[bytes] = []
    pairs = list(zip(sources, budgets, strict=True))
    for is_member, run in itertools.groupby(pairs, lambda pair: _archive(pair[0])):
        if is_member:
            found += _of_members(list(run), read)
        else:
            found += [
                _pickled(budget, functools.partial(_whole, source, budget, read))
                for source, budget in run
            ]
    return found


def within(
    cpu_s: float, work: Callable[..., Result], arguments: tuple[object, ...]
) -> Result | Refusal:
    """Do other work on a file, in the child, within its time; a refusal of it is returned."""
    try:
        _allow_cpu(cpu_s)
        return work(*arguments)
    except Refused as refused:
        return refused.refusal
    except MemoryError:
        raise
    except BaseException:  # noqa: BLE001 - as in _pickled: the parent must see none of it
        return CRASHED


def too_slow(budget: Budget) -> Refusal:
    """Say that a source used up its time."""
    return Refusal(Code.E_TIME, f"Reading took longer than {budget.cpu_s:.0f} s.")


def too_large(budget: Budget) -> Refusal:
    """Say that a source used up its memory."""
    megabytes = budget.address_bytes // MEGABYTE
    return Refusal(Code.E_MEMORY, f"Reading needed more than {megabytes} MB.")


def _archive(source: Source) -> Path | None:
    return None if source.address is None else source.original


def _pickled(budget: Budget, answer: Callable[[], Answer]) -> bytes:
    """Work one answer out, within its budget; whatever cannot cross the pipe fails here."""
    most_bytes = budget.result_bytes
    try:
        _allow_cpu(budget.cpu_s)
        found = answer()
        if isinstance(found.outcome, Listing):
            most_bytes = budget.listing_bytes
        pickled = pickle.dumps(found)
    except MemoryError:
        pickled = pickle.dumps(Answer(too_large(budget)))
    except BaseException as fault:  # noqa: BLE001 - the outermost frame of the child: libraries raise anything under damage, SystemExit and PanicException included, and the parent must see none of it
        words = f"Reading it ended the reader ({type(fault).__name__})."
        pickled = pickle.dumps(Answer(Refusal(Code.E_CRASH, words)))
    if len(pickled) > most_bytes:
        words = f"What it says takes more than {most_bytes / MEGABYTE:.0f} MB."
        pickled = pickle.dumps(Answer(Refusal(Code.E_MEMORY, words)))
    return pickled


def _whole(source: Source, budget: Budget, read: Read) -> Answer:
    """Read an original, or list what it holds if it is an archive."""
    try:
        with source.original.open("rb") as original:
            kind = archives.kind_of(original.read(HEAD_BYTES))
            original.seek(0)
            if kind is not None:
                _allow_cpu(budget.listing_cpu_s)
                try:
                    return Answer(archives.listing(original, source.size_bytes))
                except Refused as refused:
                    fault = refused.refusal
                    return Answer(Refusal(fault.code, fault.fault, fault.salvage, kind))
            if source.size_bytes > LIMITS.file_bytes:
                words = f"The file is larger than {LIMITS.file_bytes // MEGABYTE} MB."
                return Answer(Refusal(Code.E_TOO_BIG, words))
            content = original.read()
        maps = [path.read_bytes() for path in source.maps]
    except OSError as fault:
        if fault.errno is None:  # raised by a library, for what the bytes are
            raise
        return Answer(OSError(fault.errno, fault.strerror, str(source.original)))
    said = read(content)
    if maps and isinstance(said, Refusal):
        said = readers.read_mapped(content, maps, said)
    return Answer(said)


def _of_members(members: list[tuple[Source, Budget]], read: Read) -> Iterator[bytes]:
    """Read members of one archive, opened once, and again after each fault."""
    path = members[0][0].original
    contents: Iterator[tuple[Address, bytes | LeftOut]] | None = None

    def answer(number: int) -> Answer:
        nonlocal contents
        try:
            if contents is None:
                rest = [source.address or () for source, _ in members[number:]]
                contents = _opened(path, rest)
            _, content = next(contents)
        except BaseException:
            contents = None
            raise
        return _member(content, members[number][0], read)

    for number, (_, budget) in enumerate(members):
        yield _pickled(budget, functools.partial(answer, number))


def _opened(path: Path, rest: Sequence[Address]) -> Iterator[tuple[Address, bytes | LeftOut]]:
    with path.open("rb") as archive:
        yield from archives.contents(archive, rest)


def _member(content: bytes | LeftOut, source: Source, read: Read) -> Answer:
    if isinstance(content, LeftOut):
        return Answer(content)
    outcome = read(content)
    if isinstance(outcome, Reading):
        outcome = archives.with_told(outcome, source.told)
    return Answer(outcome, hashlib.sha256(content).hexdigest(), len(content))


def _allow_cpu(seconds: float) -> None:
    """Bound the processor time of what comes next; the limit counts from the child's start."""
    spent = resource.getrusage(resource.RUSAGE_SELF)
    soft = int(spent.ru_utime + spent.ru_stime + seconds) + 1
    resource.setrlimit(resource.RLIMIT_CPU, (soft, resource.RLIM_INFINITY))
