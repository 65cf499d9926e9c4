import datetime as dt
from typing import Any

import pytest

from pipeline.settings import ExerciseEntry, ProgrammeEntry
from pipeline.week import Jog, Status, Week

from .rows import (
    LIFTS,
    Row,
    done,
    file,
    judged,
    lift,
    lifting,
    log,
    notes,
    only_jog,
    refused,
    run,
    track,
    typed,
    week,
)

MORNING = "2026-11-10 06:00"
WATCH = file("watch.fit", run(MORNING, 4000.0))
PHONE = file("phone.gpx", track(MORNING, 4040.0))
NO_DISTANCE = file("none.fit", run(MORNING, None))
CUT_OFF = file("cut.fit", run(MORNING, 3000.0, integrity="truncated"))
CUT_LATE = file("late.fit", run(MORNING, 5200.0, integrity="truncated"))
JUST_UNDER = file("under.fit", run(MORNING, 4990.0))


def jogs(rows: list[Row], **more: Any) -> tuple[Jog, ...]:  # noqa: ANN401
    return week(judged(rows, **more)).jogs


def test_the_watch_is_kept_and_the_phone_linked() -> None:
    jog = only_jog([WATCH, PHONE])

    assert (jog.metres, jog.source.original_name) == (4000.0, "watch.fit")
    assert [each.original_name for each in jog.source.linked] == ["phone.gpx"]
    assert [(each.distance_source, each.metres) for each in jog.alternates] == [("track", 4040.0)]


@pytest.mark.parametrize(
    ("one", "other", "kept", "metres", "under"),
    [
        (NO_DISTANCE, PHONE, "phone.gpx", 4040.0, True),
        (file("a.fit", run(MORNING, 40.0)), PHONE, "phone.gpx", 4040.0, True),
        (CUT_OFF, PHONE, "phone.gpx", 4040.0, True),
        (CUT_OFF, file("b.gpx", track(MORNING, None)), "cut.fit", 3000.0, None),
        (CUT_OFF, log("a.csv", typed("2026-11-10", 3100.0)), "cut.fit", 3000.0, None),
        (CUT_LATE, log("a.csv", typed("2026-11-10", 4800.0)), "late.fit", 5200.0, False),
        (CUT_LATE, file("b.gpx", track(MORNING, 4950.0)), "late.fit", 5200.0, False),
        (CUT_LATE, file("b.gpx", track(MORNING, 5300.0)), "b.gpx", 5300.0, False),
        (JUST_UNDER, file("b.gpx", track(MORNING, 5010.0)), "under.fit", 4990.0, True),
        (
            JUST_UNDER,
            file("b.gpx", track(MORNING, 5200.0, integrity="truncated")),
            "under.fit",
            4990.0,
            True,
        ),
        (CUT_LATE, JUST_UNDER, "under.fit", 4990.0, True),
        (
            file("few.fit", run(MORNING, 50.0)),
            file("dark.gpx", track(MORNING, None)),
            "dark.gpx",
            None,
            None,
        ),
        (file("a.fit", run(MORNING, 100.0)), PHONE, "a.fit", 100.0, True),
        (file("a.fit", run(MORNING, 99.9)), PHONE, "phone.gpx", 4040.0, True),
        (
            file("a.fit", run(MORNING, None, integrity="truncated")),
            PHONE,
            "phone.gpx",
            4040.0,
            True,
        ),
    ],
)
def test_one_session_keeps_its_best_recording(
    one: Row, other: Row, kept: str, metres: float | None, under: bool | None
) -> None:
    jog = only_jog([one, other])

    assert (jog.source.original_name, jog.metres, jog.under_limit) == (kept, metres, under)
    assert len(jog.source.linked) == 1


def test_of_two_cut_off_recordings_that_prove_the_limit_reached_one_decides() -> None:
    longer = file("longer.fit", run(MORNING, 5300.0, integrity="truncated"))
    dark = file("dark.fit", run(MORNING, None, integrity="truncated"))

    jog = only_jog([CUT_LATE, longer, dark, file("b.gpx", track(MORNING, 4950.0))])

    assert (jog.source.original_name, len(jog.source.linked)) == ("longer.fit", 3)


