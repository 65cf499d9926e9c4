"""`backfour.toml`: who is here, in which zone, on which programme; read and checked in one place.

Every message names the key, the value and what is allowed.
"""

import datetime as dt
import re
import tomllib
import zoneinfo
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from pipeline.calendar import MONDAY, WeekStart
from pipeline.errors import SettingsError

PERSON_ID = re.compile(r"[a-z0-9-]{1,40}")
LABEL_CHARS = 80
Table = Mapping[str, Any]


@dataclass(frozen=True)
class Pause:
    """A planned pause, both days included: nothing is due in a week that lies wholly in it."""

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

    def person(self, person_id: str) -> Person:
        """Return a person by id; raises SettingsError naming the ones there are."""
        for person in self.people:
            if person.id == person_id:
                return person
        known = ", ".join(person.id for person in self.people)
        message = f"there is no person {person_id!r} in backfour.toml; there is {known}"
        raise SettingsError(message)


def parse(text: str) -> Settings:
    """Read the text of `backfour.toml`; raises SettingsError with one line that says it all."""
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as fault:
        message = f"backfour.toml is not valid TOML: {fault}"
        raise SettingsError(message) from fault
    check = _Table("", table)
    names = check.take("names", _names, {})
    settings = Settings(
        people=check.take("people", lambda key, value: _people(key, value, names), ()),
        week_start=check.take("week_start", _one_of("monday", "sunday"), MONDAY),
        settle_seconds=check.take("settle_seconds", _number(0, 3600), None),
        schedule=check.take("schedule", _cron, "0 3 * * *"),
        programmes=check.take("programme", _programmes, ()),
        activities=check.take("activities", _activities, {}),
        link_originals=check.take("link_originals", _boolean, default=True),
        file_names=check.take("file_names", _one_of("plain", "hash"), "plain"),
    )
    check.finish()
    if not settings.people:
        message = "backfour.toml names nobody; add [people.me] with a label and a zone"
        raise SettingsError(message)
    return settings


def write(label: str, zone: str) -> str:
    """Return a commented `backfour.toml` for one person, who gets the id `me`."""
    return f"""\
# Backfour: who is here, and where their days begin and end.

[people.me]
label = {quoted(label)}
zone = {quoted(zone)}                  # an IANA name; jogs and sets without a zone are read in it
# pauses = [{{ from = 2026-08-01, to = 2026-08-16, reason = "holiday" }}]

# What an exercise of yours is, when Backfour does not know its name.
# One of "lat_pulldown", "glute_bridge", "shrug", or "none".
[names]
# "Pull thing" = "lat_pulldown"

# What a recording was, when its file does not say: the first digits of its SHA-256 as the page
# shows them, and "jog" or "other".
[activities]
# "5328bba9" = "jog"

# The programme, if yours differs from the usual four and 5 km.
# [[programme]]
# from = 2026-09-07               # a Monday; weeks before it keep what was asked of them then
# limit_m = 5000
# exercises = ["lat_pulldown", "glute_bridge", "shrug", "jog",
#              {{ id = "plank", name = "Planks", names = ["Plank", "Front Plank"] }}]
"""


def quoted(text: str) -> str:
    """Write a TOML basic string."""
    escapes = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\t": "\\t", "\r": "\\r"}
    return (
        '"'
        + "".join(
            escapes.get(sign, sign if sign.isprintable() else f"\\U{ord(sign):08X}")
            for sign in text.encode("utf-8", "replace").decode()  # no half of a character
        )
        + '"'
    )


class _Table:
    """One table of the file: its keys are taken one by one, and none may be left over."""

    def __init__(self, path: str, table: object) -> None:
        if not isinstance(table, Mapping):
            raise _wrong(path, table, "a table")
        self.path, self.left = path, dict(table)

    def take(self, key: str, check: Callable[[str, Any], Any], default: object) -> Any:  # noqa: ANN401 - whatever `check` makes
        path = f"{self.path}.{key}" if self.path else key
        return check(path, self.left.pop(key)) if key in self.left else default

    def finish(self) -> None:
        for key, value in self.left.items():
            path = f"{self.path}.{key}" if self.path else key
            raise _wrong(path, value, "a setting; remove it or mend its name")


def _wrong(path: str, value: object, allowed: str) -> SettingsError:
    shown = repr(value) if len(repr(value)) < 60 else repr(value)[:57] + "…"  # noqa: PLR2004 - one line
    message = f"backfour.toml: {path} = {shown} is not {allowed}"
    return SettingsError(message)


def _people(path: str, value: object, names: Mapping[str, str]) -> tuple[Person, ...]:
    table = _Table(path, value)
    return tuple(
        _person(f"{path}.{key}", key, table.left[key], names) for key in sorted(table.left)
    )


def _person(path: str, person_id: str, value: object, names: Mapping[str, str]) -> Person:
    if not PERSON_ID.fullmatch(person_id):
        raise _wrong(path, person_id, "an id: 1 to 40 of a-z, 0-9 and -")
    table = _Table(path, value)
    person = Person(
        id=person_id,
        label=table.take("label", _text(LABEL_CHARS), person_id),
        zone=table.take("zone", _zone, ""),
        pauses=table.take("pauses", _pauses, ()),
        names={**names, **table.take("names", _names, {})},
    )
    table.finish()
    if not person.zone:
        message = f"backfour.toml: {path}.zone is missing; use a name such as Europe/Berlin"
        raise SettingsError(message)
    return person


