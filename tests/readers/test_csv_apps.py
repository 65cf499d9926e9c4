import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.errors import Code, Refusal, Refused
from pipeline.readers import csv_apps
from pipeline.readers.csv_apps import fitnotes, hevy, strong
from pipeline.tables import LoggedSet, Reading, readings_of

STRENGTH = Path(__file__).parent / "strength"
SAMPLES = sorted(STRENGTH.glob("*.csv"))
STRONG, UNITS, HEVY = strong.COMMA, strong.UNITS, hevy.METRIC


def sample(name: str) -> Reading:
    return csv_apps.read((STRENGTH / name).read_bytes())


def refusal(content: bytes | str) -> Refusal:
    with pytest.raises(Refused) as caught:
        csv_apps.read(content.encode() if isinstance(content, str) else content)
    return caught.value.refusal


def fitnotes_csv(*rows: str) -> str:
    return "\n".join([fitnotes.NEW.header, *rows])


def column(reading: Reading, name: str) -> list[object]:
    return [getattr(logged, name) for logged in reading.sets]


def at(day: int, hour: int, minute: int = 0, second: int = 0, month: int = 1) -> dt.datetime:
    return dt.datetime(2026, month, day, hour, minute, second)  # noqa: DTZ001  a wall clock


def test_strong_rows_are_told_apart_before_their_numbers_are_read() -> None:
    reading = sample("strong_comma.csv")

    assert column(reading, "kind") == (
        ["warmup", "set", "set", "set", "rest", "note", "set", "skipped", "set"]
    )
    assert column(reading, "reps") == [12, 10, 8, 6, None, None, 0, 0, 0]
    assert column(reading, "position") == list(range(9))
    assert column(reading, "row") == [2, 3, 5, 6, 7, 8, 9, 10, 11]
    assert reading.problems == ()


def test_strong_with_commas_has_no_unit_and_so_no_metres() -> None:
    run = sample("strong_comma.csv").sets[-1]

    assert (run.kind, run.metres, run.weight_unit) == ("set", None, None)


def test_strong_knows_when_a_workout_ended_unless_it_lasted_over_a_day() -> None:
    first, *_, last = sample("strong_comma.csv").sets

    assert (first.local_start, first.local_end) == (at(5, 18, 2, 11), at(5, 19, 5, 11))
    assert (first.workout, first.title) == ("2026-01-05 18:02:11", "Back, easy")
    assert (last.local_start, last.local_end) == (at(7, 7, 10), None)


def test_strong_with_units_takes_a_decimal_comma_beside_a_point() -> None:
    reading = sample("strong_units.csv")

    assert column(reading, "weight") == [12.5, 12.5, 60.0, 0.0]
    assert column(reading, "weight_unit") == ["kg", "kg", "lb", None]
    assert column(reading, "metres") == [None, None, None, 4_999.0]
    assert reading.sets[0].local_end == at(2, 8, 35, month=2)


def test_strong_with_numbers_groups_by_them() -> None:
    reading = sample("strong_numbered.csv")

    assert column(reading, "workout") == ["1", "1", "2"]
    assert column(reading, "weight_unit") == ["kg", "kg", "kg"]
    assert column(reading, "metres") == [None, None, 4_200.0]


def test_a_portuguese_hevy_file_keeps_its_words_and_finds_its_months() -> None:
    reading = sample("hevy.csv")

    assert column(reading, "kind") == ["warmup", "set", "set", "set", "set"]
    assert [logged.day for logged in reading.sets[3:]] == [
        dt.date(2026, 2, 2),
        dt.date(2026, 4, 13),
    ]
    assert reading.sets[1].label == "Puxada Alta na Polia (Máquina)"
    assert reading.sets[3].weight is None
    assert (reading.sets[4].metres, reading.sets[4].seconds) == (4_200.0, 1_620.0)
    assert reading.sets[4].workout == "2026-04-13 07:05:00 | Costas 💪"
    assert reading.sets[4].local_end == at(13, 7, 40, month=4)


def test_fitnotes_knows_the_day_and_never_a_midnight() -> None:
    reading = sample("fitnotes.csv")

    assert column(reading, "kind") == ["set", "set", "set", "skipped", "set", "set"]
    assert column(reading, "local_start") == [None] * 6
    assert column(reading, "workout") == ["2026-04-06"] * 4 + ["2026-04-08"] * 2
    assert column(reading, "weight") == [35.0, 0.0, None, 66.14, None, None]
    assert column(reading, "metres") == [None, None, None, None, 4_988.9664, None]
    assert [(problem.where, problem.text) for problem in reading.problems] == (
        [("line 7, column Distance Unit", "kg")]
    )


