import gzip
import itertools
import os
import shutil
import subprocess
from collections.abc import Iterator
from concurrent.futures.process import BrokenProcessPool
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from pebble import ProcessPool

from pipeline import guard
from pipeline.errors import Code, Declined, NoReaders, Refusal
from pipeline.guard import children
from pipeline.readers.limits import LIMITS, Limits

SAMPLES = Path(__file__).resolve().parents[1] / "sample_data" / "inbox"
SHORT = replace(LIMITS, child_cpu_s=1.0, child_cpu_s_per_mb=0.0)
PROGRAMS = guard.Reads(own=exec)  # type: ignore[arg-type]


def files(folder: Path, *contents: str) -> list[Path]:
    paths = [folder / str(number) for number in range(len(contents))]
    for path, content in zip(paths, contents, strict=True):
        path.write_text(content, encoding="utf-8")
    return paths


def die(_limits: Limits, _factor: int) -> None:
    os.abort()


def outcomes(paths: list[Path], **changed: Any) -> list[Any]:  # noqa: ANN401
    with guard.guarded(**changed) as held:
        answers = held.answers(guard.Source.of(path) for path in paths)
        return [answer.outcome for _, answer in answers]


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
    assert codes(paths, reads=PROGRAMS) == [None, crash, None, crash, crash, None]


@pytest.mark.parametrize(("kills", "code"), [(1, None), (2, None), (3, Code.E_MEMORY)])
def test_a_child_that_somebody_kills_costs_its_file_nothing_unless_it_happens_each_time(
    tmp_path: Path, kills: int, code: Code | None
) -> None:
    marks = [tmp_path / f"mark {number}" for number in range(kills)]
    for mark in marks:
        mark.touch()
    program = (
        "import os, signal\n"
        f"for mark in {[str(mark) for mark in marks]}:\n"
        "    if os.path.exists(mark):\n"
        "        os.unlink(mark)\n"
        "        os.kill(os.getpid(), signal.SIGKILL)\n"
    )

    assert codes(files(tmp_path, "pass", program, "pass"), reads=PROGRAMS) == [None, code, None]


@pytest.mark.parametrize("kills", [1, 2])
def test_a_fork_server_that_somebody_kills_costs_no_file_anything(
    tmp_path: Path, kills: int
) -> None:
    marks = [tmp_path / f"mark {number}" for number in range(kills)]
    for mark in marks:
        mark.touch()
    program = (
        "import os, signal, time\n"
        f"for mark in {[str(mark) for mark in marks]}:\n"
        "    if os.path.exists(mark):\n"
        "        os.unlink(mark)\n"
        "        os.kill(os.getppid(), signal.SIGKILL)\n"
        "        time.sleep(1)\n"
    )
    paths = files(tmp_path, *(["pass"] * 40), program, *(["pass"] * 40))

    assert [each for each in codes(paths, reads=PROGRAMS) if each] == []
    assert not any(mark.exists() for mark in marks)


@pytest.mark.parametrize(("failures", "given_up"), [(2, False), (4, False), (99, True)])
def test_children_that_cannot_be_started_for_a_moment_are_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, failures: int, *, given_up: bool
) -> None:
    left = itertools.repeat(None, failures)
    schedule = ProcessPool.schedule

    def scheduled(pool: ProcessPool, *arguments: Any, **named: Any) -> Any:  # noqa: ANN401
        if next(left, "none") is None:
            raise BrokenProcessPool
        return schedule(pool, *arguments, **named)

    monkeypatch.setattr(ProcessPool, "schedule", scheduled)
    monkeypatch.setattr(children, "PAUSES_S", (0.0,) * 5)
    paths = files(tmp_path, "pass", "pass")

    if given_up:
        with pytest.raises(NoReaders):
            codes(paths, reads=PROGRAMS)
    else:
        assert codes(paths, reads=PROGRAMS) == [None, None]


def test_a_reader_that_loops_is_ended_by_its_processor_time(tmp_path: Path) -> None:
    paths = files(tmp_path, "while True: pass", "pass")

    slow, read = outcomes(paths, reads=PROGRAMS, limits=SHORT)

    assert slow == Refusal(Code.E_TIME, "Reading took longer than 2 s.")
    assert read is None


