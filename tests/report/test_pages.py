import base64
import csv
import dataclasses
import hashlib
import html
import io
import json
import posixpath
import random
import re
import subprocess
import sys
from collections.abc import Callable
from html.parser import HTMLParser
from typing import TypeVar

import pytest

from pipeline.report import Options, content, render
from pipeline.week import Status, Week

from .weeks import (
    MON,
    MONDAY,
    TUE,
    WED,
    all_three,
    both,
    history,
    jog,
    judgement,
    lift,
    linked,
    note,
    on_plan,
    source,
    unknown,
    week,
)

Item = TypeVar("Item")
Golden = Callable[[str, str], None]
OPTIONS = Options()
MARKUP = '<script>alert(1)</script><img src=x onerror="alert(1)">'
HOSTILE = [
    MARKUP,
    "\"><svg onload='alert(1)'>",
    "{{ 7*7 }}{% raw %}${7*7}",
    "[link](http://evil.example) ![x](http://evil.example/x.png) `code` | # *bold*",
    "=HYPERLINK('http://evil.example')",
    "\u202egpj.exe\u2066",
    "a\x00b\x1b[31m\r\nc",
    "\ue000forged\ue002 \ue001code\ue002",
    "x" * 300,
    "🏃‍♀️ שלום مرحبا",
    "javascript:alert(1)",
    "half \ud800 surrogate.csv",
]


def files(*weeks: Week, options: Options = OPTIONS) -> dict[str, str]:
    return {path: data.decode() for path, data in render(weeks, options=options)}


def hostile_week(text: str) -> Week:
    found = source(text, locator=text, linked=(linked(f"{text}.gpx"),))
    return week(
        (
            lift("shrug", MON, label=text, source=found),
            lift(None, WED, label=text, source=found, sets=()),
        ),
        (jog(3840.0, source=found),),
        label=text,
        unknown_names=(unknown(text),),
        notes=(
            note("duplicate", TUE, text, what="jog", kept=text, metres=3840.0),
            note(
                "refused", None, text, name=text, code=text, fault=text, remedy=text, salvage=text
            ),
            note("clock", None, None, name=text),
            note("zone_assumed", None, None, zone=text, count=1),
        ),
        history=(
            judgement(Status.NO_DATA, 0, MONDAY),
            judgement(Status.INCOMPLETE, 2, MONDAY, text),
        ),
    )


class Page(HTMLParser):
    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def values(self, name: str) -> list[str]:
        return [value for _, attrs in self.tags if (value := attrs.get(name)) is not None]


GOLDENS: dict[str, Callable[[], list[Week]]] = {
    "both": lambda: [on_plan(MONDAY.replace(day=2)), both()],
    "on_plan": lambda: [on_plan()],
    "no_data": lambda: [on_plan(MONDAY.replace(day=2)), week()],
    "undecided": lambda: [week(all_three(), (jog(None, WED),))],
    "paused": lambda: [week(status=Status.PAUSED, pause="holiday")],
    "open": lambda: [week(all_three()[:2], (jog(4996.0),), today=MONDAY.replace(day=13))],
}


@pytest.mark.parametrize("name", sorted(GOLDENS))
@pytest.mark.parametrize("kind", ["html", "md", "json"])
def test_a_week_is_written_as_in_its_golden(name: str, kind: str, matches_golden: Golden) -> None:
    page = files(*GOLDENS[name]())[f"2026/2026-W46.{kind}"]

    _matches(matches_golden, page, f"{name}.{kind}")


@pytest.mark.parametrize(
    "path", ["index.html", "data/weeks.csv", "data/jogs.csv", "data/sessions.csv"]
)
def test_the_index_and_tables_are_written_as_in_their_goldens(
    path: str, matches_golden: Golden
) -> None:
    written = files(*history(both()))[path]

    # A golden is read with its line ends made alike, so those of a table are looked at here.
    assert written.count("\r\n") == (written.count("\n") if path.endswith(".csv") else 0)
    _matches(matches_golden, written.replace("\r\n", "\n"), path.replace("/", "_"))


def test_without_weeks_the_index_says_what_to_do(matches_golden: Golden) -> None:
    found = files()

    assert list(found) == ["index.html"]
    _matches(matches_golden, found["index.html"], "empty_index.html")


