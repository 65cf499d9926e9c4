import csv
import importlib
import io
import re
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

from pipeline.readers import csv_apps
from pipeline.readers.csv_log import text as csv_text
from pipeline.readers.csv_log.identify import identify, opened
from pipeline.tables import readings_of
from tests.readers.strength_logs import SAMPLES, STRENGTH, separator

MARK = b"\xef\xbb\xbf"
SEVERAL_SETS = ("alpha", "jefit", "myfitnesspal", "stronglifts")  # in one record
BLOCKS = ("alpha", "jefit")  # without a header for the whole file
ALPHA = sorted(STRENGTH.glob("alpha_*.csv"))
WITH_HEADER = [path for path in SAMPLES if not path.name.startswith(BLOCKS)]
# A set, or a warm-up in the cell beside the exercise; every exercise that was logged, and each of
# its sets where the new section has them.
ALPHA_RECORD = re.compile(r"^\d+[;\t]|WU\d", re.MULTILINE)
JEFIT_ROWS = {
    "jefit_packed.csv": {35, 36, 37, 38, 46, 47},  # line 34 is written again in line 38
    "jefit_pounds.csv": {12, 13, 14},
    "jefit_sets.csv": {14, 23, 24, 25, 26},
}


@pytest.fixture
def script(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(Path(__file__).resolve().parents[2] / "scripts")
    return importlib.import_module("make_strength_samples")


def test_the_script_writes_the_committed_bytes_again(script: ModuleType, tmp_path: Path) -> None:
    script.write(tmp_path)

    written = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    assert written == {path.name: path.read_bytes() for path in STRENGTH.iterdir()}


def dialect_of(content: bytes) -> csv_apps.Dialect:
    text, _ = csv_text.decode(content)
    known = csv_apps.dialects()
    found = opened(text, known) or identify(csv_text.header_candidates(text), known, ())
    return found[1]


def test_every_dialect_is_read_by_a_sample() -> None:
    read = {id(dialect_of(path.read_bytes())) for path in SAMPLES}

    assert [each.header for each in csv_apps.dialects() if id(each) not in read] == []


def records(path: Path) -> list[int]:
    reader = csv.reader(io.StringIO(path.read_text("utf-8-sig")), delimiter=separator(path))
    begins, line = [], 1
    for cells in reader:
        if "".join(cells).strip():
            begins.append(line)
        line = reader.line_num + 1
    return begins[1:]


@pytest.mark.parametrize("path", WITH_HEADER, ids=lambda path: path.name)
def test_every_record_is_accounted_for(path: Path) -> None:
    reading = csv_apps.read(path.read_bytes())

    rows = [logged.row for logged in reading.sets]
    assert set(rows) == set(records(path))
    assert len(rows) == len(records(path)) or path.name.startswith(SEVERAL_SETS)
    assert set(csv_apps.counts(reading)) <= {"set", "warmup", "rest", "note", "skipped"}


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.name)
def test_a_sample_is_read_without_loss(path: Path) -> None:
    reading = csv_apps.read(path.read_bytes())

    assert all(logged.day or logged.starts_at for logged in reading.sets)
    assert all(logged.label for logged in reading.sets)
    assert "unreadable" not in csv_apps.counts(reading)


@pytest.mark.parametrize("path", ALPHA, ids=lambda path: path.name)
def test_every_set_and_warm_up_of_a_block_is_accounted_for(path: Path) -> None:
    reading = csv_apps.read(path.read_bytes())

    assert len(reading.sets) == len(ALPHA_RECORD.findall(path.read_text("utf-8")))


@pytest.mark.parametrize(("name", "rows"), JEFIT_ROWS.items())
def test_every_exercise_of_a_section_is_accounted_for(name: str, rows: set[int]) -> None:
    reading = csv_apps.read((STRENGTH / name).read_bytes())

    assert {logged.row for logged in reading.sets} == rows


def plain(path: Path) -> bytes:
    return path.read_bytes().removeprefix(MARK).replace(b"\r\n", b"\n")


@pytest.mark.parametrize(
    "change",
    [
        lambda content: content.replace(b"\n", b"\r"),
        lambda content: content.replace(b"\n", b"\r\n"),
        lambda content: MARK + content,
        lambda content: content.decode().encode("utf-16"),
    ],
    ids=["CR", "CR LF", "UTF-8 mark", "UTF-16"],
)
@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.name)
def test_line_ends_marks_and_encodings_change_nothing(
    path: Path, change: Callable[[bytes], bytes]
) -> None:
    content = plain(path)

    assert csv_apps.read(change(content)) == csv_apps.read(content)


def fits_windows_1252(path: Path) -> bool:
    try:
        plain(path).decode().encode("cp1252")
    except UnicodeEncodeError:
        return False
    return True


WINDOWS = [path for path in SAMPLES if fits_windows_1252(path)]


@pytest.mark.parametrize("path", WINDOWS, ids=lambda path: path.name)
def test_a_log_saved_as_windows_1252_holds_the_same_sets(path: Path) -> None:
    content = plain(path)

    assert csv_apps.read(content.decode().encode("cp1252")).sets == csv_apps.read(content).sets


@pytest.mark.parametrize("other", [",", ";", "\t"], ids=["comma", "semicolon", "tab"])
@pytest.mark.parametrize("path", WITH_HEADER, ids=lambda path: path.name)
def test_a_log_saved_with_another_separator_holds_the_same_sets(path: Path, other: str) -> None:
    rows = csv.reader(io.StringIO(plain(path).decode()), delimiter=separator(path))
    saved = io.StringIO()
    csv.writer(saved, delimiter=other, lineterminator="\n").writerows(rows)

    assert csv_apps.read(saved.getvalue().encode()).sets == csv_apps.read(plain(path) + b"\n").sets


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.name)
def test_a_reading_fits_its_tables(path: Path) -> None:
    reading = csv_apps.read(path.read_bytes())

    table = readings_of([{"sets": reading.sets, "problems": reading.problems}])
    assert table["sets"].list.len().to_list() == [len(reading.sets)]
    assert table["problems"].list.len().to_list() == [len(reading.problems)]