def test_a_reader_that_sleeps_is_ended_by_the_clock(tmp_path: Path) -> None:
    asleep = replace(LIMITS, batch_wall_s=1.0)
    paths = files(tmp_path, "import time; time.sleep(60)", "pass")

    assert codes(paths, reads=PROGRAMS, limits=asleep) == [Code.E_TIME, None]


def test_a_reader_that_eats_memory_is_refused_beyond_twice_the_limit(tmp_path: Path) -> None:
    small = replace(LIMITS, child_address_bytes=100_000_000)
    paths = files(tmp_path, "bytearray(50_000_000)", "bytearray(150_000_000)", "bytearray(10**9)")

    *read, too_large = outcomes(paths, reads=PROGRAMS, limits=small)

    assert not any(read)
    assert too_large == Refusal(Code.E_MEMORY, "Reading needed more than 200 MB.")


def test_a_reader_can_write_no_file_and_sees_no_home(tmp_path: Path) -> None:
    target = tmp_path / "written"
    writes = f"open({str(target)!r}, 'w').write('x' * 10_000)"
    environment = "import os; assert set(os.environ) == {'PATH', 'POLARS_MAX_THREADS'}"
    paths = files(tmp_path, writes, environment)

    assert codes(paths, reads=PROGRAMS) == [Code.E_CRASH, None]
    assert not target.exists() or target.stat().st_size == 0


def test_a_reader_has_no_network_where_the_kernel_lets_it_give_it_up(tmp_path: Path) -> None:
    giving_up = ["unshare", "--user", "--net", "true"]
    if shutil.which(giving_up[0]) is None or subprocess.run(giving_up, check=False).returncode:  # noqa: S603 - ours
        pytest.skip("this kernel lets nobody give up the network")
    alone = "import socket; assert [name for _, name in socket.if_nameindex()] in ([], ['lo'])"
    unreachable = "import socket; socket.create_connection(('127.0.0.1', 9), timeout=5)"

    assert codes(files(tmp_path, alone, unreachable), reads=PROGRAMS) == [None, Code.E_CRASH]


def test_what_a_file_says_may_take_twice_8_mb_at_most(tmp_path: Path) -> None:
    paths = files(tmp_path, "7900000", "15900000", "16100000")

    found = codes(paths, reads=guard.Reads(own=as_many_bytes))  # type: ignore[arg-type]

    assert found == [None, None, Code.E_MEMORY]


def test_a_large_log_may_say_four_times_its_size_more(tmp_path: Path) -> None:
    paths = files(tmp_path, f"{15_900_000:<2000000}")

    found = codes(paths, reads=guard.Reads(own=as_many_bytes))  # type: ignore[arg-type]

    assert found == [None]


def as_many_bytes(content: bytes) -> bytes:
    return b"x" * int(content)


def test_what_cannot_leave_the_child_is_a_crash(tmp_path: Path) -> None:
    unpicklable = guard.Reads(own=memoryview)  # type: ignore[arg-type]

    assert codes(files(tmp_path, "x"), reads=unpicklable) == [Code.E_CRASH]


