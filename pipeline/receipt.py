"""What became of every file, and how the weeks stand: for people, programs and Prefect."""

import datetime as dt
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from pipeline import compliance, intake, ledger, pages, report
from pipeline.disk import NANOSECONDS
from pipeline.errors import Code, SettingsError
from pipeline.home import Home, key, require_pdf
from pipeline.members import without_address
from pipeline.reasons import REASONS
from pipeline.settings import Person, Settings
from pipeline.tables import Readings, names_in_order, shown_name
from pipeline.week import Week

AFTER_MEMBERS = 1 << 32  # what was left out of an archive is listed after its members
WEEKS_IN_RECEIPT = 2  # the last closed one, and the one under way


def status(home: Home, now: dt.datetime) -> dict[str, Any]:
    """Account for every file of every person, and tell how the current week stands."""
    checked = home.settings()
    return {"people": [_status(home, checked, person, now) for person in checked.people]}


def weeks(home: Home, person_id: str, now: dt.datetime) -> list[Week]:
    """Judge one person's weeks from what was read so far; raises DamagedTable."""
    checked = home.settings()
    person = checked.person(person_id)
    return compliance.judge(home.library(person).load(), checked, person, now)


def content(home: Home, person_id: str, name: str | None, now: dt.datetime) -> dict[str, Any]:
    """Return what the JSON of one week says, judged anew; the current week when none is named.

    Raises SettingsError for a week that has no page, and DamagedTable.
    """
    week, past, options = _judged_anew(home, person_id, name, now)
    return report.content(week, past, options=options)


def printed(home: Home, person_id: str, name: str | None, now: dt.datetime) -> bytes:
    """Return one week as PDF, judged anew; otherwise as `content`.

    Raises SettingsError without the extra `pdf`, too.
    """
    require_pdf("a week as PDF")
    week, past, options = _judged_anew(home, person_id, name, now)
    return report.printed(week, past, options=options)


def _judged_anew(
    home: Home, person_id: str, name: str | None, now: dt.datetime
) -> tuple[Week, Sequence[Week], report.Options]:
    checked = home.settings()
    person = checked.person(person_id)
    library = home.library(person)
    table = library.load()
    judged = compliance.judge(table, checked, person, now)
    wanted = [place for place, week in enumerate(judged) if name in {week.calendar.id, None}]
    if not wanted:
        between = f": {judged[0].calendar.id} to {judged[-1].calendar.id}" if judged else ""
        message = f"there is no week {name or 'yet'}; there are {len(judged)} weeks{between}"
        raise SettingsError(message)
    place = wanted[-1]
    lies_in = ledger.archives_of(table, library.held())
    options = pages.options_of(checked, person, lies_in)
    return judged[place], judged[:place], options


@dataclass(frozen=True)
class Receipt:
    """What an orchestrator may show of a run: verdicts and counts, no names of files."""

    weeks: str
    files: list[dict[str, Any]]


def receipt(home: Home, person_id: str, now: dt.datetime) -> Receipt:
    """Say how the last weeks stand, as Markdown, and what became of the files, as counts."""
    checked = home.settings()
    person = checked.person(person_id)
    table = home.library(person).load()
    judged = compliance.judge(table, checked, person, now)
    counts = Counter(table.select("outcome", "code", "kind").iter_rows())
    files = [
        {"outcome": outcome, "code": code or "", "kind": kind or "", "files": count}
        for (outcome, code, kind), count in sorted(counts.items(), key=str)
    ]
    return Receipt(report.brief(judged[-WEEKS_IN_RECEIPT:]), files)


def _status(home: Home, checked: Settings, person: Person, now: dt.datetime) -> dict[str, Any]:
    library = home.library(person)
    table = library.known()
    weeks = compliance.judge(table, checked, person, now)
    return {
        "id": person.id,
        "label": person.label,
        "erased": home.erased(person.id),
        "files": [
            *_read_files(table, library.names()),
            *_other_files(home, checked, person),
        ],
        "week": _week_in_short(weeks[-1]) if weeks else None,
    }


def _week_in_short(week: Week) -> dict[str, Any]:
    return {
        "id": week.calendar.id,
        "start": week.calendar.start.isoformat(),
        "end": week.calendar.end.isoformat(),
        "code": week.status.value,
        "done": week.done,
        "due": week.due,
    }


