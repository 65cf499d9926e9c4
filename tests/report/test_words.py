import datetime as dt
import math
from decimal import Decimal

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from pipeline.report import Options, content, words

from .weeks import all_three, jog, week

LIMIT = 5000.0


def text(value: str) -> str:
    return value.replace("\u00a0", " ").replace("\u202f", " ")


@pytest.mark.parametrize(
    ("metres", "printed", "gap"),
    [
        (3840.0, "3.84 km", "1.16 km"),
        (4310.2, "4.31 km", "0.69 km"),
        (4899.9, "4.90 km", "0.10 km"),
        (4960.0, "4.96 km", "40 m"),
        (4994.9, "4.99 km", "10 m"),
        (4996.0, "4.996 km", "4 m"),
        (4999.7, "4.999 km", "1 m"),
        (4999.9, "4.999 km", "1 m"),
        (5000.0, "5.00 km", ""),
        (5000.4, "5.000 km", ""),
        (5003.0, "5.003 km", "3 m"),
        (5005.1, "5.01 km", "10 m"),
        (5620.4, "5.62 km", "0.62 km"),
        (42195.0, "42.20 km", "37.20 km"),
    ],
)
def test_a_distance_and_its_margin_add_up_to_the_limit(
    metres: float, printed: str, gap: str
) -> None:
    assert text(words.distance(metres, LIMIT)) == printed
    assert text(words.margin(metres, LIMIT)) == gap


@given(st.floats(4900.0, 5100.0))
@example(5000.0)
@example(math.nextafter(5000.0, 0.0))
@example(math.nextafter(5000.0, math.inf))
@example(4999.995)
def test_text_margin_tick_and_value_never_contradict_each_other(metres: float) -> None:
    told = content(week(all_three(), (jog(metres),)), [], options=Options())["jogs"][0]

    is_under = metres < LIMIT
    printed = Decimal(told["distance_text"].split("\u00a0")[0])
    assert told["under_limit"] is is_under
    assert (told["metres"] < LIMIT) is is_under
    assert (printed < 5) is is_under
    assert (told["margin_m"] > 0) is is_under
    assert ("below the line" in told["reason"]) is is_under


@given(st.floats(0.0, 100_000.0), st.sampled_from([4500.0, 4828.0, 8046.72, 5000.5]))
def test_no_limit_is_crossed_in_print(metres: float, limit_m: float) -> None:
    printed = words.printed_km(metres, limit_m)

    assert (printed < words.exact(limit_m) / 1000) == (metres < limit_m)


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        ("2026-11-09", "2026-11-15", "9–15 November 2026"),
        ("2026-10-26", "2026-11-01", "26 October – 1 November 2026"),
        ("2026-12-28", "2027-01-03", "28 December 2026 – 3 January 2027"),
    ],
)
def test_both_ends_of_a_week_are_printed(start: str, end: str, expected: str) -> None:
    assert words.span(dt.date.fromisoformat(start), dt.date.fromisoformat(end)) == expected


def test_days_are_short_in_tables_and_long_in_sentences() -> None:
    saturday = dt.date(2026, 11, 14)

    assert words.short_day(saturday) == "Sat 14 Nov"
    assert words.short_day(saturday, dt.date(2027, 1, 3)) == "Sat 14 Nov 2026"
    assert words.long_day(saturday) == "Saturday 14 November"


@pytest.mark.parametrize(
    ("seconds", "expected"), [(40.0, "0:40"), (1634.0, "27:14"), (3849.4, "1:04:09")]
)
def test_durations_read_like_a_watch(seconds: float, expected: str) -> None:
    assert words.duration(seconds) == expected


def test_a_short_distance_is_never_zero_kilometres() -> None:
    assert text(words.any_distance(4.2, LIMIT)) == "4 m"
