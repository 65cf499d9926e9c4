import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from pipeline.report import Options, render

from .test_pages import GOLDENS, HOSTILE, hostile_week
from .weeks import both, history

pytestmark = pytest.mark.browser
CHROMIUM = (
    shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
)
WIDTHS = (320, 375, 1100)
OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    if CHROMIUM is None:
        pytest.skip("no Chromium on this machine: pages were not opened")
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu", "--disable-quic"]
        )
        yield opened
        opened.close()


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    weeks = {name: make() for name, make in GOLDENS.items()}
    weeks["history"] = history(both(), 60)
    weeks["empty"] = []
    weeks |= {f"hostile-{place}": [hostile_week(text)] for place, text in enumerate(HOSTILE)}
    written = {}
    for name, found in weeks.items():
        written[name] = tmp_path_factory.mktemp(name)
        for path, data in render(found, options=Options()):
            target = written[name] / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(data)
    return written


NAMES = [*sorted(GOLDENS), "history", "empty", *(f"hostile-{n}" for n in range(len(HOSTILE)))]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", NAMES)
def test_a_page_fits_asks_for_nothing_and_reports_nothing(
    browser: Browser, folders: dict[str, Path], name: str, scheme: str
) -> None:
    context = browser.new_context(
        color_scheme="dark" if scheme == "dark" else "light", offline=True
    )
    page = context.new_page()
    heard: list[str] = []
    page.on("console", lambda message: heard.append(message.text))
    page.on("pageerror", lambda error: heard.append(str(error)))
    page.on("dialog", lambda dialog: heard.append(dialog.message))
    page.on("request", lambda request: heard.append(request.url))
    paths = sorted(folders[name].glob("*.html"))
    paths += sorted(folders[name].glob("*/*-W46.html"))

    overflow = {}
    for path in paths:
        page.goto(path.as_uri())
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 800})
            overflow[path.name, width] = page.evaluate(OVERFLOW)
    context.close()

    assert {key: value for key, value in overflow.items() if value} == {}
    assert heard == [path.as_uri() for path in paths]


def test_large_text_does_not_scroll_sideways(browser: Browser, folders: dict[str, Path]) -> None:
    page = browser.new_page(viewport={"width": 640, "height": 800})
    page.goto((folders["both"] / "2026/2026-W46.html").as_uri())

    page.evaluate("document.documentElement.style.setProperty('font-size', '200%')")

    assert page.evaluate(OVERFLOW) == 0
    page.close()


def test_a_line_that_may_not_break_is_found(browser: Browser, folders: dict[str, Path]) -> None:
    page = browser.new_page(viewport={"width": 375, "height": 800})
    page.goto((folders["hostile-8"] / "2026/2026-W46.html").as_uri())

    page.evaluate(
        "document.querySelectorAll('td, bdi').forEach(e => { e.style.whiteSpace = 'nowrap';"
        " e.style.overflowWrap = 'normal'; e.style.wordBreak = 'keep-all' })"
    )

    assert page.evaluate(OVERFLOW) > 0
    page.close()


def test_the_first_tab_reaches_the_skip_link(browser: Browser, folders: dict[str, Path]) -> None:
    page = browser.new_page()
    page.goto((folders["both"] / "2026/2026-W46.html").as_uri())

    page.keyboard.press("Tab")

    assert page.evaluate("document.activeElement.className") == "skip"
    page.close()


def test_the_answer_is_on_the_first_of_two_printed_pages(
    browser: Browser, folders: dict[str, Path]
) -> None:
    page = browser.new_page()
    page.goto((folders["both"] / "2026/2026-W46.html").as_uri())

    printed = page.pdf(prefer_css_page_size=True, print_background=True)

    assert printed.count(b"/Type /Page\n") == 2
    page.close()
