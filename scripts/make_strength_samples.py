"""Write a small strength log for each layout of each app, the same bytes on every run.

All of them are invented. Each holds what its app is known to do to a reader: warm-ups and rests,
planned sets, notes with line ends, units that come and go.

Usage: python scripts/make_strength_samples.py [FOLDER]
"""

import importlib
import pkgutil
import sys
from pathlib import Path

import strength_samples

APPS = [
    importlib.import_module(f"strength_samples.{module.name}")
    for module in pkgutil.iter_modules(strength_samples.__path__)
    if module.name != "lines"
]


def samples() -> dict[str, bytes]:
    """Return every sample by its name, which says the app and the variant."""
    return {name: text.encode() for app in APPS for name, text in app.SAMPLES.items()}


def write(folder: Path) -> list[Path]:
    """Write all samples into a folder, and return the files."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in samples().items():
        (folder / name).write_bytes(content)
    return [folder / name for name in samples()]


if __name__ == "__main__":
    project = Path(__file__).resolve().parents[1]
    for path in write(Path(sys.argv[1]) if sys.argv[1:] else project / "tests/readers/strength"):
        print(f"{path.stat().st_size:8} {path}")
