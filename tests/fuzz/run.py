"""Many inputs in one process: counted, checked, and the failing ones noted by their number."""

import os
import random
import resource
import tempfile
import traceback
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.fuzz import trial
from tests.fuzz.chain import Chain
from tests.fuzz.inputs import FORMATS, Input, made
from tests.fuzz.named import tried_names

IN_MEMORY = Path("/dev/shm")  # noqa: S108 - nothing is looked for there by a known name
ADDRESS_BYTES = 1 << 30  # above what the process starts with, as for a guarded child
CHAIN_EVERY = 8
MOST_FAILURES = 200
MINIMISED_BYTES, MINIMISING_TRIES = 200_000, 400


@dataclass
class Count:
    """What was tried of one format, and what failed."""

    inputs: int = 0
    size_bytes: int = 0
    judged: int = 0
    outcomes: Counter[str] = field(default_factory=Counter)
    failures: list[dict[str, Any]] = field(default_factory=list)

    def add(self, other: "Count") -> None:
        """Add what another process counted."""
        self.inputs += other.inputs
        self.size_bytes += other.size_bytes
        self.judged += other.judged
        self.outcomes += other.outcomes
        self.failures += other.failures


@dataclass(frozen=True)
class Plan:
    """Which inputs: a format, a seed, and the numbers from `first` on, every `step`-th."""

    format: str
    seed: int
    numbers: range
    is_wide: bool = False
    chain_every: int = CHAIN_EVERY
    is_reference: bool = False


def tried(plan: Plan, begins: Callable[[int], None] = lambda _: None) -> Count:
    """Try inputs one after the other; `begins` is told each number before it is read."""
    count = Count()
    place = IN_MEMORY if IN_MEMORY.is_dir() else None
    with (
        tempfile.TemporaryDirectory(dir=place) as folder,
        trial.ready(Path(folder), is_reference=plan.is_reference) as trials,
    ):
        chain = Chain(random.Random(plan.seed))  # noqa: S311 - no secret
        for number in plan.numbers:
            begins(number)
            given = made(plan.format, plan.seed, number, is_wide=plan.is_wide)
            verdict = one(given, trials)
            count.inputs += 1
            count.size_bytes += len(given.content)
            count.outcomes[verdict.outcome] += 1
            _note(count, plan, number, verdict.faults)
            if number % plan.chain_every == 0:
                chain.add(number, verdict)
        chain.judge()
        count.judged = chain.judged
        for number, fault in chain.failed:
            _note(count, plan, number, (f"judging: {fault}",))
    return count


def one(given: Input, trials: trial.Trial) -> trial.Verdict:
    """Return the verdict on one input of any format."""
    if given.format == "names":
        return tried_names(given.content.split(b"\0"))
    try:
        return trials.tried(given)
    except trial.TooSlow:
        return trial.Verdict("E_TIME", (f"it was stopped after {trial.HUNG_S:.0f} s",))


def limit_memory() -> None:
    """Bound what this process may use from now on, as a guarded child is bounded."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
    most = pages * os.sysconf("SC_PAGE_SIZE") + ADDRESS_BYTES
    resource.setrlimit(resource.RLIMIT_AS, (most, most))


def minimised(given: Input, fault: str, trials: trial.Trial) -> bytes:
    """Leave out of an input what its fault does not need, as far as a few hundred tries go."""
    content, tries = given.content, 0
    if len(content) > MINIMISED_BYTES or given.format == "names":
        return content
    size = len(content) // 2
    while size and tries < MINIMISING_TRIES:
        at = 0
        while at < len(content) and tries < MINIMISING_TRIES:
            shorter = content[:at] + content[at + size :]
            tries += 1
            if fault in one(Input(given.format, shorter, given.maps), trials).faults:
                content = shorter
            else:
                at += size
        size //= 2
    return content


def again(format_name: str, seed: int, number: int, *, is_wide: bool, folder: Path) -> list[str]:
    """Try one input again, with its traceback, and keep it and its smallest form in a folder."""
    given = made(format_name, seed, number, is_wide=is_wide)
    said = []
    with tempfile.TemporaryDirectory() as place, trial.ready(Path(place)) as trials:
        verdict = one(given, trials)
        said += [f"{format_name}:{seed}:{number} {len(given.content)} bytes: {verdict.outcome}"]
        said += verdict.faults
        (folder / f"{format_name}-{seed}-{number}").write_bytes(given.content)
        for at, content in enumerate(given.maps):
            (folder / f"{format_name}-{seed}-{number}.map{at}").write_bytes(content)
        if verdict.faults:
            small = minimised(given, verdict.faults[0], trials)
            (folder / f"{format_name}-{seed}-{number}-small").write_bytes(small)
            said.append(f"smallest: {len(small)} bytes")
        chain = Chain(random.Random(seed))  # noqa: S311 - no secret
        chain.add(0, verdict)
        chain.judge()
        said += [f"judging: {fault}" for _, fault in chain.failed]
        crash = None if given.format in {"settings", "names"} else trial.crash_of(given)
        if crash is not None:
            said += traceback.format_exception(crash)
    return said


def _note(count: Count, plan: Plan, number: int, faults: Sequence[str]) -> None:
    if faults and len(count.failures) < MOST_FAILURES:
        count.failures.append(
            {"format": plan.format, "seed": plan.seed, "number": number, "faults": [*faults]}
        )


def formats(named: str) -> list[str]:
    """Return the formats a person named, all of them for an empty text."""
    wanted = [each for each in named.split(",") if each] or list(FORMATS)
    if unknown := set(wanted) - set(FORMATS):
        message = f"{', '.join(sorted(unknown))}: there is {', '.join(FORMATS)}"
        raise SystemExit(message)
    return wanted
