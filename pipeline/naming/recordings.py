"""Settling what a recording was: a line for it in `[activities]` of `backfour.toml`."""

import datetime as dt
from dataclasses import dataclass

import polars as pl

from pipeline import settings
from pipeline.disk import rewrite
from pipeline.errors import SettingsError
from pipeline.home import Home
from pipeline.naming.editing import settled
from pipeline.settings import checks
from pipeline.tables import names_in_order

TABLE = ("activities",)
FEWEST_DIGITS = 8


@dataclass(frozen=True)
class SettledRecording:
    """What was written for which file; `days` are those of its activities, in UTC."""

    digits: str
    word: str
    name: str
    is_written: bool
    days: tuple[dt.date, ...]


def settle_recording(home: Home, digits: str, word: str) -> SettledRecording:
    """Write into the settings what a recording was: "jog", "other", or "copy" of another jog.

    `digits` are the first of its SHA-256. Raises SettingsError, and writes nothing, when they
    name no imported file with an activity, or several.
    """
    checked = home.settings()
    checks.one_of(*settings.ACTIVITY_WORDS)("the word", word)
    digits = digits.lower()
    sha256, names, days = _meant(home, digits)
    before = home.settings_file.read_bytes().decode()
    same = [key for key in checked.activities if sha256.startswith(key)]
    key = max(same, key=len) if same else sha256[: max(FEWEST_DIGITS, len(digits))]
    after = settled(before, TABLE, key, word, exactly=True)
    if settings.parse(after).activities.get(key) != word:
        message = (
            f'backfour.toml: [activities] cannot be changed here; add the line "{key}" = "{word}"'
        )
        raise SettingsError(message)
    if after != before:
        rewrite(home.disk, home.settings_file, after.encode())
    return SettledRecording(key, word, names, after != before, days)


def _meant(home: Home, digits: str) -> tuple[str, str, tuple[dt.date, ...]]:
    """Return hash, name and days of the one file the digits can mean, of whoever it is."""
    if len(digits) < FEWEST_DIGITS:
        message = f"{digits!r} is too short: give {FEWEST_DIGITS} digits of the file's SHA-256"
        raise SettingsError(message)
    tables = [home.library(person).known() for person in home.settings().people]
    found = pl.concat(tables).filter(
        pl.col("sha256").str.starts_with(digits)
        & (pl.col("outcome") == "imported")
        & (pl.col("activities").list.len() > 0)
    )
    shas = found["sha256"].unique().to_list()
    if len(shas) != 1:
        what = "no imported recording" if not shas else "several recordings"
        message = f"{digits!r} names {what}; `backfour status` lists the files with their SHA-256"
        raise SettingsError(message)
    row = found.row(0, named=True)
    days = {each["starts_at"].date() for each in row["activities"] if each["starts_at"]}
    return shas[0], next(iter(names_in_order(row["names"] or [])), ""), tuple(sorted(days))
