"""How things are timed, and what a line of the results says."""

import gc
import statistics
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

TURNS = 5  # of each reader on each file
SHORTEST_TURN_S, MOST_READS = 0.005, 50
WARM_UP_S = 1.0
PATIENCE_S = 0.1  # a reader slower than this on a file has one turn at it
MEGABYTE = 1_000_000

Read = Callable[[bytes], object]
Times = Mapping[str, float | None]  # by reader; None: it could not read the file


@dataclass(frozen=True)
class Row:
    """One line of the table; `is_met` is None where a figure is only shown."""

    work: str
    ours: str
    peer: str = ""
    ratio: str = ""
    target: str = ""
    is_met: bool | None = None


@dataclass(frozen=True)
class Spent:
    """What something took by the clock, and of the processor, in the process that did it."""

    wall_s: float
    cpu_s: float

    def __str__(self) -> str:
        """Show both."""
        return f"{self.wall_s:.2f} s ({self.cpu_s:.2f} s of processor)"


@dataclass(frozen=True)
class Timed:
    """One file, and the processor seconds each reader took for it."""

    size_bytes: int
    times: Times


def in_time(work: str, taken: Spent, target_s: float) -> Row:
    """Make a line of something somebody waits for: the clock is judged."""
    return Row(work, str(taken), "", "", f"≤ {target_s:g} s", taken.wall_s <= target_s)


def in_memory(work: str, peak_bytes: float, target_mb: float) -> Row:
    """Make a line of a peak of memory."""
    megabytes = peak_bytes / MEGABYTE
    return Row(work, f"{megabytes:.0f} MB", "", "", f"≤ {target_mb:g} MB", megabytes <= target_mb)


def table(rows: Sequence[Row]) -> list[str]:
    """Write lines as Markdown."""
    lines = ["| work | ours | peer | ratio | target | |", "|---|--:|--:|--:|--:|---|"]
    lines += [
        f"| {each.work} | {each.ours} | {each.peer} | {each.ratio} | {each.target} "
        f"{verdict(is_met=each.is_met)}"
        for each in rows
    ]
    return lines


def verdict(*, is_met: bool | None) -> str:
    """Say whether a target is met, as the end of a line."""
    return {True: "| met |", False: "| **missed** |", None: "| |"}[is_met]


def timed(contents: Sequence[bytes], readers: Mapping[str, Read]) -> list[Timed]:
    """Time readers file by file, in turns; the median of its turns is a reader's time for a file.

    A turn reads a short file several times, and a slow reader has one turn only.
    """
    by_size = sorted(contents, key=len)
    for read in readers.values():  # imports and caches, before anything counts
        start = time.process_time()
        for content in by_size:
            _seconds(read, content, 1)
            if time.process_time() - start > WARM_UP_S:
                break
    gc.collect()
    gc.freeze()
    found = [Timed(len(content), _turns(content, readers)) for content in contents]
    gc.unfreeze()
    return found


def total(files: Sequence[Timed], reader: str) -> float:
    """Seconds of one reader for files that it could read."""
    return sum(each.times[reader] or 0.0 for each in files)


def read_by(files: Sequence[Timed], *readers: str) -> list[Timed]:
    """Return the files that every one of some readers could read."""
    return [each for each in files if all(each.times.get(name) is not None for name in readers)]


def speed(files: Sequence[Timed], reader: str) -> str:
    """Megabytes a second of one reader, as printed."""
    megabytes = sum(each.size_bytes for each in files) / MEGABYTE
    each_second = megabytes / total(files, reader) if files else 0.0
    return f"{each_second:.{2 if each_second < 10 else 0}f} MB/s"


def times_faster(files: Sequence[Timed], ours: str, peer: str) -> float:
    """How many times as long the peer takes for all files together."""
    return total(files, peer) / total(files, ours) if files else 0.0


def median_times_faster(files: Sequence[Timed], ours: str, peer: str) -> float:
    """How many times as long the peer takes for the median file."""
    ratios = [(each.times[peer] or 0.0) / (each.times[ours] or 1.0) for each in files]
    return statistics.median(ratios) if ratios else 0.0


def as_ratio(ratio: float) -> str:
    """Write a ratio with three digits."""
    return f"{ratio:.{2 if ratio < 10 else 1 if ratio < 100 else 0}f} ×"


def compared(  # noqa: PLR0913 - a line has six cells
    work: str,
    files: Sequence[Timed],
    ours: str,
    peer: str,
    target: float | None = None,
    *,
    is_median: bool = False,
) -> Row:
    """Make a line of a comparison with a peer, on the files that both could read."""
    both = read_by(files, ours, peer)
    ratio = (median_times_faster if is_median else times_faster)(both, ours, peer)
    return Row(
        f"{work} ({len(both)} files)",
        speed(both, ours),
        speed(both, peer),
        as_ratio(ratio),
        "" if target is None else f"≥ {target:g} ×",
        None if target is None else ratio >= target,
    )


def spent(work: Callable[[], object]) -> Spent:
    """Time one call."""
    start, cpu_start = time.perf_counter(), time.process_time()
    work()
    return Spent(time.perf_counter() - start, time.process_time() - cpu_start)


def least(several: Iterable[Spent]) -> Spent:
    """Return the shortest of several measurements: others use this machine too."""
    wall, cpu = zip(*((each.wall_s, each.cpu_s) for each in several), strict=True)
    return Spent(min(wall), min(cpu))


def _turns(content: bytes, readers: Mapping[str, Read]) -> Times:
    first = {name: _seconds(read, content, 1) for name, read in readers.items()}
    reads = {
        name: max(1, min(MOST_READS, int(SHORTEST_TURN_S / seconds)))
        for name, seconds in first.items()
        if seconds is not None and seconds < PATIENCE_S
    }
    taken: dict[str, list[float]] = {name: [] for name in reads}
    for _ in range(TURNS):
        for name, several in reads.items():
            seconds = _seconds(readers[name], content, several)
            if seconds is not None:
                taken[name].append(seconds)
    medians = {name: statistics.median(several) for name, several in taken.items() if several}
    return {**first, **medians}


def _seconds(read: Read, content: bytes, reads: int) -> float | None:
    """Processor seconds of one read, all threads together; None when it fails."""
    gc.collect()
    start = time.process_time()
    try:
        for _ in range(reads):
            read(content)
    except BaseException as fault:  # peers fail as they like, Rust panics included
        if isinstance(fault, KeyboardInterrupt):
            raise
        return None
    return (time.process_time() - start) / reads
