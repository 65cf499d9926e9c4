from collections.abc import Iterator

import pytest

from tests.in_process import read_in_process

from .nights import Trials, trials


@pytest.fixture(scope="module")
def made() -> Iterator[Trials]:
    """Make installations in memory, and read their files in this process."""
    with read_in_process(), trials() as found:
        yield found
