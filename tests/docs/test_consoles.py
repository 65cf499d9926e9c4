import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline.home import Home, create
from pipeline.programme import prescriptions
from pipeline.readers.csv_log import mapping
from pipeline.settings import parse

from .consoles import Console
from .pages import blocks, name, pages

ME = '[people.me]\nzone = "Europe/Berlin"\n'
TEXTS = {page: page.read_text(encoding="utf-8") for page in pages()}
RUN = [page for page, text in TEXTS.items() if "\n$ backfour " in text]
TOML = {
    f"{name(page)}:{text.count(chr(10), 0, each.start)}": each
    for page, text in TEXTS.items()
    for each in blocks(text)
    if each.kind == "toml"
}


@pytest.fixture
def console(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Console:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.delenv("BACKFOUR_HOME", raising=False)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("webbrowser.open", lambda _: True)
    return Console(tmp_path)


@pytest.mark.parametrize("page", RUN, ids=name)
def test_a_page_shows_what_its_commands_say(
    page: Path, console: Console, matches_golden: Callable[[str, str], None]
) -> None:
    text, told, done = TEXTS[page], "", 0
    if "$ backfour init" not in text:
        create(Home(console.home), "Alex", "Europe/Berlin")
    for block in blocks(text):
        told += text[done : block.start] + console.told(block)
        done = block.end

    assert console.failures == []
    matches_golden(told + text[done:], str(page))


@pytest.mark.parametrize("place", TOML)
def test_settings_in_a_page_are_accepted(place: str) -> None:
    block = TOML[place]

    if block.has("mapping"):
        mapping.parse(block.text.encode())
        return
    assert tomllib.loads(block.text)
    prescriptions.check(parse(block.text if "[people." in block.text else f"{block.text}\n{ME}"))
