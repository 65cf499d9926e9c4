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
import ast
import compileall
import gc
import hashlib
import importlib.abc
import importlib.machinery
import importlib.util
import itertools
import json
import os
import resource
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import CodeType, ModuleType
from typing import Any

import pytest
from mutation_operators import Mutant, mutants

PROJECT = Path(__file__).resolve().parents[1]
EXPLAINED = PROJECT / "docs/mutants.md"
RESULTS = PROJECT / ".mutants.json"
COVERED = PROJECT / ".coverage.mutants"
SECONDS = PROJECT / ".mutants.seconds.json"
TESTS = (
    *("tests/compliance", "tests/test_identity.py", "tests/test_calendar.py"),
    *("tests/programme", "tests/test_histories.py"),
)
SLOW = ("tests/compliance/test_order.py",)  # never run: a minute for each mutant
SLOW_S = 0.5  # a test that takes longer is left for `--again`, but for revisions
ENOUGH_S = 9.0  # of tests for one mutant, until it is run again
COVERING = ("--cov=pipeline", "--cov-context=test", "--cov-report=", "--cov-fail-under=0")
COMPLIANCE = ("weeks", "performed", "notes", "revisions", "frames", "leftovers", "evidence")
MODULES = (  # the most important first
    "compliance/rules",
    *("identity/sessions", "identity/suspects", "identity/recordings"),
    *("calendar", "programme/prescriptions"),
    *(f"compliance/{each}" for each in COMPLIANCE),
    *("programme/sports", "programme/catalogue", "compliance/__init__"),
)
WORKERS = 2
GRACE_S = 10.0
MEMORY = 6 << 30  # a loop without an end must not take all there is
QUIET = (
    *("-q", "-x", "-p", "no:cacheprovider", "-p", "no:anyio", "--assert=plain"),
    *("-W", "ignore::pytest.PytestAssertRewriteWarning"),
)
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


@dataclass(eq=False)  # pytest keeps its plugins in sets
class Chosen:
    """A pytest plugin: runs the chosen tests in their order, and remembers who failed."""

    order: dict[str, int] | None = None
    failed: str = ""
    usual: dict[str, float] | None = None
    seconds: dict[str, float] = field(default_factory=lambda: defaultdict(float))

    def pytest_runtest_logstart(self, nodeid: str) -> None:
        """End the process when a test runs far longer than it does without a fault."""
        if self.usual is not None:
            signal.alarm(int(GRACE_S + 3 * self.usual[nodeid]))

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Keep the chosen tests; all of them when none are chosen."""
        order = self.order
        if order is not None:
            items[:] = sorted(
                (each for each in items if each.nodeid in order),
                key=lambda each: order[each.nodeid],
            )

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Note the time of a test, and the first that failed."""
        self.seconds[report.nodeid] += report.duration
        if report.failed:
            self.failed = self.failed or report.nodeid

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """Note a module of tests that could not even be imported."""
        if report.failed:
            self.failed = self.failed or f"{report.nodeid} (import)"


@dataclass(frozen=True)
class Clean:
    """What the tests do without a fault: how long each takes, and the lines it executes."""

    seconds: dict[str, float]
    lines: dict[str, dict[int, list[str]]]  # by path in the project
    enough_s: float = float("inf")

    def tests_of(self, path: str, source: str, line: int) -> list[str]:
        """Return the tests that execute a line's statement.

        What runs at import, and what only one test runs because its answer is kept, is seen by
        every test of the module.
        """
        covered = self.lines.get(path, {})
        here = {each for number in _statement(source, line) for each in covered.get(number, [])}
        if len(here - {""}) <= 1 or path.startswith("pipeline/programme"):
            here = {each for tests in covered.values() for each in tests}
        names = {each.partition("|")[0] for each in here}
        return [each for each in sorted(names) if each in self.seconds]

    def in_order(self, tests: Sequence[str], killers: Mapping[str, int]) -> list[str]:
        """Sort tests, the likeliest to notice something soon first, and cut off what is too much.

        Of tests that differ in their parameters only, a later one notices little else.
        """
        alike: Counter[str] = Counter()
        cost: dict[str, float] = {}
        for each in tests:
            name = each.partition("[")[0]
            alike[name] += 1
            cost[each] = (self.seconds[each] + 0.002) * alike[name] / (1 + killers.get(each, 0))
        ordered = sorted(tests, key=lambda each: cost[each])
        spent = itertools.accumulate(self.seconds[each] for each in ordered)
        return ordered[: sum(each <= self.enough_s for each in spent) + 1]


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
    clean = _clean()
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
                tests = clean.in_order(tests, killers)
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
        files = sorted({_file(each) for each in tests})
        code = pytest.main(
            [*QUIET, "--hypothesis-seed=0", f"--basetemp={report}.tmp", *files], plugins=[chosen]
        )
        report.write_text(chosen.failed or ("" if code == pytest.ExitCode.OK else f"exit {code}"))
    finally:
        os._exit(0)


def _clean() -> Clean:
    """Run the tests once without a fault, under coverage, unless that is known already.

    When only tests changed, only those files run again.
    """
    known = SECONDS.stat().st_mtime if SECONDS.exists() else 0.0
    changed = [
        str(each)
        for top in ("tests", "pipeline")
        for each in sorted(Path(top).rglob("*.py"))
        if each.stat().st_mtime > known and str(each) not in SLOW
    ]
    is_anew = any(not each.startswith("tests/") for each in changed)
    asked = TESTS if is_anew else [each for each in changed if each.startswith(TESTS)]
    asked = [each for each in asked if Path(each).is_dir() or "/test_" in each]
    if asked:
        told = [*QUIET, *(f"--ignore={each}" for each in SLOW), *asked, *COVERING]
        told += [] if is_anew else ["--cov-append"]
        code = f"import mutants; mutants.run_clean({told!r})"
        environment = {**os.environ, "COVERAGE_FILE": str(COVERED), "PYTHONPATH": "scripts"}
        if subprocess.run([sys.executable, "-c", code], env=environment, check=False).returncode:  # noqa: S603 - our own text
            sys.exit("The tests fail without any mutant.")
    coverage = importlib.import_module("coverage")
    stored = coverage.CoverageData(basename=str(COVERED))
    stored.read()
    lines = {
        str(Path(each).relative_to(PROJECT)): stored.contexts_by_lineno(each)
        for each in stored.measured_files()
    }
    return Clean(json.loads(SECONDS.read_text()), lines)


def run_clean(told: Sequence[str]) -> None:
    """Run tests without a fault and keep how long each took."""
    chosen = Chosen()
    if code := pytest.main(list(told), plugins=[chosen]):
        sys.exit(code)
    before = json.loads(SECONDS.read_text()) if SECONDS.exists() else {}
    SECONDS.write_text(json.dumps(before | chosen.seconds))


def _file(test: str) -> str:
    return test.partition("::")[0]


def _statement(source: str, line: int) -> range:
    """Return the lines of the innermost statement around a line; of a block, its head."""
    inner = range(line, line + 1)
    size = len(source)
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.stmt) and node.lineno <= line <= (node.end_lineno or 0):
            body = getattr(node, "body", None)
            last = body[0].lineno - 1 if body else node.end_lineno or node.lineno
            if node.lineno <= line <= last and last - node.lineno < size:
                inner, size = range(node.lineno, last + 1), last - node.lineno
    return inner


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
