import datetime as dt
import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline import readers
from pipeline.errors import Code, Refused
from pipeline.readers.csv_log import mapped, mapping
from pipeline.tables import LoggedSet, Reading

MINE = """
confirmed = true
header = "Day,Lift,Reps,Load"
date_format = "%d/%m/%Y"
timezone = "Europe/Berlin"
weight_unit = "kg"
columns = { date = "Day", exercise = "Lift", reps = "Reps", weight = "Load" }
"""


SETS = '{ date = "Day", exercise = "Lift", sets = "Reps", reps = "Reps", weight = "Load" }'


def sets(table: str, map_text: str = MINE) -> list[LoggedSet]:
    return list(mapped.read(table.encode(), mapping.parse(map_text.encode())).sets)


def fault(map_text: str) -> str:
    with pytest.raises(Refused) as caught:
        mapping.parse(map_text.encode())
    assert caught.value.refusal.code == Code.E_CSV_HEADER
    return caught.value.refusal.fault


def changed(**more: Any) -> str:  # noqa: ANN401 - lines of TOML
    lines = [line for line in MINE.splitlines() if line.partition(" ")[0] not in more]
    return "\n".join(
        [f"{key} = {value}" for key, value in more.items() if value is not None] + lines
    )


def test_a_table_is_read_as_its_mapping_says() -> None:
    first, second = sets("Day,Lift,Reps,Load\n03/04/2026,Shrug,10,20.5\n04/04/2026,Bridge,12,-\n")

    assert (first.day, first.label, first.reps) == (dt.date(2026, 4, 3), "Shrug", 10)
    assert (first.weight, first.weight_unit, first.row) == (20.5, "kg", 2)
    assert (second.weight, second.weight_unit) == (None, None)


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_any_separator_is_found_by_the_header(separator: str) -> None:
    table = "Day,Lift,Reps,Load\n03/04/2026,Shrug,10,20\n".replace(",", separator)

    assert [each.reps for each in sets(table)] == [10]


def test_a_time_column_gives_the_instant_of_the_zone() -> None:
    text = changed(time_column='"Clock"', header='"Day,Clock,Lift,Reps,Load"')
    (found,) = sets("Day,Clock,Lift,Reps,Load\n03/04/2026,7:05 PM,Shrug,10,20\n", text)

    assert str(found.local_start) == "2026-04-03 19:05:00"
    assert str(found.starts_at) == "2026-04-03 17:05:00+00:00"


@pytest.mark.parametrize(
    ("layout", "columns", "header", "cells", "told"),
    [
        (
            "sets_reps_weight",
            'sets = "N", reps = "Reps", weight = "Load"',
            "N,Reps,Load",
            "3,10,20",
            [(10, 20.0)] * 3,
        ),
        ("packed", 'sets = "Done"', "Done", '"60x8,60x7.5"', [(8, 60.0), (None, None)]),
        ("packed", 'sets = "Done"', "Done", "60x8 62.5x7", [(8, 60.0), (7, 62.5)]),
        (
            "wide",
            'sets = "Set {n}", weight = "Load {n}"',
            "Set 1,Load 1,Set 2,Load 2,Set 3,Load 3",
            "8,60,,,7,62.5",
            [(8, 60.0), (7, 62.5)],
        ),
        ("wide", 'sets = "Set {n}"', "Set 1,Set 2", ",", [(None, None)]),
    ],
)
def test_several_sets_of_a_row_are_told_apart(
    layout: str, columns: str, header: str, cells: str, told: list[tuple[object, object]]
) -> None:
    text = changed(
        layout=f'"{layout}"',
        header=f'"Day,Lift,{header}"',
        columns=f'{{ date = "Day", exercise = "Lift", {columns} }}',
    )
    filler = "\n04/04/2026,Row" + "," * (header.count(",") + 1)

    try:
        found = sets(f"Day,Lift,{header}\n03/04/2026,Shrug,{cells}{filler * 199}\n", text)
    except Refused as refused:
        pytest.fail(str(refused.refusal))

    assert [(each.reps, each.weight) for each in found if each.row == 2] == told


def test_what_is_no_packed_set_is_an_unreadable_one() -> None:
    text = changed(
        layout='"packed"',
        header='"Day,Lift,Done"',
        columns='{ date = "Day", exercise = "Lift", sets = "Done" }',
    )
    rows = "03/04/2026,Shrug,60x8\n" * 199

    found = sets(f"Day,Lift,Done\n{rows}04/04/2026,Shrug,many\n", text)

    assert [each.kind for each in found][-2:] == ["set", "unreadable"]


