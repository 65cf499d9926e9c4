"""Numbers and times as XML files write them: one by one, or a whole column of spans at once.

The columns take only the plain forms (`-12.5`, `2026-11-05T06:00:00.000Z`, `+01:00`); of these
they return exactly what the single readers return, and say which spans they left to them.
Source: XML Schema, part 2 (decimal, dateTime).
"""

import datetime as dt
import math
import re
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from pipeline.readers import track

Bytes = npt.NDArray[np.uint8]
Places = npt.NDArray[np.int64]
TIME = re.compile(
    r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})[T ]([0-9]{1,2}):([0-9]{1,2}):([0-9]{1,2})"
    r"(?:\.([0-9]{1,15}))?(?:(Z)|([+\-−])([0-9]{2}):?([0-9]{2})?)?"
)
EPOCH_DAY = dt.date(1970, 1, 1).toordinal()
YEAR_10000_S = 253_402_300_800
WIDEST_DIGITS = 15  # as many always fit a float exactly
WIDEST_CHARS = 40
NINE = 9
POWERS = 10.0 ** np.arange(WIDEST_DIGITS - 1, -1, -1)
PLAIN = re.compile(rb"-?(?:[0-9]+\.?[0-9]*|\.[0-9]+)")
FEW = 24  # numbers of one length, which are read faster one by one
FORMS_TRIED = 8  # lengths with another place of the dot; what is left goes one by one
DATE_CHARS = len("2026-11-05T06:00:00")
OFFSET_CHARS = len("+01:00")
SEPARATORS = {4: "-", 7: "-", 10: "T", 13: ":", 16: ":"}
# What each character is worth in the day (as 20261105), the hour, the minute, the second.
WORTH = np.zeros((DATE_CHARS, 4))
WORTH[[0, 1, 2, 3, 5, 6, 8, 9], 0] = 10.0 ** np.arange(7, -1, -1)
for _part, _place in ((1, 11), (2, 14), (3, 17)):
    WORTH[_place : _place + 2, _part] = (10.0, 1.0)
# Between these years microseconds since 1970 are exact in a float; others go one by one.
EARLIEST = np.array([1700_00_00.0, 0.0, 0.0, 0.0])
LATEST = np.array([2200_00_00.0, 23.0, 59.0, 59.0])


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
    values, plain = np.full(len(start), np.nan), np.zeros(len(start), dtype=np.bool_)
    length = stop - start
    for chars in _lengths(length):
        rows = (length == chars).nonzero()[0]
        spans = _spans(text, start[rows], chars)
        for _ in range(FORMS_TRIED):
            if len(rows) < FEW:
                break
            same, found, good = _one_form(spans)
            values[rows[same]], plain[rows[same]] = found, good
            rows, spans = rows[~same], spans[~same]
        for row, span in zip(rows.tolist(), spans.view(f"S{chars}").ravel().tolist(), strict=True):
            if PLAIN.fullmatch(span):
                values[row], plain[row] = float(span), True
    return values, plain


def _lengths(length: Places) -> list[int]:
    """Return the lengths that occur, without those no plain value has."""
    counts = np.bincount(np.clip(length, 0, WIDEST_CHARS + 1))
    return [chars for chars in counts.nonzero()[0].tolist() if 0 < chars <= WIDEST_CHARS]


def _one_form(spans: Bytes) -> tuple[track.Flags, track.Floats, track.Flags]:
    """Read the spans with sign and dot where the first one has them: which, values, plain ones."""
    first = spans[0].tobytes()
    dot, is_negative = first.find(b"."), first.startswith(b"-")
    same: track.Flags = np.asarray((spans[:, 0] == ord("-")) == is_negative, dtype=np.bool_)
    if dot >= 0:
        same = same & (spans[:, dot] == ord("."))
    chosen = spans if same.all() else spans[same]
    signs = [*((0,) if is_negative else ()), *((dot,) if dot >= 0 else ())]
    figures = len(first) - len(signs)
    digits, good = _digits(chosen, signs)
    if not figures:
        good[:] = False
    if figures > WIDEST_DIGITS:
        found = np.full(len(digits), np.nan)
        found[good] = [float(span) for span in chosen.view(f"S{len(first)}").ravel()[good].tolist()]
        return same, found, good
    # Whole numbers below 2 ** 53 and powers of ten are exact, so the quotient is the nearest float.
    worth = POWERS[WIDEST_DIGITS - figures :].tolist()
    for sign in signs:
        worth.insert(sign, 0.0)
    found = (digits @ np.array(worth)) / 10.0 ** (len(first) - dot - 1 if dot >= 0 else 0)
    return same, -found if is_negative else found, good


