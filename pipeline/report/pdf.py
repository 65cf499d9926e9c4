"""A week as PDF: the same facts as the page on two sheets of A4, tagged for screen readers.

Written by Typst (https://typst.app/docs/reference/), which is loaded only where a PDF is wanted.
Text reaches the template as JSON, and is never parsed as markup.
"""

import datetime as dt
import importlib.metadata
import json
import re
import unicodedata
from importlib import resources
from typing import Any

from pipeline.report import view
from pipeline.report.catalogue import say
from pipeline.report.escape import segments, visible

Content = dict[str, Any]
_EPOCH = dt.date(1970, 1, 1)
_ISOLATED = "\u2068{}\u2069"  # neither shows, and neither is in the PDF's text
_RIGHT_TO_LEFT = {"R", "AL", "AN"}
# Latin letters, our own punctuation and marks: what is left where a font cannot draw the rest.
_NOT_SURELY_DRAWN = re.compile(r"[^\x20-\u024f\u2010-\u206f\u2190-\u22ff\u27e8\u27e9]")

_PROBE = b"""#set document(title: "signs")
#for sign in json(bytes(sys.inputs.parts)).clusters() { block(sign) }
"""


def version() -> str:
    """Which Typst writes the PDFs, and so which bytes; raises ImportError without one."""
    return importlib.metadata.version("typst")


class Printer:
    """Writes weeks as PDF, one after the other: the fonts are loaded once. For one thread."""

    def __init__(self) -> None:
        """Load Typst with the fonts inside it and no others; raises ImportError without it."""
        import typst  # noqa: PLC0415 - 33 MB, which nobody needs without a PDF

        templates = resources.files("pipeline.report").joinpath("templates")
        self._template = templates.joinpath("week.typ").read_bytes()
        self._fault = typst.TypstError
        self._compiler = typst.Compiler(root=str(templates), ignore_system_fonts=True)
        self._drawn: dict[str, bool] = {}

    def week(self, week: Content, *, is_local: bool) -> bytes:
        """One week as PDF/UA-1; the same content gives the same bytes, with no clock in them.

        `week` may carry the marks of `escape`. A sign that no font has is shown by its number.
        """
        parts = self._drawable(week_parts(week, is_local=is_local))
        day = view.day(week["as_of"]["date"])
        seconds = (day - _EPOCH).days * 24 * 60 * 60
        try:
            return self._compiled(self._template, parts, seconds)
        except self._fault:  # each of two signs may have a font, and both together none
            return self._compiled(self._template, _numbered(parts, _NOT_SURELY_DRAWN), seconds)

    def _compiled(self, template: bytes, parts: object, seconds: int) -> bytes:
        made = self._compiler.compile(
            template,
            sys_inputs={"parts": json.dumps(parts)},
            format="pdf",
            pdf_standards=["ua-1"],
            timestamp=seconds,
        )
        if not isinstance(made, bytes):
            raise TypeError(type(made))
        return made

    def _drawable(self, parts: Any) -> Any:  # noqa: ANN401 - JSON
        """Show by its number what no font has; UA-1 refuses a page with a sign left out."""
        signs = {sign for sign in json.dumps(parts, ensure_ascii=False) if not sign.isascii()}
        self._try(sorted(signs - self._drawn.keys()))
        missing = "".join(sorted(sign for sign in signs if not self._drawn[sign]))
        return _numbered(parts, re.compile(f"[{re.escape(missing)}]")) if missing else parts

    def _try(self, signs: list[str]) -> None:
        """Find out which signs the fonts have: all at once, and by halves where one is missing."""
        if not signs:
            return
        try:
            self._compiled(_PROBE, "".join(signs), 0)
        except self._fault:
            if len(signs) == 1:
                self._drawn[signs[0]] = False
                return
            half = len(signs) // 2
            self._try(signs[:half])
            self._try(signs[half:])
        else:
            self._drawn |= dict.fromkeys(signs, True)


