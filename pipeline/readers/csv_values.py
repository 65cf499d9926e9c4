"""Strict values out of CSV cells: numbers, durations, dates in the app's language.

A cell that does not fit its pattern is None; nothing is guessed, and no locale is asked.
Sources: the month abbreviations of Unicode CLDR and Day.js, for the languages listed.
"""

import datetime as dt
import re
import unicodedata
from collections.abc import Iterable, Mapping
from decimal import Decimal

# One line a month: en, de, fr, es, pt, it, nl, pl, sv (and da, nb), then ja and zh.
MONTH_WORDS = (
    (
        "jan january januar januari jän jänner janv janvier ene enero janeiro gen gennaio "
        "sty stycznia styczeń 1月"
    ),
    (
        "feb february februar februari févr fév février fevr fev fevrier febrero "
        "fevereiro febbraio lut lutego luty 2月"
    ),
    "mar march mär mrz märz mars marzo março marco mrt maart marca marzec marts 3月",
    "apr april avr avril abr abril aprile kwi kwietnia kwiecień 4月",
    "may mai mayo maio mag maggio mei maj maja 5月",
    "jun june juni juin junio junho giu giugno cze czerwca czerwiec 6月",
    "jul july juli juil juill juillet julio julho lug luglio lip lipca lipiec 7月",
    "aug august août aout ago agosto augustus augusti sie sierpnia sierpień 8月",
    (
        "sep sept september septembre septiembre setiembre set setembro settembre "
        "wrz września wrzesień 9月"
    ),
    (
        "oct october okt oktober octobre octubre out outubro ott ottobre "
        "paź paz października październik 10月"
    ),
    "nov november novembre noviembre novembro lis listopada listopad 11月",
    (
        "dec december dez dezember déc dec décembre dic diciembre dezembro dicembre "
        "gru grudnia grudzień des desember 12月"
    ),
)
MONTHS: Mapping[str, int] = {
    word: number for number, words in enumerate(MONTH_WORDS, 1) for word in words.split()
}

# The years are those of our calendar: 2568 is one of Thailand's, and would be wrong by 543.
TOKENS: Mapping[str, str] = {
    "%Y": r"(?P<year>2[01][0-9]{2})",
    "%m": r"(?P<month>[0-9]{1,2})",
    "%b": r"(?P<name>[^\W\d_]{1,20}|[0-9]{1,2}月)\.?",
    "%d": r"(?P<day>[0-9]{1,2})\.?",
    "%H": r"(?P<hour>[0-9]{1,2})",
    "%I": r"(?P<twelfth>0?[1-9]|1[0-2])",
    "%M": r"(?P<minute>[0-9]{2})",
    "%S": r"(?P<second>[0-9]{2})",
    "%p": r"\s*(?P<half>[ap])\.?\s?m\.?",  # U+202F or a space, a point or none
    " ": r"\s+",
}
NUMBER = re.compile(r"[+-]?(?P<whole>[0-9]{1,30})(?:(?P<mark>[.,])(?P<parts>[0-9]{1,30}))?")
WHOLE = re.compile(r"([0-9]{1,9})(?:[.,]0{1,2})?")
CLOCK = re.compile(r"([0-9]{1,4}):([0-5][0-9]):([0-5][0-9])")
SPELT = re.compile(  # 1h 43m, 1h 20min, 8min, 264h 1m
    r"(?=.)(?:([0-9]{1,6})\s*h)?\s*(?:([0-9]{1,6})\s*m(?:in)?)?\s*(?:([0-9]{1,6})\s*s(?:ec)?)?"
)
THOUSAND_DIGITS = 3

METRES: Mapping[str, Decimal] = {
    "m": Decimal(1),
    "km": Decimal(1_000),
    "mi": Decimal("1609.344"),
}
KILOGRAMS: Mapping[str, Decimal] = {"kg": Decimal(1), "lb": Decimal("0.45359237")}
WRITTEN_UNITS: Mapping[str, str] = {
    "meters": "m",
    "metres": "m",
    "kms": "km",
    "miles": "mi",
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
    """Seconds: `90`, `120.0`, `0:12:00`, `1h 43m` or `8min`."""
    if found := CLOCK.fullmatch(text) or SPELT.fullmatch(text):
        hours, minutes, seconds = (int(group or 0) for group in found.groups())
        return Decimal(hours * 3600 + minutes * 60 + seconds)
    return number(text, comma_decides=comma_decides)


def pattern(date_format: str) -> re.Pattern[str]:
    """The pattern of a date format made of our directives; raises ValueError at another one."""
    pieces = re.findall(r"%.?|.", date_format)
    if unknown := {piece for piece in pieces if piece[0] == "%"} - set(TOKENS):
        message = f"{date_format}: {', '.join(sorted(unknown))} is no directive of ours"
        raise ValueError(message)
    return re.compile(
        "".join(TOKENS.get(piece, re.escape(piece)) for piece in pieces), re.IGNORECASE
    )


def has_time(date_format: str) -> bool:
    """Whether the format tells an hour, or only a day."""
    return "%H" in date_format or "%I" in date_format


def wall_clock(text: str, form: re.Pattern[str]) -> dt.datetime | None:
    """The naive local time a cell states; midnight when its format has only a day."""
    found = form.fullmatch(unicodedata.normalize("NFKC", text))
    if found is None:
        return None
    parts = found.groupdict()
    name = parts.get("name", "").casefold()
    month = int(parts["month"]) if parts.get("month") else MONTHS.get(name, 0)
    if parts.get("half"):
        hour = int(parts["twelfth"]) % 12 + 12 * (parts["half"].casefold() == "p")
    else:
        hour = int(parts.get("hour") or 0)
    minute, second = int(parts.get("minute") or 0), int(parts.get("second") or 0)
    try:
        return dt.datetime(  # noqa: DTZ001  a wall clock has no zone until somebody judges
            int(parts["year"]), month, int(parts["day"]), hour, minute, second
        )
    except ValueError:
        return None


def times(cells: Mapping[str, int], formats: Iterable[str]) -> tuple[str, dict[str, dt.datetime]]:
    """The one format that reads the most rows, and what it makes of each cell it can read.

    `cells` counts the rows of each distinct text; of equal formats the first is taken.
    """
    best: tuple[int, str, dict[str, dt.datetime]] = (-1, "", {})
    for date_format in formats:
        form = pattern(date_format)
        found = {text: when for text in cells if (when := wall_clock(text, form)) is not None}
        rows = sum(cells[text] for text in found)
        if rows > best[0]:
            best = (rows, date_format, found)
    return best[1], best[2]
