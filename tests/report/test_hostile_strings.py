import csv
import html
import io
import json
import posixpath
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from markdown_it import MarkdownIt
from markdown_it.token import Token
from playwright.sync_api import Browser

from pipeline.report.escape import visible

from .browsing import Tab, write
from .cases import HOSTILE, Page, files, hostile_pause, hostile_week
from .weeks import both

each_text = pytest.mark.parametrize("text", HOSTILE, ids=lambda each: ascii(each)[:20])
CALM = "calm.csv"
PAGES = ("2026/2026-W46.html", "index.html", "this-week.html")
WEEKS = (hostile_week, hostile_pause)
HIDDEN = re.compile("[\x00-\x08\x0b-\x1f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ue000-\ue002]")
# What each attempt would do, and the directive that stops it.
PLANTED = """
<script>window.ran = "script"</script>
<style>body { display: none }</style>
<p onclick="window.ran = 'handler'" id="planted">text</p>
<img src="planted.svg" onload="window.ran = 'image'">
"""
PICTURE = '<svg xmlns="http://www.w3.org/2000/svg" width="7" height="7"/>'
WIDTH = "document.querySelector('img').naturalWidth"
REPORT = """window.ran = "nothing"; window.stopped = [];
document.addEventListener("securitypolicyviolation",
    found => window.stopped.push(found.effectiveDirective))"""


@pytest.mark.parametrize("make", WEEKS, ids=lambda each: each.__name__)
@each_text
def test_hostile_text_is_text_in_every_page(text: str, make: type) -> None:
    found, calm = files(make(text)), files(make(CALM))

    for path in PAGES:
        page, plain = Page(found[path]), Page(calm[path])
        assert {tag for tag, _ in page.tags} <= {tag for tag, _ in plain.tags}
        assert {key for _, attrs in page.tags for key in attrs} <= {
            key for _, attrs in plain.tags for key in attrs
        }
        assert set(page.values("id")) == set(plain.values("id"))
        assert not HIDDEN.search(found[path])
        assert visible(text).encode("utf-8", "backslashreplace").decode() in html.unescape(
            found[path]
        )
        for href in page.values("href"):
            target = posixpath.normpath(posixpath.join(posixpath.dirname(path), href))
            assert (
                href.startswith("#") or target in found or target.startswith("../../people/me/")
            ), href


def tokens(found: list[Token]) -> Iterator[Token]:
    for each in found:
        yield each
        yield from tokens(each.children or [])


@pytest.mark.parametrize("make", WEEKS, ids=lambda each: each.__name__)
@each_text
def test_hostile_text_is_text_in_markdown(text: str, make: type) -> None:
    reader = MarkdownIt("commonmark").enable(["table", "strikethrough"])
    written, calm = (files(make(each))["2026/2026-W46.md"] for each in (text, CALM))

    found = list(tokens(reader.parse(written)))

    assert {each.type for each in found} <= {each.type for each in tokens(reader.parse(calm))}
    links = [each.attrGet("href") for each in found if each.type == "link_open"]
    assert [href for href in links if not str(href).startswith("../../../people/me/")] == []
    assert not HIDDEN.search(written)
    assert visible(text).encode("utf-8", "backslashreplace").decode() in "".join(
        each.content for each in found if each.type in {"text", "text_special"}
    )
    # Many sites make a link of a bare address: one may stand in code only.
    without_code = re.sub(r"(`+) ?.*?\1(?!`)", "", written)
    assert not re.search(r"(?<!\\)://|www(?<!\\)\.", without_code)


@each_text
def test_hostile_text_is_data_in_json(text: str) -> None:
    found = json.loads(files(hostile_week(text))["2026/2026-W46.json"])

    assert found["person"]["label"] == text


@each_text
def test_no_table_cell_is_a_formula(text: str) -> None:
    found = files(hostile_week(text))

    for path in ("data/weeks.csv", "data/jogs.csv", "data/sessions.csv"):
        for row in csv.reader(io.StringIO(found[path], newline="")):
            assert not [cell for cell in row if cell.startswith(("=", "+", "@", "\t", "\r"))]


@pytest.mark.browser
@pytest.mark.parametrize("make", WEEKS, ids=lambda each: each.__name__)
@each_text
def test_hostile_text_does_nothing_in_a_browser(
    text: str, make: type, tab: Tab, tmp_path: Path
) -> None:
    paths = write(tmp_path, [make(text)])

    for path in paths:
        tab.show(path)
        assert tab.overflows() == {}
        assert tab.page.evaluate("[...document.links].every(a => a.protocol === 'file:')")
        assert tab.page.evaluate("document.scripts.length") == 0
    assert tab.heard == [path.as_uri() for path in paths]


@pytest.mark.browser
def test_what_is_planted_in_a_page_is_stopped_by_its_policy_alone(
    browser: Browser, tmp_path: Path
) -> None:
    *_, path = write(tmp_path, [both()])
    page = path.read_text("utf-8").replace("<main>", f"<main>{PLANTED}")
    path.write_text(page, "utf-8")
    path.with_name("planted.svg").write_text(PICTURE, "utf-8")
    bare = path.with_name("bare.html")
    bare.write_text(re.sub(r"<meta http-equiv=[^>]*>", "", page), "utf-8")
    context = browser.new_context(offline=True)
    context.add_init_script(REPORT)
    tab = Tab(context.new_page())
    tab.listen()

    tab.show(path)
    tab.page.dispatch_event("#planted", "click")

    assert tab.page.evaluate("window.ran") == "nothing"
    assert set(tab.page.evaluate("window.stopped")) == {
        *("script-src-elem", "style-src-elem", "script-src-attr", "img-src"),
    }
    assert tab.page.locator("h1").is_visible()
    assert tab.page.evaluate(WIDTH) == 0
    tab.show(bare)
    assert not tab.page.locator("h1").is_visible()
    assert tab.page.evaluate(WIDTH) == 7
    assert tab.page.evaluate("window.ran") == "image"
    tab.page.dispatch_event("#planted", "click")
    assert tab.page.evaluate("window.ran") == "handler"
    context.close()
