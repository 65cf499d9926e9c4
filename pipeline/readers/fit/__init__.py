"""FIT: sessions with their distances, and the sets of strength sessions.

Source: https://developer.garmin.com/fit/protocol/
"""

from dataclasses import replace

from pipeline.errors import Code, Refused
from pipeline.readers.fit import activities, container, profile, strength, structure
from pipeline.readers.fit.messages import Broken, messages
from pipeline.readers.limits import LIMITS
from pipeline.tables import Activity, LoggedSet, Problem, Reading

recognises = container.is_fit


def read(content: bytes) -> Reading:
    """Read every part of a FIT file; damaged ones up to the damage, labelled as such.

    Raises Refused: E_FIT, E_CRC or E_TRUNCATED when nothing usable is left, E_NO_ACTIVITY for
    settings, courses and the like, E_FIT_LIMIT.
    """
    if len(content) > LIMITS.fit_bytes:
        fault = f"The size exceeds {LIMITS.fit_bytes // 1_000_000} MB."
        raise Refused(Code.E_FIT_LIMIT, fault)
    problems: list[Problem] = []
    found: list[Activity] = []
    sets: list[LoggedSet] = []
    decoded = [_decode(part, problems) for part in container.parts(content, problems)]
    if any(part.of(profile.SESSION) for part in decoded):
        # Beside a part with a session, one without is a heart-rate plug-in, no other activity.
        decoded = [part for part in decoded if part.of(profile.SESSION) or _is_cut_run(part)]
    for part in decoded:
        _require_activity_file(part)
        mine = [
            replace(activity, position=len(found) + index)
            for index, activity in enumerate(activities.activities(part, problems))
        ]
        found += mine
        sets += [
            replace(logged, position=len(sets) + index)
            for index, logged in enumerate(strength.sets(part, mine))
        ]
    if not found:
        raise _nothing_left(decoded)
    return Reading("fit", "fitparse", _device(decoded), tuple(found), tuple(sets), tuple(problems))


def _decode(part: container.Part, problems: list[Problem]) -> activities.Part:
    """Sort the messages of a part; what breaks midway is kept as a labelled salvage."""
    decoded = activities.Part(part.integrity)
    shape = structure.walk(part.body, part.start)
    if shape.misaligned:
        text = f"the size of {shape.misaligned} fields does not fit their type: read as bytes"
        problems.append(Problem("misaligned", f"byte {part.offset}", text))
    try:
        for message in messages(shape):
            decoded.add(message)
    except Broken as broken:
        if part.integrity == "whole":
            # Length and checksum are right, so the file is as its maker wrote it, and what
            # we cannot read of it may be anything: half of it is worse than none.
            fault = f"The FIT structure is broken at byte {part.start + broken.at}."
            raise Refused(Code.E_FIT, fault, _salvage(decoded)) from None
        if part.integrity == "checksum":
            decoded.integrity = "damaged"
    if decoded.integrity != "whole":
        problems.append(
            Problem(decoded.integrity, f"byte {part.offset}", "read up to the damage, if any")
        )
    return decoded


def _is_cut_run(part: activities.Part) -> bool:
    """Tell a recording that was cut off before its session was written."""
    return part.integrity != "whole" and bool(part.of(profile.RECORD))


def _require_activity_file(part: activities.Part) -> None:
    """Refuse sound files that are no activity: settings, courses, weights, daily monitoring."""
    kinds = [file_id.get(0) for file_id in part.of(profile.FILE_ID)]
    if not kinds or profile.ACTIVITY_FILE in kinds or part.of(profile.SESSION):
        return
    if kinds[0] is None and part.of(profile.RECORD):
        return
    kind = profile.FILE_KINDS.get(kinds[0], "other") if isinstance(kinds[0], int) else "other"
    fault = f"The file is sound but holds no workout (it is a {kind} file)."
    raise Refused(Code.E_NO_ACTIVITY, fault)


def _nothing_left(parts: list[activities.Part]) -> Refused:
    integrity = {part.integrity for part in parts}
    if "truncated" in integrity:
        messages_read = sum(len(rows) for part in parts for rows in part.kinds.values())
        fault = (
            f"The file ends too early, after {messages_read} messages, and nothing before that"
            " can be used."
        )
        return Refused(Code.E_TRUNCATED, fault)
    if integrity & {"checksum", "damaged"}:
        fault = "The checksum does not match, and nothing in it can be trusted."
        return Refused(Code.E_CRC, fault)
    return Refused(Code.E_NO_ACTIVITY, "The file is sound but holds no workout.")


def _salvage(part: activities.Part) -> str:
    """Say what a refused file could still tell: sport, day and distance."""
    for activity in activities.activities(part, []):
        day = activity.starts_at.date().isoformat() if activity.starts_at else "no date"
        metres = activity.session_m or activity.records_m or activity.track_m
        distance = "no distance" if metres is None else f"at least {metres / 1000:.2f} km"
        return f"{activity.sport or 'type not stated'}, {day}, {distance}"
    return ""


def _device(parts: list[activities.Part]) -> str | None:
    for part in parts:
        for file_id in part.of(profile.FILE_ID):
            if isinstance(file_id.get(1), int):
                product = file_id.get(2, "")
                return f"{file_id[1]}/{product}" if product != "" else str(file_id[1])
    return None
