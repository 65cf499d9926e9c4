"""What a week shows as its evidence: every jog, every session, every name nobody knows."""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any

import polars as pl

from pipeline.calendar import ONE_DAY
from pipeline.compliance.frames import Frames
from pipeline.identity import DISTANCE_CHAIN, LOG, RICHNESS, WHOLE
from pipeline.programme.prescriptions import JOG
from pipeline.week import (
    Alternate,
    Evidence,
    Jog,
    LinkedSource,
    PerformedSet,
    Session,
    Source,
    UnknownName,
)

Row = Mapping[str, Any]
SELF_LOGGED: Evidence = "self_logged"
DEVICE: Evidence = "device"
SHOWN_OF_A_SET = (
    *("week", "day", "local_start", "starts_at", "session", "exercise", "label", "title"),
    *("reps", "seconds", "weight", "weight_unit", "sha256", "position", "name", "file_kind", "row"),
)
# Why a recording is listed and not counted, by its kind.
WHY_NOT = {"other": "other_sport", "unstated": "type_not_stated", "strength": "strength_not_stated"}


def jogs(frames: Frames) -> Iterator[tuple[dt.date, Jog]]:
    """Yield the judged jogs with their week, by day and start, each with its other recordings."""
    linked = linked_recordings(frames.recorded_jogs)
    for row in frames.jogs.iter_rows(named=True):
        others = linked.get(row["session"], [])
        yield (
            row["week"],
            Jog(
                day=row["day"],
                start_local=_start(row),
                metres=row["metres"],
                distance_source=row["distance_source"],
                duration_s=_duration(row),
                under_limit=row["under_limit"],
                at_least=row["at_least"],
                close_to_line=row["close_to_line"],
                track_points=row["track_points"] or 0,
                evidence=evidence_of(row["file_kind"]),
                source=source_of(row, others),
                alternates=alternates(row, others),
            ),
        )


def sessions(frames: Frames) -> Iterator[tuple[dt.date, Session]]:
    """Yield every session with its week: what counts first, by day; then what does not."""
    rows = [*_strength(frames.sets), *_jog_sessions(frames), *_uncounted(frames)]
    yield from sorted(rows, key=_place)


def unknown_names(sets: pl.DataFrame) -> Iterator[tuple[dt.date, UnknownName]]:
    """Yield the names of each week that are near an exercise of the programme, and not settled."""
    near = sets.filter(pl.col("exercise").is_null() & (pl.col("candidates").list.len() > 0))
    ordered = near.sort("week", "label", "day", "sha256", "position")
    for (week, label), rows in _grouped(ordered, "week", "label"):
        name = UnknownName(
            label=label,
            day=rows[0]["day"],
            sets=len(rows),
            candidates=tuple(rows[0]["candidates"]),
            source=_rows_source(rows),
        )
        yield week, name


def source_of(row: Row, others: Sequence[Row] = (), locator: str | None = None) -> Source:
    """Name the file a row comes from, and the other recordings of the same session."""
    links = {
        (other["sha256"], other["name"], other["file_kind"])
        for other in others
        if other["sha256"] != row["sha256"]
    }
    if locator is None and row.get("row") is not None:
        locator = f"row {row['row']}"
    return Source(
        sha256=row["sha256"],
        original_name=row["name"],
        kind=row["file_kind"],
        locator=locator,
        linked=tuple(LinkedSource(*link) for link in sorted(links)),
    )


def evidence_of(file_kind: str) -> Evidence:
    """Tell a device's own recording from a person's log."""
    return SELF_LOGGED if file_kind == LOG else DEVICE


def linked_recordings(recorded: pl.DataFrame) -> dict[str, list[Row]]:
    """Group the recordings that were not kept by their session."""
    linked: dict[str, list[Row]] = {}
    for row in recorded.filter(~pl.col("is_kept")).iter_rows(named=True):
        linked.setdefault(row["session"], []).append(row)
    return linked


def alternates(row: Row, others: Sequence[Row]) -> tuple[Alternate, ...]:
    """Every other figure for a jog's distance, of its own file and of the linked ones."""
    own = [
        Alternate(step, row[f"{step}_m"], row["sha256"])
        for step in DISTANCE_CHAIN
        if row[f"{step}_m"] and step != row["distance_source"]
    ]
    linked = [
        Alternate(other["distance_source"], other["metres"], other["sha256"])
        for other in others
        if other["metres"] is not None and not _is_only_a_part(other, row)
    ]
    return tuple(own + sorted(linked, key=lambda each: (each.sha256, each.distance_source)))


def _is_only_a_part(other: Row, row: Row) -> bool:
    """Tell whether a shorter figure says nothing, because its file was cut off."""
    return bool(other["integrity"] != WHOLE and other["metres"] < (row["metres"] or 0.0))


def _jog_sessions(frames: Frames) -> Iterator[tuple[dt.date, Session]]:
    linked = linked_recordings(frames.recorded_jogs)
    for row in frames.jogs.iter_rows(named=True):
        others = linked.get(row["session"], [])
        yield row["week"], _moving(row, exercise=JOG, source=source_of(row, others))


