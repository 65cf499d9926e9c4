"""What the JSON of a week holds: schema version 1, every field with its type, unit and meaning.

This is the contract with whoever reads `2026-W46.json`. The JSON Schema in `docs/reference` is
made of it and lets no other field pass, so that a field which is not described here fails a test.
Lengths are metres, durations whole seconds, days local and written YYYY-MM-DD; null is "not
known", "none" or "not asked", and never stands for zero.
"""

from typing import Annotated, Literal, NotRequired, TypedDict

from pipeline.report.schema_rows import (
    Count,
    Day,
    Evidence,
    Exercise,
    Jog,
    LeftOut,
    Metres,
    Session,
    Source,
)
from pipeline.week import Status

VERSION = 1

Code = Annotated[Status, "How the week stands; see the table of statuses."]
Headline = Annotated[str, "The answer in one sentence, with its numbers."]
Detail = Annotated[str, "What is missing or over, by name and day; may be empty."]


class Person(TypedDict):
    """Whose week it is."""

    id: Annotated[str, ("pattern", "^[a-z0-9-]{1,40}$"), "The id in the settings."]
    label: Annotated[str, "The name as the page shows it."]


class Calendar(TypedDict):
    """Which week it is."""

    iso_year: Annotated[int, "The ISO year, which may differ from that of its first day."]
    iso_week: Annotated[int, ("minimum", 1), ("maximum", 53), "The ISO week."]
    start: Annotated[Day, "Its first day."]
    end: Annotated[Day, "Its last day, which belongs to it."]
    timezone: Annotated[str, "The person's time zone, an IANA name."]
    week_start: Annotated[
        Literal["monday", "sunday"], "A Sunday week is named by the ISO week of its Monday."
    ]


class AsOf(TypedDict):
    """Up to when the week was judged."""

    date: Annotated[Day, "The earlier of the day of the run and the last day of the week."]


class Prescription(TypedDict):
    """What the programme asked of one exercise in this week."""

    id: Exercise
    name: Annotated[str, "Its name at the start of a row."]
    sessions_per_week: Annotated[Count, "How many sessions make it done."]
    sets_per_session: Annotated[Count, "How many working sets make a session."]


class Rules(TypedDict):
    """The programme as it was valid in this week."""

    version: Annotated[int, "The version of the rules themselves."]
    limit_m: Annotated[Metres, "No jog may reach it."]
    exercises: Annotated[list[Prescription], "In the order of the programme."]


class Standing(TypedDict):
    """The verdict."""

    code: Code
    pill: Annotated[str, "The status in two or three words."]
    headline: Headline
    detail: Detail
    tone: Annotated[Literal["good", "over", "miss", "idle"], "Which colours the page uses."]
    icon: Annotated[
        Literal["pause", "check", "triangle", "info", "dashed", "question", "clock"],
        "Which sign the page uses.",
    ]
    open: Annotated[bool, "Whether the week is not over yet."]
    could_change: Annotated[str | None, "What settling a name could change."]
    done: Annotated[Count, "Exercises that are done."]
    due: Annotated[Count, "Exercises that the programme asks for."]


class Judged(TypedDict):
    """How the week stood before a late file changed it."""

    code: Code
    headline: Headline
    detail: Detail


class Revised(TypedDict):
    """One revision of the week."""

    n: Annotated[int, ("minimum", 1), "Its number."]
    on: Annotated[Day, "From which day on it stood."]
    code: Code
    headline: Headline
    detail: Detail


class Revision(TypedDict):
    """How often late files changed this week."""

    n: Annotated[int, ("minimum", 1), "1 for a week that was never changed."]
    changed_on: Annotated[Day | None, "When the newest change came."]
    cause_files: Annotated[list[Source], "The late files that caused it."]
    previous: Annotated[Judged | None, "How the week stood before."]
    history: Annotated[list[Revised], "Every revision, oldest first; may be empty."]


class Weeks12(TypedDict):
    """One exercise in up to twelve weeks, this one last; open weeks and pauses are left out."""

    done: Annotated[Count, "Weeks in which it was done."]
    with_files: Annotated[Count, "Weeks with files that could tell of it."]
    no_files: Annotated[Count, "Weeks without."]


