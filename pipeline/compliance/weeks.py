"""From judged frames to Week values: each week with its evidence, its gaps and its notes."""

import datetime as dt
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from pipeline.calendar import CalendarWeek
from pipeline.compliance import evidence, notes, rules
from pipeline.compliance.frames import Frames
from pipeline.programme.prescriptions import JOG
from pipeline.settings import Person
from pipeline.week import Coverage, ExerciseWeek, Jog, Rules, Session, Status, Week

Row = Mapping[str, Any]
Counted = tuple[int, Sequence[dt.date]]  # sessions that count, and their days
DAYS_OF_COVERAGE = 30


def assemble(
    frames: Frames,
    prescribed: pl.DataFrame,
    with_rules: Sequence[tuple[CalendarWeek, Rules]],
    person: Person,
    today: dt.date,
) -> list[Week]:
    """Return one Week per calendar week, in order."""
    done = rules.done_per_exercise(frames.sets, frames.jogs, prescribed)
    everything = (frames.recordings, frames.sets, frames.idle)
    seen = pl.concat([each.select("week") for each in everything]).unique()
    pauses = {week.start: reason for week, _ in with_rules if (reason := _pause(person, week))}
    status = rules.statuses(done, frames.jogs, seen, sorted(pauses), today)
    codes = dict(status.iter_rows())
    jogs = _by_week(evidence.jogs(frames))
    sessions = _by_week(evidence.sessions(frames))
    unknown = _by_week(evidence.unknown_names(frames.sets))
    found_notes = notes.by_week(frames, person, [week for week, _ in with_rules])
    counted = _counted(done)
    until = _Until.of(frames)
    weeks = []
    for calendar, week_rules in with_rules:
        mine = _Facts(
            calendar=calendar,
            days=calendar.days,
            rules=week_rules,
            today=today,
            is_paused=calendar.start in pauses,
            jogs=jogs.get(calendar.start, ()),
            sessions=sessions.get(calendar.start, ()),
            counted=counted.get(calendar.start, {}),
            until=until,
        )
        weeks.append(
            Week(
                person=person.id,
                label=person.label,
                calendar=calendar,
                zone=person.zone,
                as_of=min(today, calendar.end),
                is_open=today <= calendar.end,
                pause=pauses.get(calendar.start),
                rules=week_rules,
                status=Status(codes[calendar.start]),
                exercises=tuple(mine.exercise(index) for index in range(len(week_rules.exercises))),
                jogs=mine.jogs,
                sessions=mine.sessions,
                unknown_names=unknown.get(calendar.start, ()),
                notes=found_notes.get(calendar.start, ()),
                coverage=mine.coverage(),
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
        named = frames.sets.filter(pl.col("exercise").is_not_null())
        seen = {
            key[0]: _days(rows)
            for key, rows in named.partition_by("exercise", as_dict=True).items()
        }
        activity = _days(moving)
        strength = sorted({*_days(resting), *_days(frames.sets), *_days(frames.idle)})
        return cls(
            activity=activity,
            strength=strength,
            either=sorted({*activity, *strength}),
            seen={**seen, JOG: _days(frames.jogs)},
        )


@dataclass(frozen=True)
class _Facts:
    """One week on its way to a value."""

    calendar: CalendarWeek
    days: tuple[dt.date, ...]
    rules: Rules
    today: dt.date
    is_paused: bool
    jogs: tuple[Jog, ...]
    sessions: tuple[Session, ...]
    counted: Mapping[str, Counted]
    until: _Until

    def exercise(self, index: int) -> ExerciseWeek:
        """Tell how one exercise of the programme stands this week."""
        asked = self.rules.exercises[index]
        sessions, days = self.counted.get(asked.id, (0, ()))
        mine = [each for each in self.sessions if each.exercise == asked.id and each.counted]
        is_done = sessions >= asked.sessions_per_week
        is_open = self.today <= self.calendar.end
        is_pending = is_open or self.is_paused
        last_seen = _latest(self.until.seen.get(asked.id, ()), self.calendar.end)
        return ExerciseWeek(
            id=asked.id,
            name=asked.name,
            state="done" if is_done else "open" if is_pending else "missing",
            sessions=sessions,
            required=asked.sessions_per_week,
            days=tuple(self._day(asked.id, day, days) for day in self.days),
            last_seen=last_seen,
            evidence=tuple(sorted({each.evidence for each in mine})),
            missing_because=None if is_done else self._missing_because(asked.id),
        )

    def coverage(self) -> Coverage:
        """Tell how far the data reaches by the end of this week."""
        as_of = min(self.today, self.calendar.end)
        before = as_of - dt.timedelta(days=DAYS_OF_COVERAGE)
        days = self.until.either
        sources = {each.source.sha256 for each in self.sessions}
        linked = {link.sha256 for each in self.sessions for link in each.source.linked}
        return Coverage(
            activity_until=_latest(self.until.activity, self.calendar.end),
            strength_until=_latest(self.until.strength, self.calendar.end),
            days_with_data_30=bisect_right(days, as_of) - bisect_right(days, before),
            source_files=len(sources | linked),
        )

    def _day(self, exercise: str, day: dt.date, counted: Sequence[dt.date]) -> str:
        if exercise == JOG:
            verdicts = {jog.under_limit for jog in self.jogs if jog.day == day}
            if verdicts:
                return "over" if False in verdicts else "unknown" if None in verdicts else "done"
        elif day in counted:
            return "done"
        return "future" if day > self.today else "none"

    def _missing_because(self, exercise: str) -> Any:  # noqa: ANN401 - one of three words, or None
        """Tell a gap in the files from a gap in the training."""
        if self.is_paused:
            return "not_due"
        if self.today <= self.calendar.end:
            return None
        days = self.until.activity if exercise == JOG else self.until.strength
        return "not_recorded" if days and days[-1] >= self.calendar.start else "no_files"


def _pause(person: Person, week: CalendarWeek) -> str | None:
    for pause in person.pauses:
        if pause.first <= week.start and week.end <= pause.last:
            return pause.reason
    return None


def _counted(done: pl.DataFrame) -> dict[dt.date, dict[str, Counted]]:
    """Return, by week and exercise, how many sessions count, and their days."""
    counted: dict[dt.date, dict[str, Counted]] = defaultdict(dict)
    for week, exercise, *facts in done.select("week", "exercise", "sessions", "days").iter_rows():
        counted[week][exercise] = (facts[0], facts[1])
    return counted


def _by_week(pairs: Iterable[tuple[dt.date, Any]]) -> dict[dt.date, tuple[Any, ...]]:
    grouped: dict[dt.date, list[Any]] = defaultdict(list)
    for week, value in pairs:
        grouped[week].append(value)
    return {week: tuple(values) for week, values in grouped.items()}


def _days(frame: pl.DataFrame) -> list[dt.date]:
    return frame["day"].drop_nulls().unique().sort().to_list()


def _latest(days: Sequence[dt.date], end: dt.date) -> dt.date | None:
    """Return the last of sorted days up to an end."""
    count = bisect_right(days, end)
    return days[count - 1] if count else None
