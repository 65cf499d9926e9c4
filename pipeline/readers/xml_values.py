"""Numbers and times as XML files write them: one by one, or a whole column of spans at once.

The columns take only the plain forms (`-12.5`, `2026-11-05T06:00:00.000Z`, `+01:00`); of these
they return exactly what the single readers return, and say which spans they left to them.
Source: XML Schema, part 2 (decimal, dateTime).
"""

import datetime as dt
import math
import re

import numpy as np
import numpy.typing as npt

from pipeline.readers import track

Bytes = npt.NDArray[np.uint8]
Places = npt.NDArray[np.int64]
Words = npt.NDArray[np.uint64]
TIME = re.compile(
    r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})[Tt ]([0-9]{1,2}):([0-9]{1,2}):([0-9]{1,2})"
    r"(?:[.,]([0-9]{1,15}))? ?(?:(Z|z|UTC|GMT)|([+\-−])([0-9]{2}):?([0-9]{2})?)?"
)
EPOCH_DAY = dt.date(1970, 1, 1).toordinal()
YEAR_10000_S = 253_402_300_800
WIDEST_DIGITS = 15  # as many always fit a float exactly
WIDEST_CHARS = 40
POWERS = np.array([float(10**each) for each in range(WIDEST_DIGITS + 1)])
DECIMAL_CHARS = b"0123456789.-"
DATE_CHARS = len("2026-11-05T06:00:00")
OFFSET_CHARS = len("+01:00")
MICRO_DIGITS = 6
LAST_DIGIT = 9
# Eight characters are read as one number, the first in its lowest byte: a word.
WORD = 8
EVERY_BYTE = np.uint64(0x0101010101010101)
HIGH_BITS = np.uint64(0x8080808080808080)
ZEROS, DOTS = np.uint64(0x3030303030303030), np.uint64(0x2E2E2E2E2E2E2E2E)
ABOVE_NINE = np.uint64(0x7676767676767676)  # added to a byte of 0 to 127, it tells one above 9
DATE_FORM = np.array([[0x2D30302D30303030], [0x30303A3030543030], [0x30303A]], dtype=np.uint64)
DATE_SHOWN = np.array([[(1 << 64) - 1], [(1 << 64) - 1], [0xFFFFFF]], dtype=np.uint64)
# As ABOVE_NINE, and where a sign stands everything but the sign is told.
NO_DATE = np.array([[0x7F76767F76767676], [0x76767F76767F7676], [0x76767F]], dtype=np.uint64)
# Between these years microseconds since 1970 are exact in a float; others go one by one.
EARLIEST_YEAR, LATEST_YEAR, LAST_HOUR, LAST_OF_SIXTY = 1700, 2199, 23, 59


def number(text: str | None) -> float:
    """Return a finite number; NaN when it is none, or not there."""
    if text is None or "_" in text:  # which Python allows inside a number
        return math.nan
    try:
        value = float(text)
    except ValueError:
        return math.nan
    return value if math.isfinite(value) else math.nan


def instant(text: str) -> tuple[float, float] | None:
    """Return seconds since 1970 and the offset from UTC in seconds; None when it is no time.

    The offset is NaN when the text tells no zone, and the time is then taken for UTC. Fractions
    are cut to microseconds. An offset beyond 14 hours is no zone's.
    """
    found = TIME.fullmatch(text)
    if found is None:
        return None
    fraction, utc, sign, hours, minutes = found.groups()[6:]
    offset_s = 0.0 if utc else math.nan
    if sign:
        offset_s = int(hours) * 3600.0 + int(minutes or 0) * 60.0
        offset_s = offset_s if sign == "+" else -offset_s
    if abs(offset_s) > track.MAX_OFFSET_S:
        return None
    try:
        wall = dt.datetime(*map(int, found.groups()[:6]), tzinfo=dt.UTC)  # type: ignore[misc, arg-type]
    except ValueError:
        return None
    utc_s = wall.timestamp() - (0.0 if math.isnan(offset_s) else offset_s)
    microseconds = round(utc_s) * 1_000_000
    microseconds += int((fraction or "")[:6].ljust(6, "0"))
    seconds = microseconds / 1_000_000
    return (seconds, offset_s) if seconds < YEAR_10000_S else None


