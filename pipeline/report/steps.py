"""What to do next: at most four steps, each with a date or an amount."""

from decimal import Decimal
from typing import Any

from pipeline.calendar import ONE_DAY
from pipeline.report.care import KEPT
from pipeline.report.catalogue import capitalised, join, say
from pipeline.report.escape import CODE_LIMIT, code, name, toml_string, visible
from pipeline.report.facts import JOG, Facts, names_in_sentence
from pipeline.report.words import exact, long_day, rough_distance, weekday
from pipeline.week import ExerciseWeek, Status, UnknownName

MOST = 4
_NAMES_SHOWN = 3
_TURN = Decimal("0.48")  # an out-and-back turned here stays 4 % below the line
Step = dict[str, Any]


def next_steps(facts: Facts) -> list[Step]:
    """The steps of one week; beside the care card none that asks for exercise."""
    found = _steps(facts)
    is_care = facts.week.pain is not None and facts.week.pain.trigger is not None
    return [step for step in found if step["kind"] in KEPT] if is_care else found[:MOST]


def _steps(facts: Facts) -> list[Step]:
    """In programme order, then the limit, a distance, names."""
    match facts.week.status:
        case Status.PAUSED | Status.OPEN_ON_PLAN:
            return []
        case Status.ON_PLAN:
            return [_step("nothing", say("step.nothing_title"), say("step.nothing"))]
        case Status.NO_DATA:
            return [_folder("both")]
    return [*_missing(facts), *_limit(facts), *_distance(facts), *_names(facts)]


def settle_line(unknown: UnknownName) -> str:
    """The line of settings that settles a name, marked as code; a long name gets a command."""
    if len(unknown.label) > CODE_LIMIT:
        return say("step.name_long")
    target = unknown.candidates[0] if unknown.candidates else "…"
    return code(f"{toml_string(unknown.label)} = {toml_string(target)}")


def _step(kind: str, title: str, text: str) -> Step:
    return {"kind": kind, "title": title, "text": text}


def _folder(which: str) -> Step:
    return _step("folder", say("step.folder_title"), say(f"step.folder_{which}"))


def _missing(facts: Facts) -> list[Step]:
    """One step for the strength exercises, one for jogging, in the order of the programme."""
    strength = [each for each in facts.missing if each.id != JOG]
    unseen = [each for each in strength if each.missing_because == "no_files"]
    wanted = [each for each in strength if each not in unseen]
    jogging = [each for each in facts.missing if each.id == JOG]
    jog_unseen = any(each.missing_because == "no_files" for each in jogging)
    if unseen and jog_unseen:
        return [_folder("both"), *_strength(facts, wanted)]
    steps = _strength(facts, wanted)
    if unseen:
        steps.append(_folder("strength"))
    if jog_unseen:
        steps.append(_folder("activity"))
    elif jogging:
        steps.append(_jog(facts, jogging[0]))
    jog_first = bool(jogging) and facts.missing[0].id == JOG
    return [steps[-1], *steps[:-1]] if jog_first else steps


def _strength(facts: Facts, wanted: list[ExerciseWeek]) -> list[Step]:
    single = [each for each in wanted if _remaining(each) == 1]
    several = [each for each in wanted if _remaining(each) > 1]
    when = "open" if facts.week.is_open else "closed"
    steps = []
    if single:
        title = _title(names_in_sentence(single))
        key, n = (f"step.missing_{when}_each", None) if single[1:] else (f"step.missing_{when}", 1)
        steps.append(_step("missing", title, say(key, n=n, by=_by(facts))))
    for each in several:
        text = say(f"step.missing_{when}", n=_remaining(each), by=_by(facts))
        steps.append(_step("missing", _title(each.name), text))
    return steps


def _jog(facts: Facts, jogging: ExerciseWeek) -> Step:
    when = "open" if facts.week.is_open else "closed"
    count = _remaining(jogging)
    text = say(f"step.jog_{when}", n=count, limit=facts.limit, by=_by(facts))
    return _step("missing", _title(jogging.name), text)


def _remaining(exercise: ExerciseWeek) -> int:
    return max(1, exercise.required - exercise.sessions)


def _title(text: str) -> str:
    return f"{capitalised(visible(text))}."


def _by(facts: Facts) -> str:
    end, today = facts.week.calendar.end, facts.week.as_of
    if today >= end:
        return say("step.by_today")
    if today + ONE_DAY == end:
        return say("step.by_tomorrow", weekday=weekday(end))
    return say("step.by_day", day=long_day(end))


def _limit(facts: Facts) -> list[Step]:
    if not facts.over:
        return []
    turn_km = exact(facts.week.rules.limit_m) * _TURN / 1000
    text = say(
        f"step.limit_{'open' if facts.week.is_open else 'closed'}",
        limit=facts.limit,
        turn=rough_distance(turn_km, facts.options.units),
        total=rough_distance(2 * turn_km, facts.options.units),
    )
    title = facts.exercise_name(JOG) or say("step.limit_title")
    return [_step("limit", _title(title), text)]


def _distance(facts: Facts) -> list[Step]:
    if not facts.unknown:
        return []
    days = join([long_day(day) for day in sorted({jog.day for jog in facts.unknown})])
    return [_step("distance", say("step.distance_title"), say("step.distance", days=days))]


def _names(facts: Facts) -> list[Step]:
    once = list({unknown.label: unknown for unknown in reversed(facts.unknown_names)}.values())[
        ::-1
    ]
    if not once:
        return []
    shown = once[:_NAMES_SHOWN]
    names = [f"“{name(unknown.label)}”" for unknown in shown]
    if more := len(once) - len(shown):
        names.append(say("step.name_more", n=more))
    lines = join([settle_line(unknown) for unknown in shown])
    text = say("step.name", n=len(once), names=join(names), lines=lines)
    return [_step("name", say("step.name_title", n=len(once)), text)]
