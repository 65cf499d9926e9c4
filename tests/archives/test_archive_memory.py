import contextlib
import gzip
import io
import resource
import struct
import zipfile
from collections.abc import Iterator
from pathlib import Path

from pipeline import archives
from pipeline.errors import Code
from pipeline.members import LeftOut

NOISE = b"".join(
    struct.pack("<Q", number * 0x9E3779B97F4A7C15 % 2**64) for number in range(300_000)
)


@contextlib.contextmanager
def address_space(more_bytes: int) -> Iterator[None]:
    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
    resource.setrlimit(resource.RLIMIT_AS, (pages * resource.getpagesize() + more_bytes, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, (soft, hard))


def test_a_member_too_large_for_memory_costs_only_itself() -> None:
    memory = io.BytesIO()
    with zipfile.ZipFile(memory, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.csv", NOISE)
        archive.writestr("b.csv", b"small")
    content = bytearray(memory.getvalue())
    struct.pack_into("<I", content, content.index(b"PK\1\2") + 24, 250_000_000)

    with address_space(100_000_000):
        found = dict(archives.contents(io.BytesIO(content), [(0,), (1,)]))

    lost = found[(0,)]
    assert isinstance(lost, LeftOut)
    assert (lost.name, lost.code) == (b"a.csv", Code.E_MEMORY)
    assert found[(1,)] == b"small"


def test_a_gzip_file_too_large_for_memory_is_a_code() -> None:
    archive = io.BytesIO(gzip.compress(NOISE + bytes(200_000_000), 1))

    with address_space(50_000_000):
        ((_, lost),) = archives.contents(archive, [(0,)])

    assert isinstance(lost, LeftOut)
    assert lost.code is Code.E_MEMORY
