import difflib
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import settings

from pipeline.home import Home

from .corpora import SHARED, corpus_files
from .examples import WANTED
from .homes import new_home, run

# No test fails for the machine's being slow: what is to be fast is measured by `make bench`.
# Nor by chance: the same examples are drawn every time, and new ones by `make soak`.
settings.register_profile("backfour", deadline=None, derandomize=WANTED not in os.environ)
settings.load_profile("backfour")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--update-golden", action="store_true", help="rewrite the golden files, then review them"
    )


@pytest.fixture
def matches_golden(request: pytest.FixtureRequest) -> Callable[[str, str], None]:
    """Compare a text with `golden/<name>` beside the test; a missing golden is a failure."""
    folder = Path(request.path).parent / "golden"

    def compare(text: str, name: str) -> None:
        golden = folder / name
        if request.config.getoption("--update-golden"):
            golden.parent.mkdir(parents=True, exist_ok=True)
            golden.write_text(text, encoding="utf-8", newline="\n")
            return
        if not golden.exists():
            pytest.fail(f"{name} has no golden; run pytest --update-golden and review it")
        expected = golden.read_text(encoding="utf-8")
        if text != expected:
            lines = difflib.unified_diff(
                expected.splitlines(), text.splitlines(), f"golden/{name}", "now", lineterm="", n=2
            )
            pytest.fail("\n".join(list(lines)[:60]), pytrace=False)

    return compare


@pytest.fixture
def shared() -> Path:
    """The folder of real and hostile files; without it the test says so and is skipped."""
    if not SHARED.is_dir():
        pytest.skip("../shared is not there: real and hostile files were not read")
    return SHARED


@pytest.fixture(scope="session")
def corpus_home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """An installation into which every real file of every kind was dropped, run once.

    Shared by all tests, since it takes long: they may run it again, and drop nothing into it.
    """
    if not SHARED.is_dir():
        pytest.skip("../shared is not there: no real file was read")
    home = new_home(tmp_path_factory.mktemp("corpus"))
    for file in corpus_files():
        target = home.inbox / "me" / file.relative_to(SHARED / "corpus")
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(file.read_bytes())
    run(home)
    return home
