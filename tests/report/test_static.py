import base64
import functools
import hashlib
import html
import posixpath
import re

import pytest

from .cases import GOLDENS, Page, files
from .weeks import both, history

CASES = [*sorted(GOLDENS), "year", "empty"]
WITH_ADDRESSES = {"script", "img", "iframe", "link", "object", "embed", "base", "form"}
SVG = 'xmlns="http://www.w3.org/2000/svg"'


@functools.cache
def written(name: str) -> dict[str, str]:
    weeks = {"year": lambda: history(both(), 60), "empty": list}
    return files(*(GOLDENS.get(name) or weeks[name])())


def pages(name: str) -> dict[str, str]:
    return {path: text for path, text in written(name).items() if path.endswith(".html")}


@pytest.mark.parametrize("name", CASES)
def test_a_page_is_complete_alone_and_runs_nothing(name: str) -> None:
    for text in pages(name).values():
        found = Page(text)
        attributes = {key for _, attrs in found.tags for key in attrs}

        assert not {tag for tag, _ in found.tags} & WITH_ADDRESSES
        assert not [key for key in attributes if key.startswith("on")]
        assert not attributes & {"style", "title", "src", "srcset", "srcdoc", "action"}
        assert not re.search(r"<script|\son\w+=|\sstyle=|https?:", text.replace(SVG, ""))
        assert "@import" not in text
        assert set(re.findall(r"url\(([^)]*)\)", text)) <= {"#hatch"}


@pytest.mark.parametrize("name", CASES)
def test_an_id_is_given_once_and_a_page_has_one_headline(name: str) -> None:
    for text in pages(name).values():
        found = Page(text)
        ids = found.values("id")
        levels = [int(tag[1]) for tag, _ in found.tags if re.fullmatch("h[1-6]", tag)]

        assert len(ids) == len(set(ids))
        assert set(found.values("aria-labelledby")) <= set(ids)
        assert levels.count(1) == 1
        assert levels[0] == 1
        assert all(step <= 1 for step in map(int.__sub__, levels[1:], levels))


@pytest.mark.parametrize("name", CASES)
def test_every_link_inside_the_folder_resolves(name: str) -> None:
    found = written(name)
    for path, text in pages(name).items():
        ids = set(Page(text).values("id"))
        for href in Page(text).values("href"):
            target = posixpath.normpath(posixpath.join(posixpath.dirname(path), href))
            assert (
                href[1:] in ids
                if href.startswith("#")
                else target in found or target.startswith("../../people/me/originals/")
            ), f"{path} links to {href}"


@pytest.mark.parametrize("name", CASES)
def test_the_style_is_the_one_the_policy_allows(name: str) -> None:
    for text in pages(name).values():
        style = text.partition("<style>")[2].partition("</style>")[0]
        digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
        policies = [each for each in Page(text).values("content") if "default-src" in each]
        head = text.partition("<head>")[2].lstrip()

        assert list(map(html.unescape, policies)) == [
            f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
        ]
        assert {"no-referrer", "noindex"} <= set(Page(text).values("content"))
        assert head.startswith('<meta charset="utf-8">\n<meta http-equiv="Content-Security-Policy"')


@pytest.mark.parametrize("name", CASES)
def test_a_page_of_a_week_has_at_most_sixty_kilobytes(name: str) -> None:
    sizes = {path: len(text.encode()) for path, text in pages(name).items()}

    assert {path: size for path, size in sizes.items() if size > 60_000} == {}
