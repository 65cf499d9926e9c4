"""What a week shows as its evidence: every jog and every session."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import islice
from typing import Any

import polars as pl

from pipeline.calendar import ONE_DAY
from pipeline.compliance.frames import (
    EFFORT,
    FIGURES,
    FIRST_OF_A_FILE,
    IS_NEAR,
    OF_A_FILE,
    OF_A_RECORDING,
    OFFSET,
    Frames,
    Row,
    lines,
    tuples,
)
from pipeline.identity import LOG, WHOLE
from pipeline.programme.prescriptions import JOG
from pipeline.week import (
    Alternate,
    Evidence,
    Jog,
    LinkedSource,
    PerformedSet,
    Session,
    Source,
)

SELF_LOGGED: Evidence = "self_logged"
DEVICE: Evidence = "device"
ONE_DAY_US = ONE_DAY // dt.timedelta(microseconds=1)
# Why a recording is listed and not counted, by its kind.
WHY_NOT = {"other": "other_sport", "unstated": "type_not_stated", "strength": "strength_not_stated"}
_LABELS_SHOWN = 3


def jogs_and_sessions(
    frames: Frames,
) -> tuple[dict[dt.date, tuple[Jog, ...]], dict[dt.date, tuple[Session, ...]]]:
    """Return by week the judged jogs, by day and start, and all sessions.

    Sessions: exercises first, then jogs, then what is in no programme; each by day and start.
    """
    jogs: dict[dt.date, list[Jog]] = defaultdict(list)
    sessions: dict[dt.date, list[Session]] = defaultdict(list)
    for week, each in _strength(frames):
        sessions[week].append(each)
    for row in frames.jog_rows:
        jog, session = _jog(row, frames.linked.get(row["session"], ()))
        jogs[row["week"]].append(jog)
        sessions[row["week"]].append(session)
    others: dict[dt.date, list[Session]] = defaultdict(list)
    for week, each in _uncounted(frames):
        others[week].append(each)
    for week, found in others.items():
        sessions[week] += sorted(found, key=_place)
    return {week: tuple(found) for week, found in jogs.items()}, {
        week: tuple(found) for week, found in sessions.items()
    }


def source_of(row: Row, others: Sequence[Row] = ()) -> Source:
    """Name the file a row comes from, and the other recordings of the same session."""
    line = row.get("row")
    locator = None if line is None else f"row {line}"
    links = _linked(row["sha256"], others) if others else ()
    return Source(row["sha256"], row["name"], row["file_kind"], locator, links)


def evidence_of(file_kind: str) -> Evidence:
    """Tell a device's own recording from a person's log."""
    return SELF_LOGGED if file_kind == LOG else DEVICE


def alternates(row: Row, others: Sequence[Row]) -> tuple[Alternate, ...]:
    """Every other figure for a jog's distance, of its own file and of the linked ones."""
    counts = row["distance_source"]
    own = [
        Alternate(step, metres, row["sha256"])
        for step, column in FIGURES
        if (metres := row[column]) and step != counts
    ]
    if not others:
        return tuple(own)
    linked = [
        Alternate(other["distance_source"], other["metres"], other["sha256"])
        for other in others
        if other["metres"] is not None and not _is_only_a_part(other, row)
    ]
    return tuple(own + sorted(linked, key=lambda each: (each.sha256, each.distance_source)))


def _is_only_a_part(other: Row, row: Row) -> bool:
    """Tell whether a shorter figure says nothing, because its file was cut off."""
    if other["integrity"] == WHOLE or row["metres"] is None:
        return False
    return bool(other["metres"] < row["metres"])


def _linked(sha256: str, others: Sequence[Row]) -> tuple[LinkedSource, ...]:
    links = {
        (other["sha256"], other["name"], other["file_kind"])
        for other in others
        if other["sha256"] != sha256
    }
    return tuple(LinkedSource(*link) for link in sorted(links))


