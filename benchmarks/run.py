"""Measure what a user waits for and how fast we read, and write benchmarks/results.md.

Usage: python -m benchmarks.run [readers|logs|import|night|weeks|reports|people|commands]

Fails when a target is missed, after writing. A part alone is printed and not written, since half
a table is no result. With FULL=1 in the environment an import of 30,000 files is measured too,
and the run for many people is one for 500.
"""

import datetime as dt
import sys
import warnings
from collections.abc import Callable
from pathlib import Path

from benchmarks import (
    corpus,
    fit,
    journeys,
    logs,
    machine,
    measure,
    people,
    reports,
    tracks,
    weeks,
)
from benchmarks.peers import names, skipped

RESULTS = Path(__file__).with_name("results.md")
INTRODUCTION = """\
Written by `make bench`; read the readers' figures as ratios.
Readers are measured in one process, file by file in turns, in processor time of all threads: for
each file the median of {turns} turns, a turn being as many reads as fit {shortest:.0f} ms; a reader
that takes longer than {patience:.0f} ms for a file has one turn at it.
Contents are in memory; only "read + SHA-256 + CRC" opens the file.
What is in seconds is judged by the clock, the best of several runs where it says so; processor time
is that of the process itself, without its children.
Imports, nights and commands run in processes of their own in the project's environment, which has
no peers."""

PARTS: dict[str, Callable[[], list[str]]] = {}


def main() -> int:
    """Measure, print and write; returns 1 when a target is missed."""
    wanted = sys.argv[1:] or list(PARTS)
    unknown = [name for name in wanted if name not in PARTS]
    if unknown:
        print(f"There is no part {unknown[0]!r}, only {', '.join(PARTS)}.")
        return 2
    warnings.simplefilter("ignore")  # fitdecode's, of files with a fault
    lines = [line for name in wanted for line in PARTS[name]()]
    met, missed = (
        [line for line in lines if line.endswith(measure.verdict(is_met=is_met))]
        for is_met in (True, False)
    )
    summary = f"- Targets met: {len(met)}; missed: {len(missed)}."
    text = "\n".join([*_head(), summary, *lines, ""])
    print(text)
    if set(wanted) == set(PARTS):
        RESULTS.write_text(text, encoding="utf-8")
    return 1 if missed else 0


def readers() -> list[str]:
    """FIT, GPX and TCX against the libraries there are."""
    return ["", "## FIT", "", *fit.lines(), "", "## GPX and TCX", "", *tracks.lines()]


def strength() -> list[str]:
    """Strength logs, one and many."""
    return ["", "## Strength logs", "", *measure.table(logs.rows())]


def first_import() -> list[str]:
    """First imports of folders of several sizes."""
    return ["", "## The first import", "", *journeys.first_import()]


def night() -> list[str]:
    """A night among files that were seen before."""
    return ["", "## Every night after", "", *measure.table(journeys.night())]


def judging() -> list[str]:
    """Judging, and writing pages."""
    return ["", "## Ten years of one person", "", *measure.table(weeks.rows())]


def pages() -> list[str]:
    """Rendering pages, and what they weigh."""
    return ["", "## Pages", "", *measure.table(reports.rows())]


def many_people() -> list[str]:
    """One run for many people."""
    return ["", "## Many people in one run", "", *measure.table(people.rows())]


def commands() -> list[str]:
    """The command line."""
    return ["", "## The command line", "", *measure.table(journeys.commands())]


def _head() -> list[str]:
    introduction = INTRODUCTION.format(
        turns=measure.TURNS,
        shortest=1000 * measure.SHORTEST_TURN_S,
        patience=1000 * measure.PATIENCE_S,
    )
    return [
        "# Benchmarks",
        "",
        introduction,
        "",
        f"- Day: {dt.datetime.now(tz=dt.UTC).date()}.",
        *machine.described(),
        f"- Peers: {machine.versions(names())}.",
        f"- Skipped, since they could not be installed: {', '.join(skipped()) or 'none'}.",
        f"- Files: {corpus.described()}",
    ]


PARTS |= {
    "readers": readers,
    "logs": strength,
    "import": first_import,
    "night": night,
    "weeks": judging,
    "reports": pages,
    "people": many_people,
    "commands": commands,
}

if __name__ == "__main__":
    sys.exit(main())
