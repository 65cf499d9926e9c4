"""Notes on the data: what was left out, doubted, assumed or settled, each in a sentence.

Notes with facts from judging: duplicate {what, kept, metres}, suspect_duplicate {other, hours},
refused {name, code, fault, remedy, salvage}, for lines of a log {name, code, lines, where, text,
remedy}, truncated {metres, damage}, clock {name}, zone_assumed {zone, count}, distance_disagrees
{metres, other_metres, other_source}, back_to_back {first_m, second_m, minutes, count}, superseded
{}. The rest is seen in the week itself.
"""

import datetime as dt
from collections.abc import Callable, Iterator
from typing import Any

from pipeline.report import rows
from pipeline.report.catalogue import join, say
from pipeline.report.escape import END, code, name, visible
from pipeline.report.facts import Facts
from pipeline.report.revision import banner
from pipeline.report.steps import settle_line
from pipeline.report.words import exact, long_day, quantity, short_day, trimmed, weekday
from pipeline.week import Jog, Note, Session, Source, UnknownName

ORDER = (
    "late",
    "duplicate",
    "suspect_duplicate",
    "unknown_name",
    "unknown_distance",
    "not_counted",
    "refused",
    "truncated",
    "clock",
    "zone_assumed",
    "distance_disagrees",
    "close_to_line",
    "back_to_back",
    "superseded",
)
_DIGITS = 8  # of a SHA-256: enough to name a file among those of one person
_SETTLED_AT_ONCE = 3
PAIR = 2
Row = dict[str, Any]
Words = tuple[str, str]


def notes(facts: Facts) -> list[Row]:
    """Every note of one week, in a fixed order."""
    found = [*_given(facts), *_late(facts), *_names(facts), *_jogs(facts), *_not_counted(facts)]
    return [
        {"kind": kind, "title": title, "text": text, "source": source}
        for _, kind, title, text, source in sorted(found, key=lambda each: each[0])
    ]


Found = tuple[tuple[int, str, str, str], str, str, str, Row | None]


def _note(
    facts: Facts, kind: str, words: Words, day: dt.date | None, source: Source | None
) -> Found:
    place = ORDER.index(kind) if kind in ORDER else len(ORDER)
    title, text = words
    listed = None if source is None else rows.source(facts, source)
    key = (place, day.isoformat() if day else "", text, source.sha256 if source else "")
    return key, kind, title, text, listed


def _given(facts: Facts) -> Iterator[Found]:
    for note in facts.week.notes:
        write = WRITERS.get(note.kind, _other)
        yield _note(facts, note.kind, write(facts, note), note.day, note.source)


def _text(note: Note, key: str) -> str:
    return str(note.facts.get(key) or "")


def _number(note: Note, key: str) -> float | None:
    value = note.facts.get(key)
    return float(value) if isinstance(value, (int, float)) else None


def _whole(note: Note, key: str) -> int:
    return int(_number(note, key) or 0)


def _file(facts: Facts, note: Note) -> str:
    """The file a note is about: by its source, else by the name among its facts."""
    if note.source is None and _text(note, "name"):
        return name(facts.file_called(_text(note, "name")))
    return name(facts.file(note.source))


def _duplicate(facts: Facts, note: Note) -> Words:
    what, metres = _text(note, "what"), _number(note, "metres")
    key = "session" if what == "session" else "jog" if metres is not None else "jog_plain"
    text = say(
        f"note.duplicate.{key}",
        name=_file(facts, note),
        kept=name(facts.file_called(_text(note, "kept"))),
        distance="" if metres is None else facts.metres(metres),
    )
    return say("note.duplicate.title"), text


def _suspect(facts: Facts, note: Note) -> Words:
    text = say(
        "note.suspect_duplicate.text",
        n=abs(_whole(note, "hours")),
        name=_file(facts, note),
        other=name(facts.file_called(_text(note, "other"))),
        copy=_settle(note.source, "copy"),
        jog=_settle(note.source, "jog"),
    )
    return say("note.suspect_duplicate.title"), text


def _settle(source: Source | None, word: str) -> str:
    """The command that settles what a recording was."""
    return code(f"backfour settle {source.sha256[:_DIGITS] if source else '…'} {word}")


def _refused(facts: Facts, note: Note) -> Words:
    """Say why a file could not be read, or some lines of it."""
    if lines := _whole(note, "lines"):
        text = say(
            "note.refused.lines",
            n=lines,
            name=_file(facts, note),
            where=visible(_text(note, "where")),
            text=name(_text(note, "text")),
            remedy=visible(_text(note, "remedy")),
            code=visible(_text(note, "code")),
        )
        return say("note.refused.lines_title", n=lines), text
    salvage = _text(note, "salvage")
    text = say(
        f"note.refused.{'salvage' if salvage else 'text'}",
        name=_file(facts, note),
        fault=name(_text(note, "fault")),
        remedy=visible(_text(note, "remedy")),
        salvage=name(salvage),
        code=visible(_text(note, "code")),
    )
    return say("note.refused.title"), text


def _truncated(facts: Facts, note: Note) -> Words:
    metres = _number(note, "metres")
    damaged = _text(note, "damage") == "checksum"
    key = "checksum" if damaged else "text"
    if metres is None:
        key = "checksum_plain" if damaged else "plain"
    distance = "" if metres is None else facts.metres(metres)
    text = say(f"note.truncated.{key}", name=_file(facts, note), distance=distance)
    return say(f"note.truncated.{'checksum_title' if damaged else 'title'}"), text


