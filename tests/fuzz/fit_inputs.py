"""FIT files that are nearly right: every part of the protocol, with any of it wrong.

Checksums and lengths are mostly put right after the damage, so that it reaches the decoder.
Source: Flexible and Interoperable Data Transfer (FIT) Protocol.
"""

import random
import struct
from dataclasses import dataclass, field

import fastcrc

from tests.fuzz.mutation import integer, mutated

START_S = 1_163_000_000  # in November 2026, in seconds of FIT
BERLIN = (626_349_397, 159_383_552)  # semicircles
STRING, BYTE = 0x07, 0x0D
WIDTHS = {
    **dict.fromkeys((0x00, 0x01, 0x02, STRING, 0x0A, BYTE), 1),
    **dict.fromkeys((0x83, 0x84, 0x8B), 2),
    **dict.fromkeys((0x85, 0x86, 0x88, 0x8C), 4),
    **dict.fromkeys((0x89, 0x8E, 0x8F, 0x90), 8),
}
# The fields that are read, by message: number and base type; and a few that are not.
FIELDS: dict[int, tuple[tuple[int, int], ...]] = {
    0: ((0, 0x00), (1, 0x84), (2, 0x84), (3, 0x8C), (4, 0x86)),
    12: ((0, 0x00), (1, 0x00), (3, STRING)),
    18: (
        *((253, 0x86), (254, 0x84), (2, 0x86), (3, 0x85), (4, 0x85), (5, 0x00), (6, 0x00)),
        *((7, 0x86), (8, 0x86), (9, 0x86), (25, 0x84), (26, 0x84), (110, STRING)),
    ),
    19: ((253, 0x86), (2, 0x86), (7, 0x86), (8, 0x86), (9, 0x86), (25, 0x00), (39, 0x00)),
    20: (
        *((253, 0x86), (0, 0x85), (1, 0x85), (2, 0x84), (3, 0x02), (5, 0x86), (6, 0x84)),
        *((8, BYTE), (39, 0x84), (78, 0x86), (73, 0x86), (136, 0x02)),
    ),
    21: ((253, 0x86), (0, 0x00), (1, 0x00), (3, 0x86), (4, 0x02)),
    27: ((254, 0x84), (0, STRING), (10, 0x84), (11, 0x84)),
    34: ((253, 0x86), (0, 0x86), (5, 0x86), (1, 0x84)),
    132: ((253, 0x86), (0, 0x84), (1, 0x02), (6, 0x02), (9, 0x86), (10, BYTE)),
    206: ((0, 0x02), (1, 0x02), (2, 0x02), (3, STRING), (8, STRING), (14, 0x84)),
    207: ((0, BYTE), (1, BYTE), (2, 0x84), (3, 0x02), (4, 0x86)),
    225: (
        *((254, 0x86), (0, 0x86), (3, 0x84), (4, 0x84), (5, 0x02), (6, 0x86), (7, 0x84)),
        *((8, 0x84), (10, 0x84), (11, 0x84)),
    ),
    264: ((0, 0x84), (1, 0x84), (2, STRING)),
}
# A file of every part, in the order of a watch's; a third of the files are made of any messages.
USUAL = (0, 207, 206, 21, 20, 20, 20, 20, 21, 19, 225, 225, 18, 34)
STRENGTH = (0, 27, 264, 21, 225, 225, 225, 21, 18, 34)


@dataclass
class _Shape:
    """One definition: what follows its local type until another one does."""

    number: int
    big: bool
    fields: list[tuple[int, int, int]]  # number, size, base type
    developer: list[tuple[int, int, int]]  # number, size, app


