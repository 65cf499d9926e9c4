"""A week as Markdown: the same facts as the page, for editors, wikis and version control."""

from collections.abc import Iterator, Sequence
from typing import Any

from pipeline.report import view
from pipeline.report.catalogue import say
from pipeline.report.escape import markdown, markdown_sentence

Content = dict[str, Any]


def week_text(week: Content, *, is_local: bool) -> str:
    """One week as Markdown; names from outside are inert."""
    blocks = [
        *_hero(week),
        *_care(week),
        *_steps(week),
        *_days(week),
        *_jogs(week),
        *_trend(week),
        *_sessions(week),
        *_notes(week),
        *_small_print(week, is_local=is_local),
    ]
    return "\n\n".join(blocks) + "\n"


def brief_text(week: Content) -> str:
    """Return one week's verdict and its exercises by day: no file, person, distance or pain."""
    headline = f"## {say('page.week', n=week['week']['iso_week'])} · {view.dates(week)}"
    verdict = f"**{week['status']['pill']}.** {markdown_sentence(week['status']['headline'])}"
    _, days = _days(week | {"pain": None})
    return f"{headline}\n\n{verdict}\n\n{days}\n"


def _hero(week: Content) -> Iterator[str]:
    status = week["status"]
    number = say("page.week", n=week["week"]["iso_week"])
    person = markdown(week["person"]["label"])
    yield f"# {markdown_sentence(status['headline'])}"
    yield f"**{status['pill']}** · {number} · {view.dates(week)} · {person}"
    if banner := view.late(week):
        yield markdown_sentence(banner)
    yield markdown_sentence(status["detail"])
    if status["could_change"]:
        yield markdown_sentence(status["could_change"])


def _care(week: Content) -> Iterator[str]:
    if week["pain"] and (card := week["pain"]["trigger"]):
        yield f"## {card['title']}"
        yield card["text"]
        yield markdown(card["advice"])
        yield f"**{markdown(card['urgent'])}**"


def _steps(week: Content) -> Iterator[str]:
    if week["next_steps"]:
        yield f"## {view.steps_heading(week)}"
        yield "\n".join(
            f"- **{markdown_sentence(step['title'])}** {markdown_sentence(step['text'])}"
            for step in week["next_steps"]
        )


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def _days(week: Content) -> Iterator[str]:
    yield f"## {say('page.table_heading', n=week['status']['due'])}"
    days = [f"{day['weekday']} {day['number']}" for day in view.days(week)]
    rows = [
        [
            markdown(each["name"]),
            f"{each['result']}. {each['last']}".strip() if each["last"] else each["result"],
            *("–" if state == "none" else mark["text"] for state, mark in _marks(each)),
        ]
        for each in view.exercises(week)
    ]
    pain = view.pain(week)
    if pain:
        scores = [cell["shown"] for cell in pain["cells"]]
        rows.append([say("pain.name"), say("pain.scale"), *scores])
    yield _table([say("page.exercise"), say("index.col_result"), *days], rows)
    if pain and pain["notes"]:
        yield "\n".join(f"- {markdown_sentence(note)}" for note in pain["notes"])


def _marks(exercise: Content) -> Iterator[tuple[str, Content]]:
    yield from zip(exercise["days"], exercise["marks"], strict=True)


def _jogs(week: Content) -> Iterator[str]:
    if not week["jogs"]:
        return
    limit = view.limit(week)
    yield f"## {say('page.jogs_heading', limit=view.line(week))}"
    rows = [
        [
            jog["day"],
            f"{jog['distance']} {jog['time']}".strip(),
            f"{jog['answer']['text']}. {jog['reason']}",
            jog["figure"] or "–",
        ]
        for jog in view.jogs(week)
    ]
    head = [say("page.day"), say("page.distance"), say("page.under", limit=limit)]
    yield _table([*head, say("page.figure")], rows)


def _trend(week: Content) -> Iterator[str]:
    if trend := view.trend(week):
        yield f"## {trend['heading']}"
        yield trend["caption"]


def _sessions(week: Content) -> Iterator[str]:
    if not week["sessions"]:
        return
    yield f"## {say('page.sessions_heading')}"
    rows = [
        [
            row["day"],
            markdown(row["name"] or row["label"]),
            row["summary"],
            f"{_source(row['source'])} · {row['evidence']}",
        ]
        for row in view.sessions(week)
    ]
    head = [say("page.day"), say("page.exercise"), say("page.counted"), say("page.source_file")]
    yield _table(head, rows)


def _source(source: Content) -> str:
    text = markdown(source["original_name"])
    if source["path"]:
        text = f"[{text}]({source['path']})"
    return f"{text} {markdown(source['locator'])}" if source["locator"] else text


def _notes(week: Content) -> Iterator[str]:
    notes = [note for note in week["notes"] if note["kind"] != "late"]
    if notes:
        yield f"## {say('page.notes_heading')}"
        yield "\n".join(
            f"- **{note['title']}** {markdown_sentence(note['text'])}" for note in notes
        )


def _small_print(week: Content, *, is_local: bool) -> Iterator[str]:
    title, text = view.method_parts(week)
    yield "---"
    yield markdown_sentence(week["texts"]["hint"])
    yield f"**{title}** {markdown_sentence(text)}"
    local = f" {say('page.local')}" if is_local else ""
    yield f"{view.data_up_to(week)}{local}"
