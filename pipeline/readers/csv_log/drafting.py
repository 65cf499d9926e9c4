"""A draft of a mapping, from the words of its header and the cells of its columns.

Only what can be told is filled in; a date that can be read day first and month first is a
question. Nothing is imported by a draft: a person reads it, answers, and confirms.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from pipeline.errors import Code, Refused
from pipeline.readers.csv_log import dates, mapped, mapping, values
from pipeline.readers.csv_log import text as csv_text
from pipeline.readers.csv_log.mapping import UNANSWERED
from pipeline.readers.csv_log.text import Record, normalise
from pipeline.settings import quoted
from pipeline.tables import LoggedSet

NARROWEST = 2
FIRST_SETS = 5
HEADING = "# How to read this file. Answer each ?, set confirmed to true, then run backfour run."
# Words of a header, by what the column holds, in the order in which columns are given away. A word
# may stand anywhere in the name; the first column that has one is taken.
SYNONYMS: Mapping[str, tuple[str, ...]] = {
    "date": (
        *("date", "datum", "fecha", "data", "dato", "дата", "day", "tag", "jour", "日付", "日期"),
        *("start", "when", "zeitpunkt", "timestamp", "performed"),
    ),
    "set_type": ("set type", "type of set", "satzart", "set_type", "warmup", "warm-up"),
    "set_index": (
        "set #",
        "set no",
        "set number",
        "set index",
        "set order",
        "satz nr",
        "set_index",
    ),
    "exercise": (
        *("exercise", "übung", "ubung", "ejercicio", "exercício", "exercicio", "esercizio"),
        *("exercice", "oefening", "övning", "ćwiczenie", "упражнение", "種目", "动作", "训练"),
        *("movement", "lift", "activity"),
    ),
    "workout": ("workout", "routine", "session", "training", "programm", "plan", "rutina"),
    "sets": ("sets", "sätze", "series", "serie", "séries", "serien", "подходы"),
    "reps": (
        *("reps", "repetition", "wiederholung", "wdh", "repeticiones", "repetições", "ripetizioni"),
        *("répétitions", "herhalingen", "powtórzenia", "повтор", "回数", "次数"),
    ),
    "unit": ("weight unit", "unit", "einheit", "unidad", "unité", "unità"),
    "weight": (
        *("weight", "gewicht", "peso", "poids", "load", "kg", "lbs", "ciężar", "вес", "重量"),
    ),
    "distance": ("distance", "distanz", "strecke", "distancia", "distância", "distanza"),
    "seconds": ("seconds", "sekunden", "duration", "dauer", "time (s)", "segundos", "secondes"),
    "note": ("note", "comment", "notiz", "kommentar", "comentario"),
}
TIME_WORDS = ("time", "uhrzeit", "hora", "ora", "heure", "clock", "tijd", "время")
UNITS = (("kg", re.compile(r"\bkgs?\b|kilo")), ("lb", re.compile(r"\blbs?\b|pound|pfund")))
DISTANCES = (("km", re.compile(r"\bkm\b|kilomet")), ("mi", re.compile(r"\bmi\b|mile")))
FORMATS = (
    *("%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%d/%m/%Y", "%m/%d/%Y", "%d.%m.%Y", "%d-%m-%Y"),
    *("%m-%d-%Y", "%d/%m/%y", "%m/%d/%y", "%d.%m.%y", "%d %b %Y", "%b %d, %Y", "%d. %b %Y"),
    *("%Y年%m月%d日", "%d-%b-%Y", "%d-%b-%y"),
)
CLOCKS = ("", " %H:%M", " %H:%M:%S", " %I:%M%p", " %I:%M:%S%p", ", %H:%M", ", %I:%M%p")
ISO = ("%Y-%m-%dT%H:%M:%S%z", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M:%S %z", "%Y-%m-%dT%H:%M")
CLOCK = re.compile(r"\d{1,2}:\d{2}(?::\d{2})?(?:\s*[ap]\.?m\.?)?", re.IGNORECASE)
PACKED = re.compile(
    r"\s*[\d.,]+\s*[x×]\s*\d+(?:\s*[,;|]\s*[\d.,]+\s*[x×]\s*\d+)*\s*", re.IGNORECASE
)
IN_CELL = re.compile(r"[+-]?[\d.,]+\s*(?:kgs?|lbs?)\.?", re.IGNORECASE)
NUMBERED = re.compile(r"^(.*?)\b1\b(.*)$")


@dataclass(frozen=True)
class Draft:
    """The text of a `map.toml` to be confirmed, and what it leaves open.

    `sets` are the first of the file as the draft understands them; without a day where the date
    is still a question, and none where a column is.
    """

    text: str
    questions: tuple[str, ...]
    sets: tuple[LoggedSet, ...] = ()


def draft(content: bytes, zone: str | None = None) -> Draft:
    """Draft a mapping for a CSV file; raises Refused when it is no table at all."""
    text, _ = csv_text.decode(content)
    separator, header, rows = _table(text)
    columns = _columns(header, rows)
    cells = {what: _cells(header, rows, name) for what, name in columns.items()}
    formats = _formats(cells.get("date", []))
    layout, columns = _layout(header, columns, cells)
    is_timed = any(dates.has_time(each) for each in formats)
    time = None if is_timed else _time_column(header, rows, columns)
    told = [
        f"header = {_list(header)}",
        f"delimiter = {quoted(separator)}",
        *([f"time_column = {quoted(time)}"] if time else []),
        *_decimal(cells.get("weight", [])),
        f"weight_unit = {quoted(_unit(columns, cells))}  # kg, lb, column, in_cell or none",
        *_distance(columns, cells),
        f"layout = {quoted(layout)}  # row_per_set, packed, sets_reps_weight or wide",
    ]
    named = ["", "[columns]", *(f"{what} = {quoted(name)}" for what, name in columns.items())]
    missing = _missing(columns, layout)
    named += [f"{what} = {quoted(UNANSWERED)}" for what in missing]
    answers = _answers(formats, zone)
    whole = [HEADING, "confirmed = false", *answers, *told, *named, ""]
    return Draft(
        "\n".join(whole),
        tuple(_questions(missing, formats, zone)),
        () if missing else _tried(content, [*told, *named], formats),
    )


def _answers(formats: Sequence[str], zone: str | None) -> list[str]:
    known = formats[0] if len(formats) == 1 else UNANSWERED
    choices = f"  # {' or '.join(formats)}" if len(formats) > 1 else ""
    return [
        f"date_format = {quoted(known)}{choices}",
        f"timezone = {quoted(zone or UNANSWERED)}  # where these days and times were written down",
    ]


def _questions(missing: Sequence[str], formats: Sequence[str], zone: str | None) -> Iterator[str]:
    if len(formats) != 1:
        shown = " or ".join(f'"{each}"' for each in formats) or "no format we know reads all of it"
        yield f"date_format: {shown}?"
    for what in missing:
        others = " (or seconds, or distance)" if what == "reps" else ""
        yield f"columns.{what}{others}: which column is it?"
    if zone is None:
        yield 'timezone: a name such as "Europe/Berlin"?'


def _tried(content: bytes, told: Sequence[str], formats: Sequence[str]) -> tuple[LoggedSet, ...]:
    """Read the first sets as the draft says; a day that is a question is left out."""
    if not formats:
        return ()
    trial = ["confirmed = true", f"date_format = {quoted(formats[0])}", 'timezone = "UTC"', *told]
    try:
        sets = mapped.read(content, mapping.parse("\n".join(trial).encode())).sets[:FIRST_SETS]
    except (Refused, mapped.OtherHeader):
        return ()
    if len(formats) == 1:
        return tuple(sets)
    return tuple(replace(each, day=None, local_start=None, starts_at=None) for each in sets)


def _table(text: str) -> tuple[str, list[str], list[Record]]:
    """Cut the text with the separator that gives the widest table, of even rows."""
    best: tuple[int, str, list[str], list[Record]] = (0, ",", [], [])
    for separator, first in csv_text.header_candidates(text).items():
        width = len(first.cells)
        if NARROWEST <= width <= csv_text.LIMITS.columns:
            records = csv_text.records(text, separator, width)
            even = [record for record in records if record.fault is None]
            if len(even) * width > best[0]:
                best = (len(even) * width, separator, first.cells, even)
    if not best[3]:
        raise Refused(Code.E_CSV_HEADER, "This is no table of two columns or more with any row.")
    return best[1], [cell.strip() for cell in best[2]], best[3]


def _columns(header: Sequence[str], rows: Sequence[Record]) -> dict[str, str]:
    """Give each column away once: by a word of its name, exact names first."""
    left = [name for name in dict.fromkeys(header) if name and header.count(name) == 1]
    found: dict[str, str] = {}
    for is_exact in (True, False):
        for what, words in SYNONYMS.items():
            if what in found:
                continue
            name = next((n for w in words for n in left if _matches(n, w, is_exact=is_exact)), None)
            if name is not None and _holds(what, _cells(header, rows, name)):
                found[what] = name
                left.remove(name)
    return {what: found[what] for what in SYNONYMS if what in found}


def _matches(name: str, word: str, *, is_exact: bool) -> bool:
    folded = normalise(name).replace("_", " ")
    return folded == word if is_exact else word in folded


def _holds(what: str, cells: Sequence[str]) -> bool:
    """Whether a column can be what its name says: a date has digits, an exercise has letters."""
    filled = [cell for cell in cells if cell]
    if what == "date":
        return bool(filled) and all(any(sign.isdecimal() for sign in cell) for cell in filled)
    if what == "exercise":
        return any(any(sign.isalpha() for sign in cell) for cell in filled)
    return True


def _cells(header: Sequence[str], rows: Sequence[Record], name: str) -> list[str]:
    at = list(header).index(name)
    return [row.cells[at].strip() for row in rows]


def _missing(columns: Mapping[str, str], layout: str) -> list[str]:
    """Tell what is needed and not found: without repetitions or the like no set would count."""
    found = [what for what in ("date", "exercise") if what not in columns]
    has_effort = layout in mapping.IN_SETS or any(what in columns for what in mapping.EFFORT)
    return found if has_effort else [*found, "reps"]


def _time_column(
    header: Sequence[str], rows: Sequence[Record], columns: Mapping[str, str]
) -> str | None:
    """Find a time of day in a column of its own."""
    for name in header:
        if name in columns.values() or header.count(name) > 1:
            continue
        filled = [cell for cell in _cells(header, rows, name) if cell]
        is_named = any(word in normalise(name) for word in TIME_WORDS)
        if is_named and filled and all(CLOCK.fullmatch(cell) for cell in filled):
            return name
    return None


def _formats(cells: Sequence[str]) -> list[str]:
    """Give the formats that read the whole column, and read it differently."""
    counts = Counter(cell for cell in cells if cell)
    if not counts:
        return []
    readings: dict[tuple[object, ...], str] = {}
    for date_format in (*(day + clock for day in FORMATS for clock in CLOCKS), *ISO):
        form = dates.pattern(date_format)
        read = tuple(dates.moment(cell, form) for cell in counts)
        if None not in read:
            readings.setdefault(read, date_format)
    return list(readings.values())


def _layout(
    header: Sequence[str], columns: dict[str, str], cells: Mapping[str, Sequence[str]]
) -> tuple[str, dict[str, str]]:
    """Tell a row for each set from rows of several sets, and name the columns of those."""
    for name in header:
        numbered = NUMBERED.match(name)
        if numbered and f"{numbered[1]}2{numbered[2]}" in header:
            wide = f"{numbered[1]}{{n}}{numbered[2]}"
            return "wide", {**columns, "sets": wide}
    for what in ("sets", "reps"):
        filled = [cell for cell in cells.get(what, []) if cell]
        if filled and all(PACKED.fullmatch(cell) for cell in filled):
            rest = {key: name for key, name in columns.items() if key not in {"sets", "reps"}}
            return "packed", {**rest, "sets": columns[what]}
    if "sets" in columns and all(values.whole_number(c) is not None for c in cells["sets"] if c):
        return "sets_reps_weight", columns
    return "row_per_set", {what: name for what, name in columns.items() if what != "sets"}


def _unit(columns: Mapping[str, str], cells: Mapping[str, Sequence[str]]) -> str:
    """Say where the unit of the weight is; "none" when nothing says."""
    if "unit" in columns:
        return "column"
    filled = [cell for cell in cells.get("weight", []) if cell]
    if filled and all(IN_CELL.fullmatch(cell) for cell in filled):
        return "in_cell"
    name = normalise(columns.get("weight", ""))
    return next((unit for unit, word in UNITS if word.search(name)), "none")


def _distance(columns: Mapping[str, str], cells: Mapping[str, Sequence[str]]) -> list[str]:
    if "distance" not in columns or not any(cells["distance"]):
        return []
    name = normalise(columns["distance"])
    unit = next((unit for unit, word in DISTANCES if word.search(name)), "none")
    unit = "m" if unit == "none" and re.search(r"\(m\)|met(?:er|re)", name) else unit
    return [f"distance_unit = {quoted(unit)}  # km, m, mi or none"]


def _decimal(cells: Sequence[str]) -> list[str]:
    if any("," in cell for cell in cells) and not any("." in cell for cell in cells):
        return ['decimal = ","']
    return []


def _list(names: Sequence[str]) -> str:
    return f"[{', '.join(map(quoted, names))}]"
