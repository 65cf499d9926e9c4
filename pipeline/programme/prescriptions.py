"""What the programme asks for in a given week, and the names its own exercises go by."""

import datetime as dt
import functools
import importlib.resources
import tomllib
from collections.abc import Mapping, Sequence
from typing import Any

from pipeline.errors import SettingsError
from pipeline.programme import catalogue
from pipeline.settings import ExerciseEntry, Person, ProgrammeEntry, Settings, on_one_line
from pipeline.week import Prescription, Rules

JOG = "jog"


@functools.cache
def usual() -> Mapping[str, Any]:
    """Return the programme that applies where the settings say nothing else."""
    text = importlib.resources.files(__package__).joinpath("exercises.toml").read_text("utf-8")
    return tomllib.loads(text)


def rules_on(settings: Settings, person: Person, day: dt.date) -> Rules:
    """Return the rules of a person's week that starts on a day.

    Programmes are dated: a change does not rewrite the weeks before it, and one that starts
    within a week applies from the next. A person's own come before those of the installation.
    Before the first one, the usual programme applies.
    """
    current = ProgrammeEntry()
    for entry in (*settings.programmes, *person.programmes):
        if entry.since is None or entry.since <= day:
            current = entry
    return _rules(current)


def aliases(settings: Settings, person: Person) -> dict[str, str]:
    """Return what a person's own names stand for: exercises of theirs, and what they settled.

    Raises SettingsError when a name stands for an exercise that no programme has.
    """
    own = {name: entry.id for entry in _entries(settings, person) for name in entry.names}
    for name, exercise in person.names.items():
        require_known(settings, person, f'backfour.toml: names."{name}"', exercise)
    return {**own, **person.names}


def require_known(settings: Settings, person: Person, what: str, exercise: str) -> None:
    """Raise SettingsError for what stands neither for an exercise of a programme nor for none.

    A name in the common table may stand for an exercise that only somebody else does.
    """
    known = exercises(settings, person).union(*(exercises(settings, p) for p in settings.people))
    if exercise not in known:
        allowed = ", ".join(sorted(known))
        message = f'{on_one_line(what)} = "{exercise}" is not one of {allowed}'
        raise SettingsError(message)


def exercises(settings: Settings, person: Person) -> set[str]:
    """Return what a person's names may stand for: exercises of any programme of theirs, or none."""
    return {entry.id for entry in _entries(settings, person)} | {catalogue.NONE}


def check(settings: Settings) -> None:
    """Check everything the programme needs; raises SettingsError naming the first fault."""
    for person in settings.people:
        _check_programmes((*settings.programmes, *person.programmes))
        aliases(settings, person)


def _check_programmes(programmes: Sequence[ProgrammeEntry]) -> None:
    owners: dict[str, str] = {}
    for entry in programmes:
        for exercise in entry.exercises:
            _prescription(exercise)
            _require_own_names(exercise, owners)


def _require_own_names(exercise: ExerciseEntry, owners: dict[str, str]) -> None:
    """Raise SettingsError for a name of two exercises: nobody could tell which one a log means."""
    for name in exercise.names:
        # Names are recognised in any spelling, so one of another exercise in another spelling too.
        owner = owners.setdefault(catalogue.normalise(name) or name, exercise.id)
        if owner != exercise.id:
            message = (
                f'backfour.toml: names = "{on_one_line(name)}" of the exercise "{exercise.id}" is a'
                f' name of "{owner}" too; take it out of one of them'
            )
            raise SettingsError(message)


def _entries(settings: Settings, person: Person) -> list[ExerciseEntry]:
    """Return every exercise of any programme of a person, the usual ones first."""
    programmes = (*settings.programmes, *person.programmes)
    return [*_usual_entries(), *(each for one in programmes for each in one.exercises)]


@functools.lru_cache(maxsize=256)
def _rules(current: ProgrammeEntry) -> Rules:
    return Rules(
        version=int(usual()["version"]),
        limit_m=float(usual()["limit_m"] if current.limit_m is None else current.limit_m),
        exercises=tuple(_prescription(entry) for entry in current.exercises or _usual_entries()),
    )


@functools.cache
def _usual_entries() -> tuple[ExerciseEntry, ...]:
    return tuple(
        ExerciseEntry(entry["id"], entry["name"], tuple(entry.get("names", ())))
        for entry in usual()["exercises"]
    )


def _prescription(entry: ExerciseEntry) -> Prescription:
    if entry.id == catalogue.NONE:
        message = (
            f'backfour.toml: the exercise id = "{entry.id}" is not free: it says that a name is no'
            " exercise; give it another id"
        )
        raise SettingsError(message)
    names = {usual_entry.id: usual_entry.name for usual_entry in _usual_entries()}
    name = entry.name or names.get(entry.id)
    if name is None:
        message = (
            f'backfour.toml: the exercise "{entry.id}" is not known; give it a name, and the names'
            ' your app uses: { id = "plank", name = "Planks", names = ["Plank"] }'
        )
        raise SettingsError(message)
    return Prescription(entry.id, name, entry.sessions_per_week, entry.sets_per_session)
