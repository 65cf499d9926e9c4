import re
from pathlib import Path
from urllib.parse import unquote

import pytest

from pipeline.errors import Code
from pipeline.week import Status

from ..homes import PROJECT  # noqa: TID252 - tests are one package
from .commands_page import commands
from .pages import name, pages
from .settings_page import keys

FENCED = re.compile(r"^(`{3,}).*?^\1$", re.DOTALL | re.MULTILINE)
LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
HEADING = re.compile(r"^#+ (.*)$", re.MULTILINE)
CODE = re.compile(r"`([^`]+)`")
TEXTS = {page: FENCED.sub("", page.read_text(encoding="utf-8")) for page in pages()}
LINKS = [(page, link) for page, text in TEXTS.items() for link in LINK.findall(text)]


def anchors(page: Path) -> set[str]:
    """The anchors of a page's headings, as GitHub makes them."""
    text = FENCED.sub("", page.read_text(encoding="utf-8"))
    plain = (re.sub(r"[^\w\- ]", "", heading.lower()) for heading in HEADING.findall(text))
    return {heading.strip().replace(" ", "-") for heading in plain}


@pytest.mark.parametrize(("page", "link"), LINKS, ids=[f"{name(p)}:{each}" for p, each in LINKS])
def test_every_link_leads_somewhere(page: Path, link: str) -> None:
    if re.match(r"[a-z]+:", link):
        assert link.startswith("https://")
        return
    path, _, anchor = unquote(link).partition("#")
    target = (page.parent / path).resolve() if path else page

    assert target.is_relative_to(PROJECT)
    assert target.exists()
    assert not anchor or anchor in anchors(target)


@pytest.mark.parametrize("page", TEXTS, ids=name)
def test_every_page_is_reached_from_the_front_page(page: Path) -> None:
    seen, left = set(), [PROJECT / "README.md"]
    while left:
        here = left.pop()
        if here not in seen and here in TEXTS:
            seen.add(here)
            left += [
                (here.parent / link.split("#")[0]).resolve() for link in LINK.findall(TEXTS[here])
            ]

    assert page in seen


@pytest.mark.parametrize("page", TEXTS, ids=name)
def test_every_command_and_code_in_a_page_exists(page: Path) -> None:
    quoted = CODE.findall(TEXTS[page])
    used = {each.split()[1] for each in quoted if re.match(r"backfour [a-z]+\b", each)}
    codes = {each for each in quoted if re.fullmatch(r"[EWI]_[A-Z_]+", each)}

    assert used <= {each.split()[0] for each in commands()}
    assert codes <= {code.value for code in Code}


def test_every_setting_that_a_page_sets_exists() -> None:
    known = {path.rsplit(".", 1)[-1] for path in keys()}
    used = {
        (name(page), match[1])
        for page, text in TEXTS.items()
        for each in CODE.findall(text)
        if (match := re.match(r"([a-z_]+) = (?:true|false|\d|\"|\[)", each))
        and "strength.md" not in name(page)
    }

    assert {each for each in used if each[1] not in known} == {
        ("docs/how-to/any-other-csv.md", "confirmed")
    }


def test_every_status_is_explained() -> None:
    page = (PROJECT / "docs/explanation/verdicts.md").read_text(encoding="utf-8")

    assert sorted(re.findall(r"^\| `(\w+)` \|", page, re.MULTILINE)) == sorted(Status)
