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
    if not ways:
        fault = "No row has a unit, which would say whether the day or the month comes first."
        raise Refused(Code.E_AMBIGUOUS, fault)
    for record in table.records:
        unit = _unit(record)
        if record.fault is None and (unit in DAY_FIRST or len(ways) == 1):
            is_day_first = DAY_FIRST.get(unit, min(ways))
            written = record.cells[DATE].strip()
            parts = written.split("/")
            first, second = parts[:2] if len(parts) == len("dmy") else ("", "")
            day, month = (first, second) if is_day_first else (second, first)
            cells = [*record.cells]
            cells[DATE] = f"{day}/{month}/{parts[-1]}" if first else written
            record = record._replace(cells=cells)  # noqa: PLW2901 - the same record, dated
        yield record


def _unit(record: Record) -> str:
    return record.cells[UNIT].strip().casefold() if record.fault is None else ""


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
