import datetime as dt
import hashlib
import os
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

import pytest

from pipeline.disk import Disk, replace_if_different
from pipeline.errors import DamagedTable
from pipeline.ledger import row
from pipeline.library import Library
from pipeline.tables import Reading, Readings, readings_of

PROJECT = Path(__file__).resolve().parents[1]
NOW = dt.datetime(2026, 11, 15, 22, 0, tzinfo=dt.UTC)


@pytest.fixture
def library(tmp_path: Path) -> Library:
    made = Library(tmp_path / "me")
    made.prepare()
    return made


def hold(library: Library, path: Path, name: bytes = b"run.fit") -> str | None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        return library.hold(descriptor, name, NOW)
    finally:
        os.close(descriptor)


def dropped(tmp_path: Path, content: bytes = b"content") -> Path:
    path = tmp_path / "dropped"
    path.write_bytes(content)
    return path


def table(*digits: str) -> Readings:
    return readings_of([row(each * 64, 1, NOW, Reading("fit", "fitparse"), "v") for each in digits])


def test_a_held_file_is_kept_by_its_hash_read_only_with_the_time_it_was_first_seen(
    library: Library, tmp_path: Path
) -> None:
    sha256 = hold(library, dropped(tmp_path))

    assert sha256 == hashlib.sha256(b"content").hexdigest()
    original = library.original(sha256)
    assert original.read_bytes() == b"content"
    assert original.stat().st_mode & 0o777 == 0o400
    assert library.first_seen(sha256) == NOW
    assert library.held() == [sha256]
    assert library.names() == {sha256: [b"run.fit"]}
    assert list(library.incoming.iterdir()) == []


def not_to_change(path: Path) -> tuple[float, ...]:
    it = path.stat()
    return (it.st_ino, it.st_mode, it.st_size, it.st_mtime_ns, it.st_ctime_ns)


def test_the_same_bytes_again_add_a_name_and_change_nothing_else(
    library: Library, tmp_path: Path
) -> None:
    path = dropped(tmp_path)
    first = hold(library, path)
    assert first is not None
    before = not_to_change(library.original(first))

    names = (b"ride\xff.fit", b"a b%\n.fit", b"run.fit", "ü".encode())
    again = {hold(library, path, name) for name in names}

    assert again == {first}
    assert not_to_change(library.original(first)) == before
    assert library.names() == {first: sorted(names)}


def test_a_torn_last_line_of_the_names_is_left_out_and_swallows_no_other(
    library: Library, tmp_path: Path
) -> None:
    sha256 = hold(library, dropped(tmp_path))
    assert sha256 is not None
    log = library.originals / "names.log"
    with log.open("ab") as torn:
        torn.write(f"{sha256} 2026-11-15T22:0".encode())

    assert library.names() == {sha256: [b"run.fit"]}
    library.log_name(sha256, b"second.fit")
    assert library.names() == {sha256: [b"run.fit", b"second.fit"]}


def test_a_damaged_original_is_replaced_when_its_bytes_are_dropped_again(
    library: Library, tmp_path: Path
) -> None:
    sha256 = hold(library, dropped(tmp_path))
    assert sha256 is not None
    original = library.original(sha256)
    first_seen = library.first_seen(sha256)
    original.chmod(0o600)
    original.write_bytes(b"c0ntent")
    original.chmod(0o400)
    os.utime(original, (first_seen.timestamp(), first_seen.timestamp()))

    hold(library, dropped(tmp_path), b"again.fit")

    assert original.read_bytes() == b"content"
    assert original.stat().st_mode & 0o777 == 0o400
    assert library.first_seen(sha256) == first_seen
    assert list(library.incoming.iterdir()) == []


class Meddling(Disk):
    """Writes to the file that is being copied, as a slow download would."""

    def __init__(self, victim: Path) -> None:
        self.victim = victim

    def write_copy(self, path: Path, chunks: Iterable[bytes]) -> None:
        super().write_copy(path, chunks)
        self.victim.write_bytes(b"more content")


def test_a_file_that_changes_while_it_is_copied_is_not_held(tmp_path: Path) -> None:
    path = dropped(tmp_path)
    library = Library(tmp_path / "me", Meddling(path))
    library.prepare()

    assert hold(library, path) is None
    assert library.held() == []
    assert library.names() == {}
    assert list(library.incoming.iterdir()) == []


def test_what_a_killed_run_left_half_done_is_swept(library: Library) -> None:
    (library.incoming / "half").write_bytes(b"x")

    library.sweep()

    assert list(library.incoming.iterdir()) == []


