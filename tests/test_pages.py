import dataclasses
import datetime as dt
import json
import os
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline import pages, report
from pipeline.home import Home
from pipeline.settings import Person, Settings
from pipeline.week import Status, Week

from .report.weeks import TUE, both, history, jog, on_plan, week

ME = Person("me", "Alex", "Europe/Berlin")
SETTINGS = Settings((ME,))
WEEKS = 16
Action = Callable[[Home, list[Week]], None]


def write(home: Home, weeks: Sequence[Week], checked: Settings = SETTINGS) -> int:
    return pages.write(home, checked, ME, weeks)


def cache(home: Home) -> Path:
    return home.library(ME).folder / pages.CACHE_FILE


def on_disk(home: Home) -> dict[str, bytes]:
    folder = home.reports / ME.id
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def rendered(weeks: Sequence[Week], options: report.Options | None = None) -> dict[str, bytes]:
    return dict(report.render(weeks, options=options or report.Options()))


def identities(home: Home) -> dict[str, tuple[int, int, int]]:
    found = [path for path in home.folder.rglob("*") if path.is_file()]
    return {
        str(path): (it.st_ino, it.st_mtime_ns, it.st_ctime_ns)
        for path in found
        if (it := path.stat())
    }


def ten_weeks() -> list[Week]:
    return history(both(), 9)


def test_a_second_run_writes_nothing_not_even_its_cache(tmp_path: Path) -> None:
    home = Home(tmp_path)
    first = write(home, ten_weeks())
    before = identities(home)

    second = write(home, ten_weeks())

    assert (first, second) == (len(rendered(ten_weeks())), 0)
    assert identities(home) == before


@pytest.mark.parametrize("is_cache_lost", [False, True])
def test_a_week_that_is_none_any_more_leaves_no_page_behind(
    tmp_path: Path, *, is_cache_lost: bool
) -> None:
    home = Home(tmp_path)
    write(home, ten_weeks())
    own = home.reports / ME.id / "2026" / "2026-W30 copy.html"
    own.write_bytes(b"mine")
    if is_cache_lost:
        cache(home).unlink()

    write(home, ten_weeks()[3:])
    fewer = on_disk(home)
    write(home, [])

    mine = {"2026/2026-W30 copy.html": b"mine"}
    assert fewer == rendered(ten_weeks()[3:]) | mine
    assert on_disk(home) == rendered([]) | mine
    assert [each.name for each in (home.reports / ME.id).iterdir() if each.is_dir()] == ["2026"]


def test_only_what_differs_is_written(tmp_path: Path) -> None:
    home = Home(tmp_path)
    write(home, ten_weeks())
    weeks = [*ten_weeks()[:-1], both(label="Sam")]

    count = write(home, weeks)

    # Three formats of that week; the index, and this week's copy beside it; mail and feed.
    assert count == 7
    assert on_disk(home) == rendered(weeks)


@pytest.mark.parametrize("path", ["index.html", "2026/2026-W46.html", "data/jogs.csv"])
def test_a_page_that_is_gone_comes_back(tmp_path: Path, path: str) -> None:
    home = Home(tmp_path)
    write(home, ten_weeks())
    (home.reports / ME.id / path).unlink()

    count = write(home, ten_weeks())

    assert count == 1
    assert on_disk(home) == rendered(ten_weeks())


