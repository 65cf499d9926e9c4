import gzip
import io
import time
import zipfile
import zlib
from dataclasses import replace
from pathlib import Path

import pytest

from pipeline import archives, readers
from pipeline.errors import Code, Refused
from pipeline.members import LeftOut, Listing
from pipeline.readers.limits import LIMITS, Limits
from pipeline.tables import Reading

SAMPLES = Path(__file__).resolve().parents[2] / "sample_data/inbox"
GPX = (SAMPLES / "Morning_Run.gpx").read_bytes()
FIT = (SAMPLES / "2026-09-24-183210.fit").read_bytes()
STRENGTH = (SAMPLES / "strong.csv").read_bytes()


def listed(archive: bytes, limits: Limits = LIMITS) -> Listing:
    return archives.listing(io.BytesIO(archive), len(archive), limits)


def content(archive: bytes, limits: Limits = LIMITS) -> bytes | LeftOut:
    return next(archives.contents(io.BytesIO(archive), [(0,)], limits))[1]


def code(archive: bytes, limits: Limits = LIMITS) -> Code:
    left = listed(archive, limits).left_out
    answer = content(archive, limits)
    assert isinstance(answer, LeftOut)
    assert (left[0].code, left[0].detail) == (answer.code, answer.detail)
    return answer.code


@pytest.mark.parametrize("original", [GPX, FIT, STRENGTH])
def test_a_gzip_file_has_one_member(original: bytes) -> None:
    archive = gzip.compress(original)

    listing = listed(archive)

    assert (listing.kind, listing.problems, listing.left_out) == ("gz", (), ())
    assert [(m.address, m.size_bytes) for m in listing.members] == [((0,), len(original))]
    assert content(archive) == original


def test_its_name_is_the_one_it_was_packed_under(tmp_path: Path) -> None:
    with gzip.open(tmp_path / "früh.gpx.gz", "wb") as packed:
        packed.write(GPX)

    (member,) = listed((tmp_path / "früh.gpx.gz").read_bytes()).members

    assert member.name == "früh.gpx".encode("latin-1")


def test_a_header_with_everything_in_it_is_read() -> None:
    plain = gzip.compress(GPX)
    header = b"\x1f\x8b\x08\x1e" + plain[4:10]
    archive = header + b"\x04\x00abcd" + b"a.gpx\0" + b"a comment\0" + b"\0\0" + plain[10:]

    assert listed(archive).members[0].name == b"a.gpx"
    assert content(archive) == GPX


def test_parts_are_one_file() -> None:
    archive = gzip.compress(GPX[:1_000]) + gzip.compress(b"") + gzip.compress(GPX[1_000:])

    assert content(archive) == GPX


def test_two_hundred_thousand_empty_parts_cost_little() -> None:
    archive = gzip.compress(b"", mtime=0) * 200_000
    begun = time.process_time()

    assert code(archive) is Code.E_ZIP_LIMIT

    assert time.process_time() - begun < 3


def test_bytes_after_a_right_checksum_are_noted_and_zeros_are_padding() -> None:
    assert content(gzip.compress(FIT) + b"garbage") == FIT
    (problem,) = listed(gzip.compress(FIT) + b"garbage").problems
    assert problem.code == "trailing"
    assert "7 bytes" in problem.text
    assert content(gzip.compress(FIT) + bytes(512)) == FIT
    assert listed(gzip.compress(FIT) + bytes(512)).problems == ()


