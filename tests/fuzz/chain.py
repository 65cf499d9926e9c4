"""What was read, through the rest of the way: the table's gate, judging, and pages.

Some readings at a time share a table. When that fails, each is tried in a table of its own, so
that a fault has the number of its input.
"""

import datetime as dt
import hashlib
import json
import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import NoReturn

from pipeline import compliance, ledger, report
from pipeline.errors import Refusal
from pipeline.guard import Answer
from pipeline.members import Listing
from pipeline.settings import Person, Settings
from pipeline.tables import Reading, readings_of
from tests.fuzz import names
from tests.fuzz.trial import Verdict

AT_ONCE = 48
PAGES_RENDERED = 5  # of the weeks with a session, beside those that tell of all weeks
NOW = dt.datetime(2026, 11, 15, 20, tzinfo=dt.UTC)
SEEN = NOW - dt.timedelta(days=3)
ALEX = Person("me", "Alex", "Europe/Berlin")
SETTINGS = Settings((ALEX,))
# Control characters but white space, and what turns text around; no page may hold one
# (a table of data may: its cells are what the files said).
UNSHOWN = re.compile(
    "[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200b\u202a-\u202e\u2066-\u2069\ufeff\ue000-\ue002]"
)


@dataclass
class Chain:
    """Collects what was read; `failed` gets the number of each input that could not be judged."""

    rng: random.Random
    waiting: list[tuple[int, ledger.Row]] = field(default_factory=list)
    judged: int = 0
    failed: list[tuple[int, str]] = field(default_factory=list)

    def add(self, number: int, verdict: Verdict) -> None:
        """Take what one input said; judge when there is enough."""
        for at, answer in enumerate(verdict.answers):
            row = _row(f"{number} {at}", answer, names.name(self.rng))
            if row is not None:
                self.waiting.append((number, row))
        if len(self.waiting) >= AT_ONCE:
            self.judge()

    def judge(self) -> None:
        """Judge and report what waits."""
        rows, self.waiting = self.waiting, []
        self.judged += len(rows)
        if rows and _fault([row for _, row in rows], self.rng):
            faults = [(number, _fault([row], self.rng)) for number, row in rows]
            alone = [(number, fault) for number, fault in faults if fault]
            together = f"together: {_fault([row for _, row in rows], self.rng)}"
            self.failed += alone or [(number, together) for number, _ in rows]


def _row(key: str, answer: Answer, name: bytes) -> ledger.Row | None:
    sha256 = hashlib.sha256(key.encode()).hexdigest()
    outcome = answer.outcome
    if isinstance(outcome, Listing):
        made = ledger.archive_row(sha256, 100, SEEN, outcome, outcome.left_out, None, "fuzz")
    elif isinstance(outcome, Reading | Refusal):
        made = ledger.row(sha256, 100, SEEN, outcome, "fuzz")
    else:
        return None
    return made | {"names": [name]}


def _fault(rows: Sequence[ledger.Row], rng: random.Random) -> str:
    """Say why these rows cannot be judged and reported; empty when they can."""
    try:
        names_of = {row["sha256"]: row["names"] for row in rows}
        table = ledger.merged(readings_of([]), rows, names_of)
        weeks = compliance.judge(table, SETTINGS, ALEX, NOW)
        for path, content in _pages(report.Folder(weeks, report.Options()), rng):
            _require_plain(path, content)
    except BaseException as fault:  # PanicException is one; that there is none is what is tried
        if isinstance(fault, KeyboardInterrupt):
            raise
        return f"{type(fault).__name__}: {fault}"[:500] or "fault"
    return ""


def _pages(folder: report.Folder, rng: random.Random) -> Iterator[tuple[str, bytes]]:
    groups = list(folder.groups())
    told = [
        group
        for group in groups[:-1]
        if group.place is not None
        and (folder.weeks[group.place].sessions or folder.weeks[group.place].notes)
    ]
    for group in [*rng.sample(told, min(PAGES_RENDERED, len(told))), groups[-1]]:
        yield from folder.files(group)


def _require_plain(path: str, content: bytes) -> None:
    """Raise ValueError for a page that holds what none may hold."""
    text = content.decode()
    if path.endswith(".json"):
        json.loads(text, parse_constant=_no_number)
    elif not path.endswith(".csv") and (found := UNSHOWN.search(text)):
        message = f"{path.rpartition('.')[2]} holds {found.group()!r}"
        raise ValueError(message)


def _no_number(constant: str) -> NoReturn:
    message = f"json holds {constant}"
    raise ValueError(message)
