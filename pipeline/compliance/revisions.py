"""How each week stood before late files changed it, and which files did.

A week is judged with the files first seen up to the day after its last day, or up to the day of
the person's very first file if that is later: its first revision. Each later day on which a file
was first seen that changes the status or a session that counts adds one. All of it is computed
from when the originals were first seen; nothing is remembered. Settings, readers and names are
those of today, so what they heal, they heal in every revision.

The states of all weeks are judged in one pass: each is moved to a week of its own, far from all
others, where it is judged by the rules of the week it stands for.
"""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import polars as pl

from pipeline import histories, identity
from pipeline.calendar import ONE_DAY, CalendarWeek, WeekStart
from pipeline.compliance import evidence, performed, rules
from pipeline.compliance.frames import Frames
from pipeline.week import Jog, Judgement, Source, Status, Week

FAR = dt.date(2500, 1, 4)  # where the first state lies; no recording does
DAYS_APART = 28  # between two states: none reaches over to its neighbour
EVER = dt.date.max  # no state is open: it is judged after its week
MOVED = ("day", "local_start", "starts_at", "ends_at")
KNOWN = ("since", "until", "first", "ended_by")
History = tuple[Judgement, ...]


@dataclass(frozen=True)
class Known:
    """What was ever recorded and logged, also what was replaced since; all of it dated.

    `table` are the readings with the name to show, `newest` the same in their newest words,
    `names` what names in logs stand for.
    """

    table: pl.DataFrame
    newest: pl.DataFrame
    found: pl.DataFrame
    logged: pl.DataFrame
    names: Mapping[str, str]


def may_be(shown: pl.DataFrame, zone: str) -> bool:
    """Tell whether any file can have been late: not while all were first seen on one day."""
    return shown.select(histories.day_seen(zone)).n_unique() > 1


def ever_told(table: pl.DataFrame) -> pl.DataFrame:
    """Return the readings as if no log had replaced another one; the same frame if none did."""
    is_left = (pl.col("outcome") == "superseded") & (pl.col("sets").list.len() > 0)
    if table.filter(is_left).is_empty():
        return table
    outcome = pl.when(is_left).then(pl.lit("imported")).otherwise("outcome")
    return table.with_columns(outcome=outcome)


def added(judged: Sequence[Week], known: Known) -> list[Week]:
    """Add to each closed week its revisions, oldest first, if it has more than one."""
    closed = [week for week in judged if not week.is_open]
    if not closed:
        return list(judged)
    first_day: dt.date = known.table.select(histories.day_seen(closed[0].zone).min()).item()
    weeks = pl.DataFrame(
        {
            "week": [week.calendar.start for week in closed],
            "cutoff": [max(week.calendar.end + ONE_DAY, first_day) for week in closed],
        }
    )
    facts = _facts(known, closed[0].calendar.week_start, closed[0].zone)
    late = _late(facts, weeks)
    if late.is_empty():
        return list(judged)
    states = _states(late, weeks, facts.week_start)
    found = _judged(_moved(facts, states, closed, known.names), states, closed)
    history = dict(_histories(found, late, known.table))
    return [
        replace(week, history=_ending_with(week, history[week.calendar.start]))
        if week.calendar.start in history
        else week
        for week in judged
    ]


def _ending_with(week: Week, history: History) -> History:
    """End a history with the week as it stands: both are judged alike, and may not contradict."""
    sessions = tuple(each.sessions for each in week.exercises)
    last = replace(history[-1], status=week.status, sessions=sessions, jogs=week.jogs)
    return (*history[:-1], last)


@dataclass(frozen=True)
class _Facts:
    """Recordings and logged sets, dated, with what `histories.lives` tells of each: KNOWN."""

    found: pl.DataFrame
    logged: pl.DataFrame
    week_start: WeekStart


