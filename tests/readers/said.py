"""What a file says, for tests: its reading, its refusal, or its only activity."""

from pipeline import readers
from pipeline.errors import Refusal
from pipeline.tables import Activity, Reading


def reading_of(content: str | bytes) -> Reading:
    found = _read(content)
    assert isinstance(found, Reading), found
    return found


def refusal_of(content: str | bytes) -> Refusal:
    found = _read(content)
    assert isinstance(found, Refusal), found
    return found


def one(content: str | bytes) -> Activity:
    (found,) = reading_of(content).activities
    return found


def _read(content: str | bytes) -> object:
    return readers.read(content.encode() if isinstance(content, str) else content)
