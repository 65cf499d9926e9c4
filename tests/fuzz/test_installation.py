import os
import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline import guard, receipt
from pipeline.guard import Answer
from pipeline.home import Home
from tests.fuzz import names, oracle
from tests.fuzz.inputs import made
from tests.homes import NOW, new_home, readings, reports, run, sample_files

SEED = 23
FILES = ("fit", "gpx", "tcx", "csv", "zip", "gz")
EACH = 40  # inputs of each format
GOOD_EVERY = 12
OURS = {code.value for code in oracle.OURS}


def hostile(each: int) -> Iterator[bytes]:
    for number in range(each):
        yield from (made(name, SEED, number).content for name in FILES)


def outside(home: Home) -> set[Path]:
    return {path for path in home.folder.parent.rglob("*") if not path.is_relative_to(home.folder)}


def test_guarded_children_say_what_reading_here_says(tmp_path: Path) -> None:
    paths = []
    for number, content in enumerate(hostile(EACH)):
        paths.append(tmp_path / f"{number}")
        paths[-1].write_bytes(content)

    first = dict(guard.read_all(paths))
    second = dict(guard.read_all(paths[::-1]))

    assert first == second
    faults = {path.name: [*oracle.faults(Answer(outcome))] for path, outcome in first.items()}
    assert {name: found for name, found in faults.items() if found} == {}


def test_hostile_files_of_hostile_names_cost_their_neighbours_nothing(tmp_path: Path) -> None:
    home = new_home(tmp_path / "home")
    before = outside(home)
    rng = random.Random(SEED)  # noqa: S311 - no secret
    contents = list(hostile(EACH))
    good = [path.read_bytes() for path in sample_files() if path.name != "damaged.fit"]
    dropped = names.names(rng, len(contents) + len(contents) // GOOD_EVERY)
    inbox = os.fsencode(home.inbox / "me")
    neighbours = []
    for at, name in enumerate(dropped):
        is_good = at % (GOOD_EVERY + 1) == 0 and at // (GOOD_EVERY + 1) < len(good)
        content = good[at // (GOOD_EVERY + 1)] if is_good else contents[at % len(contents)]
        name = b"good %d.x" % at if is_good else name  # noqa: PLW2901 - or it may be ignored
        neighbours += [name] if is_good else []
        with open(os.path.join(inbox, name), "wb") as file:  # noqa: PTH118, PTH123 - bytes
            file.write(content)

    run(home)

    files = receipt.status(home, NOW)["people"][0]["files"]
    outcomes = {each["name"]: each["outcome"] for each in files if each["parent"] is None}
    said = {outcomes[name.decode()] for name in neighbours}
    assert said <= {"imported", "superseded", "duplicate"}
    assert len(neighbours) == len(good)
    assert not [each for each in files if each["outcome"] in {"waiting", "held"}]
    assert not [each for each in files if each["code"] in OURS]
    assert outside(home) == before
    once = readings(home), reports(home)
    run(home)
    assert (readings(home), reports(home)) == once


@pytest.mark.parametrize("seed", range(3))
def test_files_of_any_name_are_taken_or_said_to_be_ignored(tmp_path: Path, seed: int) -> None:
    home = new_home(tmp_path / "home")
    dropped = names.names(random.Random(seed), 150)  # noqa: S311 - no secret
    for name in dropped:
        with open(os.path.join(os.fsencode(home.inbox / "me"), name), "wb") as file:  # noqa: PTH118, PTH123 - bytes
            file.write(b"%b is no workout" % name)

    run(home)

    files = receipt.status(home, NOW)["people"][0]["files"]
    assert len(files) == len(dropped)
    assert {each["outcome"] for each in files} == {"refused", "ignored"}
