"""Marks in every word and number of several people: none turns up with another, or in a log."""

import logging
import os
import random
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from pipeline import compliance, jobs, receipt
from pipeline.cli import base
from pipeline.errors import Unfinished
from pipeline.home import Home
from tests.drops import NOW, STRONG, gz, zipped
from tests.homes import SETTLED_CLOCK_S, new_home

PEOPLE = 5
SHUFFLES = int(os.environ.get("BACKFOUR_SHUFFLES", "2"))
STRANGE_FOLDERS = ("p1 ", "P1", "p2\n", "*", "[p1]", "-rf", "{p1}", "p1'\";", "p\u202e1", "a" * 200)
RUN = "from flows.command import main; main()"


@dataclass(frozen=True)
class Canary:
    """One person, and what nobody else and no log may say."""

    number: int

    @property
    def id(self) -> str:
        return f"p{self.number}"

    @property
    def word(self) -> str:
        return f"Kanarie{self.number:02d}x"

    @property
    def kilograms(self) -> str:
        return f"{61.37 + self.number:.2f}"

    @property
    def latitude(self) -> str:
        return f"{71.123 + self.number:.3f}"  # more than 60, as no clock says

    @property
    def metres(self) -> str:
        return f"{3017 + 13 * self.number}.25"

    @property
    def ache(self) -> str:
        return f"Weh{self.number:02d}x"

    @property
    def private(self) -> list[bytes]:
        """Marks that no log, no error and no database of Prefect may hold."""
        found = (
            self.word,
            self.word.lower(),
            self.kilograms,
            self.latitude,
            self.metres,
            self.ache,
        )
        return [each.encode() for each in found]

    @property
    def finer(self) -> list[bytes]:
        """Marks that the clinic page may not hold either; it names people."""
        found = (self.kilograms, self.latitude, self.metres, self.ache, f"{self.word} ")
        return [each.encode() for each in found]

    def files(self) -> dict[str, bytes]:
        """Everything a person may drop, marked wherever there is a word or a number."""
        track = self._track()
        line = (
            f'2026-11-09 18:00:00,"{self.word} day","{self.word} pull",1,{self.kilograms},kg,12,,,,'
            f'20,"{self.word} note","{self.word} plan",40m\n'
        )
        bad = f"{self.word};{self.kilograms}\n{self.latitude}".encode()
        return {
            f"{self.word} run.gpx": track,
            f"{self.word}.csv": (STRONG + line).encode(),
            f"{self.word} torn.gpx": track[:-40].replace(b"<trkseg>", b"<trkseg><&>"),
            f"{self.word}@example.org_1.csv": bad,
            f"{self.word} bad.fit": b"\x0e\x20\x00\x00" + bad,
            f"{self.word}.zip": zipped(track + b"\n", bad),
            f"{self.word}.map.toml": f'app = "{self.word}"\nwrong = 1\n'.encode(),
            f"{self.word}.gz": gz(bad),
            f"{self.word} pain.csv": f"date,score,note\n2026-11-09,9,{self.ache}\n".encode(),
        }

    def _track(self) -> bytes:
        points = "".join(
            f'<trkpt lat="{self.latitude}{minute:03d}" lon="9.35"><ele>{self.metres}</ele>'
            f"<time>2026-11-10T06:{minute:02d}:00Z</time></trkpt>\n"
            for minute in range(30)
        )
        word = self.word
        return (
            f'<?xml version="1.0"?>\n<gpx version="1.1" creator="{word}" '
            f'xmlns="http://www.topografix.com/GPX/1/1"><trk><name>{word} Lauf</name>'
            f"<desc>{word}</desc><type>running</type><trkseg>\n{points}</trkseg></trk></gpx>\n"
        ).encode()


def home_of(folder: Path, people: Sequence[Canary]) -> Home:
    """Make an installation of several people, with all they dropped."""
    home = new_home(folder)
    sections = "".join(
        f'[people.{each.id}]\nlabel = "{each.word}"\nzone = "Europe/Berlin"\n'
        "share_with_clinic = true\nshare_pain = true\n\n"
        for each in people
    )
    whole = f"settle_seconds = 0\n{sections}\n[clinic]\npage = true\n"
    whole += "[report]\nshow_pain_notes = true\n"
    home.settings_file.write_text(whole, encoding="utf-8")
    shutil.rmtree(home.inbox / "me")
    for each in people:
        (home.inbox / each.id).mkdir()
        for name, content in each.files().items():
            (home.inbox / each.id / name).write_bytes(content)
    return home


def marks_in(found: bytes, people: Sequence[Canary]) -> set[str]:
    return {mark.decode() for each in people for mark in each.private if mark in found}


def strangers(home: Home, people: Sequence[Canary]) -> list[str]:
    """Name each file kept or written for one person that holds a mark of another one."""
    found = []
    for each in people:
        others = [other for other in people if other != each]
        for folder in (home.folder / "people" / each.id, home.reports / each.id):
            found += [
                f"{each.id}: {path.name} has {sorted(marks)}"
                for path in files_below(folder)
                if (marks := marks_in(path.read_bytes() + os.fsencode(path), others))
            ]
    return found


