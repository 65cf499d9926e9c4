"""Every GPX there is, against gpxpy, and an independent geodesic."""

import datetime as dt
import itertools
import math
import os
import re
from pathlib import Path

import gpxpy
import gpxpy.gpx
import numpy as np
import pytest
from geographiclib.geodesic import Geodesic

from pipeline import readers
from pipeline.errors import Code, Decline, Refusal, Refused
from pipeline.readers import gpx
from pipeline.readers.xml_tracks import Track
from pipeline.tables import Reading
from tests.corpora import activity_files

# It jumps by kilometres within a second: a point nobody could have reached is left out.
JUMPS = {"first_and_last_elevation.gpx"}


def contents(shared: Path) -> list[tuple[str, bytes]]:
    assert shared.is_dir()
    return [(path.name, path.read_bytes()) for path in activity_files("gpx")]


def as_gpxpy_reads(content: bytes) -> gpxpy.gpx.GPX | None:
    """Parse with gpxpy, declaring the prefixes the file forgot to; None when it cannot."""
    text = content.decode("utf-8-sig", errors="replace").lstrip()
    used = set(re.findall(r"[<\s/]([A-Za-z][\w-]*):[A-Za-z]", text)) - {"xmlns", "xml"}
    missing = {prefix for prefix in used if f"xmlns:{prefix}=" not in text}
    declared = "".join(f' xmlns:{prefix}="urn:{prefix}"' for prefix in sorted(missing))
    try:
        return gpxpy.parse(re.sub(r"<gpx\b", f"<gpx{declared}", text, count=1))
    except (gpxpy.gpx.GPXException, ValueError):
        return None


def rows_of(found: gpxpy.gpx.GPXTrack) -> list[tuple[float, ...]]:
    """The points of a track as gpxpy read them, without pause marks and lost fixes."""
    rows = []
    for point in (each for segment in found.segments for each in segment.points):
        if abs(point.latitude) > 90 or (point.latitude, point.longitude) == (0, 0):
            continue
        seconds, offset_s = math.nan, math.nan
        if point.time is not None:
            offset = point.time.utcoffset()
            offset_s = math.nan if offset is None else offset.total_seconds()
            utc = point.time.replace(tzinfo=dt.UTC) - (offset or dt.timedelta())
            seconds = utc.timestamp()
        height = math.nan if point.elevation is None else point.elevation
        extensions = [said(point, "hr"), said(point, "cad")]
        rows.append((seconds, offset_s, point.latitude, point.longitude, height, *extensions))
    return rows


def said(point: gpxpy.gpx.GPXTrackPoint, name: str) -> float:
    for extension in point.extensions:
        for each in extension.iter():
            if isinstance(each.tag, str) and each.tag.rpartition("}")[2] == name:
                return float(each.text)
    return math.nan


def columns_of(found: Track) -> np.ndarray:
    names = ("seconds", "offset_s", "latitude", "longitude", "elevation_m")
    return np.stack(
        [found.column(name) for name in (*names, "heart_rate_bpm", "cadence_rpm")], axis=1
    )


def test_points_times_and_extensions_are_those_gpxpy_reads(shared: Path) -> None:
    compared = points = 0
    for name, content in contents(shared):
        reference = as_gpxpy_reads(content)
        if reference is None:
            continue
        tracks = gpx.decode(content)
        assert len(tracks) == len(reference.tracks), name
        for found, expected in zip(tracks, reference.tracks, strict=True):
            rows = np.array(rows_of(expected), dtype=np.float64).reshape(-1, 7)
            np.testing.assert_array_equal(columns_of(found), rows, err_msg=name)
            assert (found.title or "") == (expected.name or "").strip(), name
            if reference.version != "1.0":  # where gpxpy knows no type; real files have one
                assert (found.sport or "") == (expected.type or "").strip(), name
            points += len(rows)
        compared += 1
    assert compared >= 40
    assert points > 4000


def test_gpxpy_behind_the_gate_says_the_same_of_every_file(shared: Path) -> None:
    for name, content in contents(shared):
        ours, theirs = readers.read(content), readers.read_reference(content)
        if isinstance(ours, Refusal):
            assert isinstance(theirs, Refusal), name
            assert (ours.code, ours.fault) == (theirs.code, theirs.fault), name
            continue
        assert isinstance(ours, Reading), name
        assert isinstance(theirs, Reading), name
        assert (ours.reader, theirs.reader) == ("expat", "gpxpy")
        assert ours.problems == theirs.problems, name
        assert ours.activities == theirs.activities, name


def length_of(found: Track) -> float:
    """Sum the geodesics between points whose time does not go back."""
    metres, latest = 0.0, -math.inf
    for segment in found.segments:
        row = []
        for seconds, *place in zip(
            segment.seconds, segment.latitude, segment.longitude, strict=True
        ):
            if seconds < latest:
                continue
            latest = max(latest, seconds)
            row.append(place)
        metres += sum(
            float(Geodesic.WGS84.Inverse(*start, *end, Geodesic.DISTANCE)["s12"])
            for start, end in itertools.pairwise(row)
        )
    return metres


def test_lengths_agree_with_geographiclib_to_a_ten_thousandth(shared: Path) -> None:
    compared, apart = 0, set()
    for name, content in contents(shared):
        found = readers.read(content)
        if not isinstance(found, Reading):
            continue
        timed = [each for each in gpx.decode(content) if each.is_timed]
        for activity, each in zip(found.activities, timed, strict=True):
            compared += 1
            if (activity.track_m or 0.0) != pytest.approx(length_of(each), rel=1e-4):
                apart.add(name)
    assert compared > 40
    if "BACKFOUR_CORPUS" not in os.environ:
        assert apart == JUMPS


def test_no_real_track_is_refused_but_for_want_of_times_or_tracks(shared: Path) -> None:
    outcomes = {name: readers.read(content) for name, content in contents(shared)}

    refused = {name: each for name, each in outcomes.items() if isinstance(each, Refusal)}
    if "BACKFOUR_CORPUS" not in os.environ:
        assert {each.code for each in refused.values()} == {Code.E_NO_ACTIVITY}
    assert not [each for each in outcomes.values() if isinstance(each, Decline)]


def test_every_hostile_file_ends_in_a_closed_code_or_in_content(shared: Path) -> None:
    folders = [shared / "hostile/gpx", shared / "hostile/gpx_fuzz"]
    paths = [path for folder in folders for path in sorted(folder.iterdir())]

    outcomes = {path.name: readers.read(path.read_bytes()) for path in paths}

    assert len(outcomes) >= 30
    assert all(isinstance(each, Reading | Refusal) for each in outcomes.values())
    for name in ("billion_laughs_6.gpx", "xxe_file.gpx", "doctype_only.gpx", "param_entity.gpx"):
        refused = outcomes[name]
        assert isinstance(refused, Refusal), name
        assert refused.code is Code.E_XML_DTD, name


def test_the_reference_sees_no_hostile_file_that_our_reader_refused(shared: Path) -> None:
    for path in sorted((shared / "hostile/gpx").iterdir()):
        content = path.read_bytes()
        if not isinstance(readers.read(content), Refusal):
            continue
        with pytest.raises(Refused):
            gpx.read_reference(content)