class ExerciseWeek(TypedDict):
    """One exercise in this week."""

    id: Exercise
    name: Annotated[str, "Its name at the start of a row."]
    state: Annotated[Literal["done", "missing", "open"], "Open: to do, and the week is not over."]
    sessions: Annotated[Count, "Sessions that count."]
    required: Annotated[Count, "Sessions that are asked for."]
    days: Annotated[
        list[Literal["done", "over", "unknown", "none", "future"]],
        ("minItems", 7),
        ("maxItems", 7),
        "Each day of the week: over is a jog that reached the limit, unknown one without distance.",
    ]
    last_seen: Annotated[Day | None, "The newest day with it, up to the end of this week."]
    evidence: list[Evidence]
    missing_because: Annotated[
        Literal["not_recorded", "no_files", "not_due"] | None,
        "no_files: no file could have told of it, so it may have been done.",
    ]
    weeks12: Weeks12


class Step(TypedDict):
    """One thing to do next."""

    kind: Literal["missing", "limit", "distance", "name", "folder", "nothing"]
    title: str
    text: str


class TrendWeek(TypedDict):
    """One of the last weeks."""

    id: Annotated[str, ("pattern", r"^\d{4}-W\d\d$"), "Which week."]
    code: Code
    done: Count
    due: Count
    jog_metres: Annotated[list[Metres], "Its jogs with a distance, in order."]
    jog_under: Annotated[list[bool], "Whether each of them stayed under the limit."]
    jogs_unknown: Annotated[Count, "Jogs of which this cannot be told."]


class Trend(TypedDict):
    """Up to twelve weeks, this one last; open weeks and pauses are not among the closed ones."""

    weeks: Annotated[list[TrendWeek], ("maxItems", 12), "Oldest first."]
    on_plan: Annotated[Count, "Closed weeks on plan."]
    closed: Annotated[Count, "Closed weeks."]
    no_files: Annotated[Count, "Closed weeks in which nothing was recorded."]
    jogs_under: Annotated[Count, "Jogs under the limit."]
    jogs_total: Annotated[Count, "All jogs."]


class Coverage(TypedDict):
    """How far the data reaches, up to the last day of the week."""

    activity_until: Annotated[Day | None, "Newest day a watch's file tells of."]
    strength_until: Annotated[Day | None, "Newest day a strength log tells of."]
    days_with_data_30: Annotated[Count, "Days with data among the last 30."]
    source_files: Annotated[Count, "Files this week comes from."]


class Trigger(TypedDict):
    """Why the page asks to see somebody, and in which words."""

    rule: Literal["single", "days", "persistent"]
    title: str
    text: str
    advice: str
    urgent: str


class Pain(TypedDict):
    """The pain diary of this week."""

    days: Annotated[
        list[Annotated[int, ("minimum", 0), ("maximum", 10)] | None],
        ("minItems", 7),
        ("maxItems", 7),
        "0 none, 10 worst; null is no entry.",
    ]
    trigger: Annotated[Trigger | None, "The care card, if a rule fired."]
    notes: NotRequired[Annotated[list[str | None], "Only with `show_pain_notes = true`."]]


class Note(TypedDict):
    """Something to know about the data."""

    kind: Annotated[
        Literal[
            "late",
            "duplicate",
            "suspect_duplicate",
            "unknown_name",
            "unknown_distance",
            "not_counted",
            "refused",
            "truncated",
            "clock",
            "zone_assumed",
            "distance_disagrees",
            "close_to_line",
            "back_to_back",
            "superseded",
        ],
        "What it is about; notes stand in this order.",
    ]
    title: str
    text: str
    source: Source | None


class Formats(TypedDict):
    """What the files of this week are called, beside this one."""

    html: str
    md: str
    json: str
    pdf: Annotated[str | None, "Null where no PDF is written."]


class Texts(TypedDict):
    """The small print."""

    hint: str
    method: Annotated[str, "How this report decides."]


class Week(TypedDict):
    """One week of one person."""

    schema_version: Annotated[Literal[1], "Goes up when a field changes its meaning or goes."]
    report_id: Annotated[str, ("pattern", r"^\d{4}-W\d\d$"), "The year and the week."]
    person: Person
    week: Calendar
    as_of: AsOf
    units: Annotated[Literal["km", "mi"], "Which units the printed texts use."]
    rules: Rules
    status: Standing
    revision: Revision
    exercises: Annotated[list[ExerciseWeek], "In the order of the programme."]
    jogs: Annotated[list[Jog], "By day and start."]
    sessions: Annotated[list[Session], "By day and start; what does not count comes last."]
    next_steps: Annotated[list[Step], ("maxItems", 4), "What to do, in order."]
    trend: Annotated[Trend | None, "Null in the first week."]
    coverage: Coverage
    pain: Annotated[Pain | None, "Null without a pain diary."]
    left_out: Annotated[list[LeftOut], "What counts for nothing, and why."]
    notes: Annotated[list[Note], "On the data, in a fixed order."]
    formats: Formats
    texts: Texts
