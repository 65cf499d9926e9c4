import csv
import datetime as dt
import io
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest

from pipeline import archives
from pipeline.errors import Code, Refused
from pipeline.members import Listing, Told
from pipeline.readers.limits import LIMITS

SAMPLES = Path(__file__).resolve().parents[2] / "sample_data/inbox"
GPX = (SAMPLES / "Morning_Run.gpx").read_bytes()
ENGLISH = (
    "Activity ID,Activity Date,Activity Name,Activity Type,Activity Description,Elapsed Time,"
    "Distance,Max Heart Rate,Relative Effort,Commute,Activity Private Note,Activity Gear,Filename,"
    "Athlete Weight,Bike Weight,Elapsed Time,Moving Time,Distance,Max Speed,Max Heart Rate,"
    "Relative Effort,Commute"
)
GERMAN = (
    "Aktivitäts-ID,Aktivitätsdatum,Name der Aktivität,Aktivitätsart,Aktivitätsbeschreibung,"
    "Verstrichene Zeit,Distanz,Max. Herzfrequenz,Relative Leistung,Pendeln,"
    "Hinweis zur Privatsphäre für Aktivitäten,Aktivitätsausrüstung,Dateiname,Sportlergewicht,"
    "Fahrradgewicht,Verstrichene Zeit,Bewegungszeit,Distanz,Höchstgeschw.,Max. Herzfrequenz,"
    "Relative Leistung,Pendeln"
)
OLD = "id,date,name,type,description,elapsed_time,distance,commute,gear,filename"
SUMMER_2019 = (
    "Activity ID,Activity Date,Activity Name,Activity Type,Activity Description,Elapsed Time,"
    "Distance,Commute,Activity Gear,Filename"
)
WHEN = dt.datetime(2022, 5, 29, 15, 53, 35, tzinfo=dt.UTC)


def row(  # noqa: PLR0913, PLR0917 - one for each column a test is about
    date: str = "May 29, 2022, 3:53:35 PM",
    kind: str = "Run",
    shown: str = "3.32",
    file: str = "activities/7.gpx",
    metres: str = "3322.949951171875",
    moving: str = "1201.0",
) -> list[str]:
    start = ["1", date, "Lunch Run", kind, "two\nlines, with a comma", "1234", shown]
    return [*start, "", "", "false", "", "", file, "", "", "1234.0", moving, metres, *[""] * 4]


def table(header: str, *rows: list[str]) -> bytes:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows([header.split(","), *rows])
    return text.getvalue().encode()