@pytest.mark.parametrize(
    ("metres", "is_close"),
    [
        (4_899.9, False),
        (4_900.0, True),
        (5_000.0, True),
        (5_100.0, True),
        (5_100.1, False),
        (None, False),
    ],
)
def test_a_jog_within_2_percent_of_the_limit_is_close_to_it(
    metres: float | None, is_close: bool
) -> None:
    assert only_jog([file("a.fit", run(MORNING, metres))]).close_to_line is is_close


def test_jogs_are_told_by_their_start_and_those_without_one_at_the_end_of_their_day() -> None:
    rows = [
        log("a.csv", typed("2026-11-10", 6000.0)),
        WATCH,
        file("early.fit", run("2026-11-10 04:00", 3000.0)),
        file("next.fit", run("2026-11-11 04:00", 2000.0)),
    ]

    assert [each.metres for each in jogs(rows)] == [3000.0, 4000.0, 6000.0, 2000.0]


@pytest.mark.parametrize(
    ("richer", "other"),
    [("fit", "tcx"), ("tcx", "gpx"), ("gpx", "zip"), ("zip", "csv"), ("fit", "gpx")],
)
def test_the_richer_kind_of_file_is_kept_over_a_longer_one(richer: str, other: str) -> None:
    longer = file("longer", run(MORNING, 4100.0, samples=900), kind=other)
    if other == "csv":
        longer = log("a.csv", typed("2026-11-10 07:00", 4100.0))

    jog = only_jog([file("richer", run(MORNING, 4000.0), kind=richer), longer])

    assert (jog.source.original_name, len(jog.source.linked)) == ("richer", 1)


@pytest.mark.parametrize(
    ("better", "worse"),
    [
        ({"samples": 101}, {"samples": 100, "session_m": 4500.0}),
        ({"samples": 1}, {"samples": None, "session_m": 4500.0}),
        ({"samples": None, "session_m": 4000.1}, {"samples": 0}),
        ({"samples": 100, "session_m": 4000.1}, {"samples": 100}),
        ({"samples": 1}, {"samples": 900, "session_m": 4500.0, "integrity": "checksum"}),
    ],
)
def test_of_one_kind_the_whole_then_the_denser_then_the_longer_is_kept(
    better: Row, worse: Row
) -> None:
    for names in ("ab", "ba"):  # whichever has the smaller hash
        one = file(f"{names[0]}.fit", run(MORNING, **({"session_m": 4000.0} | better)))
        other = file(f"{names[1]}.fit", run(MORNING, **({"session_m": 4000.0} | worse)))

        assert only_jog([one, other]).source.original_name == f"{names[0]}.fit"


def test_figures_on_both_sides_of_the_limit_are_noted() -> None:
    rows = [JUST_UNDER, file("b.gpx", track(MORNING, 5010.0))]

    assert notes(week(judged(rows)), "distance_disagrees") == [
        {"metres": 4990.0, "other_metres": 5010.0, "other_source": "track"}
    ]


def test_a_jog_of_unknown_length_contradicts_no_few_metres() -> None:
    rows = [NO_DISTANCE, file("b.gpx", track(MORNING, 50.0))]

    jog = only_jog(rows)

    assert (jog.metres, jog.under_limit) == (None, None)


def test_a_copy_that_was_cut_off_contradicts_nothing() -> None:
    rows = [WATCH, file("cut.gpx", track(MORNING, 900.0, integrity="truncated"))]

    found = week(judged(rows))

    assert notes(found, "distance_disagrees") == []
    assert found.jogs[0].alternates == ()