@pytest.mark.parametrize("original", [GPX, FIT])
def test_the_beginning_of_a_cut_recording_is_handed_to_its_reader(original: bytes) -> None:
    archive = gzip.compress(original)[: -len(gzip.compress(original)) // 3]

    beginning = content(archive)

    assert isinstance(beginning, bytes)
    assert original.startswith(beginning)
    assert 100 < len(beginning) < len(original)
    assert [problem.code for problem in listed(archive).problems] == ["truncated"]
    reading = readers.read(beginning)
    assert isinstance(reading, Reading)
    assert {activity.integrity for activity in reading.activities} == {"truncated"}


def test_a_cut_table_is_not_handed_out() -> None:
    assert code(gzip.compress(STRENGTH)[:-20]) is Code.E_TRUNCATED
    assert code(gzip.compress(STRENGTH)[:-1]) is Code.E_TRUNCATED
    assert code(gzip.compress(STRENGTH) + gzip.compress(STRENGTH)[:-20]) is Code.E_TRUNCATED


@pytest.mark.parametrize("place", [-8, -4])
def test_a_wrong_checksum_or_length_is_damage(place: int) -> None:
    archive = bytearray(gzip.compress(FIT))
    archive[place] ^= 1

    assert code(bytes(archive)) is Code.E_CRC


def test_damaged_packed_bytes_are_damage() -> None:
    archive = bytearray(gzip.compress(FIT))
    archive[12:60] = b"\xff" * 48

    assert code(bytes(archive)) is Code.E_CRC


def test_an_archive_inside_is_not_opened() -> None:
    memory = io.BytesIO()
    with zipfile.ZipFile(memory, "w") as inner:
        inner.writestr("a.fit", FIT)

    assert code(gzip.compress(gzip.compress(FIT))) is Code.E_NESTED
    assert code(gzip.compress(memory.getvalue())) is Code.E_NESTED


def test_it_may_unpack_to_as_much_as_a_file_and_no_more() -> None:
    limits = replace(LIMITS, file_bytes=1_000)

    assert content(gzip.compress(b"x" * 1_000), limits) == b"x" * 1_000
    assert code(gzip.compress(b"x" * 1_001), limits) is Code.E_TOO_BIG


def test_a_bomb_is_stopped_by_its_ratio() -> None:
    assert code(gzip.compress(b"\0" * 10_000_001)) is Code.E_ZIP_LIMIT
    assert content(gzip.compress(b"\0" * 9_999_999)) == b"\0" * 9_999_999


@pytest.mark.parametrize(
    ("archive", "expected"),
    [
        (b"\x1f\x8b", Code.E_TRUNCATED),
        (b"\x1f\x8b\x08\x08\0\0\0\0\0\0name", Code.E_TRUNCATED),
        (b"\x1f\x8b\x07\0\0\0\0\0\0\0xxxx", Code.E_ZIP_METHOD),
        (b"\x1f\x8b\x08\xe0\0\0\0\0\0\0xxxx", Code.E_ZIP_METHOD),
        (b"\x1f\x8b\x08\x08\0\0\0\0\0\0" + b"x" * 70_000, Code.E_ZIP_LIMIT),
    ],
)
def test_a_header_that_makes_no_sense_is_refused(archive: bytes, expected: Code) -> None:
    with pytest.raises(Refused) as caught:
        listed(archive)

    assert caught.value.refusal.code is expected


def test_every_cut_ends_in_content_or_a_code() -> None:
    archive = gzip.compress(GPX[:3_000])

    for size in range(2, len(archive)):
        try:
            answer = content(archive[:size])
        except Refused as caught:
            assert caught.refusal.code is Code.E_TRUNCATED  # noqa: PT017 - either way is an end
        else:
            assert isinstance(answer, LeftOut) or GPX.startswith(answer)


def test_members_of_a_zip_that_are_gzip_files_are_unpacked_by_content() -> None:
    memory = io.BytesIO()
    with zipfile.ZipFile(memory, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.fit", gzip.compress(FIT))
        archive.writestr("b.gpx.gz", GPX)
        archive.writestr("c.fit.gz", gzip.compress(gzip.compress(FIT)))
        archive.writestr("d.gpx.gz", gzip.compress(GPX)[:-500])
    addresses = [(0,), (1,), (2,), (3,)]

    found = dict(archives.contents(memory, addresses))

    assert (found[(0,)], found[(1,)]) == (FIT, GPX)
    nested, cut = found[(2,)], found[(3,)]
    assert isinstance(nested, LeftOut)
    assert (nested.name, nested.code) == (b"c.fit.gz", Code.E_NESTED)
    assert isinstance(cut, bytes)
    assert GPX.startswith(cut)


def test_a_stream_in_one_empty_block_after_another_ends() -> None:
    blocks = b"\x00\x00\x00\xff\xff" * 100_000 + b"\x01\x00\x00\xff\xff"
    archive = gzip.compress(b"")[:10] + blocks + zlib.crc32(b"").to_bytes(4, "little") + bytes(4)

    assert content(archive) == b""
