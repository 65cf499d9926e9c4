"""What a check finds."""

import enum
from dataclasses import dataclass
from pathlib import Path


class Level(enum.StrEnum):
    """How much it matters. Only what is wrong breaks a promise."""

    OK = "ok"
    WARNING = "warning"
    WRONG = "wrong"


@dataclass(frozen=True)
class Finding:
    """One line: what was looked at, what was found, where, and what to do; empty if nothing."""

    level: Level
    check: str
    what: str
    where: str = ""
    remedy: str = ""

    @property
    def line(self) -> str:
        """Say all of it; paths and names are as they are, not made harmless."""
        where = f", {self.where}" if self.where else ""
        remedy = f": {self.remedy}" if self.remedy else ""
        return f"{self.check} {self.what}{where}{remedy}"


def ok(check: str, what: str, where: Path | str = "") -> Finding:
    """Nothing to do."""
    return Finding(Level.OK, check, what, str(where))


def warning(check: str, what: str, where: Path | str, remedy: str) -> Finding:
    """It works, but may cost something one day."""
    return Finding(Level.WARNING, check, what, str(where), remedy)


def wrong(check: str, what: str, where: Path | str, remedy: str) -> Finding:
    """A promise does not hold, or will not."""
    return Finding(Level.WRONG, check, what, str(where), remedy)
