"""What `backfour.toml` holds, as values."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from pipeline.calendar import MONDAY, WeekStart
from pipeline.errors import SettingsError

# What somebody may say a recording was: a jog, none, or a copy of another jog.
ACTIVITY_WORDS = ("jog", "other", "copy")


@dataclass(frozen=True)
class Pause:
    """A planned pause, both days included: nothing is due in a week that pauses cover wholly."""

    first: dt.date
    last: dt.date
    reason: str


@dataclass(frozen=True)
class Person:
    """One person: the unit of storage, locking and privacy. `names` settles exercise names."""

    id: str
    label: str
    zone: str
    pauses: tuple[Pause, ...] = ()
    names: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class ExerciseEntry:
    """One exercise of a programme as written: an id, and what differs from the usual."""

    id: str
    name: str | None = None
    names: tuple[str, ...] = ()
    sessions_per_week: int = 1
    sets_per_session: int = 1


@dataclass(frozen=True)
class ProgrammeEntry:
    """One programme, valid from a day on; no exercises means the usual ones."""

    since: dt.date | None = None
    limit_m: float | None = None
    exercises: tuple[ExerciseEntry, ...] = ()


@dataclass(frozen=True)
class Settings:
    """All of `backfour.toml`."""

    people: tuple[Person, ...]
    week_start: WeekStart = MONDAY
    settle_seconds: float | None = None
    schedule: str = "0 3 * * *"
    programmes: tuple[ProgrammeEntry, ...] = ()
    activities: Mapping[str, str] = field(default_factory=dict)
    link_originals: bool = True
    file_names: Literal["plain", "hash"] = "plain"
    readers: Literal["own", "reference"] = "own"
    after_import: Literal["keep", "remove"] = "keep"
    allow_network_storage: bool = False
    report_pdf: bool = False

    def person(self, person_id: str) -> Person:
        """Return a person by id; raises SettingsError naming the ones there are."""
        for person in self.people:
            if person.id == person_id:
                return person
        known = ", ".join(person.id for person in self.people)
        message = f"there is no person {person_id!r} in backfour.toml; there is {known}"
        raise SettingsError(message)
