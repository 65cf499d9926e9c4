"""Commands about what is kept: doctor, export, erase."""

import json
import sys
import time
from pathlib import Path
from typing import Annotated

import typer

from pipeline.cli.base import (
    FAULT,
    USAGE,
    HomeOption,
    JsonOption,
    NowOption,
    PersonArgument,
    PersonOption,
    app,
    examples,
    home_folder,
    moment,
    one_line_faults,
    stop,
)


@app.command(epilog=examples("backfour doctor", "backfour doctor --deep --person ann"))
def doctor(
    home: HomeOption = None,
    person: PersonOption = None,
    *,
    is_deep: Annotated[
        bool, typer.Option("--deep", help="Read every original, and compare it with its hash.")
    ] = False,
    sends_test: Annotated[
        bool, typer.Option("--send-test", help="Send a test to everybody who is told of weeks.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Check whether the installation can keep its promises; changes nothing.

    Ends with 1 when something is wrong.
    """
    from pipeline import doctor as checks  # noqa: PLC0415 - polars loads only where it is needed
    from pipeline import terminal  # noqa: PLC0415
    from pipeline.home import Home  # noqa: PLC0415

    with one_line_faults():
        place = Home(home_folder(home))
        found = []
        for each in checks.examine(
            place, time.time(), person, is_deep=is_deep, sends_test=sends_test
        ):
            found.append(each)
            if not as_json:
                typer.echo(terminal.shown(f"{each.level:<8} {each.line}"))
    is_wrong = any(each.level is checks.Level.WRONG for each in found)
    if as_json:
        rows = [
            {
                "level": each.level.value,
                "check": each.check,
                "what": each.what,
                "where": each.where,
                "remedy": each.remedy,
            }
            for each in found
        ]
        typer.echo(json.dumps({"is_wrong": is_wrong, "findings": rows}, indent=2))
    if is_wrong:
        raise typer.Exit(FAULT)


@app.command(epilog=examples("backfour export", "backfour export ann --to ann.zip"))
def export(  # noqa: PLR0913 - one option each
    who: PersonArgument = None,
    home: HomeOption = None,
    person: PersonOption = None,
    to: Annotated[
        Path | None, typer.Option(help="The zip to write; else backfour-PERSON-DAY.zip, here.")
    ] = None,
    now: NowOption = None,
    *,
    as_json: JsonOption = False,
) -> None:
    """Write all that is kept of one person into one zip: to read, or to take along."""
    from pipeline import export as exports  # noqa: PLC0415 - polars loads only where it is needed
    from pipeline import terminal  # noqa: PLC0415
    from pipeline.home import Home  # noqa: PLC0415

    with one_line_faults():
        place, at = Home(home_folder(home)), moment(now)
        whose = place.settings().whose(who or person).id
        target = to or Path(exports.file_name(place, whose, at))
        done = exports.export(place, whose, at, target)
        if as_json:
            told = {"path": str(done.path), "originals": done.originals, "weeks": done.weeks}
            typer.echo(json.dumps(told | {"size_bytes": done.size_bytes}, indent=2))
            return
        typer.echo(
            f"{terminal.shown(str(done.path))}: {done.originals:,} originals and"
            f" {done.weeks:,} weeks of {whose}, {done.size_bytes / 1e6:,.1f} MB."
        )
        typer.echo("It is health data, and not encrypted: keep it where only you can read it.")


@app.command(epilog=examples("backfour erase ann", "backfour erase ann --undo"))
def erase(  # noqa: PLR0913 - one option each
    who: PersonArgument = None,
    home: HomeOption = None,
    person: PersonOption = None,
    *,
    is_sure: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    is_inbox_too: Annotated[
        bool, typer.Option("--inbox", help="Delete their files in the inbox, too.")
    ] = False,
    is_undone: Annotated[
        bool, typer.Option("--undo", help="Let somebody who was erased be imported again.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Delete all that is kept of one person, and import nothing of theirs until it is undone.

    Asks first; without a terminal it wants --yes.
    """
    from pipeline import erasure, terminal  # noqa: PLC0415 - polars loads only where it is needed
    from pipeline.home import Home  # noqa: PLC0415

    with one_line_faults():
        place, today = Home(home_folder(home)), moment(None).date()
        checked = place.settings()
        whose = who or person or checked.whose(None).id
        planned = erasure.plan(place, checked, whose)
        if is_undone:
            erasure.lift(place, whose, checked, today)
            typer.echo(f"From the next run on {whose} is imported again, as somebody new.")
            return
        if not as_json:
            for line in erasure.told(planned, is_inbox_too=is_inbox_too):
                typer.echo(terminal.shown(line))
        if not is_sure:
            _ask(whose, can_ask=sys.stdin.isatty() and not as_json)
        done = erasure.erase(place, planned, today, is_inbox_too=is_inbox_too)
        said = erasure.receipt(place, planned, done)
        if as_json:
            typer.echo(json.dumps(said, indent=2))
        else:
            for line in erasure.lines(said):
                typer.echo(terminal.shown(line))
    if done.is_left_in_prefect:
        raise typer.Exit(FAULT)


def _ask(whose: str, *, can_ask: bool) -> None:
    """Go on only after a yes."""
    if not can_ask:
        stop("nothing was erased; to do it, add --yes", USAGE)
    typer.confirm(f"Erase {whose}? There is no way back", abort=True)
