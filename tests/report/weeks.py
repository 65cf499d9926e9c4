import dataclasses
import datetime as dt
import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

from pipeline.calendar import CalendarWeek
from pipeline.week import (
    Alternate,
    Coverage,
    ExerciseWeek,
    Fact,
    Jog,
    Judgement,
    LinkedSource,
    Note,
    PerformedSet,
    Prescription,
    Rules,
    Session,
    Source,
    Status,
    UnknownName,
    Week,
)

ZONE = dt.timezone(dt.timedelta(hours=1))
MONDAY = dt.date(2026, 11, 9)
FOUR = (
    Prescription("lat_pulldown", "Lat pulldowns"),
    Prescription("glute_bridge", "Glute bridges"),
    Prescription("shrug", "Shoulder shrugs"),
    Prescription("jog", "Jogging"),
)
MON, TUE, WED, THU, FRI, SAT, SUN = range(7)


def source(
    name: str = "strong_2026-11-15.csv",
    locator: str | None = None,
    linked: tuple[LinkedSource, ...] = (),
) -> Source:
    kind = name.rpartition(".")[2] if "." in name else "csv"
    kind = kind if kind in {"fit", "tcx", "gpx", "csv"} else "csv"
    sha256 = hashlib.sha256(name.encode("utf-8", "replace")).hexdigest()
    return Source(sha256, name, kind, locator, linked)


def linked(name: str) -> LinkedSource:
    found = source(name)
    return LinkedSource(found.sha256, name, found.kind)


def at(day: dt.date, hour: int = 8, minute: int = 12) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(hour, minute), ZONE)


def jog(metres: float | None, day: int = TUE, monday: dt.date = MONDAY, **changes: object) -> Jog:
    on = monday + dt.timedelta(days=day)
    known = metres is not None
    values: dict[str, Any] = {
        "day": on,
        "start_local": at(on),
        "metres": metres,
        "distance_source": "session" if known else None,
        "duration_s": 1634.0,
        "under_limit": None if metres is None else metres < 5000,
        "at_least": False,
        "close_to_line": metres is not None and abs(metres - 5000) <= 100,
        "track_points": 0,
        "evidence": "device",
        "source": source(f"ACTIVITY_{on}.fit"),
    }
    values.update(changes)
    return Jog(**values)


def jog_session(found: Jog) -> Session:
    return Session(
        found.day,
        found.start_local,
        "jog",
        "running",
        counted=True,
        evidence=found.evidence,
        source=found.source,
        metres=found.metres,
        duration_s=found.duration_s,
    )


def sets(
    count: int = 3, reps: int | None = 12, weight: float | None = None
) -> tuple[PerformedSet, ...]:
    return (PerformedSet(reps, None, weight, "kg" if weight else None),) * count


def lift(
    exercise: str | None, day: int, monday: dt.date = MONDAY, label: str = "Lift", **changes: object
) -> Session:
    on = monday + dt.timedelta(days=day)
    row = 211 + 3 * day
    values: dict[str, Any] = {
        "start_local": at(on, 18),
        "counted": exercise is not None,
        "evidence": "self_logged",
        "source": source(locator=f"rows {row}–{row + 2}"),
        "sets": sets(),
    }
    values.update(changes)
    return Session(on, exercise=exercise, label=label, **values)


def unknown(
    label: str = "Pull thing", day: int = THU, candidates: Sequence[str] = ("lat_pulldown",)
) -> UnknownName:
    on = MONDAY + dt.timedelta(days=day)
    return UnknownName(label, on, 3, tuple(candidates), source())


def note(kind: str, day: int | None = None, original: str | None = None, /, **facts: Fact) -> Note:
    on = None if day is None else MONDAY + dt.timedelta(days=day)
    return Note(kind, on, None if original is None else source(original), facts)


def judgement(status: Status, done: int, on: dt.date, *names: str) -> Judgement:
    """A revision in which the first exercises of the programme are done, and no jog is known."""
    sessions = tuple(int(place < done) for place in range(4))
    return Judgement(status, on, sessions, cause=tuple(source(name) for name in names))


def _days(
    exercise: str, jogs: Sequence[Jog], lifts: Sequence[Session], week: CalendarWeek, today: dt.date
) -> tuple[str, ...]:
    states = []
    for day in week.days:
        on_day = [each for each in jogs if each.day == day] if exercise == "jog" else []
        lifted = any(s.exercise == exercise and s.counted and s.day == day for s in lifts)
        if any(each.under_limit is False for each in on_day):
            states.append("over")
        elif any(each.under_limit is None for each in on_day):
            states.append("unknown")
        elif on_day or (lifted and exercise != "jog"):
            states.append("done")
        else:
            states.append("none" if day <= today else "future")
    return tuple(states)


def _status(done: int, due: int, jogs: Sequence[Jog], *, is_open: bool, is_empty: bool) -> Status:
    over = any(each.under_limit is False for each in jogs)
    undecided = any(each.under_limit is None for each in jogs)
    table = (
        (is_open and over, Status.OPEN_OVER_LIMIT),
        (is_open and is_empty, Status.OPEN_EMPTY),
        (is_open and done == due and not undecided, Status.OPEN_ON_PLAN),
        (is_open, Status.OPEN),
        (is_empty, Status.NO_DATA),
        (done < due and over, Status.INCOMPLETE_OVER_LIMIT),
        (done < due, Status.INCOMPLETE),
        (over, Status.OVER_LIMIT),
        (undecided, Status.UNDECIDED),
        (True, Status.ON_PLAN),
    )
    return next(status for holds, status in table if holds)


