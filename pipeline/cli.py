"""The command line: the same jobs by hand. What needs Prefect is added in `flows.command`."""

import datetime as dt
import json
import os
import sys
import time
import webbrowser
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer

from pipeline.errors import Busy, NoReaders, Refusal, SettingsError

USAGE, FAULT, BUSY = 2, 1, 75
UNTRUSTED_CHARS = 200

app = typer.Typer(
    name="backfour",
    help="Did this week's back programme happen? Drop your files in the inbox, then run.",
    no_args_is_help=True,
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
    from pipeline import receipt  # noqa: PLC0415 - polars loads only where it is needed
    from pipeline.home import Home  # noqa: PLC0415

    with one_line_faults():
        found = receipt.status(Home(home_folder(home)), moment(now))
        if as_json:
            typer.echo(json.dumps(found, indent=2, sort_keys=True, ensure_ascii=False))
            return
        for person in found["people"]:
            _print_person(person)


@app.command()
def report(
    home: HomeOption = None,
    week: Annotated[str | None, typer.Option(help="2026-W46; else the current week.")] = None,
    person: Annotated[str | None, typer.Option(help="Whose, when there are several.")] = None,
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


@app.command()
def inspect(file: Path, *, as_json: JsonOption = False) -> None:
    """Read one file and say what is in it, without importing it."""
    from pipeline import guard  # noqa: PLC0415 - the readers load only where they are needed

    with one_line_faults():
        if not file.is_file():
            message = f"{file} is no file"
            raise SettingsError(message)
        ((_, outcome),) = guard.read_all([file])
        found = _as_found(outcome)
        if as_json:
            typer.echo(json.dumps(found, indent=2, sort_keys=True, ensure_ascii=False))
        else:
            _print_found(found)


def visible(text: str) -> str:
    """Make a text from a file safe for a terminal: no control or bidi characters, not too long."""
    shown = "".join(sign if sign.isprintable() else f"⟨U+{ord(sign):04X}⟩" for sign in text)
    return shown if len(shown) <= UNTRUSTED_CHARS else shown[: UNTRUSTED_CHARS - 1] + "…"


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


def _machine_zone() -> str:
    """Name the machine's zone as /etc/localtime or TZ has it; UTC when neither says."""
    named = os.environ.get("TZ", "").lstrip(":")
    if "/" in named and not named.startswith("/"):
        return named
    target = os.path.realpath("/etc/localtime")
    return target.partition("zoneinfo/")[2] or "UTC"


def _print_person(person: dict[str, Any]) -> None:
    counts = Counter(found["outcome"] for found in person["files"])
    summary = ", ".join(f"{n} {outcome}" for outcome, n in sorted(counts.items()))
    typer.echo(f"{visible(person['label'])}: {summary or 'no files yet'}")
    for found in person["files"]:
        if found["code"] or found["outcome"] in ("duplicate", "superseded"):
            why = " ".join(filter(None, [found["code"], found["detail"], found["remedy"]]))
            typer.echo(f"  {found['outcome']:<10} {visible(found['name'])}: {visible(why)}")
    week = person["week"]
    if week is not None:
        code = week["code"].replace("_", " ")
        typer.echo(f"{week['id']}: {code}, {week['done']} of {week['due']} done")


def _as_found(outcome: Any) -> dict[str, Any]:  # noqa: ANN401 - a Reading or a Refusal
    """Say what a file holds, as plain data; no positions, which nobody needs to see."""
    if isinstance(outcome, Refusal):
        return {
            "outcome": "refused",
            "kind": outcome.kind,
            "code": outcome.code.value,
            "detail": outcome.fault,
            "remedy": outcome.remedy,
            "salvage": outcome.salvage,
        }
    from pipeline.programme import catalogue, sports  # noqa: PLC0415 - loads word lists

    names = Counter(
        (each.label, each.category, each.subtype, each.grade)
        for each in outcome.sets
        if each.kind == "set"
    )
    return {
        "outcome": "imported",
        "kind": outcome.kind,
        "app": outcome.app,
        "reader": outcome.reader,
        "activities": [
            {
                "sport": each.sport,
                "counts_as": sports.kind_of(
                    outcome.kind, each.sport, each.sub_sport, each.title, each.moving_speed_m_s
                ),
                "starts_at": None if each.starts_at is None else each.starts_at.isoformat(),
                "local_start": None if each.local_start is None else each.local_start.isoformat(),
                "zone_source": each.zone_source,
                "duration_s": each.timer_s or each.elapsed_s,
                "session_m": each.session_m,
                "laps_m": each.laps_m,
                "records_m": each.records_m,
                "track_m": None if each.track_m is None else round(each.track_m, 2),
                "integrity": each.integrity,
            }
            for each in outcome.activities
        ],
        "records": dict(sorted(Counter(each.kind for each in outcome.sets).items())),
        "exercises": [
            {
                "label": label,
                "sets": count,
                "counts_as": (known := _recognised(catalogue, label, number)).exercise,
                "could_be": list(known.candidates),
            }
            for (label, *number), count in sorted(names.items(), key=str)
        ],
        "problems": [
            {"code": each.code, "where": each.where, "text": each.text} for each in outcome.problems
        ],
    }


def _recognised(catalogue: Any, label: str, number: list[Any]) -> Any:  # noqa: ANN401 - imported late
    category, subtype, grade = number
    return catalogue.recognise(label, category=category, subtype=subtype, grade=grade)


def _print_found(found: dict[str, Any]) -> None:
    if found["outcome"] == "refused":
        typer.echo(f"{found['code']}: {visible(found['detail'])} {found['remedy']}")
        if found["salvage"]:
            typer.echo(f"What could be read: {visible(found['salvage'])}")
        return
    typer.echo(f"{found['kind'].upper()}, {visible(found['app'] or 'maker not stated')}")
    for each in found["activities"]:
        metres = [f"{key[:-2]} {each[key]:.1f} m" for key in _DISTANCES if each[key] is not None]
        when = each["local_start"] or each["starts_at"] or "no date"
        what = f"{visible(each['sport'] or 'type not stated')} (counts as {each['counts_as']})"
        typer.echo(f"  {when}  {what}: {', '.join(metres) or 'no distance'}")
    if found["records"]:
        counts = ", ".join(f"{n} {kind}" for kind, n in found["records"].items())
        typer.echo(f"  records: {counts}")
    for each in found["exercises"]:
        verdict = each["counts_as"] or (
            "not settled, perhaps " + ", ".join(each["could_be"]) if each["could_be"] else "-"
        )
        typer.echo(f"  {each['sets']:>4} sets  {visible(each['label'])}: {verdict}")
    for each in found["problems"]:
        typer.echo(f"  problem at {visible(each['where'])}: {visible(each['text'])}")


_DISTANCES = ("session_m", "laps_m", "records_m", "track_m")
