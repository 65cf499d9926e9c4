import datetime as dt
import random
import shutil
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from pipeline import readers
from pipeline.errors import Code, Refusal
from pipeline.guard import Answer
from pipeline.readers.limits import LIMITS
from pipeline.tables import Reading
from tests.corpora import SHARED
from tests.fuzz import oracle, run, trial
from tests.fuzz.chain import Chain
from tests.fuzz.crafted import CRAFTED
from tests.fuzz.inputs import FORMATS, Input, made
from tests.fuzz.seeds import of

pytestmark = [
    pytest.mark.filterwarnings("ignore::DeprecationWarning:fitparse.*"),
    pytest.mark.filterwarnings("ignore::RuntimeWarning:pipeline.*"),  # of numpy, for absurd numbers
]
SEED = 11
INPUTS = 5_000  # of all formats, in a minute and a half of one core
CHAIN_EVERY = 24


@pytest.fixture(scope="module")
def trials(tmp_path_factory: pytest.TempPathFactory) -> Iterator[trial.Trial]:
    with trial.ready(tmp_path_factory.mktemp("fuzz")) as ready:
        yield ready


@pytest.mark.parametrize("format_name", FORMATS)
def test_every_input_ends_in_content_or_a_code_and_twice_the_same(format_name: str) -> None:
    count = INPUTS // len(FORMATS)

    found = run.tried(run.Plan(format_name, SEED, range(count), chain_every=CHAIN_EVERY))

    assert found.failures == []
    assert found.inputs == count
    assert len(found.outcomes) > 1, "every input ends alike: they are no good"
    if format_name not in {"settings", "names"}:
        assert found.judged > 0


@pytest.mark.parametrize("name", CRAFTED)
def test_what_asks_for_too_much_with_few_bytes_ends_in_a_code(
    name: str, trials: trial.Trial
) -> None:
    verdict = trials.tried(Input("any", CRAFTED[name]))

    assert verdict.faults == ()
    assert verdict.outcome in {*Code, "reading", "listing"}


def test_small_hostile_files_are_read_by_the_reference_readers_too(tmp_path: Path) -> None:
    hostile = SHARED / "hostile"
    if not hostile.is_dir():
        pytest.skip("../shared is not there: no hostile file was read")
    paths = [each for each in sorted(hostile.rglob("*")) if each.is_file()]
    with trial.ready(tmp_path, is_reference=True) as trials:
        for path in paths:
            if path.suffix in {".fit", ".gpx"} and path.stat().st_size < 50_000:
                assert trials.tried(Input("any", path.read_bytes())).faults == (), path.name


def test_the_same_number_makes_the_same_input() -> None:
    for name in FORMATS:
        assert [made(name, 5, at) for at in range(20)] == [made(name, 5, at) for at in range(20)]
        assert made(name, 5, 3) != made(name, 6, 3)


GOOD = of("gpx", is_wide=False)[0]


def _fails(monkeypatch: pytest.MonkeyPatch, trials: trial.Trial, fault: object) -> tuple[str, ...]:
    """Let the reader of GPX do something it may not; return what the oracle says of it."""

    def read(content: bytes) -> Reading:
        said = readers.gpx.read(content)
        return fault(said) if callable(fault) else said

    broken = replace(readers.READERS["gpx"], read=read, reference=None)
    monkeypatch.setitem(readers.READERS, "gpx", broken)
    return trials.tried(Input("gpx", GOOD)).faults


def _with(said: Reading, **figures: object) -> Reading:
    (activity,) = said.activities
    return replace(said, activities=(replace(activity, **figures),))  # type: ignore[arg-type]


def _raises(fault: BaseException) -> Reading:
    raise fault


def _writes(said: Reading) -> Reading:
    with Path("/dev/null").open("w", encoding="utf-8"):
        return said


def _burns(said: Reading) -> Reading:
    until_s = time.process_time() + 1.1 * trial.CPU_S
    while time.process_time() < until_s:
        pass
    return said


LONG_AGO = dt.datetime(1999, 6, 1, tzinfo=dt.UTC)
CALLS = iter(range(1_000))
PLANTED = {
    "an exception": lambda _: _raises(KeyError("x")),
    "memory": lambda _: _raises(MemoryError()),
    "the end of the process": lambda _: _raises(SystemExit(1)),
    "no number": lambda said: _with(said, track_m=float("nan")),
    "too far": lambda said: _with(said, session_m=LIMITS.metres + 1),
    "before 2000": lambda said: _with(said, local_start=None, starts_at=LONG_AGO),
    "too long": lambda said: _with(said, title="x" * 1_001),
    "nothing said": lambda said: replace(said, activities=()),
    "another time": lambda said: _with(said, samples=next(CALLS)),
    "a file written": _writes,
    "too slow": _burns,
}


@pytest.mark.parametrize("name", PLANTED)
def test_the_oracle_notices_a_planted_fault(
    name: str, monkeypatch: pytest.MonkeyPatch, trials: trial.Trial
) -> None:
    assert trials.tried(Input("gpx", GOOD)).faults == ()

    assert _fails(monkeypatch, trials, PLANTED[name])


@pytest.mark.parametrize("sentence", ["no end", "x" * 400 + ".", "a\x1b[31m.", "\u202e."])
def test_the_oracle_notices_a_sentence_that_cannot_be_shown(sentence: str) -> None:
    assert list(oracle.faults(Answer(Refusal(Code.E_XML, sentence))))


def test_the_oracle_notices_what_cannot_be_judged() -> None:
    chain = Chain(random.Random(1))  # noqa: S311 - no secret
    good = readers.read(GOOD)
    assert isinstance(good, Reading)
    answers = [Answer(good), Answer(_with(good, zone_source=5))]

    for number, answer in enumerate(answers):
        chain.add(number, trial.Verdict("reading", (), (answer,)))
    chain.judge()

    assert [number for number, _ in chain.failed] == [1]


def test_no_input_leaves_a_file_behind(tmp_path: Path) -> None:
    with trial.ready(tmp_path) as trials:
        for number in range(30):
            trials.tried(made("zip", SEED, number))
    left = sorted(path.name for path in tmp_path.iterdir())
    shutil.rmtree(tmp_path)

    assert left == ["input"]
