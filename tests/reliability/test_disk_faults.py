"""A disk that is full, read-only or broken: no file is blamed for it, and the next run goes on."""

import contextlib
import errno
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from pipeline import intake, receipt
from pipeline.errors import Unfinished
from pipeline.home import Home
from tests.drops import NOW
from tests.homes import new_home

from .disks import Failing
from .nights import NIGHTS, REMOVE, Trial, Trials, after, differences, evenings

CODES = (errno.ENOSPC, errno.EIO, errno.EDQUOT, errno.EROFS, errno.EMFILE)
EVERY = int(os.environ.get("BACKFOUR_FAULTS_EVERY", "7"))  # of how many effects one fails
SIZES_KB = range(24, 424, 10)


def wrong_after_fault(
    trial: Trial, number: int, code: int, expected: dict[str, Any], *, is_for_ever: bool
) -> tuple[list[str], bool]:
    """Run on a disk that fails at one effect, then on a sound one; also whether it came to that."""
    disk = Failing(number, code, is_for_ever=is_for_ever)
    found: list[str] = []
    try:
        trial.run(disk)
    except Unfinished as unfinished:
        (fault,) = unfinished.faults.values()
        if not isinstance(fault, OSError) or fault.errno != code or not fault.filename:
            found.append(f"said {fault!r}")
    else:
        if disk.failed:
            found += trial.unfinished()  # it went on without that effect, and must not miss it
    found += trial.violations()
    trial.run()
    return found + trial.unfinished() + differences(trial.state(), expected), bool(disk.failed)


@pytest.mark.parametrize("is_for_ever", [False, True], ids=["once", "for ever"])
@pytest.mark.parametrize("night", [0, 1])
def test_whichever_effect_fails_no_file_is_refused_for_it_and_the_next_run_ends_the_same(
    made: Trials, night: int, *, is_for_ever: bool
) -> None:
    evening = evenings(made, REMOVE)[night]
    expected = after(made, evening)
    wrong = {}
    number, has_failed = 0, True
    while has_failed:
        trial = made.copied(evening)
        code = CODES[number % len(CODES)]
        found, has_failed = wrong_after_fault(
            trial, number, code, expected, is_for_ever=is_for_ever
        )
        if found:
            wrong[number] = found
        made.gone(trial)
        number += EVERY

    assert number > 60
    assert wrong == {}


@contextlib.contextmanager
def small_disk(folder: Path) -> Iterator[Path]:
    """A file system of its own in memory; skips where it may not be mounted."""
    folder.mkdir()
    mount = shutil.which("mount")
    command = [str(mount), "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(folder)]
    if mount is None or subprocess.run(command, capture_output=True, check=False).returncode:  # noqa: S603 - ours
        pytest.skip("no file system may be mounted here")
    try:
        yield folder
    finally:
        subprocess.run([str(shutil.which("umount")), str(folder)], check=True)  # noqa: S603 - ours


def resize(folder: Path, kilobytes: int) -> None:
    option = f"remount,size={kilobytes}k"
    subprocess.run([str(shutil.which("mount")), "-o", option, str(folder)], check=True)  # noqa: S603 - ours


def test_a_disk_that_fills_up_at_any_size_loses_nothing_and_what_room_is_made_for_is_imported(
    made: Trials, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(intake, "FREE_FACTOR", 0)
    monkeypatch.setattr(intake, "FREE_BYTES", 0)
    evening = evenings(made, "")[0]
    expected = after(made, evening)
    wrong, ended = {}, set()
    with small_disk(tmp_path / "disk") as disk:
        for kilobytes in SIZES_KB:
            resize(disk, 4096)
            trial = Trial(disk / "home", dict(evening.dropped))
            shutil.copytree(evening.folder, trial.folder)
            resize(disk, _used_kb(disk) + kilobytes)
            found: list[str] = []
            try:
                trial.run()
            except Unfinished as unfinished:
                ended |= {getattr(each, "errno", repr(each)) for each in unfinished.faults.values()}
            else:
                ended.add("well")
            found += trial.violations()
            resize(disk, 4096)
            trial.run()
            found += trial.unfinished() + differences(trial.state(), expected)
            if found:
                wrong[kilobytes] = found
            shutil.rmtree(trial.folder)

    assert wrong == {}
    assert ended == {errno.ENOSPC, "well"}


def _used_kb(disk: Path) -> int:
    it = os.statvfs(disk)
    return (it.f_blocks - it.f_bfree) * it.f_frsize // 1024


def test_a_disk_that_is_nearly_full_takes_nothing_and_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    trial = Trial(new_home(tmp_path / "home").folder)
    trial.drop(NIGHTS[0])
    usage = shutil.disk_usage(tmp_path)
    full = type(usage)(usage.total, usage.total - 1000, 1000)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: full)

    (tally,) = trial.run()

    assert (tally.taken, tally.waiting) == (0, len(NIGHTS[0]))
    assert trial.violations() == []
    (person,) = receipt.status(Home(trial.folder), NOW)["people"]
    assert {each["code"] for each in person["files"]} == {"W_DISK"}
    monkeypatch.undo()
    trial.run()
    assert trial.unfinished() == []
