"""Commands about what is kept: doctor."""

import json
import time
from typing import Annotated

import typer

from pipeline.cli.base import (
    FAULT,
    HomeOption,
    JsonOption,
    PersonOption,
    app,
    home_folder,
    one_line_faults,
)


@app.command()
def doctor(
    home: HomeOption = None,
    person: PersonOption = None,
    *,
    is_deep: Annotated[
        bool, typer.Option("--deep", help="Read every original, and compare it with its hash.")
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
        for each in checks.examine(place, time.time(), person, is_deep=is_deep):
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
