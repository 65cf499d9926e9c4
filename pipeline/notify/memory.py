"""What was sent to whom, beside the readings: `notified.json`. Losing it costs a repeated message.

It is written without the person's lock. So it makes no folder: of somebody who was erased
meanwhile, nothing comes back.
"""

import json
import secrets
from collections.abc import Mapping

from pipeline.library import Library
from pipeline.notify.due import Sent

FILE = "notified.json"


def load(library: Library) -> dict[str, Sent]:
    """Return what was sent on each way, by its key; nothing of a file that is damaged or gone."""
    try:
        said = json.loads((library.folder / FILE).read_bytes())
    except (OSError, ValueError, RecursionError):
        return {}
    if not isinstance(said, dict):
        return {}
    return {key: _sent(value) for key, value in said.items()}


def save(library: Library, sent: Mapping[str, Sent]) -> bool:
    """Replace what `load` returns; returns False where the disk, or an erasure, forbids it."""
    said = {
        key: {
            "weeks": {week: list(told) for week, told in each.weeks.items()},
            "nudged": each.nudged,
        }
        for key, each in sent.items()
    }
    content = json.dumps(said, sort_keys=True).encode("ascii")
    temporary = library.incoming / secrets.token_hex(16)  # swept, should this end here
    try:
        library.disk.write_new(temporary, [content])
        library.disk.rename(temporary, library.folder / FILE)
    except OSError:
        return False
    return True


def _sent(value: object) -> Sent:
    match value:
        case {"weeks": dict(weeks), "nudged": str(nudged)}:
            told = {str(week): _standing(each) for week, each in weeks.items()}
            return Sent({week: each for week, each in told.items() if each is not None}, nudged)
    return Sent()


def _standing(value: object) -> tuple[str, int] | None:
    match value:
        case [str(code), int(revision)]:
            return code, revision
    return None
