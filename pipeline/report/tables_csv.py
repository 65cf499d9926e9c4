"""Three CSV files for spreadsheets: weeks, jogs and sessions (RFC 4180, UTF-8).

Contents come with marks in their sentences; a cell is plain.
"""

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Any

from pipeline.report.escape import csv_cell, plain

Content = dict[str, Any]
Cell = str | int | float | bool | None
WEEKS = (
    *("id", "start", "end", "status", "done", "missing"),
    *("jogs", "longest_m", "over", "unknown", "revision"),
)
JOGS = (
    *("week", "date", "start_local", "metres", "at_least", "distance_source", "duration_s"),
    *("under_limit", "margin_m", "close_to_line", "evidence", "original_name", "sha256"),
)
SESSIONS = (
    *("week", "date", "start_local", "exercise", "label", "counted", "sets", "summary"),
    *("metres", "duration_s", "evidence", "original_name", "locator", "sha256"),
)


def weeks_csv(weeks: Sequence[Content]) -> str:
    """One row per week; `missing` holds ids parted by spaces, `longest_m` is empty if unknown."""
    return _table(WEEKS, (_week(week) for week in weeks))


def jogs_csv(weeks: Sequence[Content]) -> str:
    """One row per jog; an empty `under_limit` is "cannot tell"."""
    return _table(JOGS, (_jog(week, jog) for week in weeks for jog in week["jogs"]))


def sessions_csv(weeks: Sequence[Content]) -> str:
    """One row per session, the ones not counted included."""
    return _table(SESSIONS, (_session(week, each) for week in weeks for each in week["sessions"]))


def _week(week: Content) -> list[Cell]:
    jogs = week["jogs"]
    missing = [each["id"] for each in week["exercises"] if each["state"] != "done"]
    return [
        week["report_id"],
        week["week"]["start"],
        week["week"]["end"],
        week["status"]["code"],
        week["status"]["done"],
        " ".join(plain(each) for each in missing),
        len(jogs),
        max((jog["metres"] for jog in jogs if jog["metres"] is not None), default=None),
        sum(jog["under_limit"] is False for jog in jogs),
        sum(jog["under_limit"] is None for jog in jogs),
        week["revision"]["n"],
    ]


def _jog(week: Content, jog: Content) -> list[Cell]:
    own = [plain(cell) if isinstance(cell := jog[each], str) else cell for each in JOGS[1:-2]]
    return [week["report_id"], *own, jog["source"]["original_name"], jog["source"]["sha256"]]


def _session(week: Content, session: Content) -> list[Cell]:
    source = session["source"]
    values = {
        **session,
        "week": week["report_id"],
        "sets": len(session["sets"]),
        "exercise": plain(session["exercise"] or ""),
        "summary": plain(session["summary"]),
        "original_name": source["original_name"],
        "locator": source["locator"],
        "sha256": source["sha256"],
    }
    return [values[column] for column in SESSIONS]


def _table(head: Sequence[str], rows: Iterable[Sequence[Cell]]) -> str:
    written = io.StringIO(newline="")
    writer = csv.writer(written, lineterminator="\r\n")
    writer.writerow(head)
    writer.writerows([_cell(cell) for cell in row] for row in rows)
    return written.getvalue()


def _cell(cell: Cell) -> Cell:
    if isinstance(cell, str):
        return csv_cell(cell)
    if cell is True or cell is False:
        return "true" if cell else "false"
    return cell
