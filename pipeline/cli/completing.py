"""What the shell offers after --person and --week: read from names alone, and never a fault.

Nothing is judged or checked here, and no table is read: the shell waits for it.
"""

import re
import tomllib
from pathlib import Path
from typing import Any

import typer

from pipeline.cli.places import home_folder

WEEK = re.compile(r"\d{4}-W\d\d")


def people(context: typer.Context, incomplete: str) -> list[tuple[str, str]]:
    """Offer the ids of the people in backfour.toml, each with its label."""
    try:
        text = (_home(context) / "backfour.toml").read_text(encoding="utf-8")
        found: dict[str, Any] = tomllib.loads(text)["people"]
        known = [(each, str(table.get("label", each))) for each, table in found.items()]
    except (OSError, ValueError, LookupError, AttributeError, RecursionError):
        return []
    return [(each, label) for each, label in sorted(known) if each.startswith(incomplete)]


def weeks(context: typer.Context, incomplete: str) -> list[str]:
    """Offer the weeks that have a page, the newest first: those of --person, or of anybody."""
    person = context.params.get("person") or "*"
    reports = _home(context) / "reports"
    try:
        pages = {path.stem for path in reports.glob(f"{person}/[0-9]*/*.html")}
    except (OSError, ValueError):
        return []
    found = sorted((each for each in pages if WEEK.fullmatch(each)), reverse=True)
    return [each for each in found if each.startswith(incomplete)]


def _home(context: typer.Context) -> Path:
    return home_folder(context.params.get("home"))
