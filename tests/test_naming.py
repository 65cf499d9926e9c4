import dataclasses
import hashlib
import json
import tomllib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from typer.testing import CliRunner, Result

from flows.command import app
from pipeline import ledger, naming
from pipeline.home import Home
from pipeline.naming.editing import settled
from pipeline.programme.catalogue import is_same_name
from pipeline.settings import parse, write
from pipeline.tables import Activity, LoggedSet, Reading, readings_of

from .compliance import rows
from .homes import NOW, drop, new_home, run, week

SET_NAME = ("names", "set")
SAM = '\n[people.sam]\nlabel = "Sam"\nzone = "Asia/Tokyo"\n'
HOSTILE = [
    'Curl "heavy"',
    "C:\\curl\\",
    "two\nlines\r\nand\ttabs",
    "💪🏽 pull 👩\u200d🦰",
    "# not a comment",
    "]\n[people.me]\nzone = 'UTC'",
    "\x00\x1b[31m\x7f\u202e\u2028\ufeff",
    "'''",
    '"""',
    "",
    " = ",
    "é" * 1000,
    "(male)",
]


def backfour(home: Home, *arguments: str) -> Result:
    return CliRunner().invoke(
        app, [*arguments, "--home", str(home.folder), "--now", NOW.isoformat()]
    )


def known(home: Home, *sets: LoggedSet, person: str = "me") -> Home:
    library = home.library(home.settings().person(person))
    library.prepare()
    library.save(readings_of([rows.log("strong.csv", *sets)]))
    return home


def names(home: Home, *arguments: str) -> dict[str, dict[str, dict[str, object]]]:
    found = json.loads(backfour(home, "names", "--json", *arguments).stdout)
    (person,) = found["people"]
    return {
        group: {each["label"]: each for each in person[group]}
        for group in ("unsettled", "others", "known")
    }


def settings_of(home: Home) -> str:
    return home.settings_file.read_bytes().decode()


# --- The list -----------------------------------------------------------------------------------


@pytest.fixture
def home(tmp_path: Path) -> Home:
    lifts = [("Lat pull", "2026-10-05"), ("Lat pull", "2026-10-05"), ("Lat pull", "2026-10-12")]
    lifts += [("Kelso shrug", "2026-10-06"), ("Bench Press", "2026-10-06"), ("Shrug", "2026-10-07")]
    return known(new_home(tmp_path), *(rows.lift(*each) for each in lifts))


def test_a_near_name_is_listed_with_its_sets_days_and_the_line_that_settles_it(home: Home) -> None:
    (pull, shrug) = names(home)["unsettled"].values()

    assert (pull["label"], pull["sets"], pull["days"]) == ("Lat pull", 3, 2)
    assert (pull["first"], pull["last"]) == ("2026-10-05", "2026-10-12")
    assert (pull["could_be"], pull["line"]) == (["lat_pulldown"], '"Lat pull" = "lat_pulldown"')
    assert shrug["label"] == "Kelso shrug"


def test_for_people_the_near_names_come_first_and_the_others_are_short(home: Home) -> None:
    assert backfour(home, "names").stdout.splitlines() == [
        "Alex: 2 names to settle",
        "  Lat pull",
        "    3 sets on 2 days, 2026-10-05 to 2026-10-12; perhaps lat_pulldown",
        '    "Lat pull" = "lat_pulldown"',
        "  Kelso shrug",
        "    1 set on 1 day, 2026-10-06; perhaps shrug",
        '    "Kelso shrug" = "shrug"',
        "To settle one: backfour names set NAME EXERCISE, or NAME none;",
        "or put its line into [names] of backfour.toml.",
        "1 other name not asked about, and counting for nothing:",
        "       1  Bench Press",
    ]


def test_all_shows_what_counts_and_how_it_was_known(home: Home) -> None:
    backfour(home, *SET_NAME, "Bench Press", "none")

    shown = backfour(home, "names", "--all").stdout

    assert "       1  Shrug: shrug (exact)\n" in shown
    assert "       1  Bench Press: none (alias)\n" in shown


