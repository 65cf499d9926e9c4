"""Put small faults into the modules that judge, and tell which of them no test notices.

    python scripts/mutants.py [module …] [--again] [--list]

Each mutant is run in a child forked from a process that has imported the libraries, but no
module of Backfour; the fault exists in that child's memory only. The tests that execute the
line come first, the quickest and those that noticed most before the others. What was found is
kept in .mutants.json, so that a run can be interrupted: what is in there is not run again.
`--again` runs the survivors again, with every test that executes the line, but for those that
docs/mutants.md explains under their name; `--list` only prints what survived unexplained.
"""

import argparse
import compileall
import gc
import hashlib
import importlib.abc
import importlib.machinery
import importlib.util
import json
import os
import resource
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import CodeType, ModuleType
from typing import Any

import pytest
from mutation_operators import Mutant, mutants
from mutation_tests import GRACE_S, NEAR, PROJECT, QUIET, Chosen, Clean, clean_run, file_of

EXPLAINED = PROJECT / "docs/mutants.md"
RESULTS = PROJECT / ".mutants.json"
SLOW_S = 0.5  # a test that takes longer is left for `--again`, but for revisions
ENOUGH_S = 16.0  # of tests for one mutant, until it is run again
COMPLIANCE = ("weeks", "performed", "notes", "revisions", "frames", "leftovers", "evidence")
MODULES = (  # the most important first
    "compliance/rules",
    *("identity/sessions", "identity/suspects", "identity/recordings"),
    *("calendar", "programme/prescriptions"),
    *(f"compliance/{each}" for each in COMPLIANCE),
    *("programme/sports", "programme/catalogue", "compliance/__init__"),
)
WORKERS = 2
MEMORY = 6 << 30  # a loop without an end must not take all there is
STOPPED = (signal.SIGALRM, signal.SIGKILL)
# The hash of a file and the change itself, so that a mutant keeps its name when lines move.
Key = str
Result = dict[str, Any]


class Loader(importlib.machinery.SourceFileLoader):
    """Loads one module from another text than that of its file."""

    text = ""

    def get_code(self, fullname: str) -> CodeType:
        """Compile the other text."""
        return compile(self.text, self.get_filename(fullname), "exec", dont_inherit=True)


