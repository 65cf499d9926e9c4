import os
import subprocess
import sys
import uuid
from pathlib import Path

import pytest

from tests.homes import PROJECT

pytestmark = pytest.mark.flow


def test_a_server_takes_the_automations_as_the_documents_have_them(
    tmp_path: Path, api: str
) -> None:
    text = (PROJECT / "docs/automations.yaml").read_text(encoding="utf-8")
    mine = tmp_path / "mine.yaml"
    mine.write_text(text.replace("BLOCK_ID", str(uuid.uuid4())), encoding="utf-8")

    result = subprocess.run(  # noqa: S603 - our own interpreter
        [sys.executable, "-m", "prefect", "automation", "create", "--from-file", str(mine)],
        env={**os.environ, "PREFECT_API_URL": api},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )

    assert result.returncode == 0, result.stdout + result.stderr
    assert "Created 2 automation(s)" in result.stdout