@pytest.mark.parametrize(
    ("integrity", "metres", "figures", "under", "at_least"),
    [
        ("whole", 4000.0, {}, True, False),
        ("truncated", 4000.0, {}, None, True),
        ("truncated", 5000.0, {}, False, True),
        ("truncated", 60.0, {}, None, True),
        ("damaged", 4000.0, {}, None, True),
        ("checksum", 4000.0, {}, None, False),
        ("checksum", 4000.0, {"laps_m": 4010.0}, True, False),
        ("checksum", 5010.0, {"laps_m": 5000.0}, False, False),
        ("checksum", 4000.0, {"laps_m": 4100.0}, None, False),
        ("checksum", 4000.0, {"laps_m": 4010.0, "records_m": 0.0}, True, False),
        ("checksum", 4000.0, {"laps_m": 4080.0}, True, False),
        ("checksum", 4000.0, {"laps_m": 4080.1}, None, False),
        ("checksum", 4000.0, {"laps_m": 4010.0, "records_m": 0.5}, None, False),
    ],
)
def test_damage_lets_a_distance_prove_only_so_much(
    integrity: str, metres: float, figures: Row, under: bool | None, at_least: bool
) -> None:
    jog = only_jog([file("a.fit", run(MORNING, metres, integrity=integrity, **figures))])

    assert (jog.under_limit, jog.at_least) == (under, at_least)


@pytest.mark.parametrize(
    ("figures", "metres", "source"),
    [
        ({"session_m": 1.0, "laps_m": 2.0}, 1.0, "session"),
        ({"session_m": None, "laps_m": 2.0, "records_m": 3.0}, 2.0, "laps"),
        ({"session_m": 0.0, "records_m": 3.0, "track_m": 4.0}, 3.0, "records"),
        ({"session_m": None, "track_m": 4.0}, 4.0, "track"),
        ({"session_m": None}, None, None),
    ],
)
def test_the_distance_is_the_first_of_the_chain(
    figures: Row, metres: float | None, source: str | None
) -> None:
    in_hundreds = {name: value and value * 100 for name, value in figures.items()}

    jog = only_jog([file("a.fit", run(MORNING, **in_hundreds))])

    assert (jog.metres, jog.distance_source) == (metres and metres * 100, source)


@pytest.mark.parametrize(
    ("figures", "metres", "source"),
    [
        # Kilometres where metres are meant; the later figure is possible in the 20 minutes.
        ({"laps_m": 5.3, "records_m": 5.3, "track_m": 5282.0}, 5282.0, "track"),
        ({"session_m": 3.1, "records_m": 5020.0}, 5020.0, "records"),
        ({"session_m": 3.1, "records_m": 5020.0, "track_m": 12.0}, 5020.0, "records"),
        ({"session_m": 99.9, "laps_m": 99.9, "track_m": 1000.0}, 1000.0, "track"),
        ({"laps_m": 5.3, "records_m": 300.0, "track_m": 5282.0}, 5282.0, "track"),
        # What counts as a jog decides, and what nobody runs says nothing.
        ({"session_m": 100.0, "track_m": 5282.0}, 100.0, "session"),
        ({"session_m": 99.0, "track_m": 999.0}, 99.0, "session"),
        ({"session_m": 99.0, "track_m": 9700.0}, 99.0, "session"),
        ({"session_m": 99.0, "timer_s": None, "track_m": 5282.0}, 99.0, "session"),
        ({"laps_m": 4000.0, "records_m": 4000.0, "track_m": 70e3}, 4000.0, "laps"),
        ({"session_m": 32_172.0, "records_m": 405.0}, 32_172.0, "session"),
    ],
)
def test_a_total_too_short_for_a_jog_is_not_believed_beside_a_run(
    figures: Row, metres: float, source: str
) -> None:
    said: Row = {"session_m": None} | figures
    rows = [file("a.tcx", run(MORNING, **said))]

    week, *_ = judged(rows)
    (session,) = week.sessions

    assert session.metres == metres
    assert [each.distance_source for each in week.jogs] == [source] * (metres >= 100)


def test_a_doubtful_total_never_takes_the_place_of_a_good_one() -> None:
    watch = file("watch.fit", run(MORNING, 40.0, track_m=1200.0))
    phone = file("phone.gpx", track(MORNING, 5300.0))

    jog = only_jog([watch, phone])

    assert (jog.metres, jog.under_limit, jog.source.original_name) == (
        5300.0,
        False,
        "phone.gpx",
    )


def test_the_note_names_the_figure_across_the_limit() -> None:
    watch = file("watch.fit", run(MORNING, 4950.0, laps_m=4000.0))
    phone = file("phone.gpx", track(MORNING, 5300.0))

    week, *_ = judged([watch, phone])

    (note,) = [each for each in week.notes if each.kind == "distance_disagrees"]
    assert (note.facts["metres"], note.facts["other_metres"]) == (4950.0, 5300.0)


