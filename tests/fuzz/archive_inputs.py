"""Zip and gzip files in which each figure may lie: sizes, places, checksums, flags, methods.

Source: PKWARE, APPNOTE.TXT 6.3.10; RFC 1952.
"""

import random
import struct
import zlib
from dataclasses import dataclass

from tests.fuzz import csv_inputs, fit_inputs, names, seeds, xml_inputs
from tests.fuzz.mutation import INTERESTING, mutated

STORED, DEFLATED = 0, 8
DEEPEST = 2
RECORDINGS = {"fit": fit_inputs.content, "gpx": xml_inputs.gpx, "tcx": xml_inputs.tcx}
NAMES = (
    *(b"activities/1.fit", b"activities/2.gpx.gz", b"activities.csv", b"export/activities.csv"),
    *(b"apple_health_export/export.xml", b"apple_health_export/workout-routes/route_1.gpx"),
    *(b"export.xml", b"DI_CONNECT/DI-Connect-Uploaded-Files/a@b.de_12.fit", b"../../etc/passwd"),
    *(b"a.fit", b"a.gpx", b"b.tcx", b"c.csv", b"", b"/", b"folder/", b"\xff\xfe.fit", b"a\0.exe"),
    *(b"__MACOSX/._a.fit", b".DS_Store", b"[Content_Types].xml", b"doc.kml", b"x" * 5_000),
    *(b"inner.zip", b"a@" + b"b" * 300, "\u202etxt.fit".encode(), b"notes.txt"),
)
STRAVA = (
    b"Activity ID,Activity Date,Activity Name,Activity Type,Activity Description,Elapsed Time,"
    b"Distance,Filename,Elapsed Time,Moving Time,Distance\n"
    b'1,"Nov 5, 2026, 6:00:00 PM",Run,Run,,1200,2.60,activities/1.fit,1200.0,1180.0,2600.0\n'
    b'2,"Nov 6, 2026, 6:00:00 PM",Typed,Run,,1200,3.00,,1200.0,1180.0,3000.0\n'
)
WORKOUT = (
    b' <Workout workoutActivityType="HKWorkoutActivityTypeRunning" duration="20.0"'
    b' durationUnit="min" totalDistance="2.6" totalDistanceUnit="km"'
    b' startDate="2026-11-05 18:00:00 +0100" endDate="2026-11-05 18:20:00 +0100">\n'
    b'  <MetadataEntry key="HKTimeZone" value="Europe/Berlin"/>\n'
    b'  <WorkoutStatistics type="HKQuantityTypeIdentifierDistanceWalkingRunning" sum="2.6"'
    b' unit="km"/>\n  <WorkoutRoute><FileReference path="/workout-routes/route_1.gpx"/>'
    b"</WorkoutRoute>\n </Workout>\n"
)
APPLE = (
    b'<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE HealthData [\n'
    b"<!ELEMENT HealthData (Workout*)>\n<!ATTLIST HealthData locale CDATA #REQUIRED>\n]>\n"
    b'<HealthData locale="de_DE">\n <Record type="x" value="1"/>\n%s</HealthData>\n'
)
LISTS = (STRAVA, APPLE % WORKOUT, APPLE % (WORKOUT * 2))
LIST_TOKENS = tuple(
    token.encode()
    for token in (
        *("9999-12-31 23:59:59 -1400", "2000-01-01 00:00:00 +1400", "1999-12-31 00:00:00 +0000"),
        *("Dec 31, 9999, 11:59:59 PM", "31.12.9999, 23:59:59", "HKTimeZone", "1e400", "nan", "-1"),
        *(
            "right/Europe/Berlin",
            "posix/UTC",
            "Etc/GMT-14",
            "localtime",
            "../../x",
            "\0",
            "%",
            "ft",
        ),
        *("<!ENTITY a 'b'>", "<!--", "-->", "]>", "activities/2.gpx.gz", "<Workout ", "x" * 70_000),
        *("</Workout>", "<WorkoutRoute>", '"', ",", "\n", "&lt;", "totalDistance=", " " * 2_000),
    )
)


@dataclass
class _Member:
    """A member as its local header, its bytes, and the directory tell of it."""

    name: bytes
    content: bytes
    packed: bytes
    method: int
    flags: int = 0
    extra: bytes = b""
    mode: int = 0
    version: int = 20


