"""What can be wrong with a file, as values: the closed list of codes, and refusals.

What is said of each code is in `reasons`. A refusal is a result: it becomes a row, a line in
`backfour status` and a note on a page. An exception is a fault of ours or of the settings.
"""

import enum
import traceback
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any


class Code(enum.StrEnum):
    """Every reason a file is refused, waits or is ignored. Adding one changes its golden too."""

    E_EMPTY = "E_EMPTY"
    E_TOO_BIG = "E_TOO_BIG"
    E_TRUNCATED = "E_TRUNCATED"
    E_CRC = "E_CRC"
    E_NOT_RECOGNISED = "E_NOT_RECOGNISED"
    E_AMBIGUOUS = "E_AMBIGUOUS"
    E_UNSUPPORTED = "E_UNSUPPORTED"
    E_NO_ACTIVITY = "E_NO_ACTIVITY"
    E_XML = "E_XML"
    E_FIT = "E_FIT"
    E_XML_DTD = "E_XML_DTD"
    E_XML_LIMIT = "E_XML_LIMIT"
    E_FIT_LIMIT = "E_FIT_LIMIT"
    E_CSV_HEADER = "E_CSV_HEADER"
    E_CSV_ROW = "E_CSV_ROW"
    E_ENCODING = "E_ENCODING"
    E_TIME_FIELD = "E_TIME_FIELD"
    E_VALUE_RANGE = "E_VALUE_RANGE"
    E_ENCRYPTED = "E_ENCRYPTED"
    E_ZIP_METHOD = "E_ZIP_METHOD"
    E_ZIP_LIMIT = "E_ZIP_LIMIT"
    E_NESTED = "E_NESTED"
    E_TIME = "E_TIME"
    E_MEMORY = "E_MEMORY"
    E_CRASH = "E_CRASH"
    W_SETTLING = "W_SETTLING"
    W_NO_PERSON = "W_NO_PERSON"
    W_DISK = "W_DISK"
    W_IO = "W_IO"
    W_INTERNAL = "W_INTERNAL"
    I_TEMP = "I_TEMP"
    I_SYNC = "I_SYNC"
    I_NOT_REGULAR = "I_NOT_REGULAR"
    I_MEMBER = "I_MEMBER"


@dataclass(frozen=True)
class Refusal:
    """Why one file cannot be read: the night goes on without it.

    `fault` is one whole sentence with the value and the place in it. `salvage` says what could
    still be read ("running, 27 September 2021, session total 11.27 km"), or is empty.
    """

    code: Code
    fault: str
    salvage: str = ""
    kind: str | None = None


@dataclass(frozen=True)
class Declined:
    """Why our own reader of a kind leaves a file to the reference library: read again by that.

    `reason` names what it met, for developers; it quotes no content.
    """

    kind: str
    reason: str


class Decline(Exception):
    """Raised by our own reader of a kind when it meets what it does not know."""


class Refused(Exception):
    """Ends the reading of one file; caught in `readers`, and never shown."""

    def __init__(self, code: Code, fault: str, salvage: str = "") -> None:
        """Carry the refusal; `kind` is filled in by whoever knows the reader."""
        super().__init__(fault)
        self.refusal = Refusal(code, fault, salvage)


class SettingsError(Exception):
    """A setting is wrong: the message names the key, the value and what is allowed."""


class Busy(Exception):
    """Another run holds this person's lock."""


class Unfinished(Exception):
    """Some people's runs did not finish: `done` are the others', `faults` why, by person."""

    def __init__(self, done: Sequence[Any], faults: Mapping[str, Exception]) -> None:
        """Carry both; whoever runs shows what was done before what was not."""
        super().__init__(f"not finished: {', '.join(faults)}")
        self.done, self.faults = done, faults


class NoReaders(Exception):
    """The guarded children cannot be started at all: a fault of ours or of the machine's."""


class DamagedTable(Exception):
    """The table on disk is not the one that was written; it is rebuilt from the originals."""


class OurFault(Exception):
    """A fault of ours in another process: its kind and its place, nothing of what was read."""


class WorkerDied(Exception):
    """A worker process ended in the middle of its work: whoever it worked for can be done again."""


def kind_and_place(fault: Exception) -> str:
    """Say what kind of fault it is and where it came from; never its words, which quote files."""
    if isinstance(fault, OurFault):
        return str(fault)
    frames = traceback.extract_tb(fault.__traceback__)
    place = f" at {Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else ""
    return f"{type(fault).__name__}{place}"


def portable(fault: Exception, inbox: Path) -> Exception:
    """Return a fault as it may leave its process: without traceback, content or names of files.

    A path stays unless it lies in the inbox: those are names somebody chose.
    """
    if isinstance(fault, OSError):
        place = fault.filename if isinstance(fault.filename, str) else None
        is_private = place is None or Path(place).is_relative_to(inbox)
        return OSError(fault.errno, fault.strerror, None if is_private else place)
    if isinstance(fault, Busy | SettingsError | NoReaders):
        return type(fault)(str(fault))
    return OurFault(kind_and_place(fault))
