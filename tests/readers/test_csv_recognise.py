from pathlib import Path

import pytest

from pipeline.readers import csv_apps
from tests.readers.strength_logs import SAMPLES


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.name)
def test_every_sample_is_recognised_even_when_its_head_is_cut(path: Path) -> None:
    content = path.read_bytes()

    assert all(csv_apps.recognises(content[:size]) for size in range(1, len(content)))


@pytest.mark.parametrize(
    "head",
    [
        b"\x0e\x10\x00\x00\x00\x00\x00\x00.FIT\x00",
        b"AAAAAAAA.FITAAAA",
        b"\x0e\x10",
        b"PK\x03\x04a,b",
        b"\x1f\x8b\x08",
        b"%PDF-1.7",
        b"SQLite format 3\0",
        b"\x89PNG\r\n\x1a\n",
        b"\xff\xd8\xff\xe0",
        b"GIF89a",
        b"\x00\x05\x16\x07",
        b"<gpx>",
        b"\xef\xbb\xbf \n<gpx>",
        "<gpx/>".encode("utf-16"),
        b'{"a": 1}',
        b" [1, 2]",
        b"a,b\n\xe9\x02\x01",
        b"a,b\n\x81",
        b"\xff\xfe\x00\xd8\x00\x00",
    ],
)
def test_what_is_no_text_or_another_kind_is_not_claimed(head: bytes) -> None:
    assert not csv_apps.recognises(head)


@pytest.mark.parametrize(
    "head", [b"a,b\n1,2", "é,b\n".encode("cp1252"), "a,b\n".encode("utf-16"), b"a,b\n1,\0\n", b""]
)
def test_any_other_text_is_claimed(head: bytes) -> None:
    assert csv_apps.recognises(head)
