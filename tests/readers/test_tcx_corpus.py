"""Every TCX there is, against a plain walk of its tree."""

import datetime as dt
import itertools
import math
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
from geographiclib.geodesic import Geodesic

from pipeline import readers
from pipeline.errors import Code, Refusal
from pipeline.readers import tcx
from pipeline.tables import Reading
from tests.corpora import activity_files

NS = "{http://www.garmin.com/xmlschemas/TrainingCenterDatabase/v2}"
PLAN = "training-sessions-1.tcx"  # it holds no activity


def contents(shared: Path) -> list[tuple[str, bytes]]:
    assert shared.is_dir()
    return [(path.name, path.read_bytes()) for path in activity_files("tcx")]


def number(element: ET.Element, path: str) -> float:
    text = element.findtext("/".join(NS + name for name in path.split("/")))
    return math.nan if text is None else float(text)


def seconds_of(element: ET.Element, name: str) -> float:
    text = element.findtext(NS + name)
    return math.nan if text is None else dt.datetime.fromisoformat(text.strip()).timestamp()


def test_every_activity_of_the_corpus_has_the_totals_of_its_tree(shared: Path) -> None:
    read = 0
    for name, content in contents(shared):
        activities = list(ET.fromstring(content.lstrip()).iter(f"{NS}Activity"))  # noqa: S314
        found = readers.read(content)
        if not activities:
            assert isinstance(found, Refusal), name
            assert found.code is Code.E_NO_ACTIVITY, name
            continue
        assert isinstance(found, Reading), name
        assert len(found.activities) == len(activities), name
        for ours, element in zip(found.activities, activities, strict=True):
            laps = element.findall(f"{NS}Lap")
            points = list(element.iter(f"{NS}Trackpoint"))
            times = [seconds_of(each, "Time") for each in points]
            metres = [number(each, "DistanceMeters") for each in points]
            stated = [each for each in metres if not math.isnan(each)]
            sport = element.attrib["Sport"].casefold()
            assert ours.sport == (None if sport == "other" else sport), name
            assert ours.timer_s == math.fsum(number(each, "TotalTimeSeconds") for each in laps)
            assert ours.laps_m == math.fsum(number(each, "DistanceMeters") for each in laps), name
            assert ours.records_m == (stated[-1] if stated else None), name
            assert ours.elapsed_s == pytest.approx(max(times) - min(times)), name
            assert ours.samples == len(points), name
            started = dt.datetime.fromisoformat(laps[0].attrib["StartTime"])
            assert ours.starts_at == started, name
            offset = started.utcoffset()
            assert (ours.zone_source == "file") == bool(offset), name
            read += 1
    assert read >= 13


def test_every_point_of_the_corpus_is_the_one_of_its_tree(shared: Path) -> None:
    columns = {
        "latitude": "Position/LatitudeDegrees",
        "longitude": "Position/LongitudeDegrees",
        "elevation_m": "AltitudeMeters",
        "distance_m": "DistanceMeters",
        "heart_rate_bpm": "HeartRateBpm/Value",
        "cadence_rpm": "Cadence",
    }
    for name, content in contents(shared):
        activities = list(ET.fromstring(content.lstrip()).iter(f"{NS}Activity"))  # noqa: S314
        for found, element in zip(tcx.decode(content), activities, strict=True):
            points = list(element.iter(f"{NS}Trackpoint"))
            seconds = [seconds_of(each, "Time") for each in points]
            assert found.column("seconds").tolist() == pytest.approx(seconds, nan_ok=True), name
            for column, path in columns.items():
                expected = [number(each, path) for each in points]
                same = [
                    ours == theirs or (math.isnan(ours) and math.isnan(theirs))
                    for ours, theirs in zip(found.column(column).tolist(), expected, strict=True)
                ]
                assert all(same), (name, column)


def test_ways_agree_with_geographiclib_across_laps_and_not_across_pauses(shared: Path) -> None:
    compared = 0
    for name, content in contents(shared):
        found = readers.read(content)
        if not isinstance(found, Reading):
            continue
        for activity, each in zip(found.activities, tcx.decode(content), strict=True):
            metres = 0.0
            for segment in each.segments:
                places = zip(segment.latitude, segment.longitude, strict=True)
                placed = [place for place in places if not math.isnan(place[0])]
                metres += sum(
                    float(Geodesic.WGS84.Inverse(*start, *end, Geodesic.DISTANCE)["s12"])
                    for start, end in itertools.pairwise(placed)
                )
            compared += activity.track_m is not None
            assert (activity.track_m or 0.0) == pytest.approx(metres, rel=1e-4), name
    assert compared >= 3


def test_the_real_10_km_run_is_bridged_over_its_laps(shared: Path) -> None:
    by_name = dict(contents(shared))

    found = readers.read(by_name["10kUNLP2014-Garmin15.tcx"])

    assert isinstance(found, Reading)
    assert found.activities[0].track_m == pytest.approx(10_014.5, abs=0.1)
    assert found.activities[0].records_m == pytest.approx(10_010.8, abs=0.1)
