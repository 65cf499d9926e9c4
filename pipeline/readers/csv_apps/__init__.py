"""Strength logs in CSV: a module for each app, and in it one value for each layout.

To add an app, add a module with its `Dialect`: there is no list to register in. No app documents
its export; the layouts are those of real files, and of other people's test data.
"""

import codecs
import functools
import importlib
import pkgutil
import unicodedata
from collections import Counter
from collections.abc import Sequence
from typing import TypeVar

from pipeline.errors import Code, Refused
from pipeline.readers import pain_diary
from pipeline.readers.csv_log import mapping, sets
from pipeline.readers.csv_log import text as csv_text
from pipeline.readers.csv_log.dialect import Dialect, Elsewhere, Table
from pipeline.readers.csv_log.identify import identify, opened
from pipeline.tables import Reading

__all__ = ["Dialect", "Elsewhere", "counts", "dialects", "elsewhere", "read", "recognises"]

# Read as text, a picture or an archive may begin innocently.
BINARY = (
    *(b"PK", b"\x1f\x8b", b"BZh", b"\xfd7zXZ", b"7z\xbc\xaf", b"Rar!"),
    *(b"%PDF", b"SQLite format 3", b"\x00\x05\x16\x07"),
    *(b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"RIFF"),
)
FIT_MARK = slice(8, 12)
Kind = TypeVar("Kind", Dialect, Elsewhere)


@functools.cache
def dialects() -> tuple[Dialect, ...]:
    """Return every layout that is read: the values of the modules beside this one."""
    return _values(Dialect)


@functools.cache
def elsewhere() -> tuple[Elsewhere, ...]:
    """Return every layout that is known and not read, with what to say of it."""
    return _values(Elsewhere)


def recognises(head: bytes) -> bool:
    """Tell text that may be a CSV export from all else, a mapping and a pain diary too.

    `head` is the file's first 64 kB; its last character may be cut.
    """
    if head.startswith(BINARY) or head[FIT_MARK] == b".FIT":
        return False
    if mapping.recognises(head) or pain_diary.recognises(head):
        return False
    encodings = ["utf-16"] if head.startswith(csv_text.UTF_16_MARKS) else ["utf-8-sig", "cp1252"]
    for encoding in encodings:
        try:
            text = codecs.getincrementaldecoder(encoding)().decode(head)
        except UnicodeDecodeError:
            continue
        # Windows-1252 takes almost any byte: there, a control character anywhere is no text.
        line = text if encoding == "cp1252" else text.lstrip().partition("\n")[0].rstrip("\r")
        return not text.lstrip().startswith(("<", "{", "[")) and not _has_controls(line)
    return False


def read(content: bytes, known: Sequence[Dialect] | None = None) -> Reading:
    """What a strength log says: one LoggedSet for each record, and the problems.

    Raises Refused when it is no known export, broken, empty, or too much of it is unreadable.
    """
    known = dialects() if known is None else known
    text, problems = csv_text.decode(content)
    found = opened(text, known)
    if found is None:
        dialect, table = _with_header(text, known)
    else:
        separator, dialect = found
        table = Table((), csv_text.without_header(text, separator))
    return sets.reading(dialect, table, problems)


def counts(reading: Reading) -> dict[str, int]:
    """How many records of each kind there are; they add up to the records of the file."""
    return dict(Counter(logged.kind for logged in reading.sets))


def _with_header(text: str, known: Sequence[Dialect]) -> tuple[Dialect, Table]:
    candidates = csv_text.header_candidates(text)
    if not candidates:
        raise Refused(Code.E_EMPTY, "The file has no content.")
    separator, dialect = identify(candidates, known, elsewhere())
    header = candidates[separator].cells
    return dialect, Table(header, csv_text.records(text, separator, len(header)))


def _values(kind: type[Kind]) -> tuple[Kind, ...]:
    names = sorted(module.name for module in pkgutil.iter_modules(__path__))
    modules = [importlib.import_module(f"{__name__}.{name}") for name in names]
    return tuple(value for each in modules for value in vars(each).values() if type(value) is kind)


def _has_controls(text: str) -> bool:
    """Whether a control character stands in a text, other than tabs and line ends."""
    return any(unicodedata.category(sign) == "Cc" and sign not in "\t\n\r\f\v" for sign in text)