def test_of_many_other_names_the_most_frequent_20_are_shown(tmp_path: Path) -> None:
    lifts = [rows.lift(f"Curl {n:02}", f"2026-10-{n:02}") for n in range(1, 31) for _ in range(n)]
    home = known(new_home(tmp_path), *lifts)

    short = backfour(home, "names").stdout.splitlines()
    whole = backfour(home, "names", "--all").stdout.splitlines()

    assert short[2] == "      30  Curl 30"
    assert (len(short), short[-1]) == (23, "  and 10 more: --all")
    assert whole[-1] == "       1  Curl 01"


def test_warm_ups_and_sets_without_reps_are_no_sets_of_a_name(tmp_path: Path) -> None:
    home = known(
        new_home(tmp_path),
        rows.lift("Lat pull", "2026-10-05", kind="warmup"),
        rows.lift("Lat pull", "2026-10-05", reps=None),
        rows.lift("Lat pull", "2026-10-06", reps=None, seconds=30.0),
    )

    assert [each["sets"] for each in names(home)["unsettled"].values()] == [1]


def test_a_name_from_a_file_cannot_steer_the_terminal(tmp_path: Path) -> None:
    hostile = "\x1b[2J Shrug\u202e\nx"
    home = known(
        new_home(tmp_path), rows.lift(hostile, "2026-10-05"), rows.lift("\x1b]0;x", "2026-10-05")
    )

    shown = backfour(home, "names").stdout

    assert not {"\x1b", "\u202e"} & set(shown)
    line = next(each for each in shown.splitlines() if " = " in each)
    assert tomllib.loads(line) == {hostile: "shrug"}


def test_a_name_of_1000_characters_is_shown_short_and_settled_in_full(tmp_path: Path) -> None:
    long = "Kelso shrug! " * 80
    home = known(new_home(tmp_path), rows.lift(long, "2026-10-05"))

    _, shown, _, line, *_ = backfour(home, "names").stdout.splitlines()

    assert len(shown) < 210
    assert tomllib.loads(line) == {long: "shrug"}


def test_what_a_watch_only_guessed_is_listed_with_the_reason(tmp_path: Path) -> None:
    guesses: list[tuple[int | None, int | None, str, str]] = []
    guesses += [(23, 1, "ambiguous", "row"), (26, 24, "ambiguous", "shrug upright row")]
    guesses += [(21, None, "category_only", "pull up"), (None, None, "unknown", "not stated")]
    sets = tuple(
        LoggedSet(
            n,
            "set",
            "0",
            label,
            activity=0,
            category=category,
            subtype=subtype,
            grade=grade,
            reps=8,
        )
        for n, (category, subtype, grade, label) in enumerate(guesses)
    )
    gym = Activity(
        0, "training", sub_sport="strength_training", starts_at=rows.at("2026-10-05 17:00")
    )
    reading = Reading("fit", "columns", activities=(gym,), sets=sets)
    digest = hashlib.sha256(b"watch").hexdigest()
    home = new_home(tmp_path)
    library = home.library(home.settings().people[0])
    library.prepare()
    library.save(
        readings_of([ledger.row(digest, 1, rows.SEEN, reading, "1") | {"names": [b"w.fit"]}])
    )

    shown, found = backfour(home, "names").stdout, names(home)

    assert "pull up (the watch knew only the kind of exercise)\n    1 set on 1 day" in shown
    assert "shrug upright row (the watch guessed several exercises)" in shown
    assert "       1  not stated (the watch did not know)" in shown
    assert found["unsettled"]["pull up"]["could_be"] == ["lat_pulldown"]
    assert found["unsettled"]["pull up"]["grade"] == "category_only"


def test_of_several_people_all_are_listed_or_the_one_that_is_named(tmp_path: Path) -> None:
    home = new_home(tmp_path)
    home.settings_file.write_text(settings_of(home) + SAM, encoding="utf-8")
    known(home, rows.lift("Lat pull", "2026-10-05"))
    known(home, rows.lift("Bridge", "2026-10-05"), person="sam")

    both = json.loads(backfour(home, "names", "--json").stdout)["people"]
    sam = backfour(home, "names", "--person", "sam").stdout

    assert [(each["id"], each["table"]) for each in both] == [
        ("me", "people.me.names"),
        ("sam", "people.sam.names"),
    ]
    assert sam.startswith("Sam: 1 name to settle\n  Bridge\n")
    assert "names set --person sam NAME" in sam
    assert "[people.sam.names]" in sam


