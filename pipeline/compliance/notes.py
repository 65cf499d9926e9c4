"""What a page should say about its data: copies, doubts, damage, refusals, and where they lie.

Sentences are the report's; here are only facts.
"""

import datetime as dt
import zoneinfo
from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any

import polars as pl

from pipeline import identity
from pipeline.calendar import CalendarWeek
from pipeline.compliance.evidence import alternates, source_of
from pipeline.compliance.frames import Frames, Row
from pipeline.compliance.rules import CHECKSUM
from pipeline.errors import Code
from pipeline.programme.prescriptions import JOG
from pipeline.reasons import REASONS
from pipeline.settings import Person
from pipeline.week import Note, Source

Found = Iterator[tuple[dt.date, Note]]
BACK_TO_BACK_S = 600.0
DISAGREE_SHARE = 0.02
# A settings file or a picture in the folder is no gap in anybody's week.
HARMLESS = ("E_NO_ACTIVITY", "E_UNSUPPORTED")


def by_week(
    frames: Frames, person: Person, weeks: Sequence[CalendarWeek]
) -> dict[dt.date, tuple[Note, ...]]:
    """Return the notes of each week, in no particular order of importance, but always the same.

    A file without any day goes to the week in which it was first seen, or the first there is.
    """
    zone = zoneinfo.ZoneInfo(person.zone)
    notes: dict[dt.date, list[Note]] = defaultdict(list)
    for week, note in (
        *_duplicates(frames),
        *_jogs(frames),
        *_back_to_back(frames),
        *_suspects(frames),
        *_zones(frames, person.zone),
        *_unplaced(frames, zone, weeks),
    ):
        notes[week].append(note)
    return {week: tuple(sorted(found, key=_place)) for week, found in notes.items()}


def _duplicates(frames: Frames) -> Found:
    """Yield other recordings of the same session, jogs and strength sessions."""
    linked = frames.recorded_jogs.filter(~pl.col("is_kept"))
    kept = frames.recorded_jogs.filter("is_kept").join(linked, on="session", how="semi")
    kept_of = {row["session"]: row for row in kept.iter_rows(named=True)}
    for row in linked.iter_rows(named=True):
        first = kept_of[row["session"]]  # it decides the day: two clocks may differ about midnight
        facts = {"what": "jog", "kept": first["name"], "metres": row["metres"]}
        yield first["week"], Note("duplicate", first["day"], source_of(row), facts)
    yield from _repeated_workouts(frames)


def _repeated_workouts(frames: Frames) -> Found:
    """Yield files that tell again of an exercise that a richer file tells of."""
    files = frames.known_sets.lazy()
    richest = files.filter("is_richest").select("session", "exercise", kept="name")
    again = (
        files.filter(~pl.col("is_richest"))
        .unique(["session", "sha256"], keep="first")
        .join(richest, on=["session", "exercise"])
        .collect(engine="in-memory")
    )
    for row in again.iter_rows(named=True):
        facts = {"what": "session", "kept": row["kept"], "metres": None}
        yield row["week"], Note("duplicate", row["day"], source_of(row), facts)


def _jogs(frames: Frames) -> Found:
    """Yield damage, and figures that contradict each other."""
    for row in frames.jog_rows:
        if row["integrity"] != identity.WHOLE:
            damage = None if row["integrity"] == identity.TRUNCATED else CHECKSUM
            facts = {"metres": row["metres"], "damage": damage}
            yield row["week"], Note("truncated", row["day"], source_of(row), facts)
        found = _contradiction(row, frames.linked.get(row["session"], ()))
        if found is not None:
            yield row["week"], Note("distance_disagrees", row["day"], source_of(row), found)


def _contradiction(row: Row, others: Sequence[Row]) -> dict[str, Any] | None:
    """Return the figure furthest from the one that counts, if it says something else.

    That is: it lies on the other side of the limit, which comes first, or more than 2 % away (a
    bare track may be that far off without being wrong).
    """
    metres, limit = row["metres"], row["limit_m"]
    if metres is None:
        return None
    found = []
    for other in alternates(row, others):
        is_other_side = (other.metres < limit) != (metres < limit)
        is_far = abs(other.metres - metres) > DISAGREE_SHARE * metres
        if is_other_side or (is_far and other.distance_source != "track"):
            found.append((is_other_side, abs(other.metres - metres), other))
    if not found:
        return None
    *_, worst = max(found, key=lambda each: each[:2])
    return {
        "metres": metres,
        "other_metres": worst.metres,
        "other_source": worst.distance_source,
    }


