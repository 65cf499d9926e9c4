"""Web pages: one file each, complete alone, no script, nothing fetched."""

import base64
import functools
import hashlib
from collections.abc import Sequence
from typing import Any

import jinja2

from pipeline.report import index, view
from pipeline.report.catalogue import say, terms
from pipeline.report.escape import segments, visible
from pipeline.report.facts import Options
from pipeline.report.words import full_day

Content = dict[str, Any]


@functools.cache
def environment() -> jinja2.Environment:
    """Return what renders the templates: text is escaped, and a missing value raises."""
    made = jinja2.Environment(
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        loader=jinja2.PackageLoader("pipeline.report"),
        trim_blocks=True,
        auto_reload=False,
    )
    made.filters |= {"visible": visible, "segments": _segments, "above": above}
    style = made.get_template("style.css").render()
    digest = hashlib.sha256(style.encode()).digest()
    made.globals |= {
        "say": say,
        "style_hash": f"sha256-{base64.b64encode(digest).decode()}",
    }
    return made


def _segments(text: str) -> list[tuple[str, str]]:
    return list(segments(text))


def above(path: str, up: int) -> str:
    """A path seen from a week's page, as seen from so many folders above it."""
    for _ in range(up):
        path = path.removeprefix("../")
    return path


def week_page(
    week: Content,
    earlier: Content | None,
    later: Content | None,
    options: Options,
    *,
    at_top: bool = False,
) -> str:
    """The page of one week; `at_top` makes the copy that lies beside the index."""
    root = "" if at_top else "../"
    return (
        environment()
        .get_template("week.html.j2")
        .render(
            _week_parts(week),
            earlier=_neighbour(earlier, root),
            later=_neighbour(later, root),
            root=root,
            here=f"{week['week']['iso_year']:04d}/" if at_top else "",
            up=1 if at_top else 0,
            local=not options.notifier_configured,
        )
    )


def _week_parts(week: Content) -> dict[str, Any]:
    return {
        "week": week,
        "title": view.title(week),
        "wide": False,
        "dates": view.dates(week),
        "limit": view.limit(week),
        "line": view.line(week),
        "late": view.late(week),
        "ring_view": view.ring(week),
        "steps_heading": view.steps_heading(week),
        "days": view.days(week),
        "exercises": view.exercises(week),
        "pain": view.pain(week),
        "jogs": view.jogs(week),
        "trend": view.trend(week),
        "sessions": view.sessions(week),
        "notes": [
            note | {"icon": view.note_icon(note["kind"])}
            for note in week["notes"]
            if note["kind"] != "late"
        ],
        "method": view.method_parts(week),
        "data_up_to": view.data_up_to(week),
        "the_number": say("words.the_number", n=week["status"]["due"]),
    }


def _neighbour(week: Content | None, root: str) -> dict[str, str] | None:
    if week is None:
        return None
    href = f"{root}{index.page_of(week)}"
    return {"href": href, "text": say("page.week", n=week["week"]["iso_week"])}


def index_page(weeks: Sequence[Content], options: Options, needy: int | None = None) -> str:
    """The index of all weeks, oldest first; without any, what to do to get one.

    `needy` is how many files need somebody, None where no page tells of them.
    """
    local = not options.notifier_configured
    if weeks:
        page = environment().get_template("index.html.j2")
        return page.render(_index_parts(weeks), local=local, needy=needy)
    page = environment().get_template("empty.html.j2")
    title, steps = say("index.empty_title"), terms("index.empty_steps")
    return page.render(title=title, wide=False, steps=steps, local=local, needy=needy)


def _index_parts(weeks: Sequence[Content]) -> dict[str, Any]:
    newest = weeks[-1]
    return {
        "week": newest,
        "title": index.title(newest),
        "wide": True,
        "dates": view.dates(newest),
        "limit": view.limit(newest),
        "ring_view": view.ring(newest),
        "href": index.page_of(newest),
        "figures": index.figures(weeks),
        "exercises": index.exercises(newest),
        "legend": index.legend(weeks),
        "months": terms("words.months_short"),
        "years": index.years(weeks),
        "plot_view": index.jogs_of_a_year(weeks),
        "latest": index.latest(weeks),
        "data_up_to": say("page.data_up_to_index", day=full_day(view.day(newest["as_of"]["date"]))),
    }