def _matches(matches_golden: Golden, written: str, name: str) -> None:
    """Hold the style against the one golden all pages share, and the rest against its own."""
    if name.endswith(".html"):
        head, _, rest = written.partition("<style>")
        style, _, body = rest.partition("</style>")
        matches_golden(style, "style.css")
        written = f"{head}<style></style>{body}"
    matches_golden(written, name)


def every_page() -> list[tuple[str, str]]:
    pages = []
    for name, make in GOLDENS.items():
        found = files(*make())
        pages += [
            (f"{name} {path}", text) for path, text in found.items() if path.endswith(".html")
        ]
    pages += [
        (f"history {path}", text)
        for path, text in files(*history(both(), 60)).items()
        if "index" in path
    ]
    return [*pages, ("empty", files()["index.html"])]


@pytest.mark.parametrize(("name", "page"), every_page(), ids=lambda each: each[:40])
def test_a_page_is_complete_alone_and_runs_nothing(name: str, page: str) -> None:
    found = Page(page)

    ids = found.values("id")
    attributes = {key for _, attrs in found.tags for key in attrs}
    assert name
    assert not {tag for tag, _ in found.tags} & {
        "script",
        "img",
        "iframe",
        "link",
        "object",
        "base",
    }
    assert not {key for key in attributes if key.startswith("on")} | (
        attributes & {"style", "title"}
    )
    assert "http:" not in page.replace("http://www.w3.org/2000/svg", "")
    assert "https:" not in page
    assert len(ids) == len(set(ids))
    assert [tag for tag, _ in found.tags].count("h1") == 1
    assert len(page.encode()) < 60_000


@pytest.mark.parametrize(("name", "page"), every_page(), ids=lambda each: each[:40])
def test_the_style_is_the_one_the_policy_allows(name: str, page: str) -> None:
    style = page.partition("<style>")[2].partition("</style>")[0]
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()

    policy = next(html.unescape(text) for text in Page(page).values("content") if "default" in text)

    assert name
    assert policy == (
        f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    )
    head = page.partition("<head>")[2].lstrip()
    assert head.startswith('<meta charset="utf-8">\n<meta http-equiv="Content-Security-Policy"')


def test_every_link_inside_the_folder_resolves() -> None:
    found = files(*history(both(), 14))

    for path, text in found.items():
        if not path.endswith(".html"):
            continue
        page = Page(text)
        ids = set(page.values("id"))
        for href in page.values("href"):
            if href.startswith("#"):
                assert href[1:] in ids
            elif "originals" not in href:
                assert posixpath.normpath(posixpath.join(posixpath.dirname(path), href)) in found


def test_originals_are_linked_by_hash_from_both_folders() -> None:
    found = files(both())
    sha256 = source("Morning_Run_2026-11-10.gpx").sha256
    tail = f"people/me/originals/{sha256[:2]}/{sha256}"

    assert f"../../../{tail}" in Page(found["2026/2026-W46.html"]).values("href")
    assert f"../../{tail}" in Page(found["this-week.html"]).values("href")


def test_a_newer_week_changes_only_the_link_of_the_older_page() -> None:
    older = history(on_plan(), 3)
    last = older[-1].calendar

    before = files(*older)["2026/2026-W46.html"]
    after = files(*older, week(monday=last.shift(1).start))["2026/2026-W46.html"]

    assert after == before.replace(
        "All weeks</a>",
        'All weeks</a><a href="../2026/2026-W47.html" rel="next">Week 47 →</a>',
    )


@pytest.mark.parametrize("text", HOSTILE, ids=lambda each: ascii(each)[:20])
def test_hostile_text_is_inert_in_every_slot(text: str) -> None:
    found = files(hostile_week(text))
    calm = files(hostile_week("calm.csv"))

    for path in ("2026/2026-W46.html", "index.html", "this-week.html"):
        tags = {tag for tag, _ in Page(found[path]).tags}
        assert tags <= {tag for tag, _ in Page(calm[path]).tags}
        assert not [href for href in Page(found[path]).values("href") if "evil" in href]
        assert not re.search(
            "[\x00-\x08\x0b-\x1f\u202a-\u202e\u2066-\u2069\ue000-\ue002]", found[path]
        )
    written = found["2026/2026-W46.md"]
    assert not re.search(r"(?<!\\)\]\(http|(?<!\\)<|\x1b|\u202e", re.sub("`[^`]+`", "", written))
    assert json.loads(found["2026/2026-W46.json"])["person"]["label"] == text


