"""Strict values out of CSV cells: counts, numbers, durations, units.

A cell that does not fit its pattern is None; nothing is guessed, and no locale is asked.
"""

import re
from collections.abc import Iterable, Mapping
from decimal import Decimal

NUMBER = re.compile(r"[+-]?(?P<whole>[0-9]{1,30})(?:(?P<mark>[.,])(?P<parts>[0-9]{1,30}))?")
WHOLE = re.compile(r"([0-9]{1,9})(?:[.,]0{1,2})?")
CLOCK = re.compile(
    r"(?:([0-9]{1,4}):(?=[0-5]?[0-9]:))?([0-9]{1,2}):([0-5][0-9])"
)  # 1:02:03, or 12:30
SPELT = re.compile(  # 1h 43m, 1h 20min, 8min, 264h 1m
    r"(?=.)(?:([0-9]{1,6})\s*h)?\s*(?:([0-9]{1,6})\s*m(?:in)?)?\s*(?:([0-9]{1,6})\s*s(?:ec)?)?"
)
THOUSAND_DIGITS = 3
LONGEST_CHARACTERS = 200

METRES: Mapping[str, Decimal] = {
    "m": Decimal(1),
    "km": Decimal(1_000),
    "mi": Decimal("1609.344"),
    "yd": Decimal("0.9144"),
    "ft": Decimal("0.3048"),
    "in": Decimal("0.0254"),
    "cm": Decimal("0.01"),
}
KILOGRAMS: Mapping[str, Decimal] = {"kg": Decimal(1), "lb": Decimal("0.45359237")}
WRITTEN_UNITS: Mapping[str, str] = {
    "meter": "m",
    "meters": "m",
    "metres": "m",
    "kms": "km",
    "kilometers": "km",
    "kilometres": "km",
    "mile": "mi",
    "miles": "mi",
    "yards": "yd",
    "feet": "ft",
    "kgs": "kg",
    "lbs": "lb",
}


def unit(written: str, units: Mapping[str, Decimal]) -> str | None:
    """One of these units by the word an app writes for it, None when it is none of them."""
    word = WRITTEN_UNITS.get(written.casefold(), written.casefold())
    return word if word in units else None


def whole_number(text: str) -> int | None:
    """A count such as `10` or `10.0`."""
    found = WHOLE.fullmatch(text)
    return int(found[1]) if found else None


def number(text: str, *, comma_decides: bool = False) -> Decimal | None:
    """A decimal number with a point or a comma, exactly as written.

    `1,500` may mean a thousand and a half: it is read only where `comma_decides`.
    """
    found = NUMBER.fullmatch(text)
    if found is None:
        return None
    parts = found["parts"] or ""
    looks_like_thousands = len(parts) == THOUSAND_DIGITS and found["whole"].strip("0")
    if found["mark"] == "," and looks_like_thousands and not comma_decides:
        return None
    return Decimal(text.replace(",", "."))


def commas_decide(cells: Iterable[str]) -> bool:
    """Whether the commas of a column can only be decimal: no points, and one unlike thousands."""
    has_decimal_comma = False
    for cell in cells:
        if "." in cell:
            return False
        if "," in cell:
            parts = cell.strip().rpartition(",")[2]
            has_decimal_comma = has_decimal_comma or len(parts) != THOUSAND_DIGITS
    return has_decimal_comma


def duration(text: str, *, comma_decides: bool = False) -> Decimal | None:
    """Seconds: `90`, `120.0`, `0:12:00`, `12:30`, `1h 43m` or `8min`."""
    if len(text) > LONGEST_CHARACTERS:  # SPELT tries every division of thousands of blanks
        return None
    if found := CLOCK.fullmatch(text) or SPELT.fullmatch(text):
        hours, minutes, seconds = (int(group or 0) for group in found.groups())
        return Decimal(hours * 3600 + minutes * 60 + seconds)
    return number(text, comma_decides=comma_decides)
