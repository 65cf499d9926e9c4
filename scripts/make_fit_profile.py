"""Write the field table and the names of the FIT reader from fitparse's profile.

    python scripts/make_fit_profile.py

fitparse's profile (MIT licence) is of 2019. Numbers it does not have stay numbers, but for the
few newer sports below, which people do record. Source of those: the FIT profile of 2024.
"""

import csv
from pathlib import Path

from fitparse.profile import FIELD_TYPES, MESSAGE_TYPES

FIT = Path(__file__).resolve().parents[1] / "pipeline" / "readers" / "fit"
NAMED_TYPES = ("sport", "exercise_category")
NEWER = {
    "sport": {
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
    },
}


def main() -> None:
    """Write fields.csv and names.csv beside the reader."""
    fields = [
        (number, message.name, each.def_num, each.name, each.scale or "", each.offset or "")
        for number, message in sorted(MESSAGE_TYPES.items())
        for each in sorted(message.fields.values(), key=lambda each: each.def_num)
    ]
    header = ("message_number", "message", "field_number", "field", "scale", "offset")
    write(FIT / "fields.csv", [header, *map(plain, fields)])
    types = [name for name in FIELD_TYPES if name.endswith("_exercise_name")]
    names = [
        (kind, value, name)
        for kind in sorted([*NAMED_TYPES, *types])
        for value, name in sorted({**FIELD_TYPES[kind].values, **NEWER.get(kind, {})}.items())
        if isinstance(value, int)
    ]
    write(FIT / "names.csv", [("type", "value", "name"), *names])


def plain(row: tuple[object, ...]) -> tuple[object, ...]:
    """Leave out the scales of packed fields: they belong to the parts, not to the whole."""
    return tuple("" if isinstance(cell, tuple | list) else cell for cell in row)


def write(path: Path, rows: list[tuple[object, ...]]) -> None:
    """Write a table with plain line ends."""
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(rows)
    print(path.name, len(rows) - 1)


if __name__ == "__main__":
    main()
