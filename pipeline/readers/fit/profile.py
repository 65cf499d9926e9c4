"""Numbers of the FIT profile that we read, and the words for them.

fields.csv and names.csv are written by scripts/make_fit_profile.py; numbers they do not name stay
numbers. Source: the FIT profile (Profile.xlsx of the FIT SDK).
"""

import csv
import datetime as dt
import functools
import importlib.resources
from typing import Any, NamedTuple

FILE_ID, SPORT, SESSION, LAP, RECORD, EVENT = 0, 12, 18, 19, 20, 21
WORKOUT_STEP, ACTIVITY, SET, EXERCISE_TITLE = 27, 34, 225, 264
ACTIVITY_FILE = 4

EPOCH = dt.datetime(1989, 12, 31, tzinfo=dt.UTC)
# 2000 begins. Below 0x10000000, in 1998, a time is seconds since the device was switched on; in
# between it is that of a clock nobody set.
FIRST_DATE = 315_619_200

SUB_SPORTS = {
    0: "generic",
    1: "treadmill",
    2: "street",
    3: "trail",
    4: "track",
    14: "indoor_rowing",
    15: "elliptical",
    16: "stair_climbing",
    17: "lap_swimming",
    18: "open_water",
    20: "strength_training",
    26: "cardio_training",
    43: "yoga",
    44: "pilates",
    45: "indoor_running",
    58: "virtual_activity",
    59: "obstacle",
    67: "ultra",
}
FILE_KINDS = {
    1: "device",
    2: "settings",
    3: "sport settings",
    5: "workout plan",
    6: "course",
    7: "schedule",
    9: "weight",
    10: "totals",
    11: "goals",
    14: "blood pressure",
    15: "daily monitoring",
    20: "activity summary",
    28: "daily monitoring",
    32: "daily monitoring",
    34: "segment",
    35: "segment list",
}


class Field(NamedTuple):
    """A field of the profile; a value is raw / scale - offset, and None means there is none."""

    name: str
    scale: float | None
    offset: float | None


@functools.cache
def message_names() -> dict[int, str]:
    """Name of each message of the profile, by its number."""
    return {int(row["message_number"]): row["message"] for row in _table("fields.csv")}


@functools.cache
def fields() -> dict[tuple[int, int], Field]:
    """Name, scale and offset of each field of the profile, by message and field number."""
    return {
        (int(row["message_number"]), int(row["field_number"])): Field(
            row["field"],
            float(row["scale"]) if row["scale"] else None,
            float(row["offset"]) if row["offset"] else None,
        )
        for row in _table("fields.csv")
    }


def sport_name(number: object) -> str | None:
    """Name a sport; a number without a name stays visible, None when it is not stated."""
    return _name(number, _names()["sport"], "sport")


def sub_sport_name(number: object) -> str | None:
    """Name a sub-sport, None when it is not stated."""
    return _name(number, SUB_SPORTS, "sub_sport")


def exercise_name(category: int, subtype: int | None) -> str:
    """Name a FIT exercise in the profile's own words, numbers where it has none."""
    family = _names()["exercise_category"].get(category)
    if family is None:
        return f"FIT exercise {category}/{'?' if subtype is None else subtype}"
    names = _names().get(f"{family}_exercise_name", {})
    return (names.get(-1 if subtype is None else subtype) or family).replace("_", " ")


def instant(seconds: object) -> dt.datetime | None:
    """Turn a FIT date_time into an instant; None for power-on clocks and nonsense."""
    if not isinstance(seconds, int) or not FIRST_DATE <= seconds < 0xFFFFFFFF:  # noqa: PLR2004
        return None
    return EPOCH + dt.timedelta(seconds=seconds)


def scaled(fields: dict[int, Any], number: int, scale: float) -> float | None:
    """Return a numeric field divided by its scale; None when it is absent or no number."""
    value = fields.get(number)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return value / scale


def text(value: object) -> str | None:
    """Read a FIT string: up to the first NUL, leniently; None when nothing is left."""
    if isinstance(value, tuple) and all(isinstance(byte, int) for byte in value):
        value = bytes(byte & 0xFF for byte in value)
    if isinstance(value, bytes):
        value = value.decode("utf-8", "replace")
    if not isinstance(value, str):
        return None
    return value.split("\0", 1)[0].strip() or None


def _name(number: object, names: dict[int, str], prefix: str) -> str | None:
    if not isinstance(number, int):
        return None
    return names.get(number, f"{prefix}_{number}")


@functools.cache
def _names() -> dict[str, dict[int, str]]:
    found: dict[str, dict[int, str]] = {}
    for row in _table("names.csv"):
        found.setdefault(row["type"], {})[int(row["value"])] = row["name"]
    return found


def _table(name: str) -> list[dict[str, str]]:
    text = importlib.resources.files(__package__).joinpath(name).read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))