def test_fitnotes_pounds_come_from_the_header() -> None:
    assert column(sample("fitnotes_pounds.csv"), "weight_unit") == ["lb", "lb"]


PLAIN = [each for each in csv_apps.dialects() if each.unfold is None]
START = {"FitNotes": "2026-01-05", "RepCount": "2026-01-05 10:00"}
KIND = {"Hevy": "normal", "Lyfta": "NORMAL_SET", "Fitbod": "false"}


@pytest.mark.parametrize("dialect", PLAIN, ids=lambda dialect: dialect.header[:60])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_each_header_is_one_dialect_with_any_separator(
    dialect: csv_apps.Dialect, separator: str
) -> None:
    cells = {
        dialect.start: START.get(dialect.app, "2026-01-05 10:00:00"),
        dialect.label: "Shrug",
        dialect.reps: "8",
        dialect.set_type: KIND.get(dialect.app, "1"),
    }
    names = dialect.header.split(",")
    row = separator.join(cells.get(name, "") for name in names)
    reading = csv_apps.read(f"{separator.join(names)}\n{row}\n".encode())

    assert (reading.kind, reading.reader, reading.app) == ("csv", "csv", dialect.app)
    assert [(logged.kind, logged.reps) for logged in reading.sets] == [("set", 8)]
    assert reading.problems == ()


def test_adding_an_app_is_one_value() -> None:
    gravity = csv_apps.Dialect(
        "Gravity",
        header="When,What,How many",
        label="What",
        start="When",
        formats=("%d.%m.%Y",),
        workout=("When",),
        reps="How many",
    )
    content = b"When;What;How many\n05.06.2026;Shrug;12\n"

    reading = csv_apps.read(content, known=(*csv_apps.dialects(), gravity))

    assert reading.app == "Gravity"
    assert reading.sets == (
        LoggedSet(0, "set", "2026-06-05", "Shrug", dt.date(2026, 6, 5), row=2, reps=12),
    )


@pytest.mark.parametrize(
    "change",
    [
        {"reps": "Repetitions"},
        {"workout": ("Date", "Number")},
        {"header": STRONG.header + ",Reps"},
        {"formats": ("%j",)},
        {"kinds": (("x", "jog"),)},
        {"weight_in": "stone"},
        {"distance_in": "furlong"},
    ],
)
def test_a_dialect_that_cannot_read_its_own_header_is_a_mistake_of_ours(
    change: dict[str, object],
) -> None:
    with pytest.raises(ValueError, match=r"Strong|%j"):
        replace(STRONG, **change)  # type: ignore[arg-type]


def test_two_dialects_with_one_header_are_ambiguous() -> None:
    with pytest.raises(Refused) as caught:
        csv_apps.read((STRENGTH / "hevy.csv").read_bytes(), known=(HEVY, HEVY))

    assert caught.value.refusal.code == Code.E_AMBIGUOUS


def test_an_unknown_header_is_refused_with_its_first_five_columns() -> None:
    found = refusal("a,b,c,d,e,f\n1,2,3,4,5,6\n")

    assert found.code == Code.E_CSV_HEADER
    assert found.fault == ("The columns are not those of a known app: a, b, c, d, e and 1 more.")


def test_a_near_header_is_refused_with_the_columns_that_differ() -> None:
    header = STRONG.header.replace("Reps", "Wiederholungen")

    assert "near Strong, but without Reps and with Wiederholungen." in refusal(header + "\n").fault


def test_the_same_columns_in_another_order_are_not_read_by_position() -> None:
    header = ",".join(reversed(HEVY.header.split(",")))

    assert refusal(header + "\n").fault.endswith("It is near Hevy, but in another order.")


@pytest.mark.parametrize("elsewhere", csv_apps.elsewhere(), ids=lambda known: known.header[:40])
def test_a_known_file_without_sets_is_refused_by_its_name(elsewhere: csv_apps.Elsewhere) -> None:
    found = refusal(elsewhere.header + ("\n" if elsewhere.whole else ",More\n"))

    assert (found.code, found.fault) == (elsewhere.code, elsewhere.sentence)


def test_a_strong_export_of_2018_is_refused_with_what_to_do() -> None:
    header = "Date;Workout Name;Exercise Name;Set Order;lbs;Reps;mi.;Seconds;Notes;Workout Notes"
    row = '"2018-05-01 10:00:00;""Back"";""Shrug"";1;100;10;0;0;"""";"""""'

    assert "export it again with a current Strong" in refusal(f"{header}\n{row}\n").fault


