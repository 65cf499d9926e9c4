"""What the index shows: figures, every week as a calendar, every jog of a year, latest weeks."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from pipeline.report import charts, view
from pipeline.report.catalogue import say
from pipeline.report.words import brief_day, distance, month_short

Content = dict[str, Any]
Row = dict[str, Any]
YEAR = 52  # weeks whose jogs are drawn; of the ones before, no jog is shown
_WEEKS = 12
_LATEST = 6
_THURSDAY = 4
_LEGEND = (
    ("on_plan", "on_plan", 0),
    ("incomplete", "", 3),
    ("over_limit", "over_limit", 0),
    ("incomplete_over_limit", "incomplete_over_limit", 3),
    ("undecided", "undecided", 0),
    ("no_data", "no_data", 0),
    ("paused", "paused", 0),
    ("open", "open", 2),
)


def page_of(week: Content) -> str:
    """A week's page, seen from the index."""
    return f"{week['week']['iso_year']:04d}/{week['formats']['html']}"


def title(newest: Content) -> str:
    """The index's title: how the newest week stands."""
    return say("index.title", pill=newest["status"]["pill"], week=newest["week"]["iso_week"])


def is_closed(week: Content) -> bool:
    """Whether a week counts when weeks on plan are counted."""
    return not week["status"]["open"] and week["status"]["code"] != "paused"


def _on_plan(weeks: Sequence[Content]) -> int:
    return sum(week["status"]["code"] == "on_plan" for week in weeks)


def runs(weeks: Sequence[Content]) -> tuple[int, int]:
    """The current and the longest run of weeks on plan; a pause neither breaks nor lengthens."""
    current = longest = 0
    for week in weeks:
        if is_closed(week):
            current = current + 1 if week["status"]["code"] == "on_plan" else 0
            longest = max(longest, current)
    return current, longest


def figures(weeks: Sequence[Content]) -> list[Row]:
    """The four figures above the calendar."""
    newest = weeks[-1]
    closed = [week for week in weeks if is_closed(week)]
    recent = closed[-_WEEKS:]
    current, longest = runs(weeks)
    if current > 1:
        second = _figure("run", str(current), say("index.weeks", n=current))
    else:
        same = [w for w in closed if w["week"]["iso_year"] == newest["week"]["iso_year"]]
        second = _figure("on_plan_year", str(_on_plan(same)), say("index.of", n=len(same)))
    return [
        _figure("on_plan_12", str(_on_plan(recent)), say("index.of", n=len(recent))),
        second,
        _figure("longest_run", str(longest), say("index.weeks", n=longest)),
        _longest_jog(weeks[-_WEEKS:]),
    ]


def _figure(key: str, value: str, unit: str) -> Row:
    return {"label": say(f"index.{key}"), "value": value, "unit": unit}


def _longest_jog(weeks: Sequence[Content]) -> Row:
    jogs = [
        (jog["metres"], week["rules"]["limit_m"], week["units"])
        for week in weeks
        for jog in week["jogs"]
        if jog["metres"] is not None
    ]
    if not jogs:
        return _figure("longest_jog", "–", "")
    value, _, unit = distance(*max(jogs)).partition("\u00a0")
    return _figure("longest_jog", value, unit)


def exercises(newest: Content) -> list[Row]:
    """In how many of the last twelve weeks with files each exercise was done."""
    rows = []
    for each in newest["exercises"]:
        counts = each["weeks12"]
        done = say("index.no_weeks")
        if counts["with_files"]:
            done = say("index.of_weeks", n=counts["with_files"], done=counts["done"])
        gaps = say("index.no_files", n=counts["no_files"]) if counts["no_files"] else ""
        rows.append({"name": each["name"], "done": done, "gaps": gaps})
    return rows


def legend(weeks: Sequence[Content]) -> list[Row]:
    """The marks of the calendar in words; a pause only where there is one."""
    newest = weeks[-1]
    has_pause = any(week["status"]["code"] == "paused" for week in weeks)
    limit = view.limit(newest)
    due = newest["status"]["due"]
    return [
        {
            "glyph": view.glyph(code),
            "done": min(done, due),
            "text": say(f"pill.{pill}", limit=limit) if pill else say("index.legend_incomplete"),
        }
        for code, pill, done in _LEGEND
        if code != "paused" or has_pause
    ]


