"""Three CSV files for spreadsheets: weeks, jogs and sessions (RFC 4180, UTF-8).

Contents come with marks in their sentences; a cell is plain.
"""

import csv
import io
from collections.abc import Callable, Iterator, Mapping, Sequence
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


def head(path: str) -> str:
    """The first line of the table at a path."""
    return _written([HEADS[path]])


def lines(path: str, week: Content) -> str:
    """What the table at a path says of one week, as whole lines."""
    return _written(list(_ROWS[path](week)))


def _weeks(week: Content) -> Iterator[list[Cell]]:
    """One row; `missing` holds ids parted by spaces, `longest_m` is empty if unknown."""
    yield _week(week)


def _jogs(week: Content) -> Iterator[list[Cell]]:
    """One row per jog; an empty `under_limit` is "cannot tell"."""
    return (_jog(week, jog) for jog in week["jogs"])


def _sessions(week: Content) -> Iterator[list[Cell]]:
    """One row per session, the ones not counted included."""
    return (_session(week, each) for each in week["sessions"])


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


def _written(rows: Sequence[Sequence[Cell]]) -> str:
    written = io.StringIO(newline="")
    csv.writer(written, lineterminator="\r\n").writerows(
        [_cell(cell) for cell in row] for row in rows
    )
    return written.getvalue()


def _cell(cell: Cell) -> Cell:
    if isinstance(cell, str):
        return csv_cell(cell)
    if cell is True or cell is False:
        return "true" if cell else "false"
    return cell


HEADS: Mapping[str, Sequence[str]] = {
    "data/weeks.csv": WEEKS,
    "data/jogs.csv": JOGS,
    "data/sessions.csv": SESSIONS,
}
_ROWS: Mapping[str, Callable[[Content], Iterator[list[Cell]]]] = {
    "data/weeks.csv": _weeks,
    "data/jogs.csv": _jogs,
    "data/sessions.csv": _sessions,
}