@pytest.mark.parametrize("content", [b"", b"\xef\xbb\xbf", b"\n\r\n ,\n"])
def test_a_file_without_content_is_empty(content: bytes) -> None:
    assert refusal(content).code == Code.E_EMPTY


def test_a_header_alone_holds_no_workout() -> None:
    found = refusal(HEVY.header)

    assert (found.code, found.fault) == (
        Code.E_NO_ACTIVITY,
        "The file is sound but holds no workout.",
    )


def many(good: int, *bad: str) -> str:
    return fitnotes_csv(*["2026-01-05,Shrug,Back,20,kgs,10,,,,"] * good, *bad)


@pytest.mark.parametrize("reps", ["inf", "-5", "10001", "8.5", "x" * 200, "1e400", "0x10"])
def test_one_impossible_value_in_a_hundred_is_a_problem_with_its_place(reps: str) -> None:
    reading = csv_apps.read(many(99, f"2026-01-05,Shrug,Back,20,kgs,{reps},,,,").encode())

    assert csv_apps.counts(reading) == {"set": 99, "unreadable": 1}
    assert [(problem.code, problem.where, problem.text) for problem in reading.problems] == (
        [("E_VALUE_RANGE", "line 101, column Reps", reps[:80])]
    )


def test_more_than_one_impossible_value_in_a_hundred_is_refused() -> None:
    found = refusal(many(98, "2026-01-05,Shrug,Back,20,kgs,-1,,,,"))

    assert (found.code, found.fault) == (
        Code.E_VALUE_RANGE,
        "1 of 99 values are impossible, first at line 100, column Reps.",
    )


def test_one_unreadable_time_in_a_hundred_is_a_problem_and_more_is_refused() -> None:
    bad = "05/01/2026,Shrug,Back,20,kgs,10,,,,"

    reading = csv_apps.read(many(99, bad).encode())

    assert [problem.code for problem in reading.problems] == ["E_TIME_FIELD"]
    assert refusal(many(98, bad)).fault == (
        "1 of 99 times cannot be read, first at line 100, column Date."
    )


@pytest.mark.parametrize("weight", ["nan", "2001", "-2001", "1,000", "heavy"])
def test_an_unreadable_weight_keeps_its_set_and_is_counted_once(weight: str) -> None:
    content = fitnotes_csv(f'2026-01-05,Shrug,Back,"{weight}",kgs,10,,,,')

    reading = csv_apps.read(content.encode())

    assert [(logged.reps, logged.weight) for logged in reading.sets] == [(10, None)]
    assert [problem.where for problem in reading.problems] == ["line 2, column Weight"]
    assert csv_apps.counts(reading) == {"set": 1}


def test_a_record_lost_for_its_reps_brings_no_second_problem_for_its_weight() -> None:
    reading = csv_apps.read(many(99, "2026-01-05,Shrug,Back,nan,kgs,-1,,,,").encode())

    assert [problem.where for problem in reading.problems] == ["line 101, column Reps"]


def test_assistance_is_a_negative_weight() -> None:
    reading = csv_apps.read(fitnotes_csv("2026-01-05,Pull Up,Back,-20,kgs,5,,,,").encode())

    assert reading.sets[0].weight == -20


@pytest.mark.parametrize(
    "cells", ["1000001,m,", "1001,km,", "-1,m,", "far,m,", ",,later", ",,-5", ",,1000001"]
)
def test_a_distance_or_time_beyond_reason_is_a_problem(cells: str) -> None:
    reading = csv_apps.read(many(99, f"2026-01-05,Running,Cardio,,,,{cells},").encode())

    assert csv_apps.counts(reading) == {"set": 99, "unreadable": 1}


def test_a_distance_of_zero_is_not_recorded() -> None:
    reading = csv_apps.read(fitnotes_csv("2026-01-05,Running,Cardio,,,,0.0,km,0:20:00,").encode())

    assert (reading.sets[0].kind, reading.sets[0].metres) == ("set", None)


def test_a_word_for_a_set_nobody_told_us_is_skipped_and_said() -> None:
    content = (STRENGTH / "hevy.csv").read_text("utf-8").replace('"dropset"', '"partial"')

    reading = csv_apps.read(content.encode())

    assert csv_apps.counts(reading) == {"warmup": 1, "set": 3, "skipped": 1}
    assert [problem.where for problem in reading.problems] == ["line 5, column set_type"]


def test_an_end_that_cannot_be_read_keeps_the_set() -> None:
    content = (STRENGTH / "hevy.csv").read_text("utf-8").replace("2 Fev 2026, 20:58", "later")

    reading = csv_apps.read(content.encode())

    assert column(reading, "local_end") == [None] * 4 + [at(13, 7, 40, month=4)]
    assert {problem.code for problem in reading.problems} == {Code.E_TIME_FIELD}


