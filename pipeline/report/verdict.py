"""The verdict in words: pill, headline, the line below, and what an unsettled name could change."""

from typing import Any

from pipeline.report.catalogue import capitalised, join, say
from pipeline.report.escape import name, visible
from pipeline.report.facts import JOG, Facts, names_in_sentence
from pipeline.report.words import in_sentence, long_day, margin
from pipeline.week import ExerciseWeek, Status

TONE_ICON: dict[Status, tuple[str, str]] = {
    Status.PAUSED: ("idle", "pause"),
    Status.ON_PLAN: ("good", "check"),
    Status.INCOMPLETE_OVER_LIMIT: ("over", "triangle"),
    Status.OVER_LIMIT: ("over", "triangle"),
    Status.NO_DATA: ("idle", "info"),
    Status.INCOMPLETE: ("miss", "dashed"),
    Status.UNDECIDED: ("idle", "question"),
    Status.OPEN_OVER_LIMIT: ("over", "triangle"),
    Status.OPEN_ON_PLAN: ("good", "check"),
    Status.OPEN_EMPTY: ("idle", "clock"),
    Status.OPEN: ("idle", "clock"),
}


def status(facts: Facts) -> dict[str, Any]:
    """The `status` value of the JSON: code, words, tone and icon."""
    return standing(facts) | {
        "headline": headline(facts),
        "detail": detail(facts),
        "could_change": could_change(facts),
    }


def standing(facts: Facts) -> dict[str, Any]:
    """How a week stands without a sentence: what a list of weeks shows of its status."""
    week = facts.week
    tone, icon = TONE_ICON[week.status]
    return {
        "code": week.status.value,
        "pill": pill(week.status, facts.limit),
        "tone": tone,
        "icon": icon,
        "open": week.is_open,
        "done": week.done,
        "due": week.due,
    }


def pill(code: Status, limit: str) -> str:
    """The status in two or three words."""
    return say(f"pill.{code.value}", limit=limit)


def headline(facts: Facts) -> str:
    """The answer in one sentence with its numbers."""
    week = facts.week
    key = week.status.value
    if week.status is Status.OPEN and not facts.missing and facts.unknown:
        key = "open_unknown"
    return say(
        f"headline.{key}",
        all=say("words.all", n=week.due),
        done=week.done,
        due=week.due,
        limit=facts.limit,
        over=_over_part(facts),
        unknown=_unknown_part(facts),
    )


def _over_part(facts: Facts) -> str:
    count = len(facts.over)
    if count > 1:
        return say("headline_part.over_several", n=count, limit=facts.limit)
    reached = count == 1 and _prints_as_limit(facts)
    return say(f"headline_part.over_{'reached' if reached else 'past'}", limit=facts.limit)


def _prints_as_limit(facts: Facts) -> bool:
    """Whether the longest jog prints as 5.00 or 5.000."""
    longest, limit_m = facts.over[0].metres, facts.week.rules.limit_m
    return longest is not None and not margin(longest, limit_m)


def _unknown_part(facts: Facts) -> str:
    count = len(facts.unknown)
    part = "unknown" if any(jog.metres is None for jog in facts.unknown) else "cut_off"
    return say(f"headline_part.{part}", n=count) if count else say("headline_part.unknown_before")


def detail(facts: Facts) -> str:
    """The line below the headline: what is missing or over, by name and day."""
    week = facts.week
    end = long_day(week.calendar.end)
    match week.status:
        case Status.PAUSED:
            parts = [_pause(week.pause)]
        case Status.ON_PLAN:
            parts = [_longest(facts)]
        case Status.NO_DATA:
            parts = [say("detail.no_data")]
        case Status.UNDECIDED:
            parts = [_undecided(facts)]
        case Status.OPEN_ON_PLAN:
            parts = [say("detail.open_on_plan", end=end, limit=facts.limit)]
        case Status.OPEN_OVER_LIMIT:
            parts = [_over_line(facts), say("detail.rest_counts")]
        case Status.OPEN | Status.OPEN_EMPTY:
            parts = _still_to_do(facts, end)
        case _:
            parts = [*_missing_lines(facts), *_cap_lines(facts)]
    return " ".join(part for part in parts if part)


def _pause(reason: str | None) -> str:
    return say("detail.paused", reason=name(reason)) if reason else say("detail.paused_plain")


def _longest(facts: Facts) -> str:
    known = [jog for jog in facts.jogs if jog.metres is not None]
    if not known:
        return say("detail.no_jog")
    longest = max(known, key=lambda jog: jog.metres or 0.0)
    return say("detail.longest", distance=facts.distance(longest))


