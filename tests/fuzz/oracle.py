"""What every outcome must be, whatever was read: closed, finite, within limits, fit to be shown."""

import datetime as dt
import math
import unicodedata
from collections.abc import Iterator
from dataclasses import fields

from pipeline.errors import Code, Declined, Refusal
from pipeline.guard import Answer
from pipeline.members import LeftOut, Listing, Told
from pipeline.readers.limits import LIMITS
from pipeline.tables import Activity, LoggedSet, Problem, Reading

OURS = (Code.E_CRASH, Code.E_TIME, Code.E_MEMORY)  # a small file that ends so is a fault of ours
LONGEST_SENTENCE = 400
LONGEST_PROBLEM = 1_000
WORST_PAIN, LONGEST_NOTE = 10, 1_000
MOST_OFFSET = dt.timedelta(hours=14)
FIRST_DAY = dt.date(LIMITS.first_year - 1, 12, 31)  # 2000 has begun somewhere
METRES = ("session_m", "laps_m", "records_m", "track_m", "metres")
DURATIONS = ("timer_s", "elapsed_s", "seconds", "moving_speed_m_s")
TEXTS = ("sport", "sub_sport", "title", "label", "workout", "zone", "app")
INTEGRITY = ("whole", "truncated", "checksum", "damaged")
# Control characters, and those that turn what follows them around.
UNSHOWN = ("Cc", "Cf", "Cs", "Co", "Zl", "Zp")


def outcome_name(answer: Answer) -> str:
    """Say in a word how reading ended, for counting."""
    outcome = answer.outcome
    if isinstance(outcome, Refusal | LeftOut):
        return outcome.code.value
    return type(outcome).__name__.lower()


def faults(answer: Answer) -> Iterator[str]:
    """Yield whatever is wrong with an outcome; nothing for a good one."""
    outcome = answer.outcome
    if isinstance(outcome, Reading):
        yield from _of_reading(outcome)
    elif isinstance(outcome, Refusal):
        yield from _of_sentence(outcome.code, outcome.fault)
        yield from _of_text("salvage", outcome.salvage)
    elif isinstance(outcome, LeftOut):
        yield from _of_left_out(outcome)
    elif isinstance(outcome, Listing):
        yield from _of_listing(outcome)
    elif not isinstance(outcome, Declined):
        yield f"the outcome is {type(outcome).__name__}"


def _of_reading(reading: Reading) -> Iterator[str]:
    for name in ("kind", "reader", "app"):
        yield from _of_text(name, getattr(reading, name) or "")
    if not (reading.activities or reading.sets or reading.pain or reading.kind == "map"):
        yield "it was read, and says nothing"
    for activity in reading.activities:
        yield from _of_activity(activity)
    positions = [each.position for each in reading.activities]
    if positions != list(range(len(positions))):
        yield f"the activities are numbered {positions}"
    for at, logged in enumerate(reading.sets):
        yield from _of_set(logged)
        if logged.position != at:
            yield f"set {at} is numbered {logged.position}"
        if logged.activity is not None and logged.activity not in positions:
            yield f"set {at} belongs to activity {logged.activity}, which is not there"
    for entry in reading.pain:
        if not 0 <= entry.score <= WORST_PAIN or len(entry.note or "") > LONGEST_NOTE:
            yield f"a pain of {entry.score} with {len(entry.note or '')} characters"
    yield from _of_problems(reading.problems)


def _of_activity(activity: Activity) -> Iterator[str]:
    yield from _of_figures(activity)
    yield from _of_instants(activity)
    if activity.integrity not in INTEGRITY:
        yield f"integrity {activity.integrity}"
    if activity.starts_at and activity.ends_at and activity.ends_at < activity.starts_at:
        yield f"it ends at {activity.ends_at}, before it begins"
    if activity.local_start and activity.starts_at:
        offset = activity.local_start.replace(tzinfo=dt.UTC) - activity.starts_at
        if abs(offset) > MOST_OFFSET:
            yield f"its clock is {offset} off"