def test_the_doubts_of_one_column_are_listed_up_to_twenty_and_then_counted() -> None:
    rows = ["2026-01-05,Shrug,Back,heavy,kgs,10,,,,"] * 25

    problems = csv_apps.read(fitnotes_csv(*rows).encode()).problems

    assert len(problems) == 21
    assert (problems[-1].where, problems[-1].text) == (
        "column Weight",
        "5 more cells cannot be read.",
    )


def test_a_label_is_cut_at_a_thousand_characters() -> None:
    row = f"2026-01-05,{'y' * 2_000},Back,20,kgs,10,,,,"

    assert len(csv_apps.read(fitnotes_csv(row).encode()).sets[0].label) == 1_000


def test_windows_1252_is_read_and_said() -> None:
    content = fitnotes_csv("2026-01-05,Rückenheben,Back,,,10,,,,").encode("cp1252")

    reading = csv_apps.read(content)

    assert reading.sets[0].label == "Rückenheben"
    assert [problem.code for problem in reading.problems] == ["E_ENCODING"]
    assert csv_apps.counts(reading) == {"set": 1}


@pytest.mark.parametrize(
    "change", [lambda b: b.replace(b"\n", b"\r"), lambda b: b"\xef\xbb\xbf" + b]
)
@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.name)
def test_line_ends_and_marks_change_nothing(path: Path, change: Callable[[bytes], bytes]) -> None:
    content = path.read_bytes()

    assert csv_apps.read(change(content)) == csv_apps.read(content)


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.name)
def test_every_prefix_is_read_or_refused(path: Path) -> None:
    content = path.read_bytes()
    for size in range(len(content) + 1):
        try:
            reading = csv_apps.read(content[:size])
        except Refused as fault:
            assert fault.refusal.fault  # noqa: PT017  either end is right
        else:
            assert sum(csv_apps.counts(reading).values()) > 0


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.name)
def test_a_reading_fits_its_tables(path: Path) -> None:
    reading = csv_apps.read(path.read_bytes())

    table = readings_of([{"sets": reading.sets, "problems": reading.problems}])
    assert table["sets"].list.len().to_list() == [len(reading.sets)]
    assert table["problems"].list.len().to_list() == [len(reading.problems)]


@given(
    st.lists(
        st.lists(st.text(alphabet='0123456789.,-:;" \n\ramp\u202f\0é', max_size=12), min_size=10)
    ),
    st.sampled_from(csv_apps.dialects()),
)
def test_any_cells_under_a_known_header_are_read_or_refused(
    rows: list[list[str]], dialect: csv_apps.Dialect
) -> None:
    width = len(dialect.header.split(","))
    lines = [",".join(f'"{cell}"' for cell in row[:width]) for row in rows]
    try:
        csv_apps.read("\n".join([dialect.header, *lines]).encode())
    except Refused as fault:
        assert fault.refusal.code in Code  # noqa: PT017  either end is right


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.name)
def test_every_sample_is_recognised_even_when_its_head_is_cut(path: Path) -> None:
    content = path.read_bytes()

    assert all(csv_apps.recognises(content[:size]) for size in range(1, len(content)))


@pytest.mark.parametrize(
    "head",
    [
        b"\x0e\x10\x00\x00\x00\x00\x00\x00.FIT\x00",
        b"AAAAAAAA.FITAAAA",
        b"\x0e\x10",
        b"PK\x03\x04a,b",
        b"\x1f\x8b\x08",
        b"%PDF-1.7",
        b"SQLite format 3\0",
        b"\x89PNG\r\n\x1a\n",
        b"\xff\xd8\xff\xe0",
        b"GIF89a",
        b"\x00\x05\x16\x07",
        b"<gpx>",
        b"\xef\xbb\xbf \n<gpx>",
        "<gpx/>".encode("utf-16"),
        b'{"a": 1}',
        b" [1, 2]",
        b"a,b\n\xe9\x02\x01",
        b"a,b\n\x81",
        b"\xff\xfe\x00\xd8\x00\x00",
    ],
)
def test_what_is_no_text_or_another_kind_is_not_claimed(head: bytes) -> None:
    assert not csv_apps.recognises(head)


@pytest.mark.parametrize(
    "head", [b"a,b\n1,2", "é,b\n".encode("cp1252"), "a,b\n".encode("utf-16"), b"a,b\n1,\0\n", b""]
)
def test_any_other_text_is_claimed(head: bytes) -> None:
    assert csv_apps.recognises(head)
