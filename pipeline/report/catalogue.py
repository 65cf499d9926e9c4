"""The string catalogue: every sentence of the pages, with its plurals."""

import functools
import tomllib
from importlib import resources


@functools.cache
def _strings() -> dict[str, dict[str, object]]:
    text = resources.files("pipeline.report").joinpath("strings/en.toml").read_text("utf-8")
    return tomllib.loads(text)


@functools.cache
def _entry(key: str) -> object:
    found: object = _strings()
    for part in key.split("."):
        if not isinstance(found, dict):
            raise KeyError(key)
        found = found[part]
    return found


def has(key: str) -> bool:
    """Tell whether the catalogue holds this key."""
    try:
        _entry(key)
    except KeyError:
        return False
    return True


def terms(key: str) -> list[str]:
    """A list of words, such as the months; raises KeyError without one."""
    found = _entry(key)
    if not isinstance(found, list):
        raise KeyError(key)
    return found


def number_word(number: int) -> str:
    """A small number in words ("four"), a larger one in digits."""
    words = terms("words.numbers")
    return words[number] if 0 <= number < len(words) else str(number)


def capitalised(text: str) -> str:
    """The text with its first letter in upper case, the rest as it is."""
    return text[:1].upper() + text[1:]


def say(key: str, n: int | None = None, **slots: object) -> str:
    """Fill one sentence; a plural is chosen by `n`, which also fills {n}, {word} and {Word}.

    Raises KeyError for a sentence or slot that does not exist: nothing is left unfilled.
    """
    return _filled(key, n, slots) if slots else _without_slots(key, n)


@functools.lru_cache(maxsize=4096)
def _without_slots(key: str, n: int | None) -> str:
    return _filled(key, n, {})


def _filled(key: str, n: int | None, slots: dict[str, object]) -> str:
    sentence = _entry(key)
    if isinstance(sentence, dict):
        sentence = sentence["one" if n == 1 else "other"]
    if not isinstance(sentence, str):
        raise KeyError(key)
    if n is not None:
        word = number_word(n)
        slots = {"n": n, "word": word, "Word": capitalised(word), **slots}
    return sentence.format(**slots)


def join(items: list[str]) -> str:
    """A list as one phrase: "a", "a and b", "a, b and c"."""
    if not items[1:]:
        return "".join(items)
    head = str(_entry("words.list_comma")).join(items[:-1])
    return say("words.list_pair", head=head, last=items[-1])
