"""Damage to bytes, whatever they are: flipped, cut, moved, spliced, or a token put in."""

import random
from collections.abc import Callable, Sequence

MOST_CHANGES = 8
LONGEST_BLOCK = 64
REPEATS = (2, 3, 17, 300)
INTERESTING = (
    *(0, 1, 2, 7, 0x0D, 0x10, 0x20, 0x40, 0x60, 0x7F, 0x80, 0xC0, 0xFE, 0xFF),
    *(0x7FFF, 0x8000, 0xFFFF, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF, 0xFFFFFFFFFFFFFFFF),
)
Change = Callable[[random.Random, bytearray, Sequence[bytes]], None]


def mutated(
    rng: random.Random, content: bytes, others: Sequence[bytes], tokens: Sequence[bytes]
) -> bytes:
    """Return the content with one to a few changes; `others` may be spliced in."""
    damaged = bytearray(content)
    if others and rng.random() < 0.1:
        damaged = _spliced(rng, damaged, rng.choice(others))
    for _ in range(rng.randint(1, rng.choice((1, 2, MOST_CHANGES)))):
        if damaged:
            rng.choice(CHANGES)(rng, damaged, tokens)
    return bytes(damaged)


def integer(rng: random.Random, size_bytes: int) -> bytes:
    """Return so many bytes of a number that programs stumble over."""
    value = rng.choice(INTERESTING) + rng.choice((0, 0, 0, 1, -1))
    order = rng.choice(("little", "big"))
    return (value % (1 << 8 * size_bytes)).to_bytes(size_bytes, order)  # type: ignore[arg-type]


def _spliced(rng: random.Random, one: bytearray, other: bytes) -> bytearray:
    return one[: rng.randrange(len(one) + 1)] + other[rng.randrange(len(other) + 1) :]


def _flip(rng: random.Random, content: bytearray, _: Sequence[bytes]) -> None:
    content[rng.randrange(len(content))] ^= 1 << rng.randrange(8)


def _overwrite(rng: random.Random, content: bytearray, _: Sequence[bytes]) -> None:
    content[rng.randrange(len(content))] = rng.randrange(256)


def _number(rng: random.Random, content: bytearray, _: Sequence[bytes]) -> None:
    piece = integer(rng, rng.choice((1, 2, 4, 8)))
    at = rng.randrange(len(content))
    content[at : at + len(piece)] = piece


def _insert(rng: random.Random, content: bytearray, _: Sequence[bytes]) -> None:
    at = rng.randrange(len(content) + 1)
    content[at:at] = rng.randbytes(rng.randint(1, 8))


def _delete(rng: random.Random, content: bytearray, _: Sequence[bytes]) -> None:
    at, size = _block(rng, content)
    del content[at : at + size]


def _copy(rng: random.Random, content: bytearray, _: Sequence[bytes]) -> None:
    at, size = _block(rng, content)
    to = rng.randrange(len(content) + 1)
    content[to:to] = bytes(content[at : at + size]) * rng.choice((1, 1, *REPEATS))


def _swap(rng: random.Random, content: bytearray, _: Sequence[bytes]) -> None:
    at, size = _block(rng, content)
    piece = content[at : at + size]
    del content[at : at + size]
    to = rng.randrange(len(content) + 1)
    content[to:to] = piece


def _cut(rng: random.Random, content: bytearray, _: Sequence[bytes]) -> None:
    del content[rng.randrange(len(content)) :]


def _token(rng: random.Random, content: bytearray, tokens: Sequence[bytes]) -> None:
    if not tokens:
        return
    token = rng.choice(tokens)
    at = rng.randrange(len(content) + 1)
    content[at : at + rng.choice((0, 0, len(token)))] = token


def _digit(rng: random.Random, content: bytearray, _: Sequence[bytes]) -> None:
    """Change a digit: texts stay well formed, and their values do not."""
    start = rng.randrange(len(content))
    for at in range(start, min(start + LONGEST_BLOCK, len(content))):
        if ord("0") <= content[at] <= ord("9"):
            content[at : at + 1] = rng.choice((b"9", b"0", b"-", b".", b"99999", b"1e9"))
            return


def _block(rng: random.Random, content: bytearray) -> tuple[int, int]:
    size = rng.randint(1, rng.choice((4, LONGEST_BLOCK, 1024)))
    return rng.randrange(len(content)), size


CHANGES: tuple[Change, ...] = (
    *(_flip, _flip, _overwrite, _number, _number, _insert, _delete, _copy, _swap, _cut),
    *(_token, _token, _token, _digit, _digit),
)
