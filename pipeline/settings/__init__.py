"""`backfour.toml`: who is here, in which zone, on which programme; read and checked in one place.

Every message names the key, the value and what is allowed.
"""

from pipeline.settings.checks import as_written, is_zone, on_one_line
from pipeline.settings.notify import LOCAL_HOSTS, PASSWORD
from pipeline.settings.reading import PERSON_ID, parse, quoted, write
from pipeline.settings.values import (
    ACTIVITY_WORDS,
    Care,
    ExerciseEntry,
    Notify,
    Pause,
    Person,
    ProgrammeEntry,
    Settings,
)

__all__ = [
    "ACTIVITY_WORDS",
    "LOCAL_HOSTS",
    "PASSWORD",
    "PERSON_ID",
    "Care",
    "ExerciseEntry",
    "Notify",
    "Pause",
    "Person",
    "ProgrammeEntry",
    "Settings",
    "as_written",
    "is_zone",
    "on_one_line",
    "parse",
    "quoted",
    "write",
]
