"""The peers: what they are called, which are there, and how each is asked to read a file.

As a program it prints the requirements of pyproject.toml, which scripts/peers.sh installs; so
nothing but the standard library is imported before a peer is asked for.
"""

import importlib
import io
import re
import tomllib
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

PYPROJECT = Path(__file__).resolve().parents[1] / "pyproject.toml"
MODULES = {"garmin-fit-sdk": "garmin_fit_sdk", "python-tcxparser": "tcxparser"}

Read = Callable[[bytes], object]


def requirements() -> list[str]:
    """Return the requirements of the dependency group `bench`."""
    parsed = tomllib.loads(PYPROJECT.read_text(encoding="utf-8"))
    return [str(each) for each in parsed["dependency-groups"]["bench"]]


def names() -> list[str]:
    """Return the names of all peers."""
    return [re.split(r"[<>=;]", each)[0] for each in requirements()]


def skipped() -> list[str]:
    """Return the names of peers that are not there."""
    return [name for name in names() if module(name) is None]


def module(name: str) -> Any:  # noqa: ANN401 - most peers have no types
    """Import a peer; None when it is not there or does not import."""
    try:
        return importlib.import_module(MODULES.get(name, name))
    except Exception:  # noqa: BLE001 - a wheel for another machine may fail in any way
        return None


def fit_readers() -> dict[str, Read]:
    """Return the peers that read FIT, in the order of their tables."""
    return _there(
        (
            ("fitparse", "fitparse", _fitparse),
            ("fitdecode", "fitdecode", _fitdecode),
            ("garmin-fit-sdk", "garmin-fit-sdk", _garmin),
            ("pyfitparsernative", "pyfitparsernative", lambda peer: peer.parse_fit_bytes),
            ("pyroparse", "pyroparse", lambda peer: peer.read_fit),
            ("fitfast.parse", "fitfast", lambda peer: peer.parse),
            ("fitfast.records", "fitfast", lambda peer: peer.records),
        )
    )


def gpx_readers() -> dict[str, Read]:
    """Return the peers that read GPX."""
    return _there(
        (
            ("gpxpy", "gpxpy", _gpxpy),
            ("gpxpy with lxml", "gpxpy", _gpxpy_with_lxml),
            ("fastgpx", "fastgpx", _fastgpx),
        )
    )


def tcx_readers() -> dict[str, Read]:
    """Return the peers that read TCX."""
    return _there(
        (
            ("tcxreader", "tcxreader", _tcxreader),
            ("python-tcxparser", "python-tcxparser", _tcxparser),
        )
    )


def _there(known: Iterable[tuple[str, str, Callable[[Any], Read | None]]]) -> dict[str, Read]:
    found = {}
    for name, library, made in known:
        peer = module(library)
        read = None if peer is None else made(peer)
        if read is not None:
            found[name] = read
    return found


def _fitparse(peer: Any) -> Read:  # noqa: ANN401
    records = importlib.import_module("fitparse.records")

    def read(content: bytes) -> None:
        records.DEV_TYPES.clear()  # or the fields of one file's apps are known in the next
        for _ in peer.FitFile(content).get_messages():
            pass

    return read


def _fitdecode(peer: Any) -> Read:  # noqa: ANN401
    def read(content: bytes) -> None:
        with peer.FitReader(io.BytesIO(content)) as frames:
            for _ in frames:
                pass

    return read


def _garmin(peer: Any) -> Read:  # noqa: ANN401
    def read(content: bytes) -> None:
        stream = peer.Stream.from_byte_array(bytearray(content))
        _, faults = peer.Decoder(stream).read()
        if faults:
            raise ValueError(faults)

    return read


def _gpxpy(peer: Any) -> Read:  # noqa: ANN401
    return _with_etree(peer, "xml.etree.ElementTree")


def _gpxpy_with_lxml(peer: Any) -> Read | None:  # noqa: ANN401
    return None if module("lxml") is None else _with_etree(peer, "lxml.etree")


def _with_etree(peer: Any, etree_name: str) -> Read:  # noqa: ANN401
    """Let gpxpy read with one of the two libraries it chooses from when it is imported."""
    etree = importlib.import_module(etree_name)
    parser: Any = importlib.import_module("gpxpy.parser")

    def read(content: bytes) -> None:
        parser.mod_etree = etree
        peer.parse(content)

    return read


def _fastgpx(peer: Any) -> Read:  # noqa: ANN401
    def read(content: bytes) -> None:
        peer.parse(content.decode())

    return read


def _tcxreader(_peer: Any) -> Read:  # noqa: ANN401
    reader = importlib.import_module("tcxreader.tcxreader").TCXReader()

    def read(content: bytes) -> None:
        reader.read(io.BytesIO(content), only_gps=False)

    return read


def _tcxparser(peer: Any) -> Read:  # noqa: ANN401
    def read(content: bytes) -> None:
        found = peer.TCXParser(io.BytesIO(content))
        found.time_values()
        found.position_values()
        found.altitude_points()
        found.distance_values()
        found.hr_values()

    return read


if __name__ == "__main__":
    print("\n".join(requirements()))
