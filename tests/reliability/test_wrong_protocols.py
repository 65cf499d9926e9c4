"""Protocols that are wrong in one point each: what finds faults in ours must find these.

Each check returns what is wrong. It finds nothing as we are, and something with the one change.
"""

import contextlib
import datetime as dt
import importlib.util
import itertools
import json
import os
import random
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from pipeline import guard, inbox, intake, invariants, jobs, readers, release
from pipeline.compliance import rules
from pipeline.disk import NANOSECONDS, Disk, Identity
from pipeline.errors import Code, Refusal, Unfinished
from pipeline.guard import Answer, work
from pipeline.guard.children import WORKERS, Children
from pipeline.guard.reading import Guard
from pipeline.home import Home
from pipeline.library import Copy, Library
from pipeline.readers.xml_gate import Walker
from pipeline.tables import Readings
from tests.drops import FIRST_DAY, NOW, Drop, gpx, tcx
from tests.homes import new_home
from tests.in_process import read_in_process
from tests.test_guard import declined, process_id

from .disks import Dying, Killed, Meanwhile
from .nights import NIGHTS, REMOVE, Trial, Trials, after, differences, evenings, trials
from .power import Recording, images, restore

ANN = '[people.ann]\nlabel = "Ann"\nzone = "Europe/Berlin"\n'
Patch = pytest.MonkeyPatch
Check = Callable[[Trials], list[str]]
Wrong = Callable[[Patch], None]
LOCKED, SAVE, KEEP, SWEEP = Library.locked, Library.save, Library.keep, Library.sweep


@pytest.fixture(scope="module")
def made() -> Iterator[Trials]:
    with trials() as found:
        yield found


def kills(made: Trials) -> list[str]:
    """Die at every second moment of the second night, until something is wrong."""
    with read_in_process():
        evening = evenings(made, REMOVE)[1]
        expected = after(made, evening)
        for moment in itertools.count(0, 2):
            trial = made.copied(evening)
            found = []
            try:
                trial.run(Dying(moment))
            except Killed:
                found += trial.violations()
            else:
                return []
            found += ended(trial) + trial.unfinished() + differences(trial.state(), expected)
            made.gone(trial)
            if found:
                return found
    return []


def ended(trial: Trial, disk: Disk | None = None) -> list[str]:
    """Run; a run that does not end well is wrong, too."""
    try:
        trial.run(disk)
    except Unfinished as unfinished:
        return [f"the run ended with {each!r}" for each in unfinished.faults.values()]
    return []


def power_loss(made: Trials) -> list[str]:
    """Let the power fail after every fifth effect."""
    with read_in_process():
        evening = evenings(made, REMOVE)[0]
        ran = made.copied(evening)
        disk = Recording()
        ran.run(disk)
        for image in images(disk.steps, 5, random.Random(1)):  # noqa: S311 - no secret
            trial = Trial(made.place(), dict(evening.dropped))
            restore(image, evening.folder, ran.folder, trial.folder)
            if found := trial.violations():
                return found
            made.gone(trial)
    return []


def at_once(made: Trials) -> list[str]:
    """Let a second run begin at any moment of a first one, after another file was dropped."""
    with read_in_process():
        evening = evenings(made, "")[0]
        for moment in itertools.count(0, 9):
            trial = made.copied(evening)
            is_over = [True]

            def second(trial: Trial = trial, is_over: list[bool] = is_over) -> None:
                is_over[0] = False
                trial.drop(NIGHTS[1])
                with contextlib.suppress(Unfinished):  # the first one holds the lock
                    trial.run()

            found = ended(trial, Meanwhile(moment, second))
            found += [each.sentence for each in invariants.unfinished(trial.library)]
            if found:
                return found
            made.gone(trial)
            if is_over[0]:
                return []
    return []


def new_content_under_an_old_name(made: Trials) -> list[str]:
    with read_in_process():
        trial = evenings(made, "")[1]
        trial.run()
        return trial.unfinished()


