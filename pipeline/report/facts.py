"""What the sentences of one week are built from: its parts in a fixed order, and file names."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

from pipeline.report.catalogue import join, say
from pipeline.report.words import Units, at_least, distance, in_sentence, limit_text
from pipeline.week import (
    Alternate,
    ExerciseWeek,
    Jog,
    LeftOut,
    LinkedSource,
    Session,
    Source,
    UnknownName,
    Week,
)

JOG = "jog"
_SHA256 = re.compile(r"[0-9a-f]{64}")
_ROWS = re.compile(r"rows? \d+(?:[-–]\d+)?")
_ORDER = ("session", "laps", "records", "track", "log")
_FOREVER = 99
Starts = Jog | Session


@dataclass(frozen=True)
class Options:
    """How reports are written: links to originals, names of files, what the machine does.

    `originals` is relative to a week's page; `{person}` in it becomes the person's id.
    """

    link_originals: bool = True
    file_names: Literal["plain", "hash"] = "plain"
    originals: str = "../../../people/{person}/originals"
    notifier_configured: bool = False
    units: Units = "km"
    show_pain_notes: bool = False
    care_text: str = ""
    care_urgent: str = ""
    pdf: bool = False  # a PDF beside each week's page
    lies_in: Mapping[str, str] = field(default_factory=dict)  # member → the archive it lies in


def _start(item: Starts) -> str:
    return "" if item.start_local is None else item.start_local.isoformat()


def _number(value: float | None) -> float:
    return -1.0 if value is None else float(value)


@dataclass(frozen=True)
class Facts:
    """One week and the options, with everything sorted, so that input order never shows."""

    week: Week
    options: Options

    @cached_property
    def order(self) -> dict[str, int]:
        """Place of each exercise in the programme."""
        return {exercise.id: index for index, exercise in enumerate(self.week.rules.exercises)}

    @cached_property
    def exercises(self) -> list[ExerciseWeek]:
        """The exercises in programme order."""
        return sorted(
            self.week.exercises, key=lambda each: (self.order.get(each.id, _FOREVER), each.id)
        )

    @cached_property
    def jogs(self) -> list[Jog]:
        """The jogs by day and start."""
        return sorted(
            self.week.jogs,
            key=lambda jog: (
                jog.day,
                _start(jog),
                jog.source.sha256,
                jog.source.locator or "",
                _number(jog.metres),
                _number(jog.duration_s),
            ),
        )

    @cached_property
    def sessions(self) -> list[Session]:
        """The sessions by day, start and programme order; what is not counted comes last."""
        return sorted(
            self.week.sessions,
            key=lambda each: (
                not each.counted,
                each.day,
                _start(each),
                self.order.get(each.exercise or "", _FOREVER),
                each.label,
                each.source.sha256,
                each.source.locator or "",
                _number(each.metres),
                _number(each.duration_s),
            ),
        )

    @cached_property
    def unknown_names(self) -> list[UnknownName]:
        """The unsettled names by day."""
        return sorted(
            self.week.unknown_names,
            key=lambda each: (each.day, each.label, each.source.sha256, each.sets),
        )

    @cached_property
    def left_out(self) -> list[LeftOut]:
        """What counts for nothing, the name with the most sets first."""
        return sorted(
            self.week.left_out,
            key=lambda each: (-each.sets, each.label, each.source.sha256, each.why, each.days),
        )

    @cached_property
    def over(self) -> list[Jog]:
        """The jogs that reach the limit, longest first."""
        found = [jog for jog in self.jogs if jog.under_limit is False]
        return sorted(found, key=lambda jog: -_number(jog.metres))

    @cached_property
    def unknown(self) -> list[Jog]:
        """The jogs of which nobody can tell whether they stayed under the limit."""
        return [jog for jog in self.jogs if jog.under_limit is None]

    @cached_property
    def missing(self) -> list[ExerciseWeek]:
        """The exercises whose prescription is not met, or not yet."""
        return [exercise for exercise in self.exercises if exercise.state != "done"]

    @property
    def limit(self) -> str:
        """The limit in words: "5 km"."""
        return limit_text(self.week.rules.limit_m)

    def distance(self, jog: Jog) -> str:
        """A jog's distance as printed, saying when it is a lower bound or not known."""
        if jog.metres is None:
            return say("words.no_distance")
        text = self.metres(jog.metres)
        return at_least(text) if jog.at_least else text

    def metres(self, metres: float) -> str:
        """Any distance as printed beside this week's limit."""
        return distance(metres, self.week.rules.limit_m, self.options.units)

    def exercise_name(self, exercise_id: str) -> str | None:
        """The programme's name of an exercise, at the start of a row; None if it has none."""
        for exercise in self.week.rules.exercises:
            if exercise.id == exercise_id:
                return exercise.name
        return None

    def other_figure(self, jog: Jog) -> str:
        """Another figure for a jog's distance as a phrase, or nothing."""
        found = alternates(jog)
        if not found:
            return ""
        return self.figure(found[0].distance_source, found[0].metres)

    def figure(self, distance_source: str, metres: float) -> str:
        """A figure and where it was read: "track adds up to 5.58 km"."""
        return figure(distance_source, self.metres(metres))

    def file(self, source: Source | LinkedSource | None) -> str:
        """A source's name as the pages show it: its own, or its hash where names stay private."""
        if source is None:
            return say("source.some_file")
        if self.options.file_names == "hash":
            return say("source.hashed", kind=source.kind.upper(), digest=source.sha256[:8])
        return source.original_name

    def file_called(self, original_name: str) -> str:
        """The name of a file of which only the name is known."""
        if self.options.file_names == "plain":
            return original_name
        for source in self.sources():
            if source.original_name == original_name:
                return self.file(source)
        return say("source.some_file")

    def sources(self) -> Iterator[Source | LinkedSource]:
        """Yield every source a session of the week comes from, and the recordings beside it."""
        for source in (
            *(jog.source for jog in self.jogs),
            *(session.source for session in self.sessions),
        ):
            yield source
            yield from linked(source)

    def path(self, sha256: str) -> str | None:
        """Where an original lies, seen from the week's page; None if it is not to be linked."""
        if not self.options.link_originals or not _SHA256.fullmatch(sha256):
            return None
        folder = self.options.originals.replace("{person}", self.week.person)
        original = self.options.lies_in.get(sha256, sha256)
        return f"{folder}/{original[:2]}/{original}"

    def locator(self, source: Source) -> str | None:
        """Where inside the file; a member of an archive has a name too, which may be private."""
        if self.options.file_names == "hash" and not _ROWS.fullmatch(source.locator or ""):
            return None
        return source.locator


def alternates(jog: Jog) -> list[Alternate]:
    """The other figures for a jog, the most telling first."""
    return sorted(
        jog.alternates,
        key=lambda each: (
            _ORDER.index(each.distance_source) if each.distance_source in _ORDER else _FOREVER,
            each.metres,
            each.sha256,
        ),
    )


def linked(source: Source) -> list[LinkedSource]:
    """The other recordings of the same session, in a fixed order."""
    return sorted(source.linked, key=lambda each: (each.original_name, each.sha256, each.kind))


def names_in_sentence(exercises: list[ExerciseWeek]) -> str:
    """Exercise names as a phrase: "rows, presses and jogging"."""
    return join([in_sentence(exercise.name) for exercise in exercises])


def figure(distance_source: str, printed: str) -> str:
    """A distance as printed, and where it was read."""
    known = distance_source if distance_source in _ORDER else "log"
    return say(f"source.other_{known}", distance=printed)
