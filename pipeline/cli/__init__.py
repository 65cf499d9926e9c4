"""The command line: the same jobs by hand. What needs Prefect is added in `flows.command`."""

from pipeline.cli import care, files, people, verdicts, watch  # each adds its commands
from pipeline.cli.base import (
    HomeOption,
    JsonOption,
    NowOption,
    app,
    examples,
    home_folder,
    moment,
    one_line_faults,
)
from pipeline.cli.runs import direct_run, print_tallies

__all__ = [
    "HomeOption",
    "JsonOption",
    "NowOption",
    "app",
    "care",
    "direct_run",
    "examples",
    "files",
    "home_folder",
    "moment",
    "one_line_faults",
    "people",
    "print_tallies",
    "verdicts",
    "watch",
]
