import datetime as dt
import re
from dataclasses import replace

import pytest

from pipeline.errors import Code, Refused
from pipeline.readers import csv_apps
from pipeline.readers.csv_apps import hevy, strong
from tests.readers.strength_logs import STRENGTH, refusal

STRONG, HEVY = strong.COMMA, hevy.METRIC
PLAIN = [each for each in csv_apps.dialects() if each.unfold is None]
START = dt.datetime(2026, 1, 5, 10, tzinfo=dt.UTC)
WORDS_FOR_A_SET = ("1", "normal", "NORMAL_SET", "false")


def a_set(dialect: csv_apps.Dialect) -> str:
    """The word the app writes for a working set."""
    patterns = [pattern for pattern, kind in dialect.kinds if kind == "set"]
    found = (word for word in WORDS_FOR_A_SET if any(re.fullmatch(p, word) for p in patterns))
    return next(found, "")


@pytest.mark.parametrize("dialect", PLAIN, ids=lambda dialect: dialect.header[:60])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_each_header_is_one_dialect_with_any_separator(
    dialect: csv_apps.Dialect, separator: str
) -> None:
    cells = {
        dialect.start: f'"{START.strftime(dialect.formats[0])}"',  # Hevy's holds a comma
        dialect.label: "Shrug",
        dialect.reps: "8",
        dialect.set_type: a_set(dialect),
    }
    names = dialect.header.split(",")
    row = separator.join(cells.get(name, "") for name in names)
    reading = csv_apps.read(f"{separator.join(names)}\n{row}\n".encode())

    assert (reading.kind, reading.reader, reading.app) == ("csv", "csv", dialect.app)
    assert [(logged.kind, logged.reps) for logged in reading.sets] == [("set", 8)]
    assert reading.problems == ()


@pytest.mark.parametrize(
    "change",
    [
        {"reps": "Repetitions"},
        {"workout": ("Date", "Number")},
        {"header": STRONG.header + ",Reps"},
        {"formats": ("%j",)},
        {"kinds": (("x", "jog"),)},
        {"weight_in": "stone"},
        {"distance_in": "furlong"},
    ],
)
def test_a_dialect_that_cannot_read_its_own_header_is_a_mistake_of_ours(
    change: dict[str, object],
) -> None:
    with pytest.raises(ValueError, match=r"Strong|%j"):
        replace(STRONG, **change)  # type: ignore[arg-type]


def test_two_dialects_with_one_header_are_ambiguous() -> None:
    with pytest.raises(Refused) as caught:
        csv_apps.read((STRENGTH / "hevy_pt.csv").read_bytes(), known=(HEVY, HEVY))

    assert caught.value.refusal.code == Code.E_AMBIGUOUS


def test_an_unknown_header_is_refused_with_its_first_five_columns() -> None:
    found = refusal("a,b,c,d,e,f\n1,2,3,4,5,6\n")

    assert found.code == Code.E_CSV_HEADER
    assert found.fault == ("The columns are not those of a known app: a, b, c, d, e and 1 more.")


def test_a_near_header_is_refused_with_the_columns_that_differ() -> None:
    header = STRONG.header.replace("Reps", "Wiederholungen")

    assert "near Strong, but without Reps and with Wiederholungen." in refusal(header + "\n").fault


@pytest.mark.parametrize(
    ("dialect", "lacking"),
    [
        (HEVY, ("description",)),
        (HEVY, ("superset_id", "exercise_notes", "rpe")),
        (STRONG, ("Workout Notes",)),
        (STRONG, ("Notes", "Workout Notes", "RPE")),
    ],
)
def test_a_column_nobody_reads_may_be_lacking(
    dialect: csv_apps.Dialect, lacking: tuple[str, ...]
) -> None:
    cells = {
        dialect.label: "Lat Pulldown",
        dialect.start: "2026-11-09 18:00:00",
        dialect.set_type: "normal" if dialect is HEVY else "1",
        dialect.reps: "12",
        dialect.distance: "4.2",
        dialect.seconds: "90",
    }
    header = [name for name in dialect.header.split(",") if name not in lacking]
    text = "\n".join([",".join(header), ",".join(cells.get(name, "") for name in header), ""])

    (only,) = csv_apps.read(text.encode()).sets

    assert (only.kind, only.label, only.reps, only.seconds) == ("set", "Lat Pulldown", 12, 90)
    assert str(only.local_start) == "2026-11-09 18:00:00"


