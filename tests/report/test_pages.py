import csv
import io
import json
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline.report import Options, content
from pipeline.week import Status

from .cases import (
    GOLDENS,
    OPTIONS,
    STATUSES,
    THURSDAY_NIGHT,
    Page,
    before,
    files,
    path_of,
    shuffled,
)
from .weeks import TUE, all_three, both, history, note, on_plan, source, week

Golden = Callable[[str, str], None]
# Alike on every page: in one golden each, so that a change of them does not break every golden.
SHARED = (
    ("style.css", "<style>", "</style>"),
    ("icons.svg", '<svg class="sprite" aria-hidden="true" focusable="false">', "</svg>"),
)


def test_every_status_has_a_golden() -> None:
    assert {make()[-1].status for make in STATUSES.values()} == set(Status)


@pytest.mark.parametrize("name", sorted(GOLDENS))
def test_a_week_is_written_as_in_its_goldens(name: str, matches_golden: Golden) -> None:
    weeks = GOLDENS[name]()
    written = files(*weeks)

    for kind in ("html", "md", "json"):
        _matches(matches_golden, written[path_of(weeks, kind)], f"{name}.{kind}")
    tables = [text for path, text in written.items() if path.endswith(".csv")]
    _matches(matches_golden, "\n".join(tables).replace("\r\n", "\n"), f"{name}.csv")


def test_no_golden_is_without_a_case(request: pytest.FixtureRequest) -> None:
    folder = request.path.parent / "golden"

    cases = {path.stem for path in folder.iterdir() if path.suffix in {".html", ".md", ".json"}}

    assert cases == {*GOLDENS, "index", "empty_index", "index_open", "private", "receipt"}


@pytest.mark.parametrize("kind", ["html", "md", "json"])
def test_names_of_files_may_stay_private(kind: str, matches_golden: Golden) -> None:
    options = Options(link_originals=False, file_names="hash", notifier_configured=True)

    page = files(both(), options=options)[f"2026/2026-W46.{kind}"]

    assert "Morning_Run" not in page
    _matches(matches_golden, page, f"private.{kind}")


@pytest.mark.parametrize(
    "path", ["index.html", "data/weeks.csv", "data/jogs.csv", "data/sessions.csv"]
)
def test_the_index_and_tables_are_written_as_in_their_goldens(
    path: str, matches_golden: Golden
) -> None:
    written = files(*history(both()))[path]

    # A golden is read with its line ends made alike, so those of a table are looked at here.
    assert written.count("\r\n") == (written.count("\n") if path.endswith(".csv") else 0)
    _matches(matches_golden, written.replace("\r\n", "\n"), path.replace("/", "_"))


def test_the_index_of_an_open_week_is_written_as_in_its_golden(matches_golden: Golden) -> None:
    found = files(*before(week(all_three()[:2], today=THURSDAY_NIGHT)))

    _matches(matches_golden, found["index.html"], "index_open.html")


def test_without_weeks_the_index_says_what_to_do(matches_golden: Golden) -> None:
    found = files()

    assert list(found) == ["index.html"]
    _matches(matches_golden, found["index.html"], "empty_index.html")


def _matches(matches_golden: Golden, written: str, name: str) -> None:
    """Hold style and icons against the goldens all pages share, the rest against its own."""
    for part, start, end in SHARED if name.endswith(".html") else ():
        head, _, rest = written.partition(start)
        shared, _, body = rest.partition(end)
        matches_golden(shared, part)
        written = f"{head}{start}{end}{body}"
    if name.endswith(".html"):  # what the hash has to be is looked at beside the other checks
        written = re.sub("'sha256-[^']*'", "'sha256-…'", written, count=1)
    matches_golden(written, name)


def test_originals_are_linked_by_hash_from_both_folders() -> None:
    found = files(both())
    sha256 = source("Morning_Run_2026-11-10.gpx").sha256
    tail = f"people/me/originals/{sha256[:2]}/{sha256}"

    assert f"../../../{tail}" in Page(found["2026/2026-W46.html"]).values("href")
    assert f"../../{tail}" in Page(found["this-week.html"]).values("href")


def test_a_newer_week_changes_only_the_link_of_the_older_page() -> None:
    older = history(on_plan(), 3)
    last = older[-1].calendar

    before = files(*older)["2026/2026-W46.html"]
    after = files(*older, week(monday=last.shift(1).start))["2026/2026-W46.html"]

    assert after == before.replace(
        "All weeks</a>",
        'All weeks</a><a href="../2026/2026-W47.html" rel="next">Week 47 →</a>',
    )


def test_a_margin_below_zero_stays_a_number_in_the_table() -> None:
    rows = list(csv.DictReader(io.StringIO(files(both())["data/jogs.csv"], newline="")))

    assert [row["margin_m"] for row in rows] == ["1160.0", "-620.4"]


def test_the_json_is_canonical() -> None:
    raw = files(both())["2026/2026-W46.json"]

    assert raw.endswith("}\n")
    assert raw == json.dumps(json.loads(raw), sort_keys=True, ensure_ascii=False, indent=2) + "\n"
    assert json.loads(raw) == content(both(), [], options=OPTIONS)


def test_no_sentence_has_an_unfilled_slot() -> None:
    for make in GOLDENS.values():
        for path, text in files(*make()).items():
            if path.endswith(".md"):
                assert not re.search(r"None|\bnan\b|\S  \S|\{[a-z]", text)


@pytest.mark.parametrize("seed", range(5))
def test_the_order_of_the_input_does_not_show(seed: int) -> None:
    found = both(
        notes=tuple(note("duplicate", TUE, f"{n}.gpx", what="jog", kept="a") for n in range(5))
    )

    assert files(shuffled(found, seed)) == files(found)


STABLE = """
import hashlib, sys
seed, *folders = sys.argv[1:]
sys.path[:0] = folders
from report.cases import GOLDENS, files, shuffled
from report.weeks import both, history
found = hashlib.sha256()
for weeks in [*(make() for make in GOLDENS.values()), history(both())]:
    for path, text in files(*(shuffled(each, int(seed)) for each in weeks)).items():
        found.update(path.encode() + text.encode())
print(found.hexdigest())
"""


def test_nothing_around_a_page_shows(request: pytest.FixtureRequest, tmp_path: Path) -> None:
    root = request.config.rootpath
    surroundings = [
        (root, {"PYTHONHASHSEED": "1", "TZ": "UTC", "LC_ALL": "C.UTF-8"}),
        (tmp_path, {"PYTHONHASHSEED": "2", "TZ": "Asia/Tokyo", "LC_ALL": "C"}),
    ]

    digests = {
        subprocess.run(  # noqa: S603
            [sys.executable, "-c", STABLE, variables["PYTHONHASHSEED"], str(root), f"{root}/tests"],
            cwd=folder,
            env=variables,
            capture_output=True,
            check=True,
        ).stdout
        for folder, variables in surroundings
    }

    assert len(digests) == 1
