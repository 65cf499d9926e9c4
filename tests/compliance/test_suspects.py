import pytest

from pipeline.week import Jog, Status, Week

from .rows import Row, done, file, judged, lifting, log, notes, run, track, typed, week

WATCH = file("watch.fit", run("2026-11-12 17:00", 4990.0))
COPY = file("copy.gpx", track("2026-11-12 19:00", 5010.0))
FILES = [WATCH, COPY, lifting()]


def settled(*words: tuple[Row, str], rows: list[Row] = FILES) -> Week:
    activities = {row["sha256"][:8]: word for row, word in words}
    return week(judged(rows, activities=activities))


def jogs(found: Week) -> list[tuple[str, list[str]]]:
    return [(jog.source.original_name, links(jog)) for jog in found.jogs]


def links(jog: Jog) -> list[str]:
    return [link.original_name for link in jog.source.linked]


def test_two_that_may_be_one_both_count_until_somebody_says_what_they_are() -> None:
    found = settled()

    assert jogs(found) == [("watch.fit", []), ("copy.gpx", [])]
    assert (done(found)["jog"], found.status) == (2, Status.OVER_LIMIT)
    assert notes(found, "suspect_duplicate") == [{"other": "watch.fit", "hours": 2}]


@pytest.mark.parametrize(
    ("copy", "kept", "status"),
    [(COPY, "watch.fit", Status.ON_PLAN), (WATCH, "copy.gpx", Status.OVER_LIMIT)],
)
def test_a_copy_is_counted_with_the_other_one_whichever_it_is(
    copy: Row, kept: str, status: Status
) -> None:
    found = settled((copy, "copy"))

    ((name, others),) = jogs(found)
    assert (name, len(others)) == (kept, 1)
    assert found.status is status
    assert done(found)["jog"] == 1
    assert notes(found, "suspect_duplicate") == []
    assert len(notes(found, "duplicate")) == 1


@pytest.mark.parametrize("settled_one", [COPY, WATCH])
def test_a_jog_of_its_own_is_counted_and_not_asked_about(settled_one: Row) -> None:
    found = settled((settled_one, "jog"))

    assert len(found.jogs) == 2
    assert notes(found, "suspect_duplicate") == []


def test_a_copy_of_nothing_stays_a_jog() -> None:
    alone = settled((COPY, "copy"), rows=[COPY, lifting()])

    assert jogs(alone) == [("copy.gpx", [])]
    assert alone.status is Status.OVER_LIMIT


def test_two_that_are_each_called_a_copy_both_count() -> None:
    found = settled((COPY, "copy"), (WATCH, "copy"))

    assert len(found.jogs) == 2
    assert len(notes(found, "suspect_duplicate")) == 1


def test_all_recordings_of_a_copied_session_go_with_it() -> None:
    phone = file("phone.gpx", track("2026-11-12 19:01", 4980.0, samples=10))

    found = settled((COPY, "copy"), rows=[*FILES, phone])

    ((name, others),) = jogs(found)
    assert (name, sorted(others)) == ("watch.fit", ["copy.gpx", "phone.gpx"])


def test_a_stated_walk_that_is_called_a_copy_is_no_jog() -> None:
    walk = file("walk.fit", run("2026-11-12 19:00", 5010.0, sport="walking"))

    found = settled((walk, "copy"), rows=[WATCH, walk])

    assert jogs(found) == [("watch.fit", [])]


@pytest.mark.parametrize(
    ("start", "metres", "hours"),
    [
        ("2026-11-12 18:00", 4000.0, 1),
        ("2026-11-12 19:00:00.999", 4000.0, 2),
        ("2026-11-12 18:59:59.001", 4000.0, 2),
        ("2026-11-12 19:00", 4020.0, 2),
        ("2026-11-12 19:00", 3980.0, 2),
        ("2026-11-13 07:00", 4000.0, 14),
    ],
)
def test_a_whole_hour_apart_is_within_a_second_and_alike_within_half_a_percent(
    start: str, metres: float, hours: int
) -> None:
    jog = file("watch.fit", run("2026-11-12 17:00", 4000.0))

    found = week(judged([jog, file("other.gpx", track(start, metres))]))

    assert notes(found, "suspect_duplicate") == [{"other": "watch.fit", "hours": hours}]


def test_every_pair_that_may_be_one_is_asked_about_once() -> None:
    between = file("between.gpx", track("2026-11-12 18:10", 3000.0))
    third = file("third.gpx", track("2026-11-12 21:00", 4990.0))

    found = week(judged([WATCH, between, COPY, third]))

    pairs = [(facts["other"], facts["hours"]) for facts in notes(found, "suspect_duplicate")]
    assert sorted(pairs) == [("copy.gpx", 2), ("watch.fit", 2), ("watch.fit", 4)]


def test_equal_runs_of_one_workout_are_no_suspects() -> None:
    twice = [typed("2026-11-10 18:00", 3000.0)] * 2

    found = week(judged([log("log.csv", *twice)]))

    assert len(found.jogs) == 2
    assert notes(found, "suspect_duplicate") == []


@pytest.mark.parametrize(
    ("start", "metres"),
    [
        ("2026-11-12 19:00:02", 4990.0),  # not a whole hour
        ("2026-11-12 19:00:01", 4990.0),
        ("2026-11-12 18:59:59", 4990.0),
        ("2026-11-13 08:00", 4990.0),  # further than any two zones of one country
        ("2026-11-12 19:00", 5020.0),  # another length
        ("2026-11-12 19:00", 5014.96),
    ],
)
def test_jogs_that_are_not_alike_are_no_suspects(start: str, metres: float) -> None:
    found = week(judged([WATCH, file("other.gpx", track(start, metres))]))

    assert len(found.jogs) == 2
    assert notes(found, "suspect_duplicate") == []


def test_a_copy_is_joined_to_one_jog_and_others_that_may_be_one_stay_two() -> None:
    third = file("third.gpx", track("2026-11-12 21:00", 4990.0))
    alike = [file(f"{at}.fit", run(f"2026-11-10 {at}:00", 3000.0)) for at in ("06", "07")]

    found = settled((COPY, "copy"), rows=[WATCH, COPY, third, *alike])

    assert sorted(name for name, _ in jogs(found)) == ["06.fit", "07.fit", "third.gpx", "watch.fit"]
    assert [other for _, others in jogs(found) for other in others] == ["copy.gpx"]
    assert len(notes(found, "suspect_duplicate")) == 2


@pytest.mark.parametrize("names", ["ab", "ba"])
def test_the_hash_of_a_file_does_not_say_which_is_the_copy(names: str) -> None:
    first = file(f"{names[0]}.fit", run("2026-11-12 17:00", 4990.0))
    second = file(f"{names[1]}.fit", run("2026-11-12 19:00", 5010.0))

    found = settled((second, "copy"), rows=[first, second])

    assert jogs(found) == [(f"{names[0]}.fit", [f"{names[1]}.fit"])]


def test_only_the_kept_recording_of_a_jog_tells_whether_another_is_its_copy() -> None:
    phone = file("phone.gpx", track("2026-11-12 17:00", 5200.0))
    other = file("other.gpx", track("2026-11-12 19:00", 5200.0))

    found = settled((other, "copy"), rows=[WATCH, phone, other])

    assert jogs(found) == [("watch.fit", ["phone.gpx"]), ("other.gpx", [])]
