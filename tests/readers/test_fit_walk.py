import random
import struct

import pytest

from pipeline.errors import Refused
from pipeline.readers.fit import definition
from pipeline.readers.fit.columns import Block, floats
from pipeline.readers.fit.container import Part as Raw
from pipeline.readers.fit.part import decode
from pipeline.readers.fit.rows import rows
from pipeline.readers.fit.walk import timestamps, walk

EVERYTHING = range(1 << 16)
RECORD, EVENT, SESSION = 20, 21, 18
T0 = 1_000_000_000

Layout = tuple[tuple[int, int, int], ...]  # number, size, base type of each field


def defined(
    local: int, message: int, fields: Layout, *, big: bool = False, developer: Layout = ()
) -> bytes:
    order = ">" if big else "<"
    header = 0x40 | local | (0x20 if developer else 0)
    head = struct.pack(f"{order}BBBHB", header, 0, int(big), message, len(fields))
    body = b"".join(bytes(field) for field in fields)
    if developer:
        body += bytes([len(developer)]) + b"".join(bytes(field) for field in developer)
    return head + body


def part(body: bytes) -> Raw:
    return Raw(0, 14, body, "whole")


STAMPED = ((253, 4, 0x86), (5, 4, 0x86))


def record(local: int, seconds: int, centimetres: int) -> bytes:
    return struct.pack("<BII", local, seconds, centimetres)


def test_a_run_of_equal_headers_is_one_step() -> None:
    body = defined(0, RECORD, STAMPED) + b"".join(record(0, T0 + i, i) for i in range(1000))

    walked = walk(body, 14, EVERYTHING)

    (group,) = walked.of(RECORD)
    assert group.runs == [(12, 1000)]
    assert (group.count, walked.messages, walked.broken_at) == (1000, 1001, None)


def test_messages_of_two_layouts_in_turns_come_out_in_file_order() -> None:
    other = ((253, 4, 0x86),)
    body = defined(0, RECORD, STAMPED) + defined(1, RECORD, other)
    for i in range(50):
        body += record(0, T0 + 2 * i, 100 * i) + struct.pack("<BI", 1, T0 + 2 * i + 1)

    found = decode(part(body)).records

    assert found.seconds.tolist() == [float(T0 + i) for i in range(100)]
    assert found.distance_m[::2].tolist() == [float(i) for i in range(50)]


def test_the_same_layout_defined_again_under_another_number_is_one_group() -> None:
    body = defined(0, RECORD, STAMPED) + record(0, T0, 1)
    body += defined(3, RECORD, STAMPED) + record(3, T0 + 1, 2) + record(3, T0 + 2, 3)

    (group,) = walk(body, 14, EVERYTHING).of(RECORD)

    assert (len(group.starts), group.count) == (2, 3)
    assert group.places().tolist() == sorted(group.places().tolist())


def test_a_local_type_defined_anew_means_the_new_layout() -> None:
    body = defined(0, RECORD, STAMPED) + record(0, T0, 1)
    body += defined(0, EVENT, ((0, 1, 0),)) + b"\0\x07" + b"\0\x09"

    walked = walk(body, 14, EVERYTHING)

    assert [group.count for number in (RECORD, EVENT) for group in walked.of(number)] == [1, 2]


@pytest.mark.parametrize("big", [False, True])
def test_both_byte_orders_are_read_and_scaled_by_true_division(big: bool) -> None:
    order = ">" if big else "<"
    body = defined(0, RECORD, STAMPED, big=big)
    body += struct.pack(f"{order}BII", 0, T0, 499_999)

    found = decode(part(body)).records

    assert found.distance_m.tolist() == [499_999 / 100]


def test_invalid_is_no_value_and_never_42949_km() -> None:
    body = defined(0, RECORD, STAMPED) + record(0, T0, 0xFFFFFFFF) + record(0, T0 + 1, 500)

    found = decode(part(body)).records.distance_m.tolist()

    assert found[0] != found[0]  # NaN
    assert found[1] == 5.0


def test_developer_fields_are_stepped_over() -> None:
    layout = defined(0, SESSION, ((9, 4, 0x86),), developer=((9, 4, 0),))
    body = layout + struct.pack("<BII", 0, 0, 125_000)

    assert decode(part(body)).of(SESSION) == [{9: 0}]


