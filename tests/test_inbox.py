import os
import socket
import threading
import time
from pathlib import Path

import pytest

from pipeline.disk import NANOSECONDS
from pipeline.errors import Code
from pipeline.inbox import Entry, scan, settled


def codes(folder: Path) -> dict[bytes, Code | None]:
    return {entry.name: entry.code for entry in scan(folder)}


@pytest.mark.parametrize(
    ("name", "code"),
    [
        *((name, Code.I_SYNC) for name in (".DS_Store", "._run.fit", ".syncthing.run.fit.tmp")),
        *((name, Code.I_SYNC) for name in ("Thumbs.db", "desktop.ini", "a.!sync", "~syncthing~a")),
        *(
            (name, Code.I_TEMP)
            for name in ("~$log.csv", "run.fit~", "a.tmp", "a.part", "a.partial")
        ),
        *((name, Code.I_TEMP) for name in ("a.crdownload", "a.download", "a.filepart")),
        ("a.tacitpart", Code.I_TEMP),
        *((name, None) for name in ("run.fit", "a.sync-conflict-20261103-070000-ABC.fit")),
        *((name, None) for name in ("a (conflicted copy).fit", "a (1).fit", "a - Copy.fit")),
        *((name, None) for name in ("tmp", "no ending", "[ab]*.csv", "a\nb.fit")),
    ],
)
def test_only_temporary_names_and_those_of_sync_tools_are_ignored(
    tmp_path: Path, name: str, code: Code | None
) -> None:
    (tmp_path / name).write_bytes(b"x")

    found = codes(tmp_path)[name.encode()]

    assert found == code or {found, code} == {Code.I_TEMP, Code.I_SYNC}


@pytest.mark.parametrize(
    "name", [".stfolder", ".stversions", "@eaDir", "#recycle", ".Trash-1000", "__MACOSX", ".git"]
)
def test_a_folder_of_a_sync_tool_is_one_entry_and_never_entered(tmp_path: Path, name: str) -> None:
    (tmp_path / name).mkdir()
    (tmp_path / name / "run.fit").write_bytes(b"x")

    assert codes(tmp_path) == {name.encode(): Code.I_SYNC}


def test_other_folders_are_entered_and_files_come_sorted_by_their_bytes(tmp_path: Path) -> None:
    for name in ("b/c.fit", "a.fit", "b/a/x.fit"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"x")

    assert list(codes(tmp_path)) == [b"a.fit", b"b/a/x.fit", b"b/c.fit"]


def test_folders_of_others_are_skipped_directly_below_only(tmp_path: Path) -> None:
    for name in ("bob/a.fit", "mine/bob/b.fit"):
        (tmp_path / name).parent.mkdir(parents=True)
        (tmp_path / name).write_bytes(b"x")

    assert [entry.name for entry in scan(tmp_path, skip=("bob",))] == [b"mine/bob/b.fit"]


def test_names_that_are_no_utf_8_keep_their_bytes(tmp_path: Path) -> None:
    (tmp_path / os.fsdecode(b"ride\xff.fit")).write_bytes(b"x")

    assert codes(tmp_path) == {b"ride\xff.fit": None}


def test_links_pipes_and_sockets_are_no_files_and_never_followed(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "secret.fit").write_bytes(b"x")
    folder = tmp_path / "inbox"
    folder.mkdir()
    (folder / "link.fit").symlink_to(outside / "secret.fit")
    (folder / "linked").symlink_to(outside)
    (folder / "gone").symlink_to(outside / "gone")
    os.mkfifo(folder / "pipe.fit")
    with socket.socket(socket.AF_UNIX) as bound:
        bound.bind(str(folder / "socket"))

        assert set(codes(folder).values()) == {Code.I_NOT_REGULAR}
        assert len(codes(folder)) == 5


def test_an_inbox_that_is_not_there_is_empty(tmp_path: Path) -> None:
    assert list(scan(tmp_path / "nobody")) == []


def entry_of(path: Path) -> Entry:
    (found,) = scan(path.parent)
    return found


def test_a_file_open_for_writing_waits_and_one_that_was_closed_does_not(tmp_path: Path) -> None:
    path = tmp_path / "run.fit"
    with path.open("wb") as writing:
        writing.write(b"x")
        writing.flush()
        (waiting,) = settled([entry_of(path)], time.time(), settle_seconds=0)
    (ready,) = settled([entry_of(path)], time.time(), settle_seconds=0)

    assert (waiting.code, ready.code) == (Code.W_SETTLING, None)


def test_a_file_that_grows_between_two_looks_waits(tmp_path: Path) -> None:
    path = tmp_path / "run.fit"
    path.write_bytes(b"x")
    entry = entry_of(path)
    grows = threading.Timer(0.05, lambda: path.write_bytes(b"xy"))
    grows.start()

    (found,) = settled([entry], time.time(), settle_seconds=0.3)
    grows.join()

    assert found.code is Code.W_SETTLING


def test_a_file_that_vanishes_between_two_looks_waits(tmp_path: Path) -> None:
    path = tmp_path / "run.fit"
    path.write_bytes(b"x")
    entry = entry_of(path)
    path.unlink()

    (found,) = settled([entry], time.time(), settle_seconds=0)

    assert found.code is Code.W_SETTLING


def test_a_change_120_s_ago_is_settled_without_a_second_look(tmp_path: Path) -> None:
    path = tmp_path / "run.fit"
    path.write_bytes(b"x")
    entry = entry_of(path)
    path.write_bytes(b"other")
    changed_s = entry.identity.changed_ns / NANOSECONDS

    (old,) = settled([entry], changed_s + 120, settle_seconds=0)
    (young,) = settled([entry], changed_s + 119, settle_seconds=0)
    (future,) = settled([entry], changed_s - 1, settle_seconds=0)

    assert (old.code, young.code, future.code) == (None, Code.W_SETTLING, Code.W_SETTLING)


def test_a_modification_time_set_back_settles_nothing(tmp_path: Path) -> None:
    path = tmp_path / "run.fit"
    path.write_bytes(b"x")
    os.utime(path, (0, 0))
    entry = entry_of(path)
    path.write_bytes(b"xy")

    (found,) = settled([entry], time.time(), settle_seconds=0)

    assert found.code is Code.W_SETTLING
