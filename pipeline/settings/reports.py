"""The tables `[report]` and `[clinic]`: what pages say of pain, and who sees which page.

All checks raise SettingsError.
"""

from typing import Any

from pipeline.settings.checks import Table, boolean, number, text, whole
from pipeline.settings.values import Care

WORST = 10
LONGEST_WORDS = 600


def settings(path: str, value: object) -> dict[str, Any]:
    """Check the table, and return what it sets, by the names of `Settings`."""
    table = Table(path, value)
    found = {
        "report_pdf": table.take("pdf", boolean, default=False),
        "show_pain_notes": table.take("show_pain_notes", boolean, default=False),
        "care": table.take("care", _care, Care()),
    }
    table.finish()
    return found


def clinic(path: str, value: object) -> bool:
    """Check the `[clinic]` table; returns whether its page is wanted."""
    table = Table(path, value)
    page: bool = table.take("page", boolean, default=False)
    table.finish()
    return page


def _care(path: str, value: object) -> Care:
    table = Table(path, value)
    usual = Care()
    score, words = whole(1, WORST), text(LONGEST_WORDS)
    care = Care(
        enabled=table.take("enabled", boolean, default=True),
        single=table.take("single", score, usual.single),
        level=table.take("level", score, usual.level),
        days=table.take("days", whole(1, 7), usual.days),
        median=table.take("median", number(1, WORST), usual.median),
        weeks=table.take("weeks", whole(1, 52), usual.weeks),
        entries=table.take("entries", whole(1, 7), usual.entries),
        text=table.take("text", words, usual.text),
        urgent=table.take("urgent", words, usual.urgent),
    )
    table.finish()
    return care
