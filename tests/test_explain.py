import itertools
import json
import re
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from flows.command import app
from pipeline.home import Home
from pipeline.report import explanation
from pipeline.tables import readings_of

from .compliance import rows
from .homes import EXPECTED, NOW, SAMPLES, drop, new_home, run, sample_files, week

PLACE = re.compile(r" \([0-9a-f]{8}\)")
ROWS = re.compile(r"\.csv \([0-9a-f]{8}\), rows? \d+")


@pytest.fixture(scope="module")
def sample_home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    home = new_home(tmp_path_factory.mktemp("explained"))
    drop(home, sample_files())
    run(home)
    return home


def backfour(home: Home, *arguments: str) -> Result:
    return CliRunner().invoke(app, [*arguments, "--home", str(home.folder)])


def explain(home: Home, *arguments: str) -> Result:
    return backfour(home, "explain", *arguments, "--now", NOW.isoformat())


@pytest.mark.parametrize("name", sorted(EXPECTED["weeks"]))
def test_every_sample_week_is_explained(
    name: str, sample_home: Home, matches_golden: Callable[[str, str], None]
) -> None:
    result = explain(sample_home, name)

    assert result.exit_code == 0
    matches_golden(result.output, f"{name}.txt")


@pytest.mark.parametrize("name", sorted(EXPECTED["weeks"]))
def test_every_line_that_counts_or_does_not_leads_to_a_file_and_a_log_to_its_rows(
    name: str, sample_home: Home
) -> None:
    lines = explain(sample_home, name).output.splitlines()

    for number, line in enumerate(lines):
        if line.startswith(("  + ", "  - ")):
            below = list(
                itertools.takewhile(lambda each: each.startswith("      "), lines[number + 1 :])
            )
            assert any(PLACE.search(each) for each in below), line
            assert all(ROWS.search(each) for each in below if ".csv (" in each), line


def test_it_explains_what_the_json_of_the_week_says(sample_home: Home) -> None:
    written = week(sample_home, "2026-W46")

    assert json.loads(explain(sample_home, "2026-W46", "--json").output) == written
    printed = "\n".join(explanation(written)).replace("\xa0", " ").replace("\u202f", " ")
    assert explain(sample_home, "2026-W46").output == f"{printed}\n"


def test_what_lies_in_an_archive_is_explained_as_its_page_has_it(tmp_path: Path) -> None:
    home = new_home(tmp_path)
    with zipfile.ZipFile(home.inbox / "me" / "watch.zip", "w") as packed:
        packed.write(SAMPLES / "inbox" / "2026-11-14-081203.fit", "run.fit")
    run(home)

    found = json.loads(explain(home, "2026-W46", "--json").output)

    assert found == week(home, "2026-W46")
    assert found["jogs"][0]["source"]["path"] is not None


def test_the_diary_is_explained_and_what_led_to_the_card(tmp_path: Path) -> None:
    home = new_home(tmp_path)
    drop(home, sample_files())
    diary = "date,score,note\n2026-11-03,2,\n2026-11-10,3,\n2026-11-12,8,after work\n"
    (home.inbox / "me" / "pain.csv").write_text(diary, encoding="utf-8")
    run(home)

    calm, hard, before = (
        explain(home, name).output for name in ("2026-W45", "2026-W46", "2026-W44")
    )

    assert "\nPain diary: Tue 3 Nov 2 of 10.\n\n" in f"{calm}\n"
    assert (
        "\nPain diary: Tue 10 Nov 3 of 10 and Thu 12 Nov 8 of 10.\n"
        "  ! Please speak to your physiotherapist or doctor.\n"
        "      Your pain diary shows 8 on Thursday.\n"
        "      The programme says: if pain persists, see a specialist." in hard
    )
    assert "after work" not in hard  # notes are shown only to who asks for them
    assert "Pain" not in before


def test_without_a_week_it_is_the_current_one(sample_home: Home) -> None:
    assert explain(sample_home).output.startswith("2026-W47")


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("46", "'46' is not a week: write it as 2026-W46"),
        ("2019-W01", "there is no week 2019-W01; there are 9 weeks: 2026-W39 to 2026-W47"),
    ],
)
def test_a_week_there_is_not_is_said_in_one_line(
    name: str, message: str, sample_home: Home
) -> None:
    result = explain(sample_home, name)

    assert result.exit_code == 2
    assert message in result.stderr


def test_text_of_files_cannot_steer_a_terminal(tmp_path: Path) -> None:
    home = known(
        tmp_path, rows.log("\x1b[31m.csv", rows.lift("Evil \x1b]0;\u202e", "2026-11-10 18:00"))
    )

    output = explain(home, "2026-W46").output

    assert "\x1b" not in output
    assert "\u202e" not in output
    assert "⟨U+001B⟩" in output


def known(folder: Path, *found: rows.Row) -> Home:
    home = new_home(folder)
    library = home.library(home.settings().people[0])
    library.prepare()
    library.save(readings_of(found))
    return home


RUN = rows.file("run.fit", rows.run("2026-11-10 17:00"))
DIGITS = RUN["sha256"][:8]


@pytest.mark.parametrize("word", ["jog", "other", "copy"])
def test_a_recording_is_settled_by_one_command(word: str, tmp_path: Path) -> None:
    home = known(tmp_path, RUN)
    before = home.settings_file.read_text(encoding="utf-8")

    result = backfour(home, "settle", DIGITS, word)

    assert result.exit_code == 0
    assert f'[activities]: "{DIGITS}" = "{word}"' in result.output
    assert "run.fit, recorded on 2026-11-10" in result.output
    assert home.settings().activities == {DIGITS: word}
    after = home.settings_file.read_text(encoding="utf-8")
    assert set(before.splitlines()) <= set(after.splitlines())


def test_settling_again_changes_the_line_there_is(tmp_path: Path) -> None:
    home = known(tmp_path, RUN)
    backfour(home, "settle", RUN["sha256"], "jog")

    again = backfour(home, "settle", DIGITS.upper(), "copy")
    same = backfour(home, "settle", DIGITS, "copy")

    assert again.exit_code == same.exit_code == 0
    assert home.settings().activities == {RUN["sha256"]: "copy"}
    assert "nothing was changed" in same.output


@pytest.mark.parametrize(
    ("digits", "word", "message"),
    [
        (DIGITS, "run", "the word = 'run' is not 'jog' or 'other' or 'copy'"),
        (DIGITS[:7], "jog", "is too short: give 8 digits"),
        ("0" * 8, "jog", "names no imported recording"),
        (".*.*.*.*", "jog", "names no imported recording"),
    ],
)
def test_what_cannot_be_settled_is_said_and_nothing_is_written(
    digits: str, word: str, message: str, tmp_path: Path
) -> None:
    home = known(tmp_path, RUN)
    before = home.settings_file.read_bytes()

    result = backfour(home, "settle", digits, word)

    assert result.exit_code == 2
    assert message in result.stderr
    assert home.settings_file.read_bytes() == before


def test_a_log_is_no_recording_to_be_settled(tmp_path: Path) -> None:
    log = rows.log("log.csv", rows.lift("Shrug", "2026-11-10"))

    result = backfour(known(tmp_path, log), "settle", log["sha256"][:8], "jog")

    assert "names no imported recording" in result.stderr
