"""Why a week is judged as it is, as lines of text: each fact with its file and its place in it.

Written from the JSON value of the week alone: what is explained is what is in it.
"""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from pipeline.report.catalogue import join, say
from pipeline.report.escape import visible
from pipeline.report.words import distance, limit_text, short_day, span

Content = Mapping[str, Any]
JOG = "jog"
DIGITS = 8
COUNTS, NOT, MORE = "  + ", "  - ", "      "
SAME = {"left_out", "not_counted", "unknown_name"}  # notes that the lists before tell already


def explanation(week: Content) -> list[str]:
    """Return the lines for one week: the verdict, each exercise, each jog, and all that is left.

    `week` is the value of its JSON file. A line that counts begins with "+", one that does not
    with "-"; where it was read follows below it.
    """
    parts = [
        _verdict(week),
        *_exercises(week),
        _others(week),
        _names(week),
        _pain(week),
        _notes(week),
    ]
    lines: list[str] = []
    for part in parts:
        found = list(part)
        lines += ["", *found] if lines and found else found
    return lines


def _verdict(week: Content) -> Iterator[str]:
    status, person = week["status"], week["person"]
    yield say(
        "explain.title",
        report=week["report_id"],
        span=span(_day(week["week"]["start"]), _day(week["week"]["end"])),
        person=visible(person["label"]),
        zone=week["week"]["timezone"],
        pill=status["pill"],
    )
    yield f"{status['headline']} {status['detail']}".rstrip()
    if status["could_change"]:
        yield status["could_change"]
    for revision in week["revision"]["history"]:
        yield say(
            "explain.revision",
            n=revision["n"],
            day=revision["on"],
            said=f"{revision['headline']} {revision['detail']}".rstrip(),
        )
    if causes := [_file(each) for each in week["revision"]["cause_files"]]:
        yield say("explain.causes", files=join(causes))


def _exercises(week: Content) -> Iterator[list[str]]:
    for each in week["exercises"]:
        yield list(_exercise(week, each))


def _exercise(week: Content, exercise: Content) -> Iterator[str]:
    result = exercise["missing_because"] if exercise["state"] == "missing" else exercise["state"]
    if exercise["missing_because"] == "not_due" and exercise["state"] != "done":
        result = "not_due"
    yield say(
        "explain.exercise",
        name=exercise["name"],
        result=say(f"explain.{result}"),
        sessions=exercise["sessions"],
        required=exercise["required"],
    )
    if exercise["id"] == JOG:
        yield from _limit(week)
    for session in week["sessions"]:
        if session["exercise"] == exercise["id"]:
            yield from _session(week, session)
    for left in week["left_out"]:
        if left["exercise"] == exercise["id"]:
            yield from _left(left)
    if exercise["state"] != "done":
        last = exercise["last_seen"]
        yield MORE + (say("explain.last", day=last) if last else say("explain.never"))


def _limit(week: Content) -> Iterator[str]:
    jogs = week["jogs"]
    yield MORE + say(
        "explain.limit",
        limit=limit_text(week["rules"]["limit_m"]),
        over=sum(each["under_limit"] is False for each in jogs),
        unknown=sum(each["under_limit"] is None for each in jogs),
    )


def _session(week: Content, session: Content) -> Iterator[str]:
    start = session["start_local"]
    when = short_day(_day(session["date"])) + (f" {start[11:16]}" if start else "")
    head = COUNTS if session["counted"] else NOT
    label = visible(session["label"])
    yield f"{head}{when}: {label + ': ' if label else ''}{session['summary']}"
    jog = _jog_of(week, session)
    if jog is not None:
        yield from _jog(week, jog)
    known = session["recognised_by"]
    if known:
        yield MORE + say("explain.recognised", label=label, how=say(f"explain.how_{known}"))
    yield from _place(session)


def _jog_of(week: Content, session: Content) -> Content | None:
    for jog in week["jogs"]:
        same = ("date", "start_local", "metres", "duration_s")
        if jog["source"]["sha256"] == session["source"]["sha256"] and all(
            jog[name] == session[name] for name in same
        ):
            return dict(jog)
    return None


def _jog(week: Content, jog: Content) -> Iterator[str]:
    yield MORE + jog["reason"]
    if jog["distance_source"] is not None:
        yield MORE + say(
            "explain.distance",
            source=say(f"source.{jog['distance_source']}"),
            metres=jog["metres"],
        )
    for other in jog["alternates"]:
        figure = distance(other["metres"], week["rules"]["limit_m"], week["units"])
        known = say(f"source.other_{other['distance_source']}", distance=figure)
        yield MORE + say("explain.figure", figure=known, digits=other["sha256"][:DIGITS])


def _place(session: Content) -> Iterator[str]:
    source = session["source"]
    known = session["day_source"]
    by = f"; {say(f'explain.day_{known}')}" if known else ""
    yield f"{MORE}{_file(source)}{by}"
    for other in source["linked"]:
        yield MORE + say(
            "explain.same",
            name=visible(other["original_name"]),
            digits=other["sha256"][:DIGITS],
        )


def _others(week: Content) -> Iterator[str]:
    asked = {each["id"] for each in week["exercises"]}
    others = [each for each in week["sessions"] if each["exercise"] not in asked]
    if others:
        yield say("explain.others")
    for session in others:
        yield from _session(week, session)


def _names(week: Content) -> Iterator[str]:
    asked = {each["id"] for each in week["exercises"]}
    names = [each for each in week["left_out"] if each["exercise"] not in asked]
    if names:
        yield say("explain.names")
    for left in names:
        yield from _left(left)


def _left(left: Content) -> Iterator[str]:
    yield NOT + say(
        "explain.sets",
        n=left["sets"],
        label=visible(left["label"]),
        days=join([short_day(_day(each)) for each in left["dates"]]),
        reason=left["reason"],
    )
    yield f"{MORE}{_file(left['source'])}"


def _pain(week: Content) -> Iterator[str]:
    """What the diary says, and which of its days led to the card; without a diary nothing."""
    diary = week["pain"]
    if diary is None:
        return
    start = _day(week["week"]["start"])
    scored = [
        say(
            "explain.pain_day",
            day=short_day(start + dt.timedelta(days=number)),
            score=say("pain.score", score=score),
        )
        for number, score in enumerate(diary["days"])
        if score is not None
    ]
    yield say("explain.pain", days=join(scored) if scored else say("explain.pain_none"))
    if diary["trigger"] is not None:
        yield f"  ! {diary['trigger']['title']}"
        yield f"{MORE}{diary['trigger']['text']}"
        yield f"{MORE}{visible(diary['trigger']['advice'])}"


def _notes(week: Content) -> Iterator[str]:
    notes: Sequence[Content] = [each for each in week["notes"] if each["kind"] not in SAME]
    if notes:
        yield say("explain.notes")
    for note in notes:
        yield f"  * {note['title']} {note['text']}"
        if note["source"] is not None:
            yield f"{MORE}{_file(note['source'])}"


def _file(source: Content) -> str:
    digits = source["sha256"][:DIGITS]
    name = visible(source["original_name"])
    if source["locator"]:
        return say("explain.file", name=name, digits=digits, locator=visible(source["locator"]))
    return say("explain.file_plain", name=name, digits=digits)


def _day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)
