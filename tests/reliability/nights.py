"""Two nights of a small installation, run on any disk, and what must hold of it at any moment."""

import contextlib
import datetime as dt
import functools
import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pipeline import invariants, jobs
from pipeline.disk import Disk
from pipeline.home import Home
from pipeline.library import Library
from tests.drops import FIRST_DAY, NOW, Drop, fit, fitnotes, gpx, gz, strong, zipped
from tests.homes import SETTLED_CLOCK_S, new_home, readings, reports

IN_MEMORY = Path("/dev/shm")  # noqa: S108 - nothing is looked for there by a known name
REMOVE = 'after_import = "remove"'
MORNING = FIRST_DAY + dt.timedelta(hours=6)
JOG = fit(MORNING, 2600.0, "running")
LATE = fit(FIRST_DAY + dt.timedelta(days=5, hours=6), 4999.99, "running")
LIFTED = tuple((MORNING, label, None) for label in ("Lat Pulldown (Cable)", "Glute Bridge"))
SHRUGGED = (FIRST_DAY + dt.timedelta(days=4, hours=18), "Shrug (Dumbbell)", None)
# Of each kind one: the same activity twice, an export and the newer one under its name, copies,
# archives, what nobody can read, and the beginning of a file that is whole on the next night.
NIGHTS: tuple[tuple[Drop, ...], ...] = (
    (
        Drop("run.fit", JOG),
        Drop("run.gpx", gpx(MORNING, 2600.0, "running")),
        Drop("strong.csv", strong(*LIFTED)),
        Drop("late.fit", LATE[:13]),
        Drop("hello.fit", b"hello"),
    ),
    (
        Drop("strong.csv", strong(*LIFTED, SHRUGGED)),
        Drop("late.fit", LATE),
        Drop("run (1).fit", JOG),
        Drop("all.zip", zipped(gpx(NOW - dt.timedelta(hours=9), 5200.0, None), b"none", JOG)),
        Drop("notes.csv.gz", gz(fitnotes(SHRUGGED))),
    ),
)


@dataclass
class Trial:
    """One installation under trial: every content that was ever dropped, by its name."""

    folder: Path
    dropped: dict[bytes, str] = field(default_factory=dict)

    def drop(self, night: Sequence[Drop], person: str = "me") -> None:
        """Put the files of a night into the inbox; one of the same name is written over."""
        inbox = self.folder / "inbox" / person
        for each in night:
            path = inbox / each.name
            path.unlink(missing_ok=True)
            path.write_bytes(each.content)
            self.dropped[each.content] = each.name

    def run(self, disk: Disk | None = None) -> list[jobs.Tally]:
        """Run once, on the real disk or on another one."""
        return jobs.run(Home(self.folder, disk or Disk()), NOW, SETTLED_CLOCK_S)

    @property
    def library(self) -> Library:
        return Library(self.folder / "people" / "me")

    def forget_overwritten(self) -> None:
        """Strike out what its owner wrote over before any run saw it: that was theirs to do."""
        kept = self._kept()
        self.dropped = {each: name for each, name in self.dropped.items() if each in kept}

    def _kept(self) -> set[bytes]:
        """Every content among the originals or in the inbox."""
        inbox = (path for path in (self.folder / "inbox").rglob("*") if path.is_file())
        originals = map(self.library.original, self.library.held())
        return {path.read_bytes() for path in (*inbox, *originals)}

    def violations(self) -> list[str]:
        """What does not hold now, though a kill may have been the last that happened."""
        found = [
            f"{each.invariant}: {each.sentence}"
            for each in invariants.broken(self.library, is_deep=True)
        ]
        kept = self._kept()
        return found + [
            f"I1: {name} is lost" for content, name in self.dropped.items() if content not in kept
        ]

    def unfinished(self) -> list[str]:
        """What a run that ended well left undone, and what does not hold besides."""
        inbox = self.folder / "inbox"
        left = invariants.unfinished(self.library, [inbox])
        held = {self.library.original(each).read_bytes() for each in self.library.held()}
        untaken = [name for content, name in self.dropped.items() if content not in held]
        strays = (self.folder / "reports").rglob(".*.tmp")
        return [
            *self.violations(),
            *(f"{each.invariant}: {each.sentence}" for each in left),
            *(f"I6: {name} was not taken" for name in untaken),
            *(f"I6: {path.name} was left among the pages" for path in strays),
        ]

    def state(self) -> dict[str, Any]:
        """All that kills, orders and repetitions must not show in."""
        library = self.library
        held = library.held()
        originals = [library.original(each).stat() for each in held]
        return {
            "readings": readings(Home(self.folder)),
            "reports": reports(Home(self.folder)),
            "held": held,
            "modes": {it.st_mode & 0o777 for it in originals},
            "first seen": [library.first_seen(each) for each in held],
            "names": library.names(),
            "incoming": os.listdir(library.incoming),  # noqa: PTH208 - as the file system has it
            "inbox": sorted(path.name for path in (self.folder / "inbox").rglob("*")),
        }


@contextlib.contextmanager
def trials() -> Iterator["Trials"]:
    """Make installations in memory, gone afterwards."""
    place = IN_MEMORY if IN_MEMORY.is_dir() else None
    with tempfile.TemporaryDirectory(dir=place) as folder:
        yield Trials(Path(folder))


class Trials:
    """Makes installations, copied from one that is made once for each kind of settings."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._count = folder, 0
        self._new = functools.cache(self._made)

    def new(self, settings: str = "") -> Trial:
        """An empty installation."""
        return self.copied(Trial(self._new(settings)))

    def copied(self, trial: Trial) -> Trial:
        """An installation as another one is now; its files are others to the system."""
        folder = self.place()
        shutil.copytree(trial.folder, folder)
        return Trial(folder, dict(trial.dropped))

    def place(self) -> Path:
        """A folder that is not there yet."""
        self._count += 1
        return self._folder / f"{self._count}"

    def gone(self, trial: Trial) -> None:
        """Remove an installation that is not needed any more."""
        shutil.rmtree(trial.folder)

    def _made(self, settings: str) -> Path:
        folder = self._folder / f"new {len(settings)}"
        new_home(folder, settings)
        return folder


def after(made: Trials, evening: Trial) -> dict[str, Any]:
    """The state after a run that nothing disturbs, in a copy."""
    trial = made.copied(evening)
    trial.run()
    assert trial.unfinished() == []
    state = trial.state()
    made.gone(trial)
    return state


def evenings(made: Trials, settings: str) -> list[Trial]:
    """Installations as they are before each of the nights, its files dropped, and after all."""
    found = [made.new(settings)]
    for night in NIGHTS:
        found[-1].drop(night)
        found.append(made.copied(found[-1]))
        found[-1].run()
    return found


def differences(state: Mapping[str, Any], expected: Mapping[str, Any]) -> list[str]:
    """Name what differs, without saying how."""
    return [f"I8: {key} differ" for key in expected if state[key] != expected[key]]
