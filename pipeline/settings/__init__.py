"""`backfour.toml`: who is here, in which zone, on which programme; read and checked in one place.

Every message names the key, the value and what is allowed.
"""

from pipeline.settings.checks import is_zone, on_one_line
from pipeline.settings.reading import parse, quoted, write
from pipeline.settings.values import ExerciseEntry, Pause, Person, ProgrammeEntry, Settings

__all__ = [
    "ExerciseEntry",
    "Pause",
    "Person",
    "ProgrammeEntry",
    "Settings",
    "is_zone",
    "on_one_line",
    "parse",
    "quoted",
    "write",
]
