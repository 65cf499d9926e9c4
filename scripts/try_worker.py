"""Deploy prefect.yaml with a fast schedule to a server of its own, and let a worker run it.

    PYTHONPATH=. .venv/bin/python scripts/try_worker.py --every 20 --run 90 --sleep 70

Prints what became of each run. `--sleep` freezes server and worker for a while first, as a
machine does that is asleep. Everything lies in a temporary folder, and goes again.
"""

import argparse
import contextlib
import os
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from unittest import mock

from flows.server import server
from pipeline.home import Home, create

CODE = Path(__file__).resolve().parents[1]
PREFECT = (sys.executable, "-m", "prefect")
STOP_S = 30.0


@contextlib.contextmanager
def working(place: Path, every_s: int) -> Iterator["subprocess.Popen[bytes]"]:
    """Yield a worker that runs the deployment every few seconds on the sample data.

    Raises subprocess.CalledProcessError where Prefect refuses the deployment.
    """
    home = Home(place / "home")
    create(home, "Alex", "Europe/Berlin")
    for sample in (CODE / "sample_data/inbox").iterdir():
        shutil.copyfile(sample, home.inbox / "me" / sample.name)
    with mock.patch.dict(os.environ, _environment(place)), server() as api:
        os.environ["PREFECT_API_URL"] = api
        _prefect("work-pool", "create", "backfour", "--type", "process")
        _prefect("deploy", "--all", "--prefect-file", str(_faster(place, every_s)))
        with (place / "worker.log").open("wb") as log:
            command = [*PREFECT, "worker", "start", "--pool", "backfour", "--type", "process"]
            worker = subprocess.Popen(  # noqa: S603 - our own interpreter and arguments
                command, stdout=log, stderr=subprocess.STDOUT, start_new_session=True
            )
        try:
            yield worker
        finally:
            worker.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                worker.wait(STOP_S)
            with contextlib.suppress(ProcessLookupError):
                os.killpg(worker.pid, signal.SIGKILL)


def runs(place: Path) -> list[tuple[str, str, str | None, str | None]]:
    """Return each run that began: its state, and when it was due, began and ended, in UTC."""
    query = (
        "select state_name, expected_start_time, start_time, end_time from flow_run"
        " where state_type != 'SCHEDULED' order by expected_start_time"
    )
    with contextlib.closing(sqlite3.connect(place / "prefect" / "prefect.db")) as database:
        return list(database.execute(query))


def _environment(place: Path) -> dict[str, str]:
    return {
        "PREFECT_HOME": str(place / "prefect"),
        "DO_NOT_TRACK": "1",
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "PREFECT_CLI_PROMPT": "false",
        "BACKFOUR_HOME": str(place / "home"),
        "BACKFOUR_ZONE": "Europe/Berlin",
        "BACKFOUR_CODE": str(CODE),
        "PYTHONPATH": str(CODE),
    }


def _faster(place: Path, every_s: int) -> Path:
    """Write the file that people use, but for its schedule."""
    text = (CODE / "prefect.yaml").read_text(encoding="utf-8")
    by_interval = re.sub(r"cron: .*\n\s*timezone: .*", f"interval: {every_s}", text)
    path = place / "prefect.yaml"
    path.write_text(by_interval, encoding="utf-8")
    return path


def _prefect(*arguments: str) -> None:
    subprocess.run([*PREFECT, *arguments], cwd=CODE, check=True, capture_output=True)  # noqa: S603 - the same


def _freeze(seconds: float) -> None:
    """Stop the server and the worker for a while."""
    found = subprocess.run(  # noqa: S603 - our own children
        ["/usr/bin/pgrep", "-P", str(os.getpid())], capture_output=True, text=True, check=True
    )
    children = [int(each) for each in found.stdout.split()]
    for sent, pause_s in ((signal.SIGSTOP, seconds), (signal.SIGCONT, 0.0)):
        for child in children:
            with contextlib.suppress(ProcessLookupError):
                os.kill(child, sent)
        time.sleep(pause_s)


def main() -> None:
    """Try it, and print what happened."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--every", type=int, default=20, metavar="SECONDS")
    parser.add_argument("--run", type=float, default=90, metavar="SECONDS")
    parser.add_argument("--sleep", type=float, default=0, metavar="SECONDS")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        with working(place, options.every) as worker:
            time.sleep(options.run)
            if options.sleep:
                print(f"asleep at {time.strftime('%X', time.gmtime())}")
                _freeze(options.sleep)
                print(f"awake at  {time.strftime('%X', time.gmtime())}")
                time.sleep(options.run)
            status = Path(f"/proc/{worker.pid}/status").read_text(encoding="utf-8")
            print("memory of the worker:", *re.findall(r"VmRSS:\s+(.*)", status))
        print(f"the worker ended with {worker.returncode}")
        for run in runs(place):
            print(*run)


if __name__ == "__main__":
    main()
