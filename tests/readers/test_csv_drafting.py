import tomllib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.errors import Refused
from pipeline.readers.csv_log import drafting, mapped, mapping


def drafted(table: str, zone: str | None = "Europe/Berlin") -> drafting.Draft:
    return drafting.draft(table.encode(), zone)


def told(table: str) -> dict[str, Any]:
    return tomllib.loads(drafted(table).text)


def test_a_draft_that_asks_nothing_reads_the_file_once_it_is_confirmed() -> None:
    table = "Datum;Übung;Wdh;Gewicht (kg);Notiz\n13.04.2026;Shrug;10;20,5;\n24.04.2026;Row;12;-;x\n"
    draft = drafted(table)
    confirmed = draft.text.replace("confirmed = false", "confirmed = true")

    sets = mapped.read(table.encode(), mapping.parse(confirmed.encode())).sets

    assert draft.questions == ()
    assert [(each.label, each.reps, each.weight, each.weight_unit) for each in sets] == (
        [("Shrug", 10, 20.5, "kg"), ("Row", 12, None, None)]
    )
    assert list(draft.sets) == list(sets)


def test_nothing_is_imported_by_a_draft_as_it_stands() -> None:
    draft = drafted("date,exercise,reps\n2026-04-13,Shrug,10\n")

    with pytest.raises(Refused) as caught:
        mapping.parse(draft.text.encode())

    assert "confirmed = true" in caught.value.refusal.fault


@pytest.mark.parametrize(
    ("dates", "known"),
    [
        (["03/04/2026", "04/05/2026"], None),
        (["03/04/2026", "13/05/2026"], "%d/%m/%Y"),
        (["03/04/2026", "05/13/2026"], "%m/%d/%Y"),
        (["03/03/2026"], "%d/%m/%Y"),  # whichever way, it is the same day
        (["2026-04-03"], "%Y-%m-%d"),
        (["3 Abr 2026", "4 Mai 2026"], "%d %b %Y"),
        (["2026-04-03 18:05"], "%Y-%m-%d %H:%M"),
        (["2026-04-03T18:05:00+02:00"], "%Y-%m-%dT%H:%M:%S%z"),
        (["tomorrow 1"], None),
    ],
)
def test_a_date_is_judged_for_the_whole_column_and_asked_when_it_fits_both_ways(
    dates: list[str], known: str | None
) -> None:
    rows = "\n".join(f"{date},Shrug,10" for date in dates)
    draft = drafted(f"date,exercise,reps\n{rows}\n")

    assert tomllib.loads(draft.text)["date_format"] == (known or "?")
    assert any("date_format" in question for question in draft.questions) == (known is None)
    assert all(bool(each.day or each.starts_at) == (known is not None) for each in draft.sets)


def test_a_date_that_only_the_last_row_decides_is_decided() -> None:
    rows = "03/04/2026,Shrug,10\n" * 1_500

    assert told(f"date,exercise,reps\n{rows}13/04/2026,Shrug,10\n")["date_format"] == "%d/%m/%Y"


@pytest.mark.parametrize(
    ("header", "cells", "layout"),
    [
        ("sets,reps,weight", "3,10,20", "sets_reps_weight"),
        ("sets", '"60x8,60x7"', "packed"),
        ("Set 1,Set 2,Set 3", "8,7,", "wide"),
        ("reps,weight", "8,60", "row_per_set"),
    ],
)
def test_the_layout_is_told_from_the_cells(header: str, cells: str, layout: str) -> None:
    found = told(f"date,exercise,{header}\n2026-04-13,Shrug,{cells}\n")

    assert found["layout"] == layout


@pytest.mark.parametrize(
    ("header", "cell", "unit"),
    [
        ("Weight (kg)", "20", "kg"),
        ("Weight (lbs)", "20", "lb"),
        ("Weight", "20 kg", "in_cell"),
        ("Weight", "20", "none"),
    ],
)
def test_a_unit_that_nobody_states_is_none(header: str, cell: str, unit: str) -> None:
    found = told(f"date,exercise,reps,{header}\n2026-04-13,Shrug,8,{cell}\n")

    assert found["weight_unit"] == unit


def test_a_unit_and_a_time_in_columns_of_their_own_are_named() -> None:
    found = told(
        "Day,Time,Exercise,Reps,Weight,Unit,Distance (km)\n2026-04-13,18:05,Run,,,kg,4.2\n"
    )

    assert (found["weight_unit"], found["columns"]["unit"]) == ("column", "Unit")
    assert (found["time_column"], found["distance_unit"]) == ("Time", "km")


def test_no_time_is_looked_for_beside_one_that_the_date_tells() -> None:
    draft = drafted("Day,Time,Exercise,Reps\n2026-04-13T18:00:00+02:00,18:05,Shrug,12\n")

    assert "time_column" not in tomllib.loads(draft.text)
    assert len(draft.sets) == 1


def test_what_cannot_be_told_is_asked() -> None:
    draft = drafted("a,b\nx,1\n", None)

    assert [question.partition(":")[0] for question in draft.questions] == (
        [
            *("date_format", "columns.date", "columns.exercise"),
            *("columns.reps (or seconds, or distance)", "timezone"),
        ]
    )
    assert draft.sets == ()


def test_a_table_without_repetitions_seconds_or_a_distance_is_asked_for_them() -> None:
    draft = drafted("Day,Lift,Done,Load\n2026-04-13,Shrug,12,20\n")

    assert draft.questions == ("columns.reps (or seconds, or distance): which column is it?",)
    assert tomllib.loads(draft.text)["columns"]["reps"] == "?"
    assert draft.sets == ()


def test_a_list_of_words_is_no_table() -> None:
    with pytest.raises(Refused):
        drafted("word\nother\n")


@given(st.lists(st.lists(st.text(max_size=12), min_size=2, max_size=4), min_size=1, max_size=4))
def test_a_draft_is_always_toml(rows: list[list[str]]) -> None:
    table = "\n".join(",".join('"' + c.replace('"', '""') + '"' for c in row) for row in rows)
    try:
        text = drafting.draft(table.encode("utf-8", "replace")).text
    except Refused:
        return
    assert tomllib.loads(text)["confirmed"] is False
