"""Strength logs whose columns, cells and ways of writing are changed, and mappings likewise."""

import csv
import io
import random
import re

from tests.fuzz import seeds
from tests.fuzz.mutation import mutated

CELLS = (
    *("", " ", "0", "-1", "1", "10", "1e5", "nan", "inf", "-inf", "1,5", "1.5", "1,500", "1.500,5"),
    *("12:30", "1:02:03", "99:99", "1h 43m", "8min", "264h 1m", "999999h", "5x10", "60x10,65x8"),
    *("2026-11-05", "05/11/2026", "11/05/2026", "2026-02-30", "2199-12-31 23:59:59", "1999-12-31"),
    *("2026-11-05 18:00:00", "5 Nov 2026, 18:00", "24. Dez. 2026", "2026-11-05T18:00:00+14:00"),
    *(
        "kg",
        "lbs",
        "mi",
        "km",
        "stone",
        "TRUE",
        "null",
        "-",
        "—",
        "Warm-up",
        "W",
        "F",
        "Rest Timer",
    ),
    *(
        "Lat Pulldown",
        "Running",
        "=1+1",
        "@x",
        "\u202eevil",
        "x" * 1_200,
        "9" * 40,
        "10000",
        "10001",
    ),
    *(
        "2000",
        "2000.01",
        "4409.3",
        "1000000",
        "1000001",
        "٣",
        "½",
        "\x1b[31m",
        "\x00",
        "\n",
        '"',
        "'",
    ),
    *(
        "a\tb",
        "a;b",
        "a,b",
        "\ufeffx",
        "#",
        "###",
        "1. Squat · Barbell · 8 reps",
        "5/5/-",
        "+35",
        "8+",
    ),
    *("9" * 400, "1:" + "0" * 50, "1h" + " " * 300 + "x", "x" * 70_000, "\x85\x1c\u2028", "日本"),
)
SEPARATORS = (",", ",", ";", "\t", "|")
ENCODINGS = (
    *("utf-8", "utf-8", "utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252", "latin-1", "utf-7"),
)
ENDS = ("\n", "\n", "\r\n", "\r", "\n\n", "\u2028")
MAP_VALUES = (
    *("true", "false", "0", "1", "-1", "1001", "1.5", "inf", "nan", '""', '"?"', '"x"', "[]", "{}"),
    *(
        '["Day"]',
        "[1]",
        "[[]]",
        '{ column = "Lift", values = ["x"] }',
        "{ column = 1, values = 2 }",
    ),
    *("2026-11-05", "2026-11-05T18:00:00Z", '"%d/%m/%Y"', '"%H"', '"%q"', '"%Y%m%d %H:%M"', '"%"'),
    *(
        '"Europe/Berlin"',
        '"posix/UTC"',
        '"right/UTC"',
        '"Etc/GMT+5"',
        '"Europe"',
        '"../x"',
        '"UTC"',
    ),
    *(
        '"utf-16"',
        '"cp1252"',
        '","',
        '";"',
        '"."',
        '"kg"',
        '"column"',
        '"in_cell"',
        '"mi"',
        '"wide"',
    ),
    *('"packed"', '"sets_reps_weight"', '"Set {n}"', '"\\u202e"', "9" * 5_000, "0x" + "f" * 5_000),
    *('"' + "x" * 2_001 + '"', "[" * 100 + "]" * 100, '{ date = "Day", exercise = "Lift" }', "'''"),
)
MAP_KEYS = (
    *("confirmed", "header", "date_format", "timezone", "weight_unit", "distance_unit", "layout"),
    *("columns", "delimiter", "decimal", "encoding", "header_row", "time_column", "null_tokens"),
    *("skip_if", "app", "columns.sets", "columns.unit", "columns.reps", "odd", '"\\n"'),
)
Grid = list[list[str]]


def content(rng: random.Random, tokens: tuple[bytes, ...], *, is_wide: bool) -> bytes:
    """Return a log with changes in its table, or in how it is written."""
    seed = rng.choice(seeds.of("csv", is_wide=is_wide))
    grid = _grid(seed)
    for _ in range(rng.choice((0, 1, 1, 2, 4))):
        if grid:
            rng.choice(CHANGES)(rng, grid)
    content = _written(rng, grid, seed)
    if rng.random() < 0.15:
        content = mutated(rng, content, (), tokens)
    if rng.random() < 0.1:
        content = content[: rng.randrange(len(content) + 1)]
    return content