@pytest.mark.parametrize(
    "start",
    [
        "3 Ara 2025, 18:00",
        "3 12월 2025, 18:00",
        "3 дек. 2025 г., 18:00",
        "3 de dez. de 2025, 18:00",
        "2025-12-03 18:00",
        "2025-12-03T18:00:00",
    ],
)
def test_hevy_writes_its_dates_in_many_ways(start: str) -> None:
    cells = {"exercise_title": "Shrug", "start_time": start, "set_type": "normal", "reps": "9"}
    row = ",".join(f'"{cells.get(name, "")}"' for name in HEVY.header.split(","))

    (only,) = csv_apps.read(f"{HEVY.header}\n{row}\n".encode()).sets

    assert str(only.local_start) == "2025-12-03 18:00:00"


@pytest.mark.parametrize(
    ("start", "clock"), [("2025-12-03T18:00:00", "2025-12-03 18:00:00"), ("2025-12-03", "None")]
)
def test_strong_writes_its_dates_in_many_ways(start: str, clock: str) -> None:
    cells = {"Exercise Name": "Shrug", "Date": start, "Set Order": "1", "Reps": "9"}
    row = ",".join(f'"{cells.get(name, "")}"' for name in STRONG.header.split(","))

    (only,) = csv_apps.read(f"{STRONG.header}\n{row}\n".encode()).sets

    assert (str(only.day or only.local_start)[:10], str(only.local_start)) == ("2025-12-03", clock)


def test_a_column_nobody_reads_may_stand_elsewhere() -> None:
    names = [name for name in strong.NUMBERED.header.split(",") if name != "RPE"]
    header = ",".join([*names, "RPE"])  # as one of the two orders of this layout is told
    row = '1,2026-11-09 18:00:00,Back,3600,Lat Pulldown,1,45,12,0,0,"9,5",,8'

    (only,) = csv_apps.read(f"{header}\n{row}\n".encode()).sets

    assert (only.label, only.reps, only.weight, only.weight_unit) == ("Lat Pulldown", 12, 45, "kg")


@pytest.mark.parametrize("last", ["", "Reps", "Notes", "Bar"])
def test_another_column_in_the_place_of_a_spare_one_is_none_of_it(last: str) -> None:
    header = STRONG.header.replace("RPE", last)

    assert refusal(f"{header}\n").code is Code.E_CSV_HEADER


def test_a_column_that_is_read_may_not_be_lacking() -> None:
    header = HEVY.header.replace(",set_type", "")

    assert refusal(header + "\n").fault.endswith("It is near Hevy, but without set_type.")
    with pytest.raises(ValueError, match="set_type cannot be spared"):
        replace(HEVY, spare=("rpe", "set_type"))


def test_the_same_columns_in_another_order_are_not_read_by_position() -> None:
    header = ",".join(reversed(HEVY.header.split(",")))

    assert refusal(header + "\n").fault.endswith("It is near Hevy, but in another order.")


@pytest.mark.parametrize("elsewhere", csv_apps.elsewhere(), ids=lambda known: known.header[:40])
def test_a_known_file_without_sets_is_refused_by_its_name(elsewhere: csv_apps.Elsewhere) -> None:
    found = refusal(elsewhere.header + ("\n" if elsewhere.whole else ",More\n"))

    assert (found.code, found.fault) == (elsewhere.code, elsewhere.sentence)


def test_a_strong_export_of_2018_is_refused_with_what_to_do() -> None:
    header = "Date;Workout Name;Exercise Name;Set Order;lbs;Reps;mi.;Seconds;Notes;Workout Notes"
    row = '"2018-05-01 10:00:00;""Back"";""Shrug"";1;100;10;0;0;"""";"""""'

    assert "export it again with a current Strong" in refusal(f"{header}\n{row}\n").fault


@pytest.mark.parametrize("content", [b"", b"\xef\xbb\xbf", b"\n\r\n ,\n"])
def test_a_file_without_content_is_empty(content: bytes) -> None:
    assert refusal(content).code == Code.E_EMPTY


def test_a_header_alone_holds_no_workout() -> None:
    found = refusal(HEVY.header)

    assert (found.code, found.fault) == (
        Code.E_NO_ACTIVITY,
        "The file is sound but holds no workout.",
    )


def test_a_header_is_told_in_one_short_line_whatever_it_holds() -> None:
    names = [f"\u202e\x1b\ufeff{number} a long name of a column" for number in range(30)]

    unknown = refusal(",".join(names) + "\n1\n").fault
    near = refusal(STRONG.header + "," + ",".join(names[:9]) + "\n1\n").fault

    assert "It is near Strong" in near
    for fault in (unknown, near):
        assert len(fault) < 400
        assert fault.isprintable()
