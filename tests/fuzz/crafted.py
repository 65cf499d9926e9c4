"""Inputs that no chance would find: each asks for much with few bytes, or lies in one place.

Random damage alone comforts falsely, so these are tried at every commit.
"""

import gzip
import io
import struct
import zipfile
import zlib

from tests import drops
from tests.fuzz import fit_inputs, seeds
from tests.fuzz.archive_inputs import APPLE, STRAVA, WORKOUT

GPX = b'<gpx version="1.1" creator="t" xmlns="http://www.topografix.com/GPX/1/1">%s</gpx>'
POINT = b'<trkpt lat="%s" lon="13.4"><time>%s</time></trkpt>'
TIME = b"2026-11-05T18:00:0%dZ"
KILOBYTE, MEGABYTE = 1_000, 1_000_000


def _gpx(*places: bytes, time: bytes = b"") -> bytes:
    points = b"".join(POINT % (place, time or TIME % (at % 10)) for at, place in enumerate(places))
    return GPX % (b"<trk><trkseg>" + points + b"</trkseg></trk>")


def _fit(*definitions: bytes) -> bytes:
    """Return messages as a whole part, lengths and checksums right."""
    return fit_inputs.mended(bytes(14).replace(b"\0", b"\x0e", 1) + b"".join(definitions) + b"\0\0")


def _zip(*members: tuple[bytes, bytes]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as writer:
        for name, content in members:
            writer.writestr(zipfile.ZipInfo(name.decode("latin-1")), content)
    return target.getvalue()


def _shared_stream(count: int) -> bytes:
    """Return a zip whose many entries are the same 20 kB."""
    content = zlib.compress(bytes(20 * MEGABYTE), 9)[2:-4]
    local = struct.pack(
        "<4s5H3I2H", b"PK\3\4", 20, 0, 8, 0, 0, 0, len(content), 20 * MEGABYTE, 1, 0
    )
    entry = struct.pack(
        "<4s6H3I5H2I",
        b"PK\1\2",
        20,
        20,
        0,
        8,
        0,
        0,
        0,
        len(content),
        20 * MEGABYTE,
        1,
        0,
        0,
        0,
        0,
        0,
        0,
    )
    directory = (entry + b"a") * count
    start = len(local) + 1 + len(content)
    end = struct.pack("<4s4H2IH", b"PK\5\6", 0, 0, count, count, len(directory), start, 0)
    return local + b"a" + content + directory + end


ENTITIES = b"".join(b'<!ENTITY e%d "%s">' % (n + 1, b"&e%d;" % n * 10) for n in range(9))
NO_FIELDS = b"\x40\0\0\x14\0\0"
ALL_FIELDS = b"\x40\0\0\x14\0\xff" + b"\xfe\xff\x02" * 255
DEEP = 20_000
CRAFTED: dict[str, bytes] = {
    "empty": b"",
    "blank": b" \r\n\t" * KILOBYTE,
    "nul": bytes(100 * KILOBYTE),
    "line_ends": b"\n" * 65_000 + b"x",
    "openings": b"<" + b"<?" * 32_000,
    "comments": b"<gpx>" + b"<!-- x" * 10_000,
    "doctypes": b"<!DOCTYPE a[" * 5_000,
    "laughs": b'<?xml version="1.0"?><!DOCTYPE gpx [<!ENTITY e0 "ha">'
    + ENTITIES
    + b"]>"
    + GPX % b"&e9;",
    "outside": b'<!DOCTYPE gpx [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
    + GPX % b"<trk><name>&x;</name></trk>",
    "deep": GPX % (b"<a>" * DEEP + b"</a>" * DEEP),
    "attributes": GPX % (b"<trk " + b" ".join(b'a%d=""' % n for n in range(DEEP)) + b"/>"),
    "prefixes": GPX % b"".join(b'<trk xmlns:p%d="x"/>' % n for n in range(DEEP)),
    "long_text": GPX % (b"<trk><name>" + b"n" * MEGABYTE + b"</name></trk>"),
    "numbers": _gpx(b"nan", b"inf", b"1e400", b"52.5", b"91", b"1" * 400),
    "year_9999": _gpx(b"52.5", b"52.6", time=b"9999-12-31T23:59:59-14:00"),
    "year_1": _gpx(b"52.5", b"52.6", time=b"0001-01-01T00:00:00+14:00"),
    "utf_16_in_name_only": b'<?xml version="1.0" encoding="utf-16"?>' + _gpx(b"52.5", b"52.6"),
    "half_utf_16": b"\xff\xfe" + _gpx(b"52.5").decode().encode("utf-16-le")[:-1],
    "utf_7": b'<?xml version="1.0" encoding="utf-7"?>+ADw-gpx+AD4-',
    "no_fields": _fit(NO_FIELDS, b"\0" * MEGABYTE),
    "all_fields": _fit(ALL_FIELDS, (b"\0" + bytes(255 * 255)) * 30),
    "definitions": _fit(ALL_FIELDS * 2_000),
    "parts": drops.fit(seeds.START, 60.0, "running") * 40,
    "empty_parts": _fit() * 2_000,
    "fit_and_xml": b"<gpx   >.FIT" + b"</gpx>",
    "columns": b"," * 200_000,
    "rows": b"Date,Exercise\n" + b"1,2\n" * 200_000,
    "one_line": b'Date,"' + b"x" * (2 * MEGABYTE),
    "blanks_in_cells": drops.FITNOTES.encode()
    + b"2026-11-05,Shrug,Back,1"
    + b" " * 60_000
    + b"x,kgs,1h"
    + b" " * 60_000
    + b"x,,,,\n",
    "header_of_controls": "\u202e,\x1b[31m,\ufeff,\x07\n1,2,3,4\n".encode(),
    "gz_of_nothing": gzip.compress(bytes(50 * MEGABYTE), mtime=0),
    "gz_parts": gzip.compress(b"", mtime=0) * 20_000,
    "gz_in_gz": gzip.compress(gzip.compress(bytes(MEGABYTE), mtime=0), mtime=0),
    "zip_of_nothing": _zip((b"a.fit", bytes(50 * MEGABYTE))),
    "zip_in_zips": _zip((b"a.zip", _zip((b"b.zip", _zip((b"c.zip", _zip())))))),
    "shared_stream": _shared_stream(1_000),
    "long_names": _zip(*((b"%d" % n + b"a" * 60_000, b"x") for n in range(20))),
    "strava_9999": _zip(
        (b"activities.csv", STRAVA.replace(b"Nov 6, 2026", b"Dec 31, 9999")),
        (b"activities/1.fit", b"x"),
    ),
    "apple_9999": _zip((b"export.xml", APPLE % WORKOUT.replace(b"2026-11-05", b"9999-12-31"))),
    "apple_entities": _zip(
        (b"export.xml", (APPLE % WORKOUT).replace(b"<!ELEMENT", b"<!ENTITY", 1))
    ),
}
