import datetime as dt
import hashlib
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline import compliance, ledger, readers
from pipeline.errors import Declined
from pipeline.settings import Person, Settings
from pipeline.tables import readings_of
from pipeline.week import Week
from tests.drops import NOW, STARTS, contents, fit, logs, recordings, tcx
from tests.examples import examples

from .rows import BERLIN, SEEN, Row

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning:fitparse.*")
ME = Person("me", "Alex", BERLIN)
A_DAY = dt.timedelta(days=1)


def row(content: bytes, first_seen: dt.datetime = SEEN) -> Row:
    said = readers.read(content)
    if isinstance(said, Declined):
        said = readers.read_reference(content)
    assert not isinstance(said, Declined)
    sha256 = hashlib.sha256(content).hexdigest()
    return ledger.row(sha256, len(content), first_seen, said, "1") | {"names": [sha256.encode()]}


def judged(rows: Sequence[Row]) -> list[Week]:
    return compliance.judge(ledger.merged(readings_of([]), rows), Settings((ME,)), ME, NOW)


def verdicts(weeks: Sequence[Week]) -> list[object]:
    """All but the notes, the files linked to a session, and the sessions that do not count.

    A cut file is linked to the session of the whole one, or noted as refused; its own distance
    may be named beside the whole one's.
    """
    return [
        (
            each.calendar.id,
            each.status,
            each.exercises,
            [
                (jog.day, jog.start_local, jog.metres, jog.under_limit, jog.at_least)
                for jog in each.jogs
            ],
            [
                (session.day, session.start_local, session.exercise, session.sets, session.metres)
                for session in each.sessions
                if session.counted
            ],
        )
        for each in weeks
    ]


@pytest.mark.parametrize("size", [200, 179])
def test_the_beginning_of_a_file_goes_where_the_whole_of_it_goes(size: int) -> None:
    """What overlaps the whole file need not overlap its beginning, which has no end."""
    later = STARTS[17]
    whole = tcx(STARTS[16], 5200.0, "running")
    rows = [row(fit(later, 4999.99, "running")), row(whole, SEEN + A_DAY)]

    found = judged([row(whole[:size]), *rows])

    assert [len(each.jogs) for each in found] == [1]
    assert verdicts(found) == verdicts(judged(rows))


@examples()
@given(st.one_of(recordings(), logs()), st.lists(contents(), max_size=2), st.data())
def test_a_file_cut_anywhere_and_then_the_whole_one_are_judged_as_the_whole_one_alone(
    whole: bytes, others: list[bytes], data: st.DataObject
) -> None:
    cut = whole[: data.draw(st.integers(1, len(whole) - 1))]
    rows = [row(each) for each in others]
    rows.append(row(whole, SEEN + A_DAY))

    found = judged([row(cut), *rows])

    assert verdicts(found) == verdicts(judged(rows))
