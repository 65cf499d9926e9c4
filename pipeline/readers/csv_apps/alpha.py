"""Alpha Progression: blocks of a session, its exercises, and their sets below each.

The warm-ups stand in the cell beside the exercise. `+35` is 35 beside the body's own weight, `8+`
at least eight repetitions, `-` a set that was not done.
Source: https://alphaprogression.com

    "Pull · Day 2";"2026-02-19 4:54 h";"1:02 hr"
    "1. Lat Pulldown · Cable · 8 reps";"WU1 · 37,5 kg · 9 reps<br>WU2 · 50 kg · 7 reps"
    #;KG;REPS;RIR
    1;60;8;1
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pipeline.errors import Code
from pipeline.readers.csv_log.columns import CUT
from pipeline.readers.csv_log.dialect import AS_TOLD, Dialect, Table
from pipeline.readers.csv_log.text import Record
from pipeline.tables import Problem

WHEN = re.compile(r"(\d{4}-\d{2}-\d{2})\s+(\d{1,2}:\d{2})\s+h")
LASTED = re.compile(r"(\d{1,2}):(\d{2})\s+hr")
EXERCISE = re.compile(r"\d+\.\s+(\S.*)")
WARM_UP = re.compile(r"WU\d+\s+·\s+(\S+)\s+(kg|lbs?)\s+·\s+(\S+)\s+reps", re.IGNORECASE)
UNITS = {"kg": "kg", "lb": "lb", "lbs": "lb"}
NOT_DONE = "-"


@dataclass
class _Place:
    """Where in the file a set stands: its session and its exercise."""

    title: str = ""
    start: str = ""
    length: str = ""
    exercise: str = ""
    unit: str = ""

    def record(self, line: int, kind: str, weight: str, reps: str) -> Record:
        """A set here. The weight beside the body's and the reps "at least" are read as numbers."""
        cells = [self.start, self.title, self.length, self.exercise, kind]
        done = "" if reps == NOT_DONE else reps.removesuffix("+")
        load = "" if weight == NOT_DONE else weight.removeprefix("+")
        return Record(line, [*cells, done, load, self.unit])


def _blocks(table: Table) -> Iterator[Record]:
    """Make a record of each set and warm-up; a line that is none of ours is one nobody can read."""
    place = _Place()
    for record in table.records:
        cells = [cell.strip() for cell in record.cells]
        when = WHEN.fullmatch(cells[1]) if len(cells) > 1 else None
        exercise = EXERCISE.fullmatch(cells[0])
        if when is not None:
            lasted = LASTED.fullmatch(cells[2]) if len(cells) > len("ab") else None
            length = f"{lasted[1]}h {lasted[2]}m" if lasted else ""
            place = _Place(cells[0], f"{when[1]} {when[2]}", length)
        elif cells[0] == "#":
            place.unit = _unit(cells)
            if not place.unit:
                yield _unknown(record)
        elif exercise is not None:
            place.exercise, place.unit = _named(exercise[1]), ""
            yield from _warm_ups(place, record, cells[1:])
        elif place.unit and cells[0].isdecimal() and len(cells) > len("ab"):
            is_cut = record.is_open and len(cells) == len("abc")
            yield place.record(record.line, "set", cells[1], cells[2] + (CUT if is_cut else ""))
        else:
            yield _unknown(record)


def _unit(names: Sequence[str]) -> str:
    """The unit of the sets below these names; empty where they are not those we know, in order."""
    known = [name.casefold() for name in names[1:3]]
    return UNITS.get(known[0], "") if known[1:] == ["reps"] else ""


def _named(written: str) -> str:
    """The exercise with what it is done with, without the planned repetitions and what follows."""
    return re.split(r"(?<=\S)\s+·\s+\d\S*\s+reps\b", written)[0]


def _unknown(record: Record) -> Record:
    """A record that is none of ours, kept as a fault."""
    code = Code.E_TRUNCATED if record.is_open else Code.E_CSV_ROW
    words = "cells that are no session, no exercise and no set"
    return record._replace(fault=Problem(code, f"line {record.line}", words), is_open=False)


def _warm_ups(place: _Place, record: Record, cells: Sequence[str]) -> Iterator[Record]:
    for told in "<br>".join(cells).split("<br>"):
        found = WARM_UP.fullmatch(told.strip())
        if found is not None:
            unit = _Place(**{**vars(place), "unit": UNITS[found[2].casefold()]})
            yield unit.record(record.line, "warmup", found[1], found[3])
        elif record.is_open:
            yield _unknown(record)
        elif told.strip():
            yield place.record(record.line, "warmup", told.strip(), "")


ALPHA = Dialect(
    "Alpha Progression",
    header="Start,Title,Length,Exercise,Kind,Reps,Weight,Unit",
    label="Exercise",
    start="Start",
    formats=("%Y-%m-%d %H:%M",),
    workout=("Start", "Title"),
    length="Length",
    title="Title",
    set_type="Kind",
    kinds=AS_TOLD,
    reps="Reps",
    weight="Weight",
    weight_unit="Unit",
    unfold=_blocks,
    opening=r'"?[^"\n]*"?(?P<separator>[;\t])"?\d{4}-\d{2}-\d{2}\s+\d{1,2}:\d{2}\s+h"?'
    r"(?P=separator)",
)
