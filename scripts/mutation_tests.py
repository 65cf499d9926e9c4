"""Which tests can notice a fault in a line: those that execute it, the likeliest first."""

import ast
import importlib
import itertools
import json
import os
import signal
import subprocess
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[1]
COVERED = PROJECT / ".coverage.mutants"
SECONDS = PROJECT / ".mutants.seconds.json"
TESTS = (
    *("tests/compliance", "tests/test_identity.py", "tests/test_calendar.py"),
    *("tests/programme", "tests/test_histories.py"),
)
SLOW = ("tests/compliance/test_order.py",)  # never run: a minute for each mutant
COVERING = ("--cov=pipeline", "--cov-context=test", "--cov-report=", "--cov-fail-under=0")
NEAR = {  # the tests that look at a module first of all
    "compliance/rules": "sessions status",
    "identity/sessions": "identity sessions notes",
    "identity/suspects": "suspects",
    "identity/recordings": "identity sessions zones",
    "calendar": "calendar",
    "compliance/weeks": "coverage status pauses",
    "compliance/performed": "workouts watch logs explained notes",
    "compliance/notes": "notes logs",
    "compliance/revisions": "revisions",
    "compliance/frames": "listed explained archives logs",
    "compliance/leftovers": "listed explained",
    "compliance/evidence": "listed explained sessions status",
    "compliance/__init__": "status revisions",
    "programme/sports": "sports",
    "programme/catalogue": "catalogue",
    "programme/prescriptions": "prescriptions zones",
}
GRACE_S = 10.0
QUIET = (
    *("-q", "-x", "-p", "no:cacheprovider", "-p", "no:anyio", "--assert=plain"),
    *("-W", "ignore::pytest.PytestAssertRewriteWarning"),
)


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

    def in_order(
        self, tests: Sequence[str], near: Sequence[str], killers: Mapping[str, int]
    ) -> list[str]:
        """Sort tests, the likeliest to notice something soon first, and cut off what is too much.

        Of tests that differ in their parameters only, a later one notices little else.
        """
        alike: Counter[str] = Counter()
        cost: dict[str, float] = {}
        for each in tests:
            name = each.partition("[")[0]
            alike[name] += 1
            cost[each] = (self.seconds[each] + 0.002) / (1 + killers.get(each, 0))
            if not any(word in file_of(each) for word in near):
                cost[each] *= 10 * alike[name]
        ordered = sorted(tests, key=lambda each: cost[each])
        spent = itertools.accumulate(self.seconds[each] for each in ordered)
        return ordered[: sum(each <= self.enough_s for each in spent) + 1]


def clean_run() -> Clean:
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
        code = f"import mutation_tests; mutation_tests.run_clean({told!r})"
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
    chosen, began = Chosen(), time.time()
    if code := pytest.main(list(told), plugins=[chosen]):
        sys.exit(code)
    before = json.loads(SECONDS.read_text()) if SECONDS.exists() else {}
    SECONDS.write_text(json.dumps(before | chosen.seconds))
    os.utime(SECONDS, (began, began))  # what changes meanwhile is newer


def file_of(test: str) -> str:
    """Return the file a test is in."""
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
