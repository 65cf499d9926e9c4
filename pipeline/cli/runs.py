"""Running by hand: the nightly job without Prefect, and what a run did."""

import datetime as dt
import json
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import typer


def direct_run(home: Path, now: dt.datetime) -> list[Any]:
    """Run the nightly job without Prefect, with a progress bar on a terminal."""
    from rich.progress import Progress  # noqa: PLC0415 - loaded for long work only

    from pipeline import jobs  # noqa: PLC0415
    from pipeline.home import Home  # noqa: PLC0415

    with Progress(transient=True, disable=not sys.stderr.isatty()) as bar:
        reading = bar.add_task("Reading files", total=None)

        def progress(done: int, total: int) -> None:
            bar.update(reading, completed=done, total=total)

        return jobs.run(Home(home), now, time.time(), progress)


def print_tallies(home: Path, tallies: Sequence[Any], *, as_json: bool) -> None:
    """Say what a run did, a line a person, and where the report is."""
    if as_json:
        rows = [
            {
                "person": tally.person,
                "new": tally.taken,
                "duplicates": tally.duplicates,
                "waiting": tally.waiting,
                "ignored": tally.ignored,
                "removed": tally.released,
                "erased": tally.erased or None,
                "outcomes": dict(sorted(tally.outcomes.items())),
                "pages_written": tally.pages,
                "week": tally.week,
                "status": tally.status,
                "sent": tally.sent,
                "notices": tally.notices,
            }
            for tally in tallies
        ]
        typer.echo(json.dumps({"people": rows}, indent=2))
        return
    for tally in tallies:
        if tally.erased:
            typer.echo(
                f"{tally.person}: erased on {tally.erased}, nothing was imported;"
                f" backfour erase {tally.person} --undo lifts it."
            )
            continue
        counts = ", ".join(f"{n} {outcome}" for outcome, n in sorted(tally.outcomes.items()))
        typer.echo(
            f"{tally.person}: {_many(tally.taken, 'new file')},"
            f" {_many(tally.duplicates, 'duplicate')},"
            f" {tally.waiting} waiting. In all: {counts or 'nothing yet'}."
        )
        if tally.released:
            typer.echo(f"{tally.released} imported files were removed from the inbox.")
        for standing in tally.standings:
            typer.echo(f"{standing}.")
        if tally.sent:
            typer.echo(
                "One message was sent." if tally.sent == 1 else f"{tally.sent} messages were sent."
            )
        for notice in tally.notices:
            typer.echo(notice)
        page = "this-week.html" if tally.week else "index.html"
        typer.echo(f"Report: {home / 'reports' / tally.person / page}")


def _many(count: int, what: str) -> str:
    return f"{count:,} {what}{'' if count == 1 else 's'}"
