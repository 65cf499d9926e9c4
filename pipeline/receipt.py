"""What became of every file, and how the weeks stand: for people, programs and Prefect."""

import contextlib
import datetime as dt
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from pipeline import compliance, report
from pipeline.errors import NOT_TAKEN, REMEDIES, Code, DamagedTable
from pipeline.home import Home, key
from pipeline.settings import Person, Settings
from pipeline.tables import Readings, names_in_order, readings_of, shown_name
from pipeline.week import Week

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
    table = readings_of([])
    if library.folder.exists():
        with contextlib.suppress(DamagedTable):
            table = library.load()
    weeks = compliance.judge(table, checked, person, now)
    return {
        "id": person.id,
        "label": person.label,
        "files": [*_read_files(table), *_other_files(home, checked, person)],
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


def _read_files(table: Readings) -> Iterator[dict[str, Any]]:
    """Yield one entry for each name of each original; further names are duplicates."""
    columns = ("sha256", "names", "outcome", "code", "detail", "salvage", "kind")
    for sha256, names, outcome, code, detail, salvage, kind in table.select(columns).iter_rows():
        ordered = names_in_order(names) or [""]
        for index, name in enumerate(ordered):
            is_copy = index > 0
            yield {
                "sha256": sha256,
                "name": name,
                "outcome": "duplicate" if is_copy else outcome,
                "code": None if is_copy else code,
                "detail": f"The same bytes as {ordered[0]}." if is_copy else _said(detail, salvage),
                "remedy": None if is_copy or code is None else REMEDIES[Code(code)],
                "kind": kind,
            }


def _said(detail: str | None, salvage: str | None) -> str | None:
    return f"{detail} What could be read: {salvage}." if salvage else detail


def _other_files(home: Home, checked: Settings, person: Person) -> Iterator[dict[str, Any]]:
    """Yield what lies in the inbox and has not been taken: waiting or ignored, with the reason."""
    known = home.library(person).seen()
    waiting = [
        (entry.name, entry.code or Code.W_SETTLING)
        for entry in home.entries(checked, person)
        if entry.code or known.get(key(entry), [None])[:-1] != list(entry.identity)
    ]
    if person == checked.people[0]:
        waiting += home.strays(checked)
    for name, code in waiting:
        yield {
            "sha256": None,
            "name": shown_name(name),
            "outcome": "ignored" if code.startswith("I_") else "waiting",
            "code": code.value,
            "detail": NOT_TAKEN[code],
            "remedy": REMEDIES[code],
            "kind": None,
        }
