import csv
import gzip
import io
import itertools
import json
import re
import zipfile
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from pipeline import guard, jobs, ledger, receipt
from pipeline.errors import Code, Refusal
from pipeline.home import Home
from pipeline.imports import book
from pipeline.library import Library
from pipeline.tables import Readings, readings

from .homes import NOW, drop, new_home, reports, run, sample_files
from .homes import readings as table_bytes

SAMPLES = {path.name: path.read_bytes() for path in sample_files()}
GPX = SAMPLES["Abendlauf.gpx"]
STRAVA = (
    "Activity ID,Activity Date,Activity Name,Activity Type,Activity Description,Elapsed Time,"
    "Distance,Max Heart Rate,Relative Effort,Commute,Activity Private Note,Activity Gear,Filename,"
    "Athlete Weight,Bike Weight,Elapsed Time,Moving Time,Distance,Max Speed,Max Heart Rate,"
    "Relative Effort,Commute"
)
APPLE = """<?xml version="1.0" encoding="UTF-8"?>
<HealthData locale="en"><Workout workoutActivityType="HKWorkoutActivityTypeRunning" duration="30.5"
 durationUnit="min" totalDistance="4.1" totalDistanceUnit="km"
 startDate="2026-10-01 18:25:41 +0200" endDate="2026-10-01 18:57:41 +0200"/>
<Workout workoutActivityType="HKWorkoutActivityTypeHiking" duration="30.5" durationUnit="min"
 startDate="2026-10-02 18:25:41 +0200" endDate="2026-10-02 18:57:41 +0200"><WorkoutRoute>
<FileReference path="/workout-routes/r.gpx"/></WorkoutRoute></Workout></HealthData>
"""


