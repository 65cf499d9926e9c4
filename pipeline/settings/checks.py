"""Checks of single settings: each returns the value, or says key, value and what is allowed.

All raise SettingsError.
"""

import datetime as dt
import difflib
import re
import zoneinfo
from collections.abc import Callable, Mapping
from typing import Any

from pipeline.errors import SettingsError

DEEPEST_SHOWN, LARGEST_SHOWN, LONGEST_PLACE = 6, 1 << 64, 300
SCHEDULER = re.compile(r"(tcp|tls|ws|wss|ucx)://[\w.:\[\]-]+:\d{1,5}")
# Not "localtime", which means any place; nor the system's copies of its zones, which polars lacks.
ZONE_NAME = re.compile(r"UTC|(?!posix/|right/)[A-Za-z_]+(/[\w+-]+)+")


class Table:
    """One table of the file: its keys are taken one by one, and none may be left over."""

    def __init__(self, path: str, table: object) -> None:
        if not isinstance(table, Mapping):
            raise wrong(path, table, "a table")
        self.path, self.left = path, dict(table)
        self.known: list[str] = []

    def take(self, key: str, check: Callable[[str, Any], Any], default: object) -> Any:  # noqa: ANN401 - whatever `check` makes
        """Return the checked value of a key and strike it off, or the default."""
        path = f"{self.path}.{key}" if self.path else key
        self.known.append(key)
        return check(path, self.left.pop(key)) if key in self.left else default

    def finish(self) -> None:
        """Refuse whatever key is left: a misspelt setting must not be passed over."""
        for key, value in self.left.items():
            path = f"{self.path}.{key}" if self.path else key
            near = difflib.get_close_matches(key[:LONGEST_PLACE].lower(), self.known, n=1)
            hint = f"; did you mean {near[0]}?" if near else "; remove it or mend its name"
            raise wrong(path, value, f"a setting{hint}")


def wrong(path: str, value: object, allowed: str) -> SettingsError:
    """Say in one line which key is wrong, how, and what is allowed."""
    shown = as_written(value)
    shown = shown if len(shown) < 60 else shown[:57] + "…"  # noqa: PLR2004 - one line
    place = on_one_line(path)
    place = place if len(place) < LONGEST_PLACE else place[:LONGEST_PLACE] + "…"
    return SettingsError(f"backfour.toml: {place} = {shown} is not {allowed}")


def on_one_line(text: str) -> str:
    """Write out what a terminal would act on: a quoted key of TOML may hold a line's end."""
    return "".join(sign if sign.isprintable() else ascii(sign)[1:-1] for sign in text)


def one_of(*allowed: str) -> Callable[[str, object], str]:
    """Check for one of a few words."""

    def check(path: str, value: object) -> str:
        if value not in allowed:
            raise wrong(path, value, " or ".join(repr(each) for each in allowed))
        return str(value)

    return check


def number(low: float, high: float) -> Callable[[str, object], float]:
    """Check for a number in a range, both ends included."""

    def check(path: str, value: object) -> float:
        if (
            isinstance(value, bool)
            or not isinstance(value, int | float)
            or not low <= value <= high
        ):
            raise wrong(path, value, f"a number from {low} to {high}")
        return float(value)

    return check


def whole(low: int, high: int) -> Callable[[str, object], int]:
    """Check for a whole number in a range, both ends included."""

    def check(path: str, value: object) -> int:
        if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
            raise wrong(path, value, f"a whole number from {low} to {high}")
        return value

    return check


count = whole(1, 99)


def text(longest: int) -> Callable[[str, object], str]:
    """Check for a text that is not empty, nor too long."""

    def check(path: str, value: object) -> str:
        if not isinstance(value, str) or not 1 <= len(value) <= longest:
            raise wrong(path, value, f"a text of 1 to {longest} characters")
        return value

    return check


def texts(path: str, value: object) -> tuple[str, ...]:
    """Check for a list of texts."""
    return tuple(text(200)(f"{path}[{i}]", item) for i, item in enumerate(as_list(path, value)))


def boolean(path: str, value: object) -> bool:
    """Check for true or false."""
    if not isinstance(value, bool):
        raise wrong(path, value, "true or false")
    return value


def date(path: str, value: object) -> dt.date:
    """Check for a day, written without quotes."""
    if not isinstance(value, dt.date) or isinstance(value, dt.datetime):
        raise wrong(path, value, "a date such as 2026-09-07, without quotes")
    return value


def as_list(path: str, value: object) -> list[object]:
    """Check for a list."""
    if not isinstance(value, list):
        raise wrong(path, value, "a list")
    return value


def identifier(path: str, value: object) -> str:
    """Check for an id of an exercise."""
    if not isinstance(value, str) or not re.fullmatch(r"[a-z][a-z0-9_]{0,39}", value):
        raise wrong(path, value, "an id: a-z, 0-9 and _")
    return value


def is_zone(name: str) -> bool:
    """Tell the name of a time zone."""
    try:
        zoneinfo.ZoneInfo(name if ZONE_NAME.fullmatch(name) else "")
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True


def zone(path: str, value: object) -> str:
    """Check for the name of a time zone."""
    if not isinstance(value, str) or not is_zone(value):
        raise wrong(path, value, "a time zone; use a name such as Europe/Berlin")
    return value


def scheduler(path: str, value: object) -> str:
    """Check for the address of a Dask scheduler."""
    if not isinstance(value, str) or not SCHEDULER.fullmatch(value):
        raise wrong(path, value, "an address such as tcp://127.0.0.1:8786")
    return value


def cron(path: str, value: object) -> str:
    """Check for a line of cron with five fields."""
    if not isinstance(value, str) or len(value.split()) != 5:  # noqa: PLR2004 - fields of cron
        raise wrong(path, value, 'a cron line such as "0 3 * * *"')
    return value


def as_written(value: object, depth: int = 0) -> str:
    """Show a value the way the file has it; what lies deep inside it is left out."""
    if depth > DEEPEST_SHOWN:
        return "…"
    if isinstance(value, bool | dt.date | dt.time):
        return str(value).lower() if isinstance(value, bool) else str(value)
    if isinstance(value, list):
        return f"[{', '.join(as_written(each, depth + 1) for each in value)}]"
    if isinstance(value, Mapping):
        pairs = (
            f"{on_one_line(key)} = {as_written(each, depth + 1)}" for key, each in value.items()
        )
        return f"{{{', '.join(pairs)}}}"
    # Thousands of decimal digits cannot be written out at all.
    is_huge = isinstance(value, int) and abs(value) > LARGEST_SHOWN
    return f"{value:#x}" if is_huge else repr(value)
