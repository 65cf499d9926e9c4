"""What each reason code says: a general sentence, what to do, and when the file is tried again.

One closed table. A refusal brings its own sentence, with the value and the place in it; what is
not taken, and docs/codes.md, use the ones here.
"""

import enum
from collections.abc import Mapping
from dataclasses import dataclass

from pipeline.errors import Code


class Retry(enum.StrEnum):
    """When a file that was not imported is looked at again, without anybody asking.

    There is no "never": the bytes are kept, and reading an empty file again costs nothing.
    """

    READERS = "R"
    ALONE = "alone"
    RUN = "run"


RETRIES: Mapping[Retry, str] = {
    Retry.READERS: "When the readers change, or the mapping that describes its app.",
    Retry.ALONE: "At once, alone and with double limits; then when the readers change.",
    Retry.RUN: "In every run.",
}


@dataclass(frozen=True)
class Reason:
    """What is said of a code. `sentence` and `remedy` are whole sentences, without any value."""

    sentence: str
    remedy: str
    retry: Retry = Retry.READERS

    @property
    def asks(self) -> bool:
        """Whether somebody has to do something about it."""
        return self.remedy != _NOTHING


_AGAIN = "Export it again."
_COPY = "Copy it again from the device."
_MEND = "Export or copy it again."
_UNPACK = "Unpack it and drop the files."
_REAL = "Tell us if it is a real export."
_KEPT = "Tell us; the file is kept."
_NOTHING = "Nothing to do."

REASONS: Mapping[Code, Reason] = {
    Code.E_EMPTY: Reason("The file has no content.", _AGAIN),
    Code.E_TOO_BIG: Reason("The file is larger than what is read.", "Split the export."),
    Code.E_TRUNCATED: Reason(
        "The file ends too early, and nothing before that can be used.", _COPY
    ),
    Code.E_CRC: Reason("The checksum does not match, and nothing in it can be trusted.", _COPY),
    Code.E_NOT_RECOGNISED: Reason(
        "This is no FIT, GPX, TCX or known CSV export.",
        "Export as FIT or GPX, or describe the app.",
    ),
    Code.E_AMBIGUOUS: Reason("Two readers claim it.", "Tell us; nothing is guessed."),
    Code.E_UNSUPPORTED: Reason(
        "This is a kind of file that is not read: an app's backup, a web page, PDF, KML, JSON …",
        "Export as FIT, GPX or CSV.",
    ),
    Code.E_NO_ACTIVITY: Reason(
        "The file is sound but holds no workout: settings, a course, weights …", _NOTHING
    ),
    Code.E_XML: Reason("The XML is broken.", _MEND),
    Code.E_FIT: Reason("The FIT structure is broken.", _MEND),
    Code.E_XML_DTD: Reason(
        "It declares a DTD or entities, which no export needs.", "Export it from the app itself."
    ),
    Code.E_XML_LIMIT: Reason("Something in the XML exceeds a limit.", _REAL),
    Code.E_FIT_LIMIT: Reason("Something in the FIT file exceeds a limit.", _REAL),
    Code.E_CSV_HEADER: Reason(
        "The columns are not those of a known app.",
        "Describe the app: backfour inspect drafts how.",
    ),
    Code.E_CSV_ROW: Reason(
        "A line has more or fewer cells than the header.", "Export it again, unedited."
    ),
    Code.E_ENCODING: Reason("The text is not UTF-8, UTF-16 or Windows-1252.", "Save it as UTF-8."),
    Code.E_TIME_FIELD: Reason("Too many times in it cannot be read.", _AGAIN),
    Code.E_VALUE_RANGE: Reason("Too many values in it are impossible.", _AGAIN),
    Code.E_ENCRYPTED: Reason("The archive is locked with a password.", _UNPACK),
    Code.E_ZIP_METHOD: Reason(
        "It is packed with a method other than stored and deflate.", "Pack it again, or unpack it."
    ),
    Code.E_ZIP_LIMIT: Reason(
        "The archive exceeds a limit on its members, bytes, ratio or overlap.", _UNPACK
    ),
    Code.E_NESTED: Reason("Archives are nested more than two deep.", "Unpack the inner one."),
    Code.E_TIME: Reason("Reading it took longer than allowed.", _KEPT, Retry.ALONE),
    Code.E_MEMORY: Reason("Reading it needed more memory than allowed.", _KEPT, Retry.ALONE),
    Code.E_CRASH: Reason("Reading it ended the reader.", _KEPT, Retry.ALONE),
    Code.W_SETTLING: Reason("Still being written.", _NOTHING, Retry.RUN),
    Code.W_NO_PERSON: Reason(
        "It lies where it belongs to nobody.", "Move it to a person's folder.", Retry.RUN
    ),
    Code.W_DISK: Reason("Our disk is nearly full.", "Make room on the disk.", Retry.RUN),
    Code.W_IO: Reason(
        "It cannot be opened, or our disk failed.",
        "Check who may read it, and the disk; backfour doctor helps.",
        Retry.RUN,
    ),
    Code.W_INTERNAL: Reason("A fault of ours.", "Tell us.", Retry.RUN),
    Code.I_TEMP: Reason("A temporary name.", _NOTHING, Retry.RUN),
    Code.I_SYNC: Reason("A sync tool's own file.", _NOTHING, Retry.RUN),
    Code.I_NOT_REGULAR: Reason("No regular file.", _NOTHING, Retry.RUN),
    Code.I_MEMBER: Reason("An archive member that is no workout.", _NOTHING),
}