def week_parts(week: Content, *, is_local: bool) -> Content:
    """Everything the template prints: the content in words, each sentence in its segments."""
    status = week["status"]
    title, method = view.method_parts(week)
    return {
        "title": view.title(week),
        "person": _name(week["person"]["label"]),
        "subtitle": say("page.subtitle"),
        "week": say("page.week", n=week["week"]["iso_week"]),
        "dates": view.dates(week),
        "late": _rich(view.late(week)),
        **{name: status[name] for name in ("tone", "icon", "pill", "headline")},
        "detail": _rich(status["detail"]),
        "could_change": _rich(status["could_change"] or ""),
        "ring": view.ring(week) | {"word": say("page.ring_done")},
        "care": _care(week),
        "steps_heading": view.steps_heading(week),
        "steps": [
            {"kind": each["kind"], "title": each["title"], "text": _rich(each["text"])}
            for each in week["next_steps"]
        ],
        **_tables(week),
        "notes_heading": say("page.notes_heading"),
        "notes": [
            {
                "icon": view.note_icon(each["kind"]),
                "title": each["title"],
                "text": _rich(each["text"]),
            }
            for each in week["notes"]
            if each["kind"] != "late"
        ],
        "hint": week["texts"]["hint"],
        "method": [title, method],
        "data_up_to": view.data_up_to(week),
        "local": say("page.local") if is_local else "",
        "page": say("pdf.page", page="{page}", pages="{pages}"),
    }


def _tables(week: Content) -> Content:
    limit, line, trend = view.limit(week), view.line(week), view.trend(week)
    return {
        "limit": limit,
        "line": line,
        "days_heading": say("page.table_heading", n=week["status"]["due"]),
        "exercise": say("page.exercise"),
        "days": view.days(week),
        "exercises": [each | {"name": _name(each["name"])} for each in view.exercises(week)],
        "pain": _pain(week),
        "jogs_heading": say("page.jogs_heading", limit=line),
        "jogs_head": [say("page.day"), say("page.distance"), say("page.under", limit=limit)],
        "jogs": view.jogs(week),
        "trend": trend,
        "trend_keys": [
            say("page.key_under", limit=limit),
            say("page.key_over", limit=limit),
            *([say("page.key_unknown")] if trend and trend["unknown"] else []),
        ],
        "trend_key": say(
            "page.key_row", limit=limit, the_number=say("words.the_number", n=week["status"]["due"])
        ),
        "sessions_heading": say("page.sessions_heading"),
        "sessions_head": [
            say(f"page.{name}") for name in ("day", "exercise", "counted", "source_file")
        ],
        "sessions": [_session(each) for each in view.sessions(week)],
    }


def _care(week: Content) -> Content | None:
    found = (week["pain"] or {}).get("trigger")
    return found and {part: visible(found[part]) for part in ("title", "text", "advice", "urgent")}


def _pain(week: Content) -> Content | None:
    found = view.pain(week)
    return found and {
        "name": say("pain.name"),
        "scale": say("pain.scale"),
        "cells": found["cells"],
        "heading": say("pain.notes"),
        "notes": [_rich(each) for each in found["notes"]],
    }


def _session(row: Content) -> Content:
    source = row["source"]
    return {
        "day": row["day"],
        "name": _name(row["name"] or row["label"]),
        "counted": row["counted"],
        "summary": row["summary"],
        "file": _name(source["original_name"]),
        "locator": _name(source["locator"] or ""),
        "evidence": row["evidence"],
        "also": say("source.also"),
        "linked": [_name(each["original_name"]) for each in source["linked"]],
    }


def _rich(text: str) -> list[tuple[str, str]]:
    return [(kind, _isolated(part)) for kind, part in segments(text)]


def _name(text: str) -> str:
    return _isolated(visible(text))


def _isolated(text: str) -> str:
    """Keep text that runs from right to left from turning its neighbours round."""
    turns = any(unicodedata.bidirectional(sign) in _RIGHT_TO_LEFT for sign in text)
    return _ISOLATED.format(text) if turns else text


def _numbered(parts: Any, signs: re.Pattern[str]) -> Any:  # noqa: ANN401 - JSON
    """Show the signs by their numbers: as the pages do, or in a line of settings as TOML does."""
    if isinstance(parts, str):
        return signs.sub(lambda found: f"⟨U+{ord(found[0]):04X}⟩", parts)
    if isinstance(parts, tuple) and parts[0] == "code":
        return "code", signs.sub(lambda found: f"\\U{ord(found[0]):08X}", parts[1])
    if isinstance(parts, dict):
        return {key: _numbered(each, signs) for key, each in parts.items()}
    if isinstance(parts, list | tuple):
        return [_numbered(each, signs) for each in parts]
    return parts
