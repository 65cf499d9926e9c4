"""Measure what Prefect itself costs a night, on each engine, and print it as a table.

Usage: python -m benchmarks.engines [ENGINE ...]

The same installation is run without Prefect and on each engine: with nothing to do, with a thousand
small files of one person, and for a hundred people with two weeks each. What a run takes beyond the
one without Prefect is Prefect's. Dask is measured where the extra `dask` is installed.
"""

import contextlib
import datetime as dt
import importlib.util
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from benchmarks import exports, machine
from benchmarks.journey import NOW
from benchmarks.measure import Spent
from benchmarks.people import many
from flows.server import server
from pipeline.settings.values import ENGINES

PROJECT = Path(__file__).resolve().parents[1]
RUN = "from flows.command import main; main()"
DIRECT = "--direct"
FILES, PEOPLE, TURNS = 1_000, 100, 2
WEEKS_OF_EACH = 2


def main() -> int:
    """Measure and print."""
    wanted = sys.argv[1:] or [
        each for each in ENGINES if each != "dask" or importlib.util.find_spec("prefect_dask")
    ]
    print(f"Day: {dt.datetime.now(tz=dt.UTC).date()}.", *machine.described(), sep="\n", flush=True)
    print(f"\n| engine | nothing new | by a running server | {FILES:,} files | {PEOPLE} people |")
    print("|---|--:|--:|--:|--:|", flush=True)
    for engine in [DIRECT, *wanted]:
        print(f"| {engine} | {' | '.join(_cells(engine))} |", flush=True)
    return 0


def _cells(engine: str) -> Iterator[str]:
    settings = "" if engine == DIRECT else f'engine = "{engine}"'
    with _folder() as folder:
        many(folder, 1, 1, settings)
        _run(folder, engine)  # bytecode, and the database of a fresh installation
        yield str(_least(folder, engine))
    with _folder() as folder, _running(folder):
        many(folder, 1, 1, settings)
        _run(folder, engine)
        yield str(_least(folder, engine))
        with _folder() as other:
            home = many(other, 1, 0, settings)
            exports.small_written(home.inbox / "p0000", FILES)
            yield str(_run(other, engine))
        with _folder() as other:
            many(other, PEOPLE, WEEKS_OF_EACH, settings)
            yield str(_run(other, engine))


def _least(folder: Path, engine: str) -> Spent:
    """Return the run that took the least: others use this machine too."""
    return min((_run(folder, engine) for _ in range(TURNS)), key=lambda spent: spent.wall_s)


def _run(folder: Path, engine: str) -> Spent:
    """Run once; the processor time is that of all processes that ended with it."""
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    options = [DIRECT] if engine == DIRECT else []
    subprocess.run(  # noqa: S603 - our own interpreter
        [sys.executable, "-c", RUN, "run", "--home", folder, "--now", NOW.isoformat(), *options],
        cwd=PROJECT,
        capture_output=True,
        check=True,
    )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu_s = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Spent(time.perf_counter() - start, cpu_s)


@contextlib.contextmanager
def _running(folder: Path) -> Iterator[None]:
    """Let runs use one server that is up already."""
    own = {"PREFECT_HOME": str(folder / "prefect"), "DO_NOT_TRACK": "1"}
    own["PREFECT_SERVER_ANALYTICS_ENABLED"] = "false"
    os.environ.update(own)
    with server() as address:
        os.environ["PREFECT_API_URL"] = address
        try:
            yield
        finally:
            for name in [*own, "PREFECT_API_URL"]:
                del os.environ[name]


@contextlib.contextmanager
def _folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as folder:
        yield Path(folder)


if __name__ == "__main__":
    sys.exit(main())
