"""What is mutated: our own sample files, and where they are there, small files of `../shared`.

Inputs are made of the seeds, so the same seed number makes the same inputs only of the same
files; `digest` tells which they were.
"""

import datetime as dt
import functools
import gzip
import hashlib
from collections.abc import Iterator, Sequence
from pathlib import Path

from tests import drops
from tests.corpora import SHARED

PROJECT = Path(__file__).resolve().parents[2]
OWN_FOLDERS = (PROJECT / "sample_data" / "inbox", PROJECT / "tests" / "readers" / "strength")
LARGEST_BYTES = 40_000  # reading it takes a few milliseconds
START = dt.datetime(2026, 11, 10, 17, 0, tzinfo=dt.UTC)
MAPPED = b"Day;Lift;Reps;Load\n24/12/2026;Lat pulldown;10;40,5\n25/12/2026;Shrug;12;30\n"
MAP = b"""confirmed = true
header = ["Day", "Lift", "Reps", "Load"]
date_format = "%d/%m/%Y"
timezone = "Europe/Berlin"
weight_unit = "kg"
columns = { date = "Day", exercise = "Lift", reps = "Reps", weight = "Load" }
"""
SUFFIXES = {"fit": ".fit", "gpx": ".gpx", "tcx": ".tcx", "csv": ".csv", "zip": ".zip", "gz": ".gz"}


@functools.cache
def of(kind: str, *, is_wide: bool) -> tuple[bytes, ...]:
    """Return the seeds of a kind: fit, gpx, tcx, csv, zip or gz; `is_wide` adds `../shared`."""
    found = [*_made(kind), *_files(OWN_FOLDERS, kind)]
    if is_wide:
        found += _files((SHARED / "hostile", SHARED / "corpus"), kind)
    return tuple(dict.fromkeys(found))


def digest(kinds: Sequence[str], *, is_wide: bool) -> str:
    """Identify the seeds of some kinds."""
    told = hashlib.sha256()
    for kind in kinds:
        for seed in of(kind, is_wide=is_wide):
            told.update(hashlib.sha256(seed).digest())
    return told.hexdigest()[:12]


def _files(folders: Sequence[Path], kind: str) -> Iterator[bytes]:
    for folder in folders:
        for path in sorted(folder.rglob(f"*{SUFFIXES.get(kind, '.' + kind)}")):
            if path.is_file() and 0 < path.stat().st_size <= LARGEST_BYTES:
                yield path.read_bytes()


def _made(kind: str) -> Iterator[bytes]:
    outings = [(metres, word) for metres in (60.0, 5000.0) for word in ("running", None)]
    line: drops.Line = (START, "Lat Pulldown (Cable)", None)
    ran: drops.Line = (START, "Running", ("4.99999", "km"))
    if kind in drops.WRITERS:
        yield from (drops.WRITERS[kind](START, metres, word) for metres, word in outings)
    elif kind == "csv":
        yield from (drops.strong(line, ran), drops.fitnotes(line, ran), MAPPED, MAP)
    elif kind == "gz":
        yield from (drops.gz(drops.gpx(START, *each)) for each in outings[:2])
        yield drops.gz(drops.strong(line))
        yield gzip.compress(drops.fit(START, 5000.0, "running"), compresslevel=0, mtime=0)
    elif kind == "zip":
        members = [write(START, 2600.0, "running") for write in drops.WRITERS.values()]
        yield drops.zipped(*members, drops.strong(line))
        yield drops.zipped(drops.zipped(members[0]), drops.gz(members[1]))
