import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from flows.command import app
from pipeline import timers
from pipeline.errors import SettingsError
from pipeline.timers import Installation, calendar_events

from .homes import PROJECT, drop, new_home, sample_files

CODE = f"import sys; sys.path.insert(0, {str(PROJECT)!r}); from flows.command import main; main()"
COMMAND = (sys.executable, "-c", CODE)
ODD = """a "home" with 100% $HOME's back\\slash"""


def installation(home: Path, schedule: str = "0 3 * * *", machine_zone: str = "") -> Installation:
    return Installation(COMMAND, home, schedule, "Europe/Berlin", "alex", machine_zone)


@pytest.mark.parametrize(
    ("schedule", "events"),
    [
        ("0 3 * * *", ["*-*-* 03:00:00"]),
        ("*/20 3,4 * * *", ["*-*-* 03,04:00,20,40:00"]),
        ("30 6-8 1 */6 *", ["*-01,07-01 06,07,08:30:00"]),
        ("0 3 * * mon-fri", ["Mon,Tue,Wed,Thu,Fri *-*-* 03:00:00"]),
        ("0 3 * * 0,7", ["Sun *-*-* 03:00:00"]),
        ("5 3 13 jan 5", ["*-01-13 03:05:00", "Fri *-01-* 03:05:00"]),
        ("0 3 13 * */2", ["Sun,Tue,Thu,Sat *-*-13 03:00:00"]),  # a star: both must be so
        ("* * * * *", ["*-*-* *:*:00"]),
    ],
)
def test_a_line_of_cron_is_told_to_systemd(schedule: str, events: list[str]) -> None:
    assert calendar_events(schedule) == events


@pytest.mark.parametrize(
    "schedule",
    [
        "0 25 * * *",
        "0 3 L * *",
        "0 3 * * 5#2",
        "a b c d e",
        "0 5-3 * * *",
        "*/0 3 * * *",
        "0 3,, * * *",
    ],
)
def test_a_line_that_systemd_has_no_words_for_is_refused_with_its_key(schedule: str) -> None:
    with pytest.raises(SettingsError, match="schedule = "):
        calendar_events(schedule)


def test_cron_is_told_what_its_hour_means_only_where_it_means_another(tmp_path: Path) -> None:
    here, there = installation(tmp_path), installation(tmp_path, machine_zone="UTC")

    assert "CRON_TZ" not in timers.cron(here)
    assert "in this machine's zone, UTC, not in Europe/Berlin" in timers.cron(there)
    assert "MAILTO=alex" in timers.cron(here)


@pytest.mark.parametrize("name", ["home", ODD])
def test_the_line_of_cron_runs_by_itself_and_prints_nothing(tmp_path: Path, name: str) -> None:
    home = new_home(tmp_path / name)
    drop(home, sample_files()[:2])
    line = timers.cron(installation(home.folder)).splitlines()[-1]
    command = line.removeprefix("0 3 * * * ").replace("\\%", "%")  # as cron does

    result = subprocess.run(  # noqa: S603 - the line that is tested
        ["/bin/sh", "-c", command],
        env={"PATH": "/usr/bin:/bin", "HOME": str(tmp_path)},  # cron gives no more
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )

    assert (result.returncode, result.stdout, result.stderr) == (0, "", "")
    assert (home.reports / "me" / "index.html").exists()
    assert "2 new files" in (home.folder / "nightly.log").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", ["home", ODD])
def test_systemd_accepts_the_units_and_understands_them(tmp_path: Path, name: str) -> None:
    verify = shutil.which("systemd-analyze")
    if verify is None:
        pytest.skip("systemd-analyze is not installed: the units were not verified")
    here = installation(tmp_path / name, schedule="30 3 1 * mon")
    for script in (timers.systemd(here), timers.watch(here)):
        subprocess.run(
            ["/bin/sh"],
            input=script,
            env={"PATH": "/usr/bin:/bin", "HOME": str(tmp_path)},
            text=True,
            check=True,
        )
    units = sorted((tmp_path / ".config/systemd/user").iterdir())

    result = subprocess.run(  # noqa: S603 - the system's own checker
        [verify, "verify", "--user", *map(str, units)],
        env={"PATH": "/usr/bin:/bin", "HOME": str(tmp_path), "XDG_RUNTIME_DIR": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )

    assert [unit.name for unit in units] == [
        "backfour-watch.service",
        "backfour.service",
        "backfour.timer",
    ]
    assert (result.returncode, result.stderr) == (0, "")
    for event in calendar_events(here.schedule):
        subprocess.run(  # noqa: S603 - the system's own checker
            [verify, "calendar", f"{event} Europe/Berlin"],
            check=True,
            capture_output=True,
        )


@pytest.mark.parametrize(
    ("printed", "words"),
    [
        ("cron", ["0 3 * * * ", " run --direct --home "]),
        ("systemd", ["OnCalendar=*-*-* 03:00:00 Europe/Berlin", "Persistent=true", "--direct"]),
        ("watch", ['"watch" "--home"', "Restart=on-failure"]),
    ],
)
def test_the_command_prints_them_for_this_installation(
    tmp_path: Path, printed: str, words: list[str]
) -> None:
    home = new_home(tmp_path)

    result = CliRunner().invoke(app, ["schedule", "--home", str(home.folder), "--print", printed])

    assert result.exit_code == 0
    for word in [*words, str(home.folder), sys.executable]:
        assert word in result.stdout


def test_the_command_that_was_called_is_the_one_that_is_printed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = new_home(tmp_path / "home")
    program = tmp_path / "backfour"
    program.write_text("#!/bin/sh\n", encoding="utf-8")
    program.chmod(0o700)
    monkeypatch.setattr(sys, "argv", [str(program)])

    result = CliRunner().invoke(app, ["schedule", "--home", str(home.folder), "--print", "cron"])

    assert f"0 3 * * * {program} run --direct --home {home.folder} > " in result.stdout


def test_the_docs_show_what_is_printed() -> None:
    docs = (PROJECT / "docs/nightly.md").read_text(encoding="utf-8")
    program, home = "/home/alex/.local/bin/backfour", Path("/home/alex/backfour")
    here = Installation((program,), home, "0 3 * * *", "Europe/Berlin", "alex")
    service, timer = re.findall(r"<<'END'\n(.*?)END\n", timers.systemd(here), re.DOTALL)

    shown = re.search(r"```ini\n(.*?)```", docs, re.DOTALL)

    assert shown
    assert shown[1] == f"# backfour.service\n{service}\n# backfour.timer\n{timer}"
    assert "\n".join(timers.cron(here).splitlines()[-2:]) in docs