def test_a_recording_that_ran_on_joins_no_two_jogs() -> None:
    all_day = file("all_day.gpx", track(MORNING, 4000.0, 300, moving_speed_m_s=None))
    later = file("later.fit", run("2026-11-10 10:00", 5600.0))

    found = jogs([WATCH, later, all_day])

    assert [(each.metres, each.under_limit) for each in found] == [(4000.0, True), (5600.0, False)]


@pytest.mark.parametrize("make", [run, track])
def test_a_watch_nobody_stopped_swallows_no_later_jog(make: object) -> None:
    ends_at = dt.datetime(2026, 11, 10, 15, tzinfo=dt.UTC)
    forgotten = run(MORNING, 4000.0, ends_at=ends_at)
    if make is track:
        forgotten = track(MORNING, 4000.0, ends_at=ends_at)
    later = file("later.gpx", track("2026-11-10 10:00", 5600.0, samples=9))

    found = jogs([file("a.fit" if make is run else "a.gpx", forgotten), later])

    assert [each.under_limit for each in found] == [True, False]


def test_two_jogs_of_one_file_are_two_jogs_however_long_the_first_claims_to_be() -> None:
    both = file("two.fit", run(MORNING, 4000.0, 60), run("2026-11-10 06:30", 5600.0, 40))

    found = week(judged([both]))

    assert [each.metres for each in found.jogs] == [4000.0, 5600.0]
    assert done(found)["jog"] == 2


def test_a_later_jog_does_not_part_the_recordings_of_an_earlier_one() -> None:
    later = file("later.fit", run("2026-11-10 10:00", 3000.0))

    assert [each.metres for each in jogs([WATCH, PHONE, later])] == [4000.0, 3000.0]


def test_jogs_at_the_same_second_on_other_days_stay_apart() -> None:
    rows = [WATCH, file("next.fit", run("2026-11-11 06:00", 4000.0))]

    assert len(jogs(rows)) == 2


def test_a_recording_without_any_duration_is_still_one() -> None:
    rows = [file("a.fit", run(MORNING, 5600.0, ends_at=None, timer_s=None)), lifting()]

    assert week(judged(rows)).status == Status.OVER_LIMIT


@pytest.mark.parametrize(("gap", "told"), [(0, True), (10, True), (11, False)])
def test_two_jogs_within_ten_minutes_are_told_of_together(gap: int, told: bool) -> None:
    second = f"2026-11-10 06:{20 + gap}"
    both = file("two.fit", run(MORNING, 2500.0), run(second, 2600.0))

    found = week(judged([both]))

    assert [each.under_limit for each in found.jogs] == [True, True]
    assert notes(found, "back_to_back") == (
        [{"first_m": 2500.0, "second_m": 2600.0, "minutes": gap, "count": 2}] if told else []
    )


@pytest.mark.parametrize(
    ("lengths", "told"),
    [
        ([2000.0, 2000.0, 2000.0], [(4000.0, 2000.0, 3)]),
        ([2000.0, 2000.0, 999.9], []),
        ([2000.0, 3000.0, 2000.0], [(2000.0, 3000.0, 2)]),  # told once, where the line is reached
        ([2000.0, None, 4000.0], []),  # nobody can add what is not known
        ([5000.0, 2000.0, 2000.0], []),  # one that reaches it alone says so itself
    ],
)
def test_jogs_in_a_row_are_looked_at_together(
    lengths: list[float | None], told: list[tuple[float, float, int]]
) -> None:
    starts = ("2026-11-10 07:00", "2026-11-10 07:25", "2026-11-10 07:50")
    rows = [
        file(f"{n}.fit", run(start, metres))
        for n, (start, metres) in enumerate(zip(starts, lengths, strict=True))
    ]

    found = notes(week(judged(rows)), "back_to_back")

    assert [(each["first_m"], each["second_m"], each["count"]) for each in found] == told


def test_a_jog_long_after_two_in_a_row_is_told_of_with_neither() -> None:
    starts = ("2026-11-10 07:00", "2026-11-10 07:25", "2026-11-10 12:00")
    rows = [
        file(f"{n}.fit", run(start, metres))
        for n, (start, metres) in enumerate(zip(starts, (1000.0, 1000.0, 4000.0), strict=True))
    ]

    assert notes(week(judged(rows)), "back_to_back") == []


