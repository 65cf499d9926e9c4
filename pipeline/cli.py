"""The command line: the same jobs by hand. What needs Prefect is added in `flows.command`."""

import datetime as dt
import json
import os
import sys
import time
import webbrowser
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer

from pipeline.errors import Busy, NoReaders, Refusal, SettingsError

USAGE, FAULT, BUSY = 2, 1, 75

app = typer.Typer(
    name="backfour",
    help="Did this week's back programme happen? Drop your files in the inbox, then run.",
    no_args_is_help=True,
    add_completion=True,
    pretty_exceptions_enable=False,
)
names_app = typer.Typer(help="Say what the names in your logs stand for, and settle one.")
app.add_typer(names_app, name="names")
HomeOption = Annotated[
    Path | None,
    typer.Option("--home", help="The installation; else BACKFOUR_HOME, else ~/backfour."),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON, for programs.")]
NowOption = Annotated[
    str | None,
    typer.Option(help="Judge as if it were this moment: 2026-11-15T22:00:00+01:00."),
]
PersonOption = Annotated[str | None, typer.Option(help="Whose, when there are several.")]


def home_folder(given: Path | None) -> Path:
    """Return the installation to work on: the option, the environment, or ~/backfour."""
    return given or Path(os.environ.get("BACKFOUR_HOME") or Path.home() / "backfour")


def moment(text: str | None) -> dt.datetime:
    """Return `--now` or the clock's time; raises SettingsError for a time without an offset."""
    if text is None:
        return dt.datetime.now(dt.UTC)
    try:
        parsed = dt.datetime.fromisoformat(text)
    except ValueError as fault:
        message = f"--now {text!r} is not a time; write it as 2026-11-15T22:00:00+01:00"
        raise SettingsError(message) from fault
    if parsed.tzinfo is None:
        message = f"--now {text!r} has no offset; add +01:00, or Z for UTC"
        raise SettingsError(message)
    return parsed


@contextmanager
def one_line_faults() -> Iterator[None]:
    """Turn what can be wrong outside of us into one line and an exit code."""
    try:
        yield
    except SettingsError as fault:
        _stop(str(fault), USAGE)
    except Busy as fault:
        _stop(f"{fault}; nothing was done", BUSY)
    except NoReaders as fault:
        _stop(str(fault), FAULT)
    except OSError as fault:
        _stop(f"{fault.filename or 'the disk'}: {fault.strerror}", FAULT)


@app.command()
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
        place = Home(home_folder(home))
        asks = sys.stdin.isatty()
        if name is None:
            name = typer.prompt("Your name", default="Me") if asks else "Me"
        if zone is None:
            zone = _machine_zone()
            zone = typer.prompt("Your time zone", default=zone) if asks else zone
            if not asks:
                typer.echo(f"Time zone: {zone}, as this machine is set. Use --zone to change it.")
        create(place, name, zone)
        typer.echo(f"Drop your files in {place.inbox}, then: backfour run")


@app.command()
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


@app.command()
def report(
    home: HomeOption = None,
    week: Annotated[str | None, typer.Option(help="2026-W46; else the current week.")] = None,
    person: PersonOption = None,
    *,
    open_it: Annotated[bool, typer.Option("--open", help="Open it in the browser.")] = False,
) -> None:
    """Print where the report is."""
    from pipeline.calendar import CalendarWeek  # noqa: PLC0415
    from pipeline.home import Home  # noqa: PLC0415 - polars loads only where it is needed

    with one_line_faults():
        place = Home(home_folder(home))
        checked = place.settings()
        who = checked.person(person) if person else checked.people[0]
        page = place.reports / who.id / "this-week.html"
        if week is not None:
            try:
                chosen = CalendarWeek.parse(week, checked.week_start)
            except ValueError as fault:
                raise SettingsError(str(fault)) from fault
            page = place.reports / who.id / f"{chosen.iso_year}" / f"{chosen.id}.html"
        elif not page.exists():
            page = place.reports / who.id / "index.html"
        if not page.exists():
            message = f"there is no {page}; run backfour run first"
            raise SettingsError(message)
        typer.echo(str(page))
        if open_it:
            webbrowser.open(page.resolve().as_uri())


@names_app.callback(invoke_without_command=True)
def names(  # noqa: PLR0913 - one option each
    context: typer.Context,
    home: HomeOption = None,
    person: PersonOption = None,
    now: NowOption = None,
    *,
    show_all: Annotated[
        bool, typer.Option("--all", help="Also what counts, and how it was known.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """List the names in your logs that nobody knows, each with the line that settles it."""
    from pipeline import naming  # noqa: PLC0415 - polars loads only where it is needed
    from pipeline.home import Home  # noqa: PLC0415

    if context.invoked_subcommand is not None:
        context.obj = {"home": home, "person": person, "now": now}
        return
    with one_line_faults():
        found = naming.listed(Home(home_folder(home)), moment(now), person)
        if as_json:
            typer.echo(json.dumps(found, indent=2, sort_keys=True, ensure_ascii=False))
            return
        for each in found["people"]:
            naming.print_person(each, show_all=show_all)


@names_app.command("set")
def set_name(  # noqa: PLR0913, PLR0917 - one option each
    context: typer.Context,
    name: str,
    exercise: Annotated[str, typer.Argument(help="An exercise of the programme, or none.")],
    home: HomeOption = None,
    person: PersonOption = None,
    now: NowOption = None,
) -> None:
    """Settle a name: write into backfour.toml which exercise it stands for, or none."""
    from pipeline import naming  # noqa: PLC0415 - polars loads only where it is needed
    from pipeline.home import Home  # noqa: PLC0415

    before = context.obj  # options given before the word "set"
    with one_line_faults():
        place = Home(home_folder(home or before["home"]))
        whose, at = person or before["person"], moment(now or before["now"])
        naming.print_settled(naming.settle(place, name, exercise, whose, at))


@app.command()
def inspect(  # noqa: PLR0913 - each is an option of its own
    file: Path,
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


def print_tallies(home: Path, tallies: list[Any], *, as_json: bool) -> None:
    """Say what a run did, a line a person, and where the report is."""
    if as_json:
        rows = [
            {
                "person": tally.person,
                "new": tally.taken,
                "duplicates": tally.duplicates,
                "waiting": tally.waiting,
                "ignored": tally.ignored,
                "outcomes": dict(sorted(tally.outcomes.items())),
                "pages_written": tally.pages,
                "week": tally.week,
                "status": tally.status,
            }
            for tally in tallies
        ]
        typer.echo(json.dumps({"people": rows}, indent=2))
        return
    for tally in tallies:
        counts = ", ".join(f"{n} {outcome}" for outcome, n in sorted(tally.outcomes.items()))
        typer.echo(
            f"{tally.person}: {tally.taken} new files, {tally.duplicates} duplicates,"
            f" {tally.waiting} waiting. In all: {counts or 'nothing yet'}."
        )
        if tally.status:
            typer.echo(f"{tally.week}: {tally.status.replace('_', ' ')}.")
        page = "this-week.html" if tally.week else "index.html"
        typer.echo(f"Report: {home / 'reports' / tally.person / page}")


def _stop(message: str, code: int) -> None:
    typer.echo(f"backfour: {message}", err=True)
    raise typer.Exit(code)


def _own_zone(home: Path | None) -> str | None:
    """Tell the zone of the only person of the installation; None where there is none or several."""
    from pipeline.home import Home  # noqa: PLC0415 - polars loads only where it is needed

    try:
        people = Home(home_folder(home)).settings().people
    except SettingsError:  # a file can be looked at without any installation
        return None
    return people[0].zone if len(people) == 1 else None


def _machine_zone() -> str:
    """Name the machine's zone as /etc/localtime or TZ has it; UTC when neither says."""
    named = os.environ.get("TZ", "").lstrip(":")
    if "/" in named and not named.startswith("/"):
        return named
    target = os.path.realpath("/etc/localtime")
    return target.partition("zoneinfo/")[2] or "UTC"
