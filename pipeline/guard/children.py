"""Starting children that can do little: limits, no environment, no output, no network."""

import contextlib
import ctypes
import os
import resource
import sys
import threading
import time
import types
from collections.abc import Callable
from concurrent.futures import Future, wait
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from multiprocessing.context import ForkServerContext, ForkServerProcess
from pathlib import Path
from typing import Any

from pebble import ProcessPool

from pipeline.readers.limits import Limits

WORKERS = max(1, min(4, os.cpu_count() or 1))
OPEN_FILES = 32
LOOK_AROUND_S = 0.5
PAUSES_S = (0.0, 0.0, 0.1, 0.5, 2.0)  # that a fork server is dead is not noticed at once
TASKS_OF_A_CHILD = 64  # batches; what the libraries below us leak goes with the child
NO_NEW_PRIVILEGES = 38  # PR_SET_NO_NEW_PRIVS of Linux
NEW_USER, NEW_NETWORK = 0x1000_0000, 0x4000_0000  # CLONE_NEWUSER, CLONE_NEWNET of Linux
STARTING = threading.Lock()
Prepare = Callable[[Limits, int], None]


class Children:
    """Up to a few children at a time, started when there is work for them.

    `tasks` is how much work each does before a new one takes its place; 0 for no end.
    """

    def __init__(self, limits: Limits, factor: int, tasks: int, prepare: Prepare | None) -> None:
        self._start = (limits, factor, tasks, prepare or shut_in)
        self._pool: ProcessPool | None = None

    def send(self, work: Callable[..., Any], *arguments: object, wall_s: float) -> "Sent":
        """Give a child work, to be ended after `wall_s`; to nobody where none can be started."""
        for pause_s in PAUSES_S:
            time.sleep(pause_s)
            pool = self._pool = self._pool or _pool(*self._start)
            with contextlib.suppress(RuntimeError):  # pebble's word for a pool that is broken
                return Sent(pool, pool.schedule(work, args=arguments, timeout=wall_s))
            self.stop()
        return Sent(pool, None)

    def broken(self, sent: "Sent") -> None:
        """Give up the children that work was sent to, unless that was done before."""
        if sent.pool is self._pool:
            self.stop()

    def stop(self) -> None:
        """End every child at once; the next work starts new ones."""
        if self._pool is not None:
            self._pool.stop()  # type: ignore[no-untyped-call]
            self._pool.join()
            self._pool = None


@dataclass(frozen=True)
class Sent:
    """Work that was given to a child; without a future there was nobody to give it to."""

    pool: ProcessPool
    future: Future[Any] | None

    def result(self) -> Any:  # noqa: ANN401 - whatever the work returns
        """Wait for the child; raises what pebble raises when it died or was too slow.

        A pool that breaks forgets work it was given at that moment, hence the looking around.
        """
        while self.future is not None:
            if wait([self.future], timeout=LOOK_AROUND_S).done:
                return self.future.result()
            if not self.pool.active and not self.future.done():
                break
        raise BrokenProcessPool


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


def _pool(limits: Limits, factor: int, tasks: int, prepare: Prepare) -> ProcessPool:
    context = _Context()
    context.set_forkserver_preload(["pipeline.guard.work"])
    return ProcessPool(
        max_workers=WORKERS,
        max_tasks=tasks,
        context=context,
        initializer=prepare,
        initargs=(limits, factor),
    )


def shut_in(limits: Limits, factor: int) -> None:
    """Give up, in a new child, what no reader needs, and bound what it may use."""
    null = os.open(os.devnull, os.O_RDWR)
    for standard in (0, 1, 2):
        os.dup2(null, standard)  # tracebacks of parsers quote what they choke on
    os.close(null)
    for name in [name for name in os.environ if name != "PATH"]:
        os.environ.pop(name)
    os.environ["POLARS_MAX_THREADS"] = "1"
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (OPEN_FILES, OPEN_FILES))
    address_bytes = _address_bytes() + factor * limits.child_address_bytes
    resource.setrlimit(resource.RLIMIT_AS, (address_bytes, address_bytes))
    if sys.platform == "linux":
        with contextlib.suppress(OSError, AttributeError):
            libc = ctypes.CDLL(None)
            libc.prctl(NO_NEW_PRIVILEGES, 1, 0, 0, 0)
            # No network. Ordinary users need a user namespace for it, where they may have one;
            # root does not, and would lose sight of other people's files in one.
            libc.unshare(NEW_NETWORK | (NEW_USER if os.geteuid() else 0))


def _address_bytes() -> int:
    """Address space the child starts with, before it reads anything; 0 where nobody says."""
    with contextlib.suppress(OSError, ValueError):
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
        return pages * resource.getpagesize()
    return 0