@pytest.mark.parametrize(
    ("said", "begun"),
    [
        ({}, {"session_m": None, "minutes": 0}),
        ({"sport": None}, {"session_m": 4000.0}),
    ],
)
def test_the_beginning_of_a_file_never_counts_where_the_whole_of_it_does_not(
    said: Row, begun: Row
) -> None:
    whole = file("run.tcx", run(MORNING, 50.0, **said))
    cut = file("cut.tcx", run(MORNING, integrity="truncated", **begun))

    assert [each.jogs for each in judged([whole, cut])] == [(), ()]
    assert len(jogs([cut])) == 1


@pytest.mark.parametrize(("typed_m", "kept"), [(6000.0, 6000.0), (None, 900.0)])
def test_a_track_without_a_type_beside_a_typed_in_run_only_fills_what_that_lacks(
    typed_m: float | None, kept: float
) -> None:
    walk = file("walk.gpx", track(MORNING, 900.0, sport=None, moving_speed_m_s=1.0))
    logged = log("log.csv", typed("2026-11-10 07:00", typed_m, seconds=1200.0))

    (found,) = jogs([walk, logged])

    assert found.metres == kept


def test_a_whole_hour_apart_and_equal_is_only_a_suspect() -> None:
    found = week(judged([WATCH, file("shifted.gpx", track("2026-11-10 08:00", 4000.0))]))

    assert len(found.jogs) == 2
    assert notes(found, "suspect_duplicate") == [{"other": "watch.fit", "hours": 2}]


@pytest.mark.parametrize(
    ("sets", "metres"),
    [
        pytest.param([typed("2026-11-10", 4100.0)], [4000.0], id="copy, by day"),
        pytest.param(
            [typed("2026-11-10 18:00", 4100.0)], [4000.0], id="copy, typed in the evening"
        ),
        pytest.param([typed("2026-11-10", None)], [4000.0], id="copy without a unit"),
        pytest.param([typed("2026-11-10", 6000.0)], [4000.0, 6000.0], id="another run"),
        pytest.param(
            [typed("2026-11-10 07:05", 6000.0)], [4000.0, 6000.0], id="longer than a copy"
        ),
        pytest.param([typed("2026-11-11", 4000.0)], [4000.0, 4000.0], id="another day"),
        pytest.param([typed("2026-11-10", 4000.0)] * 2, [4000.0, 4000.0], id="a copy and its twin"),
        pytest.param([typed("2026-11-10", None)] * 2, [4000.0, None], id="one of two is a copy"),
        pytest.param(
            [typed("2026-11-10 07:00", 2000.0), typed("2026-11-10 07:00", 2000.0)],
            [4000.0],
            id="two halves while the watch ran",
        ),
        pytest.param([typed("2026-11-10", 6000.0, kind="warmup")], [4000.0], id="a warm-up"),
        pytest.param(
            [typed("2026-11-10 07:05", 4000.0), typed("2026-11-10 18:00", 4000.0)],
            [4000.0, 4000.0],
            id="one while the watch ran, and its twin",
        ),
        pytest.param(
            [typed("2026-11-10", None), typed("2026-11-10", 4050.0)],
            [4000.0, None],
            id="a copy, and one without a unit",
        ),
    ],
)
def test_runs_of_a_log_stand_beside_the_watch(sets: list[object], metres: list[float]) -> None:
    found = jogs([WATCH, log("log.csv", *sets)])  # type: ignore[arg-type]

    assert sorted((each.metres for each in found), key=str) == sorted(metres, key=str)


@pytest.mark.parametrize(("when", "told"), [("2026-11-10 18:00", 1), ("2026-11-10", 0)])
def test_two_runs_of_one_workout_are_two_jogs_and_one_session(when: str, told: int) -> None:
    found = week(judged([log("log.csv", typed(when, 3000.0), typed(when, 3000.0))]))

    assert [each.metres for each in found.jogs] == [3000.0, 3000.0]
    assert [each.source.locator for each in found.jogs] == ["row 2", "row 3"]
    assert done(found)["jog"] == 1
    assert len(notes(found, "back_to_back")) == told


