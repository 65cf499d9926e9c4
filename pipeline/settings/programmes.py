"""The `[[programme]]` entries of `backfour.toml`: what is asked for, and from which day on.

All checks raise SettingsError.
"""

import datetime as dt
from collections.abc import Mapping

from pipeline.errors import SettingsError
from pipeline.settings.checks import (
    Table,
    as_list,
    count,
    date,
    identifier,
    number,
    text,
    texts,
    wrong,
)
from pipeline.settings.values import ExerciseEntry, ProgrammeEntry

JOG = "jog"  # the one exercise without sets


def programmes(path: str, value: object) -> tuple[ProgrammeEntry, ...]:
    """Check for a list of programmes, each from its own day on; the earliest comes first."""
    if isinstance(value, Mapping):
        raise wrong(path, value, f"a list; write [[{path}]], in two brackets")
    places: dict[dt.date | None, str] = {}
    entries = []
    for index, item in enumerate(as_list(path, value)):
        place = f"{path}[{index}]"
        entry = _programme(place, item)
        if first := places.get(entry.since):
            raise _same_start(place, entry.since, first)
        places[entry.since] = place
        entries.append(entry)
    return tuple(sorted(entries, key=lambda entry: entry.since or dt.date.min))


def _programme(path: str, value: object) -> ProgrammeEntry:
    table = Table(path, value)
    entry = ProgrammeEntry(
        since=table.take("from", date, None),
        limit_m=table.take("limit_m", number(100, 1_000_000), None),
        exercises=table.take("exercises", _exercises, ()),
    )
    table.finish()
    return entry


def _same_start(path: str, since: dt.date | None, first: str) -> SettingsError:
    """Two programmes from one day on: nobody could tell which of them applies."""
    if since:
        return wrong(f"{path}.from", since, f"a day of its own; {first} starts on it")
    message = f"backfour.toml: {path}.from is missing, as in {first}; say from when on it applies"
    return SettingsError(message)


def _exercises(path: str, value: object) -> tuple[ExerciseEntry, ...]:
    entries = tuple(
        _exercise(f"{path}[{index}]", item) for index, item in enumerate(as_list(path, value))
    )
    if not entries:
        raise wrong(path, value, "a list of exercises; leave it out for the usual ones")
    ids = [entry.id for entry in entries]
    if len(set(ids)) < len(ids):
        raise wrong(path, ids, "a list of different exercises")
    return entries


def _exercise(path: str, item: object) -> ExerciseEntry:
    value = {"id": item} if isinstance(item, str) else item
    if not isinstance(value, Mapping):
        raise wrong(path, value, "an exercise: an id, or a table with one")
    table = Table(path, value)
    entry = ExerciseEntry(
        id=table.take("id", identifier, ""),
        name=table.take("name", text(60), None),
        names=table.take("names", texts, ()),
        sessions_per_week=table.take("sessions_per_week", count, 1),
        sets_per_session=table.take("sets_per_session", count, 1),
    )
    table.finish()
    if not entry.id:
        raise wrong(path, value, "an exercise: it needs an id")
    if entry.id == JOG and "sets_per_session" in value:
        place, sets = f"{path}.sets_per_session", value["sets_per_session"]
        raise wrong(place, sets, "a setting of a jog, which has no sets; remove it")
    return entry
