"""One input after the other through what a guarded child would do, twice, in this process.

Files, sockets and processes that a reading would open are noted by an audit hook, and each
reading is timed. What is being read lies in a file meanwhile, and stays there should this
process end with it.
"""

import contextlib
import os
import pickle
import signal
import sys
import time
import types
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import fitparse.records

from pipeline import readers, settings
from pipeline.errors import Declined, Refused, SettingsError
from pipeline.guard import Answer, Source, work
from pipeline.members import Listing, Member
from pipeline.programme import prescriptions
from pipeline.readers.csv_log import drafting
from pipeline.readers.fit.frames import frames
from tests.fuzz import oracle, seeds
from tests.fuzz.inputs import Input
from tests.in_process import PLENTY, read_in_process

MEMBERS_READ = 6  # of one archive
CPU_S, CPU_S_PER_MB = 1.0, 1.0
REFERENCE_CPU_S, REFERENCE_CPU_S_PER_MB = 2.0, 8.0
LARGE_BYTES = 16_000_000  # of what is looked into: it may need more than this process has
HUNG_S = 20.0  # of processor time: what takes so long would take longer
INSPECTED, INSPECTED_SHARE = ("fit", "csv"), 16  # one of so many is looked into by hand, too
WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
FORBIDDEN = ("socket.", "subprocess.", "os.system", "os.exec", "os.fork", "os.remove", "os.rename")
LIBRARY = "site-packages"


class TooSlow(BaseException):
    """A reading was stopped after HUNG_S."""


@dataclass(frozen=True)
class Verdict:
    """How one input ended: what is counted, what was wrong, and what it said."""

    outcome: str
    faults: tuple[str, ...] = ()
    answers: tuple[Answer, ...] = ()


class _Watch:
    """An audit hook cannot be taken away again, so there is one, which looks only when armed."""

    def __init__(self) -> None:
        self.is_armed = False
        self.seen: list[str] = []
        sys.addaudithook(self)

    def __call__(self, event: str, arguments: tuple[object, ...]) -> None:
        if not self.is_armed:
            return
        if event == "open":
            flags = arguments[2]
            if isinstance(flags, int) and flags & WRITING:
                self.seen.append(f"it opened {arguments[0]!r} for writing")
        elif event.startswith(FORBIDDEN):
            self.seen.append(f"{event} was called")

    @contextlib.contextmanager
    def armed(self) -> Iterator[None]:
        self.is_armed = True
        try:
            yield
        finally:
            self.is_armed = False


WATCH = _Watch()


class Trial:
    """Tries inputs, one after the other; `folder` holds what is being read."""

    def __init__(self, folder: Path, *, is_reference: bool = False) -> None:
        """Read what is imported late, and arm the timer."""
        self.path, self.maps = folder / "input", (folder / "map 0", folder / "map 1")
        self.is_reference = is_reference

    def tried(self, given: Input) -> Verdict:
        """Return the verdict on one input."""
        if given.format == "settings":
            return _tried_settings(given.content)
        self.path.write_bytes(given.content)
        for path, content in zip(self.maps, given.maps, strict=False):
            path.write_bytes(content)
        source = Source(self.path, len(given.content), maps=self.maps[: len(given.maps)])
        first, found = self._read(source, len(given.content))
        second, again = self._read(source, len(given.content))
        found += [each for each in again if each not in found]
        for one, other in zip(first, second, strict=False):
            found += oracle.faults(one)
            if one != other:
                found.append("the second reading differs")
        if len(first) != len(second):
            found.append("the second reading differs in length")
        if given.format in INSPECTED and len(given.content) % INSPECTED_SHARE == 0:
            found += _inspected(given)
        return Verdict(oracle.outcome_name(first[0]), tuple(dict.fromkeys(found)), tuple(first))

    def _read(self, source: Source, size_bytes: int) -> tuple[list[Answer], list[str]]:
        """Read a file, and the members of an archive; returns the answers and what was wrong."""
        answer, found = self._answer(source, size_bytes)
        answers = [answer]
        if isinstance(answer.outcome, Listing):
            members = answer.outcome.members
            for member in members[:MEMBERS_READ]:
                told, more = self._answer(self._source(member, len(members)), member.size_bytes)
                answers.append(told)
                found += more
        return answers, found

    def _source(self, member: Member, brothers: int) -> Source:
        return Source(self.path, member.size_bytes, member.address, member.told, brothers)

    def _answer(self, source: Source, size_bytes: int) -> tuple[Answer, list[str]]:
        """Read as `guard` does: by our own reader, then by the reference where that declines."""
        answer, found = _timed(source, readers.read, CPU_S + CPU_S_PER_MB * size_bytes / 1e6)
        if isinstance(answer.outcome, Declined) or (self.is_reference and not source.address):
            fitparse.records.DEV_TYPES.clear()  # a fresh process would have none
            most_s = REFERENCE_CPU_S + REFERENCE_CPU_S_PER_MB * size_bytes / 1e6
            answer, more = _timed(source, readers.read_reference, most_s)
            found += more
        return answer, found


