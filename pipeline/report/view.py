"""What a week's page shows beyond its content: words, marks and geometry for the template."""

import datetime as dt
from typing import Any

from pipeline.report import charts
from pipeline.report.catalogue import capitalised, say
from pipeline.report.escape import name
from pipeline.report.facts import JOG, figure
from pipeline.report.words import (
    EN_DASH,
    Units,
    distance,
    duration,
    full_day,
    limit_line,
    limit_text,
    short_day,
    span,
    weekday,
    weekday_short,
    whole,
)

Row = dict[str, Any]
_MARKS = {"done": "check", "over": "triangle", "unknown": "question", "none": "dot"}
_NOTE_ICONS = {"unknown_name": "question", "unknown_distance": "question", "refused": "dashed"}
_GLYPHS = {
    "on_plan": "plan",
    "incomplete": "miss",
    "over_limit": "over",
    "incomplete_over_limit": "both",
    "undecided": "ask",
    "no_data": "none",
    "paused": "pause",
}


def day(text: str) -> dt.date:
    """A day of the content as a date."""
    return dt.date.fromisoformat(text)


def limit(content: Row) -> str:
    """The limit of the week in words."""
    return limit_text(content["rules"]["limit_m"])


def line(content: Row) -> str:
    """The limit where distances are held against it, in the person's units."""
    return limit_line(content["rules"]["limit_m"], content["units"])


def dates(content: Row) -> str:
    """First and last day of the week."""
    return span(day(content["week"]["start"]), day(content["week"]["end"]))


def title(content: Row) -> str:
    """The answer and the week, for tabs, notifications and print."""
    return say(
        "page.title",
        pill=content["status"]["pill"],
        week=content["week"]["iso_week"],
        span=dates(content),
    )


def ring(content: Row) -> Row:
    """The ring of a week: its arcs, its words, and how an open part is outlined."""
    status = content["status"]
    return {
        "arcs": charts.ring([each["state"] == "done" for each in content["exercises"]]),
        "done": status["done"],
        "due": status["due"],
        "label": say("page.ring", done=status["done"], due=status["due"]),
        "gap": "rule" if status["open"] or status["code"] in {"paused", "no_data"} else "miss",
    }


def days(content: Row) -> list[Row]:
    """The seven columns of the week table."""
    start, today = day(content["week"]["start"]), day(content["as_of"]["date"])
    columns = [start + dt.timedelta(days=offset) for offset in range(7)]
    return [
        {
            "weekday": weekday_short(each),
            "weekday_long": weekday(each),
            "number": each.day,
            "today": content["status"]["open"] and each == today,
        }
        for each in columns
    ]


def exercises(content: Row) -> list[Row]:
    """The rows of the week table."""
    end = day(content["week"]["end"])
    rows = []
    paused = content["status"]["code"] == "paused"
    for found in content["exercises"]:
        each = found | {"missing_because": "not_due"} if paused else found
        text, tone, icon = result(each, limit(content))
        seen = each["last_seen"]
        last = ""
        if not each["sessions"] and seen:
            last = say("result.last_time", day=short_day(day(seen), end))
        elif not each["sessions"]:
            last = say("result.no_earlier")
        marks = [
            {"icon": _MARKS.get(state), "text": say(f"mark.{state}", limit=limit(content))}
            for state in each["days"]
        ]
        rows.append(
            {
                "name": each["name"],
                "result": text,
                "tone": tone,
                "icon": icon,
                "last": last,
                "marks": marks,
                "days": each["days"],
            }
        )
    return rows


def result(exercise: Row, limit_words: str) -> tuple[str, str, str]:
    """How an exercise stands, in words, with tone and icon."""
    is_over = exercise["id"] == JOG and "over" in exercise["days"]
    if exercise["state"] != "done":
        return _not_done(exercise, limit_words, is_over=is_over)
    if is_over:
        return say("result.done_over", limit=limit_words), "over", "triangle"
    if "unknown" in exercise["days"]:
        return say("result.done_unknown"), "idle", "question"
    return say("result.done", n=exercise["sessions"]), "good", "check"


def _not_done(exercise: Row, limit_words: str, *, is_over: bool) -> tuple[str, str, str]:
    done, required = exercise["sessions"], exercise["required"]
    is_open = exercise["state"] == "open"
    tone, icon = ("idle", "clock") if is_open else ("miss", "dashed")
    if done and is_over:
        text = say("result.partly_over", n=required, done=done, limit=limit_words)
        return text, "over", "triangle"
    if done:
        return say("result.partly", n=required, done=done), tone, icon
    if exercise["missing_because"] == "not_due":
        return say("result.not_due"), "idle", "pause"
    if exercise["missing_because"] == "no_files":
        return say("result.no_files"), "idle", "info"
    return say("result.open" if is_open else "result.not_recorded"), tone, icon


