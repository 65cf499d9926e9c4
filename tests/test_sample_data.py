import csv
import importlib
import json
import re
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import fitparse
import gpxpy
import pytest
from garmin_fit_sdk import Decoder, Stream
from pyproj import Geod

PROJECT = Path(__file__).resolve().parents[1]
SAMPLES = PROJECT / "sample_data"
INBOX = SAMPLES / "inbox"
CUT, UNREADABLE = INBOX / "2026-11-07-103218.fit", INBOX / "damaged.fit"
STRENGTH = INBOX / "2026-11-04-181207.fit"
FITS = sorted(INBOX.glob("*.fit"))
WHOLE_FITS = [path for path in FITS if path not in (CUT, UNREADABLE)]
GPXS = sorted(INBOX.glob("*.gpx"))
SEMICIRCLE = 180 / 2**31

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning:fitparse.*")


@pytest.fixture
def script(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(PROJECT / "scripts")
    return importlib.import_module("make_sample_data")


def messages(path: Path, kind: str) -> list[dict[str, Any]]:
    fit = fitparse.FitFile(str(path))
    return [message.get_values() for message in fit.get_messages(kind)]


def readable_records(path: Path) -> Iterator[dict[str, Any]]:
    try:
        for message in fitparse.FitFile(str(path), check_crc=False).get_messages():
            assert message.name != "session"
            if message.name == "record":
                yield message.get_values()
    except fitparse.FitParseError:
        return


def track_m(latitudes: list[float], longitudes: list[float]) -> float:
    return float(Geod(ellps="WGS84").line_length(longitudes, latitudes))


def fit_track_m(path: Path) -> float:
    records = messages(path, "record")
    latitudes = [record["position_lat"] * SEMICIRCLE for record in records]
    return track_m(latitudes, [record["position_long"] * SEMICIRCLE for record in records])


def gpx_track_m(path: Path) -> float:
    (gpx_track,) = gpxpy.parse(path.read_text(encoding="utf-8")).tracks
    points = gpx_track.segments[0].points
    return track_m([point.latitude for point in points], [point.longitude for point in points])


def files_in(folder: Path) -> dict[str, bytes]:
    paths = [path for path in folder.rglob("*") if path.is_file()]
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}


def test_the_script_writes_the_committed_bytes_again(script: ModuleType, tmp_path: Path) -> None:
    script.write(tmp_path)

    written, committed = files_in(tmp_path), files_in(SAMPLES)
    assert sorted(written) == sorted(committed)
    assert [name for name in written if written[name] != committed[name]] == []


def test_the_samples_stay_under_600_kb() -> None:
    assert sum(map(len, files_in(SAMPLES).values())) < 600_000


def test_every_dropped_file_has_an_expected_outcome() -> None:
    expected = json.loads((SAMPLES / "expected.json").read_text(encoding="utf-8"))

    assert sorted(expected["files"]) == sorted(path.name for path in INBOX.iterdir())
    assert list(expected["weeks"]) == [f"2026-W{week}" for week in range(39, 47)]
    assert expected["weeks"].keys() == expected["done"].keys() == expected["jogs"].keys()


@pytest.mark.parametrize("path", WHOLE_FITS, ids=lambda path: path.name)
def test_a_whole_fit_has_no_errors_for_the_official_decoder(path: Path) -> None:
    assert Decoder(Stream.from_byte_array(bytearray(path.read_bytes()))).check_integrity()

    decoded, errors = Decoder(Stream.from_byte_array(bytearray(path.read_bytes()))).read()

    assert errors == []
    assert len(decoded["session_mesgs"]) == 1


@pytest.mark.parametrize("path", WHOLE_FITS, ids=lambda path: path.name)
def test_a_whole_fit_opens_with_fitparse_and_knows_its_wall_clock(path: Path) -> None:
    (activity,) = messages(path, "activity")
    (session,) = messages(path, "session")

    hours = 2 if path.name < "2026-10-25" else 1
    assert (activity["local_timestamp"] - activity["timestamp"]).total_seconds() == hours * 3600
    local_start = session["start_time"] + (activity["local_timestamp"] - activity["timestamp"])
    assert f"{local_start:%Y-%m-%d-%H%M%S}.fit" == path.name


@pytest.mark.parametrize(
    ("name", "sport", "sub_sport", "metres"),
    [
        ("2026-09-24-183210.fit", "running", "treadmill", 3650.0),
        ("2026-09-27-150412.fit", "walking", "generic", 6240.0),
        ("2026-10-08-071455.fit", "running", "generic", 4460.0),
        ("2026-10-17-093011.fit", "running", "generic", 5000.0),
        ("2026-10-25-233004.fit", "running", "generic", 4380.0),
        ("2026-11-14-081203.fit", "running", "generic", 5620.0),
        ("2026-11-04-181207.fit", "training", "strength_training", None),
    ],
)
def test_session_laps_and_records_tell_the_same_distance(
    name: str, sport: str, sub_sport: str, metres: float | None
) -> None:
    (session,) = messages(INBOX / name, "session")
    laps = [lap["total_distance"] for lap in messages(INBOX / name, "lap")]
    last = messages(INBOX / name, "record")[-1]

    assert (session["sport"], session["sub_sport"]) == (sport, sub_sport)
    assert session["total_distance"] == metres
    assert last.get("distance") == metres
    if metres is not None:
        assert round(sum(laps), 2) == metres


