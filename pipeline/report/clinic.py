"""The clinic page: one line for each person who agreed, and whom to contact first, and why.

Built from judged weeks, one entry for each person, on the level of weeks: no place, no start
time, no file, no note; pain only for those who share it. A reason is what happened, in words,
and never a score. Order: reports.md, section 10.
"""

import csv
import datetime as dt
import io
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from pipeline.report import trend, view
from pipeline.report.catalogue import say
from pipeline.report.escape import csv_cell, visible
from pipeline.report.facts import Facts, Options
from pipeline.report.html import environment
from pipeline.report.rows import WEEKS_SHOWN, exercise
from pipeline.report.verdict import standing
from pipeline.report.words import EN_DASH, brief_day, full_day
from pipeline.week import Status, Week

Entry = dict[str, Any]
PAGE = 200  # people
SILENT_DAYS = 14
FEW_WEEKS, SHORT_WHILE = 2, 3
NO_REASON = 9
OVER = (Status.OVER_LIMIT, Status.INCOMPLETE_OVER_LIMIT)
# A week without files is no week that was missed.
NOT_COMPLETE = (Status.INCOMPLETE, Status.INCOMPLETE_OVER_LIMIT)
HEAD = (
    *("person", "reason", "week", "status", "on_plan", "closed", "weeks_without_files"),
    *("days_with_data_30", "last_data"),
)


def entry(weeks: Sequence[Week], label: str, *, shares_pain: bool) -> Entry:
    """What the clinic sees of one person, as a JSON value; `weeks` are theirs, oldest first."""
    if not weeks:
        rank, why, on = 2, say("clinic.never"), ""
        return {"person": {"label": label}, "week": None, "reason": _reason(rank, why, on)}
    newest, recent = weeks[-1], weeks[-WEEKS_SHOWN:]
    facts = Facts(newest, Options())
    closed = [week for week in recent if not week.is_open and week.status is not Status.PAUSED]
    return {
        "person": {"id": newest.person, "label": label},
        "week": _week(facts),
        "status": standing(facts),
        "reason": _reason(*_first_reason(weeks, shares_pain=shares_pain)),
        "weeks": [_glyph(week) for week in recent],
        "exercises": [
            {"id": each["id"], "name": each["name"], **each["weeks12"]}
            for each in (exercise(found, recent) for found in facts.exercises)
        ],
        "on_plan": sum(week.status is Status.ON_PLAN for week in closed),
        "closed": len(closed),
        "no_files": sum(week.status is Status.NO_DATA for week in closed),
        "days_with_data_30": newest.coverage.days_with_data_30,
        "last_data": _last(newest),
        "as_of": newest.as_of.isoformat(),
    }


def _reason(rank: int, text: str, on: str) -> Entry:
    return {"rank": rank, "text": text, "on": on}


def _week(facts: Facts) -> Entry:
    calendar = facts.week.calendar
    return {"id": calendar.id, "start": calendar.start.isoformat(), "end": calendar.end.isoformat()}


def _glyph(week: Week) -> Entry:
    row = trend.week_row(week)
    return {
        "id": row["id"],
        "code": row["code"],
        "done": row["done"],
        "due": row["due"],
        "pill": standing(Facts(week, Options()))["pill"],
        "week": week.calendar.iso_week,
        "start": week.calendar.start.isoformat(),
        "href": f"{week.person}/{week.calendar.iso_year:04d}/{week.calendar.id}.html",
    }


def _last(newest: Week) -> str | None:
    """The newest day with data of any kind."""
    coverage = newest.coverage
    days = [day for day in (coverage.activity_until, coverage.strength_until) if day is not None]
    return max(days).isoformat() if days else None


def _first_reason(weeks: Sequence[Week], *, shares_pain: bool) -> tuple[int, str, str]:
    """Return the first reason that holds: its rank, its words, and the day it dates from."""
    for found in _reasons(weeks, shares_pain=shares_pain):
        return found
    return NO_REASON, EN_DASH, ""


def _reasons(weeks: Sequence[Week], *, shares_pain: bool) -> Iterator[tuple[int, str, str]]:
    newest = weeks[-1]
    for week in reversed(weeks[-FEW_WEEKS:]):
        if shares_pain and week.pain is not None and week.pain.trigger is not None:
            yield 1, say("clinic.care", week=week.calendar.iso_week), week.calendar.end.isoformat()
    last = _last(newest)
    silent = (newest.as_of - dt.date.fromisoformat(last)).days if last else SILENT_DAYS
    if silent >= SILENT_DAYS and newest.status is not Status.PAUSED:
        yield 2, say("clinic.silent", n=silent), last or ""
    closed = [week for week in weeks if not week.is_open and week.status is not Status.PAUSED]
    for week in reversed(closed[-FEW_WEEKS:]):
        if week.status in OVER:
            limit = Facts(week, Options()).limit
            text = say("clinic.over", limit=limit, week=week.calendar.iso_week)
            yield 3, text, week.calendar.end.isoformat()
    short = [week for week in closed[-SHORT_WHILE:] if week.status in NOT_COMPLETE]
    if len(short) >= FEW_WEEKS:
        text = say("clinic.incomplete", n=len(short), of=SHORT_WHILE)
        yield 4, text, short[-1].calendar.end.isoformat()
    if waiting := _to_clear_up(weeks[-FEW_WEEKS:]):
        yield 5, say("clinic.clear_up", n=waiting), newest.calendar.end.isoformat()