@pytest.mark.parametrize("text", HOSTILE, ids=lambda each: ascii(each)[:20])
def test_no_table_cell_is_a_formula(text: str) -> None:
    found = files(hostile_week(text))

    for path in ("data/weeks.csv", "data/jogs.csv", "data/sessions.csv"):
        for row in csv.reader(io.StringIO(found[path], newline="")):
            assert not [cell for cell in row if cell.startswith(("=", "+", "@", "\t", "\r"))]


def test_a_margin_below_zero_stays_a_number_in_the_table() -> None:
    rows = list(csv.DictReader(io.StringIO(files(both())["data/jogs.csv"], newline="")))

    assert [row["margin_m"] for row in rows] == ["1160.0", "-620.4"]


def test_the_json_is_canonical() -> None:
    raw = files(both())["2026/2026-W46.json"]

    assert raw.endswith("}\n")
    assert raw == json.dumps(json.loads(raw), sort_keys=True, ensure_ascii=False, indent=2) + "\n"
    assert json.loads(raw) == content(both(), [], options=OPTIONS)


def test_no_sentence_has_an_unfilled_slot() -> None:
    for make in GOLDENS.values():
        for path, text in files(*make()).items():
            if path.endswith(".md"):
                assert not re.search(r"None|\bnan\b|\S  \S|\{[a-z]", text)


def shuffled(found: Week, seed: int) -> Week:
    order = random.Random(seed)  # noqa: S311

    def mixed(items: tuple[Item, ...]) -> tuple[Item, ...]:
        return tuple(order.sample(items, len(items)))

    return dataclasses.replace(
        found,
        exercises=mixed(found.exercises),
        jogs=mixed(found.jogs),
        sessions=mixed(found.sessions),
        notes=mixed(found.notes),
        unknown_names=mixed(found.unknown_names),
    )


@pytest.mark.parametrize("seed", range(5))
def test_the_order_of_the_input_does_not_show(seed: int) -> None:
    found = both(
        notes=tuple(note("duplicate", TUE, f"{n}.gpx", what="jog", kept="a") for n in range(5))
    )

    assert files(shuffled(found, seed)) == files(found)


STABLE = """
import hashlib, sys
sys.path[:0] = sys.argv[1:]
from report.weeks import both, history
from pipeline.report import Options, render
files = render(history(both()), options=Options())
print(hashlib.sha256(b"".join(p.encode() + b for p, b in files)).hexdigest())
"""


def test_hash_seed_locale_and_time_zone_do_not_show(request: pytest.FixtureRequest) -> None:
    root = request.config.rootpath
    surroundings = [
        {"PYTHONHASHSEED": "1", "TZ": "UTC", "LC_ALL": "C.UTF-8"},
        {"PYTHONHASHSEED": "2", "TZ": "Asia/Tokyo", "LC_ALL": "C"},
    ]

    digests = {
        subprocess.run(  # noqa: S603
            [sys.executable, "-c", STABLE, str(root), str(root / "tests")],
            env=each,
            capture_output=True,
            check=True,
        ).stdout
        for each in surroundings
    }

    assert len(digests) == 1


def test_contrast_holds_in_both_themes() -> None:
    style = files()["index.html"].partition("<style>")[2]
    themes = [
        dict(re.findall(r"--([\w-]+):(#[0-9a-f]{3,6})", part))
        for part in style.split("{color-scheme", 1)[1].split("}")[:2]
    ]
    light, dark = themes[0], {**themes[0], **themes[1]}

    for theme in (light, dark):
        for tone in ("good", "over", "miss", "idle"):
            assert contrast(theme[tone], theme["card"]) >= 4.5
            assert contrast(theme[tone], theme[f"{tone}-bg"]) >= 4.5
            assert contrast(theme["ink2"], theme[f"{tone}-bg"]) >= 4.5
            assert contrast(theme["rule"], theme[f"{tone}-bg"]) >= 3
        assert contrast(theme["link"], theme["bg"]) >= 4.5
        assert contrast(theme["on"], theme["good"]) >= 4.5


def contrast(one: str, other: str) -> float:
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def luminance(colour: str) -> float:
    digits = colour[1:] if len(colour) == 7 else "".join(2 * digit for digit in colour[1:])
    parts = [int(digits[place : place + 2], 16) / 255 for place in (0, 2, 4)]
    linear = [
        each / 12.92 if each <= 0.04045 else ((each + 0.055) / 1.055) ** 2.4 for each in parts
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
