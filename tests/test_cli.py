import datetime as dt
import fcntl
import gzip
import json
import os
import subprocess
import sys
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from flows.command import app
from pipeline import inspection, intake
from pipeline.errors import Code
from pipeline.tables import Activity, Reading

from .homes import EXPECTED, NOW, drop, new_home, reports, run, sample_files

RUNNER = CliRunner()


def backfour(*arguments: str | Path) -> Result:
    return RUNNER.invoke(app, [str(each) for each in arguments])


def test_init_without_a_terminal_takes_the_flags_and_asks_nothing(tmp_path: Path) -> None:
    result = backfour("init", "--home", tmp_path / "h", "--name", "Alex", "--zone", "Europe/Berlin")

    assert result.exit_code == 0
    assert (tmp_path / "h/inbox/me").is_dir()
    assert 'zone = "Europe/Berlin"' in (tmp_path / "h/backfour.toml").read_text(encoding="utf-8")


def test_init_without_flags_says_which_zone_it_took(tmp_path: Path) -> None:
    result = backfour("init", "--home", tmp_path / "h")

    assert result.exit_code == 0
    assert "Time zone: " in result.output


def test_init_leaves_an_installation_that_is_there_as_it_is(tmp_path: Path) -> None:
    home = new_home(tmp_path)
    before = home.settings_file.read_bytes()

    result = backfour("init", "--home", tmp_path, "--name", "Other", "--zone", "UTC")

    assert result.exit_code == 2
    assert home.settings_file.read_bytes() == before


def test_init_refuses_a_zone_that_does_not_exist(tmp_path: Path) -> None:
    result = backfour("init", "--home", tmp_path, "--name", "Alex", "--zone", "Berlin")

    assert result.exit_code == 2
    assert "Europe/Berlin" in result.output
    assert not (tmp_path / "backfour.toml").exists()


def test_run_direct_accounts_for_the_files_in_json(tmp_path: Path) -> None:
    home = new_home(tmp_path)
    drop(home, sample_files())

    result = backfour("run", "--direct", "--home", tmp_path, "--now", EXPECTED["now"], "--json")

    assert result.exit_code == 0
    (person,) = json.loads(result.stdout)["people"]
    assert person["outcomes"] == {"imported": 14, "refused": 1, "superseded": 1}


def test_the_command_line_writes_the_same_bytes_as_the_job(tmp_path: Path) -> None:
    by_hand, by_job = new_home(tmp_path / "a"), new_home(tmp_path / "b")
    for home in (by_hand, by_job):
        drop(home, sample_files())
    run(by_job)

    backfour("run", "--direct", "--home", by_hand.folder, "--now", EXPECTED["now"])

    assert reports(by_hand) == reports(by_job)


def test_status_lists_every_file_with_its_outcome(tmp_path: Path) -> None:
    home = new_home(tmp_path)
    drop(home, sample_files())
    (home.inbox / "me" / "half.fit.part").write_bytes(b"x")
    run(home)
    (home.inbox / "me" / "later.gpx").write_bytes(b"<gpx/>")

    result = backfour("status", "--home", tmp_path, "--json", "--now", EXPECTED["now"])

    files = {file["name"]: file for file in json.loads(result.stdout)["people"][0]["files"]}
    assert {name: files[name]["outcome"] for name in EXPECTED["files"]} == EXPECTED["files"]
    assert (files["half.fit.part"]["outcome"], files["half.fit.part"]["code"]) == (
        "ignored",
        "I_TEMP",
    )
    assert files["later.gpx"]["outcome"] == "waiting"


def test_status_counts_what_is_ignored_and_says_since_when(tmp_path: Path) -> None:
    home = new_home(tmp_path)
    for name in (".DS_Store", "._run.fit", "half.part"):
        (home.inbox / "me" / name).write_bytes(b"x")
    today = dt.datetime.fromtimestamp((home.inbox / "me" / "half.part").stat().st_ctime, dt.UTC)

    result = backfour("status", "--home", tmp_path)

    since = f"since {today:%Y-%m-%d}"
    assert f"ignored    2 {since}: I_SYNC A sync tool's own file. .DS_Store, ._run.fit" in (
        result.stdout
    )
    assert f"ignored    1 {since}: I_TEMP A temporary name. half.part" in result.stdout


