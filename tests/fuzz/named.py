"""File names through all that looks at names: the inbox, mappings, archives, and what is shown."""

import os
import tempfile
from collections.abc import Sequence
from pathlib import Path

from pipeline import inbox, mappings
from pipeline.errors import Code
from pipeline.members import without_address
from pipeline.report.escape import visible
from pipeline.tables import names_in_order, shown_name
from tests.fuzz.trial import Verdict

IN_MEMORY = Path("/dev/shm")  # noqa: S108 - nothing is looked for there by a known name
NO_FILE = (Code.I_TEMP, Code.I_SYNC)


def tried_names(names: Sequence[bytes]) -> Verdict:
    """Put files of these names into an inbox, and look at them as a run does, twice."""
    found: list[str] = []
    place = IN_MEMORY if IN_MEMORY.is_dir() else None
    with tempfile.TemporaryDirectory(dir=place) as folder:
        there = _made(os.fsencode(folder), names)
        entries = list(inbox.scan(Path(folder)))
        if [each.name for each in entries] != there:
            found.append("the inbox lists other names than there are")
        if entries != list(inbox.scan(Path(folder))):
            found.append("the inbox lists something else the second time")
    if odd := [each for each in entries if each.code not in {None, *NO_FILE}]:
        found.append(f"a regular file is {odd[0].code}")
    found += [fault for name in there for fault in _faults(name)]
    if sorted(names_in_order(there)) != sorted(map(shown_name, there)):
        found.append("names are lost where they are put in order")
    ignored = sum(each.code is not None for each in entries)
    return Verdict("some ignored" if ignored else "all taken", tuple(found))


def _made(folder: bytes, names: Sequence[bytes]) -> list[bytes]:
    """Make empty files; returns the names there are, since a system may refuse some."""
    for name in names:
        descriptor = os.open(os.path.join(folder, name), os.O_CREAT | os.O_WRONLY, 0o600)  # noqa: PTH118 - bytes
        os.close(descriptor)
    return sorted(os.listdir(folder))  # noqa: PTH208 - bytes


def _faults(name: bytes) -> list[str]:
    found = []
    shown = visible(shown_name(name))
    if not shown.replace("\u3000", " ").isprintable():
        found.append(f"shown as {shown!a}")
    if without_address(without_address(name)) != without_address(name):
        found.append("an address is left in a name")
    if mappings.is_mapping(name) and mappings.beside(name):
        found.append("a mapping has a mapping")
    return found