def _jog(row: Row, others: Sequence[Row]) -> tuple[Jog, Session]:
    """Make a jog, and the line that it is among the sessions."""
    source = source_of(row, others)
    session = _moving(row, exercise=JOG, source=source)
    jog = Jog(
        day=row["day"],
        start_local=session.start_local,
        metres=row["metres"],
        distance_source=row["distance_source"],
        duration_s=session.duration_s,
        under_limit=row["under_limit"],
        at_least=row["at_least"],
        close_to_line=row["close_to_line"],
        track_points=row["track_points"] or 0,
        evidence=session.evidence,
        source=source,
        alternates=alternates(row, others),
        day_source=row["day_source"],
    )
    return jog, session


def _uncounted(frames: Frames) -> Iterator[tuple[dt.date, Session]]:
    """Yield what was recorded and is not judged: other sports, short runs, other exercises."""
    key = ["sha256", "position"]
    recorded = frames.recorded_jogs.lazy()
    with_sets = frames.sets.lazy().select("sha256", position="activity")
    short, rest = pl.collect_all(
        [
            recorded.filter("is_kept")
            .join(frames.jogs.lazy(), on=key, how="anti")
            .select("week", "session", *OF_A_RECORDING),
            frames.recordings.lazy()
            .join(recorded, on=key, how="anti")
            .join(with_sets, on=key, how="anti")
            .select("week", "kind", *OF_A_RECORDING),
        ],
        engine="in-memory",
    )
    for row in short.iter_rows(named=True):
        source = source_of(row, frames.linked.get(row["session"], ()))
        session = _moving(row, source=source, why_not="short")
        yield row["week"], session
    for row in rest.iter_rows(named=True):
        session = _moving(row, why_not=WHY_NOT[row["kind"]])
        yield row["week"], session
    yield from _workouts_of_nothing_known(frames)
    idle = frames.idle.with_columns(OFFSET, lines=lines(pl.col("row"), pl.col("row")))
    for *of_file, title, label in tuples(idle.select(*OF_A_FILE, "title", "label")):
        yield of_file[0], _lifting(of_file, title or label, "not_working")


def _moving(
    row: Row,
    *,
    exercise: str | None = None,
    source: Source | None = None,
    why_not: str | None = None,
) -> Session:
    return Session(
        day=row["day"],
        start_local=_start(row["local_start"], row["offset_us"]),
        exercise=exercise,
        label=row["sport"] or row["title"] or "",
        counted=why_not is None,
        evidence=evidence_of(row["file_kind"]),
        source=source or source_of(row),
        metres=row["metres"],
        duration_s=_duration(row),
        why_not=why_not,
        day_source=row["day_source"],
    )


def _strength(frames: Frames) -> Iterator[tuple[dt.date, Session]]:
    """Yield one line per exercise of a session, from the richest file that tells of it."""
    files = frames.known_sets
    linked: dict[tuple[str, str], list[Row]] = {}
    for row in files.filter(~pl.col("is_richest")).iter_rows(named=True):
        linked.setdefault((row["session"], row["exercise"]), []).append(row)
    # By start, since sorting what is nearly sorted is cheap, and so is a clock that stands still.
    kept = _asked(frames, files).sort("why", "day", "local_start", "session", "exercise")
    performed = _performed(kept)
    count = pl.col("reps").list.len()
    clock: tuple[dt.datetime | None, int | None] = (None, None)
    start: dt.datetime | None = None
    shown = kept.select(*OF_A_FILE, "session", "exercise", "label", "how", "why", count=count)
    for week, day, local, offset_us, sha256, name, kind, locator, known, *told in tuples(shown):
        session, exercise, label, how, why_not, sets = told
        if clock != (local, offset_us):
            clock, start = (local, offset_us), _start(local, offset_us)
        others = linked.get((session, exercise)) if linked else None
        links = _linked(sha256, others) if others else ()
        each = Session(
            day,
            start,
            exercise,
            label,
            why_not is None,
            SELF_LOGGED if kind == LOG else DEVICE,
            Source(sha256, name, kind, locator, links),
            tuple(islice(performed, sets)),
            None,  # metres and seconds; all by place, for there are thousands of them
            None,
            why_not,
            known,
            how,
        )
        yield week, each


