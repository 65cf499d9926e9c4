"""FIT: our three ways of reading against the libraries there are, and against the floor."""

import hashlib
from collections.abc import Sequence
from pathlib import Path

import fastcrc

from benchmarks import corpus, measure, peers
from benchmarks.measure import Row, Timed
from pipeline.readers import fit
from pipeline.readers.fit import container, frames, part

JUDGED, READING, EVERYTHING, FLOOR = "part.decode", "fit.read", "frames.frames", "floor"
NEEDS = """\
`part.decode` decodes what judging needs: every session, lap, set, event, step and title, and of the
records time, position and distance; checksums are verified.
`fit.read` is all that an import does with a file: the same, then distances on the ellipsoid, zone,
sets and checks.
`frames.frames` decodes every field of every message into frames.
fitparse, fitdecode, the SDK, pyfitparsernative and `fitfast.parse` decode every message;
`fitfast.records` and pyroparse decode all fields of the records, pyroparse the sessions as well.
So no line compares quite the same work; the decoder's lines are held against the targets."""
CLASSES = (
    ("under 5 KB", 0, 5_000),
    ("5 to 20 KB", 5_000, 20_000),
    ("20 to 100 KB", 20_000, 100_000),
    ("5 to 100 KB", 5_000, 100_000),
    ("over 100 KB", 100_000, 1 << 62),
    ("all", 0, 1 << 62),
)
# Targets.
TOTAL, MEDIAN_FILE = 200, 150
FASTEST_WHEEL, JOGS_CLASS, FLOORS = 2, 1, 20


def lines() -> list[str]:
    """Measure, and describe."""
    contents = corpus.files("fit")
    readers: dict[str, measure.Read] = {
        JUDGED: judged,
        READING: fit.read,
        EVERYTHING: everything,
        **peers.fit_readers(),
    }
    found = measure.timed(contents, readers)
    rows = [*_against_fitparse(found), *_against_fitfast(found), _against_floor()]
    return [NEEDS, "", *measure.table(rows), "", *_by_class(found, list(peers.fit_readers()))]


def judged(content: bytes) -> None:
    """Decode what judging needs; raises ValueError for what is not whole."""
    for raw in container.parts(content, []):
        if part.decode(raw).broken_at is not None or raw.integrity != "whole":
            raise ValueError(raw.integrity)


def everything(content: bytes) -> None:
    """Decode every message of a file."""
    for _ in frames.frames(content):
        pass


def floor(path: Path) -> None:
    """Do what nobody can do without: read the file, and sum it up twice."""
    content = path.read_bytes()
    hashlib.sha256(content).digest()
    fastcrc.crc16.arc(content)


def _against_fitparse(found: Sequence[Timed]) -> list[Row]:
    if "fitparse" not in peers.fit_readers():
        return []
    name = "`{}` against fitparse, {}"
    rows = [
        measure.compared(name.format(JUDGED, "in total"), found, JUDGED, "fitparse", TOTAL),
        measure.compared(
            name.format(JUDGED, "median file"),
            found,
            JUDGED,
            "fitparse",
            MEDIAN_FILE,
            is_median=True,
        ),
    ]
    for ours in (READING, EVERYTHING):
        rows += [
            measure.compared(name.format(ours, "in total"), found, ours, "fitparse"),
            measure.compared(
                name.format(ours, "median file"), found, ours, "fitparse", is_median=True
            ),
        ]
    return rows


def _against_fitfast(found: Sequence[Timed]) -> list[Row]:
    peer = "fitfast.records"
    if peer not in peers.fit_readers():
        return []
    name, jogs = f"`{{}}` against `{peer}`, {{}}", _between(found, 5_000, 100_000)
    return [
        measure.compared(name.format(JUDGED, "in total"), found, JUDGED, peer, FASTEST_WHEEL),
        measure.compared(name.format(JUDGED, "5 to 100 KB"), jogs, JUDGED, peer, JOGS_CLASS),
        measure.compared(name.format(READING, "in total"), found, READING, peer),
        measure.compared(name.format(EVERYTHING, "in total"), found, EVERYTHING, peer),
    ]


def _against_floor() -> Row:
    """Compare with the floor; here a lower ratio is better."""
    contents = corpus.files("fit")
    with corpus.on_disk(contents) as where:
        paths = dict(zip(contents, where, strict=True))
        readers: dict[str, measure.Read] = {
            JUDGED: judged,
            FLOOR: lambda content: floor(paths[content]),
        }
        both = measure.read_by(measure.timed(contents, readers), JUDGED, FLOOR)
    ratio = 1 / measure.times_faster(both, JUDGED, FLOOR)
    return Row(
        f"`{JUDGED}` against read + SHA-256 + CRC ({len(both)} files)",
        measure.speed(both, JUDGED),
        measure.speed(both, FLOOR),
        f"{ratio:.1f} × the time",
        f"≤ {FLOORS} ×",
        ratio <= FLOORS,
    )


def _by_class(found: Sequence[Timed], names: Sequence[str]) -> list[str]:
    """How many times as long each peer takes, by size of file; only what all of them can read."""
    everybody = (JUDGED, READING, EVERYTHING, *names)
    common = measure.read_by(found, *everybody)
    head = "| size | files | MB | `part.decode` | " + " | ".join(everybody[1:]) + " |"
    lines = [
        f"By size, on the {len(common)} of {len(found)} files that every reader can read:",
        "our megabytes a second, and how many times as long the others take.",
        "",
        head,
        "|---|--:|--:|--:|" + "--:|" * (len(everybody) - 1),
    ]
    for name, low, high in CLASSES:
        some = _between(common, low, high)
        if some:
            megabytes = sum(each.size_bytes for each in some) / measure.MEGABYTE
            ratios = [measure.times_faster(some, JUDGED, peer) for peer in everybody[1:]]
            cells = [
                name,
                str(len(some)),
                f"{megabytes:.2f}",
                measure.speed(some, JUDGED),
                *(measure.as_ratio(ratio) for ratio in ratios),
            ]
            lines.append(f"| {' | '.join(cells)} |")
    return lines


def _between(found: Sequence[Timed], low: int, high: int) -> list[Timed]:
    return [each for each in found if low <= each.size_bytes < high]
