import polars as pl
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline import compliance
from pipeline.report.folder import digest
from pipeline.settings import Person, Settings
from pipeline.tables import Readings, readings_of
from pipeline.week import Week

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

MINUTES = st.sampled_from((0, 5, 19, 20, 30, 61, 720))
METRES = st.sampled_from((None, 50.0, 2600.0, 4000.0, 4995.0, 5000.0, 5200.0))
INTEGRITY = st.sampled_from(("whole", "whole", "truncated", "checksum"))
SPORT = st.sampled_from(("running", "running", None, "walking", "cycling"))


def start(minutes: int) -> str:
    return f"2026-11-1{minutes % 3} {6 + minutes // 60:02}:{minutes % 60:02}"


@st.composite
def recordings(draw: st.DrawFn) -> Row:
    make = draw(st.sampled_from((run, track)))
    activities = [
        make(
            start(draw(MINUTES)),
            draw(METRES),
            draw(st.sampled_from((0, 20, 40, 400))),
            sport=draw(SPORT),
            integrity=draw(INTEGRITY),
            samples=draw(st.sampled_from((0, 100))),
        )
        for _ in range(draw(st.integers(1, 2)))
    ]
    kind = "fit" if make is run else "gpx"
    return file(f"{draw(st.integers(0, 99_999))}.{kind}", *activities)


@st.composite
def logs(draw: st.DrawFn) -> Row:
    sets = []
    for _ in range(draw(st.integers(1, 5))):
        when = start(draw(MINUTES))[: draw(st.sampled_from((10, 16)))]
        label = draw(st.sampled_from((*LIFTS, "Pull thing", "Bench Press")))
        is_run = draw(st.booleans())
        sets.append(typed(when, draw(METRES)) if is_run else lift(label, when))
    return log(f"{draw(st.integers(0, 99_999))}.csv", *sets)


TABLES = st.lists(
    st.one_of(recordings(), logs(), st.just(refused("bad.fit"))),
    min_size=1,
    max_size=6,
    unique_by=lambda row: row["sha256"],
)


def unsorted(rows: list[Row], seed: int) -> list[Week]:
    mixed = shuffled(rows, seed)
    table = readings_of(mixed)
    order = pl.DataFrame({"sha256": [row["sha256"] for row in mixed]})
    as_dropped = Readings(
        order.join(table, on="sha256", maintain_order="left").select(table.columns)
    )
    return compliance.judge(as_dropped, Settings((ME,)), ME, AFTER)


ME = Person("me", "Alex", BERLIN)


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(rows=TABLES, seed=st.integers(0, 1000))
def test_no_order_of_files_or_of_what_is_in_them_changes_a_week(rows: list[Row], seed: int) -> None:
    found, expected = unsorted(rows, seed), judged(rows)

    assert found == expected
    assert list(map(digest, found)) == list(map(digest, expected))


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(rows=TABLES, data=st.data())
def test_the_same_file_with_other_bytes_changes_no_verdict(
    rows: list[Row], data: st.DataObject
) -> None:
    chosen = data.draw(st.sampled_from(rows))
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


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(rows=TABLES)
def test_every_recording_is_shown_or_linked_in_its_week(rows: list[Row]) -> None:
    weeks = judged(rows)

    for each in weeks:
        shown = {jog.source.sha256 for jog in each.jogs}
        shown |= {link.sha256 for jog in each.jogs for link in jog.source.linked}
        shown |= {session.source.sha256 for session in each.sessions}
        recorded = {
            row["sha256"]
            for row in rows
            for activity in row["activities"]
            if activity.starts_at.date() in each.calendar.days
        }
        assert recorded <= shown
