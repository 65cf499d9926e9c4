"""The rows of a page as JSON values: exercises, jogs, sessions and the files they come from."""

from collections.abc import Sequence
from typing import Any

from pipeline.report.catalogue import capitalised, join, say
from pipeline.report.facts import JOG, Facts, alternates, linked
from pipeline.report.words import (
    EN_DASH,
    any_distance,
    at_least,
    duration,
    exact,
    floored,
    margin,
    quantity,
    shown,
    whole_seconds,
)
from pipeline.week import ExerciseWeek, Jog, LeftOut, PerformedSet, Session, Source, Status, Week

Row = dict[str, Any]
WEEKS_SHOWN = 12


def source(facts: Facts, found: Source) -> Row:
    """Where a fact comes from, with the other recordings of the same session."""
    return {
        "sha256": found.sha256,
        "original_name": facts.file(found),
        "kind": found.kind,
        "locator": facts.locator(found),
        "path": facts.path(found.sha256),
        "linked": [
            {"sha256": other.sha256, "original_name": facts.file(other), "kind": other.kind}
            for other in linked(found)
        ],
    }


def exercise(found: ExerciseWeek, recent: Sequence[Week]) -> Row:
    """One exercise in one week; `recent` holds up to twelve weeks, this one last."""
    return {
        "id": found.id,
        "name": found.name,
        "state": found.state,
        "sessions": found.sessions,
        "required": found.required,
        "days": list(found.days),
        "last_seen": found.last_seen.isoformat() if found.last_seen else None,
        "evidence": sorted(set(found.evidence)),
        "missing_because": found.missing_because,
        "weeks12": _weeks12(found.id, recent),
    }


def _weeks12(exercise_id: str, recent: Sequence[Week]) -> Row:
    """In how many closed weeks it was done; weeks without files are counted apart."""
    done = with_files = no_files = 0
    for week in recent:
        if week.is_open or week.status is Status.PAUSED:
            continue
        for each in week.exercises:
            if each.id != exercise_id:
                continue
            unseen = week.status is Status.NO_DATA or each.missing_because == "no_files"
            no_files += unseen
            with_files += not unseen
            done += each.state == "done"
    return {"done": done, "with_files": with_files, "no_files": no_files}


def jog(facts: Facts, found: Jog) -> Row:
    """One jog, with its printed distance and why it is, or is not, under the limit."""
    metres = None if found.metres is None else floored(found.metres)
    margin_m = None
    if metres is not None and found.under_limit is not None:
        margin_m = float(exact(facts.week.rules.limit_m) - exact(metres))
    return {
        "date": found.day.isoformat(),
        "start_local": found.start_local.isoformat() if found.start_local else None,
        "metres": metres,
        "at_least": found.at_least,
        "distance_text": facts.distance(found),
        "distance_source": found.distance_source,
        "duration_s": None if found.duration_s is None else whole_seconds(found.duration_s),
        "under_limit": found.under_limit,
        "margin_m": margin_m,
        "close_to_line": found.close_to_line,
        "reason": _reason(facts, found),
        "track_points": found.track_points,
        "alternates": [
            {
                "distance_source": each.distance_source,
                "metres": floored(each.metres),
                "sha256": each.sha256,
            }
            for each in alternates(found)
        ],
        "evidence": found.evidence,
        "day_source": found.day_source,
        "source": source(facts, found.source),
    }


def _reason(facts: Facts, found: Jog) -> str:
    if found.metres is None:
        return say("jog.none")
    limit_m = facts.week.rules.limit_m
    if found.under_limit is None:
        return say("jog.cut_off", distance=facts.metres(found.metres))
    gap = margin(found.metres, limit_m, facts.options.units)
    if exact(found.metres) == exact(limit_m):
        text = say("jog.exactly", limit=facts.limit)
    elif found.under_limit:
        text = say("jog.below", margin=gap) if gap else capitalised(say("jog.below_metre"))
    elif found.at_least:
        text = say("jog.over_cut_off", margin=gap or quantity("0", "m"))
    else:
        text = say("jog.over", margin=gap) if gap else say("jog.over_metre")
    return f"{text} {say('jog.close')}" if found.close_to_line else text


