"""Processes that try inputs, and what becomes of them.

Every process notes the number of its input before reading it: one that hangs or dies is ended,
its input is noted as a failure, and another process goes on behind it.
"""

import itertools
import multiprocessing
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from multiprocessing.context import SpawnContext
from multiprocessing.process import BaseProcess
from multiprocessing.sharedctypes import Synchronized
from typing import Any

from tests.fuzz import run
from tests.fuzz.run import Count, Plan

CHUNK = 2_000  # inputs of one process; what the libraries leak goes with it
SILENT_S = 180.0  # a process that begins no input for so long hangs
LOOK_AROUND_S = 0.2


def tried(
    plan: Plan, formats: Sequence[str], inputs: int, minutes: float, processes: int
) -> Iterator[dict[str, Count]]:
    """Try every format in turn, in chunks, until there were enough inputs or time is over.

    `plan` says how; its format and numbers are filled in. Yields what was counted so far, after
    each chunk, so that little is lost of hours that do not end well.
    """
    ends_s = time.monotonic() + 60 * minutes if minutes else float("inf")
    most = -(-inputs // len(formats)) if inputs else sys.maxsize
    counts = {each: Count() for each in formats}
    context = multiprocessing.get_context("spawn")
    working: list[_Worker] = []
    starts = itertools.takewhile(lambda _: time.monotonic() < ends_s, range(0, most, CHUNK))
    for first, each in ((first, each) for first in starts for each in formats):
        while len(working) >= processes:
            working = _looked_after(context, working, counts)
        if time.monotonic() < ends_s:
            numbers = range(first, min(first + CHUNK, most))
            working.append(_started(context, replace(plan, format=each, numbers=numbers)))
        yield counts
    while working:
        working = _looked_after(context, working, counts)
    yield counts


@dataclass
class _Worker:
    """A process at work on some inputs of one format."""

    plan: Plan
    process: BaseProcess
    current: "Synchronized[int]"
    answers: Any
    seen: int = -1
    since_s: float = 0.0

    def is_hung(self) -> bool:
        """Tell a process whose input has been the same for too long."""
        now = time.monotonic()
        if self.current.value != self.seen:
            self.seen, self.since_s = self.current.value, now
        return now - self.since_s > SILENT_S


def _looked_after(
    context: SpawnContext, working: list[_Worker], counts: dict[str, Count]
) -> list[_Worker]:
    """Take the answers of processes that ended; end those that hang; return those that work."""
    time.sleep(LOOK_AROUND_S)
    left = []
    for each in working:
        count = _answer(each)
        if count is not None:
            counts[each.plan.format].add(count)
            each.process.join()
        elif each.process.is_alive() and not each.is_hung():
            left.append(each)
        else:
            left += _gone(context, each, counts)
    return left


def _answer(worker: _Worker) -> Count | None:
    try:
        return worker.answers.recv() if worker.answers.poll() else None
    except EOFError:  # it died
        return None


def _gone(context: SpawnContext, worker: _Worker, counts: dict[str, Count]) -> list[_Worker]:
    """Note the input a process died of, and go on behind it; what it counted before is lost."""
    worker.process.kill()
    worker.process.join()
    number, plan = worker.current.value, worker.plan
    how = f"the process ended with {worker.process.exitcode}"
    failure = {"format": plan.format, "seed": plan.seed, "number": number, "faults": [how]}
    count = counts[plan.format]
    count.failures.append(failure)
    count.inputs += 1
    count.outcomes["died"] += 1
    numbers = (range(plan.numbers.start, number), range(number + 1, plan.numbers.stop))
    return [_started(context, replace(plan, numbers=each)) for each in numbers if each]


def _started(context: SpawnContext, plan: Plan) -> _Worker:
    current = context.Value("q", plan.numbers.start)
    receiver, sender = context.Pipe(duplex=False)
    process = context.Process(target=_work, args=(plan, current, sender), daemon=True)
    process.start()
    sender.close()
    return _Worker(plan, process, current, receiver, since_s=time.monotonic())


def _work(plan: Plan, current: "Synchronized[int]", answers: Any) -> None:  # noqa: ANN401 - a pipe's end
    def begins(number: int) -> None:
        current.value = number

    run.limit_memory()
    answers.send(run.tried(plan, begins))
