"""The long runs, outside of CI: random kills of real runs, and an hour of everything at once.

    python -m tests.reliability.soak kills --count 5000 --seed 1
    python -m tests.reliability.soak endurance --minutes 60 --seed 1

Each writes what it did, with its seed and what was wrong, to a JSON file, as it goes on; only
such figures are published.
"""

import argparse
import datetime as dt
import gc
import importlib.metadata
import json
import os
import platform
import random
import resource
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any

from pipeline import jobs
from pipeline.errors import Unfinished
from pipeline.home import Home
from tests.drops import (
    LINES,
    METRES,
    NAMES,
    NOW,
    STARTS,
    WORDS,
    Drop,
    fit,
    fitnotes,
    gpx,
    gz,
    strong,
    tcx,
    zipped,
)

from .nights import REMOVE, Trial, Trials, after, differences, evenings, trials
from .processes import Runs, kill_at, runs
from .test_random_kills import PARENTS, killed_and_run_again
from .zygote import BUSY, WELL

SAVE_EVERY = 50
FILES_OF_A_HOME = 150  # an hour's installations stay as small as a person's new ones


def main() -> None:
    """Do what is asked for."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else None)
    parser.add_argument("work", choices=["kills", "endurance"])
    parser.add_argument("--count", type=int, default=10_000)
    parser.add_argument("--minutes", type=float, default=60.0)
    parser.add_argument("--seed", type=int, default=int.from_bytes(os.urandom(4)))
    parser.add_argument("--pause", type=float, default=0.0, help="seconds between rounds")
    asked = parser.parse_args()
    said: dict[str, Any] = {
        "work": asked.work,
        "seed": asked.seed,
        "began": _now(),
        "python": platform.python_version(),
        "polars": importlib.metadata.version("polars"),
        "wrong": {},
    }
    file = Path(f"soak-{asked.work}-{asked.seed}.json")
    with trials() as made:
        if asked.work == "kills":
            kills(made, asked.count, asked.seed, said, file)
        else:
            endurance(made, asked.minutes, asked.seed, asked.pause, said, file)
    _write(file, said)
    print(json.dumps({key: value for key, value in said.items() if key != "samples"}, indent=1))  # noqa: T201 - a command
    sys.exit(bool(said["wrong"]))


def kills(made: Trials, count: int, seed: int, said: dict[str, Any], file: Path) -> None:
    """Kill real runs, or processes below them, at random times; each is followed by a whole run."""
    drawn = random.Random(seed)  # noqa: S311 - no secret
    begun = [evenings(made, REMOVE)[night] for night in (0, 1)]
    expected = [after(made, each) for each in begun]
    said["kills"] = said["trials"] = 0
    with runs() as started:
        lasts_s = _lasts_s(started, made, begun[1])
        while said["kills"] < count:
            night = drawn.randrange(2)
            trial = made.copied(begun[night])
            found = killed_and_run_again(started, trial, drawn, lasts_s)
            found += differences(trial.state(), expected[night])
            made.gone(trial)
            said["kills"] += started.kills
            started.kills = 0
            said["trials"] += 1
            if found:
                said["wrong"][f"trial {said['trials']}"] = found
            if said["trials"] % SAVE_EVERY == 0:
                _write(file, said)


def endurance(  # noqa: PLR0913, PLR0917 - what is asked for, and where it is told
    made: Trials, minutes: float, seed: int, pause_s: float, said: dict[str, Any], file: Path
) -> None:
    """Drop, overwrite and delete files; run, kill and turn the clock, in one process all along."""
    drawn = random.Random(seed)  # noqa: S311 - no secret
    end = time.monotonic() + 60 * minutes
    done: Counter[str] = Counter()
    said |= {"done": done, "samples": []}
    trial = made.new()
    with runs() as started:
        lasts_s = _lasts_s(started, made, evenings(made, "")[0])
        while time.monotonic() < end:
            if len(trial.dropped) > FILES_OF_A_HOME:
                made.gone(trial)
                trial = made.new(drawn.choice(("", REMOVE)))
                done["installations"] += 1
            found = _round(trial, started, drawn, lasts_s, done)
            done["rounds"] += 1
            if found:
                said["wrong"][f"round {done['rounds']}"] = found
            if done["rounds"] % SAVE_EVERY == 0:
                gc.collect()
                said["samples"].append(_sample(done["rounds"]))
                _write(file, said)
            time.sleep(pause_s)


def _round(
    trial: Trial, started: Runs, drawn: random.Random, lasts_s: float, done: Counter[str]
) -> list[str]:
    dropped = [drop(drawn) for _ in range(drawn.randrange(4))]
    trial.drop(dropped)
    trial.forget_overwritten()
    done["files"] += len(dropped)
    what = drawn.choice(("run", "run", "kill", "clock", "lose"))
    done[what] += 1
    if what == "kill":
        started.begin(trial.folder)
        kill_at(started, drawn.random() * lasts_s, drawn, PARENTS)
        started.end()
        return trial.violations()
    if what == "lose":
        cache = drawn.choice(("readings.parquet", "readings.sum", "seen.json", "pages.json"))
        (trial.library.folder / cache).unlink(missing_ok=True)
    clock_s = drawn.choice((0.0, -1e9, 5e9)) if what == "clock" else time.time()
    try:
        jobs.run(Home(trial.folder), NOW, clock_s)
    except Unfinished as unfinished:
        return [f"the run ended with {each!r}" for each in unfinished.faults.values()]
    return trial.unfinished()


def drop(drawn: random.Random) -> Drop:
    """A file somebody may drop, of any kind."""
    outing = (drawn.choice(STARTS), drawn.choice(METRES), drawn.choice(WORDS))
    lines = [drawn.choice(LINES) for _ in range(drawn.randrange(1, 6))]
    content = drawn.choice(
        (
            lambda: fit(*outing),
            lambda: gpx(*outing) + b"\n" * drawn.randrange(9),
            lambda: tcx(*outing),
            lambda: strong(*lines),
            lambda: fitnotes(*lines),
            lambda: fit(*outing)[: drawn.randrange(80)],
            lambda: drawn.randbytes(drawn.randrange(60)),
        )
    )()
    pack = drawn.choice((bytes, bytes, bytes, gz, zipped))
    return Drop(f"{drawn.choice(NAMES)} {drawn.randrange(30)}", pack(content))


def _lasts_s(started: Runs, made: Trials, evening: Trial) -> float:
    started.run(made.copied(evening).folder)  # imports, caches
    began = time.monotonic()
    if started.run(made.copied(evening).folder) not in {WELL, BUSY}:
        sys.exit("an undisturbed run does not end well")
    return time.monotonic() - began


def _sample(rounds: int) -> dict[str, Any]:
    status = Path("/proc/self/status").read_text(encoding="ascii")
    resident = next(line.split()[1] for line in status.splitlines() if line.startswith("VmRSS"))
    return {
        "rounds": rounds,
        "resident_kb": int(resident),
        "peak_kb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss,
        "descriptors": len(list(Path("/proc/self/fd").iterdir())),
    }


def _now() -> str:
    return dt.datetime.now(dt.UTC).isoformat(timespec="seconds")


def _write(file: Path, said: dict[str, Any]) -> None:
    said["ended"] = _now()
    file.write_text(json.dumps(said, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
