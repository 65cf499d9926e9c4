"""Invented strength workouts: as Strong and Hevy export them, and as a watch records them."""

import datetime as dt
from dataclasses import dataclass

from sample_fit import FitWriter, seconds
from sample_tracks import LAP, RECORD, SESSION, noise, write_head, write_tail

SET, EXERCISE_TITLE = 225, 264
STRENGTH = (10, 20, "Strength")
REST, ACTIVE = 0, 1
KILOGRAM = 1
GUESSES = 3  # a watch names three candidates; equal ones mean that the wearer chose
STRONG_HEADER = (
    "Date,Workout Name,Duration,Exercise Name,Set Order,Weight,Reps,Distance,Seconds,"
    "Notes,Workout Notes,RPE"
)
HEVY_HEADER = (
    '"title","start_time","end_time","description","exercise_title","superset_id",'
    '"exercise_notes","set_index","set_type","weight_kg","reps","distance_km",'
    '"duration_seconds","rpe"'
)


@dataclass(frozen=True)
class Workout:
    """A workout in the app's own words and times.

    Each exercise is a name and its sets: `35x12` is 35 kg twelve times, `x15` without weight,
    `40s` by time; `W` before it is a warm-up, `F` a set to failure.
    """

    title: str
    start: str
    end: str  # Hevy: when it ended; Strong: how long it took
    exercises: tuple[tuple[str, str], ...]
    note: str = ""


@dataclass(frozen=True)
class _Set:
    kind: str
    weight_kg: str
    reps: str
    duration_s: str


@dataclass(frozen=True)
class WatchExercise:
    """An exercise as FIT numbers it, with what every one of its sets was."""

    category: int
    subtype: int
    title: str
    sets: int
    reps: int
    weight_kg: float


def strong_csv(workouts: tuple[Workout, ...]) -> bytes:
    """Write a Strong export (iOS, kilograms without saying so), oldest workout first."""
    lines = [STRONG_HEADER]
    for workout in workouts:
        for exercise, notation in workout.exercises:
            head = f'{workout.start},"{workout.title}",{workout.end},"{exercise}"'
            order = 0
            for row, done in enumerate(_sets(notation)):
                order += done.kind != "W"
                weight, reps, duration = (
                    text or "0" for text in (done.weight_kg, done.reps, done.duration_s)
                )
                label = done.kind or order
                # Strong quotes the empty notes of an exercise's first row, and no others.
                notes = f'"","{workout.note}",' if row == 0 else ",,"
                lines.append(f"{head},{label},{float(weight)},{reps},0,{duration},{notes}")
                lines.append(f"{head},Rest Timer,0.0,0,0,90.0,,,")
    return "\n".join([*lines, ""]).encode()


def hevy_csv(workouts: tuple[Workout, ...]) -> bytes:
    """Write a Hevy export in kilograms, newest workout first."""
    kinds = {"": "normal", "W": "warmup", "F": "failure"}
    lines = [HEVY_HEADER]
    for workout in reversed(workouts):
        head = f'"{workout.title}","{workout.start}","{workout.end}","{workout.note}"'
        for exercise, notation in workout.exercises:
            for index, done in enumerate(_sets(notation)):
                figures = f"{done.weight_kg},{done.reps},,{done.duration_s},"
                lines.append(f'{head},"{exercise}",,"",{index},"{kinds[done.kind]}",{figures}')
    return "\n".join([*lines, ""]).encode()


def watch_fit(name: str, starts_at: dt.datetime, exercises: tuple[WatchExercise, ...]) -> bytes:
    """Write a strength session as a watch does: sets with rests between, heart rate, titles."""
    rng = noise(name)
    started = seconds(starts_at)
    file = FitWriter()
    write_head(file, started, STRENGTH)
    duration_s = _write_sets(file, started, exercises)
    for moment in range(0, duration_s, 10):
        heart_rate = round(88 + 18 * (moment % 120 < 45) + rng.uniform(-4, 4))  # noqa: PLR2004
        file.add(RECORD, (253, "uint32", started + moment), (3, "uint8", heart_rate))
    for message, last in ((LAP, (25, 39)), (SESSION, (5, 6))):
        file.add(
            message,
            (254, "uint16", 0),
            (253, "uint32", started + duration_s),
            (2, "uint32", started),
            (7, "uint32", duration_s * 1000),
            (8, "uint32", duration_s * 1000),
            (9, "uint32", None),
            (last[0], "enum", STRENGTH[0]),
            (last[1], "enum", STRENGTH[1]),
        )
    for index, exercise in enumerate(exercises):
        file.add(
            EXERCISE_TITLE,
            (254, "uint16", index),
            (0, "uint16", exercise.category),
            (1, "uint16", exercise.subtype),
            (2, "string", exercise.title),
        )
    write_tail(file, starts_at, duration_s)
    return file.finish()


def _write_sets(file: FitWriter, started: int, exercises: tuple[WatchExercise, ...]) -> int:
    """Write all sets, a rest after each; return how many seconds they took."""
    at, index = 0, 0
    for exercise in exercises:
        for _ in range(exercise.sets):
            active_s = 3 * exercise.reps + 4
            file.add(
                SET,
                *_set_head(started, at, active_s, index),
                (5, "uint8", ACTIVE),
                (3, "uint16", exercise.reps),
                (4, "uint16", round(exercise.weight_kg * 16)),
                (7, "uint16", (exercise.category,) * GUESSES),
                (8, "uint16", (exercise.subtype,) * GUESSES),
                (9, "uint16", KILOGRAM),
            )
            at += active_s
            file.add(SET, *_set_head(started, at, 75, index + 1), (5, "uint8", REST))
            at, index = at + 75, index + 2
    return at


def _set_head(
    started: int, at: int, duration_s: int, index: int
) -> tuple[tuple[int, str, int], ...]:
    return (
        (254, "uint32", started),  # watches give every set the time of the file
        (0, "uint32", duration_s * 1000),
        (6, "uint32", started + at),
        (10, "uint16", index),
    )


def _sets(notation: str) -> list[_Set]:
    found = []
    for token in notation.split():
        kind = token[0] if token[0] in "WF" else ""
        rest = token.removeprefix(kind)
        if rest.endswith("s"):
            found.append(_Set(kind, "", "", rest.removesuffix("s")))
        else:
            weight, _, reps = rest.partition("x")
            found.append(_Set(kind, weight, reps, ""))
    return found
