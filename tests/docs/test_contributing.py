import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from ..homes import PROJECT  # noqa: TID252 - tests are one package
from .pages import blocks

TEXT = (PROJECT / "CONTRIBUTING.md").read_text(encoding="utf-8")
PARTS = ("pipeline", "flows", "scripts", "tests", "sample_data", "pyproject.toml")
MOST = 350  # lines of a module
COMMANDS = {
    "python": [sys.executable],
    "backfour": [sys.executable, "-c", "from flows.command import main; main()"],
}


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    aside = shutil.ignore_patterns("__pycache__", "fuzz", "reliability", "report")
    for part in PARTS[:2]:
        shutil.copytree(
            PROJECT / part, tmp_path / part, ignore=shutil.ignore_patterns("__pycache__")
        )
    for part in PARTS[2:-1]:
        shutil.copytree(PROJECT / part, tmp_path / part, ignore=aside)
    shutil.copyfile(PROJECT / PARTS[-1], tmp_path / PARTS[-1])
    return tmp_path


def ran(clone: Path, line: str) -> str:
    tool, *words = line.split()
    command = [*COMMANDS[Path(tool).name], *words]
    place = {
        "PYTHONPATH": f"{clone}:{clone / 'scripts'}",
        "PATH": "/usr/bin:/bin",
        "HOME": str(clone),
    }
    done = subprocess.run(  # noqa: S603 - our own interpreter
        command, cwd=clone, env=place, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, f"{line}\n{done.stdout}\n{done.stderr}"
    return done.stdout


def test_an_app_is_added_by_the_steps_of_the_page(clone: Path) -> None:
    said = ""
    for block in blocks(TEXT):
        for word, rest in block.marks:
            if word == "file":
                (clone / rest).write_text(block.text, encoding="utf-8")
            if word == "steps":
                for line in re.findall(r"^\$ (.*)$", block.text, re.MULTILINE):
                    said += ran(clone, line)

    assert "IronLog" in said
    assert (clone / "tests/readers/golden/ironlog.csv.json").exists()
    assert re.search(r"\d+ passed", said)


def test_no_module_is_longer_than_the_page_says() -> None:
    assert f"at most {MOST}" in TEXT
    long = {
        str(path.relative_to(PROJECT)): lines
        for folder in ("pipeline", "flows")
        for path in (PROJECT / folder).rglob("*.py")
        if (lines := path.read_text(encoding="utf-8").count("\n")) > MOST
    }

    assert long == {}
