import contextlib
import datetime as dt
import fcntl
import itertools
import json
import os
import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from flows.command import app
from pipeline import disk, doctor, erasure
from pipeline.errors import SettingsError
from pipeline.home import Home

from .homes import EXPECTED, NOW, drop, new_home, reports, run, sample_files
from .reliability.disks import Dying, Killed

DAY = dt.date(2026, 11, 16)
CANARY = "Zqxcanary"
LOG = (
    "Date,Workout Name,Duration,Exercise Name,Set Order,Weight,Reps,Distance,Seconds,"
    "Notes,Workout Notes,RPE\n"
    f'2026-11-10 10:00:00,a,1h,"{CANARY} Shrug",1,10,5,0,0,,,\n'
)
# As Prefect has them, as far as it matters here: what is told of a person, and where.
TABLES = """
create table artifact (id text, key text, data json, task_run_id text);
create table artifact_collection (id text, key text, data json);
create table task_run (id text, name text);
create table task_run_state (id text, task_run_id text, message text);
create table log (id text, task_run_id text, message text);
create table events (id text, resource json, payload json);
create table flow_run (id text, name text);
"""


def remember(home: Home, *people: str) -> None:
    """Make a database such as a few nights of Prefect leave."""
    (home.folder / "prefect").mkdir(mode=0o700, exist_ok=True)
    with contextlib.closing(sqlite3.connect(home.folder / "prefect" / "prefect.db")) as made:
        made.execute("pragma journal_mode = wal")
        made.execute("pragma secure_delete = off")
        made.executescript(TABLES)
        for who in people:
            told = json.dumps(f"{who}: {CANARY} week " * 100)
            event = json.dumps({"key": f"week-{who}", "data": told})
            made.execute("insert into artifact values ('1', ?, ?, ?)", (f"week-{who}", told, who))
            made.execute(
                "insert into artifact_collection values ('2', ?, ?)", (f"receipt-{who}", told)
            )
            made.execute("insert into task_run values (?, ?)", (f"run-{who}", f"publish {who}"))
            made.execute("insert into task_run_state values ('3', ?, ?)", (f"run-{who}", told))
            made.execute("insert into log values ('4', ?, ?)", (f"run-{who}", told))
            made.execute("insert into events values ('5', '{}', ?)", (event,))
            made.execute("insert into log values ('7', null, ?)", (f"{who}: not sent",))
        made.execute("insert into flow_run values ('6', 'nightly 2026-11-16')")
        made.execute("insert into artifact values ('8', 'backfour-night', '1 person', null)")
        made.commit()


def rows(home: Home) -> dict[str, list[str]]:
    with contextlib.closing(sqlite3.connect(home.folder / "prefect" / "prefect.db")) as read:
        tables = [name for (name,) in read.execute("select name from sqlite_master")]
        everything = {name: f"select * from {name}" for name in tables}  # noqa: S608 - the test's
        return {name: [*map(str, read.execute(query))] for name, query in everything.items()}


@pytest.fixture(scope="module")
def imported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = new_home(tmp_path_factory.mktemp("imported"))
    text = home.settings_file.read_text(encoding="utf-8")
    text += '\n[people.me-too]\nlabel = "Too"\nzone = "Asia/Tokyo"\n'
    home.settings_file.write_text(text, encoding="utf-8")
    (home.inbox / "me-too").mkdir()
    (home.inbox / "me" / f"{CANARY}.csv").write_text(LOG, encoding="utf-8")
    (home.inbox / "me" / "half.part").write_bytes(b"half")
    drop(home, sample_files()[7:8], "me-too")
    run(home)
    remember(home, "me", "me-too")
    return home.folder


@pytest.fixture
def home(imported: Path, tmp_path: Path) -> Home:
    return copied(imported, tmp_path / "home")


def copied(imported: Path, folder: Path, disk_used: disk.Disk | None = None) -> Home:
    shutil.copytree(imported, folder, symlinks=True)
    return Home(folder, disk_used or disk.Disk())


def erase(home: Home, *, is_inbox_too: bool = False) -> erasure.Erased:
    planned = erasure.plan(home, home.settings(), "me")
    return erasure.erase(home, planned, DAY, is_inbox_too=is_inbox_too)


