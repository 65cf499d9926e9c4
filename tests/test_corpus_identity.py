"""Real files that tell of the same activity, and what becomes of them."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations

import polars as pl
import pytest

from pipeline import compliance, identity
from pipeline.home import Home
from pipeline.programme.prescriptions import JOG
from pipeline.tables import Readings, shown_name
from pipeline.week import Session

from .homes import NOW

START_SLACK = dt.timedelta(minutes=5)
SAME_SHARE = 0.8
FITPARSE = "fit/dtcooper__python-fitparse/tests/files/"
SDK = "fit/muktihari__fit/testdata/from_official_sdk/"
CHAINED = "fit/muktihari__fit/testdata/chained_Activity_activity_poolswim.fit"
PLAYGROUND = "fit/martin-ueding__geo-activity-playground/testdata/"
OPENTRACKS = "gpx/OpenTracksApp__OpenTracks/src/androidTest/res/raw/"
TRIATHLON = "fit/jimmykane__fit-parser/examples/triathlon_summary_"
GPXPY = "gpx/tkrajina__gpxpy/test_files/"
CERKNICKO = f"{GPXPY}cerknicko-jezero"
# Files that tell of the same activity, and which activity of the file it is: found by start and
# end as fitdecode, and a search for times in XML, tell them.
SAME: dict[str, set[str]] = {
    "14 seconds of a run": {
        f"{FITPARSE}Activity.fit#0",
        f"{FITPARSE}activity-activity-filecrc.fit#0",  # holds it twice
        f"{FITPARSE}activity-activity-filecrc.fit#1",
        f"{FITPARSE}activity-filecrc.fit#0",
        f"{FITPARSE}activity-settings-corruptheader.fit#0",
        f"{FITPARSE}activity-settings-nodata.fit#0",
        f"{FITPARSE}activity-settings.fit#0",
        f"{FITPARSE}activity-unexpected-eof.fit#0",
        f"{SDK}activity_truncated.fit#0",
    },
    "a run, from the watch and from Strava": {
        f"{PLAYGROUND}Local_Files/Activities/2022-05-29-15-53-35_Laufen_Landal_Park.fit#0",
        f"{PLAYGROUND}Strava_Export/Strava_Export/activities/12866632127.fit#0",
    },
    "the swim of a triathlon": {f"{TRIATHLON}first.fit#0", f"{TRIATHLON}last.fit#0"},
    "the ride of a triathlon": {f"{TRIATHLON}first.fit#1", f"{TRIATHLON}last.fit#1"},
    "the run of a triathlon": {f"{TRIATHLON}first.fit#2", f"{TRIATHLON}last.fit#2"},
    "an hour of paddling": {f"{CHAINED}#0", f"{SDK}Activity.fit#0"},
    "a swim in a pool": {f"{CHAINED}#1", f"{SDK}activity_poolswim.fit#0"},
    "one moment, as GPX 1.0 and 1.1": {
        f"{GPXPY}gpx1.0_with_all_fields.gpx#0",
        f"{GPXPY}gpx1.1_with_all_fields.gpx#0",
    },
    "a walk, with and without speeds": {
        f"{OPENTRACKS}gpx11_with_speed_no_namespace.gpx#0",
        f"{OPENTRACKS}gpx11_without_speed.gpx#0",
    },
    **{
        f"track {number} at the lake": {
            f"{CERKNICKO}.gpx#{number}",
            f"{CERKNICKO}-no-creator.gpx#{number}",
            f"{CERKNICKO}-with-elevations-zero.gpx#{number}",
            f"{CERKNICKO}-without-elevations.gpx#{number}",
        }
        for number in range(7)
    },
}
JOGS = {
    "14 seconds of a run",
    "a run, from the watch and from Strava",
    "the run of a triathlon",
    "track 5 at the lake",
}
each_group = pytest.mark.parametrize("group", sorted(SAME))


@dataclass(frozen=True)
class Told:
    """One activity as its file tells it, before anything is compared."""

    id: str
    sha256: str
    start: dt.datetime
    end: dt.datetime


@pytest.fixture(scope="module")
def table(corpus_home: Home) -> Readings:
    return corpus_home.library(corpus_home.settings().people[0]).load()


@pytest.fixture(scope="module")
def told(table: Readings) -> list[Told]:
    return [
        Told(f"{shown_name(row['names'][0])}#{each['position']}", row["sha256"], *times)
        for row in table.iter_rows(named=True)
        for each in row["activities"] or ()
        if all(times := (each["starts_at"], each["ends_at"]))
    ]


@pytest.fixture(scope="module")
def recorded(table: Readings) -> pl.DataFrame:
    """Every recording with an `id`, the name of its file and its place in it."""
    named = table.with_columns(
        name=pl.Series([shown_name(names[0]) for names in table["names"].to_list()])
    )
    found = identity.recordings(named, identity.Person("Europe/Berlin", {}, {}))
    return found.with_columns(id=pl.format("{}#{}", "name", "position"))


@pytest.fixture(scope="module")
def sessions(corpus_home: Home, table: Readings) -> list[Session]:
    """Every line of every week from the first to now."""
    settings = corpus_home.settings()
    weeks = compliance.judge(table, settings, settings.people[0], NOW)
    return [each for week in weeks for each in week.sessions]


def test_the_list_holds_all_activities_that_several_files_tell_of(told: list[Told]) -> None:
    listed = {pair for group in SAME.values() for pair in combinations(sorted(group), 2)}

    found = {
        (one.id, other.id)
        for one, other in combinations(sorted(told, key=lambda each: each.id), 2)
        if is_same(one, other)
    }

    assert sorted(found - listed) == []
    assert sorted(listed - found) == []


@each_group
def test_an_activity_is_a_jog_in_one_session_or_in_none(recorded: pl.DataFrame, group: str) -> None:
    members = recorded.filter(pl.col("id").is_in(SAME[group]))
    found = identity.jogs(recorded).filter(pl.col("id").is_in(SAME[group]))

    assert (JOG in members["kind"]) == (group in JOGS)
    assert found["session"].n_unique() == found["is_kept"].sum() == (group in JOGS)
    assert set(found["id"]) == (SAME[group] if group in JOGS else set())


@each_group
def test_an_activity_is_counted_once_with_every_file_linked(
    told: list[Told], sessions: list[Session], group: str
) -> None:
    mine = [each for each in told if each.id in SAME[group]]

    lines = list(lines_of(mine, sessions))

    assert sum(each.counted for each in lines) <= 1
    assert {each.exercise for each in lines if each.counted} <= {JOG}
    if group in JOGS:
        (line,) = lines
        linked = {link.sha256 for link in line.source.linked}
        assert {line.source.sha256} | linked == {each.sha256 for each in mine}
    else:
        assert {each.source.sha256 for each in lines} == {each.sha256 for each in mine}


def test_the_run_of_a_watch_and_of_strava_is_one_jog_of_that_week(
    told: list[Told], sessions: list[Session]
) -> None:
    mine = [each for each in told if each.id in SAME["a run, from the watch and from Strava"]]

    (line,) = lines_of(mine, sessions)

    assert (line.counted, line.exercise, len(line.source.linked)) == (True, JOG, 1)


def test_no_two_different_activities_are_one_session(recorded: pl.DataFrame) -> None:
    by_session = identity.jogs(recorded).group_by("session").agg("id")["id"].to_list()

    several = [set(ids) for ids in by_session if len(ids) > 1]

    assert len(several) == len(JOGS)
    assert [ids for ids in several if ids not in SAME.values()] == []


def is_same(one: Told, other: Told) -> bool:
    """Start within minutes of each other, and share most of the longer one."""
    if abs(one.start - other.start) > START_SLACK:
        return False
    longer = max(one.end - one.start, other.end - other.start)
    common = min(one.end, other.end) - max(one.start, other.start)
    return common >= SAME_SHARE * longer


def lines_of(mine: list[Told], sessions: list[Session]) -> Iterator[Session]:
    """The lines of the pages that show one of these activities: by file and start."""
    starts = {(each.sha256, each.start) for each in mine}
    for each in sessions:
        if (each.source.sha256, each.start_local) in starts:
            yield each
