from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, sync_playwright

from .browsing import CHROMIUM, Tab


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
def opened(browser: Browser) -> Iterator[Tab]:
    """One tab for all tests of a module: to open one takes longer than to look at a page."""
    context = browser.new_context(offline=True)
    tab = Tab(context.new_page())
    tab.listen()
    yield tab
    context.close()


@pytest.fixture
def tab(opened: Tab) -> Tab:
    opened.heard.clear()
    return opened