def _zone(path: str, value: object) -> str:
    try:
        zoneinfo.ZoneInfo(str(value))
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError) as fault:
        raise _wrong(path, value, "a time zone; use a name such as Europe/Berlin") from fault
    return str(value)


def _pauses(path: str, value: object) -> tuple[Pause, ...]:
    pauses = []
    for index, item in enumerate(_list(path, value)):
        place = f"{path}[{index}]"
        table = _Table(place, item)
        first = table.take("from", _date, None)
        last = table.take("to", _date, None)
        reason = table.take("reason", _text(200), "pause")
        table.finish()
        if first is None or last is None or last < first:
            raise _wrong(place, item, "a pause: it needs from and to, in this order")
        pauses.append(Pause(first, last, reason))
    return tuple(pauses)


def _programmes(path: str, value: object) -> tuple[ProgrammeEntry, ...]:
    entries = []
    for index, item in enumerate(_list(path, value)):
        table = _Table(f"{path}[{index}]", item)
        entries.append(
            ProgrammeEntry(
                since=table.take("from", _date, None),
                limit_m=table.take("limit_m", _number(100, 1_000_000), None),
                exercises=table.take("exercises", _exercises, ()),
            )
        )
        table.finish()
    return tuple(sorted(entries, key=lambda entry: entry.since or dt.date.min))


def _exercises(path: str, value: object) -> tuple[ExerciseEntry, ...]:
    entries = tuple(
        _exercise(f"{path}[{index}]", item) for index, item in enumerate(_list(path, value))
    )
    ids = [entry.id for entry in entries]
    if len(set(ids)) < len(ids):
        raise _wrong(path, ids, "a list of different exercises")
    return entries


def _exercise(path: str, value: object) -> ExerciseEntry:
    if isinstance(value, str):
        value = {"id": value}
    table = _Table(path, value)
    entry = ExerciseEntry(
        id=table.take("id", _identifier, ""),
        name=table.take("name", _text(60), None),
        names=table.take("names", _texts, ()),
        sessions_per_week=table.take("sessions_per_week", _count, 1),
        sets_per_session=table.take("sets_per_session", _count, 1),
    )
    table.finish()
    if not entry.id:
        raise _wrong(path, value, "an exercise: it needs an id")
    return entry


def _identifier(path: str, value: object) -> str:
    if not isinstance(value, str) or not re.fullmatch(r"[a-z][a-z0-9_]{0,39}", value):
        raise _wrong(path, value, "an id: a-z, 0-9 and _")
    return value


def _names(path: str, value: object) -> dict[str, str]:
    table = _Table(path, value)
    return {key: _identifier(f'{path}."{key}"', exercise) for key, exercise in table.left.items()}


def _activities(path: str, value: object) -> dict[str, str]:
    """Read what unlabelled recordings were: the first digits of a file's SHA-256, and a word."""
    table = _Table(path, value)
    for key, word in table.left.items():
        if not re.fullmatch(r"[0-9a-f]{8,64}", key):
            raise _wrong(path, key, "the first 8 or more digits of a file's SHA-256")
        _one_of("jog", "other")(f'{path}."{key}"', word)
    return dict(table.left)


def _cron(path: str, value: object) -> str:
    if not isinstance(value, str) or len(value.split()) != 5:  # noqa: PLR2004 - fields of cron
        raise _wrong(path, value, 'a cron line such as "0 3 * * *"')
    return value


def _one_of(*allowed: str) -> Callable[[str, object], str]:
    def check(path: str, value: object) -> str:
        if value not in allowed:
            raise _wrong(path, value, " or ".join(repr(each) for each in allowed))
        return str(value)

    return check


def _number(low: float, high: float) -> Callable[[str, object], float]:
    def check(path: str, value: object) -> float:
        if (
            isinstance(value, bool)
            or not isinstance(value, int | float)
            or not low <= value <= high
        ):
            raise _wrong(path, value, f"a number from {low} to {high}")
        return float(value)

    return check


def _count(path: str, value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= 99:  # noqa: PLR2004 - the range is said
        raise _wrong(path, value, "a whole number from 1 to 99")
    return value


def _text(longest: int) -> Callable[[str, object], str]:
    def check(path: str, value: object) -> str:
        if not isinstance(value, str) or not 1 <= len(value) <= longest:
            raise _wrong(path, value, f"a text of 1 to {longest} characters")
        return value

    return check


def _texts(path: str, value: object) -> tuple[str, ...]:
    return tuple(_text(200)(f"{path}[{i}]", item) for i, item in enumerate(_list(path, value)))


def _boolean(path: str, value: object) -> bool:
    if not isinstance(value, bool):
        raise _wrong(path, value, "true or false")
    return value


def _date(path: str, value: object) -> dt.date:
    if not isinstance(value, dt.date) or isinstance(value, dt.datetime):
        raise _wrong(path, value, "a date such as 2026-09-07, without quotes")
    return value


def _list(path: str, value: object) -> list[object]:
    if not isinstance(value, list):
        raise _wrong(path, value, "a list")
    return value