@pytest.mark.parametrize(
    ("unit", "header", "cells", "told"),
    [
        ("in_cell", "Load", "20 kg", (20.0, "kg")),
        ("in_cell", "Load", "45lbs", (45.0, "lb")),
        ("lb", "Load", "45", (45.0, "lb")),
        ("none", "Load", "45", (45.0, None)),
        ("column", "Load,Unit", "45,lbs", (45.0, "lb")),
    ],
)
def test_the_unit_is_where_the_mapping_says(
    unit: str, header: str, cells: str, told: tuple[float, str | None]
) -> None:
    columns = 'date = "Day", exercise = "Lift", reps = "Reps", weight = "Load"'
    beside = ', unit = "Unit"' if "Unit" in header else ""
    text = changed(
        weight_unit=f'"{unit}"',
        header=f'"Day,Lift,Reps,{header}"',
        columns=f"{{ {columns}{beside} }}",
    )
    (found,) = sets(f"Day,Lift,Reps,{header}\n03/04/2026,Shrug,10,{cells}\n", text)

    assert (found.weight, found.weight_unit) == told


def test_kinds_skipped_rows_and_nulls_are_told_by_their_words() -> None:
    text = changed(
        header='"Day,Lift,Reps,Type,Done"',
        weight_unit=None,
        null_tokens='["n/a"]',
        skip_if='{ column = "Done", values = ["no"] }',
        columns='{ date = "Day", exercise = "Lift", reps = "Reps", set_type = "Type" }',
    )
    table = "Day,Lift,Reps,Type,Done\n" + "\n".join(
        f"03/04/2026,Shrug,{reps},{kind},{done}"
        for reps, kind, done in [
            ("10", "Warm-up", "yes"),
            ("10", "working", "yes"),
            ("10", "", "No"),
            ("n/a", "", "yes"),
            ("10", "Drop set", "yes"),
            ("", "Rest timer", ""),
            ("10", "mystery", "yes"),
        ]
    )
    found = mapped.read(f"{table}\n".encode(), mapping.parse(text.encode()))

    assert [each.kind for each in found.sets] == (
        ["warmup", "set", "skipped", "skipped", "set", "rest", "skipped"]
    )
    assert [problem.where for problem in found.problems] == ["line 8, column Kind"]


def test_a_header_further_down_and_decimal_commas_are_read() -> None:
    text = changed(header_row="3", decimal='","', header='["Day", "Lift", "Reps", "Load"]')
    table = "My log\n\nDay;Lift;Reps;Load\n03/04/2026;Shrug;10;1,500\n04/04/2026;Shrug;10;1.5\n"

    first, second = sets(table, text)

    assert (first.row, first.weight, second.weight) == (4, 1.5, None)


def test_a_run_counts_with_its_distance() -> None:
    text = changed(
        header='"Day,Lift,Far"',
        distance_unit='"km"',
        columns='{ date = "Day", exercise = "Lift", distance = "Far" }',
    )
    (found,) = sets("Day,Lift,Far\n03/04/2026,Running,6.2\n", text)

    assert (found.kind, found.metres) == ("set", 6_200.0)


def test_the_last_cell_of_a_file_that_may_be_cut_is_not_believed() -> None:
    rows = "03/04/2026,Shrug,10,20\n" * 99

    found = sets(f"Day,Lift,Reps,Load\n{rows}04/04/2026,Shrug,10,2")

    assert (found[-1].reps, found[-1].weight) == (10, None)


def test_another_header_is_none_of_its_files() -> None:
    with pytest.raises(mapped.OtherHeader):
        sets("Day,Lift,Load,Reps\n03/04/2026,Shrug,20,10\n")


