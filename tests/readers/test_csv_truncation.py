from pathlib import Path

import pytest

from pipeline.errors import Refused
from pipeline.readers import csv_apps
from tests.readers.strength_logs import SAMPLES


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.name)
def test_every_prefix_is_read_or_refused(path: Path) -> None:
    content = path.read_bytes()
    for size in range(len(content) + 1):
        try:
            reading = csv_apps.read(content[:size])
        except Refused as fault:
            assert fault.refusal.fault  # noqa: PT017  either end is right
        else:
            assert sum(csv_apps.counts(reading).values()) > 0
