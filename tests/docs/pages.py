"""The pages under test, and those parts of them that are made from the code."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from ..homes import PROJECT  # noqa: TID252 - tests are one package

MADE = "<!-- Made from here on: make golden writes it. -->"
FENCE = re.compile(
    r"(?:^<!-- (?P<mark>[^\n]*) -->\n)?^```(?P<kind>\w*)\n(?P<text>.*?)^```$",
    re.DOTALL | re.MULTILINE,
)


@dataclass(frozen=True)
class Block:
    """One fenced block: its language, its text, and the comment on the line above it."""

    kind: str
    text: str
    mark: str
    line: int


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
    for match in FENCE.finditer(text):
        line = text.count("\n", 0, match.start("kind")) + 1
        yield Block(match["kind"], match["text"], match["mark"] or "", line)


def with_made_part(page: Path, lines: Iterable[str]) -> str:
    """A page as it is to be: written by hand up to the mark, and made after it."""
    head = page.read_text(encoding="utf-8").partition(MADE)[0]
    return "\n".join([head + MADE, *lines, ""])