def _of_set(logged: LoggedSet) -> Iterator[str]:
    yield from _of_figures(logged)
    yield from _of_instants(logged)
    if logged.reps is not None and not 0 <= logged.reps <= LIMITS.reps:
        yield f"{logged.reps} reps"
    if logged.weight is not None:
        kilograms = logged.weight * (1 if logged.weight_unit == "kg" else 0.45359237)
        if not abs(kilograms) <= LIMITS.weight:
            yield f"a weight of {logged.weight} {logged.weight_unit}"


def _of_figures(said: Activity | LoggedSet) -> Iterator[str]:
    """Every number finite; lengths and durations within limits; every text cut."""
    for each in fields(said):
        value = getattr(said, each.name)
        if isinstance(value, float) and not math.isfinite(value):
            yield f"{each.name} is {value}"
        if each.name in METRES and value is not None and not 0 <= value <= LIMITS.metres:
            yield f"{each.name} is {value}"
        if each.name in DURATIONS and value is not None and value < 0:
            yield f"{each.name} is {value}"
        if isinstance(value, int) and not isinstance(value, bool) and abs(value) >= 1 << 31:
            yield f"{each.name} is {value}"
        if isinstance(value, str):
            yield from _of_text(each.name, value)


def _of_instants(said: Activity | LoggedSet | Told) -> Iterator[str]:
    for each in fields(said):
        value = getattr(said, each.name)
        if isinstance(value, dt.datetime) and (each.name in {"starts_at", "ends_at"}) != bool(
            value.tzinfo
        ):
            yield f"{each.name} is {value}"
        if isinstance(value, dt.date):
            day = value.date() if isinstance(value, dt.datetime) else value
            if day < FIRST_DAY:
                yield f"{each.name} is {value}, before {LIMITS.first_year}"


def _of_listing(listing: Listing) -> Iterator[str]:
    for activity in listing.activities:
        yield from _of_activity(activity)
    for left_out in listing.left_out:
        yield from _of_left_out(left_out)
    for member in listing.members:
        if not 0 <= member.size_bytes <= LIMITS.file_bytes:
            yield f"a member of {member.size_bytes} bytes"
        if member.told is not None:
            yield from _of_instants(member.told)
            figures = (member.told.metres, member.told.timer_s, member.told.elapsed_s)
            yield from (f"told {each}" for each in figures if each is not None and not each >= 0)
    yield from _of_problems(listing.problems)


def _of_left_out(left_out: LeftOut) -> Iterator[str]:
    if left_out.code.startswith("I_"):
        yield from _of_text("detail", left_out.detail)
    else:
        yield from _of_sentence(left_out.code, left_out.detail)


def _of_problems(problems: tuple[Problem, ...]) -> Iterator[str]:
    for problem in problems:
        told = f"{problem.code}{problem.where}{problem.text}"
        if len(told) > LONGEST_PROBLEM:
            yield f"a problem of {len(told)} characters"
        yield from _of_text("problem", problem.code + problem.where + problem.text)


def _of_sentence(code: Code, sentence: str) -> Iterator[str]:
    if code not in set(Code) or not code.startswith("E_"):
        yield f"the code {code}"
    if code in OURS:
        yield f"{code.value}: {sentence}"
    if not sentence.endswith("."):
        yield f"{code.value}: the sentence has no end: {sentence[-40:]!r}"
    if len(sentence) >= LONGEST_SENTENCE:
        yield f"{code.value}: a sentence of {len(sentence)} characters"
    if bad := sorted({sign for sign in sentence if unicodedata.category(sign) in UNSHOWN}):
        yield f"{code.value}: the sentence holds {bad!r}"


def _of_text(name: str, text: str) -> Iterator[str]:
    """A text of the file's: kept as it was said, but for its length and what no table can hold."""
    if name in TEXTS and len(text) > LIMITS.label_chars:
        yield f"{name} has {len(text)} characters"
    try:
        text.encode()
    except UnicodeEncodeError:
        yield f"{name} holds half a character"