def _to_clear_up(weeks: Sequence[Week]) -> int:
    """How many jogs without a distance, names and files of these weeks wait for somebody."""
    jogs = sum(jog.under_limit is None for week in weeks for jog in week.jogs)
    names = len({unknown.label for week in weeks for unknown in week.unknown_names})
    files = sum(note.kind == "refused" for week in weeks for note in week.notes)
    return jogs + names + files


def in_order(entries: Sequence[Entry]) -> list[Entry]:
    """Sort: by reason, the more recent first, fewer weeks on plan, then by label."""

    def place(each: Entry) -> tuple[Any, ...]:
        on = each["reason"]["on"]
        recency = -dt.date.fromisoformat(on).toordinal() if on else 0
        label = each["person"]["label"]
        return (each["reason"]["rank"], recency, each.get("on_plan", 0), label.casefold(), label)

    return sorted(entries, key=place)


def files(entries: Sequence[Entry]) -> Iterator[tuple[str, bytes]]:
    """Yield `clinic.html`, further pages of 200 people, and `clinic.csv`: names and bytes."""
    found = in_order(entries)
    pages = [found[start : start + PAGE] for start in range(0, len(found), PAGE)] or [[]]
    names = ["clinic.html", *(f"clinic-{number}.html" for number in range(2, len(pages) + 1))]
    columns = _columns(found)
    up_to = max((each["as_of"] for each in found if each["week"]), default="")
    for number, people in enumerate(pages):
        text = (
            environment()
            .get_template("clinic.html.j2")
            .render(
                title=say("clinic.title", n=len(found)),
                wide=True,
                columns=columns,
                names=list(columns.values()),
                people=[_row(each, columns) for each in people],
                pages=[(name, name == names[number]) for name in names] if names[1:] else [],
                count=len(found),
                up_to=say("clinic.up_to", day=full_day(view.day(up_to))) if up_to else "",
            )
        )
        yield names[number], text.encode()
    yield "clinic.csv", _table(found, columns)


def _columns(entries: Sequence[Entry]) -> dict[str, str]:
    """Every exercise anybody is asked for, by its id."""
    found: dict[str, str] = {}
    for each in entries:
        for one in each.get("exercises", ()):
            found.setdefault(one["id"], one["name"])
    return found


def _row(found: Entry, columns: Mapping[str, str]) -> Entry:
    if not found["week"]:
        return {"label": found["person"]["label"], "reason": found["reason"]["text"], "week": None}
    own = {each["id"]: each for each in found["exercises"]}
    last = found["last_data"]
    return {
        "label": found["person"]["label"],
        "reason": found["reason"]["text"],
        "status": found["status"],
        "week": found["weeks"][-1],
        "glyphs": [
            each | {"glyph": view.glyph(each["code"]), "text": _said(each)}
            for each in found["weeks"]
        ],
        "exercises": [_share(own.get(each)) for each in columns],
        "no_files": found["no_files"],
        "days": found["days_with_data_30"],
        "last": brief_day(view.day(last)) if last else EN_DASH,
    }


def _said(week: Entry) -> str:
    """A week in words, for those who do not see its glyph."""
    pill = week["pill"][:1].lower() + week["pill"][1:]
    return say("index.cell", week=week["week"], day=brief_day(view.day(week["start"])), what=pill)


def _share(own: Entry | None) -> str:
    if own is None or not own["with_files"]:
        return EN_DASH
    return f"{own['done']}/{own['with_files']}"


def _table(entries: Sequence[Entry], columns: Mapping[str, str]) -> bytes:
    written = io.StringIO(newline="")
    table = csv.writer(written, lineterminator="\r\n")
    table.writerow([*HEAD, *(f"{each}{part}" for each in columns for part in ("_done", "_of"))])
    for each in entries:
        own = {one["id"]: one for one in each.get("exercises", ())}
        cells = [
            visible(each["person"]["label"]),
            "" if each["reason"]["rank"] == NO_REASON else each["reason"]["text"],
            *(_cells(each) if each["week"] else [""] * 7),
        ]
        for one in columns:
            cells += [own[one]["done"], own[one]["with_files"]] if one in own else ["", ""]
        table.writerow([csv_cell(cell) if isinstance(cell, str) else cell for cell in cells])
    return written.getvalue().encode()


def _cells(found: Entry) -> list[str | int]:
    return [
        found["week"]["id"],
        found["status"]["code"],
        found["on_plan"],
        found["closed"],
        found["no_files"],
        found["days_with_data_30"],
        found["last_data"] or "",
    ]
