"""How the last weeks went: one small row for each, and what they add up to."""

from collections.abc import Sequence
from typing import Any

from pipeline.report.words import floored
from pipeline.week import Status, Week

Row = dict[str, Any]


def week_row(week: Week) -> Row:
    """One week in the trend; `jog_under` stands beside `jog_metres`, unknown jogs are counted."""
    known = sorted(
        (jog.day, jog.start_local.isoformat() if jog.start_local else "", jog.metres, under)
        for jog in week.jogs
        if jog.metres is not None and (under := jog.under_limit) is not None
    )
    return {
        "id": week.calendar.id,
        "code": week.status.value,
        "done": week.done,
        "due": week.due,
        "jog_metres": [floored(metres) for _, _, metres, _ in known],
        "jog_under": [under for *_, under in known],
        "jogs_unknown": len(week.jogs) - len(known),
    }


def trend(recent: Sequence[Week]) -> Row | None:
    """Up to twelve weeks, this one last, and their sums; None in the first week.

    Pauses and open weeks are not among the closed ones.
    """
    if not recent[1:]:
        return None
    weeks = [week_row(week) for week in recent]
    closed = [w for w in recent if not w.is_open and w.status is not Status.PAUSED]
    return {
        "weeks": weeks,
        "on_plan": sum(week.status is Status.ON_PLAN for week in closed),
        "closed": len(closed),
        "no_files": sum(week.status is Status.NO_DATA for week in closed),
        "jogs_under": sum(sum(row["jog_under"]) for row in weeks),
        "jogs_total": sum(len(week.jogs) for week in recent),
    }
