"""What `backfour init` asks on a terminal, and what it says of a folder that is synchronised."""

import os
import sys
from dataclasses import dataclass
from pathlib import Path

import typer

from pipeline import ground
from pipeline.errors import SettingsError
from pipeline.settings import is_zone

WARNING = """\
{folder} is synchronised by {tool}.
An installation there is not safe: what is kept of you would be copied to every device, and half
written files could come back.
Safe is an inbox in {tool}, so that your phone can drop files, and all else outside of it."""
REMOVING = (
    'Leave after_import = "keep": what leaves a synchronised inbox leaves your other devices, too.'
)


@dataclass(frozen=True)
class Place:
    """Where an installation shall be. `inbox` is a folder elsewhere, which its inbox leads to."""

    folder: Path
    inbox: Path | None = None


def can_ask() -> bool:
    """Tell whether somebody sits at a terminal."""
    return sys.stdin.isatty()


def zone(suggested: str) -> str:
    """Ask for a time zone until there is one of that name."""
    while True:
        named = str(typer.prompt("Your time zone", default=suggested)).strip()
        if is_zone(named):
            return named
        typer.echo(f"There is no time zone {named!r}; use a name such as Europe/Berlin.")


def place(suggested: Path) -> Place:
    """Ask where the installation shall be; of a synchronised folder only the inbox is proposed.

    Raises SettingsError when nobody wants it anywhere.
    """
    chosen = Path(typer.prompt("Its folder", default=str(suggested))).expanduser().absolute()
    tool = ground.sync_tool(chosen)
    if tool is None:
        return Place(chosen)
    typer.echo(WARNING.format(folder=chosen, tool=tool))
    outside, inbox = Path.home() / "backfour", chosen / "inbox"
    if ground.sync_tool(outside) is None:
        typer.echo(f"That would be: the inbox {inbox}, and all else in {outside}.")
        if typer.confirm("Do it like this?", default=True):
            typer.echo(REMOVING)
            return Place(outside, inbox)
    if typer.confirm(f"Everything in {chosen} all the same?", default=False):
        return Place(chosen)
    message = "nothing was made; name another folder with --home"
    raise SettingsError(message)


def machine_zone() -> str:
    """Name the machine's zone as /etc/localtime or TZ has it; UTC when neither says."""
    named = os.environ.get("TZ", "").lstrip(":")
    if "/" in named and not named.startswith("/"):
        return named
    target = os.path.realpath("/etc/localtime")
    return target.partition("zoneinfo/")[2] or "UTC"
