"""One judged week of one person, as a value: what the rules found, before any words.

`compliance` makes these, `report` prints them; neither knows the other. Lengths are metres,
durations seconds, days local; `start_local` is a wall clock, with its offset from UTC where that
is known. None is "not known" and never stands for zero.
"""

import datetime as dt
import enum
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeVar, dataclass_transform

from pipeline.calendar import CalendarWeek

Evidence = Literal["device", "self_logged"]
# How a local day is known: by an offset in the file, by the zone at the first position, by the
# zone in the settings, or by the wall clock of a log.
DaySource = Literal["file", "position", "settings", "log"]
Fact = str | int | float | dt.date | None


T = TypeVar("T")


@dataclass_transform(frozen_default=True)
def numerous(values: type[T]) -> type[T]:
    """Make a class of values, of which ten years hold thousands.

    Like a frozen dataclass: compared, hashed and printed by its fields, and the type checker
    refuses to change one. Nothing refuses it at run time: that guard makes each value cost five
    times as much, which is a tenth of all judging.
    """
    return dataclass(slots=True, unsafe_hash=True)(values)


class Status(enum.StrEnum):
    """How a week stands; the order of the table in `judge` decides which one applies."""

    PAUSED = "paused"
    ON_PLAN = "on_plan"
    INCOMPLETE = "incomplete"
    OVER_LIMIT = "over_limit"
    INCOMPLETE_OVER_LIMIT = "incomplete_over_limit"
    UNDECIDED = "undecided"
    NO_DATA = "no_data"
    OPEN = "open"
    OPEN_EMPTY = "open_empty"
    OPEN_ON_PLAN = "open_on_plan"
    OPEN_OVER_LIMIT = "open_over_limit"


@dataclass(frozen=True, slots=True)
class Prescription:
    """What the programme asks of one exercise, as valid in one week."""

    id: str
    name: str  # at the start of a row: "Shoulder shrugs"
    sessions_per_week: int = 1
    sets_per_session: int = 1


@dataclass(frozen=True, slots=True)
class Rules:
    """The programme as it was valid in one week."""

    version: int
    limit_m: float
    exercises: tuple[Prescription, ...]


@dataclass(frozen=True, slots=True)
class LinkedSource:
    """Another recording of the same session."""

    sha256: str
    original_name: str
    kind: str


@numerous
class Source:
    """The file a fact comes from. `locator` tells where inside it ("rows 211–213")."""

    sha256: str
    original_name: str
    kind: str  # fit, tcx, gpx or csv
    locator: str | None = None
    linked: tuple[LinkedSource, ...] = ()


@dataclass(frozen=True, slots=True)
class Alternate:
    """Another figure for the same jog's distance, and where it was read."""

    distance_source: str
    metres: float
    sha256: str


@numerous
class Jog:
    """One jog: a session whose sport is running, at least 100 m long or of unknown length.

    `metres` is the exact figure. With `at_least` it is a lower bound (a file that was cut off),
    which can prove "reached the limit" and never "stayed under". `under_limit` None means
    that this cannot be told.
    """

    day: dt.date
    start_local: dt.datetime | None
    metres: float | None
    distance_source: str | None  # session, laps, records, track or log
    duration_s: float | None
    under_limit: bool | None
    at_least: bool
    close_to_line: bool
    track_points: int
    evidence: Evidence
    source: Source
    alternates: tuple[Alternate, ...] = ()
    day_source: DaySource | None = None


@dataclass(frozen=True, slots=True)
class PerformedSet:
    """One working set, in the file's own unit; None is "not stated"."""

    reps: int | None
    seconds: float | None
    weight: float | None
    weight_unit: str | None


@numerous
class Session:
    """One line of "every session": an exercise of one workout, a jog, or something not judged.

    `exercise` is a prescription's id, or None when it is none of the programme's. `label` is
    the file's own word, `recognised_by` the step that knew it: alias (settled by the person),
    exact, normalised, rule, or number (the watch's own for the exercise). `why_not` is set when it
    is not counted: "other_sport" (a walk, a ride), "short" (a run under 100 m),
    "type_not_stated", "strength_not_stated", "not_working" (warm-ups only), "other_exercises",
    "too_few_sets" (the programme asks for more), "not_asked" (not in the programme that week).
    """

    day: dt.date
    start_local: dt.datetime | None
    exercise: str | None
    label: str
    counted: bool
    evidence: Evidence
    source: Source
    sets: tuple[PerformedSet, ...] = ()
    metres: float | None = None
    duration_s: float | None = None
    why_not: str | None = None
    day_source: DaySource | None = None
    recognised_by: str | None = None


