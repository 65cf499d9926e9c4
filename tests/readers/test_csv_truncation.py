from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from pipeline.errors import Refused
from pipeline.readers import csv_apps
from pipeline.readers.csv_log import mapped, mapping
from pipeline.readers.csv_log.values import KILOGRAMS
from pipeline.tables import LoggedSet, LoggedSets, Reading
from tests.readers.strength_logs import SAMPLES

# All but the end of the workout, and how its sets are grouped: the rest of the file tells those.
COMPARED = ("kind", "label", "day", "local_start", "starts_at", "reps", "metres")
Said = Mapping[str, object]
Place = tuple[int, int]
JEFIT = [path for path in SAMPLES if path.name.startswith("jefit")]
BY_PLACE = [path for path in SAMPLES if path not in JEFIT]


def readable_cuts(path: Path) -> Iterator[Reading]:
    content = path.read_bytes()
    for size in range(len(content)):
        try:
            yield csv_apps.read(content[:size])
        except Refused as fault:
            assert fault.refusal.fault  # noqa: PT017  either end is right


def by_place(reading: Reading) -> dict[Place, Said]:
    seen: Counter[int] = Counter()
    found: dict[Place, Said] = {}
    for said in LoggedSets.of(reading.sets).frame.iter_rows(named=True):
        found[said["row"], seen[said["row"]]] = said
        seen[said["row"]] += 1
    return found


def is_said_to_be_lost(reading: Reading, said: Said) -> bool:
    lines = {problem.where.partition(",")[0] for problem in reading.problems}
    return said["kind"] in {"unreadable", "skipped"} and f"line {said['row']}" in lines


@pytest.mark.parametrize("path", BY_PLACE, ids=lambda path: path.name)
def test_a_file_that_was_cut_says_nothing_that_the_whole_does_not(path: Path) -> None:
    whole = by_place(csv_apps.read(path.read_bytes()))

    for reading in readable_cuts(path):
        found = by_place(reading)
        last = max(row for row, _ in found)
        for place, said in found.items():
            is_last = place[0] == last
            if is_last and is_said_to_be_lost(reading, said):
                continue
            truth = whole[place]
            assert [said[name] for name in COMPARED] == [truth[name] for name in COMPARED]
            for name in ("weight", "seconds"):
                assert said[name] == truth[name] or (is_last and said[name] is None)


def kilograms(logged: LoggedSet) -> float | None:
    if logged.weight is None:
        return None
    return round(logged.weight * float(KILOGRAMS[logged.weight_unit or ""]), 2)


@pytest.mark.parametrize("path", JEFIT, ids=lambda path: path.name)
def test_a_jefit_file_cut_in_either_section_holds_sets_of_the_whole(path: Path) -> None:
    whole = [each for each in csv_apps.read(path.read_bytes()).sets if each.kind == "set"]
    times = {(each.label, each.day, each.reps, kilograms(each)): each.seconds for each in whole}

    for reading in readable_cuts(path):
        sets = [each for each in reading.sets if each.kind == "set"]
        assert len(sets) <= len(whole)
        for each in sets:
            # Packed sets have no time, and the reps of a timed one are 0 only in the new section.
            time = times[each.label, each.day, each.reps, kilograms(each)]
            assert each.seconds in {None, time}


MAPPED = """
confirmed = true
header = "Day,Lift,Load,Reps"
date_format = "%d/%m/%Y"
timezone = "Europe/Berlin"
weight_unit = "kg"
columns = { date = "Day", exercise = "Lift", reps = "Reps", weight = "Load" }
"""


@pytest.mark.parametrize(
    ("last", "kind", "reps"),
    [
        ("12\n", "set", 12),
        ("12", "unreadable", None),
        ("", "skipped", None),
        ("\n", "skipped", None),
    ],
)
def test_the_last_cell_of_a_mapped_table_may_be_cut_unless_it_is_empty(
    last: str, kind: str, reps: int | None
) -> None:
    table = f"Day,Lift,Load,Reps\n03/04/2026,Shrug,20,10\n03/04/2026,Shrug,20,{last}"

    first, second = mapped.read(table.encode(), mapping.parse(MAPPED.encode())).sets

    assert (first.kind, first.reps) == ("set", 10)
    assert (second.kind, second.reps) == (kind, reps)