@dataclass
class _Writer:
    rng: random.Random
    wrong: float  # how likely each single thing is to be wrong
    body: bytearray = field(default_factory=bytearray)
    local: dict[int, _Shape] = field(default_factory=dict)
    clock_s: int = START_S

    def odd(self) -> bool:
        return self.rng.random() < self.wrong

    def define(self, number: int) -> int:
        """Write a definition; returns its local type."""
        rng, local = self.rng, self.rng.randrange(16)
        fields = [self.field(number, each) for each in FIELDS.get(number, ()) if not self.odd()]
        while self.odd():
            fields.append((rng.randrange(256), rng.choice((0, 1, 2, 4, 8, 255)), self.base()))
        developer = []
        if rng.random() < 0.15:
            developer = [
                (rng.randrange(3), rng.choice((0, 1, 2, 4, 8, 200)), rng.randrange(3))
                for _ in range(rng.randint(1, 3))
            ]
        shape = _Shape(number, rng.random() < 0.2, fields, developer)
        header = 0x40 | local | (0x20 if developer else 0)
        self.body += bytes((header, 0, shape.big))
        self.body += struct.pack(">HB" if shape.big else "<HB", number, len(fields) & 0xFF)
        for each in fields:
            self.body += bytes(each)
        if developer:
            self.body.append(len(developer))
            for each in developer:
                self.body += bytes(each)
        self.local[local] = shape
        return local

    def field(self, message: int, known: tuple[int, int]) -> tuple[int, int, int]:
        number, base = known
        width = WIDTHS[base]
        size = self.rng.choice((8, 16, 31)) if base == STRING else width
        if (message, number) == (20, 8):
            size = 3
        if message == 225 and number in {7, 8}:
            size = width * self.rng.randint(1, 3)
        if self.odd():
            base = self.base()
            size = WIDTHS.get(base, 1)
        if self.odd():
            size = self.rng.choice((0, 1, 2, 3, 4, 5, 7, 8, 12, 255, size * 2))
        return number, size & 0xFF, base

    def base(self) -> int:
        if self.odd():
            return self.rng.randrange(256)
        return self.rng.choice(list(WIDTHS))

    def message(self, local: int) -> None:
        """Write a message of a local type, now and then with a time in its header."""
        shape, rng = self.local[local], self.rng
        self.clock_s += rng.choice((0, 1, 1, 1, 30, 31, 33, 600, -5))
        is_short = local < 4 and rng.random() < 0.1
        self.body.append(0x80 | local << 5 | self.clock_s & 0x1F if is_short else local)
        for number, size, base in shape.fields:
            self.body += self.value(shape, number, size, base)
        for _, size, _ in shape.developer:
            self.body += rng.randbytes(size)

    def value(self, shape: _Shape, number: int, size: int, base: int) -> bytes:
        rng, order = self.rng, "big" if shape.big else "little"
        if base == STRING or not size:
            words = (b"Lat Pulldown", b"Run", b"\xff\xfe", b"<b>&", b"a\0b", b"\xe2\x80\xae\n", b"")
            return rng.choice(words)[:size].ljust(size, rng.choice((b"\0", b"\0", b" ")))
        if rng.random() < 3 * self.wrong:
            return rng.choice((rng.randbytes(size), integer(rng, size), b"\xff" * size))
        if base in {0x88, 0x89} and size in {4, 8}:
            value = rng.choice((0.0, -0.0, 1e9, 3.4e38, -1.5, float("inf"), float("nan"), 5e5))
            return struct.pack((">" if shape.big else "<") + {4: "f", 8: "d"}[size], value)
        plausible = self.plausible(shape.number, number) % (1 << 8 * size)
        return plausible.to_bytes(size, order)  # type: ignore[arg-type]

    def plausible(self, message: int, number: int) -> int:
        rng, passed_s = self.rng, max(0, self.clock_s - START_S)
        if number == 253 or (message, number) in {(18, 2), (19, 2), (225, 6), (0, 4)}:
            return rng.choice((self.clock_s, self.clock_s, START_S))
        known = {
            (0, 0): 4,
            (18, 5): rng.choice((1, 1, 10, 11, 254, 0)),
            (18, 9): passed_s * 280,
            (19, 9): passed_s * 280,
            (20, 0): BERLIN[0] + passed_s * 300,
            (20, 1): BERLIN[1] + passed_s * 300,
            (20, 5): passed_s * 280,
            (18, 3): BERLIN[0],
            (18, 4): BERLIN[1],
            (18, 7): passed_s * 1000,
            (18, 8): passed_s * 1000,
            (34, 5): self.clock_s + 3600,
            (206, 2): rng.choice(list(WIDTHS)),
            (225, 5): 1,
            (225, 3): rng.randrange(20),
            (225, 4): rng.randrange(2000),
            (225, 7): rng.choice((8, 21, 25, 65_534)),
        }
        return known.get((message, number), rng.randrange(6))

    def messages(self) -> None:
        """Write the messages of one part."""
        rng = self.rng
        numbers = list(rng.choice((USUAL, USUAL, STRENGTH)))
        if self.odd():
            numbers = [rng.choice([*FIELDS, rng.randrange(65_536)]) for _ in range(12)]
        if self.odd():
            rng.shuffle(numbers)
        for number in numbers:
            fitting = [local for local, shape in self.local.items() if shape.number == number]
            local = fitting[0] if fitting and rng.random() < 0.9 else self.define(number)
            for _ in range(rng.choice((1, 1, 2, 40)) if number in {20, 225} else 1):
                self.message(local)


