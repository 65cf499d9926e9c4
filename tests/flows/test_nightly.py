import datetime as dt
import fcntl
import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
import zoneinfo
from pathlib import Path

import pytest

from tests.homes import EXPECTED, drop, new_home, readings, reports, run, sample_files

pytestmark = pytest.mark.flow
RUN = "from flows.command import main; main()"


def backfour(*arguments: str, home: Path) -> subprocess.CompletedProcess[str]:
    """Run the command as a person would, in a process of its own with a quiet environment."""
    environment = {**os.environ, "BACKFOUR_HOME": str(home)}
    return subprocess.run(  # noqa: S603 - our own interpreter
        [sys.executable, "-c", RUN, *arguments],
        capture_output=True,
        text=True,
        env=environment,
        check=False,
        timeout=240,
    )


def test_the_flow_writes_the_bytes_of_the_job_and_shows_artifacts_that_can_be_erased(
    tmp_path: Path,
) -> None:
    unknown = '[notify]\nurls = ["nonsense://secret"]\n'
    by_flow, by_job = (new_home(tmp_path / name, unknown) for name in ("flow", "job"))
    for home in (by_flow, by_job):
        drop(home, sample_files())
    run(by_job)

    result = backfour("run", "--now", EXPECTED["now"], "--json", home=by_flow.folder)

    assert result.returncode == 0, result.stderr
    (told,) = json.loads(result.stdout)["people"]
    assert told["outcomes"]["refused"] == 1
    assert "Apprise does not know one of the addresses" in told["notices"][0]
    assert told["notices"][0] in result.stderr
    assert "secret" not in f"{result.stdout}{result.stderr}"
    assert reports(by_flow) == reports(by_job)
    assert readings(by_flow) == readings(by_job)
    artifacts = _artifacts(by_flow.folder)
    assert set(artifacts) == {"backfour-night", "week-me", "receipt-me"}
    assert "| files refused, in all | 1 |" in artifacts["backfour-night"]
    assert "Week 46" in artifacts["week-me"]
    assert "E_TRUNCATED" in artifacts["receipt-me"]

    erased = backfour("erase", "me", "--yes", home=by_flow.folder)

    assert erased.returncode == 0, erased.stderr
    assert _artifacts(by_flow.folder) == {}
    for file in (by_flow.folder / "prefect").iterdir():
        for mark in (
            b"Week 46",
            b"week-me",
            b"receipt-me",
            b"backfour-night",
            b"publish me",
            b"report me",
            b"me: A mess",
        ):
            assert mark not in file.read_bytes(), file.name


def test_another_run_at_work_ends_the_flow_cancelled_with_exit_75(tmp_path: Path) -> None:
    home = new_home(tmp_path)
    folder = tmp_path / "people/me"
    folder.mkdir(parents=True)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)

        result = backfour("run", home=home.folder)

    assert result.returncode == 75, result.stderr
    assert "another run is at work" in result.stderr


@pytest.mark.parametrize("day", ["2026-03-29", "2026-10-25"])
def test_the_usual_hour_exists_once_on_both_nights_when_the_clocks_change(day: str) -> None:
    zone = zoneinfo.ZoneInfo("Europe/Berlin")
    at_three = dt.datetime.fromisoformat(f"{day}T03:00:00").replace(tzinfo=zone)

    again = at_three.astimezone(dt.UTC).astimezone(zone)

    assert again.replace(tzinfo=None) == at_three.replace(tzinfo=None)
    assert at_three.utcoffset() == at_three.replace(fold=1).utcoffset()


def _artifacts(home: Path) -> dict[str, str]:
    """Read the artifacts from Prefect's own database, inside the installation."""
    with sqlite3.connect(home / "prefect" / "prefect.db") as database:
        rows = database.execute("select key, data from artifact").fetchall()
    database.close()
    return {key: data for key, data in rows if key}


def test_the_schedule_runs_the_flow_by_itself(tmp_path: Path) -> None:
    home = new_home(tmp_path, 'schedule = "* * * * *"')
    drop(home, sample_files()[:2])
    environment = {**os.environ, "BACKFOUR_HOME": str(tmp_path)}
    process = subprocess.Popen(  # noqa: S603 - our own interpreter
        [sys.executable, "-c", RUN, "schedule"],
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )

    try:
        page = home.reports / "me" / "index.html"
        deadline = time.monotonic() + 240
        while not page.exists() and time.monotonic() < deadline:
            assert process.poll() is None
            time.sleep(1)
        ran = page.exists()
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(60)

    assert ran