def test_the_long_jog_is_5580_m_along_its_track() -> None:
    assert fit_track_m(INBOX / "2026-11-14-081203.fit") == pytest.approx(5580, abs=10)


def test_the_treadmill_run_has_no_positions() -> None:
    records = messages(INBOX / "2026-09-24-183210.fit", "record")

    assert not any("position_lat" in record for record in records)


def test_the_sunday_night_jog_ends_on_monday() -> None:
    (session,) = messages(INBOX / "2026-10-25-233004.fit", "session")
    (activity,) = messages(INBOX / "2026-10-25-233004.fit", "activity")

    assert f"{session['start_time']:%a %H:%M}" == "Sun 22:30"
    assert f"{activity['local_timestamp']:%a %H:%M}" == "Mon 00:00"


def test_the_cut_jog_has_2_9_km_of_records_and_no_session() -> None:
    records = list(readable_records(CUT))

    assert 2850 < records[-1]["distance"] < 2950
    assert "position_lat" in records[0]


def test_the_official_decoder_finds_the_cut_and_the_damage() -> None:
    for path in (CUT, UNREADABLE):
        assert not Decoder(Stream.from_byte_array(bytearray(path.read_bytes()))).check_integrity()

    assert UNREADABLE.stat().st_size == 40
    assert list(readable_records(UNREADABLE)) == []


def test_every_set_of_the_watch_names_one_exercise_three_times() -> None:
    decoder = Decoder(Stream.from_byte_array(bytearray(STRENGTH.read_bytes())))
    decoded, _ = decoder.read(convert_types_to_strings=False)
    active = [row for row in decoded["set_mesgs"] if row["set_type"] == 1]
    rests = [row for row in decoded["set_mesgs"] if row["set_type"] == 0]

    assert [(row["category"], row["category_subtype"]) for row in active] == [
        ([category] * 3, [subtype] * 3)
        for category, subtype in ((21, 13), (10, 11), (26, 5))
        for _ in range(3)
    ]
    assert [row["weight"] for row in active] == [37.5] * 3 + [0] * 3 + [14] * 3
    assert len(rests) == 9
    assert not any("repetitions" in row or "category" in row for row in rests)
    assert [
        (row["exercise_category"], row["exercise_name"], row["wkt_step_name"])
        for row in decoded["exercise_title_mesgs"]
    ] == [(21, 13, "Lat Pulldown"), (10, 11, "Hip Raise"), (26, 5, "Dumbbell Shrug")]


@pytest.mark.parametrize(
    ("name", "title", "kind", "metres"),
    [
        ("Abendlauf.gpx", "Abendlauf", None, 3920),
        ("Morning_Run.gpx", "Morning Run", "running", 4120),
        ("Morning_Run (1).gpx", "Morning Run", "running", 4120),
        ("activity_20481137265.gpx", "Berlin Running", "running", 4478),
    ],
)
def test_a_gpx_opens_with_gpxpy(name: str, title: str, kind: str | None, metres: float) -> None:
    text = (INBOX / name).read_text(encoding="utf-8")
    gpx = gpxpy.parse(text)

    assert gpx.version == "1.1"
    assert [(track.name, track.type) for track in gpx.tracks] == [(title, kind)]
    assert all(time.endswith("Z") for time in re.findall("<time>(.*?)</time>", text))
    assert gpx_track_m(INBOX / name) == pytest.approx(metres, rel=0.003)


def test_watch_and_phone_recorded_the_same_jog_with_other_distances() -> None:
    watch, phone = INBOX / "2026-10-08-071455.fit", INBOX / "activity_20481137265.gpx"
    bounds = gpxpy.parse(phone.read_text(encoding="utf-8")).get_time_bounds()
    records = messages(watch, "record")

    assert bounds.start_time is not None
    assert bounds.end_time is not None
    assert bounds.start_time.replace(tzinfo=None) == records[0]["timestamp"]
    assert bounds.end_time.replace(tzinfo=None) == records[-1]["timestamp"]
    assert 5 < abs(gpx_track_m(phone) - fit_track_m(watch)) < 50


def test_the_copy_under_another_name_has_the_same_bytes() -> None:
    copy = INBOX / "Morning_Run (1).gpx"

    assert copy.read_bytes() == (INBOX / "Morning_Run.gpx").read_bytes()


def test_the_later_strong_export_begins_with_the_earlier_one() -> None:
    earlier = (INBOX / "strong.csv").read_bytes()
    later = (INBOX / "strong (1).csv").read_bytes()

    assert later.startswith(earlier)
    assert len(later) > len(earlier)


@pytest.mark.parametrize(("name", "cells"), [("strong (1).csv", 12), ("workout_data.csv", 14)])
def test_every_row_of_an_export_is_as_long_as_its_header(name: str, cells: int) -> None:
    with (INBOX / name).open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file, strict=True))

    assert {len(row) for row in rows} == {cells}
