import itertools
import time
from pathlib import Path

import pytest
import try_worker

pytestmark = pytest.mark.flow


def test_a_worker_runs_the_deployment_and_never_two_at_once(tmp_path: Path) -> None:
    page = tmp_path / "home/reports/me/index.html"

    with try_worker.working(tmp_path, every_s=5) as worker:
        deadline = time.monotonic() + 240
        while "Completed" not in {state for state, *_ in try_worker.runs(tmp_path)}:
            assert worker.poll() is None
            assert time.monotonic() < deadline
            time.sleep(1)

    found = try_worker.runs(tmp_path)
    assert page.exists()
    assert {state for state, *_ in found} <= {"Completed", "Cancelled", "Pending", "Running"}
    done = sorted(
        (str(began), str(ended)) for state, _, began, ended in found if state == "Completed"
    )
    assert all(ended <= began for (_, ended), (began, _) in itertools.pairwise(done))
