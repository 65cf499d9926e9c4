"""The sets of a FIT strength session, and how sure the watch was of each.

A watch writes up to three ranked guesses for a set. When the person chose the exercise, or it
came from a planned workout, all of them are equal; a guess that disagrees with itself is kept,
graded "ambiguous", and never counts. Source: FIT profile, messages 225, 264 and 27.
"""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from pipeline.readers.fit import profile
from pipeline.readers.fit.part import Part
from pipeline.readers.limits import LIMITS
from pipeline.tables import Activity, LoggedSet

MESSAGE_INDEX, SET_START = 254, 6
DURATION, REPETITIONS, WEIGHT, SET_TYPE = 0, 3, 4, 5
CATEGORIES, SUBTYPES, STEP_INDEX = 7, 8, 11
ACTIVE = 1
INVALID = 65_535
NO_EXERCISE = (65_534, INVALID)  # the first one is "unknown"
CALCULATING = 65_534  # raw weight while the watch is still at it: 4095.875 kg
Pair = tuple[int, int | None]


def sets(part: Part, activities: list[Activity]) -> list[LoggedSet]:
    """Return every set message of a part in the order of its index, rests included."""
    titles = _titles(part.of(profile.EXERCISE_TITLE), 0, 1, 2)
    steps = {
        step.get(MESSAGE_INDEX): step
        for step in part.of(profile.WORKOUT_STEP)
        if MESSAGE_INDEX in step
    }
    found = part.of(profile.SET)
    order = sorted(range(len(found)), key=lambda place: (_index(found[place], place), place))
    return [
        _set(position, found[place], titles, steps, activities)
        for position, place in enumerate(order)
    ]


def _index(row: dict[int, Any], place: int) -> int:
    index = row.get(10)
    return index if isinstance(index, int) else place


def _set(
    position: int,
    row: dict[int, Any],
    titles: dict[Pair, str],
    steps: dict[Any, dict[int, Any]],
    activities: list[Activity],
) -> LoggedSet:
    pairs = _pairs(row)
    pair, grade, label = _exercise(pairs, steps.get(row.get(STEP_INDEX)), titles)
    reps = row.get(REPETITIONS)
    seconds = profile.scaled(row, DURATION, 1000)
    weight = _weight(row.get(WEIGHT))
    starts_at = profile.instant(row.get(SET_START))
    activity = _activity_of(starts_at, activities)
    return LoggedSet(
        position=position,
        kind=_kind(row, reps, seconds),
        workout=str(activity),
        label=label,
        starts_at=starts_at,
        activity=activity,
        category=pair[0] if pair else None,
        subtype=pair[1] if pair else None,
        grade=grade,
        reps=reps if isinstance(reps, int) and 0 < reps <= LIMITS.reps else None,
        seconds=seconds if seconds and 0 < seconds < 86_400 else None,  # noqa: PLR2004 - a day
        weight=weight,
        weight_unit=None if weight is None else "kg",
    )


def _weight(raw: object) -> float | None:
    """Weight in kilograms, whatever unit the watch showed; 0 means that nobody entered one."""
    if not isinstance(raw, int) or raw in (0, CALCULATING):
        return None
    return raw / 16 if 0 < raw / 16 <= LIMITS.weight else None


def _kind(row: dict[int, Any], reps: object, seconds: float | None) -> str:
    if row.get(SET_TYPE) != ACTIVE:
        return "rest"
    return "set" if reps or seconds else "skipped"


def _pairs(row: dict[int, Any]) -> list[Pair]:
    """Return the guesses for a set as (category, subtype), best first; unknown ones left out.

    Arrays of one element come as plain numbers. A missing category must not become 0, which
    is the bench press.
    """
    categories, subtypes = _numbers(row.get(CATEGORIES)), _numbers(row.get(SUBTYPES))
    subtypes += [None] * (len(categories) - len(subtypes))
    return [
        (category, None if subtype in NO_EXERCISE else subtype)
        for category, subtype in zip(categories, subtypes, strict=False)
        if category is not None and category not in NO_EXERCISE
    ]


def _numbers(value: object) -> list[int | None]:
    values: Iterable[object] = value if isinstance(value, tuple) else (value,)
    return [item if isinstance(item, int) and 0 <= item <= INVALID else None for item in values]


def _exercise(
    pairs: list[Pair], step: dict[int, Any] | None, titles: dict[Pair, str]
) -> tuple[Pair | None, str, str]:
    """Choose the exercise of a set, how sure that is, and the words to show for it."""
    planned = _titles([step] if step else [], 10, 11, 0)
    for known in (planned, titles):
        named = [pair for pair in dict.fromkeys(pairs) if pair in known]
        if len(named) == 1 and named[0][1] is not None:
            return named[0], "confirmed", known[named[0]] or profile.exercise_name(*named[0])
    if not pairs:
        return None, "unknown", "not stated"
    label = profile.exercise_name(*pairs[0])
    if len(set(pairs)) > 1:
        return pairs[0], "ambiguous", label
    return pairs[0], "category_only" if pairs[0][1] is None else "agreed", label


def _titles(rows: list[dict[int, Any]], category: int, subtype: int, name: int) -> dict[Pair, str]:
    """Map (category, subtype) to the text a title or workout step gives it; "" without text."""
    return {
        (row[category], row.get(subtype)): profile.text(row.get(name)) or ""
        for row in rows
        if isinstance(row.get(category), int) and row[category] not in NO_EXERCISE
    }


def _activity_of(starts_at: dt.datetime | None, activities: list[Activity]) -> int | None:
    """Return the position of the activity a set was done in: by time, else the only one."""
    if len(activities) == 1:
        return activities[0].position
    for activity in activities:
        start, end = activity.starts_at, activity.ends_at
        if starts_at and start and end and start <= starts_at <= end:
            return activity.position
    return None
