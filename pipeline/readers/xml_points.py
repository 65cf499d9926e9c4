"""Cut the points of the usual shape out of an XML file, as columns, many at once.

Nearly all of a track is points that differ in nothing but their numbers. Such points are found
and read by comparing bytes: a point is cut out when its tags are, byte by byte, those of a point
that expat found well formed, the texts between them are plain ASCII without an entity, and its
values have the plain form. So it is well formed too, and reads exactly as it would element by
element. Whatever else there is stays in the text and is walked by `xml_gate`, whose limits hold
for both.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from xml.parsers import expat

import numpy as np

from pipeline.readers import track, xml_values
from pipeline.readers.limits import LIMITS
from pipeline.readers.xml_gate import Element
from pipeline.readers.xml_scan import Places, Scan

# The values of a point, in the order of their rows. NaN is "not stated".
COLUMNS = (
    "seconds",
    "offset_s",
    "latitude",
    "longitude",
    "elevation_m",
    "heart_rate_bpm",
    "cadence_rpm",
    "distance_m",
)
SECONDS, OFFSET, LATITUDE, LONGITUDE = range(4)
SMALLEST_BYTES = 6_000  # below this, walking costs no more than cutting
LARGEST_BYTES = 32_000_000  # above this, the columns of places would take much memory
FEWEST_ALIKE = 8  # below this, walking costs no more
SHAPES_TRIED = 6  # of one number of tags
PREFIX = re.compile(rb"xmlns:([^\s=]*)")
START_TAG = re.compile(rb'<([\w.:-]+)((?:\s+[\w.:-]+="[^"<&]*")*)\s*(/?)>')
END_TAG = re.compile(rb"</[\w.:-]+>")
ATTRIBUTE = re.compile(rb'([\w.:-]+)="')


@dataclass(frozen=True)
class PointKind:
    """How a format writes a point: its name, its element, its attributes that are columns."""

    name: bytes
    element: Element
    attributes: dict[bytes, str]


@dataclass(frozen=True)
class Run:
    """Points that follow each other, cut out between two bytes of the text.

    `points` has a row for each of COLUMNS; `elements` and `depth` are what the limits ask for.
    """

    start: int
    stop: int
    points: track.Floats
    elements: int
    depth: int


@dataclass(frozen=True)
class _Shape:
    """A point byte by byte, but for its values: texts between a start tag and its end tag.

    `first` is the first tag, in pieces around its attributes; `pieces` is the rest, each with its
    first and last tag. `values` tells which tags our columns follow.
    """

    first: tuple[bytes, ...]
    attributes: tuple[str, ...]
    pieces: tuple[tuple[int, int, bytes], ...]
    values: tuple[tuple[int, str], ...]
    elements: int
    depth: int


def runs(text: bytes, kind: PointKind) -> list[Run]:
    """Return the runs of points that can be cut out, in order; none is always a right answer.

    There are none in a file that is small or huge, that has comments, entities or other scripts
    among its points, or that comes near a limit: such a file is walked as a whole.
    """
    start, stop = text.find(b"<" + kind.name), text.rfind(b"</" + kind.name + b">")
    stop += len(kind.name) + 3
    if not SMALLEST_BYTES <= len(text) <= LARGEST_BYTES or not 0 <= start < stop:
        return []
    if len(set(PREFIX.findall(text))) >= LIMITS.xml_prefixes:
        return []
    scan = Scan.of(text, start, stop)
    if scan is None:
        return []
    points = scan.points(kind.name)
    return [] if points is None else list(_runs(scan, kind, *points))


def _runs(scan: Scan, kind: PointKind, first: Places, last: Places) -> Iterator[Run]:
    """Join neighbouring points that can be cut out to runs."""
    elements, depth = np.zeros(len(first), dtype=np.int64), 0
    spans: list[tuple[str, Places, Places, Places]] = []
    tags = last - first + 1
    for size in np.bincount(tags).nonzero()[0].tolist():
        rows = (tags == size).nonzero()[0]
        for _ in range(SHAPES_TRIED):
            if len(rows) < FEWEST_ALIKE:
                break
            shape = _shape(scan, int(first[rows[0]]), size, kind)
            if shape is None:
                break
            alike, found = _spans(scan, shape, first[rows])
            chosen = rows[alike]
            spans += [
                (column, chosen, start[alike], stop[alike])
                for column, (start, stop) in found.items()
            ]
            elements[chosen], depth = shape.elements, max(depth, shape.depth)
            rows = rows[~alike]
    points, plain = _values(scan, spans, len(first))
    cut = (elements > 0) & plain
    begins = cut.copy()
    begins[1:] &= ~cut[:-1] | (first[1:] != last[:-1] + 1)
    ends = cut.copy()
    ends[:-1] &= ~cut[1:] | (first[1:] != last[:-1] + 1)
    for begin, end in zip(np.flatnonzero(begins), np.flatnonzero(ends), strict=True):
        inside = slice(begin, end + 1)
        yield Run(
            start=scan.base + int(scan.opens[first[begin]]),
            stop=scan.base + int(scan.ends[last[end]]) + 1,
            points=points[:, inside],
            elements=int(elements[inside].sum()),
            depth=depth,
        )


def _shape(scan: Scan, at: int, size: int, kind: PointKind) -> _Shape | None:
    """Return the shape of a point, given its first tag and their number.

    None when it has to be walked.
    """
    tags = [scan.tag(each) for each in range(at, at + size)]
    first = START_TAG.fullmatch(tags[0])
    if first is None or not _is_well_formed(tags):
        return None
    attributes = [kind.attributes.get(name) for name in ATTRIBUTE.findall(first.group(2))]
    columns = [column for column in attributes if column is not None]
    inside = _inside(tags, kind.element)
    if len(columns) != len(attributes) or len(columns) != len(kind.attributes) or inside is None:
        return None
    values, elements, depth = inside
    stated = [*columns, *(column for _, column in values)]
    if len(set(stated)) != len(stated) or ("latitude" in stated) != ("longitude" in stated):
        return None
    pieces = re.sub(rb'="[^"]*"', b'="\0"', tags[0]).split(b"\0")
    return _Shape(
        first=tuple(pieces),
        attributes=tuple(columns),
        pieces=tuple(_pieces(scan, at, tags)),
        values=tuple(values),
        elements=elements,
        depth=depth,
    )


def _pieces(scan: Scan, at: int, tags: list[bytes]) -> Iterator[tuple[int, int, bytes]]:
    """Join the tags behind the first one wherever no value can stand between them."""
    begin = 1
    for number in range(1, len(tags)):
        is_last = number == len(tags) - 1
        opens = not tags[number].startswith(b"</") and not tags[number].endswith(b"/>")
        if is_last or (opens and tags[number + 1].startswith(b"</")):
            text = scan.text[scan.opens[at + begin] : scan.ends[at + number] + 1]
            yield begin, number, text
            begin = number + 1


def _is_well_formed(tags: list[bytes]) -> bool:
    try:
        expat.ParserCreate("utf-8").Parse(b"".join(tags), True)  # noqa: FBT003 - C signature
    except expat.ExpatError:
        return False
    return True


def _inside(tags: list[bytes], point: Element) -> tuple[list[tuple[int, str]], int, int] | None:
    """Return the values in a point by the tag each follows, the elements and their depth.

    None when a tag is odd, or a value is not all that its element holds.
    """
    stack, values = [point], []
    elements, depth = 1, 1
    for number, tag in enumerate(tags[1:-1], start=1):
        if END_TAG.fullmatch(tag):
            stack.pop()
            continue
        start = START_TAG.fullmatch(tag)
        if start is None or tag.count(b"=") > LIMITS.xml_attributes:
            return None
        element = stack[-1].child(start.group(1).rpartition(b":")[2].decode())
        elements, depth = elements + 1, max(depth, len(stack) + 1)
        if element.column:
            if start.group(3) or not tags[number + 1].startswith(b"</"):
                return None
            values.append((number, element.column))
        elif element.opened or element.closed or element.said:
            return None
        if not start.group(3):
            stack.append(element)
    return values, elements, depth


def _spans(
    scan: Scan, shape: _Shape, first: Places
) -> tuple[track.Flags, dict[str, tuple[Places, Places]]]:
    """Return which points have a shape, and where the values of all of them begin and end."""
    alike = _are_alike(scan, shape, first)
    spans: dict[str, tuple[Places, Places]] = {}
    place = scan.opens[first]
    quotes = scan.quotes if shape.attributes else place
    next_quote = np.searchsorted(quotes, place)
    for number, piece in enumerate(shape.first):
        alike &= scan.has(place, piece)
        place = place + len(piece)
        if number < len(shape.attributes):
            # The next quote but one ends the value, unless the tag has others: then no piece fits.
            ending = np.minimum(next_quote + 2 * number + 1, len(quotes) - 1)
            stop = np.maximum(quotes[ending], place)
            spans[shape.attributes[number]] = place, stop
            place = stop
    alike &= place == scan.ends[first] + 1
    for after, column in shape.values:
        spans[column] = scan.ends[first + after] + 1, scan.opens[first + after + 1]
    return alike, spans


def _are_alike(scan: Scan, shape: _Shape, first: Places) -> track.Flags:
    """Tell which points have the pieces of a shape behind their first tag, byte by byte."""
    alike = np.ones(len(first), dtype=np.bool_)
    for start, stop, piece in shape.pieces:
        places = scan.opens[first + start]
        alike &= scan.ends[first + stop] - places == len(piece) - 1
        alike &= scan.has(places, piece)
    return alike


def _values(
    scan: Scan, spans: list[tuple[str, Places, Places, Places]], count: int
) -> tuple[track.Floats, track.Flags]:
    """Read the values of `count` points, and tell which points are plain.

    `spans` are of one column and some points each: the points, where the values begin and end.
    """
    points, plain = np.full((len(COLUMNS), count), np.nan), np.ones(count, dtype=np.bool_)
    times = [each for each in spans if each[0] == "seconds"]
    if times:
        rows, start, stop = _joined(times)
        points[SECONDS, rows], points[OFFSET, rows], good = xml_values.instants(
            scan.chars, start, stop
        )
        plain[rows[~good]] = False
    numbers = [each for each in spans if each[0] != "seconds"]
    if numbers:
        rows, start, stop = _joined(numbers)
        numbered = np.array([COLUMNS.index(column) for column, _, _, _ in numbers])
        columns = np.repeat(numbered, [len(found) for _, found, _, _ in numbers])
        points[columns, rows], good = xml_values.decimals(scan.chars, start, stop)
        plain[rows[~good]] = False
        placed = rows[columns == LATITUDE]
        latitude, longitude = points[LATITUDE, placed], points[LONGITUDE, placed]
        plain[placed[~track.is_position(latitude, longitude)]] = False
    return points, plain


def _joined(
    spans: list[tuple[str, Places, Places, Places]],
) -> tuple[Places, Places, Places]:
    rows, start, stop = zip(*(each[1:] for each in spans), strict=True)
    return np.concatenate(rows), np.concatenate(start), np.concatenate(stop)
