"""Reading in children that can be killed: no file can end the night, or touch another file.

Every file gets a fresh child, since fitparse and gpxpy carry state from one file to the next.
The child limits its own memory, processor time, files and core dumps before it opens anything.
"""

import contextlib
import ctypes
import os
import pickle
import resource
import signal
import sys
import threading
import types
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import TimeoutError as TooSlow
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from multiprocessing.context import ForkServerContext, ForkServerProcess
from pathlib import Path

from pebble import ProcessExpired, ProcessFuture, ProcessPool

from pipeline import readers
from pipeline.errors import Code, NoReaders, Refusal
from pipeline.readers.limits import LIMITS, Limits
from pipeline.tables import Reading

MEGABYTE = 1_000_000
WORKERS = max(1, min(4, os.cpu_count() or 1))
NO_NEW_PRIVILEGES = 38  # PR_SET_NO_NEW_PRIVS of Linux
STARTING = threading.Lock()
RETRIED = (Code.E_TIME, Code.E_MEMORY, Code.E_CRASH)
Outcome = Reading | Refusal


def read_all(
    originals: Sequence[Path],
    limits: Limits = LIMITS,
    read: Callable[[bytes], Outcome] = readers.read,
    prepare: Callable[[], None] | None = None,
) -> Iterator[tuple[Path, Outcome]]:
    """Yield what each original says, in the order given; a crash or a time-out is a refusal.

    A file whose child dies is read once more, alone and with double limits, before it is
    refused with E_TIME, E_MEMORY or E_CRASH. An original that cannot be opened is no fault of
    the file's: its OSError is raised here. `prepare` runs in each new child and shuts it in.
    Raises NoReaders when no child can be started.
    """
    with _started(), _pool(prepare) as pool:
        budgets = [_Budget.of(path, limits, 1) for path in originals]
        futures = [
            _schedule(pool, path, read, b) for path, b in zip(originals, budgets, strict=True)
        ]
        for path, future, budget in zip(originals, futures, budgets, strict=True):
            outcome = _outcome(future, budget)
            if isinstance(outcome, Refusal) and outcome.code in RETRIED:
                doubled = _Budget.of(path, limits, 2)
                with _pool(prepare) as alone:
                    outcome = _outcome(_schedule(alone, path, read, doubled), doubled)
            yield path, outcome


@contextlib.contextmanager
def _started() -> Iterator[None]:
    try:
        yield
    except BrokenProcessPool as fault:
        message = "the readers could not be started; is the machine out of memory?"
        raise NoReaders(message) from fault


@dataclass(frozen=True)
class _Budget:
    """What the child of one file may use, and how much it may hand back."""

    cpu_s: float
    address_bytes: int
    result_bytes: int

    @classmethod
    def of(cls, path: Path, limits: Limits, factor: int) -> "_Budget":
        cpu_s = limits.child_cpu_s + limits.child_cpu_s_per_mb * path.stat().st_size / MEGABYTE
        return cls(
            factor * min(cpu_s, limits.child_cpu_max_s),
            factor * limits.child_address_bytes,
            factor * limits.result_bytes,
        )


class _Child(ForkServerProcess):
    """A child that does not run the parent's main module again, which would load Prefect in it."""

    def start(self) -> None:
        """Start it, with an empty main module for as long as that takes."""
        with STARTING:
            main = sys.modules["__main__"]
            sys.modules["__main__"] = types.ModuleType("__main__")
            try:
                super().start()
            finally:
                sys.modules["__main__"] = main


class _Context(ForkServerContext):
    Process = _Child


def _pool(prepare: Callable[[], None] | None) -> ProcessPool:
    context = _Context()
    context.set_forkserver_preload(["pipeline.readers"])
    shut_in = prepare or _shut_in
    return ProcessPool(max_workers=WORKERS, max_tasks=1, context=context, initializer=shut_in)


def _schedule(
    pool: ProcessPool, path: Path, read: Callable[[bytes], Outcome], budget: _Budget
) -> ProcessFuture[Outcome]:
    # Processor time is what counts; the clock only ends a child that sleeps.
    return pool.schedule(_read, args=[str(path), read, budget], timeout=1.5 * budget.cpu_s + 5)


def _outcome(future: ProcessFuture[Outcome], budget: _Budget) -> Outcome:
    """Wait for a child, and say in a code how it ended."""
    try:
        result: Outcome = future.result()
    except TooSlow:
        return _too_slow(budget)
    except ProcessExpired as death:
        if death.exitcode == -signal.SIGXCPU:
            return _too_slow(budget)
        if death.exitcode == -signal.SIGKILL:
            return _too_large(budget)
        return Refusal(Code.E_CRASH, "Reading it ended the reader.")
    return result


def _too_slow(budget: _Budget) -> Refusal:
    return Refusal(Code.E_TIME, f"Reading took longer than {budget.cpu_s:.0f} s.")


def _too_large(budget: _Budget) -> Refusal:
    megabytes = budget.address_bytes // MEGABYTE
    return Refusal(Code.E_MEMORY, f"Reading needed more than {megabytes} MB.")


def _shut_in() -> None:
    """Give up, in a new child, what no reader needs: output, environment, new privileges."""
    null = os.open(os.devnull, os.O_RDWR)
    for standard in (0, 1, 2):
        os.dup2(null, standard)  # tracebacks of parsers quote what they choke on
    for name in [name for name in os.environ if name != "PATH"]:
        os.environ.pop(name)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform == "linux":
        with contextlib.suppress(OSError, AttributeError):
            ctypes.CDLL(None).prctl(NO_NEW_PRIVILEGES, 1, 0, 0, 0)


def _read(path: str, read: Callable[[bytes], Outcome], budget: _Budget) -> Outcome:
    """Read one original, in the child; nothing leaves it but a Reading or a Refusal."""
    try:
        _limit(budget)
        content = Path(path).read_bytes()
    except MemoryError:
        return _too_large(budget)
    try:
        outcome = read(content)
        result_bytes = len(pickle.dumps(outcome))  # whatever cannot cross the pipe fails here
    except MemoryError:
        return _too_large(budget)
    except BaseException as fault:  # noqa: BLE001 - the outermost frame of the child: libraries raise anything under damage, SystemExit and PanicException included, and the parent must see none of it
        return Refusal(Code.E_CRASH, f"Reading it ended the reader ({type(fault).__name__}).")
    if result_bytes > budget.result_bytes:
        megabytes = budget.result_bytes / MEGABYTE
        return Refusal(Code.E_MEMORY, f"What it says takes more than {megabytes:.0f} MB.")
    return outcome


def _limit(budget: _Budget) -> None:
    """Bound memory and processor time; the latter counts from the start of the process."""
    spent = resource.getrusage(resource.RUSAGE_SELF)
    used_s = spent.ru_utime + spent.ru_stime
    resource.setrlimit(
        resource.RLIMIT_CPU, (int(used_s + budget.cpu_s) + 1, resource.RLIM_INFINITY)
    )
    address_bytes = _address_bytes() + budget.address_bytes
    resource.setrlimit(resource.RLIMIT_AS, (address_bytes, address_bytes))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))


def _address_bytes() -> int:
    """Address space the child starts with, before it reads anything; 0 where nobody says."""
    with contextlib.suppress(OSError, ValueError):
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
        return pages * resource.getpagesize()
    return 0
