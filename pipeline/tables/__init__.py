"""The tables, their types and their gates: what a reading holds, column by column."""

from pipeline.tables.readings import (
    Readings,
    listed,
    names_in_order,
    readings,
    readings_of,
    shown_name,
)
from pipeline.tables.schemas import LOGGED_SET, READING, WALL_CLOCK
from pipeline.tables.values import Activity, LoggedSet, LoggedSets, PainEntry, Problem, Reading

__all__ = [
    "LOGGED_SET",
    "READING",
    "WALL_CLOCK",
    "Activity",
    "LoggedSet",
    "LoggedSets",
    "PainEntry",
    "Problem",
    "Reading",
    "Readings",
    "listed",
    "names_in_order",
    "readings",
    "readings_of",
    "shown_name",
]