@pytest.mark.parametrize("path", ["index.html", "2026/2026-W46.html", "data/jogs.csv"])
def test_a_page_with_one_flipped_byte_and_its_old_times_is_mended(
    tmp_path: Path, path: str
) -> None:
    home = Home(tmp_path)
    write(home, ten_weeks())
    page = home.reports / ME.id / path
    times = (page.stat().st_atime_ns, page.stat().st_mtime_ns)
    content = bytearray(page.read_bytes())
    content[len(content) // 2] ^= 1
    with page.open("r+b") as file:
        file.write(content)
    os.utime(page, ns=times)

    count = write(home, ten_weeks())

    assert count == 1
    assert on_disk(home) == rendered(ten_weeks())


def test_a_page_that_was_copied_back_is_read_and_not_written(tmp_path: Path) -> None:
    home = Home(tmp_path)
    write(home, ten_weeks())
    page = home.reports / ME.id / "index.html"
    content = page.read_bytes()
    page.unlink()
    page.write_bytes(content)

    assert write(home, ten_weeks()) == 0
    assert on_disk(home) == rendered(ten_weeks())


@pytest.mark.parametrize(
    "damage",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b"\xff\xfe",
        b'{"index.html": 1}',
        b'{"index.html": []}',
        b'{"index.html": ["", "", []], "2026/2026-W46.md": {"key": 1}}',
        b"[" * 100_000,
    ],
    ids=lambda damage: damage[:24].decode("latin-1"),
)
def test_a_damaged_cache_costs_time_and_nothing_else(tmp_path: Path, damage: bytes) -> None:
    home = Home(tmp_path)
    write(home, ten_weeks())
    good = cache(home).read_bytes()
    cache(home).write_bytes(damage)

    count = write(home, ten_weeks())

    assert count == 0
    assert on_disk(home) == rendered(ten_weeks())
    assert cache(home).read_bytes() == good


def test_the_cache_of_another_version_is_not_believed(tmp_path: Path) -> None:
    home = Home(tmp_path)
    write(home, ten_weeks())
    page = home.reports / ME.id / "index.html"
    page.write_bytes(b"as another version wrote it")
    known = json.loads(cache(home).read_bytes())
    it = page.stat()
    known["index.html"] = [
        "the key of another version",
        known["index.html"][1],
        [it.st_ino, it.st_size, it.st_mtime_ns, it.st_ctime_ns],
    ]
    cache(home).write_text(json.dumps(known), encoding="ascii")

    write(home, ten_weeks())

    assert on_disk(home) == rendered(ten_weeks())


def test_other_settings_change_every_page_they_show_on(tmp_path: Path) -> None:
    home = Home(tmp_path)
    write(home, ten_weeks())
    hidden = dataclasses.replace(SETTINGS, file_names="hash", link_originals=False)

    write(home, ten_weeks(), hidden)

    options = report.Options(link_originals=False, file_names="hash")
    assert on_disk(home) == rendered(ten_weeks(), options)


@pytest.mark.parametrize("path", ["index.html", "2026/2026-W46.html", "data/jogs.csv"])
@pytest.mark.parametrize("again", [True, False], ids=["the same weeks", "weeks that changed"])
def test_pages_lost_in_a_power_cut_before_the_cache_are_written_again(
    tmp_path: Path, path: str, *, again: bool
) -> None:
    home = Home(tmp_path)
    write(home, ten_weeks())
    old = cache(home)
    content, it = old.read_bytes(), old.stat()
    changed = [*ten_weeks()[:-1], both(label="Sam")]
    page = home.reports / ME.id / path
    page.unlink()
    write(home, changed)
    page.write_bytes(bytes(page.stat().st_size))  # the name and the size kept, the blocks not
    old.write_bytes(content)
    os.utime(old, ns=(it.st_atime_ns, it.st_mtime_ns))
    weeks = ten_weeks() if again else changed

    write(home, weeks)

    assert on_disk(home) == rendered(weeks)


def test_the_lines_of_a_damaged_table_are_not_used_again(tmp_path: Path) -> None:
    home = Home(tmp_path)
    write(home, ten_weeks())
    table = home.reports / ME.id / "data" / "jogs.csv"
    table.write_bytes(bytes(table.stat().st_size))
    changed = [*ten_weeks()[:-1], both(label="Sam")]

    write(home, changed)

    assert on_disk(home) == rendered(changed)


@pytest.mark.parametrize("parts", [None, {}, [1], [["", -1, ""]], [["", 10**9, ""]], [[0, 1, 2]]])
def test_damaged_parts_of_a_table_are_not_used(tmp_path: Path, parts: object) -> None:
    home = Home(tmp_path)
    write(home, ten_weeks())
    known = json.loads(cache(home).read_bytes())
    known["data/jogs.csv"][3] = parts
    cache(home).write_text(json.dumps(known), encoding="ascii")
    changed = [*ten_weeks()[:-1], both(label="Sam")]

    write(home, changed)

    assert on_disk(home) == rendered(changed)


