"""Thousands of files at once: the run stays small, and the next one has nothing to do."""

from .load import measured

FILES = 2_000
PARENT_MB = 300


def test_two_thousand_files_are_imported_in_little_memory_and_not_looked_at_again() -> None:
    found = measured(FILES)

    assert found["imported"] == found["files"] == FILES
    assert found["read_again"] == 0
    assert found["peak_mb"] < PARENT_MB
