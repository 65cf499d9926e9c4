import contextlib
import fcntl
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from pipeline.home import Home

from .homes import PROJECT, drop, new_home, reports, sample_files

COMMAND = [sys.executable, "-c", "from flows.command import main; main()"]
LONGEST_S = 60.0


@contextlib.contextmanager
def watching(home: Home, *options: str) -> Iterator["subprocess.Popen[str]"]:
    """Start the command in a process of its own; what it says goes to `watch.log`."""
    log = home.folder / "watch.log"
    with log.open("w", encoding="utf-8") as told:
        process = subprocess.Popen(  # noqa: S603 - our own interpreter
            [*COMMAND, "watch", "--home", str(home.folder), *options],
            stdout=told,
            stderr=subprocess.STDOUT,
            text=True,
            env={**os.environ, "PYTHONPATH": str(PROJECT)},
        )
        try:
            wait_until(lambda: "watching " in log.read_text(encoding="utf-8"), process)
            yield process
        finally:
            process.kill()
            process.wait()


def wait_until(is_so: Callable[[], bool], process: "subprocess.Popen[str]") -> None:
    deadline = time.monotonic() + LONGEST_S
    while not is_so():
        assert process.poll() is None
        assert time.monotonic() < deadline
        time.sleep(0.1)


def told(home: Home) -> str:
    return (home.folder / "watch.log").read_text(encoding="utf-8")


def direct(home: Home) -> int:
    command = [*COMMAND, "run", "--direct", "--home", str(home.folder)]
    environment = {**os.environ, "PYTHONPATH": str(PROJECT)}
    return subprocess.run(  # noqa: S603 - our own interpreter
        command, env=environment, capture_output=True, check=False, timeout=LONGEST_S
    ).returncode


def settle(home: Home, seconds: float) -> None:
    """Let files settle by two looks, as they do in life."""
    text = home.settings_file.read_text(encoding="utf-8")
    changed = text.replace("settle_seconds = 0", f"settle_seconds = {seconds}")
    home.settings_file.write_text(changed, encoding="utf-8")


def test_files_are_imported_when_they_have_settled_and_the_bytes_are_those_of_a_run(
    tmp_path: Path,
) -> None:
    home, by_hand = new_home(tmp_path / "watched"), new_home(tmp_path / "run")
    settle(home, 0.5)
    *first, last = sample_files()
    content = last.read_bytes()

    with watching(home) as process:
        drop(home, first)
        codes = [direct(home)]  # at the same time as the watch
        wait_until(lambda: "2026" in str(list(home.reports.glob("me/20*"))), process)
        with (home.inbox / "me" / last.name).open("wb", buffering=0) as slow:
            for start in range(0, len(content), len(content) // 8 + 1):
                slow.write(content[start : start + len(content) // 8 + 1])
                time.sleep(0.5)
        originals = home.folder / "people" / "me" / "originals"
        taken = len([*originals.glob("??/*")])
        wait_until(lambda: len([*originals.glob("??/*")]) == taken + 1, process)
        codes.append(direct(home))
        process.send_signal(signal.SIGTERM)
        assert process.wait(LONGEST_S) == 0, told(home)

    drop(by_hand, sample_files())
    assert direct(by_hand) == 0
    assert set(codes) <= {0, 75}
    if direct(home) == 0:  # what the watch had not finished, if anything
        assert reports(home) == reports(by_hand)
    assert "fault" not in told(home)
    assert "Traceback" not in told(home)


def test_another_run_at_work_is_waited_for_and_an_interrupt_ends_the_watch(
    tmp_path: Path,
) -> None:
    home = new_home(tmp_path)
    drop(home, sample_files()[:2])
    folder = home.folder / "people" / "me"
    folder.mkdir(parents=True)
    page = home.reports / "me" / "index.html"

    with (folder / "lock").open("w") as lock, watching(home, "--poll") as process:
        fcntl.flock(lock, fcntl.LOCK_EX)
        time.sleep(8)
        assert not page.exists()
        fcntl.flock(lock, fcntl.LOCK_UN)
        wait_until(page.exists, process)
        process.send_signal(signal.SIGINT)
        assert process.wait(LONGEST_S) == 0, told(home)

    assert "every 5 seconds" in told(home)
    assert "2 new" in told(home)
    assert "another run" not in told(home)


def test_settings_are_read_anew_and_a_folder_for_somebody_new_is_watched(tmp_path: Path) -> None:
    home = new_home(tmp_path)
    right = home.settings_file.read_text(encoding="utf-8")

    with watching(home) as process:
        wait_until((home.reports / "me" / "index.html").exists, process)
        home.settings_file.write_text(f"nonsense = 1\n{right}", encoding="utf-8")
        wait_until(lambda: "nonsense" in told(home), process)
        home.settings_file.write_text(right, encoding="utf-8")
        (home.inbox / "sam").mkdir()
        drop(home, sample_files()[:1], "sam")
        wait_until(lambda: "1 file in the inbox belongs to nobody" in told(home), process)
        sam = '\n[people.sam]\nlabel = "Sam"\nzone = "Europe/Berlin"\n'
        home.settings_file.write_text(right + sam, encoding="utf-8")
        wait_until(lambda: "sam: 1 new" in told(home), process)

    assert told(home).count("nonsense") == 1


def test_an_inbox_that_is_gone_is_waited_for(tmp_path: Path) -> None:
    home = new_home(tmp_path)

    with watching(home) as process:
        home.inbox.rename(tmp_path / "away")
        wait_until(lambda: "is not there" in told(home), process)
        (home.inbox / "me").mkdir(parents=True)
        wait_until(lambda: told(home).count("watching ") == 2, process)
        drop(home, sample_files()[:1])
        wait_until(lambda: "me: 1 new" in told(home), process)


def test_a_watch_without_settings_says_so_and_ends(tmp_path: Path) -> None:
    result = subprocess.run(  # noqa: S603 - our own interpreter
        [*COMMAND, "watch", "--home", str(tmp_path)],
        env={**os.environ, "PYTHONPATH": str(PROJECT)},
        capture_output=True,
        text=True,
        check=False,
        timeout=LONGEST_S,
    )

    assert (result.returncode, result.stderr.count("\n")) == (2, 1)
    assert "backfour init" in result.stderr


@pytest.mark.parametrize("module", ["prefect", "polars"])
def test_the_watch_loads_no_prefect(module: str) -> None:
    code = f"import sys, pipeline.cli, pipeline.watching; print('{module}' in sys.modules)"

    result = subprocess.run(  # noqa: S603 - our own interpreter
        [sys.executable, "-c", code],
        env={**os.environ, "PYTHONPATH": str(PROJECT)},
        capture_output=True,
        text=True,
        check=True,
    )

    assert result.stdout.strip() == "False"
