import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from flows.command import app
from pipeline import export, people, settings
from pipeline.errors import SettingsError
from pipeline.home import Home
from pipeline.programme import prescriptions

from .homes import drop, new_home, reports, run, sample_files, week

RUNNER = CliRunner()
ANN = """
[people.ann]
label = "Ann"
zone = "Europe/Berlin"
[[people.ann.programme]]
limit_m = 4000
exercises = ["jog", { id = "plank", name = "Planks", names = ["Plank"] }]
"""


def backfour(home: Home, *arguments: str) -> Result:
    return RUNNER.invoke(app, [*arguments, "--home", str(home.folder)])


def text(home: Home) -> str:
    return home.settings_file.read_text(encoding="utf-8")


def test_adding_somebody_leaves_every_line_as_it_is_and_makes_their_inbox(tmp_path: Path) -> None:
    home = new_home(tmp_path)
    before = text(home)

    result = backfour(home, "people", "add", "ann", "--label", 'An"n', "--zone", "Asia/Tokyo")

    assert result.exit_code == 0
    assert text(home) == f'{before}\n[people.ann]\nlabel = "An\\"n"\nzone = "Asia/Tokyo"\n'
    assert (home.inbox / "ann").is_dir()
    assert "belong to nobody from now on" in result.stdout


def test_somebody_new_is_in_the_zone_of_the_first_person(tmp_path: Path) -> None:
    home = new_home(tmp_path)

    person = people.add(home, "ann", None, None)

    assert (person.label, person.zone) == ("ann", "Europe/Berlin")


def test_people_on_one_line_stay_there(tmp_path: Path) -> None:
    home = new_home(tmp_path)
    line = '# mine\npeople = { me = { label = "Alex", zone = "UTC" } } # all'
    home.settings_file.write_text(f"{line}\n", encoding="utf-8")

    people.add(home, "ann", "Ann", None)
    people.rename(home, "me", "Alexa")

    assert text(home) == (
        '# mine\npeople = { me = { label = "Alexa", zone = "UTC" },'
        ' ann = {label = "Ann", zone = "UTC"}} # all\n'
    )


def test_people_in_dotted_keys_get_a_table_beside_them(tmp_path: Path) -> None:
    home = new_home(tmp_path)
    home.settings_file.write_text('people.me.zone = "UTC" # mine\n', encoding="utf-8")

    people.add(home, "ann", "Ann", None)
    people.rename(home, "me", "Alex")

    assert 'people.me.zone = "UTC" # mine\n' in text(home)
    assert [each.label for each in home.settings().people] == ["Ann", "Alex"]


def test_a_file_with_the_lines_of_another_system_keeps_them(tmp_path: Path) -> None:
    home = new_home(tmp_path)
    home.settings_file.write_bytes(b'[people.me]\r\nzone = "UTC"')

    people.add(home, "ann", "Ann", None)

    expected = (
        b'[people.me]\r\nzone = "UTC"\r\n\r\n[people.ann]\r\nlabel = "Ann"\r\nzone = "UTC"\r\n'
    )
    assert home.settings_file.read_bytes() == expected


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("add", "me"), "there is a person 'me' already"),
        (("add", "Ann"), "'Ann' is no id; use 1 to 40 of a-z, 0-9 and -"),
        (("add", "../x"), "is no id"),
        (("add", "ann", "--zone", "Berlin"), "use a name such as Europe/Berlin"),
        (("add", "ann", "--label", "x" * 81), "a text of 1 to 80 characters"),
        (("rename", "ann", "--label", "Ann"), "there is no person 'ann'"),
        (("rename", "me", "--label", ""), "a text of 1 to 80 characters"),
    ],
)
def test_what_cannot_be_is_told_in_one_line_and_nothing_is_written(
    tmp_path: Path, arguments: tuple[str, ...], said: str
) -> None:
    home = new_home(tmp_path)
    before = text(home)

    result = backfour(home, "people", *arguments)

    assert result.exit_code == 2
    assert said in result.output
    assert len(result.output.splitlines()) == 1
    assert text(home) == before
    assert [each.name for each in home.inbox.iterdir()] == ["me"]


