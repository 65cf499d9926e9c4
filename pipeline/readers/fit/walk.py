"""The walk over the messages of a FIT part: where each kind lies, without decoding any value.

A definition gives its messages a fixed size, and a run of equal header bytes is a block of such
messages: the bytes at that stride are compared at once, so the walk takes a step per run and not
per message. The page docs/fit.md explains it with a drawing.
Source: Flexible and Interoperable Data Transfer (FIT) Protocol, record structure.
"""

from collections.abc import Callable, Container, Iterable
from dataclasses import dataclass, field
from itertools import starmap

import numpy as np
import numpy.typing as npt

from pipeline.errors import Code, Refused
from pipeline.readers.fit import definition
from pipeline.readers.limits import LIMITS

COMPRESSED, DEFINITION, DEVELOPER = 0x80, 0x40, 0x20
LOCAL_TYPES = 16
FIELDS_AT = 6  # header, reserved, byte order, message number (2), field count
FIRST_LOOK = 32  # messages compared at once in a run; each further look is longer
TIMESTAMP = 253
NO_TIME = 0xFFFFFFFF

Ints = npt.NDArray[np.int64]


@dataclass
class Group:
    """All messages of one layout: message number, definition, and where they lie.

    `size_bytes` is that of one message with its header byte. `starts` are the bytes at which runs
    of messages begin, in file order; `counts` says how many there are in a run of more than one.
    """

    number: int
    definition: bytes
    size_bytes: int
    starts: list[int] = field(default_factory=list)
    counts: dict[int, int] = field(default_factory=dict)

    @property
    def runs(self) -> list[tuple[int, int]]:
        """Where each run begins, and how many messages it has, in file order."""
        counts = self.counts
        return [(at, counts.get(at, 1)) for at in self.starts]

    @property
    def count(self) -> int:
        """How many messages there are."""
        return len(self.starts) - len(self.counts) + sum(self.counts.values())

    def places(self) -> Ints:
        """Byte of the body at which each message begins, in file order."""
        starts = np.array(self.starts, dtype=np.int64)
        if not self.counts:
            return starts
        size = self.size_bytes
        runs = starmap(lambda at, count: np.arange(at, at + count * size, size), self.runs)
        return np.concatenate(list(runs))


@dataclass
class Walked:
    """What the walk found: groups of the wanted messages by number, and where it had to stop."""

    groups: dict[int, list[Group]] = field(default_factory=dict)
    messages: int = 0
    broken_at: int | None = None
    is_compressed: bool = False

    def of(self, number: int) -> list[Group]:
        """Return the groups of one message number that have messages."""
        return [group for group in self.groups.get(number, []) if group.starts]


def walk(body: bytes, start: int, wanted: Container[int]) -> Walked:
    """Step over the messages of a part, from run to run; `start` is where it begins in the file.

    Raises Refused with E_FIT_LIMIT past the limit on messages.
    """
    walker = _Walker(body, wanted)
    at, end = 0, len(body)
    sizes, takes, singles = walker.sizes, walker.takes, 0
    most = LIMITS.fit_messages
    while at < end:
        header = body[at]
        after = at + sizes[header]
        if after != at and after < end and body[after] != header:
            takes[header](at)  # a message by itself, the most frequent case
            singles += 1
        elif header & (COMPRESSED | DEFINITION) == DEFINITION:
            after = walker.define(at, header)
        else:
            after = walker.take(at, header)
        if after == at:
            break  # what is here cannot be stepped over
        at = after
        if singles + walker.walked.messages > most:
            fault = f"The number of messages exceeds {most} at byte {start + at}."
            raise Refused(Code.E_FIT_LIMIT, fault)
    walker.walked.messages += singles
    return walker.walked


