import re
import tomllib
from collections.abc import Callable

import pytest
from typer.testing import CliRunner

from flows.command import app
from pipeline.errors import Code
from pipeline.report.tables_csv import HEADS
from pipeline.settings.meanings import MEANINGS

from ..homes import PROJECT  # noqa: TID252 - tests are one package
from . import commands_page, settings_page
from .pages import with_made_part

REFERENCE = PROJECT / "docs" / "reference"
COMMANDS = commands_page.commands()


def test_the_page_of_settings_is_what_the_checks_say(
    matches_golden: Callable[[str, str], None],
) -> None:
    page = REFERENCE / "settings.md"

    matches_golden(with_made_part(page, settings_page.page()), str(page))


def test_every_setting_has_its_words_and_all_words_a_setting() -> None:
    assert sorted(settings_page.keys()) == sorted(MEANINGS)


@pytest.mark.parametrize("meaning", MEANINGS.values())
def test_a_meaning_is_a_sentence(meaning: str) -> None:
    assert meaning[0].isupper() or meaning.startswith(("`", "…"))
    assert meaning.endswith((".", "…"))


def test_the_page_of_commands_is_what_the_command_line_says(
    matches_golden: Callable[[str, str], None],
) -> None:
    page = REFERENCE / "commands.md"

    matches_golden(with_made_part(page, commands_page.page()), str(page))


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_and_all_that_it_takes_have_a_sentence(name: str) -> None:
    command = COMMANDS[name]

    assert command.help
    assert [each.name for each in command.params if not each.help and each.name != "help"] == []


def test_every_command_takes_the_folder_of_the_installation() -> None:
    assert [
        name for name, each in COMMANDS.items() if "home" not in {one.name for one in each.params}
    ] == []


def test_the_version_is_that_of_the_project() -> None:
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))["project"]

    result = CliRunner().invoke(app, ["--version"])

    assert result.output == f"backfour {project['version']}\n"


def test_every_code_is_in_the_page_of_codes() -> None:
    listed = re.findall(
        r"^\| `([EWI]_\w+)`", (PROJECT / "docs/codes.md").read_text("utf-8"), re.MULTILINE
    )

    assert listed == [code.value for code in Code]


def test_every_column_of_the_data_files_is_explained_in_its_place() -> None:
    page = (REFERENCE / "data-csv.md").read_text(encoding="utf-8")
    parts = dict(re.findall(r"^## `(\w+\.csv)`\n(.*?)(?=^## |\Z)", page, re.MULTILINE | re.DOTALL))
    listed = {name: re.findall(r"^\| `(\w+)`", part, re.MULTILINE) for name, part in parts.items()}

    assert listed == {path.removeprefix("data/"): list(head) for path, head in HEADS.items()}
