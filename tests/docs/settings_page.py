"""The page of settings: keys, defaults and what is allowed come from the checks themselves."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from pipeline.errors import SettingsError
from pipeline.settings import parse
from pipeline.settings.checks import Table
from pipeline.settings.meanings import MEANINGS

# Every table and every list once, so that each of their keys is asked for.
WHOLE = """
names = { "Pull thing" = "shrug" }
activities = { "5328bba9" = "jog" }
programme = [{ exercises = [{ id = "plank" }] }]
[people.me]
zone = "Europe/Berlin"
names = { "Pull thing" = "shrug" }
pauses = [{ from = 2026-08-01, to = 2026-08-16 }]
[report.care]
[clinic]
[notify]
"""
# Keys that people choose themselves, and what each stands for.
OWN = {"people": "<id>", "names": "<name>", "activities": "<sha256>"}
FREE = {
    "people.<id>": "a table",
    "names.<name>": "an exercise of the programme, or 'none'",
    "people.<id>.names.<name>": "an exercise of the programme, or 'none'",
    "activities.<sha256>": "'jog' or 'other' or 'copy'",
}
SHOWN_DEFAULTS = {
    "'me'": "",
    "None": "",
    "()": "",
    "{}": "",
    "''": "",
    "True": "`true`",
    "False": "`false`",
}
TABLE = "a table"


@dataclass(frozen=True)
class Key:
    """One key: what it is when left out, and what is allowed."""

    path: str
    default: str
    allowed: str


def keys() -> dict[str, Key]:
    """Every key that is asked for while a whole file is read, in that order."""
    found: dict[str, Key] = {}
    take = Table.take

    def noted(self: Table, key: str, check: Callable[[str, Any], Any], default: object) -> Any:  # noqa: ANN401 - as take itself
        path = f"{self.path}.{key}" if self.path else key
        plain = _plain(path)
        allowed = _allowed(path, check)
        found[plain] = Key(plain, "" if allowed == TABLE else _default(default), allowed)
        return take(self, key, check, default)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Table, "take", noted)
        parse(WHOLE)
    for path, allowed in FREE.items():
        found[path] = Key(path, "", allowed)
    return found


def page() -> Iterator[str]:
    """The tables of the page: what stands at the top of the file, then each table of it."""
    known = keys()
    sections: dict[str, list[Key]] = {}
    for path in MEANINGS:
        if path in known:
            sections.setdefault(_section(path, known), []).append(known[path])
    for section, rows in sections.items():
        yield from ("", f"## {_title(section)}", "")
        if section:
            yield from (MEANINGS[section], "")
        yield from ("| key | default | allowed | meaning |", "|---|---|---|---|")
        for row in rows:
            meaning = MEANINGS[row.path]
            short = row.path.removeprefix(section).lstrip(".")
            yield f"| `{short}` | {row.default} | {_quoted(row.allowed)} | {meaning} |"


def _plain(path: str) -> str:
    path = re.sub(r"\[\d+\]", "[]", path)
    return re.sub(r"^people\.me", "people.<id>", path)


def _default(default: object) -> str:
    text = repr(default)
    is_made = re.match(r"[A-Z]\w+\(", text)  # a table that is left out
    return "" if is_made else SHOWN_DEFAULTS.get(text, f"`{text.replace(chr(39), chr(34))}`")


def _allowed(path: str, check: Callable[[str, Any], Any]) -> str:
    """What a check says is allowed, of a value that is never."""
    try:
        check(path, object())
    except SettingsError as fault:
        return str(fault).split(" is not ", 1)[1].partition(";")[0]
    return ""


def _quoted(allowed: str) -> str:
    return re.sub(r"'([^']*)'", r'`"\1"`', allowed)


def _section(path: str, known: dict[str, Key]) -> str:
    """The table a key stands in; tables and lists of tables have one of their own."""
    inside = [each for each in known if path.startswith((f"{each}.", f"{each}[]."))]
    return max(inside, key=len, default="")


def _title(section: str) -> str:
    if not section:
        return "At the top of the file"
    return "`[[programme]]`" if section == "programme" else f"`[{section}]`"
