import datetime as dt
import hashlib
import itertools
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from pipeline import inbox, intake
from pipeline.disk import Disk
from pipeline.home import Home
from pipeline.library import Library

from .homes import NOW, SETTLED_CLOCK_S, new_home
from .reliability.disks import Dying, Killed

CONTENTS = {"b.fit": b"first", "b (1).fit": b"first", "ü\n.csv": b"second"}


def dropped(folder: Path, disk: Disk) -> Home:
    new_home(folder)
    home = Home(folder, disk)
    for name, content in CONTENTS.items():
        (home.inbox / "me" / name).write_bytes(content)
    return home


def take(home: Home, now: dt.datetime = NOW) -> intake.Taken:
    checked = home.settings()
    library = home.library(checked.people[0])
    library.prepare()
    library.sweep()
    return intake.take(home, checked, checked.people[0], now, SETTLED_CLOCK_S)


def state(home: Home) -> dict[str, Any]:
    library = home.library(home.settings().people[0])
    held = library.held()
    return {
        "held": held,
        "names": library.names(),
        "first seen": {library.first_seen(sha256) for sha256 in held},
        "modes": {library.original(sha256).stat().st_mode & 0o777 for sha256 in held},
        "incoming": os.listdir(library.incoming),  # noqa: PTH208 - as the file system has it
    }


def test_what_is_ready_is_held_once_under_every_name(tmp_path: Path) -> None:
    home = dropped(tmp_path, Disk())

    taken = take(home)

    hashes = {name: hashlib.sha256(content).hexdigest() for name, content in CONTENTS.items()}
    assert (taken.new, taken.duplicates) == (2, 1)
    assert taken.held == set(hashes.values())
    assert state(home)["names"] == taken.names
    assert taken.names[hashes["b.fit"]] == [b"b (1).fit", b"b.fit"]
    again = take(home)
    assert (again.new, again.duplicates, again.held) == (0, 0, taken.held)


def test_a_file_written_to_between_the_last_look_and_its_opening_waits(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = dropped(tmp_path, Disk())
    settled = inbox.settled

    def written_to_after(
        entries: list[inbox.Entry], now_s: float, settle_seconds: float | None = None
    ) -> list[inbox.Entry]:
        found = settled(entries, now_s, settle_seconds)
        with (home.inbox / "me" / "b.fit").open("ab") as file:
            file.write(b" and more")
        return found

    monkeypatch.setattr(inbox, "settled", written_to_after)
    taken = take(home)
    monkeypatch.undo()

    assert (taken.new, taken.waiting) == (2, 1)
    assert hashlib.sha256(b"first and more").hexdigest() not in taken.held
    assert hashlib.sha256(b"first and more").hexdigest() in take(home).held


def test_a_take_killed_at_any_moment_loses_nothing_and_the_next_ends_the_same(
    tmp_path: Path,
) -> None:
    whole = dropped(tmp_path / "whole", Disk())
    take(whole)
    expected = state(whole)

    for moments in itertools.count():
        home = dropped(tmp_path / f"{moments}", Dying(moments))
        try:
            take(home)
        except Killed:
            pass
        else:
            break
        library = Library(home.folder / "people" / "me")
        for sha256 in library.held():
            assert hashlib.sha256(library.original(sha256).read_bytes()).hexdigest() == sha256
        assert set(library.names()) <= set(library.held())
        survivor = Home(home.folder)
        take(survivor)
        assert state(survivor) == expected, moments

    assert moments > 40


def test_an_original_is_durable_before_its_name_is_logged_and_before_the_copy_goes(
    tmp_path: Path,
) -> None:
    disk = Dying(-1)
    take(dropped(tmp_path, disk))

    begun = [effect for effect, _ in disk.effects].index("write_copy")  # folders come before
    effects = disk.effects[begun:]
    order = [effect for effect, _ in effects]
    order = order[: order.index("after unlink") + 1]  # what was seen is remembered after that
    first = {effect: order.index(effect) for effect in order}
    last = {effect: number for number, effect in enumerate(order)}
    assert last["after write_copy"] < first["sync"]
    synced = {name for effect, name in effects[: first["link_new"]] if effect == "after sync"}
    assert len(synced) == 3  # each copy, the one that turns out to be a duplicate too
    assert last["after link_new"] < first["append"]
    assert "after sync_folder" in order[last["after link_new"] : first["append"]]
    assert first["after append"] < first["unlink"]


@pytest.mark.parametrize("code", [28, 5])
def test_a_fault_of_our_disk_ends_the_take_and_refuses_no_file(tmp_path: Path, code: int) -> None:
    class Full(Disk):
        def write_copy(self, path: Path, chunks: Iterable[bytes]) -> None:
            del path, chunks
            raise OSError(code, "our disk")

    home = dropped(tmp_path, Full())

    with pytest.raises(OSError, match="our disk"):
        take(home)

    assert state(home)["held"] == []
    assert take(Home(home.folder)).new == 2
