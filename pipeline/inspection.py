"""What one file holds, as plain data, without importing it; and what a second reader says."""

import os
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import fields
from pathlib import Path
from typing import Any

from pipeline import guard, mappings, readers
from pipeline.errors import Code, Refusal, SettingsError
from pipeline.guard import Answer, Guard, Source
from pipeline.members import LeftOut, Listing, without_address
from pipeline.programme import catalogue, sports
from pipeline.readers.csv_log import drafting
from pipeline.reasons import REASONS
from pipeline.tables import Activity, LoggedSet, Reading, shown_name

Found = dict[str, Any]


def found(file: Path, zone: str | None = None) -> Found:
    """Say what a file holds, members of an archive included; no positions.

    A table that no reader knows gets a `draft` of a mapping too, with what it leaves open in
    `questions`, and its first sets as they are understood by it; `zone` is the person's.
    """
    with guard.guarded() as children:
        ((_, answer),) = children.answers([Source.of(file, _maps_beside(file))])
        if isinstance(answer.outcome, Listing):
            return _archive(children, file, answer.outcome)
    described = _as_found(answer)
    if isinstance(answer.outcome, Refusal) and readers.is_for_a_mapping(answer.outcome):
        described |= _drafted(file, zone)
    return described


def _maps_beside(file: Path) -> tuple[Path, ...]:
    near = (file.parent / os.fsdecode(name) for name in mappings.beside(os.fsencode(file.name)))
    return tuple(path for path in near if path.is_file())


def _drafted(file: Path, zone: str | None) -> Found:
    """Draft a mapping in a child; nothing when the file is no table."""
    drafted = guard.alone(_draft_in_child, str(file), zone)
    if isinstance(drafted, Refusal):
        return {}
    sets = [
        {
            "row": each.row,
            "day": _day(each),
            "label": each.label,
            "kind": each.kind,
            "reps": each.reps,
            "seconds": each.seconds,
            "weight": each.weight,
            "weight_unit": each.weight_unit,
            "metres": each.metres,
        }
        for each in drafted.sets
    ]
    return {
        "draft": drafted.text,
        "save_as": f"{file.name}{os.fsdecode(mappings.OF_A_FILE)}",
        "questions": list(drafted.questions),
        "first_sets": sets,
    }


def _day(logged: LoggedSet) -> str | None:
    if logged.day is not None:
        return logged.day.isoformat()
    return None if logged.starts_at is None else f"{logged.starts_at:%Y-%m-%d %H:%M}Z"


def save_draft(file: Path, described: Found) -> None:
    """Save the draft beside the file; raises SettingsError when there is none, or a file there."""
    if "draft" not in described:
        message = f"{file}: there is no draft to save, {described.get('detail') or 'it is read'}"
        raise SettingsError(message)
    beside = file.with_name(described["save_as"])
    try:
        with beside.open("x", encoding="utf-8") as made:
            made.write(described["draft"])
    except FileExistsError as fault:
        message = f"{beside} is there already; change it with an editor"
        raise SettingsError(message) from fault


def _draft_in_child(path: str, zone: str | None) -> drafting.Draft:
    return drafting.draft(Path(path).read_bytes(), zone)


def cross_checked(file: Path) -> Found:
    """Read a file with our own reader and with the reference library, and list the differences."""
    own, reference = (_read_by(file, mode) for mode in ("own", "reference"))
    missing = _no_second_reader(own, reference)
    found = [] if missing else list(differences(own, reference))
    return {
        "own": _as_found(Answer(own)),
        "reference": None if missing else _as_found(Answer(reference)),
        "no_second_reader": missing,
        "differences": found,
    }


def differences(own: Reading | Refusal, reference: Reading | Refusal) -> Iterator[dict[str, str]]:
    """Yield every field in which two readings of one file differ, problems and readers aside."""
    if isinstance(own, Refusal) or isinstance(reference, Refusal):
        said = [each.code if isinstance(each, Refusal) else "read" for each in (own, reference)]
        if said[0] != said[1]:
            yield {"where": "outcome", "own": str(said[0]), "reference": str(said[1])}
        return
    yield from _compared("activity", "activities", own.activities, reference.activities)
    yield from _compared("record", "records", own.sets, reference.sets)


