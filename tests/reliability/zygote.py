"""A process that has imported everything, and forks a run for each line it is told.

`python -m tests.reliability.zygote`: a line is the folder of an installation; the answers are the
process id of the run at once, and its exit status when it has ended. Nothing of polars has run
here before a fork, so no lock of it can be held in the child for ever.
"""

import os
import sys
import time
import traceback
from pathlib import Path

from pipeline import jobs
from pipeline.errors import Busy, Unfinished
from pipeline.home import Home
from tests.drops import NOW

WELL, FAULT, BUSY = 0, 1, 75


def main() -> None:
    """Fork as told, one run at a time, until there is nobody to tell."""
    for line in iter(sys.stdin.readline, ""):
        pid = os.fork()
        if pid == 0:
            os._exit(_run(Path(line.rstrip("\n"))))
        _say(pid)
        _, status = os.waitpid(pid, 0)
        _say(os.waitstatus_to_exitcode(status))


def _run(folder: Path) -> int:
    null = os.open(os.devnull, os.O_RDWR)
    for standard in (0, 1):
        os.dup2(null, standard)
    try:
        jobs.run(Home(folder), NOW, time.time())
    except Unfinished as unfinished:
        faults = unfinished.faults.values()
        if all(isinstance(each, Busy) for each in faults):
            return BUSY
        for each in faults:
            traceback.print_exception(each)
        return FAULT
    return WELL


def _say(number: int) -> None:
    os.write(1, b"%d\n" % number)


if __name__ == "__main__":
    main()
