import datetime as dt
import hashlib
import io
import json
import tomllib
import zipfile
from pathlib import Path

import polars as pl
import pytest
from typer.testing import CliRunner, Result

from flows.command import app
from pipeline import export as exports
from pipeline.errors import SettingsError
from pipeline.export import own_paths
from pipeline.home import Home

from .homes import EXPECTED, NOW, drop, new_home, reports, run, sample_files

STRONG = (
    "Date,Workout Name,Duration,Exercise Name,Set Order,Weight,Reps,Distance,Seconds,"
    "Notes,Workout Notes,RPE\n"
    '2026-10-05 10:00:00,a,1h,"{label}",1,10,5,0,0,,,\n'
)


def backfour(*arguments: str | Path) -> Result:
    return CliRunner().invoke(app, [str(each) for each in arguments])


def exported(home: Home, target: Path, person: str = "me") -> dict[str, bytes]:
    exports.export(home, person, NOW, target)
    return unpacked(target.read_bytes())


def unpacked(packed: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        assert archive.testzip() is None
        return {each.filename: archive.read(each) for each in archive.infolist()}


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Home:
    home = new_home(tmp_path_factory.mktemp("sample") / "home")
    drop(home, sample_files())
    run(home)
    return home


@pytest.fixture(scope="module")
def packed(sample: Home) -> bytes:
    target = sample.folder.parent / "all.zip"
    exports.export(sample, "me", NOW, target)
    return target.read_bytes()


def test_an_export_holds_every_original_and_all_that_was_made_of_it(
    sample: Home, packed: bytes
) -> None:
    found = unpacked(packed)

    contents = {file.read_bytes() for file in sample_files()}
    assert {found[name] for name in found if name.startswith("originals/")} == contents
    assert found["originals/strong.csv"] in contents
    told = [json.loads(line) for line in found["originals.jsonl"].splitlines()]
    assert {each["path"] for each in told} == {
        name for name in found if name.startswith("originals/")
    }
    assert all(hashlib.sha256(found[each["path"]]).hexdigest() == each["sha256"] for each in told)
    table = pl.read_parquet(io.BytesIO(found["readings.parquet"]))
    assert len(found["readings.jsonl"].splitlines()) == table.height
    pages = reports(sample)
    for name, content in pages.items():
        if name.endswith((".json", ".csv")):
            place = name.removeprefix("me/")
            assert found[f"weeks/{place}" if name.endswith(".json") else place] == content
    assert found["backfour.toml"] == sample.settings_file.read_bytes()
    assert found["names.log"].count(b"\n") == len(sample_files())
    for name in {each.partition("/")[0] for each in found} - {"README.txt"}:
        assert name in found["README.txt"].decode()


def test_the_same_export_has_the_same_bytes(sample: Home, packed: bytes, tmp_path: Path) -> None:
    exports.export(sample, "me", NOW, tmp_path / "again.zip")

    assert (tmp_path / "again.zip").read_bytes() == packed
    assert (tmp_path / "again.zip").stat().st_mode & 0o777 == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["again.zip"]


def test_its_originals_dropped_into_a_fresh_home_give_the_same_pages(
    sample: Home, packed: bytes, tmp_path: Path
) -> None:
    home = new_home(tmp_path)
    for name, content in unpacked(packed).items():
        if name.startswith("originals/"):
            (home.inbox / "me" / name.removeprefix("originals/")).write_bytes(content)

    run(home)

    # The sample has one file twice, under two names; what is exported has it once.
    here, there = (dict(reports(each)) for each in (home, sample))
    assert here.pop("me/receipt.html") != there.pop("me/receipt.html")
    assert here == there


def test_the_zip_itself_dropped_into_a_fresh_home_gives_the_same_workouts(
    packed: bytes, tmp_path: Path
) -> None:
    home = new_home(tmp_path)
    (home.inbox / "me" / "backfour-me.zip").write_bytes(packed)

    run(home)

    table = home.library(home.settings().people[0]).load()
    assert table.filter(pl.col("kind") == "zip")["app"].to_list() == ["backfour"]
    assert set(table["code"].drop_nulls()) == {"E_TRUNCATED"}  # the damaged sample
    for week, status in EXPECTED["weeks"].items():
        page = json.loads(reports(home)[f"me/{week[:4]}/{week}.json"])
        assert page["status"]["code"] == status


def test_nothing_of_another_person_is_in_it(tmp_path: Path) -> None:
    home = new_home(tmp_path / "home")
    text = home.settings_file.read_text(encoding="utf-8")
    text = text.replace('# "Pull thing"', '"mine own" = "shrug"\n"CANARY" = "none"\n# "CANARY"')
    digits = hashlib.sha256(STRONG.format(label="CANARY").encode()).hexdigest()[:8]
    text = text.replace('# "5328bba9"', f'"{digits}" = "jog"\n#')
    second = (
        '\n[people.quentin]\nlabel = "CANARY"\nzone = "Asia/Tokyo"\nnames = {CANARY = "shrug"}\n'
        '[notify]\nurls = ["canary://CANARY"]\n'
    )
    home.settings_file.write_text(text + second, encoding="utf-8")
    (home.inbox / "quentin").mkdir()
    for person, label in (("me", "Mine Own"), ("quentin", "CANARY")):
        file = home.inbox / person / f"{label}.csv"
        file.write_text(STRONG.format(label=label), encoding="utf-8")
    run(home)

    found = exported(home, tmp_path / "me.zip")

    for name, content in found.items():
        for canary in (b"canary", b"quentin", b"tokyo", digits.encode()):
            assert canary not in name.lower().encode() + content.lower(), name
    settings = tomllib.loads(found["backfour.toml"].decode())
    assert settings["names"] == {"mine own": "shrug"}
    assert list(settings["people"]) == ["me"]
    assert b"CANARY" in exported(home, tmp_path / "other.zip", "quentin")["originals/CANARY.csv"]


def test_names_are_made_harmless_and_unique() -> None:
    names = [
        *(b"run.fit", b"RUN.fit", b"../../x", b"a/b:c?.gpx", b".hidden", b"con.csv", b"a"),
        *(b" ", b"ride\xff.fit", b"evil\n\x1b\xe2\x80\xae.fit", b"l" * 250 + b".fit", b"dot. "),
    ]

    paths = own_paths({f"{number:064x}": [name] for number, name in enumerate(names)})

    called = {int(sha256, 16): path for path, sha256 in paths.items()}
    assert called[1] == "RUN.fit"
    assert called[0] == f"{0:064x}/run.fit"
    assert called[2] == f"{2:064x}/x"  # "_" is a file too
    assert called[3] == f"{3:064x}/b_c_.gpx"  # "a" is a file
    assert [called[number] for number in (4, 5, 6, 7)] == [
        "_.hidden",
        "_con.csv",
        "a",
        "_",
    ]
    assert called[8] == "ride_xff.fit"
    assert called[9] == "evil___.fit"
    assert called[10].endswith(".fit")
    assert len(called[10]) <= 130
    assert called[11] == "dot"


def test_a_hostile_name_takes_nobody_else_s_place() -> None:
    sha256 = f"{1:064x}"

    paths = own_paths({f"{0:064x}": [b"a"], sha256: [b"a"], f"{2:064x}": [f"{sha256}/a".encode()]})

    assert len(paths) == 3


def test_the_command_needs_no_name_for_the_only_person_and_overwrites_nothing(
    sample: Home, tmp_path: Path
) -> None:
    target = tmp_path / "x.zip"
    arguments = ("export", "--home", sample.folder, "--to", target, "--now", EXPECTED["now"])

    first = backfour(*arguments, "--json")
    second = backfour(*arguments)

    assert json.loads(first.stdout)["originals"] == 16
    assert second.exit_code == 2
    assert "is there already" in second.output


def test_half_a_zip_that_a_killed_export_left_goes_with_the_next_one(
    sample: Home, tmp_path: Path
) -> None:
    end = ".0123456789abcdef.tmp"
    left = [f".mine.zip{end}", f".backfour-me-2026-11-14.zip{end}"]
    theirs = [f".backfour-sam-2026-11-14.zip{end}", ".mine.zip.tmp", f".notes.zip{end}"]
    for name in (*left, *theirs):
        (tmp_path / name).write_bytes(b"PK")

    exports.export(sample, "me", NOW, tmp_path / "mine.zip")

    assert sorted(each.name for each in tmp_path.iterdir()) == sorted([*theirs, "mine.zip"])


def test_its_usual_name_has_the_person_and_their_day(sample: Home) -> None:
    late = dt.datetime(2026, 11, 15, 23, 30, tzinfo=dt.UTC)

    assert exports.file_name(sample, "me", late) == "backfour-me-2026-11-16.zip"


def test_of_several_people_one_has_to_be_named(tmp_path: Path) -> None:
    home = new_home(tmp_path)
    text = home.settings_file.read_text(encoding="utf-8")
    home.settings_file.write_text(f'{text}\n[people.sam]\nzone = "UTC"\n', encoding="utf-8")

    result = backfour("export", "--home", tmp_path)

    assert result.exit_code == 2
    assert "say whose with --person: me, sam" in result.output


def test_before_the_first_run_there_is_nothing_to_export(tmp_path: Path) -> None:
    home = new_home(tmp_path)

    with pytest.raises(SettingsError, match="run backfour run first"):
        exports.export(home, "me", NOW, tmp_path / "x.zip")

    assert not (tmp_path / "x.zip").exists()
