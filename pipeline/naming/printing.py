"""What is printed of names, for people; names come from files, and are made harmless first."""

from collections.abc import Mapping, Sequence
from typing import Any

import typer

from pipeline.naming.recordings import SettledRecording
from pipeline.naming.settling import Settled
from pipeline.programme.catalogue import NONE
from pipeline.settings import quoted
from pipeline.terminal import visible

OTHERS_SHOWN = 20
CONSEQUENCE = {
    "jog": "a jog, counted as one of its own.",
    "other": "no jog, if the file does not say what it is.",
    "copy": "a copy, counted with the jog it is alike to, a whole number of hours apart.",
}
GRADES = {
    "ambiguous": "the watch guessed several exercises",
    "category_only": "the watch knew only the kind of exercise",
    "unknown": "the watch did not know",
}
Entry = Mapping[str, Any]


def print_person(person: Entry, *, show_all: bool) -> None:
    """Print what is to be settled, then the names that count for nothing, then all, if asked."""
    unsettled, others, known = person["unsettled"], person["others"], person["known"]
    who = visible(person["label"])
    if not (unsettled or others or known):
        typer.echo(f"{who}: no sets on record.")
        return
    typer.echo(f"{who}: {_count(len(unsettled), 'name')} to settle")
    for each in unsettled:
        perhaps = " or ".join(each["could_be"])
        span = _span(each["sets"], each["days"], each["first"], each["last"])
        typer.echo(f"  {_named(each)}\n    {span}; perhaps {perhaps}\n    {each['line']}")
    if unsettled:
        _print_how(person)
    _print_others(others, len(others) if show_all else OTHERS_SHOWN)
    if known and show_all:
        typer.echo("Settled or recognised:")
        for each in known:
            stands = each["counts_as"] or NONE
            typer.echo(f"  {each['sets']:>6}  {_named(each)}: {stands} ({each['how']})")


def print_settled(done: Settled) -> None:
    """Print what was written, and what the next run will make of it."""
    line = f"{quoted(done.name)} = {quoted(done.exercise)}"
    if not done.is_written:
        typer.echo(f"backfour.toml has it already, in [{done.table}]; nothing was changed.")
    else:
        typer.echo(f"backfour.toml, in [{done.table}]: {line}")
    for name, exercise in done.replaced.items():
        if done.is_written:
            other = "" if name == done.name else "the same name, otherwise written: "
            typer.echo(f"  instead of {other}{quoted(name)} = {quoted(exercise)}")
    _print_consequence(done)


def print_settled_recording(done: SettledRecording) -> None:
    """Print what was written, for which file, and what the next run will make of it."""
    line = f"{quoted(done.digits)} = {quoted(done.word)}"
    if done.is_written:
        typer.echo(f"backfour.toml, in [activities]: {line}")
    else:
        typer.echo("backfour.toml has it already, in [activities]; nothing was changed.")
    days = ", ".join(f"{day:%Y-%m-%d}" for day in done.days) or "a day that is not known"
    typer.echo(f"That is {visible(done.name)}, recorded on {days}: {CONSEQUENCE[done.word]}")
    typer.echo("The next backfour run judges the past again with it.")


def _print_consequence(done: Settled) -> None:
    if not done.sets:
        typer.echo("No log has this name so far.")
        return
    which = _span(done.sets, len(done.days), done.days[0], done.days[-1])
    if done.exercise == NONE:
        typer.echo(f"{which}, will be left out, and not asked about.")
    else:
        typer.echo(f"{which}, will count for {done.exercise}.")
    if was := " and ".join(each for each in done.was if each != done.exercise):
        typer.echo(f"Until now they counted for {was}.")
    typer.echo("The next backfour run judges the past again with it.")


def _print_how(person: Entry) -> None:
    whose = f" --person {person['id']}" if person["table"] != "names" else ""
    typer.echo(
        f"To settle one: backfour names set{whose} NAME EXERCISE, or NAME none;\n"
        f"or put its line into [{person['table']}] of backfour.toml."
    )


def _print_others(others: Sequence[Entry], most: int) -> None:
    if not others:
        return
    typer.echo(f"{_count(len(others), 'other name')} not asked about, and counting for nothing:")
    for each in others[:most]:
        typer.echo(f"  {each['sets']:>6}  {_named(each)}")
    if len(others) > most:
        typer.echo(f"  and {len(others) - most:,} more: --all")


def _named(entry: Entry) -> str:
    remark = GRADES.get(entry["grade"])
    return visible(entry["label"] or "(no name)") + (f" ({remark})" if remark else "")


def _span(sets: int, days: int, first: object, last: object) -> str:
    when = first if days == 1 else f"{first} to {last}"
    return f"{_count(sets, 'set')} on {_count(days, 'day')}, {when}"


def _count(number: int, what: str) -> str:
    return f"{number:,} {what}" if number == 1 else f"{number:,} {what}s"