def packed(path: Path, members: Mapping[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(zipfile.ZipInfo(name), content)
    return path


def strava(path: Path, kinds: Mapping[str, str], members: Mapping[str, bytes]) -> Path:
    """An export whose list says what kind each of its files is; "" for one typed in by hand."""
    text = io.StringIO()
    rows = csv.writer(text, lineterminator="\n")
    rows.writerow(STRAVA.split(","))
    for number, (name, kind) in enumerate(kinds.items()):
        date = f"Oct {number + 1}, 2026, 3:53:35 PM"
        start = [f"{number}", date, f"Lunch {kind}", kind, "", "1234", "3.32"]
        file = "" if name.startswith("typed") else name
        rest = ["", "", "", "false", "", "", file, "", "", "1234.0", "1201.0", "3322.9", *[""] * 4]
        rows.writerow([*start, *rest[1:]])
    return packed(path, {**members, "activities.csv": text.getvalue().encode()})


def after(folder: Path, *steps: list[Path]) -> Home:
    """An installation into which files were dropped in steps, with a run after each."""
    home = new_home(folder)
    for files in steps:
        drop(home, files)
        run(home)
    return home


def table(home: Home) -> Readings:
    return library(home).load()


def library(home: Home) -> Library:
    return home.library(home.settings().people[0])


def state(home: Home) -> tuple[bytes, dict[str, bytes]]:
    return table_bytes(home), reports(home)


def entries(home: Home) -> list[dict[str, Any]]:
    return list(receipt.status(home, NOW)["people"][0]["files"])


def activity(home: Home, content: bytes) -> dict[str, Any]:
    """The one activity of the row of a content."""
    (found,) = [
        row
        for row in table(home).iter_rows(named=True)
        if row["size_bytes"] == len(content) and row["kind"] not in ledger.ARCHIVES
    ]
    (said,) = found["activities"]
    return dict(said)


def test_members_are_read_whatever_arrives_first_and_a_rebuilt_table_is_the_same(
    tmp_path: Path,
) -> None:
    archive = packed(tmp_path / "all.zip", SAMPLES)
    plain = sample_files()

    homes = [
        after(tmp_path / "a", [archive], plain),
        after(tmp_path / "b", plain, [archive]),
        after(tmp_path / "c", [*plain, archive]),
        after(tmp_path / "d", plain[:5], [archive], plain[5:]),
    ]

    states = [state(home) for home in homes]
    assert states[1:] == states[:-1]
    for home in homes:
        library(home).table.unlink()
        run(home)
        assert state(home) == states[0]


def test_what_an_archive_tells_wins_over_the_same_bytes_without_it_in_any_order(
    tmp_path: Path,
) -> None:
    first = strava(tmp_path / "strava.zip", {"activities/1.gpx": "Hike"}, {"activities/1.gpx": GPX})
    plain = tmp_path / "1.gpx"
    plain.write_bytes(GPX)
    zipped = packed(tmp_path / "plain.zip", {"1.gpx": GPX})
    other = strava(tmp_path / "other.zip", {"activities/2.gpx": "Walk"}, {"activities/2.gpx": GPX})
    files = [first, plain, zipped, other]

    homes = [
        after(tmp_path / f"{number}", *([each] for each in order))
        for number, order in enumerate(
            [files, files[::-1], files[2:] + files[:2], [files[i] for i in (1, 3, 0, 2)]]
        )
    ]

    states = {number: state(home) for number, home in enumerate(homes)}
    assert all(each == states[0] for each in states.values())
    assert activity(homes[0], GPX)["sport"] in ("Hike", "Walk")
    assert activity(after(tmp_path / "plain", [plain]), GPX)["sport"] is None


def test_rows_of_older_readers_are_read_again_through_their_archive(tmp_path: Path) -> None:
    plain = tmp_path / "1.gpx"
    plain.write_bytes(GPX)
    archive = strava(tmp_path / "s.zip", {"activities/1.gpx": "Hike"}, {"activities/1.gpx": GPX})
    home = after(tmp_path / "home", [plain, archive])
    expected = state(home)
    library(home).save(aged(table(home)))

    run(home)

    assert state(home) == expected


def aged(rows: Readings) -> Readings:
    import polars as pl  # noqa: PLC0415 - nothing else here needs it

    return readings(rows.with_columns(reader_version=pl.lit("older")))


def test_a_member_that_an_archive_no_longer_gives_loses_its_row(tmp_path: Path) -> None:
    home = after(tmp_path / "home", [packed(tmp_path / "a.zip", {"a.gpx": GPX})])
    import polars as pl  # noqa: PLC0415

    rows = table(home)
    stray = rows.filter(pl.col("kind") == "gpx").with_columns(
        sha256=pl.lit("0" * 64), reader_version=pl.lit("older")
    )
    library(home).save(readings(pl.concat([rows, stray])))

    run(home)

    assert table(home).equals(rows)


@pytest.mark.parametrize("code", ["E_TIME", "E_MEMORY", "E_CRASH"])
def test_a_member_keeps_its_older_row_when_its_archive_only_took_too_long(
    tmp_path: Path, code: str
) -> None:
    import polars as pl  # noqa: PLC0415

    home = after(tmp_path / "home", [packed(tmp_path / "a.zip", {"a.gpx": GPX})])
    rows = table(home)
    is_archive = pl.col("kind") == "zip"
    left_out = pl.lit(
        pl.Series([[{"name": b"a.gpx", "code": code, "detail": ""}]], dtype=rows.schema["left_out"])
    ).first()
    shaky = {
        "refused": rows.with_columns(
            code=pl.when(is_archive).then(pl.lit(code)),
            kind=pl.when(~is_archive).then("kind"),
        ),
        "left out": rows.with_columns(
            left_out=pl.when(is_archive).then(left_out).otherwise("left_out")
        ),
    }
    for each in shaky.values():
        older = pl.when(is_archive).then("reader_version").otherwise(pl.lit("older"))
        library(home).save(readings(each.with_columns(reader_version=older)))

        run(home)

        assert "gpx" in table(home)["kind"].to_list()


def test_an_archive_is_imported_with_its_names_and_its_row_comes_last(tmp_path: Path) -> None:
    home = after(tmp_path / "home", [packed(tmp_path / "a.zip", {"x/a.gpx": GPX})])

    rows = {row["kind"]: row for row in table(home).iter_rows(named=True)}

    assert rows["gpx"]["names"] == [b"a.zip/x/a.gpx"]
    assert rows["gpx"]["found_in"] == [
        {"container": rows["zip"]["sha256"], "index": 0, "name": b"x/a.gpx", "told": False}
    ]
    assert (rows["zip"]["names"], rows["zip"]["outcome"]) == ([b"a.zip"], "imported")
    assert rows["gpx"]["first_seen"] == rows["zip"]["first_seen"] == NOW


def test_a_bad_member_stops_none_of_its_neighbours(tmp_path: Path) -> None:
    members = {
        "a.fit": SAMPLES["2026-10-08-071455.fit"],
        "b.fit": SAMPLES["damaged.fit"],
        "c.xyz": b"\x01\x02\x03\x04",
        "d.gpx.gz": gzip.compress(GPX),
        "e.gpx": b"<gpx>" + b"<a>" * 100,
    }
    home = after(tmp_path / "home", [packed(tmp_path / "a.zip", members)])

    found = {each["name"]: (each["outcome"], each["code"]) for each in entries(home)}

    assert found == {
        "a.zip": ("imported", None),
        "a.fit": ("imported", None),
        "b.fit": ("refused", "E_TRUNCATED"),
        "c.xyz": ("refused", "E_NOT_RECOGNISED"),
        "d.gpx.gz": ("imported", None),
        "e.gpx": ("refused", "E_XML_LIMIT"),
    }


@pytest.mark.parametrize(
    ("members", "code", "detail"),
    [
        ({".DS_Store": b"x"}, "E_NO_ACTIVITY", "The archive holds no workout."),
        ({"a.jpg": b"\xff\xd8\xff"}, "E_UNSUPPORTED", "Its only file"),
        ({"b": SAMPLES["damaged.fit"], "a": b"x"}, "E_TRUNCATED", "None of its 2 files could"),
    ],
)
def test_an_archive_without_a_workout_is_refused_by_its_first_fault(
    tmp_path: Path, members: dict[str, bytes], code: str, detail: str
) -> None:
    home = after(tmp_path / "home", [packed(tmp_path / "a.zip", members)])

    (found,) = [each for each in entries(home) if each["parent"] is None]

    assert (found["outcome"], found["code"]) == ("refused", code)
    assert found["detail"].startswith(detail)


def test_strava_garmin_and_apple_exports_are_imported_whole(tmp_path: Path) -> None:
    fit = SAMPLES["2026-10-08-071455.fit"]
    archives = [
        strava(
            tmp_path / "strava.zip",
            {"activities/1.gpx": "Run", "activities/2.fit.gz": "Run", "typed": "Run"},
            {"activities/1.gpx": GPX, "activities/2.fit.gz": gzip.compress(fit, mtime=0)},
        ),
        packed(
            tmp_path / "garmin.zip",
            {
                "DI_CONNECT/x/me@example.org_1.fit": SAMPLES["2026-11-04-181207.fit"],
                "DI_CONNECT/x/me@example.org_2.fit": b"\x01\x02\x03\x04",
                "DI_CONNECT/x/me@example.org_3.bin": b"\x01\x02\x03\x04",
                "DI_CONNECT/y.json": b"{}",
            },
        ),
        packed(
            tmp_path / "apple.zip",
            {
                "apple_health_export/export.xml": APPLE.encode(),
                "apple_health_export/workout-routes/r.gpx": SAMPLES["Morning_Run.gpx"],
            },
        ),
    ]
    home = after(tmp_path / "home", archives)

    rows = {row["app"]: row for row in table(home).iter_rows(named=True) if row["app"]}
    found = {each["name"]: each for each in entries(home)}

    assert {app: rows[app]["outcome"] for app in ("strava", "garmin", "apple")} == dict.fromkeys(
        ("strava", "garmin", "apple"), "imported"
    )
    assert [len(rows[app]["activities"]) for app in ("strava", "garmin", "apple")] == [1, 0, 1]
    assert found["DI_CONNECT/x/1.fit"]["outcome"] == "imported"
    # What is named like a workout and cannot be read may be a jog: it is never left out silently.
    assert found["DI_CONNECT/x/2.fit"]["code"] == "E_NOT_RECOGNISED"
    assert found["DI_CONNECT/x/3.bin"]["code"] == "I_MEMBER"
    others = {name: each["outcome"] for name, each in found.items() if not name.endswith("2.fit")}
    assert set(others.values()) == {"imported", "ignored"}
    assert not [name for name in found if "example.org" in name]


def test_members_are_listed_with_their_parent_and_the_same_bytes_are_duplicates(
    tmp_path: Path,
) -> None:
    plain = tmp_path / "plain.gpx"
    plain.write_bytes(GPX)
    archive = packed(
        tmp_path / "a.zip", {"a.gpx": GPX, "b.gpx": GPX, "s.csv": SAMPLES["strong.csv"]}
    )
    home = after(tmp_path / "home", [plain, archive])

    found = entries(home)
    parents = {each["name"]: each["parent"] for each in found}
    outcomes = {each["name"]: each["outcome"] for each in found}

    container = next(each["sha256"] for each in found if each["name"] == "a.zip")
    assert parents == {
        "plain.gpx": None,
        "a.zip": None,
        "a.gpx": container,
        "b.gpx": container,
        "s.csv": container,
    }
    assert outcomes == {
        "plain.gpx": "imported",
        "a.zip": "imported",
        "a.gpx": "duplicate",
        "b.gpx": "duplicate",
        "s.csv": "imported",
    }
    assert json.dumps(found)


class Killed(BaseException):
    pass


def test_an_archive_killed_half_way_goes_on_where_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive = packed(tmp_path / "all.zip", SAMPLES)
    expected = state(after(tmp_path / "whole", [archive]))
    home = new_home(tmp_path / "killed")
    drop(home, [archive])
    monkeypatch.setattr(book, "MERGE_ROWS", 4)  # the run saves every four members, and dies
    saves = itertools.count()
    save = Library.save

    def dying(self: Library, rows: Readings) -> bool:
        if next(saves) == 2:
            raise Killed
        return save(self, rows)

    monkeypatch.setattr(Library, "save", dying)
    with pytest.raises(Killed):
        run(home)
    monkeypatch.undo()
    half = table(home)
    assert 0 < half.height < 16
    assert "zip" not in half["kind"].to_list()
    read_again = members_read(monkeypatch)

    run(home)

    assert state(home) == expected
    assert len(read_again) == len(SAMPLES) - half["found_in"].list.len().sum()


def members_read(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """Note every member that is given to a child from now on."""
    noted: list[object] = []
    answers = guard.Guard.answers

    def noting(self: guard.Guard, sources: Any) -> Any:  # noqa: ANN401 - passed through
        for source, answer in answers(self, sources):
            if source.address is not None:
                noted.append(source)
            yield source, answer

    monkeypatch.setattr(guard.Guard, "answers", noting)
    return noted


def test_members_that_end_their_child_are_left_out_and_their_neighbours_read(
    tmp_path: Path,
) -> None:
    path = packed(
        tmp_path / "a.zip",
        {"0": b"pass", "1": b"import os; os.abort()", "2": b"pass", "3": b"raise SystemExit"},
    )
    reads = guard.Reads(own=exec)  # type: ignore[arg-type]

    with guard.guarded(reads=reads) as children:
        ((_, listed),) = children.answers([guard.Source.of(path)])
        sources = [
            guard.Source(path, each.size_bytes, each.address, None, 4)
            for each in listed.outcome.members  # type: ignore[union-attr]
        ]
        found = [answer.outcome for _, answer in children.answers(sources)]

    codes = [each.code if isinstance(each, Refusal) else None for each in found]
    assert codes == [None, Code.E_CRASH, None, Code.E_CRASH]


def test_many_small_archives_share_children(tmp_path: Path) -> None:
    files = []
    for name, content in SAMPLES.items():
        files.append(tmp_path / f"{name}.gz")
        files[-1].write_bytes(gzip.compress(content, mtime=0))
    home = after(tmp_path / "home", files)

    outcomes = Counter(each["outcome"] for each in entries(home) if each["parent"] is not None)

    assert {each["name"] for each in entries(home)} == {path.name for path in files}
    # One sample is there twice, so its archive too; one log holds all of another.
    assert outcomes == {"imported": 14, "superseded": 1, "refused": 1}


def test_other_readers_read_everything_again(tmp_path: Path) -> None:
    home = after(tmp_path / "home", sample_files())
    versions = set(table(home)["reader_version"])
    text = home.settings_file.read_text(encoding="utf-8")
    home.settings_file.write_text(f'readers = "reference"\n{text}', encoding="utf-8")

    (tally,) = run(home)

    assert tally.read == 16
    assert not versions & set(table(home)["reader_version"])
    assert Counter(table(home)["outcome"]) == {"imported": 14, "refused": 1, "superseded": 1}


def test_a_night_with_nothing_new_starts_no_child_and_writes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = after(tmp_path / "home", [*sample_files(), packed(tmp_path / "a.zip", SAMPLES)])
    before = {path: path.stat() for path in sorted((home.folder / "people").rglob("*"))}

    def never(**_: object) -> None:
        pytest.fail("a child was started")

    monkeypatch.setattr(guard, "guarded", never)
    jobs.run(home, NOW, home.folder.stat().st_ctime + 1e6)

    after_it = {path: path.stat() for path in sorted((home.folder / "people").rglob("*"))}
    assert {path: s.st_mtime_ns for path, s in before.items() if path.is_file()} == {
        path: s.st_mtime_ns for path, s in after_it.items() if path.is_file()
    }


def test_a_page_links_to_the_archive_of_a_member_and_to_the_file_that_was_dropped(
    tmp_path: Path,
) -> None:
    fit = SAMPLES["2026-10-08-071455.fit"]
    archive = packed(tmp_path / "some.zip", {"a/1.fit": fit})
    home = after(tmp_path / "home", [archive])
    page = home.reports / "me" / "2026" / "2026-W41.html"

    (linked,) = set(re.findall(r'href="([^"]*originals[^"]*)"', page.read_text(encoding="utf-8")))

    assert (page.parent / linked).resolve().read_bytes() == archive.read_bytes()

    (home.inbox / "me" / "again.fit").write_bytes(fit)
    run(home)
    (linked,) = set(re.findall(r'href="([^"]*originals[^"]*)"', page.read_text(encoding="utf-8")))

    assert (page.parent / linked).resolve().read_bytes() == fit
