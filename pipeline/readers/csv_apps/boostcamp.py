"""Boostcamp: the day comes first where the weight is in kilograms, the month where in pounds.

Source: https://www.boostcamp.app

    Pull,13/07/26,1,2,Lat Pulldown,1,45,kg,10
"""

from collections.abc import Iterator

from pipeline.errors import Code, Refused
from pipeline.readers.csv_log.dialect import Dialect, Table
from pipeline.readers.csv_log.text import Record

DATE, UNIT = 1, 7
DAY_FIRST = {"kg": True, "kgs": True, "lb": False, "lbs": False}


def _dated(table: Table) -> Iterator[Record]:
    """Write each date one way; a row without a unit is dated like the others of its file."""
    units = {_unit(record) for record in table.records} & set(DAY_FIRST)
    ways = {DAY_FIRST[unit] for unit in units}
    if table.records and not ways:
        fault = "No row has a unit, which would say whether the day or the month comes first."
        raise Refused(Code.E_AMBIGUOUS, fault)
    for record in table.records:
        is_day_first = DAY_FIRST.get(_unit(record), min(ways) if len(ways) == 1 else None)
        cells = [*record.cells]
        cells[DATE] = _day_first(record.cells[DATE].strip(), is_day_first=is_day_first)
        yield record._replace(cells=cells)


def _day_first(written: str, *, is_day_first: bool | None) -> str:
    """Write a date with its day first. Where nothing says what is first, no date is made of it."""
    parts = written.split("/")
    if len(parts) != len("dmy") or is_day_first:
        return written
    if is_day_first is None:
        return f"{written}, day or month first"
    return f"{parts[1]}/{parts[0]}/{parts[2]}"


def _unit(record: Record) -> str:
    return record.cells[UNIT].strip().casefold()


BOOSTCAMP = Dialect(
    "Boostcamp",
    header="workout,date,week,day,exercise,set,weight,unit,reps",
    label="exercise",
    start="date",
    formats=("%d/%m/%y", "%d/%m/%Y"),
    workout=("date", "workout"),
    title="workout",
    reps="reps",
    weight="weight",
    weight_unit="unit",
    unfold=_dated,
)
