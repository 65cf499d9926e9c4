"""The command itself: its options, the moment it judges at, and what it says of faults."""

import datetime as dt
import errno
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import metadata
from pathlib import Path
from typing import Annotated

import typer

from pipeline.cli import completing
from pipeline.cli.places import home_folder
from pipeline.errors import (
    Busy,
    DamagedTable,
    NoReaders,
    SettingsError,
    Unfinished,
    WorkerDied,
    kind_and_place,
)

__all__ = ["home_folder"]
USAGE, FAULT, BUSY = 2, 1, 75
SAFE = "your files are as they were, and the next run tries again"
MAKE_ROOM = f"make room, then run again; {SAFE}"

app = typer.Typer(
    name="backfour",
    add_completion=True,
    pretty_exceptions_enable=False,
)
HomeOption = Annotated[
    Path | None,
    typer.Option("--home", help="The installation; else BACKFOUR_HOME, else ~/backfour."),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON, for programs.")]
NowOption = Annotated[
    str | None,
    typer.Option(help="Judge as if it were this moment: 2026-11-15T22:00:00+01:00."),
]
PersonOption = Annotated[
    str | None,
    typer.Option(help="Whose, when there are several.", autocompletion=completing.people),
]
PersonArgument = Annotated[
    str | None,
    typer.Argument(help="Whose, when there are several.", autocompletion=completing.people),
]
WeekOption = Annotated[
    str | None,
    typer.Option(help="2026-W46; else the current week.", autocompletion=completing.weeks),
]
WeekArgument = Annotated[
    str | None,
    typer.Argument(help="2026-W46; else the current week.", autocompletion=completing.weeks),
]


def print_version(is_asked: bool) -> None:  # noqa: FBT001 - as an option's callback gets it
    """Print the version of what is installed, and end."""
    if is_asked:
        typer.echo(f"backfour {metadata.version('backfour')}")
        raise typer.Exit


@app.callback(no_args_is_help=True)
def backfour(
    *,
    is_version: Annotated[
        bool,
        typer.Option(
            "--version", is_eager=True, callback=print_version, help="Print the version, and end."
        ),
    ] = False,
) -> None:
    """Did this week's back programme happen? Drop your files in the inbox, then run."""


def examples(*lines: str) -> str:
    """The last lines of a command's help: one or two ways to call it."""
    return "\n\n".join(("Example:" if len(lines) == 1 else "Examples:", *lines))


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
    except Unfinished as unfinished:
        faults = unfinished.faults.values()
        for each in faults:
            typer.echo(f"backfour: {fault_line(each)}", err=True)
        all_busy = all(isinstance(each, Busy) for each in faults)
        raise typer.Exit(BUSY if all_busy else FAULT) from unfinished
    except BrokenPipeError:  # whoever read our output has seen enough: `backfour status | head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise typer.Exit(FAULT) from None
    except SettingsError as fault:
        stop(str(fault), USAGE)
    except Busy as fault:
        stop(fault_line(fault), BUSY)
    except DamagedTable as fault:
        stop(f"{fault}; backfour run rebuilds it from the originals", FAULT)
    except (NoReaders, OSError) as fault:
        stop(fault_line(fault), FAULT)


def stop(message: str, code: int) -> None:
    """End the command with one line and an exit code."""
    typer.echo(f"backfour: {message}", err=True)
    raise typer.Exit(code)


def fault_line(fault: Exception) -> str:
    """Say in one line what went wrong; of a fault of ours where, but nothing of what was read."""
    if isinstance(fault, Busy):
        return f"{fault}; nothing was done"
    if isinstance(fault, NoReaders | SettingsError):
        return str(fault)
    if isinstance(fault, OSError):
        where = fault.filename or "the disk"
        full = fault.errno in {errno.ENOSPC, errno.EDQUOT}
        return f"{where}: {fault.strerror}{'; ' + MAKE_ROOM if full else ''}"
    if isinstance(fault, WorkerDied):
        return f"{fault}; {SAFE}"
    return f"a fault of ours ({kind_and_place(fault)}): please tell us; {SAFE}"
