import datetime as dt
import importlib.util
import struct
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import Any

import fitparse.records
import pytest

from pipeline import readers
from pipeline.errors import Code, Declined, Refusal
from pipeline.tables import Activity, Reading
from tests.readers.said import one, reading_of, refusal_of

SCRIPT = Path(__file__).resolve().parents[2] / "scripts" / "sample_fit.py"
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning:fitparse.*")

Fields = tuple[Any, ...]
UTC_START = dt.datetime(2026, 11, 3, 7, 0, tzinfo=dt.UTC)
RUNNING, CYCLING, TRANSITION = 1, 2, 3
SEMICIRCLE = 2**31 / 180
STEP_M = 11.13  # a ten thousandth of a degree of latitude, near enough


def load_encoder() -> ModuleType:
    spec = importlib.util.spec_from_file_location("sample_fit", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


ENCODER = load_encoder()
START = ENCODER.seconds(UTC_START)


@pytest.fixture(autouse=True)
def fresh_fitparse() -> Iterator[None]:
    fitparse.records.DEV_TYPES.clear()
    yield
    fitparse.records.DEV_TYPES.clear()


def written(*messages: Fields) -> bytes:
    writer = ENCODER.FitWriter()
    for message in messages:
        writer.add(*message)
    return bytes(writer.finish())


def file_id(kind: int = 4) -> Fields:
    return (0, (0, "enum", kind), (1, "uint16", 1), (2, "uint16", 3600), (4, "uint32", START))


def session(
    start: int = START, seconds: int = 600, metres: float | None = 3000.0, sport: int = RUNNING
) -> Fields:
    distance = None if metres is None else round(metres * 100)
    return (
        18,
        (253, "uint32", start + seconds),
        (2, "uint32", start),
        (7, "uint32", seconds * 1000),
        (8, "uint32", seconds * 1000),
        (9, "uint32", distance),
        (5, "enum", sport),
    )


def lap(start: int, seconds: int, metres: float, *, stamp: int | None = None) -> Fields:
    return (
        19,
        (253, "uint32", start + seconds if stamp is None else stamp),
        (2, "uint32", start),
        (7, "uint32", seconds * 1000),
        (9, "uint32", round(metres * 100)),
    )


def record(at: int, metres: float | None) -> Fields:
    return (20, (253, "uint32", at), (5, "uint32", None if metres is None else round(metres * 100)))


def position(at: int, latitude: float, longitude: float = 13.4) -> Fields:
    places = round(latitude * SEMICIRCLE), round(longitude * SEMICIRCLE)
    return (20, (253, "uint32", at), (0, "sint32", places[0]), (1, "sint32", places[1]))


def timer(at: int, kind: int) -> Fields:
    return (21, (253, "uint32", at), (0, "enum", 0), (1, "enum", kind))


def activity(at: int, local: int | None) -> Fields:
    return (34, (253, "uint32", at), (5, "uint32", local))


def without_reader(found: Reading | Refusal | Declined) -> object:
    return replace(found, reader="") if isinstance(found, Reading) else found


def distance(found: Activity) -> float | None:
    known = (found.session_m, found.laps_m, found.records_m, found.track_m)
    return next((metres for metres in known if metres is not None), None)


def run(metres: float | None = 3000.0) -> bytes:
    records = [record(START + 60 * minute, 300.0 * minute) for minute in range(11)]
    return written(file_id(), *records, lap(START, 600, 3000.0), session(metres=metres))


def with_checksum(content: bytes) -> bytes:
    return content[:-2] + struct.pack("<H", ENCODER.crc16(content[:-2]))


def test_a_run_says_its_sport_time_and_every_distance_it_has() -> None:
    found = one(run())

    assert (found.sport, found.starts_at, found.integrity) == ("running", UTC_START, "whole")
    assert (found.session_m, found.laps_m, found.records_m) == (3000.0, 3000.0, 3000.0)
    assert (found.timer_s, found.elapsed_s, found.samples) == (600.0, 600.0, 11)


def test_running_distances_are_split_at_each_session() -> None:
    second = START + 1000
    content = written(
        file_id(),
        *(record(START + 100 * i, 500.0 * i) for i in range(10)),
        *(record(second + 100 * i, 4500.0 + 200.0 * i) for i in range(11)),
        session(START, 900, 4500.0, CYCLING),
        session(second, 1000, 2000.0),
    )

    ride, jog = reading_of(content).activities

    assert (ride.sport, ride.records_m) == ("cycling", 4500.0)
    assert (jog.sport, jog.records_m, jog.position) == ("running", 2000.0, 1)


def test_distances_that_begin_again_with_each_session_are_not_subtracted() -> None:
    second = START + 1000
    content = written(
        file_id(),
        *(record(START + 100 * i, 500.0 * i) for i in range(10)),
        *(record(second + 100 * i, 200.0 * i) for i in range(11)),
        session(START, 900, None, CYCLING),
        session(second, 1000, None),
    )

    ride, jog = reading_of(content).activities

    assert (ride.records_m, jog.records_m) == (4500.0, 2000.0)


def test_what_was_recorded_in_a_transition_belongs_to_neither_session() -> None:
    change, second = START + 500, START + 800
    content = written(
        file_id(),
        record(START, 0.0),
        record(START + 400, 4000.0),
        record(change + 100, 4300.0),
        record(second, 4400.0),
        record(second + 600, 6400.0),
        session(START, 500, 4000.0, CYCLING),
        session(change, 300, 400.0, TRANSITION),
        session(second, 600, 2000.0),
    )

    ride, jog = reading_of(content).activities

    assert (ride.sport, ride.records_m) == ("cycling", 4000.0)
    assert (jog.sport, jog.records_m) == ("running", 2100.0)


def test_a_total_that_is_not_recorded_is_none_and_a_total_of_0_stays_0() -> None:
    assert one(run(metres=None)).session_m is None
    assert one(run(metres=0.0)).session_m == 0.0


def test_a_developer_field_called_total_distance_is_not_the_distance() -> None:
    description = (
        206,
        (0, "uint8", 0),
        (1, "uint8", 9),
        (2, "uint8", 0x86),
        (3, "string", "total_distance"),
    )
    content = bytearray(written(file_id(), (207, (3, "uint8", 0)), description))
    # The encoder knows no developer fields: one session with native 0 and developer 125 000.
    native = ((253, 4, 0x86, START + 600), (2, 4, 0x86, START), (9, 4, 0x86, 0), (5, 1, 0, 5))
    content = content[:-2]
    content += struct.pack("<BBBHB", 0x60 | 9, 0, 0, 18, len(native))
    content += b"".join(bytes(field[:3]) for field in native) + bytes((1, 9, 4, 0))
    content += struct.pack("<BIIIBI", 9, *(field[3] for field in native), 125_000) + b"\0\0"
    content[4:8] = struct.pack("<I", len(content) - 16)
    content[12:14] = b"\0\0"

    found = one(with_checksum(bytes(content)))

    assert (found.sport, found.session_m) == ("swimming", 0.0)


def test_a_clock_that_counts_from_power_on_gives_no_day() -> None:
    content = written(
        file_id(),
        record(16_441_241, 0.0),
        record(16_441_841, 2000.0),
        session(16_441_241, 600, 2000.0),
        activity(16_441_841, START + 3600),
    )

    found = one(content)

    assert (found.starts_at, found.ends_at, found.local_start, found.zone) == (None,) * 4
    assert found.session_m == 2000.0


@pytest.mark.parametrize(
    ("seconds", "zone"),
    [
        (3600, "+01:00"),
        (3600 + 449, "+01:00"),
        (3600 + 451, "+01:15"),
        (-34_200, "-09:30"),
        (14 * 3600, "+14:00"),
        (14 * 3600 + 900, None),
        (400_000, None),
    ],
)
def test_the_offset_is_rounded_to_15_minutes_and_refused_beyond_14_hours(
    seconds: int, zone: str | None
) -> None:
    at = START + 600
    found = one(written(file_id(), session(), activity(at, at + seconds)))

    assert (found.zone, found.zone_source) == (zone, "file" if zone else None)


def test_the_local_start_is_the_wall_clock_of_the_offset() -> None:
    found = one(written(file_id(), session(), activity(START, START - 8 * 3600)))

    assert found.local_start == dt.datetime(2026, 11, 2, 23, 0)  # noqa: DTZ001 - a wall clock


def test_without_an_offset_the_first_position_tells_the_zone() -> None:
    found = one(written(file_id(), position(START, 0, 0), position(START + 9, 52.5), session()))

    assert (found.zone, found.zone_source) == ("Europe/Berlin", "position")


def test_an_offset_of_0_is_believed_unless_the_place_has_another() -> None:
    there = position(START + 9, 40.7, -74.0)
    no_offset = activity(START, START)

    denied = one(written(file_id(), there, session(), no_offset))
    london = one(written(file_id(), position(START + 9, 51.5, -0.1), session(), no_offset))
    nowhere = one(written(file_id(), session(), no_offset))
    abroad = one(written(file_id(), there, session(), activity(START, START + 3600)))

    assert (denied.zone, denied.zone_source) == ("America/New_York", "position")
    assert denied.local_start == dt.datetime(2026, 11, 3, 2, 0)  # noqa: DTZ001 - a wall clock
    assert (london.zone, london.zone_source) == ("+00:00", "file")
    assert (nowhere.zone, nowhere.zone_source) == ("+00:00", "file")
    assert (abroad.zone, abroad.zone_source) == ("+01:00", "file")


def test_positions_at_0_0_and_one_far_away_add_nothing_to_the_track() -> None:
    places = [0.0, 52.5000, 52.5001, 0.0, 52.5002, 58.0, 52.5003, 52.5004]
    records = [
        position(START + 10 * i, place, 13.4 if place else 0.0) for i, place in enumerate(places)
    ]

    found = one(written(file_id(), *records, session()))

    assert found.track_m == pytest.approx(4 * STEP_M, rel=0.01)
    assert found.track_points == 6


def test_a_hop_made_while_the_timer_stood_still_is_left_out() -> None:
    before = [position(START + 10 * i, 52.5 + i / 10_000) for i in range(3)]
    after = [position(START + 600 + 10 * i, 52.51 + i / 10_000) for i in range(3)]
    stopped = (timer(START + 20, 4), timer(START + 600, 0))

    bridged = one(written(file_id(), *before, *after, session()))
    paused = one(written(file_id(), *before, *stopped, *after, session()))

    assert bridged.track_m == pytest.approx(102 * STEP_M, rel=0.01)
    assert paused.track_m == pytest.approx(4 * STEP_M, rel=0.01)


def test_laps_that_end_31_s_before_the_last_record_are_no_distance() -> None:
    records = [record(START, 0.0), record(START + 600, 3000.0)]
    full = written(file_id(), *records, lap(START, 570, 2900.0), session(metres=None))
    short = written(file_id(), *records, lap(START, 569, 2900.0), session(metres=None))

    assert (one(full).laps_m, one(short).laps_m) == (2900.0, None)
    assert one(short).records_m == 3000.0


def test_laps_stamped_with_the_start_of_the_file_end_after_their_elapsed_time() -> None:
    laps = [lap(START + 300 * i, 300, 1500.0, stamp=START) for i in range(2)]
    records = [record(START, 0.0), record(START + 600, 3000.0)]

    assert one(written(file_id(), *records, *laps, session())).laps_m == 3000.0


def test_a_wrong_checksum_is_imported_and_labelled() -> None:
    content = bytearray(run())
    content[-1] ^= 0xFF

    found = reading_of(bytes(content))

    assert [problem.code for problem in found.problems] == ["checksum"]
    assert (found.activities[0].integrity, found.activities[0].session_m) == ("checksum", 3000.0)


def test_every_prefix_is_read_or_refused_and_never_longer_than_the_whole() -> None:
    content = run()
    salvaged = 0

    for size in range(len(content)):
        found = readers.read(content[:size])

        if isinstance(found, Refusal):
            assert found.code in {Code.E_EMPTY, Code.E_NOT_RECOGNISED, Code.E_TRUNCATED, Code.E_FIT}
            continue
        assert isinstance(found, Reading)
        salvaged += 1
        for each in found.activities:
            assert each.integrity == "truncated"
            assert (distance(each) or 0.0) <= 3000.0
    assert salvaged > len(content) // 2


def test_every_byte_changed_is_read_or_refused_and_never_whole() -> None:
    content = run()

    for place in range(12, len(content)):
        changed = bytearray(content)
        changed[place] ^= 0x55
        found = readers.read(bytes(changed))
        assert not isinstance(found, Declined)  # the checksum is wrong, so damage explains it
        if isinstance(found, Reading):
            assert {each.integrity for each in found.activities} != {"whole"}, place


def test_a_declared_size_of_0_with_a_body_is_salvaged() -> None:
    content = bytearray(run())
    content[4:8] = b"\0\0\0\0"

    found = one(bytes(content))

    assert (found.integrity, found.session_m) == ("truncated", 3000.0)


def test_a_run_cut_before_its_session_gives_the_last_distance() -> None:
    content = run()
    cut = content[: len(content) - 2 * len(content) // 5]

    found = one(cut)

    assert found.integrity == "truncated"
    assert found.session_m is None
    assert 0 < (found.records_m or 0) < 3000.0


def test_nothing_but_a_header_is_refused_as_truncated() -> None:
    assert refusal_of(run()[:14]).code is Code.E_TRUNCATED


def test_a_broken_structure_under_a_right_checksum_names_the_byte() -> None:
    content = bytearray(written(file_id(), session()))
    content[-3] = 0xFF  # the sport, the last field
    content[-2:] = b"\x0f\0\0"  # a message of a local type that nobody defined
    content[4:8] = struct.pack("<I", len(content) - 16)
    content[12:14] = b"\0\0"
    content = bytearray(with_checksum(bytes(content)))

    declined = readers.read(bytes(content))
    refused = readers.read_reference(bytes(content))

    assert isinstance(declined, Declined)
    assert declined.reason == f"the structure breaks at byte {len(content) - 3}"
    assert isinstance(refused, Refusal)
    assert (refused.code, refused.kind) == (Code.E_FIT, "fit")
    assert refused.fault == f"The FIT structure is broken at byte {len(content) - 3}."
    assert "2026-11-03" in refused.salvage


def test_a_field_whose_size_does_not_fit_its_type_is_stepped_over() -> None:
    content = bytearray(
        written(file_id(), (20, (253, "uint32", START), (5, "uint8", 7)), session())
    )
    field = content.index(bytes((5, 1, 0x02)))
    content[field + 2] = 0x86  # one byte, said to be a uint32, as a COROS Pace 2 writes it

    found = reading_of(with_checksum(bytes(content)))

    assert found.activities[0].session_m == 3000.0
    assert [problem.code for problem in found.problems] == ["misaligned"]


def test_two_chained_parts_with_a_session_each_are_two_activities() -> None:
    found = reading_of(run() + run(metres=1000.0))

    assert [each.session_m for each in found.activities] == [3000.0, 1000.0]
    assert [each.position for each in found.activities] == [0, 1]


def test_a_chained_part_without_a_session_is_no_activity() -> None:
    plug_in = written(file_id(), (132, (253, "uint32", START), (6, "uint8", 120)))

    assert len(reading_of(run() + plug_in).activities) == 1


def test_a_chained_run_that_is_cut_before_its_session_is_kept() -> None:
    whole, cut = reading_of(run() + run()[:200]).activities

    assert (whole.integrity, cut.integrity, cut.session_m) == ("whole", "truncated", None)


def test_17_chained_parts_are_over_the_limit_of_16() -> None:
    assert len(reading_of(run() * 16).activities) == 16
    assert refusal_of(run() * 17).code is Code.E_FIT_LIMIT


def test_more_messages_than_the_limit_are_refused_before_they_are_decoded() -> None:
    empty = written((20,))
    body = empty[14:-2] + b"\0" * 2_000_000
    content = empty[:4] + struct.pack("<I", len(body)) + empty[8:12] + b"\0\0" + body + b"\0\0"
    content = with_checksum(content)

    refused, by_fitparse = refusal_of(content), readers.read_reference(content)

    assert refused.code is Code.E_FIT_LIMIT
    assert refused.fault == "The number of messages exceeds 2000000 at byte 2000021."
    assert isinstance(by_fitparse, Refusal)
    assert by_fitparse.fault == "The number of messages exceeds 200000 at byte 200019."


def test_bytes_after_the_end_are_a_problem_and_no_refusal() -> None:
    found = reading_of(run() + b"\0\xff firmware")

    assert [(problem.code, problem.text) for problem in found.problems] == [
        ("trailing", "11 bytes after the end were not read")
    ]
    assert found.activities[0].integrity == "whole"


@pytest.mark.parametrize(
    ("kind", "named"), [(2, "settings"), (6, "course"), (9, "weight"), (32, "daily monitoring")]
)
def test_files_that_are_no_activity_are_refused_with_their_kind(kind: int, named: str) -> None:
    refused = refusal_of(written(file_id(kind), record(START, 0.0), record(START + 9, 30.0)))

    assert refused.code is Code.E_NO_ACTIVITY
    assert f"({'it is a ' + named} file)" in refused.fault


def test_a_distance_beyond_1000_km_is_a_problem_and_not_used() -> None:
    found = reading_of(run(metres=1_000_000.01))

    assert found.activities[0].session_m is None
    assert [problem.code for problem in found.problems] == ["E_VALUE_RANGE"]


def test_records_without_any_time_do_not_end_the_reader() -> None:
    content = written(
        file_id(), (20, (5, "uint32", 1000)), (18, (2, "uint32", START), (9, "uint32", 1000))
    )

    found = one(content)

    assert (found.session_m, found.starts_at, found.ends_at) == (10.0, UTC_START, UTC_START)


def test_times_written_as_arrays_do_not_end_the_reader() -> None:
    content = written(
        file_id(),
        record(START, 0.0),
        (19, (253, "uint32", (START, START)), (2, "uint32", (START, 1)), (9, "uint32", 500)),
        session(metres=None),
    )

    assert one(content).laps_m is None


@pytest.mark.parametrize("share", [1.0, 0.9, 0.6, 0.3])
def test_fitparse_says_the_same_of_a_whole_and_of_a_cut_run(share: float) -> None:
    content = run()[: int(len(run()) * share)]

    by_fitparse = readers.read_reference(content)

    assert without_reader(by_fitparse) == without_reader(readers.read(content))
    if isinstance(by_fitparse, Reading):
        assert by_fitparse.reader == "fitparse"


def test_the_reference_reader_is_given_no_file_beyond_its_limit() -> None:
    refused = readers.read_reference(run() + bytes(10_000_000))

    assert isinstance(refused, Refusal)
    assert (refused.code, refused.kind) == (Code.E_TOO_BIG, "fit")


def test_a_time_before_2000_is_that_of_a_clock_nobody_set() -> None:
    start = ENCODER.seconds(dt.datetime(1999, 12, 31, 23, 59, 59, tzinfo=dt.UTC))

    activity = one(written(file_id(), session(start)))

    assert (activity.starts_at, activity.session_m) == (None, 3000.0)
    assert one(written(file_id(), session(start + 1))).starts_at == dt.datetime(
        2000, 1, 1, tzinfo=dt.UTC
    )


def test_a_track_of_more_than_1000_km_is_no_distance() -> None:
    around = [(START + 3600 * 24 * day, degrees) for day, degrees in enumerate((0, 90, 170))]
    records = [
        (20, (253, "uint32", at), (0, "sint32", 1), (1, "sint32", round(degrees * SEMICIRCLE)))
        for at, degrees in around
    ]
    reading = reading_of(written(file_id(), *records, session()))

    assert [activity.track_m for activity in reading.activities] == [None]
    assert [(each.code, each.where) for each in reading.problems] == [(Code.E_VALUE_RANGE, "track")]


def test_a_product_that_is_many_numbers_is_none() -> None:
    whole = file_id()
    many = (0, (0, "enum", 4), (1, "uint16", 1), (2, "uint16", (7,) * 100), (4, "uint32", START))

    assert reading_of(written(whole, session())).app == "1/3600"
    assert reading_of(written(many, session())).app == "1"
