"""The memory of a process and all it starts, watched from outside."""

import contextlib
import os
import time
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

PROC, PAUSE_S = Path("/proc"), 0.1


@dataclass
class Peaks:
    """The largest child, the most that all had together, and the processor time of all of them.

    All are 0 where there is no /proc.
    """

    child_bytes: int = 0
    together_bytes: int = 0
    cpu_s: float = 0.0


def watch(parent: int, peaks: Peaks) -> None:
    """Note the peaks of a process and of what it starts until it ends."""
    while _status(parent, "status", "State").split()[:1] not in ([], ["Z"]):
        family = list(_descendants(parent))
        largest = max((_bytes(_status(each, "status", "VmHWM")) for each in family[1:]), default=0)
        together = sum(_bytes(_status(each, "smaps_rollup", "Pss:")) for each in family)
        peaks.child_bytes = max(peaks.child_bytes, largest)
        peaks.together_bytes = max(peaks.together_bytes, together)
        peaks.cpu_s = max(peaks.cpu_s, sum(map(_cpu_seconds, family)))
        time.sleep(PAUSE_S)


def _cpu_seconds(process: int) -> float:
    """Processor time of a process, and of its children that ended."""
    user, system, of_children, system_of_children = _stat(process)[11:15] or "0000"
    ticks = int(user) + int(system) + int(of_children) + int(system_of_children)
    return ticks / os.sysconf("SC_CLK_TCK")


def _stat(process: int) -> list[str]:
    """Return the words of a process's state after its name, which may hold anything."""
    with contextlib.suppress(OSError):
        words = (PROC / str(process) / "stat").read_text(encoding="utf-8", errors="replace")
        return words.rpartition(")")[2].split()
    return []


def _descendants(parent: int) -> Iterator[int]:
    """Yield a process, and then whatever it started and what that started."""
    children: dict[int, list[int]] = defaultdict(list)
    for folder in PROC.glob("[0-9]*"):
        process = int(folder.name)
        for started_by in _stat(process)[1:2]:
            children[int(started_by)].append(process)
    waiting = [parent]
    while waiting:
        process = waiting.pop()
        waiting += children[process]
        yield process


def _status(process: int, file: str, name: str) -> str:
    """Return what a file of /proc says of something, nothing when the process is gone."""
    with contextlib.suppress(OSError):
        text = (PROC / str(process) / file).read_text(encoding="utf-8", errors="replace")
        for line in text.splitlines():
            if line.startswith(name):
                return line.partition(":")[2].strip()
    return ""


def _bytes(said: str) -> int:
    """Read "1234 kB"."""
    return int(said.split(maxsplit=1)[0]) * 1024 if said else 0