def decimals(text: Bytes, start: Places, stop: Places) -> tuple[track.Floats, track.Flags]:
    """Return the decimal numbers in spans of a text, and which spans are plain decimals."""
    is_negative = text[start] == ord("-")
    begin = start + is_negative
    chars = stop - begin
    first = _words(text, begin)
    before = np.minimum(_chars_before_dot(first), chars)
    after = np.maximum(chars - before - 1, 0)
    short = np.minimum(after, WORD)
    seconds = _words(text, begin + before + 1)
    whole, fraction, good, fine = (
        each for pair in _paired(first, before, seconds, short) for each in pair
    )
    good &= fine & (before + after > 0) & ((before < WORD) | (chars == WORD))
    long = (after > WORD).nonzero()[0]
    if len(long):
        rest = np.clip(after[long] - WORD, 0, WORD)
        tail, tail_good = _figures(_words(text, begin[long] + before[long] + 1 + WORD), rest)
        fraction[long] = fraction[long] * POWERS[rest] + tail
        good[long] &= tail_good
    good &= before + after <= WIDEST_DIGITS
    # Whole numbers below 2 ** 53 and powers of ten are exact, so the quotient is the nearest float.
    power = POWERS[np.minimum(after, WIDEST_DIGITS)]
    values = (whole * power + fraction) / power
    values = np.where(good, np.where(is_negative, -values, values), np.nan)
    others = (~good & (chars > WORD) & (stop - start <= WIDEST_CHARS)).nonzero()[0]
    if len(others):
        values[others] = _one_by_one(text, start[others], stop[others])
        good[others] = ~np.isnan(values[others])
    return values, good


def _one_by_one(text: Bytes, start: Places, stop: Places) -> list[float]:
    """Return the decimals that do not fit our arithmetic; NaN where there is none."""
    raw = text.data
    spans = [bytes(raw[a:b]) for a, b in zip(start.tolist(), stop.tolist(), strict=True)]
    if not b"".join(spans).translate(None, DECIMAL_CHARS):
        try:
            return [float(span) for span in spans]
        except ValueError:  # a sign or a dot too many
            pass
    plain = (b"" if span.translate(None, DECIMAL_CHARS) else span for span in spans)
    return [number(span.decode()) for span in plain]


def _words(text: Bytes, places: Places) -> Words:
    """Return eight characters from each place on; the text goes on beyond each of them."""
    view = np.ndarray(len(text) - WORD + 1, dtype=f"S{WORD}", buffer=text, strides=(1,))
    return view[places].view("<u8")


def _chars_before_dot(words: Words) -> Places:
    """Return how many characters of each word stand before its first dot; 8 without one."""
    found = words ^ DOTS
    found = (found - EVERY_BYTE) & ~found & HIGH_BITS  # the lowest bit set is the first dot's
    below = (((found & -found) >> np.uint64(7)) - np.uint64(1)) & EVERY_BYTE
    return ((below * EVERY_BYTE) >> np.uint64(56)).view(np.int64)


def _paired(
    one: Words, one_chars: Places, two: Words, two_chars: Places
) -> tuple[track.Floats, track.Flags]:
    """Read the figures of two columns in one go."""
    values, good = _figures(np.concatenate((one, two)), np.concatenate((one_chars, two_chars)))
    return values.reshape(2, -1), good.reshape(2, -1)


def _figures(words: Words, chars: Places) -> tuple[track.Floats, track.Flags]:
    """Return the number that the first characters of each word are, and where all are digits."""
    shift = (WORD * (WORD - chars)).view(np.uint64)
    digits = (words ^ ZEROS) << shift
    good: track.Flags = ((digits + ABOVE_NINE) & HIGH_BITS) == 0
    return _eight_digits(digits).astype(np.float64), good


def _eight_digits(digits: Words) -> Words:
    """Return the number that eight digits are: pairs are joined, then fours, then eights."""
    pairs = (digits * np.uint64(10) + (digits >> np.uint64(8))) & np.uint64(0x00FF00FF00FF00FF)
    fours = (pairs * np.uint64(100) + (pairs >> np.uint64(16))) & np.uint64(0x0000FFFF0000FFFF)
    return (fours * np.uint64(10_000) + (fours >> np.uint64(32))) & np.uint64(0xFFFFFFFF)


