"""What kind of activity a recording is, by the file's words, else by its name or its speed."""

import functools
import importlib.resources
import re
import tomllib
import unicodedata
from typing import Literal

Kind = Literal["jog", "strength", "other", "unstated"]
SLOWEST_JOG_M_S, FASTEST_JOG_M_S = 1.8, 4.5
STRENGTH_SPORTS = ("fitness_equipment", "training")
STRENGTH_SUB_SPORT = "strength_training"
WORD = re.compile(r"[^\W\d_]+")
HUMP = re.compile(r"(?<=[a-z])(?=[A-Z])")  # OutdoorRun
SAYS_NOTHING = ("", "unknown", "generic", "other", "default", "all", "activity", "workout", "track")


def kind_of(
    file_kind: str,
    sport: str | None,
    sub_sport: str | None,
    title: str | None,
    moving_speed_m_s: float | None,
) -> Kind:
    """Tell what a recording is: its sport decides, then the words of its name, then its speed.

    The speed is asked only for tracks without a type (GPX, TCX), in metres per second while
    moving. "unstated" is an honest answer, shown to the person with the way to say what it was.
    """
    if sub_sport == STRENGTH_SUB_SPORT and sport in STRENGTH_SPORTS:
        return "strength"
    by_sport = _by_words(sport)
    if by_sport != "unstated":
        return by_sport
    if file_kind == "fit" and not _is_silent(sport):
        return "other"  # a sport of the profile that is no running: kept, listed, not judged
    by_title = _by_words(title)
    if by_title != "unstated" or file_kind == "fit":
        return by_title
    if moving_speed_m_s is None or not _is_silent(sport):
        # Football is as fast as a jog: a word nobody knows is asked about, unless it is of several
        # words that all are known.
        is_run = is_running(HUMP.sub(" ", sport or ""), has_distance=False)
        return "jog" if is_run else "unstated"
    return "jog" if SLOWEST_JOG_M_S <= moving_speed_m_s <= FASTEST_JOG_M_S else "unstated"


def is_running(label: str, *, has_distance: bool) -> bool:
    """Tell whether an entry of a strength log is a run: by its name, and what was logged.

    Without a distance every word must be known: a runner's lunge and running in place are none.
    """
    if _by_words(label) != "jog":
        return False
    return has_distance or all(
        word in _data()["beside"] for word in WORD.findall(_without_run(_words(label)))
    )


@functools.lru_cache(maxsize=16_384)
def _by_words(text: str | None) -> Kind:
    words = _words(text)
    if words in SAYS_NOTHING:
        return "unstated"
    exactly = _data()["exact"].get(words)
    if exactly:
        return "jog" if exactly == "run" else "other"
    runs, others = (_pattern(which).search(words) is not None for which in ("run", "other"))
    if runs and not others:
        return "jog"
    if _pattern("strength").search(words) and not runs:
        return "strength"
    return "other" if others and not runs else "unstated"


def _without_run(words: str) -> str:
    return "" if words in _data()["exact"] else _pattern("run").sub(" ", words)


def _is_silent(sport: str | None) -> bool:
    return _words(sport) in SAYS_NOTHING


def _words(text: str | None) -> str:
    """Casefolded text whose words are divided by single spaces; marks of joining are spaces."""
    folded = unicodedata.normalize("NFKC", text or "").casefold()
    return re.sub(r"[\s_\-–·/,.:()\[\]]+", " ", folded).strip()


@functools.cache
def _data() -> dict[str, dict[str, str]]:
    path = importlib.resources.files(__package__).joinpath("sports.toml")
    return tomllib.loads(path.read_text("utf-8"))


@functools.cache
def _pattern(which: str) -> re.Pattern[str]:
    """Match any of the words; scripts without spaces match anywhere."""
    words = [str(word) for word in _data()[which]]
    spaced = [word.casefold() for word in words if not _is_unspaced(word)]
    unspaced = [word for word in words if _is_unspaced(word)]
    whole = rf"(?<!\w)(?:{'|'.join(spaced)})(?!\w)"
    return re.compile("|".join([whole, *unspaced]))


def _is_unspaced(word: str) -> bool:
    return any(
        unicodedata.name(sign, "").startswith(("CJK", "HIRAGANA", "KATAKANA")) for sign in word
    )