def _timed(source: Source, read: work.Read, most_s: float) -> tuple[Answer, list[str]]:
    WATCH.seen.clear()
    begun = time.process_time()
    signal.setitimer(signal.ITIMER_VIRTUAL, HUNG_S)
    try:
        with WATCH.armed():
            (pickled,) = work.answers([source], [PLENTY], read)
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
    spent_s = time.process_time() - begun
    answer = pickle.loads(pickled)  # noqa: S301 - of our own making
    found = list(WATCH.seen)
    if spent_s > most_s:
        found.append(f"it took {spent_s:.1f} s of {most_s:.1f} s")
    return answer, found


def _inspected(given: Input) -> list[str]:
    """Look into a file as `backfour inspect` does: what it holds can be shown, or is refused."""
    try:
        if given.format == "fit":
            for _ in frames(given.content):
                pass
        else:
            drafting.draft(given.content)
    except Refused:
        pass
    except MemoryError:
        # A child of its own looks into a file, with twice the memory; then it says no more.
        if len(given.content) < LARGE_BYTES:
            return ["inspecting: MemoryError"]
    except Exception as fault:  # noqa: BLE001 - that there is none is what is tried
        return [f"inspecting: {type(fault).__name__}: {fault}"[:300]]
    return []


def _tried_settings(content: bytes) -> Verdict:
    """Read settings as a run does: they are sound, or one line says what is wrong with them."""
    try:
        text = content.decode()
    except UnicodeDecodeError:
        return Verdict("no text")
    said = []
    for _ in range(2):
        try:
            checked = settings.parse(text)
            prescriptions.check(checked)
            said.append(repr(checked))
        except SettingsError as wrong:
            said.append(str(wrong))
            if len(said[0]) > 1_000 or not said[0].isprintable():
                return Verdict("wrong", (f"the message is {said[0][:200]!r}",))
        except Exception as fault:  # noqa: BLE001 - that there is none is what is tried
            return Verdict("crash", (f"{type(fault).__name__}: {fault}"[:300],))
    different = () if said[0] == said[1] else ("the second reading differs",)
    return Verdict("settings" if said[0].startswith("Settings(") else "SettingsError", different)


@contextlib.contextmanager
def ready(folder: Path, *, is_reference: bool = False) -> Iterator[Trial]:
    """Prepare this process to try inputs: what is imported late is there, nothing limited."""

    def stop(_signal: int, _frame: types.FrameType | None) -> None:
        raise TooSlow

    before = signal.signal(signal.SIGVTALRM, stop)
    trial = Trial(folder, is_reference=is_reference)
    try:
        with read_in_process():
            for kind in ("fit", "gpx", "tcx", "csv", "zip", "gz"):
                trial.path.write_bytes(seeds.of(kind, is_wide=False)[0])
                source = Source(trial.path, 1)
                for read in (readers.read, readers.read_reference):
                    work.answers([source], [PLENTY], read)
            yield trial
    finally:
        signal.signal(signal.SIGVTALRM, before)


def crash_of(given: Input) -> BaseException | None:
    """Read one file outside of the guard's frame: return what it raises, for its traceback."""
    attempts: tuple[Callable[[bytes], object], ...] = (readers.read, readers.read_reference)
    for attempt in attempts:
        try:
            attempt(given.content)
        except BaseException as fault:  # noqa: BLE001 - whatever it is
            return fault
    return None
