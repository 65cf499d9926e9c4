import fcntl
import json
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from flows.command import app
from pipeline import doctor, ground, intake
from pipeline.disk import Disk
from pipeline.doctor import Finding, Level, machine, probes
from pipeline.home import Home

from .homes import NOW, drop, new_home, run, sample_files

CLOCK_S = NOW.timestamp() + 1
WARNING, WRONG = Level.WARNING, Level.WRONG
OF_THE_MACHINE = {"user", "expat", "lxml", "polars"}


@pytest.fixture(autouse=True)
def private() -> Iterator[None]:
    before = os.umask(0o077)
    yield
    os.umask(before)


@pytest.fixture(scope="module")
def imported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = new_home(tmp_path_factory.mktemp("imported"))
    drop(home, sample_files()[:3])
    run(home)
    return home.folder


@pytest.fixture
def home(imported: Path, tmp_path: Path) -> Home:
    shutil.copytree(imported, tmp_path / "home", symlinks=True)
    return Home(tmp_path / "home")


def bad(home: Home, *, clock_s: float = CLOCK_S, is_deep: bool = False) -> list[Finding]:
    found = doctor.examine(home, clock_s, is_deep=is_deep)
    return [each for each in found if each.level != "ok" and each.check not in OF_THE_MACHINE]


def state(folder: Path) -> dict[str, tuple[int, int, bytes]]:
    return {
        str(path): (path.stat().st_mode, path.stat().st_ino, path.read_bytes())
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def original(home: Home) -> Path:
    library = home.library(home.settings().people[0])
    return library.original(library.held()[0])


def rewrite(path: Path, content: bytes) -> None:
    before = path.stat()
    path.chmod(0o600)
    path.write_bytes(content)
    path.chmod(0o400)
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))


def test_a_sound_installation_has_nothing_wrong_and_is_left_as_it_is(home: Home) -> None:
    before = state(home.folder)

    assert bad(home, is_deep=True) == []
    assert state(home.folder) == before
    assert [path.name for path in home.people.iterdir()] == ["me"]


def flip_table(home: Home) -> None:
    path = home.people / "me" / "readings.parquet"
    content = path.read_bytes()
    path.write_bytes(content[:100] + bytes([content[100] ^ 1]) + content[101:])


def misspell(home: Home) -> None:
    text = home.settings_file.read_text(encoding="utf-8")
    home.settings_file.write_text(f"wek_start = 1\n{text}", encoding="utf-8")


def link_inbox(home: Home) -> None:
    shutil.rmtree(home.inbox)
    home.inbox.symlink_to(home.people)


def remove_from_inbox(home: Home) -> None:
    text = home.settings_file.read_text(encoding="utf-8")
    home.settings_file.write_text(f'after_import = "remove"\n{text}', encoding="utf-8")
    (home.inbox / ".stfolder").mkdir()


