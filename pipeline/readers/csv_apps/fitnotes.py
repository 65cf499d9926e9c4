"""FitNotes, on Android and iOS: a day, never a time.

Source: http://www.fitnotesapp.com

    2026-04-06,Lat Pulldown,Back,35.0,kgs,10,,,,""
"""

from collections.abc import Iterator
from dataclasses import replace

from pipeline.errors import Code
from pipeline.readers.csv_log.dialect import Dialect, Elsewhere, Table
from pipeline.readers.csv_log.text import Record

NEW = Dialect(
    "FitNotes",
    header="Date,Exercise,Category,Weight,Weight Unit,Reps,Distance,Distance Unit,Time,Comment",
    label="Exercise",
    start="Date",
    formats=("%Y-%m-%d",),
    workout=("Date",),
    reps="Reps",
    seconds="Time",
    weight="Weight",
    weight_unit="Weight Unit",
    distance="Distance",
    distance_unit="Distance Unit",
)
POUNDS = replace(
    NEW,
    header="Date,Exercise,Category,Weight (lbs),Reps,Distance,Distance Unit,Time",
    weight="Weight (lbs)",
    weight_unit=None,
    weight_in="lb",
)
KILOGRAMS = replace(
    POUNDS,
    header=POUNDS.header.replace("(lbs)", "(kgs)"),
    weight="Weight (kgs)",
    weight_in="kg",
)
POUNDS_COMMENT = replace(POUNDS, header=POUNDS.header + ",Comment")
KILOGRAMS_COMMENT = replace(KILOGRAMS, header=KILOGRAMS.header + ",Comment")


def _one_weight(table: Table) -> Iterator[Record]:
    """Take the weight that was entered: kilograms, else pounds; the app may show both."""
    for record in table.records:
        kilograms, pounds = (cell.strip() for cell in record.cells[3:5])
        unit = "kg" if kilograms else "lb" if pounds else ""
        cells = [*record.cells[:3], kilograms or pounds, unit, *record.cells[5:]]
        yield record._replace(cells=cells, is_open=False)


IOS = replace(
    NEW,
    header="Date,Exercise,Category,Weight (kg),Weight (lbs),Reps,Distance,Distance Unit,Time,"
    "Notes,Kind",
    columns=NEW.header + ",Kind",
    unfold=_one_weight,
)

SIZES = Elsewhere(
    "Date,Time,Measurement,Value,Unit",
    "This is a list of body measurements from FitNotes: there is no workout in it.",
    Code.E_NO_ACTIVITY,
)
SECOND = Elsewhere(
    "Name,StartTime,EndTime,BodyWeight,Exercise,Equipment",
    "This is a FitNotes 2 export, which is not read yet: backfour inspect drafts a mapping for it.",
)
