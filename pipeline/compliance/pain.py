"""What the pain diary says of each week, and when the page asks to see somebody about it.

It never changes a verdict. The thresholds are settings; their defaults are those of reports.md,
section 9, and wait for a clinician's signature.
"""

import datetime as dt
import statistics
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import replace

from pipeline.diaries import Entry
from pipeline.settings import Care
from pipeline.week import Pain, PainTrigger, Week

Scores = tuple[int | None, ...]


def added(
    weeks: Sequence[Week], entries: Mapping[dt.date, Entry], care: Care, today: dt.date
) -> list[Week]:
    """Add to each week what the diary says of it, from its first week to its last one.

    A week beyond the diary's last line is not asked after: nobody has to keep one.
    """
    known = {day: entry for day, entry in entries.items() if day <= today}
    if not known:
        return list(weeks)
    first, last = min(known), max(known)
    found = []
    recent: deque[Scores] = deque(maxlen=care.weeks)
    for week in weeks:
        days = [known.get(day) for day in week.calendar.days]
        scores = tuple(None if each is None else each.score for each in days)
        recent.append(scores)
        if week.calendar.end < first or week.calendar.start > last:
            found.append(week)
            continue
        notes = tuple(None if each is None else each.note for each in days)
        trigger = _trigger(week.calendar.days, recent, care)
        found.append(replace(week, pain=Pain(scores, notes, trigger)))
    return found


def _trigger(days: Sequence[dt.date], recent: Sequence[Scores], care: Care) -> PainTrigger | None:
    """Return the first rule that holds: one bad day, several, or weeks on end."""
    if not care.enabled:
        return None
    scores = recent[-1]
    worst = max((score for score in scores if score is not None), default=-1)
    if worst >= care.single:
        return PainTrigger("single", worst, day=days[scores.index(worst)])
    bad = sum(score is not None and score >= care.level for score in scores)
    if bad >= care.days:
        return PainTrigger("days", care.level, count=bad)
    if len(recent) == care.weeks and all(_is_lasting(week, care) for week in recent):
        return PainTrigger("persistent", care.median, count=care.weeks)
    return None


def _is_lasting(scores: Scores, care: Care) -> bool:
    said = [score for score in scores if score is not None]
    return len(said) >= care.entries and statistics.median(said) >= care.median
