"""File names as a file system may hold them: any bytes but `/` and NUL, up to 255 of them."""

import random

LONGEST_BYTES = 255
WHOLE = (
    *(
        b"-rf",
        b"--help",
        b"*",
        b"?.fit",
        b"[ab].csv",
        b"{a,b}",
        b"~",
        b"~$x.csv",
        b"a.tmp",
        b".hidden",
    ),
    *(
        b"._a.fit",
        b"x.sync-conflict-20261105-180000-ABCDEFG.fit",
        b"run (1).gpx",
        b"run - Copy.gpx",
    ),
    *(
        b"run (conflicted copy 2026-11-05).fit",
        b"Thumbs.db",
        b"a.csv.map.toml",
        b"map.toml",
        b"log.map.toml",
    ),
    *(
        b"\xff.fit",
        b"\xed\xa0\x80.gpx",
        b"a\nb.fit",
        b"\r\n.csv",
        b"\x1b[31mred.fit",
        b"\x07",
        b" ",
        b"...",
    ),
    *(
        "e\u0301.gpx".encode(),
        "\u00e9.gpx".encode(),
        "\u202etif.nur".encode(),
        "\u2066x\u2069".encode(),
    ),
    *(
        "\ufeffbom.csv".encode(),
        "日本\u3000.fit".encode(),
        "\U0001f3c3\u200d\u2642\ufe0f.gpx".encode(),
    ),
    *(
        b"<script>alert(1)</script>.fit",
        b'"quoted".csv',
        b"'; DROP TABLE --.csv",
        b"=cmd|' /C calc'!A0.csv",
    ),
    *(
        b"%s%n%x",
        b"{0.__class__}",
        b"{{7*7}}",
        b"`id`.fit",
        b"$(id).gpx",
        b"a&b=c#d?e.fit",
        b"|pipe",
        b"a\\b",
    ),
    *(
        b"[x](javascript:alert(1)).md",
        b"CON",
        b"nul.fit",
        b"a" * LONGEST_BYTES,
        b"\xf0\x9f\x8f\x83" * 63,
        b"FIT",
    ),
)
PIECES = (
    *(
        b".",
        b"-",
        b"_",
        b" ",
        b"*",
        b"?",
        b"[",
        b"]",
        b"{",
        b"}",
        b"\n",
        b"\t",
        b"\x1b",
        b"\xff",
        b"\xc3",
        b"\x80",
    ),
    *(
        b"&",
        b"<",
        b">",
        b'"',
        b"'",
        b"|",
        b"`",
        b"$",
        b"%",
        b"#",
        b"@",
        b"\\",
        b"a",
        b"run",
        b".fit",
        b".gpx",
        b".csv",
    ),
    *(
        "\u202e".encode(),
        "\u200b".encode(),
        "\u0301".encode(),
        "İ".encode(),
        "ﬁ".encode(),
        "\ufffd".encode(),
    ),
    *(
        b".part",
        b"~",
        b".sync-conflict-",
        b"a@b.de_12.fit",
        b"\x7f",
        "\u0085".encode(),
        "\u2028".encode(),
    ),
)


def name(rng: random.Random) -> bytes:
    """Return one name."""
    made = rng.choice(WHOLE)
    if rng.random() < 0.7:
        made = b"".join(rng.choice(PIECES) for _ in range(rng.randint(1, 12)))
    if rng.random() < 0.1:
        made = (made * LONGEST_BYTES)[: rng.randint(200, LONGEST_BYTES)]
    made = made.replace(b"/", b"").replace(b"\0", b"")[:LONGEST_BYTES]
    return made if made.strip(b".") else b"x" + made[: LONGEST_BYTES - 1]


def names(rng: random.Random, count: int) -> list[bytes]:
    """Return so many different names."""
    found = {name(rng): None for _ in range(count)}
    number = 0
    while len(found) < count:
        number += 1
        found[b"%d" % number + name(rng)[: LONGEST_BYTES - 4]] = None
    return list(found)