def _uncounted(frames: Frames) -> Iterator[tuple[dt.date, Session]]:
    """Yield what was recorded and is not judged: other sports, short runs, other exercises."""
    recorded = frames.recorded_jogs.select("sha256", "position")
    short = frames.recorded_jogs.filter("is_kept").join(
        frames.jogs.select("sha256", "position"), on=["sha256", "position"], how="anti"
    )
    linked = linked_recordings(frames.recorded_jogs)
    for row in short.iter_rows(named=True):
        source = source_of(row, linked.get(row["session"], []))
        yield row["week"], _moving(row, source=source, why_not="short")
    with_sets = frames.sets.filter(pl.col("file_kind") == "fit").select(
        "sha256", pl.col("activity").alias("position")
    )
    rest = frames.recordings.filter(pl.col("kind") != JOG)
    for seen in (recorded, with_sets):
        rest = rest.join(seen.unique(), on=["sha256", "position"], how="anti")
    for row in rest.iter_rows(named=True):
        yield row["week"], _moving(row, why_not=WHY_NOT[row["kind"]])
    for week, rows in _workouts_of_nothing_known(frames.sets):
        label = rows[0]["title"] or ", ".join(sorted({row["label"] for row in rows})[:3])
        yield week, _lifting(rows, exercise=None, label=label, why_not="other_exercises")
    for row in frames.idle.iter_rows(named=True):
        label = row["title"] or row["label"]
        yield row["week"], _lifting([row], exercise=None, label=label, why_not="not_working")


def _moving(
    row: Row,
    *,
    exercise: str | None = None,
    source: Source | None = None,
    why_not: str | None = None,
) -> Session:
    return Session(
        day=row["day"],
        start_local=_start(row),
        exercise=exercise,
        label=row["sport"] or row["title"] or "",
        counted=why_not is None,
        evidence=evidence_of(row["file_kind"]),
        source=source or source_of(row),
        metres=row["metres"],
        duration_s=_duration(row),
        why_not=why_not,
    )


def _strength(sets: pl.DataFrame) -> Iterator[tuple[dt.date, Session]]:
    """Yield one line per exercise of a session, from the richest file that tells of it."""
    known = sets.filter(pl.col("exercise").is_not_null()).select(SHOWN_OF_A_SET)
    ranked = known.with_columns(RICHNESS).sort(
        "session", "exercise", "richness", "sha256", "position"
    )
    for (_, exercise), rows in _grouped(ranked, "session", "exercise"):
        kept = [row for row in rows if row["sha256"] == rows[0]["sha256"]]
        others = [row for row in rows if row["sha256"] != rows[0]["sha256"]]
        yield kept[0]["week"], _lifting(kept, exercise=exercise, others=others)


def _workouts_of_nothing_known(sets: pl.DataFrame) -> Iterator[tuple[dt.date, list[Row]]]:
    """Yield the sessions in which no set is of the programme, nor near it."""
    is_of_nothing = pl.col("exercise").is_null() & (pl.col("candidates").list.len() == 0)
    strange = sets.filter(is_of_nothing.all().over("session")).select(SHOWN_OF_A_SET)
    for _, rows in _grouped(strange.sort("session", "sha256", "position"), "session"):
        yield rows[0]["week"], [row for row in rows if row["sha256"] == rows[0]["sha256"]]


def _lifting(
    rows: Sequence[Row],
    *,
    exercise: str | None,
    others: Sequence[Row] = (),
    label: str | None = None,
    why_not: str | None = None,
) -> Session:
    first = rows[0]
    performed = [
        PerformedSet(row["reps"], row["seconds"], row["weight"], row["weight_unit"]) for row in rows
    ]
    return Session(
        day=first["day"],
        start_local=_start(first),
        exercise=exercise,
        label=first["label"] if label is None else label,
        counted=why_not is None,
        evidence=evidence_of(first["file_kind"]),
        source=_rows_source(rows, others),
        sets=tuple(performed) if exercise else (),
        why_not=why_not,
    )


def _rows_source(rows: Sequence[Row], others: Sequence[Row] = ()) -> Source:
    """Name the file and the lines a group of sets stands on."""
    lines = sorted(row["row"] for row in rows if row["row"] is not None)
    locator = None
    if lines:
        locator = f"row {lines[0]}" if lines[0] == lines[-1] else f"rows {lines[0]}–{lines[-1]}"
    return source_of({**rows[0], "row": None}, others, locator)


def _grouped(ordered: pl.DataFrame, *keys: str) -> Iterator[tuple[tuple[Any, ...], list[Row]]]:
    rows = ordered.iter_rows(named=True)
    for key, group in groupby(rows, key=lambda row: tuple(row[each] for each in keys)):
        yield key, list(group)


def _duration(row: Row) -> float | None:
    """Timer time, else elapsed time, in seconds."""
    seconds = row["timer_s"] or row["elapsed_s"]
    return float(seconds) if seconds else None


def _start(row: Row) -> dt.datetime | None:
    """Return the wall clock at the start, with its offset from UTC where the instant is known."""
    local: dt.datetime | None = row["local_start"]
    instant: dt.datetime | None = row["starts_at"]
    if local is None or instant is None:
        return local
    offset = local - instant.replace(tzinfo=None)
    return local.replace(tzinfo=dt.timezone(offset)) if abs(offset) < ONE_DAY else local


def _place(pair: tuple[dt.date, Session]) -> tuple[Any, ...]:
    week, session = pair
    local = session.start_local or dt.datetime.combine(session.day, dt.time.min)
    start = local.replace(tzinfo=None)
    return (
        week,
        not session.counted,
        session.day,
        start,
        session.exercise or "",
        session.label,
        session.source.sha256,
        session.source.locator or "",
    )