def test_without_a_week_there_is_an_index(tmp_path: Path) -> None:
    home = Home(tmp_path)

    assert (write(home, []), write(home, [])) == (1, 0)
    assert on_disk(home) == rendered([])


@st.composite
def actions(draw: st.DrawFn) -> Action:
    place = draw(st.integers(0, WEEKS))
    kind = draw(
        st.sampled_from(
            ("metres", "status", "label", "empty", "unlink", "flip", "cut", "cache", "torn cache")
        )
    )

    def act(home: Home, weeks: list[Week]) -> None:
        at = place % len(weeks)
        paths = sorted(path for path in (home.reports / ME.id).rglob("*") if path.is_file())
        page = paths[place * 7 % len(paths)]
        old, monday = weeks[at], weeks[at].calendar.monday
        match kind:
            case "metres":
                jogs = (jog(4000.0 + place, TUE, monday),)
                weeks[at] = week((), jogs, monday=monday)
            case "status":
                weeks[at] = dataclasses.replace(old, status=Status.PAUSED, pause="ill")
            case "label":
                weeks[at] = dataclasses.replace(old, label=f"{old.label}!")
            case "empty":
                weeks[at] = week(monday=monday)
            case "unlink":
                page.unlink()
            case "flip":
                content = bytearray(page.read_bytes())
                content[place % len(content)] ^= 1
                page.write_bytes(content)
            case "cut":
                page.write_bytes(page.read_bytes()[:-1])
            case "cache":
                cache(home).unlink()
            case _:
                cache(home).write_bytes(cache(home).read_bytes()[:-place])

    return act


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(runs=st.lists(st.lists(actions(), max_size=3), min_size=1, max_size=4))
def test_whatever_happens_between_two_runs_the_pages_are_those_of_a_fresh_one(
    tmp_path_factory: pytest.TempPathFactory, runs: list[list[Action]]
) -> None:
    home = Home(tmp_path_factory.mktemp("home"))
    weeks = history(both(), WEEKS - 1)
    write(home, weeks)

    for happenings in runs:
        for act in happenings:
            if cache(home).exists():
                act(home, weeks)
        write(home, weeks)
        assert on_disk(home) == rendered(weeks)
        assert write(home, weeks) == 0


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(place=st.integers(0, WEEKS - 1), kind=st.sampled_from(("paused", "last", "jog", "label")))
def test_files_that_differ_have_keys_that_differ(place: int, kind: str) -> None:
    weeks = history(both(), WEEKS - 1)
    changed = list(weeks)
    monday = weeks[place].calendar.monday
    match kind:
        case "paused":
            changed[place] = dataclasses.replace(weeks[place], status=Status.PAUSED)
        case "last":
            changed = changed[: place + 1]
        case "jog":
            changed[place] = week((), (jog(4999.0, TUE, monday),), monday=monday)
        case _:
            changed[place] = dataclasses.replace(weeks[place], label="Sam")
    before, after = (report.Folder(each, report.Options()) for each in (weeks, changed))
    known = {group.paths: (group.key, list(before.files(group))) for group in before.groups()}

    for group in after.groups():
        key, files = known[group.paths]
        assert group.key != key or list(after.files(group)) == files


def test_a_week_that_changed_touches_its_page_the_eleven_after_it_and_the_index() -> None:
    weeks = history(on_plan(), 39)
    changed = list(weeks)
    changed[10] = dataclasses.replace(weeks[10], as_of=dt.date(2020, 1, 1))
    keys = [
        [group.key for group in report.Folder(each, report.Options()).groups()]
        for each in (weeks, changed)
    ]

    differs = [place for place, (old, new) in enumerate(zip(*keys, strict=True)) if old != new]

    assert differs == [*range(10, 22), 40]
