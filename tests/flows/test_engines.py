import importlib.util
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import pytest

from pipeline.home import Home
from tests.homes import EXPECTED, drop, new_home, readings, reports, run, sample_files

pytestmark = pytest.mark.flow
RUN = "from flows.command import main; main()"
WITHOUT_DASK = f"""import importlib.util
find = importlib.util.find_spec
importlib.util.find_spec = lambda name, *more: None if name == "prefect_dask" else find(name, *more)
{RUN}"""
PEOPLE = ("me", *(f"p{number:02}" for number in range(9)))
TIMEOUT_S = 240
dask = pytest.param(
    "dask",
    marks=pytest.mark.skipif(
        importlib.util.find_spec("prefect_dask") is None,
        reason="the extra backfour[dask] is not installed: no night was run on Dask",
    ),
)


def many(folder: Path, engine: str = "local") -> Home:
    """Make an installation of ten people, each with a few files."""
    home = new_home(folder, f'engine = "{engine}"')
    text = home.settings_file.read_text(encoding="utf-8")
    text += "".join(f'\n[people.{who}]\nzone = "Europe/Berlin"\n' for who in PEOPLE[1:])
    home.settings_file.write_text(text, encoding="utf-8")
    for number, who in enumerate(PEOPLE):
        (home.inbox / who).mkdir(exist_ok=True)
        drop(home, sample_files()[number : number + 4], who)
    return home


@pytest.fixture(scope="module")
def by_job(tmp_path_factory: pytest.TempPathFactory) -> Home:
    home = many(tmp_path_factory.mktemp("by-job"))
    run(home)
    return home


def started(home: Home, api: str, program: str = RUN) -> "subprocess.Popen[str]":
    environment = {**os.environ, "PREFECT_API_URL": api}
    arguments = ["run", "--home", str(home.folder), "--now", EXPECTED["now"], "--json"]
    return subprocess.Popen(  # noqa: S603 - our own interpreter
        [sys.executable, "-c", program, *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment,
    )


def told(process: "subprocess.Popen[str]") -> list[dict[str, object]]:
    out, err = process.communicate(timeout=TIMEOUT_S)
    assert process.returncode == 0, err
    return list(json.loads(out)["people"])


def same(home: Home, expected: Home, people: Sequence[str] = PEOPLE) -> bool:
    assert reports(home) == reports(expected)
    return all(readings(home, who) == readings(expected, who) for who in people)


@pytest.mark.parametrize("engine", ["local", "threads", "processes", dask])
def test_every_engine_writes_the_bytes_of_the_job(
    tmp_path: Path, by_job: Home, api: str, engine: str
) -> None:
    home = many(tmp_path, engine)

    people = told(started(home, api))

    assert [each["person"] for each in people] == [*PEOPLE]
    assert same(home, by_job)


@pytest.mark.parametrize("engine", ["processes", dask])
def test_a_worker_killed_in_a_batch_costs_no_byte(
    tmp_path: Path, by_job: Home, api: str, engine: str
) -> None:
    home = many(tmp_path, engine)
    process = started(home, api)

    os.kill(at_work(home, process), signal.SIGKILL)
    people = told(process)

    assert [each["person"] for each in people] == [*PEOPLE]
    assert same(home, by_job)


def at_work(home: Home, process: "subprocess.Popen[str]") -> int:
    """Wait until a worker, not the run itself, holds somebody's lock; return its process id."""
    deadline = time.monotonic() + TIMEOUT_S
    while time.monotonic() < deadline:
        assert process.poll() is None, process.communicate()
        locks = {str(path.stat().st_ino) for path in home.people.glob("*/lock")}
        for line in Path("/proc/locks").read_text(encoding="ascii").splitlines():
            fields = line.split()
            if fields[1] == "FLOCK" and fields[5].split(":")[2] in locks:
                assert int(fields[4]) != process.pid
                return int(fields[4])
        time.sleep(0.01)
    pytest.fail("no worker was ever at work")


def test_two_runs_at_once_take_each_file_once(tmp_path: Path, by_job: Home, api: str) -> None:
    home = many(tmp_path, "processes")

    both = [started(home, api), started(home, api)]
    answers = [process.communicate(timeout=TIMEOUT_S) for process in both]

    assert {process.returncode for process in both} <= {0, 75}, answers
    taken = [each["new"] for out, _ in answers if out for each in json.loads(out)["people"]]
    assert sum(taken) == sum(len(home.library(each).held()) for each in home.settings().people)
    assert same(home, by_job)


def test_a_disk_fault_of_one_person_is_tried_again_and_stops_nobody(
    tmp_path: Path, by_job: Home, api: str
) -> None:
    home = many(tmp_path, "threads")
    (home.reports / "p03").write_bytes(b"in the way")

    process = started(home, api)
    out, err = process.communicate(timeout=TIMEOUT_S)

    assert process.returncode == 1
    assert f"{home.reports / 'p03'}" in err
    assert {each["person"] for each in json.loads(out)["people"]} == {*PEOPLE} - {"p03"}
    assert {name for name in reports(by_job) if "p03" not in name} <= {*reports(home)}


def test_prefect_writes_down_nothing_of_a_fault_of_ours(
    tmp_path: Path, prefect_home: Path, api: str
) -> None:
    home = many(tmp_path)
    faulty = f"""
from pipeline import compliance

def judge(*_):
    raise ValueError("cannot parse Kanarie99x")

compliance.judge = judge
{RUN}"""

    process = started(home, api, faulty)
    out, err = process.communicate(timeout=TIMEOUT_S)

    assert process.returncode == 1
    assert err.count("a fault of ours (ValueError at <string>:5)") == len(PEOPLE)
    database = b"".join(path.read_bytes() for path in prefect_home.glob("prefect.db*"))
    assert b"not finished: me" in database
    assert b"Kanarie99x" not in database + out.encode() + err.encode()


def test_dask_without_its_extra_is_refused_in_one_line(tmp_path: Path) -> None:
    home = new_home(tmp_path, 'engine = "dask"')

    process = started(home, "http://127.0.0.1:9/api", WITHOUT_DASK)
    _, err = process.communicate(timeout=TIMEOUT_S)

    assert process.returncode == 2
    assert err == (
        'backfour: backfour.toml: engine = "dask" needs the package prefect-dask; install it:'
        ' pip install "backfour[dask]"\n'
    )
    shutil.rmtree(tmp_path)
