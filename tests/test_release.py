import os
from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline import ground
from pipeline.disk import Disk
from pipeline.errors import SettingsError
from pipeline.home import Home
from pipeline.library import Library

from .homes import drop, new_home, readings, reports, run, sample_files

REMOVE = 'after_import = "remove"'
GOOD = "Abendlauf.gpx"
BAD = b"no export of anything"


def removing(folder: Path, disk: Disk | None = None) -> Home:
    new_home(folder, REMOVE)
    home = Home(folder, disk or Disk())
    drop(home, sample_files())
    (home.inbox / "me" / "bad.fit").write_bytes(BAD)
    (home.inbox / "me" / "half.part").write_bytes(b"half")
    return home


def left(home: Home) -> set[str]:
    return {path.name for path in home.inbox.rglob("*") if path.is_file()}


def test_what_was_imported_leaves_the_inbox_and_what_was_not_stays(tmp_path: Path) -> None:
    home = removing(tmp_path)
    (home.inbox / "me" / "again.gpx").write_bytes((home.inbox / "me" / GOOD).read_bytes())
    (home.inbox / "loose.gpx").write_bytes((home.inbox / "me" / GOOD).read_bytes() + b"\n")
    dropped = len(left(home)) - 1
    originals = len({path.read_bytes() for path in sample_files()}) + 2

    (tally,) = run(home)

    refused = tally.outcomes["refused"]
    assert len(left(home)) == refused + 1
    assert {"bad.fit", "half.part"} <= left(home)
    assert tally.released == dropped - refused
    assert len(home.library(home.settings().people[0]).held()) == originals
    before = readings(home), reports(home)
    (again,) = run(home)
    assert (again.released, again.pages) == (0, 0)
    assert (readings(home), reports(home)) == before


def test_nothing_leaves_the_inbox_unless_the_settings_say_so(tmp_path: Path) -> None:
    home = new_home(tmp_path)
    drop(home, sample_files())

    (tally,) = run(home)

    assert tally.released == 0
    assert left(home) == {path.name for path in sample_files()}


class Meddling(Disk):
    """Somebody writes to a file, or puts another one in its place, while it is renamed aside."""

    def __init__(self, meddle: Callable[[Path], None]) -> None:
        self.meddle = meddle

    def rename(self, source: Path, target: Path) -> None:
        if target.name.startswith(".aside-") and target.name.endswith(GOOD):
            self.meddle(source)
        super().rename(source, target)


def rewritten(path: Path) -> None:
    status = path.stat()
    path.write_bytes(path.read_bytes().replace(b"1", b"2"))
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))


def replaced(path: Path) -> None:
    path.unlink()
    path.write_bytes(b"another file, perhaps the only copy")


@pytest.mark.parametrize("meddle", [rewritten, replaced])
def test_a_file_that_changed_before_it_could_be_removed_is_put_back(
    tmp_path: Path, meddle: Callable[[Path], None]
) -> None:
    home = removing(tmp_path, Meddling(meddle))

    run(home)

    assert GOOD in left(home)
    library = home.library(home.settings().people[0])
    assert (home.inbox / "me" / GOOD).read_bytes() not in {
        library.original(sha256).read_bytes() for sha256 in library.held()
    }
    content = (home.inbox / "me" / GOOD).read_bytes()
    run(Home(tmp_path))
    assert content in {library.original(sha256).read_bytes() for sha256 in library.held()}


def test_what_a_killed_run_left_aside_is_put_back_taken_and_removed(tmp_path: Path) -> None:
    home = removing(tmp_path)
    folder = home.inbox / "me"
    (folder / "deep").mkdir()
    (folder / GOOD).rename(folder / "deep" / f".aside-01234567-{GOOD}")
    (folder / ".aside-89abcdef-bad.fit").write_bytes(b"another")

    run(home)

    assert GOOD not in left(home)
    assert (folder / "deep").is_dir()
    assert {"bad.fit", "bad (2).fit"} <= left(home)
    assert (folder / "bad (2).fit").read_bytes() == b"another"
    assert (folder / "bad.fit").read_bytes() == BAD