def test_an_original_that_is_gone_is_our_fault_and_no_refusal(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        outcomes([tmp_path / "gone"])


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
        "zero_fields_1MB.fit": Code.E_NO_ACTIVITY,
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
        list(guard.read_all([file], prepare=die))


FATAL = {
    "a signal": "import os, signal; os.kill(os.getpid(), signal.SIGSEGV)",
    "an abort": "import os; os.abort()",
    "an exit": "raise SystemExit(0)",
    "an interrupt": "raise KeyboardInterrupt",
    "a kill": "import os, signal; os.kill(os.getpid(), signal.SIGKILL)",
    "a memory hog": "bytearray(10**10)",
    "a closed pipe": "import os; os.closerange(3, 64)",
    "too many open files": "import os; kept = [os.open('/dev/null', 0) for _ in range(64)]",
}


@pytest.mark.parametrize("program", FATAL.values(), ids=FATAL)
def test_whatever_ends_a_child_in_a_batch_its_neighbours_are_read_as_if_alone(
    tmp_path: Path, program: str
) -> None:
    paths = files(tmp_path, *["pass"] * 7, program, *["pass"] * 9)

    found = codes(paths, reads=PROGRAMS)

    assert found[:7] + found[8:] == [None] * 16
    assert found[7] in (Code.E_CRASH, Code.E_MEMORY)


def test_no_child_is_left_behind_however_the_reading_ends(tmp_path: Path) -> None:
    paths = files(tmp_path, *["import time; time.sleep(60)"] * 40)
    before = children_of_ours()

    with guard.guarded(reads=PROGRAMS) as held:
        begun = held.answers(guard.Source.of(path) for path in paths)
        with pytest.raises(ZeroDivisionError):
            next(interrupted(begun))

    assert children_of_ours() <= before


def interrupted(answers: Iterator[Any]) -> Iterator[Any]:
    yield 1 // 0
    yield from answers


def children_of_ours() -> set[str]:
    """Ids of the processes that the fork server of this process started, zombies included."""
    parents = {}
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            pid, _, rest = status.read_text(encoding="ascii", errors="replace").partition(" ")
        except OSError:
            continue
        parents[pid] = rest.rpartition(")")[2].split()[1]
    ours = {pid for pid, parent in parents.items() if parent == str(os.getpid())}
    return {pid for pid, parent in parents.items() if parent in ours}


def declined(content: bytes) -> Declined:
    del content
    return Declined("fit", "a test")


def process_id(content: bytes) -> Any:  # noqa: ANN401 - no reader, so that the test sees the child
    del content
    return Refusal(Code.E_EMPTY, f"{os.getpid()}")


def test_what_our_own_reader_declines_is_read_by_the_reference_each_in_a_fresh_child(
    tmp_path: Path,
) -> None:
    paths = files(tmp_path, *"abcde")

    by_reference = outcomes(paths, reads=guard.Reads(own=declined, reference=process_id))
    by_own = outcomes(paths, reads=guard.Reads(own=process_id))

    assert len({each.fault for each in by_reference}) == 5
    assert len({each.fault for each in by_own}) == 1


def test_the_reference_readers_may_be_asked_for_every_file(tmp_path: Path) -> None:
    paths = files(tmp_path, *"abc")
    reads = guard.Reads(own=declined, reference=process_id)

    assert len({each.fault for each in outcomes(paths, mode="reference", reads=reads)}) == 3


def test_every_sample_is_read_the_same_after_any_other_in_one_child() -> None:
    samples = sorted(path for path in SAMPLES.iterdir() if path.is_file())
    alone = {path: outcomes([path])[0] for path in samples}
    one_child = replace(LIMITS, batch_files=1_000, batch_bytes=100_000_000)
    pairs = [path for pair in itertools.permutations(samples, 2) for path in pair]

    for path, outcome in guard.read_all(pairs, limits=one_child):
        assert outcome == alone[path], path


def test_sources_are_drawn_as_they_are_needed(tmp_path: Path) -> None:
    (path,) = files(tmp_path, "x")
    drawn = itertools.count()

    with guard.guarded(reads=guard.Reads(own=process_id)) as held:
        answers = held.answers(
            guard.Source(path, 1) for _ in itertools.takewhile(lambda n: n < 100_000, drawn)
        )
        next(answers)

    assert next(drawn) < 32 * 50


def test_a_batch_that_breaks_its_pool_costs_the_batches_behind_it_nothing(tmp_path: Path) -> None:
    few = replace(LIMITS, batch_files=4)
    programs = ["pass"] * 60
    programs[2] = "import os; os.closerange(3, 64); os._exit(1)"
    programs[30] = "import os, signal; os.kill(os.getpid(), signal.SIGKILL)"

    found = codes(files(tmp_path, *programs), reads=PROGRAMS, limits=few)

    assert (found[2], found[30]) == (Code.E_CRASH, Code.E_MEMORY)
    assert set(found[:2] + found[3:30] + found[31:]) == {None}