def test_who_was_erased_is_not_added_unless_that_is_lifted(tmp_path: Path) -> None:
    home = new_home(tmp_path)
    home.erased_mark("ann").write_text("2026-11-01\n", encoding="ascii")

    with pytest.raises(SettingsError, match="backfour erase ann --undo"):
        people.add(home, "ann", "Ann", None)


def test_another_label_changes_one_line_and_the_pages(tmp_path: Path) -> None:
    home = new_home(tmp_path)
    drop(home, sample_files()[:2])
    run(home)
    before = text(home)

    result = backfour(home, "people", "rename", "me", "--label", "Alexa")
    run(home)

    assert result.exit_code == 0
    assert text(home) == before.replace('label = "Alex"', 'label = "Alexa"')
    assert b"Alexa" in reports(home)["me/receipt.html"]
    assert not people.rename(home, "me", "Alexa")


def test_the_list_says_who_is_here_and_where_their_files_go(tmp_path: Path) -> None:
    home = new_home(tmp_path)
    with home.settings_file.open("a", encoding="utf-8") as file:
        file.write(ANN)

    shown = backfour(home, "people", "list").stdout.splitlines()
    found = json.loads(backfour(home, "people", "list", "--json").stdout)["people"]

    inbox = home.inbox / "ann"
    assert shown[0] == f"ann: Ann, Europe/Berlin, {inbox}, a programme of their own"
    assert [(each["id"], each["own_programme"]) for each in found] == [("ann", True), ("me", False)]


def test_each_person_is_judged_by_their_own_programme(tmp_path: Path) -> None:
    home = new_home(tmp_path)
    with home.settings_file.open("a", encoding="utf-8") as file:
        file.write(ANN)
    (home.inbox / "ann").mkdir()
    for person in ("me", "ann"):
        drop(home, sample_files(), person)

    run(home)

    mine, anns = (week(home, "2026-W43", person) for person in ("me", "ann"))
    assert [each["id"] for each in anns["exercises"]] == ["jog", "plank"]  # type: ignore[attr-defined]
    assert len(mine["exercises"]) == 4  # type: ignore[arg-type]
    assert [each["under_limit"] for each in anns["jogs"]] == [False]  # type: ignore[attr-defined]
    assert [each["under_limit"] for each in mine["jogs"]] == [True]  # type: ignore[attr-defined]


def test_what_belongs_to_nobody_is_told_on_the_page_of_the_first_who_has_one(
    tmp_path: Path,
) -> None:
    home = new_home(tmp_path)
    people.add(home, "ann", "Ann", None)
    (home.inbox / "stray.fit").write_bytes(b"x")

    def told() -> list[str]:
        run(home)
        return [path for path, page in reports(home).items() if b"stray.fit" in page]

    assert told() == ["ann/receipt.html"]
    assert b"one file that waits for you" in reports(home)["ann/index.html"]
    (home.reports / "ann" / "receipt.html").unlink()
    home.erased_mark("ann").write_text("2026-11-01\n", encoding="ascii")
    assert told() == ["me/receipt.html"]


def test_what_somebody_takes_along_holds_no_name_of_an_exercise_of_somebody_else(
    tmp_path: Path,
) -> None:
    home = new_home(tmp_path)
    names = '[names]\n"Shrug (Barbell)" = "plank"\n"Lat Pulldown (Cable)" = "none"'
    home.settings_file.write_text(text(home).replace("[names]", names) + ANN, encoding="utf-8")
    drop(home, [each for each in sample_files() if each.name == "strong.csv"])
    run(home)
    checked = home.settings()
    table = home.library(checked.person("me")).load()

    mine = export.own_settings(text(home), checked, checked.person("me"), table)

    found = settings.parse(mine)
    prescriptions.check(found)
    assert dict(found.people[0].names) == {"Lat Pulldown (Cable)": "none"}
