"""A mapping: how a person describes a CSV file that no dialect knows, in a `map.toml`.

It is the one thing from the inbox that steers us, so its schema is closed: a key that is no
setting is refused, and so is a date format with another directive than ours. Nothing is guessed:
what is not answered is asked for.

    confirmed = true
    header = "Day,Lift,Reps,Load"
    date_format = "%d/%m/%Y"
    timezone = "Europe/Berlin"
    weight_unit = "kg"
    columns = { date = "Day", exercise = "Lift", reps = "Reps", weight = "Load" }
"""

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import Any, NoReturn

from pipeline.errors import Code, Refused
from pipeline.readers.csv_log import dates
from pipeline.readers.csv_log.text import SEPARATORS, signature
from pipeline.settings import as_written, is_zone, on_one_line
from pipeline.tables import Reading

SIZE_BYTES = 65_536
UNANSWERED = "?"
# Without one of these a row says of nothing that it was done; these layouts have it in `sets`.
EFFORT = ("reps", "seconds", "distance")
IN_SETS = ("packed", "wide")
LAYOUTS = ("row_per_set", "packed", "sets_reps_weight", "wide")
WEIGHT_UNITS = ("kg", "lb", "column", "in_cell", "none")
DISTANCE_UNITS = ("m", "km", "mi", "none")
ENCODINGS = ("utf-8", "utf-16", "cp1252")
LONGEST_TEXT, LONGEST_APP = 2_000, 100
# Of white space only what may stand in a line: `\s` would look at every line's end again and again.
SIGNS = (
    re.compile(rb"(?m)^[ \t]*date_format[ \t]*="),
    re.compile(rb"(?m)^[ \t]*(?:\[columns\]|columns[ \t]*[.=])"),
)


@dataclass(frozen=True)
class Names:
    """The names of the columns; `sets` is the count, the packed cell, or `Set {n}` of many."""

    date: str
    exercise: str
    reps: str | None = None
    seconds: str | None = None
    weight: str | None = None
    unit: str | None = None
    sets: str | None = None
    distance: str | None = None
    set_index: str | None = None
    set_type: str | None = None
    workout: str | None = None
    note: str | None = None


@dataclass(frozen=True)
class MapFile:
    """What a `map.toml` says; `header` is None where it belongs to one file by its name."""

    names: Names
    date_format: str
    timezone: str
    header: tuple[str, ...] | None = None
    app: str = "CSV"
    encoding: str | None = None
    delimiter: str | None = None
    decimal: str | None = None
    header_row: int = 1
    time_column: str | None = None
    weight_unit: str = "none"
    distance_unit: str = "none"
    layout: str = "row_per_set"
    null_tokens: tuple[str, ...] = ("", "-", "--", "null")
    skip_column: str | None = None
    skip_values: tuple[str, ...] = field(default=())

    def fits(self, cells: Sequence[str]) -> bool:
        """Whether this is the header it was made for; without one, whether it has its columns."""
        found = signature(cells)
        if self.header is not None:
            return found == signature(self.header)
        return all(signature([name])[0] in found for name in self.columns() if "{n}" not in name)

    def columns(self) -> list[str]:
        """The columns it names."""
        named = [getattr(self.names, each.name) for each in fields(Names)]
        return [name for name in (*named, self.time_column, self.skip_column) if name]


def recognises(head: bytes) -> bool:
    """Tell a mapping by two of its keys; `head` is the beginning of a file."""
    return all(sign.search(head) for sign in SIGNS)


def read(content: bytes) -> Reading:
    """What a mapping says as a file of its own: nothing but its name, if it can be used."""
    return Reading("map", "map", parse(content).app)


def parse(content: bytes) -> MapFile:
    """Read a mapping; raises Refused E_CSV_HEADER with key, value and what is allowed."""
    if len(content) > SIZE_BYTES:
        _refuse(f"it is larger than {SIZE_BYTES // 1024} kB")
    try:
        left: dict[str, Any] = tomllib.loads(content.decode("utf-8-sig"))
    except (ValueError, RecursionError) as fault:  # a number of 5,000 digits is a bare ValueError
        _refuse(f"it is not valid TOML: {' '.join(str(fault).split())[:200]}")
    if left.pop("confirmed", None) is not True:
        _refuse("it waits for you: set confirmed = true when its rows are right")
    names = _names(left.pop("columns", None))
    skip = left.pop("skip_if", None)
    skip_column, skip_values = (None, ()) if skip is None else _skip(skip)
    header = left.pop("header", None)
    made = MapFile(
        names=names,
        date_format=_date_format(left.pop("date_format", UNANSWERED)),
        timezone=_zone(left.pop("timezone", UNANSWERED)),
        header=None if header is None else _header(header, left.get("delimiter")),
        app=_text("app", left.pop("app", "CSV"), LONGEST_APP),
        encoding=_one_of("encoding", left.pop("encoding", None), ENCODINGS),
        delimiter=_one_of("delimiter", left.pop("delimiter", None), SEPARATORS),
        decimal=_one_of("decimal", left.pop("decimal", None), (".", ",")),
        header_row=_row(left.pop("header_row", 1)),
        time_column=_optional("time_column", left.pop("time_column", None)),
        weight_unit=_one_of("weight_unit", left.pop("weight_unit", None), WEIGHT_UNITS) or "none",
        distance_unit=_one_of("distance_unit", left.pop("distance_unit", None), DISTANCE_UNITS)
        or "none",
        layout=_one_of("layout", left.pop("layout", None), LAYOUTS) or "row_per_set",
        null_tokens=_texts("null_tokens", left.pop("null_tokens", ["", "-", "--", "null"])),
        skip_column=skip_column,
        skip_values=skip_values,
    )
    for key, value in left.items():
        _wrong(key, value, "a key of a mapping; remove it or mend its name")
    _check(made)
    return made


