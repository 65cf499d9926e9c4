"""From bytes to what a file says: content decides which reader answers, never the name.

A reader is a module with `recognises(head)` and `read(content)`; exactly one must claim a file.
Readers keep no state and touch no disk. Two kinds have a second opinion: `read_reference`, which
a well-known library answers, slower and with less care. It is asked when our own reader declines,
always in a fresh process, since those libraries carry state from file to file.
"""

import functools
import hashlib
import importlib.metadata
import importlib.resources
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from pipeline.errors import Code, Decline, Declined, Refusal, Refused
from pipeline.readers import csv_apps, fit, gpx, pain_diary, tcx, track, xml_gate
from pipeline.readers.csv_log import mapped, mapping
from pipeline.readers.limits import LIMITS
from pipeline.tables import Activity, Reading

HEAD_BYTES = 65_536


@dataclass(frozen=True)
class Reader:
    """How one kind of file is told, read, and read by another library, where there is one."""

    recognises: Callable[[bytes], bool]
    read: Callable[[bytes], Reading]
    reference: Callable[[bytes], Reading] | None = None


READERS = {
    "fit": Reader(fit.recognises, fit.read, fit.read_reference),
    "gpx": Reader(gpx.recognises, gpx.read, gpx.read_reference),
    "tcx": Reader(tcx.recognises, tcx.read),
    "csv": Reader(csv_apps.recognises, csv_apps.read),
    "map": Reader(mapping.recognises, mapping.read),
    "pain": Reader(pain_diary.recognises, pain_diary.read),
}
PACKAGES = tuple(f"pipeline.readers{name}" for name in ("", ".fit", ".csv_log", ".csv_apps"))
MAPPED = (Code.E_CSV_HEADER, Code.E_UNSUPPORTED)
LIBRARIES = ("fastcrc", "fitparse", "gpxpy", "numpy", "pyproj", "tzfpy")
# What arrives in such folders and is never read here: first bytes, and what it is.
UNREAD = (
    (b"SQLite format 3\0", "app backup", "Export as CSV instead."),
    (b"%PDF", "PDF", ""),
    (b"\x89PNG", "picture", ""),
    (b"\xff\xd8\xff", "picture", ""),
    (b"GIF8", "picture", ""),
    (b"{", "JSON file", ""),
    (b"[", "JSON file", ""),
)
XML_ROOTS = {
    "html": "web page that was saved instead of the file",
    "kml": "KML file",
    "HealthData": "Apple Health export",
}
APPLE_DOUBLE = b"\0\x05\x16\x07"


def read(content: bytes) -> Reading | Refusal | Declined:
    """Return what a file says, why it cannot be read, or that another library should read it.

    Never raises for what a file holds, as far as we know: any exception but those of memory is
    a decline where there is a reference reader, and the guard's business where there is none.
    """
    kind = None
    try:
        kind = claimed_by(content)
        return _placed(READERS[kind].read(content))
    except Refused as refused:
        return replace(refused.refusal, kind=kind)
    except MemoryError:
        raise
    except Exception as fault:
        if kind is None or READERS[kind].reference is None:
            raise
        # A fault of ours must not cost the person a jog: the reference reader gets its chance.
        reason = str(fault) if isinstance(fault, Decline) else type(fault).__name__
        return Declined(kind, reason)


def read_reference(content: bytes) -> Reading | Refusal:
    """Return what the reference library of a kind says of a file; for a fresh process only.

    Kinds without one are read by our own reader, which is all there is.
    """
    kind = None
    try:
        kind = claimed_by(content)
        reader = READERS[kind]
        if reader.reference is None:
            return _placed(reader.read(content))
        _require_size(content, LIMITS.reference_bytes)
        return _placed(reader.reference(content))
    except Refused as refused:
        return replace(refused.refusal, kind=kind)


def is_for_a_mapping(refused: Refusal) -> bool:
    """Tell a table that no app claims: a mapping may say how to read it."""
    return refused.kind == "csv" and refused.code in MAPPED


def read_mapped(content: bytes, maps: Sequence[bytes], refused: Refusal) -> Reading | Refusal:
    """Return what a CSV file that no app claims says, by the first mapping that is made for it.

    `refused` is why it could not be read without one: the answer when no mapping fits. A mapping
    that cannot be used says so in the refusal of the file it lies beside.
    """
    if not is_for_a_mapping(refused):
        return refused
    for each in maps:
        try:
            return mapped.read(content, mapping.parse(each))
        except Refused as fault:
            return replace(fault.refusal, kind="csv")
        except mapped.OtherHeader:
            continue
    return refused


def claimed_by(content: bytes) -> str:
    """Return the one reader that claims a file: fit, gpx, tcx, csv, map or pain.

    Raises Refused: E_EMPTY, E_TOO_BIG, E_UNSUPPORTED, E_NOT_RECOGNISED, or E_AMBIGUOUS.
    """
    if not content.strip(b"\0\t\r\n \xef\xbb\xbf"):
        raise Refused(Code.E_EMPTY, "The file has no content.")
    _require_size(content, LIMITS.file_bytes)
    head = content[:HEAD_BYTES]
    _refuse_by_magic(head)
    claims = [kind for kind, reader in READERS.items() if reader.recognises(head)]
    if len(claims) > 1:
        fault = f"Two readers claim it: {claims[0]} and {claims[1]}."
        raise Refused(Code.E_AMBIGUOUS, fault)
    if not claims:
        raise Refused(Code.E_NOT_RECOGNISED, "This is no FIT, GPX, TCX or known CSV export.")
    return claims[0]


@functools.cache
def version() -> str:
    """Identify the readers: a hash of their source, of the libraries they use and the limits.

    When it changes, every original is read again.
    """
    digest = hashlib.sha256()
    for package in PACKAGES:
        sources = importlib.resources.files(package).iterdir()
        for source in sorted(sources, key=lambda each: each.name):
            if source.name.endswith((".py", ".toml", ".csv")):
                digest.update(source.name.encode() + b"\0" + source.read_bytes())
    for library in LIBRARIES:
        digest.update(f"{library} {importlib.metadata.version(library)}\n".encode())
    return digest.hexdigest()[:12]


def _refuse_by_magic(head: bytes) -> None:
    if head.startswith(APPLE_DOUBLE):
        fault = "This is a companion that macOS packs beside a file, not the file itself."
        raise Refused(Code.E_UNSUPPORTED, fault)
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    for magic, kind, advice in UNREAD:
        if (start if magic in (b"{", b"[") else head).startswith(magic):
            raise Refused(
                Code.E_UNSUPPORTED, f"This is a {kind}, which is not read. {advice}".strip()
            )
    if xml_gate.is_xml(head):
        root = xml_gate.root_name(head)
        kind = XML_ROOTS.get(root or "", XML_ROOTS.get((root or "").lower(), ""))
        if kind:
            raise Refused(Code.E_UNSUPPORTED, f"This is a {kind}, which is not read.")


def _require_size(content: bytes, most: int) -> None:
    if len(content) > most:
        raise Refused(Code.E_TOO_BIG, f"The file is larger than {most // 1_000_000} MB.")


def _placed(reading: Reading) -> Reading:
    """Work out the wall clock of every activity whose zone the file told."""
    return replace(reading, activities=tuple(placed(each) for each in reading.activities))


def placed(activity: Activity) -> Activity:
    """Return the activity with its wall clock, where start and zone are known."""
    if activity.starts_at is None or activity.zone is None:
        return activity
    return replace(activity, local_start=track.local_time(activity.starts_at, activity.zone))