@pytest.mark.parametrize(("metres", "under"), [(4_999.9, True), (5_000.0, False), (None, None)])
@pytest.mark.parametrize("when", ["2026-11-10", "2026-11-10 18:00"])
def test_a_logged_run_is_judged_as_logged(
    when: str, metres: float | None, under: bool | None
) -> None:
    jog = only_jog([log("log.csv", typed(when, metres))])

    assert (jog.under_limit, jog.evidence) == (under, "self_logged")
    assert jog.distance_source == (None if metres is None else "log")
    assert jog.day_source == "log"


@pytest.mark.parametrize("when", ["2026-11-10", "2026-11-10 18:00"])
def test_the_same_run_of_unknown_length_in_two_logs_is_one_jog(when: str) -> None:
    rows = [log("a.csv", typed("2026-11-10", None)), log("b.csv", typed(when, None))]

    assert len(jogs(rows)) == 1


@pytest.mark.parametrize("when", ["2026-11-10", "2026-11-10 18:00"])
def test_the_same_run_in_two_logs_is_one_jog(when: str) -> None:
    rows = [log("a.csv", typed("2026-11-10", 3000.0)), log("b.csv", typed(when, 3000.0))]

    (jog,) = jogs(rows)

    assert [each.metres for each in jog.alternates] == [3000.0]
    assert len(jog.source.linked) == 1


@pytest.mark.parametrize(
    ("word", "status"), [("jog", Status.OVER_LIMIT), ("other", Status.INCOMPLETE)]
)
def test_the_settings_say_what_a_recording_without_a_type_was(word: str, status: Status) -> None:
    unlabelled = file("a.gpx", track(MORNING, 5600.0, sport=None, moving_speed_m_s=1.0))
    start = unlabelled["sha256"][:8]

    assert week(judged([unlabelled, lifting()])).status == Status.INCOMPLETE
    assert week(judged([unlabelled, lifting()], activities={start: word})).status == status


def test_the_settings_do_not_overrule_what_a_file_says() -> None:
    start = WATCH["sha256"][:8]

    assert len(jogs([WATCH], activities={start: "other"})) == 1


def test_a_recording_without_a_type_beside_a_jog_is_linked_to_it() -> None:
    unlabelled = file("a.gpx", track(MORNING, 4100.0, sport=None, moving_speed_m_s=1.0))

    found = week(judged([WATCH, unlabelled]))

    assert [each.original_name for each in found.jogs[0].source.linked] == ["a.gpx"]
    assert len(found.sessions) == 1


@pytest.mark.parametrize(("minutes", "links"), [(16, 1), (15, 0), (25, 1), (26, 0)])
def test_beside_a_jog_is_what_shares_four_fifths_of_the_longer_time(
    minutes: int, links: int
) -> None:
    unlabelled = file("a.gpx", track(MORNING, 900.0, minutes, sport=None, moving_speed_m_s=1.0))

    assert len(jogs([WATCH, unlabelled])[0].source.linked) == links


@pytest.mark.parametrize(
    ("start", "links"), [("05:55", 0), ("05:56", 1), ("06:02", 1), ("06:03", 0), ("06:10", 0)]
)
def test_a_recording_that_began_before_or_after_shares_only_the_common_time(
    start: str, links: int
) -> None:
    start = f"2026-11-10 {start}"
    unlabelled = file("a.gpx", track(start, 900.0, 22, sport=None, moving_speed_m_s=1.0))

    assert len(jogs([WATCH, unlabelled])[0].source.linked) == links


def test_a_recording_beside_two_runs_of_one_workout_is_linked_to_one_of_them() -> None:
    halves = [typed("2026-11-10 07:00", 2000.0, seconds=1200.0)] * 2
    unlabelled = file("a.gpx", track(MORNING, 900.0, sport=None, moving_speed_m_s=1.0))

    found = jogs([log("a.csv", *halves), unlabelled])

    assert sorted(each.metres or 0.0 for each in found) == [2000.0, 2000.0]
    assert sum(len(each.source.linked) for each in found) == 1