def test_status_tells_a_full_disk_and_a_closed_file_from_one_still_being_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = new_home(tmp_path)
    path = home.inbox / "me" / "run.fit"
    path.write_bytes(b"x")
    person = home.settings().people[0]
    (entry,) = home.entries(home.settings(), person)

    def said() -> list[str]:
        result = backfour("status", "--home", tmp_path, "--json")
        return [each["code"] for each in json.loads(result.stdout)["people"][0]["files"]]

    assert said() == ["W_SETTLING"]
    path.rename(path.with_name("gone"))
    assert intake.hindrance(home.library(person), entry) is Code.W_IO
    monkeypatch.setattr(intake, "FREE_BYTES", 1 << 62)
    assert said() == ["W_DISK"]
    (tally,) = run(home)
    assert (tally.taken, tally.waiting) == (0, 1)


def test_status_for_people_names_the_reason_and_the_week(tmp_path: Path) -> None:
    home = new_home(tmp_path)
    drop(home, sample_files())
    run(home)

    result = backfour("status", "--home", tmp_path, "--now", EXPECTED["now"])

    assert "E_TRUNCATED" in result.stdout
    assert "2026-W47: In progress, 0 of 4 done" in result.stdout


def test_report_prints_the_page_of_a_week(tmp_path: Path) -> None:
    home = new_home(tmp_path)
    drop(home, sample_files())
    run(home)

    result = backfour("report", "--home", tmp_path, "--week", "2026-W46")

    assert result.stdout.strip() == str(tmp_path / "reports/me/2026/2026-W46.html")


@pytest.mark.parametrize("week", ["2026-46", "46", "2026-W99", "last"])
def test_report_refuses_what_is_no_week(tmp_path: Path, week: str) -> None:
    new_home(tmp_path)

    result = backfour("report", "--home", tmp_path, "--week", week)

    assert result.exit_code == 2
    assert "2026-W46" in result.output


def test_report_before_the_first_run_says_to_run(tmp_path: Path) -> None:
    new_home(tmp_path)

    result = backfour("report", "--home", tmp_path)

    assert result.exit_code == 2
    assert "backfour run" in result.output


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("2026-10-17-093011.fit", ["counts as jog", "session 5000.0 m"]),
        ("2026-11-04-181207.fit", ["counts as strength", "shrug"]),
        ("strong.csv", ["Lat Pulldown (Cable): lat_pulldown", "rest"]),
        ("damaged.fit", ["E_TRUNCATED", "Copy it again from the device."]),
    ],
)
def test_inspect_says_what_a_file_holds(name: str, words: list[str]) -> None:
    file = next(each for each in sample_files() if each.name == name)

    result = backfour("inspect", file)

    assert result.exit_code == 0
    for word in words:
        assert word in result.stdout


def test_inspect_prints_no_escape_sequence_of_a_hostile_file(tmp_path: Path) -> None:
    file = tmp_path / "x.csv"
    header = "Date,Workout Name,Duration,Exercise Name,Set Order,Weight,Reps,Distance,Seconds,"
    row = '2026-01-05 10:00:00,a,1h,"\x1b[31mShrug \u202e",1,10,5,0,0,,,'
    file.write_text(f"{header}Notes,Workout Notes,RPE\n{row}\n", encoding="utf-8")

    result = backfour("inspect", file)

    assert "\x1b" not in result.stdout
    assert "\u202e" not in result.stdout
    assert "⟨U+202E⟩" in result.stdout


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    path = tmp_path / "export.zip"
    with zipfile.ZipFile(path, "w") as packed:
        for sample in sample_files():
            packed.write(sample, sample.name)
        packed.writestr("notes/\x1b[31mevil\u202e.xyz", b"\x01\x02\x03")
    return path


def test_inspect_lists_what_an_archive_holds_and_what_is_left_out(archive: Path) -> None:
    result = backfour("inspect", archive)

    assert result.exit_code == 0
    assert "ZIP, no export we know" in result.stdout
    assert "2026-11-04-181207.fit: FIT, strength, 9 sets" in result.stdout
    assert "damaged.fit: E_TRUNCATED" in result.stdout
    assert "\x1b" not in result.stdout
    assert "\u202e" not in result.stdout


def test_inspect_tells_programs_of_every_member(archive: Path) -> None:
    found = json.loads(backfour("inspect", archive, "--json").stdout)

    members = {each["name"]: each["outcome"] for each in found["members"]}
    assert (found["kind"], len(members)) == ("zip", 18)
    assert members["strong.csv"] == "imported"
    assert members["damaged.fit"] == "refused"


