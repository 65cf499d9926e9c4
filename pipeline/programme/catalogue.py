"""The file's words for an exercise, or a watch's numbers, become an exercise of the programme.

Precision first: a wrong tick is worse than a question. Nothing fuzzy is ever accepted, and no
name stands in this module: they are in `catalogue.csv`, `rules.toml` and `fit_exercises.toml`.
"""

import csv
import functools
import importlib.resources
import io
import re
import tomllib
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal, cast

How = Literal["alias", "number", "exact", "normalised", "rule"]
Standing = Literal["counts", "ask", "never"]

NONE = "none"  # the alias of a name that is no exercise of the programme
SURE_GRADES = frozenset({"confirmed", "agreed"})
UNNUMBERED = frozenset({65534, 65535})  # FIT: unknown, invalid

LATIN_MARKS = re.compile(r"([a-z\u00df-\u024f\u1e00-\u1eff])[\u0300-\u036f]+")
DASHES = re.compile(r"[-_\u2010-\u2015\u2212]")
ASIDES = re.compile(r"\( ?(?:fe)?male ?\)|\( ?version \d+ ?\)")  # (male) (female) (VERSION 2)
PULLDOWN = re.compile(r"\bpull ?downs?\b")
WORD = re.compile(r"[^\W_]+")
UNSPACED = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]")  # kana and Han are written without spaces
AMOUNT = re.compile(  # 12, 3x10, x20, 20kg, 3セット; A1 of a superset; V2
    r"[xх]?\d+(?:[xх]\d+)*(?:kgs?|lbs?|кг|s|sec|mins?|reps?|rm|[xх]|セット|回|组|組|次)?|[a-fv]\d"
)


@dataclass(frozen=True)
class Recognition:
    """What a name or a number stands for.

    `exercise` is the exercise it counts for. Without one, `candidates` are those it is near, in
    the programme's order, to be asked about; no candidates: it is plainly something else. `how`
    is the step that decided, None when no step knew it.
    """

    exercise: str | None = None
    how: How | None = None
    candidates: tuple[str, ...] = ()

    @property
    def near(self) -> tuple[str, ...]:
        """Every exercise it counts for or is near."""
        return self.candidates if self.exercise is None else (self.exercise,)


@dataclass(frozen=True)
class Entry:
    """One listed name or number: how it stands to `exercises`, which is empty for a distant one."""

    standing: Standing
    exercises: tuple[str, ...]

    def recognition(self, how: How) -> Recognition:
        """Return it as found by that step."""
        if self.standing == "counts":
            return Recognition(self.exercises[0], how)
        return Recognition(None, how, self.exercises if self.standing == "ask" else ())


@dataclass(frozen=True)
class Form:
    """One way to name an exercise in one language: a core, and the words known to go with it."""

    core: re.Pattern[str]
    words: frozenset[str]
    beginnings: tuple[str, ...]
    phrases: tuple[str, ...]
    pieces: re.Pattern[str] | None

    def covers(self, name: str) -> bool:
        """Tell whether the name holds the core and nothing that is left unexplained."""
        rest, found = self.core.subn(" ", name)
        if not found:
            return False
        words = f" {' '.join(WORD.findall(rest))} "
        for phrase in self.phrases:
            words = words.replace(phrase, " ")
        return all(map(self.knows, words.split()))

    def knows(self, word: str) -> bool:
        """Tell whether the word only says how or with what."""
        return (
            word in self.words
            or word.startswith(self.beginnings)
            or AMOUNT.fullmatch(word) is not None
            or (self.pieces is not None and self.pieces.fullmatch(word) is not None)
        )


@dataclass(frozen=True)
class Rule:
    """How the names of one exercise are understood; `near` is for the maker of the list."""

    exercise: str
    mention: re.Pattern[str]
    exclude: re.Pattern[str]
    doubt: re.Pattern[str] | None
    near: re.Pattern[str]
    forms: tuple[Form, ...]

    def standing(self, name: str) -> Standing:
        """Judge a normalised name: what is excluded never counts, an unknown word asks."""
        if not self.mention.search(name) or self.exclude.search(name):
            return "never"
        if self.doubt and self.doubt.search(name):
            return "ask"
        return "counts" if any(form.covers(name) for form in self.forms) else "ask"


def recognise(
    label: str,
    *,
    category: int | None = None,
    subtype: int | None = None,
    grade: str | None = None,
    aliases: Mapping[str, str] | None = None,
) -> Recognition:
    """Say which exercise a label and the FIT numbers beside it stand for.

    The person's aliases come first (a name to an exercise or "none"), then the numbers, the exact
    name, the normalised name, the rules. Numbers count only when the watch was sure of them; a
    number that is unsure, or in no table, is asked about when it or the label is near.
    """
    if aliases and (settled := _by_alias(label, aliases)):
        return settled
    words = by_name(label)
    if category is None:
        return words
    return _by_number((category, subtype), words, is_sure=grade in SURE_GRADES)


def recognise_all(
    labels: Iterable[str], aliases: Mapping[str, str] | None = None
) -> dict[str, Recognition]:
    """Recognise each different label once, by words alone."""
    return {label: recognise(label, aliases=aliases) for label in dict.fromkeys(labels)}


@functools.lru_cache(maxsize=16_384)
def normalise(name: str) -> str:
    """Write a name as the rules read it; to normalise twice changes nothing.

    One case and one width, hyphens as spaces, "pulldown" in one word, no accents on Latin letters
    (elsewhere they make another letter, as in й), without the (male) and (VERSION 2) of catalogues.
    """
    while (tidied := _tidied(name)) != name:
        name = tidied
    return name


