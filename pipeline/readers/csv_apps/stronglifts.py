"""StrongLifts 5x5: a row for an exercise, its sets side by side; in 2018 a row for a workout.

Source: https://stronglifts.com

    2026/08/11,1,"Workout A","5×5",83.5,"Squat",5/5/-,,…,10:56 PM,10:57 PM,"",5,55,5,55,0,55
"""

import functools
import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from pipeline.errors import Code, Refused
from pipeline.readers.csv_log.columns import CUT
from pipeline.readers.csv_log.dialect import Dialect, Table
from pipeline.readers.csv_log.text import Record

COLUMNS = "Date,Start Time,End Time,Workout,Workout Name,Exercise,Reps,Seconds,Weight"
FIRST_SET = 17
# Every letter and digit of the header; U stands for the unit, which may differ for the body.
FIXED = (
    *("dateyyyymmdd", "workout", "workoutname", "programname", "bodyweightU", "exercise"),
    *("setsxreps", "setsxtime", "topsetrepsxU", "e1rmU", "reps", "volumeU", "workoutvolumeU"),
    *("durationhours", "starttimehmm", "endtimehmm", "notes"),
)
BODY_WEIGHT = FIXED.index("bodyweightU")


def _letters(cell: str) -> str:
    folded = unicodedata.normalize("NFKC", cell).casefold().replace("×", "x")
    return re.sub(r"[^a-z0-9]", "", folded)


def _is_wide(unit: str, cells: Sequence[str]) -> bool:
    """Tell the header by its words, and then pairs of a set's reps and weight, as many as it has.

    Earlier versions wrote `x` for `×`, and other spaces.
    """
    if len(cells) <= FIRST_SET:
        return False
    found = [_letters(cell) for cell in cells]
    wanted = [name.replace("U", unit) for name in FIXED]
    if found[BODY_WEIGHT] not in {"bodyweightkg", "bodyweightlb"}:
        return False
    wanted[BODY_WEIGHT] = found[BODY_WEIGHT]
    pairs = [
        name
        for number in range(1, (len(cells) - FIRST_SET) // 2 + 1)
        for name in (f"set{number}reps", f"set{number}{unit}")
    ]
    return found == [*wanted, *pairs]


def _side_by_side(table: Table) -> Iterator[Record]:
    """Make a record of each set; a row without any stays one, by its time if it has one."""
    for record in table.records:
        cells = _marked(record)
        day, number, name, _, _, exercise, _, timed, *_ = cells
        start, end = (cell and f"{day} {cell}" for cell in cells[14:16])
        head = [day, start or day, end, number, name, exercise]
        pairs = list(zip(cells[FIRST_SET::2], cells[FIRST_SET + 1 :: 2], strict=True))
        done = [(reps, weight) for reps, weight in pairs if reps.strip() or weight.strip()]
        for reps, weight in done:
            yield Record(record.line, [*head, reps, "", weight])
        if not done:
            yield Record(record.line, [*head, "", timed, ""])


def _marked(record: Record) -> list[str]:
    """The cells of a record, the last one marked where the end of the file may have cut it."""
    *first, last = record.cells
    return [*first, last + CUT if record.is_open and last else last]


KILOGRAMS = Dialect(
    "StrongLifts",
    header="Date (yyyy/mm/dd),Workout,Workout Name,Program Name,Body Weight (KG),Exercise,"
    "Sets×Reps,Sets×Time,Top Set (Reps×KG),e1RM (KG),Reps,Volume (KG),Workout Volume (KG),"
    "Duration (hours),Start Time (h:mm),End Time (h:mm),Notes,Set 1 (Reps),Set 1 (KG)",
    label="Exercise",
    start="Start Time",
    formats=("%Y/%m/%d %I:%M%p", "%Y/%m/%d %H:%M", "%Y/%m/%d"),
    workout=("Start Time", "Workout"),
    end="End Time",
    title="Workout Name",
    reps="Reps",
    seconds="Seconds",
    weight="Weight",
    weight_in="kg",
    columns=COLUMNS,
    unfold=_side_by_side,
    shape=functools.partial(_is_wide, "kg"),
)
POUNDS = replace(
    KILOGRAMS,
    header=KILOGRAMS.header.replace("(KG)", "(LB)").replace("×KG", "×LB"),
    weight_in="lb",
    shape=functools.partial(_is_wide, "lb"),
)

DATE = re.compile(r"([0-9]{1,2})/([0-9]{1,2})/[0-9]+")
LEGACY_HEAD = re.compile(r"date note workout bodyweight(?:kg|lb)?(?: bodyweight(?:kg|lb))?")
LEGACY_BLOCK = re.compile(r" exercise(\d+) weightkg weightlb((?: set\d+)+)")


def _is_legacy(cells: Sequence[str]) -> bool:
    """Tell the header of 2018: for each exercise a name, two weights and some sets."""
    if not cells or _letters(cells[0]) != "date":
        return False
    written = " ".join(map(_letters, cells))
    head = LEGACY_HEAD.match(written)
    if head is None:
        return False
    blocks = list(LEGACY_BLOCK.finditer(written, head.end()))
    is_gapless = "".join(block[0] for block in blocks) == written[head.end() :]
    are_counted = all(_counts_up(re.findall(r"set(\d+)", block[2])) for block in blocks)
    return is_gapless and are_counted and blocks != [] and _counts_up(block[1] for block in blocks)


def _counts_up(numbers: Iterable[str]) -> bool:
    return all(number == str(at) for at, number in enumerate(numbers, 1))


def _by_workout(table: Table) -> Iterator[Record]:
    """Make a record of each set of each exercise of a workout; a failed set is a 0."""
    names = [_letters(cell) for cell in table.header]
    starts = [at for at, name in enumerate(names) if re.fullmatch(r"exercise\d+", name)]
    order = _day_order(table)
    for record in table.records:
        cells = _marked(record)
        day = _written(cells[0], order)
        made = 0
        for start, end in zip(starts, [*starts[1:], len(names)], strict=True):
            exercise, kilograms, _, *sets = cells[start:end]
            for reps in filter(str.strip, sets):
                made += 1
                head = [day, day, "", cells[2], cells[2], exercise]
                yield Record(record.line, [*head, reps, "", kilograms])
        if not made:
            yield Record(record.line, [day, day, "", "", "", cells[starts[0]], "", "", ""])


def _day_order(table: Table) -> str:
    """Decide for the whole file whether the month or the day comes first, or refuse."""
    cells = [record.cells[0].strip() for record in table.records]
    dates = [found for found in map(DATE.fullmatch, cells) if found is not None]
    pairs = [(int(found[1]), int(found[2])) for found in dates]
    month_first = all(first <= 12 for first, _ in pairs)  # noqa: PLR2004 - months
    day_first = all(second <= 12 for _, second in pairs)  # noqa: PLR2004 - months
    if month_first and day_first and any(first != second for first, second in pairs):
        fault = "Its dates can be read day first and month first, and nothing says which."
        raise Refused(Code.E_AMBIGUOUS, fault)
    return "mdy" if month_first else "dmy"


def _written(cell: str, order: str) -> str:
    parts = dict(zip(order, cell.strip().split("/"), strict=False))
    year = parts.get("y", "")
    year = f"20{year}" if len(year) == len("yy") else year
    return f"{year}/{parts.get('m', '')}/{parts.get('d', '')}"


LEGACY = replace(
    KILOGRAMS,
    header="Date,Note,Workout,Body Weight,Exercise 1,Weight (KG),Weight (LB),Set 1",
    end=None,
    unfold=_by_workout,
    shape=_is_legacy,
)