def instants(
    text: Bytes, start: Places, stop: Places
) -> tuple[track.Floats, track.Floats, track.Flags]:
    """Return the times in spans of a text, as `instant` does, and which spans are plain times."""
    length = stop - start
    timed = (length > DATE_CHARS) & (length <= WIDEST_CHARS)
    wall, good = _wall_clock(text, start)
    offset, good_offset, tail = _offset(text, start, stop)
    micros = (wall - offset) * 1_000_000
    plain = timed & good & good_offset & (tail >= DATE_CHARS)
    shown = tail - DATE_CHARS - 1
    rows = (plain & (shown >= 0)).nonzero()[0]
    if len(rows):
        fraction, is_fraction = _fraction(text, start[rows] + DATE_CHARS, shown[rows])
        micros[rows] += fraction
        plain[rows] = is_fraction
    return micros / 1_000_000, offset, plain


def _wall_clock(text: Bytes, start: Places) -> tuple[track.Floats, track.Flags]:
    """Return the seconds since 1970 that a clock in UTC would show so, and which are plain."""
    words = _words(text, np.concatenate((start, start + WORD, start + 2 * WORD)))
    parts = (words.reshape(3, -1) & DATE_SHOWN) ^ DATE_FORM
    good: track.Flags = (((parts + NO_DATE) & HIGH_BITS) == 0).all(axis=0)
    month, clock, second = _eight_digits(parts).view(np.int64)  # YYYY0MM0, DD0hh0mm, 0ss00000
    hour, minute, second = clock // 1000 % 1000, clock % 1000, second // 100_000
    good &= (hour <= LAST_HOUR) & (minute <= LAST_OF_SIXTY) & (second <= LAST_OF_SIXTY)
    day = np.where(good, month * 10 + clock // 1_000_000, 0)
    if len(day) and day.min() == day.max():  # most recordings end on the day they began
        day_s = np.full(len(day), _day_s(int(day[0])))
    else:
        days, which = np.unique(day, return_inverse=True)
        day_s = np.array([_day_s(each) for each in days.tolist()], dtype=np.float64)[which]
    good &= np.isfinite(day_s)
    return np.where(good, day_s + (hour * 3600 + minute * 60 + second), 0.0), good


def _day_s(day: int) -> float:
    """Return when a day begins, given as YYYY0MM0DD less one zero: 202_601_105 for 5 November."""
    year = day // 100_000
    try:
        date = dt.date(year, day // 100 % 1000, day % 100)
    except ValueError:
        return math.nan
    if not EARLIEST_YEAR <= year <= LATEST_YEAR:
        return math.nan
    return (date.toordinal() - EPOCH_DAY) * 86_400.0


def _offset(
    text: Bytes, start: Places, stop: Places
) -> tuple[track.Floats, track.Flags, npt.NDArray[np.int64]]:
    """Return the offset from UTC in seconds, whether there is one, and the characters before it."""
    offset_s, stated = np.zeros(len(start)), text[stop - 1] == ord("Z")
    tail = stop - start - 1
    rows = (~stated & (tail >= DATE_CHARS + OFFSET_CHARS - 1)).nonzero()[0]
    if len(rows):
        zones = text[stop[rows, np.newaxis] - np.arange(OFFSET_CHARS, 0, -1)]
        digits = zones[:, [1, 2, 4, 5]] ^ ord("0")
        size = digits.astype(np.float64) @ np.array([36_000.0, 3_600.0, 600.0, 60.0])
        minus = zones[:, 0] == ord("-")
        good = (minus | (zones[:, 0] == ord("+"))) & (zones[:, 3] == ord(":"))
        good &= (digits <= LAST_DIGIT).all(axis=1) & (size <= track.MAX_OFFSET_S)
        stated[rows] = good
        offset_s[rows] = np.where(minus, -size, size)
        tail[rows] -= OFFSET_CHARS - 1
    return offset_s, stated, tail


def _fraction(text: Bytes, dot: Places, chars: Places) -> tuple[track.Floats, track.Flags]:
    """Return the microseconds behind a dot, cut off there, and whether they are plain."""
    shown = np.minimum(chars, MICRO_DIGITS)
    figures, good = _figures(_words(text, dot + 1), shown)
    for begin in range(MICRO_DIGITS, int(chars.max()), WORD):  # finer figures have to be some, too
        finer = np.clip(chars - begin, 0, WORD)
        good &= _figures(_words(text, dot + 1 + begin), finer)[1]
    good &= (text[dot] == ord(".")) & (chars > 0) & (chars <= WIDEST_DIGITS)
    return figures * POWERS[MICRO_DIGITS - shown], good
