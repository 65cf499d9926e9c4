import datetime as dt
import time
from pathlib import Path

from pipeline import guard
from pipeline.errors import Code, Refusal
from pipeline.ledger import row
from pipeline.tables import readings_of

NOW = dt.datetime(2026, 11, 15, tzinfo=dt.UTC)


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
    ours = {Code.E_CRASH, Code.E_TIME, Code.E_MEMORY, Code.E_AMBIGUOUS}
    for path, outcome in first.items():
        if isinstance(outcome, Refusal):
            assert outcome.code in set(Code) - ours, (path, outcome)
            assert outcome.fault.endswith("."), outcome.fault
            assert len(outcome.fault) < 400, outcome.fault
        else:
            assert outcome.activities or outcome.sets, path
    rows = [
        row(f"{number:064d}", 1, NOW, outcome, "1") for number, outcome in enumerate(first.values())
    ]
    assert readings_of(rows).height == len(paths)
