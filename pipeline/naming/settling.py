"""Settling a name: what it stands for goes into `backfour.toml`, and the past is judged again."""

import datetime as dt
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace

import polars as pl

from pipeline import settings
from pipeline.disk import rewrite
from pipeline.errors import SettingsError
from pipeline.home import Home
from pipeline.naming.editing import settled
from pipeline.naming.listing import names_of, table_of
from pipeline.programme import catalogue, prescriptions
from pipeline.settings import Person, Settings


@dataclass(frozen=True)
class Settled:
    """What was written, and what follows from it.

    `replaced` has the entries for the name as they were. `sets` and `days` are those under the
    name, with a first and a last day; `was` are the exercises they counted for until now.
    """

    table: str
    name: str
    exercise: str
    replaced: Mapping[str, str]
    is_written: bool
    sets: int
    days: tuple[dt.date, ...]
    was: tuple[str, ...]


def settle(
    home: Home, name: str, exercise: str, person_id: str | None, now: dt.datetime
) -> Settled:
    """Write into the settings what a name stands for: an exercise, or "none".

    Raises SettingsError, and writes nothing, when it is not known who or which exercise is meant,
    or when more than this name would change.
    """
    name = name.encode("utf-8", "replace").decode()  # an argument may hold half a character
    checked = home.settings()
    person = checked.whose(person_id)
    prescriptions.require_known(checked, person, "the exercise", exercise)
    before = home.settings_file.read_bytes().decode()
    table = _table(before, checked, person, name, is_told=person_id is not None)
    after = settled(before, table, name, exercise)
    if not _stands_for(after, person, name, exercise):  # another table has it, written like this
        after = settled(after, table, name, exercise, exactly=True)
    if not _stands_for(after, person, name, exercise) or _others(after, name) != _others(
        before, name
    ):
        message = f"backfour.toml: [{'.'.join(table)}] cannot be changed here; use an editor"
        raise SettingsError(message)
    if after != before:
        rewrite(home.disk, home.settings_file, after.encode())
    rows = _rows(home, checked, person, name, now)
    return Settled(
        table=".".join(table),
        name=name,
        exercise=exercise,
        replaced=_entries(before, table, name),
        is_written=after != before,
        sets=sum(rows["sets"]),
        days=tuple(rows.explode("days")["days"].unique().sort()),
        was=tuple(rows["exercise"].drop_nulls().unique().sort()),
    )


def _table(
    text: str, checked: Settings, person: Person, name: str, *, is_told: bool
) -> tuple[str, ...]:
    """Return the keys of the table to write into: a person's own comes before the common one."""
    own = ("people", person.id, "names")
    return own if is_told or _entries(text, own, name) else table_of(checked, person)


def _entries(text: str, table: tuple[str, ...], name: str) -> dict[str, str]:
    """Return the entries of a table that are for this name, however written."""
    found = tomllib.loads(text)
    for key in table:
        found = found.get(key, {})
    return {each: to for each, to in found.items() if catalogue.is_same_name(each, name)}


def _stands_for(text: str, person: Person, name: str, exercise: str) -> bool:
    """Tell whether by these settings the name stands for the exercise, whatever file it is in."""
    checked = settings.parse(text)
    prescriptions.check(checked)
    aliases = prescriptions.aliases(checked, checked.person(person.id))
    wanted = None if exercise == catalogue.NONE else exercise
    return catalogue.recognise(name, aliases=aliases) == catalogue.Recognition(wanted, "alias")


def _others(text: str, name: str) -> Settings:
    """Return the settings without what they say of this name."""
    checked = settings.parse(text)
    people = (
        replace(
            person,
            names={
                each: to
                for each, to in person.names.items()
                if not catalogue.is_same_name(each, name)
            },
        )
        for person in checked.people
    )
    return replace(checked, people=tuple(people))


def _rows(
    home: Home, checked: Settings, person: Person, name: str, now: dt.datetime
) -> pl.DataFrame:
    """Return what the name stood for until now, a row for each way a file gives it."""
    found = names_of(home, checked, person, now)
    same = [each for each in found["label"].unique() if catalogue.is_same_name(each, name)]
    return found.filter(pl.col("label").is_in(same))