def test_compressed_headers_take_their_time_from_the_last_full_one() -> None:
    body = defined(0, EVENT, ((253, 4, 0x86), (0, 1, 0))) + struct.pack("<BIB", 0, T0, 0)
    body += defined(1, RECORD, ((5, 4, 0x86),))
    ticks = [(T0 + step) & 0x1F for step in (0, 1, 20, 33)]
    body += b"".join(
        struct.pack("<BI", 0x80 | 1 << 5 | tick, 100 * i) for i, tick in enumerate(ticks)
    )

    assert sorted(timestamps(body).values()) == [T0, T0 + 1, T0 + 20, T0 + 33]
    assert decode(part(body)).records.seconds.tolist() == [T0, T0 + 1, T0 + 20, T0 + 33]


def test_packed_distance_runs_on_when_its_12_bits_begin_again() -> None:
    metres = [10.0, 200.0, 250.0, 300.0, 520.0]
    body = defined(0, RECORD, ((8, 3, 0x0D),))
    for each in metres:
        sixteenths = int(each * 16) & 0xFFF
        body += bytes((0, 0x34, 0x02 | (sixteenths & 0xF) << 4, sixteenths >> 4))

    found = decode(part(body)).records.distance_m.tolist()

    assert found == metres


def test_strings_end_at_their_first_nul_and_arrays_keep_their_gaps() -> None:
    body = defined(0, 264, ((2, 8, 0x07), (7, 6, 0x84), (1, 2, 0x84)))
    body += struct.pack("<B8s3HH", 0, b"Run\0run\0", 21, 0xFFFF, 7, 0xFFFF)
    groups = walk(body, 14, EVERYTHING).of(264)

    assert rows(body, groups, frozenset({1, 2, 7}), {}) == [{2: b"Run", 7: (21, None, 7)}]


def test_a_definition_without_fields_is_legal_and_a_message_of_it_one_byte() -> None:
    body = defined(0, 22, ()) + b"\0" * 7261 + defined(1, RECORD, STAMPED) + record(1, T0, 1)

    walked = walk(body, 14, EVERYTHING)

    assert [group.count for group in walked.of(22)] == [7261]
    assert [group.count for group in walked.of(RECORD)] == [1]


@pytest.mark.parametrize("cut", range(1, 30))
def test_a_cut_anywhere_names_where_the_last_whole_message_ends(cut: int) -> None:
    body = defined(0, RECORD, STAMPED) + record(0, T0, 1) + record(0, T0 + 1, 2)
    starts = [0, 12, 21]

    walked = walk(body[:-cut], 14, EVERYTHING)

    left = len(body) - cut
    ends = [12, 21, 30]
    broken = next(
        (start for start, end in zip(starts, ends, strict=True) if start < left < end), None
    )
    assert walked.broken_at == broken


def test_a_message_of_a_local_type_that_nobody_defined_breaks_the_walk() -> None:
    body = defined(0, RECORD, STAMPED) + record(0, T0, 1) + b"\x05" + bytes(40)

    assert walk(body, 14, EVERYTHING).broken_at == 21


def test_random_bytes_end_the_walk_and_never_the_reader() -> None:
    rng = random.Random(3)  # noqa: S311 - test data
    for _ in range(2000):
        body = rng.randbytes(rng.randrange(200))
        if rng.random() < 0.8:
            body = defined(0, RECORD, STAMPED) + body
        try:
            found = decode(part(body))
        except Refused:
            continue
        assert found.broken_at is None or 14 <= found.broken_at <= 14 + len(body)


def test_a_run_joined_from_pieces_is_the_run_in_one_piece() -> None:
    pieces = defined(0, RECORD, STAMPED) + defined(1, EVENT, ((0, 1, 0),))
    whole = defined(0, RECORD, STAMPED)
    for i in range(200):
        whole += record(0, T0 + i, 7 * i)
        pieces += record(0, T0 + i, 7 * i) + (b"\1\0" if i % 3 == 0 else b"")

    columns = []
    for body in (whole, pieces):
        (group,) = walk(body, 14, EVERYTHING).of(RECORD)
        _, distance = definition.fields(group.definition)
        columns.append(floats(Block(body, group).raw(distance), distance).tolist())
    assert columns[0] == columns[1] == [float(7 * i) for i in range(200)]
