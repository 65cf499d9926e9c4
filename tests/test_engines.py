import errno
import itertools
import pickle
from pathlib import Path

import pytest

from flows import engines
from pipeline.cli import base
from pipeline.errors import Busy, DamagedTable, SettingsError, WorkerDied, portable

INBOX = Path("/home/inbox")


@pytest.mark.parametrize(
    ("people", "sizes"),
    [(1, [1]), (2, [1, 1]), (3, [2, 1]), (50, [25, 25]), (51, [25, 25, 1]), (500, [25] * 20)],
)
def test_500_people_are_20_batches_and_two_are_two(people: int, sizes: list[int]) -> None:
    everybody = [str(number) for number in range(people)]

    found = engines.batches(everybody)

    assert [len(each) for each in found] == sizes
    assert [*itertools.chain(*found)] == everybody


def raised(fault: Exception) -> Exception:
    try:
        raise fault
    except type(fault) as same:
        return same


@pytest.mark.parametrize(
    ("fault", "line"),
    [
        (ValueError("cannot parse Ann"), "a fault of ours (ValueError at test_engines.py:"),
        (DamagedTable("of Ann"), "a fault of ours (DamagedTable at test_engines.py:"),
        (OSError(errno.EIO, "I/O error", "/home/people/x"), "/home/people/x: I/O error"),
        (OSError(errno.EIO, "I/O error", "/home/inbox/x/Ann"), "the disk: I/O error"),
        (OSError("Ann"), "the disk: "),
        (SettingsError("backfour.toml: x is wrong"), "backfour.toml: x is wrong"),
        (Busy("another run is at work"), "another run is at work; nothing was done"),
    ],
)
def test_a_fault_leaves_its_process_with_its_place_and_without_content(
    fault: Exception, line: str
) -> None:
    away = pickle.loads(pickle.dumps(portable(raised(fault), INBOX)))  # noqa: S301 - our own

    assert base.fault_line(away).startswith(line)
    assert "Ann" not in f"{away!r} {base.fault_line(away)}"


def test_a_worker_that_died_is_said_so() -> None:
    assert base.fault_line(WorkerDied("a worker ended")).startswith(
        "a worker ended; your files are"
    )