def week(  # noqa: PLR0913
    lifts: Sequence[Session] = (),
    jogs: Sequence[Jog] = (),
    *,
    monday: dt.date = MONDAY,
    today: dt.date | None = None,
    rules: Rules | None = None,
    because: Mapping[str, str] | None = None,
    last_seen: Mapping[str, dt.date] | None = None,
    **changes: object,
) -> Week:
    calendar = CalendarWeek(monday)
    is_open = today is not None
    as_of = min(today or calendar.end, calendar.end)
    found = rules or Rules(1, 5000.0, FOUR)
    exercises = []
    for each in found.exercises:
        days = _days(each.id, jogs, lifts, calendar, as_of)
        count = sum(s.exercise == each.id and s.counted for s in lifts)
        count = len(jogs) if each.id == "jog" else count
        is_done = count >= each.sessions_per_week
        missing = "open" if is_open else "missing"
        seen = [
            day
            for day, state in zip(calendar.days, days, strict=True)
            if state not in {"none", "future"}
        ]
        exercises.append(
            ExerciseWeek(
                each.id,
                each.name,
                "done" if is_done else missing,  # type: ignore[arg-type]
                count,
                each.sessions_per_week,
                days,
                max(seen) if seen else (last_seen or {}).get(each.id),
                ("device",) if each.id == "jog" else ("self_logged",),
                None if is_done or is_open else (because or {}).get(each.id, "not_recorded"),  # type: ignore[arg-type]
            )
        )
    sessions = (*lifts, *(jog_session(each) for each in jogs))
    done = sum(each.state == "done" for each in exercises)
    values: dict[str, Any] = {
        "person": "me",
        "label": "Alex S.",
        "calendar": calendar,
        "zone": "Europe/Berlin",
        "as_of": as_of,
        "is_open": is_open,
        "pause": None,
        "rules": found,
        "status": _status(done, len(exercises), jogs, is_open=is_open, is_empty=not sessions),
        "exercises": tuple(exercises),
        "jogs": tuple(jogs),
        "sessions": sessions,
        "unknown_names": (),
        "notes": (),
        "coverage": Coverage(as_of, as_of, 12, len({s.source.sha256 for s in sessions})),
    }
    values.update(changes)
    return Week(**values)


def all_three(monday: dt.date = MONDAY) -> tuple[Session, ...]:
    return (
        lift("lat_pulldown", MON, monday, "Lat Pulldown (Cable)", sets=sets(weight=25.0)),
        lift("glute_bridge", MON, monday, "Glute Bridge", sets=sets(reps=15)),
        lift("lat_pulldown", THU, monday, "Lat Pulldown (Cable)", sets=sets(weight=27.5)),
        lift("glute_bridge", THU, monday, "Glute Bridge", sets=sets(reps=15)),
        lift("shrug", FRI, monday, "Shrug (Dumbbell)", sets=sets(weight=10.0)),
    )


def no_shrugs(monday: dt.date = MONDAY) -> tuple[Session, ...]:
    return tuple(each for each in all_three(monday) if each.exercise != "shrug")


def on_plan(monday: dt.date = MONDAY, **changes: Any) -> Week:  # noqa: ANN401
    jogs = (jog(3840.0, TUE, monday), jog(4310.0, SAT, monday, duration_s=1880.0))
    return week(all_three(monday), jogs, monday=monday, **changes)


def both(**changes: object) -> Week:
    far = jog(5620.4, SAT, duration_s=2402.0)
    track = Alternate("track", 5580.2, far.source.sha256)
    jogs = (
        jog(
            3840.0,
            distance_source="track",
            track_points=1641,
            source=source("Morning_Run_2026-11-10.gpx", linked=(linked("export (1).gpx"),)),
        ),
        dataclasses.replace(far, alternates=(track,)),
    )
    given: dict[str, Any] = {
        "last_seen": {"shrug": dt.date(2026, 11, 5)},
        "unknown_names": (unknown("Pull thing <b>lat?</b>"),),
        "notes": (
            note(
                "duplicate",
                TUE,
                "export (1).gpx",
                what="jog",
                kept="Morning_Run_2026-11-10.gpx",
                metres=3840.0,
            ),
        ),
    }
    given.update(changes)
    return week(no_shrugs(), jogs, **given)


def history(last: Week, before: int = 11) -> list[Week]:
    weeks = []
    for back in range(before, 0, -1):
        monday = last.calendar.monday - dt.timedelta(weeks=back)
        kind = (monday.toordinal() // 7) % 9
        if kind == 4:
            weeks.append(week(monday=monday))
        elif kind == 6:
            weeks.append(week(no_shrugs(monday), (jog(3900.0, TUE, monday),), monday=monday))
        elif kind == 8:
            jogs = (jog(2770.0, TUE, monday), jog(5300.0, SAT, monday))
            weeks.append(week(all_three(monday), jogs, monday=monday))
        else:
            weeks.append(on_plan(monday))
    return [*weeks, last]
