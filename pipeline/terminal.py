"""What the command line prints for people; whatever comes from a file is made harmless first."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import typer

from pipeline import report

UNTRUSTED_CHARS = 200
NAMED_ALIKE = 5  # files with the same code: refused members of an archive, ignored files
DISTANCES = ("session_m", "laps_m", "records_m", "track_m")
PLAIN_SPACES = {0xA0: " ", 0x202F: " "}  # a terminal does not break lines at units
Found = Mapping[str, Any]


def visible(text: str) -> str:
    """Make a text from a file safe for a terminal: no control or bidi characters, not too long."""
    harmless = shown(text)
    if len(harmless) <= UNTRUSTED_CHARS:
        return harmless
    return harmless[: UNTRUSTED_CHARS - 1] + "…"


def shown(text: str) -> str:
    """Show every control and bidi character of a text by its number, however long it is."""
    return "".join(sign if sign.isprintable() else f"⟨U+{ord(sign):04X}⟩" for sign in text)


def print_person(person: Found) -> None:
    """Print what became of a person's files, archives in short, and how the week stands."""
    dropped = [each for each in person["files"] if each["parent"] is None]
    typer.echo(f"{visible(person['label'])}: {_outcomes(dropped) or 'no files yet'}")
    if person["erased"]:
        undo = f"backfour erase {person['id']} --undo lifts it"
        typer.echo(f"  erased on {person['erased']}, not imported: {undo}")
    members: dict[str, list[Found]] = {}
    for each in person["files"]:
        if each["parent"] is not None:
            members.setdefault(each["parent"], []).append(each)
    for found in dropped:
        if found["outcome"] == "ignored":
            continue
        if found["code"] or found["outcome"] in ("duplicate", "superseded"):
            why = " ".join(filter(None, [found["code"], found["detail"], found["remedy"]]))
            since = f" Since {_day(found)}." if found["outcome"] == "waiting" else ""
            typer.echo(f"  {found['outcome']:<10} {visible(found['name'])}: {visible(why)}{since}")
        if found["outcome"] != "duplicate":
            _print_members(found, members.get(found["sha256"], []))
    _print_ignored(dropped)
    _print_page(person)
    week = person["week"]
    if week is not None:
        typer.echo(week["standing"])


def print_found(found: Found) -> None:
    """Print what one file holds, or what two readers say of it."""
    if "differences" in found:
        _print_compared(found)
    elif found["outcome"] == "refused":
        typer.echo(f"{found['code']}: {visible(found['detail'])} {found['remedy']}")
        if found["salvage"]:
            typer.echo(f"What could be read: {visible(found['salvage'])}")
        if "draft" in found:
            _print_draft(found)
    elif "members" in found:
        _print_archive(found)
    else:
        typer.echo(f"{found['kind'].upper()}, {visible(found['app'] or 'maker not stated')}")
        for line in _content(found):
            typer.echo(f"  {line}")


def _print_draft(found: Found) -> None:
    """Print the draft of a mapping, the first sets as it understands them, and its questions."""
    typer.echo(f"\nA mapping would read it. Save this as {visible(found['save_as'])} beside it:\n")
    for line in found["draft"].splitlines():
        typer.echo(f"    {shown(line)}")
    for each in found["first_sets"]:
        load = (
            "" if each["weight"] is None else f" × {each['weight']:g} {each['weight_unit'] or ''}"
        )
        effort = f"{each['reps'] or each['seconds'] or '-'}{load}".strip()
        day = each["day"] or "day to be settled"
        typer.echo(
            f"  line {each['row']}: {day}  {visible(each['label'])}  {each['kind']} {effort}"
        )
    for question in found["questions"]:
        typer.echo(f"To answer: {visible(question)}")
    typer.echo("Nothing is imported by it before it says confirmed = true.")


def _outcomes(files: Sequence[Found]) -> str:
    counts = Counter(found["outcome"] for found in files)
    return ", ".join(f"{n:,} {outcome}" for outcome, n in sorted(counts.items()))


def _print_page(person: Found) -> None:
    """Print the counts of the page of every file, members of archives included, and where it is."""
    counts = report.counts(person["files"])
    if not counts:
        return
    told = ", ".join(f"{report.heading(key).lower()} {n:,}" for key, n in counts.items())
    where = person["page"] or "backfour run writes the page"
    typer.echo(f"  {told}; every file: {where}")


def _print_ignored(dropped: Sequence[Found]) -> None:
    """Print what is none of ours, alike things together: how many, since when, and their names."""
    alike: dict[str, list[Found]] = {}
    for each in dropped:
        if each["outcome"] == "ignored":
            alike.setdefault(each["code"], []).append(each)
    for code, files in sorted(alike.items()):
        names = [visible(each["name"]) for each in files[:NAMED_ALIKE]]
        more = f" and {len(files) - NAMED_ALIKE:,} more" if len(files) > NAMED_ALIKE else ""
        since = min(map(_day, files))
        why = f"{code} {files[0]['detail']}"
        typer.echo(f"  ignored    {len(files):,} since {since}: {why} {', '.join(names)}{more}")


