import io
import pickle
import stat
import struct
import time
import tracemalloc
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline import archives
from pipeline.errors import Code, Refused
from pipeline.members import Address, LeftOut, Listing, without_address
from pipeline.readers.limits import LIMITS, Limits

SAMPLES = Path(__file__).resolve().parents[2] / "sample_data/inbox"
GPX = (SAMPLES / "Morning_Run.gpx").read_bytes()
FIT = (SAMPLES / "2026-09-24-183210.fit").read_bytes()
STRENGTH = (SAMPLES / "strong.csv").read_bytes()
CENTRAL, END = b"PK\1\2", b"PK\5\6"
Files = list[tuple[str | zipfile.ZipInfo, bytes]]


def zipped(files: Files, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    memory = io.BytesIO()
    with zipfile.ZipFile(memory, "w", method) as archive:
        for name, content in files:
            archive.writestr(name, content)
    return memory.getvalue()


def listed(archive: bytes, limits: Limits = LIMITS) -> Listing:
    return archives.listing(io.BytesIO(archive), len(archive), limits)


def unpacked(archive: bytes, limits: Limits = LIMITS) -> dict[Address, bytes | LeftOut]:
    addresses = [member.address for member in listed(archive, limits).members]
    return dict(archives.contents(io.BytesIO(archive), addresses, limits))


def refused(archive: bytes, limits: Limits = LIMITS) -> Code:
    with pytest.raises(Refused) as caught:
        listed(archive, limits)
    assert caught.value.refusal.fault.endswith(".")
    return caught.value.refusal.code


def codes(listing: Listing) -> list[tuple[bytes, Code]]:
    return [(each.name, each.code) for each in listing.left_out]


def patched(archive: bytes, offset: int, form: str, value: int) -> bytes:
    """Overwrite a figure of the first entry of the directory."""
    place = archive.index(CENTRAL) + offset
    width = struct.calcsize(form)
    return archive[:place] + struct.pack(form, value) + archive[place + width :]


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_members_come_out_as_they_went_in(method: int) -> None:
    archive = zipped([("a.fit", FIT), ("folder/", b""), ("folder/b.gpx", GPX)], method)

    listing = listed(archive)

    assert [(m.address, m.name, m.size_bytes) for m in listing.members] == [
        ((0,), b"a.fit", len(FIT)),
        ((2,), b"folder/b.gpx", len(GPX)),
    ]
    assert (listing.kind, listing.app, listing.left_out) == ("zip", None, ())
    assert unpacked(archive) == {(0,): FIT, (2,): GPX}


def test_a_listing_crosses_to_another_process() -> None:
    listing = listed(zipped([("a.fit", FIT), ("__MACOSX/._a.fit", b"x")]))

    assert pickle.loads(pickle.dumps(listing)) == listing  # noqa: S301 - our own


def test_contents_come_in_the_order_asked_for() -> None:
    archive = zipped([("a.fit", FIT), ("b.gpx", GPX)])

    found = archives.contents(io.BytesIO(archive), [(1,), (0,), (1,)])

    assert list(found) == [((1,), GPX), ((0,), FIT), ((1,), GPX)]


def test_what_no_person_put_there_is_left_out_and_named() -> None:
    junk = ["__MACOSX/._a.fit", "x/._b.gpx", ".DS_Store", "x/Thumbs.db", "desktop.ini"]
    archive = zipped([*((name, b"x") for name in junk), ("strong.csv", STRENGTH)])

    listing = listed(archive)

    assert [member.name for member in listing.members] == [b"strong.csv"]
    assert codes(listing) == [(name.encode(), Code.I_MEMBER) for name in junk]
    assert all(each.detail for each in listing.left_out)


def test_links_and_devices_are_no_members() -> None:
    link, device = zipfile.ZipInfo("link.fit"), zipfile.ZipInfo("device.fit")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    device.external_attr = (stat.S_IFCHR | 0o666) << 16
    archive = zipped([(link, b"/etc/passwd"), (device, b""), ("a.gpx", GPX)])

    listing = listed(archive)

    assert codes(listing) == [
        (b"link.fit", Code.I_NOT_REGULAR),
        (b"device.fit", Code.I_NOT_REGULAR),
    ]
    assert [member.name for member in listing.members] == [b"a.gpx"]
    answer = dict(archives.contents(io.BytesIO(archive), [(0,), (2,)]))
    assert isinstance(answer[(0,)], LeftOut)
    assert answer[(2,)] == GPX


def test_a_locked_member_costs_only_itself() -> None:
    archive = patched(zipped([("a.fit", FIT), ("b.gpx", GPX)]), 8, "<H", 1)

    listing = listed(archive)

    assert codes(listing) == [(b"a.fit", Code.E_ENCRYPTED)]
    assert unpacked(archive) == {(1,): GPX}


@pytest.mark.parametrize(
    ("method", "word"), [(zipfile.ZIP_BZIP2, "bzip2"), (zipfile.ZIP_LZMA, "LZMA")]
)
def test_other_methods_are_named(method: int, word: str) -> None:
    listing = listed(zipped([("a.fit", FIT)], method))

    assert codes(listing) == [(b"a.fit", Code.E_ZIP_METHOD)]
    assert word in listing.left_out[0].detail


def test_two_members_of_one_name_are_two_members() -> None:
    with pytest.warns(UserWarning, match="Duplicate name"):
        archive = zipped([("a.gpx", GPX), ("a.gpx", FIT), ("A.GPX", STRENGTH)])

    assert unpacked(archive) == {(0,): GPX, (1,): FIT, (2,): STRENGTH}


@pytest.mark.parametrize(
    "name",
    [
        b"/etc/passwd",
        b"..\\..\\x.fit",
        b"../../x.fit",
        b"a.gpx\0.exe",
        b"x" * 5_000,
        b"ride\xff.fit",
        "läufe/früh.gpx".encode("cp437"),
    ],
)
@pytest.mark.parametrize("flags", [0, 0x800])
def test_a_name_is_a_label_as_it_was_stored(name: bytes, flags: int) -> None:
    placeholder = b"?" * len(name)
    archive = zipped([(placeholder.decode(), GPX), ("b.fit", FIT)]).replace(placeholder, name)
    archive = patched(archive, 8, "<H", flags)

    listing = listed(archive)

    assert [member.name for member in listing.members] == [name, b"b.fit"]
    assert unpacked(archive) == {(0,): GPX, (1,): FIT}


def test_a_member_without_a_name_is_a_member() -> None:
    archive = patched(patched(zipped([("a", GPX)]), 28, "<H", 0), 30, "<H", 1)

    assert [member.name for member in listed(archive).members] == [b""]
    assert unpacked(archive) == {(0,): GPX}


@pytest.mark.parametrize("declared", [10, 100_000_000])
def test_a_size_that_lies_costs_only_its_member(declared: int) -> None:
    archive = patched(zipped([("a.fit", FIT), ("b.gpx", GPX)]), 24, "<I", declared)

    listing, contents = listed(archive), unpacked(archive)

    lies = [*listing.left_out, *(each for each in contents.values() if isinstance(each, LeftOut))]
    assert [(each.name, each.code) for each in lies] in (
        [(b"a.fit", Code.E_ZIP_LIMIT)],
        [(b"a.fit", Code.E_CRC)],
    )
    assert contents[(1,)] == GPX


def test_a_wrong_checksum_costs_only_its_member() -> None:
    archive = patched(zipped([("a.fit", FIT), ("b.gpx", GPX)]), 16, "<I", 12345)

    contents = unpacked(archive)

    assert contents[(1,)] == GPX
    damaged = contents[(0,)]
    assert isinstance(damaged, LeftOut)
    assert (damaged.name, damaged.code) == (b"a.fit", Code.E_CRC)


def test_damaged_packed_bytes_cost_only_their_member() -> None:
    archive = bytearray(zipped([("a.fit", FIT), ("b.gpx", GPX)]))
    archive[60:90] = b"\xff" * 30

    contents = unpacked(bytes(archive))

    assert isinstance(contents[(0,)], LeftOut)
    assert contents[(1,)] == GPX


def test_missing_packed_bytes_are_noticed() -> None:
    archive = patched(zipped([("a.csv", STRENGTH)], zipfile.ZIP_STORED), 20, "<I", 1_000_000)

    (lost,) = unpacked(archive).values()

    assert isinstance(lost, LeftOut)
    assert lost.code in (Code.E_TRUNCATED, Code.E_ZIP_LIMIT)


def test_much_of_the_same_comes_out_whole() -> None:
    for size in (2_999_999, 9_999_999):
        assert unpacked(zipped([("a.csv", b"\0" * size)])) == {(0,): b"\0" * size}


def test_a_member_that_is_not_where_it_should_be_costs_only_itself() -> None:
    archive = bytearray(zipped([("a.fit", FIT), ("b.gpx", GPX)]))
    archive[archive.rindex(b"PK\3\4")] = 0

    contents = unpacked(bytes(archive))

    assert contents[(0,)] == FIT
    lost = contents[(1,)]
    assert isinstance(lost, LeftOut)
    assert lost.code is Code.E_TRUNCATED


def test_every_cut_of_an_archive_is_refused() -> None:
    archive = zipped([("a.gpx", GPX[:200]), ("b.csv", STRENGTH[:200])])

    assert {refused(archive[:size]) for size in range(4, len(archive))} == {Code.E_TRUNCATED}


def test_bytes_before_or_within_the_archive_are_noticed() -> None:
    archive = zipped([("a.gpx", GPX)])

    assert refused(b"PK\3\4" + archive) is Code.E_TRUNCATED
    assert archives.kind_of(b"#!/bin/sh\n" + archive) is None


def test_a_directory_that_is_no_directory_is_refused() -> None:
    archive = zipped([("a.gpx", GPX), ("b.gpx", GPX)])
    second = archive.rindex(CENTRAL)

    assert refused(archive[:second] + b"XX" + archive[second + 2 :]) is Code.E_TRUNCATED
    assert refused(patched(archive, 30, "<H", 500)) is Code.E_TRUNCATED


def test_a_directory_far_longer_than_its_members_is_refused() -> None:
    comment = zipfile.ZipInfo("a.gpx")
    comment.comment = b"x" * 60_000

    archive = zipped([(comment, GPX)])

    assert refused(archive, replace(LIMITS, archive_members=1)) is Code.E_ZIP_LIMIT
    assert unpacked(archive) == {(0,): GPX}


def test_a_comment_behind_the_archive_is_no_harm() -> None:
    memory = io.BytesIO(zipped([("a.gpx", GPX)]))
    with zipfile.ZipFile(memory, "a") as archive:
        archive.comment = b"from a friend" * 1_000

    assert unpacked(memory.getvalue()) == {(0,): GPX}


def test_members_that_share_bytes_are_refused() -> None:
    archive = zipped([("a.fit", b"\0" * 20_000)])
    start, end = archive.index(CENTRAL), archive.index(END)
    entry = archive[start:end]
    tail = struct.pack("<4s4H2IH", END, 0, 0, 1_000, 1_000, len(entry) * 1_000, start, 0)

    assert refused(archive[:start] + entry * 1_000 + tail) is Code.E_ZIP_LIMIT


def test_fifty_thousand_members_are_listed_and_one_more_is_refused() -> None:
    few = replace(LIMITS, archive_members=3)

    assert len(listed(zipped([(f"{n}.fit", b"x") for n in range(3)]), few).members) == 3
    assert refused(zipped([(f"{n}.fit", b"x") for n in range(4)]), few) is Code.E_ZIP_LIMIT
    assert LIMITS.archive_members == 50_000


def test_many_members_list_quickly() -> None:
    archive = zipped([(f"{number}.fit", b"x") for number in range(20_000)], zipfile.ZIP_STORED)
    begun = time.process_time()

    assert len(listed(archive).members) == 20_000

    assert time.process_time() - begun < 5


def test_all_members_together_stay_within_the_budget() -> None:
    small = replace(LIMITS, archive_out_bytes=2_500)
    archive = zipped([(f"{number}.fit", b"%d" % number * 1_000) for number in range(3)])
    addresses = [(0,), (1,), (2,)]

    assert refused(archive, small) is Code.E_ZIP_LIMIT
    found = dict(archives.contents(io.BytesIO(archive), addresses, small))
    assert [isinstance(found[address], LeftOut) for address in addresses] == [False, False, True]


def test_a_member_may_be_as_large_as_a_file_and_no_larger() -> None:
    limits = replace(LIMITS, file_bytes=1_000)
    archive = zipped([("a.fit", b"x" * 1_000), ("b.fit", b"x" * 1_001)])

    listing = listed(archive, limits)

    assert [member.name for member in listing.members] == [b"a.fit"]
    assert codes(listing) == [(b"b.fit", Code.E_TOO_BIG)]


def test_an_archive_may_be_five_gigabytes_and_no_larger() -> None:
    archive = io.BytesIO(zipped([("a.gpx", GPX)]))

    with pytest.raises(Refused) as caught:
        archives.listing(archive, 5_000_000_001)

    assert caught.value.refusal.code is Code.E_TOO_BIG


@pytest.mark.parametrize(
    ("names", "word"),
    [
        (["[Content_Types].xml", "xl/workbook.xml"], "Excel"),
        (["[Content_Types].xml", "word/document.xml"], "Word"),
        (["[Content_Types].xml", "x"], "Office"),
        (["doc.kml", "files/a.png"], "KMZ"),
        (["AndroidManifest.xml", "classes.dex"], "Android"),
    ],
)
def test_a_zip_that_is_another_kind_of_file_is_named(names: list[str], word: str) -> None:
    archive = zipped([(name, b"x") for name in names])

    with pytest.raises(Refused, match=word) as caught:
        listed(archive)

    assert caught.value.refusal.code is Code.E_UNSUPPORTED


def test_a_map_beside_workouts_does_not_hide_them() -> None:
    listing = listed(zipped([("doc.kml", b"<kml/>"), ("a.gpx", GPX)]))

    assert len(listing.members) == 2


@pytest.mark.parametrize("outer", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_one_zip_within_a_zip_is_opened_whatever_its_name(outer: int) -> None:
    inner = zipped([("b.gpx", GPX), ("anna@web.de_77.fit", FIT)])
    archive = zipped([("a.fit", FIT), ("Part1.dat", inner)], outer)

    listing = listed(archive)

    assert [(member.address, member.name) for member in listing.members] == [
        ((0,), b"a.fit"),
        ((1, 0), b"Part1.dat/b.gpx"),
        ((1, 1), b"Part1.dat/anna@web.de_77.fit"),
    ]
    assert unpacked(archive) == {(0,): FIT, (1, 0): GPX, (1, 1): FIT}


def test_a_zip_three_deep_is_left_out_and_its_neighbours_are_not() -> None:
    inmost = zipped([("a.fit", FIT)])
    archive = zipped([("1.zip", zipped([("2.zip", inmost), ("b.gpx", GPX)])), ("c.fit", FIT)])

    listing = listed(archive)

    assert codes(listing) == [(b"1.zip/2.zip", Code.E_NESTED)]
    assert list(unpacked(archive).values()) == [GPX, FIT]


def test_a_broken_zip_within_a_zip_costs_only_itself() -> None:
    inner = zipped([("b.gpx", GPX)])
    files: Files = [("cut.zip", inner[:-30]), ("sheet.xlsx", b""), ("c.fit", FIT)]
    files[1] = ("sheet.xlsx", zipped([("[Content_Types].xml", b""), ("xl/a.xml", b"")]))

    listing = listed(zipped(files))

    assert codes(listing) == [
        (b"cut.zip", Code.E_TRUNCATED),
        (b"sheet.xlsx", Code.E_UNSUPPORTED),
    ]
    assert [member.name for member in listing.members] == [b"c.fit"]


def test_members_of_all_levels_count_together() -> None:
    inner = zipped([("b.gpx", GPX), ("c.gpx", GPX)])
    archive = zipped([("1.zip", inner), ("2.zip", inner)])

    assert len(listed(archive, replace(LIMITS, archive_members=6)).members) == 4
    assert refused(archive, replace(LIMITS, archive_members=5)) is Code.E_ZIP_LIMIT


def test_a_zip64_archive_is_read() -> None:
    memory = io.BytesIO()
    with (
        zipfile.ZipFile(memory, "w", zipfile.ZIP_DEFLATED) as archive,
        archive.open("a.gpx", "w", force_zip64=True) as member,
    ):
        member.write(GPX)
    content = memory.getvalue()
    start, end = content.index(CENTRAL), content.index(END)
    entry = bytearray(content[start:end])
    sizes = struct.pack("<HHQQ", 1, 16, len(GPX), struct.unpack_from("<I", entry, 20)[0])
    entry[20:28] = b"\xff" * 8
    entry[30:32] = struct.pack("<H", len(sizes))
    entry += sizes
    end_64 = struct.pack(
        "<4sQ2H2I4Q", b"PK\6\6", 44, 45, 45, 0, 0, 1, 1, len(entry), start
    ) + struct.pack("<4sIQI", b"PK\6\7", 0, start + len(entry), 1)
    tail = struct.pack("<4s4H2IH", END, 0, 0, 0xFFFF, 0xFFFF, 0xFFFFFFFF, 0xFFFFFFFF, 0)

    assert unpacked(content[:start] + bytes(entry) + end_64 + tail) == {(0,): GPX}


def test_garmins_account_export_is_told_and_its_json_left_out() -> None:
    part = zipped([("anna.b@web.de_1234.fit", FIT), ("anna.b@web.de_1235.tcx.xyz", GPX)])
    archive = zipped(
        [
            ("DI_CONNECT/DI-Connect-Uploaded-Files/UploadedFiles_0-_Part1.zip", part),
            ("DI_CONNECT/DI-Connect-Fitness/anna_1_summarizedActivities.json", b"[]"),
            ("customer_data/customer.json", b"{}"),
        ]
    )

    listing = listed(archive)

    assert listing.app == "garmin"
    assert [code for _, code in codes(listing)] == [Code.I_MEMBER, Code.I_MEMBER]
    assert [without_address(member.name).rpartition(b"/")[2] for member in listing.members] == [
        b"1234.fit",
        b"1235.tcx.xyz",
    ]
    assert not any(b"@" in without_address(member.name) for member in listing.members)


def test_real_files_in_the_shape_of_garmins_export_come_out_whole(shared: Path) -> None:
    originals = sorted(path for path in (shared / "corpus/fit").rglob("*") if path.is_file())[:200]
    contents = [path.read_bytes() for path in originals]
    parts = [
        zipped([(f"a@b.c_{n}.fit", contents[n]) for n in range(start, len(contents), 2)])
        for start in (0, 1)
    ]
    folder = "DI_CONNECT/DI-Connect-Uploaded-Files/UploadedFiles_0-_Part"

    found = unpacked(zipped([(f"{folder}{n}.zip", part) for n, part in enumerate(parts)]))

    by_address = {(n % 2, n // 2): content for n, content in enumerate(contents)}
    plain = {a: c for a, c in by_address.items() if archives.kind_of(c[:4]) is None}
    assert len(plain) > 50
    assert {address: found[address] for address in plain} == plain


def test_neither_kind_is_no_archive() -> None:
    assert refused(b"not an archive") is Code.E_NOT_RECOGNISED


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_a_damaged_archive_ends_in_content_or_a_code(data: st.DataObject) -> None:
    inner = zipped([("c.fit", FIT[:500])])
    content = bytearray(zipped([("a.fit", FIT[:500]), ("b.csv", STRENGTH[:300]), ("p.zip", inner)]))
    for _ in range(data.draw(st.integers(1, 6))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))

    try:
        found = unpacked(bytes(content))
    except Refused as caught:
        assert caught.refusal.code in set(Code)  # noqa: PT017 - either way is an end
    else:
        assert all(isinstance(each, bytes | LeftOut) for each in found.values())


def test_every_hostile_archive_ends_in_a_code_within_limits(shared: Path) -> None:
    paths = [
        path
        for path in sorted((shared / "hostile").rglob("*"))
        if path.is_file() and archives.kind_of(path.read_bytes()[:4])
    ]
    assert len(paths) >= 15
    for path in paths:
        content = path.read_bytes()
        tracemalloc.start()
        begun = time.monotonic()
        try:
            listing = listed(content)
        except Refused as caught:
            assert caught.refusal.fault  # noqa: PT017 - either way is an end
        else:
            assert listing.members or listing.left_out, path
            list(archives.contents(io.BytesIO(content), [m.address for m in listing.members]))
        assert time.monotonic() - begun < 10, path
        assert tracemalloc.get_traced_memory()[1] < 300_000_000, path
        tracemalloc.stop()