@dataclass(frozen=True)
class Finder(importlib.abc.MetaPathFinder):
    """Finds the module that is mutated before anything else finds it."""

    module: str
    path: Path
    text: str

    def find_spec(
        self, fullname: str, _path: object = None, _target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        """Return the mutated module's spec, and none for any other."""
        if fullname != self.module:
            return None
        loader = Loader(fullname, str(self.path))
        loader.text = self.text
        return importlib.util.spec_from_file_location(fullname, self.path, loader=loader)


@dataclass
class Running:
    """A child at work on one mutant."""

    key: Key
    result: Result
    report: Path
    deadline: float
    began: float


def main() -> None:
    """Run what is asked for, and print the counts."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else None)
    parser.add_argument("modules", nargs="*", default=MODULES, help="as in compliance/rules")
    parser.add_argument("--again", action="store_true", help="the survivors, with every test")
    parser.add_argument("--list", action="store_true", help="print the survivors")
    asked = parser.parse_args()
    if importlib.util.find_spec("cosmic_ray") is None:
        sys.exit("cosmic-ray is missing: .venv/bin/python -m pip install cosmic-ray")
    results: dict[Key, Result] = json.loads(RESULTS.read_text()) if RESULTS.exists() else {}
    if not asked.list:
        _run(asked.modules, results, is_again=asked.again)
    _print(asked.modules, results)


def _run(modules: Sequence[str], results: dict[Key, Result], *, is_again: bool) -> None:
    os.environ["POLARS_MAX_THREADS"] = "1"
    os.chdir(PROJECT)
    clean = clean_run()
    explained = EXPLAINED.read_text()
    for top in ("tests", "pipeline"):
        compileall.compile_dir(top, quiet=1)  # children write no bytecode, but read it
    for warm in ("polars", "hypothesis", "numpy", "tomlkit"):
        importlib.import_module(warm)
    pytest.main([*QUIET, "--co", "scripts"])  # warms pytest itself; there are no tests
    gc.freeze()
    for module in modules:
        path = PROJECT / f"pipeline/{module}.py"
        source = path.read_text()
        found = dict(_named(module, mutants(source)))
        for key in [each for each in results if results[each]["module"] == module]:
            if key not in found:
                del results[key]
        wanted = {
            key: each
            for key, each in found.items()
            if key not in results
            or (is_again and results[key]["status"] == "survived" and key not in explained)
        }
        killers = Counter(each.get("killed_by", "") for each in results.values())
        is_every = is_again or module == "compliance/revisions"
        quick = {test: s for test, s in clean.seconds.items() if is_every or s < SLOW_S}
        enough_s = float("inf") if is_again else 2 * ENOUGH_S if is_every else ENOUGH_S
        _run_all(module, wanted, Clean(quick, clean.lines, enough_s), results, killers)


def _named(module: str, found: Iterable[Mutant]) -> Iterator[tuple[Key, Mutant]]:
    seen: Counter[str] = Counter()
    for each in found:
        text = f"{module} {each.operator} {each.change}"
        seen[text] += 1
        yield hashlib.sha1(f"{text} {seen[text]}".encode()).hexdigest()[:12], each  # noqa: S324 - a name


def _run_all(
    module: str,
    wanted: dict[Key, Mutant],
    clean: Clean,
    results: dict[Key, Result],
    killers: Counter[str],
) -> None:
    """Run the mutants of a module, some at a time, and keep what became of each."""
    path = PROJECT / f"pipeline/{module}.py"
    source, waiting = path.read_text(), list(wanted.items())
    running: dict[int, Running] = {}
    with tempfile.TemporaryDirectory() as folder:
        while waiting or running:
            while waiting and len(running) < WORKERS:
                key, mutant = waiting.pop(0)
                tests = clean.tests_of(f"pipeline/{module}.py", source, mutant.line)
                tests = clean.in_order(tests, NEAR.get(module, "").split(), killers)
                report = Path(folder) / key
                name = f"pipeline.{module.replace('/', '.')}".removesuffix(".__init__")
                pid = _fork(Finder(name, path, mutant.source), tests, clean.seconds, report)
                result = {
                    "module": module,
                    "line": mutant.line,
                    "operator": mutant.operator,
                    "change": mutant.change,
                }
                limit = 3 * sum(clean.seconds[each] for each in tests) + GRACE_S
                now = time.monotonic()
                running[pid] = Running(key, result, report, now + limit, now)
            for pid, status in _ended(running):
                each = running.pop(pid)
                each.result |= status | {"seconds": round(time.monotonic() - each.began, 1)}
                results[each.key] = each.result
                killers[each.result.get("killed_by", "")] += 1
                RESULTS.with_suffix(".new").write_text(json.dumps(results, indent=1))
                RESULTS.with_suffix(".new").replace(RESULTS)
                if each.result["status"] != "killed":
                    print(each.result["status"], module, each.result["line"], each.result["change"])
                    sys.stdout.flush()


def _ended(running: dict[int, Running]) -> Iterator[tuple[int, Result]]:
    """Yield the children that came to an end, or to the end of their time."""
    time.sleep(0.02)
    for pid, each in list(running.items()):
        done, status = os.waitpid(pid, os.WNOHANG)
        if not done and time.monotonic() > each.deadline:
            os.killpg(pid, signal.SIGKILL)
            done, status = os.waitpid(pid, 0)
        if done and os.WIFSIGNALED(status) and os.WTERMSIG(status) in STOPPED:
            yield pid, {"status": "timeout"}
        elif done:
            yield pid, _told(each.report)


def _told(report: Path) -> Result:
    """Return what a child wrote; one that died without a word did so by the fault."""
    if not report.exists():
        return {"status": "killed", "killed_by": "died"}
    failed = report.read_text()
    return {"status": "killed", "killed_by": failed} if failed else {"status": "survived"}


def _fork(finder: Finder, tests: Sequence[str], usual: dict[str, float], report: Path) -> int:
    """Run tests against a mutant in a child; it writes who failed, or nothing, to `report`."""
    if pid := os.fork():
        return pid
    try:
        os.setpgid(0, 0)
        null = os.open(os.devnull, os.O_WRONLY)
        os.dup2(null, 1)
        os.dup2(null, 2)
        sys.dont_write_bytecode = True
        sys.meta_path.insert(0, finder)
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        chosen = Chosen({each: index for index, each in enumerate(tests)}, usual=usual)
        files = sorted({file_of(each) for each in tests})
        code = pytest.main(
            [*QUIET, "--hypothesis-seed=0", f"--basetemp={report}.tmp", *files], plugins=[chosen]
        )
        # Where only slow tests execute the line none is chosen: nothing was noticed then either.
        is_quiet = code in (pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED)
        report.write_text(chosen.failed or ("" if is_quiet else f"exit {code}"))
    finally:
        os._exit(0)


def _print(modules: Sequence[str], results: dict[Key, Result]) -> None:
    explained = EXPLAINED.read_text()
    for module in modules:
        mine = {key: each for key, each in results.items() if each["module"] == module}
        counts = Counter(
            "explained" if key in explained and each["status"] == "survived" else each["status"]
            for key, each in mine.items()
        )
        told = ", ".join(f"{count} {status}" for status, count in sorted(counts.items()))
        print(f"{module}: {len(mine)} mutants, {told}")
        for key, each in sorted(mine.items(), key=lambda one: one[1]["line"]):
            if each["status"] == "survived" and key not in explained:
                print(f"  {key} {each['line']}: {each['change']}")


if __name__ == "__main__":
    main()
