"""Every name of people's working sets, with what it stands for and how that is known."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

import polars as pl

from pipeline import compliance
from pipeline.home import Home
from pipeline.settings import Person, Settings, quoted

ALIAS = "alias"


def listed(home: Home, now: dt.datetime, person_id: str | None = None) -> dict[str, Any]:
    """List the names of one person, or of all: to settle, that count for nothing, and known.

    Each list has the most frequent name first. Raises SettingsError for a person who is not there.
    """
    checked = home.settings()
    chosen = checked.people if person_id is None else (checked.person(person_id),)
    return {"people": [_listed(home, checked, person, now) for person in chosen]}


def names_of(home: Home, checked: Settings, person: Person, now: dt.datetime) -> pl.DataFrame:
    """Return what the names of a person's logs stand for by these settings: `compliance.names`."""
    return compliance.names(home.library(person).known(), checked, person, now)


def table_of(checked: Settings, person: Person) -> tuple[str, ...]:
    """Return the keys of the table in which a person's names are settled."""
    return ("names",) if len(checked.people) == 1 else ("people", person.id, "names")


def _listed(home: Home, checked: Settings, person: Person, now: dt.datetime) -> dict[str, Any]:
    found: dict[str, list[dict[str, Any]]] = {"unsettled": [], "others": [], "known": []}
    for row in names_of(home, checked, person, now).iter_rows(named=True):
        found[_list_of(row)].append(_entry(row))
    table = ".".join(table_of(checked, person))
    return {"id": person.id, "label": person.label, "table": table, **found}


def _list_of(row: Mapping[str, Any]) -> str:
    if row["exercise"] is not None or row["how"] == ALIAS:
        return "known"
    return "unsettled" if row["candidates"] else "others"


def _entry(row: Mapping[str, Any]) -> dict[str, Any]:
    """Tell of one name; `line` settles it, if the first of the candidates is right."""
    candidates = row["candidates"]
    return {
        "label": row["label"],
        "sets": row["sets"],
        "days": len(row["days"]),
        "first": row["days"][0].isoformat(),
        "last": row["days"][-1].isoformat(),
        "counts_as": row["exercise"],
        "how": row["how"],
        "could_be": candidates,
        "grade": row["grade"],
        "category": row["category"],
        "subtype": row["subtype"],
        "line": f"{quoted(row['label'])} = {quoted(candidates[0])}" if candidates else None,
    }