def _thursday(week: Content) -> dt.date:
    return dt.date.fromisocalendar(week["week"]["iso_year"], week["week"]["iso_week"], _THURSDAY)


def years(weeks: Sequence[Content]) -> list[Row]:
    """One calendar for each year, newest first: a week belongs to the month of its Thursday."""
    by_year: dict[int, list[Content]] = {}
    for week in weeks:
        by_year.setdefault(week["week"]["iso_year"], []).append(week)
    return [_year(year, by_year[year], weeks[-1]) for year in sorted(by_year, reverse=True)]


def _year(year: int, weeks: list[Content], newest: Content) -> Row:
    months: list[list[Row]] = [[] for _ in range(12)]
    for week in weeks:
        months[_thursday(week).month - 1].append(_cell(week, is_now=week is newest))
    _start_in_place(months, weeks[0])
    depth = max(len(month) for month in months)
    closed = [week for week in weeks if is_closed(week)]
    text = say("index.year_on_plan", n=len(closed), on_plan=_on_plan(closed))
    return {
        "year": year,
        "text": text if closed else say("index.year_open"),
        "rows": [
            [month[place] if place < len(month) else None for month in months]
            for place in range(depth)
        ],
    }


def _start_in_place(months: list[list[Any]], first: Content) -> None:
    """Let a year that starts in the middle of a month start at its own row."""
    thursday = _thursday(first)
    months[thursday.month - 1][:0] = [None] * ((thursday.day - 1) // 7)


def _cell(week: Content, *, is_now: bool) -> Row:
    status = week["status"]
    pill = status["pill"][:1].lower() + status["pill"][1:]
    what = pill
    if status["code"] not in {"on_plan", "no_data", "paused"}:
        what = say("index.cell_done", pill=pill, done=status["done"], due=status["due"])
    return {
        "glyph": view.glyph(status["code"]),
        "done": status["done"],
        "href": page_of(week),
        "now": is_now,
        "text": say(
            "index.cell",
            week=week["week"]["iso_week"],
            day=brief_day(view.day(week["week"]["start"])),
            what=what,
        ),
    }


def jogs_of_a_year(weeks: Sequence[Content]) -> Row | None:
    """The chart of every jog of the last 52 weeks; None without one."""
    recent = weeks[-YEAR:]
    rows = [_trend_row(week) for week in recent]
    if not any(week["jogs"] for week in recent):
        return None
    limit_m = recent[-1]["rules"]["limit_m"]
    scale = charts.scale(rows, YEAR, limit_m)
    words = view.limit(recent[-1])
    counts = {
        "jogs_under": sum(sum(row["jog_under"]) for row in rows),
        "jogs_total": sum(len(week["jogs"]) for week in recent),
    }
    caption = charts.jogs_caption(counts, words)
    return charts.plot(rows, scale) | {
        "caption": caption,
        "label": say("page.jogs52_label", limit=words, caption=caption),
        "unknown": any(row["jogs_unknown"] for row in rows),
        "weeks": _months(recent, scale),
    }


def _trend_row(week: Content) -> Row:
    known = [jog for jog in week["jogs"] if jog["under_limit"] is not None]
    return {
        "jog_metres": [jog["metres"] for jog in known],
        "jog_under": [jog["under_limit"] for jog in known],
        "jogs_unknown": len(week["jogs"]) - len(known),
    }


def _months(weeks: Sequence[Content], scale: charts.Scale) -> list[Row]:
    """Every second month's name, under its first week."""
    labels = []
    before = None
    for index, week in enumerate(weeks):
        thursday = _thursday(week)
        if before is not None and thursday.month != before and thursday.month % 2:
            labels.append({"x": charts.number(scale.x(index)), "label": month_short(thursday)})
        before = thursday.month
    return labels


def latest(weeks: Sequence[Content]) -> list[Row]:
    """The latest six weeks, newest first."""
    rows = []
    for week in reversed(weeks[-_LATEST:]):
        status = week["status"]
        jogs = say("words.list_comma").join(jog["distance_text"] for jog in week["jogs"])
        rows.append(
            {
                "href": page_of(week),
                "week": say("page.week", n=week["week"]["iso_week"]),
                "dates": view.dates(week),
                "tone": status["tone"],
                "icon": status["icon"],
                "pill": status["pill"],
                "done": say("index.done_of", done=status["done"], due=status["due"]),
                "jogs": jogs or say("index.no_jogs"),
            }
        )
    return rows