def _day(found: Found) -> str:
    return str(found["since"])[:10]


def _print_members(archive: Found, members: Sequence[Found]) -> None:
    """Print the members of an archive as counts; refused ones by name."""
    if not members:
        return
    counts = Counter((each["outcome"], each["kind"] or "") for each in members)
    shown = ", ".join(
        f"{n:,} {kind.upper()} {outcome}".replace("  ", " ")
        for (outcome, kind), n in sorted(counts.items())
    )
    typer.echo(f"  in {visible(archive['name'])}: {shown}")
    refused: dict[str, list[Found]] = {}
    for each in members:
        if each["outcome"] == "refused":
            refused.setdefault(each["code"], []).append(each)
    for alike in refused.values():
        for each in alike[:NAMED_ALIKE]:
            why = " ".join(filter(None, [each["code"], each["detail"], each["remedy"]]))
            typer.echo(f"    refused  {visible(each['name'])}: {visible(why)}")
        if len(alike) > NAMED_ALIKE:
            more = len(alike) - NAMED_ALIKE
            typer.echo(f"    refused  {more:,} more: {alike[0]['code']}, see status --json")


def _print_archive(found: Found) -> None:
    typer.echo(f"{found['kind'].upper()}, {visible(found['app'] or 'no export we know')}")
    for member in found["members"]:
        typer.echo(f"  {visible(member['name'])}: {_in_short(member)}")
    for line in _content(found):
        typer.echo(f"  {line}")
    kinds = Counter((each["code"], each["detail"]) for each in found["left_out"])
    for (code, detail), count in sorted(kinds.items()):
        typer.echo(f"  left out: {count:,} × {visible(detail)} ({code})")


def _in_short(member: Found) -> str:
    """Say in a few words what a member holds."""
    if member["outcome"] == "refused":
        return visible(f"{member['code']} {member['detail']}")
    if member["outcome"] == "ignored":
        return visible(f"left out, {member['detail']}")
    sports = [each["counts_as"] or each["sport"] or "activity" for each in member["activities"]]
    sets = member["records"].get("set", 0)
    shown = [*sports[:3], *([f"{len(sports) - 3} more"] if len(sports) > 3 else [])]  # noqa: PLR2004 - enough for one line
    return visible(", ".join([member["kind"].upper(), *shown, *([f"{sets:,} sets"] * bool(sets))]))


def _content(found: Found) -> Iterator[str]:
    """Say what a file holds, a line for each thing."""
    for each in found["activities"]:
        metres = [f"{key[:-2]} {each[key]:.1f} m" for key in DISTANCES if each[key] is not None]
        when = each["local_start"] or each["starts_at"] or "no date"
        what = f"{visible(each['sport'] or 'type not stated')} (counts as {each['counts_as']})"
        yield f"{when}  {what}: {', '.join(metres) or 'no distance'}"
    if found["records"]:
        yield _accounted(found["records"], found["lines"])
    for each in found["exercises"]:
        verdict = each["counts_as"] or (
            "not settled, perhaps " + ", ".join(each["could_be"]) if each["could_be"] else "-"
        )
        yield f"{each['sets']:>4} sets  {visible(each['label'])}: {verdict}"
    for each in found["problems"]:
        yield f"problem at {visible(each['where'])}: {visible(each['text'])}"


def _accounted(records: Mapping[str, int], lines: int) -> str:
    """Account for every record: sets, what is none, and what nobody could read."""
    in_all = sum(records.values())
    others = {kind: n for kind, n in records.items() if kind not in {"set", "unreadable"}}
    told = ", ".join(f"{n:,} {kind}" for kind, n in others.items())
    shown = f" ({told})" if told else ""
    of_lines = "" if lines in {0, in_all} else f", on {lines:,} lines"
    return (
        f"records: {in_all:,} = {records.get('set', 0):,} sets + {sum(others.values()):,} others"
        f"{shown} + {records.get('unreadable', 0):,} unreadable{of_lines}"
    )


def _print_compared(found: Found) -> None:
    if found["no_second_reader"] is not None:
        typer.echo(visible(found["no_second_reader"]))
    elif not found["differences"]:
        typer.echo("Both readers say the same.")
    else:
        typer.echo(f"The readers DIFFER in {len(found['differences'])} places:")
    for each in found["differences"]:
        own, reference = visible(each["own"]), visible(each["reference"])
        typer.echo(f"  {visible(each['where'])}: own {own}, reference {reference}")
