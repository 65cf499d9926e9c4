import dataclasses
import datetime as dt
import itertools
import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from flows.command import app
from pipeline import jobs, mappings, receipt
from pipeline.home import Home

from .homes import NOW, SETTLED_CLOCK_S, new_home, readings, reports, run, week

RUNNER = CliRunner()
TABLE = "Day,Lift,Reps\n10/11/2026,Shrug,10\n10/11/2026,Glute Bridge,12\n"
MAP = """confirmed = true
header = "Day,Lift,Reps"
date_format = "%d/%m/%Y"
timezone = "Europe/Berlin"
columns = { date = "Day", exercise = "Lift", reps = "Reps" }
"""


def put(home: Home, **files: str) -> None:
    for name, text in files.items():
        place = home.inbox / "me" / name.replace("__", "/").replace("_", ".")
        place.parent.mkdir(exist_ok=True)
        place.write_text(text, encoding="utf-8")


def outcomes(home: Home) -> dict[str, tuple[str, str | None]]:
    files = receipt.status(home, NOW)["people"][0]["files"]
    return {each["name"]: (each["outcome"], each["code"]) for each in files}


def done(home: Home) -> set[str]:
    exercises = week(home, "2026-W46")["exercises"]
    assert isinstance(exercises, list)
    return {each["id"] for each in exercises if each["state"] == "done"}


@pytest.mark.parametrize("name", ["log_csv_map_toml", "log_map_toml", "map_toml"])
def test_a_file_is_read_by_the_mapping_beside_it(tmp_path: Path, name: str) -> None:
    home = new_home(tmp_path)
    put(home, log_csv=TABLE, **{name: MAP})

    run(home)

    assert set(outcomes(home).values()) == {("imported", None)}
    assert done(home) == {"shrug", "glute_bridge"}


def test_a_mapping_that_comes_later_heals_and_one_that_is_withdrawn_takes_back(
    tmp_path: Path,
) -> None:
    home = new_home(tmp_path)
    put(home, log_csv=TABLE)
    run(home)
    assert outcomes(home)["log.csv"] == ("refused", "E_CSV_HEADER")

    put(home, map_toml=MAP)
    jobs.run(home, NOW + dt.timedelta(hours=1), SETTLED_CLOCK_S)
    assert outcomes(home)["log.csv"] == ("imported", None)
    assert done(home) == {"shrug", "glute_bridge"}

    put(home, map_toml=MAP.replace("true", "false"))
    jobs.run(home, NOW + dt.timedelta(hours=2), SETTLED_CLOCK_S)
    assert outcomes(home)["log.csv"] == ("refused", "E_CSV_HEADER")


def test_mappings_of_other_folders_headers_and_files_say_nothing(tmp_path: Path) -> None:
    home = new_home(tmp_path)
    other = MAP.replace("Reps", "Times")
    put(home, a__log_csv=TABLE, a__map_toml=other, b__map_toml=MAP, a__jog_map_toml=MAP)

    run(home)

    assert outcomes(home)["a/log.csv"] == ("refused", "E_CSV_HEADER")


def test_a_known_app_needs_no_mapping_and_is_not_changed_by_one(tmp_path: Path) -> None:
    home = new_home(tmp_path)
    known = "Date,Exercise,Category,Weight,Weight Unit,Reps,Distance,Distance Unit,Time,Comment\n"
    put(home, log_csv=f"{known}2026-11-10,Shrug,Back,,,10,,,,\n", map_toml=MAP)

    run(home)

    assert done(home) == {"shrug"}


def test_the_order_of_arrival_and_a_rebuild_change_nothing(tmp_path: Path) -> None:
    seen = set()
    files = {"log_csv": TABLE, "map_toml": MAP}
    for number, order in enumerate(itertools.permutations(files)):
        home = new_home(tmp_path / str(number))
        for name in order:
            put(home, **{name: files[name]})
            run(home)
        (home.folder / "people/me/readings.parquet").unlink()
        run(home)
        seen.add((readings(home), json.dumps(sorted(reports(home)))))
        seen.add((readings(home), json.dumps(sorted(reports(home)))))

    assert len(seen) == 1


def test_a_second_run_reads_nothing_again(tmp_path: Path) -> None:
    home = new_home(tmp_path)
    put(home, log_csv=TABLE, map_toml=MAP)
    run(home)

    assert [dataclasses.replace(tally).read for tally in run(home)] == [0]


def test_inspect_drafts_saves_and_then_reads_by_what_was_saved(tmp_path: Path) -> None:
    home = new_home(tmp_path / "home")
    file = tmp_path / "log.csv"
    file.write_text(TABLE.replace("10/11", "20/10"), encoding="utf-8")

    def inspect(*more: str) -> str:
        arguments = ["inspect", str(file), "--home", str(home.folder), *more]
        result = RUNNER.invoke(app, arguments)
        assert result.exit_code == 0, result.output
        return result.output

    shown = inspect("--save-map")
    assert 'date_format = "%d/%m/%Y"' in shown
    assert 'timezone = "Europe/Berlin"' in shown
    assert "line 2: 2026-10-20  Shrug  set 10" in shown
    saved = tmp_path / "log.csv.map.toml"
    assert "set confirmed = true" in inspect()

    confirmed = saved.read_text(encoding="utf-8").replace("= false", "= true")
    saved.write_text(confirmed, encoding="utf-8")
    assert "records: 2 = 2 sets + 0 others + 0 unreadable" in inspect()


def test_inspect_saves_over_no_file_and_has_nothing_to_save_for_a_known_one(
    tmp_path: Path,
) -> None:
    file, taken = tmp_path / "log.csv", tmp_path / "log.csv.map.toml"
    file.write_text(TABLE, encoding="utf-8")
    taken.write_text("mine", encoding="utf-8")

    result = RUNNER.invoke(app, ["inspect", str(file), "--save-map"])
    map_result = RUNNER.invoke(app, ["inspect", str(taken), "--save-map"])

    assert (result.exit_code, map_result.exit_code) == (2, 2)
    assert taken.read_text(encoding="utf-8") == "mine"


def test_what_is_no_table_gets_no_draft(tmp_path: Path) -> None:
    file = tmp_path / "log.csv"
    file.write_text('{"day": "2026-11-10", "exercise": "Shrug"}\n' * 2, encoding="utf-8")

    result = RUNNER.invoke(app, ["inspect", str(file)])

    assert "E_UNSUPPORTED: This is a JSON file" in result.output
    assert "mapping" not in result.output


def test_the_nearest_mapping_comes_first() -> None:
    assert mappings.beside(b"a/log.x.csv") == (
        b"a/log.x.csv.map.toml",
        b"a/log.x.map.toml",
        b"a/map.toml",
    )
    assert mappings.beside(b"jog.fit") == (b"jog.fit.map.toml", b"jog.map.toml")
    assert mappings.beside(b"map.toml") == ()