def _back_to_back(frames: Frames) -> Found:
    """Yield jogs in a row, ten minutes apart at most, that reach the limit only together."""
    for pair in identity.back_to_back(frames.jogs, BACK_TO_BACK_S).iter_rows(named=True):
        first, second, limit = pair["first_m"], pair["second_m"], pair["limit_m"]
        if first is None or second is None or max(first, second) >= limit:
            continue
        if first + second >= limit:
            facts = {"first_m": first, "second_m": second} | {
                key: pair[key] for key in ("minutes", "count")
            }
            yield pair["week"], Note("back_to_back", pair["day"], source_of(pair), facts)


def _suspects(frames: Frames) -> Found:
    """Yield jogs of equal length a whole number of hours apart: one of them may be a copy."""
    found = identity.unsettled(frames.jogs)
    if found.is_empty():
        return
    rows = {row["session"]: row for row in frames.jog_rows}
    for session, earlier, hours in found.iter_rows():
        row, other = rows[session], rows[earlier]
        facts = {"other": other["name"], "hours": hours}
        yield row["week"], Note("suspect_duplicate", row["day"], source_of(row), facts)


def _zones(frames: Frames, zone: str) -> Found:
    """Yield, once a week, how many recordings had no zone of their own."""
    judged = pl.col("kind").is_in([JOG, "strength"])
    counts = (
        frames.recordings.filter(pl.col("zone_assumed") & judged)
        .group_by("week")
        .agg(count=pl.len())
    )
    for week, count in counts.iter_rows():
        yield week, Note("zone_assumed", None, None, {"zone": zone, "count": count})


def _unplaced(frames: Frames, zone: zoneinfo.ZoneInfo, weeks: Sequence[CalendarWeek]) -> Found:
    """Yield files that belong to no week: refused ones, and sessions without a date."""
    first, last = weeks[0], weeks[-1]

    def week_seen(row: Row) -> dt.date:
        day = row["first_seen"].astimezone(zone).date()
        return min(max(CalendarWeek.of(day, first.week_start).start, first.start), last.start)

    for row in frames.undated.sort("sha256", "position").iter_rows(named=True):
        note = Note("clock", None, source_of(row), {"name": row["name"]})
        yield week_seen(row), note
    for row in frames.unreadable.iter_rows(named=True):
        place = f"first {row['where']}" if row["where"] else f"first line {row['row']}"
        facts = _lines(row, place)
        yield row["week"] or week_seen(row), Note("refused", None, source_of(row), facts)
    for row in frames.diary_lines.iter_rows(named=True):
        source = Source(row["sha256"], row["name"], row["kind"])
        facts = _lines(row, f"first {row['where']}")
        yield week_seen(row), Note("refused", None, source, facts)
    for row in frames.refused.iter_rows(named=True):
        if row["code"] in HARMLESS:
            continue
        facts = {
            "name": row["name"],
            "code": row["code"],
            "fault": row["detail"],
            "remedy": REASONS[Code(row["code"])].remedy,
            "salvage": row["salvage"],
        }
        source = Source(row["sha256"], row["name"], row["kind"] or "file")
        yield week_seen(row), Note("refused", None, source, facts)


def _lines(row: Row, place: str) -> dict[str, Any]:
    """Tell of lines that could not be read, and of the first of them."""
    code = Code(row["code"] or Code.E_VALUE_RANGE)
    return {
        "name": row["name"],
        "code": code.value,
        "lines": row["count"],
        "where": place,
        "text": row["text"],
        "remedy": REASONS[code].remedy,
    }


def _place(note: Note) -> tuple[Any, ...]:
    sha256 = note.source.sha256 if note.source else ""
    return (note.kind, str(note.day), sha256, str(sorted(note.facts.items(), key=str)))
