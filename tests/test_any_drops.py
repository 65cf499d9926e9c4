import contextlib
import datetime as dt
import json
import random
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from pipeline import compliance, jobs
from pipeline.home import Home
from pipeline.settings import Person, Settings
from pipeline.tables import Readings
from pipeline.week import Week

from .drops import FIRST_DAY, NOW, Drop, drops, gz, strong, zipped
from .examples import examples
from .homes import SETTLED_CLOCK_S, new_home, readings, reports
from .in_process import read_in_process

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning:fitparse.*")
IN_MEMORY = Path("/dev/shm")  # noqa: S108 - nothing is looked for there by a known name
ANN = '[people.ann]\nlabel = "Ann"\nzone = "America/New_York"\n'
Json = dict[str, Any]


@pytest.fixture(autouse=True, scope="module")
def quickly() -> Iterator[None]:
    """Read in process; and judge a table once, which `compliance` tests to be a pure function."""
    judge = compliance.judge
    known: dict[tuple[object, ...], list[Week]] = {}

    def judged_once(
        table: Readings, checked: Settings, person: Person, now: dt.datetime
    ) -> list[Week]:
        key = (table.write_ipc(None).getvalue(), repr(checked), person.id, now)
        if key not in known:
            if len(known) > 8:
                known.clear()
            known[key] = judge(table, checked, person, now)
        return list(known[key])

    with read_in_process(), pytest.MonkeyPatch.context() as patch:
        patch.setattr(compliance, "judge", judged_once)
        yield


@contextlib.contextmanager
def homes(count: int) -> Iterator[list[Home]]:
    """Make some empty installations, gone afterwards."""
    place = IN_MEMORY if IN_MEMORY.is_dir() else None
    with tempfile.TemporaryDirectory(dir=place) as folder:
        yield [new_home(Path(folder) / f"{number}") for number in range(count)]


def run(home: Home, dropped: Sequence[Drop] = (), person: str = "me") -> list[jobs.Tally]:
    for each in dropped:
        (home.inbox / person / each.name).write_bytes(each.content)
    return jobs.run(home, NOW, SETTLED_CLOCK_S)


def state(home: Home) -> tuple[bytes, dict[str, bytes]]:
    return readings(home), reports(home)


@st.composite
def partitions(draw: st.DrawFn) -> tuple[list[Drop], list[list[Drop]]]:
    """Draw files, and the same files in another order, divided among up to three runs."""
    dropped = draw(drops())
    order = list(dropped)
    random.Random(draw(st.integers(0, 999))).shuffle(order)  # noqa: S311 - no secret
    runs = draw(st.sampled_from((1, 2, 2, 3)))
    return dropped, [order[number::runs] for number in range(runs)]


def emptied() -> tuple[list[Drop], list[list[Drop]]]:
    """A newer log without the only session of the first week, which has a page by then."""
    later = FIRST_DAY + dt.timedelta(days=6)
    evening = later + dt.timedelta(hours=12)
    pull = "Lat Pulldown (Cable)"
    older = strong((FIRST_DAY, pull, None), (later, "Running", ("3.1", "mi")))
    newer = strong((later, pull, None), (evening, pull, None))
    dropped = [Drop("a", older), Drop("b", newer)]
    return dropped, [[each] for each in dropped]


@examples()
@example(emptied())
@given(partitions())
def test_any_order_and_any_runs_give_the_bytes_of_one_run_also_again_and_after_an_erasure(
    drawn: tuple[list[Drop], list[list[Drop]]],
) -> None:
    dropped, parts = drawn
    with homes(2) as (at_once, in_parts):
        run(at_once, dropped)
        expected = state(at_once)

        for part in parts:
            run(in_parts, part)
        assert state(in_parts) == expected

        (again,) = run(in_parts)
        assert (again.taken, again.read, again.pages) == (0, 0, 0)
        assert state(in_parts) == expected

        shutil.rmtree(in_parts.folder / "people" / "me")
        shutil.rmtree(in_parts.reports / "me")
        run(in_parts)
        assert state(in_parts) == expected


# Slow, and said of judging alone with ten times as many examples in `compliance`.
@examples(30)
@given(drops(2), drops(2))
def test_what_one_person_is_told_does_not_depend_on_who_else_is_there(
    mine: list[Drop], theirs: list[Drop]
) -> None:
    with homes(2) as (alone, together):
        text = together.settings_file.read_text(encoding="utf-8")
        both = text.replace("[people.me]", f"{ANN}\n[people.me]")
        together.settings_file.write_text(both, encoding="utf-8")
        (together.inbox / "ann").mkdir()
        run(alone, mine)

        run(together, theirs, "ann")
        run(together, mine)

        assert readings(together) == readings(alone)
        pages = {path: page for path, page in reports(together).items() if path.startswith("me/")}
        assert pages == reports(alone)


@examples()
@given(drops(3), st.data())
def test_copies_other_names_and_packed_copies_change_no_verdict(
    dropped: list[Drop], data: st.DataObject
) -> None:
    packings = st.sampled_from((bytes, gz, lambda content: gz(gz(content)), zipped))
    drawn = data.draw(
        st.lists(st.tuples(st.sampled_from(dropped), packings), min_size=1, max_size=3)
    )
    copies = [
        Drop(f"again {number}", pack(each.content)) for number, (each, pack) in enumerate(drawn)
    ]
    with homes(1) as (home,):
        run(home, dropped)
        expected = verdicts(home)

        run(home, copies)

        assert verdicts(home) == expected


def verdicts(home: Home) -> dict[str, Json]:
    """What each week says of the programme, without the names of files."""
    weeks = [json.loads(path.read_bytes()) for path in sorted(home.reports.rglob("*-W*.json"))]
    return {each["report_id"]: verdict(each) for each in weeks}


def verdict(week: Json) -> Json:
    jogs = [
        {key: value for key, value in jog.items() if key not in ("source", "alternates")}
        for jog in week["jogs"]
    ]
    status = {key: week["status"][key] for key in ("code", "done", "due")}
    return {"status": status, "exercises": week["exercises"], "jogs": jogs}
