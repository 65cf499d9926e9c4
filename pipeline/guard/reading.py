"""Sending sources to children in batches, and finding out what ended the ones that died."""

import contextlib
import pickle
import signal
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import TimeoutError as TooSlow
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, replace
from pathlib import Path

from pebble import ProcessExpired

from pipeline import readers
from pipeline.errors import Code, Declined, NoReaders, Refusal
from pipeline.guard import work
from pipeline.guard.children import TASKS_OF_A_CHILD, WORKERS, Children, Prepare, Sent
from pipeline.guard.work import MEGABYTE, Answer, Budget, Mode, Read, Result, Source
from pipeline.members import LeftOut, Listing
from pipeline.readers.limits import LIMITS, Limits
from pipeline.tables import Reading

# Apple's export.xml is 20 to 60 times its packed size, and is listed at 20 MB a second or more.
LISTING_CPU_S_PER_MB = 3.0
LISTING_RESULTS = 8  # a listing may say as much as so many files
MOST_OPENINGS = 64  # of one archive: its directory is read anew for each batch of members
IN_FLIGHT = 3 * WORKERS  # batches: enough to keep every child busy, few enough to stay small
RETRIED = (Code.E_TIME, Code.E_MEMORY, Code.E_CRASH)


@dataclass(frozen=True)
class Reads:
    """How contents are read: by our own readers, and by the reference libraries."""

    own: Read = readers.read
    reference: Read = readers.read_reference


READS = Reads()


def read_all(
    originals: Iterable[Path],
    limits: Limits = LIMITS,
    mode: Mode = "own",
    reads: Reads = READS,
    prepare: Prepare | None = None,
) -> Iterator[tuple[Path, Reading | Refusal | Listing]]:
    """Yield what each original says, in the order given; a crash or a time-out is a refusal.

    Raises what `Guard.answers` raises.
    """
    with guarded(limits, mode, reads, prepare) as guard:
        for source, answer in guard.answers(Source.of(path) for path in originals):
            yield source.original, said(answer)


def said(answer: Answer) -> Reading | Refusal | Listing:
    """Return what came of an original, which is no member of anything."""
    if isinstance(answer.outcome, Reading | Refusal | Listing):
        return answer.outcome
    message = f"an original cannot be {type(answer.outcome).__name__}"
    raise TypeError(message)


def alone(
    function: Callable[..., Result], *arguments: object, limits: Limits = LIMITS
) -> Result | Refusal:
    """Do something else with a file in a fresh child; returns what it returns, or why it ended."""
    children = Children(limits, 2, 1, None)
    cpu_s = limits.reference_cpu_max_s
    budget = Budget(cpu_s, 2 * limits.child_address_bytes, 0, 0.0, 0)
    try:
        sent = children.send(work.within, cpu_s, function, arguments, wall_s=_wall_s(cpu_s))
        found: Result | Refusal = sent.result()
    except TooSlow:
        return work.too_slow(budget)
    except MemoryError:
        return work.too_large(budget)
    except ProcessExpired as death:
        return _death(death, budget)
    finally:
        children.stop()
    return found


@contextlib.contextmanager
def guarded(
    limits: Limits = LIMITS,
    mode: Mode = "own",
    reads: Reads = READS,
    prepare: Prepare | None = None,
) -> Iterator["Guard"]:
    """Hold children for one person's files; none is left when this ends, however it ends.

    `prepare` runs in each new child and shuts it in.
    """
    guard = Guard(limits, mode, reads, prepare)
    try:
        yield guard
    finally:
        guard.stop()