def test_without_a_header_its_columns_must_be_there() -> None:
    text = changed(header=None)

    assert len(sets("Load,Extra,Day,Lift,Reps\n20,x,03/04/2026,Shrug,10\n", text)) == 1
    with pytest.raises(mapped.OtherHeader):
        sets("Load,Day,Lift\n20,03/04/2026,Shrug\n", text)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("confirmed = ", "not valid TOML"),
        (changed(confirmed="false"), "set confirmed = true"),
        (changed(date_format='"?"'), "is the day or the month first"),
        (changed(date_format='"%d.%j"'), "date_format = '%d.%j' is not made of"),
        (changed(date_format='"%d/%m"'), "needs year, month and day"),
        (changed(date_format='"%d/%m/%Y %Y"'), "each part once"),
        (changed(date_format='"%d/%m/%Y %H:%M"', time_column='"Extra"'), "leave out time_column"),
        (changed(timezone='"?"'), "timezone is not answered"),
        (changed(timezone='"localtime"'), "'localtime' is not a time zone"),
        (changed(header_row="0"), "header_row = 0 is not a line"),
        (changed(layout='"tall"'), "layout = 'tall' is not 'row_per_set'"),
        (changed(layout='"wide"'), "needs columns.sets"),
        (changed(weight_unit='"stone"'), "weight_unit = 'stone'"),
        (changed(weight_unit='"column"'), "needs columns.unit"),
        (changed(delimiter='"|"'), "delimiter = '|'"),
        (changed(encoding='"latin-9"'), "encoding = 'latin-9'"),
        (changed(skip_if='"no"'), "skip_if = 'no' is not a table"),
        (changed(null_tokens="[1]"), "null_tokens = [1] is not a list of texts"),
        (changed(surprise="1"), "surprise = 1 is not a key of a mapping"),
        (changed(columns='{ date = "Day" }'), "columns.exercise is missing"),
        (changed(columns='{ date = "Day", exercise = "Lift", jog = "x" }'), "columns.jog"),
        (changed(columns='{ date = "Day", exercise = "Lift" }'), "no set could count"),
        (changed(columns='{ date = "Day", exercise = "Lift", reps = "?" }'), "'?' is not a column"),
        (changed(columns='{ date = "Day", exercise = "Uplift" }'), "'Uplift' is not a column of"),
        (changed(columns='"Day"'), "columns = 'Day' is not a table"),
        (changed(app='""'), "app = '' is not a text"),
        (changed(app=f'"{"x" * 101}"'), "xx is not a text of 1 to 100 characters"),
        ("x = 1\n" * 20_000, "larger than 64 kB"),
    ],
)
def test_a_mapping_that_cannot_be_used_names_key_and_value(text: str, says: str) -> None:
    assert says in fault(text)


def test_a_mapping_is_told_by_its_content_and_is_a_file_of_its_own() -> None:
    found = readers.read(MINE.encode())

    assert found == Reading("map", "map", "CSV")
    assert readers.claimed_by(b"date_format,columns\n1,2\n") == "csv"


@given(st.text(max_size=60), st.text(max_size=60), st.text(max_size=60))
def test_no_text_in_a_table_or_mapping_raises_anything_else(a: str, b: str, c: str) -> None:
    described = mapping.parse(MINE.encode())
    for content in (f"Day,Lift,Reps,Load\n{a},{b},{c},{a}", f"{a}\n{b}\n{c}"):
        try:
            mapped.read(content.encode("utf-8", "replace"), described)
        except (Refused, mapped.OtherHeader):
            continue
    try:
        mapping.parse(f'{MINE}\napp = "{a}"\n{b} = {c}'.encode("utf-8", "replace"))
    except Refused as refused:
        assert refused.refusal.code == Code.E_CSV_HEADER  # noqa: PT017 - either end is right


@pytest.mark.parametrize("number", ["9" * 5_000, "0x" + "f" * 5_000, "[" * 5_000])
def test_a_number_of_thousands_of_digits_is_refused_with_its_key(number: str) -> None:
    said = fault(changed(header_row=number))

    assert len(said) < 400
    assert said.isprintable()


def test_a_key_of_a_mapping_is_shown_short_and_on_one_line() -> None:
    said = fault(MINE + f'"\\u202e{"k" * 5_000}" = 1')

    assert len(said) < 400
    assert said.isprintable()


@pytest.mark.parametrize("cell", ["1" + " " * 60_000 + "y z", "60x8," + " " * 60_000 + "y"])
@pytest.mark.parametrize("layout", ["packed", "row_per_set"])
def test_a_cell_of_blanks_costs_no_time(cell: str, layout: str) -> None:
    described = changed(layout=f'"{layout}"', weight_unit='"in_cell"', columns=SETS)
    begun = time.process_time()

    with pytest.raises(Refused):
        sets(f'Day,Lift,Reps,Load\n03/04/2026,Shrug,"{cell}","{cell}"\n', described)

    assert time.process_time() - begun < 0.5


def test_a_file_of_line_ends_is_told_from_a_mapping_at_once() -> None:
    begun = time.process_time()

    assert not mapping.recognises(b"\n" * 65_000 + b"x")
    assert time.process_time() - begun < 0.5