def files_below(folder: Path) -> Iterator[Path]:
    return (path for path in sorted(folder.rglob("*")) if path.is_file())


@pytest.mark.parametrize("shuffle", range(SHUFFLES))
def test_nothing_of_one_person_reaches_another_one_or_a_log(
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
    shuffle: int,
) -> None:
    people = [Canary(number) for number in range(PEOPLE)]
    random.Random(shuffle).shuffle(people)  # noqa: S311 - no secret
    home = home_of(tmp_path, people)
    for name in STRANGE_FOLDERS:
        (home.inbox / name).mkdir()
        (home.inbox / name / "run.gpx").write_bytes(people[0].files()[f"{people[0].word} run.gpx"])
    for name in ("p1", "*", "[p2]", "..p2"):
        (home.inbox / people[0].id / name).mkdir()
        (home.inbox / people[0].id / name / "x.gpx").write_bytes(b"<gpx>")

    with caplog.at_level(logging.DEBUG):
        tallies = jobs.run(home, NOW, SETTLED_CLOCK_S)

    assert {tally.person for tally in tallies} == {each.id for each in people}
    assert all(tally.outcomes["imported"] >= 3 for tally in tallies)
    assert all(tally.outcomes["refused"] >= 2 for tally in tallies)
    assert strangers(home, people) == []
    out, err = capfd.readouterr()
    assert marks_in(f"{caplog.text}{out}{err}{tallies}".encode(), people) == set()
    assert {path.name for path in (home.folder / "people").iterdir()} == {
        each.id for each in people
    }
    told = receipt.status(home, NOW)["people"]
    strays = [each for each in told[0]["files"] if each["code"] == "W_NO_PERSON"]
    assert len(strays) == len(STRANGE_FOLDERS)
    own = (home.reports / people[1].id / "index.html").read_bytes()
    assert people[1].word.encode() in own  # the marks are there, where they belong
    weeks = b"".join(path.read_bytes() for path in files_below(home.reports / people[1].id))
    assert people[1].ache.encode() in weeks
    clinic = b"".join(path.read_bytes() for path in sorted(home.reports.glob("clinic*")))
    assert all(each.word.encode() in clinic for each in people)
    assert not [mark for each in people for mark in each.finer if mark in clinic]


def test_the_same_bytes_of_two_people_are_kept_and_read_twice(tmp_path: Path) -> None:
    people = [Canary(1), Canary(2)]
    home = home_of(tmp_path, people)
    same = people[0].files()[f"{people[0].word} run.gpx"]
    for each in people:
        (home.inbox / each.id / "same.gpx").write_bytes(same.replace(people[0].word.encode(), b""))

    jobs.run(home, NOW, SETTLED_CLOCK_S)

    held = [set(home.library(person).held()) for person in home.settings().people]
    assert len(held[0] & held[1]) == 1


def test_a_fault_of_ours_quotes_nothing_that_was_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Libraries put what they choke on into their messages: none of that is printed."""
    people = [Canary(1), Canary(2)]
    home = home_of(tmp_path, people)

    def faulty(table: object, *_: object) -> None:
        message = f"cannot parse {people[0].word} at {people[0].latitude}: {table}"
        raise ValueError(message)

    monkeypatch.setattr(compliance, "judge", faulty)
    with pytest.raises(Unfinished) as raised:
        jobs.run(home, NOW, SETTLED_CLOCK_S)

    lines = [base.fault_line(each) for each in raised.value.faults.values()]
    assert len(lines) == 2
    assert all("a fault of ours (ValueError at test_canaries.py:" in line for line in lines)
    assert marks_in("".join(lines).encode(), people) == set()
    assert all((home.library(person).table).exists() for person in home.settings().people)


@pytest.mark.flow
def test_prefect_is_told_of_nobody_s_files_or_places(tmp_path: Path) -> None:
    people = [Canary(number) for number in range(3)]
    home = home_of(tmp_path, people)
    environment = {
        **os.environ,
        "BACKFOUR_HOME": str(home.folder),
        "PREFECT_LOGGING_LEVEL": "DEBUG",
        "PREFECT_LOGGING_ROOT_LEVEL": "DEBUG",
    }

    result = subprocess.run(  # noqa: S603 - our own interpreter
        [sys.executable, "-c", RUN, "run", "--now", NOW.isoformat()],
        capture_output=True,
        env=environment,
        check=False,
        timeout=240,
    )

    assert result.returncode == 0, result.stderr[-2000:]
    assert strangers(home, people) == []
    assert marks_in(result.stdout + result.stderr, people) == set()
    database = b"".join(path.read_bytes() for path in files_below(home.folder / "prefect"))
    assert b"nightly" in database
    assert marks_in(database, people) == set()
