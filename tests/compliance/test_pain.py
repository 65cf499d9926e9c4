import datetime as dt
import itertools
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline import compliance, ledger
from pipeline.settings import Care, Person, Settings
from pipeline.tables import PainEntry, Reading, readings_of
from pipeline.week import Pain, PainTrigger, Week

from .rows import AFTER, Row, file, judged, lifting, run, week

MONDAY = dt.date(2026, 11, 9)
SEEN = dt.datetime(2026, 11, 16, 3, tzinfo=dt.UTC)
SOME = Care(single=8, level=5, days=4, median=4, weeks=6, entries=3)
Days = Sequence[int | None]


def diary(
    *days: int | None, start: dt.date = MONDAY, name: str = "a", seen: dt.datetime = SEEN
) -> Row:
    """A diary with a score a day from a Monday on; None is a day without a line."""
    entries = tuple(
        PainEntry(start + dt.timedelta(days=offset), score, None, offset + 2)
        for offset, score in enumerate(days)
        if score is not None
    )
    said = Reading("pain", "pain", "Pain diary", pain=entries)
    return ledger.row(name * 64, 1, seen, said, "v1")


def trained(*rows: Row) -> list[Row]:
    return [file("run.fit", run("2026-11-10 07:00")), lifting(), *rows]


def pain_of(*rows: Row, care: Care = SOME) -> Pain | None:
    return week(judged(trained(*rows), care=care)).pain


def trigger_of(*rows: Row, care: Care = SOME) -> PainTrigger | None:
    found = pain_of(*rows, care=care)
    assert found is not None
    return found.trigger


def test_without_a_diary_nothing_is_said() -> None:
    assert pain_of() is None


def test_each_day_has_its_score_or_none() -> None:
    assert pain_of(diary(2, None, 0, 3)) == Pain((2, None, 0, 3, None, None, None), (None,) * 7)


def test_the_last_line_of_a_day_wins() -> None:
    twice = diary(2, 3)
    twice["pain"] = (*twice["pain"], PainEntry(MONDAY, 6, "worse", 9))

    found = pain_of(twice)

    assert found is not None
    assert (found.days[0], found.notes[0]) == (6, "worse")


def test_weeks_before_and_after_a_diary_have_no_row() -> None:
    rows = [file("run.fit", run("2026-10-26 07:00")), diary(1, start=dt.date(2026, 11, 4))]

    weeks = judged(rows, now=AFTER + dt.timedelta(weeks=2))

    assert [each.calendar.id for each in weeks if each.pain] == ["2026-W45"]
    assert len(weeks) > 3


def test_a_line_of_a_day_to_come_is_left_out() -> None:
    found = judged(
        trained(
            diary(1, start=dt.date(2026, 11, 10)), diary(9, start=dt.date(2026, 12, 1), name="b")
        )
    )

    assert [each.pain.days for each in found if each.pain] == [(None, 1, *(None,) * 5)]


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        ((7, 4, 4, 4, 7, 7, None), None),
        ((0, 8, 0, 9, 9), PainTrigger("single", 9, day=dt.date(2026, 11, 12))),
        ((8,), PainTrigger("single", 8, day=MONDAY)),
        ((5, 5, 5, 4), None),
        ((5, 7, 5, None, 5), PainTrigger("days", 5, count=4)),
        ((0, 0, 0), None),
    ],
)
def test_one_bad_day_or_several_ask_for_care(days: Days, expected: PainTrigger | None) -> None:
    assert trigger_of(diary(*days)) == expected


def weeks_of(*weeks: Days) -> Row:
    days = list(
        itertools.chain.from_iterable((*each, *(None,) * (7 - len(each))) for each in weeks)
    )
    return diary(*days, start=MONDAY - dt.timedelta(weeks=len(weeks) - 1))