def test_a_name_that_was_given_back_before_the_kill_is_no_second_file(tmp_path: Path) -> None:
    home = removing(tmp_path)
    folder = home.inbox / "me"
    (folder / ".aside-01234567-bad.fit").hardlink_to(folder / "bad.fit")

    run(home)

    assert {name for name in left(home) if "bad" in name} == {"bad.fit"}


@pytest.mark.parametrize("mark", ["inbox/me/.stfolder", "inbox/.dropbox", ".nextcloudsync.log"])
def test_a_folder_that_is_synchronised_is_refused_by_the_setting(tmp_path: Path, mark: str) -> None:
    home = removing(tmp_path / "home")
    (home.folder / mark).mkdir()

    with pytest.raises(SettingsError, match="after_import = 'remove' would delete"):
        run(home)

    assert GOOD in left(home)
    new_home(tmp_path / "kept").settings()


@pytest.mark.parametrize(
    "folder",
    [
        "OneDrive - A Company/inbox",
        "Library/Mobile Documents/com~apple~CloudDocs/inbox",
        "Library/CloudStorage/GoogleDrive-alex@example.org/inbox",
        "iCloudDrive/inbox",
        "Dropbox (Family)/Apps/inbox",
    ],
)
def test_a_cloud_that_leaves_no_mark_is_known_by_its_folder_also_through_a_link(
    tmp_path: Path, folder: str
) -> None:
    home = removing(tmp_path / "home")
    cloud = tmp_path / folder
    cloud.parent.mkdir(parents=True)
    home.inbox.rename(cloud)
    home.inbox.symlink_to(cloud)

    with pytest.raises(SettingsError, match="would delete the files on your other devices"):
        run(home)

    assert GOOD in left(home)


@pytest.mark.parametrize("name", ["onedriver", "my dropbox files", "clouds", "box"])
def test_a_folder_whose_name_only_sounds_like_a_cloud_is_none(tmp_path: Path, name: str) -> None:
    home = removing(tmp_path / name / "home")

    run(home)

    assert GOOD not in left(home)


def test_an_inbox_that_is_the_library_by_a_link_is_refused(tmp_path: Path) -> None:
    home = new_home(tmp_path)
    run(home)
    (home.inbox / "me").rmdir()
    home.inbox.rmdir()
    home.inbox.symlink_to(home.folder / "people" / "me")

    with pytest.raises(SettingsError, match="make each a folder of its own"):
        run(home)


MOUNTS = """\
22 1 8:1 / / rw shared:1 - ext4 /dev/root rw
30 22 0:41 / {point} rw shared:9 - {kind} server:/share rw
"""


@pytest.mark.parametrize(
    ("kind", "is_refused"),
    [
        *(("nfs4", True), ("cifs", True), ("fuse.sshfs", True), ("smb3", True)),
        *(("btrfs", False), ("fuseblk", False), ("fuse.fuse-overlayfs", False), ("9p", False)),
    ],
)
def test_readings_on_a_network_file_system_are_refused_unless_allowed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str, *, is_refused: bool
) -> None:
    home = new_home(tmp_path / "a b")
    mounts = tmp_path / "mountinfo"
    point = str(tmp_path / "a b").replace(" ", "\\040")
    mounts.write_text(MOUNTS.format(point=point, kind=kind), encoding="utf-8")
    monkeypatch.setattr(ground, "MOUNTS", mounts)

    if not is_refused:
        home.settings()
        return
    with pytest.raises(SettingsError, match=f"is on {kind}"):
        home.settings()
    text = home.settings_file.read_text(encoding="utf-8")
    home.settings_file.write_text(f"allow_network_storage = true\n{text}", encoding="utf-8")
    home.settings()


def test_a_disk_without_hard_links_holds_files_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_links(_source: Path, _target: Path) -> None:
        raise PermissionError(1, "Operation not permitted")

    expected = removing(tmp_path / "links")
    run(expected)
    monkeypatch.setattr(os, "link", no_links)
    home = removing(tmp_path / "none")

    run(home)

    assert readings(home) == readings(expected)
    assert left(home) == left(expected)
    person = home.settings().people[0]
    library = Library(home.folder / "people" / person.id)
    assert list(library.incoming.iterdir()) == []