def _read_files(table: Readings, dropped: Mapping[str, Sequence[bytes]]) -> list[dict[str, Any]]:
    """List an entry for each name of each original, then one for each member of each archive.

    Bytes that were listed before are duplicates. `dropped` has the names of the originals.
    """
    columns = ("sha256", "outcome", "code", "detail", "salvage", "kind", "found_in", "left_out")
    entries: list[dict[str, Any]] = []
    members: list[tuple[str, int, dict[str, Any]]] = []
    for row in table.select(columns).iter_rows(named=True):
        said = {
            "sha256": row["sha256"],
            "kind": row["kind"],
            "parent": None,
            "since": None,
            "outcome": row["outcome"],
            "code": row["code"],
            "detail": _said(row["detail"], row["salvage"]),
            "remedy": None if row["code"] is None else REASONS[Code(row["code"])].remedy,
        }
        names = names_in_order(dropped.get(row["sha256"], ()))
        places = row["found_in"] or []
        if not names and not places:
            names = [""]  # its name was never logged: a killed run took it
        shown = [*names, *(_place_name(place, dropped) for place in places)]
        copy = {"outcome": "duplicate", "code": None, "remedy": None}
        copy["detail"] = f"The same bytes as {shown[0]}."
        for number, name in enumerate(shown):
            entry = said | {"name": name} | (copy if number else {})
            if number < len(names):
                entries.append(entry)
            else:
                place = places[number - len(names)]
                entry["parent"] = place["container"]
                members.append((place["container"], place["index"], entry))
        members += [
            (row["sha256"], AFTER_MEMBERS + number, _left_out(row["sha256"], each, dropped))
            for number, each in enumerate(row["left_out"] or [])
        ]
    return [*entries, *(entry for *_, entry in sorted(members, key=lambda each: each[:2]))]


def _left_out(
    container: str, member: Mapping[str, Any], dropped: Mapping[str, Sequence[bytes]]
) -> dict[str, Any]:
    code = Code(member["code"])
    return {
        "sha256": None,
        "kind": None,
        "parent": container,
        "since": None,
        "name": _place_name({"container": container, "name": member["name"]}, dropped),
        "outcome": "ignored" if code.startswith("I_") else "refused",
        "code": code.value,
        "detail": member["detail"],
        "remedy": REASONS[code].remedy,
    }


def _place_name(place: Mapping[str, Any], dropped: Mapping[str, Sequence[bytes]]) -> str:
    """Name a member; one that has no name of its own, in a gzip file, goes by its archive's."""
    archive = names_in_order(dropped.get(place["container"], ()))
    return _member_name(place["name"]) or next(iter(archive), "")


def _member_name(name: bytes) -> str:
    return shown_name(without_address(name))


def _said(detail: str | None, salvage: str | None) -> str | None:
    return f"{detail} What could be read: {salvage}." if salvage else detail


def _other_files(home: Home, checked: Settings, person: Person) -> Iterator[dict[str, Any]]:
    """Yield what lies in the inbox and has not been taken: waiting or ignored, with the reason.

    `since` is when it last changed, in UTC, by the clock of the file system.
    """
    library = home.library(person)
    known = library.seen()
    # Who was erased is nobody here: nothing of theirs is taken.
    otherwise = Code.W_NO_PERSON if home.erased(person.id) else Code.W_SETTLING
    found = [
        replace(entry, code=intake.hindrance(library, entry) or otherwise)
        for entry in home.entries(checked, person)
        if entry.code or known.get(key(entry), [None])[:-1] != list(entry.identity)
    ]
    if person == checked.people[0]:
        found += home.strays(checked)
    for entry in found:
        code = entry.code or Code.W_SETTLING
        since = dt.datetime.fromtimestamp(entry.status.st_ctime_ns // NANOSECONDS, dt.UTC)
        yield {
            "sha256": None,
            "name": shown_name(entry.name),
            "outcome": "ignored" if code.startswith("I_") else "waiting",
            "code": code.value,
            "detail": REASONS[code].sentence,
            "remedy": REASONS[code].remedy,
            "since": since.isoformat(),
            "kind": None,
            "parent": None,
        }