def content(rng: random.Random, tokens: tuple[bytes, ...]) -> bytes:
    """Return a FIT file, or several chained."""
    count = rng.choice((1, 1, 1, 1, 1, 2, 3, 17))
    whole = b"".join(_part(rng, tokens) for _ in range(count))
    if rng.random() < 0.05:
        whole += rng.randbytes(rng.randint(1, 30))
    if rng.random() < 0.05:
        whole = whole[: rng.randrange(len(whole))]
    return whole


def mended(content: bytes) -> bytes:
    """Put the length and checksums of a damaged file right, as if it were one whole part."""
    if len(content) < 16 or content[0] not in {12, 14}:
        return content
    header = bytearray(content[: content[0]])
    body = content[len(header) : -2]
    header[4:12] = struct.pack("<I", len(body)) + b".FIT"
    if len(header) == 14:
        header[12:14] = struct.pack("<H", _crc(bytes(header[:12])))
    whole = bytes(header) + body
    return whole + struct.pack("<H", _crc(whole))


def _crc(content: bytes) -> int:
    return int(fastcrc.crc16.arc(content))


def _part(rng: random.Random, tokens: tuple[bytes, ...]) -> bytes:
    writer = _Writer(rng, rng.choice((0.0, 0.01, 0.05, 0.3)))
    writer.messages()
    body = bytes(writer.body)
    if rng.random() < 0.2:
        body = mutated(rng, body, (), tokens)
    size = len(body)
    if rng.random() < 0.08:
        size = rng.choice((0, size + 1, max(0, size - 3), 0xFFFFFFFF, size // 2))
    header = struct.pack("<BBHI4s", 14, 0x20, 2132, size, b".FIT")
    header += struct.pack("<H", _crc(header))
    if rng.random() < 0.15:
        length = rng.choice((12, 12, 12, 13, 16, 0, 255))
        header = bytes((length,)) + header[1:].ljust(length, b"\0")[: max(11, length - 1)]
    whole = header + body
    check = struct.pack("<H", _crc(whole))
    return whole + (check if rng.random() < 0.85 else rng.randbytes(2))


TOKENS = (
    *(b".FIT", b"\x40\x00\x00", b"\x60\x00\x00", b"\x80", b"\xff\xff\xff\xff", b"\x0e\x20"),
    *(b"\x14\x00", b"\x12\x00", b"\xfd\x04\x86", b"\x00\x00\x00\x00", b"\xe1\x00", b"\xce\x00"),
)
