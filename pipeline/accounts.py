"""What became of every file of one person: the rows of `backfour status --json` and of the page.

The only place that tells it, so that the command, the page and the index cannot disagree.
"""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from pipeline import intake
from pipeline.disk import NANOSECONDS
from pipeline.errors import Code
from pipeline.home import Home, key
from pipeline.inbox import Entry
from pipeline.members import without_address
from pipeline.reasons import REASONS
from pipeline.settings import Person, Settings
from pipeline.tables import Readings, names_in_order, shown_name

AFTER_MEMBERS = 1 << 32  # what was left out of an archive is listed after its members
NEEDY = ("refused", "waiting")
COLUMNS = (
    *("sha256", "outcome", "code", "detail", "salvage", "kind", "found_in", "left_out"),
    "first_seen",
)
File = dict[str, Any]


def files(  # noqa: PLR0913, PLR0917 - what is kept, and what is not
    home: Home,
    checked: Settings,
    person: Person,
    table: Readings,
    names: Mapping[str, Sequence[bytes]],
    left: Sequence[Entry] | None = None,
) -> list[File]:
    """List an entry for each name of each original, each member of an archive, and what waits.

    `first_seen` is when the content was first taken, `since` when what was not taken last
    changed, both in UTC. `needs_you` tells what somebody has to do something about. `names` are
    those of the originals, and `left` is what was not taken; without it the inbox is looked at.
    """
    left = list(_not_taken(home, checked, person)) if left is None else left
    return [*_read_files(table, names), *_other_files(home, checked, person, left)]


def _read_files(table: Readings, dropped: Mapping[str, Sequence[bytes]]) -> list[File]:
    """List an entry for each name of each original, then one for each member of each archive.

    Bytes that were listed before are duplicates. `dropped` has the names of the originals.
    """
    entries: list[File] = []
    members: list[tuple[str, int, File]] = []
    for row in table.select(COLUMNS).iter_rows(named=True):
        said = _told(row)
        names = names_in_order(dropped.get(row["sha256"], ()))
        places = row["found_in"] or []
        if not names and not places:
            names = [""]  # its name was never logged: a killed run took it
        shown = [*names, *(_place_name(place, dropped) for place in places)]
        copy = {"outcome": "duplicate", "detail": f"The same bytes as {shown[0]}."}
        copy |= _advice(None, "duplicate")
        for number, name in enumerate(shown):
            entry = said | {"name": name} | (copy if number else {})
            if number < len(names):
                entries.append(entry)
            else:
                place = places[number - len(names)]
                entry["parent"] = place["container"]
                members.append((place["container"], place["index"], entry))
        members += [
            (row["sha256"], AFTER_MEMBERS + number, _left_out(row, each, dropped))
            for number, each in enumerate(row["left_out"] or [])
        ]
    inside = [entry for *_, entry in sorted(members, key=lambda each: each[:2])]
    # An archive is refused for what is in it: what is to be done is said there, once.
    asking = {each["parent"] for each in inside if each["needs_you"]}
    for each in entries:
        each["needs_you"] = each["needs_you"] and each["sha256"] not in asking
    return [*entries, *inside]


def _told(row: Mapping[str, Any]) -> File:
    return {
        "sha256": row["sha256"],
        "kind": row["kind"],
        "parent": None,
        "since": None,
        "first_seen": row["first_seen"].isoformat(),
        "outcome": row["outcome"],
        "detail": _said(row["detail"], row["salvage"]),
        **_advice(row["code"], row["outcome"]),
    }


def _left_out(
    archive: Mapping[str, Any], member: Mapping[str, Any], dropped: Mapping[str, Sequence[bytes]]
) -> File:
    container = archive["sha256"]
    outcome = "ignored" if member["code"].startswith("I_") else "refused"
    return {
        "sha256": None,
        "kind": None,
        "parent": container,
        "since": None,
        "first_seen": archive["first_seen"].isoformat(),
        "name": _place_name({"container": container, "name": member["name"]}, dropped),
        "outcome": outcome,
        "detail": member["detail"],
        **_advice(member["code"], outcome),
    }


def _advice(code: str | None, outcome: str) -> dict[str, Any]:
    """What is to be done by whom: of a file that was read in spite of a fault, nobody has to."""
    reason = None if code is None else REASONS[Code(code)]
    return {
        "code": code,
        "remedy": None if reason is None else reason.remedy,
        "needs_you": reason is not None and reason.asks and outcome in NEEDY,
    }


def _place_name(place: Mapping[str, Any], dropped: Mapping[str, Sequence[bytes]]) -> str:
    """Name a member; one that has no name of its own, in a gzip file, goes by its archive's."""
    archive = names_in_order(dropped.get(place["container"], ()))
    return _member_name(place["name"]) or next(iter(archive), "")


def _member_name(name: bytes) -> str:
    return shown_name(without_address(name))


def _said(detail: str | None, salvage: str | None) -> str | None:
    return f"{detail} What could be read: {salvage}." if salvage else detail


def _not_taken(home: Home, checked: Settings, person: Person) -> Iterator[Entry]:
    known = home.library(person).seen()
    for entry in home.entries(checked, person):
        if entry.code or known.get(key(entry), [None])[:-1] != list(entry.identity):
            yield entry


def _other_files(
    home: Home, checked: Settings, person: Person, left: Sequence[Entry]
) -> Iterator[File]:
    """Yield what lies in the inbox and has not been taken: waiting or ignored, with the reason.

    `since` is when it last changed, in UTC, by the clock of the file system.
    """
    library = home.library(person)
    # Who was erased is nobody here: nothing of theirs is taken.
    otherwise = Code.W_NO_PERSON if home.erased(person.id) else Code.W_SETTLING
    found = [
        replace(entry, code=intake.hindrance(library, _as_settled(entry)) or otherwise)
        for entry in left
    ]
    if person.id == _who_is_told_of_strays(home, checked):
        found += home.strays(checked)
    for entry in found:
        code = entry.code or Code.W_SETTLING
        since = dt.datetime.fromtimestamp(entry.identity.changed_ns // NANOSECONDS, dt.UTC)
        outcome = "ignored" if code.startswith("I_") else "waiting"
        yield {
            "sha256": None,
            "name": shown_name(entry.name),
            "outcome": outcome,
            "detail": REASONS[code].sentence,
            "since": since.isoformat(),
            "first_seen": None,
            "kind": None,
            "parent": None,
            **_advice(code.value, outcome),
        }


def _who_is_told_of_strays(home: Home, checked: Settings) -> str:
    """The first person who has a page: nothing is written for somebody who was erased."""
    here = [person.id for person in checked.people if not home.erased(person.id)]
    return (here or [checked.people[0].id])[0]


def _as_settled(entry: Entry) -> Entry:
    """What keeps a file from being taken is told before that it may still be written."""
    return replace(entry, code=None) if entry.code is Code.W_SETTLING else entry
