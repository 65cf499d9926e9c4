import datetime as dt
from collections.abc import Iterator
from pathlib import PurePath

import pytest

from pipeline import watching
from pipeline.cli.watch import did, ended
from pipeline.errors import Busy
from pipeline.jobs import Tally
from pipeline.watching import Ended, Ran, concerns, follow, next_midnight

NOON = dt.datetime(2026, 11, 15, 12, tzinfo=dt.UTC)
BERLIN = ("Europe/Berlin",)


def moments(
    changes: set[int], *results: Ended, until_s: int, zones: tuple[str, ...] = BERLIN
) -> list[int]:
    """The seconds at which runs begin, with a look every second; the last result repeats."""
    now_s = 0
    began: list[int] = []

    def looks() -> Iterator[bool]:
        nonlocal now_s
        for now_s in range(until_s):
            yield now_s in changes

    def run() -> Ran:
        began.append(now_s)
        return Ran(results[min(len(began), len(results)) - 1], zones)

    follow(looks(), lambda: NOON + dt.timedelta(seconds=now_s), run)
    return began


def test_a_run_at_the_start_and_then_every_hour() -> None:
    assert moments(set(), Ended.DONE, until_s=8000) == [0, 3600, 7200]


def test_many_files_dropped_together_are_one_run() -> None:
    assert moments({100, 101, 102, 103}, Ended.DONE, until_s=500) == [0, 105]


def test_a_folder_that_never_rests_is_run_once_a_minute() -> None:
    assert moments(set(range(10, 140)), Ended.DONE, until_s=145) == [0, 70, 131, 141]


def test_a_file_still_being_written_is_tried_again_and_ever_more_rarely() -> None:
    began = moments(set(), Ended.WAITING, until_s=15_000)

    assert began[:5] == [0, 5, 15, 35, 75]
    assert began[-1] - began[-2] == 3600


def test_when_what_waited_is_taken_the_usual_pace_is_back() -> None:
    results = (Ended.WAITING, Ended.WAITING, Ended.DONE)

    assert moments(set(), *results, until_s=4000) == [0, 5, 15, 3615]


def test_a_change_makes_the_pauses_short_again() -> None:
    began = moments({200}, Ended.WAITING, until_s=215)

    assert began == [0, 5, 15, 35, 75, 155, 202, 207]


def test_another_run_at_work_is_asked_again_every_minute_at_the_least() -> None:
    assert moments(set(), Ended.BUSY, until_s=260) == [0, 5, 15, 35, 75, 135, 195, 255]


def test_midnight_of_anybody_closes_their_week() -> None:
    eleven_hours_s = 11 * 3600

    began = moments(set(), Ended.DONE, until_s=eleven_hours_s + 1, zones=(*BERLIN, "Asia/Kolkata"))

    assert began[6:8] == [6 * 3600, 6 * 3600 + 1800]  # 18:30 UTC is midnight in Kolkata
    assert began[-1] == eleven_hours_s  # 23:00 UTC is midnight in Berlin


def test_a_clock_that_was_set_back_does_not_stop_the_heart() -> None:
    plan = watching.Plan(NOON).after(Ran(Ended.DONE, BERLIN), NOON)

    assert not plan.is_due(NOON + dt.timedelta(minutes=59))
    assert plan.is_due(NOON - dt.timedelta(days=1))
    assert plan.is_due(NOON + dt.timedelta(days=3))  # the machine slept


@pytest.mark.parametrize(
    ("at", "zone", "midnight"),
    [
        ("2026-11-15T22:59:59+00:00", "Europe/Berlin", "2026-11-15T23:00:00+00:00"),
        ("2026-11-15T23:00:00+00:00", "Europe/Berlin", "2026-11-16T23:00:00+00:00"),
        ("2026-10-24T23:00:00+00:00", "Europe/Berlin", "2026-10-25T23:00:00+00:00"),
        # Beirut has no midnight on the day its clocks go forward: the day begins at 01:00.
        ("2026-03-28T12:00:00+00:00", "Asia/Beirut", "2026-03-28T22:00:00+00:00"),
    ],
)
def test_midnight_is_where_the_local_day_ends(at: str, zone: str, midnight: str) -> None:
    assert next_midnight(dt.datetime.fromisoformat(at), zone).isoformat() == midnight


@pytest.mark.parametrize(
    ("path", "is_of_interest"),
    [
        ("me/run.fit", True),
        ("sam", True),  # a folder for somebody
        ("me/2026/run.sync-conflict-1.fit", True),
        ("me/run.fit.part", False),
        ("me/.aside-0011aabb-run.fit", False),
        ("me/.stversions/run.fit", False),
        ("me/@eaDir/run.fit", False),
        ("me/Thumbs.db", False),
    ],
)
def test_what_a_run_could_take_makes_one_run(path: str, *, is_of_interest: bool) -> None:
    assert concerns(PurePath(path)) is is_of_interest


def test_a_run_that_did_nothing_is_not_told_of() -> None:
    assert not did(Tally("me", waiting=1, week="2026-W46", status="on_plan"))


def test_a_run_that_did_something_is_one_line() -> None:
    standings = ["2026-W45: On plan, 4 of 4 done", "2026-W46: Over 5 km, 4 of 4 done"]
    tally = Tally("me", taken=3, waiting=1, pages=2, standings=standings)

    assert did(tally) == f"me: 3 new, 2 pages written, 1 waiting. {standings[0]}. {standings[1]}."


def test_how_a_run_ended_is_told_by_the_worst_of_it() -> None:
    waiting = [Tally("me", waiting=1), Tally("sam")]

    assert ended([Tally("me")], ()) is Ended.DONE
    assert ended(waiting, ()) is Ended.WAITING
    assert ended(waiting, (Busy("x"),)) is Ended.BUSY
    assert ended(waiting, (Busy("x"), OSError(28, "full"))) is Ended.FAILED