def _facts(known: Known, week_start: WeekStart, zone: str) -> _Facts:
    lives = histories.lives(known.table, known.newest, zone).join(
        histories.workouts_begun(known.table), on=["sha256", "begun"]
    )
    of_logs = lives.drop("begun")
    days = pl.Date()

    def with_days(rows: pl.DataFrame) -> pl.DataFrame:
        is_log = pl.col("file_kind") == identity.LOG
        logs = rows.join(of_logs, on=["sha256", "workout"], maintain_order="left")
        devices = rows.remove(is_log).with_columns(
            since=histories.day_seen(zone),
            first=pl.col("sha256"),
            until=pl.lit(None, days),
            ended_by=pl.lit(None, pl.String()),
        )
        return pl.concat([logs.select(devices.columns), devices])

    return _Facts(with_days(known.found), with_days(known.logged), week_start)


def _late(facts: _Facts, weeks: pl.DataFrame) -> pl.DataFrame:
    """One row per week, day and file that changed what was known of it late: week, on, sha256."""
    week = rules.week_of(facts.week_start)
    rows = [each.select(*KNOWN, week=week) for each in (facts.found, facts.logged)]
    both = pl.concat(rows)
    changes = pl.concat(
        [
            both.select("week", on="since", sha256="first"),
            both.select("week", on="until", sha256="ended_by").drop_nulls(),
        ]
    )
    return (
        changes.unique()
        .join(weeks, on="week")
        .filter(pl.col("on") > pl.col("cutoff"))
        .select("week", "on", "sha256")
        .sort("week", "on", "sha256")
    )


def _states(late: pl.DataFrame, weeks: pl.DataFrame, week_start: WeekStart) -> pl.DataFrame:
    """One row per state to judge: week, on, state (its number), shift_d (days to where it lies)."""
    first = weeks.join(late, on="week", how="semi").select("week", on="cutoff")
    far = CalendarWeek.of(FAR, week_start).start
    return (
        pl.concat([first, late.select("week", "on").unique()])
        .sort("week", "on")
        .with_row_index("state")
        .with_columns(
            shift_d=(pl.lit(far) - pl.col("week")).dt.total_days()
            + DAYS_APART * pl.col("state").cast(pl.Int64)
        )
    )


def _in_states(facts: _Facts, rows: pl.DataFrame, states: pl.DataFrame) -> pl.DataFrame:
    """Copy rows into each state that knew them, and into those of a week they may reach into."""
    own = rules.week_of(facts.week_start)
    placed = rows.with_columns(of_week=own)
    is_first, is_last = pl.col("day") == own, pl.col("day") == own + pl.duration(days=6)
    near = [
        placed,
        placed.filter(is_first).with_columns(pl.col("of_week") - pl.duration(days=7)),
        placed.filter(is_last).with_columns(pl.col("of_week") + pl.duration(days=7)),
    ]
    shift = pl.duration(days=pl.col("shift_d"))
    moved = [(pl.col(name) + shift).alias(name) for name in MOVED if name in rows.columns]
    is_gone = (pl.col("until") <= pl.col("on")).fill_null(value=False)
    return (
        pl.concat(near)
        .join(states.rename({"week": "of_week"}), on="of_week")
        .filter((pl.col("since") <= pl.col("on")) & ~is_gone)
        .with_columns(*moved, sha256=pl.format("{} {}", "sha256", "state"))
        .select(pl.exclude(*KNOWN, "of_week", "on", "state", "shift_d"))
    )


