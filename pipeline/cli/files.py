"""Commands about an installation and its files: init, status, inspect."""

import json
import shlex
from pathlib import Path
from typing import Annotated

import typer

from pipeline import ground
from pipeline.cli import asking
from pipeline.cli.base import (
    HomeOption,
    JsonOption,
    NowOption,
    app,
    examples,
    home_folder,
    moment,
    one_line_faults,
)
from pipeline.errors import Refusal, SettingsError

INIT = 'backfour init --name "Alex" --zone Europe/Berlin'


@app.command(epilog=examples("backfour init", INIT))
def init(
    home: HomeOption = None,
    name: Annotated[str | None, typer.Option(help="Your name, as the report shows it.")] = None,
    zone: Annotated[str | None, typer.Option(help="Your time zone: Europe/Berlin.")] = None,
) -> None:
    """Make the folders and a commented backfour.toml.

    Asks what it is not told, on a terminal; elsewhere it takes the machine's time zone.
    """
    from pipeline.home import Home, create  # noqa: PLC0415 - polars loads only where needed

    with one_line_faults():
        asks = asking.can_ask()
        # Whoever says name and zone has said enough: a script is asked nothing.
        asks_where = asks and home is None and (name is None or zone is None)
        if not asks_where:
            Home(home_folder(home)).require_none()
        if name is None:
            name = typer.prompt("Your name", default="Me") if asks else "Me"
        if zone is None:
            zone = asking.machine_zone()
            zone = asking.zone(zone) if asks else zone
            if not asks:
                typer.echo(f"Time zone: {zone}, as this machine is set. Use --zone to change it.")
        usual = home_folder(home)
        chosen = asking.place(usual) if asks_where else asking.Place(usual)
        if not asks_where and (tool := ground.sync_tool(usual)):
            typer.echo(asking.WARNING.format(folder=usual, tool=tool), err=True)
        place = Home(chosen.folder)
        create(place, name, zone, chosen.inbox)
        is_usual = chosen.folder == home_folder(None)
        _say_what_next((chosen.inbox or place.inbox) / "me", None if is_usual else place.folder)


def _say_what_next(inbox: Path, elsewhere: Path | None) -> None:
    """Print where to drop files, how to run, and how to run every night."""
    option = f" --home {shlex.quote(str(elsewhere))}" if elsewhere else ""
    typer.echo(f"Drop your files in:  {inbox}")
    typer.echo(f"Read them now:       backfour run{option}")
    typer.echo(f"Every night:         backfour schedule{option}")


@app.command(epilog=examples("backfour status", "backfour status --json"))
def status(home: HomeOption = None, now: NowOption = None, *, as_json: JsonOption = False) -> None:
    """Account for every file that was dropped, and tell how the week stands."""
    from pipeline import receipt, terminal  # noqa: PLC0415 - polars loads only where it is needed
    from pipeline.home import Home  # noqa: PLC0415

    with one_line_faults():
        found = receipt.status(Home(home_folder(home)), moment(now))
        if as_json:
            typer.echo(json.dumps(found, indent=2, sort_keys=True, ensure_ascii=False))
            return
        for person in found["people"]:
            terminal.print_person(person)


@app.command(epilog=examples("backfour inspect run.fit", "backfour inspect log.csv --save-map"))
def inspect(  # noqa: PLR0913 - each is an option of its own
    file: Annotated[Path, typer.Argument(help="A file, or an archive.")],
    *,
    cross_check: Annotated[
        bool,
        typer.Option("--cross-check", help="Read it with a second library too, and compare."),
    ] = False,
    message: Annotated[
        str | None,
        typer.Option(
            help="Print the messages of one kind of a FIT file as CSV: record, session, lap …"
        ),
    ] = None,
    save_map: Annotated[
        bool,
        typer.Option(
            "--save-map", help="Save the draft of a mapping beside the file, to be confirmed."
        ),
    ] = False,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Read one file and say what is in it, without importing it.

    A table of an app we do not know gets the draft of a mapping: how to read it.
    """
    from pipeline import inspection, terminal  # noqa: PLC0415 - the readers load where needed

    with one_line_faults():
        if not file.is_file():
            fault = f"{file} is no file"
            raise SettingsError(fault)
        if message is not None:
            print_messages(file, message)
            return
        if cross_check:
            found = inspection.cross_checked(file)
        else:
            found = inspection.found(file, _own_zone(home))
        if save_map:
            inspection.save_draft(file, found)
        if as_json:
            typer.echo(json.dumps(found, indent=2, sort_keys=True, ensure_ascii=False))
        else:
            terminal.print_found(found)


def print_messages(file: Path, kind: str) -> None:
    """Print the messages of one kind; raises SettingsError when there are none."""
    from pipeline import messages  # noqa: PLC0415 - the readers load where needed

    found = messages.as_csv(file, kind)
    if isinstance(found, Refusal):
        raise SettingsError(found.fault)
    if isinstance(found, list):
        fault = f"{file} has no {kind} messages; it has: {', '.join(found) or 'none'}"
        raise SettingsError(fault)
    typer.echo(found, nl=False)


def _own_zone(home: Path | None) -> str | None:
    """Tell the zone of the only person of the installation; None where there is none or several."""
    from pipeline.home import Home  # noqa: PLC0415 - polars loads only where it is needed

    try:
        people = Home(home_folder(home)).settings().people
    except SettingsError:  # a file can be looked at without any installation
        return None
    return people[0].zone if len(people) == 1 else None
