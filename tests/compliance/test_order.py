import datetime as dt
from collections.abc import Callable
from itertools import product
from typing import Any

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from pipeline import compliance
from pipeline.report.folder import digest
from pipeline.settings import Pause, Person, Settings
from pipeline.tables import Readings, readings_of
from pipeline.week import Week
from tests.examples import examples, one_of

from .rows import (
    AFTER,
    BERLIN,
    LIFTS,
    Row,
    file,
    judged,
    lift,
    log,
    refused,
    run,
    shuffled,
    track,
    typed,
)

MINUTES = (0, 5, 19, 20, 30, 61, 720)
METRES = (None, 50.0, 2600.0, 4000.0, 4995.0, 5000.0, 5200.0)
LENGTHS = (0, 20, 40, 400)
SPORTS = ("running", "running", None, "walking", "cycling")
INTEGRITIES = ("whole", "whole", "truncated", "checksum")
SAMPLES = (0, 100)
ACTIVITIES = tuple(product(MINUTES, METRES, LENGTHS, SPORTS, INTEGRITIES, SAMPLES))
# Of logs, some know the time of day and some the day only.
LIFTED = tuple(product(MINUTES, (10, 16), (*LIFTS, "Pull thing", "Bench Press")))
RAN = tuple(product(MINUTES, (10, 16), METRES))
Make = Callable[[str], Row]


def start(minutes: int) -> str:
    return f"2026-11-1{minutes % 3} {6 + minutes // 60:02}:{minutes % 60:02}"


def recorded(drawn: tuple[bool, list[tuple[Any, ...]]]) -> Make:
    is_fit, activities = drawn
    make, kind = (run, "fit") if is_fit else (track, "gpx")
    made = [
        make(start(at), metres, length, sport=sport, integrity=integrity, samples=samples)
        for at, metres, length, sport, integrity, samples in activities
    ]
    return lambda name: file(f"{name}.{kind}", *made)


def logged(lines: list[tuple[Any, ...]]) -> Make:
    # Each line once: where one log tells twice of what another tells once, and none knows how
    # far it was, the hashes say whether that were two runs.
    made = [
        lift(what, start(at)[:length]) if isinstance(what, str) else typed(start(at)[:length], what)
        for at, length, what in dict.fromkeys(lines)
    ]
    return lambda name: log(f"{name}.csv", *made)


CONTENTS = st.one_of(
    st.tuples(st.booleans(), st.lists(one_of(ACTIVITIES), min_size=1, max_size=2)).map(recorded),
    st.lists(one_of((*LIFTED, *RAN)), min_size=1, max_size=5).map(logged),
    st.just(refused),
)
# The names decide the hashes, and they the order of what is equal otherwise.
TABLES = st.builds(
    lambda number, makes: [make(f"{number + place}") for place, make in enumerate(makes)],
    st.integers(0, 9999),
    st.lists(CONTENTS, min_size=1, max_size=6),
)


def unsorted(rows: list[Row], seed: int) -> list[Week]:
    mixed = shuffled(rows, seed)
    table = readings_of(mixed)
    order = pl.DataFrame({"sha256": [row["sha256"] for row in mixed]})
    as_dropped = Readings(
        order.join(table, on="sha256", maintain_order="left").select(table.columns)
    )
    return compliance.judge(as_dropped, Settings((ZOE, ME, SAM)), ME, AFTER)


ME = Person("me", "Alex", BERLIN)
PAUSE = Pause(dt.date(2026, 11, 9), dt.date(2026, 11, 15), "travel")
ZOE = Person("zoe", "Zoe", "Asia/Tokyo", pauses=(PAUSE,))
SAM = Person("sam", "Sam", BERLIN, names={"Bench Press": "shrug", "Running": "none"})


@examples()
@given(rows=TABLES, seed=st.integers(0, 1000))
def test_no_order_and_no_other_person_changes_a_week_and_it_shows_every_recording(
    rows: list[Row], seed: int
) -> None:
    found, expected = unsorted(rows, seed), judged(rows)

    assert found == expected
    assert list(map(digest, found)) == list(map(digest, expected))
    shows_all(expected, rows)


@examples()
@given(rows=TABLES, data=st.data())
def test_the_same_file_with_other_bytes_changes_no_verdict(
    rows: list[Row], data: st.DataObject
) -> None:
    recorded = [row for row in rows if row["kind"] != "csv"]
    if not recorded:  # a copy of a log is superseded before anything is judged: test_any_drops
        return
    chosen = data.draw(st.sampled_from(recorded))
    copy = chosen | {"sha256": data.draw(st.sampled_from(("0" * 64, "f" * 64))), "names": [b"copy"]}

    assert verdicts(judged([*rows, copy])) == verdicts(judged(rows))


def verdicts(weeks: list[Week]) -> list[object]:
    return [
        (
            each.status,
            each.exercises,
            sorted((str(jog.day), str(jog.metres), str(jog.under_limit)) for jog in each.jogs),
        )
        for each in weeks
    ]


def shows_all(weeks: list[Week], rows: list[Row]) -> None:
    """Every recording is shown or linked in its week."""
    for each in weeks:
        shown = {jog.source.sha256 for jog in each.jogs}
        shown |= {link.sha256 for jog in each.jogs for link in jog.source.linked}
        shown |= {session.source.sha256 for session in each.sessions}
        shown |= {link.sha256 for session in each.sessions for link in session.source.linked}
        told = {
            row["sha256"]
            for row in rows
            for activity in row["activities"]
            if activity.starts_at.date() in each.calendar.days
        }
        assert told <= shown