def test_before_the_first_run_there_is_nothing_to_list(tmp_path: Path) -> None:
    assert backfour(new_home(tmp_path), "names").stdout == "Alex: no sets on record.\n"


def test_a_person_who_is_not_there_is_exit_2(home: Home) -> None:
    assert backfour(home, "names", "--person", "bob").exit_code == 2


# --- Settling -----------------------------------------------------------------------------------


def test_settling_writes_one_line_and_says_what_will_count(home: Home) -> None:
    before = settings_of(home)

    result = backfour(home, *SET_NAME, "Lat pull", "lat_pulldown")

    line = '"Lat pull" = "lat_pulldown"'
    comment = '# "Pull thing" = "lat_pulldown"\n'
    assert settings_of(home) == before.replace(comment, f"{comment}{line}\n")
    assert result.stdout.splitlines() == [
        f"backfour.toml, in [names]: {line}",
        "3 sets on 2 days, 2026-10-05 to 2026-10-12, will count for lat_pulldown.",
        "The next backfour run judges the past again with it.",
    ]


def test_settling_as_none_says_what_will_be_left_out(home: Home) -> None:
    shrug = backfour(home, *SET_NAME, "Shrug", "none").stdout

    assert "1 set on 1 day, 2026-10-07, will be left out, and not asked" in shrug
    assert "Until now they counted for shrug." in shrug


def test_the_same_name_otherwise_written_is_replaced_and_named(home: Home) -> None:
    backfour(home, *SET_NAME, "LAT-PULL", "none")

    result = backfour(home, *SET_NAME, "Lat pull", "lat_pulldown")

    assert 'instead of the same name, otherwise written: "LAT-PULL" = "none"' in result.stdout
    assert '"LAT-PULL" = "lat_pulldown"\n' in settings_of(home)
    assert names(home)["known"]["Lat pull"]["counts_as"] == "lat_pulldown"


def test_to_settle_a_name_twice_changes_nothing(home: Home) -> None:
    backfour(home, *SET_NAME, "Lat pull", "lat_pulldown")
    before = settings_of(home)

    result = backfour(home, *SET_NAME, "lat  pull", "lat_pulldown")

    assert "has it already" in result.stdout
    assert settings_of(home) == before


def test_a_name_that_is_in_no_log_is_settled_with_a_remark(home: Home) -> None:
    result = backfour(home, *SET_NAME, "Seilzug 7", "lat_pulldown")

    assert result.exit_code == 0
    assert "No log has this name so far." in result.stdout
    assert '"Seilzug 7" = "lat_pulldown"\n' in settings_of(home)


def test_what_is_no_exercise_is_exit_2_and_writes_nothing(home: Home) -> None:
    before = settings_of(home)

    result = backfour(home, *SET_NAME, "Lat pull", "Lats")

    assert result.exit_code == 2
    assert '"Lats" is not one of glute_bridge, jog, lat_pulldown, none, shrug' in result.output
    assert settings_of(home) == before


def test_an_exercise_of_a_programme_of_ones_own_can_be_settled(home: Home) -> None:
    plank = "exercises = [{ id = 'plank', name = 'Planks', names = ['Plank'] }]"
    text = f"{settings_of(home)}\n[[programme]]\n{plank}\n"
    home.settings_file.write_text(text, encoding="utf-8")

    backfour(home, *SET_NAME, "plank", "none")  # the programme says Plank: only that stays a plank
    backfour(home, *SET_NAME, "Bench Press", "plank")
    backfour(home, *SET_NAME, "Plank", "shrug")

    entries = tomllib.loads(settings_of(home))["names"]
    assert entries == {"plank": "shrug", "Bench Press": "plank", "Plank": "shrug"}


