"""What somebody meets first: the questions of init, the help of commands, the shell's offers."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner, Result

from flows.command import app
from pipeline.cli import asking, completing

from .homes import PROJECT, drop, new_home, run, sample_files

RUNNER = CliRunner()


def commands(group: Any, path: tuple[str, ...]) -> Iterator[tuple[str, Any]]:  # noqa: ANN401
    yield " ".join(path), group
    for name, each in getattr(group, "commands", {}).items():
        yield from commands(each, (*path, name))


ALL = [
    (name, each)
    for name, each in commands(typer.main.get_command(app), ("backfour",))
    if name != "backfour"
]


@pytest.fixture
def user(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Somebody at a terminal, at home in an empty folder."""
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("BACKFOUR_HOME", raising=False)
    monkeypatch.setenv("TZ", "Europe/Lisbon")
    monkeypatch.setattr(asking, "can_ask", lambda: True)
    return tmp_path


def init(*arguments: str, answers: str = "") -> Result:
    return RUNNER.invoke(app, ["init", *arguments], input=answers)


@pytest.mark.parametrize(("name", "command"), ALL, ids=[name for name, _ in ALL])
def test_the_help_of_every_command_ends_with_ways_to_call_it(
    name: str,
    command: Any,  # noqa: ANN401
) -> None:
    _, *lines = (command.epilog or "").split("\n\n")

    assert 1 <= len(lines) <= 2, f"{name}: epilog=examples(…) is missing"
    assert all(line.startswith(name) for line in lines)
    shown = RUNNER.invoke(app, [*name.split()[1:], "--help"], env={"COLUMNS": "200"}).stdout
    assert all(line in shown for line in lines)


def test_enter_accepts_what_init_suggests(user: Path) -> None:
    result = init(answers="\n\n\n")

    assert result.exit_code == 0
    text = (user / "backfour/backfour.toml").read_text(encoding="utf-8")
    assert 'label = "Me"\nzone = "Europe/Lisbon"' in text
    assert result.stdout.splitlines()[-3:] == [
        f"Drop your files in:  {user / 'backfour/inbox/me'}",
        "Read them now:       backfour run",
        "Every night:         backfour schedule",
    ]


def test_init_asks_again_for_a_zone_that_does_not_exist(user: Path) -> None:
    result = init(answers=f"Ann\nBerlin\nAsia/Tokyo\n{user / 'else where'}\n")

    assert "There is no time zone 'Berlin'" in result.stdout
    text = (user / "else where/backfour.toml").read_text(encoding="utf-8")
    assert 'label = "Ann"\nzone = "Asia/Tokyo"' in text
    assert f"backfour run --home '{user / 'else where'}'" in result.stdout


def test_at_a_terminal_too_flags_are_enough(user: Path) -> None:
    result = init("--name", "Alex", "--zone", "Europe/Berlin")

    assert result.exit_code == 0
    assert "[" not in result.stdout
    assert (user / "backfour/backfour.toml").exists()


@pytest.mark.parametrize("name", ["Dropbox", "Nextcloud", "OneDrive - Work", "Sync"])
def test_of_a_synchronised_folder_only_the_inbox_is_proposed(user: Path, name: str) -> None:
    shared = user / name / "backfour"

    result = init(answers=f"\n\n{shared}\n\n")

    assert result.exit_code == 0, result.output
    assert "is not safe" in result.stdout
    assert (user / "backfour/inbox").resolve() == shared / "inbox"
    assert not (user / "backfour/people").is_symlink()
    assert f"Drop your files in:  {shared / 'inbox/me'}" in result.stdout


def test_what_is_dropped_in_a_synchronised_inbox_is_imported(user: Path) -> None:
    init(answers=f"\n\n{user / 'Dropbox'}\n\n")
    (user / "Dropbox/inbox/me/a.fit").write_bytes(sample_files()[0].read_bytes())

    result = RUNNER.invoke(app, ["run", "--direct"])

    assert "1 new file," in result.stdout
    assert [each.name for each in (user / "Dropbox/inbox").rglob("*")] == ["me", "a.fit"]


def test_who_wants_it_in_a_synchronised_folder_gets_it_after_saying_so_twice(user: Path) -> None:
    (user / "shared/.stfolder").mkdir(parents=True)

    refused = init(answers=f"\n\n{user / 'shared/b'}\nn\nn\n")
    wanted = init(answers=f"\n\n{user / 'shared/b'}\nn\ny\n")

    assert (refused.exit_code, wanted.exit_code) == (2, 0)
    assert "nothing was made" in refused.output
    assert not (user / "shared/b/inbox").is_symlink()
    assert (user / "shared/b/backfour.toml").exists()


def test_without_a_terminal_a_synchronised_folder_is_warned_of_and_nothing_asked(
    tmp_path: Path,
) -> None:
    result = init("--home", str(tmp_path / "Dropbox"))

    assert result.exit_code == 0
    assert "is synchronised by Dropbox" in result.output


def context(home: Path, **more: str) -> typer.Context:
    made = typer.Context(typer.main.get_command(app))
    made.params = {"home": home, **more}
    return made


def test_the_shell_offers_the_people_there_are(tmp_path: Path) -> None:
    home = new_home(tmp_path)
    with home.settings_file.open("a", encoding="utf-8") as file:
        file.write('[people.ann]\nzone = "UTC"\n')

    assert completing.people(context(tmp_path), "") == [("ann", "ann"), ("me", "Alex")]
    assert completing.people(context(tmp_path), "m") == [("me", "Alex")]


def test_the_shell_offers_the_weeks_that_have_a_page_newest_first(tmp_path: Path) -> None:
    home = new_home(tmp_path)
    drop(home, sample_files())
    run(home)

    assert completing.weeks(context(tmp_path), "2026-W4")[:2] == ["2026-W47", "2026-W46"]
    assert completing.weeks(context(tmp_path, person="ann"), "") == []


@pytest.mark.parametrize("text", [None, "people = 1", "[people", "people.me = 2", "\x00"])
def test_the_shell_is_offered_nothing_where_there_is_nothing_to_read(
    tmp_path: Path, text: str | None
) -> None:
    if text is not None:
        (tmp_path / "backfour.toml").write_text(text, encoding="utf-8")

    assert completing.people(context(tmp_path), "") == []
    assert completing.weeks(context(tmp_path), "") == []


def test_what_the_shell_asks_loads_neither_polars_nor_prefect(tmp_path: Path) -> None:
    new_home(tmp_path)
    script = (
        "import sys\n"
        "from flows.command import app\n"
        "try:\n"
        "    app(prog_name='backfour')\n"
        "finally:\n"
        "    print(sorted({'polars', 'prefect'} & set(sys.modules)))\n"
    )
    asked = {
        "BACKFOUR_HOME": str(tmp_path),
        "_BACKFOUR_COMPLETE": "complete_bash",
        "COMP_WORDS": "backfour report --person ",
        "COMP_CWORD": "3",
        "PYTHONPATH": str(PROJECT),
    }

    result = subprocess.run(  # noqa: S603 - our own interpreter
        [sys.executable, "-c", script],
        capture_output=True,
        text=True,
        env=os.environ | asked,
        check=False,
    )

    assert result.stdout.split() == ["me", "[]"], result.stderr
