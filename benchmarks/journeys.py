"""What a user waits for: the first import, every night after it, and the command line."""

import itertools
import json
import os
import resource
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks import exports, measure
from benchmarks.measure import Row, Spent
from benchmarks.memory import Peaks, watch
from pipeline.home import Home, create

PROJECT = Path(__file__).resolve().parents[1]
MANY, FULL = 3_000, 30_000
SIZES = (300, 1_000, MANY)
SEEN, NEW_A_NIGHT, NIGHTS = 10_000, 3, 3
STARTS = 10  # of a command
# Targets.
IMPORT_S, PEAK_MB, FLAT_SHARE = 60, 400, 1.5
NIGHT_S, HELP_S, STATUS_S = 1.5, 0.25, 0.6
NEEDS = """\
Everything is included: originals made durable, guarded children, judging, every page.
What more files cost is measured without the log, whose weeks and pages would drown it.
The peak of the run's own process is what the kernel says at its end; those of its children, and of
all together (shared pages counted once), are sampled ten times a second, as is processor time."""


@dataclass(frozen=True)
class Run:
    """What one run took, in its own words, and the memory it had."""

    spent: Spent
    peak_bytes: float
    pages: int
    outcomes: dict[str, int]
    peaks: Peaks


def first_import() -> list[str]:
    """Import folders of several sizes, each in an installation of its own."""
    ten_years = _imported(MANY, with_log=True)
    runs = {files: _least(_imported(files) for _ in range(2)) for files in SIZES}
    if os.environ.get("FULL"):
        runs[FULL] = _imported(FULL)
    rows = [*_time_rows(ten_years, runs), *_memory_rows(ten_years, runs[MANY])]
    return [NEEDS, "", *measure.table(rows)]


def night() -> list[Row]:
    """Run with three new files among ten thousand that were imported before."""
    with tempfile.TemporaryDirectory() as folder:
        home = new_home(Path(folder))
        inbox = home.inbox / "me"
        exports.small_written(inbox, SEEN)
        first = run(home)
        spent = []
        for number in range(NIGHTS):
            _no_waiting_writes()
            exports.written(inbox, NEW_A_NIGHT, first=1 + number * len(exports.ROUND))
            spent.append(run(home).spent)
        _no_waiting_writes()
        quiet = run(home)
    work = f"{NEW_A_NIGHT} new files among {SEEN:,} seen, best of {NIGHTS}; imports not counted"
    return [
        measure.in_time(work, measure.least(spent), NIGHT_S),
        Row("the slowest of these", f"{max(each.wall_s for each in spent):.2f} s"),
        Row("nothing new", str(quiet.spent)),
        Row(
            f"for comparison: first import of {SEEN:,} files of a kilobyte",
            f"{first.spent.wall_s:.0f} s, {1000 * first.spent.wall_s / SEEN:.1f} ms a file",
        ),
    ]


def commands() -> list[Row]:
    """Start the commands people wait for."""
    with tempfile.TemporaryDirectory() as folder:
        home = new_home(Path(folder))
        for path in (PROJECT / "sample_data" / "inbox").iterdir():
            (home.inbox / "me" / path.name).write_bytes(path.read_bytes())
        run(home)
        return [
            _command(["--help"], HELP_S),
            _command(["status", "--home", folder], STATUS_S),
        ]


def new_home(folder: Path) -> Home:
    """Make an installation of one person in Berlin."""
    home = Home(folder)
    create(home, "Alex", "Europe/Berlin")
    return home


def run(home: Home) -> Run:
    """Run once in a process of its own, and watch its memory."""
    arguments = [str(_bin() / "python"), "-m", "benchmarks.journey", str(home.folder)]
    with subprocess.Popen(arguments, cwd=PROJECT, stdout=subprocess.PIPE) as process:  # noqa: S603 - our own
        peaks = Peaks()
        watcher = threading.Thread(target=watch, args=(process.pid, peaks))
        watcher.start()
        said, _ = process.communicate()
        watcher.join()
    if process.returncode:
        message = f"the run failed with {process.returncode}"
        raise RuntimeError(message)
    told = json.loads(said)
    return Run(
        Spent(told["seconds"], told["cpu_seconds"]),
        told["peak_bytes"],
        told["pages"],
        told["outcomes"],
        peaks,
    )