def _asked(frames: Frames, files: pl.DataFrame) -> pl.DataFrame:
    """Return the richest file of each exercise, with why it does not count, if it does not.

    A session counts by the file that tells of the most sets, as in the rules.
    """
    most = files.group_by("session", "exercise").agg(most=pl.col("reps").list.len().max())
    asked = frames.prescribed.select("week", "exercise", "sets_required")
    why = (
        pl.when(pl.col("sets_required").is_null())
        .then(pl.lit("not_asked"))
        .when(pl.col("most") < pl.col("sets_required"))
        .then(pl.lit("too_few_sets"))
    )
    return (
        files.filter("is_richest")
        .join(most, on=["session", "exercise"], how="left")
        .join(asked, on=["week", "exercise"], how="left")
        .with_columns(why=why)
    )


def _workouts_of_nothing_known(frames: Frames) -> Iterator[tuple[dt.date, Session]]:
    """Yield the sessions in which no set is of the programme, nor near it."""
    sets = frames.sets.lazy()
    of_something = sets.filter(pl.col("exercise").is_not_null() | IS_NEAR).select("session")
    is_of_the_first = pl.col("sha256") == pl.col("sha256").first()
    rows = pl.col("row").filter(is_of_the_first)
    strange = (
        sets.join(of_something, on="session", how="anti")
        .with_columns(OFFSET)
        .sort("session", "sha256", "position")
        .group_by("session")
        .agg(
            pl.col(FIRST_OF_A_FILE).first(),
            pl.col("sha256").first(),
            labels=pl.col("label").filter(is_of_the_first).unique().sort().head(_LABELS_SHOWN),
            lines=lines(rows.min(), rows.max()),
        )
        .collect(engine="in-memory")
    )
    shown = strange.select(*OF_A_FILE, "title", "labels")
    for *of_file, title, labels in tuples(shown):
        yield of_file[0], _lifting(of_file, title or ", ".join(labels), "other_exercises")


class _Efforts(dict[tuple[Any, ...], PerformedSet]):
    """Sets by what was done in them: those that are the same are one value."""

    def __missing__(self, effort: tuple[Any, ...]) -> PerformedSet:
        one = PerformedSet(*effort)
        if 0 not in effort:  # 0.0 and -0.0 are equal, and not written alike
            self[effort] = one
        return one


def _performed(files: pl.DataFrame) -> Iterator[PerformedSet]:
    """Yield the sets of some files, one after the other."""
    # Looked up by `map`: of tens of thousands of sets nearly all need no line of Python then.
    return map(_Efforts().__getitem__, tuples(files.select(EFFORT).explode(EFFORT)))


def _lifting(of_file: Sequence[Any], label: str, why_not: str) -> Session:
    """Make a session that does not count of a file's sets, which OF_A_FILE tells of."""
    _, day, local_start, offset_us, sha256, name, kind, locator, known = of_file
    return Session(
        day=day,
        start_local=_start(local_start, offset_us),
        exercise=None,
        label=label,
        counted=False,
        evidence=evidence_of(kind),
        source=Source(sha256, name, kind, locator),
        why_not=why_not,
        day_source=known,
    )


def _duration(row: Row) -> float | None:
    """Timer time, else elapsed time, in seconds."""
    seconds = row["timer_s"] or row["elapsed_s"]
    return float(seconds) if seconds else None


def _start(local: dt.datetime | None, offset_us: int | None) -> dt.datetime | None:
    """Return the wall clock at the start, with its offset from UTC where the instant is known."""
    return None if local is None else local.replace(tzinfo=_offset(offset_us))


@lru_cache(maxsize=1024)
def _offset(offset_us: int | None) -> dt.timezone | None:
    if offset_us is None or abs(offset_us) >= ONE_DAY_US:
        return None
    return dt.timezone(dt.timedelta(microseconds=offset_us))


def _place(session: Session) -> tuple[str, ...]:
    """Tell where a session stands among those of its week."""
    start = session.start_local
    return (
        session.day.isoformat(),
        "" if start is None else start.replace(tzinfo=None).isoformat(),
        session.label,
        session.source.sha256,
        session.source.locator or "",
    )
