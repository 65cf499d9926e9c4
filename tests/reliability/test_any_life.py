"""Anything may happen to an inbox, in any order: the model knows what must be there then."""

import os
import shutil
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from pipeline import imports, jobs
from pipeline.home import Home
from tests.drops import NOW, contents, gz
from tests.examples import TRIED, WANTED
from tests.homes import SETTLED_CLOCK_S

from .disks import Dying, Killed
from .nights import REMOVE, Trials, differences

NAMES = ("a.fit", "b.gpx", "run (1).csv", "Übung.zip", "deep/c.fit", "x.sync-conflict-1.fit")
LIVES = int(os.environ.get(WANTED, "30"))
STEPS = 30
VERSION = imports.version


class Life(RuleBasedStateMachine):
    """One person's folder; `trial.dropped` is what must be in the inbox or among the originals."""

    made: Trials
    name: str  # of the test, under which lives are counted

    @initialize(removes=st.booleans())
    def begin(self, *, removes: bool) -> None:
        TRIED[self.name] += 1
        self.trial = self.made.new(REMOVE if removes else "")
        self.inbox = self.trial.folder / "inbox" / "me"
        self.upgrades = 0
        self.is_quiet = False  # since the last run that ended well

    @rule(name=st.sampled_from(NAMES), content=contents())
    def drop(self, name: str, content: bytes) -> None:
        """Somebody saves a file, perhaps over another one that no run has seen."""
        path = self.inbox / name
        path.parent.mkdir(exist_ok=True)
        path.unlink(missing_ok=True)
        path.write_bytes(content)
        self.happened({content: name})

    @rule(number=st.integers(0, 9), more=st.sampled_from((b"x", b"\n", b"\0" * 20)))
    def append(self, number: int, more: bytes) -> None:
        for path in self.some_file(number):
            with path.open("ab") as file:
                file.write(more)
            self.happened({path.read_bytes(): path.name})

    @rule(number=st.integers(0, 9))
    def pack(self, number: int) -> None:
        for path in self.some_file(number):
            content = gz(path.read_bytes())
            path.write_bytes(content)
            self.happened({content: path.name})

    @rule(number=st.integers(0, 9), name=st.sampled_from(NAMES))
    def rename(self, number: int, name: str) -> None:
        for path in self.some_file(number):
            (self.inbox / name).parent.mkdir(exist_ok=True)
            path.replace(self.inbox / name)
            self.happened({})

    @rule(number=st.integers(0, 9))
    def delete(self, number: int) -> None:
        for path in self.some_file(number):
            path.unlink()
            self.happened({})

    @rule()
    def run(self) -> None:
        self.run_on(None)
        self.is_quiet = True

    @rule(moment=st.integers(0, 400))
    def killed(self, moment: int) -> None:
        disk = Dying(moment)
        try:
            self.run_on(disk)
        except Killed:
            self.is_quiet = False

    @rule(clock_s=st.sampled_from((0.0, -1e9, SETTLED_CLOCK_S)))
    def clock_jumps(self, clock_s: float) -> None:
        """The machine's clock is wrong: files are looked at twice, and nothing else happens."""
        jobs.run(Home(self.trial.folder), NOW, clock_s)
        self.is_quiet = True

    @rule(cache=st.sampled_from(("readings.parquet", "readings.sum", "seen.json", "pages.json")))
    def lose(self, cache: str) -> None:
        (self.trial.library.folder / cache).unlink(missing_ok=True)
        self.is_quiet = False

    @rule()
    def lose_pages(self) -> None:
        shutil.rmtree(self.trial.folder / "reports" / "me", ignore_errors=True)

    @rule()
    def upgrade(self) -> None:
        """Other readers read all of it again, and say the same."""
        self.upgrades += 1
        self.is_quiet = False

    @precondition(lambda self: self.trial.library.table.exists())
    @rule()
    def run_again(self) -> None:
        self.run_on(None)
        before = self.trial.state()
        self.run_on(None)
        assert differences(self.trial.state(), before) == []
        self.is_quiet = True

    @invariant()
    def nothing_is_lost(self) -> None:
        found = self.trial.unfinished() if self.is_quiet else self.trial.violations()
        is_damaged = not (self.trial.library.folder / "readings.sum").exists()
        assert [each for each in found if not (is_damaged and each.startswith("I3"))] == []

    def teardown(self) -> None:
        """What was read does not show how it came to be: a table of the same originals is equal."""
        self.run_on(None)
        said = self.verdicts()
        for name in ("readings.parquet", "readings.sum", "seen.json", "pages.json"):
            (self.trial.library.folder / name).unlink(missing_ok=True)
        shutil.rmtree(self.trial.folder / "reports" / "me")
        self.run_on(None)
        assert self.verdicts() == said
        assert self.trial.unfinished() == []
        self.made.gone(self.trial)

    def verdicts(self) -> dict[str, Any]:
        state = self.trial.state()
        return {key: state[key] for key in ("readings", "reports", "held", "names")}

    def run_on(self, disk: Dying | None) -> None:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(imports, "version", lambda mode: f"{VERSION(mode)}-{self.upgrades}")
            self.trial.run(disk)

    def some_file(self, number: int) -> list[Any]:
        files = sorted(path for path in self.inbox.rglob("*") if path.is_file())
        return [files[number % len(files)]] if files else []

    def happened(self, dropped: dict[bytes, str]) -> None:
        """Note what was dropped; what its owner overwrote before any run saw it was theirs."""
        self.trial.dropped |= dropped
        self.trial.forget_overwritten()
        self.is_quiet = False


@pytest.mark.property
@pytest.mark.filterwarnings("ignore::DeprecationWarning:fitparse.*")
def test_whatever_happens_to_an_inbox_nothing_is_lost_and_all_of_it_is_read_once(
    made: Trials, request: pytest.FixtureRequest
) -> None:
    Life.made, Life.name = made, f"{__name__}::{request.node.name}"
    run_state_machine_as_test(
        Life,
        settings=settings(
            max_examples=LIVES,
            stateful_step_count=STEPS,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
