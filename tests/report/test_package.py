import ast
import re
from importlib import resources
from importlib.resources.abc import Traversable

import pytest

from pipeline.report import Options, render

from .weeks import history, on_plan

PACKAGE = resources.files("pipeline.report")
MODULES = [each for each in PACKAGE.iterdir() if each.name.endswith(".py")]
TEMPLATES = [each for each in (PACKAGE / "templates").iterdir() if each.name.endswith(".j2")]
FORBIDDEN = {
    "os",
    "pathlib",
    "shutil",
    "socket",
    "urllib",
    "datetime.datetime.now",
    "locale",
    "time",
}
LAYERS = {"week", "calendar", "errors", "report"}


def imported(module: Traversable) -> set[str]:
    names = set()
    for node in ast.walk(ast.parse(module.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names.add(node.module or "")
    return names


@pytest.mark.parametrize("module", MODULES, ids=lambda each: each.name)
def test_a_module_never_reaches_disk_network_or_clock(module: Traversable) -> None:
    names = imported(module)

    assert not {name.partition(".")[0] for name in names} & FORBIDDEN
    own = {name.split(".")[1] for name in names if name.startswith("pipeline.")}
    assert own <= LAYERS
    assert not re.search(r"\b(now|today|utcnow|getlocale)\(", module.read_text("utf-8"))


@pytest.mark.parametrize("module", MODULES, ids=lambda each: each.name)
def test_a_module_stays_small_and_names_no_exercise(module: Traversable) -> None:
    text = module.read_text("utf-8")

    assert len(text.splitlines()) <= 300
    assert not [word for word in ("pulldown", "glute", "shrug") if word in text.lower()]


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda each: each.name)
def test_a_template_never_trusts_text(template: Traversable) -> None:
    text = template.read_text("utf-8")

    assert "safe" not in text
    assert "autoescape" not in text
    assert "Markup(" not in text


def test_ten_years_stay_within_the_sizes_promised() -> None:
    found = dict(render(history(on_plan(), 519), options=Options()))

    assert len(found["index.html"]) < 160_000
    assert max(len(data) for path, data in found.items() if "-W" in path) < 60_000
    assert len(found) == 3 * 520 + 8
