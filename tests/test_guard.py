import gzip
import os
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from pipeline import guard
from pipeline.errors import Code, NoReaders, Refusal
from pipeline.readers.limits import LIMITS
from pipeline.tables import Reading

SAMPLES = Path(__file__).resolve().parents[1] / "sample_data" / "inbox"
SHORT = replace(LIMITS, child_cpu_s=1.0, child_cpu_s_per_mb=0.0)


def files(folder: Path, *contents: str) -> list[Path]:
    paths = [folder / str(number) for number in range(len(contents))]
    for path, content in zip(paths, contents, strict=True):
        path.write_text(content, encoding="utf-8")
    return paths


def outcomes(paths: list[Path], **changed: Any) -> list[guard.Outcome]:  # noqa: ANN401
    return [outcome for _, outcome in guard.read_all(paths, **changed)]


def codes(paths: list[Path], **changed: Any) -> list[str | None]:  # noqa: ANN401
    found = outcomes(paths, **changed)
    return [each.code if isinstance(each, Refusal) else None for each in found]


# Where no real file does what must be survived, the files are programs, and `exec` the reader.


def test_a_reader_that_dies_is_a_crash_and_its_neighbours_are_read(tmp_path: Path) -> None:
    paths = files(
        tmp_path,
        "pass",
        "import os, signal; os.kill(os.getpid(), signal.SIGSEGV)",
        "pass",
        "import os; os.abort()",
        "raise SystemExit(0)",
        "pass",
    )

    crash = Code.E_CRASH
    assert codes(paths, read=exec) == [None, crash, None, crash, crash, None]


def test_a_reader_that_loops_is_ended_by_its_processor_time(tmp_path: Path) -> None:
    paths = files(tmp_path, "while True: pass", "pass")

    slow, read = outcomes(paths, read=exec, limits=SHORT)

    assert slow == Refusal(Code.E_TIME, "Reading took longer than 2 s.")
    assert read is None


def test_a_reader_that_sleeps_is_ended_by_the_clock(tmp_path: Path) -> None:
    asleep = replace(LIMITS, child_cpu_s=0.1, child_cpu_s_per_mb=0.0)
    paths = files(tmp_path, "import time; time.sleep(60)", "pass")

    assert codes(paths, read=exec, limits=asleep) == [Code.E_TIME, None]


def test_a_reader_that_eats_memory_is_refused_beyond_twice_the_limit(tmp_path: Path) -> None:
    small = replace(LIMITS, child_address_bytes=100_000_000)
    paths = files(tmp_path, "bytearray(50_000_000)", "bytearray(150_000_000)", "bytearray(10**9)")

    *read, too_large = outcomes(paths, read=exec, limits=small)

    assert not any(read)
    assert too_large == Refusal(Code.E_MEMORY, "Reading needed more than 200 MB.")


def test_a_reader_can_write_no_file_and_sees_no_home(tmp_path: Path) -> None:
    target = tmp_path / "written"
    writes = f"open({str(target)!r}, 'w').write('x' * 10_000)"
    paths = files(tmp_path, writes, "import os; assert 'HOME' not in os.environ")

    assert codes(paths, read=exec) == [Code.E_CRASH, None]
    assert not target.exists() or target.stat().st_size == 0


def test_what_a_file_says_may_take_twice_8_mb_at_most(tmp_path: Path) -> None:
    paths = files(tmp_path, "x" * 7_900_000, "x" * 15_900_000, "x" * 16_100_000)

    found = codes(paths, read=bytes.upper)

    assert found == [None, None, Code.E_MEMORY]


def test_what_cannot_leave_the_child_is_a_crash(tmp_path: Path) -> None:
    assert codes(files(tmp_path, "x"), read=memoryview) == [Code.E_CRASH]


def test_an_original_that_is_gone_is_our_fault_and_no_refusal(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        outcomes([tmp_path / "gone"])


def test_a_heavy_real_file_ends_in_time_and_its_neighbour_is_read(shared: Path) -> None:
    (heavy,) = (shared / "corpus" / "fit").rglob("big_activity.fit")

    slow, read = outcomes([heavy, SAMPLES / "2026-11-04-181207.fit"], limits=SHORT)

    assert isinstance(slow, Refusal)
    assert slow.code is Code.E_TIME
    assert isinstance(read, Reading)


def test_hostile_files_that_once_took_minutes_are_answered_at_once(
    shared: Path, tmp_path: Path
) -> None:
    packed = [
        *(shared / "hostile" / "fit").glob("zero_fields_*.fit.gz"),
        *(shared / "hostile" / "fit").glob("255defs*.fit.gz"),
        *(shared / "hostile" / "gpx").glob("*.gpx.gz"),
    ]
    paths = []
    for path in packed:
        with gzip.open(path) as content:
            paths.append(tmp_path / path.stem)
            paths[-1].write_bytes(content.read(20_000_000))

    found = dict(zip((path.name for path in paths), codes(paths, limits=SHORT), strict=True))

    assert found == {
        "zero_fields_10MB.fit": Code.E_FIT_LIMIT,
        "zero_fields_1MB.fit": Code.E_FIT_LIMIT,
        "255defs_1MB.fit": Code.E_NO_ACTIVITY,
        "xmlns_redos_80k.gpx": Code.E_XML_LIMIT,
    }


def test_xml_150_000_deep_is_refused_at_its_65th_level(tmp_path: Path) -> None:
    deep = "<gpx>" + "<a>" * 150_000

    (refused,) = outcomes(files(tmp_path, deep))

    assert isinstance(refused, Refusal)
    assert (refused.code, refused.fault) == (Code.E_XML_LIMIT, "The depth exceeds 64 at line 1.")


def test_outcomes_come_in_the_order_of_the_files_and_the_same_twice() -> None:
    paths = sorted(path for path in SAMPLES.iterdir() if path.is_file())
    backwards = list(reversed(paths))

    forth = list(guard.read_all(paths))

    assert [path for path, _ in forth] == paths
    assert dict(guard.read_all(backwards)) == dict(forth)


def test_children_that_cannot_be_started_are_our_fault_and_refuse_no_file(
    tmp_path: Path,
) -> None:
    file = tmp_path / "a.gpx"
    file.write_bytes(b"<gpx/>")

    with pytest.raises(NoReaders, match="could not be started"):
        list(guard.read_all([file], prepare=os.abort))
