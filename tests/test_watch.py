import contextlib
import fcntl
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import watchfiles

from pipeline import ground, jobs
from pipeline.cli import watch as cli
from pipeline.home import Home
from pipeline.watching import Ended

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


def weeks(home: Home) -> dict[str, bytes]:
    """Every page but that of the files: the order in which they were seen is on it."""
    return {path: page for path, page in reports(home).items() if "receipt" not in path}


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
    assert direct(home) == 0  # what a slow machine's watch had no time to finish, if anything
    assert weeks(home) == weeks(by_hand)
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


@pytest.fixture
def often(monkeypatch: pytest.MonkeyPatch) -> None:
    """Look so often that nobody waits."""
    monkeypatch.setattr(cli, "LOOK_MS", 300)
    monkeypatch.setattr(cli, "STEP_MS", 50)


@pytest.mark.usefixtures("often")
def test_a_folder_that_others_change_is_looked_at_by_itself(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    home = new_home(tmp_path)
    mounts = tmp_path / "mountinfo"
    mounts.write_text(f"1 0 0:1 / {home.inbox / 'me'} rw - cifs //nas/me rw\n", encoding="utf-8")
    monkeypatch.setattr(ground, "MOUNTS", mounts)
    stop = threading.Event()

    for _ in cli._looks(home, stop, is_polled=False):  # noqa: SLF001 - without a process
        stop.set()

    assert f"watching {home.inbox}, every 5 seconds" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("kind", "is_elsewhere"),
    [
        ("ext4", False),
        ("nfs4", True),
        ("9p", True),
        ("fuse.sshfs", True),
        ("fuse.vmhgfs-fuse", True),
    ],
)
def test_which_file_systems_others_may_change(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str, *, is_elsewhere: bool
) -> None:
    mounts = tmp_path / "mountinfo"
    mounts.write_text(f"1 0 0:1 / {tmp_path} rw - {kind} x rw\n", encoding="utf-8")
    monkeypatch.setattr(ground, "MOUNTS", mounts)

    assert ground.is_changed_elsewhere(tmp_path) is is_elsewhere


@pytest.mark.usefixtures("often")
def test_where_the_system_tells_of_no_changes_the_watch_looks_by_itself(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    home = new_home(tmp_path)
    stop = threading.Event()
    real = watchfiles.watch

    def full(*paths: Path, force_polling: bool, **options: Any) -> Iterator[set[Any]]:  # noqa: ANN401 - handed on
        if not force_polling:
            raise OSError(28, "inotify watch limit reached")
        return real(*paths, force_polling=True, **options)

    monkeypatch.setattr(watchfiles, "watch", full)

    for _ in cli._looks(home, stop, is_polled=False):  # noqa: SLF001 - without a process
        stop.set()

    said = capsys.readouterr()
    assert "inotify watch limit reached" in said.err
    assert "every 5 seconds" in said.out


@pytest.mark.usefixtures("often")
def test_a_look_tells_of_files_and_of_settings_but_not_of_what_goes_or_is_temporary(
    tmp_path: Path,
) -> None:
    home = new_home(tmp_path)
    inbox = home.inbox / "me"
    stop = threading.Event()
    looks = cli._looks(home, stop, is_polled=False)  # noqa: SLF001 - without a process

    def are_changed() -> bool:
        return any([next(looks), next(looks)])

    assert not are_changed()
    (inbox / "run.fit").write_bytes(b"x")
    assert are_changed()
    (inbox / "run.fit").unlink()
    (inbox / "half.part").write_bytes(b"x")
    assert not are_changed()
    home.settings_file.touch()
    assert are_changed()
    stop.set()
    assert list(looks) == []


def test_a_fault_of_ours_is_said_once_and_the_next_run_comes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    home = new_home(tmp_path)
    drop(home, sample_files()[:1])
    job = cli._Job(home)  # noqa: SLF001 - without a process
    real, faults = jobs.run, [ValueError("secret"), ValueError("secret")]

    def faulty(*arguments: Any) -> list[jobs.Tally]:  # noqa: ANN401 - handed on
        if faults:
            raise faults.pop()
        return real(*arguments)

    monkeypatch.setattr(jobs, "run", faulty)
    ran = [job.run().ended for _ in range(4)]

    said = capsys.readouterr()
    assert ran == [Ended.FAILED, Ended.FAILED, Ended.DONE, Ended.DONE]
    assert said.err.count("a fault of ours (ValueError at ") == 1
    assert "secret" not in said.err
    assert said.out.count("\n") == 1
    assert "me: 1 new, " in said.out
