"""The columns of the tables, and the gate that admits a frame by them.

Lengths are metres, durations seconds, instants aware UTC in microseconds; a `local_` time is a
wall clock without a zone. Null is "not stated" and never 0. Weights stay in the file's own unit.
"""

import polars as pl

INSTANT = pl.Datetime("us", "UTC")
WALL_CLOCK = pl.Datetime("us")
ACTIVITY = pl.Schema(
    {
        "position": pl.Int32(),
        "sport": pl.String(),
        "sub_sport": pl.String(),
        "title": pl.String(),
        "starts_at": INSTANT,
        "ends_at": INSTANT,
        "local_start": WALL_CLOCK,
        "zone": pl.String(),
        "zone_source": pl.String(),
        "timer_s": pl.Float64(),
        "elapsed_s": pl.Float64(),
        "session_m": pl.Float64(),
        "laps_m": pl.Float64(),
        "records_m": pl.Float64(),
        "track_m": pl.Float64(),
        "moving_speed_m_s": pl.Float64(),
        "samples": pl.Int32(),
        "track_points": pl.Int32(),
        "integrity": pl.String(),
    }
)
LOGGED_SET = pl.Schema(
    {
        "position": pl.Int32(),
        "kind": pl.String(),
        "workout": pl.String(),
        "label": pl.String(),
        "day": pl.Date(),
        "local_start": WALL_CLOCK,
        "local_end": WALL_CLOCK,
        "starts_at": INSTANT,
        "row": pl.Int32(),
        "activity": pl.Int32(),
        "title": pl.String(),
        "category": pl.Int32(),
        "subtype": pl.Int32(),
        "grade": pl.String(),
        "reps": pl.Int32(),
        "seconds": pl.Float64(),
        "weight": pl.Float64(),
        "weight_unit": pl.String(),
        "metres": pl.Float64(),
    }
)
PROBLEM = pl.Schema({"code": pl.String(), "where": pl.String(), "text": pl.String()})
PAIN_ENTRY = pl.Schema(
    {"day": pl.Date(), "score": pl.Int32(), "note": pl.String(), "row": pl.Int32()}
)
# Where a content lies in archives: the archive, which member of it, and whether the archive says
# something of it that the content does not.
FOUND_IN = pl.Schema(
    {"container": pl.String(), "index": pl.Int32(), "name": pl.Binary(), "told": pl.Boolean()}
)
# Members of an archive that have no row of their own.
LEFT_OUT = pl.Schema({"name": pl.Binary(), "code": pl.String(), "detail": pl.String()})
# A workout as a log tells it: when it began, and a digest of its sets, equal where they are.
TOLD_WORKOUT = pl.Schema({"begun": WALL_CLOCK, "digest": pl.UInt64(), "sets": pl.UInt32()})
# One row per content, sorted by sha256: the ledger of the file beside what it said. A content is
# an original, the member of an archive that is one, or both. `workouts` are all that a log told;
# they stay when a newer export takes its place, and of its sets only those that none newer tells.
READING = pl.Schema(
    {
        "sha256": pl.String(),
        "names": pl.List(pl.Binary()),
        "size_bytes": pl.Int64(),
        "first_seen": INSTANT,
        "kind": pl.String(),
        "app": pl.String(),
        "outcome": pl.String(),
        "code": pl.String(),
        "detail": pl.String(),
        "salvage": pl.String(),
        "reader": pl.String(),
        "reader_version": pl.String(),
        "found_in": pl.List(pl.Struct(FOUND_IN)),
        "left_out": pl.List(pl.Struct(LEFT_OUT)),
        "is_history": pl.Boolean(),
        "workouts": pl.List(pl.Struct(TOLD_WORKOUT)),
        "activities": pl.List(pl.Struct(ACTIVITY)),
        "sets": pl.List(pl.Struct(LOGGED_SET)),
        "problems": pl.List(pl.Struct(PROBLEM)),
        "pain": pl.List(pl.Struct(PAIN_ENTRY)),
    }
)


def gate(frame: pl.DataFrame, schema: pl.Schema) -> pl.DataFrame:
    """Return the frame if it has exactly these columns and types, in this order; else raise.

    Raises polars.exceptions.SchemaError naming what differs.
    """
    if frame.schema != schema:
        wrong = [
            f"{name}: {frame.schema.get(name)} instead of {schema.get(name)}"
            for name in dict.fromkeys([*schema, *frame.schema])
            if frame.schema.get(name) != schema.get(name)
        ]
        raise pl.exceptions.SchemaError("; ".join(wrong) or "the columns are in another order")
    return frame
