"""The revisions of a week in words: how it stood before, and which late file changed it."""

from dataclasses import replace
from typing import Any

from pipeline.report.catalogue import join, say
from pipeline.report.escape import name
from pipeline.report.facts import Facts
from pipeline.report.verdict import detail, headline
from pipeline.report.words import full_day
from pipeline.week import ExerciseWeek, Judgement, Week


def revision(facts: Facts) -> dict[str, Any]:
    """The `revision` value without its sources: how often late files changed this week."""
    history = facts.week.history
    listed = [
        {
            "n": index,
            "on": judgement.on.isoformat(),
            "code": judgement.status.value,
            "headline": headline(then),
            "detail": detail(then),
        }
        for index, judgement in enumerate(history, 1)
        for then in [_as_it_stood(facts, judgement)]
    ]
    if listed:
        listed[-1] |= {"headline": headline(facts), "detail": detail(facts)}
    revised = len(listed) > 1
    before = listed[-2] if revised else None
    return {
        "n": max(1, len(listed)),
        "changed_on": listed[-1]["on"] if revised else None,
        "previous": before and {key: before[key] for key in ("code", "headline", "detail")},
        "history": listed,
    }


def _as_it_stood(facts: Facts, judgement: Judgement) -> Facts:
    """The facts of the same week in an earlier revision, as far as its verdict tells them."""
    exercises = tuple(
        _exercise_then(facts.week, place, sessions)
        for place, sessions in enumerate(judgement.sessions)
    )
    then = replace(
        facts.week, status=judgement.status, exercises=exercises, jogs=judgement.jogs, history=()
    )
    return Facts(then, facts.options)


def _exercise_then(week: Week, place: int, sessions: int) -> ExerciseWeek:
    asked = week.rules.exercises[place]
    is_done = sessions >= asked.sessions_per_week
    return ExerciseWeek(
        id=asked.id,
        name=asked.name,
        state="done" if is_done else "missing",
        sessions=sessions,
        required=asked.sessions_per_week,
        days=(),
        last_seen=None,
        evidence=(),
        missing_because=None if is_done else "not_recorded",
    )


def banner(facts: Facts) -> str:
    """What a late file changed, as one marked paragraph; empty for a week never revised."""
    history = facts.week.history
    if not history[1:]:
        return ""
    now = history[-1]
    before = _as_it_stood(facts, history[-2])
    said = f"{headline(before)} {detail(before)}".rstrip()
    is_same = said == f"{headline(facts)} {detail(facts)}".rstrip()
    key = "same" if is_same else "changed"
    day = full_day(now.on)
    files = [name(found) for found in sorted({facts.file(each) for each in now.cause})]
    if not files:
        text = say(f"revision.{key}_plain", day=day)
    else:
        text = say(f"revision.{key}", n=len(files), day=day, files=join(files))
    return text if is_same else f"{text} {say('revision.before', before=said)}"
