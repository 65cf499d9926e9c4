import datetime as dt
import itertools
import shutil
from pathlib import Path

from pipeline import jobs
from pipeline.home import Home

from .homes import SAMPLES, SETTLED_CLOCK_S, drop, new_home, readings, reports, week

SUNDAY = dt.datetime(2026, 11, 15, 21, tzinfo=dt.UTC)
THURSDAY = dt.datetime(2026, 11, 19, 3, tzinfo=dt.UTC)
RUNS = [SAMPLES / "inbox" / name for name in ("2026-11-14-081203.fit", "Morning_Run.gpx")]
LOG = SAMPLES / "inbox" / "workout_data.csv"


def run(home: Home, now: dt.datetime) -> jobs.Tally:
    (tally,) = jobs.run(home, now, SETTLED_CLOCK_S)
    return tally


def revised(folder: Path) -> Home:
    """An installation in which the log of week 46 arrived four days late."""
    home = new_home(folder)
    drop(home, RUNS)
    run(home, SUNDAY)
    drop(home, [LOG])
    run(home, THURSDAY)
    return home


def test_the_page_says_what_a_late_file_changed_and_how_the_week_stood_before(
    tmp_path: Path,
) -> None:
    home = revised(tmp_path)

    revision = week(home, "2026-W46")["revision"]
    assert isinstance(revision, dict)
    assert (revision["n"], revision["changed_on"]) == (2, "2026-11-19")
    assert [each["original_name"] for each in revision["cause_files"]] == ["workout_data.csv"]
    banner = (
        "Updated 19 November 2026. A late file, workout_data.csv, changed this result. Before:"
        " “1 of 4 done, and one jog went past 5 km. Lat pulldowns, glute bridges and shoulder"
        " shrugs were not recorded. Saturday 14 November’s jog was 5.62 km.”"
    )
    text = reports(home)["me/2026/2026-W46.md"].decode().replace("\\", "").replace("\xa0", " ")
    assert banner in text


def test_a_rebuilt_installation_tells_of_the_same_revisions(tmp_path: Path) -> None:
    home = revised(tmp_path)
    table, pages = readings(home), reports(home)

    for path in home.library(home.settings().people[0]).folder.glob("readings.*"):
        path.unlink()
    shutil.rmtree(home.reports)
    run(home, THURSDAY)

    assert readings(home) == table
    assert reports(home) == pages


def test_no_revised_page_changes_while_nothing_arrives(tmp_path: Path) -> None:
    home = revised(tmp_path)
    page = reports(home)["me/2026/2026-W46.html"]

    nights = [run(home, THURSDAY + dt.timedelta(days=n)) for n in (0, 1, 2)]

    assert nights[0].pages == 0
    assert reports(home)["me/2026/2026-W46.html"] == page


def test_dropped_at_once_nothing_is_late_in_any_order(tmp_path: Path) -> None:
    found = []
    for number, files in enumerate(itertools.permutations([*RUNS, LOG])):
        home = new_home(tmp_path / str(number))
        for file in files:
            drop(home, [file])
            run(home, THURSDAY)
        found.append(reports(home))
        revision = week(home, "2026-W46")["revision"]
        assert isinstance(revision, dict)
        assert (revision["n"], revision["history"]) == (1, [])

    assert all(each == found[0] for each in found)
