"""Pages of judged weeks: one `Week` value in, HTML, Markdown, JSON and CSV out.

Pure: no clock, no disk, no network, no locale. The same weeks give the same bytes.
"""

import json
from collections.abc import Iterator, Sequence
from typing import Any

from pipeline.report.content import marked_content, without_marks
from pipeline.report.facts import Facts, Options
from pipeline.report.html import index_page, week_page
from pipeline.report.markdown import brief_text, week_text
from pipeline.report.rows import WEEKS_SHOWN
from pipeline.report.tables_csv import jogs_csv, sessions_csv, weeks_csv
from pipeline.week import Week

__all__ = ["Options", "brief", "content", "render"]
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
    marked = [
        marked_content(Facts(week, options), weeks[max(0, place - WEEKS_SHOWN) : place])
        for place, week in enumerate(weeks)
    ]
    for place, week in enumerate(marked):
        earlier = marked[place - 1] if place else None
        later = marked[place + 1] if place + 1 < len(marked) else None
        stem = f"{week['week']['iso_year']:04d}/{week['report_id']}"
        yield f"{stem}.html", _bytes(week_page(week, earlier, later, options))
        yield f"{stem}.md", _bytes(week_text(week, is_local=not options.notifier_configured))
        yield f"{stem}.json", as_json(without_marks(week))
    yield "index.html", _bytes(index_page(marked, options))
    if marked:
        earlier = marked[-2] if marked[1:] else None
        yield "this-week.html", _bytes(week_page(marked[-1], earlier, None, options, at_top=True))
        plain = [without_marks(week) for week in marked]
        yield "data/weeks.csv", _bytes(weeks_csv(plain))
        yield "data/jogs.csv", _bytes(jogs_csv(plain))
        yield "data/sessions.csv", _bytes(sessions_csv(plain))


def brief(weeks: Sequence[Week]) -> str:
    """Return the verdicts of some weeks as short Markdown, newest first, without any file name."""
    texts = [brief_text(content(week, [], options=Options())) for week in reversed(weeks)]
    return "\n".join(texts)


def as_json(value: Content) -> bytes:
    """A content value as its file: sorted keys, UTF-8, a newline at the end."""
    text = json.dumps(value, sort_keys=True, ensure_ascii=False, allow_nan=False, indent=2)
    return _bytes(f"{text}\n")


def _bytes(text: str) -> bytes:
    """UTF-8; half a surrogate, which a file name may hold, is written as its escape."""
    return text.encode("utf-8", "backslashreplace")