def _imported(files: int, *, with_log: bool = False) -> Run:
    with tempfile.TemporaryDirectory() as folder:
        home = new_home(Path(folder))
        inbox = home.inbox / "me"
        exports.written(inbox, files - with_log)
        if with_log:
            (inbox / "strong.csv").write_bytes(exports.strength_log())
        _no_waiting_writes()
        return run(home)


def _least(several: Iterable[Run]) -> Run:
    """Return the run that took the least processor time: others use this machine too."""
    return min(several, key=lambda each: each.peaks.cpu_s)


def _time_rows(ten_years: Run, runs: Mapping[int, Run]) -> list[Row]:
    outcomes = ", ".join(f"{count:,} {name}" for name, count in sorted(ten_years.outcomes.items()))
    work = f"{exports.describe(MANY)}; {ten_years.pages:,} pages ({outcomes})"
    costs = {
        f"{few:,} to {many:,}": (runs[many].peaks.cpu_s - runs[few].peaks.cpu_s) / (many - few)
        for few, many in itertools.pairwise(runs)
    }
    (first, first_cost), *_, (last, last_cost) = costs.items()
    growth = last_cost / first_cost
    return [
        measure.in_time(work, ten_years.spent, IMPORT_S),
        *(
            Row(
                f"{files:,} files without the log, best of 2 by processor time of all processes",
                f"{each.spent.wall_s:.1f} s ({each.peaks.cpu_s:.1f} s of processor)",
            )
            for files, each in runs.items()
        ),
        *(
            Row(f"each further file, from {span}", f"{1000 * seconds:.1f} ms of processor")
            for span, seconds in costs.items()
        ),
        Row(
            f"a further file from {last} by one from {first}",
            "",
            "",
            f"{growth:.2f} ×",
            f"≤ {FLAT_SHARE} ×",
            growth <= FLAT_SHARE,
        ),
    ]


def _memory_rows(ten_years: Run, without_log: Run) -> list[Row]:
    peaks = ten_years.peaks
    return [
        measure.in_memory(
            f"memory of the run's own process, {MANY:,} files", ten_years.peak_bytes, PEAK_MB
        ),
        measure.in_memory("memory of its largest child", peaks.child_bytes, PEAK_MB),
        measure.in_memory("memory of all of them together", peaks.together_bytes, PEAK_MB),
        Row(
            "without the log: own process, largest child, together",
            ", ".join(
                f"{each / measure.MEGABYTE:.0f}"
                for each in (
                    without_log.peak_bytes,
                    without_log.peaks.child_bytes,
                    without_log.peaks.together_bytes,
                )
            )
            + " MB",
        ),
    ]


def _command(arguments: Sequence[str], target_s: float) -> Row:
    taken = measure.least(_started(arguments) for _ in range(STARTS))
    return measure.in_time(f"`backfour {arguments[0]}`, best of {STARTS}", taken, target_s)


def _started(arguments: Sequence[str]) -> Spent:
    """Run a command, and return what it took in its own process."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    taken = measure.spent(
        lambda: subprocess.run(  # noqa: S603 - our own
            [str(_bin() / "backfour"), *arguments], capture_output=True, check=True
        )
    )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu_s = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Spent(taken.wall_s, cpu_s)


def _bin() -> Path:
    """Where the project's own environment has its programs; it holds no peers."""
    own = PROJECT / ".venv" / "bin"
    return own if own.exists() else Path(sys.executable).parent


def _no_waiting_writes() -> None:
    """Let the disk finish what making the files left it to do."""
    os.sync()
