import contextlib
import os
import resource
import shutil
import threading
import time
from collections.abc import Iterator
from pathlib import Path

from pipeline import guard, receipt
from pipeline.errors import Code, Refusal
from pipeline.members import Listing

from .homes import NOW, new_home, reports, run, sample_files
from .homes import readings as table_bytes

OURS = {Code.E_CRASH, Code.E_TIME, Code.E_MEMORY, Code.E_AMBIGUOUS}
MOST_MORE_BYTES = 850_000_000  # with the 200 MB a run begins with, less than 1 GiB
GOOD = 20


@contextlib.contextmanager
def memory_watched() -> Iterator[list[int]]:
    """Note, again and again, what this process and everything below it holds in memory."""
    noted = [0]
    is_over = threading.Event()

    def watch() -> None:
        while not is_over.wait(0.02):
            noted.append(resident_bytes())

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        yield noted
    finally:
        is_over.set()
        watcher.join()


def resident_bytes() -> int:
    """Memory of this process, its fork server and the children of that, in bytes."""
    parents, resident = {}, {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            status = path.read_text(encoding="ascii", errors="replace").rpartition(")")[2].split()
            parents[path.parent.name], resident[path.parent.name] = status[1], int(status[21])
    ours = {str(os.getpid())}
    for _ in range(3):
        ours |= {process for process, parent in parents.items() if parent in ours}
    return sum(resident.get(process, 0) for process in ours) * resource.getpagesize()


def hostile_files(shared: Path) -> list[Path]:
    return sorted(path for path in (shared / "hostile").rglob("*") if path.is_file())


def test_every_hostile_file_ends_in_content_or_a_code_and_twice_the_same(shared: Path) -> None:
    paths = hostile_files(shared)
    begun = time.monotonic()

    first = dict(guard.read_all(paths))
    second = dict(guard.read_all(paths[::-1]))

    assert time.monotonic() - begun < 90
    assert first == second
    assert len(first) == len(paths) > 100
    for path, outcome in first.items():
        if isinstance(outcome, Refusal):
            assert outcome.code in set(Code) - OURS, (path, outcome)
            assert outcome.fault.endswith("."), outcome.fault
            assert len(outcome.fault) < 400, outcome.fault
        elif isinstance(outcome, Listing):
            assert outcome.members or outcome.left_out or outcome.activities, path
        else:
            assert outcome.activities or outcome.sets, path


def test_all_hostile_files_dropped_together_cost_their_neighbours_nothing(
    shared: Path, tmp_path: Path
) -> None:
    home = new_home(tmp_path / "home")
    hostile = hostile_files(shared)
    for number, path in enumerate(hostile):
        shutil.copyfile(path, home.inbox / "me" / f"{number:03} {path.name[-60:]}")
    good = [path for path in sample_files() if path.name != "damaged.fit"]
    copies = [home.inbox / "me" / f"{number:03}a good" for number in range(0, GOOD * 5, 5)]
    for number, copy in enumerate(copies):
        shutil.copyfile(good[number % len(good)], copy)
    begun, at_first = time.monotonic(), resident_bytes()

    with memory_watched() as peak:
        run(home)

    assert max(peak) - at_first < MOST_MORE_BYTES
    assert time.monotonic() - begun < 120
    files = receipt.status(home, NOW)["people"][0]["files"]
    dropped = {each["name"]: each for each in files if each["parent"] is None}
    assert len(dropped) == len(hostile) + GOOD
    wanted = {"imported", "superseded", "duplicate"}
    assert {dropped[copy.name]["outcome"] for copy in copies} <= wanted
    for each in files:
        assert each["outcome"] not in ("waiting", "held"), each
        assert each["code"] not in OURS, each
    before = table_bytes(home), reports(home)
    run(home)
    assert (table_bytes(home), reports(home)) == before