def _digits(spans: Bytes, signs: Sequence[int]) -> tuple[track.Floats, track.Flags]:
    """Return the digits of spans, 0 where a sign stands, and which spans have nothing else."""
    digits = spans - ord("0")
    for sign in signs:
        digits[:, sign] = 0
    odd = digits > NINE
    good = np.ones(len(spans), dtype=np.bool_)
    if odd.any():
        good &= ~odd.any(axis=1)
    return digits.astype(np.float64), good


def instants(
    text: Bytes, start: Places, stop: Places
) -> tuple[track.Floats, track.Floats, track.Flags]:
    """Return the times in spans of a text, as `instant` does, and which spans are plain times."""
    seconds, offset_s = np.full(len(start), np.nan), np.full(len(start), np.nan)
    plain = np.zeros(len(start), dtype=np.bool_)
    length = stop - start
    for chars in _lengths(length):
        if chars <= DATE_CHARS:
            continue
        rows = (length == chars).nonzero()[0]
        spans = _spans(text, start[rows], chars)
        wall, good = _wall_clock(spans[:, :DATE_CHARS])
        offset, has_zone, tail = _offset(spans)
        fraction, is_fraction = _fraction(spans, tail)
        micros = (wall - offset) * 1_000_000 + fraction
        seconds[rows], offset_s[rows] = micros / 1_000_000, offset
        plain[rows] = good & has_zone & is_fraction
    return seconds, offset_s, plain


def _spans(text: Bytes, start: Places, chars: int) -> Bytes:
    """Return spans of one length as rows of bytes; the text goes on beyond each of them."""
    view = np.ndarray(len(text) - chars + 1, dtype=f"S{chars}", buffer=text, strides=(1,))
    return view[start].view(np.uint8).reshape(len(start), chars)


def _wall_clock(spans: Bytes) -> tuple[track.Floats, track.Flags]:
    digits, good = _digits(spans, list(SEPARATORS))
    for at, sign in SEPARATORS.items():
        good &= spans[:, at] == ord(sign)
    parts = digits @ WORTH
    good &= ((parts >= EARLIEST) & (parts <= LATEST)).all(axis=1)
    day = np.where(good, parts[:, 0], 0.0)
    if day.min() == day.max():  # most recordings end on the day they began
        day_s = np.full(len(day), _day_s(int(day[0])))
    else:
        days, which = np.unique(day, return_inverse=True)
        day_s = np.array([_day_s(int(each)) for each in days])[which]
    seconds = day_s + parts[:, 1] * 3600 + parts[:, 2] * 60 + parts[:, 3]
    return np.where(good, seconds, 0.0), good & np.isfinite(day_s)


def _day_s(day: int) -> float:
    try:
        date = dt.date(day // 10_000, day // 100 % 100, day % 100)
    except ValueError:
        return math.nan
    return (date.toordinal() - EPOCH_DAY) * 86_400.0


def _offset(spans: Bytes) -> tuple[track.Floats, track.Flags, npt.NDArray[np.int64]]:
    """Return the offset from UTC in seconds, whether there is one, and where it begins."""
    chars = spans.shape[1]
    utc = spans[:, -1] == ord("Z")
    if chars < DATE_CHARS + OFFSET_CHARS:
        return np.zeros(len(spans)), utc, np.full(len(spans), chars - 1)
    digits = spans[:, [-5, -4, -2, -1]] - ord("0")
    size = digits.astype(np.float64) @ np.array([36_000.0, 3_600.0, 600.0, 60.0])
    minus = spans[:, -6] == ord("-")
    stated = (minus | (spans[:, -6] == ord("+"))) & (spans[:, -3] == ord(":"))
    stated &= (digits <= NINE).all(axis=1) & (size <= track.MAX_OFFSET_S)
    offset_s = np.where(stated & ~utc, np.where(minus, -size, size), 0.0)
    return offset_s, utc | stated, np.where(utc, chars - 1, chars - OFFSET_CHARS)


def _fraction(
    spans: Bytes, tail: npt.NDArray[np.int64]
) -> tuple[npt.NDArray[np.float64], track.Flags]:
    """Return the microseconds between the seconds and the zone, and whether they are plain."""
    micros, good = np.zeros(len(spans)), tail == DATE_CHARS
    for end in np.bincount(tail).nonzero()[0].tolist():
        if end <= DATE_CHARS + 1:
            continue
        rows = (tail == end).nonzero()[0]
        digits = spans[rows][:, DATE_CHARS + 1 : end] - ord("0")
        shown = min(digits.shape[1], 6)  # finer than a microsecond is cut off
        micros[rows] = digits[:, :shown].astype(np.float64) @ 10.0 ** np.arange(5, 5 - shown, -1)
        good[rows] = (spans[rows, DATE_CHARS] == ord(".")) & (digits <= NINE).all(axis=1)
    return micros, good
