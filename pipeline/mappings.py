"""Which mapping belongs to which file: by their names, as they were dropped.

`log.csv.map.toml` or `log.map.toml` beside `log.csv` belongs to that file; a `map.toml` to every
file of its folder whose header it names. A mapping is an original like any other, so a rebuild
finds it; dropped again under the same name it takes the place of the one before.
"""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence

OF_A_FOLDER = b"map.toml"
OF_A_FILE = b".map.toml"
TABLES = (b".csv", b".tsv", b".txt")


def beside(name: bytes) -> tuple[bytes, ...]:
    """Return the names of the mappings that may belong to a file, the nearest first."""
    folder, stroke, last = name.rpartition(b"/")
    stem, dot, _ = last.rpartition(b".")
    if is_mapping(name):
        return ()
    own = [last + OF_A_FILE, *([stem + OF_A_FILE] if dot and stem else [])]
    if last.lower().endswith(TABLES):
        own.append(OF_A_FOLDER)
    return tuple(folder + stroke + each for each in own)


def is_mapping(name: bytes) -> bool:
    """Tell a mapping by its name; what it holds is for a reader to say."""
    last = name.rpartition(b"/")[2].lower()
    return last == OF_A_FOLDER or last.endswith(OF_A_FILE)


def chosen(
    names: Mapping[str, Sequence[bytes]], first_seen: Callable[[str], dt.datetime]
) -> dict[str, tuple[str, ...]]:
    """Return, for each original that has any, the originals of its mappings, the nearest first.

    `names` are those each original was dropped under. Of several mappings of one name the one
    seen last counts, then the one with the larger hash.
    """
    maps = [(sha256, name) for sha256, own in names.items() for name in own if is_mapping(name)]
    by_age = sorted((first_seen(sha256), sha256, name) for sha256, name in maps)
    newest = {name: sha256 for _, sha256, name in by_age}
    if not newest:
        return {}
    found = {
        sha256: tuple(
            dict.fromkeys(
                newest[near] for name in sorted(own) for near in beside(name) if near in newest
            )
        )
        for sha256, own in names.items()
    }
    return {sha256: maps for sha256, maps in found.items() if maps}