def export(the_list: bytes, *names: str, folder: str = "") -> Listing:
    memory = io.BytesIO()
    with zipfile.ZipFile(memory, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in names or ("activities/7.gpx",):
            archive.writestr(folder + name, GPX)
        archive.writestr(folder + "activities.csv", the_list)
    return archives.listing(memory, len(memory.getvalue()))


def told(listing: Listing, name: bytes = b"activities/7.gpx") -> Told | None:
    return next(member.told for member in listing.members if member.name == name)


@pytest.mark.parametrize("folder", ["", "export_123/"])
def test_the_list_tells_of_a_file_by_its_name(folder: str) -> None:
    listing = export(table(ENGLISH, row()), folder=folder)

    assert (listing.app, listing.activities, listing.problems) == ("strava", (), ())
    assert listing.members[0].told == Told(
        sport="Run",
        title="Lunch Run",
        starts_at=WHEN,
        metres=3322.949951171875,
        timer_s=1201.0,
        elapsed_s=1234.0,
    )
    (the_list,) = listing.left_out
    assert the_list.code is Code.I_MEMBER
    assert the_list.detail == "the list of the archive's workouts, read with them"


def test_a_german_account_is_read_the_same() -> None:
    german = row("29.05.2022, 15:53:35", "Lauf", "3,32")

    listing = export(table(GERMAN, german))

    assert told(listing) == Told("Lauf", "Lunch Run", WHEN, None, 3322.949951171875, 1201.0, 1234.0)


@pytest.mark.parametrize(("listed", "packed"), [(".gz", ""), ("", ".gz")])
def test_a_name_is_found_with_and_without_gz(listed: str, packed: str) -> None:
    listing = export(
        table(ENGLISH, row(file=f"activities/7.gpx{listed}")), f"activities/7.gpx{packed}"
    )

    found = listing.members[0].told
    assert found is not None
    assert found.sport == "Run"


def test_the_column_of_file_names_is_found_by_its_cells_in_any_language() -> None:
    header = GERMAN.replace("Dateiname", "Nom du fichier").replace("Distanz", "Distance")

    found = told(export(table(header, row("29 mai 2022 à 15:53:35", "Course à pied"))))

    assert found is not None
    assert (found.sport, found.starts_at, found.metres) == (
        "Course à pied",
        None,
        3322.949951171875,
    )


@pytest.mark.parametrize(
    "date",
    [
        "May 29, 2022, 3:53:35 PM",
        "May 29, 2022, 3:53:35\u202fPM",
        "29 May 2022, 15:53:35",
        "29.05.2022, 15:53:35",
        "2022-05-29 15:53:35",
        "2022/05/29 15:53:35",
    ],
)
def test_dates_are_utc_in_each_form(date: str) -> None:
    found = told(export(table(ENGLISH, row(date))))

    assert found is not None
    assert found.starts_at == WHEN


@pytest.mark.parametrize(
    "date", ["", "05/29/2022 15:53:35", "May 32, 2022, 3:53:35 PM", "Mai 29, 1999, 1:00:00 PM"]
)
def test_a_date_that_cannot_be_read_is_no_date(date: str) -> None:
    found = told(export(table(ENGLISH, row(date))))

    assert found is not None
    assert found.starts_at is None


@pytest.mark.parametrize(
    ("clock", "hour"), [("12:00:00 AM", 0), ("12:00:00 PM", 12), ("11:00:00 PM", 23)]
)
def test_noon_and_midnight_are_told_apart(clock: str, hour: int) -> None:
    found = told(export(table(ENGLISH, row(f"May 29, 2022, {clock}"))))

    assert found is not None
    assert found.starts_at == WHEN.replace(hour=hour, minute=0, second=0)


def test_a_workout_typed_in_by_hand_is_an_activity_of_the_list() -> None:
    listing = export(table(ENGLISH, row(), row(file="", kind="Run")))

    (typed,) = listing.activities
    assert (typed.position, typed.sport, typed.title) == (0, "Run", "Lunch Run")
    assert (typed.starts_at, typed.zone, typed.local_start) == (WHEN, None, None)
    assert (typed.session_m, typed.timer_s, typed.elapsed_s) == (3322.949951171875, 1201.0, 1234.0)
    assert (typed.integrity, typed.samples) == ("whole", 0)
    assert listing.problems == ()


@pytest.mark.parametrize(
    ("shown", "metres", "expected"),
    [
        ("3.32", "3322.9", 3322.9),  # kilometres
        ("2.06", "3322.9", 3322.9),  # miles
        ("3,32", "3322.9", 3322.9),
        ("1500", "1500.0", 1500.0),  # a swim, in metres
        ("", "3322.9", 3322.9),
        ("3.32", "9999.0", None),  # they contradict each other
        ("3.32", "", None),
        ("0.0", "0.0", None),  # what Strava writes for nothing
        ("3.32", "inf", None),
        ("3.32", "-3322.9", None),
        ("1.0", "3,322", None),  # metres to three places, or thousands
        ("3.32", "9" * 400, None),
    ],
)
def test_metres_are_used_only_when_they_are_certain(
    shown: str, metres: str, expected: float | None
) -> None:
    listing = export(table(ENGLISH, row(file="", shown=shown, metres=metres)))

    assert listing.activities[0].session_m == expected
    assert [problem.code for problem in listing.problems] == ([] if expected else ["distance"])


def test_a_workout_typed_in_without_a_readable_date_is_a_problem() -> None:
    listing = export(table(ENGLISH, row("yesterday", file="")))

    assert [activity.starts_at for activity in listing.activities] == [None]
    assert [problem.code for problem in listing.problems] == [Code.E_TIME_FIELD]


def test_a_list_longer_than_any_is_read_up_to_a_limit() -> None:
    many = b"".join(b"%d,\n" % number for number in range(500_001))

    listing = export(table(ENGLISH, row()) + many)

    assert told(listing) is not None
    assert listing.problems[100].code == Code.E_TOO_BIG


def test_the_column_of_file_names_is_found_among_many_rows() -> None:
    header = ENGLISH.replace("Filename", "Nom du fichier")

    listing = export(table(header, *[row(file="")] * 300, row()))

    assert [each.code for each in listing.left_out] == [Code.E_CSV_HEADER]
    assert told(export(table(header, row(), *[row(file="")] * 300))) is not None


def test_the_list_counts_in_the_budget_of_the_archive() -> None:
    memory = io.BytesIO()
    with zipfile.ZipFile(memory, "w") as archive:
        archive.writestr("activities/7.gpx", GPX)
        archive.writestr("activities.csv", table(ENGLISH, row()))
    limits = replace(LIMITS, archive_out_bytes=10)

    with pytest.raises(Refused) as caught:
        archives.listing(memory, len(memory.getvalue()), limits)

    assert caught.value.refusal.code is Code.E_ZIP_LIMIT


def test_the_list_of_before_june_2019_is_in_metres() -> None:
    old = ["1", "2018-09-12 15:02:23", "Evening Run", "Run", "", "783", "3681.0", "true", "", ""]

    (typed,) = export(table(OLD, old)).activities

    assert typed.session_m == 3681.0
    assert typed.starts_at == dt.datetime(2018, 9, 12, 15, 2, 23, tzinfo=dt.UTC)
    assert (typed.elapsed_s, typed.timer_s) == (783.0, None)


def test_the_list_of_that_summer_has_no_certain_distance() -> None:
    summer = ["1", "Sep 12, 2018, 3:02:23 PM", "Run", "Run", "", "783", "3.68", "true", "", ""]

    listing = export(table(SUMMER_2019, summer))

    assert listing.activities[0].session_m is None
    assert [problem.code for problem in listing.problems] == ["distance"]


def test_a_row_whose_file_is_missing_is_not_lost() -> None:
    listing = export(table(ENGLISH, row(file="activities/8.fit.gz")))

    assert [activity.session_m for activity in listing.activities] == [3322.949951171875]
    assert [problem.code for problem in listing.problems] == ["missing"]
    assert told(listing) is None


def test_two_rows_of_one_file_that_differ_say_nothing_of_it() -> None:
    assert told(export(table(ENGLISH, row(), row(kind="Ride")))) is None
    assert told(export(table(ENGLISH, row(), row()))) is not None


def test_a_list_that_breaks_off_is_used_up_to_there() -> None:
    listing = export(table(ENGLISH, row()) + b'2,"May')

    assert told(listing) is not None
    assert [problem.code for problem in listing.problems] == [Code.E_CSV_ROW]


def test_a_row_of_another_length_is_left_out_with_a_problem() -> None:
    listing = export(table(ENGLISH, row(file="")[:-1], row()))

    assert told(listing) is not None
    assert listing.activities == ()
    assert [problem.code for problem in listing.problems] == [Code.E_CSV_ROW]


def test_ten_thousand_odd_rows_are_a_hundred_problems_and_a_count() -> None:
    listing = export(table(ENGLISH, *([row(file="")[:-1]] * 10_000)))

    assert len(listing.problems) == 101
    assert "9,900" in listing.problems[-1].text


@pytest.mark.parametrize(
    ("the_list", "code"),
    [
        (b"", Code.E_CSV_HEADER),
        (b"<html>", Code.E_CSV_HEADER),
        (b"a,b,c\n1,2,3\n", Code.E_CSV_HEADER),
        (table(ENGLISH.replace("Filename", "File"), row(file="")), Code.E_CSV_HEADER),
        (b"a\0b", Code.E_ENCODING),
        ((ENGLISH + "\n").encode("utf-16")[:-1], Code.E_ENCODING),
    ],
)
def test_a_list_that_cannot_be_used_does_not_cost_the_files(the_list: bytes, code: Code) -> None:
    listing = export(the_list)

    assert [(member.name, member.told) for member in listing.members] == [
        (b"activities/7.gpx", None)
    ]
    assert [problem.code for problem in listing.problems] == [code]
    assert [(each.name, each.code) for each in listing.left_out] == [(b"activities.csv", code)]


def test_a_damaged_list_does_not_cost_the_files() -> None:
    memory = io.BytesIO()
    with zipfile.ZipFile(memory, "w") as archive:
        archive.writestr("activities/7.gpx", GPX)
        archive.writestr("activities.csv", table(ENGLISH, row()))
    content = memory.getvalue().replace(b"Lunch Run", b"Lunch Ran", 1)

    listing = archives.listing(io.BytesIO(content), len(content))

    assert told(listing) is None
    assert [problem.code for problem in listing.problems] == [Code.E_CRC]


def test_what_else_an_export_holds_is_left_out_by_kind() -> None:
    others = {
        "routes/1.gpx": "a planned route",
        "media/a.fit": "a picture or film",
        "profile.csv": "another list of the export",
        "contacts.json": "a JSON file",
        "bikes.pdf": "a PDF",
    }

    listing = export(table(ENGLISH, row()), "activities/7.gpx", *others)

    assert {each.name.decode(): each.detail for each in listing.left_out[:-1]} == others
    assert {each.code for each in listing.left_out} == {Code.I_MEMBER}
    assert [member.name for member in listing.members] == [b"activities/7.gpx"]


def test_a_table_of_that_name_alone_is_no_export() -> None:
    memory = io.BytesIO()
    with zipfile.ZipFile(memory, "w") as archive:
        archive.writestr("activities.csv", b"a,b\n")

    listing = archives.listing(memory, len(memory.getvalue()))

    assert (listing.app, [member.name for member in listing.members]) == (
        None,
        [b"activities.csv"],
    )


def test_real_files_in_the_shape_of_an_export_are_told_of(shared: Path) -> None:
    folder = shared / "corpus/fit/martin-ueding__geo-activity-playground/testdata/Strava_Export"
    (original,) = folder.rglob("*.fit")
    memory = io.BytesIO()
    with zipfile.ZipFile(memory, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.write(original, f"activities/{original.name}")
        archive.writestr("activities.csv", table(ENGLISH, row(file=f"activities/{original.name}")))

    (member,) = archives.listing(memory, len(memory.getvalue())).members
    (found,) = archives.contents(memory, [member.address])

    assert member.told is not None
    assert found == ((0,), original.read_bytes())
