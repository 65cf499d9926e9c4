"""A pytest plugin for `make soak`: writes to `soak.json` what was tried, and what failed."""

import datetime as dt
import importlib.metadata
import json
import platform
from pathlib import Path
from typing import Any

import pytest

from tests.examples import TRIED

FILE = Path("soak.json")
LIBRARIES = ("backfour", "hypothesis", "polars", "numpy", "pytest")
EXAMPLES = "examples"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Any:  # noqa: ANN401 - passed through
    report = yield
    if report.when == "call" and isinstance(item, pytest.Function):
        name = f"{item.function.__module__}::{item.originalname}"
        report.user_properties.append((EXAMPLES, TRIED.pop(name, 0)))
    return report


class Soak:
    """Collects the reports, those of other processes too."""

    def __init__(self, config: pytest.Config) -> None:
        self._seed = config.getoption("--hypothesis-seed")
        self._began = dt.datetime.now(dt.UTC)
        self._found: list[dict[str, Any]] = []

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.when == "call" or report.failed:
            self._found.append(
                {
                    "property": report.nodeid,
                    "examples": dict(report.user_properties).get(EXAMPLES, 0),
                    "outcome": report.outcome,
                    "seconds": round(report.duration, 1),
                    "failure": report.longreprtext if report.failed else None,
                }
            )

    def pytest_sessionfinish(self) -> None:
        failed = [each["property"] for each in self._found if each["outcome"] == "failed"]
        said = {
            "seed": self._seed,
            "began": self._began.isoformat(timespec="seconds"),
            "ended": dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
            "python": platform.python_version(),
            "libraries": {name: importlib.metadata.version(name) for name in LIBRARIES},
            "examples": sum(each["examples"] for each in self._found),
            "failed": failed,
            "properties": sorted(self._found, key=lambda each: str(each["property"])),
        }
        FILE.write_text(json.dumps(said, indent=2) + "\n", encoding="utf-8")


def pytest_configure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):
        config.pluginmanager.register(Soak(config))