def test_a_table_is_read_back_as_it_was_saved(library: Library) -> None:
    assert library.load().is_empty()

    assert library.save(table("a", "b"))
    assert library.load().equals(table("a", "b"))
    assert library.save(table("a"))
    assert library.load().equals(table("a"))


def test_an_equal_table_touches_nothing(library: Library) -> None:
    library.save(table("a"))
    paths = [library.folder / "readings.parquet", library.folder / "readings.sum", library.folder]
    before = [path.stat() for path in paths]

    assert not library.save(table("a"))
    after = [path.stat() for path in paths]
    assert [(s.st_ino, s.st_mtime_ns) for s in after] == [(s.st_ino, s.st_mtime_ns) for s in before]


def test_every_byte_changed_in_the_table_is_noticed(library: Library) -> None:
    library.save(table("a"))
    path = library.folder / "readings.parquet"
    content = path.read_bytes()

    for place in range(0, len(content), 41):
        changed = bytearray(content)
        changed[place] ^= 0x01
        path.write_bytes(changed)
        with pytest.raises(DamagedTable):
            library.load()

    path.write_bytes(content[:-1])
    with pytest.raises(DamagedTable):
        library.load()
    assert library.set_aside().name == "readings.damaged-1"
    assert library.load().is_empty()
    assert library.save(table("a"))
    assert library.set_aside().name == "readings.damaged-2"


@pytest.mark.parametrize("content", [b"", b"\xff\xfe", b"0" * 64])
def test_a_table_without_its_right_digest_is_not_read(library: Library, content: bytes) -> None:
    library.save(table("a"))
    (library.folder / "readings.sum").write_bytes(content)

    with pytest.raises(DamagedTable):
        library.load()


class Dying(Disk):
    """Stops before the n-th rename, as a kill would."""

    def __init__(self, renames: int) -> None:
        self.left = renames

    def rename(self, source: Path, target: Path) -> None:
        if not self.left:
            raise KeyboardInterrupt
        self.left -= 1
        super().rename(source, target)


@pytest.mark.parametrize("renames", [0, 1])
def test_a_save_killed_before_its_end_leaves_the_old_table_readable(
    library: Library, renames: int
) -> None:
    library.save(table("a"))

    with pytest.raises(KeyboardInterrupt):
        Library(library.folder, Dying(renames)).save(table("a", "b"))

    assert library.load().equals(table("a"))
    library.sweep()
    assert library.save(table("a", "b"))
    assert library.load().equals(table("a", "b"))


TRY_LOCK = """
import sys
from pathlib import Path
from pipeline.errors import Busy
from pipeline.library import Library
try:
    with Library(Path(sys.argv[1])).locked():
        print("locked")
except Busy as busy:
    print(busy)
"""


def test_a_second_process_finds_the_lock_held_until_the_first_lets_go(library: Library) -> None:
    ask = [sys.executable, "-c", TRY_LOCK, str(library.folder)]

    with library.locked():
        held = subprocess.run(ask, cwd=PROJECT, capture_output=True, text=True, check=True)  # noqa: S603 - ours
    free = subprocess.run(ask, cwd=PROJECT, capture_output=True, text=True, check=True)  # noqa: S603 - ours

    assert (held.stdout, free.stdout) == ("another run is at work for me\n", "locked\n")


def test_what_was_seen_is_remembered_and_damage_to_it_costs_nothing(library: Library) -> None:
    assert library.seen() == {}

    library.remember({"me/a.fit": [1, 2, "sha"]})
    assert library.seen() == {"me/a.fit": [1, 2, "sha"]}
    (library.folder / "seen.json").write_bytes(b"[1")
    assert library.seen() == {}


def test_a_page_is_written_only_where_its_bytes_differ(tmp_path: Path) -> None:
    page = tmp_path / "2026" / "week.html"

    assert replace_if_different(Disk(), page, b"a")
    inode = page.stat().st_ino
    assert not replace_if_different(Disk(), page, b"a")
    assert page.stat().st_ino == inode
    assert replace_if_different(Disk(), page, b"b")
    assert [path.name for path in page.parent.iterdir()] == ["week.html"]


def test_what_a_killed_run_left_beside_the_table_is_swept(library: Library) -> None:
    library.prepare()
    left = library.folder / f".pages.json.{'0' * 16}.tmp"
    kept = library.folder / ".mine.tmp"
    for path in (left, kept):
        path.write_bytes(b"{")

    library.sweep()

    assert not left.exists()
    assert kept.exists()