def test_an_archive_that_is_refused_for_its_only_file_asks_once(tmp_path: Path) -> None:
    home = new_home(tmp_path)
    damaged = next(each for each in sample_files() if each.name == "damaged.fit")
    (home.inbox / "me" / "damaged.fit.gz").write_bytes(gzip.compress(damaged.read_bytes()))
    run(home)

    (person,) = json.loads(backfour("status", "--home", tmp_path, "--json").stdout)["people"]

    assert [(each["outcome"], each["needs_you"]) for each in person["files"]] == [
        ("refused", False),
        ("refused", True),
    ]


def test_status_shows_an_archive_in_short_and_names_its_refused_members(
    tmp_path: Path, archive: Path
) -> None:
    home = new_home(tmp_path / "home")
    drop(home, [archive])
    run(home)

    result = backfour("status", "--home", home.folder, "--now", EXPECTED["now"])

    assert "Alex: 1 imported\n" in result.stdout
    counts = "in export.zip: 1 GPX duplicate, 2 CSV imported, 8 FIT imported, 3 GPX imported"
    assert counts in result.stdout
    assert "refused  damaged.fit: E_TRUNCATED" in result.stdout
    counts = "waiting for you 2, imported 15, superseded 1, duplicates 1"
    assert f"  {counts}; every file: {home.reports / 'me' / 'receipt.html'}\n" in result.stdout
    assert len(result.stdout.splitlines()) == 6


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("2026-10-17-093011.fit", "Both readers say the same."),
        ("Abendlauf.gpx", "Both readers say the same."),
        ("strong.csv", "There is no second reader for this kind: csv."),
        ("damaged.fit", "Both readers say the same."),
    ],
)
def test_a_file_can_be_read_by_two_readers_and_compared(name: str, words: str) -> None:
    file = next(each for each in sample_files() if each.name == name)

    result = backfour("inspect", "--cross-check", file)

    assert (result.exit_code, result.stdout) == (0, f"{words}\n")


def test_where_two_readers_differ_each_field_is_named() -> None:
    jog = Activity(0, "running", session_m=4900.0)
    own = Reading("fit", "columns", activities=(jog,))
    other = replace(own, activities=(replace(jog, session_m=5000.0), jog))

    found = list(inspection.differences(own, other))

    assert found == [
        {"where": "number of activities", "own": "1", "reference": "2"},
        {"where": "activity 0, session_m", "own": "4900.0", "reference": "5000.0"},
    ]


def test_another_run_at_work_is_exit_75_and_changes_nothing(tmp_path: Path) -> None:
    home = new_home(tmp_path)
    drop(home, sample_files())
    folder = tmp_path / "people/me"
    folder.mkdir(parents=True)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)

        result = backfour("run", "--direct", "--home", tmp_path)

    assert result.exit_code == 75
    assert not (tmp_path / "people/me/readings.parquet").exists()


def test_a_damaged_table_is_told_in_one_line_with_what_to_do(tmp_path: Path) -> None:
    home = new_home(tmp_path)
    drop(home, sample_files()[:1])
    run(home)
    (tmp_path / "people/me/readings.parquet").write_bytes(b"damaged")

    result = backfour("explain", "--home", tmp_path)

    assert result.exit_code == 1
    assert "backfour run rebuilds it" in result.output
    assert len(result.output.splitlines()) == 1


@pytest.mark.parametrize(
    ("setting", "words"),
    [
        ('week_start = "friday"', ["week_start", "'friday'", "'monday'"]),
        ('readers = "gpxpy"', ["readers", "'gpxpy'", "'own' or 'reference'"]),
        ("wek_start = 1", ["wek_start", "not a setting"]),
        ("people = 3", ["people"]),
    ],
)
def test_a_wrong_setting_is_exit_2_and_names_the_key(
    tmp_path: Path, setting: str, words: list[str]
) -> None:
    home = new_home(tmp_path)
    text = home.settings_file.read_text(encoding="utf-8")
    if setting.startswith("people"):
        text = "settle_seconds = 0"
    home.settings_file.write_text(f"{setting}\n{text}", encoding="utf-8")

    result = backfour("run", "--direct", "--home", tmp_path)

    assert result.exit_code == 2
    for word in words:
        assert word in result.output


@pytest.mark.parametrize("now", ["yesterday", "2026-11-15T22:00:00"])
def test_a_moment_without_a_date_or_an_offset_is_exit_2(tmp_path: Path, now: str) -> None:
    new_home(tmp_path)

    result = backfour("run", "--direct", "--home", tmp_path, "--now", now)

    assert result.exit_code == 2
    assert "--now" in result.output


