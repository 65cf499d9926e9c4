import re
import subprocess
import sys

import pytest
from typer.testing import CliRunner

from flows.command import app

from .homes import EXPECTED, PROJECT

README = (PROJECT / "README.md").read_text(encoding="utf-8")
COMMANDS = sorted(
    [
        *(each.callback.__name__ for each in app.registered_commands if each.callback),
        *(each.name for each in app.registered_groups if each.name),
    ]
)


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_is_in_the_readme_and_has_help(command: str) -> None:
    result = CliRunner().invoke(app, [command, "--help"])

    assert result.exit_code == 0
    assert f"backfour {command}" in README


@pytest.mark.parametrize("week", EXPECTED["weeks"])
def test_the_readme_lists_the_status_of_every_sample_week(week: str) -> None:
    assert re.search(rf"\| {week} \|.*`{EXPECTED['weeks'][week]}`", README)


def test_every_command_in_the_readme_exists() -> None:
    used = set(re.findall(r"backfour ([a-z]+)\b", " ".join(re.findall(r"`[^`]*`|    .*", README))))

    assert used <= {*COMMANDS}


def test_every_target_in_the_readme_is_in_the_makefile() -> None:
    targets = set(re.findall(r"`?make ([a-z-]+)`?", README))
    makefile = (PROJECT / "Makefile").read_text(encoding="utf-8")

    assert targets
    for target in targets:
        assert re.search(rf"^{target}:", makefile, re.MULTILINE)


def test_help_starts_without_polars_or_prefect() -> None:
    script = (
        "import sys\nfrom flows.command import app\n"
        "assert not {'prefect', 'polars'} & set(sys.modules), 'too much is loaded'\n"
    )

    result = subprocess.run(  # noqa: S603 - our own interpreter
        [sys.executable, "-c", script], capture_output=True, text=True, check=False
    )

    assert result.returncode == 0, result.stderr
