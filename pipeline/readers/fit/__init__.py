"""FIT: sessions with their distances, and the sets of strength sessions.

Source: https://developer.garmin.com/fit/protocol/
"""

from collections.abc import Callable
from dataclasses import replace

from pipeline.errors import Code, Decline, Refused
from pipeline.readers.fit import activities, container, part, profile, strength
from pipeline.readers.fit.part import Part
from pipeline.tables import Activity, LoggedSet, Problem, Reading

recognises = container.is_fit


def read(content: bytes) -> Reading:
    """Read every part of a FIT file; damaged ones up to the damage, labelled as such.

    Raises Refused: E_CRC or E_TRUNCATED when nothing usable is left, E_NO_ACTIVITY for settings,
    courses and the like, E_FIT_LIMIT; Decline when the structure breaks although length and
    checksum are right, since another decoder may know what we do not.
    """
    return _read(content, _decode, "columns")


def read_reference(content: bytes) -> Reading:
    """Read the same with fitparse, in a fresh process: it keeps state from file to file.

    Raises Refused as `read` does, and with E_FIT where the structure breaks.
    """
    # Here, since only the few files that need it should pay for the import of fitparse.
    from pipeline.readers.fit import reference  # noqa: PLC0415

    def decode(raw: container.Part) -> Part:
        found = reference.decode(raw)
        if found.broken_at is not None and raw.integrity == "whole":
            # Length and checksum are right, so the file is as its maker wrote it, and what
            # we cannot read of it may be anything: half of it is worse than none.
            fault = f"The FIT structure is broken at byte {found.broken_at}."
            raise Refused(Code.E_FIT, fault, _salvage(found))
        return found

    return _read(content, decode, "fitparse")


def _decode(raw: container.Part) -> Part:
    found = part.decode(raw)
    if found.broken_at is not None and raw.integrity == "whole":
        message = f"the structure breaks at byte {found.broken_at}"
        raise Decline(message)
    return found


def _read(content: bytes, decode: Callable[[container.Part], Part], reader: str) -> Reading:
    problems: list[Problem] = []
    found: list[Activity] = []
    sets: list[LoggedSet] = []
    decoded = [_labelled(raw, decode, problems) for raw in container.parts(content, problems)]
    if any(each.of(profile.SESSION) for each in decoded):
        # Beside a part with a session, one without is a heart-rate plug-in, no other activity.
        decoded = [each for each in decoded if each.of(profile.SESSION) or _is_cut_run(each)]
    for each in decoded:
        _require_activity_file(each)
        mine = [
            replace(activity, position=len(found) + index)
            for index, activity in enumerate(activities.activities(each, problems))
        ]
        found += mine
        sets += [
            replace(logged, position=len(sets) + index)
            for index, logged in enumerate(strength.sets(each, mine))
        ]
    if not found:
        raise _nothing_left(decoded)
    return Reading("fit", reader, _device(decoded), tuple(found), tuple(sets), tuple(problems))


def _labelled(
    raw: container.Part, decode: Callable[[container.Part], Part], problems: list[Problem]
) -> Part:
    """Decode a part; what is odd or damaged about it goes to `problems`."""
    found = decode(raw)
    if found.misaligned:
        text = f"the size of {found.misaligned} fields does not fit their type: not read"
        problems.append(Problem("misaligned", f"byte {raw.offset}", text))
    if found.broken_at is not None and found.integrity == "checksum":
        found.integrity = "damaged"
    if found.integrity != "whole":
        problems.append(
            Problem(found.integrity, f"byte {raw.offset}", "read up to the damage, if any")
        )
    return found


def _is_cut_run(found: Part) -> bool:
    """Tell a recording that was cut off before its session was written."""
    return found.integrity != "whole" and len(found.records.seconds) > 0


def _require_activity_file(found: Part) -> None:
    """Refuse sound files that are no activity: settings, courses, weights, daily monitoring."""
    kinds = [file_id.get(0) for file_id in found.of(profile.FILE_ID)]
    if not kinds or profile.ACTIVITY_FILE in kinds or found.of(profile.SESSION):
        return
    if kinds[0] is None and len(found.records.seconds):
        return
    kind = profile.FILE_KINDS.get(kinds[0], "other") if isinstance(kinds[0], int) else "other"
    fault = f"The file is sound but holds no workout (it is a {kind} file)."
    raise Refused(Code.E_NO_ACTIVITY, fault)


def _nothing_left(parts: list[Part]) -> Refused:
    integrity = {each.integrity for each in parts}
    if "truncated" in integrity:
        messages_read = sum(each.messages for each in parts)
        fault = (
            f"The file ends too early, after {messages_read} messages, and nothing before that"
            " can be used."
        )
        return Refused(Code.E_TRUNCATED, fault)
    if integrity & {"checksum", "damaged"}:
        fault = "The checksum does not match, and nothing in it can be trusted."
        return Refused(Code.E_CRC, fault)
    return Refused(Code.E_NO_ACTIVITY, "The file is sound but holds no workout.")


def _salvage(found: Part) -> str:
    """Say what a refused file could still tell: sport, day and distance."""
    for activity in activities.activities(found, []):
        day = activity.starts_at.date().isoformat() if activity.starts_at else "no date"
        metres = activity.session_m or activity.records_m or activity.track_m
        distance = "no distance" if metres is None else f"at least {metres / 1000:.2f} km"
        return f"{activity.sport or 'type not stated'}, {day}, {distance}"
    return ""


def _device(parts: list[Part]) -> str | None:
    for each in parts:
        for file_id in each.of(profile.FILE_ID):
            if isinstance(file_id.get(1), int):
                product = file_id.get(2)
                is_one = isinstance(product, int)  # a damaged definition may make many of it
                return f"{file_id[1]}/{product}" if is_one else str(file_id[1])
    return None
