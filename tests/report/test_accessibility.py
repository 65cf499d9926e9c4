from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from .browsing import Tab, write, write_clinic, write_receipt
from .cases import GOLDENS, STATUSES

pytestmark = pytest.mark.browser
# Sizes of targets belong to WCAG 2.2 AA; axe looks at them only when told to. Nothing is fetched
# beforehand: a page has all it needs.
RUN = """axe
    .run({rules: {"target-size": {enabled: true}}, resultTypes: ["violations"], preload: false})
    .then(found => found.violations.flatMap(
        each => each.nodes.map(node => `${each.id}: ${node.target} ${node.html}`)))"""
PLANT = """document.querySelector("main").insertAdjacentHTML(
    "beforeend", "<img><p id=pale>pale</p><button>a</button><button>b</button>");
document.querySelector("#pale").style.color = "#777";
document.querySelectorAll("button").forEach(each => {
    each.style.width = each.style.height = "10px"; each.style.padding = 0 })"""
VIEWS = [(width, scheme) for scheme in ("light", "dark") for width in (1100, 375)]
BUSY = [
    *("every_note", "thirty_sessions", "revised", "could_change", "twelve_weeks"),
    *("pain_diary", "care_card"),
]
Golden = Callable[[str, str], None]


@pytest.fixture(scope="module")
def _axe(opened: Tab) -> None:
    """Give every page of the tab axe, which is half a megabyte to send each time."""
    package = pytest.importorskip(
        "axe_playwright_python.base", reason="axe-playwright-python is not here: axe was not asked"
    )
    opened.page.add_init_script(package.AXE_SCRIPT)


def violations(tab: Tab) -> list[str]:
    found: list[Any] = tab.page.evaluate(RUN)
    return [str(each) for each in found]


@pytest.mark.usefixtures("_axe")
@pytest.mark.parametrize("name", [*STATUSES, "empty"])
def test_axe_finds_nothing_on_a_status(name: str, tab: Tab, tmp_path: Path) -> None:
    for path in write(tmp_path, GOLDENS.get(name, list)()):
        tab.show(path)
        for width, scheme in VIEWS:
            tab.look(width, scheme)
            assert violations(tab) == [], f"{path.name}, {width} px, {scheme}"


@pytest.mark.usefixtures("_axe")
@pytest.mark.parametrize("name", BUSY)
def test_axe_finds_nothing_on_a_busy_page(name: str, tab: Tab, tmp_path: Path) -> None:
    *_, path = write(tmp_path, GOLDENS[name]())
    tab.show(path, 375, "dark")

    assert violations(tab) == []


@pytest.mark.usefixtures("_axe")
def test_axe_finds_nothing_on_the_clinic_page(tab: Tab, tmp_path: Path) -> None:
    tab.show(write_clinic(tmp_path))

    for width, scheme in VIEWS:
        tab.look(width, scheme)
        assert violations(tab) == [], f"{width} px, {scheme}"


@pytest.mark.usefixtures("_axe")
@pytest.mark.parametrize("count", [0, 2, 600])
def test_axe_finds_nothing_on_the_page_of_every_file(count: int, tab: Tab, tmp_path: Path) -> None:
    tab.show(write_receipt(tmp_path, count))

    for width, scheme in VIEWS:
        tab.look(width, scheme)
        assert violations(tab) == [], f"{width} px, {scheme}"
    assert tab.overflows() == {}


@pytest.mark.usefixtures("_axe")
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_planted_faults(scheme: str, tab: Tab, tmp_path: Path) -> None:
    *_, path = write(tmp_path, GOLDENS["both"]())
    tab.show(path, scheme=scheme)

    tab.page.evaluate(PLANT)

    assert {each.partition(":")[0] for each in violations(tab)} == {
        *("color-contrast", "image-alt", "target-size"),
    }


@pytest.mark.parametrize("name", ["both", "open"])
def test_a_week_is_read_out_as_in_its_golden(
    name: str, tab: Tab, tmp_path: Path, matches_golden: Golden
) -> None:
    *_, path = write(tmp_path, GOLDENS[name]())
    tab.show(path)

    matches_golden(tab.page.locator("body").aria_snapshot() + "\n", f"{name}.aria.yaml")


def test_the_index_is_read_out_as_in_its_golden(
    tab: Tab, tmp_path: Path, matches_golden: Golden
) -> None:
    index, _ = write(tmp_path, GOLDENS["both"]())
    tab.show(index)

    matches_golden(tab.page.locator("body").aria_snapshot() + "\n", "index.aria.yaml")


@pytest.mark.parametrize("name", ["both", "open", "every_note"])
def test_a_phone_is_read_out_what_a_desk_is(name: str, tab: Tab, tmp_path: Path) -> None:
    for path in write(tmp_path, GOLDENS[name]()):
        tab.show(path)
        at_a_desk = tab.page.locator("body").aria_snapshot()

        tab.look(375)

        # The dot between week and dates gives way to the end of the line.
        on_a_phone = tab.page.locator("body").aria_snapshot()
        assert on_a_phone == at_a_desk.replace("· 9–15 November", "9–15 November")
