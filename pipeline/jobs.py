"""The jobs: the only place where pure steps meet the disk, the clock and child processes."""

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from pipeline import (
    accounts,
    clinic,
    compliance,
    erasure,
    imports,
    intake,
    ledger,
    notify,
    pages,
    release,
    report,
)
from pipeline.errors import Unfinished
from pipeline.home import Home
from pipeline.imports import Progress
from pipeline.settings import Person, Settings

SHOWN_WEEKS = 2  # on a Monday nobody asks how the week of that day stands, but the one before it


@dataclass
class Tally:
    """What one run did for one person: counts only, fit for a log."""

    person: str
    taken: int = 0
    duplicates: int = 0
    waiting: int = 0
    ignored: int = 0
    read: int = 0
    pages: int = 0
    released: int = 0
    erased: str = ""  # the day on which they were: nothing is done for them
    outcomes: Counter[str] = field(default_factory=Counter)
    week: str = ""
    status: str = ""
    standings: list[str] = field(default_factory=list)  # the last closed week, and that of now
    sent: int = 0
    notices: list[str] = field(default_factory=list)  # what could not be sent, a line each


@dataclass
class Done:
    """What became of the runs of several people: a tally, or a fault by the person's id."""

    tallies: list[Tally] = field(default_factory=list)
    faults: dict[str, Exception] = field(default_factory=dict)


def run(
    home: Home, now: dt.datetime, clock_s: float, progress: Progress | None = None
) -> list[Tally]:
    """Import, judge and report every person; one person's fault stops nobody else.

    Raises SettingsError before anything is done, and Unfinished after all who could be done were.
    """
    checked = home.settings()
    done = run_people(home, checked, checked.people, now, clock_s, progress)
    finish(home, checked)
    if done.faults:
        raise Unfinished(done.tallies, done.faults) from next(iter(done.faults.values()))
    return done.tallies


def run_people(  # noqa: PLR0913, PLR0917 - as for one person
    home: Home,
    checked: Settings,
    people: Sequence[Person],
    now: dt.datetime,
    clock_s: float,
    progress: Progress | None = None,
) -> Done:
    """Do the night's work of some people, one after the other; a fault is kept, never raised.

    Whoever calls it for all of them, in one batch or in many, calls `finish` at the end.
    """
    done = Done()
    for person in people:
        try:
            done.tallies.append(run_person(home, checked, person, now, clock_s, progress))
        except Exception as fault:  # noqa: BLE001 - the next person's night goes on
            done.faults[person.id] = fault
    return done


def finish(home: Home, checked: Settings) -> None:
    """Do what concerns everybody, after the last person."""
    clinic.write(home, checked)


def run_person(  # noqa: PLR0913, PLR0917 - two clocks on purpose: the judgement's and the machine's
    home: Home,
    checked: Settings,
    person: Person,
    now: dt.datetime,
    clock_s: float,
    progress: Progress | None = None,
) -> Tally:
    """Import what is new of one person, judge, and write the pages, under that person's lock.

    Then, without the lock, tell who is to be told that a week has closed.
    Nothing is done for somebody who was erased, but what a killed erasure left to do.
    """
    erasure.finish(home, person.id, checked, now.date())
    if day := home.erased(person.id):
        return Tally(person.id, erased=day)
    library = home.library(person)
    library.prepare()
    with library.locked():
        if person.id in home.half_erased() or home.erased(person.id):  # since a moment ago
            return Tally(person.id, erased=now.date().isoformat())
        library.sweep()
        release.put_back(home, checked, person)
        taken = intake.take(home, checked, person, now, clock_s)
        table, read = imports.read_new(library, taken.held, taken.names, checked.readers, progress)
        weeks = compliance.judge(table, checked, person, now)
        lies_in = ledger.archives_of(table, taken.held)
        files = accounts.files(home, checked, person, table, taken.names, taken.left)
        written = pages.write(home, checked, person, weeks, lies_in, files=files)
        clinic.note(home, checked, person, weeks)
        released = release.release(home, checked, person, table)
    told = notify.run(home, checked, person, weeks)
    tally = Tally(
        person=person.id,
        taken=taken.new,
        duplicates=taken.duplicates,
        waiting=taken.waiting,
        ignored=taken.ignored,
        read=read,
        pages=written,
        released=released,
        sent=told.sent,
        notices=told.notices,
    )
    tally.outcomes.update(table["outcome"].to_list())
    if weeks:
        tally.week, tally.status = weeks[-1].calendar.id, weeks[-1].status.value
        tally.standings = [report.standing(week) for week in weeks[-SHOWN_WEEKS:]]
    return tally
