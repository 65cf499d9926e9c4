"""The power fails: what was not synced is there, or not, or in part; then the next run."""

import os
import random
import shutil
from typing import Any

import pytest

from pipeline.home import Home

from .disks import COMPOSED, EFFECTS
from .nights import REMOVE, Trial, Trials, after, differences, evenings
from .power import Recording, images, restore

EVERY = int(os.environ.get("BACKFOUR_POWER_EVERY", "4"))  # of how many effects one is looked at
Wrong = dict[int, list[str]]


def wrong_after_power_loss(made: Trials, evening: Trial, every: int, seed: int) -> Wrong:
    """Return what is wrong on which of the disks that a run may leave when the power fails."""
    expected: dict[str, Any] = after(made, evening)
    ran = made.copied(evening)
    disk = Recording()
    ran.run(disk)
    wrong: Wrong = {}
    drawn = random.Random(seed)  # noqa: S311 - no secret
    for image in images(disk.steps, every, drawn):
        trial = Trial(made.place(), dict(evening.dropped))
        restore(image, evening.folder, ran.folder, trial.folder)
        found = trial.violations()
        trial.run()
        found += trial.unfinished() + differences(trial.state(), expected)
        if found:
            wrong.setdefault(image.moment, []).extend(found)
        shutil.rmtree(trial.folder)
    return wrong


def test_every_effect_is_recorded() -> None:
    assert set(EFFECTS) <= set(vars(Recording))
    assert not set(COMPOSED) & set(vars(Recording))


@pytest.mark.parametrize("night", [0, 1])
@pytest.mark.parametrize("settings", ["", REMOVE], ids=["keep", "remove"])
def test_whatever_the_disk_kept_nothing_is_lost_and_the_next_run_ends_the_same(
    made: Trials, settings: str, night: int
) -> None:
    evening = evenings(made, settings)[night]

    assert wrong_after_power_loss(made, evening, EVERY, night) == {}


def test_a_disk_that_kept_everything_is_as_it_was(made: Trials) -> None:
    evening = evenings(made, REMOVE)[1]
    ran = made.copied(evening)
    disk = Recording()
    ran.run(disk)
    *_, whole, _ = images(disk.steps, len(disk.steps), random.Random(1))  # noqa: S311 - no secret
    trial = Trial(made.place(), dict(evening.dropped))

    restore(whole, evening.folder, ran.folder, trial.folder)

    assert trial.state() == ran.state()
    assert Home(trial.folder).settings()
