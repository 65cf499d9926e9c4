"""The command `backfour`: what `pipeline.cli` has, and the three commands that run flows."""

import datetime as dt
import getpass
import json
import os
import shutil
import sys
from pathlib import Path
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

import typer

from flows import engines
from flows.server import START_TIMEOUT_S, server
from pipeline import timers
from pipeline.cli import (
    HomeOption,
    JsonOption,
    NowOption,
    app,
    direct_run,
    examples,
    home_folder,
    moment,
    one_line_faults,
    print_tallies,
)
from pipeline.errors import Busy, SettingsError, Unfinished
from pipeline.settings import Settings

__all__ = ["app", "main"]
DirectOption = Annotated[
    bool, typer.Option("--direct", help="The same job without Prefect: same bytes, less waiting.")
]
PrintOption = Annotated[
    Literal["cron", "systemd", "watch"] | None,
    typer.Option(
        "--print", metavar="WAY", help="Print lines instead: cron, systemd, or watch as a service."
    ),
]


@app.command(epilog=examples("backfour run", "backfour run --direct --json"))
def run(
    home: HomeOption = None,
    now: NowOption = None,
    *,
    direct: DirectOption = False,
    as_json: JsonOption = False,
) -> None:
    """Import what is new, judge, and write the report: once, now."""
    with one_line_faults():
        _run(home_folder(home), now, direct=direct, as_json=as_json)


@app.command(epilog=examples("backfour demo", "backfour demo --home try-it --direct"))
def demo(home: HomeOption = None, *, direct: DirectOption = False) -> None:
    """Run on eight weeks of sample data, in a folder of their own (backfour-demo)."""
    from pipeline import receipt, report  # noqa: PLC0415 - polars loads only where it is needed
    from pipeline.home import Home, create  # noqa: PLC0415

    with one_line_faults():
        samples = _samples()
        expected = json.loads((samples / "expected.json").read_text(encoding="utf-8"))
        place = Home((home or Path("backfour-demo")).resolve())
        if not place.settings_file.exists():
            create(place, "Alex", expected["zone"])
        for sample in sorted((samples / "inbox").iterdir()):
            shutil.copyfile(sample, place.inbox / "me" / sample.name)
        _run(place.folder, expected["now"], direct=direct, as_json=False)
        for week in receipt.weeks(place, place.settings().people[0].id, moment(expected["now"])):
            typer.echo(f"  {report.standing(week)}")
        typer.echo(f"Report: {place.reports / 'me' / 'index.html'}")


@app.command(epilog=examples("backfour schedule", "backfour schedule --print systemd"))
def schedule(home: HomeOption = None, printed: PrintOption = None) -> None:
    """Run every night at 03:00 in your time zone, for as long as this command runs."""
    with one_line_faults():
        from pipeline.home import Home  # noqa: PLC0415 - wrong settings are said before anything

        place = Home(home_folder(home))
        settings = place.settings()
        if printed is not None:
            typer.echo(_lines(place.folder, settings, printed))
            return
        engines.require(settings)
        _prepare_prefect(place.folder)
        with server() as api:
            os.environ["PREFECT_API_URL"] = api
            typer.echo(
                f"Every night by {settings.schedule!r} in {settings.people[0].zone}, until you"
                f" stop this command. To look on: {api.removesuffix('/api')}"
            )
            from flows import deploy  # noqa: PLC0415 - Prefect loads only where it is needed

            deploy.serve(place.folder, settings)


def main() -> None:
    """Run the command line."""
    os.umask(0o077)
    app()


def _run(folder: Path, now: str | None, *, direct: bool, as_json: bool) -> None:
    at = moment(now)
    try:
        tallies = direct_run(folder, at) if direct else _flow_run(folder, at)
    except Unfinished as unfinished:
        print_tallies(folder, unfinished.done, as_json=as_json)
        raise
    print_tallies(folder, tallies, as_json=as_json)


def _flow_run(folder: Path, now: Any) -> list[Any]:  # noqa: ANN401 - a datetime, imported late
    from pipeline.home import Home  # noqa: PLC0415 - wrong settings are said before Prefect starts

    engines.require(Home(folder).settings())
    _prepare_prefect(folder)
    from flows.nightly import nightly  # noqa: PLC0415 - Prefect loads only where it is needed

    state = nightly(folder, now, return_state=True)
    if state.is_cancelled():
        message = "another run is at work"
        raise Busy(message)
    return list(state.result())


def _lines(folder: Path, settings: Settings, printed: str) -> str:
    """Return what cron or systemd is to be told, with the paths of this installation."""
    program = Path(sys.argv[0]).absolute()
    is_installed = program.name == "backfour" and os.access(program, os.X_OK)
    call = (sys.executable, "-c", "from flows.command import main; main()")
    zone = settings.people[0].zone
    here = timers.Installation(
        command=(str(program),) if is_installed else call,
        home=folder.resolve(),
        schedule=settings.schedule,
        zone=zone,
        user=getpass.getuser(),
        machine_zone=_machine_zone(zone),
    )
    return {"cron": timers.cron, "systemd": timers.systemd, "watch": timers.watch}[printed](here)


def _machine_zone(zone: str) -> str:
    """Name the machine's zone if its clock is another than that of a zone, in some season."""
    year = dt.datetime.now().astimezone().year
    seasons = [dt.datetime(year, month, 1) for month in (1, 7)]  # noqa: DTZ001 - made aware below
    is_same = all(
        each.astimezone().utcoffset() == each.replace(tzinfo=ZoneInfo(zone)).utcoffset()
        for each in seasons
    )
    return "" if is_same else dt.datetime.now().astimezone().tzname() or "another"


def _prepare_prefect(folder: Path) -> None:
    """Keep Prefect quiet, offline and inside the installation, unless somebody set it up."""
    home = folder.resolve() / "prefect"
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    quiet = {
        "PREFECT_HOME": str(home),
        "DO_NOT_TRACK": "1",
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "PREFECT_SERVER_EPHEMERAL_ENABLED": "true",
        "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": str(START_TIMEOUT_S),
        "PREFECT_RESULTS_PERSIST_BY_DEFAULT": "false",
        "PREFECT_LOGGING_LEVEL": "WARNING",
        "PREFECT_LOGGING_EXTRA_LOGGERS": "pipeline",
        "PREFECT_CLI_PROMPT": "false",
    }
    for name, value in quiet.items():
        os.environ.setdefault(name, value)


def _samples() -> Path:
    """Find the sample data: inside the installed package, or beside it in a clone."""
    for folder in (
        Path(__file__).parent / "sample_data",
        Path(__file__).parents[1] / "sample_data",
    ):
        if (folder / "expected.json").exists():
            return folder
    message = "the sample data is not installed"
    raise SettingsError(message)
