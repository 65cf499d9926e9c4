"""What became of every file, and how the weeks stand: for people, programs and Prefect."""

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from pipeline import accounts, compliance, ledger, pages, report
from pipeline.errors import SettingsError
from pipeline.home import Home, require_pdf
from pipeline.settings import Person, Settings
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
        "files": accounts.files(home, checked, person, table, library.names()),
        "page": _page(home, person),
        "week": _week_in_short(weeks[-1]) if weeks else None,
    }


def _page(home: Home, person: Person) -> str | None:
    """Where the page is that says the same; None before the first run."""
    page = home.reports / person.id / report.RECEIPT
    return str(page) if page.exists() else None


def _week_in_short(week: Week) -> dict[str, Any]:
    return {
        "id": week.calendar.id,
        "standing": report.standing(week),
        "start": week.calendar.start.isoformat(),
        "end": week.calendar.end.isoformat(),
        "code": week.status.value,
        "done": week.done,
        "due": week.due,
    }
