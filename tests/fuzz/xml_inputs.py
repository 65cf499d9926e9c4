"""GPX and TCX files made as trees that follow the formats, but for what is changed in them.

Texts, attributes, elements, encodings and markup may each be odd; most of a tree is not, so that
what is odd is reached. A third have many points alike, which are read in another way than few.
"""

import random
from dataclasses import dataclass, field

from tests.fuzz.mutation import mutated

NUMBERS = (
    *("52.5", "13.35", "-0", "0", "90", "-90", "90.0000001", "180", "-180.5", "100", "200"),
    *("nan", "inf", "-inf", "1e400", "-1e308", "1e308", "1e-320", "0x1F", "1_0", "1,5", "+5"),
    *("٣", "5.", ".5", "-", "", " 52.5 ", "5 5", "99999999999999999999", "1" * 400, "4999.999999"),
)
TIMES = (
    *("2026-11-05T18:00:00Z", "2026-11-05T18:00:00.5Z", "2026-11-05T18:00:00+01:00"),
    *(
        "2026-11-05T18:00:00",
        "2026-11-05 18:00:00Z",
        "2026-11-05T18:00:60Z",
        "2026-13-45T25:61:61Z",
    ),
    *("0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "9999-12-31T23:59:59.999999999Z"),
    *(
        "1970-01-01T00:00:00Z",
        "1999-12-31T23:59:59Z",
        "2000-01-01T00:00:00Z",
        "2026-11-05T18:00:00+99:99",
    ),
    *(
        "2026-11-05T18:00:00−05:30",
        "2026-11-05T18:00:00-00:00",
        "-2026-11-05T18:00:00Z",
        "20261105T180000Z",
    ),
    *("2024-02-30T00:00:00Z", "2026-11-05T18:00:00.123456789012345Z", "now", "", "2026-11-05"),
    *(
        "9998-12-31T12:00:00Z",
        "2199-12-31T23:00:00Z",
        "٢٠٢٦-11-05T18:00:00Z",
        "2026-11-05T18:00:00z",
    ),
)
WORDS = (
    *(
        "running",
        "Running",
        "run",
        "walking",
        "Biking",
        "9",
        "",
        " ",
        "<",
        "&amp;",
        "]]>",
        "\u202e\u0007",
    ),
    *(
        "\ufeff",
        "e\u0301",
        "x" * 1500,
        "日本",
        "\U0001f3c3" * 300,
        "trail_running",
        "other",
        "--",
        "'\"",
    ),
)
ENTITIES = ("&lt;", "&#10;", "&#x1F3C3;", "&#0;", "&#xD800;", "&undeclared;", "&amp;amp;", "&#65;")
DTDS = (
    *("<!DOCTYPE gpx>", '<!DOCTYPE gpx [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>'),
    *('<!DOCTYPE gpx SYSTEM "file:///etc/passwd">', "<!DOCTYPE gpx [<!ELEMENT gpx ANY>]>"),
    *("<!DOCTYPE TrainingCenterDatabase [", '<!DOCTYPE x [<!ENTITY % p SYSTEM "http://[">%p;]>'),
)
WRONG = (0.0, 0.002, 0.005, 0.02, 0.02, 0.1, 0.3)  # how likely each single thing is to be odd
ENCODINGS = ("utf-8", "utf-8", "utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "latin-1")
DECLARED = (
    *("UTF-8", "utf-16", "iso-8859-1", "windows-1252", "US-ASCII", "utf-7", "UTF-32", "cp037", "x"),
)


@dataclass
class _Node:
    name: str
    attributes: dict[str, str] = field(default_factory=dict)
    children: "list[_Node | str]" = field(default_factory=list)


@dataclass
class _Tree:
    """Makes nodes, now and then with an odd value."""

    rng: random.Random
    wrong: float
    broken: float  # how likely each single tag is to be wrong, which ends most readings
    clock_s: int = 0

    def odd(self) -> bool:
        return self.rng.random() < self.wrong

    def breaks(self) -> bool:
        return self.rng.random() < self.broken

    def number(self, usual: str) -> str:
        return self.rng.choice(NUMBERS) if self.odd() else usual

    def time(self) -> str:
        if self.odd():
            return self.rng.choice(TIMES)
        self.clock_s += self.rng.choice((1, 1, 1, 5, 60, 3600, -3, 0))
        hours, rest = divmod(max(0, self.clock_s), 3600)
        day, hour = divmod(hours, 24)
        clock = f"{(17 + hour) % 24:02d}:{rest // 60:02d}:{rest % 60:02d}"
        zone = self.rng.choice(("Z", "Z", ".250Z", "+01:00"))
        return f"2026-11-{min(5 + day, 30):02d}T{clock}{zone}"

    def word(self, usual: str) -> str:
        return self.rng.choice(WORDS) if self.odd() else usual

    def text(self, name: str, value: str) -> _Node:
        return _Node(name, {}, [value])

    def changed(self, node: _Node, depth: int = 0) -> None:
        """Leave elements out, double them, move them, or put others among them."""
        rng = self.rng
        if not self.odd() and depth < 6:
            for child in node.children:
                if isinstance(child, _Node):
                    self.changed(child, depth + 1)
            return
        for _ in range(rng.randint(1, 3)):
            place = rng.randrange(len(node.children) + 1)
            choice = rng.randrange(6)
            if choice == 0 and node.children:
                node.children.pop(rng.randrange(len(node.children)))
            elif choice == 1 and node.children:
                node.children += [rng.choice(node.children)] * rng.choice((1, 2, 2, 20))
            elif choice == 2:
                node.children.insert(place, self.nested(rng.choice((1, 2, 2, 3, 58, 65))))
            elif choice == 3:
                node.children.insert(place, rng.choice(WORDS))
            elif choice == 4:
                node.attributes[rng.choice(("lat", "xmlns:a", "xmlns", "Sport", "é"))] = rng.choice(
                    WORDS
                )
            else:
                node.name = rng.choice(("x:", "", "a:b:", "Y")) + node.name

    def nested(self, depth: int) -> _Node:
        node = _Node(self.rng.choice(("x", "trkpt", "Trackpoint", "hr", "extensions")))
        return node if depth == 1 else _Node(node.name, {}, [self.nested(depth - 1)])


def _tree(rng: random.Random) -> _Tree:
    wrong = rng.choice(WRONG)
    return _Tree(rng, wrong, wrong if rng.random() < 0.15 else 0.0)


def gpx(rng: random.Random, tokens: tuple[bytes, ...]) -> bytes:
    """Return a GPX file."""
    tree = _tree(rng)
    root = _Node("gpx", {"version": "1.1", "creator": tree.word("t")})
    if rng.random() < 0.8:
        root.attributes["xmlns"] = "http://www.topografix.com/GPX/1/1"
    for _ in range(rng.choice((1, 1, 1, 2, 5))):
        track = _Node(rng.choice(("trk", "trk", "trk", "trk", "rte")))
        if rng.random() < 0.7:
            track.children.append(tree.text("name", tree.word("Evening Run")))
        if rng.random() < 0.7:
            track.children.append(tree.text("type", tree.word("running")))
        for _ in range(rng.choice((1, 1, 2, 4))):
            points = _points(rng)
            track.children.append(
                _Node("trkseg", {}, [_gpx_point(tree, at) for at in range(points)])
            )
        root.children.append(track)
    return _written(tree, root, tokens)


def tcx(rng: random.Random, tokens: tuple[bytes, ...]) -> bytes:
    """Return a TCX file."""
    tree = _tree(rng)
    activities = _Node(
        "Activities", {}, [_tcx_activity(tree) for _ in range(rng.choice((1, 1, 2)))]
    )
    if rng.random() < 0.1:
        inner = [_Node(each, {}, [_tcx_activity(tree)]) for each in ("FirstSport", "NextSport")]
        activities.children.append(_Node("MultiSportSession", {}, list(inner)))
    root = _Node("TrainingCenterDatabase", {}, [activities])
    if rng.random() < 0.2:
        root.children.append(_Node("Author", {}, [tree.text("Name", tree.word("App"))]))
    return _written(tree, root, tokens)


def _gpx_point(tree: _Tree, at: int) -> _Node:
    place = {"lat": tree.number(f"{52.5 + at / 9000:.6f}"), "lon": tree.number("13.350000")}
    point = _Node("trkpt", place)
    if not tree.odd():
        point.children.append(tree.text("time", tree.time()))
    if tree.rng.random() < 0.3:
        point.children.append(tree.text("ele", tree.number("34.0")))
    if tree.odd():
        hr = _Node("gpxtpx:hr", {}, [tree.number("140")])
        point.children.append(
            _Node("extensions", {}, [_Node("gpxtpx:TrackPointExtension", {}, [hr])])
        )
    return point


def _tcx_activity(tree: _Tree) -> _Node:
    rng = tree.rng
    activity = _Node("Activity", {"Sport": tree.word("Running")}, [tree.text("Id", tree.time())])
    for _ in range(rng.choice((1, 1, 2, 3))):
        lap = _Node("Lap", {"StartTime": tree.time()})
        lap.children.append(tree.text("TotalTimeSeconds", tree.number("600.0")))
        lap.children.append(tree.text("DistanceMeters", tree.number("1500.5")))
        for _ in range(rng.choice((0, 1, 1, 2))):
            points = _points(rng)
            lap.children.append(_Node("Track", {}, [_tcx_point(tree, at) for at in range(points)]))
        activity.children.append(lap)
    if rng.random() < 0.3:
        activity.children.append(_Node("Creator", {}, [tree.text("Name", tree.word("Watch"))]))
    return activity


def _tcx_point(tree: _Tree, at: int) -> _Node:
    point = _Node("Trackpoint")
    if not tree.odd():
        point.children.append(tree.text("Time", tree.time()))
    if tree.rng.random() < 0.9:
        latitude = tree.text("LatitudeDegrees", tree.number(f"{52.5 + at / 9000:.6f}"))
        longitude = tree.text("LongitudeDegrees", tree.number("13.350000"))
        point.children.append(_Node("Position", {}, [latitude, longitude]))
    point.children.append(tree.text("DistanceMeters", tree.number(f"{at * 12.5}")))
    if tree.odd():
        point.children.append(_Node("HeartRateBpm", {}, [tree.text("Value", tree.number("140"))]))
    return point


def _points(rng: random.Random) -> int:
    return rng.choice((0, 1, 2, 3, 8, 20, 120))  # more than some 60 are cut out, not walked


def _written(tree: _Tree, root: _Node, tokens: tuple[bytes, ...]) -> bytes:
    """Write a tree out, with whatever markup beside it, in whatever encoding."""
    rng = tree.rng
    tree.changed(root)
    body = _serialised(tree, root)
    head = f'<?xml version="1.0" encoding="{rng.choice(DECLARED) if tree.odd() else "UTF-8"}"?>\n'
    head = "" if rng.random() < 0.1 else head
    if tree.odd():
        head = rng.choice((" " * 10, "\ufeff", "<!-- c -->", "\0")) + head
    if rng.random() < tree.wrong / 2:
        head += rng.choice(DTDS)
    text = (
        head
        + body
        + (rng.choice(("<x/>", "junk", "<!-- -->", "\0\0")) if rng.random() < tree.broken else "\n")
    )
    encoding = rng.choice(ENCODINGS) if tree.odd() or rng.random() < 0.05 else "utf-8"
    content = text.encode(encoding, "replace")
    if rng.random() < 0.1:
        content = mutated(rng, content, (), tokens)
    if rng.random() < 0.1:
        content = content[: rng.randrange(len(content) + 1)]
    return content


def _serialised(tree: _Tree, node: _Node) -> str:
    """Write one element out; recursion is bounded by `_Tree.nested`."""
    rng = tree.rng
    quote = "'" if tree.odd() else '"'
    attributes = "".join(
        f" {name}={quote}{_escaped(tree, value)}{quote}" for name, value in node.attributes.items()
    )
    if tree.breaks() and node.attributes:
        attributes += attributes  # each twice, which no XML allows
    inside = "".join(
        _serialised(tree, child) if isinstance(child, _Node) else _marked(tree, child)
        for child in node.children
    )
    if tree.odd():
        inside += rng.choice(("<?pi?>", "<!-- x -->", "\n\n", ">"))
    if tree.breaks():
        inside += rng.choice(("<!-- -- -->", "<", "\x01", "&"))
    if not inside and rng.random() < 0.5:
        return f"<{node.name}{attributes}/>"
    end = f"</{node.name}>" if not tree.breaks() else rng.choice(("", f"</{node.name} >", "</y>"))
    return f"<{node.name}{attributes}>{inside}{end}"


def _marked(tree: _Tree, text: str) -> str:
    if tree.odd():
        return f"<![CDATA[{text}]]>"
    return _escaped(tree, text) + (tree.rng.choice(ENTITIES) if tree.breaks() else "")


def _escaped(tree: _Tree, text: str) -> str:
    if tree.breaks():
        return text
    for sign, entity in (("&", "&amp;"), ("<", "&lt;"), ('"', "&quot;")):
        text = text.replace(sign, entity)
    return text


TOKENS = tuple(
    token.encode()
    for token in (
        *("<", ">", "/>", "</", "<!--", "-->", "<![CDATA[", "]]>", "<?", "?>", "&", ";", '"', "="),
        *('<trkpt lat="1" lon="2">', "</trkpt>", "<trkseg>", "</trkseg>", "<time>", "</time>"),
        *(
            "<Trackpoint>",
            "</Trackpoint>",
            "<Lap>",
            "</Lap>",
            "<Track>",
            "xmlns:a=",
            "\0",
            "\ufeff",
        ),
        *(*NUMBERS, *TIMES[:12], *DTDS, *ENTITIES, ' lat="', "<extensions>", "<hr>", "x" * 70_000),
    )
)
