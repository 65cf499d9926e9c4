"""What a run shows in Prefect: one summary, and how each person's weeks stand, of a few people.

No name of a file is shown, and no link: a page of Prefect's comes from a server, and browsers open
no `file://` from there. Where the pages lie is said within the installation, which names no folder
of the machine's owner.
"""

import datetime as dt
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

from prefect import task
from prefect.artifacts import create_markdown_artifact, create_table_artifact

from pipeline import jobs, orchestration, receipt
from pipeline.errors import portable
from pipeline.home import Home

# Two artifacts a person: 500 people would be 1,000 calls, and a list that nobody reads.
MOST_PEOPLE_SHOWN = 20


def publish(
    home: Path, tallies: Sequence[jobs.Tally], people: int, now: dt.datetime
) -> dict[str, Exception]:
    """Show the run, and of a few people the weeks and files; returns faults by person."""
    shown = [tally.person for tally in tallies if not tally.erased]
    if not shown:
        return {}
    is_few = people <= MOST_PEOPLE_SHOWN
    text = summary(tallies, people)
    return dict(_publish(home, shown if is_few else [], text, now))


@task(name="publish", task_run_name="publish", persist_result=False)
def _publish(
    home: Path, people: Sequence[str], text: str, now: dt.datetime
) -> Mapping[str, Exception]:
    create_markdown_artifact(
        key=orchestration.SUMMARY_KEY, markdown=text, description="What this run did"
    )
    faults: dict[str, Exception] = {}
    for person in people:
        try:
            _publish_person(home, person, now)
        except Exception as fault:  # noqa: BLE001 - the next person's is shown all the same
            faults[person] = portable(fault, Home(home).inbox)
    return faults


def _publish_person(home: Path, person: str, now: dt.datetime) -> None:
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


def summary(tallies: Sequence[jobs.Tally], people: int) -> str:
    """Count what a run did, as Markdown: nobody is named, of few people their pages are.

    Counts are of files; the verdicts are of the weeks under way.
    """
    done = [tally for tally in tallies if not tally.erased]
    outcomes: Counter[str] = Counter()
    for tally in done:
        outcomes.update(tally.outcomes)
    rows = [
        ("people, of " + str(people), len(done)),
        ("new files", sum(tally.taken for tally in done)),
        ("files that wait", sum(tally.waiting for tally in done)),
        ("pages written", sum(tally.pages for tally in done)),
        *((f"files {name}, in all", count) for name, count in sorted(outcomes.items())),
        *(
            (f"weeks {name.replace('_', ' ')}", count)
            for name, count in sorted(Counter(tally.status for tally in done).items())
            if name
        ),
        ("lines in the log", sum(len(tally.notices) for tally in tallies)),
    ]
    lines = ["| | |", "|---|--:|", *(f"| {name} | {count:,} |" for name, count in rows), ""]
    if people <= MOST_PEOPLE_SHOWN:
        lines += ["Pages, in the folder of the installation:", ""]
        lines += [f"- `reports/{tally.person}/this-week.html`" for tally in done]
        lines += [""]
    return "\n".join(lines)
