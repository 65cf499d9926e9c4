"""MyFitnessPal: one row for an exercise and a day, its sets multiplied; so it is approximate.

Source: https://www.myfitnesspal.com

    2026-10-02,\"\"\"Glute Bridge\"\"\",Strength,,,3,10,20.0,,
"""

from collections.abc import Iterator
from dataclasses import replace

from pipeline.errors import Code
from pipeline.readers.csv_log import values
from pipeline.readers.csv_log.dialect import Dialect, Elsewhere, Table
from pipeline.readers.csv_log.text import Record

MOST_SETS = 100


def _multiplied(table: Table) -> Iterator[Record]:
    """Make as many sets as the row says; cardio is one, its minutes as seconds."""
    for record in table.records:
        day, label, _, _, minutes, sets, *_ = (cell.strip() for cell in record.cells)
        label = label.strip('"')
        count = values.whole_number(sets) if sets else 1
        is_known = count is not None and count <= MOST_SETS
        lasted = values.number(minutes) if minutes else None
        seconds = minutes and ("?" if lasted is None else str(lasted * 60))
        reps = record.cells[6] if is_known else f"{sets} × {record.cells[6]}"
        cells = [day, label, reps, seconds, record.cells[7]]
        for _ in range(max(count or 1, 1) if is_known else 1):
            yield record._replace(cells=cells, is_open=False)


KILOGRAMS = Dialect(
    "MyFitnessPal",
    header="Date,Exercise,Type,Exercise Calories,Exercise Minutes,Sets,Reps Per Set,Kilograms,"
    "Steps,Note",
    label="Exercise",
    start="Date",
    formats=("%Y-%m-%d",),
    workout=("Date",),
    reps="Reps Per Set",
    seconds="Seconds",
    weight="Weight",
    weight_in="kg",
    is_history=False,  # the person chooses from when to when
    columns="Date,Exercise,Reps Per Set,Seconds,Weight",
    unfold=_multiplied,
    remark=(Code.E_VALUE_RANGE, "Approximate: the app keeps one row for all sets of a day."),
)
POUNDS = replace(KILOGRAMS, header=KILOGRAMS.header.replace("Kilograms", "Pounds"), weight_in="lb")

FOOD = "This is a food diary from MyFitnessPal: there is no workout in it."
FOOD_PLAIN = Elsewhere("Date,Meal,Calories", FOOD, Code.E_NO_ACTIVITY)
FOOD_TIMED = Elsewhere("Date,Meal,Time,Calories", FOOD, Code.E_NO_ACTIVITY)
SIZES = "This is a list of body measurements from MyFitnessPal: there is no workout in it."
SIZES_WEIGHT = Elsewhere("Date,Weight", SIZES, Code.E_NO_ACTIVITY, whole=True)
SIZES_FAT = Elsewhere("Date,Body Fat %", SIZES, Code.E_NO_ACTIVITY)
SIZES_BOTH = Elsewhere("Date,Weight,Body Fat %", SIZES, Code.E_NO_ACTIVITY)
