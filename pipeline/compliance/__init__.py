"""Judging: from what the files said to weeks, by the rules and nothing else.

Pure: readings, settings and `now` in, weeks out; no clock, no disk, no words.
"""

import datetime as dt
import gc
import zoneinfo
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import polars as pl

from pipeline import diaries, histories, identity
from pipeline.calendar import CalendarWeek, weeks_between
from pipeline.compliance import frames, pain, performed, revisions, rules, weeks
from pipeline.programme import prescriptions
from pipeline.settings import Person, Settings
from pipeline.tables import Readings
from pipeline.week import Week

EARLIEST = dt.date(2000, 1, 1)  # before it, no watch and no app: an empty battery's clock


@contextmanager
def _collecting_later() -> Iterator[None]:
    """Put off the search for cycles while thousands of values are made, none of which is in one.

    Without it a sixth of the time goes into looking at all of them, and at all else there is.
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


@_collecting_later()
def judge(readings: Readings, settings: Settings, person: Person, now: dt.datetime) -> list[Week]:
    """Return every week from the first with a session to the week of `now`, oldest first.

    Empty when no session has arrived. What lies in days that have not come yet is in no week.
    """
    today = _today(person, now)
    told = readings.with_columns(frames.original_names(readings))
    shown = histories.newest_words(told)
    names = prescriptions.aliases(settings, person)
    found, logged = _recorded(shown, settings, person, names)
    is_dated = _is_dated(today)
    dated, records = found.filter(is_dated), logged.filter(is_dated)
    sets = performed.performed_sets(records, names)
    idle = performed.without_working_set(records)
    days: list[dt.date] = pl.concat([dated["day"], sets["day"], idle["day"]]).to_list()
    if not days:
        return []
    first = CalendarWeek.of(min(days), settings.week_start)
    last = CalendarWeek.of(today, settings.week_start)
    calendar = list(weeks_between(min(first, last), last))
    with_rules = [(week, prescriptions.rules_on(settings, person, week.start)) for week in calendar]
    prescribed = rules.prescriptions(with_rules)
    week = rules.week_of(settings.week_start)
    recorded = rules.with_proofs(identity.jogs(dated).with_columns(week=week), prescribed)
    jogs = rules.judged_jogs(recorded.filter("is_kept"))
    gathered = frames.Frames(
        recordings=dated.with_columns(week=week),
        undated=performed.undated(found.remove(is_dated), logged.remove(is_dated)),
        recorded_jogs=recorded,
        jogs=jogs,
        sets=sets.with_columns(week=week),
        idle=idle.with_columns(week=week),
        idle_sets=performed.not_performed(records, names).with_columns(week=week),
        prescribed=prescribed,
        refused=frames.unread(shown),
        diary_lines=frames.diary_lines(shown),
        unreadable=frames.with_problems(
            performed.unreadable(logged.with_columns(week=pl.when(is_dated).then(week))), shown
        ),
    )
    judged = weeks.assemble(gathered, with_rules, person, today)
    judged = pain.added(judged, diaries.entries(shown), settings.care, today)
    if not revisions.may_be(shown, person.zone):
        return judged
    ever = revisions.ever_told(told)
    if ever is not shown:
        of_ever = _recorded(ever, settings, person, names)
        dated, records = (each.filter(is_dated) for each in of_ever)
    return revisions.added(judged, revisions.Known(told, shown, dated, records, names))


def names(readings: Readings, settings: Settings, person: Person, now: dt.datetime) -> pl.DataFrame:
    """Return what each name of a person's working sets stands for, as `performed.by_name` does.

    The sets are those that are judged: dated, and no runs, which are recordings.
    """
    aliases = prescriptions.aliases(settings, person)
    shown = histories.newest_words(readings.with_columns(frames.original_names(readings)))
    _, logged = _recorded(shown, settings, person, aliases)
    return performed.by_name(logged.filter(_is_dated(_today(person, now))), aliases)


def _recorded(
    shown: pl.DataFrame, settings: Settings, person: Person, aliases: Mapping[str, str]
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return all recordings, and all records of logs and sets of watches."""
    found = identity.recordings(shown, identity.Person(person.zone, settings.activities, aliases))
    return found, performed.logged_sets(shown, found, person.zone)


def _today(person: Person, now: dt.datetime) -> dt.date:
    return now.astimezone(zoneinfo.ZoneInfo(person.zone)).date()


def _is_dated(today: dt.date) -> pl.Expr:
    """Tell a day that can be true.

    Somebody far ahead of their zone may be a day further; a year further is a wrong clock.
    """
    return pl.col("day").is_between(EARLIEST, today + dt.timedelta(days=1))
