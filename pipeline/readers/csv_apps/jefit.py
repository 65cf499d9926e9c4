"""JEFIT: sections, each with a header of its own, and the sets of an exercise in one cell.

    ### EXERCISE LOGS ####################
    USERID,TIMESTAMP,belongSys,logs,_id,record,mydate,eid,ename,…,belongsession,logTime,…
    7,0,0,"60x10,65x8",1,86.67,2026-02-04,8,Lat Pulldown,8,1770220318,1770220400,,0

`logs` is weight × reps. Newer exports have EXERCISE SET LOGS too, in pounds: then they are read
instead. Unix seconds stand beside a local day. Source: https://www.jefit.com
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from pipeline.errors import Code, Refused
from pipeline.readers.csv_log.columns import CUT
from pipeline.readers.csv_log.dialect import AS_TOLD, Dialect, Table
from pipeline.readers.csv_log.text import Record
from pipeline.tables import Problem

BANNER = re.compile(r"#+\s*([A-Z][A-Z ]*?)?\s*#*")
LONGEST_BANNER = 200  # of thousands of blanks the pattern tries every division
PACKED = re.compile(r"\s*(-?\d+(?:\.\d+)?)\s*[xX]\s*(\d+(?:\.0+)?)\s*")
LOGS, SETS, CARDIO, SETTING = "EXERCISE LOGS", "EXERCISE SET LOGS", "CARDIO LOGS", "SETTING"
NEEDED = ("_id", "mydate", "ename", "logs", "belongsession")
Row = Mapping[str, str]


@dataclass(frozen=True)
class _Line:
    """One record of a section, by the names of its header; `fault` where they do not fit."""

    line: int
    row: Row
    fault: Problem | None = None


def _sections(table: Table) -> dict[str, list[_Line]]:
    """Divide a file at its banners; the first record after one is the header of what follows."""
    found: dict[str, list[_Line]] = {}
    name, header = "", list[str]()
    for record in table.records:
        first = record.cells[0][:LONGEST_BANNER]
        banner = BANNER.fullmatch(first) if first.startswith("#") else None
        if banner is not None and not any(record.cells[1:]):
            name, header = banner[1] or "", []
        elif not name:
            continue
        elif not header or [cell.strip() for cell in record.cells] == header:
            header = [cell.strip() for cell in record.cells]
        else:
            found.setdefault(name, []).append(_line(record, header))
    return found


def _line(record: Record, header: Sequence[str]) -> _Line:
    """Name the cells of a record. One that the end of the file cuts is marked in its last cell."""
    cells = [cell.strip() for cell in record.cells]
    if record.is_open:
        cells[-1] += CUT
    row = dict(zip(header, cells, strict=False))
    if len(cells) == len(header):
        return _Line(record.line, row)
    code = Code.E_TRUNCATED if record.is_open else Code.E_CSV_ROW
    words = f"{len(cells)} cells, the header {len(header)}"
    return _Line(record.line, row, Problem(code, f"line {record.line}", words))


def _unpacked(table: Table) -> Iterator[Record]:
    """Make a record of each set; an exercise whose sets cannot be read stays one, with its line."""
    sections = _sections(table)
    logs = _last_of_each(sections.get(LOGS, []))
    cardio = _last_of_each(sections.get(CARDIO, []))
    if not logs and not cardio:
        raise Refused(Code.E_NO_ACTIVITY, "This is a JEFIT export without any exercise logged.")
    sound = [each.row for each in logs if each.fault is None]
    if missing := [name for name in NEEDED if not all(name in row for row in sound)]:
        raise Refused(Code.E_CSV_HEADER, f"The section {LOGS} has no column {', '.join(missing)}.")
    unit = next((each.row.get("mass", "") for each in sections.get(SETTING, [])), "")
    by_exercise: dict[str, list[_Line]] = {}
    for each in _last_of_each(sections.get(SETS, [])):
        by_exercise.setdefault(each.row.get("exercise_log_id", ""), []).append(each)
    for each in logs:
        if each.fault is not None:
            yield Record(each.line, [], each.fault)
        elif apart := by_exercise.get(each.row["_id"]):
            yield from _apart(each, apart)
        else:
            yield from _together(each, unit)
    names = {each.row.get("eid"): each.row.get("ename") for each in logs}
    for each in cardio:
        eid = each.row.get("eid", "")
        label = names.get(eid) or f"Cardio (JEFIT exercise {eid})"
        figures = ["", each.row.get("duration", ""), "", "", ""]  # its distance has no unit
        yield Record(
            each.line, [each.row.get("mydate", ""), "", label, "set", *figures], each.fault
        )


def _last_of_each(lines: Sequence[_Line]) -> list[_Line]:
    """Keep the last of records that repeat, where they can be told by an id."""
    last = {each.row.get("_id") or f"line {each.line}": each for each in lines}
    return sorted(last.values(), key=lambda each: each.line)


def _apart(exercise: _Line, sets: Sequence[_Line]) -> Iterator[Record]:
    """Sets with a row each, in pounds."""
    for each in sets:
        seconds = each.row.get("duration", "")
        load = [each.row.get("weight_lbs", ""), "lb", each.row.get("distance_mi", "")]
        figures = [each.row.get("reps", ""), seconds, *load]
        kind = "warmup" if "warm" in each.row.get("set_type", "").casefold() else "set"
        yield Record(each.line, [*_head(exercise), kind, *figures], each.fault)


def _together(exercise: _Line, unit: str) -> Iterator[Record]:
    """Sets packed into one cell, `60x10,65x8`; timed ones look different, and are skipped."""
    logs = exercise.row["logs"]
    packed = [part for part in logs.split(",") if part.strip()]
    found = [PACKED.fullmatch(part) for part in packed]
    if not packed or not any(found):
        yield Record(exercise.line, [*_head(exercise), "skipped", "", "", "", unit, ""])
    else:
        for part, told in zip(packed, found, strict=True):
            weight, reps = (told[1], told[2]) if told else ("", part)
            yield Record(exercise.line, [*_head(exercise), "set", reps, "", weight, unit, ""])


def _head(exercise: _Line) -> list[str]:
    row = exercise.row
    return [row["mydate"], row.get("belongsession", ""), row["ename"]]


JEFIT = Dialect(
    "JEFIT",
    header="Date,Session,Exercise,Kind,Reps,Seconds,Weight,Unit,Miles",
    label="Exercise",
    start="Date",
    formats=("%Y-%m-%d",),
    workout=("Date", "Session"),
    set_type="Kind",
    kinds=AS_TOLD,
    reps="Reps",
    seconds="Seconds",
    weight="Weight",
    weight_unit="Unit",
    distance="Miles",
    distance_in="mi",
    unfold=_unpacked,
    opening=r"#{2,}\s*[A-Z]",
)
