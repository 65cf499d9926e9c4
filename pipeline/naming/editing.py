"""One line of `backfour.toml` changed; every comment, blank line and other line stays."""

from collections.abc import MutableMapping, Sequence
from typing import Any, cast

import tomlkit
from tomlkit.exceptions import TOMLKitError
from tomlkit.items import InlineTable, Item, Key, Table, Whitespace

from pipeline.errors import SettingsError
from pipeline.programme.catalogue import is_same_name
from pipeline.settings import quoted

Names = MutableMapping[str, Any]


def settled(
    text: str, table: Sequence[str], name: str, exercise: str, *, exactly: bool = False
) -> str:
    """Return settings in which a name stands for an exercise, in the table with these keys.

    Entries for the same name get the exercise, however they are written, or, `exactly`, the one
    written like it; when there is none, the name gets a line of its own. Raises SettingsError
    when the file has a form that cannot be changed.
    """
    newline = "\r\n" if "\r\n" in text else "\n"
    text = text if text.endswith("\n") or not text else text + newline
    line = f"{quoted(name)} = {quoted(exercise)}"
    try:
        document = tomlkit.parse(text)
        holder = cast("Names", document)
        for key in table[:-1]:
            holder = holder[key]
        if table[-1] not in holder and not isinstance(holder, InlineTable):
            return f"{text}{newline}[{'.'.join(table)}]{newline}{line}{newline}"
        names: Names = holder.setdefault(table[-1], tomlkit.inline_table())
        _settle(names, name, exercise, line + newline, exactly=exactly)
        return tomlkit.dumps(document)
    except TOMLKitError as fault:
        message = f"backfour.toml: [{'.'.join(table)}] cannot be changed here; add the line {line}"
        raise SettingsError(message) from fault


def _settle(names: Names, name: str, exercise: str, line: str, *, exactly: bool) -> None:
    same = [key for key in names if key == name or (not exactly and is_same_name(key, name))]
    for key in same:
        names[key] = exercise
    if not same:
        ((written, value),) = tomlkit.parse(line).body  # with the escapes the line has
        if isinstance(names, Table):
            _add(names, cast("Key", written), value)
        else:
            names[cast("str", written)] = value


def _add(names: Table, key: Key, value: Item) -> None:
    """Add an entry after the last one; in a table without any, after its first comments.

    What follows, up to the next table, is usually about that one.
    """
    body = names.value.body
    entries = [place for place, (each, _) in enumerate(body) if each is not None]
    blanks = [place for place, (_, item) in enumerate(body) if isinstance(item, Whitespace)]
    end = entries[-1] + 1 if entries else (blanks or [len(body)])[0]
    rest = body[end:]
    del body[end:]
    names.append(key, value)
    body.extend(rest)
