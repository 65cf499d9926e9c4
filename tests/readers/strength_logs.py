"""Strength logs for tests: the samples, what a file says, and files made of a few rows."""

import datetime as dt
from pathlib import Path

import pytest

from pipeline.errors import Refusal, Refused
from pipeline.readers import csv_apps
from pipeline.readers.csv_apps import fitnotes
from pipeline.tables import Reading

STRENGTH = Path(__file__).parent / "strength"
SAMPLES = sorted(STRENGTH.glob("*.csv"))


def separator(path: Path) -> str:
    return ";" if path.read_text("utf-8-sig").partition("\n")[0].count(";") else ","


def sample(name: str) -> Reading:
    return csv_apps.read((STRENGTH / name).read_bytes())


def log(content: str) -> Reading:
    return csv_apps.read(content.encode())


def refusal(content: bytes | str) -> Refusal:
    with pytest.raises(Refused) as caught:
        csv_apps.read(content.encode() if isinstance(content, str) else content)
    return caught.value.refusal


def fitnotes_csv(*rows: str) -> str:
    return "\n".join([fitnotes.NEW.header, *rows])


def column(reading: Reading, name: str) -> list[object]:
    return [getattr(logged, name) for logged in reading.sets]


def at(day: int, hour: int, minute: int = 0, second: int = 0, month: int = 1) -> dt.datetime:
    return dt.datetime(2026, month, day, hour, minute, second)  # noqa: DTZ001  a wall clock