def session(facts: Facts, found: Session) -> Row:
    """One line of "every session", with what was counted in words."""
    return {
        "date": found.day.isoformat(),
        "start_local": found.start_local.isoformat() if found.start_local else None,
        "exercise": found.exercise,
        "label": found.label,
        "counted": found.counted,
        "summary": _summary(facts, found),
        "sets": [
            {
                "reps": each.reps,
                "seconds": _json_number(each.seconds),
                "weight": _json_number(each.weight),
                "weight_unit": each.weight_unit,
            }
            for each in found.sets
        ],
        "metres": None if found.metres is None else floored(found.metres),
        "duration_s": None if found.duration_s is None else whole_seconds(found.duration_s),
        "evidence": found.evidence,
        "day_source": found.day_source,
        "recognised_by": found.recognised_by,
        "why_not": found.why_not,
        "source": source(facts, found.source),
    }


def left_out(facts: Facts, found: LeftOut) -> Row:
    """Sets under one name that count for nothing, and why."""
    return {
        "label": found.label,
        "why": found.why,
        "reason": say(f"left_out.{found.why}"),
        "exercise": found.exercise,
        "sets": found.sets,
        "dates": [day.isoformat() for day in found.days],
        "source": source(facts, found.source),
    }


def _json_number(value: float | None) -> float | None:
    return None if value is None else float(value)


def _summary(facts: Facts, found: Session) -> str:
    work = _sets(found.sets) if found.sets else _movement(facts, found)
    if found.counted:
        return work or say("session.nothing")
    reason = say(f"session.{found.why_not or 'not_one'}")
    return say("session.why", work=capitalised(work), reason=reason) if work else reason


def _movement(facts: Facts, found: Session) -> str:
    distance = ""
    if found.metres is not None:
        distance = any_distance(found.metres, facts.week.rules.limit_m, facts.options.units)
    elif found.exercise == JOG:
        distance = capitalised(say("words.no_distance"))
    if distance and found.metres is not None and _is_cut_off(facts, found):
        distance = at_least(distance)
    time = "" if found.duration_s is None else duration(found.duration_s)
    if distance and time:
        return say("session.distance_time", distance=distance, duration=time)
    return distance or time


def _is_cut_off(facts: Facts, found: Session) -> bool:
    return any(
        jog.at_least
        and (jog.source.sha256, jog.day, jog.start_local)
        == (found.source.sha256, found.day, found.start_local)
        for jog in facts.jogs
    )


def _sets(sets: Sequence[PerformedSet]) -> str:
    """Working sets in short: "3 sets × 12 · 25 kg", "3 sets: 12, 10, 8", "3 × 30 s"."""
    each = [_effort(one) for one in sets]
    count = say("session.sets", n=len(sets))
    if len(set(each)) > 1:
        work = say("session.each", sets=count, list=", ".join(text or EN_DASH for text in each))
    elif not each[0]:
        work = count
    elif sets[0].reps is None:
        work = say("session.same_seconds", n=len(sets), seconds=each[0])
    else:
        work = say("session.same_reps", sets=count, reps=each[0])
    weight = _weight(sets)
    return say("session.weighted", work=work, weight=weight) if weight else work


def _effort(one: PerformedSet) -> str:
    if one.reps is not None:
        return str(one.reps)
    return "" if one.seconds is None else quantity(shown(one.seconds), "s")


def _weight(sets: Sequence[PerformedSet]) -> str:
    """Lightest to heaviest, in the file's own unit; bodyweight sets have none."""
    weights: dict[str, list[float]] = {}
    for each in sets:
        if each.weight:
            weights.setdefault(each.weight_unit or "", []).append(each.weight)
    parts = []
    for unit, values in sorted(weights.items()):
        low, high = shown(min(values)), shown(max(values))
        number = low if low == high else f"{low}{EN_DASH}{high}"
        parts.append(quantity(number, unit) if unit else say("session.unitless", number=number))
    return join(parts)