@numerous
class LeftOut:
    """Sets under one name of one file in one week that count for nothing, and why.

    `why` is "other_exercise" (none of the programme's), "settled_none" (the person said so),
    "not_known" (near one of the programme's, to be settled), "no_reps" (neither reps nor
    seconds), "warmup" or "skipped". `exercise` is the one the name stands for, if any.
    """

    label: str
    why: str
    exercise: str | None
    sets: int
    days: tuple[dt.date, ...]
    source: Source


@numerous
class ExerciseWeek:
    """One exercise in one week. `days` holds seven of done, over, unknown, none, future."""

    id: str
    name: str
    state: Literal["done", "missing", "open"]
    sessions: int
    required: int
    days: tuple[str, ...]
    last_seen: dt.date | None  # newest day with it, up to the last day of this week
    evidence: tuple[Evidence, ...]
    missing_because: Literal["not_recorded", "no_files", "not_due"] | None


@dataclass(frozen=True, slots=True)
class UnknownName:
    """A name in a strength file that is near one of the programme's, and that nobody settled.

    `candidates` are prescription ids, best first.
    """

    label: str
    day: dt.date
    sets: int
    candidates: tuple[str, ...]
    source: Source


@dataclass(frozen=True, slots=True)
class Note:
    """Something the reader of the page should know about the data; `facts` fills its sentence.

    Kinds and their facts: see `report.notes`.
    """

    kind: str
    day: dt.date | None
    source: Source | None
    facts: Mapping[str, Fact] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Coverage:
    """How far the data reaches, up to the last day of the week."""

    activity_until: dt.date | None
    strength_until: dt.date | None
    days_with_data_30: int
    source_files: int


@dataclass(frozen=True, slots=True)
class PainTrigger:
    """Why a page asks to see somebody. `rule` is single, days or persistent.

    `score` is that of the `day` (single) or the threshold that was reached; `count` how many
    days of the week, or weeks running, it was.
    """

    rule: str
    score: float
    day: dt.date | None = None
    count: int = 0


@dataclass(frozen=True, slots=True)
class Pain:
    """What the pain diary says of a week, day by day: 0 is none, 10 the worst, None no entry."""

    days: tuple[int | None, ...]
    notes: tuple[str | None, ...]
    trigger: PainTrigger | None = None


@dataclass(frozen=True, slots=True)
class Judgement:
    """How a week stood in one revision: what the files said that were first seen up to a day.

    `sessions` counts those of each exercise, in the programme's order; `cause` names the files
    that made this revision of the one before.
    """

    status: Status
    on: dt.date
    sessions: tuple[int, ...]
    jogs: tuple[Jog, ...] = ()
    cause: tuple[Source, ...] = ()


@dataclass(frozen=True, slots=True)
class Week:
    """Everything a page says about one week of one person."""

    person: str
    label: str
    calendar: CalendarWeek
    zone: str
    as_of: dt.date  # the earlier of the local day of `now` and the last day
    is_open: bool
    pause: str | None  # the reason, when the whole week is a planned pause
    rules: Rules
    status: Status
    exercises: tuple[ExerciseWeek, ...]
    jogs: tuple[Jog, ...]
    sessions: tuple[Session, ...]
    unknown_names: tuple[UnknownName, ...]
    notes: tuple[Note, ...]
    coverage: Coverage
    left_out: tuple[LeftOut, ...] = ()
    history: tuple[Judgement, ...] = ()  # revisions, oldest first; one entry: never revised
    pain: Pain | None = None  # without a diary that reaches into this week

    @property
    def done(self) -> int:
        """How many exercises are done."""
        return sum(exercise.state == "done" for exercise in self.exercises)

    @property
    def due(self) -> int:
        """How many exercises the programme asks for."""
        return len(self.exercises)
