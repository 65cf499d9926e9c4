"""Commands about people: list, add, rename."""

import json
from typing import Annotated

import typer

from pipeline.cli.base import (
    HomeOption,
    JsonOption,
    app,
    examples,
    home_folder,
    one_line_faults,
)
from pipeline.cli.completing import people as known_people

ADD = 'backfour people add ann --label "Ann" --zone Europe/Lisbon'
RENAME = 'backfour people rename ann --label "Anna"'
people_app = typer.Typer(
    help="Say who is here, add somebody, or change a name. Removing somebody is: backfour erase.",
    epilog=examples("backfour people list", ADD),
    no_args_is_help=True,
)
app.add_typer(people_app, name="people")
IdArgument = Annotated[
    str, typer.Argument(metavar="ID", help="Whose.", autocompletion=known_people)
]


@people_app.command("list", epilog=examples("backfour people list", "backfour people list --json"))
def list_people(home: HomeOption = None, *, as_json: JsonOption = False) -> None:
    """List everybody: id, name, time zone, and where their files are dropped."""
    from pipeline import people, terminal  # noqa: PLC0415 - polars loads only where it is needed
    from pipeline.home import Home  # noqa: PLC0415

    with one_line_faults():
        found = people.listed(Home(home_folder(home)))
        if as_json:
            typer.echo(json.dumps({"people": found}, indent=2, ensure_ascii=False))
            return
        for each in found:
            told = [each["zone"], each["inbox"]]
            told += ["a programme of their own"] if each["own_programme"] else []
            told += ["shares with the clinic"] if each["share_with_clinic"] else []
            told += [f"erased on {each['erased']}"] if each["erased"] else []
            line = f"{each['id']}: {each['label']}, {', '.join(told)}"
            typer.echo(terminal.shown(line))


@people_app.command(epilog=examples("backfour people add ann", ADD))
def add(
    who: Annotated[str, typer.Argument(metavar="ID", help="A new id: a-z, 0-9 and -.")],
    label: Annotated[str | None, typer.Option(help="Their name, as the report shows it.")] = None,
    zone: Annotated[
        str | None, typer.Option(help="Their time zone; else that of the first person.")
    ] = None,
    home: HomeOption = None,
) -> None:
    """Add somebody: writes backfour.toml, and makes their inbox."""
    from pipeline import people, terminal  # noqa: PLC0415 - polars loads only where it is needed
    from pipeline.home import Home  # noqa: PLC0415

    with one_line_faults():
        place = Home(home_folder(home))
        was_alone = len(place.settings().people) == 1
        person = people.add(place, who, label, zone)
        typer.echo(terminal.shown(f"{person.id}: {person.label}, {person.zone}"))
        typer.echo(f"Drop their files in {place.inbox / person.id}")
        if was_alone:
            typer.echo(f"Files directly in {place.inbox} belong to nobody from now on.")


@people_app.command(epilog=examples(RENAME))
def rename(
    who: IdArgument,
    label: Annotated[str, typer.Option(help="Their name, as the report shows it.")],
    home: HomeOption = None,
) -> None:
    """Change the name that reports show; the id stays, as folders are named by it."""
    from pipeline import people, terminal  # noqa: PLC0415 - polars loads only where it is needed
    from pipeline.home import Home  # noqa: PLC0415

    with one_line_faults():
        is_changed = people.rename(Home(home_folder(home)), who, label)
        told = "the next run writes their pages anew" if is_changed else "as before"
        typer.echo(terminal.shown(f"{who}: {label}, {told}"))
