"""Numbers, distances, dates and durations as they are printed. Decimal throughout.

What is printed never contradicts a tick: compare first, then print.
"""

import datetime as dt
from decimal import ROUND_FLOOR, ROUND_HALF_EVEN, Decimal
from functools import lru_cache
from typing import Literal

from pipeline.report.catalogue import say, terms
from pipeline.report.escape import visible

Units = Literal["km", "mi"]
NBSP = "\u00a0"
NARROW = "\u202f"
EN_DASH = "–"
_KM = Decimal(1000)
_MILE = Decimal("1609.344")  # metres, by international agreement of 1959
_HUNDREDTH = Decimal("0.01")
_TENTH_KM = Decimal(100)
_SHORT_M = Decimal(100)
_FINEST = 5


def exact(value: float) -> Decimal:
    """The number as it is written, without the digits of its binary form."""
    return Decimal(repr(float(value)))


def floored(metres: float) -> float:
    """Metres, floored to the centimetre: flooring cannot cross a whole limit."""
    return float(exact(metres).quantize(_HUNDREDTH, ROUND_FLOOR))


def trimmed(value: Decimal, places: int = 2) -> str:
    """A number without trailing zeros, with at most so many decimals."""
    quantum = Decimal(1).scaleb(-places)
    text = f"{value.quantize(quantum, ROUND_HALF_EVEN):f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return text.replace("-", "−")


def shown(value: float) -> str:
    """A number as it is written, without trailing zeros, with at most two decimals."""
    return _shown(repr(float(value)))


@lru_cache(maxsize=4096)
def _shown(written: str) -> str:
    # By its text: 0.0 and -0.0 are equal, and not shown alike.
    return trimmed(Decimal(written))


def whole(number: int) -> str:
    """A whole number with narrow spaces between thousands."""
    return f"{number:,}".replace(",", NARROW).replace("-", "−")


def quantity(number: str, unit: str) -> str:
    """Number and unit, never parted by a line break."""
    return f"{number}{NBSP}{unit}"


def limit_text(limit_m: float) -> str:
    """The limit as in "under 5 km"."""
    return quantity(trimmed(exact(limit_m) / _KM, _FINEST), "km")


def limit_exact(limit_m: float) -> str:
    """The limit as a printed distance, as in "exactly 5.00 km"."""
    return distance(limit_m, limit_m)


def limit_line(limit_m: float, units: Units) -> str:
    """The limit where distances are held against it: "5 km", or "5 km (3.11 mi)"."""
    text = limit_text(limit_m)
    return f"{text} ({_miles(exact(limit_m), exact(limit_m))})" if units == "mi" else text


def printed_km(metres: float, limit_m: float) -> Decimal:
    """The kilometres that are printed: two decimals, more only where two would read as the line."""
    return _beside(exact(metres) / _KM, exact(limit_m) / _KM)


def _miles(metres: Decimal, limit_m: Decimal) -> str:
    return quantity(f"{_beside(metres / _MILE, limit_m / _MILE):f}", "mi")


def _beside(value: Decimal, line: Decimal) -> Decimal:
    """A number as printed beside a line: never on the other side of it, nor on it, by rounding."""
    rounded = value.quantize(_HUNDREDTH, ROUND_HALF_EVEN)
    if value == line or rounded != line.quantize(_HUNDREDTH, ROUND_HALF_EVEN):
        return rounded
    for places in range(3, _FINEST + 1):
        finer = value.quantize(Decimal(1).scaleb(-places), ROUND_FLOOR)
        if (finer < line) == (value < line):
            return finer
    return value


def distance(metres: float, limit_m: float, units: Units = "km") -> str:
    """A distance in km, on the same side of the line in print as it is in fact; miles first."""
    km = quantity(f"{printed_km(metres, limit_m):f}", "km")
    return f"{_miles(exact(metres), exact(limit_m))} ({km})" if units == "mi" else km


def any_distance(metres: float, limit_m: float, units: Units = "km") -> str:
    """A distance of any session: metres below 100 m, else as `distance`."""
    if exact(metres) < _SHORT_M:
        return quantity(trimmed(exact(metres), 0), "m")
    return distance(metres, limit_m, units)


def rough_distance(km: Decimal, units: Units) -> str:
    """A distance that is only a proposal: "2.4 km", or "1.49 mi (2.4 km)"."""
    text = quantity(trimmed(km), "km")
    return f"{quantity(trimmed(km * _KM / _MILE), 'mi')} ({text})" if units == "mi" else text


def margin(metres: float, limit_m: float, units: Units = "km") -> str:
    """How far the printed distance is from the line; empty when it prints as the line itself.

    Below a tenth of a kilometre in metres, whatever the units.
    """
    gap_m = abs(exact(limit_m) - printed_km(metres, limit_m) * _KM)
    if gap_m >= _TENTH_KM:
        km = gap_m / _KM
        two = km.quantize(_HUNDREDTH, ROUND_HALF_EVEN)
        text = quantity(f"{two if two == km else km.normalize():f}", "km")
        return f"{quantity(trimmed(gap_m / _MILE), 'mi')} ({text})" if units == "mi" else text
    return quantity(trimmed(gap_m, 0), "m") if gap_m >= 1 else ""


def duration(seconds: float) -> str:
    """A duration as 27:14 or 1:04:09."""
    total = whole_seconds(seconds)
    minutes, second = divmod(total, 60)
    hours, minute = divmod(minutes, 60)
    return f"{hours}:{minute:02d}:{second:02d}" if hours else f"{minute}:{second:02d}"


def whole_seconds(seconds: float) -> int:
    """Seconds to the nearest whole one."""
    return int(exact(seconds).quantize(Decimal(1), ROUND_HALF_EVEN))


def weekday(day: dt.date) -> str:
    """Weekday in full: "Saturday"."""
    return terms("words.weekdays")[day.weekday()]


def weekday_short(day: dt.date) -> str:
    """Weekday in three letters."""
    return terms("words.weekdays_short")[day.weekday()]


def month(day: dt.date) -> str:
    """Month in full."""
    return terms("words.months")[day.month - 1]


def month_short(day: dt.date) -> str:
    """Month in three letters."""
    return terms("words.months_short")[day.month - 1]


def long_day(day: dt.date) -> str:
    """Day in a sentence: "Saturday 14 November"."""
    return f"{weekday(day)} {day.day} {month(day)}"


def short_day(day: dt.date, near: dt.date | None = None) -> str:
    """Day in a table: "Sat 14 Nov", with its year when that differs from the year of `near`."""
    text = f"{weekday_short(day)} {day.day} {month_short(day)}"
    return f"{text} {day.year}" if near is not None and near.year != day.year else text


def brief_day(day: dt.date) -> str:
    """Day without its weekday: "9 Nov"."""
    return f"{day.day} {month_short(day)}"


def full_day(day: dt.date) -> str:
    """Day with its year: "15 November 2026"."""
    return f"{day.day} {month(day)} {day.year}"


def span(start: dt.date, end: dt.date) -> str:
    """First and last day, both included: "9–15 November 2026"."""
    if start.year != end.year:
        return f"{full_day(start)} {EN_DASH} {full_day(end)}"
    if start.month != end.month:
        return f"{start.day} {month(start)} {EN_DASH} {full_day(end)}"
    return f"{start.day}{EN_DASH}{full_day(end)}"


def in_sentence(exercise: str) -> str:
    """An exercise's name inside a sentence: its first letter in lower case."""
    shown = visible(exercise)
    return shown[:1].lower() + shown[1:]


def at_least(text: str) -> str:
    """A distance that is only a lower bound."""
    return say("words.at_least", distance=text)
