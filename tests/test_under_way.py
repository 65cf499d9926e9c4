import contextlib
import os
from collections.abc import Sequence
from pathlib import Path

import pytest

from pipeline import guard
from pipeline.errors import Code
from pipeline.home import Home
from pipeline.imports.under_way import UnderWay
from pipeline.library import Library
from pipeline.tables import Readings

from .homes import drop, new_home, readings, reports, run, sample_files
from .in_process import Reader, read_in_process

FATAL = "Abendlauf.gpx"


class Died(BaseException):
    """The process ends here: no step of ours runs any more."""


class Deadly(Reader):
    """Reads as children do, but the whole run dies of one file, after `alive` others."""

    def __init__(self, content: bytes) -> None:
        self.content = content
        self.read: list[str] = []

    def answers(self, sources):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN201 - as Reader's
        for source in sources:
            if source.original.read_bytes() == self.content:
                raise Died
            self.read.append(source.original.name)
            yield from super().answers([source])


def library(home: Home) -> Library:
    return home.library(home.settings().people[0])


def table(home: Home) -> Readings:
    return library(home).load()


def dies(home: Home, monkeypatch: pytest.MonkeyPatch, reader: Reader) -> None:
    """Run until the run dies: what it noted stays, as when a process is killed."""
    with read_in_process(), monkeypatch.context() as patch:
        patch.setattr(guard, "guarded", lambda **_: contextlib.nullcontext(reader))
        patch.setattr(
            "pipeline.imports.under_way.UnderWay.over", lambda _: None
        )  # a dead process tidies nothing
        with pytest.raises(Died):
            run(home)


def test_what_ends_the_whole_run_is_read_last_alone_and_refused_after_three_deaths(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = new_home(tmp_path / "dying")
    drop(home, sample_files())
    fatal = (home.inbox / "me" / FATAL).read_bytes()
    others = len({path.read_bytes() for path in sample_files()}) - 1

    readers = [Deadly(fatal) for _ in range(3)]
    for reader in readers:
        dies(home, monkeypatch, reader)
    assert len(readers[0].read) < others
    assert len(readers[2].read) == others  # all of them, before the one that ends the run
    run(home)

    rows = table(home).select("names", "outcome", "code", "detail").rows()
    (refused,) = [row for row in rows if row[0] == [FATAL.encode()]]
    assert refused[1:] == (
        "refused",
        Code.E_CRASH.value,
        "Reading it ended the whole run 3 times.",
    )
    assert os.listdir(library(home).incoming) == []  # noqa: PTH208
    before = readings(home)
    run(home)
    assert readings(home) == before


def test_a_run_that_died_once_or_twice_leaves_no_trace_in_what_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = new_home(tmp_path / "whole")
    home = new_home(tmp_path / "dying")
    for each in (expected, home):
        drop(each, sample_files())
    run(expected)

    for _ in range(2):
        dies(home, monkeypatch, Deadly((home.inbox / "me" / FATAL).read_bytes()))
    run(home)

    assert readings(home) == readings(expected)
    assert reports(home) == reports(expected)


def test_a_death_alone_after_which_something_was_saved_does_not_count(tmp_path: Path) -> None:
    home = new_home(tmp_path)
    run(home)
    own = library(home)
    noted = {"a" * 64: 3, "b" * 64: 1}
    own.note_reading(5, noted)

    assert UnderWay(own, 5).deaths == noted
    assert UnderWay(own, 6).deaths == {"a" * 64: 2, "b" * 64: 1}


@pytest.mark.parametrize("torn", [b"", b"7", b"x\n", b"7\nabc", b"7\nabc def", b"\xff"])
def test_a_torn_note_costs_nothing(tmp_path: Path, torn: bytes) -> None:
    home = new_home(tmp_path)
    run(home)
    (library(home).incoming / "reading.txt").write_bytes(torn)

    assert library(home).reading()[1] == {}
    run(home)
    assert os.listdir(library(home).incoming) == []  # noqa: PTH208


def test_an_interrupted_run_is_no_death(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = new_home(tmp_path)
    drop(home, sample_files())

    def interrupted(_self: Library, _table: Readings) -> bool:
        raise KeyboardInterrupt

    monkeypatch.setattr(Library, "save", interrupted)
    with pytest.raises(KeyboardInterrupt):
        run(home)

    assert library(home).reading() == (0, {})


def test_an_unfinished_copy_gives_way_to_the_whole_file_of_its_name_in_any_order(
    tmp_path: Path,
) -> None:
    whole = Path(sample_files()[0]).read_bytes()
    name = sample_files()[0].name
    beginnings: Sequence[bytes] = (whole[:9], whole[:13])
    states = []
    for number, order in enumerate([(*beginnings, whole), (whole, *beginnings)]):
        home = new_home(tmp_path / f"{number}")
        for content in order:
            (home.inbox / "me" / name).write_bytes(content)
            run(home)
        rows = table(home).sort("size_bytes").select("outcome", "code", "detail").rows()
        states.append((readings(home), reports(home)))

        gone = "It was still being copied: a file of the same name begins with all of it."
        assert rows == [("superseded", None, gone)] * 2 + [("imported", None, None)]
    assert states[0] == states[1]


def test_a_beginning_under_another_name_stays_refused(tmp_path: Path) -> None:
    home = new_home(tmp_path)
    whole = sample_files()[0].read_bytes()
    (home.inbox / "me" / "a.fit").write_bytes(whole)
    (home.inbox / "me" / "b.fit").write_bytes(whole[:13])
    (home.inbox / "me" / "deep").mkdir()
    (home.inbox / "me" / "deep" / "a.fit").write_bytes(b"\0" + whole[1:13])

    run(home)

    assert sorted(table(home)["outcome"].to_list()) == ["imported", "refused", "refused"]