def pain(content: Row) -> Row | None:
    """The row of the pain diary, and its notes where they are shown; None without a diary."""
    found = content["pain"]
    if found is None:
        return None
    start = day(content["week"]["start"])
    notes = [
        say("pain.note", day=short_day(start + dt.timedelta(days=offset)), note=name(note))
        for offset, note in enumerate(found.get("notes", ()))
        if note
    ]
    return {"cells": [_score(each) for each in found["days"]], "notes": notes}


def _score(score: int | None) -> Row:
    if score is None:
        return {"shown": EN_DASH, "text": say("pain.no_entry")}
    return {"shown": str(score), "text": say("pain.score", score=score)}


def jogs(content: Row) -> list[Row]:
    """The rows of the jog table with their bars."""
    limit_m = content["rules"]["limit_m"]
    longest = max((jog["metres"] or 0.0 for jog in content["jogs"]), default=0.0)
    return [
        {
            "day": short_day(day(jog["date"])),
            "distance": capitalised(jog["distance_text"]),
            "time": ""
            if jog["duration_s"] is None
            else say("jog.in_time", duration=duration(jog["duration_s"])),
            "bar": charts.bar(jog["metres"], longest, limit_m),
            "answer": answer(jog),
            "reason": jog["reason"],
            "figure": figure_source(jog, limit_m, content["units"]),
        }
        for jog in content["jogs"]
    ]


def answer(jog: Row) -> Row:
    """Whether a jog is under the limit: yes, no or cannot tell, with tone and icon."""
    under_limit = jog["under_limit"]
    if under_limit is None:
        return {"text": say("jog.unknown"), "tone": "idle", "icon": "question"}
    if under_limit:
        return {"text": say("jog.yes"), "tone": "good", "icon": "check"}
    return {"text": say("jog.no"), "tone": "over", "icon": "triangle"}


def figure_source(jog: Row, limit_m: float, units: Units) -> str:
    """Where a jog's distance was read, and another figure if there is one."""
    key, points, others = jog["distance_source"], jog["track_points"], jog["alternates"]
    if key is None:
        return ""
    if key == "track" and points:
        text = say("source.track_points", n=points, number=whole(points))
    else:
        text = say(f"source.{key}")
    if others:
        printed = distance(others[0]["metres"], limit_m, units)
        other = figure(others[0]["distance_source"], printed)
        text = f"{text}; {other}"
    return f"{text}."


def sessions(content: Row) -> list[Row]:
    """The rows of "every session": day, exercise or the file's own word, and the source."""
    names = {each["id"]: each["name"] for each in content["rules"]["exercises"]}
    return [
        {
            "day": short_day(day(each["date"])),
            "name": names.get(each["exercise"]),
            "label": each["label"],
            "counted": each["counted"],
            "summary": each["summary"],
            "evidence": say(f"source.{each['evidence']}"),
            "source": each["source"],
        }
        for each in content["sessions"]
    ]


def trend(content: Row) -> Row | None:
    """The chart of the last weeks, its caption and its row of glyphs; None in the first week."""
    found = content["trend"]
    if found is None:
        return None
    weeks, words = found["weeks"], limit(content)
    scale = charts.scale(weeks, 12, content["rules"]["limit_m"])
    last = len(weeks) - 1
    text = charts.caption(found, words)
    return charts.plot(weeks, scale) | {
        "heading": say("page.trend_heading", n=len(weeks)),
        "caption": text,
        "label": say("page.trend_label", n=len(weeks), limit=words, caption=text),
        "unknown": any(week["jogs_unknown"] for week in weeks),
        "band": charts.number(scale.x(last) - 3.5),
        "weeks": [
            {
                "x": charts.number(scale.x(index)),
                "label": week["id"][5:] if (last - index) % 2 == 0 else "",
                "glyph": glyph(week["code"]),
                "done": week["done"],
            }
            for index, week in enumerate(weeks)
        ],
    }


def glyph(code: str) -> str:
    """The shape of a week in heat map and trend; an unfinished week has its own."""
    return _GLYPHS.get(code, "open")


def data_up_to(content: Row) -> str:
    """How far the data reaches, and which report this is."""
    return say(
        "page.data_up_to",
        n=content["coverage"]["source_files"],
        day=full_day(day(content["as_of"]["date"])),
        id=content["report_id"],
        revision=content["revision"]["n"],
    )


def method_parts(content: Row) -> tuple[str, str]:
    """The method line: its bold title, and the rest."""
    head = say("page.method_title")
    return head, content["texts"]["method"].removeprefix(head).lstrip()


def steps_heading(content: Row) -> str:
    """The heading of the next steps."""
    return say("step.heading_open" if content["status"]["open"] else "step.heading_closed")


def note_icon(kind: str) -> str:
    """The shape beside a note."""
    return _NOTE_ICONS.get(kind, "info")


def late(content: Row) -> str:
    """The banner of a revised week; empty without one."""
    return next((note["text"] for note in content["notes"] if note["kind"] == "late"), "")
