"""What `backfour.toml` holds, as values."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from pipeline.calendar import MONDAY, WeekStart
from pipeline.errors import SettingsError

# Where a night's work is done when Prefect runs it.
ENGINES = ("local", "threads", "processes", "dask")
# What somebody may say a recording was: a jog, none, or a copy of another jog.
ACTIVITY_WORDS = ("jog", "other", "copy")
TLS_PORT, PLAIN_PORT = 587, 25


@dataclass(frozen=True)
class Pause:
    """A planned pause, both days included: nothing is due in a week that pauses cover wholly."""

    first: dt.date
    last: dt.date
    reason: str


@dataclass(frozen=True)
class Person:
    """One person: the unit of storage, locking and privacy. `names` settles exercise names.

    `notify_to` and `notify_urls` are where this one is told, instead of where everybody is.
    From the first day of a programme of their own, those of the installation are nothing to them.
    """

    id: str
    label: str
    zone: str
    pauses: tuple[Pause, ...] = ()
    names: Mapping[str, str] = field(default_factory=dict)
    units: Literal["km", "mi"] = "km"
    share_with_clinic: bool = False
    share_pain: bool = False
    notify_to: str | None = None
    notify_urls: tuple[str, ...] = field(default=(), repr=False)
    programmes: tuple["ProgrammeEntry", ...] = ()


@dataclass(frozen=True)
class Care:
    """When a page asks to see somebody about the pain in the diary, and in which words.

    One day of `single` or more; `level` or more on `days` days of a week; a median of `median`
    or more in `weeks` weeks running, each with at least `entries` entries. Empty words are ours.
    """

    enabled: bool = True
    single: int = 8
    level: int = 5
    days: int = 4
    median: float = 4.0
    weeks: int = 6
    entries: int = 3
    text: str = ""
    urgent: str = ""


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
class Notify:
    """Who is told that a week has closed; nobody, as long as there is neither host nor address.

    `sender` and `recipient` are `from` and `to`. `urls` hold secrets: they are never printed.
    """

    smtp_host: str | None = None
    smtp_port: int | None = None
    smtp_user: str | None = None
    sender: str | None = None
    recipient: str | None = None
    tls: bool = True
    urls: tuple[str, ...] = field(default=(), repr=False)
    detail: Literal["status", "ready"] = "status"
    nudge: bool = False

    @property
    def is_configured(self) -> bool:
        """Whether there is anybody to tell."""
        return self.smtp_host is not None or bool(self.urls)

    @property
    def port(self) -> int:
        """The port of the mail server: as set, else the usual one with TLS or without."""
        return self.smtp_port or (TLS_PORT if self.tls else PLAIN_PORT)


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
    show_pain_notes: bool = False
    care: Care = Care()
    clinic_page: bool = False
    notify: Notify = field(default_factory=Notify)
    report_pdf: bool = False
    engine: str = "local"
    dask_address: str | None = None

    def is_told(self, person: Person) -> bool:
        """Whether anything about a person leaves this machine."""
        return self.notify.is_configured or bool(person.notify_urls)

    def person(self, person_id: str) -> Person:
        """Return a person by id; raises SettingsError naming the ones there are."""
        for person in self.people:
            if person.id == person_id:
                return person
        known = ", ".join(person.id for person in self.people)
        message = f"there is no person {person_id!r} in backfour.toml; there is {known}"
        raise SettingsError(message)

    def whose(self, person_id: str | None) -> Person:
        """Return the person who is named, or the only one; raises SettingsError of several."""
        if person_id is not None:
            return self.person(person_id)
        if len(self.people) > 1:
            known = ", ".join(person.id for person in self.people)
            message = f"there are several people; say whose with --person: {known}"
            raise SettingsError(message)
        return self.people[0]
