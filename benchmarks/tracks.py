"""GPX and TCX: our readers against the libraries there are, and against two plain ones."""

from collections.abc import Callable, Mapping, Sequence
from xml.parsers import expat

import numpy as np

from benchmarks import corpus, measure, peers
from benchmarks.measure import Row, Timed
from pipeline.readers import gpx, tcx

GPX_TARGET, TCX_TARGET = 12, 5
NEEDS = """\
`decode` gives the points as columns, `read` is all that an import does with a file: distances on
the ellipsoid, zone, checks. Both enforce the limits of the XML gate.
gpxpy is measured as it is with lxml installed, and as it is without; the first is the yardstick of
its target, as in the table that the target came from.
"expat callbacks" and "lxml walk" are the shortest code that puts time, position and height of each
point into columns, written here, without any check; they are shown, and no peers."""
TCX_NAMESPACE = "{http://www.garmin.com/xmlschemas/TrainingCenterDatabase/v2}"


def lines() -> list[str]:
    """Measure, and describe."""
    return [NEEDS, "", *measure.table([*_gpx_rows(), *_tcx_rows()])]


def _gpx_rows() -> list[Row]:
    libraries = peers.gpx_readers()
    yardstick = next((name for name in ("gpxpy with lxml", "gpxpy") if name in libraries), None)
    plain: dict[str, measure.Read] = {"expat callbacks": _expat_columns, **_lxml(_gpx_walk)}
    ours: dict[str, measure.Read] = {"gpx.decode": gpx.decode, "gpx.read": gpx.read}
    found = measure.timed(corpus.files("gpx"), {**ours, **libraries, **plain})
    return [
        *_rows(found, list(ours), [*libraries, *plain], yardstick, GPX_TARGET),
        *_invented("gpx", gpx.decode, yardstick, libraries),
    ]


def _tcx_rows() -> list[Row]:
    libraries = peers.tcx_readers()
    plain: dict[str, measure.Read] = _lxml(_tcx_walk)
    ours: dict[str, measure.Read] = {"tcx.decode": tcx.decode, "tcx.read": tcx.read}
    found = measure.timed(corpus.files("tcx"), {**ours, **libraries, **plain})
    best = _fastest(found, list(libraries))
    return [
        *_rows(found, list(ours), [*libraries, *plain], best, TCX_TARGET),
        *_invented("tcx", tcx.decode, best, libraries),
    ]


def _rows(
    found: Sequence[Timed],
    ours: Sequence[str],
    others: Sequence[str],
    yardstick: str | None,
    target: float,
) -> list[Row]:
    """Hold our decoder against the yardstick, and show everything else beside."""
    return [
        measure.compared(
            f"`{own}` against {peer}",
            found,
            own,
            peer,
            target if (own, peer) == (ours[0], yardstick) else None,
        )
        for own in ours
        for peer in others
    ]


def _invented(
    kind: str,
    decode: measure.Read,
    yardstick: str | None,
    libraries: Mapping[str, measure.Read],
) -> list[Row]:
    """Show the same for invented recordings of up to three hours, which real jogs are like."""
    if yardstick is None or not corpus.paths(kind):
        return []
    own = f"{kind}.decode"
    readers = {own: decode, yardstick: libraries[yardstick]}
    found = measure.timed(corpus.invented(kind), readers)
    return [measure.compared(f"`{own}` against {yardstick}, invented", found, own, yardstick)]


def _fastest(found: Sequence[Timed], names: Sequence[str]) -> str | None:
    common = measure.read_by(found, *names)
    return min(names, key=lambda name: measure.total(common, name), default=None)


def _expat_columns(content: bytes) -> None:
    """Read GPX with expat's callbacks: time, position and height."""
    columns: dict[str, list[str]] = {"lat": [], "lon": [], "time": [], "ele": []}
    text: list[str] = []

    def opened(name: str, attributes: dict[str, str]) -> None:
        if name == "trkpt":
            columns["lat"].append(attributes["lat"])
            columns["lon"].append(attributes["lon"])
        text.clear()

    def closed(name: str) -> None:
        if name in {"time", "ele"}:
            columns[name].append("".join(text))

    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = opened
    parser.EndElementHandler = closed
    parser.CharacterDataHandler = text.append
    parser.Parse(content, True)  # noqa: FBT003 - expat's own signature
    for name in ("lat", "lon", "ele"):
        np.array(columns[name], dtype=np.float64)
    _instants(columns["time"])


def _lxml(walk: Callable[[bytes], None]) -> dict[str, measure.Read]:
    return {} if peers.module("lxml") is None else {"lxml walk": walk}


def _gpx_walk(content: bytes) -> None:
    """Read GPX with a walk over lxml's tree: time, position and height."""
    from lxml import etree  # noqa: PLC0415 - a peer, which may not be there

    root = etree.fromstring(content)
    points = root.findall(".//{*}trkpt")
    for name in ("lat", "lon"):
        np.array([point.get(name) for point in points], dtype=np.float64)
    np.array([point.findtext("{*}ele") or "nan" for point in points], dtype=np.float64)
    _instants([point.findtext("{*}time") or "" for point in points])


def _tcx_walk(content: bytes) -> None:
    """Read TCX with a walk over lxml's tree: time, position, height and distance."""
    from lxml import etree  # noqa: PLC0415 - a peer, which may not be there

    root = etree.fromstring(content.lstrip())
    points = root.findall(f".//{TCX_NAMESPACE}Trackpoint")
    for name in (
        "Position/{}LatitudeDegrees",
        "Position/{}LongitudeDegrees",
        "AltitudeMeters",
        "DistanceMeters",
    ):
        path = TCX_NAMESPACE + name.format(TCX_NAMESPACE)
        np.array([point.findtext(path) or "nan" for point in points], dtype=np.float64)
    _instants([point.findtext(f"{TCX_NAMESPACE}Time") or "" for point in points])


def _instants(texts: Sequence[str]) -> None:
    """Turn times into instants; a zone other than Z is cut off, for want of anything shorter."""
    np.array([text.strip()[:19] or "NaT" for text in texts], dtype="datetime64[s]")
