import datetime as dt
import itertools

import numpy as np
import pytest
from geographiclib.geodesic import Geodesic

from pipeline.readers import track


def geodesic(latitude: track.Floats, longitude: track.Floats) -> list[float]:
    points = list(zip(latitude, longitude, strict=True))
    return [
        Geodesic.WGS84.Inverse(*start, *end)["s12"] for start, end in itertools.pairwise(points)
    ]


@pytest.mark.parametrize("latitude", [-89.9, -84.9, -60.0, 0.0, 33.3, 52.5, 70.0, 84.9, 85.1, 89.9])
@pytest.mark.parametrize("degrees", [1e-6, 1e-4, 4.9e-3, 5.1e-3, 0.5])
def test_hops_are_geodesics_on_the_ellipsoid(latitude: float, degrees: float) -> None:
    rng = np.random.default_rng(7)
    latitudes = np.clip(latitude + rng.uniform(-degrees, degrees, 300), -90, 90)
    longitudes = 13.4 + rng.uniform(-degrees, degrees, 300)

    found = track.hops(latitudes, longitudes)

    assert found == pytest.approx(geodesic(latitudes, longitudes), rel=2e-8, abs=1e-6)


def test_a_hop_over_the_date_line_is_short() -> None:
    found = track.hops(np.array([10.0, 10.0]), np.array([179.9999, -179.9999]))

    assert found == pytest.approx([21.93], abs=0.01)


def test_one_point_makes_no_hop() -> None:
    assert len(track.hops(np.array([1.0]), np.array([1.0]))) == 0


def test_a_point_between_two_impossible_hops_is_left_out() -> None:
    latitude = np.array([52.0, 52.0001, 53.0, 52.0002, 52.0003])
    longitude = np.full(5, 13.4)

    metres, kept = track.along(latitude, longitude, np.arange(5.0))

    assert kept.tolist() == [True, True, False, True, True]
    assert metres == pytest.approx([11.13] * 3, abs=0.01)


@pytest.mark.parametrize(
    ("seconds", "offset"),
    [
        (7200, dt.timedelta(hours=2)),
        (20_700, dt.timedelta(hours=5, minutes=45)),
        (45_900, dt.timedelta(hours=12, minutes=45)),
        (50_400, dt.timedelta(hours=14)),
        (51_300, None),
    ],
)
def test_offsets_are_quarters_of_an_hour_up_to_14_hours(
    seconds: float, offset: dt.timedelta | None
) -> None:
    assert track.plausible_offset(seconds) == offset
