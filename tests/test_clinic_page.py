import os
from pathlib import Path

from pipeline import erasure
from pipeline.home import Home
from pipeline.settings import parse

from .homes import NOW, SAMPLES, drop, new_home, run

SHARED = "share_with_clinic = true\n"
OTHERS = """
[clinic]
page = true

[people.ann]
label = "Ann"
zone = "Europe/Berlin"
share_with_clinic = true

[people.ben]
label = "Ben"
zone = "Europe/Berlin"
"""


def clinic_home(folder: Path) -> Home:
    """An installation of three people, of whom two share; each dropped one file."""
    home = new_home(folder)
    text = home.settings_file.read_text(encoding="utf-8")
    mine = text.replace("[people.me]\n", f"[people.me]\n{SHARED}")
    home.settings_file.write_text(mine + OTHERS, encoding="utf-8")
    parse(mine + OTHERS)
    for person, name in (
        ("me", "Morning_Run.gpx"),
        ("ann", "strong.csv"),
        ("ben", "Abendlauf.gpx"),
    ):
        (home.inbox / person).mkdir(exist_ok=True)
        drop(home, [SAMPLES / "inbox" / name], person)
    return home


def change(home: Home, before: str, after: str) -> None:
    text = home.settings_file.read_text(encoding="utf-8")
    assert before in text
    home.settings_file.write_text(text.replace(before, after, 1), encoding="utf-8")


def page(home: Home) -> str:
    return (home.reports / "clinic.html").read_text(encoding="utf-8")


def test_only_who_agreed_is_on_the_page(tmp_path: Path) -> None:
    home = clinic_home(tmp_path)

    run(home)

    assert [name in page(home) for name in ("Alex", "Ann", "Ben")] == [True, True, False]
    assert (home.reports / "clinic.csv").exists()
    for person in ("me", "ann", "ben"):
        for path in (home.reports / person).rglob("*.html"):
            assert "clinic.html" not in path.read_text(encoding="utf-8")


def test_who_no_longer_agrees_is_gone_with_the_next_run(tmp_path: Path) -> None:
    home = clinic_home(tmp_path)
    run(home)

    change(home, SHARED, "")
    run(home)

    assert "Alex" not in page(home)
    assert not (home.people / "me" / "clinic.json").exists()


def test_a_switch_that_is_turned_off_takes_the_page_away(tmp_path: Path) -> None:
    home = clinic_home(tmp_path)
    run(home)

    change(home, "\npage = true", "\npage = false")
    run(home)

    assert not [each for each in os.listdir(home.reports) if each.startswith("clinic")]  # noqa: PTH208 - names
    assert not [*home.people.glob("*/clinic.json")]


def test_an_idle_night_touches_nothing(tmp_path: Path) -> None:
    home = clinic_home(tmp_path)
    run(home)
    before = {path: path.stat().st_mtime_ns for path in home.reports.glob("clinic*")}

    run(home)

    assert {path: path.stat().st_mtime_ns for path in home.reports.glob("clinic*")} == before


def test_an_erased_person_leaves_the_page_at_once(tmp_path: Path) -> None:
    home = clinic_home(tmp_path)
    run(home)

    planned = erasure.plan(home, home.settings(), "ann")
    erasure.erase(home, planned, NOW.date())

    assert not (home.reports / "clinic.html").exists()
    run(home)
    assert "Ann" not in page(home)