def test_a_recording_without_a_type_is_held_against_the_kept_one_alone() -> None:
    ran_on = file("on.gpx", track(MORNING, 4000.0, 30))
    unlabelled = file("a.gpx", track(MORNING, 4100.0, 30, sport=None, moving_speed_m_s=1.0))

    (jog,) = jogs([WATCH, ran_on, unlabelled])

    assert [each.original_name for each in jog.source.linked] == ["on.gpx"]


@pytest.mark.parametrize(
    ("metres", "kept"),
    [
        (2100.0, [2000.0]),
        (2200.0, [2000.0]),
        (2200.1, [2000.0, 2200.1]),
        (1000.0, [2000.0]),
        (None, [2000.0]),
    ],
)
def test_a_run_typed_in_after_midnight_while_the_watch_ran_is_its_copy_unless_longer(
    metres: float | None, kept: list[float]
) -> None:
    watch = file("watch.fit", run("2026-11-10 22:50", 2000.0))  # from 23:50 in Berlin
    typed_in = log("log.csv", typed("2026-11-11 00:05", metres))

    assert [each.metres for each in jogs([watch, typed_in])] == kept


@pytest.mark.parametrize(
    ("metres", "kept"),
    [
        (3599.9, [3599.9, 4000.0]),
        (3600.0, [4000.0]),
        (4400.0, [4000.0]),
        (4400.1, [4000.0, 4400.1]),
    ],
)
def test_a_run_typed_in_for_the_day_is_a_copy_within_a_tenth(
    metres: float, kept: list[float]
) -> None:
    found = jogs([WATCH, log("log.csv", typed("2026-11-10", metres))])

    assert sorted(each.metres or 0.0 for each in found) == kept


def test_typed_in_runs_are_copies_of_the_nearest_of_several() -> None:
    later = file("later.fit", run("2026-11-10 16:00", 4300.0))
    both = log("log.csv", typed("2026-11-10", 4250.0), typed("2026-11-10", 4050.0))

    found = jogs([WATCH, later, both])

    assert [each.metres for each in found] == [4000.0, 4300.0]
    assert [each.alternates[0].metres for each in found] == [4050.0, 4250.0]


def test_a_run_of_unknown_length_is_no_copy_of_one_of_a_metre() -> None:
    rows = [log("a.csv", typed("2026-11-10", None)), log("b.csv", typed("2026-11-10", 1.0))]

    assert [each.why_not for each in week(judged(rows)).sessions] == [None, "short"]


def test_two_recordings_of_one_instant_are_beside_each_other() -> None:
    instant: Row = {"ends_at": None, "timer_s": None}
    jog = file("a.fit", run(MORNING, 4000.0, **instant))
    unlabelled = file("b.gpx", track(MORNING, 4000.0, sport=None, **instant, moving_speed_m_s=None))

    assert len(jogs([jog, unlabelled])[0].source.linked) == 1


def test_a_jog_by_its_speed_alone_is_none_beside_a_ride() -> None:
    ride = file("ride.fit", run(MORNING, 4000.0, sport="cycling"))
    unlabelled = file("a.gpx", track(MORNING, 4000.0, sport=None))

    assert len(jogs([unlabelled])) == 1
    assert jogs([unlabelled, ride]) == ()


def test_a_jog_by_its_own_words_stays_one_beside_a_ride() -> None:
    ride = file("ride.fit", run(MORNING, 4000.0, sport="cycling"))

    assert [each.metres for each in jogs([WATCH, ride])] == [4000.0]


def watch_sets(name: str, start: str | None, activity: int | None = 0) -> Row:
    strength = run(start, None, 60, sport="training", sub_sport="strength_training")
    row = file(name, strength)
    sets = [
        lift(label, "2026-11-10", index, activity=activity, row=None, local_start=None, workout="0")
        for index, label in enumerate(LIFTS)
    ]
    return row | {"sets": [vars(each) | {"day": None} for each in sets]}


def test_a_set_of_a_watch_that_is_called_a_run_is_no_jog() -> None:
    row = watch_sets("s.fit", "2026-11-10 17:00")
    timed = {"label": "Running", "day": dt.date(2026, 11, 10), "metres": 4000.0}

    assert jogs([row | {"sets": [each | timed for each in row["sets"]]}]) == ()


