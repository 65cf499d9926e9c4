import struct

import fastcrc
import pytest

from pipeline.readers.fit.frames import frames

RECORD, DESCRIPTION = 20, 206
T0 = 1_000_000_000
Layout = tuple[tuple[int, int, int], ...]  # number, size, base type of each field


def file_of(body: bytes) -> bytes:
    content = struct.pack("<BBHI4sH", 14, 0x20, 2132, len(body), b".FIT", 0) + body
    return content + struct.pack("<H", fastcrc.crc16.arc(content))


def defined(local: int, message: int, fields: Layout, developer: Layout = ()) -> bytes:
    head = struct.pack("<BBBHB", 0x40 | local | 0x20 * bool(developer), 0, 0, message, len(fields))
    body = b"".join(bytes(field) for field in fields)
    if developer:
        body += bytes([len(developer)]) + b"".join(bytes(field) for field in developer)
    return head + body


def test_names_scales_and_offsets_are_the_profiles() -> None:
    body = defined(0, RECORD, ((253, 4, 0x86), (2, 2, 0x84), (5, 4, 0x86), (3, 1, 0x02)))
    body += struct.pack("<BIHIB", 0, T0, 2600, 123, 0xFF)

    ((name, frame),) = frames(file_of(body))

    assert name == "record"
    assert frame.to_dicts() == [
        {"timestamp": T0, "altitude": 2600 / 5 - 500, "distance": 1.23, "heart_rate": None}
    ]


def test_what_the_profile_does_not_know_keeps_its_number() -> None:
    body = defined(0, 0xFF00, ((7, 2, 0x84), (253, 4, 0x86))) + struct.pack("<BHI", 0, 9, T0)

    ((name, frame),) = frames(file_of(body))

    assert (name, frame.to_dicts()) == ("message_65280", [{"field_7": 9, "timestamp": T0}])


def test_developer_fields_are_columns_of_their_own() -> None:
    body = defined(0, DESCRIPTION, ((0, 1, 2), (1, 1, 2), (2, 1, 2), (3, 10, 7)))
    body += struct.pack("<BBBB10s", 0, 0, 5, 0x84, b"distance\0x")
    body += defined(1, RECORD, ((5, 4, 0x86),), developer=((5, 2, 0), (6, 1, 0)))
    body += struct.pack("<BIHB", 1, 100, 777, 1)

    found = dict(frames(file_of(body)))

    assert found["record"].to_dicts() == [{"distance": 1.0, "developer 0: distance": 777}]
    assert found["field_description"]["field_name"].to_list() == ["distance"]


def test_arrays_are_lists_with_gaps_and_a_lone_value_in_another_layout_too() -> None:
    body = defined(0, RECORD, ((87, 4, 0x84),)) + struct.pack("<BHH", 0, 7, 0xFFFF)
    body += defined(1, RECORD, ((87, 2, 0x84),)) + struct.pack("<BH", 1, 8)
    body += struct.pack("<BHH", 0, 0xFFFF, 0xFFFF)

    ((_, frame),) = frames(file_of(body))

    (column,) = frame.columns
    assert frame[column].to_list() == [[7, None], [8], None]


@pytest.mark.parametrize("text", [b"Run\0garbage", b"\xff\xfe\0aaaaaaaa", b"\0" * 11])
def test_texts_end_at_their_first_nul(text: bytes) -> None:
    body = defined(0, 264, ((2, 11, 7),)) + struct.pack("<B11s", 0, text)

    ((_, frame),) = frames(file_of(body))

    expected = text.split(b"\0")[0].decode("utf-8", "replace") or None
    assert frame.row(0) == (expected,)


@pytest.mark.parametrize(
    ("base", "value"),
    [(2, b"\5\6"), (0x0D, b"\1\2"), (7, b"a\0"), (0x88, struct.pack("<f", 1.5)), (2, b"\xff")],
    ids=["a list", "bytes", "a text", "a fraction", "nothing"],
)
@pytest.mark.parametrize("wrong", [0, 1, 2])
def test_a_developer_field_whose_description_is_no_number_is_left_out(
    wrong: int, base: int, value: bytes
) -> None:
    layout = [(number, 1, 2) for number in range(3)]
    cells = [b"\0", b"\5", b"\x84"]
    layout[wrong], cells[wrong] = (wrong, len(value), base), value
    body = defined(0, DESCRIPTION, tuple(layout)) + b"\0" + b"".join(cells)
    body += defined(1, RECORD, ((5, 4, 0x86),), developer=((5, 2, 0),))
    body += struct.pack("<BIH", 1, 100, 777)

    found = dict(frames(file_of(body)))

    assert found["record"]["distance"].to_list() == [1.0]


def test_a_time_in_the_header_leaves_a_list_of_times_as_it_is() -> None:
    body = defined(0, RECORD, ((253, 8, 0x86),)) + struct.pack("<BII", 0, T0, T0 + 1)
    body += defined(1, RECORD, ((253, 4, 0x86),)) + struct.pack("<BI", 1, T0)
    body += struct.pack("<BII", 0x80 | T0 + 2 & 0x1F, T0 + 2, 0xFFFFFFFF)

    ((_, frame),) = frames(file_of(body))

    assert frame["timestamp"].to_list() == [[T0, T0 + 1], [T0], [T0 + 2, None]]