def is_same_name(one: str, other: str) -> bool:
    """Tell whether two names differ in nothing but spelling; one without words is only itself."""
    return one == other or (normalise(one) == normalise(other) != "")


@functools.lru_cache(maxsize=16_384)
def by_name(label: str) -> Recognition:
    """Recognise by the lists, then by the rules."""
    if entry := _exact_names().get(label):
        return entry.recognition("exact")
    if entry := _normalised_names().get(normalise(label)):
        return entry.recognition("normalised")
    return by_rule(label)


def by_rule(label: str) -> Recognition:
    """Recognise by the rules alone; a name that two exercises claim is asked about."""
    name = normalise(label)
    standings = {rule.exercise: rule.standing(name) for rule in rules()}
    near = tuple(exercise for exercise, standing in standings.items() if standing != "never")
    if len(near) == 1 and standings[near[0]] == "counts":
        return Recognition(near[0], "rule")
    return Recognition(None, "rule" if near else None, near)


@functools.cache
def rules() -> tuple[Rule, ...]:
    """Return the rules, in the programme's order."""
    source = tomllib.loads(_text("rules.toml"))
    return tuple(_rule(told, source) for told in source["exercise"])


def _by_alias(label: str, aliases: Mapping[str, str]) -> Recognition | None:
    exercise = aliases.get(label)
    if exercise is None:
        exercise = next((to for alias, to in aliases.items() if is_same_name(alias, label)), None)
    if exercise is None:
        return None
    return Recognition(None if exercise == NONE else exercise, "alias")


def _by_number(pair: tuple[int, int | None], words: Recognition, *, is_sure: bool) -> Recognition:
    numbers, categories = _numbers()
    entry = numbers.get(pair)
    if is_sure and entry:
        return entry.recognition("number")
    if is_sure and pair[0] in UNNUMBERED:  # the watch was told the name and has no number for it
        return words
    near = set(words.near)
    if pair[0] in categories:
        near.add(categories[pair[0]])
    if entry and entry.standing != "never":
        near.update(entry.exercises)
    ordered = tuple(rule.exercise for rule in rules() if rule.exercise in near)
    return Recognition(None, "number" if ordered else None, ordered)


def _tidied(name: str) -> str:
    name = unicodedata.normalize("NFKC", name.replace("™", " ")).casefold()  # no "tm"
    if not name.isascii():
        name = LATIN_MARKS.sub(r"\1", unicodedata.normalize("NFD", name))
        name = unicodedata.normalize("NFKC", name)
    name = ASIDES.sub(" ", " ".join(DASHES.sub(" ", name).split()))
    return PULLDOWN.sub("pulldown", " ".join(name.split()))


@functools.cache
def _exact_names() -> dict[str, Entry]:
    rows = csv.reader(io.StringIO(_text("catalogue.csv")))
    next(rows)
    return {
        name: Entry(cast("Standing", standing), tuple(exercises.split()))
        for name, exercises, standing in rows
    }


@functools.cache
def _normalised_names() -> dict[str, Entry]:
    return by_normalised(_exact_names())


def by_normalised(names: Mapping[str, Entry]) -> dict[str, Entry]:
    """Put a list by normalised name; where spellings disagree, the person is asked."""
    entries: dict[str, Entry] = {}
    for name, entry in names.items():
        other = entries.setdefault(normalise(name), entry)
        if other != entry:
            both = dict.fromkeys(other.exercises + entry.exercises)
            entries[normalise(name)] = Entry("ask", tuple(both))
    return entries


@functools.cache
def _numbers() -> tuple[dict[tuple[int, int | None], Entry], dict[int, str]]:
    """Read the FIT table: entries by (category, subtype), and the categories worth a question."""
    source = tomllib.loads(_text("fit_exercises.toml"))
    standings: tuple[Standing, ...] = ("never", "ask", "counts")
    numbers: dict[tuple[int, int | None], Entry] = {
        (int(category), subtype): Entry(standing, (exercise,))
        for standing in standings
        for exercise, told in source.items()
        for category, subtypes in told.get(standing, {}).items()
        for subtype in subtypes
    }
    categories = {
        category: exercise
        for exercise, told in source.items()
        for category in told["category_only"]
    }
    return numbers, categories


def _rule(told: Mapping[str, Any], source: Mapping[str, Any]) -> Rule:
    cores = [core for form in told["form"] for core in form["core"]]
    return Rule(
        exercise=told["id"],
        mention=_any_of([*cores, *told["ask"]]),
        exclude=_any_of([*source["exclude"], *told["exclude"]]),
        doubt=_any_of(told["doubt"]) if "doubt" in told else None,
        near=_any_of(told["near"]),
        forms=tuple(_form(form, source["words"]) for form in told["form"]),
    )


def _form(told: Mapping[str, Any], sets: Mapping[str, str]) -> Form:
    entries = [*" ".join(sets[key] for key in told["words"]).split(), *told.get("also", "").split()]
    pieces = [re.escape(entry) for entry in entries if UNSPACED.search(entry)]
    return Form(
        core=_any_of(told["core"]),
        words=frozenset(entries),
        beginnings=tuple(entry.rstrip("*") for entry in entries if entry.endswith("*")),
        phrases=tuple(f" {entry.replace('_', ' ')} " for entry in entries if "_" in entry),
        pieces=re.compile(f"(?:{'|'.join(pieces)})+") if pieces else None,
    )


def _any_of(patterns: Iterable[str]) -> re.Pattern[str]:
    return re.compile("|".join(patterns))


def _text(file: str) -> str:
    return importlib.resources.files("pipeline.programme").joinpath(file).read_text("utf-8")