def test_with_several_people_it_must_be_said_whose_name_it_is(home: Home) -> None:
    home.settings_file.write_text(settings_of(home) + SAM, encoding="utf-8")
    before = settings_of(home)

    unsaid = backfour(home, *SET_NAME, "Lat pull", "shrug")
    written = backfour(home, *SET_NAME, "Lat pull", "shrug", "--person", "sam")

    assert unsaid.exit_code == 2
    assert "say whose with --person: me, sam" in unsaid.output
    assert written.exit_code == 0
    assert settings_of(home) == f'{before}\n[people.sam.names]\n"Lat pull" = "shrug"\n'
    people = parse(settings_of(home)).people
    assert [dict(person.names) for person in people] == [{}, {"Lat pull": "shrug"}]


def test_an_only_person_may_have_a_table_of_their_own_and_it_is_the_one_that_counts(
    home: Home,
) -> None:
    backfour(home, *SET_NAME, "Lat pull", "shrug", "--person", "me")

    backfour(home, *SET_NAME, "lat pull", "none")

    assert tomllib.loads(settings_of(home))["people"]["me"]["names"] == {"Lat pull": "none"}
    assert tomllib.loads(settings_of(home))["names"] == {}


def test_options_before_the_word_set_are_heard(home: Home) -> None:
    arguments = ["names", "--home", str(home.folder), *SET_NAME[1:], "Bridge", "none"]

    assert CliRunner().invoke(app, arguments).exit_code == 0
    assert '"Bridge" = "none"' in settings_of(home)


def test_a_link_and_the_permissions_of_the_settings_stay(home: Home, tmp_path: Path) -> None:
    elsewhere = tmp_path / "dotfiles.toml"
    home.settings_file.rename(elsewhere)
    elsewhere.chmod(0o640)
    home.settings_file.symlink_to(elsewhere)

    backfour(home, *SET_NAME, "Bridge", "none")

    assert home.settings_file.is_symlink()
    assert elsewhere.stat().st_mode & 0o777 == 0o640
    assert '"Bridge" = "none"' in elsewhere.read_text(encoding="utf-8")
    assert list(tmp_path.glob(".*.tmp")) == []


def test_settings_that_are_wrong_are_said_and_left_alone(home: Home) -> None:
    home.settings_file.write_text("names = 3\n", encoding="utf-8")

    assert backfour(home, *SET_NAME, "Bridge", "none").exit_code == 2
    assert settings_of(home) == "names = 3\n"


@pytest.mark.parametrize("name", [each for each in HOSTILE if "\x00" not in each])
def test_hostile_names_survive_the_command_line(tmp_path: Path, name: str) -> None:
    home = known(new_home(tmp_path), rows.lift(name, "2026-10-05"))

    done = naming.settle(home, name, "shrug", None, NOW)

    assert (done.sets, done.is_written) == (1, True)
    assert names(home)["known"][name]["how"] == "alias"


# --- Editing the file -----------------------------------------------------------------------------

INIT = write("Alex", "Europe/Berlin")
FORMS = {
    "as init writes it": INIT,
    "nothing of the sort": '[people.me]\nzone = "UTC"\n',
    "no last line end": '[people.me]\nzone = "UTC"\n[names]\n"a b" = "none"  # mine',
    "line ends of Windows": INIT.replace("\n", "\r\n"),
    "inline": 'names = { "a" = "none" } # mine\n[people.me]\nzone = "UTC"\n',
    "dotted": 'names.a = "none" # mine\nnames.b = "none"\n[people.me]\nzone = "UTC"\n',
    "all inline": 'people = { me = { zone = "UTC", names = { "a" = "none" } } }\n',
    "dotted people": '[people]\nme.zone = "UTC"\nme.names.a = "none"\nsam.zone = "UTC"\n',
    "out of order": (
        '[people.me]\nzone = "UTC"\n[names]\n# one\na = "none" # two\n\n# three\n'
        '[people.me.names]\n  "b" = "none"\n\n# about Sam\n[people.sam]\nzone = "UTC"\n'
    ),
}
TABLES = [("names",), ("people", "me", "names")]


def comments(text: str) -> list[str]:
    return ["#" + line.partition("#")[2].rstrip() for line in text.splitlines() if "#" in line]


