import datetime as dt

import polars as pl
import pytest

from pipeline import identity
from pipeline.tables import readings_of

from .compliance.rows import Row, at, file, log, run, track, typed

START = dt.datetime(2026, 11, 10, 6, tzinfo=dt.UTC)


def recordings(*rows: Row) -> pl.DataFrame:
    table = readings_of(rows).with_columns(name=pl.lit("a file"))
    return identity.recordings(table, identity.Person("Europe/Berlin", {}, {}))


def sessions(*spans: tuple[float, float]) -> list[int]:
    """How many recordings each session has, for jogs from minute to minute."""
    rows = []
    for index, (first, last) in enumerate(spans):
        start = START.replace(tzinfo=None) + dt.timedelta(minutes=first)
        rows.append(file(f"{index}.fit", run(start.isoformat(" "), 3000.0, last - first)))
    found = identity.jogs(recordings(*rows))
    return sorted(found.group_by("session").len()["len"].to_list())


@pytest.mark.parametrize(
    ("spans", "sizes"),
    [
        ([(0, 30)], [1]),
        ([(0, 30), (0, 30)], [2]),
        ([(0, 30), (1, 29)], [2]),
        ([(0, 30), (29, 60)], [2]),
        ([(0, 30), (30, 60)], [1, 1]),
        ([(0, 30), (31, 60)], [1, 1]),
        ([(0, 30), (10, 10)], [2]),
        ([(0, 30), (40, 70), (80, 90)], [1, 1, 1]),
        ([(0, 30), (29.5, 60)], [1, 1]),
        ([(0, 30), (29.01, 60)], [1, 1]),
        ([(0, 30), (29.0005, 60)], [1, 1]),
        ([(0, 30), (29.5, 30.5)], [2]),
        ([(29.5, 30.5), (0, 30)], [2]),
        ([(0, 30), (29.6, 30.6)], [1, 1]),
        ([(29.6, 30.6), (0, 30)], [1, 1]),
    ],
)
def test_what_overlaps_in_time_is_one_session(
    spans: list[tuple[float, float]], sizes: list[int]
) -> None:
    assert sessions(*spans) == sizes


def test_a_recording_ends_where_the_next_of_its_file_starts() -> None:
    found = recordings(file("a.fit", run("2026-11-10 06:00", minutes=60), run("2026-11-10 06:30")))

    assert found["ends_at"].to_list() == [at("2026-11-10 06:30"), at("2026-11-10 06:50")]


@pytest.mark.parametrize(("hours", "minutes"), [(0, 20), (1, 80), (2, 20), (700, 20)])
def test_elapsed_time_far_beyond_the_timer_is_not_believed(hours: int, minutes: int) -> None:
    ends_at = START + dt.timedelta(hours=hours, minutes=20)

    (end,) = recordings(file("a.fit", run("2026-11-10 06:00", ends_at=ends_at)))["ends_at"]

    assert end == START + dt.timedelta(minutes=minutes)


@pytest.mark.parametrize(
    ("elapsed_s", "timer_s", "lasts_s"),
    [
        (4_800.0, 1_200.0, 4_800.0),
        (4_800.1, 1_200.0, 1_200.0),
        (-60.0, 1_200.0, 0.0),
        (90_000.0, None, 86_400.0),
        (90_000.0, 0.0, 86_400.0),
        (90_000.0, 0.5, 0.5),
        (None, 1_200.5, 1_200.5),
        (None, None, 0.0),
    ],
)
def test_a_recording_lasts_its_elapsed_time_up_to_an_hour_of_pauses_or_a_day(
    elapsed_s: float | None, timer_s: float | None, lasts_s: float
) -> None:
    ends_at = None if elapsed_s is None else START + dt.timedelta(seconds=elapsed_s)
    one = run("2026-11-10 06:00", ends_at=ends_at, timer_s=timer_s)

    (end,) = recordings(file("a.fit", one))["ends_at"]

    assert end == START + dt.timedelta(seconds=lasts_s)


def test_a_track_that_did_not_move_and_tells_no_end_has_no_length_in_time() -> None:
    still = track("2026-11-10 06:00", 3000.0, ends_at=None, moving_speed_m_s=0.0)

    (end,) = recordings(file("a.gpx", still))["ends_at"]

    assert end == START


def test_a_recorded_distance_is_any_but_0() -> None:
    said = [
        run("2026-11-10 06:00", 0.5, laps_m=300.0),
        run("2026-11-10 07:00", 0.0, laps_m=0.5, records_m=9.0),
        run("2026-11-10 08:00", -1.0, track_m=7.0),
    ]

    found = recordings(file("a.fit", *said))

    assert found["metres"].to_list() == [0.5, 0.5, 7.0]
    assert found["distance_source"].to_list() == ["session", "laps", "track"]


def test_recordings_that_start_in_one_second_do_not_end_each_other() -> None:
    twins = [run("2026-11-10 06:00"), run("2026-11-10 06:00"), run("2026-11-10 06:10")]

    found = recordings(file("a.fit", *twins), file("b.fit", run("2026-11-10 06:05")))

    ends = [at("2026-11-10 06:10")] * 2 + [at("2026-11-10 06:25"), at("2026-11-10 06:30")]
    assert found["ends_at"].to_list() == ends


def test_recordings_are_told_by_their_start_and_those_without_one_last() -> None:
    found = recordings(
        file("late.fit", run("2026-11-10 08:00"), run(None)),
        file("early.fit", run("2026-11-10 06:00")),
    )

    assert found["starts_at"].to_list() == [at("2026-11-10 06:00"), at("2026-11-10 08:00"), None]


@pytest.mark.parametrize(("speed_m_s", "minutes"), [(2.5, 20), (0.5, 100)])
def test_the_length_of_a_track_at_its_speed_stands_in_for_a_timer(
    speed_m_s: float, minutes: int
) -> None:
    ends_at = START + dt.timedelta(hours=9)
    walked_on = track("2026-11-10 06:00", 3000.0, ends_at=ends_at, moving_speed_m_s=speed_m_s)

    (end,) = recordings(file("a.gpx", walked_on))["ends_at"]

    assert end == START + dt.timedelta(minutes=minutes)


def test_without_any_file_there_is_no_recording() -> None:
    assert recordings().is_empty()
    assert identity.jogs(recordings()).is_empty()


def test_a_skipped_hour_has_no_instant_and_keeps_its_day() -> None:
    row = file("x.fit") | {"kind": "csv", "sets": [vars(typed("2026-03-29 02:30", 3000.0))]}

    (found,) = recordings(row).to_dicts()

    assert (found["starts_at"], found["day"]) == (None, dt.date(2026, 3, 29))


def test_a_clock_that_showed_an_hour_twice_means_its_first() -> None:
    (found,) = recordings(log("a.csv", typed("2026-10-25 02:30", 3000.0))).to_dicts()

    assert found["starts_at"] == at("2026-10-25 00:30")


def test_a_recording_without_a_day_is_in_no_session() -> None:
    found = identity.jogs(
        recordings(file("a.fit", run(None)), file("b.fit", run("2026-11-10 06:00")))
    )

    assert found["name"].len() == 1
