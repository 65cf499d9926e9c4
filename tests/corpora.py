"""Where the real files lie: the shared corpus, and whatever folder BACKFOUR_CORPUS names."""

import functools
import os
from pathlib import Path

from pipeline.readers import xml_gate

SHARED = Path(__file__).resolve().parents[2] / "shared"
ROOTS = {"gpx": "gpx", "TrainingCenterDatabase": "tcx"}
HEAD_BYTES = 65_536


def activity_files(kind: str) -> list[Path]:
    """Every file of a kind ("fit", "gpx" or "tcx"), told by content; [] when nothing is there.

    Looks through ../shared/corpus and the folder that BACKFOUR_CORPUS names, at every depth.
    """
    folders = [SHARED / "corpus"]
    if named := os.environ.get("BACKFOUR_CORPUS"):
        folders.append(Path(named))
    return [path for folder in folders for path, told in _kinds(folder) if told == kind]


def corpus_files() -> list[Path]:
    """Every file of ../shared/corpus that somebody might drop, sorted; [] when it is not there."""
    folders = (SHARED / "corpus" / kind for kind in ("fit", "gpx", "tcx", "strength"))
    return sorted(file for folder in folders for file in folder.rglob("*") if file.is_file())


@functools.cache
def _kinds(folder: Path) -> list[tuple[Path, str | None]]:
    paths = (path for path in sorted(folder.rglob("*")) if path.is_file())
    return [(path, _kind(path)) for path in paths]


def _kind(path: Path) -> str | None:
    with path.open("rb") as file:
        head = file.read(HEAD_BYTES)
    if head[8:12] == b".FIT":
        return "fit"
    return ROOTS.get(xml_gate.root_name(head) or "") if xml_gate.is_xml(head) else None
