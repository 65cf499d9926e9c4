"""A kill before, amid and after every durable effect; they are counted, not listed."""

import random
from collections.abc import Sequence
from typing import Any

import pytest

from pipeline.disk import Disk

from .disks import COMPOSED, EFFECTS, Dying, Killed, Watched
from .nights import REMOVE, Trial, Trials, after, differences, evenings

PAIRS = 100
SETTINGS = pytest.mark.parametrize("settings", ["", REMOVE], ids=["keep", "remove"])
Wrong = dict[tuple[int, ...], list[str]]


def wrong_after(trial: Trial, kills: Sequence[int], expected: dict[str, Any]) -> list[str]:
    """Run until the given moments, dying at each, and then to the end; returns what is wrong.

    Moments count from the start of a run.
    """
    found: list[str] = []
    for moment in kills:
        try:
            trial.run(Dying(moment))
        except Killed:
            found += trial.violations()
    trial.run()
    return found + trial.unfinished() + differences(trial.state(), expected)


def moments(made: Trials, evening: Trial) -> int:
    """Count the moments of a run that nothing disturbs."""
    disk = Dying(-1)
    trial = made.copied(evening)
    trial.run(disk)
    made.gone(trial)
    return len(disk.effects)


def tried(
    made: Trials, evening: Trial, all_kills: Sequence[tuple[int, ...]], expected: dict[str, Any]
) -> Wrong:
    """Kill so, each time in a copy of an installation; returns what is wrong after which kills."""
    wrong: Wrong = {}
    for kills in all_kills:
        trial = made.copied(evening)
        if found := wrong_after(trial, kills, expected):
            wrong[kills] = found
        made.gone(trial)
    return wrong


def test_every_effect_on_the_disk_is_watched() -> None:
    public = {name for name in vars(Disk) if not name.startswith("_")}

    assert public == {*EFFECTS, *COMPOSED}
    assert set(EFFECTS) <= set(vars(Watched))


@SETTINGS
@pytest.mark.parametrize("night", [0, 1])
def test_a_kill_at_any_moment_loses_nothing_and_does_not_show(
    made: Trials, settings: str, night: int
) -> None:
    begun = evenings(made, settings)
    count = moments(made, begun[night])
    assert count > 100
    # What is different without the removal comes last: every fifth moment is enough there.
    every = [(moment,) for moment in range(0, count, 1 if settings else 5)]

    assert tried(made, begun[night], every, after(made, begun[night])) == {}


@pytest.mark.parametrize("night", [0, 1])
def test_a_second_kill_during_the_recovery_does_not_show_either(made: Trials, night: int) -> None:
    evening = evenings(made, REMOVE)[night]
    count = moments(made, evening)
    drawn = random.Random(night)  # noqa: S311 - no secret
    pairs = [(drawn.randrange(count), drawn.randrange(count)) for _ in range(PAIRS // 2)]

    assert tried(made, evening, pairs, after(made, evening)) == {}


@pytest.mark.parametrize("lost", ["readings.parquet", "readings.sum", "seen.json", "pages.json"])
def test_kills_while_what_was_lost_is_rebuilt_do_not_show(made: Trials, lost: str) -> None:
    evening = evenings(made, "")[-1]
    expected = evening.state()
    (evening.library.folder / lost).unlink()
    known = set(evening.violations())  # of a table without its digest, until it is set aside
    kills = [(moment,) for moment in range(0, moments(made, evening), 7)]

    wrong = tried(made, evening, kills, expected)

    assert {each: found for each, found in wrong.items() if set(found) - known} == {}
