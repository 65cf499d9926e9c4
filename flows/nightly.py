"""The nightly flow: import, judge and report every person, visible in Prefect. No logic here.

Only ids and counts pass between tasks; a refused file is a count, never a failed task. Reading
is not retried: a damaged file is damaged every time.
"""

import datetime as dt
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from prefect import flow, get_run_logger, tags, task
from prefect.client.orchestration import get_client
from prefect.client.schemas.objects import State
from prefect.runtime import flow_run
from prefect.states import Cancelled

from flows import artifacts, engines
from pipeline import jobs, orchestration
from pipeline.errors import Busy, Unfinished, WorkerDied, portable
from pipeline.home import Home
from pipeline.settings import Settings

TAG = "backfour"
# Whoever's worker died, or whose disk failed, gets two more goes, in smaller and smaller batches:
# so that one who takes a worker down each time takes nobody along in the end.
PAUSE_S = 1.0
BATCH_SIZES = (engines.PEOPLE_A_BATCH, 5, 1)


@task(task_run_name=orchestration.WORK_NAME, persist_result=False)
def work_on(home: Path, people: Sequence[str], batch: str, now: dt.datetime) -> jobs.Done:  # noqa: ARG001 - names the task
    """Import what is new of some people, judge, and write their pages.

    Whatever goes wrong is an answer: what is raised here, Prefect would write down word by word.
    """
    place = Home(home)
    try:
        engines.require_children()
        checked = place.settings()
        everybody = [checked.person(each) for each in people]
        done = jobs.run_people(place, checked, everybody, now, time.time())
    except Exception as fault:  # noqa: BLE001 - see above
        return jobs.Done([], dict.fromkeys(people, portable(fault, place.inbox)))
    return jobs.Done(
        done.tallies,
        {who: portable(fault, place.inbox) for who, fault in done.faults.items()},
    )


def run_name() -> str:
    """Name a run after the moment it was meant for."""
    return f"nightly {flow_run.scheduled_start_time:%Y-%m-%d %H:%M}"


@flow(name="nightly", flow_run_name=run_name, persist_result=False)
def nightly(home: Path, now: dt.datetime | None = None) -> list[jobs.Tally] | State[Any]:
    """Import, judge and report every person; one person's fault stops nobody else.

    Ends as cancelled, which is no failure, when another run is at work for everybody.
    """
    now = now or dt.datetime.now(dt.UTC)
    place = Home(home)
    checked = place.settings()
    engines.require(checked)
    _tag(len(checked.people))
    with tags(TAG):
        done = _worked(place, checked, now)
        jobs.finish(place, checked)
        done.faults |= artifacts.publish(home, done.tallies, len(checked.people), now)
    if done.faults:
        raise Unfinished(done.tallies, done.faults)
    return done.tallies or Cancelled(message="another run is at work", name="Skipped")


def _worked(place: Home, checked: Settings, now: dt.datetime) -> jobs.Done:
    """Have everybody's work done; whom another run is at work for, is in neither."""
    order = [person.id for person in checked.people]
    tallies: dict[str, jobs.Tally] = {}
    faults: dict[str, Exception] = {}
    left = order
    for largest in BATCH_SIZES:
        done = _mapped(place, checked, engines.batches(left, largest), now)
        tallies |= {tally.person: tally for tally in done.tallies}
        faults = {who: each for who, each in faults.items() if who not in left} | done.faults
        left = [who for who in order if may_pass(faults.get(who))]
        if not left:
            break
        time.sleep(PAUSE_S)
    for who in order:  # nobody reads what a scheduled run returns
        for notice in tallies[who].notices if who in tallies else ():
            get_run_logger().warning(orchestration.line(who, notice))
    return jobs.Done(
        [tallies[who] for who in order if who in tallies],
        {who: each for who, each in faults.items() if not isinstance(each, Busy)},
    )


def may_pass(fault: Exception | None) -> bool:
    """Tell a fault that another go may not meet: a worker that died, or the disk.

    Prefect's own `retries` would do the whole batch again, where the same worker is dead, and
    count what it had imported as nothing.
    """
    return isinstance(fault, WorkerDied | OSError)


def _mapped(
    place: Home, checked: Settings, batches: Sequence[Sequence[str]], now: dt.datetime
) -> jobs.Done:
    done = jobs.Done()
    with engines.started(checked) as submit:
        outcomes = []
        for number, people in enumerate(batches, start=1):
            batch = f"{engines.counted(len(people))}, batch {number} of {len(batches)}"
            given = {"home": place.folder, "people": people, "batch": batch, "now": now}
            outcomes.append((people, submit(work_on, given)))
        for people, outcome in outcomes:
            try:
                one = outcome()
            except Exception as fault:  # noqa: BLE001 - the task itself raises nothing
                message = f"a worker ended in the middle of its work ({type(fault).__name__})"
                one = jobs.Done([], dict.fromkeys(people, WorkerDied(message)))
            done.tallies += one.tallies
            done.faults |= one.faults
    return done


def _tag(people: int) -> None:
    """Tag the run itself, whoever started it: what is set around tasks does not reach it."""
    wanted = {*flow_run.tags, TAG, engines.counted(people)}
    with get_client(sync_client=True) as client:
        client.update_flow_run(flow_run.id, tags=sorted(wanted))