@pytest.mark.parametrize("activity", [0, None])
def test_sets_of_a_watch_are_dated_by_their_activity(activity: int | None) -> None:
    found = week(judged([watch_sets("s.fit", "2026-11-10 17:00", activity)]))

    assert found.done == 3
    assert [each.days[1] for each in found.exercises] == ["done", "done", "done", "none"]


def test_sets_of_a_watch_without_a_date_are_in_no_week() -> None:
    found = week(judged([WATCH, watch_sets("s.fit", None)]))

    assert (found.done, len(notes(found, "clock"))) == (1, 0)
    assert len(notes(judged([WATCH, watch_sets("s.fit", None)])[-1], "clock")) == 1


def test_a_session_at_midnight_belongs_to_the_day_of_the_richest_file() -> None:
    watch = watch_sets("s.fit", "2026-11-15 22:50")  # 23:50 in Berlin
    told_again = log("strong.csv", *(lift(label, "2026-11-16 00:05") for label in LIFTS))

    weeks = judged([watch, told_again])

    assert [each.done for each in weeks] == [3, 0]
    assert [len(notes(each, "duplicate")) for each in weeks] == [1, 0]


def test_a_workout_nobody_finished_takes_no_later_one() -> None:
    twice = ProgrammeEntry(exercises=(ExerciseEntry("shrug", sessions_per_week=2),))
    forgotten = lift(LIFTS[2], "2026-11-10 18:00", local_end=dt.datetime(2026, 11, 11, 17))  # noqa: DTZ001
    later = lift(LIFTS[2], "2026-11-11 16:00")

    assert done(week(judged([log("a.csv", forgotten, later)], programmes=(twice,)))) == {"shrug": 2}


def test_a_log_without_times_joins_the_timed_session_of_its_day() -> None:
    rows = [lifting(), log("fitnotes.csv", lift(LIFTS[0], "2026-11-10"))]

    found = week(judged(rows))

    assert done(found)["lat_pulldown"] == 1
    assert notes(found, "duplicate") == [{"what": "session", "kept": kept(found), "metres": None}]


def kept(found: Week) -> str:
    return found.sessions[0].source.original_name


def test_two_files_of_other_exercises_are_no_duplicates() -> None:
    rows = [lifting(labels=LIFTS[:1]), log("fitnotes.csv", lift(LIFTS[1], "2026-11-10"))]

    assert notes(week(judged(rows)), "duplicate") == []


def test_a_set_stands_on_its_line_and_several_on_their_lines() -> None:
    rows = [log("a.csv", *[lift(LIFTS[0], "2026-11-10")] * 3, lift(LIFTS[1], "2026-11-10"))]

    found = week(judged(rows)).sessions

    assert {each.exercise: each.source.locator for each in found} == {
        "lat_pulldown": "rows 2–4",
        "glute_bridge": "row 5",
    }


@pytest.mark.parametrize(
    "broken",
    [refused("bad.fit"), file("no.fit", run(None)), file("2099.fit", run("2099-01-01 06:00"))],
)
def test_what_has_no_day_changes_no_verdict(broken: Row) -> None:
    rows = [WATCH, lifting()]

    weeks = judged([*rows, broken])

    assert [each.status for each in weeks] == [each.status for each in judged(rows)]
    assert sum(note.kind in {"refused", "clock"} for each in weeks for note in each.notes) == 1


def test_a_lunge_named_after_runners_is_no_jog_and_a_run_without_distance_is_one() -> None:
    lunges = log("lunges.csv", lift("Runner's Lunge", "2026-11-10 18:00"))
    run_typed = log("run.csv", lift("Running", "2026-11-11 18:00", reps=None, seconds=1200.0))

    assert done(week(judged([lunges])))["jog"] == 0
    assert done(week(judged([run_typed])))["jog"] == 1


@pytest.mark.parametrize(("metres", "count"), [(None, 0), (0.0, 0), (3000.0, 1)])
def test_running_by_a_word_nobody_knows_is_a_jog_only_with_a_distance(
    metres: float | None, count: int
) -> None:
    in_place = lift("Running in Place", "2026-11-10 18:00", metres=metres)

    assert done(week(judged([log("a.csv", in_place)])))["jog"] == count
