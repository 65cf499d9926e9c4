"""From judged frames to Week values: each week with its evidence, its gaps and its notes."""

import datetime as dt
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from pipeline.calendar import CalendarWeek
from pipeline.compliance import evidence, leftovers, notes, rules
from pipeline.compliance.frames import Frames, tuples
from pipeline.programme.prescriptions import JOG
from pipeline.settings import Pause, Person
from pipeline.week import Coverage, Evidence, ExerciseWeek, Jog, Rules, Session, Status, Week

Counted = tuple[int, Sequence[dt.date]]  # sessions that count, and their days
DAYS_OF_COVERAGE = 30


def assemble(
    frames: Frames,
    with_rules: Sequence[tuple[CalendarWeek, Rules]],
    person: Person,
    today: dt.date,
) -> list[Week]:
    """Return one Week per calendar week, in order, never revised."""
    done = rules.done_per_exercise(frames.known_sets, frames.jogs, frames.prescribed)
    pauses = {week.start: reason for week, _ in with_rules if (reason := _pause(person, week))}
    status = rules.statuses(done, frames.jogs, frames.seen, sorted(pauses), today)
    codes = dict(status.iter_rows())
    jogs, sessions = evidence.jogs_and_sessions(frames)
    unknown = _by_week(leftovers.unknown_names(frames.sets))
    left_out = _by_week(leftovers.left_out(frames))
    found_notes = notes.by_week(frames, person, [week for week, _ in with_rules])
    counted = _counted(done)
    until = _Until.of(frames)
    weeks = []
    for calendar, week_rules in with_rules:
        days = calendar.days
        mine = _Facts(
            calendar=calendar,
            end=days[-1],
            days=days,
            rules=week_rules,
            today=today,
            is_paused=calendar.start in pauses,
            sessions=sessions.get(calendar.start, ()),
            counted=counted[calendar.start],
            until=until,
            blank=tuple("future" if day > today else "none" for day in days),
            jog_days=_jog_days(jogs.get(calendar.start, ())),
            evidence=_evidence(sessions.get(calendar.start, ())),
        )
        weeks.append(
            Week(
                person=person.id,
                label=person.label,
                calendar=calendar,
                zone=person.zone,
                as_of=min(today, mine.end),
                is_open=today <= mine.end,
                pause=pauses.get(calendar.start),
                rules=week_rules,
                status=Status(codes[calendar.start]),
                exercises=tuple(mine.exercise(index) for index in range(len(week_rules.exercises))),
                jogs=jogs.get(calendar.start, ()),
                sessions=mine.sessions,
                unknown_names=unknown.get(calendar.start, ()),
                notes=found_notes.get(calendar.start, ()),
                coverage=mine.coverage(),
                left_out=left_out.get(calendar.start, ()),
            )
        )
    return weeks


@dataclass(frozen=True)
class _Until:
    """On which days there is data, over all weeks, so that a gap can be told from a miss."""

    activity: Sequence[dt.date]
    strength: Sequence[dt.date]
    either: Sequence[dt.date]
    seen: Mapping[str, Sequence[dt.date]]  # per exercise

    @classmethod
    def of(cls, frames: Frames) -> "_Until":
        moving = frames.recordings.filter(pl.col("kind") != "strength")
        resting = frames.recordings.filter(pl.col("kind") == "strength")
        of_exercises = frames.known_sets.group_by("exercise").agg(pl.col("day").sort())
        activity = _days(moving)
        strength = _days(
            pl.concat([each.select("day") for each in (resting, frames.sets, frames.idle)])
        )
        return cls(
            activity=activity,
            strength=strength,
            either=sorted({*activity, *strength}),
            seen={**dict(tuples(of_exercises)), JOG: _days(frames.jogs)},
        )