def test_without_an_installation_it_says_to_init(tmp_path: Path) -> None:
    result = backfour("status", "--home", tmp_path / "nowhere")

    assert result.exit_code == 2
    assert "backfour init" in result.output


def test_the_home_may_come_from_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    new_home(tmp_path)
    monkeypatch.setenv("BACKFOUR_HOME", str(tmp_path))

    result = backfour("status")

    assert result.exit_code == 0


@pytest.mark.parametrize(
    "command", ["--help", "status", "inspect", "report", "names", "doctor", "export", "erase"]
)
def test_commands_that_need_no_prefect_do_not_load_it(tmp_path: Path, command: str) -> None:
    home = new_home(tmp_path)
    drop(home, sample_files()[:1])
    arguments = {"inspect": ["inspect", str(sample_files()[0])]}.get(command, [command])
    script = (
        "import sys, contextlib\n"
        "from flows.command import app\n"
        "with contextlib.suppress(SystemExit):\n"
        f"    app({arguments!r})\n"
        "assert 'prefect' not in sys.modules\n"
        "print('not loaded')\n"
    )
    environment = {**os.environ, "BACKFOUR_HOME": str(tmp_path)}

    result = subprocess.run(  # noqa: S603 - our own interpreter
        [sys.executable, "-c", script], capture_output=True, text=True, env=environment, check=False
    )

    assert "not loaded" in result.stdout, result.stderr


def test_two_people_keep_their_files_apart(tmp_path: Path) -> None:
    home = new_home(tmp_path)
    text = home.settings_file.read_text(encoding="utf-8")
    second = '\n[people.sam]\nlabel = "Sam"\nzone = "Asia/Tokyo"\n'
    home.settings_file.write_text(text + second, encoding="utf-8")
    (home.inbox / "sam").mkdir()
    drop(home, sample_files()[:5])
    drop(home, sample_files()[5:10], person="sam")
    (home.inbox / "stray.fit").write_bytes(b"x")

    run(home)

    status = json.loads(
        backfour("status", "--home", tmp_path, "--json", "--now", NOW.isoformat()).stdout
    )
    names = {
        person["id"]: {file["name"] for file in person["files"]} for person in status["people"]
    }
    assert names["sam"] == {file.name for file in sample_files()[5:10]}
    assert names["me"] == {file.name for file in sample_files()[:5]} | {"stray.fit"}


def test_inspect_prints_the_messages_of_one_kind_as_csv() -> None:
    file = next(each for each in sample_files() if each.suffix == ".fit")

    result = backfour("inspect", "--message", "session", file)

    assert result.exit_code == 0
    header, row = result.stdout.splitlines()
    cells = dict(zip(header.split(","), row.split(","), strict=True))
    assert cells["sport"] == "1"
    assert float(cells["total_distance"]) > 100


def test_inspect_prints_nothing_of_messages_without_a_field_it_can_read(tmp_path: Path) -> None:
    file = tmp_path / "odd.fit"
    body = b"\x40\0\0\x12\0\1\7\3\x84" + b"\0\1\2\3"  # three bytes of two-byte numbers
    file.write_bytes(
        b"\x0e\x20\x54\x08" + bytes((len(body), 0, 0, 0)) + b".FIT\0\0" + body + b"\0\0"
    )

    result = backfour("inspect", "--message", "session", file)

    assert (result.exit_code, result.stdout.strip()) == (0, "")


def test_inspect_names_the_messages_there_are_when_asked_for_another() -> None:
    file = next(each for each in sample_files() if each.suffix == ".fit")

    result = backfour("inspect", "--message", "recrod", file)

    assert result.exit_code == 2
    assert "has no recrod messages; it has: activity, " in result.output


def test_inspect_says_that_only_fit_has_messages() -> None:
    file = next(each for each in sample_files() if each.suffix == ".csv")

    result = backfour("inspect", "--message", "record", file)

    assert result.exit_code == 2
    assert "Only a FIT file has messages." in result.output


def test_whoever_has_read_enough_of_the_output_gets_no_error(tmp_path: Path) -> None:
    home = new_home(tmp_path)
    for number in range(4_000):
        (home.inbox / "me" / f"{number}.tmp").touch()
    code = "from flows.command import main; main()"
    command = [sys.executable, "-c", code, "status", "--json", "--home", str(tmp_path)]

    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as status:  # noqa: S603 - ours
        assert status.stdout is not None
        assert status.stderr is not None
        status.stdout.readline()
        status.stdout.close()
        said = status.stderr.read()

    assert said == b""
