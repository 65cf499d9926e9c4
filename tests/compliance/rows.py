"""Small factories for readings: what a file said, in as few words as a rule needs."""

import datetime as dt
import hashlib
import random
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from pipeline import compliance, ledger
from pipeline.errors import Code, Refusal
from pipeline.settings import Person, Settings
from pipeline.tables import Activity, LoggedSet, Reading, readings_of
from pipeline.week import Jog, Week

BERLIN = "Europe/Berlin"
SEEN = dt.datetime(2026, 11, 20, 3, tzinfo=dt.UTC)
AFTER = dt.datetime(2026, 11, 17, 12, tzinfo=dt.UTC)  # the Tuesday after week 46
LIFTS = ("Lat Pulldown (Cable)", "Glute Bridge", "Shrug (Dumbbell)")
Row = dict[str, Any]


def at(text: str, zone: str = "+00:00") -> dt.datetime:
    """An instant: "2026-11-10 18:00", in UTC unless an offset says otherwise."""
    return dt.datetime.fromisoformat(text + zone).astimezone(dt.UTC)


def clock(text: str) -> dt.datetime:
    """A wall clock without a zone."""
    return dt.datetime.fromisoformat(text)


def run(
    start: str | None, metres: float | None = 3000.0, minutes: float = 20, **more: object
) -> Activity:
    """A jog of a watch, in UTC, with the watch's total."""
    starts_at = None if start is None else at(start)
    said: Row = {
        "position": 0,
        "sport": "running",
        "starts_at": starts_at,
        "ends_at": starts_at and starts_at + dt.timedelta(minutes=minutes),
        "timer_s": minutes * 60,
        "session_m": metres,
        "samples": 100,
    }
    return Activity(**(said | more))


def track(
    start: str, metres: float | None = 3000.0, minutes: float = 20, **more: object
) -> Activity:
    """A jog as a GPX tells it: no timer, no total, a length along the track."""
    said: Row = {"session_m": None, "timer_s": None, "track_m": metres, "moving_speed_m_s": 2.5}
    return run(start, None, minutes, **(said | more))


def lift(label: str, when: str, position: int = 0, **more: object) -> LoggedSet:
    """A set of a log: "2026-11-10 18:00", or a bare day."""
    has_time = ":" in when
    said: Row = {
        "position": position,
        "kind": "set",
        "workout": when,
        "label": label,
        "day": clock(when).date(),
        "local_start": clock(when) if has_time else None,
        "row": position + 2,
        "reps": 12,
    }
    return LoggedSet(**(said | more))


def typed(when: str, metres: float | None, position: int = 0, **more: object) -> LoggedSet:
    """A run typed into a log."""
    return lift("Running", when, position, **({"reps": None, "metres": metres} | more))


def file(name: str, *activities: Activity, kind: str | None = None) -> Row:
    """One file of a device; several activities get their positions in order."""
    kind = kind or name.rsplit(".", 1)[-1]
    numbered = tuple(
        Activity(**{**vars(each), "position": index}) for index, each in enumerate(activities)
    )
    return _row(name, Reading(kind, kind, activities=numbered))


def log(name: str, *sets: LoggedSet) -> Row:
    """One strength log; its sets get their positions and lines in order."""
    numbered = tuple(
        LoggedSet(**{**vars(each), "position": index, "row": index + 2})
        for index, each in enumerate(sets)
    )
    return _row(name, Reading("csv", "csv_apps", app="Strong", sets=numbered))


def refused(name: str, code: Code = Code.E_CRC) -> Row:
    """One file that was refused."""
    return _row(name, Refusal(code, "The checksum is wrong.", kind="fit"))


def lifting(when: str = "2026-11-10 18:00", labels: Sequence[str] = LIFTS) -> Row:
    """A log with one set of each exercise but jogging."""
    return log("strong.csv", *(lift(label, when) for label in labels))


def judged(
    rows: Iterable[Row],
    *,
    zone: str = BERLIN,
    now: dt.datetime = AFTER,
    **more: Any,  # noqa: ANN401
) -> list[Week]:
    """Judge rows for one person; further settings by their name."""
    of_person = {key: more.pop(key) for key in ("names", "pauses") if key in more}
    me = Person("me", "Alex", zone, **of_person)
    return compliance.judge(readings_of(rows), Settings((me,), **more), me, now)


def week(weeks: Sequence[Week], name: str = "2026-W46") -> Week:
    """The week of that name."""
    (found,) = [each for each in weeks if each.calendar.id == name]
    return found


def only_jog(rows: Iterable[Row], **more: Any) -> Jog:  # noqa: ANN401
    """The one jog there is, in whatever week."""
    (found,) = [jog for each in judged(rows, **more) for jog in each.jogs]
    return found


def done(found: Week) -> Mapping[str, int]:
    """How many sessions of each exercise count."""
    return {each.id: each.sessions for each in found.exercises}


def notes(found: Week, kind: str) -> list[Mapping[str, Any]]:
    """The facts of the notes of a kind."""
    return [note.facts for note in found.notes if note.kind == kind]


def shuffled(rows: Sequence[Row], seed: int) -> list[Row]:
    """The same rows in another order, and what is nested in them too."""
    order = random.Random(seed)  # noqa: S311 - a shuffled test, no secret
    mixed = [
        {
            key: order.sample(value, len(value)) if key in NESTED else value
            for key, value in each.items()
        }
        for each in rows
    ]
    return order.sample(mixed, len(mixed))


NESTED = ("activities", "sets")


def _row(name: str, outcome: Reading | Refusal) -> Row:
    sha256 = hashlib.sha256(name.encode()).hexdigest()
    return ledger.row(sha256, 1000, SEEN, outcome, "1") | {"names": [name.encode()]}
