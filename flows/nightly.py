"""The nightly flow: import, judge and report every person, visible in Prefect. No logic here.

Only ids and counts pass between tasks; a refused file is a count, never a failed task. Reading
is not retried: a damaged file is damaged every time.
"""

import datetime as dt
import time
from pathlib import Path
from typing import Any

from prefect import flow, get_run_logger, task
from prefect.artifacts import create_markdown_artifact, create_table_artifact
from prefect.client.schemas.objects import State
from prefect.runtime import flow_run
from prefect.states import Cancelled

from pipeline import jobs, orchestration, receipt
from pipeline.errors import Busy, Unfinished
from pipeline.home import Home


@task(task_run_name=orchestration.WORK_NAME, persist_result=False)
def work_on(home: Path, person: str, now: dt.datetime) -> jobs.Tally | None:
    """Import what is new of one person, judge, and write the pages; None when another run does."""
    place = Home(home)
    checked = place.settings()
    try:
        tally = jobs.run_person(place, checked, checked.person(person), now, time.time())
    except Busy:
        return None
    for notice in tally.notices:  # nobody reads what a scheduled run returns
        get_run_logger().warning("%s: %s", person, notice)
    return tally


@task(task_run_name=orchestration.PUBLISH_NAME, persist_result=False)
def publish(home: Path, person: str, now: dt.datetime) -> None:
    """Show how the weeks stand, and what became of the files, as artifacts."""
    shown = receipt.receipt(Home(home), person, now)
    create_markdown_artifact(
        key=orchestration.week_key(person),
        markdown=shown.weeks,
        description="How the last weeks stand",
    )
    create_table_artifact(
        key=orchestration.receipt_key(person),
        table=shown.files,
        description="What became of the files; names stay in `backfour status`",
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
    tallies, faults = [], {}
    place = Home(home)
    checked = place.settings()
    for person in checked.people:
        try:
            tally = work_on(home, person.id, now)
            if tally is not None:
                tallies.append(tally)
                if not tally.erased:
                    publish(home, person.id, now)
        except Exception as fault:  # noqa: BLE001 - the next person's night goes on; raised below
            faults[person.id] = fault
    jobs.finish(place, checked)
    if faults:
        raise Unfinished(tallies, faults)
    return tallies or Cancelled(message="another run is at work", name="Skipped")
