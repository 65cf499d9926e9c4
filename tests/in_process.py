"""Reading without children, for properties that read thousands of small files of our own."""

import contextlib
import pickle
from collections.abc import Iterable, Iterator

import pytest

from pipeline import guard, readers
from pipeline.errors import Declined
from pipeline.guard import Answer, Source, work
from pipeline.guard.work import Budget

PLENTY = Budget(60.0, 1 << 30, 1 << 30, 60.0, 1 << 30)


class Reader:
    """Answers as children would, one source at a time, without limits."""

    def answers(self, sources: Iterable[Source]) -> Iterator[tuple[Source, Answer]]:
        """Yield what came of each source, in the order given."""
        for source in sources:
            answer = _answer(source, readers.read)
            if isinstance(answer.outcome, Declined):
                answer = _answer(source, readers.read_reference)
            yield source, answer


def _answer(source: Source, read: work.Read) -> Answer:
    (pickled,) = work.answers([source], [PLENTY], read)
    answer = pickle.loads(pickled)  # noqa: S301 - from the line above
    assert isinstance(answer, Answer)
    return answer


@contextlib.contextmanager
def read_in_process() -> Iterator[None]:
    """Read in this process for as long as this is open."""

    def unlimited(_: float) -> None:
        """Leave the processor time of the tests alone."""

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(guard, "guarded", lambda **_: contextlib.nullcontext(Reader()))
        patch.setattr(work, "_allow_cpu", unlimited)
        yield
