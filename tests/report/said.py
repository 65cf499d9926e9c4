"""What the formats of one week say, as bare text, and what each of them has to say."""

import functools
import io
import json
import re
from collections.abc import Iterator, Sequence
from html.parser import HTMLParser
from typing import Any

import pypdf

from pipeline.report import Options, render, view
from pipeline.report.escape import visible
from pipeline.week import Week

Content = dict[str, Any]
WITH_PDF = Options(pdf=True)


def written(weeks: Sequence[Week], options: Options = WITH_PDF) -> dict[str, bytes]:
    """The files of the last of some weeks, by the end of their names."""
    stem = f"{weeks[-1].calendar.iso_year:04d}/{weeks[-1].calendar.id}."
    files = render(weeks, options=options)
    return {path.removeprefix(stem): content for path, content in files if path.startswith(stem)}


def facts(week: Content) -> Iterator[str]:
    """Yield what every format has to say of a week, in the words of its JSON."""
    status = week["status"]
    yield from (status["pill"], status["headline"], status["detail"], status["could_change"] or "")
    for step in week["next_steps"]:
        yield f"{step['title']} {step['text']}"
    for row in view.exercises(week):
        yield from (row["name"], row["result"], row["last"])
    for jog in view.jogs(week):
        yield from (jog["day"], jog["distance"], jog["time"], jog["reason"], jog["figure"])
    for row in view.sessions(week):
        source = row["source"]
        yield from (row["day"], visible(row["name"] or row["label"]), row["summary"])
        yield from (visible(source["original_name"]), visible(source["locator"] or ""))
    for note in week["notes"]:
        yield from ("" if note["kind"] == "late" else note["title"], note["text"])
    yield from (*view.method_parts(week), week["texts"]["hint"], view.data_up_to(week))
    if trend := view.trend(week):
        yield from (trend["heading"], trend["caption"])


def squeezed(text: str) -> str:
    """Text without what a line break may put in or take out, nor the marks of settings."""
    return re.sub(r"[\s`]", "", text)


def unsaid(week: Content, text: str) -> list[str]:
    """What a format does not say of all that it has to."""
    whole = squeezed(text)
    return [fact for fact in facts(week) if squeezed(fact) not in whole]


class _Text(HTMLParser):
    def __init__(self, page: str) -> None:
        super().__init__()
        self.parts: list[str] = []
        self.feed(page.partition("<body>")[2])

    def handle_data(self, data: str) -> None:
        self.parts.append(data)


def html_text(page: bytes) -> str:
    """The text of a web page, without its tags."""
    return "".join(_Text(page.decode()).parts)


def markdown_text(page: bytes) -> str:
    """The text of Markdown, without its escapes, bold and links."""
    bare = re.sub(r"(?<!\\)\*\*|(?<!\\)\[|(?<!\\)\]\([^)]*\)", "", page.decode())
    return re.sub(r"\\(.)", r"\1", bare)


def pdf_pages(content: bytes) -> list[str]:
    """The text of each page of a PDF."""
    return [page.extract_text() for page in pypdf.PdfReader(io.BytesIO(content)).pages]


def pdf_text(content: bytes) -> str:
    """The text of a PDF, with what stands at the foot of its pages."""
    return "\n".join(pdf_pages(content))


def tags(content: bytes) -> list[tuple[str, str]]:
    """Each element of a tagged PDF in the order of reading: what it is, and its other words."""
    reader = pypdf.PdfReader(io.BytesIO(content))
    return list(_elements(reader.root_object["/StructTreeRoot"].get_object()))


def _elements(node: Any) -> Iterator[tuple[str, str]]:  # noqa: ANN401 - pypdf has no type for it
    if isinstance(node, pypdf.generic.ArrayObject):
        for each in node:
            yield from _elements(each.get_object())
    elif isinstance(node, pypdf.generic.DictionaryObject):
        if "/S" in node:
            yield str(node["/S"]), str(node.get("/Alt", ""))
        if "/K" in node:
            yield from _elements(node["/K"].get_object())


@functools.cache
def loaded(content: bytes) -> Content:
    """The value of a JSON file."""
    value: Content = json.loads(content)
    return value
