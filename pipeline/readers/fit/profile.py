"""Numbers of the FIT profile that we read, and the words for them.

Source: the FIT profile (Profile.xlsx of the FIT SDK); numbers it does not name stay numbers.
"""

import datetime as dt
from typing import Any

from fitparse.profile import FIELD_TYPES

FILE_ID, SPORT, SESSION, LAP, RECORD, EVENT = 0, 12, 18, 19, 20, 21
WORKOUT_STEP, ACTIVITY, SET, EXERCISE_TITLE = 27, 34, 225, 264
ACTIVITY_FILE = 4

EPOCH = dt.datetime(1989, 12, 31, tzinfo=dt.UTC)
FIRST_DATE = 0x10000000  # below it a time is seconds since the device was switched on

# Sports and kinds of file that fitparse's profile of 2019 does not have.
NEWER_SPORTS = {
    49: "baseball",
    53: "diving",
    56: "shooting",
    58: "winter_sport",
    59: "grinding",
    62: "hiit",
    64: "racket",
    65: "wheelchair_push_walk",
    66: "wheelchair_push_run",
    67: "meditation",
    69: "disc_golf",
    71: "cricket",
    72: "rugby",
    73: "hockey",
    74: "lacrosse",
    75: "volleyball",
    76: "water_tubing",
    77: "wakesurfing",
    80: "mixed_martial_arts",
    82: "snorkeling",
    83: "dance",
    84: "jump_rope",
}
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


def sport_name(number: object) -> str | None:
    """Name a sport; a number without a name stays visible, None when it is not stated."""
    return _name(number, {**FIELD_TYPES["sport"].values, **NEWER_SPORTS}, "sport")


def sub_sport_name(number: object) -> str | None:
    """Name a sub-sport, None when it is not stated."""
    return _name(number, SUB_SPORTS, "sub_sport")


def exercise_name(category: int, subtype: int | None) -> str:
    """Name a FIT exercise in the profile's own words, numbers where it has none."""
    family = FIELD_TYPES["exercise_category"].values.get(category)
    if family is None:
        return f"FIT exercise {category}/{'?' if subtype is None else subtype}"
    names = FIELD_TYPES.get(f"{family}_exercise_name")
    name = names.values.get(subtype) if names and subtype is not None else None
    return str(name or family).replace("_", " ")


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
