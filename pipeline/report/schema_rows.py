"""The rows of the JSON of a week: jogs, sessions and the files they come from, field by field.

Lengths are metres, durations whole seconds, days local and written YYYY-MM-DD; null is "not
known", "none" or "not asked", and never stands for zero.
"""

from typing import Annotated, Literal, TypedDict

Day = Annotated[str, ("format", "date")]
Sha256 = Annotated[str, ("pattern", "^[0-9a-f]{64}$")]
Count = Annotated[int, ("minimum", 0)]
Metres = Annotated[float, ("minimum", 0)]
Evidence = Annotated[
    Literal["device", "self_logged"], "Who says so: a watch, or what somebody typed into a log."
]
DaySource = Annotated[
    Literal["file", "position", "settings", "log"] | None,
    "How the local day is known: an offset in the file, the zone at the first position, the zone"
    " in the settings, or the wall clock of a log.",
]
StartLocal = Annotated[
    str | None,
    ("pattern", r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d"),
    "When it began by the wall clock, with the offset where it is known; null where only the day"
    " is.",
]
DistanceSource = Literal["session", "laps", "records", "track", "log"]
Exercise = Annotated[str, ("pattern", "^[a-z][a-z0-9_]{0,39}$"), "The id of an exercise."]


class Linked(TypedDict):
    """Another recording of the same session."""

    sha256: Sha256
    original_name: str
    kind: str


class Source(TypedDict):
    """The file a fact comes from."""

    sha256: Annotated[Sha256, "Of the file's bytes, or of the member's in an archive."]
    original_name: Annotated[str, "The name it was dropped under, or a part of its hash."]
    kind: Annotated[str, "fit, tcx, gpx, csv, or what else it is."]
    locator: Annotated[str | None, "Where inside it: rows 211–213, or the member of an archive."]
    path: Annotated[str | None, "The original, seen from the week's page; null if not linked."]
    linked: Annotated[list[Linked], "Other recordings of the same session."]


class Alternate(TypedDict):
    """Another figure for the same distance."""

    distance_source: Annotated[str, "Where it was read."]
    metres: Metres
    sha256: Annotated[Sha256, "The file that says so."]


class Jog(TypedDict):
    """One jog."""

    date: Day
    start_local: StartLocal
    metres: Annotated[
        Metres | None, "Cut to the centimetre, never rounded up; null is not recorded."
    ]
    at_least: Annotated[bool, "The file was cut off: the distance is a lower bound."]
    distance_text: Annotated[str, "The distance as printed."]
    distance_source: Annotated[
        DistanceSource | None,
        "The watch's total, the sum of its laps, its last record, the track's length, or a log.",
    ]
    duration_s: Annotated[Count | None, "Without pauses, where the file tells."]
    under_limit: Annotated[bool | None, "Whether it stayed under the limit; null is cannot tell."]
    margin_m: Annotated[float | None, "limit_m − metres; null where under_limit is."]
    close_to_line: Annotated[bool, "Within 2 % of the limit."]
    reason: Annotated[str, "Why, in a sentence."]
    track_points: Annotated[Count, "Points along which the track was measured."]
    alternates: Annotated[list[Alternate], "Other figures, the most telling first."]
    evidence: Evidence
    day_source: DaySource
    source: Source


class Set(TypedDict):
    """One working set, in the file's own unit."""

    reps: Annotated[Count | None, "Repetitions."]
    seconds: Annotated[float | None, ("minimum", 0), "How long it was held."]
    weight: Annotated[float | None, "As written; a negative one is assistance."]
    weight_unit: Annotated[str | None, "kg or lb; null where the file has none."]


class Session(TypedDict):
    """One line of "every session": an exercise of a workout, a jog, or something not judged."""

    date: Day
    start_local: StartLocal
    exercise: Annotated[Exercise | None, "Null when it is none of the programme's."]
    label: Annotated[str, "The file's own word."]
    counted: Annotated[bool, "Whether it counts."]
    summary: Annotated[str, "What was done, or why it does not count, in words."]
    sets: list[Set]
    metres: Annotated[Metres | None, "As of a jog."]
    duration_s: Annotated[Count | None, "Without pauses, where the file tells."]
    evidence: Evidence
    day_source: DaySource
    recognised_by: Annotated[
        Literal["alias", "exact", "normalised", "rule", "number"] | None,
        "The step that knew the name: settled by the person, known as written, known but for"
        " spelling, by a rule, or by the watch's own number.",
    ]
    why_not: Annotated[
        Literal[
            "other_sport",
            "short",
            "type_not_stated",
            "strength_not_stated",
            "not_working",
            "other_exercises",
            "too_few_sets",
            "not_asked",
        ]
        | None,
        "Why it does not count.",
    ]
    source: Source


class LeftOut(TypedDict):
    """Sets under one name of one file that count for nothing."""

    label: Annotated[str, "The file's own word."]
    why: Literal["other_exercise", "settled_none", "not_known", "no_reps", "warmup", "skipped"]
    reason: Annotated[str, "The same in words."]
    exercise: Annotated[Exercise | None, "What the name stands for, if anything."]
    sets: Count
    dates: list[Day]
    source: Source
