import ast
import re
import tomllib
from pathlib import Path

import pytest

from .homes import PROJECT

MODULES = sorted([*PROJECT.glob("pipeline/**/*.py"), *PROJECT.glob("flows/**/*.py")])
LONGEST_MODULE = 350


def _id(path: Path) -> str:
    return str(path.relative_to(PROJECT))


@pytest.mark.parametrize("module", MODULES, ids=_id)
def test_no_module_is_longer_than_350_lines(module: Path) -> None:
    assert len(module.read_text(encoding="utf-8").splitlines()) <= LONGEST_MODULE


@pytest.mark.parametrize("module", MODULES, ids=_id)
def test_no_module_but_the_programme_holds_an_exercise_as_a_literal(module: Path) -> None:
    if "programme" in module.parts:
        return
    exercises = tomllib.loads(
        (PROJECT / "pipeline/programme/exercises.toml").read_text(encoding="utf-8")
    )["exercises"]
    words = {exercise["id"] for exercise in exercises} - {"jog"}
    tree = ast.parse(module.read_text(encoding="utf-8"))
    docstrings = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }

    literals = {
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and id(node) not in docstrings
    }

    if module.name == "settings.py":  # the commented settings file names them
        literals = {each for each in literals if isinstance(each, str) and "\n" not in each}
    assert not words & literals


def test_the_limit_is_compared_in_one_place() -> None:
    comparison = re.compile(r"metres\W{1,6}\s*<\s*\S*limit_m|limit_m\W{1,6}\s*>\s*\S*metres")

    places = [
        module.name
        for module in MODULES
        for line in module.read_text(encoding="utf-8").splitlines()
        if comparison.search(line)
    ]

    assert places == ["rules.py"]


@pytest.mark.parametrize("module", MODULES, ids=_id)
def test_nobody_hands_polars_a_path(module: Path) -> None:
    text = module.read_text(encoding="utf-8")

    calls = re.findall(r"pl\.(?:read|scan)_\w+\(([^)]*)", text)

    # A path globs, and reads its neighbours: bytes in memory are the one thing given to polars.
    assert all(call.startswith("io.BytesIO(") for call in calls)


@pytest.mark.parametrize("module", MODULES, ids=_id)
def test_the_clock_is_read_in_the_command_line_and_the_flows_only(module: Path) -> None:
    if module.parent.name in ("cli", "flows"):
        return
    text = module.read_text(encoding="utf-8")

    assert not re.search(r"datetime\.now|date\.today|time\.time\(\)|utcnow", text)


def test_the_lock_names_no_host() -> None:
    lock = (PROJECT / "requirements.lock").read_text(encoding="utf-8")

    assert "://" not in lock
    assert "--hash=sha256:" in lock
