"""Strangers' real exports and crafted bad ones, where they are at hand; none is kept here."""

import csv
import io
from pathlib import Path

import pytest

from pipeline.errors import Code, Refused
from pipeline.readers import csv_apps

SHARED = Path(__file__).resolve().parents[3] / "shared"
REAL = sorted((SHARED / "corpus" / "strength").rglob("*.csv"))
HOSTILE = sorted(path for path in (SHARED / "hostile" / "csv").rglob("*") if path.is_file())
NOT_READ_YET = "stronglifts"
BARE_STRONG = csv_apps.Dialect(  # the header of the crafted files
    "Bare",
    header="Date,Workout Name,Exercise Name,Set Order,Weight,Reps",
    label="Exercise Name",
    start="Date",
    formats=("%Y-%m-%d %H:%M:%S", "%Y-%m-%d"),
    workout=("Date",),
    set_type="Set Order",
    kinds=csv_apps.STRONG_COMMA.kinds,
    reps="Reps",
    weight="Weight",
)


@pytest.mark.skipif(not REAL, reason="the corpus of real exports is not beside the project")
def test_every_record_of_a_real_export_is_accounted_for() -> None:
    for path in REAL:
        if path.name.startswith(NOT_READ_YET):
            continue
        content = path.read_bytes()
        delimiter = ";" if path.name == "strongData.csv" else ","
        rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig")), delimiter=delimiter))

        reading = csv_apps.read(content)

        assert sum(csv_apps.counts(reading).values()) == len(rows) - 1, path.name
        assert len(reading.sets) == len(rows) - 1, path.name
        assert reading.problems == (), path.name
        assert csv_apps.recognises(content[:65_536]), path.name


@pytest.mark.skipif(not REAL, reason="the corpus of real exports is not beside the project")
def test_half_of_a_strong_export_is_rest_timers() -> None:
    content = next(path for path in REAL if path.name == "strongData.csv").read_bytes()

    found = csv_apps.counts(csv_apps.read(content))

    assert found == {"set": 868, "rest": 748, "note": 7, "unreadable": 0}


@pytest.mark.skipif(not REAL, reason="the corpus of real exports is not beside the project")
def test_an_app_not_read_yet_is_refused_by_its_header() -> None:
    for path in REAL:
        if path.name.startswith(NOT_READ_YET):
            with pytest.raises(Refused) as caught:
                csv_apps.read(path.read_bytes())
            assert caught.value.refusal.code == Code.E_CSV_HEADER


@pytest.mark.skipif(not HOSTILE, reason="the crafted files are not beside the project")
@pytest.mark.parametrize("path", HOSTILE, ids=lambda path: path.name)
def test_every_crafted_file_is_read_or_refused(path: Path) -> None:
    content = path.read_bytes()
    csv_apps.recognises(content[:65_536])
    for dialects in (csv_apps.DIALECTS, (BARE_STRONG,)):
        try:
            reading = csv_apps.read(content, dialects=dialects)
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
        reading = csv_apps.read(content, dialects=(BARE_STRONG,))
    except Refused as fault:
        assert fault.refusal.code == code  # noqa: PT017  either end is right
    else:
        assert code is None
        assert {logged.kind for logged in reading.sets} == {"set"}