def _check(made: MapFile) -> None:
    """Refuse what contradicts itself."""
    if made.time_column is not None and dates.has_time(made.date_format):
        _refuse("date_format tells the time already: leave out time_column")
    if made.header is not None:
        known = signature(made.header)
        for name in made.columns():
            if "{n}" not in name and signature([name])[0] not in known:
                _wrong("columns", name, "a column of the header")
    if made.layout not in IN_SETS and not any(getattr(made.names, each) for each in EFFORT):
        _refuse(
            f"no set could count: it needs columns.{', columns.'.join(EFFORT[:-1])} or "
            f"columns.{EFFORT[-1]}"
        )
    if made.layout != "row_per_set" and made.names.sets is None:
        _refuse(f'layout = "{made.layout}" needs columns.sets, the column of the sets')
    if made.layout == "wide" and "{n}" not in (made.names.sets or ""):
        _wrong("columns.sets", made.names.sets, 'a name such as "Set {n}"')
    if made.weight_unit == "column" and made.names.unit is None:
        _refuse('weight_unit = "column" needs columns.unit, the column of the unit')


def _names(value: object) -> Names:
    allowed = {each.name for each in fields(Names)}
    if not isinstance(value, Mapping):
        _wrong("columns", value, "a table of your columns: { date = …, exercise = … }")
    for key, name in value.items():
        if key not in allowed:
            _wrong(f"columns.{key}", name, f"one of {', '.join(sorted(allowed))}")
        _text(f"columns.{key}", name)
    if missing := [name for name in ("date", "exercise") if name not in value]:
        _refuse(f"columns.{missing[0]} is missing: which column is it?")
    return Names(**value)


def _skip(value: object) -> tuple[str, tuple[str, ...]]:
    if not isinstance(value, Mapping) or set(value) != {"column", "values"}:
        _wrong("skip_if", value, 'a table: { column = "Skipped", values = ["yes"] }')
    return _text("skip_if.column", value["column"]), _texts("skip_if.values", value["values"])


def _header(value: object, delimiter: object) -> tuple[str, ...]:
    if isinstance(value, list):
        return _texts("header", value)
    written = _text("header", value)
    marks = [delimiter] if delimiter in SEPARATORS else [m for m in SEPARATORS if m in written]
    return tuple(written.split(str(marks[0]))) if marks else (written,)


def _date_format(value: object) -> str:
    written = _text("date_format", value)
    if written == UNANSWERED:
        _refuse("date_format is not answered: is the day or the month first?")
    allowed = [directive for directive in dates.TOKENS if directive[0] == "%"]
    try:
        form = dates.pattern(written)
    except ValueError:
        _wrong("date_format", written, f"made of {' '.join(allowed)}, each part once")
    groups = set(form.groupindex)
    if not ({"year", "short_year"} & groups and {"month", "name"} & groups and "day" in groups):
        _wrong("date_format", written, "a whole date: it needs year, month and day")
    return written


def _zone(value: object) -> str:
    written = _text("timezone", value)
    if written == UNANSWERED:
        _refuse('timezone is not answered: write a name such as "Europe/Berlin"')
    if not is_zone(written):
        _wrong("timezone", written, 'a time zone such as "Europe/Berlin"')
    return written


def _row(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= 1_000:  # noqa: PLR2004 - said
        _wrong("header_row", value, "a line from 1 to 1000")
    return value


def _one_of(key: str, value: object, allowed: Sequence[str]) -> str | None:
    if value is not None and value not in allowed:
        _wrong(key, value, " or ".join(repr(each) for each in allowed))
    return None if value is None else str(value)


def _optional(key: str, value: object) -> str | None:
    return None if value is None else _text(key, value)


def _texts(key: str, value: object) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
        _wrong(key, value, "a list of texts")
    return tuple(value)


def _text(key: str, value: object, longest: int = LONGEST_TEXT) -> str:
    if not isinstance(value, str) or not 1 <= len(value) <= longest:
        _wrong(key, value, f"a text of 1 to {longest} characters")
    return value


def _wrong(key: str, value: object, allowed: str) -> NoReturn:
    _refuse(f"{on_one_line(key)[:60]} = {as_written(value)[:60]} is not {allowed}")


def _refuse(fault: str) -> NoReturn:
    raise Refused(Code.E_CSV_HEADER, f"The mapping cannot be used: {fault}.")