def contents(folder: Path) -> dict[str, tuple[int, bytes]]:
    return {
        str(path.relative_to(folder)): (path.stat().st_mtime_ns, path.read_bytes())
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def tree(home: Home) -> list[str]:
    """Every path there is, but for what Prefect's database has beside it while it is open."""
    return sorted(
        str(path.relative_to(home.folder))
        for path in home.folder.rglob("*")
        if not path.name.startswith("prefect.db-")
    )


def backfour(home: Home, *arguments: str) -> Result:
    return CliRunner().invoke(app, [arguments[0], "--home", str(home.folder), *arguments[1:]])


def test_after_it_no_byte_of_theirs_is_anywhere_in_the_installation(home: Home) -> None:
    before = contents(home.people / "me-too"), contents(home.reports / "me-too")
    assert any(CANARY.encode() in content for _, content in contents(home.folder).values())

    done = erase(home, is_inbox_too=True)

    assert (done.originals, done.released, done.is_left_in_prefect) == (1, 1, False)
    for name, (_, content) in contents(home.folder).items():
        assert CANARY not in name
        if not name.startswith("prefect/"):
            assert CANARY.encode() not in content, name
        assert f"me: {CANARY}".encode() not in content, name
    assert (contents(home.people / "me-too"), contents(home.reports / "me-too")) == before
    assert sorted(path.name for path in home.people.iterdir()) == ["me-too", "me.erased"]
    assert home.erased_mark("me").read_text(encoding="ascii") == "2026-11-16\n"
    assert (home.inbox / "me" / "half.part").exists()


def test_prefect_keeps_what_it_knows_of_others_and_of_the_nights(home: Home) -> None:
    before = rows(home)

    erase(home)

    after = rows(home)
    for table, kept in after.items():
        assert kept == [row for row in before[table] if "me-too" in row or table == "flow_run"]
        assert len(kept) == (2 if table == "log" else 1)


def test_killed_at_any_moment_it_is_finished_by_whoever_comes_next(
    imported: Path, tmp_path: Path
) -> None:
    whole = copied(imported, tmp_path / "whole")
    erase(whole)

    for moments in itertools.count():
        home = copied(imported, tmp_path / f"{moments}", Dying(moments))
        try:
            erase(home)
        except Killed:
            pass
        else:
            break
        survivor = Home(home.folder)
        if not survivor.half_erased():  # nothing was done yet, or all of it
            is_begun = survivor.erased("me") is not None
            assert is_begun or contents(survivor.people) == contents(imported / "people")
            assert is_begun or contents(survivor.reports) == contents(imported / "reports")
            if not is_begun:
                erase(survivor)
        erasure.finish(survivor, "me", survivor.settings(), DAY)
        assert tree(survivor) == tree(whole), moments
        assert not [row for row in rows(survivor)["artifact"] if "me-too" not in row]
        assert survivor.erased("me") == DAY.isoformat()
        shutil.rmtree(home.folder)

    assert moments > 60


def test_a_run_finishes_it_imports_nothing_and_says_so(imported: Path, tmp_path: Path) -> None:
    home = copied(imported, tmp_path / "home", Dying(10))
    with contextlib.suppress(Killed):
        erase(home)
    survivor = Home(home.folder)
    (said,) = [
        each for each in doctor.examine(survivor, NOW.timestamp()) if "half erased" in each.what
    ]

    result = backfour(survivor, "run", "--direct", "--now", EXPECTED["now"])

    assert said.level is doctor.Level.WRONG
    assert result.exit_code == 0
    assert "me: erased on 2026-11-16, nothing was imported" in result.output
    assert "me-too: 0 new files" in result.output
    assert sorted(path.name for path in home.people.iterdir()) == ["me-too", "me.erased"]
    status = json.loads(backfour(survivor, "status", "--json").stdout)["people"][0]
    assert status["erased"] == "2026-11-16"
    assert [each["code"] for each in status["files"]] == ["W_NO_PERSON", "I_TEMP"]


def test_once_it_is_lifted_what_is_dropped_is_imported_as_new(home: Home, imported: Path) -> None:
    erase(home)

    lifted = backfour(home, "erase", "me", "--undo")
    run(home)

    assert lifted.exit_code == 0
    assert reports(home) == reports(Home(imported))
    assert backfour(home, "erase", "me", "--undo").exit_code == 2


def test_without_a_yes_it_says_what_would_go_and_does_nothing(home: Home) -> None:
    before = tree(home)

    result = backfour(home, "erase", "me")

    assert result.exit_code == 2
    assert "me: 1 originals" in result.output
    assert f"  {CANARY}.csv" in result.output
    assert "add --yes" in result.output
    assert tree(home) == before


def test_the_receipt_holds_counts_and_what_lies_outside_and_no_names(home: Home) -> None:
    result = backfour(home, "erase", "me", "--yes", "--inbox", "--json")

    said = json.loads(result.stdout)
    assert result.exit_code == 0
    assert (said["originals"], said["inbox"]) == (1, {"deleted": 1, "left": 0})
    assert "backups and snapshots" in said["outside"]
    assert CANARY not in result.stdout


@pytest.mark.parametrize("whose", ["nobody", "../inbox", "me-too/originals", "me.erased", ""])
def test_a_stranger_cannot_be_erased(home: Home, whose: str) -> None:
    home.erased_mark("me").touch()
    before = tree(home)

    assert backfour(home, "erase", whose, "--yes").exit_code == 2
    assert tree(home) == before


def test_somebody_whom_the_settings_no_longer_name_can_be_erased(home: Home) -> None:
    text = home.settings_file.read_text(encoding="utf-8")
    home.settings_file.write_text(text.partition("\n[people.me-too]")[0], encoding="utf-8")

    result = backfour(home, "erase", "me-too", "--yes")

    assert result.exit_code == 0
    assert sorted(path.name for path in home.people.iterdir()) == ["me", "me-too.erased"]


def test_while_a_run_is_at_work_nothing_is_erased(home: Home) -> None:
    before = tree(home)
    with (home.people / "me" / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)

        result = backfour(home, "erase", "me", "--yes")

    assert result.exit_code == 75
    assert tree(home) == before


def test_two_erasures_keep_out_of_each_other_s_way(home: Home) -> None:
    (home.people / ".erasing-me-0123456789abcdef").mkdir()
    descriptor = os.open(home.people, os.O_RDONLY)
    fcntl.flock(descriptor, fcntl.LOCK_EX)

    erasing = backfour(home, "erase", "me", "--yes")
    running = backfour(home, "run", "--direct", "--now", EXPECTED["now"])

    assert erasing.exit_code == 75
    assert "me-too: 0 new files" in running.output
    assert "somebody is being erased" in running.output
    assert (home.people / "me" / "readings.parquet").exists()
    os.close(descriptor)


@pytest.fixture
def in_use(home: Home, monkeypatch: pytest.MonkeyPatch) -> Iterator[sqlite3.Connection]:
    monkeypatch.setattr(disk, "BUSY_S", 0.01)
    with contextlib.closing(sqlite3.connect(home.folder / "prefect" / "prefect.db")) as writing:
        writing.execute("begin immediate")
        yield writing


def test_while_prefect_s_database_is_in_use_the_rest_goes_and_it_is_finished_later(
    home: Home, in_use: sqlite3.Connection
) -> None:
    result = backfour(home, "erase", "me", "--yes")

    assert result.exit_code == 1
    assert "stop backfour schedule" in result.output
    assert home.half_erased() == {"me"}
    assert [path.name for path in home.people.rglob("*") if "erasing" in str(path)] == [
        path.name for path in home.people.iterdir() if "erasing" in path.name
    ]  # the note alone
    assert backfour(home, "erase", "me", "--undo").exit_code == 2
    (home.people / "me").mkdir()  # a backup, put back: nobody said that it is to go
    in_use.close()
    erasure.finish(home, "me", home.settings(), DAY)
    assert home.half_erased() == set()
    assert len(rows(home)["artifact"]) == 1
    assert (home.people / "me").is_dir()
    erase(home)
    assert not (home.people / "me").exists()


def test_pages_that_were_set_aside_alone_take_nothing_else_with_them(home: Home) -> None:
    (home.reports / ".erasing-me-0123456789abcdef").mkdir()
    before = contents(home.people)

    erasure.finish(home, "me", home.settings(), DAY)

    assert contents(home.people) == before
    assert home.half_erased() == set()


def test_where_a_sync_tool_would_delete_elsewhere_too_that_is_said(home: Home) -> None:
    (home.inbox / ".stfolder").mkdir()

    result = backfour(home, "erase", "me", "--inbox")

    assert "deleted on your other devices, too" in result.output


def test_links_are_deleted_and_never_followed(home: Home, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "precious").write_bytes(b"x")
    (home.people / "me" / "link").symlink_to(outside)

    erase(home)

    assert (outside / "precious").exists()
    assert not (home.people / "me").exists()


def test_what_a_killed_run_left_aside_would_come_back_and_is_listed(home: Home) -> None:
    (home.inbox / "me" / ".aside-01234567-a.fit").write_bytes(b"x")

    planned = erasure.plan(home, home.settings(), "me")

    assert {entry.name for entry in planned.inbox} == {
        f"{CANARY}.csv".encode(),
        b".aside-01234567-a.fit",
    }


def test_nobody_who_was_never_erased_can_be_let_in_again(home: Home) -> None:
    with pytest.raises(SettingsError, match="is not erased"):
        erasure.lift(home, "me", home.settings(), DAY)