def _clock(facts: Facts, note: Note) -> Words:
    return say("note.clock.title"), say("note.clock.text", name=_file(facts, note))


def _zone(facts: Facts, note: Note) -> Words:
    zone = visible(_text(note, "zone") or facts.week.zone)
    text = say("note.zone_assumed.text", n=_whole(note, "count"), zone=zone)
    return say("note.zone_assumed.title"), text


def _disagrees(facts: Facts, note: Note) -> Words:
    metres, other = _number(note, "metres") or 0.0, _number(note, "other_metres") or 0.0
    text = say(
        f"note.distance_disagrees.{'text' if note.day else 'plain'}",
        day=long_day(note.day) if note.day else "",
        distance=facts.metres(metres),
        other=facts.figure(_text(note, "other_source"), other),
    )
    return say("note.distance_disagrees.title"), text


def _back_to_back(facts: Facts, note: Note) -> Words:
    first, second = _number(note, "first_m") or 0.0, _number(note, "second_m") or 0.0
    minutes = exact(_number(note, "minutes") or 0.0)
    count = _whole(note, "count")
    text = say(
        f"note.back_to_back.{'several' if count > PAIR else 'text'}",
        n=count,
        first=facts.metres(first),
        second=facts.metres(second),
        minutes=quantity(trimmed(minutes, 0), "min"),
        total=facts.metres(float(exact(first) + exact(second))),
    )
    several = "several_title" if count > PAIR else "title"
    return say(f"note.back_to_back.{several}", n=count), text


def _superseded(facts: Facts, note: Note) -> Words:
    return say("note.superseded.title"), say("note.superseded.text", name=_file(facts, note))


def _other(facts: Facts, note: Note) -> Words:
    return say("note.other.title"), say("note.other.text", name=_file(facts, note))


WRITERS: dict[str, Callable[[Facts, Note], Words]] = {
    "duplicate": _duplicate,
    "suspect_duplicate": _suspect,
    "refused": _refused,
    "truncated": _truncated,
    "clock": _clock,
    "zone_assumed": _zone,
    "distance_disagrees": _disagrees,
    "back_to_back": _back_to_back,
    "superseded": _superseded,
}


def _late(facts: Facts) -> Iterator[Found]:
    if text := banner(facts):
        words = (say("note.late.title"), text)
        cause = sorted(facts.week.history[-1].cause, key=lambda each: each.sha256)
        yield _note(facts, "late", words, None, cause[0] if cause else None)


def _names(facts: Facts) -> Iterator[Found]:
    by_label: dict[str, list[UnknownName]] = {}
    for unknown in facts.unknown_names:
        by_label.setdefault(unknown.label, []).append(unknown)
    for label, entries in by_label.items():
        days = join([weekday(day) for day in sorted({entry.day for entry in entries})])
        line = settle_line(entries[0])
        text = say(
            "note.unknown_name.text",
            n=sum(entry.sets for entry in entries),
            days=days,
            name=name(label),
            settle=say("note.unknown_name.settle", line=line) if line.endswith(END) else line,
        )
        words = (say("note.unknown_name.title"), text)
        yield _note(facts, "unknown_name", words, entries[0].day, entries[0].source)


def _jogs(facts: Facts) -> Iterator[Found]:
    disputed = {
        note.source.sha256
        for note in facts.week.notes
        if note.kind == "distance_disagrees" and note.source is not None
    }
    for jog in facts.jogs:
        if jog.under_limit is None:
            yield _note(
                facts, "unknown_distance", _without_distance(facts, jog), jog.day, jog.source
            )
        elif jog.close_to_line and jog.source.sha256 not in disputed:
            yield _note(facts, "close_to_line", _close(facts, jog), jog.day, jog.source)


def _without_distance(facts: Facts, jog: Jog) -> Words:
    text = say(
        f"note.unknown_distance.{'text' if jog.metres is None else 'cut_off'}",
        day=long_day(jog.day),
        limit=facts.limit,
        name=name(facts.file(jog.source)),
        distance="" if jog.metres is None else facts.metres(jog.metres),
    )
    return say("note.unknown_distance.title"), text


def _close(facts: Facts, jog: Jog) -> Words:
    other = facts.other_figure(jog)
    text = say(
        f"note.close_to_line.{'other' if other else 'text'}",
        day=long_day(jog.day),
        distance=facts.distance(jog),
        other=other,
    )
    return say("note.close_to_line.title"), text


def _not_counted(facts: Facts) -> Iterator[Found]:
    by_reason: dict[str, list[Session]] = {}
    for session in facts.sessions:
        if session.why_not is not None:
            by_reason.setdefault(session.why_not, []).append(session)
    for reason, sessions in by_reason.items():
        days = join([short_day(day) for day in sorted({session.day for session in sessions})])
        settle = join([_settle(each.source, "jog") for each in sessions[:_SETTLED_AT_ONCE]])
        text = say(f"note.not_counted.{reason}", n=len(sessions), days=days, settle=settle)
        words = (say("note.not_counted.title", n=len(sessions)), text)
        only = None if sessions[1:] else sessions[0].source
        yield _note(facts, "not_counted", words, sessions[0].day, only)