@dataclass(frozen=True)
class _Facts:
    """One week on its way to a value."""

    calendar: CalendarWeek
    end: dt.date
    days: tuple[dt.date, ...]
    rules: Rules
    today: dt.date
    is_paused: bool
    sessions: tuple[Session, ...]
    counted: Mapping[str, Counted]
    until: _Until
    blank: tuple[str, ...]  # the seven days of an exercise that was not done
    jog_days: Mapping[dt.date, str]
    evidence: Mapping[str | None, set[Evidence]]

    def exercise(self, index: int) -> ExerciseWeek:
        """Tell how one exercise of the programme stands this week."""
        asked = self.rules.exercises[index]
        sessions, days = self.counted[asked.id]
        is_done = sessions >= asked.sessions_per_week
        is_pending = self.today <= self.end or self.is_paused
        marks = self.jog_days if asked.id == JOG else dict.fromkeys(days, "done")
        return ExerciseWeek(
            id=asked.id,
            name=asked.name,
            state="done" if is_done else "open" if is_pending else "missing",
            sessions=sessions,
            required=asked.sessions_per_week,
            days=self._days(marks),
            last_seen=_latest(self.until.seen.get(asked.id, ()), self.end),
            evidence=tuple(sorted(self.evidence.get(asked.id, ()))),
            missing_because=None if is_done else self._missing_because(asked.id),
        )

    def coverage(self) -> Coverage:
        """Tell how far the data reaches by the end of this week."""
        as_of = min(self.today, self.end)
        before = as_of - dt.timedelta(days=DAYS_OF_COVERAGE)
        days = self.until.either
        sources = {each.source.sha256 for each in self.sessions}
        linked = {link.sha256 for each in self.sessions for link in each.source.linked}
        return Coverage(
            activity_until=_latest(self.until.activity, self.end),
            strength_until=_latest(self.until.strength, self.end),
            days_with_data_30=bisect_right(days, as_of) - bisect_right(days, before),
            source_files=len(sources | linked),
        )

    def _days(self, marks: Mapping[dt.date, str]) -> tuple[str, ...]:
        if not marks:
            return self.blank
        return tuple(map(marks.get, self.days, self.blank))

    def _missing_because(self, exercise: str) -> Any:  # noqa: ANN401 - one of three words, or None
        """Tell a gap in the files from a gap in the training."""
        if self.is_paused:
            return "not_due"
        if self.today <= self.end:
            return None
        days = self.until.activity if exercise == JOG else self.until.strength
        return "not_recorded" if days and days[-1] >= self.calendar.start else "no_files"


def _jog_days(jogs: Iterable[Jog]) -> dict[dt.date, str]:
    """What the jogs of a day say of it: one that reaches the limit decides."""
    verdicts: dict[dt.date, set[bool | None]] = defaultdict(set)
    for jog in jogs:
        verdicts[jog.day].add(jog.under_limit)
    return {
        day: "over" if False in found else "unknown" if None in found else "done"
        for day, found in verdicts.items()
    }


def _evidence(sessions: Iterable[Session]) -> dict[str | None, set[Evidence]]:
    """By what means each exercise is known to have been done."""
    found: dict[str | None, set[Evidence]] = defaultdict(set)
    for each in sessions:
        if each.counted:
            found[each.exercise].add(each.evidence)
    return found


def _pause(person: Person, week: CalendarWeek) -> str | None:
    """Tell why nothing is due in a week, each of whose days lies in a pause; else None."""
    found = [each for each in person.pauses if each.first <= week.end and week.start <= each.last]
    if not all(any(each.first <= day <= each.last for each in found) for day in week.days):
        return None
    return ", ".join(dict.fromkeys(each.reason for each in sorted(found, key=_first_day)))


def _first_day(pause: Pause) -> dt.date:
    return pause.first


def _counted(done: pl.DataFrame) -> dict[dt.date, dict[str, Counted]]:
    """Return, by week and exercise, how many sessions count, and their days."""
    counted: dict[dt.date, dict[str, Counted]] = defaultdict(dict)
    for week, exercise, *facts in tuples(done.select("week", "exercise", "sessions", "days")):
        counted[week][exercise] = (facts[0], facts[1])
    return counted


def _by_week(pairs: Iterable[tuple[dt.date, Any]]) -> dict[dt.date, tuple[Any, ...]]:
    grouped: dict[dt.date, list[Any]] = defaultdict(list)
    for week, value in pairs:
        grouped[week].append(value)
    return {week: tuple(values) for week, values in grouped.items()}


def _days(frame: pl.DataFrame) -> list[dt.date]:
    return sorted({*frame["day"].to_list()})


def _latest(days: Sequence[dt.date], end: dt.date) -> dt.date | None:
    """Return the last of sorted days up to an end."""
    count = bisect_right(days, end)
    return days[count - 1] if count else None
