import datetime as dt

import numpy as np
import pytest

from pipeline import readers
from pipeline.errors import Code, Refusal
from pipeline.readers import track


@pytest.mark.parametrize(
    ("content", "code", "said"),
    [
        (b"", Code.E_EMPTY, "no content"),
        (b"\xef\xbb\xbf \r\n\0", Code.E_EMPTY, "no content"),
        (b"SQLite format 3\0", Code.E_UNSUPPORTED, "app backup"),
        (b"%PDF-1.7", Code.E_UNSUPPORTED, "PDF"),
        (b"\x89PNG\r\n", Code.E_UNSUPPORTED, "picture"),
        (b'\xef\xbb\xbf  {"a": 1}', Code.E_UNSUPPORTED, "JSON file"),
        (b"\0\x05\x16\x07rest", Code.E_UNSUPPORTED, "companion that macOS packs"),
        (b"<!DOCTYPE html><HTML><p>", Code.E_UNSUPPORTED, "web page"),
        (b"<kml xmlns='x'/>", Code.E_UNSUPPORTED, "KML file"),
        (b"<a><gpx/></a>", Code.E_NOT_RECOGNISED, "no FIT, GPX"),
        (b"\x0e\x10\0\0\0\0\0\0.FI", Code.E_NOT_RECOGNISED, "no FIT, GPX"),
    ],
)
def test_what_is_not_read_is_named_by_its_content(content: bytes, code: Code, said: str) -> None:
    refused = readers.read(content)

    assert isinstance(refused, Refusal)
    assert refused.code is code
    assert said in refused.fault


def test_the_version_is_the_same_twice_and_short() -> None:
    assert readers.version() == readers.version()
    assert len(readers.version()) == 12


@pytest.mark.parametrize(
    ("latitude", "longitude", "expected"),
    [
        (90.0, 180.0, True),
        (-90.0, -180.0, True),
        (90.001, 0.0, False),
        (1.0, 180.001, False),
        (0.0, 0.0, False),
        (0.0, 0.0001, True),
        (float("nan"), 1.0, False),
        (1.0, float("inf"), False),
    ],
)
def test_a_position_is_finite_in_range_and_not_0_0(
    latitude: float, longitude: float, expected: bool
) -> None:
    assert track.is_position(np.array([latitude]), np.array([longitude])).tolist() == [expected]


def test_one_degree_along_the_equator_is_111_319_m() -> None:
    metres = track.hops(np.array([0.0, 0.0]), np.array([10.0, 11.0]))

    assert metres.tolist() == [pytest.approx(111_319.49, abs=0.01)]
    assert track.hops(np.array([1.0]), np.array([1.0])).tolist() == []


def test_a_hop_across_the_date_line_is_the_short_way() -> None:
    assert track.hops(np.array([0.0, 0.0]), np.array([179.9, -179.9]))[0] < 23_000


@pytest.mark.parametrize(
    ("latitudes", "jumps"),
    [
        ([52.0, 52.0001, 52.0002], []),
        ([52.0, 58.0, 52.0002], [1]),
        ([58.0, 52.0, 52.0001], [0]),
        ([52.0, 52.0001, 58.0], [2]),
        ([52.0, 58.0], []),
    ],
)
def test_a_jump_is_far_from_both_its_neighbours(latitudes: list[float], jumps: list[int]) -> None:
    seconds = np.arange(len(latitudes), dtype=np.float64) * 10

    found = track.spikes(np.array(latitudes), np.full(len(latitudes), 13.4), seconds)

    assert np.flatnonzero(found).tolist() == jumps


def test_moving_speed_leaves_out_standing_and_silences_over_300_s() -> None:
    metres = np.array([30.0, 4.9, 5.0, 900.0, 903.0, 7.0])
    seconds = np.array([10.0, 10.0, 10.0, 300.0, 301.0, 0.0])

    assert track.moving_speed(metres, seconds) == pytest.approx(935.0 / 320.0)
    assert track.moving_speed(np.array([1.0]), np.array([np.nan])) is None


def test_zones_are_found_on_land_and_not_at_sea() -> None:
    assert track.zone_at(52.5, 13.4) == "Europe/Berlin"
    assert track.zone_at(0.5, -30.0) is None


@pytest.mark.parametrize(
    ("offset", "printed"),
    [(7200, "+02:00"), (-12_600, "-03:30"), (0, "+00:00"), (20_700, "+05:45"), (50_400, "+14:00")],
)
def test_an_offset_is_printed_and_applied_alike(offset: int, printed: str) -> None:
    noon = dt.datetime(2026, 3, 29, 12, tzinfo=dt.UTC)
    rounded = track.plausible_offset(offset)

    assert rounded is not None
    assert track.offset_name(rounded) == printed
    assert track.local_time(noon, printed) == noon.replace(tzinfo=None) + rounded


@pytest.mark.parametrize(
    ("utc", "wall"),
    [
        ("2026-03-29T00:59:59", "2026-03-29T01:59:59"),
        ("2026-03-29T01:00:00", "2026-03-29T03:00:00"),
        ("2026-10-25T00:59:59", "2026-10-25T02:59:59"),
        ("2026-10-25T01:00:00", "2026-10-25T02:00:00"),
        ("2026-11-08T22:30:00", "2026-11-08T23:30:00"),
        ("2026-11-08T23:30:00", "2026-11-09T00:30:00"),
    ],
)
def test_the_wall_clock_follows_summer_time_and_midnight(utc: str, wall: str) -> None:
    at = dt.datetime.fromisoformat(utc).replace(tzinfo=dt.UTC)

    assert track.local_time(at, "Europe/Berlin") == dt.datetime.fromisoformat(wall)