BROKEN: dict[str, tuple[Callable[[Home], object], Level, str, str]] = {
    "settings": (misspell, WRONG, "wek_start = 1 is not a setting", "editor"),
    "table": (flip_table, WRONG, "breaks I3: readings.parquet", "rebuilds"),
    "original gone": (lambda it: original(it).unlink(), WRONG, "is gone", "backup"),
    "original open": (lambda it: original(it).chmod(0o644), WRONG, "breaks I2", "chmod 0400"),
    "reports open": (lambda it: it.reports.chmod(0o755), WRONG, "let other users in", "chmod -R"),
    "a page open": (
        lambda it: (it.reports / "me" / "index.html").chmod(0o644),
        WRONG,
        "index.html",
        "chmod -R go=",
    ),
    "half done": (
        lambda it: (it.people / "me" / "incoming" / "ab").write_bytes(b"x"),
        WARNING,
        "incoming/ab was left behind",
        "backfour run",
    ),
    "left aside": (
        lambda it: (it.inbox / "me" / ".aside-01234567-a.fit").write_bytes(b"x"),
        WARNING,
        "was left aside",
        "backfour run",
    ),
    "set aside": (
        lambda it: (it.people / "me" / "readings.damaged-1").touch(mode=0o600),
        WARNING,
        "had a damaged table",
        "delete it",
    ),
    "never read": (
        lambda it: (it.people / "me" / "readings.parquet").unlink(),
        WARNING,
        "was never read",
        "backfour run",
    ),
    "git": (lambda it: (it.folder / ".git").mkdir(), WARNING, "work tree holds", "move"),
    "sync tool": (
        lambda it: (it.people / ".stfolder").mkdir(mode=0o700),
        WARNING,
        "copies health data",
        "keep the installation out",
    ),
    "deletes elsewhere": (remove_from_inbox, WRONG, "would delete elsewhere", "remove the setting"),
    "no inbox": (lambda it: shutil.rmtree(it.inbox / "me"), WARNING, "of me is not there", "mkdir"),
    "somebody else": (
        lambda it: (it.people / "sam").mkdir(mode=0o700),
        WARNING,
        "sam is not in backfour.toml",
        "name them",
    ),
    "overlap": (link_inbox, WRONG, "overlap", "one of its own"),
    "no people": (lambda it: shutil.rmtree(it.people), WRONG, "is not there", "mkdir"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_what_is_broken_is_found_and_what_to_do_is_said(home: Home, name: str) -> None:
    do, level, what, remedy = BROKEN[name]
    do(home)

    found = bad(home)

    assert [
        each
        for each in found
        if each.level is level and what in each.what and remedy in each.remedy
    ], found
    if level is WARNING:
        assert {each.level for each in found} == {WARNING}


def test_only_a_deep_look_finds_an_original_that_is_not_what_it_was(home: Home) -> None:
    rewrite(original(home), b"not what it was")

    assert bad(home) == []
    (found,) = bad(home, is_deep=True)
    assert (found.level, "is not what it was" in found.what) == (WRONG, True)


def test_what_a_run_at_work_holds_is_not_checked_and_that_is_said(home: Home) -> None:
    flip_table(home)
    with (home.people / "me" / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)

        (found,) = bad(home)

    assert (found.level, found.what) == (WARNING, "is being imported: not checked")


def test_a_clock_before_the_newest_file_is_told(home: Home) -> None:
    (found,) = bad(home, clock_s=NOW.timestamp() - 60)

    assert (found.level, found.check) == (WARNING, "clock")


def test_what_belongs_to_another_user_is_told(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 4711)

    assert {(each.level, each.check) for each in bad(home)} == {(WARNING, "owner")}


def test_settings_that_cannot_be_read_hide_nothing_else(home: Home) -> None:
    home.settings_file.unlink()
    home.settings_file.mkdir(mode=0o700)
    home.reports.chmod(0o755)

    assert [each.check for each in bad(home)] == ["settings", "permissions"]


def test_a_network_file_system_is_wrong_unless_it_is_allowed(
    home: Home, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    mounts = tmp_path / "mountinfo"
    mounts.write_text("22 1 8:1 / / rw - nfs4 server:/ rw\n", encoding="utf-8")
    monkeypatch.setattr(ground, "MOUNTS", mounts)

    assert [(each.level, each.check) for each in bad(home)] == [(WRONG, "file system")]
    text = home.settings_file.read_text(encoding="utf-8")
    home.settings_file.write_text(f"allow_network_storage = true\n{text}", encoding="utf-8")
    assert [(each.level, each.check) for each in bad(home)] == [(WARNING, "file system")]


@pytest.mark.parametrize(("factor", "level"), [(2, WRONG), (0.5, WARNING)])
def test_little_room_on_the_disk_is_told(
    home: Home, monkeypatch: pytest.MonkeyPatch, factor: float, level: Level
) -> None:
    free = shutil.disk_usage(home.people).free
    monkeypatch.setattr(intake, "FREE_BYTES", int(free * factor))

    assert [(each.level, each.check) for each in bad(home)] == [(level, "disk")]


def test_a_disk_that_does_not_sync_and_locks_that_do_not_hold_are_wrong(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Failing(Disk):
        def sync(self, path: Path) -> None:
            raise OSError(5, "Input/output error", str(path))

    monkeypatch.setattr(fcntl, "flock", lambda *_: None)

    found = list(probes.examine(Home(home.folder, Failing())))

    assert [each.check for each in found if each.level is WRONG] == ["locks", "fsync"]


def test_what_a_killed_doctor_left_is_removed_by_the_next(home: Home) -> None:
    (home.people / ".doctor-x").mkdir()
    (home.people / ".doctor-x" / "lock").touch()

    assert bad(home) == []
    assert [path.name for path in home.people.iterdir()] == ["me"]


@pytest.mark.parametrize(
    ("found", "level"),
    [
        (machine.of_user(0), WARNING),
        (machine.of_user(1000), Level.OK),
        (machine.of_expat((2, 5, 0)), WARNING),
        (machine.of_expat((2, 6, 0)), Level.OK),
        (machine.of_lxml(None), Level.OK),
        (machine.of_lxml("4.9.4"), WRONG),
        (machine.of_lxml("5.0.0"), Level.OK),
        (machine.of_typst(None), WRONG),
        (machine.of_typst("0.15.2"), Level.OK),
        (machine.of_polars("1.99.0"), WRONG),
        (machine.of_polars("2.1.0"), Level.OK),
        (machine.of_polars("3.0.0rc1"), WRONG),
        (machine.of_polars(None), WRONG),
    ],
)
def test_libraries_are_held_against_the_versions_that_are_safe(
    found: Finding, level: Level
) -> None:
    assert found.level is level
    assert bool(found.remedy) == (level is not Level.OK)


def test_the_command_ends_with_1_only_when_something_is_wrong(home: Home) -> None:
    sound = CliRunner().invoke(app, ["doctor", "--home", str(home.folder), "--json"])
    flip_table(home)
    broken = CliRunner().invoke(app, ["doctor", "--home", str(home.folder)])

    assert (sound.exit_code, json.loads(sound.stdout)["is_wrong"]) == (0, False)
    assert broken.exit_code == 1
    assert "wrong    me breaks I3: readings.parquet is not as it was written" in broken.stdout


def test_without_an_installation_it_says_to_make_one(tmp_path: Path) -> None:
    result = CliRunner().invoke(app, ["doctor", "--home", str(tmp_path / "nowhere")])

    assert result.exit_code == 1
    assert "run backfour init" in result.stdout
    assert not (tmp_path / "nowhere").exists()


def test_whatever_the_umask_nobody_else_is_let_in(tmp_path: Path) -> None:
    os.umask(0)
    home = new_home(tmp_path / "home")
    drop(home, sample_files()[:2])

    run(home)

    home.settings_file.chmod(0o600)  # the test wrote to it
    assert not [each for each in bad(home) if each.check == "permissions"]