def _read_by(file: Path, mode: guard.Mode) -> Reading | Refusal:
    ((_, outcome),) = guard.read_all([file], mode=mode)
    if isinstance(outcome, Listing):
        return Refusal(Code.E_UNSUPPORTED, "This is an archive.", kind=outcome.kind)
    return outcome


def _no_second_reader(own: Reading | Refusal, reference: Reading | Refusal) -> str | None:
    """Say why there is nothing to compare, if there is nothing."""
    reader = readers.READERS.get(own.kind or "")
    if reader is None or reader.reference is None:
        return f"There is no second reader for this kind: {own.kind or 'not recognised'}."
    if (
        isinstance(own, Reading)
        and isinstance(reference, Reading)
        and own.reader == reference.reader
    ):
        return f"Our own reader leaves this file to the second one, {own.reader}."
    return None


def _compared(
    what: str,
    many: str,
    own: Sequence[Activity] | Sequence[LoggedSet],
    reference: Sequence[Activity] | Sequence[LoggedSet],
) -> Iterator[dict[str, str]]:
    if len(own) != len(reference):
        yield {
            "where": f"number of {many}",
            "own": f"{len(own)}",
            "reference": f"{len(reference)}",
        }
    pairs: Iterator[tuple[Any, Any]] = zip(own, reference, strict=False)
    for number, pair in enumerate(pairs):
        for name in (field.name for field in fields(pair[0])):
            values = [getattr(each, name) for each in pair]
            if values[0] != values[1]:
                where = f"{what} {number}, {name}"
                yield {"where": where, "own": str(values[0]), "reference": str(values[1])}


def _archive(children: Guard, file: Path, listing: Listing) -> Found:
    sources = [
        Source(file, each.size_bytes, each.address, each.told, len(listing.members))
        for each in listing.members
    ]
    members = [
        _as_found(answer) | {"name": shown_name(without_address(member.name))}
        for member, (_, answer) in zip(listing.members, children.answers(sources), strict=True)
    ]
    said = Reading(
        listing.kind, listing.kind, listing.app, listing.activities, (), listing.problems
    )
    left_out = [
        {
            "name": shown_name(without_address(each.name)),
            "code": each.code.value,
            "detail": each.detail,
        }
        for each in listing.left_out
    ]
    return _of_reading(said) | {"members": members, "left_out": left_out}


def _as_found(answer: Answer) -> Found:
    """Say what came of one content, as plain data."""
    outcome = answer.outcome
    if isinstance(outcome, Reading):
        return _of_reading(outcome)
    if isinstance(outcome, LeftOut):
        is_fault = outcome.code.startswith("E_")
        return {
            "outcome": "refused" if is_fault else "ignored",
            "kind": None,
            "code": outcome.code.value,
            "detail": outcome.detail,
        }
    if not isinstance(outcome, Refusal):
        message = f"nothing can be said of {type(outcome).__name__}"
        raise TypeError(message)
    return {
        "outcome": "refused",
        "kind": outcome.kind,
        "code": outcome.code.value,
        "detail": outcome.fault,
        "remedy": REASONS[outcome.code].remedy,
        "salvage": outcome.salvage,
    }


def _of_reading(outcome: Reading) -> Found:
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
        "lines": len({each.row for each in outcome.sets if each.row is not None}),
        "records": dict(sorted(Counter(each.kind for each in outcome.sets).items())),
        "exercises": [
            {
                "label": label,
                "sets": count,
                "counts_as": (known := _recognised(label, category, subtype, grade)).exercise,
                "could_be": list(known.candidates),
            }
            for (label, category, subtype, grade), count in sorted(names.items(), key=str)
        ],
        "problems": [
            {"code": each.code, "where": each.where, "text": each.text} for each in outcome.problems
        ],
    }


def _recognised(
    label: str, category: int | None, subtype: int | None, grade: str | None
) -> catalogue.Recognition:
    return catalogue.recognise(label, category=category, subtype=subtype, grade=grade)
