"""Where the installation is that a command works on."""

import os
from pathlib import Path


def home_folder(given: Path | None) -> Path:
    """Return the installation to work on: the option, the environment, or ~/backfour."""
    return given or Path(os.environ.get("BACKFOUR_HOME") or Path.home() / "backfour")
