"""One run of an installation in a process of its own, as cron does it; prints what it took.

Usage: python -m benchmarks.journey HOME
"""

import datetime as dt
import json
import resource
import sys
import time
from collections import Counter
from pathlib import Path

from pipeline import jobs
from pipeline.home import Home

NOW = dt.datetime(2026, 11, 16, 6, tzinfo=dt.UTC)
SETTLED_CLOCK_S = 4_102_444_800.0  # so late that every file has long settled


def main() -> None:
    """Run once; the imports are done by now, and are not counted."""
    start = time.perf_counter()
    tallies = jobs.run(Home(Path(sys.argv[1])), NOW, SETTLED_CLOCK_S)
    seconds = time.perf_counter() - start
    usage = resource.getrusage(resource.RUSAGE_SELF)
    told = {
        "seconds": seconds,
        "cpu_seconds": usage.ru_utime + usage.ru_stime,
        "peak_bytes": peak_bytes(),
        "taken": sum(tally.taken for tally in tallies),
        "pages": sum(tally.pages for tally in tallies),
        "outcomes": dict(sum((tally.outcomes for tally in tallies), Counter[str]())),
    }
    print(json.dumps(told))


def peak_bytes() -> int:
    """Return the most memory this process had.

    What getrusage says includes that of the process which started this one.
    """
    status = Path("/proc/self/status")
    if status.exists():
        for line in status.read_text(encoding="utf-8").splitlines():
            if line.startswith("VmHWM"):
                return int(line.split()[1]) * 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


if __name__ == "__main__":
    main()