def written_to_while_renamed(made: Trials) -> list[str]:
    """Put another file in the place of one that is just being removed."""

    class Meddling(Disk):
        def rename(self, source: Path, target: Path) -> None:
            if target.name.startswith(".aside-"):
                content = b"not seen by anybody yet: " + os.fsencode(source.name)
                trial.dropped[content] = source.name
                source.unlink()
                source.write_bytes(content)
            super().rename(source, target)

    with read_in_process():
        trial = evenings(made, REMOVE)[0]
        trial.run(Meddling())
        return trial.violations()


def taken_while_written(made: Trials) -> list[str]:
    """Write the first half of a file, of a time long past as rsync does it; then run."""
    with read_in_process():
        trial = made.new()
        content = NIGHTS[0][1].content
        path = trial.folder / "inbox" / "me" / "run.gpx"
        with path.open("wb") as file:
            file.write(content[: len(content) // 2])
            file.flush()
            os.utime(path, (1e9, 1e9))
            (tally,) = jobs.run(Home(trial.folder), NOW, time.time())
    return [] if tally.waiting else ["half of a file was taken"]


def neighbours(made: Trials) -> list[str]:
    """Read a batch of which one file ends the child."""
    folder = made.place()
    folder.mkdir()
    programs = ["pass", "import os; os.abort()", "pass"]
    paths = [folder / f"{number}" for number in range(len(programs))]
    for path, program in zip(paths, programs, strict=True):
        path.write_text(program, encoding="utf-8")
    with guard.guarded(reads=guard.Reads(own=exec)) as children:  # type: ignore[arg-type]
        found = [each.outcome for _, each in children.answers(map(guard.Source.of, paths))]
    refused = [each for each in found if isinstance(each, Refusal)]
    return [] if len(refused) == 1 else [f"{len(refused)} files were refused for one"]


def state_of_a_reference_library(made: Trials) -> list[str]:
    """Read more files than there are children by a library that keeps state."""
    folder = made.place()
    folder.mkdir()
    paths = [folder / f"{number}" for number in range(2 * WORKERS)]
    for path in paths:
        path.write_bytes(b"x")
    reads = guard.Reads(own=declined, reference=process_id)
    with guard.guarded(reads=reads) as children:
        found = {each.outcome for _, each in children.answers(map(guard.Source.of, paths))}
    return [] if len(found) == len(paths) else ["two files were read by one process"]


def children_of_two_people(made: Trials) -> list[str]:
    """Run for two people, and see whose files each pool of children was given."""
    served: dict[int, set[str]] = {}
    pools = []
    send = Children.send

    def noted(self: Children, do: Any, *arguments: Any, wall_s: float) -> Any:  # noqa: ANN401
        sent = send(self, do, *arguments, wall_s=wall_s)
        pools.append(sent.pool)  # so that no other one gets its id
        owners = {source.original.parts[-4] for source in arguments[0]}
        served.setdefault(id(sent.pool), set()).update(owners)
        return sent

    home = new_home(made.place(), ANN)
    (home.inbox / "ann").mkdir()
    for person in ("me", "ann"):
        start = FIRST_DAY if person == "me" else NOW
        (home.inbox / person / "run.gpx").write_bytes(gpx(start, 2600.0, "running"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Children, "send", noted)
        jobs.run(home, NOW, time.time())
    assert {person for people in served.values() for person in people} == {"me", "ann"}
    return [f"{people} shared a child" for people in served.values() if len(people) > 1]


def whatever_a_library_raises(made: Trials) -> list[str]:
    """Read a file at which a library gives up altogether."""
    folder = made.place()
    folder.mkdir()
    (folder / "a").write_bytes(b"x")

    def gives_up(content: bytes) -> Any:  # noqa: ANN401
        raise SystemExit(content)

    budget = work.Budget(60.0, 1 << 30, 1 << 30, 60.0, 1 << 30)
    try:
        with read_in_process():  # or the processor time of the tests would be bounded
            work.answers([guard.Source.of(folder / "a")], [budget], gives_up)
    except BaseException as fault:  # noqa: BLE001 - that is what is asked
        return [f"the child dies of {type(fault).__name__}"]
    return []


def entities(made: Trials) -> list[str]:
    """Read a file that declares an entity."""
    del made
    content = gpx(FIRST_DAY, 2600.0, "running").replace(
        b"<gpx", b'<!DOCTYPE gpx [<!ENTITY e "x">]><gpx', 1
    )
    said = readers.read(content)
    is_refused = isinstance(said, Refusal) and said.code is Code.E_XML_DTD
    return [] if is_refused else ["a DTD was read"]


def damage(made: Trials) -> list[str]:
    """Change one bit of the table in the middle of what it says, and run."""
    with read_in_process():
        trial = made.new()
        trial.drop(NIGHTS[0])
        trial.run()
        expected = trial.state()
        table = trial.library.folder / "readings.parquet"
        content = bytearray(table.read_bytes())
        content[content.index(b"PAR1") + 40] ^= 4
        table.write_bytes(content)
        with contextlib.suppress(Unfinished):
            trial.run()
        return differences(trial.state(), expected)


def five_kilometres(made: Trials) -> list[str]:
    """Judge a jog of 5 000 m exactly."""
    with read_in_process():
        trial = made.new()
        trial.drop([Drop("run.tcx", tcx(FIRST_DAY, 5000.0, "running"))])
        trial.run()
    pages = sorted((trial.folder / "reports").rglob("*-W45.json"))
    (jog,) = json.loads(pages[0].read_bytes())["jogs"]
    return [] if jog["under_limit"] is False else ["5 000 m are said to be under 5 km"]


def no_sync(patch: Patch) -> None:
    """Copies get their names before their bytes are durable."""
    patch.setattr(Recording, "sync", lambda _self, _path: None)


def row_before_original(patch: Patch) -> None:
    """Files are read from their copies, and become originals after the table was saved."""
    waiting: list[tuple[Library, list[Copy], dict[str, list[bytes]], dt.datetime]] = []
    original = Library.original

    def later(
        self: Library, copies: list[Copy], names: dict[str, list[bytes]], now: dt.datetime
    ) -> None:
        shadow = self.folder / "shadow"
        shadow.mkdir(exist_ok=True)
        moved = [replace(each, path=shadow / each.sha256) for each in copies]
        for copy, into in zip(copies, moved, strict=True):
            self.disk.seal(copy.path, now)
            copy.path.replace(into.path)
        waiting.append((self, moved, names, now))

    def place(self: Library, sha256: str) -> Path:
        copies = (copy for _, some, *_ in waiting for copy in some if copy.sha256 == sha256)
        return next((copy.path for copy in copies), original(self, sha256))

    def save(self: Library, table: Readings) -> bool:
        saved = SAVE(self, table)
        while waiting:
            KEEP(*waiting.pop(0))
        return saved

    def sweep(self: Library) -> None:
        waiting.clear()  # a dead run's memory is gone
        SWEEP(self)

    patch.setattr(Library, "sweep", sweep)
    patch.setattr(Library, "keep", later)
    patch.setattr(Library, "original", place)
    patch.setattr(Library, "save", save)


def in_place(patch: Patch) -> None:
    """The table is written over, not replaced."""

    def write(self: Library, path: Path, content: bytes) -> None:
        self.disk.unlink(path)
        self.disk.write_new(path, iter([content]))

    patch.setattr(Library, "_replace", write)


def no_lock(patch: Patch) -> None:
    patch.setattr(Library, "locked", lambda _: contextlib.nullcontext())


def stale_table(patch: Patch) -> None:
    """The lock is held for writing the table only, not from before it was read."""

    def save(self: Library, table: Readings) -> bool:
        with LOCKED(self):
            return SAVE(self, table)

    no_lock(patch)
    patch.setattr(Library, "save", save)


def key_by_name(patch: Patch) -> None:
    """A file is known by its name, whatever is in it now."""
    for module in (inbox, intake, release):
        patch.setattr(module, "identity_of", lambda _: Identity(0, 0, 0, 0, 0))


def moved(patch: Patch) -> None:
    """Files leave the inbox when they are taken, before they are durable."""
    copied = Library.copied

    def move(self: Library, descriptor: int, name: bytes) -> Copy | None:
        copy = copied(self, descriptor, name)
        self.disk.unlink(Path(f"/proc/self/fd/{descriptor}").readlink())
        return copy

    patch.setattr(Library, "copied", move)


def not_compared(patch: Patch) -> None:
    """What was renamed aside is removed without another look."""
    patch.setattr(release, "_is_same", lambda *_: True)


def by_modification_time(patch: Patch) -> None:
    def is_young(entry: inbox.Entry, now_s: float) -> bool:
        return now_s - entry.identity.modified_ns / NANOSECONDS < inbox.SETTLED_S

    patch.setattr(inbox, "_is_young", is_young)


def batch_refused(patch: Patch) -> None:
    def landed(self: Guard, batch: Any, sent: Any) -> Iterator[Any]:  # noqa: ANN401
        answers = self._batch_answers(sent) or [Answer(work.CRASHED)] * len(batch)
        yield from zip(batch, answers, strict=True)

    patch.setattr(Guard, "_landed", landed)


def no_fresh_child(patch: Patch) -> None:
    def send_alone(self: Guard, attempt: Any) -> Any:  # noqa: ANN401
        sources, budgets = [attempt.source], [attempt.budget]
        return self._shared.send(
            work.answers, sources, budgets, attempt.read, wall_s=attempt.wall_s
        )

    patch.setattr(Guard, "_send_alone", send_alone)


def shared_children(patch: Patch) -> None:
    """One guard serves everybody, and is never ended."""
    with guard.guarded() as one:
        patch.setattr(guard, "guarded", lambda **_: contextlib.nullcontext(one))


def mutated(module: str, old: str, new: str) -> Any:  # noqa: ANN401
    """A module with one change in its text."""
    spec = importlib.util.find_spec(module)
    assert spec is not None
    assert spec.origin is not None
    text = Path(spec.origin).read_text(encoding="utf-8")
    assert text.count(old) == 1
    changed = importlib.util.module_from_spec(spec)
    exec(compile(text.replace(old, new), spec.origin, "exec"), vars(changed))  # noqa: S102 - ours
    return changed


def only_exceptions(patch: Patch) -> None:
    old = "except BaseException as fault:  # noqa: BLE001 - the outermost"
    changed = mutated("pipeline.guard.work", old, "except Exception as fault:  #")
    vars(changed)["_allow_cpu"] = lambda _: None
    patch.setattr(work, "answers", changed.answers)


def no_gate(patch: Patch) -> None:
    patch.setattr(Walker, "doctype", lambda *_: None)


def any_checksum(patch: Patch) -> None:
    class All(list[str]):
        def __contains__(self, _: object) -> bool:
            return True

    patch.setattr(Library, "_digests", lambda _: All())


def up_to_the_limit(patch: Patch) -> None:
    patch.setattr(rules, "VERDICT", pl.col("metres") <= pl.col("limit_m"))


WRONG: tuple[tuple[Wrong, Check], ...] = (
    (no_sync, power_loss),
    (row_before_original, kills),
    (in_place, kills),
    (no_lock, at_once),
    (stale_table, at_once),
    (key_by_name, new_content_under_an_old_name),
    (moved, kills),
    (not_compared, written_to_while_renamed),
    (by_modification_time, taken_while_written),
    (batch_refused, neighbours),
    (no_fresh_child, state_of_a_reference_library),
    (shared_children, children_of_two_people),
    (only_exceptions, whatever_a_library_raises),
    (no_gate, entities),
    (any_checksum, damage),
    (up_to_the_limit, five_kilometres),
)
CHECKS = tuple(dict.fromkeys(check for _, check in WRONG))


@pytest.mark.parametrize("check", CHECKS, ids=lambda each: each.__name__)
def test_nothing_is_wrong_with_the_protocol_as_it_is(made: Trials, check: Check) -> None:
    assert check(made) == []


@pytest.mark.parametrize(("wrong", "check"), WRONG, ids=lambda each: each.__name__)
def test_a_wrong_protocol_is_caught(
    made: Trials, monkeypatch: Patch, wrong: Wrong, check: Check
) -> None:
    wrong(monkeypatch)

    assert check(made) != []
