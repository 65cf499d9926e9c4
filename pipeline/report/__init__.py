"""Pages of judged weeks: one `Week` value in, HTML, Markdown, JSON, CSV, a mail and a feed out.

Pure: no clock, no disk, no network, no locale. The same weeks give the same bytes.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from pipeline.report import pdf
from pipeline.report.catalogue import say
from pipeline.report.content import marked_content, without_marks
from pipeline.report.digest import plain_spaces
from pipeline.report.explanation import explanation
from pipeline.report.facts import Facts, Options
from pipeline.report.folder import OVERVIEW, TABLES, Folder, Group, is_of_week
from pipeline.report.markdown import brief_text
from pipeline.report.receipt_page import PATH as RECEIPT
from pipeline.report.receipt_page import content as receipt
from pipeline.report.receipt_page import counts, heading
from pipeline.report.verdict import pill
from pipeline.week import Week

__all__ = [
    "OVERVIEW",
    "RECEIPT",
    "TABLES",
    "Folder",
    "Group",
    "Options",
    "brief",
    "content",
    "counts",
    "explanation",
    "heading",
    "is_of_week",
    "printed",
    "receipt",
    "render",
    "standing",
]
Content = dict[str, Any]


def content(week: Week, past: Sequence[Week], *, options: Options) -> Content:
    """The value of `2026-W46.json`: everything the pages say about one week.

    `past` holds the weeks before it, oldest first; the last eleven of them make the trend.
    """
    return without_marks(marked_content(Facts(week, options), past))


def render(weeks: Sequence[Week], *, options: Options) -> Iterator[tuple[str, bytes]]:
    """Yield every file of one person's reports folder as relative path and bytes.

    `weeks` is gap-free, oldest first, and ends with the week of `now`; without any week there
    is only an index, which says what to do.
    """
    folder = Folder(weeks, options)
    for group in folder.groups():
        yield from folder.files(group)


def printed(week: Week, past: Sequence[Week], *, options: Options) -> bytes:
    """One week as the PDF that `render` writes of it; raises ImportError without the extra."""
    marked = marked_content(Facts(week, options), past)
    return pdf.Printer().week(marked, is_local=not options.notifier_configured)


def standing(week: Week) -> str:
    """How a week stands in one line for a terminal: "2026-W46: Over 5 km, 4 of 4 done"."""
    found = Facts(week, Options())
    said = say(
        "page.standing",
        week=week.calendar.id,
        pill=pill(week.status, found.limit),
        done=week.done,
        due=week.due,
    )
    return plain_spaces(said)


def brief(weeks: Sequence[Week]) -> str:
    """Return the verdicts of some weeks as short Markdown, newest first, without any file name."""
    texts = [brief_text(content(week, [], options=Options())) for week in reversed(weeks)]
    return "\n".join(texts)
