import json
import random
from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline import receipt
from pipeline.home import Home

from .homes import (
    EXPECTED,
    NOW,
    drop,
    new_home,
    readings,
    reports,
    run,
    sample_files,
    week,
)


@pytest.fixture(scope="module")
def sample_home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    home = new_home(tmp_path_factory.mktemp("home"))
    drop(home, sample_files())
    run(home)
    return home


@pytest.mark.parametrize("name", EXPECTED["weeks"])
def test_a_sample_week_has_the_status_that_was_decided_by_hand(
    sample_home: Home, name: str
) -> None:
    status = week(sample_home, name)["status"]

    assert isinstance(status, dict)
    assert status["code"] == EXPECTED["weeks"][name]


def test_every_sample_file_ends_as_was_decided_by_hand(sample_home: Home) -> None:
    files = receipt.status(sample_home, NOW)["people"][0]["files"]

    assert {file["name"]: file["outcome"] for file in files} == EXPECTED["files"]


@pytest.mark.parametrize("name", EXPECTED["weeks"])
def test_the_json_of_a_sample_week_is_its_golden(
    sample_home: Home, name: str, matches_golden: Callable[[str, str], None]
) -> None:
    matches_golden(
        json.dumps(week(sample_home, name), indent=2, ensure_ascii=False), f"{name}.json"
    )


def test_the_late_sunday_jog_belongs_to_its_sunday(sample_home: Home) -> None:
    jogs = week(sample_home, "2026-W43")["jogs"]

    assert [(jog["date"], jog["start_local"][:16]) for jog in jogs] == [  # type: ignore[attr-defined]
        ("2026-10-25", "2026-10-25T23:30")
    ]


def test_exactly_5_km_is_not_under_5_km(sample_home: Home) -> None:
    jogs = week(sample_home, "2026-W42")["jogs"]

    assert [(jog["metres"], jog["under_limit"]) for jog in jogs] == [(5000, False)]  # type: ignore[attr-defined]


def test_a_second_run_touches_no_file(sample_home: Home) -> None:
    before = _touched(sample_home.folder)

    (tally,) = run(sample_home)

    assert (tally.taken, tally.read, tally.pages) == (0, 0, 0)
    assert _touched(sample_home.folder) == before


def test_without_the_table_the_next_run_writes_the_same_bytes(
    sample_home: Home, tmp_path: Path
) -> None:
    pages, table = reports(sample_home), readings(sample_home)
    (sample_home.folder / "people/me/readings.parquet").rename(tmp_path / "aside")

    run(sample_home)

    assert readings(sample_home) == table
    assert reports(sample_home) == pages


def test_a_damaged_table_is_set_aside_and_rebuilt(sample_home: Home) -> None:
    table = sample_home.folder / "people/me/readings.parquet"
    sound = table.read_bytes()
    table.write_bytes(sound[:200] + bytes([sound[200] ^ 1]) + sound[201:])

    run(sample_home)

    assert table.read_bytes() == sound
    assert (table.parent / "readings.damaged-1").exists()


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_any_order_and_any_split_of_the_drops_give_the_same_bytes(
    sample_home: Home, tmp_path: Path, seed: int
) -> None:
    order = random.Random(seed)  # noqa: S311 - a shuffled test, no secret
    files = sample_files()
    order.shuffle(files)
    home = new_home(tmp_path)
    while files:
        count = order.randint(1, len(files))
        drop(home, files[:count])
        del files[:count]
        run(home)

    assert readings(home) == readings(sample_home)
    assert reports(home) == reports(sample_home)


def test_copies_under_other_names_change_no_verdict(sample_home: Home, tmp_path: Path) -> None:
    home = new_home(tmp_path)
    drop(home, sample_files())
    for file in sample_files():
        (home.inbox / "me" / f"copy of {file.name}").write_bytes(file.read_bytes())

    run(home)

    for name in EXPECTED["weeks"]:
        assert week(home, name)["status"] == week(sample_home, name)["status"]
        assert week(home, name)["exercises"] == week(sample_home, name)["exercises"]


def test_settling_a_name_heals_the_week_it_was_in(tmp_path: Path) -> None:
    home = new_home(tmp_path)
    drop(home, sample_files())
    run(home)
    text = home.settings_file.read_text(encoding="utf-8")
    settled = text.replace("[names]\n", '[names]\n"Pull thing" = "lat_pulldown"\n')
    home.settings_file.write_text(settled, encoding="utf-8")

    run(home)

    assert week(home, "2026-W41")["status"]["code"] == "on_plan"  # type: ignore[index]


def test_a_fifth_exercise_is_one_entry_of_the_programme(tmp_path: Path) -> None:
    home = new_home(tmp_path)
    drop(home, sample_files())
    entry = '{ id = "plank", name = "Planks", names = ["Plank"] }'
    programme = f'exercises = ["lat_pulldown", "glute_bridge", "shrug", "jog", {entry}]'
    text = home.settings_file.read_text(encoding="utf-8")
    home.settings_file.write_text(f"{text}\n[[programme]]\n{programme}\n", encoding="utf-8")

    run(home)

    fifth = week(home, "2026-W39")
    assert [each["id"] for each in fifth["exercises"]][4:] == ["plank"]  # type: ignore[attr-defined]
    assert (fifth["status"]["done"], fifth["status"]["due"]) == (5, 5)  # type: ignore[index]
    assert "five" in (home.reports / "me/2026/2026-W39.md").read_text(encoding="utf-8").lower()


def _touched(folder: Path) -> dict[str, tuple[int, int]]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return {str(path): (path.stat().st_ino, path.stat().st_mtime_ns) for path in files}


def test_an_original_that_is_gone_is_taken_again_from_the_inbox(tmp_path: Path) -> None:
    home = new_home(tmp_path)
    drop(home, sample_files()[:2])
    run(home)
    lost = next(
        path for path in (home.folder / "people/me/originals").rglob("*") if len(path.name) == 64
    )
    lost.unlink()

    (tally,) = run(home)

    assert tally.taken == 1
    assert lost.exists()