@pytest.mark.parametrize("table", TABLES, ids=".".join)
@pytest.mark.parametrize("form", FORMS)
def test_a_name_is_settled_in_every_form_the_file_may_have(
    form: str, table: tuple[str, ...]
) -> None:
    before = FORMS[form]

    after = settled(before, table, "Pull thing", "shrug")
    again = settled(after, table, "pull-thing", "none")

    for text, exercise in ((after, "shrug"), (again, "none")):
        found = entries(text, table)
        assert found["Pull thing"] == exercise
        assert "pull-thing" not in found
        assert comments(text) == comments(before)
        assert ("\r\n" in text) == ("\r\n" in before)
        assert text.count("\r") in (0, text.count("\n"))


@given(st.text(max_size=60), st.sampled_from(["shrug", "none"]), st.sampled_from(sorted(FORMS)))
@example("é" * 1000, "shrug", "inline")
def test_any_name_survives_the_round_trip_and_nothing_else_changes(
    name: str, exercise: str, form: str
) -> None:
    check_round_trip(FORMS[form], name, exercise)


@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.parametrize("form", FORMS)
def test_names_that_could_break_a_file_do_not(form: str, name: str) -> None:
    check_round_trip(FORMS[form], name, "shrug")


def check_round_trip(before: str, name: str, exercise: str) -> None:
    for table in TABLES:
        after = settled(before, table, name, exercise)

        found, was = entries(after, table), entries(before, table)
        same = {each: to for each, to in found.items() if is_same_name(each, name)}
        assert set(same.values()) == {exercise}
        assert found == {**was, **same}
        assert len(found) <= len(was) + 1
        old, new = parse(before), parse(after)
        assert dataclasses.replace(new, people=()) == dataclasses.replace(old, people=())
        kept = [line for line in before.splitlines() if line.startswith("#")]
        assert [line for line in after.splitlines() if line in kept] == kept


def entries(text: str, table: tuple[str, ...]) -> dict[str, str]:
    found = tomllib.loads(text)
    for key in table:
        found = found.get(key, {})
    return found


# --- The whole job --------------------------------------------------------------------------------

HEADER = "Date,Exercise,Category,Weight,Weight Unit,Reps,Distance,Distance Unit,Time,Comment"


@pytest.fixture
def trained(tmp_path: Path) -> Home:
    """Two past weeks with a name nobody knows."""
    lines = [f"2026-10-{day:02},Pull-O-Matic pull,Back,50,kgs,10,,,," for day in (20, 21, 28)]
    file = tmp_path / "FitNotes_Export.csv"
    file.write_text("\n".join([HEADER, *lines, ""]), encoding="utf-8")
    home = new_home(tmp_path / "home")
    drop(home, [file])
    run(home)
    return home


def asked(home: Home, name: str) -> bool:
    page = (home.reports / "me" / name[:4] / f"{name}.html").read_text(encoding="utf-8")
    found: Any = week(home, name)
    kinds = {note["kind"] for note in found["notes"]}
    assert ("unknown_name" in kinds) == ("To settle it:" in page)
    return "unknown_name" in kinds


def state(home: Home, name: str) -> object:
    found: Any = week(home, name)
    states = {each["id"]: each["state"] for each in found["exercises"]}
    return states["lat_pulldown"]


@pytest.mark.parametrize(("exercise", "then"), [("lat_pulldown", "done"), ("none", "missing")])
def test_settling_a_name_judges_both_past_weeks_again_and_ends_the_question(
    trained: Home, exercise: str, then: str
) -> None:
    weeks = ["2026-W43", "2026-W44"]
    assert [state(trained, each) for each in weeks] == ["missing", "missing"]
    assert [asked(trained, each) for each in weeks] == [True, True]
    assert list(names(trained)["unsettled"]) == ["Pull-O-Matic pull"]

    result = backfour(trained, *SET_NAME, "Pull-O-Matic pull", exercise)
    run(trained)

    assert "3 sets on 3 days, 2026-10-20 to 2026-10-28" in result.stdout
    assert [state(trained, each) for each in weeks] == [then, then]
    assert [asked(trained, each) for each in weeks] == [False, False]
    assert names(trained)["unsettled"] == {}
