"""The pages under test, the blocks in them, and those parts of them that are made from the code."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from ..homes import PROJECT  # noqa: TID252 - tests are one package

MADE = "<!-- Made from here on: make golden writes it. -->"
PIECE = re.compile(
    r"^<!-- (?P<word>now|drop|here|file|shown|mapping|add|varies|steps)"
    r" ?(?P<rest>[^\n]*?) ?-->$"
    r"|^(?P<fence>`{3,})(?P<kind>\w*)\n(?P<text>.*?)^(?P=fence)$",
    re.DOTALL | re.MULTILINE,
)


@dataclass(frozen=True)
class Block:
    """One fenced block, and the comments since the one before: each a word and what it says.

    `start` and `end` are where its text lies in the page.
    """

    kind: str
    text: str
    marks: tuple[tuple[str, str], ...]
    start: int
    end: int

    def has(self, word: str) -> bool:
        """Whether a comment of this word stands before it."""
        return any(each == word for each, _ in self.marks)


def pages() -> list[Path]:
    """Every page that people read: the README, how to contribute, and all of docs."""
    return [
        PROJECT / "README.md",
        PROJECT / "CONTRIBUTING.md",
        *sorted((PROJECT / "docs").rglob("*.md")),
    ]


def name(page: Path) -> str:
    """A page's name in the project."""
    return str(page.relative_to(PROJECT))


def blocks(text: str) -> Iterator[Block]:
    """Yield the fenced blocks of a page, in order."""
    marks: list[tuple[str, str]] = []
    for match in PIECE.finditer(text):
        if match["word"]:
            marks.append((match["word"], match["rest"]))
            continue
        yield Block(match["kind"], match["text"], tuple(marks), *match.span("text"))
        marks = []


def with_made_part(page: Path, lines: Iterable[str]) -> str:
    """A page as it is to be: written by hand up to the mark, and made after it."""
    head = page.read_text(encoding="utf-8").partition(MADE)[0]
    return "\n".join([head + MADE, *lines, ""])
