import datetime as dt
import time
from decimal import Decimal

import pytest

from pipeline.readers.csv_log import dates
from pipeline.readers.csv_log import values as csv_values

HEVY = "%d %b %Y, %H:%M"


@pytest.mark.parametrize(
    ("text", "value"),
    [("10", 10), ("10.0", 10), ("10,0", 10), ("0", 0)]
    + [(text, None) for text in ("", "5+", "10.5", "-1", "1e3", "10,000", "٣", "nan", " 10")],
)
def test_reps_are_whole_or_unread(text: str, value: int | None) -> None:
    assert csv_values.whole_number(text) == value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("37.49999999999999", "37.49999999999999"),
        ("12,5", "12.5"),
        ("-20", "-20"),
        ("+80", "80"),
        ("1.000", "1.000"),
        ("0,500", "0.500"),
        ("1,000", None),
        ("1.062,5", None),
        ("1,062,500", None),
        ("inf", None),
        ("1e400", None),
        ("9" * 5_000, None),
    ],
)
def test_a_number_is_exact_or_unread(text: str, value: str | None) -> None:
    assert csv_values.number(text) == (None if value is None else Decimal(value))


def test_a_comma_before_three_digits_is_decimal_where_the_column_shows_it() -> None:
    assert csv_values.commas_decide(["22,679", "12,5", "", "8"])
    assert not csv_values.commas_decide(["22,679", "1,000"])
    assert not csv_values.commas_decide(["22,679", "12,5", "8.5"])
    assert csv_values.number("22,679", comma_decides=True) == Decimal("22.679")


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("1h 43m", 6_180),
        ("1h 20min", 4_800),
        ("8min", 480),
        ("2176", 2_176),
        ("120.0", 120),
        ("264h 1m", 950_460),
        ("0:12:00", 720),
        ("1:59:30", 7_170),
        ("45s", 45),
        ("", None),
        ("soon", None),
        ("12:30", 750),
        ("1:75:00", None),
        ("12:3", None),
    ],
)
def test_a_duration_is_seconds_or_unread(text: str, seconds: int | None) -> None:
    assert csv_values.duration(text) == seconds


@pytest.mark.parametrize(
    "month",
    # en de fr es pt it nl pl sv, and ja
    [
        "Feb",
        "FEB.",
        "February",
        "Februar",
        "févr.",
        "février",
        "febrero",
        "Fev",
        "febbraio",
        "februari",
        "lut",
        "lutego",
        "2月",
    ],
)
def test_a_month_is_read_in_the_language_of_the_app(month: str) -> None:
    form = dates.pattern(HEVY)

    assert dates.moment(f"3 {month} 2026, 7:05", form) == dt.datetime(2026, 2, 3, 7, 5)  # noqa: DTZ001


@pytest.mark.parametrize(
    ("words", "language"),
    [
        ("Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec", "en"),
        ("Jan. Feb. März Apr. Mai Juni Juli Aug. Sept. Okt. Nov. Dez.", "de"),
        ("janv. févr. mars avr. mai juin juil. août sept. oct. nov. déc.", "fr"),
        ("ene feb mar abr may jun jul ago sep oct nov dic", "es"),
        ("Jan Fev Mar Abr Mai Jun Jul Ago Set Out Nov Dez", "pt"),
        ("gen feb mar apr mag giu lug ago set ott nov dic", "it"),
        ("jan feb mrt apr mei jun jul aug sep okt nov dec", "nl"),
        ("sty lut mar kwi maj cze lip sie wrz paź lis gru", "pl"),
        ("jan feb mar apr maj jun jul aug sep okt nov dec", "sv"),
        ("янв. февр. мар. апр. мая июн. июл. авг. сент. окт. нояб. дек.", "ru"),
        ("1月 2月 3月 4月 5月 6月 7月 8月 9月 10月 11月 12月", "ja, zh"),
        ("一月 二月 三月 四月 五月 六月 七月 八月 九月 十月 十一月 十二月", "zh"),
        ("1월 2월 3월 4월 5월 6월 7월 8월 9월 10월 11월 12월", "ko"),
        ("Oca Şub Mar Nis May Haz Tem Ağu Eyl Eki Kas Ara", "tr"),
    ],
)
def test_all_twelve_months_are_known(words: str, language: str) -> None:
    form = dates.pattern(HEVY)
    read = [dates.moment(f"1 {word} 2026, 10:00", form) for word in words.split()]

    assert [when and when.month for when in read] == list(range(1, 13)), language


def test_no_word_means_two_months() -> None:
    words = [word for month in dates.MONTH_WORDS for word in set(month.split())]

    assert len(words) == len(set(words))


@pytest.mark.parametrize(
    ("text", "date_format", "hour"),
    [
        ("5 Jun 2026, 3:15\u202fPM", "%d %b %Y, %I:%M%p", 15),
        ("5 Jun 2026, 12:15 a.m.", "%d %b %Y, %I:%M%p", 0),
        ("5 Jun 2026, 12:15 pm", "%d %b %Y, %I:%M%p", 12),
        ("05.06.2026, 07:30", "%d.%m.%Y, %H:%M", 7),
        ("2026-06-05 23:59:59", "%Y-%m-%d %H:%M:%S", 23),
    ],
)
def test_the_hour_is_read_in_each_form(text: str, date_format: str, hour: int) -> None:
    when = dates.moment(text, dates.pattern(date_format))

    assert when is not None
    assert (when.month, when.day, when.hour) == (6, 5, hour)


@pytest.mark.parametrize(
    "text",
    [
        "31 Feb 2026, 10:00",
        "1 Foo 2026, 10:00",
        "1 Jan 1999, 10:00",
        "1 Jan 2568, 10:00",
        "1 Jan 2026, 25:00",
        "1 Jan 2026, 13:00 PM",
        "",
    ],
)
def test_a_time_that_is_none_is_unread(text: str) -> None:
    assert dates.moment(text, dates.pattern(HEVY)) is None


def test_one_format_is_chosen_for_all_rows() -> None:
    cells = {"05.06.2026, 07:30": 3, "6 Jun 2026, 07:30": 1}
    chosen, found = dates.times(cells, [HEVY, "%d.%m.%Y, %H:%M"])

    assert chosen == "%d.%m.%Y, %H:%M"
    assert list(found) == ["05.06.2026, 07:30"]


def test_a_format_with_an_unknown_directive_is_a_mistake_of_ours() -> None:
    with pytest.raises(ValueError, match="%j"):
        dates.pattern("%d/%j/%Y")


@pytest.mark.parametrize("cell", ["1h" + " " * 60_000 + "x", "1" * 60_000, "1:" + "0" * 60_000])
def test_a_cell_as_long_as_a_page_is_no_duration_and_costs_no_time(cell: str) -> None:
    begun = time.process_time()

    assert csv_values.duration(cell) is None
    assert time.process_time() - begun < 0.5


def test_a_cell_as_long_as_a_page_is_no_date_and_costs_no_time() -> None:
    form = dates.pattern("%Y/%m/%d %I:%M %p")
    begun = time.process_time()

    assert dates.moment("2026/01/01 1:20" + " " * 60_000 + "x", form) is None
    assert time.process_time() - begun < 0.5
