"""Bulk exports in the shape of Strava, Garmin and Apple, built from real files."""

import gzip
import hashlib
import io
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from pipeline import guard, receipt
from pipeline.home import Home
from pipeline.tables import Reading

from .corpora import activity_files
from .homes import NOW, new_home, run

JUNK = b"\x0e\x10not a workout"
STRAVA_HEAD = (
    "Activity ID,Activity Date,Activity Name,Activity Type,Activity Description,Elapsed Time,"
    "Distance,Filename,Elapsed Time,Moving Time,Distance"
)


@pytest.fixture(scope="module")
def recordings() -> dict[Path, bytes]:
    """Real files that are imported when they are dropped as they are."""
    files = [path for kind in ("fit", "gpx", "tcx") for path in activity_files(kind)]
    if not files:
        pytest.skip("../shared is not there and BACKFOUR_CORPUS names nothing: no real file")
    return {
        path: path.read_bytes()
        for path, outcome in guard.read_all(files)
        if isinstance(outcome, Reading)
    }


def strava(files: dict[Path, bytes]) -> bytes:
    rows, packed = [STRAVA_HEAD], io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for number, (path, content) in enumerate(files.items()):
            name = f"activities/{number}{path.suffix}.gz"
            archive.writestr(name, gzip.compress(content, 1))
            rows.append(f'{number},"May 29, 2022, 3:53:35 PM",Title,Ride,,60,1.0,{name},60,60,1000')
        archive.writestr("activities/bad.fit.gz", gzip.compress(JUNK))
        archive.writestr("activities/cut.gpx.gz", gzip.compress(JUNK * 9)[:-12])
        archive.writestr("activities.csv", "\n".join(rows) + "\n")
        archive.writestr("routes/1.gpx", "<gpx/>")
    return packed.getvalue()


def garmin(files: dict[Path, bytes]) -> bytes:
    inner, packed = io.BytesIO(), io.BytesIO()
    with zipfile.ZipFile(inner, "w", zipfile.ZIP_DEFLATED) as archive:
        for number, content in enumerate(_of(files, ".fit")):
            archive.writestr(f"me@example.org_{number}.fit", content)
        archive.writestr("me@example.org_bad_999999.fit", JUNK)
    with zipfile.ZipFile(packed, "w") as archive:
        name = "DI_CONNECT/DI-Connect-Uploaded-Files/UploadedFiles_0-_Part1.zip"
        archive.writestr(name, inner.getvalue())
        archive.writestr("DI_CONNECT/DI-Connect-Fitness/me_summarizedActivities.json", "{}")
    return packed.getvalue()


def apple(files: dict[Path, bytes]) -> bytes:
    packed, workouts = io.BytesIO(), []
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for number, content in enumerate(_of(files, ".gpx")):
            archive.writestr(f"apple_health_export/workout-routes/route_{number}.gpx", content)
            workouts.append(
                '<Workout workoutActivityType="HKWorkoutActivityTypeCycling" duration="1"'
                ' durationUnit="min" startDate="2024-09-03 19:48:00 +0200"'
                ' endDate="2024-09-03 19:49:00 +0200"><WorkoutRoute>'
                f'<FileReference path="/workout-routes/route_{number}.gpx"/>'
                "</WorkoutRoute></Workout>"
            )
        archive.writestr("apple_health_export/workout-routes/bad.gpx", "<gpx><trk></gpx>")
        export = f'<?xml version="1.0"?>\n<HealthData locale="en">{"".join(workouts)}</HealthData>'
        archive.writestr("apple_health_export/export.xml", export)
    return packed.getvalue()


def _of(files: dict[Path, bytes], suffix: str) -> Iterator[bytes]:
    return (content for path, content in files.items() if path.suffix == suffix)


def dropped(folder: Path, archive: bytes) -> Home:
    home = new_home(folder)
    (home.inbox / "me" / "export.zip").write_bytes(archive)
    run(home)
    return home


@pytest.mark.parametrize(
    ("build", "suffixes", "app", "bad"),
    [
        (strava, (".fit", ".gpx", ".tcx"), "strava", 2),
        (garmin, (".fit",), "garmin", 1),
        (apple, (".gpx",), "apple", 1),
    ],
)
def test_a_bulk_export_of_real_files_is_imported_whole_and_a_bad_member_costs_nothing(  # noqa: PLR0913, PLR0917 - the table and two fixtures
    build: Callable[[dict[Path, bytes]], bytes],
    suffixes: tuple[str, ...],
    app: str,
    bad: int,
    recordings: dict[Path, bytes],
    tmp_path: Path,
) -> None:
    home = dropped(tmp_path, build(recordings))

    table = home.library(home.settings().people[0]).load()
    imported = set(table.filter(table["outcome"] == "imported")["sha256"].to_list())
    expected = {
        hashlib.sha256(content).hexdigest()
        for path, content in recordings.items()
        if path.suffix in suffixes
    }
    assert expected <= imported
    assert len(imported) == len(expected) + 1  # the archive's own row
    assert app in table["app"].to_list()
    files = receipt.status(home, NOW)["people"][0]["files"]
    refused = [each for each in files if each["outcome"] == "refused"]
    assert len(refused) == bad
    assert not [each for each in files if "example.org" in each["name"]]