def _undecided(facts: Facts) -> str:
    days = join([long_day(day) for day in sorted({jog.day for jog in facts.unknown})])
    return say("detail.undecided", limit=facts.limit, days=days)


def _still_to_do(facts: Facts, end: str) -> list[str]:
    if not facts.missing:
        return [_undecided(facts)]
    to_do = say("detail.still_to_do", end=end, names=names_in_sentence(facts.missing))
    return [to_do, _unknown_line(facts)]


def _unknown_line(facts: Facts) -> str:
    if not facts.unknown:
        return ""
    part = "unknown" if any(jog.metres is None for jog in facts.unknown) else "cut_off"
    return say(f"detail.{part}", n=len(facts.unknown))


def _over_line(facts: Facts) -> str:
    over = facts.over
    if not over:
        return ""
    if not over[1:]:
        return say("detail.over_one", day=long_day(over[0].day), distance=facts.distance(over[0]))
    jogs = [
        say("detail.over_jog", day=long_day(jog.day), distance=facts.distance(jog))
        for jog in over[:2]
    ]
    listed = join(jogs)
    if more := len(over) - 2:
        listed = say("detail.over_more", n=more, first=jogs[0], second=jogs[1])
    return say("detail.over_several", limit=facts.limit, jogs=listed)


def _cap_lines(facts: Facts) -> list[str]:
    lines = [_over_line(facts), _unknown_line(facts)]
    if facts.jogs and not any(lines):
        lines.append(say("detail.all_under", limit=facts.limit))
    return lines


def _missing_lines(facts: Facts) -> list[str]:
    missing = facts.missing
    no_files = [exercise for exercise in missing if exercise.missing_because == "no_files"]
    partly = [exercise for exercise in missing if exercise.sessions]
    nothing = [each for each in missing if each not in no_files and each not in partly]
    lines = []
    if not any(exercise.sessions for exercise in facts.exercises) and facts.sessions:
        number = say("words.the_number", n=facts.week.due)
        lines.append(say("detail.others_only", the_number=number))
    elif nothing:
        names = capitalised(names_in_sentence(nothing))
        lines.append(say("detail.not_recorded", n=_grammatical_number(nothing), names=names))
    lines += [
        say("detail.partly", n=each.required, name=visible(each.name), done=each.sessions)
        for each in partly
        if each not in no_files
    ]
    return [*lines, *_no_file_lines(facts, no_files)]


def _grammatical_number(exercises: list[ExerciseWeek]) -> int:
    """English: "Jogging was", "Calf raises were", "Chest press was"."""
    only = exercises[0].name
    plural = bool(exercises[1:]) or (only.endswith("s") and not only.endswith("ss"))
    return 2 if plural else 1


def _no_file_lines(facts: Facts, no_files: list[ExerciseWeek]) -> list[str]:
    coverage = facts.week.coverage
    lines = []
    for kind, until, wanted in (
        ("strength", coverage.strength_until, [each for each in no_files if each.id != JOG]),
        ("activity", coverage.activity_until, [each for each in no_files if each.id == JOG]),
    ):
        if wanted and until is None:
            lines.append(say(f"detail.{kind}_never", names=names_in_sentence(wanted)))
        elif wanted and until is not None:
            names = names_in_sentence(wanted)
            lines.append(say(f"detail.{kind}_since", day=long_day(until), names=names))
    return lines


def could_change(facts: Facts) -> str | None:
    """What settling an unrecognised name could change, or None."""
    missing = {exercise.id: exercise for exercise in facts.missing}
    if facts.week.status is Status.PAUSED:
        return None
    fitting = [
        [candidate for candidate in unknown.candidates if candidate in missing]
        for unknown in facts.unknown_names
    ]
    found = [candidates for candidates in fitting if candidates]
    if not found:
        return None
    gap = missing[found[0][0]]
    count = len(found)
    consequence = say(
        f"could_change.{_consequence(facts, gap)}",
        n=count,
        name=in_sentence(gap.name),
        done=facts.week.done + 1,
        due=facts.week.due,
    )
    return f"{say('could_change.entries', n=count)} {consequence}"


def _consequence(facts: Facts, gap: ExerciseWeek) -> str:
    if gap.required - gap.sessions > 1:
        return "counts"
    alone = len(facts.missing) == 1 and not facts.over and not facts.unknown
    return "on_plan" if alone else "more_done"
