"""Strangers' real exports and crafted bad ones, where they are at hand; none is kept here."""

import csv
import io
from pathlib import Path

import pytest

from pipeline.errors import Code, Refused
from pipeline.readers import csv_apps
from pipeline.readers.csv_apps import strong
from pipeline.readers.csv_log.dialect import KINDS

SHARED = Path(__file__).resolve().parents[3] / "shared"
REAL = sorted((SHARED / "corpus" / "strength").rglob("*.csv"))
HOSTILE = sorted(path for path in (SHARED / "hostile" / "csv").rglob("*") if path.is_file())
BARE_STRONG = csv_apps.Dialect(  # the header of the crafted files
    "Bare",
    header="Date,Workout Name,Exercise Name,Set Order,Weight,Reps",
    label="Exercise Name",
    start="Date",
    formats=("%Y-%m-%d %H:%M:%S", "%Y-%m-%d"),
    workout=("Date",),
    set_type="Set Order",
    kinds=strong.COMMA.kinds,
    reps="Reps",
    weight="Weight",
)


@pytest.mark.skipif(not REAL, reason="the corpus of real exports is not beside the project")
@pytest.mark.parametrize("path", REAL, ids=lambda path: path.name)
def test_every_record_of_a_real_export_is_accounted_for(path: Path) -> None:
    content = path.read_bytes()
    delimiter = ";" if path.name == "strongData.csv" else ","
    rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig")), delimiter=delimiter))

    reading = csv_apps.read(content)

    lines = [logged.row for logged in reading.sets]
    assert len(set(lines)) == len(rows) - 1
    assert len(lines) == len(rows) - 1 or reading.app == "StrongLifts"
    assert set(csv_apps.counts(reading)) <= set(KINDS)
    assert all(logged.day and logged.label for logged in reading.sets)
    assert reading.problems == ()
    assert csv_apps.recognises(content[:65_536])


@pytest.mark.skipif(not REAL, reason="the corpus of real exports is not beside the project")
def test_half_of_a_strong_export_is_rest_timers() -> None:
    content = next(path for path in REAL if path.name == "strongData.csv").read_bytes()

    found = csv_apps.counts(csv_apps.read(content))

    assert found == {"set": 868, "rest": 748, "note": 7}


@pytest.mark.skipif(not REAL, reason="the corpus of real exports is not beside the project")
@pytest.mark.parametrize(("unit", "weight"), [("kg", 55.0), ("lb", 121.3)])
def test_stronglifts_counts_the_sets_that_were_done(unit: str, weight: float) -> None:
    path = next(path for path in REAL if path.name == f"stronglifts-export-{unit}.csv")

    reading = csv_apps.read(path.read_bytes())

    assert csv_apps.counts(reading) == {"set": 52, "skipped": 17}
    first = reading.sets[0]
    assert (first.label, first.reps, first.weight, first.weight_unit) == ("Squat", 5, weight, unit)
    assert str(first.local_start) == "2026-08-11 22:56:00"


@pytest.mark.skipif(not HOSTILE, reason="the crafted files are not beside the project")
@pytest.mark.parametrize("path", HOSTILE, ids=lambda path: path.name)
def test_every_crafted_file_is_read_or_refused(path: Path) -> None:
    content = path.read_bytes()
    csv_apps.recognises(content[:65_536])
    for dialects in (csv_apps.dialects(), (BARE_STRONG,)):
        try:
            reading = csv_apps.read(content, known=dialects)
        except Refused as fault:
            assert fault.refusal.code in Code  # noqa: PT017  either end is right
        else:
            assert sum(csv_apps.counts(reading).values()) > 0


@pytest.mark.skipif(not HOSTILE, reason="the crafted files are not beside the project")
@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("empty.csv", Code.E_EMPTY),
        ("header_only.csv", Code.E_NO_ACTIVITY),
        ("nul.csv", Code.E_ENCODING),
        ("ragged_less.csv", Code.E_CSV_ROW),
        ("ragged_more.csv", Code.E_CSV_ROW),
        ("quote_unclosed.csv", Code.E_CSV_ROW),
        ("quote_mixed.csv", Code.E_CSV_ROW),
        ("inf_nan.csv", Code.E_VALUE_RANGE),
        ("formula.csv", Code.E_VALUE_RANGE),
        ("dup_headers.csv", Code.E_CSV_HEADER),
        ("html_error_page.csv", Code.E_CSV_HEADER),
        ("bom.csv", None),
        ("cr_only.csv", None),
        ("crlf.csv", None),
        ("semicolon.csv", None),
    ],
)
def test_a_crafted_file_under_a_known_header_ends_as_it_should(
    name: str, code: Code | None
) -> None:
    content = next(path for path in HOSTILE if path.name == name).read_bytes()
    try:
        reading = csv_apps.read(content, known=(BARE_STRONG,))
    except Refused as fault:
        assert fault.refusal.code == code  # noqa: PT017  either end is right
    else:
        assert code is None
        assert {logged.kind for logged in reading.sets} == {"set"}
