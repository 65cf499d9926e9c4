import dataclasses
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from flows.command import app
from pipeline import doctor, pages, report
from pipeline.home import Home
from pipeline.settings import Person, Settings, parse

from .homes import EXPECTED, drop, new_home, run, sample_files
from .report.weeks import both, history

typst = pytest.importorskip("typst", reason="needs the extra pdf")

ME = Person("me", "Alex", "Europe/Berlin")
WITHOUT = Settings((ME,))
WANTED = dataclasses.replace(WITHOUT, report_pdf=True)
PDF_TABLE = "[report]\npdf = true\n"
PDF = "2026/2026-W46.pdf"


def backfour(*arguments: str | Path) -> Result:
    return CliRunner().invoke(app, [str(each) for each in arguments])


def pdfs(home: Home) -> list[str]:
    return sorted(path.name for path in home.reports.rglob("*.pdf"))


@pytest.fixture
def no_typst(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "typst", None)


def test_a_pdf_is_wanted_only_where_the_settings_say_so() -> None:
    people = '[people.me]\nzone = "UTC"\n'

    assert not parse(people).report_pdf
    assert not parse(people + "[report]").report_pdf
    assert parse(people + PDF_TABLE).report_pdf


def test_each_week_gets_a_pdf_and_a_second_run_writes_none(tmp_path: Path) -> None:
    home, weeks = Home(tmp_path), history(both(), 2)

    first = pages.write(home, WANTED, ME, weeks)
    second = pages.write(home, WANTED, ME, weeks)

    rendered = dict(report.render(weeks, options=report.Options(pdf=True)))
    assert (first, second) == (len(rendered), 0)
    assert pdfs(home) == ["2026-W44.pdf", "2026-W45.pdf", "2026-W46.pdf"]
    assert (home.reports / "me" / PDF).read_bytes() == rendered[PDF]


def test_a_pdf_that_was_lost_or_changed_is_written_again(tmp_path: Path) -> None:
    home = Home(tmp_path)
    pages.write(home, WANTED, ME, [both()])
    page = home.reports / "me" / PDF
    before = page.read_bytes()

    page.unlink()
    pages.write(home, WANTED, ME, [both()])
    lost = page.read_bytes()
    page.write_bytes(b"%PDF-1.7")
    pages.write(home, WANTED, ME, [both()])

    assert before == lost == page.read_bytes()


def test_pdfs_that_are_no_longer_wanted_go_but_not_what_somebody_put_there(tmp_path: Path) -> None:
    home, weeks = Home(tmp_path), history(both(), 2)
    pages.write(home, WANTED, ME, weeks)
    own = home.reports / "me/2026/notes.pdf"
    own.write_bytes(b"mine")
    (home.reports / "me/2026/2026-W45.pdf").write_bytes(b"mine too")

    pages.write(home, WITHOUT, ME, weeks)

    assert pdfs(home) == ["2026-W45.pdf", "notes.pdf"]


def test_the_pdf_of_a_week_that_is_none_any_more_goes_with_it(tmp_path: Path) -> None:
    home, weeks = Home(tmp_path), history(both(), 2)
    pages.write(home, WANTED, ME, weeks)
    assert len(pdfs(home)) == 3

    pages.write(home, WANTED, ME, weeks[1:])

    assert pdfs(home) == ["2026-W45.pdf", "2026-W46.pdf"]


@pytest.mark.usefixtures("no_typst")
def test_a_run_without_the_extra_names_the_key_and_how_to_get_it(tmp_path: Path) -> None:
    home = new_home(tmp_path)
    text = home.settings_file.read_text(encoding="utf-8")
    home.settings_file.write_text(f"{text}\n{PDF_TABLE}", encoding="utf-8")
    drop(home, sample_files())

    result = backfour("run", "--direct", "--home", tmp_path)

    assert result.exit_code == 2
    assert result.output == (
        "backfour: backfour.toml: report.pdf = true needs the package typst;"
        ' install it: pip install "backfour[pdf]"\n'
    )
    assert [path for path in home.reports.rglob("*") if path.is_file()] == []


def test_the_doctor_looks_at_what_writes_pdfs_only_where_they_are_wanted(tmp_path: Path) -> None:
    home = new_home(tmp_path)
    without = [each.check for each in doctor.examine(home, 0.0)]
    text = home.settings_file.read_text(encoding="utf-8")
    home.settings_file.write_text(f"{text}\n{PDF_TABLE}", encoding="utf-8")

    wanted = [each.check for each in doctor.examine(home, 0.0)]

    assert ("typst" in without, "typst" in wanted) == (False, True)


def test_one_week_is_written_as_pdf_on_demand(tmp_path: Path) -> None:
    home = new_home(tmp_path)
    drop(home, sample_files())
    run(home)
    target, now = tmp_path / "week.pdf", EXPECTED["now"]

    first = backfour(
        "report", "--home", tmp_path, "--week", "2026-W46", "--pdf", target, "--now", now
    )
    made = target.read_bytes()
    second = backfour("report", "--home", tmp_path, "--pdf", target, "--now", now)

    assert (first.exit_code, first.output) == (0, f"{target}\n")
    assert b"week 46, 9" in made
    assert second.exit_code == 0
    assert b"week 47, 16" in target.read_bytes()
    assert pdfs(home) == []


def test_the_pdf_on_demand_is_the_one_beside_the_page(tmp_path: Path) -> None:
    home = new_home(tmp_path)
    text = home.settings_file.read_text(encoding="utf-8")
    home.settings_file.write_text(f"{text}\n{PDF_TABLE}", encoding="utf-8")
    drop(home, sample_files())
    run(home)
    target = tmp_path / "week.pdf"

    backfour(
        "report",
        "--home",
        tmp_path,
        "--week",
        "2026-W46",
        "--pdf",
        target,
        "--now",
        EXPECTED["now"],
    )

    assert target.read_bytes() == (home.reports / "me" / PDF).read_bytes()
    assert len(pdfs(home)) == len(list(home.reports.rglob("*-W*.html")))


def test_a_file_that_is_no_pdf_is_left_as_it_is(tmp_path: Path) -> None:
    home = new_home(tmp_path)
    drop(home, sample_files())
    run(home)
    before = home.settings_file.read_bytes()

    result = backfour(
        "report", "--home", tmp_path, "--pdf", home.settings_file, "--now", EXPECTED["now"]
    )

    assert result.exit_code == 2
    assert "is no PDF" in result.output
    assert home.settings_file.read_bytes() == before


@pytest.mark.usefixtures("no_typst")
def test_a_pdf_on_demand_without_the_extra_says_how_to_get_it(tmp_path: Path) -> None:
    home = new_home(tmp_path)
    drop(home, sample_files())
    run(home)

    result = backfour(
        "report", "--home", tmp_path, "--pdf", tmp_path / "week.pdf", "--now", EXPECTED["now"]
    )

    assert result.exit_code == 2
    assert 'pip install "backfour[pdf]"' in result.output
    assert not (tmp_path / "week.pdf").exists()