def zipped(
    rng: random.Random, tokens: tuple[bytes, ...], *, is_wide: bool, depth: int = 0
) -> bytes:
    """Return a zip file; most of them can be opened."""
    wrong = rng.choice((0.0, 0.0, 0.005, 0.02, 0.1, 0.4))
    count = rng.choice((0, 1, 1, 2, 3, 6))
    members = [_member(rng, wrong, tokens, is_wide, depth) for _ in range(count)]
    chance = rng.random()
    if chance < 0.25:
        listed = rng.choice(LISTS)
        if rng.random() < 0.8:
            listed = mutated(rng, listed, (), LIST_TOKENS)
        members.append(_packed(rng, _list_name(listed), listed))
    if rng.random() < 0.1:
        members *= rng.choice((2, 3))
    rng.shuffle(members)
    content = _assembled(rng, members, wrong)
    if rng.random() < 0.1:
        content = mutated(rng, content, (), TOKENS)
    if rng.random() < 0.05:
        content = content[: rng.randrange(len(content) + 1)]
    return content


def gzipped(rng: random.Random, tokens: tuple[bytes, ...], *, is_wide: bool) -> bytes:
    """Return a gzip file of one or more parts."""
    wrong = rng.choice((0.0, 0.0, 0.005, 0.02, 0.1, 0.4))
    whole = _inner(rng, tokens, is_wide, 2)
    count = rng.choice((1, 1, 1, 2, 5))
    size = max(1, -(-len(whole) // count))
    parts = [whole[at : at + size] for at in range(0, len(whole), size)] or [b""]
    content = b"".join(_gz_part(rng, part, wrong) for part in parts)
    if rng.random() < 0.1:
        content += rng.choice((b"\0" * 600, b"junk", b"\x1f\x8b", b"\x1f\x8b\x08\0" * 3))
    if rng.random() < 0.03:
        content = _gz_part(rng, content, wrong)
    if rng.random() < 0.15:
        content = mutated(rng, content, (), TOKENS)
    if rng.random() < 0.1:
        content = content[: rng.randrange(len(content) + 1)]
    return content


def _inner(rng: random.Random, tokens: tuple[bytes, ...], is_wide: bool, depth: int) -> bytes:
    """Return what a member holds: any kind of file, an archive now and then."""
    kind = rng.choice(("fit", "gpx", "tcx", "csv", "seed", "seed", "junk", "archive"))
    if kind == "csv":
        return csv_inputs.content(rng, tokens, is_wide=is_wide)
    if kind == "junk":
        return rng.choice((b"", b"hello", rng.randbytes(100), b"\0" * 3_000_000, b"PK\3\4"))
    if kind == "archive" and depth < DEEPEST:
        if rng.random() < 0.5:
            return zipped(rng, tokens, is_wide=is_wide, depth=depth + 1)
        return gzipped(rng, tokens, is_wide=is_wide)
    if kind in RECORDINGS:
        return RECORDINGS[kind](rng, tokens)
    return rng.choice(seeds.of(rng.choice(("fit", "gpx", "tcx", "csv")), is_wide=is_wide))


def _member(
    rng: random.Random, wrong: float, tokens: tuple[bytes, ...], is_wide: bool, depth: int
) -> _Member:
    name = rng.choice(NAMES) if rng.random() < 0.8 else names.name(rng)
    member = _packed(rng, name, _inner(rng, tokens, is_wide, depth))
    if rng.random() < wrong:
        member.method = rng.choice((1, 9, 12, 14, 93, 95, 99, 0xFFFF))
    if rng.random() < wrong:
        member.flags = rng.choice((1, 8, 0x40, 0x800, 0x2000, 0xFFFF))
    if rng.random() < wrong:
        member.mode = rng.choice((0o120777, 0o040755, 0o010644, 0o060000, 0xFFFF))
    if rng.random() < wrong:
        member.extra = rng.choice(
            (b"\x01\0\x08\0" + b"\xff" * 8, b"\x01\0\xff\xff", b"\x01", b"\0" * 9)
        )
    if rng.random() < wrong:
        member.packed = mutated(rng, member.packed, (), TOKENS)
    return member


def _list_name(listed: bytes) -> bytes:
    return (
        b"activities.csv" if listed.startswith(b"Activity") else b"apple_health_export/export.xml"
    )


def _packed(rng: random.Random, name: bytes, content: bytes) -> _Member:
    method = rng.choice((STORED, DEFLATED, DEFLATED))
    packed = content if method == STORED else _deflated(content)
    return _Member(name, content, packed, method)


def _deflated(content: bytes) -> bytes:
    deflater = zlib.compressobj(6, zlib.DEFLATED, -15)
    return deflater.compress(content) + deflater.flush()


def _assembled(rng: random.Random, members: list[_Member], wrong: float) -> bytes:
    """Write local headers and bytes, the directory, and its end; each figure may lie."""

    def told(value: int, bits: int) -> int:
        if rng.random() < wrong:
            value = rng.choice((*INTERESTING, value + 1, value - 1, value * 2))
        return value % (1 << bits)

    content, directory = (
        bytearray(rng.randbytes(3) if rng.random() < wrong / 4 else b""),
        bytearray(),
    )
    for each in members:
        offset = len(content)
        crc, packed, size = zlib.crc32(each.content), len(each.packed), len(each.content)
        described = rng.random() < 0.2
        flags = each.flags | (8 if described else 0)
        sizes = (0, 0, 0) if described else (told(crc, 32), told(packed, 32), told(size, 32))
        content += struct.pack(
            "<4s5H3I2H", b"PK\3\4", 20, flags, each.method, 0, 0, *sizes, len(each.name), 0
        )
        content += each.name + each.packed
        if described:
            content += struct.pack("<4s3I", b"PK\7\x08", crc, packed, size)
        extra, wide = each.extra, rng.random() < 0.1
        if wide:
            extra = struct.pack("<2H3Q", 1, 24, told(size, 64), told(packed, 64), told(offset, 64))
        figures = [told(crc, 32), told(packed, 32), told(size, 32)]
        figures[1:] = [0xFFFFFFFF, 0xFFFFFFFF] if wide else figures[1:]
        lengths = (len(each.name), told(len(extra), 16), told(0, 16))
        directory += struct.pack(
            "<4s6H3I5H2I", b"PK\1\2", 3 << 8 | 20, each.version, flags, each.method, 0, 0, *figures,
            *lengths, 0, 0, each.mode << 16, 0xFFFFFFFF if wide else told(offset, 32),
        )  # fmt: skip
        directory += each.name + extra
    start = len(content)
    content += directory
    count = told(len(members), 16)
    if rng.random() < 0.1:
        content += struct.pack(
            "<4sQ2H2I4Q", b"PK\6\6", 44, 45, 45, 0, 0, count, count, told(len(directory), 64),
            told(start, 64),
        )  # fmt: skip
        content += struct.pack("<4sIQI", b"PK\6\7", 0, told(len(content) - 56, 64), 1)
    end = (b"PK\5\6", 0, 0, count, count, told(len(directory), 32), told(start, 32))
    comment = rng.choice((b"", b"", b"", b"", b"", b"hello", b"PK\5\6" + b"\0" * 18))
    content += struct.pack("<4s4H2IH", *end, len(comment)) + comment
    return bytes(content)


def _gz_part(rng: random.Random, content: bytes, wrong: float) -> bytes:
    flags, extra = 0, b""
    if rng.random() < 0.2:
        flags, extra = flags | 4, struct.pack("<H", 4) + b"ab\0\0"
    if rng.random() < 0.3:
        flags, extra = (
            flags | 8,
            extra + rng.choice((b"run.fit", b"\xff\x1b[2J", b"../x", b"n" * 3_000)) + b"\0",
        )
    if rng.random() < 0.1:
        flags, extra = flags | 16, extra + b"comment\0"
    if rng.random() < 0.1:
        flags, extra = flags | 2, extra + b"\0\0"
    if rng.random() < wrong:
        flags = rng.randrange(256)
    method = 8 if rng.random() >= wrong / 4 else rng.randrange(256)
    head = struct.pack("<2sBBIBB", b"\x1f\x8b", method, flags, 0, 0, 255)
    crc = zlib.crc32(content) if rng.random() >= wrong else rng.randrange(1 << 32)
    size = len(content) if rng.random() >= wrong else rng.choice(INTERESTING) % (1 << 32)
    return head + extra + _deflated(content) + struct.pack("<2I", crc, size)


TOKENS = (
    *(
        b"PK\1\2",
        b"PK\3\4",
        b"PK\5\6",
        b"PK\6\6",
        b"PK\6\7",
        b"PK\7\x08",
        b"\x1f\x8b\x08",
        b"\xff" * 4,
    ),
    *(b"\0" * 8, b"\x01\0\x10\0", b"\xff\xff"),
)