class Guard:
    """Children for the files of one person: some that share batches, and fresh ones."""

    def __init__(self, limits: Limits, mode: Mode, reads: Reads, prepare: Prepare | None) -> None:
        self._limits, self._mode, self._reads = limits, mode, reads
        self._shared = Children(limits, 1, TASKS_OF_A_CHILD, prepare)
        self._fresh = Children(limits, 2, 1, prepare)

    def stop(self) -> None:
        """End every child."""
        self._shared.stop()
        self._fresh.stop()

    def answers(self, sources: Iterable[Source]) -> Iterator[tuple[Source, Answer]]:
        """Yield what came of each source, in the order given; sources are drawn as needed.

        When a child dies, each file of its batch is read again, alone, in a fresh child and with
        double limits; what ends that one too is refused with E_TIME, E_MEMORY or E_CRASH. What
        our own reader declines is read by the reference library. An original that cannot be
        opened is no fault of the file's: its OSError is raised. Raises NoReaders when no child
        can be started.
        """
        flying: deque[tuple[Sequence[Source], Sent]] = deque()
        for batch in _batches(sources, self._limits, self._mode):
            flying.append((batch, self._send(batch)))
            if len(flying) == IN_FLIGHT:
                yield from self._landed(*flying.popleft())
        while flying:
            yield from self._landed(*flying.popleft())

    def _send(self, batch: Sequence[Source]) -> Sent:
        if self._mode == "reference":
            return self._send_alone(self._by_reference(batch[0]))
        budgets = [_own_budget(source, self._limits, 1) for source in batch]
        wall_s = _own_wall_s(batch, self._limits)
        return self._shared.send(work.answers, batch, budgets, self._reads.own, wall_s=wall_s)

    def _landed(self, batch: Sequence[Source], sent: Sent) -> Iterator[tuple[Source, Answer]]:
        """Wait for a batch, read again what needs it, and yield its answers in order."""
        if self._mode == "reference":
            yield batch[0], self._ended(self._by_reference(batch[0]), sent)
            return
        answers = dict(enumerate(self._batch_answers(sent)))
        numbers = [n for n in range(len(batch)) if _is_for_another_try(answers.get(n))]
        again = self._alone([self._doubled(batch[n]) for n in numbers])
        answers |= dict(zip(numbers, again, strict=True))
        numbers = [n for n in range(len(batch)) if isinstance(answers[n].outcome, Declined)]
        again = self._alone([self._by_reference(batch[n]) for n in numbers])
        answers |= dict(zip(numbers, again, strict=True))
        for number, source in enumerate(batch):
            yield source, answers[number]

    def _batch_answers(self, sent: Sent) -> list[Answer]:
        """Wait for a batch; nothing when its child died, which is nobody's fault yet."""
        try:
            return [pickle.loads(each) for each in sent.result()]  # noqa: S301 - from a child of ours
        except BrokenProcessPool:
            self._shared.broken(sent)
        except (TooSlow, ProcessExpired, MemoryError):
            pass
        return []

    def _alone(self, attempts: Sequence["_Attempt"]) -> list[Answer]:
        sent = [self._send_alone(attempt) for attempt in attempts]
        return [self._ended(attempt, each) for attempt, each in zip(attempts, sent, strict=True)]

    def _send_alone(self, attempt: "_Attempt") -> Sent:
        sources, budgets = [attempt.source], [attempt.budget]
        return self._fresh.send(work.answers, sources, budgets, attempt.read, wall_s=attempt.wall_s)

    def _ended(self, attempt: "_Attempt", sent: Sent) -> Answer:
        """Wait for a source that was alone in its child, and say in a code how that ended."""
        for is_again in (False, True):
            if is_again:
                sent = self._send_alone(attempt)
            try:
                answer = _only(sent)
            except TooSlow:
                return Answer(work.too_slow(attempt.budget))
            except MemoryError:
                return Answer(work.too_large(attempt.budget))
            except ProcessExpired as death:
                # Killed by somebody else perhaps, or by a system out of memory: it is the file's
                # doing when it happens again.
                if is_again or death.exitcode == -signal.SIGXCPU:
                    return Answer(_death(death, attempt.budget))
            except BrokenProcessPool:
                self._fresh.broken(sent)  # perhaps by others; the second time this one is alone
            else:
                if isinstance(answer.outcome, OSError):
                    raise answer.outcome
                return answer
        self._try_children(sent)
        return Answer(work.CRASHED)

    def _try_children(self, sent: Sent) -> None:
        """Raise NoReaders unless work got to a child, and one that has nothing to read starts."""
        if sent.future is not None:  # else nothing was read, and nothing is wrong with it
            sent = self._fresh.send(work.answers, [], [], None, wall_s=self._limits.batch_wall_s)
        try:
            sent.result()
        except (BrokenProcessPool, ProcessExpired, TooSlow) as fault:
            message = "the readers could not be started; is the machine out of memory?"
            raise NoReaders(message) from fault

    def _doubled(self, source: Source) -> "_Attempt":
        budget = _own_budget(source, self._limits, 2)
        return _Attempt(source, self._reads.own, budget, 2 * _own_wall_s([source], self._limits))

    def _by_reference(self, source: Source) -> "_Attempt":
        limits = self._limits
        cpu_s = limits.child_cpu_s + limits.reference_cpu_s_per_mb * source.size_bytes / MEGABYTE
        cpu_s = min(cpu_s, limits.reference_cpu_max_s)
        budget = replace(_own_budget(source, limits, 2), cpu_s=cpu_s)
        wall_s = _wall_s(max(cpu_s, budget.listing_cpu_s))
        return _Attempt(source, self._reads.reference, budget, wall_s)


