"""Real runs with real readers; the run, a reader or the fork server is killed at some time."""

import random
import time

import pytest

from .nights import REMOVE, Trial, Trials, after, differences, evenings
from .processes import Runs, kill_at, runs
from .zygote import FAULT, WELL

KILLS = 60
PARENTS = 0.6


def killed_and_run_again(
    started: Runs, trial: Trial, drawn: random.Random, lasts_s: float
) -> list[str]:
    """Kill a run at some time, twice perhaps, then run to the end; returns what is wrong."""
    found: list[str] = []
    for _ in range(drawn.choice((1, 1, 2))):
        started.begin(trial.folder)
        is_parent = kill_at(started, drawn.random() * lasts_s, drawn, PARENTS)
        status = started.end()
        # Without the process that starts the others a run may have to give up, and says so.
        if not is_parent and status not in {WELL, FAULT}:
            found.append(f"a killed child ended the run with {status}")
        found += trial.violations()
    status = started.run(trial.folder)
    if status != WELL:
        found.append(f"the undisturbed run ended with {status}")
    return found + trial.unfinished()


@pytest.mark.parametrize("night", [0, 1])
def test_kills_at_random_times_lose_nothing_and_do_not_show(made: Trials, night: int) -> None:
    evening = evenings(made, REMOVE)[night]
    expected = after(made, evening)
    drawn = random.Random(night)  # noqa: S311 - no secret
    wrong = {}
    with runs() as started:
        warm = made.copied(evening)
        started.run(warm.folder)
        began = time.monotonic()
        trial = made.copied(evening)
        assert started.run(trial.folder) == WELL
        lasts_s = time.monotonic() - began
        assert differences(trial.state(), expected) == []

        for number in range(KILLS // 2):
            trial = made.copied(evening)
            found = killed_and_run_again(started, trial, drawn, lasts_s)
            found += differences(trial.state(), expected)
            if found:
                wrong[number] = found
            made.gone(trial)

    assert wrong == {}
