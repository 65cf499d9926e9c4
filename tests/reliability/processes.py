"""Real runs in processes of their own, with their children, that can be killed at any time."""

import contextlib
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import IO

PROJECT = Path(__file__).resolve().parents[2]
COMMAND = [sys.executable, "-m", "tests.reliability.zygote"]
LOOK_S = 0.002


class Runs:
    """Starts runs, one at a time; see `zygote`."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._process = process
        self.pid = self.kills = 0

    def begin(self, folder: Path) -> int:
        """Start a run; returns its process id."""
        _in(self._process.stdin).write(f"{folder}\n")
        _in(self._process.stdin).flush()
        self.pid = self._answer()
        return self.pid

    def end(self) -> int:
        """Wait for the end of the run; returns its exit status, negative for a signal."""
        return self._answer()

    def run(self, folder: Path) -> int:
        """Run once, undisturbed."""
        self.begin(folder)
        return self.end()

    def _answer(self) -> int:
        return int(_in(self._process.stdout).readline())


def environment() -> dict[str, str]:
    """Return the environment of a process that has our tests on its path."""
    path = os.pathsep.join([str(PROJECT), str(PROJECT / "scripts")])
    return {**os.environ, "POLARS_MAX_THREADS": "1", "PYTHONPATH": path}


@contextlib.contextmanager
def runs() -> Iterator[Runs]:
    """Hold a process that starts runs."""
    with subprocess.Popen(  # noqa: S603 - our own interpreter
        COMMAND,
        env=environment(),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            yield Runs(process)
        finally:
            _in(process.stdin).close()


def descendants(pid: int) -> list[int]:
    """Every process below one: its fork server, and the children that read."""
    found: list[int] = []
    waiting = [pid]
    while waiting:
        above = waiting.pop()
        with contextlib.suppress(OSError):
            for task in Path(f"/proc/{above}/task").iterdir():
                below = (task / "children").read_text(encoding="ascii").split()
                waiting += map(int, below)
                found += map(int, below)
    return found


def kill_at(started: Runs, after_s: float, drawn: random.Random, share_of_parents: float) -> bool:
    """Kill the run, or some process below it, when it has run for a time; tells whether the run."""
    end = time.monotonic() + after_s
    while time.monotonic() < end:
        time.sleep(LOOK_S)
    below = descendants(started.pid)
    is_parent = not below or drawn.random() < share_of_parents
    victim = started.pid if is_parent else drawn.choice(below)
    with contextlib.suppress(ProcessLookupError):
        os.kill(victim, signal.SIGKILL)
        started.kills += 1
    return is_parent


def _in(pipe: IO[str] | None) -> IO[str]:
    assert pipe is not None
    return pipe


class Dropper(threading.Thread):
    """Puts files into an inbox as sync tools do: some by a rename, some written slowly."""

    def __init__(self, inbox: Path, files: list[tuple[str, bytes]], seconds: float) -> None:
        super().__init__()
        self._inbox, self._files, self._pause_s = inbox, files, seconds / max(1, len(files))

    def run(self) -> None:
        for number, (name, content) in enumerate(self._files):
            time.sleep(self._pause_s)
            if number % 2:
                temporary = self._inbox / f".syncthing.{name}.tmp"
                temporary.write_bytes(content)
                temporary.replace(self._inbox / name)
            else:
                with (self._inbox / name).open("wb") as file:
                    half = len(content) // 2
                    file.write(content[:half])
                    file.flush()
                    time.sleep(self._pause_s / 2)
                    file.write(content[half:])