def _moved(
    facts: _Facts,
    states: pl.DataFrame,
    closed: Sequence[Week],
    names: Mapping[str, str],
) -> Frames:
    """Return all states as frames of weeks that lie far apart."""
    rules_of = {week.calendar.start: week.rules for week in closed}
    prescribed = rules.prescriptions(
        [
            (CalendarWeek(start + shift_d * ONE_DAY, facts.week_start), rules_of[start])
            for start, shift_d in states.select("week", "shift_d").iter_rows()
        ]
    )
    week = rules.week_of(facts.week_start)
    found, logged = (_in_states(facts, each, states) for each in (facts.found, facts.logged))
    recorded = rules.with_proofs(identity.jogs(found).with_columns(week=week), prescribed)
    return Frames(
        recordings=found.with_columns(week=week),
        undated=found.clear(),
        recorded_jogs=recorded,
        jogs=rules.judged_jogs(recorded.filter("is_kept")),
        sets=performed.performed_sets(logged, names).with_columns(week=week),
        idle=performed.without_working_set(logged).with_columns(week=week),
        idle_sets=logged.clear(),
        prescribed=prescribed,
        refused=found.clear(),
        unreadable=found.clear(),
        diary_lines=found.clear(),
    )


@dataclass(frozen=True)
class _State:
    """One judged state: `counted` is what makes it another revision than the one before."""

    week: dt.date
    on: dt.date
    status: Status
    sessions: tuple[int, ...]
    jogs: tuple[Jog, ...]
    counted: tuple[Any, ...]


def _judged(frames: Frames, states: pl.DataFrame, closed: Sequence[Week]) -> Iterator[_State]:
    """Yield each state as it is judged, with all its days those of the week it stands for."""
    places = [
        (week, on, shift_d * ONE_DAY)
        for week, on, shift_d in states.select("week", "on", "shift_d").iter_rows()
    ]
    paused = {week.calendar.start for week in closed if week.pause is not None}
    resting = sorted(week + shift for week, _, shift in places if week in paused)
    done = rules.done_per_exercise(frames.known_sets, frames.jogs, frames.prescribed)
    status = dict(rules.statuses(done, frames.jogs, frames.seen, resting, EVER).iter_rows())
    jogs, _ = evidence.jogs_and_sessions(frames)
    counted: dict[dt.date, list[tuple[int, list[dt.date]]]] = {}
    for week, sessions, days in done.select("week", "sessions", "days").iter_rows():
        counted.setdefault(week, []).append((sessions, days))
    for week, on, shift in places:
        there = week + shift
        own = tuple(_back(jog, shift) for jog in jogs.get(there, ()))
        lifted = [(sessions, [day - shift for day in days]) for sessions, days in counted[there]]
        jogged = [(jog.day, jog.metres, jog.under_limit, jog.at_least) for jog in own]
        yield _State(
            week,
            on,
            Status(status[there]),
            tuple(sessions for sessions, _ in lifted),
            own,
            (status[there], lifted, jogged),
        )


def _back(jog: Jog, shift: dt.timedelta) -> Jog:
    """Move a jog back to its own week, with the name of its file alone."""
    source = replace(jog.source, sha256=jog.source.sha256.partition(" ")[0], linked=())
    start = jog.start_local and jog.start_local - shift
    return replace(jog, day=jog.day - shift, start_local=start, source=source, alternates=())


def _histories(
    found: Iterable[_State], late: pl.DataFrame, table: pl.DataFrame
) -> Iterator[tuple[dt.date, History]]:
    """Yield the weeks of which some later state is not as the one before, with all that differ."""
    files = {row[0]: Source(*row) for row in table.select("sha256", "name", "kind").iter_rows()}
    causes: dict[tuple[dt.date, dt.date], list[Source]] = {}
    for week, on, sha256 in late.iter_rows():
        causes.setdefault((week, on), []).append(files[sha256])
    by_week: dict[dt.date, list[_State]] = {}
    for each in found:
        revisions = by_week.setdefault(each.week, [])
        if not revisions or each.counted != revisions[-1].counted:
            revisions.append(each)
    for week, revisions in by_week.items():
        if len(revisions) > 1:
            yield (
                week,
                tuple(
                    Judgement(
                        each.status,
                        each.on,
                        each.sessions,
                        each.jogs,
                        tuple(causes.get((week, each.on), ())) if number else (),
                    )
                    for number, each in enumerate(revisions)
                ),
            )