def lasting(*weeks: Days) -> PainTrigger | None:
    rows = [file("first.fit", run("2026-09-01 07:00")), *trained(weeks_of(*weeks))]
    found = week(judged(rows, care=SOME)).pain
    assert found is not None
    return found.trigger


def test_a_median_of_four_in_six_weeks_running_asks_for_care() -> None:
    assert lasting(*[(4, 4, 4)] * 6) == PainTrigger("persistent", 4, count=6)
    assert lasting(*[(4, 4, 4)] * 9) == PainTrigger("persistent", 4, count=6)
    assert lasting(*[(3, 4, 4, 5)] * 6) == PainTrigger("persistent", 4, count=6)
    assert lasting(*[(4, 4, 4)] * 5) is None
    assert lasting(*[(4, 4, 4)] * 3, (4, 4), *[(4, 4, 4)] * 2) is None
    assert lasting((4, 4, 4), (3, 4, 3), *[(4, 4, 4)] * 4) is None
    assert lasting(*[(3, 4, 4, 3)] * 6) is None


def test_every_threshold_is_a_setting() -> None:
    assert trigger_of(diary(3), care=Care(single=3)) == PainTrigger("single", 3, day=MONDAY)
    assert trigger_of(diary(2, 2), care=Care(level=2, days=2)) == PainTrigger("days", 2, count=2)
    short = Care(median=1.5, weeks=1, entries=2)
    assert trigger_of(diary(1, 2), care=short) == PainTrigger("persistent", 1.5, count=1)
    assert trigger_of(diary(10, 10, 10, 10, 10), care=Care(enabled=False)) is None


def test_pain_changes_no_verdict() -> None:
    without, with_it = (week(judged(trained(*rows))) for rows in ([], [diary(*[10] * 7)]))

    assert (without.status, without.exercises) == (with_it.status, with_it.exercises)
    assert without.coverage == with_it.coverage


def told(rows: Sequence[Row]) -> tuple[list[str], Pain | None]:
    """The outcomes of some diaries, merged one by one, and what they say of the week."""
    table = readings_of(trained())
    for each in rows:
        table = ledger.merged(table, [each])
    me = Person("me", "Alex", "Europe/Berlin")
    weeks: list[Week] = compliance.judge(table, Settings((me,), care=SOME), me, AFTER)
    outcomes = dict(table.select("sha256", "outcome").iter_rows())
    return [outcomes[each["sha256"]] for each in rows], week(weeks).pain


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
def test_a_longer_copy_of_the_diary_replaces_the_older_ones_in_any_order(
    order: tuple[int, ...],
) -> None:
    later = SEEN + dt.timedelta(days=1)
    rows = [
        diary(1, 2, name="a"),
        diary(1, 2, 3, name="b", seen=later),
        diary(1, 5, 3, 4, name="c", seen=later + dt.timedelta(days=1)),  # the second corrected
    ]

    outcomes, pain = told([rows[number] for number in order])

    assert outcomes == [["superseded", "superseded", "imported"][number] for number in order]
    assert pain is not None
    assert pain.days == (1, 5, 3, 4, None, None, None)


def test_two_diaries_of_different_days_both_stay_and_the_newer_tells_of_a_day_in_both() -> None:
    first, second = diary(1, 2, name="a"), diary(9, 3, 4, start=dt.date(2026, 11, 10), name="b")

    outcomes, pain = told([first, second])

    assert "superseded" not in outcomes
    assert pain is not None
    assert pain.days[:4] == (1, 9, 3, 4)


@given(st.lists(st.none() | st.integers(0, 10), min_size=7, max_size=7))
def test_the_card_shows_only_what_the_diary_says(days: list[int | None]) -> None:
    found = pain_of(diary(*days))
    said = [score for score in days if score is not None]

    assert (found is None) == (not said)
    if found is not None:
        is_bad = max(said) >= 8 or sum(score >= 5 for score in said) >= 4
        assert (found.trigger is not None) == is_bad