@dataclass(frozen=True)
class _Attempt:
    """One source, to be read alone in a fresh child."""

    source: Source
    read: Read
    budget: Budget
    wall_s: float


def _batches(sources: Iterable[Source], limits: Limits, mode: Mode) -> Iterator[Sequence[Source]]:
    """Yield the sources in batches that a child may share; one by one for reference readers."""
    batch: list[Source] = []
    batch_bytes = 0
    for source in sources:
        most = max(limits.batch_files, source.brothers // MOST_OPENINGS)
        most = 1 if mode == "reference" else most
        if len(batch) >= most or (batch and batch_bytes + source.size_bytes > limits.batch_bytes):
            yield batch
            batch, batch_bytes = [], 0
        batch.append(source)
        batch_bytes += source.size_bytes
    if batch:
        yield batch


def _own_budget(source: Source, limits: Limits, factor: int) -> Budget:
    cpu_s = limits.child_cpu_s + limits.child_cpu_s_per_mb * source.size_bytes / MEGABYTE
    return Budget(
        factor * cpu_s,
        factor * limits.child_address_bytes,
        factor * (limits.result_bytes + limits.result_bytes_per_byte * source.size_bytes),
        factor * _listing_cpu_s(source, limits),
        factor * limits.result_bytes * LISTING_RESULTS,
    )


def _listing_cpu_s(source: Source, limits: Limits) -> float:
    return limits.child_cpu_s + LISTING_CPU_S_PER_MB * source.size_bytes / MEGABYTE


def _own_wall_s(batch: Sequence[Source], limits: Limits) -> float:
    megabytes = sum(source.size_bytes for source in batch) / MEGABYTE
    wall_s = limits.batch_wall_s + limits.batch_wall_s_per_mb * megabytes
    if len(batch) == 1 and batch[0].size_bytes > limits.batch_bytes:
        # Only such a file may be an archive whose listing takes long; nobody looked into it yet.
        return max(wall_s, _wall_s(_listing_cpu_s(batch[0], limits)))
    return wall_s


def _wall_s(cpu_s: float) -> float:
    """Processor time is what counts; the clock only ends a child that sleeps."""
    return 1.5 * cpu_s + 5


def _is_for_another_try(answer: Answer | None) -> bool:
    if answer is None or isinstance(answer.outcome, OSError):
        return True
    return isinstance(answer.outcome, Refusal | LeftOut) and answer.outcome.code in RETRIED


def _only(sent: Sent) -> Answer:
    (answer,) = sent.result()
    return pickle.loads(answer)  # type: ignore[no-any-return]  # noqa: S301 - from a child of ours


def _death(death: ProcessExpired, budget: Budget) -> Refusal:
    if death.exitcode == -signal.SIGXCPU:
        return work.too_slow(budget)
    if death.exitcode == -signal.SIGKILL:
        return work.too_large(budget)
    return work.CRASHED
