from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.report import Options, content, render
from pipeline.report.words import distance, limit_line, margin

from .weeks import SAT, both, jog, on_plan, week

MILES = Options(units="mi")
MILE = Decimal("1609.344")


@pytest.mark.parametrize(
    ("metres", "text"),
    [
        (5620.4, "3.49 mi (5.62 km)"),
        (3840.0, "2.39 mi (3.84 km)"),
        (5000.0, "3.11 mi (5.00 km)"),
        (4996.0, "3.10 mi (4.996 km)"),
        (4999.99, "3.106 mi (4.999 km)"),
        (5003.0, "3.108 mi (5.003 km)"),
    ],
)
def test_miles_come_first_and_kilometres_beside_them(metres: float, text: str) -> None:
    assert distance(metres, 5000.0, "mi").replace("\u00a0", " ") == text


def test_the_line_is_named_in_both() -> None:
    assert limit_line(5000.0, "mi").replace("\u00a0", " ") == "5 km (3.11 mi)"
    assert limit_line(5000.0, "km").replace("\u00a0", " ") == "5 km"


def test_a_margin_is_in_both_while_it_is_long() -> None:
    assert margin(3840.0, 5000.0, "mi").replace("\u00a0", " ") == "0.72 mi (1.16 km)"
    assert margin(4950.0, 5000.0, "mi").replace("\u00a0", " ") == "50 m"


@given(st.floats(4900, 5100) | st.floats(100, 30_000))
def test_miles_in_print_are_on_the_same_side_of_the_line(metres: float) -> None:
    miles = Decimal(distance(metres, 5000.0, "mi").partition("\u00a0")[0])
    line = Decimal(5000) / MILE

    if metres != 5000:
        assert (miles < line) == (metres < 5000)
        assert f"{miles}" != "3.11"


def test_a_page_in_miles_keeps_the_rule_in_kilometres() -> None:
    page = (
        dict(render([both()], options=MILES))["2026/2026-W46.html"].decode().replace("\u00a0", " ")
    )

    assert "<h1>3 of 4 done, and one jog went past 5 km.</h1>" in page
    assert "jog was 3.49 mi (5.62 km)." in page
    assert "Jogs and the 5 km (3.11 mi) line" in page
    assert "turns at 1.49 mi (2.4 km) comes to about 2.98 mi (4.8 km)" in page
    assert "track adds up to 3.47 mi (5.58 km)" in page


def test_the_index_names_the_longest_jog_in_miles() -> None:
    page = dict(render([on_plan()], options=MILES))["index.html"].decode().replace("\u00a0", " ")

    assert "<b>2.68</b> mi (4.31 km)" in page


def test_figures_in_the_data_stay_in_metres() -> None:
    km, miles = (
        content(week((), (jog(4310.0, SAT),)), [], options=each) for each in (Options(), MILES)
    )

    assert [each["metres"] for each in km["jogs"]] == [each["metres"] for each in miles["jogs"]]
    assert (km["units"], miles["units"]) == ("km", "mi")