def mapping(rng: random.Random) -> bytes:
    """Return a mapping with a few of its answers changed, added or left out."""
    lines = seeds.MAP.decode().splitlines()
    for _ in range(rng.choice((0, 1, 1, 2, 3))):
        place = rng.randrange(len(lines))
        key = rng.choice(MAP_KEYS)
        choice = rng.randrange(3)
        if choice == 0:
            lines[place] = f"{lines[place].partition('=')[0]}= {rng.choice(MAP_VALUES)}"
        elif choice == 1:
            lines.insert(rng.randrange(len(lines) + 1), f"{key} = {rng.choice(MAP_VALUES)}")
        else:
            lines.pop(place)
    made = "\n".join(lines).encode()
    return mutated(rng, made, (), TOKENS) if rng.random() < 0.2 else made


def _grid(seed: bytes) -> Grid:
    text = re.sub("\r(?!\n)", "\n", seed.decode("utf-8-sig", "replace"))
    separator = max(",;\t", key=text.partition("\n")[0].count)
    return list(csv.reader(io.StringIO(text), delimiter=separator))


def _written(rng: random.Random, grid: Grid, seed: bytes) -> bytes:
    first = seed.partition(b"\n")[0]
    separator = ";" if first.count(b";") > first.count(b",") else ","
    quotes_all = False
    end, encoding = "\n", "utf-8"
    if rng.random() < 0.4:
        separator, end = rng.choice(SEPARATORS), rng.choice(ENDS)
        quotes_all = rng.random() < 0.5
        encoding = rng.choice(ENCODINGS)
    target = io.StringIO()
    writer = csv.writer(target, delimiter=separator, lineterminator=end)
    if quotes_all:
        writer = csv.writer(target, delimiter=separator, lineterminator=end, quoting=csv.QUOTE_ALL)
    writer.writerows(grid)
    text = target.getvalue()
    if rng.random() < 0.05:
        text = rng.choice(("sep=;\n", '"sep=,"\r\n', "\n\n", "\ufeff\ufeff", "#\n")) + text
    if rng.random() < 0.1:
        text = text.rstrip("\r\n")
    return text.encode(encoding, "replace")


def _cell(rng: random.Random, grid: Grid) -> None:
    row = rng.choice(grid)
    if row:
        row[rng.randrange(len(row))] = rng.choice(CELLS)


def _column(rng: random.Random, grid: Grid) -> None:
    """Write one thing into a whole column below the header."""
    at, cell = _place(rng, grid), rng.choice(CELLS)
    for row in grid[1:]:
        if at < len(row):
            row[at] = cell


def _swap(rng: random.Random, grid: Grid) -> None:
    one, other = _place(rng, grid), _place(rng, grid)
    for row in grid[rng.choice((0, 1)) :]:
        if max(one, other) < len(row):
            row[one], row[other] = row[other], row[one]


def _drop(rng: random.Random, grid: Grid) -> None:
    at = _place(rng, grid)
    for row in grid:
        del row[at : at + 1]


def _double(rng: random.Random, grid: Grid) -> None:
    at = _place(rng, grid)
    for row in grid:
        row[at:at] = row[at : at + 1] * rng.choice((1, 1, 1, 220))


def _rows(rng: random.Random, grid: Grid) -> None:
    """Leave out, double, shuffle or stretch rows."""
    at = rng.randrange(len(grid))
    choice = rng.randrange(5)
    if choice == 0:
        del grid[at]
    elif choice == 1:
        grid[at:at] = [list(grid[at]) for _ in range(rng.choice((1, 2, 100)))]
    elif choice == 2:
        rng.shuffle(grid)
    elif choice == 3:
        grid[at].append(rng.choice(CELLS))
    else:
        del grid[at][rng.randrange(len(grid[at]) + 1) :]


def _splice(rng: random.Random, grid: Grid) -> None:
    """Let another log's rows follow."""
    grid += _grid(rng.choice(seeds.of("csv", is_wide=False)))[rng.choice((0, 1)) :]


def _place(rng: random.Random, grid: Grid) -> int:
    return rng.randrange(max(1, len(grid[0])))


CHANGES = (
    _cell,
    _cell,
    _cell,
    _cell,
    _column,
    _column,
    _swap,
    _drop,
    _double,
    _rows,
    _rows,
    _splice,
)
TOKENS = tuple(
    token.encode()
    for token in (
        *(
            ",",
            ";",
            "\t",
            '"',
            '""',
            "\n",
            "\r",
            "\r\n",
            "\0",
            "\ufeff",
            "sep=;\n",
            "\u2028",
            "=",
            "#",
        ),
        *(
            "### ",
            "Date",
            "Exercise",
            "Reps",
            "Weight",
            "kg",
            "%Y",
            "[columns]\n",
            "date_format =",
            *CELLS,
        ),
    )
)
