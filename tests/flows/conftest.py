from collections.abc import Iterator
from pathlib import Path

import pytest

from flows.server import server


@pytest.fixture(scope="module")
def prefect_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("prefect")


@pytest.fixture(scope="module")
def api(prefect_home: Path) -> Iterator[str]:
    """The address of one server for the tests of a module that do not start their own."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PREFECT_HOME", str(prefect_home))
        patch.setenv("DO_NOT_TRACK", "1")
        patch.setenv("PREFECT_SERVER_ANALYTICS_ENABLED", "false")
        patch.delenv("PREFECT_API_URL", raising=False)
        with server() as address:
            yield address
