"""Installations for tests: made in a temporary folder, run without waiting, compared by bytes."""

import datetime as dt
import json
import shutil
from collections.abc import Iterable
from pathlib import Path

from pipeline import jobs
from pipeline.home import Home, create

PROJECT = Path(__file__).resolve().parents[1]
SAMPLES = PROJECT / "sample_data"
EXPECTED = json.loads((SAMPLES / "expected.json").read_text(encoding="utf-8"))
NOW = dt.datetime.fromisoformat(EXPECTED["now"])
SETTLED_CLOCK_S = 4_102_444_800.0  # so late that every file has long settled


def new_home(folder: Path, settings: str = "") -> Home:
    """Make an installation of one person in Berlin; `settings` is put before the usual ones."""
    home = Home(folder)
    create(home, "Alex", "Europe/Berlin")
    text = home.settings_file.read_text(encoding="utf-8")
    home.settings_file.write_text(f"settle_seconds = 0\n{settings}\n{text}", encoding="utf-8")
    return home


def drop(home: Home, files: Iterable[Path], person: str = "me") -> None:
    """Copy files into a person's inbox, under their own names."""
    for file in files:
        shutil.copyfile(file, home.inbox / person / file.name)


def run(home: Home) -> list[jobs.Tally]:
    """Run once at the moment the sample data is judged."""
    return jobs.run(home, NOW, SETTLED_CLOCK_S)


def sample_files() -> list[Path]:
    """Every file of the sample inbox, sorted by name."""
    return sorted((SAMPLES / "inbox").iterdir())


def reports(home: Home) -> dict[str, bytes]:
    """The bytes of every page, by its path."""
    return _contents(home.reports)


def readings(home: Home, person: str = "me") -> bytes:
    """The bytes of the table of readings."""
    return (home.folder / "people" / person / "readings.parquet").read_bytes()


def week(home: Home, name: str, person: str = "me") -> dict[str, object]:
    """The JSON of one week."""
    path = home.reports / person / name[:4] / f"{name}.json"
    return dict(json.loads(path.read_text(encoding="utf-8")))


def _contents(folder: Path) -> dict[str, bytes]:
    files = (path for path in sorted(folder.rglob("*")) if path.is_file())
    return {str(path.relative_to(folder)): path.read_bytes() for path in files}
