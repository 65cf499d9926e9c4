"""Judging: from what the files said to weeks, by the rules and nothing else.

Pure: readings, settings and `now` in, weeks out; no clock, no disk, no words.
"""

import datetime as dt
import zoneinfo

import polars as pl

from pipeline import identity
from pipeline.calendar import CalendarWeek, weeks_between
from pipeline.compliance import frames, performed, rules, weeks
from pipeline.programme import prescriptions
from pipeline.settings import Person, Settings
from pipeline.tables import Readings
from pipeline.week import Week


def judge(readings: Readings, settings: Settings, person: Person, now: dt.datetime) -> list[Week]:
    """Return every week from the first with a session to the week of `now`, oldest first.

    Empty when no session has arrived. What lies in days that have not come yet is in no week.
    """
    today = now.astimezone(zoneinfo.ZoneInfo(person.zone)).date()
    shown = readings.with_columns(name=frames.shown_name())
    traits = identity.Person(person.zone, settings.activities)
    found = identity.recordings(shown, traits)
    undated = found.filter(pl.col("day").is_null() | (pl.col("day") > today + dt.timedelta(days=1)))
    dated = found.join(undated, on=["sha256", "position"], how="anti")
    aliases = prescriptions.aliases(settings, person)
    sets = performed.performed_sets(shown, dated, person.zone, aliases)
    days: list[dt.date] = pl.concat([dated["day"], sets["day"]]).sort().head(1).to_list()
    if not days:
        return []
    first = CalendarWeek.of(days[0], settings.week_start)
    last = CalendarWeek.of(today, settings.week_start)
    calendar = list(weeks_between(min(first, last), last))
    with_rules = [(week, prescriptions.rules_on(settings, week.start)) for week in calendar]
    prescribed = rules.prescriptions(with_rules)
    week = rules.week_of(settings.week_start)
    recorded = identity.jogs(dated).with_columns(week=week)
    jogs = rules.judged_jogs(recorded.filter("is_kept"), prescribed)
    gathered = frames.Frames(
        recordings=dated.with_columns(week=week),
        undated=undated,
        recorded_jogs=recorded,
        jogs=jogs,
        sets=sets.with_columns(week=week),
        refused=shown.filter(pl.col("outcome") == "refused"),
    )
    return weeks.assemble(gathered, prescribed, with_rules, person, today)