class _Walker:
    """What the walk knows on its way: which definition holds for which local type."""

    def __init__(self, body: bytes, wanted: Container[int]) -> None:
        self.body, self.wanted = body, wanted
        self.walked = Walked()
        self.known: dict[bytes, Group] = {}
        self.local: list[Group | None] = [None] * LOCAL_TYPES
        # By header byte, set for the plain headers of local types that are defined.
        self.sizes = [0] * 256
        self.takes: list[Callable[[int], None]] = [_nothing] * 256

    def define(self, at: int, header: int) -> int:
        """Note the definition at a place; returns where the next message begins."""
        content = _definition(self.body, at, header)
        if content is None:
            self.walked.broken_at = at
            return at
        group = self.known.get(content)
        if group is None:
            number = definition.message_number(content)
            group = Group(number, content, definition.message_bytes(content))
            self.known[content] = group
            if number in self.wanted:
                self.walked.groups.setdefault(number, []).append(group)
        local = header % LOCAL_TYPES
        self.local[local] = group
        self.sizes[local] = group.size_bytes
        self.takes[local] = group.starts.append
        self.walked.messages += 1
        return at + 1 + len(content)

    def take(self, at: int, header: int) -> int:
        """Note the run of messages at a place; returns where the next message begins."""
        is_compressed = header >= COMPRESSED
        group = self.local[header >> 5 & 0x03 if is_compressed else header % LOCAL_TYPES]
        if group is None or at + group.size_bytes > len(self.body):
            self.walked.broken_at = at
            return at
        self.walked.is_compressed |= is_compressed
        count = _run(self.body, at, group.size_bytes)
        group.starts.append(at)
        if count > 1:
            group.counts[at] = count
        self.walked.messages += count
        return at + count * group.size_bytes


def _nothing(_at: int) -> None:
    """Stand in for the messages of a local type that nobody defined."""


def timestamps(body: bytes) -> dict[int, int]:
    """Time of each message whose header carries it, by the byte at which the message begins.

    Such a header holds the last five bits of the time; the rest is that of the last message
    before it, of whatever kind, that told its time. Hence the second walk over all of them.
    Times are FIT seconds; a message before the first full time is left out.
    """
    groups = [group for same in walk(body, 0, range(1 << 16)).groups.values() for group in same]
    carriers: list[tuple[int, int | None]] = []
    for group in groups:
        stamp = next(iter(definition.fields(group.definition, {TIMESTAMP})), None)
        is_full = stamp is not None and stamp.size_bytes == 4  # noqa: PLR2004 - a uint32
        big = definition.byte_order(group.definition) == ">"
        for at in group.places().tolist():
            if body[at] & COMPRESSED:
                carriers.append((at, None))
            elif stamp is not None and is_full:
                raw = body[at + stamp.at : at + stamp.at + stamp.size_bytes]
                carriers.append((at, int.from_bytes(raw, "big" if big else "little")))
    return _unrolled(body, sorted(carriers, key=_place))


def _place(carrier: tuple[int, int | None]) -> int:
    return carrier[0]


def _unrolled(body: bytes, carriers: Iterable[tuple[int, int | None]]) -> dict[int, int]:
    found: dict[int, int] = {}
    latest: int | None = None
    for at, full in carriers:
        if full is not None:
            latest = latest if full == NO_TIME else full
        elif latest is not None:
            latest += (body[at] & 0x1F) - (latest & 0x1F) & 0x1F
            found[at] = latest
    return found


def _definition(body: bytes, at: int, header: int) -> bytes | None:
    """Return a definition without its header byte; None when the part ends before it does."""
    end = len(body)
    fields_at = at + FIELDS_AT
    if fields_at > end:
        return None
    after = fields_at + definition.FIELD_BYTES * body[fields_at - 1]
    if header & DEVELOPER:
        if after >= end:
            return None
        after += 1 + definition.FIELD_BYTES * body[after]
    return body[at + 1 : after] if after <= end else None


def _run(body: bytes, at: int, size_bytes: int) -> int:
    """Count the whole messages with the header of the first one that follow each other."""
    most = (len(body) - at) // size_bytes
    header, look = body[at : at + 1], FIRST_LOOK
    count = 1
    if most > 1 and body[at + size_bytes] != header[0]:
        return count
    while count < most:
        begin = at + count * size_bytes
        heads = body[begin : begin + min(look, most - count) * size_bytes : size_bytes]
        same = len(heads) - len(heads.lstrip(header))
        count += same
        if same < len(heads):
            break
        look *= 4
    return count
