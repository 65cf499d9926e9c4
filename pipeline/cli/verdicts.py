"""Commands about what was judged: report, explain, names, settle."""

import json
import webbrowser
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.calendar import CalendarWeek, WeekStart
from pipeline.cli.base import (
    HomeOption,
    JsonOption,
    NowOption,
    PersonOption,
    WeekArgument,
    WeekOption,
    app,
    examples,
    home_folder,
    moment,
    one_line_faults,
)
from pipeline.errors import SettingsError
from pipeline.settings import Person

if TYPE_CHECKING:
    from pipeline.home import Home

SET_NAME = 'backfour names set "Pull thing" lat_pulldown'
names_app = typer.Typer(
    help="Say what the names in your logs stand for, and settle one.",
    epilog=examples("backfour names --all", SET_NAME),
)
app.add_typer(names_app, name="names")


@app.command(
    epilog=examples("backfour report --open", "backfour report --week 2026-W46 --pdf week.pdf")
)
def report(  # noqa: PLR0913 - one option each
    home: HomeOption = None,
    week: WeekOption = None,
    person: PersonOption = None,
    now: NowOption = None,
    pdf: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write the week there as PDF, judged anew.")
    ] = None,
    *,
    open_it: Annotated[bool, typer.Option("--open", help="Open it in the browser.")] = False,
) -> None:
    """Print where the report is, or write one week as PDF."""
    from pipeline.home import Home  # noqa: PLC0415 - polars loads only where it is needed

    with one_line_faults():
        place = Home(home_folder(home))
        checked = place.settings()
        who = checked.whose(person)
        chosen = _parsed(week, checked.week_start) if week else None
        if pdf is not None:
            _print(place, who, chosen, now, pdf)
        page = pdf or _page(place, who, chosen)
        typer.echo(str(page))
        if open_it:
            webbrowser.open(page.resolve().as_uri())


def _page(place: "Home", who: Person, week: CalendarWeek | None) -> Path:
    folder = place.reports / who.id
    page = folder / f"{week.iso_year}" / f"{week.id}.html" if week else folder / "this-week.html"
    if not week and not page.exists():
        page = folder / "index.html"
    if not page.exists():
        message = f"there is no {page}; run backfour run first"
        raise SettingsError(message)
    return page


def _print(
    place: "Home", who: Person, week: CalendarWeek | None, now: str | None, target: Path
) -> None:
    from pipeline import pages, receipt  # noqa: PLC0415 - polars loads only where it is needed

    name = week.id if week else None
    pages.write_pdf(place, target, receipt.printed(place, who.id, name, moment(now)))


@app.command(epilog=examples("backfour explain", "backfour explain 2026-W46 --person ann"))
def explain(
    week: WeekArgument = None,
    home: HomeOption = None,
    person: PersonOption = None,
    now: NowOption = None,
    *,
    as_json: JsonOption = False,
) -> None:
    """Say why a week is judged as it is: what counts, what does not, in which file and row."""
    from pipeline import receipt, report, terminal  # noqa: PLC0415 - polars loads only where needed
    from pipeline.home import Home  # noqa: PLC0415

    with one_line_faults():
        place = Home(home_folder(home))
        checked = place.settings()
        who = checked.whose(person)
        name = _parsed(week, checked.week_start).id if week else None
        found = receipt.content(place, who.id, name, moment(now))
        if as_json:
            typer.echo(json.dumps(found, indent=2, sort_keys=True, ensure_ascii=False))
            return
        for line in report.explanation(found):
            typer.echo(terminal.shown(line.translate(terminal.PLAIN_SPACES)))


def _parsed(week: str, week_start: WeekStart) -> CalendarWeek:
    try:
        return CalendarWeek.parse(week, week_start)
    except ValueError as fault:
        raise SettingsError(str(fault)) from fault


@names_app.callback(invoke_without_command=True, epilog=examples("backfour names --all", SET_NAME))
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


@names_app.command("set", epilog=examples(SET_NAME, 'backfour names set "Stretching" none'))
def set_name(  # noqa: PLR0913, PLR0917 - one option each
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="The name, as it stands in the log.")],
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


@app.command(epilog=examples("backfour settle 5328bba9 jog", "backfour settle 5328bba9 copy"))
def settle(
    recording: Annotated[str, typer.Argument(help="The first 8 digits of its SHA-256.")],
    word: Annotated[str, typer.Argument(help="jog, other, or copy: of another jog.")],
    home: HomeOption = None,
) -> None:
    """Settle what a recording was: write it into backfour.toml.

    For a file that does not say its sport, and for two jogs that may be one.
    """
    from pipeline import naming  # noqa: PLC0415 - polars loads only where it is needed
    from pipeline.home import Home  # noqa: PLC0415

    with one_line_faults():
        place = Home(home_folder(home))
        naming.print_settled_recording(naming.settle_recording(place, recording, word))
