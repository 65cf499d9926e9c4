import re
from pathlib import Path

import pytest

from .browsing import Tab, write, write_clinic
from .cases import GOLDENS, HOSTILE, STATUSES, VARIANTS, hostile_week
from .weeks import both, history

pytestmark = pytest.mark.browser
# What a page of A4 has room for, in pixels: 210 × 297 mm without the margins of the style.
PAPER = {"width": 688, "height": 1020}
OTHERS = {"year": lambda: history(both(), 60), "empty": list}
BOTTOM = "found => Math.max(...found.map(each => each.getBoundingClientRect().bottom))"


@pytest.mark.parametrize("name", [*GOLDENS, *OTHERS])
def test_a_page_fits_asks_for_nothing_and_reports_nothing(
    name: str, tab: Tab, tmp_path: Path
) -> None:
    paths = write(tmp_path, (GOLDENS.get(name) or OTHERS[name])())
    # The index tells of a variant as of its status.
    paths = paths[-1:] if name in VARIANTS else paths

    for path in paths:
        tab.show(path, scheme="dark")
        tab.show(path)
        assert tab.overflows() == {}
    assert tab.heard == [path.as_uri() for path in paths for _ in range(2)]


def test_the_clinic_page_fits_and_asks_for_nothing(tab: Tab, tmp_path: Path) -> None:
    path = write_clinic(tmp_path)

    tab.show(path)

    assert tab.overflows() == {}
    assert tab.heard == [path.as_uri()]


def test_a_line_that_may_not_break_is_found(tab: Tab, tmp_path: Path) -> None:
    *_, path = write(tmp_path, [hostile_week(HOSTILE[8])])
    tab.show(path)

    tab.page.evaluate(
        "document.querySelectorAll('td, bdi').forEach(e => { e.style.whiteSpace = 'nowrap';"
        " e.style.overflowWrap = 'normal'; e.style.wordBreak = 'keep-all' })"
    )

    assert set(tab.overflows()) == {(320, 100), (375, 100), (640, 200), (1100, 100)}


@pytest.mark.parametrize("name", ["both", "empty"])
def test_the_first_tab_reaches_the_skip_link_and_it_the_result(
    name: str, tab: Tab, tmp_path: Path
) -> None:
    for path in write(tmp_path, (GOLDENS.get(name) or OTHERS[name])()):
        tab.show(path)

        tab.page.keyboard.press("Tab")

        assert tab.page.evaluate("document.activeElement.className") == "skip"
        assert tab.page.evaluate("document.activeElement.getBoundingClientRect().left >= 0")
        tab.page.keyboard.press("Enter")
        assert tab.page.evaluate("location.hash") == "#result"
        assert tab.page.evaluate("document.activeElement.id") == "result"


def bottom(tab: Tab, what: str) -> float:
    """How far down on paper something ends, in pixels."""
    tab.page.set_viewport_size(PAPER)  # type: ignore[arg-type]
    tab.page.emulate_media(media="print")
    return float(tab.page.eval_on_selector_all(what, BOTTOM))


def print_out(tab: Tab) -> bytes:
    return tab.page.pdf(prefer_css_page_size=True, print_background=True, outline=True, tagged=True)


def pages(printed: bytes) -> dict[str, int]:
    """The headings of a PDF, without spaces (one is lost where a line ends), and their pages."""
    order = re.findall(rb"(\d+) 0 R", re.findall(rb"/Kids \[([^]]*)\]", printed)[0])
    return {
        re.sub(r"\s", "", title(written)): 1 + order.index(page)
        for written, page in re.findall(rb"/Title (.*)\n/Dest \[(\d+) 0 R", printed)
    }


def title(written: bytes) -> str:
    if written.startswith(b"<FEFF"):
        return bytes.fromhex(written[5:-1].decode()).decode("utf-16-be")
    return written[1:-1].decode("ascii")


def headings(tab: Tab, which: str) -> list[str]:
    return [re.sub(r"\s", "", text) for text in tab.page.locator(which).all_text_contents()]


@pytest.mark.parametrize(
    "name", [*STATUSES, "twelve_weeks", "revised", "several_over", "care_card"]
)
def test_the_answer_is_on_the_first_of_at_most_two_printed_pages(
    name: str, tab: Tab, tmp_path: Path
) -> None:
    *_, path = write(tmp_path, GOLDENS[name]())
    tab.show(path)

    printed = print_out(tab)

    assert printed.count(b"/Type /Page\n") <= 2
    assert pages(printed) == {
        **dict.fromkeys(headings(tab, "h1, h2:not(.proof h2)"), 1),
        **dict.fromkeys(headings(tab, ".proof h2"), 2),
    }
    assert 0 < bottom(tab, "h1, table.week, table.jogs") <= PAPER["height"]
    assert tab.page.eval_on_selector_all(".skip, .links", "a => a.every(e => !e.offsetParent)")


def test_a_table_that_is_pushed_off_the_first_page_is_found(tab: Tab, tmp_path: Path) -> None:
    *_, path = write(tmp_path, [both()])
    tab.show(path)

    tab.page.evaluate("document.querySelector('h1').style.marginTop = '700px'")

    printed = print_out(tab)
    assert bottom(tab, "table.jogs") > PAPER["height"]
    assert printed.count(b"/Type /Page\n") == 3
    assert pages(printed)["Jogsandthe5kmline"] == 2


def test_paper_is_light_in_the_dark_too(tab: Tab, tmp_path: Path) -> None:
    *_, path = write(tmp_path, [both()])
    tab.show(path, scheme="dark")

    tab.page.emulate_media(media="print", color_scheme="dark")

    ground = tab.page.evaluate("getComputedStyle(document.body).backgroundColor")
    ink = tab.page.evaluate("getComputedStyle(document.body).color")
    assert (ground, ink) == ("rgb(255, 255, 255)", "rgb(27, 35, 48)")
